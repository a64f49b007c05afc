//! The same facts as XML in UTF-8, for editors and archives. Source: iXML 2.10, gallery.co.uk/ixml.

use super::bext::{UNKNOWN, date_text, history, hundredths, time_text};
use super::riff::chunk;
use super::{Format, Metadata};
use crate::units::SampleRate;
use std::fmt::Write as _;

/// Longest text of one element, as it stands in the XML.
const MOST_TEXT_BYTES: usize = 512;

/// Longest coding history, as it stands in the XML.
const MOST_HISTORY_BYTES: usize = 1_024;

/// Most that [`ixml`] gives, its header apart: five texts, the history, and less than 2,000 bytes around them.
pub const MOST_BYTES: usize = 5 * MOST_TEXT_BYTES + MOST_HISTORY_BYTES + 2_000;

/// `iXML`: what `bext` says, in letters of any kind.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::{Depth, Format, Metadata, ixml};
/// let metadata = Metadata { title: "Zoë & Ørsted".into(), ..Metadata::default() };
/// let chunk = ixml::ixml(&metadata, Format { channels: 2, depth: Depth::Bits16 });
/// let text = std::str::from_utf8(&chunk[8..]).unwrap();
/// assert!(text.contains("<PROJECT>Zoë &amp; Ørsted</PROJECT>"));
/// ```
pub fn ixml(metadata: &Metadata, format: Format) -> Vec<u8> {
    let mut xml = Xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned());
    let rate = SampleRate::PROGRAMME.0;
    let reference = metadata.time_reference.0;
    let (low, high) = (reference as u32, (reference >> 32) as u32);
    xml.within("BWFXML", |xml| {
        xml.plain("IXML_VERSION", "2.10");
        xml.text("PROJECT", &metadata.title);
        xml.text("NOTE", &metadata.comment);
        xml.within("SPEED", |xml| {
            xml.plain("FILE_SAMPLE_RATE", rate);
            xml.plain("AUDIO_BIT_DEPTH", format.depth.bits());
            xml.plain("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI", high);
            xml.plain("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO", low);
            xml.plain("TIMESTAMP_SAMPLE_RATE", rate);
        });
        xml.within("TRACK_LIST", |xml| {
            xml.plain("TRACK_COUNT", format.channels);
            let names: &[&str] = if format.channels == 1 { &["Mono"] } else { &["Left", "Right"] };
            for (index, name) in (1..).zip(names) {
                xml.within("TRACK", |xml| {
                    xml.plain("CHANNEL_INDEX", index);
                    xml.plain("INTERLEAVE_INDEX", index);
                    xml.plain("NAME", name);
                });
            }
        });
        xml.within("BEXT", |xml| {
            xml.text("BWF_DESCRIPTION", &metadata.description);
            xml.text("BWF_ORIGINATOR", &metadata.originator);
            xml.text("BWF_ORIGINATOR_REFERENCE", &metadata.originator_reference);
            xml.text("BWF_ORIGINATION_DATE", &date_text(metadata.date));
            xml.text("BWF_ORIGINATION_TIME", &time_text(metadata.time));
            xml.plain("BWF_TIME_REFERENCE_LOW", low);
            xml.plain("BWF_TIME_REFERENCE_HIGH", high);
            xml.plain("BWF_VERSION", 2);
            xml.plain("BWF_CODING_HISTORY", escaped(&history(metadata, format), MOST_HISTORY_BYTES));
            let loudness = metadata.loudness;
            xml.level("BWF_LOUDNESS_VALUE", loudness.integrated.map(|lufs| lufs.0));
            xml.level("BWF_LOUDNESS_RANGE", loudness.range_lu);
            xml.level("BWF_MAX_TRUE_PEAK_LEVEL", loudness.true_peak.map(|dbtp| dbtp.0));
            xml.level("BWF_MAX_MOMENTARY_LOUDNESS", loudness.max_momentary.map(|lufs| lufs.0));
            xml.level("BWF_MAX_SHORT_TERM_LOUDNESS", loudness.max_short_term.map(|lufs| lufs.0));
        });
    });
    // White space after the last element is allowed; a NUL would not be.
    if !xml.0.len().is_multiple_of(2) {
        xml.0.push('\n');
    }
    chunk(b"iXML", xml.0.as_bytes())
}

struct Xml(String);

impl Xml {
    fn within(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        let _ = writeln!(self.0, "<{name}>");
        content(self);
        let _ = writeln!(self.0, "</{name}>");
    }

    /// An element whose content needs no care.
    fn plain(&mut self, name: &str, content: impl std::fmt::Display) {
        let _ = writeln!(self.0, "<{name}>{content}</{name}>");
    }

    /// An element of text; none where there is no text, since every element is optional.
    fn text(&mut self, name: &str, text: &str) {
        let content = escaped(text, MOST_TEXT_BYTES);
        if !content.is_empty() {
            self.plain(name, content);
        }
    }

    fn level(&mut self, name: &str, value: Option<f64>) {
        let hundredths = hundredths(value);
        if hundredths != UNKNOWN {
            self.plain(name, format_args!("{:.2}", f64::from(hundredths) / 100.0));
        }
    }
}

/// Text for the inside of an element, cut between two characters so that it is at most `most` bytes long. Characters
/// that XML does not allow are left out. Source: XML 1.0 §2.2.
fn escaped(text: &str, most: usize) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let mut buffer = [0; 4];
        let written = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            // A parser would turn a bare one into a line feed.
            '\r' => "&#13;",
            '\t' | '\n' => c.encode_utf8(&mut buffer),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => continue,
            c => c.encode_utf8(&mut buffer),
        };
        if out.len() + written.len() > most {
            break;
        }
        out.push_str(written);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Depth, Loudness};
    use super::*;
    use crate::units::{Dbtp, Frames, Lufs};

    const FORMAT: Format = Format { channels: 2, depth: Depth::Bits16 };

    #[test]
    fn what_a_parser_finds() {
        let metadata = Metadata {
            title: "Fish & <chips> “é” \u{0}\u{B}東京".into(),
            description: "Story".into(),
            date: Some("2026-03-03".parse().unwrap()),
            time_reference: Frames(0x1_0000_0002),
            loudness: Loudness {
                integrated: Some(Lufs(-16.0)),
                true_peak: Some(Dbtp(-1.236)),
                ..Loudness::default()
            },
            software: "bulletin 1".into(),
            ..Metadata::default()
        };
        let chunk = ixml(&metadata, FORMAT);
        let text = std::str::from_utf8(&chunk[8..]).unwrap();
        let document = roxmltree::Document::parse(text).unwrap();
        let found = |name: &str| {
            let node = document.descendants().find(|node| node.has_tag_name(name))?;
            node.text().map(str::to_owned)
        };
        for (name, value) in [
            ("PROJECT", Some("Fish & <chips> “é” 東京")),
            ("FILE_SAMPLE_RATE", Some("48000")),
            ("AUDIO_BIT_DEPTH", Some("16")),
            ("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI", Some("1")),
            ("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO", Some("2")),
            ("BWF_LOUDNESS_VALUE", Some("-16.00")),
            ("BWF_LOUDNESS_RANGE", None),
            ("BWF_MAX_TRUE_PEAK_LEVEL", Some("-1.24")),
            ("TRACK_COUNT", Some("2")),
            ("BWF_ORIGINATION_DATE", Some("2026-03-03")),
            ("BWF_ORIGINATION_TIME", None),
            ("BWF_CODING_HISTORY", Some("A=PCM,F=48000,W=16,M=stereo,T=bulletin 1\r\n")),
        ] {
            assert_eq!(found(name).as_deref(), value, "{name}");
        }
    }

    #[test]
    fn the_longest_is_within_its_limit_and_still_xml() {
        let long = "&<é東".repeat(2_000);
        let metadata = Metadata {
            title: long.clone(),
            comment: long.clone(),
            description: long.clone(),
            originator: long.clone(),
            originator_reference: long.clone(),
            software: long.clone(),
            history: vec!["A=PCM,T=<<<<&&&&".repeat(4); 40],
            time_reference: Frames(u64::MAX),
            date: Some("2026-03-03".parse().unwrap()),
            time: Some("07:00".parse().unwrap()),
            loudness: Loudness {
                integrated: Some(Lufs(-99.99)),
                range_lu: Some(99.99),
                true_peak: Some(Dbtp(-99.99)),
                max_momentary: Some(Lufs(-99.99)),
                max_short_term: Some(Lufs(-99.99)),
            },
            ..Metadata::default()
        };
        let chunk = ixml(&metadata, FORMAT);
        assert!(chunk.len() <= 8 + MOST_BYTES, "{}", chunk.len());
        assert_eq!(chunk.len() % 2, 0);
        roxmltree::Document::parse(std::str::from_utf8(&chunk[8..]).unwrap()).unwrap();
    }
}
