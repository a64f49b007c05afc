//! What is cut out of a line or told by how a line is set: datelines, tickers, credits, wire lines, schedules.

use super::super::Kind;
use super::super::text::Piece;
use super::dates;
use super::line::End;
use super::people::AGENCIES;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

/// A dateline that was cut.
#[derive(Debug)]
pub(super) struct Dateline {
    pub(super) piece: Piece,
    pub(super) agency: Option<String>,
    pub(super) published: Option<String>,
}

static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    let place = r"\p{Lu}[\p{L}'’.-]*(?:[ -](?:\p{Lu}[\p{L}'’.-]*|upon|on|de|la|le|of|the|am|sur|the|y|del|al|an|der))*";
    regex(&format!(
        r"^(?P<place>{place}(?:\s?/\s?{place})?)(?P<region>,\s{place})?(?P<date>,?\s[^()–—:;]{{0,30}}?\d{{1,2}}[^()–—:;]{{0,16}}?)?(?P<agency>\s?[(\[][^()\[\]]{{2,60}}[)\]])?,?\s?(?P<dash>[–—]|--|\s-|\.?-\s|:)\s?(?P<rest>\S)"
    ))
});

/// Cuts "PLACE (Agency) - " or "PLACE, date - " off the start of a paragraph.
///
/// Source: the habit of AP, Reuters, AFP, PA and press releases: the place in capitals, or an agency in brackets, or a
/// date. A place in small letters with neither is the start of a sentence.
pub(super) fn cut_dateline(text: &mut String) -> Option<Dateline> {
    let head_end = text.char_indices().nth(120).map_or(text.len(), |(at, _)| at);
    let found = DATELINE.captures(&text[..head_end])?;
    let group = |name: &str| found.name(name).map(|m| m.as_str());
    let place = group("place")?;
    let capitals =
        place.chars().filter(|c| c.is_alphabetic()).count() >= 4 && !place.chars().any(char::is_lowercase);
    let agency = group("agency").map(|a| a.trim().trim_matches(['(', ')', '[', ']']).trim().to_owned());
    let known = agency.as_deref().is_some_and(|a| {
        AGENCIES
            .iter()
            .any(|k| a.split(['/', ',', ' ']).any(|p| p.eq_ignore_ascii_case(k)) || a.eq_ignore_ascii_case(k))
    });
    // "Colombo, June 24, 2025": the month may have passed for a region.
    let whole = |d: &str| Some(dates::scan(d, None)).filter(|s| s.has_day() && s.residue.is_empty());
    let scan = group("date").and_then(|date| {
        whole(date).or_else(|| whole(&format!("{}{date}", group("region").unwrap_or_default())))
    });
    if group("date").is_some() && scan.is_none() {
        return None;
    }
    let dash = found.name("dash")?;
    let fits = match (capitals, known, scan.is_some()) {
        // "BREAKING: ", "NHS: " are not places; a colon needs the agency too.
        _ if dash.as_str() == ":" => known,
        (true, _, _) if agency.is_none() && scan.is_none() && group("region").is_none() => !is_shout(place),
        (true, _, _) => {
            agency.is_none() || known || scan.is_some() || agency.as_deref().is_some_and(is_outlet)
        }
        (false, true, _) | (false, _, true) => true,
        (false, false, false) => false,
    };
    let rest_at = found.name("rest")?.start();
    let rest_starts = text[rest_at..].chars().next()?;
    // "Oct. 11–21" is a span of days.
    if rest_at == dash.end() && text[..dash.start()].ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if !fits
        || !(rest_starts.is_uppercase() || rest_starts.is_numeric() || "\"“‘'«„£$€".contains(rest_starts))
    {
        return None;
    }
    let published = scan.and_then(|s| s.stamps.iter().find_map(dates::Stamp::iso));
    let piece = Piece {
        text: text[..rest_at].to_owned(),
        kind: Kind::Dateline,
        reason: "a place, a date or an agency before a dash".into(),
    };
    text.drain(..rest_at);
    Some(Dateline { piece, agency: agency.filter(|_| known), published })
}

/// The words that stand with a capital in the other lines of a text.
#[derive(Debug, Default)]
pub(super) struct Places(BTreeSet<String>);

impl Places {
    pub(super) fn of(items: &[super::Item]) -> Self {
        let words = items.iter().take(200).flat_map(|item| {
            // The first word of a line has its capital from there.
            item.text().split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).skip(1)
        });
        Self(words.filter(|w| w.starts_with(char::is_uppercase)).map(str::to_owned).collect())
    }

    /// Whether each word of `place` is among them.
    pub(super) fn contains(&self, place: &str) -> bool {
        place.split([' ', '-', '/']).all(|w| self.0.contains(w))
    }
}

/// Cuts "Tannau. " off "Tannau. Die Brücke …", as German regional papers set a dateline; `known` tells whether the
/// place is named elsewhere in the text.
pub(super) fn cut_place(text: &mut String, known: &mut dyn FnMut(&str) -> bool) -> Option<Dateline> {
    static PLACE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"^(?P<place>\p{Lu}[\p{L}]+(?:[ /-]\p{Lu}[\p{L}]+){0,2})\.\s(?:Der|Die|Das|Dem|Den|Ein|Eine|Einen|Einem|Einer|Im|In|Am|An|Auf|Bei|Beim|Nach|Mit|Mehr|Zwei|Drei|Vier|Seit|Wegen|Für|Von|Vom|Zum|Zur|Es|Er|Sie|Wer|Was|Wie|Rund|Fast|Unbekannte|Nun|Nur|Noch|Weil|Wenn|Über|Unter|Gegen|Kurz|Dass|Damit|Trotz|Ab|Aus|Bis|Gut|Schon|Immer|Viele|Alle)\b",
        )
    });
    let found = PLACE.captures(text)?;
    let place = found.name("place")?;
    if !known(place.as_str()) {
        return None;
    }
    let at = place.end() + 2;
    let piece = Piece {
        text: text[..at].to_owned(),
        kind: Kind::Dateline,
        reason: "a place named in the story, before the first sentence".into(),
    };
    text.drain(..at);
    Some(Dateline { piece, agency: None, published: None })
}

/// Words in capitals before a dash that are no place.
fn is_shout(word: &str) -> bool {
    matches!(
        word,
        "BREAKING"
            | "EXCLUSIVE"
            | "UPDATE"
            | "UPDATED"
            | "WATCH"
            | "LIVE"
            | "VIDEO"
            | "NEWS"
            | "OPINION"
            | "ANALYSIS"
            | "COVID"
            | "NATO"
            | "WARNING"
    )
}

fn is_outlet(agency: &str) -> bool {
    agency.split_whitespace().count() <= 5
        && agency.chars().next().is_some_and(char::is_uppercase)
        && agency.chars().any(char::is_alphabetic)
}

static TICKER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\s?[(\[](?:(?:NYSE|NASDAQ|Nasdaq|LSE|LON|AIM|TSX|TSXV|ASX|AMEX|NYSEARCA|OTC|OTCQB|OTCQX|CSE|HKEX|FRA|XETRA|EPA|AMS|SWX|NSE|BSE|JSE|TYO|Euronext|NYSE American)\s?:\s?[A-Z0-9.]{1,8}(?:[,;]\s?(?:[A-Z]{2,8}\s?:\s?)?[A-Z0-9.]{1,8})*|[A-Z0-9]{1,6}\.[A-Z]{1,3}|\.[A-Z]{2,6})[)\]](?:,?\s?opens (?:in )?(?:a )?new (?:tab|window))?|,?\s?\(?opens (?:in )?(?:a )?new (?:tab|window)\)?|\s?<[A-Z0-9]{1,6}\.[A-Z]{1,3}>",
    )
});

/// Cuts stock tickers and the remarks of links out of a paragraph.
pub(super) fn cut_tickers(text: &mut String, found: &mut dyn FnMut(Piece)) {
    if !text.contains(['(', '[', '<']) && !text.contains("opens ") {
        return;
    }
    let mut out = String::new();
    let mut at = 0;
    for m in TICKER.find_iter(text) {
        out.push_str(&text[at..m.start()]);
        at = m.end();
        let reason = if m.as_str().starts_with([' ', '(', '[', '<']) && m.as_str().contains(['(', '[', '<']) {
            "a stock ticker"
        } else {
            "a remark on a link"
        };
        found(Piece { text: m.as_str().trim().to_owned(), kind: Kind::Ticker, reason: reason.into() });
    }
    if at > 0 {
        out.push_str(&text[at..]);
        *text = out.trim().to_owned();
    }
}

static CREDIT_TAIL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?x)
   (?: [(\[]\s?(?i:images?|pictures?|photos?|pics?|credits?|file\ photo|photograph|video|fotos?|bild|cr[ée]dits?|(?:image|photo|picture)\ (?:credits?|by|courtesy(?:\ of)?|from|via|source|supplied\ by)|courtesy(?:\ of)?|handout|supplied)\s?(?::|/|\ by\b|\ of\b|,|\ -)\s?[^()\[\]]{2,80}[)\]]
     | [(\[][\p{L}\ .'’-]{3,40}/\s?(?:PA|AP|AFP|EPA|Reuters|REUTERS|Getty|Alamy|SWNS|dpa|LDRS)[^()\[\]]{0,40}[)\]]
     | [(\[]\s?(?:AP\ Photo|AP|Photo\ by|REUTERS|Reuters|AFP|PA|PA\ Wire|PA\ Media|Getty(?:\ Images)?|Alamy|SWNS|EPA|dpa|Handout|Submitted|Supplied|Courtesy)(?:[\ /,:][^()\[\]]{0,80})?[)\]]
     | (?i:images?|pictures?|photos?|pics?|photographs?|credits?|image\ credits?|photo\ credits?|picture\ credits?|image\ source|fotos?|bild|bildquelle|cr[ée]dit\ photo|photo\ credit)\s?(?:\ by\b|:|\.\.\.|…)\s?\p{L}[^.!?:]{1,80}
     | (?:REUTERS|AFP|AP|EPA|PA|dpa|Getty\ Images|GETTY\ IMAGES|Alamy|ALAMY|Shutterstock|Imago|IMAGO|imago|picture\ alliance)/[^.!?]{2,60}
     | ©\s?[^.!?]{2,80}
     | /\s?(?:AP|AFP|PA|Getty|Getty\ Images|Reuters|EPA|Alamy|dpa|Shutterstock|Rex|REX)
     | \p{Lu}{2,}(?:\s\p{Lu}{2,}){1,3}\s(?:FOR\s\p{Lu}[\p{Lu}\s]+|/\s?\p{Lu}[\p{Lu}\s]+)
     | [(\[]\p{Lu}[\p{L}\ .'’&-]{2,40}\s?[/:]\s?\p{Lu}[\p{L}\ .'’&-]{2,40}[)\]]
   )\s*(?:Purchase\ Licensing\ Rights.*|,\ opens\ new\ tab)?[.\s]*$",
    )
});

/// What says in brackets that it is a credit.
static KNOWN_CREDIT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:images?|pictures?|photos?|pics?|credits?|photograph|video|fotos?|bild|courtesy|supplied|handout|AP|AFP|PA|EPA|Reuters|Getty|Alamy|SWNS|dpa|LDRS)\b",
    )
});

/// "Joel Finch for WTRN", "Joel Finch/The Courier".
static PERSON_FOR_OUTLET: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^\p{Lu}[\p{L}'’.-]+(?: (?:\p{Lu}\.|de|van|von|der|del|Mc|O’))*(?: \p{Lu}[\p{L}'’.-]+)(?: for (?:[Tt]he )?|\s?/\s?)\p{Lu}[\p{L}&'’.]*(?: \p{Lu}[\p{L}&'’.]*){0,3}$",
    )
});

/// Whether a line is a caption (or a credit alone) by the credit it ends in.
pub(super) fn caption(text: &str, end: End) -> Option<Kind> {
    let may_credit = text.contains(" for ")
        || text.contains(['(', '[', ':', '/', '©', '…', '.'])
        || text.contains(" by ")
        || text.contains(" BY ")
        || text
            .split_whitespace()
            .next_back()
            .is_some_and(|w| w.len() > 1 && !w.chars().any(char::is_lowercase));
    if text.len() > 600 || !may_credit || matches!(end, End::Question | End::Colon) {
        return None;
    }
    if end == End::Open && text.len() <= 60 && PERSON_FOR_OUTLET.is_match(text) {
        return Some(Kind::Credit);
    }
    if is_credits(text) {
        return Some(Kind::Credit);
    }
    if !may_end_in_credit(text) {
        return None;
    }
    let found = CREDIT_TAIL.find(text)?;
    let before = text[..found.start()].trim();
    // "(Lena Ortiz/Harbor Courier)" behind a sentence; "(Lab: Leeds)" behind a name is an entry of a list.
    let named = found.as_str().starts_with(['(', '[']) && found.as_str().contains(['/', ':']);
    if named
        && before.split_whitespace().count() < 5
        && !KNOWN_CREDIT.is_match(found.as_str())
        && !before.is_empty()
    {
        return None;
    }
    // A bracketed agency alone, as in "London (AP)", needs a caption before it or nothing at all.
    if before.is_empty() {
        // "© 2025 Tarn Media" owns the page, "© Ann Orme" a picture.
        let year =
            text.starts_with('©') && text.chars().skip(1).take(6).filter(char::is_ascii_digit).count() >= 4;
        return Some(if year { Kind::Copyright } else { Kind::Credit });
    }
    // "He got the picture: no bridge" opens no credit: a credit starts after a stop, in brackets or with a capital.
    let set_off = before
        .ends_with(['.', '!', '?', '”', '"', '’', ')', '|', '-', '–', '—', '·', '•', ':', ';', ',', '/']);
    let mark = found.as_str().trim_start();
    let strong = mark.starts_with(['(', '[', '©', '/']) || mark.chars().take(2).all(char::is_uppercase);
    (strong || set_off || mark.starts_with(char::is_uppercase)).then_some(Kind::Caption)
}

/// "Design by Naomi Bright. Photo editing by Theo Lamb.": who had a part in the page, sentence by sentence.
fn is_credits(text: &str) -> bool {
    const WORK: [&str; 18] = [
        "design",
        "editing",
        "development",
        "graphics",
        "illustration",
        "photograph",
        "photo",
        "video",
        "audio",
        "research",
        "production",
        "animation",
        "art direction",
        "fact-check",
        "copy",
        "data",
        "translation",
        "reporting",
    ];
    let sentence = |s: &str| {
        s.split_once(" by ").is_some_and(|(work, names)| {
            let work = work.to_lowercase();
            work.split(' ').count() <= 4
                && WORK.iter().any(|w| work.contains(w))
                && super::people::people(names.trim()).is_some()
        })
    };
    let sentences: Vec<&str> = text.trim_end_matches('.').split(". ").collect();
    text.len() <= 300 && sentences.len() >= 2 && sentences.into_iter().all(sentence)
}

/// What every form of [`CREDIT_TAIL`] has. The expression is tried from the end of a text, and of ordinary prose its
/// automaton learns little that it can use again: without this it takes half of a page's reading.
fn may_end_in_credit(text: &str) -> bool {
    const NAMES: [&str; 8] = ["image", "picture", "photo", "pic", "credit", "crédit", "foto", "bild"];
    let end = text.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    if end.ends_with([')', ']'])
        || text.contains(['/', '©'])
        || text.contains(" FOR ")
        || text.contains("opens new tab")
        || text.contains("Purchase Licensing Rights")
    {
        return true;
    }
    let by = || [" by", " By", " BY", " bY"].iter().any(|by| text.contains(by));
    (text.contains([':', '…']) || text.contains("...") || by()) && {
        let lower = text.to_lowercase();
        NAMES.iter().any(|name| lower.contains(name))
    }
}

static SLUG_IN_CAPITALS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:\d{1,3}\s+\p{Lu}{3,}(?:\s+[\p{L}\d/.-]+){0,5}|\p{Lu}{3,}[-/](?:\p{Lu}[\p{Lu}\p{Ll}\d]*[-/]?){1,5}(?:\s+\d+)?|BC-[\w,-]+(?:,.*)?|[a-z]\d{4}\s.{0,60})$",
    )
});

/// "Trees/2", "p2 Orchard": the head of a release's further pages.
static FURTHER_PAGE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:\p{Lu}[\p{L}-]{2,20}(?: [\p{L}-]{2,20})?\s?/\s?(?:page )?\d{1,2}|p\.?\d{1,2}\s\p{Lu}[\p{L}-]+)$",
    )
});

/// A slug by its setting: "1 POLITICS Tolls", "BC-EU--Bridge, 1st Ld".
pub(super) fn wire_line(text: &str) -> Option<Kind> {
    if text.len() > 80 {
        return None;
    }
    if FURTHER_PAGE.is_match(text) {
        return Some(Kind::Page);
    }
    SLUG_IN_CAPITALS.is_match(text).then_some(Kind::Slug)
}

/// "Home > News > Leeds", "Companies/Food & Drink": a few short names between marks.
pub(super) fn is_breadcrumb(text: &str, end: End) -> bool {
    let marks = ['>', '»', '›', '/', '|', '→', '·', '•', '\\'];
    if text.len() > 100 || end != End::Open || !text.contains(marks) {
        return false;
    }
    let parts: Vec<&str> = text.split(marks).map(str::trim).filter(|p| !p.is_empty()).collect();
    let title =
        |p: &&str| p.split_whitespace().count() <= 4 && !p.contains(|c: char| c.is_ascii_digit() || c == ':');
    parts.len() >= 2
        && parts.len() <= 7
        && parts.iter().all(title)
        && parts[0].split_whitespace().count() <= 3
}

static SCHEDULE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^[^:]{2,60}?\s[(|–—-]?\s?(?:\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm|noon|midnight)?|noon|midnight)\s?(?:-|–|—|to|until|till)\s?(?:\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm)|noon|midnight|\d{1,2}[.:]\d\d)\)?$",
    )
});

/// "Drive with Ann Orme 4pm - 7pm": a programme and its hours, no colon.
pub(super) fn is_schedule(text: &str) -> bool {
    text.len() <= 100 && text.contains(|c: char| c.is_ascii_digit()) && SCHEDULE.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines() {
        for (text, cut) in [
            ("FLORO, Norway (AP) — A ferry ran aground.", "FLORO, Norway (AP) — "),
            ("AMSTERDAM, April 16 (Reuters) - Dutch firms fell.", "AMSTERDAM, April 16 (Reuters) - "),
            ("SKERNE, 12 June 2025 - Halden Marine today", "SKERNE, 12 June 2025 - "),
            ("DELANEY, Okla. — A tornado hit.", "DELANEY, Okla. — "),
            ("LONDON (Reuters) - “No,” she said.", "LONDON (Reuters) - "),
            ("Colombo, June 24, 2025 (AFP) - Tea pickers", "Colombo, June 24, 2025 (AFP) - "),
            ("AUSTIN, Texas--(BUSINESS WIRE)--Brightwell today", "AUSTIN, Texas--(BUSINESS WIRE)--"),
            ("Paris, 3 avr 2025 (AFP) - Un train a déraillé.", "Paris, 3 avr 2025 (AFP) - "),
            ("Berlin (dpa) - Der Bundestag", "Berlin (dpa) - "),
            ("NEW YORK -- Stocks rose.", "NEW YORK -- "),
            ("ST. LOUIS (KTVI) – Police are", "ST. LOUIS (KTVI) – "),
            ("MADRID, 4 Abr. (EUROPA PRESS) - El Gobierno", "MADRID, 4 Abr. (EUROPA PRESS) - "),
            ("WINSTON-SALEM, N.C. — The city", "WINSTON-SALEM, N.C. — "),
        ] {
            let mut rest = text.to_owned();
            let dateline = cut_dateline(&mut rest).unwrap_or_else(|| panic!("not cut: {text}"));
            assert_eq!(dateline.piece.text, cut);
            assert_eq!(format!("{cut}{rest}"), text);
        }
        for (text, cut) in
            [("SAN MATEO, Oax.- Una campana", "SAN MATEO, Oax.- "), ("Tannau. Die Brücke", "Tannau. ")]
        {
            let mut rest = text.to_owned();
            let dateline = cut_dateline(&mut rest).or_else(|| cut_place(&mut rest, &mut |p| p == "Tannau"));
            assert_eq!(dateline.map(|d| d.piece.text).as_deref(), Some(cut));
        }
        assert!(cut_place(&mut "Stille. Die Leute gingen.".to_owned(), &mut |_| false).is_none());
        for text in [
            "NATO — the alliance — met.",
            "London - the capital - is wet.",
            "A FAMILY of five fled.",
            "BREAKING - The bridge is shut.",
            "Leeds (pop. 800,000) – The city",
            "The bill, dated 3 May – The one he paid – was lost.",
            "He was 41.",
            "WHO – The agency",
        ] {
            let mut rest = text.to_owned();
            assert!(cut_dateline(&mut rest).is_none(), "{text}");
            assert_eq!(rest, text);
        }
    }

    #[test]
    fn tickers() {
        for (text, rest) in [
            ("Maker Veldhaven (VELD.AS), opens new tab lowered", "Maker Veldhaven lowered"),
            ("Shares in Acme (NYSE: ACM) rose", "Shares in Acme rose"),
            ("Acme (NASDAQ: ACM, LSE: ACME) rose.", "Acme rose."),
            ("the agency, opens in new tab, said", "the agency, said"),
            (
                "The CPS (Crown Prosecution Service) said (U.S.) rules",
                "The CPS (Crown Prosecution Service) said (U.S.) rules",
            ),
            ("A shop opens in May.", "A shop opens in May."),
        ] {
            let mut cut = text.to_owned();
            cut_tickers(&mut cut, &mut |_| {});
            assert_eq!(cut, rest);
        }
    }

    #[test]
    fn captions() {
        let kind = |text: &str| caption(text, super::super::line::end(text));
        for text in [
            "The blaze broke out at 2am (Image: Dean Ockley/Daily Lantern)",
            "Residents lined up. Credit...Marcus Oyelaran for The Courier",
            "The bypass at Low Mill. Picture: Google",
            "A clean room, June 12, 2024. REUTERS/Anneke Vos/File Photo Purchase Licensing Rights, opens new tab",
            "The Nordvik aground, March 18, 2025. (AP Photo/Lars Haugen)",
            "Fernley supplies 2,300 garages CHRIS OAKES FOR MARKET LEDGER",
            "Les pompiers sur place. © Photo Marc Delorme / Le Courrier",
            "The mayor in 2019 | Photo by Ann Orme",
            "A swan on the Tarn [Photo: Ann Orme]",
            "The bridge at dusk. Photograph: Ann Orme/PA",
            "Rescuers search the site (Ann Orme/PA)",
            "Commuters wait at the landing on Tuesday. (Lena Ortiz/Harbor Courier)",
        ] {
            assert_eq!(kind(text), Some(Kind::Caption), "{text}");
        }
        for text in [
            "Image quality does not matter, she added.",
            "“Photo opportunities I can live without,” he says.",
            "The credit: none of it is his.",
            "He painted a bleak picture: no money and no bridge.",
            "The fire service (AP) said no one was hurt.",
            "Ann Orme (Lab: Leeds)",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn schedules_and_slugs() {
        assert!(is_breadcrumb("Home » News » Brantwick", End::Open));
        assert!(is_breadcrumb("Companies/Food & Drink", End::Open));
        assert!(!is_breadcrumb("Blaze rips through five homes in Harlow | The Daily Lantern", End::Open));
        assert!(!is_breadcrumb("Rovers 2/1 | Town 5/2", End::Open));
        assert!(is_schedule("Iain Dane 7pm - 10pm"));
        assert!(is_schedule("Drive with Marcus Bell 4pm-7pm"));
        assert!(!is_schedule("Monday 12 May: 7pm - 10pm"));
        assert!(!is_schedule("The road will be shut from 7pm to 10pm."));
        assert_eq!(wire_line("1 POLITICS Tolls"), Some(Kind::Slug));
        assert_eq!(wire_line("POLITICS/Tolls 2"), Some(Kind::Slug));
        assert_eq!(wire_line("Trees/2"), Some(Kind::Page));
        assert_eq!(wire_line("p2 Orchard"), Some(Kind::Page));
        assert_eq!(wire_line("210 homes burnt"), None);
    }
}
