//! Who speaks, as settings name them.

use super::{Config, Layer};
use crate::job::Cast;
use serde::{Deserialize, Deserializer, Serialize};

/// Names in turn: a list, or one text with commas between them.
///
/// # Examples
/// ```
/// use bulletin::config::{Layer, Names};
/// let names = Some(Names(vec!["a".into(), "b".into()]));
/// assert_eq!(toml::from_str::<Layer>("reader = [\"a\", \"b\"]").unwrap().reader, names);
/// assert_eq!(toml::from_str::<Layer>("reader = \"a, b\"").unwrap().reader, names);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Names(pub Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "give a voice's name, or a list of names")]
        enum OneOrMore {
            One(String),
            More(Vec<String>),
        }
        let texts = match OneOrMore::deserialize(deserializer)? {
            OneOrMore::One(text) => vec![text],
            OneOrMore::More(texts) => texts,
        };
        Ok(Self(texts.iter().flat_map(|text| text.split(',')).map(|name| name.trim().to_owned()).collect()))
    }
}

impl Layer {
    /// Leaves open who speaks what.
    pub(super) fn without_cast(self) -> Self {
        Self { presenter: None, reader: None, quotes: None, ..self }
    }
}

impl Config {
    /// Who speaks, where it is not the one voice.
    pub fn cast(&self) -> Cast {
        let Layer { presenter, reader, quotes, .. } = &self.values;
        let readers = reader.clone().unwrap_or_default().0;
        Cast { presenter: presenter.clone(), readers, quotes: quotes.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cast(flags: &[(&str, &str)], environment: &[(&str, &str)], file: &str) -> (Option<String>, Cast) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bulletin.toml"), file).unwrap();
        let mut layer = Layer::default();
        for (name, value) in flags {
            let value = Some((*value).to_owned());
            match *name {
                "voice" => layer.voice = value,
                "presenter" => layer.presenter = value,
                "quotes" => layer.quotes = value,
                _ => layer.reader = value.map(|value| Names(vec![value])),
            }
        }
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let config = Config::resolve(layer, environment, folder.path()).unwrap();
        (config.values.voice.clone(), config.job().unwrap().cast)
    }

    #[test]
    fn flags_before_environment_before_file_and_a_voice_is_everyones_below_it() {
        const FILE: &str = "voice = \"v\"\npresenter = \"p\"\nreader = [\"r\", \"s\"]\nquotes = \"q\"\n";
        type Said<'a> = &'a [(&'a str, &'a str)];
        let cases: [(Said<'_>, Said<'_>, &str, &str); 8] = [
            (&[], &[], "", "- -  -"),
            (&[], &[], FILE, "v p r,s q"),
            (&[("presenter", "x")], &[], FILE, "v x r,s q"),
            (&[("reader", "x")], &[("BULLETIN_READER", "a, b")], FILE, "v p x q"),
            (&[], &[("BULLETIN_READER", "a, b"), ("BULLETIN_QUOTES", "c")], FILE, "v p a,b c"),
            (&[("voice", "x")], &[], FILE, "x -  -"),
            (&[("voice", "x"), ("quotes", "y")], &[], FILE, "x -  y"),
            // Variables are one layer, in whatever order they come.
            (&[], &[("BULLETIN_VOICE", "x"), ("BULLETIN_PRESENTER", "y")], FILE, "x y  -"),
        ];
        for (flags, environment, file, expected) in cases {
            let (voice, Cast { presenter, readers, quotes }) = cast(flags, environment, file);
            let [voice, presenter, quotes] =
                [voice, presenter, quotes].map(|name| name.unwrap_or_else(|| "-".to_owned()));
            assert_eq!(
                format!("{voice} {presenter} {} {quotes}", readers.join(",")),
                expected,
                "{flags:?} {environment:?}"
            );
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let error = toml::from_str::<Layer>("reader = 7").unwrap_err();
        assert!(error.message().contains("a voice's name, or a list"), "{error}");
    }
}
