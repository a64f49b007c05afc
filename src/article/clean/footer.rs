//! What stands below the story: end marks and everything after them, comments, related titles with their teasers.

use super::super::Kind;
use super::furniture;
use super::line::{self, End};
use super::topic::Topic;
use super::{Item, Verdict};
use regex::Regex;
use std::sync::LazyLock;

/// Index of the first item below an end mark or "Notes to editors"; what follows is marked.
pub(super) fn end_of_story(items: &mut [Item]) -> usize {
    let prose = |range: &[Item]| range.iter().filter(|i| i.is_prose()).count();
    let total = prose(items);
    let mut before = 0;
    let mut stop = None;
    for (i, item) in items.iter().enumerate() {
        before += usize::from(item.is_prose());
        let sure = item.text().chars().any(char::is_alphabetic) || item.text().contains("30");
        let ends = match item.kind() {
            // "###" may also part two sections; a word may not.
            Some(Kind::Endmark) => sure || before * 2 > total,
            Some(Kind::Boilerplate) => item.opens_section && (before * 2 >= total || is_notes(item)),
            None => is_about(items, i) && before * 2 >= total,
            _ => false,
        };
        if ends && before > 0 {
            stop = Some(i);
            break;
        }
    }
    let Some(stop) = stop else { return items.len() };
    for item in &mut items[stop..] {
        if item.verdict.is_none() {
            item.verdict =
                Some(Verdict { kind: Kind::Boilerplate, reason: "below the end of the story".into() });
        } else if item.kind() == Some(Kind::Nav) && item.words > 1 {
            item.drop_as(Kind::Boilerplate, "below the end of the story");
        }
    }
    stop
}

fn is_notes(item: &Item) -> bool {
    item.folded.contains("notes")
}

/// "About Halden Marine" above a paragraph that opens with that name.
fn is_about(items: &[Item], i: usize) -> bool {
    let item = &items[i];
    let Some(name) = item.folded.strip_prefix("about ") else { return false };
    let name = line::bare(name).trim_start_matches("the ").trim_end_matches(':');
    let next = items.get(i + 1).map(|n| n.folded.trim_start_matches("the "));
    let first = name.split(' ').next().unwrap_or_default();
    item.words <= 8
        && item.end != End::Stop
        && !first.is_empty()
        && next.is_some_and(|n| {
            n.starts_with(first)
                || n.starts_with("founded")
                || n.starts_with("headquartered")
                || n.starts_with("established")
        })
}

/// The last paragraphs of a release that tell of the firm: "Halden is a global provider of…", "Halden is headquartered
/// in… and employs…". One such sentence may be news; two in a row, each opening with the name, are not.
fn about_the_firm(items: &mut [Item], lead: usize, end: usize) {
    static IS_A: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?P<name>[\w&'.-]+(?: [\w&'.-]+){0,3}?),? (?:\([^)]*\),? )?(?:is|are) (?:one of )?(?:an?|the) (?:[\w'-]+ ){0,4}?(?:provider|supplier|manufacturer|maker|developer|producer|operator|leader|company|firm|group|organi[sz]ation|specialist|distributor|retailer|network|institution|partner)s?\b").expect("a constant pattern")
    });
    static FACTS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:headquartered|head office|employs|listed on|traded on|founded in|established in|for more information|revenues? of|offices in|operates in \d+)\b").expect("a constant pattern")
    });
    let told: Vec<usize> =
        (lead..end).filter(|&i| items[i].verdict.is_none() && items[i].is_prose()).collect();
    let Some(tail) = told.len().checked_sub(4).map(|from| &told[from..]) else { return };
    for (at, &i) in tail.iter().enumerate().take(tail.len() - 1) {
        let Some(name) = IS_A.captures(&items[i].folded).map(|c| c["name"].to_owned()) else { continue };
        let first = name.trim_start_matches("the ").split(' ').next().unwrap_or_default().to_owned();
        let of_firm = |&j: &usize| {
            let line = items[j].folded.trim_start_matches("the ");
            !items[j].quoted
                && (line.starts_with(&first) || line.starts_with("it ") || line.starts_with("with "))
                && FACTS.is_match(line)
        };
        if first.len() >= 2 && !items[i].quoted && tail[at + 1..].iter().all(of_firm) {
            for &j in &tail[at..] {
                items[j].drop_as(Kind::Boilerplate, "at the end, and it tells of the firm");
            }
            return;
        }
    }
}

/// Decides on what follows the last stop line of `items[lead..end]`.
pub(super) fn judge(items: &mut [Item], lead: usize, end: usize) {
    about_the_firm(items, lead, end);
    comments(items, lead, end);
    teasers(items, lead, end);
    foot(items, lead, end);
    // Below a label, a lone paragraph that speaks to the reader belongs to the page.
    let Some(stop) = (lead..end).find(|&i| {
        items[i].opens_section
            && items[i + 1..end].iter().filter(|o| o.verdict.is_none() && o.is_prose()).count() < 2
    }) else {
        return;
    };
    let kind = items[stop].kind().unwrap_or(Kind::Related);
    for item in items[stop..end].iter_mut().filter(|i| i.verdict.is_none() && !i.quoted) {
        let address = furniture::address(&item.unquoted);
        let reader =
            (address.is_suspect() || address.is_likely_at_the_foot()) && !line::attributes(&item.unquoted);
        if reader || item.end == End::Open {
            item.drop_as(kind, "below the story, under a label");
        }
    }
}

/// The last lines kept, where they speak to the reader and stand among furniture.
fn foot(items: &mut [Item], lead: usize, end: usize) {
    let topic = Topic::of(items[lead..end].iter().filter(|i| i.verdict.is_none()));
    let mut speaking = Vec::new();
    let mut furniture = false;
    for i in (lead..end).rev() {
        let item = &items[i];
        if let Some(kind) = item.kind() {
            furniture |= matches!(
                kind,
                Kind::Newsletter
                    | Kind::Paywall
                    | Kind::Promo
                    | Kind::Share
                    | Kind::Comments
                    | Kind::Copyright
                    | Kind::Bio
                    | Kind::Related
                    | Kind::Tags
                    | Kind::Notice
                    | Kind::Cookie
                    | Kind::Agency
            );
            continue;
        }
        let speaks =
            furniture::address(&item.unquoted).is_likely_at_the_foot() && !line::attributes(&item.unquoted);
        let shared = topic.shared(&item.folded, 2);
        let personal = furniture::persons(&item.unquoted) != (false, false);
        let native = furniture::is_singular(&item.unquoted)
            || !shared.is_foreign() && (item.suspect.is_none() || (shared.shared > 0 && !personal));
        if item.quoted || item.listed || item.words > 60 || !speaks || native {
            break;
        }
        speaking.push(i);
    }
    if furniture {
        for i in speaking {
            items[i].drop_as(Kind::Promo, "at the foot of the page, and it speaks to the reader");
        }
    }
}

/// The comments: from a heading for them on, where what follows looks like comments.
fn comments(items: &mut [Item], lead: usize, end: usize) {
    let kept = |range: &[Item]| range.iter().filter(|i| i.verdict.is_none() && i.is_prose()).count();
    for i in lead..end {
        if items[i].kind() != Some(Kind::Comments) || !items[i].opens_section {
            continue;
        }
        let tools = items[i + 1..end].iter().filter(|o| o.kind() == Some(Kind::Comments)).count();
        let after = kept(&items[i + 1..end]);
        let before = kept(&items[lead..i]);
        if before >= 2 && (after == 0 || tools >= 2 || (tools >= 1 && after < 2)) {
            for item in &mut items[i..end] {
                if !matches!(
                    item.kind(),
                    Some(Kind::Copyright | Kind::Related | Kind::Newsletter | Kind::Promo)
                ) {
                    item.drop_as(Kind::Comments, "part of the comments");
                }
            }
            return;
        }
    }
}

/// Titles of other stories, each with its sentence, from a label to the end of the page.
fn teasers(items: &mut [Item], lead: usize, end: usize) {
    for i in lead..end {
        if items[i].kind() != Some(Kind::Related) || !items[i].opens_section {
            continue;
        }
        let mut titles = 0;
        let mut sentences = 0;
        let mut paired = true;
        let mut after_title = false;
        for item in &items[i + 1..end] {
            match item.kind() {
                Some(Kind::Related) => {
                    titles += 1;
                    after_title = true;
                }
                Some(_) => {}
                None if after_title && item.end != End::Open => {
                    sentences += 1;
                    after_title = false;
                }
                None if item.end == End::Open => {
                    titles += 1;
                    after_title = true;
                }
                None => {
                    paired = false;
                    break;
                }
            }
        }
        if paired && sentences >= 2 && titles >= sentences {
            for item in items[i..end].iter_mut().filter(|o| o.verdict.is_none()) {
                item.drop_as(Kind::Related, "a teaser under the title of another story");
            }
            return;
        }
    }
}
