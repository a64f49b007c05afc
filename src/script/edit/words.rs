//! The words by which a sentence leans on another, from `data/leaning.tsv`.

use std::collections::{HashMap, HashSet};
use std::ops::{BitOr, BitOrAssign};
use std::sync::LazyLock;

const TABLE: &str = include_str!("../data/leaning.tsv");

/// A set of classes a word is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Classes(u32);

macro_rules! classes {
    ($($name:ident = $bit:literal, $text:literal, $doc:literal;)*) => {
        impl Classes {
            $(#[doc = $doc] pub(super) const $name: Self = Self(1 << $bit);)*

            const NAMES: &[(&'static str, Self)] = &[$(($text, Self::$name),)*];
        }
    };
}

classes! {
    ELLIPTICAL = 0, "elliptical", "Stands for a noun when a verb follows: many were hurt.";
    DEICTIC = 1, "deictic", "What `this` may point at without a sentence before: this week.";
    HE = 2, "he", "The masculine pronouns.";
    SHE = 3, "she", "The feminine pronouns.";
    THEY = 4, "they", "The plural pronouns.";
    IT = 5, "it", "The neuter pronouns.";
    POSSESSIVE = 6, "possessive", "Pronouns that stand before their noun.";
    MALE = 7, "male", "Nouns and titles of men.";
    FEMALE = 8, "female", "Nouns and titles of women.";
    PERSON = 9, "person", "Nouns of people.";
    BODY = 10, "body", "Nouns of organisations and places, which are no he and no she.";
    SAY = 11, "say", "Verbs of saying and thinking.";
    FOLLOW_ON = 12, "follow-on", "Verbs of saying that go on from something said.";
    PREPOSITION = 13, "preposition", "What opens an introductory phrase.";
    FUNCTION = 14, "function", "What ends a noun phrase.";
    AUXILIARY = 15, "auxiliary", "Verbs that show that the word before them stands for a noun.";
    UNIQUE = 16, "unique", "Nouns with `the` that need no introduction: the government.";
    POST = 17, "post", "What describes the noun before it: the man who.";
    INTRO = 18, "intro", "Determiners that introduce a noun: a, two, several.";
    DETERMINER = 19, "determiner", "What stands before a noun.";
    SUPPOSED = 20, "supposed", "After `it is`: nothing is meant by it.";
    WITH_THAT = 21, "with-that", "The same, if `that` or a question word follows.";
    IMPERSONAL = 22, "impersonal", "Verbs of an `it` that means nothing: it rained.";
    TITLE = 23, "title", "Titles and offices before a name.";
    COURTESY = 24, "courtesy", "Titles that a full name replaces.";
    PLACE_WORD = 25, "place-word", "First words of places: New, North.";
    COMMON_LAST = 26, "common-last", "Last words of names that are no surnames: Council, Street.";
    ROLE = 27, "role", "What people are, said before their names.";
}

impl Classes {
    /// Whether any of `other` is among these.
    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Classes {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Classes {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What an opening phrase says about its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Looks like an opener that leans and does not.
    Alone,
    /// Needs the sentence before.
    Lean,
    /// Needs the sentence before, or is left out without loss.
    Strip,
}

/// An opening phrase.
#[derive(Debug)]
pub(super) struct Phrase {
    /// Its words in small letters; `#` is any number.
    pub(super) words: Vec<&'static str>,
    /// Whether a comma must follow.
    pub(super) comma: bool,
    /// What it says.
    pub(super) verdict: Verdict,
}

#[derive(Debug, Default)]
struct Words {
    classes: HashMap<&'static str, Classes>,
    /// By first word.
    phrases: HashMap<&'static str, Vec<Phrase>>,
    kin: HashMap<&'static str, u8>,
    household: HashSet<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::default();
    let mut groups = 0;
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    for (class, entries) in rows {
        groups += u8::from(class == "kin");
        for entry in entries.split(" | ") {
            words.add(class, entry, groups);
        }
    }
    words
});

impl Words {
    fn add(&mut self, class: &str, entry: &'static str, group: u8) {
        let verdict = match class {
            "alone" => Verdict::Alone,
            "lean" => Verdict::Lean,
            "strip" => Verdict::Strip,
            "kin" => {
                self.kin.entry(entry).or_insert(group);
                return;
            }
            "household" => {
                self.household.insert(entry);
                return;
            }
            class => {
                if let Some((_, bit)) = Classes::NAMES.iter().find(|(name, _)| *name == class) {
                    *self.classes.entry(entry).or_default() |= *bit;
                }
                return;
            }
        };
        let (bare, comma) = entry.strip_suffix(',').map_or((entry, false), |bare| (bare, true));
        let words: Vec<_> = bare.split(' ').collect();
        self.phrases.entry(words[0]).or_default().push(Phrase { words, comma, verdict });
    }
}

/// The classes of a word in small letters with straight apostrophes.
pub(super) fn classes(lower: &str) -> Classes {
    WORDS.classes.get(lower).copied().unwrap_or_default()
}

/// The opening phrases that begin with this word, or with any number for `#`.
pub(super) fn phrases(first: &str) -> &'static [Phrase] {
    WORDS.phrases.get(first).map_or(&[], Vec::as_slice)
}

/// The group of nouns that may stand for one another that this noun is in: scheme, plan, project.
pub(super) fn kin(lower: &str) -> Option<u8> {
    WORDS.kin.get(lower).copied()
}

/// Whether listeners know these initials without their full form.
pub(super) fn is_household(initials: &str) -> bool {
    WORDS.household.contains(initials)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_a_class_and_every_class_has_a_row() {
        let rows: Vec<_> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        let others = ["alone", "lean", "strip", "kin", "household"];
        for row in &rows {
            let (class, entries) = row.split_once('\t').unwrap();
            assert!(
                others.contains(&class) || Classes::NAMES.iter().any(|(name, _)| *name == class),
                "{class}"
            );
            for entry in entries.split(" | ") {
                assert!(!entry.is_empty() && entry.trim() == entry, "{class}: {entry:?}");
                assert!(class == "household" || entry.to_lowercase() == entry, "{class}: {entry:?}");
                assert!(!entry.contains('’'), "{class}: {entry:?}");
            }
        }
        for (name, _) in Classes::NAMES {
            assert!(rows.iter().any(|row| row.split('\t').next() == Some(name)), "{name}");
        }
    }
}
