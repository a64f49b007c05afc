//! `bulletin normalise`: a filter, one line in, one line out.

use super::{args, produce};
use crate::normalise::Spoken;
use crate::{Error, Result};
use std::io::{self, BufRead as _, BufWriter, Read as _, Write as _};
use std::process::ExitCode;

/// The longest line the filter takes, so that a stream without line ends cannot exhaust memory.
const LINE_LIMIT_BYTES: u64 = 16 * 1024 * 1024;

pub(super) fn run(args: &args::Normalise) -> Result<ExitCode> {
    let normaliser = produce::resolve(args.layer())?.job()?.normaliser()?;
    let mut input = io::BufReader::with_capacity(1 << 16, io::stdin().lock());
    let mut output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let read_error = |source| Error::Read { path: "-".into(), source };
    let mut line = Vec::new();
    let mut spoken = Spoken::default();
    loop {
        line.clear();
        let n = (&mut input).take(LINE_LIMIT_BYTES).read_until(b'\n', &mut line).map_err(read_error)?;
        if n == 0 {
            break;
        }
        if n as u64 == LINE_LIMIT_BYTES && line.last() != Some(&b'\n') {
            return Err(Error::TooLarge {
                input: "standard input, one line".into(),
                actual: n as u64,
                limit: LINE_LIMIT_BYTES,
            });
        }
        let text = String::from_utf8_lossy(&line);
        normaliser.normalise_into(text.trim_end_matches(['\n', '\r']), &mut spoken);
        let written = output
            .write_all(spoken.text().as_bytes())
            .and_then(|()| output.write_all(b"\n"))
            // Nothing more to read at once: whoever feeds us line by line is waiting for this one.
            .and_then(|()| if input.buffer().is_empty() { output.flush() } else { Ok(()) });
        if let Err(source) = written {
            return closed_or(source);
        }
    }
    match output.flush() {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(source) => closed_or(source),
    }
}

/// A reader that has seen enough is not an error.
fn closed_or(source: io::Error) -> Result<ExitCode> {
    if source.kind() == io::ErrorKind::BrokenPipe {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Error::Write { path: "standard output".into(), source })
    }
}
