//! Reading tab-separated tables, and the hash that looks them up.

use crate::{Error, Result};
use std::hash::{BuildHasherDefault, Hasher};

/// Fast, fixed hashing for short words (the multiply-rotate scheme of Firefox and rustc); the tables are our own or
/// the house's, so nobody can choose keys to collide on a running service.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FxHasher(u64);

/// Builds [`FxHasher`]s.
pub(crate) type Fx = BuildHasherDefault<FxHasher>;

const SEED: u64 = 0x51_7c_c1_b7_27_22_0a_95;

impl FxHasher {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(SEED);
    }
}

impl Hasher for FxHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
        let rest = chunks.remainder();
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.mix(u64::from_le_bytes(word) ^ ((rest.len() as u64) << 56));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(u64::from(byte));
    }

    fn write_usize(&mut self, n: usize) {
        self.mix(n as u64);
    }

    fn finish(&self) -> u64 {
        // The high bits are the good ones and the table takes the low.
        self.0.rotate_left(26)
    }
}

/// One row of a table.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    path: &'a str,
    line: usize,
    cells: Vec<&'a str>,
}

impl<'a> Row<'a> {
    /// A cell; the reader has checked that it is there.
    pub(crate) fn cell(&self, n: usize) -> &'a str {
        self.cells.get(n).copied().unwrap_or("")
    }

    /// File and line, for messages.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }

    /// This row is wrong.
    pub(crate) fn refuse(&self, problem: impl Into<String>, cure: impl Into<String>) -> Error {
        Error::Config { place: self.place(), problem: problem.into(), cure: cure.into() }
    }
}

/// The rows of a tab-separated table; lines that begin with `#` and empty lines are passed over.
///
/// # Errors
/// [`Error::Config`] for a row that has not exactly `columns` cells or an empty one.
pub(crate) fn rows<'a>(
    path: &'a str,
    text: &'a str,
    columns: usize,
) -> impl Iterator<Item = Result<Row<'a>>> {
    text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(
        move |(n, line)| {
            let row = Row { path, line: n + 1, cells: line.split('\t').collect() };
            if row.cells.len() != columns {
                return Err(row.refuse(
                    format!("{} columns where {columns} are wanted", row.cells.len()),
                    "separate the columns by single tabs",
                ));
            }
            if row.cells.iter().any(|cell| cell.is_empty() || cell.trim() != *cell) {
                return Err(row.refuse(
                    "an empty or padded cell",
                    "write `-` for nothing, and no spaces around a cell",
                ));
            }
            Ok(row)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_name_their_place() {
        let text = "# head\na\tb\n\nc\n";
        let read: Vec<_> = rows("t.tsv", text, 2).collect();
        assert_eq!(read[0].as_ref().unwrap().cell(1), "b");
        let message = read[1].as_ref().unwrap_err().to_string();
        assert_eq!(message, "t.tsv:4: 1 columns where 2 are wanted");
    }
}
