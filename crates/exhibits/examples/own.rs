//! An exhibit of one's own: coins are tossed, and the share of heads comes to a half.
//!
//! `cargo run -p sshcard-exhibits --example own`

#[path = "shared/player.rs"]
mod player;
#[path = "shared/screen.rs"]
mod screen;

use std::borrow::Cow;

use ratatui::{buffer::Buffer, layout::Rect};
use sshcard_exhibits::{Change, Exhibit, Figure, Palette, Parameter, View, flow::Noise};

fn main() -> std::process::ExitCode {
    player::play("own", Some(Box::new(Coins::new(1))))
}

/// The tosses of a run.
const TOSSES: usize = 1000;
/// The tosses of a step.
const STEP: usize = 5;

#[derive(Debug)]
struct Coins {
    seed: u64,
    noise: Noise,
    /// The share of heads after each toss, from 0 to 1.
    shares: Vec<f32>,
    heads: usize,
    running: bool,
}

impl Coins {
    fn new(seed: u64) -> Self {
        Self { seed, noise: Noise::new(seed), shares: Vec::new(), heads: 0, running: false }
    }

    fn toss(&mut self) {
        let [x, _] = self.noise.normal();
        self.heads += usize::from(x > 0.0);
        self.shares.push(self.heads as f32 / (self.shares.len() + 1) as f32);
        self.running &= self.shares.len() < TOSSES;
    }
}

impl Exhibit for Coins {
    fn title(&self) -> &'static str {
        "Heads or tails"
    }

    fn about(&self) -> &'static str {
        "A coin is tossed a thousand times. The line is the share of heads so far."
    }

    fn notice(&self) -> Cow<'static, str> {
        "The first tosses say little, and every seed ends near a half.".into()
    }

    fn basis(&self) -> String {
        "A fair coin from a seeded generator.".to_owned()
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter { label: "seed", value: self.seed.to_string(), less: self.seed > 1, more: self.seed < 9 }]
    }

    fn change(&mut self, _parameter: usize, change: Change) {
        let seed = match change {
            Change::Less => self.seed.saturating_sub(1).max(1),
            Change::More => (self.seed + 1).min(9),
        };
        *self = Self::new(seed);
    }

    fn figures(&self) -> Vec<Figure> {
        let share = self.shares.last().map_or_else(|| "none yet".to_owned(), |share| format!("{:.1} %", share * 100.0));
        vec![Figure { label: "tosses", value: self.shares.len().to_string() }, Figure { label: "heads", value: share }]
    }

    fn moves(&self) -> bool {
        true
    }

    fn running(&self) -> bool {
        self.running
    }

    fn toggle(&mut self) {
        if self.shares.len() == TOSSES {
            *self = Self::new(self.seed);
        }
        self.running = !self.running;
    }

    fn restart(&mut self) {
        *self = Self::new(self.seed);
    }

    fn step(&mut self) {
        for _ in 0..STEP {
            if self.running {
                self.toss();
            }
        }
    }

    fn finish(&mut self) {
        while self.running {
            self.toss();
        }
    }
}

impl View for Coins {
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let row = |share: f32| area.y + ((1.0 - share) * f32::from(area.height - 1)).round() as u16;
        let half = "-".repeat(area.width.into());
        buffer.set_stringn(area.x, row(0.5), half, area.width.into(), palette.quiet);
        for x in 0..area.width {
            let toss = usize::from(x) * TOSSES / usize::from(area.width);
            if let Some(share) = self.shares.get(toss) {
                buffer.set_stringn(area.x + x, row(*share), "o", 1, palette.accent);
            }
        }
    }

    /// The share of heads so far, from the left end to the right one.
    fn miniature(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let share = self.shares.last().copied().unwrap_or(0.5);
        let x = (share * f32::from(area.width.saturating_sub(1))).round() as u16;
        buffer.set_stringn(area.x + x, area.y, "o", 1, palette.accent);
    }
}
