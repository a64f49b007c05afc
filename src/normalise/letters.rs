//! Initialisms letter by letter, acronyms as words: `NHS` "N H S", `MPs` "M Ps", `A&E` "A and E", `NATO` "Nato".
//!
//! Capitals are, in this order: a form the table knows, a common word set in capitals, a word by its make, letters.

use super::Class;
use super::context::{Cx, Found};
use super::token::{Case, Kind};
use super::words::{put, put_word, sayable, spell};

/// `BRITAIN` → `Britain`.
pub(crate) fn title(word: &str) -> String {
    let mut chars = word.chars();
    let mut out: String = chars.next().into_iter().collect();
    out.extend(chars.flat_map(char::to_lowercase));
    out
}

/// `approximately` → `Approximately`.
pub(crate) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// Whether the capitals at `i` are a common word or a name set in capitals, and no initialism too.
fn common_word(cx: &Cx, i: usize) -> bool {
    let token = cx.tok(i);
    if token.kind != Kind::Word || token.case != Case::Upper {
        return false;
    }
    cx.tables.is_common_word(&cx.word_or(i).to_lowercase())
}

/// Whether the capitals at `i` are said as a word rather than letter by letter.
///
/// A common word is (LIVE, NOT), and a name of four letters or more (LONDON); a word that is an initialism too (US,
/// WHO) only in a line of capitals or between other words in capitals; anything else by its make.
pub(crate) fn said_as_word(cx: &Cx, i: usize) -> bool {
    let word = cx.word_or(i);
    let lower = word.to_lowercase();
    if cx.tables.is_ambiguous(&lower) {
        // What is hardly ever the word stays letters however loud the line.
        let never = matches!(
            word,
            "UK" | "EU"
                | "FA"
                | "AI"
                | "UN"
                | "PM"
                | "LA"
                | "AC"
                | "BA"
                | "HM"
                | "MPS"
                | "PS"
                | "SOS"
                | "MOT"
                | "PE"
                | "IOU"
                | "OM"
                | "OS"
                | "SEC"
                | "IRA"
                | "POW"
        );
        return !never && (cx.shouted || neighbour_shouts(cx, i));
    }
    if cx.tables.is_common_word(&lower) {
        return word.len() > 1;
    }
    if word.len() >= 4 && cx.tables.is_name(&title(word)) {
        return true;
    }
    if cx.shouted {
        return word.len() > 4 && super::serial::has_vowel(word)
            || sayable(word)
            || cx.tables.is_name(&title(word));
    }
    sayable(word)
}

/// Common words in capitals stand on both sides, or one of three letters or more on one.
fn neighbour_shouts(cx: &Cx, i: usize) -> bool {
    let loud = |k: usize| common_word(cx, k) && cx.tables.acronym(cx.word_or(k)).is_none();
    let (before, after) = (i > 0 && loud(i - 1), loud(i + 1));
    let long = |k: usize| cx.word_or(k).len() >= 3;
    if before { after || long(i - 1) } else { after && long(i + 1) }
}

/// Forms of several tokens: `AC/DC`, `SAG-AFTRA`, `Opec+`, `C++`.
pub(crate) fn read_acronym_compound(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.glued(i + 1) || cx.tok(i + 1).kind != Kind::Symbol {
        return None;
    }
    for compound in cx.tables.acronym_compounds(cx.str(i)) {
        let end = i + compound.parts.len();
        let same = compound
            .parts
            .iter()
            .enumerate()
            .all(|(n, part)| cx.str(i + n) == &**part && (n == 0 || cx.glued(i + n)));
        let open = cx.glued(end) && cx.tok(end).kind == Kind::Word;
        if same && end <= cx.tokens.len() && !open {
            put(out, &compound.spoken);
            return Some(Found { end, class: Class::Acronym, rule: "acronym-listed" });
        }
    }
    None
}

/// `U.S.`, `J.K. Rowling`, `C. S. Lewis`, `e.g.` in letters.
pub(crate) fn read_dotted(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let token = cx.tok(i);
    if !single_letter(cx, i)
        || cx.sym_at(i + 1) != '.'
        || !cx.glued(i + 1)
        || cx.glued(i) && matches!(cx.before_sym(i), '.' | '/' | '@')
    {
        return None;
    }
    let mut end = i + 2;
    let mut count = 1;
    let mut letters = String::from(cx.word_or(i));
    while count < 12
        && cx.glued(end)
        && single_letter(cx, end)
        && cx.sym_at(end + 1) == '.'
        && cx.glued(end + 1)
    {
        letters.push_str(cx.word_or(end));
        end += 2;
        count += 1;
    }
    // "p.m" and "U.S" without the last stop
    if cx.glued(end) && single_letter(cx, end) && cx.closed(end + 1) && cx.sym_at(end + 1) != '.' {
        letters.push_str(cx.word_or(end));
        end += 1;
        count += 1;
    } else if cx.glued(end) && cx.tok(end).kind == Kind::Word {
        if token.case == Case::Lower && count == 1 {
            return None;
        }
        // "St.J.Smith", "J.Smith": the letters alone
        if cx.tok(end).case == Case::Lower {
            return None;
        }
    }
    if count == 1 {
        // An initial: capital, stop, a name or another initial.
        let next = cx.tok(end);
        let named = token.case == Case::Single
            && cx.capitalised(end)
            && !(cx.word_or(i) == "I" && next.gap != super::token::Gap::None && !single_letter(cx, end));
        // Mozart's K. 626
        let numbered = token.case == Case::Single
            && cx.is_digits(end)
            && !cx.glued(end)
            && i > 0
            && cx.tok(i - 1).stem != cx.tok(i - 1).end;
        let listed = numbered || token.case == Case::Single && matches!(cx.sym_at(end), ',' | ';' | '&');
        if !named && !listed {
            return None;
        }
        spell(out, &letters);
        return Some(Found { end, class: Class::Letters, rule: "initial" });
    }
    spell(out, &letters);
    // The last stop also ends the line.
    if cx.sym_at(end - 1) == '.' && at_close(cx, end) {
        end -= 1;
    }
    Some(Found { end, class: Class::Letters, rule: "letters-with-stops" })
}

/// Only closing marks follow to the end of the line.
fn at_close(cx: &Cx, i: usize) -> bool {
    i + 3 >= cx.tokens.len() && (i..cx.tokens.len()).all(|k| matches!(cx.sym_at(k), '"' | '\'' | ')'))
}

fn single_letter(cx: &Cx, i: usize) -> bool {
    let token = cx.tok(i);
    token.kind == Kind::Word
        && token.stem == token.end
        && (token.case == Case::Single || token.end - token.start == 1)
}

/// Capitals, plurals of capitals, and capitals joined by an ampersand.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if let Some(found) = ampersand(cx, i, out) {
        return Some(found);
    }
    let token = cx.tok(i);
    let word = cx.word_or(i);
    if matches!(token.case, Case::Mixed | Case::Upper | Case::Title)
        && let Some(spoken) = cx.tables.acronym(word)
        && !(cx.shouted && common_word(cx, i))
    {
        put(out, spoken);
        return Some(Found { end: i + 1, class: Class::Acronym, rule: "acronym-listed" });
    }
    // Greek letters alone
    if token.end - token.start == 2
        && word.chars().count() == 1
        && let Some(name) = word.chars().next().and_then(|c| cx.tables.symbol(c, super::tables::Where::Name))
    {
        put(out, name);
        return Some(Found { end: i + 1, class: Class::Maths, rule: "greek-letter" });
    }
    // BBB-, AA+: marks of credit
    if matches!(token.case, Case::Upper)
        && word.len() <= 3
        && word.bytes().all(|b| b == word.as_bytes()[0] && matches!(b, b'A'..=b'C'))
        && cx.sym_at(i + 1) == '-'
        && cx.glued(i + 1)
        && !cx.glued(i + 2) | (cx.tok(i + 2).kind == Kind::Symbol)
    {
        spell(out, word);
        put(out, "minus");
        return Some(Found { end: i + 2, class: Class::Letters, rule: "credit-mark" });
    }
    // ssn, ppmv: small letters that make no word
    if token.case == Case::Lower
        && token.mute
        && (2..=5).contains(&word.len())
        && !word.contains(['\'', '\u{2019}'])
        && cx.sym_at(i + 1) != '.'
        && !cx.tables.is_common_word(word)
    {
        spell(out, word);
        return Some(Found { end: i + 1, class: Class::Letters, rule: "letters-without-vowel" });
    }
    match token.case {
        Case::Upper => {
            if said_as_word(cx, i) {
                let lower = !cx.opens_sentence(i)
                    && (common_word(cx, i) || cx.tables.is_ambiguous(&word.to_lowercase()));
                let spoken = if lower { word.to_lowercase() } else { title(word) };
                put_word(out, &spoken);
                return Some(Found {
                    end: i + 1,
                    class: Class::Acronym,
                    rule: if common_word(cx, i) { "capitals-word" } else { "acronym-sayable" },
                });
            }
            spell(out, word);
            Some(Found { end: i + 1, class: Class::Letters, rule: "letters" })
        }
        Case::Mixed => plural(cx, i, word, out).or_else(|| body(cx, i, word, out)),
        _ => None,
    }
}

/// `MPs`, `GCSEs`, `SATs`: capitals and a small s.
fn plural(cx: &Cx, i: usize, word: &str, out: &mut String) -> Option<Found> {
    let stem = word.strip_suffix('s')?;
    if stem.chars().count() < 2 || !stem.chars().all(char::is_uppercase) {
        // PMQs and the like are covered; "McDonalds" is a name.
        return None;
    }
    if let Some(spoken) = cx.tables.acronym(stem) {
        put(out, spoken);
        out.push('s');
        return Some(Found { end: i + 1, class: Class::Acronym, rule: "acronym-plural" });
    }
    if sayable(stem) {
        put_word(out, &title(stem));
        out.push('s');
        return Some(Found { end: i + 1, class: Class::Acronym, rule: "acronym-plural" });
    }
    spell(out, stem);
    out.push('s');
    Some(Found { end: i + 1, class: Class::Letters, rule: "letters-plural" })
}

/// `DfT`, `MoJ`, `BoE`: three letters with a small one for "of" or "for" in the middle.
fn body(_: &Cx, i: usize, word: &str, out: &mut String) -> Option<Found> {
    let &[first, middle, last] = word.as_bytes() else { return None };
    let shape =
        first.is_ascii_uppercase() && matches!(middle, b'f' | b'o' | b't') && last.is_ascii_uppercase();
    if !shape {
        return None;
    }
    spell(out, &word.to_ascii_uppercase());
    Some(Found { end: i + 1, class: Class::Letters, rule: "letters-of-a-body" })
}

/// `A&E`, `R&B`, `S&P`, `M&S`, `Q & A`: short capitals on both sides.
fn ampersand(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let short = |k: usize| {
        let token = cx.tok(k);
        token.kind == Kind::Word
            && matches!(token.case, Case::Single | Case::Upper)
            && token.end - token.start <= 3
    };
    if !short(i) || cx.sym_at(i + 1) != '&' || cx.glued(i + 1) != cx.glued(i + 2) {
        return None;
    }
    let plural =
        cx.tok(i + 2).case == Case::Mixed && cx.str(i + 2).len() == 2 && cx.str(i + 2).ends_with('s');
    let last = cx.glued(i + 2) && plural;
    if !short(i + 2) && !last {
        return None;
    }
    spell(out, cx.word_or(i));
    put(out, "and");
    if last {
        spell(out, &cx.word_or(i + 2)[..1]);
        out.push('s');
    } else {
        spell(out, cx.word_or(i + 2));
    }
    Some(Found { end: i + 3, class: Class::Letters, rule: "letters-ampersand" })
}

/// `(OIC)` after "Organised Immigration Crime": the repeat of the initials is not said.
pub(crate) fn read_bracketed_repeat(cx: &Cx, i: usize, _: &mut String) -> Option<Found> {
    if cx.sym_at(i) != '(' || cx.tok(i + 1).kind != Kind::Word {
        return None;
    }
    let mut close = i + 2;
    let mut initials: String = cx.word_or(i + 1).to_owned();
    // R&D, and plurals
    while cx.sym_at(close) == '&' && cx.glued(close) && close < i + 8 {
        initials.push_str(cx.word_or(close + 1));
        close += 2;
    }
    if cx.sym_at(close) != ')' {
        return None;
    }
    let capitals: Vec<char> = initials.chars().filter(|c| c.is_uppercase()).collect();
    let small = initials.chars().filter(|c| c.is_lowercase()).count();
    if capitals.len() < 2 || capitals.len() > 10 || small > capitals.len() {
        return None;
    }
    repeats(cx, i, &capitals).then_some(Found {
        end: close + 1,
        class: Class::Letters,
        rule: "bracketed-initials-repeated",
    })
}

/// Whether the words before token `i` begin with these capitals, small words between passed over.
fn repeats(cx: &Cx, i: usize, capitals: &[char]) -> bool {
    let mut at = i;
    let mut left = capitals.len();
    let mut steps = 0;
    while left > 0 {
        if at == 0 || steps > 3 * capitals.len() + 4 {
            return false;
        }
        at -= 1;
        steps += 1;
        let token = cx.tok(at);
        if token.kind == Kind::Symbol {
            if matches!(token.sym, '-' | '–' | '\'' | '"' | '&' | ',') {
                continue;
            }
            return false;
        }
        if token.kind != Kind::Word {
            return false;
        }
        let word = cx.word_or(at);
        let first = word.chars().next().map(|c| c.to_uppercase().next().unwrap_or(c));
        if first == Some(capitals[left - 1]) {
            left -= 1;
            continue;
        }
        // A compound may give two letters: Telecommunications → T C is left to the voice; inner letters count.
        let inner = word.chars().skip(1).any(|c| c.to_ascii_uppercase() == capitals[left - 1])
            && left >= 2
            && first == Some(capitals[left - 2]);
        if inner {
            left -= 2;
            continue;
        }
        if matches!(
            word,
            "and"
                | "of"
                | "the"
                | "for"
                | "in"
                | "on"
                | "to"
                | "at"
                | "with"
                | "by"
                | "from"
                | "de"
                | "des"
                | "du"
                | "la"
                | "against"
                | "into"
        ) {
            continue;
        }
        return false;
    }
    true
}
