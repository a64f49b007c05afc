//! A rundown as data: its elements in order, before it is known what they will say and how long they are.

use super::Facts;
use super::facts::VARIABLES;
use crate::normalise::Locale;
use crate::sound::{beds, stings};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The built-in rundowns: name and text.
pub(super) const BUILT_IN: [(&str, &str); 4] = [
    ("plain", include_str!("built_in/plain.toml")),
    ("hourly", include_str!("built_in/hourly.toml")),
    ("headlines", include_str!("built_in/headlines.toml")),
    ("briefing", include_str!("built_in/briefing.toml")),
];

/// The names [`Template::built_in`] knows.
pub const NAMES: [&str; 4] = [BUILT_IN[0].0, BUILT_IN[1].0, BUILT_IN[2].0, BUILT_IN[3].0];

/// What a rundown is made of, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The name it is asked for by, or its file's.
    pub name: String,
    /// One sentence for people.
    pub description: String,
    /// The beds its elements name, by index.
    pub beds: Vec<BedChoice>,
    /// In order.
    pub elements: Vec<Element>,
}

/// One element of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// What is heard.
    pub what: What,
    /// How it is cut and joined.
    pub shape: Shape,
    /// The bed under it, by its place in [`Template::beds`]. Neighbours with the same one share one run of it.
    pub bed: Option<usize>,
    /// Left out of a programme that is to be shorter than this many seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_over_s: Option<u32>,
}

/// What is heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum What {
    /// A short piece of music; the next element begins where a voice may enter.
    Sting {
        /// Which.
        sound: Sound,
    },
    /// A line of the station's own.
    Line {
        /// Wordings with `{variables}`; the first of which all are known is said.
        wordings: Vec<String>,
        /// Left out where no wording can be said, instead of being an error.
        optional: bool,
        /// Silence after it.
        pause_ms: u32,
    },
    /// Every story's headline, or its first sentence where it has none.
    Headlines {
        /// Silence after each; none for the script's own.
        gap_ms: Option<u32>,
        /// The most stories.
        limit: Option<usize>,
    },
    /// The stories as scripted.
    Stories {
        /// A sting between two stories, in place of the pause.
        separator: Option<Separator>,
        /// Whether headlines are spoken above their stories.
        headlines: bool,
        /// The most stories.
        limit: Option<usize>,
    },
    /// Nothing but the bed, if there is one.
    Pause {
        /// How long.
        length_ms: u32,
    },
}

/// What parts two stories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Separator {
    /// Which sting.
    pub sound: Sound,
    /// Louder or softer than a sting is.
    pub gain_db: f64,
    /// Silence between the story and it.
    pub pad_ms: u32,
}

/// How an element is cut and joined; lengths of time in its own time, before anything is cut.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Shape {
    /// Louder or softer than the rule for its kind.
    pub gain_db: f64,
    /// Silence before it.
    pub pad_ms: u32,
    /// How much of its beginning is skipped.
    pub cue_in_ms: u32,
    /// When the next element may begin, counted from the cue-in; none for a sting's entry for the voice, else its end.
    pub start_next_ms: Option<u32>,
    /// Where it ends, counted from its beginning; none for its end.
    pub cue_out_ms: Option<u32>,
    /// From nothing to full at its beginning.
    pub fade_in_ms: u32,
    /// From full to nothing at its end.
    pub fade_out_ms: u32,
}

/// A bed and how it comes and goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BedChoice {
    /// The name elements ask for it by.
    pub name: String,
    /// The sound itself.
    pub sound: Sound,
    /// Louder or softer than the rule.
    pub gain_db: f64,
    /// From nothing to full, from the beginning of the first element it lies under.
    pub fade_in_ms: u32,
    /// From full to nothing, from the last sound of the last element on.
    pub fade_out_ms: u32,
}

impl BedChoice {
    /// Ours: as long as a fader is moved by hand; nobody has listened yet.
    pub(super) const FADE_IN_MS: u32 = 600;
    pub(super) const FADE_OUT_MS: u32 = 1_500;
}

/// A sting or bed by name: ours, or a file of the station's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sound {
    /// One of [`stings::NAMES`] or [`beds::NAMES`].
    Own(String),
    /// A file: its path until it is read, then the name it has in [`crate::job::Job::sounds`].
    File(String),
}

impl fmt::Display for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Own(name) | Self::File(name)) = self;
        f.write_str(name)
    }
}

/// After a line that is added: as after a sentence.
const LAST_LINE_PAUSE_MS: u32 = 400;

impl Default for Template {
    /// `plain`.
    fn default() -> Self {
        let sting = What::Sting { sound: Sound::Own("news".into()) };
        let stories = What::Stories { separator: None, headlines: true, limit: None };
        let element = |what| Element { what, shape: Shape::default(), bed: None, only_over_s: None };
        Self {
            name: "plain".into(),
            description: "A sting, then the stories as scripted.".into(),
            beds: Vec::new(),
            elements: vec![element(sting), element(stories)],
        }
    }
}

impl Template {
    /// One of the built-in rundowns.
    ///
    /// # Examples
    /// ```
    /// use bulletin::rundown::Template;
    /// assert_eq!(Template::built_in("plain"), Some(Template::default()));
    /// assert_eq!(Template::built_in("nightly"), None);
    /// ```
    pub fn built_in(name: &str) -> Option<Self> {
        let (name, text) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name)?;
        // A test parses every built-in rundown.
        Self::parse(name, text).ok()
    }

    /// Reads a rundown; `place` is its file's name, for messages.
    ///
    /// # Errors
    /// [`Error::Config`] with file, line and a suggestion.
    ///
    /// # Examples
    /// ```
    /// use bulletin::rundown::Template;
    /// let text = "[[element]]\nkind = \"sting\"\nname = \"nwes\"\n";
    /// let error = Template::parse("mine.toml", text).unwrap_err();
    /// assert_eq!(error.to_string(), "mine.toml:1: there is no sting called \"nwes\"");
    /// assert!(error.hint().unwrap().starts_with("did you mean \"news\"?"));
    /// ```
    pub fn parse(place: &str, text: &str) -> Result<Self> {
        super::file::parse(place, text)
    }

    /// The sting the bulletin opens with: the first element, if it is one.
    pub fn opener(&self) -> Option<&Sound> {
        match self.elements.first() {
            Some(Element { what: What::Sting { sound }, .. }) => Some(sound),
            _ => None,
        }
    }

    /// The same with another opener, or none. One without an opener gets it in front.
    ///
    /// # Examples
    /// ```
    /// use bulletin::rundown::{Sound, Template};
    /// let plain = Template::default();
    /// assert_eq!(plain.clone().with_opener(None).elements.len(), 1);
    /// let pips = Sound::Own("pips".into());
    /// assert_eq!(plain.with_opener(Some(pips.clone())).opener(), Some(&pips));
    /// ```
    #[must_use]
    pub fn with_opener(mut self, opener: Option<Sound>) -> Self {
        match (self.opener().is_some(), opener) {
            (true, None) => {
                self.elements.remove(0);
            }
            // Where the next element begins and what is cut are the old sting's.
            (true, Some(sound)) => {
                let shape = Shape { gain_db: self.elements[0].shape.gain_db, ..Shape::default() };
                self.elements[0] = Element { what: What::Sting { sound }, shape, ..self.elements[0] };
            }
            (false, Some(sound)) => {
                let what = What::Sting { sound };
                self.elements
                    .insert(0, Element { what, shape: Shape::default(), bed: None, only_over_s: None });
            }
            (false, None) => {}
        }
        self
    }

    /// The same with a line after everything else that is said, over the bed that is there; music after it stays after it.
    ///
    /// # Examples
    /// ```
    /// use bulletin::rundown::{Template, What};
    /// let told = Template::default().with_last_line("Read by a machine.");
    /// assert!(matches!(&told.elements[2].what, What::Line { wordings, .. } if wordings[0] == "Read by a machine."));
    /// ```
    #[must_use]
    pub fn with_last_line(mut self, text: &str) -> Self {
        let speech = |element: &Element| {
            matches!(element.what, What::Line { .. } | What::Headlines { .. } | What::Stories { .. })
        };
        let last = self.elements.iter().rposition(speech);
        let bed = last.and_then(|last| self.elements[last].bed);
        let wordings = vec![text.to_owned()];
        let what = What::Line { wordings, optional: false, pause_ms: LAST_LINE_PAUSE_MS };
        let element = Element { what, shape: Shape::default(), bed, only_over_s: None };
        self.elements.insert(last.map_or(self.elements.len(), |last| last + 1), element);
        self
    }

    /// Every sound named, to be replaced or read.
    pub fn sounds_mut(&mut self) -> impl Iterator<Item = &mut Sound> {
        let elements = self.elements.iter_mut().filter_map(|element| match &mut element.what {
            What::Sting { sound } | What::Stories { separator: Some(Separator { sound, .. }), .. } => {
                Some(sound)
            }
            _ => None,
        });
        self.beds.iter_mut().map(|bed| &mut bed.sound).chain(elements)
    }

    /// The same with every line in the one wording that is said; optional lines that cannot be said are gone.
    ///
    /// # Errors
    /// [`Error::Config`] for a line that is not optional and needs what is not known, naming the flag that gives it.
    ///
    /// # Examples
    /// ```
    /// use bulletin::{normalise::Locale, rundown::{Facts, Template}};
    /// let hourly = Template::built_in("hourly").unwrap();
    /// let error = hourly.fill(&Facts::default(), 1, Locale::EnGb).unwrap_err();
    /// assert!(error.hint().unwrap().starts_with("give --station NAME"));
    /// let facts = Facts { station: Some("Echo".into()), ..Facts::default() };
    /// let filled = hourly.fill(&facts, 1, Locale::EnGb)?;
    /// assert_eq!(filled.lines().next(), Some("Echo news."));
    /// # Ok::<(), bulletin::Error>(())
    /// ```
    pub fn fill(&self, facts: &Facts, stories: usize, locale: Locale) -> Result<Self> {
        let mut filled = Self { elements: Vec::with_capacity(self.elements.len()), ..self.clone() };
        for element in &self.elements {
            let mut element = element.clone();
            if let What::Line { wordings, optional, .. } = &mut element.what {
                let said = wordings.iter().map(|wording| fill(wording, facts, stories, locale));
                match said.reduce(Result::or) {
                    Some(Ok(said)) => *wordings = vec![said],
                    Some(Err(_)) | None if *optional => continue,
                    Some(Err(variable)) => return Err(self.unknown(wordings, variable)),
                    None => continue,
                }
            }
            filled.elements.push(element);
        }
        Ok(filled)
    }

    fn unknown(&self, wordings: &[String], variable: &str) -> Error {
        let flag = VARIABLES.iter().find(|(name, _)| *name == variable).map_or("", |(_, flag)| flag);
        Error::Config {
            place: format!("rundown \"{}\"", self.name),
            problem: format!(
                "the {variable} is not known, which the line \"{}\" says",
                wordings.last().map_or("", String::as_str)
            ),
            cure: format!(
                "give {flag} (or set it in bulletin.toml), or mark the line optional = true in a rundown of your own"
            ),
        }
    }

    /// Without the elements that a programme of that length has no time for.
    pub(crate) fn for_length(mut self, duration_s: f64) -> Self {
        self.elements.retain(|element| element.only_over_s.is_none_or(|over| duration_s >= f64::from(over)));
        self
    }

    /// The lines in order; of a filled template what is said.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.elements.iter().filter_map(|element| match &element.what {
            What::Line { wordings, .. } => wordings.first().map(String::as_str),
            _ => None,
        })
    }
}

/// The variables of a wording, in order.
pub(super) fn variables(wording: &str) -> impl Iterator<Item = &str> {
    wording.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// The wording with its variables' values, or the first that has none.
fn fill<'a>(
    wording: &'a str,
    facts: &Facts,
    stories: usize,
    locale: Locale,
) -> std::result::Result<String, &'a str> {
    let mut pieces = wording.split('{');
    let mut said = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let Some((variable, rest)) = piece.split_once('}') else { continue };
        said.push_str(&facts.value(variable, stories, locale).ok_or(variable)?);
        said.push_str(rest);
    }
    Ok(said)
}

/// A sting as a flag or key names it: ours, or a file.
///
/// # Errors
/// The problem and the cure for a name that is neither.
pub(super) fn sting_named(name: &str) -> std::result::Result<Sound, (String, String)> {
    named("sting", name, &stings::NAMES)
}

/// A bed as [`sting_named`] names stings.
pub(super) fn bed_named(name: &str) -> std::result::Result<Sound, (String, String)> {
    named("bed", name, &beds::NAMES)
}

fn named(what: &str, name: &str, names: &[&str]) -> std::result::Result<Sound, (String, String)> {
    if names.contains(&name) {
        return Ok(Sound::Own(name.to_owned()));
    }
    let or_none = if what == "sting" { ", none" } else { "" };
    Err((
        format!("there is no {what} called \"{name}\""),
        format!(
            "{}the {what}s are: {}{or_none}; a file of your own is named with its extension or folder",
            crate::suggest::did_you_mean(name, names.iter().copied()),
            names.join(", ")
        ),
    ))
}

/// Whether a name is a file's rather than one of ours.
pub(crate) fn names_a_file(name: &str) -> bool {
    name.contains(['.', '/', '\\'])
}

/// The opener a setting names: `none`, one of ours, or a file.
///
/// # Errors
/// As [`sting_named`].
pub(crate) fn opener_named(name: &str) -> std::result::Result<Option<Sound>, (String, String)> {
    match name {
        "none" | "" => Ok(None),
        file if names_a_file(file) => Ok(Some(Sound::File(file.to_owned()))),
        own => sting_named(own).map(Some),
    }
}
