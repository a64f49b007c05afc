//! Briefing files: what one bulletin, or forty that share a body, are made of and how they sound.
//!
//! A briefing is a TOML file with the settings of `bulletin.toml`, its `[[stories]]`, and where the result goes. It may
//! `include` other files, whose settings and stories it goes on from; have `[[editions]]`, each a bulletin of its own;
//! and name `[variables]`, which stand in braces in its texts. Paths in it are from the folder of the file that names
//! them.

mod lines;
mod pattern;

use super::{Layer, read_text};
use crate::article::feed::{Selection, Since};
use crate::gather::{Input, Kill, Source};
use crate::rundown;
use crate::suggest::did_you_mean;
use crate::{Error, Result};
use jiff::civil;
use lines::Lines;
pub use pattern::slug;
pub(crate) use pattern::{RESERVED, is_name};
use pattern::{Variables, filled};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use toml::{Table, Value};

/// Includes inside includes.
const MOST_DEPTH: usize = 8;

/// Bulletins of one file.
const MOST_EDITIONS: usize = 1000;

/// What a briefing says beside settings.
const OWN_KEYS: [&str; 10] = [
    "include",
    "included_stories",
    "variables",
    "stories",
    "kill",
    "lexicon",
    "output",
    "slot",
    "record",
    "editions",
];

/// What is written for them by who does not look up.
const SLIPS: [(&str, &str); 3] = [("story", "stories"), ("edition", "editions"), ("includes", "include")];

/// Settings of the machine, which no bulletin decides.
const NOT_HERE: [&str; 4] = ["jobs", "memory_mb", "cache_folder", "cache_limit_mb"];

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
    /// Whether the record is kept beside it.
    pub record: bool,
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

/// One table of settings and stories as it stands in a file: the file's own, or one of its editions.
#[derive(Debug)]
struct Sheet {
    path: PathBuf,
    table: Table,
    lines: Lines,
    /// What messages call a key of it, before the key.
    within: String,
    includes: Vec<Sheet>,
}

impl Sheet {
    fn read(path: &Path, above: &mut Vec<PathBuf>) -> Result<Self> {
        let text = read_text(path)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let lines = Lines::of(text);
        let table: Table = toml::from_str(text).map_err(|e: toml::de::Error| {
            let line = e.span().map_or(1, |span| lines::line_at(text, span.start));
            Error::Config {
                place: format!("{}:{line}", path.display()),
                problem: e.message().to_owned(),
                cure: "a briefing is a TOML file: settings, then [[stories]], each with its input".into(),
            }
        })?;
        let mut sheet = Self { path: path.into(), table, lines, within: String::new(), includes: Vec::new() };
        sheet.check_keys()?;
        let folder = sheet.folder().to_owned();
        above.push(path.into());
        for name in sheet.texts("include")? {
            let included = joined(&folder, &name);
            let wrong = |problem: String, cure: &str| sheet.wrong("include", problem, cure);
            if above.iter().any(|file| same_file(file, &included)) {
                let chain: Vec<_> = above.iter().map(|file| file.display().to_string()).collect();
                return Err(wrong(
                    format!("{} includes itself, by way of {}", included.display(), chain.join(", ")),
                    "take one of the includes out",
                ));
            }
            if above.len() >= MOST_DEPTH {
                return Err(wrong(
                    format!("{MOST_DEPTH} files include each other in turn"),
                    "include fewer files in files that are included",
                ));
            }
            let read = Self::read(&included, above).map_err(|error| match error {
                Error::Read { path, source } => wrong(
                    format!("{}: cannot read: {source}", path.display()),
                    "check the path of the include",
                ),
                other => other,
            })?;
            sheet.includes.push(read);
        }
        above.pop();
        Ok(sheet)
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Itself and all it includes, what goes before first: of two includes the later.
    fn with_includes(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        Box::new(std::iter::once(self).chain(self.includes.iter().rev().flat_map(Self::with_includes)))
    }

    /// A table for each edition, none where there are no `[[editions]]`.
    fn editions(&self) -> Result<Vec<Self>> {
        let Some(value) = self.table.get("editions") else { return Ok(Vec::new()) };
        let tables: Vec<&Table> =
            value.as_array().and_then(|list| list.iter().map(Value::as_table).collect()).ok_or_else(
                || self.wrong("editions", "this is no list of tables".into(), "write [[editions]]"),
            )?;
        if tables.is_empty() || tables.len() > MOST_EDITIONS {
            return Err(self.wrong(
                "editions",
                format!("{} editions make no sense", tables.len()),
                "give 1 to 1000 of them",
            ));
        }
        let editions = tables.into_iter().enumerate().map(|(n, table)| {
            let edition = Self {
                path: self.path.clone(),
                table: table.clone(),
                lines: self.lines.clone(),
                within: format!("editions.{n}."),
                includes: Vec::new(),
            };
            for key in ["include", "editions"] {
                if edition.table.contains_key(key) {
                    let problem = format!("an edition cannot have \"{key}\"");
                    return Err(edition.wrong(key, problem, "put it above the editions"));
                }
            }
            edition.check_keys()?;
            Ok(edition)
        });
        editions.collect()
    }

    fn check_keys(&self) -> Result<()> {
        for key in self.table.keys() {
            if NOT_HERE.contains(&key.as_str()) {
                let problem = format!("\"{key}\" is no matter of a bulletin's");
                return Err(self.wrong(key, problem, "set it in bulletin.toml, or give it as a flag"));
            }
            let mut names =
                OWN_KEYS.iter().chain(Layer::NAMES).filter(|name| !NOT_HERE.contains(name)).copied();
            if !names.clone().any(|name| name == key) {
                let slip = SLIPS.iter().find(|(slip, _)| slip == key).map(|(_, right)| *right);
                let cure = format!(
                    "{}a briefing has {}, and the settings of bulletin.toml",
                    slip.map_or_else(|| did_you_mean(key, &mut names), |right| did_you_mean(right, [right])),
                    OWN_KEYS.join(", ")
                );
                return Err(self.wrong(key, format!("unknown key \"{key}\""), &cure));
            }
        }
        Ok(())
    }

    /// An error at a key, or at a path of keys below this table.
    fn wrong(&self, key: &str, problem: String, cure: &str) -> Error {
        let line = self.lines.line(&format!("{}{key}", self.within));
        Error::Config { place: format!("{}:{line}", self.path.display()), problem, cure: cure.to_owned() }
    }

    /// A text, or several in a list.
    fn texts(&self, key: &str) -> Result<Vec<String>> {
        match self.table.get(key) {
            None => Ok(Vec::new()),
            Some(value) => {
                let texts: Option<Vec<String>> = match value {
                    Value::String(text) => Some(vec![text.clone()]),
                    Value::Array(list) => list.iter().map(|v| v.as_str().map(str::to_owned)).collect(),
                    _ => None,
                };
                texts.ok_or_else(|| {
                    self.wrong(key, format!("\"{key}\" is no text"), "give a text, or a list of texts")
                })
            }
        }
    }

    /// The stories of this table and of what it includes, each with the table it stands in, in the order told.
    ///
    /// `edited` is a table and its edition; `seen` are the files whose stories are told already.
    fn own_stories<'a>(
        &'a self,
        edited: Option<(&'a Self, &'a Self)>,
        seen: &mut Vec<&'a Path>,
    ) -> Result<Vec<(&'a Self, usize)>> {
        let mut stories = Vec::new();
        if seen.iter().any(|file| same_file(file, &self.path)) {
            return Ok(stories);
        }
        seen.push(&self.path);
        for include in &self.includes {
            stories.extend(include.own_stories(edited, seen)?);
        }
        let edition = edited.filter(|(of, _)| std::ptr::eq(*of, self)).map(|(_, edition)| edition);
        for sheet in std::iter::once(self).chain(edition) {
            let count = match sheet.table.get("stories") {
                None => 0,
                Some(Value::Array(list)) if list.iter().all(Value::is_table) => list.len(),
                Some(_) => {
                    let problem = "this is no list of stories".to_owned();
                    return Err(sheet.wrong("stories", problem, "write [[stories]], each with its input"));
                }
            };
            let own = (0..count).map(|n| (sheet, n));
            match sheet.table.get("included_stories").map_or(Some("last"), Value::as_str) {
                Some("first") => stories.extend(own),
                Some("last") => stories = own.chain(stories).collect(),
                Some("none") => stories = own.collect(),
                _ => {
                    return Err(sheet.wrong(
                        "included_stories",
                        "this is no place for the stories of an included file".into(),
                        "give \"last\" (the rule), \"first\" or \"none\"",
                    ));
                }
            }
        }
        Ok(stories)
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
        let dates = self.sheets.iter().find_map(|sheet| Some((sheet, sheet.table.get("date")?)));
        let date = dates.map(|(sheet, value)| sheet.date(value, &variables, occasion)).transpose()?;
        let date = flags.date.map(|date| date.0).or(date).unwrap_or(occasion.today);
        variables.set("date", date.to_string());
        variables.set("weekday", date.strftime("%A").to_string().to_lowercase());
        let ats = self.sheets.iter().find_map(|sheet| Some((sheet, sheet.table.get("at")?)));
        let at = ats.map(|(sheet, value)| sheet.clock(value, &variables)).transpose()?;
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
            if let (Some(why), what) = (source.killed.clone(), source.input.name()) {
                kill.push(Kill { what, why });
            }
        }
        if let Some(sheet) = self.sheets.iter().find(|sheet| sheet.table.contains_key("lexicon")) {
            for text in sheet.texts("lexicon")? {
                lexicon.push(joined(sheet.folder(), &sheet.filled("lexicon", &text, &variables)?));
            }
        }
        let record = self.sheets.iter().find_map(|sheet| Some((sheet, sheet.table.get("record")?)));
        let record = record.map(|(sheet, value)| {
            let no = || sheet.wrong("record", "this is neither yes nor no".into(), "give true or false");
            value.as_bool().ok_or_else(no)
        });
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
            record: record.transpose()?.unwrap_or(false),
            files,
            variables: variables.used(),
        })
    }

    /// The text of a key in the first table that has it.
    fn first(&self, key: &str, variables: &Variables) -> Result<Option<String>> {
        let Some(sheet) = self.sheets.iter().find(|sheet| sheet.table.contains_key(key)) else {
            return Ok(None);
        };
        let texts = sheet.texts(key)?;
        let [text] = &texts[..] else {
            return Err(sheet.wrong(key, format!("\"{key}\" is no text"), "give one text"));
        };
        sheet.filled(key, text, variables).map(Some)
    }

    fn output(&self, variables: &Variables) -> Result<PathBuf> {
        let Some(sheet) = self.sheets.iter().find(|sheet| sheet.table.contains_key("output")) else {
            let own = if self.edition { "{name}-{slot}.wav" } else { "{name}.wav" };
            // The one thing that may be missing is the slot.
            return pattern::path(own, variables).map(PathBuf::from).map_err(|(problem, _)| Error::Config {
                place: self.place.clone(),
                problem,
                cure: "give every edition its slot or its time (at), or an output of its own".into(),
            });
        };
        let texts = sheet.texts("output")?;
        let [text] = &texts[..] else {
            return Err(sheet.wrong("output", "\"output\" is no text".into(), "give one text"));
        };
        let path = pattern::path(text, variables)
            .map_err(|(problem, cure)| sheet.wrong("output", format!("{problem} ({})", self.place), &cure))?;
        let named = !path.ends_with(['/', '\\']) && !path.contains(char::is_control);
        let path = PathBuf::from(path);
        if path.file_name().is_none() || !named {
            return Err(sheet.wrong("output", "this names no file".into(), "end it in a name: {name}.wav"));
        }
        Ok(path)
    }
}

impl Sheet {
    fn variables(&self) -> Result<Vec<(String, String)>> {
        let Some(value) = self.table.get("variables") else { return Ok(Vec::new()) };
        let no_table = || {
            self.wrong(
                "variables",
                "this is no table of variables".into(),
                "write [variables], then name = \"value\"",
            )
        };
        let table = value.as_table().ok_or_else(no_table)?;
        let pairs = table.iter().map(|(name, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {
                    value.to_string()
                }
                Value::Array(_) | Value::Table(_) => {
                    let key = format!("variables.{name}");
                    return Err(self.wrong(
                        &key,
                        format!("\"{name}\" is no text"),
                        "give a variable one text",
                    ));
                }
            };
            if !pattern::is_name(name) || pattern::RESERVED.contains(&name.as_str()) {
                let key = format!("variables.{name}");
                let cure =
                    format!("take small letters, digits and _, and none of {}", pattern::RESERVED.join(", "));
                return Err(self.wrong(&key, format!("\"{name}\" is no name for a variable"), &cure));
            }
            Ok((name.clone(), text))
        });
        pairs.collect()
    }

    fn filled(&self, key: &str, text: &str, variables: &Variables) -> Result<String> {
        filled(text, variables).map_err(|(problem, cure)| self.wrong(key, problem, &cure))
    }

    /// A value with the variables of all its texts filled in.
    fn filled_value(&self, key: &str, value: &Value, variables: &Variables) -> Result<Value> {
        Ok(match value {
            Value::String(text) => Value::String(self.filled(key, text, variables)?),
            Value::Array(list) => Value::Array(
                list.iter().map(|v| self.filled_value(key, v, variables)).collect::<Result<_>>()?,
            ),
            Value::Table(table) => Value::Table(
                table
                    .iter()
                    .map(|(name, v)| Ok((name.clone(), self.filled_value(key, v, variables)?)))
                    .collect::<Result<_>>()?,
            ),
            other => other.clone(),
        })
    }

    fn date(&self, value: &Value, variables: &Variables, occasion: &Occasion) -> Result<civil::Date> {
        let text = match value {
            Value::String(text) => self.filled("date", text, variables)?,
            other => other.to_string(),
        };
        match text.as_str() {
            "today" => Ok(occasion.today),
            "tomorrow" => Ok(occasion.today.tomorrow().unwrap_or(occasion.today)),
            other => other
                .parse::<rundown::Date>()
                .map(|date| date.0)
                .map_err(|problem| self.wrong("date", problem, "give a day, \"today\" or \"tomorrow\"")),
        }
    }

    fn clock(&self, value: &Value, variables: &Variables) -> Result<rundown::Clock> {
        let text = match value {
            Value::String(text) => self.filled("at", text, variables)?,
            other => other.to_string(),
        };
        text.parse().map_err(|problem| self.wrong("at", problem, "give a time of day: at = \"07:00\""))
    }

    /// The settings of this table.
    fn layer(&self, variables: &Variables, occasion: &Occasion) -> Result<Layer> {
        let mut layer = Layer::default();
        for (key, value) in &self.table {
            if OWN_KEYS.contains(&key.as_str()) {
                continue;
            }
            // Braces of the house's regular expressions are no variables.
            let value = match key.as_str() {
                "patterns" => value.clone(),
                "date" => Value::String(self.date(value, variables, occasion)?.to_string()),
                "at" => Value::String(self.clock(value, variables)?.to_string()),
                _ => self.filled_value(key, value, variables)?,
            };
            // One at a time, so that an error has its line.
            let one: Layer =
                Table::from_iter([(key.clone(), value)]).try_into().map_err(|e: toml::de::Error| {
                    let problem = format!("\"{key}\": {}", e.message());
                    self.wrong(
                        key,
                        problem,
                        "`bulletin config` shows every setting with a value that is right",
                    )
                })?;
            layer.take_below(one);
        }
        let folder = self.folder();
        for path in layer.lexicons.iter_mut().chain(&mut layer.tables).flatten() {
            *path = joined(folder, &*path);
        }
        for name in [&mut layer.rundown, &mut layer.sting].into_iter().flatten() {
            if rundown::names_a_file(name) {
                *name = joined(folder, &*name).display().to_string();
            }
        }
        Ok(layer)
    }

    fn story(&self, n: usize, variables: &Variables) -> Result<Source> {
        const KEYS: [&str; 8] =
            ["input", "take", "since", "match", "killed", "embargo", "expires", "required"];
        let at = format!("stories.{n}");
        let table = self.table.get("stories").and_then(|list| list.get(n)).and_then(Value::as_table);
        let table = table.cloned().unwrap_or_default();
        for key in table.keys() {
            if !KEYS.contains(&key.as_str()) {
                let cure = format!("{}a story has {}", did_you_mean(key, KEYS), KEYS.join(", "));
                return Err(self.wrong(&format!("{at}.{key}"), format!("unknown key \"{key}\""), &cure));
            }
        }
        let mut filled = Table::new();
        for (key, value) in table {
            let key_at = format!("{at}.{key}");
            let value = self.filled_value(&key_at, &value, variables)?;
            // One at a time, so that an error has its line.
            let one = Table::from_iter([(key.clone(), value.clone())]);
            if let Err(e) = one.try_into::<Story>() {
                let cure = match key.as_str() {
                    "input" => "give a file, a folder, an address or -, as a text",
                    "take" => "give a number: take = 3",
                    "since" => "give a time such as 2026-03-03T06:00, or a length such as 6h",
                    "match" => "give a list of words: match = [\"bridge\"]",
                    "killed" => "give the reason, or true",
                    "required" => "give true or false",
                    _ => "give a time such as 2026-03-03T07:00",
                };
                return Err(self.wrong(&key_at, format!("\"{key}\": {}", e.message()), cure));
            }
            filled.insert(key, value);
        }
        let story: Story = filled.try_into().unwrap_or_default();
        let Some(input) = story.input.filter(|input| !input.is_empty()) else {
            let cure = "give it a file, a folder, an address or - as its input";
            return Err(self.wrong(&at, "this story has no input".into(), cure));
        };
        let input = match Input::parse(Path::new(&input)) {
            Input::Path(path) => Input::Path(joined(self.folder(), path)),
            other => other,
        };
        Ok(Source {
            input,
            selection: Selection { take: story.take, since: story.since, matching: story.matching },
            killed: story.killed.and_then(|killed| match killed {
                Killed::Because(reason) => Some(reason),
                Killed::Yes(yes) => yes.then(String::new),
            }),
            embargo: story.embargo.map(|when| when.0),
            expires: story.expires.map(|when| when.0),
            required: story.required,
        })
    }
}

/// A story as it is written.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Story {
    input: Option<String>,
    take: Option<usize>,
    since: Option<Since>,
    #[serde(rename = "match")]
    matching: Vec<String>,
    killed: Option<Killed>,
    embargo: Option<When>,
    expires: Option<When>,
    required: bool,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "give the reason, or true")]
enum Killed {
    Yes(bool),
    Because(String),
}

/// A time on the clock; TOML's own are taken, too.
struct When(Since);

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match text.parse() {
            Ok(when @ Since::Time(..)) => Ok(Self(when)),
            _ => Err(serde::de::Error::custom(format!("\"{text}\" is no time such as 2026-03-03T07:00"))),
        }
    }
}

/// A path from a folder, without going down into a folder and up again: `stations/../lead.txt` is `lead.txt`. A link to
/// a folder is left alone, for up from there is elsewhere.
fn joined(folder: &Path, path: impl AsRef<Path>) -> PathBuf {
    let mut joined = PathBuf::new();
    for part in folder.join(path).components() {
        let goes_back = part == Component::ParentDir
            && matches!(joined.components().next_back(), Some(Component::Normal(_)))
            && !joined.is_symlink();
        if goes_back {
            joined.pop();
        } else {
            joined.push(part);
        }
    }
    if joined.as_os_str().is_empty() { PathBuf::from(".") } else { joined }
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

#[cfg(test)]
mod tests;
