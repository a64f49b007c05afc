//! What any player shows. Source: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0",
//! 1991, chapter 2, "INFO List Chunk"; `ILNG` as ffmpeg and `ExifTool` have it.

use super::Metadata;
use super::ascii::at_most;
use super::bext::date_text;
use super::riff::{chunk, list};

/// Longest text of one entry.
const MOST_TEXT_BYTES: usize = 255;

/// The entries there may be.
const ENTRIES: usize = 8;

/// Most that [`info`] gives, its header apart.
pub const MOST_BYTES: usize = 4 + ENTRIES * (8 + MOST_TEXT_BYTES + 1);

/// `LIST INFO`; an entry without text is left out. ASCII, see [`super::ascii`].
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::{Metadata, info};
/// let metadata = Metadata { title: "Zoë".into(), ..Metadata::default() };
/// assert_eq!(info::info(&metadata), b"LIST\x10\0\0\0INFOINAM\x04\0\0\0Zoe\0");
/// ```
pub fn info(metadata: &Metadata) -> Vec<u8> {
    let date = date_text(metadata.date);
    let entries: [(&[u8; 4], &str); ENTRIES] = [
        (b"INAM", &metadata.title),
        (b"IART", &metadata.artist),
        (b"ICRD", &date),
        (b"IGNR", &metadata.cart.category),
        (b"ISBJ", &metadata.description),
        (b"ICMT", &metadata.comment),
        (b"ILNG", &metadata.language),
        (b"ISFT", &metadata.software),
    ];
    let chunks: Vec<Vec<u8>> = entries
        .into_iter()
        .map(|(id, text)| (id, at_most(text, MOST_TEXT_BYTES)))
        .filter(|(_, text)| !text.is_empty())
        .map(|(id, text)| chunk(id, &[text.as_bytes(), b"\0"].concat()))
        .collect();
    list(b"INFO", &chunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_and_limits() {
        assert_eq!(info(&Metadata::default()), b"LIST\x04\0\0\0INFO");
        let long = "é".repeat(9_000);
        let mut metadata = Metadata {
            title: long.clone(),
            artist: long.clone(),
            description: long.clone(),
            comment: long.clone(),
            language: long.clone(),
            software: long.clone(),
            date: Some("2026-03-03".parse().unwrap()),
            ..Metadata::default()
        };
        metadata.cart.category = long;
        let chunk = info(&metadata);
        assert!(chunk.len() <= 8 + MOST_BYTES, "{}", chunk.len());
        assert!(chunk.windows(19).any(|w| w == b"ICRD\x0b\0\0\x002026-03-03\0"));
    }
}
