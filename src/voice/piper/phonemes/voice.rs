// SPDX-License-Identifier: GPL-3.0-or-later
//! The English voices of espeak-ng: which phoneme table, which variants of words, which phonemes replaced.

use super::data::{Data, Table};

/// A voice as its file in espeak-ng's `lang/gmw` describes it.
struct Description {
    /// Names as in a Piper config's `espeak.voice`, lower case.
    names: &'static [&'static str],
    table: &'static str,
    /// Numbers of the conditions on dictionary entries and rules that hold.
    conditions: &'static [u32],
    /// When (bit 0 at a word's end only, bit 1 in unstressed syllables only), from, to.
    replaced: &'static [(u8, &'static str, &'static str)],
}

const VOICES: [Description; 8] = [
    Description { names: &["en", "en-gb"], table: "en", conditions: &[], replaced: &[] },
    Description {
        names: &["en-029"],
        table: "en-wi",
        conditions: &[8],
        replaced: &[
            (0, "D", "d"),
            (0, "T", "t["),
            (0, "U@", "o@"),
            (3, "@", "a#"),
            (3, "3", "a#"),
            (3, "N", "n"),
        ],
    },
    Description {
        names: &["en-gb-scotland"],
        table: "en-sc",
        conditions: &[2, 5, 6, 7],
        replaced: &[
            (3, "@", "V"),
            (3, "I", "i"),
            (3, "I2", "i"),
            (1, "aI", "aI2"),
            (2, "a", "a/"),
            (2, "u:", "U"),
        ],
    },
    Description {
        names: &["en-gb-x-gbclan"],
        table: "en-n",
        conditions: &[],
        replaced: &[(3, "N", "n"), (3, "i", "I2")],
    },
    Description {
        names: &["en-gb-x-gbcwmd"],
        table: "en-wm",
        conditions: &[6],
        replaced: &[(0, "h", "NULL"), (0, "o@", "O@")],
    },
    Description {
        names: &["en-gb-x-rp"],
        table: "en-rp",
        conditions: &[],
        replaced: &[(0, "o@", "O@"), (3, "I", "i"), (3, "I2", "i"), (3, "@", "a#"), (3, "3", "a#")],
    },
    Description {
        names: &["en-us"],
        table: "en-us",
        conditions: &[3, 6],
        replaced: &[(3, "I", "i"), (3, "I2", "i")],
    },
    Description {
        names: &["en-us-nyc"],
        table: "en-us-nyc",
        conditions: &[3, 6],
        replaced: &[(3, "I", "i"), (3, "I2", "i")],
    },
];

/// A phoneme the voice replaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Replacement {
    /// Only at the end of a word.
    pub(super) final_only: bool,
    /// Only in unstressed syllables.
    pub(super) unstressed_only: bool,
    pub(super) from: u8,
    /// 0 drops the phoneme.
    pub(super) to: u8,
}

/// What a voice adds to the data of English.
#[derive(Debug)]
pub(super) struct Voice {
    pub(super) table: Table,
    /// Bit n: condition n holds.
    pub(super) conditions: u32,
    pub(super) replaced: Vec<Replacement>,
}

impl Voice {
    /// The voice of this name, as a Piper config's `espeak.voice` has it.
    pub(super) fn named(name: &str) -> Option<Self> {
        let wanted = name.to_ascii_lowercase().replace('_', "-");
        let voice = VOICES.iter().find(|voice| voice.names.contains(&wanted.as_str()))?;
        let table = Data::english().table(voice.table);
        let replaced = voice
            .replaced
            .iter()
            .filter_map(|&(when, from, to)| {
                let (from, to) = (table.find(from), table.find(to));
                // Where a table lacks the phoneme the voice's file has no effect.
                let replacement =
                    Replacement { final_only: when & 1 != 0, unstressed_only: when & 2 != 0, from, to };
                (from != 0).then_some(replacement)
            })
            .collect();
        let conditions = voice.conditions.iter().fold(0, |bits, number| bits | 1 << number);
        Some(Self { table, conditions, replaced })
    }

    /// Names that [`Voice::named`] knows.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        VOICES.iter().flat_map(|voice| voice.names.iter().copied())
    }
}
