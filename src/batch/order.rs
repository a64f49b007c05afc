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
    Story {
        /// Its name, for messages.
        name: String,
        /// Itself.
        article: Box<Article>,
        /// What it is called wherever it is met.
        called: Vec<String>,
    },
    /// Nothing, for this reason.
    None(LeftOut),
}

impl Order {
    /// Every file it makes: the audio first, then what is beside it.
    pub fn paths(&self) -> Vec<PathBuf> {
        let beside = self.beside();
        std::iter::once(self.output.clone()).chain(beside).collect()
    }

    /// What it makes beside the audio.
    pub fn beside(&self) -> Vec<PathBuf> {
        self.config.outputs().files(&self.output).into_iter().map(|(_, path)| path).collect()
    }

    /// The job, its stories read and its files in memory, and what each story is called.
    ///
    /// # Errors
    /// Those of reading settings, lexicons, music and stories.
    pub(super) fn job(
        &self,
        now: &Zoned,
        shelf: &Shelf,
        observer: &dyn Observer,
    ) -> Result<(Job, Vec<Vec<String>>)> {
        // First of all, so that a kill is known even where the settings make no sense.
        let (articles, called) = match &self.contents {
            Contents::Sources(sources) => {
                let gathered = gather_sources(sources, &self.gather, now, shelf, observer)?;
                (gathered.stories, gathered.called)
            }
            Contents::Story { name, article, called } => {
                (vec![(name.clone(), (**article).clone())], vec![called.clone()])
            }
            Contents::None(_) => (Vec::new(), Vec::new()),
        };
        let job = Job { articles, lexicon: self.config.lexicon(&self.lexicon)?, ..self.config.job()? };
        Ok((job, called))
    }
}
