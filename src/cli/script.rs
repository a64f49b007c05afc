//! `bulletin script`: the speakable script with timings. Voices nothing.

use super::progress::Progress;
use super::{args, articles, produce, report};
use crate::article::Dropped;
use crate::deliver::record::{Expansion, expansions};
use crate::job::Job;
use crate::lexicon::{Lexicon, Pronounced, Sound};
use crate::normalise::Class;
use crate::script::edit::{Cut, Edit, Omission};
use crate::script::{Name, Role, Script, Sentence, Story};
use crate::{Error, Result};
use serde::Serialize;
use std::io::{self, Write};
use std::process::ExitCode;

pub(super) fn run(args: &args::Script) -> Result<ExitCode> {
    let config = produce::resolve(args.length.add_to(args.pauses.add_to(args.voice.layer())))?;
    let mut job = config.job()?;
    job.articles = articles::gather(&args.inputs, &args.article, &config, &Progress::new(false))?.stories;
    job.lexicon = config.lexicon(&args.voice.lexicon)?;
    let voices = produce::voices(&config)?;
    let script = job.script(&voices)?;
    for text in script.stories.iter().filter_map(Story::warning) {
        report::warning(&text);
    }
    if args.names || args.strict_names {
        return names(&script, &job, args);
    }
    if args.plain {
        report::print(|out| script.sentences().try_for_each(|s| writeln!(out, "{}", s.spoken.text())))?;
        return Ok(ExitCode::SUCCESS);
    }
    let profile = job.profile(&voices)?;
    let (timings, total_s) = script.timings(&profile.pace_at(job.rate));
    if args.json {
        report::print_json(&shape(&script, &timings, total_s, &profile.name))?;
    } else {
        report::print(|out| print(out, &script, &timings, total_s, args))?;
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct NamesShape<'a> {
    format_version: u32,
    names: &'a [Name],
}

/// The names no lexicon covers; strict, any of them is a failure.
fn names(script: &Script, job: &Job, args: &args::Script) -> Result<ExitCode> {
    let names = script.uncovered_names(&Lexicon::over_built_in(job.lexicon.clone()), job.style.locale.tag());
    if args.json {
        report::print_json(&NamesShape { format_version: 1, names: &names })?;
    } else if args.names {
        report::print(|out| {
            names.iter().try_for_each(|n| writeln!(out, "{:>4}  {:<24} {}", n.count, n.word, n.example))
        })?;
    }
    match names.first() {
        Some(first) if args.strict_names => {
            Err(Error::UncoveredNames { count: names.len(), first: first.word.clone() })
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn print(
    out: &mut dyn Write,
    script: &Script,
    timings: &[(f64, f64)],
    total_s: f64,
    args: &args::Script,
) -> io::Result<()> {
    let mut timings = timings.iter();
    for (n, story) in script.stories.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", story.input)?;
        for (n, (sentence, (start, length))) in story.sentences.iter().zip(&mut timings).enumerate() {
            let mark = if sentence.role == Role::Headline { "# " } else { "" };
            writeln!(out, "{:>8} {:>5.1}s  {mark}{}", report::clock(*start), length, sentence.spoken.text())?;
            if args.diff && sentence.written != sentence.spoken.text() {
                writeln!(out, "{:>8} {:>6}  {mark}{}", "", "<", sentence.written)?;
            }
            if args.explain {
                explain(out, sentence)?;
            }
            for Edit { kind, from, to, .. } in story.edits.iter().filter(|edit| edit.sentence == n) {
                writeln!(
                    out,
                    "{:>16}{from} → {}   [edited: {kind}]",
                    "",
                    if to.is_empty() { "(left out)" } else { to }
                )?;
            }
        }
        for Omission { written, reason, why, .. } in &story.omitted {
            writeln!(out, "cut ({reason}: {why}): {written}")?;
        }
        for dropped in &story.dropped {
            let Dropped { line, text, kind, reason } = dropped;
            writeln!(out, "left out, line {line} ({kind}: {reason}): {text}")?;
        }
    }
    writeln!(
        out,
        "{} in all, about {}",
        counted(script.sentences().count(), "sentence"),
        report::clock(total_s)
    )
}

fn explain(out: &mut dyn Write, sentence: &Sentence) -> io::Result<()> {
    let spoken = sentence.spoken.text();
    for piece in sentence.spoken.pieces() {
        let (written, said) = (&sentence.written[piece.written.clone()], &spoken[piece.spoken.clone()]);
        if piece.class == Class::Plain || (piece.class == Class::Punctuation && written == said) {
            continue;
        }
        let said = if said.is_empty() { "(not spoken)" } else { said };
        writeln!(out, "{:>16}{written} → {said}   [{}, {}]", "", piece.class, piece.rule)?;
    }
    for Pronounced { spoken: range, sound, place } in &sentence.pronounced {
        let sound = match sound {
            Sound::Respelling(letters) => letters.clone(),
            Sound::Ipa(sounds) => format!("/{sounds}/"),
        };
        writeln!(out, "{:>16}{} → {sound}   [lexicon, {place}]", "", &spoken[range.clone()])?;
    }
    Ok(())
}

fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

#[derive(Serialize)]
struct Shape<'a> {
    format_version: u32,
    voice: &'a str,
    seconds: f64,
    stories: Vec<StoryShape<'a>>,
}

#[derive(Serialize)]
struct StoryShape<'a> {
    input: &'a str,
    headline: Option<&'a str>,
    sentences: Vec<SentenceShape<'a>>,
    dropped: &'a [Dropped],
    omitted: &'a [Omission],
    edits: &'a [Edit],
    cut: Option<&'a Cut>,
}

#[derive(Serialize)]
struct SentenceShape<'a> {
    role: Role,
    paragraph: Option<usize>,
    written: &'a str,
    spoken: &'a str,
    start_s: f64,
    length_s: f64,
    pause_ms: u32,
    expansions: Vec<Expansion>,
    pronounced: &'a [Pronounced],
}

fn shape<'a>(script: &'a Script, timings: &[(f64, f64)], seconds: f64, voice: &'a str) -> Shape<'a> {
    let millis = |s: f64| (s * 1000.0).round() / 1000.0;
    let mut timings = timings.iter();
    let stories = script
        .stories
        .iter()
        .map(|story| StoryShape {
            input: &story.input,
            headline: story.headline.as_deref(),
            sentences: story
                .sentences
                .iter()
                .zip(&mut timings)
                .map(|(sentence, (start, length))| SentenceShape {
                    role: sentence.role,
                    paragraph: sentence.paragraph,
                    written: &sentence.written,
                    spoken: sentence.spoken.text(),
                    start_s: millis(*start),
                    length_s: millis(*length),
                    pause_ms: sentence.pause_ms,
                    expansions: expansions(sentence),
                    pronounced: &sentence.pronounced,
                })
                .collect(),
            dropped: &story.dropped,
            omitted: &story.omitted,
            edits: &story.edits,
            cut: story.cut.as_ref(),
        })
        .collect();
    Shape { format_version: 1, voice, seconds: millis(seconds), stories }
}
