//! One file of a briefing, or one of its editions, as it is written: keys, includes, variables, stories.

use super::Occasion;
use super::lines::Lines;
use super::pattern::{self, Variables, filled};
use crate::article::feed::{Selection, Since};
use crate::config::{Layer, line_of, read_text};
use crate::files::absolute;
use crate::gather::{Input, Source};
use crate::rundown;
use crate::suggest::did_you_mean;
use crate::{Error, Result};
use jiff::civil;
use serde::{Deserialize, Deserializer};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
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

/// One table of settings and stories as it stands in a file: the file's own, or one of its editions.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) path: PathBuf,
    pub(super) table: Table,
    /// The whole file: where a key stands is looked up when an error has to tell.
    text: Rc<str>,
    /// What messages call a key of it, before the key.
    within: String,
    includes: Vec<Sheet>,
}

impl Sheet {
    pub(super) fn read(path: &Path, above: &mut Vec<PathBuf>) -> Result<Self> {
        let text = read_text(path)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let table: Table = toml::from_str(text).map_err(|e: toml::de::Error| {
            let line = line_of(&e, text);
            Error::Config {
                place: format!("{}:{line}", path.display()),
                problem: e.message().to_owned(),
                cure: "a briefing is a TOML file: settings, then [[stories]], each with its input".into(),
            }
        })?;
        let (within, includes) = (String::new(), Vec::new());
        let mut sheet = Self { path: path.into(), table, text: text.into(), within, includes };
        sheet.check_keys()?;
        let folder = sheet.folder().to_owned();
        above.push(path.into());
        for name in sheet.texts("include")? {
            let included = joined(&folder, &name);
            let wrong = |problem: String, cure: &str| sheet.wrong("include", problem, cure);
            if above.iter().any(|file| absolute(file) == absolute(&included)) {
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

    pub(super) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Itself and all it includes, what goes before first: of two includes the later.
    pub(super) fn with_includes(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        Box::new(std::iter::once(self).chain(self.includes.iter().rev().flat_map(Self::with_includes)))
    }

    /// A table for each edition, none where there are no `[[editions]]`.
    pub(super) fn editions(&self) -> Result<Vec<Self>> {
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
                text: Rc::clone(&self.text),
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

    pub(super) fn check_keys(&self) -> Result<()> {
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
    pub(super) fn wrong(&self, key: &str, problem: String, cure: &str) -> Error {
        let line = Lines::of(&self.text).line(&format!("{}{key}", self.within));
        Error::Config { place: format!("{}:{line}", self.path.display()), problem, cure: cure.to_owned() }
    }

    /// A text, or several in a list.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>> {
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
    pub(super) fn own_stories<'a>(
        &'a self,
        edited: Option<(&'a Self, &'a Self)>,
        seen: &mut Vec<&'a Path>,
    ) -> Result<Vec<(&'a Self, usize)>> {
        let mut stories = Vec::new();
        if seen.iter().any(|file| absolute(file) == absolute(&self.path)) {
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

impl Sheet {
    pub(super) fn variables(&self) -> Result<Vec<(String, String)>> {
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

    pub(super) fn filled(&self, key: &str, text: &str, variables: &Variables) -> Result<String> {
        filled(text, variables).map_err(|(problem, cure)| self.wrong(key, problem, &cure))
    }

    /// A value with the variables of all its texts filled in.
    pub(super) fn filled_value(&self, key: &str, value: &Value, variables: &Variables) -> Result<Value> {
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

    pub(super) fn date(
        &self,
        value: &Value,
        variables: &Variables,
        occasion: &Occasion,
    ) -> Result<civil::Date> {
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

    pub(super) fn clock(&self, value: &Value, variables: &Variables) -> Result<rundown::Clock> {
        let text = match value {
            Value::String(text) => self.filled("at", text, variables)?,
            other => other.to_string(),
        };
        text.parse().map_err(|problem| self.wrong("at", problem, "give a time of day: at = \"07:00\""))
    }

    /// The settings of this table.
    pub(super) fn layer(&self, variables: &Variables, occasion: &Occasion) -> Result<Layer> {
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

    pub(super) fn story(&self, n: usize, variables: &Variables) -> Result<Source> {
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
pub(super) fn joined(folder: &Path, path: impl AsRef<Path>) -> PathBuf {
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
