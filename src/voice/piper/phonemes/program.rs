// SPDX-License-Identifier: GPL-3.0-or-later
//! The programs of phonemes: how one changes, is dropped, or brings another along, by what stands around it.

use super::data::{Data, Phoneme, Table, kind};
use super::engine::Sound;

/// Calls inside calls.
const CALLS: usize = 10;
/// Instructions of one program; far more than any has, so that a loop in the data ends.
const STEPS: usize = 2000;

/// What a program asks for; codes are 0 for nothing.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) change: u8,
    pub(super) change_next: u8,
    pub(super) insert: u8,
    pub(super) append: u8,
    /// Name in IPA, where the program gives one.
    pub(super) ipa: Vec<u8>,
}

/// Where a program runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) data: &'static Data,
    pub(super) table: &'a Table,
    pub(super) sounds: &'a [Sound],
    /// The phoneme itself.
    pub(super) at: usize,
    /// The first phoneme that may be looked at.
    pub(super) start: usize,
    /// The vowel before in the word.
    pub(super) vowel_before: Option<Sound>,
    /// While the list is made, phonemes change; while names are looked up they do not.
    pub(super) changing: bool,
}

/// A phoneme that a condition is about; no place in the list for the remembered vowel.
struct Subject {
    sound: Sound,
    at: Option<usize>,
}

impl<'a> Context<'a> {
    fn sound(&self, at: usize) -> Sound {
        self.sounds.get(at).copied().unwrap_or_default()
    }

    fn entry(&self, at: usize) -> &'a Phoneme {
        self.table.get(self.sound(at).code)
    }

    fn starts_word(&self, at: usize) -> bool {
        self.sound(at).starts_word
    }

    /// Runs the program of the phoneme at `at`.
    pub(super) fn run(&self) -> Outcome {
        let mut outcome = Outcome::default();
        let mut at = usize::from(self.entry(self.at).program);
        if at == 0 {
            return outcome;
        }
        let mut calls: Vec<usize> = Vec::new();
        let mut finish = 0;
        for _ in 0..STEPS {
            let instruction = self.data.instruction(at);
            let low = (instruction & 0xff) as u8;
            let second = (instruction >> 8 & 0xf) as u8;
            match instruction >> 12 {
                0 => finish = self.simple(&mut outcome, &mut at, low, second, finish),
                1 if self.changing && second < 8 && self.stress_is(self.at, second & 7, true) => {
                    outcome.change = low;
                    finish = 1;
                }
                2 | 3 => at = self.conditions(at),
                6 => match second >> 1 {
                    // A jump counts from the word after it.
                    0 => at += usize::from(low).saturating_sub(1),
                    5 | 6 => at += 12,
                    _ => {}
                },
                9 => {
                    let target =
                        usize::from(instruction & 0xf) << 16 | usize::from(self.data.instruction(at + 1));
                    at += 1;
                    if second == 1 && calls.len() < CALLS {
                        calls.push(at);
                        at = target.wrapping_sub(1);
                    }
                }
                10 => at += 3,
                11.. => {
                    let sound = (instruction >> 12) - 11;
                    at += 1;
                    let next = self.data.instruction(at + 1);
                    if next != 2 {
                        if sound < 2 {
                            finish = if next >> 12 == 0xf { 2 } else { 1 };
                        } else if sound == 4 {
                            finish -= 1;
                        }
                    }
                }
                _ => {}
            }
            if finish == 1 {
                let Some(back) = calls.pop() else { break };
                finish = 0;
                at = back;
            }
            at = at.wrapping_add(1);
        }
        outcome
    }

    /// Instructions of one word, and the name in IPA.
    fn simple(&self, outcome: &mut Outcome, at: &mut usize, low: u8, second: u8, finish: i32) -> i32 {
        match second {
            0 if low == 1 => return 1,
            1 => {
                outcome.change = low;
                if self.changing {
                    return 1;
                }
            }
            2 => outcome.change_next = low,
            3 => outcome.insert = low,
            4 => outcome.append = low,
            5 if self.entry(self.at + 1).kind == kind::VOWEL => outcome.append = low,
            0xd => {
                outcome.ipa.clear();
                for _ in 0..usize::from(low.min(16)).div_ceil(2) {
                    *at += 1;
                    outcome.ipa.extend_from_slice(&self.data.instruction(*at).to_be_bytes());
                }
                outcome.ipa.truncate(outcome.ipa.iter().position(|&byte| byte == 0).unwrap_or(usize::MAX));
            }
            _ => {}
        }
        finish
    }

    /// Words of the instruction here.
    fn words(&self, at: usize) -> usize {
        let instruction = self.data.instruction(at);
        match instruction >> 12 {
            0 if instruction >> 8 & 0xf == 0xd => usize::from(instruction & 0xff).div_ceil(2) + 1,
            2 | 3 if matches!(instruction & 0xf00, 0x600 | 0xd00) => 2,
            6 if matches!(instruction >> 9 & 7, 5 | 6) => 12,
            9 => 2,
            10 => 4,
            11.. => {
                let next = self.data.instruction(at + 2);
                if next >> 12 == 0xf {
                    4
                } else if next == 2 {
                    3
                } else {
                    2
                }
            }
            _ => 1,
        }
    }

    /// A series of conditions and what hangs on it; the place of the last word done with.
    fn conditions(&self, start: usize) -> usize {
        let mut at = start;
        let (mut truth, mut either) = (true, false);
        let mut instruction = self.data.instruction(at);
        while instruction & 0xe000 == 0x2000 {
            let mut this = self.condition(at);
            at += self.words(at);
            if self.data.instruction(at) == 3 {
                this = !this;
                at += 1;
            }
            truth = if either { truth || this } else { truth && this };
            either = instruction & 0x1000 != 0;
            instruction = self.data.instruction(at);
        }
        if !truth {
            if instruction & 0xf800 == 0x6800 {
                at += usize::from(instruction & 0xff);
            } else {
                at += self.words(at);
                if self.data.instruction(at) & 0xfe00 == 0x6000 {
                    at += 1;
                }
            }
        }
        at.wrapping_sub(1)
    }

    fn condition(&self, at: usize) -> bool {
        let instruction = self.data.instruction(at) & 0xfff;
        let low = (instruction & 0xff) as u8;
        let second = instruction >> 8;
        if second >= 14 {
            // Pre-voicing and synthesisers, which are not ours.
            return false;
        }
        let which = match second % 7 {
            6 => self.data.instruction(at + 1),
            which => which,
        };
        let Some(subject) = self.subject(which) else { return false };
        let entry = self.table.get(subject.sound.code);
        let backwards = matches!(which, 0 | 5 | 8 | 10);
        if second < 7 {
            if self.table.get(low).mnemonic == entry.mnemonic {
                return true;
            }
            return low == if backwards && entry.kind == kind::VOWEL { entry.end } else { entry.start };
        }
        let value = low & 0x1f;
        match low & 0xe0 {
            0x00 => entry.kind == value,
            0x20 => entry.flags >> 16 & 0xf == u32::from(value),
            0x40 => entry.flags & 1u32.wrapping_shl(u32::from(value)) != 0,
            0x80 => self.other(&subject, entry, value),
            _ => false,
        }
    }

    /// The phoneme a condition names; `None` where the condition cannot hold.
    fn subject(&self, which: u16) -> Option<Subject> {
        let inside = |count: usize| (1..=count).all(|n| !self.starts_word(self.at + n));
        let at = match which {
            0 | 5 => {
                if which == 5 && self.starts_word(self.at) || self.at < self.start + 1 {
                    return None;
                }
                let before = self.at - 1;
                if self.sound(before).code == 1 {
                    // A dropped phoneme: the one before it.
                    before.checked_sub(1).filter(|&earlier| earlier >= self.start)?
                } else {
                    before
                }
            }
            2 => self.at + 1,
            4 => Some(self.at + 1).filter(|_| inside(1))?,
            3 => self.at + 2,
            6 => Some(self.at + 2).filter(|_| inside(2))?,
            7 => {
                let vowel = (self.at + 1..self.sounds.len())
                    .find(|&at| self.starts_word(at) || self.entry(at).kind == kind::VOWEL)?;
                Some(vowel).filter(|&at| !self.starts_word(at))?
            }
            8 => return self.vowel_before.map(|sound| Subject { sound, at: None }),
            9 => Some(self.at + 3).filter(|_| inside(3))?,
            10 => {
                let allowed =
                    self.at >= self.start + 2 && !self.starts_word(self.at) && !self.starts_word(self.at - 1);
                Some(self.at.wrapping_sub(2)).filter(|_| allowed)?
            }
            _ => self.at,
        };
        Some(Subject { sound: self.sound(at), at: Some(at) })
    }

    fn other(&self, subject: &Subject, entry: &Phoneme, value: u8) -> bool {
        let sound = &subject.sound;
        let Some(at) = subject.at else {
            return match value {
                0..=4 => level_is(sound, value),
                12 => true,
                16 => sound.given,
                18 => sound.starts_word,
                _ => false,
            };
        };
        match value {
            0..=4 => self.stress_is(at, value, false),
            9 => {
                let mut at = at;
                while !self.starts_word(at) {
                    if at <= self.start {
                        return false;
                    }
                    at -= 1;
                    if self.sound(at).stress >= 4 {
                        return true;
                    }
                }
                false
            }
            10 => entry.kind != kind::VOWEL,
            11 => {
                let next = (at + 1..self.sounds.len())
                    .find(|&at| self.starts_word(at) || self.entry(at).kind == kind::VOWEL);
                next.is_none_or(|next| self.starts_word(next))
            }
            12 => matches!(entry.kind, kind::VOWEL | kind::LIQUID) || entry.flags & 1 << 4 != 0,
            13 => self.vowel_position(at) == 1,
            14 => self.vowel_position(at) == 2,
            16 => sound.given,
            17 => entry.kind == kind::PAUSE,
            18 => sound.starts_word,
            19 => self.starts_word(at + 1) || self.entry(at + 1).kind == kind::PAUSE,
            _ => false,
        }
    }

    /// Vowels of the word up to here.
    fn vowel_position(&self, at: usize) -> usize {
        let mut at = at;
        let mut count = 0;
        loop {
            count += usize::from(self.entry(at).kind == kind::VOWEL);
            if self.starts_word(at) || at <= self.start {
                return count;
            }
            at -= 1;
        }
    }

    /// Is the stress of this vowel, or of the vowel after this consonant, at the level asked for?
    fn stress_is(&self, at: usize, level: u8, to_change: bool) -> bool {
        let vowel = if self.entry(at).kind == kind::VOWEL {
            at
        } else if self.entry(at + 1).kind == kind::VOWEL {
            at + 1
        } else {
            return false;
        };
        if self.changing && to_change && self.sound(at).given {
            // What the dictionary gives is left alone.
            return false;
        }
        level_is(&self.sound(vowel), level)
    }
}

/// 0 diminished, 1 unstressed, 2 not stressed, 3 more than secondary, 4 the highest of its word.
fn level_is(sound: &Sound, level: u8) -> bool {
    let stress = sound.stress & 0xf;
    match level {
        4 => stress >= sound.word_stress,
        3 => stress > 3,
        0 => stress < 1,
        1 => stress < 2,
        _ => stress < 4,
    }
}
