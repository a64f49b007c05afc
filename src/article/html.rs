//! HTML → [`Article`].

mod blocks;
mod dom;
pub(super) mod jsonld;
mod meta;
mod place;
mod select;
mod story;
mod text;
pub(super) mod when;

use super::{Article, Settings};
use crate::{Error, Result};
use dom::Page;
use std::time::Instant;

/// Scratch.
pub fn scratch(html: &str) -> Vec<String> {
    scratch_article(html).paragraphs.into_iter().map(|p| p.text).collect()
}

/// Scratch.
pub fn scratch_article(html: &str) -> Article {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    extract(html, "x", &Settings::default(), deadline).unwrap_or_default()
}

fn extract(html: &str, name: &str, settings: &Settings, deadline: Instant) -> Result<Article> {
    let page = Page::parse(html, deadline).map_err(|_| Error::EmptyArticle { input: name.into(), dropped: 0 })?;
    let blocks = blocks::blocks(&page);
    let meta = meta::read(&page);
    let lean = select::lean(&page, &|_| false);
    let mode = std::env::var("FB").unwrap_or_default();
    let kept = select::select(&lean, mode == "1");
    let mut story = story::Story::new(&page, &blocks, &meta, &kept);
    if mode == "2" && story.misses_prose() {
        let kept = select::select(&lean, true);
        story = story::Story::new(&page, &blocks, &meta, &kept);
    }
    story.correct();
    story.article(settings)
}
