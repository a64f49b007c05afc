//! What a line is when it is not the story.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! kinds {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// What a line is when it is not the story. Written in kebab case.
        ///
        /// # Examples
        /// ```
        /// use bulletin::article::Kind;
        /// assert_eq!(Kind::Pullquote.to_string(), "pullquote");
        /// assert_eq!("promo".parse(), Ok(Kind::Promo));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Kind {
            $(#[doc = $doc] #[serde(rename = $name)] $variant,)*
        }

        impl Kind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name used in JSON, on the command line and in settings.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What such a line is, as a noun phrase for reasons.
            pub fn noun(self) -> &'static str {
                match self { $(Self::$variant => $doc.trim_ascii()),* }
            }
        }
    };
}

kinds! {
    Headline "headline" "the headline",
    Byline "byline" "the byline",
    Timestamp "timestamp" "a date or time of publication",
    Standfirst "standfirst" "a line that sums the story up above it",
    Summary "summary" "a summary list above the story",
    Label "label" "a section label",
    Breadcrumb "breadcrumb" "a breadcrumb trail",
    Sitename "sitename" "the outlet's name or motto",
    Nav "nav" "a menu or navigation entry",
    Schedule "schedule" "a programme schedule",
    Readtime "readtime" "a reading time",
    Caption "caption" "a picture caption",
    Credit "credit" "a picture or reporting credit",
    Player "player" "part of a media player",
    Promo "promo" "a pointer to something else",
    Related "related" "a title of another story",
    Tags "tags" "topics and tags",
    Share "share" "a share or save button",
    Comments "comments" "the comments and their tools",
    Ad "ad" "an advertisement marker",
    Cookie "cookie" "a cookie or privacy notice",
    Paywall "paywall" "a subscription wall",
    Newsletter "newsletter" "a newsletter sign-up",
    Print "print" "a note about the print edition",
    Agency "agency" "an agency's credit or sign-off",
    Copyright "copyright" "a copyright or licence line",
    Dateline "dateline" "a dateline",
    Ticker "ticker" "a stock ticker",
    Slug "slug" "a wire slug or routing line",
    Embargo "embargo" "an embargo or release line",
    Page "page" "a page mark",
    Endmark "endmark" "an end mark",
    Boilerplate "boilerplate" "material below the end of the story",
    Bio "bio" "a note about the author",
    Correction "correction" "a correction",
    Notice "notice" "a notice to the reader",
    Helpline "helpline" "a helpline",
    Disclosure "disclosure" "a disclosure of interests",
    Crosshead "crosshead" "a heading between paragraphs",
    Pullquote "pullquote" "a quotation pulled out of the text",
    Duplicate "duplicate" "a repetition of a paragraph",
    Embed "embed" "an embedded post",
    List "list" "a list entry",
    Noise "noise" "a trace of scraping",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|k| k.name() == s).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|k| k.name()).collect();
            format!("no kind \"{s}\"; the kinds are: {}", names.join(", "))
        })
    }
}
