//! Roman numerals: `Henry VIII` "Henry the eighth", `Chapter IV` "Chapter four"; not the pronoun I, nor MI5.
//!
//! A word of `roman.tsv` beside the numeral decides its reading. Without one, a numeral of at least two of I, V and X
//! after a capitalised word is read too: plainly, or as an ordinal after a full name.

use super::Class;
use super::cardinal;
use super::context::{Cx, Found};
use super::cues::Cues;
use super::ordinal;
use super::token::{Case, Kind};
use super::words::put;

/// The longest cue has this many tokens.
const LONGEST_CUE: usize = 6;

/// The value of a numeral in canonical form, 1–3999.
pub(crate) fn value(numeral: &str) -> Option<u64> {
    const SIZES: [(u64, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if numeral.is_empty() || numeral.len() > 15 {
        return None;
    }
    let mut rest = numeral;
    let mut total = 0;
    let mut last = u64::MAX;
    for (size, sign) in SIZES {
        let most = if sign.len() == 2 || matches!(sign, "D" | "L" | "V") { 1 } else { 3 };
        let mut count = 0;
        while count < most && rest.starts_with(sign) {
            // After a subtracted pair only less than what was subtracted may follow: no IVI, no IXX.
            if size >= last {
                return None;
            }
            rest = &rest[sign.len()..];
            total += size;
            count += 1;
        }
        if count > 0 && sign.len() == 2 {
            // IV and IX leave nothing below ten, XL and XC nothing from ten, CD and CM nothing from a hundred.
            last = if size < 10 {
                1
            } else if size < 100 {
                10
            } else {
                100
            };
        }
    }
    rest.is_empty().then_some(total)
}

/// What the words before or after the numeral at `i` make of it.
fn cue(cx: &Cx, i: usize) -> Option<(bool, &'static str)> {
    for n in (1..=LONGEST_CUE.min(i)).rev() {
        let written = cx.slice(i - n, i);
        let cue = cx.tables.roman_after_cue(written).or_else(|| {
            // "Phase" for "phase", "CHAPTER IV"
            let first = written.chars().next()?;
            if n == 1 && (first.is_lowercase() || cx.tok(i - 1).case == Case::Upper) {
                let word = super::letters::title(written);
                let mut capital = word.chars();
                let head: String = capital.next()?.to_uppercase().collect();
                cx.tables.roman_after_cue(&format!("{head}{}", capital.as_str())).filter(|cue| !cue.ordinal)
            } else {
                None
            }
        });
        if let Some(cue) = cue {
            return Some((cue.ordinal, if cue.ordinal { "roman-name" } else { "roman-cue" }));
        }
    }
    // The 1st XI, the starting XV: sides of a team game
    let sides = matches!(cx.word_or(i), "XI" | "XIII" | "XV");
    let placed = i >= 2
        && cx.is_digits(i - 2)
        && cx.glued(i - 1)
        && matches!(cx.word_or(i - 1), "st" | "nd" | "rd" | "th");
    let fielded = matches!(
        cx.word_or(i.wrapping_sub(1)),
        "starting"
            | "first"
            | "second"
            | "third"
            | "fourth"
            | "playing"
            | "matchday"
            | "winning"
            | "best"
            | "strongest"
            | "current"
            | "unchanged"
            | "their"
            | "his"
            | "her"
            | "our"
            | "an"
            | "invitational"
    );
    if sides && (placed || fielded) {
        return Some((false, "roman-team"));
    }
    // World Wars I and II: the second numeral has the first's cue.
    if i >= 3
        && (matches!(cx.word_or(i - 1), "and" | "or" | "to")
            || matches!(cx.before_sym(i), '-' | '–' | ',' | '&'))
        && value(cx.word_or(i - 2)).is_some()
        && matches!(cx.tok(i - 2).case, Case::Upper | Case::Single)
    {
        return cue(cx, i - 2);
    }
    for n in (1..=LONGEST_CUE).rev() {
        if let Some(cue) = cx.tables.roman_before_cue(cx.slice(i + 1, i + 1 + n)) {
            return Some((cue.ordinal, "roman-before-cue"));
        }
    }
    None
}

/// Single letters that stand for themselves unless a sure cue says otherwise.
fn single_letter_is_numeral(cx: &Cx, i: usize, ordinal: bool) -> bool {
    let letter = cx.word_or(i);
    let next = cx.tok(i + 1);
    // A neighbour that is a single capital makes it a spelled letter: "V C", "A I".
    let spelled = |k: usize| cx.tok(k).kind == Kind::Word && cx.tok(k).case == Case::Single;
    if spelled(i + 1)
        || i > 0 && spelled(i - 1)
        || cx.sym_at(i + 1) == '.'
            && cx.glued(i + 1)
            && i + 2 < cx.tokens.len()
            && cx.capitalised(i + 2)
            && letter != "V"
    {
        return false;
    }
    match letter {
        "I" => {
            // "Elizabeth I reigned", "World War I was"; not "John and I" (no cue), "Elizabeth, I think", "John I met".
            let first_person = matches!(
                cx.word_or(i + 1),
                "am" | "have"
                    | "think"
                    | "know"
                    | "want"
                    | "love"
                    | "do"
                    | "don't"
                    | "believe"
                    | "feel"
                    | "hope"
                    | "need"
            );
            let any_person = matches!(
                cx.word_or(i + 1),
                "was"
                    | "said"
                    | "will"
                    | "would"
                    | "had"
                    | "can"
                    | "could"
                    | "did"
                    | "met"
                    | "saw"
                    | "went"
                    | "should"
                    | "must"
                    | "like"
                    | "got"
                    | "never"
                    | "always"
                    | "just"
            );
            let titled = cx.cue_within_before(i, 3, Cues::TITLE);
            // "Charles I was beheaded": a speaker would have put a comma before the pronoun.
            let reign = ordinal
                && cx.opens_sentence(i.wrapping_sub(1))
                && matches!(cx.word_or(i + 1), "was" | "had" | "would" | "will" | "could" | "did");
            next.kind != Kind::Word || titled || reign || !(first_person || any_person && ordinal)
        }
        "V" => {
            !(cx.capitalised(i + 1)
                && ordinal
                && !cx.cue_within_before(i, 3, Cues::TITLE)
                && cx.tok(i + 1).gap != super::token::Gap::None)
        }
        _ => !ordinal || cx.word_or(i.wrapping_sub(1)) != "Malcolm",
    }
}

/// A numeral beside what makes it one.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let token = cx.tok(i);
    if !matches!(token.case, Case::Upper | Case::Single) || token.end - token.start > 15 + 2 {
        return world_war(cx, i, out);
    }
    let word = cx.word_or(i);
    let Some(n) = value(word) else { return world_war(cx, i, out) };
    // MDCCLXVI: a year carved in stone
    if word.len() >= 5 && (1000..=2100).contains(&n) && cx.closed(i + 1) && !cx.glued(i) {
        super::date::say_year(out, n, cx.style);
        return Some(Found { end: i + 1, class: Class::Roman, rule: "roman-year" });
    }
    if cx.glued(i + 1) && cx.is_digits(i + 1)
        || cx.glued(i) && matches!(cx.before_sym(i), '.' | '/' | '@' | '\'' | '_')
        || cx.sym_at(i + 1) == '&' && cx.glued(i + 1)
    {
        return None;
    }
    let single = word.len() == 1;
    let hyphened = i >= 2 && cx.hyphened(i - 1).is_some();
    let (is_ordinal, rule) = match cue(cx, i) {
        Some(found) if !single => found,
        Some((is_ordinal, rule))
            if matches!(word, "I" | "V" | "X") && single_letter_is_numeral(cx, i, is_ordinal) =>
        {
            (is_ordinal, rule)
        }
        None if !single && !cx.shouted => by_shape(cx, i, word, hyphened)?,
        _ => return None,
    };
    // CD, DC, MC and the like are letters beside anything but a plain numbering word.
    if matches!(
        word,
        "CD" | "DC"
            | "MC"
            | "CV"
            | "MD"
            | "CC"
            | "DI"
            | "MI"
            | "LCD"
            | "MIX"
            | "DVD"
            | "CI"
            | "LI"
            | "DL"
            | "MM"
            | "DIM"
            | "CIVIL"
            | "MMC"
            | "DM"
            | "CM"
            | "MCC"
            | "MDC"
            | "CL"
            | "CX"
            | "DX"
            | "LV"
            | "ML"
            | "MV"
            | "MX"
            | "XL"
            | "XC"
    ) && rule != "roman-cue"
    {
        return None;
    }
    // "James the sixth and first": one article for both.
    let second = i >= 3
        && cx.is_word(i - 1, "and")
        && value(cx.word_or(i - 2)).is_some()
        && cx.tok(i - 2).case != Case::Lower
        && cue_name(cx, i - 2);
    if is_ordinal && rule != "roman-before-cue" && !second {
        put(out, "the");
    }
    if is_ordinal {
        ordinal::say(out, n, cx.style);
    } else {
        cardinal::say(out, n, cx.style);
    }
    let mut end = i + 1;
    // Grade II*: a starred listing
    if cx.sym_at(end) == '*' && cx.glued(end) && rule == "roman-cue" {
        put(out, "star");
        end += 1;
    }
    Some(Found { end, class: Class::Roman, rule })
}

/// Whether the numeral at `i` is a reign's.
fn cue_name(cx: &Cx, i: usize) -> bool {
    cue(cx, i).is_some_and(|(is_ordinal, _)| is_ordinal)
}

/// Without a cue: at least two signs of I, V, X after a capitalised word.
fn by_shape(cx: &Cx, i: usize, word: &str, hyphened: bool) -> Option<(bool, &'static str)> {
    if !word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'))
        || matches!(word, "XX" | "XXX" | "VI" | "XI" | "IV") && !strong_shape(cx, i, word)
    {
        return None;
    }
    let at = if hyphened { i - 2 } else { i.checked_sub(1)? };
    let before = cx.tok(at);
    // "ice XXI": a numeral this long that mixes its signs is hardly anything else.
    let long = word.len() >= 3 && word.contains('X') && word.contains(['I', 'V']);
    if before.kind != Kind::Word || before.case == Case::Lower && !long {
        return None;
    }
    // First name, surname, numeral: a person's.
    // A given name, perhaps an initial, a surname.
    let initial = at >= 2 && cx.before_sym(at) == '.' && cx.tok(at - 2).case == Case::Single
        || at >= 1 && cx.tok(at - 1).case == Case::Single && cx.tok(at - 1).kind == Kind::Word;
    let given = if initial {
        at.checked_sub(if cx.before_sym(at) == '.' { 3 } else { 2 })
    } else {
        at.checked_sub(1)
    };
    let full_name = !hyphened
        && before.case == Case::Title
        && matches!(word, "II" | "III" | "IV")
        && given.is_some_and(|k| {
            cx.tok(k).kind == Kind::Word
                && cx.tok(k).case == Case::Title
                && cx.tables.is_name(cx.word_or(k))
                && !cx.tables.is_common_word(&cx.word_or(k).to_lowercase())
        });
    Some(if full_name { (true, "roman-full-name") } else { (false, "roman-by-shape") })
}

/// IV is also a drip, VI and XI are names: they need a capitalised word that is no initialism before them.
fn strong_shape(cx: &Cx, i: usize, word: &str) -> bool {
    let before = cx.tok_before(i);
    before.kind == Kind::Word
        && before.case == Case::Title
        && matches!(word, "IV" | "VI" | "XI")
        && !cx.cue_before(i, Cues::DET.with(Cues::STOP))
        && !(i >= 1 && cx.opens_sentence(i - 1))
}

/// WWI, WWII, WW2.
fn world_war(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let word = cx.word_or(i);
    let n = match word {
        "WWI" => 1,
        "WWII" => 2,
        "WWIII" => 3,
        "WW" if cx.glued_digits(i + 1).is_some_and(|d| matches!(d, "1" | "2" | "3")) => {
            put(out, "World War");
            cardinal::say(out, cx.str(i + 1).parse().ok()?, cx.style);
            return Some(Found { end: i + 2, class: Class::Roman, rule: "world-war" });
        }
        _ => return None,
    };
    put(out, "World War");
    cardinal::say(out, n, cx.style);
    Some(Found { end: i + 1, class: Class::Roman, rule: "world-war" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_numerals_have_a_value() {
        for (numeral, n) in [("VIII", 8), ("XIV", 14), ("LIX", 59), ("MCMXCIX", 1999), ("I", 1)] {
            assert_eq!(value(numeral), Some(n));
        }
        for wrong in ["IIII", "VV", "IC", "XM", "", "ABC", "IVI", "IXX"] {
            assert_eq!(value(wrong), None, "{wrong}");
        }
    }
}
