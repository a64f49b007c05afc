//! What a recogniser sees: the tokens of one line, the tables, the style.
//!
//! Recognisers ask only about a bounded neighbourhood, so that a line costs time in proportion to its length.

use super::Class;
use super::cues::Cues;
use super::style::Style;
use super::tables::Tables;
use super::token::{Case, EDGE, Gap, Kind, Token};

/// What a recogniser took; its words are in the scratch buffer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// The token after it.
    pub(crate) end: usize,
    /// Its semiotic class.
    pub(crate) class: Class,
    /// The rule that decided.
    pub(crate) rule: &'static str,
}

/// One line under the eyes of the recognisers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cx<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) tables: &'a Tables,
    pub(crate) style: &'a Style,
    /// The cues of all words of the line.
    pub(crate) line: Cues,
    /// The line is set in capitals, so that capitals tell nothing.
    pub(crate) shouted: bool,
}

impl<'a> Cx<'a> {
    /// Token `i`, or the edge.
    pub(crate) fn tok(&self, i: usize) -> Token {
        self.tokens.get(i).copied().unwrap_or(EDGE)
    }

    /// The token before `i`.
    pub(crate) fn tok_before(&self, i: usize) -> Token {
        if i == 0 { EDGE } else { self.tok(i - 1) }
    }

    /// Its written text; empty at the edge.
    pub(crate) fn str(&self, i: usize) -> &'a str {
        let token = self.tok(i);
        &self.text[token.start as usize..token.end as usize]
    }

    /// The written text of tokens `from..to`, spaces between included.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &'a str {
        if to <= from || to > self.tokens.len() {
            return "";
        }
        &self.text[self.tokens[from].start as usize..self.tokens[to - 1].end as usize]
    }

    /// The word at `i` without its possessive.
    pub(crate) fn word(&self, i: usize) -> Option<&'a str> {
        let token = self.tok(i);
        (token.kind == Kind::Word).then(|| &self.text[token.start as usize..token.stem as usize])
    }

    /// The word at `i`, or nothing.
    pub(crate) fn word_or(&self, i: usize) -> &'a str {
        self.word(i).unwrap_or("")
    }

    /// Whether the word at `i` is `word` in any case.
    pub(crate) fn is_word(&self, i: usize, word: &str) -> bool {
        self.word(i).is_some_and(|w| w.eq_ignore_ascii_case(word))
    }

    /// The symbol at `i`; NUL for anything else.
    pub(crate) fn sym_at(&self, i: usize) -> char {
        self.tok(i).sym
    }

    /// The symbol `offset` tokens after `i`.
    pub(crate) fn sym(&self, i: usize, offset: usize) -> char {
        self.tok(i + offset).sym
    }

    /// The symbol before `i`.
    pub(crate) fn before_sym(&self, i: usize) -> char {
        self.tok_before(i).sym
    }

    /// Whether token `i` is glued to the one before it.
    pub(crate) fn glued(&self, i: usize) -> bool {
        i < self.tokens.len() && self.tok(i).gap == Gap::None
    }

    /// The figures at `i` if they are glued to what stands before.
    pub(crate) fn glued_digits(&self, i: usize) -> Option<&'a str> {
        (self.glued(i) && self.tok(i).kind == Kind::Digits).then(|| self.str(i))
    }

    /// The word at `i`, without its possessive, if it is glued to what stands before.
    pub(crate) fn glued_word(&self, i: usize) -> Option<&'a str> {
        if self.glued(i) { self.word(i) } else { None }
    }

    /// Whether token `i` is figures.
    pub(crate) fn is_digits(&self, i: usize) -> bool {
        self.tok(i).kind == Kind::Digits
    }

    /// Whether the word at `i` carries a cue.
    pub(crate) fn cue(&self, i: usize, cues: Cues) -> bool {
        self.tok(i).cues.any(cues)
    }

    /// Whether the word before `i` carries a cue.
    pub(crate) fn cue_before(&self, i: usize, cues: Cues) -> bool {
        self.tok_before(i).cues.any(cues)
    }

    /// Whether any of the `n` tokens before `i` carries a cue.
    pub(crate) fn cue_within_before(&self, i: usize, n: usize, cues: Cues) -> bool {
        (i.saturating_sub(n)..i).any(|k| self.cue(k, cues))
    }

    /// Whether any of the `n` tokens from `i` carries a cue.
    pub(crate) fn cue_within_after(&self, i: usize, n: usize, cues: Cues) -> bool {
        (i..i + n).any(|k| self.cue(k, cues))
    }

    /// After a dash that joins two quantities: a hyphen or dash glued on both sides or spaced on both.
    pub(crate) fn joined(&self, i: usize) -> Option<usize> {
        if !matches!(self.sym_at(i), '-' | '–' | '—' | '−') || i + 1 >= self.tokens.len() {
            return None;
        }
        (self.glued(i) == self.glued(i + 1)).then_some(i + 1)
    }

    /// As [`Cx::joined`], but glued only.
    pub(crate) fn hyphened(&self, i: usize) -> Option<usize> {
        if self.glued(i) { self.joined(i) } else { None }
    }

    /// Whether nothing to say is glued after `end`: the figure ends there.
    pub(crate) fn closed(&self, end: usize) -> bool {
        !self.glued(end) || self.tok(end).kind == Kind::Symbol
    }

    /// Whether a capitalised word stands at `i`.
    pub(crate) fn capitalised(&self, i: usize) -> bool {
        let token = self.tok(i);
        token.kind == Kind::Word && token.case != Case::Lower
    }

    /// Whether token `i` begins the line or a sentence in it.
    pub(crate) fn opens_sentence(&self, i: usize) -> bool {
        let mut k = i;
        while k > 0 && matches!(self.before_sym(k), '"' | '\'' | '(' | '[') && i - k < 3 {
            k -= 1;
        }
        // The stop of an initial ends nothing: "John D. Rockefeller".
        let initial = self.before_sym(k) == '.'
            && k >= 2
            && self.tok(k - 2).case == Case::Single
            && self.tok(k - 2).kind == Kind::Word;
        k == 0 || !initial && matches!(self.before_sym(k), '.' | '!' | '?' | ':' | '…' | '•' | '|')
    }

    /// Whether a currency's sign or code stands right before token `i`.
    pub(crate) fn is_currency_before(&self, i: usize) -> bool {
        let token = self.tok_before(i);
        match token.kind {
            Kind::Symbol => self.tables.is_currency_sign(token.sym),
            Kind::Word => {
                token.case == Case::Upper && self.tables.currency_by_code(self.str(i - 1)).is_some()
            }
            _ => false,
        }
    }

    /// Whether the quantity of tokens `start..end` describes a noun after it: "a £2m house", "the 1,500m final".
    ///
    /// Yes, when a noun follows directly and a determiner stands before (or a determiner and one adjective), when the
    /// noun is one that `heads` names, when a plural noun follows, or when a hyphen binds the two.
    pub(crate) fn attributive(&self, start: usize, end: usize, heads: Cues) -> bool {
        // £9bn 'black hole': what is quoted is described as well.
        if matches!(self.sym_at(end), '\'' | '"')
            && !self.glued(end)
            && self.glued(end + 1)
            && self.tok(end + 1).kind == Kind::Word
        {
            return self.attributive(start, end + 1, heads)
                || start == 0 && !self.tok(end + 1).cues.any(Cues::STOP);
        }
        // a $10bn (£7.5bn) observatory: both amounts describe the noun.
        if let Some((from, to)) = self.converted(start, end) {
            return self.attributive(from, to, heads);
        }
        let next = self.tok(end);
        if self.glued(end) && matches!(next.sym, '-' | '–') {
            return self.glued(end + 1) && self.tok(end + 1).kind == Kind::Word;
        }
        if next.kind != Kind::Word || next.gap == Gap::None && !matches!(self.before_sym(end), '\'' | '"') {
            return false;
        }
        if next.cues.any(Cues::STOP) {
            // "a 330ml can": an article asks for a noun.
            return matches!(self.word_or(end), "can" | "will")
                && matches!(self.word_or(start.wrapping_sub(1)), "a" | "an" | "A" | "An");
        }
        let word = self.word_or(end);
        if word.ends_with("ly") && !matches!(word, "family" | "monopoly" | "assembly" | "weekly")
            || word.ends_with("ing") && self.glued(end + 1)
        {
            return false;
        }
        if next.cues.any(heads) {
            return true;
        }
        if next.cues.any(Cues::POSTNOMINAL) {
            return false;
        }
        let before = self.tok_before(start);
        if before.kind == Kind::Word {
            let possessive = before.stem != before.end;
            if possessive || before.cues.any(Cues::DET) || before.cues.any(Cues::BARE_NUMBER) {
                return true;
            }
            // One adjective between: "a record £50m move", not "the firm £5m".
            if start >= 2 && !before.cues.any(Cues::STOP) && before.case == Case::Lower {
                let article = self.word_or(start - 2);
                let possessive = self.tok(start - 2).stem != self.tok(start - 2).end;
                if possessive
                    || matches!(
                        article,
                        "a" | "an" | "A" | "An" | "another" | "its" | "his" | "her" | "their"
                    )
                {
                    return true;
                }
                if matches!(article, "the" | "The" | "this" | "that")
                    && matches!(word_kind(self.word_or(start - 1)), Modifier::Adjective)
                {
                    return true;
                }
            }
        } else if before.kind == Kind::Symbol && before.sym == '\'' && self.glued(start - 1) && start >= 2 {
            // "United Utilities' £2m fine"
            if self.word_or(start - 2).ends_with('s') {
                return true;
            }
        } else if before.kind == Kind::Digits && before.gap != Gap::None && start >= 1 {
            // "two 10kg bags" in figures: "2 10kg bags"
            return self.plural_noun(end);
        }
        // A headline opens with its amount: "£9m tunnel plan".
        if self.opens_sentence(start)
            && next.case == Case::Lower
            && !matches!(word, "a" | "an")
            && word.len() > 2
            && !word.ends_with("ed")
            && !word.ends_with("ing")
            && self.tokens.len() < 24
            && !next.cues.any(Cues::VERB_S)
        {
            return true;
        }
        next.case == Case::Lower && self.plural_noun(end)
    }

    /// For an amount before its conversion in brackets, or the conversion itself: the tokens of both and the brackets.
    fn converted(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        const REACH: usize = 8;
        let amount = |from: usize, to: usize| {
            self.tables.is_currency_sign(self.tok(from).sym)
                && (from..to).all(|k| {
                    let token = self.tok(k);
                    token.kind == Kind::Digits
                        || matches!(token.sym, '.' | ',')
                        || self.tables.is_currency_sign(token.sym)
                        || token.kind == Kind::Word && token.end - token.start <= 8
                })
        };
        if self.sym_at(end) == '(' {
            let close = (end + 1..end + REACH).find(|k| self.sym_at(*k) == ')')?;
            return (amount(end + 1, close) && !self.glued(close + 1)).then_some((start, close + 1));
        }
        if self.sym_at(end) == ')' && self.before_sym(start) == '(' && start >= 2 {
            let open = start - 1;
            let first = (open.saturating_sub(REACH)..open)
                .rev()
                .find(|k| self.tables.is_currency_sign(self.tok(*k).sym))?;
            return (amount(first, open) && !self.glued(end + 1)).then_some((first, end + 1));
        }
        None
    }

    /// Whether a common noun in the singular, as far as its form tells, follows a figure and its unit: "a 20ft wave",
    /// "20ft wave hits pier", but not "20ft tall", "20ft away", "20ft from".
    pub(crate) fn noun_follows(&self, end: usize) -> bool {
        let token = self.tok(end);
        if token.kind != Kind::Word
            || token.gap == Gap::None
            || token.case != Case::Lower
            || self.tok_before(end).kind == Kind::Symbol
        {
            return false;
        }
        let other = Cues::STOP
            .with(Cues::LENGTH)
            .with(Cues::POSTNOMINAL)
            .with(Cues::DAYPART)
            .with(Cues::TIME_BEFORE)
            .with(Cues::YEAR_BEFORE)
            .with(Cues::FALL)
            .with(Cues::MAGNITUDE)
            .with(Cues::DET);
        let word = self.word_or(end);
        !token.cues.any(other)
            && word.len() > 2
            && !(word.ends_with("ly")
                || word.ends_with("ing")
                || word.ends_with("ed")
                || word.ends_with('s')
                || word.ends_with("er"))
    }

    /// Whether a quotation mark stands open before token `i`, as far back as a clause may reach.
    pub(crate) fn in_quotes(&self, i: usize) -> bool {
        const REACH: usize = 200;
        (i.saturating_sub(REACH)..i).filter(|k| self.tok(*k).sym == '"').count() % 2 == 1
    }

    /// Whether the word at `i` looks like a plural noun.
    pub(crate) fn plural_noun(&self, i: usize) -> bool {
        let token = self.tok(i);
        if token.kind != Kind::Word || token.cues.any(Cues::VERB_S.with(Cues::STOP)) {
            return false;
        }
        let word = self.word_or(i);
        if matches!(
            word,
            "people" | "men" | "women" | "children" | "police" | "cattle" | "sheep" | "fish" | "aircraft"
        ) {
            return true;
        }
        word.len() > 3
            && word.ends_with('s')
            && !(word.ends_with("ss") || word.ends_with("us") || word.ends_with("is"))
            && token.stem == token.end
    }
}

/// Whether a word before an amount is one that describes the noun after it.
enum Modifier {
    Adjective,
    Other,
}

fn word_kind(word: &str) -> Modifier {
    let adjective = matches!(
        word,
        "new"
            | "first"
            | "second"
            | "third"
            | "latest"
            | "last"
            | "next"
            | "whole"
            | "entire"
            | "full"
            | "initial"
            | "final"
            | "extra"
            | "additional"
            | "further"
            | "annual"
            | "original"
            | "proposed"
            | "planned"
            | "controversial"
            | "current"
            | "existing"
            | "previous"
            | "same"
            | "reported"
            | "estimated"
            | "record"
            | "record-breaking"
            | "british"
            | "latter"
            | "former"
            | "so-called"
            | "joint"
            | "total"
            | "massive"
            | "huge"
            | "giant"
            | "state-of-the-art"
            | "multi-year"
            | "two-year"
            | "three-year"
            | "four-year"
            | "five-year"
    ) || word.ends_with("al") && word.len() > 4
        || word.ends_with("ic") && word.len() > 4
        || word.ends_with("ous");
    if adjective { Modifier::Adjective } else { Modifier::Other }
}

impl Cx<'_> {
    /// A plural s glued to figures: F-35s, 65-79s.
    pub(crate) fn is_suffix_s(&self, i: usize) -> bool {
        self.glued(i) && self.str(i) == "s" && self.closed(i + 1)
    }

    /// As [`Cx::closed`], or figures follow.
    pub(crate) fn closed_or_digits(&self, i: usize) -> bool {
        self.closed(i) || self.is_digits(i)
    }

    /// Two figures that look like a day and a month or a season rather than a fraction.
    #[allow(clippy::unused_self, reason = "a question to the line, beside its kin")]
    pub(crate) fn is_calendar_pair(&self, a: u64, b: u64) -> bool {
        a > 12 && b > 12
    }
}
