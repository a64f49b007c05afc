//! Where quotations begin and end, over sentences and paragraphs.
//!
//! Double marks, curly or straight, and single marks where they cannot be apostrophes; of a quotation inside another
//! nothing is said. A quotation that runs on in the next paragraph opens again there without having been closed; any
//! other that is never closed ends with its paragraph.

use std::ops::Range;

/// A sentence as the marks see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Quoted {
    /// Its bytes inside quotations, marks included.
    pub(super) ranges: Vec<Range<usize>>,
    /// Whether it begins inside a quotation that an earlier sentence opened.
    pub(super) opened_before: bool,
    /// Whether the quotation it ends in goes on in the next sentence.
    pub(super) goes_on: bool,
    /// Whether its marks do not add up: one opens what is open already, or the quotation it ends in is never closed.
    pub(super) unsure: bool,
}

/// One mark that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Open,
    Close,
}

/// What a quotation is opened and closed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Double,
    Single,
}

/// Shortened words that begin with an apostrophe, not with a quotation.
const ELIDED: [&str; 8] = ["em", "til", "tis", "twas", "cause", "n", "cos", "bout"];

/// The quotations of some sentences, each given with the number of its paragraph.
///
/// # Examples
/// Two sentences of one quotation: the first goes on, the second was opened before.
pub(super) fn find(sentences: &[(usize, &str)]) -> Vec<Quoted> {
    let mut found = vec![Quoted::default(); sentences.len()];
    let mut open = None;
    let mut first = 0;
    while first < sentences.len() {
        let paragraph = sentences[first].0;
        let end =
            sentences[first..].iter().position(|s| s.0 != paragraph).map_or(sentences.len(), |n| first + n);
        let texts: Vec<&str> = sentences[first..end].iter().map(|s| s.1).collect();
        // What was open goes on only if this paragraph opens anew.
        open = open.filter(|_| texts[0].trim_start().starts_with(['“', '"', '‘', '\'', '«']));
        if let Some(last) = first.checked_sub(1).filter(|_| open.is_some()) {
            found[last].goes_on = true;
            found[last].unsure = false;
        }
        open = paragraph_marks(&texts, open, &mut found[first..end]);
        first = end;
    }
    found
}

/// The quotations of one paragraph; `open` says in what it begins, the answer in what it ends.
fn paragraph_marks(texts: &[&str], mut open: Option<Kind>, found: &mut [Quoted]) -> Option<Kind> {
    let singles = single_marks(texts);
    for (n, text) in texts.iter().enumerate() {
        let mut from = open.map(|kind| (0, kind));
        found[n].opened_before = open.is_some();
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            let next = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
            let mark = match c {
                '“' | '«' | '„' => Some(Mark::Open),
                // Typed the wrong way round.
                '”' if from.is_none() && matches!(before, ' ' | '(') && next.is_alphanumeric() => {
                    Some(Mark::Open)
                }
                // 6' 2" is a height.
                '"' if from.is_none() && before.is_ascii_digit() => None,
                '"' if from.is_none() => Some(Mark::Open),
                // A paragraph that goes on opens with a mark of its own.
                '"' if at == 0 && found[n].opened_before => None,
                '"' if before == ' ' && next.is_alphanumeric() => Some(Mark::Open),
                '”' | '»' | '"' => Some(Mark::Close),
                _ => singles.iter().find(|s| (s.0, s.1) == (n, at)).map(|s| s.2),
            };
            let kind = if matches!(c, '\'' | '‘' | '’') { Kind::Single } else { Kind::Double };
            match (mark, from) {
                (Some(Mark::Open), None) => from = Some((at, kind)),
                (Some(Mark::Open), Some((_, outer))) if outer == kind => {
                    found[n].unsure |= at > 0 || !found[n].opened_before;
                }
                (Some(Mark::Close), Some((start, outer))) if outer == kind => {
                    found[n].ranges.push(start..at + c.len_utf8());
                    from = None;
                }
                _ => {}
            }
            before = c;
        }
        if let Some((start, _)) = from {
            found[n].ranges.push(start..text.len());
        }
        open = from.map(|(_, kind)| kind);
        found[n].goes_on = open.is_some() && n + 1 < texts.len();
        found[n].unsure |= open.is_some() && n + 1 == texts.len();
    }
    open
}

/// Single marks that open or close a quotation: sentence, byte, which.
fn single_marks(texts: &[&str]) -> Vec<(usize, usize, Mark)> {
    let mut candidates = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            if matches!(c, '\'' | '‘' | '’') {
                let rest = &text[at + c.len_utf8()..];
                let next = rest.chars().next().unwrap_or(' ');
                let word: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
                let starts =
                    matches!(before, ' ' | '(' | '[' | '—' | '–' | ':' | '\u{a0}') && next.is_alphanumeric();
                let elided =
                    next.is_ascii_digit() && c != '‘' || ELIDED.contains(&word.to_lowercase().as_str());
                if starts && c != '’' && !elided {
                    candidates.push((n, at, Mark::Open, before));
                } else if c != '‘' && !before.is_whitespace() && !next.is_alphanumeric() {
                    candidates.push((n, at, Mark::Close, before));
                }
            }
            before = c;
        }
    }
    let mut marks = Vec::new();
    let mut i = 0;
    while i < candidates.len() {
        let (n, at, mark, _) = candidates[i];
        i += 1;
        if mark == Mark::Close {
            continue;
        }
        // Up to the next opening: a mark after a stop or comma closes for sure, one after a letter may be "dogs'".
        let rest = &candidates[i..];
        let rest = &rest[..rest.iter().position(|c| c.2 == Mark::Open).unwrap_or(rest.len())];
        let sure = rest.iter().position(|c| matches!(c.3, '.' | ',' | '!' | '?' | '…'));
        let close = sure.or_else(|| rest.iter().position(|c| c.0 == n));
        if let Some(close) = close {
            marks.push((n, at, Mark::Open));
            marks.push((rest[close].0, rest[close].1, Mark::Close));
            i += close + 1;
        } else if sole_opening_runs_on(texts, n, at) {
            marks.push((n, at, Mark::Open));
        }
    }
    marks
}

/// An opening mark at the very beginning of a paragraph that nothing closes: the quotation goes on in the next.
fn sole_opening_runs_on(texts: &[&str], n: usize, at: usize) -> bool {
    n == 0 && at == 0 && texts.last().is_some_and(|last| last.ends_with(['.', '!', '?']))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sentences with `|` between them and `¶` between paragraphs → which go on, as one string of 0 and 1.
    fn goes_on(text: &str) -> String {
        let sentences: Vec<(usize, &str)> = text
            .split('¶')
            .enumerate()
            .flat_map(|(n, paragraph)| paragraph.split('|').map(move |sentence| (n, sentence.trim())))
            .collect();
        find(&sentences).iter().map(|q| if q.goes_on { '1' } else { '0' }).collect()
    }

    #[test]
    fn quotations_over_sentences_and_paragraphs() {
        for (text, expected) in [
            ("“One.| Two,” he said.| Three.", "100"),
            ("\"One.| Two,\" he said.| Three.", "100"),
            ("He said: “One.| Two.| Three.”| Four.", "1100"),
            ("He said: “One.¶ “Two.¶ “Three.”¶ Four.", "1100"),
            ("He said: \"One.| Two.¶ \"Three.\"¶ Four.", "1100"),
            // Never closed, and not opened again.
            ("He said: “One.¶ Two.¶ “Three.”", "000"),
            ("He said: \"One.| Two.¶ Three.| Four.", "1000"),
            ("The ‘two-tier’ row goes on.| Next.", "00"),
            ("‘I will not go.| Nobody will,’ he said.", "10"),
            ("'The dogs' bowls were empty.| I cried,' he said.", "10"),
            ("The 'row' grew.| 'We won,' he said.", "00"),
            ("It was the dogs' dinner.| The cats' was gone.", "00"),
            ("Rock 'n' roll.| In the '90s it was all right.", "00"),
            ("He is 6' 2\" tall.| She is not.", "00"),
            ("‘One.¶ ‘Two,’ he said.", "10"),
            ("He said: ”One.| Two.”| Three.", "100"),
            // One inside another.
            ("“I read ‘Emma’ twice.| It is good,” he said.", "10"),
            ("‘She said “no” to me.| I left,’ he said.", "10"),
            ("\"I read 'Emma' twice.| It is good,\" he said.", "10"),
        ] {
            assert_eq!(goes_on(text), expected, "{text}");
        }
    }

    #[test]
    fn the_bytes_inside() {
        let found = find(&[(0, "“No,” he said, “never.”")]);
        assert_eq!(
            found[0].ranges,
            [0.."“No,”".len(), "“No,” he said, ".len().."“No,” he said, “never.”".len()]
        );
    }
}
