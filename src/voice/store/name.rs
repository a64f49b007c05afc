//! What an installed voice may be called: its name is a folder's.

use crate::{Error, Result};
use std::path::Path;

/// The longest name.
const LONGEST_BYTES: usize = 100;
/// Names that Windows keeps for devices; a folder of voices may be shared with it.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Refuses what cannot be the name of an installed voice.
///
/// # Errors
/// [`Error::Config`].
///
/// # Examples
/// ```
/// use bulletin::voice::store::check_name;
/// assert!(check_name("en_GB-alba-medium").is_ok());
/// let error = check_name("../alba").unwrap_err();
/// assert_eq!(error.to_string(), "the name \"../alba\": it may begin with a letter or digit only");
/// ```
pub fn check(name: &str) -> Result<()> {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let device = DEVICES.contains(&stem.trim_end_matches(|c: char| c.is_ascii_digit()));
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+');
    let problem = if name.is_empty() {
        "it is empty".to_owned()
    } else if name.len() > LONGEST_BYTES {
        format!("it is longer than {LONGEST_BYTES} bytes")
    } else if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        "it may begin with a letter or digit only".into()
    } else if let Some(other) = name.chars().find(|&c| !fine(c)) {
        format!("it may not hold {other:?}")
    } else if name.ends_with('.') {
        "it may not end with a stop".into()
    } else if name == "none" {
        "it stands for nobody, as in --fallback none".into()
    } else if device {
        "it is a device on some systems".into()
    } else {
        return Ok(());
    };
    let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    Err(Error::Config {
        place: format!("the name \"{shown}\""),
        problem,
        cure: "give one of letters, digits, _, -, + and . with --name, for example house-news".into(),
    })
}

/// The name of a voice by its file's: without folders, `.onnx`, and what a query adds.
///
/// # Examples
/// ```
/// use bulletin::voice::store::suggested_name;
/// assert_eq!(suggested_name("/voices/en_GB-alba-medium.onnx"), "en_GB-alba-medium");
/// assert_eq!(suggested_name("https://a.example/b/c.onnx?download=true"), "c");
/// ```
pub fn suggested(place: &str) -> String {
    let path = match url::Url::parse(place) {
        Ok(url) if url.has_host() => url.path().to_owned(),
        _ => place.to_owned(),
    };
    let name = Path::new(&path).file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".onnx").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, problem) in [
            ("en_GB-alba-medium", ""),
            ("a", ""),
            ("Alba.2+x", ""),
            ("console", ""),
            ("", "it is empty"),
            ("../x", "begin with a letter"),
            ("/etc", "begin with a letter"),
            (".part", "begin with a letter"),
            ("-rf", "begin with a letter"),
            ("a/../b", "may not hold '/'"),
            ("a\\b", "may not hold '\\\\'"),
            ("a b", "may not hold ' '"),
            ("a\nb", "may not hold '\\n'"),
            ("a\0", "may not hold '\\0'"),
            ("é", "begin with a letter"),
            ("aé", "may not hold 'é'"),
            ("C:x", "may not hold ':'"),
            ("a.", "may not end"),
            ("NUL", "a device"),
            ("com1.onnx", "a device"),
        ] {
            let found = check(name).err().map(|e| e.to_string()).unwrap_or_default();
            assert_eq!(found.is_empty(), problem.is_empty(), "{name:?}: {found}");
            assert!(found.contains(problem), "{name:?}: {found}");
        }
        assert!(check(&"a".repeat(101)).is_err() && check(&"a".repeat(100)).is_ok());
    }
}
