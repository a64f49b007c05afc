//! The units the program counts in, as types, so that a level is never taken for a length.
//!
//! Time inside a programme is a whole number of [`Frames`] at the programme's [`SampleRate`]; seconds appear only
//! where a person or a file format asks for them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// Loudness in LUFS. Source: ITU-R BS.1770-5, EBU R 128.
///
/// # Examples
/// ```
/// assert_eq!(bulletin::units::Lufs(-16.0).to_string(), "-16.0 LUFS");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lufs(pub f64);

/// True peak in dBTP. Source: ITU-R BS.1770-5 Annex 2.
///
/// # Examples
/// ```
/// let ceiling = bulletin::units::Dbtp(-6.0);
/// assert!((ceiling.linear() - 0.501).abs() < 0.001);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dbtp(pub f64);

impl Dbtp {
    /// The linear amplitude, 1.0 at 0 dBTP.
    pub fn linear(self) -> f64 {
        db_to_linear(self.0)
    }
}

impl fmt::Display for Lufs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} LUFS", self.0)
    }
}

impl fmt::Display for Dbtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} dBTP", self.0)
    }
}

/// Decibels to an amplitude factor.
///
/// # Examples
/// ```
/// assert!((bulletin::units::db_to_linear(20.0) - 10.0).abs() < 1e-12);
/// ```
pub fn db_to_linear(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// An amplitude factor to decibels; zero and below give negative infinity.
///
/// # Examples
/// ```
/// assert_eq!(bulletin::units::linear_to_db(1.0), 0.0);
/// assert_eq!(bulletin::units::linear_to_db(0.0), f64::NEG_INFINITY);
/// ```
pub fn linear_to_db(linear: f64) -> f64 {
    if linear <= 0.0 { f64::NEG_INFINITY } else { 20.0 * linear.log10() }
}

/// Frames a second; one frame holds one sample of each channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SampleRate(pub u32);

impl SampleRate {
    /// The rate programmes are made at: EBU Tech 3285 files for broadcast are 48 kHz.
    pub const PROGRAMME: Self = Self(48_000);

    /// Whole frames nearest to a length in milliseconds.
    ///
    /// # Examples
    /// ```
    /// use bulletin::units::{Frames, SampleRate};
    /// assert_eq!(SampleRate(48_000).frames_in_ms(400), Frames(19_200));
    /// ```
    pub fn frames_in_ms(self, ms: u32) -> Frames {
        Frames((u64::from(ms) * u64::from(self.0) + 500) / 1000)
    }

    /// Whole frames nearest to a length in seconds; negative lengths give none.
    pub fn frames_in_seconds(self, seconds: f64) -> Frames {
        Frames((seconds.max(0.0) * f64::from(self.0)).round() as u64)
    }
}

/// A length or a position counted in frames.
///
/// # Examples
/// ```
/// use bulletin::units::{Frames, SampleRate};
/// assert_eq!(Frames(72_000).seconds(SampleRate::PROGRAMME), 1.5);
/// assert_eq!(Frames(5) + Frames(2), Frames(7));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Frames(pub u64);

impl Frames {
    /// No length.
    pub const ZERO: Self = Self(0);

    /// The length in seconds at `rate`.
    pub fn seconds(self, rate: SampleRate) -> f64 {
        self.0 as f64 / f64::from(rate.0)
    }

    /// The difference, or zero where `other` is the longer.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for Frames {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Frames {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Frames {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
