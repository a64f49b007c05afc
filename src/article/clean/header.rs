//! What stands above the story: headline, byline, published time, source; and where the story begins.

use super::super::Kind;
use super::super::text::Piece;
use super::super::wrap::Block;
use super::dates::{self, NumericOrder, Role, Scan, Stamp};
use super::line::{self, End};
use super::names;
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
const REACH: usize = 6;

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
    let count = |r: &Regex| blocks.iter().take(200).map(|b| r.find_iter(&b.text).count()).sum::<usize>();
    (count(&AMERICAN) > count(&BRITISH)).then_some(NumericOrder::MonthFirst)
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
    mark_bare_bylines(items, first, top, order);
    head.names = author_names(items, end);
    mark_bios(items, &head.names);
    head.lead = find_lead(items, end);
    find_headline(items, &mut head, top);
    take_bylines(items, &mut head, end);
    head.published = head.published.take().or_else(|| published(items, head.lead));
    head.source = head.source.take().or_else(|| source(items));
    name_the_rest(items, &head);
    head
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

/// Names without "By" count as a byline near a date, before a job, or between headline and story.
fn mark_bare_bylines(items: &mut [Item], first: usize, end: usize, order: Option<NumericOrder>) {
    let limit = (first + 1 + REACH).min(end);
    let mut signed = items[..limit].iter().any(|i| i.kind() == Some(Kind::Byline));
    for i in 0..limit {
        let below_byline = i > 0 && items[i - 1].kind() == Some(Kind::Byline);
        if let Some((byline, job)) = bare_byline_at(items, i, first, limit, order)
            && (!signed || (below_byline && byline.names.len() == 1 && items[i].verdict.is_none()))
        {
            signed = true;
            let item = &mut items[i];
            item.drop_as(Kind::Byline, "a name near the date, a job or the headline");
            item.scan = byline.scan.clone().or(item.scan.take());
            item.byline = Some(byline);
            if job {
                items[i + 1].drop_as(Kind::Byline, "the author's job");
            }
        } else if below_byline
            && matches!(items[i].kind(), None | Some(Kind::Label | Kind::Nav))
            && items[i].end != End::Stop
            && names::is_role(items[i].text())
        {
            items[i].drop_as(Kind::Byline, "the author's job");
        }
    }
}

/// The byline that line `i` may be, and whether the next line is the author's job.
fn bare_byline_at(
    items: &[Item],
    i: usize,
    first: usize,
    limit: usize,
    order: Option<NumericOrder>,
) -> Option<(names::Byline, bool)> {
    let item = &items[i];
    if item.verdict.is_some() || item.quoted || item.words > 14 || item.end == End::Stop {
        return None;
    }
    let byline = names::bare_byline(item.text(), order)?;
    // What the line itself says beyond one name: a date, an agency, a second name, a job.
    let tells_more = byline.scan.as_ref().is_some_and(|s| s.has_day() || s.relative)
        || byline.agency.is_some()
        || byline.names.len() > 1
        || byline.names.first().is_some_and(|n| n.len() + 4 < item.text().len());
    let dated = |j: usize| j < limit && items[j].is_dated();
    let near_date = (1..=3).any(|d| dated(i + d) || i.checked_sub(d).is_some_and(dated));
    let job = i + 1 < limit && items[i + 1].scan.is_none() && names::is_role(items[i + 1].text());
    let title_above = items[..i].iter().any(|o| o.verdict.is_none() && o.words >= 4);
    let title_below = i + 1 < first;
    let fits = match (tells_more, near_date) {
        (true, true) => true,
        (true, false) => title_above,
        (false, true) => title_above || title_below,
        (false, false) => title_above && i < first && first < limit,
    };
    (fits || job).then_some((byline, job))
}

fn author_names(items: &[Item], end: usize) -> Vec<String> {
    items[..end]
        .iter()
        .filter_map(|i| i.byline.as_ref())
        .take(6)
        .flat_map(|b| b.names.iter().cloned())
        .collect()
}

/// The longest note about an author; a paragraph of the story may be longer and hold a name.
const BIO_WORDS: usize = 40;

/// Marks notes that open with an author's own name: "Ann Orme is…", "Ann Orme covers…".
pub(super) fn mark_bios(items: &mut [Item], names: &[String]) {
    static VERB: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^,?\s*(?:is|are|was|covers?|writes?|reports?|reported|has (?:been|covered|written|reported|worked)|joined|works?|edits?|leads?|specialises|specializes|contributed|can be|may be|teaches|lives|hosts?|presents?|est|ist|schreibt|écrit|es|escribe|arbeitet|berichtet|[@|–—-]|an? |the |who )").expect("a constant pattern")
    });
    let folded: Vec<String> = names.iter().map(|n| line::fold(n)).collect();
    for item in items.iter_mut().filter(|i| i.verdict.is_none() && !i.quoted && i.words <= BIO_WORDS) {
        let told = folded.iter().any(|name| {
            let open = |with: &str| {
                item.folded.strip_prefix(with).is_some_and(|rest| VERB.is_match(rest) && rest.len() > 3)
            };
            // By the first name alone only with a job: "Bea is the news editor of…".
            let first = name.split(' ').next().unwrap_or_default();
            open(name)
                || (first.len() >= 2 && open(&format!("{first} ")) && names::ROLE.is_match(item.text()))
        });
        let repeated = item.end == End::Open && folded.contains(&item.folded);
        if repeated || (told && !line::attributes(&item.unquoted)) {
            item.drop_as(Kind::Bio, "it opens with the author's name");
        }
    }
}

/// The first item of the story: the first prose that no byline or date follows.
fn find_lead(items: &mut [Item], end: usize) -> usize {
    let mut lead = first_prose(items, 0, end);
    if lead == end {
        return without_punctuation(items, end);
    }
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

/// A title's words without the outlet's name behind a bar or a dash.
fn without_site(title: &str) -> (&str, &str) {
    static SUFFIX: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?x)\s+(?:[|·•»]\s*(?P<bar>[^|·•»]{2,50})|(?P<dash>[-–—]\s+[^-–—|]{2,50}))$")
            .expect("a constant pattern")
    });
    static OUTLET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:news|times|post|herald|gazette|echo|guardian|chronicle|radio|bbc|itv|sky|cnn|nbc|abc|cbs|fox|npr|pbs|lbc|online|mail|telegraph|courier|observer|tribune|journal|star|sun|standard|press|daily|weekly|argus|mercury|express|mirror|independent|advertiser|examiner|reporter|dispatch|record|review|sentinel|bulletin|globe|inquirer|ledger|register|reuters|ap|afp|magazine|tv|fm|blog|\w+\.(?:com|co\.uk|org|net|fr|de|es)|le monde|le figaro|zeitung|kurier|anzeiger|tageblatt|el país|diario)\b").expect("a constant pattern")
    });
    let mut rest = title;
    while let Some(c) = SUFFIX.captures(rest) {
        let Some(whole) = c.get(0) else { break };
        let site = match (c.name("bar"), c.name("dash")) {
            (Some(bar), _) => bar.as_str().split_whitespace().count() <= 5,
            (_, Some(dash)) => {
                let name = dash.as_str().trim_start_matches(['-', '–', '—', ' ']);
                let titled = name.split_whitespace().all(|w| {
                    !w.starts_with(char::is_lowercase)
                        || ["of", "the", "and", "du", "de", "la"].contains(&w)
                        || w.contains('.')
                });
                titled && name.split_whitespace().count() <= 5 && OUTLET.is_match(name)
            }
            _ => false,
        };
        if !site || line::words(&rest[..whole.start()]) < 3 {
            break;
        }
        rest = rest[..whole.start()].trim_end();
    }
    (rest, &title[rest.len()..])
}

fn find_headline(items: &mut [Item], head: &mut Header, top: usize) {
    let lead = head.lead.min(top);
    if head.headline.is_some() {
        return;
    }
    let free = |i: usize| {
        let item = &items[i];
        let open = item.end != End::Stop && item.end != End::Colon;
        item.verdict.is_none() && open && !item.bulleted && item.words <= 40
    };
    // A title that stands twice, once with the outlet's name, is the headline for sure.
    let stem = |i: usize| line::fold(without_site(items[i].text()).0);
    let twice = (0..lead.min(60)).filter(|&i| free(i) && items[i].words >= 3).find_map(|i| {
        let own = stem(i);
        (i + 1..lead.min(60)).find(|&j| free(j) && stem(j) == own).map(|j| (i, j))
    });
    let anchor =
        |from: usize| (from..lead).find(|&i| matches!(items[i].kind(), Some(Kind::Byline | Kind::Timestamp)));
    let titled =
        |i: usize, least: usize| free(i) && items[i].words >= least && !is_outlet_title(items[i].text());
    let pick = |least: usize| -> Option<usize> {
        let mut from = 0;
        while let Some(mark) = anchor(from) {
            // The run of unmarked lines nearest above the mark; its first line long enough.
            if let Some(last) = (0..mark).rev().find(|&i| titled(i, least)) {
                let mut first = last;
                while first > 0 && items[first - 1].verdict.is_none() {
                    first -= 1;
                }
                return (first..=last).find(|&i| titled(i, least));
            }
            from = mark + 1;
        }
        // No mark, or nothing above one: the first of the run nearest the story.
        let last = (0..lead).rev().find(|&i| titled(i, least))?;
        let mut first = last;
        while first > 0 && items[first - 1].verdict.is_none() {
            first -= 1;
        }
        (first..=last).find(|&i| titled(i, least))
    };
    let stopped = || {
        // A headline of whole sentences: only where it stands apart, above the byline, and nothing else can be it.
        (0..lead).find(|&i| items[i].kind() == Some(Kind::Standfirst) && items[i].words <= 20)
    };
    // A title may open like a label: "Explainer: why eggs cost more", "Press group condemns raid".
    let taken_for_furniture = || {
        let mark = anchor(0).unwrap_or(lead);
        (0..mark).rev().find(|&i| {
            let item = &items[i];
            let weak = matches!(
                item.kind(),
                Some(
                    Kind::Promo
                        | Kind::Player
                        | Kind::Share
                        | Kind::Paywall
                        | Kind::Label
                        | Kind::Tags
                        | Kind::Related
                        | Kind::Nav
                        | Kind::Notice
                )
            );
            weak && !item.opens_section
                && item.words >= 5
                && item.end != End::Stop
                && !opens_as_a_pointer(&item.folded)
        })
    };
    let found = twice
        .map(|t| t.1)
        .or_else(|| pick(4))
        .or_else(taken_for_furniture)
        .or_else(|| pick(2))
        .or_else(stopped);
    let Some(at) = found else { return };
    if lead == items.len() && items.len() == 1 {
        return;
    }
    let number = |item: &Item| item.block.lines.first().map_or(0, |l| l.0);
    let (title, site) = {
        let (title, site) = without_site(items[at].text());
        (title.to_owned(), site.to_owned())
    };
    let mut site_of = |item: &Item, site: &str| {
        if !site.is_empty() {
            let reason = "the outlet's name behind the title".into();
            head.pieces.push((number(item), Piece { text: site.to_owned(), kind: Kind::Sitename, reason }));
            head.source = Some(site.trim_start_matches([' ', '|', '·', '•', '»', '-', '–', '—']).to_owned());
        }
    };
    site_of(&items[at], &site);
    if let Some((other, _)) = twice {
        let suffix = without_site(items[other].text()).1.to_owned();
        site_of(&items[other], &suffix);
        items[other].drop_as(Kind::Headline, "the headline, once more");
    }
    items[at].drop_as(Kind::Headline, "the line above the story that reads as its title");
    head.headline = Some(title);
}

/// "Read more: …" and its like point elsewhere, wherever they stand.
fn opens_as_a_pointer(folded: &str) -> bool {
    let bare = line::bare(folded);
    [
        "read ",
        "see ",
        "more ",
        "related",
        "recommended",
        "sign ",
        "subscribe",
        "click",
        "skip",
        "follow us",
        "share ",
        "download",
        "to read",
        "watch live",
        "listen",
    ]
    .iter()
    .any(|o| bare.starts_with(o))
}

/// "The Inkwell Diary", "Harlow Gazette": a short title in capitals with an outlet's word in it.
fn is_outlet_title(text: &str) -> bool {
    static OUTLET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:news|times|post|herald|gazette|echo|guardian|chronicle|radio|courier|observer|tribune|journal|telegraph|argus|mercury|advertiser|examiner|sentinel|diary|blog|magazine|fm|tv|online)$").expect("a constant pattern")
    });
    text.split_whitespace().count() <= 5
        && OUTLET.is_match(text)
        && text
            .split_whitespace()
            .all(|w| !w.starts_with(char::is_lowercase) || ["of", "and", "the"].contains(&w))
}

fn take_bylines(items: &mut [Item], head: &mut Header, end: usize) {
    let bylines: Vec<usize> =
        (0..end).filter(|&i| items[i].byline.is_some() && items[i].kind() == Some(Kind::Byline)).collect();
    // Above the story first; a signature below it otherwise.
    let above: Vec<usize> = bylines.iter().copied().filter(|&i| i < head.lead).collect();
    let chosen = if above.is_empty() { bylines.last().copied().into_iter().collect() } else { above };
    let mut texts: Vec<String> = Vec::new();
    for i in chosen {
        let number = items[i].block.lines.first().map_or(0, |l| l.0);
        let Some(byline) = &items[i].byline else { continue };
        if let Some(credit) = &byline.credit {
            let reason = "a credit behind the byline".into();
            head.pieces.push((number, Piece { text: credit.clone(), kind: Kind::Credit, reason }));
        }
        if let Some(agency) = &byline.agency {
            let reason = "the agency in the byline".into();
            head.pieces.push((number, Piece { text: agency.clone(), kind: Kind::Agency, reason }));
            head.source = head.source.take().or_else(|| Some(agency.clone()));
        }
        let new = texts.iter().all(|t| !line::fold(t).contains(&line::fold(&byline.names.join(" "))));
        if new && texts.len() < 4 {
            texts.push(byline.text.clone());
        }
    }
    head.byline = (!texts.is_empty()).then(|| texts.join(" and "));
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
    let lead = lead.min(items.len());
    best(&items[..lead], false)
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
        Regex::new(r"(?i)^(?:©|\(c\)|copyright|&copy;)[\s©(c)]*(?:copyright\s*)?(?:(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)\d\d)?)?\s*(?:by\s+)?(?P<who>\p{Lu}[\p{L}&'’. -]{2,50}?)(?:\s+(?:Ltd|Limited|Inc|LLC|plc|GmbH|(?:19|20)\d\d)\b.*|\.\s.*|\s[-–—|].*|,.*|\.)?$").expect("a constant pattern")
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
