// SPDX-License-Identifier: GPL-3.0-or-later
//! One group of letter rules tried at one place: the rule that matches with the most points.

use super::data::mark;
use super::engine::{Engine, Flags, flag, flag2, token};
use super::letters::{self, Text};
use super::lookup::WORD_BYTES;
use super::sides::{LIST, SPACE, STRINGS};
use std::borrow::Cow;

/// The rule that matched best.
#[derive(Debug, Clone, Default)]
pub(super) struct Match {
    pub(super) points: i32,
    pub(super) phonemes: Cow<'static, [u8]>,
    /// What prefix or suffix this is: bits of [`affix`] and its length.
    pub(super) ending: u32,
    /// An `e` that falls silent.
    pub(super) silent: Option<usize>,
}

/// A rule while it is being matched.
pub(super) struct Attempt {
    pub(super) points: i32,
    pub(super) phonemes: &'static [u8],
    pub(super) ending: u32,
    pub(super) silent: Option<usize>,
    /// Letters consumed beyond the group's.
    pub(super) consumed: usize,
    /// The next byte to the left of what has been matched, plus one.
    pub(super) left: usize,
    /// The next byte to the right.
    pub(super) right: usize,
    pub(super) far_left: i32,
    pub(super) far_right: i32,
    pub(super) last: u32,
    pub(super) at_start: bool,
}

/// Where a rule is matched.
pub(super) struct Place {
    /// The first letter of the word.
    pub(super) start: usize,
    /// The first letter of the group.
    pub(super) at: usize,
    /// Bytes of the group's letters.
    pub(super) length: usize,
    pub(super) word: u32,
    pub(super) dictionary: u32,
}

impl Engine<'_> {
    /// Tries every rule of a group here. The best, and where to go on.
    pub(super) fn match_group(&mut self, text: &Text, place: &Place, group: Option<usize>) -> (Match, usize) {
        let Some(mut rule) = group else { return (Match::default(), place.at + 1) };
        let mut best = Match::default();
        let mut consumed = 0;
        let mut common = None;
        while self.data.byte(rule) != mark::GROUP_END && rule < self.data.size() {
            let mut attempt = Attempt {
                points: 1,
                phonemes: &[],
                ending: 0,
                silent: None,
                consumed: 0,
                left: place.at,
                right: place.at + place.length,
                far_left: -2,
                far_right: -6,
                last: 0,
                at_start: false,
            };
            let mut next = rule;
            if self.try_rule(text, place, &mut attempt, &mut next, &mut common)
                && (!attempt.at_start || text.before(attempt.left) == b' ')
            {
                if attempt.at_start {
                    attempt.points += 4;
                }
                if attempt.points >= best.points {
                    consumed = attempt.consumed;
                    best = Match {
                        points: attempt.points,
                        phonemes: Cow::Borrowed(attempt.phonemes),
                        ending: attempt.ending,
                        silent: attempt.silent,
                    };
                }
            }
            rule = next + self.data.string(next).len() + 1;
        }
        if best.points == 0 {
            best.phonemes = Cow::default();
        }
        (best, place.at + (consumed + place.length).max(1))
    }

    /// Does this rule match? `next` ends somewhere inside it.
    fn try_rule(
        &mut self,
        text: &Text,
        place: &Place,
        attempt: &mut Attempt,
        next: &mut usize,
        common: &mut Option<usize>,
    ) -> bool {
        let mut side = 0;
        let mut ignored = place.word & token::UNPRONOUNCEABLE_TEST != 0;
        loop {
            let rule = self.data.byte(*next);
            *next += 1;
            match rule {
                0 => {
                    *next -= 1;
                    attempt.phonemes = common.map_or(&[], |at| self.common_phonemes(at));
                    return !ignored;
                }
                mark::PRE_AT_START => {
                    attempt.at_start = true;
                    ignored = false;
                    side = mark::PRE;
                }
                mark::PRE => {
                    side = mark::PRE;
                    // The test of a word's beginning looks at rules for the beginning alone.
                    if place.word & token::UNPRONOUNCEABLE_TEST != 0 {
                        return false;
                    }
                }
                mark::POST => side = mark::POST,
                mark::PHONEMES => {
                    attempt.phonemes = self.data.string(*next);
                    return !ignored;
                }
                mark::COMMON => *common = Some(*next),
                mark::CONDITION => {
                    let number = u32::from(self.data.byte(*next));
                    *next += 1;
                    let holds = self.voice.conditions & 1u32.wrapping_shl(number % 32) != 0;
                    if holds == (number >= 32) {
                        return false;
                    }
                    attempt.points += 1;
                }
                mark::LINE => *next += 2,
                _ => {
                    let points = match side {
                        mark::PRE => self.match_left(text, place, attempt, rule, next),
                        mark::POST => self.match_right(text, place, attempt, rule, next),
                        _ => match_here(text, attempt, rule),
                    };
                    let Some(points) = points else { return false };
                    attempt.points += points;
                }
            }
        }
    }

    /// The phonemes shared by the rules after this place.
    fn common_phonemes(&self, start: usize) -> &'static [u8] {
        let mut at = start;
        loop {
            match self.data.byte(at) {
                0 => return &[],
                mark::PHONEMES => return self.data.string(at + 1),
                mark::CONDITION => at += 2,
                mark::LINE => at += 3,
                _ => at += 1,
            }
        }
    }
    /// The letter group named next.
    pub(super) fn group(&self, next: &mut usize) -> usize {
        let group = self.data.byte(*next).wrapping_sub(b'A');
        *next += 1;
        usize::from(group)
    }

    /// One, and one more for each repetition of an item.
    pub(super) fn repeats_of(&self, item: u8, next: &mut usize) -> i32 {
        let mut count = 1;
        while self.data.byte(*next) == item {
            *next += 1;
            count += 1;
        }
        count
    }

    /// Strings of a letter group; a `~` allows nothing at all.
    fn strings(&self, group: usize) -> impl Iterator<Item = &'static [u8]> {
        let mut at = self.data.letters(group);
        std::iter::from_fn(move || {
            let start = at.filter(|&at| self.data.byte(at) != mark::GROUP_END)?;
            let string = self.data.string(start);
            at = Some(start + string.len() + 1);
            Some(string)
        })
    }

    /// Bytes of the first string of the group that the text goes on with.
    pub(super) fn strings_after(&self, text: &Text, start: usize, group: usize) -> Option<usize> {
        let rest = text.bytes.get(start..).unwrap_or_default();
        for string in self.strings(group) {
            if string.first() == Some(&b'~') {
                return Some(0);
            }
            if rest.starts_with(string) {
                return Some(string.len());
            }
        }
        None
    }

    /// Bytes of the first string of the group that ends with this byte of the text.
    pub(super) fn strings_before(&self, text: &Text, last: usize, group: usize) -> Option<usize> {
        let past = text.bytes.get(..=last).unwrap_or_default();
        for string in self.strings(group) {
            if string.first() == Some(&b'~') {
                return Some(0);
            }
            if !string.is_empty() && past.ends_with(string) {
                return Some(string.len());
            }
        }
        None
    }

    /// Goes on to the letter, or the string of a group, that the rule names next.
    pub(super) fn skip_right(&self, text: &Text, attempt: &mut Attempt, here: usize, next: usize) {
        let wanted = rule_letter(self.data.slice(next, next + 4));
        let strings = wanted == u32::from(STRINGS);
        let group = usize::from(self.data.byte(next + 1).wrapping_sub(b'A'));
        let (mut at, mut previous) = (here, here);
        let mut letter = attempt.last;
        let mut found = false;
        while letter != wanted && letter != SPACE && letter != 0 && !found {
            if strings {
                found = self.strings_after(text, at, group).is_some();
            }
            previous = at;
            let (c, bytes) = text.char_at(at);
            letter = c;
            at += bytes;
        }
        if letter == wanted || found {
            attempt.right = previous;
        }
    }

    /// The same to the left.
    pub(super) fn skip_left(&self, text: &Text, attempt: &mut Attempt, after: usize, next: usize) {
        let wanted = self.data.byte(next);
        let group = usize::from(self.data.byte(next + 1).wrapping_sub(b'A'));
        let (mut at, mut previous) = (after, after);
        let mut found = false;
        while text.at(at) != wanted && !matches!(text.at(at), b' ' | 0) && !found && at > 0 {
            previous = at;
            at -= 1;
            if wanted == STRINGS {
                found = self.strings_before(text, previous, group).is_some();
            }
        }
        if text.at(at) == wanted {
            attempt.left = previous;
        }
        if found {
            attempt.left = previous + 1;
        }
    }

    /// Is the word up to what has been matched in the list, or marked there for this rule?
    pub(super) fn listed(&mut self, text: &Text, place: &Place, consumed: usize, command: u8) -> bool {
        let length = place.at - place.start + consumed + place.length;
        if length + 3 > WORD_BYTES {
            return false;
        }
        let word = Text::word(text.bytes.get(place.start..place.start + length).unwrap_or_default());
        let mut flags: Flags = [0, 0];
        self.look_up(&word, Text::START, &mut flags, 0, None);
        let list = command == LIST && flags[0] & flag::FOUND != 0 && flags[1] & flag2::ONLY == 0;
        list || flags[0] & 1 << (flag::ALT_BIT + u32::from(command & 0xf)) != 0
    }
}

/// One letter of the group itself.
fn match_here(text: &Text, attempt: &mut Attempt, rule: u8) -> Option<i32> {
    let byte = text.at(attempt.right);
    attempt.right += 1;
    if byte == rule || (byte == letters::SILENT_E && rule == b'e') {
        attempt.consumed += 1;
        return Some(if byte & 0xc0 == 0x80 { 0 } else { 21 });
    }
    None
}

/// The first character of a rule's bytes.
fn rule_letter(bytes: &[u8]) -> u32 {
    Text { bytes: bytes.to_vec(), end: 0 }.char_at(0).0
}
