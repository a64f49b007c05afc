//! Which sentences go in.

use super::study::Study;
use std::collections::HashSet;

/// The share of a slot that must be filled: below, a listener hears a hole, and a little over is the better fault.
const FULL: f64 = 0.85;

/// The share of a slot that may be used when nothing fits within it.
pub(super) const MOST: f64 = 1.08;

/// How many sentences of a choice are tried without, to fill a slot better; each try is a choice of its own.
const MOST_TRIES: usize = 24;

/// Shortest time in which anything can be said, in seconds: a choice with less room left is full.
const SHORTEST_S: f64 = 0.8;

/// What limits a choice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Seconds in all.
    pub(super) slot_s: Option<f64>,
    /// Sentences.
    pub(super) sentences: Option<usize>,
}

/// Chooses sentences, in order.
pub(super) struct Chooser<'a, 'b> {
    pub(super) study: &'a Study<'b>,
    /// Seconds a sentence takes as it stands, for a quick no.
    pub(super) plain_s: &'a [f64],
    /// Seconds a choice takes as it would be read.
    pub(super) total_s: &'a mut dyn FnMut(&[usize]) -> f64,
}

impl Chooser<'_, '_> {
    /// The sentences that fit, in order: the lead, then the earliest that fit with all they lean on.
    pub(super) fn choose(&mut self, limits: Limits) -> Vec<usize> {
        let most = limits.sentences.unwrap_or(usize::MAX).max(1);
        let Some(slot_s) = limits.slot_s else { return self.fill(f64::INFINITY, most, None).0 };
        let (cut, seconds) = self.fill(slot_s, most, None);
        if seconds >= FULL * slot_s || cut.len() >= most {
            return cut;
        }
        // The latest choice in the way of a better one is the cheapest to give up.
        let mut best = (cut.clone(), seconds);
        let mut units: Vec<usize> = cut.iter().map(|&n| self.study.unit_of[n]).collect();
        units.dedup();
        for &unit in units.iter().rev().take(MOST_TRIES) {
            if unit != self.study.lead {
                let (cut, seconds) = self.fill(slot_s, most, Some(unit));
                if seconds >= FULL * slot_s && seconds <= slot_s {
                    return cut;
                }
                if seconds > best.1 && seconds <= slot_s {
                    best = (cut, seconds);
                }
            }
        }
        let over = self.over(slot_s, most, &units);
        over.unwrap_or(best.0)
    }

    /// The choice that goes over the slot by least, if one fills it.
    fn over(&mut self, slot_s: f64, most: usize, units: &[usize]) -> Option<Vec<usize>> {
        let lead = self.study.lead;
        let without = units.iter().rev().filter(|&&unit| unit != lead).take(MOST_TRIES).copied();
        let mut best: Option<(Vec<usize>, f64)> = None;
        for unit in std::iter::once(None).chain(without.map(Some)) {
            let (cut, seconds) = self.fill(MOST * slot_s, most, unit);
            let fills = (FULL * slot_s..=MOST * slot_s).contains(&seconds);
            if fills && best.as_ref().is_none_or(|b| seconds < b.1 - 1e-9) {
                best = Some((cut, seconds));
            }
        }
        best.map(|b| b.0)
    }

    /// The lead and whatever fits into `limit_s` and `most` sentences after it, without one unit.
    fn fill(&mut self, limit_s: f64, most: usize, without: Option<usize>) -> (Vec<usize>, f64) {
        let study = self.study;
        let mut cut: Vec<usize> = study.units[study.lead].clone().collect();
        let mut seconds = (self.total_s)(&cut);
        for optional in [false, true] {
            for unit in 0..study.units.len() {
                if limit_s - seconds < SHORTEST_S || cut.len() >= most {
                    return (cut, seconds);
                }
                let start = study.units[unit].start;
                if study.optional[unit] != optional || cut.binary_search(&start).is_ok() {
                    continue;
                }
                let Some(with) = closure(study, unit, &cut, without) else { continue };
                let added: f64 = with.iter().map(|&n| self.plain_s[n]).sum();
                // Edits seldom halve a sentence.
                if with.len() > most - cut.len() || 0.5 * added > limit_s - seconds {
                    continue;
                }
                let mut trial = [&cut[..], &with].concat();
                trial.sort_unstable();
                let trial_s = (self.total_s)(&trial);
                if trial_s <= limit_s {
                    (cut, seconds) = (trial, trial_s);
                }
            }
        }
        (cut, seconds)
    }
}

/// The sentences that must go in with a unit, its own included, those of `cut` left out; none if one of them may not.
pub(super) fn closure(
    study: &Study<'_>,
    unit: usize,
    cut: &[usize],
    without: Option<usize>,
) -> Option<Vec<usize>> {
    let mut units = HashSet::new();
    let mut found = Vec::new();
    let mut waiting = vec![unit];
    while let Some(unit) = waiting.pop() {
        if !units.insert(unit) {
            continue;
        }
        let start = study.units[unit].start;
        if cut.binary_search(&start).is_ok() {
            continue;
        }
        if study.blocked[unit].is_some() || without == Some(unit) {
            return None;
        }
        for n in study.units[unit].clone() {
            found.push(n);
            for need in study.needs[n].iter().filter(|need| need.cure.is_none()) {
                let there =
                    |&on: &usize| cut.binary_search(&on).is_ok() || units.contains(&study.unit_of[on]);
                if !need.any.iter().any(there) {
                    let free = |on: &&usize| study.blocked[study.unit_of[**on]].is_none();
                    waiting.push(study.unit_of[*need.any.iter().find(free)?]);
                }
            }
        }
    }
    found.sort_unstable();
    Some(found)
}
