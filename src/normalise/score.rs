//! Scores and results: `3-0` is "three nil", `6-0` in tennis "six love", `287-6` in cricket "two hundred and eighty
//! seven for six", `24-17` "twenty four seventeen", `voted 52-48` "fifty two to forty eight".

use super::Class;
use super::cardinal;
use super::context::{Cx, Found};
use super::cues::Cues;
use super::number::number;
use super::token::Kind;
use super::words::put;

/// Two or more figures joined by hyphens.
fn figures(cx: &Cx, i: usize) -> Option<(Vec<u64>, usize)> {
    if cx.glued(i) && !matches!(cx.before_sym(i), '(' | '[' | '"' | '\'' | '—' | '–') {
        return None;
    }
    let mut found = Vec::new();
    let mut at = i;
    loop {
        let n = number(cx, at)?;
        if !n.plain() || n.figures > 3 || n.leading_zero {
            return None;
        }
        found.push(n.integer()?);
        match cx.hyphened(n.end) {
            Some(next) if cx.is_digits(next) && found.len() < 6 => at = next,
            _ if found.len() < 2 => return None,
            _ => {
                // A letter glued after is a unit, an age, a decade: no score.
                let lettered = cx.glued(n.end) && cx.tok(n.end).kind == Kind::Word;
                return (!lettered && !matches!(cx.sym_at(n.end), '%' | '/')).then_some((found, n.end));
            }
        }
    }
}

/// `3-1`, `4-4-2`, `4-for-32`.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.is_digits(i) {
        return None;
    }
    if let Some(found) = result_line(cx, i, out) {
        return Some(found);
    }
    if let Some(found) = with_word(cx, i, out) {
        return Some(found);
    }
    let (figures, end) = figures(cx, i)?;
    let found = |rule| Some(Found { end, class: Class::Score, rule });
    if figures.len() > 2 {
        let shape = figures.iter().all(|n| *n < 10) && figures.iter().sum::<u64>() <= 10
            || cx.line.any(Cues::FORMATION);
        if !shape {
            return None;
        }
        for n in figures {
            cardinal::say(out, n, cx.style);
        }
        return found("formation");
    }
    let (a, b) = (figures[0], figures[1]);
    if wickets(cx, i, a, b) || bowling(cx, i, a, b) {
        cardinal::say(out, a, cx.style);
        put(out, "for");
        cardinal::say(out, b, cx.style);
        return found(if a > b { "cricket-score" } else { "bowling-figures" });
    }
    // The 9-5 job
    if a <= 12
        && b <= 12
        && matches!(
            cx.word_or(end),
            "job" | "jobs" | "shift" | "shifts" | "work" | "routine" | "grind" | "hours" | "working" | "life"
        )
    {
        cardinal::say(out, a, cx.style);
        put(out, "to");
        cardinal::say(out, b, cx.style);
        return Some(Found { end, class: Class::Range, rule: "working-hours" });
    }
    if odds(cx, i, end, a, b) {
        cardinal::say(out, a, cx.style);
        put(out, "to");
        cardinal::say(out, b, cx.style);
        return found("odds-hyphen");
    }
    if is_vote(cx, i, end) {
        cardinal::say(out, a, cx.style);
        put(out, "to");
        cardinal::say(out, b, cx.style);
        return found("vote");
    }
    let rule = is_score(cx, i, end, a, b)?;
    // Sets side by side without a comma get their breath.
    let breath = in_list(cx, i, end) && cx.is_digits(end) && !cx.glued(end);
    let nil = nil(cx, i, end, a, b);
    for n in [a, b] {
        if n == 0 {
            put(out, nil);
        } else {
            cardinal::say(out, n, cx.style);
        }
        // "twenty seven to twenty four" is the American way with scores of points.
        if n == a
            && !cx.style.british()
            && (a > 9 || b > 9)
            && a != b
            && out.split(' ').count() < 4
            && !out.ends_with(" to")
        {
            put(out, "to");
        }
    }
    if breath {
        out.push(',');
    }
    found(rule)
}

/// `Hibs 0 Hearts 2`: a nought between or after names, another figure after the other name.
fn result_line(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if cx.str(i) != "0" || i == 0 || cx.glued(i) || !cx.capitalised(i - 1) || !cx.style.british() {
        return None;
    }
    let side =
        |k: usize| cx.is_digits(k) && cx.str(k).len() <= 2 && k > 0 && cx.capitalised(k - 1) && !cx.glued(k);
    let next = cx.tok(i + 1);
    let ends = next.kind != Kind::Word && cx.glued_digits(i + 2).is_none();
    // A comma may part the two: "Wrexham 0, Stockport County 2".
    let name = if cx.sym_at(i + 1) == ',' { i + 2 } else { i + 1 };
    let other =
        cx.capitalised(name) && (name + 1..name + 4).any(side) || ends && (i.saturating_sub(5)..i).any(side);
    if !other {
        return None;
    }
    put(out, "nil");
    Some(Found { end: i + 1, class: Class::Score, rule: "result-line" })
}

/// `104*`: not out; `a 4* hotel`: stars.
pub(crate) fn read_starred(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let n = number(cx, i)?;
    let star = n.end;
    if cx.sym_at(star) != '*'
        || !cx.glued(star)
        || cx.glued(star + 1) && cx.tok(star + 1).kind != Kind::Symbol
    {
        return None;
    }
    let whole = n.integer().filter(|_| n.plain() && n.figures <= 3)?;
    let next = cx.tok(star + 1);
    let noun = next.kind == Kind::Word && !cx.cue(star + 1, Cues::STOP);
    let innings =
        cx.line.any(Cues::CRICKET) || matches!(cx.word_or(star + 1), "off" | "from" | "not") || whole > 10;
    if whole <= 7 && noun && !cx.line.any(Cues::CRICKET) {
        cardinal::say(out, whole, cx.style);
        put(out, "star");
        return Some(Found { end: star + 1, class: Class::Score, rule: "stars" });
    }
    if !innings || next.kind == Kind::Digits {
        return None;
    }
    cardinal::say(out, whole, cx.style);
    put(out, "not out");
    Some(Found { end: star + 1, class: Class::Score, rule: "not-out" })
}

/// `FT: Hibernian 2-2 Motherwell`: what the clock stands at.
pub(crate) fn read_stage(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let stage = match cx.word_or(i) {
        "FT" => "full time",
        "HT" => "half time",
        _ => return None,
    };
    let result = (i + 2..i + 10).any(|k| cx.is_digits(k) && cx.str(k).len() <= 2);
    if cx.sym_at(i + 1) != ':' || !cx.glued(i + 1) || !result {
        return None;
    }
    put(out, &if cx.opens_sentence(i) { super::letters::capital(stage) } else { stage.to_owned() });
    Some(Found { end: i + 1, class: Class::Score, rule: "stage-of-play" })
}

/// Odds with a hyphen: "the 100-1 outsider", "odds of 5-1", "the horse at 5-1".
fn odds(cx: &Cx, i: usize, end: usize, a: u64, b: u64) -> bool {
    if !cx.line.any(Cues::ODDS) || a == b || a == 0 || b == 0 {
        return false;
    }
    let near = cx.cue_within_after(end, 2, Cues::ODDS) && !cx.cue(end, Cues::SCORE_AFTER);
    let at = matches!(cx.word_or(i.wrapping_sub(1)), "at" | "of" | "are" | "to" | "from" | "were")
        && !cx.cue_within_before(i, 2, Cues::SCORE_BEFORE);
    near || at && (cx.cue_within_before(i, 6, Cues::ODDS))
}

/// `4-for-32`.
fn with_word(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let next = cx.hyphened(i + 1)?;
    if !cx.is_word(next, "for") {
        return None;
    }
    let second = cx.hyphened(next + 1).filter(|second| cx.is_digits(*second))?;
    cardinal::say(out, number(cx, i)?.integer()?, cx.style);
    put(out, "for");
    cardinal::say(out, number(cx, second)?.integer()?, cx.style);
    Some(Found { end: second + 1, class: Class::Score, rule: "bowling-figures" })
}

/// Runs and wickets: `287-6` after "were" or with a word of cricket in the line.
fn wickets(cx: &Cx, i: usize, a: u64, b: u64) -> bool {
    if b > 10
        || a <= b
        || cx.cue_within_before(i, 3, Cues::SCORE_BEFORE.with(Cues::VOTE)) && !cx.line.any(Cues::CRICKET)
    {
        return false;
    }
    let stands = matches!(
        cx.word_or(i.wrapping_sub(1)),
        "were"
            | "are"
            | "was"
            | "is"
            | "on"
            | "at"
            | "reached"
            | "reach"
            | "made"
            | "make"
            | "posted"
            | "to"
            | "from"
            | "declared"
            | "for"
            | "total"
    );
    // "slumped to 17-4": only a side at the crease does that.
    let slumped = cx.is_word(i.wrapping_sub(1), "to")
        && matches!(
            cx.word_or(i.wrapping_sub(2)),
            "slumped" | "collapsed" | "limped" | "reduced" | "slid" | "slipped" | "crashed" | "crumbled"
        )
        && a >= 10
        && !cx.line.any(Cues::US_SPORT.with(Cues::NOUGHT_SPORT));
    cx.line.any(Cues::CRICKET) && a >= 20 && a > b * 4 || stands && a >= 60 || slumped
}

/// Wickets and runs: `took 4-32`.
fn bowling(cx: &Cx, i: usize, a: u64, b: u64) -> bool {
    if a > 10 || b <= a {
        return false;
    }
    let before = cx.word_or(i.wrapping_sub(1));
    let took = matches!(before, "took" | "takes" | "taking");
    let clause_ends = cx.tok(i + 3).kind != Kind::Word || cx.cue(i + 3, Cues::STOP);
    took && b > 9 && clause_ends
        || cx.line.any(Cues::CRICKET)
            && (took
                || matches!(
                    before,
                    "figures" | "of" | "claimed" | "with" | "returned" | "finished" | "ended" | "return"
                ))
}

/// Votes and rulings: figures after "voted", "by", before "vote", "ruling", "majority".
fn is_vote(cx: &Cx, i: usize, end: usize) -> bool {
    if !cx.line.any(Cues::VOTE) {
        return false;
    }
    let before = cx.cue_within_before(i, 2, Cues::VOTE) && !cx.cue_before(i, Cues::SCORE_BEFORE);
    before || cx.cue_within_after(end, 2, Cues::VOTE) && !cx.cue_within_after(end, 1, Cues::SCORE_AFTER)
}

/// Whether `a-b` is a score; the rule that says so.
fn is_score(cx: &Cx, i: usize, end: usize, a: u64, b: u64) -> Option<&'static str> {
    let counted = !cx.glued(end)
        && (cx.cue(end, Cues::PERIOD.with(Cues::SPOKEN_UNIT).with(Cues::MAGNITUDE).with(Cues::MONTH))
            || cx.cue(end, Cues::CROWD) && !cx.cue(end, Cues::SCORE_AFTER))
        || cx.hyphened(end).is_some();
    if counted && a < b {
        return None;
    }
    if cx.cue_before(i, Cues::PAGE.with(Cues::AGE).with(Cues::BETWEEN)) {
        return None;
    }
    // Numbers 20-28 Mill Lane
    if a < b
        && matches!(cx.word_or(i.wrapping_sub(1)), "Number" | "Numbers" | "Nos" | "No" | "number" | "numbers")
        || a < b && super::address::before_street(cx, end) && !cx.glued(end)
    {
        return None;
    }
    if a == b && a <= 60 {
        return Some("score-level");
    }
    if in_list(cx, i, end) {
        return Some("score-in-list");
    }
    if cx.cue_within_after(end, 2, Cues::SCORE_AFTER) && (a >= b || cx.cue(end, Cues::SCORE_AFTER)) {
        return Some("score-before-result");
    }
    if cx.cue_within_before(i, 6, Cues::SCORE_BEFORE) && a < 400 {
        return Some("score-after-verb");
    }
    let points = |n: u64| matches!(n, 0 | 15 | 30 | 40);
    if cx.line.any(Cues::TENNIS) && points(a) && points(b) {
        return Some("score-of-a-game");
    }
    if cx.line.any(Cues::US_SPORT) && a <= 30 && b <= 30 && !cx.plural_noun(end) {
        return Some("score-by-sport");
    }
    if b == 0 || a == 0 && cx.line.any(Cues::NOUGHT_SPORT.with(Cues::SCORE_BEFORE).with(Cues::SCORE_AFTER)) {
        return Some("score-nil");
    }
    // Arsenal 3-1 Chelsea
    if cx.capitalised(end)
        && !cx.glued(end)
        && cx.capitalised(i.wrapping_sub(1))
        && !cx.cue(end, Cues::MONTH)
        && i > 0
    {
        return Some("score-between-names");
    }
    if a > b {
        return Some("figures-falling");
    }
    (!counted
        && cx.line.any(Cues::NOUGHT_SPORT.with(Cues::RESULT_NOUN))
        && a <= 20
        && b <= 20
        && !cx.plural_noun(end))
    .then_some("score-by-sport")
}

/// Another pair stands before or after a comma or in brackets: sets.
fn in_list(cx: &Cx, i: usize, end: usize) -> bool {
    let pair = |at: usize| {
        cx.is_digits(at)
            && cx.hyphened(at + 1).is_some_and(|next| cx.is_digits(next))
            && cx.str(at).len() <= 2
    };
    let after = cx.sym_at(end) == ',' && pair(end + 1)
        || cx.sym_at(end) == '(' && pair(end + 1)
        || matches!(cx.word_or(end), "and") && pair(end + 1);
    let beside = pair(end) && !cx.glued(end) || i >= 3 && pair(i - 3) && !cx.glued(i);
    let comma = i >= 4 && matches!(cx.before_sym(i), ',' | '(') && pair(i - 4);
    let and = i >= 4 && cx.is_word(i - 1, "and") && pair(i - 4);
    let tie_break = i >= 3 && cx.before_sym(i) == ',' && cx.before_sym(i - 1) == ')';
    after || beside || comma || and || tie_break
}

/// What 0 is called.
fn nil(cx: &Cx, i: usize, end: usize, a: u64, b: u64) -> &'static str {
    let most = a.max(b);
    // Nought to fifteen, thirty or forty is a game of tennis whatever else is said.
    if a == 0 && matches!(b, 15 | 30 | 40) && !cx.line.any(Cues::NOUGHT_SPORT.with(Cues::US_SPORT)) {
        return "love";
    }
    if cx.line.any(Cues::TENNIS) && matches!(most, 15 | 30 | 40) {
        return "love";
    }
    let sets = most <= 7 && (in_list(cx, i, end) || cx.line.any(Cues::TENNIS) && most >= 6);
    if sets && (most >= 6 || cx.line.any(Cues::TENNIS)) {
        "love"
    } else if !cx.style.british() && cx.line.any(Cues::US_SPORT) && !cx.line.any(Cues::NOUGHT_SPORT) {
        "nothing"
    } else {
        "nil"
    }
}
