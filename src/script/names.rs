//! The words of a script that a voice may get wrong: names and words in no dictionary of ours.

use super::{LINES, Role, Script};
use crate::lexicon::Lexicon;
use crate::normalise::{Class, is_common_word};
use serde::Serialize;
use std::collections::HashMap;

/// Place names and nationalities spelled like a common word that sounds otherwise.
const TWO_SOUNDS: [&str; 10] =
    ["Bath", "Job", "Lima", "Mobile", "Nice", "Polish", "Reading", "Slough", "Tours", "Worms"];

/// A name or unknown word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Name {
    /// As it stands in the script, without a possessive ending.
    pub word: String,
    /// How often it is said.
    pub count: usize,
    /// Whether a headline has it.
    pub in_headline: bool,
    /// The first sentence it stands in, as written.
    pub example: String,
}

impl Script {
    /// Names and unknown words that `lexicon` does not cover, most prominent first: those in headlines, then the
    /// most frequent, then the first heard.
    ///
    /// A name is a capitalised word that is no common English word, one that follows such a word directly
    /// ("Yvette Cooper"), or one of the few names spelled like a word that sounds otherwise ("Reading").
    pub fn uncovered_names(&self, lexicon: &Lexicon, language: &str) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        let mut index: HashMap<String, usize> = HashMap::new();
        let stories = self.stories.iter().map(|story| (story.input.as_str(), &story.sentences));
        let lines = self.lines.iter().map(|line| (LINES, &line.sentences));
        for (input, sentences) in stories.chain(lines) {
            for sentence in sentences {
                let spoken = sentence.spoken.text();
                let mut after_name = false;
                let mut first = true;
                for word in sentence.spoken.words() {
                    let text = &spoken[word.spoken.clone()];
                    if word.class != Class::Plain || !text.starts_with(char::is_alphabetic) {
                        after_name = false;
                        continue;
                    }
                    let bare = text.strip_suffix("'s").unwrap_or(text);
                    let capital = bare.starts_with(char::is_uppercase);
                    let known = bare.split('-').all(|part| is_common_word(&part.to_lowercase()));
                    let name = !known || (capital && !first && (after_name || TWO_SOUNDS.contains(&bare)));
                    // A stop between two capitals parts them: "… said Keir. Reading …".
                    after_name = capital && name && spoken[word.spoken.end..].starts_with(' ');
                    first = false;
                    let given = sentence
                        .pronounced
                        .iter()
                        .any(|p| p.spoken.start <= word.spoken.start && word.spoken.start < p.spoken.end);
                    if !name || given || bare.chars().count() < 2 || lexicon.covers(bare, language, input) {
                        continue;
                    }
                    let at = *index.entry(bare.to_owned()).or_insert_with(|| {
                        names.push(Name {
                            word: bare.to_owned(),
                            count: 0,
                            in_headline: false,
                            example: sentence.written.clone(),
                        });
                        names.len() - 1
                    });
                    names[at].count += 1;
                    names[at].in_headline |= sentence.role == Role::Headline;
                }
            }
        }
        names.sort_by_key(|name| (!name.in_headline, std::cmp::Reverse(name.count)));
        names
    }
}
