//! Abbreviations a story introduces: "the National Audit Office (NAO)", later "the NAO".

use super::line::Line;
use super::names::Mention;
use super::words;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Longest full form, in words.
const MOST_WORDS: usize = 9;

/// The mentions of abbreviations in every sentence; their `who` is counted from `first`.
///
/// Initials that every listener knows (BBC, NHS) are not looked at.
pub(super) fn find(lines: &[&Line<'_>], first: usize) -> Vec<Vec<Mention>> {
    let used: HashSet<String> = lines
        .iter()
        .flat_map(|line| &line.tokens)
        .filter(|t| t.initials() && !words::is_household(t.bare()))
        .map(|t| singular(t.bare()).to_owned())
        .collect();
    let mut known: HashMap<String, (usize, String)> = HashMap::new();
    lines.iter().map(|line| mentions(line, &used, &mut known, first)).collect()
}

fn singular(initials: &str) -> &str {
    initials.strip_suffix('s').unwrap_or(initials)
}

fn mentions(
    line: &Line<'_>,
    used: &HashSet<String>,
    known: &mut HashMap<String, (usize, String)>,
    first: usize,
) -> Vec<Mention> {
    let mut found = Vec::new();
    for (n, token) in line.tokens.iter().enumerate() {
        let quoted = token.quoted;
        let fresh = first + known.len();
        if token.initials() && !words::is_household(token.bare()) {
            let key = singular(token.bare());
            let bracketed = line.gap(n).ends_with('(') && line.gap(n + 1).starts_with(')');
            if bracketed && let Some(full) = expansion(line, n, key) {
                let text = line.text[full].to_owned();
                let who = known.entry(key.to_owned()).or_insert((fresh, text)).0;
                found.push(Mention {
                    who,
                    at: token.at.clone(),
                    full: true,
                    quoted,
                    cure: None,
                    initials: true,
                });
            } else if let Some((who, full)) = known.get(key) {
                let plural = key.len() < token.bare().len();
                let article =
                    n.checked_sub(1).filter(|&a| matches!(line.lower(a), "a" | "an") && line.close(n));
                let at = article.map_or(token.at.start, |a| line.tokens[a].at.start)
                    ..token.at.start + token.bare().len();
                let full = match article {
                    Some(_) if full.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) => {
                        format!("an {full}")
                    }
                    Some(_) => format!("a {full}"),
                    None => full.clone(),
                };
                // "NAOs" has no full form that is sure to be right.
                found.push(Mention {
                    who: *who,
                    at,
                    full: false,
                    quoted,
                    cure: (!plural).then_some(full),
                    initials: true,
                });
            }
        } else if token.capital()
            && let Some((key, full)) = spelled_out(line, n, used)
        {
            let text = line.text[full.clone()].to_owned();
            let who = known.entry(key).or_insert((fresh, text)).0;
            found.push(Mention { who, at: full, full: true, quoted, cure: None, initials: true });
        }
    }
    found
}

/// The words before the brackets whose first letters are these initials.
fn expansion(line: &Line<'_>, n: usize, initials: &str) -> Option<Range<usize>> {
    let letters: Vec<char> = initials.to_lowercase().chars().collect();
    for from in (n.saturating_sub(MOST_WORDS)..n).rev() {
        let words = &line.tokens[from..n];
        let starts = words[0].lower.starts_with(letters[0]);
        if starts && spells(words.iter().map(|t| &*t.lower), &letters) {
            return Some(words[0].at.start..words[words.len() - 1].at.end);
        }
    }
    None
}

/// A run of capitalised words from word `n` on that some initials of the story stand for.
fn spelled_out(line: &Line<'_>, n: usize, used: &HashSet<String>) -> Option<(String, Range<usize>)> {
    let before = n.checked_sub(1).map(|b| &line.tokens[b]);
    if before.is_some_and(|t| t.capital() && line.close(n) && t.base() != "the")
        || line.tokens[n].base() == "the"
    {
        return None;
    }
    let mut key: String = line.tokens[n].text.chars().take(1).collect();
    let mut found = None;
    for end in n + 1..line.tokens.len().min(n + MOST_WORDS) {
        let token = &line.tokens[end];
        if !line.close(end) || !(token.capital() || small(&token.lower)) || token.initials() {
            break;
        }
        if token.capital() {
            key.extend(token.text.chars().take(1));
            if key.chars().count() >= 3 && used.contains(&key) {
                found = Some((key.clone(), line.tokens[n].at.start..token.at.start + token.bare().len()));
            }
        }
    }
    found
}

fn small(lower: &str) -> bool {
    matches!(lower, "of" | "for" | "and" | "the" | "in" | "on" | "to" | "de" | "du")
}

/// Whether the first letters of the words, small ones optional, are these.
fn spells<'a>(words: impl Iterator<Item = &'a str>, letters: &[char]) -> bool {
    let mut at = 0;
    for word in words {
        let Some(&letter) = letters.get(at) else { return false };
        if word.starts_with(letter) {
            at += 1;
            // "DfT": one word may give several letters only through its parts ("co-operative").
            for part in word.split('-').skip(1) {
                at += usize::from(letters.get(at).is_some_and(|&l| part.starts_with(l)));
            }
        } else if !small(word) {
            return false;
        }
    }
    at == letters.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(sentences: &[&str]) -> Vec<String> {
        let lines: Vec<_> = sentences.iter().map(|s| Line::new(s, &[])).collect();
        let found = find(&lines.iter().collect::<Vec<_>>(), 0);
        let show = |line: &Line<'_>, m: &Mention| {
            format!(
                "{}={}",
                &line.text[m.at.clone()],
                m.cure.as_deref().unwrap_or(if m.full { "full" } else { "-" })
            )
        };
        lines.iter().zip(&found).flat_map(|(line, found)| found.iter().map(move |m| show(line, m))).collect()
    }

    #[test]
    fn initials_take_their_full_form() {
        for (full, bare, expected) in [
            ("The National Audit Office (NAO) met.", "The NAO said no.", "NAO=National Audit Office"),
            ("The National Audit Office met.", "The NAO’s report is out.", "NAO=National Audit Office"),
            (
                "The Department for Transport (DfT) met.",
                "A DfT spokesman spoke.",
                "A DfT=a Department for Transport",
            ),
            ("The chief operating officer (COO) left.", "The COO said no.", "COO=chief operating officer"),
        ] {
            assert_eq!(show(&[full, bare]).last().unwrap(), expected);
        }
    }

    #[test]
    fn what_everybody_knows_or_nobody_introduced_stays() {
        assert!(show(&["The British Broadcasting Corporation (BBC) met.", "The BBC said no."]).is_empty());
        assert!(show(&["The XQZ said no.", "The XQZ went on."]).is_empty());
    }
}
