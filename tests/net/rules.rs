//! Where a fetch may go, and what it takes along.

use super::support::server::{Reply, Server};
use super::{PAGE, always, client, open, problem};
use bulletin::net::{Settings, Want};

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
