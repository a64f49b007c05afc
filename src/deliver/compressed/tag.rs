//! ID3v2.3: what an MP3 file says of itself, chapters among it.
//!
//! Version 2.3 in UTF-16, because car radios and Windows do not read 2.4. Source: "ID3 tag version 2.3.0", 1999; the
//! "Chapter Frame Addendum" 1.0 to it, 2005.

use super::texts::{MOST_COMMENT_CHARACTERS, MOST_TEXT_CHARACTERS, MOST_TITLE_CHARACTERS, line, lines};
use super::{About, kept, milliseconds};
use crate::units::Frames;
use crate::{Error, Result};
use id3::frame::{Chapter, Comment, TableOfContents};
use id3::{Encoder, Frame, Tag, TagLike as _, Version};

/// A table of contents counts its entries in one byte.
const MOST_CHAPTERS: usize = u8::MAX as usize;

/// A CHAP frame that counts in milliseconds has this for its bytes.
const NO_OFFSET: u32 = u32::MAX;

/// All texts at four bytes a character, each frame with its header, marks and names. The tag's size has 28 bits.
const MOST_BYTES: usize = 1_024
    + 5 * (MOST_TEXT_CHARACTERS * 4 + 32)
    + MOST_COMMENT_CHARACTERS * 4
    + MOST_CHAPTERS * (MOST_TITLE_CHARACTERS * 4 + 64);
const _: () = assert!(MOST_BYTES < 1 << 28);

/// ISO 639 languages by their codes of two letters and of three.
const LANGUAGES: &str = include_str!("data/iso639.tsv");

/// Where no language is known. Source: ID3v2.4.0 §4, which says what 2.3 leaves open.
const NO_LANGUAGE: &str = "XXX";

/// The tag as it stands before the first frame of sound, and how many chapters were left out.
pub(super) fn tag(about: &About<'_>, frames: Frames) -> Result<(Vec<u8>, usize)> {
    let mut tag = Tag::new();
    let mut put = |id: &str, text: String| {
        if !text.is_empty() {
            tag.add_frame(Frame::text(id, text));
        }
    };
    let language = language(about.language);
    put("TIT2", line(about.title, MOST_TEXT_CHARACTERS));
    put("TPE1", line(about.artist, MOST_TEXT_CHARACTERS));
    put("TALB", line(about.album, MOST_TEXT_CHARACTERS));
    put("TCON", about.genre.word().into());
    put("TLAN", language.unwrap_or_default().into());
    if let Some(date) = about.date {
        put("TYER", format!("{:04}", date.0.year()));
        put("TDAT", format!("{:02}{:02}", date.0.day(), date.0.month()));
    }
    put("TLEN", milliseconds(frames).to_string());
    let comment = lines(about.comment, MOST_COMMENT_CHARACTERS);
    if !comment.is_empty() {
        let lang = language.unwrap_or(NO_LANGUAGE).into();
        tag.add_frame(Comment { lang, description: String::new(), text: comment });
    }
    let (chapters, left_out) = kept(about.chapters, frames, MOST_CHAPTERS);
    if !chapters.is_empty() {
        let name = |number: usize| format!("chp{number}");
        tag.add_frame(TableOfContents {
            element_id: "toc".into(),
            top_level: true,
            ordered: true,
            elements: (0..chapters.len()).map(name).collect(),
            frames: Vec::new(),
        });
        for (number, chapter) in chapters.into_iter().enumerate() {
            tag.add_frame(Chapter {
                element_id: name(number),
                // Within 32 bits: a WAV file holds some hours.
                start_time: milliseconds(chapter.start) as u32,
                end_time: milliseconds(chapter.end()) as u32,
                start_offset: NO_OFFSET,
                end_offset: NO_OFFSET,
                frames: vec![Frame::text("TIT2", chapter.title)],
            });
        }
    }
    let mut bytes = Vec::new();
    Encoder::new()
        .version(Version::Id3v23)
        .encode(&tag, &mut bytes)
        .map_err(|e| Error::Sound(format!("an ID3 tag cannot be made: {e}")))?;
    Ok((bytes, left_out))
}

/// The three letters of a BCP 47 tag's language: `en-GB` is `eng`.
fn language(tag: &str) -> Option<&'static str> {
    let first = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    LANGUAGES
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .find(|(two, three)| *two == first || *three == first)
        .map(|(_, three)| three)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::chapters;

    fn chapter(start: u64, length: u64, title: &str) -> chapters::Chapter {
        chapters::Chapter { start: Frames(start), length: Frames(length), title: title.into(), story: None }
    }

    #[test]
    fn languages_have_three_letters() {
        for (tag, letters) in [
            ("en", Some("eng")),
            ("en-GB", Some("eng")),
            ("de_CH", Some("deu")),
            ("cym", Some("cym")),
            ("", None),
            ("#", None),
            ("english", None),
        ] {
            assert_eq!(language(tag), letters, "{tag}");
        }
        assert_eq!(LANGUAGES.lines().filter(|line| line.split_once('\t').is_some()).count(), 184);
    }

    #[test]
    fn a_tag_reads_as_it_was_meant() {
        let chapters = [chapter(0, 48_000, "Opening"), chapter(48_024, 48_000, "Zoë 🎙️ 東京")];
        let about = About {
            title: "Seven o’clock",
            comment: "One\nTwo",
            date: Some("0998-03-04".parse().unwrap()),
            chapters: &chapters,
            ..About::default()
        };
        let (bytes, left_out) = tag(&about, Frames(72_000)).unwrap();
        assert_eq!((&bytes[..4], left_out), (&b"ID3\x03"[..], 0));
        let tag = Tag::read_from2(std::io::Cursor::new(&bytes)).unwrap();
        let text = |id: &str| tag.get(id).and_then(|frame| frame.content().text().map(String::from));
        for (id, wanted) in [
            ("TIT2", Some("Seven o’clock")),
            ("TPE1", None),
            ("TLAN", None),
            ("TCON", Some("News")),
            ("TYER", Some("0998")),
            ("TDAT", Some("0403")),
            ("TLEN", Some("1500")),
        ] {
            assert_eq!(text(id).as_deref(), wanted, "{id}");
        }
        let comment = tag.comments().next().unwrap();
        assert_eq!((comment.lang.as_str(), comment.text.as_str()), ("XXX", "One\nTwo"));
        let read: Vec<_> =
            tag.chapters().map(|c| (c.start_time, c.end_time, c.frames[0].to_string())).collect();
        assert_eq!((read[0].0, read[0].1), (0, 1_000));
        assert_eq!((read[1].0, read[1].1), (1_001, 1_500));
        assert!(read[1].2.contains("Zoë 🎙️ 東京"), "{}", read[1].2);
        let contents = tag.tables_of_contents().next().unwrap();
        assert_eq!(contents.elements, ["chp0", "chp1"]);
    }

    #[test]
    fn the_longest_texts_keep_the_limit() {
        let long = "🎙".repeat(20_000);
        let chapters: Vec<_> = (0..300).map(|n| chapter(n, 1, &long[..1_200])).collect();
        let about = About {
            title: &long,
            artist: &long,
            album: &long,
            comment: &long,
            chapters: &chapters,
            ..About::default()
        };
        let (bytes, left_out) = tag(&about, Frames(1_000)).unwrap();
        assert_eq!(left_out, 45);
        assert!(bytes.len() <= MOST_BYTES, "{} of {MOST_BYTES}", bytes.len());
        let tag = Tag::read_from2(std::io::Cursor::new(&bytes)).unwrap();
        assert_eq!(
            (tag.chapters().count(), tag.title().unwrap().chars().count()),
            (255, MOST_TEXT_CHARACTERS)
        );
    }
}
