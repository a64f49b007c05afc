//! The script as it was written, every word with its time: what is heard twice stands twice.

use crate::deliver::chapters::Chapter;
use crate::deliver::markup::{escape, escaped};
use crate::deliver::record::{Record, RecordElement, Said, What};
use crate::deliver::when;
use crate::rundown::PartKind;
use crate::script::{Role, Speaker};
use crate::units::{Frames, SampleRate};
use std::fmt::Write as _;
/// What stands in one block of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    /// A line of the station's.
    Line,
    /// A headline that is read before the stories.
    Teaser(Option<usize>),
    /// The headline over a story.
    Heading,
    /// A paragraph of a story.
    Paragraph(Option<usize>, Option<usize>),
}

type Spoken<'a> = (&'a RecordElement, &'a Said);

fn block(element: &RecordElement, said: &Said, chapter: &Chapter) -> Block {
    match (&element.what, said.role) {
        (What::Line(_), _) => Block::Line,
        _ if element.part == PartKind::Headlines => Block::Teaser(said.story),
        (_, Role::Headline) if chapter.story == said.story && said.story.is_some() => Block::Heading,
        _ => Block::Paragraph(said.story, said.paragraph),
    }
}

/// The whole script, chapter by chapter. `audio` is the address of a file that can be opened at a time.
pub(super) fn html(record: &Record, chapters: &[Chapter], audio: Option<&str>) -> String {
    let mut out = String::new();
    let spoken: Vec<Spoken<'_>> = record.said().collect();
    let mut at = 0;
    let mut told: Vec<usize> = Vec::new();
    for (n, chapter) in chapters.iter().enumerate() {
        let end = chapters.get(n + 1).map(|next| next.start);
        let count =
            spoken[at..].iter().take_while(|(element, _)| end.is_none_or(|end| element.start < end)).count();
        let inside = &spoken[at..at + count];
        at += count;
        let again = chapter.story.is_some_and(|story| told.contains(&story));
        told.extend(chapter.story);
        article(&mut out, record, (n, chapter, again), inside, audio);
    }
    if chapters.is_empty() {
        out.push_str("<p>Nothing is said in this bulletin.</p>\n");
    }
    out
}

fn article(
    out: &mut String,
    record: &Record,
    (n, chapter, again): (usize, &Chapter, bool),
    spoken: &[Spoken<'_>],
    audio: Option<&str>,
) {
    let rate = record.rate();
    let kind = if chapter.story.is_some() { "story" } else { "minor" };
    let _ = writeln!(out, "<article class=\"{kind}\" id=\"c{n}\" aria-labelledby=\"h{n}\">");
    let head = |out: &mut String, words: &[Spoken<'_>]| {
        let _ = write!(out, "<h2 id=\"h{n}\">");
        match words {
            [] => escape(out, &chapter.title),
            words => sentences(out, words, rate),
        }
        out.push_str(if again { " (continued)</h2>\n" } else { "</h2>\n" });
        facts(out, record, chapter.story.filter(|_| !again));
        listen(out, chapter, rate, audio);
    };
    let mut is_headed = false;
    for words in spoken.chunk_by(|a, b| block(a.0, a.1, chapter) == block(b.0, b.1, chapter)) {
        let Some((element, said)) = words.first() else { continue };
        let block = block(element, said, chapter);
        let is_heading = block == Block::Heading && !is_headed;
        // A line that leads to a story stands before its headline.
        if !is_headed && (block != Block::Line || chapter.story.is_none()) {
            head(out, if is_heading { words } else { &[] });
            is_headed = true;
        }
        if is_heading {
            continue;
        }
        out.push_str(match block {
            Block::Line => "<p class=\"line\">",
            Block::Teaser(_) => "<p class=\"teaser\">",
            Block::Heading | Block::Paragraph(..) => "<p>",
        });
        sentences(out, words, rate);
        out.push_str("</p>\n");
    }
    if !is_headed {
        head(out, &[]);
    }
    out.push_str("</article>\n");
}

/// What the article says of itself.
fn facts(out: &mut String, record: &Record, story: Option<usize>) {
    let Some(story) = story.and_then(|story| record.stories.get(story)) else { return };
    let byline = story.byline.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(|byline| {
        let has_by = byline.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("by "));
        escaped(&if has_by { byline.to_owned() } else { format!("By {byline}") })
    });
    let source = story.source.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(escaped);
    let published = story.published.as_deref().map(|moment| {
        let shown = escaped(&when::moment(moment, &record.language));
        // Only what reads as a date may call itself one.
        let is_date = shown != escaped(moment);
        if is_date { format!("<time datetime=\"{}\">{shown}</time>", escaped(moment)) } else { shown }
    });
    let known: Vec<String> = [byline, source, published].into_iter().flatten().collect();
    if !known.is_empty() {
        let _ = writeln!(out, "<p class=\"source\">{}</p>", known.join(" · "));
    }
}

/// To hear it from here: with a file beside the page even without scripts.
fn listen(out: &mut String, chapter: &Chapter, rate: SampleRate, audio: Option<&str>) {
    let (at, position) = (when::ms(chapter.start, rate), when::position(chapter.start, rate));
    let name = escaped(&format!("Listen from {position}: {}", chapter.title));
    let _ = match audio {
        Some(address) => writeln!(
            out,
            "<p class=\"listen\"><a href=\"{address}#t={}.{:03}\" data-t=\"{at}\" aria-label=\"{name}\">Listen from {position}</a></p>",
            at / 1_000,
            at % 1_000
        ),
        None => writeln!(
            out,
            "<p class=\"listen\" hidden><button type=\"button\" data-t=\"{at}\" aria-label=\"{name}\">Listen from {position}</button></p>"
        ),
    };
}

/// Sentences with their words, each with the millisecond it begins at; a sentence also has its end.
fn sentences(out: &mut String, spoken: &[Spoken<'_>], rate: SampleRate) {
    for (n, (element, said)) in spoken.iter().enumerate() {
        if n > 0 {
            out.push(' ');
        }
        let end = Frames(element.start.0.saturating_add(element.length.0));
        let quoted = if said.speaker == Speaker::Quote { " quoted" } else { "" };
        let (from, to) = (when::ms(element.start, rate), when::ms(end, rate));
        let _ = write!(out, "<span class=\"s{quoted}\" data-t=\"{from}\" data-e=\"{to}\">");
        let mut before = None;
        for unit in said.units(element.start, element.length) {
            let Some(text) = said.written.get(unit.written.clone()) else { continue };
            // Between units there is white space or nothing at all.
            if before.is_some_and(|end| end < unit.written.start) {
                out.push(' ');
            }
            before = Some(unit.written.end);
            let _ = write!(out, "<span data-t=\"{}\">", when::ms(unit.start, rate));
            escape(out, text);
            out.push_str("</span>");
        }
        out.push_str("</span>");
    }
}
