//! Limits and deadlines, and answers that break off or make no sense.

use super::support::server::{Reply, Server};
use super::{PAGE, client, open, problem};
use bulletin::net::{Settings, Want};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

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
