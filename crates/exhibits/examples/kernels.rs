//! Plays the exhibit `kernels` in this terminal: a matrix product through a cache.
//!
//! `cargo run -p sshcard-exhibits --example kernels`

#[path = "shared/player.rs"]
mod player;
#[path = "shared/screen.rs"]
mod screen;

fn main() -> std::process::ExitCode {
    player::play("kernels", sshcard_exhibits::open("kernels"))
}
