//! `bulletin say`: a text into a file, to try a voice or a pronunciation.

use super::progress::Progress;
use super::{args, produce};
use crate::article::Article;
use crate::config::Layer;
use crate::script::edit;
use crate::{Result, files};
use std::process::ExitCode;

pub(super) fn run(args: &args::Say) -> Result<ExitCode> {
    let nothing_else =
        Layer { rundown: Some("plain".into()), sting: Some("none".into()), ..args.voice.layer() };
    let layer = Layer { jobs: args.talk.jobs, ..nothing_else };
    let config = produce::resolve(layer)?;
    let mut job = config.job()?;
    // A text to be tried has no slot, whatever the house's bulletins have.
    job.duration_s = None;
    job.edit = edit::Settings::default();
    files::check_file_path(&args.output)?;
    job.lexicon = config.lexicon(&args.voice.lexicon)?;
    let article = Article { paragraphs: vec![args.text.clone().into()], ..Article::default() };
    job.articles = vec![("the text".into(), article)];
    let progress = Progress::new(args.talk.quiet);
    let outcome = produce::carry_out(&job, &args.output, &config, true, &progress)?;
    produce::print(&outcome, &args.talk)?;
    Ok(ExitCode::SUCCESS)
}
