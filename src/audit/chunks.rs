//! What a WAV file says of itself, as far as the gate looks at it.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// The longest chunk that is looked into.
const MOST_BYTES: u64 = 1024 * 1024;

/// More chunks than these are not looked at.
const MOST_CHUNKS: usize = 64;

/// What is found in the chunks of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Chunks {
    /// Whether it is a RIFF file at all.
    pub(super) is_riff: bool,
    /// Bytes that its chunks say it has beyond those it has.
    pub(super) missing_bytes: u64,
    /// `bext`, from version 2 on with its loudness in hundredths of LU.
    pub(super) bext: Option<Bext>,
    /// The out cue of `cart`, and the frame its sound ends at.
    pub(super) cart: Option<Cart>,
}

/// Source: EBU Tech 3285 v2 §2.3.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bext {
    pub(super) version: u16,
    pub(super) loudness_lufs: Option<f64>,
    pub(super) peak_dbtp: Option<f64>,
}

/// Source: AES46-2002.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cart {
    pub(super) title: String,
    pub(super) out_cue: String,
    pub(super) audio_end: Option<u32>,
}

/// The chunks of a file; what is damaged is not there.
pub(super) fn read(path: &Path) -> io::Result<Chunks> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut chunks = Chunks::default();
    let mut head = [0; 12];
    if file.read_exact(&mut head).is_err() || !head.starts_with(b"RIFF") || !head.ends_with(b"WAVE") {
        return Ok(chunks);
    }
    chunks.is_riff = true;
    let mut at = 12;
    for _ in 0..MOST_CHUNKS {
        let mut head = [0; 8];
        if at + 8 > length || file.read_exact(&mut head).is_err() {
            break;
        }
        let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        chunks.missing_bytes = chunks.missing_bytes.max((at + 8 + size).saturating_sub(length));
        if matches!(&head[..4], b"bext" | b"cart") && size <= MOST_BYTES {
            let mut body = vec![0; size as usize];
            if file.read_exact(&mut body).is_err() {
                break;
            }
            match &head[..4] {
                b"bext" => chunks.bext = bext(&body),
                _ => chunks.cart = cart(&body),
            }
        }
        at += 8 + size + size % 2;
        file.seek(SeekFrom::Start(at))?;
    }
    Ok(chunks)
}

fn bext(body: &[u8]) -> Option<Bext> {
    let word = |at: usize| Some(u16::from_le_bytes([*body.get(at)?, *body.get(at + 1)?]));
    // 0x7FFF stands for what is not known.
    let level = |at: usize| {
        let value = word(at)?.cast_signed();
        (value != i16::MAX).then(|| f64::from(value) / 100.0)
    };
    let version = word(346)?;
    let levels = version >= 2;
    Some(Bext {
        version,
        loudness_lufs: level(412).filter(|_| levels),
        peak_dbtp: level(416).filter(|_| levels),
    })
}

fn cart(body: &[u8]) -> Option<Cart> {
    let text = |from: usize, length: usize| {
        let field = body.get(from..from + length)?;
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(length);
        Some(String::from_utf8_lossy(&field[..end]).into_owned())
    };
    let timers = body.get(684..748)?.as_chunks::<8>().0.iter();
    let mut end = timers
        .filter(|timer| timer.starts_with(b"AUDe"))
        .map(|timer| u32::from_le_bytes([timer[4], timer[5], timer[6], timer[7]]));
    Some(Cart { title: text(4, 64)?, out_cue: text(388, 64)?, audio_end: end.next_back() })
}
