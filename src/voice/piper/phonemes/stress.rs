// SPDX-License-Identifier: GPL-3.0-or-later
//! Where the stress of a word lies, and how it is marked before every vowel.

use super::data::{Table, code, kind};

/// Stress levels of vowels.
pub(super) const DIMINISHED: i8 = 0;
pub(super) const UNSTRESSED: i8 = 1;
pub(super) const NOT_STRESSED: i8 = 2;
pub(super) const SECONDARY: i8 = 3;
pub(super) const PRIMARY: i8 = 4;
pub(super) const PRIORITY: i8 = 5;

/// The mark for each level.
const MARKS: [u8; 7] = [
    code::DIMINISHED,
    code::UNSTRESSED,
    code::SECONDARY,
    code::SECONDARY_STRONG,
    code::PRIMARY,
    code::PRIORITY,
    code::TONIC,
];
/// Phonemes of a word that are kept.
pub(super) const WORD_PHONEMES: usize = 200;
/// Vowels of a word that are counted.
const WORD_VOWELS: usize = WORD_PHONEMES / 2 - 1;

/// The vowels of a word and their levels; −1 where nothing is said.
struct Vowels {
    /// One entry before the first vowel, one after the last.
    levels: Vec<i8>,
    /// One more than the number of vowels.
    count: usize,
    /// The highest level given; −1 for none.
    highest: i8,
}

/// Takes the stress marks out of the phonemes and gives their levels to the vowels.
fn vowels(table: &Table, phonemes: &mut Vec<u8>, fixed: usize, keep_weak: bool) -> Vowels {
    let mut levels = vec![UNSTRESSED];
    let (mut highest, mut pending) = (-1, -1);
    let mut kept = Vec::with_capacity(phonemes.len());
    for &phoneme in phonemes.iter() {
        if levels.len() >= WORD_VOWELS {
            break;
        }
        let entry = table.get(phoneme);
        if entry.is_stress() {
            if phoneme == code::STRESS_BEFORE {
                promote_previous(&mut levels, fixed, &mut highest);
            } else if entry.length < 4 || fixed == 0 {
                pending = entry.length as i8;
                highest = highest.max(pending);
            }
            continue;
        }
        if entry.syllabic() {
            levels.push(if pending < 0 && keep_weak && entry.weak() { UNSTRESSED } else { pending });
            pending = -1;
        } else if phoneme == code::SYLLABIC {
            levels.push(if pending < 0 && keep_weak { UNSTRESSED } else { pending });
        }
        kept.push(phoneme);
    }
    let count = levels.len();
    levels.push(UNSTRESSED);
    *phonemes = kept;
    if fixed > 0 {
        levels[fixed.min(count - 1)] = PRIMARY;
        highest = PRIMARY;
    }
    if highest == PRIORITY {
        for level in levels.iter_mut().take(count).skip(1) {
            if *level == PRIMARY {
                *level = SECONDARY;
            } else if *level == PRIORITY {
                *level = PRIMARY;
            }
        }
        highest = PRIMARY;
    }
    Vowels { levels, count, highest }
}

/// A mark after a vowel stresses the vowel before it, unless that one must stay weak.
fn promote_previous(levels: &mut [i8], fixed: usize, highest: &mut i8) {
    if fixed != 0 {
        return;
    }
    let mut index = levels.len() - 1;
    while index > 0 && levels[index] < PRIMARY {
        if levels[index] != DIMINISHED && levels[index] != UNSTRESSED {
            levels[index] = PRIMARY;
            *highest = (*highest).max(PRIMARY);
            for level in &mut levels[1..index] {
                if *level == PRIMARY {
                    *level = SECONDARY;
                }
            }
            return;
        }
        index -= 1;
    }
}

/// Guesses the stress of a word from its phonemes and its dictionary flags, and marks every vowel.
///
/// `flags` is the first word of the dictionary flags; `tonic` replaces the highest stress where it is 0 or more.
pub(super) fn mark(table: &Table, phonemes: &mut Vec<u8>, flags: u32, tonic: i8) {
    phonemes.truncate(WORD_PHONEMES);
    for phoneme in phonemes.iter_mut() {
        if usize::from(*phoneme) >= table.count {
            *phoneme = code::SCHWA;
        }
    }
    if phonemes.is_empty() {
        return;
    }
    let bits = flags as usize;
    let unstressed_word = bits & 8 != 0;
    let fixed = if unstressed_word { bits & 3 } else { bits & 7 };
    let Vowels { mut levels, count, mut highest, .. } = vowels(table, phonemes, fixed, true);
    highest = highest.max(DIMINISHED);
    fill(&mut levels, count, if highest < PRIMARY { PRIMARY } else { SECONDARY });

    let mut tonic = tonic;
    if unstressed_word && tonic < 0 {
        // A word of one syllable stays weak; a longer one has its secondary stress.
        tonic = if count <= 2 { UNSTRESSED } else { SECONDARY };
    }
    let (mut top, mut top_at) = (DIMINISHED, 0);
    for (index, &level) in levels.iter().enumerate().take(count).skip(1) {
        if level >= top {
            (top, top_at) = (level, index);
        }
    }
    if tonic >= 0 && (tonic > top || top <= PRIMARY) {
        levels[top_at] = tonic;
    }
    write(table, phonemes, &mut levels, count);
}

/// Stresses vowels that stand between unstressed ones: the first with `level`, the rest with a secondary stress.
fn fill(levels: &mut [i8], count: usize, level: i8) {
    let mut level = level;
    for index in 1..count {
        if levels[index] >= DIMINISHED {
            continue;
        }
        let after = levels[index + 1];
        if levels[index - 1] <= UNSTRESSED
            && (after <= UNSTRESSED || (level == PRIMARY && after <= NOT_STRESSED))
        {
            levels[index] = level;
            level = SECONDARY;
        }
    }
}

/// Puts the marks back before the vowels.
fn write(table: &Table, phonemes: &mut Vec<u8>, levels: &mut [i8], count: usize) {
    let mut out = Vec::with_capacity(phonemes.len() * 2);
    let mut vowel = 1;
    for (index, &phoneme) in phonemes.iter().enumerate() {
        if out.len() >= WORD_PHONEMES - 3 {
            break;
        }
        let entry = table.get(phoneme);
        let marked = phonemes.get(index + 1) == Some(&code::SYLLABIC);
        if entry.kind != kind::PAUSE && (entry.syllabic() || marked) && vowel < levels.len() {
            let mut level = levels[vowel];
            if level <= UNSTRESSED {
                let last = vowel + 1 == count;
                let before_weak_last = vowel + 2 == count && levels[count - 1] <= UNSTRESSED;
                level = if vowel == 1 || last || before_weak_last { UNSTRESSED } else { DIMINISHED };
                if level == DIMINISHED {
                    levels[vowel] = level;
                }
            }
            if level == DIMINISHED || level > UNSTRESSED {
                out.push(MARKS[level as usize]);
            }
            vowel += 1;
        }
        if phoneme != code::NULL {
            out.push(phoneme);
        }
    }
    *phonemes = out;
}

/// Raises the main stress of a word to `level`, or lowers all to it.
pub(super) fn change(table: &Table, phonemes: &mut Vec<u8>, level: i8) {
    let Vowels { mut levels, count, highest, .. } = vowels(table, phonemes, 0, false);
    let inner = levels.get_mut(1..count).unwrap_or_default();
    if level >= PRIMARY {
        if let Some(slot) = inner.iter_mut().find(|slot| **slot >= highest) {
            *slot = level;
        }
    } else {
        for slot in inner.iter_mut().filter(|slot| **slot > level) {
            *slot = level;
        }
    }
    let mut out = Vec::with_capacity(phonemes.len() * 2);
    let mut vowel = 1;
    for &phoneme in phonemes.iter() {
        if table.get(phoneme).syllabic() {
            let level = levels.get(vowel).copied().unwrap_or(UNSTRESSED);
            if level == DIMINISHED || level > UNSTRESSED {
                out.push(MARKS[level as usize]);
            }
            vowel += 1;
        }
        out.push(phoneme);
    }
    *phonemes = out;
}
