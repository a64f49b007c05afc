//! Takes at the programme's rate, in memory up to a budget and in one unnamed file past it.

use crate::sound::{fades, gating::Blocks, resample::Resampler, trim};
use crate::units::{Frames, SampleRate};
use crate::voice::{Take, WordTime};
use crate::{Error, Result};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Samples kept in memory before the rest goes to disk: 12 MiB, about a minute of speech.
const BUDGET_SAMPLES: usize = 3 * 1024 * 1024;

/// Edges of a take. Source: shared stitching constants, `docs/ARCHITECTURE.md`.
const FADE_IN_MS: u32 = 5;
const FADE_OUT_MS: u32 = 10;

/// One take made ready for the mixer.
///
/// Shape: mono at [`SampleRate::PROGRAMME`], silence around the speech trimmed, edges faded.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Mono samples.
    pub samples: Vec<f32>,
    /// Loudness of the take, before any gain.
    pub blocks: Blocks,
    /// When each word is heard, in frames of `samples`; empty where nobody knows.
    pub words: Vec<WordTime>,
}

/// Trims, fades, measures and resamples takes of one rate; one a worker thread.
#[derive(Debug)]
pub struct Preparer {
    rate: SampleRate,
    resampler: Resampler,
}

impl Preparer {
    /// For takes at `rate`.
    ///
    /// # Errors
    /// [`Error::Sound`] for a rate that cannot be resampled.
    pub fn new(rate: SampleRate) -> Result<Self> {
        Ok(Self { rate, resampler: Resampler::new(rate, SampleRate::PROGRAMME)? })
    }

    /// The rate of the takes it is for.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// One take, ready. A take without sound comes back empty.
    ///
    /// # Errors
    /// [`Error::Sound`] when the meter or the resampler fails.
    pub fn prepare(&mut self, take: &Take) -> Result<Prepared> {
        let range = trim::speech_range(&take.samples, self.rate);
        let speech = &take.samples[range.clone()];
        let blocks = Blocks::measure(speech, self.rate)?;
        let mut samples = self.resampler.process(speech)?;
        fades::fade_in(&mut samples, 1, SampleRate::PROGRAMME.frames_in_ms(FADE_IN_MS).0 as usize);
        fades::fade_out(&mut samples, 1, SampleRate::PROGRAMME.frames_in_ms(FADE_OUT_MS).0 as usize);
        let scale = f64::from(SampleRate::PROGRAMME.0) / f64::from(self.rate.0);
        let at = |sample: usize| {
            ((sample.saturating_sub(range.start) as f64 * scale).round() as usize).min(samples.len())
        };
        let words = take
            .words
            .iter()
            .map(|word| WordTime {
                spoken: word.spoken.clone(),
                samples: at(word.samples.start)..at(word.samples.end),
            })
            .collect();
        Ok(Prepared { samples, blocks, words })
    }
}

/// The takes of a bulletin, by sentence.
#[derive(Debug)]
pub struct Takes {
    slots: Vec<Option<Slot>>,
    in_memory: usize,
    folder: PathBuf,
    spools: Vec<Spool>,
}

#[derive(Debug)]
struct Slot {
    frames: u64,
    place: Place,
    blocks: Blocks,
    words: Vec<WordTime>,
    voice: usize,
}

#[derive(Debug)]
enum Place {
    Memory(Vec<f32>),
    /// Which spool, and the byte in it.
    Disk(usize, u64),
}

/// An unnamed file: the system removes it when we end, however we end.
#[derive(Debug)]
struct Spool {
    folder: PathBuf,
    file: Mutex<File>,
    length: u64,
}

impl Spool {
    fn open(folder: &Path) -> Result<Self> {
        let failed = |source| Error::Write { path: folder.join("(spool of takes)"), source };
        let file = tempfile::tempfile_in(folder).map_err(failed)?;
        Ok(Self { folder: folder.into(), file: Mutex::new(file), length: 0 })
    }

    /// Where it is, for messages.
    fn path(&self) -> PathBuf {
        self.folder.join("(spool of takes)")
    }

    /// Writes at the end; gives where that was.
    fn append(&mut self, bytes: &[u8]) -> Result<u64> {
        let offset = self.length;
        let path = self.path();
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.write_all(bytes))
            .map_err(|source| Error::Write { path, source })?;
        self.length += bytes.len() as u64;
        Ok(offset)
    }
}

impl Takes {
    /// Room for `count` takes; what does not fit in memory goes to `folder`, or where that has no room, to the system's
    /// own for temporary files.
    pub fn new(count: usize, folder: &Path) -> Self {
        let mut slots = Vec::new();
        slots.resize_with(count, || None);
        Self { slots, in_memory: 0, folder: folder.into(), spools: Vec::new() }
    }

    /// Keeps the take of sentence `index`, spoken by `voice` of the job's voices. Takes may come in any order.
    ///
    /// # Errors
    /// [`Error::Write`] when the spool cannot be written.
    pub fn put(&mut self, index: usize, voice: usize, prepared: Prepared) -> Result<()> {
        let Prepared { samples, blocks, words } = prepared;
        let frames = samples.len() as u64;
        let place = if self.in_memory + samples.len() <= BUDGET_SAMPLES {
            self.in_memory += samples.len();
            Place::Memory(samples)
        } else {
            self.spooled(&samples)?
        };
        if let Some(slot) = self.slots.get_mut(index) {
            *slot = Some(Slot { frames, place, blocks, words, voice });
        }
        Ok(())
    }

    /// Writes a take to the spool in use, or to a new one elsewhere.
    fn spooled(&mut self, samples: &[f32]) -> Result<Place> {
        let mut bytes = Vec::with_capacity(samples.len() * 4);
        bytes.extend(samples.iter().flat_map(|s| s.to_le_bytes()));
        let in_use = match self.spools.last_mut() {
            Some(spool) => spool.append(&bytes),
            None => Spool::open(&self.folder).and_then(|spool| {
                self.spools.push(spool);
                self.spools[0].append(&bytes)
            }),
        };
        let elsewhere = std::env::temp_dir();
        let offset = match in_use {
            Ok(offset) => offset,
            Err(error) if self.spools.last().is_some_and(|spool| spool.folder == elsewhere) => {
                return Err(error);
            }
            Err(error) => {
                let mut spool = Spool::open(&elsewhere).map_err(|_| error)?;
                let offset = spool.append(&bytes)?;
                self.spools.push(spool);
                offset
            }
        };
        Ok(Place::Disk(self.spools.len() - 1, offset))
    }

    /// How many takes there are places for.
    pub fn count(&self) -> usize {
        self.slots.len()
    }

    /// Length of take `index`; zero where there is none.
    pub fn frames(&self, index: usize) -> Frames {
        Frames(self.slots.get(index).and_then(Option::as_ref).map_or(0, |slot| slot.frames))
    }

    /// Loudness of take `index`.
    pub fn blocks(&self, index: usize) -> Option<&Blocks> {
        self.slots.get(index)?.as_ref().map(|slot| &slot.blocks)
    }

    /// When the words of take `index` are heard, in its frames; empty where nobody knows.
    pub fn words(&self, index: usize) -> &[WordTime] {
        self.slots.get(index).and_then(Option::as_ref).map_or(&[], |slot| &slot.words)
    }

    /// The voice of take `index`, as it was put; the first where there is none.
    pub fn voice(&self, index: usize) -> usize {
        self.slots.get(index).and_then(Option::as_ref).map_or(0, |slot| slot.voice)
    }

    /// Copies samples of take `index` from `from` on into `out`, which must not reach past its end.
    ///
    /// # Errors
    /// [`Error::Read`] when the spool cannot be read back.
    pub fn read(&self, index: usize, from: u64, out: &mut [f32]) -> Result<()> {
        let Some(slot) = self.slots.get(index).and_then(Option::as_ref) else {
            out.fill(0.0);
            return Ok(());
        };
        match &slot.place {
            Place::Memory(samples) => {
                out.copy_from_slice(&samples[from as usize..from as usize + out.len()]);
            }
            Place::Disk(spool, offset) => {
                let spool = &self.spools[*spool];
                let mut bytes = vec![0; out.len() * 4];
                let mut file = spool.file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(offset + from * 4))
                    .and_then(|_| file.read_exact(&mut bytes))
                    .map_err(|source| Error::Read { path: spool.path(), source })?;
                for (sample, bytes) in out.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *sample = f32::from_le_bytes(*bytes);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_come_back_from_memory_and_from_disk_alike() {
        let folder = tempfile::tempdir().unwrap();
        let mut takes = Takes::new(4, folder.path());
        let length = BUDGET_SAMPLES / 2 + 1;
        for index in [2, 0, 1] {
            let samples = (0..length).map(|i| (i * (index + 1)) as f32).collect();
            takes.put(index, 0, Prepared { samples, blocks: Blocks::default(), words: Vec::new() }).unwrap();
        }
        assert!(takes.spools.len() == 1 && takes.in_memory <= BUDGET_SAMPLES);
        // A folder that is gone is not the end: what comes next goes elsewhere.
        let gone = Takes::new(1, &folder.path().join("none")).put(
            0,
            0,
            Prepared { samples: vec![0.5; BUDGET_SAMPLES + 1], blocks: Blocks::default(), words: Vec::new() },
        );
        gone.unwrap();
        let mut out = [0.0; 3];
        for index in 0..3 {
            assert_eq!(takes.frames(index), Frames(length as u64));
            takes.read(index, 1000, &mut out).unwrap();
            let expected = [1000, 1001, 1002].map(|i| (i * (index + 1)) as f32);
            assert!(out.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.5), "{out:?}");
        }
        assert_eq!(takes.frames(3), Frames::ZERO);
    }
}
