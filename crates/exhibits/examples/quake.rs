//! Plays the exhibit `quake` in this terminal: the constant of the inverse square root, digit by digit.
//!
//! `cargo run -p sshcard-exhibits --example quake`

#[path = "shared/player.rs"]
mod player;
#[path = "shared/screen.rs"]
mod screen;

fn main() -> std::process::ExitCode {
    player::play("quake", sshcard_exhibits::open("quake"))
}
