//! Who has to go when there is no room for one who is let in.

use super::*;

const MINUTE: Duration = Duration::from_secs(60);
/// The least that is more than a minute.
const OVER: Duration = Duration::from_millis(60_001);

/// A connection that is let in, or finds no room.
fn comes(admission: &Arc<Admission>, address: IpAddr, now: Instant) -> Option<Permit> {
    let mut permit = admission.admit(address, now).unwrap();
    permit.let_in(now).then_some(permit)
}

/// So many visitors, each from an address of its own.
fn readers(admission: &Arc<Admission>, count: u32, now: Instant) -> Vec<Permit> {
    (0..count).map(|n| comes(admission, nth("192.0.2.0", n), now).unwrap()).collect()
}

#[test]
fn ten_thousand_busy_addresses_evict_no_reader_of_fifty_seconds() {
    let begin = Instant::now();
    let admission = admission(1000, 10, 100);
    let readers = readers(&admission, 200, begin);
    let busy: Vec<_> = (0..800).map(|n| comes(&admission, nth("10.0.0.0", n), begin).unwrap()).collect();
    for n in 0..10_000_u32 {
        let now = begin + Duration::from_millis(5) * n;
        // Each of them sends something twice a second.
        if n % 100 == 0 {
            for permit in &busy {
                permit.heard(now);
            }
        }
        assert!(comes(&admission, nth("10.1.0.0", n), now).is_none(), "connection {n}");
    }
    assert!(readers.iter().chain(&busy).all(stays));
    assert_eq!((admission.connections(), admission.unauthenticated()), (1000, 0));
}

#[test]
fn a_minute_is_a_minute_since_the_last_input() {
    let begin = Instant::now();
    let input = begin + Duration::from_secs(1000);
    let admission = admission(1, 0, 0);
    let reader = comes(&admission, ip("192.0.2.1"), begin).unwrap();
    reader.heard(input);
    assert!(comes(&admission, ip("192.0.2.2"), input + MINUTE).is_none());
    assert!(stays(&reader));
    assert!(comes(&admission, ip("192.0.2.2"), input + OVER).is_some());
    assert!(!stays(&reader));
}

#[test]
fn one_that_is_let_in_begins_with_a_minute() {
    let begin = Instant::now();
    let admission = admission(1, 0, 0);
    let mut reader = exchanging(&admission, "192.0.2.1", begin).unwrap();
    assert!(reader.let_in(begin + MINUTE));
    assert!(comes(&admission, ip("192.0.2.2"), begin + MINUTE + MINUTE).is_none());
}

#[test]
fn ten_are_evicted_at_once_and_then_ten_a_minute() {
    let begin = Instant::now();
    let admission = admission(200, 0, 0);
    let idle = readers(&admission, 200, begin);
    let evicted = |idle: &[Permit]| idle.iter().filter(|permit| !stays(permit)).count();
    let mut newcomers: Vec<Permit> = Vec::new();
    // One tries it every 100 ms.
    for n in 0..=6000_u32 {
        let now = begin + OVER + Duration::from_millis(100) * n;
        newcomers.extend(comes(&admission, nth("10.0.0.0", n), now));
        for permit in &newcomers {
            permit.heard(now);
        }
        assert_eq!(evicted(&idle), (n as usize + 1).min(10 + n as usize / 60), "after {n} tries");
        assert_eq!(newcomers.len(), evicted(&idle));
    }
    assert_eq!(evicted(&idle), 110, "in ten minutes");
    assert!(newcomers.iter().all(stays));
    assert_eq!(admission.connections(), 200);
}

#[test]
fn a_try_that_finds_nobody_costs_no_eviction() {
    let begin = Instant::now();
    let admission = admission(20, 0, 0);
    let _readers = readers(&admission, 20, begin);
    let mut newcomers = Vec::new();
    for n in 0..1000 {
        assert!(comes(&admission, nth("10.0.0.0", n), begin + MINUTE).is_none());
    }
    for n in 0..1000 {
        newcomers.extend(comes(&admission, nth("10.0.0.0", n), begin + OVER));
    }
    assert_eq!(newcomers.len(), 10);
}

#[test]
fn only_an_address_that_holds_fewer_places_evicts() {
    let begin = Instant::now();
    // How many places newcomer and reader hold, and whether the newcomer gets the reader's.
    for (newcomer, reader, expected) in [(0, 1, true), (1, 1, false), (1, 2, true), (2, 2, false), (3, 2, false)] {
        for (theirs, ours) in [("192.0.2.1", "198.51.100.1"), ("2001:db8:1::", "2001:db8:2::")] {
            let admission = admission(newcomer + reader, 0, 0);
            let readers: Vec<_> = (0..reader).map(|_| comes(&admission, ip(theirs), begin).unwrap()).collect();
            let own: Vec<_> = (0..newcomer).map(|_| comes(&admission, ip(ours), begin).unwrap()).collect();
            // Its own are not idle.
            for permit in &own {
                permit.heard(begin + MINUTE);
            }
            let let_in = comes(&admission, ip(ours), begin + OVER);
            assert_eq!(let_in.is_some(), expected, "{newcomer} and {reader}");
            assert_eq!(readers.iter().all(stays), !expected);
            assert!(own.iter().all(stays));
        }
    }
}

#[test]
fn a_site_of_many_networks_holds_the_places_of_all() {
    let begin = Instant::now();
    let admission = admission(40, 0, 0);
    let mut site: Vec<_> = (0..20).map(|n| comes(&admission, nth("2001:db8:1::", n), begin).unwrap()).collect();
    let others = readers(&admission, 20, begin);
    // Another /64 of the same /48 holds no place, and the site twenty.
    assert!(comes(&admission, nth("2001:db8:1::", 99), begin + OVER).is_none());
    // Others evict of the site first, and the one that is idle for the longest.
    site[0].heard(begin + Duration::from_secs(1));
    let newcomer = comes(&admission, ip("198.51.100.1"), begin + OVER);
    assert!(newcomer.is_some() && others.iter().all(stays) && stays(&site[0]));
    site.retain(stays);
    assert_eq!(site.len(), 19);
}

#[test]
fn the_longest_idle_of_the_network_that_has_most_goes_first() {
    let begin = Instant::now();
    let admission = admission(4, 0, 0);
    let [alone, first, second, third] = ["192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.3"]
        .map(|address| comes(&admission, ip(address), begin).unwrap());
    third.heard(begin + Duration::from_millis(10));
    first.heard(begin + Duration::from_millis(20));
    alone.heard(begin + Duration::from_millis(30));
    let now = begin + Duration::from_secs(90);
    let mut newcomers = Vec::new();
    for (n, gone) in (0..).zip([&second, &third, &first, &alone]) {
        assert!(stays(gone));
        newcomers.push(comes(&admission, nth("10.0.0.0", n), now).unwrap());
        assert!(!stays(gone), "newcomer {n}");
    }
}

#[test]
fn a_connection_of_no_known_origin_is_one_place_and_evicts_none() {
    let begin = Instant::now();
    let admission = admission(1, 0, 0);
    let comes_from = |address: Option<IpAddr>, now| {
        let mut permit = admission.enter(now).unwrap().introduced(address, now).unwrap();
        permit.let_in(now).then_some(permit)
    };
    let proxy = comes_from(None, begin).unwrap();
    assert!(comes_from(None, begin + OVER).is_none());
    let visitor = comes_from(Some(ip("192.0.2.1")), begin + OVER).unwrap();
    assert!(!stays(&proxy));
    assert!(comes_from(None, begin + OVER + OVER).is_none());
    assert!(stays(&visitor));
}

#[test]
fn without_evictions_there_are_none() {
    let begin = Instant::now();
    let admission = Admission::new(&Limits { connections: 1, evictions: 0, ..Limits::default() });
    let reader = comes(&admission, ip("192.0.2.1"), begin).unwrap();
    assert!(comes(&admission, ip("192.0.2.2"), begin + 100 * MINUTE).is_none());
    assert!(stays(&reader));
}
