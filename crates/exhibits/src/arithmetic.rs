//! Functions whose every bit is specified: there is no operation here but `+ − × ÷` and those on bits, which IEEE 754
//! defines, so that an exhibit shows the same figures on every machine. Those of a system's library differ in the last
//! bits from one to the next.

/// `eˣ` with a relative error below 4e-7 for `x` from -87 to 88, and the value at the nearest of these beyond them. It
/// has no branch, so that sums of it run side by side.
///
/// `x = k ln 2 + r` with `|r| ≤ ln 2 / 2`; `eʳ` by its Taylor polynomial of degree 6, whose error there is `r⁷ / 5040`,
/// and 2ᵏ put together from its bits. `ln 2` is subtracted in two parts, the first of which is exact in few bits.
pub(crate) fn exp(x: f32) -> f32 {
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    // At this size an `f32` has no digits after the point: adding it rounds, and leaves the integer in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let x = if x > -87.0 { x } else { -87.0 };
    let x = if x < 88.0 { x } else { 88.0 };
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let k = rounded - ROUND;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    let mut e_to_r = 1.0 / 720.0;
    e_to_r = e_to_r * r + 1.0 / 120.0;
    e_to_r = e_to_r * r + 1.0 / 24.0;
    e_to_r = e_to_r * r + 1.0 / 6.0;
    e_to_r = e_to_r * r + 0.5;
    e_to_r = e_to_r * r + 1.0;
    e_to_r = e_to_r * r + 1.0;
    e_to_r * f32::from_bits((rounded.to_bits() << 23).wrapping_add(0x3F80_0000))
}

/// The natural logarithm of a normal positive number, with an error below 1e-13 for numbers of a size that people
/// write.
///
/// `x = 2ᵏ m` with `m` in \[√½, √2\); `ln m = 2 artanh z` for `z = (m − 1) / (m + 1)`, `|z| < 0.172`, by its series up
/// to z¹⁷.
pub(crate) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let exponent = (bits >> 52) as i32 - 1023;
    let mantissa = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    let (k, m) =
        if mantissa > std::f64::consts::SQRT_2 { (exponent + 1, mantissa / 2.0) } else { (exponent, mantissa) };
    let z = (m - 1.0) / (m + 1.0);
    let series = (0..=8).rev().fold(0.0, |sum, n| sum * z * z + 1.0 / f64::from(2 * n + 1));
    f64::from(k) * std::f64::consts::LN_2 + 2.0 * z * series
}

/// The logarithm to base 2 of a normal positive number, as near as [`ln`].
pub(crate) fn log2(x: f64) -> f64 {
    ln(x) / std::f64::consts::LN_2
}

/// The logarithm to base 10 of a normal positive number, as near as [`ln`].
pub(crate) fn log10(x: f64) -> f64 {
    ln(x) / std::f64::consts::LN_10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_the_system_s_library_to_its_last_bits() {
        for n in -6990..=6990 {
            let x = f64::from(n) / 10.0;
            let y = x.exp();
            assert!((ln(y) - x).abs() < 1e-13 * x.abs().max(1.0), "ln({y})");
        }
        for n in -870..=880 {
            let x = n as f32 / 10.0;
            assert!((f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs() < 4e-7, "exp({x})");
        }
        assert!((log2(8.0) - 3.0).abs() < 1e-15 && (log10(1000.0) - 3.0).abs() < 1e-15);
        assert_eq!((ln(1.0), exp(0.0)), (0.0, 1.0));
        assert_eq!((exp(1000.0), exp(-1000.0)), (exp(88.0), exp(-87.0)));
    }
}
