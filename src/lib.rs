//! An SSH server that shows a person's card as an interactive page in the terminal.
//!
//! The modules, from the data up; `docs/architecture.md` has the rules that hold between them:
//!
//! 1. [`document`] is the content of a card as one tree; [`profile`] loads the owner's files into it.
//! 2. [`typeset`] breaks texts into lines, [`theme`] has the styles, [`formats`] renders the document for visitors
//!    without a terminal. [`exhibits`] are interactive models, a crate of their own.
//! 3. [`site`] is one loaded card, with everything that is computed from it once.
//! 4. [`app`] is the interactive card: tabs, overlays, keys. [`terminal`] decodes input to keys and encodes cells to
//!    bytes.
//! 5. [`session`] is one visitor's running card, as a state machine without I/O.
//! 6. [`ssh`], [`web`] and [`preview`] drive sessions; [`ops`] serves metrics and health checks; [`reload`] loads the
//!    profile again when it changes.
//!
//! [`cli`] has the command line and the settings; [`init`], [`import`], [`migrate`] and [`scaffold`] write new
//! profiles, and [`places`] has the default directories.

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
