//! HTTP against servers on loopback that behave as servers do, and misbehave as they do.

#![allow(clippy::disallowed_methods, reason = "deadlines are measured")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use bulletin::net::{Client, Settings, Want};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::server::{Reply, Server};

/// Settings under which loopback may be asked.
fn open() -> Settings {
    Settings { allow_private: true, ..Settings::default() }
}

fn client(settings: &Settings) -> Client {
    Client::new(settings).unwrap()
}

/// A server that gives every request the same reply.
fn always(reply: Reply) -> Server {
    Server::start(move |_| reply.clone())
}

fn problem(settings: &Settings, url: &str) -> String {
    client(settings).get(url, Want::Story).unwrap_err().to_string()
}

const PAGE: &str = "<!DOCTYPE html><html><body><p>The bridge is open again.</p></body></html>";

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
fn redirects_are_followed_to_their_limit() {
    let server = Server::start(|request| match request.path.as_str() {
        "/1" => Reply::redirect(301, "/2"),
        "/2" => Reply::redirect(302, "3?x"),
        "/3?x" => Reply::redirect(303, "?y#here"),
        "/3?y" => Reply::redirect(307, "//127.0.0.1:1/../4").header("X", "y"),
        "/slash" => Reply::redirect(308, "/caf\u{e9}"),
        "/caf%C3%A9" => Reply::html(PAGE),
        "/circle" => Reply::redirect(302, "/elcric"),
        "/elcric" => Reply::redirect(302, "/circle#again"),
        path => {
            let n: u32 = path[2..].parse().unwrap();
            if n == 0 { Reply::html(PAGE) } else { Reply::redirect(302, &format!("/n{}", n - 1)) }
        }
    });
    let client = client(&open());
    let fetched = client.get(&server.url("/n5"), Want::Story).unwrap();
    assert_eq!((fetched.url, fetched.bytes), (server.url("/n0"), PAGE.as_bytes().to_vec()));
    assert_eq!(client.get(&server.url("/slash"), Want::Story).unwrap().url, server.url("/caf%C3%A9"));

    let error = client.get(&server.url("/n6"), Want::Story).unwrap_err().to_string();
    let (last, at) = (server.url("/n0"), server.url("/n1"));
    assert_eq!(
        error,
        format!(
            "{}: more than 5 redirects, the last one to {last} (at {at}, after 5 redirects)",
            server.url("/n6")
        )
    );
    let error = client.get(&server.url("/n100000"), Want::Story).unwrap_err().to_string();
    assert!(error.contains("more than 5 redirects"), "{error}");
    let error = client.get(&server.url("/circle"), Want::Story).unwrap_err().to_string();
    assert!(error.contains("redirects in a circle"), "{error}");
    // Relative addresses of every kind, down to a port where nothing listens.
    let error = client.get(&server.url("/1"), Want::Story).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("nothing answers at 127.0.0.1:1 (connection refused)"), "{text}");
    assert!(text.ends_with("(at http://127.0.0.1:1/4, after 4 redirects)"), "{text}");

    let none = Settings { redirects: 0, ..open() };
    let error = problem(&none, &server.url("/n1"));
    assert!(error.contains(&format!("redirects to {last}, and no redirects are allowed")), "{error}");
}

#[test]
fn redirects_out_of_the_web_or_into_the_house_are_refused() {
    let inner = always(Reply::html("secret"));
    let port = inner.address().port();
    let targets = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://0177.0.0.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "ftp://127.0.0.1/".to_owned(),
        "javascript:alert(1)".to_owned(),
        "data:text/html,x".to_owned(),
        "http://".to_owned(),
    ];
    let first = Server::start({
        let targets = targets.clone();
        move |request| Reply::redirect(302, &targets[request.path[1..].parse::<usize>().unwrap()])
    });
    // Only the first hop is trusted; what it redirects to is not.
    let settings = Settings { private_hosts: vec![first.host()], ..Settings::default() };
    let client = client(&settings);
    for (n, target) in targets.iter().enumerate() {
        let error = client.get(&first.url(&format!("/{n}")), Want::Story).unwrap_err();
        let text = error.to_string();
        let expected = match &target[..4] {
            "http" if target.len() > 7 => " is refused: ",
            "http" => "without a usable address",
            _ => "cannot be fetched",
        };
        assert!(text.contains(expected), "{target}: {text}");
    }
    assert!(inner.requests().is_empty());
    // And the inner server is refused when it is named outright.
    let error = client.get(&inner.url("/"), Want::Story).unwrap_err();
    assert!(error.to_string().contains("the address 127.0.0.1 is refused: it is this machine"), "{error}");
    assert_eq!(
        error.hint().unwrap(),
        "if it is a machine of the house that you trust, allow it: private_hosts = [\"127.0.0.1\"]"
    );
}

#[test]
fn what_is_not_an_address_is_refused() {
    let client = client(&Settings::default());
    for (url, part) in [
        ("", "not an address"),
        ("story.txt", "not an address"),
        ("https://", "not an address"),
        ("https://news.example:99999/", "not an address"),
        ("ftp://news.example/", "addresses of the kind ftp: cannot be fetched"),
        ("file:///etc/passwd", "addresses of the kind file: cannot be fetched"),
        ("C:\\story.txt", "addresses of the kind c: cannot be fetched"),
    ] {
        let error = client.get(url, Want::Story).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.hint().unwrap().contains("https://"));
    }
    let long = format!("https://news.example/{}", "a".repeat(9000));
    assert!(client.get(&long, Want::Story).unwrap_err().to_string().contains("longer than 8192 bytes"));
}

#[test]
fn credentials_go_to_their_place_and_nowhere_else() {
    let other = always(Reply::html(PAGE));
    let away = other.url("/landed");
    let server = Server::start(move |request| match request.path.as_str() {
        "/home" => Reply::redirect(302, "/inside"),
        "/inside" => Reply::html(PAGE).header("ETag", "\"v1\""),
        "/planted" => Reply::redirect(302, &away.replace("http://", "http://eve:planted@")),
        "/missing" => Reply::not_found(),
        _ => Reply::redirect(302, &away),
    });
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { cache_folder: Some(folder.path().into()), ..open() };
    let client = client(&settings);
    let with = |path: &str| server.url(path).replace("http://", "http://me%40house:hunter%3A2@");

    let fetched = client.get(&with("/home"), Want::Story).unwrap();
    assert_eq!(fetched.url, server.url("/inside"));
    let sent: Vec<_> =
        server.requests().iter().map(|r| r.header("authorization").map(str::to_owned)).collect();
    assert_eq!(sent, vec![Some("Basic bWVAaG91c2U6aHVudGVyOjI=".to_owned()); 2]);
    // What a login shows is not kept.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    client.get(&with("/away"), Want::Story).unwrap();
    client.get(&with("/planted"), Want::Story).unwrap();
    assert!(other.requests().iter().all(|r| r.header("authorization").is_none()));

    let error = client.get(&with("/missing"), Want::Story).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter"), "{error:?}");
    assert!(error.to_string().starts_with(&server.url("/missing")), "{error}");
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
fn too_large_is_refused_wherever_it_shows() {
    let settings = Settings { limit_bytes: 1000, ..open() };
    let server = Server::start(|request| match request.path.as_str() {
        "/declared" => Reply::html("x").declared(u64::MAX / 2),
        "/plain" => Reply::html(vec![b'x'; 1001]),
        "/chunked" => Reply::html(vec![b'x'; 100_000]).chunked(),
        "/unframed" => Reply::html(vec![b'x'; 100_000]).unframed(),
        "/gzip" => Reply::html(vec![b'x'; 1001]).gzip(),
        "/exact" => Reply::html(vec![b'x'; 1000]).gzip(),
        _ => Reply::html(vec![b'x'; 1000]).chunked(),
    });
    let client = client(&settings);
    for path in ["/declared", "/plain", "/chunked", "/unframed", "/gzip"] {
        let error = client.get(&server.url(path), Want::Story).unwrap_err();
        assert!(error.to_string().contains("too large"), "{path}: {error}");
        assert!(error.hint().unwrap().contains("limit_bytes"));
    }
    let error = client.get(&server.url("/plain"), Want::Story).unwrap_err();
    assert!(error.to_string().ends_with("too large: 1001 bytes is more than the limit of 1000"), "{error}");
    for path in ["/exact", "/fits"] {
        assert_eq!(client.get(&server.url(path), Want::Story).unwrap().bytes.len(), 1000, "{path}");
    }
}

#[test]
fn a_gzip_bomb_is_refused_without_being_held() {
    let bomb = Reply::bomb(200_000_000);
    let server = Server::start(move |_| bomb.clone());
    let error = problem(&Settings { total_deadline_ms: 60_000, ..open() }, &server.url("/"));
    assert!(error.contains("too large: there are more bytes than the limit of 5000000"), "{error}");
}

#[test]
fn a_drip_and_a_stall_end_at_the_deadline() {
    let server = Server::start(|request| match request.path.as_str() {
        "/drip" => Reply::html(vec![b'x'; 100_000]).drip(1, Duration::from_millis(50)),
        "/headers" => Reply::raw("HTTP/1.1 200 OK\r\nX: ").stall(Duration::from_secs(20)),
        "/hop" => Reply::redirect(302, "/drip").stall(Duration::from_millis(200)),
        _ => Reply::html(PAGE).stall(Duration::from_secs(20)),
    });
    let client = client(&Settings { total_deadline_ms: 1200, ..open() });
    for (path, part) in [
        ("/drip", "too slow: "),
        ("/hop", "had come after 1200 ms (at "),
        ("/stall", "the server did not answer within 1200 ms"),
        ("/headers", "the server did not answer within 1200 ms"),
    ] {
        let started = Instant::now();
        let error = client.get(&server.url(path), Want::Story).unwrap_err();
        assert!(error.to_string().contains(part), "{path}: {error}");
        assert!(error.hint().unwrap().contains("total_deadline_ms"), "{path}");
        // Not before its time, and not by the server's: the drip would take 5000 s, the stall 20 s.
        let elapsed = started.elapsed();
        assert!(
            elapsed >= Duration::from_millis(1180) && elapsed < Duration::from_secs(15),
            "{path}: {elapsed:?}"
        );
    }
}

#[test]
fn half_a_page_is_never_a_page() {
    let body = "<p>The bridge is open again.</p>".repeat(1000);
    let server = Server::start(move |request| match request.path.as_str() {
        "/length" => Reply::html(body.as_str()).cut(500),
        "/nothing" => Reply::html(body.as_str()).cut(0),
        "/chunked" => Reply::html(body.as_str()).chunked().cut(500),
        "/chunk" => Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf"),
        "/between" => Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
        "/gzip" => Reply::html(body.as_str()).gzip().cut(50),
        "/gzip-unframed" => Reply::html(body.as_str()).gzip().unframed().cut(50),
        "/gzip-trailer" => Reply::html("").gzip().unframed().cut(15),
        "/damaged" => Reply::html(b"\x1f\x8bnot gzip at all".as_slice()).header("Content-Encoding", "gzip"),
        "/brotli" => Reply::html("abc").header("Content-Encoding", "br"),
        "/twice" => Reply::html("abc").header("Content-Encoding", "gzip, gzip"),
        _ => Reply::html("<html><body><p>The bridge is op").unframed(),
    });
    let client = client(&open());
    for (path, part) in [
        ("/length", "the connection broke in the middle: "),
        ("/nothing", "the server closed the connection"),
        ("/chunked", "the connection broke in the middle: "),
        ("/chunk", "the connection broke in the middle: 4 bytes had come"),
        ("/between", "the connection broke in the middle: 4 bytes had come"),
        ("/gzip", "the connection "),
        ("/gzip-unframed", "the connection "),
        ("/gzip-trailer", "the connection "),
        ("/damaged", "the server's answer cannot be read: its compressed data are damaged"),
        ("/brotli", "compressed as \"br\", which was not asked for"),
        ("/twice", "compressed as \"gzip, gzip\", which was not asked for"),
    ] {
        let error = client.get(&server.url(path), Want::Story).unwrap_err();
        assert!(error.to_string().contains(part), "{path}: {error}");
    }
    // HTTP cannot tell this one; the user is told.
    let fetched = client.get(&server.url("/plain"), Want::Story).unwrap();
    assert!(fetched.warning.unwrap().contains("it may be cut short"));
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
fn what_is_not_http_is_an_error_and_no_panic() {
    let replies: &[&[u8]] = &[
        b"",
        b"\r\n\r\n",
        b"hello",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1",
        b"HTTP/1.1 200",
        b"HTTP/1.1 999999 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999999\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nhello",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: \x00\x01\x02\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n",
        b"HTTP/1.1 302 Found\r\nLocation:\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\nhello",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ];
    let server = Server::start(|request| Reply::raw(replies[request.path[1..].parse::<usize>().unwrap()]));
    let client = client(&Settings { total_deadline_ms: 3000, ..open() });
    for (n, reply) in replies.iter().enumerate() {
        let result = client.get(&server.url(&format!("/{n}")), Want::Story);
        assert!(result.is_err(), "{}: {result:?}", String::from_utf8_lossy(reply));
    }
    let header = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(200_000));
    let server = Server::start(move |_| Reply::raw(header.as_str()));
    let error = client.get(&server.url("/"), Want::Story).unwrap_err();
    assert!(error.to_string().contains("its headers are longer than 65536 bytes"), "{error}");
}

#[test]
fn a_plain_server_where_tls_was_expected() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = [0; 8192];
        let read = stream.read(&mut hello).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        let _ = stream.read(&mut hello);
        read
    });
    let error = problem(&open(), &url);
    assert!(error.contains("no secure connection: "), "{error}");
    assert!(server.join().unwrap() > 0);
}

#[test]
fn not_modified_takes_the_body_from_the_cache() {
    let server = Server::start(|request| {
        let fresh = match request.path.as_str() {
            "/etag" => request.header("if-none-match") == Some("\"v1\""),
            "/date" => request.header("if-modified-since") == Some("Sun, 06 Nov 1994 08:49:37 GMT"),
            _ => false,
        };
        let body = format!("<html>{} {}</html>", request.path, request.nth);
        match request.path.as_str() {
            "/etag" if fresh => Reply::new(304, "").header("ETag", "\"v1\""),
            "/date" if fresh => Reply::new(304, ""),
            "/etag" => Reply::html(body).header("ETag", "\"v1\"").gzip(),
            "/date" => Reply::html(body).header("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
            "/moved" => Reply::redirect(301, "/etag"),
            "/no-store" => {
                Reply::html(body).header("ETag", "\"v1\"").header("Cache-Control", "private, No-Store")
            }
            "/cut" => Reply::html("<p>The bridge is op").header("ETag", "\"v1\"").unframed(),
            "/vary" => Reply::html(body).header("ETag", "\"v1\"").header("Vary", "Accept, *"),
            _ => Reply::html(body),
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { cache_folder: Some(folder.path().join("a/b")), ..open() };
    // The second client finds what the first kept.
    let clients = [client(&settings), client(&settings)];
    for (path, kept) in
        [("/etag", true), ("/date", true), ("/no-store", false), ("/vary", false), ("/plain", false)]
    {
        let first = clients[0].get(&server.url(path), Want::Story).unwrap();
        let second = clients[1].get(&server.url(path), Want::Story).unwrap();
        assert_eq!((first.from_cache, second.from_cache), (false, kept), "{path}");
        assert_eq!(first.bytes == second.bytes, kept, "{path}");
        assert_eq!(second.content_type.as_deref(), Some("text/html"), "{path}");
        assert_eq!(second.charset.as_deref(), Some("utf-8"), "{path}");
    }
    assert!(clients[0].get(&server.url("/cut"), Want::Story).unwrap().warning.is_some());
    assert_eq!(std::fs::read_dir(folder.path().join("a/b")).unwrap().count(), 2);
    // Behind a redirect too; but not where another type is wanted.
    let moved = clients[0].get(&server.url("/moved"), Want::Story).unwrap();
    assert!(moved.from_cache && moved.url == server.url("/etag"));
    assert!(!clients[0].get(&server.url("/etag"), Want::Feed).unwrap().from_cache);
    // A smaller limit than when it was kept.
    let small = Settings { limit_bytes: 10, ..settings.clone() };
    let error = client(&small).get(&server.url("/date"), Want::Story).unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
}

#[test]
fn a_damaged_cache_is_fetched_again_and_a_lost_one_is_no_error() {
    let server = Server::start(|request| match request.header("if-none-match") {
        Some(_) => Reply::new(304, ""),
        None => Reply::html(PAGE).header("ETag", "\"v1\""),
    });
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("net");
    let client = client(&Settings { cache_folder: Some(kept.clone()), ..open() });
    let get = || client.get(&server.url("/"), Want::Story).unwrap();
    assert!(!get().from_cache && get().from_cache);
    let entry = std::fs::read_dir(&kept).unwrap().next().unwrap().unwrap().path();
    for damage in [b"".as_slice(), b"garbage", b"\xff\xfe\x00"] {
        std::fs::write(&entry, damage).unwrap();
        let again = get();
        assert!(!again.from_cache && again.bytes == PAGE.as_bytes());
        assert!(get().from_cache);
    }
    std::fs::remove_dir_all(&kept).unwrap();
    std::fs::write(&kept, "a file where the folder was").unwrap();
    let fetched = get();
    assert_eq!(fetched.bytes, PAGE.as_bytes());
    assert!(fetched.warning.unwrap().starts_with("the page is not kept for next time: "));
}

#[test]
fn a_page_taken_down_is_forgotten() {
    let server = Server::start(|request| match request.nth {
        0 | 2 => Reply::html(PAGE).header("ETag", "\"v1\""),
        _ => Reply::not_found(),
    });
    let folder = tempfile::tempdir().unwrap();
    let client = client(&Settings { cache_folder: Some(folder.path().into()), ..open() });
    for (good, left) in [(true, 1), (false, 0)] {
        assert_eq!(client.get(&server.url("/"), Want::Story).is_ok(), good);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), left);
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
fn robots_are_asked_once_and_obeyed() {
    let server = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => Reply::text(
            "User-agent: *\nDisallow: /\n\nUser-agent: bulletin\nCrawl-delay: 2\nDisallow: /private\n\
             Disallow: /*?print\n",
        ),
        _ => Reply::html(PAGE),
    });
    let client = Arc::new(client(&open()));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (client, url) = (Arc::clone(&client), server.url("/news/1"));
            std::thread::spawn(move || client.allowed_by_robots(&url).unwrap())
        })
        .collect();
    for thread in threads {
        let allowed = thread.join().unwrap();
        assert_eq!((allowed.allowed, allowed.delay_ms, allowed.reason), (true, Some(2000), None));
    }
    for (path, expected) in [
        ("/private/1", false),
        ("/a?print", false),
        ("/a?page", true),
        ("/robots.txt", true),
        ("/a#/private", true),
    ] {
        let allowed = client.allowed_by_robots(&server.url(path)).unwrap();
        assert_eq!(allowed.allowed, expected, "{path}");
        let why = format!("{} does not let this program fetch it", server.url("/robots.txt"));
        assert_eq!(allowed.reason, (!expected).then_some(why), "{path}");
    }
    let named = server.url("/private").replace("http://", "http://me:pw@");
    assert!(!client.allowed_by_robots(&named).unwrap().allowed);
    assert_eq!(server.paths(), ["/robots.txt"]);
    assert_eq!(server.requests()[0].header("authorization"), None);
    // A person who names the page gets it.
    assert!(client.get(&server.url("/private"), Want::Story).is_ok());
    // Another name, other rules.
    let other = Client::new(&Settings { user_agent: Some("house-news/1.0".into()), ..open() }).unwrap();
    assert!(!other.allowed_by_robots(&server.url("/news/1")).unwrap().allowed);
}

#[test]
fn robots_that_cannot_be_had() {
    // One server a case: rules are a host's.
    let long = format!("{}User-agent: *\nDisallow: /\n", "# filler\n".repeat(60_000));
    let head = format!("User-agent: *\nDisallow: /\n{}", "# filler\n".repeat(60_000));
    for (reply, allowed, part) in [
        (Reply::not_found(), true, "there is no http"),
        (Reply::status(403), true, "is not shown (HTTP 403), which allows everything"),
        (Reply::status(500), false, "without its robots.txt a host is not polled (RFC 9309): http"),
        (Reply::status(503).header("Retry-After", "3600"), false, "asks to wait 3600 s"),
        (Reply::status(429).header("Retry-After", "3600"), false, "asks to wait 3600 s"),
        (Reply::text("User-agent: *").cut(3), false, "the connection broke in the middle"),
        (Reply::raw("not http"), false, "not polled"),
        (Reply::redirect(302, "/robots.txt"), true, "only redirects, which counts as missing"),
        (Reply::html("<html>Sorry, nothing here: please go home</html>"), true, ""),
        (Reply::text(""), true, ""),
        // Only the first 500 KiB count.
        (Reply::text(long), true, ""),
        (Reply::text(head).gzip(), false, "does not let this program fetch it"),
    ] {
        let what = format!("{reply:.80?}");
        let server = always(reply);
        let found = client(&open()).allowed_by_robots(&server.url("/a")).unwrap();
        assert_eq!(found.allowed, allowed, "{what}");
        assert!(found.reason.unwrap_or_default().contains(part), "{what}");
    }
    let closed = always(Reply::html("")).url("/a");
    let found = client(&open()).allowed_by_robots(&closed).unwrap();
    assert!(!found.allowed && found.reason.unwrap().contains("connection refused"));
    let strict = client(&Settings::default());
    for url in ["http://127.0.0.1/a", "ftp://news.example/a", "story.txt"] {
        assert!(strict.allowed_by_robots(url).is_err(), "{url}");
    }
}

#[test]
fn the_proxy_is_the_one_named() {
    // It answers in the place of hosts that have no address: their names never reach our name service.
    let proxy = Server::start(|request| match (request.method.as_str(), request.path.as_str()) {
        ("CONNECT", "no-such-host.invalid:80") => Reply::new(200, ""),
        ("CONNECT", _) => Reply::status(403),
        _ => Reply::html(PAGE),
    });
    let settings =
        Settings { proxy: Some(format!("http://me:hunter2@{}", proxy.host())), ..Settings::default() };
    let client = client(&settings);
    assert!(!format!("{settings:?} {client:?}").contains("hunter2"));
    let fetched = client.get("http://no-such-host.invalid/a", Want::Story).unwrap();
    assert_eq!(fetched.bytes, PAGE.as_bytes());
    let error = client.get("http://other.invalid/", Want::Story).unwrap_err();
    assert!(error.to_string().contains("the proxy did not connect: proxy server responded 403"), "{error}");
    assert!(!format!("{error:?}").contains("hunter2"));
    // Addresses written as numbers are refused on this side of it.
    let error = client.get("http://169.254.169.254/", Want::Story).unwrap_err();
    assert!(error.to_string().contains("is refused"), "{error}");
    assert_eq!(proxy.paths(), ["no-such-host.invalid:80", "/a", "other.invalid:80"]);
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
