//! Who speaks when a voice cannot, or not in time.
//!
//! Every voice has others behind it: those the house names, then the embedded one of its language, which needs nothing
//! from outside. A voice that fails on a sentence passes it on; one that keeps failing is not asked again. With a
//! deadline, whoever waits for others may wait half of the time there is, a voice that is seen to be too slow for a
//! sentence does not begin it, and past the cutoff, which leaves time to finish the bulletin, the last one speaks.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// After so many failures in a row a voice is given up.
const MOST_FAILURES: u32 = 2;

/// What is kept of a deadline for the last voice, mixing and mastering: a fixed part, and a part of the programme's
/// length. The embedded voice takes 0.006 s a second of speech, mixing and mastering about as much; a slow machine ten
/// times that.
const RESERVE: Duration = Duration::from_millis(1500);
const RESERVE_PER_SECOND: f64 = 0.05;
/// But never more than this part of the deadline, so that a voice has a chance.
const MOST_RESERVE: f64 = 0.5;

/// The voices of a bulletin as they fare.
#[derive(Debug)]
pub(super) struct Relay {
    cutoff: Option<Instant>,
    voices: Mutex<Vec<State>>,
}

#[derive(Debug, Clone, Default)]
struct State {
    failures: u32,
    down: bool,
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
    Pass(&'static str),
}

#[allow(
    clippy::disallowed_methods,
    reason = "a deadline is on the wall's clock; where it decides who speaks, the record says so"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}

impl Relay {
    /// For so many voices; `programme_s` is how long the bulletin will be.
    pub(super) fn new(voices: usize, deadline: Option<Instant>, programme_s: f64) -> Self {
        let cutoff = deadline.map(|deadline| {
            let left = deadline.saturating_duration_since(now());
            let reserve = RESERVE + Duration::from_secs_f64((programme_s * RESERVE_PER_SECOND).max(0.0));
            deadline.checked_sub(reserve.min(left.mul_f64(MOST_RESERVE))).unwrap_or(deadline)
        });
        Self { cutoff, voices: Mutex::new(vec![State::default(); voices]) }
    }

    fn states(&self) -> MutexGuard<'_, Vec<State>> {
        self.voices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether voice `place` is to try a sentence of `seconds`. The last one there is always does.
    pub(super) fn turn(&self, place: usize, seconds: f64, is_last: bool) -> Turn {
        if is_last {
            return Turn::Speak(None);
        }
        let states = self.states();
        let Some(state) = states.get(place) else { return Turn::Speak(None) };
        if state.down {
            return Turn::Pass("it had failed before");
        }
        let Some(cutoff) = self.cutoff else { return Turn::Speak(None) };
        let left = cutoff.saturating_duration_since(now());
        if left.is_zero() {
            return Turn::Pass("the deadline left no time for it");
        }
        let pace = if state.spoken_s > 0.0 { state.spent.as_secs_f64() / state.spoken_s } else { 0.0 };
        if pace * seconds > left.as_secs_f64() {
            return Turn::Pass("it would not have been done by the deadline");
        }
        Turn::Speak(cutoff.checked_sub(left / 2))
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
    pub(super) fn failed(&self, place: usize, for_good: bool) {
        if let Some(state) = self.states().get_mut(place) {
            state.failures += 1;
            state.down = state.down || for_good || state.failures >= MOST_FAILURES;
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
        assert_eq!(relay.turn(0, 5.0, false), Turn::Speak(None));
        relay.failed(0, false);
        relay.spoke(0, Duration::from_secs(1), 5.0);
        relay.failed(0, false);
        assert_eq!(relay.turn(0, 5.0, false), Turn::Speak(None), "not in a row");
        relay.failed(0, false);
        assert!(matches!(relay.turn(0, 5.0, false), Turn::Pass(_)));
        assert_eq!(relay.turn(0, 5.0, true), Turn::Speak(None), "there is nobody else");
        relay.failed(1, true);
        assert!(matches!(relay.turn(1, 5.0, false), Turn::Pass(_)));
    }

    #[test]
    fn time_is_kept_for_those_behind() {
        let relay = Relay::new(1, Some(in_seconds(100.0)), 300.0);
        let Turn::Speak(Some(until)) = relay.turn(0, 5.0, false) else { panic!("there is time") };
        // 16.5 s are kept, and half of the rest is its own.
        let allowed = until.saturating_duration_since(now()).as_secs_f64();
        assert!((41.0..=41.8).contains(&allowed), "{allowed}");
        // Ten seconds a second of speech: it cannot say ten more.
        relay.spoke(0, Duration::from_secs(50), 5.0);
        assert!(matches!(relay.turn(0, 8.0, false), Turn::Speak(_)));
        assert!(matches!(relay.turn(0, 10.0, false), Turn::Pass(_)));
    }

    #[test]
    fn past_the_cutoff_the_last_one_speaks() {
        for deadline in [0.0, 0.000_001] {
            let relay = Relay::new(1, Some(in_seconds(deadline)), 1000.0);
            std::thread::sleep(Duration::from_millis(2));
            assert!(matches!(relay.turn(0, 5.0, false), Turn::Pass(_)));
            assert_eq!(relay.turn(0, 5.0, true), Turn::Speak(None));
        }
        // However long the programme, a voice has half of the time.
        let relay = Relay::new(1, Some(in_seconds(10.0)), 100_000.0);
        let Turn::Speak(Some(until)) = relay.turn(0, 5.0, false) else { panic!("there is time") };
        assert!(until.saturating_duration_since(now()).as_secs_f64() > 2.0);
    }
}
