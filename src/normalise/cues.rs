//! What a word may announce about its neighbours: `won` before `3-1` is a score, `pages` before it a range.
//!
//! Every word of a line is looked up once, when the line is cut into tokens; after that a context test is one bit.
//! The words stand in `data/cues.tsv`, one row a cue; a word may carry several.

use super::table::{Fx, rows};
use crate::{Error, Result};
use std::collections::HashMap;
use std::ops::{BitOr, BitOrAssign};

/// A set of cues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cues(u64);

macro_rules! cues {
    ($($name:ident = $bit:literal, $text:literal, $doc:literal;)*) => {
        impl Cues {
            $(#[doc = $doc] pub(crate) const $name: Self = Self(1 << $bit);)*

            /// Every cue a row of the table may name.
            const NAMES: &[(&'static str, Self)] = &[$(($text, Self::$name),)*];
        }
    };
}

cues! {
    MONTH = 0, "month", "The name of a month or its short form.";
    DAY = 1, "day", "The name of a weekday or its short form.";
    DET = 2, "determiner", "A determiner: what follows is a noun phrase.";
    STOP = 3, "stop", "A word that is no noun and so cannot be described by the amount before it.";
    POSTNOMINAL = 4, "postnominal", "A participle that follows the amount it describes: the £2m raised.";
    VERB_S = 5, "verb-s", "A third-person verb, not a plural noun, though it ends in s.";
    HEAD = 6, "money-head", "A noun that amounts of money describe: deal, fine, house.";
    LENGTH = 7, "length-adjective", "tall, long, away: what a length is followed by.";
    EVENT = 8, "distance-event", "final, freestyle, hurdles: events named by their distance.";
    PHYSICAL = 9, "physical-thing", "waves, walls: plural things measured in metres rather than counted in millions.";
    CROWD = 10, "countable", "people, users: what millions count, singular or plural.";
    SCORE_BEFORE = 11, "score-before", "won, beat, lead: a score follows.";
    SCORE_AFTER = 12, "score-after", "win, defeat, penalties: a score stands before.";
    CRICKET = 13, "cricket", "A word of cricket.";
    TENNIS = 14, "tennis", "A word of tennis.";
    VOTE = 15, "vote", "A word of votes and rulings.";
    ODDS = 16, "odds", "A word of betting.";
    RATING = 17, "rating", "A word of marks and reviews.";
    PHONE = 18, "phone", "A word of calling.";
    ROAD = 19, "road", "A word of traffic news.";
    YEAR_BEFORE = 20, "year-before", "in, since, until: a year follows.";
    TIME_BEFORE = 21, "time-before", "at, by, from: a clock time follows.";
    DAYPART = 22, "day-part", "morning, tonight: what a clock time is followed by.";
    AGE = 23, "age", "aged: an age follows.";
    STREET = 24, "street", "The kind of a street, in full.";
    PERIOD = 25, "period", "A length of time.";
    MAGNITUDE = 26, "magnitude", "hundred, million and their kin.";
    FALL = 27, "moved-by", "fell, climbed, swam: a distance follows.";
    BARE_NUMBER = 28, "number-word", "A number in words.";
    TEMPERATURE = 29, "temperature", "A word of weather.";
    NOUGHT_SPORT = 30, "nil-sport", "football, rugby, hockey: no score is nil.";
    US_SPORT = 31, "us-sport", "American sports, where no score is nothing.";
    AIRCRAFT = 32, "aircraft", "Makers and words of flight.";
    LAW = 33, "law", "Section, article, rule: a number with letters in brackets follows.";
    GOLF = 34, "golf", "A word of golf.";
    ATTACK = 35, "attack", "attack, bombings: what a day is remembered for.";
    NAME_ABBREVIATION = 36, "", "Begins a written form of `abbreviations.tsv`.";
    PAGE = 37, "page", "pages, chapters: numbers of a text follow.";
    SPOKEN_UNIT = 38, "unit-word", "A unit in full.";
    RESULT_NOUN = 39, "result-noun", "The final, the match: what a score is of.";
    ATHLETICS = 40, "athletics", "A word of running and racing.";
    BETWEEN = 41, "between", "between: two numbers follow.";
    LARGE_COUNT = 42, "million-context", "audience, population: m is million.";
    TITLE = 43, "title", "King, Queen, Pope, Emperor: a reign's number may follow the name.";
    CURRENCY_WORD = 44, "currency-word", "pounds, dollars.";
    CALENDAR = 45, "calendar", "Words that make a pair of figures a date or season: season, year, term.";
    AMOUNT_BEFORE = 46, "approximate", "about, over, nearly: a quantity follows.";
    DECADE_BEFORE = 47, "decade-before", "the, early, mid: a decade follows.";
    AGE_BEFORE = 48, "their", "his, her, their: tens are ages.";
    ELECTRIC = 50, "electric", "A word of current: A is amps.";
    NAMED_BY_FIGURES = 51, "named-by-figures", "A maker or kind of thing whose figures are a name: Porsche, Flight, Resolution.";
    TIMED = 52, "timed", "kick-off, doors, service: what has its time.";
    SCREEN = 53, "screen", "A word of pictures: 4K is a resolution.";
    REFERENCE = 54, "reference", "quoting, reference, log: what follows is read out figure by figure.";
    TOLL = 55, "count-before", "toll, tally: the figure after them is a count, whatever year it looks like.";
    REGION = 56, "compass-region", "Sudan, Wales, Yorkshire: a lone N, S, E or W before it is a point of the compass.";
    FORMATION = 49, "formation", "formation, system: figures are a team's shape.";
}

impl Cues {
    /// No cue.
    pub(crate) const NONE: Self = Self(0);

    /// Whether any of `other` is here.
    pub(crate) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOr for Cues {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

impl BitOrAssign for Cues {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.with(other);
    }
}

/// Small-letter word → cues.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lexicon {
    words: HashMap<Box<[u8]>, Cues, Fx>,
}

impl Lexicon {
    /// The cues of a word in small letters.
    pub(crate) fn get(&self, folded: &[u8]) -> Cues {
        self.words.get(folded).copied().unwrap_or(Cues::NONE)
    }

    /// Adds a cue to a word.
    pub(crate) fn add(&mut self, word: &str, cue: Cues) {
        *self.words.entry(word.to_lowercase().into_bytes().into_boxed_slice()).or_default() |= cue;
    }

    /// Adds the rows of a cue table: `cue | words, space separated`.
    pub(crate) fn extend(&mut self, path: &str, text: &str) -> Result<()> {
        for row in rows(path, text, 2) {
            let row = row?;
            let Some(&(_, cue)) =
                Cues::NAMES.iter().find(|(name, _)| *name == row.cell(0) && !name.is_empty())
            else {
                return Err(Error::Config {
                    place: row.place(),
                    problem: format!("no cue is called \"{}\"", row.cell(0)),
                    cure: "take one of the names in src/normalise/data/cues.tsv".into(),
                });
            };
            for word in row.cell(1).split(' ') {
                self.add(word, cue);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_may_carry_several_cues() {
        let mut lexicon = Lexicon::default();
        lexicon.extend("x.tsv", "score-before\twon lead\nvote\twon\n").unwrap();
        assert!(lexicon.get(b"won").any(Cues::VOTE) && lexicon.get(b"won").any(Cues::SCORE_BEFORE));
        assert!(!lexicon.get(b"lead").any(Cues::VOTE));
        assert!(lexicon.extend("x.tsv", "nonsense\twon\n").unwrap_err().to_string().starts_with("x.tsv:1"));
    }
}
