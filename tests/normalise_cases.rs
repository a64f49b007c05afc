//! The cases under `tests/cases`: `written => spoken | also accepted`, `= text` for what must not change, a leading
//! `[en-US]` for American copy. Every failing line of a file is reported at once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use bulletin::normalise::{Locale, Normaliser, Style};
use std::fmt::Write as _;
use std::path::Path;

/// One line of a case file: nothing, or what is wrong with it.
fn check(line: &str, gb: &Normaliser, us: &Normaliser) -> Option<String> {
    let line = line.trim_end();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (normaliser, line) = match line.strip_prefix("[en-US]") {
        Some(rest) => (us, rest.trim_start()),
        None => (gb, line),
    };
    let (written, accepted) = match line.strip_prefix("= ") {
        Some(text) => (text, text),
        None => line.split_once(" => ").unwrap_or((line, "")),
    };
    let spoken = normaliser.normalise(written);
    let right = accepted.split(" | ").any(|form| form == spoken.text());
    (!right).then(|| format!("  in   {written}\n  got  {}\n  want {accepted}\n", spoken.text()))
}

#[test]
fn every_case_is_said_as_approved() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let gb = Normaliser::new(Style::default());
    let us = Normaliser::new(Style { locale: Locale::EnUs, ..Style::default() });
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    files.sort();
    let (mut report, mut wrong, mut total) = (String::new(), 0, 0);
    for path in &files {
        let text = std::fs::read_to_string(path).unwrap();
        let misses: Vec<_> = text.lines().filter_map(|line| check(line, &gb, &us)).collect();
        total += text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        if !misses.is_empty() {
            wrong += misses.len();
            let name = path.file_stem().unwrap().to_string_lossy();
            write!(report, "{name}: {} wrong\n{}", misses.len(), misses.concat()).unwrap();
        }
    }
    assert!(total > 500, "only {total} cases found under {}", folder.display());
    assert!(wrong == 0, "{wrong} of {total} cases wrong\n{report}");
}
