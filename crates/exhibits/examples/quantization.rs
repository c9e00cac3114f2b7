//! Plays the exhibit `quantization` in this terminal: what quantization loses, and what an outlier costs.
//!
//! `cargo run -p sshcard-exhibits --example quantization`

#[path = "shared/player.rs"]
mod player;
#[path = "shared/screen.rs"]
mod screen;

fn main() -> std::process::ExitCode {
    player::play("quantization", sshcard_exhibits::open("quantization"))
}
