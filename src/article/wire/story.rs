//! What a wire's markup tells, and the cleaning pass that all inputs go through → [`Article`].
//!
//! The markup names headings, captions, notes and credits. Beyond it, agencies repeat the headline and a section line
//! above the text and sign below it; those habits are handled here, the wording of what is left by the pass.

use super::super::clean::{dates, names, people};
use super::super::marked::{self, Marked, compared, is_sentence};
use super::super::{Article, Dropped, Kind, Settings, html};
use crate::Result;
use regex::Regex;
use std::sync::LazyLock;

/// One text of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) text: String,
    /// First and last input line, from 1.
    pub(super) lines: (usize, usize),
    /// Parted from the text before it by a line break only.
    pub(super) after_break: bool,
    /// What it is instead of story, as the markup says, and why.
    pub(super) out: Option<(Kind, String)>,
}

impl Block {
    pub(super) fn new(text: impl Into<String>, line: usize) -> Self {
        Self { text: text.into(), lines: (line, line), after_break: false, out: None }
    }
}

/// An article in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) headline: Option<String>,
    pub(super) byline: Option<String>,
    pub(super) published: Option<String>,
    pub(super) source: Option<String>,
    /// Other names that the sender goes by, to know its signature.
    pub(super) signatures: Vec<String>,
    /// The language as declared.
    pub(super) language: Option<String>,
    /// The body.
    pub(super) texts: Vec<Block>,
    /// What stands outside the body.
    pub(super) aside: Vec<Dropped>,
}

/// How many texts at each end of a body may be the agency's own.
const EDGE: usize = 3;

/// The longest section line above a text: "Home affairs TT".
const SECTION_WORDS: usize = 4;

impl Draft {
    /// Lists a text that stands outside the body.
    pub(super) fn leave_out(&mut self, line: usize, text: &str, kind: Kind, reason: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.aside.push(Dropped { line, text, kind, reason: reason.to_owned() });
        }
    }

    /// Takes a headline, if there is none yet, and lists it.
    pub(super) fn headline(&mut self, line: usize, text: &str) {
        let text = marked::plain(text);
        if text.is_empty() {
            return;
        }
        let again = self.headline.as_ref().is_some_and(|h| compared(h) != compared(&text));
        let reason = if again { "another headline of the item" } else { "the headline" };
        self.leave_out(line, &text, Kind::Headline, reason);
        self.headline.get_or_insert(text);
    }

    /// Takes a byline, if there is none yet and it names somebody other than the sender, and lists it.
    pub(super) fn byline(&mut self, line: usize, text: &str) {
        let text = marked::plain(text);
        if text.is_empty() {
            return;
        }
        self.leave_out(line, &text, Kind::Byline, "the byline");
        let (who, agency) = match names::byline(&text, None).or_else(|| names::bare_byline(&text, None)) {
            Some(byline) => (byline.text, byline.agency),
            None => (without_by(&text).to_owned(), None),
        };
        // "Jan Müller, dpa": the rules of bylines take any outlet off; an agency is also the source.
        let behind = text.rsplit_once([',', '/']).map(|(_, sender)| sender.trim());
        let known = behind.filter(|sender| people::AGENCIES.iter().any(|a| a.eq_ignore_ascii_case(sender)));
        if let Some(agency) = agency.as_deref().or(known) {
            self.sign(agency);
        }
        // "Ann Orme/TT", "Ann Orme, Tarn Wire": the sender is no part of the name.
        let who = match who.rsplit_once([',', '/']) {
            Some((name, sender)) if self.is_signature(sender) && !name.trim().is_empty() => {
                self.sign(sender);
                name.trim().to_owned()
            }
            _ => who,
        };
        if people::AGENCIES.iter().any(|a| a.eq_ignore_ascii_case(&who)) {
            self.sign(&who);
        } else {
            self.byline.get_or_insert(who);
        }
    }

    /// Notes a name of the sender; the first is the source.
    pub(super) fn sign(&mut self, name: &str) {
        let name = marked::plain(name);
        if name.is_empty() {
            return;
        }
        if !self.signatures.contains(&name) {
            self.signatures.push(name.clone());
        }
        self.source.get_or_insert(name);
    }

    /// The article: the body through the cleaning pass, all the rest listed.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) for a house pattern that does not compile.
    pub(super) fn article(mut self, settings: &Settings) -> Result<Article> {
        self.opening();
        self.closing(settings);
        let mut left_out = std::mem::take(&mut self.aside);
        let mut texts: Vec<(usize, Marked)> = Vec::new();
        for (i, text) in std::mem::take(&mut self.texts).into_iter().enumerate() {
            match text.out {
                Some((kind, reason)) if !(settings.keep.contains(&kind) && may_stay(kind)) => {
                    left_out.push(Dropped { line: text.lines.0, text: text.text, kind, reason });
                }
                _ => {
                    let Block { text, lines, after_break, .. } = text;
                    texts.push((i, Marked { text, lines, after_break }));
                }
            }
        }
        let mut article = if texts.is_empty() {
            Article::default()
        } else {
            marked::clean(&texts, self.headline.as_deref(), settings)?.into_article(&texts)
        };
        article.headline = self.headline;
        article.byline = self.byline.or(article.byline);
        article.published = self.published.or(article.published);
        article.source = self.source.or(article.source);
        let declared = self.language.as_deref().and_then(html::language);
        let guessed = article.language.take();
        article.language = marked::language(guessed, declared.as_deref(), &article.paragraphs, settings);
        article.dropped.append(&mut left_out);
        article.dropped.sort_by_key(|d| d.line);
        Ok(article)
    }

    fn is_signature(&self, name: &str) -> bool {
        let own = compared(name);
        !own.is_empty()
            && (people::AGENCIES.iter().any(|a| compared(a) == own)
                || self.signatures.iter().any(|s| compared(s) == own))
    }

    /// "RoadsTT": two parts of a page run together.
    fn ends_glued(&self, text: &str) -> bool {
        let names = people::AGENCIES.iter().copied().chain(self.signatures.iter().map(String::as_str));
        names
            .filter(|n| !n.contains(char::is_lowercase))
            .any(|n| text.strip_suffix(n).is_some_and(|section| section.ends_with(char::is_lowercase)))
    }

    /// Whether a text is nothing but names of the sender, between brackets, slashes or dashes.
    fn is_sign_off(&self, text: &str) -> bool {
        let bare = text.trim_matches(|c: char| c.is_whitespace() || "()[]©/–—-.*".contains(c));
        let bare = bare.strip_prefix("(c)").or_else(|| bare.strip_prefix("c)")).unwrap_or(bare).trim();
        // "dpa amu yydd n1": the agency, and initials of those who wrote and sent.
        let mut words = bare.split_whitespace();
        let initialled = words.next().is_some_and(|w| self.is_signature(w))
            && words.clone().count() >= 1
            && words.all(|w| w.len() <= 4 && !w.contains(char::is_uppercase))
            && !is_sentence(text);
        initialled
            || bare.split_whitespace().count() <= SECTION_WORDS
                && !bare.is_empty()
                && (self.is_signature(bare)
                    || bare.split(['/', ',', '-']).all(|part| self.is_signature(part)))
    }

    /// The headline and a section line repeated above the text; "(Agency) - " before its first words.
    fn opening(&mut self) {
        let headline = self.headline.as_deref().map(compared).filter(|h| !h.is_empty());
        let story: Vec<usize> =
            (0..self.texts.len()).filter(|&i| self.texts[i].out.is_none()).take(EDGE).collect();
        for i in story {
            let text = self.texts[i].text.as_str();
            let verdict = if headline.as_deref() == Some(&compared(text)) {
                (Kind::Headline, "the headline again")
            } else if is_sentence(text) {
                self.bracketed_dateline(i);
                return;
            } else if self.is_sign_off(text) {
                (Kind::Agency, "the agency's name above the text")
            } else if text.split_whitespace().count() <= SECTION_WORDS
                && (text.rsplit_once(' ').is_some_and(|(_, last)| self.is_signature(last))
                    || self.ends_glued(text))
            {
                (Kind::Label, "a section and the agency's name above the text")
            } else {
                continue;
            };
            self.texts[i].out = Some((verdict.0, verdict.1.to_owned()));
        }
    }

    /// Cuts "(Agency) - ", "(Place, date) " off the start of a text; the pass knows the forms without brackets.
    fn bracketed_dateline(&mut self, i: usize) {
        static BRACKET: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^[(\[](?P<inner>[^()\[\]]{2,60})[)\]]\s*(?P<dash>[–—:-]{1,2})?\s*")
                .expect("a constant pattern")
        });
        let text = &self.texts[i].text;
        let Some(found) = BRACKET.captures(text) else { return };
        let inner = &found["inner"];
        let outlet = inner.split_whitespace().count() <= SECTION_WORDS
            && inner.split_whitespace().all(|w| w.starts_with(char::is_uppercase));
        let scan = dates::scan(inner, None);
        let dated = scan.has_day() && scan.residue.split_whitespace().count() <= SECTION_WORDS;
        let end = found.get(0).map_or(0, |m| m.end());
        let opens =
            text[end..].starts_with(|c: char| c.is_uppercase() || c.is_numeric() || "\"“‘'«„".contains(c));
        if opens && (self.is_sign_off(inner) || dated || (outlet && found.name("dash").is_some())) {
            let cut = text[..end].trim().to_owned();
            let rest = text[end..].to_owned();
            let line = self.texts[i].lines.0;
            let reason = "a place, a date or an agency in brackets before the text";
            self.aside.push(Dropped { line, text: cut, kind: Kind::Dateline, reason: reason.into() });
            self.texts[i].text = rest;
        }
    }

    /// The agency's signature below the text or at the end of its last words.
    fn closing(&mut self, settings: &Settings) {
        if settings.keep.contains(&Kind::Agency) {
            return;
        }
        let story: Vec<usize> =
            (0..self.texts.len()).rev().filter(|&i| self.texts[i].out.is_none()).take(EDGE).collect();
        for i in story {
            if self.is_sign_off(&self.texts[i].text) {
                self.texts[i].out = Some((Kind::Agency, "the agency's signature".into()));
                continue;
            }
            let text = &self.texts[i].text;
            if let Some(at) = self.signature_at(text) {
                let cut = text[at..].trim().to_owned();
                let line = self.texts[i].lines.1;
                self.texts[i].text.truncate(at);
                let rest = self.texts[i].text.trim_end().len();
                self.texts[i].text.truncate(rest);
                let reason = "the agency's signature at the end of the text".to_owned();
                self.aside.push(Dropped { line, text: cut, kind: Kind::Agency, reason });
            }
            return;
        }
    }

    /// Where a signature in brackets or between slashes begins: "… bridge. (©NTB)", "… bridge. /TT/".
    fn signature_at(&self, text: &str) -> Option<usize> {
        static TAIL: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"[.!?”“\x22»’)]\s*(?P<sign>(?:[(\[]\s?(?P<c>©|\([cC]\))?\s?[^()\[\]]{2,40}[)\]]|/[^/\s][^/]{0,20}/)\.?)\s*$")
                .expect("a constant pattern")
        });
        let found = TAIL.captures(text)?;
        let sign = found.name("sign")?;
        (found.name("c").is_some() || self.is_sign_off(sign.as_str())).then(|| sign.start())
    }
}

/// Kinds of a body that a user may want to hear.
fn may_stay(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Crosshead
            | Kind::List
            | Kind::Caption
            | Kind::Summary
            | Kind::Notice
            | Kind::Agency
            | Kind::Credit
            | Kind::Boilerplate
    )
}

/// "By Ann Orme" → "Ann Orme", in the languages of the agencies.
fn without_by(text: &str) -> &str {
    ["By ", "BY ", "by ", "Von ", "Par ", "Por ", "Av ", "Af ", "Di ", "Door "]
        .iter()
        .find_map(|by| text.strip_prefix(by))
        .unwrap_or(text)
        .trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(headline: &str, source: &str, texts: &[&str]) -> Article {
        let mut draft = Draft {
            texts: texts.iter().zip(5..).map(|(t, n)| Block::new(*t, n)).collect(),
            ..Draft::default()
        };
        draft.headline(2, headline);
        draft.sign(source);
        draft.article(&Settings::default()).unwrap()
    }

    #[test]
    fn an_agencys_habits() {
        let told = article(
            "Bridge to close for a month",
            "Tarn Wire",
            &[
                "Bridge to close for a month",
                "Roads TT",
                "(Tarn Wire) - The bridge will close on Monday, the council said.",
                "It is to be painted blue. (©Tarn Wire)",
            ],
        );
        let kept: Vec<_> = told.paragraphs.iter().map(|p| (p.text.as_str(), p.lines.0)).collect();
        assert_eq!(
            kept,
            [("The bridge will close on Monday, the council said.", 7), ("It is to be painted blue.", 8)]
        );
        let left: Vec<_> = told.dropped.iter().map(|d| (d.line, d.text.as_str(), d.kind)).collect();
        assert_eq!(
            left,
            [
                (2, "Bridge to close for a month", Kind::Headline),
                (5, "Bridge to close for a month", Kind::Headline),
                (6, "Roads TT", Kind::Label),
                (7, "(Tarn Wire) -", Kind::Dateline),
                (8, "(©Tarn Wire)", Kind::Agency),
            ]
        );
    }

    #[test]
    fn section_lines() {
        for (line, kept) in
            [("Home affairs TT", false), ("RoadsTT", false), ("Roads and bridges of the Tarn", true)]
        {
            let told =
                article("A bridge", "Echo", &[line, "The bridge will close on Monday, the council said."]);
            assert_eq!(told.paragraphs.iter().any(|p| p.text == line), kept, "{line}");
        }
    }

    #[test]
    fn signatures_and_what_is_none() {
        for (last, rest) in [
            ("It is blue. (NTB)", "It is blue."),
            ("It is blue. (AP/Reuters)", "It is blue."),
            ("It is blue. /TT/", "It is blue."),
            ("It is blue. (© 2025 The Echo)", "It is blue."),
            ("It is blue (in parts).", "It is blue (in parts)."),
            ("It is blue. (It was red.)", "It is blue. (It was red.)"),
            ("He works for the agency (AP) here.", "He works for the agency (AP) here."),
        ] {
            let told =
                article("A bridge", "Echo", &["The bridge will close on Monday, the council said.", last]);
            assert_eq!(told.paragraphs.last().unwrap().text, rest, "{last}");
        }
        for sign in ["dpa amu yydd n1", "(©NTB)", "NTB", "TT", "/TT/", "© dpa", "(AFP)", "AP-Reuters"] {
            let told =
                article("A bridge", "Echo", &["The bridge will close on Monday, the council said.", sign]);
            assert_eq!(told.paragraphs.len(), 1, "{sign}");
            assert_eq!(told.dropped.last().unwrap().kind, Kind::Agency, "{sign}");
        }
    }

    #[test]
    fn bylines_and_sources() {
        for (text, byline, source) in [
            ("By Ann Orme, Staff Reporter", Some("Ann Orme"), None),
            ("Von Jan Müller, dpa", Some("Jan Müller"), Some("dpa")),
            ("Marta Quill/TT", Some("Marta Quill"), Some("TT")),
            ("NTB", None, Some("NTB")),
            ("By the Tarn desk", Some("the Tarn desk"), None),
            ("", None, None),
        ] {
            let mut draft = Draft::default();
            draft.byline(1, text);
            assert_eq!((draft.byline.as_deref(), draft.source.as_deref()), (byline, source), "{text}");
        }
    }
}
