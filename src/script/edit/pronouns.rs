//! Pronouns that mean something outside their sentence.

use super::line::{Line, Token};
use super::words::Classes;
use crate::normalise::is_common_word;

/// What kind of thing a pronoun stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// A man.
    He,
    /// A woman.
    She,
    /// Several, or someone.
    They,
    /// A thing.
    It,
    /// What was said: this, these, that, those, there.
    Said,
}

/// The first pronoun from word `first` on that nothing before it in the sentence explains.
///
/// Words inside quotations are not looked at: the speaker means them.
pub(super) fn unexplained(line: &Line<'_>, first: usize) -> Option<(usize, Stands)> {
    let outside = |n: &usize| !line.tokens[*n].quoted;
    (first..line.tokens.len()).filter(outside).find_map(|n| {
        let stands = stands(line, n, first)?;
        (!explained(line, n, first, stands)).then_some((n, stands))
    })
}

/// What the first word of a quotation stands for, if it means something outside it.
///
/// Looked at where the quotation opens the sentence or follows little more than its speaker.
pub(super) fn quotation_opener(line: &Line<'_>) -> Option<usize> {
    let n = line.tokens.iter().position(|t| t.quoted)?;
    let said = line.tokens[..n].iter().position(|t| t.is(Classes::SAY));
    if n > 0 && !(n <= 8 && said.is_some_and(|at| at <= 5)) {
        return None;
    }
    if n > 0 && !line.gap(n).contains([':', ',']) {
        return None;
    }
    match line.tokens[n].base() {
        "that"
            if !line.tokens[n].text.contains(['\'', '’']) && !line.classes(n + 1).has(Classes::AUXILIARY) =>
        {
            None
        }
        "this" | "these" | "those" | "that" => points(line, n).then_some(n),
        _ if line.tokens[n].is(Classes::HE | Classes::SHE | Classes::THEY | Classes::IT) => {
            (!titled(line, n) && !expletive(line, n)).then_some(n)
        }
        _ => None,
    }
}

/// What word `n` stands for, if it is a pronoun and no part of a title.
fn stands(line: &Line<'_>, n: usize, first: usize) -> Option<Stands> {
    let token = &line.tokens[n];
    if n > 0 && n != first && token.capital() || titled(line, n) {
        return None;
    }
    let classes = token.classes;
    if classes.has(Classes::HE) {
        return Some(Stands::He);
    }
    if classes.has(Classes::SHE) {
        return Some(Stands::She);
    }
    if classes.has(Classes::THEY) {
        return Some(Stands::They);
    }
    if classes.has(Classes::IT) {
        return (!expletive(line, n)).then_some(Stands::It);
    }
    let said = match token.base() {
        "this" | "these" => points(line, n),
        "that" if n == first => points(line, n),
        "that" => does_that(line, n),
        "so" => n > first && does_so(line, n),
        "those" => n == first && !those_who(line, n),
        "there" => n > first && place(line, n),
        _ => false,
    };
    said.then_some(Stands::Said)
}

/// Whether a pronoun before a capital is the beginning of a name: They Might Be Giants, Her Majesty, He Xiaopeng.
fn titled(line: &Line<'_>, n: usize) -> bool {
    let token = &line.tokens[n];
    let capital = |i: usize| line.tokens.get(i).is_some_and(Token::capital) && line.close(i);
    if !token.capital() || !capital(n + 1) || line.lower(n + 1) == "i" {
        return false;
    }
    if token.is(Classes::POSSESSIVE) || matches!(token.base(), "this" | "these" | "that" | "those") {
        let honour = matches!(
            line.lower(n + 1),
            "majesty" | "majesties" | "highness" | "honour" | "holiness" | "grace"
        );
        let common = is_common_word(line.lower(n + 1)) || line.classes(n + 1).has(Classes::FUNCTION);
        return honour || capital(n + 2) && common;
    }
    true
}

/// Whether `this` or `that` points back, not at the calendar.
fn points(line: &Line<'_>, n: usize) -> bool {
    let next = line.classes(n + 1);
    let after = line.classes(n + 2);
    // "This coming Monday", "this last week".
    let calendar = next.has(Classes::DEICTIC)
        || matches!(line.lower(n + 1), "coming" | "past" | "last" | "next" | "year's")
            && after.has(Classes::DEICTIC);
    !calendar
}

/// "Those who live nearby", "those affected".
fn those_who(line: &Line<'_>, n: usize) -> bool {
    let next = line.lower(n + 1);
    matches!(
        next,
        "who" | "with" | "without" | "in" | "from" | "at" | "on" | "under" | "over" | "aged" | "most"
    ) || ((next.ends_with("ing") || next.ends_with("ed"))
        && (!line.close(n + 2)
            || line.classes(n + 2).has(Classes::PREPOSITION | Classes::POST | Classes::DETERMINER)))
}

/// "A mission to do just that": no "said that it" and no "that scheme".
fn does_that(line: &Line<'_>, n: usize) -> bool {
    let before = n.checked_sub(1).map_or("", |b| line.lower(b));
    let ends =
        n + 1 == line.tokens.len() || !line.close(n + 1) || line.classes(n + 1).has(Classes::AUXILIARY);
    matches!(
        before,
        "do" | "does"
            | "did"
            | "doing"
            | "just"
            | "like"
            | "about"
            | "after"
            | "before"
            | "for"
            | "of"
            | "with"
    ) && ends
}

/// "Those who did so", at the end of a clause.
fn does_so(line: &Line<'_>, n: usize) -> bool {
    let before = line.lower(n - 1);
    let ends = n + 1 == line.tokens.len() || !line.close(n + 1);
    // "Tried to save one, but failed to do so" explains itself.
    matches!(before, "do" | "does" | "did" | "doing" | "done") && ends && n < 8
}

/// "He has lived there since": no "there is".
fn place(line: &Line<'_>, n: usize) -> bool {
    let next = line.classes(n + 1);
    let exists = next.has(Classes::AUXILIARY) || matches!(line.lower(n + 1), "be" | "being" | "been" | "to");
    // "Villagers there have asked": no "that there have been".
    let noun = |b: usize| {
        let t = &line.tokens[b];
        line.close(n) && !t.is(Classes::FUNCTION | Classes::SAY | Classes::PREPOSITION) && !t.past()
    };
    let exists = exists && !n.checked_sub(1).is_some_and(noun);
    let elided = line.tokens[n].text.contains(['\'', '’']);
    let person_place = line.tokens[..n].iter().any(|t| t.capital() && t.at.start > 0);
    !exists && !elided && !person_place
}

/// An `it` that means nothing: it rained, it is understood, it was Mr Khan who.
fn expletive(line: &Line<'_>, n: usize) -> bool {
    let token = &line.tokens[n];
    if token.is(Classes::POSSESSIVE) || !matches!(token.base(), "it" | "it's" | "it'd" | "it'll") {
        return false;
    }
    let mut at = n + 1;
    let short = token.lower == "it's";
    if !short {
        let verb = line.lower(at);
        match verb {
            "is" | "was" | "isn't" | "wasn't" | "be" | "being" | "became" | "becomes" | "remains"
            | "remained" => at += 1,
            "has" | "had" | "would" | "will" | "may" | "might" | "could" | "can" | "should" | "must" => {
                at += 1;
                let negative = line.lower(at) == "not";
                at += usize::from(negative) + usize::from(line.lower(at + usize::from(negative)) == "also");
                match line.lower(at) {
                    "been" | "be" | "become" => at += 1,
                    "take" | "taken" | "seem" | "appear" | "turn" | "rain" | "snow" | "emerged"
                    | "emerge" | "rained" => {
                        return true;
                    }
                    _ => return false,
                }
            }
            _ => return line.classes(at).has(Classes::IMPERSONAL) && impersonal(line, at),
        }
    }
    while matches!(
        line.lower(at),
        "not"
            | "now"
            | "also"
            | "still"
            | "widely"
            | "only"
            | "very"
            | "so"
            | "more"
            | "most"
            | "been"
            | "being"
            | "already"
            | "becoming"
            | "increasingly"
            | "highly"
    ) {
        at += 1;
    }
    let Some(word) = line.tokens.get(at) else { return false };
    if word.capital() && !word.is(Classes::DEICTIC) {
        // "It was Mr Khan who", "it is London that".
        return line.tokens[at..].iter().take(8).any(|t| matches!(t.base(), "who" | "that" | "which"));
    }
    if word.is(Classes::SUPPOSED) {
        let matters = matches!(
            word.base(),
            "important"
                | "vital"
                | "crucial"
                | "essential"
                | "necessary"
                | "difficult"
                | "hard"
                | "easy"
                | "wrong"
                | "right"
                | "safe"
                | "fair"
                | "unfair"
                | "rare"
                | "common"
                | "true"
                | "illegal"
                | "unusual"
                | "worth"
                | "better"
                | "best"
                | "long"
                | "likely"
                | "unlikely"
                | "possible"
                | "impossible"
                | "obvious"
                | "inevitable"
                | "doubtful"
        );
        return !matters || leads_to_clause(line, at);
    }
    if word.text.starts_with(|c: char| c.is_ascii_digit()) {
        // "It was 3am", "it is 20 years since".
        return line.tokens[at..].iter().take(3).any(|t| t.is(Classes::DEICTIC))
            || word.lower.ends_with("am")
            || word.lower.ends_with("pm")
            || word.text.len() == 4;
    }
    let night = line.tokens[at..].iter().take(4).any(|t| {
        matches!(
            t.base(),
            "night" | "morning" | "afternoon" | "evening" | "monday" | "sunday" | "o'clock" | "minutes"
        )
    });
    word.is(Classes::WITH_THAT) && (leads_to_clause(line, at) || (word.base() == "a" && night))
}

/// "It took firefighters six hours", "it seems that": against "it turned left", "it would be".
fn impersonal(line: &Line<'_>, at: usize) -> bool {
    match line.lower(at) {
        "seems" | "seemed" | "appears" | "appeared" => {
            matches!(line.lower(at + 1), "that" | "likely" | "unlikely" | "clear" | "as" | "the" | "to")
                && line.lower(at + 1) != "to"
        }
        "turned" | "turns" => line.lower(at + 1) == "out",
        "remains" | "remained" => {
            matches!(line.lower(at + 1), "unclear" | "to" | "unknown" | "possible" | "likely" | "uncertain")
        }
        "takes" | "took" => {
            line.tokens[at..].iter().take(10).any(|t| matches!(t.base(), "to" | "for" | "before" | "until"))
        }
        "may" | "might" | "could" | "would" | "will" | "can" | "must" | "should" => false,
        _ => true,
    }
}

/// Whether `that`, a question word or `to` follows within a clause: "it was announced on Monday that".
fn leads_to_clause(line: &Line<'_>, at: usize) -> bool {
    // "It is the third to fail" means something.
    let article = matches!(line.lower(at), "a" | "the" | "no");
    line.tokens.iter().enumerate().skip(at + 1).take(9).any(|(n, t)| {
        matches!(t.base(), "that" | "how" | "whether" | "what" | "why" | "if" | "who" | "where" | "when")
            || (t.base() == "to"
                && !article
                && line.tokens.get(n + 1).is_some_and(|v| !v.is(Classes::DETERMINER) && !v.capital()))
            || (t.base() == "for" && n == at + 1)
    })
}

/// Whether something before word `n` in its sentence says what it stands for.
fn explained(line: &Line<'_>, n: usize, first: usize, stands: Stands) -> bool {
    if stands != Stands::Said && cataphora(line, n, first) {
        return true;
    }
    let before =
        || line.tokens.iter().enumerate().take(n).skip(first).filter(|(_, t)| !t.quoted).map(|(i, _)| i);
    match stands {
        Stands::He => {
            // "The judge told him" means no judge.
            let verb = if line.lower(n) == "him" { object_of(line, n, first) } else { None };
            before().any(|i| verb.is_none_or(|v| i > v) && person(line, i, Classes::MALE, Classes::FEMALE))
        }
        Stands::She => before().any(|i| person(line, i, Classes::FEMALE, Classes::MALE)),
        Stands::They | Stands::It => {
            let subject =
                matches!(line.lower(n), "it" | "they" | "it's" | "they're" | "they've" | "it'd" | "they'd");
            if subject && introduced(line, n, first) {
                return false;
            }
            let fits = |i: usize| {
                thing(line, i) && (stands == Stands::It || several(line, i)) || someone(line, i, stands)
            };
            if let Some(verb) = object_of(line, n, first) {
                return before().any(|i| i > verb && fits(i));
            }
            before().any(fits)
        }
        Stands::Said => false,
    }
}

/// The first verb of the sentence, where word `n` is its object: "the league called it a disgrace" means no league.
fn object_of(line: &Line<'_>, n: usize, first: usize) -> Option<usize> {
    let token = &line.tokens[n];
    let next = line.tokens.get(n + 1);
    let verb_follows = next.is_some_and(|t| {
        line.close(n + 1)
            && (t.past()
                || t.is(Classes::AUXILIARY | Classes::SAY | Classes::IMPERSONAL)
                || t.lower.ends_with('s'))
            || t.is(Classes::FUNCTION) && !t.is(Classes::DETERMINER | Classes::PREPOSITION | Classes::POST)
    });
    if !matches!(&*token.lower, "it" | "them" | "him") || (token.lower == "it" && verb_follows) {
        return None;
    }
    let verbal = |t: &Token<'_>| {
        t.past()
            || (t.is(Classes::FUNCTION | Classes::SAY)
                && !t.is(Classes::DETERMINER | Classes::PREPOSITION | Classes::POST | Classes::INTRO))
    };
    (first..n).find(|&i| i > first && verbal(&line.tokens[i]) && !line.tokens[i].quoted)
}

/// "In his speech, Mr Khan said": the name follows the phrase that the pronoun stands in.
fn cataphora(line: &Line<'_>, n: usize, first: usize) -> bool {
    let opens = line.classes(first).has(Classes::PREPOSITION) || line.lower(first).ends_with("ing");
    let Some(comma) = (n + 1..line.tokens.len()).find(|&i| line.gap(i).contains(',')) else { return false };
    let follows = &line.tokens[comma];
    let named = follows.capital() || follows.is(Classes::DETERMINER);
    let pronoun = follows.is(Classes::HE | Classes::SHE | Classes::THEY | Classes::IT);
    n > first && opens && named && !pronoun && (first + 1..=n).all(|i| !line.gap(i).contains(','))
}

/// Whether word `n` is the subject after an introductory phrase, whose nouns are not what it stands for.
fn introduced(line: &Line<'_>, n: usize, first: usize) -> bool {
    let opener = &line.tokens[first];
    let opens = opener.is(Classes::PREPOSITION) || (opener.lower.len() > 4 && opener.lower.ends_with("ing"));
    opens
        && line.gap(n).contains(',')
        && (first + 1..n).all(|i| !line.gap(i).contains(',') || line.tokens[i].quoted)
}

/// Whether word `i` may be a person of the right kind.
pub(super) fn person(line: &Line<'_>, i: usize, kind: Classes, other: Classes) -> bool {
    let token = &line.tokens[i];
    let base = token.base();
    if !token.capital() {
        let plural = base.ends_with('s') && !token.is(Classes::PERSON | kind);
        return !plural && (token.is(kind) || (token.is(Classes::PERSON) && !token.is(other)));
    }
    if token.is(kind | Classes::PERSON) && !token.is(other) {
        return true;
    }
    if token.initials()
        || token.is(Classes::BODY | Classes::DEICTIC | Classes::COMMON_LAST | Classes::FUNCTION | other)
    {
        return false;
    }
    let before = i.checked_sub(1).map(|n| &line.tokens[n]);
    if before.is_some_and(|t| t.is(other) && t.is(Classes::TITLE)) {
        return false;
    }
    // "In Nether Stoke": the place is the whole run of capitals.
    let run = (0..i).rev().take_while(|&n| line.tokens[n].capital() && line.close(n + 1)).last().unwrap_or(i);
    let placed = run.checked_sub(1).map(|n| &line.tokens[n]).is_some_and(|t| {
        matches!(
            t.base(),
            "in" | "at" | "from" | "near" | "of" | "across" | "around" | "through" | "the" | "to" | "outside"
        )
    });
    let next = line.tokens.get(i + 1).filter(|_| line.close(i + 1));
    let body = next.is_some_and(|t| t.is(Classes::BODY | Classes::COMMON_LAST) && !t.is(Classes::PERSON));
    let word_at_start = i == 0 && is_common_word(base) && !next.is_some_and(Token::capital);
    !placed && !body && !word_at_start
}

/// Whether word `i` may be more than one, or a body of people.
fn several(line: &Line<'_>, i: usize) -> bool {
    let token = &line.tokens[i];
    let both = line.lower(i + 1) == "and" || (i > 0 && line.lower(i - 1) == "and");
    let people = matches!(
        token.base(),
        "people"
            | "police"
            | "family"
            | "couple"
            | "pair"
            | "crew"
            | "band"
            | "crowd"
            | "majority"
            | "women"
            | "men"
            | "children"
            | "trio"
            | "duo"
            | "nobody"
            | "cattle"
            | "sheep"
    );
    token.capital()
        || both
        || people
        || token.is(Classes::BODY)
        || (token.base().ends_with('s') && !token.base().ends_with("ss"))
}

/// "Anyone who thinks they", "a child said they": one person of whom no more is said.
fn someone(line: &Line<'_>, i: usize, stands: Stands) -> bool {
    let open = matches!(
        line.tokens[i].base(),
        "anyone"
            | "everyone"
            | "someone"
            | "somebody"
            | "anybody"
            | "everybody"
            | "nobody"
            | "whoever"
            | "person"
            | "one"
    );
    stands == Stands::They && open
}

/// Whether word `i` may be what `it` or `they` stands for.
fn thing(line: &Line<'_>, i: usize) -> bool {
    let token = &line.tokens[i];
    if token.is(Classes::FUNCTION | Classes::SAY | Classes::DEICTIC | Classes::PREPOSITION)
        || token.is(Classes::HE | Classes::SHE | Classes::THEY | Classes::IT)
        || token.lower.ends_with("ly")
        || token.past()
        || token.text.starts_with(|c: char| c.is_ascii_digit())
    {
        return false;
    }
    // "Mr Khan said it was wrong": a person is no `it`.
    let one = token.is(Classes::PERSON | Classes::MALE | Classes::FEMALE | Classes::TITLE);
    let named = i > 0 && line.classes(i - 1).has(Classes::TITLE) && token.capital();
    let speaker = token.capital()
        && !token.is(Classes::BODY | Classes::COMMON_LAST)
        && i > 0
        && line.tokens[i - 1].capital()
        && line.classes(i + 1).has(Classes::SAY);
    let given = token.capital()
        && line.tokens.get(i + 1).is_some_and(|t| t.capital() && !t.is(Classes::BODY | Classes::COMMON_LAST))
        && line.classes(i + 2).has(Classes::SAY);
    !(one || named || speaker || given)
}
