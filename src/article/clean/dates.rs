//! Dates and times of publication in every written order, to ISO 8601.
//!
//! [`scan`] reads one line; what it could not read as part of a date is the residue, and a line is a date line when
//! there is none (or when a byline or an outlet explains it).

use regex::{Captures, Regex};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// How a date in figures is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumericOrder {
    /// 31/12/2025, as nearly everywhere.
    DayFirst,
    /// 12/31/2025, as in the United States.
    MonthFirst,
}

/// What a date says it is the date of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::article) enum Role {
    /// "First published": before all others.
    First,
    /// "Published", "posted".
    Published,
    /// No word about it.
    Plain,
    /// "Updated", "last modified".
    Updated,
}

/// One point in time as far as a line gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::article) struct Stamp {
    pub(in crate::article) role: Role,
    /// Year, month, day; the year may be missing.
    pub(in crate::article) date: Option<(Option<i16>, u8, u8)>,
    /// Both parts at most 12, so that the order was a guess.
    pub(in crate::article) ambiguous: bool,
    pub(in crate::article) time: Option<(u8, u8)>,
    pub(in crate::article) zone: Option<Zone>,
}

/// What is known of the offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::article) enum Zone {
    /// Minutes east of Greenwich.
    Fixed(i16),
    /// A zone of the United States by its standard offset in hours; summer time by the rule of 2007.
    UnitedStates(i8),
    /// Letters that mean several zones.
    Unknown,
}

/// What [`scan`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::article) struct Scan {
    pub(in crate::article) stamps: Vec<Stamp>,
    /// "2 hours ago", "yesterday".
    pub(in crate::article) relative: bool,
    /// "4 min read".
    pub(in crate::article) reading_time: bool,
    /// A word such as "published".
    pub(in crate::article) labelled: bool,
    /// The words that are none of it, as they stood.
    pub(in crate::article) residue: String,
}

impl Scan {
    /// Whether a whole date (a day and a month) is in it.
    pub(in crate::article) fn has_day(&self) -> bool {
        self.stamps.iter().any(|s| s.date.is_some())
    }

    /// Whether any date or time is in it.
    pub(in crate::article) fn has_any(&self) -> bool {
        !self.stamps.is_empty() || self.relative
    }
}

const MONTHS: &str = r"jan(?:uary|vier|uar|\.)?|ene(?:ro|\.)?|gennaio|feb(?:ruary|ruar|rero|braio|\.)?|f[ée]v(?:rier|\.)?|mar(?:ch|s|zo|\.)?|m[äa]rz|apr(?:il|ile|\.)?|avr(?:il|\.)?|abr(?:il|\.)?|may|mai|mayo|maggio|mei|jun(?:e|i|io|\.)?|juin|giugno|jul(?:y|i|io|\.)?|juil(?:let|\.)?|luglio|aug(?:ust|ustus|\.)?|ao[ûu]t|ago(?:sto|\.)?|sept?(?:ember|embre|iembre|\.)?|settembre|oct(?:ober|obre|ubre|\.)?|okt(?:ober|\.)?|ottobre|nov(?:ember|embre|iembre|\.)?|dec(?:ember|\.)?|d[ée]c(?:embre|\.)?|dez(?:ember|\.)?|dic(?:iembre|embre|\.)?";

/// First letters of months in the languages we read.
const STEMS: &[(&str, u8)] = &[
    ("jan", 1),
    ("ene", 1),
    ("gen", 1),
    ("fe", 2),
    ("mar", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("may", 5),
    ("mai", 5),
    ("mag", 5),
    ("mei", 5),
    ("jun", 6),
    ("juin", 6),
    ("giu", 6),
    ("jul", 7),
    ("juil", 7),
    ("lug", 7),
    ("aug", 8),
    ("aou", 8),
    ("ago", 8),
    ("sep", 9),
    ("set", 9),
    ("oct", 10),
    ("okt", 10),
    ("ott", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
    ("dic", 12),
];

/// The month of a word that `MONTHS` fits: its first letters decide.
fn month(word: &str) -> Option<u8> {
    let w: String = word.to_lowercase().replace('é', "e").replace('û', "u").replace('ä', "a");
    STEMS.iter().find(|(stem, _)| w.starts_with(stem)).map(|(_, m)| *m)
}

static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    let months = MONTHS;
    let pattern = format!(
        r"(?ix)
  (?P<iso>\b(?P<iy>(?:19|20)\d\d)-(?P<im>\d\d)-(?P<id>\d\d)
     (?:[T\s](?P<ih>\d\d):(?P<imin>\d\d)(?::\d\d(?:[.,]\d+)?)?(?P<iz>\s?Z\b|\s?[+-]\d\d:?\d\d)?)?)
| (?P<num>\b(?P<na>\d{{1,2}})\s?[/.-]\s?(?P<nb>\d{{1,2}})\s?[/.-]\s?(?P<nc>(?:19|20)\d\d|\d\d)\b)
| (?P<dmy>\b(?P<dd>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?[\s-]{{1,2}}(?:of\s+|de\s+)?(?P<dm>{months})\b\.?
     (?:[\s,-]{{1,2}}(?:de\s+|del\s+)?(?P<dy>(?:19|20)\d\d)\b)?)
| (?P<mdy>\b(?P<mm>{months})\.?\s+(?:the\s+)?(?P<md>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<my>(?:19|20)\d\d)\b)?)
| (?P<monthyear>\b(?:{months})\.?,?\s+(?:19|20)\d\d\b)
| (?P<sent>\b(?P<sd>\d\d)(?P<sh>[01]\d|2[0-3])(?P<sm>[0-5]\d)\s(?:(?:gmt|bst|z)\s)?(?P<smon>{months})\s(?P<sy>\d\d)\b)
| (?P<wire>\b(?P<wd>\d\d)(?P<wm>\d\d)(?P<wy>\d\d)\s+(?P<wh>\d\d):?(?P<wmin>\d\d)\b)
| (?P<ago>\b(?:(?:about|around|over|il\s+y\s+a|vor|hace|fa)\s+)?(?:\d+|an?|one|une?|eine[mnr]?)\s?
     (?:s|secs?|seconds?|m|mins?|minutes?|minuten?|minutos?|h|hrs?|hours?|heures?|stunden?|horas?|d|days?|jours?|tag(?:en|e)?|d[íi]as?|w|weeks?|wk|months?|mois|years?|yrs?)
     (?:\s+ago|\s+old)\b|\b(?:il\s+y\s+a|vor|hace)\s+\d+\s+\w+\b|\b(?:just\s+now|moments?\s+ago|yesterday|today|hier|aujourd'hui|gestern|heute|ayer|hoy)\b)
| (?P<read>\b(?:(?:reading\s+time|time\s+to\s+read|read\s+time|temps\s+de\s+lecture|lesezeit|lesedauer|tiempo\s+de\s+lectura|lecture)\s*:?\s*)(?:about\s+|ca\.\s+|env\.\s+)?\d+\s*(?:mins?|minutes?|minuten|minutos|mn|m|')\.?
     |\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)[\s-]?(?:mins?|minutes?|m)\.?[\s-]?(?:read|reads|de\s+lecture|lesezeit|de\s+lectura)\b)
| (?P<time>\b(?P<th>[01]?\d|2[0-4])(?:[:.h](?P<tm>[0-5]\d)(?:[:.][0-5]\d)?)?\s?(?P<ap>[ap])\.?m\b\.?
     |\b(?P<uh>[01]?\d|2[0-3])\s?[:.h]\s?(?P<um>[0-5]\d)(?:[:.][0-5]\d)?(?:\s?(?:uhr|hrs?|hours|h)\b)?
     |\b(?P<uo>[01]?\d|2[0-3])\s(?:uhr|h)\b
     |\b(?P<hh>[01]\d|2[0-3])(?P<hm>[0-5]\d)\s?(?:hrs?|hours|gmt|bst|utc)\b
     |\b(?P<word>noon|midday|midnight)\b)
| (?P<offset>(?:\b(?:gmt|utc)\s?)?(?P<os>[+-])(?P<oh>[01]\d):?(?P<om>[0-5]\d)\b)
| (?P<zone>\b(?:gmt|utc|bst|(?-i:Z|CEST|CET|MESZ|MEZ|EEST|EET|E[SD]?T|C[SD]T|CT|M[SD]T|MT|P[SD]?T|IST|AE[SD]T|AC[SD]T|AWST|NZ[SD]T|SGT|HKT|JST|SAST)|uk\s+time|(?:eastern|central|mountain|pacific)(?:\s+(?:daylight|standard))?(?:\s+time)?|british\s+summer\s+time|greenwich\s+mean\s+time|coordinated\s+universal\s+time|central\s+european(?:\s+summer)?\s+time|local\s+time|ora\s+locale)\b)
| (?P<weekday>\b(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|(?-i:Mo|Di|Mi|Do|Fr|Sa|So)|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo)\b\.?)
| (?P<first>\b(?:first|originally|erstmals|premi[èe]re)\s+(?:published|posted|publication|ver[öo]ffentlicht)\b)
| (?P<updated>\b(?:(?:this\s+(?:article|story|post|page)\s+was\s+)?(?:last|most\s+recently|latest)\s+(?:updated?|modified|edited|changed|revised|reviewed)|updated?|modified|revised|edited|mis\s+[àa]\s+jour|mise\s+[àa]\s+jour|modifi[ée]|actualis[ée]|aktualisiert|stand|actualizado|aggiornato|ge[üu]pdatet)\b)
| (?P<published>\b(?:published|publish(?:ed)?\s+date|publication\s+date|date\s+published|date\s+posted|date\s+of\s+publication|posted|post\s+date|uploaded|created|released?|release\s+date|issued|dated?|publi[ée]e?|ver[öo]ffentlicht|erstellt|erschienen|publicado|publicada|pubblicato|gepubliceerd|submitted|filed|sent)\b)
| (?P<glue>\b(?:on|at|the|by|of|le|la|el|les|[àa]|um|am|den|de|a\s+las|as|alle|y|et|und|and|from|vom|das|est|op|uur|uhr)\b)
"
    );
    Regex::new(&pattern).expect("a constant pattern")
});

/// Lines longer than this are not about a date.
const LONGEST_DATE_LINE: usize = 200;

/// Words that make a date or a time without a figure.
static RELATIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)ago|now|day|noon|midnight|hier|aujourd|gestern|heute|ayer|hoy|min|lecture")
        .expect("a constant pattern")
});

/// "22 Mar 2025Updated 16:20": two spans of a page run together.
static GLUED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(\d)(\p{Lu}\p{Ll})|\b(Published|Updated|Posted)(\p{Lu}\p{Ll}|\d)")
        .expect("a constant pattern")
});

/// What every date and time with a figure has somewhere. Reading tokens one by one is dear, and most lines with a
/// figure have none of this.
static EVIDENCE: LazyLock<Regex> = LazyLock::new(|| {
    let stems = STEMS.iter().map(|(stem, _)| *stem).collect::<Vec<_>>().join("|");
    Regex::new(&format!(
        r"(?xi)
  [0-9]\s?[:./h-]\s?[0-9] | [0-9]{{4}}\s?(?:hrs?|hours|gmt|bst|utc) | [0-9]{{6}}
| [0-9]\s?(?:[ap]\.?m|uhr|h|hrs?|hours|gmt|bst|utc)(?:[^a-z]|$)
| [0-9](?:st|nd|rd|th|er|º|ª|\.)?[\s-]{{1,2}}(?:of\s+|de\s+)?(?:{stems}|f[ée]v|m[äa]rz|ao[ûu]t|d[ée]c)
| (?:{stems}|f[ée]v|m[äa]rz|ao[ûu]t|d[ée]c)\p{{L}}*\.?,?\s+(?:the\s+)?[0-9]
| \s(?:ago|old) | just\s+now | today | yesterday | noon | midday | midnight
| hier | aujourd | gestern | heute | ayer | hoy | il\s+y\s+a | vor\s | hace\s
| [0-9][\s-]?m(?:in|n|')? | (?:one|two|three|four|five|six|seven|eight|nine|ten)[\s-]m(?:in)?
| (?:^|[\s-])read | lecture | lese"
    ))
    .expect("a constant pattern")
});

/// Reads the dates and times of one line.
pub(in crate::article) fn scan(line: &str, order: Option<NumericOrder>) -> Scan {
    let mut scan = Scan::default();
    // Without a figure there is a date only in words.
    let worded = line.contains(|c: char| c.is_ascii_digit()) || RELATIVE.is_match(line);
    if line.len() > LONGEST_DATE_LINE || !worded || !EVIDENCE.is_match(line) {
        line.clone_into(&mut scan.residue);
        return scan;
    }
    let line = &*GLUED.replace_all(line, "$1$3 $2$4");
    let mut role = Role::Plain;
    let mut open: Option<Stamp> = None;
    let mut at = 0;
    for token in TOKEN.captures_iter(line) {
        let Some(whole) = token.get(0) else { continue };
        push_residue(&mut scan.residue, &line[at..whole.start()]);
        at = whole.end();
        let label = if token.name("first").is_some() {
            Some(Role::First)
        } else if token.name("updated").is_some() {
            Some(Role::Updated)
        } else if token.name("published").is_some() {
            Some(Role::Published)
        } else {
            None
        };
        if let Some(next) = label {
            // "First published" has said more than "published".
            if !(next == Role::Published && role == Role::First && open.is_none()) {
                scan.stamps.extend(open.take());
                role = next;
            }
            scan.labelled = true;
        } else if token.name("ago").is_some() {
            scan.relative = true;
        } else if token.name("read").is_some() {
            scan.reading_time = true;
        } else if let Some(part) = part(&token, order) {
            let stamp = Stamp { role, date: None, ambiguous: false, time: None, zone: None };
            let current = open.get_or_insert(stamp);
            if !current.take(part) {
                scan.stamps.extend(open.take());
                let mut next = stamp;
                next.take(part);
                open = Some(next);
            }
        }
    }
    scan.stamps.extend(open.take());
    // A zone or an offset alone is a word like any other ("ET", "-30").
    scan.stamps.retain(|s| s.date.is_some() || s.time.is_some());
    push_residue(&mut scan.residue, &line[at..]);
    scan
}

fn push_residue(residue: &mut String, between: &str) {
    let words = between.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '£' | '$' | '€'));
    if !words.is_empty() {
        if !residue.is_empty() {
            residue.push(' ');
        }
        residue.push_str(words);
    }
}

#[derive(Clone, Copy)]
enum Part {
    Date(Option<i16>, u8, u8, bool),
    Time(u8, u8, Option<Zone>),
    DateTime(i16, u8, u8, u8, u8, Option<Zone>),
    Zone(Zone),
    /// A word of a date that adds nothing.
    Nothing,
}

impl Stamp {
    /// Adds a part; false where the stamp already has one of its sort.
    fn take(&mut self, part: Part) -> bool {
        match part {
            Part::Date(y, m, d, ambiguous) if self.date.is_none() => {
                self.date = Some((y, m, d));
                self.ambiguous = ambiguous;
            }
            Part::Time(h, m, zone) if self.time.is_none() => {
                self.time = Some((h, m));
                self.zone = self.zone.or(zone);
            }
            Part::DateTime(y, m, d, h, min, zone) if self.date.is_none() && self.time.is_none() => {
                self.date = Some((Some(y), m, d));
                self.time = Some((h, min));
                self.zone = zone;
            }
            Part::Zone(zone) => {
                if self.zone.is_none() {
                    self.zone = Some(zone);
                }
            }
            Part::Nothing => {}
            _ => return false,
        }
        true
    }
}

fn part(t: &Captures<'_>, order: Option<NumericOrder>) -> Option<Part> {
    let number = |name: &str| t.name(name).and_then(|m| m.as_str().parse::<i16>().ok());
    let small = |name: &str| number(name).and_then(|n| u8::try_from(n).ok());
    let text = |name: &str| t.name(name).map(|m| m.as_str());
    if t.name("iso").is_some() {
        let (y, m, d) = (number("iy")?, small("im")?, small("id")?);
        return valid(
            m,
            d,
            match (small("ih"), small("imin")) {
                (Some(h), Some(min)) if h < 24 && min < 60 => {
                    Part::DateTime(y, m, d, h, min, text("iz").and_then(offset))
                }
                _ => Part::Date(Some(y), m, d, false),
            },
        );
    }
    if t.name("num").is_some() {
        let (a, b, y) = (small("na")?, small("nb")?, number("nc")?);
        let y = if y < 100 { 2000 + y } else { y };
        let month_first = match (a > 12, b > 12) {
            (true, _) => false,
            (_, true) => true,
            _ => order == Some(NumericOrder::MonthFirst),
        };
        let (d, m) = if month_first { (b, a) } else { (a, b) };
        return valid(m, d, Part::Date(Some(y), m, d, a <= 12 && b <= 12 && order.is_none()));
    }
    if t.name("dmy").is_some() {
        let (m, d) = (month(text("dm")?)?, small("dd")?);
        return valid(m, d, Part::Date(number("dy"), m, d, false));
    }
    if t.name("mdy").is_some() {
        let (m, d) = (month(text("mm")?)?, small("md")?);
        return valid(m, d, Part::Date(number("my"), m, d, false));
    }
    // "150001 NOV 25", the last line of PA copy: day, hour, minute, month, year.
    if t.name("sent").is_some() {
        let (d, h, min) = (small("sd")?, small("sh")?, small("sm")?);
        let (m, y) = (month(text("smon")?)?, number("sy")?);
        return valid(m, d, Part::DateTime(2000 + y, m, d, h, min, None));
    }
    if t.name("wire").is_some() {
        let (d, m, y, h, min) = (small("wd")?, small("wm")?, number("wy")?, small("wh")?, small("wmin")?);
        return valid(m, d, Part::DateTime(2000 + y, m, d, h % 24, min % 60, None));
    }
    if t.name("time").is_some() {
        if let Some(word) = text("word") {
            return Some(Part::Time(if word.eq_ignore_ascii_case("midnight") { 0 } else { 12 }, 0, None));
        }
        if let Some(h) = small("th") {
            let half = text("ap").map(str::to_ascii_lowercase);
            let h = match half.as_deref() {
                Some("p") if h < 12 => h + 12,
                Some("a") if h == 12 => 0,
                _ => h % 24,
            };
            return Some(Part::Time(h, small("tm").unwrap_or(0), None));
        }
        let h = small("uh").or_else(|| small("uo")).or_else(|| small("hh"))?;
        // "0700 GMT" carries its zone inside.
        let whole = t.get(0)?.as_str().to_ascii_lowercase();
        let inside = zone(whole.trim_start_matches(|c: char| c.is_ascii_digit()).trim());
        let minutes = small("um").or_else(|| small("hm")).unwrap_or(0);
        return Some(Part::Time(h, minutes, inside.filter(|_| t.name("hh").is_some())));
    }
    if t.name("offset").is_some() {
        return Some(Part::Zone(offset(t.get(0)?.as_str())?));
    }
    if let Some(letters) = text("zone") {
        return Some(Part::Zone(zone(&letters.to_ascii_lowercase()).unwrap_or(Zone::Unknown)));
    }
    Some(Part::Nothing).filter(|_| t.name("weekday").is_some() || t.name("monthyear").is_some())
}

fn valid(month: u8, day: u8, part: Part) -> Option<Part> {
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(part)
}

/// "+0100", "+01:00", "Z", "GMT+01:00".
fn offset(text: &str) -> Option<Zone> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("z") {
        return Some(Zone::Fixed(0));
    }
    let at = text.find(['+', '-'])?;
    let digits: String = text[at + 1..].chars().filter(char::is_ascii_digit).collect();
    let minutes: i16 = digits.get(..2)?.parse::<i16>().ok()? * 60 + digits.get(2..4)?.parse::<i16>().ok()?;
    Some(Zone::Fixed(if text[at..].starts_with('-') { -minutes } else { minutes }))
}

/// Zone letters that mean one thing. IST is India, Israel or Ireland; PT and ET follow the season.
pub(in crate::article) fn zone(letters: &str) -> Option<Zone> {
    Some(match letters {
        "gmt" | "utc" | "z" | "greenwich mean time" | "coordinated universal time" => Zone::Fixed(0),
        "bst" | "cet" | "mez" | "british summer time" | "central european time" => Zone::Fixed(60),
        "cest" | "mesz" | "eet" | "sast" | "central european summer time" => Zone::Fixed(120),
        "eest" => Zone::Fixed(180),
        "sgt" | "hkt" | "awst" => Zone::Fixed(480),
        "jst" => Zone::Fixed(540),
        "aest" => Zone::Fixed(600),
        "aedt" => Zone::Fixed(660),
        "nzst" => Zone::Fixed(720),
        "nzdt" => Zone::Fixed(780),
        "edt" => Zone::Fixed(-240),
        "est" | "cdt" => Zone::Fixed(-300),
        "cst" | "mdt" => Zone::Fixed(-360),
        "mst" | "pdt" => Zone::Fixed(-420),
        "pst" => Zone::Fixed(-480),
        "et" => Zone::UnitedStates(-5),
        "ct" => Zone::UnitedStates(-6),
        "mt" => Zone::UnitedStates(-7),
        "pt" => Zone::UnitedStates(-8),
        named if named.starts_with("eastern") => Zone::UnitedStates(-5),
        named if named.starts_with("central") => Zone::UnitedStates(-6),
        named if named.starts_with("mountain") => Zone::UnitedStates(-7),
        named if named.starts_with("pacific") => Zone::UnitedStates(-8),
        "ist" | "acst" | "acdt" | "uk time" | "local time" => Zone::Unknown,
        _ => return None,
    })
}

impl Stamp {
    /// ISO 8601: date, or date and time, or date, time and offset; `None` without a year.
    pub(in crate::article) fn iso(&self) -> Option<String> {
        let (year, month, day) = self.date?;
        let date = jiff::civil::Date::new(year?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let mut out = date.to_string();
        if let Some((h, m)) = self.time {
            let _ = write!(out, "T{h:02}:{m:02}");
            let minutes = match self.zone {
                Some(Zone::Fixed(minutes)) => Some(minutes),
                Some(Zone::UnitedStates(hours)) => {
                    Some(i16::from(hours) * 60 + if us_summer_time(date) { 60 } else { 0 })
                }
                _ => None,
            };
            match minutes {
                Some(0) => out.push('Z'),
                Some(minutes) => {
                    let sign = if minutes < 0 { '-' } else { '+' };
                    let _ = write!(out, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
                }
                None => {}
            }
        }
        Some(out)
    }
}

/// Summer time of the United States by day: second Sunday of March to first Sunday of November (Energy Policy Act of
/// 2005, §110).
fn us_summer_time(date: jiff::civil::Date) -> bool {
    let sunday = |month: i8, nth: i8| {
        let first = jiff::civil::Date::new(date.year(), month, 1).ok()?;
        first.nth_weekday_of_month(nth, jiff::civil::Weekday::Sunday).ok()
    };
    matches!((sunday(3, 2), sunday(11, 1)), (Some(start), Some(end)) if date >= start && date < end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_iso(line: &str) -> Option<String> {
        let scan = scan(line, None);
        scan.stamps.iter().filter(|s| s.date.is_some()).min_by_key(|s| s.role).and_then(Stamp::iso)
    }

    #[test]
    fn every_order_to_iso() {
        for (line, iso) in [
            ("31 March 2025, 00:04", "2025-03-31T00:04"),
            ("Published: 07:42, 11 Feb 2025 | Updated: 09:15, 11 Feb 2025", "2025-02-11T07:42"),
            ("March 3, 2025, 5:00 a.m. ET", "2025-03-03T05:00-05:00"),
            ("July 3, 2025 at 5 p.m. PT", "2025-07-03T17:00-07:00"),
            ("Updated 2:06 PM GMT, March 18, 2025", "2025-03-18T14:06Z"),
            ("April 16, 2025 6:31 AM UTC · Updated 2 hours ago", "2025-04-16T06:31Z"),
            ("6th May 2025, 11:20", "2025-05-06T11:20"),
            ("Sat 25 Jan 2025, 18:05", "2025-01-25T18:05"),
            ("Mon 3 Mar 2025 07.00 GMT", "2025-03-03T07:00Z"),
            ("Posted: 5:14 PM CDT Apr 2, 2025", "2025-04-02T17:14-05:00"),
            ("Publié le 03/04/2025 à 10h22, mis à jour le 03/04/2025 à 12h05", "2025-04-03T10:22"),
            ("Le 3 avril 2025 à 10 h 22", "2025-04-03T10:22"),
            ("Donnerstag, 3. April 2025, 10.22 Uhr", "2025-04-03T10:22"),
            ("03.04.2025, 10:22 Uhr", "2025-04-03T10:22"),
            ("2 de abril de 2025", "2025-04-02"),
            ("200525 00:01", "2025-05-20T00:01"),
            ("150001 NOV 25", "2025-11-15T00:01"),
            ("2025-06-01T09:30:00+01:00", "2025-06-01T09:30+01:00"),
            ("Wed, 02 Apr 2025 10:11:12 +0000", "2025-04-02T10:11Z"),
            ("April 08, 2025 08:30 AM Eastern Daylight Time", "2025-04-08T08:30-04:00"),
            ("05/20/2025 4:15 PM EDT", "2025-05-20T16:15-04:00"),
            ("14:05, 22 Mar 2025Updated 16:20, 22 Mar 2025", "2025-03-22T14:05"),
            ("11:05, Tue, Feb 11, 2025", "2025-02-11T11:05"),
            ("12:30am, 1 May 2025", "2025-05-01T00:30"),
            ("Fri., Aug. 8, 2025", "2025-08-08"),
            ("Sept. 9, 2025 noon", "2025-09-09T12:00"),
            ("1er mai 2025", "2025-05-01"),
            ("18 août 2025", "2025-08-18"),
            ("15. März 2025", "2025-03-15"),
            ("9 décembre 2024", "2024-12-09"),
            ("Last modified on Mon 3 Mar 2025 11.48 GMT", "2025-03-03T11:48Z"),
            ("First published on Fri 24 Jan 2025 06.10 GMT", "2025-01-24T06:10Z"),
        ] {
            assert_eq!(first_iso(line).as_deref(), Some(iso), "{line}");
            assert_eq!(scan(line, None).residue, "", "{line}");
        }
        assert_eq!(first_iso("31 February 2025"), None);
        assert_eq!(scan("6 May, 1:05 pm", None).stamps[0].iso(), None);
    }

    #[test]
    fn lines_about_something_else_leave_a_residue() {
        for line in [
            "At 15.20 the wind was still gusting to 81mph.",
            "It opened in May 2019 after a long delay.",
            "He may go in March.",
            "Sun and rain on Saturday",
            "The first 20 minutes were dull.",
            "Updated forecasts will be published next week.",
            "Iain Dale 7pm - 10pm",
        ] {
            assert_ne!(scan(line, None).residue, "", "{line}");
        }
    }

    #[test]
    fn figures_follow_the_outlet() {
        let read = |order| scan("03/04/2025", order).stamps[0];
        assert_eq!(read(Some(NumericOrder::MonthFirst)).iso().unwrap(), "2025-03-04");
        assert_eq!(read(Some(NumericOrder::DayFirst)).iso().unwrap(), "2025-04-03");
        assert!(read(None).ambiguous);
        assert!(!scan("23/04/2025", None).stamps[0].ambiguous);
    }
}
