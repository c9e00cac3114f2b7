//! A business card that answers the phone.

pub mod app;
pub mod exhibits;
pub mod formats;
pub mod profile;
pub mod session;
pub mod terminal;
