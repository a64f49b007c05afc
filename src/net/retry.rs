//! How long to wait when a server is busy (RFC 9110 §10.2.3, `Retry-After`).

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use std::time::Duration;

/// How often a busy server is asked again.
pub(super) const MOST_RETRIES: u32 = 2;
/// The first wait when a busy server names none; the second is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The wait before try `tried` + 1 (the first retry has `tried` = 1).
pub(super) fn wait(retry_after: Option<&str>, date: Option<&str>, now: Timestamp, tried: u32) -> Duration {
    let asked = asked(retry_after, date, now);
    asked.unwrap_or(FIRST_WAIT * 2u32.pow(tried.saturating_sub(1).min(8)))
}

/// The wait that a server asks for.
///
/// `date` is the server's own clock, which a date in `Retry-After` is measured against; `now` stands in for it.
pub(super) fn asked(retry_after: Option<&str>, date: Option<&str>, now: Timestamp) -> Option<Duration> {
    retry_after.map(str::trim).and_then(|text| {
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
        }
        let from = date.and_then(http_date).unwrap_or(now);
        let seconds = http_date(text)?.as_second().saturating_sub(from.as_second());
        Some(Duration::from_secs(seconds.try_into().unwrap_or(0)))
    })
}

/// The longest wait before the first retry of a request that a voice waits for; it doubles from try to try.
const FIRST_STEP: Duration = Duration::from_millis(500);
/// …up to this.
const LONGEST_STEP: Duration = Duration::from_secs(8);

/// The wait before try `tried` + 1: at least what the server asked for; else anything up to a bound that doubles, so
/// that many who failed together do not come back together (exponential back-off with full jitter).
///
/// `share` is by chance, in [0, 1).
pub(super) fn backoff(asked: Option<Duration>, tried: u32, share: f64) -> Duration {
    let share = share.clamp(0.0, 1.0);
    match asked {
        Some(asked) => asked.saturating_add(FIRST_STEP.mul_f64(share * 0.5)),
        None => (FIRST_STEP * 2u32.pow(tried.saturating_sub(1).min(8))).min(LONGEST_STEP).mul_f64(share),
    }
}

/// A date as HTTP writes it today (RFC 9110 §5.6.7); its weekday is not checked.
fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backing_off() {
        for (asked, tried, share, ms) in [
            (None, 1, 0.0, 0),
            (None, 1, 0.5, 250),
            (None, 1, 1.0, 500),
            (None, 2, 1.0, 1_000),
            (None, 4, 0.5, 2_000),
            (None, 5, 1.0, 8_000),
            (None, 99, 1.0, 8_000),
            (Some(2), 1, 0.0, 2_000),
            (Some(2), 7, 1.0, 2_250),
        ] {
            let wait = backoff(asked.map(Duration::from_secs), tried, share);
            assert_eq!(wait.as_millis(), ms, "{asked:?} {tried} {share}");
        }
        assert!(backoff(Some(Duration::MAX), 1, 0.9) == Duration::MAX);
    }

    #[test]
    fn waits() {
        let now = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        for (retry_after, date, tried, seconds) in [
            (Some("120"), None, 1, 120),
            (Some(" 0 "), None, 1, 0),
            (Some("99999999999999999999999"), None, 1, u64::MAX),
            (Some("Sun, 06 Nov 1994 08:50:37 GMT"), None, 1, 60),
            // The server's clock is ten minutes slow; its own date says so.
            (Some("Sun, 06 Nov 1994 08:40:37 GMT"), Some("Sun, 06 Nov 1994 08:39:37 GMT"), 1, 60),
            (Some("Sun, 06 Nov 1994 08:40:37 GMT"), None, 1, 0),
            (Some("Tue, 06 Nov 1994 08:50:37 GMT"), None, 1, 60),
            (Some("soon"), None, 1, 1),
            (Some("-5"), None, 1, 1),
            (Some(""), None, 1, 1),
            (None, None, 1, 1),
            (None, None, 2, 2),
        ] {
            assert_eq!(wait(retry_after, date, now, tried).as_secs(), seconds, "{retry_after:?} {date:?}");
        }
    }
}
