//! Which line above the story is its headline.

use super::super::Kind;
use super::super::text::Piece;
use super::Item;
use super::header::Header;
use super::line::{self, End};
use super::names;
use super::topic::{Shared, Topic};
use regex::Regex;
use std::sync::LazyLock;

/// A title's words without the outlet's name behind a bar or a dash.
fn without_site(title: &str) -> (&str, &str) {
    static SUFFIX: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?x)\s+(?:(?:[|·•»]|::)\s*(?P<bar>[^|·•»:]{2,50})|(?P<dash>[-–—]\s+[^-–—|]{2,50}))$")
            .expect("a constant pattern")
    });
    static OUTLET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:news|times|post|herald|gazette|echo|guardian|chronicle|radio|bbc|itv|sky|cnn|nbc|abc|cbs|fox|npr|pbs|lbc|online|mail|telegraph|courier|observer|tribune|journal|star|sun|standard|press|daily|weekly|argus|mercury|express|mirror|independent|advertiser|examiner|reporter|dispatch|record|review|sentinel|bulletin|globe|inquirer|ledger|register|reuters|ap|afp|magazine|tv|fm|blog|\w+\.(?:com|co\.uk|org|net|fr|de|es)|le monde|le figaro|zeitung|kurier|anzeiger|tageblatt|el país|diario)\b").expect("a constant pattern")
    });
    let mut rest = title;
    while let Some(c) = SUFFIX.captures(rest) {
        let Some(whole) = c.get(0) else { break };
        let site = match (c.name("bar"), c.name("dash")) {
            (Some(bar), _) => bar.as_str().split_whitespace().count() <= 5,
            (_, Some(dash)) => {
                let name = dash.as_str().trim_start_matches(['-', '–', '—', ' ']);
                let titled = name.split_whitespace().all(|w| {
                    !w.starts_with(char::is_lowercase)
                        || ["of", "the", "and", "du", "de", "la"].contains(&w)
                        || w.contains('.')
                });
                titled && name.split_whitespace().count() <= 5 && OUTLET.is_match(name)
            }
            _ => false,
        };
        if !site || line::words(&rest[..whole.start()]) < 3 {
            break;
        }
        rest = rest[..whole.start()].trim_end();
    }
    (rest, &title[rest.len()..])
}

/// How many sentences of the story a title is compared with.
const STORY_LINES: usize = 40;

/// The lines above the story, asked which of them is the title.
struct Above<'a> {
    items: &'a [Item],
    lead: usize,
    /// Whether each line shares enough words with the story, and how many.
    apt: Vec<bool>,
    shared: Vec<usize>,
}

impl<'a> Above<'a> {
    fn new(items: &'a [Item], lead: usize, below: usize) -> Self {
        let told = items[below..].iter().filter(|i| i.verdict.is_none() && i.is_prose()).take(STORY_LINES);
        let topic = Topic::of(told);
        let mut above = Self { items, lead, apt: vec![true; lead], shared: vec![0; lead] };
        let shared: Vec<Shared> = (0..lead)
            .map(|i| if above.titled(i, 2) { topic.shared(&items[i].folded, 1) } else { Shared::default() })
            .collect();
        // Which of them may be the title: those with words of the story, and all where none has any.
        let best = shared.iter().map(|s| s.shared).max().unwrap_or(0);
        let apt = |(i, s): (usize, &Shared)| {
            best < 2 || items[i].quoted || s.shared * 3 >= best || (s.shared > 0 && !s.is_foreign())
        };
        above.apt = shared.iter().enumerate().map(apt).collect();
        above.shared = shared.iter().map(|s| s.shared).collect();
        above
    }

    /// Unmarked and not a sentence.
    fn free(&self, i: usize) -> bool {
        let item = &self.items[i];
        let open = item.end != End::Stop && item.end != End::Colon;
        item.verdict.is_none() && open && !item.bulleted && item.words <= 40
    }

    /// Free, of `least` words, and neither figures nor the outlet's name.
    fn titled(&self, i: usize, least: usize) -> bool {
        let item = &self.items[i];
        let figures =
            item.text().split_whitespace().filter(|w| w.contains(|c: char| c.is_ascii_digit())).count();
        self.free(i)
            && item.words >= least
            && (figures * 2 < item.words || (item.words >= 6 && item.text().contains(':')))
            && !is_outlet_title(item.text())
            && [" · ", " | ", " • "].iter().all(|bar| item.text().matches(bar).count() < 2)
            && !(item.words <= 3 && names::is_person(item.text()))
            && !(item.text().starts_with('(') && item.text().ends_with(')'))
    }

    /// A title that shares words with the story as far as any line does.
    fn apt(&self, i: usize, least: usize) -> bool {
        self.titled(i, least) && self.apt.get(i).is_some_and(|a| *a)
    }

    /// The first byline or date from `from` on.
    fn anchor(&self, from: usize) -> Option<usize> {
        (from..self.lead).find(|&i| matches!(self.items[i].kind(), Some(Kind::Byline | Kind::Timestamp)))
    }

    /// A title that stands twice, once perhaps with the outlet's name: the headline for sure.
    fn twice(&self) -> Option<(usize, usize)> {
        let stem = |i: usize| line::fold(without_site(self.items[i].text()).0);
        let top = self.lead.min(60);
        (0..top).filter(|&i| self.free(i) && self.items[i].words >= 3).find_map(|i| {
            let own = stem(i);
            (i + 1..top).find(|&j| self.free(j) && stem(j) == own).map(|j| (i, j))
        })
    }

    /// The first title of the unmarked lines that end in `last`. Past a short line only a long one counts: menus
    /// alternate, a headline and its standfirst do not.
    fn first_of_run(&self, last: usize, least: usize) -> usize {
        let (mut best, mut crossed) = (last, false);
        // Buttons and pictures stand between a title and its standfirst; menus and other stories stand above both.
        let within = |i: usize| {
            matches!(
                self.items[i].kind(),
                None | Some(
                    Kind::Share
                        | Kind::Caption
                        | Kind::Credit
                        | Kind::Readtime
                        | Kind::Comments
                        | Kind::Noise
                )
            )
        };
        for i in (0..last).rev().take_while(|&i| within(i)) {
            let equal = self.shared[i] >= self.shared[best];
            if self.apt(i, least) && (!crossed || (self.items[i].words >= 6 && equal)) {
                best = i;
            }
            crossed |= self.items[i].words < 4;
        }
        // "TEARS FOR SOAP FANS" above the headline is its kicker.
        let shouted = |i: usize| !self.items[i].text().chars().any(char::is_lowercase);
        if shouted(best) {
            return (best..=last).find(|&i| self.titled(i, least) && !shouted(i)).unwrap_or(best);
        }
        // "University of St Brannoc" above it is who sends it out.
        if is_name_alone(self.items[best].text()) {
            let longer = |i: &usize| self.apt(*i, 6) && !is_name_alone(self.items[*i].text());
            return (best + 1..=last).find(longer).unwrap_or(best);
        }
        best
    }

    /// The title nearest above a byline or a date; without one, nearest above the story.
    fn nearest(&self, least: usize) -> Option<usize> {
        let above = |mark: usize| (0..mark).rev().find(|&i| self.apt(i, least));
        let mut from = 0;
        while let Some(mark) = self.anchor(from) {
            if let Some(last) = above(mark) {
                return Some(self.first_of_run(last, least));
            }
            from = mark + 1;
        }
        above(self.lead).map(|last| self.first_of_run(last, least))
    }

    /// The title directly above a byline, where it shares words with the story.
    fn over_a_byline(&self) -> Option<usize> {
        let signed = (1..self.lead).find(|&i| self.items[i].kind() == Some(Kind::Byline))?;
        Some(signed - 1).filter(|&i| self.titled(i, 4) && self.shared[i] >= 2)
    }

    /// A blog's title stands below the day, alone above the story; above the day stands the blog's own.
    fn below_the_day(&self) -> Option<usize> {
        let signed = self.items[..self.lead].iter().any(|i| i.kind() == Some(Kind::Byline));
        let day = self.anchor(0).filter(|_| !signed)?;
        let whole = self.items[day].scan.as_ref().is_some_and(|s| s.has_day() && !s.labelled);
        let last = self.lead.checked_sub(1).filter(|&i| i == day + 1 && whole && self.titled(i, 3))?;
        let above = (0..day).find(|&i| self.free(i))?;
        let foreign = (0..day).all(|i| self.shared[i] == 0);
        (foreign && self.items[above].words <= 6).then_some(last)
    }

    /// Whether a line that was taken for furniture has words of the story, as no line above the first byline has.
    fn stands_alone(&self, at: usize) -> bool {
        let mark = self.anchor(0).unwrap_or(self.lead);
        let told = self.items[self.lead..].iter().filter(|i| i.verdict.is_none() && i.is_prose());
        at < mark
            && !(0..mark).any(|i| self.titled(i, 4))
            && Topic::of(told.take(STORY_LINES)).shared(&self.items[at].folded, 1).shared >= 2
    }

    /// A title may open like a label: "Explainer: why eggs cost more", "Press group condemns raid".
    fn taken_for_furniture(&self) -> Option<usize> {
        let mark = self.anchor(0).unwrap_or(self.lead);
        (0..mark).rev().find(|&i| {
            let item = &self.items[i];
            let weak = matches!(
                item.kind(),
                Some(
                    Kind::Promo
                        | Kind::Player
                        | Kind::Share
                        | Kind::Paywall
                        | Kind::Label
                        | Kind::Tags
                        | Kind::Related
                        | Kind::Nav
                        | Kind::Notice
                )
            );
            weak && !item.opens_section
                && item.words >= 5
                && item.end != End::Stop
                && !opens_as_a_pointer(&item.folded)
        })
    }

    /// A headline of whole sentences: only where it stands above the byline and nothing else can be it.
    fn stopped(&self) -> Option<usize> {
        (0..self.lead).find(|&i| self.items[i].kind() == Some(Kind::Standfirst) && self.items[i].words <= 20)
    }
}

/// Finds the headline above `head.lead`, within the first `top` lines, and marks it.
pub(super) fn find(items: &mut [Item], head: &mut Header, top: usize) {
    // A text of one line is all story.
    if items.len() == 1 && head.lead == items.len() {
        return;
    }
    let above = Above::new(items, head.lead.min(top), head.lead);
    if head.headline.is_some() {
        // The subject of a mail is its headline, unless a title of its own stands above the byline.
        if let Some(at) = above.over_a_byline() {
            head.headline = Some(items[at].text().to_owned());
            for item in items.iter_mut().filter(|i| i.kind() == Some(Kind::Headline)) {
                item.drop_as(Kind::Slug, "a mail's own header");
            }
            items[at].drop_as(Kind::Headline, "the line above the byline that reads as its title");
        }
        return;
    }
    let twice = above.twice();
    let found = twice
        .map(|t| t.1)
        .or_else(|| above.below_the_day())
        .or_else(|| above.taken_for_furniture().filter(|&i| above.stands_alone(i)))
        .or_else(|| above.nearest(4))
        .or_else(|| above.taken_for_furniture())
        .or_else(|| above.nearest(2))
        .or_else(|| above.stopped());
    let Some(at) = found else { return };
    let number = |item: &Item| item.block.lines.first().map_or(0, |l| l.0);
    let (title, site) = {
        let (title, site) = without_site(items[at].text());
        (title.to_owned(), site.to_owned())
    };
    let mut site_of = |item: &Item, site: &str| {
        if !site.is_empty() {
            let reason = "the outlet's name behind the title".into();
            head.pieces.push((number(item), Piece { text: site.to_owned(), kind: Kind::Sitename, reason }));
            head.source = Some(site.trim_start_matches([' ', '|', '·', '•', '»', '-', '–', '—']).to_owned());
        }
    };
    site_of(&items[at], &site);
    if let Some((other, _)) = twice {
        let suffix = without_site(items[other].text()).1.to_owned();
        site_of(&items[other], &suffix);
        items[other].drop_as(Kind::Headline, "the headline, once more");
    }
    items[at].drop_as(Kind::Headline, "the line above the story that reads as its title");
    head.headline = Some(title);
}

/// "University of St Brannoc": up to five words, each with a capital or a particle.
fn is_name_alone(text: &str) -> bool {
    text.split_whitespace().count() <= 5
        && text.split_whitespace().all(|w| {
            w.starts_with(char::is_uppercase)
                || ["of", "the", "and", "for", "&", "de", "du", "la", "der", "für", "von", "del", "y"]
                    .contains(&w)
        })
}

/// "Read more: …" and its like point elsewhere, wherever they stand.
fn opens_as_a_pointer(folded: &str) -> bool {
    let bare = line::bare(folded);
    [
        "read ",
        "see ",
        "more ",
        "related",
        "recommended",
        "sign ",
        "subscribe",
        "click",
        "skip",
        "follow us",
        "share ",
        "download",
        "to read",
        "watch live",
        "listen",
    ]
    .iter()
    .any(|o| bare.starts_with(o))
}

/// "The Inkwell Diary", "Harlow Gazette": a short title in capitals with an outlet's word in it.
fn is_outlet_title(text: &str) -> bool {
    static OUTLET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:news|times|post|herald|gazette|echo|guardian|chronicle|radio|courier|observer|tribune|journal|telegraph|argus|mercury|advertiser|examiner|sentinel|diary|blog|magazine|fm|tv|online)$").expect("a constant pattern")
    });
    text.split_whitespace().count() <= 5
        && OUTLET.is_match(text)
        && text
            .split_whitespace()
            .all(|w| !w.starts_with(char::is_lowercase) || ["of", "and", "the"].contains(&w))
}

#[cfg(test)]
mod tests {
    use super::without_site;

    #[test]
    fn the_outlets_name_behind_a_title() {
        for (title, rest) in [
            ("Bridge to shut for a week | The Daily Lantern", "Bridge to shut for a week"),
            ("Bridge to shut for a week - BBC News", "Bridge to shut for a week"),
            ("Bridge to shut for a week | News | Tarn Gazette", "Bridge to shut for a week"),
            (
                "Storm Edwin: thousands without power - as it happened",
                "Storm Edwin: thousands without power - as it happened",
            ),
            (
                "Zug kollidiert mit Traktor – Strecke gesperrt",
                "Zug kollidiert mit Traktor – Strecke gesperrt",
            ),
            ("Rovers 2-1 Town", "Rovers 2-1 Town"),
        ] {
            assert_eq!(without_site(title).0, rest);
        }
    }
}
