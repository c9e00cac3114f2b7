//! The exhibits: small interactive models that a layer of the stack opens. Their mathematics is pure and seeded; it does
//! no I/O, reads no clock and knows nothing of screens.

pub mod flow;

/// The closed set of exhibits that a profile may name. There are none yet.
pub const NAMES: [&str; 0] = [];
