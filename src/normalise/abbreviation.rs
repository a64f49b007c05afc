//! Short forms said in full: `Dr Kay` "Doctor Kay", `Field Dr` "Field Drive", `No 10` "Number ten".
//!
//! A form with several meanings has a row for each context; the narrowest context that fits wins.

use super::Class;
use super::context::{Cx, Found};
use super::cues::Cues;
use super::tables::{Abbreviation, Context, Stop};
use super::token::{Case, Gap, Kind};
use super::words::put;

/// Matches the written form at `i`: the token after it, and whether its last stop was there.
fn matches(cx: &Cx, i: usize, form: &Abbreviation) -> Option<(usize, bool)> {
    let mut at = i;
    let mut stopped = false;
    for (n, (part, glued)) in form.parts.iter().zip(&form.glued).enumerate() {
        if n > 0 {
            // A stop may follow each word of a form of several words: "Lt. Gen."
            if !glued && cx.sym_at(at) == '.' && cx.glued(at) && form.stop != Stop::Never {
                at += 1;
            }
            if cx.glued(at) != *glued {
                return None;
            }
        }
        let token = cx.tok(at);
        let written =
            if token.kind == Kind::Word && n + 1 == form.parts.len() { cx.word_or(at) } else { cx.str(at) };
        let same = written == &**part
            || cx.shouted && written.eq_ignore_ascii_case(part)
            // Titles set in capitals inside a line: "MR Justice" is rare, but sentence starts are not: "Approx 40".
            || n == 0 && token.case == Case::Title && part.chars().all(|c| !c.is_uppercase()) && part.len() > 2 && written.to_lowercase() == **part;
        if !same {
            return None;
        }
        at += 1;
        stopped = false;
    }
    if cx.sym_at(at) == '.' && cx.glued(at) && !(cx.sym_at(at + 1) == '.' && cx.glued(at + 1)) {
        stopped = true;
    }
    // "C" of "C4", "St" of "St4": glued figures or letters make it another thing.
    if !stopped
        && cx.glued(at)
        && matches!(cx.tok(at).kind, Kind::Word | Kind::Digits)
        && form.context != Context::BeforeNumber
    {
        return None;
    }
    match form.stop {
        Stop::Always if !stopped => None,
        Stop::Never
            if stopped
                && form.context != Context::Any
                && at + 1 < cx.tokens.len()
                && cx.tok(at + 1).case == Case::Lower =>
        {
            None
        }
        _ => Some((at, stopped && form.stop != Stop::Never)),
    }
}

/// Whether the context asks for what is here; `end` is the token after the form and its stop.
fn fits(cx: &Cx, i: usize, end: usize, form: &Abbreviation) -> bool {
    match form.context {
        Context::Any => true,
        Context::BeforeName => before_name(cx, end),
        Context::AfterName => after_name(cx, i),
        Context::BeforeNumber => before_number(cx, end, form),
        Context::BeforeAmount => cx.tables.is_currency_sign(cx.sym_at(end)) && cx.is_digits(end + 1),
        Context::AfterNumber => i > 0 && cx.tok(i - 1).kind == Kind::Digits,
        Context::Address => address(cx, i, end),
    }
}

fn before_name(cx: &Cx, end: usize) -> bool {
    let token = cx.tok(end);
    if token.kind == Kind::Symbol && matches!(token.sym, '"' | '\'') {
        return cx.capitalised(end + 1);
    }
    // "Dr. al-Assad", "Prof de Silva"
    let particle = matches!(
        cx.word_or(end),
        "al" | "de" | "van" | "von" | "di" | "da" | "del" | "der" | "bin" | "ter" | "le" | "el"
    );
    (cx.capitalised(end) || particle && cx.tok(end).kind == Kind::Word)
        && (token.gap != Gap::None || cx.before_sym(end) == '.')
}

fn after_name(cx: &Cx, i: usize) -> bool {
    if i == 0 {
        return false;
    }
    let k = if cx.before_sym(i) == ',' && i >= 2 { i - 2 } else { i - 1 };
    if cx.capitalised(k) {
        return true;
    }
    cx.tok(k).sym == '.' && k > 0 && cx.capitalised(k - 1)
        || cx.tok(k).sym == '&'
        || cx.tok(k).sym == ')'
        || cx.is_word(k, "and") && cx.capitalised(k.wrapping_sub(1))
        || cx.tok(k).sym == '.' && cx.tok(k.wrapping_sub(1)).kind == Kind::Word
}

fn before_number(cx: &Cx, end: usize, form: &Abbreviation) -> bool {
    // "Tel: 01273 496000"
    let end =
        if cx.sym_at(end) == ':' && cx.is_digits(end + 1) && form.parts[0].len() > 2 { end + 1 } else { end };
    if cx.is_digits(end) {
        let first = form.parts[0].as_bytes()[0];
        // "no 10-point plan" and "no 50p coins" are the word; "No 10" is not, nor "no 5 bus".
        if form.parts.len() == 1 && matches!(&*form.parts[0], "no" | "No" | "NO") {
            return number_word(cx, end, first == b'N');
        }
        return true;
    }
    // Roman numerals and letters after Fig, Art, Vol
    let word = cx.word_or(end);
    cx.tok(end).case == Case::Upper && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'))
        || cx.tok(end).case == Case::Single && matches!(word, "I" | "V" | "X") && form.parts[0].len() > 2
}

/// Whether "no" before figures is "number".
fn number_word(cx: &Cx, figures: usize, capital: bool) -> bool {
    let after = figures + 1;
    if cx.hyphened(after).is_some_and(|next| cx.tok(next).kind == Kind::Word) {
        return false;
    }
    if cx.glued(after) && cx.tok(after).kind == Kind::Word && cx.str(after).len() > 1
        || cx.sym_at(after) == '%'
    {
        return false;
    }
    let opens = figures >= 1 && cx.opens_sentence(figures - 1);
    // "No 10 people agreed": a count after a sentence's first word.
    if (opens || !capital) && cx.cue(after, Cues::CROWD.with(Cues::PERIOD)) && !cx.glued(after) {
        return false;
    }
    capital || !cx.cue(after, Cues::PERIOD)
}

/// A capitalised name before, and after it no name that it could be a title of.
fn address(cx: &Cx, i: usize, end: usize) -> bool {
    if i == 0 {
        return false;
    }
    let before = cx.tok(i - 1);
    let named = before.kind == Kind::Word && before.case != Case::Lower && !cx.opens_with_title(i - 1)
        || super::ordinal::recognise(cx, i.saturating_sub(2)).is_some_and(|(_, after, _)| after == i);
    // "St John's St", where the name is a saint's, needs the capital before; "the Dr" has none.
    let title_follows =
        cx.capitalised(end) && cx.tok(end).gap != Gap::None && cx.sym_at(end.wrapping_sub(1)) != ',';
    let numbered =
        cx.cue_within_before(i, 4, Cues::NONE) || (i.saturating_sub(4)..i).any(|k| cx.is_digits(k));
    // Only a form that can also be a title (St, Dr) is in doubt before a name.
    let doubtful =
        cx.tables.abbreviations(cx.word_or(i)).iter().any(|form| form.context == Context::BeforeName);
    named && (!title_follows || numbered || !doubtful)
}

/// Any short form at `i`.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.cue(i, Cues::NAME_ABBREVIATION) && cx.tok(i).kind == Kind::Word {
        return None;
    }
    // "A Ms": the plural of letters that are spelled out
    let spelled = i > 0
        && cx.tok_before(i).case == Case::Single
        && cx.tok_before(i).kind == Kind::Word
        && cx.tok(i).gap != Gap::None;
    if spelled && cx.str(i).len() == 2 && cx.tok(i).case == Case::Title && cx.str(i).ends_with('s') {
        return None;
    }
    if cx.glued(i) && matches!(cx.before_sym(i), '/' | '@' | '_' | '.' | '\'') && cx.before_sym(i) != '\'' {
        return None;
    }
    let mut best: Option<(&Abbreviation, usize, bool)> = None;
    let mut longest = 0;
    let first = if cx.tok(i).kind == Kind::Word { cx.word_or(i) } else { cx.str(i) };
    for form in cx.tables.abbreviations(first).iter().chain(lower_forms(cx, i)) {
        let parts = form.parts.len();
        if parts < longest {
            break;
        }
        let Some((end, stopped)) = matches(cx, i, form) else { continue };
        let after = if stopped { end + 1 } else { end };
        if fits(cx, i, after, form) {
            longest = parts;
            // A name right before outweighs one after: "Hume Pipe Co Limited", but "in Co Down".
            let behind = form.context == Context::AfterName
                && i > 0
                && (cx.capitalised(i - 1) || matches!(cx.before_sym(i), '&' | '+'))
                && !cx.cue_before(i, Cues::DET.with(Cues::STOP));
            let better = best.is_none_or(|(old, _, _)| {
                form.context < old.context || behind && old.context == Context::BeforeName
            });
            if better {
                best = Some((form, end, stopped));
            }
        }
    }
    let (form, end, stopped) = best?;
    if &*form.spoken == "Number"
        && !cx.opens_sentence(i)
        && !matches!(cx.str(end + usize::from(stopped)), "10" | "11")
    {
        // A capital only where "No 10" is a name.
        put(out, "number");
    } else if cx.tok(i).case == Case::Title && cx.opens_sentence(i) {
        put(out, &super::letters::capital(&form.spoken));
    } else {
        put(out, &form.spoken);
    }
    let mut end = end;
    if stopped {
        let last = end + 1 == cx.tokens.len()
            || (end + 1..cx.tokens.len()).all(|k| matches!(cx.sym_at(k), '"' | '\'' | ')'));
        // A stop that may end a sentence stays: a capital follows and the form is none that stands before names.
        let sentence = cx.capitalised(end + 1)
            && !matches!(form.context, Context::BeforeName | Context::BeforeNumber | Context::BeforeAmount)
            && (form.context == Context::Address && cx.tok(end + 1).case == Case::Title
                || sentence_end(cx, end));
        if !last && !sentence {
            end += 1;
        }
    }
    let rule = match form.context {
        Context::Any => "short-form",
        Context::BeforeName => "short-form-before-name",
        Context::AfterName => "short-form-after-name",
        Context::BeforeAmount => "short-form-before-amount",
        Context::BeforeNumber => "short-form-before-number",
        Context::AfterNumber => "short-form-after-number",
        Context::Address => "short-form-in-address",
    };
    Some(Found { end, class: Class::Abbreviation, rule })
}

/// Whether the stop at `stop` may end a sentence: what follows begins as sentences do.
fn sentence_end(cx: &Cx, stop: usize) -> bool {
    let next = cx.word_or(stop + 1);
    matches!(
        next,
        "The"
            | "A"
            | "An"
            | "It"
            | "He"
            | "She"
            | "They"
            | "We"
            | "I"
            | "In"
            | "On"
            | "But"
            | "And"
            | "At"
            | "This"
            | "That"
            | "There"
            | "His"
            | "Her"
            | "Its"
            | "Their"
            | "For"
            | "As"
            | "When"
            | "If"
            | "No"
            | "You"
            | "Mr"
            | "Ms"
            | "Mrs"
    )
}

/// Forms listed in small letters for a word with one capital at a sentence's start.
fn lower_forms<'a>(cx: &Cx<'a>, i: usize) -> impl Iterator<Item = &'a std::sync::Arc<Abbreviation>> {
    let word = cx.str(i);
    let forms = if cx.tok(i).case == Case::Title && cx.opens_sentence(i) && word.len() > 2 || cx.shouted {
        let lower = word.to_lowercase();
        cx.tables.abbreviations(&lower)
    } else {
        &[]
    };
    forms.iter()
}

impl Cx<'_> {
    /// Whether the capitalised word at `i` is itself a title (`Lt` of "Lt Dr").
    fn opens_with_title(&self, i: usize) -> bool {
        self.cue(i, Cues::NAME_ABBREVIATION) && self.str(i).len() <= 3 && !matches!(self.str(i), "St")
            || matches!(
                self.str(i),
                "The"
                    | "A"
                    | "An"
                    | "In"
                    | "On"
                    | "At"
                    | "But"
                    | "And"
                    | "Said"
                    | "Says"
                    | "When"
                    | "If"
                    | "As"
                    | "For"
                    | "With"
                    | "From"
                    | "By"
                    | "Mr"
                    | "Mrs"
                    | "Ms"
            )
    }
}
