//! A Speech Dispatcher of the tests' own: its configuration, socket and logs are in one folder, and it ends with it.

use super::command::bulletin;
use assert_cmd::Command;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command as Process, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Nothing here takes longer on any machine that works.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

pub(super) const ARTICLE: &str = "Harbour bridge to close for a month\n\n\
    The bridge over the Tarn will close on 3 May for repairs, the council said. It cost £1.2m.\n\n\
    Buses will run every 20 minutes.\n";

/// What is said of [`ARTICLE`], with the pauses of [`QUICK`].
pub(super) const SPOKEN: [&str; 4] = [
    "Harbour bridge to close for a month",
    "The bridge over the Tarn will close on the third of May for repairs, the council said.",
    "It cost one point two million pounds.",
    "Buses will run every twenty minutes.",
];

pub(super) const QUICK: [&str; 6] =
    ["--sentence-pause-ms", "20", "--paragraph-pause-ms", "40", "--headline-pause-ms", "30"];

/// A daemon that does with each utterance what `synth` says, a shell's command; and a folder with `story.txt` to run in.
pub(super) struct Dispatcher {
    pub(super) folder: TempDir,
    daemon: Child,
}

/// Whether a program is there; where it has to be, a test fails without.
#[allow(clippy::print_stderr, reason = "a test that looked at nothing says so")]
pub(super) fn has(program: &str) -> bool {
    let found =
        Process::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
    let has = found.is_ok_and(|status| status.success());
    assert!(has || std::env::var_os("CI").is_none(), "{program} is needed here: .ci/run installs it");
    if !has {
        eprintln!("skipped: there is no {program}");
    }
    has
}

/// Notes voice, rate and text, and takes a while.
pub(super) fn noted(seconds: &str) -> String {
    format!("echo \\'$VOICE $RATE $DATA\\' >> FOLDER/said; sleep {seconds}")
}

impl Dispatcher {
    /// None where there is no Speech Dispatcher and there need not be.
    pub(super) fn start(synth: &str) -> Option<Self> {
        Self::with_module("desk", synth)
    }

    /// The daemon takes a module called "testing" for one that is there and does nothing.
    pub(super) fn with_module(name: &str, synth: &str) -> Option<Self> {
        if !has("speech-dispatcher") {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::write(path.join("story.txt"), ARTICLE).unwrap();
        fs::create_dir_all(path.join("conf/modules")).unwrap();
        fs::create_dir(path.join("log")).unwrap();
        let log = path.join("log").display().to_string();
        fs::write(
            path.join("conf/speechd.conf"),
            format!(
                "LogLevel 3\nLogDir \"{log}\"\nDisableAutoSpawn\nAudioOutputMethod \"libao\"\nDefaultModule {name}\n\
                 AddModule \"{name}\" \"sd_generic\" \"desk.conf\"\n"
            ),
        )
        .unwrap();
        let synth = synth.replace("FOLDER", &path.display().to_string());
        fs::write(
            path.join("conf/modules/desk.conf"),
            format!(
                "GenericExecuteSynth \"{synth}\"\nGenericRateAdd 100\nGenericRateMultiply 100\n\
                 GenericRateForceInteger 1\nGenericMaxChunkLength 4000\n\
                 GenericLanguage \"en-gb\" \"en-gb\" \"utf-8\"\nGenericLanguage \"en-us\" \"en-us\" \"utf-8\"\n\
                 AddVoice \"de\" \"MALE1\" \"carl\"\nAddVoice \"en-US\" \"FEMALE1\" \"bella\"\n\
                 AddVoice \"en-GB\" \"MALE1\" \"alba\"\nAddVoice \"en-GB\" \"FEMALE1\" \"albany\"\n"
            ),
        )
        .unwrap();
        // No sound card is needed, nor touched.
        fs::write(path.join(".libao"), "default_driver=null\n").unwrap();
        let daemon = Process::new("speech-dispatcher")
            .args(["-s", "-C"])
            .arg(path.join("conf"))
            .arg("-S")
            .arg(path.join("sock"))
            .arg("-L")
            .arg(path.join("log"))
            .env("HOME", path)
            .env("XDG_CACHE_HOME", path.join("cache"))
            .env("XDG_RUNTIME_DIR", path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let dispatcher = Self { folder, daemon };
        dispatcher.until("the daemon listens", || dispatcher.folder.path().join("sock").exists());
        Some(dispatcher)
    }

    pub(super) fn address(&self) -> String {
        format!("unix_socket:{}", self.folder.path().join("sock").display())
    }

    /// `bulletin read` with this daemon, and no other.
    pub(super) fn read(&self, arguments: &[&str]) -> Command {
        let mut command = bulletin(&self.folder);
        command
            .env("SPEECHD_ADDRESS", self.address())
            .env("PATH", std::env::var_os("PATH").unwrap())
            .timeout(PATIENCE)
            .arg("read")
            .args(arguments);
        command
    }

    /// What was said so far: voice, rate and text, a line each.
    pub(super) fn said(&self) -> Vec<String> {
        let said = fs::read_to_string(self.said_path()).unwrap_or_default();
        said.lines().map(str::to_owned).collect()
    }

    /// The texts alone.
    pub(super) fn texts(&self) -> Vec<String> {
        self.said().iter().map(|line| line.splitn(3, ' ').nth(2).unwrap_or_default().to_owned()).collect()
    }

    pub(super) fn forget_said(&self) {
        let _ = fs::remove_file(self.said_path());
    }

    fn said_path(&self) -> PathBuf {
        self.folder.path().join("said")
    }

    /// Waits for what must come.
    #[allow(clippy::disallowed_methods, reason = "a test that waits has to end")]
    pub(super) fn until(&self, what: &str, is: impl Fn() -> bool) {
        let start = Instant::now();
        while !is() {
            assert!(start.elapsed() < PATIENCE, "{what}: not in {PATIENCE:?}; said: {:?}", self.said());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the daemon, however busy.
    pub(super) fn kill(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        if matches!(self.daemon.try_wait(), Ok(Some(_))) {
            return;
        }
        // Asked first, it ends its modules.
        let _ = Process::new("kill").arg(self.daemon.id().to_string()).status();
        for _ in 0..50 {
            if matches!(self.daemon.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        self.kill();
    }
}
