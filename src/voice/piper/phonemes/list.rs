// SPDX-License-Identifier: GPL-3.0-or-later
//! The phonemes of a clause as they are said: replaced by the voice, changed by their programs, linked; then in IPA.

use super::data::{Data, kind};
use super::engine::{Engine, Sound};
use super::program::{Context, Outcome};
use super::voice::Voice;

/// A phoneme that stress can be raised to.
const PRIMARY: u8 = 4;
/// Phonemes added to a clause by programs; a bound that no text reaches.
const ADDED: usize = 4000;
/// IPA for ASCII letters of mnemonics from the space on.
const IPA: [char; 96] = [
    ' ', '!', '"', 'ʰ', '$', '%', 'æ', 'ˈ', '(', ')', 'ɾ', '+', 'ˌ', '-', '.', '/', 'ɒ', '1', '2', 'ɜ', '4',
    '5', '6', '7', 'ɵ', '9', 'ː', 'ʲ', '<', '=', '>', 'ʔ', 'ə', 'ɑ', 'β', 'ç', 'ð', 'ɛ', 'F', 'ɢ', 'ħ', 'ɪ',
    'ɟ', 'K', 'ɫ', 'ɱ', 'ŋ', 'ɔ', 'Φ', 'ɣ', 'ʀ', 'ʃ', 'θ', 'ʊ', 'ʌ', 'œ', 'χ', 'ø', 'ʒ', '\u{32a}', '\\',
    ']', '^', '_', '`', 'a', 'b', 'c', 'd', 'e', 'f', 'ɡ', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q',
    'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '{', '|', '}', '\u{303}', '\u{7f}',
];

/// The list while it is made.
struct Maker<'a> {
    data: &'static Data,
    voice: &'a Voice,
    sounds: Vec<Sound>,
    vowel_before: Option<Sound>,
}

impl Maker<'_> {
    fn kind(&self, at: usize) -> u8 {
        self.sounds.get(at).map_or(kind::PAUSE, |sound| self.voice.table.get(sound.code).kind)
    }

    /// Runs the program of the phoneme here.
    fn run(&mut self, at: usize) -> Outcome {
        let sound = self.sounds[at];
        if sound.starts_word {
            self.vowel_before = None;
        }
        let context = Context {
            data: self.data,
            table: &self.voice.table,
            sounds: &self.sounds,
            at,
            start: 0,
            vowel_before: self.vowel_before,
            changing: true,
        };
        let outcome = context.run();
        if self.voice.table.get(sound.code).kind == kind::VOWEL {
            self.vowel_before = Some(sound);
        }
        outcome
    }

    /// Puts another phoneme here and runs that one's program.
    fn change(&mut self, at: usize, code: u8) -> Outcome {
        let was_vowel = self.kind(at) == kind::VOWEL;
        self.sounds[at].code = code;
        let vowel = self.kind(at) == kind::VOWEL;
        self.sounds[at].syllable = vowel;
        if vowel && !was_vowel {
            self.sounds[at].stress = 0;
        }
        self.run(at)
    }
}

impl Engine<'_> {
    /// Raises the stress of a word that may have it, if the last word of the clause has none.
    fn promote_stress(&mut self) {
        let mut highest = 0;
        let mut at = self.sounds.len().saturating_sub(2);
        while at > 0 {
            at -= 1;
            highest = highest.max(self.sounds[at].stress & 0x7f);
            if self.sounds[at].starts_word {
                break;
            }
        }
        if highest >= PRIMARY {
            return;
        }
        for sound in self.sounds[..at].iter_mut().rev() {
            if sound.promotable {
                sound.stress = PRIMARY;
                break;
            }
            if sound.stress >= PRIMARY {
                break;
            }
        }
    }

    /// Phonemes that the voice has others for.
    fn substitute(&self) -> Vec<Sound> {
        let table = &self.voice.table;
        let mut out: Vec<Sound> = Vec::with_capacity(self.sounds.len());
        let mut dropped_start = false;
        for (at, sound) in self.sounds.iter().enumerate() {
            let mut sound = *sound;
            if std::mem::take(&mut dropped_start) {
                sound.starts_word = true;
            }
            let next = self.sounds.get(at + 1);
            let word_end =
                next.is_none_or(|next| next.starts_word || table.get(next.code).kind == kind::PAUSE);
            let replacement = self.voice.replaced.iter().find(|replacement| {
                replacement.from == sound.code
                    && (word_end || !replacement.final_only)
                    && (sound.stress & 7 <= 3 || !replacement.unstressed_only)
            });
            if let Some(replacement) = replacement {
                sound.code = replacement.to;
                if sound.stress > 1 && table.get(sound.code).weak() {
                    sound.stress = 0;
                }
            }
            if sound.code == 0 {
                dropped_start = sound.starts_word;
                continue;
            }
            out.push(sound);
        }
        out
    }

    /// Makes the clause's final phonemes out of `self.sounds`; the pauses at both ends are left out.
    pub(super) fn list(&mut self) -> Vec<Sound> {
        self.promote_stress();
        let mut maker =
            Maker { data: self.data, voice: self.voice, sounds: self.substitute(), vowel_before: None };
        let mut count = maker.sounds.len().saturating_sub(2);
        give_word_stress(&mut maker.sounds, count);
        let mut out: Vec<Sound> = Vec::with_capacity(count + 8);
        let mut insert = 0;
        let mut at = 0;
        while (insert != 0 || at < count) && at < maker.sounds.len() && out.len() < ADDED {
            let inserted = insert != 0;
            if inserted {
                // Before the phoneme that is next; part of the word before.
                let token = maker.sounds[at.saturating_sub(1)].token;
                maker.sounds.insert(at, Sound { code: insert, token, ..Sound::default() });
                count += 1;
                insert = 0;
            }
            let mut outcome = maker.run(at);
            if outcome.change_next > 0
                && let Some(next) = maker.sounds.get_mut(at + 1)
            {
                next.code = outcome.change_next;
            }
            if outcome.insert > 0 && !inserted {
                insert = maker.sounds[at].code;
                outcome = maker.change(at, outcome.insert);
            }
            let mut dropped = false;
            if outcome.change > 0 {
                if outcome.change == 1 {
                    maker.sounds[at].code = 1;
                    dropped = true;
                } else {
                    outcome = maker.change(at, outcome.change);
                }
            }
            if maker.kind(at) == kind::VOWEL && !dropped && maker.sounds[at].stress <= 1 {
                weaken(&mut maker, at);
            }
            if maker.sounds.get(at + 1).is_some_and(|next| next.lengthened)
                && at > 0
                && matches!(
                    maker.kind(at + 1),
                    kind::FRICATIVE | kind::VOICED_FRICATIVE | kind::NASAL | kind::LIQUID
                )
            {
                insert = maker.sounds[at + 1].code;
                maker.sounds[at + 1].lengthened = false;
            }
            if insert == 0 {
                insert = outcome.append;
            }
            if !dropped {
                out.push(maker.sounds[at]);
            }
            at += 1;
        }
        out
    }

    /// The IPA of a finished list, phoneme by phoneme, with the word each belongs to; a space before each word but
    /// the first.
    pub(super) fn ipa(&self, list: &[Sound]) -> Vec<(String, Option<usize>)> {
        let mut sounds = list.to_vec();
        // What the programs see behind the last phoneme.
        sounds.extend([Sound { code: super::data::code::PAUSE, starts_word: true, ..Sound::default() }; 2]);
        let mut out = Vec::with_capacity(list.len() + list.len() / 4);
        let mut first = true;
        for at in 0..list.len() {
            let sound = sounds[at];
            if sound.starts_word && !std::mem::replace(&mut first, false) && at > 0 {
                out.push((" ".to_owned(), None));
            }
            if at == 0 {
                // The pause at the beginning.
                continue;
            }
            let context = Context {
                data: self.data,
                table: &self.voice.table,
                sounds: &sounds,
                at,
                start: at,
                vowel_before: None,
                changing: false,
            };
            let given = context.run().ipa;
            let mut text = String::new();
            if sound.syllable && sound.stress > 1 {
                text.push(if sound.stress > 3 { 'ˈ' } else { 'ˌ' });
            }
            text.push_str(&self.name_of(sound.code, &given));
            if sound.lengthened {
                text.push_str(&self.name_of(super::data::code::LENGTHEN, &given));
            }
            if sound.syllable && self.voice.table.get(sound.code).kind != kind::VOWEL {
                text.push_str(&self.name_of(super::data::code::SYLLABIC, &given));
            }
            out.push((text, Some(sound.token)));
        }
        out
    }

    /// The IPA of a phoneme: as its program gives it, else by its mnemonic.
    fn name_of(&self, code: u8, given: &[u8]) -> String {
        if code == super::data::code::END_WORD || given.first() == Some(&b' ') {
            return String::new();
        }
        let given = given.strip_prefix(&given[..usize::from(given.first().is_some_and(|&byte| byte < 0x20))]);
        if let Some(given) = given.filter(|given| !given.is_empty()) {
            return String::from_utf8_lossy(given).into_owned();
        }
        let entry = self.voice.table.get(code);
        let letters: Vec<u8> =
            entry.mnemonic.to_le_bytes().into_iter().take_while(|&byte| byte != 0 && byte != b'/').collect();
        if letters.first() == Some(&b'_') {
            return String::new();
        }
        letters
            .iter()
            .enumerate()
            .take_while(|&(_, &byte)| byte != b'#' || entry.kind != kind::VOWEL)
            .filter(|&(n, byte)| n == 0 || !byte.is_ascii_digit())
            .map(|(_, &byte)| {
                IPA.get(usize::from(byte).wrapping_sub(0x20)).copied().unwrap_or(char::from(byte))
            })
            .collect()
    }
}

/// Gives every phoneme the highest stress of its word.
fn give_word_stress(sounds: &mut [Sound], count: usize) {
    let mut at = 0;
    while at < count {
        if !sounds[at].starts_word {
            at += 1;
            continue;
        }
        let end = (at + 1..count).find(|&next| sounds[next].starts_word).unwrap_or(count);
        let highest = sounds[at..end].iter().map(|sound| sound.stress).max().unwrap_or(0);
        for sound in &mut sounds[at..end] {
            sound.word_stress = highest;
        }
        at = end;
    }
}

/// Two weak vowels in a row, in words without stress, are both diminished.
fn weaken(maker: &mut Maker<'_>, at: usize) {
    let next = (at + 1..maker.sounds.len())
        .take_while(|&next| maker.kind(next) != kind::PAUSE)
        .find(|&next| maker.kind(next) == kind::VOWEL);
    let Some(next) = next.filter(|&next| maker.sounds[next].stress <= 1) else { return };
    for at in [at, next] {
        if maker.sounds[at].word_stress < PRIMARY {
            maker.sounds[at].stress = 0;
        }
    }
}
