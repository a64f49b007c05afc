//! Noun phrases with `the` that another sentence introduced: "a £2m scheme" … "the scheme".

use super::line::{Line, Token};
use super::words::{self, Classes};
use std::collections::{HashMap, HashSet};

/// Most words between `the` and its noun that are looked at.
const MOST_WORDS: usize = 5;

/// Where nouns are introduced, by noun without its plural ending.
#[derive(Debug, Default)]
pub(super) struct Introductions {
    /// With `a`, a number, or none in the plural.
    indefinite: HashMap<String, Vec<usize>>,
    /// In a name: "the Organised Immigration Crime Summit".
    named: HashMap<String, Vec<usize>>,
    /// Said in any form.
    said: HashMap<String, Vec<usize>>,
    /// Said in the headline in any form.
    headline: HashSet<String>,
    /// By the group of nouns that may stand for one another.
    kin: HashMap<u8, Vec<usize>>,
    /// Groups said in the headline.
    headline_kin: HashSet<u8>,
}

/// What a noun phrase with `the` needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Needs {
    /// One of these sentences.
    One(Vec<usize>),
    /// The sentence before, for want of a better.
    Before,
    /// The same, and it means a person.
    Person,
}

impl Introductions {
    /// Notes what the headline and the sentences introduce.
    pub(super) fn new(headline: Option<&Line<'_>>, lines: &[Line<'_>]) -> Self {
        let mut found = Self::default();
        for token in headline.iter().flat_map(|line| &line.tokens) {
            found.headline.insert(stem(token.base()));
            if let Some(group) = words::kin(token.base()) {
                found.headline_kin.insert(group);
            }
        }
        for (n, line) in lines.iter().enumerate() {
            found.note(n, line);
        }
        found
    }

    fn note(&mut self, n: usize, line: &Line<'_>) {
        fn add<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Vec<usize>>, key: K, n: usize) {
            let places = map.entry(key).or_default();
            if places.last() != Some(&n) {
                places.push(n);
            }
        }
        for (i, token) in line.tokens.iter().enumerate() {
            if token.lower.len() > 2 && !token.is(Classes::FUNCTION | Classes::SAY) {
                add(&mut self.said, stem(token.base()), n);
            }
            if token.is(Classes::INTRO) {
                for head in phrase(line, i) {
                    let noun = &line.tokens[head];
                    add(&mut self.indefinite, stem(noun.base()), n);
                    if let Some(group) = words::kin(noun.base()) {
                        add(&mut self.kin, group, n);
                    }
                }
            }
            let beside =
                |i: usize| line.tokens.get(i).is_some_and(|t| t.capital() && !t.is(Classes::FUNCTION));
            let named = token.capital()
                && (i > 0 && beside(i - 1) && line.close(i) || beside(i + 1) && line.close(i + 1));
            let plural = !token.capital() && token.lower.len() > 3 && is_plural(&token.lower);
            let bare = plural
                && !(i.saturating_sub(3)..i).any(|d| matches!(line.lower(d), "the" | "these" | "those"));
            if named || bare {
                let map = if named { &mut self.named } else { &mut self.indefinite };
                add(map, stem(token.base()), n);
            }
            // Whatever names the kind of thing lets another noun of the kind stand for it: "The council's plan".
            if (named || bare || token.is(Classes::MALE | Classes::FEMALE) || i > 0)
                && let Some(group) = words::kin(token.base())
            {
                add(&mut self.kin, group, n);
            }
        }
    }

    /// Whether sentence `n` begins at word `at` with a phrase that another introduced.
    pub(super) fn opener(&self, n: usize, line: &Line<'_>, at: usize) -> Option<Needs> {
        line.tokens.get(at).filter(|t| t.base() == "the" && !t.quoted)?;
        let heads = phrase(line, at);
        let last = *heads.last()?;
        let numbered = age(&line.tokens[last].lower) || nationality(line, at);
        if numbered {
            return Some(Needs::Person);
        }
        let head = &line.tokens[last];
        let after = line.tokens.get(last + 1);
        let described = after.is_some_and(|t| {
            let plain = line.close(last + 1);
            plain && (t.is(Classes::POST) || (t.past() && line.lower(last + 2) == "by"))
                || (!plain && t.text.starts_with(|c: char| c.is_ascii_digit()))
        });
        for &i in heads.iter().rev() {
            let noun = &line.tokens[i];
            if noun.capital() && i == last {
                return None;
            }
            if let Some(found) = self.explicit(n, noun) {
                if after.is_some_and(|t| t.base() == "of") && line.close(last + 1) {
                    return None;
                }
                return (!found.is_empty()).then_some(Needs::One(found));
            }
        }
        if head.is(Classes::UNIQUE) || described {
            return None;
        }
        let kin = heads.iter().rev().find_map(|&i| words::kin(line.tokens[i].base()));
        let Some(group) = kin else {
            // "The pond", of which only "the pond" was said; "the closures" of what was closed.
            let said = self.said_before(n, head);
            return (!said.is_empty()).then_some(Needs::One(said));
        };
        if self.headline_kin.contains(&group) && !person_group(group) {
            return None;
        }
        if person_group(group) {
            return Some(Needs::Person);
        }
        let mut found: Vec<usize> =
            self.kin.get(&group).into_iter().flatten().copied().filter(|&s| s < n).collect();
        // The nearest is the likeliest to be meant.
        found.reverse();
        found.truncate(MOST_PLACES);
        Some(if found.is_empty() { Needs::Before } else { Needs::One(found) })
    }

    /// The phrases with `the` after word `from` that another sentence introduced for certain; `before` is the sentence
    /// before, which a bare "the company" means.
    pub(super) fn inside(
        &self,
        sentence: usize,
        line: &Line<'_>,
        from: usize,
        before: usize,
    ) -> Vec<(usize, Vec<usize>)> {
        let the = |i: &usize| line.lower(*i) == "the" && !line.tokens[*i].quoted;
        (from..line.tokens.len())
            .filter(the)
            .flat_map(|i| {
                let heads = phrase(line, i);
                let last = heads.last().copied().unwrap_or(i);
                let described = line.close(last + 1) && line.classes(last + 1).has(Classes::POST);
                let head = &line.tokens[last];
                let known = head.capital() || described || head.is(Classes::UNIQUE | Classes::DEICTIC);
                // "The group's claim" is of the group, too.
                let noun = |&n: &usize| {
                    let word = &line.tokens[n];
                    !known && n > i && (n == last || (word.lower.ends_with("'s") && !word.capital()))
                };
                let places = |n: usize| self.place_of(sentence, line, n, before);
                heads
                    .into_iter()
                    .filter(noun)
                    .filter_map(places)
                    .filter(|p| !p.is_empty())
                    .map(|p| (i, p))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// Where the noun at word `i` of sentence `n` was introduced, or something of its kind was named.
    fn place_of(&self, n: usize, line: &Line<'_>, i: usize, before: usize) -> Option<Vec<usize>> {
        let noun = &line.tokens[i];
        if let Some(places) = self.explicit(n, noun) {
            return Some(places);
        }
        let group = words::kin(noun.base()).filter(|&group| !self.known(group, noun, line, i))?;
        let places = self.kin_before(group, n);
        let company = words::kin("company") == Some(group) && line.lower(i.saturating_sub(1)) == "the";
        let named = line.tokens[..i].iter().enumerate().any(|(i, t)| {
            t.capital()
                && !line.classes(i.wrapping_sub(1)).has(Classes::PREPOSITION)
                && !(i == 0 && is_plural(&t.lower))
        });
        Some(if places.is_empty() && company && !named { vec![before] } else { places })
    }

    /// The sentences before `n` that say this noun, or the verb it is made of; none where the headline does.
    fn said_before(&self, n: usize, noun: &Token<'_>) -> Vec<usize> {
        let key = stem(noun.base());
        if self.headline.contains(&key) {
            return Vec::new();
        }
        let before =
            |places: &Vec<usize>| places.iter().copied().filter(|&p| p < n).take(MOST_PLACES).collect();
        let said: Vec<usize> = self.said.get(&key).map(before).unwrap_or_default();
        if !said.is_empty() {
            return said;
        }
        let root = DEVERBAL.iter().find_map(|end| key.strip_suffix(end)).filter(|root| root.len() >= 4);
        let verbs = root.into_iter().flat_map(|root| VERBAL.iter().map(move |end| format!("{root}{end}")));
        let mut found: Vec<usize> =
            verbs.filter_map(|verb| self.said.get(&verb)).flat_map(before).collect::<Vec<usize>>();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The sentences before `n` that name something of the group, the nearest first: it is the likeliest to be meant.
    fn kin_before(&self, group: u8, n: usize) -> Vec<usize> {
        let places = self.kin.get(&group).map_or(&[][..], Vec::as_slice);
        let before = places.partition_point(|&place| place < n);
        places[..before].iter().rev().take(MOST_PLACES).copied().collect()
    }

    /// Whether the headline, or the sentence itself before word `at`, names something of the group.
    fn known(&self, group: u8, noun: &Token<'_>, line: &Line<'_>, at: usize) -> bool {
        let alike = |t: &Token<'_>| {
            let people = person_group(group);
            words::kin(t.base()) == Some(group) && (!people || is_plural(t.base()) == is_plural(noun.base()))
        };
        line.tokens[..at].iter().any(alike) || (self.headline_kin.contains(&group) && !person_group(group))
    }

    /// Where this noun was introduced before sentence `n`: none if nowhere, empty if the headline or `n` itself did.
    fn explicit(&self, n: usize, noun: &Token<'_>) -> Option<Vec<usize>> {
        let stem = stem(noun.base());
        let indefinite = self.indefinite.get(&stem).filter(|_| !noun.is(Classes::UNIQUE));
        let named = self.named.get(&stem);
        let all: Vec<usize> = indefinite.into_iter().chain(named).flatten().copied().collect();
        if all.contains(&n) || self.headline.contains(&stem) && !all.is_empty() {
            return Some(Vec::new());
        }
        let mut before: Vec<usize> = all.into_iter().filter(|&s| s < n).collect();
        before.sort_unstable();
        before.dedup();
        before.truncate(MOST_PLACES);
        (!before.is_empty()).then_some(before)
    }
}

/// Endings of nouns made of verbs.
const DEVERBAL: [&str; 8] = ["ation", "ion", "ure", "ment", "ance", "ence", "al", "er"];

/// Endings of the verbs they are made of.
const VERBAL: [&str; 7] = ["", "e", "ed", "d", "ing", "es", "s"];

/// Most introductions kept for one noun: past them, any is as good.
const MOST_PLACES: usize = 6;

/// Whether the group's nouns are people.
fn person_group(group: u8) -> bool {
    words::kin("man") == Some(group)
}

/// "The 42-year-old".
fn age(lower: &str) -> bool {
    lower.ends_with("-year-old") || lower.ends_with("-year-olds")
}

/// "The Spaniard won", "The American said".
fn nationality(line: &Line<'_>, at: usize) -> bool {
    let Some(noun) = line.tokens.get(at + 1) else { return false };
    let next = line.classes(at + 2);
    let ends = ["ard", "ton", "man", "woman", "ian", "can", "ish", "ese"]
        .iter()
        .any(|end| noun.base().ends_with(end));
    let ends = ends
        || matches!(
            noun.base(),
            "scot" | "german" | "swede" | "dane" | "finn" | "pole" | "turk" | "serb" | "croat"
        );
    noun.capital()
        && ends
        && noun.lower.len() > 3
        && (next.has(Classes::FUNCTION | Classes::SAY) || line.tokens.get(at + 2).is_some_and(Token::past))
        && line.close(at + 2)
}

/// The words of the noun phrase whose determiner is word `at`, the determiner left out; the head comes last.
fn phrase(line: &Line<'_>, at: usize) -> Vec<usize> {
    let mut words = Vec::new();
    for i in at + 1..line.tokens.len().min(at + 1 + MOST_WORDS) {
        let token = &line.tokens[i];
        let first = words.is_empty();
        let opens_quotes = || line.gap(i).trim().chars().all(|c| matches!(c, '‘' | '“' | '"' | '\''));
        if !(line.close(i) || first && opens_quotes()) {
            break;
        }
        let verb =
            token.past() && !first && line.tokens.get(i + 1).is_none_or(|t| words::kin(t.base()).is_none());
        if token.is(Classes::FUNCTION | Classes::SAY)
            && !token.capital()
            && words::kin(token.base()).is_none()
            || verb
        {
            break;
        }
        words.push(i);
    }
    words
}

fn is_plural(lower: &str) -> bool {
    matches!(lower, "men" | "women" | "children" | "people")
        || (lower.ends_with('s')
            && !lower.ends_with("ss")
            && !lower.ends_with("us")
            && !lower.ends_with("'s"))
}

/// A noun without its plural ending.
fn stem(lower: &str) -> String {
    match lower {
        "men" => return "man".into(),
        "women" => return "woman".into(),
        "children" => return "child".into(),
        _ => {}
    }
    if let Some(root) = lower.strip_suffix("ies").filter(|root| root.len() > 2) {
        return format!("{root}y");
    }
    for end in ["xes", "ches", "shes", "sses"] {
        if lower.ends_with(end) {
            return lower[..lower.len() - 2].to_owned();
        }
    }
    if lower.len() > 3 && is_plural(lower) { lower[..lower.len() - 1].to_owned() } else { lower.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems() {
        for (word, expected) in [
            ("parties", "party"),
            ("crashes", "crash"),
            ("schemes", "scheme"),
            ("bus", "bus"),
            ("men", "man"),
            ("gas", "gas"),
        ] {
            assert_eq!(stem(word), expected);
        }
    }

    #[test]
    fn the_head_is_the_last_word_before_the_verb() {
        for (text, head) in [
            ("The scheme will cost £2m.", "scheme"),
            ("The new flood barrier, built in 1987, failed.", "barrier"),
            ("The council approved it.", "council"),
            ("The proposed scheme fell.", "scheme"),
        ] {
            let line = Line::new(text, &[]);
            assert_eq!(line.tokens[*phrase(&line, 0).last().unwrap()].text, head, "{text}");
        }
    }
}
