//! Briefing files: what one bulletin, or forty that share a body, are made of and how they sound.
//!
//! A briefing is a TOML file with the settings of `bulletin.toml`, its `[[stories]]`, and where the result goes. It may
//! `include` other files, whose settings and stories it goes on from; have `[[editions]]`, each a bulletin of its own;
//! and name `[variables]`, which stand in braces in its texts. Paths in it are from the folder of the file that names
//! them.

mod lines;
mod pattern;
mod sheet;

use super::{Layer, read_text};
use crate::gather::{Kill, Source};
use crate::{Error, Result};
use jiff::civil;
pub(super) use lines::line_at;
use pattern::Variables;
pub use pattern::slug;
pub(crate) use pattern::{RESERVED, is_name};
use sheet::{Sheet, joined};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// One bulletin as its briefing has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Briefing {
    /// The file's name without its ending.
    pub name: String,
    /// The file, and which of its editions, for messages.
    pub place: String,
    /// Its settings.
    pub layer: Layer,
    /// Its stories in order.
    pub stories: Vec<Source>,
    /// What is not to be heard any more, wherever it turns up.
    pub kill: Vec<Kill>,
    /// Lexicons over the house's.
    pub lexicon: Vec<PathBuf>,
    /// Where the file goes, as its pattern says.
    pub output: PathBuf,
    /// The files that made it, itself first.
    pub files: Vec<PathBuf>,
    /// The variables that its texts name.
    pub variables: BTreeSet<String>,
}

/// What is known when briefings are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Occasion {
    /// What `date = "today"` means, and `{date}` where a briefing has no date of its own.
    pub today: civil::Date,
    /// Variables that go before those of any file.
    pub variables: Vec<(String, String)>,
    /// Settings that go before those of any file, as far as names are made of them.
    pub flags: Layer,
}

impl Briefing {
    /// Reads a briefing: one bulletin, or one for each of its editions.
    ///
    /// # Errors
    /// [`Error::Read`] for a file that cannot be read; [`Error::Config`] with file and line for what makes no sense.
    ///
    /// # Examples
    /// ```
    /// use bulletin::config::{Briefing, Layer, Occasion};
    /// let folder = tempfile::tempdir().unwrap();
    /// let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    /// file("body.toml", "output = \"{station}-{date}-{slot}.wav\"\nduration = \"2m\"\n[[stories]]\ninput = \"lead.txt\"\n");
    /// file("echo.toml", "include = \"body.toml\"\nstation = \"Echo FM\"\nat = \"07:00\"\n");
    /// let occasion = Occasion { today: jiff::civil::date(2026, 3, 3), variables: vec![], flags: Layer::default() };
    /// let briefings = Briefing::load(&folder.path().join("echo.toml"), &occasion).unwrap();
    /// assert_eq!(briefings[0].output.to_str(), Some("echo-fm-2026-03-03-0700.wav"));
    /// assert_eq!(briefings[0].stories.len(), 1);
    /// assert_eq!(briefings[0].layer.duration.unwrap().0, 120.0);
    /// ```
    pub fn load(path: &Path, occasion: &Occasion) -> Result<Vec<Self>> {
        let file = Sheet::read(path, &mut Vec::new())?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // Those of the file itself, else those of what it includes.
        let of = file.with_includes().find(|sheet| sheet.table.contains_key("editions"));
        let editions = of.map(Sheet::editions).transpose()?.unwrap_or_default();
        let editions =
            if editions.is_empty() { vec![None] } else { editions.into_iter().map(Some).collect() };
        let several = editions.len() > 1;
        let made = editions.into_iter().enumerate().map(|(n, edition)| {
            // An edition goes before the file it stands in, and after what goes before that.
            let at_home = |sheet: &Sheet| of.is_some_and(|of| std::ptr::eq(of, sheet));
            let sheets: Vec<&Sheet> = file
                .with_includes()
                .flat_map(|sheet| edition.iter().filter(move |_| at_home(sheet)).chain([sheet]))
                .collect();
            let edited = of.zip(edition.as_ref());
            let stories = file.own_stories(edited, &mut Vec::new())?;
            let mut place = path.display().to_string();
            if several {
                place = format!("{place}, edition {}", n + 1);
            }
            Draft { name: &name, place, sheets, stories, edition: edition.is_some() }.briefing(occasion)
        });
        made.collect()
    }

    /// Whether a TOML file is a briefing, and not settings, a lexicon or a rundown: it has stories, editions or an include,
    /// or does not parse, which is to be told.
    pub fn is_one(path: &Path) -> bool {
        let table = read_text(path).ok().and_then(|text| toml::from_str::<Table>(&text).ok());
        let keys = ["stories", "story", "editions", "edition", "include", "includes", "output"];
        table.is_none_or(|table| keys.iter().any(|key| table.contains_key(*key)))
    }

    /// The files a briefing includes, and those they include; without reading further than their `include`.
    ///
    /// # Errors
    /// As [`Briefing::load`].
    pub fn includes(path: &Path) -> Result<Vec<PathBuf>> {
        let file = Sheet::read(path, &mut Vec::new())?;
        Ok(file.with_includes().skip(1).map(|sheet| sheet.path.clone()).collect())
    }
}

/// A briefing in the making.
struct Draft<'a> {
    name: &'a str,
    place: String,
    /// Edition, file and includes, what goes before first.
    sheets: Vec<&'a Sheet>,
    stories: Vec<(&'a Sheet, usize)>,
    edition: bool,
}

impl Draft<'_> {
    fn briefing(&self, occasion: &Occasion) -> Result<Briefing> {
        let mut variables = Variables::default();
        for (name, value) in &occasion.variables {
            variables.set(name, value.clone());
        }
        for sheet in &self.sheets {
            for (name, value) in sheet.variables()? {
                variables.set(&name, value);
            }
        }
        variables.set("name", self.name.to_owned());
        // What other texts may name comes first, each able to use what is already known.
        let flags = &occasion.flags;
        let station = self.first("station", &variables)?;
        if let Some(station) = flags.station.clone().or(station) {
            variables.set("station", station);
        }
        let date =
            self.having("date").map(|(sheet, value)| sheet.date(value, &variables, occasion)).transpose()?;
        let date = flags.date.map(|date| date.0).or(date).unwrap_or(occasion.today);
        variables.set("date", date.to_string());
        variables.set("weekday", date.strftime("%A").to_string().to_lowercase());
        let at = self.having("at").map(|(sheet, value)| sheet.clock(value, &variables)).transpose()?;
        let at = flags.at.or(at).map(|at| at.to_string());
        if let Some(time) = &at {
            variables.set("time", time.clone());
        }
        if let Some(slot) = self.first("slot", &variables)?.or(at.map(|at| at.replace(':', ""))) {
            variables.set("slot", slot);
        }
        let title = self.first("title", &variables)?;
        if let Some(title) = flags.title.clone().or(title) {
            variables.set("title", title);
        }
        let mut layer = Layer::default();
        for sheet in &self.sheets {
            layer.take_below(sheet.layer(&variables, occasion)?);
        }
        let mut stories = Vec::new();
        for &(sheet, n) in &self.stories {
            stories.push(sheet.story(n, &variables)?);
        }
        let (mut kill, mut lexicon) = (Vec::new(), Vec::new());
        for sheet in &self.sheets {
            for text in sheet.texts("kill")? {
                let what = sheet.filled("kill", &text, &variables)?;
                if !what.contains("://") {
                    kill.push(Kill::of(joined(sheet.folder(), &what).display().to_string()));
                }
                kill.push(Kill::of(what));
            }
        }
        for source in &stories {
            if let Some(why) = source.killed.clone() {
                kill.push(Kill { what: source.input.name(), why });
            }
        }
        if let Some((sheet, _)) = self.having("lexicon") {
            for text in sheet.texts("lexicon")? {
                lexicon.push(joined(sheet.folder(), &sheet.filled("lexicon", &text, &variables)?));
            }
        }
        let record = self.having("record").map(|(sheet, value)| {
            let no = || sheet.wrong("record", "this is neither yes nor no".into(), "give true or false");
            value.as_bool().ok_or_else(no)
        });
        if record.transpose()?.unwrap_or(false) {
            layer.outputs.get_or_insert_default().record = true;
        }
        let output = self.output(&variables)?;
        let mut files: Vec<PathBuf> = self.sheets.iter().map(|sheet| sheet.path.clone()).collect();
        files.dedup();
        Ok(Briefing {
            name: self.name.to_owned(),
            place: self.place.clone(),
            layer,
            stories,
            kill,
            lexicon,
            output,
            files,
            variables: variables.used(),
        })
    }

    /// The first table that has a key, and its value.
    fn having(&self, key: &str) -> Option<(&Sheet, &Value)> {
        self.sheets.iter().find_map(|sheet| Some((*sheet, sheet.table.get(key)?)))
    }

    /// The one text of a key in the first table that has it, as it is written.
    fn written(&self, key: &str) -> Result<Option<(&Sheet, String)>> {
        let Some((sheet, _)) = self.having(key) else { return Ok(None) };
        match <[String; 1]>::try_from(sheet.texts(key)?) {
            Ok([text]) => Ok(Some((sheet, text))),
            Err(_) => Err(sheet.wrong(key, format!("\"{key}\" is no text"), "give one text")),
        }
    }

    /// The same with its variables filled in.
    fn first(&self, key: &str, variables: &Variables) -> Result<Option<String>> {
        self.written(key)?.map(|(sheet, text)| sheet.filled(key, &text, variables)).transpose()
    }

    fn output(&self, variables: &Variables) -> Result<PathBuf> {
        let Some((sheet, text)) = self.written("output")? else {
            let own = if self.edition { "{name}-{slot}.wav" } else { "{name}.wav" };
            // The one thing that may be missing is the slot.
            return pattern::path(own, variables).map(PathBuf::from).map_err(|(problem, _)| Error::Config {
                place: self.place.clone(),
                problem,
                cure: "give every edition its slot or its time (at), or an output of its own".into(),
            });
        };
        let path = pattern::path(&text, variables)
            .map_err(|(problem, cure)| sheet.wrong("output", format!("{problem} ({})", self.place), &cure))?;
        named(path)
            .ok_or_else(|| sheet.wrong("output", "this names no file".into(), "end it in a name: {name}.wav"))
    }
}

/// A path that names a file; none for any other.
fn named(path: String) -> Option<PathBuf> {
    let names = !path.ends_with(['/', '\\']) && !path.contains(char::is_control);
    Some(PathBuf::from(path)).filter(|path| names && path.file_name().is_some())
}

/// A path by a pattern; wrong: problem and cure.
pub(super) fn output_named<const N: usize>(
    pattern: &str,
    values: [(&str, Option<String>); N],
) -> std::result::Result<PathBuf, (String, String)> {
    let mut variables = Variables::default();
    for (name, value) in values {
        if let Some(value) = value {
            variables.set(name, value);
        }
    }
    let path = pattern::path(pattern, &variables)?;
    named(path).ok_or_else(|| ("this names no file".into(), "end it in a name: {station}-{date}.wav".into()))
}

#[cfg(test)]
mod tests;
