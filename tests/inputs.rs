//! Every form of input through the binary: files of each form, folders, briefings, feeds with their choices, wires at
//! their gate, and addresses against a server on loopback.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;

mod support;

use assert_cmd::Command;
use command::bulletin;
use std::fs;
use std::path::{Path, PathBuf};
use support::server::{Reply, Server};
use tempfile::TempDir;

const PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>Bridge to close - The Echo</title>\
    <meta property=\"og:title\" content=\"Bridge to close for a month\"></head><body><nav><a href=\"/\">Home</a></nav>\
    <article><h1>Bridge to close for a month</h1>\
    <p>The bridge over the Tarn will close on 3 May for £1.2m of repairs, the council said on Monday.</p>\
    <p>Buses will run every 20 minutes from the station while the work is done, it added in a statement.</p>\
    <p>Residents said that they had been told nothing about the closure until a letter came last week.</p>\
    </article><footer>Follow us on Facebook</footer></body></html>";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn stdout(command: &mut Command) -> String {
    let (code, out, err) = run(command);
    assert_eq!(code, 0, "{err}");
    out
}

/// A WAV of some length at `path`.
fn assert_heard(folder: &TempDir, name: &str) {
    let reader = hound::WavReader::open(folder.path().join(name)).unwrap();
    assert!(reader.duration() > 3 * 48_000, "{name} is {} frames", reader.duration());
}

const NOW: [&str; 2] = ["--now", "2025-06-01T06:00+01:00"];

#[test]
fn every_form_goes_through_produce_to_a_wav() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("page.html"), PAGE).unwrap();
    fs::write(
        folder.path().join("note.md"),
        "# Bridge to close\n\nThe bridge will **close** on Monday, [the council](https://c.example) said.\n\n- One\n- Two\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("article.json"),
        "{\"@type\": \"NewsArticle\", \"headline\": \"Bridge to close\", \"articleBody\": \"The bridge will close on Monday.\"}",
    )
    .unwrap();
    let of = |name: &str| fixture(name).to_str().unwrap().to_owned();
    let inputs = [
        "page.html".to_owned(),
        "note.md".to_owned(),
        "article.json".to_owned(),
        of("feed/rss2-full.xml"),
        of("feed/atom-xhtml.xml"),
        of("feed/feed.json"),
        of("wire/nitf.xml"),
        of("wire/g2-nitf.xml"),
        of("wire/g2-xhtml.xml"),
        of("wire/g2-data.xml"),
        of("wire/ninjs-1.3.json"),
        of("wire/ninjs-2.1.json"),
        of("wire/ninjs-3.0.json"),
        of("wire/newsml-1.xml"),
    ];
    for input in &inputs {
        let (code, out, err) = run(bulletin(&folder)
            .args(["produce", input, "-o", "out.wav", "--sting", "none", "--ignore-embargo", "--no-follow"])
            .args(["--sentences", "2", "--now", "2025-03-05T06:00Z"]));
        assert_eq!(code, 0, "{input}: {err}");
        assert!(out.contains("LUFS"), "{input}: {out}");
        assert_heard(&folder, "out.wav");
    }
}

#[test]
fn a_folder_is_read_by_name_and_one_bad_file_does_not_stop_it() {
    let folder = tempfile::tempdir().unwrap();
    let stories = folder.path().join("stories");
    fs::create_dir_all(stories.join("below")).unwrap();
    fs::write(stories.join("2.txt"), "Rain is forecast for Friday, the Met Office said.\n").unwrap();
    fs::write(stories.join("1.txt"), "The bridge will close on Monday, the council said.\n").unwrap();
    fs::write(stories.join("3.bin"), [0x7f, b'E', b'L', b'F', 0, 1, 2, 3, 0, 0, 0xff, 0xfe]).unwrap();
    fs::write(stories.join(".hidden"), "Never.\n").unwrap();
    fs::write(stories.join("below/4.txt"), "Never.\n").unwrap();
    let (code, out, err) = run(bulletin(&folder).args(["script", "stories", "--plain"]));
    assert_eq!(code, 0, "{err}");
    assert_eq!(
        out.lines().collect::<Vec<_>>(),
        [
            "The bridge will close on Monday, the council said.",
            "Rain is forecast for Friday, the Met Office said."
        ]
    );
    assert!(err.contains("warning: left out: stories/3.bin: not text"), "{err}");

    fs::create_dir(folder.path().join("empty")).unwrap();
    let (code, _, err) = run(bulletin(&folder).args(["script", "empty"]));
    assert_eq!(code, 2);
    assert!(err.contains("empty: there are no files in this folder") && err.contains("hint: "), "{err}");
    fs::remove_file(stories.join("1.txt")).unwrap();
    fs::remove_file(stories.join("2.txt")).unwrap();
    let (code, _, err) = run(bulletin(&folder).args(["produce", "stories"]));
    assert_eq!(code, 1);
    assert!(err.contains("not text") && err.contains("hint: "), "{err}");
}

#[test]
fn a_feed_gives_what_is_asked_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let items: Vec<String> = (1..=4)
        .map(|n| {
            format!(
                "<item><title>Story {n}</title><link>https://echo.example/{n}</link>\
                 <pubDate>Sun, 01 Jun 2025 0{n}:00:00 +0100</pubDate><content:encoded><![CDATA[{}]]></content:encoded></item>",
                format!("<p>Story number {n} of the {} is told here in full for all to hear.</p>", ["river", "road", "river", "school"][n - 1])
                    + &format!("<p>It goes on {n} more times, as the mayor, {}, said on Sunday in her own words.</p>", ["Ann", "Bo", "Cy", "Di"][n - 1]).repeat(6 + n)
            )
        })
        .collect();
    let feed = format!(
        "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>The Echo</title>\
         <link>https://echo.example/</link>{}</channel></rss>",
        items.concat()
    );
    fs::write(folder.path().join("echo.rss"), feed).unwrap();
    let headlines = |more: &[&str]| -> Vec<String> {
        let json = stdout(bulletin(&folder).args(["script", "echo.rss", "--json"]).args(NOW).args(more));
        let script: serde_json::Value = serde_json::from_str(&json).unwrap();
        let stories = script["stories"].as_array().unwrap();
        stories.iter().map(|s| s["headline"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(headlines(&[]), ["Story 4", "Story 3", "Story 2", "Story 1"]);
    assert_eq!(headlines(&["--take", "2"]), ["Story 4", "Story 3"]);
    assert_eq!(headlines(&["--since", "3h"]), ["Story 4", "Story 3"]);
    assert_eq!(headlines(&["--since", "2025-06-01T02:00+01:00", "--match", "river"]), ["Story 3"]);
    assert_eq!(headlines(&["--match", "school", "--match", "road"]), ["Story 4", "Story 2"]);
    let (code, _, err) = run(bulletin(&folder).args(["script", "echo.rss", "--match", "volcano"]).args(NOW));
    assert_eq!(code, 1);
    assert!(err.contains("none of its 4 entries is wanted"), "{err}");

    // The same story in two feeds is told once.
    fs::copy(folder.path().join("echo.rss"), folder.path().join("copy.rss")).unwrap();
    let (code, out, err) =
        run(bulletin(&folder).args(["script", "echo.rss", "copy.rss", "--plain", "--take", "1"]).args(NOW));
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.matches("Story four").count(), 1, "{out}");
    assert!(err.contains("it links to the same page"), "{err}");

    // A briefing has its own choice for each source.
    fs::write(folder.path().join("lead.txt"), "The bridge will close on Monday, the council said.\n")
        .unwrap();
    fs::write(
        folder.path().join("morning.toml"),
        "[[stories]]\ninput = \"lead.txt\"\n\n[[stories]]\ninput = \"echo.rss\"\ntake = 1\nmatch = [\"road\"]\n",
    )
    .unwrap();
    let out = stdout(bulletin(&folder).args(["script", "morning.toml", "--plain"]).args(NOW));
    assert!(out.starts_with("The bridge will close on Monday, the council said.\nStory two\n"), "{out}");
    assert!(!out.contains("Story four"), "{out}");
    fs::write(folder.path().join("wrong.toml"), "[[stories]]\ninput = \"lead.txt\"\ntaek = 1\n").unwrap();
    let (code, _, err) = run(bulletin(&folder).args(["script", "wrong.toml"]));
    assert_eq!(code, 2);
    assert!(err.contains("wrong.toml:3: unknown key \"taek\""), "{err}");
}

#[test]
fn wires_pass_their_gate_or_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| fixture("wire").join(name).to_str().unwrap().to_owned();
    for (name, says) in [
        ("nitf-cancelled.xml", "cancelled by its sender"),
        ("ninjs-cancelled.json", "cancelled by its sender"),
        ("ninjs-withheld.json", "withheld by its sender"),
        ("ninjs-expired.json", "expired at"),
    ] {
        for more in [&[][..], &["--ignore-embargo"][..]] {
            let (code, _, err) = run(bulletin(&folder).args(["produce", &file(name)]).args(NOW).args(more));
            assert_eq!(code, 1, "{name}");
            assert!(err.contains(says), "{name}: {err}");
        }
    }
    assert!(!folder.path().join("bulletin.wav").exists());

    // A killed version takes the story out of a bulletin that has other ones; the rest goes on.
    fs::write(folder.path().join("lead.txt"), "The bridge will close on Monday, the council said.\n")
        .unwrap();
    let (code, out, err) =
        run(bulletin(&folder).args(["script", "lead.txt", &file("nitf-cancelled.xml"), "--plain"]).args(NOW));
    assert_eq!((code, out.lines().count()), (0, 1), "{err}");
    assert!(err.contains("cancelled by its sender"), "{err}");
    let (code, out, err) =
        run(bulletin(&folder).args(["script", &file("ninjs-versions.json"), "--plain"]).args(NOW));
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("takes the place of version"), "{err}");
    assert!(!out.is_empty());
}

#[test]
fn an_embargo_holds_until_its_hour() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("release.txt"),
        "EMBARGOED UNTIL 00:01 GMT Tuesday 4 March 2025\n\nBridge to close for a month\n\n\
         The bridge over the Tarn will close on Monday for repairs, the council said.\n",
    )
    .unwrap();
    let at = |hour: &str, more: &[&str]| {
        run(bulletin(&folder).args(["script", "release.txt", "--plain", "--now", hour]).args(more))
    };
    let (code, out, err) = at("2025-03-04T00:00Z", &[]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.contains("embargoed until 00:01 on 4 March 2025") && err.contains("--ignore-embargo"),
        "{err}"
    );
    let (code, out, _) = at("2025-03-04T00:01Z", &[]);
    assert_eq!(code, 0);
    assert!(out.contains("The bridge over the Tarn"));
    let (code, _, err) = at("2025-03-04T00:00Z", &["--ignore-embargo"]);
    assert_eq!(code, 0);
    assert!(err.contains("the embargo is ignored"), "{err}");
    // Looking at a story is not airing it.
    let (code, _, err) =
        run(bulletin(&folder).args(["extract", "release.txt", "--now", "2025-03-04T00:00Z"]));
    assert_eq!(code, 0);
    assert!(err.contains("the embargo is ignored"), "{err}");
}

#[test]
fn addresses_are_fetched_by_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|request| match request.path.as_str() {
        "/story" | "/secret" => Reply::html(PAGE),
        "/moved" => Reply::redirect(301, "/story"),
        "/sound" => Reply::of("audio/mpeg", "not a page"),
        "/empty" => Reply::html(""),
        "/robots.txt" => Reply::text("User-agent: *\nDisallow: /secret\n"),
        "/teasers" => Reply::of(
            "application/rss+xml",
            "<rss version=\"2.0\"><channel><title>The Echo</title>\
             <item><title>Bridge to close</title><link>/story</link><description>The bridge will close…</description></item>\
             <item><title>Not for robots</title><link>/secret</link><description>Nothing to see…</description></item>\
             </channel></rss>",
        ),
        _ => Reply::not_found(),
    });
    let url = |path: &str| server.url(path);

    // Nothing on this machine is fetched unless the house says so.
    let (code, _, err) = run(bulletin(&folder).args(["script", &url("/story")]));
    assert_eq!(code, 1);
    assert!(err.contains("the address 127.0.0.1 is refused"), "{err}");
    assert!(server.paths().is_empty(), "the address was not dialled");

    let out = stdout(bulletin(&folder).args(["script", &url("/moved"), "--plain", "--allow-private"]));
    assert!(
        out.starts_with("Bridge to close for a month\n") && out.contains("one point two million pounds"),
        "{out}"
    );
    stdout(bulletin(&folder).args(["produce", &url("/story"), "-o", "out.wav", "--allow-private"]));
    assert_heard(&folder, "out.wav");

    // A house's own host, from its settings.
    fs::write(
        folder.path().join("bulletin.toml"),
        format!("[net]\nprivate_hosts = [\"{}\"]\n", server.host()),
    )
    .unwrap();
    let (code, out, err) = run(bulletin(&folder).args(["script", &url("/teasers"), "--plain"]));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("Buses will run every twenty minutes"), "the page behind the teaser: {out}");
    assert!(
        err.contains("/secret: ") && err.contains("robots.txt does not let this program fetch it"),
        "{err}"
    );
    assert!(!server.paths().iter().any(|path| path == "/secret"));
    let (code, _, err) = run(bulletin(&folder).args(["script", &url("/teasers"), "--no-follow"]));
    assert_eq!(code, 1);
    assert!(err.contains("links are not followed"), "{err}");

    for (path, says) in [("/sound", "audio"), ("/missing", "404"), ("/empty", "empty")] {
        let (code, _, err) = run(bulletin(&folder).args(["script", &url(path)]));
        assert_eq!(code, 1, "{path}");
        assert!(err.contains(says) && err.contains("hint: "), "{path}: {err}");
    }
    let (code, _, err) = run(bulletin(&folder).args(["script", "ftp://echo.example/a"]));
    assert_eq!(code, 1);
    assert!(err.contains("http"), "{err}");
}

#[test]
fn a_house_has_kinds_and_patterns_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("story.txt"),
        "Bridge to close\nThe bridge will close on Monday, the council said.\nThis is Echo FM, the voice of the valley.\n\
         Read more: Ten bridges we love\n",
    )
    .unwrap();
    let plain = || stdout(bulletin(&folder).args(["script", "story.txt", "--plain"]));
    assert!(plain().contains("voice of the valley") && !plain().contains("Ten bridges"));
    fs::write(
        folder.path().join("bulletin.toml"),
        "keep = [\"promo\"]\n[[patterns]]\npattern = \"this is echo fm.*\"\nkind = \"promo\"\n",
    )
    .unwrap();
    let said = plain();
    assert!(said.contains("Ten bridges"), "kept by the house: {said}");
    fs::write(
        folder.path().join("bulletin.toml"),
        "[[patterns]]\npattern = \"this is echo fm.*\"\nkind = \"sitename\"\n",
    )
    .unwrap();
    assert!(!plain().contains("voice of the valley"));
}
