//! The text that phonemes are made of: what is said, with what the lexicon says otherwise.

use crate::lexicon::Sound;
use crate::normalise::Class;
use crate::script::Sentence;
use crate::voice::letters;
use std::ops::Range;

/// A sentence's spoken text with respellings in their places.
pub(super) struct Text {
    pub(super) text: String,
    /// Bytes of the sentence's spoken text, of this one, and how they sound where that is given as IPA; in order.
    changed: Vec<(Range<usize>, Range<usize>, Option<String>)>,
}

impl Text {
    /// `american` decides how letters are called.
    pub(super) fn of(sentence: &Sentence, american: bool) -> Self {
        let spoken = sentence.spoken.text();
        let of_lexicon = sentence.pronounced.iter().map(|given| (given.spoken.clone(), given.sound.clone()));
        let letters = sentence.spoken.words().filter(|word| word.class != Class::Plain).filter_map(|word| {
            let sounds = letters::sounds(word.text, american)?;
            Some((word.spoken, Sound::Ipa(sounds)))
        });
        let mut given: Vec<_> = of_lexicon.chain(letters).collect();
        // The lexicon comes first where both have something to say: the sort is stable.
        given.sort_by_key(|(range, _)| range.start);
        let mut text = String::with_capacity(spoken.len());
        let mut changed = Vec::new();
        let mut from = 0;
        for (range, sound) in given {
            let Some(said) = spoken.get(range.clone()).filter(|_| range.start >= from) else { continue };
            text.push_str(&spoken[from..range.start]);
            let start = text.len();
            let ipa = match sound {
                Sound::Respelling(letters) => {
                    text.push_str(&letters);
                    None
                }
                Sound::Ipa(ipa) => {
                    text.push_str(said);
                    Some(ipa)
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
        let begun = |here: &Range<usize>| here.start < at || (here.start == at && !is_end);
        let Some((there, here, _)) = self.changed.iter().take_while(|(_, here, _)| begun(here)).last() else {
            return at;
        };
        match (at < here.end || (at == here.end && is_end), is_end) {
            (true, true) => there.end,
            (true, false) => there.start,
            (false, _) => there.end + (at - here.end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_to_what_was_there() {
        // "to Milngavie now" with "mul guy" for the name.
        let text = Text { text: "to mul guy now".into(), changed: vec![(3..12, 3..10, None)] };
        for (here, there) in
            [(0..2, 0..2), (3..6, 3..12), (7..10, 3..12), (3..10, 3..12), (11..14, 13..16), (0..14, 0..16)]
        {
            assert_eq!(text.original(here.clone()), there, "{here:?}");
        }
    }
}
