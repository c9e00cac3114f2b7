use proptest::prelude::*;

use super::{
    cost::Bound,
    graph::{Dims, Graph},
    kernel::Tile,
    *,
};
use crate::{exhibit::View as _, signs::Signs, tests::check};

fn without(pass: Pass) -> Passes {
    Passes::ALL.with(pass, false)
}

fn only(pass: Pass) -> Passes {
    Passes::NONE.with(pass, true)
}

fn model(passes: Passes) -> Program {
    compile(passes, MODEL, &Machine::EXAMPLE)
}

fn sample(passes: Passes) -> Program {
    compile(passes, SAMPLE, &Machine::SMALL)
}

/// The kernels of a program, by the names of their operators.
fn kernels(passes: Passes) -> Vec<String> {
    estimate(passes).kernels.iter().map(|kernel| kernel.names.join("+")).collect()
}

#[test]
fn the_block_is_the_one_computed_elsewhere() {
    for (name, passes, most) in [("plain", Passes::NONE, 2e-6), ("int8", only(Pass::Quantize), 2e-6)] {
        let rows = include_str!("../../tests/reference/compiler.csv").lines();
        let expected: Vec<f64> = rows
            .filter_map(|row| row.split_once(','))
            .filter(|(kind, _)| *kind == name)
            .map(|(_, value)| value.parse().unwrap())
            .collect();
        let found = run(&sample(passes));
        assert_eq!((found.rows * found.columns, expected.len()), (found.data.len(), SAMPLE.tokens * SAMPLE.width));
        let off = found.data.iter().zip(&expected).map(|(found, expected)| (f64::from(*found) - expected).abs());
        let off = off.fold(0.0, f64::max);
        assert!(off < most, "{name}: {off:e}");
    }
}

#[test]
fn every_choice_of_passes_keeps_the_result_to_the_bit_but_for_quantization() {
    let (plain, int8) = (run(&sample(Passes::NONE)), run(&sample(only(Pass::Quantize))));
    for passes in Passes::all() {
        let expected = if passes.has(Pass::Quantize) { &int8 } else { &plain };
        let found = run(&sample(passes));
        let same = found.data.iter().zip(&expected.data).all(|(one, other)| one.to_bits() == other.to_bits());
        assert!(same && found.data.len() == expected.data.len(), "{passes:?}");
        assert_eq!(deviation(passes) > 0.0, passes.has(Pass::Quantize));
    }
    // From the reference: the largest difference between its two results.
    assert!((deviation(Passes::ALL) - 0.025_526).abs() < 1e-5);
}

#[test]
fn what_is_checked_is_what_is_timed() {
    let operators =
        |program: &Program| -> Vec<Vec<usize>> { program.kernels.iter().map(|kernel| kernel.nodes.clone()).collect() };
    for passes in Passes::all() {
        assert_eq!(operators(&model(passes)), operators(&sample(passes)), "{passes:?}");
    }
}

#[test]
fn a_program_runs_every_operator_once_and_after_what_it_needs() {
    for passes in Passes::all() {
        let Program { graph, kernels, .. } = model(passes);
        let mut there: Vec<bool> = graph.nodes.iter().map(|node| node.constant || node.op.is_source()).collect();
        for id in kernels.iter().flat_map(|kernel| &kernel.nodes) {
            assert!(!there[*id], "{passes:?}: {id} runs twice, or need not");
            assert!(graph.node(*id).inputs.iter().all(|input| there[*input]), "{passes:?}: {id} runs too early");
            there[*id] = true;
        }
        assert!(there.iter().all(|there| *there), "{passes:?}");
    }
}

/// When a value is written, and last read: found from the program alone.
fn alive(program: &Program, id: usize) -> Option<(usize, usize)> {
    let reads = |kernel: &Kernel| !kernel.nodes.contains(&id) && kernel.inputs(&program.graph).contains(&id);
    let written = program.kernels.iter().position(|kernel| kernel.nodes.contains(&id))?;
    let read = program.kernels.iter().rposition(reads);
    if id == program.graph.output { Some((written, program.kernels.len())) } else { Some((written, read?)) }
}

#[test]
fn no_value_lies_where_another_lives() {
    for (passes, program) in Passes::all().flat_map(|passes| [(passes, model(passes)), (passes, sample(passes))]) {
        let graph = &program.graph;
        let values: Vec<_> = (0..graph.nodes.len()).filter_map(|id| Some((id, alive(&program, id)?))).collect();
        for (at, (one, (begin, end))) in values.iter().enumerate() {
            let place = program.plan.place(*one).unwrap();
            let end_of = |id: usize| program.plan.place(id).unwrap().offset + graph.node(id).bytes();
            assert!(end_of(*one) <= if place.on_chip { program.plan.chip } else { program.plan.memory });
            for (other, (later, last)) in &values[at + 1..] {
                let next = program.plan.place(*other).unwrap();
                let together = place.on_chip == next.on_chip && begin <= last && later <= end;
                let apart = end_of(*one) <= next.offset || end_of(*other) <= place.offset;
                assert!(!together || apart, "{passes:?}: {one} and {other}");
            }
        }
        assert!(program.plan.chip <= Machine::EXAMPLE.chip);
    }
}

#[test]
fn the_graph_shrinks_pass_by_pass() {
    let mut passes = Passes::NONE;
    assert_eq!(estimate(passes).kernels.len(), 44);
    for (pass, count) in Pass::ALL.into_iter().zip([33, 33, 9, 7, 7, 7]) {
        passes = passes.with(pass, true);
        assert_eq!(estimate(passes).kernels.len(), count, "{passes:?}");
    }
    assert_eq!(
        kernels(Passes::ALL),
        [
            "mul+mean+add+rsqrt+mul+mul",
            "matmul+matmul+matmul",
            "scores+mul+add+max+sub+exp+sum+div+mix",
            "matmul+add",
            "mul+mean+add+rsqrt+mul+mul",
            "matmul+matmul+sigmoid+mul+mul",
            "matmul+add",
        ]
    );
    let folded = ["transpose", "sqrt", "recip", "greater"];
    assert!(kernels(only(Pass::Fold)).iter().all(|name| !folded.contains(&name.as_str())));
}

#[test]
fn costs_are_those_of_the_shapes() {
    let Dims { tokens, width, hidden, .. } = MODEL;
    // Two for each multiply-add: four projections, scores and mix, three of the MLP.
    let products = 8 * tokens * width * width + 4 * tokens * tokens * width + 6 * tokens * width * hidden;
    for passes in Passes::all() {
        assert_eq!(estimate(passes).operations.to_bits(), (products as f64).to_bits());
    }
    // The first projection in blocks of 32: its left side is fetched for each of 16 columns of blocks, its right side
    // for each of 4 rows of them, and its result is written once.
    let plain = estimate(Passes::NONE);
    let projection = plain.kernels.iter().find(|kernel| kernel.names == ["matmul"]).unwrap().cost;
    let bytes = 4 * (16 * tokens * width + 4 * width * width + tokens * width);
    assert_eq!(projection.bytes.to_bits(), (bytes as f64).to_bits());
    let time = bytes as f64 / 32e9 + 4e-6;
    assert!((projection.time - time).abs() < 1e-12 && projection.bound == Bound::Memory);
    // Every weight once, as integers with a scale for each output, and the input: nothing moves less.
    let weights = 4 * (width * width + 4 * width) + 2 * (width * hidden + 4 * hidden) + width * hidden + 4 * width;
    assert!(estimate(Passes::ALL).bytes >= (weights + 4 * tokens * width) as f64);
    // Nothing is faster than its arithmetic.
    for passes in Passes::all() {
        assert!(estimate(passes).time >= products as f64 / Machine::PRODUCTS);
    }
}

#[test]
fn tiles_fit_and_move_less() {
    let unit = Tile::unit(&Machine::EXAMPLE);
    let (tiled, plain) = (model(only(Pass::Tile)), model(Passes::NONE));
    for (kernel, before) in tiled.kernels.iter().zip(&plain.kernels) {
        assert_eq!(kernel.nodes, before.nodes);
        if kernel.product(&tiled.graph).is_some() {
            let Tile { rows, columns } = kernel.tile;
            assert!(4 * (rows * columns + (rows + columns) * unit.rows) <= Machine::EXAMPLE.buffer);
        }
    }
    assert!(estimate(only(Pass::Tile)).bytes < estimate(Passes::NONE).bytes / 2.0);
}

/// The most bytes of values that are alive while a kernel runs.
fn most_alive(program: &Program) -> usize {
    let bytes = |at: usize| {
        let there = |id: &usize| alive(program, *id).is_some_and(|(from, to)| (from..=to).contains(&at));
        (0..program.graph.nodes.len()).filter(there).map(|id| program.graph.node(id).bytes()).sum()
    };
    (0..program.kernels.len()).map(bytes).max().unwrap()
}

#[test]
fn the_order_and_the_plan_keep_less() {
    for passes in Passes::all().filter(|passes| !passes.has(Pass::Schedule) && !passes.has(Pass::Plan)) {
        assert!(most_alive(&model(passes.with(Pass::Schedule, true))) <= most_alive(&model(passes)), "{passes:?}");
        assert!(estimate(passes.with(Pass::Plan, true)).peak <= estimate(passes).peak, "{passes:?}");
        assert!(estimate(passes.with(Pass::Schedule, true)).time <= estimate(passes).time, "{passes:?}");
    }
}

#[test]
fn which_pass_pays_depends_on_the_others() {
    let mut compiler = Compiler::new();
    let most = |compiler: &Compiler| {
        Pass::ALL.into_iter().max_by(|a, b| compiler.saves(*a).total_cmp(&compiler.saves(*b))).unwrap()
    };
    assert_eq!(most(&compiler), Pass::Tile);
    compiler.demonstrate();
    assert_eq!(most(&compiler), Pass::Fuse);
    assert!(
        (estimate(without(Pass::Fuse)).time - estimate(Passes::ALL).time - compiler.saves(Pass::Fuse)).abs() < 1e-15
    );
}

#[test]
fn figures_and_values_are_those_of_the_passes_that_are_on() {
    let mut compiler = Compiler::new();
    let values = |compiler: &Compiler| compiler.parameters().into_iter().map(|one| one.value).collect::<Vec<_>>();
    assert_eq!(values(&compiler)[3], "off −2.53 ms");
    compiler.demonstrate();
    for (label, expected) in [
        ("time", "521 µs"),
        ("memory traffic", "8.1 of 154 MB"),
        ("kernels", "7 of 44"),
        ("largest error", "0.8 % of max"),
        ("values at peak", "1.6 of 23 MB"),
        ("peak reached", "82 %"),
    ] {
        let figure = compiler.figures().into_iter().find(|figure| figure.label == label).unwrap();
        assert_eq!(figure.value, expected, "{label}");
    }
    assert_eq!(values(&compiler)[2], "on   −173 µs");
    compiler.change(1, Change::More);
    assert_eq!(values(&compiler)[1], "off   −11 µs");
    assert_eq!(compiler.figures()[3].value, "none");
}

#[test]
fn a_switch_changes_its_own_pass_alone_in_both_directions() {
    for (number, pass) in Pass::ALL.into_iter().enumerate() {
        for change in [Change::Less, Change::More] {
            let mut compiler = Compiler::new();
            compiler.change(number, change);
            assert_eq!(compiler.applied, only(pass));
            compiler.change(number, change);
            assert_eq!(compiler.applied, Passes::NONE);
        }
    }
}

#[test]
fn the_notice_says_what_holds_for_the_passes_that_are_on() {
    for passes in Passes::all() {
        let notice = Compiler { applied: passes, before: passes, steps: 0 }.notice();
        let faster = estimate(Passes::NONE).time / estimate(passes).time;
        assert_eq!(notice.contains("int8"), passes.has(Pass::Quantize), "{notice}");
        let same = passes != Passes::NONE && !passes.has(Pass::Quantize);
        assert_eq!(notice.contains("the same to the bit"), same, "{notice}");
        assert!(passes == Passes::NONE || notice.starts_with(&format!("{faster:.2}\u{a0}times as fast")), "{notice}");
    }
    // All but the kernels that are over before they are launched, and the products of attention.
    let plain = estimate(Passes::NONE);
    let waiting = plain.kernels.iter().filter(|kernel| kernel.cost.bound == Bound::Memory);
    let part = waiting.map(|kernel| kernel.cost.time).sum::<f64>() / plain.time;
    assert!(Compiler::new().notice().contains(&format!("{:.0}\u{a0}% of it waiting for memory", 100.0 * part)));
}

#[test]
fn a_change_is_shown_in_some_steps() {
    let mut compiler = Compiler::new();
    let total = |compiler: &Compiler| compiler.shown().iter().sum::<f64>();
    compiler.change(3, Change::More);
    let (from, to) = (estimate(Passes::NONE).time, estimate(only(Pass::Tile)).time);
    let mut last = total(&compiler);
    assert!((last - from).abs() < 1e-12);
    for _ in 0..CHANGE {
        assert!(compiler.running());
        compiler.step();
        assert!(total(&compiler) < last);
        last = total(&compiler);
    }
    assert!(!compiler.running() && (last - to).abs() < 1e-12);
    compiler.restart();
    compiler.finish();
    assert_eq!(compiler, Compiler::new());
}

#[test]
fn amounts_are_written_as_people_read_them() {
    assert_eq!((megabytes(153_780_000.0), megabytes(8_100_000.0)), ("154".to_owned(), "8.1".to_owned()));
    assert_eq!((microseconds(5.21e-4), microseconds(4.98e-3)), ("521 µs".to_owned(), "4.98 ms".to_owned()));
}

#[test]
fn a_graph_is_in_an_order_of_its_dependencies() {
    let graph = Graph::block(MODEL);
    for (id, node) in graph.nodes.iter().enumerate() {
        assert!(node.inputs.iter().all(|input| *input < id));
    }
    let node = graph.node(graph.output);
    assert_eq!((node.rows, node.columns), (MODEL.tokens, MODEL.width));
    assert_eq!(graph.operators().count(), 44);
}

proptest! {
    #[test]
    fn any_changes_keep_what_was_promised(changes in check::changes()) {
        let (mut one, mut other) = (Compiler::new(), Compiler::new());
        for (parameter, more) in changes {
            for compiler in [&mut one, &mut other] {
                compiler.change(parameter, if more { Change::More } else { Change::Less });
                check::promises(&*compiler);
            }
            prop_assert_eq!(&one, &other);
        }
    }
}

/// The width of the picture beside the panel in a window of 80 columns.
#[test]
fn nothing_is_cut_in_a_standard_window() {
    for passes in Passes::all() {
        let compiler = Compiler { applied: passes, before: passes, steps: 0 };
        let text =
            check::picture(Signs::Unicode, (35, 13), |palette, area, buffer| compiler.draw(palette, area, buffer));
        assert!(text.contains("as exported"), "{text}");
    }
}
