//! The methods: each computes `1/√x` of any positive normal `f32` with multiplications, additions, operations on
//! integers and a table, and counts them. None divides.

use std::sync::LazyLock;

use super::minimax;

/// The most Newton steps: after the third there is nothing left but rounding.
pub(super) const MOST_STEPS: u8 = 3;
/// The most pieces, as a power of two: 32.
pub(super) const MOST_PIECES: u8 = 5;
/// The most entries of a table, as a power of two: 256, or 1 kB.
pub(super) const LARGEST_TABLE: u8 = 8;

/// A way to compute `1/√x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Half the bits of x, taken from a constant, read as a float; then Newton steps.
    BitTrick {
        /// What the bits are taken from, and the steps' coefficients that go with it.
        constant: Constant,
        /// Newton steps, 0 to [`MOST_STEPS`].
        steps: u8,
    },
    /// On each piece of \[1, 4) the line whose worst relative error is least.
    Linear {
        /// How many pieces, as a power of two: 0 to [`MOST_PIECES`].
        pieces: u8,
    },
    /// On each piece of \[1, 4) the parabola whose worst relative error is least.
    Quadratic {
        /// How many pieces, as a power of two: 0 to [`MOST_PIECES`].
        pieces: u8,
    },
    /// A guess looked up by the first bits of x; then Newton steps.
    Table {
        /// How many entries, as a power of two: 1 to [`LARGEST_TABLE`].
        entries: u8,
        /// Newton steps, 0 to one less than [`MOST_STEPS`].
        steps: u8,
    },
}

/// The published constants of the bit trick. Each comes with the coefficients of its Newton steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constant {
    /// 0x5f3759df: the source of Quake III Arena, 1999.
    Classic,
    /// 0x5f375a86: Lomont, "Fast inverse square root", 2003; least after one step.
    Lomont,
    /// 0x5f376908 with modified steps: Walczyk, Moroz and Cieśliński, "Improving the accuracy of the fast inverse
    /// square root by modifying Newton-Raphson corrections", Entropy 23(1):86, 2021.
    Walczyk,
    /// 0x5f1ffff9 with a modified first step: Kadlec, "Improving the fast inverse square root", 2010.
    Kadlec,
}

/// What one evaluation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EvaluationCost {
    /// Multiplications of floats.
    pub(super) multiplies: u16,
    /// Additions and subtractions of floats.
    pub(super) additions: u16,
    /// Additions, shifts and masks of integers.
    pub(super) integers: u16,
    /// Bytes of constants that are looked up, 4 for each float.
    pub(super) table: u16,
}

impl EvaluationCost {
    /// Operations on floats.
    pub(super) fn operations(self) -> u16 {
        self.multiplies + self.additions
    }
}

impl Method {
    /// How many there are.
    pub(super) const COUNT: usize = 4 * 4 + 2 * 6 + 8 * 3;

    /// All of them, each at its [`number`](Self::number).
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let tricks = Constant::ALL
            .into_iter()
            .flat_map(|constant| (0..=MOST_STEPS).map(move |steps| Self::BitTrick { constant, steps }));
        let lines = (0..=MOST_PIECES).map(|pieces| Self::Linear { pieces });
        let parabolas = (0..=MOST_PIECES).map(|pieces| Self::Quadratic { pieces });
        let tables =
            (1..=LARGEST_TABLE).flat_map(|entries| (0..MOST_STEPS).map(move |steps| Self::Table { entries, steps }));
        tricks.chain(lines).chain(parabolas).chain(tables)
    }

    /// Its place in [`all`](Self::all).
    pub(super) fn number(self) -> usize {
        let number = match self {
            Self::BitTrick { constant, steps } => 4 * (constant as u8) + steps,
            Self::Linear { pieces } => 16 + pieces,
            Self::Quadratic { pieces } => 22 + pieces,
            Self::Table { entries, steps } => 28 + 3 * (entries - 1) + steps,
        };
        number.into()
    }

    /// About `1/√x` of a positive normal number; of any other, a number without meaning.
    pub(super) fn apply(self, x: f32) -> f32 {
        match self {
            Self::BitTrick { constant, steps } => constant.newton(bit_trick(constant.magic(), x), x, steps),
            Self::Linear { pieces } => {
                let reduced = Reduced::of(x);
                let [c0, c1] = reduced.entry(pieces, &LINES);
                reduced.back(c1 * reduced.mantissa() + c0)
            }
            Self::Quadratic { pieces } => {
                let reduced = Reduced::of(x);
                let [c0, c1, c2] = reduced.entry(pieces, &PARABOLAS);
                let m = reduced.mantissa();
                reduced.back((c2 * m + c1) * m + c0)
            }
            Self::Table { entries, steps } => {
                let reduced = Reduced::of(x);
                let [guess] = reduced.entry(entries, &TABLES);
                Constant::Classic.newton(reduced.back(guess), x, steps)
            }
        }
    }

    /// What [`apply`](Self::apply) takes: what is written there, counted. Halving x for the Newton steps is done once.
    pub(super) fn cost(self) -> EvaluationCost {
        let newton = |steps: u8| {
            let steps = u16::from(steps);
            (3 * steps + u16::from(steps > 0), steps)
        };
        match self {
            Self::BitTrick { constant, steps } => {
                // Kadlec's first step multiplies by a constant of its own, and has no use for half of x.
                let (multiplies, additions) = newton(steps);
                let own = u16::from(constant == Constant::Kadlec && steps > 1);
                EvaluationCost { multiplies: multiplies + own, additions, integers: 2, table: 0 }
            }
            Self::Linear { pieces } => {
                EvaluationCost { multiplies: 1, additions: 1, integers: 6 + look_up(pieces), table: 8 << pieces }
            }
            Self::Quadratic { pieces } => {
                EvaluationCost { multiplies: 2, additions: 2, integers: 6 + look_up(pieces), table: 12 << pieces }
            }
            Self::Table { entries, steps } => {
                let (multiplies, additions) = newton(steps);
                EvaluationCost { multiplies, additions, integers: 4 + look_up(entries), table: 4 << entries }
            }
        }
    }

    /// Its Newton steps.
    pub(super) fn steps(self) -> u8 {
        match self {
            Self::BitTrick { steps, .. } | Self::Table { steps, .. } => steps,
            Self::Linear { .. } | Self::Quadratic { .. } => 0,
        }
    }

    /// The method with one Newton step less, or without any, with half the pieces or entries.
    pub(super) fn simpler(self) -> Option<Self> {
        match self {
            Self::BitTrick { constant, steps } => Some(Self::BitTrick { constant, steps: steps.checked_sub(1)? }),
            Self::Linear { pieces } => Some(Self::Linear { pieces: pieces.checked_sub(1)? }),
            Self::Quadratic { pieces } => Some(Self::Quadratic { pieces: pieces.checked_sub(1)? }),
            Self::Table { entries, steps: 0 } => (entries > 1).then(|| Self::Table { entries: entries - 1, steps: 0 }),
            Self::Table { entries, steps } => Some(Self::Table { entries, steps: steps - 1 }),
        }
    }
}

/// About `1/√x`: half of the bits of x, taken from a constant, read as a float.
pub(crate) fn bit_trick(magic: u32, x: f32) -> f32 {
    f32::from_bits(magic.wrapping_sub(x.to_bits() >> 1))
}

/// A shift and a mask find the entry among more than one.
fn look_up(entries: u8) -> u16 {
    if entries > 0 { 2 } else { 0 }
}

impl Constant {
    /// All of them, by their year and how well they do after a step.
    pub(super) const ALL: [Self; 4] = [Self::Classic, Self::Lomont, Self::Walczyk, Self::Kadlec];

    /// What half the bits of x are taken from.
    pub(crate) fn magic(self) -> u32 {
        match self {
            Self::Classic => 0x5f37_59df,
            Self::Lomont => 0x5f37_5a86,
            Self::Walczyk => 0x5f37_6908,
            Self::Kadlec => 0x5f1f_fff9,
        }
    }

    /// Newton steps on `1/y² − x`: `y ← y (3/2 − x/2 · y²)`, with the coefficients of this constant's authors.
    #[allow(clippy::excessive_precision, reason = "the coefficients are written as they were published")]
    pub(crate) fn newton(self, guess: f32, x: f32, steps: u8) -> f32 {
        let half = 0.5 * x;
        (0..steps).fold(guess, |y, step| match (self, step) {
            (Self::Kadlec, 0) => 0.703_952_253 * y * (2.389_244_56 - x * y * y),
            (Self::Walczyk, 0) => y * (1.500_878_96 - half * y * y),
            (Self::Walczyk, 1) => y * (1.500_000_57 - half * y * y),
            _ => y * (1.5 - half * y * y),
        })
    }
}

/// A number as `m · 4ᵏ` with `m` in \[1, 4): its root is `√m · 2ᵏ`, so that `1/√m` is all there is to approximate.
/// Counted in operations on integers: one for `offset`, two each for a place, a mantissa and `2ᵏ`, and one for the way
/// back.
struct Reduced {
    /// The bits of x less those of 1: `k` above the lowest 24 bits, `m − 1` as a float's bits in them.
    offset: u32,
}

/// The bits of 1.
const ONE: u32 = 0x3f80_0000;
/// The lowest bit of an exponent, and the mantissa: what tells `m` from other numbers in [1, 4).
const MANTISSA_BITS: u32 = 24;

impl Reduced {
    fn of(x: f32) -> Self {
        Self { offset: x.to_bits().wrapping_sub(ONE) }
    }

    fn mantissa(&self) -> f32 {
        f32::from_bits((self.offset & ((1 << MANTISSA_BITS) - 1)) + ONE)
    }

    /// The entry for `m` in the table of 2ⁿ entries.
    fn entry<const N: usize>(&self, n: u8, tables: &[Vec<[f32; N]>]) -> [f32; N] {
        let place = (self.offset >> (MANTISSA_BITS - u32::from(n))) & ((1 << n) - 1);
        let table = tables.get(usize::from(n)).map(Vec::as_slice).unwrap_or_default();
        table.get(place as usize).copied().unwrap_or([0.0; N])
    }

    /// `1/√x` from `1/√m`: the exponent less `k`.
    fn back(&self, y: f32) -> f32 {
        f32::from_bits(y.to_bits().wrapping_sub((self.offset.cast_signed() >> 1).cast_unsigned() & 0xff80_0000))
    }
}

/// Tables of one, two, four, ... entries.
type Tables<const N: usize> = LazyLock<Vec<Vec<[f32; N]>>>;

static LINES: Tables<2> = LazyLock::new(|| tables(MOST_PIECES, |from, to| minimax::line(from, to).0));
static PARABOLAS: Tables<3> = LazyLock::new(|| tables(MOST_PIECES, |from, to| minimax::parabola(from, to).0));
static TABLES: Tables<1> = LazyLock::new(|| tables(LARGEST_TABLE, |from, to| minimax::constant(from, to).0));

fn tables<const N: usize>(largest: u8, entry: fn(f64, f64) -> [f64; N]) -> Vec<Vec<[f32; N]>> {
    (0..=largest)
        .map(|n| {
            let edge = |place: u32| {
                // The highest bit of a place is the octave, 1 to 2 or 2 to 4; the others divide it evenly.
                let bits = ONE + (place << (MANTISSA_BITS - u32::from(n)));
                f64::from(f32::from_bits(bits))
            };
            (0..1 << n).map(|place| entry(edge(place), edge(place + 1)).map(|value| value as f32)).collect()
        })
        .collect()
}
