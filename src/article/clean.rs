//! Blocks → [`Article`]: what is the story and what is not.
//!
//! The rules are about form. A line with sentence punctuation stays unless a whole-line pattern fits it; a line
//! without goes unless it is part of a list; a line that opens with a double quotation mark is speech, and no pattern
//! may have it; patterns fit a line from end to end. Above the first prose is the header, from which headline, byline
//! and published time are taken; below a stop line is the footer. Each verdict carries its kind and its reason.

mod authors;
mod body;
pub(super) mod dates;
mod footer;
mod furniture;
mod header;
mod headline;
mod inline;
mod line;
mod menu;
pub(super) mod names;
pub(super) mod people;
mod strangers;
mod topic;

use super::text::{Line, Piece};
use super::wrap::{self, Block};
use super::{Article, Dropped, Kind, Paragraph, Settings, language};
use crate::Result;
use dates::Scan;
use furniture::House;
use line::End;

/// Why a block is not part of the story.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Verdict {
    kind: Kind,
    reason: String,
}

#[allow(clippy::struct_excessive_bools, reason = "independent observations of one line, not a state")]
/// A block, what can be told of it alone, and what was decided.
#[derive(Debug)]
struct Item {
    block: Block,
    folded: String,
    /// Folded, with what is between quotation marks taken out.
    unquoted: String,
    end: End,
    words: usize,
    quoted: bool,
    bulleted: bool,
    /// Dates and times, where the line is short enough to be about them.
    scan: Option<Scan>,
    byline: Option<names::Byline>,
    /// Left out, if a pattern or the context says so.
    verdict: Option<Verdict>,
    /// A label that opens a section of lines of its kind.
    opens_section: bool,
    suspect: Option<Kind>,
    /// Kept as an entry of a list.
    listed: bool,
}

impl Item {
    fn text(&self) -> &str {
        &self.block.text
    }

    fn kind(&self) -> Option<Kind> {
        self.verdict.as_ref().map(|v| v.kind)
    }

    fn drop_as(&mut self, kind: Kind, reason: impl Into<String>) {
        self.verdict = Some(Verdict { kind, reason: reason.into() });
    }

    /// Whether it reads as running text: closed by sentence punctuation.
    fn is_prose(&self) -> bool {
        self.verdict.is_none()
            && match self.end {
                End::Stop => true,
                End::Question | End::Exclamation => self.quoted || self.words >= 12,
                End::Colon => self.words >= 5,
                End::Open => false,
            }
    }

    /// Whether it is a sentence that only lost its full stop: too long for a title or a caption, or telling what
    /// someone said at a length no title has. To be asked below the lead only.
    fn lost_its_stop(&self) -> bool {
        self.end == End::Open
            && (self.words >= LONG_WORDS || (self.words >= TELLING_WORDS && line::attributes(&self.unquoted)))
    }

    /// Whether the date on it is a day of publication rather than an hour of the live blog.
    fn is_dated(&self) -> bool {
        matches!(self.kind(), Some(Kind::Timestamp | Kind::Byline))
            && self.scan.as_ref().is_some_and(|s| s.has_day() || s.labelled || s.relative)
    }
}

/// How the reason of a verdict by the pattern table begins.
const BY_PATTERN: &str = "the whole line fits a pattern";

/// The longest line asked whether it speaks to the reader; an appeal for support is about this long.
const READER_WORDS: usize = 60;

/// An unpunctuated line this long lost its full stop; titles and captions without a credit are shorter.
const LONG_WORDS: usize = 24;
/// The same for one that attributes speech; "…, minister says" is how headlines end.
const TELLING_WORDS: usize = 18;

/// The article in a plain text's lines.
pub(super) fn clean(lines: Vec<Line>, settings: &Settings) -> Result<Article> {
    let house = House::new(&settings.patterns)?;
    let wrap::Blocks { blocks, loose } = wrap::blocks(lines);
    let order = settings.numeric_dates.or_else(|| header::numeric_order(&blocks));
    let mut items: Vec<Item> = blocks.into_iter().map(|b| examine(b, &house, order)).collect();
    let end = footer::end_of_story(&mut items);
    let mut head = header::read(&mut items, end, order);
    body::judge(&mut items, head.lead, end);
    footer::judge(&mut items, head.lead, end);
    body::bios(&mut items, &head.names);
    strangers::judge(&mut items, head.lead, end, head.source.as_deref());
    authors::sign_below(&mut items, &mut head, end, order);
    body::repetitions(&mut items, head.lead);
    Ok(assemble(items, loose, &mut head, settings))
}

/// What can be said of one block alone.
fn examine(block: Block, house: &House, order: Option<dates::NumericOrder>) -> Item {
    let text = block.text.as_str();
    let folded = line::fold(text);
    let unquoted = line::unquoted(&folded);
    let mut item = Item {
        end: line::end(text),
        words: line::words(text),
        quoted: line::opens_with_quote(text),
        bulleted: line::is_bulleted(text),
        scan: None,
        byline: None,
        verdict: None,
        opens_section: false,
        suspect: None,
        listed: false,
        folded,
        unquoted,
        block,
    };
    if let Some(kind) = house.lookup(item.text()) {
        item.drop_as(kind, "a pattern of the house");
    } else if !item.quoted {
        classify(&mut item, order);
    }
    item
}

/// The rules that need no neighbours, surest first.
fn classify(item: &mut Item, order: Option<dates::NumericOrder>) {
    let bare = line::bare(&item.folded).to_owned();
    if !item.text().contains(char::is_alphanumeric) {
        return match furniture::lookup(item.folded.trim(), "", End::Open, 1) {
            Some(found) if found.kind == Kind::Endmark => item.drop_as(Kind::Endmark, "an end mark"),
            _ => item.drop_as(Kind::Noise, "a line without a letter or a figure"),
        };
    }
    let listed = furniture::lookup(&bare, &item.unquoted, item.end, item.words);
    if item.words <= 24 && item.text().len() <= 200 {
        let scan = dates::scan(item.text(), order);
        if scan.residue.is_empty() && (scan.has_any() || scan.reading_time) {
            let (kind, reason) = if !scan.has_any() {
                (Kind::Readtime, "a reading time")
            } else if scan.stamps.len() == 2 && !scan.has_day() && item.text().contains('/') {
                (Kind::Player, "the clock of a media player")
            } else {
                (Kind::Timestamp, "a date or a time and nothing else")
            };
            item.drop_as(kind, reason);
            item.scan = Some(scan);
            return;
        }
        if item.end != End::Colon
            && let Some(byline) = names::byline(item.text(), order)
        {
            item.drop_as(Kind::Byline, "a name after \"By\" or its like");
            item.scan.clone_from(&byline.scan);
            item.byline = Some(byline);
            return;
        }
        if listed.is_some_and(|m| m.kind == Kind::Embargo) {
            return item.drop_as(Kind::Embargo, "an embargo");
        }
        if let Some(byline) = scan
            .has_any()
            .then(|| names::bare_byline(item.text(), order))
            .flatten()
            .filter(|b| b.scan.as_ref().is_some_and(|s| s.stamps.iter().any(|t| t.iso().is_some())))
        {
            item.drop_as(Kind::Byline, "a name and the date");
            item.scan.clone_from(&byline.scan);
            item.byline = Some(byline);
            return;
        }
        if let Some(scan) = header::labelled_date(scan, item) {
            item.drop_as(Kind::Timestamp, "a date with the outlet's name or a word about it");
            item.scan = Some(scan);
            return;
        }
    }
    if let Some(kind) = inline::wire_line(item.text()) {
        return item.drop_as(kind, "a wire's routing line");
    }
    if inline::is_breadcrumb(item.text(), item.end) {
        return item.drop_as(Kind::Breadcrumb, "short names between arrows or bars");
    }
    if let Some(kind) = inline::caption(item.text(), item.end) {
        return item.drop_as(kind, "a picture's credit at its end");
    }
    if menu::is_menu(item.text(), &bare, item.end) {
        return item.drop_as(Kind::Nav, "the names of sections in a row");
    }
    let lookup = |bare: &str| furniture::lookup(bare, &item.unquoted, item.end, item.words);
    let short = item.words <= 8;
    let found = listed
        .or_else(|| {
            let stopped = item.end == End::Stop && !bare.ends_with("min") && !bare.ends_with("mins");
            let head = menu::without_count(&bare).filter(|_| short && !stopped)?;
            furniture::lookup(head, &item.unquoted, End::Open, item.words)
        })
        .or_else(|| {
            in_parts(&bare).filter(|_| item.end != End::Stop).and_then(|parts| {
                let mut kinds = parts.into_iter().map(lookup);
                let first = kinds.next()??;
                kinds.all(|k| k.is_some()).then_some(first)
            })
        });
    if let Some(found) = found {
        item.drop_as(found.kind, format!("{BY_PATTERN} for {}", found.kind.noun()));
        item.opens_section = found.opens_section;
        return;
    }
    if inline::is_schedule(item.text()) {
        return item.drop_as(Kind::Schedule, "a name and the hours of a programme");
    }
    if (3..=READER_WORDS).contains(&item.words) && !line::attributes(&item.unquoted) {
        let address = furniture::address(&item.unquoted);
        // The longer the line, the more of these words it holds by chance.
        // "Subscribe to that theory and you have to accept a few lost hats" speaks of no subscription.
        let proverb = furniture::is_conditional(&item.unquoted) && !furniture::is_of_the_page(&item.unquoted);
        if address.is_sure(item.words > READER_WORDS / 2) && !proverb {
            item.drop_as(address.kind, "it speaks to the reader about the outlet");
        } else if address.is_suspect() {
            item.suspect = Some(address.kind);
        }
    }
}

/// "Privacy | Terms | Contact": the parts between bars.
fn in_parts(bare: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = bare.split('|').map(str::trim).filter(|p| !p.is_empty()).collect();
    (2..=12).contains(&parts.len()).then_some(parts)
}

/// Verdicts → article, with every line accounted for.
fn assemble(
    items: Vec<Item>,
    loose: Vec<(usize, Piece)>,
    head: &mut header::Header,
    settings: &Settings,
) -> Article {
    let mut article = Article {
        headline: head.headline.take(),
        byline: head.byline.take(),
        published: head.published.take(),
        source: head.source.take(),
        ..Article::default()
    };
    let places = inline::Places::of(&items);
    let note = |dropped: &mut Vec<Dropped>, line: usize, piece: Piece| {
        dropped.push(Dropped { line, text: piece.text, kind: piece.kind, reason: piece.reason });
    };
    for (line, piece) in loose {
        note(&mut article.dropped, line, piece);
    }
    for (line, piece) in std::mem::take(&mut head.pieces) {
        note(&mut article.dropped, line, piece);
    }
    for item in items {
        let Item { block, verdict, suspect, listed, .. } = item;
        for (line, piece) in block.pieces {
            note(&mut article.dropped, line, piece);
        }
        let verdict = verdict.filter(|v| !settings.keep.contains(&v.kind)).or_else(|| {
            let unwanted = suspect.filter(|k| settings.drop.contains(k));
            let unwanted =
                unwanted.or_else(|| (listed && settings.drop.contains(&Kind::List)).then_some(Kind::List));
            unwanted.map(|kind| Verdict {
                kind,
                reason: format!("it may be {}, and those are to be left out", kind.noun()),
            })
        });
        if let Some(Verdict { kind, reason }) = verdict {
            for (line, text) in block.lines {
                article.dropped.push(Dropped { line, text, kind, reason: reason.clone() });
            }
            continue;
        }
        let first = block.lines.first().map_or(0, |l| l.0);
        let last = block.lines.last().map_or(first, |l| l.0);
        let mut text = block.text;
        let mut cut = |piece: Option<Piece>| {
            if let Some(piece) = piece {
                note(&mut article.dropped, first, piece);
            }
        };
        if article.paragraphs.len() < 2 && !settings.keep.contains(&Kind::Dateline) {
            let dateline = inline::cut_dateline(&mut text)
                .or_else(|| inline::cut_place(&mut text, &mut |place| places.contains(place)));
            if let Some(dateline) = dateline {
                article.source = article.source.take().or(dateline.agency);
                article.published = article.published.take().or(dateline.published);
                cut(Some(dateline.piece));
            }
        }
        if !settings.keep.contains(&Kind::Ticker) {
            inline::cut_tickers(&mut text, &mut |piece| cut(Some(piece)));
        }
        if text.is_empty() {
            continue;
        }
        article.paragraphs.push(Paragraph { text, lines: (first, last), suspect });
    }
    article.dropped.sort_by_key(|d| d.line);
    let body: String =
        article.paragraphs.iter().take(40).map(|p| p.text.as_str()).collect::<Vec<_>>().join("\n");
    article.language = Some(settings.language.clone().unwrap_or_else(|| language::of(&body).to_owned()));
    article
}
