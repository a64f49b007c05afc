//! On a terminal: a pseudo-terminal of `script` (util-linux), keys in, and what is drawn out.

use super::dispatcher::{Dispatcher, PATIENCE, QUICK, SPOKEN, has, noted};
use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command as Process, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A reading on a terminal of 12 rows and 70 columns, whose settings are noted before and after.
struct Terminal {
    script: Child,
    keys: ChildStdin,
    drawn: Arc<Mutex<Vec<u8>>>,
    /// What was drawn up to here has been looked at.
    seen: usize,
    folder: std::path::PathBuf,
}

impl Terminal {
    /// None where there is no `script` and there need not be.
    fn start(dispatcher: &Dispatcher, arguments: &[&str], environment: &[(&str, &str)]) -> Option<Self> {
        if !has("script") || !has("stty") {
            return None;
        }
        let folder = dispatcher.folder.path();
        let program = assert_cmd::cargo::cargo_bin("bulletin");
        let arguments = [&["read"], arguments, &QUICK[..]].concat().join(" ");
        fs::write(
            folder.join("session.sh"),
            format!(
                "stty rows 12 cols 70\nstty -g > before\nsh -c 'echo $$ > pid; tty > tty; exec {} {arguments}'\n\
                 echo $? > code\nstty -g > after\n",
                program.display()
            ),
        )
        .unwrap();
        let mut script = Process::new("script")
            .args(["-qefc", "sh session.sh", "/dev/null"])
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", folder)
            .env("SHELL", "/bin/sh")
            .env("TERM", "xterm-256color")
            .env("SPEECHD_ADDRESS", dispatcher.address())
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let keys = script.stdin.take().unwrap();
        let mut out = script.stdout.take().unwrap();
        let drawn = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&drawn);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = out.read(&mut buffer) {
                shared.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Some(Self { script, keys, drawn, seen: 0, folder: folder.to_owned() })
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.drawn.lock().unwrap()).into_owned()
    }

    /// Waits until this is drawn after all that was waited for before.
    #[allow(clippy::disallowed_methods, reason = "a test that waits has to end")]
    fn sees(&mut self, what: &str) {
        let start = Instant::now();
        loop {
            let text = self.text();
            if let Some(at) = text.get(self.seen..).and_then(|rest| rest.find(what)) {
                self.seen += at + what.len();
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{what:?} is not drawn: {:?}", text.get(self.seen..));
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn noted(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default().trim().to_owned()
    }

    /// A signal for the reading itself.
    fn signal(&self, name: &str) {
        let status = Process::new("kill").args(["-s", name, &self.noted("pid")]).status().unwrap();
        assert!(status.success());
    }

    /// How the process is: `T` is stopped.
    fn state(&self) -> Option<char> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.noted("pid"))).ok()?;
        stat.rsplit_once(") ")?.1.chars().next()
    }

    /// Waits for its end: the exit code, with the terminal as it was before.
    #[allow(clippy::disallowed_methods, reason = "a test that waits has to end")]
    fn ends(&mut self) -> String {
        let start = Instant::now();
        while self.script.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < PATIENCE, "it goes on: {:?}", self.text());
            thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(self.noted("after"), self.noted("before"), "the terminal's settings");
        let text = self.text();
        for (given, taken) in
            [("\x1b[?1049l", "\x1b[?1049h"), ("\x1b[?25h", "\x1b[?25l"), ("\x1b[?7h", "\x1b[?7l")]
        {
            assert!(text.rfind(given) > text.rfind(taken), "{given:?} is to come after {taken:?}: {text:?}");
        }
        self.noted("code")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.script.kill();
        let _ = self.script.wait();
    }
}

#[test]
fn keys_pause_skip_go_back_and_quit() {
    // Long enough that nothing goes on by itself.
    let Some(dispatcher) = Dispatcher::start(&noted("30")) else { return };
    let Some(mut terminal) = Terminal::start(&dispatcher, &["story.txt"], &[]) else { return };
    let said = |count: usize| dispatcher.until("what is said", || dispatcher.said().len() >= count);
    terminal.sees("\x1b[7m  Harbour bridge to close for a month\x1b[0m");
    terminal.sees(" reading 1 of 4   space pauses");
    said(1);
    terminal.press(" ");
    terminal.sees(" paused 1 of 4   space goes on");
    terminal.press(" ");
    terminal.sees(" reading 1 of 4");
    said(2);
    terminal.press("n");
    // The sentence takes two rows; the one before is plain, or a headline, again.
    terminal.sees("\x1b[1m  Harbour bridge to close for a month\x1b[0m");
    terminal.sees("\x1b[7m  The bridge over the Tarn will close on 3 May for repairs, the");
    terminal.sees(" reading 2 of 4");
    said(3);
    terminal.press("\x1b[C");
    terminal.sees(" reading 3 of 4");
    said(4);
    terminal.press("p");
    terminal.sees(" reading 2 of 4");
    said(5);
    terminal.press("q");
    assert_eq!(terminal.ends(), "0");
    let order = [0, 0, 1, 2, 1].map(|n| SPOKEN[n]);
    assert_eq!(dispatcher.texts(), order);
    thread::sleep(Duration::from_millis(500));
    assert_eq!(dispatcher.said().len(), order.len(), "nothing is said after the end");
}

#[test]
fn leafing_through_is_silent_and_stories_are_skipped() {
    let Some(dispatcher) = Dispatcher::start(&noted("30")) else { return };
    fs::write(dispatcher.folder.path().join("other.txt"), "The mill is sold. It was dear.\n").unwrap();
    let Some(mut terminal) = Terminal::start(&dispatcher, &["story.txt", "other.txt"], &[]) else { return };
    terminal.sees(" reading 1 of 6");
    dispatcher.until("the first", || dispatcher.said().len() == 1);
    terminal.press("nnn");
    terminal.sees(" reading 4 of 6");
    dispatcher.until("the fourth", || dispatcher.said().len() == 2);
    terminal.press("N");
    terminal.sees(" reading 5 of 6");
    dispatcher.until("the other story", || dispatcher.said().len() == 3);
    // Up goes to the start of the story before from the start of this one.
    terminal.press("\x1b[A");
    terminal.sees(" reading 1 of 6");
    dispatcher.until("the first again", || dispatcher.said().len() == 4);
    terminal.press("\x03");
    assert_eq!(terminal.ends(), "0", "Ctrl-C is a key like q");
    assert_eq!(dispatcher.texts(), [SPOKEN[0], SPOKEN[3], "The mill is sold.", SPOKEN[0]]);
}

#[test]
fn left_alone_it_reads_to_the_end_and_leaves() {
    let Some(dispatcher) = Dispatcher::start(&noted("0.05")) else { return };
    let Some(mut terminal) = Terminal::start(&dispatcher, &["story.txt"], &[("NO_COLOR", "1")]) else {
        return;
    };
    terminal.sees("> Harbour bridge");
    terminal.sees("> It cost £1.2m.");
    terminal.sees("> Buses will run");
    assert_eq!(terminal.ends(), "0");
    assert_eq!(dispatcher.texts(), SPOKEN);
    assert!(!terminal.text().contains("\x1b[7m"), "no styles where nobody wants them");
}

#[test]
fn stopped_resized_and_killed_it_gives_the_terminal_back() {
    let Some(dispatcher) = Dispatcher::start(&noted("30")) else { return };
    let Some(mut terminal) = Terminal::start(&dispatcher, &["story.txt", "--from", "2"], &[]) else { return };
    terminal.sees(" reading 2 of 4");
    // The daemon's generic module may miss a stop before it has begun.
    dispatcher.until("the second", || dispatcher.said().len() == 1);
    terminal.press("\x1a");
    terminal.sees("\x1b[?1049l");
    dispatcher.until("it sleeps", || terminal.state() == Some('T'));
    let stty = |arguments: &[&str]| {
        let output =
            Process::new("stty").args(["-F", &terminal.noted("tty")]).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(stty(&["-g"]), terminal.noted("before"), "while it sleeps the terminal is as it was");
    stty(&["cols", "30", "rows", "6"]);
    terminal.signal("CONT");
    terminal.sees("\x1b[?1049h");
    terminal.sees("\x1b[7m  The bridge over the Tarn\x1b[0m");
    terminal.sees("\x1b[6;1H\x1b[2m paused 2 of 4\x1b[0m");
    let stty = |arguments: &[&str]| {
        Process::new("stty").args(["-F", &terminal.noted("tty")]).args(arguments).status().unwrap()
    };
    assert!(stty(&["cols", "70", "rows", "12"]).success());
    terminal.sees("\x1b[7m  The bridge over the Tarn will close on 3 May for repairs, the");
    terminal.press(" ");
    terminal.sees(" reading 2 of 4");
    terminal.signal("TERM");
    assert_eq!(terminal.ends(), "143");
}

#[test]
fn what_goes_wrong_on_a_screen_can_be_read_after_it() {
    let Some(mut dispatcher) = Dispatcher::start(&noted("15")) else { return };
    let Some(mut terminal) = Terminal::start(&dispatcher, &["story.txt"], &[]) else { return };
    terminal.sees(" reading 1 of 4");
    dispatcher.until("the first", || dispatcher.said().len() == 1);
    dispatcher.kill();
    terminal.press("n");
    terminal.sees("\x1b[?1049l");
    terminal.sees("error: reading aloud: the system's speech has gone");
    assert_eq!(terminal.ends(), "1");
}
