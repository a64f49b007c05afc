//! Shapes of sentences that lean, or that no listener can use: headings, "many were hurt", "he added", ", however,".

use super::line::{Line, Token};
use super::words::Classes;
use crate::normalise::is_common_word;
use std::ops::Range;

/// Most words of a line without a final stop that is taken for a heading or an item of a list.
const MOST_HEADING_WORDS: usize = 12;

/// "“What happened?” Brooke tearfully asked." cut in two by its question mark.
pub(super) fn attribution_alone(before: &Line<'_>, line: &Line<'_>) -> bool {
    let question = before.ends_with(&['?', '!']) && before.tokens.last().is_some_and(|t| t.quoted);
    let said = line.tokens.iter().take(6).position(|t| t.is(Classes::SAY));
    question
        && line.tokens.iter().all(|t| !t.quoted)
        && said.is_some_and(|n| n > 0 && line.lower(n + 1) != "that")
}

/// A heading or an item of a list.
pub(super) fn is_label(line: &Line<'_>) -> bool {
    let text = line.text.trim_start();
    let bullet = text.starts_with(['•', '·', '▪', '●', '◦', '*', '►', '–', '—', '-', '✓', '➤']);
    let numbered = text.split_once(['.', ')']).is_some_and(|(number, rest)| {
        let digits = number.trim_start_matches('(');
        rest.starts_with(' ')
            && !digits.is_empty()
            && digits.len() <= 2
            && digits.chars().all(|c| c.is_ascii_digit())
    });
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    let shouted =
        line.tokens.len() <= MOST_HEADING_WORDS && letters().count() > 3 && letters().all(char::is_uppercase);
    let topic = matches!(line.lower(0), "why" | "how" | "what" | "where")
        && line.tokens.len() <= 8
        && line.ends_with(&['.']);
    let open = !line.ends_with(&['.', '!', '?', '…', ':', ',', ';', '-', '–', '—']);
    let quoted = !line.tokens.is_empty() && line.tokens.iter().all(|t| t.quoted);
    line.tokens.is_empty()
        || bullet
        || numbered
        || shouted
        || topic
        || (open && !quoted && line.tokens.len() <= MOST_HEADING_WORDS)
}

/// An opener with a capital behind it that makes it a name: "Yet Another Cafe", "So Solid Crew".
pub(super) fn title_like(line: &Line<'_>, words: usize) -> bool {
    let capital = |n: usize| line.tokens.get(n).is_some_and(Token::capital) && line.close(n);
    let common = |n: usize| is_common_word(line.lower(n));
    capital(words)
        && capital(words + 1)
        && common(words)
        && common(words + 1)
        && !line.classes(words).has(Classes::TITLE)
}

/// "Many were hurt", "Two have died".
pub(super) fn elliptical(line: &Line<'_>) -> bool {
    let number = line.tokens[0].text.chars().all(|c| c.is_ascii_digit());
    !line.tokens[0].quoted
        && (line.tokens[0].is(Classes::ELLIPTICAL) || number)
        && line.close(1)
        && line.classes(1).has(Classes::AUXILIARY)
}

/// "Ms Orme added", "he continued": something was said before.
pub(super) fn goes_on_from(line: &Line<'_>) -> Option<usize> {
    (0..line.tokens.len()).find(|&n| {
        let token = &line.tokens[n];
        let after = line.gap(n + 1);
        let quotation =
            after.contains([':', '“', '"', '‘', '”']) || after.trim_start().starts_with(['.', ',', '\'']);
        let said = quotation || line.lower(n + 1) == "that";
        let quotes = line.text.contains(['“', '"', '‘', '\'', '”']) || line.lower(n + 1) == "that";
        n > 0 && !token.quoted && token.is(Classes::FOLLOW_ON) && said && quotes
    })
}

/// ", however," and ", too," inside a sentence.
pub(super) fn set_off(line: &Line<'_>, first: usize) -> Option<usize> {
    (first + 1..line.tokens.len()).find(|&n| {
        let between = line.gap(n).trim() == "," && line.gap(n + 1).starts_with([',', '.']);
        matches!(line.lower(n), "however" | "too" | "though" | "then") && between && !line.tokens[n].quoted
    })
}

/// "A spokesman said": of whom, only the sentence before says.
pub(super) fn spokesman(line: &Line<'_>) -> Option<usize> {
    (1..line.tokens.len()).find(|&n| {
        matches!(line.tokens[n].base(), "spokesman" | "spokeswoman" | "spokesperson")
            && !line.tokens[n].quoted
            && matches!(line.lower(n - 1), "a" | "the" | "another")
            && line.classes(n + 1).has(Classes::SAY)
    })
}

/// Words that can go without harm when the sentence before is gone: "also" after its subject, ", meanwhile,".
pub(super) fn dispensable(line: &Line<'_>, first: usize) -> Vec<(usize, Range<usize>)> {
    let mut found = Vec::new();
    for n in first + 1..line.tokens.len().min(first + 14) {
        let token = &line.tokens[n];
        if token.quoted {
            continue;
        }
        let before = line.lower(n - 1);
        match token.base() {
            "also"
                if line.close(n)
                    && line.close(n + 1)
                    && !matches!(
                        before,
                        "but" | "and" | "not" | "only" | "which" | "who" | "that" | "while" | "or"
                    )
                    && line.lower(n + 1) != "known" =>
            {
                found.push((n, line.tokens[n - 1].at.end..token.at.end));
            }
            "meanwhile" if line.gap(n).trim() == "," && line.gap(n + 1).trim() == "," => {
                let end = line.tokens.get(n + 1).map_or(line.text.len(), |t| t.at.start);
                let space = line.gap(n + 1).len() - line.gap(n + 1).trim_end().len();
                found.push((n, line.tokens[n - 1].at.end..end - space));
            }
            _ => {}
        }
    }
    found.truncate(1);
    found
}

/// The words of a phrase with `the`, for people.
pub(super) fn phrase_words(line: &Line<'_>, at: usize) -> String {
    let end = (at + 2).min(line.tokens.len());
    line.tokens
        .get(at)
        .map_or_else(String::new, |t| line.text[t.at.start..line.tokens[end - 1].at.end].to_owned())
}
