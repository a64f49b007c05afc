// SPDX-License-Identifier: GPL-3.0-or-later
//! Letters as the rules see them: a padded byte buffer to look around in, and what a character is.

/// Letter groups of the rules, by number: A B C H F G Y, and the vowels with y.
const GROUPS: [&[u8]; 8] = [
    b"aeiou",
    b"bcdfgjklmnpqstvxz",
    b"bcdfghjklmnpqrstvwxz",
    b"hlmnr",
    b"cfhkpqstx",
    b"bdgjlmnrvwyz",
    b"aeiouy",
    b"aeiouy",
];

/// Group of the consonants.
pub(super) const HARD: usize = 1;
/// Group of the vowels with y.
pub(super) const VOWELS: usize = 7;

/// Stands for an `e` that a rule has made silent.
pub(super) const SILENT_E: u8 = b'E';

/// Plain letters for U+00C0 to U+025D, `.` where there is none.
const PLAIN: &[u8] = b"\
    aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuuuyty\
    aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll\
    lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs\
    bbbb..occdddddeeeffgghiikkllmnnoooooppy..ssttttuuuvyyzzzzzzz...w\
    tttkdddlllnnnaaiioouuuuuuuuuueaaaaaaggggkkoooozzjdddggwwnnaaaaoo\
    aaaaeeeeiiiioooorrrruuuussttyyhhndoozzaaeeooooooooyylntjdqacclts\
    z..buveejjqqrryyaaabocddeeeeee";

/// Text under translation: bytes with something to see on both sides of every word.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
    /// Where the clause ends; nothing outside a clause is ever at its end.
    pub(super) end: usize,
}

impl Text {
    /// A word by itself: a zero, a space, the word, spaces.
    pub(super) fn word(word: &[u8]) -> Self {
        let mut bytes = vec![0, b' ', b' '];
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"    ");
        Self { bytes, end: usize::MAX }
    }

    /// Where the word of [`Text::word`] begins.
    pub(super) const START: usize = 3;

    /// The byte here; 0 outside.
    pub(super) fn at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The byte before; 0 outside.
    pub(super) fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(0, |before| self.at(before))
    }

    /// Changes a byte, if it is inside.
    pub(super) fn set(&mut self, at: usize, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(at) {
            *slot = byte;
        }
    }

    /// The character that begins here, and how many bytes it has (at least one).
    pub(super) fn char_at(&self, at: usize) -> (u32, usize) {
        let lead = self.at(at);
        let more = match lead {
            0..0xc0 => return (u32::from(lead), 1),
            0xc0..0xe0 => 1,
            0xe0..0xf0 => 2,
            _ => 3,
        };
        let first = u32::from(lead) & (0x3f >> more);
        let value = (1..=more).fold(first, |sum, n| sum << 6 | u32::from(self.at(at + n) & 0x3f));
        (value, more + 1)
    }

    /// The character that this byte is part of, and how many bytes it has.
    pub(super) fn char_over(&self, at: usize) -> (u32, usize) {
        let mut start = at;
        while start > 0 && self.at(start) & 0xc0 == 0x80 {
            start -= 1;
        }
        self.char_at(start)
    }

    /// The place of the space (or end) after the word that begins here.
    pub(super) fn word_end(&self, start: usize) -> usize {
        (start..self.bytes.len()).find(|&at| matches!(self.bytes[at], b' ' | 0)).unwrap_or(self.bytes.len())
    }

    /// Puts bytes back where they were.
    pub(super) fn restore(&mut self, start: usize, saved: &[u8]) {
        if let Some(slots) = self.bytes.get_mut(start..start + saved.len()) {
            slots.copy_from_slice(saved);
        }
    }
}

/// The plain letter under an accented one.
pub(super) fn plain(letter: u32) -> Option<u8> {
    let index = letter.checked_sub(0xc0)? as usize;
    PLAIN.get(index).copied().filter(|&byte| byte != b'.')
}

/// Bit n of a letter's entry: it is in group n.
const GROUP_BITS: [u8; 128] = {
    let mut bits = [0; 128];
    let mut group = 0;
    while group < GROUPS.len() {
        let mut index = 0;
        while index < GROUPS[group].len() {
            bits[GROUPS[group][index] as usize] |= 1 << group;
            index += 1;
        }
        group += 1;
    }
    bits
};

/// Is the letter in this group of the rules?
pub(super) fn in_group(letter: u32, group: usize) -> bool {
    let base = if letter < 0xc0 { letter } else { plain(letter).map_or(0, u32::from) };
    GROUP_BITS.get(base as usize).is_some_and(|bits| group < GROUPS.len() && bits & 1 << group != 0)
}

/// Letters, and marks that belong to letters.
pub(super) fn is_alpha(c: u32) -> bool {
    is_letter(c) || matches!(c, 0x300..=0x36f | 0x5b0..=0x5c2 | 0x64b..=0x65e | 0x670 | 0x901..=0xdf7)
}

/// Letters alone.
pub(super) fn is_letter(c: u32) -> bool {
    char::from_u32(c).is_some_and(char::is_alphabetic)
}

/// An ASCII digit.
pub(super) fn is_digit(c: u32) -> bool {
    matches!(c, 0x30..=0x39)
}

/// White space, and what is drawn as nothing.
pub(super) fn is_space(c: u32) -> bool {
    c != 0
        && (char::from_u32(c).is_some_and(char::is_whitespace)
            || matches!(c, 0x2500..0x25a0 | 0xfff9..=0xffff))
}

/// Capital letters.
pub(super) fn is_upper(c: u32) -> bool {
    char::from_u32(c).is_some_and(char::is_uppercase)
}

/// Small letters.
pub(super) fn is_lower(c: u32) -> bool {
    char::from_u32(c).is_some_and(char::is_lowercase)
}

/// The small letter of a capital, where it is one character.
pub(super) fn lower(c: u32) -> u32 {
    let Some(letter) = char::from_u32(c) else { return c };
    let mut lowered = letter.to_lowercase();
    match (lowered.next(), lowered.next()) {
        (Some(one), None) => u32::from(one),
        _ => c,
    }
}

/// Brackets, quotation marks, and dashes.
pub(super) fn is_bracket(c: u32) -> bool {
    matches!(c, 0x2014..=0x201f | 0xab | 0xbb | 0x300a | 0x300b)
        || u8::try_from(c).is_ok_and(|byte| b"()[]{}<>\"'`".contains(&byte))
}

/// Writes a character at the end of some bytes.
pub(super) fn push(bytes: &mut Vec<u8>, c: u32) {
    let letter = char::from_u32(c).unwrap_or(' ');
    bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}
