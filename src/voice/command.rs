//! Voices of any program that reads text and writes WAV.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What a profile says of a program that speaks: its table `[command]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The program: a name that is looked for in `PATH`, or a path.
    pub program: PathBuf,
}
