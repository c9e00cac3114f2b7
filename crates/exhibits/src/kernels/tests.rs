use proptest::prelude::*;

use super::{
    loops::roof,
    matrices::{ELEMENTS, Matrix},
    *,
};

/// An exhibit with its parameters at these places.
fn set(order: usize, tile: usize, size: usize) -> Kernels {
    let mut kernels = Kernels { size, order, tile, ..Kernels::new() };
    kernels.restart();
    kernels
}

/// The same at the end of its run.
fn ended(order: usize, tile: usize, size: usize) -> Kernels {
    let mut kernels = set(order, tile, size);
    // The largest takes ten calls.
    (0..10).for_each(|_| kernels.finish());
    assert!(kernels.ended() && !kernels.running());
    kernels
}

fn figure(kernels: &Kernels, label: &str) -> Option<String> {
    kernels.figures().into_iter().find(|figure| figure.label == label).map(|figure| figure.value)
}

/// Lines of memory that three matrices take: what has to move at least.
fn least(kernels: &Kernels) -> u32 {
    3 * u32::from(kernels.rows()).pow(2) / u32::from(ELEMENTS)
}

#[test]
fn misses_and_products_are_those_computed_elsewhere() {
    let mut rows = 0;
    for row in include_str!("../../tests/reference/kernels.csv").lines() {
        let fields: Vec<_> = row.split(',').collect();
        let number = |at: usize| fields[at].parse::<f64>().unwrap();
        let size = SIZES.iter().position(|size| size.to_string() == fields[1]).unwrap();
        if fields[0] == "misses" {
            let named = |order: &LoopOrder| order.name().replace(' ', "") == fields[2];
            let order = LoopOrder::ALL.iter().position(named).unwrap();
            let tile = TILES.iter().position(|tile| tile.to_string() == fields[3]).unwrap();
            let kernels = ended(order, tile, size);
            let expected = [4, 5, 6].map(|at| number(at) as u32);
            assert_eq!(kernels.chosen.misses, expected, "{row}");
            assert_eq!(kernels.chosen.cache.written_back(), number(7) as u32, "{row}");
        } else {
            let product = ended(0, 0, size).product;
            let sum: f64 = product.iter().copied().map(f64::from).sum();
            let found = [product[0].into(), product[product.len() - 1].into(), sum];
            for (at, found) in found.into_iter().enumerate() {
                assert!((found - number(2 + at)).abs() < 1e-4, "{row}: {found}");
            }
        }
        rows += 1;
    }
    assert_eq!(rows, 155);
}

#[test]
fn neither_order_nor_tiles_change_a_bit_of_c() {
    for order in 0..LoopOrder::ALL.len() {
        for (tile, size) in [(0, 0), (1, 1), (2, 2), (3, 0), (4, 2), (3, 3)] {
            let kernels = ended(order, tile, size);
            let all = usize::from(kernels.rows()).pow(2);
            assert_eq!(kernels.agreement(), (all, all));
        }
    }
}

#[test]
fn columns_a_power_of_two_apart_fall_into_the_same_sets() {
    // 64 elements are four lines: a column of B meets four of the sixteen sets, and each of its lines is gone when the
    // next column wants it. Every access to B misses, n³ of them.
    assert_eq!(ended(0, 0, 4).chosen.misses[Matrix::B as usize], 64 * 64 * 64);
    // 48 elements are three lines, which meet all sets; the column stays for the 16 that share its lines, but for a
    // few.
    let misses = ended(0, 0, 3).chosen.misses[Matrix::B as usize];
    assert!(misses < 48 * 48 * 48 / 8, "{misses}");
}

#[test]
fn nothing_moves_less_than_every_line_once() {
    for order in 0..LoopOrder::ALL.len() {
        for tile in 0..TILES.len() {
            let kernels = ended(order, tile, 0);
            assert!(kernels.chosen.misses.iter().sum::<u32>() >= least(&kernels));
            assert!(kernels.chosen.cache.written_back() >= least(&kernels) / 3);
        }
    }
}

#[test]
fn figures_follow_from_the_misses_of_the_reference() {
    // Tiles of 16 on matrices of 48: (1068 + 204) lines of 64 bytes, and 2 * 48^3 operations: by hand.
    let kernels = ended(0, 3, 3);
    for (label, expected) in [
        ("time", "  13.8 µs"),
        ("plain ijk", " 111.8 µs"),
        ("memory traffic", "81.4 kB"),
        ("waits for", "nothing"),
        ("miss rate", "0.3 %"),
        ("cache misses", "1 068"),
        ("multiply-adds", "110 592"),
        ("plain traffic", "894 kB"),
        ("intensity", "2.72 FLOP/B"),
        ("at most", "16.0 GFLOP/s"),
        ("C equals plain", "2304 of 2304"),
    ] {
        assert_eq!(figure(&kernels, label).as_deref(), Some(expected), "{label}");
    }
}

/// The lines that an order moves, from the reference; the time is that of its bytes or of its operations.
#[test]
fn the_sentence_follows_from_the_misses_of_the_reference() {
    let lines = |order: &str, tile: u16, size: u16| -> f64 {
        let start = format!("misses,{size},{order},{tile},");
        let reference = include_str!("../../tests/reference/kernels.csv");
        let row = reference.lines().find_map(|row| row.strip_prefix(&start)).unwrap();
        row.split(',').map(|number| number.parse::<f64>().unwrap()).sum()
    };
    for (o, order) in LoopOrder::ALL.iter().enumerate() {
        for (t, tile) in TILES.into_iter().enumerate() {
            for (s, size) in SIZES.into_iter().enumerate() {
                let notice = ended(o, t, s).outcome();
                let [chosen, plain] = [lines(order.name(), tile, size), lines("ijk", 0, size)];
                let seconds = |lines: f64| (lines * 64.0 / 8e9).max(2.0 * f64::from(size).powi(3) / 16e9);
                let speed = seconds(plain) / seconds(chosen);
                if (o, t) == (0, 0) {
                    assert!(notice.starts_with("Both lanes"), "{notice}");
                    continue;
                }
                assert!(notice.contains("same C"), "{notice}");
                assert_eq!(
                    notice.contains("of the traffic"),
                    chosen < 0.995 * plain,
                    "{order:?} {tile} {size}: {notice}"
                );
                assert_eq!(
                    notice.contains("\u{a0}times the traffic"),
                    chosen > 1.005 * plain,
                    "{order:?} {tile} {size}: {notice}"
                );
                if chosen < 0.995 * plain && speed > 1.01 {
                    let said = format!(
                        "1/{} of the traffic, {}\u{a0}times as fast",
                        three_digits(plain / chosen),
                        three_digits(speed)
                    );
                    assert!(notice.contains(&said), "{order:?} {tile} {size}: {notice} is not {said}");
                }
                assert_eq!(
                    notice.contains("\u{a0}times the time"),
                    chosen > 1.005 * plain && speed < 0.995,
                    "{notice}"
                );
            }
        }
    }
}

#[test]
fn the_race_is_over_the_same_clock() {
    let mut kernels = Kernels::new();
    kernels.toggle();
    let mut first = None;
    for step in 1..400 {
        kernels.step();
        let [chosen, plain] = [&kernels.chosen, &kernels.plain];
        for loops in [chosen, plain] {
            // A multiply-add may fetch three lines and write three back; the last one writes back all that is left.
            let most = kernels.clock + 6.0 * 64.0 / BANDWIDTH;
            assert!(loops.time() <= most || loops.walk.at().is_none(), "{step}");
            assert!(loops.time() >= kernels.clock || loops.walk.at().is_none(), "{step}");
        }
        if first.is_none() && chosen.walk.at().is_none() {
            first = Some(step);
            assert!(plain.walk.done() < plain.walk.total(), "tiles win");
        }
    }
    assert!(kernels.ended() && first.is_some());
}

#[test]
fn the_plain_order_is_as_good_as_itself() {
    let kernels = ended(0, 0, 2);
    assert_eq!(kernels.chosen, kernels.plain);
    assert_eq!(figure(&kernels, "waits for").as_deref(), Some("memory"));
    assert!(kernels.notice().starts_with("Both lanes ran the plain loops."));
}

#[test]
fn the_roof_is_flat_from_where_memory_feeds_the_arithmetic() {
    for (intensity, expected) in [(0.25, 2e9), (1.0, 8e9), (2.0, 16e9), (8.0, 16e9)] {
        assert_eq!(roof(intensity).to_bits(), f64::to_bits(expected));
    }
}

#[test]
fn a_race_takes_at_most_nine_seconds_and_ends_by_itself() {
    for (tile, size) in [(1, 0), (3, 3), (0, 4), (2, 4)] {
        let mut kernels = set(0, tile, size);
        kernels.toggle();
        let mut steps = 0;
        while kernels.running() {
            kernels.step();
            steps += 1;
        }
        assert!((45..=270).contains(&steps), "{steps} steps");
        assert_eq!(kernels.chosen, ended(0, tile, size).chosen.stamped(&kernels.chosen));
    }
}

impl Loops {
    /// These loops, with the times of another's fetches: they say in which frame a line came, not what came of it.
    fn stamped(mut self, other: &Self) -> Self {
        assert_eq!((self.misses, &self.walk), (other.misses, &other.walk));
        assert_eq!(self.cache.written_back(), other.cache.written_back());
        self.cache = other.cache.clone();
        self
    }
}

#[test]
fn numbers_are_written_as_people_read_them() {
    for (number, expected) in [(0, "0"), (999, "999"), (1000, "1 000"), (262_144, "262 144"), (1_234_567, "1 234 567")]
    {
        assert_eq!(thousands(number), expected);
    }
    for (number, expected) in [(0.0312, "0.031"), (0.25, "0.25"), (2.716, "2.72"), (16.0, "16.0"), (894.1, "894")] {
        assert_eq!(three_digits(number), expected);
    }
    assert_eq!((bytes(0.0), bytes(960.0)), ("0 B".to_owned(), "960 B".to_owned()));
    assert_eq!((bytes(81_408.0), bytes(17_096_704.0)), ("81.4 kB".to_owned(), "17.1 MB".to_owned()));
}

/// What a visitor can do.
fn acts() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0_u8..16, 0..24)
}

fn act(kernels: &mut Kernels, act: u8) {
    match act {
        0..=3 => kernels.change(usize::from(act), Change::More),
        4..=6 => kernels.change(usize::from(act - 4), Change::Less),
        7 => kernels.toggle(),
        8 => kernels.restart(),
        9 => kernels.finish(),
        _ => kernels.step(),
    }
}

proptest! {
    // A run is a hundred thousand multiply-adds: few cases say enough.
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_is_done_it_holds_its_promises(acts in acts()) {
        let (mut one, mut other) = (Kernels::new(), Kernels::new());
        for next in acts {
            act(&mut one, next);
            act(&mut other, next);
            prop_assert_eq!(&one, &other);
            prop_assert!(one.product.len() <= usize::from(LARGEST).pow(2));
            prop_assert!(one.chosen.walk.done() <= one.chosen.walk.total());
            prop_assert!(!(one.running() && one.ended()));
            for Parameter { label, value, .. } in one.parameters() {
                prop_assert!(label.len() <= 12 && value.len() <= 20, "{}: {}", label, value);
            }
            for Figure { label, value } in one.figures() {
                prop_assert!(label.len() <= 16 && value.len() <= 20, "{}: {}", label, value);
            }
        }
        one.toggle();
        for _ in 0..400 {
            one.step();
        }
        prop_assert!(!one.running());
    }
}
