//! Sentences of the page's own among the story's: they speak to the reader, or stand at the foot of the page, and say
//! nothing that the story says.

use super::super::Kind;
use super::furniture;
use super::line;
use super::topic::Topic;
use super::Item;

/// The longest sentence asked; appeals for support are about this long.
const WORDS: std::ops::RangeInclusive<usize> = 3..=80;

/// How many sentences of a report may say "we" or "you" themselves.
const PERSONAL: usize = 1;

/// How much furniture of the foot parts it from the story, where nothing else tells.
const FOOT_FURNITURE: usize = 3;

/// Decides on what is left of `items[lead..end]`.
pub(super) fn judge(items: &mut [Item], lead: usize, end: usize) {
    let lead = lead.min(end);
    let told = |i: &Item| i.verdict.is_none() && i.suspect.is_none();
    let topic = Topic::of(items[lead..end].iter().filter(|i| told(i)));
    if items[lead..end].iter().filter(|i| told(i) && i.is_prose()).count() < 3 {
        return;
    }
    let foot = foot(items, lead, end, &topic);
    // In a report nobody says "we" or "you" outside quotation marks, but the page does.
    let voiced = items[lead..end].iter().filter(|i| told(i) && !i.quoted && i.is_prose());
    let voiced = voiced.filter(|i| furniture::is_personal(&i.unquoted)).count();
    let report = voiced <= PERSONAL;
    for i in lead..end {
        let item = &items[i];
        if item.verdict.is_some()
            || item.quoted
            || !WORDS.contains(&item.words)
            || line::attributes(&item.unquoted)
        {
            continue;
        }
        let address = furniture::address(&item.unquoted);
        let shared = topic.shared(&item.folded, if item.suspect.is_none() { 2 } else { 1 });
        let (first, second) = furniture::persons(&item.unquoted);
        let speaks = report
            && item.is_prose()
            && !furniture::is_singular(&item.unquoted)
            && !(furniture::is_conditional(&item.unquoted) && !address.is_of_media())
            && ((first && second && shared.is_foreign())
                || (shared.shared == 0
                    && shared.total >= 4
                    && (first || (second && (address.is_of_media() || address.opens)))));
        if !item.listed && speaks {
            items[i].drop_as(address.kind, "it speaks to the reader in a story that speaks to nobody");
        } else if !item.listed && address.is_suspect() && shared.is_foreign() {
            items[i].drop_as(address.kind, "it speaks to the reader and shares no word with the story");
        } else if shared.is_foreign()
            && ((i >= foot.below_one && address.is_voiced()) || (i >= foot.below_all && shared.total >= 3))
        {
            let kind = if address.is_voiced() { address.kind } else { Kind::Notice };
            items[i].drop_as(kind, "at the foot of the page, and it shares no word with the story");
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

fn foot(items: &[Item], lead: usize, end: usize, topic: &Topic) -> Foot {
    let native = |item: &Item| {
        item.verdict.is_none()
            && (item.quoted
                || item.listed
                || (item.is_prose() && !topic.shared(&item.folded, 2).is_foreign()))
    };
    let mut foot = Foot { below_one: end, below_all: end };
    let Some(last) = (lead..end).rev().find(|&i| native(&items[i])) else { return foot };
    let mut furniture = 0;
    for (i, item) in items.iter().enumerate().take(end).skip(last + 1) {
        furniture += usize::from(item.kind().is_some_and(|kind| {
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
