//! Voices of a server that speaks `POST /v1/audio/speech`, as OpenAI's does and many that run in the house do
//! (Kokoro-FastAPI, openedai-speech, LocalAI, speaches).
//!
//! A sentence is one request; the answer is a file of sound. Several servers may be named, which are asked in order until
//! one gives a take that passes [`super::heard`]. What servers see is letters: the lexicon's respellings are given, its
//! IPA cannot be, and those words go as they are spelled; pitch cannot be asked for.
//!
//! Takes of the same request may differ from server to server and from day to day. They are as repeatable as the cache
//! makes them: what was spoken once is heard again.

mod endpoint;
mod key;
mod line;
mod refusal;

use super::heard::Form;
use super::{Capabilities, Engine, Profile, Prosody, Take, said, shortened, with_hint};
use crate::script::Sentence;
use crate::units::SampleRate;
use crate::{Error, Result, net};
use line::{Line, Trouble};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Raised when the same request would be made otherwise, or its answer read otherwise.
const VERSION: u32 = 1;
/// The most servers that one voice may be tried at.
const MOST_ENDPOINTS: usize = 8;
/// The fields of a request that have settings of their own.
const OWN_FIELDS: [&str; 6] = ["model", "input", "voice", "response_format", "speed", "instructions"];

/// What a profile says of a remote voice: its table `[http]`.
///
/// # Examples
/// ```
/// use bulletin::voice::HttpSettings;
/// let settings: HttpSettings = toml::from_str(
///     r#"
///     url = "http://voice.house:8880/v1/audio/speech"
///     model = "kokoro"
///     voice = "bf_emma"
///     extra = { lang_code = "b" }
///     [[fallback]]
///     url = "https://api.openai.com/v1/audio/speech"
///     model = "gpt-4o-mini-tts"
///     voice = "fable"
///     key_env = "OPENAI_API_KEY"
///     "#,
/// )
/// .unwrap();
/// assert_eq!((settings.timeout_ms, settings.requests_at_once), (30_000, 2));
/// assert_eq!(settings.fallback[0].key_header, "Authorization");
/// assert!(toml::from_str::<HttpSettings>("url = \"https://me.example\"\nkey = \"hunter2\"").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address that sentences are sent to, `https://host/v1/audio/speech`. It may be on a private network; where it
    /// redirects to is not followed.
    pub url: String,
    /// The field `model`.
    pub model: String,
    /// The field `voice`.
    pub voice: String,
    /// What the sound comes as.
    #[serde(default)]
    pub response_format: ResponseFormat,
    /// Samples a second of `pcm`, which does not say so itself.
    #[serde(default = "pcm_rate")]
    pub sample_rate_hz: u32,
    /// How it is to be said, for models that follow instructions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Further fields of the request. They are printed and are part of records: no secrets.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// Slowest and fastest `speed` that the server takes. From 1 to 1, no `speed` is sent.
    #[serde(default = "speeds")]
    pub speed_range: (f64, f64),
    /// How a letter A is written, where the voice says a lone A as the article: `ay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter_a: Option<String>,
    /// The environment variable that holds the key. A key is sent over https, or to an address of this machine or a private
    /// network; nowhere else, and never after a redirect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_env: Option<String>,
    /// The file that holds the key and nothing else; a path that is not absolute begins at the profile's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// The header the key is sent in.
    #[serde(default = "key_header")]
    pub key_header: String,
    /// What stands before the key there.
    #[serde(default = "key_prefix")]
    pub key_prefix: String,
    /// Certificates (PEM) of the only authorities believed about this server: a house's own. A path that is not absolute
    /// begins at the profile's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// How long one server has for a sentence, in milliseconds, its retries and waits among it.
    #[serde(default = "timeout_ms")]
    pub timeout_ms: u64,
    /// How long an answer may be, in bytes.
    #[serde(default = "limit_bytes")]
    pub limit_bytes: u64,
    /// How many requests one server has at a time from this process.
    #[serde(default = "requests_at_once")]
    pub requests_at_once: usize,
    /// How often a server is asked again that is busy or cannot be reached.
    #[serde(default = "retries")]
    pub retries: u32,
    /// How long a server is left alone that failed in spite of retries, in milliseconds.
    #[serde(default = "rest_ms")]
    pub rest_ms: u64,
    /// Servers to ask in this order where the one before gives no take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback: Vec<Fallback>,
}

/// Another server: an entry of `[[http.fallback]]`. It has a key of its own or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fallback {
    /// Its address.
    pub url: String,
    /// The field `model` there, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The field `voice` there, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// The environment variable that holds the key. A key is sent over https, or to an address of this machine or a private
    /// network; nowhere else, and never after a redirect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_env: Option<String>,
    /// The file that holds the key and nothing else; a path that is not absolute begins at the profile's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// The header the key is sent in.
    #[serde(default = "key_header")]
    pub key_header: String,
    /// What stands before the key there.
    #[serde(default = "key_prefix")]
    pub key_prefix: String,
    /// Certificates (PEM) of the only authorities believed about this server: a house's own. A path that is not absolute
    /// begins at the profile's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

/// The field `response_format`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResponseFormat {
    /// A WAV file.
    #[default]
    Wav,
    /// Samples and nothing else: 16 bits, little-endian, one channel.
    Pcm,
    /// A FLAC file.
    Flac,
    /// An MP3 file; what the server's encoder does to the sound is heard twice in a compressed bulletin.
    Mp3,
}

fn pcm_rate() -> u32 {
    24_000
}

fn speeds() -> (f64, f64) {
    (0.25, 4.0)
}

fn timeout_ms() -> u64 {
    30_000
}

/// Ten minutes of 16-bit mono at 24 kHz are 29 MB.
fn limit_bytes() -> u64 {
    50_000_000
}

fn requests_at_once() -> usize {
    2
}

fn retries() -> u32 {
    3
}

fn rest_ms() -> u64 {
    30_000
}

fn key_header() -> String {
    "Authorization".into()
}

fn key_prefix() -> String {
    "Bearer ".into()
}

impl ResponseFormat {
    fn name(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Pcm => "pcm",
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
        }
    }
}

/// One server as its settings name it.
#[derive(Debug, Clone, Copy)]
struct Named<'a> {
    url: &'a str,
    model: &'a str,
    voice: &'a str,
    key_env: Option<&'a str>,
    key_file: Option<&'a Path>,
    key_header: &'a str,
    key_prefix: &'a str,
    ca_file: Option<&'a Path>,
}

impl Settings {
    /// The table of a profile, if it makes sense.
    fn of(profile: &Profile) -> Result<&Self> {
        let wrong = |problem: String, cure: &str| Error::Voice {
            voice: profile.name.clone(),
            problem,
            cure: Some(cure.into()),
        };
        let settings = profile.http.as_ref().ok_or_else(|| {
            wrong(
                "its profile has no table [http]".into(),
                "give one with url, model and voice; the README shows how",
            )
        })?;
        let (slow, fast) = settings.speed_range;
        let checks = [
            (settings.timeout_ms == 0, "timeout_ms = 0 would let nothing be said", "give 1000 or more"),
            (settings.limit_bytes == 0, "limit_bytes = 0 would let nothing through", "give 1000000 or more"),
            (
                !(1..=64).contains(&settings.requests_at_once),
                "requests_at_once is out of range",
                "give 1 to 64",
            ),
            (settings.retries > 20, "retries is out of range", "give 0 to 20"),
            (settings.fallback.len() >= MOST_ENDPOINTS, "too many servers are named", "name eight at most"),
            (
                !(slow > 0.0 && slow <= 1.0 && (1.0..=100.0).contains(&fast)),
                "speed_range must hold 1",
                "give the slowest and the fastest, for example [0.25, 4.0]",
            ),
            (
                !(8_000..=192_000).contains(&settings.sample_rate_hz),
                "sample_rate_hz is not a rate of speech",
                "give what the server's pcm has, 24000 for most",
            ),
            (
                (profile.pitch - 1.0).abs() > 1e-9,
                "servers of this kind cannot be asked for another pitch",
                "leave pitch out of the profile, and choose a voice that speaks as high or low as you want",
            ),
        ];
        if let Some((_, problem, cure)) = checks.into_iter().find(|(is_wrong, ..)| *is_wrong) {
            return Err(wrong(format!("its table [http]: {problem}"), cure));
        }
        if let Some(field) = OWN_FIELDS.into_iter().find(|field| settings.extra.contains_key(*field)) {
            return Err(wrong(
                format!("its table [http]: extra holds {field}, which has a setting of its own"),
                "take it out of extra",
            ));
        }
        for Named { url, .. } in settings.endpoints() {
            net::endpoint(url).map_err(|(problem, cure)| {
                wrong(format!("its table [http]: {}: {problem}", shown(url)), cure)
            })?;
        }
        Ok(settings)
    }

    fn endpoints(&self) -> impl Iterator<Item = Named<'_>> {
        let first = Named {
            url: &self.url,
            model: &self.model,
            voice: &self.voice,
            key_env: self.key_env.as_deref(),
            key_file: self.key_file.as_deref(),
            key_header: &self.key_header,
            key_prefix: &self.key_prefix,
            ca_file: self.ca_file.as_deref(),
        };
        let others = self.fallback.iter().map(|other| Named {
            url: &other.url,
            model: other.model.as_ref().unwrap_or(&self.model),
            voice: other.voice.as_ref().unwrap_or(&self.voice),
            key_env: other.key_env.as_deref(),
            key_file: other.key_file.as_deref(),
            key_header: &other.key_header,
            key_prefix: &other.key_prefix,
            ca_file: other.ca_file.as_deref(),
        });
        std::iter::once(first).chain(others)
    }

    /// The body of a request.
    fn body(&self, model: &str, voice: &str, input: &str, rate: f64) -> Vec<u8> {
        let (slow, fast) = self.speed_range;
        let mut body = self.extra.clone();
        body.insert("model".into(), model.into());
        body.insert("input".into(), input.into());
        body.insert("voice".into(), voice.into());
        body.insert("response_format".into(), self.response_format.name().into());
        if fast > slow {
            let speed = (rate.clamp(slow, fast) * 100.0).round() / 100.0;
            body.insert("speed".into(), speed.into());
        }
        if let Some(instructions) = &self.instructions {
            body.insert("instructions".into(), instructions.as_str().into());
        }
        serde_json::Value::Object(body).to_string().into_bytes()
    }

    fn form(&self) -> Form {
        match self.response_format {
            ResponseFormat::Pcm => Form::Pcm(SampleRate(self.sample_rate_hz)),
            _ => Form::File,
        }
    }
}

/// An address as it is printed: without a user name, a password or a query, which may hold secrets.
fn shown(url: &str) -> String {
    let url = net::without_credentials(url);
    let end = url.find(['?', '#']).unwrap_or(url.len());
    url[..end].to_owned()
}

/// Which servers, models and voices.
pub(super) fn version(profile: &Profile) -> Result<String> {
    let settings = Settings::of(profile)?;
    let names: Vec<_> = settings
        .endpoints()
        .map(|Named { url, model, voice, .. }| format!("{}, model {model}, voice {voice}", shown(url)))
        .collect();
    Ok(format!("openai-speech {VERSION}; {}", names.join("; else ")))
}

/// The body of the request to the first server.
pub(super) fn request(profile: &Profile, sentence: &Sentence, prosody: &Prosody) -> Result<Vec<u8>> {
    let settings = Settings::of(profile)?;
    let input = said::text(sentence, settings.letter_a.as_deref());
    Ok(settings.body(&settings.model, &settings.voice, &input, profile.rate * prosody.rate))
}

/// Why none of the servers can be asked; nothing if one can.
pub(super) fn missing(profile: &Profile) -> Vec<String> {
    let settings = match Settings::of(profile) {
        Ok(settings) => settings,
        Err(error) => return vec![with_hint(&error)],
    };
    let wrong: Vec<_> = settings
        .endpoints()
        .filter_map(|named| {
            let (problem, cure) = key::read(named, &profile.folder).err()?;
            Some(format!("{}: {problem}; {cure}", shown(named.url)))
        })
        .collect();
    if wrong.len() > settings.fallback.len() { wrong } else { Vec::new() }
}

/// What the user should know of the keys.
pub(super) fn warnings(profile: &Profile) -> Vec<String> {
    let Ok(settings) = Settings::of(profile) else { return Vec::new() };
    settings.endpoints().filter_map(|named| key::warning(named, &profile.folder)).collect()
}

/// The engine: one worker's end of what all workers share.
#[derive(Debug)]
pub(super) struct Remote {
    voice: String,
    rate: f64,
    settings: Settings,
    line: Arc<Line>,
    capabilities: Capabilities,
    deadline: Option<Instant>,
}

impl Remote {
    /// Reads the keys; asks nothing yet.
    pub(super) fn open(profile: &Profile, net: &net::Settings) -> Result<Self> {
        let settings = Settings::of(profile)?;
        let line = line::shared(profile, settings, net)?;
        let capabilities = Capabilities {
            languages: vec![profile.language.clone()],
            rate_range: settings.speed_range,
            pitch_range: (1.0, 1.0),
            sample_rate: SampleRate(settings.sample_rate_hz),
            threads: 0,
            word_times: false,
        };
        Ok(Self {
            voice: profile.name.clone(),
            rate: profile.rate,
            settings: settings.clone(),
            line,
            capabilities,
            deadline: None,
        })
    }
}

impl Engine for Remote {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    fn speak(&mut self, sentence: &Sentence, prosody: &Prosody) -> Result<Take> {
        let input = said::text(sentence, self.settings.letter_a.as_deref());
        let bodies: Vec<_> = self
            .settings
            .endpoints()
            .map(|Named { model, voice, .. }| {
                self.settings.body(model, voice, &input, self.rate * prosody.rate)
            })
            .collect();
        self.line.ask(&bodies, self.settings.form(), sentence.spoken.text(), self.deadline).map_err(
            |Trouble { problem, cure }| Error::Engine {
                voice: self.voice.clone(),
                sentence: shortened(sentence.spoken.text()),
                problem,
                cure: Some(cure),
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn settings(more: &str) -> Settings {
        toml::from_str(&format!(
            "url = \"https://api.example/v1/audio/speech\"\nmodel = \"m\"\nvoice = \"v\"\n{more}"
        ))
        .unwrap()
    }

    fn profile(more: &str) -> Profile {
        let text = "name = \"mine\"\nengine = \"http\"\nlanguage = \"en-GB\"\nlicence = \"none\"";
        Profile { http: Some(settings(more)), ..toml::from_str(text).unwrap() }
    }

    #[test]
    fn the_body_is_what_such_servers_document() {
        let body = |more: &str, rate| {
            String::from_utf8(settings(more).body("m", "v", "Good morning.", rate)).unwrap()
        };
        assert_eq!(
            body("", 1.0),
            r#"{"input":"Good morning.","model":"m","response_format":"wav","speed":1.0,"voice":"v"}"#
        );
        assert_eq!(
            body(
                "instructions = \"Calm.\"\nresponse_format = \"pcm\"\nextra = { lang_code = \"b\" }",
                1.23456
            ),
            r#"{"input":"Good morning.","instructions":"Calm.","lang_code":"b","model":"m","response_format":"pcm","speed":1.23,"voice":"v"}"#
        );
        assert!(body("", 9.0).contains("\"speed\":4.0"));
        assert!(!body("speed_range = [1, 1]", 1.3).contains("speed"));
    }

    #[test]
    fn settings_that_make_no_sense() {
        for (more, part) in [
            ("timeout_ms = 0", "timeout_ms = 0"),
            ("requests_at_once = 0", "requests_at_once"),
            ("speed_range = [1.5, 2]", "speed_range"),
            ("speed_range = [nan, 2]", "speed_range"),
            ("sample_rate_hz = 1", "sample_rate_hz"),
            ("extra = { input = \"x\" }", "extra holds input"),
            ("[[fallback]]\nurl = \"https://me:hunter2@b.example/\"", "user name or password"),
            ("[[fallback]]\nurl = \"https://b.example/?api_key=hunter2\"", "(api_key=…)"),
        ] {
            let error = version(&profile(more)).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
            assert!(error.hint().is_some() && !format!("{error:?}").contains("hunter2"), "{error:?}");
        }
        let pitched = Profile { pitch: 1.2, ..profile("") };
        assert!(version(&pitched).unwrap_err().to_string().contains("pitch"));
        let bare = Profile { http: None, ..profile("") };
        assert!(version(&bare).unwrap_err().to_string().contains("no table [http]"));
    }

    #[test]
    fn versions_name_every_server_and_no_query() {
        let two = "[[fallback]]\nurl = \"http://b.house:8880/speech?api-version=1\"\nvoice = \"w\"";
        assert_eq!(
            version(&profile(two)).unwrap(),
            "openai-speech 1; https://api.example/v1/audio/speech, model m, voice v; \
             else http://b.house:8880/speech, model m, voice w"
        );
    }

    proptest! {
        /// Whatever is said arrives as it was said.
        #[test]
        fn a_body_is_read_back_as_it_was(input in ".{0,80}", voice in ".{0,20}", rate in 0.01f64..20.0) {
            let body = settings("").body("m", &voice, &input, rate);
            let read: serde_json::Value = serde_json::from_slice(&body).unwrap();
            prop_assert_eq!(read["input"].as_str(), Some(input.as_str()));
            prop_assert_eq!(read["voice"].as_str(), Some(voice.as_str()));
            prop_assert!((0.25..=4.0).contains(&read["speed"].as_f64().unwrap()));
        }
    }
}
