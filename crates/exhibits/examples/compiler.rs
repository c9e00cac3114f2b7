//! Plays the exhibit `compiler` in this terminal: a compiler's passes over a transformer block.
//!
//! `cargo run -p sshcard-exhibits --example compiler`

#[path = "shared/player.rs"]
mod player;
#[path = "shared/screen.rs"]
mod screen;

fn main() -> std::process::ExitCode {
    player::play("compiler", sshcard_exhibits::open("compiler"))
}
