//! What must not be heard any more, and how to tell it wherever it turns up.

use crate::files;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A story, or all that comes from one input, that must not be heard.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Kill {
    /// A file or folder by its path or the end of it, an address, or a wire's own name of a story.
    pub what: String,
    /// Why, if it was said.
    pub why: String,
}

impl Kill {
    /// Without a reason.
    pub fn of(what: impl Into<String>) -> Self {
        Self { what: what.into(), why: String::new() }
    }

    /// Why a story is left out, as a clause.
    pub fn reason(&self) -> String {
        if self.why.is_empty() { "it is killed".into() } else { format!("it is killed: {}", self.why) }
    }
}

impl From<String> for Kill {
    fn from(what: String) -> Self {
        Self::of(what)
    }
}

impl From<Kill> for String {
    fn from(kill: Kill) -> Self {
        kill.what
    }
}

/// Kills, made ready to be compared with names.
///
/// A name is an absolute path, an address or a wire's own name. Addresses are compared without scheme, fragment and
/// final stroke; of a path that is not there, the end is enough, by whole parts.
///
/// # Examples
/// ```
/// use bulletin::gather::{Kill, Kills};
/// let kills = Kills::new(&[Kill::of("lead.txt"), Kill::of("https://echo.example/a/"), Kill::of("urn:echo:7")]);
/// let killed = |name: &str| kills.find([name]).is_some();
/// assert!(killed("/srv/news/lead.txt") && !killed("/srv/news/mislead.txt"));
/// assert!(killed("http://echo.example/a") && !killed("https://echo.example/a/b"));
/// assert!(killed("urn:echo:7") && !killed("urn:echo:77"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Kills(Vec<(Kill, Option<String>)>);

impl Kills {
    /// Of a list; paths are from the working folder.
    pub fn new(kills: &[Kill]) -> Self {
        let ready = kills.iter().map(|kill| {
            let path = (!is_address(&kill.what)).then(|| absolute(Path::new(&kill.what)));
            (kill.clone(), path)
        });
        Self(ready.collect())
    }

    /// The kill that one of these names falls under.
    pub fn find<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Option<&Kill> {
        let names: Vec<&str> = names.into_iter().collect();
        let found = self
            .0
            .iter()
            .find(|(kill, path)| names.iter().any(|name| is_meant(&kill.what, path.as_deref(), name)));
        found.map(|(kill, _)| kill)
    }
}

fn is_address(text: &str) -> bool {
    text.contains("://")
}

/// The name of a file that is the same from every working folder.
pub(crate) fn absolute(path: &Path) -> String {
    files::absolute(path).display().to_string()
}

fn is_meant(what: &str, path: Option<&str>, name: &str) -> bool {
    if name == what || path == Some(name) {
        return true;
    }
    if is_address(what) || is_address(name) {
        return is_address(what) && is_address(name) && bare(what) == bare(name);
    }
    let end = what.trim_start_matches("./");
    // A path that leads up, or from the root, is no end of another.
    !end.is_empty()
        && !end.starts_with(['/', '.'])
        && name.strip_suffix(end).is_some_and(|before| before.ends_with(['/', '\\']))
}

/// An address without what makes no other page of it.
fn bare(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('#').next().unwrap_or(rest).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_is_known_however_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("st")).unwrap();
        std::fs::write(folder.path().join("lead.txt"), "").unwrap();
        let here = folder.path().canonicalize().unwrap().display().to_string();
        let file = format!("{here}/lead.txt");
        for (what, name, killed) in [
            (file.as_str(), file.as_str(), true),
            (&format!("{here}/st/../lead.txt"), &file, true),
            ("lead.txt", &file, true),
            ("./lead.txt", &file, true),
            ("ead.txt", &file, false),
            ("../lead.txt", &file, false),
            ("", &file, false),
            ("http://h/a#x", "https://h/a", true),
            ("http://h/a?x=1", "https://h/a", false),
            ("a", "https://h/a", false),
            ("https://h/lead.txt", &file, false),
        ] {
            let kills = Kills::new(&[Kill::of(what)]);
            assert_eq!(kills.find([name]).is_some(), killed, "{what} {name}");
        }
    }
}
