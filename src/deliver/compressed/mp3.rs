//! MP3 by LAME: MPEG-1 Layer III at a constant rate, joint stereo, with ID3v2.3 before it and LAME's tag in its first frame.
//!
//! A constant rate because playout systems, car radios and hosts that put advertisements in count time by bytes. LAME's
//! tag holds by how much a decoder has to cut at either end: what is heard is as long as the WAV and begins with it.

use super::levels::Coder as Lossy;
use super::write::Out;
use super::{About, Codec, Settings, broken, read, tag};
use crate::deliver::wav::Pcm;
use crate::units::SampleRate;
use crate::{Error, Result};
use mp3lame_encoder::{
    Bitrate, Builder, Encoder, FlushGap, InterleavedPcm, Mode, MonoPcm, Quality, VbrMode,
    max_required_buffer_size,
};
use std::num::NonZeroU32;

/// Room for the last frames. Source: LAME's `lame.h` at `lame_encode_flush`.
const FLUSH_BYTES: usize = 7_200;

/// What decoded peaks of limited speech are higher by, at most, of what `tests/compressed.rs` prints.
const OVERSHOOT_DB: f64 = 0.6;

/// MP3 files of one bulletin.
#[derive(Debug)]
pub(super) struct Coder {
    channels: u16,
    rate_kbps: u32,
    tag: Vec<u8>,
    chapters_left_out: usize,
}

impl Coder {
    pub(super) fn new(pcm: &Pcm<'_>, about: &About<'_>, settings: &Settings) -> Result<Self> {
        let channels = pcm.format().channels;
        let (tag, chapters_left_out) = tag::tag(about, pcm.frames())?;
        let rate_kbps = settings.mp3_kbps.unwrap_or(if channels == 1 { 64 } else { 128 });
        Ok(Self { channels, rate_kbps, tag, chapters_left_out })
    }

    fn encoder(&self) -> Result<Encoder> {
        let refused = |e| Error::Sound(format!("MP3 cannot be coded: {e}"));
        let builder = Builder::new().ok_or_else(|| Error::Sound("MP3 cannot be coded: no memory".into()))?;
        builder
            .with_num_channels(self.channels as u8)
            .and_then(|b| b.with_sample_rate(SampleRate::PROGRAMME.0))
            // Or LAME would choose a lower one for low rates.
            .and_then(|b| b.with_output_sample_rate(NonZeroU32::new(SampleRate::PROGRAMME.0)))
            .and_then(|b| b.with_mode(if self.channels == 1 { Mode::Mono } else { Mode::JointStereo }))
            .and_then(|b| b.with_vbr_mode(VbrMode::Off))
            .and_then(|b| b.with_brate(bitrate(self.rate_kbps)))
            // What the `lame` program uses at a constant rate.
            .and_then(|b| b.with_quality(Quality::VeryNice))
            .and_then(|b| b.with_to_write_vbr_tag(true))
            .and_then(Builder::build)
            .map_err(refused)
    }
}

impl Lossy for Coder {
    fn codec(&self) -> Codec {
        Codec::Mp3
    }

    /// LAME scales its input down against clipping. Source: `abr_switch_map` in LAME 3.100's `presets.c`.
    fn loss_db(&self) -> f64 {
        match self.rate_kbps {
            ..=176 => 0.4455,
            177..=208 => 0.2646,
            209..=240 => 0.1755,
            _ => 0.0,
        }
    }

    fn overshoot_db(&self) -> f64 {
        OVERSHOOT_DB
    }

    fn chapters_left_out(&self) -> usize {
        self.chapters_left_out
    }

    fn write(&mut self, pull: &mut dyn FnMut(&mut Vec<f32>) -> Result<()>, out: &mut Out<'_>) -> Result<()> {
        let refused = |e| Error::Sound(format!("MP3 cannot be coded: {e}"));
        let mut encoder = self.encoder()?;
        let (mut block, mut coded) = (Vec::new(), Vec::new());
        out.write(&self.tag)?;
        loop {
            pull(&mut block)?;
            if block.is_empty() {
                break;
            }
            coded.clear();
            coded.reserve(max_required_buffer_size(block.len()));
            if self.channels == 1 {
                encoder.encode_to_vec(MonoPcm(&block), &mut coded).map_err(refused)?;
            } else {
                encoder.encode_to_vec(InterleavedPcm(&block), &mut coded).map_err(refused)?;
            }
            out.write(&coded)?;
        }
        coded.clear();
        coded.reserve(FLUSH_BYTES);
        encoder.flush_to_vec::<FlushGap>(&mut coded).map_err(refused)?;
        out.write(&coded)?;
        // The first frame was written empty and is of the same size.
        let mut lame_tag = Vec::with_capacity(encoder.lame_tag_size());
        encoder
            .lame_tag_encode_to_vec(&mut lame_tag)
            .ok_or_else(|| broken(Codec::Mp3, "its frames have no room for LAME's tag"))?;
        out.write_over(self.tag.len() as u64, &lame_tag)
    }

    fn read(&mut self, out: &mut Out<'_>, heard: &mut dyn FnMut(&[f32]) -> Result<()>) -> Result<()> {
        read::read(Codec::Mp3, out.reader()?, heard)
    }
}

/// The crate's name for a rate.
fn bitrate(kbps: u32) -> Bitrate {
    match kbps {
        ..=64 => Bitrate::Kbps64,
        65..=80 => Bitrate::Kbps80,
        81..=96 => Bitrate::Kbps96,
        97..=112 => Bitrate::Kbps112,
        113..=128 => Bitrate::Kbps128,
        129..=160 => Bitrate::Kbps160,
        161..=192 => Bitrate::Kbps192,
        193..=224 => Bitrate::Kbps224,
        225..=256 => Bitrate::Kbps256,
        _ => Bitrate::Kbps320,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::compressed::MP3_RATES_KBPS;

    #[test]
    fn every_rate_has_its_name() {
        for kbps in MP3_RATES_KBPS {
            assert_eq!(bitrate(kbps) as u32, kbps);
        }
    }
}
