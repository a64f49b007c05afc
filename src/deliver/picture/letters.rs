//! Letters as strokes, so that a picture in pixels needs no font: the Latin ones, with their marks.
//!
//! What there is no drawing of is written in the ASCII letters nearest to it, as in the fields of a WAV file, and what has
//! none is an empty box.

use super::scene::Point;
use crate::deliver::wav::ascii::ascii;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Units of an em.
const EM: f32 = 20.0;

/// Between one letter and the next.
const GAP: f32 = 2.9;

/// What a space takes, beside the gap.
const SPACE: f32 = 3.0;

/// How far a mark is raised over a capital.
const CAPITAL_RAISE: f32 = 3.4;

/// The height of what a mark is drawn for.
const SMALL: f32 = 11.0;

/// How much wider the fonts of an SVG may be than these letters.
const WIDER: f32 = 1.1;

/// Degrees from one point of an arc to the next.
const ARC_STEP: f32 = 15.0;

/// One drawing.
struct Letter {
    width: f32,
    strokes: Vec<Vec<Point>>,
}

impl Letter {
    fn height(&self) -> f32 {
        self.strokes.iter().flatten().map(|point| point.1).fold(0.0, f32::max)
    }
}

static LETTERS: LazyLock<BTreeMap<char, Letter>> =
    LazyLock::new(|| include_str!("letters.txt").lines().filter_map(letter).collect());

/// One line of the table; none for a remark and for what has no letter's shape, which a test forbids.
fn letter(line: &str) -> Option<(char, Letter)> {
    let mut parts = line.splitn(3, ' ');
    let (name, width, strokes) = (parts.next()?, parts.next()?, parts.next()?);
    let letter = match name.strip_prefix('u').filter(|code| code.len() == 3) {
        Some(code) => char::from_u32(u32::from_str_radix(code, 16).ok()?)?,
        None => name.chars().next().filter(|c| c.len_utf8() == name.len())?,
    };
    let strokes = strokes.split(';').map(stroke).collect::<Option<Vec<_>>>()?;
    Some((letter, Letter { width: width.parse().ok()?, strokes }))
}

fn stroke(text: &str) -> Option<Vec<Point>> {
    let mut points = Vec::new();
    for part in text.split(' ') {
        let numbers = part.trim_start_matches('(').trim_end_matches(')').split(',');
        let numbers = numbers.map(|number| number.parse().ok()).collect::<Option<Vec<f32>>>()?;
        match numbers[..] {
            [x, y] => points.push((x, y)),
            [x, y, rx, ry, from, to] => {
                let steps = ((to - from).abs() / ARC_STEP).ceil().max(1.0) as usize;
                points.extend((0..=steps).map(|n| {
                    let angle = (from + (to - from) * n as f32 / steps as f32).to_radians();
                    (x + rx * libm::cosf(angle), y + ry * libm::sinf(angle))
                }));
            }
            _ => return None,
        }
    }
    Some(points)
}

/// The drawings of a text, each with where it begins, and where the text ends.
fn set(text: &str) -> (Vec<(Point, &'static Letter)>, f32) {
    let mut set: Vec<(Point, &Letter)> = Vec::new();
    let mut x = 0.0;
    let mut put = |set: &mut Vec<_>, c: char| {
        if c == ' ' {
            x += SPACE + GAP;
            return None;
        }
        let letter = LETTERS.get(&c)?;
        set.push(((x, 0.0), letter));
        x += letter.width + GAP;
        Some(())
    };
    let characters: Vec<char> = text.nfc().collect();
    for (n, &c) in characters.iter().enumerate() {
        // "7½" is not "71/2".
        let after_digit = n.checked_sub(1).is_some_and(|n| characters[n].is_ascii_digit());
        if after_digit && matches!(c, '¼'..='¾' | '\u{2150}'..='\u{215F}') {
            put(&mut set, ' ');
        }
        if put(&mut set, c).is_some() || c == ' ' {
            continue;
        }
        let parts: Vec<char> = std::iter::once(c).nfd().collect();
        let drawn = parts.iter().all(|part| LETTERS.contains_key(part));
        if drawn && parts.len() > 1 || is_combining_mark(c) {
            accented(&mut set, &mut put, &parts);
            continue;
        }
        for plain in ascii(c.encode_utf8(&mut [0; 4])).chars() {
            put(&mut set, if plain == '?' { '□' } else { plain });
        }
    }
    (set, (x - GAP).max(0.0))
}

/// A letter and the marks it has; a mark alone belongs to the letter before.
fn accented(
    set: &mut Vec<(Point, &'static Letter)>,
    put: &mut impl FnMut(&mut Vec<(Point, &'static Letter)>, char) -> Option<()>,
    parts: &[char],
) {
    for &part in parts {
        if !is_combining_mark(part) {
            // The mark takes the place of the dot.
            put(
                set,
                match part {
                    'i' => 'ı',
                    'j' => 'ȷ',
                    part => part,
                },
            );
            continue;
        }
        let (Some(mark), Some(&((x, _), base))) = (LETTERS.get(&part), set.last()) else { continue };
        let hangs = mark.height() <= 0.0;
        let raise = if !hangs && base.height() > SMALL { CAPITAL_RAISE } else { 0.0 };
        set.push(((x + base.width / 2.0, raise), mark));
    }
}

/// How wide a text is at a size.
pub(super) fn width(text: &str, size: f32) -> f32 {
    set(text).1 * size / EM
}

/// The strokes of a text that begins at `x` on the line `y`, y going down.
pub(super) fn strokes(text: &str, size: f32, (x, y): Point) -> Vec<Vec<Point>> {
    let scale = size / EM;
    let (letters, _) = set(text);
    let strokes = letters.iter().flat_map(|&((left, raise), letter)| {
        letter.strokes.iter().map(move |stroke| {
            let place = |&(px, py): &Point| (x + (left + px) * scale, y - (raise + py) * scale);
            stroke.iter().map(place).collect()
        })
    });
    strokes.collect()
}

/// A text, cut behind a word or a letter so that it fits, with an ellipsis; nothing where not even a few letters would.
pub(super) fn fit(text: &str, size: f32, most: f32) -> String {
    /// No picture is wide enough for more, and a headline may be any length.
    const MOST_CHARACTERS: usize = 400;
    const FEWEST: usize = 3;
    let whole: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = whole.chars();
    let mut kept: String = rest.by_ref().take(MOST_CHARACTERS).collect();
    let is_whole = rest.next().is_none();
    let most = most / WIDER;
    if is_whole && width(&kept, size) <= most {
        return kept;
    }
    let fits = |length: usize| {
        let cut: String = kept.chars().take(length).collect();
        width(&format!("{}…", cut.trim_end()), size) <= most
    };
    let lengths: Vec<usize> = (0..=kept.chars().count()).collect();
    let length = lengths.partition_point(|&length| fits(length)).saturating_sub(1);
    if length < FEWEST {
        return String::new();
    }
    kept = kept.chars().take(length).collect();
    let kept = kept.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';' | '-' | '–'));
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        for line in include_str!("letters.txt").lines() {
            let is_remark = line.starts_with("# ") && !line.starts_with("# 9.4") || line == "#";
            assert!(letter(line).is_some() != is_remark, "{line}");
        }
        for c in (' '..='~').chain("£€’“”–—…·−é".chars()) {
            assert!(c == ' ' || c == 'é' || LETTERS.contains_key(&c), "{c}");
        }
    }

    #[test]
    fn every_text_has_a_width() {
        let of = |text| width(text, 20.0);
        assert!((of("one") - of("oné")).abs() < 1e-3 && of("Zoë") > of("Zo"));
        assert!((of("e\u{301}") - of("é")).abs() < 1e-3);
        assert!((of("æ") - of("ae")).abs() < 1e-3);
        assert!((of("東京") - of("□□")).abs() < 1e-3);
        assert!((of("7½") - of("7 1/2")).abs() < 1e-3);
        assert_eq!((of(""), of("\u{301}"), of("\u{200b}\u{0}")), (0.0, 0.0, 0.0));
        assert_eq!(strokes("é", 20.0, (0.0, 0.0)).len(), strokes("e", 20.0, (0.0, 0.0)).len() + 1);
        // The dot is gone.
        assert_eq!(strokes("í", 20.0, (0.0, 0.0)).len(), 2);
    }

    #[test]
    fn long_texts_are_cut() {
        let text = "Ferry back after storm";
        assert_eq!(fit(text, 10.0, 500.0), text);
        let short = fit(text, 10.0, 60.0);
        assert!(short.ends_with('…') && text.starts_with(short.trim_end_matches('…')), "{short}");
        assert!(width(&short, 10.0) <= 60.0);
        assert_eq!(fit(text, 10.0, 8.0), "");
        assert!(fit(&"word ".repeat(100_000), 10.0, 1e9).chars().count() <= 401);
    }
}
