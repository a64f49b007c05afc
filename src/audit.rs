//! Measures a finished file, and its record where there is one, against a target.

use crate::deliver::record::Record;
use crate::programme::master;
use crate::sound::loudness::{Channels, Meter};
use crate::units::{Dbtp, Frames, Lufs, SampleRate, linear_to_db};
use crate::{Error, Result};
use hound::{SampleFormat, WavReader};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// How far from its target a file's loudness may be. Source: EBU R 128 §(d) allows ±0.5 for finished programmes; we
/// hold our own files to less.
pub const LOUDNESS_TOLERANCE_LU: f64 = 0.2;

/// What quantisation and the meter may add to a peak that was limited exactly.
pub const PEAK_TOLERANCE_DB: f64 = 0.05;

/// Below this a 10 ms window counts as silence: under any speech, over the room tone of −75 dBFS.
const SILENCE_DBFS: f64 = -60.0;

/// Shape of the JSON.
pub const FORMAT_VERSION: u32 = 1;

/// What was measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Audit {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// Frames a second.
    pub rate_hz: u32,
    /// Channels.
    pub channels: u16,
    /// Bits a sample.
    pub bits: u16,
    /// Length in frames.
    pub frames: Frames,
    /// Length in seconds.
    pub seconds: f64,
    /// Integrated loudness; none for silence.
    pub loudness_lufs: Option<Lufs>,
    /// Loudness range. Source: EBU Tech 3342.
    pub range_lu: Option<f64>,
    /// True peak; none for digital silence.
    pub peak_dbtp: Option<Dbtp>,
    /// Samples at full scale.
    pub clipped_samples: u64,
    /// Longest stretch below −60 dBFS, in seconds.
    pub longest_silence_s: f64,
    /// Where it begins, in seconds.
    pub longest_silence_at_s: f64,
    /// Largest difference between neighbouring samples of a channel, full scale = 1.
    pub largest_step: f64,
    /// Where it is, in seconds.
    pub largest_step_at_s: f64,
    /// What happens where elements meet, if a record says where.
    pub joins: Option<Joins>,
    /// The target compared with.
    pub target: Target,
    /// What misses the target; empty for a file that is right.
    pub faults: Vec<String>,
}

/// The worst of the places where one element gives way to another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Joins {
    /// How many there are.
    pub count: usize,
    /// Largest step within 1 ms of one, full scale = 1.
    pub largest_step: f64,
    /// Where it is, in seconds.
    pub at_s: f64,
}

/// What a file is held to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Integrated loudness.
    pub loudness_lufs: Lufs,
    /// Highest true peak.
    pub peak_dbtp: Dbtp,
}

impl From<&master::Settings> for Target {
    fn from(settings: &master::Settings) -> Self {
        Self { loudness_lufs: settings.loudness, peak_dbtp: settings.peak }
    }
}

/// A step this large within 1 ms of a join, between quiet neighbours, is heard as a click.
const CLICK_STEP: f64 = 0.05;

/// Measures `path`; `record` tells where the joins are.
///
/// Cost: one pass, memory does not grow with the file.
///
/// # Errors
/// [`Error::NotAudio`] for anything but a PCM or float WAV file; [`Error::Read`] when it cannot be read.
pub fn audit(path: &Path, record: Option<&Record>, target: Target) -> Result<Audit> {
    let not_audio = |problem: String| Error::NotAudio { path: path.into(), problem };
    let mut reader = WavReader::open(path).map_err(|e| match e {
        hound::Error::IoError(source) if source.kind() != std::io::ErrorKind::UnexpectedEof => {
            Error::Read { path: path.into(), source }
        }
        other => not_audio(other.to_string()),
    })?;
    let spec = reader.spec();
    let rate = SampleRate(spec.sample_rate);
    let channels = match spec.channels {
        1 => Channels::Mono,
        2 => Channels::Stereo,
        n => return Err(not_audio(format!("it has {n} channels; one or two can be measured"))),
    };
    if !(8_000..=384_000).contains(&rate.0) {
        return Err(not_audio(format!("its rate of {} Hz is not one of a programme", rate.0)));
    }
    let width = usize::from(spec.channels);
    let mut scan = Scan::new(rate, width, record);
    let mut meter = Meter::new(channels, rate)?;
    let mut block = Vec::with_capacity(9600 * width);
    loop {
        block.clear();
        read_block(&mut reader, 9600 * width, &mut block).map_err(|e| not_audio(e.to_string()))?;
        if block.is_empty() {
            break;
        }
        meter.add(&block);
        scan.add(&block);
    }
    let seconds = |frame: u64| Frames(frame).seconds(rate);
    let (silence, silence_at) = scan.longest_silence();
    let mut audit = Audit {
        format_version: FORMAT_VERSION,
        rate_hz: rate.0,
        channels: spec.channels,
        bits: spec.bits_per_sample,
        frames: Frames(scan.frames),
        seconds: seconds(scan.frames),
        loudness_lufs: meter.integrated(),
        range_lu: meter.range_lu(),
        peak_dbtp: Some(meter.true_peak()).filter(|p| p.0.is_finite()),
        clipped_samples: scan.clipped,
        longest_silence_s: seconds(silence),
        longest_silence_at_s: seconds(silence_at),
        largest_step: scan.step.0,
        largest_step_at_s: seconds(scan.step.1),
        joins: (!scan.joins.is_empty()).then(|| Joins {
            count: scan.joins.len(),
            largest_step: scan.join_step.0,
            at_s: seconds(scan.join_step.1),
        }),
        target,
        faults: Vec::new(),
    };
    audit.faults = faults(&audit);
    Ok(audit)
}

fn faults(audit: &Audit) -> Vec<String> {
    let mut faults = Vec::new();
    let target = audit.target;
    match audit.loudness_lufs {
        None => faults.push("there is no sound in it".to_owned()),
        Some(loudness) => {
            let off = loudness.0 - target.loudness_lufs.0;
            if off.abs() > LOUDNESS_TOLERANCE_LU {
                faults.push(format!("loudness {loudness} is {off:+.1} LU from {}", target.loudness_lufs));
            }
        }
    }
    if let Some(peak) = audit.peak_dbtp
        && peak.0 > target.peak_dbtp.0 + PEAK_TOLERANCE_DB
    {
        faults.push(format!("true peak {:.2} dBTP is over {}", peak.0, target.peak_dbtp));
    }
    if audit.clipped_samples > 0 {
        faults.push(format!("{} samples are clipped", audit.clipped_samples));
    }
    if let Some(joins) = audit.joins
        && joins.largest_step > CLICK_STEP
    {
        faults
            .push(format!("a step of {:.3} at a join, {:.3} s in: a click", joins.largest_step, joins.at_s));
    }
    faults
}

fn read_block(
    reader: &mut WavReader<BufReader<File>>,
    most: usize,
    block: &mut Vec<f32>,
) -> Result<(), hound::Error> {
    let spec = reader.spec();
    if spec.sample_format == SampleFormat::Float {
        for sample in reader.samples::<f32>().take(most) {
            let sample = sample?;
            block.push(if sample.is_finite() { sample } else { 0.0 });
        }
    } else {
        let scale = 1.0 / (1u64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32;
        for sample in reader.samples::<i32>().take(most) {
            block.push(sample? as f32 * scale);
        }
    }
    let whole = block.len() - block.len() % usize::from(spec.channels.max(1));
    block.truncate(whole);
    Ok(())
}

/// What is found by looking at samples alone.
struct Scan {
    width: usize,
    frames: u64,
    last: Vec<f32>,
    clipped: u64,
    step: (f64, u64),
    joins: Vec<u64>,
    next_join: usize,
    near: u64,
    join_step: (f64, u64),
    window: u64,
    in_window: u64,
    energy: f64,
    silent_since: Option<u64>,
    silence: (u64, u64),
}

impl Scan {
    fn new(rate: SampleRate, width: usize, record: Option<&Record>) -> Self {
        let mut joins: Vec<u64> = record
            .filter(|record| record.rate_hz == rate.0)
            .into_iter()
            .flat_map(|record| {
                let elements = record.elements.iter().map(|e| (e.start, e.length));
                elements.chain(record.beds.iter().map(|bed| (bed.start, bed.length)))
            })
            .flat_map(|(start, length)| [start.0, (start + length).0])
            .filter(|&frame| frame > 0)
            .collect();
        joins.sort_unstable();
        joins.dedup();
        Self {
            width,
            frames: 0,
            last: vec![0.0; width],
            clipped: 0,
            step: (0.0, 0),
            joins,
            next_join: 0,
            near: rate.frames_in_ms(1).0,
            join_step: (0.0, 0),
            window: rate.frames_in_ms(10).0.max(1),
            in_window: 0,
            energy: 0.0,
            silent_since: None,
            silence: (0, 0),
        }
    }

    fn add(&mut self, block: &[f32]) {
        for frame in block.chunks_exact(self.width) {
            let at = self.frames;
            let mut step = 0f64;
            for (sample, last) in frame.iter().zip(&mut self.last) {
                if sample.abs() >= 32_767.0 / 32_768.0 {
                    self.clipped += 1;
                }
                step = step.max(f64::from((sample - *last).abs()));
                *last = *sample;
                self.energy += f64::from(sample * sample);
            }
            if at > 0 && step > self.step.0 {
                self.step = (step, at);
            }
            while self.joins.get(self.next_join).is_some_and(|&join| join + self.near < at) {
                self.next_join += 1;
            }
            if self.joins.get(self.next_join).is_some_and(|&join| join.abs_diff(at) <= self.near)
                && step > self.join_step.0
            {
                self.join_step = (step, at);
            }
            self.frames += 1;
            self.in_window += 1;
            if self.in_window == self.window {
                self.close_window();
            }
        }
    }

    fn close_window(&mut self) {
        let mean = self.energy / (self.in_window * self.width as u64) as f64;
        if linear_to_db(mean.sqrt()) < SILENCE_DBFS {
            let since = *self.silent_since.get_or_insert(self.frames - self.in_window);
            if self.frames - since > self.silence.0 {
                self.silence = (self.frames - since, since);
            }
        } else {
            self.silent_since = None;
        }
        self.in_window = 0;
        self.energy = 0.0;
    }

    /// Length and beginning, in frames.
    fn longest_silence(&self) -> (u64, u64) {
        self.silence
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::db_to_linear;
    use hound::{WavSpec, WavWriter};

    fn write(path: &Path, samples: &[f32]) {
        let spec = WavSpec {
            channels: 1,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let mut writer = WavWriter::create(path, spec).unwrap();
        for s in samples {
            writer.write_sample((s * 32_767.0).round() as i16).unwrap();
        }
        writer.finalize().unwrap();
    }

    fn target(lufs: f64, dbtp: f64) -> Target {
        Target { loudness_lufs: Lufs(lufs), peak_dbtp: Dbtp(dbtp) }
    }

    #[test]
    fn a_tone_with_a_gap_and_a_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let amplitude = db_to_linear(-20.0) as f32;
        let tone = |i: usize| amplitude * (i as f32 * 1000.0 * std::f32::consts::TAU / 48_000.0).sin();
        let mut samples: Vec<f32> = (0..288_000).map(tone).collect();
        samples.extend(std::iter::repeat_n(0.0, 24_000));
        samples.extend((0..288_000).map(tone));
        samples[60_000] += 0.5;
        write(&path, &samples);
        let audit = audit(&path, None, target(-23.0, -1.0)).unwrap();
        assert!((audit.loudness_lufs.unwrap().0 + 23.1).abs() < 0.1, "{audit:?}");
        assert!((audit.longest_silence_s - 0.5).abs() < 0.011, "{audit:?}");
        assert!((audit.longest_silence_at_s - 6.0).abs() < 0.011, "{audit:?}");
        assert!((audit.largest_step - 0.5).abs() < 0.02, "{audit:?}");
        assert_eq!(audit.clipped_samples, 0);
        assert_eq!(audit.frames, Frames(600_000));
        assert!(audit.faults.is_empty(), "{:?}", audit.faults);
    }

    #[test]
    fn faults_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let samples: Vec<f32> =
            (0..96_000).map(|i| (1.2 * (i as f32 * 0.13).sin()).clamp(-1.0, 1.0)).collect();
        write(&path, &samples);
        let loud = audit(&path, None, target(-23.0, -1.0)).unwrap();
        assert_eq!(loud.faults.len(), 3, "{:?}", loud.faults);
        write(&path, &vec![0.0; 48_000]);
        let silent = audit(&path, None, target(-23.0, -1.0)).unwrap();
        assert_eq!(silent.faults, ["there is no sound in it"]);
        std::fs::write(&path, b"not a wav").unwrap();
        assert!(matches!(audit(&path, None, target(-23.0, -1.0)), Err(Error::NotAudio { .. })));
    }
}
