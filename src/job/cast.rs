//! Which voice speaks what.

use super::{Job, Plan};
use crate::pace::Pace;
use crate::script::{Paces, Script, Sentence, Speaker};
use crate::voice::{Profile, ProfilePace, Registry};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// The voices of a bulletin by name. Who has none speaks with the job's.
///
/// # Examples
/// ```
/// use bulletin::job::{Cast, Job};
/// use bulletin::{script::Speaker, voice::Registry};
/// let cast = Cast { readers: vec!["pico-en-us".into(), "pico-en-gb".into()], ..Cast::default() };
/// let (job, voices) = (Job { cast, ..Job::default() }, Registry::built_in());
/// let casting = job.casting(&voices).unwrap();
/// let readers: Vec<_> = (0..3).map(|n| &*casting.profile(Speaker::Reader, Some(n)).name).collect();
/// assert_eq!(readers, ["pico-en-us", "pico-en-gb", "pico-en-us"]);
/// assert_eq!(casting.profile(Speaker::Presenter, None).name, "pico-en-gb");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cast {
    /// Says the station's lines and the headlines.
    pub presenter: Option<String>,
    /// Read the stories in turn, one a story.
    pub readers: Vec<String>,
    /// Speaks what is quoted in a story; without it a quotation is read with its sentence.
    pub quotes: Option<String>,
}

/// A cast, found among the voices there are.
#[derive(Debug, Clone)]
pub struct Casting<'a> {
    /// Everyone who may be heard, each once.
    voices: Vec<&'a Profile>,
    /// The job's own voice.
    own: &'a Profile,
    presenter: usize,
    /// Never none.
    readers: Vec<usize>,
    quotes: Option<usize>,
    /// By voice: itself, then who speaks where it cannot.
    chains: Vec<Vec<usize>>,
}

/// In the place of a fall-back's name: nobody speaks for a voice that cannot, and the bulletin fails.
const NOBODY: &str = "none";

impl Job {
    /// Who speaks in the bulletin.
    ///
    /// # Errors
    /// [`Error::UnknownVoice`] for the job's own voice, [`Error::Config`] with the flag for another's.
    pub fn casting<'a>(&self, registry: &'a Registry) -> Result<Casting<'a>> {
        let own = self.profile(registry)?;
        let named = |flag: &str, name: &str| {
            registry.get(name).map_err(|error| Error::Config {
                place: flag.to_owned(),
                problem: error.to_string(),
                cure: error.hint().unwrap_or_default(),
            })
        };
        let Cast { presenter, readers, quotes } = &self.cast;
        let presenter = presenter.as_deref().map_or(Ok(own), |name| named("--presenter", name))?;
        let readers: Vec<_> = readers.iter().map(|name| named("--reader", name)).collect::<Result<_>>()?;
        let quotes = quotes.as_deref().map(|name| named("--quotes", name)).transpose()?;
        let fallback: Vec<&Profile> = match &self.fallback[..] {
            [only] if only == NOBODY => Vec::new(),
            names => names.iter().map(|name| named("--fallback", name)).collect::<Result<_>>()?,
        };
        let nobody = self.fallback == [NOBODY];
        let mut voices: Vec<&Profile> = Vec::new();
        let mut place = |profile: &'a Profile| {
            voices.iter().position(|voice| voice.name == profile.name).unwrap_or_else(|| {
                voices.push(profile);
                voices.len() - 1
            })
        };
        let presenter = place(presenter);
        let readers = if readers.is_empty() { vec![own] } else { readers };
        let readers = readers.into_iter().map(&mut place).collect();
        let quotes = quotes.map(&mut place);
        let fallback: Vec<usize> = fallback.into_iter().map(&mut place).collect();
        let mut chains = Vec::new();
        for voice in 0..voices.len() {
            let mut chain = vec![voice];
            let floor = (!nobody).then(|| registry.floor(&voices[voice].language)).flatten();
            let floor = floor.map(|floor| {
                voices.iter().position(|voice| voice.name == floor.name).unwrap_or_else(|| {
                    voices.push(floor);
                    voices.len() - 1
                })
            });
            // The embedded voice needs nobody behind it.
            let is_floor = floor == Some(voice);
            for next in fallback.iter().copied().filter(|_| !is_floor).chain(floor) {
                if !chain.contains(&next) {
                    chain.push(next);
                }
            }
            chains.push(chain);
        }
        Ok(Casting { voices, own, presenter, readers, quotes, chains })
    }
}

impl<'a> Casting<'a> {
    /// Everyone who may be heard, each once.
    pub fn voices(&self) -> &[&'a Profile] {
        &self.voices
    }

    /// The voice of a speaker in a story, counted from 0, or in the station's lines.
    pub fn profile(&self, speaker: Speaker, story: Option<usize>) -> &'a Profile {
        self.voices[self.voice(speaker, story)]
    }

    /// Its place among [`Casting::voices`].
    pub fn voice(&self, speaker: Speaker, story: Option<usize>) -> usize {
        let reader = self.readers[story.unwrap_or(0) % self.readers.len()];
        match speaker {
            Speaker::Presenter => self.presenter,
            Speaker::Reader => reader,
            Speaker::Quote => self.quotes.unwrap_or(reader),
        }
    }

    /// Who is asked for a sentence of this voice, in order: itself, then who speaks where it cannot.
    pub fn chain(&self, voice: usize) -> &[usize] {
        self.chains.get(voice).map_or(&[], Vec::as_slice)
    }

    /// The readers in turn, by their places among [`Casting::voices`].
    pub fn readers(&self) -> &[usize] {
        &self.readers
    }

    /// Whether what is quoted is spoken by itself: another voice than a reader's has it.
    pub fn quotes_apart(&self) -> bool {
        self.quotes.is_some_and(|quotes| self.readers.iter().any(|reader| *reader != quotes))
    }

    /// The voices of a script's sentences, by their places among [`Casting::voices`].
    pub fn of(&self, script: &Script) -> Vec<usize> {
        script.told().map(|(story, sentence)| self.voice(sentence.speaker, story)).collect()
    }

    /// The voice that a plan is known by: the job's own, or where that has nothing to say, the first that is heard.
    pub fn leading(&self, plan: &Plan) -> &'a Profile {
        let of = self.of(&plan.script);
        let mut heard = plan.rundown.spoken().filter_map(|n| Some(self.voices[*of.get(n)?]));
        let first = heard.next();
        let own = first.into_iter().chain(heard).any(|voice| voice.name == self.own.name);
        if own { self.own } else { first.unwrap_or(self.own) }
    }

    /// How fast everyone speaks at `rate` times their own speed, `times` as long as they are thought to take.
    pub(super) fn paces(&self, rate: f64, times: f64) -> CastPaces<'_> {
        let paces = self.voices.iter().map(|voice| Corrected { pace: voice.pace_at(rate), times });
        CastPaces { casting: self, paces: paces.collect() }
    }
}

/// The paces of a cast.
#[derive(Debug)]
pub(super) struct CastPaces<'a> {
    casting: &'a Casting<'a>,
    paces: Vec<Corrected>,
}

impl Paces for CastPaces<'_> {
    fn pace(&self, speaker: Speaker, story: Option<usize>) -> &dyn Pace {
        &self.paces[self.casting.voice(speaker, story)]
    }
}

impl CastPaces<'_> {
    /// Seconds of a sentence that is spoken in one piece.
    pub(super) fn seconds(&self, story: Option<usize>, sentence: &Sentence) -> f64 {
        self.pace(sentence.speaker, story).seconds(sentence.spoken.text())
    }
}

/// A voice's pace, put right by what was heard of it.
#[derive(Debug)]
struct Corrected {
    pace: ProfilePace,
    times: f64,
}

impl Pace for Corrected {
    fn seconds(&self, spoken: &str) -> f64 {
        self.pace.seconds(spoken) * self.times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(presenter: &str, readers: &[&str], quotes: &str) -> Cast {
        let one = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
        let readers = readers.iter().map(|name| (*name).to_owned()).collect();
        Cast { presenter: one(presenter), readers, quotes: one(quotes) }
    }

    #[test]
    fn everyone_has_a_voice_and_readers_take_turns() {
        const GB: &str = "pico-en-gb";
        const US: &str = "pico-en-us";
        let voices = Registry::built_in();
        for (cast, line, bodies, quote, apart, count) in [
            (Cast::default(), GB, [GB, GB, GB], GB, false, 1),
            (names(US, &[], ""), US, [GB, GB, GB], GB, false, 2),
            (names("", &[US], ""), GB, [US, US, US], US, false, 2),
            (names("", &[US, GB], ""), GB, [US, GB, US], US, false, 2),
            (names(US, &[US], US), US, [US, US, US], US, false, 1),
            (names("", &[], US), GB, [GB, GB, GB], US, true, 2),
            (names("", &[US, GB], US), GB, [US, GB, US], US, true, 2),
        ] {
            let job = Job { cast: cast.clone(), ..Job::default() };
            let casting = job.casting(&voices).unwrap();
            let name = |speaker, story| casting.profile(speaker, story).name.as_str();
            assert_eq!(name(Speaker::Presenter, None), line, "{cast:?}");
            assert_eq!(name(Speaker::Presenter, Some(1)), line, "{cast:?}");
            assert_eq!([0, 1, 2].map(|n| name(Speaker::Reader, Some(n))), bodies, "{cast:?}");
            assert_eq!(name(Speaker::Quote, Some(0)), quote, "{cast:?}");
            assert_eq!((casting.quotes_apart(), casting.voices().len()), (apart, count), "{cast:?}");
        }
    }

    #[test]
    fn an_unknown_voice_is_refused_with_its_flag() {
        let voices = Registry::built_in();
        let own = Job { voice: Some("bob".into()), ..Job::default() }.casting(&voices).unwrap_err();
        for (cast, flag) in [
            (names("bob", &[], ""), "--presenter"),
            (names("", &["bob"], ""), "--reader"),
            (names("", &[], "bob"), "--quotes"),
        ] {
            let error = Job { cast, ..Job::default() }.casting(&voices).unwrap_err();
            assert_eq!(error.to_string(), format!("{flag}: no voice called \"bob\""));
            assert_eq!((error.hint(), error.exit_code()), (own.hint(), own.exit_code()));
        }
    }
}
