//! What is told of a reading on standard output: on a terminal the screen, else lines, or JSON.

use super::player::{Ending, Leaving, State};
use super::reading::Line;
use super::screen::Screen;
use super::view::{Block, Scene};
use crate::cli::report;
use crate::script::Role;
use crate::voice::system::Voice;
use serde::Serialize;
use std::io::{self, Write as _};

/// Who is told, and how.
pub(super) enum Teller {
    Screen {
        screen: Screen,
        blocks: Vec<Block>,
        styled: bool,
        /// For when the terminal has been given back.
        warnings: Vec<String>,
    },
    Lines,
    Json,
}

/// Nobody listens any more: the reading is over, and that is no failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone;

#[derive(Serialize)]
struct Told<'a> {
    format_version: u32,
    #[serde(flatten)]
    event: Event<'a>,
}

/// One line of JSON.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    /// First of all.
    Started {
        /// None where the system chooses.
        voice: Option<&'a Voice>,
        sentences: usize,
    },
    SentenceStarted {
        /// Counted from 0.
        index: usize,
        /// Counted from 0; none for a line of the station's.
        story: Option<usize>,
        role: Role,
        paragraph: Option<usize>,
        written: &'a str,
        spoken: &'a str,
        predicted_ms: u64,
        pause_ms: u32,
    },
    SentenceEnded {
        index: usize,
        ending: Ending,
    },
    /// Last of all.
    Ended {
        why: &'static str,
    },
}

impl Teller {
    /// For a terminal that has been taken.
    pub(super) fn screen(screen: Screen, lines: &[Line], styled: bool) -> Self {
        let above = |n: usize| match n.checked_sub(1).and_then(|before| lines.get(before)) {
            Some(before) if before.group != lines[n].group => 2,
            Some(before) if before.paragraph != lines[n].paragraph => 1,
            _ => 0,
        };
        let block = |(n, line): (usize, &Line)| Block {
            text: line.written.clone(),
            above: above(n),
            headline: line.role == Role::Headline,
        };
        let blocks = lines.iter().enumerate().map(block).collect();
        Self::Screen { screen, blocks, styled, warnings: Vec::new() }
    }

    pub(super) fn started(&mut self, voice: Option<&Voice>, sentences: usize) -> Result<(), Gone> {
        match self {
            Self::Screen { .. } | Self::Lines => Ok(()),
            Self::Json => json(Event::Started { voice, sentences }),
        }
    }

    pub(super) fn sentence(&mut self, index: usize, line: &Line) -> Result<(), Gone> {
        match self {
            Self::Screen { .. } => Ok(()),
            Self::Lines => print(&line.written),
            Self::Json => json(Event::SentenceStarted {
                index,
                story: line.story,
                role: line.role,
                paragraph: line.paragraph,
                written: &line.written,
                spoken: &line.spoken,
                predicted_ms: line.predicted_ms,
                pause_ms: line.pause_ms,
            }),
        }
    }

    pub(super) fn ended(&mut self, index: usize, ending: Ending) -> Result<(), Gone> {
        match self {
            Self::Screen { .. } | Self::Lines => Ok(()),
            Self::Json => json(Event::SentenceEnded { index, ending }),
        }
    }

    pub(super) fn left(&mut self, why: Leaving) -> Result<(), Gone> {
        match self {
            Self::Screen { .. } | Self::Lines => Ok(()),
            Self::Json => json(Event::Ended {
                why: match why {
                    Leaving::Finished => "finished",
                    Leaving::Quit => "quit",
                    Leaving::Silent => "silent",
                },
            }),
        }
    }

    /// What is on the screen has changed.
    pub(super) fn show(&mut self, at: usize, state: State) -> Result<(), Gone> {
        let Self::Screen { screen, blocks, styled, .. } = self else { return Ok(()) };
        let scene = Scene { blocks, at, state, size: screen.size(), styled: *styled };
        screen.draw(&scene).map_err(|_| Gone)
    }

    /// The screen has another size.
    pub(super) fn resized(&mut self) {
        if let Self::Screen { screen, .. } = self {
            screen.forget();
        }
    }

    /// Something went wrong, and the reading goes on.
    pub(super) fn warn(&mut self, text: String) {
        match self {
            Self::Screen { warnings, .. } => warnings.push(text),
            Self::Lines | Self::Json => report::warning(&text),
        }
    }

    /// Whether somebody is at the keys.
    pub(super) fn has_keys(&self) -> bool {
        matches!(self, Self::Screen { .. })
    }

    /// Gives the terminal back; the warnings that are still to be told.
    pub(super) fn close(self) -> Vec<String> {
        match self {
            Self::Screen { warnings, .. } => warnings,
            Self::Lines | Self::Json => Vec::new(),
        }
    }

    /// Does something while the terminal is as it was.
    pub(super) fn lend(&mut self, meanwhile: impl FnOnce()) -> Result<(), Gone> {
        match self {
            Self::Screen { screen, .. } => screen.lend(meanwhile).map_err(|_| Gone),
            Self::Lines | Self::Json => {
                meanwhile();
                Ok(())
            }
        }
    }
}

fn json(event: Event<'_>) -> Result<(), Gone> {
    let text = serde_json::to_string(&Told { format_version: 1, event }).map_err(|_| Gone)?;
    print(&text)
}

/// A line at once, for whoever follows it.
fn print(text: &str) -> Result<(), Gone> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(|_| Gone)
}
