//! A sentence cut into the words the rules look at.

use super::words::{self, Classes, Phrase};
use std::ops::Range;

/// One word of a sentence.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    /// As written.
    pub(super) text: &'a str,
    /// In small letters, apostrophes straight.
    pub(super) lower: String,
    /// Bytes of the sentence.
    pub(super) at: Range<usize>,
    /// Whether it stands inside a quotation.
    pub(super) quoted: bool,
    /// The classes of the word, or of the noun it is a possessive of.
    pub(super) classes: Classes,
}

impl Token<'_> {
    /// Whether it begins with a capital.
    pub(super) fn capital(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }

    /// Whether it is initials: NAO, `DfT`, MPs.
    pub(super) fn initials(&self) -> bool {
        let bare = self.bare();
        let capitals = bare.chars().filter(|c| c.is_uppercase()).count();
        let small = bare.chars().filter(|c| c.is_lowercase()).count();
        capitals >= 2 && small <= 2 && capitals + small == bare.chars().count() && small < capitals
    }

    /// As written, without a possessive ending.
    pub(super) fn bare(&self) -> &str {
        self.text.strip_suffix("'s").or_else(|| self.text.strip_suffix("’s")).unwrap_or(self.text)
    }

    /// In small letters, without a possessive ending.
    pub(super) fn base(&self) -> &str {
        self.lower.strip_suffix("'s").unwrap_or(&self.lower)
    }

    /// Whether it is in any of the classes.
    pub(super) fn is(&self, classes: Classes) -> bool {
        self.classes.has(classes)
    }

    /// Whether it is a number, in figures or words, or "a few" and its kin.
    fn number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
            || matches!(
                self.base(),
                "a" | "an"
                    | "one"
                    | "two"
                    | "three"
                    | "four"
                    | "five"
                    | "six"
                    | "seven"
                    | "eight"
                    | "nine"
                    | "ten"
            )
            || matches!(
                self.base(),
                "eleven" | "twelve" | "several" | "many" | "some" | "few" | "fifteen" | "twenty"
            )
    }

    /// Whether it looks like a verb in the past: "approved".
    pub(super) fn past(&self) -> bool {
        self.lower.len() > 4 && self.lower.ends_with("ed") && !self.capital()
    }
}

/// A sentence.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// As written.
    pub(super) text: &'a str,
    /// Its words.
    pub(super) tokens: Vec<Token<'a>>,
}

impl<'a> Line<'a> {
    /// Cuts a sentence; `quoted` are its bytes inside quotations.
    pub(super) fn new(text: &'a str, quoted: &[Range<usize>]) -> Self {
        let mut tokens = Vec::new();
        let mut from = None;
        let mut chars = text.char_indices().peekable();
        let mut before = ' ';
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map_or(' ', |&(_, c)| c);
            let inside = c.is_alphanumeric()
                || (from.is_some() && joins(before, c, next))
                || (from.is_none() && matches!(c, '£' | '$' | '€') && next.is_ascii_digit());
            match (inside, from) {
                (true, None) => from = Some(at),
                (false, Some(start)) => {
                    tokens.push(token(text, start..at, quoted));
                    from = None;
                }
                _ => {}
            }
            before = c;
        }
        if let Some(start) = from {
            tokens.push(token(text, start..text.len(), quoted));
        }
        Self { text, tokens }
    }

    /// What stands between word `n` and the one before it; before the first word, what the sentence begins with.
    pub(super) fn gap(&self, n: usize) -> &'a str {
        let from = n.checked_sub(1).and_then(|n| self.tokens.get(n)).map_or(0, |t| t.at.end);
        let to = self.tokens.get(n).map_or(self.text.len(), |t| t.at.start);
        &self.text[from..to]
    }

    /// Whether the gap before word `n` holds nothing but space.
    pub(super) fn close(&self, n: usize) -> bool {
        self.gap(n).trim().is_empty()
    }

    /// The classes of word `n`; none past the end.
    pub(super) fn classes(&self, n: usize) -> Classes {
        self.tokens.get(n).map(|t| t.classes).unwrap_or_default()
    }

    /// Word `n` in small letters; empty past the end.
    pub(super) fn lower(&self, n: usize) -> &str {
        self.tokens.get(n).map_or("", |t| &t.lower)
    }

    /// The longest opening phrase at word `n`, with the number of its words.
    pub(super) fn phrase(&self, n: usize) -> Option<(&'static Phrase, usize)> {
        let first = self.tokens.get(n)?;
        let numbered = if first.number() { "#" } else { "" };
        [first.base(), &first.lower, numbered]
            .into_iter()
            .flat_map(words::phrases)
            .filter(|phrase| self.opens_with(n, phrase))
            .max_by_key(|phrase| (phrase.words.len(), phrase.comma))
            .map(|phrase| (phrase, phrase.words.len()))
    }

    fn opens_with(&self, n: usize, phrase: &Phrase) -> bool {
        let fits = phrase.words.iter().enumerate().all(|(i, word)| {
            self.tokens.get(n + i).is_some_and(|token| {
                let same = token.lower == *word || token.base() == *word || (*word == "#" && token.number());
                same && (i == 0 || self.close(n + i))
            })
        });
        fits && (!phrase.comma || self.gap(n + phrase.words.len()).starts_with(','))
    }

    /// Whether the sentence ends with a mark of its own, quotation marks and brackets aside.
    pub(super) fn ends_with(&self, marks: &[char]) -> bool {
        self.text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']).ends_with(marks)
    }
}

/// Whether a mark between two characters is part of the word: O'Neill, three-year, 1,200, U.S.
fn joins(before: char, c: char, next: char) -> bool {
    let (left, right) = (before.is_alphanumeric(), next.is_alphanumeric());
    match c {
        '\'' | '’' | '-' | '‑' | '&' => left && right,
        '.' => left && right && (before.is_ascii_digit() == next.is_ascii_digit()),
        ',' => before.is_ascii_digit() && next.is_ascii_digit(),
        _ => false,
    }
}

fn token<'a>(text: &'a str, at: Range<usize>, quoted: &[Range<usize>]) -> Token<'a> {
    let word = &text[at.clone()];
    let lower = word.to_lowercase().replace('’', "'");
    let mut classes = words::classes(&lower);
    if let Some(noun) = lower.strip_suffix("'s") {
        classes |= words::classes(noun);
    }
    // Small initials are words ("it"), capital ones are not ("IT").
    if word.chars().count() > 1 && word.chars().all(char::is_uppercase) {
        classes = Classes::default();
    }
    let quoted = quoted.iter().any(|range| range.start <= at.start && at.end <= range.end);
    Token { text: word, lower, at, quoted, classes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let line = Line::new("“It’s 1,200 of O’Neill’s,” the U.S. said – re-opened.", &[]);
        let words: Vec<_> = line.tokens.iter().map(|t| t.text).collect();
        assert_eq!(words, ["It’s", "1,200", "of", "O’Neill’s", "the", "U.S", "said", "re-opened"]);
        assert_eq!(line.gap(0), "“");
        assert_eq!(line.gap(4), ",” ");
        assert_eq!(line.tokens[3].base(), "o'neill");
    }

    #[test]
    fn phrases() {
        for (text, words) in [
            ("In addition, it rained.", 2),
            ("In addition to rain, there was snow.", 3),
            ("Two days later the dam broke.", 3),
            ("Still waters run deep.", 2),
            ("Still, it rained.", 1),
            ("That's why.", 0),
        ] {
            assert_eq!(Line::new(text, &[]).phrase(0).map_or(0, |(_, n)| n), words, "{text}");
        }
    }
}
