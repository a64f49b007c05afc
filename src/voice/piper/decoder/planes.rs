//! The values between the layers, where in time they lie, and how convolutions write them.

#![allow(clippy::inline_always, reason = "what is compiled for a processor's vectors has to be one function")]

use crate::voice::piper::kernel::{SLACK, Sink};

/// Places in time, from 0 where the sentence begins; it may lie before that or past the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: isize,
    pub(super) to: isize,
}

impl Span {
    pub(super) fn length(self) -> usize {
        (self.to - self.from).max(0) as usize
    }

    pub(super) fn wider(self, by: usize) -> Self {
        Self { from: self.from - by as isize, to: self.to + by as isize }
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), to: self.to.max(other.to) }
    }

    /// The part that is in a sentence of so many places.
    pub(super) fn within(self, total: usize) -> Self {
        Self { from: self.from.max(0), to: self.to.min(total as isize) }
    }
}

pub(super) struct Needs {
    pub(super) frames: Span,
    pub(super) pre: Span,
    pub(super) stages: Vec<StageNeeds>,
}

pub(super) struct StageNeeds {
    /// All that the blocks read.
    pub(super) whole: Span,
    pub(super) blocks: Vec<Vec<UnitNeeds>>,
    /// What the next stage reads of their mean.
    pub(super) mean: Span,
}

pub(super) struct UnitNeeds {
    pub(super) before: Span,
    pub(super) last: Span,
}

/// The values of a layer over a span: a row a channel.
#[derive(Debug, Default)]
pub(super) struct Plane {
    pub(super) values: Vec<f32>,
    pub(super) stride: usize,
    pub(super) from: isize,
}

impl Plane {
    /// Gets ready for other values; those there are have no meaning any more.
    pub(super) fn lay(&mut self, channels: usize, span: Span) {
        self.stride = (span.length() + SLACK).next_multiple_of(16);
        self.from = span.from;
        self.values.resize(channels * self.stride, 0.0);
    }

    pub(super) fn column(&self, at: isize) -> usize {
        (at - self.from).max(0) as usize
    }

    /// The values of a plane of the same shape, rectified.
    pub(super) fn rectify(&mut self, raw: &Plane, slope: f32) {
        for (active, raw) in self.values.iter_mut().zip(&raw.values) {
            *active = rectified(*raw, slope);
        }
    }

    /// What lies outside of `span` is silence to the layers after.
    pub(super) fn seal(&mut self, span: Span) {
        let (from, to) = (self.column(span.from), self.column(span.to));
        for row in self.values.chunks_exact_mut(self.stride) {
            row[..from].fill(0.0);
            row[to..].fill(0.0);
        }
    }
}

/// The planes of one thread.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// What a stage reads, rectified; then its mean, rectified for the next.
    pub(super) input: Plane,
    /// What a stage's upsampling made, and the same rectified.
    pub(super) raw: Plane,
    pub(super) first: Plane,
    /// What a unit made, rectified.
    pub(super) second: Plane,
    pub(super) mid: Plane,
    /// What a unit made.
    pub(super) kept: Plane,
    /// The blocks so far, added up.
    pub(super) sum: Plane,
}

/// What becomes of a convolution's outputs, in this order.
pub(super) struct Out<'a> {
    /// Is added.
    pub(super) add: Option<&'a Plane>,
    /// Where they are written, or added to what is there.
    pub(super) keep: Option<(&'a mut Plane, bool)>,
    /// Where they are written rectified by a slope, after a factor.
    pub(super) active: Option<(&'a mut Plane, f32, f32)>,
}

pub(super) struct Layer<'a> {
    pub(super) out: Out<'a>,
    pub(super) from: isize,
}

fn rectified(value: f32, slope: f32) -> f32 {
    if value > 0.0 { value } else { value * slope }
}

impl Sink for Layer<'_> {
    #[inline(always)]
    fn take<const N: usize>(&mut self, channel: usize, at: usize, values: &[f32; N]) {
        let from = self.from;
        let place = |plane: &Plane| channel * plane.stride + plane.column(from) + at;
        let mut values = *values;
        if let Some(add) = self.out.add
            && let Some(add) = add.values[place(add)..].first_chunk::<N>()
        {
            for (value, add) in values.iter_mut().zip(add) {
                *value += add;
            }
        }
        if let Some((keep, onto)) = &mut self.out.keep {
            let start = place(keep);
            if let Some(keep) = keep.values[start..].first_chunk_mut::<N>() {
                if *onto {
                    for (value, keep) in values.iter_mut().zip(&*keep) {
                        *value += keep;
                    }
                }
                *keep = values;
            }
        }
        if let Some((active, slope, scale)) = &mut self.out.active {
            let start = place(active);
            if let Some(active) = active.values[start..].first_chunk_mut::<N>() {
                for (active, value) in active.iter_mut().zip(values) {
                    *active = rectified(value * *scale, *slope);
                }
            }
        }
    }
}

/// Every `factor`-th output, from `column` on.
pub(super) struct Spread<'a> {
    pub(super) raw: &'a mut Plane,
    pub(super) factor: usize,
    pub(super) column: usize,
    pub(super) length: usize,
}

impl Sink for Spread<'_> {
    #[inline(always)]
    fn take<const N: usize>(&mut self, channel: usize, at: usize, values: &[f32; N]) {
        let start = channel * self.raw.stride + self.column + at * self.factor;
        let count = N.min(self.length - at);
        let raw = self.raw.values[start..].iter_mut().step_by(self.factor);
        for (raw, value) in raw.zip(&values[..count]) {
            *raw = *value;
        }
    }
}

/// The last layer: samples between −1 and 1.
pub(super) struct Sound<'a> {
    pub(super) samples: &'a mut [f32],
}

impl Sink for Sound<'_> {
    #[inline(always)]
    fn take<const N: usize>(&mut self, _: usize, at: usize, values: &[f32; N]) {
        for (sample, value) in self.samples[at..].iter_mut().zip(values) {
            *sample = value.tanh();
        }
    }
}
