//! What is kept on disk between fetches.

use super::support::server::{Reply, Server};
use super::{PAGE, client, open};
use bulletin::net::{Settings, Want};

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
