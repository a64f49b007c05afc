//! Opus in Ogg. Source: RFC 6716 (the coding), RFC 7845 (the file), RFC 3533 (Ogg).
//!
//! Packets of 20 ms, pages of a second, so that a player may jump and a stream begin anywhere. The first frames a decoder
//! gives are its start-up (`pre-skip`) and the last ones padding; the granule position of the last page says where the
//! bulletin ends, to the frame. Levels are as they are heard: the header's gain is 0 and there are no R128 tags.
//!
//! `ropus` codes in whole numbers of 16 bits, as its C original built for fixed point does: a WAV of 24 bits is rounded,
//! at −98 dBFS, far under what the coding itself adds.

use super::levels::Coder as Lossy;
use super::write::Out;
use super::{About, Codec, Settings, broken, comments};
use crate::deliver::wav::Pcm;
use crate::units::SampleRate;
use crate::{Error, Result};
use ogg::reading::PacketReader;
use ogg::writing::{PacketWriteEndInfo, PacketWriter};
use ropus::{Application, Bitrate, Channels, DecodeMode, Decoder, Encoder};
use sha2::{Digest as _, Sha256};
use std::io::BufReader;

/// Frames in a packet: 20 ms, at which Opus is best (RFC 6716 §2.1.4).
const PACKET_FRAMES: usize = 960;

/// Packets in a page: a second, the most that RFC 7845 §3 recommends.
const PAGE_PACKETS: u64 = 50;

/// The largest packet: a frame has at most 1,275 bytes (RFC 6716 §3.2.1), and a packet of 20 ms one frame and its marks.
const PACKET_BYTES: usize = 1_500;

/// The longest packet a decoder may meet: 120 ms.
const MOST_PACKET_FRAMES: usize = 5_760;

/// What decoded peaks of limited speech are higher by, at most, of what `tests/compressed.rs` prints.
const OVERSHOOT_DB: f64 = 1.0;

/// Opus files of one bulletin.
#[derive(Debug)]
pub(super) struct Coder {
    channels: Channels,
    rate_kbps: u32,
    frames: u64,
    tags: Vec<u8>,
    chapters_left_out: usize,
}

impl Coder {
    pub(super) fn new(pcm: &Pcm<'_>, about: &About<'_>, settings: &Settings) -> Self {
        let mono = pcm.format().channels == 1;
        let (comments, chapters_left_out) = comments::comments(about, pcm.frames());
        Self {
            channels: if mono { Channels::Mono } else { Channels::Stereo },
            rate_kbps: settings.opus_kbps.unwrap_or(if mono { 48 } else { 64 }),
            frames: pcm.frames().0,
            tags: [b"OpusTags", &comments[..]].concat(),
            chapters_left_out,
        }
    }

    fn encoder(&self) -> Result<Encoder> {
        Encoder::builder(SampleRate::PROGRAMME.0, self.channels, Application::Audio)
            .bitrate(Bitrate::Bits(self.rate_kbps * 1_000))
            .build()
            .map_err(|e| refused(&e))
    }

    /// RFC 7845 §5.1.
    fn head(&self, pre_skip: u16) -> Vec<u8> {
        let mut head = b"OpusHead\x01".to_vec();
        head.push(self.channels.count() as u8);
        head.extend_from_slice(&pre_skip.to_le_bytes());
        head.extend_from_slice(&SampleRate::PROGRAMME.0.to_le_bytes());
        // No gain; one stream of one or two channels.
        head.extend_from_slice(&[0; 3]);
        head
    }
}

fn refused(e: &dyn std::fmt::Display) -> Error {
    Error::Sound(format!("Opus cannot be coded: {e}"))
}

impl Lossy for Coder {
    fn codec(&self) -> Codec {
        Codec::Opus
    }

    fn loss_db(&self) -> f64 {
        0.0
    }

    fn overshoot_db(&self) -> f64 {
        OVERSHOOT_DB
    }

    fn chapters_left_out(&self) -> usize {
        self.chapters_left_out
    }

    fn write(&mut self, pull: &mut dyn FnMut(&mut Vec<f32>) -> Result<()>, out: &mut Out<'_>) -> Result<()> {
        let mut encoder = self.encoder()?;
        let pre_skip = encoder.lookahead() as u16;
        let head = self.head(pre_skip);
        let mut pages = Pages::new(serial(&[&head, &self.tags, &self.frames.to_le_bytes()]));
        pages.write(head, PacketWriteEndInfo::EndPage, 0, out)?;
        pages.write(self.tags.clone(), PacketWriteEndInfo::EndPage, 0, out)?;

        let packet_samples = PACKET_FRAMES * self.channels.count();
        let end = u64::from(pre_skip) + self.frames;
        let packets = end.div_ceil(PACKET_FRAMES as u64);
        let (mut block, mut waiting) = (Vec::new(), Vec::new());
        let mut packet = [0; PACKET_BYTES];
        for number in 1..=packets {
            while waiting.len() < packet_samples {
                pull(&mut block)?;
                if block.is_empty() {
                    // Past the end, for what the encoder still holds.
                    waiting.resize(packet_samples, 0.0);
                }
                waiting.extend_from_slice(&block);
            }
            let bytes =
                encoder.encode_float(&waiting[..packet_samples], &mut packet).map_err(|e| refused(&e))?;
            waiting.drain(..packet_samples);
            let info = match number {
                last if last == packets => PacketWriteEndInfo::EndStream,
                _ if number.is_multiple_of(PAGE_PACKETS) => PacketWriteEndInfo::EndPage,
                _ => PacketWriteEndInfo::NormalPacket,
            };
            let position = (number * PACKET_FRAMES as u64).min(end);
            pages.write(packet[..bytes].to_vec(), info, position, out)?;
        }
        Ok(())
    }

    /// As RFC 7845 §4 has it: what is before the pre-skip and past the last granule position is not heard.
    fn read(&mut self, out: &mut Out<'_>, heard: &mut dyn FnMut(&[f32]) -> Result<()>) -> Result<()> {
        let fault = |e: &dyn std::fmt::Display| broken(Codec::Opus, e);
        let channels = self.channels.count();
        let mut packets = PacketReader::new(BufReader::with_capacity(1 << 16, out.reader()?));
        let head = packets.read_packet_expected().map_err(|e| fault(&e))?.data;
        let pre_skip = match head.get(10..12) {
            Some(&[low, high]) if head.starts_with(b"OpusHead") => u64::from(u16::from_le_bytes([low, high])),
            _ => return Err(fault(&"its head is not one of Opus")),
        };
        if packets.read_packet_expected().map_err(|e| fault(&e))?.data != self.tags {
            return Err(fault(&"its tags are others"));
        }
        let mut decoder = Decoder::new(SampleRate::PROGRAMME.0, self.channels).map_err(|e| fault(&e))?;
        let mut decoded = vec![0.0; MOST_PACKET_FRAMES * channels];
        let mut position = 0;
        while let Some(packet) = packets.read_packet().map_err(|e| fault(&e))? {
            let frames = decoder
                .decode_float(&packet.data, &mut decoded, DecodeMode::Normal)
                .map_err(|e| fault(&e))? as u64;
            let from = pre_skip.saturating_sub(position).min(frames);
            position += frames;
            let past = if packet.last_in_stream() { position.saturating_sub(packet.absgp_page()) } else { 0 };
            let to = frames.saturating_sub(past).max(from);
            heard(&decoded[from as usize * channels..to as usize * channels])?;
        }
        Ok(())
    }
}

/// Puts packets into pages and those into the file.
struct Pages {
    writer: PacketWriter<'static, Vec<u8>>,
    serial: u32,
}

impl Pages {
    fn new(serial: u32) -> Self {
        Self { writer: PacketWriter::new(Vec::new()), serial }
    }

    fn write(
        &mut self,
        packet: Vec<u8>,
        info: PacketWriteEndInfo,
        position: u64,
        out: &mut Out<'_>,
    ) -> Result<()> {
        self.writer.write_packet(packet, self.serial, info, position).map_err(|e| refused(&e))?;
        out.write(self.writer.inner())?;
        self.writer.inner_mut().clear();
        Ok(())
    }
}

/// A stream's number, which tells it from others in one file: of what it holds, so that it is the same every time.
fn serial(parts: &[&[u8]]) -> u32 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().first_chunk().copied().map_or(0, u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_of_the_content() {
        assert_eq!(serial(&[b"a", b"b"]), serial(&[b"ab"]));
        assert_ne!(serial(&[b"a"]), serial(&[b"b"]));
    }
}
