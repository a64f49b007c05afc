//! Markers: points, their names and how far they reach. Source: Microsoft and IBM, "Multimedia Programming Interface and
//! Data Specifications 1.0", 1991, chapter 3, "Cue-Points Chunk" and "Associated Data Chunk".

use super::Marker;
use super::ascii::at_most;
use super::riff::{HEADER_BYTES, chunk, list, put_u32};

/// The most markers of a file: more than six hours of stories of ten seconds, each with its separator. What comes after is
/// left out, and said to be.
pub const MOST_MARKERS: usize = 4_096;

/// Longest name of a marker.
pub const MOST_LABEL_BYTES: usize = 255;

/// Most that [`markers`] gives.
pub(super) const MOST_BYTES: usize = HEADER_BYTES
    + 4
    + MOST_MARKERS * CUE_BYTES
    + HEADER_BYTES
    + 4
    + MOST_MARKERS * (HEADER_BYTES + 4 + MOST_LABEL_BYTES + 1 + HEADER_BYTES + LTXT_BYTES);

const CUE_BYTES: usize = 24;
const LTXT_BYTES: usize = 20;

/// `cue ` and `LIST adtl` of the first [`MOST_MARKERS`]; nothing where there are none.
///
/// All names come before all lengths: a length between them hides the names after it from ffmpeg and libsndfile. A marker
/// without length is a point.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::{Marker, cue};
/// use bulletin::units::Frames;
/// let marker = Marker { position: Frames(256), length: Frames(5), label: "Story 1".into() };
/// let chunks = cue::markers(&[marker]);
/// assert_eq!(&chunks[..12], b"cue \x1c\0\0\0\x01\0\0\0");
/// assert_eq!(&chunks[12..36], b"\x01\0\0\0\0\x01\0\0data\0\0\0\0\0\0\0\0\0\x01\0\0");
/// assert_eq!(&chunks[48..68], b"labl\x0c\0\0\0\x01\0\0\0Story 1\0");
/// assert!(cue::markers(&[]).is_empty());
/// ```
pub fn markers(markers: &[Marker]) -> Vec<u8> {
    let markers = &markers[..markers.len().min(MOST_MARKERS)];
    if markers.is_empty() {
        return Vec::new();
    }
    let frame = |frames: u64| u32::try_from(frames).unwrap_or(u32::MAX);
    let mut points = Vec::with_capacity(4 + markers.len() * CUE_BYTES);
    let (mut names, mut lengths) = (Vec::new(), Vec::new());
    put_u32(&mut points, &[markers.len() as u32]);
    for (id, marker) in (1u32..).zip(markers) {
        let position = frame(marker.position.0);
        put_u32(&mut points, &[id, position]);
        points.extend_from_slice(b"data");
        put_u32(&mut points, &[0, 0, position]);

        let mut name = id.to_le_bytes().to_vec();
        name.extend_from_slice(at_most(&marker.label, MOST_LABEL_BYTES).as_bytes());
        name.push(0);
        names.push(chunk(b"labl", &name));

        if marker.length.0 > 0 {
            let mut length = Vec::with_capacity(LTXT_BYTES);
            put_u32(&mut length, &[id, frame(marker.length.0)]);
            length.extend_from_slice(b"rgn ");
            // Country, language, dialect, code page: none in particular.
            length.resize(LTXT_BYTES, 0);
            lengths.push(chunk(b"ltxt", &length));
        }
    }
    names.append(&mut lengths);
    [chunk(b"cue ", &points), list(b"adtl", &names)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Frames;

    fn marker(position: u64, length: u64, label: &str) -> Marker {
        Marker { position: Frames(position), length: Frames(length), label: label.into() }
    }

    #[test]
    fn names_before_lengths() {
        let chunks = markers(&[marker(0, 10, "Sting"), marker(20, 0, "Zoë"), marker(30, 4, "")]);
        let adtl = &chunks[8 + 4 + 3 * 24..];
        let expected = [
            &b"LIST\x6c\0\0\0adtl"[..],
            b"labl\x0a\0\0\0\x01\0\0\0Sting\0",
            b"labl\x08\0\0\0\x02\0\0\0Zoe\0",
            b"labl\x05\0\0\0\x03\0\0\0\0\0",
            b"ltxt\x14\0\0\0\x01\0\0\0\x0a\0\0\0rgn \0\0\0\0\0\0\0\0",
            b"ltxt\x14\0\0\0\x03\0\0\0\x04\0\0\0rgn \0\0\0\0\0\0\0\0",
        ]
        .concat();
        assert_eq!(adtl, expected);
    }

    #[test]
    fn no_more_than_the_limit() {
        let many = vec![marker(u64::MAX, u64::MAX, &"é".repeat(9_000)); MOST_MARKERS + 10];
        let chunks = markers(&many);
        assert_eq!(chunks[8..12], (MOST_MARKERS as u32).to_le_bytes());
        assert_eq!(chunks.len(), MOST_BYTES);
    }
}
