//! One file fetched into a file: streamed, taken up again where it broke off, hashed on the way.
//!
//! What has come lies in a *part*; beside it lies a note of where it is from and which state of the file it is of
//! (`ETag` or `Last-Modified`), so that a later run asks for the rest and gets it only if the file is still the same
//! (RFC 9110 §13.1.5, `If-Range`). There is no deadline for the whole; a connection that brings nothing for
//! [`Settings::stall_timeout_ms`](super::Settings) is given up.

use super::address::Blocked;
use super::exchange::{check_step, is_identity, read_address, redirect, text};
use super::part::{CHUNK_BYTES, Part};
use super::retry;
use super::trouble::{Failure, Trouble};
use super::{Client, credentials, without_credentials};
use crate::{Error, Result};
use std::io::{self, Read as _};
use std::path::Path;
use std::thread;
use std::time::Duration;
use ureq::Body;
use ureq::http::Response;
use url::Url;

/// What a connection must have brought for the retries to be counted from the start again.
const PROGRESS_BYTES: u64 = 1_000_000;
/// The wait before a download is taken up again; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait, whatever a busy server asks for.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A file that is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Download<'a> {
    /// Where it is.
    pub url: &'a str,
    /// The part: the file that it is written to. What an earlier run left there is taken up again. Nobody else may
    /// write to it meanwhile.
    pub part: &'a Path,
    /// The most bytes it may have.
    pub limit_bytes: u64,
    /// How many it must have, if that is known.
    pub size_bytes: Option<u64>,
}

/// A file that has come whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256, in lower-case hexadecimal.
    pub sha256: String,
    /// Their MD5, in lower-case hexadecimal: for catalogues that know nothing better.
    pub md5: String,
    /// How many of them earlier runs had brought.
    pub resumed_at: u64,
}

/// How far a download has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch<'a> {
    /// So many bytes are there, of so many, if that is known.
    Bytes {
        /// There.
        done: u64,
        /// In all.
        total: Option<u64>,
    },
    /// It broke off and is taken up again after a wait.
    Again {
        /// What was wrong.
        problem: &'a str,
        /// The wait, in milliseconds.
        wait_ms: u64,
    },
}

/// Why a connection brought no more.
enum Stop {
    /// The network.
    Net(Failure),
    /// This machine's disk.
    Disk(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Disk(error)
    }
}

impl Client {
    /// Fetches a file into a file. The rules for addresses, redirects and credentials are those of [`Client::get`].
    ///
    /// What broke off is taken up again up to [`Settings::download_retries`](super::Settings) times in a row; what has
    /// come stays in the part for a later run, unless the file turns out to be too large.
    ///
    /// # Errors
    /// [`Error::Fetch`]; [`Error::Write`] and [`Error::Read`] for the part, which is then as it is.
    ///
    /// # Examples
    /// ```
    /// use bulletin::net::{Client, Download, Settings};
    /// let part = tempfile::tempdir()?.path().join("voice.onnx.part");
    /// let client = Client::new(&Settings::default())?;
    /// let wanted = Download { url: "http://10.0.0.1/voice.onnx", part: &part, limit_bytes: 1000, size_bytes: None };
    /// assert!(client.download(&wanted, &mut |_| ()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn download(&self, wanted: &Download<'_>, watch: &mut dyn FnMut(Watch<'_>)) -> Result<Downloaded> {
        let failed = |failure: Failure| {
            let cure = cure(&failure.trouble);
            match (failure.into_error(wanted.url), cure) {
                (Error::Fetch { url, problem, .. }, Some(cure)) => {
                    Error::Fetch { url, problem, cure: cure.into() }
                }
                (error, _) => error,
            }
        };
        let (url, authorization) =
            read_address(wanted.url).map_err(|trouble| failed(Failure { trouble, at: None }))?;
        let mut part = Part::open(wanted.part, &without_credentials(url.as_str()))?;
        let mut tried = 0;
        loop {
            let before = part.length;
            let failure = match self.bring(&url, authorization.clone(), wanted, &mut part, watch) {
                Ok(()) => return part.finish(),
                Err(Stop::Disk(error)) => return Err(error),
                Err(Stop::Net(failure)) => failure,
            };
            if part.length >= before + PROGRESS_BYTES {
                tried = 0;
            }
            let Some(wait) = wait(&failure.trouble, part.length > 0, tried) else {
                return Err(failed(failure));
            };
            if tried >= self.settings.download_retries {
                return Err(failed(failure));
            }
            tried += 1;
            let problem = failed(failure).to_string();
            watch(Watch::Again { problem: &problem, wait_ms: wait.as_millis() as u64 });
            thread::sleep(wait);
        }
    }

    /// One connection's worth: redirects, then the body.
    fn bring(
        &self,
        url: &Url,
        mut authorization: Option<String>,
        wanted: &Download<'_>,
        part: &mut Part,
        watch: &mut dyn FnMut(Watch<'_>),
    ) -> Result<(), Stop> {
        let mut here = url.clone();
        let mut seen = vec![here.clone()];
        loop {
            let redirects = seen.len() as u32 - 1;
            let fail = |trouble| {
                let at = (redirects > 0).then(|| (place(&here), redirects));
                Stop::Net(Failure { trouble, at })
            };
            let response = self.ask_for(&here, authorization.as_deref(), part).map_err(fail)?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return self.receive(response, &here, wanted, part, watch).map_err(|stop| match stop {
                    Stop::Net(Failure { trouble, .. }) => fail(trouble),
                    other @ Stop::Disk(_) => other,
                });
            }
            let to = redirect(&here, &response).map_err(fail)?;
            check_step(&seen, &to, self.settings.redirects).map_err(fail)?;
            authorization = authorization.filter(|_| credentials::same_place(&here, &to));
            seen.push(to.clone());
            here = to;
        }
    }

    fn ask_for(
        &self,
        here: &Url,
        authorization: Option<&str>,
        part: &Part,
    ) -> Result<Response<Body>, Trouble> {
        self.rules.check_literal(here).map_err(Trouble::Blocked)?;
        // Compressed, its bytes could not be counted.
        let mut request =
            self.agent.get(here.as_str()).header("accept", "*/*").header("accept-encoding", "identity");
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        if let Some(validator) = part.note.validator().filter(|_| part.length > 0) {
            request =
                request.header("range", format!("bytes={}-", part.length)).header("if-range", validator);
        }
        let stall = Some(Duration::from_millis(self.settings.stall_timeout_ms));
        request
            .config()
            .timeout_global(None)
            .timeout_recv_response(stall)
            .timeout_per_read(stall)
            .build()
            .call()
            .map_err(|error| self.trouble(error, here, None))
    }

    fn trouble(&self, error: ureq::Error, here: &Url, received: Option<u64>) -> Trouble {
        match error {
            ureq::Error::Timeout(timeout)
                if !matches!(timeout, ureq::Timeout::Resolve | ureq::Timeout::Connect) =>
            {
                let limit_ms = self.settings.stall_timeout_ms;
                Trouble::Stalled { received: received.unwrap_or(0), limit_ms }
            }
            error => Trouble::from_ureq(error, here, received, &self.settings),
        }
    }

    /// The body, or what there is to say instead.
    fn receive(
        &self,
        response: Response<Body>,
        here: &Url,
        wanted: &Download<'_>,
        part: &mut Part,
        watch: &mut dyn FnMut(Watch<'_>),
    ) -> Result<(), Stop> {
        let fail = |trouble| Err(Stop::Net(Failure { trouble, at: None }));
        let headers = response.headers();
        let resuming = part.length > 0 && part.note.validator().is_some();
        let range = text(headers, "content-range").and_then(content_range);
        let status = response.status().as_u16();
        let total = match status {
            200 | 203 => {
                part.begin(headers)?;
                response.body().content_length()
            }
            206 if resuming => match range {
                Some((Some(first), total)) if first == part.length => {
                    let rest = response.body().content_length();
                    total.or(rest.map(|rest| rest + part.length))
                }
                _ => {
                    part.clear()?;
                    return fail(Trouble::Broken { received: 0 });
                }
            },
            // Nothing is left to send, or the file has become shorter.
            416 if resuming => {
                if range == Some((None, Some(part.length))) {
                    return Ok(());
                }
                part.clear()?;
                return fail(Trouble::Broken { received: 0 });
            }
            206 | 416 => return fail(Trouble::Garbled(format!("a part was sent (HTTP {status}) unasked"))),
            429 | 503 => {
                let (after, date) = (text(headers, "retry-after"), text(headers, "date"));
                let wait = retry::wait(after, date, jiff::Timestamp::now(), 1);
                return fail(Trouble::Busy { status, wait: Some(wait) });
            }
            _ => return fail(Trouble::Status(status)),
        };
        if let Some(name) = text(headers, "content-encoding").filter(|n| !is_identity(n)) {
            part.clear()?;
            let name = name.chars().filter(|c| !c.is_control()).take(40).collect();
            return fail(Trouble::Encoding(name));
        }
        let fits = |length: u64, declared: bool| {
            if length > wanted.limit_bytes {
                let declared = declared.then_some(length);
                return Err(Trouble::TooLarge { limit: wanted.limit_bytes, declared });
            }
            match wanted.size_bytes {
                Some(size) if length > size || declared && length != size => {
                    Err(Trouble::Size { is: declared.then_some(length), wanted: size })
                }
                _ => Ok(()),
            }
        };
        if let Some(Err(trouble)) = total.map(|total| fits(total, true)) {
            part.clear()?;
            return fail(trouble);
        }
        let mut reader = response.into_body().into_reader();
        let mut chunk = vec![0; CHUNK_BYTES];
        watch(Watch::Bytes { done: part.length, total });
        loop {
            let read = match reader.read(&mut chunk) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return fail(self.trouble(e.into(), here, Some(part.length))),
                Ok(read) => read,
            };
            if read == 0 {
                break;
            }
            if let Err(trouble) = fits(part.length + read as u64, false) {
                part.clear()?;
                return fail(trouble);
            }
            part.append(&chunk[..read])?;
            watch(Watch::Bytes { done: part.length, total });
        }
        match total.or(wanted.size_bytes) {
            Some(total) if part.length < total => fail(Trouble::Broken { received: part.length }),
            _ => Ok(()),
        }
    }
}

/// First byte and whole length of `Content-Range: bytes 5-9/10` or `bytes */10` (RFC 9110 §14.4).
fn content_range(value: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (range, total) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
    let total = match total.trim() {
        "*" => None,
        digits => Some(digits.parse().ok()?),
    };
    match range.trim() {
        "*" => Some((None, total)),
        range => Some((Some(range.split_once('-')?.0.trim().parse().ok()?), total)),
    }
}

/// An address without its query: those of file stores are long and hold signatures.
fn place(url: &Url) -> String {
    let mut url = url.clone();
    if url.query().is_some() {
        url.set_query(Some("…"));
    }
    url.to_string().replace("%E2%80%A6", "…")
}

/// How long to wait before it is taken up again, if that may help. `begun`: something has come.
fn wait(trouble: &Trouble, begun: bool, tried: u32) -> Option<Duration> {
    let own = (FIRST_WAIT * 2u32.pow(tried.min(8))).min(LONGEST_WAIT);
    match trouble {
        Trouble::Busy { wait: Some(wait), .. } => (*wait <= LONGEST_WAIT).then_some((*wait).max(own)),
        Trouble::Broken { .. } | Trouble::Stalled { .. } | Trouble::Status(408 | 500 | 502 | 504) => {
            Some(own)
        }
        // A server that never answered will not by being asked again; one that did may be back soon.
        Trouble::Connect(_)
        | Trouble::Timeout { .. }
        | Trouble::Blocked(Blocked::Unresolved { .. })
        | Trouble::Secure(_)
            if begun =>
        {
            Some(own)
        }
        _ => None,
    }
}

/// What would help, where it is not what helps with pages.
fn cure(trouble: &Trouble) -> Option<&'static str> {
    Some(match trouble {
        Trouble::Broken { .. } | Trouble::Slow { .. } => {
            "run the command again: it goes on where it broke off"
        }
        Trouble::Stalled { .. } => {
            "run the command again, which goes on where it broke off, or allow longer waits with net.stall_timeout_ms"
        }
        Trouble::TooLarge { .. } => "if it is what you want, allow more with net.download_limit_bytes",
        Trouble::Size { .. } => "the file has changed or is another: check the address or the mirror",
        Trouble::Status(401 | 403 | 407 | 451) => {
            "it may need a login: fetch it with a browser and give the file"
        }
        Trouble::Status(404 | 410) => "check the address; the file may have moved",
        Trouble::Status(_) | Trouble::Garbled(_) | Trouble::Encoding(_) | Trouble::Busy { .. } => {
            "try again later, or fetch it with a browser and give the file"
        }
        Trouble::Redirects { .. } | Trouble::Circle | Trouble::Nowhere(_) => {
            "check the address, or fetch it with a browser and give the file"
        }
        Trouble::Timeout { .. } => "try again later, or allow more time with net.connect_timeout_ms",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges() {
        for (value, expected) in [
            ("bytes 5-9/10", Some((Some(5), Some(10)))),
            ("bytes 5-9/*", Some((Some(5), None))),
            ("bytes */10", Some((None, Some(10)))),
            ("bytes 5-9", None),
            ("items 5-9/10", None),
            ("bytes x-9/10", None),
            ("bytes -9/10", None),
            ("", None),
        ] {
            assert_eq!(content_range(value), expected, "{value}");
        }
    }

    #[test]
    fn waits_grow_and_end() {
        let broken = Trouble::Broken { received: 1 };
        let waits: Vec<_> = (0..9).map(|n| wait(&broken, true, n).unwrap().as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
        let refused = || Trouble::Connect("refused".into());
        assert_eq!((wait(&refused(), false, 0), wait(&refused(), true, 0)), (None, Some(FIRST_WAIT)));
        assert_eq!(wait(&Trouble::Status(404), true, 0), None);
        let busy = |s| Trouble::Busy { status: 503, wait: Some(Duration::from_secs(s)) };
        assert_eq!(wait(&busy(7), false, 0), Some(Duration::from_secs(7)));
        assert_eq!(wait(&busy(3600), false, 0), None);
    }
}
