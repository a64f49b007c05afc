//! Arguments with names in braces → arguments.

use super::Settings;
use std::ffi::OsString;
use std::path::Path;

/// The names that may stand in braces.
const NAMES: [&str; 11] = [
    "text",
    "text_file",
    "output",
    "voice",
    "folder",
    "rate",
    "percent",
    "words_per_minute",
    "length_scale",
    "pitch",
    "pitch_percent",
];

/// What they stand for.
#[derive(Debug)]
pub(super) struct Values<'a> {
    pub(super) settings: &'a Settings,
    /// The profile's.
    pub(super) folder: &'a Path,
    pub(super) rate: f64,
    pub(super) pitch: f64,
    pub(super) text: &'a str,
    pub(super) text_file: &'a Path,
    pub(super) output: &'a Path,
}

#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Name(&'a str),
}

fn parts(arg: &str) -> Result<Vec<Part<'_>>, String> {
    let mut parts = Vec::new();
    let mut rest = arg;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        parts.push(Part::Text(before));
        if from.starts_with("{{") || from.starts_with("}}") {
            parts.push(Part::Text(&from[..1]));
            rest = &from[2..];
        } else if let Some(name) = from.strip_prefix('{') {
            let end = name.find('}').ok_or_else(|| format!("a placeholder in \"{arg}\" has no end"))?;
            let (name, after) = name.split_at(end);
            if !NAMES.contains(&name) {
                return Err(format!("there is no placeholder {{{name}}}"));
            }
            parts.push(Part::Name(name));
            rest = &after[1..];
        } else {
            return Err(format!("a }} in \"{arg}\" closes nothing"));
        }
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

/// The placeholders that are used.
///
/// # Errors
/// One that there is not, or a brace alone.
pub(super) fn names(args: &[String]) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    for arg in args {
        names.extend(parts(arg)?.into_iter().filter_map(|part| match part {
            Part::Name(name) => Some(name),
            Part::Text(_) => None,
        }));
    }
    Ok(names)
}

impl Values<'_> {
    /// One argument. What [`names`] refused stays as it is.
    pub(super) fn fill(&self, arg: &str) -> OsString {
        let Ok(parts) = parts(arg) else { return arg.into() };
        let mut filled = OsString::new();
        for part in parts {
            match part {
                Part::Text(text) => filled.push(text),
                Part::Name("text_file") => filled.push(self.text_file),
                Part::Name("output") => filled.push(self.output),
                Part::Name("folder") => filled.push(self.folder),
                Part::Name(name) => filled.push(self.of(name)),
            }
        }
        filled
    }

    fn of(&self, name: &str) -> String {
        let settings = self.settings;
        let rate = self.rate.clamp(settings.rate_range.0, settings.rate_range.1);
        let pitch = self.pitch.clamp(settings.pitch_range.0, settings.pitch_range.1);
        let decimal = |value: f64| format!("{value:.3}");
        let whole = |value: f64| format!("{:.0}", value.round());
        match name {
            "text" => self.text.to_owned(),
            "voice" => settings.voice.clone().unwrap_or_default(),
            "rate" => decimal(rate),
            "percent" => whole(rate * 100.0),
            "words_per_minute" => whole(settings.words_per_minute * rate),
            "length_scale" => decimal(1.0 / rate),
            "pitch" => whole(settings.pitch * pitch),
            "pitch_percent" => whole(pitch * 100.0),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn filled() {
        let settings: Settings = toml::from_str("program = \"p\"\nvoice = \"en {rate}\"").unwrap();
        let values = Values {
            settings: &settings,
            folder: Path::new("/f"),
            rate: 1.25,
            pitch: 0.9,
            text: "Good {voice} morning.",
            text_file: Path::new("/t/text.txt"),
            output: Path::new("/t/sound.wav"),
        };
        for (arg, expected) in [
            ("-v", "-v"),
            // What a placeholder stands for is not looked at again.
            ("{voice}", "en {rate}"),
            ("{text}", "Good {voice} morning."),
            ("-s{words_per_minute}", "-s219"),
            ("stretch={length_scale}", "stretch=0.800"),
            ("{rate}/{percent}", "1.250/125"),
            ("{pitch},{pitch_percent}", "45,90"),
            ("{text_file}:{output}", "/t/text.txt:/t/sound.wav"),
            ("{folder}/model.onnx", "/f/model.onnx"),
            ("{{text}}", "{text}"),
            ("", ""),
        ] {
            assert_eq!(values.fill(arg), OsString::from(expected), "{arg}");
        }
        // A speed that the program does not have.
        let fast = Values { rate: 99.0, ..values };
        assert_eq!(fast.fill("{rate}"), OsString::from("2.500"));
    }

    proptest! {
        /// Any argument is read or refused, and braces doubled come back single.
        #[test]
        fn any_argument(arg in "[a-z{} ]{0,20}") {
            let _ = names(std::slice::from_ref(&arg));
            let doubled = arg.replace('{', "{{").replace('}', "}}");
            let texts: String = parts(&doubled).unwrap().into_iter().map(|part| match part {
                Part::Text(text) | Part::Name(text) => text,
            }).collect();
            prop_assert_eq!(texts, arg);
        }
    }
}
