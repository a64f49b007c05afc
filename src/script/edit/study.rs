//! What every sentence of a story leans on.

use super::initials;
use super::line::Line;
use super::names::{Mention, People};
use super::pronouns::{self, Stands};
use super::references::{Introductions, Needs};
use super::shapes::{
    attribution_alone, dispensable, elliptical, goes_on_from, is_label, phrase_words, set_off, spokesman,
    title_like,
};
use super::words::{Classes, Verdict};
use super::{EditKind, Leaning, Reason};
use crate::script::quotes::{self, Quoted};
use std::collections::HashSet;
use std::ops::Range;

/// One thing that a sentence leans on.
#[derive(Debug, Clone)]
pub(super) struct Need {
    /// What kind of thing.
    pub(super) kind: Leaning,
    /// The words that lean.
    pub(super) words: String,
    /// Sentences of which one must stand before it, the likeliest first.
    pub(super) any: Vec<usize>,
    /// What makes it stand alone: bytes to leave out.
    pub(super) cure: Option<(Range<usize>, EditKind)>,
}

/// A story, studied.
#[derive(Debug)]
pub(super) struct Study<'a> {
    /// The sentences of the body.
    pub(super) lines: Vec<Line<'a>>,
    /// Sentences that go in or stay out together: quotations.
    pub(super) units: Vec<Range<usize>>,
    /// The unit of each sentence.
    pub(super) unit_of: Vec<usize>,
    /// Units that never go in, and why.
    pub(super) blocked: Vec<Option<Reason>>,
    /// Units that go in only when nothing better does: quotations that only the sentence before attributes.
    pub(super) optional: Vec<bool>,
    /// The paragraph of each sentence.
    paragraphs: Vec<usize>,
    /// What each sentence leans on.
    pub(super) needs: Vec<Vec<Need>>,
    /// Who and what each sentence names.
    pub(super) mentions: Vec<Vec<Mention>>,
    /// Whom the headline names in full.
    pub(super) headline_names: HashSet<usize>,
    /// Whether the headline names a man, and a woman.
    headline_persons: [bool; 2],
    /// The unit that tells the story by itself.
    pub(super) lead: usize,
}

impl<'a> Study<'a> {
    /// Studies a body, each sentence with the number of its paragraph, under its headline.
    pub(super) fn new(headline: Option<&'a str>, body: &[(usize, &'a str)]) -> Self {
        let quoted = quotes::find(body);
        let lines: Vec<Line<'a>> =
            body.iter().zip(&quoted).map(|((_, text), q)| Line::new(text, &q.ranges)).collect();
        let headline = headline.map(|text| Line::new(text, &[]));
        let labels: Vec<bool> = lines.iter().map(is_label).collect();
        let (units, unit_of) = units(&lines, &quoted, |n| body[n].0);
        let persons = |kind, other| headline.iter().any(|line| names_person(line, kind, other));
        let headline_persons =
            [persons(Classes::MALE, Classes::FEMALE), persons(Classes::FEMALE, Classes::MALE)];
        let introductions = Introductions::new(headline.as_ref(), &lines);
        let (mentions, headline_names) = mentions(headline.as_ref(), &lines);
        let lead = labels.iter().position(|label| !label).map_or(0, |n| unit_of[n]);
        let mut study = Self {
            blocked: vec![None; units.len()],
            optional: vec![false; units.len()],
            paragraphs: body.iter().map(|(paragraph, _)| *paragraph).collect(),
            needs: vec![Vec::new(); lines.len()],
            lines,
            units,
            unit_of,
            mentions,
            headline_names,
            headline_persons,
            lead,
        };
        for unit in 0..study.units.len() {
            study.judge(unit, &labels);
        }
        for n in 0..study.lines.len() {
            if study.unit_of.get(n) != Some(&lead) {
                study.needs[n] = study.leanings(n, &labels, &introductions);
            }
        }
        study
    }

    /// Tells units that never go in, and quotations without a speaker of their own.
    fn judge(&mut self, unit: usize, labels: &[bool]) {
        let range = self.units[unit].clone();
        let lines = &self.lines[range.clone()];
        let last = &lines[lines.len() - 1];
        let asked = lines[0].text.starts_with("Q: ") || lines[0].text.starts_with("Q. ");
        self.blocked[unit] = if labels[range.clone()].iter().all(|&label| label) || last.text.ends_with(':') {
            Some(Reason::List)
        } else if asked || last.ends_with(&['?']) && !last.tokens.last().is_some_and(|t| t.quoted) {
            Some(Reason::Question)
        } else {
            None
        };
        let whole = lines.iter().all(|line| !line.tokens.is_empty() && line.tokens.iter().all(|t| t.quoted));
        if whole && unit != self.lead && self.blocked[unit].is_none() {
            let speaker = self.before(range.start, labels).filter(|&n| {
                let unit = self.unit_of[n];
                self.optional[unit] || self.speaks(unit)
            });
            self.optional[unit] = speaker.is_some();
            if speaker.is_none() {
                self.blocked[unit] = Some(Reason::Unattributed);
            }
        }
    }

    /// Whether someone says something in a unit.
    fn speaks(&self, unit: usize) -> bool {
        self.units[unit].clone().any(|n| {
            self.lines[n].tokens.iter().any(|t| !t.quoted && (t.is(Classes::SAY) || t.base() == "according"))
        })
    }

    /// The sentence before, headings aside; for one that goes on with a quotation, before the quotation.
    fn before(&self, n: usize, labels: &[bool]) -> Option<usize> {
        let start = self.units[self.unit_of[n]].start;
        // A sentence that hangs in the air is nothing to lean on.
        let hangs = |i: usize| self.needs[i].iter().any(|need| need.any.is_empty());
        (0..start).rev().find(|&i| !labels[i] && !hangs(i))
    }

    /// What sentence `n` leans on.
    fn leanings(&self, n: usize, labels: &[bool], introductions: &Introductions) -> Vec<Need> {
        let mut needs = Vec::new();
        let line = &self.lines[n];
        let Some(before) = self.before(n, labels) else { return self.names_needed(n) };
        let unit_start = self.units[self.unit_of[n]].start == n;
        let word = |at: usize| line.tokens.get(at).map_or(String::new(), |t| t.text.to_owned());
        let mut need =
            |kind, words: String, any: Vec<usize>, cure| needs.push(Need { kind, words, any, cure });
        if self.optional[self.unit_of[n]] && unit_start {
            need(Leaning::Quotation, line.text.to_owned(), vec![before], None);
        }
        let mut first = 0;
        if unit_start && !line.tokens.is_empty() {
            let quoted = line.tokens[0].quoted;
            if let Some((phrase, words)) = line.phrase(0)
                && !title_like(line, words)
            {
                let words_text = line.text[line.tokens[0].at.start..line.tokens[words - 1].at.end].to_owned();
                match phrase.verdict {
                    Verdict::Lean if !(quoted && self.spoken_opener(n)) => {
                        need(Leaning::Connective, words_text, vec![before], None);
                        first = if quoted { 0 } else { words.min(line.tokens.len() - 1) };
                    }
                    Verdict::Strip if !quoted => {
                        let end = line.tokens.get(words).map_or(line.text.len(), |t| t.at.start);
                        // A quotation mark or bracket after the opener belongs to what follows.
                        let gap = line.gap(words);
                        let kept = gap.trim_start_matches([',', ' ', '\u{a0}']).len();
                        let cure =
                            (words < line.tokens.len()).then_some((0..end - kept, EditKind::OpenerDropped));
                        need(Leaning::Connective, words_text, vec![before], cure);
                        first = words;
                    }
                    _ => {}
                }
                if first == 0 && phrase.verdict == Verdict::Alone && line.lower(0) == "there" {
                    first = words;
                }
            } else if elliptical(line) {
                need(Leaning::Pronoun, word(0), vec![before], None);
            }
            if let Some(at) = pronouns::quotation_opener(line) {
                need(Leaning::Pronoun, word(at), vec![before], None);
            }
            match introductions.opener(n, line, first) {
                Some(Needs::One(any)) => need(Leaning::Reference, phrase_words(line, first), any, None),
                Some(Needs::Before) => {
                    need(Leaning::Reference, phrase_words(line, first), vec![before], None);
                }
                Some(Needs::Person) => {
                    let words = phrase_words(line, first);
                    for any in self.person_before(before, Classes::MALE | Classes::FEMALE, Classes::default())
                    {
                        need(Leaning::Reference, words.clone(), any, None);
                    }
                }
                None => {}
            }
        }
        if let Some((at, stands)) = pronouns::unexplained(line, first)
            && !self.named_earlier_in_unit(n, stands)
        {
            let places = match stands {
                Stands::He => self.person_before(before, Classes::MALE, Classes::FEMALE),
                Stands::She => self.person_before(before, Classes::FEMALE, Classes::MALE),
                _ => vec![vec![before]],
            };
            for any in places {
                need(Leaning::Pronoun, word(at), any, None);
            }
        }
        for (at, any) in introductions.inside(n, line, first + 1, before) {
            need(Leaning::Reference, phrase_words(line, at), any, None);
        }
        if let Some(at) = goes_on_from(line) {
            need(Leaning::Connective, word(at), vec![before], None);
        }
        if let Some(at) = spokesman(line) {
            need(Leaning::Reference, word(at), vec![before], None);
        }
        for (at, cure) in dispensable(line, first) {
            need(Leaning::Connective, word(at), vec![before], Some((cure, EditKind::WordDropped)));
        }
        if let Some(at) = set_off(line, first) {
            need(Leaning::Connective, word(at), vec![before], None);
        }
        if unit_start && needs.is_empty() && self.fragment(n, before) {
            let words = line.text.to_owned();
            needs.push(Need { kind: Leaning::Connective, words, any: vec![before], cure: None });
        }
        needs.extend(self.names_needed(n));
        needs
    }

    /// Something too short to be heard alone, an exclamation, or a part of an answer: "Really hard.", "A: Never."
    fn fragment(&self, n: usize, before: usize) -> bool {
        let line = &self.lines[n];
        let quoted = line.tokens.iter().take_while(|t| t.quoted).count();
        let brief = if quoted > 0 { quoted <= 3 } else { line.tokens.len() <= 4 };
        let exclaimed = quoted == 0 && line.ends_with(&['!']);
        let number = line.tokens.first().is_some_and(|t| t.text.starts_with(|c: char| c.is_ascii_digit()));
        let broken_off = number && line.gap(1).starts_with(',');
        let answers =
            |n: usize| self.lines[n].text.starts_with("A: ") || self.lines[n].text.starts_with("A. ");
        let answer = answers(n)
            || (self.paragraphs[n] == self.paragraphs[before] && self.answers_in_paragraph(n, answers));
        brief || exclaimed || broken_off || answer
    }

    fn answers_in_paragraph(&self, n: usize, answers: impl Fn(usize) -> bool) -> bool {
        (0..n).rev().take_while(|&i| self.paragraphs[i] == self.paragraphs[n]).last().is_some_and(answers)
    }

    /// Whether a connective inside a quotation is only its speaker's way of talking.
    fn spoken_opener(&self, n: usize) -> bool {
        matches!(
            self.lines[n].lower(0),
            "so" | "well" | "yes" | "no" | "of" | "then" | "here" | "there" | "such" | "both"
        )
    }

    /// The sentence before, and the nearest one that names such a person, if that is another; where none does, what no
    /// sentence can give.
    fn person_before(&self, before: usize, kind: Classes, other: Classes) -> Vec<Vec<usize>> {
        let mut places = vec![vec![before]];
        let known = match (kind, other) {
            (Classes::MALE, _) => self.headline_persons[0],
            (Classes::FEMALE, _) => self.headline_persons[1],
            _ => true,
        };
        match (0..=before).rev().find(|&n| names_person(&self.lines[n], kind, other)) {
            Some(n) if n != before => places.push(vec![n]),
            None if !known => places.push(Vec::new()),
            _ => {}
        }
        places
    }

    /// Whether an earlier sentence of the same quotation says who speaks.
    fn named_earlier_in_unit(&self, n: usize, stands: Stands) -> bool {
        let (kind, other) = match stands {
            Stands::He => (Classes::MALE, Classes::FEMALE),
            Stands::She => (Classes::FEMALE, Classes::MALE),
            _ => return false,
        };
        (self.units[self.unit_of[n]].start..n).any(|i| names_person(&self.lines[i], kind, other))
    }

    /// The names that sentence `n` cannot give in full by itself.
    fn names_needed(&self, n: usize) -> Vec<Need> {
        let mut known = self.headline_names.clone();
        let mut needs = Vec::new();
        for mention in &self.mentions[n] {
            let fresh = known.insert(mention.who);
            if mention.full || !fresh || (mention.cure.is_some() && !mention.quoted) {
                continue;
            }
            let full = |i: &usize| self.mentions[*i].iter().any(|m| m.full && m.who == mention.who);
            let any: Vec<usize> = (0..n).rev().filter(full).collect();
            if !any.is_empty() {
                let words = self.lines[n].text[mention.at.clone()].to_owned();
                let kind = if mention.initials { Leaning::Abbreviation } else { Leaning::Name };
                needs.push(Need { kind, words, any, cure: None });
            }
        }
        needs
    }
}

/// Whether a sentence names such a person outside quotations.
fn names_person(line: &Line<'_>, kind: Classes, other: Classes) -> bool {
    (0..line.tokens.len()).any(|i| !line.tokens[i].quoted && pronouns::person(line, i, kind, other))
}

/// The mentions of people and abbreviations in each sentence, and those the headline gives in full.
fn mentions(headline: Option<&Line<'_>>, lines: &[Line<'_>]) -> (Vec<Vec<Mention>>, HashSet<usize>) {
    let all: Vec<&Line<'_>> = headline.into_iter().chain(lines).collect();
    let people = People::default().find(&all);
    let first = people.iter().flatten().map(|m| m.who + 1).max().unwrap_or(0);
    let initials = initials::find(&all, first);
    let mut found: Vec<Vec<Mention>> = people
        .into_iter()
        .zip(initials)
        .map(|(mut people, initials)| {
            people.extend(initials);
            people.sort_by_key(|m| m.at.start);
            people
        })
        .collect();
    let mut in_headline = HashSet::new();
    if headline.is_some() {
        in_headline.extend(found.remove(0).into_iter().filter(|m| m.full).map(|m| m.who));
    }
    (found, in_headline)
}

/// Sentences that a quotation ties together, and what announces one.
fn units(
    lines: &[Line<'_>],
    quoted: &[Quoted],
    paragraphs: impl Fn(usize) -> usize,
) -> (Vec<Range<usize>>, Vec<usize>) {
    let mut units: Vec<Range<usize>> = Vec::new();
    let mut unit_of = Vec::with_capacity(lines.len());
    for n in 0..lines.len() {
        let announced = n > 0
            && lines[n - 1].text.ends_with([':', ','])
            && lines[n].tokens.first().is_some_and(|t| t.quoted);
        let attributed =
            n > 0 && attribution_alone(&lines[n - 1], &lines[n]) && paragraphs(n - 1) == paragraphs(n);
        match units.last_mut() {
            Some(last) if n > 0 && (quoted[n - 1].goes_on || announced || attributed) => last.end = n + 1,
            _ => units.push(n..n + 1),
        }
        unit_of.push(units.len() - 1);
    }
    (units, unit_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::split_sentences;
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    /// What the last sentence of a case leans on, or why it never goes in.
    fn kinds(context: &str, sentence: &str) -> BTreeSet<String> {
        let paragraphs: Vec<&str> = context.split('¶').map(str::trim).collect();
        let mut body: Vec<(usize, &str)> = Vec::new();
        for (n, paragraph) in paragraphs.iter().enumerate() {
            body.extend(split_sentences(paragraph).into_iter().map(|range| (n, &paragraph[range])));
        }
        let at = body.len();
        let last = paragraphs.len() - 1;
        body.extend(split_sentences(sentence).into_iter().map(|range| (last, &sentence[range])));
        let study = Study::new(None, &body);
        let unit = study.unit_of[at];
        let blocked = study.blocked[unit].map(|reason| reason.to_string());
        let leans = study.units[unit].clone().flat_map(|n| study.needs[n].iter().map(|need| need.kind));
        let kind = |kind: Leaning| format!("{kind:?}").to_lowercase();
        let names = study.mentions[at]
            .iter()
            .filter(|m| !m.full && m.cure.is_some())
            .map(|m| kind(if m.initials { Leaning::Abbreviation } else { Leaning::Name }));
        match blocked {
            Some(reason) => [reason].into(),
            None => leans.map(kind).chain(names).collect(),
        }
    }

    #[test]
    fn every_case_leans_as_marked() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/script/leaning.txt");
        let text = std::fs::read_to_string(path).unwrap();
        let (mut wrong, mut cases, mut report) = (0, 0, String::new());
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (case, expected) = line.split_once(" => ").unwrap();
            let (context, sentence) = case.split_once("||").unwrap();
            let found: Vec<_> = kinds(context.trim(), sentence.trim()).into_iter().collect();
            let found = if found.is_empty() { "alone".to_owned() } else { found.join("+") };
            let found = match &*found {
                "list or heading" => "list".to_owned(),
                "no speaker" => "unattributed".to_owned(),
                _ => found,
            };
            cases += 1;
            if !expected.split(" | ").any(|expected| expected == found) {
                wrong += 1;
                writeln!(report, "  {case}\n    got {found}, want {expected}").unwrap();
            }
        }
        assert!(cases >= 150, "only {cases} cases");
        assert!(wrong == 0, "{wrong} of {cases} cases wrong\n{report}");
    }
}
