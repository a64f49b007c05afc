//! Addresses of the net, handles, hashtags and file names: `bbc.co.uk` "B B C dot co dot U K", `@10DowningStreet` "at
//! ten Downing Street".
//!
//! The longest glued run is taken whole, and only if its shape is sure: a scheme, `www.`, an at sign between labels,
//! a last label that is a top-level domain or a file's ending.

use super::Class;
use super::cardinal::digits;
use super::context::{Cx, Found};
use super::serial::has_vowel;
use super::token::{Case, Kind};
use super::words::{put, spell};

/// A longer run of glued tokens is no address.
const LONGEST: usize = 160;

/// The end of the glued run from `i`, without closing punctuation.
fn run(cx: &Cx, i: usize) -> usize {
    let mut end = i + 1;
    while end < cx.tokens.len() && end < i + LONGEST && cx.glued(end) {
        let sym = cx.sym_at(end);
        if cx.tok(end).kind == Kind::Symbol
            && !matches!(
                sym,
                '.' | '/' | ':' | '-' | '_' | '@' | '?' | '=' | '&' | '%' | '#' | '+' | '~' | '\''
            )
        {
            break;
        }
        if sym == '\'' && cx.tok(end).kind == Kind::Symbol {
            break;
        }
        end += 1;
    }
    while end > i + 1 && matches!(cx.sym_at(end - 1), '.' | ':' | '?' | '-' | '\'') {
        end -= 1;
    }
    end
}

/// What kind of address a run is.
fn kind(cx: &Cx, i: usize, end: usize) -> Option<&'static str> {
    // A scheme: http://, file:///
    let first = cx.word_or(i);
    if cx.sym_at(i + 1) == ':'
        && cx.sym_at(i + 2) == '/'
        && cx.sym_at(i + 3) == '/'
        && matches!(first.to_ascii_lowercase().as_str(), "http" | "https" | "ftp" | "file")
    {
        return Some("web-address");
    }
    if matches!(first, "www" | "WWW" | "Www") && cx.sym_at(i + 1) == '.' && end > i + 2 {
        return Some("web-address");
    }
    // name@host
    let mut at = None;
    for k in i + 1..end {
        if cx.sym_at(k) == '@' {
            if at.is_some() {
                return None;
            }
            at = Some(k);
        }
    }
    if let Some(at) = at {
        let host = (at + 1..end).any(|k| cx.sym_at(k) == '.');
        return (host && cx.tok(at + 1).kind != Kind::Symbol).then_some("e-mail-address");
    }
    // host.tld[/path]
    let mut k = i;
    let mut dots = 0;
    let mut last = None;
    while k < end && cx.sym_at(k) != '/' {
        match cx.tok(k).kind {
            Kind::Symbol if cx.sym_at(k) == '.' => {
                dots += 1;
                last = Some(k + 1);
            }
            Kind::Symbol if !matches!(cx.sym_at(k), '-' | '_') => return None,
            _ => {}
        }
        k += 1;
    }
    let last = last.filter(|last| *last < k)?;
    let label = cx.slice(last, k);
    let lower = label.to_lowercase();
    let path = k < end;
    // "end.Start", "Mr.Smith": a capital after the stop is no domain unless all are alike.
    let letters = cx.tok(last).kind == Kind::Word;
    if !letters || k != last + 1 && cx.tables.file_ending(&lower).is_none() {
        return None;
    }
    let title = cx.tok(last).case == Case::Title || cx.tok(last).case == Case::Single;
    if title || cx.tok(last - 2).kind == Kind::Symbol {
        return None;
    }
    let name = cx.tok(last - 2);
    if cx.tables.is_tld(&lower) {
        // "U.S", "a.m", "e.g": single letters with stops are initials, not hosts.
        let initials = name.end - name.start == 1 && label.len() == 1;
        let word = is_sentence_seam(cx, last, &lower);
        if !initials && !word || path && dots > 0 {
            return Some("web-address");
        }
    }
    if cx.tables.file_ending(&lower).is_some() && (name.end - name.start > 1 || name.kind == Kind::Digits) {
        return Some("file-name");
    }
    // An unknown ending of three or more small letters after a name: test.abc; a sentence's seam has a capital.
    (dots == 1 && !path && label.len() == 3 && cx.tok(last).case == Case::Lower && cx.tokens.len() <= 4)
        .then_some("web-address")
}

/// Top-level domains that are common words ("it", "is", "so", "in", "at"): "done.so" is a lost space in small letters.
fn is_sentence_seam(cx: &Cx, last: usize, lower: &str) -> bool {
    let word = matches!(
        lower,
        "is" | "so"
            | "in"
            | "at"
            | "to"
            | "as"
            | "be"
            | "my"
            | "me"
            | "us"
            | "no"
            | "am"
            | "do"
            | "la"
            | "pm"
            | "news"
            | "today"
            | "live"
            | "world"
            | "art"
            | "one"
            | "now"
            | "life"
    );
    let before = cx.word_or(last - 2);
    word && (last < 2 || cx.tables.is_common_word(&before.to_lowercase())) && cx.sym_at(last + 1) != '/'
}

/// A label: known, letters, or a word.
fn label(out: &mut String, cx: &Cx, k: usize, host: bool) {
    let word = cx.str(k);
    let lower = word.to_lowercase();
    if let Some(spoken) = cx.tables.domain(&lower) {
        if cx.tok(k).case == Case::Title && spoken == lower {
            return put(out, word);
        }
        return put(out, spoken);
    }
    if let Some(spoken) = cx.tables.acronym(word).filter(|_| !host || cx.tok(k).case != Case::Lower) {
        return put(out, spoken);
    }
    // A last label that no table knows is letters when it is short.
    let last = host
        && word.len() <= 3
        && cx.before_sym(k) == '.'
        && !(cx.sym_at(k + 1) == '.' && cx.glued(k + 1))
        && cx.tables.domain(&lower).is_none();
    let two = word.len() == 2 && host || last;
    // itn.co.uk: three letters that make no word
    let short = word.len() == 3
        && host
        && !super::words::sayable(&lower.to_uppercase())
        && !cx.tables.is_common_word(&lower);
    let two = two || short;
    if word.len() == 1
        || !has_vowel(word) && word.is_ascii()
        || two
        || cx.tok(k).case == Case::Upper && word.len() <= 4
    {
        return spell(out, word);
    }
    camel(out, word);
}

/// `DowningStreet` → `Downing Street`; small words stay.
pub(crate) fn camel(out: &mut String, word: &str) {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let mut from = 0;
    let mut parts = Vec::new();
    for n in 1..chars.len() {
        let (at, c) = chars[n];
        let before = chars[n - 1].1;
        let next_small = chars.get(n + 1).is_some_and(|(_, c)| c.is_lowercase());
        if c.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && next_small) {
            parts.push(&word[from..at]);
            from = at;
        }
    }
    parts.push(&word[from..]);
    for part in parts {
        let capitals = part.chars().count() > 1 && part.chars().all(char::is_uppercase);
        if capitals && !super::words::sayable(part) {
            spell(out, part);
        } else {
            super::words::put_word(out, part);
        }
    }
}

fn verbalise(cx: &Cx, i: usize, end: usize, kind: &str, out: &mut String) {
    let has_at = (i..end).any(|k| cx.sym_at(k) == '@');
    let mut host = !has_at;
    let mut k = i;
    // The scheme is not said, nor is it missed.
    if cx.sym_at(i + 1) == ':' && matches!(cx.word_or(i).to_ascii_lowercase().as_str(), "http" | "https") {
        k = i + 4;
    } else if cx.sym_at(i + 1) == ':' {
        super::words::put_word(out, cx.str(i));
        put(out, "colon");
        k = i + 2;
        host = false;
    }
    while k < end {
        let token = cx.tok(k);
        match token.kind {
            Kind::Word => {
                let ending = k + 1 == end && (kind == "file-name" || !host);
                let spoken = if ending && cx.sym_at(k.wrapping_sub(1)) == '.' {
                    cx.tables.file_ending(&cx.str(k).to_lowercase())
                } else {
                    None
                };
                match spoken {
                    Some(spoken) => put(out, spoken),
                    None if has_at && k + 1 < end && cx.is_digits(k + 1) && cx.str(k).len() <= 2 => {
                        spell(out, cx.str(k));
                    }
                    None => label(out, cx, k, host && kind != "file-name"),
                }
            }
            Kind::Digits => {
                let figures = cx.str(k);
                if kind == "file-name"
                    || figures.len() == 4 && !has_at
                    || figures.len() <= 2 && has_at && !host
                {
                    super::serial::figures(out, figures, cx);
                } else {
                    digits(out, figures, "zero");
                }
            }
            _ => {
                host |= token.sym == '@';
                let name = match token.sym {
                    '.' => "dot",
                    '/' => {
                        host = false;
                        // A last slash is not said.
                        if k + 1 == end && (i..end).filter(|k| cx.sym_at(*k) == '/').count() == 1 {
                            k += 1;
                            continue;
                        }
                        "slash"
                    }
                    '-' => "dash",
                    '_' => "underscore",
                    '@' => "at",
                    ':' => "colon",
                    '?' => "question mark",
                    '=' => "equals",
                    '&' => "ampersand",
                    '%' => "percent",
                    '#' => "hash",
                    '+' => "plus",
                    '~' => "tilde",
                    _ => "",
                };
                if !name.is_empty() {
                    put(out, name);
                }
            }
        }
        k += 1;
    }
}

/// Runs that begin with a word or figures.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if let Some(found) = community(cx, i, out) {
        return Some(found);
    }
    if !cx.glued(i + 1)
        || cx.tok(i + 1).kind == Kind::Symbol
            && !matches!(cx.sym_at(i + 1), '.' | ':' | '@' | '-' | '_' | '&' | '+')
    {
        return None;
    }
    if cx.glued(i)
        && (cx.tok_before(i).kind != Kind::Symbol
            || matches!(cx.before_sym(i), '/' | '@' | '.' | '_' | '-' | '&'))
    {
        return None;
    }
    // Nothing to find without a stop, a colon and slashes, or an at sign.
    let end = run(cx, i);
    if end < i + 3 {
        return handle_behind(cx, i, out);
    }
    let sure =
        (i..end).any(|k| matches!(cx.sym_at(k), '.' | '@') || cx.sym_at(k) == ':' && cx.sym_at(k + 1) == '/');
    if !sure {
        return None;
    }
    let kind = kind(cx, i, end)?;
    verbalise(cx, i, end, kind, out);
    Some(Found { end, class: Class::Electronic, rule: kind })
}

/// `r/WallStreetBets`, `u/someone`: a community and a member of one.
fn community(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let name = i + 2;
    if !matches!(cx.str(i), "r" | "u")
        || cx.sym_at(i + 1) != '/'
        || !cx.glued(i + 1)
        || cx.glued(i) && cx.before_sym(i) != '/'
        || cx.glued_word(name).is_none_or(|word| word.len() < 3)
        || !cx.closed(name + 1)
    {
        return None;
    }
    spell(out, cx.str(i));
    put(out, "slash");
    camel(out, cx.word_or(name));
    Some(Found { end: name + 1, class: Class::Electronic, rule: "community" })
}

/// `12@`: an at sign with nothing after it.
fn handle_behind(_: &Cx, _: usize, _: &mut String) -> Option<Found> {
    None
}

/// Handles, hashtags, `#1`, `.com`.
pub(crate) fn read_sign(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let sym = cx.sym_at(i);
    let next = cx.tok(i + 1);
    if !cx.glued(i + 1) || next.kind == Kind::Symbol && next.sym != '_' {
        return None;
    }
    match sym {
        '@' | '#' => {}
        '.' => {
            // Amazon's .com business
            let lower = cx.word(i + 1)?.to_lowercase();
            if cx.glued(i)
                || !(cx.tables.is_tld(&lower) || cx.tables.file_ending(&lower).is_some())
                || !cx.closed(i + 2)
            {
                return None;
            }
            put(out, "dot");
            match cx.tables.domain(&lower) {
                Some(spoken) => put(out, spoken),
                None => put(out, &lower),
            }
            return Some(Found { end: i + 2, class: Class::Electronic, rule: "dot-ending" });
        }
        _ => return None,
    }
    if cx.glued(i) && cx.tok_before(i).kind != Kind::Symbol {
        return None;
    }
    if sym == '#' && next.kind == Kind::Digits && cx.closed(i + 2) {
        put(out, "number");
        super::cardinal::read(cx, i + 1, out)?;
        return Some(Found { end: i + 2, class: Class::Cardinal, rule: "hash-number" });
    }
    let mut end = i + 1;
    while end < i + LONGEST
        && cx.glued(end)
        && (cx.tok(end).kind != Kind::Symbol
            || cx.sym_at(end) == '_'
            || sym == '@'
                && matches!(cx.sym_at(end), '.')
                && cx.glued_word(end + 1).is_some_and(|w| w.bytes().all(|b| b.is_ascii_lowercase())))
    {
        end += 1;
    }
    put(out, if sym == '@' { "at" } else { "hashtag" });
    for k in i + 1..end {
        match cx.tok(k).kind {
            Kind::Word => {
                let word = cx.word_or(k);
                if let Some(spoken) = cx
                    .tables
                    .acronym(word)
                    .or_else(|| cx.tables.domain(&word.to_lowercase()).filter(|s| s.contains(' ')))
                {
                    put(out, spoken);
                } else if cx.tok(k).case == Case::Upper
                    && !super::words::sayable(word)
                    && !cx.tables.is_common_word(&word.to_lowercase())
                {
                    spell(out, word);
                } else {
                    camel(out, word);
                }
            }
            Kind::Digits => super::serial::figures(out, cx.str(k), cx),
            _ if cx.sym_at(k) == '_' && sym == '#' => {}
            _ if cx.sym_at(k) == '_' => put(out, "underscore"),
            _ => put(out, "dot"),
        }
    }
    Some(Found { end, class: Class::Electronic, rule: if sym == '@' { "handle" } else { "hashtag" } })
}
