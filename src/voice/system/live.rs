//! A thin live speaker over the crate `tts`.

use super::{Speeds, Unpicked, Voice, named, speaking};
use crate::suggest::did_you_mean;
use crate::{Error, Result};
use std::fmt;
use std::mem::ManuallyDrop;
use tts::{Features, Tts, UtteranceId};

/// What the system says of an utterance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// It has begun.
    Begun,
    /// It has been said to its end.
    Ended,
    /// It was stopped, by us or somebody else.
    Stopped,
}

/// An utterance by the system's own name for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Utterance(String);

impl Utterance {
    /// The crate's type can be compared on some systems only; it can be printed on all.
    fn of(id: UtteranceId) -> Self {
        Self(format!("{id:?}"))
    }
}

/// The system's voices, ready to speak. It belongs to the thread that opened it.
pub(crate) struct Live {
    /// Never dropped: the crate takes its callbacks away before it hangs up, and panics inside a C callback, which ends the
    /// process, if one comes in between. The connection lasts as long as the process.
    tts: ManuallyDrop<Tts>,
    /// As the crate has them, and as we tell of them.
    voices: Vec<(tts::Voice, Voice)>,
    features: Features,
    rate: Option<f32>,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("voices", &self.voices.len()).finish_non_exhaustive()
    }
}

impl Live {
    /// Connects to the system's speech. `tell` is called from a thread of the system's, and must not block.
    ///
    /// # Errors
    /// [`Error::ReadingAloud`] where there is no speech to be had, with what to start or install.
    pub(crate) fn open(tell: impl Fn(Heard, Utterance) + Clone + 'static) -> Result<Self> {
        let tts = Tts::default().map_err(|e| Error::ReadingAloud {
            problem: format!("the system's speech cannot be reached: {}", without_stop(&e)),
            cure: NOT_REACHED.into(),
        })?;
        let tts = ManuallyDrop::new(tts);
        let features = tts.supported_features();
        let mut voices = Vec::new();
        if features.voice {
            let silent = |e: tts::Error| Error::ReadingAloud {
                problem: format!("the system names no voices: {}", without_stop(&e)),
                cure: NO_VOICES.into(),
            };
            let all = tts.voices().map_err(silent)?;
            if all.is_empty() {
                return Err(Error::ReadingAloud {
                    problem: "the system has no voices".into(),
                    cure: NO_VOICES.into(),
                });
            }
            voices.extend(all.into_iter().map(|voice| {
                let ours = Voice {
                    name: voice.name(),
                    id: voice.id(),
                    language: voice.language().as_str().to_owned(),
                };
                (voice, ours)
            }));
        }
        if features.utterance_callbacks {
            let callback = |heard: Heard| -> Option<Box<dyn FnMut(UtteranceId)>> {
                let tell = tell.clone();
                Some(Box::new(move |id| tell(heard, Utterance::of(id))))
            };
            tts.on_utterance_begin(callback(Heard::Begun))
                .and_then(|()| tts.on_utterance_end(callback(Heard::Ended)))
                .and_then(|()| tts.on_utterance_stop(callback(Heard::Stopped)))
                .map_err(|e| lost(&e))?;
        }
        Ok(Self { tts, voices, features, rate: None })
    }

    /// The voices there are, in the system's order; none where it does not say.
    pub(crate) fn voices(&self) -> Vec<Voice> {
        self.voices.iter().map(|(_, voice)| voice.clone()).collect()
    }

    /// Whether the system says when an utterance begins and ends.
    pub(crate) fn reports(&self) -> bool {
        self.features.utterance_callbacks
    }

    /// Whether the system can be asked if it is speaking.
    pub(crate) fn can_be_asked(&self) -> bool {
        self.features.is_speaking
    }

    /// Takes the voice of this name, or the first that speaks the language; none where the system has to choose.
    ///
    /// # Errors
    /// [`Error::Config`] for a name that no voice or several have; [`Error::ReadingAloud`] where the system refuses it.
    pub(crate) fn choose(&mut self, name: Option<&str>, language: &str) -> Result<Option<Voice>> {
        let voices = self.voices();
        let at = match name {
            Some(name) => Some(named(&voices, name).map_err(|unpicked| not_picked(name, &voices, unpicked))?),
            None => speaking(&voices, language),
        };
        let Some((theirs, ours)) = at.and_then(|at| self.voices.get(at)) else { return Ok(None) };
        let chosen = ours.clone();
        self.tts.set_voice(theirs).map_err(|e| Error::ReadingAloud {
            problem: format!("the system does not speak with \"{}\": {}", chosen.name, without_stop(&e)),
            cure: "take another --voice; `bulletin read --list-voices` lists them".into(),
        })?;
        Ok(Some(chosen))
    }

    /// Speaks `factor` times as fast as by itself from now on; false where the system cannot.
    pub(crate) fn set_rate(&mut self, factor: f64) -> bool {
        let speeds =
            Speeds { least: self.tts.min_rate(), normal: self.tts.normal_rate(), most: self.tts.max_rate() };
        let rate = speeds.at(factor);
        let set = self.features.rate && self.tts.set_rate(rate).is_ok();
        self.rate = set.then_some(rate);
        set
    }

    /// Has it say one sentence after what it is saying; its name, where the system gives it one.
    ///
    /// # Errors
    /// [`Error::ReadingAloud`] where the system has gone.
    pub(crate) fn speak(&mut self, text: &str) -> Result<Option<Utterance>> {
        // The crate panics at a NUL, and ours has none; nothing is lost by making sure.
        let text: String = text.chars().filter(|c| *c != '\0').collect();
        let id = self.tts.speak(text, false).map_err(|e| lost(&e))?;
        Ok(id.map(Utterance::of))
    }

    /// Has it stop at once; a system that cannot goes on to the end of the sentence.
    pub(crate) fn stop(&mut self) {
        // Whether it has gone for good shows with the next sentence.
        let _ = self.tts.stop();
    }

    /// Whether it is speaking, as far as the system knows.
    pub(crate) fn is_speaking(&self) -> Option<bool> {
        self.tts.is_speaking().ok()
    }

    /// Whether the system still answers at all.
    ///
    /// # Errors
    /// [`Error::ReadingAloud`] where it does not.
    pub(crate) fn check(&mut self) -> Result<()> {
        // The speed is what every system can be told without a change to what it is saying.
        match self.rate {
            Some(rate) => self.tts.set_rate(rate).map(|_| ()).map_err(|e| lost(&e)),
            None => Ok(()),
        }
    }

    /// Whether the system calls back only while [`Live::attend`] is called now and then.
    pub(crate) const NEEDS_ATTENTION: bool = cfg!(target_os = "macos");

    /// Lets the system call back; most need no help of ours.
    #[allow(clippy::unused_self, reason = "what waits to be called back belongs to this connection")]
    pub(crate) fn attend(&self) {
        #[cfg(target_os = "macos")]
        run_loop();
    }
}

/// Handles what the main thread's run loop has waiting, which is where macOS reports the ends of utterances.
#[cfg(target_os = "macos")]
#[allow(unsafe_code, reason = "the name of the loop's mode is a static of a C library")]
fn run_loop() {
    use core_foundation::runloop::{CFRunLoop, kCFRunLoopDefaultMode};
    // SAFETY: the static is set when the library is loaded, and never written.
    let mode = unsafe { kCFRunLoopDefaultMode };
    CFRunLoop::run_in_mode(mode, std::time::Duration::ZERO, false);
}

fn lost(error: &tts::Error) -> Error {
    Error::ReadingAloud {
        problem: format!("the system's speech has gone: {}", without_stop(error)),
        cure: NOT_REACHED.into(),
    }
}

/// The crate's messages in the way of ours.
fn without_stop(error: &tts::Error) -> String {
    match error {
        tts::Error::NoneError => "it does not answer".into(),
        other => other.to_string().trim_end_matches(['.', '\n', ' ']).to_owned(),
    }
}

#[cfg(target_os = "linux")]
const NOT_REACHED: &str = "start speech-dispatcher, or install it (Debian: speech-dispatcher and a module such as \
    speech-dispatcher-espeak-ng); `spd-say hello` should be heard";
#[cfg(not(target_os = "linux"))]
const NOT_REACHED: &str = "check that speech works in the system's settings";

#[cfg(target_os = "linux")]
const NO_VOICES: &str = "speech-dispatcher has no module that works: install one (Debian: speech-dispatcher-espeak-ng); \
    `spd-say -O` lists them";
#[cfg(not(target_os = "linux"))]
const NO_VOICES: &str = "install a voice in the system's settings";

fn not_picked(name: &str, voices: &[Voice], unpicked: Unpicked) -> Error {
    /// More would be a list, and there is a flag for that.
    const MOST_NAMES: usize = 5;
    let place = "--voice".to_owned();
    match unpicked {
        Unpicked::Unknown => Error::Config {
            place,
            problem: format!("the system has no voice called \"{name}\""),
            cure: format!(
                "{}`bulletin read --list-voices` lists them",
                did_you_mean(name, voices.iter().map(|voice| voice.name.as_str()))
            ),
        },
        Unpicked::Several(names) => {
            let more = if names.len() > MOST_NAMES { " and others" } else { "" };
            let names = names.iter().take(MOST_NAMES).map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
            Error::Config {
                place,
                problem: format!("several of the system's voices have \"{name}\" in their names"),
                cure: format!("name one: {}{more}", names.join(", ")),
            }
        }
    }
}
