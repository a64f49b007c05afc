//! The instruments that stings and beds are played on, and the room they are played in.
//!
//! Everything runs at 48 kHz and is worked out in blocks from additions, multiplications and `libm`, never from the
//! system's mathematics library, so that a sting is the same everywhere. Times are in seconds, pitches in MIDI note
//! numbers (60 is middle C), for that is how music is written down.

use crate::sound::noise::Random;
use crate::sound::true_peak::TruePeak;
use crate::units::{Dbtp, SampleRate, db_to_linear};
use std::f64::consts::PI;

/// The rate everything here is rendered at.
pub(crate) const RATE: SampleRate = SampleRate::PROGRAMME;
const RATE_HZ: f64 = 48_000.0;

/// Frames between two looks at envelopes and pitch; between them both run straight.
const BLOCK: usize = 64;

/// Samples worked on side by side in the harmonic sum: as many as fit the vector registers.
const LANES: usize = 16;

/// A frequency in hertz for a MIDI note number.
pub(crate) fn hz(note: f64) -> f64 {
    440.0 * libm::exp2((note - 69.0) / 12.0)
}

fn frame_at(seconds: f64) -> usize {
    (seconds.max(0.0) * RATE_HZ).round() as usize
}

/// The sine of a phase in turns, within 6·10⁻⁸ of the true one near zero and 10⁻⁶ at phases of ±100 turns.
#[inline]
fn sine(turns: f32) -> f32 {
    // Adding and taking away 1.5 · 2²³ rounds to the nearest whole number without a call.
    const ROUND: f32 = 12_582_912.0;
    const C: [f32; 6] = [6.283_185_5, -41.341_7, 81.605_25, -76.705_86, 42.058_693, -15.094_642];
    let part = turns - ((turns + ROUND) - ROUND);
    let folded = if part > 0.25 {
        0.5 - part
    } else if part < -0.25 {
        -0.5 - part
    } else {
        part
    };
    let square = folded * folded;
    folded * (C[0] + square * (C[1] + square * (C[2] + square * (C[3] + square * (C[4] + square * C[5])))))
}

/// Gains of a mono source placed from left (−1) to right (1) at equal power.
fn placed(gain: f32, pan: f32) -> (f32, f32) {
    let turns = (pan.clamp(-1.0, 1.0) + 1.0) / 8.0;
    (gain * sine(turns + 0.25), gain * sine(turns))
}

/// What instruments play onto: two channels of a fixed length.
#[derive(Debug, Clone)]
pub(crate) struct Canvas {
    left: Vec<f32>,
    right: Vec<f32>,
    /// What reaches over the end comes in at the beginning.
    looped: bool,
}

impl Canvas {
    /// Silence that ends where it ends.
    pub(crate) fn new(seconds: f64) -> Self {
        let frames = frame_at(seconds);
        Self { left: vec![0.0; frames], right: vec![0.0; frames], looped: false }
    }

    /// Silence whose end runs into its beginning.
    pub(crate) fn looped(seconds: f64) -> Self {
        Self { looped: true, ..Self::new(seconds) }
    }

    /// Adds a mono block at a frame, with a gain for either side.
    fn add(&mut self, at: usize, block: &[f32], (left, right): (f32, f32)) {
        let length = self.left.len();
        let mut at = if self.looped { at % length.max(1) } else { at };
        let mut block = block;
        while at < length && !block.is_empty() {
            let (now, rest) = block.split_at(block.len().min(length - at));
            for (place, sample) in self.left[at..].iter_mut().zip(now) {
                *place += left * sample;
            }
            for (place, sample) in self.right[at..].iter_mut().zip(now) {
                *place += right * sample;
            }
            (at, block) = (if self.looped { 0 } else { length }, rest);
        }
    }

    /// Puts the canvas into a room: `wet` is the part of the echo, `decay_s` the time in which it falls by 60 dB.
    pub(crate) fn reverberate(&mut self, wet: f32, decay_s: f64) {
        let mut room = Room::new(decay_s);
        if self.looped {
            // What the first time round leaves in the room is what the second begins with, so the loop has no seam.
            // Three decay times are 180 dB.
            let warm_up = frame_at(3.0 * decay_s).min(self.left.len());
            let from = self.left.len() - warm_up;
            for (&left, &right) in self.left[from..].iter().zip(&self.right[from..]) {
                room.next(left, right);
            }
        }
        for (left, right) in self.left.iter_mut().zip(&mut self.right) {
            let (echo_left, echo_right) = room.next(*left, *right);
            *left += wet * echo_left;
            *right += wet * echo_right;
        }
    }

    /// Warms the sound by saturation, takes away what lies under 35 Hz, sets the true peak, and interleaves.
    pub(crate) fn finish(mut self, drive: f32, peak: Dbtp) -> Vec<f32> {
        self.balance();
        for channel in [&mut self.left, &mut self.right] {
            for sample in channel.iter_mut() {
                *sample = saturate(*sample * drive);
            }
            let mut filter = HighPass::new(35.0);
            if self.looped {
                for &sample in channel.iter() {
                    filter.next(sample);
                }
            }
            for sample in channel.iter_mut() {
                *sample = filter.next(*sample);
            }
            if !self.looped {
                let fade = channel.len().min(frame_at(0.6));
                crate::sound::fades::fade_out(channel, 1, fade);
            }
        }
        let mut samples: Vec<f32> = self.left.iter().zip(&self.right).flat_map(|(&l, &r)| [l, r]).collect();
        let highest = true_peak(&samples, self.looped);
        if highest > 0.0 {
            let gain = (peak.linear() / highest) as f32;
            for sample in &mut samples {
                *sample *= gain;
            }
        }
        samples
    }
}

impl Canvas {
    /// Makes both sides equally strong: a room answers some pitches on one side more than on the other.
    fn balance(&mut self) {
        let energy = |side: &[f32]| side.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>();
        let (left, right) = (energy(&self.left), energy(&self.right));
        if left > 0.0 && right > 0.0 {
            let gain = libm::sqrt(libm::sqrt(right / left)) as f32;
            self.left.iter_mut().for_each(|sample| *sample *= gain);
            self.right.iter_mut().for_each(|sample| *sample /= gain);
        }
    }
}

/// The true peak, linear; a loop is heard over its seam.
fn true_peak(stereo: &[f32], looped: bool) -> f64 {
    let Ok(mut meter) = TruePeak::new(2) else { return 0.0 };
    meter.add(stereo);
    if looped {
        meter.add(&stereo[..stereo.len().min(1_024)]);
    }
    db_to_linear(meter.peak().0)
}

/// A hyperbolic tangent by Padé's approximant, exact to 2 % and flat from 3 on.
fn saturate(x: f32) -> f32 {
    let x = x.clamp(-3.0, 3.0);
    x * (27.0 + x * x) / (27.0 + 9.0 * x * x)
}

/// A Butterworth high-pass of the second order. Source: Bristow-Johnson, Audio EQ Cookbook, HPF with Q = 1/√2.
#[derive(Debug, Clone)]
struct HighPass {
    b0: f64,
    a1: f64,
    a2: f64,
    state: [f64; 2],
}

impl HighPass {
    fn new(corner_hz: f64) -> Self {
        let angle = 2.0 * PI * corner_hz / RATE_HZ;
        let (cos, alpha) = (libm::cos(angle), libm::sin(angle) * std::f64::consts::FRAC_1_SQRT_2);
        let scale = 1.0 + alpha;
        Self {
            b0: f64::midpoint(1.0, cos) / scale,
            a1: -2.0 * cos / scale,
            a2: (1.0 - alpha) / scale,
            state: [0.0; 2],
        }
    }

    fn next(&mut self, sample: f32) -> f32 {
        let x = f64::from(sample) * self.b0;
        let y = x + self.state[0];
        self.state[0] = -2.0 * x - self.a1 * y + self.state[1];
        self.state[1] = x - self.a2 * y;
        y as f32
    }
}

/// Eight delay lines that feed one another through a Householder matrix.
///
/// Source: Jot and Chaigne, "Digital delay networks for designing artificial reverberators", AES 90, 1991.
#[derive(Debug, Clone)]
struct Room {
    lines: [Vec<f32>; 8],
    at: [usize; 8],
    gains: [f32; 8],
    damped: [f32; 8],
}

impl Room {
    /// Primes from 30 to 58 ms, so that echoes do not fall on one another.
    const LENGTHS: [usize; 8] = [1_433, 1_601, 1_867, 2_053, 2_251, 2_399, 2_617, 2_797];
    /// Part of the last value in each line's low-pass: walls take treble first.
    const DAMPING: f32 = 0.35;

    fn new(decay_s: f64) -> Self {
        Self {
            lines: Self::LENGTHS.map(|length| vec![0.0; length]),
            at: [0; 8],
            gains: Self::LENGTHS
                .map(|length| libm::pow(10.0, -3.0 * length as f64 / (decay_s * RATE_HZ)) as f32),
            damped: [0.0; 8],
        }
    }

    fn next(&mut self, left: f32, right: f32) -> (f32, f32) {
        let mut out = [0.0f32; 8];
        for (index, out) in out.iter_mut().enumerate() {
            let value = self.lines[index][self.at[index]] * self.gains[index];
            self.damped[index] = value + Self::DAMPING * (self.damped[index] - value);
            *out = self.damped[index];
        }
        let shared = out.iter().sum::<f32>() * 0.25;
        for (index, value) in out.iter().enumerate() {
            let input = if index % 2 == 0 { left } else { right };
            // A whisper of constant keeps silence from decaying into denormal numbers; the high-pass takes it away.
            self.lines[index][self.at[index]] = input + value - shared + 1e-18;
            self.at[index] =
                if self.at[index] + 1 == self.lines[index].len() { 0 } else { self.at[index] + 1 };
        }
        (0.5 * (out[0] - out[2] + out[4] - out[6]), 0.5 * (out[1] - out[3] + out[5] - out[7]))
    }
}

/// A section of three players on one note, a few cents apart and spread across the image.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Brass {
    /// How far the spectrum opens at full breath, in hertz: harmonics fall by e for each so many.
    pub(crate) bright_hz: f64,
    pub(crate) attack_s: f64,
    pub(crate) release_s: f64,
}

impl Brass {
    const PLAYERS: [(f64, f32); 3] = [(-5.0, -0.55), (0.4, 0.0), (5.0, 0.55)];
    const TOP_HZ: f64 = 13_000.0;
    /// Even, for they are summed in pairs.
    const MOST_HARMONICS: usize = 96;

    pub(crate) fn play(&self, canvas: &mut Canvas, at_s: f64, length_s: f64, note: f64, gain: f32) {
        let start = frame_at(at_s);
        let blocks = frame_at(length_s + self.release_s).div_ceil(BLOCK);
        let pitch_hz = hz(note);
        // The highest harmonics are eased out, so that the spectrum has no edge.
        let ease = |h: f64| (1.0 - libm::pow(h * pitch_hz / Self::TOP_HZ, 4.0)).max(0.0);
        let tilt: Vec<f32> = (0..=Self::MOST_HARMONICS)
            .map(|h| (libm::pow((h as f64).max(1.0), -0.35) * ease(h as f64)) as f32)
            .collect();
        let mut phases = [0.0f64; Self::PLAYERS.len()];
        for (player, phase) in phases.iter_mut().enumerate() {
            *phase = (0.37 * player as f64 + 0.13 * note).fract();
        }
        let mut from = Harmonics { levels: [0.0; Self::MOST_HARMONICS + 1], count: 0 };
        let mut pitch = Self::cents(0.0);
        for block in 0..blocks {
            let to_s = (block + 1) as f64 * BLOCK as f64 / RATE_HZ;
            let breath = self.breath(to_s, length_s);
            let to = Self::harmonics(&tilt, pitch_hz, 350.0 + self.bright_hz * breath * breath, breath);
            let levels = from.way_to(&to);
            let next_pitch = Self::cents(to_s);
            for (player, (cents, pan)) in Self::PLAYERS.into_iter().enumerate() {
                let step = |pitch: f64| pitch_hz * libm::exp2((pitch + cents) / 1_200.0) / RATE_HZ;
                let (first, last) = (step(pitch), step(next_pitch));
                let samples = harmonic_block(phases[player], first, last, &levels);
                phases[player] = (phases[player] + f64::midpoint(first, last) * BLOCK as f64).fract();
                canvas.add(start + block * BLOCK, &samples, placed(gain, pan));
            }
            (from, pitch) = (to, next_pitch);
        }
    }

    /// A scoop up to the note, then, on long ones, a little vibrato.
    fn cents(t_s: f64) -> f64 {
        let depth = ((t_s - 0.35) / 0.3).clamp(0.0, 1.0);
        -35.0 * libm::exp(-t_s / 0.03) + 5.0 * depth * libm::sin(2.0 * PI * 5.1 * t_s)
    }

    /// Loudness and brightness at once, from 0 to 1.
    fn breath(&self, t_s: f64, length_s: f64) -> f64 {
        let rise = (t_s / self.attack_s).min(1.0);
        let rise = rise * rise * (3.0 - 2.0 * rise);
        let sustain = 0.78 + 0.22 * libm::exp(-t_s / 0.25);
        let fall = (1.0 - (t_s - length_s).max(0.0) / self.release_s).max(0.0);
        rise * sustain * fall * fall
    }

    /// Levels `h^−0.35 · e^(−h·f/fc)`, as far as they can be heard.
    fn harmonics(tilt: &[f32], pitch_hz: f64, open_hz: f64, breath: f64) -> Harmonics {
        let mut levels = [0.0f32; Self::MOST_HARMONICS + 1];
        let most = ((Self::TOP_HZ / pitch_hz) as usize).min(Self::MOST_HARMONICS);
        let fall = libm::exp(-pitch_hz / open_hz) as f32;
        let mut level = breath as f32;
        let mut count = 0;
        for h in 1..=most {
            level *= fall;
            // 60 dB under full level nothing is missed, and the sum is most of the cost.
            if level * tilt[h] < 1e-3 {
                break;
            }
            levels[h] = level * tilt[h];
            count = h;
        }
        Harmonics { levels, count }
    }
}

/// Levels of the harmonics from number 1 on.
struct Harmonics {
    levels: [f32; Brass::MOST_HARMONICS + 1],
    count: usize,
}

impl Harmonics {
    /// The levels of each strip of a block on the way from one set to the next, highest harmonic first, an even number
    /// of them.
    fn way_to(&self, to: &Self) -> [Vec<f32>; BLOCK / LANES] {
        let count = self.count.max(to.count).next_multiple_of(2);
        std::array::from_fn(|strip| {
            let part = strip as f32 / (BLOCK / LANES) as f32;
            let level = |h: usize| self.levels[h] + part * (to.levels[h] - self.levels[h]);
            (1..=count).rev().map(level).collect()
        })
    }
}

/// One block of a harmonic sum while pitch, in turns a frame, moves straight from one value to the next.
///
/// Clenshaw's recurrence: the sum of `a_h·sin(h·x)` from one sine and one cosine a sample, whatever the number of
/// harmonics. Source: Clenshaw, "A note on the summation of Chebyshev series", MTAC 9, 1955.
fn harmonic_block(phase: f64, first: f64, last: f64, levels: &[Vec<f32>; BLOCK / LANES]) -> [f32; BLOCK] {
    let mut out = [0.0f32; BLOCK];
    let bend = (last - first) / (2.0 * BLOCK as f64);
    for (strip, (out, levels)) in out.as_chunks_mut::<LANES>().0.iter_mut().zip(levels).enumerate() {
        let mut sines = [0.0f32; LANES];
        let mut twice_cosines = [0.0f32; LANES];
        for lane in 0..LANES {
            let n = (strip * LANES + lane) as f32;
            let turns = phase as f32 + n * (first as f32 + n * bend as f32);
            sines[lane] = sine(turns);
            twice_cosines[lane] = 2.0 * sine(turns + 0.25);
        }
        let (mut one, mut two) = ([0.0f32; LANES], [0.0f32; LANES]);
        for [upper, lower] in levels.as_chunks::<2>().0 {
            for lane in 0..LANES {
                two[lane] = twice_cosines[lane] * one[lane] + (upper - two[lane]);
            }
            for lane in 0..LANES {
                one[lane] = twice_cosines[lane] * two[lane] + (lower - one[lane]);
            }
        }
        for lane in 0..LANES {
            out[lane] = one[lane] * sines[lane];
        }
    }
    out
}

/// Damped sinusoids that sound together, as a struck body's do.
#[derive(Debug, Clone)]
struct Modes<const N: usize> {
    real: [f32; N],
    imaginary: [f32; N],
    cos: [f32; N],
    sin: [f32; N],
}

impl<const N: usize> Modes<N> {
    /// From frequency in hertz, level, and the time in seconds in which each falls to 1/e.
    fn new(modes: [(f64, f64, f64); N]) -> Self {
        let turn = |part: fn(f64) -> f64| {
            modes.map(|(hz, _, tau_s)| {
                (libm::exp(-1.0 / (tau_s * RATE_HZ)) * part(2.0 * PI * hz / RATE_HZ)) as f32
            })
        };
        Self {
            real: modes.map(|(_, level, _)| level as f32),
            imaginary: [0.0; N],
            cos: turn(libm::cos),
            sin: turn(libm::sin),
        }
    }

    fn fill(&mut self, block: &mut [f32]) {
        for sample in block {
            *sample = self.imaginary.iter().sum();
            for mode in 0..N {
                let (re, im) = (self.real[mode], self.imaginary[mode]);
                self.real[mode] = re * self.cos[mode] - im * self.sin[mode];
                self.imaginary[mode] = re * self.sin[mode] + im * self.cos[mode];
            }
        }
    }
}

/// A bell whose partials are those of a real one.
///
/// Source: Risset, "An Introductory Catalogue of Computer Synthesized Sounds", 1969, no. 430.
pub(crate) fn bell(canvas: &mut Canvas, at_s: f64, length_s: f64, note: f64, gain: f32, pan: f32) {
    const PARTIALS: [(f64, f64, f64, f64); 11] = [
        (0.56, 0.0, 1.0, 1.0),
        (0.56, 1.0, 0.67, 0.9),
        (0.92, 0.0, 1.0, 0.65),
        (0.92, 1.7, 1.8, 0.55),
        (1.19, 0.0, 2.67, 0.325),
        (1.7, 0.0, 1.67, 0.35),
        (2.0, 0.0, 1.46, 0.25),
        (2.74, 0.0, 1.33, 0.2),
        (3.0, 0.0, 1.33, 0.15),
        (3.76, 0.0, 1.0, 0.1),
        (4.07, 0.0, 1.33, 0.075),
    ];
    // The strike tone is the partial of ratio 1.19's neighbourhood; the ear takes the octave of 0.56 for the note.
    let base_hz = hz(note) / 1.12;
    let mut modes = Modes::new(PARTIALS.map(|(ratio, plus_hz, level, length)| {
        (base_hz * ratio + plus_hz, level / 8.0, length_s * length / 5.0)
    }));
    strike(canvas, at_s, length_s, &mut modes, placed(gain, pan));
}

/// A soft mallet on a bar: a marimba's tuning, 1 : 4 : 10. Source: Fletcher and Rossing, 1998, §19.3.
pub(crate) fn mallet(canvas: &mut Canvas, at_s: f64, note: f64, gain: f32, pan: f32) {
    let base_hz = hz(note);
    let mut modes = Modes::new([
        (base_hz, 1.0, 0.45),
        (base_hz * 2.0, 0.12, 0.3),
        (base_hz * 3.98, 0.22, 0.09),
        (base_hz * 9.9, 0.05, 0.02),
    ]);
    strike(canvas, at_s, 2.2, &mut modes, placed(gain, pan));
}

fn strike<const N: usize>(
    canvas: &mut Canvas,
    at_s: f64,
    length_s: f64,
    modes: &mut Modes<N>,
    gains: (f32, f32),
) {
    let frames = frame_at(length_s);
    let mut block = vec![0.0f32; frames];
    modes.fill(&mut block);
    // A hammer stays on the body for a moment.
    crate::sound::fades::fade_in(&mut block, 1, frame_at(0.002));
    crate::sound::fades::fade_out(&mut block, 1, frames / 3);
    canvas.add(frame_at(at_s), &block, gains);
}

/// A kettledrum: five modes whose pitch settles as the skin does, and the tap of the stick.
///
/// Source of the ratios: Rossing, "The physics of kettledrums", Scientific American 247(5), 1982.
pub(crate) fn timpani(canvas: &mut Canvas, at_s: f64, note: f64, gain: f32, pan: f32) {
    const MODES: [(f64, f32, f64); 5] =
        [(1.0, 1.0, 0.50), (1.504, 0.75, 0.36), (1.742, 0.35, 0.22), (2.0, 0.4, 0.24), (2.245, 0.25, 0.16)];
    const DROP_S: f64 = 0.02;
    let base_hz = hz(note);
    let mut random = Random::new(0x7139 ^ frame_at(at_s) as u64);
    let (frames, start) = (frame_at(1.5), frame_at(at_s));
    let (mut tap, mut tap_level) = ([0.0f32; 2], 1.8f32);
    let tap_shrink = libm::exp(-1.0 / (0.008 * RATE_HZ)) as f32;
    for block in 0..frames.div_ceil(BLOCK) {
        let mut samples = [0.0f32; BLOCK];
        let from_s = (block * BLOCK) as f64 / RATE_HZ;
        let to_s = ((block + 1) * BLOCK) as f64 / RATE_HZ;
        // Turns since the stroke of the pitch f·(1 + ¼·e^(−t/20 ms)).
        let turns = |t_s: f64| base_hz * (t_s + 0.25 * DROP_S * (1.0 - libm::exp(-t_s / DROP_S)));
        for (ratio, level, tau_s) in MODES {
            let (first, last) = (turns(from_s) * ratio, turns(to_s) * ratio);
            let (high, low) = (libm::exp(-from_s / tau_s) as f32, libm::exp(-to_s / tau_s) as f32);
            let (phase, step) = (first.fract() as f32, ((last - first) / BLOCK as f64) as f32);
            for (n, sample) in samples.iter_mut().enumerate() {
                let n = n as f32;
                *sample += level * (high + (low - high) * n / BLOCK as f32) * sine(phase + step * n);
            }
        }
        if from_s < 0.1 {
            for sample in &mut samples {
                tap[0] += 0.2 * (random.sample() - tap[0]);
                tap[1] += 0.2 * (tap[0] - tap[1]);
                *sample += tap_level * tap[1];
                tap_level *= tap_shrink;
            }
        }
        let left = frames - (block * BLOCK).min(frames);
        for (n, sample) in samples.iter_mut().enumerate() {
            let n = block * BLOCK + n;
            let (rise, fall) =
                ((n as f32 / 120.0).min(1.0), ((frames - n.min(frames)) as f32 / 24_000.0).min(1.0));
            *sample *= rise * rise * (3.0 - 2.0 * rise) * fall;
        }
        canvas.add(start + block * BLOCK, &samples[..left.min(BLOCK)], placed(gain, pan));
    }
}

/// A short bright tick of a frequency-modulated sine, as a teleprinter would make if it could sing.
pub(crate) fn tick(canvas: &mut Canvas, at_s: f64, note: f64, gain: f32, pan: f32) {
    const TAU_S: f64 = 0.028;
    const RATIO: f32 = 4.0;
    let step = (hz(note) / RATE_HZ) as f32;
    let shrink = libm::exp(-1.0 / (TAU_S * RATE_HZ)) as f32;
    let mut level = 1.0f32;
    let mut samples = vec![0.0f32; frame_at(0.2)];
    for (n, sample) in samples.iter_mut().enumerate() {
        let turns = step * n as f32;
        *sample = level * sine(turns + 0.2 * level * sine(RATIO * turns));
        level *= shrink;
    }
    crate::sound::fades::fade_in(&mut samples, 1, 48);
    crate::sound::fades::fade_out(&mut samples, 1, 2_400);
    canvas.add(frame_at(at_s), &samples, placed(gain, pan));
}

/// A pad of slow sines, each note a pair a few cents apart, one to a side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pad {
    pub(crate) attack_s: f64,
    pub(crate) release_s: f64,
    /// Levels of the octave and of the twelfth over the note.
    pub(crate) overtones: (f32, f32),
}

impl Pad {
    pub(crate) fn play(&self, canvas: &mut Canvas, at_s: f64, length_s: f64, note: f64, gain: f32) {
        let start = frame_at(at_s);
        let blocks = frame_at(length_s + self.release_s).div_ceil(BLOCK);
        for (cents, pan) in [(-4.0, -0.5), (4.0, 0.5)] {
            let step = hz(note + cents / 100.0) / RATE_HZ;
            let mut phase = (0.29 * note + 0.31 * f64::from(pan)).rem_euclid(1.0);
            let mut level = 0.0f32;
            for block in 0..blocks {
                let to_s = ((block + 1) * BLOCK) as f64 / RATE_HZ;
                let rise = (to_s / self.attack_s).min(1.0);
                let fall = (1.0 - (to_s - length_s).max(0.0) / self.release_s).max(0.0);
                let next = (0.5 - 0.5 * libm::cos(PI * rise * fall)) as f32;
                let mut samples = [0.0f32; BLOCK];
                for (n, sample) in samples.iter_mut().enumerate() {
                    let n = n as f32;
                    let turns = phase as f32 + step as f32 * n;
                    // Both overtones from one sine and one cosine.
                    let (sin, cos) = (sine(turns), sine(turns + 0.25));
                    let tone = sin
                        + self.overtones.0 * (2.0 * sin * cos)
                        + self.overtones.1 * (sin * (3.0 - 4.0 * sin * sin));
                    *sample = (level + (next - level) * n / BLOCK as f32) * tone;
                }
                level = next;
                phase = (phase + step * BLOCK as f64).fract();
                canvas.add(start + block * BLOCK, &samples, placed(gain, pan));
            }
        }
    }
}

/// A breath of bright noise that swells to `peak_s` and is gone soon after.
pub(crate) fn swell(canvas: &mut Canvas, from_s: f64, peak_s: f64, gain: f32) {
    let (rise_s, tail_s) = (peak_s - from_s, 0.35);
    let frames = frame_at(rise_s + tail_s);
    // From −39 dB up to full, straight in decibels.
    let climb = libm::exp(4.5 / (rise_s.max(0.01) * RATE_HZ)) as f32;
    let shrink = libm::exp(-1.0 / (0.07 * RATE_HZ)) as f32;
    for (seed, gains) in [(11, (1.0, 0.0)), (23, (0.0, 1.0)), (37, (0.6, 0.6))] {
        let mut random = Random::new(seed);
        let mut slow = [0.0f32; 2];
        let mut level = libm::expf(-4.5);
        let mut samples: Vec<f32> = (0..frames)
            .map(|n| {
                level *= if n < frame_at(rise_s) { climb } else { shrink };
                let white = random.sample();
                // Two one-pole stages leave what lies over some 4 kHz.
                slow[0] += 0.4 * (white - slow[0]);
                slow[1] += 0.4 * ((white - slow[0]) - slow[1]);
                level * (white - slow[0] - slow[1])
            })
            .collect();
        crate::sound::fades::fade_in(&mut samples, 1, frame_at(rise_s / 3.0));
        crate::sound::fades::fade_out(&mut samples, 1, frame_at(tail_s / 2.0));
        canvas.add(frame_at(from_s), &samples, (gain * gains.0, gain * gains.1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_is_a_sine() {
        for n in -4_000..4_000 {
            let turns = n as f32 / 37.0;
            let exact = (std::f64::consts::TAU * f64::from(turns)).sin();
            assert!((f64::from(sine(turns)) - exact).abs() < 2e-5, "{turns}: {} is not {exact}", sine(turns));
        }
    }

    #[test]
    fn harmonic_sum_is_the_sum_of_its_sines() {
        let mut levels = [0.0; Brass::MOST_HARMONICS + 1];
        for (h, level) in levels.iter_mut().enumerate().skip(1) {
            *level = 1.0 / h as f32;
        }
        let harmonics = Harmonics { levels, count: 60 };
        let block = harmonic_block(0.1, 0.002, 0.002, &harmonics.way_to(&harmonics));
        for (n, sample) in block.iter().enumerate() {
            let x = std::f64::consts::TAU * (0.1 + 0.002 * n as f64);
            let exact: f64 = (1..=60).map(|h| (f64::from(h) * x).sin() / f64::from(h)).sum();
            assert!((f64::from(*sample) - exact).abs() < 1e-3, "{n}: {sample} is not {exact}");
        }
    }

    #[test]
    fn a_loop_takes_up_what_reaches_over_its_end() {
        let mut canvas = Canvas::looped(0.01);
        canvas.add(470, &[1.0; 20], (1.0, 0.5));
        assert_eq!((canvas.left[479], canvas.left[9], canvas.left[10]), (1.0, 1.0, 0.0));
        assert!((canvas.right[0] - 0.5).abs() < 1e-9);
    }

    #[test]
    fn the_room_falls_by_sixty_decibels_in_its_time() {
        let mut room = Room::new(1.0);
        room.next(1.0, 1.0);
        let energies: Vec<f64> = (0..120)
            .map(|_| (0..480).map(|_| f64::from(room.next(0.0, 0.0).0).powi(2)).sum::<f64>())
            .collect();
        let sum = |range: std::ops::Range<usize>| energies[range].iter().sum::<f64>();
        let fall_db = 10.0 * (sum(10..20) / sum(60..70)).log10();
        // Damping makes treble fall faster than the 30 dB of half the time.
        assert!((28.0..42.0).contains(&fall_db), "{fall_db:.1} dB in half a second");
    }
}
