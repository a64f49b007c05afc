//! To the loudness target, under the true-peak ceiling.
//!
//! The mix is measured on one pass; on the next it is given the gain that is missing, limited, measured again and
//! written in the same go. Where limiting took so much loudness that the target was missed, the gain is corrected
//! along the measured slope and the pass repeated. Source of the procedure: EBU Tech 3343 §4; the secant is ours.

use crate::event::{Event, Observer};
use crate::programme::mix::Mixer;
use crate::sound::limiter::Limiter;
use crate::sound::loudness::{Channels, Loudness, Meter};
use crate::sound::noise::RoomTone;
use crate::threads::Threads;
use crate::units::{Dbtp, Frames, Lufs, SampleRate, db_to_linear};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::sync::mpsc;
use std::thread;

/// Frames in a block on their way from the mixer to the file.
const BLOCK_FRAMES: usize = 8192;

/// Passes before a target counts as out of reach.
const MOST_PASSES: usize = 6;

/// The noise generator starts here, so that the same programme gives the same file.
const ROOM_TONE_SEED: u64 = 0x726f_6f6d;

/// How near the target a pass must come to be the last.
const TOLERANCE_LU: f64 = 0.05;

/// How many channels the file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Left and right.
    #[default]
    Stereo,
    /// One channel, the mean of left and right.
    Mono,
}

impl Layout {
    /// 2 or 1.
    pub fn channels(self) -> usize {
        match self {
            Self::Stereo => 2,
            Self::Mono => 1,
        }
    }
}

/// What the programme is mastered to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Integrated loudness.
    pub loudness: Lufs,
    /// Highest true peak.
    pub peak: Dbtp,
    /// Channels.
    pub layout: Layout,
    /// Pink noise at −75 dBFS under everything, so that silence is never digital black.
    pub room_tone: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { loudness: Lufs(-16.0), peak: Dbtp(-1.0), layout: Layout::Stereo, room_tone: true }
    }
}

/// Loudness presets by name. Source: EBU R 128; AES TD1008; ATSC A/85; the platforms' published guides.
///
/// # Examples
/// ```
/// use bulletin::{programme::master::preset, units::Lufs};
/// assert_eq!(preset("r128").unwrap().loudness, Lufs(-23.0));
/// assert!(preset("loud").is_none());
/// ```
pub fn preset(name: &str) -> Option<Settings> {
    let (lufs, dbtp, layout) = match name {
        "podcast" => (-16.0, -1.0, Layout::Stereo),
        "mono" => (-19.0, -1.0, Layout::Mono),
        "r128" => (-23.0, -1.0, Layout::Stereo),
        "aes" => (-18.0, -1.0, Layout::Stereo),
        "atsc" => (-24.0, -2.0, Layout::Stereo),
        "alexa" => (-14.0, -2.0, Layout::Stereo),
        _ => return None,
    };
    Some(Settings { loudness: Lufs(lufs), peak: Dbtp(dbtp), layout, ..Settings::default() })
}

/// The presets' names, for messages.
pub const PRESETS: [&str; 6] = ["podcast", "mono", "r128", "aes", "atsc", "alexa"];

/// Takes finished audio; may be told to begin again.
pub trait Sink {
    /// Forget what was written.
    ///
    /// # Errors
    /// The sink's own.
    fn restart(&mut self) -> Result<()>;

    /// Takes interleaved frames in the layout mastered to.
    ///
    /// # Errors
    /// The sink's own.
    fn write(&mut self, interleaved: &[f32]) -> Result<()>;
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mastered {
    /// Integrated loudness, measured on what was written.
    pub loudness: Option<Lufs>,
    /// True peak, measured on what was written.
    pub peak: Dbtp,
    /// Loudness range in LU. Source: EBU Tech 3342.
    pub range_lu: Option<f64>,
    /// Highest momentary loudness.
    pub max_momentary: Option<Lufs>,
    /// Highest short-term loudness.
    pub max_short_term: Option<Lufs>,
    /// Gain given to the mix.
    pub gain_db: f64,
    /// The most the limiter took away.
    pub max_reduction_db: f64,
    /// Passes over the programme, the first measurement counted.
    pub passes: usize,
    /// Length written.
    pub length: Frames,
}

/// Masters what `mixer` renders into `sink`, mixing on a thread of its own where `threads` has one to spare.
///
/// # Errors
/// [`Error::Programme`] for a programme without sound; the mixer's and the sink's own.
pub fn master(
    mixer: &mut Mixer<'_>,
    settings: &Settings,
    sink: &mut dyn Sink,
    threads: &Threads,
    observer: &dyn Observer,
) -> Result<Mastered> {
    let unmastered = measure(mixer, settings, threads, observer)?.ok_or_else(|| Error::Programme {
        problem: "there is no sound in it".into(),
        cure: "listen to the voice with `bulletin say`, or try another".into(),
    })?;
    let target = settings.loudness.0;
    let mut gain_db = target - unmastered.0;
    let mut before: Option<(f64, f64)> = None;
    let mut pass = 2;
    loop {
        let mastered = render(mixer, settings, gain_db, pass, sink, threads, observer)?;
        let Some(Lufs(reached)) = mastered.loudness else { return Ok(mastered) };
        if (reached - target).abs() <= TOLERANCE_LU || pass >= MOST_PASSES {
            return Ok(mastered);
        }
        let slope = before.map_or(1.0, |(gain, lufs)| {
            let slope = (reached - lufs) / (gain_db - gain);
            if slope.is_finite() { slope.clamp(0.25, 1.0) } else { 1.0 }
        });
        before = Some((gain_db, reached));
        gain_db += (target - reached) / slope;
        pass += 1;
    }
}

fn meter_channels(layout: Layout) -> Channels {
    match layout {
        Layout::Stereo => Channels::Stereo,
        Layout::Mono => Channels::Mono,
    }
}

/// First pass: how loud the mix is by itself.
fn measure(
    mixer: &mut Mixer<'_>,
    settings: &Settings,
    threads: &Threads,
    observer: &dyn Observer,
) -> Result<Option<Lufs>> {
    let mut meter = Loudness::new(meter_channels(settings.layout), SampleRate::PROGRAMME)?;
    let mut progress = Progress { pass: 1, done: Frames::ZERO, total: mixer.length(), observer };
    mixer.rewind();
    pipe(
        |block| {
            mixer.pull(BLOCK_FRAMES, block)?;
            fold(block, settings.layout);
            Ok(())
        },
        |block| {
            meter.add(block);
            progress.add(block.len() / settings.layout.channels());
            Ok(())
        },
        threads,
    )?;
    Ok(meter.integrated())
}

/// A later pass: gain, room tone, limiter, meter, sink.
fn render(
    mixer: &mut Mixer<'_>,
    settings: &Settings,
    gain_db: f64,
    pass: usize,
    sink: &mut dyn Sink,
    threads: &Threads,
    observer: &dyn Observer,
) -> Result<Mastered> {
    let rate = SampleRate::PROGRAMME;
    let channels = settings.layout.channels();
    let mut limiter = Limiter::new(channels, rate, settings.peak)?;
    let mut meter = Meter::new(meter_channels(settings.layout), rate)?;
    let tone = settings.room_tone.then(|| RoomTone::new(channels, ROOM_TONE_SEED));
    let gain = db_to_linear(gain_db) as f32;
    let mut progress = Progress { pass, done: Frames::ZERO, total: mixer.length(), observer };
    let mut mixed = Vec::new();
    let mut finished = false;
    let mut length = 0;
    sink.restart()?;
    mixer.rewind();
    pipe(
        |block| {
            block.clear();
            while block.is_empty() && !finished {
                let at = mixer.position();
                mixer.pull(BLOCK_FRAMES, &mut mixed)?;
                if mixed.is_empty() {
                    limiter.finish(block);
                    finished = true;
                    break;
                }
                fold(&mut mixed, settings.layout);
                for sample in &mut mixed {
                    *sample *= gain;
                }
                if let Some(tone) = &tone {
                    tone.add_to(&mut mixed, at);
                }
                limiter.process(&mixed, block);
            }
            Ok(())
        },
        |block| {
            meter.add(block);
            sink.write(block)?;
            length += (block.len() / channels) as u64;
            progress.add(block.len() / channels);
            Ok(())
        },
        threads,
    )?;
    Ok(Mastered {
        loudness: meter.integrated(),
        peak: meter.true_peak(),
        range_lu: meter.range_lu(),
        max_momentary: meter.max_momentary(),
        max_short_term: meter.max_short_term(),
        gain_db,
        max_reduction_db: limiter.max_reduction_db(),
        passes: pass,
        length: Frames(length),
    })
}

/// Stereo to the layout wanted.
fn fold(block: &mut Vec<f32>, layout: Layout) {
    if layout == Layout::Mono {
        for n in 0..block.len() / 2 {
            block[n] = 0.5 * (block[2 * n] + block[2 * n + 1]);
        }
        block.truncate(block.len() / 2);
    }
}

/// Runs a producer of blocks, on a thread of its own if there is one, and the consumer here; an empty block ends it.
fn pipe(
    mut produce: impl FnMut(&mut Vec<f32>) -> Result<()> + Send,
    mut consume: impl FnMut(&[f32]) -> Result<()>,
    threads: &Threads,
) -> Result<()> {
    let Some(_seat) = threads.try_take() else {
        let mut block = Vec::new();
        loop {
            produce(&mut block)?;
            if block.is_empty() {
                return Ok(());
            }
            consume(&block)?;
        }
    };
    thread::scope(|scope| {
        let (full_to, full) = mpsc::sync_channel::<Vec<f32>>(4);
        let (empty_to, empty) = mpsc::channel::<Vec<f32>>();
        let producer = scope.spawn(move || -> Result<()> {
            loop {
                let mut block = empty.try_recv().unwrap_or_default();
                produce(&mut block)?;
                // A consumer that gave up has its own error to tell.
                if block.is_empty() || full_to.send(block).is_err() {
                    return Ok(());
                }
            }
        });
        let consumed = full.iter().try_for_each(|block| {
            consume(&block)?;
            let _ = empty_to.send(block);
            Ok(())
        });
        drop(full);
        let produced = producer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        consumed.and(produced)
    })
}

/// Tells the observer how far a pass has come.
struct Progress<'a> {
    pass: usize,
    done: Frames,
    total: Frames,
    observer: &'a dyn Observer,
}

impl Progress<'_> {
    fn add(&mut self, frames: usize) {
        self.done += Frames(frames as u64);
        self.observer.event(&Event::Mastering { pass: self.pass, done: self.done, total: self.total });
    }
}
