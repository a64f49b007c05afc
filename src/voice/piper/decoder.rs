//! The decoder of a VITS voice (HiFi-GAN, Kong et al. 2020, §2.2): frames of a latent in, samples out.
//!
//! The graph's own operators would compute a whole sentence layer by layer, hundreds of megabytes at a time. Here a few
//! dozen frames go through all layers at once, each layer computing just what the later ones need of it; stretches do
//! not depend on each other, so threads share them out.

mod planes;

use super::kernel::{self, Input, Weights};
use planes::{Desk, Layer, Needs, Out, Plane, Sound, Span, Spread, StageNeeds, UnitNeeds};

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Frames that go through the layers at once: enough that what is computed twice at their edges is a few per cent, few
/// enough that a layer's values stay in the processor's cache.
const STRETCH_FRAMES: usize = 48;

/// A convolution whose output is as long as its input.
#[derive(Debug)]
pub(super) struct Conv {
    weights: Weights,
    step: usize,
}

impl Conv {
    /// Shape: `weights` is outputs × inputs × taps, in a row; `taps` is odd.
    pub(super) fn new(
        weights: &[f32],
        [outputs, inputs, taps]: [usize; 3],
        bias: &[f32],
        step: usize,
    ) -> Self {
        let at = |output, input, tap| weights[(output * inputs + input) * taps + tap];
        Self { weights: Weights::new(at, outputs, inputs, taps, bias), step }
    }

    /// Whether it looks at one place alone.
    pub(super) fn is_pointwise(&self) -> bool {
        self.weights.taps == 1
    }

    /// How far it looks to either side.
    fn reach(&self) -> usize {
        (self.weights.taps - 1) / 2 * self.step
    }

    /// Makes what lies in `span`.
    fn run(&self, bias: &[f32], source: &Plane, span: Span, out: Out<'_>) {
        if span.length() == 0 {
            return;
        }
        let input = Input {
            values: &source.values,
            stride: source.stride,
            from: source.column(span.from - self.reach() as isize),
            step: self.step,
        };
        kernel::convolve(&self.weights, bias, input, span.length(), &mut Layer { out, from: span.from });
    }
}
/// A convolution that makes `factor` outputs of each input.
#[derive(Debug)]
pub(super) struct Upsampling {
    /// What makes every `factor`-th output, by the place of the first; the first input it needs lies before its output's
    /// own by so many places.
    phases: Vec<(Weights, usize)>,
    factor: usize,
    /// How far the phases look back and ahead.
    back: usize,
    ahead: usize,
}

impl Upsampling {
    /// Shape: `weights` is inputs × outputs × taps, in a row. With `taps` − `factor` = 2 × `cut`, as many outputs are cut
    /// off at either end as make the output `factor` times as long.
    pub(super) fn new(
        weights: &[f32],
        [inputs, outputs, taps]: [usize; 3],
        bias: &[f32],
        factor: usize,
        cut: usize,
    ) -> Self {
        // Output n is the sum over inputs i and taps k with n + cut = i * factor + k.
        let phase = |n: usize| {
            let first = (n + cut) % factor;
            let newest = (n + cut) / factor;
            let count = (taps - first).div_ceil(factor);
            // From the oldest input to the newest.
            let at = |output: usize, input: usize, place: usize| {
                let tap = first + (count - 1 - place) * factor;
                weights[(input * outputs + output) * taps + tap]
            };
            (Weights::new(at, outputs, inputs, count, bias), newest as isize, count as isize)
        };
        let phases: Vec<_> = (0..factor).map(phase).collect();
        let back = phases.iter().map(|(_, newest, count)| count - 1 - newest).max().unwrap_or(0).max(0);
        let ahead = phases.iter().map(|(_, newest, _)| *newest).max().unwrap_or(0).max(0);
        let phases = phases
            .into_iter()
            .map(|(weights, newest, count)| (weights, (newest + 1 - count + back) as usize));
        Self { phases: phases.collect(), factor, back: back as usize, ahead: ahead as usize }
    }
}

impl Upsampling {
    fn outputs(&self) -> usize {
        self.phases.first().map_or(0, |(weights, _)| weights.outputs)
    }

    /// The inputs that the outputs of a span are made of.
    fn needs(&self, span: Span) -> Span {
        let factor = self.factor as isize;
        let first = span.from.div_euclid(factor) - self.back as isize;
        let last = (span.to - 1).div_euclid(factor) + self.ahead as isize;
        Span { from: first, to: last + 1 }
    }

    /// Makes what lies in `span`: as it is, and rectified.
    fn run(&self, source: &Plane, span: Span, raw: &mut Plane, active: &mut Plane, slope: f32) {
        let factor = self.factor as isize;
        for (place, (weights, delay)) in self.phases.iter().enumerate() {
            let place = place as isize;
            let first = (span.from - place + factor - 1).div_euclid(factor);
            let end = (span.to - place + factor - 1).div_euclid(factor);
            if end <= first {
                continue;
            }
            let input = Input {
                values: &source.values,
                stride: source.stride,
                from: source.column(first - self.back as isize + *delay as isize),
                step: 1,
            };
            let length = (end - first) as usize;
            let column = raw.column(first * factor + place);
            let mut sink = Spread { raw, factor: self.factor, column, length };
            kernel::convolve(weights, weights.bias(), input, length, &mut sink);
        }
        active.rectify(raw, slope);
    }
}

/// What is added to a signal: one convolution, or two in a row, each after a leaky rectifier.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) before: Option<Conv>,
    pub(super) last: Conv,
}

/// One upsampling and the mean of its residual blocks.
#[derive(Debug)]
pub(super) struct Stage {
    /// Of the rectifier before the upsampling.
    pub(super) slope: f32,
    pub(super) up: Upsampling,
    /// Of the rectifiers in the blocks.
    pub(super) inner_slope: f32,
    pub(super) blocks: Vec<Vec<Unit>>,
    /// What the sum of the blocks is multiplied by.
    pub(super) scale: f32,
}

/// The whole decoder.
#[derive(Debug)]
pub(super) struct Decoder {
    pub(super) pre: Conv,
    pub(super) stages: Vec<Stage>,
    /// Of the last rectifier.
    pub(super) slope: f32,
    pub(super) post: Conv,
    /// The planes of threads that are not at work: megabytes that the system would have to clear for every sentence.
    desks: Mutex<Vec<Desk>>,
}

impl Decoder {
    /// Of its layers, from the first to the last; `slope` is that of the last rectifier.
    pub(super) fn new(pre: Conv, stages: Vec<Stage>, slope: f32, post: Conv) -> Self {
        Self { pre, stages, slope, post, desks: Mutex::default() }
    }

    /// Samples of each frame.
    pub(super) fn factor(&self) -> usize {
        self.stages.iter().map(|stage| stage.up.factor).product()
    }

    /// Channels of a frame.
    pub(super) fn channels(&self) -> usize {
        self.pre.weights.inputs
    }

    /// Whether each layer takes as many channels as the one before gives.
    pub(super) fn fits_together(&self) -> bool {
        let mut channels = self.pre.weights.outputs;
        for stage in &self.stages {
            if stage.up.phases.iter().any(|(weights, _)| weights.inputs != channels) {
                return false;
            }
            channels = stage.up.outputs();
            let convs = stage.blocks.iter().flatten().flat_map(|unit| unit.before.iter().chain([&unit.last]));
            if convs
                .into_iter()
                .any(|conv| (conv.weights.inputs, conv.weights.outputs) != (channels, channels))
            {
                return false;
            }
        }
        (self.post.weights.inputs, self.post.weights.outputs) == (channels, 1)
    }

    /// Decodes a sentence on `threads` threads.
    ///
    /// Shape: `frames` is [`Decoder::channels`] × count, in a row; `speaker` is added to what the first layer makes of
    /// them, one value a channel, or is empty. Gives [`Decoder::factor`] × count samples, the same whatever `threads` is.
    /// Nothing if `is_late` said before the end that nobody waits any more.
    pub(super) fn decode(
        &self,
        frames: &[f32],
        speaker: &[f32],
        threads: usize,
        is_late: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<f32>> {
        let count = frames.len() / self.channels().max(1);
        let stretch = STRETCH_FRAMES * self.factor();
        let mut samples = vec![0.0; count * self.factor()];
        let mut bias = self.pre.weights.bias().to_vec();
        bias.iter_mut().zip(speaker).for_each(|(bias, speaker)| *bias += speaker);
        let next = AtomicUsize::new(0);
        let gave_up = AtomicBool::new(false);
        let places: Vec<_> = samples.chunks_mut(stretch.max(1)).map(Mutex::new).collect();
        let work = || {
            let desks = || self.desks.lock().unwrap_or_else(PoisonError::into_inner);
            let mut desk = desks().pop().unwrap_or_default();
            loop {
                if is_late() {
                    gave_up.store(true, Ordering::Relaxed);
                    break;
                }
                let n = next.fetch_add(1, Ordering::Relaxed);
                // Each is claimed once, so nobody waits here.
                let Some(Ok(mut place)) = places.get(n).map(Mutex::lock) else { break };
                self.stretch(frames, count, &bias, n * stretch, &mut place, &mut desk);
            }
            desks().push(desk);
        };
        let helpers = threads.min(places.len()).saturating_sub(1);
        std::thread::scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(work);
            }
            work();
        });
        drop(places);
        (!gave_up.into_inner()).then_some(samples)
    }

    /// The samples from `from` on, as many as `samples` has places.
    fn stretch(
        &self,
        frames: &[f32],
        count: usize,
        bias: &[f32],
        from: usize,
        samples: &mut [f32],
        desk: &mut Desk,
    ) {
        let wanted = Span { from: from as isize, to: (from + samples.len()) as isize };
        let needs = self.needs(wanted);
        let Desk { input, raw, first, second, mid, kept, sum } = desk;
        let mut total = count;

        input.lay(self.channels(), needs.frames);
        let there = needs.frames.within(total);
        for (channel, row) in frames.chunks_exact(count).enumerate() {
            let at = channel * input.stride + input.column(there.from);
            input.values[at..at + there.length()]
                .copy_from_slice(&row[there.from as usize..there.to as usize]);
        }
        input.seal(there);

        mid.lay(self.pre.weights.outputs, needs.pre);
        let there = needs.pre.within(total);
        let slope = self.stages.first().map_or(self.slope, |stage| stage.slope);
        self.pre.run(bias, input, there, Out { add: None, keep: None, active: Some((mid, slope, 1.0)) });
        mid.seal(there);
        std::mem::swap(input, mid);

        for (n, (stage, needs)) in self.stages.iter().zip(&needs.stages).enumerate() {
            total *= stage.up.factor;
            let slope = self.stages.get(n + 1).map_or(self.slope, |stage| stage.slope);
            let channels = stage.up.outputs();
            for plane in [&mut *raw, first, second, mid, kept, sum] {
                plane.lay(channels, needs.whole);
            }
            let there = needs.whole.within(total);
            stage.up.run(input, there, raw, first, stage.inner_slope);
            first.seal(there);
            input.lay(channels, needs.whole);
            for (b, (block, needs)) in stage.blocks.iter().zip(&needs.blocks).enumerate() {
                for (u, (unit, needs)) in block.iter().zip(needs).enumerate() {
                    if let Some(before) = &unit.before {
                        let there = needs.before.within(total);
                        let source = if u == 0 { &*first } else { &*second };
                        let active = Some((&mut *mid, stage.inner_slope, 1.0));
                        before.run(
                            before.weights.bias(),
                            source,
                            there,
                            Out { add: None, keep: None, active },
                        );
                        mid.seal(there);
                    } else if u > 0 {
                        std::mem::swap(second, mid);
                    }
                    let there = needs.last.within(total);
                    let source = if u == 0 && unit.before.is_none() { &*first } else { &*mid };
                    let out = if u + 1 < block.len() {
                        let (add, keep) = (Some(&*raw).filter(|_| u == 0), Some((&mut *kept, u > 0)));
                        Out { add, keep, active: Some((&mut *second, stage.inner_slope, 1.0)) }
                    } else {
                        let add = Some(if u == 0 { &*raw } else { &*kept });
                        let is_mean = b + 1 == stage.blocks.len();
                        let active = is_mean.then_some((&mut *input, slope, stage.scale));
                        Out { add, keep: Some((&mut *sum, b > 0)), active }
                    };
                    unit.last.run(unit.last.weights.bias(), source, there, out);
                    second.seal(there);
                }
            }
            input.seal(needs.mean.within(total));
        }

        let source = Input {
            values: &input.values,
            stride: input.stride,
            from: input.column(wanted.from - self.post.reach() as isize),
            step: self.post.step,
        };
        let mut sink = Sound { samples };
        let length = wanted.length();
        kernel::convolve(&self.post.weights, self.post.weights.bias(), source, length, &mut sink);
    }

    /// What each layer has to give so that the samples of a span can be made.
    fn needs(&self, samples: Span) -> Needs {
        let mut here = samples.wider(self.post.reach());
        let mut stages = Vec::with_capacity(self.stages.len());
        for stage in self.stages.iter().rev() {
            let mean = here;
            let mut blocks = Vec::with_capacity(stage.blocks.len());
            for block in &stage.blocks {
                let mut span = mean;
                let mut units = Vec::with_capacity(block.len());
                for unit in block.iter().rev() {
                    let last = span;
                    span = span.wider(unit.last.reach());
                    let before = span;
                    span = span.wider(unit.before.as_ref().map_or(0, Conv::reach));
                    units.push(UnitNeeds { before, last });
                }
                units.reverse();
                blocks.push(units);
                here = here.with(span);
            }
            stages.push(StageNeeds { whole: here, blocks, mean });
            here = stage.up.needs(here);
        }
        stages.reverse();
        Needs { frames: here.wider(self.pre.reach()), pre: here, stages }
    }
}
