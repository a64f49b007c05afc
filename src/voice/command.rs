//! Voices of any program that reads text and writes sound: espeak-ng, flite, `say`, RHVoice, a script of the house.
//!
//! A sentence is one run. The program is started without a shell, in a folder of its own that is empty and is removed
//! afterwards, and with an environment that holds no secrets; it and what it started are ended when it takes too long,
//! writes too much, or is done. What it writes is checked like anything from outside ([`super::heard`]).
//!
//! What programs see is letters: the lexicon's respellings are given, its IPA cannot be, and those words go as they are
//! spelled.

#[cfg(unix)]
mod interrupted;
mod placeholders;
mod run;
mod search;

use super::heard::{self, Form};
use super::{Capabilities, Engine, Profile, Prosody, Take, said, shortened, with_hint};
use crate::clock;
use crate::script::Sentence;
use crate::units::SampleRate;
use crate::{Error, Result};
use placeholders::Values;
use run::{Limits, Run};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Raised when the same settings would start a program otherwise.
const VERSION: u32 = 1;
/// How long a program may take to say its version.
const VERSION_TIME: Duration = Duration::from_secs(5);
/// Most arguments.
const MOST_ARGUMENTS: usize = 100;

/// What a profile says of a program that speaks: its table `[command]`.
///
/// In an argument, `{text}` stands for the sentence, `{text_file}` for a file that holds it, `{output}` for the file the sound
/// is wanted in, `{voice}` for the setting of that name, `{folder}` for the profile's folder, `{rate}` for the speed (1 as
/// the program speaks by itself), `{percent}` for the same in per cent, `{words_per_minute}` for the setting of that name
/// times the speed, `{length_scale}` for the speed's inverse, `{pitch}` for the setting of that name times the pitch, and
/// `{pitch_percent}` for the pitch in per cent. `{{` and `}}` are braces.
///
/// # Examples
/// ```
/// use bulletin::voice::{CommandInput, CommandOutput, CommandSettings};
/// let settings: CommandSettings = toml::from_str(
///     r#"
///     program = "flite"
///     args = ["-voice", "{voice}", "--setf", "duration_stretch={length_scale}", "-f", "{text_file}", "-o", "{output}"]
///     input = "file"
///     output = "file"
///     voice = "slt"
///     "#,
/// )
/// .unwrap();
/// assert_eq!((settings.input, settings.output), (CommandInput::File, CommandOutput::File));
/// assert_eq!(settings.timeout_ms, 30_000);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The program: a name that is looked for in `PATH`, or a path, which begins at the profile's folder if it is not
    /// absolute.
    pub program: PathBuf,
    /// Its arguments, with placeholders. No shell reads them.
    #[serde(default)]
    pub args: Vec<String>,
    /// How the sentence goes in.
    #[serde(default)]
    pub input: Input,
    /// How the sound comes out.
    #[serde(default)]
    pub output: Output,
    /// What `{voice}` stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// Words a minute at a speed of 1.
    #[serde(default = "words_per_minute")]
    pub words_per_minute: f64,
    /// What `{pitch}` stands for at a pitch of 1.
    #[serde(default = "pitch")]
    pub pitch: f64,
    /// Slowest and fastest speed asked for.
    #[serde(default = "rates")]
    pub rate_range: (f64, f64),
    /// Lowest and highest pitch asked for.
    #[serde(default = "pitches")]
    pub pitch_range: (f64, f64),
    /// How a letter A is written, where the voice says a lone A as the article: `ay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter_a: Option<String>,
    /// Variables added to its environment. They are part of the profile: no secrets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Variables it gets from ours though they look like secrets or are `BULLETIN_…`, which others do not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_pass: Vec<String>,
    /// How long a sentence may take, in milliseconds.
    #[serde(default = "timeout_ms")]
    pub timeout_ms: u64,
    /// How much it may write, in bytes.
    #[serde(default = "limit_bytes")]
    pub limit_bytes: u64,
    /// Arguments that make it say its version. What it says is part of what takes are kept under; without them the size
    /// and date of the program's file are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub version_args: Vec<String>,
    /// How to install it, for whoever does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install: Option<String>,
}

/// How a sentence goes into a program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// Written to its standard input, with a line end.
    #[default]
    Stdin,
    /// In the argument that holds `{text}`. It begins with no `-` and holds no line end, whatever is said.
    Argument,
    /// In the file whose path the argument with `{text_file}` gets.
    File,
}

/// How sound comes out of a program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// On its standard output.
    #[default]
    Stdout,
    /// In the file whose path the argument with `{output}` gets; it ends in `.wav`.
    File,
}

/// What espeak-ng and `say` speak at by themselves.
fn words_per_minute() -> f64 {
    175.0
}

/// The middle of espeak-ng's scale.
fn pitch() -> f64 {
    50.0
}

fn rates() -> (f64, f64) {
    (0.4, 2.5)
}

fn pitches() -> (f64, f64) {
    (0.5, 1.5)
}

fn timeout_ms() -> u64 {
    30_000
}

/// Ten minutes of 16-bit mono at 24 kHz are 29 MB.
fn limit_bytes() -> u64 {
    50_000_000
}

impl Settings {
    /// Whether the program is there to be started. `folder` is the profile's.
    pub fn is_there(&self, folder: &Path) -> bool {
        search::program(&self.program, folder).is_some()
    }

    /// The table of a profile, if it makes sense.
    fn of(profile: &Profile) -> Result<&Self> {
        let wrong = |problem: String, cure: &str| Error::Voice {
            voice: profile.name.clone(),
            problem,
            cure: Some(cure.into()),
        };
        let settings = profile.command.as_ref().ok_or_else(|| {
            wrong(
                "its profile has no table [command]".into(),
                "give one with program and args; the README shows how",
            )
        })?;
        let used = placeholders::names(&settings.args).map_err(|problem| {
            wrong(
                format!("its table [command]: {problem}"),
                "the placeholders are {text}, {text_file}, {output}, {voice}, {folder}, {rate}, {percent}, \
                 {words_per_minute}, {length_scale}, {pitch} and {pitch_percent}; a brace is written {{ or }}",
            )
        })?;
        let uses = |name: &str| used.contains(&name);
        let range = |(low, high): (f64, f64)| low > 0.0 && low <= 1.0 && (1.0..=100.0).contains(&high);
        let changes_pitch = uses("pitch") || uses("pitch_percent");
        let checks = [
            (settings.program.as_os_str().is_empty(), "program is empty", "name the program"),
            (
                settings.args.len() > MOST_ARGUMENTS,
                "there are more than 100 arguments",
                "put them into a script and name that as the program",
            ),
            (
                uses("text") != (settings.input == Input::Argument),
                "{text} goes with input = \"argument\"",
                "give both or neither",
            ),
            (
                uses("text_file") != (settings.input == Input::File),
                "{text_file} goes with input = \"file\"",
                "give both or neither",
            ),
            (
                uses("output") != (settings.output == Output::File),
                "{output} goes with output = \"file\"",
                "give both or neither",
            ),
            (uses("voice") && settings.voice.is_none(), "{voice} goes with voice", "give voice = \"…\""),
            (
                !range(settings.rate_range) || !range(settings.pitch_range),
                "rate_range and pitch_range must hold 1",
                "give the lowest and the highest, for example [0.5, 2.0]",
            ),
            (
                !(1.0..=10_000.0).contains(&settings.words_per_minute),
                "words_per_minute is out of range",
                "give what the program speaks at by itself, 175 for many",
            ),
            (!(0.0..=1e6).contains(&settings.pitch), "pitch is out of range", "give 0 to 1000000"),
            (settings.timeout_ms == 0, "timeout_ms = 0 would let nothing be said", "give 1000 or more"),
            (settings.limit_bytes == 0, "limit_bytes = 0 would let nothing through", "give 1000000 or more"),
            (
                (profile.pitch - 1.0).abs() > 1e-9 && !changes_pitch,
                "its arguments do not say how another pitch is asked for",
                "put {pitch} or {pitch_percent} into args, or leave pitch out of the profile",
            ),
            (
                settings.env.keys().any(|name| name.is_empty() || name.contains(['=', '\0'])),
                "env holds a name that no variable can have",
                "give env = { NAME = \"value\" }",
            ),
        ];
        if let Some((_, problem, cure)) = checks.into_iter().find(|(is_wrong, ..)| *is_wrong) {
            return Err(wrong(format!("its table [command]: {problem}"), cure));
        }
        Ok(settings)
    }

    /// What is told of a program that is not there.
    fn not_found(&self, profile: &Profile) -> (String, String) {
        let name = self.program.display();
        let problem = if search::is_bare(&self.program) {
            format!("there is no program called {name} in PATH")
        } else {
            format!("there is no program at {}", profile.folder.join(&self.program).display())
        };
        let install = self.install.as_deref().unwrap_or("install it");
        (problem, format!("{install}, or name the program's path in the profile"))
    }

    pub(super) fn changes_pitch(&self) -> bool {
        self.args.iter().any(|arg| arg.contains("{pitch}") || arg.contains("{pitch_percent}"))
    }
}

/// Program, version and arguments.
pub(super) fn version(profile: &Profile) -> Result<String> {
    let settings = Settings::of(profile)?;
    let name = settings.program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some(program) = search::program(&settings.program, &profile.folder) else {
        return Ok(format!("command {VERSION}; {name}, not there"));
    };
    Ok(format!("command {VERSION}; {name}, {}", program_version(&program, settings)))
}

/// What a program says of its version, asked once in this process; else what its file looks like.
fn program_version(program: &Path, settings: &Settings) -> String {
    type Known = HashMap<(PathBuf, Vec<String>, String), String>;
    static KNOWN: Mutex<Option<Known>> = Mutex::new(None);
    let file = search::file_version(program);
    let key = (program.to_path_buf(), settings.version_args.clone(), file.clone());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(version) = known.get(&key) {
        return version.clone();
    }
    let said = (!settings.version_args.is_empty()).then(|| said_version(program, settings)).flatten();
    let version = said.unwrap_or(file);
    known.insert(key, version.clone());
    version
}

/// The line that holds something like 1.5, of what a program says when asked for its version.
fn said_version(program: &Path, settings: &Settings) -> Option<String> {
    let folder = tempfile::tempdir().ok()?;
    let run = Run {
        program,
        args: settings.version_args.iter().map(OsString::from).collect(),
        stdin: Vec::new(),
        folder: folder.path(),
        env: &settings.env,
        env_pass: &settings.env_pass,
    };
    let limits = Limits { until: clock::now() + VERSION_TIME, bytes: 64 * 1024 };
    // Some (flite) say it and fail.
    let (stdout, stderr) = match run.go(limits, true) {
        Ok(written) => (written.stdout, written.stderr),
        Err(run::Stop::Ended { stdout, stderr, .. }) => (stdout, stderr),
        Err(_) => return None,
    };
    let text = String::from_utf8_lossy(&stdout).into_owned() + "\n" + &stderr;
    let is_version = |three: &[u8]| matches!(three, [a, b'.', c] if a.is_ascii_digit() && c.is_ascii_digit());
    let line = text.lines().find(|line| line.as_bytes().windows(3).any(is_version))?;
    Some(line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect())
}

/// The arguments as they are given, but for the paths of files that are there for one sentence; and the text.
pub(super) fn request(profile: &Profile, sentence: &Sentence, prosody: &Prosody) -> Result<Vec<u8>> {
    let settings = Settings::of(profile)?;
    let text = said::text(sentence, settings.letter_a.as_deref());
    let values = Values {
        settings,
        folder: &profile.folder,
        rate: profile.rate * prosody.rate,
        pitch: profile.pitch * prosody.pitch,
        text: &text,
        text_file: Path::new("{text_file}"),
        output: Path::new("{output}"),
    };
    let mut request = Vec::new();
    for arg in &settings.args {
        request.extend(values.fill(arg).into_encoded_bytes());
        request.push(0);
    }
    for (name, value) in &settings.env {
        request.extend(format!("{name}={value}\0").into_bytes());
    }
    request.extend(text.into_bytes());
    Ok(request)
}

/// Why it cannot be started; nothing if it can.
pub(super) fn missing(profile: &Profile) -> Vec<String> {
    match Settings::of(profile) {
        Err(error) => vec![with_hint(&error)],
        Ok(settings) if settings.is_there(&profile.folder) => Vec::new(),
        Ok(settings) => {
            let (problem, cure) = settings.not_found(profile);
            vec![format!("{problem}; {cure}")]
        }
    }
}

/// The engine.
#[derive(Debug)]
pub(super) struct Program {
    profile: Profile,
    settings: Settings,
    /// The program's file.
    path: PathBuf,
    capabilities: Capabilities,
    deadline: Option<Instant>,
}

impl Program {
    /// Looks for the program; starts nothing yet.
    pub(super) fn open(profile: &Profile) -> Result<Self> {
        let settings = Settings::of(profile)?;
        let path = search::program(&settings.program, &profile.folder).ok_or_else(|| {
            let (problem, cure) = settings.not_found(profile);
            Error::Voice { voice: profile.name.clone(), problem, cure: Some(cure) }
        })?;
        let capabilities = Capabilities {
            languages: vec![profile.language.clone()],
            rate_range: settings.rate_range,
            pitch_range: if settings.changes_pitch() { settings.pitch_range } else { (1.0, 1.0) },
            // What espeak-ng's come at; a take says its own.
            sample_rate: SampleRate(22_050),
            threads: 1,
            word_times: false,
        };
        Ok(Self { profile: profile.clone(), settings: settings.clone(), path, capabilities, deadline: None })
    }

    fn say(&self, sentence: &Sentence, prosody: &Prosody) -> Result<Take, (String, String)> {
        let settings = &self.settings;
        let failed = |what: &str, error: &std::io::Error| {
            (
                format!("{what}: {error}"),
                "check that there is room on the disk for temporary files".to_owned(),
            )
        };
        let folder = tempfile::Builder::new()
            .prefix("bulletin-voice-")
            .tempdir()
            .map_err(|e| failed("no folder could be made for the program to run in", &e))?;
        let (text_file, output) = (folder.path().join("text.txt"), folder.path().join("sound.wav"));
        let text = said::text(sentence, settings.letter_a.as_deref());
        if settings.input == Input::File {
            std::fs::write(&text_file, format!("{text}\n"))
                .map_err(|e| failed("the sentence could not be written for the program to read", &e))?;
        }
        let values = Values {
            settings,
            folder: &self.profile.folder,
            rate: self.profile.rate * prosody.rate,
            pitch: self.profile.pitch * prosody.pitch,
            text: &text,
            text_file: &text_file,
            output: &output,
        };
        let run = Run {
            program: &self.path,
            args: settings.args.iter().map(|arg| values.fill(arg)).collect(),
            stdin: if settings.input == Input::Stdin { format!("{text}\n").into_bytes() } else { Vec::new() },
            folder: folder.path(),
            env: &settings.env,
            env_pass: &settings.env_pass,
        };
        let own = clock::now() + Duration::from_millis(settings.timeout_ms);
        let limits =
            Limits { until: self.deadline.map_or(own, |given| given.min(own)), bytes: settings.limit_bytes };
        let written = run.go(limits, settings.output == Output::Stdout).map_err(|stop| self.told(stop))?;
        let last =
            run::last_line(&written.stderr).map(|line| format!("; it said: {line}")).unwrap_or_default();
        let bytes = match settings.output {
            Output::Stdout => written.stdout,
            Output::File => read(&output, settings.limit_bytes).map_err(|problem| {
                (
                    format!("{} {problem}{last}", self.name()),
                    "check that args give {output} as the file to write to".to_owned(),
                )
            })?,
        };
        heard::take(&bytes, Form::File, sentence.spoken.text()).map_err(|problem| {
            (
                format!("what {} wrote is not the sentence: {problem}{last}", self.name()),
                "run the program by hand with the arguments of the profile, and see that it writes a whole WAV file"
                    .to_owned(),
            )
        })
    }

    fn name(&self) -> String {
        self.settings.program.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn told(&self, stop: run::Stop) -> (String, String) {
        let name = self.name();
        let by_hand = "run the program by hand with the arguments of the profile".to_owned();
        let said = |stderr: &str| run::last_line(stderr).map(|line| format!(": {line}")).unwrap_or_default();
        match stop {
            run::Stop::NotStarted(error) => {
                let (_, cure) = self.settings.not_found(&self.profile);
                (format!("{name} cannot be started: {error}"), cure)
            }
            run::Stop::Ended { how, stderr, .. } => (format!("{name} {how}{}", said(&stderr)), by_hand),
            run::Stop::Late { ms, stderr } => (
                format!("{name} was not done after {ms} ms and was ended{}", said(&stderr)),
                format!(
                    "allow more time with timeout_ms = {}, or see by hand why it takes so long",
                    self.settings.timeout_ms.saturating_mul(2)
                ),
            ),
            run::Stop::TooMuch(limit) => (
                format!("{name} wrote more than {limit} bytes and was ended"),
                "allow more with limit_bytes, if that was one sentence".to_owned(),
            ),
            run::Stop::Lost(problem) => (format!("{name}: {problem}"), by_hand),
        }
    }
}

impl Engine for Program {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    fn speak(&mut self, sentence: &Sentence, prosody: &Prosody) -> Result<Take> {
        self.say(sentence, prosody).map_err(|(problem, cure)| Error::Engine {
            voice: self.profile.name.clone(),
            sentence: shortened(sentence.spoken.text()),
            problem,
            cure: Some(cure),
        })
    }
}

/// What a program left in the file it was to write; nothing that is no file, and no more than allowed.
fn read(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, String> {
    let about = std::fs::symlink_metadata(path).map_err(|_| "ended well and wrote no file".to_owned())?;
    if !about.is_file() {
        return Err("wrote something that is no file".into());
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| format!("wrote a file that cannot be read: {error}"))?;
    if bytes.len() as u64 > limit_bytes {
        return Err(format!("wrote more than {limit_bytes} bytes"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(more: &str) -> Profile {
        let text = format!(
            "name = \"mine\"\nengine = \"command\"\nlanguage = \"en-GB\"\nlicence = \"none\"\n[command]\n{more}"
        );
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn settings_that_make_no_sense() {
        for (more, part) in [
            ("program = \"\"", "program is empty"),
            ("program = \"p\"\nargs = [\"{text}\"]", "{text} goes with input"),
            ("program = \"p\"\ninput = \"argument\"", "{text} goes with input"),
            ("program = \"p\"\ninput = \"file\"", "{text_file} goes with input"),
            ("program = \"p\"\nargs = [\"{output}\"]", "{output} goes with output"),
            ("program = \"p\"\noutput = \"file\"", "{output} goes with output"),
            ("program = \"p\"\nargs = [\"{voice}\"]", "{voice} goes with voice"),
            ("program = \"p\"\nargs = [\"{colour}\"]", "{colour}"),
            ("program = \"p\"\nargs = [\"{voice\"]", "no end"),
            ("program = \"p\"\nrate_range = [2.0, 3.0]", "rate_range"),
            ("program = \"p\"\ntimeout_ms = 0", "timeout_ms"),
            ("program = \"p\"\nenv = { \"A=B\" = \"c\" }", "env"),
        ] {
            let error = version(&profile(more)).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
            assert!(error.hint().is_some());
        }
        let pitched = Profile { pitch: 1.2, ..profile("program = \"p\"") };
        assert!(version(&pitched).unwrap_err().to_string().contains("pitch"));
        let bare = Profile { command: None, ..profile("program = \"p\"") };
        assert!(version(&bare).unwrap_err().to_string().contains("no table [command]"));
        let gone = profile("program = \"no-such-program-anywhere\"\ninstall = \"apt install nothing\"");
        assert!(version(&gone).unwrap().ends_with("not there"));
        let error = Program::open(&gone).unwrap_err();
        assert!(error.to_string().contains("there is no program called no-such-program-anywhere in PATH"));
        assert!(error.hint().unwrap().starts_with("apt install nothing, or"));
        assert!(missing(&gone)[0].contains("apt install nothing"));
    }
}
