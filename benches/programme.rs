//! How many times faster than real time everything after the voice is, a core: `cargo bench --bench programme`.
//!
//! A bulletin of five minutes from takes of the embedded voice: takes made ready (trimmed, resampled, measured), laid
//! out, mixed with sting, bed and room tone, mastered in passes, metered and dithered to 16 bits. Bound: 100 times real
//! time a core, with both threads' time counted.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench prints what it measures, by the clock, or fails"
)]

use bulletin::Result;
use bulletin::article;
use bulletin::event::Silent;
use bulletin::lexicon::Lexicon;
use bulletin::normalise::Normaliser;
use bulletin::programme::master::{self, Mastered, Sink};
use bulletin::programme::mix::{self, Mixer};
use bulletin::programme::sounds::Sounds;
use bulletin::programme::takes::{Preparer, Takes};
use bulletin::programme::timeline::Timeline;
use bulletin::rundown::{self, Cue, Facts, Part, PartKind, Rundown, Shape, Template};
use bulletin::script::{self, Role, Script, Tools};
use bulletin::sound::dither::Dither;
use bulletin::threads::Threads;
use bulletin::units::SampleRate;
use bulletin::voice::{self, Prosody, Registry, Take};
use std::env;
use std::hint::black_box;
use std::time::{Duration, Instant};

const SENTENCES: usize = 50;

/// One sentence as the embedded voice speaks it.
fn speech() -> Take {
    let text =
        "The council said on Tuesday that the bridge over the Tarn would stay closed until the end of May.\n";
    let article = article::read(text.as_bytes(), "a.txt", &article::Settings::default()).unwrap();
    let (normaliser, lexicon) = (Normaliser::default(), Lexicon::default());
    let tools = Tools { normaliser: &normaliser, lexicon: &lexicon };
    let script = Script::write(vec![("a.txt".into(), article)], tools, &script::Settings::default()).unwrap();
    let voices = Registry::built_in();
    let folder = tempfile::tempdir().unwrap();
    let settings = voice::Settings::new(folder.path().to_owned());
    let mut engine = voices.get("pico-en-gb").unwrap().open(&settings).unwrap();
    engine.speak(script.sentences().last().unwrap(), &Prosody { rate: 1.0, pitch: 1.0 }).unwrap()
}

/// Dithers what would be written.
struct ToSixteenBits {
    dither: Dither,
    out: Vec<i16>,
}

impl Sink for ToSixteenBits {
    fn restart(&mut self) -> Result<()> {
        self.dither = Dither::new(1);
        Ok(())
    }

    fn write(&mut self, interleaved: &[f32]) -> Result<()> {
        self.out.clear();
        self.dither.to_i16(interleaved, &mut self.out);
        black_box(&self.out);
        Ok(())
    }
}

/// One bulletin after the voice.
fn produce(take: &Take, name: &str) -> Mastered {
    let folder = tempfile::tempdir().unwrap();
    let mut preparer = Preparer::new(take.rate).unwrap();
    let mut takes = Takes::new(SENTENCES, folder.path());
    for n in 0..SENTENCES {
        takes.put(n, 0, preparer.prepare(take).unwrap()).unwrap();
    }
    let template = Template::built_in(name).unwrap();
    let template = template.fill(&Facts::default(), 1, bulletin::normalise::Locale::default()).unwrap();
    let mut rundown = Rundown::plan(&Script::default(), &template);
    let say = |sentence| Cue::Sentence { sentence, story: Some(0), role: Role::Body, pause_ms: 400 };
    let bed = (!rundown.beds.is_empty()).then_some(0);
    let cues = (0..SENTENCES).map(say).collect();
    rundown.parts.push(Part { kind: PartKind::Stories, shape: Shape::default(), bed, cues });
    let sounds = Sounds::gather(&rundown, &[]).unwrap();
    let settings = rundown::Settings::default();
    let timeline = Timeline::lay_out(&rundown, &settings, &sounds.marks(), |n| takes.frames(n));
    let mut mixer = Mixer::new(&timeline, &takes, &sounds, &mix::Settings::default());
    let mut sink = ToSixteenBits { dither: Dither::new(1), out: Vec::new() };
    master::master(&mut mixer, &master::Settings::default(), &mut sink, &Threads::beside_caller(2), &Silent)
        .unwrap()
}

/// Processor time of this process, all threads; none where the system does not tell.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

fn main() {
    // `cargo test` runs benches once to see that they work.
    let rounds = if env::args().any(|a| a == "--bench") { 7 } else { 1 };
    let take = speech();
    for name in ["plain", "briefing"] {
        let (mut wall, mut cores, mut length, mut passes) = (Duration::MAX, Duration::MAX, 0.0, 0);
        for _ in 0..rounds {
            let (start, before) = (Instant::now(), processor_time());
            let made = produce(&take, name);
            (length, passes) = (made.length.seconds(SampleRate::PROGRAMME), made.passes);
            wall = wall.min(start.elapsed());
            let spent = processor_time().zip(before).map(|(after, before)| after.saturating_sub(before));
            cores = cores.min(spent.unwrap_or(2 * wall));
        }
        println!(
            "{name:10} {length:6.1} s of programme in {passes} passes and {:6.1} ms, {:6.1} ms of processor time: {:6.0} times real time a core",
            wall.as_secs_f64() * 1_000.0,
            cores.as_secs_f64() * 1_000.0,
            length / cores.as_secs_f64()
        );
    }
}
