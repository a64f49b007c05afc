//! What is played when: [`Template`] + [`Script`] → [`Rundown`].
//!
//! A template is a rundown as data, ours or a station's: which elements, in which order, cut and joined how. Planned
//! with a script it is a [`Rundown`], which names every sound and sentence and the pauses between them; how long each
//! is, only the takes will tell, or a voice's pace beforehand.

mod facts;
mod file;
mod template;

pub use facts::{Clock, Date, Facts, VARIABLES};
pub use template::{BedChoice, Element, NAMES, Separator, Shape, Sound, Template, What};
pub(crate) use template::{names_a_file, opener_named};

use crate::script::{Role, Script, Sentence, Story};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a bulletin is built of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The elements in order.
    pub template: Template,
    /// What its lines may say of the station and the edition.
    pub facts: Facts,
    /// Silence before the first word where no sting opens.
    pub lead_in_ms: u32,
    /// Silence after the last word.
    pub tail_ms: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { template: Template::default(), facts: Facts::default(), lead_in_ms: 200, tail_ms: 700 }
    }
}

/// A template's elements with everything they are made of.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Rundown {
    /// The template's name.
    pub name: String,
    /// The stings played, each once.
    pub stings: Vec<Sound>,
    /// The beds, as the template has them.
    pub beds: Vec<BedChoice>,
    /// In order of their beginnings.
    pub parts: Vec<Part>,
}

/// One element of the template, planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// How it is cut and joined.
    pub shape: Shape,
    /// The bed under it, by its place in [`Rundown::beds`].
    pub bed: Option<usize>,
    /// What is heard, in order.
    pub cues: Vec<Cue>,
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartKind {
    /// A sting by itself.
    Sting,
    /// A line of the station's own.
    Line,
    /// Headlines alone.
    Headlines,
    /// Stories.
    Stories,
    /// Nothing but the bed.
    Pause,
}

impl PartKind {
    /// The kind as a word.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Sting => "sting",
            Self::Line => "line",
            Self::Headlines => "headlines",
            Self::Stories => "stories",
            Self::Pause => "pause",
        }
    }
}

/// One thing that is heard, or a pause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Cue {
    /// A sting; what follows begins where a voice may enter.
    Sting {
        /// Its place in [`Rundown::stings`].
        sting: usize,
        /// Silence before it.
        pad_ms: u32,
        /// Louder or softer than a sting is.
        gain_db: f64,
    },
    /// One sentence of the script.
    Sentence {
        /// Its place in [`Script::sentences`], counted from 0.
        sentence: usize,
        /// The story it belongs to, counted from 0; none for a line of the station's.
        story: Option<usize>,
        /// Headline, body or line.
        role: Role,
        /// Silence after it.
        pause_ms: u32,
    },
    /// Silence that was asked for.
    Pause {
        /// How long.
        length_ms: u32,
    },
}

impl Rundown {
    /// Plans a script that was written with the lines of `template`, which must be filled ([`Template::fill`]).
    ///
    /// # Examples
    /// ```
    /// use bulletin::rundown::{PartKind, Rundown, Template};
    /// use bulletin::script::Script;
    /// let rundown = Rundown::plan(&Script::default(), &Template::default());
    /// assert_eq!(rundown.parts[0].kind, PartKind::Sting);
    /// assert_eq!(rundown.stings.len(), 1);
    /// ```
    pub fn plan(script: &Script, template: &Template) -> Self {
        let mut rundown =
            Self { name: template.name.clone(), beds: template.beds.clone(), ..Self::default() };
        let mut first = 0;
        let stories: Vec<(usize, &Story)> = script
            .stories
            .iter()
            .map(|story| {
                let at = first;
                first += story.sentences.len();
                (at, story)
            })
            .collect();
        let mut lines = script.lines.iter();
        for element in &template.elements {
            let (kind, cues) = match &element.what {
                What::Sting { sound } => {
                    let sting = rundown.sting(sound);
                    (PartKind::Sting, vec![Cue::Sting { sting, pad_ms: 0, gain_db: 0.0 }])
                }
                What::Line { pause_ms, .. } => {
                    let sentences = lines.next().map_or(&[][..], |line| &line.sentences);
                    let mut cues = Vec::new();
                    speak(&mut cues, first, sentences, None);
                    first += sentences.len();
                    end_with(&mut cues, *pause_ms);
                    (PartKind::Line, cues)
                }
                What::Headlines { gap_ms, limit } => {
                    let mut cues = Vec::new();
                    for (n, (at, story)) in stories.iter().enumerate().take(limit.unwrap_or(usize::MAX)) {
                        speak(&mut cues, *at, story.first(), Some(n));
                        if let Some(gap_ms) = gap_ms {
                            end_with(&mut cues, *gap_ms);
                        }
                    }
                    (PartKind::Headlines, cues)
                }
                What::Stories { separator, headlines, limit } => {
                    let mut cues = Vec::new();
                    for (n, (at, story)) in stories.iter().enumerate().take(limit.unwrap_or(usize::MAX)) {
                        let skip = usize::from(!headlines && story.starts_with_headline());
                        if skip == story.sentences.len() {
                            continue;
                        }
                        if let Some(separator) = separator.as_ref().filter(|_| !cues.is_empty()) {
                            let sting = rundown.sting(&separator.sound);
                            end_with(&mut cues, 0);
                            let Separator { pad_ms, gain_db, .. } = *separator;
                            cues.push(Cue::Sting { sting, pad_ms, gain_db });
                        }
                        speak(&mut cues, at + skip, &story.sentences[skip..], Some(n));
                    }
                    (PartKind::Stories, cues)
                }
                What::Pause { length_ms } => (PartKind::Pause, vec![Cue::Pause { length_ms: *length_ms }]),
            };
            rundown.parts.push(Part { kind, shape: element.shape, bed: element.bed, cues });
        }
        rundown
    }

    /// The place of a sting among those played.
    fn sting(&mut self, sound: &Sound) -> usize {
        self.stings.iter().position(|other| other == sound).unwrap_or_else(|| {
            self.stings.push(sound.clone());
            self.stings.len() - 1
        })
    }

    /// The sentences that are spoken, in the script's order, each once.
    pub fn sentences(&self) -> BTreeSet<usize> {
        self.spoken().collect()
    }

    /// The sentences as they are heard, in order; one may be heard twice.
    pub fn spoken(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().flat_map(|part| &part.cues).filter_map(|cue| match cue {
            Cue::Sentence { sentence, .. } => Some(*sentence),
            Cue::Sting { .. } | Cue::Pause { .. } => None,
        })
    }

    /// The stories that are heard, in order, as often as they are.
    pub fn stories(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().flat_map(|part| &part.cues).filter_map(|cue| match cue {
            Cue::Sentence { story, .. } => *story,
            Cue::Sting { .. } | Cue::Pause { .. } => None,
        })
    }

    /// One sentence for whoever makes the bulletin: which stories it has no place for, not even for a headline.
    pub fn warning(&self, script: &Script) -> Option<String> {
        let heard: BTreeSet<usize> = self.stories().collect();
        let unheard: Vec<&str> = script
            .stories
            .iter()
            .enumerate()
            .filter(|(n, _)| !heard.contains(n))
            .map(|(_, story)| story.input.as_str())
            .collect();
        let noun = if unheard.len() == 1 { "story" } else { "stories" };
        (!unheard.is_empty()).then(|| {
            format!(
                "the rundown \"{}\" leaves out {} {noun}: {}",
                self.name,
                unheard.len(),
                unheard.join(", ")
            )
        })
    }
}

/// Adds sentences of which the first is number `at` of the script.
fn speak(cues: &mut Vec<Cue>, at: usize, sentences: &[Sentence], story: Option<usize>) {
    for (sentence, said) in (at..).zip(sentences) {
        cues.push(Cue::Sentence { sentence, story, role: said.role, pause_ms: said.pause_ms });
    }
}

/// Another pause after the last sentence.
fn end_with(cues: &mut [Cue], silence_ms: u32) {
    if let Some(Cue::Sentence { pause_ms, .. }) = cues.last_mut() {
        *pause_ms = silence_ms;
    }
}

#[cfg(test)]
mod tests;
