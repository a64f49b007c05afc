//! Shared by the tests that need more than the program under test.

pub mod server;
