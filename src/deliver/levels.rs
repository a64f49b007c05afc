//! How loud a bulletin is from beginning to end: what pictures of it are drawn from.

use crate::Result;
use crate::deliver::wav::Pcm;
use crate::sound::loudness::{Channels, Loudness};
use crate::units::{Frames, Lufs, SampleRate};
use serde::{Deserialize, Serialize};

/// The most stretches a programme is looked at in: wider than any screen, and 200 kB.
pub const MOST_COLUMNS: usize = 16_384;

/// How often loudness is read.
const TICK_MS: u32 = 100;

/// The most readings kept: six hours at one a second. What is longer has fewer, so that memory has a bound.
const MOST_READINGS: u64 = 21_600;

/// The samples of one stretch, over all channels, in [-1, 1).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Column {
    /// The lowest.
    pub lowest: f32,
    /// The highest.
    pub highest: f32,
    /// Root of their mean square.
    pub rms: f32,
}

/// The highest loudness of one [`Levels::step`]. Source: EBU Tech 3341 §2.2.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// Of 400 ms; none before there are as many, and in silence.
    pub momentary: Option<Lufs>,
    /// Of 3 s; none before there are as many, and in silence.
    pub short_term: Option<Lufs>,
}

/// Levels over the time of a programme.
///
/// Shape: the columns share the frames evenly; reading number n is that of the frames from n × `step`, the last perhaps
/// shorter.
/// Cost: one pass, 16 bytes a column, 32 bytes a reading, and the meter's 160 bytes a second.
///
/// # Examples
/// ```
/// use bulletin::deliver::{levels::Levels, wav::{Depth, WavSink}};
/// use bulletin::programme::master::Sink as _;
/// let folder = tempfile::tempdir().unwrap();
/// let mut sink = WavSink::create(&folder.path().join("a.wav"), 1, Depth::Bits24)?;
/// sink.restart()?;
/// sink.write(&[0.0; 48_000])?;
/// sink.write(&[0.5, -0.5].repeat(24_000))?;
/// let levels = Levels::measure(&mut sink.pcm(), 2)?;
/// assert!(levels.columns[0].rms < 0.001);
/// assert!((levels.columns[1].rms - 0.5).abs() < 0.001 && (levels.columns[1].lowest + 0.5).abs() < 0.001);
/// assert_eq!((levels.length.0, levels.readings.len()), (96_000, 20)); // ten a second
/// # Ok::<(), bulletin::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Levels {
    /// Frames a second.
    pub rate: SampleRate,
    /// Frames in all.
    pub length: Frames,
    /// The stretches, as many as asked for, but never more than there are frames.
    pub columns: Vec<Column>,
    /// Frames from one reading to the next: 100 ms, of long programmes more.
    pub step: Frames,
    /// Loudness over time.
    pub readings: Vec<Reading>,
}

impl Levels {
    /// Measures a programme in so many stretches, 1 to [`MOST_COLUMNS`], from its beginning.
    ///
    /// # Errors
    /// As [`Pcm::read`].
    pub fn measure(pcm: &mut Pcm<'_>, columns: usize) -> Result<Self> {
        let channels = if pcm.format().channels == 1 { Channels::Mono } else { Channels::Stereo };
        let mut gauge = Gauge::new(pcm.frames(), channels, columns)?;
        let (tick, mut samples) = (gauge.tick, Vec::new());
        pcm.rewind();
        while pcm.read_f32(tick.0 as usize, &mut samples)? > 0 {
            gauge.add(&samples);
        }
        Ok(gauge.levels)
    }
}

/// Levels under way.
struct Gauge {
    levels: Levels,
    loudness: Loudness,
    channels: usize,
    /// Frames from one look at the meter to the next.
    tick: Frames,
    wanted: u64,
    heard: u64,
    /// The column under way: its last frame's successor, and its sum of squares.
    column_end: u64,
    squares: f64,
    samples: u64,
}

impl Gauge {
    fn new(length: Frames, channels: Channels, columns: usize) -> Result<Self> {
        let rate = SampleRate::PROGRAMME;
        let tick = rate.frames_in_ms(TICK_MS);
        let wanted = (columns.clamp(1, MOST_COLUMNS) as u64).min(length.0);
        let ticks = length.0.div_ceil(tick.0);
        let step = [1, 2, 5, 10].into_iter().find(|step| ticks.div_ceil(*step) <= MOST_READINGS);
        let step = step.unwrap_or_else(|| ticks.div_ceil(MOST_READINGS));
        Ok(Self {
            levels: Levels {
                rate,
                length,
                columns: Vec::with_capacity(wanted as usize),
                step: Frames(tick.0 * step),
                readings: Vec::new(),
            },
            loudness: Loudness::new(channels, rate)?,
            channels: channels.count(),
            tick,
            wanted,
            heard: 0,
            column_end: 0,
            squares: 0.0,
            samples: 0,
        })
    }

    /// Takes in whole frames, a tick at a time but for the last.
    fn add(&mut self, interleaved: &[f32]) {
        self.loudness.add(interleaved);
        let reading = (self.heard / self.levels.step.0) as usize;
        if self.levels.readings.len() <= reading {
            self.levels.readings.push(Reading::default());
        }
        if let Some(last) = self.levels.readings.last_mut() {
            let higher = |a: Option<Lufs>, b: Option<Lufs>| match (a, b) {
                (Some(a), Some(b)) => Some(if b > a { b } else { a }),
                (a, b) => a.or(b),
            };
            last.momentary = higher(last.momentary, self.loudness.momentary());
            last.short_term = higher(last.short_term, self.loudness.short_term());
        }
        for frame in interleaved.chunks_exact(self.channels) {
            if self.heard == self.column_end {
                let next = self.levels.columns.len() as u128 + 1;
                if next > u128::from(self.wanted) {
                    break;
                }
                self.column_end = (u128::from(self.levels.length.0) * next / u128::from(self.wanted)) as u64;
                let first = frame[0];
                self.levels.columns.push(Column { lowest: first, highest: first, rms: 0.0 });
                (self.squares, self.samples) = (0.0, 0);
            }
            self.heard += 1;
            let Some(column) = self.levels.columns.last_mut() else { break };
            for &sample in frame {
                column.lowest = column.lowest.min(sample);
                column.highest = column.highest.max(sample);
                self.squares += f64::from(sample) * f64::from(sample);
                self.samples += 1;
            }
            if self.heard == self.column_end {
                column.rms = (self.squares / self.samples as f64).sqrt() as f32;
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::deliver::wav::{Depth, WavSink};
    use crate::programme::master::Sink as _;

    /// What is measured of so many frames that a function gives.
    pub(in crate::deliver) fn measured(
        frames: usize,
        columns: usize,
        sample: impl Fn(usize) -> f32,
    ) -> Levels {
        let folder = tempfile::tempdir().unwrap();
        let mut sink = WavSink::create(&folder.path().join("a.wav"), 2, Depth::Bits24).unwrap();
        sink.restart().unwrap();
        let mut from = 0;
        while from < frames {
            let to = (from + 48_000).min(frames);
            let block: Vec<f32> = (from..to).flat_map(|n| [sample(n), -sample(n)]).collect();
            sink.write(&block).unwrap();
            from = to;
        }
        Levels::measure(&mut sink.pcm(), columns).unwrap()
    }

    #[test]
    fn columns_share_the_frames() {
        for (frames, asked, expected) in
            [(0, 10, 0), (1, 10, 1), (7, 3, 3), (10_000, 0, 1), (4_801, 4_800, 4_800), (100_000, 7, 7)]
        {
            let levels = measured(frames, asked, |n| (n + 1) as f32 / 200_000.0);
            assert_eq!(levels.columns.len(), expected, "{frames}");
            assert!(levels.columns.iter().all(|column| column.rms > 0.0), "{frames}");
            // Rising samples: every column ends where the next begins, and the last at the end.
            for (n, column) in levels.columns.iter().enumerate() {
                let last = (frames * (n + 1) / expected) as f32 / 200_000.0;
                assert!((column.highest - last).abs() < 1e-5 && (column.lowest + last).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn readings_are_those_of_the_meter() {
        let levels =
            measured(
                10 * 48_000,
                10,
                |n| {
                    if n < 5 * 48_000 { 0.0 } else { 0.1 * (n as f32 * 0.130_9).sin() }
                },
            );
        assert_eq!((levels.step, levels.readings.len()), (Frames(4_800), 100));
        // A stereo sine of −20 dBFS reads −20 LUFS (Tech 3341 case 1, another level).
        for (at, short_term) in [(29, -100.0), (79, -20.0), (99, -20.0)] {
            let read = levels.readings[at].short_term.unwrap().0;
            assert!((read - short_term).abs() < 0.2 || (short_term < -90.0 && read < -90.0), "{at} {read}");
        }
        assert_eq!(levels.readings[2].momentary, None);
        assert_eq!(levels.readings[28].short_term, None);
        assert!(levels.readings[54].momentary > levels.readings[49].momentary);
    }

    #[test]
    fn long_programmes_have_no_more_readings() {
        for (hours, step_ms) in [(0, 100), (1, 200), (3, 500), (6, 1_000), (12, 2_000)] {
            let gauge = Gauge::new(Frames(hours * 3_600 * 48_000), Channels::Mono, 10).unwrap();
            assert_eq!(gauge.levels.step, SampleRate::PROGRAMME.frames_in_ms(step_ms), "{hours}");
        }
    }
}
