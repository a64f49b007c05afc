//! Telephone numbers: told by their shape or by a word of calling; said figure by figure, a pause at each group.

use super::Class;
use super::cardinal::digits;
use super::context::{Cx, Found};
use super::cues::Cues;
use super::token::{Case, Gap, Kind};
use super::words::put;

/// Numbers of help and emergency services that are said figure by figure after a word of calling.
const SHORT: &[&str] = &[
    "999", "998", "101", "105", "111", "112", "119", "911", "988", "811", "311", "000", "100", "110", "118",
    "159",
];

/// One number as groups of tokens.
struct Number {
    groups: Vec<usize>,
    plus: bool,
    end: usize,
    figures: usize,
}

/// Groups of figures parted by single spaces, hyphens, stops or brackets.
fn groups(cx: &Cx, i: usize) -> Option<Number> {
    let mut at = i;
    let plus = cx.sym_at(at) == '+' && cx.glued(at + 1);
    if plus {
        at += 1;
    }
    let mut found = Number { groups: Vec::new(), plus, end: at, figures: 0 };
    let mut separator = None;
    while found.groups.len() < 8 {
        let mut k = at;
        if matches!(cx.sym_at(k), '(' | '[') && cx.is_digits(k + 1) && matches!(cx.sym_at(k + 2), ')' | ']') {
            found.figures += cx.str(k + 1).len();
            found.groups.push(k + 1);
            k += 3;
        } else if cx.is_digits(k) {
            found.figures += cx.str(k).len();
            found.groups.push(k);
            k += 1;
        } else {
            break;
        }
        found.end = k;
        // What parts the groups must be of one sort, or a space.
        if matches!(cx.sym_at(k), '-' | '–' | '.' | '/') && cx.glued(k) && cx.glued(k + 1) {
            let sep = cx.sym_at(k);
            if separator.is_some_and(|s| s != sep) {
                break;
            }
            separator = Some(sep);
            k += 1;
            if !cx.is_digits(k) {
                break;
            }
        } else if !(cx.is_digits(k) && cx.tok(k).gap != Gap::None
            || cx.sym_at(k) == '('
            || cx.is_digits(k) && matches!(cx.before_sym(k), ')'))
        {
            break;
        }
        at = k;
    }
    let goes_on = cx.glued(found.end) && matches!(cx.tok(found.end).kind, Kind::Word | Kind::Digits);
    (!found.groups.is_empty() && !goes_on && cx.sym_at(found.end) != '%').then_some(found)
}

fn lengths(cx: &Cx, number: &Number) -> Vec<usize> {
    number.groups.iter().map(|&k| cx.str(k).len()).collect()
}

/// Says the groups, a comma between.
fn verbalise(cx: &Cx, number: &Number, out: &mut String, hundreds: bool, commas: bool) {
    if number.plus {
        put(out, "plus");
    }
    for (n, &k) in number.groups.iter().enumerate() {
        if n > 0 && commas {
            out.push(',');
        }
        let figures = cx.str(k);
        match figures {
            // 0800, 0300, 0500 have their own way.
            "0800" | "0300" | "0500" if hundreds && n == 0 => {
                put(out, cx.style.zero_digit());
                put(
                    out,
                    match figures.as_bytes()[1] {
                        b'8' => "eight",
                        b'3' => "three",
                        _ => "five",
                    },
                );
                put(out, "hundred");
            }
            "800" | "900"
                if hundreds && n == 1 && number.groups.first().is_some_and(|&k| cx.str(k) == "1") =>
            {
                put(out, if figures == "800" { "eight" } else { "nine" });
                put(out, "hundred");
            }
            _ => digits(out, figures, cx.style.zero_digit()),
        }
    }
}

/// Numbers that begin with a figure, a bracket or a plus sign.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let first = cx.tok(i);
    if first.kind != Kind::Digits && !matches!(first.sym, '+' | '(')
        || first.gap == Gap::None && cx.tok_before(i).kind != Kind::Symbol
    {
        return None;
    }
    if first.gap == Gap::None && matches!(cx.before_sym(i), '.' | '-' | '/' | '£' | '$' | '€' | ':') {
        return None;
    }
    if let Some(found) = pressed(cx, i, out).or_else(|| short(cx, i, out)).or_else(|| vanity(cx, i, out)) {
        return Some(found);
    }
    let number = groups(cx, i)?;
    if let Some(found) = net_address(cx, &number, out) {
        return Some(found);
    }
    let (rule, hundreds) = shape(cx, i, &number).or_else(|| told(cx, i, &number))?;
    verbalise(cx, &number, out, hundreds, number.groups.len() > 1);
    Some(Found { end: number.end, class: Class::Telephone, rule })
}

/// What parts the first two groups; NUL for a space or nothing.
fn separator(cx: &Cx, number: &Number) -> char {
    if number.groups.len() > 1 { cx.sym_at(number.groups[1] - 1) } else { '\0' }
}

/// `123.123.0.40`: an address of the net.
fn net_address(cx: &Cx, number: &Number, out: &mut String) -> Option<Found> {
    let lengths = lengths(cx, number);
    if separator(cx, number) != '.' || lengths.len() != 4 || lengths.iter().any(|n| *n > 3) {
        return None;
    }
    for (n, &k) in number.groups.iter().enumerate() {
        if n > 0 {
            put(out, "dot");
        }
        digits(out, cx.str(k), "zero");
    }
    Some(Found { end: number.end, class: Class::Electronic, rule: "net-address" })
}

/// A number told by its shape alone; the rule, and whether 0800 and its kin are said in hundreds.
fn shape(cx: &Cx, i: usize, number: &Number) -> Option<(&'static str, bool)> {
    let lengths = lengths(cx, number);
    let first = number.groups.first().map_or("", |&k| cx.str(k));
    let separator = separator(cx, number);
    if number.plus {
        return (9..=16).contains(&number.figures).then_some(("telephone-international", false));
    }
    let grouped = !matches!(separator, '.' | '/') && (first.len() >= 3 || number.groups.len() >= 3);
    // 00 and a country: the way out of the country, then the number
    if first == "00" && number.groups.len() >= 3 && (10..=16).contains(&number.figures) {
        return Some(("telephone-international", false));
    }
    if first.starts_with('0') && grouped && (9..=12).contains(&number.figures)
        || first == "0800" && number.figures == 8
    {
        return Some(("telephone-trunk-zero", true));
    }
    let american = match *lengths {
        [1, 3, 3, 4] => first == "1",
        [3, 3, 4] | [3, 3, 4, _] => true,
        _ => false,
    };
    let parted =
        matches!(separator, '-' | '–' | '.' | ')') || cx.sym_at(i) == '(' || cx.line.any(Cues::PHONE);
    if american && parted && separator != '/' {
        return Some(("telephone-american", true));
    }
    // 116 123 and its kin: harmonised services of social value (EU decision 2007/116/EC)
    if *lengths == [3, 3] && first == "116" && separator == '\0' && cx.str(number.groups[1]) != "000" {
        return Some(("telephone-116", false));
    }
    // 111-11-1111: an American social security number
    (*lengths == [3, 2, 4] && separator == '-').then_some(("number-in-groups", false))
}

/// A number that words of calling before it announce.
fn told(cx: &Cx, i: usize, number: &Number) -> Option<(&'static str, bool)> {
    if number.plus || !cx.cue_within_before(i, 5, Cues::PHONE) {
        return None;
    }
    let lengths = lengths(cx, number);
    let separator = separator(cx, number);
    // 555-0123, and sort codes
    if separator == '-' && matches!(*lengths, [3, 4] | [2, 2, 2]) {
        return Some(("telephone-local", false));
    }
    let right_before = matches!(
        cx.word_or(i.wrapping_sub(1)).to_ascii_lowercase().as_str(),
        "to" | "on" | "number" | "call" | "dial" | "text" | "ring" | "phone" | "tel" | "fax" | "at"
    );
    if !right_before {
        return None;
    }
    if lengths.len() == 1 {
        return (5..=12).contains(&number.figures).then_some(("short-code", false));
    }
    let fits = (6..=12).contains(&number.figures) && !matches!(separator, '.' | '/' | '–');
    fits.then_some(("telephone-by-word", true))
}

/// `pressing 141`, `dial 1471`: what is keyed in.
fn pressed(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let keyed = matches!(
        cx.word_or(i.wrapping_sub(1)),
        "press" | "pressing" | "pressed" | "dial" | "dialling" | "dialled" | "dialing" | "Press" | "Dial"
    );
    let plain = cx.is_digits(i)
        && (3..=5).contains(&cx.str(i).len())
        && !cx.glued(i + 1)
        && !cx.is_digits(i + 1)
        && cx.sym_at(i) != '+'
        || cx.is_digits(i)
            && (3..=5).contains(&cx.str(i).len())
            && matches!(cx.sym_at(i + 1), '.' | ',' | '?' | '!' | ')' | ';' | ':')
            && cx.glued_digits(i + 2).is_none();
    if !keyed || !plain || cx.cue(i + 1, Cues::CROWD.with(Cues::MAGNITUDE)) {
        return None;
    }
    digits(out, cx.str(i), cx.style.zero_digit());
    Some(Found { end: i + 1, class: Class::Telephone, rule: "keyed-in" })
}

/// `999`, `101` where the words around call them.
fn short(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let figures = cx.str(i);
    if !cx.is_digits(i)
        || !SHORT.contains(&figures)
        || !(cx.closed(i + 1))
        || matches!(cx.sym_at(i + 1), '.' | ',' | '%' | '/' | '-' | ':')
            && cx.glued(i + 1)
            && cx.glued_digits(i + 2).is_some()
    {
        return None;
    }
    // 118 118, 118 500: directory inquiries; NHS 111; "by pressing 141"
    let before_word = cx.word_or(i.wrapping_sub(1));
    let pair = figures == "118" && cx.is_digits(i + 1) && !cx.glued(i + 1) && cx.str(i + 1).len() == 3;
    if pair && cx.closed(i + 2) {
        digits(out, figures, cx.style.zero_digit());
        out.push(',');
        digits(out, cx.str(i + 1), cx.style.zero_digit());
        return Some(Found { end: i + 2, class: Class::Telephone, rule: "directory-inquiries" });
    }
    let used =
        matches!(before_word, "use" | "using" | "uses") && matches!(figures, "112" | "111" | "999" | "101");
    if (before_word == "NHS" && matches!(figures, "111" | "119") || used)
        && !cx.cue(i + 1, Cues::CROWD.with(Cues::PERIOD).with(Cues::SPOKEN_UNIT))
    {
        digits(out, figures, cx.style.zero_digit());
        return Some(Found { end: i + 1, class: Class::Telephone, rule: "emergency-number" });
    }
    let counted = cx.cue(i + 1, Cues::CROWD.with(Cues::PERIOD).with(Cues::SPOKEN_UNIT))
        && (!cx.cue(i + 1, Cues::PHONE) || !matches!(figures, "999" | "911"))
        && !cx.glued(i + 1);
    let after = cx.cue_within_after(i + 1, 2, Cues::PHONE) && !cx.cue(i + 1, Cues::STOP);
    let before = cx.cue_within_before(i, 6, Cues::PHONE);
    let always = matches!(figures, "999" | "911" | "101")
        && matches!(
            cx.word_or(i.wrapping_sub(1)),
            "on" | "dial" | "to" | "the" | "call" | "via" | "a" | "Dial" | "Call"
        );
    let round = matches!(figures, "100" | "110" | "000" | "105" | "111" | "112" | "118");
    if counted || !(before || after || always) {
        return None;
    }
    if round
        && !matches!(
            cx.word_or(i.wrapping_sub(1)),
            "on" | "dial"
                | "call"
                | "to"
                | "number"
                | "ring"
                | "phone"
                | "calling"
                | "dialling"
                | "Call"
                | "Dial"
                | "NHS"
                | "or"
                | "just"
                | "is"
        )
        && !(after && cx.cue(i + 1, Cues::PHONE))
    {
        return None;
    }
    digits(out, figures, cx.style.zero_digit());
    Some(Found { end: i + 1, class: Class::Telephone, rule: "emergency-number" })
}

/// `1-800-GO-U-HAUL`.
fn vanity(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if cx.str(i) != "1"
        || cx.sym_at(i + 1) != '-'
        || !matches!(cx.str(i + 2), "800" | "888" | "877" | "866" | "855" | "844" | "833" | "900")
    {
        return None;
    }
    let mut end = i + 3;
    let mut words = String::new();
    while let Some(next) = cx.hyphened(end) {
        if next > i + 16 || !cx.glued(next) {
            break;
        }
        match cx.tok(next).kind {
            Kind::Word if matches!(cx.tok(next).case, Case::Upper | Case::Single) => {
                // A word is said as one; what is none stays letters.
                let lower = cx.str(next).to_lowercase();
                put(
                    &mut words,
                    if lower.len() > 1 && cx.tables.is_common_word(&lower) { &lower } else { cx.str(next) },
                );
            }
            Kind::Digits if cx.str(next).len() < 3 => digits(&mut words, cx.str(next), cx.style.zero_digit()),
            _ => return None,
        }
        end = next + 1;
    }
    if words.is_empty() || words.bytes().filter(u8::is_ascii_alphabetic).count() < 2 {
        return None;
    }
    put(out, "one,");
    match cx.str(i + 2) {
        "800" => put(out, "eight hundred,"),
        other => {
            digits(out, other, cx.style.zero_digit());
            out.push(',');
        }
    }
    put(out, &words);
    Some(Found { end, class: Class::Telephone, rule: "telephone-letters" })
}
