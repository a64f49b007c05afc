//! What is played when: [`Script`] → [`Rundown`].
//!
//! A rundown names its elements and the pauses between them; how long each is, only the takes will tell.

use crate::script::{Role, Script};
use serde::{Deserialize, Serialize};

/// The elements of a bulletin in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rundown {
    /// In order of their beginnings.
    pub elements: Vec<Element>,
}

/// One thing that is heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Element {
    /// A sting by name; the next element begins under its tail.
    Sting {
        /// `news` or another of [`crate::sound::stings`].
        name: String,
    },
    /// One sentence of the script.
    Sentence {
        /// Its place in [`Script::sentences`], counted from 0.
        sentence: usize,
        /// The story it belongs to, counted from 0.
        story: usize,
        /// Headline or body.
        role: Role,
        /// Silence after it.
        pause_ms: u32,
    },
}

/// What a bulletin is built of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The sting in front; `none` for none.
    pub sting: String,
    /// Silence before the first word where there is no sting.
    pub lead_in_ms: u32,
    /// Silence after the last word.
    pub tail_ms: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { sting: "news".into(), lead_in_ms: 200, tail_ms: 700 }
    }
}

impl Settings {
    /// The sting's name, if there is to be one.
    pub fn sting_name(&self) -> Option<&str> {
        Some(self.sting.as_str()).filter(|name| *name != "none" && !name.is_empty())
    }
}

impl Rundown {
    /// Sting, then the stories as scripted.
    pub fn plan(script: &Script, settings: &Settings) -> Self {
        let mut elements = Vec::new();
        if let Some(name) = settings.sting_name() {
            elements.push(Element::Sting { name: name.to_owned() });
        }
        let mut index = 0;
        for (story, scripted) in script.stories.iter().enumerate() {
            for sentence in &scripted.sentences {
                elements.push(Element::Sentence {
                    sentence: index,
                    story,
                    role: sentence.role,
                    pause_ms: sentence.pause_ms,
                });
                index += 1;
            }
        }
        Self { elements }
    }
}
