//! Lines that break, servers that change their mind, limits and full disks.

use super::*;
use mounts::with_mounts;
use std::time::Duration;

const SIZE: usize = 300_000;

type Answer = fn(&Request, &[u8]) -> Reply;
type Change = fn(Reply) -> Reply;

#[test]
fn a_broken_line_is_taken_up_again_in_the_same_run() {
    let bytes = model(SIZE, 0);
    let folder = house(&format!("sha256 = \"{}\"", sha256(&bytes)));
    let server = mirror(move |request| {
        let reply = Reply::file(request, &bytes, "\"a\"");
        if request.nth < 2 { reply.cut(100_000) } else { reply }
    });
    let (code, _, stderr) = voices(&folder, &server, "", &["install", "house"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(
        stderr.contains("the connection broke in the middle: 100000 bytes had come; going on in 0.5 s"),
        "{stderr}"
    );
    let ranges: Vec<_> = asked(&server).iter().map(|r| r.header("range").map(str::to_owned)).collect();
    assert_eq!(ranges, [None, Some("bytes=100000-".into()), Some("bytes=200000-".into())]);
    assert_eq!(asked(&server)[1].header("if-range"), Some("\"a\""));
}

/// What happens between two runs, and whether the second begins at the start.
#[test]
fn the_next_run_goes_on_if_the_file_is_still_the_same() {
    let last_modified = "Sun, 06 Nov 1994 08:49:37 GMT";
    let cases: [(&str, Answer, bool, usize); 6] = [
        ("the same", |r, b| Reply::file(r, b, "\"a\""), true, 2),
        ("changed", |r, b| Reply::file(r, b, if r.nth == 0 { "\"a\"" } else { "\"b\"" }), false, 2),
        ("no ranges", |_, b| Reply::of("application/octet-stream", b).header("ETag", "\"a\""), false, 2),
        // Without a validator nobody could say whether the rest belongs to the beginning.
        ("no validator", |_, b| Reply::of("application/octet-stream", b), false, 2),
        // A server that answers with another part than was asked for is asked for the whole.
        (
            "another part",
            |r, b| match r.nth {
                1 => Reply::new(206, &b[7..])
                    .header("Content-Range", &format!("bytes 7-{}/{}", b.len() - 1, b.len())),
                _ => Reply::file(r, b, "\"a\""),
            },
            false,
            3,
        ),
        (
            "shorter now",
            |r, b| match r.nth {
                1 => Reply::new(416, "").header("Content-Range", "bytes */7"),
                _ => Reply::file(r, b, "\"a\""),
            },
            false,
            3,
        ),
    ];
    for (what, answer, resumes, requests) in cases {
        let bytes = model(SIZE, 0);
        let folder = house(&format!("sha256 = \"{}\"", sha256(&bytes)));
        let server = mirror(move |request| {
            let reply = answer(request, &bytes).header("Last-Modified", last_modified);
            let reply = if what == "no validator" { answer(request, &bytes) } else { reply };
            if request.nth == 0 { reply.cut(123_456) } else { reply }
        });
        let stderr = failed(&folder, &server, "download_retries = 0", &["install", "house"]);
        assert!(stderr.contains("123456 bytes had come"), "{what}: {stderr}");
        assert!(
            stderr.contains("hint: run the command again: it goes on where it broke off"),
            "{what}: {stderr}"
        );
        assert_eq!(names(&store(&folder)), [".house.part"], "{what}");
        let done = installed(&folder, &server, "", &["house"]);
        assert_eq!(done["resumed_at"], if resumes { 123_456 } else { 0 }, "{what}");
        assert_eq!(asked(&server).len(), requests, "{what}");
        assert_eq!(names(&store(&folder)), ["house"], "{what}");
    }
}

#[test]
fn a_whole_part_is_only_asked_about() {
    let bytes = model(1000, 0);
    let folder = house("");
    let sent = bytes.clone();
    let server = mirror(move |request| Reply::file(request, &sent, "\"a\""));
    let part = store(&folder).join(".house.part");
    fs::create_dir_all(&part).unwrap();
    // Killed between the last byte and the name, or between the name and the swap.
    for name in ["house.onnx.part", "house.onnx"] {
        fs::create_dir_all(&part).unwrap();
        fs::write(part.join(name), &bytes).unwrap();
        let note =
            format!("{{\"url\": \"{}\", \"etag\": \"\\\"a\\\"\"}}", server.url("/voices/en/house.onnx"));
        fs::write(part.join("house.onnx.part.from"), note).unwrap();
        let done = installed(&folder, &server, "", &["house", "--force"]);
        assert_eq!(done["resumed_at"], bytes.len(), "{name}");
    }
}

#[test]
fn limits_stalls_and_servers_without_the_file() {
    let bytes = model(SIZE, 0);
    let length = bytes.len();
    let cases: [(&str, &str, &str, Change, &str); 8] = [
        (
            "",
            "download_limit_bytes = 1000",
            "bytes is more than the limit of 1000",
            |r| r,
            "net.download_limit_bytes",
        ),
        (
            "",
            "download_limit_bytes = 1000",
            "too large: there are more bytes",
            Reply::unframed,
            "download_limit",
        ),
        ("size_bytes = 7", "", "bytes, and should have 7", |r| r, "the file has changed"),
        ("size_bytes = 7", "", "has more than the 7 bytes", Reply::chunked, "the file has changed"),
        ("size_bytes = 900000", "", "bytes, and should have 900000", |r| r, "the file has changed"),
        (
            "",
            "stall_timeout_ms = 300",
            "nothing came for 300 ms",
            |r| r.cut(9).drip(3, Duration::from_secs(2)),
            "stall",
        ),
        (
            "",
            "stall_timeout_ms = 300",
            "nothing came for 300 ms",
            |r| r.stall(Duration::from_secs(2)),
            "stall",
        ),
        ("", "", "HTTP 404", |r| r.with_status(404), "check the address"),
    ];
    for (download, net, problem, how, hint) in cases {
        let folder = house(download);
        let bytes = bytes.clone();
        let server = mirror(move |_| how(Reply::of("application/octet-stream", bytes.clone())));
        let net = if net.is_empty() {
            "download_retries = 0".into()
        } else {
            format!("{net}, download_retries = 0")
        };
        let stderr = failed(&folder, &server, &net, &["install", "house"]);
        assert!(stderr.contains(problem) && stderr.contains(hint), "{problem} of {length}: {stderr}");
        assert!(names(&store(&folder)).is_empty(), "{problem}: {:?}", names(&store(&folder)));
    }
}

#[test]
fn a_busy_server_is_waited_for() {
    let bytes = model(1000, 0);
    let folder = house("");
    let server = mirror(move |request| match request.nth {
        0 => Reply::status(503).header("Retry-After", "1"),
        1 => Reply::status(502),
        _ => Reply::file(request, &bytes, "\"a\""),
    });
    assert_eq!(installed(&folder, &server, "", &["house"])["already"], false);
    assert_eq!(asked(&server).len(), 3);
}

#[test]
fn a_mirror_may_be_private_but_not_what_it_leads_to() {
    let bytes = model(1000, 0);
    let elsewhere = Server::start(|_| Reply::text("secret"));
    let there = elsewhere.url("/secret.onnx");
    let folder = house("");
    let server = Server::start(move |request| match request.path.as_str() {
        "/voices/en/house.onnx.json" => Reply::redirect(302, "/store/config"),
        "/store/config" => Reply::text(CONFIG),
        "/voices/en/house.onnx" if request.nth == 0 => Reply::redirect(302, &there),
        "/voices/en/house.onnx" => Reply::redirect(302, "/store/model?signature=hunter2"),
        "/store/model?signature=hunter2" => Reply::file(request, &bytes, "\"a\""),
        _ => Reply::not_found(),
    });
    let stderr = failed(&folder, &server, "", &["install", "house"]);
    assert!(stderr.contains("the address 127.0.0.1 is refused: it is this machine"), "{stderr}");
    assert!(elsewhere.requests().is_empty());
    assert_eq!(installed(&folder, &server, "", &["house"])["already"], false);
    let profile = fs::read_to_string(store(&folder).join("house/profile.toml")).unwrap();
    assert!(!profile.contains("hunter2"), "{profile}");
}

#[test]
fn a_full_disk_says_so_and_gets_its_room_back() {
    let bytes = model(3_000_000, 0);
    let folder = house("");
    let sent = bytes.clone();
    let server = mirror(move |request| Reply::file(request, &sent, "\"a\""));
    fs::write(folder.path().join("mine.onnx"), &bytes).unwrap();
    fs::write(folder.path().join("mine.onnx.json"), CONFIG).unwrap();
    for what in ["house", "mine.onnx"] {
        let script = format!(
            "mkdir -p small && mount -t tmpfs -o size=1M none small && \
             BULLETIN_VOICES_FOLDER=small BULLETIN_VOICES_MIRROR={} $BULLETIN voices install {what}; \
             echo \"code $?\"; ls -A small",
            server.url("/voices")
        );
        let Some(output) = with_mounts(&folder, &script) else {
            eprintln!("nobody may mount here");
            return;
        };
        let (stdout, stderr) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(stderr.contains("there is no room for it in small"), "{what}: {stdout}{stderr}");
        assert!(stderr.contains("hint: free some space, or have voices elsewhere"), "{what}: {stderr}");
        let name = what.trim_end_matches(".onnx");
        assert_eq!(stdout, format!("code 1\n.{name}.lock\n"), "{what}");
    }
}
