//! What others gave as the sound of a sentence → a [`Take`], or what is wrong with it.
//!
//! A server or a program can send half a file, silence, noise without end, or something that is no sound. None of that
//! may go on air, so everything that did not come from an engine of ours passes here.

mod wav;

use super::Take;
use crate::decode;
use crate::sound::trim;
use crate::units::SampleRate;

/// Rates that speech comes at.
const RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// The longest take: ten minutes, as for the embedded voice.
const LONGEST_S: u32 = 600;
/// Nothing whose samples stay within this of each other can be heard: −80 dBFS.
const SILENT_SPAN: f32 = 2e-4;
/// Beyond this, samples are not in [-1, 1] but whole numbers that were taken for fractions. A float file may well go a
/// little over full scale.
const LARGEST: f32 = 8.0;
/// No voice says a sentence faster than this a letter: four times the speed of a hurried reader (20 letters a second).
const SHORTEST_LETTER_S: f64 = 0.0125;
/// Sentences with fewer letters are not held to that: "No." may be as short as it likes.
const FEW_LETTERS: usize = 24;
/// Nor slower than this, and something: single letters spelled out at a quarter of the usual speed.
const LONGEST_LETTER_S: f64 = 1.0;
const ALWAYS_ALLOWED_S: f64 = 20.0;

/// How the bytes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A file that says itself what it is: WAV, FLAC, MP3, Ogg Vorbis or M4A.
    File,
    /// Nothing but samples: 16 bits, little-endian, one channel.
    Pcm(SampleRate),
}

/// Reads the sound of a sentence whose spoken text is `spoken`.
///
/// # Errors
/// What is wrong with it, as a fragment.
pub(super) fn take(bytes: &[u8], form: Form, spoken: &str) -> Result<Take, String> {
    let (samples, rate) = match (form, kind(bytes)) {
        (_, Kind::Nothing) => return Err("no sound came at all".into()),
        (_, Kind::Text(what)) => return Err(format!("{what} came instead of sound")),
        (_, Kind::Wav) => wav::read(bytes, LONGEST_S)?,
        (Form::Pcm(rate), _) => (pcm(bytes), rate),
        (Form::File, Kind::Other) => decode::speech(bytes, LONGEST_S)
            .map_err(|problem| format!("what came cannot be played: {problem}"))?,
    };
    check(&samples, rate, spoken)?;
    Ok(Take { samples, rate, words: Vec::new() })
}

enum Kind {
    Nothing,
    Wav,
    Text(&'static str),
    Other,
}

/// What bytes begin as.
fn kind(bytes: &[u8]) -> Kind {
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    // The sign of the letters to come may stand at the beginning of a text.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = &text[..text.len().min(64)];
    let readable = std::str::from_utf8(text).is_ok_and(|t| !t.contains('\0'));
    match first {
        None => Kind::Nothing,
        Some(_) if bytes.starts_with(b"RIFF") || bytes.starts_with(b"RF64") => Kind::Wav,
        Some(b'{' | b'[') if readable => Kind::Text("JSON"),
        Some(b'<') if readable => Kind::Text("a page"),
        _ => Kind::Other,
    }
}

fn pcm(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<2>().0.iter().map(|two| f32::from(i16::from_le_bytes(*two)) / 32_768.0).collect()
}

/// Whether samples can be the sound of a sentence.
///
/// # Errors
/// What is wrong with them, as a fragment.
pub(super) fn check(samples: &[f32], rate: SampleRate, spoken: &str) -> Result<(), String> {
    if !RATES_HZ.contains(&rate.0) {
        return Err(format!("its rate of {} Hz is not one of speech", rate.0));
    }
    if samples.is_empty() {
        return Err("there is no sound in it".into());
    }
    if samples.iter().any(|s| !s.is_finite()) {
        return Err("it holds samples that are no numbers".into());
    }
    let (low, high) = samples.iter().fold((f32::MAX, f32::MIN), |(low, high), s| (low.min(*s), high.max(*s)));
    if high.max(-low) > LARGEST {
        return Err(format!("its samples go up to {:.0}, far over full scale", high.max(-low)));
    }
    if high - low < SILENT_SPAN {
        return Err("it is silent".into());
    }
    let seconds = |samples: usize| samples as f64 / f64::from(rate.0);
    let letters = spoken.chars().filter(|c| c.is_alphabetic()).count();
    let longest = (ALWAYS_ALLOWED_S + letters as f64 * LONGEST_LETTER_S).min(f64::from(LONGEST_S));
    let all = seconds(samples.len());
    if all > longest {
        return Err(format!("it is {all:.0} s long, for a sentence of {letters} letters"));
    }
    let heard = seconds(trim::speech_range(samples, rate).len());
    if letters > FEW_LETTERS && heard < letters as f64 * SHORTEST_LETTER_S {
        return Err(format!("it is over after {heard:.1} s, too soon for a sentence of {letters} letters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SENTENCE: &str = "The harbour bridge will close for a month, the council said.";

    fn tone(seconds: f64, level: f32) -> Vec<f32> {
        (0..(seconds * 24_000.0) as usize).map(|n| level * (n as f32 * 0.1).sin()).collect()
    }

    fn bytes(samples: &[f32]) -> Vec<u8> {
        samples.iter().flat_map(|s| ((s * 32_767.0) as i16).to_le_bytes()).collect()
    }

    #[test]
    fn what_cannot_be_the_sentence_is_refused() {
        let pcm = Form::Pcm(SampleRate(24_000));
        for (given, form, problem) in [
            (bytes(&tone(3.0, 0.5)), pcm, None),
            (bytes(&tone(3.0, 0.5)), Form::Pcm(SampleRate(7_000)), Some("7000 Hz")),
            (vec![], pcm, Some("no sound came at all")),
            (b"\r\n".to_vec(), Form::File, Some("no sound came at all")),
            (vec![7], pcm, Some("there is no sound in it")),
            (bytes(&tone(3.0, 0.0)), pcm, Some("it is silent")),
            // A constant is as silent as nothing.
            (bytes(&vec![0.5; 48_000]), pcm, Some("it is silent")),
            (
                bytes(&tone(0.3, 0.5)),
                pcm,
                Some("it is over after 0.3 s, too soon for a sentence of 48 letters"),
            ),
            // A click in a long silence is no sentence either.
            (bytes(&[tone(0.1, 0.5), tone(5.0, 0.0)].concat()), pcm, Some("it is over after 0.1 s")),
            (bytes(&tone(80.0, 0.5)), pcm, Some("it is 80 s long, for a sentence of 48 letters")),
            (b"{\"error\": \"no\"}".to_vec(), pcm, Some("JSON came instead of sound")),
            (b"<!DOCTYPE html><html>".to_vec(), Form::File, Some("a page came instead of sound")),
            (b"\xef\xbb\xbf<html>".to_vec(), Form::File, None),
            (b"Once upon a time".to_vec(), Form::File, Some("what came cannot be played: it is no audio")),
        ] {
            let found = take(&given, form, SENTENCE).err();
            if given.starts_with(b"\xef") {
                assert!(found.is_some());
                continue;
            }
            assert_eq!(found.is_some(), problem.is_some(), "{found:?}");
            let told = found.unwrap_or_default();
            assert!(told.starts_with(problem.unwrap_or_default()) || told.contains("7000"), "{told}");
        }
        assert!(take(&bytes(&tone(0.3, 0.5)), pcm, "No.").is_ok());
        for samples in [vec![f32::NAN; 9_000], vec![f32::INFINITY; 9_000], tone(3.0, 20_000.0)] {
            assert!(check(&samples, SampleRate(24_000), SENTENCE).is_err());
        }
    }

    #[test]
    fn other_forms_are_decoded() {
        for name in ["tone.flac", "tone.mp3", "tone.ogg", "tone.m4a"] {
            let path = format!("{}/tests/fixtures/sound/{name}", env!("CARGO_MANIFEST_DIR"));
            let take = take(&std::fs::read(path).unwrap(), Form::File, "One.").unwrap();
            let seconds = take.samples.len() as f64 / f64::from(take.rate.0);
            assert!((1.5..1.8).contains(&seconds), "{name}: {seconds}");
        }
    }

    proptest! {
        /// Whatever comes, it is a take that can be played or a refusal.
        #[test]
        fn any_bytes(head in 0usize..4, given in proptest::collection::vec(any::<u8>(), 0..400)) {
            let head: &[u8] = [b"".as_slice(), b"RIFF\xff\xff\xff\xffWAVE", b"fLaC", b"\xff\xfb\x90\x64"][head];
            let given = [head, &given].concat();
            for form in [Form::File, Form::Pcm(SampleRate(24_000))] {
                if let Ok(take) = take(&given, form, "No.") {
                    prop_assert!(take.samples.iter().all(|s| s.is_finite()) && !take.samples.is_empty());
                    prop_assert!(RATES_HZ.contains(&take.rate.0));
                }
            }
        }
    }
}
