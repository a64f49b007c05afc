//! What a server said when it gave no sound, as an error that names the next step.

use super::super::shortened;
use crate::net::{Refused, Why};

/// How much of an answer's text is told.
const TOLD_CHARACTERS: usize = 200;

/// How long a refusal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// For as long as the settings are the same.
    Always,
    /// For this sentence, and for others if they are all refused so.
    Perhaps,
    /// For a while: the server is busy, broken or away.
    AWhile,
    /// The time that was given was too short to know.
    Unknown,
}

/// What went wrong, what would help, and how long it stands.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) problem: String,
    pub(super) cure: String,
    pub(super) stands: Stands,
}

/// Whether asking again is of no use, though the status says it might be: an account without money answers 429.
pub(super) fn is_final(status: u16, body: &[u8]) -> bool {
    status == 429 && {
        let text = String::from_utf8_lossy(body);
        text.contains("insufficient_quota") || text.contains("billing_hard_limit")
    }
}

/// Reads a refusal. `key_place` is where the key is, if the server has one.
pub(super) fn told(refused: &Refused, timeout_ms: u64, key_place: Option<&str>) -> Told {
    let (problem, cure, stands) = match &refused.why {
        Why::Status { status, body, .. } => of_status(*status, body, refused, key_place),
        Why::Redirect { status, to } => (
            format!("the server redirects (HTTP {status}) to {to}, and what is said is not sent on"),
            "if you trust that address, give it as the url".to_owned(),
            Stands::Always,
        ),
        Why::Blocked(problem) => (
            problem.clone(),
            "check the address in the profile, and that this machine is online".to_owned(),
            Stands::AWhile,
        ),
        Why::Outside(problem) => (
            problem.clone(),
            "give an address that starts with https://, or take key_env and key_file out".to_owned(),
            Stands::Always,
        ),
        Why::Connection(problem) => (
            tried(problem, refused.tries),
            "check that the server is running and its address in the profile".to_owned(),
            Stands::AWhile,
        ),
        Why::Secure(problem) => (
            problem.clone(),
            "check the address: a server of the house may speak plain http:// only; a certificate of the house's own \
             authority is named with ca_file"
                .to_owned(),
            Stands::Always,
        ),
        Why::Proxy(problem) => {
            (problem.clone(), "check the proxy in the settings of the network".to_owned(), Stands::AWhile)
        }
        Why::Late(problem) => (
            problem.clone(),
            format!("allow more time with timeout_ms = {}, or ask a faster server", timeout_ms.saturating_mul(2)),
            Stands::AWhile,
        ),
        Why::TooLarge(problem) => {
            (problem.clone(), "allow more with limit_bytes".to_owned(), Stands::Perhaps)
        }
        Why::Garbled(problem) => (
            problem.clone(),
            "check that the address is one of a speech server, as in https://host/v1/audio/speech".to_owned(),
            Stands::AWhile,
        ),
    };
    Told { problem, cure, stands }
}

fn tried(problem: &str, tries: u32) -> String {
    if tries > 1 { format!("{problem}, {tries} times") } else { problem.to_owned() }
}

fn of_status(
    status: u16,
    body: &[u8],
    refused: &Refused,
    key_place: Option<&str>,
) -> (String, String, Stands) {
    let said = message(body).map(|said| format!(": {said}")).unwrap_or_default();
    let is_empty_account = is_final(status, body);
    let problem = match status {
        401 => format!("the server does not accept the key (HTTP 401){said}"),
        402 => format!("the server wants to be paid (HTTP 402){said}"),
        403 => format!("the server refuses this (HTTP 403){said}"),
        404 | 410 => format!("the server has nothing there (HTTP {status}){said}"),
        405 => format!("what is at this address takes no sentences (HTTP 405){said}"),
        400 | 413 | 415 | 422 => format!("the server does not take the request (HTTP {status}){said}"),
        429 if is_empty_account => format!("the account there is used up (HTTP 429){said}"),
        429 | 503 | 529 => tried(&format!("the server is busy (HTTP {status}){said}"), refused.tries),
        500.. => tried(&format!("the server has a fault (HTTP {status}){said}"), refused.tries),
        _ => format!("the server answered HTTP {status}{said}"),
    };
    let cure = match (status, key_place) {
        (401 | 403, None) => {
            "name the environment variable that holds the key, key_env = \"OPENAI_API_KEY\", or its file with key_file"
                .to_owned()
        }
        (401, Some(place)) => format!("put a key that is valid there into {place}"),
        (403, Some(place)) => {
            format!("check with the service that the key in {place} may use this model and voice")
        }
        (402, _) => "see to the account with the service, or name another server under [[http.fallback]]".to_owned(),
        (429, _) if is_empty_account => {
            "see to the account with the service, or name another server under [[http.fallback]]".to_owned()
        }
        (404 | 405 | 410, _) => {
            "check the url, which mostly ends in /v1/audio/speech, and the model in the profile".to_owned()
        }
        (400 | 413 | 415 | 422, _) => {
            "check model, voice, response_format and extra in the profile against what the server takes".to_owned()
        }
        _ => match refused.wait {
            Some(wait) => format!(
                "the server asks to wait {} s: try again after that, allow more with timeout_ms, or name another server \
                 under [[http.fallback]]",
                wait.as_secs()
            ),
            None => {
                "try again later, ask less at once with requests_at_once, or name another server under [[http.fallback]]"
                    .to_owned()
            }
        },
    };
    let stands = match status {
        401..=405 | 410 => Stands::Always,
        429 if is_empty_account => Stands::Always,
        408 | 425 | 429 | 500.. => Stands::AWhile,
        _ => Stands::Perhaps,
    };
    (problem, cure, stands)
}

/// What a body says, in one short line: the message in an error of OpenAI's or FastAPI's form, or a plain text.
pub(super) fn message(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let found = match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => ["/error/message", "/message", "/error", "/detail/0/msg", "/detail/message", "/detail"]
            .iter()
            .find_map(|place| value.pointer(place)?.as_str().map(str::to_owned))?,
        Err(_) if text.trim_start().starts_with(['<', '{', '[']) => return None,
        Err(_) => text.into_owned(),
    };
    // Data in the message is not for people, and markup is not either.
    let line: Vec<_> =
        found.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let line = line.join(" ");
    let line = line.trim_end_matches('.');
    if line.is_empty() {
        return None;
    }
    match line.char_indices().nth(TOLD_CHARACTERS) {
        Some((at, _)) => Some(format!("{}…", &line[..at])),
        None => Some(line.to_owned()),
    }
}

/// What an answer of a type that is no sound is.
pub(super) fn not_sound(content_type: &str, body: &[u8]) -> String {
    let said = message(body).map(|said| format!(": {said}")).unwrap_or_default();
    let header: String = content_type.chars().filter(|c| !c.is_control()).collect();
    format!("{} came instead of sound{said}", shortened(&header))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn messages() {
        for (body, expected) in [
            (r#"{"error": {"message": "Incorrect\n API  key.", "code": 1}}"#, Some("Incorrect API key")),
            (r#"{"error": "no model"}"#, Some("no model")),
            (r#"{"detail": [{"msg": "field required", "loc": []}]}"#, Some("field required")),
            (r#"{"detail": {"error": "x", "message": "voice not found"}}"#, Some("voice not found")),
            (r#"{"detail": "Not Found"}"#, Some("Not Found")),
            (r#"{"a": 1}"#, None),
            ("plain words", Some("plain words")),
            ("<html><body>502</body></html>", None),
            ("{half", None),
            ("", None),
        ] {
            assert_eq!(message(body.as_bytes()).as_deref(), expected, "{body}");
        }
        let long = message(&[b'x'; 10_000]).unwrap();
        assert_eq!(long.chars().count(), TOLD_CHARACTERS + 1);
    }

    #[test]
    fn every_refusal_names_the_next_step() {
        let status = |status, body: &str| Why::Status { status, body: body.into(), asked: None };
        let place = "the environment variable K";
        for (why, wait, key, problem, cure, stands) in [
            (status(401, ""), None, Some(place), "(HTTP 401)", "variable K", Stands::Always),
            (status(401, ""), None, None, "(HTTP 401)", "key_env", Stands::Always),
            (status(403, ""), None, Some(place), "(HTTP 403)", "variable K", Stands::Always),
            (status(404, ""), None, None, "(HTTP 404)", "/v1/audio/speech", Stands::Always),
            (status(400, "bad"), None, None, "(HTTP 400): bad", "voice", Stands::Perhaps),
            (status(429, ""), Some(90), None, "busy (HTTP 429), 3 times", "wait 90 s", Stands::AWhile),
            (
                status(429, "{\"error\":{\"code\":\"insufficient_quota\"}}"),
                None,
                None,
                "used up",
                "account",
                Stands::Always,
            ),
            (status(500, ""), None, None, "fault (HTTP 500), 3 times", "fallback", Stands::AWhile),
            (status(418, ""), None, None, "HTTP 418", "try again", Stands::Perhaps),
            (Why::Late("too slow".into()), None, None, "too slow", "timeout_ms = 600", Stands::AWhile),
        ] {
            let refused = Refused { why, tries: 3, wait: wait.map(Duration::from_secs) };
            let told = told(&refused, 300, key);
            assert!(told.problem.contains(problem), "{told:?} {problem}");
            assert!(told.cure.contains(cure), "{told:?} {cure}");
            assert_eq!(told.stands, stands, "{told:?}");
        }
    }
}
