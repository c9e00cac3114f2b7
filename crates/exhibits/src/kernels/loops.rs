//! Loops at work on the example machine: what they miss in its cache, what they move, how long they take, and where
//! they stand on its roofline.

use super::{
    cache::{Cache, LINE},
    matrices::Matrix,
    walk::Walk,
};

/// Bytes that the example machine's memory moves in a second.
pub(super) const BANDWIDTH: f64 = 8e9;

/// Floating-point operations that the example machine does in a second.
pub(super) const PEAK: f64 = 16e9;

/// Loops at work on a cache of their own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Loops {
    pub(super) walk: Walk,
    pub(super) cache: Cache,
    /// The cache misses of C, A and B.
    pub(super) misses: [u32; 3],
}

impl Loops {
    pub(super) fn new(walk: Walk) -> Self {
        Self { walk, cache: Cache::new(), misses: [0; 3] }
    }

    /// Does one multiply-add as far as the cache sees it: reads A and B, changes C. Says which it was.
    pub(super) fn next(&mut self, now: u16) -> Option<[u16; 3]> {
        let [i, j, k] = self.walk.next()?;
        let size = self.walk.size();
        let elements = [(Matrix::A, i, k), (Matrix::B, k, j), (Matrix::C, i, j)];
        for (matrix, row, column) in elements {
            let hit = self.cache.access(matrix.line(row, column, size), matrix == Matrix::C, now);
            if let Some(misses) = self.misses.get_mut(matrix as usize) {
                *misses += u32::from(!hit);
            }
        }
        if self.walk.at().is_none() {
            self.cache.flush();
        }
        Some([i, j, k])
    }

    /// Seconds that this has taken: of arithmetic or of memory, whichever is more, since both go on at the same time.
    pub(super) fn time(&self) -> f64 {
        (2.0 * f64::from(self.walk.done()) / PEAK).max(self.traffic() / BANDWIDTH)
    }

    /// Seconds that all of it takes at the pace so far.
    pub(super) fn whole_time(&self) -> f64 {
        self.time() * f64::from(self.walk.total()) / f64::from(self.walk.done().max(1))
    }

    /// Bytes that went from and to memory so far.
    pub(super) fn traffic(&self) -> f64 {
        let lines = self.misses.iter().sum::<u32>() + self.cache.written_back();
        f64::from(lines) * f64::from(LINE)
    }

    /// Where this stands on the roofline so far; `None` before the first access.
    pub(super) fn point(&self) -> Option<Point> {
        let traffic = self.traffic();
        (traffic > 0.0).then(|| {
            let intensity = 2.0 * f64::from(self.walk.done()) / traffic;
            Point { intensity, speed: roof(intensity) }
        })
    }
}

/// A point on the roofline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// Floating-point operations for each byte that moves from or to memory; a multiply-add is two.
    pub(super) intensity: f64,
    /// Floating-point operations in a second, at most.
    pub(super) speed: f64,
}

/// The most operations in a second at an intensity: what the memory feeds, or what the arithmetic does.
pub(super) fn roof(intensity: f64) -> f64 {
    PEAK.min(intensity * BANDWIDTH)
}
