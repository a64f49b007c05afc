//! Where a paragraph falls into sentences.
//!
//! A full stop ends a sentence only if what follows can begin one and what stands before is not a title, an initial
//! or an abbreviation that expects more; `!` and `?` inside a quotation do not when the attribution follows.

use std::ops::Range;

/// Titles and the like: a name or a number always follows, so their stop never ends a sentence.
const ALWAYS_LEADS_ON: [&str; 50] = [
    "adm", "atty", "brig", "capt", "cllr", "cmdr", "col", "cpl", "det", "dr", "fig", "fr", "ft", "gen",
    "gov", "hon", "insp", "lt", "maj", "messrs", "mgr", "miss", "mr", "mrs", "ms", "mt", "no", "nos", "pc",
    "p", "para", "pp", "pres", "prof", "pte", "pvt", "rep", "reps", "rev", "revd", "rt", "sen", "sens",
    "sgt", "st", "supt", "vol", "vols", "vs", "v",
];

/// Abbreviations that may stand at the end of a sentence or inside it.
const MAY_END: [&str; 50] = [
    "am", "approx", "apr", "assn", "aug", "ave", "blvd", "bros", "c", "ca", "cf", "co", "corp", "ct", "dec",
    "dept", "ed", "eg", "est", "etc", "feb", "fri", "hwy", "ie", "inc", "jan", "jr", "jul", "jun", "ltd",
    "mar", "mon", "nov", "oct", "plc", "pm", "rd", "sat", "sep", "sept", "sq", "sr", "sun", "thu", "thur",
    "thurs", "tue", "tues", "wed", "univ",
];

/// Words that begin a sentence far more often than they follow an abbreviation as part of a name.
const OPENERS: [&str; 74] = [
    "a",
    "after",
    "all",
    "although",
    "among",
    "an",
    "and",
    "another",
    "any",
    "as",
    "at",
    "because",
    "before",
    "both",
    "but",
    "by",
    "despite",
    "during",
    "each",
    "even",
    "every",
    "few",
    "for",
    "from",
    "he",
    "her",
    "here",
    "his",
    "how",
    "however",
    "i",
    "if",
    "in",
    "instead",
    "it",
    "its",
    "last",
    "later",
    "many",
    "meanwhile",
    "more",
    "most",
    "my",
    "no",
    "nobody",
    "not",
    "now",
    "of",
    "on",
    "one",
    "only",
    "other",
    "others",
    "our",
    "over",
    "she",
    "since",
    "so",
    "some",
    "such",
    "that",
    "the",
    "their",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "to",
    "under",
    "we",
    "when",
    "while",
];

/// Verbs of attribution: `"Stop!" Mr Smith said.` is one sentence.
const SAYS: [&str; 18] = [
    "said",
    "says",
    "asked",
    "asks",
    "added",
    "adds",
    "told",
    "wrote",
    "tweeted",
    "replied",
    "shouted",
    "cried",
    "joked",
    "insisted",
    "posted",
    "exclaimed",
    "yelled",
    "wondered",
];

const CLOSERS: [char; 9] = ['"', '\'', '”', '’', '»', ')', ']', '}', '›'];
const QUOTE_OPENERS: [char; 11] = ['"', '\'', '“', '‘', '«', '(', '[', '—', '–', '-', '•'];

/// Byte ranges of the sentences of one paragraph, trimmed, in order; together they hold every non-space byte.
///
/// # Examples
/// ```
/// let text = "Mr. Jones owes £1.2bn. “Why?” he asked.";
/// let sentences: Vec<_> = bulletin::script::split_sentences(text).into_iter().map(|r| &text[r]).collect();
/// assert_eq!(sentences, ["Mr. Jones owes £1.2bn.", "“Why?” he asked."]);
/// ```
pub fn split(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?' | '…') {
            continue;
        }
        let mut end = at + c.len_utf8();
        let mut strong = matches!(c, '!' | '?');
        while let Some(&(i, n)) = chars.peek() {
            if matches!(n, '.' | '!' | '?' | '…') {
                strong |= matches!(n, '!' | '?');
            } else if !CLOSERS.contains(&n) {
                break;
            }
            end = i + n.len_utf8();
            chars.next();
        }
        let after = &text[end..];
        let rest = after.trim_start();
        if rest.is_empty() || rest.len() == after.len() {
            continue;
        }
        let before = &text[start..at];
        let mark = &text[at..end];
        if ends(before, mark, rest, strong) {
            push(text, start..end, &mut sentences);
            start = end;
        }
    }
    push(text, start..text.len(), &mut sentences);
    sentences
}

fn push(text: &str, range: Range<usize>, sentences: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let trimmed = part.trim();
    if !trimmed.is_empty() {
        let from = range.start + (part.len() - part.trim_start().len());
        sentences.push(from..from + trimmed.len());
    }
}

/// Whether the mark between `before` and `rest` ends a sentence.
fn ends(before: &str, mark: &str, rest: &str, strong: bool) -> bool {
    let closes = mark.chars().any(|c| matches!(c, '"' | '”' | '’' | '\'' | '»'));
    let opening = rest.trim_start_matches(QUOTE_OPENERS);
    let Some(first) = opening.chars().next() else { return false };
    if first.is_lowercase() {
        // "iPhone sales rose" begins a sentence; "he asked" goes on with one.
        let word: String = opening.chars().take_while(|c| c.is_alphanumeric()).collect();
        return !closes && word.chars().nth(1).is_some_and(char::is_uppercase) && !lone_abbreviation(before);
    }
    if !(first.is_alphanumeric() || "£$€¥₹#@%½¼¾+−".contains(first)) {
        return false;
    }
    if strong {
        return !(closes && attribution(opening));
    }
    if mark.starts_with('…') || mark.starts_with("..") {
        return first.is_uppercase();
    }
    if mark != "." {
        // A stop inside a closing quotation mark or bracket is final unless it belongs to an abbreviation there.
        return !lone_abbreviation(before) || opener(opening);
    }
    let word = last_word(before);
    let lower = word.trim_matches('.').to_lowercase();
    if word.is_empty() {
        return true;
    }
    let next_is_digit = first.is_ascii_digit();
    if ALWAYS_LEADS_ON.contains(&lower.as_str()) {
        return match lower.as_str() {
            // "The answer is no. The council…" against "No. 10"; "He went to Main St. The…" against "St. Ives".
            "no" | "nos" | "p" | "para" | "vol" | "vols" => !next_is_digit,
            "st" | "ft" | "mt" | "miss" | "v" | "hon" | "pc" | "gen" | "rep" | "fig" | "det" => {
                word.chars().next().is_some_and(char::is_lowercase) && lower != "v" && lower != "fig"
                    || opener(opening)
            }
            _ => false,
        };
    }
    if dotted(word) {
        return opener(opening);
    }
    if word.chars().count() == 1 && word.chars().all(char::is_uppercase) {
        // An initial, or a last letter such as "vitamin B.": only an opener tells.
        return word == "I" || opener(opening);
    }
    if MAY_END.contains(&lower.as_str()) {
        let numbered = next_is_digit && matches!(lower.as_str(), "c" | "ca" | "approx" | "est");
        let dated = next_is_digit
            && lower.len() <= 5
            && !matches!(lower.as_str(), "am" | "pm" | "etc" | "co" | "inc" | "ltd");
        let part_of_word = !word.chars().next().is_some_and(char::is_uppercase)
            && matches!(lower.as_str(), "sat" | "sun" | "mar" | "mon" | "est" | "co" | "ed" | "dec" | "wed");
        return part_of_word && !(numbered && lower != "co") || (!numbered && !dated && opener(opening));
    }
    if before.trim_start().chars().all(|c| c.is_ascii_digit()) {
        // "1. First point": the number of a list item stays with its text.
        return false;
    }
    true
}

fn last_word(before: &str) -> &str {
    let from = before
        .char_indices()
        .rev()
        .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '.' | '\'' | '’')))
        .map_or(0, |(i, c)| i + c.len_utf8());
    &before[from..]
}

/// `a.m`, `U.S`, `J.K`: single letters joined by stops.
fn dotted(word: &str) -> bool {
    word.contains('.')
        && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

fn lone_abbreviation(before: &str) -> bool {
    let word = last_word(before);
    dotted(word) || ALWAYS_LEADS_ON.contains(&word.to_lowercase().as_str())
}

fn opener(opening: &str) -> bool {
    let word: String = opening.chars().take_while(|c| c.is_alphabetic()).collect();
    let after = opening[word.len()..].chars().next();
    // "The" opens; "A." is an initial.
    OPENERS.contains(&word.to_lowercase().as_str()) && !(word.chars().count() == 1 && after == Some('.'))
}

/// A name of up to four words and a verb of saying, or the verb and a name.
fn attribution(opening: &str) -> bool {
    for (n, word) in opening.split_whitespace().take(6).enumerate() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if SAYS.contains(&bare) {
            return n > 0;
        }
        let name = bare.chars().next().is_some_and(char::is_uppercase)
            || matches!(bare, "the" | "a" | "of" | "de" | "van");
        if !name
            || (word.ends_with(['.', '!', '?', ','])
                && !ALWAYS_LEADS_ON.contains(&bare.to_lowercase().as_str()))
        {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn one_sentence() {
        for text in [
            "Mr. Smith and Dr. A. J. Jones met Prof. Lee.",
            "The train left at 7.30 a.m. on Monday.",
            "The U.S. Senate voted.",
            "Profits rose to £1.2bn in the year.",
            "“Why?” he asked.",
            "“Stop!” Mr Smith said.",
            "“Are you sure?” the Prime Minister asked.",
            "J. K. Rowling and George H. W. Bush met.",
            "He lives at No. 10 Downing Street.",
            "The firm, Smith & Co. of Leeds, closed.",
            "On Jan. 6 the crowd gathered.",
            "Visit example.com for more",
            "She said: “I will not go.”",
            "1. First point",
            "He ran... and then stopped.",
            "Jones v. Smith was heard in St. Albans.",
            "Version 2.0 is out",
        ] {
            assert_eq!(parts(text), [text]);
        }
    }

    #[test]
    fn two_sentences() {
        for (first, second) in [
            ("He arrived at 7 p.m.", "The crowd cheered."),
            ("She lives in the U.S.", "Her brother lives in Leeds."),
            ("“I will not go.”", "She left."),
            ("He said “no.”", "The council agreed."),
            ("The answer is no.", "The council voted."),
            ("Was it right?", "Nobody knew."),
            ("Sales rose 5%.", "iPhone sales fell."),
            ("It cost £3.50.", "£2 was refunded."),
            ("The cat sat.", "The dog ran."),
            ("He took vitamin B.", "It helped."),
            ("It will run until 2028.", "21 staff were hired."),
            ("They met in St Ives…", "Nobody came."),
            ("“Stop!”", "The crowd ran."),
            ("He worked for Acme Inc.", "The firm failed."),
            ("(He was 41.)", "She was 39."),
            ("It was his and I.", "The end."),
        ] {
            let text = format!("{first} {second}");
            assert_eq!(parts(&text), [first, second]);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_non_space_byte_is_in_one_sentence(text in "(?s).{0,200}") {
            let ranges = split(&text);
            let mut at = 0;
            for range in &ranges {
                proptest::prop_assert!(range.start >= at && range.end > range.start);
                proptest::prop_assert!(text[at..range.start].trim().is_empty());
                at = range.end;
            }
            proptest::prop_assert!(text[at..].trim().is_empty());
        }
    }
}
