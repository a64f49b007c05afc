//! The servers of one voice, in their order, shared by all its workers in this process: limits hold for all of them
//! together, and what one has learned of a server the others need not learn again.

use super::Settings;
use super::endpoint::Endpoint;
use super::refusal::Told;
use crate::clock;
use crate::voice::heard::Form;
use crate::voice::{Profile, Take};
use crate::{Error, Result, net};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// So many voices are remembered; the oldest is forgotten. A process that opens more is a test.
const MOST_LINES: usize = 64;

/// The servers of a voice.
#[derive(Debug)]
pub(super) struct Line {
    /// With their places among the settings' servers.
    endpoints: Vec<(usize, Endpoint)>,
    /// Those that cannot be asked at all, and why.
    missing: Vec<(String, String)>,
}

/// Why no server gave a take, and what would help.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) problem: String,
    pub(super) cure: String,
}

/// What a line was opened with; another makes another.
#[derive(Debug, PartialEq)]
struct Opened {
    settings: Settings,
    folder: PathBuf,
    net: net::Settings,
}

/// The line of a profile: the one that others have open, if it is the same, with the same keys.
///
/// # Errors
/// [`Error::Voice`] when none of its servers can be asked.
pub(super) fn shared(profile: &Profile, settings: &Settings, net: &net::Settings) -> Result<Arc<Line>> {
    static LINES: Mutex<Vec<(Opened, Arc<Line>)>> = Mutex::new(Vec::new());
    let opened = Opened { settings: settings.clone(), folder: profile.folder.clone(), net: net.clone() };
    let line = Line::open(profile, settings, net)?;
    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = lines.iter().position(|(known, _)| *known == opened) {
        if lines[at].1.has_keys_of(&line) {
            return Ok(Arc::clone(&lines[at].1));
        }
        lines.remove(at);
    } else if lines.len() >= MOST_LINES {
        lines.remove(0);
    }
    let line = Arc::new(line);
    lines.push((opened, Arc::clone(&line)));
    Ok(line)
}

impl Line {
    fn open(profile: &Profile, settings: &Settings, net: &net::Settings) -> Result<Self> {
        let (mut endpoints, mut missing) = (Vec::new(), Vec::new());
        let mut first = None;
        for (place, named) in settings.endpoints().enumerate() {
            match Endpoint::open(named, settings, &profile.folder, net) {
                Ok(endpoint) => endpoints.push((place, endpoint)),
                Err((problem, cure)) => {
                    let problem = format!("{}: {problem}", super::shown(named.url));
                    first.get_or_insert_with(|| (problem.clone(), cure.clone()));
                    missing.push((problem, cure));
                }
            }
        }
        match first {
            Some((problem, cure)) if endpoints.is_empty() => {
                Err(Error::Voice { voice: profile.name.clone(), problem, cure: Some(cure) })
            }
            _ => Ok(Self { endpoints, missing }),
        }
    }

    fn has_keys_of(&self, other: &Self) -> bool {
        self.endpoints.len() == other.endpoints.len()
            && self
                .endpoints
                .iter()
                .zip(&other.endpoints)
                .all(|((a, one), (b, two))| a == b && one.has_key_of(two))
    }

    /// Asks one server after the other for a sentence; `bodies` are their requests, by the places of the settings' servers.
    pub(super) fn ask(
        &self,
        bodies: &[Vec<u8>],
        form: Form,
        spoken: &str,
        deadline: Option<Instant>,
    ) -> Result<Take, Trouble> {
        let mut problems = Vec::new();
        let mut cure = None;
        for (n, (place, endpoint)) in self.endpoints.iter().enumerate() {
            let told = match (endpoint.is_shut(), bodies.get(*place)) {
                (Some(told), _) => told,
                (None, None) => continue,
                (None, Some(body)) => {
                    // Whoever comes later has a share of the time as well.
                    let open = self.endpoints[n + 1..].iter().filter(|(_, other)| other.is_shut().is_none());
                    let servers = open.count() as u32 + 1;
                    let until = deadline.map(|deadline| {
                        let now = clock::now();
                        now + deadline.saturating_duration_since(now) / servers
                    });
                    match endpoint.ask(body, form, spoken, until) {
                        Ok(take) => return Ok(take),
                        Err(told) => told,
                    }
                }
            };
            let Told { problem, cure: next, .. } = told;
            problems.push(format!("{}: {problem}", endpoint.shown));
            cure.get_or_insert(next);
        }
        for (problem, next) in &self.missing {
            problems.push(problem.clone());
            cure.get_or_insert_with(|| next.clone());
        }
        Err(Trouble { problem: problems.join("; then "), cure: cure.unwrap_or_default() })
    }
}
