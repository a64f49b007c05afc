//! One article on its way to a [`Story`]: spoken sentence by sentence, cut, and parted where the voice changes.

use super::edit::{self, Cutting};
use super::{Paces, Role, Sentence, Settings, Story, Tools, sentences_of, speak, speech, without_inlines};
use crate::article::{Article, Dropped};
use crate::lexicon::Entry;
use crate::lexicon::inline::Inline;
use crate::{Error, Result};

/// An article without its inline pronunciations, and those that count only where they stood.
pub(super) struct Copy {
    input: String,
    article: Article,
    headline_inlines: Vec<Inline>,
    paragraph_inlines: Vec<Vec<Inline>>,
}

impl Copy {
    /// Takes the inline markup out; what counts beyond its line goes to `entries`.
    fn without_markup(input: String, mut article: Article, entries: &mut Vec<Entry>) -> Result<Self> {
        let mut strip = |text: &mut String| without_inlines(text, &input, entries);
        let headline_inlines = article.headline.as_mut().map(&mut strip).transpose()?.unwrap_or_default();
        let paragraph_inlines =
            article.paragraphs.iter_mut().map(|p| strip(&mut p.text)).collect::<Result<_>>()?;
        Ok(Self { input, article, headline_inlines, paragraph_inlines })
    }

    /// The article as spoken sentences.
    pub(super) fn tell(self, tools: Tools<'_>, settings: &Settings) -> Result<Told> {
        let Self { input, article, headline_inlines, paragraph_inlines } = self;
        if let Some(language) = article.language.as_deref()
            && !language.starts_with("en")
        {
            return Err(Error::Language { input, language: language_name(language) });
        }
        let mut sentences = Vec::new();
        let mut readings = Vec::new();
        let mut add = |sentence: Sentence, inlines: Vec<Inline>| {
            if sentence.has_words() {
                sentences.push(sentence);
                readings.push(inlines);
            }
        };
        if let Some(headline) = &article.headline {
            let said = speak(headline, &headline_inlines, tools, &input);
            let pause_ms = settings.headline_pause_ms;
            let sentence = Sentence::new(Role::Headline, None, headline.clone(), said, pause_ms);
            add(sentence, headline_inlines);
        }
        for (n, (paragraph, inlines)) in article.paragraphs.iter().zip(&paragraph_inlines).enumerate() {
            let mut parts = sentences_of(&paragraph.text, inlines, tools, &input).peekable();
            while let Some((inlines, written, spoken, pronounced)) = parts.next() {
                let pause_ms = if parts.peek().is_none() {
                    settings.paragraph_pause_ms
                } else {
                    settings.sentence_pause_ms
                };
                let said = (spoken, pronounced);
                add(Sentence::new(Role::Body, Some(n), written, said, pause_ms), inlines);
            }
        }
        if sentences.is_empty() {
            return Err(Error::NothingToSay { input });
        }
        if settings.quotes_apart {
            mark_speech(&mut sentences);
        }
        let Article { headline, dropped, .. } = article;
        Ok(Told { input, headline, dropped, sentences, readings })
    }
}

/// An article as spoken sentences, before it is cut to any length.
pub(super) struct Told {
    input: String,
    headline: Option<String>,
    dropped: Vec<Dropped>,
    sentences: Vec<Sentence>,
    /// What each sentence has of inline readings, should it be spoken again.
    readings: Vec<Vec<Inline>>,
}

impl Told {
    pub(super) fn story(
        mut self,
        tools: Tools<'_>,
        settings: &Settings,
        length: Option<(edit::Settings, &dyn Paces)>,
        nth: usize,
    ) -> Story {
        let sentences = std::mem::take(&mut self.sentences);
        let cutting = match length {
            None => Cutting { sentences, omitted: Vec::new(), edits: Vec::new(), cut: None },
            Some(length) => self.cutter(tools, settings, length, nth, |cutter| cutter.cut(&sentences)),
        };
        self.of(cutting, settings)
    }

    pub(super) fn menu(
        mut self,
        tools: Tools<'_>,
        settings: &Settings,
        length: (edit::Settings, &dyn Paces),
        nth: usize,
        most_s: f64,
    ) -> Vec<Story> {
        let sentences = std::mem::take(&mut self.sentences);
        let menu = self.cutter(tools, settings, length, nth, |cutter| cutter.menu(&sentences, most_s));
        menu.into_iter().map(|cutting| self.of(cutting, settings)).collect()
    }

    fn cutter<T>(
        &self,
        tools: Tools<'_>,
        pauses: &Settings,
        (settings, paces): (edit::Settings, &dyn Paces),
        story: usize,
        cut: impl FnOnce(&edit::Tools<'_>) -> T,
    ) -> T {
        let respeak = |n: usize, revision: &edit::Revision| {
            let kept = self.readings[n].iter().filter_map(|inline| {
                Some(Inline { written: revision.moved(&inline.written)?, ..inline.clone() })
            });
            speak(&revision.text, &kept.collect::<Vec<_>>(), tools, &self.input)
        };
        cut(&edit::Tools { settings, pauses, paces, story, speak: &respeak })
    }

    /// The story after a cut, its sentences in parts where another voice speaks.
    fn of(&self, cutting: Cutting, settings: &Settings) -> Story {
        let Cutting { sentences: whole, omitted, mut edits, cut } = cutting;
        let mut sentences = Vec::with_capacity(whole.len());
        let mut edits_left = edits.iter_mut().peekable();
        for (n, sentence) in whole.into_iter().enumerate() {
            let first = sentences.len();
            sentences.extend(sentence.parts(settings));
            while let Some(edit) = edits_left.next_if(|edit| edit.sentence == n) {
                let has_it = |part: &Sentence| part.written.contains(&edit.to);
                edit.sentence = first + sentences[first..].iter().position(has_it).unwrap_or(0);
            }
        }
        let Self { input, headline, dropped, .. } = self;
        let (input, headline, dropped) = (input.clone(), headline.clone(), dropped.clone());
        Story { input, headline, sentences, dropped, omitted, edits, cut }
    }
}

/// Notes what is quoted in a story, the headline apart.
fn mark_speech(sentences: &mut [Sentence]) {
    let body = sentences.iter().position(|s| s.role == Role::Body).unwrap_or(sentences.len());
    let body = &mut sentences[body..];
    let texts: Vec<(usize, &str)> = body.iter().map(|s| (s.paragraph.unwrap_or(0), &*s.written)).collect();
    let found = speech::find(&texts);
    for (sentence, quoted) in body.iter_mut().zip(found) {
        sentence.quoted = quoted;
    }
}

/// The articles without their inline pronunciations, and those that count beyond their line.
pub(super) fn copies_of(articles: Vec<(String, Article)>) -> Result<(Vec<Copy>, Vec<Entry>)> {
    let mut entries = Vec::new();
    let copies = articles
        .into_iter()
        .map(|(input, article)| Copy::without_markup(input, article, &mut entries))
        .collect::<Result<_>>()?;
    Ok((copies, entries))
}

fn language_name(code: &str) -> String {
    let name = match code.split('-').next().unwrap_or(code) {
        "ar" => "Arabic",
        "de" => "German",
        "es" => "Spanish",
        "fr" => "French",
        "hi" => "Hindi",
        "it" => "Italian",
        "ja" => "Japanese",
        "ko" => "Korean",
        "nl" => "Dutch",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ru" => "Russian",
        "sv" => "Swedish",
        "tr" => "Turkish",
        "uk" => "Ukrainian",
        "vi" => "Vietnamese",
        "zh" => "Chinese",
        other => other,
    };
    name.to_owned()
}
