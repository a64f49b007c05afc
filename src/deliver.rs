//! Programme → files.

pub mod chapters;
pub mod levels;
mod markup;
pub mod page;
pub mod picture;
pub mod record;
pub mod wav;
mod when;
