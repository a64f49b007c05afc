//! Results to stdout, everything else to stderr.

use crate::{Error, Result};
use serde::Serialize;
use std::io::{self, Write};
use std::process::ExitCode;

/// An error with its hint; gives the process's exit code.
pub(super) fn error(error: &Error) -> ExitCode {
    // A closed stderr leaves nobody to tell.
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "error: {error}");
    if let Some(hint) = error.hint() {
        let _ = writeln!(stderr, "hint: {hint}");
    }
    ExitCode::from(error.exit_code())
}

/// A warning, while the work goes on.
pub(super) fn warning(text: &str) {
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(io::stderr().lock(), "warning: {text}");
}

/// One failure of several, while the rest was done.
pub(super) fn failure(place: &str, problem: &str, hint: Option<&str>) {
    let mut stderr = io::stderr().lock();
    // Most messages begin with the file they are about.
    let place = if problem.starts_with(place) { String::new() } else { format!("{place}: ") };
    let _ = writeln!(stderr, "error: {place}{problem}");
    if let Some(hint) = hint {
        let _ = writeln!(stderr, "hint: {hint}");
    }
}

/// A line for whoever watches.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes a result to stdout; a reader that has seen enough is not an error.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    match write(&mut stdout).and_then(|()| stdout.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::Write { path: "standard output".into(), source })
        }
        _ => Ok(()),
    }
}

/// Writes one JSON value and a line end to stdout.
pub(super) fn print_json(value: &impl Serialize) -> Result<()> {
    print(|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    })
}

/// `4:05.2` for 245.2 seconds.
pub(super) fn clock(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0).round() as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

#[cfg(test)]
mod tests {
    #[test]
    fn clock() {
        for (seconds, text) in
            [(0.0, "0:00.0"), (9.96, "0:10.0"), (59.99, "1:00.0"), (245.2, "4:05.2"), (3600.0, "60:00.0")]
        {
            assert_eq!(super::clock(seconds), text);
        }
    }
}
