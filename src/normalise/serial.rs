//! Letters and figures together: `A320`, `M25`, `H5N1`, `COP29`, `F-35s`, `GPT-4`, `5G`, `221B`.

use super::Class;
use super::cardinal::{self, digits};
use super::context::{Cx, Found};
use super::cues::Cues;
use super::token::{Case, Kind};
use super::words::{put, put_word, spell};

/// No serial has more tokens than this.
const LONGEST: usize = 12;

/// Says the figures of a serial: 25 "twenty five", 303 "three oh three", 320 "three twenty", 800 "eight hundred",
/// 2490 "twenty four ninety".
pub(crate) fn figures(out: &mut String, written: &str, cx: &Cx) {
    let style = cx.style;
    let n: u64 = written.parse().unwrap_or(u64::MAX);
    match written.len() {
        _ if written.starts_with('0') => digits(out, written, style.zero_digit()),
        1 | 2 => cardinal::say(out, n, style),
        3 if n.is_multiple_of(100) => cardinal::say(out, n, style),
        3 if n.is_multiple_of(10) && !(n / 10).is_multiple_of(10) => {
            cardinal::say(out, n / 100, style);
            cardinal::below_hundred(out, n % 100);
        }
        4 if (1900..2100).contains(&n) => super::date::say_year(out, n, style),
        4 if n.is_multiple_of(100) => {
            if n.is_multiple_of(1000) {
                cardinal::say(out, n, style);
            } else {
                cardinal::below_hundred(out, n / 100);
                put(out, "hundred");
            }
        }
        4 if !(n / 100).is_multiple_of(10) && !(n / 10).is_multiple_of(10) => {
            cardinal::below_hundred(out, n / 100);
            cardinal::below_hundred(out, n % 100);
        }
        _ => digits(out, written, style.zero_digit()),
    }
}

/// Says the letters of a serial: an acronym, letters, or a word.
fn letters(out: &mut String, cx: &Cx, i: usize) {
    let word = cx.word_or(i);
    match cx.tok(i).case {
        _ if cx.tables.acronym(word).is_some() => put(out, cx.tables.acronym(word).unwrap_or(word)),
        Case::Upper => {
            if word.len() > 3 && super::letters::said_as_word(cx, i) {
                put_word(out, &super::letters::title(word));
            } else {
                spell(out, word);
            }
        }
        Case::Single => spell(out, word),
        Case::Lower if !has_vowel(word) => spell(out, word),
        Case::Mixed if word.len() <= 4 && cx.tables.acronym(word).is_none() && !has_vowel(word) => {
            spell(out, word);
        }
        _ => put_word(out, word),
    }
}

pub(crate) fn has_vowel(word: &str) -> bool {
    word.chars().any(|c| !c.is_ascii() || matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y'))
}

/// `T3` on a leaderboard, `a s21 notice`: a letter and figures that one desk says in full.
fn by_desk(cx: &Cx, i: usize, end: usize, out: &mut String) -> Option<Found> {
    let figures = cx.str(i + 1);
    if end != i + 2 || figures.len() > 3 {
        return None;
    }
    let n = figures.parse().ok()?;
    match cx.word_or(i) {
        "T" if figures.len() <= 2 && cx.line.any(Cues::GOLF) => {
            put(out, "tied");
            super::ordinal::say(out, n, cx.style);
            Some(Found { end, class: Class::Score, rule: "tied-place" })
        }
        "s" if cx.line.any(Cues::LAW)
            || matches!(
                cx.word_or(end),
                "notice" | "notices" | "order" | "assault" | "wounding" | "charge" | "offence" | "of"
            ) =>
        {
            put(out, "section");
            cardinal::say(out, n, cx.style);
            Some(Found { end, class: Class::Citation, rule: "section-short" })
        }
        _ => None,
    }
}

/// The figures behind a serial's hyphen, `747-800`, `A350-1000s`, and the token after them.
fn variant(cx: &Cx, end: usize, case: Case, out: &mut String) -> usize {
    let Some(next) = cx.hyphened(end).filter(|next| cx.is_digits(*next)) else { return end };
    let plural = cx.is_suffix_s(next + 1);
    if !(cx.closed(next + 1) || plural) || cx.tok(end - 1).kind != Kind::Digits || case == Case::Lower {
        return end;
    }
    figures(out, cx.str(next), cx);
    if plural {
        cardinal::pluralise(out);
    }
    next + 1 + usize::from(plural)
}

/// Serials that begin with letters.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let token = cx.tok(i);
    // Lower-case words join figures only directly (es3, covid19); a hyphen after them is a common compound.
    let mut end = i + 1;
    let mut any_figures = false;
    let strict = matches!(token.case, Case::Lower | Case::Title);
    while end < i + LONGEST && cx.glued(end) {
        let next = cx.tok(end);
        match next.kind {
            Kind::Digits => {
                any_figures = true;
                end += 1;
            }
            Kind::Word if any_figures && cx.tok(end - 1).kind != Kind::Word => end += 1,
            Kind::Symbol
                if matches!(next.sym, '-' | '–')
                    && !strict
                    && cx.tok(end - 1).kind == Kind::Word
                    && cx.is_digits(end + 1)
                    && cx.glued(end + 1) =>
            {
                end += 1;
            }
            // BA.5, B.1.1.7
            Kind::Symbol
                if next.sym == '.'
                    && end == i + 1
                    && matches!(token.case, Case::Upper | Case::Single)
                    && cx.glued_digits(end + 1).is_some_and(|d| d.len() <= 2) =>
            {
                end += 1;
            }
            Kind::Symbol
                if next.sym == '.'
                    && cx.tok(end - 1).kind == Kind::Digits
                    && cx.glued_digits(end + 1).is_some() =>
            {
                end += 1;
            }
            Kind::Symbol if matches!(next.sym, '₀'..='₉') => {
                any_figures = true;
                end += 1;
            }
            _ => break,
        }
    }
    if !any_figures {
        return None;
    }
    if let Some(found) = by_desk(cx, i, end, out) {
        return Some(found);
    }
    // A hyphen between letters and figures joins only capitals; "mid-1980s" stays two words.
    if i > 0 && cx.glued(i) && matches!(cx.before_sym(i), '/' | '@' | '_') {
        return None;
    }
    // V 4-32, "A 2-1 win": a range or score begins here, no serial.
    if cx.tok(i + 1).kind == Kind::Symbol
        && cx.is_digits(i + 2)
        && cx.hyphened(i + 3).is_some_and(|third| cx.is_digits(third))
        && end == i + 3
        && strict
    {
        return None;
    }
    // A1(M): a road raised to a motorway
    if token.case == Case::Single
        && cx.word_or(i) == "A"
        && end == i + 2
        && cx.slice(end, end + 3) == "(M)"
        && cx.glued(end)
    {
        parts(cx, i, end, out);
        put(out, "M");
        return Some(Found { end: end + 3, class: Class::Serial, rule: "serial-road" });
    }
    parts(cx, i, end, out);
    // E=mc2
    if cx.before_sym(i) == '=' && matches!(cx.str(end - 1), "2" | "3") && end == i + 2 {
        let power = if cx.str(end - 1) == "2" { "squared" } else { "cubed" };
        out.clear();
        spell(out, cx.word_or(i));
        put(out, power);
        return Some(Found { end, class: Class::Maths, rule: "power" });
    }
    // J17-J18, M1-M25
    if let Some(next) = cx.hyphened(end)
        && cx.word_or(next) == cx.word_or(i)
        && cx.tok(next).kind == Kind::Word
        && cx.glued_digits(next + 1).is_some()
        && end == i + 2
        && cx.closed(next + 2)
    {
        put(out, "to");
        parts(cx, next, next + 2, out);
        return Some(Found { end: next + 2, class: Class::Range, rule: "serial-range" });
    }
    let end = variant(cx, end, token.case, out);
    Some(Found { end, class: Class::Serial, rule: rule(cx, i) })
}

fn rule(cx: &Cx, i: usize) -> &'static str {
    if cx.tok(i).case == Case::Single && cx.line.any(Cues::ROAD) { "serial-road" } else { "serial" }
}

fn parts(cx: &Cx, i: usize, end: usize, out: &mut String) {
    let mut k = i;
    while k < end {
        let token = cx.tok(k);
        match token.kind {
            Kind::Word => {
                let word = cx.word_or(k);
                let after_figures = k > i && cx.tok(k - 1).kind == Kind::Digits;
                if after_figures && word == "s" && k + 1 == end {
                    cardinal::pluralise(out);
                } else if (k == i || k + 2 == end) && word == "J" && cx.line.any(Cues::ROAD) {
                    put(out, "junction");
                } else if k == i
                    && word == "U"
                    && cx.is_digits(k + 1)
                    && cx.str(k + 1).len() == 2
                    && cx.str(k + 1) < "25"
                    && cx.str(k + 1) > "11"
                {
                    put(out, "under");
                } else if after_figures && token.case == Case::Lower && word.len() > 2 && has_vowel(word) {
                    put_word(out, word);
                } else if after_figures && (token.case != Case::Upper || word.len() <= 3) && word.len() <= 3 {
                    spell(out, word);
                } else {
                    letters(out, cx, k);
                }
            }
            Kind::Digits => {
                let written = cx.str(k);
                let stops = (i..end).filter(|k| cx.sym_at(*k) == '.').count();
                let decimal = k > i
                    && cx.before_sym(k) == '.'
                    && cx.tok(k - 2).kind == Kind::Digits
                    && stops <= 2
                    && !(stops == 2 && cx.sym_at(k + 1) == '.' && k + 1 < end);
                if decimal {
                    put(out, "point");
                    digits(out, written, cx.style.zero_after_point());
                } else if cx.tok(i).case == Case::Lower && written.len() > 2 {
                    // A code in small letters (ab9453) is read out, not named.
                    digits(out, written, cx.style.zero_digit());
                } else {
                    figures(out, written, cx);
                }
            }
            _ => {
                if let '₀'..='₉' = token.sym {
                    cardinal::say(out, u64::from(token.sym as u32 - '₀' as u32), cx.style);
                }
            }
        }
        k += 1;
    }
}

/// `1000s of birds`, `100s stranded`: round numbers in the plural; "the 1000s" is a century, "10s flat" a time.
pub(crate) fn read_round(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.is_suffix_s(i + 1) {
        return None;
    }
    let of = cx.is_word(i + 2, "of");
    let many = match cx.str(i) {
        "10" if of => "tens",
        "100" => "hundreds",
        "1000" if of || !cx.cue_before(i, Cues::DECADE_BEFORE) => "thousands",
        _ => return None,
    };
    put(out, many);
    Some(Found { end: i + 2, class: Class::Cardinal, rule: "round-numbers-plural" })
}

/// `787`, `737-800` after a maker's name or with a word of flight in the line.
pub(crate) fn read_aircraft(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.is_digits(i) {
        return None;
    }
    let written = cx.str(i);
    // 617 Squadron
    if written.len() == 3 && matches!(cx.word_or(i + 1), "Squadron" | "Sqn") && !cx.glued(i + 1) {
        digits(out, written, cx.style.zero_digit());
        return Some(Found { end: i + 1, class: Class::Serial, rule: "squadron" });
    }
    // Boeing 787, Boeing 737-800
    // Porsche 911, Peugeot 205, Flight 1549, Resolution 1701: named by their figures
    let maker = i > 0 && cx.cue_before(i, Cues::NAMED_BY_FIGURES) && cx.capitalised(i - 1);
    let flight = i >= 3 && cx.is_word(i - 3, "flight") && cx.is_digits(i - 1) && cx.glued(i - 1);
    if (maker || flight)
        && matches!(written.len(), 3 | 4)
        && cx.closed(i + 1)
        && !(cx.sym_at(i + 1) == '.' && cx.glued_digits(i + 2).is_some())
        && !(cx.sym_at(i + 1) == ',' && cx.glued_digits(i + 2).is_some())
    {
        if flight || cx.is_word(i - 1, "flight") {
            digits(out, written, cx.style.zero_digit());
        } else if written.len() == 3 && written.as_bytes()[1] == b'1' {
            // a Porsche nine eleven
            cardinal::say(out, u64::from(written.as_bytes()[0] - b'0'), cx.style);
            cardinal::below_hundred(out, written[1..].parse().ok()?);
        } else {
            figures(out, written, cx);
        }
        return Some(Found { end: i + 1, class: Class::Serial, rule: "named-by-figures" });
    }
    let max = matches!(cx.word_or(i + 1), "Max" | "MAX" | "Dreamliner");
    if written.len() == 3
        && (cx.line.any(Cues::AIRCRAFT) || max)
        && matches!(
            cx.word_or(i.wrapping_sub(1)),
            "Boeing" | "a" | "the" | "A" | "The" | "of" | "Airbus" | "and"
        )
        && written.starts_with('7')
        && written.ends_with('7')
    {
        digits(out, written, cx.style.zero_digit());
        let mut end = i + 1;
        if let Some(next) = cx.hyphened(end).filter(|next| cx.is_digits(*next) && cx.str(*next).len() <= 3) {
            figures(out, cx.str(next), cx);
            end = next + 1;
        }
        if cx.is_suffix_s(end) {
            cardinal::pluralise(out);
            end += 1;
        }
        return Some(Found { end, class: Class::Serial, rule: "aircraft" });
    }
    None
}

/// `quoting 4471`, `crime reference 25000123456`, `quoting CAD 312`: read out figure by figure.
pub(crate) fn read_reference(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if i == 0 || cx.str(i).len() < 3 || !cx.closed(i + 1) || cx.glued(i) {
        return None;
    }
    let named = cx.is_word(i - 1, "number") || cx.is_word(i - 1, "no") || cx.tok(i - 1).case == Case::Upper;
    let colon = cx.before_sym(i) == ':';
    let told = cx.cue_before(i, Cues::REFERENCE)
        || (named || colon) && i >= 2 && cx.cue_within_before(i - 1, 2, Cues::REFERENCE);
    let grouped =
        matches!(cx.sym_at(i + 1), ',' | '.') && cx.glued(i + 1) && cx.glued_digits(i + 2).is_some();
    if !told || grouped {
        return None;
    }
    digits(out, cx.str(i), cx.style.zero_digit());
    Some(Found { end: i + 1, class: Class::Serial, rule: "reference-number" })
}

/// Serials that begin with figures: `5G`, `3D`, `221B`, `747s`.
pub(crate) fn read_figures(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.is_digits(i) {
        return None;
    }
    let written = cx.str(i);
    let word = cx.glued_word(i + 1)?;
    // 49ers, 76ers, a 30er
    if matches!(word, "er" | "ers") && cx.closed(i + 2) {
        figures(out, written, cx);
        out.push_str(if out.ends_with('e') { &word[1..] } else { word });
        return Some(Found { end: i + 2, class: Class::Serial, rule: "figures-plural" });
    }
    let token = cx.tok(i + 1);
    if word == "s" && cx.closed(i + 2) {
        figures(out, written, cx);
        cardinal::pluralise(out);
        return Some(Found { end: i + 2, class: Class::Serial, rule: "figures-plural" });
    }
    let mut end = i + 2;
    while end < i + LONGEST && cx.glued(end) && matches!(cx.tok(end).kind, Kind::Digits | Kind::Word) {
        end += 1;
    }
    if token.case == Case::Lower && word.len() > 3 && end == i + 2 {
        // "24hour", "10year": a space was lost
        cardinal::verbalise(&super::number::number(cx, i)?, cx, out);
        put_word(out, word);
        return Some(Found { end, class: Class::Serial, rule: "lost-space" });
    }
    if written.len() == 1 || written.len() == 2 || end > i + 2 {
        figures(out, written, cx);
    } else if super::address::before_street(cx, i + 2) && written.len() == 3 {
        digits(out, written, cx.style.zero_digit());
    } else {
        figures(out, written, cx);
    }
    let mut rest = String::new();
    parts_after(cx, i + 1, end, &mut rest);
    put(out, &rest);
    Some(Found { end, class: Class::Serial, rule: "serial-figures-first" })
}

fn parts_after(cx: &Cx, from: usize, end: usize, out: &mut String) {
    for k in from..end {
        if cx.tok(k).kind == Kind::Digits {
            figures(out, cx.str(k), cx);
        } else {
            let word = cx.word_or(k);
            // 7up
            if word.len() > 1 && cx.tok(k).case == Case::Lower && cx.tables.is_common_word(word) {
                put_word(out, word);
            } else if word.len() <= 3
                || !has_vowel(word)
                || cx.tok(k).case == Case::Upper && cx.tables.acronym(word).is_none()
            {
                spell(out, word);
            } else {
                letters(out, cx, k);
            }
        }
    }
}
