//! What can speak and what could, for people and for programs.

use super::*;

fn stdout(folder: &TempDir, arguments: &[&str]) -> String {
    let output = bulletin(folder).arg("voices").args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_a_new_machine_has() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!("list", stdout(&folder, &["list"]));
    insta::assert_snapshot!("show-catalogue", stdout(&folder, &["show", "en_GB-alba-medium"]));
    let british = stdout(&folder, &["list", "--language", "en-GB"]);
    assert_eq!(british.lines().count(), 15, "{british}");
    assert_eq!(stdout(&folder, &["list", "--engine", "pico", "--language", "en_us"]).lines().count(), 2);
    assert_eq!(stdout(&folder, &["list", "--installed"]), "");
}

#[test]
fn what_a_house_has() {
    let folder = house("size_bytes = 63000000");
    let own = folder.path().join("config/bulletin/voices");
    let profile = |name: &str, rest: &str| {
        let text = format!("name = \"{name}\"\nlanguage = \"en-GB\"\nlicence = \"ours\"\n{rest}");
        fs::write(own.join(format!("{name}.toml")), text).unwrap();
    };
    profile("slow", "engine = \"pico\"\nrate = 0.9");
    profile(
        "server",
        "engine = \"http\"\n[http]\nurl = \"https://voices.example/v1/audio/speech\"\nmodel = \"m\"\nvoice = \"v\"",
    );
    profile("program", "engine = \"command\"\n[command]\nprogram = \"no-such-program\"");
    profile("lost", "engine = \"piper\"\n[piper]\nmodel = \"lost.onnx\"");
    let bytes = model(1000, 0);
    let server = mirror(move |request| Reply::file(request, &bytes, "\"a\""));
    fs::write(folder.path().join("x.onnx"), model(1000, 0)).unwrap();
    fs::write(folder.path().join("x.onnx.json"), CONFIG).unwrap();
    installed(&folder, &server, "", &["x.onnx", "--licence", "ours"]);
    let list: Value =
        serde_json::from_str(&stdout(&folder, &["list", "--language", "en-GB", "--json"])).unwrap();
    assert_eq!(list["format_version"], 2);
    let states: Vec<(&str, &str, bool)> = list["voices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (v["name"].as_str().unwrap(), v["state"].as_str().unwrap(), v["default"].as_bool().unwrap()))
        .filter(|(name, ..)| !name.starts_with("en_GB"))
        .collect();
    let neural = cfg!(feature = "piper");
    let installed_state = if neural { "installed" } else { "no_engine" };
    assert_eq!(
        states,
        [
            ("espeak-en-gb", "program_not_found", false),
            ("lost", "model_missing", false),
            ("pico-en-gb", "built_in", !neural),
            ("program", "program_not_found", false),
            ("say-en-gb", "program_not_found", false),
            ("server", "remote", false),
            ("slow", "own", false),
            ("x", installed_state, neural),
            ("house", "can_be_installed", false),
        ]
    );
    let x = list["voices"].as_array().unwrap().iter().find(|v| v["name"] == "x").unwrap();
    let mut keys: Vec<&str> = x.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "default",
            "description",
            "engine",
            "language",
            "licence",
            "licence_url",
            "name",
            "note",
            "problem",
            "quality",
            "sample_rate_hz",
            "size_bytes",
            "speakers",
            "state"
        ]
    );
    assert_eq!(
        (&x["quality"], &x["sample_rate_hz"], &x["speakers"]),
        (&"medium".into(), &22_050.into(), &1.into())
    );

    let show: Value = serde_json::from_str(&stdout(&folder, &["show", "x", "--json"])).unwrap();
    assert_eq!(show["profile"]["installed"]["model_bytes"], model(1000, 0).len());
    assert!(show["folder"].as_str().unwrap().ends_with("voices/x"), "{show}");
    let text = stdout(&folder, &["show", "x"]);
    assert!(
        text.contains("# lies in: ") && text.contains("[installed]") && text.contains("sha256 = "),
        "{text}"
    );
    // What is shown is a profile.
    assert!(bulletin::voice::Profile::parse("x", &text).is_ok());

    let refused = bulletin(&folder).args(["voices", "remove", "slow"]).output().unwrap();
    assert!(String::from_utf8(refused.stderr).unwrap().contains("it is one of your own profiles, in "));
    assert_eq!(stdout(&folder, &["list", "--installed"]).lines().count(), 2);
}
