//! Plays the exhibit `numerics` in this terminal: approximations of one over the square root.
//!
//! `cargo run -p sshcard-exhibits --example numerics`

#[path = "shared/player.rs"]
mod player;
#[path = "shared/screen.rs"]
mod screen;

fn main() -> std::process::ExitCode {
    player::play("numerics", sshcard_exhibits::open("numerics"))
}
