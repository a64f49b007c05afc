//! NewsML 1.0 to 1.2 (IPTC, 2000 to 2003), which agencies still send.

use super::super::Kind;
use super::body::{self, Body, BodyForm};
use super::item::{Desk, Item, ItemKind, Status};
use super::nitf::{self, child, children};
use super::story::Draft;
use super::xml::Lines;
use super::{Moment, Place, WireForm, walk};
use crate::Result;
use roxmltree::Node;

/// The items of a document.
pub(super) fn read(root: Node<'_, '_>, lines: &Lines, place: &Place<'_>) -> Result<Vec<Item>> {
    let items: Vec<Node<'_, '_>> = children(root, "NewsItem").collect();
    super::refuse_many(items.len(), WireForm::NewsMl1, place.name)?;
    let several = items.len() > 1;
    let numbered = |at: usize| Place { number: several.then_some(at + 1), ..*place };
    items.into_iter().enumerate().map(|(at, node)| item(node, lines, &numbered(at))).collect()
}

fn formal<'a>(node: Node<'a, '_>) -> &'a str {
    node.attribute("FormalName").unwrap_or_default().trim()
}

fn item(node: Node<'_, '_>, lines: &Lines, place: &Place<'_>) -> Result<Item> {
    let (mut draft, mut desk) = (Draft::default(), Desk::default());
    if let Some(identifier) = child(node, "Identification").and_then(|i| child(i, "NewsIdentifier")) {
        let part = |name: &str| child(identifier, name).map(walk::plain).filter(|p| !p.is_empty());
        // The public identifier ends in the revision, so it names a version and not the story.
        let parts: Vec<String> =
            ["ProviderId", "DateId", "NewsItemId"].iter().filter_map(|n| part(n)).collect();
        desk.guid = (!parts.is_empty()).then(|| parts.join(":")).or_else(|| part("PublicIdentifier"));
        desk.version_field(&part("RevisionId").unwrap_or_default());
        draft.signatures.extend(part("ProviderId"));
    }
    if let Some(management) = child(node, "NewsManagement") {
        manage(management, lines, &mut draft, &mut desk);
    }
    // Components nest; the first text with a line is the story's own.
    let mut bodies = Vec::new();
    for part in node.descendants().filter(Node::is_element) {
        match part.tag_name().name() {
            "NewsLines" => news_lines(part, lines, &mut draft, &mut desk),
            "Provider" | "Source" => {
                children(part, "Party").for_each(|party| draft.sign(formal(party)));
            }
            "Language" => draft.language = draft.language.take().or_else(|| Some(formal(part).to_owned())),
            "Location" => {
                children(part, "Property").for_each(|p| desk.place(p.attribute("Value").unwrap_or_default()));
            }
            "ContentItem" => {
                let media = child(part, "MediaType").map_or("Text", formal);
                let data = child(part, "DataContent");
                if !media.eq_ignore_ascii_case("text") && data.is_none() {
                    // A reference to a picture beside the story.
                    continue;
                }
                bodies.extend(
                    data.map(|d| content(d, media, lines, place, &mut draft, &mut desk)).transpose()?,
                );
            }
            _ => {}
        }
    }
    let empty = bodies.is_empty();
    body::choose(bodies, &mut draft);
    if empty {
        let media = node.descendants().find(|n| n.tag_name().name() == "MediaType").map_or("", formal);
        let package = node.descendants().any(|n| n.tag_name().name() == "NewsItemRef");
        desk.kind = if package { ItemKind::Package } else { ItemKind::of(media) };
    }
    desk.item(draft, place.input(), place.settings)
}

fn manage(management: Node<'_, '_>, lines: &Lines, draft: &mut Draft, desk: &mut Desk) {
    let when = |name: &str| child(management, name).map(walk::plain).and_then(|t| Moment::parse(&t));
    draft.published = when("ThisRevisionCreated").or(when("FirstCreated")).map(Moment::iso);
    if let Some(urgency) = child(management, "Urgency") {
        desk.urgency_field(formal(urgency));
    }
    let mut embargoed = false;
    if let Some(status) = child(management, "Status") {
        embargoed = formal(status).to_lowercase().contains("embargo");
        desk.restrict(Status::of(formal(status)));
    }
    if let Some(change) = child(management, "StatusWillChange") {
        let future = child(change, "FutureStatus").map_or("", formal);
        let date = child(change, "DateAndTime").map(walk::plain).unwrap_or_default();
        match Status::of(future) {
            Status::Usable if embargoed => desk.embargo_field(&date),
            Status::Usable => {}
            // From then on it is not to be used.
            Status::Withheld | Status::Cancelled => desk.expires_field(&date),
        }
    }
    if embargoed && desk.embargo.is_none() {
        desk.embargo_field("");
    }
    for instruction in children(management, "Instruction") {
        let note = walk::plain(instruction);
        draft.leave_out(lines.at(instruction.range().start), &note, Kind::Slug, "a note to editors");
        if !note.is_empty() {
            desk.notes.push(note);
        }
    }
}

fn news_lines(node: Node<'_, '_>, lines: &Lines, draft: &mut Draft, desk: &mut Desk) {
    for part in node.children().filter(Node::is_element) {
        let text = walk::plain(part);
        let line = lines.at(part.range().start);
        match part.tag_name().name() {
            "HeadLine" => draft.headline(line, &text),
            "SubHeadLine" => draft.leave_out(line, &text, Kind::Standfirst, "a line below the headline"),
            "ByLine" => draft.byline(line, &text),
            "DateLine" => draft.leave_out(line, &text, Kind::Dateline, "the dateline"),
            "CreditLine" => draft.leave_out(line, &text, Kind::Credit, "the credit line"),
            "CopyrightLine" | "RightsLine" => {
                draft.leave_out(line, &text, Kind::Copyright, "the copyright line");
            }
            "SlugLine" => {
                draft.leave_out(line, &text, Kind::Slug, "the slug line");
                desk.slug = desk.slug.take().or(Some(text));
            }
            _ => draft.leave_out(line, &text, Kind::Slug, "a line about the story"),
        }
    }
}

fn content(
    data: Node<'_, '_>,
    media: &str,
    lines: &Lines,
    place: &Place<'_>,
    draft: &mut Draft,
    desk: &mut Desk,
) -> Result<Body> {
    let root = data.children().find(Node::is_element);
    match root.map(|r| r.tag_name().name()) {
        Some("nitf") => {
            let root = root.unwrap_or(data);
            nitf::document(root, lines, draft, desk);
            Ok(Body { form: BodyForm::Nitf, shown: "NITF".into(), texts: nitf::body(root, lines) })
        }
        Some(_) => Ok(Body { form: BodyForm::Html, shown: "XHTML".into(), texts: walk::texts(data, lines) }),
        None => {
            let raw = data.text().unwrap_or_default();
            let form =
                if media.eq_ignore_ascii_case("text") { BodyForm::of("", "", raw) } else { BodyForm::Unread };
            let start = data.first_child().map_or(data.range().start, |text| text.range().start);
            let lines = Lines::of(raw, lines.at(start));
            Body::read(raw, form, "text", &lines, place, draft, desk)
        }
    }
}
