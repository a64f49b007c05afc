//! Sentences for engines, and sound that could be what they are asked for.

#![allow(dead_code, reason = "every test uses another part of it")]

use bulletin::article::Article;
use bulletin::lexicon::Lexicon;
use bulletin::normalise::Normaliser;
use bulletin::script::{Script, Sentence, Settings, Tools};

pub(crate) fn sentence(text: &str, lexicon: &Lexicon) -> Sentence {
    let article = Article { paragraphs: vec![text.to_owned().into()], ..Article::default() };
    let tools = Tools { normaliser: &Normaliser::default(), lexicon };
    let script = Script::write(vec![("text".into(), article)], tools, &Settings::default()).unwrap();
    let mut sentences = script.stories.into_iter().flat_map(|s| s.sentences);
    let sentence = sentences.next().unwrap();
    assert!(sentences.next().is_none(), "one sentence wanted: {text}");
    sentence
}

/// A WAV file at 24 kHz, 16 bits, whose header says `data` bytes of samples; a hum at `level`.
pub(crate) fn wav_that_says(seconds: f64, level: f64, data: Option<u32>) -> Vec<u8> {
    let samples: Vec<u8> = (0..(seconds * 24_000.0) as usize)
        .flat_map(|n| ((level * 32_767.0 * (n as f64 * 0.05).sin()) as i16).to_le_bytes())
        .collect();
    let length = data.unwrap_or(samples.len() as u32);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend(length.wrapping_add(36).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(24_000u32.to_le_bytes());
    bytes.extend(48_000u32.to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(samples);
    bytes
}

pub(crate) fn wav() -> Vec<u8> {
    wav_that_says(2.0, 0.5, None)
}
