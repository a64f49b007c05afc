//! Keys: read at the last moment, sent in a header, and in nothing else that is written, printed or kept.

use super::Named;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use ureq::http::{HeaderName, HeaderValue};

/// The longest key: signed tokens have some thousand bytes.
const MOST_BYTES: u64 = 16 * 1024;
/// So many characters of a key in a row are taken for a part of it.
const TELLING: usize = 6;

/// A key. Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is wrong with a key, and what would help.
type Wrong = (String, String);

impl Secret {
    fn of(text: &str, place: &str) -> Result<Self, Wrong> {
        let key = text.trim().trim_start_matches('\u{feff}').trim();
        if key.is_empty() {
            return Err((format!("{place} is empty"), format!("put the key into {place}")));
        }
        if !key.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
            let cure = format!("{place} must hold the key alone, on one line");
            return Err((
                format!("{place} holds something that no key has (several lines, or letters outside ASCII)"),
                cure,
            ));
        }
        Ok(Self(key.to_owned()))
    }

    /// The header it is sent in.
    pub(super) fn header(&self, name: &str, prefix: &str) -> Result<(HeaderName, HeaderValue), Wrong> {
        let cure = "give key_header and key_prefix as the server documents them";
        let name = HeaderName::from_bytes(name.trim().as_bytes())
            .map_err(|_| ("key_header is no name of a header".to_owned(), cure.to_owned()))?;
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.0))
            .map_err(|_| ("key_prefix cannot be in a header".to_owned(), cure.to_owned()))?;
        value.set_sensitive(true);
        Ok((name, value))
    }

    /// `text` without the key and without parts of it.
    pub(super) fn mask(&self, text: &str) -> String {
        let text = text.replace(&self.0, "…");
        let key: Vec<char> = self.0.chars().collect();
        if key.len() < TELLING {
            return text;
        }
        // Servers shorten what they echo: "sk-pr***ab12".
        let parts: Vec<String> = key.windows(TELLING).map(|part| part.iter().collect()).collect();
        let tells = |word: &str| parts.iter().any(|part| word.contains(part.as_str()));
        text.split_inclusive(char::is_whitespace)
            .map(|word| {
                let end = word.trim_end_matches(char::is_whitespace).len();
                if tells(&word[..end]) { format!("…{}", &word[end..]) } else { word.to_owned() }
            })
            .collect()
    }
}

/// The key of a server, if it has one.
pub(super) fn read(named: Named<'_>, folder: &Path) -> Result<Option<Secret>, Wrong> {
    match (named.key_env, named.key_file) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            Err(("its key is said to be in two places".into(), "give key_env or key_file, not both".into()))
        }
        (Some(variable), None) => {
            let place = format!("the environment variable {variable}");
            if variable.is_empty() || variable.contains(['=', '\0']) {
                return Err((
                    "key_env is no name of an environment variable".into(),
                    "give the variable's name, for example OPENAI_API_KEY, and not the key".into(),
                ));
            }
            // A key that was put where its variable's name belongs must not be told either.
            let place =
                if looks_like_a_name(variable) { place } else { "the variable that key_env names".into() };
            let text = std::env::var(variable).map_err(|error| match error {
                std::env::VarError::NotPresent => (
                    format!("{place} is not set, which should hold its key"),
                    format!("set {place} to the key"),
                ),
                std::env::VarError::NotUnicode(_) => {
                    (format!("{place} holds something that no key has"), format!("set {place} to the key"))
                }
            })?;
            Secret::of(&text, &place).map(Some)
        }
        (None, Some(file)) => {
            let path = path_of(file, folder);
            let place = format!("the file {}", path.display());
            let mut text = String::new();
            File::open(&path).and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text)).map_err(
                |error| {
                    (
                        format!("{place} cannot be read, which should hold its key: {error}"),
                        format!("put the key into {place}, and make it yours alone (chmod 600)"),
                    )
                },
            )?;
            if text.len() as u64 > MOST_BYTES {
                return Err((
                    format!("{place} is too long for a key"),
                    format!("{place} must hold the key alone"),
                ));
            }
            Secret::of(&text, &place).map(Some)
        }
    }
}

fn looks_like_a_name(variable: &str) -> bool {
    variable.len() <= 64
        && variable.bytes().all(|b| b == b'_' || b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// A path of a profile: from its folder on.
pub(super) fn path_of(file: &Path, folder: &Path) -> PathBuf {
    folder.join(file)
}

/// What the user should know of a server's key.
pub(super) fn warning(named: Named<'_>, folder: &Path) -> Option<String> {
    let path = path_of(named.key_file?, folder);
    is_open_to_all(&path).then(|| {
        format!(
            "the key in {} can be read by everybody on this machine; make it yours alone (chmod 600)",
            path.display()
        )
    })
}

#[cfg(unix)]
fn is_open_to_all(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn is_open_to_all(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_trimmed_or_refused_and_never_shown() {
        for (text, good) in [
            ("sk-hunter2hunter2\n", true),
            ("\u{feff}  sk-hunter2hunter2 \r\n", true),
            ("", false),
            (" \n", false),
            ("hunter2\nhunter2", false),
            ("hünter2", false),
        ] {
            let found = Secret::of(text, "the file k");
            assert_eq!(found.is_ok(), good, "{text:?}");
            assert!(!format!("{found:?}").contains("nter2"), "{found:?}");
            if let Ok(secret) = found {
                let (_, value) = secret.header("Authorization", "Bearer ").unwrap();
                assert_eq!(value.to_str().unwrap(), "Bearer sk-hunter2hunter2");
                assert!(!format!("{value:?}").contains("hunter2"));
                assert!(secret.header("no name", "Bearer ").is_err());
                assert!(secret.header("x-api-key", "\n").is_err());
            }
        }
    }

    #[test]
    fn what_is_echoed_is_masked() {
        let secret = Secret("sk-proj-0123456789abcdef".into());
        for (text, expected) in [
            ("Incorrect API key provided: sk-proj-0123456789abcdef.", "Incorrect API key provided: …."),
            ("key sk-proj-01***********cdef is wrong", "key … is wrong"),
            ("key ****89abcdef is wrong", "key … is wrong"),
            ("\"Bearer sk-proj-0123456789abcdef\" refused", "\"Bearer …\" refused"),
            ("no such voice", "no such voice"),
        ] {
            assert_eq!(secret.mask(text), expected);
        }
        assert_eq!(Secret("none".into()).mask("none of these: none"), "… of these: …");
    }

    #[test]
    fn where_keys_come_from() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("k");
        std::fs::write(&file, "sk-hunter2hunter2\n").unwrap();
        let plain = Named {
            url: "https://a.example/",
            model: "m",
            voice: "v",
            key_env: None,
            key_file: None,
            key_header: "Authorization",
            key_prefix: "Bearer ",
            ca_file: None,
        };
        let kept = Named { key_file: Some(Path::new("k")), ..plain };
        assert_eq!(read(plain, folder.path()).unwrap(), None);
        assert_eq!(read(kept, folder.path()).unwrap(), Some(Secret("sk-hunter2hunter2".into())));
        let (problem, cure) = read(Named { key_env: Some("X"), ..kept }, folder.path()).unwrap_err();
        assert!(problem.contains("two places") && cure.contains("not both"));
        let (problem, cure) =
            read(Named { key_env: Some("BULLETIN_TEST_NO_SUCH_KEY"), ..plain }, folder.path()).unwrap_err();
        assert!(problem.contains("BULLETIN_TEST_NO_SUCH_KEY is not set"), "{problem}");
        assert_eq!(cure, "set the environment variable BULLETIN_TEST_NO_SUCH_KEY to the key");
        // The key itself where the name of its variable belongs.
        let (problem, cure) =
            read(Named { key_env: Some("sk-hunter2hunter2"), ..plain }, folder.path()).unwrap_err();
        assert!(!problem.contains("hunter2") && !cure.contains("hunter2"), "{problem} {cure}");
        let gone = Named { key_file: Some(Path::new("gone")), ..plain };
        assert!(read(gone, folder.path()).unwrap_err().0.contains("cannot be read"));
        assert_eq!(warning(gone, folder.path()), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            for (mode, is_open) in [(0o600, false), (0o640, false), (0o644, true)] {
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
                assert_eq!(warning(kept, folder.path()).is_some(), is_open, "{mode:o}");
            }
        }
    }
}
