//! A bulletin that is wanted, before its stories are read.

use crate::Result;
use crate::article::Article;
use crate::config::Config;
use crate::event::Observer;
use crate::gather::{self, LeftOut, Shelf, Source, gather_sources};
use crate::job::Job;
use jiff::Zoned;
use std::path::PathBuf;

/// One bulletin: its settings, its stories, and where it goes.
#[derive(Debug, Clone)]
pub struct Order {
    /// What ordered it, for messages: a briefing, an edition of one, an article.
    pub place: String,
    /// The file to make.
    pub output: PathBuf,
    /// Whether the record is kept beside it.
    pub record: bool,
    /// Its settings.
    pub config: Config,
    /// How its stories are read.
    pub gather: gather::Settings,
    /// Lexicons over the house's.
    pub lexicon: Vec<PathBuf>,
    /// Its stories.
    pub contents: Contents,
}

/// What a bulletin tells.
#[derive(Debug, Clone)]
pub enum Contents {
    /// Whatever is found there when its turn comes.
    Sources(Vec<Source>),
    /// One story that was read already.
    Story(String, Box<Article>),
    /// Nothing, for this reason.
    None(LeftOut),
}

impl Order {
    /// The job, its stories read and its files in memory.
    ///
    /// # Errors
    /// Those of reading settings, lexicons, music and stories.
    pub fn job(&self, now: &Zoned, shelf: &Shelf, observer: &dyn Observer) -> Result<Job> {
        let mut job = self.config.job()?;
        job.lexicon = self.config.lexicon(&self.lexicon)?;
        job.articles = match &self.contents {
            Contents::Sources(sources) => {
                gather_sources(sources, &self.gather, now, shelf, observer)?.stories
            }
            Contents::Story(name, article) => vec![(name.clone(), (**article).clone())],
            Contents::None(_) => Vec::new(),
        };
        Ok(job)
    }
}
