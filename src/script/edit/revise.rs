//! What a sentence becomes when others are gone: openers dropped, names in full.

use super::EditKind;
use super::names::capitalised;
use super::study::Study;
use std::ops::Range;

/// One change of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// Bytes of the sentence as it was.
    pub(super) at: Range<usize>,
    /// What stands there now.
    pub(super) new: String,
    /// What was done.
    pub(super) kind: EditKind,
}

/// A sentence as it is read after the cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revision {
    /// The words.
    pub(crate) text: String,
    /// In order and apart.
    pub(super) changes: Vec<Change>,
}

impl Revision {
    fn new(original: &str, mut changes: Vec<Change>) -> Option<Self> {
        changes.sort_by_key(|c| (c.at.start, c.at.end));
        changes.dedup_by(|b, a| b.at.start < a.at.end);
        capitalise_start(original, &mut changes);
        let mut text = String::with_capacity(original.len() + 32);
        let mut at = 0;
        for change in &changes {
            text.push_str(original.get(at..change.at.start)?);
            text.push_str(&change.new);
            at = change.at.end;
        }
        text.push_str(original.get(at..)?);
        (text != original && text.chars().any(char::is_alphanumeric)).then_some(Self { text, changes })
    }

    /// Where bytes of the sentence as it was stand now; none where a change touches them.
    pub(crate) fn moved(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let mut shift = 0isize;
        for change in &self.changes {
            if change.at.end <= range.start {
                shift += change.new.len() as isize - change.at.len() as isize;
            } else if change.at.start < range.end {
                return None;
            }
        }
        Some(range.start.checked_add_signed(shift)?..range.end.checked_add_signed(shift)?)
    }
}

/// Whatever comes to stand first begins with a capital.
fn capitalise_start(original: &str, changes: &mut [Change]) {
    let Some((first, rest)) = changes.split_first_mut() else { return };
    let opening = original.len() - original.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    if first.at.start > opening {
        return;
    }
    if !first.new.is_empty() {
        first.new = capitalised(&first.new);
    } else if let Some(next) = rest.first_mut().filter(|next| next.at.start == first.at.end) {
        next.new = capitalised(&next.new);
    } else if let Some(c) = original[first.at.end..].chars().find(|c| c.is_alphanumeric()) {
        let at = original[first.at.end..].find(c).map_or(first.at.end, |n| first.at.end + n);
        // "iPhone" keeps its small letter.
        let mixed = original[at + c.len_utf8()..].starts_with(char::is_uppercase);
        let clear = rest.iter().all(|next| next.at.start >= at + c.len_utf8());
        if !mixed && clear {
            first.new = format!("{}{}", &original[first.at.end..at], capitalised(&c.to_string()));
            first.at.end = at + c.len_utf8();
        }
    }
}

/// The revisions of the sentences in a cut, in order; none for a sentence that stays as it is.
pub(super) fn revise(study: &Study<'_>, cut: &[usize]) -> Vec<Option<Revision>> {
    let mut introduced = study.headline_names.clone();
    cut.iter()
        .map(|&n| {
            let mut changes = Vec::new();
            for need in &study.needs[n] {
                if let Some((at, kind)) = &need.cure
                    && !need.any.iter().any(|on| cut.binary_search(on).is_ok())
                {
                    changes.push(Change { at: at.clone(), new: String::new(), kind: *kind });
                }
            }
            for mention in &study.mentions[n] {
                let fresh = introduced.insert(mention.who);
                if fresh
                    && !mention.full
                    && !mention.quoted
                    && let Some(new) = &mention.cure
                {
                    let kind =
                        if mention.initials { EditKind::AbbreviationInFull } else { EditKind::NameInFull };
                    changes.push(Change { at: mention.at.clone(), new: new.clone(), kind });
                }
            }
            if changes.is_empty() { None } else { Revision::new(study.lines[n].text, changes) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_and_what_moves() {
        let original = "And Orme also said iPhones fell.";
        let change =
            |at: Range<usize>, new: &str| Change { at, new: new.into(), kind: EditKind::OpenerDropped };
        let revision =
            Revision::new(original, vec![change(0..4, ""), change(4..8, "Ann Orme"), change(8..13, "")]);
        let revision = revision.unwrap();
        assert_eq!(revision.text, "Ann Orme said iPhones fell.");
        assert_eq!(revision.moved(&(19..26)), Some(14..21));
        assert_eq!(revision.moved(&(4..8)), None);
        let revision = Revision::new("And the council met.", vec![change(0..4, "")]).unwrap();
        assert_eq!(revision.text, "The council met.");
        assert_eq!(revision.moved(&(8..15)), Some(4..11));
    }
}
