//! A business card that answers the phone.

pub mod app;
pub mod formats;
pub mod profile;
pub mod session;
pub mod terminal;
pub mod theme;
