//! When the words of a take are heard, from what is known of it.

use super::{Take, WordTime};
use crate::script::Sentence;
use crate::sound::trim;
use crate::units::db_to_linear;
use std::ops::Range;

/// One reading of the level.
const READING_MS: usize = 5;

/// Under the highest sample of a take by this much, nothing is said any more.
const SILENT_DB: f64 = -42.0;

/// A silence as long as this is a pause between words: inside them lips are closed for less.
const PAUSE_MS: usize = 100;

/// What may still be heard of the word before.
const MOST_TAIL_MS: usize = 50;

/// Shorter than this no word is.
const SHORTEST_MS: usize = 20;

/// The words of a sentence in a take of which nothing is known but its sound: speech shared out by the length of the
/// words, pauses by the punctuation.
///
/// Good to a few tenths of a second.
pub(super) fn shared(sentence: &Sentence, take: &Take) -> Vec<WordTime> {
    between(sentence, take, &[])
}

/// The words of a sentence, `known` being the first samples of some of them by their place among the words; the rest
/// have the time between shared out by their letters. Words begin with their sound, and end where the next begins or the sound
/// does.
///
/// What is known may be wrong: what is out of order, out of the speech or leaves others no time counts as not known.
pub(super) fn between(sentence: &Sentence, take: &Take, known: &[(usize, usize)]) -> Vec<WordTime> {
    let spans: Vec<Range<usize>> = sentence.spoken.words().map(|word| word.spoken).collect();
    let speech = trim::speech_range(&take.samples, take.rate);
    if spans.is_empty() || speech.is_empty() {
        return Vec::new();
    }
    let ms = |ms: usize| ms * take.rate.0 as usize / 1000;
    let mut onsets = onsets(sentence.spoken.text(), &spans, &speech, ms(SHORTEST_MS), known);
    let peak = take.samples.iter().filter(|s| s.is_finite()).fold(0_f32, |peak, s| peak.max(s.abs()));
    let silent = peak * db_to_linear(SILENT_DB) as f32;
    let reading = ms(READING_MS).max(1);
    let quiet = |from: usize, to: usize| take.samples[from..to].iter().all(|s| s.abs() < silent);
    // What is known may be early by the end of the word before, when a pause comes between the two.
    for n in 1..onsets.len() {
        let end = onsets.get(n + 1).copied().unwrap_or(speech.end);
        let pause = (onsets[n]..(onsets[n] + ms(MOST_TAIL_MS)).min(end))
            .step_by(reading)
            .find(|&from| from + ms(PAUSE_MS) < end && quiet(from, from + ms(PAUSE_MS)));
        if let Some(pause) = pause {
            let sound =
                (pause..end.saturating_sub(reading)).step_by(reading).find(|&at| !quiet(at, at + reading));
            onsets[n] = sound.unwrap_or(onsets[n]);
        }
    }
    spans
        .into_iter()
        .enumerate()
        .map(|(n, spoken)| {
            let mut start = onsets[n];
            let mut end = onsets.get(n + 1).copied().unwrap_or(speech.end);
            // A word may be begun before anybody hears it, and is over before the next one begins.
            let is_long = |start: usize, end: usize| end > start + ms(SHORTEST_MS) + reading;
            while is_long(start, end) && quiet(start, start + reading) {
                start += reading;
            }
            while is_long(start, end) && quiet(end - reading, end) {
                end -= reading;
            }
            WordTime { spoken, samples: start..end.max(start) }
        })
        .collect()
}

/// Where each word begins: in order, inside `speech`.
fn onsets(
    text: &str,
    spans: &[Range<usize>],
    speech: &Range<usize>,
    shortest: usize,
    known: &[(usize, usize)],
) -> Vec<usize> {
    /// A stop between words takes as long as this many letters.
    const STOP_LETTERS: usize = 4;
    let stops = |n: usize| {
        let next = spans.get(n + 1).map_or(text.len(), |next| next.start);
        text[spans[n].end..next].chars().filter(|c| ",;:.!?".contains(*c)).count()
    };
    let weight = |n: usize| text[spans[n].clone()].chars().count() + 1 + STOP_LETTERS * stops(n);
    let mut anchors: Vec<(usize, usize)> = vec![(0, speech.start)];
    for &(word, sample) in known {
        let (before, least) = anchors.last().copied().unwrap_or((0, speech.start));
        // What is known of the first word is no better than where speech begins; and what leaves those before it no time
        // is known wrongly.
        if word > before && word < spans.len() && sample >= least + shortest * (word - before) {
            anchors.push((word, sample));
        }
    }
    // The same of those after it.
    while let Some(&(word, sample)) = anchors.last()
        && word > 0
        && sample + shortest * (spans.len() - word) > speech.end
    {
        anchors.pop();
    }
    anchors.push((spans.len(), speech.end));
    let mut onsets = Vec::with_capacity(spans.len());
    for pair in anchors.windows(2) {
        let ((first, from), (next, to)) = (pair[0], pair[1]);
        let all: usize = (first..next).map(weight).sum::<usize>().max(1);
        let mut before = 0;
        for n in first..next {
            onsets.push(from + (to - from) * before / all);
            before += weight(n);
        }
    }
    onsets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_a_place_of_their_own_share_what_is_between() {
        let text = "one two, three four";
        let spans = [0..3, 4..7, 9..14, 15..19];
        for (known, expected) in [
            (&[][..], [1_000, 1_173, 1_521, 1_782]),
            (&[(2, 1_500)], [1_000, 1_166, 1_500, 1_772]),
            // Out of order, out of the speech, out of the sentence.
            (&[(1, 1_400), (2, 1_300), (3, 9_999), (7, 5)], [1_000, 1_400, 1_652, 1_842]),
            (&[(0, 1_900), (3, 1_990)], [1_000, 1_220, 1_660, 1_990]),
        ] {
            assert_eq!(onsets(text, &spans, &(1_000..2_000), 10, known), expected, "{known:?}");
        }
    }
}
