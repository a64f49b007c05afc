//! Voices of a server that speaks `POST /v1/audio/speech`.

use serde::{Deserialize, Serialize};

/// What a profile says of a remote voice: its table `[http]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address that sentences are sent to, `https://host/v1/audio/speech`.
    pub url: String,
}
