//! The command line: the only code that prints.

mod args;
mod extract;
mod input;
mod normalise;

use clap::Parser as _;
use std::process::ExitCode;

/// Parses the process's arguments, runs the command and gives the exit code.
pub fn main() -> ExitCode {
    let args = args::Args::parse();
    let result = match &args.command {
        args::Command::Normalise(a) => normalise::run(a),
        args::Command::Extract(a) => extract::run(a),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint() {
                eprintln!("hint: {hint}");
            }
            ExitCode::from(error.exit_code())
        }
    }
}
