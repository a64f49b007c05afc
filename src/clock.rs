//! The clock that deadlines and waits go by. What is heard never depends on it, but for who speaks when a voice is late,
//! which the record tells.

use std::time::Instant;

/// The present moment.
#[allow(clippy::disallowed_methods, reason = "the one place that asks, for deadlines and waits")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
