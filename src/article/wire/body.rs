//! A story's body, which may come in several forms at once: NITF, HTML, plain text.
//!
//! The best-marked form is read; the others are compared with it, and listed as repetitions or by what only they hold.

use super::super::marked::compared;
use super::super::{Kind, Settings, html};
use super::item::Desk;
use super::story::{Block, Draft};
use super::xml::{self, Lines};
use super::{Place, WireForm, nitf};
use crate::{Error, Result};

/// The form of a body, the best-marked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BodyForm {
    Nitf,
    Html,
    Plain,
    Unread,
}

impl BodyForm {
    /// By media type, else by the name of the body, else by its content.
    pub(super) fn of(kind: &str, role: &str, value: &str) -> Self {
        if super::of(value) == Some(WireForm::Nitf) {
            return Self::Nitf;
        }
        let told = if kind.is_empty() { role } else { kind };
        match told {
            t if t.contains("html") => Self::Html,
            t if t.starts_with("text/plain") || t == "text" => Self::Plain,
            t if t.contains("nitf") || t.contains("xml") || t.contains("json") || t.contains('/') => {
                if html::is_html(value) {
                    Self::Html
                } else {
                    Self::Unread
                }
            }
            _ if html::is_html(value) => Self::Html,
            _ => Self::Plain,
        }
    }
}

/// One form of a story.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) form: BodyForm,
    /// What to call the form in reasons.
    pub(super) shown: String,
    pub(super) texts: Vec<Block>,
}

impl Body {
    /// Reads a body that came as a string; one that does not follow its form is listed and not read.
    pub(super) fn read(
        value: &str,
        form: BodyForm,
        shown: &str,
        lines: &Lines,
        place: &Place<'_>,
        draft: &mut Draft,
        desk: &mut Desk,
    ) -> Result<Self> {
        let first = lines.at(0);
        let texts = match form {
            BodyForm::Nitf => match document(value, lines, draft, desk) {
                Ok(texts) => texts,
                Err(problem) => {
                    let unread = Block::new(shortened(value), first);
                    let shown = format!("{shown}, {problem}");
                    return Ok(Self { form: BodyForm::Unread, shown, texts: vec![unread] });
                }
            },
            BodyForm::Html => marked_up(value, lines, place.settings, place.name)?,
            BodyForm::Plain => {
                let starts = Lines::of(value, first);
                let fixed = matches!(lines, Lines::Fixed(_));
                let mut at = 0;
                let numbers: Vec<usize> = value
                    .split('\n')
                    .map(|line| {
                        let number = if fixed { first } else { starts.at(at) };
                        at += line.len() + 1;
                        number
                    })
                    .collect();
                plain_texts(value, |n| numbers.get(n).copied().unwrap_or(first))
            }
            BodyForm::Unread => vec![Block::new(shortened(value), first)],
        };
        Ok(Self { form, shown: shown.to_owned(), texts })
    }
}

/// What is not read is shown by its beginning: it may be megabytes of base64.
fn shortened(value: &str) -> String {
    const SHOWN: usize = 80;
    let value = value.trim();
    match value.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}… ({} characters)", &value[..at], value.chars().count()),
        None => value.to_owned(),
    }
}

/// A NITF document inside a string.
fn document(value: &str, lines: &Lines, draft: &mut Draft, desk: &mut Desk) -> Result<Vec<Block>, String> {
    let told = |flaw: xml::Flaw| flaw.problem;
    let guarded = xml::guarded(value, lines).map_err(told)?;
    let tree = xml::parse(&guarded, lines).map_err(told)?;
    let root = tree.root_element();
    nitf::document(root, lines, draft, desk);
    Ok(nitf::body(root, lines))
}

/// A page or a piece of one inside a string.
fn marked_up(value: &str, lines: &Lines, settings: &Settings, name: &str) -> Result<Vec<Block>> {
    let first = lines.at(0);
    let fixed = matches!(lines, Lines::Fixed(_));
    let shown = match html::shown(value, name, settings) {
        Ok(shown) => shown,
        Err(Error::NotText { problem, .. }) => {
            let out = Some((Kind::Embed, format!("markup that is not read: {problem}")));
            return Ok(vec![Block { out, ..Block::new(shortened(value), first) }]);
        }
        Err(other) => return Err(other),
    };
    Ok(shown
        .into_iter()
        .map(|s| {
            let line = |n: usize| if fixed { first } else { first + n.max(1) - 1 };
            let out = match s.role {
                _ if s.hidden => Some((Kind::Noise, "the markup keeps it from sight")),
                html::Role::Heading(1) => Some((Kind::Headline, "a headline inside the text")),
                html::Role::Heading(_) => {
                    Some((Kind::Crosshead, "the markup calls it a heading between paragraphs"))
                }
                html::Role::Caption => Some((Kind::Caption, "the markup calls it a caption")),
                html::Role::Row => Some((Kind::List, "a row of a table")),
                html::Role::Control => Some((Kind::Nav, "a control")),
                _ if s.whole_link => Some((Kind::Related, "a link that is a line of its own")),
                _ => None,
            };
            Block {
                lines: (line(s.lines.0), line(s.lines.1)),
                after_break: s.after_break,
                out: out.map(|(kind, reason)| (kind, reason.to_owned())),
                ..Block::new(s.text, first)
            }
        })
        .collect())
}

/// Other forms of a story that are compared with the one read; agencies send up to four.
const ALTERNATES: usize = 8;

/// Takes the best-marked body as the story, and lists what the others repeat or add.
pub(super) fn choose(bodies: Vec<Body>, draft: &mut Draft) {
    let has_text = |b: &Body| b.form != BodyForm::Unread && b.texts.iter().any(|t| t.out.is_none());
    let best = bodies.iter().enumerate().filter(|(_, b)| has_text(b)).min_by_key(|(at, b)| (b.form, *at));
    let best = best.map(|(at, _)| at);
    let mut others = Vec::new();
    for (at, body) in bodies.into_iter().enumerate() {
        if Some(at) == best {
            draft.texts = body.texts;
        } else {
            others.push(body);
        }
    }
    // Past the first few, a comparison costs more than it tells: they are listed in full.
    let whole: String = draft.texts.iter().map(|t| compared(&t.text)).collect();
    for (n, body) in others.into_iter().enumerate() {
        let read = if n < ALTERNATES { whole.as_str() } else { "" };
        if body.form == BodyForm::Unread {
            for text in body.texts {
                let reason = format!("in a form that is not read ({})", body.shown);
                draft.leave_out(text.lines.0, &text.text, Kind::Embed, &reason);
            }
        } else {
            alternate(read, body.texts, &body.shown, draft);
        }
    }
}

/// A plain text's lines. One blank line between two means that the others only wrap.
fn plain_texts(text: &str, line: impl Fn(usize) -> usize) -> Vec<Block> {
    let mut texts: Vec<Block> = Vec::new();
    let mut blank = true;
    for (n, raw) in text.split('\n').enumerate() {
        let raw = raw.trim_end_matches('\r');
        if raw.trim().is_empty() {
            blank = true;
            continue;
        }
        texts.push(Block { after_break: !blank, ..Block::new(raw.trim(), line(n)) });
        blank = false;
    }
    texts
}

/// Compares a second form of a story with `read`, the letters and figures of the one that was read: what is in both
/// is listed once as a repetition, what is only in it by itself.
fn alternate(read: &str, other: Vec<Block>, form: &str, draft: &mut Draft) {
    /// Past this the comparison would cost more than it tells.
    const LONGEST_BYTES: usize = 400_000;
    const MOST_TEXTS: usize = 1000;
    /// A repetition is shown by its beginning.
    const SHOWN: usize = 160;
    let mut same: Option<(usize, String)> = None;
    for (n, text) in other.into_iter().enumerate() {
        let own = compared(&text.text);
        if own.is_empty() {
            continue;
        }
        let line = text.lines.0;
        if draft.headline.as_deref().map(compared).as_ref() == Some(&own) {
            draft.leave_out(line, &text.text, Kind::Headline, "the headline again");
        } else if n < MOST_TEXTS && read.len() <= LONGEST_BYTES && read.contains(&own) {
            let (_, start) = same.get_or_insert((line, String::new()));
            if start.len() < SHOWN {
                if !start.is_empty() {
                    start.push(' ');
                }
                start.push_str(&text.text);
            }
        } else {
            let (kind, reason) = text.out.unwrap_or((
                Kind::Boilerplate,
                format!("only in the story's other form ({form}), which was not the one read"),
            ));
            draft.leave_out(line, &text.text, kind, &reason);
        }
    }
    if let Some((line, start)) = same {
        let shown = match start.char_indices().nth(SHOWN) {
            Some((at, _)) => format!("{}…", start[..at].trim_end()),
            None => start,
        };
        draft.leave_out(line, &shown, Kind::Duplicate, &format!("the same story in another form ({form})"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_form_of_the_same_story() {
        let read = compared("The bridge will close. It is blue.");
        let mut draft = Draft { headline: Some("Bridge".into()), ..Draft::default() };
        let other = plain_texts("Bridge\nThe bridge will close.\nIt is blue.\nA fact box.", |_| 9);
        alternate(&read, other, "text/plain", &mut draft);
        let left: Vec<_> = draft.aside.iter().map(|d| (d.text.as_str(), d.kind)).collect();
        assert_eq!(
            left,
            [
                ("Bridge", Kind::Headline),
                ("A fact box.", Kind::Boilerplate),
                ("The bridge will close. It is blue.", Kind::Duplicate)
            ]
        );
    }
}
