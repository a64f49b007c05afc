//! `bulletin produce`: articles → one bulletin.

use super::args::{self, TalkFlags};
use super::progress::Progress;
use super::report;
use super::wanted::Wanted;
use crate::Result;
use crate::cache::Cache;
use crate::config::{Briefing, Config, Layer};
use crate::deliver::feed;
use crate::deliver::record::Instead;
use crate::files;
use crate::job::{Context, Job, Outcome};
use crate::threads::Threads;
use crate::units::{Dbtp, Lufs, SampleRate};
use crate::voice::{self, Registry};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) fn run(args: &args::Produce) -> Result<ExitCode> {
    let (make, layer) = (&args.make, args.make.layer());
    let wanted = Wanted::of(&args.inputs, &make.briefing.set(), &make.article, &layer)?;
    let config = wanted.resolve(layer)?;
    let mut job = config.job()?;
    let output = args.output.clone().map_or_else(|| wanted.output(&config), Ok)?;
    if args.output.is_none() {
        // A briefing's pattern may have folders of its own.
        files::create_folder(files::folder_of(&output))?;
    }
    files::check_file_path(&output)?;
    wanted.spare(&output, &job.outputs)?;
    job.outputs.check(&output)?;
    let feed = config.feed();
    if let Some(feed) = &feed {
        feed::check(feed, &output)?;
    }
    job.lexicon = wanted.lexicon(&config, &make.voice.lexicon)?;
    let progress = Progress::new(make.say.quiet);
    job.articles = wanted.gather(&make.article, &config, &progress)?.stories;
    let outcome = carry_out(&job, &output, &config, !make.no_cache, &progress)?;
    if let Some(feed) = &feed {
        outcome.publish(feed, wanted.now())?;
    }
    print(&outcome, &make.say)?;
    Ok(ExitCode::SUCCESS)
}

/// The settings in force for the working folder.
pub(super) fn resolve(flags: Layer) -> Result<Config> {
    resolve_over(flags, None)
}

/// The same with a briefing's.
pub(super) fn resolve_over(flags: Layer, briefing: Option<&Briefing>) -> Result<Config> {
    Config::resolve_over(flags, std::env::vars(), briefing, Path::new("."))
}

/// The voices there are: built in, installed, and the user's.
pub(super) fn voices(config: &Config) -> Result<Registry> {
    let mut voices = Registry::built_in();
    voices.add_store(&config.voices_folder())?;
    if let Some(folder) = &config.user_folder {
        voices.add_folder(&folder.join("voices"))?;
    }
    for damaged in voices.damaged() {
        report::warning(&format!("voice \"{}\" is left out: {}", damaged.name, damaged.problem));
    }
    Ok(voices)
}

/// The store of takes, unless it is not wanted. One that cannot be had is told of, and done without.
pub(super) fn cache(config: &Config, wanted: bool) -> Option<Cache> {
    let opened = wanted.then(|| Cache::open(&config.takes_folder(), config.cache_limit_bytes()))?;
    opened.map_err(|error| report::warning(&format!("takes are not kept for the next time: {error}"))).ok()
}

/// What opening a voice needs. A cache folder that cannot be made is told of, and another used.
pub(super) fn voice_settings(config: &Config) -> voice::Settings {
    let cache_folder = config.cache_folder();
    if let Err(error) = files::create_folder(&cache_folder) {
        report::warning(&format!("the cache folder cannot be used: {error}"));
        return voice::Settings { net: config.net(), ..voice::Settings::new(std::env::temp_dir()) };
    }
    // What a killed process was writing, in whichever room.
    files::sweep(&cache_folder);
    for room in std::fs::read_dir(&cache_folder).into_iter().flatten().flatten() {
        files::sweep(&room.path());
    }
    voice::Settings { net: config.net(), ..voice::Settings::new(cache_folder) }
}

/// Runs a job on this machine.
pub(super) fn carry_out(
    job: &Job,
    output: &Path,
    config: &Config,
    cached: bool,
    progress: &Progress,
) -> Result<Outcome> {
    let voices = voices(config)?;
    let cache = cache(config, cached);
    let beside = job.outputs.files(output);
    let folders: BTreeSet<&Path> = std::iter::once(output)
        .chain(beside.iter().map(|(_, path)| path.as_path()))
        .map(files::folder_of)
        .collect();
    for folder in folders {
        files::sweep(folder);
    }
    let voice_settings = voice_settings(config);
    let context = Context {
        voices: &voices,
        voice_settings: &voice_settings,
        threads: &Threads::beside_caller(config.threads()),
        cache: cache.as_ref(),
        deadline: config.deadline().map(|deadline| super::begun() + deadline),
        observer: progress,
    };
    let outcome = job.run(output, &context);
    progress.clear();
    outcome
}

#[derive(Serialize)]
struct Made<'a> {
    format_version: u32,
    output: &'a Path,
    record: Option<PathBuf>,
    beside: &'a [PathBuf],
    seconds: f64,
    frames: u64,
    rate_hz: u32,
    channels: usize,
    voice: &'a str,
    loudness_lufs: Option<Lufs>,
    peak_dbtp: Dbtp,
    range_lu: Option<f64>,
    limited_db: f64,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    instead: &'a [Instead],
}

/// The result: a line for people, or JSON.
pub(super) fn print(outcome: &Outcome, flags: &TalkFlags) -> Result<()> {
    let mastered = &outcome.mastered;
    let seconds = mastered.length.seconds(SampleRate::PROGRAMME);
    if flags.json {
        return report::print_json(&Made {
            format_version: 1,
            output: &outcome.path,
            record: outcome.record_path(),
            beside: &outcome.others(),
            seconds,
            frames: mastered.length.0,
            rate_hz: SampleRate::PROGRAMME.0,
            channels: outcome.record.channels,
            voice: &outcome.record.voice,
            loudness_lufs: mastered.loudness,
            peak_dbtp: mastered.peak,
            range_lu: mastered.range_lu,
            limited_db: mastered.max_reduction_db,
            instead: &outcome.record.instead,
        });
    }
    if flags.quiet {
        return Ok(());
    }
    let loudness = mastered.loudness.map_or("silent".to_owned(), |l| l.to_string());
    report::print(|out| {
        writeln!(
            out,
            "{}  {}  {loudness}  {}",
            outcome.path.display(),
            report::clock(seconds),
            mastered.peak
        )?;
        outcome.others().iter().try_for_each(|path| writeln!(out, "{}", path.display()))
    })
}
