//! What is looked at, and what counts as wrong.

use super::chunks::Chunks;
use super::scan::{Scan, Spoken};
use super::{Audit, LOUDNESS_TOLERANCE_LU, PEAK_TOLERANCE_DB};
use crate::deliver::record::Record;
use crate::units::{Frames, SampleRate};
use crate::{Error, Result, files};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// A step this large within 1 ms of a join, between quiet neighbours, is heard as a click.
const CLICK_STEP: f64 = 0.05;

/// A step this large out of 20 ms of silence is one, too: takes and stings are faded in.
const SILENT_CLICK_STEP: f64 = 0.1;

/// Takes are cut 40 ms after their last sound: with more silence than this at its end a sentence has lost its last words.
const LOST_END_MS: u32 = 150;

/// A silence longer than this is dead air, unless the script asked for it.
const DEAD_AIR_S: f64 = 2.0;

/// A sentence so far under the others is not heard: a bed by itself is 18 LU under a voice.
const UNHEARD_DB: f64 = 15.0;

/// A word that ends so near its sentence's loudest moment was cut off.
const CUT_DB: f64 = 12.0;

/// A file that ends louder than this ends in the middle of something.
const END_DBFS: f64 = -40.0;

/// How far what a file says of its level may be from what is measured: it is written in hundredths, measured by one meter.
const SAID_TOLERANCE: f64 = 0.1;

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Pass,
    /// Not as it should be.
    Fail,
    /// Could not be checked.
    Skip,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What: `loudness`, `peak`, `clipping`, `joins`, `silence`, `ending`, `coverage`, `tails`, `length`, `metadata`,
    /// `record`.
    pub name: String,
    /// What came of it.
    pub verdict: Verdict,
    /// What was found, for a person.
    pub finding: String,
}

/// What the checks look at beside the measurements.
pub(super) struct Seen<'a> {
    pub(super) path: &'a Path,
    pub(super) record: Option<&'a Record>,
    pub(super) scan: &'a Scan,
    pub(super) chunks: &'a Chunks,
}

/// Every check, in the order they are told.
pub(super) fn all(audit: &Audit, seen: &Seen<'_>) -> Result<Vec<Check>> {
    let same = same_file(seen)?;
    // A record of another sound says nothing of this one.
    let record = seen.record.filter(|_| same.0 != Verdict::Fail);
    let found = [
        ("loudness", loudness(audit)),
        ("peak", peak(audit)),
        ("clipping", clipping(audit)),
        ("joins", joins(audit, seen)),
        ("silence", silence(audit, seen, record)),
        ("ending", ending(audit, seen)),
        ("coverage", coverage(audit, seen, record)),
        ("tails", tails(audit, seen, record)),
        ("length", length(audit, record)),
        ("metadata", metadata(audit, seen)),
        ("record", same),
    ];
    let check = |(name, (verdict, finding)): (&str, Found)| Check { name: name.into(), verdict, finding };
    Ok(found.into_iter().map(check).collect())
}

type Found = (Verdict, String);

fn verdict(right: bool, finding: String) -> Found {
    (if right { Verdict::Pass } else { Verdict::Fail }, finding)
}

fn no_record() -> Found {
    (Verdict::Skip, "there is no record beside the file".into())
}

fn loudness(audit: &Audit) -> Found {
    let target = audit.target.loudness_lufs;
    let Some(loudness) = audit.loudness_lufs else {
        return (Verdict::Fail, "there is no sound in it".into());
    };
    let off = loudness.0 - target.0;
    verdict(off.abs() <= LOUDNESS_TOLERANCE_LU, format!("loudness {loudness} is {off:+.1} LU from {target}"))
}

fn peak(audit: &Audit) -> Found {
    let ceiling = audit.target.peak_dbtp;
    let Some(peak) = audit.peak_dbtp else { return (Verdict::Pass, "no sample is other than zero".into()) };
    let right = peak.0 <= ceiling.0 + PEAK_TOLERANCE_DB;
    verdict(
        right,
        format!("true peak {:.2} dBTP is {} {ceiling}", peak.0, if right { "under" } else { "over" }),
    )
}

fn clipping(audit: &Audit) -> Found {
    verdict(audit.clipped_samples == 0, format!("{} samples are clipped", audit.clipped_samples))
}

/// A step at a join that is nothing like those of the sound around it, or one out of silence, anywhere.
fn joins(audit: &Audit, seen: &Seen<'_>) -> Found {
    let (step, at) = seen.scan.silent_click;
    if step > SILENT_CLICK_STEP {
        return (
            Verdict::Fail,
            format!("a step of {step:.3} out of silence, {:.3} s in: a click", seconds(audit, at)),
        );
    }
    let Some(joins) = audit.joins else { return no_record() };
    let clicks =
        seen.scan.joins.iter().filter(|join| join.step > CLICK_STEP && join.step > 2.0 * join.around);
    if let Some(click) = clicks.max_by(|a, b| a.step.total_cmp(&b.step)) {
        let at = seconds(audit, click.step_at);
        return (Verdict::Fail, format!("a step of {:.3} at a join, {at:.3} s in: a click", click.step));
    }
    (Verdict::Pass, format!("a step of {:.3} at a join, {:.3} s in", joins.largest_step, joins.at_s))
}

fn seconds(audit: &Audit, frame: u64) -> f64 {
    Frames(frame).seconds(SampleRate(audit.rate_hz))
}

/// Dead air, wherever the rundown did not ask for it.
fn silence(audit: &Audit, seen: &Seen<'_>, record: Option<&Record>) -> Found {
    // What lies between two sounds of the rundown was asked for.
    let mut gaps: Vec<(u64, u64)> = Vec::new();
    if let Some(record) = record {
        let mut from = 0;
        for element in &record.elements {
            if matches!(element.what, crate::deliver::record::What::Pause) {
                continue;
            }
            gaps.push((from, element.start.0));
            from = from.max((element.start + element.length).0);
        }
        gaps.push((from, record.mastered.length.0));
    }
    // The quiet ends of the sounds on both sides.
    let margin = SampleRate(audit.rate_hz).frames_in_ms(200).0;
    let asked_for = |&(since, at): &(u64, u64)| {
        gaps.iter().any(|&(from, to)| since.saturating_add(margin) >= from && at <= to.saturating_add(margin))
    };
    let longest = seen
        .scan
        .silences()
        .iter()
        .filter(|silence| !asked_for(silence))
        .max_by_key(|(since, at)| at - since)
        .map_or((0.0, 0.0), |&(since, at)| (seconds(audit, at - since), seconds(audit, since)));
    let limit = if record.is_some() { DEAD_AIR_S / 2.0 } else { DEAD_AIR_S };
    let (length, at) = longest;
    let finding = if length > 0.0 {
        format!("{length:.2} s of silence, {at:.2} s in")
    } else {
        "no silence that was not asked for".to_owned()
    };
    verdict(length <= limit, finding)
}

/// Whether the sound has died away when the file ends.
fn ending(audit: &Audit, seen: &Seen<'_>) -> Found {
    let last = seen.scan.last_dbfs;
    let finding = if last.is_finite() {
        format!("the file ends at {last:.0} dBFS")
    } else {
        "the file ends in silence".into()
    };
    if audit.loudness_lufs.is_none() {
        return (Verdict::Skip, finding);
    }
    verdict(last <= END_DBFS, if last <= END_DBFS { finding } else { format!("{finding}: cut off") })
}

/// Whether every sentence that was to be heard is.
fn coverage(audit: &Audit, seen: &Seen<'_>, record: Option<&Record>) -> Found {
    let Some(record) = record else { return no_record() };
    let there: BTreeSet<usize> = record
        .said()
        .filter(|(element, _)| element.length.0 > 0 && (element.start + element.length).0 <= audit.frames.0)
        .map(|(_, said)| said.sentence)
        .collect();
    let missing: Vec<usize> = record.planned.iter().copied().filter(|n| !there.contains(n)).collect();
    if let Some(first) = missing.first() {
        return (
            Verdict::Fail,
            format!(
                "{} of {} sentences are not in the file, the first of them number {}",
                missing.len(),
                record.planned.len(),
                first + 1
            ),
        );
    }
    let mut levels: Vec<f64> = seen.scan.spoken.iter().map(|spoken| spoken.level_dbfs).collect();
    levels.sort_unstable_by(f64::total_cmp);
    let usual = levels.get(levels.len() / 2).copied().unwrap_or(f64::NEG_INFINITY);
    let quiet: Vec<_> = seen
        .scan
        .spoken
        .iter()
        .filter(|spoken| !usual.is_finite() || spoken.level_dbfs < usual - UNHEARD_DB)
        .collect();
    if let Some(first) = quiet.first() {
        return (
            Verdict::Fail,
            format!(
                "{} sentences are not heard, the first of them {:.2} s in",
                quiet.len(),
                seconds(audit, first.start)
            ),
        );
    }
    (Verdict::Pass, format!("{} sentences are heard", seen.scan.spoken.len()))
}

/// Whether a sentence ends before its last word does.
fn tails(audit: &Audit, seen: &Seen<'_>, record: Option<&Record>) -> Found {
    if record.is_none() {
        return no_record();
    }
    let spoken = &seen.scan.spoken;
    let cut: Vec<_> =
        spoken.iter().filter(|spoken| spoken.last_dbfs > spoken.loudest_dbfs - CUT_DB).collect();
    if let Some(first) = cut.first() {
        let at = seconds(audit, first.end);
        return (
            Verdict::Fail,
            format!("{} sentences are cut off, the first of them {at:.2} s in", cut.len()),
        );
    }
    let lost = |spoken: &&Spoken| spoken.silent_end_ms > LOST_END_MS && spoken.loudest_dbfs.is_finite();
    if let Some(lost) = spoken.iter().find(lost) {
        let at = seconds(audit, lost.end);
        return (
            Verdict::Fail,
            format!("the last {} ms of a sentence are silent, {at:.2} s in", lost.silent_end_ms),
        );
    }
    (Verdict::Pass, "no sentence is cut off".into())
}

fn length(audit: &Audit, record: Option<&Record>) -> Found {
    let Some(record) = record else { return no_record() };
    let expected = record.mastered.length;
    let finding = format!("{} frames where the record has {}", audit.frames.0, expected.0);
    verdict(audit.frames == expected && audit.rate_hz == record.rate_hz, finding)
}

/// Whether the file says of itself what is so.
fn metadata(audit: &Audit, seen: &Seen<'_>) -> Found {
    let chunks = seen.chunks;
    if chunks.missing_bytes > 0 {
        return (Verdict::Fail, format!("{} bytes of it are missing", chunks.missing_bytes));
    }
    let (Some(bext), Some(cart)) = (&chunks.bext, &chunks.cart) else {
        return match seen.record {
            Some(_) if chunks.is_riff => {
                (Verdict::Fail, "it has lost its broadcast chunks (bext, cart)".into())
            }
            _ => (Verdict::Skip, "it has no broadcast chunks (bext, cart)".into()),
        };
    };
    let mut wrong = Vec::new();
    let mut compare = |what: &str, said: Option<f64>, measured: Option<f64>| {
        if let (Some(said), Some(measured)) = (said, measured)
            && (said - measured).abs() > SAID_TOLERANCE
        {
            wrong.push(format!("{what} {said:.2} where {measured:.2} is measured"));
        }
    };
    compare("loudness", bext.loudness_lufs, audit.loudness_lufs.map(|loudness| loudness.0));
    compare("true peak", bext.peak_dbtp, audit.peak_dbtp.map(|peak| peak.0));
    if cart.audio_end.is_some_and(|end| u64::from(end) != audit.frames.0) {
        wrong.push("the end of the sound is marked elsewhere".into());
    }
    if bext.version < 2 || bext.loudness_lufs.is_none() {
        wrong.push("it does not say how loud it is".into());
    }
    for (what, text) in [("title", &cart.title), ("out cue", &cart.out_cue)] {
        if text.trim().is_empty() {
            wrong.push(format!("it has no {what}"));
        }
    }
    if wrong.is_empty() {
        return (
            Verdict::Pass,
            format!("title, out cue, level and end are right (bext {}, cart)", bext.version),
        );
    }
    (Verdict::Fail, wrong.join("; "))
}

/// Whether the file is the one that the record was written of.
fn same_file(seen: &Seen<'_>) -> Result<Found> {
    let Some(record) = seen.record else { return Ok(no_record()) };
    let name = seen.path.file_name().unwrap_or_default().to_string_lossy();
    let Some(file) = record.files.iter().find(|file| file.name == name) else {
        let named: Vec<&str> = record.files.iter().map(|file| file.name.as_str()).collect();
        if named.is_empty() {
            return Ok((Verdict::Skip, "the record names no file".into()));
        }
        return Ok((Verdict::Fail, format!("the record is of {}, not of this file", named.join(", "))));
    };
    let failed = |source| Error::Read { path: seen.path.into(), source };
    let same = files::fingerprint_file(seen.path).map_err(failed)? == file.sha256;
    Ok(verdict(
        same,
        if same {
            "the file is the one that was made".into()
        } else {
            "the file was changed after it was made".into()
        },
    ))
}
