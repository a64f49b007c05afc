//! Back-timing: how a programme of known sentences is made to end on the frame.
//!
//! In order: the voice a little faster or slower, pauses shorter or longer, bed or room tone to the end, and only then
//! a voice so fast or slow that a listener may notice. Which stories there are, and how long, is settled before.

use super::timeline::{Stretch, Timeline};
use crate::rundown::{Rundown, Settings};
use crate::sound::stings::Marks;
use crate::units::{Frames, SampleRate};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Voice rates that nobody hears as such. A change of about five per cent is just noticeable.
pub const RATES: RangeInclusive<f64> = 0.95..=1.05;

/// Voice rates that are used, with a warning, where nothing else fits.
pub const WIDE_RATES: RangeInclusive<f64> = 0.92..=1.08;

/// Times a pause may be shorter or longer than its own.
pub const PAUSES: RangeInclusive<f64> = 0.7..=1.4;

/// Pauses that need no other rate: within this, nobody could tell.
const SMALL_PAUSES: RangeInclusive<f64> = 0.93..=1.07;

/// The most that is filled at the end, in seconds: more is dead air.
pub const FILL_S: f64 = 5.0;

/// How a programme is brought to its length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The length asked for.
    pub target: Frames,
    /// The voice is this many times as fast as it would be.
    pub rate: f64,
    /// Pauses are this many times as long as they would be.
    pub pauses: f64,
    /// What is filled at the end, by the bed or by room tone.
    pub fill: Frames,
}

impl Fit {
    /// Whether the voice is so fast or slow that it may be noticed.
    pub fn is_wide(&self) -> bool {
        !RATES.contains(&self.rate)
    }

    /// The same at a rate that differs from `rate` by at least `step`: engines know no finer ones.
    pub(crate) fn at_least_from(self, rate: f64, step: f64) -> Self {
        let by = self.rate - rate;
        let to = if by.abs() < step { rate + step.copysign(by) } else { self.rate };
        Self { rate: to.clamp(*WIDE_RATES.start(), *WIDE_RATES.end()), ..self }
    }

    /// What the timeline is laid out with.
    pub fn stretch(&self) -> Stretch {
        Stretch { pauses: self.pauses, until: self.target }
    }
}

/// A programme that cannot have the length asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misfit {
    /// The nearest length it can have.
    pub nearest: Frames,
}

/// A rundown over sentences of known lengths.
#[derive(Debug, Clone, Copy)]
pub struct Backtimer<'a> {
    /// What is played when.
    pub rundown: &'a Rundown,
    /// Its silences.
    pub settings: &'a Settings,
    /// Those of its stings.
    pub marks: &'a [Marks],
    /// Of each sentence of the script, spoken at `spoken_rate`.
    pub lengths: &'a [Frames],
    /// The rate the lengths were spoken or predicted at.
    pub spoken_rate: f64,
}

impl Backtimer<'_> {
    /// The programme's length at a rate and with pauses.
    pub fn length(&self, rate: f64, pauses: f64) -> Frames {
        self.timeline(rate, Stretch { pauses, until: Frames::ZERO }).length
    }

    fn timeline(&self, rate: f64, stretch: Stretch) -> Timeline {
        let scale = self.spoken_rate / rate;
        let length_of = |sentence: usize| {
            let spoken = self.lengths.get(sentence).copied().unwrap_or_default();
            if (scale - 1.0).abs() < 1e-12 {
                spoken
            } else {
                Frames((spoken.0 as f64 * scale).round() as u64)
            }
        };
        Timeline::stretched(self.rundown, self.settings, self.marks, length_of, stretch)
    }

    /// How the programme gets to `target`.
    ///
    /// # Errors
    /// [`Misfit`] where no rate, pauses or fill that a listener would bear do it.
    pub fn fit(&self, target: Frames) -> Result<Fit, Misfit> {
        let fit = |rate: f64, pauses: f64| Fit { target, rate, pauses, fill: Frames::ZERO };
        if let Some(pauses) = self.pauses_for(target, 1.0, SMALL_PAUSES) {
            return Ok(self.filled(fit(1.0, pauses)));
        }
        let rate = solve(*RATES.start(), *RATES.end(), |rate| self.length(rate, 1.0) <= target);
        if let Some(pauses) = self.pauses_for(target, rate, PAUSES) {
            return Ok(self.filled(fit(rate, pauses)));
        }
        if self.length(rate, 1.0) < target {
            // Too little to say: slow voice, long pauses, and the rest is filled.
            let slow = fit(*RATES.start(), *PAUSES.end());
            let most = target.saturating_sub(SampleRate::PROGRAMME.frames_in_seconds(FILL_S));
            if self.length(slow.rate, slow.pauses) >= most {
                return Ok(self.filled(slow));
            }
            let rate = solve(*WIDE_RATES.start(), *WIDE_RATES.end(), |rate| {
                self.length(rate, *PAUSES.end()) <= most
            });
            let slow = fit(rate, *PAUSES.end());
            let nearest = self.length(slow.rate, slow.pauses);
            if nearest >= most {
                return Ok(self.filled(slow));
            }
            return Err(Misfit { nearest: nearest + SampleRate::PROGRAMME.frames_in_seconds(FILL_S) });
        }
        let rate = solve(*WIDE_RATES.start(), *WIDE_RATES.end(), |rate| {
            self.length(rate, *PAUSES.start()) <= target
        });
        match self.pauses_for(target, rate, PAUSES) {
            Some(pauses) => Ok(self.filled(fit(rate, pauses))),
            None => Err(Misfit { nearest: self.length(*WIDE_RATES.end(), *PAUSES.start()) }),
        }
    }

    /// As [`Backtimer::fit`], with the voice as it was spoken: by pauses and fill alone.
    ///
    /// # Errors
    /// [`Misfit`] where they do not do it.
    pub fn fit_as_spoken(&self, target: Frames) -> Result<Fit, Misfit> {
        let rate = self.spoken_rate;
        let fit = |pauses: f64| self.filled(Fit { target, rate, pauses, fill: Frames::ZERO });
        if let Some(pauses) = self.pauses_for(target, rate, PAUSES) {
            return Ok(fit(pauses));
        }
        let longest = self.length(rate, *PAUSES.end());
        let room = SampleRate::PROGRAMME.frames_in_seconds(FILL_S);
        if longest < target && longest + room >= target {
            return Ok(fit(*PAUSES.end()));
        }
        let nearest = if longest < target { longest } else { self.length(rate, *PAUSES.start()) };
        Err(Misfit { nearest })
    }

    /// The longest pauses with which the programme does not go beyond `target`; none where the shortest are too long
    /// or the longest leave more than a tenth of a second.
    fn pauses_for(&self, target: Frames, rate: f64, within: RangeInclusive<f64>) -> Option<f64> {
        if self.length(rate, *within.start()) > target {
            return None;
        }
        let pauses = solve(*within.end(), *within.start(), |pauses| self.length(rate, pauses) <= target);
        let rest = target.saturating_sub(self.length(rate, pauses));
        (rest <= SampleRate::PROGRAMME.frames_in_ms(100)).then_some(pauses)
    }

    fn filled(&self, fit: Fit) -> Fit {
        Fit { fill: fit.target.saturating_sub(self.length(fit.rate, fit.pauses)), ..fit }
    }
}

/// The value nearest `wished` that `fits`, between it and `sure`, towards which values fit better; `sure` where none
/// does.
fn solve(wished: f64, sure: f64, fits: impl Fn(f64) -> bool) -> f64 {
    if fits(wished) {
        return wished;
    }
    let (mut bad, mut good) = (wished, sure);
    for _ in 0..48 {
        let middle = f64::midpoint(bad, good);
        if fits(middle) { good = middle } else { bad = middle }
    }
    good
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rundown::{Cue, Part, PartKind, Shape};
    use crate::script::Role;

    const S: u64 = 48_000;

    /// `sentences` of ten seconds with pauses of one second between them, and a tail of 700 ms.
    fn rundown(sentences: usize) -> Rundown {
        let say = |sentence| Cue::Sentence { sentence, story: Some(0), role: Role::Body, pause_ms: 1_000 };
        let cues = (0..sentences).map(say).collect();
        let part = Part { kind: PartKind::Stories, shape: Shape::default(), bed: None, cues };
        Rundown { parts: vec![part], ..Rundown::default() }
    }

    fn fit(target_ms: u64) -> Result<Fit, Misfit> {
        let (rundown, settings) = (rundown(6), Settings { lead_in_ms: 0, ..Settings::default() });
        let lengths = [Frames(10 * S); 6];
        let timer = Backtimer {
            rundown: &rundown,
            settings: &settings,
            marks: &[],
            lengths: &lengths,
            spoken_rate: 1.0,
        };
        // 60 s of speech, 5 s of pauses, 0.7 s of tail.
        assert_eq!(timer.length(1.0, 1.0), Frames(65 * S + 7 * S / 10));
        timer.fit(Frames(target_ms * S / 1_000))
    }

    #[test]
    fn in_order() {
        for (target_ms, rate, pauses, fill_ms) in [
            (65_700, 1.0, 1.0, 0.0),
            (65_900, 1.0, 1.04, 0.0),
            // Two seconds of sixty by the voice.
            (63_700, 60.0 / 58.0, 1.0, 0.0),
            (67_700, 60.0 / 62.0, 1.0, 0.0),
            // All that a voice may do without being noticed, and a second more by the pauses.
            (62_842 - 1_000, 1.05, 0.8, 0.0),
            (68_858 + 1_000, 0.95, 1.2, 0.0),
            // Then the end is filled.
            (68_858 + 2_000 + 3_000, 0.95, 1.4, 3_000.0),
            // At last a voice that may be noticed.
            (60_000, 60.0 / 55.8, 0.7, 0.0),
            (76_900, 60.0 / 64.2, 1.4, 5_000.0),
        ] {
            let fit = fit(target_ms).unwrap_or_else(|m| panic!("{target_ms}: {m:?}"));
            let fill_got = fit.fill.seconds(SampleRate::PROGRAMME) * 1_000.0;
            assert!((fit.rate - rate).abs() < 2e-3, "{target_ms}: {fit:?}");
            assert!((fit.pauses - pauses).abs() < 2e-2, "{target_ms}: {fit:?}");
            assert!((fill_got - fill_ms).abs() < 20.0, "{target_ms}: {fit:?}");
            assert_eq!(fit.is_wide(), (fit.rate - 1.0).abs() > 0.0501);
        }
    }

    #[test]
    fn what_cannot_be_done_names_the_nearest() {
        let short = fit(40_000).unwrap_err().nearest.seconds(SampleRate::PROGRAMME);
        assert!((short - (60.0 / 1.08 + 3.5 + 0.7)).abs() < 0.01, "{short}");
        let long = fit(120_000).unwrap_err().nearest.seconds(SampleRate::PROGRAMME);
        assert!((long - (60.0 / 0.92 + 7.0 + 0.7 + 5.0)).abs() < 0.01, "{long}");
    }
}
