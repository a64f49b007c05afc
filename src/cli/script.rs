//! `bulletin script`: the speakable script with timings. Voices nothing.

use super::progress::Progress;
use super::wanted::Wanted;
use super::{args, produce, report};
use crate::article::Dropped;
use crate::deliver::record::{Expansion, expansions};
use crate::job::{self, Job};
use crate::lexicon::{Lexicon, Pronounced, Sound};
use crate::normalise::Class;
use crate::programme::backtime::Fit;
use crate::programme::timeline::{Placed, Source, Timeline};
use crate::rundown::{Cue, PartKind, Rundown};
use crate::script::edit::{Cut, Edit, Omission};
use crate::script::{LeftOut, Name, Role, Script, Sentence, Story};
use crate::units::{Frames, SampleRate};
use crate::{Error, Result};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::process::ExitCode;

pub(super) fn run(args: &args::Script) -> Result<ExitCode> {
    let layer = args.length.add_to(args.pauses.add_to(args.cast.add_to(args.voice.layer())));
    let layer = args.rundown.add_to(layer);
    let wanted = Wanted::of(&args.inputs, &args.briefing.set(), &args.article, &layer)?;
    let config = wanted.resolve(layer)?;
    let mut job = config.job()?;
    job.articles = wanted.gather(&args.article, &config, &Progress::new(false))?.stories;
    job.lexicon = wanted.lexicon(&config, &args.voice.lexicon)?;
    let voices = produce::voices(&config)?;
    let planned = job.plan(&voices)?;
    let job::Plan { script, rundown, fit } = &planned;
    let warnings = script.stories.iter().filter_map(Story::warning).chain(rundown.warning(script));
    for text in warnings.chain(planned.warnings()) {
        report::warning(&text);
    }
    if args.names || args.strict_names {
        return names(script, &job, args);
    }
    if args.plain {
        let sentences: Vec<_> = script.sentences().collect();
        let mut heard = rundown.spoken().filter_map(|n| sentences.get(n));
        report::print(|out| heard.try_for_each(|s| writeln!(out, "{}", s.spoken.text())))?;
        return Ok(ExitCode::SUCCESS);
    }
    let timeline = job.predict(&planned, &voices)?;
    let casting = job.casting(&voices)?;
    let of: Vec<&str> = casting.of(script).into_iter().map(|n| &*casting.voices()[n].name).collect();
    let plan = Plan::new(script, rundown, &timeline, *fit, &of);
    if args.json {
        report::print_json(&shape(&plan, &casting.leading(&planned).name))?;
    } else {
        let several = rundown.spoken().filter_map(|n| of.get(n)).collect::<BTreeSet<_>>().len() > 1;
        report::print(|out| Page { out, plan: &plan, args, group: None, several, voice: "" }.print())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What is shown: the script, and when each of its sentences is predicted to be heard.
struct Plan<'a> {
    script: &'a Script,
    rundown: &'a Rundown,
    timeline: &'a Timeline,
    fit: Option<Fit>,
    sentences: Vec<&'a Sentence>,
    /// The voice's name of each sentence.
    voices: &'a [&'a str],
    /// By part and cue.
    placed: BTreeMap<(usize, usize), &'a Placed>,
}

impl<'a> Plan<'a> {
    fn new(
        script: &'a Script,
        rundown: &'a Rundown,
        timeline: &'a Timeline,
        fit: Option<Fit>,
        voices: &'a [&'a str],
    ) -> Self {
        let sentences = script.sentences().collect();
        let placed = timeline.placed.iter().map(|placed| ((placed.part, placed.cue), placed)).collect();
        Self { script, rundown, timeline, fit, sentences, voices, placed }
    }

    fn sting(&self, sting: usize) -> String {
        self.rundown.stings.get(sting).map(ToString::to_string).unwrap_or_default()
    }

    fn bed(&self, bed: usize) -> &str {
        self.rundown.beds.get(bed).map_or("", |bed| &bed.name)
    }
}

fn seconds(frames: Frames) -> f64 {
    frames.seconds(SampleRate::PROGRAMME)
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

/// What stands together on the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Station,
    Headlines,
    Story(usize),
}

/// The script as people read it.
struct Page<'a> {
    out: &'a mut dyn Write,
    plan: &'a Plan<'a>,
    args: &'a args::Script,
    group: Option<Group>,
    /// Whether more than one voice is heard.
    several: bool,
    /// Whose turn it is.
    voice: &'a str,
}

impl Page<'_> {
    fn print(mut self) -> io::Result<()> {
        let plan = self.plan;
        let mut told = vec![false; plan.script.stories.len()];
        let mut beds = plan.timeline.beds.iter().peekable();
        for (p, part) in plan.rundown.parts.iter().enumerate() {
            let mut cues = part.cues.iter().enumerate().peekable();
            while let Some((c, cue)) = cues.next() {
                let placed = plan.placed.get(&(p, c)).copied();
                while let Some(span) = beds.next_if(|span| placed.is_some_and(|p| span.start <= p.start)) {
                    self.group(Group::Station)?;
                    self.line(Some((span.start, span.length)), "~ bed ", plan.bed(span.bed))?;
                }
                let when = placed.map(|placed| (placed.start, placed.length));
                match *cue {
                    Cue::Sting { sting, .. } => {
                        self.group(Group::Station)?;
                        self.line(when, "~ ", &plan.sting(sting))?;
                    }
                    Cue::Pause { .. } => {
                        self.group(Group::Station)?;
                        self.line(when, "~ ", "pause")?;
                    }
                    Cue::Sentence { sentence, story, .. } => {
                        let group = match story {
                            None => Group::Station,
                            Some(_) if part.kind == PartKind::Headlines => Group::Headlines,
                            Some(story) => Group::Story(story),
                        };
                        self.group(group)?;
                        self.sentence(sentence, when)?;
                        let next = cues.peek().and_then(|(_, cue)| match cue {
                            Cue::Sentence { story, .. } => *story,
                            Cue::Sting { .. } | Cue::Pause { .. } => None,
                        });
                        if let Group::Story(story) = group
                            && next != Some(story)
                            && !std::mem::replace(&mut told[story], true)
                        {
                            self.left_out(story)?;
                        }
                    }
                }
            }
        }
        // What the rundown has at most the headline of is still accounted for.
        for story in (0..told.len()).filter(|story| !told[*story]) {
            let Some(untold) = plan.script.stories.get(story) else { continue };
            let silent = untold.sentences.iter().filter(|s| s.role == Role::Body && !s.goes_on).count();
            self.group(Group::Story(story))?;
            writeln!(self.out, "not in the rundown: {} of the story", counted(silent, "sentence"))?;
            self.left_out(story)?;
        }
        for left in &plan.script.left_out {
            let headline = left.headline.as_deref().unwrap_or_default();
            writeln!(self.out, "\n{}\nleft out: {headline}: {}", left.input, left.why)?;
        }
        let whole = |n: &usize| plan.sentences.get(*n).is_none_or(|sentence| !sentence.goes_on);
        let heard = plan.rundown.spoken().filter(whole).count();
        let total = report::clock(seconds(plan.timeline.length));
        match plan.fit {
            None => writeln!(self.out, "{} in all, about {total}", counted(heard, "sentence")),
            Some(fit) => writeln!(
                self.out,
                "{} in all, {total}: voice {:+.1} %, pauses {:+.0} %, {:.1} s filled",
                counted(heard, "sentence"),
                (fit.rate - 1.0) * 100.0,
                (fit.pauses - 1.0) * 100.0,
                seconds(fit.fill)
            ),
        }
    }

    /// A new group stands apart, a story under the name of its input.
    fn group(&mut self, group: Group) -> io::Result<()> {
        let before = self.group.replace(group);
        if before == Some(group) {
            return Ok(());
        }
        if before.is_some() {
            writeln!(self.out)?;
        }
        match group {
            Group::Story(story) => {
                let input = self.plan.script.stories.get(story).map_or("", |story| &story.input);
                writeln!(self.out, "{input}")
            }
            Group::Headlines => writeln!(self.out, "headlines"),
            Group::Station => Ok(()),
        }
    }

    fn line(&mut self, when: Option<(Frames, Frames)>, mark: &str, text: &str) -> io::Result<()> {
        match when {
            Some((start, length)) => writeln!(
                self.out,
                "{:>8} {:>5.1}s  {mark}{text}",
                report::clock(seconds(start)),
                seconds(length)
            ),
            None => writeln!(self.out, "{:>8} {:>6}  {mark}{text}", "", "-"),
        }
    }

    fn sentence(&mut self, index: usize, when: Option<(Frames, Frames)>) -> io::Result<()> {
        let Some(sentence) = self.plan.sentences.get(index) else { return Ok(()) };
        let mark = match sentence.role {
            Role::Headline => "# ",
            Role::Line => "> ",
            Role::Body => "",
        };
        if let Some(voice) =
            self.plan.voices.get(index).copied().filter(|voice| self.several && *voice != self.voice)
        {
            self.voice = voice;
            writeln!(self.out, "{:>16}[voice: {voice}]", "")?;
        }
        self.line(when, mark, sentence.spoken.text())?;
        if self.args.diff && sentence.written != sentence.spoken.text() {
            writeln!(self.out, "{:>8} {:>6}  {mark}{}", "", "<", sentence.written)?;
        }
        if self.args.explain {
            explain(self.out, sentence)?;
        }
        let Some(Group::Story(story)) = self.group else { return Ok(()) };
        let Some(first) = self.plan.script.stories.get(..story) else { return Ok(()) };
        let first: usize = first.iter().map(|story| story.sentences.len()).sum();
        let edits = self.plan.script.stories[story].edits.iter();
        for Edit { kind, from, to, .. } in edits.filter(|edit| first + edit.sentence == index) {
            let to = if to.is_empty() { "(left out)" } else { to };
            writeln!(self.out, "{:>16}{from} → {to}   [edited: {kind}]", "")?;
        }
        Ok(())
    }

    /// What of a story is not spoken.
    fn left_out(&mut self, story: usize) -> io::Result<()> {
        let Some(story) = self.plan.script.stories.get(story) else { return Ok(()) };
        for Omission { written, reason, why, .. } in &story.omitted {
            writeln!(self.out, "cut ({reason}: {why}): {written}")?;
        }
        for Dropped { line, text, kind, reason } in &story.dropped {
            writeln!(self.out, "left out, line {line} ({kind}: {reason}): {text}")?;
        }
        Ok(())
    }
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
    rundown: &'a str,
    seconds: f64,
    stories: Vec<StoryShape<'a>>,
    lines: Vec<SentenceShape<'a>>,
    elements: Vec<ElementShape<'a>>,
    beds: Vec<BedShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fit: Option<Fit>,
    #[serde(skip_serializing_if = "<[LeftOut]>::is_empty")]
    left_out: &'a [LeftOut],
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
    voice: &'a str,
    paragraph: Option<usize>,
    written: &'a str,
    spoken: &'a str,
    /// When it is first heard; none where the rundown has no place for it.
    start_s: Option<f64>,
    length_s: Option<f64>,
    pause_ms: u32,
    expansions: Vec<Expansion>,
    pronounced: &'a [Pronounced],
}

/// One thing that is heard, in order.
#[derive(Serialize)]
struct ElementShape<'a> {
    part: &'static str,
    start_s: f64,
    length_s: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sting: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    story: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spoken: Option<&'a str>,
}

#[derive(Serialize)]
struct BedShape<'a> {
    name: &'a str,
    start_s: f64,
    length_s: f64,
}

fn shape<'a>(plan: &'a Plan<'a>, voice: &'a str) -> Shape<'a> {
    let millis = |frames: Frames| (seconds(frames) * 1000.0).round() / 1000.0;
    let mut first: Vec<Option<&Placed>> = vec![None; plan.sentences.len()];
    for placed in &plan.timeline.placed {
        if let Source::Take { sentence, .. } = placed.source
            && let Some(first) = first.get_mut(sentence)
        {
            first.get_or_insert(placed);
        }
    }
    let mut first = first.into_iter().zip(plan.voices.iter().copied());
    let mut sentence = |sentence: &'a Sentence| {
        let (placed, voice) = first.next().unwrap_or((None, voice));
        SentenceShape {
            role: sentence.role,
            voice,
            paragraph: sentence.paragraph,
            written: &sentence.written,
            spoken: sentence.spoken.text(),
            start_s: placed.map(|placed| millis(placed.start)),
            length_s: placed.map(|placed| millis(placed.length)),
            pause_ms: sentence.pause_ms,
            expansions: expansions(sentence),
            pronounced: &sentence.pronounced,
        }
    };
    let mut stories = Vec::new();
    for story in &plan.script.stories {
        stories.push(StoryShape {
            input: &story.input,
            headline: story.headline.as_deref(),
            sentences: story.sentences.iter().map(&mut sentence).collect(),
            dropped: &story.dropped,
            omitted: &story.omitted,
            edits: &story.edits,
            cut: story.cut.as_ref(),
        });
    }
    let lines = plan.script.lines.iter().flat_map(|line| &line.sentences).map(sentence).collect();
    let elements = plan.timeline.placed.iter().map(|placed| {
        let (sting, story, spoken) = match placed.source {
            Source::Sting { sting } => (Some(plan.sting(sting)), None, None),
            Source::Take { sentence, story } => {
                (None, story, plan.sentences.get(sentence).map(|s| s.spoken.text()))
            }
            Source::Pause => (None, None, None),
        };
        ElementShape {
            part: plan.rundown.parts.get(placed.part).map_or("", |part| part.kind.noun()),
            start_s: millis(placed.start),
            length_s: millis(placed.length),
            sting,
            story,
            spoken,
        }
    });
    let beds = plan.timeline.beds.iter().map(|span| BedShape {
        name: plan.bed(span.bed),
        start_s: millis(span.start),
        length_s: millis(span.length),
    });
    Shape {
        format_version: 1,
        voice,
        rundown: &plan.rundown.name,
        seconds: millis(plan.timeline.length),
        stories,
        lines,
        elements: elements.collect(),
        beds: beds.collect(),
        fit: plan.fit,
        left_out: &plan.script.left_out,
    }
}
