//! What was said, to be read: chapter by chapter, as it was written.

use super::chapters::{Chapter, chapters};
use super::markup::escaped;
use super::record::{Record, Said};
use super::when;
use crate::script::{Role, Speaker};
use crate::units::SampleRate;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// A file of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text.
    Txt,
    /// Markdown (CommonMark 0.31).
    Md,
    /// A page of HTML, without anything but words.
    Html,
}

impl Format {
    /// Its file's extension.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Md => "md",
            Self::Html => "html",
        }
    }
}

/// One chapter, as it is read.
struct Section<'a> {
    chapter: Chapter,
    paragraphs: Vec<Paragraph<'a>>,
    /// Byline, source and date, as far as they are known.
    credit: Option<String>,
}

/// Sentences that stand together.
struct Paragraph<'a> {
    speaker: Speaker,
    sentences: Vec<&'a str>,
}

/// The transcript as a file.
///
/// # Examples
/// ```
/// use bulletin::deliver::{record::Record, transcript::{Format, write}};
/// let record: Record = serde_json::from_value(serde_json::json!({
///     "format_version": 2, "program": "", "voice": "", "engine": "", "disclosure": "Read by a machine.",
///     "title": "News at one", "rate_hz": 48_000, "channels": 2, "target_lufs": -16.0, "ceiling_dbtp": -1.0,
///     "mastered": {"loudness": -16.0, "peak": -1.0, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2, "length": 96_000},
///     "stories": [{"input": "a.txt", "headline": "Ferry back"}],
///     "elements": [{"start": 0, "length": 96_000, "part": "stories", "kind": "sentence", "story": 0,
///                   "written": "It cost £1.2bn.", "spoken": "", "expansions": []}],
/// })).unwrap();
/// assert_eq!(write(&record, Format::Txt), "News at one\nRead by a machine.\n\nFerry back [0:00]\n\nIt cost £1.2bn.\n");
/// ```
pub fn write(record: &Record, format: Format) -> String {
    let sections = sections(record);
    let rate = record.rate();
    match format {
        Format::Txt => text(record, &sections, rate),
        Format::Md => markdown(record, &sections, rate),
        Format::Html => html(record, &sections, rate),
    }
}

fn sections(record: &Record) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = chapters(record)
        .into_iter()
        .map(|chapter| {
            let credit = chapter.story.and_then(|story| credit(record, story));
            Section { chapter, paragraphs: Vec::new(), credit }
        })
        .collect();
    // Story, paragraph, role and speaker of what was said last.
    let mut last: Option<(usize, &Said)> = None;
    for (element, said) in record.said() {
        let place = sections.iter().rposition(|section| section.chapter.start <= element.start);
        let Some(place) = place else { continue };
        let section = &mut sections[place];
        // The heading says it.
        if said.role == Role::Headline && said.written.trim() == section.chapter.title.trim() {
            continue;
        }
        let together = last.is_some_and(|(section, before)| {
            section == place
                && before.story == said.story
                && before.paragraph == said.paragraph
                && before.role == said.role
                && (before.speaker == said.speaker || before.goes_on)
                && said.role != Role::Headline
        });
        match section.paragraphs.last_mut().filter(|_| together) {
            Some(paragraph) => {
                paragraph.sentences.push(&said.written);
                if paragraph.speaker != said.speaker {
                    // Somebody's words, and who said them.
                    paragraph.speaker = Speaker::Reader;
                }
            }
            None => {
                section.paragraphs.push(Paragraph { speaker: said.speaker, sentences: vec![&said.written] });
            }
        }
        last = Some((place, said));
    }
    sections
}

fn credit(record: &Record, story: usize) -> Option<String> {
    let story = record.stories.get(story)?;
    let published = story.published.as_deref().map(|written| when::moment(written, &record.language));
    let known: Vec<&str> =
        [&story.byline, &story.source, &published].into_iter().flatten().map(String::as_str).collect();
    (!known.is_empty()).then(|| known.join(", "))
}

/// Station, date and time.
fn edition(record: &Record) -> Option<String> {
    let known = [record.station.clone(), when::edition(record.date, record.time, &record.language)];
    let known: Vec<String> = known.into_iter().flatten().collect();
    (!known.is_empty()).then(|| known.join(", "))
}

fn text(record: &Record, sections: &[Section<'_>], rate: SampleRate) -> String {
    let mut out = String::new();
    for line in [Some(&record.title), edition(record).as_ref(), Some(&record.disclosure)] {
        if let Some(line) = line.filter(|line| !line.is_empty()) {
            let _ = writeln!(out, "{}", one_line(line));
        }
    }
    for section in sections {
        let _ = write!(
            out,
            "\n{} [{}]\n",
            one_line(&section.chapter.title),
            when::position(section.chapter.start, rate)
        );
        if let Some(credit) = &section.credit {
            let _ = writeln!(out, "{}", one_line(credit));
        }
        for paragraph in &section.paragraphs {
            let _ = write!(out, "\n{}\n", paragraph.sentences.join(" "));
        }
    }
    out
}

fn markdown(record: &Record, sections: &[Section<'_>], rate: SampleRate) -> String {
    let mut out = format!("# {}\n", plain_in_markdown(&record.title));
    for line in [edition(record).as_ref(), Some(&record.disclosure)] {
        if let Some(line) = line.filter(|line| !line.is_empty()) {
            let _ = write!(out, "\n*{}*\n", plain_in_markdown(line));
        }
    }
    for section in sections {
        let title = plain_in_markdown(&section.chapter.title);
        let _ = write!(out, "\n## {title} ({})\n", when::position(section.chapter.start, rate));
        if let Some(credit) = &section.credit {
            let _ = write!(out, "\n*{}*\n", plain_in_markdown(credit));
        }
        for paragraph in &section.paragraphs {
            let mark = if paragraph.speaker == Speaker::Quote { "> " } else { "" };
            let _ = write!(out, "\n{mark}{}\n", plain_in_markdown(&paragraph.sentences.join(" ")));
        }
    }
    out
}

fn html(record: &Record, sections: &[Section<'_>], rate: SampleRate) -> String {
    let language = if record.language.is_empty() { "en" } else { &record.language };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        escaped(language),
        title = escaped(&record.title),
    );
    for line in [edition(record).as_ref(), Some(&record.disclosure)] {
        if let Some(line) = line.filter(|line| !line.is_empty()) {
            let _ = writeln!(out, "<p>{}</p>", escaped(line));
        }
    }
    for section in sections {
        let seconds = section.chapter.start.seconds(rate).floor();
        let _ = writeln!(
            out,
            "<section>\n<h2>{} <time datetime=\"PT{seconds}S\">{}</time></h2>",
            escaped(&section.chapter.title),
            when::position(section.chapter.start, rate)
        );
        if let Some(credit) = &section.credit {
            let _ = writeln!(out, "<p>{}</p>", escaped(credit));
        }
        for paragraph in &section.paragraphs {
            let text = escaped(&paragraph.sentences.join(" "));
            let quoted = paragraph.speaker == Speaker::Quote;
            let _ = if quoted {
                writeln!(out, "<blockquote><p>{text}</p></blockquote>")
            } else {
                writeln!(out, "<p>{text}</p>")
            };
        }
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text that Markdown must not read anything into.
fn plain_in_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, word) in text.split_whitespace().enumerate() {
        if n > 0 {
            out.push(' ');
        }
        // At the beginning of a paragraph these make a list or a heading (CommonMark 0.31 §4.2, §5.2).
        let lists =
            n == 0 && matches!(word, "-" | "+" | "=" | "#" | "##" | "###" | "####" | "#####" | "######");
        let counts = n == 0
            && word.len() > 1
            && word.ends_with(['.', ')'])
            && word[..word.len() - 1].bytes().all(|b| b.is_ascii_digit());
        if lists {
            out.push('\\');
        }
        for (at, c) in word.char_indices() {
            let marks = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~');
            if marks || (counts && at == word.len() - 1) {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_reads_nothing_into_it() {
        for (text, expected) in [
            ("Plain text, as it is.", "Plain text, as it is."),
            ("1. May was wet", "1\\. May was wet"),
            ("2024) was", "2024\\) was"),
            ("- no *list* of <b>", "\\- no \\*list\\* of \\<b\\>"),
            ("# 5 a_b [x]", "\\# 5 a\\_b \\[x\\]"),
            ("AT&amp;T", "AT\\&amp;T"),
        ] {
            assert_eq!(plain_in_markdown(text), expected);
        }
    }
}
