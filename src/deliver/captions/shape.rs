//! Which words stand in one cue, and in which line.
//!
//! Every way to cut a sentence into cues has a price; the cheapest is found by going through the cuts once (as Knuth and
//! Plass 1981 break paragraphs into lines).

use super::{GAP_S, LINE_CHARACTERS, LONGEST_S, READABLE_CPS, SHORTEST_S, Unit, frames};
use crate::units::{Frames, SampleRate};
use std::ops::Range;

/// A stretch of writing that is never broken over lines or cues.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether it goes on where the one before ended, without a space: the rest of something too long for a line.
    pub(super) joined: bool,
    pub(super) start: Frames,
    pub(super) end: Frames,
    /// What it costs to break after it.
    price: f64,
}

/// The units of a sentence, those too long for a line in parts that share their time.
pub(super) fn pieces(written: &str, units: &[Unit]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for unit in units {
        let text = written.get(unit.written.clone()).unwrap_or_default();
        let parts = parts(text);
        let all = parts.iter().map(|(part, _)| part.chars().count()).sum::<usize>().max(1) as u64;
        let at = |before: usize| unit.start + Frames(unit.length.0 * before as u64 / all);
        let mut before = 0;
        for (part, joined) in parts {
            let start = at(before);
            before += part.chars().count();
            pieces.push(Piece { text: part, joined, start, end: at(before), price: 0.0 });
        }
    }
    for n in 0..pieces.len() {
        pieces[n].price = match pieces.get(n + 1) {
            None => 0.0,
            Some(next) if next.joined => HARD,
            Some(next) => {
                let figure = |piece: Option<&Piece>| {
                    piece.is_some_and(|piece| piece.text.starts_with(|c: char| c.is_ascii_digit()))
                };
                // "312 to 298" is one result, though it is heard as three words.
                let result = matches!(next.text.as_str(), "to" | "and" | "or") && figure(pieces.get(n + 2));
                let within = result && pieces[n].text.ends_with(|c: char| c.is_ascii_digit());
                price(&pieces[n].text, &next.text) + if within { 5.0 } else { 0.0 }
            }
        };
    }
    pieces
}

/// What is heard as one but does not fit a line is broken at spaces, and what has none, such as an address, anywhere.
fn parts(text: &str) -> Vec<(String, bool)> {
    if text.chars().count() <= LINE_CHARACTERS {
        return vec![(text.split_whitespace().collect::<Vec<_>>().join(" "), false)];
    }
    let mut parts = Vec::new();
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for (n, chunk) in letters.chunks(LINE_CHARACTERS).enumerate() {
            parts.push((chunk.iter().collect(), n > 0));
        }
    }
    parts
}

/// Characters of some pieces as one line.
pub(super) fn characters(pieces: &[Piece]) -> usize {
    let spaces = pieces.iter().skip(1).filter(|piece| !piece.joined).count();
    pieces.iter().map(|piece| piece.text.chars().count()).sum::<usize>() + spaces
}

fn text(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for (n, piece) in pieces.iter().enumerate() {
        if n > 0 && !piece.joined {
            text.push(' ');
        }
        text.push_str(&piece.text);
    }
    text
}

/// Worse than anything but not fitting at all.
const HARD: f64 = 1_000.0;

/// Fewer characters than these are too few for a cue, if it can be helped.
const FULL: f64 = 26.0;

/// A cue more.
const CUE: f64 = 4.0;

/// Words that begin a clause: a break before them is a good one.
#[rustfmt::skip]
const CLAUSES: [&str; 22] = [
    "after", "although", "and", "because", "before", "but", "despite", "following", "how", "if", "nor", "or", "since",
    "so", "that", "though", "unless", "until", "when", "where", "which", "while",
];

/// Words that begin a phrase.
#[rustfmt::skip]
const PHRASES: [&str; 42] = [
    "about", "above", "across", "against", "along", "amid", "among", "around", "as", "at", "behind", "below", "beside",
    "between", "beyond", "by", "during", "for", "from", "in", "including", "inside", "into", "like", "near", "on", "outside", "over", "than", "through", "to", "towards", "under", "upon", "via", "who", "whose",
    "with", "within", "without", "what", "why",
];

/// Words that begin what is said of somebody.
#[rustfmt::skip]
const VERBS: [&str; 16] = [
    "are", "can", "could", "had", "has", "have", "is", "may", "might", "must", "said", "should", "was", "were", "will",
    "would",
];

/// Words that lead into what follows: a break after them is a bad one.
#[rustfmt::skip]
const LEADERS: [&str; 74] = [
    "a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "this", "these", "those", "some", "any", "no",
    "every", "each", "i", "you", "he", "she", "we", "they", "it", "is", "are", "was", "were", "be", "been", "being", "am",
    "has", "have", "had", "will", "would", "can", "could", "shall", "should", "may", "might", "must", "do", "does", "did",
    "not", "to", "of", "in", "on", "at", "by", "for", "from", "with", "and", "or", "but", "nor", "as", "than", "very",
    "mr", "mrs", "ms", "dr", "sir", "st", "who's", "there", "that",
];

/// What it costs to break between two words.
fn price(before: &str, after: &str) -> f64 {
    let bare =
        |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).replace('’', "'").to_lowercase();
    let last_word = before.split_whitespace().next_back().unwrap_or_default();
    let first_word = after.split_whitespace().next().unwrap_or_default();
    if WEEKDAYS.contains(&bare(last_word).as_str()) && first_word.starts_with(|c: char| c.is_ascii_digit()) {
        // A day and its date.
        return 6.0;
    }
    let closing = |c: char| matches!(c, '"' | '\'' | '”' | '’' | ')' | ']' | '»');
    match last_word.trim_end_matches(closing).chars().next_back() {
        Some('.' | '!' | '?' | '…') if last_word.chars().count() > 2 && !TITLES.contains(&last_word) => {
            return 0.0;
        }
        Some(';' | ':') => return 0.3,
        Some('–' | '—') => return 0.5,
        Some(',') => return 0.6,
        _ => {}
    }
    if first_word.starts_with(['(', '“', '"', '‘', '«']) {
        return 1.0;
    }
    let (last, first) = (bare(last_word), bare(first_word));
    let begins = |words: &[&str]| words.contains(&first.as_str());
    let opens = begins(&CLAUSES) || begins(&PHRASES);
    let mut price = if begins(&CLAUSES) {
        1.0
    } else if begins(&PHRASES) {
        1.8
    } else if begins(&VERBS) {
        2.8
    } else if first == "of" {
        // It is part of what stands before it.
        3.4
    } else {
        4.0
    };
    if LEADERS.contains(&last.as_str()) || TITLES.contains(&last_word) {
        price += 6.0;
    }
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    if capital(last_word) && capital(first_word) {
        // A name.
        price += 4.0;
    }
    if last_word.ends_with(|c: char| c.is_ascii_digit()) && !opens {
        // A figure and what it counts.
        price += 4.0;
    }
    price
}

/// What a date may follow after a comma.
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Short forms whose stop ends no sentence.
const TITLES: [&str; 10] = ["Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Gen.", "Sen.", "Rep.", "Prof.", "Rev."];

/// The pieces of each cue, in order. `last` is the end of the sentence, and of the silence after it.
pub(super) fn cues(pieces: &[Piece], rate: SampleRate, last: (Frames, Frames)) -> Vec<Range<usize>> {
    /// No cue has more pieces: 84 characters and the spaces between.
    const MOST_PIECES: usize = 2 * LINE_CHARACTERS + 2;
    let count = pieces.len();
    let mut best: Vec<(f64, usize)> = vec![(f64::INFINITY, 0); count + 1];
    best[0] = (0.0, 0);
    for end in 1..=count {
        for start in (end.saturating_sub(MOST_PIECES)..end).rev() {
            let shown = &pieces[start..end];
            let Some(in_lines) = broken(shown) else { break };
            let (before, cue) = (best[start].0, cue_price(shown, pieces.get(end), rate, last));
            let cost = before + cue + in_lines.1 + CUE + shown.last().map_or(0.0, |piece| piece.price);
            if cost < best[end].0 {
                best[end] = (cost, start);
            }
        }
        if best[end].0.is_infinite() {
            // Cannot be: one piece alone always fits a line.
            best[end] = (best[end - 1].0 + HARD, end - 1);
        }
    }
    let mut cues = Vec::new();
    let mut end = count;
    while end > 0 {
        cues.push(best[end].1..end);
        end = best[end].1;
    }
    cues.reverse();
    cues
}

/// What a cue costs for its time.
fn cue_price(shown: &[Piece], next: Option<&Piece>, rate: SampleRate, last: (Frames, Frames)) -> f64 {
    let Some(first) = shown.first() else { return 0.0 };
    let gap = frames(GAP_S, rate);
    let end =
        next.map_or_else(|| last.0.max(last.1.saturating_sub(gap)), |next| next.start.saturating_sub(gap));
    let seconds = end.saturating_sub(first.start).seconds(rate);
    let characters = characters(shown) as f64;
    let too_short = (SHORTEST_S - seconds).max(0.0);
    let too_long = (seconds - LONGEST_S).max(0.0);
    // A voice that is quicker than readers cannot be helped; a cut that makes one cue quicker than the rest can.
    let too_quick = (characters / seconds.max(0.1) - READABLE_CPS).clamp(0.0, 30.0);
    // A few words by themselves make the eye jump.
    let too_few = (FULL - characters).max(0.0);
    40.0 * too_short + 300.0 * too_long + 1.2 * too_quick + 0.08 * too_few
}

/// The lines of a cue.
pub(super) fn lines(shown: &[Piece]) -> Vec<String> {
    match broken(shown).map(|(at, _)| at) {
        Some(at) if at > 0 && at < shown.len() => vec![text(&shown[..at]), text(&shown[at..])],
        _ => vec![text(shown)],
    }
}

/// Where the second line begins, 0 for one line, and what that costs; none where two lines do not hold it.
fn broken(shown: &[Piece]) -> Option<(usize, f64)> {
    if characters(shown) <= LINE_CHARACTERS {
        return Some((0, 0.0));
    }
    let mut best: Option<(usize, f64)> = None;
    for at in 1..shown.len() {
        let (upper, lower) = (characters(&shown[..at]), characters(&shown[at..]));
        if upper > LINE_CHARACTERS || lower > LINE_CHARACTERS {
            continue;
        }
        // Lines of one length, the lower rather the longer.
        let uneven =
            if upper > lower { (upper - lower) as f64 * 0.08 } else { (lower - upper) as f64 * 0.05 };
        let cost = 0.7 * shown[at - 1].price + uneven;
        if best.is_none_or(|(_, least)| cost < least) {
            best = Some((at, cost));
        }
    }
    best
}
