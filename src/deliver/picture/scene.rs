//! What a picture consists of, before it is text or pixels. Units: pixels from the left upper corner, y going down.

/// A place, x before y.
pub(super) type Point = (f32, f32);

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

impl Colour {
    /// So much of it, from 0 to 1, and the rest of another.
    pub(super) fn over(self, other: Self, part: f32) -> Self {
        let mix = |a: u8, b: u8| (f32::from(a) * part + f32::from(b) * (1.0 - part)).round() as u8;
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }
}

/// Where a text stands about its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// One thing to draw, over those before it.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Rectangle {
        left: f32,
        top: f32,
        width: f32,
        height: f32,
        fill: Colour,
    },
    /// A line through its points, drawn and left out in turn where it is dashed.
    Line {
        points: Vec<Point>,
        thickness: f32,
        dash: Option<(f32, f32)>,
        stroke: Colour,
    },
    /// Uprights side by side, each of the same width with its own top and bottom.
    Bars {
        left: f32,
        width: f32,
        bars: Vec<(f32, f32)>,
        fill: Colour,
    },
    Text {
        /// The beginning, middle or end of its line.
        at: Point,
        size: f32,
        anchor: Anchor,
        bold: bool,
        fill: Colour,
        text: String,
        /// It goes no further to the right than so much.
        most: f32,
    },
}

/// A picture.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) background: Colour,
    /// What it is called, and what it shows in words.
    pub(super) title: String,
    pub(super) description: String,
    pub(super) language: Option<String>,
    pub(super) shapes: Vec<Shape>,
}

impl Scene {
    pub(super) fn rectangle(&mut self, (left, top): Point, (width, height): Point, fill: Colour) {
        self.shapes.push(Shape::Rectangle { left, top, width, height, fill });
    }

    pub(super) fn line(&mut self, points: Vec<Point>, thickness: f32, stroke: Colour) {
        self.shapes.push(Shape::Line { points, thickness, dash: None, stroke });
    }

    pub(super) fn dashed(&mut self, points: Vec<Point>, thickness: f32, dash: (f32, f32), stroke: Colour) {
        self.shapes.push(Shape::Line { points, thickness, dash: Some(dash), stroke });
    }
}
