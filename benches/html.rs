//! Pages a second on one page at a time: our whole reader beside the crate `trafilatura` alone, which gets decoded
//! text and the same options (precision; our second look with fallback is ours to pay).
//!
//! Both read each page in turn, round after round, and each page's shortest time counts: what other programs take
//! of the machine falls on both. The pages are our fixtures grown to the size of real ones by what real ones are
//! large with: scripts, styles, menus, cards of other stories and comments. `BULLETIN_PAGES=folder` measures the
//! `.html` files of a folder instead. Bound: at least 0.6 times the speed of the crate alone.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench prints what it measures, by the clock, or fails"
)]

use bulletin::article::{Settings, html};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, fs};
use trafilatura::{ExtractionFocus, HtmlDateMode, Options};

/// The mean of the pages that news sites served to the field's own benchmark.
const MEAN_BYTES: usize = 170_000;

/// `fixture` with the bulk of a real page around its story.
fn grown(fixture: &str) -> String {
    let mut head = String::from("<style>");
    for i in 0..400 {
        write!(
            head,
            ".c{i}{{margin:{i}px auto;color:#{i:03}}}@media(max-width:{i}px){{.c{i} a{{display:none}}}}"
        )
        .unwrap();
    }
    head.push_str("</style><script>window.__STATE__={");
    for i in 0..600 {
        write!(
            head,
            "\"k{i}\":{{\"id\":{i},\"url\":\"https://echo.example/{i}\",\"tags\":[\"a<b\",\"c\"]}},"
        )
        .unwrap();
    }
    head.push_str("};</script>");
    let mut above = String::from("<div class=\"mega-menu\"><ul>");
    for i in 0..250 {
        write!(
            above,
            "<li class=\"menu-item menu-item-{i}\"><a href=\"/section/{i}\"><span>Section {i}</span></a></li>"
        )
        .unwrap();
    }
    above.push_str("</ul></div>");
    let mut below = String::from("<section class=\"related\">");
    for i in 0..120 {
        write!(
            below,
            "<div class=\"card card-{i}\"><a href=\"/story/{i}\"><picture><source srcset=\"/i/{i}-2x.jpg 2x\"><img src=\"/i/{i}.jpg\" \
             alt=\"A picture\"></picture><h3 class=\"card__title\">Council votes on bridge number {i} after a long night</h3>\
             <span class=\"card__meta\"><time datetime=\"2025-01-02\">2 January</time></span></a></div>"
        )
        .unwrap();
    }
    below.push_str("</section><div id=\"comments\" class=\"comments\">");
    for i in 0..100 {
        write!(
            below,
            "<div class=\"comment\" id=\"c{i}\"><b class=\"comment-author\">Reader {i}</b><p>I have lived beside it for {i} years \
             and have never seen it shut, <i>not once</i>, whatever the council says.</p></div>"
        )
        .unwrap();
    }
    below.push_str("</div><script>");
    while fixture.len() + head.len() + above.len() + below.len() < MEAN_BYTES {
        below.push_str("(function(w,d){if(w.a<d.b&&w.c>0){d.e('<p>'+w.f+'</p>');}})(window,document);\n");
    }
    below.push_str("</script>");
    let body = fixture.find("<body").unwrap();
    let start = body + fixture[body..].find('>').unwrap() + 1;
    let end = fixture.rfind("</body>").unwrap();
    format!(
        "{}{head}{}{above}{}{below}{}",
        &fixture[..body],
        &fixture[body..start],
        &fixture[start..end],
        &fixture[end..]
    )
}

fn pages() -> Vec<(String, Vec<u8>)> {
    let given = env::var_os("BULLETIN_PAGES");
    let folder = given
        .clone()
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/html"), PathBuf::from);
    let mut pages: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "html"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    pages.sort();
    if given.is_none() {
        pages.retain(|(_, bytes)| str::from_utf8(bytes).is_ok_and(|text| text.contains("<body")));
        for (_, bytes) in &mut pages {
            *bytes = grown(str::from_utf8(bytes).unwrap()).into_bytes();
        }
    }
    pages
}

fn options(fallback: bool) -> Options {
    Options::default()
        .with_fallback(fallback)
        .with_html_date_mode(HtmlDateMode::Disabled)
        .with_exclude_comments(true)
        .with_focus(ExtractionFocus::FavorPrecision)
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn main() {
    // `cargo test` runs benches once to see that they work.
    let rounds = if env::args().any(|a| a == "--bench") { 7 } else { 1 };
    let pages = pages();
    let settings = Settings::default();
    let mut best = vec![[Duration::MAX; 3]; pages.len()];
    for _ in 0..rounds {
        for ((name, bytes), best) in pages.iter().zip(&mut best) {
            let text = String::from_utf8_lossy(bytes);
            let times = [
                timed(|| html::read(black_box(bytes), name, None, &settings)),
                timed(|| trafilatura::extract(black_box(&text), &options(false))),
                timed(|| trafilatura::extract(black_box(&text), &options(true))),
            ];
            for (best, time) in best.iter_mut().zip(times) {
                *best = (*best).min(time);
            }
        }
    }
    let total = |which: usize| best.iter().map(|b| b[which]).sum::<Duration>().as_secs_f64();
    let bytes: usize = pages.iter().map(|(_, b)| b.len()).sum();
    println!("{} pages, mean {} kB, best of {rounds} rounds", pages.len(), bytes / pages.len() / 1000);
    for (which, name) in
        ["bulletin, whole reader", "trafilatura alone", "trafilatura alone, with fallback"].iter().enumerate()
    {
        println!(
            "{name:34} {:7.1} pages/s  {:6.1} MB/s",
            pages.len() as f64 / total(which),
            bytes as f64 / 1e6 / total(which)
        );
    }
    println!("ratio to trafilatura alone         {:7.2}", total(1) / total(0));
    println!("ratio to it with fallback          {:7.2}", total(2) / total(0));
    if env::var_os("BULLETIN_EACH").is_some() {
        for ((name, bytes), best) in pages.iter().zip(&best) {
            println!("{name:34} {:8} bytes {best:.1?}", bytes.len());
        }
    }
}
