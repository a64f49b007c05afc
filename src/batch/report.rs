//! What became of a batch.

use super::Order;
use crate::Error;
use crate::gather::LeftOut;
use crate::units::{Dbtp, Lufs};
use serde::Serialize;
use std::path::PathBuf;

/// The shape's version; raised when a field changes its meaning or goes.
pub(super) const FORMAT_VERSION: u32 = 1;

/// All orders of a batch, as they were given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// How many were made.
    pub made: usize,
    /// How many stand as they were.
    pub unchanged: usize,
    /// How many failed.
    pub failed: usize,
    /// Each.
    pub bulletins: Vec<Entry>,
    /// Kills that no story met: most likely slips of the pen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmet_kills: Vec<String>,
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The file is new.
    Made,
    /// Nothing about it has changed since it was made.
    Unchanged,
    /// It would be made.
    Checked,
    /// It did not fail the last time, and only those were wanted.
    Skipped,
    /// Its story must not be heard, or another stands for it; nothing was there before.
    Withheld,
    /// It could not be made; what was there before still is.
    Failed,
    /// What was there held a story that must not be heard, and nothing could be made without it: that file is gone.
    Withdrawn,
}

/// One bulletin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// What ordered it.
    pub place: String,
    /// Where it goes; empty where that cannot be told.
    pub output: PathBuf,
    /// What became of it.
    pub status: Status,
    /// Its record, where one is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<PathBuf>,
    /// What was made beside it now, its record included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<PathBuf>,
    /// Its length; of one that is only checked, by prediction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Its loudness, if it was made now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loudness_lufs: Option<Lufs>,
    /// Its true peak, if it was made now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_dbtp: Option<Dbtp>,
    /// Sentences voiced now.
    pub voiced: usize,
    /// Sentences that were spoken before.
    pub cached: usize,
    /// Its stories, in order.
    pub stories: Vec<String>,
    /// Those that read otherwise than the last time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<String>,
    /// Those it had the last time and has no more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken_out: Vec<Gone>,
    /// Inputs that were not taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// What else should be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What would help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// A story that a bulletin had and has no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gone {
    /// The story's input.
    pub input: String,
    /// Why, as a clause.
    pub reason: String,
}

impl Report {
    pub(super) fn new(bulletins: Vec<Entry>, unmet_kills: Vec<String>) -> Self {
        let count = |of: &[Status]| bulletins.iter().filter(|entry| of.contains(&entry.status)).count();
        Self {
            format_version: FORMAT_VERSION,
            made: count(&[Status::Made]),
            unchanged: count(&[Status::Unchanged]),
            failed: bulletins.iter().filter(|entry| entry.error.is_some()).count(),
            bulletins,
            unmet_kills,
        }
    }

    /// Adds what was ordered so that nobody could tell what it is.
    pub fn refuse(&mut self, place: String, error: &Error) {
        self.failed += 1;
        let (error, hint) = (Some(error.to_string()), error.hint());
        self.bulletins.push(Entry { error, hint, ..Entry::at(place, PathBuf::new(), Status::Failed) });
    }
}

impl Entry {
    pub(super) fn of(order: &Order, status: Status) -> Self {
        Self::at(order.place.clone(), order.output.clone(), status)
    }

    /// Of one that could not be made.
    pub(super) fn failed(order: &Order, error: &Error) -> Self {
        Self { error: Some(error.to_string()), hint: error.hint(), ..Self::of(order, Status::Failed) }
    }

    fn at(place: String, output: PathBuf, status: Status) -> Self {
        Self {
            place,
            output,
            status,
            record: None,
            beside: Vec::new(),
            seconds: None,
            loudness_lufs: None,
            peak_dbtp: None,
            voiced: 0,
            cached: 0,
            stories: Vec::new(),
            corrected: Vec::new(),
            taken_out: Vec::new(),
            left_out: Vec::new(),
            warnings: Vec::new(),
            error: None,
            hint: None,
        }
    }
}
