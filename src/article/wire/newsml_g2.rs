//! NewsML-G2 2.x (IPTC): a news item, a package, or a news message with a set of them.
//!
//! Names are compared without their namespace: senders use prefixes, older drafts' namespaces and none.

use super::super::Kind;
use super::body::{self, Body, BodyForm};
use super::embargo::Embargo;
use super::item::{Desk, Item, ItemKind, Status};
use super::nitf::{self, child, children};
use super::story::Draft;
use super::xml::Lines;
use super::{Moment, Place, WireForm, walk};
use crate::{Error, Result};
use roxmltree::Node;

/// Whether an element of this name is an item (NewsML-G2 2.35, any item).
pub(super) fn is_item(name: &str) -> bool {
    matches!(
        name,
        "newsItem" | "packageItem" | "conceptItem" | "knowledgeItem" | "planningItem" | "catalogItem"
    )
}

/// Whether an element of this name is a part torn out of an item.
pub(super) fn is_fragment(name: &str) -> bool {
    matches!(
        name,
        "itemSet"
            | "groupSet"
            | "rightsInfo"
            | "contentSet"
            | "contentMeta"
            | "itemMeta"
            | "inlineXML"
            | "inlineData"
    )
}

/// The items of a document.
pub(super) fn read(root: Node<'_, '_>, lines: &Lines, place: &Place<'_>) -> Result<Vec<Item>> {
    let name = root.tag_name().name();
    if is_fragment(name) {
        // The part that says whether it may go out at all is missing.
        let problem = format!("a {name} without its item: status and embargo are missing");
        let line = u32::try_from(lines.at(root.range().start)).ok();
        let input = place.name.to_owned();
        return Err(Error::Malformed { input, form: WireForm::NewsMlG2.name(), line, problem });
    }
    if is_item(name) {
        return Ok(vec![item(root, lines, place)?]);
    }
    let items: Vec<Node<'_, '_>> = root
        .children()
        .flat_map(|n| if n.tag_name().name() == "itemSet" { n.children().collect() } else { vec![n] })
        .filter(|n| n.is_element() && is_item(n.tag_name().name()))
        .collect();
    super::refuse_many(items.len(), WireForm::NewsMlG2, place.name)?;
    let several = items.len() > 1;
    let numbered = |at: usize| Place { number: several.then_some(at + 1), ..*place };
    items.into_iter().enumerate().map(|(at, node)| item(node, lines, &numbered(at))).collect()
}

/// A concept's code: what stands behind the scheme of a `qcode`, at the end of a URI, or a literal.
fn code<'a>(node: Node<'a, '_>) -> &'a str {
    let whole =
        ["qcode", "uri", "literal"].iter().find_map(|a| node.attribute(*a)).unwrap_or_default().trim();
    whole.rsplit([':', '/', '#']).next().unwrap_or_default()
}

/// A concept's name in the item's language if it has several, else its literal or code.
fn named(node: Node<'_, '_>) -> Option<String> {
    let name = child(node, "name").map(walk::plain).filter(|n| !n.is_empty());
    name.or_else(|| {
        let code = code(node);
        let readable =
            code.chars().any(char::is_alphabetic) && !code.contains('.') && node.attribute("uri").is_none();
        readable.then(|| code.to_owned())
    })
}

fn item(node: Node<'_, '_>, lines: &Lines, place: &Place<'_>) -> Result<Item> {
    let (mut draft, mut desk) = (Draft::default(), Desk::default());
    let xml = "http://www.w3.org/XML/1998/namespace";
    draft.language = node.attribute((xml, "lang")).map(str::to_owned);
    desk.guid = node.attribute("guid").map(str::to_owned);
    desk.version_field(node.attribute("version").unwrap_or_default());
    desk.kind = match node.tag_name().name() {
        "newsItem" => ItemKind::Text,
        "packageItem" => ItemKind::Package,
        other => ItemKind::Other(other.to_owned()),
    };
    for rights in children(node, "rightsInfo") {
        for part in rights.children().filter(Node::is_element) {
            let text = walk::plain(part);
            let line = lines.at(part.range().start);
            match part.tag_name().name() {
                "copyrightHolder" => draft.signatures.push(text),
                "copyrightNotice" => draft.leave_out(line, &text, Kind::Copyright, "the copyright notice"),
                "usageTerms" => draft.leave_out(line, &text, Kind::Slug, "the terms of use"),
                _ => {}
            }
        }
    }
    if let Some(meta) = child(node, "itemMeta") {
        item_meta(meta, lines, &mut draft, &mut desk);
    }
    if let Some(meta) = child(node, "contentMeta") {
        content_meta(meta, lines, &mut draft, &mut desk);
    }
    for set in children(node, "contentSet") {
        content(set, lines, place, &mut draft, &mut desk)?;
    }
    // A composite item with a text of its own is a story with its pictures.
    if desk.kind == ItemKind::Package && draft.texts.iter().any(|t| t.out.is_none()) {
        desk.kind = ItemKind::Text;
    }
    for reference in node.descendants().filter(|n| n.tag_name().name() == "itemRef") {
        for part in reference
            .children()
            .filter(|n| matches!(n.tag_name().name(), "title" | "headline" | "description"))
        {
            let line = lines.at(part.range().start);
            draft.leave_out(
                line,
                &walk::plain(part),
                Kind::Related,
                "of another item that the package refers to",
            );
        }
    }
    draft.source = draft.source.take().or_else(|| draft.signatures.first().cloned());
    desk.item(draft, place.input(), place.settings)
}

fn item_meta(meta: Node<'_, '_>, lines: &Lines, draft: &mut Draft, desk: &mut Desk) {
    let (mut version, mut first) = (None, None);
    for node in meta.children().filter(Node::is_element) {
        let text = node.text().unwrap_or_default().trim();
        let line = lines.at(node.range().start);
        match node.tag_name().name() {
            "itemClass" if desk.kind == ItemKind::Text => desk.kind = ItemKind::of(code(node)),
            "provider" => named(node).iter().for_each(|name| draft.sign(name)),
            "versionCreated" => version = Moment::parse(text),
            "firstCreated" => first = Moment::parse(text),
            "embargoed" => desk.embargo_field(text),
            "expires" => desk.expires_field(text),
            "pubStatus" => {
                if Status::of(code(node)) == Status::Usable && code(node).to_lowercase().contains("embargo") {
                    desk.embargo = desk.embargo.take().or(Some(Embargo::Unclear(String::new())));
                }
                desk.restrict(Status::of(code(node)));
            }
            "signal"
                if matches!(
                    code(node).to_lowercase().as_str(),
                    "kill" | "cancel" | "withdraw" | "takedown"
                ) =>
            {
                desk.restrict(Status::Cancelled);
            }
            "edNote" => {
                let note = walk::plain(node);
                draft.leave_out(line, &note, Kind::Slug, "a note to editors");
                if !note.is_empty() {
                    desk.notes.push(note);
                }
            }
            "title" => {
                draft.leave_out(line, &walk::plain(node), Kind::Slug, "the item's title in the system");
            }
            _ => {}
        }
    }
    draft.published = version.or(first).map(Moment::iso);
}

fn content_meta(meta: Node<'_, '_>, lines: &Lines, draft: &mut Draft, desk: &mut Desk) {
    let mut created = None;
    let mut creators = Vec::new();
    for node in meta.children().filter(Node::is_element) {
        let text = walk::plain(node);
        let line = lines.at(node.range().start);
        match node.tag_name().name() {
            "urgency" => desk.urgency_field(&text),
            "contentCreated" => created = Moment::parse(&text),
            "located" => {
                let name = child(node, "name").map(walk::plain);
                desk.place(&name.unwrap_or_default());
            }
            "creator" if child(node, "name").is_some() => creators.extend(named(node)),
            "infoSource" => draft.signatures.extend(named(node)),
            "by" => draft.byline(line, &text),
            "dateline" => draft.leave_out(line, &text, Kind::Dateline, "the dateline"),
            "creditline" => draft.leave_out(line, &text, Kind::Credit, "the credit line"),
            "headline" => draft.headline(line, &text),
            "slugline" => {
                draft.leave_out(line, &text, Kind::Slug, "the slug line");
                desk.slug = desk.slug.take().or(Some(text));
            }
            "description" => {
                let caption = node.attribute("role").is_some_and(|r| r.ends_with("caption"));
                let kind = if caption { Kind::Caption } else { Kind::Summary };
                draft.leave_out(line, &text, kind, if caption { "a caption" } else { "a summary" });
            }
            "language" => {
                draft.language = node.attribute("tag").map(str::to_owned).or(draft.language.take());
            }
            "subject" => {
                let name = child(node, "name").map(walk::plain).unwrap_or_default();
                if node.attribute("type").is_some_and(|t| t.ends_with("geoArea")) {
                    desk.place(&name);
                } else {
                    desk.subject(&name);
                }
            }
            _ => {}
        }
    }
    draft.published = draft.published.take().or(created.map(Moment::iso));
    if draft.byline.is_none() && desk.kind == ItemKind::Text {
        let people: Vec<String> = creators.into_iter().filter(|c| !draft.signatures.contains(c)).collect();
        draft.byline = super::super::marked::names(&people);
    }
}

/// Reads the best form of the content and lists the others.
fn content(
    set: Node<'_, '_>,
    lines: &Lines,
    place: &Place<'_>,
    draft: &mut Draft,
    desk: &mut Desk,
) -> Result<()> {
    let mut bodies = Vec::new();
    for node in set.children().filter(Node::is_element) {
        let kind = node.attribute("contenttype").unwrap_or_default().to_lowercase();
        let line = lines.at(node.range().start);
        match node.tag_name().name() {
            "inlineXML" => {
                bodies.extend(inline_xml(node, &kind, lines, draft, desk));
            }
            "inlineData" => {
                let encoded = node.attribute("encoding").is_some();
                let raw = node.text().unwrap_or_default();
                let form = if encoded { BodyForm::Unread } else { BodyForm::of(&kind, "", raw) };
                let start = node.first_child().map_or(line, |text| lines.at(text.range().start));
                let lines = Lines::of(raw, start);
                let shown = if kind.is_empty() { "inline data" } else { &kind };
                bodies.push(Body::read(raw, form, shown, &lines, place, draft, desk)?);
            }
            // Not here: it would have to be fetched.
            _ => {}
        }
    }
    body::choose(bodies, draft);
    Ok(())
}

/// NITF, XHTML or something else; nothing, where the content is announced and left out.
fn inline_xml(
    node: Node<'_, '_>,
    kind: &str,
    lines: &Lines,
    draft: &mut Draft,
    desk: &mut Desk,
) -> Option<Body> {
    let root = node.children().find(Node::is_element)?;
    let name = root.tag_name().name();
    let form = match name {
        "nitf" => BodyForm::Nitf,
        "html" | "body" | "div" | "section" | "article" | "p" => BodyForm::Html,
        _ if kind.contains("html") => BodyForm::Html,
        _ => BodyForm::Unread,
    };
    let texts = match form {
        BodyForm::Nitf => {
            nitf::document(root, lines, draft, desk);
            nitf::body(root, lines)
        }
        _ => walk::texts(node, lines),
    };
    Some(Body { form, shown: if kind.is_empty() { name.to_owned() } else { kind.to_owned() }, texts })
}
