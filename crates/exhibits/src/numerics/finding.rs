//! What there is to notice at each method: in words that follow from what was measured.

use super::{Constant, Method};

/// An error from which on a Newton step finds little but rounding: four units in the last place of 1.
pub(super) const ROUNDED: f64 = 4.0 / 16_777_216.0;

impl Method {
    /// What the last step or the last doubling brought, or what the next would bring.
    pub(super) fn finding(self) -> String {
        let (bits, before) = (self.measured().bits(), self.simpler().map(|simpler| simpler.measured().bits()));
        let doubling = |two: Self, nearly: &str| {
            if let Some(before) = before {
                return format!(
                    "Twice the pieces took {before:.1} correct bits to {bits:.1}. With many pieces each doubling adds \
                     nearly {nearly}."
                );
            }
            let two = two.measured().bits();
            format!("One piece for all numbers has {bits:.1} correct bits. Two of them would have {two:.1}.")
        };
        match (self, before) {
            (Self::Linear { .. }, _) => doubling(Self::Linear { pieces: 1 }, "two\u{a0}bits"),
            (Self::Quadratic { .. }, _) => doubling(Self::Quadratic { pieces: 1 }, "three\u{a0}bits"),
            (Self::Table { entries, steps: 0 }, _) => format!(
                "A guess from a table of {} has {bits:.1} correct bits. One Newton step would make it {:.1}.",
                1_u32 << entries,
                Self::Table { entries, steps: 1 }.measured().bits()
            ),
            (Self::BitTrick { constant, .. }, None) => format!(
                "The bits of x alone give a guess with {bits:.1} correct bits. One Newton step would make it {:.1}.",
                Self::BitTrick { constant, steps: 1 }.measured().bits()
            ),
            (_, Some(before)) => {
                let step = format!("This Newton step took {before:.1} correct bits to {bits:.1}");
                match bits / before {
                    _ if self.measured().worst < ROUNDED => {
                        format!("{step}: nothing is left but rounding, since an f32 has 24\u{a0}bits.")
                    }
                    1.97..2.02 => format!("{step}, twice as many.{}", self.better()),
                    2.02.. => format!("{step}, more than twice as many.{}", self.better()),
                    _ => format!("{step}, nearly twice as many.{}", self.better()),
                }
            }
            (_, None) => String::new(),
        }
    }

    /// How much nearer another constant of the bit trick comes with as many steps.
    fn better(self) -> String {
        let Self::BitTrick { constant, steps } = self else { return String::new() };
        let worst = |constant| Self::BitTrick { constant, steps }.measured().worst;
        let best = Constant::ALL.into_iter().min_by(|one, other| worst(*one).total_cmp(&worst(*other)));
        match best {
            Some(best) if best != constant => {
                let times = worst(constant) / worst(best);
                let digits = if times < 1.1 { 2 } else { 1 };
                format!(" Constant {:#010x} comes {times:.digits$}\u{a0}times as near.", best.magic())
            }
            _ => " No other constant comes nearer.".to_owned(),
        }
    }
}
