//! The units the program counts in, as types, so that a level is never taken for a length.
//!
//! Time inside a programme is a whole number of [`Frames`] at the programme's [`SampleRate`]; seconds appear only
//! where a person or a file format asks for them.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

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

/// A length of time that a person asks for, in seconds.
///
/// Written `30s`, `1m30s`, `1h5m`, `90` (seconds) or `1:30` (minutes and seconds; `1:05:00` with hours). In a settings
/// file it may be a number, too.
///
/// # Errors
/// Parsing anything else says what is wrong and how to write it.
///
/// # Examples
/// ```
/// use bulletin::units::Seconds;
/// for (text, seconds) in [("30s", 30.0), ("1m30s", 90.0), ("90", 90.0), ("1:30", 90.0), ("2m", 120.0), ("1:05:00", 3900.0)] {
///     assert_eq!(text.parse::<Seconds>().unwrap(), Seconds(seconds), "{text}");
/// }
/// assert!("1:75".parse::<Seconds>().unwrap_err().contains("write it as 30s, 1m30s, 90 or 1:30"));
/// assert_eq!(Seconds(90.0).to_string(), "1m30s");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Seconds(pub f64);

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is no length of time: write it as 30s, 1m30s, 90 or 1:30");
        let plain = text.trim().to_ascii_lowercase();
        let seconds = if plain.contains(':') { clock(&plain) } else { spelled(&plain) };
        seconds.filter(|s| s.is_finite()).map(Self).ok_or_else(wrong)
    }
}

/// Digits, with a decimal part at most.
fn number(text: &str) -> Option<f64> {
    let digits = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    text.parse().ok().filter(|_| digits)
}

/// `1:30`, `1:05:00`.
fn clock(text: &str) -> Option<f64> {
    let parts: Vec<f64> = text.split(':').map(number).collect::<Option<_>>()?;
    let fits = parts.len() <= 3 && parts[1..].iter().all(|part| *part < 60.0);
    fits.then(|| parts.iter().fold(0.0, |sum, part| sum * 60.0 + part))
}

/// `90`, `30s`, `1h5m30s`: units in order, each once.
fn spelled(text: &str) -> Option<f64> {
    if let Some(seconds) = number(text) {
        return Some(seconds);
    }
    let (mut rest, mut sum, mut found) = (text, 0.0, false);
    for (unit, seconds) in [('h', 3600.0), ('m', 60.0), ('s', 1.0)] {
        if let Some((count, after)) = rest.split_once(unit) {
            sum += number(count.trim())? * seconds;
            rest = after.trim_start();
            found = true;
        }
    }
    (found && rest.is_empty()).then_some(sum)
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // To the millisecond: what a division leaves beyond is nobody's.
        let all = (self.0 * 1_000.0).round() / 1_000.0;
        let (minutes, seconds) = ((all / 60.0).floor(), (all % 60.0 * 1_000.0).round() / 1_000.0);
        match (minutes >= 1.0, seconds > 0.0) {
            (true, true) => write!(f, "{minutes}m{seconds}s"),
            (true, false) => write!(f, "{minutes}m"),
            _ => write!(f, "{seconds}s"),
        }
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a length of time, such as \"30s\", \"1m30s\", 90 or \"1:30\"")]
        enum Form {
            Number(f64),
            Text(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Number(seconds) => Ok(Self(seconds)),
            Form::Text(text) => text.parse().map_err(serde::de::Error::custom),
        }
    }
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
        // What a damaged record says is no reason to stop.
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Frames {
    fn add_assign(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }
}

impl Sub for Frames {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        for (text, seconds) in [
            ("30s", 30.0),
            (" 30 s ", 30.0),
            ("1M30S", 90.0),
            ("1m 30s", 90.0),
            ("0.5m", 30.0),
            ("12.5", 12.5),
            ("0:45", 45.0),
            ("1h", 3600.0),
        ] {
            assert_eq!(text.parse(), Ok(Seconds(seconds)), "{text}");
        }
        for text in
            ["", "s", "30x", "1:60", "1:2:3:4", "-5", "30s1m", "1m30", "inf", "NaN", ":", "1e9", "1m1m"]
        {
            let error = text.parse::<Seconds>().unwrap_err();
            assert!(error.starts_with(&format!("\"{text}\" is no length of time")), "{error}");
        }
    }

    #[test]
    fn lengths_of_time_in_settings() {
        #[derive(Deserialize)]
        struct Table {
            max: Seconds,
        }
        for text in ["max = \"1m30s\"", "max = 90", "max = 90.0", "max = \"1:30\""] {
            assert_eq!(toml::from_str::<Table>(text).unwrap().max, Seconds(90.0), "{text}");
        }
        assert!(toml::from_str::<Table>("max = \"soon\"").is_err());
    }
}
