use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;

/// A connection whose client sends nothing, and the moment when it begins.
fn connection() -> (Deadline<DuplexStream>, DuplexStream, Arc<Progress>, Instant) {
    let (ours, theirs) = duplex(64);
    let progress = Progress::new(&Limits::default());
    (Deadline::new(ours, Arc::clone(&progress)), theirs, progress, Instant::now())
}

/// Reads until the deadline; how long that took from `begin`, and what it was waited for.
async fn read_until_due(stream: &mut Deadline<DuplexStream>, begin: Instant) -> (Duration, String) {
    let mut buffer = [0; 16];
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) => return (begin.elapsed(), "closed".into()),
            Ok(_) => (),
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                return (begin.elapsed(), error.to_string());
            }
        }
    }
}

/// Timers of tokio are exact to a millisecond, and round up.
fn assert_about(took: Duration, expected: Duration) {
    assert!(took >= expected && took < expected + Duration::from_millis(5), "{took:?}, expected {expected:?}");
}

#[tokio::test(start_paused = true)]
async fn authentication_is_due_whatever_arrives() {
    let (mut stream, mut client, _progress, begin) = connection();
    let chatter = tokio::spawn(async move {
        while client.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let (took, why) = read_until_due(&mut stream, begin).await;
    assert_about(took, Limits::default().authenticated);
    assert_eq!(why, Step::Authenticate.overdue());
    drop(stream);
    chatter.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_due_after_authentication_even_while_a_read_waits() {
    let (mut stream, _client, progress, begin) = connection();
    let later = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        progress.authenticated();
    });
    let (took, why) = read_until_due(&mut stream, begin).await;
    assert_about(took, Duration::from_secs(3) + Limits::default().first_channel);
    assert_eq!(why, Step::OpenChannel.overdue());
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
    let (took, why) = read_until_due(&mut stream, begin).await;
    assert_about(took, Duration::from_secs(200) + Limits::default().linger);
    assert_eq!(why, Step::HangUp.overdue());
}

#[tokio::test(start_paused = true)]
async fn no_connection_outlives_its_lifetime_and_old_ones_open_nothing() {
    let (mut stream, _client, progress, begin) = connection();
    progress.authenticated();
    let _channel = progress.open().unwrap();
    let late = Arc::clone(&progress);
    let refused = tokio::spawn(async move {
        tokio::time::sleep(Limits::default().opening).await;
        late.open().is_none()
    });
    let (took, why) = read_until_due(&mut stream, begin).await;
    assert_about(took, Limits::default().lifetime);
    assert_eq!(why, Step::Finish.overdue());
    assert!(refused.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_write_that_waits_is_cut_too() {
    let (mut stream, _client, progress, begin) = connection();
    progress.authenticated();
    let _channel = progress.open().unwrap();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(7)).await;
        progress.cut();
    });
    let error = stream.write_all(&[0; 1024]).await.expect_err("nobody reads");
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
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
    assert_eq!((error.kind(), error.to_string()), (io::ErrorKind::TimedOut, DEAF.into()));
    assert_about(begin.elapsed(), Duration::from_secs(200) + Limits::default().patience);
    slow.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn stopping_waits_for_channels_and_for_nothing_else() {
    let (mut idle, _client, progress, begin) = connection();
    progress.authenticated();
    progress.drain();
    assert_about(read_until_due(&mut idle, begin).await.0, STOPPING);

    let (mut busy, _client, progress, begin) = connection();
    progress.authenticated();
    let channel = progress.open().unwrap();
    progress.drain();
    assert!(progress.open().is_none());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(4)).await;
        drop(channel);
    });
    assert_about(read_until_due(&mut busy, begin).await.0, Duration::from_secs(4) + STOPPING);
}

#[tokio::test(start_paused = true)]
async fn channels_are_counted_at_once_and_ever() {
    let (_stream, _client, progress, _) = connection();
    let mut open: Vec<_> = (0..4).map(|_| progress.open().unwrap()).collect();
    assert!(progress.open().is_none(), "a fifth at once");
    for _ in 4..16 {
        open.pop();
        open.push(progress.open().unwrap());
    }
    open.clear();
    assert!(progress.open().is_none(), "a seventeenth ever");
}
