//! The command line: the only code that prints.

mod args;
mod audit;
mod batch;
mod cache;
mod config;
mod extract;
mod lexicon;
mod manual;
mod normalise;
mod produce;
mod progress;
mod read;
mod report;
mod say;
mod script;
mod voices;
mod wanted;

use crate::clock;
use clap::Parser as _;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::Instant;

/// When the command began: a deadline counts from there.
fn begun() -> Instant {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    *BEGUN.get_or_init(clock::now)
}

/// Parses the process's arguments, runs the command and gives the exit code.
pub fn main() -> ExitCode {
    begun();
    let args = args::Args::parse();
    let result = match &args.command {
        args::Command::Produce(a) => produce::run(a),
        args::Command::Batch(a) => batch::run(a),
        args::Command::Script(a) => script::run(a),
        args::Command::Normalise(a) => normalise::run(a),
        args::Command::Extract(a) => extract::run(a),
        args::Command::Say(a) => say::run(a),
        args::Command::Read(a) => read::run(a),
        args::Command::Voices(a) => voices::run(a),
        args::Command::Lexicon(a) => lexicon::run(a),
        args::Command::Audit(a) => audit::run(a),
        args::Command::Cache(a) => cache::run(a),
        args::Command::Config(a) => config::run(a),
        args::Command::Completions(a) => manual::completions(a),
        args::Command::Man => manual::man(),
    };
    result.unwrap_or_else(|error| report::error(&error))
}
