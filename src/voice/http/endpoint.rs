//! One server: how many requests it has at a time, and what is remembered of it.

use super::key::{self, Secret};
use super::refusal::{self, Stands, Told};
use super::{Named, Settings, shown};
use crate::clock;
use crate::net::{self, Client, Post, Posted};
use crate::voice::Take;
use crate::voice::heard::{self, Form};
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use ureq::http::{HeaderName, HeaderValue};
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};
use url::Url;

/// So many sentences in a row are refused as wrong requests before the settings count as wrong, and not the sentences.
const MOST_REFUSALS: u32 = 3;
/// What is kept back of a deadline, so that an answer of the last moment can still be checked and handed on.
const ROOM: Duration = Duration::from_millis(50);

/// A server.
#[derive(Debug)]
pub(super) struct Endpoint {
    /// As it is printed.
    pub(super) shown: String,
    url: Url,
    client: Client,
    headers: Vec<(HeaderName, HeaderValue)>,
    secret: Option<Secret>,
    key_place: Option<String>,
    timeout_ms: u64,
    retries: u32,
    rest: Duration,
    seats: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Requests under way.
    in_use: usize,
    /// Why it is not asked any more.
    closed: Option<(String, String)>,
    /// Until when it is left alone, and why.
    resting: Option<(Instant, String, String)>,
    /// Sentences in a row that it would not take.
    refusals: u32,
}

/// What is wrong with the settings of a server, and what would help.
type Wrong = (String, String);

impl Endpoint {
    pub(super) fn open(
        named: Named<'_>,
        settings: &Settings,
        folder: &Path,
        net: &net::Settings,
    ) -> Result<Self, Wrong> {
        let url = net::endpoint(named.url).map_err(|(problem, cure)| (problem, cure.to_owned()))?;
        let secret = key::read(named, folder)?;
        let headers = match &secret {
            Some(secret) => vec![secret.header(named.key_header, named.key_prefix)?],
            None => Vec::new(),
        };
        let host = format!(
            "{}:{}",
            url.host_str().unwrap_or_default().to_ascii_lowercase(),
            url.port_or_known_default().unwrap_or_default()
        );
        let in_the_clear = url.scheme() == "http";
        // A proxy is on the way out of the house, and what is inside is not reached through it.
        let proxy = net.proxy.clone().filter(|_| !net::is_inside(&url));
        if in_the_clear && secret.is_some() && proxy.is_some() {
            return Err((
                "no key is sent over plain http through a proxy".into(),
                "give an address that starts with https://, or the number of an address in the house".into(),
            ));
        }
        let inside = if in_the_clear && secret.is_some() { vec![host.clone()] } else { Vec::new() };
        let roots = named.ca_file.map(|file| roots(&key::path_of(file, folder))).transpose()?;
        let client_settings = net::Settings {
            total_deadline_ms: settings.timeout_ms,
            connect_timeout_ms: net.connect_timeout_ms.min(settings.timeout_ms),
            limit_bytes: settings.limit_bytes,
            redirects: 0,
            allow_private: false,
            private_hosts: vec![host],
            proxy,
            cache_folder: None,
            ..net.clone()
        };
        let client = Client::for_server(&client_settings, inside, roots)
            .map_err(|error| (error.to_string(), error.hint().unwrap_or_default()))?;
        let key_place = match (named.key_env, named.key_file) {
            (Some(variable), _) => Some(format!("the environment variable {variable}")),
            (_, Some(file)) => Some(format!("the file {}", key::path_of(file, folder).display())),
            _ => None,
        };
        Ok(Self {
            shown: shown(named.url),
            url,
            client,
            headers,
            secret,
            key_place,
            timeout_ms: settings.timeout_ms,
            retries: settings.retries,
            rest: Duration::from_millis(settings.rest_ms),
            seats: settings.requests_at_once,
            state: Mutex::new(State::default()),
            freed: Condvar::new(),
        })
    }

    /// Whether it has the same key as another.
    pub(super) fn has_key_of(&self, other: &Self) -> bool {
        self.secret == other.secret
    }

    /// Why it is not asked now, if so.
    pub(super) fn is_shut(&self) -> Option<Told> {
        let mut state = self.lock();
        if let Some((problem, cure)) = &state.closed {
            return Some(Told {
                problem: format!("not asked again: {problem}"),
                cure: cure.clone(),
                stands: Stands::Always,
            });
        }
        let now = clock::now();
        if state.resting.as_ref().is_some_and(|(until, ..)| *until <= now) {
            state.resting = None;
        }
        state.resting.as_ref().map(|(until, problem, cure)| Told {
            problem: format!(
                "left alone for another {} s: {problem}",
                until.saturating_duration_since(now).as_secs() + 1
            ),
            cure: cure.clone(),
            stands: Stands::AWhile,
        })
    }

    /// One sentence. `deadline` is the engine's; an own one is within it.
    pub(super) fn ask(
        &self,
        body: &[u8],
        form: Form,
        spoken: &str,
        deadline: Option<Instant>,
    ) -> Result<Take, Told> {
        let own = clock::now() + Duration::from_millis(self.timeout_ms);
        let given = deadline.map(|deadline| deadline.checked_sub(ROOM).unwrap_or(deadline));
        let is_hurried = given.is_some_and(|given| given < own);
        let until = given.map_or(own, |given| given.min(own));
        let seat = self.seat(until, is_hurried)?;
        let post = Post {
            url: &self.url,
            headers: &self.headers,
            body,
            deadline: until,
            retries: self.retries,
            is_final: refusal::is_final,
        };
        let answer = self.client.post(&post);
        drop(seat);
        match answer {
            Ok(posted) => match sound(&posted, form, spoken) {
                Ok(take) => {
                    self.lock().refusals = 0;
                    Ok(take)
                }
                Err(problem) => Err(self.remember(Told {
                    problem,
                    cure: "check that the url is the server's for speech, /v1/audio/speech with most, and model, voice and \
                           response_format in the profile"
                        .into(),
                    stands: Stands::Perhaps,
                })),
            },
            Err(refused) => {
                let mut told = refusal::told(&refused, self.timeout_ms, self.key_place.as_deref());
                if told.stands == Stands::AWhile && is_hurried {
                    told.stands = Stands::Unknown;
                }
                Err(self.remember(told))
            }
        }
    }

    /// Keeps in mind what a refusal says of the next sentences; the key in it is masked first.
    fn remember(&self, mut told: Told) -> Told {
        if let Some(secret) = &self.secret {
            told.problem = secret.mask(&told.problem);
        }
        let mut state = self.lock();
        let close = match told.stands {
            Stands::Always => true,
            Stands::Perhaps => {
                state.refusals += 1;
                state.refusals >= MOST_REFUSALS
            }
            Stands::AWhile => {
                let until = clock::now() + self.rest;
                state.resting = Some((until, told.problem.clone(), told.cure.clone()));
                false
            }
            Stands::Unknown => false,
        };
        if close {
            state.closed = Some((told.problem.clone(), told.cure.clone()));
            // Those who wait for a seat need not wait any longer.
            self.freed.notify_all();
        }
        told
    }

    /// Waits until fewer requests than allowed are under way.
    fn seat(&self, until: Instant, is_hurried: bool) -> Result<Seat<'_>, Told> {
        let mut state = self.lock();
        loop {
            if let Some((problem, cure)) = &state.closed {
                return Err(Told {
                    problem: format!("not asked again: {problem}"),
                    cure: cure.clone(),
                    stands: Stands::Always,
                });
            }
            if state.in_use < self.seats {
                state.in_use += 1;
                return Ok(Seat(self));
            }
            let left = until.saturating_duration_since(clock::now());
            if left.is_zero() {
                return Err(Told {
                    problem: "there was no time left after waiting for other sentences".into(),
                    cure: "allow more at once with requests_at_once, if the server can take it, or more time with timeout_ms"
                        .into(),
                    stands: if is_hurried { Stands::Unknown } else { Stands::AWhile },
                });
            }
            state = self.freed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request's place; given back when dropped.
struct Seat<'a>(&'a Endpoint);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.in_use = state.in_use.saturating_sub(1);
        self.0.freed.notify_one();
    }
}

fn sound(posted: &Posted, form: Form, spoken: &str) -> Result<Take, String> {
    if is_sound(posted.content_type.as_deref()) {
        return heard::take(&posted.bytes, form, spoken);
    }
    Err(refusal::not_sound(posted.content_type.as_deref().unwrap_or_default(), &posted.bytes))
}

/// Whether a content type can be one of sound. Servers that say nothing, or only that it is data, are believed: what the
/// bytes are is looked at anyway.
fn is_sound(content_type: Option<&str>) -> bool {
    content_type.is_none_or(|kind| {
        kind.starts_with("audio/")
            || matches!(
                kind,
                "application/octet-stream" | "binary/octet-stream" | "application/ogg" | "application/x-wav"
            )
    })
}

fn roots(path: &Path) -> Result<RootCerts, Wrong> {
    let cure = "ca_file names a file of certificates in PEM";
    let wrong = |problem: String| (format!("{}: {problem}", path.display()), cure.to_owned());
    let pem = std::fs::read(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let found: Vec<Certificate<'static>> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return Err(wrong("there is no certificate in it".into()));
    }
    Ok(RootCerts::from(found))
}
