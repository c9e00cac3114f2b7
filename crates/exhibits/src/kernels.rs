//! Kernels: a matrix product, tile by tile, through the cache of a small example machine. The same multiply-adds in
//! another order move more or less memory, and how much is counted here, access by access: no formula is asked.
//!
//! The order that the visitor chose races against the plain one, `ijk` without tiles, each on a machine of its own with
//! the same cache and the same bandwidth.
//!
//! Misses and tiles are as in Lam, Rothberg and Wolf, "The cache performance and optimizations of blocked algorithms",
//! ASPLOS 1991; the roofline is that of Williams, Waterman and Patterson, Communications of the ACM 52(4), 2009.

mod cache;
mod loops;
mod matrices;
mod view;
mod walk;

use std::borrow::Cow;

use self::{
    loops::{BANDWIDTH, Loops, PEAK},
    matrices::{LARGEST, SIZES, operands, plain_product},
    walk::{LoopOrder, Walk},
};
use crate::exhibit::{Change, Exhibit, Figure, Parameter};

/// A matrix product through a cache.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kernels {
    /// Which of [`SIZES`].
    size: usize,
    /// Which of [`LoopOrder::ALL`].
    order: usize,
    /// Which of [`TILES`].
    tile: usize,
    running: bool,
    /// Steps since the beginning.
    steps: u16,
    /// Seconds of the machines since the beginning, and those of the next step.
    clock: f64,
    pace: f64,
    /// As the visitor chose.
    chosen: Loops,
    /// `ijk` without tiles.
    plain: Loops,
    /// C, as the chosen loops have computed it so far, row by row: 16 kB at most.
    product: Vec<f32>,
}

/// Rows and columns of a tile; 0 for none.
const TILES: [u16; 5] = [0, 4, 8, 16, 32];

/// Steps in which loops that never wait for memory are done: a second and a half.
const EVEN: u16 = 45;

/// The clock's pace grows by so much a step after that, by two in a second, so that the slowest loops take eight
/// seconds.
const GROWTH: f64 = 1.023_374;

/// Multiply-adds of one call at most: a quarter of the default. The largest product takes ten such calls.
const AT_ONCE: u32 = 48 * 48 * 12;

/// The parameters, in order.
const TILE: usize = 0;
const ORDER: usize = 1;
const SIZE: usize = 2;

impl Exhibit for Kernels {
    fn title(&self) -> &'static str {
        "A matrix product, tile by tile"
    }

    fn about(&self) -> &'static str {
        "C = A B: every element of C is a row of A times a column of B, and the loops may run in any order, whole or tile by \
         tile. Memory comes in lines, and the cache has room for 64 of them; what is wanted again after it was thrown out \
         is fetched again."
    }

    fn notice(&self) -> Cow<'static, str> {
        if self.ended() {
            return self.outcome().into();
        }
        "The same arithmetic on two machines of one bandwidth, with tiles and without. Which one waits less for memory?"
            .into()
    }

    fn basis(&self) -> String {
        format!(
            "Example machine: {}\u{a0}KiB of cache in {}-byte lines, {}\u{a0}sets of {}\u{a0}ways, least recently \
             used, write-back; {}\u{a0}GFLOP/s, {}\u{a0}GB/s.",
            (cache::LINE as usize * cache::SETS * cache::WAYS) >> 10,
            cache::LINE,
            cache::SETS,
            cache::WAYS,
            PEAK / 1e9,
            BANDWIDTH / 1e9
        )
    }

    fn parameters(&self) -> Vec<Parameter> {
        let tile = match self.tile() {
            0 => "none".to_owned(),
            tile => format!("{tile} × {tile}"),
        };
        let size = self.rows();
        vec![
            Parameter::at("tile", tile, self.tile, TILES.len()),
            Parameter::at("loop order", self.loop_order().name().to_owned(), self.order, LoopOrder::ALL.len()),
            Parameter::at("matrices", format!("{size} × {size}"), self.size, SIZES.len()),
        ]
    }

    fn change(&mut self, parameter: usize, change: Change) {
        let (chosen, count) = match parameter {
            TILE => (&mut self.tile, TILES.len()),
            ORDER => (&mut self.order, LoopOrder::ALL.len()),
            SIZE => (&mut self.size, SIZES.len()),
            _ => return,
        };
        let changed = match change {
            Change::Less => chosen.saturating_sub(1),
            Change::More => (*chosen + 1).min(count - 1),
        };
        if changed != *chosen {
            *chosen = changed;
            self.restart();
            self.running = true;
        }
    }

    fn figures(&self) -> Vec<Figure> {
        let (chosen, plain) = (&self.chosen, &self.plain);
        let mut figures = Vec::new();
        let mut figure = |label, value| figures.push(Figure { label, value });
        figure("memory traffic", bytes(chosen.traffic()));
        figure("plain traffic", bytes(plain.traffic()));
        figure(
            "waits for",
            match chosen.point() {
                Some(point) if point.speed < PEAK => "memory",
                Some(_) => "nothing",
                None => "the start",
            }
            .to_owned(),
        );
        let (misses, done) = (chosen.misses.iter().sum::<u32>(), chosen.walk.done());
        figure("miss rate", share(misses, 3 * done));
        // The picture tells the times: they are the lanes of the race.
        figure("time", microseconds(chosen.time()));
        figure("plain ijk", microseconds(plain.time()));
        figure("cache misses", thousands(misses));
        figure("multiply-adds", thousands(done));
        if let Some(point) = chosen.point() {
            figure("intensity", format!("{} FLOP/B", three_digits(point.intensity)));
            figure("at most", format!("{} GFLOP/s", three_digits(point.speed / 1e9)));
        }
        if self.ended() {
            let (same, all) = self.agreement();
            figure("C equals plain", format!("{same} of {all}"));
        }
        figures
    }

    fn moves(&self) -> bool {
        true
    }

    fn toggle(&mut self) {
        if self.ended() {
            self.restart();
        }
        self.running = !self.running;
    }

    fn restart(&mut self) {
        let size = self.rows();
        self.running = false;
        (self.steps, self.clock) = (0, 0.0);
        self.pace = 2.0 * f64::from(size).powi(3) / PEAK / f64::from(EVEN);
        let tile = match self.tile() {
            0 => size,
            tile => tile,
        };
        self.chosen = Loops::new(Walk::new(self.loop_order(), size, tile));
        self.plain = Loops::new(Walk::new(LoopOrder::Ijk, size, size));
        self.product.clear();
        self.product.resize(usize::from(size).pow(2), 0.0);
    }

    fn running(&self) -> bool {
        self.running
    }

    fn step(&mut self) {
        if self.running {
            self.clock += self.pace;
            if self.steps >= EVEN {
                self.pace *= GROWTH;
            }
            self.go();
        }
    }

    fn finish(&mut self) {
        if !self.ended() {
            (self.running, self.clock) = (true, f64::INFINITY);
            self.go();
            self.clock = self.chosen.time().max(self.plain.time());
        }
    }

    fn prepare(&self) {
        (0..SIZES.len()).for_each(|size| _ = plain_product(size));
    }
}

impl Kernels {
    /// Before the first multiply-add of `ijk` in tiles of 4, which are not the best, on matrices of 48.
    #[must_use]
    pub(crate) fn new() -> Self {
        let start = || Loops::new(Walk::new(LoopOrder::Ijk, 0, 0));
        let (chosen, plain) = (start(), start());
        let (size, order, tile, running, steps) = (3, 0, 1, false, 0);
        let (clock, pace, product) = (0.0, 0.0, Vec::new());
        let mut new = Self { size, order, tile, running, steps, clock, pace, chosen, plain, product };
        new.restart();
        new
    }

    /// Rows, and columns, of each matrix.
    fn rows(&self) -> u16 {
        SIZES.get(self.size).copied().unwrap_or(LARGEST)
    }

    fn loop_order(&self) -> LoopOrder {
        LoopOrder::ALL.get(self.order).copied().unwrap_or(LoopOrder::Ijk)
    }

    /// Rows, and columns, of a tile; 0 for none.
    fn tile(&self) -> u16 {
        TILES.get(self.tile).copied().unwrap_or(0)
    }

    /// Whether everything has been multiplied, in both orders.
    fn ended(&self) -> bool {
        self.chosen.walk.at().is_none() && self.plain.walk.at().is_none()
    }

    /// What the chosen loops are called.
    fn name(&self) -> String {
        match (self.loop_order().name(), self.tile()) {
            ("ijk", 0) => "plain ijk".to_owned(),
            (order, 0) => order.to_owned(),
            (order, tile) => format!("{order} tile {tile}"),
        }
    }

    /// What the race has shown: how the times and the traffic of both loops stand to each other.
    fn outcome(&self) -> String {
        let (same, all) = self.agreement();
        let bits = if same == all { "The same C to the last bit" } else { "Another C" };
        let traffic = self.chosen.traffic() / self.plain.traffic();
        let times = self.chosen.time() / self.plain.time();
        let [share, speed, slow] = [1.0 / traffic, 1.0 / times, times].map(three_digits);
        let traffic_times = three_digits(traffic);
        match () {
            () if (self.order, self.tile) == (0, 0) => {
                "Both lanes ran the plain loops. Choose a tile or another order.".into()
            }
            () if traffic < 0.995 && times < 0.995 => format!(
                "{bits} with 1/{share} of the traffic, {speed}\u{a0}times as fast: what was fetched is used before it \
                 is thrown out."
            ),
            () if traffic < 0.995 => {
                format!("{bits} with 1/{share} of the traffic, but no faster: neither waits for memory.")
            }
            () if traffic > 1.005 && times > 1.005 => format!(
                "{bits}, but {traffic_times}\u{a0}times the traffic and {slow}\u{a0}times the time: lines are thrown \
                 out before they are used again."
            ),
            () if traffic > 1.005 => {
                format!("{bits} in the same time, though with {traffic_times}\u{a0}times the traffic.")
            }
            () => format!("{bits}, the same traffic and the same time."),
        }
    }

    /// Does what the machines do until the clock stands where it does, in both orders, and the arithmetic in the chosen
    /// one; at most what one call may do.
    fn go(&mut self) {
        let rows = usize::from(self.rows());
        let (left, right) = operands();
        self.steps += 1;
        for _ in 0..AT_ONCE {
            if self.plain.time() >= self.clock || self.plain.next(self.steps).is_none() {
                break;
            }
        }
        for _ in 0..AT_ONCE {
            if self.chosen.time() >= self.clock {
                break;
            }
            let Some([i, j, k]) = self.chosen.next(self.steps) else { break };
            let at = |row: u16, column: u16, width: usize| usize::from(row) * width + usize::from(column);
            let width = usize::from(LARGEST);
            if let (Some(sum), Some(left), Some(right)) =
                (self.product.get_mut(at(i, j, rows)), left.get(at(i, k, width)), right.get(at(k, j, width)))
            {
                *sum += left * right;
            }
        }
        self.running &= !self.ended();
    }

    /// How many elements of C are those of the plain order to the last bit, and how many there are.
    fn agreement(&self) -> (usize, usize) {
        let plain = plain_product(self.size);
        let same = self.product.iter().zip(plain).filter(|(c, plain)| c.to_bits() == plain.to_bits()).count();
        (same, plain.len())
    }
}

/// A number with a space before every three digits.
fn thousands(n: u32) -> String {
    let digits = n.to_string();
    let mut spaced = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            spaced.push(' ');
        }
        spaced.push(digit);
    }
    spaced
}

/// A number with about three digits: 0.031, 2.72, 16.0, 293.
fn three_digits(x: f64) -> String {
    match x {
        x if x < 0.1 => format!("{x:.3}"),
        x if x < 10.0 => format!("{x:.2}"),
        x if x < 100.0 => format!("{x:.1}"),
        x => format!("{x:.0}"),
    }
}

fn bytes(count: f64) -> String {
    match count {
        count if count < 1e3 => format!("{count} B"),
        count if count < 1e6 => format!("{} kB", three_digits(count / 1e3)),
        count => format!("{} MB", three_digits(count / 1e6)),
    }
}

fn share(part: u32, whole: u32) -> String {
    format!("{:.1} %", 100.0 * f64::from(part) / f64::from(whole.max(1)))
}

/// A time, in the same width at all times.
fn microseconds(seconds: f64) -> String {
    format!("{:>6.1} µs", seconds * 1e6)
}

#[cfg(test)]
mod tests;
