//! Whatever connections do, in whatever order, the counts are those of the connections that there are.

use proptest::{prelude::*, sample::Index};

use super::*;

/// What happens.
#[derive(Debug, Clone)]
enum Step {
    /// One of so many addresses connects, perhaps through a proxy.
    Comes { address: u8, proxied: bool },
    /// A proxy connects and has not said for whom.
    Enters,
    /// A connection reaches a stage.
    Reaches(Index, ConnectionStage),
    /// A connection authenticates.
    Authenticates(Index),
    /// A visitor types.
    Types(Index),
    /// A connection ends.
    Ends(Index),
    /// So many seconds pass.
    Waits(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let stage = prop_oneof![Just(ConnectionStage::Identified), Just(ConnectionStage::Exchanging)];
    prop_oneof![
        4 => (0_u8..12, any::<bool>()).prop_map(|(address, proxied)| Step::Comes { address, proxied }),
        1 => Just(Step::Enters),
        4 => (any::<Index>(), stage).prop_map(|(which, stage)| Step::Reaches(which, stage)),
        4 => any::<Index>().prop_map(Step::Authenticates),
        2 => any::<Index>().prop_map(Step::Types),
        2 => any::<Index>().prop_map(Step::Ends),
        2 => any::<u8>().prop_map(Step::Waits),
    ]
}

/// Twelve addresses: of IPv4, of one site and of another.
fn address(n: u8) -> IpAddr {
    match n {
        0..4 => nth("192.0.2.0", n.into()),
        4..8 => nth("2001:db8:1::", n.into()),
        _ => nth("2001:db8:2::", n.into()),
    }
}

proptest! {
    #[test]
    fn the_counts_are_those_of_the_connections_that_there_are(
        steps in prop::collection::vec(step(), 0..300),
        limits in (0_usize..6, 0_usize..4, 0_usize..8, 0_u32..3),
    ) {
        let (connections, per_address, unauthenticated, evictions) = limits;
        let limits = Limits { connections, per_address, unauthenticated, evictions, ..Limits::default() };
        let admission = Admission::new(&limits);
        let mut now = Instant::now();
        let mut permits: Vec<Permit> = Vec::new();
        for step in steps {
            let before = admission.connections();
            match step {
                Step::Comes { address: n, proxied } => {
                    let admitted = if proxied {
                        admission.enter(now).and_then(|permit| permit.introduced(Some(address(n)), now))
                    } else {
                        admission.admit(address(n), now)
                    };
                    if admitted.is_err() {
                        prop_assert_eq!(admission.connections(), before);
                    }
                    permits.extend(admitted);
                }
                Step::Enters => permits.extend(admission.enter(now)),
                Step::Waits(seconds) => now += Duration::from_secs(seconds.into()),
                _ if permits.is_empty() => {}
                Step::Reaches(which, stage) => which.get_mut(&mut permits).reached(stage),
                Step::Types(which) => which.get(&permits).heard(now),
                Step::Ends(which) => drop(permits.swap_remove(which.index(permits.len()))),
                Step::Authenticates(which) => {
                    let permit = which.get_mut(&mut permits);
                    let had_place = stays(permit);
                    let let_in = permit.let_in(now);
                    prop_assert!(had_place || !let_in);
                }
            }
            // The permits that have a place, counted anew.
            let live: Vec<_> = permits.iter().filter(|permit| stays(permit)).collect();
            let of = |stage| live.iter().filter(|permit| permit.key.0 == stage).count();
            let (unintroduced, let_in) = (of(ConnectionStage::Unintroduced), of(ConnectionStage::Admitted));
            prop_assert_eq!(admission.connections(), live.len());
            prop_assert_eq!(admission.unauthenticated(), live.len() - let_in);
            let networks = {
                let state = admission.state.lock();
                let entries: Vec<_> = live.iter().map(|permit| state.register.get(permit.key)).collect();
                prop_assert!(entries.iter().all(Option::is_some));
                let origins = entries.into_iter().flatten().filter_map(|entry| entry.origin);
                let networks = origins.flat_map(Origin::networks);
                networks.collect::<std::collections::HashSet<_>>().len()
            };
            let totals = admission.state.lock().register.totals();
            prop_assert_eq!(totals, (live.len(), unintroduced, let_in, networks));
            // And within their bounds.
            prop_assert!(connections == 0 || let_in <= connections);
            prop_assert!(unauthenticated == 0 || live.len() - let_in - unintroduced <= unauthenticated);
            prop_assert!(unauthenticated == 0 || unintroduced <= unauthenticated);
        }
        drop(permits);
        prop_assert_eq!(admission.state.lock().register.totals(), (0, 0, 0, 0));
    }
}
