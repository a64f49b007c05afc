//! `bulletin completions` and `bulletin man`.

use super::args::{Args, Completions};
use super::report;
use crate::Result;
use clap::CommandFactory as _;
use std::process::ExitCode;

pub(super) fn completions(args: &Completions) -> Result<ExitCode> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "bulletin", &mut text);
    report::print(|out| out.write_all(&text))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn man() -> Result<ExitCode> {
    report::print(|out| {
        let command = Args::command();
        clap_mangen::Man::new(command.clone()).render(&mut &mut *out)?;
        command
            .get_subcommands()
            .filter(|sub| sub.get_name() != "help")
            .try_for_each(|sub| clap_mangen::Man::new(sub.clone()).render(&mut &mut *out))
    })?;
    Ok(ExitCode::SUCCESS)
}
