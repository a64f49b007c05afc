//! Ten stories of ten desks and their approved scripts, `bulletin script --explain` as a user sees it.
//!
//! The snapshots under `tests/snapshots` were read line by line before they were accepted; a change in one is a
//! change in what goes on air. `cargo insta review` shows and accepts new ones.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use assert_cmd::Command;
use std::path::Path;

/// What `script --explain` prints of a story, run in the folder of the stories.
fn explained(desk: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = Command::cargo_bin("bulletin")
        .unwrap()
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/desks"))
        .env_clear()
        .env("HOME", home.path())
        .args(["script", "--explain", &format!("{desk}.txt")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

macro_rules! desks {
    ($($desk:ident)*) => {
        $(
            #[test]
            fn $desk() {
                insta::assert_snapshot!(stringify!($desk), explained(stringify!($desk)));
            }
        )*
    };
}

desks!(politics courts business sport weather health science transport royals tech);

/// Nothing but letters, inner apostrophes and hyphens, spaces and stops reaches a voice.
#[test]
fn every_desk_keeps_to_the_spoken_alphabet() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/desks");
    let mut stories = 0;
    for story in std::fs::read_dir(&folder).unwrap() {
        let path = story.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let normaliser = bulletin::normalise::Normaliser::default();
        for line in text.lines() {
            let spoken = normaliser.normalise(line);
            let stray: Vec<char> =
                spoken.text().chars().filter(|c| !c.is_alphabetic() && !" .,;:!?'-".contains(*c)).collect();
            assert!(stray.is_empty(), "{}: {stray:?} in {}", path.display(), spoken.text());
        }
        stories += 1;
    }
    assert_eq!(stories, 10);
}
