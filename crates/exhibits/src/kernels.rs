//! Kernels: a matrix product, tile by tile, through the cache of a small example machine. The same multiply-adds in another
//! order move more or less memory, and how much is counted here, access by access: no formula is asked.
//!
//! Beside the order that the visitor chose runs the plain one, `ijk` without tiles, on a cache of its own, so that the two
//! can be compared at any moment: they have always done the same amount of arithmetic.
//!
//! Misses and tiles are as in Lam, Rothberg and Wolf, "The cache performance and optimizations of blocked algorithms",
//! ASPLOS 1991; the roofline is that of Williams, Waterman and Patterson, Communications of the ACM 52(4), 2009.

mod cache;
mod matrices;
mod view;
mod walk;

use std::borrow::Cow;

use self::{
    cache::Cache,
    matrices::{LARGEST, Matrix, SIZES, operands, plain_product},
    walk::{Order, Walk},
};
use crate::exhibit::{Change, Exhibit, Figure, Parameter};

/// A matrix product through a cache.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kernels {
    /// Which of [`SIZES`].
    size: usize,
    /// Which of [`Order::ALL`].
    order: usize,
    /// Which of [`TILES`].
    tile: usize,
    running: bool,
    /// Steps since the beginning.
    steps: u16,
    /// As the visitor chose.
    chosen: Loops,
    /// `ijk` without tiles.
    plain: Loops,
    /// C, as the chosen loops have computed it so far, row by row: 16 kB at most.
    product: Vec<f32>,
}

/// Rows and columns of a tile; 0 for none.
const TILES: [u16; 5] = [0, 4, 8, 16, 32];

/// Bytes that the example machine's memory moves in a second.
const BANDWIDTH: f64 = 8e9;

/// Floating-point operations that the example machine does in a second.
const PEAK: f64 = 16e9;

/// Steps of the first and of the second gear: a second each.
const GEAR: u16 = 30;

/// Multiply-adds of a step in the second gear: half a line of memory.
const SECOND: u32 = 8;

/// Steps in which the third gear does the whole of it, so that every size takes five to six seconds.
const THIRD: u32 = 105;

/// Multiply-adds of one call at most: a quarter of the default. The largest product takes ten such calls.
const AT_ONCE: u32 = 48 * 48 * 12;

impl Exhibit for Kernels {
    fn title(&self) -> &'static str {
        "A matrix product, tile by tile"
    }

    fn about(&self) -> &'static str {
        "C = A B: every element of C is a row of A times a column of B, and the loops may run in any order. Memory comes in \
         lines, and the cache has room for 64 of them; what is wanted again after it was thrown out is fetched again."
    }

    fn notice(&self) -> Cow<'static, str> {
        "The same arithmetic, the same C to the last bit, and a tenth of the traffic: tiles use what has been fetched before \
         it is gone."
            .into()
    }

    fn basis(&self) -> String {
        format!(
            "Example machine: {} KiB of cache in {}-byte lines, {} sets of {} ways, least recently used, write-back; {} \
             GFLOP/s, {} GB/s.",
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
            tile => format!("{tile} x {tile}"),
        };
        let size = self.rows();
        vec![
            parameter("loop order", self.order, Order::ALL.len(), self.loop_order().name().to_owned()),
            parameter("tile", self.tile, TILES.len(), tile),
            parameter("matrices", self.size, SIZES.len(), format!("{size} x {size}")),
        ]
    }

    fn change(&mut self, parameter: usize, change: Change) {
        let (chosen, count) = match parameter {
            0 => (&mut self.order, Order::ALL.len()),
            1 => (&mut self.tile, TILES.len()),
            2 => (&mut self.size, SIZES.len()),
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
        let (chosen, plain) = (self.chosen.traffic(), self.plain.traffic());
        let done = self.chosen.walk.done();
        let mut figures = Vec::new();
        let mut figure = |label, value| figures.push(Figure { label, value });
        figure(
            "multiply-adds",
            match self.chosen.walk.total() {
                total if total == done => thousands(total),
                total => format!("{} of {}", thousands(done), thousands(total)),
            },
        );
        let misses: u32 = self.chosen.misses.iter().sum();
        figure("cache misses", format!("{}, {}", thousands(misses), share(misses, 3 * done)));
        figure("memory traffic", bytes(chosen));
        figure("plain ijk", bytes(plain));
        if let Some(point) = self.chosen.point() {
            figure("chosen : plain", ratio(chosen, plain));
            figure("intensity", format!("{} FLOP/B", three_digits(point.intensity)));
            figure("at most", format!("{} GFLOP/s", three_digits(point.speed / 1e9)));
            figure("bound by", if point.speed < PEAK { "memory" } else { "arithmetic" }.to_owned());
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
        self.steps = 0;
        let tile = match self.tile() {
            0 => size,
            tile => tile,
        };
        self.chosen = Loops::new(Walk::new(self.loop_order(), size, tile));
        self.plain = Loops::new(Walk::new(Order::Ijk, size, size));
        self.product.clear();
        self.product.resize(usize::from(size).pow(2), 0.0);
    }

    fn running(&self) -> bool {
        self.running
    }

    fn step(&mut self) {
        if self.running {
            let multiply_adds = match self.steps / GEAR {
                0 => 1,
                1 => SECOND,
                _ => self.chosen.walk.total().div_ceil(THIRD),
            };
            self.go(multiply_adds);
        }
    }

    fn finish(&mut self) {
        if !self.ended() {
            self.running = true;
            self.go(AT_ONCE);
        }
    }

    fn prepare(&self) {
        (0..SIZES.len()).for_each(|size| _ = plain_product(size));
    }
}

impl Default for Kernels {
    fn default() -> Self {
        Self::new()
    }
}

impl Kernels {
    /// Before the first multiply-add of `ijk` in tiles of 16 on matrices of 48.
    #[must_use]
    pub(crate) fn new() -> Self {
        let start = || Loops::new(Walk::new(Order::Ijk, 0, 0));
        let (chosen, plain) = (start(), start());
        let mut new = Self { size: 3, order: 0, tile: 3, running: false, steps: 0, chosen, plain, product: Vec::new() };
        new.restart();
        new
    }

    /// Rows, and columns, of each matrix.
    fn rows(&self) -> u16 {
        SIZES.get(self.size).copied().unwrap_or(LARGEST)
    }

    fn loop_order(&self) -> Order {
        Order::ALL.get(self.order).copied().unwrap_or(Order::Ijk)
    }

    /// Rows, and columns, of a tile; 0 for none.
    fn tile(&self) -> u16 {
        TILES.get(self.tile).copied().unwrap_or(0)
    }

    /// Whether everything has been multiplied.
    fn ended(&self) -> bool {
        self.chosen.walk.at().is_none()
    }

    /// Does some multiply-adds, in both orders, and the arithmetic in the chosen one.
    fn go(&mut self, multiply_adds: u32) {
        let rows = usize::from(self.rows());
        let (left, right) = operands();
        self.steps += 1;
        for _ in 0..multiply_adds {
            self.plain.next(self.steps);
            let Some([i, j, k]) = self.chosen.next(self.steps) else { break };
            let at = |row: u16, column: u16, width: usize| usize::from(row) * width + usize::from(column);
            let width = usize::from(LARGEST);
            if let (Some(sum), Some(left), Some(right)) =
                (self.product.get_mut(at(i, j, rows)), left.get(at(i, k, width)), right.get(at(k, j, width)))
            {
                *sum += left * right;
            }
        }
        if self.ended() {
            self.running = false;
            self.chosen.cache.flush();
            self.plain.cache.flush();
        }
    }

    /// How many elements of C are those of the plain order to the last bit, and how many there are.
    fn agreement(&self) -> (usize, usize) {
        let plain = plain_product(self.size);
        let same = self.product.iter().zip(plain).filter(|(c, plain)| c.to_bits() == plain.to_bits()).count();
        (same, plain.len())
    }
}

/// Loops at work on a cache of their own.
#[derive(Debug, Clone, PartialEq)]
struct Loops {
    walk: Walk,
    cache: Cache,
    /// Of C, of A and of B.
    misses: [u32; 3],
}

impl Loops {
    fn new(walk: Walk) -> Self {
        Self { walk, cache: Cache::new(), misses: [0; 3] }
    }

    /// Does one multiply-add as far as the cache sees it: reads A and B, changes C. Says which it was.
    fn next(&mut self, now: u16) -> Option<[u16; 3]> {
        let [i, j, k] = self.walk.next()?;
        let size = self.walk.size();
        let elements = [(Matrix::A, i, k), (Matrix::B, k, j), (Matrix::C, i, j)];
        for (matrix, row, column) in elements {
            let hit = self.cache.access(matrix.line(row, column, size), matrix == Matrix::C, now);
            if let Some(misses) = self.misses.get_mut(matrix as usize) {
                *misses += u32::from(!hit);
            }
        }
        Some([i, j, k])
    }

    /// Bytes that went from and to memory so far.
    fn traffic(&self) -> f64 {
        let lines = self.misses.iter().sum::<u32>() + self.cache.written_back();
        f64::from(lines) * f64::from(cache::LINE)
    }

    /// Where this stands on the roofline so far; `None` before the first access.
    fn point(&self) -> Option<Point> {
        let traffic = self.traffic();
        (traffic > 0.0).then(|| {
            let intensity = 2.0 * f64::from(self.walk.done()) / traffic;
            Point { intensity, speed: roof(intensity) }
        })
    }
}

/// A point on the roofline.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    /// Floating-point operations for each byte that moves from or to memory; a multiply-add is two.
    intensity: f64,
    /// Floating-point operations in a second, at most.
    speed: f64,
}

/// The most operations in a second at an intensity: what the memory feeds, or what the arithmetic does.
fn roof(intensity: f64) -> f64 {
    PEAK.min(intensity * BANDWIDTH)
}

fn parameter(label: &'static str, chosen: usize, count: usize, value: String) -> Parameter {
    Parameter { label, value, less: chosen > 0, more: chosen + 1 < count }
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

/// How one amount stands to another, the smaller of the two being 1.
fn ratio(one: f64, other: f64) -> String {
    if one <= other {
        format!("1 : {}", three_digits(other / one))
    } else {
        format!("{} : 1", three_digits(one / other))
    }
}

#[cfg(test)]
mod tests;
