//! Parse, run, exit code; nothing else.
use std::process::ExitCode;

fn main() -> ExitCode {
    bulletin::cli::main()
}
