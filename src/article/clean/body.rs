//! The story's own lines: which unpunctuated ones are lists and which are furniture, what is said twice.

use super::super::Kind;
use super::Item;
use super::authors;
use super::line::{self, End};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Prose,
    /// Under a label: titles of other stories, topics, sign-up fields.
    Furniture(Kind),
    /// Below a line that ends in a colon.
    List,
}

/// Kinds whose lines are furniture even between the entries of a list.
fn breaks_into_lists(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Nav
            | Kind::Timestamp
            | Kind::Byline
            | Kind::Label
            | Kind::Breadcrumb
            | Kind::Schedule
            | Kind::Slug
            | Kind::Tags
            | Kind::Readtime
            | Kind::Related
            | Kind::Agency
            | Kind::Summary
    )
}

/// Decides on `items[lead..end]`.
pub(super) fn judge(items: &mut [Item], lead: usize, end: usize) {
    chapters(items, lead, end);
    clip_notes(items, lead, end);
    let mut section = Section::Prose;
    // Furniture stands between the entries: what looks like furniture after it is no entry.
    let mut interrupted = false;
    let mut i = lead.min(end);
    while i < end {
        let item = &items[i];
        if let Some(kind) = item.kind() {
            if titles_a_list(items, i, end) {
                items[i].verdict = None;
                items[i].listed = true;
                section = Section::List;
                i += 1;
                continue;
            }
            // A live blog's clock ends a list; so does the bar of buttons above it.
            let clock =
                item.scan.as_ref().is_some_and(|s| !s.has_day() && s.stamps.iter().any(|t| t.zone.is_some()));
            if kind == Kind::Share || (kind == Kind::Timestamp && clock) {
                section = Section::Prose;
            }
            interrupted |= breaks_into_lists(kind);
            if section == Section::List
                && !interrupted
                && !breaks_into_lists(kind)
                && !item.opens_section
                && item.end == End::Open
            {
                items[i].verdict = None;
                items[i].listed = true;
            } else if item.opens_section {
                section = Section::Furniture(under(kind));
            }
            i += 1;
            continue;
        }
        if item.listed {
            i += 1;
            continue;
        }
        if item.is_prose()
            && item.end != End::Colon
            && !(item.end == End::Question && !item.quoted && section != Section::Prose)
        {
            section = Section::Prose;
            interrupted = false;
            i += 1;
            continue;
        }
        match (section, item.end) {
            (Section::Furniture(kind), End::Open | End::Question | End::Exclamation) => {
                items[i].drop_as(kind, "a line under a label of its kind");
                i += 1;
            }
            (_, End::Colon) => {
                section = Section::List;
                interrupted = false;
                i += 1;
            }
            (Section::List, _) => {
                items[i].listed = true;
                i += 1;
            }
            (_, End::Question | End::Exclamation | End::Stop) => i += 1,
            (Section::Prose, End::Open) if item.lost_its_stop() => i += 1,
            (Section::Prose, End::Open) => i = judge_run(items, i, end),
        }
    }
}

/// The chapters of a recording: lines that open with a running time, from zero on.
fn chapters(items: &mut [Item], lead: usize, end: usize) {
    static MARK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\W?(?P<clock>\d{1,2}:\d\d(?::\d\d)?)\W{1,4}\p{L}").expect("a constant pattern")
    });
    let mut i = lead.min(end);
    while i < end {
        let zero = MARK
            .captures(items[i].text())
            .is_some_and(|c| c["clock"].chars().all(|c| matches!(c, '0' | ':')));
        let to = (i..end).find(|&j| !MARK.is_match(items[j].text())).unwrap_or(end);
        if zero && to - i >= 2 {
            for item in &mut items[i..to] {
                item.drop_as(Kind::Player, "a chapter of a recording");
            }
        }
        i = to.max(i + 1);
    }
}

/// What stands below the length of a clip ("Duration 2:04") tells of the clip, where its title stands above.
fn clip_notes(items: &mut [Item], lead: usize, end: usize) {
    for i in lead.min(end) + 2..end.saturating_sub(1) {
        let length = items[i].kind() == Some(Kind::Player)
            && items[i].folded.starts_with("duration")
            && items[i].folded.ends_with(|c: char| c.is_ascii_digit());
        let title = items[..i].iter().rev().take(3).find(|o| o.kind() != Some(Kind::Timestamp));
        let titled = title.is_some_and(|t| t.end == End::Open && t.words >= 4);
        let note = &items[i + 1];
        if length && titled && note.verdict.is_none() && !note.quoted && note.words <= 40 {
            items[i + 1].drop_as(Kind::Caption, "below the length of a clip");
        }
    }
}

/// "Results", "Fixtures": a menu's word, but here the title of the lines below it.
fn titles_a_list(items: &[Item], i: usize, end: usize) -> bool {
    let entry =
        |j: usize| j < end && items[j].verdict.is_none() && items[j].end == End::Open && is_entry(&items[j]);
    matches!(items[i].kind(), Some(Kind::Nav | Kind::Label | Kind::Summary))
        && !items[i].text().contains(|c: char| c.is_ascii_digit())
        && items[i].words <= 3
        && entry(i + 1)
        && entry(i + 2)
}

/// What unpunctuated lines under a label of `kind` are.
fn under(kind: Kind) -> Kind {
    match kind {
        Kind::Promo => Kind::Related,
        other => other,
    }
}

/// A run of unpunctuated lines that nothing announces: a list by its own form, or furniture.
fn judge_run(items: &mut [Item], from: usize, end: usize) -> usize {
    let to = (from..end)
        .find(|&j| items[j].verdict.is_some() || items[j].end != End::Open || items[j].lost_its_stop())
        .unwrap_or(end);
    let run = &items[from..to];
    let entry: Vec<bool> = run.iter().map(is_entry).collect();
    let entries = entry.iter().filter(|e| **e).count();
    let bulleted = run.iter().filter(|i| i.bulleted && i.words >= 4).count();
    let whole = (run.len() >= 2 && entries * 10 >= run.len() * 8) || bulleted >= 2;
    let mut list = vec![whole; run.len()];
    // Three entries in a row are a list whatever stands around them; a short line may head them: "Team news".
    let mut at = 0;
    for stretch in entry.chunk_by(|a, b| a == b) {
        let headed = at > 0 && run[at - 1].words <= 4;
        if stretch[0] && (stretch.len() >= 3 || (stretch.len() == 2 && headed && at == 1)) {
            list[at - usize::from(headed)..at + stretch.len()].fill(true);
        }
        at += stretch.len();
    }
    for (item, list) in items[from..to].iter_mut().zip(list) {
        if list || is_team_sheet(item.text()) || is_life_dates(&item.folded) || is_answer(item.text()) {
            item.listed = true;
        } else if item.quoted {
            item.drop_as(Kind::Pullquote, "a quotation without a full stop, set apart");
        } else if item.words > 12 {
            item.drop_as(Kind::Caption, "a long line without a full stop between paragraphs");
        } else {
            item.drop_as(Kind::Crosshead, "a short line without a full stop between paragraphs");
        }
    }
    to
}

/// An entry of a table or a list of results: words and figures, or a field with its value.
fn is_entry(item: &Item) -> bool {
    static FIELD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:referee|attendance|scorers?|goals?|booked|sent off|subs|substitutes|man of the match|player of the match|ht|ft|half[- ]time|full[- ]time|venue|kick-off|umpires?|toss|result|weather|tries|conversions?|penalties|bench|att|ref)\b").expect("a constant pattern")
    });
    static POSTPONED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b(?:P-P|A-A|W/O|v)\b").expect("a constant pattern"));
    let text = item.text();
    let letters = text.contains(char::is_alphabetic);
    let figures = text.contains(|c: char| c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾'));
    letters
        && (figures && item.words >= 2
            || (item.words >= 3 && text.contains('(') && text.contains(')'))
            || POSTPONED.is_match(text)
            || FIELD.is_match(text)
            || is_team_sheet(text))
}

/// "Ashby (4-4-2): Smith; Jones, Khan, …": a name, a colon, and four or more parts.
fn is_team_sheet(text: &str) -> bool {
    text.split_once(':').is_some_and(|(label, names)| {
        label.split_whitespace().count() <= 6 && names.matches([',', ';']).count() >= 4
    })
}

/// "Ann Orme, teacher, born 3 May 1931; died 8 June 2025", the last line of an obituary.
fn is_life_dates(folded: &str) -> bool {
    static LIFE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\bborn\b.*\d{4}.*\bdied\b.*\d|\b(?:ne|nee) le\b.*\bmort|\bgeboren\b.*\bgestorben\b")
            .expect("a constant pattern")
    });
    LIFE.is_match(folded)
}

/// "A: A tin opener", "Q: Why": the turns of an interview.
fn is_answer(text: &str) -> bool {
    ["Q:", "A:", "Q.", "A.", "Q –", "A –"].iter().any(|turn| text.starts_with(turn))
}

/// Notes about the authors below the story.
pub(super) fn bios(items: &mut [Item], names: &[String]) {
    authors::mark_bios(items, names);
}

/// How many pull quotes are looked for; each look reads the whole story.
const PULL_QUOTES: usize = 64;

/// Quotations that stand a second time inside a paragraph, and paragraphs that stand twice.
pub(super) fn repetitions(items: &mut [Item], lead: usize) {
    let lead = lead.min(items.len());
    let core = |item: &Item| {
        item.folded.trim_matches(|c: char| !c.is_alphanumeric() && c != '£' && c != '$').to_owned()
    };
    let whole_quote =
        |item: &Item| item.quoted && item.words >= 3 && item.words <= 40 && line::words(&item.unquoted) == 0;
    let candidates: Vec<usize> = (lead..items.len())
        .filter(|&i| items[i].verdict.is_none() && whole_quote(&items[i]))
        .take(PULL_QUOTES)
        .collect();
    for i in candidates {
        let quote = core(&items[i]);
        let elsewhere = (lead..items.len()).any(|j| {
            j != i
                && items[j].verdict.is_none()
                && items[j].words > items[i].words.max(1) - 1
                && !(whole_quote(&items[j]) && core(&items[j]) == quote && j < i)
                && items[j].folded.contains(&quote)
        });
        if elsewhere {
            items[i].drop_as(Kind::Pullquote, "the same words stand inside another paragraph");
        }
    }
    // What stands twice is a slip of the scrape; what stands more often is a refrain or a form.
    let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, item) in items.iter().enumerate().skip(lead) {
        if item.verdict.is_none() && !item.listed && item.words >= 8 && item.end != End::Question {
            seen.entry(core(item)).or_default().push(i);
        }
    }
    for places in seen.values() {
        if let [first, second] = places[..] {
            let line = items[first].block.lines.first().map_or(0, |l| l.0);
            items[second].drop_as(Kind::Duplicate, format!("line {line} says the same"));
        }
    }
}
