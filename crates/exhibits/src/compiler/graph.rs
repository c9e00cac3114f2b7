//! The graph that the compiler works on: a transformer block as an exporter writes it down, one small operator after
//! the other. Shapes and dependencies are here, and nothing of time, of memory or of values.
//!
//! The block is the usual one of today's language models: `RMSNorm` (Zhang and Sennrich, 2019), attention with several
//! heads (Vaswani et al., 2017), a residual, `RMSNorm`, a gated MLP (`SwiGLU`, Shazeer, 2020), a residual.

/// Which node of a graph.
pub(crate) type Id = usize;

/// What an operator does. Where shapes differ rows and columns of the smaller input repeat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Op {
    /// What comes into the block.
    Input,
    /// A learned tensor, stored one output channel a row.
    Weight,
    /// A number.
    Number(f32),
    /// The number of each row, from 0.
    RowIndex,
    /// The number of each column, from 0.
    ColumnIndex,
    Transpose,
    /// Left times right.
    MatMul,
    /// Queries times keys, head by head: the rows of the heads one below the other.
    Scores,
    /// Probabilities times values, head by head: the columns of the heads side by side.
    Mix,
    Add,
    Sub,
    Mul,
    Div,
    /// 1 where the left is greater than the right, else 0.
    Greater,
    Exp,
    Sqrt,
    Reciprocal,
    /// 1/√x.
    Rsqrt,
    Sigmoid,
    RowMean,
    RowMax,
    RowSum,
}

impl Op {
    /// What it is called in a list of operators.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Weight => "weight",
            Self::Number(_) => "number",
            Self::RowIndex => "row",
            Self::ColumnIndex => "column",
            Self::Transpose => "transpose",
            Self::MatMul => "matmul",
            Self::Scores => "scores",
            Self::Mix => "mix",
            Self::Add => "add",
            Self::Sub => "sub",
            Self::Mul => "mul",
            Self::Div => "div",
            Self::Greater => "greater",
            Self::Exp => "exp",
            Self::Sqrt => "sqrt",
            Self::Reciprocal => "recip",
            Self::Rsqrt => "rsqrt",
            Self::Sigmoid => "sigmoid",
            Self::RowMean => "mean",
            Self::RowMax => "max",
            Self::RowSum => "sum",
        }
    }

    /// Whether it is there without being computed.
    pub(crate) const fn is_source(self) -> bool {
        matches!(self, Self::Input | Self::Weight | Self::Number(_) | Self::RowIndex | Self::ColumnIndex)
    }

    /// Whether it multiplies matrices.
    pub(crate) const fn is_product(self) -> bool {
        matches!(self, Self::MatMul | Self::Scores | Self::Mix)
    }

    /// Whether each of its elements follows from whole rows.
    pub(crate) const fn reduces(self) -> bool {
        matches!(self, Self::RowMean | Self::RowMax | Self::RowSum)
    }
}

/// The part of the block that a node belongs to, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Constants,
    FirstNorm,
    Projections,
    Attention,
    Output,
    SecondNorm,
    Up,
    Down,
}

impl Part {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 8] = [
        Self::Constants,
        Self::FirstNorm,
        Self::Projections,
        Self::Attention,
        Self::Output,
        Self::SecondNorm,
        Self::Up,
        Self::Down,
    ];

    /// A word or two, at most 9 letters.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Constants => "constants",
            Self::FirstNorm | Self::SecondNorm => "norm",
            Self::Projections => "q, k, v",
            Self::Attention => "attention",
            Self::Output => "output",
            Self::Up => "MLP up",
            Self::Down => "MLP down",
        }
    }
}

/// How large the block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dims {
    pub(crate) tokens: usize,
    /// Columns of what goes from block to block.
    pub(crate) width: usize,
    pub(crate) heads: usize,
    /// Columns between the two halves of the MLP.
    pub(crate) hidden: usize,
}

/// An operator, or a value that operators use.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) inputs: Vec<Id>,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) part: Part,
    /// Whether its value is known before the block runs: a weight, or what has been folded.
    pub(crate) constant: bool,
    /// Whether its elements are 8-bit integers with a scale for each output channel.
    pub(crate) quantized: bool,
}

impl Node {
    pub(crate) const fn elements(&self) -> usize {
        self.rows * self.columns
    }

    /// Bytes that it takes in memory.
    pub(crate) const fn bytes(&self) -> usize {
        if !self.quantized {
            return self.elements() * 4;
        }
        // Stored weights have a channel in each row, transposed ones in each column.
        let channels = if matches!(self.op, Op::Transpose) { self.columns } else { self.rows };
        self.elements() + channels * 4
    }
}

/// A graph: nodes in an order in which each stands after its inputs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) heads: usize,
    /// What leaves the block.
    pub(crate) output: Id,
}

impl Graph {
    /// The block as an exporter writes it: what depends on no input first, each mathematical step its own operator.
    pub(crate) fn block(dims: Dims) -> Self {
        let mut graph = Self { nodes: Vec::new(), heads: dims.heads, output: 0 };
        let Dims { tokens, width, hidden, .. } = dims;

        let mut at = At { graph: &mut graph, part: Part::Constants };
        let input = at.source(Op::Input, tokens, width);
        let epsilon = at.source(Op::Number(1e-5), 1, 1);
        let [first_gain, second_gain] = [1, 1].map(|rows| at.source(Op::Weight, rows, width));
        let [to_query, to_key, to_value, to_output] = [width; 4].map(|rows| at.weight(rows, width));
        let [gate, up] = [hidden; 2].map(|rows| at.weight(rows, width));
        let down = at.weight(width, hidden);
        let head = at.source(Op::Number((width / dims.heads.max(1)) as f32), 1, 1);
        let root = at.op(Op::Sqrt, &[head]);
        let scale = at.op(Op::Reciprocal, &[root]);
        let (row, column) = (at.source(Op::RowIndex, tokens, 1), at.source(Op::ColumnIndex, 1, tokens));
        let later = at.op(Op::Greater, &[column, row]);
        let never = at.source(Op::Number(-1e9), 1, 1);
        let mask = at.op(Op::Mul, &[later, never]);

        at.part = Part::FirstNorm;
        let normed = at.norm(input, epsilon, first_gain);
        at.part = Part::Projections;
        let [queries, keys, values] = [to_query, to_key, to_value].map(|weight| at.op(Op::MatMul, &[normed, weight]));
        at.part = Part::Attention;
        let scores = at.op(Op::Scores, &[queries, keys]);
        let scores = at.op(Op::Mul, &[scores, scale]);
        let scores = at.op(Op::Add, &[scores, mask]);
        let probabilities = at.softmax(scores);
        let mixed = at.op(Op::Mix, &[probabilities, values]);
        at.part = Part::Output;
        let projected = at.op(Op::MatMul, &[mixed, to_output]);
        let attended = at.op(Op::Add, &[projected, input]);
        at.part = Part::SecondNorm;
        let normed = at.norm(attended, epsilon, second_gain);
        at.part = Part::Up;
        let up = at.op(Op::MatMul, &[normed, up]);
        let gate = at.op(Op::MatMul, &[normed, gate]);
        let sigmoid = at.op(Op::Sigmoid, &[gate]);
        let silu = at.op(Op::Mul, &[gate, sigmoid]);
        let hidden = at.op(Op::Mul, &[silu, up]);
        at.part = Part::Down;
        let down = at.op(Op::MatMul, &[hidden, down]);
        let output = at.op(Op::Add, &[down, attended]);
        graph.output = output;
        graph
    }

    /// A node of this graph.
    #[allow(clippy::indexing_slicing, reason = "a graph hands out the numbers of its own nodes, and never drops one")]
    pub(crate) fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    /// What has to be computed when the block runs, in order.
    pub(crate) fn operators(&self) -> impl Iterator<Item = Id> {
        let run = |(_, node): &(Id, &Node)| !node.constant && !node.op.is_source();
        self.nodes.iter().enumerate().filter(run).map(|(id, _)| id)
    }

    /// The operators that use a value.
    pub(crate) fn users(&self, id: Id) -> impl Iterator<Item = Id> {
        self.operators().filter(move |user| self.node(*user).inputs.contains(&id))
    }

    /// Arithmetic operations of a node: two for each multiply-add of a product, one for each element that is read or
    /// written otherwise, [`EXPENSIVE`] where it is a function.
    pub(crate) fn operations(&self, id: Id) -> f64 {
        let node = self.node(id);
        let input = |at: usize| node.inputs.get(at).map(|id| self.node(*id));
        let elements = node.elements() as f64;
        match node.op {
            op if op.is_source() => 0.0,
            Op::MatMul | Op::Mix => 2.0 * elements * input(0).map_or(0.0, |left| left.columns as f64),
            // Each head has its part of the columns.
            Op::Scores => 2.0 * elements * input(0).map_or(0.0, |left| left.columns as f64) / self.heads.max(1) as f64,
            Op::RowMean | Op::RowMax | Op::RowSum => input(0).map_or(0.0, |node| node.elements() as f64),
            Op::Exp | Op::Sigmoid | Op::Rsqrt | Op::Sqrt | Op::Reciprocal | Op::Div => elements * EXPENSIVE,
            _ => elements,
        }
    }
}

/// What a function or a division of one element costs, in operations.
const EXPENSIVE: f64 = 8.0;

/// Where the graph grows.
struct At<'a> {
    graph: &'a mut Graph,
    part: Part,
}

impl At<'_> {
    fn push(&mut self, op: Op, inputs: &[Id], (rows, columns): (usize, usize)) -> Id {
        let constant = op.is_source() && op != Op::Input;
        let (part, inputs) = (self.part, inputs.to_vec());
        self.graph.nodes.push(Node { op, inputs, rows, columns, part, constant, quantized: false });
        self.graph.nodes.len() - 1
    }

    fn source(&mut self, op: Op, rows: usize, columns: usize) -> Id {
        self.push(op, &[], (rows, columns))
    }

    /// A weight, stored a row for each output channel, as it is multiplied with: transposed.
    fn weight(&mut self, outputs: usize, inputs: usize) -> Id {
        let stored = self.source(Op::Weight, outputs, inputs);
        self.op(Op::Transpose, &[stored])
    }

    fn op(&mut self, op: Op, inputs: &[Id]) -> Id {
        let shape = |at: usize| {
            inputs.get(at).map_or((1, 1), |id| {
                let node = self.graph.node(*id);
                (node.rows, node.columns)
            })
        };
        let ((rows, columns), (more_rows, more_columns)) = (shape(0), shape(1));
        let shape = match op {
            Op::Transpose => (columns, rows),
            Op::MatMul => (rows, more_columns),
            Op::Scores => (rows * self.graph.heads, more_rows),
            Op::Mix => (more_rows, more_columns),
            op if op.reduces() => (rows, 1),
            _ => (rows.max(more_rows), columns.max(more_columns)),
        };
        self.push(op, inputs, shape)
    }

    /// `x / √(mean(x²) + ε) · gain`, row by row.
    fn norm(&mut self, x: Id, epsilon: Id, gain: Id) -> Id {
        let square = self.op(Op::Mul, &[x, x]);
        let mean = self.op(Op::RowMean, &[square]);
        let mean = self.op(Op::Add, &[mean, epsilon]);
        let factor = self.op(Op::Rsqrt, &[mean]);
        let normed = self.op(Op::Mul, &[x, factor]);
        self.op(Op::Mul, &[normed, gain])
    }

    /// `exp(x − max) / Σ exp(x − max)`, row by row.
    fn softmax(&mut self, x: Id) -> Id {
        let max = self.op(Op::RowMax, &[x]);
        let less = self.op(Op::Sub, &[x, max]);
        let exp = self.op(Op::Exp, &[less]);
        let sum = self.op(Op::RowSum, &[exp]);
        self.op(Op::Div, &[exp, sum])
    }
}
