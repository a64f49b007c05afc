//! Who speaks when a voice cannot, or not in time.
//!
//! Every voice has others behind it: those the house names, then the embedded one of its language, which needs nothing
//! from outside. A voice that fails on a sentence passes it on; one that keeps failing is not asked again. With a
//! deadline, the voices of a sentence share the time there is, one that is seen to be too slow for it does not begin it,
//! and past the cutoff, which leaves time to finish the bulletin, the embedded voice speaks.

use crate::clock::now;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// After so many failures in a row a voice is given up.
const MOST_FAILURES: u32 = 2;

/// What is kept of a deadline for the last voice, mixing and mastering: a fixed part, and a part of the programme's
/// length. The embedded voice takes 0.006 s a second of speech, mixing and mastering about as much; a slow machine twice
/// that.
const RESERVE: Duration = Duration::from_secs(1);
const RESERVE_PER_SECOND: f64 = 0.025;
/// But never more than this part of the deadline, so that a voice has a chance.
const MOST_RESERVE: f64 = 0.5;

/// The voices of a bulletin as they fare.
#[derive(Debug)]
pub(super) struct Relay {
    cutoff: Option<Instant>,
    voices: Mutex<Vec<State>>,
    /// Who spoke for whom, as far as it was told.
    told: Mutex<BTreeSet<(String, String)>>,
}

#[derive(Debug, Clone, Default)]
struct State {
    failures: u32,
    /// Why it is not asked any more.
    down: Option<String>,
    /// Time it took for so many predicted seconds of speech.
    spent: Duration,
    spoken_s: f64,
}

/// Whether a voice is to try a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Turn {
    /// Yes, and until when.
    Speak(Option<Instant>),
    /// No, and why.
    Pass(String),
}

impl Relay {
    /// For so many voices; `programme_s` is how long the bulletin will be.
    pub(super) fn new(voices: usize, deadline: Option<Instant>, programme_s: f64) -> Self {
        let cutoff = deadline.map(|deadline| {
            let left = deadline.saturating_duration_since(now());
            let reserve = RESERVE + Duration::from_secs_f64((programme_s * RESERVE_PER_SECOND).max(0.0));
            deadline.checked_sub(reserve.min(left.mul_f64(MOST_RESERVE))).unwrap_or(deadline)
        });
        Self { cutoff, voices: Mutex::new(vec![State::default(); voices]), told: Mutex::default() }
    }

    fn states(&self) -> MutexGuard<'_, Vec<State>> {
        self.voices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is still to be told that one voice spoke for another.
    pub(super) fn is_news(&self, wanted: &str, spoken: &str) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.insert((wanted.to_owned(), spoken.to_owned()))
    }

    /// Whether voice `place` is to try a sentence of `seconds`, when `waiting` voices that may not be done in time, itself
    /// among them, share the time; with none it needs no time to speak of, and always does.
    pub(super) fn turn(&self, place: usize, seconds: f64, waiting: u32) -> Turn {
        if waiting == 0 {
            return Turn::Speak(None);
        }
        let states = self.states();
        let Some(state) = states.get(place) else { return Turn::Speak(None) };
        if let Some(why) = &state.down {
            return Turn::Pass(format!("it had failed before: {why}"));
        }
        let Some(cutoff) = self.cutoff else { return Turn::Speak(None) };
        let left = cutoff.saturating_duration_since(now());
        if left.is_zero() {
            return Turn::Pass("the deadline left no time for it".into());
        }
        let pace = if state.spoken_s > 0.0 { state.spent.as_secs_f64() / state.spoken_s } else { 0.0 };
        if pace * seconds > left.as_secs_f64() {
            return Turn::Pass("it would not have been done by the deadline".into());
        }
        Turn::Speak(cutoff.checked_sub(left.saturating_sub(left / waiting)))
    }

    /// It spoke.
    pub(super) fn spoke(&self, place: usize, spent: Duration, seconds: f64) {
        if let Some(state) = self.states().get_mut(place) {
            state.failures = 0;
            state.spent += spent;
            state.spoken_s += seconds;
        }
    }

    /// It did not; `for_good` if it never will.
    pub(super) fn failed(&self, place: usize, why: &str, for_good: bool) {
        if let Some(state) = self.states().get_mut(place) {
            state.failures += 1;
            if for_good || state.failures >= MOST_FAILURES {
                state.down.get_or_insert_with(|| why.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_seconds(seconds: f64) -> Instant {
        now() + Duration::from_secs_f64(seconds)
    }

    #[test]
    fn a_voice_that_keeps_failing_is_not_asked_again() {
        let relay = Relay::new(2, None, 60.0);
        assert_eq!(relay.turn(0, 5.0, 1), Turn::Speak(None));
        relay.failed(0, "it broke", false);
        relay.spoke(0, Duration::from_secs(1), 5.0);
        relay.failed(0, "it broke", false);
        assert_eq!(relay.turn(0, 5.0, 1), Turn::Speak(None), "not in a row");
        relay.failed(0, "it broke", false);
        assert!(matches!(relay.turn(0, 5.0, 1), Turn::Pass(_)));
        assert_eq!(relay.turn(0, 5.0, 0), Turn::Speak(None), "there is nobody else");
        relay.failed(1, "it broke", true);
        assert!(matches!(relay.turn(1, 5.0, 1), Turn::Pass(_)));
    }

    #[test]
    fn time_is_kept_for_those_behind() {
        let relay = Relay::new(1, Some(in_seconds(100.0)), 300.0);
        let Turn::Speak(Some(until)) = relay.turn(0, 5.0, 1) else { panic!("there is time") };
        // 8.5 s are kept; alone it has the rest, else a share of it.
        let allowed = |until: Instant| until.saturating_duration_since(now()).as_secs_f64();
        assert!((91.0..=91.5).contains(&allowed(until)), "{}", allowed(until));
        let Turn::Speak(Some(until)) = relay.turn(0, 5.0, 3) else { panic!("there is time") };
        assert!((30.0..=30.6).contains(&allowed(until)), "{}", allowed(until));
        // Ten seconds a second of speech: it cannot say twenty more.
        relay.spoke(0, Duration::from_secs(50), 5.0);
        assert!(matches!(relay.turn(0, 8.0, 1), Turn::Speak(_)));
        assert!(matches!(relay.turn(0, 20.0, 1), Turn::Pass(_)));
    }

    #[test]
    fn past_the_cutoff_the_last_one_speaks() {
        for deadline in [0.0, 0.000_001] {
            let relay = Relay::new(1, Some(in_seconds(deadline)), 1000.0);
            std::thread::sleep(Duration::from_millis(2));
            assert!(matches!(relay.turn(0, 5.0, 1), Turn::Pass(_)));
            assert_eq!(relay.turn(0, 5.0, 0), Turn::Speak(None));
        }
        // However long the programme, a voice has half of the time.
        let relay = Relay::new(1, Some(in_seconds(10.0)), 100_000.0);
        let Turn::Speak(Some(until)) = relay.turn(0, 5.0, 1) else { panic!("there is time") };
        assert!(until.saturating_duration_since(now()).as_secs_f64() > 2.0);
    }
}
