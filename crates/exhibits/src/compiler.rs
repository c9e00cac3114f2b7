//! Compiler: a transformer block on its way from the graph of an exporter to kernels on a machine, pass by pass.
//!
//! Each pass changes the graph or the program for true: the program is run on sample data, in its order, with its tiles
//! and its plan of memory, and its result compared with that of the graph as it was written. How long it would take,
//! and what it would move, is estimated from its shapes for a labelled example machine.

mod cost;
pub(crate) mod execute;
pub(crate) mod graph;
pub(crate) mod kernel;
pub(crate) mod machine;
pub(crate) mod passes;
mod view;

use std::{borrow::Cow, sync::OnceLock};

use self::{
    cost::{Bound, Cost, costs},
    execute::{Tensor, difference, largest, run},
    graph::Part,
    kernel::Kernel,
    machine::{MODEL, Machine, SAMPLE},
    passes::{Pass, Passes, Program, compile},
};
use crate::exhibit::{Change, Exhibit, Figure, Parameter, bound};

/// A compiler at work. Its parameters are switches, one for each pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compiler {
    /// The passes that are on.
    applied: Passes,
    /// The passes that were on before the last change.
    before: Passes,
    /// Steps until the picture shows the last change in full.
    steps: u8,
}

/// Steps in which a change is shown: 0.4 s.
const CHANGE: u8 = 12;

impl Exhibit for Compiler {
    fn title(&self) -> &'static str {
        "From model to hardware, pass by pass"
    }

    fn about(&self) -> &'static str {
        "A transformer block as a framework exports it is dozens of small operators, each of which fetches its input from \
         memory and writes its result back. Each pass of the compiler is a switch; the time beside it is what switching would \
         change, which depends on the other passes."
    }

    fn notice(&self) -> Cow<'static, str> {
        let (now, exported) = (estimate(self.applied), estimate(Passes::NONE));
        let faster = format!("{}\u{a0}times as fast as exported", ratio(exported.time / now.time));
        match deviation(self.applied) {
            _ if self.applied == Passes::NONE => format!(
                "{} small kernels take {}, {:.0}\u{a0}% of it waiting for memory. Switch passes on: the time beside \
                 each is what it changes.",
                now.kernels.len(),
                bound(&microseconds(now.time)),
                100.0 * now.waiting(Bound::Memory) / now.time
            ),
            off if off > 0.0 => format!(
                "{faster}. The int8 weights alone change the result, by {off:.3} at most; the other passes keep every bit.",
            ),
            _ => format!("{faster}, and the result is the same to the bit."),
        }
        .into()
    }

    fn basis(&self) -> String {
        format!(
            "Example machine: {}\u{a0}TFLOP/s in blocks of {unit}\u{a0}×\u{a0}{unit}, {}\u{a0}GFLOP/s besides, \
             {}\u{a0}GB/s, {}\u{a0}µs a launch, {}\u{a0}MiB on chip, {}\u{a0}KiB for tiles; timed for {} tokens of \
             width {}, checked on {} of width {}.",
            Machine::PRODUCTS / 1e12,
            Machine::OTHERS / 1e9,
            Machine::BANDWIDTH / 1e9,
            Machine::LAUNCH * 1e6,
            Machine::EXAMPLE.chip >> 20,
            Machine::EXAMPLE.buffer >> 10,
            MODEL.tokens,
            MODEL.width,
            SAMPLE.tokens,
            SAMPLE.width,
            unit = Machine::EXAMPLE.unit,
        )
    }

    fn parameters(&self) -> Vec<Parameter> {
        let parameter = |pass: Pass| {
            let on = self.applied.has(pass);
            let saves = self.saves(pass);
            let sign = if saves > 0.0 { '−' } else { '+' };
            let time = format!("{sign}{}", microseconds(saves.abs()));
            let value = format!("{:3} {time:>8}", if on { "on" } else { "off" });
            Parameter { label: pass.name(), value, less: on, more: !on }
        };
        Pass::ALL.map(parameter).into()
    }

    fn change(&mut self, parameter: usize, _change: Change) {
        if let Some(pass) = Pass::ALL.get(parameter) {
            self.apply(self.applied.with(*pass, !self.applied.has(*pass)));
        }
    }

    fn figures(&self) -> Vec<Figure> {
        let (now, exported) = (estimate(self.applied), estimate(Passes::NONE));
        let figure = |label, value| Figure { label, value };
        let error = match deviation(self.applied) {
            off if off > 0.0 => format!("{:.1} % of max", 100.0 * off / largest(plain_result())),
            _ => "none".to_owned(),
        };
        vec![
            // The picture tells what it was.
            figure("time", microseconds(now.time)),
            figure("memory traffic", format!("{} of {} MB", megabytes(now.bytes), megabytes(exported.bytes))),
            figure("kernels", format!("{} of {}", now.kernels.len(), exported.kernels.len())),
            figure("largest error", error),
            figure("values at peak", format!("{} of {} MB", megabytes(now.peak), megabytes(exported.peak))),
            figure("peak reached", format!("{:.0} %", 100.0 * now.operations / Machine::PRODUCTS / now.time)),
        ]
    }

    fn restart(&mut self) {
        self.apply(Passes::NONE);
    }

    fn running(&self) -> bool {
        self.steps > 0
    }

    fn step(&mut self) {
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 {
            self.before = self.applied;
        }
    }

    fn finish(&mut self) {
        *self = Self { applied: self.applied, before: self.applied, steps: 0 };
    }

    fn demonstrate(&mut self) {
        self.apply(Passes::ALL);
        self.finish();
    }

    fn prepare(&self) {
        for passes in Passes::all() {
            estimate(passes);
            deviation(passes);
        }
    }
}

impl Compiler {
    /// The graph as it was exported, every pass off.
    #[must_use]
    pub(crate) fn new() -> Self {
        let new = Self { applied: Passes::NONE, before: Passes::NONE, steps: 0 };
        new.compile_ahead();
        new
    }

    /// Switches to some passes.
    fn apply(&mut self, passes: Passes) {
        if passes != self.applied {
            *self = Self { applied: passes, before: self.applied, steps: CHANGE };
            self.compile_ahead();
        }
    }

    /// Compiles what the picture and the figures will ask for.
    fn compile_ahead(&self) {
        deviation(self.applied);
        for pass in Pass::ALL {
            self.saves(pass);
        }
    }

    /// Seconds that a pass saves as things are: by being applied, or if it were. Negative where it costs time.
    fn saves(&self, pass: Pass) -> f64 {
        estimate(self.applied.with(pass, false)).time - estimate(self.applied.with(pass, true)).time
    }

    /// The seconds of each part of the block as the picture shows them: at rest those of the passes that are on.
    fn shown(&self) -> [f64; Part::ALL.len()] {
        let [before, now] = [self.before, self.applied].map(estimate);
        // The square lets the change begin quickly and come to rest.
        let left = f64::from(self.steps) / f64::from(CHANGE);
        Part::ALL.map(|part| now.of(part) + left * left * (before.of(part) - now.of(part)))
    }
}

/// What some passes come to.
#[derive(Debug)]
struct Estimate {
    /// In the order in which they run.
    kernels: Vec<Line>,
    /// Seconds.
    time: f64,
    /// Bytes from and to memory.
    bytes: f64,
    /// Bytes of all values that are kept at the same time, on the chip and in memory.
    peak: f64,
    /// Operations of the products.
    operations: f64,
}

impl Estimate {
    /// Seconds of a part of the block.
    fn of(&self, part: Part) -> f64 {
        self.kernels.iter().filter(|kernel| kernel.part == part).map(|kernel| kernel.cost.time).sum()
    }

    /// Seconds of the kernels that wait for something.
    fn waiting(&self, bound: Bound) -> f64 {
        self.kernels.iter().filter(|kernel| kernel.cost.bound == bound).map(|kernel| kernel.cost.time).sum()
    }
}

/// A kernel, as it is shown.
#[derive(Debug)]
struct Line {
    part: Part,
    /// Its operators.
    names: Vec<&'static str>,
    cost: Cost,
}

/// What some passes come to, which is computed when it is first asked for. There are 64 choices of them, of some kB
/// each.
fn estimate(passes: Passes) -> &'static Estimate {
    static ESTIMATES: [OnceLock<Estimate>; Passes::COUNT] = [const { OnceLock::new() }; Passes::COUNT];
    let [first, ..] = &ESTIMATES;
    ESTIMATES.get(passes.number()).unwrap_or(first).get_or_init(|| {
        let program = compile(passes, MODEL, &Machine::EXAMPLE);
        let costs = costs(&program);
        let operators = program.kernels.iter().flat_map(|kernel| &kernel.nodes);
        let products = operators.filter(|id| program.graph.node(**id).op.is_product());
        Estimate {
            kernels: program.kernels.iter().zip(&costs).map(|(kernel, cost)| line(&program, kernel, *cost)).collect(),
            time: costs.iter().map(|cost| cost.time).sum(),
            bytes: costs.iter().map(|cost| cost.bytes).sum(),
            peak: (program.plan.chip + program.plan.memory) as f64,
            operations: products.map(|id| program.graph.operations(*id)).sum(),
        }
    })
}

fn line(program: &Program, kernel: &Kernel, cost: Cost) -> Line {
    let graph = &program.graph;
    let nodes = || kernel.nodes.iter().map(|id| graph.node(*id));
    // A kernel belongs where most of its work is: to its product, else to its last operator.
    let chief = kernel.product(graph).or(kernel.nodes.last().copied());
    Line {
        part: chief.map_or(Part::Constants, |id| graph.node(id).part),
        names: nodes().map(|node| node.op.name()).collect(),
        cost,
    }
}

/// The largest difference of an element of the sample's result from that of the graph as it was written.
fn deviation(passes: Passes) -> f32 {
    static DEVIATIONS: [OnceLock<f32>; Passes::COUNT] = [const { OnceLock::new() }; Passes::COUNT];
    let [first, ..] = &DEVIATIONS;
    *DEVIATIONS
        .get(passes.number())
        .unwrap_or(first)
        .get_or_init(|| difference(&run(&compile(passes, SAMPLE, &Machine::SMALL)), plain_result()))
}

/// What the graph as it was written makes of the sample.
fn plain_result() -> &'static Tensor {
    static PLAIN: OnceLock<Tensor> = OnceLock::new();
    PLAIN.get_or_init(|| run(&compile(Passes::NONE, SAMPLE, &Machine::SMALL)))
}

fn megabytes(bytes: f64) -> String {
    let megabytes = bytes / 1e6;
    if megabytes < 9.95 { format!("{megabytes:.1}") } else { format!("{megabytes:.0}") }
}

fn microseconds(seconds: f64) -> String {
    let microseconds = seconds * 1e6;
    if microseconds < 999.5 { format!("{microseconds:.0} µs") } else { format!("{:.2} ms", microseconds / 1e3) }
}

/// A ratio with two or three digits that count.
fn ratio(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}

#[cfg(test)]
mod tests;
