//! One run of a program: started, fed, read and ended, whatever it does.

use crate::clock;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// How much of what a program says of its troubles is kept: the end of it.
const STDERR_BYTES: usize = 8 * 1024;
/// How much of its last line is told.
const TOLD_CHARACTERS: usize = 160;
/// How long its pipes may stay open after it was ended: only something that left its process group can hold them.
const PIPES_TIME: Duration = Duration::from_secs(2);
/// How often is looked whether it has ended, at first and at most.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LAST_LOOK: Duration = Duration::from_millis(20);
/// A program that was just written may still be open somewhere for a moment.
const MOST_STARTS: u32 = 5;

/// What is started.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) program: &'a Path,
    pub(super) args: Vec<OsString>,
    /// What it reads; nothing if empty.
    pub(super) stdin: Vec<u8>,
    /// Where it runs and may leave files.
    pub(super) folder: &'a Path,
    pub(super) env: &'a BTreeMap<String, String>,
    pub(super) env_pass: &'a [String],
}

/// How long and how much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) until: Instant,
    /// Of each of its outputs.
    pub(super) bytes: u64,
}

/// What a program that ended well has written.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) stdout: Vec<u8>,
    /// The end of it.
    pub(super) stderr: String,
}

/// Why there is nothing.
#[derive(Debug)]
pub(super) enum Stop {
    NotStarted(io::Error),
    /// By itself, and not well.
    Ended {
        how: String,
        stdout: Vec<u8>,
        stderr: String,
    },
    /// By us.
    Late {
        ms: u128,
        stderr: String,
    },
    /// By us; the limit.
    TooMuch(u64),
    Lost(String),
}

/// Which output, and what came of reading it.
enum Heard {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
    TooMuch,
}

impl Run<'_> {
    /// Runs the program to its end. `wanted` says whether what it writes to its standard output is kept.
    pub(super) fn go(self, limits: Limits, wanted: bool) -> Result<Written, Stop> {
        let started = clock::now();
        let mut running = self.start().map_err(Stop::NotStarted)?;
        let (send, events) = mpsc::channel();
        running.attach(self.stdin, limits.bytes, wanted, send).map_err(Stop::NotStarted)?;
        let mut outputs = Outputs::default();
        let mut look = FIRST_LOOK;
        while !running.has_ended() {
            let left = limits.until.saturating_duration_since(clock::now());
            if left.is_zero() {
                let _ = running.end();
                outputs.gather(&events);
                return Err(Stop::Late { ms: started.elapsed().as_millis(), stderr: outputs.stderr() });
            }
            match events.recv_timeout(look.min(left)) {
                Ok(Heard::TooMuch) => {
                    let _ = running.end();
                    return Err(Stop::TooMuch(limits.bytes));
                }
                // It closed an output: most end right after.
                Ok(heard) => {
                    outputs.take(heard);
                    look = FIRST_LOOK;
                }
                Err(RecvTimeoutError::Timeout) => look = (look * 2).min(LAST_LOOK),
                Err(RecvTimeoutError::Disconnected) => {
                    thread::sleep(look.min(left));
                    look = (look * 2).min(LAST_LOOK);
                }
            }
        }
        let status = running.end().map_err(|error| Stop::Lost(format!("its end was missed: {error}")))?;
        outputs.gather(&events);
        if outputs.too_much {
            return Err(Stop::TooMuch(limits.bytes));
        }
        let stderr = outputs.stderr();
        if !status.success() {
            let stdout = outputs.stdout.unwrap_or_default();
            return Err(Stop::Ended { how: how(status), stdout, stderr });
        }
        match outputs.stdout {
            Some(stdout) => Ok(Written { stdout, stderr }),
            None => Err(Stop::Lost("something it started holds its output open".into())),
        }
    }

    fn start(&self) -> io::Result<Running> {
        let mut command = Command::new(self.program);
        command
            .args(&self.args)
            .current_dir(self.folder)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| {
                name.to_str().is_some_and(|name| {
                    !is_private(name) || self.env_pass.iter().any(|passed| passed == name)
                })
            }))
            // What it leaves there goes with the folder.
            .env("TMPDIR", self.folder)
            .envs(self.env)
            .stdin(if self.stdin.is_empty() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut starts = 1;
        loop {
            match command.spawn() {
                Ok(child) => {
                    return Ok(Running {
                        #[cfg(unix)]
                        _watched: super::interrupted::watch(&child, self.folder),
                        child,
                        ended: None,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && starts < MOST_STARTS => {
                    starts += 1;
                    thread::sleep(LAST_LOOK);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Variables that a program gets only if its profile says so: our own, and what is called like a secret.
fn is_private(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.starts_with("BULLETIN_")
        || ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"]
            .iter()
            .any(|word| name.contains(word))
}

/// A program under way. Dropped, it and what it started are ended, and nothing is left of it.
struct Running {
    #[cfg(unix)]
    _watched: super::interrupted::Watched,
    child: Child,
    ended: Option<ExitStatus>,
}

impl Running {
    /// Threads that write to it and read from it, so that none of its pipes can stop another.
    fn attach(&mut self, stdin: Vec<u8>, limit: u64, wanted: bool, send: Sender<Heard>) -> io::Result<()> {
        let named = |name: &str| thread::Builder::new().name(name.into());
        if let Some(mut pipe) = self.child.stdin.take() {
            // A program that reads nothing closes it, which is its own business.
            named("voice input").spawn(move || pipe.write_all(&stdin).ok())?;
        }
        if let Some(pipe) = self.child.stdout.take() {
            let send = send.clone();
            let kept = if wanted { usize::MAX } else { 0 };
            named("voice output").spawn(move || {
                send.send(read(pipe, limit, kept).map_or(Heard::TooMuch, Heard::Stdout)).ok()
            })?;
        }
        if let Some(pipe) = self.child.stderr.take() {
            named("voice errors").spawn(move || {
                send.send(read(pipe, limit, STDERR_BYTES).map_or(Heard::TooMuch, Heard::Stderr)).ok()
            })?;
        }
        Ok(())
    }

    /// Whether it has ended. It is left where it is, so that its number stays its own until its group is ended too.
    #[cfg(unix)]
    fn has_ended(&mut self) -> bool {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        matches!(waitid(WaitId::Pid(Pid::from_child(&self.child)), options), Ok(Some(_)))
    }

    #[cfg(not(unix))]
    fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Ends it and all it started, and waits until it is gone.
    fn end(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            // Its group has its number. Nobody may be left in it, which is well.
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        }
        let _ = self.child.kill();
        let status = self.child.wait()?;
        self.ended = Some(status);
        Ok(status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Reads to the end, keeping the last `kept` bytes; `None` after `limit` bytes.
fn read(mut pipe: impl Read, limit: u64, kept: usize) -> Option<Vec<u8>> {
    let (mut bytes, mut all) = (Vec::new(), 0u64);
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match pipe.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return Some(bytes),
            Ok(count) => {
                all += count as u64;
                if all > limit {
                    return None;
                }
                if kept > 0 {
                    bytes.extend_from_slice(&chunk[..count]);
                }
                if bytes.len() / 2 > kept {
                    bytes.drain(..bytes.len() - kept);
                }
            }
        }
    }
}

#[derive(Default)]
struct Outputs {
    stdout: Option<Vec<u8>>,
    stderr: Option<Vec<u8>>,
    too_much: bool,
}

impl Outputs {
    fn take(&mut self, heard: Heard) {
        match heard {
            Heard::Stdout(bytes) => self.stdout = Some(bytes),
            Heard::Stderr(bytes) => self.stderr = Some(bytes),
            Heard::TooMuch => self.too_much = true,
        }
    }

    /// What is still to come from a program that has ended.
    fn gather(&mut self, events: &Receiver<Heard>) {
        while !(self.too_much || self.stdout.is_some() && self.stderr.is_some()) {
            match events.recv_timeout(PIPES_TIME) {
                Ok(heard) => self.take(heard),
                Err(_) => return,
            }
        }
    }

    fn stderr(&self) -> String {
        self.stderr.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    }
}

fn how(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("was ended by signal {signal}");
    }
    status.code().map_or_else(|| "failed".into(), |code| format!("failed with exit code {code}"))
}

/// The last line that says something, shortened.
pub(super) fn last_line(stderr: &str) -> Option<String> {
    let line = stderr.split(['\n', '\r']).rev().map(str::trim).find(|line| !line.is_empty())?;
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    Some(match line.char_indices().nth(TOLD_CHARACTERS) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_output() {
        let long: Vec<u8> = (0..200_000u32).map(|n| n as u8).collect();
        assert_eq!(read(long.as_slice(), 1_000_000, usize::MAX).unwrap(), long);
        assert_eq!(read(long.as_slice(), 200_000, 0).unwrap(), b"");
        assert!(read(long.as_slice(), 199_999, 0).is_none());
        let end = read(long.as_slice(), 1_000_000, 1_000).unwrap();
        assert!(end.len() <= 2_001 && long.ends_with(&end));
    }

    #[test]
    fn last_lines() {
        for (text, expected) in [
            ("", None),
            ("\n \n", None),
            ("one\ntwo \n\n", Some("two")),
            ("10%\r50%\r\x1b[31mno voice\r\n", Some("[31mno voice")),
        ] {
            assert_eq!(last_line(text).as_deref(), expected, "{text:?}");
        }
        assert_eq!(last_line(&"x".repeat(500)).unwrap().chars().count(), TOLD_CHARACTERS + 1);
    }

    #[test]
    fn secrets_stay_here() {
        for (name, expected) in [
            ("PATH", false),
            ("HOME", false),
            ("LANG", false),
            ("BULLETIN_VOICE", true),
            ("OPENAI_API_KEY", true),
            ("github_token", true),
            ("AWS_SECRET_ACCESS_KEY", true),
            ("PGPASSWORD", true),
        ] {
            assert_eq!(is_private(name), expected, "{name}");
        }
    }
}
