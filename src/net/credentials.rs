//! User names and passwords in addresses: taken out of whatever is printed, kept or followed, and sent as
//! `Authorization` to the place they were given for and nowhere else.

use crate::base64;
use url::Url;

/// Takes user name and password out of `url`; returns the header that carries them (RFC 7617, Basic).
pub(super) fn take(url: &mut Url) -> Option<String> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let mut pair = decode(url.username());
    pair.push(b':');
    pair.extend(decode(url.password().unwrap_or_default()));
    // Fails only for URLs that have no host, which are refused before.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(format!("Basic {}", base64::encode(&pair)))
}

/// Whether what was given for `from` may be sent to `to`: the same scheme, host and port, or the same host's step from
/// http to https on the usual ports.
pub(super) fn same_place(from: &Url, to: &Url) -> bool {
    let upgrade = from.scheme() == "http"
        && to.scheme() == "https"
        && from.port().is_none()
        && to.port().is_none()
        && from.host() == to.host();
    from.origin() == to.origin() || upgrade
}

/// An address as it may be printed: without user name and password, without control characters.
///
/// # Examples
/// ```
/// use bulletin::net::without_credentials;
/// assert_eq!(without_credentials("https://me:secret@news.example/a"), "https://news.example/a");
/// assert_eq!(without_credentials("https://news.example/a?b#c"), "https://news.example/a?b#c");
/// assert_eq!(without_credentials("htps:me:secret@[news/a"), "…@[news/a");
/// ```
pub fn without_credentials(address: &str) -> String {
    let shown: String = address.trim().chars().filter(|c| !c.is_control()).collect();
    match Url::parse(&shown) {
        // An `@` in the path of a readable address is part of it; in anything else it may end a password.
        Ok(mut url) if url.has_host() => match take(&mut url) {
            Some(_) => url.into(),
            None => shown,
        },
        _ => match shown.rfind('@') {
            Some(at) => format!("…{}", &shown[at..]),
            None => shown,
        },
    }
}

/// The byte that `%xx` at the start of `bytes` stands for.
pub(super) fn percent_byte(bytes: &[u8]) -> Option<u8> {
    let digit = |b: &u8| (*b as char).to_digit(16);
    match bytes {
        [b'%', high, low, ..] => Some((digit(high)? * 16 + digit(low)?) as u8),
        _ => None,
    }
}

fn decode(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    while let Some(&first) = bytes.first() {
        let encoded = percent_byte(bytes);
        out.push(encoded.unwrap_or(first));
        bytes = &bytes[if encoded.is_some() { 3 } else { 1 }..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_out_and_decoded() {
        for (text, header, left) in [
            ("https://a.example/b", None, "https://a.example/b"),
            (
                "https://Aladdin:open%20sesame@a.example/b",
                Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
                "https://a.example/b",
            ),
            ("https://me%40house:p%3Aw@a.example/", Some("Basic bWVAaG91c2U6cDp3"), "https://a.example/"),
            ("https://me@a.example/", Some("Basic bWU6"), "https://a.example/"),
            ("https://:pw@a.example/", Some("Basic OnB3"), "https://a.example/"),
        ] {
            let mut url = Url::parse(text).unwrap();
            assert_eq!(take(&mut url).as_deref(), header, "{text}");
            assert_eq!(url.as_str(), left);
        }
    }

    #[test]
    fn nothing_printed_holds_a_password() {
        for address in [
            "https://me:hunter2@news.example/a",
            "https:me:hunter2@news.example/a",
            "https:\\\\me:hunter2@news.example/a",
            "me:hunter2@news.example/a",
            "//me:hunter2@news.example/a",
            "https://me:hunter2@/a",
            "ftp://me:hunter2@news.example/a",
            "mailto:hunter2@news.example",
            "https://me:hun\tter2@news.example:x/",
        ] {
            let shown = without_credentials(address);
            assert!(!shown.contains("hunter2") && !shown.contains("ter2"), "{address}: {shown}");
        }
        assert_eq!(without_credentials("https://news.example/@me/1"), "https://news.example/@me/1");
        assert_eq!(without_credentials("story.txt"), "story.txt");
    }

    #[test]
    fn where_they_may_be_sent() {
        for (from, to, expected) in [
            ("https://a.example/x", "https://a.example/y", true),
            ("http://a.example/x", "https://a.example/y", true),
            ("https://a.example/x", "http://a.example/x", false),
            ("https://a.example/x", "https://b.example/x", false),
            ("https://a.example/x", "https://a.example.evil.example/x", false),
            ("https://a.example/x", "https://a.example:444/x", false),
            ("http://a.example:8080/x", "https://a.example/x", false),
        ] {
            assert_eq!(
                same_place(&Url::parse(from).unwrap(), &Url::parse(to).unwrap()),
                expected,
                "{from} → {to}"
            );
        }
    }
}
