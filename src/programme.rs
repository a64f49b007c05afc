//! Rundown + takes → timeline → mixed, mastered audio.
//!
//! Nothing here grows with the length of the programme: takes spool to disk past a small budget ([`takes`]), the
//! mixer ([`mix`]) is pulled a block at a time and can be rewound, so that a programme is measured on one pass and
//! written on the next ([`master`]).

pub mod backtime;
pub mod master;
pub mod mix;
pub mod sounds;
pub mod takes;
pub mod timeline;
