//! A file read back as a listener's program would: decoded, what belongs to the coding alone cut off at either end.

use super::{Codec, broken};
use crate::{Error, Result};
use std::fs::File;
use std::io::ErrorKind;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error as Symphonia;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

/// Gives the samples of a file in interleaved blocks, nominal [-1, 1].
///
/// # Errors
/// [`Error::Sound`] where anything in it cannot be read: we wrote it, so that nothing may be passed over.
pub(super) fn read(codec: Codec, file: File, mut heard: impl FnMut(&[f32]) -> Result<()>) -> Result<()> {
    let fault = |e: Symphonia| broken(codec, e);
    let source = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let mut hint = Hint::new();
    hint.with_extension(codec.extension());
    let mut format = symphonia::default::get_probe()
        .probe(&hint, source, FormatOptions::default(), MetadataOptions::default())
        .map_err(fault)?;
    let none = || broken(codec, "there is no sound in it");
    let track = format.default_track(TrackType::Audio).ok_or_else(none)?;
    let id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|p| p.audio()).ok_or_else(none)?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(fault)?;
    let mut block = Vec::new();
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => return Ok(()),
            Err(Symphonia::IoError(e)) if e.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            Err(e) => return Err(fault(e)),
        };
        if packet.track_id != id {
            continue;
        }
        let audio = decoder.decode(&packet).map_err(fault)?;
        audio.copy_to_vec_interleaved::<f32>(&mut block);
        heard(&block)?;
    }
}

/// Refuses a file that has another length than the samples it was made of.
pub(super) fn check_length(codec: Codec, samples: u64, wanted: u64, channels: u64) -> Result<(), Error> {
    if samples == wanted * channels {
        return Ok(());
    }
    Err(broken(codec, format!("{} frames of {wanted}", samples / channels.max(1))))
}
