//! Pages made to break readers: each ends in a clear error or in a bounded result, in bounded memory.
//!
//! The bounds that hold are those of `article::html`: bytes before anything else, then nesting, elements and time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use bulletin::article::{Settings, html, read};
use bulletin::{Error, article::Article};

const STORY: &str = "<p>The bridge over the Tarn will close on Monday for a month, the council said.</p>\
    <p>Buses will run every ten minutes by way of the old road, and the ferry will be free.</p>\
    <p>“It could not wait,” said the engineer in charge, Ann Orme, who found the crack.</p>";

fn page(inner: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Bridge to close</title></head><body>{inner}</body></html>"
    )
}

fn extracted(bytes: &[u8]) -> Result<Article, Error> {
    html::read(bytes, "page.html", None, &Settings::default())
}

/// What must come of a page.
enum End {
    /// An error whose text has this in it.
    Error(&'static str),
    /// A story in which this is a paragraph's beginning.
    Story(&'static str),
}

#[test]
fn pages_that_are_not_whole() {
    use End::{Error as Fails, Story};
    let whole = page(STORY);
    let cut = |at: &str| whole[..whole.find(at).unwrap() + at.len()].to_owned();
    let with = |find: &str, put: &[u8]| -> Vec<u8> {
        let at = whole.find(find).unwrap();
        [&whole.as_bytes()[..at], put, &whole.as_bytes()[at..]].concat()
    };
    let cases: Vec<(&str, Vec<u8>, End)> = vec![
        ("no bytes", Vec::new(), Fails("no story text found")),
        ("white space", b" \n\t ".to_vec(), Fails("no story text found")),
        ("a doctype", b"<!DOCTYPE html>".to_vec(), Fails("no story text found")),
        ("no text", page("<div><img src=a.png></div>").into_bytes(), Fails("no story text found")),
        (
            "a menu",
            page("<ul><li><a href=/>Home</a><li><a href=/n>News</a></ul>").into_bytes(),
            Fails("no story text found"),
        ),
        (
            "a page that is hidden until a script runs",
            page("<div hidden><p>The bridge will close on Monday, she said.</p></div>").into_bytes(),
            Story("The bridge will close"),
        ),
        (
            "cut in a start tag",
            cut("<p>Buses will run every ten minutes by way of the old road, and the ferry will be free.</p")
                .into_bytes(),
            Story("The bridge over the Tarn"),
        ),
        (
            "cut in an attribute",
            format!("{}<p class=\"sto", &cut("council said.</p>")).into_bytes(),
            Story("The bridge over the Tarn"),
        ),
        (
            "cut in an entity",
            format!("{} It cost &poun", &cut("free.</p>")).into_bytes(),
            Story("The bridge over the Tarn"),
        ),
        (
            "cut in a comment",
            format!("{}<!-- unfinished", &cut("free.</p>")).into_bytes(),
            Story("The bridge over the Tarn"),
        ),
        (
            "cut in a script",
            format!("{}<script>var a = '<p>", &cut("free.</p>")).into_bytes(),
            Story("The bridge over the Tarn"),
        ),
        (
            "cut in a letter",
            {
                let mut b = cut("“").into_bytes();
                b.pop();
                b
            },
            Story("The bridge over the Tarn"),
        ),
        ("no closing tags", page(&STORY.replace("</p>", "")).into_bytes(), Story("The bridge over the Tarn")),
        (
            "closing tags alone",
            page(&format!("{}{STORY}", "</div></p></td></table>".repeat(100))).into_bytes(),
            Story("The bridge over the Tarn"),
        ),
        ("a NUL in the text", with("Buses", b"\0"), Fails("NUL")),
        ("a NUL for a character", with("Buses", b"&#0;"), Story("The bridge over the Tarn")),
        (
            "no such characters",
            with("Buses", b"&#xD800;&#x110000;&#99999999999;&#xFFFF;"),
            Story("The bridge over the Tarn"),
        ),
        (
            "our own marks",
            with("Buses", "\u{f0001}\u{f0002}\u{ffffd}\u{10fffd}".as_bytes()),
            Story("The bridge over the Tarn"),
        ),
        ("control characters", with("Buses", b"\x01\x02\x1b[31m"), Story("The bridge over the Tarn")),
        ("bytes of no encoding", with("Buses", b"\xff\xfe\xc0\x80"), Story("The bridge over the Tarn")),
        ("a program", b"\x7fELF\x02\x01\x01\0\0\0<html><p>One.</p>".to_vec(), Fails("a program")),
    ];
    let mut wrong = Vec::new();
    for (name, bytes, end) in cases {
        match (extracted(&bytes), end) {
            (Err(error), Fails(says)) if error.to_string().contains(says) => {
                assert!(error.hint().is_some(), "{name}");
            }
            (Ok(article), Story(begins)) if article.paragraphs.iter().any(|p| p.text.starts_with(begins)) => {
            }
            (result, _) => wrong.push(format!("{name}: {result:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A label that is wrong, unknown or for an encoding in which the label itself could not be read.
#[test]
fn wrong_labels_do_not_matter() {
    let text = page(&STORY.replace("The bridge", "The café’s £30 bridge"));
    for label in [
        "utf-8",
        "utf-16",
        "utf-7",
        "ISO-8859-1",
        "windows-1251",
        "Shift_JIS",
        "klingon",
        "",
        "x-user-defined",
        "replacement",
    ] {
        let labelled = text.replace("<head>", &format!("<head><meta charset=\"{label}\">"));
        let article = html::read(labelled.as_bytes(), "page", Some(label), &Settings::default()).unwrap();
        assert!(
            article.paragraphs[0].text.starts_with("The café’s £30 bridge"),
            "{label}: {:?}",
            article.paragraphs
        );
    }
    for label in ["", "utf-8", "utf-16", "klingon"] {
        let labelled = text.replace("<head>", &format!("<head><meta charset=\"{label}\">"));
        let bytes = encoding_rs::WINDOWS_1252.encode(&labelled).0.into_owned();
        let article = html::read(&bytes, "page", None, &Settings::default()).unwrap();
        assert!(
            article.paragraphs[0].text.starts_with("The café’s £30 bridge"),
            "{label}: {:?}",
            article.paragraphs
        );
    }
}

/// 200 MB are refused by their number alone: nothing of them is decoded or parsed.
#[test]
fn too_many_bytes_are_refused_unread() {
    // Never touched, so never given memory by the system.
    let bytes = vec![0u8; 200_000_000];
    for result in [extracted(&bytes), read(&bytes, "page.html", &Settings::default())] {
        let Err(Error::TooLarge { actual, limit, .. }) = result else { panic!("{result:?}") };
        assert_eq!((actual, limit), (200_000_000, 5_000_000));
    }
}

/// Pages of 5 MB (or as many elements as are let through), each with a story in it.
fn hostile() -> Vec<(&'static str, String)> {
    const SIZE: usize = 4_990_000;
    let fill = |unit: &str, before: &str, after: &str| {
        let count = (SIZE - STORY.len() - before.len() - after.len() - 200) / unit.len();
        page(&format!("{STORY}{before}{}{after}", unit.repeat(count)))
    };
    let attributes = (0..100_000).map(|i| format!(" a{i}=x")).collect::<Vec<_>>().concat();
    vec![
        ("open divs", fill("<div>", "", "")),
        ("open divs around the story", page(&format!("{}{STORY}", "<div>".repeat(900_000)))),
        (
            "50,000 deep, closed",
            page(&format!("{}{STORY}{}", "<div>".repeat(50_000), "</div>".repeat(50_000))),
        ),
        ("open spans with texts", fill("<span>a ", "<p>", "")),
        ("open bold italics", fill("<b><i>", "", "")),
        ("formatting closed in the wrong order", fill("<b><i><a><u>x</b></i></u></a>", "", "")),
        (
            "formatting around paragraphs",
            page(&format!(
                "{STORY}{}{}",
                (0..200).map(|i| format!("<font size={i}>")).collect::<Vec<_>>().concat(),
                "<p>x".repeat(200_000)
            )),
        ),
        ("tables in tables", page(&format!("{STORY}{}", "<table><tr><td>".repeat(300_000)))),
        ("text put out of tables", fill("<table>x<b>", "", "")),
        ("lists in lists", fill("<ul><li>a", "", "")),
        ("open templates", fill("<template>", "", "")),
        ("foreign elements", fill("<svg><p>", "", "")),
        ("select in select", fill("<select><option>", "", "")),
        ("100,000 attributes", page(&format!("<div{attributes}>{STORY}</div>"))),
        ("attributes without end", fill("a ", "<div ", "")),
        ("one long attribute", fill("x", "<div class=\"", "\">")),
        ("100,000 paragraphs", page(&"<p>The bridge will close on Monday, she said at four.".repeat(90_000))),
        ("one long paragraph", fill("The bridge will close on Monday, she said. ", "<p>", "</p>")),
        ("one long word", fill("a", "<p>", "</p>")),
        ("line breaks", fill("a<br>", "<div>", "</div>")),
        (
            "links",
            page(&format!("{STORY}{}", "<a href=/x>The bridge will close on Monday</a> ".repeat(80_000))),
        ),
        ("classes", page(&format!("{STORY}<div class=\"{}\"><p>x</p></div>", "share-bar ".repeat(400_000)))),
        ("an unfinished comment", fill("<!-", "<!--", "")),
        ("entities", fill("&amp;&#x41;&notit;", "<p>", "</p>")),
        (
            "JSON in JSON",
            page(&format!(
                "<script type=application/ld+json>{}</script>{STORY}",
                "[{\"@graph\":".repeat(400_000)
            )),
        ),
        (
            "many metadata",
            page(&format!(
                "{}{STORY}",
                "<meta name=author content=x><h1 itemprop=headline>x</h1>".repeat(60_000)
            )),
        ),
        ("line ends", fill("\n", "<pre>", "</pre>")),
    ]
}

/// Every hostile page comes to an end that is a story, or an error that names a limit.
///
/// It runs on a thread with a small stack, as a caller may have.
#[test]
fn hostile_pages_end() {
    let check = || {
        let mut wrong = Vec::new();
        for (name, page) in hostile() {
            assert!(page.len() <= 5_000_000, "{name}: {}", page.len());
            match extracted(page.as_bytes()) {
                Ok(article) => {
                    let told = article.paragraphs.iter().any(|p| p.text.contains("bridge"));
                    if !told {
                        wrong.push(format!(
                            "{name}: {} paragraphs without the story",
                            article.paragraphs.len()
                        ));
                    }
                }
                Err(Error::Malformed { problem, .. })
                    if problem.contains("elements and texts") || problem.contains("seconds") => {}
                Err(error) => wrong.push(format!("{name}: {error}")),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(check).unwrap().join().unwrap();
}

/// The binary's largest resident size on 5 MB pages, as Linux counts it.
#[cfg(target_os = "linux")]
mod memory {
    use super::hostile;
    use std::fs;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    /// Forty-five bytes of memory for each byte of page at the limit, and 60 MB for the program with its tables. The
    /// most is asked for by as many short paragraphs as the limit on elements lets through.
    const LIMIT_KIB: u64 = (45 * 5_000_000 + 60_000_000) / 1024;

    /// Those of the pages that take memory; the others take time alone.
    const HUNGRY: [&str; 8] = [
        "open divs",
        "formatting around paragraphs",
        "one long attribute",
        "100,000 paragraphs",
        "one long paragraph",
        "one long word",
        "links",
        "many metadata",
    ];

    /// Runs `bulletin extract` on a file and returns the high-water mark of its resident size.
    fn peak_kib(path: &std::path::Path) -> u64 {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("bulletin"))
            .args(["extract", "--json"])
            .arg(path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            let now = fs::read_to_string(&status).unwrap_or_default();
            let mark = now.lines().find_map(|l| l.strip_prefix("VmHWM:"));
            let kib = mark.and_then(|m| m.trim().trim_end_matches(" kB").parse().ok());
            peak = peak.max(kib.unwrap_or(0));
            std::thread::sleep(Duration::from_millis(2));
        }
        peak
    }

    #[test]
    fn stays_within_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let mut peaks = Vec::new();
        for (name, page) in hostile().into_iter().filter(|(name, _)| HUNGRY.contains(name)) {
            let path = folder.path().join("page.html");
            fs::write(&path, page).unwrap();
            peaks.push((peak_kib(&path), name));
        }
        peaks.sort_unstable();
        // The mark was really read: no run needs less than the page itself.
        assert!(peaks.len() == HUNGRY.len() && peaks[0].0 > 4_000, "{peaks:?}");
        assert!(peaks.iter().all(|(kib, _)| *kib <= LIMIT_KIB), "limit {LIMIT_KIB} KiB: {peaks:#?}");
    }
}
