//! How long to wait when a server is busy (RFC 9110 §10.2.3, `Retry-After`).

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use std::time::Duration;

/// How often a busy server is asked again.
pub(super) const MOST_RETRIES: u32 = 2;
/// The first wait when a busy server names none; the second is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The wait before try `tried` + 1 (the first retry has `tried` = 1).
///
/// `date` is the server's own clock, which a date in `Retry-After` is measured against; `now` stands in for it.
pub(super) fn wait(retry_after: Option<&str>, date: Option<&str>, now: Timestamp, tried: u32) -> Duration {
    let asked = retry_after.map(str::trim).and_then(|text| {
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
        }
        let from = date.and_then(http_date).unwrap_or(now);
        let seconds = http_date(text)?.as_second().saturating_sub(from.as_second());
        Some(Duration::from_secs(seconds.try_into().unwrap_or(0)))
    });
    asked.unwrap_or(FIRST_WAIT * 2u32.pow(tried.saturating_sub(1).min(8)))
}

/// A date as HTTP writes it today (RFC 9110 §5.6.7); its weekday is not checked.
fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
