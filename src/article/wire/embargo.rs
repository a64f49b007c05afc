//! Embargoes: in a wire's own field, in a note to editors, or as a line above a plain text.
//!
//! Read so that nothing goes out early: where a line leaves something open, the latest instant it may mean counts, and
//! an embargo whose end cannot be told stays in force until somebody says otherwise.

mod when;

use super::super::{Article, Kind};
use super::Moment;
use crate::{Error, Result};
use jiff::Timestamp;
use regex::Regex;
use serde::Serialize;
use std::sync::LazyLock;

/// An embargo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Embargo {
    /// In force before this moment.
    Until(Moment),
    /// In force, and no end can be told; holds what the sender wrote, which may be nothing.
    Unclear(String),
}

impl Embargo {
    /// Whether it forbids voicing at `now`.
    ///
    /// # Examples
    /// ```
    /// use bulletin::article::wire::embargo::time_of;
    ///
    /// let embargo = time_of("EMBARGOED UNTIL 00:01 GMT Tuesday 4 March 2025", None).unwrap();
    /// assert!(embargo.is_in_force("2025-03-04T00:00:59Z".parse().unwrap()));
    /// assert!(!embargo.is_in_force("2025-03-04T00:01:00Z".parse().unwrap()));
    /// ```
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        match self {
            Self::Until(moment) => now < moment.latest(),
            Self::Unclear(_) => true,
        }
    }

    /// Refuses `input` while the embargo is in force.
    ///
    /// # Errors
    /// [`Error::NotForAir`] that says until when, in the embargo's own offset.
    pub fn check(&self, input: &str, now: Timestamp) -> Result<()> {
        if !self.is_in_force(now) {
            return Ok(());
        }
        let problem = match self {
            Self::Until(moment) if moment.is_zoned() && moment.time().is_some() => {
                format!("embargoed until {moment}")
            }
            Self::Until(moment) if moment.is_zoned() => {
                format!("embargoed until {moment}; no hour is given, so it is held to the end of that day")
            }
            Self::Until(moment) if moment.time().is_some() => format!(
                "embargoed until {moment}; no zone is given, so it is held until that hour has come everywhere (UTC-12)"
            ),
            Self::Until(moment) => format!(
                "embargoed until {moment}; no hour is given, so it is held until that day is over everywhere (UTC-12)"
            ),
            Self::Unclear(text) if text.is_empty() => "embargoed, and no end is given".into(),
            Self::Unclear(text) => {
                format!("embargoed, and its end cannot be told from \"{}\"", shortened(text))
            }
        };
        let cure = "wait until then; if the sender has lifted it, say so with --ignore-embargo";
        Err(Error::NotForAir { input: input.to_owned(), problem, cure })
    }

    /// Of what the wire's field and a text say, what counts: a field with its zone, unless the text cannot mean
    /// anything as early; else the one that is clearer.
    pub(super) fn choose(field: Option<Self>, text: Option<Self>) -> Option<Self> {
        match (field, text) {
            (Some(Self::Until(field)), Some(Self::Until(text))) => {
                let later = text.earliest() > field.latest();
                let clearer = !field.is_zoned() && text.is_zoned();
                Some(Self::Until(if later || clearer { text } else { field }))
            }
            (Some(Self::Unclear(_)), Some(text @ Self::Until(_))) => Some(text),
            (field, text) => field.or(text),
        }
    }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// Lines that are about an embargo rather than a story about one ("Embargo on steel to end").
static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^[\W_]*
        (?:(?:(?:news|important|please)?\s*note(?:\s+to\s+(?:all\s+)?(?:news\s?)?(?:editors?|desks?))?|nb|attention(?:\s+editors?)?|editors?|eds?|advisory)\W+)?
        (?:(?:all|this)\s+(?:copy|story|material|content|release|information|report)\s+(?:is|are)\s+)?
        (?:
            (?:strict(?:ly)?\W+|under\s+(?:a\s+|an\s+)?(?:strict\s+)?|media\s+|press\s+|news\s+|full\s+|no\s+|not\s+|(?:remains?\s+)?under\s+)?
            embargo(?:ed|es)?\b
            (?:\s*(?:[:.,;(!–—-]|$)|\s+(?:until|till?|to\b|for\b|before|not\b|no\b|copy|notice|date|time|details|at\b|from\b|lift\w*|expir\w*|end(?:s|ed|ing)\b|is\b|has\b|will\b|was\b|remains|removed|broken|over\b|none|\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d|noon|midnight|on\s+(?:this|the)\s+(?:story|copy|release|report|content|material|information)))
          | not\s+(?:for|to\s+be)\s+(?:public\s+)?(?:release|publication|publish\w*|broadcast|use|used)\b.{0,80}?\b(?:before|until|till|prior|earlier)\b
          | hold\s+(?:for\s+release|until|till|:)
          | no\s+use\s+(?:before|until|till)
          | (?:for\s+)?release\s*(?::|on\b|at\b|date|time|after|not\s+before|from\b|\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|upon|tomorrow|today)
          | for\s+(?:immediate\s+)?(?:release|publication)\b
          | (?:ends?\s+of\s+)?sperr(?:frist|vermerk)\b
          | gesperrt\s+bis\b
          | sous\s+embargo\b
          | bajo\s+embargo\b
        )",
    )
    .expect("a constant pattern")
});

/// The embargo is over, or there is none.
static LIFTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(?:no|not|no\s+longer|without)\s+(?:under\s+)?embargo
        | \bembargo(?:ed)?\W+(?:(?:is|has|has\s+been|was|now|has\s+now\s+been|is\s+now)\s+)?(?:none|nil|no\b|lifted|removed|over\b|expired|ended|cancell?ed|withdrawn|off\b|broken)
        | \brelease\s+at\s+will\b",
    )
    .expect("a constant pattern")
});

static IMMEDIATE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\bimmediate(?:ly)?\b").expect("a constant pattern"));

/// What makes a line that speaks of immediate release hold something back all the same.
static HOLDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:embargoed|until|till|before|not for)\b").expect("a constant pattern")
});

/// Openings that are an embargo only where they name a time: releases of every sort begin so.
static SOFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[\W_]*(?:for\s+)?(?:release|publication)\b").expect("a constant pattern")
});

/// Ends that no clock tells.
static UNTOLD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:delivery|further notice|tbc|tba|to be confirmed|advised|announcement|notified)\b")
        .expect("a constant pattern")
});

/// The embargo that a line sets, such as one that the cleaning pass left out as [`Kind::Embargo`].
///
/// `context` is when the text was written (ISO 8601), for "until 00:01 on Tuesday"; without it such a line has no end
/// that can be told. `None` where the line sets no embargo, and where it says that one is lifted; a lifted embargo
/// with a time is one until that time. Pure: whether it is in force is for [`Embargo::is_in_force`].
///
/// # Examples
/// ```
/// use bulletin::article::wire::embargo::{Embargo, time_of};
///
/// let until = |line, context| match time_of(line, context) {
///     Some(Embargo::Until(moment)) => moment.iso(),
///     other => format!("{other:?}"),
/// };
/// assert_eq!(until("EMBARGOED UNTIL 00:01 Tuesday 4 March 2025", None), "2025-03-04T00:01:00");
/// assert_eq!(until("Embargo: 6am ET Tuesday", Some("2025-03-02")), "2025-03-04T06:00:00-05:00");
/// assert_eq!(time_of("EMBARGO LIFTED", None), None);
/// assert_eq!(time_of("The embargo on steel ends on 4 March 2025.", None), None);
/// ```
pub fn time_of(line: &str, context: Option<&str>) -> Option<Embargo> {
    let line = line.trim();
    if !NOTICE.is_match(line) || (IMMEDIATE.is_match(line) && !HOLDS.is_match(line)) {
        return None;
    }
    let found =
        if UNTOLD.is_match(line) { None } else { when::latest(line, context.and_then(Moment::parse)) };
    match found {
        Some(moment) => Some(Embargo::Until(moment)),
        None if LIFTED.is_match(line) => None,
        None if SOFT.is_match(line)
            && !(when::mentioned(line) || HOLDS.is_match(line) || UNTOLD.is_match(line)) =>
        {
            None
        }
        None => Some(Embargo::Unclear(line.to_owned())),
    }
}

/// The embargo that a note of some sentences or lines sets.
pub(super) fn in_note(note: &str, context: Option<&str>) -> Option<Embargo> {
    static BETWEEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[\r\n]+|[.!;]\s+").expect("a constant pattern"));
    // A whole line first: "STRICTLY EMBARGOED. Not before 10 a.m. on 4 March" is one notice.
    let whole = note.lines().find_map(|line| time_of(line, context));
    match whole {
        Some(Embargo::Until(moment)) => Some(Embargo::Until(moment)),
        unclear => BETWEEN
            .split(note)
            .filter_map(|part| time_of(part, context))
            .find(|e| matches!(e, Embargo::Until(_)))
            .or(unclear)
            .or_else(|| BETWEEN.split(note).find_map(|part| time_of(part, context))),
    }
}

/// How many paragraphs from the top may hold an embargo in a whole sentence.
const OPENING_PARAGRAPHS: usize = 3;

/// The embargo on an article of any form, by the lines that were left out of it and the first of its paragraphs.
///
/// # Examples
/// ```
/// use bulletin::article::{Settings, read, wire::embargo};
///
/// let text = "EMBARGOED UNTIL 00:01 BST 4 June 2025\nBridge to close\nThe bridge will close, the council said.\n";
/// let article = read(text.as_bytes(), "story.txt", &Settings::default()).unwrap();
/// let embargo = embargo::of(&article).unwrap();
/// assert!(embargo.is_in_force("2025-06-03T23:00:59Z".parse().unwrap()));
/// ```
pub fn of(article: &Article) -> Option<Embargo> {
    let context = article.published.as_deref();
    let left_out = article
        .dropped
        .iter()
        .filter(|d| matches!(d.kind, Kind::Embargo | Kind::Slug | Kind::Notice | Kind::Boilerplate))
        .map(|d| d.text.as_str());
    // "Release from prison came on Tuesday" opens stories, too.
    let opening = article
        .paragraphs
        .iter()
        .take(OPENING_PARAGRAPHS)
        .map(|p| p.text.as_str())
        .filter(|text| !SOFT.is_match(text));
    let mut unclear = None;
    let mut latest: Option<Moment> = None;
    for embargo in left_out.chain(opening).filter_map(|line| time_of(line, context)) {
        match embargo {
            Embargo::Until(moment) if latest.is_none_or(|l| l.latest() < moment.latest()) => {
                latest = Some(moment);
            }
            Embargo::Until(_) => {}
            Embargo::Unclear(_) => unclear = unclear.or(Some(embargo)),
        }
    }
    latest.map(Embargo::Until).or(unclear)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str, context: Option<&str>) -> String {
        match time_of(line, context) {
            Some(Embargo::Until(moment)) => moment.iso(),
            Some(Embargo::Unclear(_)) => "unclear".into(),
            None => "none".into(),
        }
    }

    #[test]
    fn times_with_a_whole_date() {
        for (line, iso) in [
            ("EMBARGOED UNTIL 00:01 Tuesday 4 March 2025", "2025-03-04T00:01:00"),
            ("EMBARGOED UNTIL 00:01 GMT TUESDAY 4 MARCH 2025", "2025-03-04T00:01:00Z"),
            ("Embargoed until 0001 Tuesday March 4 2025", "2025-03-04T00:01:00"),
            (
                "STRICTLY EMBARGOED: not for publication before 0001 hours on Tuesday 4 March 2025",
                "2025-03-04T00:01:00",
            ),
            ("***STRICT EMBARGO: 00.01hrs, 4th June 2025 BST***", "2025-06-04T00:01:00+01:00"),
            ("Under embargo until 6am ET on March 4, 2025", "2025-03-04T06:00:00-05:00"),
            ("Embargo: July 4, 2025, 9:00 a.m. EDT", "2025-07-04T09:00:00-04:00"),
            ("Not for publication or broadcast before noon on 4 March 2025", "2025-03-04T12:00:00"),
            ("Hold for release until 12noon, 4 March 2025", "2025-03-04T12:00:00"),
            ("Embargoed to one minute past midnight on 4 March 2025", "2025-03-04T00:01:00"),
            ("Embargoed until midnight on Monday 3 March 2025", "2025-03-04T00:00:00"),
            ("Embargo lifts at 00:01 on 4 March 2025", "2025-03-04T00:01:00"),
            ("EMBARGO WILL BE LIFTED 10:00 UTC, 4 March 2025", "2025-03-04T10:00:00Z"),
            ("EMBARGO LIFTED 10:00 UTC, 4 March 2025", "2025-03-04T10:00:00Z"),
            ("Embargo: 2025-03-04T00:01:00+01:00", "2025-03-04T00:01:00+01:00"),
            ("EMBARGOED UNTIL 00:01 GMT / 7:01 p.m. EST Monday 3 March 2025", "2025-03-03T19:01:00-05:00"),
            ("Issued 2 March 2025, 10:00, embargoed until 4 March 2025, 11:00", "none"),
            ("EMBARGOED UNTIL 00:01 UK TIME 4 JULY 2025", "2025-07-04T00:01:00+01:00"),
            ("Embargoed until 00:01 (London time) on 4 March 2025", "2025-03-04T00:01:00Z"),
            ("EMBARGO 03/04/2025 00:01", "2025-04-03T00:01:00"),
            ("EMBARGO 12/11/2025", "2025-12-11"),
            ("Embargoed until 4 March 2025", "2025-03-04"),
            ("For release: 4 March 2025", "2025-03-04"),
            ("Release date: 4 March 2025 at 09:30 GMT", "2025-03-04T09:30:00Z"),
            ("Sperrfrist: 4. März 2025, 6.00 Uhr", "2025-03-04T06:00:00"),
            ("Sous embargo jusqu'au 4 mars 2025 à 6h00", "2025-03-04T06:00:00"),
            ("NOTE TO EDITORS: Embargoed until 00:01 BST on 4 June 2025", "2025-06-04T00:01:00+01:00"),
            (
                "All material is strictly embargoed until 00.01am on Thursday, 6 March 2025.",
                "2025-03-06T00:01:00",
            ),
        ] {
            assert_eq!(told(line, None), iso, "{line}");
        }
        let long = format!(
            "Embargoed, {}, until 00:01 GMT on 4 March 2025.",
            "as the contract says ".repeat(20).trim()
        );
        assert_eq!(told(&long, None), "2025-03-04T00:01:00Z");
    }

    #[test]
    fn times_that_need_to_know_the_day() {
        // 2 March 2025 is a Sunday.
        for (line, context, iso) in [
            ("EMBARGOED UNTIL 00:01 TUESDAY", "2025-03-02", "2025-03-04T00:01:00"),
            ("EMBARGOED UNTIL 0001 TUESDAY MARCH 4", "2025-03-02T10:00:00Z", "2025-03-04T00:01:00"),
            ("Embargo: 6am ET Tuesday", "2025-03-02", "2025-03-04T06:00:00-05:00"),
            ("Embargoed until 00:01 Sunday", "2025-03-02T10:00:00Z", "2025-03-09T00:01:00"),
            ("Embargoed until 18:00 Sunday", "2025-03-02T10:00:00Z", "2025-03-02T18:00:00"),
            ("Embargoed until 6pm", "2025-03-02T10:00:00Z", "2025-03-02T18:00:00"),
            ("Embargoed until 6am", "2025-03-02T10:00:00Z", "2025-03-03T06:00:00"),
            ("Embargoed until 00:01 tomorrow", "2025-03-02", "2025-03-03T00:01:00"),
            ("Embargoed until 00:01 on 1 January", "2024-12-30", "2025-01-01T00:01:00"),
            ("Embargoed until 00:01 on 31 December", "2025-01-02", "2024-12-31T00:01:00"),
            ("Embargoed until Tuesday", "2025-03-02", "2025-03-04"),
        ] {
            assert_eq!(told(line, Some(context)), iso, "{line}");
            assert_eq!(told(line, None), "unclear", "{line}");
        }
    }

    #[test]
    fn lines_that_set_none() {
        for line in [
            "EMBARGO LIFTED",
            "Embargo has been lifted",
            "The embargo is over",
            "No embargo",
            "Embargo: none",
            "Not embargoed",
            "For immediate release",
            "FOR IMMEDIATE RELEASE: 4 March 2025",
            "Embargo: for immediate release",
            "RELEASE AT WILL",
            "For release",
            "Embargo on steel imports to end on 4 March 2025",
            "The embargo on steel ends on 4 March 2025.",
            "Embargoes against Freedonia will be lifted, the minister said on 4 March 2025.",
            "Not for publication: the editor's number",
            "No use Ireland. No resale.",
            "Released on bail on 4 March 2025, he left.",
            "Holding until 6pm was the plan.",
            "",
        ] {
            assert_eq!(told(line, None), "none", "{line}");
        }
    }

    #[test]
    fn lines_whose_end_cannot_be_told() {
        for line in [
            "EMBARGOED",
            "Strictly embargoed.",
            "Embargoed until further notice",
            "EMBARGOED UNTIL DELIVERY, approx 2pm 4 March 2025",
            "Embargo: see note below",
            "Hold until advised",
            "Embargo to be lifted on publication of the report",
            "Not for publication before the 6pm news",
            "For release on Tuesday",
        ] {
            assert_eq!(told(line, None), "unclear", "{line}");
        }
    }

    #[test]
    fn notes_and_fields() {
        let note = "Adds quotes in para 3. STRICTLY EMBARGOED. Not for public release until 12noon on Friday, October 23, 2018.";
        let Some(Embargo::Until(moment)) = in_note(note, None) else { panic!("not read") };
        assert_eq!(moment.iso(), "2018-10-23T12:00:00");
        assert_eq!(in_note("Updates with the embargo on steel. Corrects spelling.", None), None);
        let until = |text: &str| Some(Embargo::Until(Moment::parse(text).unwrap()));
        let zoned = until("2025-03-04T00:01:00Z");
        for (field, text, chosen) in [
            (zoned.clone(), until("2025-03-04T00:01:00"), zoned.clone()),
            (zoned.clone(), until("2025-03-06T00:01:00"), until("2025-03-06T00:01:00")),
            (until("2025-03-04T00:01:00"), zoned.clone(), zoned.clone()),
            (Some(Embargo::Unclear(String::new())), zoned.clone(), zoned.clone()),
            (zoned.clone(), Some(Embargo::Unclear("x".into())), zoned.clone()),
            (None, zoned.clone(), zoned.clone()),
            (None, None, None),
        ] {
            assert_eq!(Embargo::choose(field, text), chosen);
        }
    }

    #[test]
    fn refusals_say_until_when() {
        let now = "2025-03-04T00:00:00Z".parse().unwrap();
        for (line, says) in [
            ("EMBARGOED UNTIL 00:01 BST 4 June 2025", "embargoed until 00:01 on 4 June 2025 (UTC+01:00)"),
            ("EMBARGOED UNTIL 00:01 4 March 2025", "no zone is given"),
            ("EMBARGOED UNTIL 4 March 2025", "no hour is given"),
            ("EMBARGOED", "its end cannot be told from \"EMBARGOED\""),
        ] {
            let error = time_of(line, None).unwrap().check("a.txt", now).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
            assert!(error.hint().unwrap().contains("--ignore-embargo"));
        }
        assert!(time_of("EMBARGOED UNTIL 00:00 GMT 4 March 2025", None).unwrap().check("a", now).is_ok());
    }
}
