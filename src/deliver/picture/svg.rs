//! A scene as SVG 1.1: text stays text, and the whole has a name and a description.

use super::scene::{Anchor, Point, Scene, Shape};
use crate::deliver::markup::{escape, escaped};
use std::fmt::Write as _;

/// Like the drawn letters in width; none is fetched.
const FONTS: &str = "Helvetica Neue,Helvetica,Arial,Liberation Sans,sans-serif";

/// Tenths of a pixel are as fine as anybody sees.
fn number(value: f32) -> String {
    let tenths = (value * 10.0).round() as i64;
    let (sign, tenths) = (if tenths < 0 { "-" } else { "" }, tenths.abs());
    if tenths % 10 == 0 {
        format!("{sign}{}", tenths / 10)
    } else {
        format!("{sign}{}.{}", tenths / 10, tenths % 10)
    }
}

/// The outline of uprights side by side: their tops one way, their bottoms back.
pub(in crate::deliver) fn bars(left: f32, width: f32, bars: &[(f32, f32)]) -> String {
    // In whole tenths, so that no rounding adds up.
    let tenths = |value: f32| (value * 10.0).round() as i64;
    let shown = |tenths: i64| number(tenths as f32 / 10.0);
    let mut out = String::new();
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else { return out };
    let x = |n: usize| tenths(left + width * n as f32);
    let _ = write!(out, "M{} {}", shown(x(0)), number(first.0));
    let mut step = |from: usize, to: usize, next: Option<(f32, f32)>| {
        let _ = write!(out, "h{}", shown(x(to) - x(from)));
        if let Some((here, next)) = next.filter(|(here, next)| tenths(*here) != tenths(*next)) {
            let _ = write!(out, "v{}", shown(tenths(next) - tenths(here)));
        }
    };
    for n in 0..bars.len() {
        step(n, n + 1, bars.get(n + 1).map(|next| (bars[n].0, next.0)).or(Some((last.0, last.1))));
    }
    for n in (0..bars.len()).rev() {
        let next = n.checked_sub(1).map(|before| (bars[n].1, bars[before].1));
        step(n + 1, n, next);
    }
    out.push('z');
    out
}

fn path(points: &[Point]) -> String {
    let mut out = String::new();
    for (n, (x, y)) in points.iter().enumerate() {
        let _ = write!(out, "{}{} {}", if n == 0 { 'M' } else { 'L' }, number(*x), number(*y));
    }
    out
}

/// Text of a whole file.
pub(super) fn svg(scene: &Scene) -> String {
    let (width, height) = (scene.width, scene.height);
    let hex = |c: super::scene::Colour| format!("#{:02x}{:02x}{:02x}", c.0, c.1, c.2);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"title desc\" font-family=\"{FONTS}\"{}>\n<title id=\"title\">{}</title>\n\
         <desc id=\"desc\">{}</desc>\n",
        scene.language.as_ref().map(|tag| format!(" xml:lang=\"{}\"", escaped(tag))).unwrap_or_default(),
        escaped(&scene.title),
        escaped(&scene.description),
    );
    let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>", hex(scene.background));
    for shape in &scene.shapes {
        let _ = match shape {
            Shape::Rectangle { left, top, width, height, fill } => writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>",
                number(*left),
                number(*top),
                number(*width),
                number(*height),
                hex(*fill)
            ),
            Shape::Line { points, thickness, dash, stroke } => {
                let dash =
                    dash.map(|(on, off)| format!(" stroke-dasharray=\"{} {}\"", number(on), number(off)));
                writeln!(
                    out,
                    "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{}/>",
                    path(points),
                    hex(*stroke),
                    number(*thickness),
                    dash.unwrap_or_default()
                )
            }
            Shape::Bars { left, width, bars, fill } => {
                writeln!(out, "<path d=\"{}\" fill=\"{}\"/>", self::bars(*left, *width, bars), hex(*fill))
            }
            Shape::Text { at: (x, y), size, anchor, bold, fill, text, most } => {
                // Other fonts may be wider than the letters a text was cut by: it never goes over what stands beside it.
                let (anchor, left) = match anchor {
                    Anchor::Start => ("", *x),
                    Anchor::Middle => (" text-anchor=\"middle\"", x - most / 2.0),
                    Anchor::End => (" text-anchor=\"end\"", x - most),
                };
                let top = y - size * 1.2;
                let weight = if *bold { " font-weight=\"600\"" } else { "" };
                let _ = write!(
                    out,
                    "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{anchor}{weight}>",
                    number(left),
                    number(top),
                    number(*most),
                    number(size * 1.6),
                    number(x - left),
                    number(y - top),
                    number(*size),
                    hex(*fill)
                );
                escape(&mut out, text);
                writeln!(out, "</text></svg>")
            }
        };
    }
    out.push_str("</svg>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [(0.0, "0"), (-0.04, "0"), (12.0, "12"), (-1.25, "-1.3"), (0.5, "0.5")] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn outlines_close() {
        assert_eq!(bars(0.0, 2.0, &[(4.0, 6.0), (3.0, 7.0)]), "M0 4h2v-1h2v4h-2v-1h-2z");
        assert_eq!(bars(0.0, 1.0, &[]), "");
    }
}
