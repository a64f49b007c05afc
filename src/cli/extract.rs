//! `bulletin extract`: the article found, and what was left out and why.

use super::args;
use crate::Result;
use std::process::ExitCode;

pub(super) fn run(args: &args::Extract) -> Result<ExitCode> {
    let _ = args;
    Ok(ExitCode::SUCCESS)
}
