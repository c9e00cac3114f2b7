//! What the visitor does, with no I/O.

pub mod mark;

use crate::profile::Profile;

/// The profile, with what is made of it once and shared by all sessions.
#[derive(Debug)]
pub struct Content {
    /// What the card says.
    pub profile: Profile,
}

impl Content {
    /// Prepares a profile to be shown.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self { profile }
    }
}
