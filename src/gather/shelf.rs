//! What was fetched in this run, for all bulletins that want it: forty stations with one feed ask its server once.

use super::Settings;
use crate::net::{self, Client, Fetched, Want};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of bodies that are kept for the next who asks; what comes after is fetched again.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The bodies of one run, and the clients that fetched them. Any number of threads may ask.
#[derive(Debug, Default)]
pub struct Shelf {
    clients: Mutex<Vec<(net::Settings, Arc<Client>)>>,
    bodies: Mutex<BTreeMap<String, Arc<Mutex<Place>>>>,
    kept_bytes: Mutex<usize>,
    /// Which kills were met.
    kills: Mutex<BTreeSet<String>>,
    /// When each host may be asked for its next page.
    next: Mutex<BTreeMap<String, Instant>>,
}

/// What is known of an address. Whoever asks while it is being fetched waits for that.
#[derive(Debug, Default)]
enum Place {
    #[default]
    Unknown,
    Body(Arc<Fetched>),
    Failed {
        url: String,
        problem: String,
        cure: String,
    },
}

impl Shelf {
    /// The client for these settings.
    ///
    /// # Errors
    /// [`Error::Config`] for settings that make no sense.
    pub(super) fn client(&self, settings: &Settings) -> Result<Arc<Client>> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(known, _)| *known == settings.net) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(Client::new(&settings.net)?);
        clients.push((settings.net.clone(), Arc::clone(&client)));
        Ok(client)
    }

    /// The body of an address, fetched by whoever asks first; a failure is everyone's, too. `before` is called before
    /// it is fetched.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(super) fn get(
        &self,
        settings: &Settings,
        url: &str,
        before: impl FnOnce(&Client) -> Result<()>,
    ) -> Result<Arc<Fetched>> {
        let client = self.client(settings)?;
        let place = {
            let mut bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
            // What one may fetch, another may not: the address alone is not all of the question.
            Arc::clone(bodies.entry(format!("{url}\n{:?}", settings.net)).or_default())
        };
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        match &*place {
            Place::Body(fetched) => return Ok(Arc::clone(fetched)),
            Place::Failed { url, problem, cure } => {
                let (url, problem, cure) = (url.clone(), problem.clone(), cure.clone());
                return Err(Error::Fetch { url, problem, cure });
            }
            Place::Unknown => {}
        }
        match before(&client).and_then(|()| client.get(url, Want::Story)) {
            Ok(fetched) => {
                let fetched = Arc::new(fetched);
                let mut kept = self.kept_bytes.lock().unwrap_or_else(PoisonError::into_inner);
                if *kept + fetched.bytes.len() <= MOST_BYTES {
                    *kept += fetched.bytes.len();
                    *place = Place::Body(Arc::clone(&fetched));
                }
                Ok(fetched)
            }
            Err(error) => {
                if let Error::Fetch { url, problem, cure } = &error {
                    let (url, problem, cure) = (url.clone(), problem.clone(), cure.clone());
                    *place = Place::Failed { url, problem, cure };
                }
                Err(error)
            }
        }
    }

    /// Notes that a kill was met.
    pub(crate) fn note_kill(&self, what: &str) {
        self.kills.lock().unwrap_or_else(PoisonError::into_inner).insert(what.to_owned());
    }

    /// Whether a kill was met in this run.
    pub(crate) fn met_kill(&self, what: &str) -> bool {
        self.kills.lock().unwrap_or_else(PoisonError::into_inner).contains(what)
    }

    /// Sleeps until the host of `url` may be asked again, `delay` after it was asked last.
    #[allow(clippy::disallowed_methods, reason = "an edge: a host's pace is kept by the clock")]
    pub(super) fn wait(&self, url: &str, delay: Duration) {
        let host = url.split('/').nth(2).unwrap_or_default().to_owned();
        let now = Instant::now();
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = next.get(&host).copied().unwrap_or(now).max(now);
            next.insert(host, turn + delay);
            turn
        };
        std::thread::sleep(turn.saturating_duration_since(now));
    }
}
