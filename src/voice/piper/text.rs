//! The text that phonemes are made of: what is said, with what the lexicon says otherwise.

use crate::lexicon::Sound;
use crate::script::Sentence;
use std::ops::Range;

/// A sentence's spoken text with respellings in their places.
pub(super) struct Text {
    pub(super) text: String,
    /// Bytes of the sentence's spoken text, of this one, and how they sound where that is given as IPA; in order.
    changed: Vec<(Range<usize>, Range<usize>, Option<String>)>,
}

impl Text {
    pub(super) fn of(sentence: &Sentence) -> Self {
        let spoken = sentence.spoken.text();
        let mut pronounced: Vec<_> = sentence.pronounced.iter().collect();
        pronounced.sort_by_key(|given| given.spoken.start);
        let mut text = String::with_capacity(spoken.len());
        let mut changed = Vec::new();
        let mut from = 0;
        for given in pronounced {
            let range = given.spoken.clone();
            let Some(said) = spoken.get(range.clone()).filter(|_| range.start >= from) else { continue };
            text.push_str(&spoken[from..range.start]);
            let start = text.len();
            let ipa = match &given.sound {
                Sound::Respelling(letters) => {
                    text.push_str(letters);
                    None
                }
                Sound::Ipa(ipa) => {
                    text.push_str(said);
                    Some(ipa.clone())
                }
            };
            from = range.end;
            changed.push((range, start..text.len(), ipa));
        }
        text.push_str(&spoken[from..]);
        Self { text, changed }
    }

    /// What sounds are given, by bytes of this text.
    pub(super) fn given(&self) -> Vec<(Range<usize>, &str)> {
        self.changed.iter().filter_map(|(_, here, ipa)| Some((here.clone(), ipa.as_deref()?))).collect()
    }

    /// The bytes of the sentence's spoken text that bytes of this one stand for.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.place(range.start, false)..self.place(range.end, true)
    }

    fn place(&self, at: usize, is_end: bool) -> usize {
        let before = self
            .changed
            .iter()
            .take_while(|(_, here, _)| here.start < at || (here.start == at && !is_end))
            .last();
        match before {
            None => at,
            Some((there, here, _)) if at < here.end || (at == here.end && is_end) => {
                if is_end {
                    there.end
                } else {
                    there.start
                }
            }
            Some((there, here, _)) => there.end + (at - here.end),
        }
    }
}
