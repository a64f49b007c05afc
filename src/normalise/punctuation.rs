//! Punctuation: kept, changed into what a voice can breathe by, or dropped; and the last resort for any other sign.
//!
//! Out come only `. , ; : ! ?` and the hyphen inside a compound. Quotation marks are dropped or said, brackets and
//! dashes become commas, an ellipsis a comma or a stop. A sign nobody knows is dropped by name.

use super::Class;
use super::context::Cx;
use super::cues::Cues;
use super::driver::Out;
use super::style::{Brackets, Emoji, Quotes};
use super::tables::Where;
use super::token::{Case, Kind};
use std::ops::Range;

/// Brackets further apart than this many tokens are not taken for a pair.
const WIDEST_BRACKET: usize = 120;

/// Speaks the sign at `i`; returns the token after what it took.
pub(crate) fn speak(cx: &Cx, i: usize, out: &mut Out) -> usize {
    let token = cx.tok(i);
    let span = token.start as usize..token.end as usize;
    match token.sym {
        '.' => return stops(cx, i, out),
        ',' | ';' | ':' | '!' | '?' => out.stop(token.sym, span, "mark"),
        '…' => ellipsis(cx, i, i + 1, out),
        '¡' | '¿' => out.drop(span, Class::Punctuation, "inverted-mark-dropped"),
        '"' => quote(cx, i, span, out),
        '\'' => return apostrophe(cx, i, span, out),
        // "[did] not": an editor's word inside a quotation is said with the rest.
        '[' if cx.is_digits(i + 1) => out.pause(span, "bracket-aside"),
        '[' | ']' if cx.style.brackets == Brackets::Aside => {
            out.drop(span, Class::Punctuation, "square-bracket-dropped")
        }
        '<' if tag(cx, i).is_some() => {
            let end = tag(cx, i).unwrap_or(i);
            out.drop(token.start as usize..cx.tok(end).end as usize, Class::Punctuation, "markup-dropped");
            return end + 1;
        }
        '(' | '[' | '{' => {
            if cx.style.brackets == Brackets::Dropped {
                if let Some(end) = closing(cx, i) {
                    let written = token.start as usize..cx.tok(end).end as usize;
                    out.drop(written, Class::Punctuation, "brackets-dropped");
                    return end + 1;
                }
            }
            out.pause(span, "bracket-aside");
        }
        ')' | ']' | '}' => out.pause(span, "bracket-aside"),
        '-' | '–' | '—' | '−' => dash(cx, i, span, out),
        '/' if cx.is_digits(i + 1) => out.pause(span, "slash-pause"),
        '•' | '|' | '¦' | '‣' | '◦' | '▪' | '●' | '■' => out.pause(span, "bullet"),
        _ => return sign(cx, i, out),
    }
    i + 1
}

/// The closing bracket of the opening one at `i`.
fn closing(cx: &Cx, i: usize) -> Option<usize> {
    let (open, close) = match cx.sym_at(i) {
        '(' => ('(', ')'),
        '[' => ('[', ']'),
        _ => ('{', '}'),
    };
    let mut depth = 0;
    for k in i..(i + WIDEST_BRACKET).min(cx.tokens.len()) {
        let sym = cx.sym_at(k);
        if sym == open {
            depth += 1;
        } else if sym == close {
            depth -= 1;
            if depth == 0 {
                return Some(k);
            }
        }
    }
    None
}

/// The closing sign of a tag of HTML that begins at `i`.
fn tag(cx: &Cx, i: usize) -> Option<usize> {
    const WIDEST_TAG: usize = 60;
    let name = if cx.sym_at(i + 1) == '/' { i + 2 } else { i + 1 };
    let word = cx.glued_word(name)?.to_ascii_lowercase();
    if !matches!(
        word.as_str(),
        "b" | "i"
            | "u"
            | "p"
            | "br"
            | "em"
            | "strong"
            | "a"
            | "span"
            | "div"
            | "h"
            | "ul"
            | "li"
            | "ol"
            | "q"
            | "blockquote"
            | "sup"
            | "sub"
            | "small"
            | "cite"
            | "figure"
            | "img"
            | "hr"
    ) {
        return None;
    }
    (name + 1..name + WIDEST_TAG).find(|k| cx.sym_at(*k) == '>')
}

/// One stop, or the three of an ellipsis.
fn stops(cx: &Cx, i: usize, out: &mut Out) -> usize {
    let mut end = i + 1;
    while cx.sym_at(end) == '.' && end < i + 64 {
        end += 1;
    }
    if end - i > 1 {
        ellipsis(cx, i, end, out);
        return end;
    }
    let token = cx.tok(i);
    out.stop('.', token.start as usize..token.end as usize, "mark");
    end
}

/// An ellipsis is a stop where a sentence may end there, else a comma.
fn ellipsis(cx: &Cx, i: usize, end: usize, out: &mut Out) {
    let written = cx.tok(i).start as usize..cx.tok(end - 1).end as usize;
    let mut next = end;
    while matches!(cx.sym_at(next), '"' | '\'' | ')' | '…' | '.') && next < end + 4 {
        next += 1;
    }
    let token = cx.tok(next);
    let goes_on = token.kind == Kind::Word && token.case == Case::Lower || token.kind == Kind::Digits;
    if goes_on {
        out.stop(',', written, "ellipsis-comma");
    } else {
        out.stop('.', written, "ellipsis-stop");
    }
}

/// Quotation marks: silent, or "quote" and "unquote".
fn quote(cx: &Cx, i: usize, span: Range<usize>, out: &mut Out) {
    if cx.style.quotes == Quotes::Silent {
        return out.drop(span, Class::Punctuation, "quote-dropped");
    }
    let opening = match cx.text[span.clone()].chars().next() {
        Some('\u{201C}' | '\u{AB}' | '\u{2039}') => true,
        Some('\u{201D}' | '\u{BB}' | '\u{203A}') => false,
        _ => !out.quoted,
    };
    let _ = i;
    out.quoted = opening;
    out.say(if opening { "quote" } else { "unquote" }, span, Class::Punctuation, "quote-said");
}

/// A single quote that is no apostrophe inside a word.
fn apostrophe(cx: &Cx, i: usize, span: Range<usize>, out: &mut Out) -> usize {
    // '' and `` are quotation marks typed in two strokes.
    if cx.sym(i, 1) == '\'' && cx.glued(i + 1) {
        let span = span.start..cx.tok(i + 1).end as usize;
        quote(cx, i, span, out);
        return i + 2;
    }
    let rule = if cx.glued(i) && cx.tok_before(i).kind == Kind::Word {
        "apostrophe-dropped"
    } else {
        "quote-dropped"
    };
    out.drop(span, Class::Punctuation, rule);
    i + 1
}

/// Hyphens join, dashes part.
fn dash(cx: &Cx, i: usize, span: Range<usize>, out: &mut Out) {
    let (left, right) = (cx.glued(i), cx.glued(i + 1));
    let (before, after) = (cx.tok_before(i), cx.tok(i + 1));
    let words =
        matches!(before.kind, Kind::Word | Kind::Digits) && matches!(after.kind, Kind::Word | Kind::Digits);
    let sign = cx.sym_at(i);
    if left && right {
        let day = |k: usize| cx.cue(k, Cues::DAY.with(Cues::MONTH)) && cx.capitalised(k);
        if i > 0 && day(i - 1) && day(i + 1) {
            return out.say("to", span, Class::Range, "day-range");
        }
        if i > 0 && span_of_letters(cx, i) {
            return out.say("to", span, Class::Range, "letter-range");
        }
        return match sign {
            '-' | '−' => out.hyphen(span),
            // London–Paris: a dash of the printer that joins two names
            '–' if words => out.hyphen(span),
            _ => out.pause(span, "dash-pause"),
        };
    }
    if sign == '-' && (left != right) && words {
        // "pre- and post-war"
        return out.drop(span, Class::Punctuation, "suspended-hyphen");
    }
    out.pause(span, "dash-pause");
}

/// A-Z, A-to-Z written A-Z: two single capitals in alphabetical order, first and last standing alone.
fn span_of_letters(cx: &Cx, i: usize) -> bool {
    let alone = |k: usize| cx.tok(k).case == Case::Single && cx.tok(k).kind == Kind::Word;
    alone(i - 1)
        && alone(i + 1)
        && !cx.glued(i - 1)
        && !matches!(cx.sym_at(i + 2), '-' | '.')
        && cx.str(i - 1) == "A"
        && cx.str(i + 1) == "Z"
}

/// The last resort: a sign with a name is said where its table says so, any other is dropped.
fn sign(cx: &Cx, i: usize, out: &mut Out) -> usize {
    let token = cx.tok(i);
    let span = token.start as usize..token.end as usize;
    let c = token.sym;
    if is_emoji(c) {
        let mut end = i + 1;
        // One emoji may be several signs: skin, joiner, presentation.
        while end < cx.tokens.len() && end < i + 12 && cx.glued(end) && is_emoji_part(cx.sym_at(end)) {
            end += if cx.sym_at(end) == '\u{200D}' { 2 } else { 1 };
        }
        let end = end.min(cx.tokens.len());
        let written = span.start..cx.tok(end - 1).end as usize;
        if cx.style.emoji == Emoji::Named || cx.style.emoji == Emoji::Auto && in_sentence(cx, i, end) {
            let plain: String = cx.text[written.clone()].chars().filter(|c| *c != '\u{FE0F}').collect();
            // A joined sequence is not its first sign: a family is no man.
            let joined = plain.contains('\u{200D}') || matches!(c, '\u{1F1E6}'..='\u{1F1FF}');
            let name = cx
                .tables
                .emoji(&plain)
                .or_else(|| if joined { None } else { cx.tables.emoji(c.encode_utf8(&mut [0; 4])) });
            if let Some(name) = name {
                out.say(name, written, Class::Emoji, "emoji-named");
                return end;
            }
        }
        out.drop(written, Class::Emoji, "emoji-dropped");
        return end;
    }
    if cx.tables.symbol(c, Where::Silent).is_none() {
        if let Some(name) = cx.tables.symbol(c, Where::Name) {
            if name != "-" {
                out.say(name, span, Class::Maths, "symbol-name");
                return i + 1;
            }
        }
    }
    out.drop(span, Class::Punctuation, if c.is_control() { "control-dropped" } else { "symbol-dropped" });
    i + 1
}

/// Whether the sentence needs the emoji: an article or number before it, or words on both sides.
fn in_sentence(cx: &Cx, i: usize, end: usize) -> bool {
    let before = cx.tok_before(i);
    let determined = before.cues.any(Cues::DET.with(Cues::BARE_NUMBER))
        || i >= 2 && before.kind == Kind::Word && cx.cue(i - 2, Cues::DET);
    // "We ❤ the NHS": a heart that is the verb
    let verb =
        matches!(cx.sym_at(i), '❤' | '♥') && before.kind == Kind::Word && cx.tok(end).kind == Kind::Word;
    determined || verb
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B50}' | '\u{2B55}' | '\u{2B1B}' | '\u{2B1C}' | '\u{231A}' | '\u{231B}')
}

fn is_emoji_part(c: char) -> bool {
    matches!(c, '\u{FE0F}' | '\u{200D}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{1F1E6}'..='\u{1F1FF}' | '\u{20E3}' | '\u{E0020}'..='\u{E007F}')
}
