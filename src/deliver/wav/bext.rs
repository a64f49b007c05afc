//! The broadcast extension: who made the file, when, how loud it is. Source: EBU Tech 3285 v2 §2.3.

use super::ascii::{at_most, put_field};
use super::riff::{chunk, even, put_u32};
use super::{Format, Metadata};
use crate::rundown::{Clock, Date};
use crate::units::SampleRate;

/// Bytes before the coding history.
pub const FIXED_BYTES: usize = 602;

/// Longest coding history; what came before is left out line by line, oldest first.
pub const MOST_HISTORY_BYTES: usize = 1_024;

/// "Not measured" in a loudness field: outside the range of every value. Source: EBU Tech 3285 v2 §2.4.
pub const UNKNOWN: i16 = 0x7FFF;

/// `bext`, version 2.
///
/// An unknown date or time is NUL throughout, as an empty text is; the standard has no other sign for it. The UMID is
/// zero: there is none.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::{Depth, Format, Loudness, Metadata, bext};
/// use bulletin::units::Lufs;
/// let loudness = Loudness { integrated: Some(Lufs(-22.996)), ..Loudness::default() };
/// let metadata = Metadata { date: Some("2026-03-03".parse().unwrap()), loudness, ..Metadata::default() };
/// let chunk = bext::bext(&metadata, Format { channels: 2, depth: Depth::Bits16 });
/// let body = &chunk[8..];
/// assert_eq!(&body[320..330], b"2026-03-03");
/// assert_eq!(body[346..348], 2u16.to_le_bytes());
/// assert_eq!(body[412..414], (-2300i16).to_le_bytes());
/// assert_eq!(body[414..416], bext::UNKNOWN.to_le_bytes());
/// ```
pub fn bext(metadata: &Metadata, format: Format) -> Vec<u8> {
    let mut body = Vec::with_capacity(FIXED_BYTES + MOST_HISTORY_BYTES);
    put_field(&mut body, &metadata.description, 256);
    put_field(&mut body, &metadata.originator, 32);
    put_field(&mut body, &metadata.originator_reference, 32);
    put_field(&mut body, &date_text(metadata.date), 10);
    put_field(&mut body, &time_text(metadata.time), 8);
    let reference = metadata.time_reference.0;
    put_u32(&mut body, &[reference as u32, (reference >> 32) as u32]);
    body.extend_from_slice(&2u16.to_le_bytes());
    body.resize(body.len() + 64, 0);
    let loudness = metadata.loudness;
    for value in [
        loudness.integrated.map(|lufs| lufs.0),
        loudness.range_lu,
        loudness.true_peak.map(|dbtp| dbtp.0),
        loudness.max_momentary.map(|lufs| lufs.0),
        loudness.max_short_term.map(|lufs| lufs.0),
    ] {
        body.extend_from_slice(&hundredths(value).to_le_bytes());
    }
    body.resize(FIXED_BYTES, 0);
    body.extend_from_slice(history(metadata, format).as_bytes());
    even(&mut body);
    chunk(b"bext", &body)
}

/// A level as the field has it, nearest hundredth; [`UNKNOWN`] for none and for what is beyond ±99.99.
pub(super) fn hundredths(value: Option<f64>) -> i16 {
    let scaled = value.map(|value| (value * 100.0).round()).filter(|scaled| scaled.abs() <= 9_999.0);
    scaled.map_or(UNKNOWN, |scaled| scaled as i16)
}

/// `yyyy-mm-dd`; empty where unknown, and for a year that has not four digits.
pub(super) fn date_text(date: Option<Date>) -> String {
    date.filter(|date| date.0.year() >= 0).map(|date| date.to_string()).unwrap_or_default()
}

/// `hh:mm:ss`; empty where unknown.
pub(super) fn time_text(time: Option<Clock>) -> String {
    time.map(|Clock(time)| format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second()))
        .unwrap_or_default()
}

/// The codings the sound has been through, a line each, ours last. Source: EBU R 98-1999.
pub(super) fn history(metadata: &Metadata, format: Format) -> String {
    let mode = if format.channels == 1 { "mono" } else { "stereo" };
    // Fields are parted by commas, so that a text has none.
    let tool = at_most(&metadata.software, 128).replace(',', ";");
    let own = format!("A=PCM,F={},W={},M={mode},T={tool}\r\n", SampleRate::PROGRAMME.0, format.depth.bits());
    let mut room = MOST_HISTORY_BYTES - own.len();
    let mut kept = vec![own];
    for line in metadata.history.iter().rev() {
        let line = at_most(line, MOST_HISTORY_BYTES) + "\r\n";
        if line.len() > room {
            break;
        }
        room -= line.len();
        kept.push(line);
    }
    kept.reverse();
    kept.concat()
}

#[cfg(test)]
mod tests {
    use super::super::{Depth, Loudness};
    use super::*;
    use crate::units::{Dbtp, Frames, Lufs};

    const FORMAT: Format = Format { channels: 2, depth: Depth::Bits16 };

    fn full() -> Metadata {
        Metadata {
            description: "Ünder the sea".into(),
            originator: "Tarn FM".into(),
            originator_reference: "GBTARN0001".into(),
            date: Some("2026-03-03".parse().unwrap()),
            time: Some("07:05".parse().unwrap()),
            time_reference: Frames(0x1_2345_6789),
            loudness: Loudness {
                integrated: Some(Lufs(-16.004)),
                range_lu: Some(4.126),
                true_peak: Some(Dbtp(-1.0)),
                max_momentary: Some(Lufs(-10.5)),
                max_short_term: None,
            },
            software: "bulletin 1, two".into(),
            history: vec!["A=PCM,M=mono,T=voice".into()],
            ..Metadata::default()
        }
    }

    #[test]
    fn every_field_at_its_place() {
        let chunk = bext(&full(), FORMAT);
        assert_eq!(&chunk[..4], b"bext");
        let body = &chunk[8..];
        for (at, bytes) in [
            (0, &b"Under the sea\0"[..]),
            (255, b"\0"),
            (256, b"Tarn FM\0"),
            (288, b"GBTARN0001\0"),
            (320, b"2026-03-03"),
            (330, b"07:05:00"),
            (338, &0x2345_6789u32.to_le_bytes()),
            (342, &1u32.to_le_bytes()),
            (346, &[2, 0]),
            (348, &[0; 64]),
            (412, &(-1600i16).to_le_bytes()),
            (414, &413i16.to_le_bytes()),
            (416, &(-100i16).to_le_bytes()),
            (418, &(-1050i16).to_le_bytes()),
            (420, &[0xFF, 0x7F]),
            (422, &[0; 180]),
            (602, b"A=PCM,M=mono,T=voice\r\nA=PCM,F=48000,W=16,M=stereo,T=bulletin 1; two\r\n"),
        ] {
            assert_eq!(&body[at..at + bytes.len()], bytes, "at {at}");
        }
        let length = u32::from_le_bytes(chunk[4..8].try_into().unwrap()) as usize;
        assert_eq!((length, length % 2), (body.len(), 0));
    }

    #[test]
    fn what_is_unknown() {
        let body = &bext(&Metadata::default(), Format { channels: 1, depth: Depth::Bits24 })[8..];
        assert!(body[..346].iter().all(|&byte| byte == 0));
        assert!(body[412..422].chunks(2).all(|value| value == [0xFF, 0x7F]));
        assert!(body[602..].starts_with(b"A=PCM,F=48000,W=24,M=mono,T=\r\n"));
    }

    #[test]
    fn levels() {
        for (value, field) in [
            (Some(-22.995), -2300),
            (Some(-22.644), -2264),
            (Some(0.0), 0),
            (Some(99.99), 9_999),
            (Some(-99.996), UNKNOWN),
            (Some(f64::NEG_INFINITY), UNKNOWN),
            (Some(f64::NAN), UNKNOWN),
            (None, UNKNOWN),
        ] {
            assert_eq!(hundredths(value), field, "{value:?}");
        }
        assert_eq!(date_text(Some(Date(jiff::civil::date(-1, 1, 1)))), "");
        assert_eq!(date_text(Some(Date(jiff::civil::date(33, 1, 1)))), "0033-01-01");
    }

    #[test]
    fn a_history_too_long_loses_its_oldest_lines() {
        let history: Vec<String> = (0..100).map(|n| format!("A=PCM,T=step {n:03}")).collect();
        let text = super::history(&Metadata { history, ..full() }, FORMAT);
        assert!(text.len() <= MOST_HISTORY_BYTES && text.len() > MOST_HISTORY_BYTES - 30);
        assert!(!text.contains("step 000") && text.contains("step 099\r\nA=PCM,F=48000"), "{text}");
        let long = Metadata { software: "é".repeat(5_000), history: vec!["x".repeat(5_000)], ..full() };
        assert_eq!(bext(&long, FORMAT).len() % 2, 0);
        assert!(bext(&long, FORMAT).len() <= 8 + FIXED_BYTES + MOST_HISTORY_BYTES);
    }
}
