//! Kernels: what a program is made of, and how often one fetches what it reads.

use super::{
    graph::{Graph, Id, Op},
    machine::Machine,
};

/// Operators that run as one: what one of them hands to another never leaves the chip.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kernel {
    /// In an order in which each stands after its inputs.
    pub(crate) nodes: Vec<Id>,
    /// How much of a product is computed at a time.
    pub(crate) tile: Tile,
}

impl Kernel {
    /// The first of its nodes that multiplies matrices.
    pub(crate) fn product(&self, graph: &Graph) -> Option<Id> {
        self.nodes.iter().copied().find(|id| graph.node(*id).op.is_product())
    }

    /// The values that it reads from memory, each once.
    pub(crate) fn inputs(&self, graph: &Graph) -> Vec<Id> {
        let mut inputs: Vec<Id> = self.nodes.iter().flat_map(|id| graph.node(*id).inputs.iter().copied()).collect();
        inputs.sort_unstable();
        inputs.dedup();
        inputs.retain(|input| !self.nodes.contains(input));
        inputs
    }

    /// The values that it writes to memory: those that others use, and what leaves the block.
    pub(crate) fn outputs<'a>(&'a self, graph: &'a Graph) -> impl Iterator<Item = Id> + 'a {
        let leaves = |id: &Id| *id == graph.output || graph.users(*id).any(|user| !self.nodes.contains(&user));
        self.nodes.iter().copied().filter(leaves)
    }
}

/// A block of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl Tile {
    /// The block that the arithmetic takes by itself.
    pub(crate) const fn unit(machine: &Machine) -> Self {
        Self { rows: machine.unit, columns: machine.unit }
    }
}

/// The nodes of a kernel that multiply matrices.
pub(crate) fn products<'a>(graph: &'a Graph, kernel: &'a Kernel) -> impl Iterator<Item = Id> + 'a {
    kernel.nodes.iter().copied().filter(|id| graph.node(*id).op.is_product())
}

/// How often the kernel fetches a value that it reads, in blocks of this size.
pub(crate) fn fetches(graph: &Graph, kernel: &Kernel, tile: Tile, value: Id) -> usize {
    let node = |id: Id| graph.node(id);
    if products(graph, kernel).any(|id| node(id).op == Op::Scores)
        && products(graph, kernel).any(|id| node(id).op == Op::Mix)
    {
        return 1;
    }
    let across: usize = products(graph, kernel).map(|id| node(id).columns).sum();
    let times = |id: Id| {
        let heads = if node(id).op == Op::MatMul { 1 } else { graph.heads.max(1) };
        // The scores of the heads stand one below the other, the mixes side by side: each has its own operands.
        let (rows, columns) = match node(id).op {
            Op::Scores => (node(id).rows / heads, node(id).columns),
            Op::Mix => (node(id).rows, node(id).columns / heads),
            _ => (node(id).rows, across),
        };
        match node(id).inputs.iter().position(|input| *input == value) {
            Some(0) => columns.div_ceil(tile.columns.max(1)),
            Some(_) => rows.div_ceil(tile.rows.max(1)),
            None => 1,
        }
    };
    products(graph, kernel).map(times).max().unwrap_or(1)
}
