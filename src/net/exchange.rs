//! One fetch: redirects, retries and the body, all within one deadline.
//!
//! Redirects are followed here and not in `ureq`, because each hop is held to the rules, may have an entry in the
//! cache, and must not see the credentials of another.

use super::cache::Head;
use super::credentials;
use super::retry::{self, MOST_RETRIES};
use super::trouble::{Failure, Trouble};
use super::want;
use super::{Client, Fetched, Want};
use crate::clock::now;
use std::io::Read as _;
use std::thread;
use std::time::{Duration, Instant};
use ureq::Body;
use ureq::http::{HeaderMap, Response};
use url::Url;

/// The longest address that is fetched; RFC 9110 §4.1 asks for 8000 octets, and pages with longer ones are not news.
const LONGEST_URL_BYTES: usize = 8192;
/// How much is read at a time; a body can overshoot its limit by no more than this.
const CHUNK_BYTES: usize = 16 * 1024;

/// What is asked of a fetch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub(super) want: Want,
    /// Bytes of the body after decompression.
    pub(super) limit_bytes: u64,
    /// Take the first `limit_bytes` of a longer body instead of refusing it.
    pub(super) cut: bool,
}

/// The end of the time a fetch may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(pub(super) Instant);

impl Deadline {
    fn in_ms(ms: u64) -> Self {
        // A deadline past the end of the clock is none; a century stands for it.
        let length = Duration::from_millis(ms).min(Duration::from_hours(876_600));
        Self(now() + length)
    }

    pub(super) fn left(self) -> Duration {
        self.0.saturating_duration_since(now())
    }
}

/// What came of one request.
enum Hop {
    Done(Fetched),
    To(Url),
    Wait { status: u16, wait: Duration },
}

/// Reads an address, and takes user name and password out of it.
pub(super) fn read_address(text: &str) -> Result<(Url, Option<String>), Trouble> {
    let text = text.trim();
    if text.len() > LONGEST_URL_BYTES {
        return Err(Trouble::Address(format!("it is longer than {LONGEST_URL_BYTES} bytes")));
    }
    let mut url = Url::parse(text).map_err(|e| Trouble::Address(e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Trouble::Scheme(url.scheme().to_owned()));
    }
    let authorization = credentials::take(&mut url);
    url.set_fragment(None);
    Ok((url, authorization))
}

impl Client {
    /// Fetches `given`, following redirects and waiting where a server asks for it.
    pub(super) fn fetch(&self, given: &str, wish: Wish) -> Result<Fetched, Failure> {
        let deadline = Deadline::in_ms(self.settings.total_deadline_ms);
        let (mut here, mut authorization) =
            read_address(given).map_err(|trouble| Failure { trouble, at: None })?;
        let mut seen = vec![here.clone()];
        let mut tried = 0;
        loop {
            let redirects = seen.len() as u32 - 1;
            let fail =
                |trouble| Failure { trouble, at: (redirects > 0).then(|| (here.to_string(), redirects)) };
            match self.ask(&here, authorization.as_deref(), wish, deadline, tried).map_err(fail)? {
                Hop::Done(fetched) => return Ok(fetched),
                Hop::Wait { status, wait } => {
                    tried += 1;
                    if tried > MOST_RETRIES {
                        return Err(fail(Trouble::Busy { status, wait: None }));
                    }
                    if wait >= deadline.left() {
                        return Err(fail(Trouble::Busy { status, wait: Some(wait) }));
                    }
                    thread::sleep(wait);
                }
                Hop::To(to) => {
                    check_step(&seen, &to, self.settings.redirects).map_err(fail)?;
                    // Once left behind, they stay behind, even if a later hop leads back.
                    authorization = authorization.filter(|_| credentials::same_place(&here, &to));
                    seen.push(to.clone());
                    here = to;
                }
            }
        }
    }

    /// One request to `here`. `tried` is how often it was asked before.
    fn ask(
        &self,
        here: &Url,
        authorization: Option<&str>,
        wish: Wish,
        deadline: Deadline,
        tried: u32,
    ) -> Result<Hop, Trouble> {
        self.rules.check_literal(here).map_err(Trouble::Blocked)?;
        // What a login shows is not kept.
        let cache = self.cache.as_ref().filter(|_| authorization.is_none() && !wish.cut);
        let kept = cache.and_then(|cache| cache.load(here.as_str(), wish.want, wish.limit_bytes));

        let mut request = self.agent.get(here.as_str()).header("accept", wish.want.accept());
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        if let Some((head, _)) = &kept {
            if let Some(etag) = &head.etag {
                request = request.header("if-none-match", etag);
            }
            if let Some(date) = &head.last_modified {
                request = request.header("if-modified-since", date);
            }
        }
        let left = deadline.left();
        let late =
            Trouble::from_ureq(ureq::Error::Timeout(ureq::Timeout::Global), here, None, &self.settings);
        if left.is_zero() {
            return Err(late);
        }
        let response = request
            .config()
            .timeout_global(Some(left))
            .build()
            .call()
            .map_err(|e| Trouble::from_ureq(e, here, None, &self.settings))?;

        let status = response.status().as_u16();
        match status {
            200 | 203 => {}
            301 | 302 | 303 | 307 | 308 => return redirect(here, &response).map(Hop::To),
            304 => {
                let (head, body) = kept.ok_or(Trouble::Unasked)?;
                if let Some(cache) = cache {
                    if may_keep(response.headers()) {
                        cache.touch(here.as_str(), wish.want);
                    } else {
                        cache.forget(here.as_str(), wish.want);
                    }
                }
                return Ok(Hop::Done(fetched(here, head, body, true)));
            }
            429 | 503 => {
                let headers = response.headers();
                let (after, date) = (text(headers, "retry-after"), text(headers, "date"));
                let wait = retry::wait(after, date, jiff::Timestamp::now(), tried + 1);
                return Ok(Hop::Wait { status, wait });
            }
            _ => {
                if let (404 | 410, Some(cache)) = (status, cache) {
                    cache.forget(here.as_str(), wish.want);
                }
                return Err(Trouble::Status(status));
            }
        }

        let headers = response.headers();
        let owned = |name| text(headers, name).map(str::to_owned);
        let head = Head {
            url: here.to_string(),
            etag: owned("etag"),
            last_modified: owned("last-modified"),
            content_type: owned("content-type"),
        };
        if let Some(is) = wish.want.refusal(head.content_type.as_deref()) {
            let header = head.content_type.unwrap_or_default();
            return Err(Trouble::Type { header, is, want: wish.want });
        }
        // `ureq` takes the header away when it decompresses.
        if let Some(name) = text(headers, "content-encoding").filter(|n| !is_identity(n)) {
            return Err(Trouble::Encoding(name.chars().filter(|c| !c.is_control()).take(40).collect()));
        }
        let keep = may_keep(headers) && (head.etag.is_some() || head.last_modified.is_some());
        let framed = headers.contains_key("content-length") || headers.contains_key("transfer-encoding");
        let body = self.read_body(response, here, wish, deadline)?;
        if body.is_empty() && !wish.want.may_be_empty() {
            return Err(Trouble::Empty);
        }

        let mut warning = None;
        // A body that ends where the connection does cannot be told from a cut one; a page can, by its end tag.
        let cut = !framed && is_html(&head) && !has_end_tag(&body);
        if cut {
            let why =
                "the page has no end tag and the server did not say how long it is: it may be cut short";
            warning = Some(why.to_owned());
        }
        if let Some(cache) = cache {
            if cut || !keep {
                cache.forget(here.as_str(), wish.want);
            } else if let Err(error) = cache.store(&head, wish.want, &body) {
                warning = Some(format!("the page is not kept for next time: {error}"));
            }
        }
        let mut fetched = fetched(here, head, body, false);
        fetched.warning = warning;
        Ok(Hop::Done(fetched))
    }

    /// The whole body, or a trouble; never half of one.
    pub(super) fn read_body(
        &self,
        response: Response<Body>,
        here: &Url,
        wish: Wish,
        deadline: Deadline,
    ) -> Result<Vec<u8>, Trouble> {
        let limit = wish.limit_bytes;
        let declared = response.body().content_length();
        if declared.is_some_and(|length| length > limit) && !wish.cut {
            return Err(Trouble::TooLarge { limit, declared });
        }
        let mut reader = response.into_body().into_reader();
        let mut body = Vec::with_capacity(declared.unwrap_or(0).min(limit) as usize);
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let received = Some(body.len() as u64);
            let read = match reader.read(&mut chunk) {
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                other => other.map_err(|e| Trouble::from_ureq(e.into(), here, received, &self.settings))?,
            };
            if read == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..read]);
            if body.len() as u64 > limit {
                if wish.cut {
                    body.truncate(limit as usize);
                    return Ok(body);
                }
                return Err(Trouble::TooLarge { limit, declared });
            }
            if deadline.left().is_zero() {
                let late = ureq::Error::Timeout(ureq::Timeout::Global);
                return Err(Trouble::from_ureq(late, here, Some(body.len() as u64), &self.settings));
            }
        }
    }
}

/// Whether a redirect may be followed from the last of `seen` to `to`.
///
/// From https to http it may not: the page would no longer be the one its server signed for, and whoever is on the way
/// decides what goes on air. A house that trusts the plain address names it itself.
pub(super) fn check_step(seen: &[Url], to: &Url, limit: u32) -> Result<(), Trouble> {
    if seen.len() > limit as usize {
        Err(Trouble::Redirects { limit, last: to.to_string() })
    } else if seen.contains(to) {
        Err(Trouble::Circle)
    } else if to.scheme() == "http" && seen.last().is_some_and(|here| here.scheme() == "https") {
        Err(Trouble::Downgrade(to.to_string()))
    } else {
        Ok(())
    }
}

/// Where a redirect leads, without what its server put there as user name and password.
pub(super) fn redirect(here: &Url, response: &Response<Body>) -> Result<Url, Trouble> {
    let nowhere = Trouble::Nowhere(response.status().as_u16());
    // Addresses outside US-ASCII are sent raw by many servers; browsers read them as UTF-8.
    let Some(location) = response.headers().get("location") else { return Err(nowhere) };
    let location = String::from_utf8_lossy(location.as_bytes()).into_owned();
    let Ok(to) = here.join(location.trim()) else { return Err(nowhere) };
    // What a server puts there is not ours to send.
    let (to, _) = read_address(to.as_str())?;
    Ok(to)
}

fn fetched(here: &Url, head: Head, bytes: Vec<u8>, from_cache: bool) -> Fetched {
    let (content_type, charset) = head.content_type.as_deref().map(want::parse).unwrap_or_default();
    Fetched {
        bytes,
        url: here.to_string(),
        content_type,
        charset,
        etag: head.etag,
        last_modified: head.last_modified,
        from_cache,
        warning: None,
    }
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

pub(super) fn is_identity(encoding: &str) -> bool {
    encoding.trim().is_empty() || encoding.trim().eq_ignore_ascii_case("identity")
}

/// Whether a response may be kept: `no-store` forbids it (RFC 9111 §5.2.2.5), and `Vary: *` says that no later request
/// can be known to ask for the same (§4.1).
fn may_keep(headers: &HeaderMap) -> bool {
    let lists = |name: &str, word: &str| {
        headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).any(|value| {
            value
                .split(',')
                .any(|part| part.trim().split('=').next().is_some_and(|p| p.eq_ignore_ascii_case(word)))
        })
    };
    !lists("cache-control", "no-store") && !lists("vary", "*")
}

fn is_html(head: &Head) -> bool {
    head.content_type.as_deref().is_some_and(|t| t.to_ascii_lowercase().contains("html"))
}

fn has_end_tag(page: &[u8]) -> bool {
    page.windows(6).any(|w| w.eq_ignore_ascii_case(b"</html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps() {
        for (seen, to, expected) in [
            (&["http://a.example/"][..], "https://a.example/", None),
            (&["http://a.example/"], "http://b.example/", None),
            (&["https://a.example/"], "https://b.example/", None),
            (
                &["https://a.example/"],
                "http://a.example/",
                Some("from https to plain http, http://a.example/,"),
            ),
            (&["http://a.example/", "https://a.example/"], "http://a.example/1", Some("plain http")),
            (&["http://a.example/", "http://b.example/"], "http://a.example/", Some("in a circle")),
            (
                &["http://a.example/1", "http://a.example/2", "http://a.example/3"],
                "http://a.example/4",
                Some("more than 2"),
            ),
        ] {
            let seen: Vec<_> = seen.iter().map(|url| Url::parse(url).unwrap()).collect();
            let found = check_step(&seen, &Url::parse(to).unwrap(), 2).err();
            let given = "http://me:hunter2@a.example/";
            let text = found.map(|trouble| Failure { trouble, at: None }.into_error(given).to_string());
            assert_eq!(text.is_some(), expected.is_some(), "{seen:?} → {to}: {text:?}");
            assert!(text.unwrap_or_default().contains(expected.unwrap_or_default()), "{seen:?} → {to}");
        }
    }

    #[test]
    fn what_may_be_kept() {
        for (name, value, expected) in [
            ("cache-control", "no-store", false),
            ("cache-control", "private, No-Store", false),
            ("cache-control", "max-age=0,no-store=\"x\"", false),
            ("cache-control", "no-cache, must-revalidate, private", true),
            ("vary", "accept-encoding, *", false),
            ("vary", "accept-encoding", true),
            ("x-other", "no-store", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(name, "public".parse().unwrap());
            headers.append(name, value.parse().unwrap());
            assert_eq!(may_keep(&headers), expected, "{name}: {value}");
        }
    }
}
