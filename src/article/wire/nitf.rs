//! NITF 3.x (IPTC, News Industry Text Format 3.6): a document by itself, or inside NewsML or ninjs.

use super::super::Kind;
use super::item::{Desk, Item, ItemKind, Status};
use super::story::{Block, Draft};
use super::xml::Lines;
use super::{Moment, Place, walk};
use crate::Result;
use roxmltree::Node;

/// The one item of a document.
pub(super) fn read(root: Node<'_, '_>, lines: &Lines, place: &Place<'_>) -> Result<Vec<Item>> {
    let (mut draft, mut desk) = (Draft::default(), Desk::default());
    document(root, lines, &mut draft, &mut desk);
    draft.texts = body(root, lines);
    // A document of nothing but pictures is none to voice.
    let media = root.descendants().any(|n| n.tag_name().name() == "media");
    if media && draft.texts.iter().all(|t| t.out.is_some()) && !draft.texts.is_empty() {
        desk.kind = ItemKind::Picture;
    }
    Ok(vec![desk.item(draft, place.input(), place.settings)?])
}

/// The texts of the body's content.
pub(super) fn body(root: Node<'_, '_>, lines: &Lines) -> Vec<Block> {
    let body = child(root, "body");
    body.into_iter()
        .flat_map(|b| b.children())
        .filter(Node::is_element)
        .filter(|n| !matches!(n.tag_name().name(), "body.head" | "body.end"))
        .flat_map(|n| walk::texts(n, lines))
        .collect()
}

/// The first child element of a name.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

/// The child elements of a name, in any namespace.
pub(super) fn children<'a, 'i>(node: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |n| n.is_element() && n.tag_name().name() == name)
}

/// Reads everything but the body's content.
pub(super) fn document(root: Node<'_, '_>, lines: &Lines, draft: &mut Draft, desk: &mut Desk) {
    let line = |node: Node<'_, '_>| lines.at(node.range().start);
    if let Some(head) = child(root, "head") {
        metadata(head, lines, draft, desk);
    }
    let title = child(root, "head").and_then(|h| child(h, "title"));
    if let Some(body) = child(root, "body") {
        if let Some(head) = child(body, "body.head") {
            body_head(head, lines, draft);
        }
        if let Some(end) = child(body, "body.end") {
            for text in walk::texts(end, lines) {
                let (kind, reason) = text.out.unwrap_or((Kind::Agency, "below the story".into()));
                draft.leave_out(text.lines.0, &text.text, kind, &reason);
            }
        }
    }
    if let Some(title) = title {
        let text = walk::plain(title);
        if draft.headline.as_deref() != Some(text.as_str()) {
            draft.headline(line(title), &text);
        }
    }
    draft.language = draft.language.take().or_else(|| {
        let xml = ("http://www.w3.org/XML/1998/namespace", "lang");
        root.attribute("baselang").or_else(|| root.attribute(xml)).map(str::to_owned)
    });
    desk.guid = desk.guid.take().or_else(|| root.attribute("uno").map(str::to_owned));
    draft.source = draft.source.take().or_else(|| draft.signatures.first().cloned());
}

fn metadata(head: Node<'_, '_>, lines: &Lines, draft: &mut Draft, desk: &mut Desk) {
    let norm = |node: Node<'_, '_>| node.attribute("norm").and_then(Moment::parse).map(Moment::iso);
    let mut issued = None;
    let mut released = None;
    let mut is_embargoed = false;
    for docdata in children(head, "docdata") {
        if let Some(status) = docdata.attribute("management-status") {
            is_embargoed |= status.to_lowercase().contains("embargo");
            desk.restrict(Status::of(status));
        }
        if let (Some(other), Some(status)) =
            (docdata.attribute("management-doc-idref"), docdata.attribute("management-idref-status"))
            && Status::of(status) == Status::Cancelled
        {
            desk.cancels = Some(other.trim().to_owned());
        }
        for node in docdata.children().filter(Node::is_element) {
            let value = |name: &str| node.attribute(name).unwrap_or_default().trim();
            match node.tag_name().name() {
                "doc-id" => {
                    desk.guid = desk.guid.take().or_else(|| Some(value("id-string").to_owned()));
                    draft.signatures.extend(node.attribute("regsrc").map(str::to_owned));
                }
                "du-key" => {
                    desk.version_field(value("version"));
                    desk.version_field(value("generation"));
                    if desk.slug.is_none() {
                        desk.slug = Some(value("key").to_owned());
                    }
                }
                "urgency" => desk.urgency_field(value("ed-urg")),
                "date.issue" => issued = issued.or(norm(node)),
                "date.release" => released = node.attribute("norm").map(str::trim),
                "date.expire" => desk.expires_field(value("norm")),
                "ed-msg" => note(node, value("info"), lines, draft, desk),
                "doc.copyright" => draft.signatures.extend(node.attribute("holder").map(str::to_owned)),
                "evloc" => desk.place(value("city")),
                "key-list" => {
                    children(node, "keyword").for_each(|k| desk.subject(k.attribute("key").unwrap_or("")));
                }
                "identified-content" => {
                    children(node, "location").for_each(|n| desk.place(&walk::plain(n)));
                    children(node, "classifier")
                        .for_each(|n| desk.subject(n.attribute("value").unwrap_or_default()));
                }
                _ => {}
            }
        }
    }
    for subject in head.descendants().filter(|n| n.tag_name().name() == "tobject.subject") {
        let named = ["detail", "matter", "type"].iter().find_map(|part| {
            subject
                .attribute(format!("tobject.subject.{part}").as_str())
                .filter(|name| !name.trim().is_empty())
        });
        desk.subject(named.unwrap_or_default());
    }
    for meta in children(head, "meta") {
        let name = meta.attribute("name").unwrap_or_default().to_lowercase();
        if ["pubstatus", "publishedstatus", "doc-status", "docstatus"].iter().any(|s| name.ends_with(s)) {
            desk.restrict(Status::of(meta.attribute("content").unwrap_or_default()));
        }
    }
    for revision in children(head, "revision-history") {
        note(revision, revision.attribute("comment").unwrap_or_default(), lines, draft, desk);
    }
    let pubdata = child(head, "pubdata");
    let publication = pubdata.and_then(|p| p.attribute("date.publication")).and_then(Moment::parse);
    draft.published = draft.published.take().or(publication.map(Moment::iso)).or(issued);
    if let Some(name) = pubdata.and_then(|p| p.attribute("name")) {
        draft.signatures.push(name.to_owned());
    }
    // Senders fill the release in with the time of sending; only a later one is an embargo.
    let told = draft.published.as_deref().and_then(Moment::parse);
    let later = |time: &str| match (Moment::parse(time), told) {
        (Some(release), Some(told)) => release.is_after(told),
        _ => true,
    };
    match released {
        Some(time) if is_embargoed || (!time.is_empty() && later(time)) => desk.embargo_field(time),
        None if is_embargoed => desk.embargo_field(""),
        _ => {}
    }
    draft.published = draft.published.take().or_else(|| released.and_then(Moment::parse).map(Moment::iso));
}

fn note(node: Node<'_, '_>, text: &str, lines: &Lines, draft: &mut Draft, desk: &mut Desk) {
    if !text.trim().is_empty() {
        draft.leave_out(lines.at(node.range().start), text, Kind::Slug, "a note to editors");
        desk.notes.push(text.trim().to_owned());
    }
}

fn body_head(head: Node<'_, '_>, lines: &Lines, draft: &mut Draft) {
    let line = |node: Node<'_, '_>| lines.at(node.range().start);
    for node in head.children() {
        match node.tag_name().name() {
            "hedline" => {
                for part in node.children().filter(Node::is_element) {
                    let text = walk::plain(part);
                    if part.tag_name().name() == "hl1" {
                        draft.headline(line(part), &text);
                    } else {
                        draft.leave_out(line(part), &text, Kind::Standfirst, "a line below the headline");
                    }
                }
                continue;
            }
            "byline" => {
                let who = byline(node);
                draft.byline(line(node), &who);
                continue;
            }
            "distributor" => {
                let name = walk::plain(node);
                draft.leave_out(line(node), &name, Kind::Agency, "the distributor");
                draft.sign(&name);
                continue;
            }
            "dateline" => {
                let story_date = child(node, "story.date").and_then(|d| d.attribute("norm"));
                let told = story_date.and_then(Moment::parse).map(Moment::iso);
                draft.published = draft.published.take().or(told);
            }
            _ => {}
        }
        let texts = if node.is_element() {
            // The element itself says what its texts are.
            let out = match node.tag_name().name() {
                "dateline" => (Kind::Dateline, "the dateline"),
                "abstract" => (Kind::Summary, "the markup calls it a summary"),
                "rights" => (Kind::Copyright, "the markup calls it a rights notice"),
                "note" => walk::notice(node),
                _ => (Kind::Label, "above the story"),
            };
            walk::texts_as(node, lines, Some(out))
        } else {
            let text = node.text().map(str::trim).filter(|t| !t.is_empty() && node.is_text());
            text.map(|t| Block::new(t, line(node))).into_iter().collect()
        };
        for text in texts {
            let (kind, reason) = text.out.unwrap_or((Kind::Label, "above the story".into()));
            draft.leave_out(text.lines.0, &text.text, kind, &reason);
        }
    }
}

/// "By Ann Orme, Staff Reporter" from the parts, whatever stands between them.
fn byline(node: Node<'_, '_>) -> String {
    let Some(title) = child(node, "byttl") else { return walk::plain(node) };
    let title = walk::plain(title);
    let whole = walk::plain(node);
    match whole.strip_suffix(&title).map(str::trim_end) {
        Some(name) if !name.is_empty() && name.ends_with(char::is_alphanumeric) => format!("{name}, {title}"),
        _ => whole,
    }
}
