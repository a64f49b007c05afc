//! Programme → files.

pub mod chapters;
pub mod compressed;
pub mod record;
pub mod wav;
