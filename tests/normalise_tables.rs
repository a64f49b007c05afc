//! The built-in tables: no row twice, in bytewise order, and every row reached by copy that holds its written form.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use bulletin::normalise::{Normaliser, Style};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/normalise/data")
}

fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

/// Columns that make up the key: as the head of the file says, else the first.
fn key_columns(text: &str) -> Vec<usize> {
    let columns: Vec<&str> = text
        .lines()
        .find_map(|line| line.strip_prefix("# columns: "))
        .map(|line| line.split('|').map(|name| name.trim().split(' ').next().unwrap_or("")).collect())
        .unwrap_or_default();
    let named = text.lines().find_map(|line| line.strip_prefix("# key: "));
    named.map_or_else(
        || vec![0],
        |keys| keys.split(',').filter_map(|name| columns.iter().position(|c| *c == name.trim())).collect(),
    )
}

#[test]
fn no_row_stands_twice_or_out_of_order() {
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(data()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for wanted in ["# Source:", "# columns:", "Licence:", "Regenerate:"] {
            if !text.contains(wanted) {
                wrong.push(format!("{name}: the head lacks \"{wanted}\""));
            }
        }
        let keys = key_columns(&text);
        let mut seen = BTreeSet::new();
        let mut last = String::new();
        for (n, line) in
            text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        {
            let cells: Vec<&str> = line.split('\t').collect();
            let key: Vec<&str> = keys.iter().map(|k| cells[*k]).collect();
            if !seen.insert(key.join("\t")) {
                wrong.push(format!("{name}:{}: {key:?} stands twice", n + 1));
            }
            if cells[0].as_bytes() < last.as_bytes() {
                wrong.push(format!("{name}:{}: {:?} after {last:?}", n + 1, cells[0]));
            }
            cells[0].clone_into(&mut last);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Fails with every row that no carrier sentence brings out.
fn reached(table: &str, carriers: impl Fn(&[String]) -> Vec<(String, String)>) {
    let normaliser = Normaliser::new(Style::default());
    let mut silent = Vec::new();
    let text =
        std::fs::read_to_string(data().join(format!("{table}.tsv"))).expect("the table is in the repository");
    for row in rows(&text) {
        let tries = carriers(&row);
        let hit = tries.iter().any(|(copy, said)| {
            normaliser.normalise(copy).text().to_lowercase().contains(&said.to_lowercase())
        });
        if !hit {
            let got: Vec<_> =
                tries.iter().map(|(copy, _)| normaliser.normalise(copy).text().to_owned()).collect();
            silent.push(format!("{row:?}: {got:?}"));
        }
    }
    assert!(silent.is_empty(), "{} rows of {table} are not reached\n{}", silent.len(), silent.join("\n"));
}

#[test]
fn every_acronym_is_reached() {
    reached("acronyms", |row| vec![(format!("the {} said", row[0]), format!("the {} said", row[1]))]);
}

#[test]
fn every_unit_is_reached() {
    reached("units", |row| {
        let (symbol, plural) = (&row[0], &row[2]);
        let mut carriers = vec![
            (format!("It was 7{symbol}."), format!("seven {plural}")),
            (format!("It was 7 {symbol} then."), format!("seven {plural}")),
            (format!("It was 7.5{symbol} then."), format!("seven point five {plural}")),
        ];
        // Units that need their subject in the line
        carriers.push((format!("The fuse is 7{symbol}."), format!("seven {plural}")));
        carriers.push((format!("Helium boils at 7{symbol}."), format!("seven {plural}")));
        carriers.push((format!("It was 6'7{symbol} then."), "six feet seven inches".into()));
        carriers.push((format!("He is 6{symbol}7 tall."), "six feet seven".into()));
        carriers.push((format!("It was 7{symbol} then."), "seven per cent".into()));
        carriers
    });
}

#[test]
fn every_currency_is_reached() {
    reached("currencies", |row| {
        let plural = format!("five million {}", row[3]);
        let mut carriers = vec![(format!("It cost {} 5m then.", row[0]), plural.clone())];
        if row[1] != "-" {
            carriers =
                row[1].split(' ').map(|sign| (format!("It cost {sign}5m then."), plural.clone())).collect();
        }
        carriers
    });
}

#[test]
fn every_short_form_is_reached() {
    reached("abbreviations", |row| {
        let (written, spoken) = (&row[0], row[1].clone());
        let stop = if row[2] == "always" { "." } else { "" };
        let form = format!("{written}{stop}");
        let carrier = |copy: String| (copy, spoken.clone());
        match row[3].as_str() {
            "before-name" => vec![carrier(format!("He saw {form} Holt there"))],
            "after-name" => vec![
                carrier(format!("He saw Holt {form} there")),
                carrier(format!("He saw Holt, {form}, there")),
            ],
            "before-amount" => vec![carrier(format!("He saw {form} £7m there"))],
            "before-number" => {
                vec![carrier(format!("He saw {form} 7 there")), carrier(format!("He saw {form} 7"))]
            }
            "after-number" => {
                vec![carrier(format!("He saw 7 {form} there")), carrier(format!("It ended 287-4 {form}"))]
            }
            "address" => vec![
                carrier(format!("He lives at 7 Oak {form}, then")),
                carrier(format!("He lives at 7 Oak {form} there")),
            ],
            _ => vec![carrier(format!("He saw {form} there")), carrier(format!("He saw the {form} Holt"))],
        }
    });
}

#[test]
fn every_region_is_reached() {
    reached("regions", |row| {
        let stop = if row[0].contains('.') || row[0].chars().any(char::is_lowercase) { "." } else { "" };
        let place =
            (format!("He died in Springfield, {}{stop}, today", row[0]), format!("Springfield, {}", row[1]));
        // One code in two countries is read as the American.
        let shared = match row[0].as_str() {
            "WA" => "Springfield, Washington",
            "NT" => "Springfield, Northern Territory",
            _ => return vec![place],
        };
        vec![(place.0.clone(), shared.into()), place]
    });
}

#[test]
fn every_roman_cue_is_reached() {
    reached("roman", |row| {
        // The cue itself may be a short form that is said in full.
        let (cue, ordinal) = (&row[0], row[2] == "ordinal");
        let number = if ordinal { "the twelfth" } else { " twelve" };
        let copy = if row[1] == "after" {
            format!("He saw the XII {cue} there")
        } else {
            format!("He saw {cue} XII there")
        };
        vec![(copy, number.into())]
    });
}
