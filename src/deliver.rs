//! Programme → files.

pub mod chapters;
pub mod record;
pub mod wav;
