//! ninjs 1.x, 2.x and 3.x (IPTC News in JSON): one object, or several.
//!
//! The versions differ in names and letter case: `headline` and `body_text` in 1.x, `headlines` and `bodies` with
//! roles in 2.x, the same in camel case in 3.x, where `embargoed` became `embargoedUntil`. Names are compared without
//! letter case.

use super::super::Kind;
use super::super::html::jsonld;
use super::super::marked::compared;
use super::body::{self, Body, BodyForm};
use super::item::{Desk, Item, ItemKind, Status};
use super::story::{Block, Draft};
use super::xml::Lines;
use super::{Moment, Place, WireForm};
use crate::{Error, Result};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

type Object = Map<String, Value>;

/// What wrappers call their list of objects.
const LISTS: [&str; 5] = ["items", "_items", "hits", "results", "newsItems"];

/// A property of any version, letter case aside.
fn field<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(k, _)| k.eq_ignore_ascii_case(name)).map(|(_, v)| v))
}

fn string<'a>(object: &'a Object, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|n| field(object, n).and_then(Value::as_str)).filter(|s| !s.trim().is_empty())
}

fn objects<'a>(object: &'a Object, names: &[&str]) -> Vec<&'a Object> {
    let list = names.iter().find_map(|n| field(object, n));
    match list {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_object).collect(),
        // 1.x writes associations as named properties.
        Some(Value::Object(items)) => items.values().filter_map(Value::as_object).collect(),
        _ => Vec::new(),
    }
}

/// Whether an object is a news object: named, and with what only ninjs has.
fn is_news(object: &Object) -> bool {
    let other = ["@type", "@context", "paragraphs", "format_version"].iter().any(|k| object.contains_key(*k));
    if other || string(object, &["uri", "guid"]).is_none() {
        return false;
    }
    let standard =
        field(object, "standard").or_else(|| field(object, "$standard")).and_then(Value::as_object);
    if standard.and_then(|s| string(s, &["name"])).is_some_and(|n| n.eq_ignore_ascii_case("ninjs")) {
        return true;
    }
    let kinds = ["text", "audio", "video", "picture", "graphic", "composite", "component"];
    let signs = [
        string(object, &["versioncreated", "firstcreated", "contentcreated"]).is_some(),
        string(object, &["pubstatus"]).is_some(),
        string(object, &["representationtype"]).is_some(),
        string(object, &["type"]).is_some_and(|t| kinds.contains(&t)),
        field(object, "bodies").is_some_and(Value::is_array) || object.keys().any(|k| k.starts_with("body_")),
        field(object, "headlines").is_some_and(Value::is_array) || string(object, &["headline"]).is_some(),
        field(object, "renditions").is_some() || field(object, "associations").is_some(),
        field(object, "descriptions").is_some_and(Value::is_array),
        field(object, "eventdetails").is_some() || field(object, "plannedcoverage").is_some(),
    ];
    signs.into_iter().filter(|s| *s).count() >= 2
}

/// The news objects of a document.
fn news(value: &Value) -> Option<Vec<&Object>> {
    let list = |items: &'_ [Value]| -> bool { items.first().and_then(Value::as_object).is_some_and(is_news) };
    match value {
        Value::Array(items) if list(items) => Some(items.iter().filter_map(Value::as_object).collect()),
        Value::Object(object) if is_news(object) => Some(vec![object]),
        Value::Object(object) => LISTS.iter().find_map(|name| {
            let items = object.get(*name)?.as_array()?;
            list(items).then(|| items.iter().filter_map(Value::as_object).collect())
        }),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let text = text.trim_start_matches('\u{feff}');
    serde_json::from_str(text).or_else(|error| jsonld::lenient(text).ok_or(error))
}

/// Whether a JSON text is ninjs; one that does not parse, by the names in it.
pub(super) fn is_ninjs(text: &str) -> bool {
    /// Enough of a broken text to tell its form.
    const SAMPLE_BYTES: usize = 64 << 10;
    if let Ok(value) = parse(text) {
        return news(&value).is_some();
    }
    let sample = text[..text.floor_char_boundary(SAMPLE_BYTES)].to_lowercase();
    let has = |names: &[&str]| names.iter().any(|n| sample.contains(&format!("\"{n}\"")));
    has(&["uri", "guid"])
        && has(&["versioncreated", "pubstatus", "representationtype"])
        && !has(&["@type", "@context", "paragraphs"])
}

/// The items of a document.
pub(super) fn read(text: &str, place: &Place<'_>) -> Result<Vec<Item>> {
    let malformed = |line: Option<u32>, problem: String| Error::Malformed {
        input: place.name.to_owned(),
        form: WireForm::Ninjs.name(),
        line,
        problem,
    };
    let value = parse(text).map_err(|error| {
        // The parser's own place is told apart from its message.
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        malformed(u32::try_from(error.line()).ok().filter(|l| *l > 0), message)
    })?;
    let Some(found) = news(&value) else {
        return Err(malformed(None, "it holds no news object".into()));
    };
    let places = Places::of(text);
    let mut all = Vec::new();
    for object in found {
        all.push(object);
        // A composite without a text of its own carries its stories as associations.
        if kind(object) == ItemKind::Package && !has_body(object) {
            all.extend(objects(object, &["associations"]).into_iter().filter(|o| is_text(o) && has_body(o)));
        }
    }
    super::refuse_many(all.len(), WireForm::Ninjs, place.name)?;
    let several = all.len() > 1;
    all.into_iter()
        .enumerate()
        .map(|(at, object)| item(object, &places, &Place { number: several.then_some(at + 1), ..*place }))
        .collect()
}

fn kind(object: &Object) -> ItemKind {
    match string(object, &["type"]) {
        Some(told) => ItemKind::of(told),
        None if field(object, "eventdetails").is_some() => ItemKind::Other("event".into()),
        None => ItemKind::Text,
    }
}

fn is_text(object: &Object) -> bool {
    kind(object) == ItemKind::Text
}

fn has_body(object: &Object) -> bool {
    bodies(object).iter().any(|b| !b.2.trim().is_empty())
}

/// Role or name, media type and text of every body.
fn bodies(object: &Object) -> Vec<(String, String, &str)> {
    let of_two = objects(object, &["bodies"]).into_iter().filter_map(|body| {
        let text = |name: &str| string(body, &[name]).unwrap_or_default().to_owned();
        Some((text("role"), text("contenttype"), string(body, &["value"])?))
    });
    let of_one = object.iter().filter_map(|(key, value)| {
        let role = key.strip_prefix("body_")?;
        Some((role.to_owned(), String::new(), value.as_str()?))
    });
    of_two.chain(of_one).collect()
}

/// Where the strings of a JSON text stand.
#[derive(Debug)]
struct Places(BTreeMap<(String, u64), usize>);

impl Places {
    /// Reads every string with the name before it. Tolerates what the parser tolerates.
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut places, mut key) = (BTreeMap::new(), String::new());
        let (mut at, mut line) = (0, 1);
        while at < bytes.len() {
            match bytes[at] {
                b'\n' => line += 1,
                b'"' => {
                    let (start, first) = (at, line);
                    at += 1;
                    while at < bytes.len() && bytes[at] != b'"' {
                        line += usize::from(bytes[at] == b'\n');
                        at += if bytes[at] == b'\\' { 2 } else { 1 };
                    }
                    let raw = text.get(start..=at.min(bytes.len() - 1)).unwrap_or_default();
                    let value: String =
                        serde_json::from_str(raw).unwrap_or_else(|_| raw.trim_matches('"').to_owned());
                    let after = text.get(at + 1..).unwrap_or_default().trim_start();
                    if after.starts_with(':') {
                        key = value.to_lowercase();
                    } else {
                        places.entry((key.clone(), Self::digest(&value))).or_insert(first);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        Self(places)
    }

    /// A key that costs no copy of the text; two texts alike in it would share a line, no more.
    fn digest(value: &str) -> u64 {
        value
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
    }

    fn line(&self, key: &str, value: &str) -> usize {
        self.0.get(&(key.to_lowercase(), Self::digest(value))).copied().unwrap_or(1)
    }
}

fn item(object: &Object, places: &Places, place: &Place<'_>) -> Result<Item> {
    let (mut draft, mut desk) = (Draft::default(), Desk::default());
    desk.kind = kind(object);
    desk.guid = string(object, &["uri", "guid"]).map(str::to_owned);
    management(object, places, &mut draft, &mut desk);
    names(object, &mut draft, &mut desk);
    headlines(object, places, &mut draft);
    for name in ["by", "byline"] {
        if let Some(by) = field(object, name).and_then(Value::as_str) {
            draft.byline(places.line(name, by), by);
        }
    }
    let mut read = Vec::new();
    for (role, kind, value) in bodies(object) {
        let form = BodyForm::of(&kind.to_lowercase(), &role.to_lowercase(), value);
        let key =
            if objects(object, &["bodies"]).is_empty() { format!("body_{role}") } else { "value".into() };
        let lines = Lines::Fixed(places.line(&key, value));
        let shown = if kind.is_empty() { role } else { kind };
        read.push(Body::read(value, form, &shown, &lines, place, &mut draft, &mut desk)?);
    }
    body::choose(read, &mut draft);
    descriptions(object, places, &mut draft);
    associations(object, places, &mut draft);
    if desk.kind == ItemKind::Package && draft.texts.iter().any(|t| t.out.is_none()) {
        desk.kind = ItemKind::Text;
    }
    desk.item(draft, place.input(), place.settings)
}

fn management(object: &Object, places: &Places, draft: &mut Draft, desk: &mut Desk) {
    let text = |names: &[&str]| string(object, names);
    if let Some(version) = field(object, "version") {
        desk.version_field(version.as_str().map_or_else(|| version.to_string(), str::to_owned).as_str());
    }
    if let Some(urgency) = field(object, "urgency") {
        desk.urgency_field(
            &urgency
                .as_f64()
                .map_or_else(|| urgency.as_str().unwrap_or_default().to_owned(), |u| format!("{u:.0}")),
        );
    }
    if let Some(status) = text(&["pubstatus"]) {
        if status.to_lowercase().contains("embargo") && text(&["embargoed", "embargoeduntil"]).is_none() {
            desk.embargo_field("");
        }
        desk.restrict(Status::of(status));
    }
    for name in ["embargoed", "embargoeduntil"] {
        match field(object, name) {
            Some(Value::String(until)) => desk.embargo_field(until),
            // Beside the schema, but it says what it says.
            Some(Value::Bool(true)) => desk.embargo_field(""),
            Some(Value::Number(stamp)) => desk.embargo_field(&stamp.to_string()),
            _ => {}
        }
    }
    if let Some(expires) = text(&["expires"]) {
        desk.expires_field(expires);
    }
    if let Some(slug) = text(&["slugline"]) {
        draft.leave_out(places.line("slugline", slug), slug, Kind::Slug, "the slug line");
        desk.slug = Some(slug.trim().to_owned());
    }
    if let Some(note) = text(&["ednote"]) {
        draft.leave_out(places.line("ednote", note), note, Kind::Slug, "a note to editors");
        desk.notes.push(note.trim().to_owned());
    }
    draft.language = text(&["language"]).map(str::to_owned);
    let published = ["versioncreated", "firstcreated", "contentcreated"];
    draft.published = published.iter().find_map(|n| text(&[n]).and_then(Moment::parse)).map(Moment::iso);
    for (name, kind, reason) in [
        ("copyrightnotice", Kind::Copyright, "the copyright notice"),
        ("usageterms", Kind::Slug, "the terms of use"),
    ] {
        if let Some(notice) = text(&[name]) {
            draft.leave_out(places.line(name, notice), notice, kind, reason);
        }
    }
}

/// Who it is from, where, and about what.
fn names(object: &Object, draft: &mut Draft, desk: &mut Desk) {
    let named = |list: &[&str]| -> Vec<&str> {
        objects(object, list).into_iter().filter_map(|o| string(o, &["name"])).collect()
    };
    for name in named(&["infosources", "infosource"]) {
        draft.sign(name);
    }
    if let Some(holder) = string(object, &["copyrightholder", "source"]) {
        draft.sign(holder);
    }
    if let Some(place) = string(object, &["located"]) {
        desk.place(place);
    }
    for place in named(&["places", "place"]) {
        desk.place(place);
    }
    for subject in named(&["subjects", "subject"]) {
        desk.subject(subject);
    }
}

fn headlines(object: &Object, places: &Places, draft: &mut Draft) {
    let several = objects(object, &["headlines"]);
    let main = |o: &&Object| string(o, &["role"]).is_none_or(|r| matches!(r, "main" | "headline" | "title"));
    let (first, others): (Vec<&Object>, Vec<&Object>) = several.into_iter().partition(main);
    for headline in first.into_iter().chain(others) {
        if let Some(value) = string(headline, &["value"]) {
            draft.headline(places.line("value", value), value);
        }
    }
    let of_one = ["headline", "headline_main"].iter().filter_map(|n| Some((*n, string(object, &[n])?)));
    for (name, value) in of_one {
        draft.headline(places.line(name, value), value);
    }
    for (name, value) in object.iter().filter(|(k, _)| k.starts_with("headline_") && *k != "headline_main") {
        if let Some(value) = value.as_str() {
            draft.headline(places.line(name, value), value);
        }
    }
    if let Some(title) = string(object, &["title"]) {
        if draft.headline.is_none() {
            draft.headline(places.line("title", title), title);
        } else if draft.headline.as_deref().map(compared) != Some(compared(title)) {
            draft.leave_out(places.line("title", title), title, Kind::Headline, "the item's title");
        }
    }
}

/// Summaries and captions; a lead that the body does not begin with is its first paragraph.
fn descriptions(object: &Object, places: &Places, draft: &mut Draft) {
    let of_two = objects(object, &["descriptions"]).into_iter().filter_map(|d| {
        Some((
            "value".to_owned(),
            string(d, &["role"]).unwrap_or_default().to_lowercase(),
            string(d, &["value"])?,
        ))
    });
    let of_one = object.iter().filter_map(|(key, value)| {
        Some((key.clone(), key.strip_prefix("description_")?.to_lowercase(), value.as_str()?))
    });
    let all: Vec<(String, String, &str)> = of_two.chain(of_one).collect();
    let has_story = draft.texts.iter().any(|t| t.out.is_none());
    let body: String = draft.texts.iter().take(8).map(|t| compared(&t.text)).collect();
    for (key, role, value) in all {
        let line = places.line(&key, value);
        let shown = super::super::marked::plain(value);
        let lead = matches!(role.as_str(), "lead" | "intro" | "introduction" | "ingress" | "preamble");
        if lead && has_story && !body.contains(&compared(&shown)) {
            draft.texts.insert(0, Block::new(shown, line));
        } else {
            let caption = role.contains("caption") || !(is_text(object) || kind(object) == ItemKind::Package);
            let kind = if caption { Kind::Caption } else { Kind::Summary };
            draft.leave_out(line, &shown, kind, if caption { "a caption" } else { "a summary" });
        }
    }
}

/// The texts of pictures and other stories that go with the item.
fn associations(object: &Object, places: &Places, draft: &mut Draft) {
    let own = kind(object) == ItemKind::Package && !has_body(object);
    for other in objects(object, &["associations"]) {
        // Those are items of their own.
        if own && is_text(other) && has_body(other) {
            continue;
        }
        let (kind, reason) = if is_text(other) {
            (Kind::Related, "of another story that goes with this one")
        } else {
            (Kind::Caption, "of a picture or recording that goes with the story")
        };
        let texts = ["headline", "title", "byline", "by"]
            .iter()
            .filter_map(|n| Some(((*n).to_owned(), string(other, &[n])?)));
        let described = other
            .iter()
            .filter(|(k, _)| {
                k.starts_with("description_") || k.starts_with("body_") || k.starts_with("headline_")
            })
            .filter_map(|(k, v)| Some((k.clone(), v.as_str()?)));
        let listed = ["headlines", "descriptions", "bodies"].iter().flat_map(|list| {
            objects(other, &[list])
                .into_iter()
                .filter_map(|o| Some(("value".to_owned(), string(o, &["value"])?)))
        });
        for (key, value) in texts.chain(described).chain(listed) {
            let line = places.line(&key, value);
            draft.leave_out(line, &super::super::marked::plain(value), kind, reason);
        }
    }
}
