//! What is wrong with a profile.

/// All problems of a profile.
#[derive(Debug)]
pub struct Problems;
