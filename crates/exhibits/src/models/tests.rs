mod mathematics;
mod picture;

use proptest::prelude::*;

use super::{shape::noise, travel::ulps, *};

#[track_caller]
fn close(found: [f32; 2], expected: [f64; 2], tolerance: f64) {
    let off = [0, 1].map(|axis| (f64::from(found[axis]) - expected[axis]).abs());
    assert!(off[0].max(off[1]) <= tolerance, "{found:?} is not {expected:?}: off by {off:?}");
}

fn finished(mut exhibit: Models) -> Models {
    // At most 64 steps to the pairs and 64 along them, 8 a call.
    (0..16).for_each(|_| exhibit.finish());
    assert!(exhibit.has_ended() && !exhibit.running());
    exhibit
}

fn run(mut exhibit: Models) -> Models {
    exhibit.toggle();
    let frames = (0..200).take_while(|_| {
        exhibit.step();
        exhibit.running()
    });
    assert!(frames.count() < 90, "three seconds");
    exhibit
}

fn ends(exhibit: &Models) -> Vec<[[f32; 2]; 2]> {
    exhibit.travel.twins(1.0).map(|twin| twin.places).collect()
}

fn figure(exhibit: &Models, label: &str) -> String {
    exhibit.figures().into_iter().find(|figure| figure.label == label).unwrap().value
}

#[test]
fn after_a_reflow_paths_are_straight_and_one_step_is_enough() {
    for shape in Shape::ALL {
        let fine = finished(Models::set(shape, FINE, FlowKind::Rectified, Precision::F32, Second::Backward));
        assert!(straightness(shape, true) < 1e-6 && straightness(shape, false) > 0.5, "{shape:?}");
        for steps in STEPS {
            let reflowed = finished(Models::set(shape, steps, FlowKind::Reflowed, Precision::F32, Second::Backward));
            for (found, expected) in ends(&reflowed).into_iter().zip(ends(&fine)) {
                for run in 0..2 {
                    close(found[run], expected[run].map(f64::from), 1e-5);
                }
            }
        }
    }
}

/// Otherwise the velocity where they meet would be the mean over the pairs. After the last step has begun, at 63/64 at
/// the latest, no velocity is asked for, and many lines end at the same target.
#[test]
fn no_two_lines_of_a_reflow_meet_on_their_way() {
    for shape in Shape::ALL {
        let fine = finished(Models::set(shape, FINE, FlowKind::Rectified, Precision::F32, Second::Forward));
        let lines: Vec<_> =
            noise().iter().zip(ends(&fine)).map(|(from, [to, _])| [*from, to].map(|x| x.map(f64::from))).collect();
        for (n, [from, to]) in lines.iter().enumerate() {
            for [other_from, other_to] in &lines[..n] {
                let apart = [from[0] - other_from[0], from[1] - other_from[1]];
                let at_end = [to[0] - other_to[0], to[1] - other_to[1]];
                let change = [at_end[0] - apart[0], at_end[1] - apart[1]];
                // Where they are nearest, if that is on their way.
                let t = -(apart[0] * change[0] + apart[1] * change[1]) / (change[0].powi(2) + change[1].powi(2));
                if t > 0.0 && t <= 63.0 / 64.0 {
                    let least = (apart[0] + t * change[0]).hypot(apart[1] + t * change[1]);
                    assert!(least > 1e-6, "{shape:?}: {least} at {t}");
                }
            }
        }
    }
}

#[test]
fn the_order_of_addition_is_part_of_the_result() {
    let default = finished(Models::new());
    assert_eq!(figure(&default, "same to the bit"), "61 of 256");
    assert_eq!(figure(&default, "went two ways"), "1 of 256");
    assert_eq!(figure(&default, "largest gap"), "1.13 sd");
    assert_eq!(default.travel.parted(), Some(117));
    let letter = LETTERED.iter().position(|point| *point == 117).unwrap();
    for run in [0, 1] {
        let trail: Vec<_> = default.travel.trail(run, letter).collect();
        assert_eq!((trail.len(), trail[0]), (32, noise()[117]));
    }

    for (precision, second, same) in [
        (Precision::F32, Second::Forward, "256 of 256"),
        (Precision::Bf16, Second::Forward, "256 of 256"),
        (Precision::F64, Second::Backward, "256 of 256"),
        (Precision::F64, Second::Pairwise, "256 of 256"),
        (Precision::F64, Second::InF64, "256 of 256"),
        (Precision::Bf16, Second::Pairwise, "0 of 256"),
    ] {
        let exhibit = finished(Models::set(Shape::TwoMoons, 32, FlowKind::Rectified, precision, second));
        assert_eq!(figure(&exhibit, "same to the bit"), same, "{precision} {second}");
        assert_eq!(figure(&exhibit, "first difference") == "none", same == "256 of 256");
    }
}

#[test]
fn a_run_ends_where_it_is_finished_at_once_and_can_begin_again() {
    for (steps, flow) in [(1, FlowKind::Rectified), (4, FlowKind::Reflowed), (64, FlowKind::Rectified)] {
        let still = Models::set(Shape::Ring, steps, flow, Precision::F32, Second::Backward);
        assert!(still.moves() && !still.running());
        let ended = run(still.clone());
        assert_eq!(ended, finished(still.clone()));
        let mut again = ended.clone();
        again.toggle();
        assert!(again.running() && again.travel == still.travel);
        again.toggle();
        again.step();
        assert_eq!(again, still, "paused before the first step");
        let mut restarted = ended;
        restarted.restart();
        assert_eq!(restarted, still);
    }
}

#[test]
fn at_a_part_of_a_step_points_are_on_its_line() {
    let mut exhibit = Models::set(Shape::Ring, 1, FlowKind::Rectified, Precision::F32, Second::Backward);
    exhibit.toggle();
    for frame in 1..=FRAMES {
        exhibit.step();
        let (travel, part) = exhibit.shown();
        assert_eq!((travel.taken(), part), (1, f32::from(frame) / f32::from(FRAMES)));
        let [[x, y], _] = travel.twins(part).next().unwrap().places;
        let (from, to) = (noise()[0], ends(&exhibit)[0][0]);
        close([x, y], [0, 1].map(|axis| f64::from(from[axis] + part * (to[axis] - from[axis]))), 1e-6);
    }
    assert!(!exhibit.running());
}

#[test]
fn a_change_begins_a_run_and_stays_at_the_end_of_its_values() {
    let mut exhibit = Models::new();
    for (parameter, values) in [(0, 7), (1, 5), (2, 3), (3, 7), (4, 2), (5, 4)] {
        (0..values).for_each(|_| exhibit.change(parameter, Change::Less));
        let first = exhibit.clone();
        assert!(!exhibit.parameters()[parameter].less && exhibit.parameters()[parameter].more);
        let mut seen = vec![exhibit.parameters()[parameter].value.clone()];
        while exhibit.parameters()[parameter].more {
            exhibit.change(parameter, Change::More);
            assert!(exhibit.running() == (parameter > 0) && exhibit.travel.taken() == 0);
            seen.push(exhibit.parameters()[parameter].value.clone());
        }
        seen.dedup();
        assert_eq!(seen.len(), values);
        exhibit.running = true;
        exhibit.step();
        let last = exhibit.clone();
        exhibit.change(parameter, Change::More);
        assert_eq!(exhibit, last, "nothing changes, nothing begins again");
        assert_ne!(exhibit, first);
    }
    exhibit.change(6, Change::Less);
    exhibit.change(usize::MAX, Change::More);
}

#[test]
fn a_bet_is_made_before_the_run_and_told_at_its_end() {
    let letters = ["A", "B", "C", "D", "E", "F"];
    for (n, letter) in letters.into_iter().enumerate() {
        let mut exhibit = Models::new();
        (0..=n).for_each(|_| exhibit.change(0, Change::More));
        assert!(!exhibit.running() && exhibit.notice().contains(&format!("point {letter} ")));
        let ended = finished(exhibit);
        let expected = if letter == "E" { "You won the bet: point E" } else { "You lost the bet: point E" };
        assert!(ended.notice().starts_with(expected), "{}", ended.notice());
    }
    for (precision, second, expected) in [
        (Precision::F32, Second::Pairwise, "From one seed point E went two ways."),
        (Precision::F32, Second::Backward, "No point went two ways, but "),
        (Precision::F32, Second::Forward, "No point went two ways, and both runs agree"),
        (Precision::Bf16, Second::Backward, "From one seed point D went two ways."),
    ] {
        let notice = finished(Models::set(Shape::TwoMoons, 32, FlowKind::Rectified, precision, second)).notice();
        assert!(notice.starts_with(expected), "{notice}");
    }
}

/// In eight steps of `bf16` one point goes to the other moon, and another ends beside itself, 0.38 further along the
/// same one.
#[test]
fn a_point_that_ends_beside_itself_has_not_gone_two_ways() {
    let exhibit = finished(Models::set(Shape::TwoMoons, 8, FlowKind::Rectified, Precision::Bf16, Second::Pairwise));
    let mut gaps: Vec<_> = exhibit.travel.twins(1.0).map(|twin| format!("{:.2}", twin.gap())).collect();
    gaps.sort();
    assert_eq!(gaps[POINTS - 2..], ["0.38", "1.45"]);
    assert_eq!(figure(&exhibit, "went two ways"), "1 of 256");
}

#[test]
fn a_gap_is_counted_in_units_of_the_largest_coordinate() {
    let unit = f32::EPSILON;
    for (one, other, expected) in [
        ([1.0, 0.5], [1.0, 0.5], 0.0),
        ([1.0, 0.5], [1.0 + 3.0 * unit, 0.5], 3.0),
        ([1.0, 0.5], [1.0, 0.5 + unit], 1.0),
        // Across zero there are two thousand million numbers, and hardly any way.
        ([1.0, unit], [1.0, -unit], 2.0),
        ([2.0, 0.0], [2.0 + 2.0 * unit, 0.0], 1.0),
        ([0.0, 0.0], [0.0, 0.0], 0.0),
    ] {
        assert!((ulps([one, other]) - expected).abs() < 1e-9, "{one:?} {other:?}: {}", ulps([one, other]));
    }
}

/// What a visitor may do.
#[derive(Debug, Clone, Copy)]
enum Act {
    Change(usize, Change),
    Toggle,
    Restart,
    Step(u8),
    Finish,
}

fn act() -> impl Strategy<Value = Act> {
    let change = prop_oneof![Just(Change::Less), Just(Change::More)];
    prop_oneof![
        3 => (0..7_usize, change).prop_map(|(parameter, change)| Act::Change(parameter, change)),
        1 => Just(Act::Toggle),
        1 => Just(Act::Restart),
        3 => (0..9_u8).prop_map(Act::Step),
        1 => Just(Act::Finish),
    ]
}

fn acted(acts: &[Act]) -> Models {
    let mut exhibit = Models::new();
    for act in acts {
        match *act {
            Act::Change(parameter, change) => exhibit.change(parameter, change),
            Act::Toggle => exhibit.toggle(),
            Act::Restart => exhibit.restart(),
            Act::Step(times) => (0..times).for_each(|_| exhibit.step()),
            Act::Finish => exhibit.finish(),
        }
    }
    exhibit
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn whatever_a_visitor_does_it_fits_and_ends(acts in prop::collection::vec(act(), 0..16)) {
        let exhibit = acted(&acts);
        prop_assert_eq!(&exhibit, &acted(&acts), "the same acts, the same state");
        for Parameter { label, value, .. } in exhibit.parameters() {
            prop_assert!(label.len() <= 12 && value.len() <= 20 && value.is_ascii(), "{label}: {value}");
        }
        for Figure { label, value } in exhibit.figures() {
            prop_assert!(label.len() <= 16 && value.len() <= 20 && value.is_ascii(), "{label}: {value}");
        }
        prop_assert!(exhibit.travel.gaps().len() <= 65);
        let (_, part) = exhibit.shown();
        prop_assert!((0.0..=1.0).contains(&part));
        let ended = finished(exhibit.clone());
        if exhibit.running() {
            let mut exhibit = exhibit;
            (0..90).for_each(|_| exhibit.step());
            prop_assert_eq!(exhibit, ended, "step by step and at once end in the same state");
        }
    }
}
