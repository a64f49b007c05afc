//! Addresses: house numbers before streets, postcodes, states after towns, points of the compass in American streets.

use super::Class;
use super::cardinal::{self, digits};
use super::context::{Cx, Found};
use super::cues::Cues;
use super::token::{Case, Kind};
use super::words::{put, spell};

/// How far a street's kind may stand after its number.
const STREET_REACH: usize = 5;

/// Whether names and then a street's kind follow token `i`: "Baker Street", "Elm St", "N 1st St".
pub(crate) fn before_street(cx: &Cx, i: usize) -> bool {
    for k in i..i + STREET_REACH {
        let token = cx.tok(k);
        let street = cx.cue(k, Cues::STREET)
            || matches!(
                cx.word_or(k),
                "St" | "Rd"
                    | "Ave"
                    | "Dr"
                    | "Ln"
                    | "Ct"
                    | "Blvd"
                    | "Hwy"
                    | "hwy"
                    | "Sq"
                    | "Pl"
                    | "Cres"
                    | "Way"
                    | "Pkwy"
                    | "Tce"
                    | "Cl"
            );
        let numbered = cx.is_digits(k) && cx.glued_word(k + 1).is_some()
            || token.kind == Kind::Word && cx.glued(k) && cx.is_digits(k - 1);
        if street && k > i && (token.case != Case::Lower || cx.word_or(k) == "hwy") {
            return true;
        }
        if !(token.kind == Kind::Word && token.case != Case::Lower
            || numbered
            || token.sym == '\''
            || token.sym == '.')
        {
            return false;
        }
    }
    false
}

/// House numbers of three figures and more before a street.
pub(crate) fn read_number(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.is_digits(i) {
        return None;
    }
    if let Some(found) = zip(cx, i, out) {
        return Some(found);
    }
    let figures = cx.str(i);
    let letter = cx.glued_word(i + 1).filter(|word| word.len() == 1 && cx.closed(i + 2));
    let after = if letter.is_some() { i + 2 } else { i + 1 };
    if !(cx.closed(after))
        || cx.glued(after)
        || !(3..=5).contains(&figures.len())
        || !before_street(cx, after)
    {
        return None;
    }
    if cx.cue_before(i, Cues::YEAR_BEFORE) && figures.len() == 4 && cx.is_word(i - 1, "in") {
        return None;
    }
    match figures.len() {
        3 if letter.is_none() && figures.as_bytes()[1] != b'0' => {
            cardinal::say(out, u64::from(figures.as_bytes()[0] - b'0'), cx.style);
            cardinal::below_hundred(out, figures[1..].parse().ok()?);
        }
        3 if figures.ends_with("00") => cardinal::say(out, figures.parse().ok()?, cx.style),
        4 => super::serial::figures(out, figures, cx),
        _ => digits(out, figures, cx.style.zero_digit()),
    }
    if let Some(letter) = letter {
        spell(out, letter);
    }
    Some(Found { end: after, class: Class::Address, rule: "house-number" })
}

/// A ZIP code after a state.
fn zip(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if cx.str(i).len() != 5 || !cx.closed(i + 1) {
        return None;
    }
    let before = if cx.before_sym(i) == ',' { i.checked_sub(2)? } else { i.checked_sub(1)? };
    let state = cx.tok(before).kind == Kind::Word
        && matches!(cx.tok(before).case, Case::Upper | Case::Title)
        && cx.tables.region(cx.word_or(before)).is_some();
    let named = (i.saturating_sub(4)..i).any(|k| cx.is_word(k, "zip"));
    if !state && !named {
        return None;
    }
    digits(out, cx.str(i), cx.style.zero_digit());
    Some(Found { end: i + 1, class: Class::Address, rule: "zip-code" })
}

/// States, postcodes, interstates, compass points.
pub(crate) fn read_word(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    state(cx, i, out)
        .or_else(|| postcode(cx, i, out))
        .or_else(|| interstate(cx, i, out))
        .or_else(|| compass(cx, i, out))
        .or_else(|| compass_of_place(cx, i, out))
}

/// `Tampa, FL`; `Parkland, Fla.`; `R-Ohio`, `D-Calif.`
fn state(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let token = cx.tok(i);
    if token.case == Case::Single {
        if let Some(found) = party_member(cx, i, out) {
            return Some(found);
        }
    } else if !matches!(token.case, Case::Upper | Case::Title) {
        return None;
    }
    let party = i >= 2
        && matches!(cx.sym_at(i - 1), '-' | '–')
        && cx.glued(i)
        && matches!(cx.word_or(i - 2), "R" | "D" | "I");
    let town = i >= 2 && cx.before_sym(i) == ',' && cx.capitalised(i - 2);
    if !party && !town {
        return None;
    }
    let (spoken, mut end, dotted) = code(cx, i)?;
    // ", CO2" is no Colorado.
    if cx.glued(end) && cx.tok(end).kind != Kind::Symbol {
        return None;
    }
    if token.case == Case::Single && !dotted && end == i + 1 {
        return None;
    }
    let key = cx.slice(i, end);
    let short = key.len() <= 5;
    // After a town a full word would be read anyway; a two-letter code must end the phrase.
    let phrase = matches!(cx.sym_at(end), ',' | '.' | ';' | ')' | '?' | '!' | ':' | '"' | '\'')
        || end >= cx.tokens.len()
        || cx.is_digits(end)
        || cx.tok(end).case == Case::Lower && cx.tok(end).kind == Kind::Word;
    let also_a_word = matches!(
        key,
        "IN" | "OR"
            | "ME"
            | "OK"
            | "HI"
            | "PA"
            | "LA"
            | "MA"
            | "AS"
            | "MS"
            | "MD"
            | "MC"
            | "AI"
            | "CO"
            | "Miss"
            | "Ore"
            | "Mass"
            | "Wash"
            | "Cal"
            | "Del"
            | "Ill"
            | "Man"
            | "Vic"
            | "Ark"
            | "Ind"
    );
    if !phrase || also_a_word && town && cx.tok(end).kind == Kind::Word {
        return None;
    }
    put(out, spoken);
    if short
        && cx.sym_at(end) == '.'
        && cx.glued(end)
        && end + 1 < cx.tokens.len()
        && (token.case == Case::Title || dotted)
        && !cx.capitalised(end + 1)
    {
        end += 1;
    }
    Some(Found { end, class: Class::Address, rule: if party { "party-and-state" } else { "town-and-state" } })
}

/// The region a code at `i` stands for, the token after it, and whether it has inner stops.
///
/// With stops only what the table or the style books dot, N.J. and P.E.I., not P.A.; before a bracket or an ampersand
/// such letters are an author's.
fn code<'a>(cx: &Cx<'a>, i: usize) -> Option<(&'a str, usize, bool)> {
    let dotted = cx.sym_at(i + 1) == '.' && cx.glued(i + 1) && cx.glued_word(i + 2).is_some();
    if dotted {
        for n in [5, 3] {
            let (key, end) = (cx.slice(i, i + n), i + n);
            let goes_on = cx.sym_at(end) == '.' && cx.glued(end) && cx.glued_word(end + 1).is_some();
            let author = [end, end + 1].iter().any(|k| matches!(cx.sym_at(*k), '(' | '&' | ';'));
            let two_words =
                matches!(key, "N.Y" | "N.J" | "N.C" | "N.H" | "N.M" | "N.D" | "S.C" | "S.D" | "R.I");
            let spoken = cx
                .tables
                .region(key)
                .or_else(|| if two_words { cx.tables.region(&key.replace('.', "")) } else { None });
            if let (Some(spoken), false) = (spoken, goes_on || author) {
                return Some((spoken, end, true));
            }
        }
        return None;
    }
    if let Some(spoken) = cx.tables.region(cx.slice(i, i + 2)) {
        return Some((spoken, i + 2, false));
    }
    Some((cx.tables.region(cx.word_or(i))?, i + 1, false))
}

/// `R-Ohio`, `D-Calif.`: "Republican of Ohio".
fn party_member(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let party = match cx.word_or(i) {
        "R" => "Republican of",
        "D" => "Democrat of",
        "I" => "Independent of",
        _ => return None,
    };
    let at = cx.hyphened(i + 1)?;
    if cx.tok(at).kind != Kind::Word || cx.glued(i) && cx.before_sym(i) != '(' {
        return None;
    }
    let dotted = cx.sym_at(at + 1) == '.' && cx.glued(at + 1) && cx.glued_word(at + 2).is_some();
    let mut end = if dotted { at + 3 } else { at + 1 };
    let written = cx.slice(at, end);
    // New York, North Carolina
    let two = cx.slice(at, at + 2);
    let spoken = if cx.tables.is_region_name(two) && !cx.glued(at + 1) {
        end = at + 2;
        two
    } else if cx.tables.is_region_name(written) {
        written
    } else {
        match cx.tables.region(written) {
            Some(spoken) => spoken,
            None => cx.tables.region(&written.replace('.', ""))?,
        }
    };
    put(out, party);
    put(out, spoken);
    if cx.sym_at(end) == '.' && cx.glued(end) && end + 1 < cx.tokens.len() {
        end += 1;
    }
    Some(Found { end, class: Class::Address, rule: "party-and-state" })
}

/// Whether a postcode begins at `i`.
pub(crate) fn is_postcode(cx: &Cx, i: usize) -> bool {
    cx.glued(i + 1) && cx.is_digits(i + 1) && postcode(cx, i, &mut String::new()).is_some()
}

/// `SW1A 1AA`, `M1 1AE`: outward and inward halves (Royal Mail PAF).
fn postcode(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let area = cx.word(i)?;
    if !area.bytes().all(|b| b.is_ascii_uppercase())
        || area.len() > 2
        || !cx.is_digits(i + 1)
        || !cx.glued(i + 1)
        || cx.str(i + 1).len() > 2
    {
        return None;
    }
    let mut at = i + 2;
    let district = cx.glued_word(at).filter(|w| w.len() == 1 && w.bytes().all(|b| b.is_ascii_uppercase()));
    if district.is_some() {
        at += 1;
    }
    let inward = cx.is_digits(at)
        && cx.str(at).len() == 1
        && !cx.glued(at)
        && cx.glued_word(at + 1).is_some_and(|w| w.len() == 2 && w.bytes().all(|b| b.is_ascii_uppercase()))
        && cx.closed(at + 2);
    if !inward {
        return None;
    }
    spell(out, area);
    cardinal::say(out, cx.str(i + 1).parse().ok()?, cx.style);
    if let Some(district) = district {
        spell(out, district);
    }
    digits(out, cx.str(at), cx.style.zero_digit());
    spell(out, cx.word_or(at + 1));
    Some(Found { end: at + 2, class: Class::Address, rule: "postcode" })
}

/// `I-95`: an interstate in American copy.
fn interstate(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if cx.word_or(i) != "I" || cx.tok(i + 1).sym != '-' || !cx.glued(i + 1) || cx.style.british() {
        return None;
    }
    let figures = cx.glued_digits(i + 2).filter(|d| d.len() <= 3)?;
    if !cx.closed(i + 3) {
        return None;
    }
    put(out, "Interstate");
    super::serial::figures(out, figures, cx);
    Some(Found { end: i + 3, class: Class::Address, rule: "interstate" })
}

/// The point of the compass that one or two capitals name.
fn point(word: &str) -> Option<&'static str> {
    Some(match word {
        "N" => "North",
        "S" => "South",
        "E" => "East",
        "W" => "West",
        "NE" => "North East",
        "NW" => "North West",
        "SE" => "South East",
        "SW" => "South West",
        _ => return None,
    })
}

/// `NW Scotland`, `in W Yorkshire`, `38ft W of the Hebrides`, `Leeds NW`: a place and where in it or from it.
///
/// Two capitals before a place are a point of the compass, and so are NW and SW after one (SE there is a company's
/// form, NE a state). One capital is only before "of" and a place, unless what it labels stands before (Group E of),
/// and before a place after a word of place (W Bush, E Nesbit and S Club have none).
fn compass_of_place(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let spoken = point(cx.word(i)?)?;
    let token = cx.tok(i);
    if token.stem != token.end || cx.glued(i) && !matches!(cx.before_sym(i), '(' | '"' | '\'') {
        return None;
    }
    let before = cx.tok_before(i);
    let after = cx.tok(i + 1);
    let titled = after.kind == Kind::Word && after.case == Case::Title && !cx.glued(i + 1);
    let place = titled && !cx.cue(i + 1, Cues::MONTH.with(Cues::DAY));
    let of = cx.is_word(i + 1, "of") && (cx.capitalised(i + 2) || cx.is_word(i + 2, "the"));
    let two = cx.word_or(i).len() == 2;
    let behind = matches!(cx.word_or(i), "NW" | "SW")
        && before.case == Case::Title
        && !cx.opens_sentence(i - 1)
        && after.kind != Kind::Digits;
    let label = before.kind == Kind::Word && before.case != Case::Lower
        || matches!(
            cx.word_or(i.wrapping_sub(1)),
            "group"
                | "section"
                | "class"
                | "block"
                | "vitamin"
                | "grade"
                | "part"
                | "point"
                | "unit"
                | "wing"
                | "ward"
                | "gate"
                | "zone"
                | "terminal"
                | "letter"
                | "hepatitis"
                | "category"
                | "type"
                | "plan"
                | "band"
                | "stand"
                | "suite"
                | "room"
                | "pot"
                | "key"
                | "letters"
                | "the"
        );
    let key = matches!(cx.word_or(i + 1), "Major" | "Minor" | "Flat" | "Sharp" | "Street" | "Wing" | "Block");
    let in_place = matches!(
        cx.word_or(i.wrapping_sub(1)),
        "in" | "across" | "around" | "near" | "throughout" | "over" | "outside" | "off"
    );
    let lower = of && !label && i > 0;
    let region = titled && cx.cue(i + 1, Cues::REGION);
    if !(two && (place || of) || behind || of && !label || place && in_place && !key || region) {
        return None;
    }
    put(out, if lower { LOWER.iter().find(|(capital, _)| *capital == spoken)?.1 } else { spoken });
    Some(Found { end: i + 1, class: Class::Address, rule: "compass-of-place" })
}

/// How the points are written where they name no region.
const LOWER: [(&str, &str); 8] = [
    ("North", "north"),
    ("South", "south"),
    ("East", "east"),
    ("West", "west"),
    ("North East", "north east"),
    ("North West", "north west"),
    ("South East", "south east"),
    ("South West", "south west"),
];

/// `708 N 1st St`, `1600 W. Elm Ave`.
fn compass(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let word = cx.word(i)?;
    let spoken = point(word)?;
    let stop = cx.sym_at(i + 1) == '.' && cx.glued(i + 1);
    let after = if stop { i + 2 } else { i + 1 };
    // E 42nd St needs no house number.
    let numbered = i > 0 && cx.is_digits(i - 1) || super::ordinal::recognise(cx, after).is_some();
    if i == 0 || !numbered || cx.glued(i) || cx.glued(after) || !before_street(cx, after) {
        return None;
    }
    put(out, spoken);
    Some(Found { end: after, class: Class::Address, rule: "compass-point" })
}
