//! A business card that answers the phone.

pub mod app;
pub mod cli;
pub mod config;
pub mod formats;
pub mod profile;
pub mod session;
pub mod ssh;
pub mod terminal;
pub mod theme;
