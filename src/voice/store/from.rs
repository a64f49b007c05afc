//! Where voices are from: what the catalogue says, what is ordered, and what is recorded.

use crate::voice::Profile;
use crate::{Error, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use url::Url;

/// Where a voice's model can be fetched from: a profile's table `[download]`.
///
/// # Examples
/// ```
/// use bulletin::voice::store::{DownloadFrom, MIRROR};
/// let from: DownloadFrom = toml::from_str("path = \"en/en_GB/a/medium/en_GB-a-medium.onnx\"").unwrap();
/// assert_eq!(from.address("https://a.example/voices/"), "https://a.example/voices/en/en_GB/a/medium/en_GB-a-medium.onnx");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DownloadFrom {
    /// The model below the mirror's address, or an address of its own. Its configuration has `.json` after that.
    pub path: String,
    /// The model's size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// The model's SHA-256, in lower-case hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The model's MD5, in lower-case hexadecimal. It shows damage; it does not keep a forger out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    /// The configuration's MD5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_md5: Option<String>,
}

impl DownloadFrom {
    /// The model's address.
    pub fn address(&self, mirror: &str) -> String {
        if self.path.contains("://") {
            return self.path.clone();
        }
        format!("{}/{}", mirror.trim().trim_end_matches('/'), self.path)
    }

    /// What makes no sense, as `field problem`.
    pub(in crate::voice) fn fault(&self) -> Option<String> {
        for (name, digits, value) in
            [("sha256", 64, &self.sha256), ("md5", 32, &self.md5), ("config_md5", 32, &self.config_md5)]
        {
            if value.as_ref().is_some_and(|value| !is_hexadecimal(value, digits)) {
                return Some(format!("{name} is not {digits} hexadecimal digits in lower case"));
            }
        }
        let problem = if self.path.contains("://") {
            let read = Url::parse(&self.path).ok();
            let good = read.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            (!good).then_some("is no http or https address")
        } else if self.path.starts_with('/') || self.path.split(['/', '\\']).any(|part| part == "..") {
            Some("leads out of the mirror")
        } else if self.path.trim().is_empty() || self.path.contains(|c: char| c.is_control() || c == '\\') {
            Some("is no path")
        } else {
            None
        };
        problem.map(|problem| format!("path {problem}"))
    }
}

fn is_hexadecimal(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// How a voice came here: the table `[installed]` of its profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installed {
    /// The address or file that its model is from, without user name and password.
    pub from: String,
    /// The day.
    pub date: Date,
    /// The model's size.
    pub model_bytes: u64,
    /// The configuration's size.
    pub config_bytes: u64,
    /// What the model was checked against then.
    pub verified: Verified,
}

/// What a model was checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verified {
    /// A SHA-256 that was known before.
    Sha256,
    /// An MD5 that was known before.
    Md5,
    /// Nothing was known; what came first is trusted from then on.
    Nothing,
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha256 => "SHA-256",
            Self::Md5 => "MD5",
            Self::Nothing => "nothing",
        })
    }
}

/// Where an ordered voice is.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// In the catalogue, described so.
    Catalogue(Box<Profile>),
    /// On this machine.
    File {
        /// The model.
        model: PathBuf,
        /// Its configuration; if not given, the model's name with `.json` after it.
        config: Option<PathBuf>,
    },
    /// At an address.
    Url {
        /// The model's.
        model: String,
        /// Its configuration's; if not given, the model's with `.json` after the path.
        config: Option<String>,
    },
}

/// A voice to be installed.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What it will be called.
    pub name: String,
    /// Where it is.
    pub source: Source,
    /// The SHA-256 that its model must have, beside what the catalogue says.
    pub sha256: Option<String>,
    /// Its licence, where the user knows it.
    pub licence: Option<String>,
    /// Install it whatever is there.
    pub force: bool,
    /// The time, for the record and to know what is stale.
    pub now: Timestamp,
}

impl Order {
    /// An order with nothing special about it.
    pub fn new(name: &str, source: Source, now: Timestamp) -> Self {
        Self { name: name.into(), source, sha256: None, licence: None, force: false, now }
    }

    pub(super) fn catalogue(&self) -> Option<&Profile> {
        match &self.source {
            Source::Catalogue(profile) => Some(profile),
            _ => None,
        }
    }

    /// The SHA-256 the model must have, where that is known before.
    pub(super) fn expected(&self) -> Option<String> {
        let known = || self.catalogue().and_then(|profile| profile.download.as_ref()?.sha256.clone());
        self.sha256.clone().or_else(known)
    }

    /// Refuses a checksum that cannot be one, or that contradicts the catalogue.
    pub(super) fn check(&self) -> Result<()> {
        let Some(given) = &self.sha256 else { return Ok(()) };
        let wrong = |problem: String, cure: &str| {
            Err(Error::Config { place: "--sha256".into(), problem, cure: cure.into() })
        };
        if !is_hexadecimal(given, 64) {
            return wrong(
                "it is not 64 hexadecimal digits".into(),
                "give what `sha256sum` prints for the .onnx file",
            );
        }
        match self.catalogue().and_then(|profile| profile.download.as_ref()?.sha256.as_ref()) {
            Some(known) if known != given => wrong(
                format!("the catalogue knows another for {}: {known}", self.name),
                "leave it out, or give the address of the file that it belongs to",
            ),
            _ => Ok(()),
        }
    }
}

/// The configuration of a model, where nobody says otherwise: its name with `.json` after it.
pub(super) fn config_beside(model: &Path) -> PathBuf {
    let mut name = model.as_os_str().to_owned();
    name.push(".json");
    name.into()
}
