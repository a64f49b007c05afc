//! `bulletin config`: the settings in force and where each comes from.

use super::{args, produce, report};
use crate::config::{Layer, Names};
use crate::net;
use crate::script::Speaker;
use crate::{Error, Result};
use serde::Serialize;
use std::collections::BTreeMap;
use std::process::ExitCode;

#[derive(Serialize)]
struct Shape {
    format_version: u32,
    settings: BTreeMap<&'static str, Setting>,
}

#[derive(Serialize)]
struct Setting {
    value: serde_json::Value,
    origin: String,
}

/// Without the password of the proxy.
fn printable(net: net::Settings) -> net::Settings {
    net::Settings { proxy: net.proxy.as_deref().map(net::without_credentials), ..net }
}

pub(super) fn run(args: &args::Config) -> Result<ExitCode> {
    let config = produce::resolve(Layer::default())?;
    let job = config.job()?;
    let voices = produce::voices(&config)?;
    let casting = job.casting(&voices)?;
    let readers = casting.readers().iter().map(|reader| casting.voices()[*reader].name.clone());
    // What is open in every layer has its built-in value where it is used; this is the same, gathered.
    let effective = Layer {
        voice: Some(job.profile(&voices)?.name.clone()),
        fallback: config.values.fallback.clone(),
        deadline: config.values.deadline,
        presenter: Some(casting.profile(Speaker::Presenter, None).name.clone()),
        reader: Some(Names(readers.collect())),
        quotes: job.cast.quotes.clone(),
        locale: Some(job.style.locale),
        rate: Some(job.rate),
        pitch: Some(job.pitch),
        preset: Some(config.values.preset.clone().unwrap_or_else(|| "podcast".into())),
        loudness_lufs: Some(job.master.loudness.0),
        peak_dbtp: Some(job.master.peak.0),
        layout: Some(job.master.layout),
        bits: Some(if job.depth == crate::deliver::wav::Depth::Bits24 { 24 } else { 16 }),
        outputs: Some(config.outputs()),
        feed: config.feed(),
        compressed: Some(job.compressed),
        disclosure: Some(config.values.disclosure.unwrap_or_default()),
        output: config.values.output.clone(),
        wav: Some(job.wav.clone()),
        rundown: Some(job.rundown.template.name.clone()),
        sting: Some(job.rundown.template.opener().map_or_else(|| "none".to_owned(), ToString::to_string)),
        station: job.rundown.facts.station.clone(),
        title: job.rundown.facts.title.clone(),
        at: job.rundown.facts.at,
        date: job.rundown.facts.date,
        jobs: Some(config.threads()),
        memory_mb: Some(config.memory_bytes() / 1_000_000),
        sentence_pause_ms: Some(job.script.sentence_pause_ms),
        paragraph_pause_ms: Some(job.script.paragraph_pause_ms),
        headline_pause_ms: Some(job.script.headline_pause_ms),
        story_pause_ms: Some(job.script.story_pause_ms),
        max: config.values.max,
        duration: config.values.duration,
        sentences: config.values.sentences,
        keep: Some(config.values.keep.clone().unwrap_or_default()),
        drop: Some(config.values.drop.clone().unwrap_or_default()),
        patterns: Some(config.values.patterns.clone().unwrap_or_default()),
        net: Some(printable(config.gather().net)),
        style: Some(toml::Table::try_from(&job.style).unwrap_or_default()),
        tables: Some(config.values.tables.clone().unwrap_or_default()),
        lexicons: Some(config.values.lexicons.clone().unwrap_or_default()),
        cache_folder: Some(config.cache_folder()),
        voices_folder: Some(config.voices_folder()),
        voices_mirror: Some(net::without_credentials(&config.voices_mirror())),
        cache_limit_mb: Some(config.cache_limit_bytes() / 1_000_000),
    };
    let unprintable = |e: serde_json::Error| Error::Config {
        place: "the settings".into(),
        problem: e.to_string(),
        cure: "check that the paths among them are UTF-8".into(),
    };
    let values = serde_json::to_value(&effective).map_err(unprintable)?;
    if args.json {
        let settings = Layer::NAMES
            .iter()
            .map(|&name| {
                (name, Setting { value: values[name].clone(), origin: config.origin(name).to_owned() })
            })
            .collect();
        report::print_json(&Shape { format_version: 1, settings })?;
    } else {
        report::print(|out| {
            Layer::NAMES.iter().try_for_each(|&name| {
                let value = Some(&values[name]).filter(|value| !value.is_null());
                let value = value.map_or_else(|| "none".to_owned(), ToString::to_string);
                writeln!(out, "{name} = {value}  # {}", config.origin(name))
            })
        })?;
    }
    Ok(ExitCode::SUCCESS)
}
