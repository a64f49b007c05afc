//! Pure signal processing on buffers: no files, no clocks, no threads.
//!
//! Samples are `f32`, nominal [-1, 1]; a buffer of several channels is interleaved, one frame after another. Whatever
//! streams gives the same output however its input was cut into blocks, and everything is deterministic: the same
//! input gives the same bits on every run and thread. What transcendental functions there are come from `libm` or
//! from arithmetic written here, so that a sting is the same on every platform.
//!
//! This room stands under `programme`, which decides what is played when; nothing here knows of articles or files.

pub mod beds;
pub mod dither;
pub mod fades;
pub mod gating;
pub mod limiter;
pub mod loudness;
pub mod mixing;
pub mod noise;
pub mod resample;
pub mod stings;
mod synth;
pub mod trim;
pub mod true_peak;
pub mod warp;
