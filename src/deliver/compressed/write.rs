//! The file under way: written through a buffer from its beginning, and again from there on every pass.

use crate::{Error, Result};
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// Bytes kept back before the system is asked to write.
const BUFFER_BYTES: usize = 1 << 16;

/// A file that is written.
#[derive(Debug)]
pub(super) struct Out<'a> {
    file: &'a mut File,
    path: &'a Path,
    buffer: Vec<u8>,
    written: u64,
}

impl<'a> Out<'a> {
    /// Errors name `path`, where the file will be.
    pub(super) fn new(file: &'a mut File, path: &'a Path) -> Self {
        Self { file, path, buffer: Vec::with_capacity(BUFFER_BYTES), written: 0 }
    }

    /// Forgets what was written.
    pub(super) fn restart(&mut self) -> Result<()> {
        self.buffer.clear();
        self.written = 0;
        let begun = self.file.set_len(0).and_then(|()| self.file.rewind());
        begun.map_err(|e| self.failed(e))
    }

    /// Appends.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.buffer.len() + bytes.len() > BUFFER_BYTES {
            self.flush()?;
        }
        self.written += bytes.len() as u64;
        if bytes.len() >= BUFFER_BYTES {
            return self.file.write_all(bytes).map_err(|e| self.failed(e));
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes over what is there, and goes on behind the end.
    pub(super) fn write_over(&mut self, position: u64, bytes: &[u8]) -> Result<()> {
        self.flush()?;
        let end = self.written;
        let over = |file: &mut File| -> io::Result<()> {
            file.seek(SeekFrom::Start(position))?;
            file.write_all(bytes)?;
            file.seek(SeekFrom::Start(end)).map(|_| ())
        };
        over(self.file).map_err(|e| self.failed(e))
    }

    /// How much was written.
    pub(super) fn bytes(&self) -> u64 {
        self.written
    }

    /// The file from its beginning, everything in it, to be read.
    pub(super) fn reader(&mut self) -> Result<File> {
        self.flush()?;
        let read = |file: &mut File| -> io::Result<File> {
            file.rewind()?;
            file.try_clone()
        };
        read(self.file).map_err(|source| Error::Read { path: self.path.into(), source })
    }

    fn flush(&mut self) -> Result<()> {
        let flushed = self.file.write_all(&self.buffer);
        self.buffer.clear();
        flushed.map_err(|e| self.failed(e))
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::Write { path: self.path.into(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn what_is_written_is_there_in_order() {
        let mut file = tempfile::tempfile().unwrap();
        let mut out = Out::new(&mut file, Path::new("a"));
        for pass in 0..2u8 {
            out.restart().unwrap();
            let mut wanted = Vec::new();
            for length in [0, 3, BUFFER_BYTES - 1, 7, BUFFER_BYTES, 2 * BUFFER_BYTES, 1] {
                let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8 ^ pass).collect();
                out.write(&bytes).unwrap();
                wanted.extend(bytes);
            }
            out.write_over(1, b"xy").unwrap();
            wanted[1..3].copy_from_slice(b"xy");
            out.write(b"end").unwrap();
            wanted.extend(b"end");
            assert_eq!(out.bytes(), wanted.len() as u64);
            let mut read = Vec::new();
            out.reader().unwrap().read_to_end(&mut read).unwrap();
            assert!(read == wanted, "pass {pass}");
        }
    }
}
