//! What is no voice, not the one expected, or cannot be called so.

use super::*;

#[test]
fn a_wrong_checksum_is_refused_and_removed() {
    let bytes = model(1000, 0);
    let wrong = "0".repeat(64);
    let md5 = "0".repeat(32);
    for (download, arguments, problem) in [
        (format!("sha256 = \"{wrong}\""), &["house"][..], "the model is not the one expected: SHA-256 "),
        (format!("md5 = \"{md5}\""), &["house"], "the model is not the one expected: MD5 "),
        (format!("config_md5 = \"{md5}\""), &["house"], "its configuration is not the one in the catalogue"),
        (String::new(), &["house", "--sha256", &wrong], "the model is not the one expected: SHA-256 "),
    ] {
        let folder = house(&download);
        let sent = bytes.clone();
        let server = mirror(move |request| Reply::file(request, &sent, "\"a\""));
        let stderr = failed(&folder, &server, "", &[&["install"], arguments].concat());
        assert!(stderr.contains(problem), "{stderr}");
        assert!(stderr.contains("hint: it was damaged on the way, or has been changed"), "{stderr}");
        assert!(names(&store(&folder)).is_empty(), "{:?}", names(&store(&folder)));
    }
    // What is there stays as it is.
    let folder = house(&format!("sha256 = \"{}\"", sha256(&bytes)));
    let sent = bytes.clone();
    let server =
        mirror(
            move |request| {
                if request.nth == 0 { Reply::file(request, &sent, "\"a\"") } else { Reply::text("other") }
            },
        );
    installed(&folder, &server, "", &["house"]);
    failed(&folder, &server, "", &["install", "house", "--force"]);
    assert_eq!(fs::read(store(&folder).join("house/house.onnx")).unwrap(), bytes);
    assert_eq!(names(&store(&folder)), ["house"]);
}

#[test]
fn what_is_saved_by_mistake_is_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let cut = model(1000, 0);
    for (bytes, problem, hint) in [
        (
            &b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 63201294\n"[..],
            "the model is a Git LFS pointer",
            "git lfs pull",
        ),
        (
            b"<!DOCTYPE html>\n<html><title>house.onnx</title>",
            "the model is a web page",
            "\"resolve\" for \"blob\"",
        ),
        (b"", "the model is empty", "fetch it again"),
        (b"words", "the model is no ONNX file", "give the .onnx file of a Piper voice"),
        (&cut[..500], "cut short", "fetch it again"),
    ] {
        let bytes = bytes.to_vec();
        let server = Server::start(move |request| match request.path.as_str() {
            "/x.onnx" => Reply::of("application/octet-stream", bytes.clone()),
            "/x.onnx.json" => Reply::text(CONFIG),
            _ => Reply::not_found(),
        });
        let stderr = failed(&folder, &server, "allow_private = true", &["install", &server.url("/x.onnx")]);
        assert!(stderr.contains(problem) && stderr.contains(hint), "{problem}: {stderr}");
        assert!(names(&store(&folder)).is_empty());
    }
    // The address of a page about the file.
    let server = Server::start(|_| Reply::html("<!doctype html><p>house.onnx 63.2 MB</p>"));
    let stderr = failed(&folder, &server, "allow_private = true", &["install", &server.url("/blob/x.onnx")]);
    assert!(stderr.contains("its configuration is a web page") && stderr.contains("\"resolve\""), "{stderr}");
    assert_eq!(server.paths(), ["/blob/x.onnx.json"]);
}

#[test]
fn a_configuration_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|_| Reply::not_found());
    fs::write(folder.path().join("x.onnx"), model(1000, 0)).unwrap();
    for (config, problem) in [
        ("{}".to_owned(), "none of Piper's: missing field `audio`"),
        ("[".repeat(1000), "none of Piper's: "),
        (CONFIG.replace("\"espeak\",", "\"text\","), "phonemes of the type \"text\""),
        (CONFIG.replace("\"num_speakers\": 1", "\"num_speakers\": 2"), "it takes no \"sid\""),
        (" ".repeat(5_000_001), "has 5000001 bytes, more than the limit of 5000000"),
    ] {
        fs::write(folder.path().join("x.onnx.json"), config).unwrap();
        let stderr = failed(&folder, &server, "", &["install", "x.onnx"]);
        assert!(stderr.contains(problem), "{problem}: {stderr}");
        assert!(names(&store(&folder)).is_empty(), "{problem}");
    }
}

#[test]
fn names_that_lead_elsewhere_or_nowhere() {
    let folder = house("");
    let server = Server::start(|_| Reply::not_found());
    fs::write(folder.path().join("x.onnx"), model(1000, 0)).unwrap();
    fs::write(folder.path().join("x.onnx.json"), CONFIG).unwrap();
    for (arguments, problem) in [
        (&["install", "x.onnx", "--name", "../x"][..], "the name \"../x\": it may begin with a letter"),
        (&["install", "x.onnx", "--name", "/tmp/x"], "it may begin with a letter"),
        (&["install", "x.onnx", "--name", "a/b"], "it may not hold '/'"),
        (&["install", "x.onnx", "--name", "a\\b"], "it may not hold '\\\\'"),
        (&["install", "x.onnx", "--name", "a\nb"], "it may not hold '\\n'"),
        (&["install", "x.onnx", "--name", "nul"], "a device"),
        (&["install", "x.onnx", "--name", ""], "it is empty"),
        (&["install", "x.onnx", "--name", "pico-en-gb"], "a built-in voice has this name"),
        (&["install", "x.onnx", "--sha256", "abc"], "--sha256: it is not 64 hexadecimal digits"),
        (&["install", "house", "--config", "x.onnx.json"], "--config: the catalogue knows"),
        (&["install", "nowhere.onnx"], "nowhere.onnx"),
        (&["install", "x.onnx", "--name", "none"], "it stands for nobody"),
        (&["install", "ftp://a.example/x.onnx"], "addresses of the kind ftp: cannot be fetched"),
        (&["install", "pico-en-gb"], "there is nothing to install"),
        (&["remove", "../config"], "the name \"../config\""),
        (&["remove", "pico-en-gb"], "it is built in and cannot be removed"),
        (&["remove", "en_GB-alba-medium"], "it is not installed"),
        (&["remove", "nobody"], "no voice called \"nobody\""),
    ] {
        let stderr = failed(&folder, &server, "", arguments);
        assert!(stderr.contains(problem) && stderr.contains("hint: "), "{arguments:?}: {stderr}");
        assert!(names(&store(&folder)).is_empty(), "{arguments:?}");
    }
    assert!(folder.path().join("config/bulletin/voices/house.toml").exists());
    assert!(server.requests().is_empty());
}

#[test]
fn names_the_catalogue_does_not_have() {
    let folder = house("");
    let server = Server::start(|_| Reply::not_found());
    for (name, hint) in [
        ("alba", "the catalogue has: en_GB-alba-medium\n"),
        ("CORI", "the catalogue has: en_GB-cori-high, en_GB-cori-medium\n"),
        ("en_GB-abla-medium", "the catalogue has: en_GB-alba-medium\n"),
        ("hose", "the catalogue has: house\n"),
        ("zzzzzzzzzzzzz", "`bulletin voices list` shows what can be installed"),
    ] {
        let stderr = failed(&folder, &server, "", &["install", name]);
        assert!(stderr.contains(&format!("\"{name}\": no voice of the catalogue is called so")), "{stderr}");
        assert!(stderr.contains(hint), "{name}: {stderr}");
    }
}
