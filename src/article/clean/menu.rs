//! Menus scraped onto one line, and furniture with a count or a length behind it.

use super::line::End;
use regex::Regex;
use std::sync::LazyLock;

/// Names of a news site's sections and tools, folded.
const SECTIONS: &[&str] = &[
    "home",
    "homepage",
    "news",
    "world",
    "national",
    "local",
    "region",
    "regional",
    "uk",
    "us",
    "u.s",
    "usa",
    "eu",
    "europe",
    "asia",
    "africa",
    "politics",
    "business",
    "markets",
    "economy",
    "money",
    "finance",
    "companies",
    "industry",
    "tech",
    "technology",
    "science",
    "health",
    "climate",
    "environment",
    "energy",
    "sustainability",
    "legal",
    "commentary",
    "opinion",
    "opinions",
    "comment",
    "editorials",
    "columns",
    "columnists",
    "letters",
    "analysis",
    "sport",
    "sports",
    "football",
    "cricket",
    "rugby",
    "golf",
    "tennis",
    "racing",
    "entertainment",
    "showbiz",
    "celebs",
    "culture",
    "arts",
    "books",
    "music",
    "film",
    "movies",
    "tv",
    "radio",
    "food",
    "travel",
    "life",
    "lifestyle",
    "style",
    "fashion",
    "weather",
    "traffic",
    "jobs",
    "property",
    "homes",
    "motors",
    "cars",
    "obituaries",
    "obits",
    "classifieds",
    "notices",
    "legals",
    "advertise",
    "contests",
    "events",
    "calendar",
    "puzzles",
    "games",
    "crosswords",
    "quizzes",
    "video",
    "videos",
    "photos",
    "pictures",
    "galleries",
    "podcasts",
    "newsletters",
    "enewspaper",
    "e-paper",
    "epaper",
    "e-edition",
    "magazine",
    "archive",
    "archives",
    "contact",
    "about",
    "help",
    "search",
    "menu",
    "login",
    "account",
    "subscribe",
    "shop",
    "store",
    "live",
    "latest",
    "more",
    "investigations",
    "investigates",
    "factcheck",
    "fact",
    "check",
    "oddities",
    "education",
    "schools",
    "crime",
    "courts",
    "community",
    "communities",
    "features",
    "reviews",
    "people",
    "religion",
    "history",
    "nature",
    "fixtures",
    "results",
    "tables",
    "scores",
    "gossip",
    "transfers",
    "voices",
    "ideas",
    "sections",
    "topics",
    "explore",
    "watch",
    "listen",
    "shows",
    "schedule",
    "donate",
    "careers",
    "press",
    "directory",
    "go",
    "what's",
    "on",
    "things",
    "to",
    "do",
    "with",
    "and",
    "&",
    "the",
    "my",
    "all",
    "accueil",
    "actualites",
    "politique",
    "economie",
    "monde",
    "societe",
    "culture",
    "sports",
    "meteo",
    "faits",
    "divers",
    "startseite",
    "lokales",
    "politik",
    "wirtschaft",
    "panorama",
    "kultur",
    "wetter",
    "wissen",
    "digital",
    "reise",
    "gesundheit",
    "inicio",
    "politica",
    "economia",
    "deportes",
    "cultura",
    "sociedad",
    "internacional",
    "opinion",
    "nacional",
    "local",
    "sucesos",
    "tecnologia",
    "salud",
    "facebook",
    "twitter",
    "x",
    "whatsapp",
    "email",
    "e-mail",
    "linkedin",
    "reddit",
    "bluesky",
    "flipboard",
    "pinterest",
    "threads",
    "instagram",
    "youtube",
    "tiktok",
    "print",
    "copy",
    "link",
    "copied",
    "save",
    "share",
];

/// "News Sports Business Opinion Obituaries": four or more words, nearly all of them sections, none in small letters.
pub(super) fn is_menu(text: &str, folded: &str, end: End) -> bool {
    if end != End::Open && end != End::Exclamation || text.len() > 200 {
        return false;
    }
    let words: Vec<&str> = folded
        .split(|c: char| c.is_whitespace() || matches!(c, '|' | '/' | ',' | '>'))
        .map(|w| w.trim_matches(|c: char| matches!(c, '!' | '.' | '+' | '-')))
        .filter(|w| !w.is_empty())
        .collect();
    let small = text.split_whitespace().filter(|w| w.starts_with(char::is_lowercase)).count();
    let known = words.iter().filter(|w| SECTIONS.contains(w)).count();
    (words.len() >= 4 && known * 10 >= words.len() * 7 && small * 4 <= words.len())
        || (folded.starts_with("home news ") && words.len() <= 12 && small == 0)
}

static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<head>\D{3,80}?)\s?[|(,:-]?\s?(?:\d[\d.,]*k?|\d{1,2}:\d\d(?::\d\d)?|\d+\s?(?:min|mins|minutes?|minuten|minutos|mn|sec|secs|s|m)\.?(?:\s(?:read|listen|watch|de lecture|lesezeit))?)\)?$",
    )
    .expect("a constant pattern")
});

/// "listen to this article | 3 min", "comments (31)" without the length or the count.
pub(super) fn without_count(bare: &str) -> Option<&str> {
    if bare.len() > 100 || !bare.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let head = TAIL.captures(bare)?.name("head")?.as_str().trim();
    (head.len() >= 3).then_some(head)
}

#[cfg(test)]
mod tests {
    use super::super::line::{end, fold};
    use super::*;

    #[test]
    fn menus_on_one_line() {
        let menu = |text: &str| is_menu(text, &fold(text), end(text));
        for text in [
            "World Business Markets Sustainability Legal Commentary",
            "HOME NEWS SPORTS OBITUARIES WEATHER CONTESTS ADVERTISE WITH US",
            "News Sports Business Go! Opinion Advertise Obituaries eNewspaper Legals",
            "Home News Tarn Valley News 2025 June",
        ] {
            assert!(menu(text), "{text}");
        }
        for text in [
            "Local Business Owners Fear New Tax",
            "World markets fall as energy jobs go",
            "Sports hall to close",
            "Home Office Loses Legal Fight",
        ] {
            assert!(!menu(text), "{text}");
        }
    }

    #[test]
    fn counts_and_lengths() {
        assert_eq!(without_count("comments (31)"), Some("comments"));
        assert_eq!(without_count("artikel anhoren | 3 min"), Some("artikel anhoren"));
        assert_eq!(without_count("listen 4:12"), Some("listen"));
        assert_eq!(without_count("rovers 2 town 1"), None);
    }
}
