use std::net::Ipv4Addr;

use super::*;

mod displacing;
mod evicting;
mod properties;

impl Register {
    /// The counts: connections, those a proxy has not introduced, those let in, and networks.
    fn totals(&self) -> (usize, usize, usize, usize) {
        (
            self.connections(),
            self.at(ConnectionStage::Unintroduced),
            self.at(ConnectionStage::Admitted),
            self.networks.len(),
        )
    }
}

fn admission(connections: usize, per_address: usize, unauthenticated: usize) -> Arc<Admission> {
    Admission::new(&Limits { connections, per_address, unauthenticated, ..Limits::default() })
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// The `n`th address of a network, from 1 on: of an IPv6 one that of the `n`th /64.
fn nth(network: &str, n: u32) -> IpAddr {
    match network.parse().unwrap() {
        IpAddr::V4(first) => Ipv4Addr::from_bits(first.to_bits() + n).into(),
        IpAddr::V6(first) => std::net::Ipv6Addr::from_bits(first.to_bits() + (u128::from(n) << 64)).into(),
    }
}

/// A connection that has come as far as the exchange of keys.
fn exchanging(admission: &Arc<Admission>, address: &str, now: Instant) -> Result<Permit, Refusal> {
    let mut permit = admission.admit(ip(address), now)?;
    permit.reached(ConnectionStage::Exchanging);
    Ok(permit)
}

/// Whether a connection has its place still.
fn stays(permit: &Permit) -> bool {
    !permit.evicted.is_cancelled()
}

/// Those of `asked` who are let in at once, and why the last of the others was not.
fn let_in(
    admission: &Arc<Admission>,
    asked: impl IntoIterator<Item = IpAddr>,
    now: Instant,
) -> (Vec<Permit>, Option<Refusal>) {
    let (mut permits, mut refused) = (Vec::new(), None);
    for address in asked {
        match admission.admit(address, now) {
            Ok(permit) => permits.push(permit),
            Err(refusal) => refused = Some(refusal),
        }
    }
    (permits, refused)
}

#[test]
fn so_many_are_let_in_until_one_leaves() {
    let now = Instant::now();
    let admission = admission(2, 0, 0);
    let [mut first, mut second, mut third] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|address| {
        // There is a room for those who are not let in yet.
        admission.admit(ip(address), now).unwrap()
    });
    assert!(first.let_in(now) && second.let_in(now));
    assert!(!third.let_in(now));
    assert_eq!((admission.connections(), admission.unauthenticated()), (3, 1));
    drop(first);
    assert!(third.let_in(now));
    assert_eq!((admission.connections(), admission.unauthenticated()), (2, 0));
    assert!(second.let_in(now), "it is in");
}

#[test]
fn one_address_is_counted_as_one_however_it_is_written() {
    let now = Instant::now();
    for (a, b, same) in [
        ("192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "::ffff:192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("127.0.0.1", "127.0.0.1", true),
        ("::1", "127.0.0.1", false),
    ] {
        let admission = admission(0, 1, 0);
        let _first = admission.admit(ip(a), now).unwrap();
        let second = admission.admit(ip(b), now).map(drop);
        assert_eq!(second, if same { Err(Refusal::Address) } else { Ok(()) }, "{a} and {b}");
    }
}

#[test]
fn so_many_from_an_address_and_four_times_as_many_from_a_site() {
    let now = Instant::now();
    for (network, others, expected, why) in [
        ("192.0.2.0", 0, 10, Refusal::Address),
        ("2001:db8:1::", 0, 10, Refusal::Address),
        ("2001:db8:1::", 99, 40, Refusal::Site),
        ("192.0.2.0", 99, 200, Refusal::Address),
    ] {
        let admission = admission(0, 10, 0);
        // From `others` + 1 addresses, two from each; or all from one.
        let asked = (0..200).map(|n| nth(network, n % (others + 1)));
        let (permits, refused) = let_in(&admission, asked, now);
        assert_eq!(permits.len(), expected, "{network}");
        assert_eq!(refused, (expected < 200).then_some(why), "{network}");
        assert!(admission.admit(ip("198.51.100.1"), now).is_ok(), "another is let in");
        assert!(admission.admit(ip("2001:db8:2::1"), now).is_ok(), "another is let in");
    }
}

#[test]
fn those_who_come_and_go_are_let_in_at_a_rate() {
    let begin = Instant::now();
    let minute = |admission: &Arc<Admission>, addresses: u32, network: &str| {
        let asked = (0..6000_u32).map(|n| (begin + Duration::from_millis(10) * n, nth(network, n % addresses)));
        asked.filter(|(now, address)| admission.admit(*address, *now).is_ok()).count()
    };
    for (per_address, addresses, network, expected) in [
        // The burst, and one in a second: a token came back just before the last of the minute.
        (10, 1, "192.0.2.0", 69),
        (10, 1, "2001:db8:1::", 69),
        (10, 2, "192.0.2.0", 2 * 69),
        (10, 1000, "2001:db8:1::", 40 + 4 * 60 - 1),
        (3, 1, "192.0.2.0", 3 + 59),
        (0, 1, "192.0.2.0", 6000),
        (0, 1, "2001:db8:1::", 6000),
    ] {
        let admission = admission(0, per_address, 0);
        assert_eq!(minute(&admission, addresses, network), expected, "{per_address} from {addresses} of {network}");
        assert!(admission.admit(ip("198.51.100.1"), begin).is_ok(), "another is let in");
    }
}

#[test]
fn a_hundred_thousand_addresses_lock_nobody_out() {
    let now = Instant::now();
    let never = Duration::from_secs(60 * 60);
    let admission = Admission::new(&Limits { arrival: never, ..Limits::default() });
    for n in 0..100_000 {
        let address = nth("10.0.0.0", n);
        assert!(admission.admit(address, now).is_ok(), "address {address}");
    }
    assert!(admission.admit(ip("127.0.0.2"), now).is_ok());
}

#[test]
fn a_refusal_costs_no_token() {
    let now = Instant::now();
    let admission = admission(0, 2, 1);
    let mut first = admission.admit(ip("192.0.2.1"), now).unwrap();
    first.reached(ConnectionStage::Exchanging);
    for _ in 0..50 {
        assert_eq!(admission.admit(ip("192.0.2.1"), now).unwrap_err(), Refusal::Handshakes);
    }
    drop(first);
    assert!(admission.admit(ip("192.0.2.1"), now).is_ok(), "the second token is still there");
    assert_eq!(admission.admit(ip("192.0.2.1"), now).unwrap_err(), Refusal::Rate);
}

#[test]
fn authenticating_frees_a_place_among_the_unauthenticated_once() {
    let now = Instant::now();
    let admission = admission(0, 0, 1);
    let mut first = exchanging(&admission, "192.0.2.1", now).unwrap();
    assert_eq!(exchanging(&admission, "192.0.2.2", now).unwrap_err(), Refusal::Handshakes);
    assert!(first.let_in(now) && first.let_in(now));
    let second = exchanging(&admission, "192.0.2.2", now).unwrap();
    assert_eq!(exchanging(&admission, "192.0.2.3", now).unwrap_err(), Refusal::Handshakes);
    drop(first);
    assert_eq!(exchanging(&admission, "192.0.2.3", now).unwrap_err(), Refusal::Handshakes);
    drop(second);
    assert!(exchanging(&admission, "192.0.2.3", now).is_ok());
}

#[test]
fn one_without_an_address_is_counted_until_it_has_one() {
    let now = Instant::now();
    let admission = admission(0, 1, 3);
    let proxied = |address: Option<&str>| admission.enter(now)?.introduced(address.map(ip), now);
    let first = proxied(Some("192.0.2.1")).unwrap();
    assert_eq!(proxied(Some("192.0.2.1")).unwrap_err(), Refusal::Address);
    assert_eq!(admission.connections(), 1, "who is refused is counted out");
    let others = [None, None].map(|none| proxied(none).unwrap());
    // As many may be about to say for whom they come, and none of them displaces another.
    let about: Vec<_> = (0..3).map(|_| admission.enter(now).unwrap()).collect();
    assert_eq!(admission.enter(now).unwrap_err(), Refusal::Handshakes);
    assert_eq!((admission.connections(), admission.unauthenticated()), (6, 6));
    assert!(!first.evicted.is_cancelled());
    // But those do who are known.
    let known: Vec<_> = about.into_iter().map(|permit| permit.introduced(Some(ip("192.0.2.9")), now)).collect();
    assert!(matches!(&known[..], [Ok(_), Err(Refusal::Address), Err(Refusal::Address)]), "{known:?}");
    assert!(first.evicted.is_cancelled() && !others.iter().any(|other| other.evicted.is_cancelled()));
    drop((first, others, known));
    assert_eq!(admission.connections(), 0);
}

#[test]
fn nothing_is_kept_of_the_connections_of_those_who_left() {
    let now = Instant::now();
    let admission = admission(0, 0, 0);
    for network in ["10.0.0.0", "2001:db8::"] {
        let mut permits: Vec<_> = (0..1000).map(|n| admission.admit(nth(network, n), now).unwrap()).collect();
        assert_eq!(admission.connections(), 1000);
        assert!(permits.iter_mut().step_by(2).all(|permit| permit.let_in(now)));
        drop(permits);
        assert_eq!(admission.state.lock().register.totals(), (0, 0, 0, 0));
    }
}
