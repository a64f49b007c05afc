//! The list of voices as a table. On a terminal its last column is cut to what fits; elsewhere it is whole.

use super::row::{Row, size};
use std::io::{self, IsTerminal as _, Write};
use terminal_size::{Width, terminal_size_of};

/// The least that is left of the last column, however narrow the terminal.
const LEAST: usize = 10;
const HEAD: [&str; 7] = ["NAME", "LANGUAGE", "ENGINE", "QUALITY", "SIZE", "STATE", "LICENCE"];

/// How many letters fit; no limit where no terminal shows them.
pub(super) fn width() -> Option<usize> {
    let stdout = io::stdout();
    stdout.is_terminal().then(|| terminal_size_of(stdout))?.map(|(Width(width), _)| usize::from(width))
}

/// Writes a head and a line for each voice. A star stands at the state of those that speak
/// unasked, a dagger at the licence of those that have a note.
pub(super) fn write(out: &mut dyn Write, rows: &[Row], width: Option<usize>) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let lines: Vec<[String; 7]> =
        std::iter::once(HEAD.map(str::to_owned)).chain(rows.iter().map(line)).collect();
    let widths: Vec<usize> =
        (0..HEAD.len()).map(|n| lines.iter().map(|line| letters(&line[n])).max().unwrap_or(0)).collect();
    let before: usize = widths[..6].iter().map(|width| width + 2).sum();
    for line in &lines {
        for (n, cell) in line[..6].iter().enumerate() {
            let gap = " ".repeat(widths[n] - letters(cell));
            // Sizes end where the column does.
            if n == 4 { write!(out, "{gap}{cell}  ")? } else { write!(out, "{cell}{gap}  ")? }
        }
        let room = width.map_or(usize::MAX, |width| width.saturating_sub(before).max(LEAST));
        writeln!(out, "{}", cut(&line[6], room))?;
    }
    Ok(())
}

fn line(row: &Row) -> [String; 7] {
    let text = |value: &Option<String>| shown(value.as_deref().unwrap_or_default());
    let star = if row.default { " *" } else { "" };
    [
        row.name.clone(),
        row.language.clone(),
        row.engine.clone(),
        text(&row.quality),
        row.size_bytes.map(size).unwrap_or_default(),
        format!("{}{star}", row.state),
        row.problem.as_deref().map_or_else(
            || {
                let dagger = if row.note.is_some() { " †" } else { "" };
                format!("{}{dagger}", shown(&row.licence))
            },
            shown,
        ),
    ]
}

/// What others wrote, on one line and without anything that a terminal obeys.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

fn cut(text: &str, room: usize) -> String {
    if letters(text) <= room {
        return text.to_owned();
    }
    text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::Registry;

    #[test]
    fn cut_to_the_terminal_and_nowhere_else() {
        let rows = super::super::row::all(&Registry::built_in());
        let written = |width: Option<usize>| {
            let mut out = Vec::new();
            write(&mut out, &rows, width).unwrap();
            String::from_utf8(out).unwrap()
        };
        let whole = written(None);
        assert_eq!(whole.lines().count(), rows.len() + 1);
        assert!(whole.contains("Jenny (Dioco) licence; attribution required †"), "{whole}");
        assert!(whole.contains("pico-en-gb                          en-GB     pico"), "{whole}");
        let narrow = written(Some(110));
        assert!(narrow.lines().all(|line| letters(line) <= 110), "{narrow}");
        assert!(narrow.contains("Jenny (Dioco)") && narrow.contains('…'), "{narrow}");
        // Too narrow for anything: names stay whole.
        assert!(written(Some(20)).contains("en_GB-northern_english_male-medium"));
    }
}
