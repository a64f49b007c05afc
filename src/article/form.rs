//! What an input is, told by its content: file names and media types lie, bytes do not.

use super::{feed, html, json, markdown, wire};

/// A form of article that is read from text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Feed,
    Html,
    Json,
    Markdown,
    Wire(wire::WireForm),
    Text,
}

/// The form of a decoded input. What only mentions another form's marks is plain text.
pub(super) fn of(text: &str) -> Form {
    // First: a wire is XML or JSON, and may hold a whole page.
    if let Some(form) = wire::of(text) {
        Form::Wire(form)
    } else if feed::is_feed(text) {
        Form::Feed
    } else if json::is_json(text) {
        Form::Json
    } else if html::is_html(text) {
        Form::Html
    } else if markdown::is_markdown(text) {
        Form::Markdown
    } else {
        Form::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_by_content() {
        for (text, form) in [
            ("<!DOCTYPE html>\n<html><body><p>One.</p></body></html>", Form::Html),
            ("\u{feff}\n<!-- saved page -->\n<HTML><p>One.", Form::Html),
            ("<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"x\"><html><p>One.</p>", Form::Html),
            ("<div class=story><p>One.</p><p>Two.</p></div>", Form::Html),
            (
                "Warning: mkdir() on line 3\n<html><head></head><body><p>One</p><p>Two</p><p>Three</p><p>Four</p></body></html>",
                Form::Html,
            ),
            ("The <title> element dates from 1992, he said.\nIt closes with </title>.", Form::Text),
            ("<b> is bold, she told pupils.\nThe class laughed.", Form::Text),
            ("He typed <html> and </html> and <body>, and left.\nNo one knew why he did.", Form::Text),
            ("Profit < loss > hope.", Form::Text),
            (
                "<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<rss version=\"2.0\"><channel><item><description>&lt;html&gt;&lt;body&gt;</description></item></channel></rss>",
                Form::Feed,
            ),
            ("<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry/></feed>", Form::Feed),
            (
                "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\"/>",
                Form::Feed,
            ),
            (
                "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:foaf=\"x\"/>",
                Form::Text,
            ),
            ("<!DOCTYPE html><html><body><p>An <rss> is a feed.</p></body></html>", Form::Html),
            ("The feed begins <rss version=\"2.0\">, she said.", Form::Text),
            ("{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": []}", Form::Feed),
            ("{\"headline\": \"\\\"version\\\": \\\"https://jsonfeed.org/version/1\\\"\"}", Form::Json),
            (
                "<newsItem><contentSet><inlineXML><html><body><p>One.</p></body></html></inlineXML></contentSet></newsItem>",
                Form::Wire(wire::WireForm::NewsMlG2),
            ),
            (
                "{\"uri\": \"x\", \"pubstatus\": \"usable\", \"body_text\": \"One.\"}",
                Form::Wire(wire::WireForm::Ninjs),
            ),
            ("{\"paragraphs\": []}", Form::Json),
            (" [\n {\"@type\": \"Article\"}]", Form::Json),
            ("{broken\" is not JSON", Form::Text),
            ("[Picture: Ann Orme]\nThe bridge closed.", Form::Text),
            ("# Bridge to close\n\nThe bridge will **close** on Monday.", Form::Markdown),
            ("---\ntitle: Bridge to close\n---\n\nIt will.", Form::Markdown),
            ("Bridge to close\n===============\n\nIt will, [she said](https://example.org).", Form::Markdown),
            ("Bridge to close\n\nIt will.\n\n###\n\nNotes to editors\n- One\n- Two", Form::Text),
            ("#bridge is shut\n\nNo 5 * 3 * 2 here.\n---\nEnds", Form::Text),
            ("", Form::Text),
        ] {
            assert_eq!(of(text), form, "{text:?}");
        }
    }
}
