//! Finds the language data of the embedded voice inside the `ttspico-sys` package and stages them for embedding; lists
//! the voices' profiles; gives the program a number by which it knows its own work.
//!
//! The data are not in our repository: they come with the dependency. Asking cargo about our own manifest fails on
//! an empty cargo home, because dev-dependencies were never fetched; so a probe manifest that depends on
//! `ttspico-sys` alone is written to `OUT_DIR`, with our lock file beside it, and cargo is asked about that.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The version whose data layout we know; the same as in `Cargo.toml`.
const SYS_VERSION: &str = "=0.1.5";

/// Text analysis and signal generation data of each embedded language.
const DATA: [&str; 4] = ["en-GB_ta.bin", "en-GB_kh0_sg.bin", "en-US_ta.bin", "en-US_lh0_sg.bin"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=Cargo.lock");
    for folder in SOURCES {
        println!("cargo:rerun-if-changed={folder}");
    }
    println!("cargo:rustc-env=BULLETIN_SOURCES={:016x}", sources());
    if let Err(problem) = profiles() {
        println!("cargo:warning=the voices' profiles were not listed: {problem}");
        std::process::abort();
    }
    println!("cargo:rustc-check-cfg=cfg(system_voices)");
    if has_system_voices() {
        println!("cargo:rustc-cfg=system_voices");
    }
    if let Err(problem) = stage() {
        println!("cargo:warning=the embedded voice's data were not found: {problem}");
        std::process::abort();
    }
}

/// Whether the program can speak with the system's voices, known to the sources as `cfg(system_voices)`: where the crate
/// `tts` is among the dependencies.
fn has_system_voices() -> bool {
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("windows" | "macos") => true,
        Ok("linux") => env::var_os("CARGO_FEATURE_SYSTEM").is_some(),
        _ => false,
    }
}

/// What decides how a bulletin sounds, beside its dependencies.
const SOURCES: [&str; 2] = ["src", "voices"];

/// A number for this very program: bulletins that another one made are made again.
fn sources() -> u64 {
    let mut folders: Vec<PathBuf> = SOURCES.iter().map(PathBuf::from).collect();
    let mut files = BTreeSet::from([PathBuf::from("Cargo.lock")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path);
            }
        }
    }
    let mut hash = DefaultHasher::new();
    for file in files {
        (&file, fs::read(&file).unwrap_or_default()).hash(&mut hash);
    }
    hash.finish()
}

/// Writes the list of `voices/*.toml` with their texts, so that a file more is a voice more.
fn profiles() -> Result<(), String> {
    let manifest = env::var("CARGO_MANIFEST_DIR").map_err(|e| format!("CARGO_MANIFEST_DIR: {e}"))?;
    let out = env::var("OUT_DIR").map_err(|e| format!("OUT_DIR: {e}"))?;
    let folder = Path::new(&manifest).join("voices");
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let files: BTreeSet<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    let list: Vec<String> = files
        .iter()
        .map(|path| {
            let place = format!("voices/{}", path.file_name().unwrap_or_default().to_string_lossy());
            format!("({place:?}, include_str!({:?}))", path.display().to_string())
        })
        .collect();
    let list = format!(
        "[
    {},
]
",
        list.join(
            ",
    "
        )
    );
    write(&Path::new(&out).join("profiles.rs"), list.as_bytes())
}

fn stage() -> Result<(), String> {
    let variable = |name: &str| env::var(name).map_err(|e| format!("{name}: {e}"));
    let out = PathBuf::from(variable("OUT_DIR")?);
    let probe = out.join("probe");
    fs::create_dir_all(probe.join("src")).map_err(|e| format!("{}: {e}", probe.display()))?;
    let manifest = format!(
        "[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n\
         [dependencies]\nttspico-sys = \"{SYS_VERSION}\"\n"
    );
    write(&probe.join("Cargo.toml"), manifest.as_bytes())?;
    write(&probe.join("src/lib.rs"), b"")?;
    let lock = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("Cargo.lock");
    if lock.exists() {
        let bytes = fs::read(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
        write(&probe.join("Cargo.lock"), &bytes)?;
    }
    let output = Command::new(variable("CARGO")?)
        .args(["metadata", "--format-version", "1", "--offline", "--filter-platform"])
        .arg(variable("TARGET")?)
        .arg("--manifest-path")
        .arg(probe.join("Cargo.toml"))
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
    let package = metadata["packages"]
        .as_array()
        .and_then(|packages| packages.iter().find(|p| p["name"] == "ttspico-sys"))
        .and_then(|p| p["manifest_path"].as_str())
        .ok_or("no ttspico-sys among the packages")?;
    let lang = Path::new(package).with_file_name("build").join("pico/lang");
    let staged = out.join("pico");
    fs::create_dir_all(&staged).map_err(|e| format!("{}: {e}", staged.display()))?;
    for name in DATA {
        let from = lang.join(name);
        let bytes = fs::read(&from).map_err(|e| format!("{}: {e}", from.display()))?;
        write(&staged.join(name), &bytes)?;
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}
