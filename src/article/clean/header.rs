//! What stands above the story: headline, byline, published time, source; and where the story begins.

use super::super::Kind;
use super::super::text::Piece;
use super::super::wrap::Block;
use super::authors;
use super::dates::{self, NumericOrder, Role, Scan, Stamp};
use super::headline;
use super::line::End;
use super::names;
use super::topic::Topic;
use super::{Item, Verdict};
use regex::Regex;
use std::sync::LazyLock;

/// What the header says.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) headline: Option<String>,
    pub(super) byline: Option<String>,
    pub(super) published: Option<String>,
    pub(super) source: Option<String>,
    /// Index of the first item of the story.
    pub(super) lead: usize,
    /// The authors' names.
    pub(super) names: Vec<String>,
    /// Parts of header lines with a kind of their own: the outlet's name after a title, a picture credit.
    pub(super) pieces: Vec<(usize, Piece)>,
}

/// How many blocks below a paragraph a byline or date may stand and still make that paragraph a standfirst.
pub(super) const REACH: usize = 6;

/// How far down a header is looked for: the longest menus have some two hundred entries. Bounds the cost, too.
const HEADER_BLOCKS: usize = 600;

/// How an outlet of this text writes dates in figures; `None` where nothing tells, which reads as day first.
pub(super) fn numeric_order(blocks: &[Block]) -> Option<NumericOrder> {
    static AMERICAN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:color|neighbor(?:hood)?s?|center|favorite|labor|defense|Councilwoman|Councilman|[Ss]heriff's|U\.S\.|(?:Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|Tenn|Tex|Vt|Va|Wash|Wis|Wyo|N\.[CDHJMY]|S\.[CD])\.|[AP]\.?M\.? (?:E[SD]?T|C[SD]?T|M[SD]T|P[SD]?T))").expect("a constant pattern")
    });
    static BRITISH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"£|\b(?:colour|neighbour|centre|favourite|labour|defence|councillor|Councillor|BST|GMT|MP|MPs|organis\w+|per cent)\b").expect("a constant pattern")
    });
    if let Some(order) = worded_order(blocks) {
        return Some(order);
    }
    let count = |r: &Regex| blocks.iter().take(200).map(|b| r.find_iter(&b.text).count()).sum::<usize>();
    (count(&AMERICAN) > count(&BRITISH)).then_some(NumericOrder::MonthFirst)
}

/// The order that another date of the text, its month in letters, gives the same day in.
fn worded_order(blocks: &[Block]) -> Option<NumericOrder> {
    /// The dates of an article stand at its ends; a dateline at the start of its paragraph.
    const BLOCKS: usize = 60;
    const LINE_BYTES: usize = 100;
    let (mut figures, mut worded) = (Vec::new(), Vec::new());
    for block in blocks.iter().take(BLOCKS) {
        let end = block.text.char_indices().map(|(at, _)| at).find(|at| *at >= LINE_BYTES);
        let scan = dates::scan(&block.text[..end.unwrap_or(block.text.len())], None);
        for stamp in scan.stamps {
            let Some((_, month, day)) = stamp.date else { continue };
            if stamp.ambiguous { figures.push((month, day)) } else { worded.push((month, day)) }
        }
    }
    figures.iter().find_map(|&(month, day)| {
        if month == day {
            None
        } else if worded.contains(&(month, day)) {
            Some(NumericOrder::DayFirst)
        } else if worded.contains(&(day, month)) {
            Some(NumericOrder::MonthFirst)
        } else {
            None
        }
    })
}

/// A date line whose other words are an outlet's name ("…, 8.15am GMT, Market Ledger") or stand before the date
/// ("Story by…", "Leeds, 3 May 2025").
pub(super) fn labelled_date(scan: Scan, item: &Item) -> Option<Scan> {
    let whole = scan.stamps.iter().any(|s| s.date.is_some_and(|(year, ..)| year.is_some()));
    let words = scan.residue.split_whitespace().count();
    let titled = scan
        .residue
        .split_whitespace()
        .all(|w| w.chars().next().is_some_and(|c| !c.is_lowercase()) || w.len() <= 3);
    let explained = (whole && words <= 5 && titled) || (scan.labelled && words <= 3 && scan.has_any());
    (explained && matches!(item.end, End::Open) && item.words <= 16).then_some(scan)
}

/// Reads and marks the header of `items[..end]`.
pub(super) fn read(items: &mut [Item], end: usize, order: Option<NumericOrder>) -> Header {
    let mut head = Header::default();
    mail_header(items, end, order, &mut head);
    let top = end.min(HEADER_BLOCKS);
    let first = first_prose(items, 0, top);
    let first = below_notices(items, first, top, end);
    pictured(items, top);
    let first = first_prose(items, first, top);
    authors::mark_bare_bylines(items, first, top, order);
    head.names = authors::author_names(items, end);
    authors::mark_bios(items, &head.names);
    head.lead = find_lead(items, end);
    headline::find(items, &mut head, top);
    authors::take_bylines(items, &mut head, end);
    head.published = head.published.take().or_else(|| published(items, head.lead));
    head.source = head.source.take().or_else(|| source(items));
    name_the_rest(items, &head);
    head
}

/// A caption above the name of who took the picture: "Priya Sandoval", "/", "WQKR", or a name in capitals above the
/// author's own in small letters.
fn pictured(items: &mut [Item], top: usize) {
    for i in 1..top.saturating_sub(2) {
        let name = items[i].text();
        if items[i].verdict.is_some() || items[i].words > 4 || !names::is_person(name) {
            continue;
        }
        let parted = items[i + 1].text().trim() == "/";
        let shouted = |text: &str| !text.chars().any(char::is_lowercase);
        let signed = shouted(name)
            && !shouted(items[i + 1].text())
            && names::is_person(items[i + 1].text())
            && (i + 2..(i + 4).min(top)).any(|j| items[j].is_dated());
        if !(parted || signed) {
            continue;
        }
        items[i].drop_as(Kind::Credit, "the name of who took the picture");
        if parted {
            items[i + 1].drop_as(Kind::Credit, "part of a picture's credit");
            if items[i + 2].verdict.is_none() && items[i + 2].end == End::Open && items[i + 2].words <= 6 {
                items[i + 2].drop_as(Kind::Credit, "part of a picture's credit");
            }
        }
        let caption = &items[i - 1];
        if caption.verdict.is_none() && caption.end == End::Stop && !caption.quoted && caption.words <= 40 {
            items[i - 1].drop_as(Kind::Caption, "a sentence above the name of who took the picture");
        }
    }
}

/// Sentences at the very top of a page ("With your consent, we and our partners…") stand above its title, and the date
/// stands below it: the story begins there.
fn below_notices(items: &mut [Item], first: usize, top: usize, end: usize) -> usize {
    /// How much of a page such notices and the menus below them take up.
    const NOTICES: usize = 3;
    const MENU: usize = 60;
    let title = |items: &[Item], i: usize, below: usize| {
        let item = &items[i];
        let told = items[below..end].iter().filter(|o| o.verdict.is_none() && o.is_prose()).take(40);
        item.verdict.is_none()
            && item.end != End::Stop
            && item.end != End::Colon
            && item.words >= 4
            && Topic::of(told).shared(&item.folded, 1).shared >= 2
    };
    if first >= top || (0..first).any(|i| items[i].words >= 4 && title(items, i, first)) {
        return first;
    }
    let below = first + 1..(first + MENU).min(top);
    // Where the sentence speaks to the reader no date is needed: the next one that does not begins the story.
    let told = |i: &usize| items[*i].is_prose() && items[*i].suspect.is_none();
    let dated = below
        .clone()
        .find(|&i| items[i].is_dated() || items[i].byline.is_some())
        .or_else(|| below.clone().find(told).filter(|_| items[first].suspect.is_some()));
    let Some(dated) = dated else { return first };
    let prose = |from: usize, to: usize| items[from..to].iter().filter(|i| i.is_prose()).count();
    if prose(dated, end) < 3 {
        return first;
    }
    let Some(headline) = (first + 1..dated).find(|&i| title(items, i, dated)) else { return first };
    let notices = prose(first, headline);
    if notices > NOTICES || notices * 2 > prose(dated, end) {
        return first;
    }
    for item in items[first..headline].iter_mut().filter(|i| i.is_prose()) {
        item.drop_as(Kind::Notice, "a sentence above the headline");
    }
    first_prose(items, headline + 1, end)
}

fn first_prose(items: &[Item], from: usize, end: usize) -> usize {
    (from..end).find(|&i| items[i].is_prose() && !is_title_question(items, i, end)).unwrap_or(end)
}

/// A question or an exclamation that heads the page: short, unquoted, before any prose, with prose to come.
fn is_title_question(items: &[Item], i: usize, end: usize) -> bool {
    let item = &items[i];
    matches!(item.end, End::Question | End::Exclamation) && item.words <= 18 && i + 1 < end && !item.quoted
}

/// A mail's own header: `Subject:` is the headline, `Date:` the time, `From:` the source.
fn mail_header(items: &mut [Item], end: usize, order: Option<NumericOrder>, head: &mut Header) {
    static FIELD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(From|To|Cc|Bcc|Subject|Date|Sent|Reply-To|Message-ID|MIME-Version|Content-[\w-]+|List-[\w-]+|X-[\w-]+|Return-Path|Received|Delivered-To|Sender|Importance|Attachments?|Von|An|Betreff|Datum|De|À|Objet|Gesendet):\s*(.*)$").expect("a constant pattern")
    });
    let fields = items[..end].iter().take(40).take_while(|i| FIELD.is_match(i.text())).count();
    if fields < 2 {
        return;
    }
    for item in &mut items[..fields] {
        let (name, value) = match FIELD.captures(item.text()) {
            Some(c) => (c[1].to_owned(), c[2].trim().to_owned()),
            None => continue,
        };
        match name.as_str() {
            "Subject" | "Betreff" | "Objet" if !value.is_empty() => {
                head.headline = Some(value);
                item.drop_as(Kind::Headline, "the subject of a mail");
            }
            "Date" | "Sent" | "Datum" | "Gesendet" => {
                let scan = dates::scan(&value, order);
                head.published = scan.stamps.iter().find_map(Stamp::iso);
                item.drop_as(Kind::Timestamp, "the date of a mail");
            }
            "From" | "Von" | "De" => {
                let name = value.split('<').next().unwrap_or_default().trim().trim_matches('"').to_owned();
                head.source =
                    Some(name).filter(|n| !n.is_empty() && !n.contains('@') && !names::is_person(n));
                item.drop_as(Kind::Slug, "a mail's own header");
            }
            _ => item.drop_as(Kind::Slug, "a mail's own header"),
        }
    }
}

/// The first item of the story: the first prose that no byline or date follows.
fn find_lead(items: &mut [Item], end: usize) -> usize {
    let mut lead = first_prose(items, 0, end);
    if lead == end {
        return without_punctuation(items, end);
    }
    lead = below_summary(items, lead, end);
    // A short sentence, then the credit of a picture: the caption, and the story begins below.
    if items[lead].words <= CAPTION_WORDS
        && lead + 1 < end
        && matches!(items[lead + 1].kind(), Some(Kind::Credit))
        && items[lead + 2..end].iter().filter(|i| i.is_prose()).count() >= 3
    {
        items[lead].drop_as(Kind::Caption, "a short sentence above the credit of a picture");
        lead = first_prose(items, lead + 1, end);
    }
    loop {
        let seen = |kind: Kind| {
            items[..lead].iter().any(|i| i.kind() == Some(kind) && (kind == Kind::Byline || i.is_dated()))
        };
        let (byline_seen, date_seen) = (seen(Kind::Byline), seen(Kind::Timestamp));
        let of_header = |item: &Item| match item.kind() {
            Some(Kind::Byline) => !byline_seen,
            Some(Kind::Timestamp) => !date_seen && !byline_seen && item.is_dated(),
            _ => false,
        };
        let window = &items[lead + 1..(lead + 1 + REACH).min(end)];
        // Bulleted sentences above the byline are a summary; other prose is the story.
        let open = window.iter().take_while(|i| of_header(i) || !i.is_prose() || i.bulleted);
        let below = open.enumerate().find(|(_, i)| of_header(i)).map(|(at, _)| lead + 1 + at);
        let Some(below) = below else { return lead };
        let next = first_prose(items, below + 1, end);
        // The story needs more below the date than stands above it.
        if items[next..end].iter().filter(|i| i.is_prose()).count() < 2 {
            return lead;
        }
        for item in items[lead..next].iter_mut().filter(|i| i.verdict.is_none() && i.is_prose()) {
            item.drop_as(Kind::Standfirst, "a sentence above the byline or the date");
        }
        lead = next;
    }
}

/// Below a summary box ("In short:") the story tells its first sentence again: it begins there.
fn below_summary(items: &mut [Item], lead: usize, end: usize) -> usize {
    let boxed = lead > 0 && items[lead - 1].kind() == Some(Kind::Summary) && items[lead - 1].opens_section;
    if !boxed || lead >= end {
        return lead;
    }
    let told: Vec<&str> = items[lead].folded.split(' ').filter(|w| w.len() >= 4).collect();
    let again = |item: &Item| {
        let common = told.iter().filter(|w| item.folded.contains(**w)).count();
        told.len() >= 3 && common * 10 >= told.len() * 6
    };
    let Some(start) = (lead + 1..(lead + 12).min(end)).find(|&i| items[i].is_prose() && again(&items[i]))
    else {
        return lead;
    };
    for item in items[lead..start].iter_mut().filter(|i| i.verdict.is_none()) {
        item.drop_as(Kind::Summary, "in a summary box above the story");
    }
    start
}

/// Captions are shorter than leads.
const CAPTION_WORDS: usize = 14;

/// Where a text without any sentence punctuation begins: form tells nothing there, so every unmarked line of some
/// length is taken for story.
fn without_punctuation(items: &mut [Item], end: usize) -> usize {
    let long = |i: &Item| i.verdict.is_none() && i.words >= 5;
    let below =
        (0..end).rev().find(|&i| items[i].is_dated() || items[i].byline.is_some()).map_or(0, |i| i + 1);
    let from = if items[below..end].iter().any(long) { below } else { 0 };
    let lead = (from..end).find(|&i| long(&items[i])).unwrap_or(end);
    for item in items[lead..end].iter_mut().filter(|i| long(i)) {
        item.listed = true;
    }
    lead
}

/// The earliest sort of date in the header; failing that, in the whole text.
fn published(items: &[Item], lead: usize) -> Option<String> {
    let best = |range: &[Item], labelled_only: bool| {
        range
            .iter()
            .filter(|i| matches!(i.kind(), Some(Kind::Timestamp | Kind::Byline)))
            .filter_map(|i| i.scan.as_ref())
            .filter(|s| !labelled_only || s.labelled)
            .flat_map(|s| &s.stamps)
            .filter_map(|s| s.iso().map(|iso| (s.role, iso)))
            // The first of the best role: `min_by_key` keeps the first of equals.
            .min_by_key(|(role, _)| if *role == Role::Plain { Role::Published } else { *role })
            .map(|(_, iso)| iso)
    };
    // The bar above the menu has the day, the line under the headline the hour of the same day.
    let timed = |iso: String, range: &[Item]| {
        let stamps = range.iter().filter_map(|i| i.scan.as_ref()).flat_map(|s| &s.stamps);
        let mut same = stamps.filter(|s| s.role != Role::Updated).filter_map(Stamp::iso);
        if iso.contains('T') {
            iso
        } else {
            same.find(|t| t.len() > iso.len() && t.starts_with(&iso)).unwrap_or(iso)
        }
    };
    let lead = lead.min(items.len());
    // Above the headline stand the page's own dates: today's, or when an archive took its copies.
    let headline = items[..lead].iter().position(|i| i.kind() == Some(Kind::Headline)).unwrap_or(0);
    let fresh = |i: &Item| {
        let stamps = i.scan.iter().flat_map(|s| &s.stamps);
        stamps.filter(|s| s.role != Role::Updated).any(|s| s.iso().is_some_and(|iso| !iso.contains('T')))
            || i.scan.iter().flat_map(|s| &s.stamps).any(|s| s.role != Role::Updated && s.iso().is_some())
    };
    let from = if items[headline..lead].iter().any(fresh) { headline } else { 0 };
    best(&items[from..lead], false)
        .map(|iso| timed(iso, &items[..lead]))
        .or_else(|| best(&items[lead..], true))
        .or_else(|| best(&items[lead..], false))
        .or_else(|| {
            let mut released = items.iter().filter(|i| matches!(i.kind(), Some(Kind::Embargo | Kind::Slug)));
            released.find_map(|i| dates::scan(i.text(), None).stamps.iter().find_map(Stamp::iso))
        })
}

/// The outlet as a copyright line or a date line names it.
fn source(items: &[Item]) -> Option<String> {
    static HOLDER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:©|\(c\)|copyright|&copy;)(?:\s|©|\(c\)|copyright\b)*(?:(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)\d\d)?)?\s*(?:by\s+)?(?P<who>\p{Lu}[\p{L}&'’. -]{2,50}?)(?:\s+(?:Ltd|Limited|Inc|LLC|plc|GmbH|(?:19|20)\d\d)\b.*|\.\s.*|\s[-–—|].*|,.*|\.)?$").expect("a constant pattern")
    });
    items
        .iter()
        .filter(|i| i.kind() == Some(Kind::Copyright))
        .find_map(|i| HOLDER.captures(i.text()).map(|c| c["who"].trim().to_owned()))
        .filter(|w| !w.eq_ignore_ascii_case("all rights reserved"))
        .or_else(|| {
            let dated = items.iter().filter(|i| i.kind() == Some(Kind::Timestamp));
            dated
                .filter_map(|i| i.scan.as_ref())
                .map(|s| s.residue.trim().to_owned())
                .find(|r| r.split_whitespace().count() >= 2 && r.chars().all(|c| !c.is_ascii_digit()))
        })
}

/// Names what is left above the story.
fn name_the_rest(items: &mut [Item], head: &Header) {
    let headline = items.iter().position(|i| i.kind() == Some(Kind::Headline));
    for i in 0..head.lead.min(items.len()) {
        if items[i].verdict.is_some() {
            continue;
        }
        let below_headline = headline.is_some_and(|h| i > h);
        let item = &items[i];
        let (kind, reason) = match (below_headline, item.words) {
            (true, 1..=3) => (Kind::Label, "a short line above the story"),
            (true, _) if item.bulleted => (Kind::Summary, "a bulleted line above the story"),
            (true, _) => (Kind::Standfirst, "a line between headline and story"),
            (false, 0..=4) => (Kind::Label, "a short line above the headline"),
            (false, _) => (Kind::Sitename, "a line above the headline"),
        };
        items[i].verdict = Some(Verdict { kind, reason: reason.into() });
    }
}
