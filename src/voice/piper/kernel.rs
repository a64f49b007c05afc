//! The convolution that a HiFi-GAN decoder spends its time in.
//!
//! Direct, over time: a tile of `ROWS` output channels by `WIDE` vectors of time stays in registers while all input
//! channels and taps are added up. Vectors are arrays of floats that the compiler turns into its own; which
//! instructions it may use for that is chosen once, as the program runs.

#![allow(
    unsafe_code,
    reason = "what a processor can do is known when the program runs; the two calls are in this file"
)]
#![allow(clippy::inline_always, reason = "what is compiled for a processor's vectors has to be one function")]

/// The weights of a convolution over time, in the order in which the kernel reads them.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) taps: usize,
    /// By block of output channels; in it by input channel, tap, output channel. The last block is filled up with zeros.
    packed: Vec<f32>,
    /// A multiple of the block, filled up with zeros.
    bias: Vec<f32>,
    rows: usize,
}

impl Weights {
    /// Shape: `weights` is outputs × inputs × taps.
    pub(super) fn new(
        weights: impl Fn(usize, usize, usize) -> f32,
        outputs: usize,
        inputs: usize,
        taps: usize,
        bias: &[f32],
    ) -> Self {
        let rows = if outputs >= ROWS { ROWS } else { 1 };
        let blocks = outputs.div_ceil(rows);
        let mut packed = vec![0.0; blocks * inputs * taps * rows];
        for (n, place) in packed.iter_mut().enumerate() {
            let (row, rest) = (n % rows, n / rows);
            let (tap, rest) = (rest % taps, rest / taps);
            let (input, block) = (rest % inputs, rest / inputs);
            let output = block * rows + row;
            if output < outputs {
                *place = weights(output, input, tap);
            }
        }
        let mut bias = bias.to_vec();
        bias.resize(blocks * rows, 0.0);
        Self { inputs, outputs, taps, packed, bias, rows }
    }

    /// One value an output channel, filled up to whole tiles.
    pub(super) fn bias(&self) -> &[f32] {
        &self.bias
    }
}

/// Output channels of a tile.
const ROWS: usize = 8;

/// Values after the last one of a row that may be read and written, without meaning: the kernel works on whole tiles.
pub(super) const SLACK: usize = 96;

/// Where a convolution's input begins: rows of `stride` values, the first tap of the first output at `from`.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) values: &'a [f32],
    pub(super) stride: usize,
    pub(super) from: usize,
    /// Between taps.
    pub(super) step: usize,
}

/// What becomes of a sum.
pub(super) trait Sink {
    /// `values` are the outputs of a channel from a place on; those past the length asked for are without meaning.
    fn take<const N: usize>(&mut self, channel: usize, at: usize, values: &[f32; N]);
}

/// Computes `length` outputs of every channel, `bias` (as long as [`Weights::bias`]) added.
pub(super) fn convolve(
    weights: &Weights,
    bias: &[f32],
    input: Input<'_>,
    length: usize,
    sink: &mut impl Sink,
) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
            // SAFETY: the features were just found.
            return unsafe { avx512(weights, bias, input, length, sink) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the features were just found.
            return unsafe { avx2(weights, bias, input, length, sink) };
        }
    }
    portable(weights, bias, input, length, sink);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,fma,avx2")]
fn avx512(weights: &Weights, bias: &[f32], input: Input<'_>, length: usize, sink: &mut impl Sink) {
    if weights.rows == ROWS {
        tiles::<16, 3, 48, ROWS, true>(weights, bias, input, length, sink);
    } else {
        tiles::<16, 4, 64, 1, true>(weights, bias, input, length, sink);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2(weights: &Weights, bias: &[f32], input: Input<'_>, length: usize, sink: &mut impl Sink) {
    if weights.rows == ROWS {
        tiles::<8, 1, 8, ROWS, true>(weights, bias, input, length, sink);
    } else {
        tiles::<8, 6, 48, 1, true>(weights, bias, input, length, sink);
    }
}

fn portable(weights: &Weights, bias: &[f32], input: Input<'_>, length: usize, sink: &mut impl Sink) {
    /// Multiplying and adding in one is a function call where the processor cannot do it.
    const FUSED: bool = cfg!(target_arch = "aarch64");
    if weights.rows == ROWS {
        tiles::<4, 2, 8, ROWS, FUSED>(weights, bias, input, length, sink);
    } else {
        tiles::<4, 4, 16, 1, FUSED>(weights, bias, input, length, sink);
    }
}

/// `SPAN` is `LANES` times `WIDE`.
#[inline(always)]
fn tiles<const LANES: usize, const WIDE: usize, const SPAN: usize, const R: usize, const FUSED: bool>(
    weights: &Weights,
    bias: &[f32],
    input: Input<'_>,
    length: usize,
    sink: &mut impl Sink,
) {
    const { assert!(SPAN == LANES * WIDE && SPAN <= SLACK) };
    let block = weights.inputs * weights.taps * R;
    let reach = (weights.taps - 1) * input.step + SPAN;
    for at in (0..length).step_by(SPAN) {
        for (n, packed) in weights.packed.chunks_exact(block).enumerate() {
            let mut sums = [[[0.0f32; LANES]; WIDE]; R];
            for r in 0..R {
                sums[r] = [[bias[n * R + r]; LANES]; WIDE];
            }
            for (channel, of_channel) in packed.chunks_exact(weights.taps * R).enumerate() {
                let start = channel * input.stride + input.from + at;
                let row = &input.values[start..start + reach];
                for (tap, factors) in of_channel.chunks_exact(R).enumerate() {
                    let Some(values) = row[tap * input.step..].first_chunk::<SPAN>() else { break };
                    let Some(factors) = factors.first_chunk::<R>() else { break };
                    let mut vectors = [[0.0f32; LANES]; WIDE];
                    for w in 0..WIDE {
                        for l in 0..LANES {
                            vectors[w][l] = values[w * LANES + l];
                        }
                    }
                    for r in 0..R {
                        for w in 0..WIDE {
                            for l in 0..LANES {
                                sums[r][w][l] = if FUSED {
                                    factors[r].mul_add(vectors[w][l], sums[r][w][l])
                                } else {
                                    factors[r] * vectors[w][l] + sums[r][w][l]
                                };
                            }
                        }
                    }
                }
            }
            // Out of the registers in one go: were they asked for one by one, they would live in memory all the time.
            let mut done = [[0.0f32; SPAN]; R];
            for r in 0..R {
                for w in 0..WIDE {
                    for l in 0..LANES {
                        done[r][w * LANES + l] = sums[r][w][l];
                    }
                }
            }
            for (values, channel) in done.iter().zip(n * R..weights.outputs) {
                sink.take(channel, at, values);
            }
        }
    }
}
