//! `bulletin lexicon check`: do the entries parse, agree, and sound right?

use super::args::{self, LexiconCheck, LexiconCommand};
use super::progress::Progress;
use super::{produce, report};
use crate::Result;
use crate::article::Article;
use crate::config::{Layer as ConfigLayer, read_lexicon};
use crate::lexicon::{Action, Entry, Layer, Sound, ipa};
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct Shape<'a> {
    format_version: u32,
    entries: &'a [Entry],
}

pub(super) fn run(args: &args::Lexicon) -> Result<ExitCode> {
    let LexiconCommand::Check(args) = &args.command;
    check(args)
}

fn check(args: &LexiconCheck) -> Result<ExitCode> {
    let config = produce::resolve(ConfigLayer { sting: Some("none".into()), ..args.voice.layer() })?;
    let entries = if args.files.is_empty() {
        config.lexicon(&args.voice.lexicon)?
    } else {
        let mut entries = Vec::new();
        for path in &args.files {
            entries.extend(read_lexicon(path, Layer::House)?);
        }
        entries
    };
    if args.json {
        report::print_json(&Shape { format_version: 1, entries: &entries })?;
    } else {
        report::print(|out| {
            entries
                .iter()
                .try_for_each(|e| writeln!(out, "{:<24} {:<40} {}", e.term, reading(&e.action), e.place))
        })?;
    }
    if let Some(output) = args.speak.as_ref().filter(|_| !entries.is_empty()) {
        let mut job = config.job()?;
        let paragraphs = entries.iter().map(|e| e.term.clone().into()).collect();
        job.articles = vec![("the lexicon".into(), Article { paragraphs, ..Article::default() })];
        job.lexicon = entries;
        produce::carry_out(&job, output, &config, true, &Progress::new(false))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn reading(action: &Action) -> String {
    match action {
        Action::Rewrite(to) => format!("rewritten \"{to}\""),
        Action::Say(Sound::Respelling(letters)) => format!("said \"{letters}\""),
        Action::Say(Sound::Ipa(sounds)) => format!("said /{sounds}/ ({})", ipa::to_xsampa(sounds)),
    }
}
