// SPDX-License-Identifier: GPL-3.0-or-later
//! The compiled English data: dictionary, letter rules, phoneme tables, phoneme programs.
//!
//! One file, `data/english.bin`, made by `scripts/piper_words.py` from the espeak-ng data inside `piper-tts`. It is
//! read once per process; everything below borrows from it.

use std::sync::LazyLock;

/// Lists of words with the same hash.
const HASHES: usize = 1024;
/// Bytes of a phoneme's record in the tables.
const RECORD: usize = 16;
/// Bytes of a phoneme table's title: count, parent, two spare, and a name of 32.
const TITLE: usize = 36;
/// Letter groups `.L00` and on that the rules can name.
const LETTER_GROUPS: usize = 95;

/// Marks between the parts of a letter rule, as the dictionary compiler writes them.
pub(super) mod mark {
    pub(in super::super) const PRE: u8 = 1;
    pub(in super::super) const POST: u8 = 2;
    pub(in super::super) const PHONEMES: u8 = 3;
    pub(in super::super) const COMMON: u8 = 4;
    pub(in super::super) const CONDITION: u8 = 5;
    pub(in super::super) const GROUP_START: u8 = 6;
    pub(in super::super) const GROUP_END: u8 = 7;
    pub(in super::super) const PRE_AT_START: u8 = 8;
    pub(in super::super) const LINE: u8 = 9;
    pub(in super::super) const LETTERS: u8 = 18;
    pub(in super::super) const REPLACEMENTS: u8 = 20;
}

/// What a phoneme is, by manner.
pub(super) mod kind {
    pub(in super::super) const PAUSE: u8 = 0;
    pub(in super::super) const STRESS: u8 = 1;
    pub(in super::super) const VOWEL: u8 = 2;
    pub(in super::super) const LIQUID: u8 = 3;
    pub(in super::super) const FRICATIVE: u8 = 6;
    pub(in super::super) const VOICED_FRICATIVE: u8 = 7;
    pub(in super::super) const NASAL: u8 = 8;
    pub(in super::super) const INVALID: u8 = 15;
}

/// Codes that are the same in every phoneme table.
pub(super) mod code {
    pub(in super::super) const NULL: u8 = 1;
    pub(in super::super) const UNSTRESSED: u8 = 2;
    pub(in super::super) const DIMINISHED: u8 = 3;
    pub(in super::super) const SECONDARY: u8 = 4;
    pub(in super::super) const SECONDARY_STRONG: u8 = 5;
    pub(in super::super) const PRIMARY: u8 = 6;
    pub(in super::super) const PRIORITY: u8 = 7;
    pub(in super::super) const STRESS_BEFORE: u8 = 8;
    pub(in super::super) const PAUSE: u8 = 9;
    pub(in super::super) const PAUSE_SHORT: u8 = 10;
    pub(in super::super) const PAUSE_NO_LINK: u8 = 11;
    pub(in super::super) const LENGTHEN: u8 = 12;
    pub(in super::super) const SCHWA: u8 = 13;
    pub(in super::super) const END_WORD: u8 = 15;
    pub(in super::super) const SYLLABIC: u8 = 20;
    pub(in super::super) const SWITCH: u8 = 21;
    pub(in super::super) const PAUSE_VERY_SHORT: u8 = 23;
    pub(in super::super) const TONIC: u8 = 26;
}

/// One phoneme of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phoneme {
    /// Up to four ASCII letters, the first lowest.
    pub(super) mnemonic: u32,
    /// Properties; bits 16–19 are the place of articulation.
    pub(super) flags: u32,
    /// Word of the programs where this phoneme's begins; 0 for none.
    pub(super) program: u16,
    /// Its number.
    pub(super) code: u8,
    /// One of [`kind`].
    pub(super) kind: u8,
    /// Vowel colour at its start.
    pub(super) start: u8,
    /// Vowel colour at its end.
    pub(super) end: u8,
    /// Length, or the level of a stress mark.
    pub(super) length: u8,
}

impl Phoneme {
    /// Never to be stressed.
    pub(super) fn weak(&self) -> bool {
        self.flags & (1 << 1) != 0
    }

    /// A vowel that makes a syllable.
    pub(super) fn syllabic(&self) -> bool {
        self.kind == kind::VOWEL && self.flags & (1 << 20) == 0
    }

    /// A mark of stress rather than of tone.
    pub(super) fn is_stress(&self) -> bool {
        self.kind == kind::STRESS && self.program == 0
    }

    /// No phoneme: what an unused code stands for.
    const fn none(code: u8) -> Self {
        Self { mnemonic: 0, flags: 0, program: 0, code, kind: kind::INVALID, start: 0, end: 0, length: 0 }
    }
}

/// A voice's phonemes by code.
#[derive(Debug)]
pub(super) struct Table {
    phonemes: [Phoneme; 256],
    /// One more than the highest code.
    pub(super) count: usize,
}

impl Table {
    /// The phoneme with this code; an invalid one where the code is unused.
    pub(super) fn get(&self, code: u8) -> &Phoneme {
        &self.phonemes[usize::from(code)]
    }

    /// The code of a mnemonic such as `O@`; 0 if there is none.
    pub(super) fn find(&self, mnemonic: &str) -> u8 {
        let packed =
            mnemonic.bytes().take(4).enumerate().fold(0, |sum, (n, byte)| sum | u32::from(byte) << (8 * n));
        self.phonemes
            .iter()
            .find(|phoneme| phoneme.mnemonic == packed && packed != 0)
            .map_or(0, |phoneme| phoneme.code)
    }
}

/// Where the rules for a letter, or a pair of letters, begin.
#[derive(Debug)]
pub(super) struct Data {
    bytes: &'static [u8],
    tables: &'static [u8],
    programs: Vec<u16>,
    hashes: Vec<usize>,
    /// Rules by first byte; index 0 holds the rules of everything else.
    pub(super) single: Vec<Option<usize>>,
    /// Rules by the first two bytes, sorted.
    pub(super) pairs: Vec<([u8; 2], usize)>,
    letters: Vec<Option<usize>>,
    /// Characters, and what they are replaced by.
    pub(super) replacements: Vec<(String, String)>,
}

static FILE: &[u8] = include_bytes!("../data/english.bin");
static DATA: LazyLock<Data> = LazyLock::new(|| Data::read(FILE));

impl Data {
    /// The data of English, read on first use.
    pub(super) fn english() -> &'static Self {
        &DATA
    }

    fn read(file: &'static [u8]) -> Self {
        let body = file.windows(4).position(|four| four == b"---\n").map_or(file.len(), |at| at + 4);
        let size = |n: usize| word32(file, body + 4 * n) as usize;
        let part = |start: usize, length: usize| file.get(start..start + length).unwrap_or_default();
        let first = body + 12;
        let bytes = part(first, size(0));
        let tables = part(first + size(0), size(1));
        let programs = part(first + size(0) + size(1), size(2))
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        let mut data = Self {
            bytes,
            tables,
            programs,
            hashes: Vec::with_capacity(HASHES),
            single: vec![None; 256],
            pairs: Vec::new(),
            letters: vec![None; LETTER_GROUPS],
            replacements: Vec::new(),
        };
        data.index_words();
        data.index_rules(word32(bytes, 4) as usize);
        data
    }

    fn index_words(&mut self) {
        let mut at = 8;
        for _ in 0..HASHES {
            self.hashes.push(at);
            while self.byte(at) != 0 {
                at += usize::from(self.byte(at));
            }
            at += 1;
        }
    }

    fn index_rules(&mut self, start: usize) {
        let mut at = start;
        while self.byte(at) == mark::GROUP_START {
            at += 1;
            if self.byte(at) == mark::REPLACEMENTS {
                at = self.read_replacements((at + 4) & !3);
                continue;
            }
            if self.byte(at) == mark::LETTERS {
                let group = usize::from(self.byte(at + 1).wrapping_sub(b'A'));
                at += 2;
                if let Some(slot) = self.letters.get_mut(group) {
                    *slot = Some(at);
                }
            } else {
                let name = self.string(at);
                at += name.len() + 1;
                match *name {
                    [] => self.single[0] = Some(at),
                    [letter] => self.single[usize::from(letter)] = Some(at),
                    [first, second, ..] => self.pairs.push(([first, second], at)),
                }
            }
            while at < self.bytes.len() && self.byte(at) != mark::GROUP_END {
                at += self.string(at).len() + 1;
            }
            at += 1;
        }
        self.pairs.sort_unstable();
    }

    /// Pairs of strings up to four zero bytes; the place after the group's end.
    fn read_replacements(&mut self, start: usize) -> usize {
        let mut at = start;
        while at < self.bytes.len() && (0..4).any(|n| self.byte(at + n) != 0) {
            let from = self.string(at);
            let to = self.string(at + from.len() + 1);
            at += from.len() + to.len() + 2;
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            self.replacements.push((text(from), text(to)));
        }
        while at < self.bytes.len() && self.byte(at) != mark::GROUP_END {
            at += 1;
        }
        at + 1
    }

    /// A byte of the dictionary, 0 beyond it.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Bytes of the dictionary.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes from here up to the next zero.
    pub(super) fn string(&self, at: usize) -> &'static [u8] {
        let rest = self.bytes.get(at..).unwrap_or_default();
        &rest[..rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len())]
    }

    /// Bytes of the dictionary; fewer at its end.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'static [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Where the words with this hash begin.
    pub(super) fn bucket(&self, hash: usize) -> usize {
        self.hashes.get(hash).copied().unwrap_or(self.bytes.len())
    }

    /// Where the strings of a letter group begin.
    pub(super) fn letters(&self, group: usize) -> Option<usize> {
        self.letters.get(group).copied().flatten()
    }

    /// A word of the phoneme programs; `return` beyond them.
    pub(super) fn instruction(&self, at: usize) -> u16 {
        self.programs.get(at).copied().unwrap_or(1)
    }

    /// The phoneme table of this name with all it includes.
    pub(super) fn table(&self, name: &str) -> Table {
        let mut titles = Vec::new();
        let mut at = 4;
        for _ in 0..self.tables.first().copied().unwrap_or(0) {
            let Some(title) = self.tables.get(at..at + TITLE) else { break };
            let label = title[4..].split(|&byte| byte == 0).next().unwrap_or_default();
            titles.push((label, usize::from(title[1]), at + TITLE, usize::from(title[0])));
            at += TITLE + RECORD * usize::from(title[0]);
        }
        let mut chain = Vec::new();
        let mut next = titles.iter().position(|title| title.0 == name.as_bytes());
        while let Some(title) = next.and_then(|index| titles.get(index)) {
            chain.push((title.2, title.3));
            // A parent comes before its children, so the chain ends.
            next = title.1.checked_sub(1).filter(|&parent| Some(parent) < next);
        }
        let mut table = Table { phonemes: std::array::from_fn(|n| Phoneme::none(n as u8)), count: 0 };
        for (start, count) in chain.into_iter().rev() {
            for record in
                self.tables.get(start..start + RECORD * count).unwrap_or_default().chunks_exact(RECORD)
            {
                let code = record[10];
                table.count = table.count.max(usize::from(code) + 1);
                table.phonemes[usize::from(code)] = Phoneme {
                    mnemonic: word32(record, 0),
                    flags: word32(record, 4),
                    program: u16::from_le_bytes([record[8], record[9]]),
                    code,
                    kind: record[11],
                    start: record[12],
                    end: record[13],
                    length: record[14],
                };
            }
        }
        table
    }
}

/// A little-endian word; 0 beyond the bytes.
fn word32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}
