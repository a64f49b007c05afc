//! The loop that ties keys, voice and screen to the player.

use super::keys::{self, Keys, Touch};
use super::player::{Action, Ending, Event, Key, Leaving, Manner, Player};
use super::reading::{self, Line};
use super::screen::Screen;
use super::tell::{Gone, Teller};
use super::{player, screen};
use crate::cli::progress::Progress;
use crate::cli::wanted::Wanted;
use crate::cli::{args, produce, report};
use crate::config::Config;
use crate::job::Cast;
use crate::script::Story;
use crate::voice::system::{Heard, Live, Utterance, Voice};
use crate::{Error, Result};
use serde::Serialize;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

pub(in crate::cli) fn run(args: &args::Read) -> Result<ExitCode> {
    let (sender, receiver) = mpsc::channel();
    let heard = sender.clone();
    // A loop that has ended hears nothing more.
    let mut live = Live::open(move |what, of| drop(heard.send(Message::Heard(what, of))))?;
    if args.list_voices {
        return list(&mut live, args);
    }
    let script = script(args)?;
    let voice = live.choose(args.voice.voice.as_deref(), script.language)?;
    if voice.is_none() {
        let language = script.language;
        report::warning(&format!("the system has no voice for {language}, and speaks with its own choice"));
    }
    if !live.set_rate(script.rate) && (script.rate - 1.0).abs() > 1e-3 {
        report::warning("the system's voice cannot be made faster or slower");
    }
    let reading = Reading { live, receiver, lines: script.lines, name: None, signal: None };
    reading.run(args, voice.as_ref(), sender)
}

/// What is read, and how.
struct Script {
    lines: Vec<Line>,
    rate: f64,
    language: &'static str,
}

fn script(args: &args::Read) -> Result<Script> {
    let layer = args.layer();
    let wanted = Wanted::of(&args.inputs, &args.briefing.set(), &args.article, &layer)?;
    let config: Config = wanted.resolve(layer)?;
    let mut job = config.job()?;
    // One voice reads it all, and it is none of the house's: those make files.
    (job.voice, job.cast) = (None, Cast::default());
    job.articles = wanted.gather(&args.article, &config, &Progress::new(false))?.stories;
    job.lexicon = wanted.lexicon(&config, &args.voice.lexicon)?;
    let plan = job.plan(&produce::voices(&config)?)?;
    let warnings = plan.script.stories.iter().filter_map(Story::warning);
    for text in warnings.chain(plan.rundown.warning(&plan.script)).chain(plan.warnings()) {
        report::warning(&text);
    }
    let lines = reading::lines(&plan, job.rate, job.script.story_pause_ms);
    if lines.is_empty() {
        let inputs: Vec<_> = args.inputs.iter().map(|input| input.display().to_string()).collect();
        return Err(Error::NothingToSay { input: inputs.join(", ") });
    }
    if args.from == 0 || args.from > lines.len() {
        return Err(Error::Config {
            place: "--from".into(),
            problem: format!("there is no sentence {}", args.from),
            cure: format!("name one of 1 to {}", lines.len()),
        });
    }
    let rate = job.rate * plan.fit.map_or(1.0, |fit| fit.rate);
    Ok(Script { lines, rate, language: job.style.locale.tag() })
}

#[derive(Serialize)]
struct Listed<'a> {
    format_version: u32,
    voices: &'a [Voice],
    /// The place of the one that reads where none is named.
    chosen: Option<usize>,
}

fn list(live: &mut Live, args: &args::Read) -> Result<ExitCode> {
    let config = produce::resolve(args.layer())?;
    let language = config.job()?.style.locale.tag();
    let chosen = live.choose(args.voice.voice.as_deref(), language)?;
    let voices = live.voices();
    let at = voices.iter().position(|voice| Some(voice) == chosen.as_ref());
    if args.json {
        report::print_json(&Listed { format_version: 1, voices: &voices, chosen: at })?;
    } else {
        report::print(|out| {
            voices.iter().enumerate().try_for_each(|(n, Voice { name, language, .. })| {
                let mark = if Some(n) == at { '*' } else { ' ' };
                writeln!(out, "{mark} {language:<10} {name}")
            })
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What the loop waits for.
enum Message {
    Heard(Heard, Utterance),
    Touch(Touch),
    Signal(i32),
}

/// On a system whose speech needs the loop's help to call back, it is given that so often.
const ATTEND_EVERY: Duration = Duration::from_millis(50);

/// A reading under way.
struct Reading {
    live: Live,
    receiver: Receiver<Message>,
    lines: Vec<Line>,
    /// What the system calls the utterance in it, and what the player does.
    name: Option<(Utterance, u64)>,
    /// What ended it from outside.
    signal: Option<i32>,
}

impl Reading {
    fn run(mut self, args: &args::Read, voice: Option<&Voice>, sender: Sender<Message>) -> Result<ExitCode> {
        let on_screen = !args.plain && !args.json && is_screen();
        let signals = sender.clone();
        keys::signals(on_screen, move |signal| drop(signals.send(Message::Signal(signal))));
        let (mut teller, keys) = if on_screen {
            let screen = Screen::take().map_err(|e| Error::ReadingAloud {
                problem: format!("the terminal cannot be drawn on: {e}"),
                cure: "--plain prints the sentences instead".into(),
            })?;
            let keys = Keys::listen(move |touch| drop(sender.send(Message::Touch(touch))), end_at_once);
            (Teller::screen(screen, &self.lines, is_styled()), Some(keys))
        } else {
            (if args.json { Teller::Json } else { Teller::Lines }, None)
        };
        let manner =
            Manner { keys: on_screen, reports: self.live.reports(), can_be_asked: self.live.can_be_asked() };
        let known = self.lines.iter().map(|line| player::Line {
            group: line.group,
            pause_ms: line.pause_ms,
            predicted_ms: line.predicted_ms,
        });
        let mut player = Player::new(known.collect(), manner, args.from - 1);
        let left = match teller.started(voice, self.lines.len()) {
            Ok(()) => self.play(&mut player, &mut teller),
            Err(Gone) => Ok(Leaving::Quit),
        };
        // Whatever ended it, nothing goes on speaking, and the terminal is given back before anything is said.
        if left.is_err() || left.as_ref().is_ok_and(|why| *why != Leaving::Finished) {
            self.live.stop();
        }
        drop(keys);
        teller.close().iter().for_each(|warning| report::warning(warning));
        if let Some(signal) = self.signal {
            keys::obey(signal);
        }
        match left? {
            Leaving::Finished | Leaving::Quit => Ok(ExitCode::SUCCESS),
            Leaving::Silent => Err(Error::ReadingAloud {
                problem: "the system's voice takes sentences and says none of them".into(),
                cure: "check that it speaks at all (on Linux `spd-say hello`), or take another --voice"
                    .into(),
            }),
        }
    }

    fn play(&mut self, player: &mut Player, teller: &mut Teller) -> Result<Leaving> {
        let clock = Clock::start();
        let mut actions = player.begin(clock.ms());
        loop {
            let mut more = Vec::new();
            for action in std::mem::take(&mut actions) {
                match self.carry_out(action, player, teller) {
                    Ok(Done::Nothing) => {}
                    Ok(Done::Event(event)) => more.extend(player.on(event, clock.ms())),
                    Ok(Done::Left(why)) => return Ok(why),
                    Err(Stopped::Gone) => return Ok(Leaving::Quit),
                    Err(Stopped::Failed(error)) => return Err(error),
                }
            }
            actions = more;
            if !actions.is_empty() {
                continue;
            }
            match self.wait(player.wake_ms(), &clock) {
                Some(event) => actions = self.happened(event, player, teller, &clock),
                None => actions = player.on(Event::Tick, clock.ms()),
            }
        }
    }

    /// The next message, or none when it is time.
    fn wait(&self, wake_ms: Option<u64>, clock: &Clock) -> Option<Message> {
        loop {
            self.live.attend();
            let left = wake_ms.map(|wake| Duration::from_millis(wake.saturating_sub(clock.ms())));
            let left = left.unwrap_or(Duration::from_hours(1));
            let step = if Live::NEEDS_ATTENTION { left.min(ATTEND_EVERY) } else { left };
            match self.receiver.recv_timeout(step) {
                Ok(message) => return Some(message),
                Err(RecvTimeoutError::Timeout) if step < left => {}
                Err(RecvTimeoutError::Timeout) => return None,
                // Nobody can say anything any more, neither engine nor keys: time alone goes on.
                Err(RecvTimeoutError::Disconnected) => {
                    std::thread::sleep(step);
                    return None;
                }
            }
        }
    }

    fn happened(
        &mut self,
        message: Message,
        player: &mut Player,
        teller: &mut Teller,
        clock: &Clock,
    ) -> Vec<Action> {
        let event = match message {
            Message::Heard(what, of) => match &self.name {
                Some((name, utterance)) if *name == of => match what {
                    Heard::Begun => Event::Begun(*utterance),
                    Heard::Ended => Event::Ended(*utterance),
                    Heard::Stopped => Event::Stopped(*utterance),
                },
                _ => return Vec::new(),
            },
            Message::Touch(Touch::Key(key)) => Event::Key(key),
            Message::Touch(Touch::Resized) => {
                teller.resized();
                return vec![Action::Show];
            }
            Message::Touch(Touch::Lost) => Event::Key(Key::Quit),
            Message::Signal(signal) if keys::sleeps(signal) => Event::Key(Key::Suspend),
            Message::Signal(signal) => {
                self.signal = Some(signal);
                Event::Key(Key::Quit)
            }
        };
        player.on(event, clock.ms())
    }

    fn carry_out(
        &mut self,
        action: Action,
        player: &Player,
        teller: &mut Teller,
    ) -> std::result::Result<Done, Stopped> {
        match action {
            Action::Speak { line, utterance } => {
                let Some(said) = self.lines.get(line) else { return Ok(Done::Nothing) };
                let name = self.live.speak(&said.spoken)?;
                teller.sentence(line, said)?;
                self.name = name.map(|name| (name, utterance));
                if self.name.is_none() {
                    return Ok(Done::Event(Event::Unnamed(utterance)));
                }
            }
            Action::Stop => self.live.stop(),
            Action::Ended { line, ending } => {
                self.name = None;
                teller.ended(line, ending)?;
                if ending == Ending::GivenUp {
                    teller
                        .warn(format!("the system's voice did not come to the end of sentence {}", line + 1));
                }
            }
            Action::Ask => {
                let is = self.live.is_speaking().unwrap_or(false);
                return Ok(Done::Event(Event::Speaking(is)));
            }
            Action::Check => self.live.check()?,
            Action::Show => teller.show(player.at(), player.state())?,
            Action::Suspend => {
                // Without keys there is `fg` alone to go on with.
                let alone = !teller.has_keys();
                teller.lend(keys::sleep)?;
                if alone {
                    return Ok(Done::Event(Event::Key(Key::Pause)));
                }
            }
            Action::Leave(why) => {
                teller.left(why)?;
                return Ok(Done::Left(why));
            }
        }
        Ok(Done::Nothing)
    }
}

/// Somebody wants to leave while the loop waits for the system's speech, inside a C library that does not come back.
#[allow(clippy::exit, reason = "there is no other way out of a call that does not return")]
fn end_at_once() {
    screen::leave();
    report::warning("the system's speech does not answer any more; the last sentence may go on");
    std::process::exit(1);
}

/// What carrying out an action leads to.
enum Done {
    Nothing,
    Event(Event),
    Left(Leaving),
}

/// Why it cannot go on.
enum Stopped {
    Gone,
    Failed(Error),
}

impl From<Gone> for Stopped {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Time since the reading began.
struct Clock(Instant);

#[allow(clippy::disallowed_methods, reason = "speech is live: it has a clock, and no file depends on it")]
impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Whether there is a terminal that a page can be drawn on.
fn is_screen() -> bool {
    let term = std::env::var("TERM");
    io::stdout().is_terminal() && (term.is_ok_and(|term| term != "dumb") || cfg!(windows))
}

/// Whether it may look other than plain text. Source: no-color.org.
fn is_styled() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
}
