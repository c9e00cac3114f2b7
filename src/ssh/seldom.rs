//! What the log says seldom, however often it happens.

use std::time::Duration;

use tokio::time::Instant;

/// Something that happens often and is said seldom.
#[derive(Debug)]
pub struct Seldom {
    every: Duration,
    last: Option<Instant>,
    unsaid: u64,
}

impl Seldom {
    /// It is said at most once in this time.
    #[must_use]
    pub const fn every(every: Duration) -> Self {
        Self { every, last: None, unsaid: 0 }
    }

    /// It happens now: `Some` with the number of times that were not said if it is to be said.
    pub fn now(&mut self) -> Option<u64> {
        if self.last.is_some_and(|last| last.elapsed() < self.every) {
            self.unsaid += 1;
            return None;
        }
        self.last = Some(Instant::now());
        Some(std::mem::take(&mut self.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_happens_often_is_said_seldom_and_counted() {
        let mut seldom = Seldom::every(Duration::from_secs(1));
        assert_eq!(seldom.now(), Some(0));
        assert_eq!([seldom.now(), seldom.now()], [None, None]);
        sleep(Duration::from_secs(1)).await;
        assert_eq!(seldom.now(), Some(2));
        assert_eq!(seldom.now(), None);
    }
}
