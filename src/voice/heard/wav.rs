//! WAV as servers and programs send it: often down a pipe, where nobody could go back to write the lengths.
//!
//! `hound` refuses what those write, and `symphonia` plays half a file as if it were whole; both matter here.

use crate::units::SampleRate;

/// Lengths of `data` from here on are no lengths: what writes to a pipe puts the largest number it knows, less some
/// bytes for the header (espeak-ng: `0x7FFFF000`; ffmpeg, SoX and most servers: `0xFFFFFFFF`).
const UNKNOWN_LENGTH: u32 = 0x7FFF_0000;
/// The most channels that are made one.
const MOST_CHANNELS: u16 = 8;
/// The most chunks before the samples.
const MOST_CHUNKS: usize = 1_000;

/// How samples stand in the file.
#[derive(Debug, Clone, Copy)]
struct Format {
    float: bool,
    channels: u16,
    rate: SampleRate,
    bytes: usize,
}

/// Mono samples and their rate.
///
/// # Errors
/// What is wrong, as a fragment.
pub(super) fn read(bytes: &[u8], limit_s: u32) -> Result<(Vec<f32>, SampleRate), String> {
    const CUT: &str = "the WAV file is cut off before its samples";
    if bytes.get(8..12) != Some(b"WAVE") {
        return Err("it begins like a WAV file and is none".into());
    }
    let mut rest = &bytes[12..];
    let mut format = None;
    for _ in 0..MOST_CHUNKS {
        let (Some(name), Some(length)) = (rest.get(..4), rest.get(4..8)) else { return Err(CUT.into()) };
        let length = u32::from_le_bytes(length.try_into().map_err(|_| CUT)?);
        let body = &rest[8..];
        match name {
            b"fmt " => {
                let body = body.get(..length as usize).ok_or(CUT)?;
                format = Some(read_format(body)?);
            }
            b"data" => {
                let format = format.ok_or("the WAV file does not say what its samples are")?;
                return samples(body, length, format, limit_s);
            }
            _ => {}
        }
        let whole = (length as usize).saturating_add(length as usize % 2);
        rest = body.get(whole..).ok_or(CUT)?;
    }
    Err("there is no sound in it".into())
}

fn read_format(body: &[u8]) -> Result<Format, String> {
    let word = |at: usize| body.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    let double = |at: usize| body.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let short = "the WAV file does not say what its samples are";
    let (tag, channels, rate, bits) =
        (word(0).ok_or(short)?, word(2).ok_or(short)?, double(4).ok_or(short)?, word(14).ok_or(short)?);
    // The extensible form says it in the first two bytes of a GUID.
    let tag = if tag == 0xFFFE { word(24).ok_or(short)? } else { tag };
    let float = match (tag, bits) {
        (1, 8 | 16 | 24 | 32) => false,
        (3, 32 | 64) => true,
        _ => {
            return Err(format!("its samples are of a kind that cannot be read (format {tag}, {bits} bits)"));
        }
    };
    if !(1..=MOST_CHANNELS).contains(&channels) {
        return Err(format!("it has {channels} channels"));
    }
    Ok(Format { float, channels, rate: SampleRate(rate), bytes: usize::from(bits / 8) })
}

fn samples(body: &[u8], length: u32, format: Format, limit_s: u32) -> Result<(Vec<f32>, SampleRate), String> {
    let unknown = length >= UNKNOWN_LENGTH || (length == 0 && !body.is_empty());
    let body = match body.get(..length as usize) {
        Some(body) if !unknown => body,
        _ if unknown => body,
        _ => {
            return Err(format!(
                "the WAV file is cut off: {} of its {length} bytes of sound came",
                body.len()
            ));
        }
    };
    let frame = format.bytes * usize::from(format.channels);
    if (body.len() / frame) as u64 > u64::from(limit_s) * u64::from(format.rate.0) {
        return Err(format!("it is longer than {limit_s} seconds"));
    }
    let channels = f32::from(format.channels);
    let one = |bytes: &[u8]| match (format.float, bytes) {
        (false, [b]) => (f32::from(*b) - 128.0) / 128.0,
        (false, [a, b]) => f32::from(i16::from_le_bytes([*a, *b])) / 32_768.0,
        (false, [a, b, c]) => (i32::from_le_bytes([0, *a, *b, *c]) >> 8) as f32 / 8_388_608.0,
        (false, [a, b, c, d]) => i32::from_le_bytes([*a, *b, *c, *d]) as f32 / 2_147_483_648.0,
        (true, [a, b, c, d]) => f32::from_le_bytes([*a, *b, *c, *d]),
        (true, [a, b, c, d, e, f, g, h]) => f64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]) as f32,
        _ => 0.0,
    };
    let mono = |frame: &[u8]| frame.chunks_exact(format.bytes).map(one).sum::<f32>() / channels;
    Ok((body.chunks_exact(frame).map(mono).collect(), format.rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A WAV file whose `data` chunk says `length`.
    fn wav(format: &[u8], length: u32, body: &[u8]) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt ".to_vec();
        bytes.extend((format.len() as u32).to_le_bytes());
        bytes.extend(format);
        bytes.extend(b"data");
        bytes.extend(length.to_le_bytes());
        bytes.extend(body);
        bytes
    }

    fn format(tag: u16, channels: u16, bits: u16) -> Vec<u8> {
        let mut body = tag.to_le_bytes().to_vec();
        body.extend(channels.to_le_bytes());
        body.extend(16_000u32.to_le_bytes());
        body.extend([0; 6]);
        body.extend(bits.to_le_bytes());
        if tag == 0xFFFE {
            body.extend([22, 0, 16, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 16, 0, 0x80, 0]);
        }
        body
    }

    #[test]
    fn every_kind_of_sample() {
        for (tag, channels, bits, body, expected) in [
            (1, 1, 8, vec![128, 192, 64], vec![0.0, 0.5, -0.5]),
            (1, 1, 16, vec![0, 0x40, 0, 0xC0], vec![0.5, -0.5]),
            (1, 2, 16, vec![0, 0x40, 0, 0, 0, 0x40, 0, 0x40], vec![0.25, 0.5]),
            (1, 1, 24, vec![0, 0, 0x40, 0, 0, 0xC0], vec![0.5, -0.5]),
            (1, 1, 32, vec![0, 0, 0, 0x40, 0, 0, 0, 0xC0], vec![0.5, -0.5]),
            (3, 1, 32, 0.25f32.to_le_bytes().to_vec(), vec![0.25]),
            (3, 1, 64, 0.25f64.to_le_bytes().to_vec(), vec![0.25]),
            (0xFFFE, 1, 16, vec![0, 0x40], vec![0.5]),
        ] {
            let length = body.len() as u32;
            let (samples, rate) = read(&wav(&format(tag, channels, bits), length, &body), 9).unwrap();
            assert_eq!((samples, rate), (expected, SampleRate(16_000)), "{tag} {channels} {bits}");
        }
    }

    #[test]
    fn lengths_that_pipes_write_and_files_cut_off() {
        let body = [0, 0x40, 0, 0xC0];
        for (length, expected) in [
            (4, Ok(2)),
            (2, Ok(1)),
            (0, Ok(2)),
            (0xFFFF_FFFF, Ok(2)),
            (0x7FFF_F000, Ok(2)),
            (0x7FFF_FFFF - 36, Ok(2)),
            (0xFFFF_FFFF - 36, Ok(2)),
            (6, Err("the WAV file is cut off: 4 of its 6 bytes of sound came")),
            (1_000_000, Err("the WAV file is cut off: 4 of its 1000000 bytes of sound came")),
        ] {
            let found = read(&wav(&format(1, 1, 16), length, &body), 9).map(|(samples, _)| samples.len());
            assert_eq!(found, expected.map_err(str::to_owned), "{length:#x}");
        }
        // An odd byte at the end of a stream is half a sample.
        assert_eq!(read(&wav(&format(1, 1, 16), u32::MAX, &[0, 1, 2]), 9).unwrap().0.len(), 1);
        let whole = wav(&format(1, 1, 16), 4, &body);
        for length in 0..whole.len() {
            assert!(read(&whole[..length], 9).is_err(), "{length}");
        }
        let long = vec![0; 320_001 * 2];
        assert_eq!(
            read(&wav(&format(1, 1, 16), u32::MAX, &long), 9).unwrap_err(),
            "it is longer than 9 seconds"
        );
    }

    #[test]
    fn kinds_that_are_refused() {
        for (format, problem) in [
            (format(7, 1, 8), "(format 7, 8 bits)"),
            (format(1, 0, 16), "it has 0 channels"),
            (format(1, 9, 16), "it has 9 channels"),
            (format(3, 1, 16), "(format 3, 16 bits)"),
            (vec![1, 0], "does not say what its samples are"),
        ] {
            let told = read(&wav(&format, 2, &[0, 0]), 9).unwrap_err();
            assert!(told.contains(problem), "{told}");
        }
    }
}
