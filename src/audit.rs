//! The gate: measures a finished file, and what its record says of it, against a target.
//!
//! Every check has a verdict of its own; a file passes when none fails. What cannot be checked, because there is no record
//! or the file is of a kind that has no such thing, is skipped and says so.

mod checks;
mod chunks;
mod scan;

pub use checks::{Check, Verdict};

use scan::Scan;

use crate::deliver::record::Record;
use crate::programme::master;
use crate::sound::loudness::{Channels, Meter};
use crate::units::{Dbtp, Frames, Lufs, SampleRate};
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

/// Shape of the JSON.
pub const FORMAT_VERSION: u32 = 2;

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
    /// What was looked at, and what came of it.
    pub checks: Vec<Check>,
    /// [`Verdict::Pass`] when no check failed.
    pub verdict: Verdict,
}

impl Audit {
    /// What is wrong; empty for a file that is right.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.checks.iter().filter(|check| check.verdict == Verdict::Fail).map(|check| check.finding.as_str())
    }
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
    scan.finish();
    let seconds = |frame: u64| Frames(frame).seconds(rate);
    let (silence_at, silence_end) = scan.longest_silence();
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
        longest_silence_s: seconds(silence_end - silence_at),
        longest_silence_at_s: seconds(silence_at),
        largest_step: scan.step.0,
        largest_step_at_s: seconds(scan.step.1),
        joins: scan.worst_join().map(|worst| Joins {
            count: scan.joins.len(),
            largest_step: worst.step,
            at_s: seconds(worst.step_at),
        }),
        target,
        checks: Vec::new(),
        verdict: Verdict::Pass,
    };
    let chunks = chunks::read(path).map_err(|source| Error::Read { path: path.into(), source })?;
    let seen = checks::Seen { path, record, scan: &scan, chunks: &chunks };
    audit.checks = checks::all(&audit, &seen)?;
    if audit.checks.iter().any(|check| check.verdict == Verdict::Fail) {
        audit.verdict = Verdict::Fail;
    }
    Ok(audit)
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
        // It ends in the middle of the tone.
        assert_eq!(audit.faults().collect::<Vec<_>>(), ["the file ends at -23 dBFS: cut off"]);
    }

    #[test]
    fn faults_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let samples: Vec<f32> =
            (0..96_000).map(|i| (1.2 * (i as f32 * 0.13).sin()).clamp(-1.0, 1.0)).collect();
        write(&path, &samples);
        let loud = audit(&path, None, target(-23.0, -1.0)).unwrap();
        let faults: Vec<&str> = loud.faults().collect();
        assert_eq!(faults.len(), 4, "{faults:?}");
        write(&path, &vec![0.0; 48_000]);
        let silent = audit(&path, None, target(-23.0, -1.0)).unwrap();
        assert_eq!(silent.faults().next(), Some("there is no sound in it"));
        std::fs::write(&path, b"not a wav").unwrap();
        assert!(matches!(audit(&path, None, target(-23.0, -1.0)), Err(Error::NotAudio { .. })));
    }
}
