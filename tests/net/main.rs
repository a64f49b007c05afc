//! HTTP against servers on loopback that behave as servers do, and misbehave as they do.

#![allow(clippy::disallowed_methods, reason = "deadlines are measured")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod answers;
mod cache;
mod limits;
mod robots;
mod rules;
#[path = "../support/mod.rs"]
mod support;

use bulletin::net::{Client, Settings, Want};
use support::server::{Reply, Server};

/// Settings under which loopback may be asked.
fn open() -> Settings {
    Settings { allow_private: true, ..Settings::default() }
}

fn client(settings: &Settings) -> Client {
    Client::new(settings).unwrap()
}

/// A server that gives every request the same reply.
fn always(reply: Reply) -> Server {
    Server::start(move |_| reply.clone())
}

fn problem(settings: &Settings, url: &str) -> String {
    client(settings).get(url, Want::Story).unwrap_err().to_string()
}

const PAGE: &str = "<!DOCTYPE html><html><body><p>The bridge is open again.</p></body></html>";
