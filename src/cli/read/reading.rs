//! What is read aloud: a planned script → the sentences in the order in which they are heard.

use crate::job::Plan;
use crate::lexicon::Sound;
use crate::pace::{Linear, Pace};
use crate::rundown::Cue;
use crate::script::{Role, Sentence};

/// One sentence to be said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// The story it belongs to, counted from 0; none for a line of the station's.
    pub(super) story: Option<usize>,
    /// Counted from 0: what stands together, told apart from its neighbours by story or by part of the rundown.
    pub(super) group: usize,
    /// Headline, body or line.
    pub(super) role: Role,
    /// The paragraph of the article, counted from 0.
    pub(super) paragraph: Option<usize>,
    /// As people read it.
    pub(super) written: String,
    /// As the voice is given it: the spoken text, with the lexicon's respellings. Sounds in IPA a system's voice cannot be
    /// given.
    pub(super) spoken: String,
    /// Silence after it.
    pub(super) pause_ms: u32,
    /// How long it is thought to take.
    pub(super) predicted_ms: u64,
}

/// The sentences of a plan in order, spoken at `rate`. Stings are not played: where one is, there is a silence of at least
/// `instead_ms`.
pub(super) fn lines(plan: &Plan, rate: f64, instead_ms: u32) -> Vec<Line> {
    let sentences: Vec<&Sentence> = plan.script.sentences().collect();
    let pauses = plan.fit.map_or(1.0, |fit| fit.pauses);
    let rate = rate * plan.fit.map_or(1.0, |fit| fit.rate);
    let mut lines: Vec<Line> = Vec::new();
    let mut group = 0;
    for part in &plan.rundown.parts {
        let mut before: Option<Option<usize>> = None;
        for cue in &part.cues {
            match *cue {
                Cue::Sentence { sentence, story, role, pause_ms } => {
                    let Some(sentence) = sentences.get(sentence) else { continue };
                    if before.replace(story) != Some(story) && !lines.is_empty() {
                        group += 1;
                    }
                    let spoken = respelt(sentence);
                    let seconds = Linear::default().seconds(&spoken) / rate;
                    lines.push(Line {
                        story,
                        group,
                        role,
                        paragraph: sentence.paragraph,
                        written: visible(&sentence.written),
                        pause_ms: (f64::from(pause_ms) * pauses).round() as u32,
                        predicted_ms: (seconds * 1000.0).round() as u64,
                        spoken,
                    });
                }
                Cue::Pause { length_ms } => {
                    if let Some(last) = lines.last_mut() {
                        last.pause_ms = last.pause_ms.saturating_add(length_ms);
                    }
                }
                Cue::Sting { .. } => {
                    if let Some(last) = lines.last_mut() {
                        last.pause_ms = last.pause_ms.max(instead_ms);
                    }
                }
            }
        }
    }
    lines
}

/// The spoken text with the lexicon's respellings in their places.
fn respelt(sentence: &Sentence) -> String {
    let spoken = sentence.spoken.text();
    let mut text = String::with_capacity(spoken.len());
    let mut from = 0;
    for given in &sentence.pronounced {
        let range = given.spoken.clone();
        if let Sound::Respelling(letters) = &given.sound
            && range.start >= from
        {
            text.push_str(&spoken[from..range.start]);
            text.push_str(letters);
            from = range.end;
        }
    }
    text.push_str(&spoken[from..]);
    text
}

/// A text without what a terminal would obey: control characters become spaces, marks that change the direction of
/// writing go, and runs of space become one.
fn visible(text: &str) -> String {
    let turns =
        |c: &char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let plain: String =
        text.chars().filter(|c| !turns(c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{self, Article};
    use crate::job::Job;
    use crate::lexicon::Layer;
    use crate::rundown::Template;
    use crate::voice::Registry;

    fn article(text: &str) -> (String, Article) {
        let article = article::read(text.as_bytes(), "a.txt", &article::Settings::default()).unwrap();
        ("a.txt".into(), article)
    }

    fn read(job: &Job) -> Vec<Line> {
        lines(&job.plan(&Registry::built_in()).unwrap(), 1.0, 1300)
    }

    const STORY: &str = "Bridge to close\n\nThe bridge over the Tarn will close on 3 May. It is old.\n\nBuses will run every day.\n";

    #[test]
    fn sentences_come_in_order_with_their_pauses_and_groups() {
        let job = Job { articles: vec![article(STORY), article(STORY)], ..Job::default() };
        let lines = read(&job);
        let told: Vec<_> = lines.iter().map(|l| (l.story, l.group, l.paragraph, l.pause_ms)).collect();
        let story = |n, last| {
            [
                (Some(n), n, None, 600),
                (Some(n), n, Some(0), 400),
                (Some(n), n, Some(0), 800),
                (Some(n), n, Some(1), last),
            ]
        };
        assert_eq!(told[..4], story(0, 1300));
        assert_eq!(told[4..7], story(1, 0)[..3]);
        assert_eq!(lines[1].written, "The bridge over the Tarn will close on 3 May.");
        assert!(lines[1].spoken.contains("third of May"), "{}", lines[1].spoken);
        assert!((2000..6000).contains(&lines[1].predicted_ms), "{}", lines[1].predicted_ms);
    }

    #[test]
    fn a_separator_is_a_silence_and_headlines_are_groups_of_their_own() {
        let mut job = Job { articles: vec![article(STORY), article(STORY)], ..Job::default() };
        job.rundown.template = Template::built_in("headlines").unwrap();
        job.rundown.facts.station = Some("Radio Tarn".into());
        let lines = read(&job);
        let groups: Vec<usize> = lines.iter().map(|line| line.group).collect();
        assert!(groups.windows(2).all(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1), "{groups:?}");
        assert!(groups.last() >= Some(&3), "{groups:?}");
        assert!(lines.iter().rev().skip(1).all(|line| line.pause_ms > 0), "{lines:?}");
    }

    #[test]
    fn respellings_are_said_and_sounds_in_ipa_are_not() {
        for (action, spoken) in
            [("respell = \"keer\"", "The keer is old."), ("ipa = \"kɪə\"", "The Keir is old.")]
        {
            let toml = format!("entry = [{{ term = \"Keir\", {action} }}]\n");
            let lexicon = crate::lexicon::parse_toml(&toml, "l.toml", Layer::Bulletin).unwrap();
            let job = Job { articles: vec![article("The Keir is old.\n")], lexicon, ..Job::default() };
            assert_eq!(read(&job)[0].spoken, spoken, "{action}");
        }
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_shown() {
        for (text, shown) in [
            ("plain", "plain"),
            ("two\nlines  and\ttabs", "two lines and tabs"),
            ("red \u{1b}[31malert\u{7}", "red [31malert"),
            ("\u{202e}backwards\u{202c}", "backwards"),
            ("“naïve” 漢字", "“naïve” 漢字"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }
}
