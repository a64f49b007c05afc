//! Regular copy is at rest after one reading: what the class modules say is nothing they would read again.
//!
//! The normaliser reads a line until it rests, so that spoken text comes back unchanged; where that changed a first
//! reading of ordinary copy, a class would be wrong about its own words.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use bulletin::normalise::{Class, Normaliser, Style};

#[test]
fn spoken_cases_hold_nothing_to_expand() {
    let normaliser = Normaliser::new(Style::default());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // Cases of other rooms.
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        for (written, _) in text.lines().filter_map(|line| line.split_once(" => ")) {
            let spoken = normaliser.normalise(written.trim_start_matches("[en-US] "));
            let again = normaliser.normalise(spoken.text());
            assert_eq!(again.text(), spoken.text());
            for piece in again.pieces() {
                assert!(
                    !matches!(
                        piece.class,
                        Class::Money | Class::Measure | Class::Date | Class::Telephone | Class::Serial
                    ),
                    "{:?} of {:?}",
                    piece,
                    spoken.text()
                );
            }
            count += 1;
        }
    }
    assert!(count > 500);
}
