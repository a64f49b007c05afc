//! Sentences to takes: from the cache, or from a voice, on as many threads as there are seats.

use super::relay::{Relay, Turn};
use super::{Casting, Context, Job};
use crate::cache::{Cache, Key};
use crate::clock::now;
use crate::deliver::record::Instead;
use crate::event::Event;
use crate::programme::takes::{Prepared, Preparer, Takes};
use crate::script::Sentence;
use crate::threads::Seat;
use crate::units::SampleRate;
use crate::voice::{self, Prosody, Take};
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Opening a voice for fewer sentences is no help.
const WORTH_HELP: usize = 2;

/// The engine that needs nothing from outside and hardly any time: no deadline keeps it from speaking.
const FLOOR: &str = "pico";

/// Why a voice that was asked has not spoken.
const LATE: &str = "it was not done in the time the deadline left it";

/// One sentence and who is to speak it.
pub(super) struct Cued<'a> {
    pub(super) index: usize,
    /// Its place among [`Casting::voices`].
    pub(super) voice: usize,
    pub(super) sentence: &'a Sentence,
    /// How long it is thought to take.
    pub(super) seconds: f64,
}

/// What is heard, and where it is not who should have said it.
pub(super) struct Spoken {
    pub(super) takes: Takes,
    pub(super) instead: Vec<Instead>,
    /// The engines that speak, with their data.
    pub(super) engine: String,
}

/// One sentence, voiced and ready.
struct Voiced {
    index: usize,
    /// Who spoke it.
    voice: usize,
    prepared: Prepared,
    cached: bool,
    /// Why the take could not be filed.
    unfiled: Option<Error>,
    instead: Option<Instead>,
}

impl Job {
    /// Gets every sentence's take.
    pub(super) fn voice_all(
        &self,
        sentences: &[Cued<'_>],
        rate: f64,
        casting: &Casting<'_>,
        relay: &Relay,
        context: &Context<'_>,
    ) -> Result<Spoken> {
        let prosody = Prosody { rate: self.rate * rate, pitch: self.pitch };
        let places = sentences.last().map_or(0, |last| last.index + 1);
        let mut takes = Takes::new(places, &context.voice_settings.cache_folder);
        let next = AtomicUsize::new(0);
        let claim = || sentences.get(next.fetch_add(1, Ordering::Relaxed));
        let mut done = 0;
        let mut instead = Vec::new();
        let mut heard = BTreeSet::new();
        let mut keep = |voiced: Result<Voiced>| {
            let voiced = voiced?;
            if let Some(error) = voiced.unfiled {
                let text = format!("takes are not kept for the next time: {error}");
                context.observer.event(&Event::Warning { text: &text });
            }
            if let Some(passed) = voiced.instead {
                // One sentence of each kind; the rest is summed up in the end.
                let Instead { wanted, spoken, why, .. } = &passed;
                if relay.is_news(wanted, spoken) {
                    let text = format!("{spoken} speaks instead of {wanted}: {why}");
                    context.observer.event(&Event::Warning { text: &text });
                }
                instead.push(passed);
            }
            heard.insert(voiced.voice);
            takes.put(voiced.index, voiced.voice, voiced.prepared)?;
            done += 1;
            let (total, cached) = (sentences.len(), voiced.cached);
            context.observer.event(&Event::SentenceVoiced { done, total, cached });
            Ok::<_, Error>(())
        };
        // Sentences side by side are faster than threads inside one; but of one or two there is no more to share.
        let mut inside: Vec<Seat<'_>> = Vec::new();
        if sentences.len() <= WORTH_HELP {
            inside.extend(std::iter::from_fn(|| context.threads.try_take()));
        }
        let settings = voice::Settings { threads: 1 + inside.len(), ..context.voice_settings.clone() };
        let booth = || Booth {
            casting,
            settings: &settings,
            cache: context.cache,
            relay,
            prosody,
            timed: self.outputs.needs_words(),
            engines: (0..casting.voices().len()).map(|_| None).collect(),
            versions: vec![None; casting.voices().len()],
            preparers: Vec::new(),
        };
        thread::scope(|scope| {
            let (send, receive) = mpsc::sync_channel::<Result<Voiced>>(4);
            let mut own = booth();
            loop {
                // Seats may come free at any time, as other bulletins end.
                while next.load(Ordering::Relaxed) + WORTH_HELP < sentences.len()
                    && let Some(seat) = context.threads.try_take()
                {
                    let (send, claim) = (send.clone(), &claim);
                    let mut booth = booth();
                    scope.spawn(move || {
                        let _seat = seat;
                        while let Some(cued) = claim() {
                            // The receiver gone means that another sentence failed first.
                            if send.send(booth.voice(cued)).is_err() {
                                return;
                            }
                        }
                    });
                }
                let Some(cued) = claim() else { break };
                keep(own.voice(cued))?;
                receive.try_iter().try_for_each(&mut keep)?;
            }
            drop(send);
            receive.iter().try_for_each(&mut keep)
        })?;
        instead.sort_by_key(|passed| passed.sentence);
        let versions = heard.into_iter().map(|voice| casting.voices()[voice].version());
        let engine = versions.collect::<Result<Vec<_>>>()?.join("; ");
        Ok(Spoken { takes, instead, engine })
    }
}

/// Where one thread gets takes: the cache, and engines that are opened when the cache has no answer.
struct Booth<'a> {
    casting: &'a Casting<'a>,
    settings: &'a voice::Settings,
    cache: Option<&'a Cache>,
    relay: &'a Relay,
    prosody: Prosody,
    /// Whether anybody asks when words are heard.
    timed: bool,
    /// By the places of [`Casting::voices`].
    engines: Vec<Option<Box<dyn voice::Engine>>>,
    versions: Vec<Option<String>>,
    preparers: Vec<Preparer>,
}

/// A take, and how it was come by.
struct Got {
    take: Take,
    cached: bool,
    unfiled: Option<Error>,
}

impl Booth<'_> {
    /// Has a sentence spoken by its voice, or by the next behind it that can.
    fn voice(&mut self, cued: &Cued<'_>) -> Result<Voiced> {
        let casting = self.casting;
        let chain = casting.chain(cued.voice);
        let waits = |voice: usize| casting.voices()[voice].engine != FLOOR;
        let name = |voice: usize| casting.voices()[voice].name.clone();
        let mut waiting: u32 = chain.iter().map(|voice| u32::from(waits(*voice))).sum();
        let mut reasons: Vec<String> = Vec::new();
        let mut first_error = None;
        for &voice in chain {
            let share = if waits(voice) { waiting } else { 0 };
            match self.attempt(voice, cued, share) {
                Ok(Got { take, cached, unfiled }) => {
                    let prepared = self.preparer(take.rate)?.prepare(&take)?;
                    let instead = (!reasons.is_empty()).then(|| Instead {
                        sentence: cued.index,
                        wanted: name(cued.voice),
                        spoken: name(voice),
                        why: reasons.join("; then "),
                    });
                    return Ok(Voiced { index: cued.index, voice, prepared, cached, unfiled, instead });
                }
                Err(Missed::Passed(reason)) => {
                    reasons.push(format!("voice \"{}\" was passed over: {reason}", name(voice)));
                }
                Err(Missed::Failed(error)) => {
                    reasons.push(voice::with_hint(&error));
                    first_error.get_or_insert(error);
                }
            }
            waiting -= u32::from(waits(voice));
        }
        Err(first_error.unwrap_or_else(|| Error::Engine {
            voice: name(cued.voice),
            sentence: voice::shortened(cued.sentence.spoken.text()),
            problem: reasons.join("; then "),
            cure: Some("allow more time with --deadline, or have others speak with --fallback".into()),
        }))
    }

    /// One voice's take of a sentence; `waiting` as for [`Relay::turn`].
    fn attempt(&mut self, voice: usize, cued: &Cued<'_>, waiting: u32) -> Result<Got, Missed> {
        let relay = self.relay;
        let failed = |error: Error, for_good: bool| {
            relay.failed(voice, &error.to_string(), for_good);
            Missed::Failed(error)
        };
        let (filed, plain) = match self.found(voice, cued) {
            Ok(Found::Whole(take)) => return Ok(Got { take, cached: true, unfiled: None }),
            Ok(Found::Plain { key, take }) => (key, take),
            // A voice that cannot even say what it would be asked.
            Err(error) => return Err(failed(error, true)),
        };
        let until = match relay.turn(voice, cued.seconds, waiting) {
            Turn::Speak(until) => until,
            Turn::Pass(why) => return Err(Missed::Passed(why)),
        };
        let begun = now();
        let (prosody, timed) = (self.prosody, self.timed);
        let speak = |engine: &mut dyn voice::Engine| {
            engine.set_deadline(until);
            let mut take = match plain {
                Some(take) => take,
                None => engine.speak(cued.sentence, &prosody)?,
            };
            if timed {
                take.words = engine.word_times(cued.sentence, &prosody, &take)?;
            }
            Ok(take)
        };
        let engine = self.engine(voice).map_err(|error| failed(error, true))?;
        let take = speak(engine).map_err(|error| {
            // What it says of its own limits then has nothing to do with it.
            if until.is_some_and(|until| now() >= until) {
                relay.failed(voice, LATE, false);
                return Missed::Passed(LATE.into());
            }
            failed(error, false)
        })?;
        relay.spoke(voice, now().saturating_duration_since(begun), cued.seconds);
        let unfiled = match (self.cache, filed) {
            (Some(cache), Some(key)) => cache.put(&key, &take).err(),
            _ => None,
        };
        Ok(Got { take, cached: false, unfiled })
    }

    /// What the cache has of a sentence by a voice.
    fn found(&mut self, voice: usize, cued: &Cued<'_>) -> Result<Found> {
        /// Raised when times are found otherwise.
        const TIMED: &str = "; words 5";
        let Some(cache) = self.cache else { return Ok(Found::Plain { key: None, take: None }) };
        let profile = self.casting.voices()[voice];
        let version = match &mut self.versions[voice] {
            Some(version) => version,
            unknown => unknown.insert(profile.version()?),
        };
        let request = profile.request(cued.sentence, &self.prosody)?;
        let plain = Key::of(version, &request);
        // A take with the times of its words has a key of its own.
        let key = if self.timed { Key::of(&format!("{version}{TIMED}"), &request) } else { plain.clone() };
        if let Some(take) = cache.get(&key) {
            return Ok(Found::Whole(take));
        }
        // Spoken before, when nobody asked for its words.
        let take = if self.timed { cache.get(&plain) } else { None };
        Ok(Found::Plain { key: Some(key), take })
    }

    fn engine(&mut self, voice: usize) -> Result<&mut dyn voice::Engine> {
        Ok(match &mut self.engines[voice] {
            Some(engine) => &mut **engine,
            closed => &mut **closed.insert(self.casting.voices()[voice].open(self.settings)?),
        })
    }

    fn preparer(&mut self, rate: SampleRate) -> Result<&mut Preparer> {
        let known = self.preparers.iter().position(|preparer| preparer.rate() == rate);
        let place = known.unwrap_or(self.preparers.len());
        if known.is_none() {
            self.preparers.push(Preparer::new(rate)?);
        }
        Ok(&mut self.preparers[place])
    }
}

/// What the cache has.
enum Found {
    /// All that is asked for.
    Whole(Take),
    /// Where it would be filed, and the take without the times of its words.
    Plain { key: Option<Key>, take: Option<Take> },
}

/// Why a voice has not spoken.
enum Missed {
    /// It was not asked.
    Passed(String),
    /// It could not.
    Failed(Error),
}
