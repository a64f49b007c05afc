//! Citations of acts, rules and cases: `Rule 14(b)` "Rule fourteen B", `401(k)` "four oh one K".

use super::Class;
use super::cardinal;
use super::context::{Cx, Found};
use super::cues::Cues;
use super::token::Kind;
use super::words::{put, spell};

/// Figures with letters or figures in brackets glued behind them.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let figures = cx.str(i);
    if !cx.is_digits(i) || figures.len() > 4 || cx.glued(i) && cx.tok_before(i).kind != Kind::Symbol {
        return None;
    }
    let mut end = i + 1;
    // section 14A(2)
    let letter = cx.glued_word(end).filter(|word| word.len() <= 2 && cx.sym_at(end + 1) == '(');
    if letter.is_some() {
        end += 1;
    }
    let first = end;
    let mut parts = 0;
    while parts < 5 && cx.sym_at(end) == '(' && cx.sym_at(end + 2) == ')' && cx.glued(end + 1) {
        let spaced = !cx.glued(end);
        let inside = cx.str(end + 1);
        let fits = cx.is_digits(end + 1) && inside.len() <= 2
            || cx.tok(end + 1).kind == Kind::Word
                && (inside.len() == 1 || inside.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')));
        // "501 (c) 4": a space is lost in some copy, and only letters are sure there
        if !fits
            || spaced
                && !(cx.tok(end + 1).kind == Kind::Word
                    && inside.len() == 1
                    && parts == 0
                    && figures.len() == 3
                    && inside == inside.to_lowercase())
        {
            break;
        }
        parts += 1;
        end += 3;
    }
    if parts == 0 || end == first || cx.glued(end) && matches!(cx.tok(end).kind, Kind::Word | Kind::Digits) {
        return None;
    }
    // "12(7)" in a table of results needs the word of the law before it.
    let lettered = cx.tok(first + 1).kind == Kind::Word;
    if !lettered && !cx.cue_within_before(i, 2, Cues::LAW) {
        return None;
    }
    if figures.len() == 3 && figures.as_bytes()[1] == b'0' && !figures.ends_with("00") {
        cardinal::digits(out, figures, cx.style.zero_digit());
    } else {
        cardinal::say(out, figures.parse().ok()?, cx.style);
    }
    if let Some(letter) = letter {
        spell(out, letter);
    }
    let mut k = first;
    while k < end {
        let inside = cx.str(k + 1);
        if cx.is_digits(k + 1) {
            cardinal::say(out, inside.parse().ok()?, cx.style);
        } else if inside.len() > 1 {
            let numeral = inside.to_uppercase();
            match super::roman::value(&numeral) {
                Some(n) => cardinal::say(out, n, cx.style),
                None => spell(out, inside),
            }
        } else {
            spell(out, inside);
        }
        k += 3;
    }
    Some(Found { end, class: Class::Citation, rule: "clause" })
}

/// `s 14`, `ss 3-5`, `para 2` are short forms; `R v Smith` and `Roe v Wade` say "versus" or "V".
pub(crate) fn read_words(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let word = cx.word_or(i);
    if !matches!(word, "v" | "V") || cx.glued(i) || i == 0 || !cx.capitalised(i + 1) || cx.glued(i + 1) {
        return None;
    }
    if !cx.capitalised(i - 1) && cx.before_sym(i) != ')' || word == "V" {
        return None;
    }
    put(out, "versus");
    let stop = cx.sym_at(i + 1) == '.' && cx.glued(i + 1);
    Some(Found { end: if stop { i + 2 } else { i + 1 }, class: Class::Citation, rule: "versus" })
}
