//! Reading what the user names, within limits.

use crate::{Error, Result};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// All bytes of a file, or of standard input where `path` is `-`, up to `limit_bytes`.
///
/// # Errors
/// [`Error::Read`] where the system refuses, [`Error::Path`] for a folder, [`Error::TooLarge`] past the limit; never
/// more than one byte over the limit is held.
pub(super) fn read_bytes(path: &Path, limit_bytes: u64) -> Result<Vec<u8>> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    if path.as_os_str() == "-" {
        return bounded(io::stdin().lock(), path, limit_bytes);
    }
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(Error::Path {
            path: path.to_owned(),
            problem: "this is a folder, not an article".into(),
            cure: "name the files in it",
        });
    }
    bounded(file, path, limit_bytes)
}

fn bounded(source: impl Read, path: &Path, limit_bytes: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = source.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|source| Error::Read { path: path.to_owned(), source })?;
    if bytes.len() as u64 > limit_bytes {
        let input =
            if path.as_os_str() == "-" { "standard input".into() } else { path.display().to_string() };
        return Err(Error::TooLarge { input, actual: bytes.len() as u64, limit: limit_bytes });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_stops_at_the_limit() {
        let endless = io::repeat(b'a');
        let error = bounded(endless, Path::new("-"), 1000).unwrap_err();
        assert!(matches!(error, Error::TooLarge { actual: 1001, limit: 1000, .. }), "{error}");
        assert_eq!(bounded(&b"four"[..], Path::new("x"), 4).unwrap(), b"four");
    }
}
