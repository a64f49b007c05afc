//! Turns news articles into air-ready audio bulletins, offline, in one process.

pub mod article;
pub mod audit;
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "the command line is the one room that prints")]
pub mod cli;
pub mod config;
pub mod deliver;
mod error;
pub mod event;
pub mod files;
pub mod job;
pub mod lexicon;
pub mod normalise;
pub mod pace;
pub mod programme;
pub mod rundown;
pub mod script;
pub mod sound;
pub mod units;
pub mod voice;

pub use error::{Error, Result};
