//! Who speaks a sentence, and how a sentence with speech in it falls into parts.

use super::{Role, Sentence, Settings};
use crate::normalise::Piece;
use crate::pace::Pace;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Who speaks; which voice that is, the job's cast says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// Says the station's lines and the headlines.
    Presenter,
    /// Reads a story.
    Reader,
    /// Is quoted in it.
    Quote,
}

impl Speaker {
    /// Who says what has this role, quotations apart.
    ///
    /// # Examples
    /// ```
    /// use bulletin::script::{Role, Speaker};
    /// assert_eq!(Speaker::of(Role::Headline), Speaker::Presenter);
    /// assert_eq!(Speaker::of(Role::Body), Speaker::Reader);
    /// ```
    pub fn of(role: Role) -> Self {
        match role {
            Role::Headline | Role::Line => Self::Presenter,
            Role::Body => Self::Reader,
        }
    }
}

/// How fast everyone speaks.
pub trait Paces {
    /// The pace of a speaker in a story, counted from 0, or in the station's lines.
    fn pace(&self, speaker: Speaker, story: Option<usize>) -> &dyn Pace;
}

/// One voice for everyone.
impl<P: Pace> Paces for P {
    fn pace(&self, _: Speaker, _: Option<usize>) -> &dyn Pace {
        self
    }
}

impl Sentence {
    /// Seconds it takes, with the pauses inside it and without the one after it.
    pub(crate) fn seconds(&self, paces: &dyn Paces, story: Option<usize>, settings: &Settings) -> f64 {
        if self.quoted.is_empty() {
            return paces.pace(self.speaker, story).seconds(self.spoken.text());
        }
        let parts = self.clone().parts(settings);
        let pauses = f64::from(settings.quote_pause_ms) / 1000.0 * (parts.len() - 1) as f64;
        parts.iter().map(|part| paces.pace(part.speaker, story).seconds(part.spoken.text())).sum::<f64>()
            + pauses
    }

    /// The sentence, or its quoted and other parts in order, each a sentence to a voice. The words do not change.
    ///
    /// Where a part would begin inside something that is said in one piece, the sentence stays whole.
    pub(super) fn parts(mut self, settings: &Settings) -> Vec<Self> {
        let quoted = std::mem::take(&mut self.quoted);
        let Some(runs) = self.runs(&quoted) else { return vec![self] };
        if let [(_, quoted)] = runs[..] {
            if quoted {
                self.speaker = Speaker::Quote;
            }
            return vec![self];
        }
        let last = runs.len().saturating_sub(1);
        let part = |(n, (pieces, quoted)): (usize, (Range<usize>, bool))| {
            let (spoken, from) = self.spoken.part(pieces.clone());
            let length = spoken.text().len();
            let inside =
                |p: &&crate::lexicon::Pronounced| from <= p.spoken.start && p.spoken.end <= from + length;
            let pronounced = self.pronounced.iter().filter(inside).cloned().map(|mut p| {
                p.spoken = p.spoken.start - from..p.spoken.end - from;
                p
            });
            let all = &self.spoken.pieces()[pieces];
            let written = all.first().zip(all.last()).map_or(0..0, |(a, b)| a.written.start..b.written.end);
            Self {
                speaker: if quoted { Speaker::Quote } else { self.speaker },
                written: self.written[written].to_owned(),
                pronounced: pronounced.collect(),
                spoken,
                quoted: Vec::new(),
                goes_on: n < last,
                pause_ms: if n < last { settings.quote_pause_ms } else { self.pause_ms },
                ..self
            }
        };
        runs.into_iter().enumerate().map(part).collect()
    }

    /// The sentence's pieces as runs that are quoted or are not; none where it cannot be parted.
    fn runs(&self, quoted: &[Range<usize>]) -> Option<Vec<(Range<usize>, bool)>> {
        let pieces = self.spoken.pieces();
        let mut runs: Vec<(Range<usize>, bool)> = Vec::new();
        let mut at = 0;
        for range in quoted {
            let from = first_from(pieces, at, range.start)?;
            let mut to = first_from(pieces, from, range.end)?;
            // The comma or stop after the closing mark is the quotation's.
            while pieces.get(to).is_some_and(|piece| !has_words(self, piece) && !opens(self, piece)) {
                to += 1;
            }
            runs.extend([(at..from, false), (from..to, true)]);
            at = to;
        }
        runs.push((at..pieces.len(), false));
        let mut merged: Vec<(Range<usize>, bool)> = Vec::new();
        for (run, quoted) in runs.into_iter().filter(|(run, _)| !run.is_empty()) {
            let silent = !pieces[run.clone()].iter().any(|piece| has_words(self, piece));
            match merged.last_mut() {
                Some((before, was)) if silent || *was == quoted => before.end = run.end,
                // What came before had no words: it goes with the first that has.
                Some((before, was)) if !pieces[before.clone()].iter().any(|piece| has_words(self, piece)) => {
                    (before.end, *was) = (run.end, quoted);
                }
                _ => merged.push((run, quoted)),
            }
        }
        let text = self.spoken.text();
        let parts_words = |cut: usize| {
            let said = |piece: &&Piece| !piece.spoken.is_empty();
            let end = pieces[..cut].iter().rev().find(said).map_or(0, |piece| piece.spoken.end);
            let start = pieces[cut..]
                .iter()
                .find(|piece| has_words(self, piece))
                .map_or(text.len(), |p| p.spoken.start);
            let apart = text.get(end..start).is_some_and(|gap| gap.contains(' '));
            apart && !self.pronounced.iter().any(|p| p.spoken.start < start && end < p.spoken.end)
        };
        merged.iter().skip(1).all(|(run, _)| parts_words(run.start)).then_some(merged)
    }
}

/// The first piece from `at` on that begins at a written byte or later; none where one lies across it.
fn first_from(pieces: &[Piece], at: usize, byte: usize) -> Option<usize> {
    let index = at + pieces.get(at..)?.iter().take_while(|piece| piece.written.start < byte).count();
    let before = index.checked_sub(1).and_then(|before| pieces.get(before));
    before.is_none_or(|piece| piece.written.end <= byte).then_some(index)
}

fn has_words(sentence: &Sentence, piece: &Piece) -> bool {
    sentence.spoken.text()[piece.spoken.clone()].contains(char::is_alphanumeric)
}

/// Whether a piece is a mark or bracket that belongs to what follows it.
fn opens(sentence: &Sentence, piece: &Piece) -> bool {
    let follows = sentence.written[piece.written.end..].starts_with(char::is_alphanumeric);
    match &sentence.written[piece.written.clone()] {
        "“" | "‘" | "(" | "[" | "«" | "£" | "$" | "€" => true,
        "\"" | "'" | "-" => follows,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::lexicon::{Action, Entry, Layer, Lexicon, Sound};
    use crate::normalise::Normaliser;
    use crate::script::{Script, Tools};

    fn script(paragraphs: &[&str], quotes_apart: bool) -> Vec<Sentence> {
        let paragraphs = paragraphs.iter().map(|p| (*p).to_owned().into()).collect();
        let article =
            Article { headline: Some("“We won,” says Orme".into()), paragraphs, ..Article::default() };
        let entry = Entry {
            term: "Orme Trust".into(),
            action: Action::Say(Sound::Respelling("orm trust".into())),
            case_sensitive: true,
            language: None,
            story: None,
            layer: Layer::House,
            place: "test".into(),
        };
        let tools = Tools { normaliser: &Normaliser::default(), lexicon: &Lexicon::new(vec![entry]) };
        let settings = Settings { quotes_apart, ..Settings::default() };
        let script = Script::write(vec![("a.txt".into(), article)], tools, &settings).unwrap();
        script.stories.into_iter().flat_map(|story| story.sentences).collect()
    }

    /// The body's parts, `>` before those that are quoted.
    fn parts(paragraph: &str) -> Vec<String> {
        let sentences = script(&[paragraph], true);
        let mark = |s: &Sentence| if s.speaker == Speaker::Quote { ">" } else { "" };
        sentences[1..].iter().map(|s| format!("{}{}", mark(s), s.spoken.text())).collect()
    }

    #[test]
    fn a_sentence_falls_at_its_marks() {
        for (paragraph, expected) in [
            (
                "“It will cost £1.2m,” said Cllr Orme.",
                &[">It will cost one point two million pounds,", "said Councillor Orme."][..],
            ),
            ("“It will cost us all”, she said.", &[">It will cost us all,", "she said."]),
            ("She said: “It will cost us all.”", &["She said:", ">It will cost us all."]),
            ("She called it “a cost to us all”.", &["She called it", ">a cost to us all."]),
            (
                "“We won it all,” he said, “and so did they.”",
                &[">We won it all,", "he said,", ">and so did they."],
            ),
            ("“We have won. We have lost,” he said.", &[">We have won.", ">We have lost,", "he said."]),
            ("He (“we all won the cup”) left.", &["He,", ">we all won the cup,", "left."]),
            ("“We all won the cup” – he said.", &[">We all won the cup,", "he said."]),
            ("He said “… and then we won”.", &["He said", ">and then we won."]),
            // One voice after another with nothing between them.
            ("“We all won the cup.” “We all did so!”", &[">We all won the cup.", ">We all did so!"]),
            // No speech, no parts.
            ("The ‘two-tier’ row goes on.", &["The two-tier row goes on."]),
            ("No marks at all here.", &["No marks at all here."]),
            // What is said in one piece stays in one.
            (
                "Mr Orme “Trust is not to be blamed for it”.",
                &["Mister Orme Trust is not to be blamed for it."],
            ),
        ] {
            assert_eq!(parts(paragraph), expected, "{paragraph}");
        }
    }

    #[test]
    fn spans_pauses_and_sounds_go_with_their_part() {
        let paragraph = "“The Orme Trust paid £5 for it,” said Ann Orme of the Orme Trust. She left.";
        let sentences = script(&[paragraph], true);
        let (quote, rest) = (&sentences[1], &sentences[2]);
        assert_eq!(
            (quote.written.as_str(), rest.written.as_str()),
            ("“The Orme Trust paid £5 for it,”", "said Ann Orme of the Orme Trust.")
        );
        for part in [quote, rest] {
            let [sound] = &part.pronounced[..] else { panic!("{part:?}") };
            assert_eq!(&part.spoken.text()[sound.spoken.clone()], "Orme Trust");
            for word in part.spoken.words() {
                let written = &part.written[word.written.clone()];
                assert!(written == word.text || written == "£5", "{word:?} is not {written}");
            }
            // Nothing that was written is lost.
            let held: usize = part.spoken.pieces().iter().map(|p| p.written.len()).sum();
            assert_eq!(held, part.written.chars().filter(|c| *c != ' ').map(char::len_utf8).sum::<usize>());
        }
        assert_eq!((quote.pause_ms, rest.pause_ms, sentences[3].pause_ms), (120, 400, 800));
        assert_eq!(sentences.iter().map(|s| s.goes_on).collect::<Vec<_>>(), [false, true, false, false]);
    }

    #[test]
    fn the_words_are_those_of_the_whole_and_headlines_stay_whole() {
        let paragraphs = [
            "“It is 5% up on 3 May 2025,” said Dr Ann Orme, 42. “We are ‘very’ happy. It is St John's day.",
            "“And so are they,” she said. The ‘row’ went on: ‘It is over and done with now,’ said the BBC.",
        ];
        let (whole, apart) = (script(&paragraphs, false), script(&paragraphs, true));
        let words = |sentences: &[Sentence]| -> Vec<String> {
            let words = sentences
                .iter()
                .flat_map(|s| s.spoken.words().map(|w| w.text.to_owned()).collect::<Vec<_>>());
            words.collect()
        };
        assert_eq!(words(&whole), words(&apart));
        assert!(apart.len() > whole.len() + 3, "{apart:?}");
        assert!(whole.iter().all(|s| s.quoted.is_empty() && !s.goes_on && s.speaker != Speaker::Quote));
        assert_eq!((apart[0].speaker, apart[0].spoken.text()), (Speaker::Presenter, whole[0].spoken.text()));
    }
}
