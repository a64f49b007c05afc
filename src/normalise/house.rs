//! A house's own rows in the normaliser's tables.
//!
//! From TOML, a table for each of ours (`normalise.toml`), or from tab-separated files of the same columns. A row takes
//! the place of the built-in row with the same key; two rows of the house with one key contradict each other and are
//! refused, as is whatever does not parse.

use super::table::rows;
use super::tables::{Tables, built_in};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows a house adds to the tables, or puts in place of built-in ones.
#[derive(Debug, Clone, Default)]
pub struct House {
    tables: Option<Tables>,
    /// Where each key was given, to name both places of a contradiction.
    given: BTreeMap<(String, String), String>,
}

/// Columns that make up a row's key, by table.
fn key_columns(name: &str) -> &'static [usize] {
    match name {
        "abbreviations" => &[0, 3],
        "roman" => &[0, 1],
        "domains" | "regions" | "symbols" => &[0, 2],
        _ => &[0],
    }
}

impl House {
    /// Adds the rows of a tab-separated file to the table called `name`.
    ///
    /// # Errors
    /// [`Error::Config`] with file and line: no such table, a row that does not parse, a key given twice.
    ///
    /// # Examples
    /// ```
    /// use bulletin::normalise::House;
    /// let error = House::default().add_tsv("units", "units.tsv", "bps\tbasis point\n").unwrap_err();
    /// assert_eq!(error.to_string(), "units.tsv:1: 2 columns where 5 are wanted");
    /// ```
    pub fn add_tsv(&mut self, name: &str, path: &str, text: &str) -> Result<()> {
        let Some(columns) = Tables::columns(name) else {
            return Err(unknown_table(path, name));
        };
        for row in rows(path, text, columns) {
            let row = row?;
            let key: Vec<&str> = key_columns(name).iter().map(|column| row.cell(*column)).collect();
            self.once(name, &key.join(" "), row.place())?;
        }
        self.own().extend(name, path, text)
    }

    /// Adds the tables of a TOML file: for each of ours a table of key and reading, or a list of rows.
    ///
    /// `[acronyms]`, `[domains]`, `[symbols]` take `written = "spoken"`; every table takes `rows = [["…", …], …]` with
    /// its own columns.
    ///
    /// # Errors
    /// [`Error::Config`] with file and line: TOML that does not parse, no such table, a row of the wrong shape, a key
    /// given twice.
    pub fn add_toml(&mut self, path: &str, text: &str) -> Result<()> {
        let parsed: toml::Table = text.parse().map_err(|error: toml::de::Error| Error::Config {
            place: format!("{path}:{}", error.span().map_or(1, |span| line_of(text, span.start))),
            problem: error.message().to_owned(),
            cure: "see the example of normalise.toml in the README".into(),
        })?;
        for (name, value) in &parsed {
            let Some(columns) = Tables::columns(name) else {
                return Err(unknown_table(
                    &format!("{path}:{}", line_with(text, &format!("[{name}]"))),
                    name,
                ));
            };
            let Some(table) = value.as_table() else {
                return Err(wrong_row(path, text, name, "is no table"));
            };
            for (key, value) in table {
                if key == "rows" {
                    self.add_rows(path, text, name, columns, value)?;
                    continue;
                }
                let Some(spoken) = value.as_str() else {
                    return Err(wrong_row(path, text, key, "has no reading in quotation marks"));
                };
                let line = match (name.as_str(), columns) {
                    ("domains" | "symbols", _) => format!("{key}\t{spoken}\tname\n"),
                    (_, 2) => format!("{key}\t{spoken}\n"),
                    _ => {
                        return Err(wrong_row(
                            path,
                            text,
                            key,
                            "needs all its columns; give it in rows = [[…]]",
                        ));
                    }
                };
                self.add_line(path, text, name, key, &line)?;
            }
        }
        Ok(())
    }

    fn add_rows(
        &mut self,
        path: &str,
        text: &str,
        name: &str,
        columns: usize,
        value: &toml::Value,
    ) -> Result<()> {
        let Some(rows) = value.as_array() else {
            return Err(wrong_row(path, text, "rows", "is no list of rows"));
        };
        for row in rows {
            let cells: Option<Vec<String>> = row.as_array().map(|cells| {
                cells
                    .iter()
                    .map(|cell| match cell {
                        toml::Value::String(text) => text.clone(),
                        other => other.to_string(),
                    })
                    .collect()
            });
            let Some(cells) = cells.filter(|cells| cells.len() == columns) else {
                return Err(wrong_row(
                    path,
                    text,
                    "rows",
                    &format!("has a row without the {columns} columns of {name}"),
                ));
            };
            let key: Vec<&str> = key_columns(name).iter().map(|column| cells[*column].as_str()).collect();
            self.add_line(path, text, name, &key.join(" "), &format!("{}\n", cells.join("\t")))?;
        }
        Ok(())
    }

    fn add_line(&mut self, path: &str, text: &str, name: &str, key: &str, line: &str) -> Result<()> {
        let first = key.split(' ').next().unwrap_or(key);
        let place = format!("{path}:{}", line_with(text, first));
        self.once(name, key, place.clone())?;
        self.own().extend(name, path, line).map_err(|error| match error {
            Error::Config { problem, cure, .. } => Error::Config { place, problem, cure },
            other => other,
        })
    }

    /// Notes where a key was given; a second time contradicts the first.
    fn once(&mut self, name: &str, key: &str, place: String) -> Result<()> {
        match self.given.insert((name.to_owned(), key.to_owned()), place.clone()) {
            None => Ok(()),
            Some(first) => Err(Error::Config {
                place,
                problem: format!("\"{key}\" of {name} was given before, at {first}"),
                cure: "keep one of the two".into(),
            }),
        }
    }

    fn own(&mut self) -> &mut Tables {
        self.tables.get_or_insert_with(|| (**built_in()).clone())
    }

    /// The tables with the house's rows in them.
    pub(crate) fn tables(&self) -> Arc<Tables> {
        match &self.tables {
            Some(own) => Arc::new(own.clone()),
            None => Arc::clone(built_in()),
        }
    }
}

fn unknown_table(place: &str, name: &str) -> Error {
    let names: Vec<_> = Tables::names().collect();
    Error::Config {
        place: place.to_owned(),
        problem: format!("the normaliser has no table called \"{name}\""),
        cure: format!("the tables are {}", names.join(", ")),
    }
}

fn wrong_row(path: &str, text: &str, key: &str, problem: &str) -> Error {
    Error::Config {
        place: format!("{path}:{}", line_with(text, key)),
        problem: format!("\"{key}\" {problem}"),
        cure: "write it as written = \"spoken\", or as a row with the columns named at the head of the built-in table"
            .into(),
    }
}

/// The line, from 1, on which `needle` first stands.
fn line_with(text: &str, needle: &str) -> usize {
    text.find(needle).map_or(1, |at| line_of(text, at))
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::{Normaliser, Style};

    #[test]
    fn a_house_overrides_and_extends() {
        let mut house = House::default();
        house
            .add_toml(
                "normalise.toml",
                "[acronyms]\nNATO = \"N A T O\"\n[units]\nrows = [[\"Bq\", \"bec\", \"becs\", \"radiation\", \"any\"]]\n",
            )
            .unwrap();
        house.add_tsv("abbreviations", "a.tsv", "Dcn\tDeacon\toptional\tbefore-name\n").unwrap();
        let normaliser = Normaliser::with_house(Style::default(), &house);
        assert_eq!(
            normaliser.normalise("Dcn Holt told NATO of 5 Bq.").text(),
            "Deacon Holt told N A T O of five becs."
        );
    }

    #[test]
    fn what_contradicts_itself_is_refused_with_its_place() {
        let mut house = House::default();
        house.add_tsv("acronyms", "a.tsv", "NATO\tNato\n").unwrap();
        let error = house.add_tsv("acronyms", "b.tsv", "# head\nNATO\tN A T O\n").unwrap_err();
        assert_eq!(error.to_string(), "b.tsv:2: \"NATO\" of acronyms was given before, at a.tsv:1");
        assert!(error.hint().unwrap().contains("keep one"));
        for (toml, message) in [
            ("[acronym]\nA = \"b\"\n", "n.toml:1: the normaliser has no table called \"acronym\""),
            ("\n[acronyms]\nNATO = 5\n", "n.toml:3: \"NATO\" has no reading in quotation marks"),
            (
                "[units]\nBq = \"becquerel\"\n",
                "n.toml:2: \"Bq\" needs all its columns; give it in rows = [[…]]",
            ),
        ] {
            assert_eq!(House::default().add_toml("n.toml", toml).unwrap_err().to_string(), message);
        }
        assert!(
            House::default()
                .add_toml("n.toml", "[acronyms\n")
                .unwrap_err()
                .to_string()
                .starts_with("n.toml:1: ")
        );
    }
}
