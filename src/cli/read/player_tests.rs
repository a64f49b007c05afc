use super::*;
use proptest::prelude::*;

const LIVE: Manner = Manner { keys: true, reports: true, can_be_asked: true };

/// Five sentences of a second each: two of a story, two of another, a closing line.
fn lines() -> Vec<Line> {
    [(0, 600), (0, 1300), (1, 400), (1, 1300), (2, 0)]
        .map(|(group, pause_ms)| Line { group, pause_ms, predicted_ms: 1000 })
        .into()
}

/// What a script of events at times makes the player do, one line an event: `time event -> actions`.
fn played(manner: Manner, from: usize, events: &[(u64, Event)]) -> Vec<String> {
    let mut player = Player::new(lines(), manner, from);
    let mut told = vec![brief(&player.begin(0))];
    told.extend(events.iter().map(|(now, event)| brief(&player.on(*event, *now))));
    told
}

/// `speak 0/1` is sentence 0 as utterance 1.
fn brief(actions: &[Action]) -> String {
    let one = |action: &Action| match action {
        Action::Speak { line, utterance } => format!("speak {line}/{utterance}"),
        Action::Ended { line, ending: Ending::Spoken } => format!("spoken {line}"),
        Action::Ended { line, ending: Ending::Stopped } => format!("stopped {line}"),
        Action::Ended { line, ending: Ending::GivenUp } => format!("given up {line}"),
        Action::Leave(why) => format!("leave {why:?}"),
        other => format!("{other:?}"),
    };
    actions.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn sentences_follow_each_other_with_their_pauses() {
    let events = [
        (5, Event::Begun(1)),
        (900, Event::Ended(1)),
        (1400, Event::Tick),
        (1500, Event::Tick),
        (2500, Event::Ended(2)),
        (3800, Event::Tick),
        (4800, Event::Ended(3)),
        (5200, Event::Tick),
        (6200, Event::Ended(4)),
        (7500, Event::Tick),
        (8500, Event::Ended(5)),
        (9000, Event::Key(Key::Pause)),
    ];
    assert_eq!(
        played(LIVE, 0, &events),
        [
            "speak 0/1, Show",
            "",
            "spoken 0, Show",
            "",
            "speak 1/2, Show",
            "spoken 1, Show",
            "speak 2/3, Show",
            "spoken 2, Show",
            "speak 3/4, Show",
            "spoken 3, Show",
            "speak 4/5, Show",
            "spoken 4, leave Finished",
            "",
        ]
    );
}

#[test]
fn keys_do_what_they_say() {
    use Key::{First, Last, Next, NextStory, Pause, Previous, PreviousStory, Quit, Suspend};
    let key = |key| (100, Event::Key(key));
    for (from, events, told) in [
        // A pause stops, and begins the sentence again.
        (1, &[key(Pause), key(Pause)][..], &["Stop, stopped 1, Show", "speak 1/2, Show"][..]),
        // In a pause between sentences the next one is up.
        (1, &[(50, Event::Ended(1)), key(Pause), key(Pause)], &["spoken 1, Show", "Show", "speak 2/2, Show"]),
        // Who leafs through hears nothing until it settles.
        (
            0,
            &[key(Next), (200, Event::Key(Next)), (300, Event::Tick), (350, Event::Tick)],
            &["Stop, stopped 0, Show", "Show", "", "speak 2/2, Show"],
        ),
        // What the engine tells of a stopped utterance comes late.
        (
            0,
            &[key(Next), (110, Event::Stopped(1)), (260, Event::Tick), (270, Event::Ended(1))],
            &["Stop, stopped 0, Show", "", "speak 1/2, Show", ""],
        ),
        (2, &[key(Previous), (250, Event::Tick)], &["Stop, stopped 2, Show", "speak 1/2, Show"]),
        // The one before is the one before that which is shown, also in the pause after it.
        (
            2,
            &[(50, Event::Ended(1)), key(Previous), (250, Event::Tick)],
            &["spoken 2, Show", "Show", "speak 1/2, Show"],
        ),
        (0, &[key(Previous), (250, Event::Tick)], &["Stop, stopped 0, Show", "speak 0/2, Show"]),
        (4, &[key(Next)], &[""]),
        (0, &[key(NextStory), (250, Event::Tick)], &["Stop, stopped 0, Show", "speak 2/2, Show"]),
        (4, &[key(NextStory)], &[""]),
        (3, &[key(PreviousStory), (250, Event::Tick)], &["Stop, stopped 3, Show", "speak 2/2, Show"]),
        (2, &[key(PreviousStory), (250, Event::Tick)], &["Stop, stopped 2, Show", "speak 0/2, Show"]),
        (0, &[key(PreviousStory), (250, Event::Tick)], &["Stop, stopped 0, Show", "speak 0/2, Show"]),
        (2, &[key(First), (250, Event::Tick)], &["Stop, stopped 2, Show", "speak 0/2, Show"]),
        (2, &[key(Last), (250, Event::Tick)], &["Stop, stopped 2, Show", "speak 4/2, Show"]),
        // Paused, one can move about in silence.
        (
            0,
            &[key(Pause), key(Next), key(Next), key(Previous), (5000, Event::Tick), key(Pause)],
            &["Stop, stopped 0, Show", "Show", "Show", "Show", "", "speak 1/2, Show"],
        ),
        (1, &[key(Suspend), key(Pause)], &["Stop, stopped 1, Suspend, Show", "speak 1/2, Show"]),
        (1, &[key(Quit), key(Pause)], &["Stop, stopped 1, leave Quit", ""]),
        (1, &[key(Pause), key(Quit)], &["Stop, stopped 1, Show", "leave Quit"]),
        // Beyond the last sentence one begins at the last.
        (99, &[key(Quit)], &["Stop, stopped 4, leave Quit"]),
    ] {
        assert_eq!(played(LIVE, from, events)[1..], *told, "from {from}: {events:?}");
    }
}

#[test]
fn somebody_else_stopping_is_a_pause_for_who_has_keys() {
    let events = [(100, Event::Stopped(1)), (9000, Event::Tick)];
    assert_eq!(played(LIVE, 0, &events)[1..], ["stopped 0, Show", ""]);
    let alone = Manner { keys: false, ..LIVE };
    assert_eq!(played(alone, 0, &events)[1..], ["stopped 0, Show", "speak 1/2, Show"]);
}

#[test]
fn an_engine_that_reports_nothing_is_asked_or_timed() {
    let mute = Manner { reports: false, ..LIVE };
    let blind = Manner { reports: false, can_be_asked: false, ..LIVE };
    for (manner, events, told) in [
        // Heard, then silent: over.
        (
            mute,
            &[
                (100, Event::Tick),
                (100, Event::Speaking(true)),
                (200, Event::Tick),
                (200, Event::Speaking(false)),
            ][..],
            &["Ask", "", "Ask", "Stop, spoken 0, Show"][..],
        ),
        // Not begun yet.
        (mute, &[(100, Event::Tick), (100, Event::Speaking(false)), (150, Event::Tick)], &["Ask", "", ""]),
        // So short that nobody heard it, or never begun.
        (mute, &[(3000, Event::Speaking(false))], &["Stop, spoken 0, Show"]),
        (blind, &[(1700, Event::Tick), (1750, Event::Tick)], &["", "spoken 0, Show"]),
        // One that reports by and large, but gave this utterance no name.
        (
            LIVE,
            &[
                (1, Event::Unnamed(1)),
                (101, Event::Tick),
                (101, Event::Speaking(true)),
                (900, Event::Speaking(false)),
            ],
            &["", "Ask", "", "Stop, spoken 0, Show"],
        ),
        // One that reports is believed for long, then asked; its answer before it has begun means nothing.
        (
            LIVE,
            &[
                (1, Event::Begun(1)),
                (2000, Event::Speaking(false)),
                (8000, Event::Tick),
                (8000, Event::Speaking(true)),
                (8100, Event::Tick),
                (8100, Event::Speaking(false)),
            ],
            &["", "", "Check, Ask", "", "Ask", "Stop, spoken 0, Show"],
        ),
        (LIVE, &[(8000, Event::Tick), (8000, Event::Speaking(false))], &["Check, Ask", ""]),
        // Overdue, it is looked after once a second.
        (
            LIVE,
            &[(3499, Event::Tick), (3500, Event::Tick), (4000, Event::Tick), (4500, Event::Tick)],
            &["", "Check", "", "Check"],
        ),
    ] {
        assert_eq!(played(manner, 0, events)[1..], *told, "{manner:?}: {events:?}");
    }
}

#[test]
fn what_takes_absurdly_long_is_given_up_and_in_the_end_the_engine() {
    // Begun, ten times as long as thought and ten seconds.
    let begun = [(1, Event::Begun(1)), (19_999, Event::Tick), (20_000, Event::Tick)];
    assert_eq!(played(LIVE, 0, &begun)[1..], ["", "Check, Ask", "Stop, given up 0, Show"]);
    // Never begun: three of those, and nobody waits for more.
    let events = [15_000, 15_600, 30_600, 31_900, 46_900].map(|now| (now, Event::Tick));
    assert_eq!(
        played(LIVE, 0, &events)[1..],
        [
            "Stop, given up 0, Show",
            "speak 1/2, Show",
            "Stop, given up 1, Show",
            "speak 2/3, Show",
            "Stop, given up 2, leave Silent"
        ]
    );
    // One that is heard in between makes good for it.
    let mut player = Player::new(lines(), LIVE, 0);
    player.begin(0);
    let mut now = 0;
    for utterance in 1..=4 {
        now += if utterance == 3 { 500 } else { 16_000 };
        let event = if utterance == 3 { Event::Ended(3) } else { Event::Tick };
        player.on(event, now);
        now += 5000;
        player.on(Event::Tick, now);
    }
    assert_eq!((player.state(), player.at()), (State::Speaking, 4));
    // All there was to say was given up: nothing has been read.
    let mut alone = Player::new(lines()[..1].to_vec(), LIVE, 0);
    alone.begin(0);
    assert_eq!(brief(&alone.on(Event::Tick, 20_000)), "Stop, given up 0, leave Silent");
}

#[test]
fn nothing_to_say_is_over_at_once() {
    let mut player = Player::new(Vec::new(), LIVE, 3);
    assert_eq!(brief(&player.begin(0)), "leave Finished");
    assert_eq!(player.wake_ms(), None);
}

fn any_event() -> impl Strategy<Value = Event> {
    let key = proptest::sample::select(vec![
        Key::Pause,
        Key::Next,
        Key::Previous,
        Key::NextStory,
        Key::PreviousStory,
        Key::First,
        Key::Last,
        Key::Suspend,
        Key::Pause,
        Key::Next,
    ]);
    prop_oneof![
        4 => key.prop_map(Event::Key),
        3 => (0u64..12).prop_map(Event::Begun),
        4 => (0u64..12).prop_map(Event::Ended),
        1 => (0u64..12).prop_map(Event::Stopped),
        1 => (0u64..12).prop_map(Event::Unnamed),
        2 => any::<bool>().prop_map(Event::Speaking),
        6 => Just(Event::Tick),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_one_voice_speaks_and_quit_ends(
        events in proptest::collection::vec((any_event(), 0u64..6000), 0..120),
        count in 0usize..7,
        from in 0usize..9,
        keys in any::<bool>(),
        reports in any::<bool>(),
        can_be_asked in any::<bool>(),
    ) {
        let all: Vec<Line> =
            (0..count).map(|n| Line { group: n / 2, pause_ms: 300, predicted_ms: 400 * n as u64 }).collect();
        let mut player = Player::new(all, Manner { keys, reports, can_be_asked }, from);
        let mut now = 0;
        // The utterance in the engine as far as anybody can know, and whether it is over.
        let mut speaking: Option<u64> = None;
        let mut left = false;
        let mut begun: Vec<usize> = Vec::new();
        let mut ended: Vec<usize> = Vec::new();
        let mut check = |actions: Vec<Action>, speaking: &mut Option<u64>, left: &mut bool| {
            for action in actions {
                prop_assert!(!*left, "nothing comes after the end");
                match action {
                    Action::Speak { line, utterance } => {
                        prop_assert!(line < count);
                        prop_assert!(speaking.is_none(), "two at once");
                        *speaking = Some(utterance);
                        begun.push(line);
                    }
                    Action::Stop => *speaking = None,
                    Action::Ended { line, ending } => {
                        // An engine that nothing can be known of is taken at its predicted time.
                        if ending == Ending::Spoken { *speaking = None; }
                        ended.push(line);
                    }
                    Action::Leave(_) => *left = true,
                    Action::Ask | Action::Check | Action::Show | Action::Suspend => {}
                }
            }
            Ok(())
        };
        check(player.begin(now), &mut speaking, &mut left)?;
        for (event, after) in events {
            now += after;
            if let Event::Ended(utterance) | Event::Stopped(utterance) = event && speaking == Some(utterance) {
                speaking = None;
            }
            check(player.on(event, now), &mut speaking, &mut left)?;
            prop_assert!(count == 0 || player.at() < count);
            prop_assert!(player.state() != State::Speaking || player.wake_ms().is_some(), "never without a watch");
            prop_assert_eq!(player.state() == State::Left, left);
        }
        check(player.on(Event::Key(Key::Quit), now), &mut speaking, &mut left)?;
        prop_assert!(left);
        prop_assert_eq!(player.state(), State::Left);
        prop_assert!(speaking.is_none(), "nothing is left speaking");
        prop_assert_eq!(begun, ended, "what began came to its end, in order");
    }

    /// Left alone with any engine, a reading comes to its end by itself.
    #[test]
    fn left_alone_it_ends(
        reports in any::<bool>(),
        can_be_asked in any::<bool>(),
        dead in any::<bool>(),
        count in 1usize..6,
    ) {
        let all: Vec<Line> = (0..count).map(|n| Line { group: n, pause_ms: 300, predicted_ms: 2000 }).collect();
        let mut player = Player::new(all, Manner { keys: false, reports, can_be_asked }, 0);
        let mut now = 0;
        let mut actions = player.begin(now);
        let mut since = 0;
        for _ in 0..100_000 {
            let mut more = Vec::new();
            for action in actions {
                match action {
                    Action::Speak { .. } => since = now,
                    Action::Ask => more.extend(player.on(Event::Speaking(!dead && now < since + 2500), now)),
                    _ => {}
                }
            }
            actions = more;
            let Some(wake) = player.wake_ms() else { break };
            now = now.max(wake);
            actions.extend(player.on(Event::Tick, now));
        }
        prop_assert_eq!(player.state(), State::Left);
        prop_assert!(now < 200_000, "{}", now);
    }
}
