//! The page behind an entry of a feed, fetched as robots.txt and its host's pace allow.

use super::read::story;
use super::{Settings, Shelf};
use crate::article::Article;
use crate::article::feed::Entry;
use crate::net::Client;
use crate::{Error, Result};
use std::time::Duration;

/// The longest a host may ask us to wait between two of its pages. More is not worth a bulletin's while.
const LONGEST_DELAY_MS: u64 = 30_000;

/// The story at `link`; what the page does not say of itself, its entry says.
///
/// # Errors
/// [`Error::Fetch`] also where robots.txt forbids it or its host asks for too long a wait.
pub(super) fn page(shelf: &Shelf, settings: &Settings, link: &str, entry: &Entry) -> Result<Article> {
    let fetched = shelf.get(settings, link, |client| ask(shelf, client, link))?;
    let mut article = story(&fetched.bytes, fetched.charset.as_deref(), &fetched.url, &settings.article)?;
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

/// Waits for the host's pace, or refuses.
fn ask(shelf: &Shelf, client: &Client, link: &str) -> Result<()> {
    let allowed = client.allowed_by_robots(link)?;
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
    shelf.wait(link, Duration::from_millis(delay_ms));
    Ok(())
}
