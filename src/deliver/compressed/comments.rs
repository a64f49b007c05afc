//! Vorbis comments: what FLAC and Opus files say of themselves, chapters among it.
//!
//! Source: Xiph, "Ogg Vorbis I format specification: comment field and header specification"; its "Chapter Extension" for
//! `CHAPTERxxx`; RFC 9639 §8.6 and RFC 7845 §5.2, which both leave out the framing bit.

use super::texts::{MOST_COMMENT_CHARACTERS, MOST_TEXT_CHARACTERS, MOST_TITLE_CHARACTERS, line, lines};
use super::{About, kept, milliseconds};
use crate::deliver::when;
use crate::units::Frames;

/// Chapters have numbers of three figures, counted from 1 as the examples of the extension are.
const MOST_CHAPTERS: usize = 999;

/// Who wrote it.
const VENDOR: &str = concat!("bulletin ", env!("CARGO_PKG_VERSION"));

/// Four texts of one line, one of several, and the chapters, each character in four bytes at most, each entry with its
/// name and length. A block of FLAC holds 16 MiB.
pub(super) const MOST_BYTES: usize = 1_024
    + 4 * (MOST_TEXT_CHARACTERS * 4 + 32)
    + MOST_COMMENT_CHARACTERS * 4
    + MOST_CHAPTERS * (MOST_TITLE_CHARACTERS * 4 + 64);
const _: () = assert!(MOST_BYTES < 1 << 24);

/// Vendor and comments as they stand in the file, and how many chapters were left out.
pub(super) fn comments(about: &About<'_>, frames: Frames) -> (Vec<u8>, usize) {
    let text = |text: &str| line(text, MOST_TEXT_CHARACTERS);
    let mut fields = vec![
        ("TITLE".to_owned(), text(about.title)),
        ("ARTIST".to_owned(), text(about.artist)),
        ("ALBUM".to_owned(), text(about.album)),
        ("DATE".to_owned(), about.date.map(|date| date.to_string()).unwrap_or_default()),
        ("GENRE".to_owned(), about.genre.word().to_owned()),
        ("LANGUAGE".to_owned(), text(about.language)),
        ("DESCRIPTION".to_owned(), lines(about.comment, MOST_COMMENT_CHARACTERS)),
    ];
    fields.retain(|(_, value)| !value.is_empty());
    let (chapters, left_out) = kept(about.chapters, frames, MOST_CHAPTERS);
    for (number, chapter) in (1..).zip(&chapters) {
        fields.push((format!("CHAPTER{number:03}"), when::clock(milliseconds(chapter.start), '.')));
        fields.push((format!("CHAPTER{number:03}NAME"), chapter.title.clone()));
    }
    let mut out = Vec::new();
    let mut put = |text: &str| {
        // Within 32 bits by the limits above.
        out.extend_from_slice(&(text.len() as u32).to_le_bytes());
        out.extend_from_slice(text.as_bytes());
    };
    put(VENDOR);
    let mut list = (fields.len() as u32).to_le_bytes().to_vec();
    let mut put_field = |text: String| {
        list.extend_from_slice(&(text.len() as u32).to_le_bytes());
        list.extend_from_slice(text.as_bytes());
    };
    for (name, value) in fields {
        put_field(format!("{name}={value}"));
    }
    out.extend(list);
    (out, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::chapters::Chapter;

    fn read(mut bytes: &[u8]) -> Vec<String> {
        let number = |bytes: &mut &[u8]| {
            let (head, rest) = bytes.split_first_chunk::<4>().unwrap();
            *bytes = rest;
            u32::from_le_bytes(*head) as usize
        };
        let mut texts = Vec::new();
        let mut text = |bytes: &mut &[u8], length: usize| {
            let (head, rest) = bytes.split_at(length);
            *bytes = rest;
            texts.push(String::from_utf8(head.to_vec()).unwrap());
        };
        let length = number(&mut bytes);
        text(&mut bytes, length);
        for _ in 0..number(&mut bytes) {
            let length = number(&mut bytes);
            text(&mut bytes, length);
        }
        assert!(bytes.is_empty());
        texts
    }

    #[test]
    fn comments_and_chapters() {
        let chapter = |start, title: &str| Chapter {
            start: Frames(start),
            length: Frames(10),
            title: title.into(),
            story: None,
        };
        let chapters = [chapter(0, "Opening"), chapter(48_024, "Zoë = 🎙️")];
        let about = About {
            title: "Seven\no’clock",
            artist: "",
            date: Some("2026-03-03".parse().unwrap()),
            comment: "One\nTwo",
            language: "en-GB",
            chapters: &chapters,
            ..About::default()
        };
        let (bytes, left_out) = comments(&about, Frames(100_000));
        assert_eq!(left_out, 0);
        assert_eq!(
            read(&bytes)[1..],
            [
                "TITLE=Seven o’clock",
                "DATE=2026-03-03",
                "GENRE=News",
                "LANGUAGE=en-GB",
                "DESCRIPTION=One\nTwo",
                "CHAPTER001=00:00:00.000",
                "CHAPTER001NAME=Opening",
                "CHAPTER002=00:00:01.001",
                "CHAPTER002NAME=Zoë = 🎙️",
            ]
        );
        assert_eq!(when::clock(5 * 3_600_000 + 59 * 60_000 + 9_007, '.'), "05:59:09.007");
    }

    #[test]
    fn the_longest_texts_keep_the_limit() {
        let long = "🎙".repeat(20_000);
        let chapters: Vec<Chapter> = (0..1_100)
            .map(|n| Chapter {
                start: Frames(n),
                length: Frames(1),
                title: long[..1_200].into(),
                story: None,
            })
            .collect();
        let about = About {
            title: &long,
            artist: &long,
            album: &long,
            comment: &long,
            language: &long,
            chapters: &chapters,
            ..About::default()
        };
        let (bytes, left_out) = comments(&about, Frames(10_000));
        assert_eq!(left_out, 101);
        assert!(bytes.len() <= MOST_BYTES, "{} of {MOST_BYTES}", bytes.len());
        assert_eq!(read(&bytes).len(), 1 + 6 + 1_998);
    }
}
