//! The house's own lexicon: a TOML file of `[[entry]]` tables.

use super::{Action, Entry, Layer, Sound, ipa};
use crate::{Error, Result};
use serde::Deserialize;
use std::collections::HashMap;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    entry: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    term: String,
    rewrite: Option<String>,
    respell: Option<String>,
    ipa: Option<String>,
    case_sensitive: Option<bool>,
    language: Option<String>,
    story: Option<String>,
}

/// Reads a lexicon from TOML; `name` is the file's name, for places and messages.
///
/// Each `[[entry]]` has `term` and one of `rewrite`, `respell` and `ipa`; `case_sensitive` (by default, when the
/// term has a capital), `language` and `story` narrow it.
///
/// # Errors
/// [`Error::Config`] with file and line for what does not parse, for an entry without or with two readings, for IPA
/// with unknown signs, and for two entries that give one term two readings.
///
/// # Examples
/// ```
/// use bulletin::lexicon::{parse_toml, Layer};
/// let twice = "[[entry]]\nterm = \"a\"\nrespell = \"x\"\n[[entry]]\nterm = \"a\"\nrespell = \"y\"\n";
/// let error = parse_toml(twice, "house.toml", Layer::House).unwrap_err();
/// assert_eq!(error.to_string(), "house.toml:4: \"a\" already has another reading at house.toml:1");
/// ```
pub fn parse(text: &str, name: &str, layer: Layer) -> Result<Vec<Entry>> {
    let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|e| Error::Config {
        place: format!("{name}:{}", e.span().map_or(1, |span| line(span.start))),
        problem: e.message().to_owned(),
        cure: "an entry is [[entry]] with term, one of rewrite, respell and ipa, and perhaps case_sensitive, language and story"
            .into(),
    })?;
    let mut entries = Vec::with_capacity(file.entry.len());
    for row in file.entry {
        let place = format!("{name}:{}", line(row.span().start));
        entries.push(entry(row.into_inner(), place, layer)?);
    }
    refuse_contradictions(&entries)?;
    Ok(entries)
}

fn entry(row: Row, place: String, layer: Layer) -> Result<Entry> {
    let wrong =
        |problem: String, cure: &str| Error::Config { place: place.clone(), problem, cure: cure.into() };
    let term = row.term.split_whitespace().collect::<Vec<_>>().join(" ");
    if !term.chars().next().is_some_and(char::is_alphanumeric) {
        return Err(wrong(
            format!("the term \"{term}\" does not begin with a letter or digit"),
            "give a word or phrase",
        ));
    }
    let action = match (row.rewrite, row.respell, row.ipa) {
        (Some(to), None, None) => Action::Rewrite(to),
        (None, Some(to), None) if is_respelling(&to) => Action::Say(Sound::Respelling(to)),
        (None, Some(to), None) => {
            return Err(wrong(
                format!("the respelling \"{to}\" holds more than letters, hyphens, apostrophes and spaces"),
                "write it as it would be read, such as \"keer STAR-mer\"",
            ));
        }
        (None, None, Some(ipa)) => {
            ipa::check(&ipa).map_err(|sign| {
                wrong(format!("\"{sign}\" in the IPA \"{ipa}\" is not a sound of English here"), ipa::CURE)
            })?;
            Action::Say(Sound::Ipa(ipa))
        }
        (None, None, None) => {
            return Err(wrong(format!("\"{term}\" has no reading"), "add one of rewrite, respell and ipa"));
        }
        _ => {
            return Err(wrong(
                format!("\"{term}\" has more than one reading"),
                "keep one of rewrite, respell and ipa",
            ));
        }
    };
    let case_sensitive = row.case_sensitive.unwrap_or_else(|| term.chars().any(char::is_uppercase));
    Ok(Entry { term, action, case_sensitive, language: row.language, story: row.story, layer, place })
}

/// Letters, and what joins them.
pub(super) fn is_respelling(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-' | ' '))
}

/// Two readings of one term in one file, language and story: nobody could say which was meant.
pub(super) fn refuse_contradictions(entries: &[Entry]) -> Result<()> {
    let mut seen: HashMap<(String, Option<&str>, Option<&str>), &Entry> = HashMap::new();
    for entry in entries {
        let term = if entry.case_sensitive { entry.term.clone() } else { entry.term.to_lowercase() };
        let key = (term, entry.language.as_deref(), entry.story.as_deref());
        if let Some(before) = seen.insert(key, entry)
            && before.action != entry.action
        {
            return Err(Error::Config {
                place: entry.place.clone(),
                problem: format!("\"{}\" already has another reading at {}", entry.term, before.place),
                cure: "remove one of the two, or give them different languages or stories".into(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_refused_with_its_line() {
        for (text, expected) in [
            ("[[entry]]\nterm = \"a\"\n", "x.toml:1: \"a\" has no reading"),
            (
                "\n[[entry]]\nterm = \"a\"\nrespell = \"b\"\nipa = \"b\"\n",
                "x.toml:2: \"a\" has more than one reading",
            ),
            ("[[entry]]\nterm = \"a\"\nipa = \"b5\"\n", "x.toml:1: \"5\" in the IPA"),
            ("[[entry]]\nterm = \"a\"\nrespell = \"b5\"\n", "x.toml:1: the respelling \"b5\""),
            ("[[entry]]\nterm = \"...\"\nrespell = \"b\"\n", "x.toml:1: the term"),
            ("[[entry]]\nterm = \"a\"\nresp = \"b\"\n", "x.toml:3: unknown field `resp`"),
            ("[[entry]\n", "x.toml:1: "),
        ] {
            let error = parse(text, "x.toml", Layer::House).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error} should start with {expected}");
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn the_same_reading_twice_is_no_contradiction() {
        let text = "[[entry]]\nterm = \"a\"\nrespell = \"b\"\n".repeat(2);
        assert_eq!(parse(&text, "x", Layer::House).unwrap().len(), 2);
        let us = "[[entry]]\nterm = \"a\"\nrespell = \"b\"\n[[entry]]\nterm = \"a\"\nrespell = \"c\"\nlanguage = \"en-US\"\n";
        assert_eq!(parse(us, "x", Layer::House).unwrap().len(), 2);
    }
}
