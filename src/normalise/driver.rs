//! The order in which classes are asked, and the putting together of what they say.
//!
//! At each place the recognisers are asked in one fixed order and the first that takes anything decides. The orders
//! below are the whole of it: one for places that begin with a word, one for figures, one for any other sign.

use super::context::{Cx, Found};
use super::cues::Cues;
use super::tables::Tables;
use super::token::{Case, Gap, Kind, Token, tokenise};
use super::words::put_word;
use super::{Class, Piece, Spoken, Style};
use super::{
    abbreviation, address, cardinal, citation, date, electronic, fraction, letters, maths, measure, money,
    ordinal, percent, punctuation, range, roman, score, serial, telephone, time,
};
use std::ops::Range;

type Recogniser = fn(&Cx, usize, &mut String) -> Option<Found>;

/// Asked where figures begin. Addresses of the net and telephone numbers are longest and hold everything else; dates,
/// times and scores are told by their shape; quantities by what stands after them; what is left is a plain number.
const BY_FIGURES: &[Recogniser] = &[
    electronic::read,
    abbreviation::read,
    telephone::read,
    citation::read,
    date::read_numeric,
    time::read,
    serial::read_aircraft,
    serial::read_reference,
    serial::read_round,
    score::read_starred,
    date::read_quarter,
    score::read,
    date::read,
    date::read_decade,
    date::read_span,
    date::read_day_alone,
    money::read_minor,
    percent::read,
    fraction::read,
    ordinal::read,
    address::read_number,
    measure::read,
    maths::read_sum,
    range::read,
    date::read_year,
    serial::read_figures,
    cardinal::read,
];

/// Asked where a word begins.
const BY_WORD: &[Recogniser] = &[
    electronic::read,
    letters::read_acronym_compound,
    money::read_coded,
    date::read,
    date::read_names,
    abbreviation::read,
    address::read_word,
    roman::read,
    citation::read_words,
    measure::read_unit_alone,
    range::read_letters,
    score::read_stage,
    serial::read,
    letters::read_dotted,
    letters::read,
];

/// Asked where a sign begins.
const BY_SIGN: &[Recogniser] = &[
    electronic::read_sign,
    money::read,
    telephone::read,
    date::read_decade,
    letters::read_bracketed_repeat,
    fraction::read,
    maths::read_signed,
    cardinal::read,
    maths::read_sign,
];

/// Reused from line to line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Work {
    tokens: Vec<Token>,
    scratch: String,
}

/// Speaks one line of canonical text into `spoken`.
///
/// Returns whether anything in it could be read again: a word that had to be asked about, or capitals and short forms
/// that a class said. Numbers, dates and plain words are at rest, for they leave neither figures nor signs.
pub(crate) fn speak(
    text: &str,
    tables: &Tables,
    style: &Style,
    work: &mut Work,
    spoken: &mut Spoken,
) -> bool {
    let mut restless = false;
    let line = tokenise(text, &tables.lexicon, &mut work.tokens);
    let mut cx = Cx { text, tokens: &work.tokens, tables, style, line, shouted: false };
    cx.shouted = shouted(&cx);
    let mut out = Out {
        text: &mut spoken.text,
        pieces: &mut spoken.pieces,
        soft: None,
        hyphen: None,
        chain: false,
        quoted: false,
    };
    let mut i = 0;
    while i < cx.tokens.len() {
        let token = cx.tokens[i];
        if token.kind == Kind::Word && is_plain(&cx, i, token) {
            out.plain(&cx, i);
            i += 1;
            continue;
        }
        let order = match token.kind {
            Kind::Word => BY_WORD,
            Kind::Digits => BY_FIGURES,
            Kind::Symbol | Kind::Edge => BY_SIGN,
        };
        work.scratch.clear();
        let found = order.iter().find_map(|recogniser| {
            let found = recogniser(&cx, i, &mut work.scratch);
            if found.is_none() {
                work.scratch.clear();
            }
            found
        });
        i = match found {
            Some(found) => {
                restless |= !matches!(
                    found.class,
                    Class::Cardinal
                        | Class::Ordinal
                        | Class::Decimal
                        | Class::Fraction
                        | Class::Money
                        | Class::Percent
                        | Class::Date
                        | Class::Time
                        | Class::Telephone
                        | Class::Score
                );
                out.found(&cx, i, found, &mut work.scratch)
            }
            None if token.kind == Kind::Word => {
                restless = true;
                out.plain(&cx, i);
                i + 1
            }
            None => punctuation::speak(&cx, i, &mut out),
        };
    }
    out.close();
    restless
}

/// Puts the pieces of a second reading onto those of the first: `first` lead from written to once spoken, `second`
/// from once spoken to spoken; the result, from written to spoken, is left in `second`.
///
/// A piece of the first reading keeps its name unless the second took it together with a neighbour.
pub(crate) fn compose(first: &[Piece], second: &mut Vec<Piece>) {
    let mut composed: Vec<Piece> = Vec::with_capacity(first.len());
    let (mut i, mut j) = (0, 0);
    while i < first.len() {
        let said = composed.last().map_or(0, |piece| piece.spoken.end);
        let piece = &first[i];
        if piece.spoken.is_empty() {
            composed.push(Piece { spoken: said..said, ..piece.clone() });
            i += 1;
            continue;
        }
        // Grow until no piece of either reading crosses the end.
        let (from_i, from_j, mut end) = (i, j, piece.spoken.end);
        i += 1;
        loop {
            let before = end;
            while j < second.len() && second[j].written.start < end {
                end = end.max(second[j].written.end);
                j += 1;
            }
            while i < first.len() && first[i].spoken.start < end {
                end = end.max(first[i].spoken.end);
                i += 1;
            }
            if end == before {
                break;
            }
        }
        let again = &second[from_j..j];
        let mut heard = again.iter().filter(|piece| !piece.spoken.is_empty());
        let spoken = match (heard.clone().next(), heard.next_back()) {
            (Some(a), Some(b)) => a.spoken.start..b.spoken.end,
            (Some(a), None) => a.spoken.clone(),
            _ => said..said,
        };
        let alone = first[from_i..i].iter().filter(|piece| !piece.spoken.is_empty()).count() == 1;
        let named = if alone && piece.class != Class::Plain {
            None
        } else {
            again.iter().find(|piece| piece.class != Class::Plain)
        };
        let (class, rule) = named.map_or((piece.class, piece.rule), |piece| (piece.class, piece.rule));
        composed.push(Piece { spoken, written: piece.written.start..first[i - 1].written.end, class, rule });
    }
    *second = composed;
}

/// Whether nothing needs asking: a word in small letters, or with one capital, that announces nothing by itself and
/// touches nothing but punctuation.
fn is_plain(cx: &Cx, i: usize, token: Token) -> bool {
    const ASKED: Cues = Cues::NAME_ABBREVIATION.with(Cues::MONTH).with(Cues::DAY);
    if token.case == Case::Single {
        return spelled_already(cx, i, token);
    }
    if !matches!(token.case, Case::Lower | Case::Title) || token.cues.any(ASKED) || token.mute {
        return false;
    }
    if token.end - token.start <= 2
        && (token.end - token.start == 1 || !cx.text.as_bytes()[token.start as usize].is_ascii())
    {
        return false;
    }
    let next = cx.tok(i + 1);
    if next.kind == Kind::Edge || next.gap != Gap::None {
        return true;
    }
    // Glued to what follows: only ordinary punctuation, or a hyphen before a word, leaves it plain.
    match next.sym {
        ',' | ';' | '!' | '?' | '"' | ')' | '\'' => true,
        '.' => !cx.glued(i + 2),
        ':' => cx.sym(i, 2) != '/',
        '-' => {
            cx.tok(i + 2).case == Case::Lower
                && cx.tok(i + 2).kind == Kind::Word
                && cx.sym(i, 3) != '@'
                && cx.sym(i, 3) != '.'
        }
        _ => false,
    }
}

/// One of several single capitals side by side: letters that are spelled out already.
fn spelled_already(cx: &Cx, i: usize, token: Token) -> bool {
    let single = |other: Token| {
        other.kind == Kind::Word
            && other.case == Case::Single
            && other.gap != Gap::None
            && other.end - other.start == 1
    };
    let next = cx.tok(i + 1);
    let apart = next.gap != Gap::None || next.kind == Kind::Edge;
    apart
        && token.gap != Gap::None
        && token.stem == token.end
        && (single(next) || i > 0 && single(cx.tok_before(i)))
}

/// A line of capitals throughout: three words of capitals or more and no small letter.
fn shouted(cx: &Cx) -> bool {
    let mut capitals = 0;
    for token in cx.tokens {
        if token.kind == Kind::Word {
            match token.case {
                Case::Upper => capitals += 1,
                Case::Single => {}
                // O'BRIEN
                _ if cx.text[token.start as usize..token.end as usize].chars().any(char::is_lowercase) => {
                    return false;
                }
                _ => {}
            }
        }
    }
    capitals >= 3
}

/// The spoken line as it grows.
#[derive(Debug)]
pub(crate) struct Out<'o> {
    text: &'o mut String,
    pieces: &'o mut Vec<Piece>,
    /// The piece whose comma may still give way: it came from a bracket or dash.
    soft: Option<usize>,
    /// A hyphen that is said only if a plain word follows.
    hyphen: Option<usize>,
    /// In a compound that begins with something expanded: "seventeen year old" has no hyphens.
    chain: bool,
    /// Inside quotation marks, for houses that say them.
    pub(crate) quoted: bool,
}

impl Out<'_> {
    fn open(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('-') {
            self.text.push(' ');
        }
    }

    /// A word said as it is written.
    fn plain(&mut self, cx: &Cx, i: usize) {
        let token = cx.tokens[i];
        if let Some(piece) = self.hyphen.take() {
            let after_plain =
                piece > 0 && self.pieces[piece - 1].class == Class::Plain && piece + 1 == self.pieces.len();
            if after_plain
                && !self.chain
                && self.text.ends_with(|c: char| !c.is_ascii_punctuation() && c != ' ')
            {
                let at = self.text.len();
                self.text.push('-');
                self.pieces[piece].spoken = at..at + 1;
            }
        } else {
            self.chain = false;
        }
        self.open();
        let start = self.text.len();
        let word = cx.str(i);
        if word.is_ascii() && !word.contains('`') {
            self.text.push_str(word);
        } else {
            level_word(self.text, word);
        }
        self.soft = None;
        self.pieces.push(Piece {
            spoken: start..self.text.len(),
            written: token.start as usize..token.end as usize,
            class: Class::Plain,
            rule: "word",
        });
    }

    /// What a recogniser took; returns the token after it and after its possessive.
    fn found(&mut self, cx: &Cx, i: usize, found: Found, scratch: &mut String) -> usize {
        let mut end = found.end.max(i + 1);
        let last = cx.tok(end - 1);
        if last.kind == Kind::Word && last.stem != last.end && !scratch.is_empty() {
            scratch.push_str("'s");
        } else if !scratch.is_empty()
            && cx.sym_at(end) == '\''
            && cx.glued(end)
            && cx.glued_word(end + 1).is_some_and(|word| word.eq_ignore_ascii_case("s"))
        {
            scratch.push_str("'s");
            end += 2;
        }
        let written = cx.tok(i).start as usize..cx.tok(end - 1).end as usize;
        self.say(scratch, written, found.class, found.rule);
        end
    }

    /// Words for a written range; an empty string is a range that is not spoken.
    pub(crate) fn say(&mut self, words: &str, written: Range<usize>, class: Class, rule: &'static str) {
        if words.is_empty() {
            let at = self.text.len();
            self.pieces.push(Piece { spoken: at..at, written, class, rule });
            return;
        }
        if self.hyphen.take().is_none() {
            self.chain = false;
        }
        self.open();
        let start = self.text.len();
        self.text.push_str(words);
        self.soft = None;
        self.pieces.push(Piece { spoken: start..self.text.len(), written, class, rule });
    }

    /// A sign that is not spoken.
    pub(crate) fn drop(&mut self, written: Range<usize>, class: Class, rule: &'static str) {
        self.say("", written, class, rule);
    }

    /// A hyphen inside a compound.
    pub(crate) fn hyphen(&mut self, written: Range<usize>) {
        self.chain |= self.pieces.last().is_some_and(|piece| piece.class != Class::Plain);
        self.drop(written, Class::Punctuation, "hyphen");
        self.hyphen = Some(self.pieces.len() - 1);
    }

    /// Punctuation that stands in the copy.
    pub(crate) fn stop(&mut self, mark: char, written: Range<usize>, rule: &'static str) {
        self.mark(mark, written, rule, false);
    }

    /// A comma for a bracket or dash, which gives way to any punctuation beside it.
    pub(crate) fn pause(&mut self, written: Range<usize>, rule: &'static str) {
        self.mark(',', written, rule, true);
    }

    fn mark(&mut self, mark: char, written: Range<usize>, rule: &'static str, soft: bool) {
        self.hyphen = None;
        let Some(last) = self.text.chars().next_back() else {
            return self.drop(written, Class::Punctuation, "leading-mark");
        };
        if strength(last) > 0 {
            if strength(mark) > strength(last) {
                // The stronger mark takes the place of the weaker.
                self.text.pop();
                let at = self.text.len();
                for piece in self.pieces.iter_mut().rev() {
                    if piece.spoken.end <= at {
                        break;
                    }
                    piece.spoken = at.min(piece.spoken.start)..at;
                }
            } else {
                if strength(mark) == strength(last) && !soft {
                    self.soft = None;
                }
                return self.drop(written, Class::Punctuation, "mark-doubled");
            }
        }
        let at = self.text.len();
        self.text.push(mark);
        self.pieces.push(Piece { spoken: at..at + 1, written, class: Class::Punctuation, rule });
        self.soft = soft.then(|| self.pieces.len() - 1);
    }

    /// Ends the line: a pause before nothing is none.
    fn close(&mut self) {
        if let Some(piece) = self.soft.take()
            && self.text.ends_with(',')
        {
            self.text.pop();
            let at = self.text.len();
            for piece in &mut self.pieces[piece..] {
                piece.spoken = at..at;
            }
        }
    }
}

fn level_word(out: &mut String, word: &str) {
    let mut levelled = String::new();
    put_word(&mut levelled, word);
    out.push_str(&levelled.replace('`', "'"));
}

/// How much a mark outweighs another beside it.
fn strength(mark: char) -> u8 {
    match mark {
        ',' => 1,
        ';' | ':' => 2,
        '.' => 3,
        '!' | '?' => 4,
        _ => 0,
    }
}
