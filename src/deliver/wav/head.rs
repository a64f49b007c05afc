//! Everything before the first sample, in room kept free while the samples are written.
//!
//! Order: `JUNK`, `fmt `, `bext`, `cart`, `iXML`, `LIST INFO`, `JUNK`, `data`. What is measured is known only after the
//! last sample; so the room is fixed, each chunk has a limit, and the second `JUNK` fills what they leave.

use super::{Format, Metadata, bext, cart, info, ixml, riff};

/// Where the samples begin: every file's at the same place, a multiple of any disk's blocks.
pub const HEAD_BYTES: usize = 16_384;

/// `RIFF`, length, `WAVE`.
const FORM_BYTES: usize = 12;

/// Each chunk at its longest. [`super::bext`] and the others keep to their limits.
const MOST_BYTES: usize = FORM_BYTES
    + (riff::HEADER_BYTES + riff::DS64_BYTES)
    + (riff::HEADER_BYTES + 16)
    + (riff::HEADER_BYTES + bext::FIXED_BYTES + bext::MOST_HISTORY_BYTES)
    + (riff::HEADER_BYTES + cart::FIXED_BYTES + cart::MOST_TAG_BYTES)
    + (riff::HEADER_BYTES + ixml::MOST_BYTES)
    + (riff::HEADER_BYTES + info::MOST_BYTES)
    + riff::HEADER_BYTES
    + riff::HEADER_BYTES;

const _: () = assert!(MOST_BYTES <= HEAD_BYTES, "the chunks before the samples have outgrown their room");

/// The beginning of a file of `file_bytes` with `data_bytes` of samples.
pub(super) fn head(metadata: &Metadata, format: Format, data_bytes: u32, file_bytes: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD_BYTES);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&file_bytes.saturating_sub(riff::HEADER_BYTES as u32).to_le_bytes());
    out.extend_from_slice(b"WAVE");
    out.extend(riff::junk(riff::DS64_BYTES));
    out.extend(riff::fmt(format));
    out.extend(bext::bext(metadata, format));
    out.extend(cart::cart(metadata, format));
    out.extend(ixml::ixml(metadata, format));
    out.extend(info::info(metadata));
    out.extend(riff::junk(HEAD_BYTES.saturating_sub(out.len() + 2 * riff::HEADER_BYTES)));
    out.extend_from_slice(b"data");
    out.extend_from_slice(&data_bytes.to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Cart, Depth};
    use super::*;

    #[test]
    fn always_as_long_as_its_room() {
        let long = "&é東".repeat(9_000);
        let cart =
            Cart { category: long.clone(), url: long.clone(), tag_text: long.clone(), ..Cart::default() };
        let full = Metadata {
            title: long.clone(),
            artist: long.clone(),
            originator: long.clone(),
            originator_reference: long.clone(),
            description: long.clone(),
            comment: long.clone(),
            language: long.clone(),
            software: long.clone(),
            history: vec![long; 50],
            cart,
            ..Metadata::default()
        };
        for metadata in [Metadata::default(), full] {
            for format in
                [Format { channels: 1, depth: Depth::Bits24 }, Format { channels: 2, depth: Depth::Bits16 }]
            {
                let head = head(&metadata, format, 4, HEAD_BYTES as u32 + 4);
                assert_eq!(head.len(), HEAD_BYTES);
                assert_eq!(&head[..20], b"RIFF\xfc\x3f\0\0WAVEJUNK\x1c\0\0\0");
                assert_eq!(&head[48..56], b"fmt \x10\0\0\0");
                assert_eq!(&head[HEAD_BYTES - 8..], b"data\x04\0\0\0");
            }
        }
    }
}
