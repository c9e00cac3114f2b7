//! Fusion: kernels that hand each other values become one.
//!
//! A value that only one kernel uses is not worth a way through memory: its producer joins that kernel, where the two
//! can run row by row, or where what follows a product is applied to its blocks as they are finished. Products that
//! read the same left side become one, so that it is read once. Every operator computes what it did.

use super::super::{
    graph::{Graph, Id, Op},
    kernel::Kernel,
};

/// Fuses until nothing more can be.
pub(super) fn fuse(graph: &Graph, kernels: &mut Vec<Kernel>) {
    while let Some((one, other)) = siblings(graph, kernels).or_else(|| pair(graph, kernels)) {
        merge(kernels, one, other);
    }
}

/// Makes one kernel of two, in the place of the first.
pub(super) fn merge(kernels: &mut Vec<Kernel>, one: usize, other: usize) {
    let Some(mut nodes) = kernels.get(other).map(|kernel| kernel.nodes.clone()) else { return };
    if let Some(kernel) = kernels.get_mut(one) {
        kernel.nodes.append(&mut nodes);
        // The numbers of nodes are an order of their dependencies.
        kernel.nodes.sort_unstable();
        kernels.remove(other);
    }
}

/// Two products with the same left side, neither of which needs the other.
fn siblings(graph: &Graph, kernels: &[Kernel]) -> Option<(usize, usize)> {
    let left = |kernel: &Kernel| {
        let product = kernel.product(graph).filter(|id| graph.node(*id).op == Op::MatMul)?;
        graph.node(product).inputs.first().copied()
    };
    pairs(kernels).find(|(one, other)| {
        let [left, same] = [one, other].map(|at| kernels.get(*at).and_then(left));
        left.is_some()
            && left == same
            && !depends(graph, kernels, *other, *one)
            && !depends(graph, kernels, *one, *other)
    })
}

/// A kernel and the one that uses what it computes, where they may become one.
fn pair(graph: &Graph, kernels: &[Kernel]) -> Option<(usize, usize)> {
    pairs(kernels).flat_map(|(one, other)| [(one, other), (other, one)]).find(|(producer, consumer)| {
        let (Some(from), Some(to)) = (kernels.get(*producer), kernels.get(*consumer)) else { return false };
        // What follows a product is applied to its blocks, which are not whole rows.
        let reduces = to.nodes.iter().any(|id| graph.node(*id).op.reduces());
        to.product(graph).is_none()
            && !(reduces && from.product(graph).is_some())
            && feeds_alone(graph, from, to)
            && !by_another_way(graph, kernels, *producer, *consumer)
    })
}

fn pairs(kernels: &[Kernel]) -> impl Iterator<Item = (usize, usize)> {
    let count = kernels.len();
    (0..count).flat_map(move |one| (one + 1..count).map(move |other| (one, other)))
}

/// Whether a kernel uses values of another, and no third one uses these.
pub(super) fn feeds_alone(graph: &Graph, from: &Kernel, to: &Kernel) -> bool {
    let mut shared = from.nodes.iter().filter(|id| to.nodes.iter().any(|user| uses(graph, *user, **id))).peekable();
    let at_home = |user: Id| from.nodes.contains(&user) || to.nodes.contains(&user);
    shared.peek().is_some() && shared.all(|id| *id != graph.output && graph.users(*id).all(at_home))
}

fn uses(graph: &Graph, user: Id, value: Id) -> bool {
    graph.node(user).inputs.contains(&value)
}

/// Whether a kernel needs another through a third one: then they cannot become one, which would wait for itself.
fn by_another_way(graph: &Graph, kernels: &[Kernel], producer: usize, consumer: usize) -> bool {
    let sources = kernels.get(consumer).map(|kernel| kernel.inputs(graph)).unwrap_or_default();
    let between = sources.iter().filter_map(|id| kernels.iter().position(|kernel| kernel.nodes.contains(id)));
    between.filter(|at| *at != producer).any(|at| depends(graph, kernels, at, producer))
}

/// Whether a kernel needs what another computes, directly or not.
fn depends(graph: &Graph, kernels: &[Kernel], kernel: usize, on: usize) -> bool {
    let Some(on) = kernels.get(on) else { return false };
    let mut seen = vec![false; graph.nodes.len()];
    let mut open: Vec<Id> = kernels.get(kernel).map(|kernel| kernel.inputs(graph)).unwrap_or_default();
    while let Some(id) = open.pop() {
        if on.nodes.contains(&id) {
            return true;
        }
        if let Some(seen) = seen.get_mut(id)
            && !std::mem::replace(seen, true)
        {
            // Whoever waits for a value waits for all that its kernel waits for.
            let kernel = kernels.iter().find(|kernel| kernel.nodes.contains(&id));
            open.extend(kernel.map(|kernel| kernel.inputs(graph)).unwrap_or_default());
        }
    }
    false
}
