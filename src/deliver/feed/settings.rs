//! What a house says of its podcast.

use crate::files::{self, folder_of};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use url::Url;
use uuid::Uuid;

/// A podcast: the feed's file, where it is found on the net, and what it says of itself.
///
/// The files of episodes stand in the feed's folder, or below it, and are found on the net as they stand there.
///
/// # Examples
/// ```
/// use bulletin::deliver::feed::Settings;
/// let settings: Settings =
///     toml::from_str("file = \"pod/feed.xml\"\nurl = \"https://echo.example/pod/feed.xml\"\ntitle = \"Echo News\"").unwrap();
/// assert_eq!(settings.category, "News");
/// assert!(settings.fault().is_none());
/// let url = settings.url_of(std::path::Path::new("pod/2026/seven o'clock.mp3")).unwrap();
/// assert_eq!(url, "https://echo.example/pod/2026/seven%20o'clock.mp3");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The feed's file.
    pub file: PathBuf,
    /// Where it is found: its address decides where episodes are found, and the podcast's GUID, once and for ever.
    pub url: String,
    /// The podcast's name.
    pub title: String,
    /// The page of the podcast; the feed's own address where there is none.
    pub link: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Who makes it: the station.
    pub author: Option<String>,
    /// Where directories write to.
    pub email: Option<String>,
    /// BCP 47.
    pub language: String,
    /// The address of its picture: square, 1400 to 3000 pixels (Apple).
    pub image: Option<String>,
    /// Apple's category.
    pub category: String,
    /// Whether it is not for children.
    pub explicit: bool,
    /// The most episodes; older ones leave the feed, their files stay.
    pub limit: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            file: PathBuf::new(),
            url: String::new(),
            title: String::new(),
            link: None,
            description: None,
            author: None,
            email: None,
            language: "en".into(),
            image: None,
            category: "News".into(),
            explicit: false,
            limit: 300,
        }
    }
}

impl Settings {
    /// What is wrong with them, and the cure; none where nothing is.
    pub fn fault(&self) -> Option<(String, String)> {
        let address = |text: &str| {
            Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        };
        let of = |problem: &str, cure: &str| Some((problem.to_owned(), cure.to_owned()));
        if self.file.as_os_str().is_empty() {
            return of("nothing says which file the feed is", "give file = \"feed.xml\" under [feed]");
        }
        if !address(&self.url) {
            return of(
                "nothing says where the feed is found on the net",
                "give url = \"https://…/feed.xml\" under [feed]",
            );
        }
        if self.title.trim().is_empty() {
            return of("the podcast has no name", "give title = \"…\" under [feed]");
        }
        let others = [("link", &self.link), ("image", &self.image)];
        if let Some((name, _)) =
            others.iter().find(|(_, url)| url.as_deref().is_some_and(|url| !address(url)))
        {
            return Some((format!("{name} is no address"), "begin it with https://".to_owned()));
        }
        if self.limit == 0 {
            return of("a feed without episodes is none", "give limit = 1 or more");
        }
        None
    }

    /// Takes over what a layer below says and this one leaves open.
    pub(crate) fn fill_from(&mut self, below: &Self) {
        fn fill<T: PartialEq>(ours: &mut T, theirs: T, built_in: &T) {
            if ours == built_in {
                *ours = theirs;
            }
        }
        let built_in = Self::default();
        let Self {
            file,
            url,
            title,
            link,
            description,
            author,
            email,
            language,
            image,
            category,
            explicit,
            limit,
        } = below.clone();
        fill(&mut self.file, file, &built_in.file);
        fill(&mut self.url, url, &built_in.url);
        fill(&mut self.title, title, &built_in.title);
        fill(&mut self.link, link, &built_in.link);
        fill(&mut self.description, description, &built_in.description);
        fill(&mut self.author, author, &built_in.author);
        fill(&mut self.email, email, &built_in.email);
        fill(&mut self.language, language, &built_in.language);
        fill(&mut self.image, image, &built_in.image);
        fill(&mut self.category, category, &built_in.category);
        fill(&mut self.explicit, explicit, &built_in.explicit);
        fill(&mut self.limit, limit, &built_in.limit);
    }

    pub(super) fn link(&self) -> &str {
        self.link.as_deref().unwrap_or(&self.url)
    }

    pub(super) fn description(&self) -> &str {
        self.description.as_deref().unwrap_or(&self.title)
    }

    pub(super) fn author(&self) -> &str {
        self.author.as_deref().unwrap_or(&self.title)
    }

    /// The podcast's GUID, by its address without scheme and closing slash. Source: Podcasting 2.0, `podcast:guid`.
    pub(super) fn guid(&self) -> String {
        let plain =
            self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest).trim_end_matches('/');
        Uuid::new_v5(&super::PODCASTS, plain.as_bytes()).to_string()
    }

    /// A file's path from the feed's folder, with slashes.
    fn relative(&self, path: &Path) -> Result<Vec<String>> {
        let folder = files::absolute(folder_of(&self.file));
        let file = files::absolute(path);
        let parts = file.strip_prefix(&folder).map_err(|_| Error::Feed {
            path: self.file.clone(),
            problem: format!("{} does not stand in its folder, or below it", path.display()),
            cure: "make the bulletin in the feed's folder, or the feed above the bulletins",
        })?;
        Ok(parts.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect())
    }

    /// What an episode is known by: its file's path from the feed's folder, without its ending.
    pub(super) fn name_of(&self, audio: &Path) -> Result<String> {
        Ok(self.relative(&audio.with_extension(""))?.join("/"))
    }

    /// Where a file is found.
    ///
    /// # Errors
    /// [`Error::Feed`] for one that does not stand in the feed's folder, or below it.
    pub fn url_of(&self, path: &Path) -> Result<String> {
        let parts = self.relative(path)?;
        let wrong = || Error::Feed {
            path: self.file.clone(),
            problem: format!("\"{}\" is no address", self.url),
            cure: "give url = \"https://…/feed.xml\" under [feed]",
        };
        let mut url = Url::parse(&self.url).map_err(|_| wrong())?;
        url.set_query(None);
        url.set_fragment(None);
        url.path_segments_mut().map_err(|()| wrong())?.pop_if_empty().pop().extend(parts);
        Ok(url.into())
    }
}
