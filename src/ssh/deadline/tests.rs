use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;
use crate::ssh::{admission::Admission, stream::Supervised};

impl Progress {
    /// Of a connection that comes now and is the first of its server.
    pub(in crate::ssh) fn of_tests(limits: &Limits) -> Arc<Self> {
        let now = Instant::now();
        let address = std::net::IpAddr::from([192, 0, 2, 1]);
        let Ok(permit) = Admission::new(limits).admit(address, now.into_std()) else {
            panic!("there is room for the first");
        };
        Self::new(&Arc::new(limits.clone()), now, permit)
    }
}

/// A connection whose client sends nothing, and the moment when it begins.
fn connection() -> (Supervised<DuplexStream>, DuplexStream, Arc<Progress>, Instant) {
    let (ours, theirs) = duplex(64);
    let progress = Progress::of_tests(&Limits::default());
    (Supervised::new(ours, Arc::clone(&progress), &Arc::default()), theirs, progress, Instant::now())
}

/// Reads until the deadline: how long that took from `begin`.
async fn read_until_due(stream: &mut Supervised<DuplexStream>, begin: Instant) -> Duration {
    let mut buffer = [0; 16];
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) => panic!("closed"),
            Ok(_) => (),
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
                return begin.elapsed();
            }
        }
    }
}

/// Timers of tokio are exact to a millisecond, and round up.
fn assert_about(took: Duration, expected: Duration) {
    assert!(took >= expected && took < expected + Duration::from_millis(5), "{took:?}, expected {expected:?}");
}

/// A packet that is not encrypted (RFC 4253, section 6), with so many bytes in it.
fn packet(message: u8, payload: u8) -> Vec<u8> {
    [&[0, 0, 0, 2 + payload, 0, message][..], &vec![0; payload.into()]].concat()
}

#[tokio::test(start_paused = true)]
async fn each_message_of_the_handshake_is_due_whatever_else_arrives() {
    let (version, kexinit, init) = (b"SSH-2.0-client\r\n".to_vec(), packet(20, 90), packet(30, 32));
    let Limits { identification, key_exchange, authenticated, .. } = Limits::default();
    let second = Duration::from_secs(1);
    // Each is sent a second after the one before, and then a byte a second that ends nothing.
    for (sent, due, end) in [
        (vec![], identification, ConnectionEnd::NotIdentified),
        (vec![&version], key_exchange, ConnectionEnd::NotNegotiated),
        (vec![&version, &kexinit], second + key_exchange, ConnectionEnd::NoKeyExchange),
        (vec![&version, &kexinit, &init], authenticated, ConnectionEnd::NotAuthenticated),
    ] {
        let (mut stream, mut client, progress, begin) = connection();
        let sent: Vec<_> = sent.into_iter().cloned().collect();
        let chatter = tokio::spawn(async move {
            for message in sent {
                client.write_all(&message).await.unwrap();
                tokio::time::sleep(second).await;
            }
            while client.write_all(b"S").await.is_ok() {
                tokio::time::sleep(second).await;
            }
        });
        let took = read_until_due(&mut stream, begin).await;
        assert_about(took, due);
        assert_eq!(progress.overdue(), Some(end));
        drop(stream);
        chatter.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn all_of_the_handshake_is_due_with_authentication() {
    let limits = Limits { authenticated: Duration::from_secs(4), ..Limits::default() };
    let progress = Progress::of_tests(&limits);
    let begin = Instant::now();
    let (ours, mut client) = duplex(64);
    let mut stream = Supervised::new(ours, progress, &Arc::default());
    client.write_all(b"SSH-2.0-client\r\n").await.unwrap();
    let took = read_until_due(&mut stream, begin).await;
    assert_about(took, limits.authenticated);
}

/// Two connections that have authenticated, of a server that has room for the first.
fn with_and_without_room() -> [Arc<Progress>; 2] {
    let limits = Arc::new(Limits { connections: 1, evictions: 0, ..Limits::default() });
    let admission = Admission::new(&limits);
    let [first, second] = [1, 2].map(|n| {
        let permit = admission.admit([192, 0, 2, n].into(), Instant::now().into_std()).unwrap();
        Progress::new(&limits, Instant::now(), permit)
    });
    assert!(first.authenticated());
    assert!(!second.authenticated());
    [first, second]
}

#[tokio::test(start_paused = true)]
async fn one_that_authenticates_when_there_is_no_room_is_told_and_has_to_go() {
    let [first, second] = with_and_without_room();
    let begin = Instant::now();
    let (ours, _client) = duplex(64);
    let mut stream = Supervised::new(ours, Arc::clone(&second), &Arc::default());
    let channel = second.open().unwrap();
    assert!(!channel.is_let_in());
    drop(channel);
    let took = read_until_due(&mut stream, begin).await;
    assert_about(took, Limits::default().turned_away);
    assert_eq!(second.overdue(), Some(ConnectionEnd::Full));
    assert!(first.open().unwrap().is_let_in());
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_due_after_authentication_even_while_a_read_waits() {
    let (mut stream, _client, progress, begin) = connection();
    let later = tokio::spawn({
        let progress = Arc::clone(&progress);
        async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            progress.authenticated();
        }
    });
    let took = read_until_due(&mut stream, begin).await;
    assert_about(took, Duration::from_secs(2) + Limits::default().first_channel);
    assert_eq!(progress.overdue(), Some(ConnectionEnd::NoChannel));
    later.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_last_channel_closed_starts_the_linger() {
    let (mut stream, _client, progress, begin) = connection();
    progress.authenticated();
    let first = progress.open().unwrap();
    let second = progress.open().unwrap();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(100)).await;
        drop(first);
        tokio::time::sleep(Duration::from_secs(100)).await;
        drop(second);
    });
    let took = read_until_due(&mut stream, begin).await;
    assert_about(took, Duration::from_secs(200) + Limits::default().idle_after_last_channel);
    assert_eq!(progress.overdue(), Some(ConnectionEnd::Lingering));
}

#[tokio::test(start_paused = true)]
async fn no_connection_outlives_its_lifetime_and_old_ones_open_nothing() {
    let (mut stream, _client, progress, begin) = connection();
    progress.authenticated();
    let _channel = progress.open().unwrap();
    let late = Arc::clone(&progress);
    let refused = tokio::spawn(async move {
        tokio::time::sleep(Limits::default().no_channel_after).await;
        late.open().is_none()
    });
    let took = read_until_due(&mut stream, begin).await;
    assert_about(took, Limits::default().lifetime);
    assert_eq!(progress.overdue(), Some(ConnectionEnd::Overlong));
    assert!(refused.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_write_that_waits_is_cut_too() {
    let (mut stream, _client, progress, begin) = connection();
    progress.authenticated();
    let _channel = progress.open().unwrap();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(7)).await;
        progress.cut(ConnectionEnd::Shutdown);
    });
    let error = stream.write_all(&[0; 1024]).await.expect_err("nobody reads");
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    assert_about(begin.elapsed(), Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_waits_for_a_client_that_takes_nothing_fails_in_time() {
    let (mut stream, mut client, progress, begin) = connection();
    progress.authenticated();
    let _channel = progress.open().unwrap();
    // A byte every twenty seconds is little, and not nothing.
    let slow = tokio::spawn(async move {
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_secs(20)).await;
            client.read_u8().await.unwrap();
        }
        client
    });
    let error = stream.write_all(&[0; 1024]).await.expect_err("nobody reads on");
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    assert_about(begin.elapsed(), Duration::from_secs(200) + Limits::default().write_timeout);
    slow.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn stopping_waits_for_channels_and_for_nothing_else() {
    let (mut idle, _client, progress, begin) = connection();
    progress.authenticated();
    progress.drain(ConnectionEnd::Shutdown);
    assert_about(read_until_due(&mut idle, begin).await, LAST_CLOSE);

    let (mut busy, _client, progress, begin) = connection();
    progress.authenticated();
    let channel = progress.open().unwrap();
    progress.drain(ConnectionEnd::Shutdown);
    assert!(progress.open().is_none());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(4)).await;
        drop(channel);
    });
    assert_about(read_until_due(&mut busy, begin).await, Duration::from_secs(4) + LAST_CLOSE);
}

#[tokio::test(start_paused = true)]
async fn one_that_found_no_room_keeps_that_reason_while_the_server_stops() {
    for end in [Progress::drain, Progress::cut] {
        let [let_in, told] = with_and_without_room();
        for (progress, why) in [(let_in, ConnectionEnd::Shutdown), (told, ConnectionEnd::Full)] {
            end(&progress, ConnectionEnd::Shutdown);
            tokio::time::sleep(LAST_CLOSE).await;
            assert_eq!(progress.overdue(), Some(why));
        }
    }
    let [_, told] = with_and_without_room();
    let channel = told.open().unwrap();
    told.drain(ConnectionEnd::Shutdown);
    drop(channel);
    tokio::time::sleep(Limits::default().turned_away).await;
    assert_eq!(told.overdue(), Some(ConnectionEnd::Full));
}

#[tokio::test(start_paused = true)]
async fn channels_are_counted_at_once_and_ever() {
    let (mut stream, _client, progress, _) = connection();
    progress.authenticated();
    let mut open: Vec<_> = (0..4).map(|_| progress.open().unwrap()).collect();
    assert!(progress.open().is_none(), "a fifth at once");
    for _ in 4..256 {
        open.pop();
        open.push(progress.open().unwrap());
    }
    open.pop();
    assert!(progress.open().is_none(), "another one after 256");
    // It ends with the last that is open, and not before.
    let begin = Instant::now();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(100)).await;
        drop(open);
    });
    let took = read_until_due(&mut stream, begin).await;
    assert_about(took, Duration::from_secs(100) + Limits::default().idle_after_last_channel);
    assert_eq!(progress.overdue(), Some(ConnectionEnd::UsedUp));
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_too_old_for_another_channel_ends_with_its_last_one() {
    let (mut stream, _client, progress, begin) = connection();
    progress.authenticated();
    let channel = progress.open().unwrap();
    let time = Limits::default().no_channel_after + Duration::from_secs(1);
    tokio::spawn(async move {
        tokio::time::sleep(time).await;
        drop(channel);
    });
    let took = read_until_due(&mut stream, begin).await;
    assert_about(took, time + Limits::default().idle_after_last_channel);
    assert_eq!(progress.overdue(), Some(ConnectionEnd::UsedUp));
}

#[tokio::test(start_paused = true)]
async fn channels_are_opened_at_once_and_then_one_in_each_interval() {
    let (_stream, _client, progress, begin) = connection();
    let Limits { channel_burst, channel_interval, .. } = Limits::default();
    for n in 0..100 {
        let channel = progress.open().unwrap();
        let turn = begin + channel_interval * u32::saturating_sub(n + 1, channel_burst);
        assert_about(channel.turn() - begin, turn - begin);
        tokio::time::sleep_until(channel.turn()).await;
    }
    // One that has rested may open as many at once as at first.
    tokio::time::sleep(channel_interval * channel_burst).await;
    let rested = Instant::now();
    let turns: Vec<_> = (0..=channel_burst).map(|_| progress.open().unwrap().turn()).collect();
    assert_eq!(turns.iter().filter(|turn| **turn <= rested).count(), channel_burst as usize);
}
