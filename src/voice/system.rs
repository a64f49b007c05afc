//! The system's own voices, live: what `bulletin read` speaks with.
//!
//! Speech Dispatcher's on Linux, `WinRT`'s on Windows, `AVFoundation`'s on macOS, by the crate `tts`. They speak into the
//! room and cannot render into a buffer, so this is no [`Engine`](super::Engine) and no file is ever made with them. Nor is
//! it the same everywhere: what a system's voice makes of a sentence is its own business.
//!
//! Here is what can be told without a system: which voice is meant, and what a speed is on the engine's own scale.

#![cfg_attr(
    not(system_voices),
    allow(dead_code, reason = "a build without system voices tests this, and no more")
)]

#[cfg(system_voices)]
mod live;

#[cfg(system_voices)]
pub(crate) use live::{Heard, Live, Utterance};

use serde::Serialize;

/// One of the system's voices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Voice {
    /// As people call it.
    pub(crate) name: String,
    /// As the system calls it; often the same.
    pub(crate) id: String,
    /// BCP 47.
    pub(crate) language: String,
}

/// Why no voice could be picked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unpicked {
    /// None has the name, nor a part of it.
    Unknown,
    /// Several have it as a part of theirs: their names.
    Several(Vec<String>),
}

/// The voice of a name: the very name or id, else the only one that has it in its own, letters' case aside.
pub(crate) fn named(voices: &[Voice], name: &str) -> Result<usize, Unpicked> {
    let same = |voice: &Voice| voice.name.eq_ignore_ascii_case(name) || voice.id.eq_ignore_ascii_case(name);
    if let Some(exact) = voices.iter().position(|voice| voice.name == name || voice.id == name) {
        return Ok(exact);
    }
    if let Some(same) = voices.iter().position(same) {
        return Ok(same);
    }
    let part = name.to_lowercase();
    let mut having = voices.iter().enumerate().filter(|(_, voice)| voice.name.to_lowercase().contains(&part));
    match (having.next(), having.next()) {
        (Some((only, _)), None) => Ok(only),
        (Some((_, first)), Some((_, second))) => {
            let rest = having.map(|(_, voice)| voice);
            Err(Unpicked::Several([first, second].into_iter().chain(rest).map(|v| v.name.clone()).collect()))
        }
        (None, _) => Err(Unpicked::Unknown),
    }
}

/// The first voice of a language: in that very variety, else in one of its own (`en-GB-scotland`), else in the language
/// at large, else in any variety of it.
pub(crate) fn speaking(voices: &[Voice], language: &str) -> Option<usize> {
    let wanted = language.to_ascii_lowercase();
    let primary = wanted.split('-').next().unwrap_or_default();
    let rank = |voice: &Voice| {
        let has = voice.language.replace('_', "-").to_ascii_lowercase();
        let within = |tag: &str| has.strip_prefix(tag).is_some_and(|rest| rest.starts_with('-'));
        if has == wanted {
            Some(0)
        } else if within(&wanted) {
            Some(1)
        } else if has == primary {
            Some(2)
        } else {
            within(primary).then_some(3)
        }
    };
    let ranked = voices.iter().enumerate().filter_map(|(n, voice)| Some((rank(voice)?, n)));
    ranked.min().map(|(_, n)| n)
}

/// An engine's own scale of speeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Speeds {
    /// The slowest.
    pub(crate) least: f32,
    /// As it speaks by itself.
    pub(crate) normal: f32,
    /// The fastest.
    pub(crate) most: f32,
}

impl Speeds {
    /// What `factor` times the normal speed is on this scale, within it.
    ///
    /// A scale that begins above nothing is taken to count in proportion (words a minute, times). One around nothing is
    /// Speech Dispatcher's, −100 to 100, which its modules spread over the engine's own: for espeak-ng, with 160 words a
    /// minute in the middle, from 80 to 449. Source: `espeak_set_rate` in its `modules/espeak.c`.
    pub(crate) fn at(self, factor: f64) -> f32 {
        /// How many times as fast the ends of Speech Dispatcher's scale are.
        const ENDS: (f64, f64) = (80.0 / 160.0, 449.0 / 160.0);
        let Self { least, normal, most } = self;
        let at = if least > 0.0 {
            f64::from(normal) * factor
        } else if factor < 1.0 {
            let part = (1.0 - factor) / (1.0 - ENDS.0);
            f64::from(normal) + part * f64::from(least - normal)
        } else {
            let part = (factor - 1.0) / (ENDS.1 - 1.0);
            f64::from(normal) + part * f64::from(most - normal)
        };
        (at as f32).clamp(least.min(most), most.max(least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voices(all: &[(&str, &str)]) -> Vec<Voice> {
        let voice = |(name, language): &(&str, &str)| Voice {
            name: (*name).into(),
            id: format!("com.example.{name}"),
            language: (*language).into(),
        };
        all.iter().map(voice).collect()
    }

    #[test]
    fn a_voice_is_found_by_its_name_or_a_part_that_only_it_has() {
        let voices = voices(&[
            ("Alba", "en-GB"),
            ("alba", "en"),
            ("Alan Deep", "en-GB"),
            ("Alan", "en-GB"),
            ("Bob", "en"),
        ]);
        let several = |names: &[&str]| Err(Unpicked::Several(names.iter().map(|n| (*n).into()).collect()));
        for (name, found) in [
            ("Alba", Ok(0)),
            ("alba", Ok(1)),
            ("ALBA", Ok(0)),
            ("com.example.Bob", Ok(4)),
            ("Alan", Ok(3)),
            ("deep", Ok(2)),
            ("ala", several(&["Alan Deep", "Alan"])),
            ("carl", Err(Unpicked::Unknown)),
        ] {
            assert_eq!(named(&voices, name), found, "{name}");
        }
        assert_eq!(named(&[], "x"), Err(Unpicked::Unknown));
    }

    #[test]
    fn a_voice_of_the_language_is_found_the_nearest_variety_first() {
        for (languages, wanted, found) in [
            (&["de", "en-US", "en-GB"][..], "en-GB", Some(2)),
            (&["de", "en-US", "en-gb"], "en-GB", Some(2)),
            (&["en-US", "en", "en-GB-scotland"], "en-GB", Some(2)),
            (&["en-US", "en_GB"], "en-GB", Some(1)),
            (&["en-US", "en"], "en-GB", Some(1)),
            (&["de", "en-US", "en-AU"], "en-GB", Some(1)),
            (&["de", "eng"], "en-GB", None),
            (&[], "en-GB", None),
        ] {
            let all: Vec<_> = languages.iter().map(|language| ("a", *language)).collect();
            assert_eq!(speaking(&voices(&all), wanted), found, "{languages:?}");
        }
    }

    #[test]
    fn a_speed_is_what_it_is_on_the_engines_scale() {
        let dispatcher = Speeds { least: -100.0, normal: 0.0, most: 100.0 };
        let times = Speeds { least: 0.5, normal: 1.0, most: 6.0 };
        let words = Speeds { least: 10.0, normal: 175.0, most: 500.0 };
        for (scale, factor, at) in [
            (dispatcher, 1.0, 0.0),
            (dispatcher, 0.75, -50.0),
            (dispatcher, 0.1, -100.0),
            (dispatcher, 1.25, 13.84),
            (dispatcher, 9.0, 100.0),
            (times, 1.5, 1.5),
            (times, 0.1, 0.5),
            (words, 2.0, 350.0),
        ] {
            assert!((scale.at(factor) - at).abs() < 0.01, "{scale:?} at {factor}: {}", scale.at(factor));
        }
    }
}
