//! W3C Pronunciation Lexicon Specification 1.0, as other speech systems write it.
//!
//! Read: `grapheme`, `phoneme` (the preferred, else the first) and `alias` of each `lexeme`; alphabets `ipa` and
//! `x-sampa`; `xml:lang`. Refused: documents with a DTD, other alphabets, sounds that are not English.
//! Source: <https://www.w3.org/TR/pronunciation-lexicon/>.

use super::toml_file::refuse_contradictions;
use super::{Action, Entry, Layer, Sound, ipa};
use crate::{Error, Result};
use roxmltree::{Document, Node};

/// Reads a PLS document; `name` is the file's name, for places and messages.
///
/// # Errors
/// [`Error::Config`] with file and line.
///
/// # Examples
/// ```
/// use bulletin::lexicon::{pls, Action, Layer, Sound};
/// let xml = r#"<lexicon version="1.0" alphabet="ipa" xml:lang="en-GB"
///     xmlns="http://www.w3.org/2005/01/pronunciation-lexicon">
///     <lexeme><grapheme>Keir</grapheme><phoneme>kɪə</phoneme></lexeme></lexicon>"#;
/// let entries = pls::parse(xml, "names.pls", Layer::House).unwrap();
/// assert_eq!(entries[0].action, Action::Say(Sound::Ipa("kɪə".into())));
/// assert_eq!(entries[0].language.as_deref(), Some("en-GB"));
/// ```
pub fn parse(xml: &str, name: &str, layer: Layer) -> Result<Vec<Entry>> {
    let wrong = |place: String, problem: String| Error::Config {
        place,
        problem,
        cure: "give a lexicon after the W3C's Pronunciation Lexicon Specification 1.0".into(),
    };
    let document = Document::parse(xml)
        .map_err(|e| wrong(format!("{name}:{}", e.pos().row), format!("not well-formed XML: {e}")))?;
    let place = |node: Node| format!("{name}:{}", document.text_pos_at(node.range().start).row);
    let root = document.root_element();
    if root.tag_name().name() != "lexicon" {
        return Err(wrong(place(root), format!("<{}> is not a <lexicon>", root.tag_name().name())));
    }
    let language = root.attribute((roxmltree::NS_XML_URI, "lang")).map(str::to_owned);
    let alphabet = root.attribute("alphabet").unwrap_or("ipa");
    let mut entries = Vec::new();
    for lexeme in root.children().filter(|n| n.tag_name().name() == "lexeme") {
        let of = |name: &'static str| lexeme.children().filter(move |n| n.tag_name().name() == name);
        let preferred = |nodes: Vec<Node<'_, '_>>| {
            nodes.iter().find(|n| n.attribute("prefer") == Some("true")).or(nodes.first()).and_then(|n| {
                Some((n.text()?.trim().to_owned(), n.attribute("alphabet").unwrap_or(alphabet).to_owned()))
            })
        };
        let action = match (preferred(of("phoneme").collect()), preferred(of("alias").collect())) {
            (Some((sounds, alphabet)), _) => Action::Say(Sound::Ipa(
                to_ipa(&sounds, &alphabet).map_err(|problem| wrong(place(lexeme), problem))?,
            )),
            (None, Some((alias, _))) => Action::Rewrite(alias),
            (None, None) => {
                return Err(wrong(place(lexeme), "a lexeme has neither phoneme nor alias".into()));
            }
        };
        let mut named = false;
        for grapheme in of("grapheme") {
            let term = grapheme.text().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            if !term.chars().next().is_some_and(char::is_alphanumeric) {
                return Err(wrong(place(grapheme), format!("\"{term}\" is not a word")));
            }
            named = true;
            entries.push(Entry {
                case_sensitive: term.chars().any(char::is_uppercase),
                term,
                action: action.clone(),
                language: language.clone(),
                story: None,
                layer,
                place: place(lexeme),
            });
        }
        if !named {
            return Err(wrong(place(lexeme), "a lexeme has no grapheme".into()));
        }
    }
    refuse_contradictions(&entries)?;
    Ok(entries)
}

fn to_ipa(sounds: &str, alphabet: &str) -> Result<String, String> {
    let unknown = |sign: char| format!("\"{sign}\" in \"{sounds}\" is not a sound of English here");
    let ipa = match alphabet {
        "ipa" => sounds.to_owned(),
        "x-sampa" => ipa::from_xsampa(sounds).map_err(unknown)?,
        other => return Err(format!("the alphabet \"{other}\" is not known (ipa and x-sampa are)")),
    };
    ipa::check(&ipa).map_err(unknown)?;
    Ok(ipa)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon(body: &str) -> String {
        format!("<?xml version=\"1.0\"?>\n<lexicon version=\"1.0\" alphabet=\"x-sampa\">\n{body}\n</lexicon>")
    }

    #[test]
    fn aliases_several_graphemes_and_preferred_phonemes() {
        let xml = lexicon(
            "<lexeme><grapheme>judgment</grapheme><grapheme>judgement</grapheme>\
             <phoneme>dZVdZ</phoneme><phoneme prefer=\"true\">\"dZVdZm@nt</phoneme></lexeme>\n\
             <lexeme><grapheme>W3C</grapheme><alias>World Wide Web Consortium</alias></lexeme>",
        );
        let entries = parse(&xml, "a.pls", Layer::House).unwrap();
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[1].action, Action::Say(Sound::Ipa("ˈdʒʌdʒmənt".into())));
        assert_eq!(entries[2].action, Action::Rewrite("World Wide Web Consortium".into()));
        assert_eq!(entries[2].place, "a.pls:4");
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_line() {
        for (body, part) in [
            ("<lexeme><grapheme>a</grapheme></lexeme>", "a.pls:3: a lexeme has neither"),
            ("<lexeme><phoneme>a</phoneme></lexeme>", "a.pls:3: a lexeme has no grapheme"),
            (
                "<lexeme><grapheme>a</grapheme><phoneme alphabet=\"arpabet\">a</phoneme></lexeme>",
                "the alphabet \"arpabet\"",
            ),
            ("<lexeme>", "not well-formed"),
        ] {
            let error = parse(&lexicon(body), "a.pls", Layer::House).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        let bomb = "<!DOCTYPE x [<!ENTITY a \"b\">]><lexicon>&a;</lexicon>";
        assert!(parse(bomb, "a.pls", Layer::House).is_err());
        assert!(
            parse("<html/>", "a.pls", Layer::House)
                .unwrap_err()
                .to_string()
                .contains("<html> is not a <lexicon>")
        );
    }
}
