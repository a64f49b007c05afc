//! The flags, as types.

use crate::article::Kind;
use crate::normalise::Locale;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(name = "bulletin", version, about, propagate_version = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Turn written lines into spoken lines: one line in, one line out
    Normalise(Normalise),
    /// Show the article found in an input, and what was left out and why
    Extract(Extract),
}

#[derive(Debug, clap::Args)]
pub(super) struct Normalise {
    /// Where the copy was written
    #[arg(long, value_enum, default_value = "en-GB")]
    pub(super) locale: LocaleArg,
}

#[derive(Debug, clap::Args)]
pub(super) struct Extract {
    /// A file, or `-` for standard input
    pub(super) input: PathBuf,
    /// Print the article as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// The story's language (ISO 639-1), in place of our guess
    #[arg(long, value_name = "CODE")]
    pub(super) language: Option<String>,
    /// Keep lines of this kind in the story (may be given several times)
    #[arg(long, value_name = "KIND")]
    pub(super) keep: Vec<Kind>,
    /// Leave lines of this kind out: `list`, or a kind that is only suspected (may be given several times)
    #[arg(long, value_name = "KIND")]
    pub(super) drop: Vec<Kind>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LocaleArg {
    #[value(name = "en-GB")]
    EnGb,
    #[value(name = "en-US")]
    EnUs,
}

impl From<LocaleArg> for Locale {
    fn from(arg: LocaleArg) -> Self {
        match arg {
            LocaleArg::EnGb => Self::EnGb,
            LocaleArg::EnUs => Self::EnUs,
        }
    }
}
