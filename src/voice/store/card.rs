//! Model cards: what the makers of Piper's voices say of each, a page of Markdown.

/// How a licence begins that nobody could establish.
pub(super) const UNKNOWN: &str = "unknown";
/// The longest licence taken from a card.
const LONGEST_BYTES: usize = 200;

/// Whether a text is a card; servers that have none may send a page instead.
pub(super) fn is_one(text: &str) -> bool {
    text.trim_start().starts_with("# Model card")
}

/// What a card says of the licence of the recordings.
pub(super) fn licence(card: &str) -> Option<String> {
    let field = |name: &str| {
        card.lines().find_map(|line| {
            let line = line.trim().trim_start_matches(['*', '-', ' ']);
            let value = line.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name));
            let value = value.and_then(|_| line[name.len()..].strip_prefix(':'))?.trim();
            let fine = !value.is_empty() && value.len() <= LONGEST_BYTES && !value.contains(char::is_control);
            fine.then(|| value.to_owned())
        })
    };
    let licence = field("license").or_else(|| field("licence"))?;
    // "See URL" is what a card says whose makers did not know.
    Some(match field("url") {
        Some(url) if licence.eq_ignore_ascii_case("see url") => format!("{UNKNOWN}; see {url}"),
        None if licence.eq_ignore_ascii_case("see url") => format!("{UNKNOWN}; see the model card"),
        _ => licence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences() {
        for (card, expected) in [
            ("# Model card for a\n\n* URL: https://a.example\n* License: CC0\n", Some("CC0")),
            ("* License: See URL\n* URL: https://a.example", Some("unknown; see https://a.example")),
            ("- Licence:  public domain ", Some("public domain")),
            ("* License: See URL", Some("unknown; see the model card")),
            ("* License:\n* Quality: low", None),
            ("no fields", None),
            ("é", None),
        ] {
            assert_eq!(licence(card).as_deref(), expected, "{card}");
        }
        assert!(is_one("\n# Model card for a (low)") && !is_one("<html># Model card"));
    }
}
