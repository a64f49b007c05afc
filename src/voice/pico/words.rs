//! When Pico says each word, which it does not tell.
//!
//! What Pico does tell is how loud it is: a change of volume begins with the first frame of the word it stands before.
//! So the sentence is spoken twice more, with a volume tag before every word, once with all of them alike and once in
//! turn at four volumes: the two renderings have the same frames, and where their ratio changes a word begins, to the
//! sample. The tags change the timing a little (a few milliseconds a phrase), so the rendering with tags is laid over the
//! take itself (`sound::warp`), which keeps its samples.

use super::{Pico, VOLUME_PERCENT};
use crate::normalise::Word;
use crate::script::Sentence;
use crate::sound::warp::Warp;
use crate::voice::{Prosody, Take, WordTime, words};

/// The volumes that words have in turn, in per cent: far enough apart that quiet samples tell them, four so that one
/// word that makes no sound is not taken for the next.
const LEVELS: [u32; 4] = [VOLUME_PERCENT, 40, 29, 21];

/// Tags in one rendering. With some 57, one inside the other, Pico never comes to an end.
const MOST_MARKS: usize = 32;

/// A word whose beginning is asked for, and where its tag goes.
pub(super) struct Mark {
    /// The byte of the spoken text that the tag stands before.
    pub(super) at: usize,
    /// Its place among the words.
    word: usize,
}

impl Pico {
    /// The words of a take and when they are heard. A take in which they cannot be found has them by share.
    pub(super) fn times(&mut self, sentence: &Sentence, prosody: &Prosody, take: &Take) -> Vec<WordTime> {
        let said: Vec<Word<'_>> = sentence.spoken.words().collect();
        let marks = self.manner.marks(sentence, &said);
        if said.len() < 2 || marks.len() < 2 {
            return words::shared(sentence, take);
        }
        let mut known = Vec::new();
        // A stretch that Pico cannot say with tags has its words by share: nobody goes without a bulletin for that.
        for marks in marks.chunks(MOST_MARKS) {
            known.extend(self.known(sentence, prosody, take, marks).unwrap_or_default());
        }
        words::between(sentence, take, &known)
    }

    /// The beginnings of some words, by their places, in samples of the take.
    fn known(
        &mut self,
        sentence: &Sentence,
        prosody: &Prosody,
        take: &Take,
        marks: &[Mark],
    ) -> Result<Vec<(usize, usize)>, String> {
        let is_first = marks.first().is_some_and(|mark| mark.word == 0);
        // What stands before the first tag has the first level; so must the first word, if it is tagged.
        let levels = if is_first { LEVELS } else { [LEVELS[1], LEVELS[2], LEVELS[3], LEVELS[0]] };
        let alike = self.run(&self.manner.marked_text(sentence, prosody, marks, &[VOLUME_PERCENT]))?;
        let in_turn = self.run(&self.manner.marked_text(sentence, prosody, marks, &levels))?;
        let unmarked = usize::from(!is_first);
        let found = onsets(&alike, &in_turn, marks.len() + unmarked).ok_or("gave another length")?;
        let rate = self.capabilities.sample_rate;
        let warp = Warp::between((&alike, rate), (&take.samples, take.rate));
        let found = marks.iter().zip(found.into_iter().skip(unmarked));
        Ok(found.filter_map(|(mark, onset)| Some((mark.word, warp.at(onset?)))).collect())
    }
}

impl super::Manner {
    /// The words that a tag can stand before: not those inside a stretch given as sounds.
    fn marks(&self, sentence: &Sentence, said: &[Word<'_>]) -> Vec<Mark> {
        let given = self.given(sentence);
        let free = |at: usize| !given.iter().any(|(range, _)| range.start < at && at < range.end);
        let words = said.iter().enumerate().filter(|(_, word)| free(word.spoken.start));
        words.map(|(n, word)| Mark { at: word.spoken.start, word: n }).collect()
    }
}

/// The samples at which the marked words begin: `alike` and `in_turn` are the same but for the volume of each. The first
/// is heard from the beginning; a word without a sample of its own has none.
///
/// None where the two are not the same.
fn onsets(alike: &[f32], in_turn: &[f32], marks: usize) -> Option<Vec<Option<usize>>> {
    /// Whole 16-bit samples above this tell one level from the next.
    const TELLING: f32 = 12.0;
    /// What rounding may put between a sample and the one it should be.
    const ROUNDING: f32 = 1.25;
    if alike.len() != in_turn.len() {
        return None;
    }
    let whole = |sample: f32| (sample * 32_768.0).round();
    let ratio = |level: u32| level as f32 / VOLUME_PERCENT as f32;
    let mut onsets = vec![None; marks];
    let mut current = 0;
    *onsets.first_mut()? = Some(0);
    for (n, (a, b)) in alike.iter().zip(in_turn).enumerate() {
        let (a, b) = (whole(*a), whole(*b));
        if a.abs() < TELLING {
            continue;
        }
        let mut fitting = (0..LEVELS.len()).filter(|&i| (b - a * ratio(LEVELS[i])).abs() <= ROUNDING);
        // Two that fit say nothing; that none fits does not happen, as long as the two are the same.
        let (Some(level), None) = (fitting.next(), fitting.next()) else { continue };
        let ahead = (level + LEVELS.len() - current % LEVELS.len()) % LEVELS.len();
        if ahead == 0 {
            continue;
        }
        // After the last word the volume goes back to what it was.
        let Some(onset) = onsets.get_mut(current + ahead) else { break };
        *onset = Some(n);
        current += ahead;
    }
    Some(onsets)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sound with these levels from these samples on, and the same at one level.
    fn pair(length: usize, changes: &[(usize, usize)]) -> (Vec<f32>, Vec<f32>) {
        let alike: Vec<f32> = (0..length).map(|n| ((n * 37 % 401) as f32 - 200.0) / 32_768.0).collect();
        let level = |n: usize| {
            let last = changes.iter().rev().find(|(at, _)| *at <= n);
            LEVELS[last.map_or(0, |(_, level)| *level)] as f32 / VOLUME_PERCENT as f32
        };
        let turned = |(n, sample): (usize, &f32)| (sample * 32_768.0 * level(n)).round() / 32_768.0;
        let in_turn = alike.iter().enumerate().map(turned).collect();
        (alike, in_turn)
    }

    #[test]
    fn words_begin_where_the_level_changes() {
        let round_again = [(500, 1), (900, 2), (1_300, 3), (1_700, 0), (2_500, 1)];
        for (marks, changes, expected) in [
            (3, &[(1_000, 1), (2_000, 2)][..], &[Some(0), Some(1_000), Some(2_000)][..]),
            // One that makes no sound.
            (4, &[(1_000, 1), (2_000, 3)], &[Some(0), Some(1_000), None, Some(2_000)]),
            // Round again, and back to the first level at the end.
            (5, &round_again, &[Some(0), Some(500), Some(900), Some(1_300), Some(1_700)]),
            (1, &[], &[Some(0)]),
        ] {
            let (alike, in_turn) = pair(3_000, changes);
            let found = onsets(&alike, &in_turn, marks).unwrap();
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                match (found, expected) {
                    // Samples too quiet to tell are three in fifty.
                    (Some(found), Some(expected)) => {
                        assert!((0..16).contains(&(found - expected)), "{found}");
                    }
                    (found, expected) => assert_eq!(found, expected),
                }
            }
        }
        assert_eq!(onsets(&[0.1], &[], 2), None);
        assert_eq!(onsets(&[], &[], 0), None);
    }
}
