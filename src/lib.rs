//! Turns news articles into air-ready audio bulletins, offline, in one process.
//!
//! The pipeline, stage by stage (`docs/ARCHITECTURE.md` has the map):
//!
//! ```
//! use bulletin::article::{self, Kind};
//! use bulletin::event::Silent;
//! use bulletin::job::{Context, Job};
//! use bulletin::threads::Threads;
//! use bulletin::voice::{Registry, Settings};
//!
//! // bytes → article: the story, and what was left out.
//! let page = "Shares slide at Acme\nShares in Acme fell 3% to £1.20 on Monday.\nRead more: Ten tips for savers\n";
//! let article = article::read(page.as_bytes(), "acme.txt", &article::Settings::default())?;
//! assert_eq!(article.headline.as_deref(), Some("Shares slide at Acme"));
//! assert_eq!(article.dropped.last().unwrap().kind, Kind::Promo);
//!
//! // article → script: what will be said.
//! let job = Job { articles: vec![("acme.txt".into(), article)], ..Job::default() };
//! let voices = Registry::built_in();
//! let script = job.script(&voices)?;
//! let spoken: Vec<_> = script.sentences().map(|sentence| sentence.spoken.text()).collect();
//! assert_eq!(spoken[1], "Shares in Acme fell three per cent to one pound twenty on Monday.");
//!
//! // script → takes → programme → file.
//! let folder = tempfile::tempdir().unwrap();
//! let voice_settings = Settings::new(folder.path().into());
//! let threads = Threads::beside_caller(1);
//! let context = Context::new(&voices, &voice_settings, &threads, &Silent);
//! let outcome = job.run(&folder.path().join("acme.wav"), &context)?;
//! assert!((outcome.mastered.loudness.unwrap().0 + 16.0).abs() < 0.1);
//! assert_eq!(outcome.record.elements.len(), 3); // the sting and two sentences
//! # Ok::<(), bulletin::Error>(())
//! ```

pub mod article;
pub mod audit;
mod base64;
pub mod batch;
pub mod cache;
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "the command line is the one room that prints")]
pub mod cli;
mod clock;
pub mod config;
pub mod decode;
pub mod deliver;
mod error;
pub mod event;
pub mod files;
pub mod gather;
pub mod job;
pub mod lexicon;
pub mod net;
pub mod normalise;
pub mod pace;
pub mod programme;
pub mod rundown;
pub mod script;
pub mod sound;
pub mod suggest;
pub mod threads;
pub mod units;
pub mod voice;

pub use error::{Error, Result};
