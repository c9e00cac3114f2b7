//! Compiler: a transformer block on its way from the graph of an exporter to kernels on a machine, pass by pass.
//!
//! Each pass changes the graph or the program for true: the program is run on sample data, in its order, with its tiles and
//! its plan of memory, and its result compared with that of the graph as it was written. How long it would take, and what it
//! would move, is estimated from its shapes for a labelled example machine.

mod cost;
pub(crate) mod execute;
pub(crate) mod graph;
pub(crate) mod kernel;
pub(crate) mod machine;
pub(crate) mod passes;
mod view;

use std::{borrow::Cow, sync::OnceLock};

use self::{
    cost::{Cost, costs},
    execute::{Tensor, difference, largest, run},
    graph::{Op, Part},
    kernel::{Kernel, Tile},
    machine::{MODEL, Machine, SAMPLE},
    passes::{Pass, Passes, Program, compile},
};
use crate::exhibit::{Change, Exhibit, Figure, Parameter};

/// A compiler at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compiler {
    /// The passes that the visitor wants.
    wanted: Passes,
    /// How many of all passes have had their turn.
    turns: usize,
    /// Steps since the last turn, below [`TURN`].
    steps: u16,
    running: bool,
}

/// Steps between two passes: a second.
const TURN: u16 = 30;

impl Exhibit for Compiler {
    fn title(&self) -> &'static str {
        "From model to hardware, pass by pass"
    }

    fn about(&self) -> &'static str {
        "A transformer block as a framework exports it is dozens of small operators, each of which fetches its input from \
         memory and writes its result back. A compiler makes a few large kernels of them, and every pass must keep the result."
    }

    fn notice(&self) -> Cow<'static, str> {
        "Which pass pays depends on the others: alone tiling saves the most, with the rest applied it is fusion; the arithmetic \
         stays the same, what goes through memory does not."
        .into()
    }

    fn basis(&self) -> String {
        format!(
            "Example machine: {} TFLOP/s in blocks of {unit} x {unit}, {} GFLOP/s besides, {} GB/s, {} us a launch, {} MiB on \
             chip, {} KiB for tiles; timed for {} tokens of width {}, checked on {} of width {}.",
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
            let on = self.wanted.has(pass);
            let saves = self.saves(pass);
            let value = match (on, self.applied().has(pass)) {
                (true, false) => "not yet".to_owned(),
                (true, true) => format!("on, {}", changed(-saves)),
                (false, _) => format!("off, {}", changed(saves)),
            };
            Parameter { label: pass.name(), value, less: on, more: !on }
        };
        Pass::ALL.map(parameter).into()
    }

    fn change(&mut self, parameter: usize, change: Change) {
        let Some(pass) = Pass::ALL.get(parameter) else { return };
        let wanted = self.wanted.with(*pass, change == Change::More);
        if wanted != self.wanted {
            *self = Self { wanted, turns: Pass::ALL.len(), steps: 0, running: false };
            self.compile_ahead();
        }
    }

    fn figures(&self) -> Vec<Figure> {
        let (now, plain) = (estimate(self.applied()), estimate(Passes::NONE));
        let figure = |label, value| Figure { label, value };
        vec![
            figure("kernels", format!("{} of {}", now.kernels.len(), plain.kernels.len())),
            figure("memory traffic", megabytes(now.bytes) + &part_of(now.bytes, plain.bytes)),
            figure("memory at peak", megabytes(now.peak) + &part_of(now.peak, plain.peak)),
            figure("time", microseconds(now.time) + &part_of(now.time, plain.time)),
            figure("peak reached", format!("{:.0} %", 100.0 * now.operations / Machine::PRODUCTS / now.time)),
            figure(
                "result",
                match deviation(self.applied()) {
                    difference if difference > 0.0 => {
                        format!("off by {difference:.1e} of {:.1}", largest(plain_result()))
                    }
                    _ => "the same to the bit".to_owned(),
                },
            ),
        ]
    }

    fn moves(&self) -> bool {
        true
    }

    fn toggle(&mut self) {
        if self.turns == Pass::ALL.len() {
            self.restart();
        }
        self.running = !self.running;
    }

    fn restart(&mut self) {
        *self = Self { wanted: self.wanted, turns: 0, steps: 0, running: false };
        self.compile_ahead();
    }

    fn running(&self) -> bool {
        self.running
    }

    fn step(&mut self) {
        if !self.running {
            return;
        }
        // The first pass at once: whoever runs it sees that it runs.
        if self.steps == 0 {
            self.turn();
        }
        self.steps = if self.running { (self.steps + 1) % TURN } else { 0 };
    }

    fn finish(&mut self) {
        *self = Self { wanted: self.wanted, turns: Pass::ALL.len(), steps: 0, running: false };
        self.compile_ahead();
    }

    fn prepare(&self) {
        for passes in Passes::all() {
            estimate(passes);
            deviation(passes);
        }
    }
}

impl Default for Compiler {
    fn default() -> Self {
        Self::new()
    }
}

impl Compiler {
    /// The graph as it was exported, before all six passes.
    #[must_use]
    pub(crate) fn new() -> Self {
        let new = Self { wanted: Passes::ALL, turns: 0, steps: 0, running: false };
        new.compile_ahead();
        new
    }

    /// The passes that have been applied so far.
    fn applied(&self) -> Passes {
        self.wanted.first(self.turns)
    }

    /// Applies the next pass that is wanted, and rests when it was the last.
    fn turn(&mut self) {
        let before = self.applied();
        while self.turns < Pass::ALL.len() && self.applied() == before {
            self.turns += 1;
        }
        self.running = self.wanted.first(Pass::ALL.len()) != self.applied();
        if !self.running {
            self.turns = Pass::ALL.len();
        }
        self.compile_ahead();
    }

    /// Compiles what the picture and the figures will ask for.
    fn compile_ahead(&self) {
        deviation(self.applied());
        for pass in Pass::ALL {
            self.saves(pass);
            saves_alone(pass);
        }
    }

    /// Seconds that a pass saves as things are: by being applied, or if it were. Negative where it costs time.
    fn saves(&self, pass: Pass) -> f64 {
        let applied = self.applied();
        estimate(applied.with(pass, false)).time - estimate(applied.with(pass, true)).time
    }
}

/// Seconds that a pass saves where no other is applied.
fn saves_alone(pass: Pass) -> f64 {
    estimate(Passes::NONE).time - estimate(Passes::NONE.with(pass, true)).time
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

/// A kernel, as it is shown.
#[derive(Debug)]
struct Line {
    part: Part,
    /// Its operators.
    names: Vec<&'static str>,
    /// Whether what goes around a part comes in here.
    residual: bool,
    /// Rows and columns that are computed at a time, where it multiplies matrices.
    tile: Option<Tile>,
    cost: Cost,
}

/// What some passes come to, which is computed when it is first asked for. There are 64 choices of them, of some kB each.
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
        residual: nodes().any(|node| node.op == Op::Add && matches!(node.part, Part::Output | Part::Down)),
        tile: kernel.product(graph).map(|_| kernel.tile),
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
    if megabytes < 100.0 { format!("{megabytes:.1} MB") } else { format!("{megabytes:.0} MB") }
}

fn microseconds(seconds: f64) -> String {
    let microseconds = seconds * 1e6;
    if microseconds < 999.5 { format!("{microseconds:.0} us") } else { format!("{:.2} ms", microseconds / 1e3) }
}

/// A change of time, with its sign.
fn changed(seconds: f64) -> String {
    match microseconds(seconds.abs()) {
        nothing if nothing == "0 us" => nothing,
        less if seconds < 0.0 => format!("-{less}"),
        more => format!("+{more}"),
    }
}

/// How much less than the whole an amount is, with two digits that count; nothing where it is not.
fn part_of(amount: f64, whole: f64) -> String {
    match whole / amount {
        ratio if ratio < 1.05 => String::new(),
        ratio if ratio < 9.95 => format!(", 1/{ratio:.1}"),
        ratio => format!(", 1/{ratio:.0}"),
    }
}

#[cfg(test)]
mod tests;
