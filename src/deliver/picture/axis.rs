//! Where the marks of an axis stand.

use crate::deliver::when;
use crate::units::{Frames, SampleRate};

/// Seconds between two marks that people count in.
const STEPS_S: &[u64] =
    &[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

/// The marks of a time axis: each its frame and name, at most so many.
pub(super) fn times(length: Frames, rate: SampleRate, most: usize) -> Vec<(Frames, String)> {
    let most = most.max(1) as u64;
    let rate_hz = u64::from(rate.0.max(1));
    if length.0 < rate_hz {
        // Under a second, in milliseconds.
        let all_ms = length.0 * 1_000 / rate_hz;
        let step = [1, 2, 5, 10, 20, 50, 100, 200, 500].into_iter().find(|step| all_ms / step < most);
        let step = step.unwrap_or(1_000);
        let mark = |ms: u64| (Frames(ms * rate_hz / 1_000), format!("{ms} ms"));
        return (0..=all_ms / step).map(|n| mark(n * step)).collect();
    }
    let all = length.0 / rate_hz;
    let step = STEPS_S.iter().copied().find(|step| all / step < most).unwrap_or_else(|| all / most + 1);
    let mark = |n: u64| {
        let at = Frames(n * step * rate_hz);
        (at, when::position(at, rate))
    };
    (0..=all / step).map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_few_and_round() {
        for (frames, most, names) in [
            (0, 10, &["0 ms"][..]),
            (1, 10, &["0 ms"]),
            (24_000, 3, &["0 ms", "200 ms", "400 ms"]),
            (48_000 * 61, 4, &["0:00", "0:30", "1:00"]),
            (
                48_000 * 3_600 * 6,
                7,
                &["0:00", "1:00:00", "2:00:00", "3:00:00", "4:00:00", "5:00:00", "6:00:00"],
            ),
            (48_000 * 2, 0, &["0:00"]),
        ] {
            let found = times(Frames(frames), SampleRate(48_000), most);
            assert_eq!(found.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), names);
            assert!(found.iter().all(|(at, _)| at.0 <= frames));
        }
    }
}
