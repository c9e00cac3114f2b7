//! What the compiler does with a graph, pass by pass, until it is a program: kernels in an order, each with its tile,
//! and a place in memory for every value that goes from one to another.

mod fuse;
mod plan;
mod schedule;
mod tile;

use self::plan::Plan;
use super::{
    graph::{Dims, Graph, Op},
    kernel::{Kernel, Tile},
    machine::Machine,
};

/// A pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// What depends on constants alone is computed by the compiler: transposed weights, the mask, the scale.
    Fold,
    /// Weights as 8-bit integers with a scale for each output channel, symmetric, rounded to nearest.
    Quantize,
    /// Operators that hand each other their values become one kernel.
    Fuse,
    /// Products in the blocks that move the least, and attention by blocks of rows.
    Tile,
    /// Kernels in the order that keeps the least alive; each is launched, and its weights are fetched, ahead.
    Schedule,
    /// Values share memory when they do not live at the same time, and stay on the chip where there is room.
    Plan,
}

impl Pass {
    /// All of them, in the order in which they are applied.
    pub(crate) const ALL: [Self; 6] = [Self::Fold, Self::Quantize, Self::Fuse, Self::Tile, Self::Schedule, Self::Plan];

    /// What it is called: at most 12 letters.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fold => "fold",
            Self::Quantize => "int8 weights",
            Self::Fuse => "fuse",
            Self::Tile => "tile",
            Self::Schedule => "schedule",
            Self::Plan => "plan memory",
        }
    }
}

/// Which passes are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Passes(u8);

impl Passes {
    /// None of them.
    pub(crate) const NONE: Self = Self(0);
    /// All of them.
    pub(crate) const ALL: Self = Self((1 << Pass::ALL.len()) - 1);
    /// How many choices there are.
    pub(crate) const COUNT: usize = 1 << Pass::ALL.len();

    /// Every choice.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..=Self::ALL.0).map(Self)
    }

    /// Whether a pass is among them.
    pub(crate) const fn has(self, pass: Pass) -> bool {
        self.0 & (1 << pass as u8) != 0
    }

    /// These with a pass, or without it.
    pub(crate) const fn with(self, pass: Pass, on: bool) -> Self {
        let bit = 1 << pass as u8;
        if on { Self(self.0 | bit) } else { Self(self.0 & !bit) }
    }

    /// A number of their own, below [`Self::COUNT`].
    pub(crate) const fn number(self) -> usize {
        self.0 as usize
    }
}

/// What comes out of the compiler.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Program {
    pub(crate) graph: Graph,
    /// In the order in which they run.
    pub(crate) kernels: Vec<Kernel>,
    pub(crate) plan: Plan,
    pub(crate) passes: Passes,
}

/// Compiles a block of some size for a machine.
pub(crate) fn compile(passes: Passes, dims: Dims, machine: &Machine) -> Program {
    let mut graph = Graph::block(dims);
    if passes.has(Pass::Fold) {
        fold(&mut graph);
    }
    if passes.has(Pass::Quantize) {
        quantize(&mut graph);
    }
    let tile = Tile::unit(machine);
    let mut kernels: Vec<_> = graph.operators().map(|id| Kernel { nodes: vec![id], tile }).collect();
    if passes.has(Pass::Fuse) {
        fuse::fuse(&graph, &mut kernels);
    }
    if passes.has(Pass::Tile) {
        tile::tile(&graph, &mut kernels, machine);
    }
    let kernels = if passes.has(Pass::Schedule) {
        schedule::frugal(&graph, kernels)
    } else {
        schedule::as_written(&graph, kernels)
    };
    let plan =
        if passes.has(Pass::Plan) { Plan::shared(&graph, &kernels, machine) } else { Plan::separate(&graph, &kernels) };
    Program { graph, kernels, plan, passes }
}

/// Makes constants of what depends on nothing else.
fn fold(graph: &mut Graph) {
    for id in 0..graph.nodes.len() {
        let known = !graph.node(id).op.is_source() && graph.node(id).inputs.iter().all(|id| graph.node(*id).constant);
        if let Some(node) = graph.nodes.get_mut(id) {
            node.constant |= known;
        }
    }
}

/// Makes 8-bit integers of the weights that are multiplied with. They are widened in the kernel that uses them.
fn quantize(graph: &mut Graph) {
    for id in 0..graph.nodes.len() {
        let Some(Op::Weight) = graph.node(id).inputs.first().map(|id| graph.node(*id).op) else { continue };
        if graph.node(id).op == Op::Transpose {
            let stored = graph.node(id).inputs.clone();
            for id in stored.into_iter().chain([id]) {
                if let Some(node) = graph.nodes.get_mut(id) {
                    node.quantized = true;
                }
            }
        }
    }
}
