//! A briefing: which stories make a bulletin, as a TOML file.

use crate::article::feed::{Selection, Since};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// The stories of one bulletin, in order.
///
/// # Examples
/// ```
/// use bulletin::gather::Briefing;
/// let text = "[[stories]]\ninput = \"lead.txt\"\n\n[[stories]]\ninput = \"https://echo.example/rss\"\ntake = 3\nsince = \"6h\"\nmatch = [\"bridge\"]\n";
/// let briefing = Briefing::parse(text, "morning.toml").unwrap();
/// assert_eq!(briefing.stories.len(), 2);
/// assert_eq!(briefing.stories[1].take, Some(3));
/// let error = Briefing::parse("[[stories]]\ninputs = \"a\"\n", "morning.toml").unwrap_err();
/// assert_eq!(error.to_string(), "morning.toml:2: unknown field `inputs`, expected one of `input`, `take`, `since`, `match`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Briefing {
    /// Files, folders, addresses, feeds and wires in the order in which they are heard.
    pub stories: Vec<Source>,
}

/// Where one or several stories of a briefing come from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// A path (from the folder of the briefing), an address, or `-`.
    pub input: String,
    /// Of a feed, the newest this many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<usize>,
    /// Of a feed, what is not older than this: a time, or a length such as `6h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// Of a feed, what holds all the words of one of these.
    #[serde(default, rename = "match", skip_serializing_if = "Vec::is_empty")]
    pub matching: Vec<String>,
}

impl Source {
    /// What is wanted of it: its own choices, and those of the whole bulletin where it makes none.
    pub(super) fn selection_over(&self, whole: &Selection) -> Selection {
        Selection {
            take: self.take.or(whole.take),
            since: self.since.or(whole.since),
            matching: if self.matching.is_empty() { whole.matching.clone() } else { self.matching.clone() },
        }
    }
}

impl Briefing {
    /// Reads a briefing; `name` is the file's, for messages.
    ///
    /// # Errors
    /// [`Error::Config`] with file and line.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        toml::from_str(text).map_err(|e: toml::de::Error| {
            let line =
                e.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Error::Config {
                place: format!("{name}:{line}"),
                problem: e.message().to_owned(),
                cure:
                    "a briefing is a list of [[stories]], each with input and perhaps take, since and match"
                        .into(),
            }
        })
    }
}

/// The text of a briefing, told by its first line that is no comment: `[[stories]]`. No article begins so.
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    (first.replace(' ', "") == "[[stories]]").then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_briefing_is_told_by_its_first_table() {
        for (text, is) in [
            ("[[stories]]\ninput = \"a\"\n", true),
            ("# Morning\n\n[[ stories ]]\n", true),
            ("[[Keir|keer]] spoke on Monday.\n", false),
            ("Stories of the week\n[[stories]]\n", false),
            ("", false),
        ] {
            assert_eq!(super::text(text.as_bytes()).is_some(), is, "{text}");
        }
    }

    #[test]
    fn own_choices_go_before_those_of_the_bulletin() {
        let whole = Selection { take: Some(9), matching: vec!["a".into()], ..Selection::default() };
        let source = Source { take: Some(2), ..Source::default() };
        assert_eq!(source.selection_over(&whole).take, Some(2));
        assert_eq!(source.selection_over(&whole).matching, ["a"]);
    }
}
