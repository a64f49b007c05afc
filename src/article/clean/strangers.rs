//! Sentences of the page's own among the story's: they speak to the reader, or stand at the foot of the page, and say
//! nothing that the story says.

use super::super::Kind;
use super::Item;
use super::furniture;
use super::line::{self, End};
use super::topic::{Shared, Topic};

/// The longest sentence asked; appeals for support are about this long.
const WORDS: std::ops::RangeInclusive<usize> = 3..=80;

/// How many sentences the foot of a page may hold.
const FOOT_SENTENCES: usize = 3;

/// How many sentences of a report may say "we" or "you" themselves.
const PERSONAL: usize = 1;

/// How much furniture of the foot parts it from the story, where nothing else tells.
const FOOT_FURNITURE: usize = 3;

/// Decides on what is left of `items[lead..end]`.
pub(super) fn judge(items: &mut [Item], lead: usize, end: usize, outlet: Option<&str>) {
    let outlet = outlet.map(line::fold);
    // The outlet as a line above the headline names it.
    let above = items[..lead.min(end)].iter().take(60);
    let named: Vec<String> = above
        .filter(|i| matches!(i.kind(), Some(Kind::Sitename | Kind::Label)) && (2..=4).contains(&i.words))
        .map(|i| format!("{} ", i.text()))
        .collect();
    let lead = lead.min(end);
    let told = |i: &Item| i.verdict.is_none() && i.suspect.is_none();
    let topic = Topic::of(items[lead..end].iter().filter(|i| told(i)));
    if items[lead..end].iter().filter(|i| told(i) && i.is_prose()).count() < 3 {
        return;
    }
    reprieve(&mut items[lead..end], &topic);
    let foot = foot(items, lead, end, &topic);
    // In a report nobody says "we" or "you" outside quotation marks, but the page does.
    let voiced = items[lead..end].iter().filter(|i| told(i) && !i.quoted && i.is_prose());
    let voiced = voiced.filter(|i| furniture::is_personal(&i.unquoted)).count();
    let report = voiced <= PERSONAL;
    for (i, item) in items.iter_mut().enumerate().take(end).skip(lead) {
        if item.verdict.is_some()
            || item.quoted
            || !WORDS.contains(&item.words)
            || line::attributes(&item.unquoted)
        {
            continue;
        }
        let address = furniture::address(&item.unquoted);
        let shared = topic.shared(&item.folded, if item.suspect.is_none() { 2 } else { 1 });
        // Of a line as short as "We want to hear from you." nothing is left to share.
        let foreign = shared.is_foreign() || (shared.total < 2 && shared.shared == 0 && item.is_prose());
        if !item.listed && report && foreign && speaks(item, address, shared) {
            item.drop_as(address.kind, "it speaks to the reader in a story that speaks to nobody");
        } else if !item.listed && foreign && address.is_suspect() {
            item.drop_as(address.kind, "it speaks to the reader and shares no word with the story");
        } else if item.is_prose()
            && (outlet.as_ref().is_some_and(|o| speaks_of_itself(item, o, &topic))
                || (foreign && named.iter().any(|n| item.text().starts_with(n.as_str()))))
        {
            item.drop_as(Kind::Notice, "the outlet speaks of itself");
        } else if foreign && foot.holds(i, item, address, shared) {
            let kind = if address.is_voiced() { address.kind } else { Kind::Notice };
            item.drop_as(kind, "at the foot of the page, and it shares no word with the story");
        }
    }
}

/// Whether a sentence opens with the outlet's name and says nothing of the story: "The Observer is published weekly."
fn speaks_of_itself(item: &Item, outlet: &str, topic: &Topic) -> bool {
    let outlet = outlet.strip_prefix("the ").unwrap_or(outlet);
    let line = item.folded.strip_prefix("the ").unwrap_or(&item.folded);
    let short = outlet.rsplit(' ').next().filter(|w| w.len() >= 5).unwrap_or(outlet);
    let rest = line.strip_prefix(outlet).or_else(|| line.strip_prefix(short));
    rest.is_some_and(|rest| {
        rest.starts_with([' ', '\''])
            && topic.shared(rest, if item.suspect.is_none() { 2 } else { 1 }).shared == 0
    })
}

/// Whether a sentence is the page's voice: "we" and "you" together, or one of them and nothing of the story.
fn speaks(item: &Item, address: furniture::Address, shared: Shared) -> bool {
    let proverb = furniture::is_conditional(&item.unquoted) && !address.is_of_media();
    if !item.is_prose()
        || furniture::is_singular(&item.unquoted)
        || proverb
        || furniture::states(&item.unquoted)
    {
        return false;
    }
    let (first, second) = furniture::persons(&item.unquoted);
    let trade = address.is_of_media();
    let alone = shared.shared == 0 && shared.total >= if trade { 2 } else { 4 };
    (first && second) || (alone && (first || (second && (trade || address.opens))))
}

/// Takes back what wording alone left out where the sentence is about what the story is about and speaks to nobody:
/// "The path is sponsored by the bakery."
fn reprieve(items: &mut [Item], topic: &Topic) {
    let last = items.iter().rposition(|i| i.verdict.is_none() && i.is_prose()).unwrap_or(0);
    for item in &mut items[..last] {
        let soft = item.verdict.as_ref().is_some_and(|v| {
            v.reason.starts_with(super::BY_PATTERN)
                && matches!(
                    v.kind,
                    Kind::Ad
                        | Kind::Promo
                        | Kind::Notice
                        | Kind::Comments
                        | Kind::Paywall
                        | Kind::Newsletter
                        | Kind::Copyright
                        | Kind::Share
                        | Kind::Player
                )
        });
        if !soft || item.end != End::Stop || item.opens_section || item.folded.starts_with("this ") {
            continue;
        }
        let shared = topic.shared(&item.folded, 1);
        let native = item.words >= 4 && shared.shared >= 2
            || (item.words >= 4 && shared.shared >= 1 && shared.shared * 3 >= shared.total);
        if native && !furniture::address(&item.unquoted).is_voiced() {
            item.suspect = item.kind();
            item.verdict = None;
        }
    }
}

/// The foot of a page: below the last sentence of the story.
#[derive(Debug)]
struct Foot {
    /// Below the first furniture of a foot.
    below_one: usize,
    /// Below enough of it to be sure.
    below_all: usize,
}

impl Foot {
    fn holds(&self, i: usize, item: &Item, address: furniture::Address, shared: Shared) -> bool {
        let voiced = address.is_voiced() && !furniture::states(&item.unquoted);
        (i >= self.below_one && voiced) || (i >= self.below_all && shared.total >= 3)
    }
}

fn foot(items: &[Item], lead: usize, end: usize, topic: &Topic) -> Foot {
    let native = |item: &Item| {
        item.verdict.is_none()
            && (item.quoted
                || item.listed
                || (item.is_prose() && !topic.shared(&item.folded, 2).is_foreign()))
    };
    let mut foot = Foot { below_one: end, below_all: end };
    let Some(last) = (lead..end).rev().find(|&i| native(&items[i])) else { return foot };
    let (mut furniture, mut before) = (0, None);
    for (i, item) in items.iter().enumerate().take(end).skip(last + 1) {
        // A label and the titles below it are one piece: such a block stands in the middle of a story, too.
        let again = item.kind().is_some() && item.kind() == std::mem::replace(&mut before, item.kind());
        furniture += usize::from(item.kind().filter(|_| !again).is_some_and(|kind| {
            matches!(
                kind,
                Kind::Comments
                    | Kind::Copyright
                    | Kind::Related
                    | Kind::Tags
                    | Kind::Newsletter
                    | Kind::Paywall
                    | Kind::Promo
                    | Kind::Share
                    | Kind::Cookie
                    | Kind::Bio
                    | Kind::Agency
                    | Kind::Nav
                    | Kind::Notice
            )
        }));
        // Furniture in the middle of a story has the story below it.
        let below = items[i..end].iter().filter(|o| o.verdict.is_none() && o.is_prose()).count();
        if below > FOOT_SENTENCES {
            continue;
        }
        if furniture >= 1 {
            foot.below_one = foot.below_one.min(i);
        }
        if furniture >= FOOT_FURNITURE {
            foot.below_all = i;
            break;
        }
    }
    foot
}

#[cfg(test)]
mod tests {
    use super::super::super::{Settings, text};

    const STORY: [&str; 8] = [
        "Otters return to the mill stream",
        "By Ann Orme",
        "4 May 2025",
        "Otters have been seen in the mill stream for the first time since 1962, a survey has found.",
        "Volunteers counted three adults and two cubs below the weir in March.",
        "The stream was cleaned after the tannery closed, and trout were put back five years ago.",
        "The warden wants a hide beside the weir.",
        "Walkers must keep their dogs on a lead until the cubs have left the stream.",
    ];

    fn kept(line: &str, at: usize) -> bool {
        let mut lines = STORY.to_vec();
        lines.insert(at, line);
        lines.extend([
            "Most read",
            "Vicar stuck in lift for nine hours",
            "Privacy policy",
            "© 2025 Tarn Media",
        ]);
        let page = lines.join("\n");
        let article = super::super::clean(text::lines(&page), &Settings::default()).unwrap();
        article.paragraphs.iter().any(|p| p.text == line)
    }

    #[test]
    fn the_pages_own_voice_in_a_report() {
        for line in [
            "If you don't like our community, you can check out any time you like.",
            "We would love to hear eyewitness accounts, the history behind an article.",
            "Local stories matter, and so do the people who tell them. Become a member for $7 a month.",
        ] {
            assert!(!kept(line, 6), "{line}");
        }
    }

    #[test]
    fn sentences_of_the_storys_own() {
        for line in [
            "The hide is sponsored by the trout farm at the weir.",
            "Comments on the cubs must reach the warden by June.",
            "Stand still at dusk and you will hear the cubs.",
            "Share your sandwiches with a swan and you will not be left alone.",
            "From our bridge you can see the cubs at low water.",
            "We counted them twice, and then the warden counted them again.",
            "It was gone.",
        ] {
            assert!(kept(line, 6), "{line}");
            assert!(kept(line, 8), "{line}");
        }
    }

    #[test]
    fn the_foot_of_a_page() {
        let page = [
            &STORY[..],
            &["Share", "Most read", "Vicar stuck in lift for nine hours", "Comments", "Tarn Media"],
            &["Children's wristbands glow in the dark and cost four pounds each."],
        ]
        .concat()
        .join("\n");
        let article = super::super::clean(text::lines(&page), &Settings::default()).unwrap();
        assert_eq!(article.paragraphs.len(), 5, "{:?}", article.paragraphs);
    }
}
