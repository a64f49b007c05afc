//! Leave to poll.

use super::support::server::{Reply, Server};
use super::{PAGE, always, client, open};
use bulletin::net::{Client, Settings, Want};
use std::sync::Arc;

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
