//! Short strings from attributes and scripts → plain text, and the form in which two texts are compared.

/// Entities decoded, tags out, white space collapsed. Titles and names in metadata are often escaped twice.
pub(super) fn plain(text: &str) -> String {
    super::super::text::lines(&text.replace(['\n', '\r', '\t'], " "))
        .into_iter()
        .next()
        .map(|line| line.text)
        .unwrap_or_default()
}

/// Letters and digits alone, lower case: what stays the same between two renderings of one text.
pub(super) fn compared(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
