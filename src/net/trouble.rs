//! What can go wrong with an address, and what the user can do about it.

use super::address::Blocked;
use super::credentials::without_credentials;
use super::retry::MOST_RETRIES;
use super::{Settings, Want};
use crate::Error;
use std::io;
use std::time::Duration;
use url::Url;

/// What a fetch broke off at.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Not an address at all.
    Address(String),
    /// An address of another kind.
    Scheme(String),
    /// Turned down by the address rules, or unknown to the name service.
    Blocked(Blocked),
    /// From https to plain http, which anyone on the way can rewrite.
    Downgrade(String),
    /// More redirects than allowed; the address the last one led to.
    Redirects { limit: u32, last: String },
    /// Redirects that lead back to where they began.
    Circle,
    /// A redirect that does not say where to.
    Nowhere(u16),
    /// Nothing came of connecting.
    Connect(String),
    /// A deadline of ours passed before there was an answer.
    Timeout { what: &'static str, limit_ms: u64 },
    /// The deadline passed while the body came in.
    Slow { received: u64, limit_ms: u64 },
    /// Nothing came for too long while a file was fetched.
    Stalled { received: u64, limit_ms: u64 },
    /// TLS.
    Secure(String),
    /// The proxy the user named.
    Proxy(String),
    /// The connection ended in the middle.
    Broken { received: u64 },
    /// Something that is not HTTP, or that contradicts itself.
    Garbled(String),
    /// Compressed in a way that was not asked for.
    Encoding(String),
    /// More bytes than allowed; how many the server announced.
    TooLarge { limit: u64, declared: Option<u64> },
    /// A file of another size than it must have; what the server announced.
    Size { is: Option<u64>, wanted: u64 },
    /// Not a page.
    Status(u16),
    /// 429 or 503, still there after the retries, or asking for a longer wait than the deadline leaves.
    Busy { status: u16, wait: Option<Duration> },
    /// A body that cannot be what is wanted.
    Type { header: String, is: &'static str, want: Want },
    /// A body of no bytes.
    Empty,
    /// `304 Not Modified` to a question that was not asked.
    Unasked,
}

/// A trouble and where it was met.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) trouble: Trouble,
    /// The address it was met at, without credentials, and how many redirects led there; none for the address given.
    pub(super) at: Option<(String, u32)>,
}

impl Failure {
    /// As the crate's error about the address `given`.
    pub(super) fn into_error(self, given: &str) -> Error {
        let mut problem = self.trouble.problem();
        if let Some((at, redirects)) = &self.at {
            let times = if *redirects == 1 { "a redirect".into() } else { format!("{redirects} redirects") };
            problem = format!("{problem} (at {at}, after {times})");
        }
        Error::Fetch { url: without_credentials(given), problem, cure: self.trouble.cure() }
    }
}

impl Trouble {
    pub(super) fn problem(&self) -> String {
        match self {
            Self::Address(said) => format!("not an address that can be fetched: {said}"),
            Self::Scheme(scheme) => format!("addresses of the kind {scheme}: cannot be fetched"),
            Self::Blocked(blocked) => blocked.to_string(),
            Self::Downgrade(to) => {
                format!(
                    "the server redirects from https to plain http, {to}, which anyone on the way can change"
                )
            }
            Self::Redirects { limit: 0, last } => {
                format!("the server redirects to {last}, and no redirects are allowed")
            }
            Self::Redirects { limit, last } => {
                format!("more than {limit} redirects, the last one to {last}")
            }
            Self::Circle => "the server redirects in a circle".into(),
            Self::Nowhere(status) => {
                format!("the server redirects (HTTP {status}) without a usable address to go to")
            }
            Self::Connect(said) => said.clone(),
            Self::Timeout { what, limit_ms } => format!("{what} within {}", seconds(*limit_ms)),
            Self::Slow { received, limit_ms } => {
                format!("too slow: {received} bytes had come after {}", seconds(*limit_ms))
            }
            Self::Stalled { received, limit_ms } => {
                format!("nothing came for {}: {received} bytes had come", seconds(*limit_ms))
            }
            Self::Secure(said) => format!("no secure connection: {said}"),
            Self::Proxy(said) => format!("the proxy did not connect: {said}"),
            Self::Broken { received: 0 } => "the server closed the connection without an answer".into(),
            Self::Broken { received } => {
                format!("the connection broke in the middle: {received} bytes had come")
            }
            Self::Garbled(said) => format!("the server's answer cannot be read: {said}"),
            Self::Encoding(name) => {
                format!("the server sent the answer compressed as \"{name}\", which was not asked for")
            }
            Self::TooLarge { limit, declared: Some(declared) } => {
                format!("too large: {declared} bytes is more than the limit of {limit}")
            }
            Self::TooLarge { limit, declared: None } => {
                format!("too large: there are more bytes than the limit of {limit}")
            }
            Self::Size { is: Some(is), wanted } => {
                format!("the file there has {is} bytes, and should have {wanted}")
            }
            Self::Size { is: None, wanted } => {
                format!("the file there has more than the {wanted} bytes it should have")
            }
            Self::Status(status @ (401 | 403 | 407 | 451)) => {
                format!("the server refuses to show it (HTTP {status})")
            }
            Self::Status(404) => "there is nothing at this address (HTTP 404)".into(),
            Self::Status(410) => "it was taken down (HTTP 410)".into(),
            Self::Status(status @ 500..) => format!("the server has a fault (HTTP {status})"),
            Self::Status(status) => format!("the server sent no page (HTTP {status})"),
            Self::Busy { status, wait: Some(wait) } => {
                format!("the server is busy (HTTP {status}) and asks to wait {} s", wait.as_secs())
            }
            Self::Busy { status, wait: None } => {
                format!("the server is still busy (HTTP {status}) after {} tries", MOST_RETRIES + 1)
            }
            Self::Type { header, is, want } => {
                let header: String = header.chars().filter(|c| !c.is_control()).take(80).collect();
                format!("it is {is} ({header}), not {}", want.name())
            }
            Self::Empty => "the server sent an empty answer".into(),
            Self::Unasked => "the server says that nothing has changed (HTTP 304) without being asked".into(),
        }
    }

    fn cure(&self) -> String {
        match self {
            Self::Address(_) | Self::Scheme(_) => {
                "give an address that starts with https:// or http://, or the path of a file"
            }
            Self::Blocked(Blocked::Refused { host, .. }) => {
                return format!(
                    "if it is a machine of the house that you trust, allow it: private_hosts = [\"{host}\"]"
                );
            }
            Self::Blocked(Blocked::Outside { .. }) => "give an address that starts with https://",
            Self::Blocked(Blocked::Unresolved { .. }) => {
                "check the spelling of the address and that this machine is online"
            }
            Self::Downgrade(_) => "if you trust that address all the same, give it yourself",
            Self::Redirects { .. } | Self::Circle | Self::Nowhere(_) => {
                "open the address in a browser and give the one it ends at; a page behind a login or a cookie notice \
                 can be saved there and given as a file"
            }
            Self::Connect(_) => "check the address and that this machine is online, or try again later",
            Self::Timeout { .. } | Self::Slow { .. } => {
                "try again later, or allow more time with total_deadline_ms and connect_timeout_ms"
            }
            Self::Stalled { .. } => "try again later, or allow more time with stall_timeout_ms",
            Self::Secure(_) => {
                "check the address and this machine's clock; certificates of a house's own authority are not known here"
            }
            Self::Proxy(_) => "check the proxy's address, or remove it from the settings",
            Self::Broken { .. } | Self::Garbled(_) | Self::Encoding(_) | Self::Empty | Self::Unasked => {
                "try again; if it stays so, save the page in a browser and give the file"
            }
            Self::TooLarge { .. } => {
                "give the address of one article, or allow more with limit_bytes"
            }
            Self::Status(401 | 403 | 407 | 451) => {
                "the page may need a login or turn programs away: save it in a browser and give the file"
            }
            Self::Size { .. } => "check the address",
            Self::Status(404 | 410) => "check the address; the page may have moved",
            Self::Status(_) => "try again later, or save the page in a browser and give the file",
            Self::Busy { .. } => "try again after that time, or allow more with total_deadline_ms",
            Self::Type { .. } => "give the address of the page that carries the story",
        }
        .into()
    }

    /// From what `ureq` says. `host` is where the request went; `received` counts the bytes of the body so far, `None`
    /// before there was one.
    pub(super) fn from_ureq(
        error: ureq::Error,
        to: &Url,
        received: Option<u64>,
        settings: &Settings,
    ) -> Self {
        use ureq::Error as E;
        let host = host_and_port(to);
        match error {
            E::Timeout(timeout) => Self::from_timeout(timeout, received, settings),
            E::Other(other) => match other.downcast::<Blocked>() {
                Ok(blocked) => Self::Blocked(*blocked),
                Err(other) => Self::Garbled(other.to_string()),
            },
            E::HostNotFound => {
                Self::Blocked(Blocked::Unresolved { host, said: "the name service gave no answer".into() })
            }
            E::ConnectProxyFailed(said) => Self::Proxy(said),
            E::InvalidProxyUrl => Self::Proxy("its address cannot be read".into()),
            E::Rustls(error) => Self::Secure(error.to_string()),
            E::Tls(said) => Self::Secure(said.into()),
            E::BadUri(said) => Self::Address(said),
            E::Http(said) => Self::Address(said.to_string()),
            E::LargeResponseHeader(_, limit) => {
                Self::Garbled(format!("its headers are longer than {limit} bytes"))
            }
            // A stream that ends too early is a connection that broke, whoever notices.
            E::Decompress(_, error) if is_end(&error) => Self::Broken { received: received.unwrap_or(0) },
            E::Decompress(..) => Self::Garbled("its compressed data are damaged".into()),
            E::Io(error) if is_end(&error) => Self::Broken { received: received.unwrap_or(0) },
            E::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                Self::Connect(format!("nothing answers at {host} (connection refused)"))
            }
            // The handshake reports what it finds wrong as invalid data.
            E::Io(error) if error.kind() == io::ErrorKind::InvalidData && received.is_none() => {
                Self::Secure(error.to_string())
            }
            E::Io(error) => Self::Connect(format!("no connection to {host}: {error}")),
            E::ConnectionFailed => Self::Connect(format!("no connection to {host}")),
            other => Self::Garbled(other.to_string()),
        }
    }

    fn from_timeout(timeout: ureq::Timeout, received: Option<u64>, settings: &Settings) -> Self {
        let (total, connect) = (settings.total_deadline_ms, settings.connect_timeout_ms);
        match (timeout, received) {
            (ureq::Timeout::Resolve, _) => {
                Self::Timeout { what: "the name service did not answer", limit_ms: connect }
            }
            (ureq::Timeout::Connect, _) => {
                Self::Timeout { what: "the server did not take the connection", limit_ms: connect }
            }
            (_, Some(received)) => Self::Slow { received, limit_ms: total },
            (_, None) => Self::Timeout { what: "the server did not answer", limit_ms: total },
        }
    }
}

fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
    )
}

/// Where a request goes, as people write it.
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

pub(super) fn seconds(ms: u64) -> String {
    if ms.is_multiple_of(1000) { format!("{} s", ms / 1000) } else { format!("{ms} ms") }
}
