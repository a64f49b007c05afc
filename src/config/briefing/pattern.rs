//! Variables in texts and in the names of files: `{station}-{date}.wav`.

use crate::suggest::did_you_mean;
use std::cell::RefCell;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The names that a briefing's settings give a value.
pub(crate) const RESERVED: [&str; 7] = ["name", "station", "title", "date", "weekday", "time", "slot"];

/// Names and values; the first value of a name stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    values: Vec<(String, String)>,
    used: RefCell<BTreeSet<String>>,
}

impl Variables {
    pub(super) fn set(&mut self, name: &str, value: String) {
        if self.get(name).is_none() {
            self.values.push((name.to_owned(), value));
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The names that texts have asked for so far.
    pub(super) fn used(&self) -> BTreeSet<String> {
        self.used.borrow().clone()
    }
}

/// Whether braces around it make a variable: small letters, digits and `_`, a letter first.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// A text with its variables filled in; braces around anything else stay. Wrong: problem and cure.
pub(super) fn filled(text: &str, variables: &Variables) -> Result<String, (String, String)> {
    fill(text, variables, |_, value| Ok(value.to_owned()))
}

/// The same for the path of a file: values are made into plain names, so that none leads to another folder.
pub(super) fn path(pattern: &str, variables: &Variables) -> Result<String, (String, String)> {
    fill(pattern, variables, |name, value| {
        let slug = slug(value);
        if slug.is_empty() {
            return Err((format!("{{{name}}} is empty"), "give it a letter or a digit".into()));
        }
        Ok(slug)
    })
}

fn fill(
    text: &str,
    variables: &Variables,
    write: impl Fn(&str, &str) -> Result<String, (String, String)>,
) -> Result<String, (String, String)> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest.find('}').map(|end| &rest[1..end]).filter(|name| is_name(name));
        let Some(name) = name else {
            out.push('{');
            rest = &rest[1..];
            continue;
        };
        variables.used.borrow_mut().insert(name.to_owned());
        let Some(value) = variables.get(name) else { return Err(unknown(name, variables)) };
        out.push_str(&write(name, value)?);
        rest = &rest[name.len() + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

fn unknown(name: &str, variables: &Variables) -> (String, String) {
    let cure = match name {
        "slot" => "give a slot, or the time of the edition (at)".to_owned(),
        "time" => "give the time of the edition: at = \"07:00\"".to_owned(),
        "station" | "title" => format!("give the {name}"),
        _ => {
            let mut known: Vec<&str> = variables.values.iter().map(|(name, _)| name.as_str()).collect();
            known.extend(RESERVED);
            known.sort_unstable();
            known.dedup();
            let suggestion = did_you_mean(name, known.iter().copied());
            format!("{suggestion}the variables are: {}; yours stand under [variables]", known.join(", "))
        }
    };
    (format!("nothing says what {{{name}}} is"), cure)
}

/// A text as part of a file's name: small letters and digits of any script, Latin ones without accents, a hyphen for
/// whatever is between them.
///
/// # Examples
/// ```
/// use bulletin::config::slug;
/// assert_eq!(slug("Écho FM 98.5"), "echo-fm-98-5");
/// assert_eq!(slug("../etc"), "etc");
/// ```
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let composed: Vec<char> = text.nfc().collect();
    for (n, &c) in composed.iter().enumerate() {
        let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
        if c == ':' && n > 0 && digit(composed.get(n - 1)) && digit(composed.get(n + 1)) {
            // 07:00 is one word.
            continue;
        }
        // Latin letters lose their accents; marks of other scripts are letters.
        let plain = std::iter::once(c).nfd().next().filter(char::is_ascii_alphanumeric).unwrap_or(c);
        let goes_on = is_combining_mark(plain) && !slug.is_empty() && !slug.ends_with('-');
        if plain.is_alphanumeric() || plain == '_' || (goes_on && !slug.ends_with(|c: char| c.is_ascii())) {
            slug.extend(plain.to_lowercase());
        } else if !is_combining_mark(plain) && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> Variables {
        let mut variables = Variables::default();
        for (name, value) in
            [("station", "Echo FM"), ("station", "Later"), ("date", "2026-03-03"), ("none", " ")]
        {
            variables.set(name, value.to_owned());
        }
        variables
    }

    #[test]
    fn variables_are_filled_and_other_braces_stay() {
        for (text, plain, as_path) in [
            ("{station}-{date}.wav", "Echo FM-2026-03-03.wav", "echo-fm-2026-03-03.wav"),
            ("out/{station}/a.wav", "out/Echo FM/a.wav", "out/echo-fm/a.wav"),
            ("a{2,3} {} { {X} {", "a{2,3} {} { {X} {", "a{2,3} {} { {X} {"),
            ("{{station}}", "{Echo FM}", "{echo-fm}"),
            ("", "", ""),
        ] {
            assert_eq!(filled(text, &variables()).unwrap(), plain);
            assert_eq!(path(text, &variables()).unwrap(), as_path);
        }
    }

    #[test]
    fn what_is_not_known_is_said() {
        for (text, problem, cure) in [
            ("{slot}", "nothing says what {slot} is", "give a slot"),
            ("{staton}", "nothing says what {staton} is", "did you mean \"station\"?"),
            ("{region}", "nothing says what {region} is", "[variables]"),
            ("{none}", "{none} is empty", "give it a letter"),
        ] {
            let (said, hint) = path(text, &variables()).unwrap_err();
            assert_eq!(said, problem);
            assert!(hint.contains(cure), "{hint}");
        }
    }

    #[test]
    fn slugs_are_plain() {
        for (text, expected) in [
            ("Radio Füü", "radio-fuu"),
            ("a/b\\c", "a-b-c"),
            ("..", ""),
            ("Новости", "новости"),
            ("07:00", "0700"),
            ("a: b", "a-b"),
            ("서울", "서울"),
            ("ラジオ ガガ", "ラジオ-ガガ"),
            ("दिल्ली", "दिल्ली"),
            ("กิน", "กิน"),
            ("2026-03-03", "2026-03-03"),
        ] {
            assert_eq!(slug(text), expected);
        }
    }
}
