//! A scene as pixels, and those as PNG: rectangles and lines with smooth edges are all that is drawn.

use super::letters;
use super::scene::{Anchor, Colour, Point, Scene, Shape};
use crate::{Error, Result};

/// The thickness of letters beside their size.
const LIGHT: f32 = 0.078;
const BOLD: f32 = 0.115;

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn new(scene: &Scene) -> Self {
        let (width, height) = (scene.width as usize, scene.height as usize);
        let Colour(r, g, b) = scene.background;
        Self { width, height, pixels: [r, g, b].repeat(width * height) }
    }

    /// Paints so much of one pixel.
    fn blend(&mut self, x: usize, y: usize, colour: Colour, cover: f32) {
        let at = (y * self.width + x) * 3;
        let Some(pixel) = self.pixels.get_mut(at..at + 3) else { return };
        for (old, new) in pixel.iter_mut().zip([colour.0, colour.1, colour.2]) {
            *old =
                (f32::from(*old) + (f32::from(new) - f32::from(*old)) * cover.clamp(0.0, 1.0)).round() as u8;
        }
    }

    /// Pixels from one place to another, on the canvas.
    fn span(from: f32, to: f32, most: usize) -> std::ops::Range<usize> {
        (from.floor().max(0.0) as usize).min(most)..(to.ceil().max(0.0) as usize).min(most)
    }

    fn rectangle(&mut self, (left, top): Point, (right, bottom): Point, fill: Colour) {
        let part = |from: f32, to: f32, pixel: usize| {
            (to.min(pixel as f32 + 1.0) - from.max(pixel as f32)).clamp(0.0, 1.0)
        };
        for y in Self::span(top, bottom, self.height) {
            let row = part(top, bottom, y);
            for x in Self::span(left, right, self.width) {
                self.blend(x, y, fill, row * part(left, right, x));
            }
        }
    }

    /// Lines with round ends. A pixel is covered as much as its middle is inside, and no more where two of them meet.
    fn lines(&mut self, segments: &[(Point, Point)], thickness: f32, stroke: Colour) {
        // A line thinner than a pixel is one that is paler.
        let (half, strength) = ((thickness / 2.0).max(0.5), thickness.min(1.0));
        let reach = half + 1.0;
        let ends = || segments.iter().flat_map(|(a, b)| [*a, *b]);
        let low = ends().fold((f32::MAX, f32::MAX), |low, p| (low.0.min(p.0), low.1.min(p.1)));
        let high = ends().fold((f32::MIN, f32::MIN), |high, p| (high.0.max(p.0), high.1.max(p.1)));
        let columns = Self::span(low.0 - reach, high.0 + reach, self.width);
        let rows = Self::span(low.1 - reach, high.1 + reach, self.height);
        let mut cover = vec![0.0_f32; columns.len() * rows.len()];
        for &(a, b) in segments {
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            let length = dx * dx + dy * dy;
            for y in Self::span(a.1.min(b.1) - reach, a.1.max(b.1) + reach, self.height) {
                for x in Self::span(a.0.min(b.0) - reach, a.0.max(b.0) + reach, self.width) {
                    let (px, py) = (x as f32 + 0.5 - a.0, y as f32 + 0.5 - a.1);
                    let along =
                        if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
                    let (ex, ey) = (px - along * dx, py - along * dy);
                    let inside = (half + 0.5 - (ex * ex + ey * ey).sqrt()).clamp(0.0, 1.0);
                    let at = (y - rows.start) * columns.len() + (x - columns.start);
                    if let Some(cover) = cover.get_mut(at) {
                        *cover = cover.max(inside);
                    }
                }
            }
        }
        for (n, cover) in cover.into_iter().enumerate().filter(|(_, cover)| *cover > 0.0) {
            let (x, y) = (columns.start + n % columns.len(), rows.start + n / columns.len());
            self.blend(x, y, stroke, cover * strength);
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Rectangle { left, top, width, height, fill } => {
                self.rectangle((*left, *top), (left + width, top + height), *fill);
            }
            Shape::Line { points, thickness, dash, stroke } => {
                let segments: Vec<_> = match dash {
                    None => points.windows(2).map(|pair| (pair[0], pair[1])).collect(),
                    Some(dash) => {
                        points.windows(2).flat_map(|pair| dashes(pair[0], pair[1], *dash)).collect()
                    }
                };
                self.lines(&segments, *thickness, *stroke);
            }
            Shape::Bars { left, width, bars, fill } => {
                for (n, (top, bottom)) in bars.iter().enumerate() {
                    let from = left + width * n as f32;
                    self.rectangle((from, *top), (from + width, *bottom), *fill);
                }
            }
            Shape::Text { at: (x, y), size, anchor, bold, fill, text, .. } => {
                let width = letters::width(text, *size);
                let left = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - width / 2.0,
                    Anchor::End => x - width,
                };
                let thickness = size * if *bold { BOLD } else { LIGHT };
                for stroke in letters::strokes(text, *size, (left, *y)) {
                    let segments: Vec<_> = stroke.windows(2).map(|pair| (pair[0], pair[1])).collect();
                    self.lines(&segments, thickness.max(1.0), *fill);
                }
            }
        }
    }
}

/// A straight line in pieces.
fn dashes(a: Point, b: Point, (on, off): (f32, f32)) -> Vec<(Point, Point)> {
    let length = ((b.0 - a.0).powi(2) + (b.1 - a.1).powi(2)).sqrt();
    let step = (on + off).max(1.0);
    let at = |along: f32| {
        let part = if length > 0.0 { (along / length).min(1.0) } else { 0.0 };
        (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part)
    };
    let count = (length / step).ceil() as usize;
    (0..count).map(|n| (at(n as f32 * step), at(n as f32 * step + on))).collect()
}

/// Bytes of a whole file.
pub(super) fn png(scene: &Scene) -> Result<Vec<u8>> {
    let mut canvas = Canvas::new(scene);
    scene.shapes.iter().for_each(|shape| canvas.shape(shape));
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, scene.width, scene.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let failed = |e: png::EncodingError| Error::Programme {
        problem: format!("cannot make its picture: {e}"),
        cure: "ask for an SVG instead".into(),
    };
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.add_text_chunk_itxt(&scene.title).map_err(failed)?;
    writer.write_image_data(&canvas.pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(out)
}

/// A title that readers of PNG show. Source: PNG 3rd edition §11.3.3.4.
trait Titled {
    fn add_text_chunk_itxt(&mut self, title: &str) -> Result<(), png::EncodingError>;
}

impl<W: std::io::Write> Titled for png::Writer<W> {
    fn add_text_chunk_itxt(&mut self, title: &str) -> Result<(), png::EncodingError> {
        let title: String = title.chars().filter(|c| !c.is_control()).collect();
        self.write_text_chunk(&png::text_metadata::ITXtChunk::new("Title", title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: Colour = Colour(255, 255, 255);
    const BLACK: Colour = Colour(0, 0, 0);

    fn canvas() -> Canvas {
        Canvas { width: 8, height: 4, pixels: vec![255; 8 * 4 * 3] }
    }

    fn row(canvas: &Canvas, y: usize) -> Vec<u8> {
        canvas.pixels[y * 24..(y + 1) * 24].iter().step_by(3).copied().collect()
    }

    #[test]
    fn edges_are_as_dark_as_they_cover() {
        let mut drawn = canvas();
        drawn.rectangle((1.5, 0.0), (3.0, 1.25), BLACK);
        assert_eq!(row(&drawn, 0), [255, 128, 0, 255, 255, 255, 255, 255]);
        assert_eq!(row(&drawn, 1), [255, 223, 191, 255, 255, 255, 255, 255]);
        let mut drawn = canvas();
        drawn.lines(&[((0.0, 1.5), (4.0, 1.5)), ((4.0, 1.5), (8.0, 1.5))], 1.0, BLACK);
        assert_eq!(row(&drawn, 1), [0; 8]);
        assert!(row(&drawn, 0).iter().all(|&pixel| pixel == 255));
        assert_eq!(WHITE.over(BLACK, 0.5), Colour(128, 128, 128));
    }

    #[test]
    fn what_is_outside_is_left_out() {
        let mut drawn = canvas();
        drawn.rectangle((-10.0, -10.0), (100.0, 1.0), BLACK);
        drawn.lines(&[((-50.0, 2.5), (50.0, 2.5)), ((f32::NAN, 0.0), (1.0, f32::INFINITY))], 1.0, BLACK);
        drawn.lines(&[], 1.0, BLACK);
        assert_eq!((row(&drawn, 0), row(&drawn, 2)), (vec![0; 8], vec![0; 8]));
    }

    #[test]
    fn dashed_lines_have_gaps() {
        let pieces = dashes((0.0, 0.0), (10.0, 0.0), (3.0, 3.0));
        assert_eq!(pieces, [((0.0, 0.0), (3.0, 0.0)), ((6.0, 0.0), (9.0, 0.0))]);
    }
}
