//! `bulletin voices install`.

use super::row::{Row, size};
use super::{FORMAT_VERSION, args};
use crate::cli::{progress, report};
use crate::config::Config;
use crate::net::Watch;
use crate::voice::store::{Order, Outcome, Settings, Source, Step, Store, suggested_name};
use crate::voice::{Profile, Registry};
use crate::{Error, Result};
use indicatif::{ProgressBar, ProgressDrawTarget};
use jiff::Timestamp;
use serde::Serialize;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct Done<'a> {
    format_version: u32,
    /// It was there before, and the same.
    already: bool,
    /// How many bytes of the model an earlier run had brought.
    resumed_at: u64,
    voice: &'a Row,
    profile: &'a Profile,
    folder: &'a Path,
}

pub(super) fn run(args: &args::VoicesInstall, config: &Config, voices: &Registry) -> Result<()> {
    let source = source(args, voices)?;
    let name = match (&args.name, &source) {
        (Some(name), _) => name.clone(),
        (None, Source::Catalogue(profile)) => profile.name.clone(),
        (None, _) => suggested_name(&args.voice),
    };
    if Registry::has_built_in(&name) {
        return Err(Error::Voice {
            voice: name,
            problem: "a built-in voice has this name".into(),
            cure: Some("give another with --name".into()),
        });
    }
    let order = Order {
        sha256: args.sha256.as_deref().map(|sum| {
            let sum = sum.trim().to_ascii_lowercase();
            sum.strip_prefix("sha256:").unwrap_or(&sum).to_owned()
        }),
        licence: args.licence.clone(),
        force: args.force,
        ..Order::new(&name, source, Timestamp::now())
    };
    let settings = Settings { mirror: config.voices_mirror(), net: config.net() };
    let quiet = args.quiet || args.json;
    let mut steps = Steps::new(quiet);
    if let (Source::Catalogue(profile), false) = (&order.source, quiet) {
        steps.say(&format!("licence: {}", licence(profile)));
        if let Some(note) = &profile.note {
            steps.say(&format!("note: {note}"));
        }
    }
    let store = Store::new(config.voices_folder());
    let outcome = store.install(&order, &settings, &mut |step| steps.tell(step));
    steps.clear();
    print(args, &outcome?)
}

/// Where the voice is: an address, a file, or a name.
fn source(args: &args::VoicesInstall, voices: &Registry) -> Result<Source> {
    let voice = args.voice.trim();
    if voice.contains("://") {
        return Ok(Source::Url { model: voice.to_owned(), config: args.config.clone() });
    }
    let path = PathBuf::from(&args.voice);
    let file = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("onnx"))
        || voice.contains(['/', '\\'])
        || path.is_file();
    if file {
        return Ok(Source::File { model: path, config: args.config.clone().map(PathBuf::from) });
    }
    if let Some(profile) = voices.in_catalogue(voice) {
        if args.config.is_some() {
            return Err(Error::Config {
                place: "--config".into(),
                problem: format!("the catalogue knows the configuration of {voice}"),
                cure: "leave it out, or give the address of the model".into(),
            });
        }
        return Ok(Source::Catalogue(Box::new(profile.clone())));
    }
    if voices.profiles().iter().any(|p| p.name == voice && p.installed.is_none()) {
        return Err(Error::Voice {
            voice: voice.into(),
            problem: "it speaks as it is: there is nothing to install".into(),
            cure: Some(format!("try it with `bulletin say \"Good morning.\" --voice {voice}`")),
        });
    }
    // Part of a name is enough to be told the whole.
    let part = voice.to_ascii_lowercase();
    let like = |p: &&Profile| !part.is_empty() && p.name.to_ascii_lowercase().contains(&part);
    let mut known: Vec<String> = voices.catalogue().iter().filter(like).map(|p| p.name.clone()).collect();
    if known.is_empty() {
        known = voices.catalogue().iter().map(|p| p.name.clone()).collect();
        let near = crate::suggest::nearest(voice, known.iter().map(String::as_str)).map(str::to_owned);
        known = near.into_iter().collect();
    }
    let cure = if known.is_empty() {
        "`bulletin voices list` shows what can be installed; a model of your own is given as a file or an address"
            .to_owned()
    } else {
        format!("the catalogue has: {}", known.join(", "))
    };
    Err(Error::Config {
        place: format!("\"{voice}\""),
        problem: "no voice of the catalogue is called so".into(),
        cure,
    })
}

fn licence(profile: &Profile) -> String {
    match &profile.licence_url {
        Some(url) => format!("{} ({url})", profile.licence),
        None => profile.licence.clone(),
    }
}

fn print(args: &args::VoicesInstall, outcome: &Outcome) -> Result<()> {
    let profile = &outcome.profile;
    if args.json {
        return report::print_json(&Done {
            format_version: FORMAT_VERSION,
            already: outcome.already,
            resumed_at: outcome.resumed_at,
            voice: &Row::of(profile),
            profile,
            folder: &profile.folder,
        });
    }
    if args.quiet {
        return Ok(());
    }
    report::print(|out| {
        let bytes = profile.installed.as_ref().map_or(0, |installed| installed.model_bytes);
        let what = if outcome.already { "is installed already" } else { "installed" };
        writeln!(out, "{}  {what}, {}, in {}", profile.name, size(bytes), profile.folder.display())?;
        writeln!(out, "licence: {}", licence(profile))?;
        if let Some(installed) = &profile.installed {
            let sum = profile.piper.as_ref().and_then(|piper| piper.sha256.as_deref()).unwrap_or_default();
            writeln!(out, "SHA-256: {sum}, checked against {} when it came", installed.verified)?;
        }
        writeln!(out, "try it: bulletin say \"Good morning.\" --voice {}", profile.name)
    })
}

/// Tells people what happens: a bar on a terminal, lines for what they should know.
pub(super) struct Steps {
    bar: ProgressBar,
    quiet: bool,
    /// The file shown last.
    file: String,
}

impl Steps {
    pub(super) fn new(quiet: bool) -> Self {
        let bar = ProgressBar::no_length();
        let drawn = !quiet && std::io::stderr().is_terminal();
        bar.set_draw_target(if drawn { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() });
        Self { bar, quiet, file: String::new() }
    }

    /// A line, unless nobody wants any.
    pub(super) fn say(&self, text: &str) {
        if !self.quiet {
            self.bar.suspend(|| report::note(text));
        }
    }

    pub(super) fn tell(&mut self, step: Step<'_>) {
        match step {
            Step::Waiting => self.say("another bulletin is at this voice; waiting for it"),
            Step::Warning(text) => self.say(&format!("warning: {text}")),
            Step::Checking => self.bar.set_message("checking"),
            Step::File { name, watch: Watch::Bytes { done, total } } => {
                if self.file != name {
                    name.clone_into(&mut self.file);
                    self.bar.reset();
                    self.bar.set_message(name.to_owned());
                    self.bar.set_style(progress::bar_style(match total {
                        Some(_) => "{msg} {bar:24} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left",
                        None => "{msg} {bytes}  {bytes_per_sec}",
                    }));
                }
                if let Some(total) = total {
                    self.bar.set_length(total);
                }
                self.bar.set_position(done);
            }
            Step::File { watch: Watch::Again { problem, wait_ms }, .. } => {
                self.say(&format!("{problem}; going on in {:.1} s", wait_ms as f64 / 1000.0));
            }
        }
    }

    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
