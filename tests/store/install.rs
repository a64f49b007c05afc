//! By name, by file, by address; again, in place of another, and away.

use super::*;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

/// A process of its own that installs the house's voice.
fn start(folder: &TempDir, server: &Server) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin("bulletin"))
        .args(["voices", "install", "house"])
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path().join("config"))
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .env("BULLETIN_VOICES_MIRROR", server.url("/voices"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if done() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not come");
}

#[test]
fn by_name_from_the_houses_mirror_and_away_again() {
    let bytes = model(300_000, 0);
    let folder = house(&format!("sha256 = \"{}\"\nsize_bytes = {}", sha256(&bytes), bytes.len()));
    let sent = bytes.clone();
    let server = mirror(move |request| Reply::file(request, &sent, "\"a\""));
    let (code, stdout, stderr) = voices(&folder, &server, "", &["install", "house"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.starts_with("house  installed, 839 kB, in "), "{stdout}");
    assert!(stdout.contains("\nlicence: CC0\n") && stdout.contains("checked against SHA-256"), "{stdout}");
    assert_eq!(stderr, "licence: unknown; see the model card\n");
    let home = store(&folder).join("house");
    assert_eq!(names(&store(&folder)), ["house"]);
    assert_eq!(names(&home), ["MODEL_CARD", "house.onnx", "house.onnx.json", "profile.toml"]);
    assert_eq!(fs::read(home.join("house.onnx")).unwrap(), bytes);
    assert_eq!(
        server.paths(),
        ["/voices/en/house.onnx.json", "/voices/en/house.onnx", "/voices/en/MODEL_CARD"]
    );

    let profile = fs::read_to_string(home.join("profile.toml")).unwrap();
    for line in [
        "name = \"house\"".to_owned(),
        "language = \"en-GB\"".into(),
        "quality = \"medium\"".into(),
        "licence = \"CC0\"".into(),
        "speakers = 1".into(),
        "sample_rate_hz = 22050".into(),
        "[piper]".into(),
        "model = \"house.onnx\"".into(),
        format!("sha256 = \"{}\"", sha256(&bytes)),
        "[installed]".into(),
        format!("from = \"{}\"", server.url("/voices/en/house.onnx")),
        "verified = \"sha256\"".into(),
    ] {
        assert!(profile.lines().any(|l| l == line), "{line} is missing: {profile}");
    }

    // Once more changes nothing and asks nobody.
    let again = installed(&folder, &server, "", &["house"]);
    assert_eq!((&again["already"], &again["voice"]["state"]), (&true.into(), &"installed".into()));
    assert_eq!(server.paths().len(), 3);
    let forced = installed(&folder, &server, "", &["house", "--force"]);
    assert_eq!((&forced["already"], asked(&server).len()), (&false.into(), 2));
    assert_eq!(names(&store(&folder)), ["house"]);

    // It speaks its language from now on, unasked, where the engine is in the build.
    let config = bulletin(&folder).args(["config", "--json"]).output().unwrap();
    let config: Value = serde_json::from_slice(&config.stdout).unwrap();
    let expected = if cfg!(feature = "piper") { "house" } else { "pico-en-gb" };
    assert_eq!(config["settings"]["voice"]["value"], expected);

    let (code, stdout, _) = voices(&folder, &server, "", &["remove", "house"]);
    assert_eq!((code, stdout.starts_with("house  removed, 84")), (0, true), "{stdout}");
    assert!(names(&store(&folder)).is_empty());
    assert!(
        failed(&folder, &server, "", &["remove", "house"]).contains("voice \"house\": it is not installed")
    );
    let say = bulletin(&folder).args(["say", "Good morning.", "--voice", "house"]).output().unwrap();
    let stderr = String::from_utf8(say.stderr).unwrap();
    assert!(stderr.contains("hint: install it with `bulletin voices install house`"), "{stderr}");
}

#[test]
fn by_file_and_by_address() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = model(1000, 0);
    let sent = bytes.clone();
    let server = Server::start(move |request| match request.path.as_str() {
        "/a/alba.onnx?download=true" => Reply::file(request, &sent, "\"a\""),
        "/a/alba.onnx.json?download=true" => Reply::text(CONFIG),
        _ => Reply::not_found(),
    });
    fs::write(folder.path().join("mine.onnx"), &bytes).unwrap();
    let stderr = failed(&folder, &server, "", &["install", "mine.onnx"]);
    assert!(stderr.contains("its configuration is missing: there is no mine.onnx.json"), "{stderr}");
    assert!(stderr.contains("hint: put it beside the model, or name it with --config"), "{stderr}");
    fs::write(folder.path().join("other.json"), CONFIG).unwrap();
    let mine = installed(&folder, &server, "", &["mine.onnx", "--config", "other.json", "--licence", "ours"]);
    assert_eq!((&mine["voice"]["name"], &mine["voice"]["licence"]), (&"mine".into(), &"ours".into()));
    let from = mine["profile"]["installed"]["from"].as_str().unwrap();
    assert!(from.ends_with("/mine.onnx") && from.starts_with('/'), "{from}");
    assert_eq!(names(&store(&folder).join("mine")), ["mine.onnx", "mine.onnx.json", "profile.toml"]);

    // The same file again is the same voice; another by its name is not.
    fs::rename(folder.path().join("other.json"), folder.path().join("mine.onnx.json")).unwrap();
    assert_eq!(installed(&folder, &server, "", &["mine.onnx"])["already"], true);
    fs::write(folder.path().join("mine.onnx"), model(1000, 1)).unwrap();
    let stderr = failed(&folder, &server, "", &["install", "mine.onnx"]);
    assert!(
        stderr.contains("a voice of this name is installed, from ") && stderr.contains("--force"),
        "{stderr}"
    );
    let sum = sha256(&model(1000, 1));
    let other = installed(&folder, &server, "", &["./mine.onnx", "--name", "two", "--sha256", &sum]);
    assert_eq!(other["profile"]["installed"]["verified"], "sha256");
    assert_eq!(installed(&folder, &server, "", &["mine.onnx", "--force"])["already"], false);
    assert_eq!(names(&store(&folder)), ["mine", "two"]);

    let url = server.url("/a/alba.onnx?download=true").replace("http://", "http://me:hunter2@");
    let refused = failed(&folder, &server, "", &["install", &url]);
    assert!(refused.contains("is refused: it is this machine"), "{refused}");
    let (code, stdout, stderr) = voices(&folder, &server, "allow_private = true", &["install", &url]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("alba  installed") && stdout.contains("licence: unknown; ask whoever made it"));
    assert!(stderr.contains("warning: nothing was known to check the model against"), "{stderr}");
    let profile = fs::read_to_string(store(&folder).join("alba/profile.toml")).unwrap();
    assert!(profile.contains("verified = \"nothing\"") && !profile.contains("hunter2"), "{profile}");
    assert_eq!(names(&store(&folder).join("alba")), ["alba.onnx", "alba.onnx.json", "profile.toml"]);
    assert_eq!(installed(&folder, &server, "allow_private = true", &[&url])["already"], true);
}

#[test]
fn a_voice_that_was_damaged_is_installed_again() {
    let bytes = model(1000, 0);
    let folder = house(&format!("sha256 = \"{}\"", sha256(&bytes)));
    let sent = bytes.clone();
    let server = mirror(move |request| Reply::file(request, &sent, "\"a\""));
    installed(&folder, &server, "", &["house"]);
    let home = store(&folder).join("house");
    fs::write(home.join("house.onnx"), b"damaged").unwrap();
    let (_, _, stderr) = voices(&folder, &server, "", &["install", "house"]);
    assert!(
        stderr.contains("warning: what is installed as house is damaged and is installed again"),
        "{stderr}"
    );
    assert_eq!(fs::read(home.join("house.onnx")).unwrap(), bytes);

    // One that cannot be read is listed as such and keeps nobody else from speaking.
    fs::write(home.join("profile.toml"), "name = ").unwrap();
    let (_, list, _) = voices(&folder, &server, "", &["list", "--installed"]);
    assert!(list.contains("house") && list.contains("damaged"), "{list}");
    let say = bulletin(&folder).args(["say", "Good morning.", "--json"]).output().unwrap();
    let said: Value = serde_json::from_slice(&say.stdout).unwrap();
    assert_eq!((&said["voice"], &said["output"]), (&"pico-en-gb".into(), &"say.wav".into()));
    let named = bulletin(&folder).args(["say", "Good morning.", "--voice", "house"]).output().unwrap();
    let stderr = String::from_utf8(named.stderr).unwrap();
    assert!(stderr.contains("it is installed but damaged: ") && stderr.contains("--force"), "{stderr}");
    assert_eq!(installed(&folder, &server, "", &["house"])["already"], false);
}

#[test]
fn two_at_once_both_end_well() {
    let bytes = model(200_000, 0);
    let folder = house(&format!("sha256 = \"{}\"", sha256(&bytes)));
    let server =
        mirror(move |request| Reply::file(request, &bytes, "\"a\"").drip(20_000, Duration::from_millis(100)));
    let first = start(&folder, &server);
    wait_for("the first request for the model", || !asked(&server).is_empty());
    let second = start(&folder, &server).wait_with_output().unwrap();
    let first = first.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(first.status.success() && second.status.success(), "{first:?} {second:?}");
    assert!(text(&first.stdout).contains("house  installed"), "{first:?}");
    assert!(text(&second.stdout).contains("house  is installed already"), "{second:?}");
    assert!(text(&second.stderr).contains("another bulletin is at this voice; waiting for it"), "{second:?}");
    assert_eq!((asked(&server).len(), names(&store(&folder))), (1, vec!["house".to_owned()]));
}

#[test]
fn killed_in_the_middle_the_next_run_goes_on() {
    let bytes = model(400_000, 0);
    let folder = house(&format!("sha256 = \"{}\"", sha256(&bytes)));
    let server = mirror(move |request| {
        let reply = Reply::file(request, &bytes, "\"a\"");
        if request.nth == 0 { reply.drip(50_000, Duration::from_millis(200)) } else { reply }
    });
    let mut child = start(&folder, &server);
    let part = store(&folder).join(".house.part/house.onnx.part");
    wait_for("half of the model", || fs::metadata(&part).is_ok_and(|part| part.len() > 100_000));
    child.kill().unwrap();
    child.wait().unwrap();
    // Half a voice is none.
    let (_, list, _) = voices(&folder, &server, "", &["list", "--installed"]);
    assert!(list.is_empty(), "{list}");
    let there = fs::metadata(&part).unwrap().len();
    let done = installed(&folder, &server, "", &["house"]);
    assert_eq!(done["resumed_at"], there);
    assert_eq!(asked(&server)[1].header("range").unwrap(), format!("bytes={there}-"));
    assert_eq!(names(&store(&folder)), ["house"]);
}

#[test]
fn killed_while_one_took_the_place_of_another() {
    let bytes = model(1000, 0);
    let folder = house("");
    let server = mirror(move |request| Reply::file(request, &bytes, "\"a\""));
    installed(&folder, &server, "", &["house"]);
    let at = |name: &str| store(&folder).join(name);
    fs::rename(at("house"), at(".house.old")).unwrap();
    // Between the two renames the old one speaks.
    let (_, list, _) = voices(&folder, &server, "", &["list", "--installed"]);
    assert!(list.contains("house"), "{list}");
    assert_eq!(installed(&folder, &server, "", &["house"])["already"], true);
    assert_eq!(names(&store(&folder)), ["house"]);
    fs::rename(at("house"), at(".house.gone")).unwrap();
    assert!(failed(&folder, &server, "", &["remove", "house"]).contains("it is not installed"));
    assert!(names(&store(&folder)).is_empty());
}

#[test]
fn parts_that_nobody_touched_for_a_week_go() {
    let bytes = model(1000, 0);
    let folder = house("");
    let server = mirror(move |request| Reply::file(request, &bytes, "\"a\""));
    for (name, days) in [("old", 8), ("new", 6), ("held", 8)] {
        let part = store(&folder).join(format!(".{name}.part"));
        fs::create_dir_all(&part).unwrap();
        fs::write(part.join("x.onnx.part"), b"x").unwrap();
        #[allow(clippy::disallowed_methods, reason = "ages are counted from now")]
        let then = SystemTime::now() - Duration::from_hours(24 * days);
        for path in [part.join("x.onnx.part"), part] {
            fs::File::open(path).unwrap().set_modified(then).unwrap();
        }
    }
    let held = fs::File::create(store(&folder).join(".held.lock")).unwrap();
    held.lock().unwrap();
    installed(&folder, &server, "", &["house"]);
    assert_eq!(names(&store(&folder)), [".held.part", ".new.part", "house"]);
}
