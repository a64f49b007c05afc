//! The cart chunk: what a playout system needs to take a file in. Source: AES46-2002.

use super::ascii::{at_most, put_field};
use super::bext::{date_text, time_text};
use super::riff::{chunk, even, put_u32};
use super::{Format, Metadata, Timer};
use crate::rundown::{Clock, Date};
use jiff::civil::DateTime;

/// Bytes before the tag text.
pub const FIXED_BYTES: usize = 2_048;

/// Longest tag text.
pub const MOST_TAG_BYTES: usize = 1_024;

/// Timers there is room for.
pub const MOST_TIMERS: usize = 8;

/// From ever and for ever, where no day is known. Source: what Rivendell writes and reads for a cut without limits; the
/// standard leaves it open.
const EVER: [(&str, &str); 2] = [("1900-01-01", "00:00:00"), ("9999-12-31", "23:59:59")];

/// `cart`, version 0101.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::{Cart, Depth, Format, Metadata, Timer, TimerKind, cart};
/// use bulletin::units::Frames;
/// let timers = vec![Timer { kind: TimerKind::SegueStart, at: Frames(48_000) }];
/// let cart = Cart { category: "NEWS".into(), timers, ..Cart::default() };
/// let metadata = Metadata { title: "Seven o'clock".into(), cart, ..Metadata::default() };
/// let chunk = cart::cart(&metadata, Format { channels: 2, depth: Depth::Bits16 });
/// let body = &chunk[8..];
/// assert_eq!(&body[..8], b"0101Seve");
/// assert_eq!(&body[260..265], b"NEWS\0");
/// assert_eq!(&body[684..692], b"SEGs\x80\xbb\0\0");
/// ```
pub fn cart(metadata: &Metadata, format: Format) -> Vec<u8> {
    let cart = &metadata.cart;
    let mut body = Vec::with_capacity(FIXED_BYTES + MOST_TAG_BYTES);
    put_field(&mut body, "0101", 4);
    for text in [
        &metadata.title,
        &metadata.artist,
        &cart.cut_id,
        &cart.client_id,
        &cart.category,
        &cart.classification,
        &cart.out_cue,
    ] {
        put_field(&mut body, text, 64);
    }
    for (moment, (day, time)) in [cart.start, cart.end].into_iter().zip(EVER) {
        let (own_day, own_time) = moment_texts(moment);
        put_field(&mut body, if own_day.is_empty() { day } else { &own_day }, 10);
        put_field(&mut body, if own_day.is_empty() { time } else { &own_time }, 8);
    }
    for text in [&cart.app_id, &cart.app_version, &cart.user_def] {
        put_field(&mut body, text, 64);
    }
    // The sample value of full scale.
    put_u32(&mut body, &[1 << (format.depth.bits() - 1)]);
    for Timer { kind, at } in cart.timers.iter().take(MOST_TIMERS) {
        body.extend_from_slice(kind.code());
        put_u32(&mut body, &[u32::try_from(at.0).unwrap_or(u32::MAX)]);
    }
    // Timers not used are zero, as is what is reserved after them.
    body.resize(1_024, 0);
    put_field(&mut body, &cart.url, 1_024);
    body.extend_from_slice(at_most(&cart.tag_text, MOST_TAG_BYTES).as_bytes());
    even(&mut body);
    chunk(b"cart", &body)
}

fn moment_texts(moment: Option<DateTime>) -> (String, String) {
    (date_text(moment.map(|m| Date(m.date()))), time_text(moment.map(|m| Clock(m.time()))))
}

#[cfg(test)]
mod tests {
    use super::super::{Cart, Depth, TimerKind};
    use super::*;
    use crate::units::Frames;

    const FORMAT: Format = Format { channels: 2, depth: Depth::Bits16 };

    #[test]
    fn every_field_at_its_place() {
        use TimerKind::{AudioEnd, AudioStart, IntroEnd, IntroStart, SegueEnd, SegueStart};
        let kinds = [AudioStart, IntroStart, IntroEnd, SegueStart, SegueEnd, AudioEnd];
        let timers = (1..).zip(kinds).map(|(n, kind)| Timer { kind, at: Frames(n) }).collect();
        let cart = Cart {
            cut_id: "020001".into(),
            client_id: "client".into(),
            category: "NEWS".into(),
            classification: "hourly".into(),
            out_cue: "…from Tarn FM".into(),
            start: Some("2026-03-03T07:00:00".parse().unwrap()),
            end: Some("2026-03-03T08:00:01".parse().unwrap()),
            app_id: "bulletin".into(),
            app_version: "1.2".into(),
            user_def: "own".into(),
            url: "http://example.org/".into(),
            tag_text: "odd".into(),
            timers,
        };
        let metadata =
            Metadata { title: "x".repeat(80), artist: "Tarn FM".into(), cart, ..Metadata::default() };
        let chunk = super::cart(&metadata, FORMAT);
        assert_eq!(&chunk[..8], b"cart\x04\x08\0\0");
        let body = &chunk[8..];
        for (at, bytes) in [
            (0, &b"0101"[..]),
            (4, &[b'x'; 64]),
            (68, b"Tarn FM\0"),
            (132, b"020001\0"),
            (196, b"client\0"),
            (260, b"NEWS\0"),
            (324, b"hourly\0"),
            (388, b"...from Tarn FM\0"),
            (452, b"2026-03-0307:00:00"),
            (470, b"2026-03-0308:00:01"),
            (488, b"bulletin\0"),
            (552, b"1.2\0"),
            (616, b"own\0"),
            (680, &32_768u32.to_le_bytes()),
            (684, b"AUDs\x01\0\0\0INTs\x02\0\0\0INTe\x03\0\0\0SEGs\x04\0\0\0SEGe\x05\0\0\0AUDe\x06\0\0\0"),
            (732, &[0; 292]),
            (1_024, b"http://example.org/\0"),
            (2_048, b"odd\0"),
        ] {
            assert_eq!(&body[at..at + bytes.len()], bytes, "at {at}");
        }
        assert_eq!(body.len(), FIXED_BYTES + 4);
    }

    #[test]
    fn without_limits_and_beyond_them() {
        let empty = &super::cart(&Metadata::default(), Format { channels: 1, depth: Depth::Bits24 })[8..];
        assert_eq!(&empty[452..488], b"1900-01-0100:00:009999-12-3123:59:59");
        assert_eq!(empty[680..684], 8_388_608u32.to_le_bytes());
        assert_eq!(empty.len(), FIXED_BYTES);
        let timers = vec![Timer { kind: TimerKind::AudioEnd, at: Frames(u64::MAX) }; 20];
        let tag_text = "tag ".repeat(1_000);
        let cart = Cart { timers, tag_text, url: "u".repeat(9_000), ..Cart::default() };
        let chunk = super::cart(&Metadata { cart, ..Metadata::default() }, FORMAT);
        assert!(chunk.len() <= 8 + FIXED_BYTES + MOST_TAG_BYTES);
        assert_eq!(&chunk[8 + 740..8 + 752], b"AUDe\xff\xff\xff\xff\0\0\0\0");
        assert_eq!(chunk[8 + 2_047], b'u');
    }
}
