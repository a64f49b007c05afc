//! Programme → files.
//!
//! The audio comes from the master, everything beside it from the [`record::Record`]: what was said, by whom, from which
//! writing, and when.

pub mod captions;
pub mod chapters;
pub mod compressed;
pub mod feed;
pub mod handover;
pub mod levels;
mod markup;
mod outputs;
mod package;
pub mod page;
pub mod picture;
pub mod record;
pub mod transcript;
pub mod wav;
mod when;
pub mod words;

pub use outputs::{Beside, Outputs, Picture, codec_of, may_replace};
pub use package::{Delivered, Package};

/// A value as JSON for people and programs, ended by a line break.
fn json(value: &impl serde::Serialize) -> String {
    // Nothing here has a key that is no text, or a number that is none.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
