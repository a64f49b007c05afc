//! Everything that is made of one mix: written first, then named, the audio after what tells of it.

use super::handover::{self, Audio};
use super::record::{Record, RecordFile};
use super::wav::{Metadata, WavSink, Written};
use super::{Beside, Outputs, captions, chapters, transcript, words};
use crate::Result;
use crate::files::{self, AtomicFile};
use crate::units::Frames;
use std::path::{Path, PathBuf};

/// What is to be made of a mastered programme.
#[derive(Debug, Clone, Copy)]
pub struct Package<'a> {
    /// What is wanted beside the audio.
    pub outputs: &'a Outputs,
    /// The audio.
    pub output: &'a Path,
    /// What files say of themselves.
    pub metadata: &'a Metadata,
}

impl Package<'_> {
    /// Writes every file under a temporary name, waits until all are on the disk, and names them one after the other:
    /// captions and sidecars first, so that whoever watches for the audio finds them beside it; then the audio; the record
    /// last. Gives what is beside the audio.
    ///
    /// # Errors
    /// [`crate::Error::Write`]: as long as nothing is named, every path is as it was.
    pub fn deliver(&self, sink: WavSink, record: &mut Record) -> Result<(Vec<PathBuf>, Written)> {
        let (mut audio, written) = sink.finish(self.metadata)?;
        let files = self.outputs.files();
        if files.contains(&Beside::Record) {
            record.files = vec![file_of(&mut audio)?];
        }
        let mut before = Vec::new();
        let mut after = Vec::new();
        for what in files {
            let staged = files::stage(&what.path(self.output), self.text(what, record).as_bytes())?;
            if what == Beside::Record { &mut after } else { &mut before }.push(staged);
        }
        let mut paths = Vec::new();
        for staged in before.iter().chain([&audio]).chain(&after) {
            staged.sync()?;
            paths.push(staged.path().to_path_buf());
        }
        for staged in before.into_iter().chain([audio]).chain(after) {
            staged.commit()?;
        }
        paths.retain(|path| path != self.output);
        Ok((paths, written))
    }

    /// What a file holds.
    fn text(&self, what: Beside, record: &Record) -> String {
        let name = name_of(self.output);
        let audio =
            |path| Audio { length: Frames(record.mastered.length.0), channels: record.channels, path };
        match what {
            Beside::Captions(format) => captions::write(record, format),
            Beside::Transcript(format) => transcript::write(record, format),
            Beside::Words => words::write(record),
            Beside::Chapters => chapters::write(record, &name),
            Beside::Rivendell => handover::rivendell(self.metadata, audio(&name)),
            Beside::Annotate => {
                let path = files::absolute(self.output);
                handover::annotate(self.metadata, audio(&path.to_string_lossy()))
            }
            Beside::Record => record.to_json(),
        }
    }
}

fn file_of(file: &mut AtomicFile) -> Result<RecordFile> {
    let (bytes, sha256) = file.fingerprint()?;
    Ok(RecordFile { name: name_of(file.path()), bytes, sha256 })
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
