//! Who has to go when there is no room for those who are not let in yet.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn the_oldest_silent_one_goes_first_or_of_the_identified_while_they_are_more() {
    let now = Instant::now();
    let admission = admission(0, 0, 7);
    let stages = [
        ConnectionStage::Identified,
        ConnectionStage::Silent,
        ConnectionStage::Exchanging,
        ConnectionStage::Identified,
        ConnectionStage::Silent,
        ConnectionStage::Exchanging,
        ConnectionStage::Identified,
    ];
    let old: Vec<_> = (0..)
        .zip(stages)
        .map(|(n, stage)| {
            let mut permit = admission.admit(nth("192.0.2.0", n), now).unwrap();
            permit.reached(stage);
            permit
        })
        .collect();
    let mut held = Vec::new();
    for (n, gone) in (0..).zip([0, 1, 3, 4, 6]) {
        assert!(stays(&old[gone]));
        let mut newcomer = admission.admit(nth("198.51.100.0", n), now).unwrap();
        assert!(!stays(&old[gone]), "the {gone}th was to go for newcomer {n}");
        newcomer.reached(ConnectionStage::Exchanging);
        held.push(newcomer);
        assert_eq!(admission.unauthenticated(), 7);
    }
    assert!(stays(&old[2]) && stays(&old[5]));
    assert_eq!(admission.admit(ip("203.0.113.1"), now).unwrap_err(), Refusal::Handshakes);
    assert!(held.iter().all(stays));
}

#[test]
fn one_that_exchanges_keys_is_never_displaced() {
    let now = Instant::now();
    for per_address in [0, 10] {
        let admission = admission(0, per_address, 100);
        let visitors: Vec<_> = (0..40).map(|n| exchanging(&admission, &format!("192.0.2.{n}"), now).unwrap()).collect();
        let flood: Vec<_> = (0..20_000).map(|n| admission.admit(nth("198.18.0.0", n), now).unwrap()).collect();
        assert!(visitors.iter().all(stays));
        assert_eq!(flood.iter().filter(|permit| stays(permit)).count(), 60);
        assert!(flood.iter().rev().take(60).all(stays), "the newest have the places");
        assert_eq!(admission.unauthenticated(), 100);
        drop(flood);
        assert_eq!(admission.unauthenticated(), 40, "those who were displaced are not counted out twice");
        let all: Vec<_> = (0..60).map(|n| exchanging(&admission, &format!("203.0.113.{n}"), now).unwrap()).collect();
        let (_, refused) = let_in(&admission, (0..100).map(|n| nth("198.18.0.0", n)), now);
        assert_eq!(refused, Some(Refusal::Handshakes), "when all exchange keys, a newcomer is refused");
        assert!(visitors.iter().chain(&all).all(stays));
    }
}

#[test]
fn a_stage_is_never_taken_back() {
    let now = Instant::now();
    let admission = admission(0, 0, 1);
    let mut permit = exchanging(&admission, "192.0.2.1", now).unwrap();
    permit.reached(ConnectionStage::Identified);
    assert_eq!(admission.admit(ip("192.0.2.2"), now).unwrap_err(), Refusal::Handshakes);
    assert!(permit.let_in(now));
    permit.reached(ConnectionStage::Exchanging);
    assert_eq!(admission.state.lock().register.totals(), (1, 0, 1, 1));
}

#[test]
fn one_that_was_displaced_and_does_not_know_it_yet_gets_no_place() {
    let now = Instant::now();
    let admission = admission(1, 0, 1);
    let mut first = admission.admit(ip("192.0.2.1"), now).unwrap();
    let mut second = admission.admit(ip("192.0.2.2"), now).unwrap();
    assert!(!stays(&first));
    first.reached(ConnectionStage::Exchanging);
    assert!(!first.let_in(now));
    assert!(second.let_in(now));
    drop(first);
    assert_eq!(admission.state.lock().register.totals(), (1, 0, 1, 1));
}

/// Connections from 10,000 addresses, a hundred a second, that stop somewhere before the exchange of keys; and
/// visitors, ten a second, for whom a round trip takes 300 ms.
#[test]
fn a_flood_from_ten_thousand_addresses_keeps_no_visitor_out() {
    const ROUND_TRIP: u32 = 300;
    for stops in [ConnectionStage::Silent, ConnectionStage::Identified] {
        let begin = Instant::now();
        let admission = admission(1000, 10, 100);
        let (mut flood, mut visitors) = (Vec::new(), Vec::new());
        // A minute, in milliseconds.
        for at in 0..60_000 {
            let now = begin + Duration::from_millis(at.into());
            if at % 10 == 0 {
                let mut permit = admission.admit(nth("198.18.0.0", at / 10 % 10_000), now).unwrap();
                permit.reached(stops);
                flood.push(permit);
            }
            if at % 100 == 0 {
                visitors.push((at, admission.admit(nth("192.0.2.0", at / 100 % 200), now).unwrap()));
            }
            for (came, visitor) in &mut visitors {
                // One half sends the version line at once, the other once the server's has come.
                let identified = if *came % 200 == 0 { 1 } else { ROUND_TRIP };
                match at - *came {
                    n if n == identified => visitor.reached(ConnectionStage::Identified),
                    n if n == 2 * ROUND_TRIP => visitor.reached(ConnectionStage::Exchanging),
                    n if n == 4 * ROUND_TRIP => assert!(visitor.let_in(now), "after {came} ms, stop at {stops:?}"),
                    _ => {}
                }
            }
            visitors.retain(|(came, _)| at - came <= 4 * ROUND_TRIP);
            assert!(admission.unauthenticated() <= 100);
        }
        assert_eq!(flood.iter().filter(|permit| stays(permit)).count(), 100 - visitors.len());
    }
}

#[test]
fn a_flood_from_few_addresses_displaces_itself_and_nobody_else() {
    let begin = Instant::now();
    for network in ["192.0.2.0", "2001:db8:1::"] {
        let admission = admission(0, 10, 100);
        let silent: Vec<_> = (0..30).map(|n| admission.admit(nth("198.51.100.0", n), begin).unwrap()).collect();
        // Fifty addresses of IPv4, or sites of IPv6, that connect for ten minutes as often as they may.
        let mut flood = Vec::new();
        for n in 0..600 * 50 {
            let now = begin + SECOND * (n / 50);
            let address = match network.parse().unwrap() {
                IpAddr::V4(_) => nth(network, n % 50),
                IpAddr::V6(_) => nth(network, ((n % 50) << 16) | (n / 50 % 9)),
            };
            flood.extend(admission.admit(address, now));
            if flood.len() > 1000 {
                flood.retain(stays);
            }
        }
        assert!(silent.iter().all(stays), "{network}");
        flood.retain(stays);
        assert_eq!(flood.len(), 50, "each holds one");
    }
}

#[test]
fn the_last_half_of_the_places_is_for_those_who_have_none() {
    let now = Instant::now();
    for network in ["192.0.2.0", "2001:db8:1::"] {
        let admission = admission(0, 10, 100);
        // Five sites of IPv6, or addresses of IPv4, that exchange keys and authenticate nothing, as often as they may.
        let greedy = (0..200).map(|n| match network.parse().unwrap() {
            IpAddr::V4(_) => nth(network, n % 5),
            IpAddr::V6(_) => nth(network, (n % 5) << 16 | n),
        });
        let mut held = Vec::new();
        let mut refused = None;
        for address in greedy {
            match exchanging(&admission, &address.to_string(), now) {
                Ok(permit) => held.push(permit),
                Err(refusal) => refused = Some(refusal),
            }
        }
        assert!(held.len() <= 50, "{} held", held.len());
        assert_eq!(refused, Some(Refusal::Handshakes));
        let mut visitors = Vec::new();
        while let Ok(permit) = exchanging(&admission, &format!("198.51.100.{}", visitors.len()), now) {
            visitors.push(permit);
        }
        assert_eq!(visitors.len(), 100 - held.len(), "everybody else has one until all are taken");
    }
}

#[test]
fn a_network_at_its_share_displaces_its_own_oldest() {
    let now = Instant::now();
    for (ours, sibling, other) in
        [("192.0.2.1", "192.0.2.1", "192.0.2.2"), ("2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:2::1")]
    {
        let admission = admission(0, 10, 10);
        let older = admission.admit(ip(other), now).unwrap();
        let [first, second] = [ours, sibling].map(|address| admission.admit(ip(address), now).unwrap());
        // With two of ten places, a network gets no third when a third of the places is taken.
        let _more: Vec<_> = (0..2).map(|n| admission.admit(nth("198.51.100.0", n), now).unwrap()).collect();
        let third = admission.admit(ip(sibling), now).unwrap();
        assert!(!stays(&first) && stays(&second) && stays(&older) && stays(&third));
    }
}

#[test]
fn a_newcomer_that_is_refused_displaces_nobody() {
    let now = Instant::now();
    let admission = admission(0, 1, 2);
    let held = [1, 2].map(|n| admission.admit(nth("192.0.2.0", n), now).unwrap());
    assert_eq!(admission.admit(nth("192.0.2.0", 1), now).unwrap_err(), Refusal::Address);
    // This one has used its token.
    drop(Admission::admit(&admission, ip("198.51.100.1"), now).unwrap());
    let all: Vec<_> = (3..5).map(|n| admission.admit(nth("192.0.2.0", n), now).unwrap()).collect();
    assert_eq!(admission.admit(ip("198.51.100.1"), now).unwrap_err(), Refusal::Rate);
    assert!(all.iter().all(stays));
    drop(held);
}
