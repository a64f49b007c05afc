//! What is found by looking at samples alone.

use crate::deliver::record::Record;
use crate::units::{SampleRate, linear_to_db};

/// Below this a 10 ms window counts as silence: under any speech, over the room tone of −75 dBFS.
const SILENCE_DBFS: f64 = -60.0;

/// A window of 10 ms is the unit in which levels are read.
const WINDOW_MS: u32 = 10;

/// Round a join the sound shows how large its own steps are.
const AROUND_MS: u32 = 25;

/// One sentence, as it is heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spoken {
    /// First frame, and the one after the last.
    pub(super) start: u64,
    pub(super) end: u64,
    /// Mean level of its windows that are within 20 dB of its loudest, in dBFS.
    pub(super) level_dbfs: f64,
    /// Its loudest window.
    pub(super) loudest_dbfs: f64,
    /// Its last whole window.
    pub(super) last_dbfs: f64,
    /// How much of its end is silent: next to nothing, as takes are cut.
    pub(super) silent_end_ms: u32,
}

/// A place where one element gives way to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Join {
    frame: u64,
    /// The largest step within 1 ms, and where it is.
    pub(super) step: f64,
    pub(super) step_at: u64,
    /// The largest step within 25 ms beyond that.
    pub(super) around: f64,
}

/// Frames one after another.
pub(super) struct Scan {
    width: usize,
    pub(super) frames: u64,
    last: Vec<f32>,
    pub(super) clipped: u64,
    pub(super) step: (f64, u64),
    /// In order of their frames.
    pub(super) joins: Vec<Join>,
    next_join: usize,
    near: u64,
    around: u64,
    window: u64,
    in_window: u64,
    energy: f64,
    silent_since: Option<u64>,
    silences: Vec<(u64, u64)>,
    /// Stretches of sentences still to come, the next one last.
    waiting: Vec<(u64, u64)>,
    /// Levels of the sentence that is heard.
    levels: Vec<f64>,
    pub(super) spoken: Vec<Spoken>,
    /// The level of the last 10 ms, and of the 10 ms before.
    pub(super) last_dbfs: f64,
    before_dbfs: f64,
    /// The largest step out of silence, and where it is.
    pub(super) silent_click: (f64, u64),
}

/// Silences shorter than this are pauses; of the others so many are kept.
const SILENCE_MS: u32 = 300;
const MOST_SILENCES: usize = 100_000;

impl Scan {
    pub(super) fn new(rate: SampleRate, width: usize, record: Option<&Record>) -> Self {
        let record = record.filter(|record| record.rate_hz == rate.0);
        let mut joins: Vec<u64> = record
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
        let joins: Vec<Join> =
            joins.into_iter().map(|frame| Join { frame, step: 0.0, step_at: 0, around: 0.0 }).collect();
        let said = record.into_iter().flat_map(Record::said);
        let mut waiting: Vec<(u64, u64)> =
            said.map(|(element, _)| (element.start.0, (element.start + element.length).0)).collect();
        waiting.sort_unstable_by(|a, b| b.cmp(a));
        Self {
            width,
            frames: 0,
            last: vec![0.0; width],
            clipped: 0,
            step: (0.0, 0),
            joins,
            next_join: 0,
            near: rate.frames_in_ms(1).0,
            around: rate.frames_in_ms(AROUND_MS).0,
            window: rate.frames_in_ms(WINDOW_MS).0.max(1),
            in_window: 0,
            energy: 0.0,
            silent_since: None,
            silences: Vec::new(),
            waiting,
            levels: Vec::new(),
            spoken: Vec::new(),
            last_dbfs: f64::NEG_INFINITY,
            before_dbfs: 0.0,
            silent_click: (0.0, 0),
        }
    }

    pub(super) fn add(&mut self, block: &[f32]) {
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
            let over = |join: &Join| join.frame.saturating_add(self.around) < at;
            while self.joins.get(self.next_join).is_some_and(over) {
                self.next_join += 1;
            }
            for join in &mut self.joins[self.next_join..] {
                let distance = join.frame.abs_diff(at);
                if distance > self.around {
                    break;
                }
                if distance > self.near {
                    join.around = join.around.max(step);
                } else if step > join.step {
                    (join.step, join.step_at) = (step, at);
                }
            }
            // Out of silence, with a jump: nothing that is spoken or played begins so.
            if step > self.silent_click.0
                && self.before_dbfs < SILENCE_DBFS
                && self.last_dbfs < SILENCE_DBFS
                && at > 0
            {
                self.silent_click = (step, at);
            }
            self.frames += 1;
            self.in_window += 1;
            if self.in_window == self.window {
                self.close_window();
            }
        }
    }

    /// Ends what is under way when the sound does.
    pub(super) fn finish(&mut self) {
        self.end_silence(self.frames - self.in_window);
        while let Some((start, end)) = self.waiting.pop() {
            self.end_sentence(start, end);
        }
    }

    fn close_window(&mut self) {
        let from = self.frames - self.in_window;
        let level = linear_to_db((self.energy / (self.in_window * self.width as u64) as f64).sqrt());
        self.before_dbfs = self.last_dbfs;
        self.last_dbfs = level;
        if level < SILENCE_DBFS {
            self.silent_since.get_or_insert(from);
        } else {
            self.end_silence(from);
        }
        while let Some(&(start, end)) = self.waiting.last() {
            if from >= start && self.frames <= end {
                self.levels.push(level);
            }
            if self.frames < end {
                break;
            }
            self.waiting.pop();
            self.end_sentence(start, end);
        }
        self.in_window = 0;
        self.energy = 0.0;
    }

    fn end_sentence(&mut self, start: u64, end: u64) {
        let levels = std::mem::take(&mut self.levels);
        let loudest = levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let heard: Vec<f64> = levels.iter().copied().filter(|level| *level > loudest - 20.0).collect();
        let level = heard.iter().sum::<f64>() / heard.len().max(1) as f64;
        self.spoken.push(Spoken {
            start,
            end,
            level_dbfs: if heard.is_empty() { f64::NEG_INFINITY } else { level },
            loudest_dbfs: loudest,
            last_dbfs: levels.last().copied().unwrap_or(f64::NEG_INFINITY),
            silent_end_ms: levels.iter().rev().take_while(|level| **level < SILENCE_DBFS).count() as u32
                * WINDOW_MS,
        });
    }

    fn end_silence(&mut self, at: u64) {
        let Some(since) = self.silent_since.take() else { return };
        let least = self.window * u64::from(SILENCE_MS / WINDOW_MS);
        if at - since >= least && self.silences.len() < MOST_SILENCES {
            self.silences.push((since, at));
        }
    }

    /// The join with the largest step.
    pub(super) fn worst_join(&self) -> Option<&Join> {
        self.joins.iter().max_by(|a, b| a.step.total_cmp(&b.step))
    }

    /// Stretches of silence, each with its first frame and the one after its last.
    pub(super) fn silences(&self) -> &[(u64, u64)] {
        &self.silences
    }

    /// The longest of them; an empty one where there is none.
    pub(super) fn longest_silence(&self) -> (u64, u64) {
        let longest = self.silences.iter().max_by_key(|(since, at)| (at - since, std::cmp::Reverse(*since)));
        longest.copied().unwrap_or_default()
    }
}
