//! Answers as servers give them: framings, statuses, content types.

use super::support::server::{Reply, Server};
use super::{PAGE, always, client, open};
use bulletin::net::{Client, Settings, Want};
use std::time::{Duration, Instant};

#[test]
fn a_page_and_what_its_server_said_about_it() {
    let server = always(
        Reply::of("Text/HTML; Charset=\"ISO-8859-1\"", b"caf\xe9".as_slice())
            .header("ETag", "\"v1\"")
            .header("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
    );
    let fetched = client(&open()).get(&server.url("/a?b=c#d"), Want::Story).unwrap();
    assert_eq!(fetched.bytes, b"caf\xe9");
    assert_eq!(fetched.url, server.url("/a?b=c"));
    assert_eq!(fetched.content_type.as_deref(), Some("text/html"));
    assert_eq!(fetched.charset.as_deref(), Some("ISO-8859-1"));
    assert_eq!(fetched.etag.as_deref(), Some("\"v1\""));
    assert_eq!(fetched.last_modified.as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    assert!(!fetched.from_cache && fetched.warning.is_none());

    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/a?b=c"));
    assert_eq!(request.header("user-agent"), Some(concat!("bulletin/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(request.header("accept-encoding"), Some("gzip"));
    assert!(request.header("accept").unwrap().starts_with("text/html,"));
    for absent in ["if-none-match", "if-modified-since", "authorization", "cookie", "referer"] {
        assert_eq!(request.header(absent), None, "{absent}");
    }
}

#[test]
fn framings_and_compression_give_the_same_bytes() {
    let long = "<p>The bridge is open again.</p>".repeat(5000);
    let replies = [
        Reply::html(long.as_str()),
        Reply::html(long.as_str()).chunked(),
        Reply::html(long.as_str()).gzip(),
        Reply::html(long.as_str()).gzip().chunked(),
        Reply::html(format!("{long}</html>")).unframed(),
        Reply::html(long.as_str()).gzip().unframed(),
    ];
    let server = Server::start(move |request| replies[request.path[1..].parse::<usize>().unwrap()].clone());
    let client = client(&open());
    for n in 0..6 {
        let fetched = client.get(&server.url(&format!("/{n}")), Want::Story).unwrap();
        assert_eq!(fetched.bytes.strip_suffix(b"</html>").unwrap_or(&fetched.bytes), long.as_bytes(), "{n}");
    }
    // Connections whose bodies end by length or chunk are used again.
    let connections: Vec<_> = server.requests().iter().map(|r| r.connection).collect();
    assert_eq!(connections[..5], [0; 5]);
}

#[test]
fn statuses_in_plain_words() {
    let server = Server::start(|request| Reply::status(request.path[1..].parse().unwrap()));
    let client = client(&open());
    for (status, part, cure) in [
        (204, "sent no page (HTTP 204)", "try again later"),
        (206, "sent no page (HTTP 206)", "try again later"),
        (300, "sent no page (HTTP 300)", "try again later"),
        (301, "redirects (HTTP 301) without a usable address", "browser"),
        (304, "without being asked", "try again"),
        (400, "sent no page (HTTP 400)", "try again later"),
        (401, "refuses to show it (HTTP 401)", "login"),
        (403, "refuses to show it (HTTP 403)", "login"),
        (404, "there is nothing at this address (HTTP 404)", "check the address"),
        (410, "it was taken down (HTTP 410)", "check the address"),
        (500, "the server has a fault (HTTP 500)", "try again later"),
        (502, "the server has a fault (HTTP 502)", "try again later"),
    ] {
        let url = server.url(&format!("/{status}"));
        let error = client.get(&url, Want::Story).unwrap_err();
        assert!(error.to_string().starts_with(&format!("{url}: ")), "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.hint().unwrap().contains(cure), "{status}: {:?}", error.hint());
    }
}

#[test]
fn bodies_of_the_wrong_kind_are_refused_before_they_are_read() {
    // The bodies never come: a client that waited for one would run into its deadline.
    let server = Server::start(|request| {
        let kind = request.path[1..].replace('_', "/");
        Reply::of(&kind, vec![0; 1000]).drip(1, Duration::from_secs(5))
    });
    let client = client(&Settings { total_deadline_ms: 60_000, ..open() });
    let started = Instant::now();
    for (path, want, part) in [
        ("/audio_mpeg", Want::Story, "it is audio (audio/mpeg), not a page, a feed or a text"),
        ("/video_mp4", Want::Feed, "it is video (video/mp4), not a feed"),
        ("/application_pdf", Want::Story, "it is a PDF document (application/pdf)"),
        ("/image_png", Want::Text, "it is an image (image/png), not a text"),
        ("/text_html", Want::Json, "it is a page (text/html), not JSON"),
    ] {
        let error = client.get(&server.url(path), want).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(started.elapsed() < Duration::from_secs(5));

    let server = Server::start(|request| match request.path.as_str() {
        "/none" => Reply::new(200, PAGE),
        "/octets" => Reply::of("application/octet-stream", PAGE),
        _ => Reply::of("audio/mpeg", PAGE),
    });
    assert_eq!(client.get(&server.url("/none"), Want::Story).unwrap().content_type, None);
    assert!(client.get(&server.url("/octets"), Want::Feed).is_ok());
    assert!(client.get(&server.url("/audio"), Want::Anything).is_ok());
}

#[test]
fn an_empty_body_is_an_answer_only_where_it_can_be() {
    let server = Server::start(|_| Reply::html(""));
    let client = client(&open());
    for (want, good) in
        [(Want::Story, false), (Want::Feed, false), (Want::Text, true), (Want::Anything, true)]
    {
        match client.get(&server.url("/"), want) {
            Ok(fetched) => assert!(good && fetched.bytes.is_empty(), "{want:?}"),
            Err(error) => {
                assert!(!good && error.to_string().ends_with("the server sent an empty answer"), "{error}");
            }
        }
    }
}

#[test]
fn a_busy_server_is_given_the_time_it_asks_for() {
    let server = Server::start(|request| match (request.path.as_str(), request.nth) {
        ("/once", 0) => Reply::status(429).header("Retry-After", "1"),
        ("/twice", 1) => Reply::status(429).header("Retry-After", "0"),
        ("/date", 0) => Reply::status(503)
            .header("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
            .header("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("/twice", 0) | ("/always", _) => Reply::status(503).header("Retry-After", "0"),
        ("/long", _) => Reply::status(429).header("Retry-After", "3600"),
        _ => Reply::html(PAGE),
    });
    let client = client(&open());
    let started = Instant::now();
    assert_eq!(client.get(&server.url("/once"), Want::Story).unwrap().bytes, PAGE.as_bytes());
    assert!(started.elapsed() >= Duration::from_secs(1));
    for path in ["/twice", "/date"] {
        assert_eq!(client.get(&server.url(path), Want::Story).unwrap().bytes, PAGE.as_bytes(), "{path}");
    }
    let error = client.get(&server.url("/always"), Want::Story).unwrap_err();
    assert!(error.to_string().ends_with("the server is still busy (HTTP 503) after 3 tries"), "{error}");
    assert_eq!(server.paths().iter().filter(|p| *p == "/always").count(), 3);
    // A wait longer than the deadline leaves is reported, not waited for.
    let error = client.get(&server.url("/long"), Want::Story).unwrap_err();
    assert!(error.to_string().ends_with("is busy (HTTP 429) and asks to wait 3600 s"), "{error}");
    assert_eq!(server.paths().iter().filter(|p| *p == "/long").count(), 1);
}

#[test]
fn settings_that_make_no_sense() {
    let default = Settings::default;
    for (settings, expected) in [
        (
            Settings { total_deadline_ms: 0, ..default() },
            "net.total_deadline_ms: 0 would let nothing through",
        ),
        (Settings { limit_bytes: 0, ..default() }, "net.limit_bytes: 0 would let nothing through"),
        (Settings { redirects: 21, ..default() }, "net.redirects: 21 is out of range"),
        (Settings { user_agent: Some("a\r\nX: y".into()), ..default() }, "net.user_agent: it must be"),
        (Settings { user_agent: Some("é".into()), ..default() }, "net.user_agent: it must be"),
        (
            Settings { proxy: Some("socks5://me:hunter2@a:1".into()), ..default() },
            "net.proxy: \"socks5://a:1\"",
        ),
        (Settings { proxy: Some("http://".into()), ..default() }, "net.proxy: \"http://\""),
        (
            Settings { private_hosts: vec!["http://a/".into()], ..default() },
            "net.private_hosts: \"http://a/\"",
        ),
    ] {
        let error = Client::new(&settings).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert_eq!(error.exit_code(), 2);
    }
    let most = Settings {
        total_deadline_ms: u64::MAX,
        connect_timeout_ms: u64::MAX,
        limit_bytes: u64::MAX,
        ..open()
    };
    let server = always(Reply::html(PAGE));
    assert!(client(&most).get(&server.url("/"), Want::Story).is_ok());
}
