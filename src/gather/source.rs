//! What a bulletin is made of, as its maker names it: an input, what of it is wanted, and whether it may go out.

use super::Input;
use crate::article::feed::{Selection, Since};
use jiff::Zoned;
use serde::{Deserialize, Serialize};

/// Where one or several stories come from, and what their desk says of them.
///
/// # Examples
/// ```
/// use bulletin::gather::{Input, Source};
/// let now = "2025-03-04T06:00+00:00[UTC]".parse().unwrap();
/// let mut source = Source::from(Input::Path("lead.txt".into()));
/// assert_eq!(source.held_back(&now, false), None);
/// source.expires = Some("2025-03-04T05:30Z".parse().unwrap());
/// assert_eq!(source.held_back(&now, false).unwrap(), "it expired at 2025-03-04T05:30:00Z");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What is read.
    pub input: Input,
    /// Of a feed, which entries; what it leaves open, the whole bulletin's choice decides.
    pub selection: Selection,
    /// Why it must not be heard any more.
    pub killed: Option<String>,
    /// Not to be heard before this.
    pub embargo: Option<Since>,
    /// Not to be heard from then on.
    pub expires: Option<Since>,
    /// Whether the bulletin is none without it; else it is left out where it cannot be read.
    pub required: bool,
}

impl From<Input> for Source {
    /// The whole of an input that must be there.
    fn from(input: Input) -> Self {
        Self {
            input,
            selection: Selection::default(),
            killed: None,
            embargo: None,
            expires: None,
            required: true,
        }
    }
}

impl Source {
    /// Why it must not be heard at `now`, as a clause; none where it may.
    pub fn held_back(&self, now: &Zoned, ignore_embargo: bool) -> Option<String> {
        if let Some(why) = &self.killed {
            return Some(if why.is_empty() { "it is killed".into() } else { format!("it is killed: {why}") });
        }
        let present = now.timestamp();
        if let Some(until) = self.embargo.map(|when| when.moment(now))
            && present < until
            && !ignore_embargo
        {
            return Some(format!("it is under embargo until {until}"));
        }
        let end = self.expires.map(|when| when.moment(now));
        end.filter(|end| present >= *end).map(|end| format!("it expired at {end}"))
    }

    /// What is wanted of it: its own choices, and those of the whole bulletin where it makes none.
    pub(super) fn selection_over(&self, whole: &Selection) -> Selection {
        let own = &self.selection;
        Selection {
            take: own.take.or(whole.take),
            since: own.since.or(whole.since),
            matching: if own.matching.is_empty() { whole.matching.clone() } else { own.matching.clone() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_choices_go_before_those_of_the_bulletin() {
        let whole = Selection { take: Some(9), matching: vec!["a".into()], ..Selection::default() };
        let mut source = Source::from(Input::Stdin);
        source.selection.take = Some(2);
        assert_eq!(source.selection_over(&whole).take, Some(2));
        assert_eq!(source.selection_over(&whole).matching, ["a"]);
    }

    #[test]
    fn kills_embargoes_and_expiries_by_the_hour() {
        let source = |killed: Option<&str>, embargo: &str, expires: &str| Source {
            killed: killed.map(str::to_owned),
            embargo: embargo.parse().ok(),
            expires: expires.parse().ok(),
            ..Source::from(Input::Stdin)
        };
        let now = "2025-03-04T06:00+01:00[+01:00]".parse().unwrap();
        for (source, ignoring, expected) in [
            (source(None, "", ""), false, None),
            (source(Some(""), "", ""), true, Some("it is killed")),
            (source(Some("wrong man"), "", ""), false, Some("it is killed: wrong man")),
            (source(None, "2025-03-04T06:00", ""), false, None),
            (
                source(None, "2025-03-04T06:01", ""),
                false,
                Some("it is under embargo until 2025-03-04T05:01:00Z"),
            ),
            (source(None, "2025-03-04T06:01", ""), true, None),
            (source(None, "", "2025-03-04T06:01"), false, None),
            (source(None, "", "2025-03-04T06:00"), true, Some("it expired at 2025-03-04T05:00:00Z")),
            (source(None, "", "2025-03-04T04:00Z"), false, Some("it expired at 2025-03-04T04:00:00Z")),
        ] {
            assert_eq!(source.held_back(&now, ignoring).as_deref(), expected, "{source:?}");
        }
    }
}
