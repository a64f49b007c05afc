//! A station's own music: the bytes of an audio file → stereo at the programme's rate.
//!
//! WAV, MP3, FLAC, Ogg Vorbis and M4A (AAC), told apart by content. What comes out has no silence at either end and
//! soft edges; how loud it is played is the mixer's business.

use crate::sound::{fades, resample::Resampler, trim};
use crate::units::{Frames, SampleRate};
use std::io::{Cursor, ErrorKind};
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error as Symphonia;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

/// Largest file read: five minutes of 24-bit stereo at 48 kHz fit, with room for pictures in its tags.
pub const LIMIT_BYTES: u64 = 100 * 1024 * 1024;

/// Longest sting in seconds; longer is a programme of its own.
pub const STING_LIMIT_S: u32 = 60;

/// Longest bed in seconds. It is kept in memory whole, 115 MB at this length, and goes round.
pub const BED_LIMIT_S: u32 = 300;

/// Packets that cannot be decoded before the file counts as broken.
const MOST_BAD_PACKETS: usize = 50;

/// Rates music comes at.
const RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// Softens what trimming cut.
const EDGE_IN_MS: u32 = 2;
const EDGE_OUT_MS: u32 = 20;

/// Under this peak a file counts as silent: −80 dBFS.
const SILENT_PEAK: f32 = 1e-4;

/// Decodes a file of at most `limit_s` seconds, trims its silence and brings it to [`SampleRate::PROGRAMME`].
///
/// Shape: interleaved stereo, one channel given to both sides.
///
/// # Errors
/// What is wrong with the file, as a fragment: no audio we know, broken, too long, silent, more than two channels.
///
/// # Examples
/// ```
/// assert_eq!(bulletin::decode::music(b"not audio", 60).unwrap_err(), "it is no audio that can be read");
/// ```
pub fn music(bytes: &[u8], limit_s: u32) -> Result<Vec<f32>, String> {
    let Decoded { rate, channels, samples } = decode(bytes, limit_s)?;
    if samples.iter().fold(0f32, |peak, s| peak.max(s.abs())) < SILENT_PEAK {
        return Err("it is silent".into());
    }
    let stereo: Vec<f32> =
        if channels == 1 { samples.iter().flat_map(|s| [*s; 2]).collect() } else { samples };
    let heard = trim::music_range(&stereo, rate);
    let stereo = &stereo[heard.start * 2..heard.end * 2];
    let mut resampler =
        Resampler::new(rate, SampleRate::PROGRAMME).map_err(|e| format!("it cannot be resampled: {e}"))?;
    let mut side = |channel: usize| {
        let side: Vec<f32> = stereo.iter().skip(channel).step_by(2).copied().collect();
        resampler.process(&side).map_err(|e| format!("it cannot be resampled: {e}"))
    };
    let (left, right) = (side(0)?, side(1)?);
    let mut out: Vec<f32> = left.iter().zip(&right).flat_map(|(l, r)| [*l, *r]).collect();
    let edge = |ms| SampleRate::PROGRAMME.frames_in_ms(ms).0 as usize;
    fades::fade_in(&mut out, 2, edge(EDGE_IN_MS));
    fades::fade_out(&mut out, 2, edge(EDGE_OUT_MS));
    Ok(out)
}

/// Decodes speech of at most `limit_s` seconds as it stands, its channels made one.
///
/// # Errors
/// As [`music`].
pub(crate) fn speech(bytes: &[u8], limit_s: u32) -> Result<(Vec<f32>, SampleRate), String> {
    let Decoded { rate, channels, samples } = decode(bytes, limit_s)?;
    let mono = samples.chunks_exact(channels.max(1)).map(|frame| frame.iter().sum::<f32>() / channels as f32);
    Ok((mono.collect(), rate))
}

/// As it stands in the file.
struct Decoded {
    rate: SampleRate,
    channels: usize,
    samples: Vec<f32>,
}

fn decode(bytes: &[u8], limit_s: u32) -> Result<Decoded, String> {
    const UNKNOWN: &str = "it is no audio that can be read";
    let source = MediaSourceStream::new(Box::new(Cursor::new(bytes)), MediaSourceStreamOptions::default());
    let mut format = symphonia::default::get_probe()
        .probe(&Hint::new(), source, FormatOptions::default(), MetadataOptions::default())
        .map_err(|_| UNKNOWN.to_owned())?;
    let track = format.default_track(TrackType::Audio).ok_or("there is no sound in it")?;
    let id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|p| p.audio()).ok_or(UNKNOWN)?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(|e| format!("its coding cannot be read: {e}"))?;
    let mut decoded = Decoded { rate: SampleRate(0), channels: 0, samples: Vec::new() };
    let mut bad = 0;
    let mut block = Vec::new();
    while let Some(packet) = next(format.as_mut())? {
        if packet.track_id != id {
            continue;
        }
        let audio = match decoder.decode(&packet) {
            Ok(audio) => audio,
            Err(Symphonia::DecodeError(problem)) => {
                bad += 1;
                if bad > MOST_BAD_PACKETS {
                    return Err(format!("it is broken: {problem}"));
                }
                continue;
            }
            Err(Symphonia::IoError(e)) if e.kind() == ErrorKind::UnexpectedEof => break,
            Err(other) => return Err(format!("it cannot be decoded: {other}")),
        };
        let (rate, channels) = (audio.spec().rate(), audio.spec().channels().count());
        if decoded.samples.is_empty() {
            if !RATES_HZ.contains(&rate) {
                return Err(format!("its rate of {rate} Hz is not one of music"));
            }
            if !(1..=2).contains(&channels) {
                return Err(format!("it has {channels} channels; one or two can be played"));
            }
            (decoded.rate, decoded.channels) = (SampleRate(rate), channels);
        } else if (rate, channels) != (decoded.rate.0, decoded.channels) {
            return Err("its rate or channels change on the way".into());
        }
        audio.copy_to_vec_interleaved::<f32>(&mut block);
        decoded.samples.extend(block.iter().map(|s| if s.is_finite() { s.clamp(-4.0, 4.0) } else { 0.0 }));
        let frames = decoded.samples.len() / decoded.channels;
        if frames as u64 > u64::from(limit_s) * u64::from(rate) {
            return Err(format!("it is longer than {limit_s} seconds"));
        }
    }
    if decoded.samples.is_empty() {
        return Err("there is no sound in it".into());
    }
    Ok(decoded)
}

/// The next packet; a file that is cut off ends there, and so does one that is followed by another.
fn next(format: &mut dyn FormatReader) -> Result<Option<symphonia::core::packet::Packet>, String> {
    match format.next_packet() {
        Ok(packet) => Ok(packet),
        Err(Symphonia::IoError(e)) if e.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(Symphonia::ResetRequired) => Ok(None),
        Err(other) => Err(format!("it is broken: {other}")),
    }
}

/// Length of interleaved stereo.
pub(crate) fn frames(stereo: &[f32]) -> Frames {
    Frames(stereo.len() as u64 / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A WAV file of a tone between silences.
    fn wav(rate: u32, channels: u16, silence_s: f64, tone_s: f64, level: f32) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        let frames = |s: f64| (s * f64::from(rate)) as usize;
        for n in 0..frames(2.0 * silence_s + tone_s) {
            let inside = (frames(silence_s)..frames(silence_s + tone_s)).contains(&n);
            let sample = if inside {
                level * (n as f32 * 440.0 * std::f32::consts::TAU / rate as f32).sin()
            } else {
                0.0
            };
            for _ in 0..channels {
                writer.write_sample((sample * 32_767.0) as i16).unwrap();
            }
        }
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn music_is_trimmed_and_resampled_and_has_two_channels() {
        for (rate, channels) in [(44_100, 1), (44_100, 2), (48_000, 2), (22_050, 1)] {
            let stereo = music(&wav(rate, channels, 0.5, 2.0, 0.5), 60).unwrap();
            let seconds = frames(&stereo).seconds(SampleRate::PROGRAMME);
            assert!((seconds - 2.0).abs() < 0.02, "{rate}, {channels}: {seconds} s");
            let peak = stereo.iter().fold(0f32, |a, b| a.max(b.abs()));
            assert!((peak - 0.5).abs() < 0.01, "{rate}, {channels}: {peak}");
            assert!(stereo.chunks(2).all(|f| f[0].to_bits() == f[1].to_bits()));
            assert!(stereo[0].abs() < 0.01 && stereo[stereo.len() - 1].abs() < 0.01);
        }
    }

    fn fixture(name: &str) -> Vec<u8> {
        std::fs::read(format!("{}/tests/fixtures/sound/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn every_form_gives_the_same_second_of_tone() {
        // A second of 440 Hz at 0.25, shared by two channels at equal power, between two silences of 0.3 s.
        for name in ["tone.flac", "tone.mp3", "tone.ogg", "tone.m4a"] {
            let stereo = music(&fixture(name), 60).unwrap();
            let seconds = frames(&stereo).seconds(SampleRate::PROGRAMME);
            assert!((0.95..1.15).contains(&seconds), "{name}: {seconds} s");
            let middle = &stereo[stereo.len() / 4..stereo.len() * 3 / 4];
            let peak = middle.iter().fold(0f32, |a, b| a.max(b.abs()));
            assert!((peak - 0.177).abs() < 0.02, "{name}: {peak}");
            let crossings = middle.windows(4).step_by(2).filter(|w| w[0] < 0.0 && w[2] >= 0.0).count();
            let hz = crossings as f64 / (middle.len() as f64 / 2.0 / 48_000.0);
            assert!((hz - 440.0).abs() < 5.0, "{name}: {hz} Hz");
        }
        assert!(music(&fixture("opus.ogg"), 60).unwrap_err().contains("be read"));
    }

    #[test]
    fn files_cut_off_or_damaged_are_played_or_refused() {
        for name in ["tone.flac", "tone.mp3", "tone.ogg", "tone.m4a", "opus.ogg"] {
            let whole = fixture(name);
            for step in 1..24 {
                let _ = music(&whole[..whole.len() * step / 24], 60);
                let mut damaged = whole.clone();
                let at = whole.len() * step / 24;
                for byte in damaged.iter_mut().skip(at).take(40) {
                    *byte = byte.wrapping_mul(31).wrapping_add(7);
                }
                let _ = music(&damaged, 60);
            }
        }
    }

    #[test]
    fn what_cannot_be_played_says_why() {
        let good = wav(48_000, 2, 0.1, 1.0, 0.5);
        for (bytes, problem) in [
            (vec![], "it is no audio that can be read"),
            (b"Once upon a time there was a text file.".repeat(50), "it is no audio that can be read"),
            (wav(48_000, 2, 0.5, 1.0, 0.0), "it is silent"),
            (wav(8_000, 1, 0.0, 61.0, 0.5), "it is longer than 60 seconds"),
            (wav(48_000, 6, 0.0, 0.1, 0.5), "it has 6 channels; one or two can be played"),
            (wav(48_000, 2, 0.0, 0.0, 0.5), "there is no sound in it"),
        ] {
            assert_eq!(music(&bytes, 60).unwrap_err(), problem);
        }
        // Cut off anywhere, a file is either played up to there or refused.
        for length in (0..good.len()).step_by(4_999) {
            let _ = music(&good[..length], 60);
        }
        assert!(music(&good[..good.len() / 2], 60).is_ok());
    }
}
