//! Broadcast WAV: 48 kHz, 16 or 24 bit with dither, written under a temporary name and renamed.
//!
//! The samples go into the file as they come, pass after pass, behind room kept free for what is known only after the
//! last of them; [`WavSink::commit`] fills it and adds the markers behind. Chunks: `bext` (EBU Tech 3285 v2), `cart`
//! (AES46-2002), `iXML`, `LIST INFO`, then `data`, then `cue ` and `LIST adtl`. What would not fit a RIFF file's 4 GiB is
//! refused: the readers of a newsroom do not know RF64 (EBU Tech 3306), and a bulletin is not six hours long.

pub mod ascii;
pub mod bext;
pub mod cart;
pub mod cue;
mod gather;
pub mod head;
pub mod info;
pub mod ixml;
mod metadata;
mod pcm;
pub mod riff;

pub use metadata::{Cart, Loudness, Marker, Metadata, Settings, Timer, TimerKind};
pub use pcm::Pcm;

use crate::files::AtomicFile;
use crate::programme::master::Sink;
use crate::sound::dither::Dither;
use crate::units::{Frames, SampleRate, Seconds};
use crate::{Error, Result};
use head::HEAD_BYTES;
use serde::{Deserialize, Serialize};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// The generator behind the dither starts here, so that the same programme gives the same file.
const DITHER_SEED: u64 = 0x0062_756c_6c65_7469;

/// The most samples of a file in bytes: its length is counted in 32 bits, with what is before and behind them and a pad
/// byte. Source: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991.
pub const MOST_DATA_BYTES: u64 = u32::MAX as u64 - HEAD_BYTES as u64 - cue::MOST_BYTES as u64 - 1;

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

impl Depth {
    /// 16 or 24.
    pub fn bits(self) -> u16 {
        match self {
            Self::Bits16 => 16,
            Self::Bits24 => 24,
        }
    }
}

/// How samples stand in a file, at [`SampleRate::PROGRAMME`].
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::{Depth, Format};
/// let format = Format { channels: 2, depth: Depth::Bits24 };
/// assert_eq!(format.frame_bytes(), 6);
/// assert_eq!(format.most_frames().0 / 48_000 / 3_600, 4); // hours
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// One or two.
    pub channels: u16,
    /// Bits a sample.
    pub depth: Depth,
}

impl Format {
    /// Bytes of one frame.
    pub fn frame_bytes(self) -> u64 {
        u64::from(self.channels) * u64::from(self.depth.bits() / 8)
    }

    /// The longest programme a file can hold.
    pub fn most_frames(self) -> Frames {
        Frames(MOST_DATA_BYTES / self.frame_bytes().max(1))
    }
}

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Samples clipped at full scale.
    pub clipped: u64,
    /// Markers past [`cue::MOST_MARKERS`].
    pub markers_left_out: usize,
}

/// A WAV file under way.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::{Depth, Metadata, WavSink};
/// use bulletin::programme::master::Sink as _;
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("a.wav");
/// let mut sink = WavSink::create(&path, 1, Depth::Bits16).unwrap();
/// sink.restart().unwrap();
/// sink.write(&[0.0; 480]).unwrap();
/// assert!(!path.exists());
/// sink.commit(&Metadata::default()).unwrap();
/// assert_eq!(hound::WavReader::open(&path).unwrap().duration(), 480);
/// ```
#[derive(Debug)]
pub struct WavSink {
    path: PathBuf,
    target: AtomicFile,
    format: Format,
    data_bytes: u64,
    dither: Dither,
    narrow: Vec<i16>,
    wide: Vec<i32>,
    bytes: Vec<u8>,
}

impl WavSink {
    /// Opens the temporary beside `path`: a wrong path fails here, before any work.
    ///
    /// # Errors
    /// As [`AtomicFile::create`].
    pub fn create(path: &Path, channels: usize, depth: Depth) -> Result<Self> {
        Ok(Self {
            path: path.into(),
            target: AtomicFile::create(path)?,
            format: Format { channels: channels as u16, depth },
            data_bytes: 0,
            dither: Dither::new(DITHER_SEED),
            narrow: Vec::new(),
            wide: Vec::new(),
            bytes: Vec::new(),
        })
    }

    /// Refuses a length no file can hold, before it is written.
    ///
    /// # Errors
    /// [`Error::Programme`] with the length and the most there can be.
    ///
    /// # Examples
    /// ```
    /// use bulletin::{deliver::wav::{Depth, WavSink}, units::Frames};
    /// let folder = tempfile::tempdir().unwrap();
    /// let sink = WavSink::create(&folder.path().join("a.wav"), 2, Depth::Bits16).unwrap();
    /// assert!(sink.expect(Frames(6 * 3_600 * 48_000)).is_ok());
    /// assert!(sink.expect(Frames(7 * 3_600 * 48_000)).unwrap_err().to_string().contains("420m is too long"));
    /// ```
    pub fn expect(&self, length: Frames) -> Result<()> {
        if length <= self.format.most_frames() {
            return Ok(());
        }
        let whole = |frames: Frames| Seconds(frames.seconds(SampleRate::PROGRAMME).floor());
        let (bits, channels) = (self.format.depth.bits(), self.format.channels);
        Err(Error::Programme {
            problem: format!(
                "{} is too long for a WAV file: 4 GiB hold {} at {bits} bit and {channels} channel{}",
                whole(length),
                whole(self.format.most_frames()),
                if channels == 1 { "" } else { "s" }
            ),
            cure: "make several bulletins of it, or ask for --bits 16 or --mono".into(),
        })
    }

    /// What was written, to be read back before the file has its name.
    pub fn pcm(&mut self) -> Pcm<'_> {
        Pcm::new(self)
    }

    /// Fills the chunks and makes the file appear. Markers beyond the last frame are left out.
    ///
    /// # Errors
    /// [`Error::Write`]; the final path is then as it was before.
    pub fn commit(self, metadata: &Metadata) -> Result<Written> {
        let (file, written) = self.finish(metadata)?;
        file.commit()?;
        Ok(written)
    }

    /// The same, but for the name: the file is whole, and appears when it is committed.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(mut self, metadata: &Metadata) -> Result<(AtomicFile, Written)> {
        let length = Frames(self.data_bytes / self.format.frame_bytes().max(1));
        let markers: Vec<Marker> = metadata
            .markers
            .iter()
            .filter(|marker| marker.position < length)
            .map(|marker| Marker { length: marker.length.min(length - marker.position), ..marker.clone() })
            .collect();
        let mut behind = vec![0; (self.data_bytes % 2) as usize];
        behind.extend(cue::markers(&markers));
        // Within 32 bits by the limit that `write` keeps.
        let file_bytes = HEAD_BYTES as u64 + self.data_bytes + behind.len() as u64;
        let head = head::head(metadata, self.format, self.data_bytes as u32, file_bytes as u32);
        let end = HEAD_BYTES as u64 + self.data_bytes;
        self.write_at(end, &behind).and_then(|()| self.write_at(0, &head)).map_err(|e| self.failed(e))?;
        let written = Written {
            clipped: self.dither.clipped(),
            markers_left_out: markers.len().saturating_sub(cue::MOST_MARKERS),
        };
        Ok((self.target, written))
    }

    fn write_at(&mut self, position: u64, bytes: &[u8]) -> io::Result<()> {
        let file = self.target.file();
        file.seek(SeekFrom::Start(position))?;
        file.write_all(bytes)
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::Write { path: self.path.clone(), source }
    }
}

impl Sink for WavSink {
    fn restart(&mut self) -> Result<()> {
        self.data_bytes = 0;
        self.dither = Dither::new(DITHER_SEED);
        let file = self.target.file();
        let begun = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(HEAD_BYTES as u64)));
        begun.map(|_| ()).map_err(|e| self.failed(e))
    }

    fn write(&mut self, interleaved: &[f32]) -> Result<()> {
        self.bytes.clear();
        match self.format.depth {
            Depth::Bits16 => {
                self.narrow.clear();
                self.dither.to_i16(interleaved, &mut self.narrow);
                self.bytes.extend(self.narrow.iter().flat_map(|sample| sample.to_le_bytes()));
            }
            Depth::Bits24 => {
                self.wide.clear();
                self.dither.to_i24(interleaved, &mut self.wide);
                for sample in &self.wide {
                    self.bytes.extend_from_slice(&sample.to_le_bytes()[..3]);
                }
            }
        }
        let data_bytes = self.data_bytes + self.bytes.len() as u64;
        self.expect(Frames(data_bytes.div_ceil(self.format.frame_bytes().max(1))))?;
        self.target.file().write_all(&self.bytes).map_err(|e| self.failed(e))?;
        self.data_bytes = data_bytes;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
