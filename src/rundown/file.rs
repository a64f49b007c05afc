//! The TOML of a rundown → [`Template`], with errors that say where.

use super::facts::VARIABLES;
use super::template::{
    BedChoice, Element, Separator, Shape, Sound, Template, What, bed_named, sting_named, variables,
};
use crate::suggest::did_you_mean;
use crate::{Error, Result};
use serde::Deserialize;
use toml::Spanned;

/// More elements than any rundown has.
const MOST_ELEMENTS: usize = 200;

/// Longest time a key may give: a quarter of an hour.
const MOST_MS: u32 = 15 * 60 * 1_000;

/// Longest wording of a line in bytes.
const MOST_WORDING_BYTES: usize = 1_000;

/// Gains that a mistake would not reach.
const GAIN_DB: std::ops::RangeInclusive<f64> = -60.0..=20.0;

/// Silence after a line of the station's.
const LINE_PAUSE_MS: u32 = 500;

/// Silence between a story and the separator after it.
const SEPARATOR_PAD_MS: u32 = 350;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Option<String>,
    description: Option<String>,
    #[serde(default)]
    bed: Vec<Spanned<Bed>>,
    #[serde(default)]
    element: Vec<Spanned<Keys>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bed {
    name: String,
    file: Option<String>,
    #[serde(default)]
    gain_db: f64,
    fade_in_ms: Option<u32>,
    fade_out_ms: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Sting,
    Line,
    Headlines,
    Stories,
    Pause,
}

impl Kind {
    fn noun(self) -> &'static str {
        match self {
            Self::Sting => "a sting",
            Self::Line => "a line",
            Self::Headlines => "headlines",
            Self::Stories => "stories",
            Self::Pause => "a pause",
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Wordings {
    One(String),
    Several(Vec<String>),
}

/// Every key an element may have, whatever its kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    kind: Kind,
    bed: Option<String>,
    #[serde(default)]
    gain_db: f64,
    #[serde(default)]
    pad_ms: u32,
    #[serde(default)]
    cue_in_ms: u32,
    start_next_ms: Option<u32>,
    cue_out_ms: Option<u32>,
    #[serde(default)]
    fade_in_ms: u32,
    #[serde(default)]
    fade_out_ms: u32,
    name: Option<String>,
    file: Option<String>,
    text: Option<Wordings>,
    optional: Option<bool>,
    pause_ms: Option<u32>,
    gap_ms: Option<u32>,
    limit: Option<usize>,
    separator: Option<String>,
    separator_file: Option<String>,
    separator_gain_db: Option<f64>,
    separator_pad_ms: Option<u32>,
    headlines: Option<bool>,
    length_ms: Option<u32>,
    only_over_s: Option<u32>,
}

/// What is wrong, and what would be right.
type Wrong = (String, String);

fn wrong(problem: impl Into<String>, cure: impl Into<String>) -> Wrong {
    (problem.into(), cure.into())
}

pub(super) fn parse(place: &str, text: &str) -> Result<Template> {
    let at = |start: usize| {
        let line =
            text.char_indices().take_while(|(at, _)| *at < start).filter(|(_, c)| *c == '\n').count() + 1;
        format!("{place}:{line}")
    };
    let located = |start: usize, (problem, cure): Wrong| Error::Config { place: at(start), problem, cure };
    let file: File = toml::from_str(text).map_err(|e| {
        located(e.span().map_or(0, |span| span.start), wrong(e.message(), cure_of(e.message())))
    })?;
    let mut template = Template {
        name: file.name.unwrap_or_else(|| name_of(place)),
        description: file.description.unwrap_or_default(),
        beds: Vec::new(),
        elements: Vec::new(),
    };
    for bed in file.bed {
        let start = bed.span().start;
        let bed = bed.into_inner().choice().map_err(|w| located(start, w))?;
        if template.beds.iter().any(|other| other.name == bed.name) {
            let problem = format!("the bed \"{}\" is there twice", bed.name);
            return Err(located(start, wrong(problem, "give one of them another name")));
        }
        template.beds.push(bed);
    }
    if file.element.is_empty() {
        let cure = "add [[element]] tables; the kinds are sting, line, headlines, stories and pause";
        return Err(located(0, wrong("a rundown needs elements", cure)));
    }
    if file.element.len() > MOST_ELEMENTS {
        let problem = format!("{} elements is more than the limit of {MOST_ELEMENTS}", file.element.len());
        return Err(located(0, wrong(problem, "split it into several rundowns")));
    }
    for keys in file.element {
        let start = keys.span().start;
        let element = keys.into_inner().element(&mut template.beds).map_err(|w| located(start, w))?;
        template.elements.push(element);
    }
    Ok(template)
}

/// `rundowns/night.toml` → `night`.
fn name_of(place: &str) -> String {
    std::path::Path::new(place).file_stem().map_or_else(|| place.into(), |s| s.to_string_lossy().into_owned())
}

/// What a message of the TOML reader's own asks for.
fn cure_of(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((word, names)) if message.starts_with("unknown ") && !names.is_empty() => {
            let suggestion = did_you_mean(word, names.iter().copied());
            if suggestion.is_empty() {
                format!("write one of: {}", names.join(", "))
            } else {
                suggestion.trim_end().into()
            }
        }
        _ => "see the example of a rundown in the README".into(),
    }
}

impl Bed {
    fn choice(self) -> std::result::Result<BedChoice, Wrong> {
        let sound = match self.file {
            Some(file) => Sound::File(file),
            None => bed_named(&self.name)?,
        };
        let (fade_in_ms, fade_out_ms) = (
            self.fade_in_ms.unwrap_or(BedChoice::FADE_IN_MS),
            self.fade_out_ms.unwrap_or(BedChoice::FADE_OUT_MS),
        );
        check_times(&[("fade_in_ms", Some(fade_in_ms)), ("fade_out_ms", Some(fade_out_ms))])?;
        check_gain("gain_db", self.gain_db)?;
        Ok(BedChoice { name: self.name, sound, gain_db: self.gain_db, fade_in_ms, fade_out_ms })
    }
}

fn check_times(times: &[(&str, Option<u32>)]) -> std::result::Result<(), Wrong> {
    for (key, value) in times {
        if let Some(value) = value.filter(|value| *value > MOST_MS) {
            return Err(wrong(
                format!("{key} = {value} is out of range"),
                format!("give 0 to {MOST_MS} milliseconds"),
            ));
        }
    }
    Ok(())
}

fn check_gain(key: &str, value: f64) -> std::result::Result<(), Wrong> {
    if GAIN_DB.contains(&value) {
        return Ok(());
    }
    let cure = format!("give {} to {} decibels", GAIN_DB.start(), GAIN_DB.end());
    Err(wrong(format!("{key} = {value} is out of range"), cure))
}

impl Keys {
    fn element(self, beds: &mut Vec<BedChoice>) -> std::result::Result<Element, Wrong> {
        self.check_kind()?;
        check_times(&[
            ("pad_ms", Some(self.pad_ms)),
            ("cue_in_ms", Some(self.cue_in_ms)),
            ("start_next_ms", self.start_next_ms),
            ("cue_out_ms", self.cue_out_ms),
            ("fade_in_ms", Some(self.fade_in_ms)),
            ("fade_out_ms", Some(self.fade_out_ms)),
            ("pause_ms", self.pause_ms),
            ("gap_ms", self.gap_ms),
            ("separator_pad_ms", self.separator_pad_ms),
            ("length_ms", self.length_ms),
        ])?;
        check_gain("gain_db", self.gain_db)?;
        check_gain("separator_gain_db", self.separator_gain_db.unwrap_or(0.0))?;
        if let Some(out) = self.cue_out_ms.filter(|out| *out <= self.cue_in_ms) {
            let problem = format!("cue_out_ms = {out} is not after cue_in_ms = {}", self.cue_in_ms);
            return Err(wrong(problem, "both count from the element's beginning"));
        }
        if self.limit == Some(0) {
            return Err(wrong("limit = 0 leaves no story", "give 1 or more"));
        }
        let shape = Shape {
            gain_db: self.gain_db,
            pad_ms: self.pad_ms,
            cue_in_ms: self.cue_in_ms,
            start_next_ms: self.start_next_ms,
            cue_out_ms: self.cue_out_ms,
            fade_in_ms: self.fade_in_ms,
            fade_out_ms: self.fade_out_ms,
        };
        let bed = self.bed.as_deref().map(|name| bed_index(name, beds)).transpose()?;
        let only_over_s = self.only_over_s;
        Ok(Element { what: self.what()?, shape, bed, only_over_s })
    }

    /// Refuses keys that mean nothing for this kind.
    fn check_kind(&self) -> std::result::Result<(), Wrong> {
        use Kind::{Headlines, Line, Pause, Sting, Stories};
        let given: [(&str, bool, &[Kind]); 13] = [
            ("name", self.name.is_some(), &[Sting]),
            ("file", self.file.is_some(), &[Sting]),
            ("text", self.text.is_some(), &[Line]),
            ("optional", self.optional.is_some(), &[Line]),
            ("pause_ms", self.pause_ms.is_some(), &[Line]),
            ("gap_ms", self.gap_ms.is_some(), &[Headlines]),
            ("limit", self.limit.is_some(), &[Headlines, Stories]),
            ("separator", self.separator.is_some(), &[Stories]),
            ("separator_file", self.separator_file.is_some(), &[Stories]),
            ("separator_gain_db", self.separator_gain_db.is_some(), &[Stories]),
            ("separator_pad_ms", self.separator_pad_ms.is_some(), &[Stories]),
            ("headlines", self.headlines.is_some(), &[Stories]),
            ("length_ms", self.length_ms.is_some(), &[Pause]),
        ];
        for (key, is_given, kinds) in given {
            if is_given && !kinds.contains(&self.kind) {
                let owners: Vec<_> = kinds.iter().map(|kind| kind.noun()).collect();
                return Err(wrong(
                    format!("{key} means nothing for {}", self.kind.noun()),
                    format!("take it out, or put it with {}", owners.join(" or ")),
                ));
            }
        }
        Ok(())
    }

    fn what(self) -> std::result::Result<What, Wrong> {
        Ok(match self.kind {
            Kind::Sting => What::Sting { sound: sting(self.name, self.file, "name", "file")? },
            Kind::Line => What::Line {
                wordings: wordings(self.text)?,
                optional: self.optional.unwrap_or(false),
                pause_ms: self.pause_ms.unwrap_or(LINE_PAUSE_MS),
            },
            Kind::Headlines => What::Headlines { gap_ms: self.gap_ms, limit: self.limit },
            Kind::Stories => {
                let separator = if self.separator.is_some() || self.separator_file.is_some() {
                    Some(Separator {
                        sound: sting(self.separator, self.separator_file, "separator", "separator_file")?,
                        gain_db: self.separator_gain_db.unwrap_or(0.0),
                        pad_ms: self.separator_pad_ms.unwrap_or(SEPARATOR_PAD_MS),
                    })
                } else {
                    None
                };
                What::Stories { separator, headlines: self.headlines.unwrap_or(true), limit: self.limit }
            }
            Kind::Pause => What::Pause {
                length_ms: self
                    .length_ms
                    .ok_or_else(|| wrong("a pause needs its length", "add length_ms = 500, say"))?,
            },
        })
    }
}

fn sting(
    name: Option<String>,
    file: Option<String>,
    name_key: &str,
    file_key: &str,
) -> std::result::Result<Sound, Wrong> {
    match (name, file) {
        (Some(name), None) => sting_named(&name),
        (None, Some(file)) => Ok(Sound::File(file)),
        (None, None) => Err(wrong(
            "a sting needs a name or a file",
            format!("add {name_key} = \"news\", or {file_key} = \"our.wav\""),
        )),
        (Some(_), Some(_)) => {
            Err(wrong(format!("{name_key} and {file_key} are both given"), "keep the one that is meant"))
        }
    }
}

fn wordings(text: Option<Wordings>) -> std::result::Result<Vec<String>, Wrong> {
    let wordings = match text {
        Some(Wordings::One(wording)) => vec![wording],
        Some(Wordings::Several(wordings)) => wordings,
        None => Vec::new(),
    };
    if wordings.iter().all(|wording| wording.trim().is_empty()) {
        return Err(wrong("a line needs its text", "add text = \"{station} news at {time}.\", say"));
    }
    for wording in &wordings {
        if wording.len() > MOST_WORDING_BYTES {
            let problem = format!("a wording of {} bytes is longer than {MOST_WORDING_BYTES}", wording.len());
            return Err(wrong(problem, "split it into several lines"));
        }
        if wording.matches('{').count() != variables(wording).count() {
            return Err(wrong(
                format!("\"{wording}\" has a brace without its fellow"),
                "write {station}, say",
            ));
        }
        if let Some(unknown) = variables(wording).find(|v| VARIABLES.iter().all(|(name, _)| name != v)) {
            let names = VARIABLES.map(|(name, _)| name);
            let suggestion = did_you_mean(unknown, names);
            return Err(wrong(
                format!("there is no variable {{{unknown}}}"),
                format!("{suggestion}the variables are: {}", names.join(", ")),
            ));
        }
    }
    Ok(wordings)
}

/// The place of a bed among those declared; a built-in one is declared by being named.
fn bed_index(name: &str, beds: &mut Vec<BedChoice>) -> std::result::Result<usize, Wrong> {
    if let Some(index) = beds.iter().position(|bed| bed.name == name) {
        return Ok(index);
    }
    let sound = bed_named(name).map_err(|(problem, cure)| {
        (problem, format!("{cure}, in a [[bed]] table with name = \"{name}\" and file = …"))
    })?;
    beds.push(BedChoice {
        name: name.to_owned(),
        sound,
        gain_db: 0.0,
        fade_in_ms: BedChoice::FADE_IN_MS,
        fade_out_ms: BedChoice::FADE_OUT_MS,
    });
    Ok(beds.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rundown::template::{BUILT_IN, NAMES};

    #[test]
    fn every_built_in_rundown_parses_and_is_named() {
        for (name, text) in BUILT_IN {
            let template = parse(name, text).unwrap();
            assert_eq!(template.name, name);
            assert!(!template.description.is_empty());
            assert!(NAMES.contains(&name));
            // What travels in a job comes back the same.
            let json = serde_json::to_string(&template).unwrap();
            assert_eq!(serde_json::from_str::<Template>(&json).unwrap(), template);
        }
        assert_eq!(parse("plain", BUILT_IN[0].1).unwrap(), Template::default());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_a_way_out() {
        let element = |keys: &str| format!("name = \"mine\"\n\n[[element]]\n{keys}\n");
        for (text, problem, cure) in [
            (String::new(), "f.toml:1: a rundown needs elements", "add [[element]]"),
            ("naem = \"x\"".into(), "f.toml:1: unknown field `naem`", "did you mean \"name\"?"),
            (element("kind = \"stin\""), "f.toml:4: unknown variant `stin`", "did you mean \"sting\"?"),
            (
                element("kind = \"sting\"\ngian_db = 3"),
                "f.toml:5: unknown field `gian_db`",
                "did you mean \"gain_db\"?",
            ),
            (
                element("kind = \"sting\"\nname = \"soff\""),
                "f.toml:3: there is no sting called \"soff\"",
                "did you mean \"soft\"?",
            ),
            (element("kind = \"sting\""), "f.toml:3: a sting needs a name or a file", "add name"),
            (
                element("kind = \"sting\"\nname = \"soft\"\nfile = \"a\""),
                "f.toml:3: name and file are both",
                "keep the one",
            ),
            (
                element("kind = \"sting\"\nname = \"soft\"\nlimit = 2"),
                "f.toml:3: limit means nothing for a sting",
                "headlines or stories",
            ),
            (element("kind = \"sting\"\nname = \"soft\"\npad_ms = -1"), "f.toml:6: ", ""),
            (element("kind = \"stories\"\nlimit = 0"), "f.toml:3: limit = 0", "1 or more"),
            (
                element("kind = \"stories\"\ngain_db = 40"),
                "f.toml:3: gain_db = 40 is out of range",
                "-60 to 20",
            ),
            (
                element("kind = \"stories\"\nbed = \"storys\""),
                "f.toml:3: there is no bed called \"storys\"",
                "did you mean \"stories\"?",
            ),
            (
                element("kind = \"stories\"\ncue_in_ms = 500\ncue_out_ms = 500"),
                "f.toml:3: cue_out_ms = 500 is not after",
                "beginning",
            ),
            (
                element("kind = \"stories\"\nstart_next_ms = 1000000"),
                "f.toml:3: start_next_ms = 1000000 is out of range",
                "900000",
            ),
            (element("kind = \"line\""), "f.toml:3: a line needs its text", "add text"),
            (
                element("kind = \"line\"\ntext = \"{sation} news\""),
                "f.toml:3: there is no variable {sation}",
                "did you mean \"station\"?",
            ),
            (
                element("kind = \"line\"\ntext = \"{station news\""),
                "f.toml:3: \"{station news\" has a brace",
                "{station}",
            ),
            (element("kind = \"pause\""), "f.toml:3: a pause needs its length", "length_ms"),
            ("[[bed]]\nname = \"a\"\n".into(), "f.toml:1: there is no bed called \"a\"", "the beds are"),
            (
                "[[bed]]\nname = \"a\"\nfile = \"x.wav\"\n[[bed]]\nname = \"a\"\nfile = \"y.wav\"\n".into(),
                "f.toml:4: the bed \"a\" is there twice",
                "another name",
            ),
            (element("kind = "), "f.toml:4: ", "README"),
        ] {
            let error = parse("f.toml", &text).unwrap_err();
            assert!(error.to_string().starts_with(problem), "{text}\n{error} should be {problem}");
            assert!(
                error.hint().unwrap().contains(cure),
                "{text}\n{} should hold {cure}",
                error.hint().unwrap()
            );
            assert_eq!(error.exit_code(), 2);
        }
    }

    #[test]
    fn a_bed_named_twice_is_one_bed_and_a_declared_one_goes_before_ours() {
        let text = "[[bed]]\nname = \"headlines\"\nfile = \"our.mp3\"\ngain_db = -2\n\
            [[element]]\nkind = \"headlines\"\nbed = \"headlines\"\n\
            [[element]]\nkind = \"pause\"\nlength_ms = 100\nbed = \"headlines\"\n\
            [[element]]\nkind = \"stories\"\nbed = \"stories\"\n";
        let template = parse("night/late.toml", text).unwrap();
        assert_eq!(template.name, "late");
        assert_eq!(template.beds.len(), 2);
        assert_eq!(template.beds[0].sound, Sound::File("our.mp3".into()));
        let beds: Vec<_> = template.elements.iter().map(|e| e.bed).collect();
        assert_eq!(beds, [Some(0), Some(0), Some(1)]);
    }
}
