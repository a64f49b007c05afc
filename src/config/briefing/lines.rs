//! Where the keys of a TOML file stand.

use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// The line of every key, by its path: `stories.2.input`, places counted from 0.
#[derive(Debug, Default)]
pub(super) struct Lines(BTreeMap<String, usize>);

impl Lines {
    /// Of a text; of one that does not parse, as far as it does.
    pub(super) fn of(text: &str) -> Self {
        let mut lines = Self::default();
        let (table, _) = DeTable::parse_recoverable(text);
        lines.walk(text, "", table.get_ref());
        lines
    }

    /// The line of a key, or of the nearest above it that is known; the first of the file where none is.
    pub(super) fn line(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            match (self.0.get(path), path.rsplit_once('.')) {
                (Some(line), _) => return *line,
                (None, Some((above, _))) => path = above,
                (None, None) => return 1,
            }
        }
    }

    fn walk(&mut self, text: &str, above: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = format!("{above}{}", key.get_ref());
            self.0.insert(path.clone(), line_at(text, key.span().start));
            match value.get_ref() {
                DeValue::Table(table) => self.walk(text, &format!("{path}."), table),
                DeValue::Array(list) => {
                    for (n, value) in list.iter().enumerate() {
                        let path = format!("{path}.{n}");
                        self.0.insert(path.clone(), line_at(text, value.span().start));
                        if let DeValue::Table(table) = value.get_ref() {
                            self.walk(text, &format!("{path}."), table);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// The line of a byte, counted from 1.
pub(crate) fn line_at(text: &str, byte: usize) -> usize {
    text.get(..byte).unwrap_or(text).matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_their_lines() {
        let text = "a = 1\n\n[[stories]]\ninput = \"x\"\n[[stories]]\ntake = 2\n[v]\nb = 1\n";
        let lines = Lines::of(text);
        for (path, line) in [
            ("a", 1),
            ("stories.0.input", 4),
            ("stories.1", 5),
            ("stories.1.take", 6),
            ("stories.1.none", 5),
            ("v.b", 8),
            ("none", 1),
        ] {
            assert_eq!(lines.line(path), line, "{path}");
        }
    }
}
