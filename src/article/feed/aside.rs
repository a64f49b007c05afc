//! What the crate `feed-rs` would drop or misread of a feed, set aside while it is mended.

use super::Problem;
use url::Url;

/// Most authors of one entry. Each is compared with the others.
pub(super) const AUTHOR_LIMIT: usize = 50;

/// What is set aside of a feed or of one entry, as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Aside {
    /// Line of the first byte, from 1.
    pub(super) line: u32,
    /// First and last line of the content.
    pub(super) content_lines: (u32, u32),
    pub(super) summary_lines: (u32, u32),
    pub(super) published: Option<String>,
    pub(super) updated: Option<String>,
    /// Names with the rank of their place, the best 0.
    pub(super) authors: Vec<(u8, String)>,
    pub(super) source: Option<String>,
    pub(super) language: Option<String>,
    /// `xml:base` in force.
    pub(super) base: Option<Url>,
    /// The address before a counting service rewrote it.
    pub(super) original: Option<String>,
    /// An address to take where there is no link: a permanent `guid`, an `about`.
    pub(super) fallback: Option<String>,
    /// The feed's own address.
    pub(super) own_address: Option<String>,
    /// Media type of an attached recording.
    pub(super) recording: Option<String>,
}

/// A feed that `feed-rs` can read.
#[derive(Debug)]
pub(super) struct Mended {
    pub(super) document: String,
    pub(super) head: Aside,
    /// One for each entry of `document`, in order.
    pub(super) entries: Vec<Aside>,
    pub(super) problems: Vec<Problem>,
}

/// Why a text is not a feed we can read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) line: Option<u32>,
    pub(super) problem: String,
}

/// The media type of a recording, told by its name where the type is missing.
pub(super) fn recording(kind: &str, address: &str) -> Option<String> {
    let kind = kind.trim().to_ascii_lowercase();
    if kind.starts_with("audio/") || kind.starts_with("video/") {
        return Some(kind);
    }
    let path = address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let sound = [".mp3", ".m4a", ".aac", ".ogg", ".opus", ".wav"].iter().any(|end| path.ends_with(end));
    let film = [".mp4", ".m4v", ".mov", ".webm"].iter().any(|end| path.ends_with(end));
    (sound || film).then(|| if sound { "audio/*".into() } else { "video/*".into() })
}

/// The line of a byte, for bytes asked for in order.
pub(super) struct Lines<'a> {
    pub(super) text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    pub(super) fn of(&mut self, at: usize) -> u32 {
        if at > self.at {
            let passed = self.text[self.at..at].matches('\n').count();
            self.line = self.line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
            self.at = at;
        }
        self.line
    }
}

/// "once", "3 times".
pub(super) fn times(count: usize) -> String {
    if count == 1 { "once".into() } else { format!("{count} times") }
}
