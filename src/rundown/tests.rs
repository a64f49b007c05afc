//! Planning, on scripts of plain articles.

use super::*;
use crate::article::Article;
use crate::lexicon::Lexicon;
use crate::normalise::{Locale, Normaliser};
use crate::script::{self, Tools};

/// Three stories: one whole, one without a headline, one that is nothing but its headline.
fn script(template: &Template) -> (Script, Template) {
    let facts =
        Facts { station: Some("Echo".into()), at: Some("07:00".parse().unwrap()), ..Facts::default() };
    let article = |headline: Option<&str>, text: &[&str]| Article {
        headline: headline.map(str::to_owned),
        paragraphs: text.iter().map(|text| (*text).to_owned().into()).collect(),
        ..Article::default()
    };
    let articles = vec![
        ("a".to_owned(), article(Some("Bridge closes"), &["The bridge closes. Buses will run."])),
        ("b".to_owned(), article(None, &["Fares rise.", "A ticket is dearer."])),
        ("c".to_owned(), article(Some("Weather fair"), &[])),
    ];
    let filled = template.fill(&facts, articles.len(), Locale::EnGb).unwrap();
    let (normaliser, lexicon) = (Normaliser::default(), Lexicon::default());
    let tools = Tools { normaliser: &normaliser, lexicon: &lexicon };
    let lines: Vec<&str> = filled.lines().collect();
    let script = Script::write_with(articles, &lines, tools, &script::Settings::default(), None).unwrap();
    (script, filled)
}

/// One line a part: kind, bed, and what is heard with the silence after (or, for stings, before) it.
fn shown(rundown: &Rundown, script: &Script) -> Vec<String> {
    let sentences: Vec<_> = script.sentences().collect();
    rundown
        .parts
        .iter()
        .map(|part| {
            let cues = part.cues.iter().map(|cue| match cue {
                Cue::Sting { sting, pad_ms, .. } => format!("{pad_ms}+{}", rundown.stings[*sting]),
                Cue::Sentence { sentence, pause_ms, .. } => {
                    format!("{}+{pause_ms}", sentences[*sentence].spoken.text())
                }
                Cue::Pause { length_ms } => length_ms.to_string(),
            });
            let bed = part.bed.map_or(String::new(), |bed| format!(" over {}", rundown.beds[bed].name));
            format!("{}{bed}: {}", part.kind.noun(), cues.collect::<Vec<_>>().join(" | "))
        })
        .collect()
}

fn planned(template: &Template) -> Vec<String> {
    let (script, filled) = script(template);
    shown(&Rundown::plan(&script, &filled), &script)
}

#[test]
fn plain_is_a_sting_and_the_stories_as_scripted() {
    assert_eq!(
        planned(&Template::default()),
        [
            "sting: 0+news",
            "stories: Bridge closes+600 | The bridge closes.+400 | Buses will run.+1300 | Fares rise.+800 | \
             A ticket is dearer.+1300 | Weather fair+600",
        ]
    );
}

#[test]
fn hourly_has_idents_and_separators() {
    assert_eq!(
        planned(&Template::built_in("hourly").unwrap()),
        [
            "sting: 0+news",
            "line: Echo news at seven o'clock.+500",
            "stories: Bridge closes+600 | The bridge closes.+400 | Buses will run.+0 | 350+separator | \
             Fares rise.+800 | A ticket is dearer.+0 | 350+separator | Weather fair+600",
            "line: Echo news.+250",
            "sting: 0+soft",
        ]
    );
}

#[test]
fn headlines_takes_the_first_sentence_where_there_is_no_headline() {
    assert_eq!(
        planned(&Template::built_in("headlines").unwrap()),
        [
            "sting: 0+news",
            "line over headlines: Echo headlines at seven o'clock.+500",
            "headlines over headlines: Bridge closes+900 | Fares rise.+900 | Weather fair+900",
            "line over headlines: Echo news.+500",
        ]
    );
}

#[test]
fn briefing_does_not_say_headlines_again() {
    assert_eq!(
        planned(&Template::built_in("briefing").unwrap()),
        [
            "sting: 0+news",
            "line over headlines: Your briefing.+500",
            "headlines over headlines: Bridge closes+900 | Fares rise.+900 | Weather fair+900",
            "sting: 0+separator",
            "stories: The bridge closes.+400 | Buses will run.+0 | 350+separator | Fares rise.+800 | \
             A ticket is dearer.+1300",
            "line: That's your briefing from Echo.+250",
            "sting: 0+soft",
        ]
    );
}

#[test]
fn a_limit_leaves_stories_out_and_says_so() {
    let text = "name = \"two\"\n[[element]]\nkind = \"headlines\"\nlimit = 2\n\
        [[element]]\nkind = \"stories\"\nlimit = 1\n[[element]]\nkind = \"pause\"\nlength_ms = 700\n";
    let template = Template::parse("two.toml", text).unwrap();
    let (script, filled) = script(&template);
    let rundown = Rundown::plan(&script, &filled);
    assert_eq!(
        shown(&rundown, &script),
        [
            "headlines: Bridge closes+600 | Fares rise.+800",
            "stories: Bridge closes+600 | The bridge closes.+400 | Buses will run.+1300",
            "pause: 700",
        ]
    );
    assert_eq!(rundown.warning(&script).unwrap(), "the rundown \"two\" leaves out 1 story: c");
    assert_eq!(rundown.sentences().into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(rundown.spoken().collect::<Vec<_>>(), [0, 3, 0, 1, 2]);
    assert_eq!(Rundown::plan(&script, &Template::default()).warning(&script), None);
}

#[test]
fn lines_take_the_first_wording_that_can_be_said() {
    let template = |line: &str| {
        let text =
            format!("name = \"x\"\n[[element]]\nkind = \"line\"\n{line}\n[[element]]\nkind = \"stories\"\n");
        Template::parse("x.toml", &text).unwrap()
    };
    let all = Facts {
        station: Some("Echo {time}".into()),
        title: Some("The Six".into()),
        at: Some("18:00".parse().unwrap()),
        date: Some("2026-03-03".parse().unwrap()),
    };
    for (line, facts, said) in [
        ("text = \"{title} at {time}.\"", &all, Some("The Six at 6 o'clock.")),
        ("text = \"{weekday} {date}, {count} stories.\"", &all, Some("Tuesday 3 March, 3 stories.")),
        // A value is a value, whatever it looks like.
        ("text = \"{station}.\"", &all, Some("Echo {time}.")),
        ("text = [\"{title}.\", \"News.\"]", &Facts::default(), Some("News.")),
        ("text = \"{title}.\"\noptional = true", &Facts::default(), None),
    ] {
        let filled = template(line).fill(facts, 3, Locale::EnGb).unwrap();
        assert_eq!(filled.lines().next(), said, "{line}");
        assert_eq!(filled.elements.len(), 1 + usize::from(said.is_some()));
    }
    for (line, problem, cure) in [
        ("text = \"{station} at {time}.\"", "the station is not known", "give --station NAME"),
        (
            "text = [\"{title}\", \"At {time}.\"]",
            "the time is not known, which the line \"At {time}.\" says",
            "--at HH:MM",
        ),
        ("text = \"{weekday}.\"", "the weekday is not known", "--date YYYY-MM-DD"),
    ] {
        let error = template(line).fill(&Facts::default(), 3, Locale::EnGb).unwrap_err();
        assert!(error.to_string().starts_with(&format!("rundown \"x\": {problem}")), "{error}");
        assert!(error.hint().unwrap().contains(cure), "{:?}", error.hint());
    }
}

#[test]
fn another_opener_takes_the_place_of_the_first_sting() {
    let hourly = Template::built_in("hourly").unwrap();
    let file = Sound::File("top.wav".into());
    assert_eq!(hourly.clone().with_opener(Some(file.clone())).opener(), Some(&file));
    let without = hourly.clone().with_opener(None);
    assert_eq!(without.elements.len(), hourly.elements.len() - 1);
    assert_eq!(without.opener(), None);
    assert_eq!(without.with_opener(Some(file)).elements.len(), hourly.elements.len());
}
