//! Quantization of a layer's weights: what a grid of few levels loses, what one outlier costs, and what scales for
//! small groups give back. The weights are made up; the arithmetic is that of any integer quantizer.

mod layer;
mod scheme;
mod view;

use std::borrow::Cow;

use crate::exhibit::{Change, Exhibit, Figure, Parameter, bound, place, signed};
use layer::{OUTLIERS, WEIGHTS};
use scheme::{BITS, Rounding, Scales, Scheme, Setting};

/// The exhibit: a way to quantize the layer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantization {
    setting: Setting,
}

impl Default for Quantization {
    fn default() -> Self {
        let setting = Setting {
            bits: 4,
            scheme: Scheme::Symmetric,
            scales: Scales::Tensor,
            rounding: Rounding::Nearest,
            outlier: 0,
        };
        Self { setting }
    }
}

impl Exhibit for Quantization {
    fn title(&self) -> &'static str {
        "Quantization: what an outlier costs"
    }

    fn about(&self) -> &'static str {
        "Weights of a network are kept as integers of a few bits and a scale, and what lies between two levels of that \
         grid is rounded. Where a grid reaches to its largest weight, one outlier spreads the levels of all that share \
         its scale."
    }

    fn notice(&self) -> Cow<'static, str> {
        let Setting { scales, outlier, rounding, .. } = self.setting;
        let shared = match scales {
            Scales::Tensor => "all weights share",
            Scales::Channel => "its own channel shares",
            Scales::Groups(_) => "its own group shares",
        };
        let (value, zeros) = (self.value(), self.zeros());
        let [cost, whole] = [scales, Scales::Tensor].map(|scales| self.cost(scales));
        let [is_free, is_free_in_one] = [cost, whole].map(|cost| decibels(cost.max(0.0)) == decibels(0.0));
        // To the tenth that is told.
        let saves = (10.0 * whole).round() > (10.0 * cost).round();
        let cost = bound(&decibels(cost));
        let whole = if is_free_in_one { "nothing".to_owned() } else { bound(&decibels(whole)) };
        match (scales, outlier) {
            (_, 0) if rounding == Rounding::LeastSquares => {
                format!("Move the outlier to the right: the clip decides how far the grid that {shared} follows it.")
            }
            (_, 0) => format!("Move the outlier to the right: the grid that {shared} stretches with it."),
            (Scales::Tensor, _) if is_free => {
                format!("One weight at {value:.2} costs nothing here, though {shared} one grid.")
            }
            (Scales::Tensor, _) => format!(
                "One weight at {value:.2} costs all of them {cost}, since {shared} one grid; {zeros}\u{a0}% of them \
                 are zero."
            ),
            _ if is_free && is_free_in_one => "The outlier costs nothing, here or with one grid for all.".into(),
            _ if is_free => {
                format!("The outlier costs nothing, where one grid for all would cost {whole}: only {shared} its grid.")
            }
            _ if saves => {
                format!("The outlier costs {cost}, where one grid for all would cost {whole}: only {shared} its grid.")
            }
            _ => {
                format!("The outlier costs {cost}, though only {shared} its grid; one grid for all would cost {whole}.")
            }
        }
        .into()
    }

    fn basis(&self) -> String {
        format!(
            "{WEIGHTS} made-up weights, scales in fp16; a symmetric grid has 2ᵇ\u{a0}−\u{a0}1 levels. Rule: \
             6.02\u{a0}b\u{a0}+\u{a0}4.77\u{a0}dB less the grid’s reach over the rms of the weights. \
             A\u{a0}7B\u{a0}model: 7e9\u{a0}weights, all quantized like these."
        )
    }

    fn parameters(&self) -> Vec<Parameter> {
        let Setting { bits, scheme, scales, rounding, outlier } = self.setting;
        let scheme_value = match scheme {
            Scheme::Symmetric => "symmetric",
            Scheme::Asymmetric => "asymmetric",
        };
        let scales_value = match scales {
            Scales::Tensor => "one per tensor".to_owned(),
            Scales::Channel => "one per channel".to_owned(),
            Scales::Groups(weights) => format!("groups of {weights}"),
        };
        let rounding_value = match rounding {
            Rounding::Nearest => "to nearest",
            Rounding::LeastSquares => "least-square clip",
        };
        let bits_place = usize::from(bits - BITS.start());
        [
            ("outlier", format!("at {:.2}", self.value()), outlier, OUTLIERS.len()),
            ("scales", scales_value, place(&Scales::ALL, scales), Scales::ALL.len()),
            ("bits", bits.to_string(), bits_place, BITS.count()),
            ("rounding", rounding_value.to_owned(), place(&Rounding::ALL, rounding), Rounding::ALL.len()),
            ("grid", scheme_value.to_owned(), place(&Scheme::ALL, scheme), Scheme::ALL.len()),
        ]
        .map(|(label, value, at, count)| Parameter::at(label, value, at, count))
        .into()
    }

    fn change(&mut self, parameter: usize, change: Change) {
        let setting = &mut self.setting;
        match (parameter, change) {
            (0, Change::Less) => setting.outlier = setting.outlier.saturating_sub(1),
            (0, Change::More) => setting.outlier = (setting.outlier + 1).min(OUTLIERS.len() - 1),
            (1, _) => setting.scales = change.applied(setting.scales, &Scales::ALL),
            (2, Change::Less) => setting.bits = (setting.bits - 1).max(*BITS.start()),
            (2, Change::More) => setting.bits = (setting.bits + 1).min(*BITS.end()),
            (3, _) => setting.rounding = change.applied(setting.rounding, &Rounding::ALL),
            (4, _) => setting.scheme = change.applied(setting.scheme, &Scheme::ALL),
            _ => return,
        }
        // The picture shows every width. All of them are there, unless the server has only just started.
        for bits in BITS {
            Setting { bits, ..self.setting }.outcome();
        }
    }

    fn demonstrate(&mut self) {
        self.setting.outlier = OUTLIERS.len() - 1;
    }

    fn prepare(&self) {
        // The other half is made when it is first asked for.
        let symmetric = Setting::all().filter(|setting| setting.scheme == Scheme::Symmetric);
        symmetric.for_each(|setting| _ = setting.outcome());
    }

    fn figures(&self) -> Vec<Figure> {
        let setting = self.setting;
        let outcome = setting.outcome();
        let (one, many) = match setting.scales {
            Scales::Tensor => (setting, Setting { scales: Scales::Groups(64), ..setting }),
            Scales::Channel | Scales::Groups(_) => (Setting { scales: Scales::Tensor, ..setting }, setting),
        };
        let given = decibels(many.outcome().sqnr() - one.outcome().sqnr());
        let given = match setting.scales {
            // What they would give.
            Scales::Tensor => ("groups of 64 add", given),
            Scales::Channel => ("scales give back", given),
            Scales::Groups(_) => ("groups give back", given),
        };
        let bits = setting.bits_per_weight();
        [
            ("SQNR", decibels(outcome.sqnr())),
            ("outlier costs", decibels(self.cost(setting.scales))),
            ("become zero", format!("{} %", self.zeros())),
            ("bits a weight", format!("{bits:.3}")),
            given,
            ("rule 6.02 b + c", decibels(outcome.rule(setting.bits, WEIGHTS))),
            ("reach over rms", decibels(outcome.reach_over_rms(WEIGHTS))),
            ("7B model", format!("{:.2} GB", 7.0 * bits / 8.0)),
        ]
        .map(|(label, value)| Figure { label, value })
        .into()
    }
}

impl Quantization {
    /// Where the outlier lies.
    fn value(&self) -> f32 {
        OUTLIERS.get(self.setting.outlier).copied().unwrap_or_default()
    }

    /// What the outlier takes from the ratio, against a weight among the others, in dB.
    fn cost(&self, scales: Scales) -> f64 {
        let setting = Setting { scales, ..self.setting };
        let without = Setting { outlier: 0, ..setting };
        without.outcome().sqnr() - setting.outcome().sqnr()
    }

    /// How many of a hundred weights become zero: a hundred only where all do.
    fn zeros(&self) -> String {
        let zeros = self.setting.outcome().zeros;
        let percent = 100.0 * zeros as f64 / WEIGHTS as f64;
        if zeros < WEIGHTS && percent >= 99.5 { format!("{percent:.2}") } else { format!("{percent:.0}") }
    }
}

/// A level in decibels, rounded to a tenth.
fn decibels(value: f64) -> String {
    // A difference of nothing has no sign.
    let value = if value.abs() < 0.05 { 0.0 } else { value };
    signed(format!("{value:.1} dB"))
}

#[cfg(test)]
mod tests;
