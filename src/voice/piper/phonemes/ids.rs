// SPDX-License-Identifier: GPL-3.0-or-later
//! Phonemes to the numbers a Piper model takes (`piper/phoneme_ids.py`).

use super::Sentence;
use serde_json::Value;
use std::collections::HashMap;

/// Symbols with a meaning of their own.
const PAD: &str = "_";
const START: &str = "^";
const END: &str = "$";

/// A voice's numbers for phonemes, out of its config.
///
/// ```
/// # use bulletin::voice::phonemes::{IdMap, Phonemiser};
/// let config = r#"{"phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [14], "ɪ": [74], "ˈ": [120]}}"#;
/// let map = IdMap::from_config(config).unwrap();
/// let spoken = Phonemiser::new("en-us").unwrap().phonemes("I");
/// assert_eq!(map.ids(&spoken.sentences[0]).ids, [1, 0, 120, 0, 14, 0, 74, 0, 2]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdMap {
    ids: HashMap<String, Vec<i32>>,
    /// Groups of phonemes with a number of their own, the longest first.
    clusters: Vec<Vec<char>>,
}

/// A sentence in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    /// What the model takes.
    pub ids: Vec<i32>,
    /// For every number the word it belongs to, the pad after a phoneme included; `None` for the rest.
    pub words: Vec<Option<usize>>,
    /// Phonemes the voice has no number for, each once; they are skipped.
    pub unknown: Vec<String>,
}

impl IdMap {
    /// Reads `phoneme_id_map` and `vowel_clusters` out of a voice's config (JSON).
    ///
    /// # Errors
    /// Says what is missing or of the wrong shape.
    pub fn from_config(json: &str) -> Result<Self, String> {
        let config: Value =
            serde_json::from_str(json).map_err(|error| format!("voice config is not JSON: {error}"))?;
        let map = config.get("phoneme_id_map").and_then(Value::as_object);
        let map = map.ok_or("voice config has no `phoneme_id_map`")?;
        let mut ids = HashMap::with_capacity(map.len());
        for (phoneme, numbers) in map {
            let numbers: Option<Vec<i32>> = numbers.as_array().and_then(|numbers| {
                numbers
                    .iter()
                    .map(|number| number.as_i64().and_then(|number| i32::try_from(number).ok()))
                    .collect()
            });
            let numbers =
                numbers.ok_or_else(|| format!("`phoneme_id_map` of `{phoneme}` is no list of numbers"))?;
            ids.insert(phoneme.clone(), numbers);
        }
        if let Some(missing) = [PAD, START, END].into_iter().find(|&symbol| !ids.contains_key(symbol)) {
            return Err(format!("`phoneme_id_map` has no `{missing}`"));
        }
        Ok(Self { ids, clusters: clusters(&config) })
    }

    /// The numbers of a sentence: start, pad, then every phoneme and a pad, then end.
    pub fn ids(&self, sentence: &Sentence) -> Ids {
        let mut out = Ids::default();
        self.push(&mut out, START, None);
        self.push(&mut out, PAD, None);
        let phonemes = &sentence.phonemes;
        let mut at = 0;
        while let Some(phoneme) = phonemes.get(at) {
            let cluster = self.clusters.iter().find(|cluster| {
                let rest = phonemes[at..].iter().map(|phoneme| phoneme.symbol);
                cluster.len() == rest.zip(cluster.iter()).take_while(|(a, b)| a == *b).count()
            });
            let symbol: String =
                cluster.map_or_else(|| phoneme.symbol.to_string(), |cluster| cluster.iter().collect());
            at += cluster.map_or(1, Vec::len);
            if self.ids.contains_key(&symbol) {
                self.push(&mut out, &symbol, phoneme.word);
                self.push(&mut out, PAD, phoneme.word);
            } else if !out.unknown.contains(&symbol) {
                out.unknown.push(symbol);
            }
        }
        self.push(&mut out, END, None);
        out
    }

    fn push(&self, out: &mut Ids, symbol: &str, word: Option<usize>) {
        let ids = self.ids.get(symbol).map(Vec::as_slice).unwrap_or_default();
        out.ids.extend_from_slice(ids);
        out.words.resize(out.ids.len(), word);
    }
}

/// The groups of the config: lists of symbols, or strings; those of one symbol say nothing.
fn clusters(config: &Value) -> Vec<Vec<char>> {
    let all = config.get("vowel_clusters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let letters = |value: &Value| -> Vec<char> {
        match value {
            Value::String(text) => text.chars().collect(),
            Value::Array(parts) => parts.iter().filter_map(Value::as_str).flat_map(str::chars).collect(),
            _ => Vec::new(),
        }
    };
    let mut clusters: Vec<Vec<char>> = all.iter().map(letters).filter(|cluster| cluster.len() > 1).collect();
    clusters.sort_by_key(|cluster| std::cmp::Reverse(cluster.len()));
    clusters
}

#[cfg(test)]
mod tests {
    use super::super::Phonemiser;
    use super::*;

    /// Part of the map that piper's voices share.
    const CONFIG: &str = r#"{"phoneme_id_map": {"_": [0], "^": [1], "$": [2], " ": [3], ",": [8], ".": [10], "a": [14],
        "d": [17], "e": [18], "f": [19], "h": [20], "i": [21], "j": [22], "l": [24], "m": [25], "n": [26], "s": [31],
        "ð": [41], "ɑ": [51], "ə": [59], "ɪ": [74], "ɹ": [88], "ˈ": [120], "ː": [122], "aɪ": [161]}, CLUSTERS}"#;

    fn map(clusters: &str) -> IdMap {
        IdMap::from_config(&CONFIG.replace("CLUSTERS", clusters)).unwrap()
    }

    #[test]
    fn sentences_become_numbers() {
        let phonemiser = Phonemiser::new("en-gb-x-rp").unwrap();
        let plain = r#""other": 1"#;
        let clusters = r#""vowel_clusters": [["a", "ɪ"], ["x"]]"#;
        let cases: [(&str, &str, &[i32], &[&str]); 4] = [
            ("I may.", plain, &[1, 0, 14, 0, 74, 0, 3, 0, 25, 0, 120, 0, 18, 0, 74, 0, 10, 0, 2], &[]),
            ("I may.", clusters, &[1, 0, 161, 0, 3, 0, 25, 0, 120, 0, 18, 0, 74, 0, 10, 0, 2], &[]),
            (
                "See, he",
                plain,
                &[1, 0, 31, 0, 120, 0, 21, 0, 122, 0, 8, 0, 3, 0, 20, 0, 21, 0, 122, 0, 2],
                &[],
            ),
            ("See-saw?", plain, &[1, 0, 31, 0, 120, 0, 21, 0, 122, 0, 31, 0, 120, 0, 122, 0, 2], &["ɔ", "?"]),
        ];
        for (text, more, expected, unknown) in cases {
            let ids = map(more).ids(&phonemiser.phonemes(text).sentences[0]);
            assert_eq!(ids.ids, expected, "{text}");
            assert_eq!(ids.unknown, unknown, "{text}");
            assert_eq!(ids.words.len(), ids.ids.len());
        }
    }

    #[test]
    fn numbers_know_their_word() {
        let ids =
            map(r#""other": 1"#).ids(&Phonemiser::new("en-us").unwrap().phonemes("I may.").sentences[0]);
        let (first, second) = (Some(0), Some(1));
        let expected = [
            None, None, first, first, first, first, None, None, second, second, second, second, None, None,
            None,
        ];
        assert_eq!(ids.words[..12], expected[..12]);
    }

    #[test]
    fn a_config_must_have_its_map() {
        let cases = [
            ("{", "voice config is not JSON"),
            ("{}", "voice config has no `phoneme_id_map`"),
            (r#"{"phoneme_id_map": {"_": 0}}"#, "`phoneme_id_map` of `_` is no list of numbers"),
            (r#"{"phoneme_id_map": {"_": [0], "^": [1]}}"#, "`phoneme_id_map` has no `$`"),
        ];
        for (config, expected) in cases {
            let error = IdMap::from_config(config).unwrap_err();
            assert!(error.starts_with(expected), "{config}: {error}");
        }
    }
}
