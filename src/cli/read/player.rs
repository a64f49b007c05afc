//! What happens next: keys, the engine's reports and the time → what to do. No audio, no screen and no clock.
//!
//! The engine cannot be trusted to pause inside a sentence, nor to say when it has finished, nor to finish. So a pause
//! stops it and the sentence is begun again afterwards; an utterance that is overdue is asked about, and one that takes
//! absurdly long is given up.

/// What the player knows of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// What it stands together with: a story, a headline, a line of the station's.
    pub(super) group: usize,
    /// Silence after it.
    pub(super) pause_ms: u32,
    /// How long it is thought to take.
    pub(super) predicted_ms: u64,
}

/// What engine and surroundings can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manner {
    /// Somebody is at the keys: speech that somebody else stops is a pause, not a loss.
    pub(super) keys: bool,
    /// The engine says when an utterance begins and ends.
    pub(super) reports: bool,
    /// The engine can be asked whether it is speaking.
    pub(super) can_be_asked: bool,
}

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Pause,
    Next,
    Previous,
    NextStory,
    PreviousStory,
    First,
    Last,
    Suspend,
    Quit,
}

/// What has happened. Utterances are known by the numbers of [`Action::Speak`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Key(Key),
    /// The engine has begun an utterance.
    Begun(u64),
    /// The engine has said it to its end.
    Ended(u64),
    /// The engine was stopped in it.
    Stopped(u64),
    /// The engine took it and gave it no name, so that it will report nothing of it.
    Unnamed(u64),
    /// The answer to [`Action::Ask`].
    Speaking(bool),
    /// Nothing, but time has passed.
    Tick,
}

/// How a sentence came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    /// It was said.
    Spoken,
    /// It was stopped.
    Stopped,
    /// The engine took absurdly long over it.
    GivenUp,
}

/// Why it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    /// The last sentence has been said.
    Finished,
    /// A key said so.
    Quit,
    /// The engine takes sentences and says none of them.
    Silent,
}

/// What is to be done, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Have the engine say a sentence.
    Speak { line: usize, utterance: u64 },
    /// Have it stop.
    Stop,
    /// A sentence has come to its end.
    Ended { line: usize, ending: Ending },
    /// Ask the engine whether it is speaking, and report it.
    Ask,
    /// Make sure that the engine is still there.
    Check,
    /// What is shown has changed.
    Show,
    /// Give the terminal back and sleep until woken.
    Suspend,
    /// It is over; nothing comes after.
    Leave(Leaving),
}

/// What is going on, for whoever looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// A sentence is being said.
    Speaking,
    /// Between two sentences.
    Between,
    /// Until a key is pressed.
    Paused,
    /// Over.
    Left,
}

/// Silence after a key before the next sentence begins, so that who leafs through is not shouted at, and engines have
/// time to stop.
const SETTLE_MS: u64 = 150;
/// How often the engine is asked whether it is speaking: heard as a slightly longer pause.
const ASK_EVERY_MS: u64 = 100;
/// How often an engine with an overdue sentence is checked.
const CHECK_EVERY_MS: u64 = 1000;
/// How long an engine may take to begin: a neural one on a slow machine needs seconds.
const BEGIN_MS: u64 = 15_000;
/// Sentences given up in a row before the engine is: nobody wants to wait for more.
const MOST_GIVEN_UP: u32 = 3;

/// When a sentence that is thought to take this long is absurdly late.
fn absurd_ms(predicted_ms: u64) -> u64 {
    predicted_ms.saturating_mul(10).saturating_add(10_000)
}

/// When it is late enough to look after the engine.
fn overdue_ms(predicted_ms: u64) -> u64 {
    (predicted_ms + predicted_ms / 2).saturating_add(2000)
}

/// When the word of an engine that reports is no longer waited for, if it has begun and says that it is not speaking.
fn doubtful_ms(predicted_ms: u64) -> u64 {
    predicted_ms.saturating_mul(3).saturating_add(5000)
}

/// When a sentence is over that nothing can be known of.
fn surely_over_ms(predicted_ms: u64) -> u64 {
    (predicted_ms + predicted_ms / 4).saturating_add(500)
}

/// How long an engine that is asked may not have begun yet.
const UNHEARD_MS: u64 = 2000;

#[derive(Debug, Clone, Copy)]
enum Phase {
    /// Nothing has been asked for.
    Fresh,
    Speaking(Speaking),
    /// Until then, when this sentence is said.
    Between {
        until_ms: u64,
        next: usize,
    },
    Paused,
    Left,
}

#[derive(Debug, Clone, Copy)]
struct Speaking {
    utterance: u64,
    since_ms: u64,
    /// Whether the engine will report its end.
    reports: bool,
    /// Whether it was heard, by a report or an answer.
    begun: bool,
    ask_ms: u64,
    check_ms: u64,
}

/// The state of a reading.
#[derive(Debug)]
pub(super) struct Player {
    lines: Vec<Line>,
    manner: Manner,
    at: usize,
    phase: Phase,
    utterances: u64,
    given_up: u32,
}

impl Player {
    /// Before anything is said; the first sentence will be `from`, or the last there is.
    pub(super) fn new(lines: Vec<Line>, manner: Manner, from: usize) -> Self {
        let at = from.min(lines.len().saturating_sub(1));
        Self { lines, manner, at, phase: Phase::Fresh, utterances: 0, given_up: 0 }
    }

    /// The sentence that is being said, or was last.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn state(&self) -> State {
        match self.phase {
            Phase::Speaking(_) => State::Speaking,
            Phase::Fresh | Phase::Between { .. } => State::Between,
            Phase::Paused => State::Paused,
            Phase::Left => State::Left,
        }
    }

    /// Begins.
    pub(super) fn begin(&mut self, now_ms: u64) -> Vec<Action> {
        if !matches!(self.phase, Phase::Fresh) {
            return Vec::new();
        }
        if self.lines.is_empty() { self.leave(Leaving::Finished) } else { self.speak(self.at, now_ms) }
    }

    /// When a [`Event::Tick`] is wanted, if nothing else happens before.
    pub(super) fn wake_ms(&self) -> Option<u64> {
        match self.phase {
            Phase::Fresh | Phase::Paused | Phase::Left => None,
            Phase::Between { until_ms, .. } => Some(until_ms),
            Phase::Speaking(speaking) => {
                let mut wake = self.give_up_ms(&speaking).min(speaking.check_ms);
                if self.manner.can_be_asked {
                    wake = wake.min(speaking.ask_ms);
                } else if !speaking.reports {
                    wake = wake.min(speaking.since_ms + surely_over_ms(self.predicted_ms()));
                }
                Some(wake)
            }
        }
    }

    /// What is to be done about it.
    pub(super) fn on(&mut self, event: Event, now_ms: u64) -> Vec<Action> {
        match (event, self.phase) {
            (_, Phase::Fresh | Phase::Left) => Vec::new(),
            (Event::Key(key), _) => self.key(key, now_ms),
            (Event::Tick, Phase::Between { until_ms, next }) if now_ms >= until_ms => {
                self.speak(next, now_ms)
            }
            (Event::Tick, Phase::Speaking(speaking)) => self.tick(speaking, now_ms),
            (Event::Speaking(is), Phase::Speaking(speaking)) => self.answer(is, speaking, now_ms),
            (
                Event::Begun(utterance)
                | Event::Ended(utterance)
                | Event::Stopped(utterance)
                | Event::Unnamed(utterance),
                Phase::Speaking(speaking),
            ) if utterance == speaking.utterance => self.report(event, speaking, now_ms),
            // What is told of an utterance that was stopped before comes late and changes nothing.
            _ => Vec::new(),
        }
    }

    fn report(&mut self, event: Event, speaking: Speaking, now_ms: u64) -> Vec<Action> {
        match event {
            Event::Begun(_) => self.phase = Phase::Speaking(Speaking { begun: true, ..speaking }),
            Event::Unnamed(_) => {
                let ask_ms = now_ms + ASK_EVERY_MS;
                self.phase = Phase::Speaking(Speaking { reports: false, ask_ms, ..speaking });
            }
            Event::Ended(_) => return self.ended(Ending::Spoken, false, now_ms),
            Event::Stopped(_) if self.manner.keys => {
                self.phase = Phase::Paused;
                return vec![Action::Ended { line: self.at, ending: Ending::Stopped }, Action::Show];
            }
            Event::Stopped(_) => return self.ended(Ending::Stopped, false, now_ms),
            Event::Key(_) | Event::Speaking(_) | Event::Tick => {}
        }
        Vec::new()
    }

    fn tick(&mut self, mut speaking: Speaking, now_ms: u64) -> Vec<Action> {
        let elapsed = now_ms.saturating_sub(speaking.since_ms);
        if now_ms >= self.give_up_ms(&speaking) {
            return self.ended(Ending::GivenUp, true, now_ms);
        }
        if !speaking.reports && !self.manner.can_be_asked && elapsed >= surely_over_ms(self.predicted_ms()) {
            // It may still be saying the last word, which a stop would cut off; engines queue.
            return self.ended(Ending::Spoken, false, now_ms);
        }
        let mut actions = Vec::new();
        if now_ms >= speaking.check_ms {
            speaking.check_ms = now_ms + CHECK_EVERY_MS;
            actions.push(Action::Check);
        }
        if self.manner.can_be_asked && now_ms >= speaking.ask_ms {
            speaking.ask_ms = now_ms + ASK_EVERY_MS;
            actions.push(Action::Ask);
        }
        self.phase = Phase::Speaking(speaking);
        actions
    }

    fn answer(&mut self, is: bool, speaking: Speaking, now_ms: u64) -> Vec<Action> {
        let elapsed = now_ms.saturating_sub(speaking.since_ms);
        if is {
            self.phase = Phase::Speaking(Speaking { begun: true, ..speaking });
            return Vec::new();
        }
        let over = if speaking.reports {
            speaking.begun && elapsed >= doubtful_ms(self.predicted_ms())
        } else {
            speaking.begun || elapsed >= self.predicted_ms().saturating_add(UNHEARD_MS)
        };
        if over { self.ended(Ending::Spoken, true, now_ms) } else { Vec::new() }
    }

    /// The current sentence is over; `stop` where the engine may not know.
    fn ended(&mut self, ending: Ending, stop: bool, now_ms: u64) -> Vec<Action> {
        let mut actions = Vec::new();
        if stop {
            actions.push(Action::Stop);
        }
        actions.push(Action::Ended { line: self.at, ending });
        self.given_up = if ending == Ending::GivenUp { self.given_up + 1 } else { 0 };
        if self.given_up >= MOST_GIVEN_UP {
            actions.extend(self.leave(Leaving::Silent));
        } else if self.at + 1 >= self.lines.len() {
            // One sentence that was never heard is nothing that was read.
            let unheard = self.given_up as usize == self.lines.len();
            actions.extend(self.leave(if unheard { Leaving::Silent } else { Leaving::Finished }));
        } else {
            let pause_ms = self.lines.get(self.at).map_or(0, |line| u64::from(line.pause_ms));
            self.phase = Phase::Between { until_ms: now_ms + pause_ms, next: self.at + 1 };
            actions.push(Action::Show);
        }
        actions
    }

    fn key(&mut self, key: Key, now_ms: u64) -> Vec<Action> {
        let target = match key {
            Key::Quit => {
                let mut actions = self.interrupt();
                actions.extend(self.leave(Leaving::Quit));
                return actions;
            }
            Key::Suspend => {
                let mut actions = self.pause();
                actions.extend([Action::Suspend, Action::Show]);
                return actions;
            }
            Key::Pause if matches!(self.phase, Phase::Paused) => return self.speak(self.at, now_ms),
            Key::Pause => {
                let mut actions = self.pause();
                actions.push(Action::Show);
                return actions;
            }
            Key::Next => Some(self.at + 1),
            Key::Previous => Some(self.at.saturating_sub(1)),
            Key::NextStory => self.next_group(),
            Key::PreviousStory => Some(self.previous_group()),
            Key::First => Some(0),
            Key::Last => self.lines.len().checked_sub(1),
        };
        // Past the end there is nothing; what is being said goes on.
        let Some(target) = target.filter(|target| *target < self.lines.len()) else { return Vec::new() };
        let mut actions = self.interrupt();
        self.at = target;
        if !matches!(self.phase, Phase::Paused) {
            self.phase = Phase::Between { until_ms: now_ms + SETTLE_MS, next: target };
        }
        actions.push(Action::Show);
        actions
    }

    /// Stops what is being said.
    fn interrupt(&mut self) -> Vec<Action> {
        match self.phase {
            Phase::Speaking(_) => {
                vec![Action::Stop, Action::Ended { line: self.at, ending: Ending::Stopped }]
            }
            _ => Vec::new(),
        }
    }

    fn pause(&mut self) -> Vec<Action> {
        let actions = self.interrupt();
        // Between two sentences the one before has been said.
        if let Phase::Between { next, .. } = self.phase {
            self.at = next;
        }
        self.phase = Phase::Paused;
        actions
    }

    /// The first sentence of the next group.
    fn next_group(&self) -> Option<usize> {
        let group = self.lines.get(self.at)?.group;
        (self.at..self.lines.len()).find(|n| self.lines[*n].group != group)
    }

    /// The first sentence of this group, or of the one before for who is there already.
    fn previous_group(&self) -> usize {
        let first_of = |at: usize| {
            let group = self.lines.get(at).map(|line| line.group);
            (0..at)
                .rev()
                .take_while(|n| self.lines.get(*n).map(|line| line.group) == group)
                .last()
                .unwrap_or(at)
        };
        match first_of(self.at) {
            first if first == self.at && first > 0 => first_of(first - 1),
            first => first,
        }
    }

    fn speak(&mut self, line: usize, now_ms: u64) -> Vec<Action> {
        self.at = line;
        self.utterances += 1;
        let (utterance, reports) = (self.utterances, self.manner.reports);
        let first_doubt = if reports { doubtful_ms(self.predicted_ms()) } else { ASK_EVERY_MS };
        self.phase = Phase::Speaking(Speaking {
            utterance,
            since_ms: now_ms,
            reports,
            begun: false,
            ask_ms: now_ms.saturating_add(first_doubt),
            check_ms: now_ms.saturating_add(overdue_ms(self.predicted_ms())),
        });
        vec![Action::Speak { line, utterance }, Action::Show]
    }

    fn leave(&mut self, why: Leaving) -> Vec<Action> {
        self.phase = Phase::Left;
        vec![Action::Leave(why)]
    }

    fn predicted_ms(&self) -> u64 {
        self.lines.get(self.at).map_or(0, |line| line.predicted_ms)
    }

    fn give_up_ms(&self, speaking: &Speaking) -> u64 {
        let absurd = absurd_ms(self.predicted_ms());
        let late = if speaking.reports && !speaking.begun { absurd.min(BEGIN_MS) } else { absurd };
        speaking.since_ms.saturating_add(late)
    }
}

#[cfg(test)]
#[path = "player_tests.rs"]
mod tests;
