//! Blocks, what the crate kept of them and what the page says of itself → the verdict on each block.

use super::super::marked::{self, Marked, compared, is_sentence, is_worded};
use super::super::{Article, Dropped, Kind, Settings};
use super::blocks::{Block, Role};
use super::dom::{NodeId, Page};
use super::meta::Meta;
use super::place::{self, Zones};
use crate::Result;
use std::collections::BTreeMap;

/// Why a block is not story.
#[derive(Debug, Clone)]
struct Out {
    kind: Kind,
    reason: String,
}

/// The state of the page's reading.
pub(super) struct Story<'a> {
    page: &'a Page,
    blocks: &'a [Block],
    meta: &'a Meta,
    zones: Zones<'a>,
    /// In the story as far as the markup tells.
    selected: Vec<bool>,
    out: Vec<Option<Out>>,
}

impl<'a> Story<'a> {
    /// Starts from the texts that the crate kept, `kept` in order.
    pub(super) fn new(page: &'a Page, blocks: &'a [Block], meta: &'a Meta, kept: &[NodeId]) -> Self {
        let selected = blocks
            .iter()
            .map(|block| {
                let bytes: usize = block
                    .parts
                    .iter()
                    .filter(|p| kept.binary_search(&p.node).is_ok())
                    .map(|p| p.range.len())
                    .sum();
                bytes * 2 >= block.text.len()
            })
            .collect();
        Self { page, blocks, meta, zones: Zones::new(page), selected, out: vec![None; blocks.len()] }
    }

    /// How much text is in the story.
    pub(super) fn selected_bytes(&self) -> usize {
        self.blocks.iter().zip(&self.selected).filter(|(_, s)| **s).map(|(b, _)| b.text.len()).sum()
    }

    /// Whether the page has more running text outside the selection than a story leaves there: a sign that the
    /// crate's rules missed the story and its slower second look is worth its time.
    pub(super) fn misses_prose(&mut self) -> bool {
        /// Less than this is hardly a story.
        const SHORT_BYTES: usize = 600;
        let selected = self.selected_bytes();
        let prose =
            |block: &Block| is_sentence(&block.text) && block.text.len() > 80 && !is_mostly_link(block, 40);
        // Readers' comments and what else the page names are long on many a page whose story is short.
        let elsewhere = |kind: Kind| {
            matches!(kind, Kind::Comments | Kind::Related | Kind::Cookie | Kind::Newsletter | Kind::Ad)
        };
        let mut outside = 0;
        for (block, selected) in self.blocks.iter().zip(&self.selected) {
            if !*selected
                && block.hidden.is_none()
                && prose(block)
                && !self.zones.of(block).is_some_and(|z| elsewhere(z.kind))
            {
                outside += block.text.len();
            }
        }
        // Where nothing else reads like a story, there is nothing to be found by a second look.
        outside > selected || (selected < SHORT_BYTES && outside * 4 > selected)
    }

    /// Takes every block for story: a fragment that some feed or wire has already cut out.
    pub(super) fn select_all(&mut self) {
        for (block, selected) in self.blocks.iter().zip(&mut self.selected) {
            *selected = block.hidden.is_none() && block.role != Role::Control;
        }
    }

    /// Corrects the selection by the page's own structure.
    pub(super) fn correct(&mut self) {
        self.recover_siblings();
        self.leave_out_titles();
        self.leave_out_zones();
        self.leave_out_links();
    }

    /// Takes back paragraphs among paragraphs, of which the crate leaves out short ones with a link, and headings
    /// above paragraphs, of which it leaves out those without much around them.
    fn recover_siblings(&mut self) {
        let mut kept: BTreeMap<NodeId, (usize, usize)> = BTreeMap::new();
        // Texts between line breaks, by the element that holds them.
        let mut broken: BTreeMap<NodeId, usize> = BTreeMap::new();
        let (page, blocks) = (self.page, self.blocks);
        let above = |block: &Block| page.parent(block.element);
        for (block, _) in blocks.iter().zip(&self.selected).filter(|(_, s)| **s) {
            if block.role == Role::Text {
                *broken.entry(block.element).or_default() += 1;
            }
            if let Some(parent) = above(block) {
                let (all, paragraphs) = kept.entry(parent).or_default();
                *all += 1;
                *paragraphs += usize::from(page.name(block.element) == "p");
            }
        }
        let mut back = Vec::new();
        for (i, block) in blocks.iter().enumerate() {
            if self.selected[i] || block.hidden.is_some() {
                continue;
            }
            let (all, paragraphs) = above(block).and_then(|p| kept.get(&p)).copied().unwrap_or_default();
            let beside = broken.get(&block.element).copied().unwrap_or_default();
            if beside >= 2
                && block.role == Role::Text
                && is_sentence(&block.text)
                && !is_mostly_link(block, 60)
            {
                back.push(i);
                continue;
            }
            if all < 2 || self.zones.of(block).is_some_and(|z| z.element == block.element) {
                continue;
            }
            let fits = match block.role {
                Role::Text => {
                    paragraphs >= 2
                        && page.name(block.element) == "p"
                        && is_sentence(&block.text)
                        && !is_mostly_link(block, 60)
                }
                Role::Heading(level) => level > 1 && self.heads_story(i),
                _ => false,
            };
            if fits {
                back.push(i);
            }
        }
        for i in back {
            self.selected[i] = true;
        }
    }

    /// Whether the text that a heading stands above is story: the next one but for a time or a name in between.
    fn heads_story(&mut self, heading: usize) -> bool {
        let parent = self.page.parent(self.blocks[heading].element);
        for i in heading + 1..self.blocks.len().min(heading + 3) {
            if self.selected[i] {
                return true;
            }
            let block = &self.blocks[i];
            let small =
                self.zones.of(block).is_some_and(|z| matches!(z.kind, Kind::Timestamp | Kind::Byline));
            let inside = std::iter::successors(Some(block.element), |&e| self.page.parent(e)).take(3);
            if !small || !inside.map(Some).any(|e| e == parent) {
                return false;
            }
        }
        false
    }

    fn leave_out_titles(&mut self) {
        let titles: Vec<String> = self.meta.titles.iter().map(|t| compared(t)).collect();
        for (i, block) in self.blocks.iter().enumerate() {
            let own = compared(&block.text);
            if !own.is_empty() && titles.contains(&own) {
                let kind = if block.role == Role::Heading(1) || self.selected[i] {
                    Kind::Headline
                } else {
                    continue;
                };
                self.out[i] = Some(Out { kind, reason: "the page's title".into() });
            }
        }
    }

    /// What stands in the story's element without being of it, by the name of a small element around it.
    fn leave_out_zones(&mut self) {
        let total = self.selected_bytes().max(1);
        let mut held: BTreeMap<NodeId, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for (i, block) in self.blocks.iter().enumerate() {
            if !self.selected[i] || self.out[i].is_some() {
                continue;
            }
            let Some(zone) = self.zones.of(block) else { continue };
            // A menu's name on a whole list of the story happens; on lines that are links it is a menu.
            let sure = (zone.kind == Kind::Nav && is_mostly_link(block, 80))
                || matches!(
                    zone.kind,
                    Kind::Caption
                        | Kind::Credit
                        | Kind::Newsletter
                        | Kind::Cookie
                        | Kind::Share
                        | Kind::Comments
                        | Kind::Breadcrumb
                        | Kind::Copyright
                        | Kind::Noise
                );
            if sure {
                *held.entry(zone.element).or_default() += block.text.len();
                found.push((i, zone));
            }
        }
        for (i, zone) in found {
            // A site that names the whole story's element "share-article" means nothing by it.
            if held[&zone.element] * 4 < total {
                self.out[i] = Some(Out { kind: zone.kind, reason: "the page marks it so".into() });
            }
        }
    }

    /// Links that stand where a paragraph would: titles of other stories, one by one or as a list below the story.
    fn leave_out_links(&mut self) {
        let story = |s: &Self, i: usize| s.selected[i] && s.out[i].is_none();
        let candidates: Vec<usize> = (0..self.blocks.len()).filter(|&i| story(self, i)).collect();
        let first_prose = candidates.iter().position(|&i| is_sentence(&self.blocks[i].text)).unwrap_or(0);
        for &i in &candidates[..first_prose] {
            let block = &self.blocks[i];
            if is_mostly_link(block, 80) && !matches!(block.role, Role::Heading(_)) && !is_worded(&block.text)
            {
                self.out[i] = Some(Out { kind: Kind::Nav, reason: "a link above the story".into() });
            }
        }
        let last_prose =
            candidates.iter().rposition(|&i| is_sentence(&self.blocks[i].text)).map_or(0, |n| n + 1);
        for (n, &i) in candidates.iter().enumerate() {
            let block = &self.blocks[i];
            let titled = is_worded(&block.text) && !is_sentence(&block.text);
            let whole = is_mostly_link(block, 80) && !matches!(block.role, Role::Heading(_));
            // The address itself, written out, is the text of a list of sources.
            if titled && whole && !block.text.contains("://") {
                self.out[i] =
                    Some(Out { kind: Kind::Related, reason: "a link that is a line of its own".into() });
            }
            if n == last_prose && n > 0 {
                self.leave_out_tail(&candidates[n..]);
            }
        }
    }

    /// Below the last sentence, a list whose every entry holds a link, and the heading above it.
    fn leave_out_tail(&mut self, tail: &[usize]) {
        let entries = tail.iter().position(|&i| self.blocks[i].role == Role::Entry);
        let Some(first) = entries.filter(|&n| n <= 1) else { return };
        let list = &tail[first..];
        let linked = list
            .iter()
            .take_while(|&&i| self.blocks[i].role == Role::Entry && is_mostly_link(&self.blocks[i], 25))
            .count();
        if linked >= 3 && linked == list.len() {
            for &i in tail {
                self.out[i] =
                    Some(Out { kind: Kind::Related, reason: "a list of links below the story".into() });
            }
        }
    }

    /// Runs the cleaning pass over what is left and puts the article together.
    pub(super) fn article(mut self, settings: &Settings) -> Result<Article> {
        self.keep_by_wish(settings);
        let texts: Vec<(usize, Marked)> = self
            .blocks
            .iter()
            .enumerate()
            .filter(|(i, _)| self.selected[*i] && self.out[*i].is_none())
            .map(|(i, block)| {
                let lines = (block.lines.0 as usize, block.lines.1 as usize);
                (i, Marked { text: block.text.clone(), lines, after_break: block.after_break })
            })
            .collect();
        let cleaned = marked::clean(&texts, self.meta.headline.as_deref(), settings)?;
        for (i, (kind, reason)) in cleaned.out {
            self.out[i] = Some(Out { kind, reason });
        }
        let mut article = cleaned.article;
        let told = if (self.meta.authors.is_empty() && article.byline.is_none())
            || (self.meta.published.is_none() && article.published.is_none())
        {
            self.heading_lines(settings)?
        } else {
            Article::default()
        };
        self.report(cleaned.pieces, &mut article);
        self.meta.write(&mut article, settings);
        article.byline = article.byline.or(told.byline);
        article.published = article.published.or(told.published);
        Ok(article)
    }

    /// What the lines between the page's title and the story say of who and when, as a reader would take it: read
    /// by the pass as the top of a plain text.
    fn heading_lines(&mut self, settings: &Settings) -> Result<Article> {
        /// More stand there only where a menu does.
        const LINES: usize = 12;
        const WORDS: usize = 16;
        let is_story = |i: usize| self.selected[i] && self.out[i].is_none();
        let first = (0..self.blocks.len()).find(|&i| is_story(i)).unwrap_or(0);
        let titles: Vec<String> = self.meta.titles.iter().map(|t| compared(t)).collect();
        let title = self.blocks[..first].iter().rposition(|b| titles.contains(&compared(&b.text)));
        let Some(title) = title else { return Ok(Article::default()) };
        let mut texts: Vec<(usize, Marked)> = Vec::new();
        for i in title + 1..first {
            let block = &self.blocks[i];
            if block.hidden.is_none() && block.text.split_whitespace().nth(WORDS).is_none() {
                texts.push((i, Marked { text: block.text.clone(), lines: (1, 1), after_break: false }));
            }
        }
        if texts.is_empty() || texts.len() > LINES {
            return Ok(Article::default());
        }
        for i in (first..self.blocks.len()).filter(|&i| is_story(i)).take(3) {
            let text = self.blocks[i].text.clone();
            texts.push((i, Marked { text, lines: (1, 1), after_break: false }));
        }
        Ok(marked::clean(&texts, self.meta.headline.as_deref(), settings)?.article)
    }

    /// What the markup leaves out inside the story stays where the user asks for its kind.
    fn keep_by_wish(&mut self, settings: &Settings) {
        if settings.keep.is_empty() {
            return;
        }
        let (first, last) = self.span();
        for i in first..self.blocks.len().min(last + 1) {
            let kind = match &self.out[i] {
                Some(out) => out.kind,
                None if self.selected[i] => continue,
                None => self.unselected(i, first, last).0,
            };
            if settings.keep.contains(&kind) && kind != Kind::Headline {
                self.selected[i] = true;
                self.out[i] = None;
            }
        }
    }

    /// First and last block of the story.
    fn span(&self) -> (usize, usize) {
        let first = self.selected.iter().position(|s| *s).unwrap_or(self.blocks.len());
        (first, self.selected.iter().rposition(|s| *s).unwrap_or(0))
    }

    /// What an unselected block is.
    fn unselected(&mut self, i: usize, first: usize, last: usize) -> (Kind, &'static str) {
        let block = &self.blocks[i];
        if block.hidden.is_some() {
            return (Kind::Noise, "the page keeps it from sight");
        }
        match self.zones.of(block) {
            Some(zone) => (zone.kind, "the page marks it so"),
            None => place::by_form(block, i < first, i > last),
        }
    }

    /// Lists every block that is not story, with its place.
    fn report(&mut self, pieces: Vec<(usize, Dropped)>, article: &mut Article) {
        let (first, last) = self.span();
        let mut listed: Vec<(usize, Dropped)> = pieces;
        for (i, block) in self.blocks.iter().enumerate() {
            let (kind, why) = match self.out[i].take() {
                Some(out) => (out.kind, out.reason),
                None if self.selected[i] => continue,
                None => {
                    let (kind, why) = self.unselected(i, first, last);
                    (kind, why.to_owned())
                }
            };
            let reason = format!("{why}, at {}", place::path(self.page, block.element));
            let dropped = Dropped { line: block.lines.0 as usize, text: block.text.clone(), kind, reason };
            listed.push((i, dropped));
        }
        listed.sort_by_key(|(i, dropped)| (dropped.line, *i));
        article.dropped = listed.into_iter().map(|(_, dropped)| dropped).collect();
    }
}

/// Whether at least `percent` of a block's text is in links.
fn is_mostly_link(block: &Block, percent: usize) -> bool {
    block.linked * 100 >= block.text.len() * percent
}
