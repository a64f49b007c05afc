//! The arithmetic of layouts, with sentences of lengths made up.

use super::*;
use crate::rundown::{PartKind, Shape};
use crate::script::Role;
use crate::sound::stings;
use std::fmt::Write as _;

const MS: u64 = 48;

/// 100 ms a number: sentence 0 takes 1.0 s, sentence 1 1.1 s …
fn length_of(sentence: usize) -> Frames {
    Frames((1_000 + 100 * sentence as u64) * MS)
}

fn sentence(sentence: usize, story: Option<usize>, pause_ms: u32) -> Cue {
    Cue::Sentence { sentence, story, role: Role::Body, pause_ms }
}

fn part(kind: PartKind, shape: Shape, bed: Option<usize>, cues: Vec<Cue>) -> Part {
    Part { kind, shape, bed, cues }
}

fn sting(shape: Shape) -> Part {
    part(PartKind::Sting, shape, None, vec![Cue::Sting { sting: 0, pad_ms: 0, gain_db: 0.0 }])
}

fn says(n: usize) -> Part {
    part(PartKind::Line, Shape::default(), None, vec![sentence(n, None, 500)])
}

/// A sting of 3 s with the voice at 2 s.
fn marks() -> Vec<Marks> {
    vec![Marks {
        length: Frames(3_000 * MS),
        voice_at: Frames(2_000 * MS),
        hour_at: Some(Frames(2_500 * MS)),
    }]
}

fn bed(name: &str, fade_out_ms: u32) -> BedChoice {
    let sound = crate::rundown::Sound::Own("headlines".into());
    BedChoice { name: name.into(), sound, gain_db: 0.0, fade_in_ms: 600, fade_out_ms }
}

fn lay(parts: Vec<Part>) -> Timeline {
    let rundown = Rundown { parts, beds: vec![bed("one", 1_500), bed("two", 0)], ..Rundown::default() };
    Timeline::lay_out(&rundown, &Settings::default(), &marks(), length_of)
}

/// Start and end of everything placed, in milliseconds.
fn spans(timeline: &Timeline) -> Vec<(u64, u64)> {
    timeline.placed.iter().map(|p| (p.start.0 / MS, p.end().0 / MS)).collect()
}

#[test]
fn the_next_begins_where_the_voice_may_enter_or_where_it_is_told() {
    let shape = Shape::default();
    for (shape, starts, length) in [
        (shape, [(0, 3_000), (2_000, 3_000)], 3_700),
        (Shape { start_next_ms: Some(500), ..shape }, [(0, 3_000), (500, 1_500)], 3_000),
        (Shape { pad_ms: 100, ..shape }, [(100, 3_100), (2_100, 3_100)], 3_800),
        (Shape { cue_in_ms: 800, ..shape }, [(0, 2_200), (1_200, 2_200)], 2_900),
        (Shape { cue_in_ms: 800, start_next_ms: Some(500), ..shape }, [(0, 2_200), (500, 1_500)], 2_200),
        (Shape { cue_out_ms: Some(1_000), ..shape }, [(0, 1_000), (1_000, 2_000)], 2_700),
        (Shape { cue_in_ms: 2_900, ..shape }, [(0, 100), (0, 1_000)], 1_700),
    ] {
        let timeline = lay(vec![sting(shape), says(0)]);
        assert_eq!(spans(&timeline), starts, "{shape:?}");
        assert_eq!(timeline.length, Frames(length * MS), "{shape:?}");
    }
}

#[test]
fn a_cut_is_softened_and_a_fade_no_longer_than_its_element() {
    let cut = Shape { cue_in_ms: 800, cue_out_ms: Some(1_000), fade_out_ms: 5_000, ..Shape::default() };
    let timeline = lay(vec![sting(cut), says(0)]);
    let placed = timeline.placed[0];
    assert_eq!((placed.skip, placed.length), (Frames(800 * MS), Frames(200 * MS)));
    assert_eq!((placed.fade_in, placed.fade_out), (Frames(5 * MS), Frames(200 * MS)));
    let whole = lay(vec![sting(Shape::default()), says(0)]);
    assert_eq!((whole.placed[0].fade_in, whole.placed[0].fade_out), (Frames::ZERO, Frames::ZERO));
}

#[test]
fn two_voices_never_speak_at_once_and_no_word_is_lost() {
    let hasty = Shape { start_next_ms: Some(100), ..Shape::default() };
    let first = part(PartKind::Line, hasty, None, vec![sentence(5, None, 500)]);
    let timeline = lay(vec![first, says(0), sting(hasty), says(1)]);
    assert_eq!(spans(&timeline), [(200, 1_700), (1_700, 2_700), (3_200, 6_200), (3_300, 4_400)]);
}

#[test]
fn what_has_no_length_takes_no_time() {
    let parts = vec![
        part(PartKind::Line, Shape { pad_ms: 900, ..Shape::default() }, None, vec![sentence(0, None, 500)]),
        says(1),
        part(PartKind::Pause, Shape::default(), None, vec![Cue::Pause { length_ms: 0 }]),
        part(
            PartKind::Sting,
            Shape::default(),
            None,
            vec![Cue::Sting { sting: 7, pad_ms: 50, gain_db: 0.0 }],
        ),
        part(PartKind::Line, Shape::default(), None, Vec::new()),
    ];
    let rundown = Rundown { parts, ..Rundown::default() };
    let silent = |n: usize| if n == 0 { Frames::ZERO } else { length_of(n) };
    let timeline = Timeline::lay_out(&rundown, &Settings::default(), &marks(), silent);
    assert_eq!(spans(&timeline), [(200, 1_300)]);
    assert_eq!(timeline.length, Frames(2_000 * MS));
    let empty = Timeline::lay_out(&Rundown::default(), &Settings::default(), &[], length_of);
    assert!(empty.placed.is_empty() && empty.speech().next().is_none());
}

#[test]
fn one_bed_runs_on_through_neighbours_and_another_begins_anew() {
    let over = |bed, n| part(PartKind::Line, Shape::default(), bed, vec![sentence(n, None, 500)]);
    let timeline = lay(vec![
        sting(Shape::default()),
        over(Some(0), 0),
        part(PartKind::Line, Shape::default(), None, Vec::new()),
        over(Some(0), 0),
        over(Some(1), 0),
        over(None, 0),
        over(Some(0), 0),
    ]);
    let beds: Vec<_> = timeline.beds.iter().map(|b| (b.bed, b.start.0 / MS, b.end().0 / MS)).collect();
    // Speech at 2.0, 3.5, 5.0, 6.5 and 8.0 s, a second each.
    assert_eq!(beds, [(0, 2_000, 6_000), (1, 5_000, 6_000), (0, 8_000, 10_500)]);
    assert_eq!(timeline.length, Frames(10_500 * MS));
    // One that opens is there from the first frame, before the lead-in.
    let opening = lay(vec![over(Some(0), 0)]);
    assert_eq!((opening.beds[0].start, opening.placed[0].start), (Frames::ZERO, Frames(200 * MS)));
}

#[test]
fn the_hour_is_the_time_signals() {
    assert_eq!(lay(vec![sting(Shape::default())]).hour, Some(Frames(2_500 * MS)));
    let late = Shape { cue_in_ms: 1_000, pad_ms: 40, ..Shape::default() };
    assert_eq!(lay(vec![sting(late)]).hour, Some(Frames(1_540 * MS)));
    let past = Shape { cue_in_ms: 2_600, ..Shape::default() };
    assert_eq!(lay(vec![sting(past)]).hour, None);
    assert_eq!(lay(vec![says(0)]).hour, None);
}

#[test]
fn a_timeline_travels() {
    let timeline = lay(vec![sting(Shape::default()), says(0)]);
    let json = serde_json::to_string(&timeline).unwrap();
    assert!(json.contains("\"source\":{\"kind\":\"sting\",\"sting\":0}"), "{json}");
    assert_eq!(serde_json::from_str::<Timeline>(&json).unwrap(), timeline);
}

/// Each built-in rundown over two stories of three sentences; read before it was accepted.
#[test]
fn built_in_rundowns() {
    use crate::article::Article;
    use crate::normalise::{Locale, Normaliser};
    use crate::rundown::{Facts, NAMES, Template};
    use crate::script::{self, Script, Tools};
    let articles: Vec<_> = ["a", "b"]
        .map(|name| {
            let paragraphs = vec!["It closes. Buses run.".to_owned().into()];
            (name.to_owned(), Article { headline: Some("Bridge".into()), paragraphs, ..Article::default() })
        })
        .into();
    let facts = Facts { station: Some("Echo".into()), ..Facts::default() };
    let (normaliser, lexicon) = (Normaliser::default(), crate::lexicon::Lexicon::default());
    let tools = Tools { normaliser: &normaliser, lexicon: &lexicon };
    let mut shown = String::new();
    for name in NAMES {
        let template = Template::built_in(name).unwrap().fill(&facts, 2, Locale::EnGb).unwrap();
        let lines: Vec<&str> = template.lines().collect();
        let settings = script::Settings::default();
        let script = Script::write_with(articles.clone(), &lines, tools, &settings, None).unwrap();
        let rundown = Rundown::plan(&script, &template);
        let marks: Vec<_> =
            rundown.stings.iter().map(|sound| stings::marks(&sound.to_string()).unwrap()).collect();
        let timeline = Timeline::lay_out(&rundown, &Settings::default(), &marks, length_of);
        let sentences: Vec<_> = script.sentences().collect();
        let s = |frames: Frames| frames.seconds(SampleRate::PROGRAMME);
        let _ = writeln!(shown, "{name}, {:.3} s", s(timeline.length));
        for span in &timeline.beds {
            let bed = &rundown.beds[span.bed].name;
            let _ = writeln!(shown, "{:>7.3} {:>7.3}  bed {bed}", s(span.start), s(span.end()));
        }
        for p in &timeline.placed {
            let what = match p.source {
                Source::Sting { sting } => rundown.stings[sting].to_string(),
                Source::Take { sentence, .. } => format!("“{}”", sentences[sentence].spoken.text()),
                Source::Pause => "pause".into(),
            };
            let kind = rundown.parts[p.part].kind.noun();
            let _ = writeln!(shown, "{:>7.3} {:>7.3}  {kind}: {what}", s(p.start), s(p.end()));
        }
    }
    insta::assert_snapshot!(shown);
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn shapes() -> impl Strategy<Value = Shape> {
        let ms = || 0u32..4_000;
        let times = (ms(), ms(), proptest::option::of(ms()), proptest::option::of(ms()), ms(), ms());
        times.prop_map(|(pad_ms, cue_in_ms, start_next_ms, cue_out_ms, fade_in_ms, fade_out_ms)| Shape {
            gain_db: 0.0,
            pad_ms,
            cue_in_ms,
            start_next_ms,
            cue_out_ms,
            fade_in_ms,
            fade_out_ms,
        })
    }

    fn parts() -> impl Strategy<Value = Vec<Part>> {
        let cue = prop_oneof![
            Just(Cue::Sting { sting: 0, pad_ms: 350, gain_db: -4.0 }),
            (0usize..30, 0u32..2_000).prop_map(|(n, pause_ms)| sentence(n, Some(0), pause_ms)),
            (0u32..900).prop_map(|length_ms| Cue::Pause { length_ms }),
        ];
        let cues = proptest::collection::vec(cue, 0..5);
        let one = (shapes(), proptest::option::of(0usize..2), cues)
            .prop_map(|(shape, bed, cues)| part(PartKind::Stories, shape, bed, cues));
        proptest::collection::vec(one, 0..8)
    }

    proptest! {
        #[test]
        fn whatever_the_shapes_voices_take_turns_and_all_is_inside(parts in parts()) {
            let timeline = lay(parts.clone());
            prop_assert!(timeline.placed.is_sorted_by_key(|p| p.start));
            let speech: Vec<_> = timeline.speech().collect();
            prop_assert!(speech.windows(2).all(|w| w[0].end() <= w[1].start));
            for p in &timeline.placed {
                prop_assert!(p.length > Frames::ZERO && p.end() <= timeline.length);
                prop_assert!(p.fade_in <= p.length && p.fade_out <= p.length);
                let whole = match p.source {
                    Source::Take { sentence, .. } => length_of(sentence),
                    Source::Sting { .. } => marks()[0].length,
                    Source::Pause => p.skip + p.length,
                };
                prop_assert!(p.skip + p.length <= whole);
            }
            for bed in &timeline.beds {
                prop_assert!(bed.length > Frames::ZERO && bed.end() <= timeline.length);
            }
            // Where nothing is cut, everything is there.
            let whole = |part: &Part| part.shape.cue_in_ms == 0 && part.shape.cue_out_ms.is_none();
            let asked = parts.iter().filter(|p| whole(p)).flat_map(|p| &p.cues);
            let asked = asked.filter(|cue| matches!(cue, Cue::Sentence { .. })).count();
            prop_assert!(speech.iter().filter(|p| whole(&parts[p.part])).count() == asked);
        }
    }
}
