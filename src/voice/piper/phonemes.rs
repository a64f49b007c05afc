// SPDX-License-Identifier: GPL-3.0-or-later
//! Spoken text → the phonemes that Piper's English voices were trained on.
//!
//! Piper (`piper-tts` 1.8.0) takes its phonemes from espeak-ng, and a voice knows no others, so they have to be the
//! same to the letter. This module reads espeak-ng's own compiled English data (`data/english.bin`) and does with it
//! what the C program does: dictionary, letter rules, affixes, stress, the programs that change a phoneme among its
//! neighbours. It follows that program's algorithm, which is under GPL-3.0-or-later, and so is everything here.
//!
//! Words of a text are what stands between spaces; every phoneme knows its word, which gives word times once the
//! durations of phonemes are known.
//!
//! Cost: about a third of a millisecond for a sentence of thirteen words even without optimisation; the worst text
//! found (one word of nothing but prefixes) takes 0.15 ms a byte. Nothing is lost at the limits: a clause longer than
//! espeak-ng's buffer is cut where espeak-ng cuts it, and read on.

mod affixes;
mod clause;
mod data;
mod engine;
mod given;
mod ids;
mod letters;
mod list;
mod lookup;
mod matching;
mod program;
mod rules;
mod sides;
mod spelling;
mod stress;
mod tokens;
mod translate;
mod voice;
mod word;

#[cfg(test)]
mod tests;

pub use ids::{IdMap, Ids};

use engine::Engine;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization as _;
use voice::Voice;

/// One phoneme: a code point in canonical decomposition, as Piper counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phoneme {
    /// A letter, a stress or length mark, a space, or punctuation.
    pub symbol: char,
    /// Index into [`Spoken::words`]; `None` for spaces and punctuation.
    pub word: Option<usize>,
}

/// The phonemes of one sentence, which is one call of the model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence {
    /// In the order they are said, punctuation included.
    pub phonemes: Vec<Phoneme>,
}

impl Sentence {
    /// The symbols in one string.
    ///
    /// ```
    /// # use bulletin::voice::phonemes::Phonemiser;
    /// let spoken = Phonemiser::new("en-us").unwrap().phonemes("Good evening.");
    /// assert_eq!(spoken.sentences[0].symbols(), "ɡˈʊd ˈiːvnɪŋ.");
    /// ```
    pub fn symbols(&self) -> String {
        self.phonemes.iter().map(|phoneme| phoneme.symbol).collect()
    }
}

/// A text as phonemes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spoken {
    /// Sentences, ended by `. ? !` or by the text's end.
    pub sentences: Vec<Sentence>,
    /// The words of the text, bytes between spaces.
    pub words: Vec<Range<usize>>,
    /// Characters that nothing could be said for, each once.
    pub unspoken: Vec<char>,
}

/// Text to phonemes for one voice.
///
/// Reads its data once per process; cheap to share between threads.
///
/// ```
/// # use bulletin::voice::phonemes::Phonemiser;
/// let phonemiser = Phonemiser::new("en-gb-x-rp").unwrap();
/// let spoken = phonemiser.phonemes("Water of the sea.");
/// assert_eq!(spoken.sentences[0].symbols(), "wˈɔːtɐɹ ɒvðə sˈiː.");
/// ```
#[derive(Debug)]
pub struct Phonemiser {
    voice: Voice,
}

impl Phonemiser {
    /// The phonemiser of a voice as a Piper config's `espeak.voice` names it; `None` for one that is not English.
    ///
    /// ```
    /// # use bulletin::voice::phonemes::Phonemiser;
    /// assert!(Phonemiser::new("en-gb-x-rp").is_some());
    /// assert!(Phonemiser::new("de").is_none());
    /// ```
    pub fn new(voice: &str) -> Option<Self> {
        Voice::named(voice).map(|voice| Self { voice })
    }

    /// The names [`Phonemiser::new`] knows.
    pub fn voices() -> impl Iterator<Item = &'static str> {
        Voice::names()
    }

    /// The phonemes of a text in the spoken alphabet; anything else is read as well as it can be, and what cannot is
    /// reported.
    ///
    /// ```
    /// # use bulletin::voice::phonemes::Phonemiser;
    /// let spoken = Phonemiser::new("en-us").unwrap().phonemes("Hello there, world");
    /// assert_eq!(spoken.sentences[0].symbols(), "həlˈoʊ ðˈɛɹ, wˈɜːld");
    /// assert_eq!(spoken.words, [0..5, 6..12, 13..18]);
    /// assert_eq!(spoken.sentences[0].phonemes[0].word, Some(0));
    /// ```
    pub fn phonemes(&self, text: &str) -> Spoken {
        self.phonemes_with(text, &[])
    }

    /// The same with pronunciations given for parts of the text, as byte ranges and IPA.
    ///
    /// A range stands for all words it touches. Marks of stress may stand before the syllable; they are put before
    /// its vowel, as the voices expect.
    ///
    /// ```
    /// # use bulletin::voice::phonemes::Phonemiser;
    /// let spoken = Phonemiser::new("en-gb-x-rp").unwrap().phonemes_with("In Milngavie today.", &[(3..12, "mʌlˈɡaɪ")]);
    /// assert_eq!(spoken.sentences[0].symbols(), "ɪn mʌlɡˈaɪ tədˈeɪ.");
    /// ```
    pub fn phonemes_with(&self, text: &str, given: &[(Range<usize>, &str)]) -> Spoken {
        let words: Vec<Range<usize>> = word_ranges(text).collect();
        let given = given::by_word(&words, given);
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut engine = Engine::new(&self.voice);
        let mut spoken = Spoken { words, ..Spoken::default() };
        let mut sentence = Sentence::default();
        for clause in clause::Clauses::new(&chars) {
            engine.begin_clause(clause.end.sentence());
            (engine.capitals, engine.small_letters) = (clause.capitals, clause.small_letters);
            let mut text = engine.tokens(&clause);
            engine.sounds(&mut text);
            let list = engine.list();
            let mut said = Vec::new();
            for (symbols, token) in engine.ipa(&list) {
                let place = token.and_then(|token| engine.words.get(token)).map(|token| token.source);
                let word = place.and_then(|place| word_at(&spoken.words, place));
                said.extend(symbols.nfd().map(|symbol| Phoneme { symbol, word }));
            }
            sentence.phonemes.extend(given::put_in(said, &given));
            if let clause::End::Mark(mark) = clause.end {
                sentence.phonemes.push(Phoneme { symbol: mark, word: None });
                if matches!(mark, ',' | ':' | ';') {
                    sentence.phonemes.push(Phoneme { symbol: ' ', word: None });
                }
            }
            if clause.end.sentence() && !sentence.phonemes.is_empty() {
                spoken.sentences.push(std::mem::take(&mut sentence));
            }
        }
        if !sentence.phonemes.is_empty() {
            spoken.sentences.push(sentence);
        }
        spoken.unspoken = engine.unspoken;
        spoken
    }
}

/// Bytes between white space.
fn word_ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_whitespace().map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}

/// The word that a byte of the text is in.
fn word_at(words: &[Range<usize>], place: usize) -> Option<usize> {
    let index = words.partition_point(|word| word.end <= place);
    words.get(index).filter(|word| word.contains(&place)).map(|_| index)
}
