//! A sentence as it was heard: who said which words, from which writing, and when.

use crate::lexicon::Sound;
use crate::normalise::Class;
use crate::programme::timeline::Placed;
use crate::script::{Role, Sentence, Speaker};
use crate::units::Frames;
use crate::voice::WordTime;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What was said in one stretch of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// The input it comes from; a line of the station's has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Its story, counted from 0; a line of the station's has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<usize>,
    /// Its place in the script, counted from 0: what is heard twice has the same.
    #[serde(default)]
    pub sentence: usize,
    /// Headline, body or line.
    #[serde(default = "line")]
    pub role: Role,
    /// Who speaks.
    #[serde(default = "reader")]
    pub speaker: Speaker,
    /// The voice's name.
    #[serde(default)]
    pub voice: String,
    /// The paragraph of the article, counted from 0; none for a headline or a line.
    #[serde(default)]
    pub paragraph: Option<usize>,
    /// First and last line of that paragraph in the input, counted from 1, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<(usize, usize)>,
    /// Whether the next one is the rest of the sentence, in another voice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub goes_on: bool,
    /// As written.
    pub written: String,
    /// As spoken.
    pub spoken: String,
    /// Where the two differ, and by which rule.
    pub expansions: Vec<Expansion>,
    /// What the lexicon had a say in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lexicon: Vec<Entry>,
    /// When each word is heard, in order; empty where nobody asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Heard>,
}

fn line() -> Role {
    Role::Line
}

fn reader() -> Speaker {
    Speaker::Reader
}

/// One spoken word and when it is heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Bytes of [`Said::written`] it was made of; words of one expansion share them.
    pub written: Range<usize>,
    /// Bytes of [`Said::spoken`].
    pub spoken: Range<usize>,
    /// Its first frame in the file.
    pub start: Frames,
    /// How long it is heard.
    pub length: Frames,
}

/// One stretch that is not said as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expansion {
    /// As written.
    pub written: String,
    /// As spoken; empty where it is not.
    pub spoken: String,
    /// Its semiotic class.
    pub class: Class,
    /// The rule that decided.
    pub rule: String,
}

/// One stretch whose sound the lexicon gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The spoken word or words.
    pub spoken: String,
    /// How they sound.
    pub sound: Sound,
    /// Where that is said: file and line.
    pub place: String,
}

/// A stretch of writing and when it is heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Bytes of [`Said::written`], without space at either end.
    pub written: Range<usize>,
    /// The frame its first word begins at.
    pub start: Frames,
    /// To the end of its last word.
    pub length: Frames,
}

impl Unit {
    /// The frame after its last.
    pub fn end(&self) -> Frames {
        self.start + self.length
    }
}

/// The expansions of one sentence, in written order; words said as they are written are left out.
pub fn expansions(sentence: &Sentence) -> Vec<Expansion> {
    let spoken = sentence.spoken.text();
    sentence
        .spoken
        .pieces()
        .iter()
        .filter(|piece| piece.class != Class::Plain)
        .map(|piece| (piece, &sentence.written[piece.written.clone()], &spoken[piece.spoken.clone()]))
        .filter(|(_, written, said)| written != said)
        .map(|(piece, written, said)| Expansion {
            written: written.to_owned(),
            spoken: said.to_owned(),
            class: piece.class,
            rule: piece.rule.to_owned(),
        })
        .collect()
}

/// What the lexicon gave of one sentence, in spoken order.
pub(super) fn entries(sentence: &Sentence) -> Vec<Entry> {
    let spoken = sentence.spoken.text();
    sentence
        .pronounced
        .iter()
        .filter_map(|given| {
            let spoken = spoken.get(given.spoken.clone())?.to_owned();
            Some(Entry { spoken, sound: given.sound.clone(), place: given.place.clone() })
        })
        .collect()
}

/// When the words of a sentence are heard in the file, `times` being frames of its take; what a cue cuts away is not.
pub(super) fn heard(sentence: &Sentence, times: &[WordTime], placed: &Placed) -> Vec<Heard> {
    let (from, to) = (placed.skip.0, placed.skip.0 + placed.length.0);
    let at = |frame: usize| placed.start + Frames((frame as u64).clamp(from, to) - from);
    let mut times = times.iter().peekable();
    let mut heard = Vec::new();
    for word in sentence.spoken.words() {
        while times.next_if(|time| time.spoken.start < word.spoken.start).is_some() {}
        let Some(time) = times.next_if(|time| time.spoken.start == word.spoken.start) else { continue };
        let (start, end) = (at(time.samples.start), at(time.samples.end));
        if start < end {
            let (written, spoken) = (word.written, word.spoken);
            heard.push(Heard { written, spoken, start, length: end - start });
        }
    }
    heard
}

impl Said {
    /// The writing in the stretches that are heard as one, in order: mostly words with their punctuation, but `5 May` or
    /// `£1.2 billion` as a whole. Together they are every written byte but white space.
    ///
    /// A stretch that is not spoken, such as a dash between spaces, belongs to the one before it, or at the beginning to
    /// the one after. `start` and `length` are those of the sentence; where no word times are known the units share its
    /// time by the letters they have.
    ///
    /// # Examples
    /// ```
    /// use bulletin::deliver::record::{Heard, Said};
    /// use bulletin::units::Frames;
    /// let said: Said = serde_json::from_value(serde_json::json!({
    ///     "written": "Up 5% now", "spoken": "Up five per cent now", "expansions": [],
    ///     "words": [
    ///         {"written": {"start": 0, "end": 2}, "spoken": {"start": 0, "end": 2}, "start": 0, "length": 10},
    ///         {"written": {"start": 3, "end": 5}, "spoken": {"start": 3, "end": 7}, "start": 10, "length": 10},
    ///         {"written": {"start": 3, "end": 5}, "spoken": {"start": 8, "end": 16}, "start": 20, "length": 10},
    ///         {"written": {"start": 6, "end": 9}, "spoken": {"start": 17, "end": 20}, "start": 30, "length": 10},
    ///     ],
    /// })).unwrap();
    /// let units = said.units(Frames(0), Frames(50));
    /// let texts: Vec<_> = units.iter().map(|unit| &said.written[unit.written.clone()]).collect();
    /// assert_eq!(texts, ["Up", "5%", "now"]);
    /// assert_eq!((units[1].start, units[1].end()), (Frames(10), Frames(30)));
    /// ```
    pub fn units(&self, start: Frames, length: Frames) -> Vec<Unit> {
        let spoken: Vec<Range<usize>> = self
            .words
            .iter()
            .map(|word| word.written.clone())
            .filter(|range| !range.is_empty() && self.written.get(range.clone()).is_some())
            .collect();
        // White space parts words, unless a spoken stretch lies across it.
        let mut units: Vec<Range<usize>> = Vec::new();
        for token in tokens_of(&self.written) {
            match units.last_mut() {
                Some(last) if spoken.iter().any(|word| word.start < last.end && word.end > token.start) => {
                    last.end = token.end;
                }
                _ => units.push(token),
            }
        }
        if self.words.is_empty() {
            return shared(&self.written, units, start, length);
        }
        let mut heard: Vec<Unit> = Vec::new();
        // What is silent goes with its neighbour; this has none before it.
        let mut silent: Option<Range<usize>> = None;
        for unit in units {
            let touching = self
                .words
                .iter()
                .filter(|word| word.written.start < unit.end && word.written.end > unit.start);
            let times = touching.map(|word| (word.start, word.start + word.length));
            match (times.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))), heard.last_mut()) {
                (Some((from, to)), _) => {
                    let first = silent.take().map_or(unit.start, |silent| silent.start);
                    heard.push(Unit {
                        written: first..unit.end,
                        start: from,
                        length: to.saturating_sub(from),
                    });
                }
                (None, Some(last)) => last.written.end = unit.end,
                (None, None) => silent = Some(silent.map_or(unit.start, |silent| silent.start)..unit.end),
            }
        }
        // Nothing of it is heard word by word.
        heard.extend(silent.map(|written| Unit { written, start, length }));
        heard
    }
}

/// What stands between white space.
fn tokens_of(written: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    written.split_whitespace().map(|token| {
        let start = token.as_ptr().addr() - written.as_ptr().addr();
        start..start + token.len()
    })
}

/// The time of a sentence shared out by letters.
fn shared(written: &str, units: Vec<Range<usize>>, start: Frames, length: Frames) -> Vec<Unit> {
    let weight = |range: &Range<usize>| written[range.clone()].chars().count().max(1) as u64;
    let all: u64 = units.iter().map(weight).sum::<u64>().max(1);
    let at = |weight: u64| {
        start.0.saturating_add((u128::from(length.0) * u128::from(weight) / u128::from(all)) as u64)
    };
    let mut before = 0;
    units
        .into_iter()
        .map(|written| {
            let from = at(before);
            before += weight(&written);
            Unit { written, start: Frames(from), length: Frames(at(before) - from) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(written: &str, words: &[(Range<usize>, u64, u64)]) -> Said {
        let mut said: Said =
            serde_json::from_str(r#"{"written": "", "spoken": "", "expansions": []}"#).unwrap();
        written.clone_into(&mut said.written);
        said.words = words
            .iter()
            .map(|(written, start, length)| Heard {
                written: written.clone(),
                spoken: 0..0,
                start: Frames(*start),
                length: Frames(*length),
            })
            .collect();
        said
    }

    #[test]
    fn writing_is_parted_where_it_is_heard_apart() {
        for (written, words, expected) in [
            (
                "He paid £1.2 billion today.",
                &[(0..2, 0, 5), (3..7, 5, 5), (8..21, 10, 20), (22..27, 30, 9)][..],
                &[("He", 0, 5), ("paid", 5, 10), ("£1.2 billion", 10, 30), ("today.", 30, 39)][..],
            ),
            ("No – never", &[(0..2, 0, 5), (7..12, 8, 5)], &[("No –", 0, 5), ("never", 8, 13)]),
            ("— “Go”", &[(7..9, 3, 4)], &[("— “Go”", 3, 7)]),
            ("***", &[(9..12, 0, 1)], &[("***", 100, 140)]),
            ("ab abcd", &[], &[("ab", 100, 113), ("abcd", 113, 140)]),
            ("", &[], &[]),
        ] {
            let said = said(written, words);
            let units = said.units(Frames(100), Frames(40));
            let found: Vec<_> = units
                .iter()
                .map(|unit| (&written[unit.written.clone()], unit.start.0, unit.end().0))
                .collect();
            assert_eq!(found, expected, "{written}");
        }
    }
}
