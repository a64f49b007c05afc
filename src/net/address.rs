//! Which addresses may be dialled.
//!
//! A page can redirect anywhere, and a name can resolve to anything: without rules, an address from a feed reaches the
//! newsroom's own machines or the credentials a cloud serves at 169.254.169.254. The rules stand where names become
//! addresses, on every hop, and what they let through is what is dialled: a name that changes its mind between check
//! and dialling (DNS rebinding) changes nothing.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, mpsc};
use std::{io, thread};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::{Host, Url};

/// The most addresses of one name that are tried, as many as `ureq` holds.
const MOST_ADDRESSES: usize = 16;

/// Blocks of IPv4 that no public page is in (IANA IPv4 Special-Purpose Address Registry, and two of our own).
const REFUSED_V4: [(Ipv4Addr, u8, &str); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8, "this machine"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "a private network"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "a carrier's inner network"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "this machine"),
    // The virtual machines of Azure ask their host here; the address is public in name only.
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a cloud's inner service"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local, where clouds keep a machine's credentials"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "a private network"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "set apart for protocols"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "for documentation"),
    // 6to4 relays, given up by RFC 7526.
    (Ipv4Addr::new(192, 88, 99, 0), 24, "set apart for protocols"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "a private network"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "for measurements"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "for documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "for documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
];

/// Blocks of IPv6 that no public page is in (IANA IPv6 Special-Purpose Address Registry).
const REFUSED_V6: [(Ipv6Addr, u8, &str); 9] = [
    (Ipv6Addr::UNSPECIFIED, 127, "this machine"),
    // Teredo, benchmarks, ORCHID and other protocols.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "set apart for protocols"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "for documentation"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "for documentation"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "translated to a private network"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "a private network"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "a private network"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast"),
];

/// Why `address` is not dialled; `None` for a public one.
pub(super) fn refusal(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => refusal_v4(v4),
        IpAddr::V6(v6) => {
            if let Some(v4) = embedded_v4(v6) {
                return refusal_v4(v4);
            }
            let found = REFUSED_V6.iter().find(|(net, bits, _)| {
                let shift = 128 - u32::from(*bits);
                v6.to_bits() >> shift == net.to_bits() >> shift
            });
            // Global unicast is 2000::/3 (RFC 4291 §2.4 and the IANA registry); nothing else is given out.
            let outside = v6.segments()[0] >> 13 != 1;
            found.map(|(_, _, why)| *why).or(outside.then_some("reserved"))
        }
    }
}

fn refusal_v4(address: Ipv4Addr) -> Option<&'static str> {
    let found = REFUSED_V4.iter().find(|(net, bits, _)| {
        let shift = 32 - u32::from(*bits);
        address.to_bits() >> shift == net.to_bits() >> shift
    });
    found.map(|(_, _, why)| *why)
}

/// The IPv4 address that packets to `address` end at: mapped (RFC 4291 §2.5.5.2), translated by NAT64 (RFC 6052 §2.1),
/// or 6to4 (RFC 3056 §2).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let low = Ipv4Addr::from_bits(address.to_bits() as u32);
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] => Some(low),
        [0x2002, high, low, ..] => Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))),
        _ => None,
    }
}

/// An address or a name that the rules or the name service turned down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Blocked {
    /// All its addresses are refused; the first is named.
    Refused {
        /// Name or literal, as in the URL.
        host: String,
        /// The address it stands for.
        address: IpAddr,
        /// What that address is.
        why: &'static str,
    },
    /// It must be inside, and its address is a public one.
    Outside {
        /// Name or literal, as in the URL.
        host: String,
        /// The address it stands for.
        address: IpAddr,
    },
    /// The name service knows no address for it.
    Unresolved {
        /// The name.
        host: String,
        /// What the system said.
        said: String,
    },
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { host, address, why } if *host == address.to_string() => {
                write!(f, "the address {host} is refused: it is {why}")
            }
            Self::Refused { host, address, why } => {
                write!(f, "{host} is refused: its address {address} is {why}")
            }
            Self::Outside { host, address } if *host == address.to_string() => {
                write!(f, "no key is sent to {host} over plain http: the address is a public one")
            }
            Self::Outside { host, address } => {
                write!(f, "no key is sent to {host} over plain http: its address {address} is a public one")
            }
            Self::Unresolved { host, said } => write!(f, "no address is known for {host}: {said}"),
        }
    }
}

impl std::error::Error for Blocked {}

/// The rules of one client.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    /// Let everything through.
    pub(super) allow_private: bool,
    /// `host` or `host:port` that may stand for any address; lower case.
    pub(super) private_hosts: Vec<String>,
    /// `host:port` that must stand for no public address, because a secret travels there in the clear; lower case.
    pub(super) inside: Vec<String>,
    /// Host and port of the proxy the user named. Proxies live on private networks.
    pub(super) proxy: Option<(String, u16)>,
}

impl Rules {
    fn trusts(&self, host: &str, port: u16) -> bool {
        let bare = bare(host);
        let known = |entry: &String| entry == host || entry == bare || *entry == format!("{host}:{port}");
        self.allow_private
            || self.private_hosts.iter().any(known)
            || self.proxy.as_ref().is_some_and(|(name, at)| bare == name && port == *at)
    }

    fn must_be_inside(&self, host: &str, port: u16) -> bool {
        self.inside.iter().any(|entry| *entry == format!("{host}:{port}"))
    }

    /// Refuses a URL whose host is written as an address; `url` reads all the old spellings (`0x7f.1`, `2130706433`).
    /// Behind a proxy, which resolves names itself, this is the one check there is.
    pub(super) fn check_literal(&self, url: &Url) -> Result<(), Blocked> {
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
            _ => return Ok(()),
        };
        let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0));
        match refusal(address) {
            None if self.must_be_inside(host, port) => {
                Err(Blocked::Outside { host: bare(host).to_owned(), address })
            }
            Some(why) if !self.trusts(host, port) => {
                Err(Blocked::Refused { host: bare(host).to_owned(), address, why })
            }
            _ => Ok(()),
        }
    }

    /// The addresses of `host` that may be dialled, in the order they came.
    fn keep(&self, host: &str, port: u16, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Blocked> {
        if self.must_be_inside(host, port) {
            let first_public = found.iter().map(SocketAddr::ip).find(|ip| refusal(*ip).is_none());
            let kept: Vec<_> = found.into_iter().filter(|a| refusal(a.ip()).is_some()).collect();
            let host = bare(host).to_owned();
            return match (kept.is_empty(), first_public) {
                (true, Some(address)) => Err(Blocked::Outside { host, address }),
                (true, None) => Err(Blocked::Unresolved { host, said: "the answer was empty".into() }),
                (false, _) => Ok(kept),
            };
        }
        if self.trusts(host, port) {
            return Ok(found);
        }
        let first_refused = found.iter().find_map(|a| Some((a.ip(), refusal(a.ip())?)));
        let kept: Vec<_> = found.into_iter().filter(|a| refusal(a.ip()).is_none()).collect();
        let host = bare(host).to_owned();
        match (kept.is_empty(), first_refused) {
            (true, Some((address, why))) => Err(Blocked::Refused { host, address, why }),
            (true, None) => Err(Blocked::Unresolved { host, said: "the answer was empty".into() }),
            (false, _) => Ok(kept),
        }
    }
}

/// An IPv6 literal without its brackets.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host)
}

/// Name and port → addresses. The system's own outside of tests.
pub(super) type Lookup = dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Asks the system.
pub(super) fn system_lookup() -> Arc<Lookup> {
    Arc::new(|host, port| Ok((bare(host), port).to_socket_addrs()?.collect()))
}

/// The name service behind the rules.
pub(super) struct GuardedResolver {
    pub(super) rules: Rules,
    pub(super) lookup: Arc<Lookup>,
}

impl fmt::Debug for GuardedResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedResolver").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Resolver for GuardedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().ok_or(ureq::Error::HostNotFound)?.to_ascii_lowercase();
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        let (send, receive) = mpsc::sync_channel(1);
        let (lookup, name) = (Arc::clone(&self.lookup), host.clone());
        // The system's call cannot be given up: a thread waits for it, and is left behind when it takes too long.
        thread::Builder::new()
            .name("lookup".into())
            .spawn(move || send.send(lookup(&name, port)).ok())
            .map_err(ureq::Error::Io)?;
        let found = match receive.recv_timeout(*timeout.after) {
            Ok(found) => found,
            Err(mpsc::RecvTimeoutError::Timeout) => return Err(ureq::Error::Timeout(timeout.reason)),
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(ureq::Error::HostNotFound),
        };
        let blocked = |blocked: Blocked| ureq::Error::Other(Box::new(blocked));
        let found =
            found.map_err(|e| blocked(Blocked::Unresolved { host: host.clone(), said: plain(&e) }))?;
        let mut addresses = self.empty();
        for address in self.rules.keep(&host, port, found).map_err(blocked)?.into_iter().take(MOST_ADDRESSES)
        {
            addresses.push(address);
        }
        Ok(addresses)
    }
}

/// What the system said about a name, without the preamble every such error has.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// URLs whose host is an address → what it is, or `public`.
    const LITERALS: &[(&str, &str)] = &[
        ("http://0.0.0.0/", "this machine"),
        ("http://0/", "this machine"),
        ("http://127.0.0.1/", "this machine"),
        ("http://127.255.255.254:8080/", "this machine"),
        ("http://2130706433/", "this machine"),
        ("http://0x7f.1/", "this machine"),
        ("http://0x7F000001/", "this machine"),
        ("http://0177.0.0.1/", "this machine"),
        ("http://127.1/", "this machine"),
        ("http://127.0.0.1./", "this machine"),
        ("http://%31%32%37.0.0.1/", "this machine"),
        ("http://１２７.０.０.１/", "this machine"),
        ("http://user:password@127.0.0.1/", "this machine"),
        ("http://[::]/", "this machine"),
        ("http://[::1]/", "this machine"),
        ("http://[::ffff:127.0.0.1]/", "this machine"),
        ("http://[::ffff:7f00:1]/", "this machine"),
        ("http://[64:ff9b::7f00:1]/", "this machine"),
        ("http://[2002:7f00:1::]/", "this machine"),
        ("http://10.0.0.1/", "a private network"),
        ("http://10.255.255.255/", "a private network"),
        ("http://172.16.0.1/", "a private network"),
        ("http://172.31.255.255/", "a private network"),
        ("http://192.168.1.1/", "a private network"),
        ("http://[::ffff:192.168.1.1]/", "a private network"),
        ("http://[64:ff9b::c0a8:101]/", "a private network"),
        ("http://[2002:c0a8:101::1]/", "a private network"),
        ("http://[fc00::1]/", "a private network"),
        ("http://[fd00:ec2::254]/", "a private network"),
        ("http://[fec0::1]/", "a private network"),
        ("http://[64:ff9b:1::1]/", "translated to a private network"),
        ("http://100.64.0.1/", "a carrier's inner network"),
        ("http://100.100.100.200/", "a carrier's inner network"),
        ("http://100.127.255.255/", "a carrier's inner network"),
        ("http://168.63.129.16/", "a cloud's inner service"),
        ("http://169.254.169.254/latest/meta-data/", "link-local, where clouds keep a machine's credentials"),
        ("http://[::ffff:169.254.169.254]/", "link-local, where clouds keep a machine's credentials"),
        ("http://0xa9fea9fe/", "link-local, where clouds keep a machine's credentials"),
        ("http://[fe80::1]/", "link-local"),
        ("http://[febf::1]/", "link-local"),
        ("http://192.0.0.192/", "set apart for protocols"),
        ("http://192.88.99.1/", "set apart for protocols"),
        ("http://[2001::1]/", "set apart for protocols"),
        ("http://[2001:10::1]/", "set apart for protocols"),
        ("http://192.0.2.1/", "for documentation"),
        ("http://198.51.100.7/", "for documentation"),
        ("http://203.0.113.255/", "for documentation"),
        ("http://[2001:db8::1]/", "for documentation"),
        ("http://[3fff:fff::1]/", "for documentation"),
        ("http://198.18.0.1/", "for measurements"),
        ("http://198.19.255.255/", "for measurements"),
        ("http://224.0.0.1/", "multicast"),
        ("http://239.255.255.255/", "multicast"),
        ("http://[ff02::1]/", "multicast"),
        ("http://240.0.0.1/", "reserved"),
        ("http://255.255.255.255/", "reserved"),
        ("http://[::7f00:1]/", "reserved"),
        ("http://[::ffff:0:7f00:1]/", "reserved"),
        ("http://[100::1]/", "reserved"),
        ("http://[5f00::1]/", "reserved"),
        // The neighbours of every block, and public addresses in IPv6's clothes.
        ("http://1.1.1.1/", "public"),
        ("http://9.255.255.255/", "public"),
        ("http://11.0.0.0/", "public"),
        ("http://100.63.255.255/", "public"),
        ("http://100.128.0.0/", "public"),
        ("http://126.255.255.255/", "public"),
        ("http://128.0.0.1/", "public"),
        ("http://168.63.129.17/", "public"),
        ("http://169.253.255.255/", "public"),
        ("http://169.255.0.0/", "public"),
        ("http://172.15.255.255/", "public"),
        ("http://172.32.0.0/", "public"),
        ("http://192.0.1.0/", "public"),
        ("http://192.0.3.0/", "public"),
        ("http://192.167.255.255/", "public"),
        ("http://192.169.0.0/", "public"),
        ("http://198.17.255.255/", "public"),
        ("http://198.20.0.0/", "public"),
        ("http://198.51.101.0/", "public"),
        ("http://203.0.114.0/", "public"),
        ("http://223.255.255.255/", "public"),
        ("http://[2606:4700:4700::1111]/", "public"),
        ("http://[2001:200::1]/", "public"),
        ("http://[2001:db9::1]/", "public"),
        ("http://[2a00:1450:4001::1]/", "public"),
        ("http://[3ffe::1]/", "public"),
        ("http://[::ffff:1.1.1.1]/", "public"),
        ("http://[64:ff9b::101:101]/", "public"),
        ("http://[2002:101:101::1]/", "public"),
    ];

    #[test]
    fn literal_addresses() {
        let (strict, open) = (Rules::default(), Rules { allow_private: true, ..Rules::default() });
        let mut wrong = Vec::new();
        for (text, expected) in LITERALS {
            let url = Url::parse(text).unwrap();
            let found = match strict.check_literal(&url) {
                Ok(()) => "public",
                Err(Blocked::Refused { why, .. }) => why,
                Err(Blocked::Unresolved { .. }) => "unresolved",
                Err(Blocked::Outside { .. }) => "outside",
            };
            if found != *expected {
                wrong.push(format!("{text}: {found}, not {expected}"));
            }
            assert_eq!(open.check_literal(&url), Ok(()), "{text}");
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        // A name is not a literal; it is judged by what it resolves to.
        assert_eq!(strict.check_literal(&Url::parse("http://localhost/").unwrap()), Ok(()));
    }

    fn sockets(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|a| SocketAddr::new(a.parse().unwrap(), 80)).collect()
    }

    #[test]
    fn names_with_several_addresses() {
        let rules = Rules {
            private_hosts: vec!["cms.house".into(), "localhost:8080".into(), "[::1]:81".into()],
            ..Rules::default()
        };
        let keep = |host: &str, port, list: &[&str]| rules.keep(host, port, sockets(list));
        // The private ones are dropped, the order stays.
        let mixed = ["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1", "169.254.169.254"];
        assert_eq!(keep("news.example", 80, &mixed), Ok(sockets(&["1.1.1.1", "2606:4700::1"])));
        let error = keep("news.example", 80, &["::ffff:10.0.0.1", "127.0.0.1"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "news.example is refused: its address ::ffff:10.0.0.1 is a private network"
        );
        let error = keep("[::1]", 80, &["::1"]).unwrap_err();
        assert_eq!(error.to_string(), "the address ::1 is refused: it is this machine");
        assert!(matches!(keep("news.example", 80, &[]), Err(Blocked::Unresolved { .. })));
        // Named hosts may be private, on the port named.
        for (host, port, good) in [
            ("cms.house", 80, true),
            ("cms.house", 8443, true),
            ("other.cms.house", 80, false),
            ("localhost", 8080, true),
            ("localhost", 80, false),
            ("[::1]", 81, true),
            ("[::1]", 80, false),
        ] {
            assert_eq!(keep(host, port, &["127.0.0.1"]).is_ok(), good, "{host}:{port}");
        }
        // Where a key travels in the clear, only what is inside is dialled.
        let keyed = Rules {
            inside: vec!["voice.house:80".into(), "1.1.1.1:80".into()],
            private_hosts: vec!["voice.house:80".into()],
            ..Rules::default()
        };
        assert_eq!(keyed.keep("voice.house", 80, sockets(&mixed)).unwrap().len(), 3);
        let error = keyed.keep("voice.house", 80, sockets(&["1.1.1.1"])).unwrap_err().to_string();
        assert_eq!(
            error,
            "no key is sent to voice.house over plain http: its address 1.1.1.1 is a public one"
        );
        let error = keyed.check_literal(&Url::parse("http://1.1.1.1/").unwrap()).unwrap_err().to_string();
        assert_eq!(error, "no key is sent to 1.1.1.1 over plain http: the address is a public one");
        let proxied = Rules { proxy: Some(("proxy.house".into(), 3128)), ..Rules::default() };
        assert!(proxied.keep("proxy.house", 3128, sockets(&["10.0.0.9"])).is_ok());
        assert!(proxied.keep("proxy.house", 80, sockets(&["10.0.0.9"])).is_err());
    }
}
