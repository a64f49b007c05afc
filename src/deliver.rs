//! Programme → files.

pub mod record;
pub mod wav;
