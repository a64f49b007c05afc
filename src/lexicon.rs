//! Pronunciations and rewrites, by word or phrase, by language, in layers.
//!
//! A tool of the script stage. An [`Entry`] either rewrites what was written before it is normalised, or gives the
//! sounds of words as they are spoken: by respelling (any engine reads it) or in the IPA (each engine turns it into
//! what it takes). Layers, the later over the earlier: built in, house, bulletin, inline in the article
//! (`[[Keir|keer]]`). Files are TOML ([`parse_toml`]) or W3C PLS ([`pls::parse`]); one that does not parse or that
//! contradicts itself is refused with its line.

pub mod inline;
pub mod ipa;
pub mod pls;
mod toml_file;

pub use toml_file::parse as parse_toml;

use crate::normalise::Spoken;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Where an entry comes from; the later a layer, the more it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Compiled in.
    BuiltIn,
    /// The house's own, for every bulletin.
    House,
    /// Given for this bulletin.
    Bulletin,
    /// In the article itself.
    Inline,
}

/// How a word is to sound.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sound {
    /// Letters that any English reader says right: `keer`.
    Respelling(String),
    /// International Phonetic Alphabet: `kɪə`.
    Ipa(String),
}

/// What an entry does with its term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Written words give way to other written words before they are normalised.
    Rewrite(String),
    /// Spoken words sound so.
    Say(Sound),
}

/// One entry of a lexicon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The word or phrase, single spaces between words.
    pub term: String,
    /// What is done with it.
    pub action: Action,
    /// Whether letter case counts.
    pub case_sensitive: bool,
    /// BCP 47 tag of the language it is for; none for all.
    pub language: Option<String>,
    /// The story (its input's name, or the end of it) it is for; none for all.
    pub story: Option<String>,
    /// Its layer.
    pub layer: Layer,
    /// File and line, or `inline`.
    pub place: String,
}

/// The entries in force, ready to be found.
///
/// # Examples
/// ```
/// use bulletin::lexicon::{parse_toml, Layer, Lexicon};
/// let text = "[[entry]]\nterm = \"Keir\"\nrespell = \"keer\"\n[[entry]]\nterm = \"HMRC\"\nrewrite = \"the taxman\"\n";
/// let lexicon = Lexicon::new(parse_toml(text, "house.toml", Layer::House).unwrap());
/// let rewritten = lexicon.rewrite("HMRC wrote to Keir.", "en-GB", "a.txt");
/// assert_eq!(rewritten.text, "the taxman wrote to Keir.");
/// assert_eq!(rewritten.written(0..10), 0..4);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    entries: Vec<Entry>,
    /// Entries by the lower-cased first word of their term, best first.
    by_word: HashMap<String, Vec<usize>>,
}

/// A spoken stretch whose sound the lexicon gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pronounced {
    /// Bytes of the sentence's spoken text.
    pub spoken: Range<usize>,
    /// How it sounds.
    pub sound: Sound,
    /// Where that is said.
    pub place: String,
}

/// A written text after its rewrites, and the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The text to normalise.
    pub text: String,
    /// Changed stretches: bytes of `text`, bytes of the original, the entry's place.
    pub changes: Vec<(Range<usize>, Range<usize>, String)>,
}

impl Rewritten {
    /// Bytes of the original for bytes of the rewritten text; a part of a changed stretch gives all of it.
    pub fn written(&self, range: Range<usize>) -> Range<usize> {
        let mut shift = 0isize;
        let (mut start, mut end) = (None, None);
        for (new, old, _) in &self.changes {
            if start.is_none() && range.start < new.end {
                start = Some(if range.start >= new.start {
                    old.start
                } else {
                    range.start.wrapping_add_signed(shift)
                });
            }
            if end.is_none() && range.end <= new.end {
                end =
                    Some(if range.end > new.start { old.end } else { range.end.wrapping_add_signed(shift) });
            }
            shift = old.end as isize - new.end as isize;
        }
        start.unwrap_or_else(|| range.start.wrapping_add_signed(shift))
            ..end.unwrap_or_else(|| range.end.wrapping_add_signed(shift))
    }
}

/// The entries that are compiled in: names that English spelling hides.
///
/// # Examples
/// ```
/// use bulletin::lexicon::{Layer, built_in};
/// let entries = built_in();
/// assert!(entries.iter().any(|entry| entry.term == "Siobhan") && entries.iter().all(|e| e.layer == Layer::BuiltIn));
/// ```
pub fn built_in() -> &'static [Entry] {
    static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
        // A test reads the same text, so that it cannot fail here.
        parse_toml(include_str!("lexicon/data/built_in.toml"), "built in", Layer::BuiltIn).unwrap_or_default()
    });
    &ENTRIES
}

impl Lexicon {
    /// These entries over those that are compiled in.
    ///
    /// # Examples
    /// ```
    /// use bulletin::lexicon::{Layer, Lexicon, parse_toml};
    /// let own = parse_toml("[[entry]]\nterm = \"Niamh\"\nrespell = \"neev\"\n", "house.toml", Layer::House).unwrap();
    /// let lexicon = Lexicon::over_built_in(own);
    /// assert!(lexicon.covers("Niamh", "en-GB", "") && lexicon.covers("Saoirse", "en-GB", ""));
    /// ```
    pub fn over_built_in(entries: Vec<Entry>) -> Self {
        Self::new(built_in().iter().cloned().chain(entries).collect())
    }

    /// A lexicon of these entries. Among entries for one term, the later layer counts, then the later entry.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, entry) in entries.iter().enumerate() {
            let first = words(&entry.term).next().map(|range| entry.term[range].to_lowercase());
            by_word.entry(first.unwrap_or_default()).or_default().push(n);
        }
        #[allow(
            clippy::iter_over_hash_type,
            reason = "each list is sorted by itself; their order does not matter"
        )]
        for list in by_word.values_mut() {
            // Longest phrase first, then the layer that counts most, then exact case before any case.
            list.sort_by_key(|&n| {
                let e: &Entry = &entries[n];
                (
                    std::cmp::Reverse((e.term.len(), e.layer, e.story.is_some(), e.case_sensitive)),
                    std::cmp::Reverse(n),
                )
            });
        }
        Self { entries, by_word }
    }

    /// This lexicon and more entries over it.
    #[must_use]
    pub fn with(&self, more: impl IntoIterator<Item = Entry>) -> Self {
        let mut entries = self.entries.clone();
        entries.extend(more);
        Self::new(entries)
    }

    /// All entries, in the order given.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The written text with every rewrite that is in force for this language and story.
    pub fn rewrite(&self, written: &str, language: &str, story: &str) -> Rewritten {
        let mut text = String::with_capacity(written.len());
        let mut changes = Vec::new();
        let mut from = 0;
        for (range, entry) in
            self.found(written, language, story, |action| matches!(action, Action::Rewrite(_)))
        {
            let Action::Rewrite(to) = &entry.action else { continue };
            text.push_str(&written[from..range.start]);
            let start = text.len();
            text.push_str(to);
            changes.push((start..text.len(), range.clone(), entry.place.clone()));
            from = range.end;
        }
        text.push_str(&written[from..]);
        Rewritten { text, changes }
    }

    /// The stretches of a spoken text whose sound is given, in order.
    pub fn pronounce(&self, spoken: &Spoken, language: &str, story: &str) -> Vec<Pronounced> {
        self.found(spoken.text(), language, story, |action| matches!(action, Action::Say(_)))
            .into_iter()
            .filter_map(|(range, entry)| match &entry.action {
                Action::Say(sound) => {
                    Some(Pronounced { spoken: range, sound: sound.clone(), place: entry.place.clone() })
                }
                Action::Rewrite(_) => None,
            })
            .collect()
    }

    /// Whether some entry covers this word.
    pub fn covers(&self, word: &str, language: &str, story: &str) -> bool {
        self.found(word, language, story, |_| true).iter().any(|(range, _)| *range == (0..word.len()))
    }

    fn found(
        &self,
        text: &str,
        language: &str,
        story: &str,
        wanted: impl Fn(&Action) -> bool,
    ) -> Vec<(Range<usize>, &Entry)> {
        let mut found = Vec::new();
        if self.entries.is_empty() {
            return found;
        }
        let mut at = 0;
        for word in words(text) {
            if word.start < at {
                continue;
            }
            let Some(list) = self.by_word.get(&text[word.clone()].to_lowercase()) else { continue };
            let hit = list.iter().map(|&n| &self.entries[n]).find_map(|entry| {
                let fits = wanted(&entry.action)
                    && entry.language.as_deref().is_none_or(|tag| same_language(tag, language))
                    && entry.story.as_deref().is_none_or(|name| story.ends_with(name));
                let end = fits.then(|| phrase_at(text, word.start, entry)).flatten()?;
                Some((word.start..end, entry))
            });
            if let Some((range, entry)) = hit {
                at = range.end;
                found.push((range, entry));
            }
        }
        found
    }
}

/// The end of the entry's term if it stands in `text` at `start` as whole words.
fn phrase_at(text: &str, start: usize, entry: &Entry) -> Option<usize> {
    let mut end = start;
    let mut rest = text[start..].chars();
    let mut space = false;
    for wanted in entry.term.chars() {
        if wanted == ' ' {
            space = true;
            continue;
        }
        if space {
            // Any white space between words will do.
            let trimmed = rest.as_str().trim_start();
            let gap = rest.as_str().len() - trimmed.len();
            if gap == 0 {
                return None;
            }
            end += gap;
            rest = trimmed.chars();
            space = false;
        }
        let found = rest.next()?;
        let same = match (found, wanted) {
            ('’', '\'') | ('\'', '’') => true,
            _ if entry.case_sensitive => found == wanted,
            _ => found == wanted || found.to_lowercase().eq(wanted.to_lowercase()),
        };
        if !same {
            return None;
        }
        end += found.len_utf8();
    }
    rest.next().is_none_or(|c| !c.is_alphanumeric()).then_some(end)
}

/// The words of a text: runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(char::is_alphanumeric)?;
        let end = text[start..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |n| start + n);
        at = end;
        Some(start..end)
    })
}

/// Whether an entry for `tag` counts for text in `language`: `en` counts for `en-GB`, `en-US` does not.
fn same_language(tag: &str, language: &str) -> bool {
    language.eq_ignore_ascii_case(tag)
        || (!tag.contains('-') && language.split('-').next().is_some_and(|l| l.eq_ignore_ascii_case(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_entries_parse_in_order_and_yield_to_any_other() {
        let text = include_str!("lexicon/data/built_in.toml");
        let entries = parse_toml(text, "built_in.toml", Layer::BuiltIn).unwrap();
        assert!(entries.len() > 80);
        assert!(entries.iter().all(|e| !e.term.contains(' ')), "one word a term");
        assert!(entries.windows(2).all(|pair| pair[0].term < pair[1].term), "sorted, each once");
        let house =
            parse_toml("[[entry]]\nterm = \"Niamh\"\nrespell = \"nave\"\n", "h.toml", Layer::House).unwrap();
        let lexicon = Lexicon::over_built_in(house);
        let spoken = crate::normalise::Normaliser::default().normalise("Niamh rang Siobhan.");
        let sounds: Vec<_> = lexicon.pronounce(&spoken, "en-GB", "").into_iter().map(|p| p.sound).collect();
        assert_eq!(sounds, [Sound::Respelling("nave".into()), Sound::Ipa("ʃɪˈvɔːn".into())]);
        // Sounds of a British voice are not forced on an American one.
        assert!(lexicon.covers("Leicester", "en-GB", "") && !lexicon.covers("Leicester", "en-US", ""));
    }

    fn entry(term: &str, action: Action, layer: Layer) -> Entry {
        let case_sensitive = term.chars().any(char::is_uppercase);
        Entry {
            term: term.into(),
            action,
            case_sensitive,
            language: None,
            story: None,
            layer,
            place: format!("{layer:?}:{term}"),
        }
    }

    fn rewrite(term: &str, to: &str, layer: Layer) -> Entry {
        entry(term, Action::Rewrite(to.into()), layer)
    }

    #[test]
    fn whole_words_longest_phrase_later_layer() {
        let lexicon = Lexicon::new(vec![
            rewrite("Bath", "Baath", Layer::House),
            rewrite("Bath Spa", "Baath Spar", Layer::House),
            rewrite("Bath", "Barth", Layer::BuiltIn),
            rewrite("tv", "television", Layer::House),
        ]);
        for (text, expected) in [
            ("Bath", "Baath"),
            ("Bathing at Bath", "Bathing at Baath"),
            ("bath", "bath"),
            ("Bath  Spa station", "Baath Spar station"),
            ("TV and tv, Tv's", "television and television, television's"),
            ("Bath", "Baath"),
        ] {
            assert_eq!(lexicon.rewrite(text, "en-GB", "a").text, expected, "{text}");
        }
    }

    #[test]
    fn language_and_story_scope() {
        let mut us = rewrite("lift", "elevator", Layer::House);
        us.language = Some("en-US".into());
        let mut one = rewrite("Derby", "Darby", Layer::House);
        one.story = Some("two.txt".into());
        let lexicon = Lexicon::new(vec![us, one]);
        assert_eq!(lexicon.rewrite("lift Derby", "en-GB", "one.txt").text, "lift Derby");
        assert_eq!(lexicon.rewrite("lift Derby", "en-US", "dir/two.txt").text, "elevator Darby");
    }

    #[test]
    fn the_way_back_from_a_rewrite() {
        let lexicon = Lexicon::new(vec![rewrite("MoD", "Ministry of Defence", Layer::House)]);
        let written = "The MoD said MoD.";
        let rewritten = lexicon.rewrite(written, "en", "");
        assert_eq!(rewritten.text, "The Ministry of Defence said Ministry of Defence.");
        for (part, original) in
            [("The", "The"), ("Ministry", "MoD"), ("of Defence", "MoD"), ("said", "said"), (".", ".")]
        {
            let at = rewritten.text.find(part).unwrap();
            assert_eq!(&written[rewritten.written(at..at + part.len())], original, "{part}");
        }
        assert_eq!(rewritten.written(0..rewritten.text.len()), 0..written.len());
        let last = rewritten.text.rfind("Defence").unwrap();
        assert_eq!(rewritten.written(last..last + 7), 13..16);
    }

    proptest::proptest! {
        #[test]
        fn every_range_goes_back_in_bounds_and_in_order(text in "(MoD|tv| |x|£|é){0,20}", a in 0usize..200, b in 0usize..200) {
            let lexicon = Lexicon::new(vec![
                rewrite("MoD", "Ministry", Layer::House),
                rewrite("tv", "", Layer::House),
            ]);
            let rewritten = lexicon.rewrite(&text, "en", "");
            let (a, b) = (a.min(rewritten.text.len()), b.min(rewritten.text.len()));
            let (a, b) = (a.min(b), a.max(b));
            let back = rewritten.written(a..b);
            proptest::prop_assert!(back.end <= text.len());
            proptest::prop_assert!(back.start <= back.end || a == b);
        }
    }
}
