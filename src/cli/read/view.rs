//! What is on the screen: the sentences, the one that is being said among them, and a line about the rest.
//!
//! Pure: a [`Scene`] → rows of a terminal. Whoever draws compares them with the rows before and writes what has changed.

use super::player::State;
use unicode_width::UnicodeWidthChar;

/// One sentence on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// Its text: one line, nothing that a terminal would obey.
    pub(super) text: String,
    /// Empty rows above it: none inside a paragraph.
    pub(super) above: u16,
    /// Whether it is a headline.
    pub(super) headline: bool,
}

/// All that decides what is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) blocks: &'a [Block],
    /// The sentence that is being said, or was last.
    pub(super) at: usize,
    pub(super) state: State,
    /// Columns and rows.
    pub(super) size: (u16, u16),
    /// Whether the sentence is told by how it looks, rather than by a mark.
    pub(super) styled: bool,
}

/// How a row looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    Headline,
    Current,
    Status,
}

/// One row of the screen, never wider than it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) text: String,
    pub(super) look: Look,
}

/// On narrower screens every column is needed for the text.
const LEAST_WIDTH_FOR_MARGIN: u16 = 12;
/// Longer lines are hard to follow; on wide screens the rest stays empty.
const MOST_COLUMNS: u16 = 100;

/// The rows of the screen from the top, as many as it has.
pub(super) fn rows(scene: &Scene<'_>) -> Vec<Row> {
    let (width, height) = scene.size;
    let status_rows = usize::from(height > 1);
    let body = usize::from(height) - status_rows.min(usize::from(height));
    let margin = if width < LEAST_WIDTH_FOR_MARGIN { "" } else { "  " };
    let columns = width.min(MOST_COLUMNS).saturating_sub(margin.len() as u16);
    let mut page: Vec<Row> = Vec::new();
    let mut current = 0..0;
    for (n, block) in scene.blocks.iter().enumerate() {
        if !page.is_empty() {
            page.extend((0..block.above).map(|_| Row { text: String::new(), look: Look::Plain }));
        }
        let is_current = n == scene.at;
        let first = page.len();
        let look = match (is_current && scene.styled, block.headline) {
            (true, _) => Look::Current,
            (false, true) => Look::Headline,
            (false, false) => Look::Plain,
        };
        let margin = if is_current && !scene.styled && !margin.is_empty() { "> " } else { margin };
        page.extend(
            wrapped(&block.text, usize::from(columns))
                .into_iter()
                .map(|line| Row { text: format!("{margin}{line}"), look }),
        );
        if is_current {
            current = first..page.len();
        }
    }
    let top = top(current, page.len(), body);
    let mut rows: Vec<Row> = page.into_iter().skip(top).take(body).collect();
    rows.resize(body, Row { text: String::new(), look: Look::Plain });
    if status_rows > 0 {
        rows.push(Row { text: status(scene), look: Look::Status });
    }
    rows
}

/// The first row of the page that is shown: what is being said stands in the upper third, as far as the page goes on.
fn top(current: std::ops::Range<usize>, all: usize, body: usize) -> usize {
    let wanted = current.start.saturating_sub(body / 3);
    let last = all.saturating_sub(body);
    // The whole of it is seen if it can be; its beginning always.
    let whole = current.end.saturating_sub(body);
    wanted.min(last).max(whole).min(current.start)
}

fn status(scene: &Scene<'_>) -> String {
    let what = match scene.state {
        State::Paused => "paused",
        State::Speaking | State::Between => "reading",
        State::Left => "done",
    };
    let count = scene.blocks.len();
    let place = format!("{} of {count}", (scene.at + 1).min(count));
    let width = usize::from(scene.size.0);
    let go = if scene.state == State::Paused { "space goes on" } else { "space pauses" };
    [
        format!(" {what} {place}   {go} · ←/→ sentence · ↑/↓ story · q quits"),
        format!(" {what} {place}   {go} · q quits"),
        format!(" {what} {place}"),
        place.clone(),
    ]
    .into_iter()
    .find(|text| width_of(text) <= width)
    .unwrap_or_default()
}

/// A text in lines of at most so many columns, broken at spaces, and inside words that are longer than a line.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    let columns = columns.max(1);
    for word in text.split_whitespace() {
        let width = width_of(word);
        if used > 0 && used + 1 + width <= columns {
            push(&mut lines, " ");
            used += 1;
        } else if used > 0 {
            lines.push(String::new());
            used = 0;
        }
        for c in word.chars() {
            let wide = columns_of(c);
            // A character that is wider than the screen cannot be shown on it.
            let (c, wide) = if wide > columns { ('?', 1) } else { (c, wide) };
            if used + wide > columns {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, c.encode_utf8(&mut [0; 4]));
            used += wide;
        }
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(last) = lines.last_mut() {
        last.push_str(text);
    }
}

/// Columns at most: what terminals disagree about (signs that join, emoji that a selector makes wide) counts in full, so
/// that no row is ever wider than the screen.
fn width_of(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(c: char) -> usize {
    /// Makes the sign before it an emoji, which is wide.
    const EMOJI_SELECTOR: char = '\u{FE0F}';
    if c == EMOJI_SELECTOR { 1 } else { c.width().unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blocks(texts: &[&str]) -> Vec<Block> {
        let block = |(n, text): (usize, &&str)| Block {
            text: (*text).into(),
            above: [2, 1, 0][n.min(2)],
            headline: n == 0,
        };
        texts.iter().enumerate().map(block).collect()
    }

    fn scene(blocks: &[Block], at: usize, size: (u16, u16)) -> Scene<'_> {
        Scene { blocks, at, state: State::Speaking, size, styled: true }
    }

    /// `*` before current rows, `#` before headlines, `=` before the status line.
    fn drawn(scene: &Scene<'_>) -> String {
        let mark = |look| match look {
            Look::Plain => ' ',
            Look::Headline => '#',
            Look::Current => '*',
            Look::Status => '=',
        };
        let rows = rows(scene);
        assert_eq!(rows.len(), usize::from(scene.size.1));
        rows.iter().fold(String::new(), |text, row| format!("{text}{}|{}\n", mark(row.look), row.text))
    }

    const STORY: [&str; 5] = [
        "Bridge to close for a month",
        "The bridge over the Tarn will close on 3 May for repairs.",
        "It is old.",
        "Buses will run every twenty minutes, the council said on Tuesday night.",
        "The mayor was pleased.",
    ];

    #[test]
    fn the_page_follows_what_is_said() {
        let blocks = blocks(&STORY);
        insta::assert_snapshot!(drawn(&scene(&blocks, 0, (70, 9))), @r"
        *|  Bridge to close for a month
         |
         |  The bridge over the Tarn will close on 3 May for repairs.
         |  It is old.
         |  Buses will run every twenty minutes, the council said on Tuesday
         |  night.
         |  The mayor was pleased.
         |
        =| reading 1 of 5   space pauses · ←/→ sentence · ↑/↓ story · q quits
        ");
        insta::assert_snapshot!(drawn(&scene(&blocks, 3, (40, 6))), @r"
         |  3 May for repairs.
         |  It is old.
        *|  Buses will run every twenty minutes,
        *|  the council said on Tuesday night.
         |  The mayor was pleased.
        =| reading 4 of 5   space pauses · q quits
        ");
    }

    #[test]
    fn without_styles_there_is_a_mark() {
        let blocks = blocks(&STORY);
        let paused = Scene { styled: false, state: State::Paused, ..scene(&blocks, 1, (34, 7)) };
        insta::assert_snapshot!(drawn(&paused), @r"
        #|  Bridge to close for a month
         |
         |> The bridge over the Tarn will
         |> close on 3 May for repairs.
         |  It is old.
         |  Buses will run every twenty
        =| paused 2 of 5
        ");
    }

    #[test]
    fn narrow_screens_and_wide_characters() {
        let blocks = blocks(&["漢字の見出し", "Supercalifragilistic 🏴‍☠️ 東京 says"]);
        insta::assert_snapshot!(drawn(&scene(&blocks, 1, (9, 8))), @r"
        #|漢字の見
        #|出し
         |
        *|Supercali
        *|fragilist
        *|ic 🏴‍☠️
        *|東京 says
        =|2 of 2
        ");
        for (size, shown) in [((1, 1), "*|S\n"), ((3, 0), ""), ((0, 2), "*|S\n=|\n"), ((1, 2), "*|S\n=|\n")] {
            assert_eq!(drawn(&scene(&blocks, 1, size)), shown, "{size:?}");
        }
        let one = self::blocks(&["漢字"]);
        assert_eq!(drawn(&scene(&one, 0, (1, 3))), "*|?\n*|?\n=|\n");
        assert_eq!(drawn(&scene(&[], 0, (20, 2))), " |\n=| reading 0 of 0\n");
    }

    #[test]
    fn the_current_sentence_is_on_the_screen() {
        for (current, all, body, row) in [
            (0..1, 100, 9, 0),
            (50..52, 100, 9, 47),
            (99..100, 100, 9, 91),
            (50..58, 100, 9, 49),
            // Longer than the screen: its beginning.
            (50..70, 100, 9, 50),
            (0..2, 4, 9, 0),
            (3..4, 4, 0, 3),
        ] {
            assert_eq!(top(current.clone(), all, body), row, "{current:?} of {all} on {body}");
        }
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_the_screen_and_no_word_is_lost(
            texts in proptest::collection::vec("([a-zé漢🏴\u{200d}\u{fe0f}]{1,14} ?){1,9}", 1..6),
            at in 0usize..6,
            width in 2u16..130,
            height in 0u16..12,
            styled in any::<bool>(),
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let blocks = blocks(&texts);
            let scene = Scene { blocks: &blocks, at, state: State::Between, size: (width, height), styled };
            let shown = rows(&scene);
            prop_assert_eq!(shown.len(), usize::from(height));
            for row in &shown {
                prop_assert!(width_of(&row.text) <= usize::from(width), "{:?}", row);
            }
            for text in texts {
                let lines = wrapped(text, usize::from(width));
                let letters = |text: &str| text.split_whitespace().collect::<String>();
                prop_assert_eq!(letters(&lines.concat()), letters(text));
            }
        }
    }
}
