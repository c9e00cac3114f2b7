//! Runs a program on sample data: kernel by kernel in its order, each product in its tiles, every value at its place in
//! memory. What a pass got wrong shows in the result: a value that was overwritten too early, an order that was not
//! one.
//!
//! Every sum is taken in the order of its index, in `f32`, whatever the tiles: that is why they change no bit.

use super::{
    graph::{Graph, Id, Node, Op},
    kernel::Tile,
    passes::Program,
};
use crate::{arithmetic::exp, flow::Noise};

/// Rows of numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tensor {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) data: Vec<f32>,
}

impl Tensor {
    /// An element; 0 where there is none.
    fn at(&self, row: usize, column: usize) -> f32 {
        self.data.get(row * self.columns + column).copied().unwrap_or(0.0)
    }

    fn from(rows: usize, columns: usize, element: impl Fn(usize, usize) -> f32) -> Self {
        let data = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        Self { rows, columns, data: data.map(|(row, column)| element(row, column)).collect() }
    }
}

/// What the block makes of the sample data.
pub(crate) fn run(program: &Program) -> Tensor {
    let Program { graph, kernels, plan, .. } = program;
    let mut memory = Memory { chip: vec![0.0; plan.chip], memory: vec![0.0; plan.memory] };
    let constants = constants(graph);
    for kernel in kernels {
        // What goes from operator to operator within a kernel stays there.
        let mut inside: Vec<(Id, Tensor)> = Vec::new();
        for id in &kernel.nodes {
            let node = graph.node(*id);
            let inputs: Vec<Tensor> = node
                .inputs
                .iter()
                .map(|input| {
                    let near = inside.iter().find(|(near, _)| near == input).map(|(_, tensor)| tensor.clone());
                    let known = || constants.get(*input).cloned().flatten();
                    near.or_else(known).unwrap_or_else(|| memory.read(program, *input))
                })
                .collect();
            inside.push((*id, compute(node, &inputs, graph.heads, kernel.tile)));
        }
        for id in kernel.outputs(graph) {
            if let Some((_, tensor)) = inside.iter().find(|(near, _)| *near == id) {
                memory.write(program, id, tensor);
            }
        }
    }
    memory.read(program, graph.output)
}

/// The largest difference between two results.
pub(crate) fn difference(one: &Tensor, other: &Tensor) -> f32 {
    most(one.data.iter().zip(&other.data).map(|(one, other)| one - other))
}

/// The largest element of a result, without its sign.
pub(crate) fn largest(tensor: &Tensor) -> f32 {
    most(tensor.data.iter().copied())
}

fn most(numbers: impl Iterator<Item = f32>) -> f32 {
    numbers.map(f32::abs).fold(0.0, |most, x| if x > most { x } else { most })
}

/// Memory, one number for each byte of the plan: integers of a byte need no less, numbers of four bytes no more.
struct Memory {
    chip: Vec<f32>,
    memory: Vec<f32>,
}

impl Memory {
    fn read(&self, program: &Program, id: Id) -> Tensor {
        let node = program.graph.node(id);
        let data = program.plan.place(id).and_then(|place| {
            let space = if place.on_chip { &self.chip } else { &self.memory };
            Some(space.get(place.offset..place.offset + node.elements())?.to_vec())
        });
        Tensor { rows: node.rows, columns: node.columns, data: data.unwrap_or_default() }
    }

    fn write(&mut self, program: &Program, id: Id, tensor: &Tensor) {
        let Some(place) = program.plan.place(id) else { return };
        let space = if place.on_chip { &mut self.chip } else { &mut self.memory };
        if let Some(room) = space.get_mut(place.offset..place.offset + tensor.data.len()) {
            room.copy_from_slice(&tensor.data);
        }
    }
}

/// The values that are known before the block runs, and its input: those that the compiler has folded are computed
/// here, by the same operators.
fn constants(graph: &Graph) -> Vec<Option<Tensor>> {
    let mut noise = Noise::new(0x0B10_C0DE);
    let mut known: Vec<Option<Tensor>> = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let value = if node.op.is_source() {
            Some(source(node, &mut noise))
        } else if node.constant {
            let inputs: Vec<_> = node.inputs.iter().filter_map(|id| known.get(*id).cloned().flatten()).collect();
            Some(compute(node, &inputs, graph.heads, Tile { rows: node.rows, columns: node.columns }))
        } else {
            None
        };
        known.push(value);
    }
    known
}

/// Sample data: the input is normal noise, a weight too, divided by the root of its inputs; a gain lies around 1.
fn source(node: &Node, noise: &mut Noise) -> Tensor {
    let Node { op, rows, columns, .. } = *node;
    match op {
        Op::Number(number) => Tensor { rows, columns, data: vec![number] },
        Op::RowIndex => Tensor::from(rows, columns, |row, _| row as f32),
        Op::ColumnIndex => Tensor::from(rows, columns, |_, column| column as f32),
        _ => {
            let (mean, scale) = match op {
                Op::Weight if rows == 1 => (1.0, 0.1),
                Op::Weight => (0.0, 1.0 / (columns as f32).sqrt()),
                _ => (0.0, 1.0),
            };
            let data = (0..node.elements()).map(|_| mean + scale * noise.normal()[0]).collect();
            let tensor = Tensor { rows, columns, data };
            if node.quantized { quantized(tensor) } else { tensor }
        }
    }
}

/// Each row in steps of a 127th of its largest element. The integers are widened where they are used; here they are
/// kept as the numbers that they stand for.
fn quantized(mut tensor: Tensor) -> Tensor {
    for row in tensor.data.chunks_mut(tensor.columns.max(1)) {
        let step = most(row.iter().copied()) / 127.0;
        if step > 0.0 {
            for x in row {
                *x = (*x / step).round() * step;
            }
        }
    }
    tensor
}

/// What an operator makes of its inputs.
fn compute(node: &Node, inputs: &[Tensor], heads: usize, tile: Tile) -> Tensor {
    let (rows, columns) = (node.rows, node.columns);
    let nothing = Tensor { rows: 0, columns: 0, data: Vec::new() };
    let left = inputs.first().unwrap_or(&nothing);
    let right = inputs.get(1).unwrap_or(&nothing);
    // Rows and columns of the smaller repeat.
    let both = |operation: fn(f32, f32) -> f32| {
        let wrapped = |tensor: &Tensor, row: usize, column: usize| {
            tensor.at(row % tensor.rows.max(1), column % tensor.columns.max(1))
        };
        Tensor::from(rows, columns, |row, column| operation(wrapped(left, row, column), wrapped(right, row, column)))
    };
    let each =
        |operation: fn(f32) -> f32| Tensor { rows, columns, data: left.data.iter().map(|x| operation(*x)).collect() };
    let by_row = |first: f32, operation: fn(f32, f32) -> f32| {
        let reduced = |row: &[f32]| row.iter().fold(first, |sum, x| operation(sum, *x));
        Tensor { rows, columns, data: left.data.chunks(left.columns.max(1)).map(reduced).collect() }
    };
    match node.op {
        Op::Transpose => Tensor::from(rows, columns, |row, column| left.at(column, row)),
        Op::MatMul => product((rows, columns, left.columns), tile, |i, k| left.at(i, k), |k, j| right.at(k, j)),
        Op::Scores => {
            let (tokens, depth) = (left.rows, left.columns / heads.max(1));
            side_by_head(heads, (tokens, columns, depth), tile, |head| {
                (move |i, k| left.at(i, head * depth + k), move |k, j| right.at(j, head * depth + k))
            })
        }
        Op::Mix => {
            let (tokens, depth) = (right.rows, right.columns / heads.max(1));
            let stacked = side_by_head(heads, (tokens, depth, tokens), tile, |head| {
                (move |i, k| left.at(head * tokens + i, k), move |k, j| right.at(k, head * depth + j))
            });
            Tensor::from(rows, columns, |row, column| {
                stacked.at(column / depth.max(1) * tokens + row, column % depth.max(1))
            })
        }
        Op::Add => both(|a, b| a + b),
        Op::Sub => both(|a, b| a - b),
        Op::Mul => both(|a, b| a * b),
        Op::Div => both(|a, b| a / b),
        Op::Greater => both(|a, b| if a > b { 1.0 } else { 0.0 }),
        Op::Exp => each(exp),
        Op::Sqrt => each(f32::sqrt),
        Op::Reciprocal => each(|x| 1.0 / x),
        Op::Rsqrt => each(|x| 1.0 / x.sqrt()),
        Op::Sigmoid => each(|x| 1.0 / (1.0 + exp(-x))),
        Op::RowSum => by_row(0.0, |sum, x| sum + x),
        Op::RowMax => by_row(f32::NEG_INFINITY, |most, x| if x > most { x } else { most }),
        Op::RowMean => {
            let count = left.columns.max(1) as f32;
            let mut sums = by_row(0.0, |sum, x| sum + x);
            sums.data.iter_mut().for_each(|sum| *sum /= count);
            sums
        }
        Op::Input | Op::Weight | Op::Number(_) | Op::RowIndex | Op::ColumnIndex => nothing,
    }
}

/// The products of all heads, one below the other.
fn side_by_head<L: Fn(usize, usize) -> f32, R: Fn(usize, usize) -> f32>(
    heads: usize,
    shape: (usize, usize, usize),
    tile: Tile,
    sides: impl Fn(usize) -> (L, R),
) -> Tensor {
    let data = (0..heads).flat_map(|head| {
        let (left, right) = sides(head);
        product(shape, tile, left, right).data
    });
    Tensor { rows: heads * shape.0, columns: shape.1, data: data.collect() }
}

/// A product of `rows` and `columns`, tile by tile, each sum over `depth` in order.
fn product(
    (rows, columns, depth): (usize, usize, usize),
    tile: Tile,
    left: impl Fn(usize, usize) -> f32,
    right: impl Fn(usize, usize) -> f32,
) -> Tensor {
    let mut data = vec![0.0; rows * columns];
    for top in (0..rows).step_by(tile.rows.max(1)) {
        for begin in (0..columns).step_by(tile.columns.max(1)) {
            for row in top..rows.min(top + tile.rows) {
                for column in begin..columns.min(begin + tile.columns) {
                    let sum = (0..depth).fold(0.0, |sum, k| sum + left(row, k) * right(k, column));
                    if let Some(element) = data.get_mut(row * columns + column) {
                        *element = sum;
                    }
                }
            }
        }
    }
    Tensor { rows, columns, data }
}
