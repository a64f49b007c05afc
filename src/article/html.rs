//! HTML → [`Article`].

mod blocks;
mod dom;
mod select;

/// Scratch.
pub fn scratch(html: &str) -> Vec<String> {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let Ok(page) = dom::Page::parse(html, deadline) else { return Vec::new() };
    let blocks = blocks::blocks(&page);
    let lean = select::lean(&page, &|_| false);
    let kept = select::select(&lean);
    blocks.iter().filter(|b| {
        let n: usize = b.parts.iter().filter(|p| kept.binary_search(&p.node).is_ok()).map(|p| p.range.len()).sum();
        n * 2 >= b.text.len()
    }).map(|b| b.text.clone()).collect()
}
