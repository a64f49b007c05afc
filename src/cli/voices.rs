//! `bulletin voices`: what can speak.

use super::args::{self, VoicesCommand};
use super::{produce, report};
use crate::config::Layer;
use crate::voice::Profile;
use crate::{Error, Result};
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct Listed<'a> {
    format_version: u32,
    voices: &'a [Profile],
}

pub(super) fn run(args: &args::Voices) -> Result<ExitCode> {
    let voices = produce::voices(&produce::resolve(Layer::default())?)?;
    match &args.command {
        VoicesCommand::List { json: true } => {
            report::print_json(&Listed { format_version: 1, voices: voices.profiles() })?;
        }
        VoicesCommand::List { json: false } => report::print(|out| {
            voices.profiles().iter().try_for_each(|p| {
                writeln!(
                    out,
                    "{:<14} {:<6} {:<6} {:<11} {}",
                    p.name, p.language, p.engine, p.licence, p.description
                )
            })
        })?,
        VoicesCommand::Show { name, json: true } => {
            report::print_json(&Listed {
                format_version: 1,
                voices: std::slice::from_ref(voices.get(name)?),
            })?;
        }
        VoicesCommand::Show { name, json: false } => {
            let text = toml::to_string_pretty(voices.get(name)?).map_err(|e| Error::Voice {
                voice: name.clone(),
                problem: format!("its profile cannot be shown: {e}"),
                cure: None,
            })?;
            report::print(|out| out.write_all(text.as_bytes()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
