//! Lexicons, house tables and house style through the binary: what a house says is what is said.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;

use assert_cmd::Command;
use command::bulletin;
use std::fs;
use tempfile::TempDir;

const STORY: &str =
    "Siobhan Crane of BARB met Keir at the HMRC depot.\nKeir said the 4km walk took 90 minutes.\n";

const PLS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-GB">
  <lexeme><grapheme>Keir</grapheme><phoneme>kɛə</phoneme></lexeme>
  <lexeme><grapheme>HMRC</grapheme><alias>the taxman</alias></lexeme>
</lexicon>
"#;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("story.txt"), STORY).unwrap();
    folder
}

fn write(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn stdout(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Exit code and what a failing command says.
fn failure(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// The pronunciations of a script in order: word, sound, where it was given.
fn pronounced(folder: &TempDir, more: &[&str]) -> Vec<(String, String, String)> {
    let json = stdout(bulletin(folder).args(["script", "story.txt", "--json"]).args(more));
    let script: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut found = Vec::new();
    for sentence in script["stories"][0]["sentences"].as_array().unwrap() {
        let spoken = sentence["spoken"].as_str().unwrap();
        for word in sentence["pronounced"].as_array().unwrap() {
            let (from, to) =
                (word["spoken"]["start"].as_u64().unwrap(), word["spoken"]["end"].as_u64().unwrap());
            let sound = word["sound"].as_object().unwrap().values().next().unwrap().as_str().unwrap();
            found.push((
                spoken[from as usize..to as usize].to_owned(),
                sound.to_owned(),
                word["place"].as_str().unwrap().to_owned(),
            ));
        }
    }
    found
}

fn keirs(folder: &TempDir, more: &[&str]) -> Vec<String> {
    pronounced(folder, more)
        .into_iter()
        .filter(|(word, ..)| word == "Keir")
        .map(|(_, sound, _)| sound)
        .collect()
}

#[test]
fn every_layer_over_the_one_below() {
    let folder = folder();
    // Built in: Siobhan is known, Keir is left to the voice.
    let built_in = pronounced(&folder, &[]);
    assert_eq!(built_in.len(), 1, "{built_in:?}");
    assert_eq!((built_in[0].0.as_str(), built_in[0].1.as_str()), ("Siobhan", "ʃɪˈvɔːn"));
    assert!(built_in[0].2.starts_with("built in"), "{built_in:?}");

    // House over built in.
    write(
        &folder,
        "house.toml",
        "[[entry]]\nterm = \"Siobhan\"\nrespell = \"shuh-vawn\"\n[[entry]]\nterm = \"Keir\"\nrespell = \"care\"\n",
    );
    write(&folder, "bulletin.toml", "lexicons = [\"house.toml\"]\n");
    let house = pronounced(&folder, &[]);
    assert_eq!(house[0].1, "shuh-vawn");
    assert!(house[0].2.contains("house.toml:1"), "{house:?}");
    assert_eq!(keirs(&folder, &[]), ["care", "care"]);

    // This bulletin over house.
    write(&folder, "today.toml", "[[entry]]\nterm = \"Keir\"\nrespell = \"core\"\n");
    assert_eq!(keirs(&folder, &["--lexicon", "today.toml"]), ["core", "core"]);

    // Inline over all of them, for its line alone, or for the whole story.
    write(&folder, "story.txt", &STORY.replacen("Keir", "[[Keir|cur]]", 1));
    assert_eq!(keirs(&folder, &["--lexicon", "today.toml"]), ["cur", "core"]);
    write(&folder, "story.txt", &STORY.replacen("Keir", "[[Keir|cur|story]]", 1));
    assert_eq!(keirs(&folder, &["--lexicon", "today.toml"]), ["cur", "cur"]);
}

#[test]
fn a_user_lexicon_is_found_without_being_named() {
    let folder = folder();
    write(&folder, "config/bulletin/lexicon.toml", "[[entry]]\nterm = \"Keir\"\nipa = \"kɔː\"\n");
    assert_eq!(keirs(&folder, &[]), ["kɔː", "kɔː"]);
}

#[test]
fn pls_is_read_and_checked() {
    let folder = folder();
    write(&folder, "names.pls", PLS);
    assert_eq!(keirs(&folder, &["--lexicon", "names.pls"]), ["kɛə", "kɛə"]);
    let plain = stdout(bulletin(&folder).args(["script", "story.txt", "--plain", "--lexicon", "names.pls"]));
    assert!(plain.contains("met Keir at the the taxman depot"), "{plain}");
    let listed = stdout(bulletin(&folder).args(["lexicon", "check", "names.pls"]));
    assert!(listed.contains("said /kɛə/ (ke@)") && listed.contains("rewritten \"the taxman\""), "{listed}");
    stdout(bulletin(&folder).args(["lexicon", "check", "names.pls", "--speak", "names.wav"]));
    assert!(hound::WavReader::open(folder.path().join("names.wav")).unwrap().duration() > 24_000);

    write(&folder, "broken.pls", &PLS.replace("</lexeme>", ""));
    let (code, said) = failure(bulletin(&folder).args(["lexicon", "check", "broken.pls"]));
    assert_eq!(code, 2);
    assert!(said.contains("broken.pls:") && said.contains("hint: "), "{said}");
}

#[test]
fn a_pronunciation_changes_the_samples() {
    let folder = folder();
    write(&folder, "names.toml", "[[entry]]\nterm = \"Keir\"\nipa = \"kaɪə\"\n");
    let say = |name: &str, more: &[&str]| {
        stdout(bulletin(&folder).args(["say", "Sir Keir spoke.", "-o", name]).args(more));
        fs::read(folder.path().join(name)).unwrap()
    };
    let plain = say("plain.wav", &[]);
    assert!(plain == say("again.wav", &[]), "the same words give the same file");
    assert!(plain != say("other.wav", &["--lexicon", "names.toml"]), "another sound, other samples");
}

#[test]
fn names_are_listed_and_can_be_made_an_error() {
    let folder = folder();
    let names = stdout(bulletin(&folder).args(["script", "story.txt", "--names"]));
    let first = names.lines().next().unwrap_or_default();
    assert!(first.contains("Keir") && first.contains('2'), "most prominent first: {names}");
    let words: Vec<&str> = names.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(words, ["Keir", "Crane"], "the built-in lexicon covers Siobhan");
    let (code, said) = failure(bulletin(&folder).args(["script", "story.txt", "--strict-names"]));
    assert_eq!(code, 1);
    assert!(said.contains("no lexicon covers") && said.contains("Keir"), "{said}");
    write(
        &folder,
        "all.toml",
        "[[entry]]\nterm = \"Keir\"\nrespell = \"keer\"\n[[entry]]\nterm = \"Crane\"\nrespell = \"crayn\"\n",
    );
    stdout(bulletin(&folder).args(["script", "story.txt", "--strict-names", "--lexicon", "all.toml"]));
}

#[test]
fn a_lexicon_that_contradicts_itself_is_refused_with_file_line_and_cure() {
    let folder = folder();
    write(
        &folder,
        "twice.toml",
        "[[entry]]\nterm = \"Keir\"\nrespell = \"keer\"\n\n[[entry]]\nterm = \"Keir\"\nrespell = \"care\"\n",
    );
    for (name, text, says) in [
        ("twice.toml", None, "twice.toml:5: \"Keir\" already has another reading at twice.toml:1"),
        ("none.toml", Some("[[entry]]\nterm = \"Keir\"\n"), "none.toml:1"),
        (
            "key.toml",
            Some("[[entry]]\nterm = \"Keir\"\nrespel = \"keer\"\n"),
            "key.toml:3: unknown field `respel`",
        ),
        ("ipa.toml", Some("[[entry]]\nterm = \"Keir\"\nipa = \"kǃa\"\n"), "ipa.toml:1"),
    ] {
        if let Some(text) = text {
            write(&folder, name, text);
        }
        let (code, said) = failure(bulletin(&folder).args(["script", "story.txt", "--lexicon", name]));
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(says) && said.contains("hint: "), "{name}: {said}");
    }
}

#[test]
fn house_tables_override_and_extend() {
    let folder = folder();
    write(
        &folder,
        "normalise.toml",
        "[acronyms]\nBARB = \"Barb\"\n\n[units]\nrows = [[\"km\", \"kay\", \"kays\", \"length\", \"any\"]]\n",
    );
    write(&folder, "bulletin.toml", "tables = [\"normalise.toml\"]\n");
    let plain = stdout(bulletin(&folder).args(["script", "story.txt", "--plain"]));
    assert!(plain.contains("of Barb met") && plain.contains("four kay walk"), "{plain}");
    // The same from a tab-separated file named after its table.
    write(&folder, "acronyms.tsv", "BARB\tBee arb\n");
    write(&folder, "bulletin.toml", "tables = [\"acronyms.tsv\"]\n");
    let plain = stdout(bulletin(&folder).args(["script", "story.txt", "--plain"]));
    assert!(plain.contains("of Bee arb met"), "{plain}");
    // And from the user's own folder, found by its name.
    write(&folder, "bulletin.toml", "");
    write(&folder, "config/bulletin/normalise.toml", "[acronyms]\nBARB = \"Barbie\"\n");
    let line = stdout(bulletin(&folder).arg("normalise").write_stdin("BARB said so.\n"));
    assert_eq!(line, "Barbie said so.\n");

    write(&folder, "broken.toml", "[acronyms]\nBARB = \"B4RB\"\n");
    write(&folder, "bulletin.toml", "tables = [\"broken.toml\"]\n");
    let (code, said) = failure(bulletin(&folder).args(["script", "story.txt"]));
    assert_eq!(code, 2);
    assert!(said.contains("broken.toml:2") && said.contains("hint: "), "{said}");
}

#[test]
fn style_by_flag_file_and_both() {
    let folder = folder();
    write(&folder, "bulletin.toml", "[style]\nyears = \"thousands\"\nper_cent = \"one-word\"\n");
    let said = |more: &[&str]| {
        stdout(bulletin(&folder).arg("normalise").args(more).write_stdin("Prices rose 5% in 2025.\n"))
    };
    assert_eq!(said(&[]), "Prices rose five percent in two thousand and twenty five.\n");
    assert_eq!(said(&["--style", "years=pairs"]), "Prices rose five percent in twenty twenty five.\n");
    let (code, message) = failure(bulletin(&folder).args(["normalise", "--style", "years=backwards"]));
    assert_eq!(code, 2);
    assert!(message.contains("backwards"), "{message}");
}
