//! How long words take to say, without saying them.
//!
//! Each voice has a small fitted model; `script` and `edit` predict with it. The coefficients come from
//! `scripts/fit_pace.py`, which fits them to the lengths of a voice's own takes.

use serde::{Deserialize, Serialize};

/// Predicts how long spoken text takes.
pub trait Pace {
    /// Seconds of speech for one sentence's spoken text, without the pause after it.
    fn seconds(&self, spoken: &str) -> f64;
}

/// Linear in what a voice's time goes on.
///
/// # Examples
/// ```
/// use bulletin::pace::{Linear, Pace};
/// let pace = Linear::default();
/// assert!((pace.seconds("Three words here") - 1.0).abs() < 0.3);
/// assert!(pace.seconds("one, two, three.") > pace.seconds("one two three."));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linear {
    /// Seconds a sentence takes by itself.
    pub sentence_s: f64,
    /// Seconds a word adds.
    pub word_s: f64,
    /// Seconds a syllable (a run of vowel letters) adds.
    pub syllable_s: f64,
    /// Seconds a consonant letter adds.
    pub consonant_s: f64,
    /// Seconds a lone capital letter adds on top.
    pub letter_s: f64,
    /// Seconds a comma, colon or semicolon inside the sentence adds.
    pub comma_s: f64,
    /// Seconds a full stop, question or exclamation mark inside the sentence adds.
    pub stop_s: f64,
    /// Seconds a word that is spoken lightly ("the", "of", "was") adds on top; less than none.
    #[serde(default)]
    pub light_s: f64,
    /// Seconds two consonant letters for one sound ("th", "ll") add on top; less than none.
    #[serde(default)]
    pub pair_s: f64,
}

/// Words that English speaks lightly, in lower case.
const LIGHT: [&str; 44] = [
    "the", "a", "an", "of", "to", "and", "in", "for", "on", "at", "that", "was", "is", "it", "as", "with",
    "by", "from", "he", "she", "his", "her", "had", "has", "have", "be", "are", "were", "been", "but", "or",
    "not", "they", "their", "its", "who", "which", "this", "will", "would", "said", "than", "them", "him",
];

/// Two consonant letters for one sound, doubled ones apart.
const PAIRS: [&str; 8] = ["th", "sh", "ch", "ph", "ck", "ng", "gh", "wh"];

impl Default for Linear {
    /// Radio's rule of three words a second, for voices not fitted yet.
    fn default() -> Self {
        Self {
            sentence_s: 0.05,
            word_s: 0.04,
            syllable_s: 0.13,
            consonant_s: 0.028,
            letter_s: 0.12,
            comma_s: 0.2,
            stop_s: 0.35,
            light_s: 0.0,
            pair_s: 0.0,
        }
    }
}

/// What a sentence is made of, as far as its length goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    words: u32,
    syllables: u32,
    consonants: u32,
    letters: u32,
    commas: u32,
    stops: u32,
    light: u32,
    pairs: u32,
}

fn count(spoken: &str) -> Counts {
    let mut counts = Counts::default();
    let body = spoken.trim_end_matches(['.', '!', '?', ',', ';', ':', ' ']);
    for word in body.split_whitespace() {
        counts.words += 1;
        let letters = word.trim_end_matches(['.', '!', '?', ',', ';', ':']);
        if letters.chars().count() == 1 && letters.chars().all(char::is_uppercase) {
            counts.letters += 1;
        }
        let lower = letters.to_lowercase();
        counts.light += u32::from(LIGHT.contains(&lower.as_str()));
        let bytes = lower.as_bytes();
        let one_sound = |pair: &&[u8]| {
            let doubled = pair[0] == pair[1] && pair[0].is_ascii_lowercase() && !b"aeiou".contains(&pair[0]);
            doubled || PAIRS.iter().any(|p| p.as_bytes() == *pair)
        };
        counts.pairs += bytes.windows(2).filter(one_sound).count() as u32;
        let mut in_vowel = false;
        for c in letters.chars() {
            let vowel = matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || !c.is_ascii();
            if vowel && !in_vowel {
                counts.syllables += 1;
            }
            if !vowel && c.is_alphabetic() {
                counts.consonants += 1;
            }
            in_vowel = vowel;
        }
    }
    for c in body.chars() {
        match c {
            ',' | ';' | ':' => counts.commas += 1,
            '.' | '!' | '?' => counts.stops += 1,
            _ => {}
        }
    }
    counts
}

impl Pace for Linear {
    fn seconds(&self, spoken: &str) -> f64 {
        let n = count(spoken);
        if n.words == 0 {
            return 0.0;
        }
        let seconds = self.sentence_s
            + self.word_s * f64::from(n.words)
            + self.syllable_s * f64::from(n.syllables)
            + self.consonant_s * f64::from(n.consonants)
            + self.letter_s * f64::from(n.letters)
            + self.comma_s * f64::from(n.commas)
            + self.stop_s * f64::from(n.stops)
            + self.light_s * f64::from(n.light)
            + self.pair_s * f64::from(n.pairs);
        seconds.max(0.05)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let n = count("The N H S said, \"no\". Yes.");
        assert_eq!(
            n,
            Counts {
                words: 7,
                syllables: 4,
                consonants: 9,
                letters: 3,
                commas: 1,
                stops: 1,
                light: 2,
                pairs: 1
            }
        );
        assert_eq!(count(""), Counts::default());
    }

    #[test]
    fn nothing_takes_no_time_and_nothing_is_negative() {
        let pace = Linear::default();
        assert!(pace.seconds("").abs() < 1e-12);
        assert!(pace.seconds("a") > 0.0);
    }
}
