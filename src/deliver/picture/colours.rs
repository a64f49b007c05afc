//! The colours of a picture, on a light and a dark ground.

use super::Theme;
use super::scene::Colour;

/// What is drawn in what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colours {
    pub(super) ground: Colour,
    pub(super) panel: Colour,
    pub(super) grid: Colour,
    pub(super) text: Colour,
    /// At least 4.5:1 on the ground and on a panel. Source: WCAG 2.2 §1.4.3.
    pub(super) quiet: Colour,
    pub(super) ceiling: Colour,
    pub(super) target: Colour,
    pub(super) curve: Colour,
    pub(super) momentary: Colour,
    pub(super) join: Colour,
    pub(super) sting: Colour,
    pub(super) bed: Colour,
    /// What is no story.
    pub(super) station: Colour,
    /// Stories in turn; neighbours differ for colour-blind eyes, too. Source: after Okabe and Ito's set.
    pub(super) stories: [Colour; 6],
}

const LIGHT: Colours = Colours {
    ground: Colour(255, 255, 255),
    panel: Colour(246, 247, 249),
    grid: Colour(220, 224, 230),
    text: Colour(23, 30, 42),
    quiet: Colour(84, 94, 110),
    ceiling: Colour(192, 38, 45),
    target: Colour(10, 122, 88),
    curve: Colour(20, 66, 130),
    momentary: Colour(176, 194, 219),
    join: Colour(120, 130, 146),
    sting: Colour(150, 70, 140),
    bed: Colour(214, 178, 209),
    station: Colour(110, 120, 136),
    stories: [
        Colour(0, 98, 160),
        Colour(190, 88, 0),
        Colour(0, 122, 92),
        Colour(158, 62, 120),
        Colour(62, 88, 178),
        Colour(132, 108, 0),
    ],
};

const DARK: Colours = Colours {
    ground: Colour(16, 21, 29),
    panel: Colour(24, 31, 42),
    grid: Colour(50, 60, 76),
    text: Colour(236, 240, 246),
    quiet: Colour(160, 172, 190),
    ceiling: Colour(255, 120, 116),
    target: Colour(84, 214, 168),
    curve: Colour(132, 190, 255),
    momentary: Colour(66, 92, 128),
    join: Colour(128, 140, 160),
    sting: Colour(214, 140, 204),
    bed: Colour(92, 58, 88),
    station: Colour(138, 150, 168),
    stories: [
        Colour(86, 180, 233),
        Colour(240, 160, 60),
        Colour(60, 196, 152),
        Colour(222, 142, 190),
        Colour(142, 166, 250),
        Colour(222, 204, 80),
    ],
};

impl Colours {
    pub(super) fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// The colour of a story, or of the station's own.
    pub(super) fn story(&self, story: Option<usize>) -> Colour {
        story.map_or(self.station, |story| self.stories[story % self.stories.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(Colour(r, g, b): Colour) -> f64 {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: Colour, b: Colour) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn everything_can_be_told_from_its_ground() {
        for colours in [&LIGHT, &DARK] {
            for ground in [colours.ground, colours.panel] {
                for text in [colours.text, colours.quiet, colours.ceiling, colours.target] {
                    assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
                }
                // WCAG 2.2 §1.4.11.
                for drawn in colours.stories.into_iter().chain([colours.station, colours.curve, colours.join])
                {
                    assert!(contrast(drawn, ground) >= 3.0, "{drawn:?} on {ground:?}");
                }
            }
        }
    }
}
