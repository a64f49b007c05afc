//! The words of the normaliser, from tables: built in, overridden or extended by a house.
//!
//! Each table is a tab-separated file under `data/`, compiled in and parsed once. A house adds rows of the same shape;
//! a row with the same key takes the place of the built-in one.

use super::cues::{Cues, Lexicon};
use super::table::{Fx, Row, rows};
use super::token::{Kind, Token, tokenise};
use crate::Result;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

type Map<V> = HashMap<Box<str>, V, Fx>;

/// A unit of measure.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) singular: Box<str>,
    pub(crate) plural: Box<str>,
    pub(crate) kind: Box<str>,
    pub(crate) place: Place,
}

/// Where a unit's symbol may stand after its figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Any,
    Glued,
    Spaced,
}

/// A currency and its minor unit.
#[derive(Debug, Clone)]
pub(crate) struct Currency {
    pub(crate) code: Box<str>,
    pub(crate) singular: Box<str>,
    pub(crate) plural: Box<str>,
    /// Singular and plural; `None` without a minor unit in use.
    pub(crate) minor: Option<(Box<str>, Box<str>)>,
    pub(crate) minor_per_major: u32,
}

/// A short form said in full.
#[derive(Debug, Clone)]
pub(crate) struct Abbreviation {
    /// Its tokens; a stop may follow each where `stop` allows.
    pub(crate) parts: Vec<Box<str>>,
    /// Which parts are glued to the one before.
    pub(crate) glued: Vec<bool>,
    pub(crate) spoken: Box<str>,
    pub(crate) stop: Stop,
    pub(crate) context: Context,
}

/// Whether a short form has its final stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Always,
    Optional,
    Never,
}

/// Where a short form may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Context {
    Address,
    BeforeName,
    BeforeAmount,
    BeforeNumber,
    AfterNumber,
    AfterName,
    Any,
}

/// Words beside a Roman numeral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RomanCue {
    pub(crate) ordinal: bool,
}

/// A written form of several tokens and what is said for it.
#[derive(Debug, Clone)]
pub(crate) struct Compound {
    pub(crate) parts: Vec<Box<str>>,
    pub(crate) spoken: Box<str>,
}

/// All tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    pub(crate) lexicon: Lexicon,
    units: Map<Arc<Unit>>,
    /// First token of a unit's symbol → the most tokens such a symbol has.
    unit_heads: Map<usize>,
    currencies: Map<Arc<Currency>>,
    /// Symbol → code.
    currency_symbols: Map<Box<str>>,
    currency_heads: Map<usize>,
    currency_signs: HashSet<char, Fx>,
    acronyms: Map<Box<str>>,
    acronym_compounds: Map<Vec<Compound>>,
    /// Common words a house adds.
    words: HashSet<Box<str>, Fx>,
    /// Common words that are also initialisms.
    ambiguous: HashSet<Box<str>, Fx>,
    emoji: Map<Box<str>>,
    abbreviations: Map<Vec<Arc<Abbreviation>>>,
    regions: Map<Vec<(Box<str>, Box<str>)>>,
    /// The full names of the regions.
    region_names: HashSet<Box<str>, Fx>,
    roman_before: Map<RomanCue>,
    roman_after: Map<RomanCue>,
    domains: Map<Domain>,
    symbols: HashMap<(char, Where), Box<str>, Fx>,
}

/// A label of an address of the net: what is said, and whether it may stand last.
#[derive(Debug, Clone, Default)]
struct Domain {
    spoken: Box<str>,
    /// A top-level domain.
    tld: bool,
    /// The ending of a file's name, and what is said for it there.
    file: Option<Box<str>>,
}

/// Where a symbol is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Where {
    /// Wherever it stands.
    Name,
    /// Between words or figures in running copy.
    Word,
    /// In a sum or beside a figure.
    Maths,
    /// In an address, file name or handle.
    Electronic,
    /// Nowhere: it is dropped knowingly.
    Silent,
}

/// The tables that stand in files, by name.
const BUILT_IN: &[(&str, &str)] = &[
    ("cues", include_str!("data/cues.tsv")),
    ("abbreviations", include_str!("data/abbreviations.tsv")),
    ("acronyms", include_str!("data/acronyms.tsv")),
    ("capitals", include_str!("data/capitals.tsv")),
    ("currencies", include_str!("data/currencies.tsv")),
    ("domains", include_str!("data/domains.tsv")),
    ("emoji", include_str!("data/emoji.tsv")),
    ("regions", include_str!("data/regions.tsv")),
    ("roman", include_str!("data/roman.tsv")),
    ("symbols", include_str!("data/symbols.tsv")),
    ("units", include_str!("data/units.tsv")),
];

/// Large lists that are searched where they stand, one word a line, sorted bytewise after their head.
const COMMON_WORDS: &str = include_str!("data/words.tsv");
const NAMES: &str = include_str!("data/names.tsv");

/// Whether `word` is a line of `list`: a binary search over the sorted text, which costs nothing at start.
fn listed(list: &str, word: &str) -> bool {
    let bytes = list.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let end = bytes[middle..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| middle + at);
        let line = &list[start..end];
        // The head sorts before every word.
        if line.starts_with('#') || line < word {
            low = end + 1;
        } else if line == word {
            return true;
        } else {
            high = start;
        }
    }
    false
}

/// The built-in tables, parsed on first use.
pub(crate) fn built_in() -> &'static Arc<Tables> {
    static TABLES: LazyLock<Arc<Tables>> = LazyLock::new(|| {
        let mut tables = Tables::default();
        for (name, text) in BUILT_IN {
            // The test `built_in_tables_parse` fails on the first bad row; a bad row is left out at run time.
            let _ = tables.extend(name, &format!("{name}.tsv"), text);
        }
        Arc::new(tables)
    });
    &TABLES
}

impl Tables {
    /// The tables a house may extend, by name.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name).chain(["words"])
    }

    /// How many columns a table has.
    pub(crate) fn columns(name: &str) -> Option<usize> {
        Some(match name {
            "acronyms" | "capitals" | "cues" | "emoji" => 2,
            "domains" | "regions" | "roman" | "symbols" => 3,
            "abbreviations" => 4,
            "units" => 5,
            "currencies" => 7,
            "words" => 1,
            _ => return None,
        })
    }

    /// Adds the rows of one table; a row takes the place of an earlier one with the same key.
    ///
    /// # Errors
    /// [`crate::Error::Config`] with file and line for a row that does not parse.
    pub(crate) fn extend(&mut self, name: &str, path: &str, text: &str) -> Result<()> {
        if name == "cues" {
            return self.lexicon.extend(path, text);
        }
        let columns = Self::columns(name).unwrap_or(2);
        for row in rows(path, text, columns) {
            self.add(name, &row?)?;
        }
        Ok(())
    }

    fn add(&mut self, name: &str, row: &Row) -> Result<()> {
        match name {
            "units" => return self.add_unit(row),
            "currencies" => return self.add_currency(row),
            "abbreviations" => return self.add_abbreviation(row),
            "roman" => return self.add_roman(row),
            "acronyms" => self.add_acronym(row),
            "words" => {
                self.words.insert(row.cell(0).into());
            }
            "capitals" => {
                self.ambiguous.insert(row.cell(0).into());
            }
            "emoji" => {
                self.emoji.insert(row.cell(0).into(), row.cell(1).into());
            }
            "regions" => {
                self.region_names.insert(row.cell(1).into());
                // Fla looks like a word and must be asked about.
                self.lexicon.add(row.cell(0), Cues::NAME_ABBREVIATION);
                let spoken = self.regions.entry(row.cell(0).into()).or_default();
                spoken.retain(|(_, country)| **country != *row.cell(2));
                spoken.push((row.cell(1).into(), row.cell(2).into()));
            }
            "domains" => return self.add_domain(row),
            "symbols" => return self.add_symbol(row),
            _ => {}
        }
        Ok(())
    }

    fn add_unit(&mut self, row: &Row) -> Result<()> {
        let place = match row.cell(4) {
            "any" => Place::Any,
            "glued" => Place::Glued,
            "spaced" => Place::Spaced,
            other => {
                return Err(
                    row.refuse(format!("no place is called \"{other}\""), "write any, glued or spaced")
                );
            }
        };
        let symbol = row.cell(0);
        head(&mut self.unit_heads, symbol, row)?;
        let unit = Unit {
            singular: row.cell(1).into(),
            plural: row.cell(2).into(),
            kind: row.cell(3).into(),
            place,
        };
        self.units.insert(symbol.into(), Arc::new(unit));
        Ok(())
    }

    fn add_currency(&mut self, row: &Row) -> Result<()> {
        let Ok(minor_per_major) = row.cell(6).parse::<u32>() else {
            return Err(row
                .refuse(format!("\"{}\" is no number of minor units", row.cell(6)), "write 100, 1000 or 1"));
        };
        let code = row.cell(0);
        let currency = Currency {
            code: code.into(),
            singular: row.cell(2).into(),
            plural: row.cell(3).into(),
            minor: (row.cell(4) != "-" && minor_per_major > 1)
                .then(|| (row.cell(4).into(), row.cell(5).into())),
            minor_per_major,
        };
        for symbol in row.cell(1).split(' ').filter(|symbol| *symbol != "-") {
            head(&mut self.currency_heads, symbol, row)?;
            if symbol.chars().all(char::is_alphabetic) {
                // Rs 500 must be asked about although it looks like a word.
                self.lexicon.add(symbol, Cues::NAME_ABBREVIATION);
            }
            let mut chars = symbol.chars();
            if let (Some(sign), None) = (chars.next(), chars.next())
                && !sign.is_alphanumeric()
            {
                self.currency_signs.insert(sign);
            }
            self.currency_symbols.insert(symbol.into(), code.into());
        }
        self.currencies.insert(code.into(), Arc::new(currency));
        Ok(())
    }

    fn add_acronym(&mut self, row: &Row) {
        let (written, spoken) = (row.cell(0), row.cell(1));
        let parts: Vec<_> = cut(written).into_iter().map(|(part, _)| part).collect();
        if parts.len() == 1 {
            self.acronyms.insert(written.into(), spoken.into());
        } else if let Some(first) = parts.first().cloned() {
            let compounds = self.acronym_compounds.entry(first).or_default();
            compounds.retain(|compound| compound.parts != parts);
            compounds.push(Compound { parts, spoken: spoken.into() });
            compounds.sort_by_key(|compound| std::cmp::Reverse(compound.parts.len()));
        }
    }

    fn add_abbreviation(&mut self, row: &Row) -> Result<()> {
        let stop = match row.cell(2) {
            "always" => Stop::Always,
            "optional" => Stop::Optional,
            "never" => Stop::Never,
            other => {
                return Err(
                    row.refuse(format!("no stop is called \"{other}\""), "write always, optional or never")
                );
            }
        };
        let context = match row.cell(3) {
            "any" => Context::Any,
            "before-name" => Context::BeforeName,
            "after-name" => Context::AfterName,
            "before-amount" => Context::BeforeAmount,
            "before-number" => Context::BeforeNumber,
            "after-number" => Context::AfterNumber,
            "address" => Context::Address,
            other => {
                return Err(row.refuse(
                    format!("no context is called \"{other}\""),
                    "write any, before-name, after-name, before-amount, before-number, after-number or address",
                ));
            }
        };
        let (parts, glued): (Vec<_>, Vec<_>) = cut(row.cell(0)).into_iter().unzip();
        let Some(first) = parts.first().cloned() else {
            return Err(row.refuse("nothing is written", "write the short form in the first column"));
        };
        self.lexicon.add(&first, Cues::NAME_ABBREVIATION);
        let entry = self.abbreviations.entry(first).or_default();
        entry.retain(|old| old.parts != parts || old.context != context);
        entry.push(Arc::new(Abbreviation { parts, glued, spoken: row.cell(1).into(), stop, context }));
        // The longest form first, then the narrowest context.
        entry.sort_by_key(|form| (std::cmp::Reverse(form.parts.len()), form.context));
        Ok(())
    }

    fn add_roman(&mut self, row: &Row) -> Result<()> {
        let cue = match row.cell(2) {
            "ordinal" => RomanCue { ordinal: true },
            "cardinal" => RomanCue { ordinal: false },
            other => {
                return Err(
                    row.refuse(format!("no number is called \"{other}\""), "write cardinal or ordinal")
                );
            }
        };
        match row.cell(1) {
            "before" => self.roman_before.insert(row.cell(0).into(), cue),
            "after" => self.roman_after.insert(row.cell(0).into(), cue),
            other => {
                return Err(row.refuse(format!("no position is called \"{other}\""), "write before or after"));
            }
        };
        Ok(())
    }

    fn add_domain(&mut self, row: &Row) -> Result<()> {
        let domain = self.domains.entry(row.cell(0).to_lowercase().into()).or_default();
        match row.cell(2) {
            "tld" => domain.tld = true,
            "name" => {}
            "file" => {
                domain.file = Some(row.cell(1).into());
                if !domain.spoken.is_empty() {
                    return Ok(());
                }
            }
            other => {
                return Err(row.refuse(format!("no kind is called \"{other}\""), "write tld, name or file"));
            }
        }
        domain.spoken = row.cell(1).into();
        Ok(())
    }

    fn add_symbol(&mut self, row: &Row) -> Result<()> {
        let place = match row.cell(2) {
            "name" => Where::Name,
            "word" => Where::Word,
            "maths" => Where::Maths,
            "electronic" => Where::Electronic,
            "silent" => Where::Silent,
            other => {
                return Err(row.refuse(
                    format!("no place is called \"{other}\""),
                    "write name, word, maths, electronic or silent",
                ));
            }
        };
        // A sequence of signs (a flag, §§) is found by its first.
        if let Some(c) = row.cell(0).chars().next() {
            let single = row.cell(0).chars().filter(|c| *c != '\u{FE0F}').count() == 1;
            if single || !self.symbols.contains_key(&(c, place)) {
                self.symbols.insert((c, place), row.cell(1).into());
            }
        }
        Ok(())
    }

    /// The unit written exactly so.
    pub(crate) fn unit(&self, symbol: &str) -> Option<&Unit> {
        self.units.get(symbol).map(|unit| &**unit)
    }

    /// The most tokens a unit has that begins with this token; 0 when none does.
    pub(crate) fn unit_head(&self, first: &str) -> usize {
        self.unit_heads.get(first).copied().unwrap_or(0)
    }

    /// The currency of an ISO code.
    pub(crate) fn currency_by_code(&self, code: &str) -> Option<&Currency> {
        if code.len() == 3 { self.currencies.get(code).map(|currency| &**currency) } else { None }
    }

    /// The currency of a symbol written exactly so.
    pub(crate) fn currency_by_symbol(&self, symbol: &str) -> Option<&Currency> {
        self.currencies.get(self.currency_symbols.get(symbol)?).map(|currency| &**currency)
    }

    /// The most tokens a currency's symbol has that begins with this token; 0 when none does.
    pub(crate) fn currency_head(&self, first: &str) -> usize {
        self.currency_heads.get(first).copied().unwrap_or(0)
    }

    /// Whether a character alone is a currency's sign.
    pub(crate) fn is_currency_sign(&self, c: char) -> bool {
        matches!(c, '£' | '$' | '€') || self.currency_signs.contains(&c)
    }

    /// What is said for an acronym of one token.
    pub(crate) fn acronym(&self, written: &str) -> Option<&str> {
        self.acronyms.get(written).map(|spoken| &**spoken)
    }

    /// Acronyms of several tokens that begin with this one, longest first.
    pub(crate) fn acronym_compounds(&self, first: &str) -> &[Compound] {
        self.acronym_compounds.get(first).map_or(&[], Vec::as_slice)
    }

    /// Whether small letters make this a common word that is no initialism.
    pub(crate) fn is_common_word(&self, lower: &str) -> bool {
        listed(COMMON_WORDS, lower) || self.words.contains(lower)
    }

    /// Whether this word in small letters is a common word and, in capitals, an initialism.
    pub(crate) fn is_ambiguous(&self, lower: &str) -> bool {
        self.ambiguous.contains(lower)
    }

    /// Whether this word with one capital is a name.
    #[allow(clippy::unused_self, reason = "a question to the tables, beside its kin")]
    pub(crate) fn is_name(&self, title: &str) -> bool {
        listed(NAMES, title)
    }

    /// The name of an emoji, its variation selectors left out.
    pub(crate) fn emoji(&self, written: &str) -> Option<&str> {
        self.emoji.get(written).map(|name| &**name)
    }

    /// Short forms that begin with this token, longest and narrowest first.
    pub(crate) fn abbreviations(&self, first: &str) -> &[Arc<Abbreviation>] {
        self.abbreviations.get(first).map_or(&[], Vec::as_slice)
    }

    /// A state, province or territory; an American one before others of the same code.
    pub(crate) fn region(&self, code: &str) -> Option<&str> {
        let found = self.regions.get(code)?;
        found
            .iter()
            .find(|(_, country)| &**country == "US")
            .or_else(|| found.first())
            .map(|(spoken, _)| &**spoken)
    }

    /// Whether this is a region's full name.
    pub(crate) fn is_region_name(&self, name: &str) -> bool {
        self.region_names.contains(name)
    }

    /// What a Roman numeral after these words is.
    pub(crate) fn roman_after_cue(&self, cue: &str) -> Option<RomanCue> {
        self.roman_before.get(cue).copied()
    }

    /// What a Roman numeral before these words is.
    pub(crate) fn roman_before_cue(&self, cue: &str) -> Option<RomanCue> {
        self.roman_after.get(cue).copied()
    }

    /// What is said for a label of an address of the net, in small letters.
    pub(crate) fn domain(&self, label: &str) -> Option<&str> {
        self.domains.get(label).map(|domain| &*domain.spoken)
    }

    /// Whether a label, in small letters, may end a host's name.
    pub(crate) fn is_tld(&self, label: &str) -> bool {
        self.domains.get(label).is_some_and(|domain| domain.tld)
    }

    /// What is said for the ending of a file's name, in small letters.
    pub(crate) fn file_ending(&self, label: &str) -> Option<&str> {
        self.domains.get(label)?.file.as_deref()
    }

    /// What is said for a symbol at a place.
    pub(crate) fn symbol(&self, c: char, place: Where) -> Option<&str> {
        self.symbols.get(&(c, place)).map(|spoken| &**spoken)
    }
}

fn head(heads: &mut Map<usize>, symbol: &str, row: &Row) -> Result<()> {
    let parts = cut(symbol);
    let Some((first, _)) = parts.first() else {
        return Err(row.refuse("the symbol is empty", "write the symbol in the first column"));
    };
    let most = heads.entry(first.clone()).or_default();
    *most = (*most).max(parts.len());
    Ok(())
}

/// A written form cut into tokens, and whether each is glued to the one before.
fn cut(written: &str) -> Vec<(Box<str>, bool)> {
    let mut tokens: Vec<Token> = Vec::new();
    tokenise(written, &Lexicon::default(), &mut tokens);
    tokens
        .iter()
        .filter(|token| token.kind != Kind::Edge)
        .map(|token| {
            (written[token.start as usize..token.end as usize].into(), token.gap == super::token::Gap::None)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_tables_parse() {
        let mut tables = Tables::default();
        for (name, text) in BUILT_IN {
            tables.extend(name, &format!("{name}.tsv"), text).unwrap();
        }
    }

    #[test]
    fn a_later_row_takes_the_place_of_an_earlier() {
        let mut tables = (**built_in()).clone();
        tables.extend("acronyms", "house.tsv", "NATO\tN A T O\n").unwrap();
        assert_eq!(tables.acronym("NATO"), Some("N A T O"));
        assert_eq!(built_in().acronym("NATO"), Some("Nato"));
    }
}
