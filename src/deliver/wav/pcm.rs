//! The samples of a file that has everything but its name: whatever else is made of them is made of what was mastered.

use super::{Depth, Format, WavSink};
use crate::deliver::wav::head::HEAD_BYTES;
use crate::units::Frames;
use crate::{Error, Result};
use std::io::{Read as _, Seek as _, SeekFrom};

/// Reads samples back from their beginning, as often as asked.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::{Depth, WavSink};
/// use bulletin::programme::master::Sink as _;
/// let folder = tempfile::tempdir().unwrap();
/// let mut sink = WavSink::create(&folder.path().join("a.wav"), 2, Depth::Bits24).unwrap();
/// sink.restart().unwrap();
/// sink.write(&[0.5, -0.5]).unwrap();
/// let (mut pcm, mut samples) = (sink.pcm(), Vec::new());
/// for _ in 0..2 {
///     pcm.rewind();
///     assert_eq!(pcm.read(100, &mut samples).unwrap(), 1); // frames
///     assert!((samples[0] - (1 << 22)).abs() <= 2 && (samples[1] + (1 << 22)).abs() <= 2); // dithered
///     assert_eq!(pcm.read(100, &mut samples).unwrap(), 0);
/// }
/// ```
#[derive(Debug)]
pub struct Pcm<'a> {
    sink: &'a mut WavSink,
    position: u64,
    bytes: Vec<u8>,
}

impl<'a> Pcm<'a> {
    pub(super) fn new(sink: &'a mut WavSink) -> Self {
        Self { sink, position: 0, bytes: Vec::new() }
    }

    /// How the samples stand in the file.
    pub fn format(&self) -> Format {
        self.sink.format
    }

    /// How many frames there are.
    pub fn frames(&self) -> Frames {
        Frames(self.sink.data_bytes / self.sink.format.frame_bytes().max(1))
    }

    /// Back to the first frame.
    pub fn rewind(&mut self) {
        self.position = 0;
    }

    /// Reads at most `frames` frames into `out`, interleaved, as whole numbers of the file's depth; gives how many there
    /// were: 0 at the end.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn read(&mut self, frames: usize, out: &mut Vec<i32>) -> Result<usize> {
        let width = self.sink.format.frame_bytes().max(1);
        let rest = (self.sink.data_bytes / width * width).saturating_sub(self.position);
        self.bytes.resize((frames as u64 * width).min(rest) as usize, 0);
        let file = self.sink.target.file();
        file.seek(SeekFrom::Start(HEAD_BYTES as u64 + self.position))
            .and_then(|_| file.read_exact(&mut self.bytes))
            .map_err(|source| Error::Read { path: self.sink.path.clone(), source })?;
        self.position += self.bytes.len() as u64;
        out.clear();
        match self.sink.format.depth {
            Depth::Bits16 => {
                let samples = self.bytes.as_chunks::<2>().0.iter();
                out.extend(samples.map(|bytes| i32::from(i16::from_le_bytes(*bytes))));
            }
            Depth::Bits24 => {
                let samples = self.bytes.as_chunks::<3>().0.iter();
                out.extend(
                    samples.map(|&[low, middle, high]| i32::from_le_bytes([0, low, middle, high]) >> 8),
                );
            }
        }
        Ok(self.bytes.len() / width as usize)
    }

    /// The same as numbers in [-1, 1).
    ///
    /// # Errors
    /// As [`Pcm::read`].
    pub fn read_f32(&mut self, frames: usize, out: &mut Vec<f32>) -> Result<usize> {
        let mut whole = Vec::new();
        let count = self.read(frames, &mut whole)?;
        let scale = 1.0 / (1_u32 << (self.sink.format.depth.bits() - 1)) as f32;
        out.clear();
        out.extend(whole.iter().map(|&sample| sample as f32 * scale));
        Ok(count)
    }
}
