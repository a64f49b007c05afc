//! Turns news articles into air-ready audio bulletins, offline, in one process.

pub mod article;
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "the command line is the one room that prints")]
pub mod cli;
mod error;
pub mod normalise;
pub mod sound;
pub mod units;

pub use error::{Error, Result};
