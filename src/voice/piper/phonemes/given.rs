// SPDX-License-Identifier: GPL-3.0-or-later
//! Pronunciations given from outside, in IPA as people write it, put in the place of the engine's.

use super::Phoneme;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization as _;

/// Vowels that a stress mark is put before.
const VOWELS: &str = "aeiouyæœøɐɑɒɔəɘɚɛɜɝɞɪɨʉɯɤɵʊʌᵻ";

/// A pronunciation and the words it stands for.
#[derive(Debug, Clone)]
pub(super) struct Given {
    words: Range<usize>,
    symbols: Vec<char>,
}

/// Turns ranges of bytes into ranges of words; what touches no word or has no symbols is left out.
pub(super) fn by_word(words: &[Range<usize>], given: &[(Range<usize>, &str)]) -> Vec<Given> {
    let mut all: Vec<Given> = given
        .iter()
        .filter_map(|(range, ipa)| {
            let first = words.partition_point(|word| word.end <= range.start);
            let end = words.partition_point(|word| word.start < range.end);
            let symbols = respell(ipa);
            (!range.is_empty() && first < end && !symbols.is_empty())
                .then_some(Given { words: first..end, symbols })
        })
        .collect();
    all.sort_by_key(|given| given.words.start);
    all
}

/// IPA in the symbols of espeak-ng: `ɡ`, `ɹ`, no ties or dots, the stress before the vowel.
pub(super) fn respell(ipa: &str) -> Vec<char> {
    let mut out = Vec::new();
    let mut stress = None;
    for symbol in ipa.trim().nfd() {
        match symbol {
            'ˈ' | '\'' | 'ˌ' => stress = Some(if symbol == 'ˌ' { 'ˌ' } else { 'ˈ' }),
            '\u{361}' | '\u{35c}' | '.' | '/' | '[' | ']' | '‿' => {}
            'g' => out.push('ɡ'),
            'r' => out.push('ɹ'),
            ':' => out.push('ː'),
            'ʤ' => out.extend(['d', 'ʒ']),
            'ʧ' => out.extend(['t', 'ʃ']),
            _ => {
                if VOWELS.contains(symbol) {
                    out.extend(stress.take());
                }
                out.push(symbol);
            }
        }
    }
    out
}

/// Puts the given pronunciations in; each once, where its first word is said.
pub(super) fn put_in(said: Vec<Phoneme>, given: &[Given]) -> Vec<Phoneme> {
    if given.is_empty() {
        return said;
    }
    let of = |phoneme: &Phoneme| {
        phoneme.word.and_then(|word| given.iter().position(|given| given.words.contains(&word)))
    };
    let mut out: Vec<Phoneme> = Vec::with_capacity(said.len());
    let mut last = None;
    for (index, phoneme) in said.iter().enumerate() {
        let Some(which) = of(phoneme) else {
            // A space inside what is replaced goes with it.
            let next = said[index..].iter().find(|phoneme| phoneme.word.is_some()).and_then(of);
            if phoneme.word.is_some() || last.is_none() || next != last {
                out.push(*phoneme);
                if phoneme.word.is_some() {
                    last = None;
                }
            }
            continue;
        };
        if last == Some(which) {
            continue;
        }
        last = Some(which);
        let Given { words, symbols } = &given[which];
        // Spaces in the pronunciation part its words; more words than those share the last part.
        let mut word = words.start;
        for &symbol in symbols {
            if symbol == ' ' {
                word = (word + 1).min(words.end - 1);
                out.push(Phoneme { symbol, word: None });
            } else {
                out.push(Phoneme { symbol, word: Some(word) });
            }
        }
    }
    out
}
