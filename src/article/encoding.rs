//! Bytes → one string: byte-order mark, UTF-8, UTF-16 without a mark, then a guess among the legacy encodings.
//!
//! Refuses what is not text: known binary formats by their first bytes, and anything with more control characters
//! than a text has. The guess is `chardetng`'s, except that every Latin-script answer becomes Windows-1252: without
//! a top-level domain it reads short English with one `£` as Windows-1250.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// First bytes of formats people hand over by mistake.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file, perhaps audio"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"fLaC", "a FLAC file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
];

/// Decodes `bytes`, or says what they are instead of text.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    if let Some((_, what)) = SIGNATURES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(format!("it is {what}"));
    }
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => encoding.decode_without_bom_handling(&bytes[length..]).0,
        None => match (bytes.contains(&0), str::from_utf8(bytes)) {
            (false, Ok(text)) => Cow::Borrowed(text),
            (true, _) => match utf16_by_nuls(bytes) {
                Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
                None => match without_stray_nuls(bytes) {
                    Some(rest) => Cow::Owned(decode(&rest)?.into_owned()),
                    None => return Err("it holds NUL bytes".into()),
                },
            },
            (false, Err(_)) => guess(bytes).decode_without_bom_handling(bytes).0,
        },
    };
    let mut characters = 0usize;
    let mut controls = 0usize;
    for c in text.chars() {
        characters += 1;
        controls += usize::from(c == '\0' || (c.is_control() && !is_text_control(c)));
    }
    // A stray control character survives a paste from a terminal; one in thirty does not occur in text.
    if controls * 30 > characters {
        return Err(format!("{controls} of its {characters} characters are control codes"));
    }
    Ok(text)
}

/// Controls that separate text, and the C1 range, which is Windows-1252 read as Latin-1 (mended later).
fn is_text_control(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\x0b' | '\x0c' | '\x1b' | '\u{80}'..='\u{9f}')
}

/// The text without a NUL here and there, which broken systems put into pages; a binary file has one in a hundred.
fn without_stray_nuls(bytes: &[u8]) -> Option<Vec<u8>> {
    let stray = bytes.split(|b| *b == 0).count() - 1;
    (stray * 500 <= bytes.len()).then(|| bytes.iter().copied().filter(|b| *b != 0).collect())
}

/// UTF-16 without a mark: text in a Latin script has a NUL in nearly every second byte, and on one side only.
fn utf16_by_nuls(bytes: &[u8]) -> Option<&'static Encoding> {
    let (mut even, mut odd) = (0usize, 0usize);
    for pair in bytes.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let pairs = bytes.len() / 2;
    let mostly = |n: usize| pairs > 0 && n * 10 >= pairs * 4;
    let hardly = |n: usize| n * 50 <= pairs;
    if mostly(odd) && hardly(even) {
        Some(UTF_16LE)
    } else if mostly(even) && hardly(odd) {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    // UTF-8 with a few broken bytes is still UTF-8: the replacement characters show where.
    if nearly_utf8(bytes) {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let latin = ["windows-1250", "windows-1254", "windows-1257", "windows-1258", "ISO-8859-2", "ISO-8859-4"];
    if latin.contains(&encoding.name()) { WINDOWS_1252 } else { encoding }
}

/// Whether the multi-byte sequences that are whole outnumber the broken ones ten to one.
fn nearly_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole >= 10 * broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let text = "The café’s £1.2m refit — “done”.";
        let utf16 = |big: bool, mark: bool| {
            let units = mark.then_some(0xfeffu16).into_iter().chain(text.encode_utf16());
            units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect::<Vec<u8>>()
        };
        let mut marked = b"\xef\xbb\xbf".to_vec();
        marked.extend(text.as_bytes());
        for bytes in [
            text.as_bytes().to_vec(),
            marked,
            utf16(true, true),
            utf16(false, true),
            utf16(true, false),
            utf16(false, false),
            WINDOWS_1252.encode(text).0.into_owned(),
        ] {
            assert_eq!(decode(&bytes).unwrap(), text, "{bytes:?}");
        }
        // One pound sign is all the evidence there is.
        assert_eq!(decode(b"It cost \xa330 in all.").unwrap(), "It cost £30 in all.");
        // Broken in one place, UTF-8 everywhere else.
        let broken = [text.repeat(3).as_bytes(), b"\xff", text.as_bytes()].concat();
        assert!(decode(&broken).unwrap().contains("café’s £1.2m"));
        let long = text.repeat(30);
        let stray = [long.as_bytes(), b"\0", long.as_bytes()].concat();
        assert_eq!(decode(&stray).unwrap(), long.repeat(2));
        let cyrillic =
            encoding_rs::WINDOWS_1251.encode("Сегодня мост снова открыт для движения, сообщили в городе.").0;
        assert!(decode(&cyrillic).unwrap().starts_with("Сегодня"));
    }

    #[test]
    fn binary_is_refused() {
        for (bytes, says) in [
            (b"%PDF-1.7 rest".to_vec(), "PDF"),
            (b"PK\x03\x04....".to_vec(), "ZIP"),
            ((0..=255u8).cycle().take(4096).collect(), "NUL"),
            ((1..=255u8).cycle().take(4096).collect(), "control codes"),
            (vec![0; 64], "NUL"),
        ] {
            let problem = decode(&bytes).unwrap_err();
            assert!(problem.contains(says), "{problem}");
        }
        assert_eq!(decode(b"").unwrap(), "");
    }
}
