//! What a story is about: the words that its lines share.
//!
//! A headline shares words with the story below it, a menu does not; a sentence of the page's own, in the middle or
//! at the foot, shares none with the sentences around it.

use super::Item;
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

/// Letters of a word that count: "bridge" and "bridges", "closing" and "closed" are the same word.
const STEM_LETTERS: usize = 5;

/// How many lines of the story are read: its topic is clear by then, and the cost stays bounded.
const LINES: usize = 400;

/// Words of four letters and more that every text shares.
const COMMON: &[&str] = &[
    "about",
    "above",
    "after",
    "again",
    "against",
    "ahead",
    "almost",
    "along",
    "already",
    "also",
    "although",
    "always",
    "among",
    "another",
    "around",
    "away",
    "back",
    "based",
    "became",
    "because",
    "been",
    "before",
    "being",
    "below",
    "between",
    "both",
    "came",
    "come",
    "could",
    "does",
    "doing",
    "done",
    "down",
    "during",
    "each",
    "either",
    "enough",
    "even",
    "ever",
    "every",
    "first",
    "from",
    "full",
    "further",
    "getting",
    "give",
    "given",
    "goes",
    "going",
    "gone",
    "have",
    "having",
    "here",
    "however",
    "into",
    "itself",
    "just",
    "keep",
    "know",
    "last",
    "later",
    "least",
    "less",
    "like",
    "made",
    "make",
    "making",
    "many",
    "might",
    "more",
    "most",
    "much",
    "must",
    "near",
    "need",
    "never",
    "next",
    "none",
    "once",
    "only",
    "onto",
    "other",
    "over",
    "part",
    "please",
    "rather",
    "right",
    "said",
    "same",
    "says",
    "should",
    "since",
    "some",
    "still",
    "such",
    "take",
    "taken",
    "than",
    "that",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "this",
    "those",
    "though",
    "through",
    "time",
    "together",
    "told",
    "took",
    "under",
    "until",
    "upon",
    "used",
    "using",
    "very",
    "want",
    "well",
    "went",
    "were",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "whose",
    "will",
    "with",
    "within",
    "without",
    "would",
    "year",
    "years",
    "your",
    "yours",
    "people",
    "today",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "news",
    "story",
    "stories",
    "article",
    "articles",
    "read",
    "reading",
    "avec",
    "dans",
    "pour",
    "plus",
    "sont",
    "cette",
    "leur",
    "leurs",
    "nous",
    "vous",
    "mais",
    "tout",
    "tous",
    "toute",
    "toutes",
    "comme",
    "apres",
    "avant",
    "chez",
    "depuis",
    "entre",
    "fait",
    "faire",
    "meme",
    "sans",
    "sous",
    "votre",
    "notre",
    "etre",
    "aussi",
    "elle",
    "elles",
    "encore",
    "aber",
    "alle",
    "allen",
    "auch",
    "beim",
    "dass",
    "dem",
    "denn",
    "diese",
    "dieser",
    "dieses",
    "doch",
    "durch",
    "eine",
    "einem",
    "einen",
    "einer",
    "eines",
    "haben",
    "hatte",
    "hier",
    "ihre",
    "ihrer",
    "ihrem",
    "immer",
    "jetzt",
    "kann",
    "konnen",
    "mehr",
    "nach",
    "nicht",
    "noch",
    "oder",
    "ohne",
    "sein",
    "seine",
    "sich",
    "sind",
    "uber",
    "unter",
    "werden",
    "wird",
    "wurde",
    "wenn",
    "zwischen",
    "como",
    "cuando",
    "desde",
    "donde",
    "ella",
    "ellos",
    "entre",
    "esta",
    "este",
    "esto",
    "estos",
    "estas",
    "hasta",
    "mas",
    "para",
    "pero",
    "porque",
    "puede",
    "segun",
    "sobre",
    "tambien",
    "tiene",
    "todo",
    "todos",
    "toda",
    "todas",
    "unos",
    "unas",
];

static COMMON_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| COMMON.iter().copied().collect());

/// The content words of a folded line, cut to their first letters; figures of two digits and more count.
fn stems(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(|w| w.trim_matches('\''))
        .map(|w| w.strip_suffix("'s").unwrap_or(w))
        .filter(|w| {
            let letters = w.chars().count();
            let figure = w.bytes().all(|b| b.is_ascii_digit());
            (letters >= 4 || (figure && letters >= 2)) && !COMMON_WORDS.contains(w)
        })
        .map(|w| w.char_indices().nth(STEM_LETTERS).map_or(w, |(at, _)| &w[..at]))
}

/// The words of a story, each with the number of lines it stands in.
#[derive(Debug, Default)]
pub(super) struct Topic(BTreeMap<String, usize>);

/// How much of a line the rest of the story shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shared {
    pub(super) shared: usize,
    pub(super) total: usize,
}

impl Shared {
    /// Nearly nothing of what the line says is said elsewhere.
    pub(super) fn is_foreign(self) -> bool {
        self.total >= 2 && self.shared * 8 <= self.total
    }
}

impl Topic {
    /// The topic of the lines that `is_told` names.
    pub(super) fn of<'a>(items: impl Iterator<Item = &'a Item>) -> Self {
        let mut topic = Self::default();
        for item in items.take(LINES) {
            for stem in distinct(&item.folded) {
                *topic.0.entry(stem.to_owned()).or_default() += 1;
            }
        }
        topic
    }

    /// How much of `folded` stands in at least `lines` lines: 2 where the line itself was counted, else 1.
    pub(super) fn shared(&self, folded: &str, lines: usize) -> Shared {
        let own = distinct(folded);
        let shared = own.iter().filter(|s| self.0.get(**s).is_some_and(|n| *n >= lines)).count();
        Shared { shared, total: own.len() }
    }
}

fn distinct(folded: &str) -> Vec<&str> {
    let mut own: Vec<&str> = stems(folded).take(200).collect();
    own.sort_unstable();
    own.dedup();
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_words() {
        let found: Vec<&str> =
            stems("the bridges of leeds, closed since 1931, will be crossed by 5 of them").collect();
        assert_eq!(found, ["bridg", "leeds", "close", "1931", "cross"]);
        assert!(Shared { shared: 1, total: 8 }.is_foreign());
        assert!(!Shared { shared: 1, total: 7 }.is_foreign());
        assert!(!Shared { shared: 0, total: 1 }.is_foreign());
    }
}
