//! Who wrote the story: bylines without "By", names below the story, notes about the author.

use super::super::Kind;
use super::super::text::Piece;
use super::Item;
use super::dates::NumericOrder;
use super::header::{Header, REACH};
use super::line::{self, End};
use super::names;
use regex::Regex;
use std::sync::LazyLock;

/// Names without "By" count as a byline near a date, before a job, or between headline and story.
pub(super) fn mark_bare_bylines(items: &mut [Item], first: usize, end: usize, order: Option<NumericOrder>) {
    let limit = (first + 1 + REACH).min(end);
    let mut signed = items[..limit].iter().any(|i| i.byline.as_ref().is_some_and(|b| b.rank == 0));
    for i in 0..limit {
        let below_byline = i > 0 && items[i - 1].kind() == Some(Kind::Byline);
        if let Some((byline, job)) = bare_byline_at(items, i, first, limit, order)
            && !is_place_or_outlet(items, i, &byline)
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
    mark_newsroom(items, limit);
}

/// "Our Correspondent" beside the date, where no person signs.
fn mark_newsroom(items: &mut [Item], limit: usize) {
    let signed = items[..limit].iter().any(|i| i.byline.as_ref().is_some_and(|b| b.rank < names::PICTURED));
    if signed {
        return;
    }
    let dated = |i: usize| i < limit && items[i].is_dated();
    let found = (0..limit).find(|&i| {
        let item = &items[i];
        matches!(item.kind(), None | Some(Kind::Label | Kind::Nav | Kind::Agency))
            && item.end == End::Open
            && (dated(i + 1) || (i > 0 && dated(i - 1)))
            && names::is_newsroom(item.text())
    });
    if let Some(i) = found {
        let text = items[i].text().to_owned();
        items[i].drop_as(Kind::Byline, "a newsroom's name beside the date");
        items[i].byline = Some(names::Byline { names: vec![text.clone()], text, ..names::Byline::default() });
    }
}

/// Whether the text names it as one names a place or an outlet: "in Villar del Soto", "for the Fairmont Ledger".
fn is_place_or_outlet(items: &[Item], at: usize, byline: &names::Byline) -> bool {
    const BEFORE: &[&str] =
        &["the ", "/", "/ ", "in ", "at ", "near ", "de ", "en ", "a ", "du ", "aus ", "(c) ", "(c)"];
    let [name] = &byline.names[..] else { return false };
    let name = line::fold(name);
    items.iter().enumerate().filter(|(i, o)| *i != at && o.byline.is_none()).take(400).any(|(_, item)| {
        item.folded.match_indices(&name).any(|(found, _)| {
            BEFORE.iter().any(|b| {
                item.folded[..found]
                    .strip_suffix(b)
                    .is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
            })
        })
    })
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
    // A name and a job with a bar between them look like a trail of crumbs; a name may have a full stop.
    let crumbs = item.kind() == Some(Kind::Breadcrumb);
    let beside_date = |j: usize| j < limit && items[j].is_dated();
    let dotted =
        item.end == End::Stop && item.words <= 4 && (beside_date(i + 1) || i > 0 && beside_date(i - 1));
    if (item.verdict.is_some() && !crumbs)
        || item.quoted
        || item.words > 14
        || (item.end == End::Stop && !dotted)
    {
        return None;
    }
    let text = if dotted { item.text().trim_end_matches('.') } else { item.text() };
    let byline = names::bare_byline(text, order)?;
    let adjacent = beside_date(i + 1) || (i > 0 && beside_date(i - 1));
    if crumbs && !byline.role && !(byline.outlet && adjacent) {
        return None;
    }
    // What the line itself says beyond one name: a date, an agency, a second name, a job.
    let tells_more = byline.scan.as_ref().is_some_and(|s| s.has_day() || s.relative)
        || byline.agency.is_some()
        || byline.names.len() > 1
        || (!byline.outlet && byline.names.first().is_some_and(|n| n.len() + 4 < item.text().len()));
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

pub(super) fn author_names(items: &[Item], end: usize) -> Vec<String> {
    items[..end]
        .iter()
        .filter_map(|i| i.byline.as_ref())
        .take(6)
        .flat_map(|b| b.names.iter().cloned())
        .collect()
}

/// What a note about an author says after the name.
static OF_A_JOB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^,? (?:covers|writes|reports|edits|is (?:an?|the|based)\b.*\b(?:reporter|correspondent|editor|writer|columnist|journalist|photographer|based)|joined|has (?:covered|reported|written|worked)|previously|worked|specialises|specializes)\b").expect("a constant pattern")
});

/// Below a line with the author's name alone stand the outlet, the job, the note.
fn mark_notes_below_a_name(items: &mut [Item], names: &[String]) {
    static PAST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:based (?:in|at)|previously|formerly|covers|covering|writes about|reports on|joined|graduate|award|can be reached|contact (?:him|her|them)|follow (?:him|her|them)|is an?|worked (?:for|at|as))\b").expect("a constant pattern")
    });
    for i in 0..items.len() {
        if items[i].kind() != Some(Kind::Bio) || !names.contains(&items[i].folded) {
            continue;
        }
        for item in items.iter_mut().skip(i + 1).take(3) {
            let note = item.verdict.is_none()
                && !item.quoted
                && item.words <= 60
                && !line::attributes(&item.unquoted)
                && (names::ROLE.is_match(item.text()) || PAST.is_match(&item.folded));
            if note {
                item.drop_as(Kind::Bio, "below the author's name, and it tells of the job");
            }
        }
    }
}

/// The longest note about an author; a paragraph of the story may be longer and hold a name.
const BIO_WORDS: usize = 40;

/// Names under a note about the author or below the story, where nothing above it says who wrote it.
pub(super) fn sign_below(items: &mut [Item], head: &mut Header, end: usize, order: Option<NumericOrder>) {
    if head.byline.is_some() {
        return;
    }
    let lead = head.lead.min(end);
    let about = |i: usize| i > lead && items[i - 1].kind() == Some(Kind::Bio) && items[i - 1].opens_section;
    let job = |i: usize| i + 1 < end && names::is_role(items[i + 1].text());
    let below = |i: usize| !items[i..end].iter().any(Item::is_prose);
    let dated = |i: usize| (i + 1..(i + 3).min(end)).any(|j| items[j].is_dated());
    let dashed = |i: usize| items[i].text().starts_with(['-', '–', '—']);
    let found = (lead..end).find_map(|i| {
        let item = &items[i];
        let may = item.words <= 8 && item.end == End::Open && !item.listed && (about(i) || below(i));
        let text = item.text().trim_start_matches(['-', '–', '—', ' ']);
        may.then(|| names::bare_byline(text, order))
            .flatten()
            .filter(|b| about(i) || job(i) || dashed(i) || dated(i) || b.agency.is_some())
            .map(|b| (i, b))
    });
    let found = found.or_else(|| noted_author(items, lead, end));
    if let Some((i, byline)) = found {
        head.byline = Some(byline.text.clone());
        items[i].drop_as(Kind::Byline, "the author's name below the story");
        items[i].byline = Some(byline);
    }
}

/// "Ann Orme is a reporter at the Gazette.", the last sentence of a page whose story never names her.
fn noted_author(items: &[Item], lead: usize, end: usize) -> Option<(usize, names::Byline)> {
    let last = (lead..end).rev().find(|&i| items[i].is_prose())?;
    let item = &items[last];
    if item.words > BIO_WORDS || item.quoted || line::attributes(&item.unquoted) {
        return None;
    }
    let spaces = item.text().match_indices(' ').map(|(at, _)| at);
    let name = spaces.skip(1).take(3).map(|at| &item.text()[..at]).find(|name| {
        names::is_person(name)
            && item.folded.strip_prefix(&line::fold(name)).is_some_and(|rest| OF_A_JOB.is_match(rest))
    })?;
    let surname = line::fold(name.rsplit(' ').next()?);
    let named = items[..end]
        .iter()
        .enumerate()
        .any(|(i, o)| i != last && o.verdict.is_none() && o.folded.contains(&surname));
    let byline =
        names::Byline { text: name.to_owned(), names: vec![name.to_owned()], ..names::Byline::default() };
    (!named && names::ROLE.is_match(item.text())).then_some((last, byline))
}

/// Marks notes that open with an author's own name: "Ann Orme is…", "Ann Orme covers…".
pub(super) fn mark_bios(items: &mut [Item], names: &[String]) {
    static VERB: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^,?\s*(?:is|are|was|covers?|writes?|reports?|reported|has (?:been|covered|written|reported|worked)|joined|works?|edits?|leads?|specialises|specializes|contributed|can be|may be|teaches|lives|hosts?|presents?|est|ist|schreibt|écrit|es|escribe|arbeitet|berichtet|[@|–—-]|an? |the |who )").expect("a constant pattern")
    });
    let folded: Vec<String> = names.iter().map(|n| line::fold(n)).collect();
    mark_notes_below_a_name(items, &folded);
    let last = items.iter().rposition(|i| i.verdict.is_none() && i.is_prose()).unwrap_or(0);
    let surnames: Vec<&str> =
        folded.iter().filter_map(|n| n.rsplit(' ').next()).filter(|n| n.len() >= 3).collect();
    // "Voss covers the Great Plains for…", as the last words of the page.
    if let Some(item) = items.get_mut(last).filter(|i| i.verdict.is_none() && i.words <= BIO_WORDS)
        && last > 2
        && surnames.iter().any(|s| item.folded.strip_prefix(s).is_some_and(|rest| OF_A_JOB.is_match(rest)))
        && !line::attributes(&item.unquoted)
    {
        item.drop_as(Kind::Bio, "it opens with the author's surname and tells of the job");
    }
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

pub(super) fn take_bylines(items: &mut [Item], head: &mut Header, end: usize) {
    let bylines: Vec<usize> =
        (0..end).filter(|&i| items[i].byline.is_some() && items[i].kind() == Some(Kind::Byline)).collect();
    // Above the story first; a signature below it otherwise.
    let above: Vec<usize> = bylines.iter().copied().filter(|&i| i < head.lead).collect();
    let chosen = if above.is_empty() { bylines.last().copied().into_iter().collect() } else { above };
    // Who wrote it before who presented, edited or pictured it.
    let rank = |i: usize| items[i].byline.as_ref().map_or(u8::MAX, |b| b.rank);
    let best = chosen.iter().map(|&i| rank(i)).min().unwrap_or(u8::MAX);
    let (chosen, others): (Vec<usize>, Vec<usize>) =
        chosen.into_iter().partition(|&i| rank(i) == best && best < names::PICTURED);
    for i in others {
        items[i].drop_as(Kind::Credit, "it says who else had a part in it");
    }
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
