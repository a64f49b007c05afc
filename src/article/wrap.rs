//! Lines → blocks: what stands on one line in a page, on several in a mailing.
//!
//! A text counts as hard-wrapped when lines in the middle of sentences are its habit. Then a break between two lines
//! is the wrapping's doing exactly when the next word would not have fitted: a greedy wrapper leaves no other.

use super::text::{Line, Piece};

/// A stretch of the input that is one line of text once unwrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) text: String,
    /// Each line of it with its number.
    pub(super) lines: Vec<(usize, String)>,
    /// What was taken out of each line.
    pub(super) pieces: Vec<(usize, Piece)>,
    /// Whether a blank line (or the start) stands before it.
    pub(super) blank_before: bool,
}

/// A wrapped text; `blocks` never holds an empty one, noise of blank lines is in `loose`.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub(super) blocks: Vec<Block>,
    pub(super) loose: Vec<(usize, Piece)>,
}

/// Lengths in characters of lines that a wrapper makes; mail wraps at 65 to 78, some press systems at up to 100.
const WRAP_WIDTH: std::ops::RangeInclusive<usize> = 38..=110;

/// Joins what a wrapper broke.
pub(super) fn blocks(lines: Vec<Line>) -> Blocks {
    let width = wrap_width(&lines);
    let mut out = Blocks::default();
    let mut blank = true;
    let mut previous: Option<(usize, String, usize)> = None;
    for line in lines {
        if line.text.is_empty() {
            out.loose.extend(line.pieces.into_iter().map(|p| (line.number, p)));
            blank = true;
            previous = None;
            continue;
        }
        let pieces = line.pieces.into_iter().map(|p| (line.number, p));
        let soft = match (width, &previous) {
            (Some(width), Some((length, text, indent))) => {
                broken_by_wrapping(text, *length, *indent, &line.text, line.indent, width)
            }
            _ => false,
        };
        previous = Some((line.indent + length(&line.text), line.text.clone(), line.indent));
        match out.blocks.last_mut() {
            Some(block) if soft => {
                // "battery-" + "electric" is one compound; "January -" + "March" is not.
                let compound = block.text.ends_with('-')
                    && block.text.chars().nth_back(1).is_some_and(char::is_alphanumeric);
                if !compound {
                    block.text.push(' ');
                }
                block.text.push_str(&line.text);
                block.lines.push((line.number, line.text));
                block.pieces.extend(pieces);
            }
            _ => out.blocks.push(Block {
                lines: vec![(line.number, line.text.clone())],
                text: line.text,
                pieces: pieces.collect(),
                blank_before: blank,
            }),
        }
        blank = false;
    }
    out
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Whether a sentence plainly goes on from one line to the next.
fn runs_on(line: &str, next: &str) -> bool {
    let open = line.chars().next_back().is_some_and(|c| c.is_alphanumeric() || matches!(c, ',' | '-' | ';'));
    // "by ann orme" below a title is the next line of a page.
    open && next.chars().next().is_some_and(char::is_lowercase) && !next.starts_with("by ")
}

/// The width a text was wrapped at, if it was.
fn wrap_width(lines: &[Line]) -> Option<usize> {
    let (mut pairs, mut running, mut widest, mut over, mut full) = (0usize, 0usize, 0usize, 0usize, 0usize);
    let mut stops = 0usize;
    for pair in lines.windows(2) {
        let own = length(&pair[0].text);
        full += usize::from(own >= *WRAP_WIDTH.start());
        over += usize::from(own > *WRAP_WIDTH.end());
        if own < *WRAP_WIDTH.start() || own > *WRAP_WIDTH.end() || pair[1].text.is_empty() {
            continue;
        }
        pairs += 1;
        stops += usize::from(pair[0].text.ends_with(['.', '!', '?', '”', '"']));
        if runs_on(&pair[0].text, &pair[1].text) {
            running += 1;
            widest = widest.max(own + pair[0].indent);
        }
    }
    // Two such pairs by chance need an unpunctuated list in lower case; a wrapped page has them in every paragraph.
    // A wrapper breaks sentences, a page ends most lines with one.
    (running >= 2 && running * 10 >= pairs * 3 && over * 10 <= full && stops * 2 <= pairs).then_some(widest)
}

fn broken_by_wrapping(
    line: &str,
    line_length: usize,
    line_indent: usize,
    next: &str,
    next_indent: usize,
    width: usize,
) -> bool {
    if runs_on(line, next) && line_length >= *WRAP_WIDTH.start() {
        return true;
    }
    let starts_item = next.starts_with(['•', '*', '·', '–', '—'])
        || next.starts_with("- ")
        || next.split_once(['.', ')']).is_some_and(|(n, rest)| {
            n.len() <= 2 && n.chars().all(|c| c.is_ascii_digit()) && rest.starts_with(' ')
        });
    // A first line set in begins a paragraph where there are no blank lines between them.
    if starts_item || (next_indent >= 2 && line_indent < next_indent) {
        return false;
    }
    let word = next.split(' ').next().map_or(0, length);
    line_length + 1 + word > width && line_length <= *WRAP_WIDTH.end()
}

#[cfg(test)]
mod tests {
    use super::super::text::lines;
    use super::*;

    fn unwrap(text: &str) -> Vec<String> {
        blocks(lines(text)).blocks.into_iter().map(|b| b.text).collect()
    }

    #[test]
    fn wrapped_mail_is_joined() {
        let mail = "Harbour works begin\n\nWork on the new harbour wall began on Monday and is expected\nto last until the end of May, the port authority said in a\nstatement. It will be built by a Dutch-\nowned company.\n\nContact: the port office\nTel: 01632 960 222\n1. The wall was first planned in 1998 by the harbour\ncommissioners.\n2. It is long.\n";
        assert_eq!(
            unwrap(mail),
            [
                "Harbour works begin",
                "Work on the new harbour wall began on Monday and is expected to last until the end of May, the port authority said in a statement. It will be built by a Dutch-owned company.",
                "Contact: the port office",
                "Tel: 01632 960 222",
                "1. The wall was first planned in 1998 by the harbour commissioners.",
                "2. It is long.",
            ]
        );
    }

    #[test]
    fn paragraphs_told_by_their_indent() {
        let copy = "   The first paragraph has been set by a very old system that\nwrapped its lines at sixty characters or so, and then it went\non for a while.\n   The second one follows without a blank line, as the custom\nwas in those days of paper.\n";
        assert_eq!(unwrap(copy).len(), 2);
    }

    #[test]
    fn pages_are_left_alone() {
        let page = "Bridge to close\nBy Ann Orme\nThe bridge will close on Monday, the council said on Friday.\nit was opened in 1931.\nBuses will be diverted.\n";
        assert_eq!(unwrap(page).len(), 5);
    }
}
