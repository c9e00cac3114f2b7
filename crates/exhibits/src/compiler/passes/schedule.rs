//! Scheduling: the order in which kernels run.

use super::super::{graph::Graph, kernel::Kernel};

/// The order of the exporter, as far as what was fused allows it.
pub(super) fn as_written(graph: &Graph, kernels: Vec<Kernel>) -> Vec<Kernel> {
    ordered(graph, kernels, |kernel, _| kernel.nodes.first().copied().unwrap_or_default())
}

/// The order that, of what could run next, always takes what leaves the least alive; never one that keeps more alive at
/// its worst than the exporter's.
pub(super) fn frugal(graph: &Graph, kernels: Vec<Kernel>) -> Vec<Kernel> {
    let frugal = ordered(graph, kernels.clone(), |kernel, done| {
        let used_up = |id: &usize| {
            let node = graph.node(*id);
            let over = graph.users(*id).all(|user| kernel.nodes.contains(&user) || runs_in(done, user));
            !node.constant && !node.op.is_source() && over
        };
        let freed: usize = kernel.inputs(graph).iter().filter(|id| used_up(id)).map(|id| graph.node(*id).bytes()).sum();
        let taken: usize = kernel.outputs(graph).map(|id| graph.node(id).bytes()).sum();
        (taken.cast_signed() - freed.cast_signed(), kernel.nodes.first().copied())
    });
    let plain = as_written(graph, kernels);
    if most_alive(graph, &frugal) <= most_alive(graph, &plain) { frugal } else { plain }
}

/// Kernels in an order in which each stands after those that it needs: of those that could be next, the one with the
/// least key, given those that have run.
fn ordered<K: Ord>(graph: &Graph, mut rest: Vec<Kernel>, key: impl Fn(&Kernel, &[Kernel]) -> K) -> Vec<Kernel> {
    let mut done: Vec<Kernel> = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let there = |id: usize| {
            let node = graph.node(id);
            node.constant || node.op.is_source() || runs_in(&done, id)
        };
        let ready = rest.iter().enumerate().filter(|(_, kernel)| kernel.inputs(graph).into_iter().all(there));
        let next = ready.min_by_key(|(_, kernel)| key(kernel, &done)).map(|(at, _)| at);
        // Fusion makes no circle, so that there is always one.
        done.push(rest.remove(next.unwrap_or_default()));
    }
    done
}

fn runs_in(kernels: &[Kernel], id: usize) -> bool {
    kernels.iter().any(|kernel| kernel.nodes.contains(&id))
}

/// When each value that goes from one kernel to another is alive, from the kernel that writes it to the last that reads
/// it.
pub(super) fn lifetimes(graph: &Graph, kernels: &[Kernel]) -> Vec<(usize, usize, usize)> {
    let mut lifetimes = Vec::new();
    for (at, kernel) in kernels.iter().enumerate() {
        for id in kernel.outputs(graph) {
            let last = kernels.iter().rposition(|other| other.inputs(graph).contains(&id)).unwrap_or(at);
            let last = if id == graph.output { kernels.len() } else { last };
            lifetimes.push((id, at, last));
        }
    }
    lifetimes
}

/// The most bytes of values that are alive at the same time.
pub(super) fn most_alive(graph: &Graph, kernels: &[Kernel]) -> usize {
    let lifetimes = lifetimes(graph, kernels);
    let alive = |at: usize| {
        let then = lifetimes.iter().filter(|(_, from, to)| (*from..=*to).contains(&at));
        then.map(|(id, ..)| graph.node(*id).bytes()).sum()
    };
    (0..kernels.len()).map(alive).max().unwrap_or(0)
}
