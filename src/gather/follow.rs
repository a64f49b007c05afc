//! The page behind an entry of a feed, fetched as robots.txt and its host's pace allow.

use super::Settings;
use super::read::story;
use crate::article::Article;
use crate::article::feed::Entry;
use crate::net::{Client, Want};
use crate::{Error, Result};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The longest a host may ask us to wait between two of its pages. More is not worth a bulletin's while.
const LONGEST_DELAY_MS: u64 = 30_000;

/// Fetches pages, one client for all of them, made when the first is asked for.
pub(super) struct Follower<'a> {
    settings: &'a Settings,
    client: OnceCell<Client>,
    /// When each host was last asked.
    asked: BTreeMap<String, Instant>,
}

impl<'a> Follower<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self { settings, client: OnceCell::new(), asked: BTreeMap::new() }
    }

    /// The client.
    ///
    /// # Errors
    /// [`Error::Config`] for settings that make no sense.
    pub(super) fn client(&self) -> Result<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let made = Client::new(&self.settings.net)?;
        Ok(self.client.get_or_init(|| made))
    }

    /// The story at `link`; what the page does not say of itself, its entry says.
    ///
    /// # Errors
    /// [`Error::Fetch`] also where robots.txt forbids it or its host asks for too long a wait.
    pub(super) fn page(&mut self, link: &str, entry: &Entry) -> Result<Article> {
        let allowed = self.client()?.allowed_by_robots(link)?;
        let refused = |problem: String, cure: &str| {
            Err(Error::Fetch { url: link.to_owned(), problem, cure: cure.to_owned() })
        };
        if !allowed.allowed {
            return refused(
                allowed.reason.unwrap_or_else(|| "its robots.txt forbids it".into()),
                "name the page itself among the inputs if you may use it",
            );
        }
        let delay_ms = allowed.delay_ms.unwrap_or(0);
        if delay_ms > LONGEST_DELAY_MS {
            return refused(
                format!("its host asks for {} s between two pages", delay_ms / 1000),
                "name the page itself among the inputs",
            );
        }
        self.wait(link, Duration::from_millis(delay_ms));
        let fetched = self.client()?.get(link, Want::Story)?;
        let mut article =
            story(&fetched.bytes, fetched.charset.as_deref(), &fetched.url, &self.settings.article)?;
        let fill = |own: &mut Option<String>, entry: &Option<String>| {
            if own.is_none() {
                own.clone_from(entry);
            }
        };
        fill(&mut article.headline, &entry.title);
        fill(&mut article.byline, &entry.byline);
        fill(&mut article.published, &entry.published);
        fill(&mut article.source, &entry.source);
        Ok(article)
    }

    /// Sleeps until the host of `link` may be asked again.
    #[allow(clippy::disallowed_methods, reason = "an edge: a host's pace is kept by the clock")]
    fn wait(&mut self, link: &str, delay: Duration) {
        let host = link.split('/').nth(2).unwrap_or_default().to_owned();
        if let Some(rest) = self.asked.get(&host).and_then(|asked| delay.checked_sub(asked.elapsed())) {
            std::thread::sleep(rest);
        }
        self.asked.insert(host, Instant::now());
    }
}
