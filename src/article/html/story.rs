//! Blocks, what the crate kept of them and what the page says of itself → the verdict on each block.
//!
//! Selection by markup comes first, our cleaning pass second. The pass was made for text without markup: some of its
//! rules take an unpunctuated line for furniture because in a text nothing else tells. On a page the markup has
//! told, so the verdicts of those rules alone are not followed; what goes by its wording goes here too.

use super::super::text::Line;
use super::super::{Article, Dropped, Kind, Paragraph, Settings, clean};
use super::blocks::{Block, Role};
use super::dom::{NodeId, Page};
use super::meta::Meta;
use super::place::{self, Zones};
use super::text::compared;
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

    /// How many letters of the page are in the story.
    pub(super) fn selected_bytes(&self) -> usize {
        self.blocks.iter().zip(&self.selected).filter(|(_, s)| **s).map(|(b, _)| b.text.len()).sum()
    }

    /// Whether the page has more running text outside the selection than a story leaves there.
    pub(super) fn misses_prose(&mut self) -> bool {
        let selected = self.selected_bytes();
        let mut outside = 0;
        for (block, _) in self.blocks.iter().zip(&self.selected).filter(|(_, s)| !**s) {
            let prose = is_sentence(&block.text) && block.text.len() > 80 && !is_mostly_link(block, 40);
            outside += if prose && block.hidden.is_none() { block.text.len() } else { 0 };
        }
        eprintln!("sel {selected} out {outside}");
        selected < 600 || outside > selected
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
        let page = self.page;
        let above = |block: &Block| page.parent(block.element);
        for (block, _) in self.blocks.iter().zip(&self.selected).filter(|(_, s)| **s) {
            if let Some(parent) = above(block) {
                let (all, paragraphs) = kept.entry(parent).or_default();
                *all += 1;
                *paragraphs += usize::from(page.name(block.element) == "p");
            }
        }
        let mut back = Vec::new();
        for (i, block) in self.blocks.iter().enumerate().filter(|(i, _)| !self.selected[*i]) {
            let (all, paragraphs) = above(block).and_then(|p| kept.get(&p)).copied().unwrap_or_default();
            if block.hidden.is_some() || all < 2 || self.zones.of(block).is_some_and(|z| z.element == block.element) {
                continue;
            }
            let fits = match block.role {
                Role::Text => {
                    paragraphs >= 2
                        && page.name(block.element) == "p"
                        && is_sentence(&block.text)
                        && !is_mostly_link(block, 60)
                }
                Role::Heading(level) => level > 1 && self.selected.get(i + 1) == Some(&true),
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

    fn leave_out_titles(&mut self) {
        let titles: Vec<String> = self.meta.titles.iter().map(|t| compared(t)).collect();
        for (i, block) in self.blocks.iter().enumerate() {
            let own = compared(&block.text);
            if !own.is_empty() && titles.contains(&own) {
                let kind = if block.role == Role::Heading(1) || self.selected[i] { Kind::Headline } else { continue };
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
            let sure = matches!(
                zone.kind,
                Kind::Caption | Kind::Credit | Kind::Newsletter | Kind::Cookie | Kind::Share | Kind::Comments | Kind::Breadcrumb | Kind::Copyright | Kind::Noise
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
        let last_prose = candidates.iter().rposition(|&i| is_sentence(&self.blocks[i].text)).map_or(0, |n| n + 1);
        for (n, &i) in candidates.iter().enumerate() {
            let block = &self.blocks[i];
            let titled = block.text.split_whitespace().count() >= 4 && !is_sentence(&block.text);
            let whole = is_mostly_link(block, 80) && !matches!(block.role, Role::Heading(_));
            // The address itself, written out, is the text of a list of sources.
            if titled && whole && !block.text.contains("://") {
                self.out[i] = Some(Out { kind: Kind::Related, reason: "a link that is a line of its own".into() });
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
        let linked = list.iter().take_while(|&&i| self.blocks[i].role == Role::Entry && is_mostly_link(&self.blocks[i], 25)).count();
        if linked >= 3 && linked == list.len() {
            for &i in tail {
                self.out[i] = Some(Out { kind: Kind::Related, reason: "a list of links below the story".into() });
            }
        }
    }

    /// Runs the cleaning pass over what is left and puts the article together.
    pub(super) fn article(mut self, settings: &Settings) -> Result<Article> {
        let cleaned = clean::clean(self.lines(), settings)?;
        let mut article = Article {
            headline: self.meta.headline.clone().or_else(|| cleaned.headline.clone()),
            byline: cleaned.byline.clone(),
            published: cleaned.published.clone(),
            source: cleaned.source.clone(),
            language: cleaned.language.clone(),
            ..Article::default()
        };
        let mut paragraphs: BTreeMap<usize, Paragraph> = BTreeMap::new();
        // Line 0 is the headline, which is there for the pass to find and is no block.
        for paragraph in cleaned.paragraphs.into_iter().filter(|p| p.lines.0 > 0) {
            paragraphs.insert(paragraph.lines.0, paragraph);
        }
        let prose: Vec<usize> = paragraphs.values().filter(|p| is_sentence(&p.text)).map(|p| p.lines.0 - 1).collect();
        let prose_below = |i: usize| prose.len() - prose.partition_point(|&p| p <= i);
        let mut pieces: Vec<(usize, Dropped)> = Vec::new();
        let mut repeated: BTreeMap<String, usize> = BTreeMap::new();
        for (block, _) in self.blocks.iter().zip(&self.selected).filter(|(_, s)| **s) {
            *repeated.entry(compared(&block.text)).or_default() += 1;
        }
        for dropped in cleaned.dropped {
            let Some(i) = dropped.line.checked_sub(1) else { continue };
            let block = &self.blocks[i];
            let whole = !paragraphs.contains_key(&dropped.line) && compared(&dropped.text) == compared(&block.text);
            if !whole {
                pieces.push((i, dropped));
                continue;
            }
            let often = repeated.get(&compared(&block.text)).copied().unwrap_or(0) > 2;
            let doubtful = wants_more_than_words(&dropped, block, prose_below(i));
            if (doubtful || rests_on_form(&dropped, often)) && !settings.drop.contains(&dropped.kind) {
                let suspect = (doubtful || dropped.kind == Kind::Crosshead).then_some(dropped.kind);
                paragraphs.insert(
                    dropped.line,
                    Paragraph { text: dropped.text, lines: (dropped.line, dropped.line), suspect },
                );
            } else {
                let reason = if dropped.kind == Kind::Duplicate { "a paragraph above says the same".into() } else { dropped.reason };
                self.out[i] = Some(Out { kind: dropped.kind, reason });
            }
        }
        for paragraph in paragraphs.into_values() {
            let (first, last) = (paragraph.lines.0 - 1, paragraph.lines.1 - 1);
            article.paragraphs.push(Paragraph {
                lines: (self.blocks[first].lines.0 as usize, self.blocks[last].lines.1 as usize),
                ..paragraph
            });
        }
        self.report(pieces, &mut article);
        self.metadata(&mut article, settings);
        Ok(article)
    }

    /// The story as lines for the cleaning pass, numbered by block, the headline above it.
    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let blank = |number| Line { number, text: String::new(), indent: 0, pieces: Vec::new() };
        let mut push = |number: usize, text: &str| {
            for line in super::super::text::lines(text) {
                lines.push(Line { number, ..line });
            }
        };
        if let Some(headline) = &self.meta.headline {
            push(0, headline);
            push(0, "");
        }
        for (i, block) in self.blocks.iter().enumerate() {
            if self.selected[i] && self.out[i].is_none() {
                if !block.after_break {
                    push(i + 1, "");
                }
                push(i + 1, &block.text);
            }
        }
        let _ = blank;
        lines
    }

    /// Lists every block that is not story.
    fn report(&mut self, pieces: Vec<(usize, Dropped)>, article: &mut Article) {
        let first = self.selected.iter().position(|s| *s).unwrap_or(self.blocks.len());
        let last = self.selected.iter().rposition(|s| *s).unwrap_or(0);
        let mut listed: Vec<(usize, Dropped)> = Vec::new();
        for (i, block) in self.blocks.iter().enumerate() {
            let (kind, why) = if let Some(out) = self.out[i].take() {
                (out.kind, out.reason)
            } else if self.selected[i] {
                continue;
            } else if block.hidden.is_some() {
                (Kind::Noise, "the page keeps it from sight".into())
            } else if let Some(zone) = self.zones.of(block) {
                (zone.kind, "the page marks it so".into())
            } else {
                let (kind, why) = place::by_form(block, i < first, i > last);
                (kind, why.into())
            };
            let path = place::path(self.page, block.element);
            listed.push((
                i,
                Dropped { line: block.lines.0 as usize, text: block.text.clone(), kind, reason: format!("{why}, at {path}") },
            ));
        }
        for (i, piece) in pieces {
            listed.push((i, Dropped { line: self.blocks[i].lines.0 as usize, ..piece }));
        }
        listed.sort_by_key(|(i, _)| *i);
        article.dropped = listed.into_iter().map(|(_, dropped)| dropped).collect();
    }

    /// What the page says of itself wins over what the pass guessed.
    fn metadata(&self, article: &mut Article, settings: &Settings) {
        let _ = settings;
        if !self.meta.authors.is_empty() {
            article.byline = Some(joined(&self.meta.authors));
        }
        article.published = self.meta.published.clone().or(article.published.take());
        article.source = self.meta.source.clone().or(article.source.take());
    }
}

/// Verdicts that stand on nothing but a missing full stop or on a place that markup shows better.
fn rests_on_form(dropped: &Dropped, often: bool) -> bool {
    match dropped.kind {
        Kind::Crosshead | Kind::Standfirst | Kind::Summary | Kind::Label | Kind::List | Kind::Headline => true,
        Kind::Caption => dropped.reason.contains("without a full stop"),
        Kind::Pullquote => dropped.reason.contains("without a full stop"),
        // A form's question asked of each of ten people is no accident.
        Kind::Duplicate => often,
        _ => false,
    }
}

/// A paragraph's length in words from which its wording alone does not condemn it.
const LONG_WORDS: usize = 55;

/// Verdicts on wording that fit a running paragraph too: those on long ones, and those on an address to the reader
/// with story below.
fn wants_more_than_words(dropped: &Dropped, block: &Block, prose_below: usize) -> bool {
    let by_wording = matches!(
        dropped.kind,
        Kind::Promo | Kind::Cookie | Kind::Newsletter | Kind::Paywall | Kind::Related | Kind::Print | Kind::Bio | Kind::Share
    );
    let long = block.text.split_whitespace().count() >= LONG_WORDS;
    let addressed = dropped.reason.contains("speaks to the reader");
    by_wording && is_sentence(&block.text) && (long || addressed) && prose_below >= 3
}

/// Whether at least `percent` of a block's text is in links.
fn is_mostly_link(block: &Block, percent: usize) -> bool {
    block.linked * 100 >= block.text.len() * percent
}

/// Whether a text ends as a sentence does.
pub(super) fn is_sentence(text: &str) -> bool {
    let bare = text.trim_end_matches(|c: char| matches!(c, '"' | '”' | '’' | '\'' | '»' | ')' | ']') || c.is_whitespace());
    bare.ends_with(['.', '!', '?', '…', '。', '！', '？']) && text.split_whitespace().count() >= 4
}

/// "A", "A and B", "A, B and C".
fn joined(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
