// SPDX-License-Identifier: GPL-3.0-or-later
//! A text cut into clauses at its punctuation.

use super::letters::{is_bracket, is_letter, is_lower, is_upper};

/// Bytes of text in one clause; espeak-ng ends it there or at a word's end just before.
const LIMIT: usize = 800;
/// Bytes before the limit in which the end of a word is good enough.
const MARGIN: usize = 75;

/// How a clause ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With one of `. ? ! , : ;`.
    Mark(char),
    /// With an ellipsis, a paragraph or another end without a mark of its own.
    Paragraph,
    /// In mid-text, because it is too long or was given no more.
    Cut,
    /// With the text.
    Text,
}

impl End {
    /// Ends a sentence.
    pub(super) fn sentence(self) -> bool {
        matches!(self, Self::Mark('.' | '?' | '!') | Self::Paragraph | Self::Text)
    }
}

/// One clause.
#[derive(Debug)]
pub(super) struct Clause {
    /// Its characters with their places (bytes) in the text; no mark, a space at its end.
    pub(super) chars: Vec<(char, usize)>,
    pub(super) end: End,
    /// A full stop follows the last word directly.
    pub(super) dot_after: bool,
    pub(super) capitals: usize,
    pub(super) small_letters: usize,
}

/// What a character ends a clause as, and whether no space need follow.
fn ending(c: char) -> Option<(End, bool)> {
    Some(match c {
        '.' => (End::Mark('.'), false),
        '?' => (End::Mark('?'), false),
        '!' => (End::Mark('!'), false),
        ',' => (End::Mark(','), false),
        ':' => (End::Mark(':'), false),
        ';' | '\u{2013}' | '\u{2014}' => (End::Mark(';'), false),
        '\u{3002}' | '\u{ff0e}' => (End::Mark('.'), true),
        '\u{3001}' | '\u{ff0c}' => (End::Mark(','), true),
        '\u{ff01}' => (End::Mark('!'), true),
        '\u{ff1f}' => (End::Mark('?'), true),
        '\u{ff1a}' => (End::Mark(':'), true),
        '\u{ff1b}' | '\u{bf}' | '\u{a1}' => (End::Mark(';'), true),
        '\u{2026}' => (End::Cut, true),
        '\u{2029}' => (End::Paragraph, true),
        _ => return None,
    })
}

/// The clauses of a text, one after the other.
#[derive(Debug)]
pub(super) struct Clauses<'a> {
    text: &'a [(usize, char)],
    next: usize,
}

impl<'a> Clauses<'a> {
    /// Over characters with their places.
    pub(super) fn new(text: &'a [(usize, char)]) -> Self {
        Self { text, next: 0 }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.text.get(self.next + ahead).map(|&(_, c)| c)
    }
}

impl Iterator for Clauses<'_> {
    type Item = Clause;

    fn next(&mut self) -> Option<Clause> {
        if self.next >= self.text.len() {
            return None;
        }
        let mut clause =
            Clause { chars: Vec::new(), end: End::Text, dot_after: false, capitals: 0, small_letters: 0 };
        let (mut bytes, mut any) = (0, false);
        while let Some(&(place, mut c)) = self.text.get(self.next) {
            self.next += 1;
            if matches!(c, '\u{ad}' | '\u{200c}' | '\0') {
                continue;
            }
            any |= c.is_alphanumeric();
            if is_upper(u32::from(c)) {
                clause.capitals += 1;
            } else if is_letter(u32::from(c)) {
                clause.small_letters += 1;
            }
            if c == '\n' {
                let blank = (0..).map_while(|n| self.peek(n)).take_while(|c| c.is_whitespace());
                let (skipped, newlines) =
                    blank.fold((0, 0), |(all, lines), c| (all + 1, lines + usize::from(c == '\n')));
                self.next += skipped;
                if newlines > 0 {
                    clause.end = End::Paragraph;
                    clause.chars.push((' ', place));
                    return Some(clause);
                }
            }
            if c == '.' && self.peek(0) == Some('.') && self.peek(1) == Some('.') {
                while self.peek(0) == Some('.') {
                    self.next += 1;
                }
                c = '\u{2026}';
            }
            if let Some((end, spaceless)) = ending(c) {
                while self.peek(0).and_then(ending).is_some() {
                    self.next += 1;
                }
                let after = self.peek(0);
                let ends = spaceless
                    || after.is_none_or(|c| c.is_whitespace() || c == '?' || is_bracket(u32::from(c)))
                    || self.next + 1 >= self.text.len();
                if ends && self.finish(&mut clause, c, end, any) {
                    clause.chars.push((' ', place));
                    return Some(clause);
                }
                if c == '.' && ends && !any {
                    c = ' ';
                }
            }
            clause.chars.push((c, place));
            bytes += c.len_utf8();
            if (bytes > LIMIT - MARGIN && !c.is_alphanumeric()) || bytes >= LIMIT - 4 {
                clause.end = End::Cut;
                clause.chars.push((' ', place));
                return Some(clause);
            }
        }
        clause.chars.push((' ', self.text.last().map_or(0, |last| last.0)));
        Some(clause)
    }
}

impl Clauses<'_> {
    /// Does the mark `c` end the clause here? If so, skips the space behind it.
    fn finish(&mut self, clause: &mut Clause, c: char, end: End, any: bool) -> bool {
        let blank = (0..).map_while(|n| self.peek(n)).take_while(|c| c.is_whitespace());
        let (skipped, newlines) =
            blank.fold((0, 0), |(all, lines), c| (all + 1, lines + usize::from(c == '\n')));
        let next = self.peek(skipped);
        if newlines == 0 {
            let abbreviation = c == '.' && next.is_some_and(|next| is_lower(u32::from(next)));
            let possessive = c == '.' && next == Some('\'') && self.peek(skipped + 1) == Some('s');
            if abbreviation || possessive || !any {
                return false;
            }
        }
        self.next += skipped;
        clause.end = if newlines > 1 { End::Paragraph } else { end };
        clause.dot_after = c == '.' && newlines < 2;
        true
    }
}
