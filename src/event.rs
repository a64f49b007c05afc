//! What the stages tell whoever watches. The progress bar, `--json` and tests are observers; no stage prints.

use crate::gather::LeftOut;
use crate::units::Frames;
use std::path::Path;

/// Something that happened on the way from request to files.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// An input was read and its story found.
    StoryRead {
        /// The input as the user named it.
        input: &'a str,
        /// Paragraphs kept.
        paragraphs: usize,
        /// Lines left out.
        dropped: usize,
    },
    /// A story of the inputs is not taken.
    LeftOut(&'a LeftOut),
    /// The script is ready; voicing begins.
    Scripted {
        /// Sentences to voice.
        sentences: usize,
    },
    /// One more sentence has its take.
    SentenceVoiced {
        /// Sentences done, this one counted.
        done: usize,
        /// Sentences in all.
        total: usize,
        /// Whether it was spoken before.
        cached: bool,
    },
    /// The programme is being measured or limited.
    Mastering {
        /// The pass, from 1.
        pass: usize,
        /// Frames done in this pass.
        done: Frames,
        /// Frames in all.
        total: Frames,
    },
    /// The sound is written in another form.
    Encoding {
        /// Which.
        codec: &'a str,
    },
    /// A file stands at its final path.
    Written {
        /// Where.
        path: &'a Path,
    },
    /// Something the user should know, though the work goes on.
    Warning {
        /// One sentence.
        text: &'a str,
    },
}

/// Watches a job. Called from the thread that runs it, one event at a time.
pub trait Observer {
    /// Takes one event.
    fn event(&self, event: &Event<'_>);
}

/// An observer that looks away.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _: &Event<'_>) {}
}

impl<F: Fn(&Event<'_>)> Observer for F {
    fn event(&self, event: &Event<'_>) {
        self(event);
    }
}
