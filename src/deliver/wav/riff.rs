//! Chunks: four letters, a length, bytes, and one more where the length is odd.
//!
//! Source: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991, chapter 2.

use super::Format;
use crate::units::SampleRate;

/// Bytes of a chunk before its content.
pub const HEADER_BYTES: usize = 8;

/// The room that a `ds64` chunk would take, kept free at the beginning so that an editor may make the file an RF64 one in
/// place. Source: EBU Tech 3306.
pub const DS64_BYTES: usize = 28;

/// A chunk; `body` is at most 4 GiB long.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::riff::chunk;
/// assert_eq!(chunk(b"odd ", b"abc"), b"odd \x03\0\0\0abc\0");
/// assert_eq!(chunk(b"even", b"ab"), b"even\x02\0\0\0ab");
/// ```
pub fn chunk(id: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_BYTES + body.len() + 1);
    out.extend_from_slice(id);
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(body);
    even(&mut out);
    out
}

/// A `LIST` of chunks.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::riff::{chunk, list};
/// assert_eq!(list(b"INFO", &[chunk(b"INAM", b"a\0")]), b"LIST\x0e\0\0\0INFOINAM\x02\0\0\0a\0");
/// ```
pub fn list(kind: &[u8; 4], chunks: &[Vec<u8>]) -> Vec<u8> {
    chunk(b"LIST", &[&kind[..], &chunks.concat()].concat())
}

/// `fmt `: plain PCM, format tag 1 at any depth.
///
/// For more than 16 bits the extensible tag would be the newer form (Microsoft, "Multiple channel audio data and WAVE
/// files", 2007), but playout systems take it for something else than PCM, and with one or two channels it says no more.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::{Depth, Format, riff};
/// let chunk = riff::fmt(Format { channels: 2, depth: Depth::Bits24 });
/// assert_eq!(chunk[8..12], [1, 0, 2, 0]); // PCM, two channels
/// assert_eq!(chunk[16..24], [0x00, 0x65, 0x04, 0x00, 6, 0, 24, 0]); // 288,000 bytes a second, 6 a frame, 24 bit
/// ```
pub fn fmt(format: Format) -> Vec<u8> {
    let mut body = Vec::with_capacity(16);
    let frame_bytes = format.frame_bytes();
    body.extend_from_slice(&1u16.to_le_bytes());
    body.extend_from_slice(&format.channels.to_le_bytes());
    body.extend_from_slice(&SampleRate::PROGRAMME.0.to_le_bytes());
    body.extend_from_slice(&(SampleRate::PROGRAMME.0 * frame_bytes as u32).to_le_bytes());
    body.extend_from_slice(&(frame_bytes as u16).to_le_bytes());
    body.extend_from_slice(&format.depth.bits().to_le_bytes());
    chunk(b"fmt ", &body)
}

/// `JUNK`: room that means nothing.
pub(super) fn junk(bytes: usize) -> Vec<u8> {
    chunk(b"JUNK", &vec![0; bytes])
}

/// Appends a NUL where the length is odd. Some readers skip a chunk by its length alone, so that text is made even before
/// it is wrapped.
pub(super) fn even(out: &mut Vec<u8>) {
    if !out.len().is_multiple_of(2) {
        out.push(0);
    }
}

/// Appends little-endian numbers.
pub(super) fn put_u32(out: &mut Vec<u8>, numbers: &[u32]) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
}
