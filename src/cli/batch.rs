//! `bulletin batch`: many bulletins, from briefings or one of each article.

mod orders;
mod watch;

use super::{args, produce, report, wanted};
use crate::Result;
use crate::batch::{self, Entry, Report, Settings, Status, Studio};
use crate::config::{Config, Layer};
use crate::gather::{Kill, Shelf};
use std::io::{self, Write};
use std::process::ExitCode;
use watch::Screen;

/// Some of a batch failed.
const SOME_FAILED: u8 = 3;

pub(super) fn run(args: &args::Batch) -> Result<ExitCode> {
    let make = &args.make;
    let layer = Layer { memory_mb: args.memory_mb, ..make.layer() };
    // The machine's own matters are the same for every bulletin.
    let config: Config = produce::resolve(layer.clone())?;
    let now = wanted::now(&make.article);
    let shelf = Shelf::default();
    let orders::Orders { orders, refused } = orders::read(args, &layer, &config, &now, &shelf)?;
    let voices = produce::voices(&config)?;
    let voice_settings = produce::voice_settings(&config);
    let cache = produce::cache(&config, !make.no_cache && !args.check);
    let settings = Settings {
        threads: config.threads(),
        memory_bytes: config.memory_bytes(),
        now,
        check: args.check,
        force: args.force,
        retry_failed: args.retry_failed,
        kill: make.article.kill.iter().map(Kill::of).collect(),
    };
    let screen = Screen::new(&orders, settings.threads, make.say.quiet);
    let cached = cache.as_ref();
    let studio = Studio { voices: &voices, voice_settings: &voice_settings, cache: cached, shelf: &shelf };
    let mut made = batch::run(&orders, &settings, studio, &screen);
    screen.clear();
    for (place, error) in &refused {
        made.refuse(place.clone(), error);
    }
    if let Some(cache) = cache.filter(|cache| cache.damaged() > 0) {
        report::warning(&format!("{} damaged takes were found in the cache and made again", cache.damaged()));
    }
    for kill in &made.unmet_kills {
        report::warning(&format!(
            "--kill {kill}: no story met it; give its path, its address or its wire's own name"
        ));
    }
    print(&made, &make.say)?;
    Ok(if made.failed > 0 { ExitCode::from(SOME_FAILED) } else { ExitCode::SUCCESS })
}

/// The result, then the failures.
fn print(made: &Report, flags: &args::TalkFlags) -> Result<()> {
    if flags.json {
        report::print_json(made)?;
    } else if !flags.quiet {
        report::print(|out| made.bulletins.iter().try_for_each(|entry| line(out, entry)))?;
    }
    for entry in &made.bulletins {
        let Some(error) = &entry.error else { continue };
        report::failure(&entry.place, error, entry.hint.as_deref());
    }
    if !flags.quiet {
        report::note(&summary(made));
    }
    Ok(())
}

fn line(out: &mut dyn Write, entry: &Entry) -> io::Result<()> {
    let name = if entry.output.as_os_str().is_empty() {
        entry.place.clone()
    } else {
        entry.output.display().to_string()
    };
    // A line is a line, whatever a file is called.
    write!(out, "{:<10} {}", word(entry.status), name.replace(char::is_control, "?"))?;
    if let Some(seconds) = entry.seconds {
        write!(out, "  {}", report::clock(seconds))?;
    }
    if let (Some(loudness), Some(peak)) = (entry.loudness_lufs, entry.peak_dbtp) {
        write!(out, "  {loudness}  {peak}")?;
    }
    writeln!(out)?;
    for story in &entry.corrected {
        writeln!(out, "           corrected: {story}")?;
    }
    for gone in &entry.taken_out {
        writeln!(out, "           taken out: {}: {}", gone.input, gone.reason)?;
    }
    Ok(())
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Made => "made",
        Status::Unchanged => "unchanged",
        Status::Checked => "checked",
        Status::Skipped => "skipped",
        Status::Withheld => "withheld",
        Status::Failed => "failed",
        Status::Withdrawn => "withdrawn",
    }
}

/// `97 made, 2 unchanged, 1 failed`.
fn summary(made: &Report) -> String {
    let of = |status: Status| made.bulletins.iter().filter(|entry| entry.status == status).count();
    let mut parts: Vec<String> = [
        Status::Made,
        Status::Unchanged,
        Status::Checked,
        Status::Skipped,
        Status::Withheld,
        Status::Withdrawn,
        Status::Failed,
    ]
    .into_iter()
    .map(|status| (of(status), word(status)))
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    if parts.is_empty() {
        parts.push("nothing to make".into());
    }
    parts.join(", ")
}
