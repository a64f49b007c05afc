//! Fitting a story to a slot: which sentences go in, and what they become when others are gone.
//!
//! Document order. The headline's time counts and the lead always goes in. A sentence comes only with what it leans
//! on: "He", "But" and their kin need the sentence before, "the scheme" the one that introduced it, a bare surname
//! or abbreviation the one that gives it in full unless the full form can take its place. A quotation is never cut
//! inside and never without its speaker. Questions to the listener, headings and lists go. Every omission has a
//! reason and every change of words is recorded.
//!
//! A tool of the script stage: `study` finds what leans on what (`script/quotes`, `pronouns`, `references`, `names`,
//! `initials` and the words of `data/leaning.tsv`), `choose` picks sentences, `revise` mends them. It refuses to
//! guess: a sentence whose dependence it cannot meet stays out.

mod choose;
mod initials;
mod line;
mod names;
mod pronouns;
mod references;
mod revise;
mod shapes;
mod study;
mod words;

pub(crate) use revise::Revision;

use super::{Paces, Role, Sentence};
use crate::lexicon::Pronounced;
use crate::normalise::Spoken;
use choose::{Chooser, Limits};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use study::Study;

/// Sentences of one story that are looked at; what stands further down is left out of a cut. At a sentence every
/// four seconds it is more than two hours of speech.
const MOST_SENTENCES: usize = 2000;

/// How long a story may be.
///
/// # Examples
/// ```
/// use bulletin::script::edit::Settings;
/// let settings: Settings = toml::from_str("max_s = 30.0").unwrap();
/// assert_eq!(settings, Settings { max_s: Some(30.0), sentences: None });
/// assert!(settings.cuts() && !Settings::default().cuts());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Seconds a story, headline and pauses included; up to 8 % more where nothing shorter fills 85 % of it.
    pub max_s: Option<f64>,
    /// Sentences a story, headline not counted.
    pub sentences: Option<usize>,
}

impl Settings {
    /// Whether there is a limit at all.
    pub fn cuts(&self) -> bool {
        self.max_s.is_some() || self.sentences.is_some()
    }
}

/// On what kind of thing a sentence leans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Leaning {
    /// "He", "This", "Many were".
    Pronoun,
    /// "But", "However", "he added".
    Connective,
    /// "The scheme", introduced elsewhere.
    Reference,
    /// A bare surname.
    Name,
    /// Initials given in full elsewhere.
    Abbreviation,
    /// A quotation that the sentence before attributes.
    Quotation,
}

/// Why a sentence is not in a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// It does not fit.
    NoRoom,
    /// It leans on something that is not in the cut.
    Leans,
    /// A quotation of which nothing says who speaks.
    Unattributed,
    /// A question to the listener.
    Question,
    /// A heading, a list or what announces one.
    List,
    /// It stands further down than is looked at.
    FarDown,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRoom => "no room",
            Self::Leans => "leans",
            Self::Unattributed => "no speaker",
            Self::Question => "question",
            Self::List => "list or heading",
            Self::FarDown => "far down",
        })
    }
}

/// A sentence left out of a cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Omission {
    /// The paragraph of the article it stands in, counted from 0.
    pub paragraph: Option<usize>,
    /// As written.
    pub written: String,
    /// Why, for a program.
    pub reason: Reason,
    /// On what kind of thing it leans that is not in the cut, if that is why.
    pub leaning: Option<Leaning>,
    /// Why, for a person.
    pub why: String,
}

/// What was done to a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EditKind {
    /// "And the council" became "The council".
    OpenerDropped,
    /// "also" or "meanwhile" went from inside.
    WordDropped,
    /// A bare surname took its full form.
    NameInFull,
    /// An abbreviation took its full form.
    AbbreviationInFull,
}

impl fmt::Display for EditKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OpenerDropped => "opener dropped",
            Self::WordDropped => "word dropped",
            Self::NameInFull => "name in full",
            Self::AbbreviationInFull => "abbreviation in full",
        })
    }
}

/// A change of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The sentence, counted from 0 in [`super::Story::sentences`].
    pub sentence: usize,
    /// What was done.
    pub kind: EditKind,
    /// The words that went.
    pub from: String,
    /// The words that came.
    pub to: String,
    /// The whole sentence as the article has it.
    pub original: String,
}

/// How a story was cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// Predicted seconds of the whole story.
    pub whole_s: f64,
    /// Predicted seconds of what is left, without the pause after it.
    pub seconds: f64,
    /// Seconds by which the lead alone, which always goes in, is over its slot; none where 8 % over hold it.
    pub lead_over_s: Option<f64>,
}

/// A story after the cut.
pub(crate) struct Cutting {
    pub(crate) sentences: Vec<Sentence>,
    pub(crate) omitted: Vec<Omission>,
    pub(crate) edits: Vec<Edit>,
    pub(crate) cut: Option<Cut>,
}

/// Speaks a revised sentence, given its number among all of a story's.
type Speak<'a> = dyn Fn(usize, &Revision) -> (Spoken, Vec<Pronounced>) + 'a;

/// What a cut is made with.
pub(crate) struct Tools<'a> {
    /// The limits.
    pub(crate) settings: Settings,
    /// The silences.
    pub(crate) pauses: &'a super::Settings,
    /// How long words take.
    pub(crate) paces: &'a dyn Paces,
    /// The story, counted from 0.
    pub(crate) story: usize,
    /// What revised sentences are spoken with.
    pub(crate) speak: &'a Speak<'a>,
}

impl Tools<'_> {
    /// Cuts a story's sentences, the headline first if there is one.
    pub(crate) fn cut(&self, sentences: &[Sentence]) -> Cutting {
        let mut cuttings = self.cut_each(sentences, std::iter::once(self.settings), |_| true);
        cuttings.swap_remove(0)
    }

    /// The story after one to all of its sentences, whatever the limits allow, shortest first; those that differ in
    /// nothing but the number asked for, once. Longer ones than `most_s` seconds are left out, the shortest never.
    pub(crate) fn menu(&self, sentences: &[Sentence], most_s: f64) -> Vec<Cutting> {
        let body = sentences.iter().filter(|s| s.role != Role::Headline).count().max(1);
        let most = self.settings.sentences.unwrap_or(body).min(body).max(1);
        let limits = (1..=most).map(|n| Settings { sentences: Some(n), ..self.settings });
        let mut lengths: Vec<usize> = Vec::new();
        let mut menu = self.cut_each(sentences, limits, |cutting| {
            let seconds = cutting.cut.as_ref().map_or(0.0, |cut| cut.seconds);
            let fits = lengths.is_empty() || seconds <= most_s;
            lengths.push(cutting.sentences.len());
            fits
        });
        menu.dedup_by(|next, before| next.sentences.len() == before.sentences.len());
        menu
    }

    /// A cutting for each of `limits`, until `goes_on` says that one was too long; never none.
    fn cut_each(
        &self,
        sentences: &[Sentence],
        limits: impl Iterator<Item = Settings>,
        mut goes_on: impl FnMut(&Cutting) -> bool,
    ) -> Vec<Cutting> {
        let head = sentences.iter().take_while(|s| s.role == Role::Headline).count();
        let (headlines, all) = sentences.split_at(head);
        let whole_s = self.total_s(headlines, &all.iter().collect::<Vec<_>>(), |s| self.seconds(s));
        let whole =
            |cut| Cutting { sentences: sentences.to_vec(), omitted: Vec::new(), edits: Vec::new(), cut };
        let few = |limits: &Settings| limits.sentences.is_none_or(|most| all.len() <= most);
        let fits = |limits: &Settings| few(limits) && limits.max_s.is_none_or(|slot| whole_s <= slot);
        let mut limits = limits.peekable();
        let mut cuttings = Vec::new();
        if all.is_empty() || limits.peek().is_none_or(fits) {
            return vec![whole(None)];
        }
        let body = &all[..all.len().min(MOST_SENTENCES)];
        let texts: Vec<_> = body.iter().map(|s| (s.paragraph.unwrap_or(0), &*s.written)).collect();
        let study = Study::new(headlines.first().map(|s| &*s.written), &texts);
        let plain_s: Vec<f64> = body.iter().map(|s| self.seconds(s)).collect();
        let mut revised_s: HashMap<(usize, String), f64> = HashMap::new();
        let mut total_s = |cut: &[usize]| {
            let revisions = revise::revise(&study, cut);
            let mut seconds = cut.iter().zip(&revisions).map(|(&n, revision)| match revision {
                None => plain_s[n],
                Some(revision) => *revised_s
                    .entry((n, revision.text.clone()))
                    .or_insert_with(|| self.seconds(&self.revise(&body[n], head + n, revision))),
            });
            let kept: Vec<&Sentence> = cut.iter().map(|&n| &body[n]).collect();
            self.total_s(headlines, &kept, |_| seconds.next().unwrap_or(0.0))
        };
        for limits in limits {
            if fits(&limits) {
                let cutting = whole(None);
                goes_on(&cutting);
                cuttings.push(cutting);
                break;
            }
            let most = Limits { slot_s: limits.max_s, sentences: limits.sentences };
            let cut = Chooser { study: &study, plain_s: &plain_s, total_s: &mut total_s }.choose(most);
            let seconds = total_s(&cut);
            let lead: Vec<usize> = study.units[study.lead].clone().collect();
            let lead_s = total_s(&lead);
            let lead_over_s =
                limits.max_s.filter(|slot| lead_s > choose::MOST * slot).map(|slot| lead_s - slot);
            // Names in full can take more time than a last sentence gave back.
            let cutting = if few(&limits) && seconds >= whole_s {
                whole(lead_over_s.map(|_| Cut { whole_s, seconds: whole_s, lead_over_s }))
            } else {
                let omitted = omissions(&study, all, &cut);
                let (kept, edits) = self.revised(&study, headlines, body, &cut);
                Cutting { sentences: kept, omitted, edits, cut: Some(Cut { whole_s, seconds, lead_over_s }) }
            };
            if !goes_on(&cutting) {
                break;
            }
            cuttings.push(cutting);
        }
        if cuttings.is_empty() {
            cuttings.push(whole(None));
        }
        cuttings
    }

    fn seconds(&self, sentence: &Sentence) -> f64 {
        sentence.seconds(self.paces, Some(self.story), self.pauses)
    }

    /// A sentence, number `n` of all, in its new words.
    fn revise(&self, sentence: &Sentence, n: usize, revision: &Revision) -> Sentence {
        let (spoken, pronounced) = (self.speak)(n, revision);
        let bound = |at: usize| revision.moved(&(at..at)).map(|moved| moved.start);
        let quoted = sentence.quoted.iter().filter_map(|range| Some(bound(range.start)?..bound(range.end)?));
        let (written, quoted) = (revision.text.clone(), quoted.collect());
        Sentence { written, spoken, pronounced, quoted, ..sentence.clone() }
    }

    /// Silence between two sentences of the body.
    fn pause_ms(&self, a: &Sentence, b: Option<&Sentence>) -> u32 {
        let same = b.is_some_and(|b| a.paragraph == b.paragraph);
        if same { self.pauses.sentence_pause_ms } else { self.pauses.paragraph_pause_ms }
    }

    /// Seconds of headline and body with the pauses between them.
    fn total_s<'s>(
        &self,
        headlines: &[Sentence],
        body: &[&'s Sentence],
        mut seconds: impl FnMut(&'s Sentence) -> f64,
    ) -> f64 {
        let ms = |ms: u32| f64::from(ms) / 1000.0;
        let head: f64 = headlines.iter().map(|s| self.seconds(s) + ms(s.pause_ms)).sum();
        let next = body.iter().skip(1).copied().map(Some).chain(std::iter::once(None));
        let rest: f64 = body
            .iter()
            .copied()
            .zip(next)
            .map(|(a, b)| seconds(a) + if b.is_some() { ms(self.pause_ms(a, b)) } else { 0.0 })
            .sum();
        head + rest
    }

    /// The sentences of a cut as they are read.
    fn revised(
        &self,
        study: &Study<'_>,
        headlines: &[Sentence],
        body: &[Sentence],
        cut: &[usize],
    ) -> (Vec<Sentence>, Vec<Edit>) {
        let head = headlines.len();
        let mut kept = headlines.to_vec();
        let mut edits = Vec::new();
        let revisions = revise::revise(study, cut);
        for (at, (&n, revision)) in cut.iter().zip(revisions).enumerate() {
            let mut sentence = body[n].clone();
            sentence.pause_ms = self.pause_ms(&sentence, cut.get(at + 1).map(|&next| &body[next]));
            if let Some(revision) = revision {
                let original = sentence.written.clone();
                sentence = self.revise(&sentence, head + n, &revision);
                edits.extend(revision.changes.into_iter().map(|change| Edit {
                    sentence: kept.len(),
                    kind: change.kind,
                    from: original[change.at].to_owned(),
                    to: change.new,
                    original: original.clone(),
                }));
            }
            kept.push(sentence);
        }
        (kept, edits)
    }
}

/// Whether a word in small letters is a verb of saying.
pub(super) fn is_saying(lower: &str) -> bool {
    words::classes(lower).has(words::Classes::SAY)
}

/// Why every sentence outside a cut is left out.
fn omissions(study: &Study<'_>, all: &[Sentence], cut: &[usize]) -> Vec<Omission> {
    let left = (0..all.len()).filter(|n| cut.binary_search(n).is_err());
    left.map(|n| {
        let (reason, leaning, why) = if n < study.lines.len() { why(study, n, cut) } else { far_down() };
        Omission { paragraph: all[n].paragraph, written: all[n].written.clone(), reason, leaning, why }
    })
    .collect()
}

fn far_down() -> (Reason, Option<Leaning>, String) {
    (Reason::FarDown, None, format!("stands after the first {MOST_SENTENCES} sentences"))
}

fn why(study: &Study<'_>, n: usize, cut: &[usize]) -> (Reason, Option<Leaning>, String) {
    let unit = study.unit_of[n];
    if let Some(reason) = study.blocked[unit] {
        let words = match reason {
            Reason::Question => "a question that nobody is there to answer",
            Reason::Unattributed => "a quotation, and nothing says who speaks",
            _ => "a heading, a list or what announces one",
        };
        return (reason, None, words.to_owned());
    }
    let unmet = study.units[unit].clone().find_map(|i| {
        study.needs[i]
            .iter()
            .find(|need| need.cure.is_none() && !need.any.iter().any(|on| cut.binary_search(on).is_ok()))
    });
    match unmet {
        Some(need) => {
            let words = short(&need.words);
            let why = match need.any.first() {
                Some(&on) => {
                    format!("“{words}” leans on “{}”, which is not in the cut", short(study.lines[on].text))
                }
                None => format!("nothing before it says who “{words}” is"),
            };
            (Reason::Leans, Some(need.kind), why)
        }
        None => (Reason::NoRoom, None, "no room in the slot".to_owned()),
    }
}

/// The first words of a text.
fn short(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    if words.len() <= 6 { words.join(" ") } else { format!("{} …", words[..6].join(" ")) }
}
