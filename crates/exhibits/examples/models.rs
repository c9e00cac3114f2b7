//! Plays the exhibit `models` in this terminal: a rectified flow, run twice from one seed.
//!
//! `cargo run -p sshcard-exhibits --example models`

#[path = "shared/player.rs"]
mod player;
#[path = "shared/screen.rs"]
mod screen;

fn main() -> std::process::ExitCode {
    player::play("models", sshcard_exhibits::open("models"))
}
