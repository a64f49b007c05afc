//! Names of people, their roles, and bylines.

use super::dates::{self, NumericOrder, Scan};
use super::people::{AGENCIES, agency_of, calm, people};
pub(super) use super::people::{ROLE, is_person, is_role};
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A line that says who wrote the story.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::article) struct Byline {
    /// The names, and the role where it stands on the same line after "By".
    pub(in crate::article) text: String,
    /// The names alone.
    pub(in crate::article) names: Vec<String>,
    /// The date on the same line.
    pub(in crate::article) scan: Option<Scan>,
    /// A picture or editing credit on the same line.
    pub(in crate::article) credit: Option<String>,
    /// The agency named in the role.
    pub(in crate::article) agency: Option<String>,
    /// How much of an author it names: 0 wrote it, 1 posted or hosted it, 2 edited or presented it, [`PICTURED`] made
    /// its pictures.
    pub(in crate::article) rank: u8,
    /// An outlet's name, not a job, stands behind the name.
    pub(in crate::article) outlet: bool,
    /// A job stands behind the name.
    pub(in crate::article) role: bool,
}

/// The rank of who made the pictures.
pub(super) const PICTURED: u8 = 3;

/// The rank that the opening words of a byline give.
fn rank(opening: &str) -> u8 {
    let opening = opening.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| opening.contains(w));
    if says(&[
        "words",
        "story",
        "text",
        "writ",
        "author",
        "autor",
        "auteur",
        "report",
        "interview",
        "column",
        "analysis",
    ]) {
        0
    } else if says(&["photo", "picture", "video", "image", "illustrat", "graphic", "portrait", "cartoon"]) {
        PICTURED
    } else if says(&["edited", "compiled", "produced", "presented", "narrated", "introduced", "translated"]) {
        2
    } else {
        u8::from(says(&["posted", "published", "hosted", "updated", "submitted", "uploaded"]))
    }
}

/// "By", and what outlets write in its place.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^[|•·–—-]?\s*(?:
  (?:(?:exclusive|story|words?|text|report(?:ing|ed)?|written|posted|published|authored|article|analysis|opinion|comment(?:ary)?|
      reviewed|review|interview(?:ed)?|column|feature|edited|compiled|produced|presented|contributed|news|photos?|pictures?|video|dispatch|briefing|
      updated|narrated|hosted|introduced|translated|submitted|uploaded|filed|portraits?|illustrat(?:ions?|ed)|(?:words|story|text|report)\s+(?:and|&)\s+(?:photos?|pictures?|photographs?|photography|video|images))\s+)?
      (?:by|par|von|por|di|door|av|af)(?:\s*:|\b)
  |(?:authors?|reporters?|writers?|journalists?|correspondents?|words|story|interview|by|reportage|bericht|foto\s+und\s+text|text\s+und\s+foto|words|text|texte|auteure?s?|autor(?:en|in|es|a)?|redactie|redaktion|written\s+by|r[ée]dig[ée]\s+par)\s*:
  |(?:from|von|de)\s+(?:our|unser\w*|notre|nuestr\w*)\b
  |propos\s+recueillis\s+par|texto\s+de|une?\s+(?:article|enqu[êe]te)\s+de
  )\s*(?:the\s+)?",
    )
    .expect("a constant pattern")
});

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s*[(|•·–—,-]?\s*[\w.+-]+@[\w-]+\.[\w.-]+\)?").expect("a constant pattern")
});

/// " • 2h", " | 5d ago": how long ago, as aggregators set it.
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s*[|•·–-]\s*\d{1,2}\s?(?:h|hrs?|d|w|mo|mins?|m)\b.*$|\s*\((?i:she|he|they)/[\w/]+\)|(?i)\s+(?:\d+|no|leave an?|add an?)\s+(?:comments?|replies|reply)$").expect("a constant pattern")
});

/// " and agencies", " with PA", " & staff".
static AND_AGENCIES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*(?:,?\s+(?:and|with|&|et|und|mit|avec|con|y)|,|/)\s+(?:the\s+)?(?:news\s+)?(?:agencies|agency reporters?|agences?|agenturen|agencias?|wires|wire services?|wire reports|staff reporters?|staff reports|(?-i:AFP|AP|PA|Reuters|dpa|EFE|AAP|PTI))$").expect("a constant pattern")
});

/// "our crime correspondent Ann Orme", "Staff Writer Ann Orme".
static JOB_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:our\s+|unser(?:e[mr]?)?\s+|notre\s+)?(?:[\w’'&-]+\s+){0,4}?(?:reporters?|correspondents?|editor|writers?|columnist|journalists?|critic|staff|korrespondent(?:in)?|redakteur(?:in)?|reporterin|correspondante?|journaliste|corresponsal)(?:\s+in\s+\w+)?,?\s+(?P<who>(?-i:\p{Lu}).+)$").expect("a constant pattern")
});

static HANDLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*[(|•·–—,-]?\s*(?:[\w.+-]+@[\w-]+\.[\w.-]+|@\w{2,30}|https?://\S+)\)?")
        .expect("a constant pattern")
});

/// "Posted on May 4, 2025 by Ann Orme", "May 4, 2025 | By Ann Orme".
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<date>.{5,60}?\d.{0,30}?)\s[|•·–—-]?\s?(?P<by>(?:[Bb]y|BY|par|von|por|Par|Von|Por)\s.+)$",
    )
    .expect("a constant pattern")
});

/// `ByAnn Orme`, two spans of a page run together.
static GLUED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(By|BY|Par|Von|Por)(\p{Lu}\p{Ll})").expect("a constant pattern"));

/// `By Ann OrmeLocal Democracy Reporter`, the next span run together with the name.
fn unglued_job(line: &str) -> Cow<'_, str> {
    static JOINT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\p{Ll}{2}(\p{Lu}\p{Ll}+\s)").expect("a constant pattern"));
    let joint = JOINT.captures_iter(line).filter_map(|c| c.get(1)).map(|m| m.start()).last();
    match joint.filter(|at| is_role(&line[*at..])) {
        Some(at) => format!("{}, {}", &line[..at], &line[at..]).into(),
        None => line.into(),
    }
}

/// "WQRL | By Ann Orme".
static BEHIND_OUTLET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[^|•·]{2,40}\s[|•·–—-]\s(?P<by>(?:[Bb]y|BY|Par|Von|Por)\s.*)$").expect("a constant pattern")
});

/// A byline with its opening word: "By Ann Orme, Senior Reporter", "Words by …", "Par …".
pub(in crate::article) fn byline(line: &str, order: Option<NumericOrder>) -> Option<Byline> {
    // Every opening below holds one of these.
    static ANY_OPENING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)by|par|von|por|di|door|av|af|:|from|de\s|texto|article|enqu")
            .expect("a constant pattern")
    });
    if line.len() > 200 {
        return None;
    }
    if !ANY_OPENING.is_match(line) {
        return None;
    }
    if let Some((date, by)) = DATED.captures(line).and_then(|c| Some((c.name("date")?, c.name("by")?))) {
        let scan = dates::scan(date.as_str(), order);
        if scan.has_any() && scan.residue.is_empty() {
            return byline(by.as_str(), order).map(|b| Byline { scan: b.scan.or(Some(scan)), ..b });
        }
    }
    let glued = GLUED.replace(line, "$1 $2");
    let line = &*unglued_job(&glued);
    let line = BEHIND_OUTLET.captures(line).and_then(|c| c.name("by")).map_or(line, |m| m.as_str());
    let opening = OPENING.find(line)?;
    let rest = line[opening.end()..].trim();
    // Cut what is not names off the end, piece by piece: a second credit, the date.
    let (rest, credit) = split_credit(rest);
    let (rest, scan) = split_date(rest, order);
    let rest = rest.trim_end_matches(['|', '•', '·', '–', '—', '-', ',', ' ', ';', ':']).trim_end();
    let stop = rest.ends_with('.') && rest.rsplit(' ').next().is_none_or(|w| w.len() > 3);
    let rest = if stop { rest.trim_end_matches('.') } else { rest };
    let rest = &*EMAIL.replace_all(rest, "");
    let rest = &*CLOCK.replace(rest, "");
    let rest = AND_AGENCIES.find(rest).map_or(rest, |m| &rest[..m.start()]);
    // "By our crime correspondent Ann Orme".
    let rest = JOB_FIRST
        .captures(rest)
        .and_then(|c| c.name("who"))
        .map(|m| m.as_str())
        .filter(|who| people(who).is_some())
        .unwrap_or(rest);
    let plain = HANDLE.replace_all(rest, "");
    let (names_part, role) = split_role(&plain);
    let names = match people(names_part) {
        Some(names) => names,
        // "By a Lantern reporter", "By our crime correspondent", "By staff".
        None if role.is_none() && is_role(&plain) && plain.split_whitespace().count() <= 5 => {
            vec![plain.trim().to_owned()]
        }
        None => {
            let desk = plain.trim();
            vec![agency_of(names_part).or_else(|| is_desk(desk).then(|| desk.to_owned()))?]
        }
    };
    if stop
        && role.is_some_and(|r| {
            r.split_whitespace().count() > 6 || (r.starts_with(char::is_lowercase) && !is_role(r))
        })
    {
        return None;
    }
    let mut text = calm(rest.trim());
    let mut agency = None;
    let unmarked = role.is_some()
        && !is_desk(plain.trim())
        && plain.get(names_part.len()..).is_some_and(|r| r.trim_start().starts_with(char::is_alphabetic));
    if unmarked || follows_with_a_place(&plain, names_part) {
        text = calm(names_part);
    }
    if let Some(role) = role {
        // "Ann Orme, PA Political Correspondent": the agency is the source, not her job.
        if let Some(found) = AGENCIES.iter().find(|a| starts_with_word(role, a)) {
            agency = Some((*found).to_owned());
            text = text.replacen(&format!("{found} "), "", 1);
            if role.len() == found.len() {
                names_part.trim_end_matches(',').clone_into(&mut text);
            }
        }
    }
    let rank = rank(opening.as_str());
    Some(Byline { text, names, scan, credit, agency, rank, outlet: false, role: role.is_some_and(is_role) })
}

/// Whether a place, an outlet or an agency follows the names: "in Leeds", "for The Courier", "avec AFP".
fn follows_with_a_place(text: &str, names_part: &str) -> bool {
    let behind = text.get(names_part.len()..).unwrap_or_default().to_lowercase();
    [
        " in ", " at ", " for ", " from ", " à ", " aus ", " en ", " avec ", " mit ", " con ", " with ",
        " | ", " / ", "/",
    ]
    .iter()
    .any(|m| behind.starts_with(m))
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// "Coast FM News", "Tarn Media Staff": a newsroom that signs in place of a person.
fn is_desk(text: &str) -> bool {
    static DESK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:News|Sport|Sports|FM|Radio|TV|Staff|Newsroom|Desk|Team|Agency|Agencies|Service|Media|Online|Press|Bureau|Reporters?|Editors?|Network|Times|Post|Herald|Gazette|Observer|Courier|Ledger|Chronicle|Tribune|Journal|Telegraph|Guardian|Mail|Echo|Argus|Mercury|Standard|Advertiser|Examiner|Reporter|Independent|Express|Star|Sun|Mirror|Globe|Dispatch|Record|Review|Sentinel|Magazine|Bulletin|Register|Inquirer|Anzeiger|Zeitung|Tageblatt|Kurier)$").expect("a constant pattern")
    });
    text.split_whitespace().count() <= 5
        && text.split_whitespace().all(|w| w.starts_with(char::is_uppercase))
        && DESK.is_match(text)
}

static SECOND_CREDIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)[.;,|]?\s+(?:and\s+|\|\s*|/\s*|&\s*)?(?:(?:photographs?|photography|photos?|pictures?|portraits?|images?|illustrations?|artwork|video|graphics?|additional reporting|research|edited|translated|interview)(?:\s+by\b|\s*:)|with\s+(?:photographs?|additional reporting|agenc(?:y|ies))\b)",
    )
    .expect("a constant pattern")
});

fn split_credit(text: &str) -> (&str, Option<String>) {
    match SECOND_CREDIT.find(text) {
        Some(found) => {
            let credit = text[found.start()..].trim_start_matches(['.', ';', ',', '|', ' ']).to_owned();
            (&text[..found.start()], Some(credit))
        }
        None => (text, None),
    }
}

/// Cuts the date off the end of a byline: the first place from which on nothing but a date remains.
fn split_date(text: &str, order: Option<NumericOrder>) -> (&str, Option<Scan>) {
    if !text.contains(|c: char| c.is_ascii_digit()) && !text.to_lowercase().contains("ago") {
        return (text, None);
    }
    let dated = |scan: &Scan| scan.has_any() || scan.reading_time;
    if !dated(&dates::scan(text, order)) {
        return (text, None);
    }
    for (at, _) in text.match_indices([' ', '|', '•', '·', ',', '(']) {
        let scan = dates::scan(&text[at..], order);
        if dated(&scan) && scan.residue.is_empty() {
            return (&text[..at], Some(scan));
        }
    }
    (text, None)
}

/// Names, and what follows the first comma, bar, bracket or "in"/"for" when it is not another name.
fn split_role(text: &str) -> (&str, Option<&str>) {
    if people(text).is_some() {
        return (text, None);
    }
    // "CARLA DENHOLM FOR BEACON ONLINE": the marks are words in capitals, too.
    let lower = text.to_ascii_lowercase();
    for mark in [
        ",", " | ", " (", " - ", " – ", " — ", " • ", " · ", " in ", " at ", " for ", " à ", " aus ", " en ",
        " avec ", " mit ", " con ", " with ", " of ", " / ", "/", " reports", " writes",
    ] {
        for (at, _) in lower.match_indices(mark) {
            if people(&text[..at]).is_some() {
                let role = text[at + mark.len()..].trim().trim_end_matches(')');
                return (&text[..at], Some(role));
            }
        }
    }
    // "Ann Orme Environment correspondent".
    let spaces: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
    for &at in spaces.iter().skip(1).take(3) {
        if is_person(&text[..at]) && is_role(&text[at..]) {
            return (&text[..at], Some(text[at..].trim()));
        }
    }
    (text, None)
}

/// "Our Correspondent", "Express News Service", "Staff Reporter": who signs where no person does.
pub(super) fn is_newsroom(text: &str) -> bool {
    static NEWSROOM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?i:(?:our|a|from our|special|own|city|district|staff|local|senior|web|news|online|digital|sports?|foreign|national|express|city|night|picture)(?: [\w-]+){0,2} (?:correspondents?|reporters?|writers?|desk|news service|bureau|team|staff)|[\w&'. -]{3,30} (?:news service|news desk|web desk|online desk|staff reporters?|staff|bureau|newsroom|digital desk|news team)|(?:la )?r[ée]daction(?: .{2,30})?|redaktion|redacci[óo]n|agencias|agencies)$").expect("a constant pattern")
    });
    text.len() <= 50 && NEWSROOM.is_match(text.trim())
}

/// A byline without an opening word: a name or names, perhaps with a role, perhaps with the date.
///
/// Such a line is a byline only where a date, a role or the header says so; that is for the caller to judge.
pub(in crate::article) fn bare_byline(line: &str, order: Option<NumericOrder>) -> Option<Byline> {
    if line.len() > 160 || line.ends_with(['?', '!', ':']) {
        return None;
    }
    let (rest, scan) = split_date(line, order);
    let rest = rest.trim_end_matches(['|', '•', '·', '–', '—', '-', ',', ':', ' ']).trim_end();
    let rest = &*CLOCK.replace(rest, "");
    let rest = AND_AGENCIES.find(rest).map_or(rest, |m| &rest[..m.start()]);
    let plain = HANDLE.replace_all(rest, "");
    let plain = plain.trim();
    let (names_part, role) = split_role(plain);
    let names = people(names_part)?;
    if names_part.ends_with('.') && !names_part.ends_with("Jr.") {
        return None;
    }
    // After a bare name a job explains more words, or the place the report comes from.
    let text = calm(names_part);
    let mut outlet = false;
    if let Some(role) = role.filter(|r| !is_role(r) && agency_of(r).is_none()) {
        let barred = plain[names_part.len()..].trim_start().starts_with(['|', '·', '•', '/']);
        let reports = plain[names_part.len()..].starts_with(" reports")
            || plain[names_part.len()..].starts_with(" writes");
        let titled = role.split_whitespace().count() <= 3
            && role.split_whitespace().all(|w| w.starts_with(char::is_uppercase));
        let dated = scan.as_ref().is_some_and(Scan::has_day);
        outlet = titled && (barred || dated) || is_desk(role);
        if !(outlet
            || reports && names_part.contains(' ')
            || (titled && follows_with_a_place(plain, names_part)))
        {
            return None;
        }
    }
    Some(Byline {
        text,
        names,
        scan,
        credit: None,
        agency: role.and_then(agency_of),
        rank: 0,
        outlet,
        role: role.is_some_and(is_role),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines() {
        for (line, text) in [
            ("By Tessa Marlow, Senior Reporter", "Tessa Marlow, Senior Reporter"),
            ("By INGA SOLHEIM", "Inga Solheim"),
            ("BY JOSÉ ÁLVAREZ", "José Álvarez"),
            ("Posted by Marta Quill on November 8, 2024", "Marta Quill"),
            ("Words by Orla Deane. Photographs by Tim Sefton", "Orla Deane"),
            ("By Ed Carrow, PA Political Correspondent", "Ed Carrow, Political Correspondent"),
            ("Par Jeanne Castel", "Jeanne Castel"),
            ("Von Anna Müller und Jan de Vries", "Anna Müller und Jan de Vries"),
            ("By Ann Orme and Bob O'Neill", "Ann Orme and Bob O'Neill"),
            ("By Ann Orme in Leeds", "Ann Orme"),
            ("Par Paul Tessier avec AFP", "Paul Tessier"),
            ("By J. R. Orme | 3 March 2025 | 4 min read", "J. R. Orme"),
            ("Written by: Ann Orme", "Ann Orme"),
            ("By Ann van der Berg @annvdb", "Ann van der Berg @annvdb"),
            ("Analysis by Ann Orme", "Ann Orme"),
            ("By a staff reporter", "a staff reporter"),
            ("By CARLA DENHOLM FOR BEACON ONLINE", "Carla Denholm"),
            ("WQRL | By Nell Hargrove", "Nell Hargrove"),
            ("Posted on May 4, 2025 by Ann Orme", "Ann Orme"),
            ("May 4, 2025 | By Ann Orme", "Ann Orme"),
            ("By our crime correspondent Ann Orme", "Ann Orme"),
            ("By Ann Orme with PA", "Ann Orme"),
            ("By Ann Orme / Staff", "Ann Orme"),
            ("Story by Ann Orme • 2h • 3 min read", "Ann Orme"),
            ("ByAnn Orme", "Ann Orme"),
            ("By ANN ORME aorme@tarn.example", "Ann Orme"),
            ("Hosted by Ann Orme", "Ann Orme"),
            ("Text: Ann Orme", "Ann Orme"),
        ] {
            assert_eq!(byline(line, None).map(|b| b.text).as_deref(), Some(text), "{line}");
        }
        let dated = byline("Posted by Marta Quill on November 8, 2024", None).unwrap();
        assert_eq!(dated.scan.unwrap().stamps[0].iso().unwrap(), "2024-11-08");
        let credited = byline("Words by Orla Deane. Photographs by Tim Sefton", None).unwrap();
        assert_eq!(credited.credit.as_deref(), Some("Photographs by Tim Sefton"));
    }

    #[test]
    fn sentences_that_open_alike() {
        for line in [
            "By Friday, the mayor's office must present an alternative.",
            "By contrast, Leeds has three.",
            "By then, more than 60,000 people had signed.",
            "By Christmas Ann Orme had left the council.",
            "Par chance, la cantine était encore vide.",
            "By Monday Evening",
            "Von hier an geht es bergab.",
            "By Ann Orme's account, the bridge was sound.",
            "Report: Bridges Unsafe",
            "Produced by Holt Films, the documentary took two years.",
            "Posted workers from the firm cannot be used by law.",
        ] {
            assert_eq!(byline(line, None), None, "{line}");
        }
    }

    #[test]
    fn bare_names() {
        for (line, text) in [
            ("Kit Dawlish", "Kit Dawlish"),
            ("Nia Probert, rural affairs reporter", "Nia Probert"),
            ("Philippa Onslow and Dev Chatterjee", "Philippa Onslow and Dev Chatterjee"),
            ("Ann Orme | Crime correspondent", "Ann Orme"),
            ("Ann Orme, 3 March 2025", "Ann Orme"),
            ("Marc-Andre Toews · Prairie Public News ·", "Marc-Andre Toews"),
            ("Lucero Obregón / Corresponsal", "Lucero Obregón"),
            ("Maïwenn LE GUELLEC", "Maïwenn Le Guellec"),
            ("Ann Orme and agencies", "Ann Orme"),
            ("ANN ORME, TARN OBSERVER", "Ann Orme"),
            ("Ann Orme, Leeds: May 4, 2025 09:10 IST", "Ann Orme"),
        ] {
            assert_eq!(bare_byline(line, None).map(|b| b.text).as_deref(), Some(text), "{line}");
        }
        for line in [
            "Local News",
            "Rural affairs",
            "Harlow Road",
            "Pelham Rovers",
            "Ann Orme, who runs the shop",
            "Market Street",
            "The River Tarn",
            "Ann Orme.",
            "What Happens Next",
            "Most Read",
            "L'Écho du Ponant",
        ] {
            assert_eq!(bare_byline(line, None), None, "{line}");
        }
    }

    #[test]
    fn ranks_and_newsrooms() {
        for (line, rank) in [
            ("By Ann Orme", 0),
            ("Words by Ann Orme", 0),
            ("Posted by Ann Orme", 1),
            ("Edited by Ann Orme", 2),
            ("Presented by Ann Orme", 2),
            ("Photos by Ann Orme", PICTURED),
            ("Words and pictures by Ann Orme", 0),
        ] {
            assert_eq!(byline(line, None).map(|b| b.rank), Some(rank), "{line}");
        }
        for text in ["Our Correspondent", "Express News Service", "Staff Reporter", "La rédaction"] {
            assert!(is_newsroom(text), "{text}");
        }
        for text in ["Market Street", "Staff shortage", "Our village"] {
            assert!(!is_newsroom(text), "{text}");
        }
    }

    #[test]
    fn roles() {
        for role in ["Transport correspondent", "Reporter", "Crime Reporter, Leeds", "Rédactrice en chef"] {
            assert!(is_role(role), "{role}");
        }
        for other in ["Market Street", "The editor resigned.", "Transport"] {
            assert!(!is_role(other), "{other}");
        }
    }
}
