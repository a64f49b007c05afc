//! One item of a wire, and the gate between it and the air.

use super::super::{Article, Settings};
use super::embargo::{self, Embargo};
use super::story::Draft;
use super::{Moment, WireForm};
use crate::{Error, Result};
use jiff::Timestamp;
use regex::Regex;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// What a sender says may be done with an item (the IPTC vocabulary `pubstatusg2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It may be published; what is meant where nothing is said.
    #[default]
    Usable,
    /// It must not be published until told otherwise; every status that is none of the others, too.
    Withheld,
    /// It must never be published, nor any other version of it: a kill.
    Cancelled,
}

impl Status {
    /// The status of a code such as `usable`, `stat:canceled`, `Embargoed` (which is usable, later) or an address that
    /// ends in one.
    pub(super) fn of(code: &str) -> Self {
        let code = code.trim().rsplit([':', '/', '#']).next().unwrap_or_default().to_lowercase();
        match code.as_str() {
            "" | "usable" | "embargoed" | "embargo" | "published" | "publish" | "released" | "corrected" => {
                Self::Usable
            }
            "canceled" | "cancelled" | "cancel" | "killed" | "kill" | "recalled" | "retracted"
            | "takedown" | "withdrawn" => Self::Cancelled,
            _ => Self::Withheld,
        }
    }

    /// What a note to editors makes of it: "KILL", "Story withdrawn". A note about words of the story, as "Withdraws
    /// second paragraph", makes nothing of it.
    fn of_note(note: &str) -> Self {
        static KILL: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)^\W*(?:(?:attention|advisory|urgent|mandatory|note to editors|editors?|eds)\W+)*(?:mandatory\s+|please\s+)?(?:kill\b|(?:this\s+|the\s+)?(?:story|item|article|copy|report)\s+(?:is\s+|has\s+been\s+|was\s+)?(?:killed|withdrawn|removed|retracted|cancell?ed|deleted)|withdrawn?\b|withdrawal\b|cancell?(?:ed|ation)\b|retract(?:ed|ion)\b|do\s+not\s+(?:use|publish|broadcast|run))").expect("a constant pattern")
        });
        static PART: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)\b(?:\d+(?:st|nd|rd|th)|pars?|paras?|paragraphs?|grafs?|sentences?|lines?|words?|names?|quotes?|headline|byline|dateline|intro|pictures?|photos?|before|until)\b").expect("a constant pattern")
        });
        static HOLD: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)^\W*(?:(?:attention|advisory|urgent|editors?|eds)\W+)*(?:hold\s*(?:$|\W*$|this|the|story|copy)|withheld\b|on\s+hold\b)").expect("a constant pattern")
        });
        if KILL.is_match(note) && !PART.is_match(note) {
            Self::Cancelled
        } else if HOLD.is_match(note) {
            Self::Withheld
        } else {
            Self::Usable
        }
    }
}

/// What an item is (the IPTC vocabulary `ninature`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// A story: the only kind that is voiced.
    #[default]
    Text,
    /// A photo.
    Picture,
    /// A graphic or an animation.
    Graphic,
    /// A recording.
    Audio,
    /// A film.
    Video,
    /// Several items as one, without a text of its own.
    Package,
    /// Anything else, by its sender's name: an event, a planning item, a fact box.
    Other(String),
}

impl ItemKind {
    /// The kind of a code such as `ninat:text`, `picture`, `Photo`.
    pub(super) fn of(code: &str) -> Self {
        let code = code.trim().rsplit([':', '/', '#']).next().unwrap_or_default().to_lowercase();
        match code.as_str() {
            "" | "text" | "complextext" => Self::Text,
            "picture" | "photo" | "image" => Self::Picture,
            "graphic" | "animation" => Self::Graphic,
            "audio" => Self::Audio,
            "video" => Self::Video,
            "composite" | "package" => Self::Package,
            _ => Self::Other(code),
        }
    }

    fn noun(&self) -> String {
        match self {
            Self::Text => "a story".into(),
            Self::Picture => "a picture".into(),
            Self::Graphic => "a graphic".into(),
            Self::Audio => "a recording".into(),
            Self::Video => "a video".into(),
            Self::Package => "a package of other items".into(),
            Self::Other(name) => format!("an item of the sort \"{name}\""),
        }
    }
}

/// One item of a wire: the story, and what its sender says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What to call it in messages: the input as the user named it, with the item's place where it holds several.
    pub input: String,
    /// The story. Without paragraphs where the item is none, or is empty as a kill often is.
    pub article: Article,
    /// What the sender calls the story in all its versions.
    pub guid: Option<String>,
    /// The version, higher is newer.
    pub version: Option<u32>,
    /// The slug line.
    pub slug: Option<String>,
    /// 1 a flash … 5 normal … 8 or 9 the least urgent.
    pub urgency: Option<u8>,
    /// What may be done with it.
    pub status: Status,
    /// Before when it must not be used, from the wire's own field, a note to editors or a line of the text.
    pub embargo: Option<Embargo>,
    /// After when it must not be used.
    pub expires: Option<Moment>,
    /// What it is.
    pub kind: ItemKind,
    /// Notes to editors; not for the public.
    pub ednote: Option<String>,
    /// The `guid` of another item that this one kills.
    pub cancels: Option<String>,
    /// Names of places that it comes from or is about.
    pub places: Vec<String>,
    /// Names of what it is about.
    pub subjects: Vec<String>,
}

impl Item {
    /// The story, if it may be voiced at `now`.
    ///
    /// `ignore_embargo` lets an embargoed story through, for a newsroom that prepares ahead; nothing lets a cancelled,
    /// withheld or expired one through, nor what is not a story.
    ///
    /// # Errors
    /// [`Error::NotForAir`], [`Error::EmptyArticle`] for a story without text.
    ///
    /// # Examples
    /// ```
    /// use bulletin::article::{Settings, wire};
    ///
    /// let json = br#"{"uri": "urn:x:1", "version": "2", "versioncreated": "2025-03-03T10:00:00Z", "type": "text",
    ///     "pubstatus": "usable", "embargoed": "2025-03-04T00:01:00Z", "headline": "Bridge to close",
    ///     "body_text": "The bridge will close on Monday, the council said."}"#;
    /// let items = wire::read(json, "story.json", &Settings::default()).unwrap();
    /// let before = "2025-03-03T12:00:00Z".parse().unwrap();
    /// let error = items[0].release(before, false).unwrap_err();
    /// assert_eq!(error.to_string(), "story.json: embargoed until 00:01 on 4 March 2025 (UTC)");
    /// assert_eq!(items[0].release(before, true).unwrap().paragraphs.len(), 1);
    /// assert!(items[0].release("2025-03-04T00:01:00Z".parse().unwrap(), false).is_ok());
    /// ```
    pub fn release(&self, now: Timestamp, ignore_embargo: bool) -> Result<&Article> {
        self.check_standing()?;
        if let Some(embargo) = &self.embargo
            && !ignore_embargo
        {
            embargo.check(&self.input, now)?;
        }
        if let Some(expires) = self.expires
            && now >= expires.expiry()
        {
            let problem = format!("expired at {expires}");
            let cure = "ask the sender for a newer version; what has expired is not voiced";
            return Err(Error::NotForAir { input: self.input.clone(), problem, cure });
        }
        if self.article.paragraphs.is_empty() {
            return Err(Error::EmptyArticle {
                input: self.input.clone(),
                dropped: self.article.dropped.len(),
            });
        }
        Ok(&self.article)
    }

    /// What can be judged without a clock: status and kind.
    pub(super) fn check_standing(&self) -> Result<()> {
        let (problem, cure) = match (self.status, &self.kind) {
            (Status::Cancelled, _) => (
                "cancelled by its sender".to_owned(),
                "drop the story, and correct what has gone out already; a cancelled story is never voiced",
            ),
            (Status::Withheld, _) => {
                ("withheld by its sender".to_owned(), "wait for a version that its sender calls usable")
            }
            (Status::Usable, ItemKind::Text) => return Ok(()),
            (Status::Usable, kind) => {
                (format!("{}, not a story", kind.noun()), "give the text item that goes with it")
            }
        };
        Err(Error::NotForAir { input: self.input.clone(), problem, cure })
    }
}

/// What a reader of one form finds about an item.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub(super) guid: Option<String>,
    pub(super) version: Option<u32>,
    pub(super) slug: Option<String>,
    pub(super) urgency: Option<u8>,
    pub(super) status: Status,
    pub(super) embargo: Option<Embargo>,
    pub(super) expires: Option<Moment>,
    pub(super) kind: ItemKind,
    pub(super) notes: Vec<String>,
    pub(super) cancels: Option<String>,
    pub(super) places: Vec<String>,
    pub(super) subjects: Vec<String>,
}

impl Desk {
    /// A stricter status than the one known so far.
    pub(super) fn restrict(&mut self, status: Status) {
        self.status = self.status.max(status);
    }

    /// The wire's own embargo field: empty is one without an end, the year 1 is a database's way to say none.
    pub(super) fn embargo_field(&mut self, text: &str) {
        let text = text.trim();
        if text.starts_with("0001-01-01") || text.starts_with("1970-01-01T00:00:00") {
            return;
        }
        let read = Moment::parse(text).map_or_else(|| Embargo::Unclear(text.to_owned()), Embargo::Until);
        self.embargo = Embargo::choose(self.embargo.take(), Some(read));
    }

    pub(super) fn expires_field(&mut self, text: &str) {
        let read = Moment::parse(text);
        self.expires = match (self.expires, read) {
            (Some(a), Some(b)) => Some(if b.expiry() < a.expiry() { b } else { a }),
            (a, b) => a.or(b),
        };
    }

    pub(super) fn urgency_field(&mut self, text: &str) {
        let read = text.trim().parse().ok().filter(|u| (1..=9).contains(u));
        self.urgency = self.urgency.or(read);
    }

    pub(super) fn version_field(&mut self, text: &str) {
        self.version = self.version.or(text.trim().parse().ok());
    }

    pub(super) fn place(&mut self, name: &str) {
        add(&mut self.places, name);
    }

    pub(super) fn subject(&mut self, name: &str) {
        add(&mut self.subjects, name);
    }

    /// The item with its story.
    ///
    /// # Errors
    /// [`Error::Config`] for a house pattern that does not compile.
    pub(super) fn item(mut self, draft: Draft, input: String, settings: &Settings) -> Result<Item> {
        let article = draft.article(settings)?;
        for note in &self.notes {
            self.status = self.status.max(Status::of_note(note));
        }
        let told = self
            .notes
            .iter()
            .find_map(|note| embargo::in_note(note, article.published.as_deref()))
            .or_else(|| embargo::of(&article));
        let embargo = Embargo::choose(self.embargo, told);
        Ok(Item {
            input,
            article,
            guid: self.guid.map(|g| g.trim().to_owned()).filter(|g| !g.is_empty()),
            version: self.version,
            slug: self.slug.filter(|s| !s.is_empty()),
            urgency: self.urgency,
            status: self.status,
            embargo,
            expires: self.expires,
            kind: self.kind,
            ednote: (!self.notes.is_empty()).then(|| self.notes.join("\n")),
            cancels: self.cancels,
            places: self.places,
            subjects: self.subjects,
        })
    }
}

/// The most names of one sort that are kept.
const NAMES: usize = 64;

fn add(names: &mut Vec<String>, name: &str) {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !name.is_empty() && names.len() < NAMES && !names.contains(&name) {
        names.push(name);
    }
}

/// What [`newest`] made of several items.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Newest {
    /// One item a story, in the order in which the stories came.
    pub items: Vec<Item>,
    /// The others, with what took their place.
    pub superseded: Vec<Superseded>,
}

/// An item that another took the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Superseded {
    /// The item.
    pub item: Item,
    /// Why it does not count any more, in words a person can check.
    pub reason: String,
    /// Whether that is a kill.
    pub killed: bool,
}

/// Keeps of each story the newest version: the highest number, among equals the one published last, then the one
/// that came last. A cancelled version cancels them all, whatever its number; items without a `guid` all stay.
///
/// # Examples
/// ```
/// use bulletin::article::{Settings, wire};
///
/// let version = |number: u32, status: &str| {
///     let json = format!(
///         r#"{{"uri": "urn:x:1", "version": "{number}", "type": "text", "pubstatus": "{status}",
///             "body_text": "The bridge will close on Monday."}}"#
///     );
///     wire::read(json.as_bytes(), "story.json", &Settings::default()).unwrap().remove(0)
/// };
/// let newest = wire::newest(vec![version(9, "usable"), version(10, "usable")]);
/// assert_eq!(newest.items[0].version, Some(10));
/// assert_eq!(newest.superseded[0].reason, "version 10 takes the place of version 9");
/// let killed = wire::newest(vec![version(9, "canceled"), version(10, "usable")]);
/// assert_eq!(killed.items[0].status, wire::Status::Cancelled);
/// ```
pub fn newest(items: Vec<Item>) -> Newest {
    let killers: BTreeMap<String, String> = items
        .iter()
        .filter_map(|item| Some((item.cancels.clone()?, item.input.clone())))
        .filter(|(guid, _)| !guid.is_empty())
        .collect();
    let rank = |item: &Item, at: usize| {
        (
            item.status == Status::Cancelled,
            item.version,
            item.article.published.as_deref().and_then(instant),
            at,
        )
    };
    let mut best: BTreeMap<String, usize> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        let Some(guid) = &item.guid else { continue };
        let kept = best.entry(guid.clone()).or_insert(at);
        if rank(item, at) > rank(&items[*kept], *kept) {
            *kept = at;
        }
    }
    let mut order: Vec<usize> = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, item) in items.iter().enumerate() {
        match &item.guid {
            None => order.push(at),
            Some(guid) if seen.insert(guid.clone()) => order.push(best[guid]),
            Some(_) => {}
        }
    }
    let reasons: Vec<Option<(String, bool)>> = items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let guid = item.guid.as_ref()?;
            if let Some(killer) = killers.get(guid).filter(|k| **k != item.input) {
                return Some((format!("cancelled by {killer}"), true));
            }
            let winner = &items[best[guid]];
            (best[guid] != at).then(|| (reason(winner, item), winner.status == Status::Cancelled))
        })
        .collect();
    let mut slots: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    let kept =
        order.into_iter().filter(|at| reasons[*at].is_none()).filter_map(|at| slots[at].take()).collect();
    let superseded = slots
        .into_iter()
        .zip(reasons)
        .filter_map(|(item, why)| {
            let (reason, killed) = why.unwrap_or_default();
            Some(Superseded { item: item?, reason, killed })
        })
        .collect();
    Newest { items: kept, superseded }
}

fn instant(published: &str) -> Option<Timestamp> {
    Moment::parse(published).map(Moment::latest)
}

fn reason(winner: &Item, loser: &Item) -> String {
    let called = |item: &Item| item.version.map_or_else(|| item.input.clone(), |v| format!("version {v}"));
    match winner.status {
        Status::Cancelled => format!("{} cancels every version of the story", called(winner)),
        _ if winner.version == loser.version => format!("{} came later", winner.input),
        _ => format!("{} takes the place of {}", called(winner), called(loser)),
    }
}

/// The one story of a wire, for callers that know of no clock and no desk.
///
/// # Errors
/// [`Error::NotForAir`] for a story that must not go out at any time, [`Error::Malformed`] for several stories,
/// [`Error::EmptyArticle`] for none with text.
pub(super) fn single(items: Vec<Item>, name: &str, form: WireForm) -> Result<Article> {
    let count = items.iter().filter(|i| i.kind == ItemKind::Text).count();
    if count > 1 {
        let problem = format!("it holds {count} stories where one is wanted");
        return Err(Error::Malformed { input: name.to_owned(), form: form.name(), line: None, problem });
    }
    let at = items.iter().position(|i| i.kind == ItemKind::Text).unwrap_or(0);
    let Some(item) = items.into_iter().nth(at) else {
        return Err(Error::EmptyArticle { input: name.to_owned(), dropped: 0 });
    };
    item.check_standing()?;
    if item.article.paragraphs.is_empty() {
        return Err(Error::EmptyArticle { input: item.input, dropped: item.article.dropped.len() });
    }
    Ok(item.article)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        for (code, status) in [
            ("usable", Status::Usable),
            ("stat:usable", Status::Usable),
            ("", Status::Usable),
            ("Embargoed", Status::Usable),
            ("stat:canceled", Status::Cancelled),
            ("http://cv.iptc.org/newscodes/pubstatusg2/canceled", Status::Cancelled),
            ("Cancelled", Status::Cancelled),
            ("withheld", Status::Withheld),
            ("stat:draft", Status::Withheld),
        ] {
            assert_eq!(Status::of(code), status, "{code}");
        }
        for (note, status) in [
            ("KILL", Status::Cancelled),
            ("Mandatory kill: wrong man named", Status::Cancelled),
            ("Story withdrawn on legal advice", Status::Cancelled),
            ("DO NOT USE", Status::Cancelled),
            ("Please do not publish", Status::Cancelled),
            ("HOLD", Status::Withheld),
            ("Withdraws second paragraph", Status::Usable),
            ("Kills 3rd graf", Status::Usable),
            ("Do not use before 6pm", Status::Usable),
            ("Adds quotes, background", Status::Usable),
            ("Kills extraneous word", Status::Usable),
            ("", Status::Usable),
        ] {
            assert_eq!(Status::of_note(note), status, "{note}");
        }
    }
}
