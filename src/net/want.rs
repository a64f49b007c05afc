//! What is asked for, and which content types can be it.

/// What an address is expected to lead to. It decides the `Accept` header and which content types are refused by name
/// before the body is read. A type that is missing or says nothing (`application/octet-stream`) is let through: the
/// reader of the bytes tells what they are.
///
/// # Examples
/// ```
/// use bulletin::net::Want;
/// assert_eq!(Want::Story.refusal(Some("text/html; charset=utf-8")), None);
/// assert_eq!(Want::Story.refusal(Some("audio/mpeg")), Some("audio"));
/// assert_eq!(Want::Json.refusal(Some("text/html")), Some("a page"));
/// assert_eq!(Want::Feed.refusal(None), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Want {
    /// Whatever a story comes in: a page, a feed, a wire message, JSON, Markdown, plain text.
    Story,
    /// A feed. Plain text and HTML are let through, because many feeds are labelled so.
    Feed,
    /// Plain text of some kind, pages among it.
    Text,
    /// JSON. Plain text is let through, because much JSON is labelled so.
    Json,
    /// Anything, audio and archives too.
    Anything,
}

/// The family of a content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Html,
    Xml,
    Json,
    Text,
    /// Missing, or as good as missing.
    Unknown,
    /// Something that holds no story, named for people.
    Other(&'static str),
}

impl Want {
    /// What a body of this content type is, if it cannot be what is wanted.
    pub fn refusal(self, content_type: Option<&str>) -> Option<&'static str> {
        let family = family(content_type);
        let good = match self {
            Self::Anything => true,
            Self::Story | Self::Feed => !matches!(family, Family::Other(_)),
            Self::Text => matches!(family, Family::Text | Family::Html | Family::Unknown),
            Self::Json => matches!(family, Family::Json | Family::Text | Family::Unknown),
        };
        (!good).then_some(match family {
            Family::Html => "a page",
            Family::Xml => "XML",
            Family::Json => "JSON",
            Family::Text => "plain text",
            Family::Unknown => "of no known type",
            Family::Other(what) => what,
        })
    }

    /// The `Accept` header.
    pub(super) fn accept(self) -> &'static str {
        match self {
            Self::Story => {
                "text/html,application/xhtml+xml,application/xml;q=0.9,application/rss+xml;q=0.9,\
                 application/atom+xml;q=0.9,application/json;q=0.8,text/plain;q=0.8,*/*;q=0.1"
            }
            Self::Feed => {
                "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,\
                 text/xml;q=0.9,application/json;q=0.8,*/*;q=0.1"
            }
            Self::Text => "text/plain,text/*;q=0.9,*/*;q=0.1",
            Self::Json => "application/json,*/*;q=0.1",
            Self::Anything => "*/*",
        }
    }

    /// Named for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Story => "a page, a feed or a text",
            Self::Feed => "a feed",
            Self::Text => "a text",
            Self::Json => "JSON",
            Self::Anything => "anything",
        }
    }

    /// Whether an empty body is an answer.
    pub(super) fn may_be_empty(self) -> bool {
        matches!(self, Self::Text | Self::Anything)
    }
}

fn family(content_type: Option<&str>) -> Family {
    let Some(text) = content_type else { return Family::Unknown };
    let essence = parse(text).0.unwrap_or_default();
    let Some((kind, sub)) = essence.split_once('/') else { return Family::Unknown };
    // Kinds go before suffixes: `image/svg+xml` is an image.
    match kind {
        "audio" => return Family::Other("audio"),
        "video" => return Family::Other("video"),
        "image" => return Family::Other("an image"),
        "font" => return Family::Other("a font"),
        "model" | "multipart" | "message" => {
            return Family::Other("data of a kind that holds no story");
        }
        _ => {}
    }
    match sub {
        "html" | "xhtml+xml" | "vnd.wap.xhtml+xml" => Family::Html,
        "octet-stream" | "x-unknown" | "unknown" | "x-unknown-content-type" | "*" => Family::Unknown,
        "css" => Family::Other("a style sheet"),
        "javascript" | "x-javascript" | "ecmascript" | "wasm" => Family::Other("a script"),
        "calendar" => Family::Other("a calendar"),
        "csv" | "tab-separated-values" => Family::Other("a table"),
        "vcard" | "x-vcard" => Family::Other("an address card"),
        "pdf" | "postscript" => Family::Other("a PDF document"),
        "ogg" => Family::Other("audio"),
        "dash+xml" | "vnd.apple.mpegurl" | "x-mpegurl" | "mp4" => Family::Other("video"),
        "rtf" | "msword" => Family::Other("an office document"),
        "rss" | "atom" | "xml" | "xml-dtd" => Family::Xml,
        "json" | "x-json" | "x-ndjson" => Family::Json,
        "markdown" | "x-markdown" => Family::Text,
        _ if sub.starts_with("vnd.ms-")
            || sub.starts_with("vnd.openxmlformats")
            || sub.starts_with("vnd.oasis.opendocument") =>
        {
            Family::Other("an office document")
        }
        _ if sub.ends_with("+xml") => Family::Xml,
        _ if sub.ends_with("+json") => Family::Json,
        _ if kind == "text" => Family::Text,
        _ if sub.starts_with("font") || sub.starts_with("x-font") => Family::Other("a font"),
        _ if sub.ends_with("zip")
            || ["x-tar", "x-rar", "x-7z-compressed", "vnd.rar", "x-bzip2", "x-xz", "zstd"]
                .iter()
                .any(|archive| sub.starts_with(archive)) =>
        {
            Family::Other("an archive")
        }
        _ => Family::Other("data of a kind that holds no story"),
    }
}

/// A `Content-Type` header → the type in lower case without its parameters, and the charset (RFC 9110 §8.3).
///
/// A server that sends several types in one header gets its first taken.
pub(super) fn parse(header: &str) -> (Option<String>, Option<String>) {
    let mut parts = header.split(';');
    let essence = parts.next().unwrap_or_default();
    let essence = essence.split(',').next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.split(',').next()?.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    });
    (Some(essence).filter(|e| !e.is_empty()), charset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_taken_apart() {
        for (header, essence, charset) in [
            ("text/html", Some("text/html"), None),
            ("Text/HTML; Charset=\"UTF-8\"", Some("text/html"), Some("UTF-8")),
            ("text/html;charset=iso-8859-1", Some("text/html"), Some("iso-8859-1")),
            ("text/html; boundary=x; charset = 'koi8-r' ", Some("text/html"), Some("koi8-r")),
            ("text/html; charset=utf-8, text/html", Some("text/html"), Some("utf-8")),
            ("text/html, text/plain", Some("text/html"), None),
            ("text/html; charset=", Some("text/html"), None),
            ("text/html; charset", Some("text/html"), None),
            ("; charset=utf-8", None, Some("utf-8")),
            ("", None, None),
        ] {
            let expected = (essence.map(str::to_owned), charset.map(str::to_owned));
            assert_eq!(parse(header), expected, "{header}");
        }
    }

    #[test]
    fn what_is_let_through() {
        // Which of story, feed, text and JSON the type can be.
        for (header, story, feed, text, json) in [
            (None, true, true, true, true),
            (Some(""), true, true, true, true),
            (Some("nonsense"), true, true, true, true),
            (Some("application/octet-stream"), true, true, true, true),
            (Some("text/html;charset=utf-8"), true, true, true, false),
            (Some("application/xhtml+xml"), true, true, true, false),
            (Some("text/plain"), true, true, true, true),
            (Some("text/markdown"), true, true, true, true),
            (Some("text/vnd.IPTC.NITF"), true, true, true, true),
            (Some("application/rss+xml"), true, true, false, false),
            (Some("application/vnd.iptc.g2.newsitem+xml"), true, true, false, false),
            (Some("text/xml"), true, true, false, false),
            (Some("application/feed+json"), true, true, false, true),
            (Some("application/json"), true, true, false, true),
            (Some("audio/mpeg"), false, false, false, false),
            (Some("application/ogg"), false, false, false, false),
            (Some("video/mp4"), false, false, false, false),
            (Some("image/svg+xml"), false, false, false, false),
            (Some("image/jpeg"), false, false, false, false),
            (Some("application/pdf"), false, false, false, false),
            (Some("application/zip"), false, false, false, false),
            (Some("application/epub+zip"), false, false, false, false),
            (
                Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
                false,
                false,
                false,
                false,
            ),
            (Some("text/css"), false, false, false, false),
            (Some("application/javascript"), false, false, false, false),
            (Some("font/woff2"), false, false, false, false),
            (Some("application/x-shockwave-flash"), false, false, false, false),
        ] {
            let expected = [story, feed, text, json];
            let wants = [Want::Story, Want::Feed, Want::Text, Want::Json];
            assert_eq!(wants.map(|w| w.refusal(header).is_none()), expected, "{header:?}");
            assert_eq!(Want::Anything.refusal(header), None);
        }
    }
}
