//! How long a program would take on the example machine: for each kernel the longer of its arithmetic and its traffic,
//! as on a roofline, and the time of a launch.

use super::{
    graph::Id,
    kernel::{Kernel, fetches},
    machine::Machine,
    passes::{Pass, Program},
};

/// What a kernel waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Arithmetic,
    Memory,
    Launch,
}

/// What a kernel costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cost {
    /// Bytes from and to memory.
    pub(crate) bytes: f64,
    /// Seconds, the launch included.
    pub(crate) time: f64,
    /// What most of them are.
    pub(crate) bound: Bound,
}

/// What the kernels of a program cost, in their order.
pub(crate) fn costs(program: &Program) -> Vec<Cost> {
    let ahead = program.passes.has(Pass::Schedule);
    // Bytes that memory could have moved besides while the kernel before ran.
    let mut idle = 0.0_f64;
    let mut costs: Vec<Cost> = Vec::new();
    for kernel in &program.kernels {
        let traffic = traffic(program, kernel);
        let early = if ahead { idle.min(traffic.weights).min(Machine::AHEAD) } else { 0.0 };
        let arithmetic = arithmetic(program, kernel);
        let memory = (traffic.weights + traffic.values - early) / Machine::BANDWIDTH;
        let busy = arithmetic.max(memory);
        // With a schedule the next kernel is launched while this one runs; only the first is waited for.
        let time = if ahead && !costs.is_empty() { busy.max(Machine::LAUNCH) } else { busy + Machine::LAUNCH };
        let bound = match () {
            () if busy < Machine::LAUNCH => Bound::Launch,
            () if arithmetic >= memory => Bound::Arithmetic,
            () => Bound::Memory,
        };
        idle = (time - memory) * Machine::BANDWIDTH;
        costs.push(Cost { bytes: traffic.weights + traffic.values, time, bound });
    }
    costs
}

/// Seconds of arithmetic.
fn arithmetic(program: &Program, kernel: &Kernel) -> f64 {
    let graph = &program.graph;
    let seconds = |id: &Id| {
        let rate = if graph.node(*id).op.is_product() { Machine::PRODUCTS } else { Machine::OTHERS };
        graph.operations(*id) / rate
    };
    kernel.nodes.iter().map(seconds).sum()
}

/// Bytes from and to memory.
struct Traffic {
    /// The bytes that are known before the block runs, and can be fetched ahead.
    weights: f64,
    values: f64,
}

fn traffic(program: &Program, kernel: &Kernel) -> Traffic {
    let Program { graph, plan, .. } = program;
    let mut traffic = Traffic { weights: 0.0, values: 0.0 };
    for id in kernel.inputs(graph) {
        let bytes = (graph.node(id).bytes() * fetches(graph, kernel, kernel.tile, id)) as f64;
        match plan.place(id) {
            _ if graph.node(id).constant => traffic.weights += bytes,
            Some(place) if place.on_chip => (),
            _ => traffic.values += bytes,
        }
    }
    for id in kernel.outputs(graph) {
        if plan.place(id).is_none_or(|place| !place.on_chip) {
            traffic.values += graph.node(id).bytes() as f64;
        }
    }
    traffic
}
