//! What a job will say and when, before a word of it is voiced.

use super::Job;
use super::cast::CastPaces;
use super::choose;
use crate::article::Article;
use crate::lexicon::Lexicon;
use crate::programme::backtime::{Backtimer, Fit, Misfit};
use crate::programme::sounds::Sounds;
use crate::programme::timeline::{Stretch, Timeline};
use crate::rundown::{Rundown, Template};
use crate::script::{self, LeftOut, Paces, Role, Script, Story, Tools, edit};
use crate::sound::stings::Marks;
use crate::units::{Frames, SampleRate, Seconds};
use crate::voice::Registry;
use crate::{Error, Result};

/// The script, what of it is heard when, and how it is brought to a length.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is said.
    pub script: Script,
    /// What is played when.
    pub rundown: Rundown,
    /// How it gets to the length asked for, by prediction; none where none was.
    pub fit: Option<Fit>,
}

impl Plan {
    /// What whoever asked for a length should know.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if let [first, rest @ ..] = &self.script.left_out[..] {
            let names: Vec<&str> = std::iter::once(first).chain(rest).map(|l| l.input.as_str()).collect();
            let noun = if rest.is_empty() { "story" } else { "stories" };
            warnings.push(format!("no time for {} {noun}: {}", names.len(), names.join(", ")));
        }
        if let Some(fit) = self.fit.filter(Fit::is_wide) {
            let percent = (fit.rate - 1.0) * 100.0;
            let way = if percent > 0.0 { "faster" } else { "slower" };
            warnings.push(format!(
                "to fit, the voice speaks {:.0} % {way} than it would, which may be noticed: more or fewer stories would help",
                percent.abs()
            ));
        }
        warnings
    }
}

impl Job {
    /// The script the job would speak, cut to length at its voices' paces where there is a limit, with the station's
    /// lines, and the rundown that says what of it is heard when. Voices nothing.
    ///
    /// # Errors
    /// As [`Script::write`] and [`Job::casting`]; [`Error::Config`] for a line that says what is not known;
    /// [`Error::Programme`] for a length that cannot be had.
    pub fn plan(&self, voices: &Registry) -> Result<Plan> {
        self.plan_at(voices, 1.0)
    }

    /// The same where everyone takes `times` as long as their pace says.
    pub(super) fn plan_at(&self, voices: &Registry, times: f64) -> Result<Plan> {
        let normaliser = self.normaliser()?;
        let lexicon = Lexicon::over_built_in(self.lexicon.clone());
        let tools = Tools { normaliser: &normaliser, lexicon: &lexicon };
        let casting = self.casting(voices)?;
        let paces = casting.paces(self.rate, times);
        let settings = script::Settings { quotes_apart: casting.quotes_apart(), ..self.script.clone() };
        let Some(target) = self.target() else {
            let template = self.filled(self.articles.len())?;
            let lines: Vec<&str> = template.lines().collect();
            let length: Option<(edit::Settings, &dyn Paces)> =
                self.edit.cuts().then_some((self.edit, &paces));
            let script = Script::write_with(self.articles.clone(), &lines, tools, &settings, length)?;
            let rundown = Rundown::plan(&script, &template);
            return Ok(Plan { script, rundown, fit: None });
        };
        let target_s = target.seconds(SampleRate::PROGRAMME);
        let menus =
            Script::menus(self.articles.clone(), tools, &settings, (self.edit, &paces), target_s * 1.1)?;
        let chooser = Chooser { job: self, tools, paces: &paces, menus: &menus, target };
        chooser.plan()
    }

    /// Where everything would be, at the paces of its voices. Voices nothing and renders nothing.
    ///
    /// # Errors
    /// As [`Job::casting`]; [`Error::Config`] for a sting that is not there or cannot be played.
    pub fn predict(&self, plan: &Plan, voices: &Registry) -> Result<Timeline> {
        let rate = plan.fit.map_or(1.0, |fit| fit.rate);
        let casting = self.casting(voices)?;
        let marks = Sounds::marks_of(&plan.rundown, &self.sounds)?;
        let lengths = lengths(&plan.script, &casting.paces(self.rate * rate, 1.0));
        let length_of = |sentence: usize| lengths.get(sentence).copied().unwrap_or_default();
        let stretch = plan.fit.map_or_else(Stretch::default, |fit| fit.stretch());
        let timeline = Timeline::stretched(&plan.rundown, &self.rundown, &marks, length_of, stretch);
        Ok(timeline)
    }

    /// The length asked for in frames.
    pub(super) fn target(&self) -> Option<Frames> {
        self.duration_s.map(|seconds| SampleRate::PROGRAMME.frames_in_seconds(seconds))
    }

    fn filled(&self, stories: usize) -> Result<Template> {
        let filled = self.rundown.template.fill(&self.rundown.facts, stories, self.style.locale)?;
        Ok(match self.duration_s {
            Some(duration_s) => filled.for_length(duration_s),
            None => filled,
        })
    }
}

/// Predicted lengths of a script's sentences.
fn lengths(script: &Script, paces: &CastPaces<'_>) -> Vec<Frames> {
    let seconds = script.told().map(|(story, sentence)| paces.seconds(story, sentence));
    seconds.map(|seconds| SampleRate::PROGRAMME.frames_in_seconds(seconds)).collect()
}

/// Chooses what fits a length.
struct Chooser<'a> {
    job: &'a Job,
    tools: Tools<'a>,
    paces: &'a CastPaces<'a>,
    /// Each article as stories of growing length.
    menus: &'a [Vec<Story>],
    target: Frames,
}

impl Chooser<'_> {
    fn plan(&self) -> Result<Plan> {
        let target_s = self.target.seconds(SampleRate::PROGRAMME);
        let shortest = vec![0; self.menus.len()];
        let all = self.planned(&shortest)?;
        let heard = all.rundown.sentences();
        let tells =
            all.script.sentences().enumerate().any(|(n, s)| s.role == Role::Body && heard.contains(&n));
        let seconds: Vec<Vec<f64>> = self
            .menus
            .iter()
            .take(all.rundown.stories().max().map_or(1, |last| last + 1))
            .enumerate()
            // Where headlines alone are heard, more of a story takes no more time.
            .map(|(n, menu)| {
                menu.iter().take(if tells { usize::MAX } else { 1 }).map(|s| self.story_s(n, s)).collect()
            })
            .collect();
        let mut around: Vec<f64> = vec![0.0];
        for n in 1..=seconds.len() {
            let plan = self.planned(&shortest[..n])?;
            let told: f64 = seconds[..n].iter().map(|menu| menu[0]).sum();
            around.push(self.length(&plan)?.seconds(SampleRate::PROGRAMME) - told);
        }
        let n = choose::how_many(&seconds, |n| around[n], target_s);
        let menus = &seconds[..n];
        let mut budget_s = target_s - around[n];
        let mut best: Option<(Frames, Plan)> = None;
        // What is left out changes the pauses: the time for the stories is put right once or twice.
        for _ in 0..3 {
            let chosen = choose::choose(menus, budget_s.max(0.0));
            let plan = self.planned(&chosen)?;
            let length = self.length(&plan)?;
            let off = Frames(length.0.abs_diff(self.target.0));
            budget_s += target_s - length.seconds(SampleRate::PROGRAMME);
            if best.as_ref().is_none_or(|b| off < b.0) {
                best = Some((off, plan));
            }
        }
        let Some((_, mut plan)) = best else { unreachable!("three plans were made") };
        let marks = self.marks(&plan.rundown)?;
        let lengths = lengths(&plan.script, self.paces);
        let fit = self.timer(&plan, &marks, &lengths).fit(self.target);
        plan.fit = Some(fit.map_err(|misfit| self.job.misfit(misfit))?);
        plan.script.left_out = self
            .menus
            .iter()
            .skip(n)
            .filter_map(|menu| menu.first())
            .map(|story| LeftOut {
                input: story.input.clone(),
                headline: story.headline.clone(),
                why: format!("no time for it in {}", Seconds(target_s)),
            })
            .collect();
        Ok(plan)
    }

    /// The plan with these of the stories' lengths.
    fn planned(&self, chosen: &[usize]) -> Result<Plan> {
        let template = self.job.filled(chosen.len())?;
        let lines: Vec<&str> = template.lines().collect();
        let stories = self.menus.iter().zip(chosen).filter_map(|(menu, &c)| menu.get(c).cloned()).collect();
        let script = Script::assemble(stories, &lines, self.tools, &self.job.script)?;
        let rundown = Rundown::plan(&script, &template);
        Ok(Plan { script, rundown, fit: None })
    }

    fn marks(&self, rundown: &Rundown) -> Result<Vec<Marks>> {
        Sounds::marks_of(rundown, &self.job.sounds)
    }

    fn timer<'a>(&'a self, plan: &'a Plan, marks: &'a [Marks], lengths: &'a [Frames]) -> Backtimer<'a> {
        let settings = &self.job.rundown;
        Backtimer { rundown: &plan.rundown, settings, marks, lengths, spoken_rate: 1.0 }
    }

    fn length(&self, plan: &Plan) -> Result<Frames> {
        let (marks, lengths) = (self.marks(&plan.rundown)?, lengths(&plan.script, self.paces));
        Ok(self.timer(plan, &marks, &lengths).length(1.0, 1.0))
    }

    /// Seconds of story `n` from its first word to its last.
    fn story_s(&self, n: usize, story: &Story) -> f64 {
        let spoken: f64 = story.sentences.iter().map(|s| self.paces.seconds(Some(n), s)).sum();
        let pauses = story.sentences.iter().rev().skip(1).map(|s| f64::from(s.pause_ms) / 1000.0);
        spoken + pauses.sum::<f64>()
    }
}

impl Job {
    /// Why the length cannot be had, and what could.
    pub(super) fn misfit(&self, misfit: Misfit) -> Error {
        let target_s = self.duration_s.unwrap_or_default();
        let nearest_s = misfit.nearest.seconds(SampleRate::PROGRAMME);
        let (target, nearest) = (Seconds(target_s), Seconds((nearest_s * 10.0).round() / 10.0));
        if nearest_s < target_s {
            Error::Programme {
                problem: format!(
                    "the bulletin cannot be made {target} long: all there is to say, spoken slowly and with long pauses, \
                     gives {nearest}"
                ),
                cure: format!("add stories, or ask for a --duration of at most {nearest}"),
            }
        } else {
            Error::Programme {
                problem: format!(
                    "the bulletin cannot be made {target} long: the least it can say, spoken fast and with short pauses, \
                     takes {nearest}"
                ),
                cure: format!(
                    "ask for a --duration of at least {nearest}, or take a shorter rundown: --rundown plain, --sting none"
                ),
            }
        }
    }

    /// The articles' inputs, for messages.
    pub(super) fn inputs(&self) -> String {
        let inputs: Vec<_> =
            self.articles.iter().map(|(name, _): &(String, Article)| name.as_str()).collect();
        inputs.join(", ")
    }
}
