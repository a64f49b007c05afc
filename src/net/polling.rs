//! Leave to poll: robots.txt, fetched once a host and remembered for a while.

use super::Client;
use super::exchange::{Wish, read_address};
use super::robots::Rules;
use super::trouble::{Failure, Trouble};
use super::want::Want;
use crate::Result;
use crate::clock::now;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Position;

/// How much of a robots.txt is read: RFC 9309 §2.5 asks for at least 500 kibibytes.
const LIMIT_BYTES: u64 = 500 * 1024;
/// How long rules are remembered: RFC 9309 §2.4 allows a day.
const GOOD_FOR: Duration = Duration::from_hours(24);
/// How long a host whose robots.txt could not be had is left alone before it is asked again.
const ASK_AGAIN: Duration = Duration::from_mins(10);
/// How many hosts are remembered; a poller that meets more begins anew.
const MOST_HOSTS: usize = 4096;

/// Whether an address may be polled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// Whether it may be fetched.
    pub allowed: bool,
    /// The time to leave between two requests to its host, in milliseconds, if the host asks for one.
    pub delay_ms: Option<u64>,
    /// Why not; or what was missing where it may. One clause without a stop.
    pub reason: Option<String>,
}

/// What one host says.
#[derive(Debug, Clone)]
enum Known {
    /// Its rules, and what was missing if there are none.
    Rules(Rules, Option<String>),
    /// The rules could not be had.
    Unreachable(String),
}

type Slot = Arc<Mutex<Option<(Instant, Known)>>>;

/// What the hosts met so far say, by scheme, host and port.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<BTreeMap<String, Slot>>);

impl Memory {
    fn slot(&self, origin: &str) -> Slot {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MOST_HOSTS && !hosts.contains_key(origin) {
            hosts.clear();
        }
        Arc::clone(hosts.entry(origin.to_owned()).or_default())
    }
}

impl Client {
    /// Whether robots.txt lets this program poll `url` (RFC 9309). For feeds and for links followed from them; an
    /// address that a person names is fetched for that person and needs no leave.
    ///
    /// The file is fetched once a host, within the client's limits, and remembered for a day. A file that is missing
    /// (any 4xx but 429) or that only redirects allows everything. One that cannot be had (5xx, 429, no connection, a
    /// broken answer) allows nothing, as §2.3.1.4 asks; [`Allowed::reason`] says so, and it is asked for again after
    /// ten minutes. `Crawl-delay`, which is not in the RFC, is passed on.
    ///
    /// # Errors
    /// [`crate::Error::Fetch`] for what is not an http address, and for one that the address rules refuse.
    pub fn allowed_by_robots(&self, url: &str) -> Result<Allowed> {
        let failed = |trouble| Failure { trouble, at: None }.into_error(url);
        let (url_read, _) = read_address(url).map_err(failed)?;
        let origin = url_read[..Position::BeforePath].to_owned();
        let slot = self.robots.slot(&origin);
        // Held while the file is fetched: others who ask about the same host wait for the one answer.
        let mut known = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|(until, _)| *until <= now()) {
            let found = self.ask_host(&format!("{origin}/robots.txt")).map_err(|f| f.into_error(url))?;
            let good_for = if matches!(found, Known::Rules(..)) { GOOD_FOR } else { ASK_AGAIN };
            *known = Some((now() + good_for, found));
        }
        Ok(match known.as_ref() {
            Some((_, Known::Rules(rules, missing))) => {
                let allowed = rules.allow(&url_read[Position::BeforePath..Position::AfterQuery]);
                let reason = if allowed {
                    missing.clone()
                } else {
                    Some(format!("{origin}/robots.txt does not let this program fetch it"))
                };
                Allowed { allowed, delay_ms: rules.delay_ms, reason }
            }
            Some((_, Known::Unreachable(reason))) => {
                Allowed { allowed: false, delay_ms: None, reason: Some(reason.clone()) }
            }
            None => Allowed { allowed: true, delay_ms: None, reason: None },
        })
    }

    fn ask_host(&self, address: &str) -> std::result::Result<Known, Failure> {
        let wish = Wish { want: Want::Anything, limit_bytes: LIMIT_BYTES, cut: true };
        let failure = match self.fetch(address, wish) {
            Ok(fetched) => return Ok(Known::Rules(Rules::parse(&fetched.bytes, &self.product), None)),
            Err(failure) => failure,
        };
        let missing = |why: String| Ok(Known::Rules(Rules::default(), Some(why)));
        match &failure.trouble {
            Trouble::Status(404 | 410) => missing(format!("there is no {address}")),
            Trouble::Status(status @ 400..500) => {
                missing(format!("{address} is not shown (HTTP {status}), which allows everything"))
            }
            Trouble::Redirects { .. } | Trouble::Circle | Trouble::Nowhere(_) => {
                missing(format!("{address} only redirects, which counts as missing"))
            }
            Trouble::Blocked(super::address::Blocked::Refused { .. }) => Err(failure),
            _ => Ok(Known::Unreachable(format!(
                "without its robots.txt a host is not polled (RFC 9309): {}",
                failure.into_error(address)
            ))),
        }
    }
}
