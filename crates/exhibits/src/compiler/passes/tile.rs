//! Tiling: how much of a product is computed at a time. What is fetched for a block is used for all of it, so that
//! larger blocks fetch less; what they are made of must fit into the buffer beside the arithmetic.

use super::{
    super::{
        graph::{Graph, Id, Op},
        kernel::{Kernel, Tile, fetches, products},
        machine::Machine,
    },
    fuse::{feeds_alone, merge},
};

/// Chooses the block of each product that moves the least through the machine's buffer, and joins attention where rows
/// of its scores fit.
pub(super) fn tile(graph: &Graph, kernels: &mut Vec<Kernel>, machine: &Machine) {
    attention(graph, kernels, machine);
    for kernel in kernels {
        if let Some(product) = kernel.product(graph)
            && kernel.tile == Tile::unit(machine)
        {
            kernel.tile = best(graph, kernel, product, machine);
        }
    }
}

/// Scores, softmax and mix in one kernel: the rows of a block of queries stay in the buffer, whole, from the first to
/// the last. This is the tiling of Dao, Fu, Ermon, Rudra and Ré, "Fast and memory-efficient exact attention", 2022,
/// without the running softmax, which would round otherwise: here the rows are short enough.
fn attention(graph: &Graph, kernels: &mut Vec<Kernel>, machine: &Machine) {
    let at = |op: Op| kernels.iter().position(|kernel| kernel.nodes.iter().any(|id| graph.node(*id).op == op));
    let (Some(scores), Some(softmax), Some(mix)) = (at(Op::Scores), at(Op::RowMax), at(Op::Mix)) else { return };
    let feeds = |from: usize, to: usize| {
        kernels.get(from).zip(kernels.get(to)).is_some_and(|(from, to)| feeds_alone(graph, from, to))
    };
    let product = kernels.get(scores).and_then(|kernel| kernel.product(graph));
    let Some(tile) = product.and_then(|id| row_block(graph, id, machine)) else { return };
    if scores == softmax || !feeds(scores, softmax) || !feeds(softmax, mix) {
        return;
    }
    // From the last to the first, so that the places of the others stay.
    let mut places = [scores, softmax, mix];
    places.sort_unstable();
    let [first, second, third] = places;
    merge(kernels, first, third);
    merge(kernels, first, second);
    if let Some(kernel) = kernels.get_mut(first) {
        kernel.tile = tile;
    }
}

/// The largest block of rows of which the scores, the queries and the results fit beside all keys and values of a head.
fn row_block(graph: &Graph, scores: Id, machine: &Machine) -> Option<Tile> {
    let node = graph.node(scores);
    let heads = graph.heads.max(1);
    let (tokens, depth) = (node.columns, graph.node(*node.inputs.first()?).columns / heads);
    let bytes = |rows: usize| 4 * (rows * tokens + 2 * tokens * depth + 2 * rows * depth);
    let rows = (1..=tokens / machine.unit).rev().map(|blocks| blocks * machine.unit);
    rows.into_iter().find(|rows| bytes(*rows) <= machine.buffer).map(|rows| Tile { rows, columns: tokens })
}

/// The block that moves the least, and of these the smallest: its sums in the buffer, and beside them the slices of the
/// left and the right side that are being multiplied.
fn best(graph: &Graph, kernel: &Kernel, product: Id, machine: &Machine) -> Tile {
    let unit = machine.unit;
    let node = graph.node(product);
    let blocks = |length: usize| length.div_ceil(unit).max(1);
    let across: usize = products(graph, kernel).map(|id| graph.node(id).columns).sum();
    let tiles = (1..=blocks(node.rows)).flat_map(|rows| (1..=blocks(across)).map(move |columns| (rows, columns)));
    tiles
        .map(|(rows, columns)| Tile { rows: rows * unit, columns: columns * unit })
        .filter(|tile| 4 * (tile.rows * tile.columns + (tile.rows + tile.columns) * unit) <= machine.buffer)
        .min_by_key(|tile| (operands(graph, kernel, *tile), tile.rows * tile.columns))
        .unwrap_or(kernel.tile)
}

/// Bytes of the sides of all products that are fetched, in blocks of this size.
fn operands(graph: &Graph, kernel: &Kernel, tile: Tile) -> usize {
    let inputs = kernel.inputs(graph).into_iter();
    inputs.map(|id| graph.node(id).bytes() * fetches(graph, kernel, tile, id)).sum()
}
