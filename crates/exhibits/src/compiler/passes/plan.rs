//! Memory planning: where each value lies that goes from one kernel to another.

use std::cmp::Reverse;

use super::{
    super::{
        graph::{Graph, Id},
        kernel::{Kernel, fetches},
        machine::Machine,
    },
    schedule::lifetimes,
};

/// Where a value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// On the chip, where it costs no traffic; else in the machine's memory.
    pub(crate) on_chip: bool,
    /// Its first byte.
    pub(crate) offset: usize,
}

/// The places of all values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    places: Vec<(Id, Place)>,
    /// Bytes that are needed on the chip.
    pub(crate) chip: usize,
    /// Bytes that are needed in memory.
    pub(crate) memory: usize,
}

impl Plan {
    /// Every value has a place of its own in memory.
    pub(super) fn separate(graph: &Graph, kernels: &[Kernel]) -> Self {
        let mut plan = Self { places: Vec::new(), chip: 0, memory: 0 };
        for (id, ..) in lifetimes(graph, kernels) {
            plan.places.push((id, Place { on_chip: false, offset: plan.memory }));
            plan.memory += graph.node(id).bytes();
        }
        plan
    }

    /// Values that never live together may share a place, and those that are read and written most lie on the chip, as
    /// long as there is room: each in turn at the lowest offset that is free while it lives. A greedy method, as in
    /// Pisarchyk and Lee, "Efficient memory management for deep neural net inference", 2020.
    pub(super) fn shared(graph: &Graph, kernels: &[Kernel], machine: &Machine) -> Self {
        let mut plan = Self { places: Vec::new(), chip: 0, memory: 0 };
        let mut values = lifetimes(graph, kernels);
        let saved = |id: Id| {
            let reading = kernels.iter().filter(|kernel| kernel.inputs(graph).contains(&id));
            1 + reading.map(|kernel| fetches(graph, kernel, kernel.tile, id)).sum::<usize>()
        };
        values.sort_by_cached_key(|(id, ..)| Reverse((saved(*id) * graph.node(*id).bytes(), *id)));
        for (id, from, to) in &values {
            let bytes = graph.node(*id).bytes();
            let at_the_time = values.iter().filter(|(_, begin, end)| begin <= to && from <= end);
            let taken: Vec<_> =
                at_the_time.filter_map(|(other, ..)| Some((plan.place(*other)?, graph.node(*other).bytes()))).collect();
            let chip = lowest(&taken, true, bytes);
            let place = if *id != graph.output && chip + bytes <= machine.chip {
                Place { on_chip: true, offset: chip }
            } else {
                Place { on_chip: false, offset: lowest(&taken, false, bytes) }
            };
            let needed = if place.on_chip { &mut plan.chip } else { &mut plan.memory };
            *needed = (*needed).max(place.offset + bytes);
            plan.places.push((*id, place));
        }
        plan
    }

    /// Where a value lies; `None` for those that never leave their kernel, and for constants.
    pub(crate) fn place(&self, id: Id) -> Option<Place> {
        self.places.iter().find(|(value, _)| *value == id).map(|(_, place)| *place)
    }
}

/// The lowest offset at which so many bytes are free.
fn lowest(taken: &[(Place, usize)], on_chip: bool, bytes: usize) -> usize {
    let mut taken: Vec<_> = taken.iter().filter(|(place, _)| place.on_chip == on_chip).collect();
    taken.sort_by_key(|(place, _)| place.offset);
    let mut offset = 0;
    for (place, length) in taken {
        if offset + bytes <= place.offset {
            break;
        }
        offset = offset.max(place.offset + length);
    }
    offset
}
