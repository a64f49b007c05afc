//! `bulletin extract`: the article found, and what was left out and why.

use super::progress::Progress;
use super::{args, produce, report, wanted};
use crate::Result;
use crate::article::Article;
use crate::config::Layer;
use crate::gather::LeftOut;
use serde::Serialize;
use std::io::{self, Write};
use std::process::ExitCode;

/// The JSON shape: the article's own fields after the version of the format.
#[derive(Serialize)]
struct Document<'a> {
    format_version: u32,
    #[serde(flatten)]
    article: &'a Article,
}

/// The JSON shape of an input that holds several stories: a folder, a feed, a wire message.
#[derive(Serialize)]
struct Documents<'a> {
    format_version: u32,
    articles: Vec<Named<'a>>,
    left_out: &'a [LeftOut],
}

#[derive(Serialize)]
struct Named<'a> {
    input: &'a str,
    #[serde(flatten)]
    article: &'a Article,
}

pub(super) fn run(args: &args::Extract) -> Result<ExitCode> {
    let config = produce::resolve(Layer::default())?;
    let gathered = wanted::look(&args.input, &args.article, &config, &Progress::new(false))?;
    match (gathered.stories.as_slice(), args.json) {
        ([(_, article)], true) => report::print_json(&Document { format_version: 1, article })?,
        (stories, true) => {
            let articles = stories.iter().map(|(input, article)| Named { input, article }).collect();
            report::print_json(&Documents { format_version: 1, articles, left_out: &gathered.left_out })?;
        }
        ([(_, article)], false) => report::print(|out| view(out, article))?,
        (stories, false) => report::print(|out| {
            stories.iter().enumerate().try_for_each(|(n, (input, article))| {
                writeln!(out, "{}{input}", if n > 0 { "\n" } else { "" })?;
                view(out, article)
            })
        })?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The story, a rule, and the lines that are not it.
fn view(out: &mut dyn Write, article: &Article) -> io::Result<()> {
    let field = |out: &mut dyn Write, name: &str, value: Option<&String>| match value {
        Some(value) => writeln!(out, "{name:<10}{value}"),
        None => writeln!(out, "{name:<10}-"),
    };
    field(out, "headline", article.headline.as_ref())?;
    field(out, "byline", article.byline.as_ref())?;
    field(out, "published", article.published.as_ref())?;
    field(out, "source", article.source.as_ref())?;
    field(out, "language", article.language.as_ref())?;
    for paragraph in &article.paragraphs {
        let (first, last) = paragraph.lines;
        let mark = match paragraph.suspect {
            Some(kind) => format!("  [perhaps {}; --drop {kind} leaves it out]", kind.noun()),
            None => String::new(),
        };
        let lines = if first == last { first.to_string() } else { format!("{first}-{last}") };
        writeln!(out, "\n{lines:>7}  {}{mark}", paragraph.text)?;
    }
    match article.dropped.len() {
        0 => writeln!(out, "\nnothing was left out")?,
        1 => writeln!(out, "\nleft out, 1 piece:")?,
        n => writeln!(out, "\nleft out, {n} pieces:")?,
    }
    for dropped in &article.dropped {
        writeln!(
            out,
            "{:>7}  {:<11} {}  ({})",
            dropped.line,
            dropped.kind,
            visible(&dropped.text),
            dropped.reason
        )?;
    }
    Ok(())
}

/// Invisible and control characters by their code points, so that a person sees what was taken out.
fn visible(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for c in text.chars() {
        if c.is_control()
            || (c.is_whitespace() && c != ' ')
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
        {
            let _ = write!(out, "<U+{:04X}>", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}
