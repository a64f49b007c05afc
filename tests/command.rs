//! Voices of programs, against programs that do what programs do: small scripts of `sh`, and espeak-ng and flite if they are
//! there.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "deadlines are measured")]
#![allow(clippy::print_stdout, reason = "a check that is skipped says so")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;
#[path = "support/speech.rs"]
mod speech;

use bulletin::Result;
use bulletin::lexicon::Lexicon;
use bulletin::voice::{self, Profile, Prosody, Registry, Take};
use command::bulletin;
use serde_json::Value;
use speech::{sentence, wav, wav_that_says};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SENTENCE: &str = "The harbour bridge will close for a month, the council said.";

/// A profile whose program is `sh` with a script, and whose folder holds a take, `good.wav`.
struct Script {
    folder: TempDir,
    profile: Profile,
}

impl Script {
    /// `args` follow the script's path.
    fn new(script: &str, args: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("voice.sh"), script).unwrap();
        fs::write(folder.path().join("good.wav"), wav()).unwrap();
        let text = format!(
            "name = \"mine\"\nengine = \"command\"\nlanguage = \"en-GB\"\nlicence = \"none\"\n[command]\n\
             program = \"/bin/sh\"\nargs = [\"{{folder}}/voice.sh\", \"{{folder}}\"{args}]\n{more}\n"
        );
        let mut profile: Profile = toml::from_str(&text).unwrap();
        profile.folder = folder.path().into();
        Self { folder, profile }
    }

    fn say(&self) -> Result<Take> {
        say(&self.profile)
    }

    /// What a failed sentence says, and what would help.
    fn failure(&self) -> (String, String) {
        let error = self.say().unwrap_err();
        (error.to_string(), error.hint().unwrap())
    }

    /// What the script wrote into a file of the profile's folder.
    fn left(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

fn say(profile: &Profile) -> Result<Take> {
    profile
        .open(&voice::Settings::new(std::env::temp_dir()))?
        .speak(&sentence(SENTENCE, &Lexicon::default()), &Prosody::default())
}

/// Whether a process is there, and no zombie.
fn is_alive(pid: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    status.is_ok_and(|status| !status.rsplit(')').next().unwrap_or_default().trim().starts_with('Z'))
}

fn is_soon_gone(pid: &str) -> bool {
    (0..100).any(|_| {
        thread::sleep(Duration::from_millis(10));
        !is_alive(pid)
    })
}

#[test]
fn text_goes_in_and_sound_comes_out_every_way() {
    for (script, args, more, seen) in [
        ("cat > $1/seen; cat $1/good.wav", "", "", "The harbour bridge"),
        (
            "printf %s \"$2\" > $1/seen; cat $1/good.wav",
            ", \"{text}\"",
            "input = \"argument\"",
            "The harbour bridge",
        ),
        ("cat $2 > $1/seen; cat $1/good.wav", ", \"{text_file}\"", "input = \"file\"", "The harbour bridge"),
        ("cat > $1/seen; cp $1/good.wav $2", ", \"{output}\"", "output = \"file\"", "The harbour bridge"),
        (
            "echo \"$2 $3 $4 $5 $6\" > $1/seen; cat $1/good.wav",
            ", \"{voice}\", \"{rate}\", \"{words_per_minute}\", \"{length_scale}\", \"{percent}\"",
            "voice = \"$(id) `id`; id\"",
            "$(id) `id`; id 1.000 175 1.000 100",
        ),
        // What a pipe writes has no length.
        (
            "head -c 40 $1/good.wav > $1/seen; cat $1/seen; printf '\\377\\377\\377\\377'; tail -c +45 $1/good.wav",
            "",
            "",
            "RIFF",
        ),
    ] {
        let voice = Script::new(script, args, more);
        let take = voice.say().unwrap();
        assert_eq!((take.samples.len(), take.rate.0), (48_000, 24_000), "{script}");
        let left = fs::read(voice.folder.path().join("seen")).unwrap();
        assert!(String::from_utf8_lossy(&left).starts_with(seen), "{script}: {left:?}");
    }
}

#[test]
fn where_a_program_runs() {
    let voice = Script::new(
        "pwd > $1/seen; ls -a >> $1/seen; echo \"$TMPDIR $EXTRA\" >> $1/seen; touch litter; cat $1/good.wav",
        "",
        "env = { EXTRA = \"more\" }",
    );
    voice.say().unwrap();
    let seen = voice.left("seen");
    let lines: Vec<_> = seen.lines().collect();
    assert_eq!(lines[1..3], [".", ".."]);
    assert_eq!(lines[3], format!("{} more", lines[0]));
    assert!(lines[0].contains("bulletin-voice-") && !Path::new(lines[0]).exists(), "{seen}");
}

#[test]
fn what_is_wrong_is_told_with_its_cure() {
    for (script, args, more, problem, cure) in [
        (
            "echo 'loading' >&2; echo 'no such voice' >&2; exit 3",
            "",
            "",
            "sh failed with exit code 3: no such voice",
            "by hand",
        ),
        ("kill -SEGV $$", "", "", "sh was ended by signal 11", "by hand"),
        ("cat > /dev/null", "", "", "no sound came at all", "WAV"),
        (
            "echo 'cannot open audio device' >&2",
            "",
            "",
            "no sound came at all; it said: cannot open audio device",
            "WAV",
        ),
        ("echo 'usage: voice [options]'", "", "", "cannot be played", "WAV"),
        ("head -c 30000 $1/good.wav", "", "", "cut off: 29956 of its 96000 bytes", "WAV"),
        ("cat $1/silent.wav", "", "", "it is silent", "WAV"),
        ("exit 0", ", \"{output}\"", "output = \"file\"", "sh ended well and wrote no file", "{output}"),
        ("mkdir $2", ", \"{output}\"", "output = \"file\"", "wrote something that is no file", "{output}"),
        (
            "ln -s /dev/zero $2",
            ", \"{output}\"",
            "output = \"file\"",
            "wrote something that is no file",
            "{output}",
        ),
        (
            "head -c 2000000 /dev/zero > $2",
            ", \"{output}\"",
            "output = \"file\"\nlimit_bytes = 1000000",
            "wrote more than 1000000 bytes",
            "",
        ),
        (
            "cat /dev/zero",
            "",
            "limit_bytes = 1000000",
            "sh wrote more than 1000000 bytes and was ended",
            "limit_bytes",
        ),
        (
            "cat /dev/zero >&2",
            "",
            "limit_bytes = 1000000",
            "sh wrote more than 1000000 bytes and was ended",
            "limit_bytes",
        ),
        ("exec 2>&- >&-; sleep 20", "", "timeout_ms = 300", "sh was not done after ", "timeout_ms = 600"),
        ("sleep 20", "", "timeout_ms = 300", "sh was not done after ", "timeout_ms = 600"),
        (
            "echo busy >&2; trap '' TERM INT HUP; while :; do :; done",
            "",
            "timeout_ms = 300",
            "was ended: busy",
            "timeout_ms",
        ),
    ] {
        let voice = Script::new(script, args, more);
        fs::write(voice.folder.path().join("silent.wav"), wav_that_says(2.0, 0.0, None)).unwrap();
        let started = Instant::now();
        let (told, hint) = voice.failure();
        assert!(told.contains(problem), "{script}: {told}");
        assert!(hint.contains(cure), "{script}: {told}: {hint}");
        assert!(started.elapsed() < Duration::from_secs(3), "{script}: {:?}", started.elapsed());
    }
}

#[test]
fn a_program_that_reads_nothing_stops_nothing() {
    // More than a pipe holds, either way.
    let text = format!("{}went.", "I ".repeat(35_000));
    let voice = Script::new("cat $1/long.wav; exit 0", "", "");
    fs::write(voice.folder.path().join("long.wav"), wav_that_says(590.0, 0.5, None)).unwrap();
    let mut engine = voice.profile.open(&voice::Settings::new(std::env::temp_dir())).unwrap();
    let take = engine.speak(&sentence(&text, &Lexicon::default()), &Prosody::default()).unwrap();
    assert_eq!(take.samples.len(), 590 * 24_000);
}

#[test]
fn children_end_with_their_program() {
    let start = "sleep 60 & echo $! > $1/child; echo $$ > $1/parent; ";
    for (script, good) in [
        // It hangs, and so does what it started.
        (format!("{start} sleep 60"), false),
        // It ends well and leaves something behind that holds its output open.
        (format!("{start} cat $1/good.wav"), true),
        // It fails.
        (format!("{start} exit 1"), false),
        (format!("{start} cat /dev/zero"), false),
    ] {
        let voice = Script::new(&script, "", "timeout_ms = 500\nlimit_bytes = 1000000");
        let started = Instant::now();
        assert_eq!(voice.say().is_ok(), good, "{script}");
        assert!(started.elapsed() < Duration::from_secs(2), "{script}: {:?}", started.elapsed());
        for name in ["parent", "child"] {
            assert!(is_soon_gone(&voice.left(name)), "{script}: {name}");
        }
        assert!(!Path::new(&format!("/proc/{}", voice.left("parent").trim())).exists(), "a zombie: {script}");
    }
}

#[test]
fn a_bulletins_deadline_counts() {
    let voice = Script::new("sleep 20", "", "");
    let mut engine = voice.profile.open(&voice::Settings::new(std::env::temp_dir())).unwrap();
    let started = Instant::now();
    engine.set_deadline(Some(started + Duration::from_millis(300)));
    let error = engine.speak(&sentence(SENTENCE, &Lexicon::default()), &Prosody::default()).unwrap_err();
    assert!(error.to_string().contains("was not done after "), "{error}");
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_program_that_is_not_there() {
    for (program, problem) in [
        ("no-such-program", "there is no program called no-such-program in PATH"),
        ("./no-such-program", "there is no program at "),
        ("/etc", "there is no program at /etc"),
    ] {
        let text = format!(
            "name = \"mine\"\nengine = \"command\"\nlanguage = \"en-GB\"\nlicence = \"none\"\n[command]\n\
             program = \"{program}\"\ninstall = \"apt install nothing\""
        );
        let profile: Profile = toml::from_str(&text).unwrap();
        let error = say(&profile).unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
        assert!(error.hint().unwrap().contains("apt install nothing"), "{error:?}");
        assert!(profile.missing()[0].contains(problem));
    }
}

#[test]
fn what_takes_are_kept_under() {
    let voice = Script::new("cat $1/good.wav", ", \"{output}\"", "output = \"file\"");
    let sentence = sentence(SENTENCE, &Lexicon::default());
    let request = |rate| voice.profile.request(&sentence, &Prosody { rate, pitch: 1.0 }).unwrap();
    let text = String::from_utf8(request(1.0)).unwrap();
    assert!(text.ends_with(&format!("\0{{output}}\0{}", sentence.spoken.text())), "{text}");
    assert_eq!(request(1.0), request(1.0));
    // No argument says the rate.
    assert_eq!(request(1.0), request(1.5));
    let version = voice.profile.version().unwrap();
    assert!(version.starts_with("command 1; sh, ") && version.contains(" bytes of "), "{version}");
}

/// Whether a program is there; it must be where `.ci/run` installed it.
fn has(program: &str) -> bool {
    let there = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .any(|folder| folder.join(program).is_file());
    let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(there || !must, "{program} is not there; .ci/run installs it");
    if !there {
        println!("skipped: {program} is not there");
    }
    there
}

#[test]
fn built_in_programs_speak() {
    let voices = Registry::built_in();
    for (name, program, rate_hz) in [
        ("espeak-en-gb", "espeak-ng", 22_050),
        ("espeak-en-us", "espeak-ng", 22_050),
        ("flite-slt", "flite", 16_000),
    ] {
        if !has(program) {
            continue;
        }
        let profile = voices.get(name).unwrap();
        assert!(profile.missing().is_empty());
        let version = profile.version().unwrap();
        assert!(
            version.contains(if program == "flite" {
                "version: flite-"
            } else {
                "eSpeak NG text-to-speech: "
            }),
            "{version}"
        );
        let mut engine = profile.open(&voice::Settings::new(std::env::temp_dir())).unwrap();
        let mut seconds = |text: &str, rate| {
            let sentence = sentence(text, &Lexicon::default());
            let take = engine.speak(&sentence, &Prosody { rate, pitch: 1.0 }).unwrap();
            assert_eq!(take.rate.0, rate_hz, "{name}");
            let words = engine.word_times(&sentence, &Prosody::default(), &take).unwrap();
            assert_eq!(words.len(), sentence.spoken.words().count(), "{name}");
            take.samples.len() as f64 / f64::from(take.rate.0)
        };
        let usual = seconds(SENTENCE, 1.0);
        assert!((2.5..5.0).contains(&usual), "{name}: {usual} s");
        for rate in [0.8, 1.25] {
            let ratio = usual / seconds(SENTENCE, rate);
            assert!((ratio / rate - 1.0).abs() < 0.1, "{name}: {ratio} at {rate}");
        }
        // Letters are spelled out: the B B C takes longer than a word.
        assert!(seconds("It was the BBC.", 1.0) > seconds("It was the bib.", 1.0) + 0.2, "{name}");
        assert!(seconds("He passed A levels.", 1.0) > 0.5, "{name}");
    }
    if has("espeak-ng") {
        let profile = voices.get("espeak-en-gb").unwrap();
        let sentence = sentence("He passed three A-levels and knew MPs.", &Lexicon::default());
        let request = profile.request(&sentence, &Prosody { rate: 1.0, pitch: 1.2 }).unwrap();
        let request = String::from_utf8(request).unwrap();
        assert!(
            request.starts_with("-v\0en-gb-x-rp\0-s\x00160\0-p\x0060\0--stdin\0--stdout\0He passed"),
            "{request}"
        );
        assert!(request.ends_with("M P's."), "{request}");
        assert!(say(profile).unwrap() == say(profile).unwrap());
    }
}

#[test]
fn a_bulletin_is_spoken_by_a_program() {
    let voice = Script::new(
        "echo \"$OPENAI_API_KEY$BULLETIN_LANGUAGE$HOUSE_TOKEN\" >> $1/seen; cat $1/good.wav",
        "",
        "env_pass = [\"HOUSE_TOKEN\"]",
    );
    let folder = tempfile::tempdir().unwrap();
    let voices = folder.path().join("config/bulletin/voices");
    fs::create_dir_all(&voices).unwrap();
    for name in ["voice.sh", "good.wav"] {
        fs::copy(voice.folder.path().join(name), voices.join(name)).unwrap();
    }
    fs::write(voices.join("mine.toml"), toml::to_string(&voice.profile).unwrap()).unwrap();
    let story = "Harbour bridge to close for a month\nThe bridge over the Tarn will close on 3 May, the council said.\n";
    fs::write(folder.path().join("story.txt"), story).unwrap();
    let produce = || {
        let mut command = bulletin(&folder);
        command.args(["produce", "story.txt", "--voice", "mine", "--record", "-o", "a.wav"]);
        command.env("PATH", "/usr/bin:/bin").env("OPENAI_API_KEY", "hunter2").env("HOUSE_TOKEN", "passed");
        command.env("BULLETIN_LANGUAGE", "en-GB");
        command.output().unwrap()
    };
    let output = produce();
    assert!(output.status.success(), "{output:?}");
    // A headline and a sentence; no secrets but the one that is named.
    assert_eq!(fs::read_to_string(voices.join("seen")).unwrap(), "passed\npassed\n");
    let record: Value =
        serde_json::from_slice(&fs::read(folder.path().join("a.record.json")).unwrap()).unwrap();
    assert!(record.to_string().contains("command 1; sh, "), "{record}");
    fs::write(voices.join("voice.sh"), "echo 'the model is gone' >&2; exit 2").unwrap();
    fs::write(folder.path().join("story.txt"), story.replace("3 May", "4 May")).unwrap();
    // Somebody else speaks, and it is told why.
    let output = produce();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(
        told.contains("sh failed with exit code 2: the model is gone") && told.contains("by hand"),
        "{told}"
    );
}

#[test]
fn what_ends_us_ends_the_program() {
    let voice = Script::new("echo $$ > $1/pid; pwd > $1/where; sleep 600", "", "");
    let folder = tempfile::tempdir().unwrap();
    let voices = folder.path().join("config/bulletin/voices");
    fs::create_dir_all(&voices).unwrap();
    fs::copy(voice.folder.path().join("voice.sh"), voices.join("voice.sh")).unwrap();
    fs::write(voices.join("mine.toml"), toml::to_string(&voice.profile).unwrap()).unwrap();
    fs::write(folder.path().join("story.txt"), "Harbour bridge to close for a month\nIt is old.\n").unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_bulletin"))
        .current_dir(&folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path().join("config"))
        .env("BULLETIN_CACHE_FOLDER", folder.path().join("cache"))
        .args(["produce", "story.txt", "-q", "--jobs", "1", "--voice", "mine", "-o", "a.wav"])
        .spawn()
        .unwrap();
    let left = |name: &str| fs::read_to_string(voices.join(name)).unwrap_or_default();
    for _ in 0..1000 {
        if left("where").ends_with('\n') {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    let (pid, place) = (left("pid"), left("where"));
    assert!(is_alive(&pid), "it began: {pid}");
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM)
        .unwrap();
    let status = child.wait().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(15));
    assert!(is_soon_gone(&pid), "{pid} lives on");
    assert!(!Path::new(place.trim()).exists(), "{place}");
}
