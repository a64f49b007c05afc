//! `bulletin cache`: the takes that are kept for the next time.

use super::args::{self, CacheCommand};
use super::progress::Counter;
use super::{produce, report};
use crate::Result;
use crate::cache::{Cache, Stat, Verdict};
use crate::config::Layer;
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

#[derive(Serialize)]
struct Shape<'a, T> {
    format_version: u32,
    folder: &'a Path,
    #[serde(flatten)]
    what: T,
}

pub(super) fn run(args: &args::Cache) -> Result<ExitCode> {
    let config = produce::resolve(Layer::default())?;
    let cache = Cache::at(&config.takes_folder(), config.cache_limit_bytes());
    match &args.command {
        CacheCommand::Stat(flags) => print(&cache, cache.stat(), flags.json, |stat| {
            let Stat { bytes, limit_bytes, .. } = *stat;
            format!("{}, {} of {}", takes(stat.takes), megabytes(bytes), megabytes(limit_bytes))
        })?,
        CacheCommand::Clear(flags) => print(&cache, cache.clear()?, flags.json, |stat| {
            format!("removed {}, {}", takes(stat.takes), megabytes(stat.bytes))
        })?,
        CacheCommand::Verify(flags) => {
            let counter = Counter::new("reading");
            let verdict = cache.verify(|count| counter.one_of(count));
            counter.clear();
            let damaged = !verdict.damaged.is_empty();
            print(&cache, verdict, flags.json, |Verdict { whole, damaged }| {
                let mut lines: Vec<String> =
                    damaged.iter().map(|path| format!("damaged, removed: {}", path.display())).collect();
                lines.push(format!("{} whole, {} damaged", takes(*whole), damaged.len()));
                lines.join("\n")
            })?;
            return Ok(ExitCode::from(u8::from(damaged)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print<T: Serialize>(cache: &Cache, what: T, json: bool, line: impl Fn(&T) -> String) -> Result<()> {
    if json {
        return report::print_json(&Shape { format_version: 1, folder: cache.folder(), what });
    }
    report::print(|out| writeln!(out, "{}", line(&what)))
}

fn takes(count: u64) -> String {
    format!("{count} {}", if count == 1 { "take" } else { "takes" })
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
