//! WAV through `hound`: 48 kHz, 16 bit with dither or 24 bit, written under a temporary name and renamed.

use crate::files::AtomicFile;
use crate::programme::master::Sink;
use crate::sound::dither::Dither;
use crate::units::SampleRate;
use crate::{Error, Result};
use hound::{SampleFormat, WavSpec, WavWriter};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufWriter, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// The generator behind the dither starts here, so that the same programme gives the same file.
const DITHER_SEED: u64 = 0x0062_756c_6c65_7469;

/// Bits a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Depth {
    /// 16 bit with triangular dither.
    #[default]
    #[serde(rename = "16")]
    Bits16,
    /// 24 bit with triangular dither.
    #[serde(rename = "24")]
    Bits24,
}

/// A WAV file under way.
pub struct WavSink {
    path: PathBuf,
    target: AtomicFile,
    spec: WavSpec,
    depth: Depth,
    writer: Option<WavWriter<BufWriter<File>>>,
    dither: Dither,
    narrow: Vec<i16>,
    wide: Vec<i32>,
}

impl std::fmt::Debug for WavSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WavSink").field("path", &self.path).field("spec", &self.spec).finish_non_exhaustive()
    }
}

impl WavSink {
    /// Opens the temporary beside `path`: a wrong path fails here, before any work.
    ///
    /// # Errors
    /// As [`AtomicFile::create`].
    pub fn create(path: &Path, channels: usize, depth: Depth) -> Result<Self> {
        let bits_per_sample = match depth {
            Depth::Bits16 => 16,
            Depth::Bits24 => 24,
        };
        Ok(Self {
            path: path.into(),
            target: AtomicFile::create(path)?,
            spec: WavSpec {
                channels: channels as u16,
                sample_rate: SampleRate::PROGRAMME.0,
                bits_per_sample,
                sample_format: SampleFormat::Int,
            },
            depth,
            writer: None,
            dither: Dither::new(DITHER_SEED),
            narrow: Vec::new(),
            wide: Vec::new(),
        })
    }

    /// Finishes the header and makes the file appear; gives how many samples were clipped at full scale.
    ///
    /// # Errors
    /// [`Error::Write`]; the final path is then as it was before.
    pub fn commit(mut self) -> Result<u64> {
        if let Some(writer) = self.writer.take() {
            writer.finalize().map_err(|e| self.failed(e))?;
        }
        let clipped = self.dither.clipped();
        self.target.commit()?;
        Ok(clipped)
    }

    fn failed(&self, error: hound::Error) -> Error {
        let source = match error {
            hound::Error::IoError(source) => source,
            hound::Error::TooWide | hound::Error::UnfinishedSample => std::io::Error::other(error),
            other => std::io::Error::other(format!("{other} (a WAV file holds at most 4 GiB)")),
        };
        Error::Write { path: self.path.clone(), source }
    }
}

impl Sink for WavSink {
    fn restart(&mut self) -> Result<()> {
        self.writer = None;
        let failed = |source| Error::Write { path: self.path.clone(), source };
        let file = self.target.file();
        file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0))).map_err(failed)?;
        let file = file.try_clone().map_err(failed)?;
        let writer = WavWriter::new(BufWriter::with_capacity(1 << 18, file), self.spec);
        self.writer = Some(writer.map_err(|e| self.failed(e))?);
        self.dither = Dither::new(DITHER_SEED);
        Ok(())
    }

    fn write(&mut self, interleaved: &[f32]) -> Result<()> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let written = match self.depth {
            Depth::Bits16 => {
                self.narrow.clear();
                self.dither.to_i16(interleaved, &mut self.narrow);
                let mut samples = writer.get_i16_writer(self.narrow.len() as u32);
                for &sample in &self.narrow {
                    samples.write_sample(sample);
                }
                samples.flush()
            }
            Depth::Bits24 => {
                self.wide.clear();
                self.dither.to_i24(interleaved, &mut self.wide);
                self.wide.iter().try_for_each(|&sample| writer.write_sample(sample))
            }
        };
        written.map_err(|e| self.failed(e))
    }
}
