//! What has come of a file, and the note beside it.

use super::Downloaded;
use super::exchange::text;
use crate::{Error, Result, files};
use md5::Md5;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use ureq::http::HeaderMap;

/// How much is read and written at a time.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;
/// The longest note beside a part.
const LONGEST_NOTE_BYTES: u64 = 64 * 1024;

/// Where a part is from, and which state of the file it is of.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Note {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Note {
    /// What `If-Range` may hold: a strong entity tag, else the date (RFC 9110 §13.1.5).
    pub(super) fn validator(&self) -> Option<&str> {
        let strong = self.etag.as_deref().filter(|tag| tag.starts_with('"'));
        strong.or(self.last_modified.as_deref())
    }
}

/// The note beside a part.
pub(crate) fn note_of(part: &Path) -> PathBuf {
    let mut name = part.file_name().unwrap_or_default().to_owned();
    name.push(".from");
    part.with_file_name(name)
}

/// What has come, and its hashes.
pub(super) struct Part {
    file: File,
    path: PathBuf,
    pub(super) length: u64,
    /// How much of it earlier runs had brought.
    kept: u64,
    sha256: Sha256,
    md5: Md5,
    pub(super) note: Note,
}

impl Part {
    /// What an earlier run left of `url`, or nothing.
    pub(super) fn open(path: &Path, url: &str) -> Result<Self> {
        let failed = |source| Error::Write { path: path.into(), source };
        let file = File::options().read(true).write(true).create(true).truncate(false).open(path);
        let mut part = Self {
            file: file.map_err(failed)?,
            path: path.into(),
            length: 0,
            kept: 0,
            sha256: Sha256::new(),
            md5: Md5::default(),
            note: read_note(&note_of(path)),
        };
        if part.note.url == url && part.note.validator().is_some() {
            let mut buffer = vec![0; CHUNK_BYTES];
            loop {
                match part.file.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => part.count(&buffer[..count]),
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    Err(source) => return Err(Error::Read { path: path.into(), source }),
                }
            }
            part.kept = part.length;
        } else {
            part.clear()?;
            part.note = Note { url: url.to_owned(), ..Note::default() };
        }
        Ok(part)
    }

    fn count(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.sha256.update(bytes);
        // Another version of the trait, which the name would hide.
        md5::Digest::update(&mut self.md5, bytes);
    }

    /// Forgets everything that has come.
    pub(super) fn clear(&mut self) -> Result<()> {
        let failed = |source| Error::Write { path: self.path.clone(), source };
        self.file.set_len(0).map_err(failed)?;
        self.file.rewind().map_err(failed)?;
        (self.length, self.kept) = (0, 0);
        (self.sha256, self.md5) = (Sha256::new(), Md5::default());
        (self.note.etag, self.note.last_modified) = (None, None);
        Ok(())
    }

    /// Notes which state of the file is coming now.
    pub(super) fn begin(&mut self, headers: &HeaderMap) -> Result<()> {
        self.clear()?;
        self.note.etag = text(headers, "etag").map(str::to_owned);
        self.note.last_modified = text(headers, "last-modified").map(str::to_owned);
        let bytes = serde_json::to_vec(&self.note).unwrap_or_default();
        files::write_atomic(&note_of(&self.path), &bytes)
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|source| Error::Write { path: self.path.clone(), source })?;
        self.count(bytes);
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Downloaded> {
        self.file.sync_all().map_err(|source| Error::Write { path: self.path, source })?;
        Ok(Downloaded {
            bytes: self.length,
            sha256: files::hexadecimal(&self.sha256.finalize()),
            md5: files::hexadecimal(&md5::Digest::finalize(self.md5)),
            resumed_at: self.kept,
        })
    }
}

/// A note that cannot be read is none.
fn read_note(path: &Path) -> Note {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST_NOTE_BYTES).read_to_end(&mut bytes));
    read.ok().and_then(|_| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_tag_is_no_validator() {
        for (etag, last_modified, expected) in [
            (Some("\"a\""), Some("d"), Some("\"a\"")),
            (Some("W/\"a\""), Some("d"), Some("d")),
            (Some("W/\"a\""), None, None),
            (None, None, None),
        ] {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let note = Note { url: String::new(), etag: owned(etag), last_modified: owned(last_modified) };
            assert_eq!(note.validator(), expected);
        }
    }
}
