//! Sums whose order and precision are chosen: what a formula's mathematics leaves open, and what a machine's result
//! depends on. Every order adds the same terms; nothing is left out and nothing is compensated for.

/// How the terms of a sum are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Summation {
    /// Which terms meet first.
    pub(super) order: SummationOrder,
    /// What the result of every addition is rounded to.
    pub(super) precision: Precision,
}

/// Which terms of a sum meet first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SummationOrder {
    /// From the first to the last, one after the other.
    Forward,
    /// From the last to the first.
    Backward,
    /// Neighbours, then neighbouring sums, as reductions in parallel are taken: a tree.
    Pairwise,
}

/// What the result of every addition is rounded to, to the nearest and ties to even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    /// The upper half of an `f32`: 8 significant bits. The terms are rounded to it too.
    Bf16,
    /// 24 significant bits.
    F32,
    /// 53 significant bits; the sum is rounded to an `f32` once, at its end.
    F64,
}

/// So many sums are taken side by side, which the compiler puts into registers; measured, fewer are slower and more are
/// no faster. They do not meet, so that the number is no part of the result.
pub(super) const LANES: usize = 32;

/// A number for each of the sums that are computed side by side.
pub(super) type Lanes<N = f32> = [N; LANES];

/// `f` of each two numbers that stand side by side.
pub(super) fn each<A, B: Copy>(mut one: Lanes<A>, other: Lanes<B>, f: impl Fn(&A, B) -> A) -> Lanes<A> {
    for (one, other) in one.iter_mut().zip(other) {
        *one = f(one, other);
    }
    one
}

impl Summation {
    /// The sums of some terms, each of which is of `K` parts that are added apart.
    pub(super) fn of<const K: usize>(self, terms: impl DoubleEndedIterator<Item = [Lanes; K]>) -> [Lanes; K] {
        match self.precision {
            Precision::Bf16 => ordered::<Bf16, K>(terms, self.order),
            Precision::F32 => ordered::<f32, K>(terms, self.order),
            Precision::F64 => ordered::<f64, K>(terms, self.order),
        }
    }
}

fn ordered<N: Number, const K: usize>(
    terms: impl DoubleEndedIterator<Item = [Lanes; K]>,
    order: SummationOrder,
) -> [Lanes; K] {
    let mut sums = Sums::<N, K>::new();
    match order {
        SummationOrder::Forward => terms.for_each(|term| sums.add(&term)),
        SummationOrder::Backward => terms.rev().for_each(|term| sums.add(&term)),
        SummationOrder::Pairwise => sums = pairwise(terms),
    }
    sums.0.map(|sum| sum.map(N::rounded))
}

/// Levels of a tree of additions: enough for 2¹⁶ − 1 terms, of which no sum here has more than some hundreds.
const LEVELS: usize = 16;

/// A sum as a tree. Sums of 1, 2, 4, ... terms wait for their neighbour as the digits of a binary counter wait to be
/// carried; a power of two of terms makes the tree whole.
fn pairwise<N: Number, const K: usize>(terms: impl Iterator<Item = [Lanes; K]>) -> Sums<N, K> {
    let mut waiting: [Option<Sums<N, K>>; LEVELS] = [None; LEVELS];
    for term in terms {
        let mut carried = Sums::new();
        carried.add(&term);
        for place in &mut waiting {
            let Some(mut neighbour) = place.take() else {
                *place = Some(carried);
                break;
            };
            neighbour.join(&carried);
            carried = neighbour;
        }
    }
    let mut left = waiting.into_iter().flatten();
    let mut sums = left.next().unwrap_or(Sums::new());
    for mut before in left {
        before.join(&sums);
        sums = before;
    }
    sums
}

/// Some sums as far as they have come, in a precision.
#[derive(Clone, Copy)]
struct Sums<N, const K: usize>([Lanes<N>; K]);

impl<N: Number, const K: usize> Sums<N, K> {
    fn new() -> Self {
        Self([[N::default(); LANES]; K])
    }

    fn add(&mut self, term: &[Lanes; K]) {
        for (sum, part) in self.0.iter_mut().zip(term) {
            for (sum, part) in sum.iter_mut().zip(part) {
                *sum = sum.plus(N::of(*part));
            }
        }
    }

    fn join(&mut self, other: &Self) {
        for (sum, other) in self.0.iter_mut().zip(&other.0) {
            for (sum, other) in sum.iter_mut().zip(other) {
                *sum = sum.plus(*other);
            }
        }
    }
}

/// What a sum is taken in.
trait Number: Copy + Default {
    fn of(term: f32) -> Self;
    fn plus(self, other: Self) -> Self;
    fn rounded(self) -> f32;
}

impl Number for f32 {
    fn of(term: f32) -> Self {
        term
    }

    fn plus(self, other: Self) -> Self {
        self + other
    }

    fn rounded(self) -> f32 {
        self
    }
}

impl Number for f64 {
    fn of(term: f32) -> Self {
        term.into()
    }

    fn plus(self, other: Self) -> Self {
        self + other
    }

    fn rounded(self) -> f32 {
        self as f32
    }
}

/// A finite number whose lower half is zero. The sum of two of them is an `f32` first, which rounds twice; since 24
/// bits are more than twice 8 and two, the result is the same as if it had been rounded once.
#[derive(Clone, Copy, Default)]
struct Bf16(f32);

impl Number for Bf16 {
    fn of(term: f32) -> Self {
        let bits = term.to_bits();
        let odd = (bits >> 16) & 1;
        Self(f32::from_bits(bits.wrapping_add(0x7FFF + odd) & 0xFFFF_0000))
    }

    fn plus(self, other: Self) -> Self {
        Self::of(self.0 + other.0)
    }

    fn rounded(self) -> f32 {
        self.0
    }
}
