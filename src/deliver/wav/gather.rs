//! From what was planned, laid out and measured to what the file says of itself.

use super::{Cart, Loudness, Marker, Metadata, Settings, Timer, TimerKind};
use crate::deliver::record::{DISCLOSURE, Parts, title};
use crate::programme::timeline::{Placed, Source};
use crate::rundown::{Clock, PartKind};
use crate::script::Sentence;
use crate::units::{Frames, SampleRate};
use jiff::ToSpan as _;
use jiff::civil::DateTime;

/// Words of an out cue: what a presenter listens for.
const OUT_CUE_WORDS: usize = 6;

impl Metadata {
    /// What the file of one bulletin says of itself.
    ///
    /// Title: the edition's, else the headline of a single story. Markers: one a sting, line, headline and story.
    /// Timers: the sound's ends; first word, where a sting opens; from the last word on the next may begin.
    pub fn new(parts: &Parts<'_>, settings: &Settings) -> Self {
        let facts = parts.facts;
        let station = facts.station.clone().unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION");
        let title = title(parts);
        let start = facts
            .date
            .map(|date| date.0.to_datetime(facts.at.map_or(jiff::civil::Time::midnight(), |at| at.0)));
        let valid_until = |start: DateTime| {
            let seconds = i64::from(settings.valid_for_s?);
            // Past the end of the calendar is for ever.
            start.checked_add(seconds.seconds()).ok()
        };
        let cart = Cart {
            cut_id: settings.cut_id.clone().unwrap_or_default(),
            category: settings.category.clone(),
            out_cue: out_cue(parts),
            start,
            end: start.and_then(valid_until),
            app_id: "bulletin".into(),
            app_version: version.into(),
            tag_text: DISCLOSURE.into(),
            timers: timers(parts),
            ..Cart::default()
        };
        Self {
            description: description(parts, &title),
            title,
            originator: facts.station.clone().unwrap_or_else(|| "bulletin".into()),
            artist: station,
            originator_reference: settings.reference.clone().unwrap_or_default(),
            comment: DISCLOSURE.into(),
            language: parts.language.into(),
            software: format!("bulletin {version}"),
            date: facts.date,
            time: facts.at,
            time_reference: since_midnight(facts.at, parts.timeline.hour),
            loudness: Loudness::from(parts.mastered),
            history: vec![format!(
                "A=PCM,M=mono,T=synthetic voice {}; {}",
                parts.voice.replace(',', ";"),
                parts.engine.replace(',', ";")
            )],
            cart,
            markers: markers(parts),
        }
    }
}

/// Title, then what the stories are called.
fn description(parts: &Parts<'_>, title: &str) -> String {
    let headlines = parts.script.stories.iter().filter_map(|story| story.headline.as_deref());
    let headlines: Vec<&str> = headlines.filter(|headline| *headline != title).collect();
    if headlines.is_empty() { title.to_owned() } else { format!("{title}: {}", headlines.join("; ")) }
}

/// When the first frame is to be heard: where a time signal is played, its last pip is the full hour.
fn since_midnight(at: Option<Clock>, hour: Option<Frames>) -> Frames {
    let Some(Clock(at)) = at else { return Frames::ZERO };
    let rate = u64::from(SampleRate::PROGRAMME.0);
    let seconds = |hours: i8, minutes: i8| {
        u64::from(hours.unsigned_abs()) * 3_600 + u64::from(minutes.unsigned_abs()) * 60
    };
    let (day, edition) = (86_400 * rate, seconds(at.hour(), at.minute()) * rate);
    let early = hour.filter(|_| at.minute() == 0).map_or(0, |hour| hour.0 % day);
    Frames((day + edition - early) % day)
}

/// The last words of the sentence heard last, as written.
fn out_cue(parts: &Parts<'_>) -> String {
    let last = parts.timeline.speech().max_by_key(|placed| placed.end());
    let Some(Source::Take { sentence, .. }) = last.map(|placed| placed.source) else { return String::new() };
    let Some(said) = parts.script.sentences().nth(sentence) else { return String::new() };
    let words: Vec<&str> = said.written.split_whitespace().collect();
    words[words.len().saturating_sub(OUT_CUE_WORDS)..].join(" ")
}

fn timers(parts: &Parts<'_>) -> Vec<Timer> {
    let end = parts.mastered.length;
    let first_word = parts.timeline.speech().map(|placed| placed.start).min();
    let last_word = parts.timeline.speech().map(Placed::end).max();
    let opens_with_sting =
        parts.timeline.placed.first().is_some_and(|placed| matches!(placed.source, Source::Sting { .. }));
    let mut timers = vec![Timer { kind: TimerKind::AudioStart, at: Frames::ZERO }];
    if let Some(at) = first_word.filter(|_| opens_with_sting) {
        timers.push(Timer { kind: TimerKind::IntroStart, at: Frames::ZERO });
        timers.push(Timer { kind: TimerKind::IntroEnd, at });
    }
    if let Some(at) = last_word {
        timers.push(Timer { kind: TimerKind::SegueStart, at: at.min(end) });
        timers.push(Timer { kind: TimerKind::SegueEnd, at: end });
    }
    timers.push(Timer { kind: TimerKind::AudioEnd, at: end });
    timers
}

/// One a sting, and one for each run of sentences of one part and story.
fn markers(parts: &Parts<'_>) -> Vec<Marker> {
    let sentences: Vec<&Sentence> = parts.script.sentences().collect();
    let mut markers: Vec<Marker> = Vec::new();
    // Part, story and marker of what was said last.
    let mut said: Option<(usize, Option<usize>, usize)> = None;
    for placed in &parts.timeline.placed {
        let Some(part) = parts.rundown.parts.get(placed.part) else { continue };
        let label = match placed.source {
            Source::Pause => continue,
            Source::Sting { sting } => {
                format!(
                    "Sting: {}",
                    parts.rundown.stings.get(sting).map(ToString::to_string).unwrap_or_default()
                )
            }
            Source::Take { sentence, story } => {
                let written =
                    sentences.get(sentence).map(|sentence| sentence.written.as_str()).unwrap_or_default();
                if let Some((.., n)) = said.filter(|(p, s, _)| (*p, *s) == (placed.part, story)) {
                    let marker = &mut markers[n];
                    marker.length = placed.end().saturating_sub(marker.position);
                    if story.is_none() {
                        marker.label = format!("{} {written}", marker.label);
                    }
                    continue;
                }
                said = Some((placed.part, story, markers.len()));
                let headline = story.and_then(|n| parts.script.stories.get(n)?.headline.as_deref());
                match (story, part.kind) {
                    (None, _) => format!("Line: {written}"),
                    (Some(n), PartKind::Headlines) => format!("Headline {}: {written}", n + 1),
                    (Some(n), _) => format!("Story {}: {}", n + 1, headline.unwrap_or(written)),
                }
            }
        };
        markers.push(Marker { position: placed.start, length: placed.length, label });
    }
    markers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_frame_since_midnight() {
        let frames = |seconds: u64| Frames(seconds * 48_000);
        for (at, hour, expected) in [
            (None, Some(frames(5)), Frames::ZERO),
            (Some("00:00"), None, Frames::ZERO),
            (Some("07:05"), None, frames(7 * 3_600 + 300)),
            (Some("07:00"), Some(frames(5)), frames(7 * 3_600 - 5)),
            (Some("00:00"), Some(frames(5)), frames(86_400 - 5)),
            // A time signal away from the hour is a jingle.
            (Some("07:05"), Some(frames(5)), frames(7 * 3_600 + 300)),
            (Some("23:59"), Some(Frames(u64::MAX)), frames(86_400 - 60)),
        ] {
            let at = at.map(|at| at.parse().unwrap());
            assert_eq!(since_midnight(at, hour), expected, "{at:?} {hour:?}");
        }
    }
}
