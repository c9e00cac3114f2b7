use std::{net::Ipv4Addr, time::Duration};

use super::*;

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
fn a_full_house_refuses_until_somebody_leaves() {
    let now = Instant::now();
    let admission = admission(2, 0, 0);
    let first = admission.admit(ip("192.0.2.1"), now).unwrap();
    let _second = admission.admit(ip("192.0.2.2"), now).unwrap();
    assert_eq!(admission.admit(ip("192.0.2.3"), now).unwrap_err(), Refusal::Full);
    assert_eq!(admission.enter().unwrap_err(), Refusal::Full);
    drop(first);
    assert!(admission.admit(ip("192.0.2.3"), now).is_ok());
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
fn a_refusal_costs_no_token() {
    let now = Instant::now();
    let admission = admission(1, 2, 0);
    let first = admission.admit(ip("192.0.2.1"), now).unwrap();
    for _ in 0..50 {
        assert_eq!(admission.admit(ip("192.0.2.1"), now).unwrap_err(), Refusal::Full);
    }
    drop(first);
    assert!(admission.admit(ip("192.0.2.1"), now).is_ok(), "the second token is still there");
    assert_eq!(admission.admit(ip("192.0.2.1"), now).unwrap_err(), Refusal::Rate);
}

#[test]
fn authenticating_frees_a_place_among_the_unauthenticated_once() {
    let now = Instant::now();
    let admission = admission(0, 0, 1);
    let mut first = admission.admit(ip("192.0.2.1"), now).unwrap();
    assert_eq!(admission.admit(ip("192.0.2.2"), now).unwrap_err(), Refusal::Handshakes);
    first.authenticated();
    first.authenticated();
    let second = admission.admit(ip("192.0.2.2"), now).unwrap();
    assert_eq!(admission.admit(ip("192.0.2.3"), now).unwrap_err(), Refusal::Handshakes);
    drop(first);
    assert_eq!(admission.admit(ip("192.0.2.3"), now).unwrap_err(), Refusal::Handshakes);
    drop(second);
    assert!(admission.admit(ip("192.0.2.3"), now).is_ok());
}

#[test]
fn the_last_half_of_the_places_is_for_those_who_have_none() {
    let now = Instant::now();
    for network in ["192.0.2.0", "2001:db8:1::"] {
        let admission = admission(0, 10, 100);
        // Five sites of IPv6, or addresses of IPv4, that authenticate nothing, as often as they may.
        let greedy = (0..200).map(|n| match network.parse().unwrap() {
            IpAddr::V4(_) => nth(network, n % 5),
            IpAddr::V6(_) => nth(network, (n % 5) << 16 | n),
        });
        let (held, refused) = let_in(&admission, greedy, now);
        assert!(held.len() <= 50, "{} held", held.len());
        assert_eq!(refused, Some(Refusal::Handshakes));
        let others = (0..100).map(|n| nth("198.51.100.0", n));
        let (visitors, refused) = let_in(&admission, others, now);
        assert_eq!(visitors.len(), 100 - held.len(), "everybody else has one until all are taken");
        assert_eq!(refused, Some(Refusal::Handshakes));
    }
}

#[test]
fn whoever_is_in_stays_in_and_the_newest_are_refused() {
    let now = Instant::now();
    let admission = admission(100, 10, 50);
    let mut visitors: Vec<_> = (0..80)
        .map(|n| {
            let mut permit = admission.admit(nth("192.0.2.0", n), now).unwrap();
            permit.authenticated();
            permit
        })
        .collect();
    let flood = (0..100_000).map(|n| nth("198.18.0.0", n));
    let (held, refused) = let_in(&admission, flood, now);
    assert_eq!((held.len(), refused), (20, Some(Refusal::Full)));
    assert_eq!(admission.connections(), 100);
    visitors.pop();
    assert!(admission.admit(ip("203.0.113.1"), now).is_ok(), "the next who comes has the place of one who left");
}

#[test]
fn one_without_an_address_is_counted_until_it_has_one() {
    let now = Instant::now();
    let admission = admission(0, 1, 3);
    let proxied = |address| admission.enter()?.counted_for(ip(address), now);
    let first = proxied("192.0.2.1").unwrap();
    assert_eq!(proxied("192.0.2.1").unwrap_err(), Refusal::Address);
    assert_eq!(admission.connections(), 1, "who is refused is counted out");
    let (second, third) = (admission.enter().unwrap(), admission.enter().unwrap());
    assert_eq!(admission.enter().unwrap_err(), Refusal::Handshakes);
    assert_eq!(admission.connections(), 3);
    drop((first, second, third));
    assert_eq!(admission.connections(), 0);
}

#[test]
fn nothing_is_kept_of_the_connections_of_those_who_left() {
    let now = Instant::now();
    let admission = admission(0, 0, 0);
    for network in ["10.0.0.0", "2001:db8::"] {
        let mut permits: Vec<_> = (0..1000).map(|n| admission.admit(nth(network, n), now).unwrap()).collect();
        assert_eq!(admission.connections(), 1000);
        permits.iter_mut().step_by(2).for_each(Permit::authenticated);
        drop(permits);
        let counts = admission.counts();
        assert_eq!((counts.all, counts.networks.len()), (Count::default(), 0));
    }
}

#[test]
fn the_log_shows_networks() {
    for (address, shown) in [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
    ] {
        assert_eq!(shortened(ip(address)), shown);
    }
}

#[test]
fn refusals_are_lines_that_may_stand_before_a_version() {
    use Refusal::{Address, Full, Handshakes, Header, NoProxy, Rate, Site};
    for refusal in [Full, Address, Site, Handshakes, Rate, NoProxy, Header] {
        let line = refusal.line();
        assert!(line.ends_with("\r\n") && !line.starts_with("SSH-") && line.len() < 255, "{line:?}");
    }
}
