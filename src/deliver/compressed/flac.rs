//! FLAC, bit for bit what the WAV holds. Source: RFC 9639.
//!
//! `flacenc` codes one block at a time; the file around the blocks is written here, so that memory does not grow with
//! the bulletin, there is a seek table, and STREAMINFO has the block sizes players expect (`flacenc` 0.5.1 counts the
//! shorter last block, and Symphonia refuses such a file). The file is decoded once more and compared sample by sample.

use super::read::{check_length, read};
use super::write::Out;
use super::{About, Codec, Encoded, broken, comments};
use crate::deliver::wav::Pcm;
use crate::sound::loudness::{Channels, Meter};
use crate::units::{Frames, SampleRate};
use crate::{Error, Result};
use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr as _, StreamInfo};
use flacenc::error::Verify as _;
use flacenc::source::{Context, Fill as _, FrameBuf};

/// Frames in a block: the reference encoder's, within the streamable subset (RFC 9639 §7).
const BLOCK_FRAMES: usize = 4_096;

/// Frames between one seek point and the next: 10 s, as the reference encoder has them.
const SEEK_FRAMES: u64 = 480_000;

/// Block types. Source: RFC 9639 §8.1.
const SEEKTABLE: u8 = 3;
const VORBIS_COMMENT: u8 = 4;
const LAST: u8 = 0x80;

/// Length of a STREAMINFO block and of a seek point in bytes. Source: RFC 9639 §8.2, §8.5.1.
const STREAMINFO_BYTES: usize = 34;
const SEEK_POINT_BYTES: usize = 18;

/// What is known after the last block.
#[derive(Debug, Default)]
struct Told {
    smallest: u32,
    largest: u32,
    frames: u64,
    md5: [u8; 16],
    points: Vec<SeekPoint>,
}

#[derive(Debug, Clone, Copy)]
struct SeekPoint {
    first_frame: u64,
    offset: u64,
    frames: u16,
}

/// Writes the file, reads it back and compares.
///
/// # Errors
/// [`Error::Write`], [`Error::Read`]; [`Error::Sound`] where what is read back is not what was written.
pub(super) fn encode(pcm: &mut Pcm<'_>, about: &About<'_>, out: &mut Out<'_>) -> Result<Encoded> {
    let channels = pcm.format().channels;
    let frames = pcm.frames();
    let (comments, chapters_left_out) = comments::comments(about, frames);
    out.restart()?;
    // Its length is known; what is in it, only at the end.
    let head_bytes = head(channels, pcm.format().depth.bits(), &comments, frames, &Told::default()).len();
    out.write(&vec![0; head_bytes])?;
    let told = write_blocks(pcm, out)?;
    out.write_over(0, &head(channels, pcm.format().depth.bits(), &comments, frames, &told))?;

    let layout = if channels == 1 { Channels::Mono } else { Channels::Stereo };
    let mut meter = Meter::new(layout, SampleRate::PROGRAMME)?;
    let mut samples = 0;
    let mut wanted = Vec::new();
    pcm.rewind();
    read(Codec::Flac, out.reader()?, |block| {
        pcm.read_f32(block.len() / usize::from(channels).max(1), &mut wanted)?;
        if wanted != block {
            return Err(broken(
                Codec::Flac,
                format!("other samples after frame {}", samples / u64::from(channels)),
            ));
        }
        samples += block.len() as u64;
        meter.add(block);
        Ok(())
    })?;
    check_length(Codec::Flac, samples, frames.0, channels.into())?;
    Ok(Encoded {
        bytes: out.bytes(),
        frames,
        loudness: meter.integrated(),
        peak: meter.true_peak(),
        gain_db: 0.0,
        max_reduction_db: 0.0,
        passes: 1,
        chapters_left_out,
    })
}

fn write_blocks(pcm: &mut Pcm<'_>, out: &mut Out<'_>) -> Result<Told> {
    let refused = |e: &dyn std::fmt::Display| Error::Sound(format!("FLAC cannot be coded: {e}"));
    let (channels, bits) = (usize::from(pcm.format().channels), usize::from(pcm.format().depth.bits()));
    let config = flacenc::config::Encoder::default().into_verified().map_err(|(_, e)| refused(&e))?;
    let info = StreamInfo::new(SampleRate::PROGRAMME.0 as usize, channels, bits).map_err(|e| refused(&e))?;
    let mut buffer = FrameBuf::with_size(channels, BLOCK_FRAMES).map_err(|e| refused(&e))?;
    let mut context = Context::new(bits, channels);
    let mut told = Told { smallest: u32::MAX, ..Told::default() };
    let mut sink = ByteSink::new();
    let mut samples = Vec::new();
    let (mut offset, mut next_point) = (0, 0);
    pcm.rewind();
    for number in 0.. {
        let frames = pcm.read(BLOCK_FRAMES, &mut samples)?;
        if frames == 0 {
            break;
        }
        buffer.fill_interleaved(&samples).map_err(|e| refused(&e))?;
        context.fill_interleaved(&samples).map_err(|e| refused(&e))?;
        let block =
            flacenc::encode_fixed_size_frame(&config, &buffer, number, &info).map_err(|e| refused(&e))?;
        sink.clear();
        block.write(&mut sink).map_err(|e| refused(&e))?;
        let bytes = sink.as_slice();
        // The block that holds the frame of the point.
        if next_point < told.frames + frames as u64 {
            told.points.push(SeekPoint { first_frame: told.frames, offset, frames: frames as u16 });
            next_point += SEEK_FRAMES;
        }
        told.smallest = told.smallest.min(bytes.len() as u32);
        told.largest = told.largest.max(bytes.len() as u32);
        told.frames += frames as u64;
        offset += bytes.len() as u64;
        out.write(bytes)?;
    }
    told.md5 = context.md5_digest();
    Ok(told)
}

/// Everything before the first block; its length depends on `comments` and `frames` alone.
fn head(channels: u16, bits: u16, comments: &[u8], frames: Frames, told: &Told) -> Vec<u8> {
    let mut out = b"fLaC".to_vec();
    let begin = |out: &mut Vec<u8>, kind: u8, length: usize| {
        out.push(kind);
        out.extend_from_slice(&(length as u32).to_be_bytes()[1..]);
    };
    begin(&mut out, 0, STREAMINFO_BYTES);
    for size in [BLOCK_FRAMES as u16; 2] {
        out.extend_from_slice(&size.to_be_bytes());
    }
    for size in [told.smallest, told.largest] {
        out.extend_from_slice(&size.to_be_bytes()[1..]);
    }
    // 20 bits of rate, 3 of channels − 1, 5 of bits − 1, 36 of length, which six hours are far under.
    let packed = u64::from(SampleRate::PROGRAMME.0) << 44
        | u64::from(channels.saturating_sub(1)) << 41
        | u64::from(bits.saturating_sub(1)) << 36
        | told.frames;
    out.extend_from_slice(&packed.to_be_bytes());
    out.extend_from_slice(&told.md5);
    let points = frames.0.div_ceil(SEEK_FRAMES) as usize;
    begin(&mut out, SEEKTABLE, points * SEEK_POINT_BYTES);
    let end = out.len() + points * SEEK_POINT_BYTES;
    for point in told.points.iter().take(points) {
        out.extend_from_slice(&point.first_frame.to_be_bytes());
        out.extend_from_slice(&point.offset.to_be_bytes());
        out.extend_from_slice(&point.frames.to_be_bytes());
    }
    // Placeholders are all ones in the first field, RFC 9639 §8.5.
    out.resize(end, 0xFF);
    begin(&mut out, LAST | VORBIS_COMMENT, comments.len());
    out.extend_from_slice(comments);
    out
}
