//! Which quotations are somebody speaking, and not a title, a nickname or a word held at arm's length.
//!
//! A quotation over several sentences, one of four words or more that is no title, and a shorter one that is whole and
//! attributed: “No,” he said. Where the marks do not add up nobody is taken to speak.

use super::edit::is_saying;
use super::quotes::{self, Quoted};
use std::ops::Range;

/// Fewer quoted words inside a sentence are a term more often than speech.
const LEAST_WORDS: usize = 4;

/// Small words of titles: “The Man Who Fell to Earth”.
const SMALL: [&str; 24] = [
    "a", "an", "and", "as", "at", "but", "by", "de", "for", "from", "in", "into", "nor", "of", "on", "or",
    "over", "the", "to", "up", "upon", "vs", "with", "without",
];

/// What stands before a name or title in marks.
const NAMING: [&str; 8] =
    ["so-called", "entitled", "titled", "dubbed", "named", "nicknamed", "known as", "the slogan"];

/// How many words may stand between a short quotation and the verb that attributes it: “No,” the council leader said.
const REACH: usize = 4;

/// The bytes of each sentence that somebody speaks, marks included; each sentence is given with the number of its
/// paragraph.
pub(super) fn find(sentences: &[(usize, &str)]) -> Vec<Vec<Range<usize>>> {
    let quoted = quotes::find(sentences);
    let mut found = vec![Vec::new(); sentences.len()];
    let mut n = 0;
    while n < sentences.len() {
        let end = n + quoted[n..].iter().take_while(|q| q.goes_on).count();
        let sure = !quoted[n..=end.min(quoted.len() - 1)].iter().any(|q| q.unsure);
        for (i, (_, text)) in sentences.iter().enumerate().take(end + 1).skip(n) {
            let Quoted { ranges, opened_before, goes_on, .. } = &quoted[i];
            for (nth, range) in ranges.iter().enumerate() {
                let runs_on = (*opened_before && nth == 0) || (*goes_on && nth + 1 == ranges.len());
                if sure && (runs_on || is_speech(text, range)) {
                    found[i].push(range.clone());
                }
            }
        }
        n = end + 1;
    }
    found
}

/// Whether a quotation within one sentence is speech.
fn is_speech(text: &str, range: &Range<usize>) -> bool {
    let inside = text[range.clone()].trim_matches(is_mark);
    let (before, after) = (&text[..range.start], &text[range.end..]);
    // “anti-“stop the boats” camp”, “a “take it or leave it”-style offer”: part of a word.
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '-')
        || after.starts_with(|c: char| c.is_alphanumeric() || c == '-')
    {
        return false;
    }
    let before = before.trim_end();
    match words(inside).count() {
        0 => false,
        n if n >= LEAST_WORDS => !is_title(inside) && !is_named(before),
        _ => is_whole(inside, before, after),
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '“' | '”' | '"' | '‘' | '’' | '\'' | '«' | '»' | '„')
}

/// The words of a text without the marks around them.
fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

/// Every word of any weight has a capital.
fn is_title(inside: &str) -> bool {
    words(inside)
        .all(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_numeric()) || SMALL.contains(&word))
}

fn is_named(before: &str) -> bool {
    let before = before.to_lowercase();
    NAMING
        .iter()
        .any(|word| before.strip_suffix(word).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)))
}

/// A short quotation that is a whole utterance with its attribution beside it.
fn is_whole(inside: &str, before: &str, after: &str) -> bool {
    let ended = inside.ends_with(['.', '!', '?', '…', '-', '–', '—']);
    let outside = after.trim_start();
    if !inside.starts_with(|c: char| c.is_uppercase() || c.is_numeric()) {
        return false;
    }
    if words(before).next().is_none() {
        // “Never.” by itself, or “Never,” she said; a comma after the mark is the British way.
        let rest = outside.strip_prefix(',').or_else(|| (ended || inside.ends_with(',')).then_some(outside));
        return rest.is_some_and(|rest| {
            let clause = rest.find([',', ';', ':']).map_or(rest, |comma| &rest[..comma]);
            (ended && words(rest).next().is_none()) || words(clause).take(REACH).any(says)
        });
    }
    let closed = ended || outside.starts_with('.');
    if let Some(before) = before.strip_suffix(':') {
        return closed && words(before).any(says);
    }
    // He said, “No.” — said Ann Orme, “No.”
    let Some(before) = before.strip_suffix(',') else { return false };
    let not_name = |word: &&str| !word.starts_with(char::is_uppercase);
    closed && words(before).rev().take(REACH).find(not_name).is_some_and(says)
}

fn says(word: &str) -> bool {
    is_saying(&word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sentences with `|` between them and `¶` between paragraphs → what is spoken, in the order it stands.
    fn spoken(text: &str) -> Vec<String> {
        let sentences: Vec<(usize, &str)> = text
            .split('¶')
            .enumerate()
            .flat_map(|(n, paragraph)| paragraph.split('|').map(move |sentence| (n, sentence.trim())))
            .collect();
        let found = find(&sentences);
        let all = sentences.iter().zip(&found);
        all.flat_map(|((_, text), ranges)| ranges.iter().map(|range| text[range.clone()].to_owned()))
            .collect()
    }

    #[test]
    fn somebody_speaks() {
        for (text, expected) in [
            ("“We will not go,” he said.", &["“We will not go,”"][..]),
            ("\"We will not go\", he said.", &["\"We will not go\""]),
            ("'We will not go,' he said.", &["'We will not go,'"]),
            ("She called it “the worst day of my life”.", &["“the worst day of my life”"]),
            ("“We won,” he said, “and they did not.”", &["“We won,”", "“and they did not.”"]),
            // Short, whole and attributed.
            ("“No,” he said.", &["“No,”"]),
            ("“No”, he said.", &["“No”"]),
            ("“Never!” the council leader said.", &["“Never!”"]),
            ("Mr Orme told the paper: “No.”", &["“No.”"]),
            ("He said, “No.”", &["“No.”"]),
            ("And then, said Ann Orme, “Yes.”", &["“Yes.”"]),
            ("“Never.”", &["“Never.”"]),
            // Over several sentences, and paragraphs.
            ("“No.| Never,” he said.| He left.", &["“No.", "Never,”"]),
            ("He said: “No.| Not now.| Never.”", &["“No.", "Not now.", "Never.”"]),
            ("He said: “No.¶ “Not now.¶ “Never.”¶ He left.", &["“No.", "“Not now.", "“Never.”"]),
            ("\"No.| Not now.¶ \"Never,\" he said.", &["\"No.", "Not now.", "\"Never,\""]),
            // One quotation inside another is the outer one's.
            ("“He said ‘go home’ to me twice,” she said.", &["“He said ‘go home’ to me twice,”"]),
            ("‘He said “go home” to me twice,’ she said.", &["‘He said “go home” to me twice,’"]),
            (
                "“I read ‘The Lord of the Rings’ at school,” he said.",
                &["“I read ‘The Lord of the Rings’ at school,”"],
            ),
            // A title is no speech, and speech beside it still is.
            ("Of “Emma” he said: “I never liked it much.”", &["“I never liked it much.”"]),
            ("Brexit ‘is not going to plan’, he says.", &["‘is not going to plan’"]),
        ] {
            assert_eq!(spoken(text), expected, "{text}");
        }
    }

    #[test]
    fn nobody_speaks() {
        for text in [
            // A word held at arm's length.
            "The ‘two-tier’ row goes on.",
            "It was a “very happy” day, he said.",
            "She called the plan “shocking.”",
            "He said the deal was “dead”.",
            "The “great big mistake” cost him.",
            // Titles, of any length.
            "The single, “Hello,” was number one.",
            "She read her favourite poem, “Daffodils.”",
            "He sang in “The Man Who Fell to Earth” in 2019.",
            "Her book “All the Light We Cannot See” won.",
            "‘Emmerdale’, the soap, said goodbye to a star.",
            "A play entitled “a day by the river” opened.",
            "It is a so-called “right to be forgotten” law.",
            "The scheme known as “pay as you throw” ended.",
            // Part of a word.
            "The anti-“we all won the cup” camp lost.",
            "It was a “take it or leave it”-style offer.",
            // Apostrophes, feet and inches.
            "It was the dogs' dinner, and the cats' was gone.",
            "Rock 'n' roll in the '90s was all right, he said.",
            "He is 6' 2\" tall and she is 5' 10\" and glad of it.",
            // Marks that do not add up.
            "He said “we will go on and on.| And then we stop.",
            "He said: “One and two and three.¶ Four.",
            "The “row went on, he said: “We will not go at all.”",
            "",
            "“”",
            "“ ”, he said.",
        ] {
            assert_eq!(spoken(text), Vec::<String>::new(), "{text}");
        }
    }
}
