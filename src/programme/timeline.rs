//! Every element at its frame.

use crate::programme::takes::Takes;
use crate::rundown::{Element, Rundown, Settings};
use crate::sound::stings::Sting;
use crate::units::{Frames, SampleRate};
use serde::{Deserialize, Serialize};

/// Where everything is, in frames at [`SampleRate::PROGRAMME`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Timeline {
    /// In order of their starts; takes never overlap one another.
    pub placed: Vec<Placed>,
    /// The whole programme.
    pub length: Frames,
}

/// One element in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// First frame.
    pub start: Frames,
    /// How long it lasts.
    pub length: Frames,
    /// What it is.
    pub source: Source,
}

impl Placed {
    /// The frame after its last.
    pub fn end(&self) -> Frames {
        self.start + self.length
    }
}

/// What an element's sound comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Source {
    /// The opening sting.
    Sting,
    /// The take of a sentence.
    Take {
        /// Its place in the script, counted from 0.
        sentence: usize,
        /// Its story, counted from 0.
        story: usize,
    },
}

impl Timeline {
    /// Lays the rundown out, now that the takes' lengths are known.
    ///
    /// The first voice enters at the sting's `voice_at`; a take without sound takes no time and no pause.
    pub fn lay_out(rundown: &Rundown, settings: &Settings, takes: &Takes, sting: Option<&Sting>) -> Self {
        let rate = SampleRate::PROGRAMME;
        let mut placed = Vec::with_capacity(rundown.elements.len());
        let mut cursor = if sting.is_some() { Frames::ZERO } else { rate.frames_in_ms(settings.lead_in_ms) };
        let mut voice_end = Frames::ZERO;
        let mut sting_end = Frames::ZERO;
        for element in &rundown.elements {
            match element {
                Element::Sting { .. } => {
                    if let Some(sting) = sting {
                        let length = Frames((sting.samples.len() / 2) as u64);
                        placed.push(Placed { start: cursor, length, source: Source::Sting });
                        sting_end = cursor + length;
                        cursor += sting.voice_at;
                    }
                }
                Element::Sentence { sentence, story, pause_ms, .. } => {
                    let length = takes.frames(*sentence);
                    if length == Frames::ZERO {
                        continue;
                    }
                    let source = Source::Take { sentence: *sentence, story: *story };
                    placed.push(Placed { start: cursor, length, source });
                    voice_end = cursor + length;
                    cursor = voice_end + rate.frames_in_ms(*pause_ms);
                }
            }
        }
        let length = sting_end.max(voice_end + rate.frames_in_ms(settings.tail_ms));
        Self { placed, length }
    }

    /// Frames at which one element gives way to another: where a join could be heard.
    pub fn joins(&self) -> impl Iterator<Item = Frames> {
        self.placed.iter().flat_map(|p| [p.start, p.end()]).filter(|f| *f > Frames::ZERO && *f < self.length)
    }

    /// When a voice speaks, in order.
    pub fn speech(&self) -> impl Iterator<Item = &Placed> {
        self.placed.iter().filter(|p| matches!(p.source, Source::Take { .. }))
    }
}
