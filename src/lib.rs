//! A business card that answers the phone: `ssh card.example.com` shows a person's bio as an interactive terminal page.
//!
//! The modules, in the order in which a visitor's byte meets them:
//!
//! 1. [`ssh`] accepts the connection, decides whether there is room, and gives each channel a task of its own.
//! 2. [`session`] is that task for a visitor with a terminal: it waits, feeds what arrives to the model, and sends what
//!    the view draws.
//! 3. [`terminal`] turns bytes into keys on the way in, and cells into bytes on the way out.
//! 4. [`app`] is what the visitor does and sees: a model, the messages that change it, and a view that is a pure
//!    function of it.
//! 5. [`theme`] names the styles of the view by what they mean, [`exhibits`] is the mathematics of what moves.
//! 6. [`profile`] is what the card says: the owner's files, read once.
//! 7. [`formats`] says the same to visitors without a terminal.
//!
//! [`cli`] is how the owner starts all this, and [`ops`] is how it is watched. `docs/architecture.md` has the rules that
//! hold between them.

pub mod app;

pub mod cli;
pub mod document;
mod driver;
pub mod formats;

pub mod ops;
pub mod preview;
pub mod profile;

pub mod session;
pub mod site;

pub mod ssh;
pub mod terminal;
pub mod theme;
pub mod typeset;

pub use sshcard_exhibits as exhibits;
