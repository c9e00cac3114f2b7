//! An SSH server that shows a person's card as an interactive page in the terminal.
//!
//! The modules, from the data up; `docs/architecture.md` has the rules that hold between them:
//!
//! 1. [`document`] is what the card says, as one tree; [`profile`] reads the owner's files into it.
//! 2. [`typeset`] sets its texts in lines, [`theme`] names styles by what they mean, [`formats`] renders it for
//!    visitors without a terminal. [`exhibits`] are the interactive models, a crate of their own.
//! 3. [`site`] is one loaded card, with everything that is made of it once.
//! 4. [`app`] is what the visitor does and sees. [`terminal`] turns bytes into keys, and cells into bytes.
//! 5. [`session`] is one visitor's card as a state machine without I/O.
//! 6. [`ssh`], [`web`] and [`preview`] drive sessions; [`ops`] serves metrics and health; [`reload`] reads the files
//!    again.
//!
//! [`cli`] is the settings.

pub mod app;
pub mod cli;
pub mod document;
mod driver;
pub mod formats;
mod http;
pub mod import;
pub mod init;
pub mod migrate;
pub mod ops;
pub mod places;
pub mod preview;
pub mod profile;
pub mod reload;
pub mod scaffold;
pub mod session;
pub mod site;
pub mod ssh;
pub mod terminal;
pub mod theme;
pub mod typeset;
pub mod web;

pub use sshcard_exhibits as exhibits;
