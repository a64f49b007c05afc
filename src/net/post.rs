//! A request that carries a body, to a server that the user named: what a speech server is asked.
//!
//! All tries, waits and the body come within one deadline. No redirect is followed: it would carry what is said, and
//! maybe a key, to a place that nobody named; where it led is told instead.

use super::Client;
use super::Settings;
use super::Want;
use super::address::{self, Blocked};
use super::exchange::{self, Deadline, Wish, is_identity, text};
use super::retry;
use super::trouble::Trouble;
use super::want;
use crate::clock;
use std::hash::BuildHasher as _;
use std::net::IpAddr;
use std::thread;
use std::time::{Duration, Instant};
use ureq::Body;
use ureq::http::{HeaderName, HeaderValue, Response};
use url::{Host, Url};

/// How much of a refusal's body is read: an error in JSON is a few hundred bytes.
const REFUSAL_BYTES: u64 = 64 * 1024;
/// How long a refusal's body is waited for; its status says enough.
const REFUSAL_TIME: Duration = Duration::from_secs(2);
/// The shortest time in which an answer is still hoped for.
const LEAST_TIME: Duration = Duration::from_millis(20);

/// Names of a query that carry secrets with many services, and end up in their logs.
const SECRET_NAMES: [&str; 14] = [
    "key",
    "apikey",
    "api_key",
    "api-key",
    "token",
    "access_token",
    "auth",
    "authorization",
    "secret",
    "password",
    "sig",
    "signature",
    "subscription-key",
    "code",
];

/// What is asked.
#[derive(Debug)]
pub(crate) struct Post<'a> {
    /// Where, as [`endpoint`] read it.
    pub(crate) url: &'a Url,
    /// Headers beside content type and length.
    pub(crate) headers: &'a [(HeaderName, HeaderValue)],
    /// JSON.
    pub(crate) body: &'a [u8],
    /// The end of all tries.
    pub(crate) deadline: Instant,
    /// How often it is asked again.
    pub(crate) retries: u32,
    /// Whether a refusal of this status and body stands however often one asks.
    pub(crate) is_final: fn(u16, &[u8]) -> bool,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Posted {
    /// Media type in lower case without parameters, if one was sent.
    pub(crate) content_type: Option<String>,
    /// The whole body.
    pub(crate) bytes: Vec<u8>,
}

/// Why there was no answer.
#[derive(Debug)]
pub(crate) struct Refused {
    /// What happened the last time.
    pub(crate) why: Why,
    /// How often it was asked.
    pub(crate) tries: u32,
    /// What the server asks to wait, where it does and that is longer than there was time.
    pub(crate) wait: Option<Duration>,
}

/// What happened.
#[derive(Debug)]
pub(crate) enum Why {
    /// A status that is no success, and the beginning of its body.
    Status { status: u16, body: Vec<u8>, asked: Option<Duration> },
    /// It is elsewhere, it says.
    Redirect { status: u16, to: String },
    /// The address rules or the name service.
    Blocked(String),
    /// It must be inside and is not: a key would travel in the clear.
    Outside(String),
    /// No connection, or one that broke.
    Connection(String),
    /// TLS.
    Secure(String),
    /// The proxy.
    Proxy(String),
    /// The deadline, or the limit on connecting.
    Late(String),
    /// More bytes than allowed.
    TooLarge(String),
    /// No HTTP.
    Garbled(String),
}

impl Why {
    fn of(trouble: &Trouble) -> Self {
        let problem = trouble.problem();
        match trouble {
            Trouble::Blocked(Blocked::Outside { .. }) => Self::Outside(problem),
            Trouble::Blocked(_) | Trouble::Address(_) | Trouble::Scheme(_) => Self::Blocked(problem),
            Trouble::Connect(_) | Trouble::Broken { .. } => Self::Connection(problem),
            Trouble::Secure(_) => Self::Secure(problem),
            Trouble::Proxy(_) => Self::Proxy(problem),
            Trouble::Timeout { .. } | Trouble::Slow { .. } => Self::Late(problem),
            Trouble::TooLarge { .. } => Self::TooLarge(problem),
            _ => Self::Garbled(problem),
        }
    }

    /// Whether it may go away by itself.
    fn may_pass(&self, is_final: fn(u16, &[u8]) -> bool) -> bool {
        match self {
            // 501 and 505 say that the server never will; 529 is how some say that they are overloaded.
            Self::Status { status, body, .. } => {
                matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 506..) && !is_final(*status, body)
            }
            Self::Connection(_) | Self::Late(_) => true,
            _ => false,
        }
    }
}

/// Reads the address of a server that things are sent to.
///
/// # Errors
/// What is wrong with it, and what would be right: not http or https, or a secret in it.
pub(crate) fn endpoint(given: &str) -> Result<Url, (String, &'static str)> {
    let (url, authorization) = exchange::read_address(given)
        .map_err(|trouble| (trouble.problem(), "give an address that starts with https:// or http://"))?;
    if authorization.is_some() {
        return Err((
            "its address holds a user name or password".into(),
            "take it out of the address; name the environment variable or file that holds the key with key_env or \
             key_file",
        ));
    }
    let secret = url.query_pairs().find(|(name, _)| {
        let name = name.to_ascii_lowercase();
        SECRET_NAMES.contains(&name.as_str()) || name.ends_with("key") || name.ends_with("token")
    });
    if let Some((name, _)) = secret {
        let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        return Err((
            format!("its address holds a secret ({name}=…), which servers and proxies write into their logs"),
            "take it out of the address; name the environment variable or file that holds the key with key_env or \
             key_file, and with key_header the header it goes in",
        ));
    }
    Ok(url)
}

/// Whether the host of `url` is on this machine or in the house as far as can be seen without asking a name service.
pub(crate) fn is_inside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(v4)) => address::refusal(IpAddr::V4(v4)).is_some(),
        Some(Host::Ipv6(v6)) => address::refusal(IpAddr::V6(v6)).is_some(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

impl Client {
    /// Posts, again where that may help, until the deadline.
    pub(crate) fn post(&self, post: &Post<'_>) -> Result<Posted, Refused> {
        let mut tries = 0;
        loop {
            let why = match self.post_once(post) {
                Ok(posted) => return Ok(posted),
                Err(why) => why,
            };
            tries += 1;
            let asked = match &why {
                Why::Status { asked, .. } => *asked,
                _ => None,
            };
            if tries > post.retries || !why.may_pass(post.is_final) {
                return Err(Refused { why, tries, wait: None });
            }
            let wait = retry::backoff(asked, tries, chance());
            if wait.saturating_add(LEAST_TIME) >= Deadline(post.deadline).left() {
                return Err(Refused { why, tries, wait: asked });
            }
            thread::sleep(wait);
        }
    }

    fn post_once(&self, post: &Post<'_>) -> Result<Posted, Why> {
        let deadline = Deadline(post.deadline);
        let left = deadline.left();
        // What is told of a limit is the one that was in force, about.
        let limit_ms = (left.as_millis() as u64).div_ceil(100) * 100;
        let settings = Settings { total_deadline_ms: limit_ms, ..self.settings.clone() };
        let trouble = |error| Why::of(&Trouble::from_ureq(error, post.url, None, &settings));
        self.rules.check_literal(post.url).map_err(|blocked| Why::of(&Trouble::Blocked(blocked)))?;
        if left < LEAST_TIME {
            return Err(Why::Late("there was no time left to ask".into()));
        }
        let mut request = self
            .agent
            .post(post.url.as_str())
            .header("content-type", "application/json")
            .header("accept", "audio/*,application/octet-stream;q=0.9,*/*;q=0.1");
        for (name, value) in post.headers {
            request = request.header(name, value);
        }
        let response =
            request.config().timeout_global(Some(left)).build().send(post.body).map_err(trouble)?;
        let status = response.status().as_u16();
        let headers = response.headers();
        if let 300..=399 = status {
            let location =
                headers.get("location").map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
            let to = location.and_then(|location| post.url.join(location.trim()).ok());
            let to = to.map_or_else(|| "nowhere".to_owned(), |to| super::without_credentials(to.as_str()));
            return Err(Why::Redirect { status, to: to.chars().take(200).collect() });
        }
        if !(200..300).contains(&status) {
            let (after, date) = (text(headers, "retry-after"), text(headers, "date"));
            let asked = retry::asked(after, date, jiff::Timestamp::now());
            let body = self.refusal_body(response, post.url, deadline);
            return Err(Why::Status { status, body, asked });
        }
        let content_type = text(headers, "content-type").and_then(|header| want::parse(header).0);
        if let Some(name) = text(headers, "content-encoding").filter(|name| !is_identity(name)) {
            return Err(Why::of(&Trouble::Encoding(
                name.chars().filter(|c| !c.is_control()).take(40).collect(),
            )));
        }
        let wish = Wish { want: Want::Anything, limit_bytes: self.settings.limit_bytes, cut: false };
        let bytes = self.read_body(response, post.url, wish, deadline).map_err(|trouble| match trouble {
            Trouble::Slow { received, .. } => Why::of(&Trouble::Slow { received, limit_ms }),
            trouble => Why::of(&trouble),
        })?;
        Ok(Posted { content_type, bytes })
    }

    /// The beginning of a refusal's body, as far as it comes soon.
    fn refusal_body(&self, response: Response<Body>, url: &Url, deadline: Deadline) -> Vec<u8> {
        let soon = Deadline(deadline.0.min(clock::now() + REFUSAL_TIME));
        let wish = Wish { want: Want::Anything, limit_bytes: REFUSAL_BYTES, cut: true };
        self.read_body(response, url, wish, soon).unwrap_or_default()
    }
}

/// A number in [0, 1) that is another one each time. It decides how long is waited, and nothing that is heard.
fn chance() -> f64 {
    let bits = std::hash::RandomState::new().hash_one(0u8);
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_things_are_sent_to() {
        for (given, problem) in [
            ("https://api.example/v1/audio/speech", None),
            ("http://127.0.0.1:8880/v1/audio/speech", None),
            ("https://house.example/openai/speech?api-version=2025-03-01", None),
            ("ftp://api.example/", Some("addresses of the kind ftp")),
            ("api.example/v1", Some("not an address")),
            ("https://me:hunter2@api.example/", Some("user name or password")),
            ("https://api.example/?key=hunter2", Some("(key=…)")),
            ("https://api.example/?a=b&Access_Token=hunter2", Some("(Access_Token=…)")),
            ("https://api.example/?x-api-key=hunter2", Some("(x-api-key=…)")),
        ] {
            let found = endpoint(given).map_err(|(problem, _)| problem);
            assert_eq!(found.is_err(), problem.is_some(), "{given}");
            let told = found.err().unwrap_or_default();
            assert!(told.contains(problem.unwrap_or_default()) && !told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn chance_is_in_range_and_differs() {
        let drawn: Vec<f64> = (0..100).map(|_| chance()).collect();
        assert!(drawn.iter().all(|share| (0.0..1.0).contains(share)));
        assert!(drawn.windows(2).any(|pair| (pair[0] - pair[1]).abs() > 0.01));
    }

    #[test]
    fn what_is_inside() {
        for (url, expected) in [
            ("http://localhost:8880/", true),
            ("http://127.0.0.1/", true),
            ("http://[::1]:1/", true),
            ("http://192.168.1.5/", true),
            ("https://api.example/", false),
            ("http://1.1.1.1/", false),
        ] {
            assert_eq!(is_inside(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
