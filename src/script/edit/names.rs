//! People's names: where they are given in full, and where only the surname stands.

use super::line::{Line, Token};
use super::words::Classes;
use crate::normalise::is_common_word;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A stretch of a sentence that names someone or something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Who: a number of [`Named`].
    pub(super) who: usize,
    /// The bytes that the full form would replace.
    pub(super) at: Range<usize>,
    /// Whether it is the full form.
    pub(super) full: bool,
    /// Whether it is inside a quotation, which is never changed.
    pub(super) quoted: bool,
    /// What takes its place when nothing before it gives the full form.
    pub(super) cure: Option<String>,
    /// Whether it is about initials, not a person.
    pub(super) initials: bool,
}

/// Someone with a full name in the story.
#[derive(Debug)]
struct Person {
    /// "Imran Khan".
    name: String,
    /// "council leader Imran Khan", as far as it stands directly before the name.
    with_role: String,
    /// Whether what follows the name says who it is: "Imran Khan, the council's leader,".
    explained_after: bool,
    surname: String,
}

/// The people of a story.
#[derive(Debug, Default)]
pub(super) struct People {
    known: Vec<Person>,
    by_surname: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, usize>,
}

/// A run of capitalised words.
#[derive(Debug)]
struct Run {
    /// Words, titles and offices included.
    words: Range<usize>,
    /// The words after the last title or office.
    core: Range<usize>,
}

impl People {
    /// The mentions of people in every sentence, the headline's first; a person is known from the first full name on.
    pub(super) fn find(&mut self, lines: &[&Line<'_>]) -> Vec<Vec<Mention>> {
        let bare = bare_words(lines);
        lines.iter().map(|line| self.mentions(line, &bare)).collect()
    }

    fn mentions(&mut self, line: &Line<'_>, bare: &HashSet<String>) -> Vec<Mention> {
        let mut found = Vec::new();
        for run in runs(line) {
            let Some(last) = run.core.clone().next_back() else { continue };
            let surname = line.tokens[last].base().to_owned();
            let quoted = line.tokens[last].quoted;
            let start = line.tokens[run.core.start].at.start;
            let end = line.tokens[last].at.start + line.tokens[last].bare().len();
            if run.core.len() >= 2 {
                if !is_person(line, &run) || !bare.contains(&surname) {
                    continue;
                }
                let who = self.learn(line, &run, start..end, surname);
                found.push(Mention { who, at: start..end, full: true, quoted, cure: None, initials: false });
            } else if let Some(who) = self.known_by(line, &run, &surname) {
                let cure = who.1.then(|| self.cure(line, &run, who.0)).flatten();
                let titled = run.words.start < run.core.start && courtesy(line, run.core.start - 1);
                let from = if titled { line.tokens[run.core.start - 1].at.start } else { start };
                found.push(Mention { who: who.0, at: from..end, full: false, quoted, cure, initials: false });
            }
        }
        found
    }

    fn learn(&mut self, line: &Line<'_>, run: &Run, at: Range<usize>, surname: String) -> usize {
        let name = line.text[at.clone()].to_owned();
        if let Some(&known) = self.by_name.get(&name) {
            return known;
        }
        let from = line.tokens[role_start(line, run)].at.start;
        let courtesy_only = run.words.start + 1 == run.core.start && courtesy(line, run.words.start);
        let with_role = if courtesy_only && from == line.tokens[run.words.start].at.start {
            name.clone()
        } else {
            line.text[from..at.end].to_owned()
        };
        let who = self.known.len();
        let last = run.core.end;
        let explained_after = line.gap(last).starts_with(',') && says_who(line, last);
        self.by_surname.entry(surname.clone()).or_default().push(who);
        self.by_name.insert(name.clone(), who);
        self.known.push(Person { name, with_role, explained_after, surname });
        who
    }

    /// Who a lone surname means, and whether it can mean nobody else.
    fn known_by(&self, line: &Line<'_>, run: &Run, surname: &str) -> Option<(usize, bool)> {
        let people = self.by_surname.get(surname)?;
        let at = run.core.start;
        let titled = run.words.start < run.core.start;
        // "Price said" is a name; "Price rises hit families" is not.
        let opens =
            at == 0 && is_common_word(surname) && !line.classes(1).has(Classes::SAY | Classes::AUXILIARY);
        if opens && !titled {
            return None;
        }
        people.last().map(|&who| (who, people.len() == 1))
    }

    /// The full form in place of a lone surname; none where the name alone would not say who it is.
    fn cure(&self, line: &Line<'_>, run: &Run, who: usize) -> Option<String> {
        let person = &self.known[who];
        let has_role = person.with_role != person.name;
        if person.explained_after && !has_role {
            return None;
        }
        let title = run.words.start < run.core.start && !courtesy(line, run.core.start - 1);
        let before =
            run.words.start.checked_sub(1).filter(|_| line.close(run.words.start)).map(|n| &line.tokens[n]);
        let described =
            before.is_some_and(|t| t.is(Classes::DETERMINER) || !t.is(Classes::FUNCTION | Classes::SAY));
        let plain = title || described || run.words.len() > run.core.len() + 1;
        let full = if plain { person.name.clone() } else { person.with_role.clone() };
        debug_assert!(!person.surname.is_empty());
        Some(if run.words.start == 0 && !plain { capitalised(&full) } else { full })
    }
}

/// Whether what follows a name after a comma says who it is.
fn says_who(line: &Line<'_>, at: usize) -> bool {
    let Some(first) = line.tokens.get(at) else { return false };
    first.is(Classes::DETERMINER)
        || matches!(first.base(), "who" | "aged" | "whose")
        || first.text.starts_with(|c: char| c.is_ascii_digit())
        || (at..line.tokens.len().min(at + 9))
            .take_while(|&i| i == at || line.close(i))
            .any(|i| line.tokens[i].is(Classes::ROLE | Classes::PERSON | Classes::MALE | Classes::FEMALE))
}

/// With its first letter in capitals.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn courtesy(line: &Line<'_>, n: usize) -> bool {
    line.classes(n).has(Classes::COURTESY)
}

/// The last words of runs of one word: what a full name must end with to matter.
fn bare_words(lines: &[&Line<'_>]) -> HashSet<String> {
    let mut bare = HashSet::new();
    for line in lines {
        for run in runs(line) {
            if run.core.len() == 1 {
                bare.insert(line.tokens[run.core.start].base().to_owned());
            }
        }
    }
    bare
}

fn particle(token: &Token<'_>) -> bool {
    matches!(
        &*token.lower,
        "de" | "da"
            | "del"
            | "della"
            | "di"
            | "du"
            | "van"
            | "von"
            | "der"
            | "den"
            | "bin"
            | "ibn"
            | "al"
            | "el"
            | "la"
            | "le"
            | "ten"
    )
}

/// The runs of capitalised words of a sentence.
fn runs(line: &Line<'_>) -> Vec<Run> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < line.tokens.len() {
        let starts = line.tokens[i].capital() && !line.tokens[i].initials();
        // The first word of a sentence is a name only if it could be one.
        let opener = i == 0 && line.tokens[0].is(Classes::FUNCTION | Classes::PREPOSITION);
        if !starts || opener || line.tokens[i].text.chars().count() == 1 && line.gap(i + 1) != ". " {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while let Some(token) = line.tokens.get(end) {
            let initial = line.gap(end) == ". " && line.tokens[end - 1].text.chars().count() == 1;
            let stopped = line.gap(end) == ". " && line.tokens[end - 1].is(Classes::TITLE);
            let joined = line.gap(end) == " " || line.gap(end) == "\u{a0}" || initial || stopped;
            let through = particle(token) && line.tokens.get(end + 1).is_some_and(Token::capital);
            let possessive = line.tokens[end - 1].bare() != line.tokens[end - 1].text;
            if !joined || possessive || !(token.capital() || through) || token.initials() {
                break;
            }
            end += 1;
        }
        let mut core_end = end;
        while core_end > i + 1
            && matches!(&*line.tokens[core_end - 1].lower, "jr" | "sr" | "ii" | "iii" | "iv")
        {
            core_end -= 1;
        }
        let office = (i..core_end).rev().find(|&n| {
            line.tokens[n].is(Classes::TITLE | Classes::ROLE | Classes::COMMON_LAST) && n + 1 < core_end
        });
        let core = office.map_or(i, |n| n + 1)..core_end;
        found.push(Run { words: i..end, core });
        i = end;
    }
    found
}

/// Whether a run of two words or more can be a person.
fn is_person(line: &Line<'_>, run: &Run) -> bool {
    let first = &line.tokens[run.core.start];
    let last = &line.tokens[run.core.end - 1];
    let titled = run.words.start < run.core.start;
    let the =
        run.words.start.checked_sub(1).is_some_and(|n| line.lower(n) == "the" && line.close(run.words.start));
    run.core.len() <= 4
        && !last.is(Classes::COMMON_LAST | Classes::BODY | Classes::DEICTIC | Classes::FUNCTION)
        && !first.is(Classes::PLACE_WORD | Classes::DEICTIC | Classes::FUNCTION | Classes::BODY)
        && (titled || !the)
}

/// The word at which what directly precedes a name as its role begins: "council leader Ann Orme".
fn role_start(line: &Line<'_>, run: &Run) -> usize {
    let mut start = run.words.start;
    let Some(before) = start.checked_sub(1) else { return start };
    if !line.close(start) || !line.tokens[before].is(Classes::ROLE) || line.tokens[before].capital() {
        return start;
    }
    start = before;
    while let Some(n) = start.checked_sub(1) {
        let token = &line.tokens[n];
        let noun = !token.is(Classes::FUNCTION | Classes::SAY | Classes::PREPOSITION)
            && !token.past()
            && !token.lower.ends_with("ing")
            && !token.lower.ends_with("'s")
            && !token.lower.ends_with("ly")
            && token.text.starts_with(char::is_alphabetic);
        if !line.close(start) || !noun || before - n > 2 {
            break;
        }
        start = n;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions(sentences: &[&str]) -> Vec<String> {
        let lines: Vec<_> = sentences.iter().map(|s| Line::new(s, &[])).collect();
        let found = People::default().find(&lines.iter().collect::<Vec<_>>());
        let show = |line: &Line<'_>, m: &Mention| {
            let cure = m.cure.as_deref().unwrap_or(if m.full { "full" } else { "-" });
            format!("{}={cure}", &line.text[m.at.clone()])
        };
        lines.iter().zip(&found).flat_map(|(line, found)| found.iter().map(move |m| show(line, m))).collect()
    }

    #[test]
    fn a_lone_surname_takes_the_full_name() {
        for (full, bare, expected) in [
            ("Council leader Ann Orme spoke.", "Orme said no.", "Orme=Council leader Ann Orme"),
            ("It angered council leader Ann Orme.", "Ms Orme said no.", "Ms Orme=Council leader Ann Orme"),
            ("Dr Ann Orme spoke.", "But Dr Orme said no.", "Orme=Ann Orme"),
            ("Mr Imran Khan spoke.", "Khan’s plan failed.", "Khan=Imran Khan"),
            ("Ann Orme, the leader, spoke.", "Orme said no.", "Orme=-"),
            (
                "Home Secretary Yvette Cooper spoke.",
                "Ms Cooper left.",
                "Ms Cooper=Home Secretary Yvette Cooper",
            ),
            ("Rafael Nadal won.", "The top-ranked Nadal lost.", "Nadal=Rafael Nadal"),
        ] {
            assert_eq!(mentions(&[full, bare]).last().unwrap(), expected, "{full} {bare}");
        }
    }

    #[test]
    fn what_is_no_surname() {
        for sentences in [
            ["Leeds City Council met.", "The Council said no."],
            ["He lives in New York.", "York is older."],
            ["Yvonne Price spoke.", "Price rises hit families."],
            ["They left North Korea.", "Korea was divided."],
        ] {
            let found = mentions(&sentences);
            assert!(!found.iter().any(|m| !m.ends_with("=full")), "{sentences:?}: {found:?}");
        }
    }
}
