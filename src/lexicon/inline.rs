//! Pronunciations in the article itself: `[[Keir|keer]]`, `[[Keir|/kɪə/]]`, `[[Keir|keer|story]]`.
//!
//! The first part is what was written, the second how it sounds, the third how far it counts: this `line` (where
//! nothing is said), the `story` or the whole `bulletin`.

use super::toml_file::is_respelling;
use super::{Action, Entry, Layer, Sound, ipa};
use crate::{Error, Result};
use std::ops::Range;

/// How far an inline reading counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Where it stands.
    Line,
    /// In its story.
    Story,
    /// In every story of the bulletin.
    Bulletin,
}

/// One inline reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inline {
    /// Bytes of the text without the markup.
    pub written: Range<usize>,
    /// How it sounds.
    pub sound: Sound,
    /// How far it counts.
    pub scope: Scope,
}

impl Inline {
    /// The entry it stands for, in the text it was found in.
    pub fn entry(&self, text: &str, story: &str) -> Entry {
        Entry {
            term: text[self.written.clone()].to_owned(),
            action: Action::Say(self.sound.clone()),
            case_sensitive: true,
            language: None,
            story: (self.scope != Scope::Bulletin).then(|| story.to_owned()),
            layer: Layer::Inline,
            place: "inline".into(),
        }
    }
}

/// Takes the markup out of a text.
///
/// # Errors
/// [`Error::Config`] for a reading that is neither a respelling nor IPA, or an unknown scope; `place` says where.
///
/// # Examples
/// ```
/// let (text, inlines) = bulletin::lexicon::inline::strip("Sir [[Keir|keer]] said so.", "a.txt").unwrap();
/// assert_eq!(text, "Sir Keir said so.");
/// assert_eq!(&text[inlines[0].written.clone()], "Keir");
/// ```
pub fn strip(text: &str, place: &str) -> Result<(String, Vec<Inline>)> {
    let mut plain = String::with_capacity(text.len());
    let mut inlines = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("[[") {
        let Some(length) = rest[open..].find("]]") else { break };
        let inner = &rest[open + 2..open + length];
        let parts: Vec<&str> = inner.split('|').map(str::trim).collect();
        // Double brackets without a bar are something else, and stay.
        if parts.len() < 2 || parts[0].is_empty() {
            plain.push_str(&rest[..open + 2]);
            rest = &rest[open + 2..];
            continue;
        }
        let (sound, scope) = reading(&parts, inner, place)?;
        plain.push_str(&rest[..open]);
        let start = plain.len();
        plain.push_str(parts[0]);
        inlines.push(Inline { written: start..plain.len(), sound, scope });
        rest = &rest[open + length + 2..];
    }
    plain.push_str(rest);
    Ok((plain, inlines))
}

fn reading(parts: &[&str], inner: &str, place: &str) -> Result<(Sound, Scope)> {
    let wrong = |problem: String| Error::Config {
        place: format!("{place}, [[{inner}]]"),
        problem,
        cure: "write [[Keir|keer]] or [[Keir|/kɪə/]], and line, story or bulletin as a third part".into(),
    };
    let sound = match parts[1].strip_prefix('/').and_then(|s| s.strip_suffix('/')) {
        Some(ipa) => {
            ipa::check(ipa).map_err(|sign| {
                wrong(format!("\"{sign}\" in the IPA \"{ipa}\" is not a sound of English here"))
            })?;
            Sound::Ipa(ipa.to_owned())
        }
        None if is_respelling(parts[1]) => Sound::Respelling(parts[1].to_owned()),
        None => return Err(wrong(format!("\"{}\" is not a respelling", parts[1]))),
    };
    let scope = match parts.get(2).copied().unwrap_or("line") {
        "line" => Scope::Line,
        "story" => Scope::Story,
        "bulletin" => Scope::Bulletin,
        other => return Err(wrong(format!("\"{other}\" is not a scope"))),
    };
    Ok((sound, scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_comes_out() {
        for (text, plain, count) in [
            ("no markup", "no markup", 0),
            ("[[Keir|keer]]", "Keir", 1),
            ("a [[b c|d e|story]] f [[g|/kɪə/|bulletin]]", "a b c f g", 2),
            ("[[link]] and [[open", "[[link]] and [[open", 0),
            ("[1] [[|x]] [[y|why]]", "[1] [[|x]] y", 1),
        ] {
            let (got, inlines) = strip(text, "").unwrap();
            assert_eq!((got.as_str(), inlines.len()), (plain, count), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_refused() {
        for (text, part) in
            [("[[a|b1]]", "not a respelling"), ("[[a|/§/]]", "IPA"), ("[[a|b|page]]", "not a scope")]
        {
            let error = strip(text, "a.txt").unwrap_err().to_string();
            assert!(error.starts_with("a.txt, [[") && error.contains(part), "{error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_stripped_or_refused(text in "([\\[\\]|/a-c é]){0,40}") {
            if let Ok((plain, inlines)) = strip(&text, "") {
                for inline in inlines {
                    proptest::prop_assert!(plain.get(inline.written).is_some());
                }
            }
        }
    }
}
