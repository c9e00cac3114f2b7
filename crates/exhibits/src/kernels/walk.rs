//! The loops of a matrix product, `C[i][j] += A[i][k] · B[k][j]`, in any order and cut into tiles or not: where they
//! stand, and where they go next. Nothing is multiplied here.

/// The order of the three loops, the outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoopOrder {
    Ijk,
    Ikj,
    Jik,
    Jki,
    Kij,
    Kji,
}

impl LoopOrder {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [Self::Ijk, Self::Ikj, Self::Jik, Self::Jki, Self::Kij, Self::Kji];

    /// As programs name it: the outermost loop first.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ijk => "ijk",
            Self::Ikj => "ikj",
            Self::Jik => "jik",
            Self::Jki => "jki",
            Self::Kij => "kij",
            Self::Kji => "kji",
        }
    }

    /// What belongs to the loops, the outermost first, as what belongs to i, j and k.
    const fn ijk(self, [outer, middle, inner]: [u16; 3]) -> [u16; 3] {
        match self {
            Self::Ijk => [outer, middle, inner],
            Self::Ikj => [outer, inner, middle],
            Self::Jik => [middle, outer, inner],
            Self::Jki => [inner, outer, middle],
            Self::Kij => [middle, inner, outer],
            Self::Kji => [inner, middle, outer],
        }
    }
}

/// A walk through all `n³` multiply-adds of a product. Cut into tiles, three loops go from tile to tile and three
/// within one, both in the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Walk {
    order: LoopOrder,
    size: u16,
    tile: u16,
    /// Where the present tile begins, the outermost loop first.
    corner: [u16; 3],
    /// Where the walk is, the outermost loop first.
    at: [u16; 3],
    done: u32,
}

impl Walk {
    /// At the first multiply-add of matrices of `size` rows and columns. A tile as large as the matrix is none.
    pub(crate) fn new(order: LoopOrder, size: u16, tile: u16) -> Self {
        Self { order, size, tile: tile.clamp(1, size.max(1)), corner: [0; 3], at: [0; 3], done: 0 }
    }

    /// Where the walk is, as i, j and k; `None` when it is at its end.
    pub(crate) fn at(&self) -> Option<[u16; 3]> {
        (self.done < self.total()).then(|| self.order.ijk(self.at))
    }

    /// Where the present tile begins, as i, j and k.
    pub(crate) fn corner(&self) -> [u16; 3] {
        self.order.ijk(self.corner)
    }

    /// Rows and columns of a tile; where the matrix ends it may have fewer.
    pub(crate) const fn tile(&self) -> u16 {
        self.tile
    }

    /// Rows and columns of the matrices.
    pub(crate) const fn size(&self) -> u16 {
        self.size
    }

    /// How many multiply-adds have been passed.
    pub(crate) const fn done(&self) -> u32 {
        self.done
    }

    /// How many there are.
    pub(crate) const fn total(&self) -> u32 {
        let size = self.size as u32;
        size * size * size
    }

    /// Goes on to the next, and says where it was.
    pub(crate) fn next(&mut self) -> Option<[u16; 3]> {
        let here = self.at()?;
        self.done += 1;
        for (at, corner) in self.at.iter_mut().zip(&self.corner).rev() {
            *at += 1;
            if *at < self.size.min(corner + self.tile) {
                return Some(here);
            }
            *at = *corner;
        }
        for (at, corner) in self.at.iter_mut().zip(&mut self.corner).rev() {
            *corner += self.tile;
            if *corner < self.size {
                *at = *corner;
                return Some(here);
            }
            (*at, *corner) = (0, 0);
        }
        Some(here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_passes_every_multiply_add_once_and_k_always_rises() {
        for order in LoopOrder::ALL {
            for (size, tile) in [(1, 1), (5, 5), (6, 2), (7, 3), (8, 32), (5, 4)] {
                let mut walk = Walk::new(order, size, tile);
                let mut seen = vec![0; usize::from(size).pow(2)];
                while let Some([i, j, k]) = walk.next() {
                    let next = &mut seen[usize::from(i * size + j)];
                    assert_eq!(*next, k, "{order:?} {size} {tile}: k of ({i}, {j})");
                    *next += 1;
                }
                assert!(seen.iter().all(|k| *k == size));
                assert_eq!((walk.done(), walk.at()), (walk.total(), None));
            }
        }
    }

    #[test]
    fn the_loops_are_in_their_order() {
        for (order, tile, expected) in [
            (LoopOrder::Ijk, 3, [[0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 1, 0], [0, 1, 1]]),
            (LoopOrder::Ikj, 3, [[0, 0, 0], [0, 1, 0], [0, 2, 0], [0, 0, 1], [0, 1, 1]]),
            (LoopOrder::Jki, 3, [[0, 0, 0], [1, 0, 0], [2, 0, 0], [0, 0, 1], [1, 0, 1]]),
            (LoopOrder::Kij, 3, [[0, 0, 0], [0, 1, 0], [0, 2, 0], [1, 0, 0], [1, 1, 0]]),
            (LoopOrder::Kji, 2, [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]]),
            (LoopOrder::Jik, 1, [[0, 0, 0], [0, 0, 1], [0, 0, 2], [1, 0, 0], [1, 0, 1]]),
        ] {
            let mut walk = Walk::new(order, 3, tile);
            let first: Vec<_> = (0..5).map(|_| walk.next().unwrap()).collect();
            assert_eq!(first, expected, "{order:?} {tile}");
        }
    }
}
