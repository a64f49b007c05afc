//! Voices installed from a mirror on loopback, from files and from addresses, through the binary, and everything that
//! may happen on the way.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../support/command.rs"]
mod command;
mod download;
mod install;
mod list;
#[path = "../support/mounts.rs"]
mod mounts;
mod refused;
#[path = "../support/server.rs"]
mod server;

use command::bulletin;
use serde_json::Value;
use server::{Reply, Request, Server};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const CONFIG: &str = r#"{"audio": {"sample_rate": 22050, "quality": "medium"}, "espeak": {"voice": "en-gb-x-rp"},
    "phoneme_type": "espeak", "phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [14]}, "num_symbols": 256,
    "num_speakers": 1, "speaker_id_map": {}, "language": {"code": "en_GB"}, "dataset": "house"}"#;
const CARD: &str = "# Model card for house (medium)\n\n* Language: en_GB\n\n## Dataset\n\n* License: CC0\n";

/// A field of a protobuf message that has a length.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend(bytes);
    out
}

/// A tiny voice that speaks, with so many bytes that mean nothing; `seed` makes another of it.
fn model(more: usize, seed: u8) -> Vec<u8> {
    let voice = include_bytes!("../fixtures/voice/tiny-medium.onnx");
    // ModelProto.doc_string.
    [&voice[..], &field(6, &(0..more).map(|n| (n * 31) as u8 ^ seed).collect::<Vec<_>>())].concat()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A folder whose user has added a voice to the catalogue, with more lines for its table `[download]`.
fn house(download: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let voices = folder.path().join("config/bulletin/voices");
    fs::create_dir_all(&voices).unwrap();
    let profile = format!(
        "name = \"house\"\nengine = \"piper\"\nlanguage = \"en-GB\"\nlicence = \"unknown; see the model card\"\n\
         [download]\npath = \"en/house.onnx\"\n{download}\n"
    );
    fs::write(voices.join("house.toml"), profile).unwrap();
    folder
}

/// The mirror of a house: configuration, card, and what `model` answers for the model.
fn mirror(model: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request| match request.path.as_str() {
        "/voices/en/house.onnx" => model(request),
        "/voices/en/house.onnx.json" => Reply::of("application/json", CONFIG),
        "/voices/en/MODEL_CARD" => Reply::text(CARD),
        _ => Reply::not_found(),
    })
}

/// Exit code, stdout and stderr of `bulletin voices …` with a server as the mirror, whose address needs no leave.
fn voices(folder: &TempDir, server: &Server, net: &str, arguments: &[&str]) -> (i32, String, String) {
    let output = bulletin(folder)
        .env("BULLETIN_VOICES_MIRROR", server.url("/voices/"))
        .env("BULLETIN_NET", format!("{{{net}}}"))
        .arg("voices")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// What was installed, as JSON; fails if nothing was.
fn installed(folder: &TempDir, server: &Server, net: &str, arguments: &[&str]) -> Value {
    let arguments = [&["install", "--json"], arguments].concat();
    let (code, stdout, stderr) = voices(folder, server, net, &arguments);
    assert_eq!(code, 0, "{stderr}");
    serde_json::from_str(&stdout).unwrap()
}

/// What went wrong; fails if nothing did.
fn failed(folder: &TempDir, server: &Server, net: &str, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = voices(folder, server, net, arguments);
    assert!(code != 0 && stdout.is_empty(), "{stdout}");
    stderr
}

fn store(folder: &TempDir) -> PathBuf {
    folder.path().join("data/bulletin/voices")
}

/// The names in a folder, locks left out: they stay.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.strip_suffix(".lock").is_none())
        .collect();
    names.sort();
    names
}

/// The requests for the model.
fn asked(server: &Server) -> Vec<Request> {
    server.requests().into_iter().filter(|r| r.path.strip_suffix(".onnx").is_some()).collect()
}
