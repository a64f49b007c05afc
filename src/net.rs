//! HTTP with limits, deadlines and address rules, for articles, feeds, voices and remote engines alike.
//!
//! It fetches `http` and `https`; it refuses everything else, addresses inside private networks (see
//! [`Settings::allow_private`]), redirects from https to http, bodies of a type that cannot be what is wanted, and
//! bodies longer than [`Settings::limit_bytes`] after decompression. All of a fetch, its redirects, retries and waits,
//! happens within one deadline, so that a server that drips or stalls costs no more than that. A body is whole or an
//! error. It has one gap that HTTP leaves open: a plain body without a length ends where the connection does, and one
//! that was cut then looks finished; a page without its end tag gets a warning in that case.
//!
//! An edge: it reads the clock, for deadlines and the age of what it keeps. Blocking; a [`Client`] may be shared by
//! threads.

mod address;
mod cache;
mod credentials;
mod download;
mod exchange;
mod part;
mod polling;
mod post;
mod retry;
mod robots;
mod trouble;
mod want;

pub use credentials::without_credentials;
pub use download::{Download, Downloaded, Watch};
pub(crate) use part::note_of;
pub use polling::Allowed;
pub use want::Want;

pub(crate) use post::{Post, Posted, Refused, Why, endpoint, is_inside};

use crate::{Error, Result, files};
use address::{GuardedResolver, Lookup, Rules};
use cache::Cache;
use exchange::Wish;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use ureq::config::Config;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Proxy, ProxyProtocol};

/// How much of a server's headers is read.
const HEADER_LIMIT_BYTES: usize = 64 * 1024;
/// The most redirects that may be allowed; browsers stop at twenty.
const MOST_REDIRECTS: u32 = 20;
/// The most often that a broken download may be taken up again without a pause of the user's.
const MOST_DOWNLOAD_RETRIES: u32 = 100;
/// The longest user agent.
const LONGEST_AGENT_BYTES: usize = 256;

/// Limits, deadlines and rules of a [`Client`].
///
/// # Examples
/// ```
/// use bulletin::net::Settings;
/// let settings: Settings = toml::from_str("total_deadline_ms = 5000\nprivate_hosts = [\"cms.house:8080\"]").unwrap();
/// assert_eq!((settings.total_deadline_ms, settings.limit_bytes), (5000, 5_000_000));
/// assert!(toml::from_str::<Settings>("deadline = 5").is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How long finding a name's address may take, and connecting after it, each, in milliseconds.
    pub connect_timeout_ms: u64,
    /// How long a whole fetch may take, with its redirects, retries and waits, in milliseconds.
    pub total_deadline_ms: u64,
    /// The longest body, after decompression, in bytes.
    pub limit_bytes: u64,
    /// How many redirects are followed, 0 to 20.
    pub redirects: u32,
    /// Fetch from private, local and reserved addresses too. Off, because a page anywhere can redirect to a machine in
    /// the house; [`Settings::private_hosts`] allows single ones.
    pub allow_private: bool,
    /// Hosts that may be at private addresses, as `host` or `host:port`: the house's own content system, a test
    /// server. Redirects may lead to them too.
    pub private_hosts: Vec<String>,
    /// The `User-Agent` sent instead of `bulletin/<version>`. Its first word is also the name looked for in robots.txt.
    pub user_agent: Option<String>,
    /// An http or https proxy, `http://host:port`. Never taken from the environment: a proxy resolves names itself, so
    /// behind one the address rules see only addresses that are written as numbers, and the proxy must have rules of
    /// its own.
    pub proxy: Option<String>,
    /// Where bodies are kept with the validators of their servers; nowhere if not set.
    pub cache_folder: Option<PathBuf>,
    /// The longest file that is fetched into a file: [`Client::download`].
    pub download_limit_bytes: u64,
    /// How long such a file may come no further before the connection is given up, in milliseconds. Its fetch has no
    /// other deadline: a large file over a slow line takes its time.
    pub stall_timeout_ms: u64,
    /// How often it is asked for again in a row, from where it broke off.
    pub download_retries: u32,
    /// Bytes of all that is kept together; the oldest goes first.
    pub cache_limit_bytes: u64,
    /// How many bodies are kept.
    pub cache_limit_entries: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout_ms: 10_000,
            total_deadline_ms: 20_000,
            // Far above an article's page, enough for a feed of a thousand items with their bodies.
            limit_bytes: 5_000_000,
            redirects: 5,
            allow_private: false,
            private_hosts: Vec::new(),
            user_agent: None,
            proxy: None,
            cache_folder: None,
            // The largest voice of Piper's has 137 MB.
            download_limit_bytes: 1_000_000_000,
            stall_timeout_ms: 30_000,
            download_retries: 5,
            cache_limit_bytes: 200_000_000,
            cache_limit_entries: 2000,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The proxy's password stays out of logs; the rest is as in the source.
        f.debug_struct("Settings")
            .field("connect_timeout_ms", &self.connect_timeout_ms)
            .field("total_deadline_ms", &self.total_deadline_ms)
            .field("limit_bytes", &self.limit_bytes)
            .field("redirects", &self.redirects)
            .field("allow_private", &self.allow_private)
            .field("private_hosts", &self.private_hosts)
            .field("user_agent", &self.user_agent)
            .field("proxy", &self.proxy.as_deref().map(without_credentials))
            .field("cache_folder", &self.cache_folder)
            .field("download_limit_bytes", &self.download_limit_bytes)
            .field("stall_timeout_ms", &self.stall_timeout_ms)
            .field("download_retries", &self.download_retries)
            .field("cache_limit_bytes", &self.cache_limit_bytes)
            .field("cache_limit_entries", &self.cache_limit_entries)
            .finish()
    }
}

/// A body and what its server said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The whole body, decompressed.
    pub bytes: Vec<u8>,
    /// Where it came from after redirects, without user name and password.
    pub url: String,
    /// The media type in lower case without parameters, if one was sent.
    pub content_type: Option<String>,
    /// The charset of the `Content-Type` header as sent, if there was one. A label, not a promise.
    pub charset: Option<String>,
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
    /// The server said that what was kept still stands, and `bytes` is that.
    pub from_cache: bool,
    /// Something the user should know though the work goes on, as one clause.
    pub warning: Option<String>,
}

/// Fetches addresses by the rules of its [`Settings`].
///
/// Connections are kept open for the next request to the same host.
pub struct Client {
    settings: Settings,
    agent: Agent,
    rules: Rules,
    cache: Option<Cache>,
    /// Our name in robots.txt.
    product: String,
    robots: polling::Memory,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Client {
    /// A client; makes the cache's folder.
    ///
    /// # Errors
    /// [`Error::Config`] for settings that make no sense, [`Error::Write`] when the cache's folder cannot be made.
    ///
    /// # Examples
    /// ```
    /// use bulletin::net::{Client, Settings, Want};
    /// let client = Client::new(&Settings::default())?;
    /// let error = client.get("http://169.254.169.254/latest/meta-data/", Want::Story).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "http://169.254.169.254/latest/meta-data/: the address 169.254.169.254 is refused: \
    ///      it is link-local, where clouds keep a machine's credentials"
    /// );
    /// let settings = Settings { redirects: 50, ..Settings::default() };
    /// assert_eq!(Client::new(&settings).unwrap_err().to_string(), "net.redirects: 50 is out of range");
    /// # Ok::<(), bulletin::Error>(())
    /// ```
    pub fn new(settings: &Settings) -> Result<Self> {
        Self::with_lookup(settings, address::system_lookup())
    }

    /// As [`Client::new`], with another name service.
    fn with_lookup(settings: &Settings, lookup: Arc<Lookup>) -> Result<Self> {
        Self::build(settings, lookup, Vec::new(), None)
    }

    /// A client for one server that the user named. `inside` are the `host:port` that must not be at public addresses;
    /// `roots` the only authorities believed, if the server has one of its own.
    pub(crate) fn for_server(
        settings: &Settings,
        inside: Vec<String>,
        roots: Option<RootCerts>,
    ) -> Result<Self> {
        Self::build(settings, address::system_lookup(), inside, roots)
    }

    fn build(
        settings: &Settings,
        lookup: Arc<Lookup>,
        inside: Vec<String>,
        roots: Option<RootCerts>,
    ) -> Result<Self> {
        let user_agent = check(settings)?;
        let proxy = settings.proxy.as_deref().map(read_proxy).transpose()?;
        let rules = Rules {
            allow_private: settings.allow_private,
            private_hosts: settings.private_hosts.iter().map(|h| h.trim().to_ascii_lowercase()).collect(),
            inside,
            proxy: proxy.as_ref().map(|p| (p.host().to_ascii_lowercase(), p.port())),
        };
        let cache = settings.cache_folder.as_ref().map(|folder| Cache {
            folder: folder.clone(),
            limit_bytes: settings.cache_limit_bytes,
            limit_entries: settings.cache_limit_entries,
        });
        if let Some(cache) = &cache {
            files::create_folder(&cache.folder)?;
        }
        let timeout = Some(Duration::from_millis(settings.connect_timeout_ms));
        let tls = TlsConfig::builder();
        let tls = match roots {
            Some(roots) => tls.root_certs(roots),
            None => tls,
        };
        let config = Config::builder()
            .tls_config(tls.build())
            .proxy(proxy)
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_resolve(timeout)
            .timeout_connect(timeout)
            .timeout_global(Some(Duration::from_millis(settings.total_deadline_ms)))
            .max_response_header_size(HEADER_LIMIT_BYTES)
            .user_agent(user_agent.as_str())
            .build();
        let resolver = GuardedResolver { rules: rules.clone(), lookup };
        let product = user_agent.split(|c| !robots::is_token(c)).next().unwrap_or_default().to_owned();
        Ok(Self {
            settings: settings.clone(),
            agent: Agent::with_parts(config, DefaultConnector::default(), resolver),
            rules,
            cache,
            product,
            robots: polling::Memory::default(),
        })
    }

    /// Fetches `url`, by GET.
    ///
    /// A user name and password in `url` are sent to that place alone and are in nothing that is printed or kept. If
    /// there is a cache, a body that is kept is asked about first; what `Cache-Control: no-store` forbids is not kept.
    /// A server that is busy (429, 503) is asked again, twice at most, after the wait it names in `Retry-After` or
    /// after one second and then two.
    ///
    /// # Errors
    /// [`Error::Fetch`]: what went wrong, at which address after redirects, and what would help.
    pub fn get(&self, url: &str, want: Want) -> Result<Fetched> {
        let wish = Wish { want, limit_bytes: self.settings.limit_bytes, cut: false };
        self.fetch(url, wish).map_err(|failure| failure.into_error(url))
    }
}

/// Refuses settings that make no sense; returns the user agent.
fn check(settings: &Settings) -> Result<String> {
    let wrong = |name: &str, problem: String, cure: &str| {
        Err(Error::Config { place: format!("net.{name}"), problem, cure: cure.into() })
    };
    for (name, value) in [
        ("connect_timeout_ms", settings.connect_timeout_ms),
        ("total_deadline_ms", settings.total_deadline_ms),
        ("limit_bytes", settings.limit_bytes),
        ("download_limit_bytes", settings.download_limit_bytes),
        ("stall_timeout_ms", settings.stall_timeout_ms),
    ] {
        if value == 0 {
            return wrong(name, "0 would let nothing through".into(), "give 1 or more");
        }
    }
    if settings.redirects > MOST_REDIRECTS {
        return wrong("redirects", format!("{} is out of range", settings.redirects), "give 0 to 20");
    }
    if settings.download_retries > MOST_DOWNLOAD_RETRIES {
        let problem = format!("{} is out of range", settings.download_retries);
        return wrong("download_retries", problem, "give 0 to 100");
    }
    if let Some(host) = settings.private_hosts.iter().find(|h| h.trim().is_empty() || h.contains(['/', '@']))
    {
        let host = without_credentials(host);
        return wrong("private_hosts", format!("\"{host}\" is not a host"), "give host or host:port");
    }
    match &settings.user_agent {
        None => Ok(honest_agent()),
        Some(agent) => {
            let printable = agent.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
            if agent.trim().is_empty() || !printable || agent.len() > LONGEST_AGENT_BYTES {
                return wrong(
                    "user_agent",
                    "it must be up to 256 printable ASCII characters".into(),
                    "give a name and version, for example house-news/1.0",
                );
            }
            Ok(agent.trim().to_owned())
        }
    }
}

/// Who we are, and where to read about it.
fn honest_agent() -> String {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let about = if repository.is_empty() { String::new() } else { format!(" (+{repository})") };
    format!("bulletin/{}{about}", env!("CARGO_PKG_VERSION"))
}

fn read_proxy(text: &str) -> Result<Proxy> {
    let proxy = Proxy::new(text.trim()).ok();
    proxy.filter(|p| matches!(p.protocol(), ProxyProtocol::Http | ProxyProtocol::Https)).ok_or_else(|| {
        Error::Config {
            place: "net.proxy".into(),
            problem: format!("\"{}\" is not the address of an http proxy", without_credentials(text)),
            cure: "give it as http://host:port".into(),
        }
    })
}

#[cfg(test)]
#[path = "../tests/support/server.rs"]
mod server;

#[cfg(test)]
mod tests {
    use super::server::{Reply, Server};
    use super::*;
    use std::io;
    use std::net::SocketAddr;
    use std::sync::Mutex;

    /// A client whose name service is `lookup`, and the names it was asked for.
    fn client(
        settings: &Settings,
        lookup: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> (Client, Arc<Mutex<Vec<String>>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&asked);
        let lookup: Arc<Lookup> = Arc::new(move |name, _| {
            record.lock().unwrap().push(name.to_owned());
            lookup(name)
        });
        (Client::with_lookup(settings, lookup).unwrap(), asked)
    }

    #[test]
    fn the_addresses_checked_are_the_ones_dialled_on_every_hop() {
        let server = Server::start(|request| match request.path.as_str() {
            "/1" => Reply::redirect(302, "http://second.test/2"),
            "/2" => Reply::redirect(302, "http://metadata.test/"),
            _ => Reply::html("secret"),
        });
        let address = server.address();
        // Both hosts are the house's own; a third, which one of them redirects to, only resolves into the house.
        let settings = Settings {
            private_hosts: vec!["first.test".into(), "second.test".into()],
            ..Settings::default()
        };
        let (client, asked) = client(&settings, move |_| Ok(vec![address]));
        let error = client.get("http://FIRST.test/1", Want::Story).unwrap_err();
        assert_eq!(
            error.to_string(),
            "http://FIRST.test/1: metadata.test is refused: its address 127.0.0.1 is this machine \
             (at http://metadata.test/, after 2 redirects)"
        );
        // One question a hop, its answer dialled: nothing else knows where these names are.
        assert_eq!(*asked.lock().unwrap(), ["first.test", "second.test", "metadata.test"]);
        assert_eq!(server.paths(), ["/1", "/2"]);
        assert_eq!(server.requests()[1].header("host"), Some("second.test"));
    }

    #[test]
    fn a_name_service_that_fails_or_stalls() {
        let settings = Settings { connect_timeout_ms: 300, ..Settings::default() };
        let (client, _) = client(&settings, |name| match name {
            "nowhere.test" => Err(io::Error::other("failed to lookup address information: Name not known")),
            "empty.test" => Ok(Vec::new()),
            "mixed.test" => Ok(["10.0.0.1:80", "[::1]:80"].map(|a| a.parse().unwrap()).to_vec()),
            _ => {
                std::thread::sleep(Duration::from_secs(5));
                Ok(Vec::new())
            }
        });
        let started = crate::clock::now();
        for (name, part) in [
            ("nowhere.test", "no address is known for nowhere.test: name not known"),
            ("empty.test", "no address is known for empty.test: the answer was empty"),
            ("mixed.test", "mixed.test is refused: its address 10.0.0.1 is a private network"),
            ("slow.test", "the name service did not answer within 300 ms"),
        ] {
            let error = client.get(&format!("https://{name}/"), Want::Story).unwrap_err();
            assert!(error.to_string().ends_with(part), "{error}");
        }
        assert!(started.elapsed() < Duration::from_secs(4));
        let slow = client.allowed_by_robots("https://slow.test/a").unwrap();
        assert!(!slow.allowed && slow.reason.unwrap().contains("did not answer"));
        assert!(client.allowed_by_robots("https://mixed.test/a").is_err());
    }

    fn shared<T: Send + Sync>(_: &T) {}

    #[test]
    fn who_we_are() {
        assert!(honest_agent().starts_with("bulletin/"));
        let (client, _) = client(&Settings::default(), |_| Ok(Vec::new()));
        assert_eq!(client.product, "bulletin");
        shared(&client);
    }
}
