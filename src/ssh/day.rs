//! The daily summary in the log. It is made of the counters and so has no data about single visitors.

use std::{convert::Infallible, time::Duration};

use strum::VariantArray as _;
use tokio::time::{Instant, sleep_until};

use super::{
    log::Counts,
    metrics::{Metrics, SessionKind},
};

/// How often it is told.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The counts at the beginning of a day.
#[derive(Debug)]
pub(super) struct Day {
    began: Instant,
    visitors: u64,
    refused: u64,
    sessions: Vec<u64>,
}

impl Day {
    /// The day that begins now.
    pub(super) fn begins(metrics: &Metrics) -> Self {
        let (visitors, refused) = (metrics.visitors(), metrics.refusals());
        let of = |kind| metrics.sessions_started.get_or_create(kind).get();
        Self { began: Instant::now(), visitors, refused, sessions: SessionKind::VARIANTS.iter().map(of).collect() }
    }

    /// Tells of what came since the day began, and begins the next.
    pub(super) fn ends(&mut self, metrics: &Metrics) {
        let next = Self::begins(metrics);
        let (mut looked_at, mut took_away) = (Counts::default(), Counts::default());
        for ((kind, now), before) in SessionKind::VARIANTS.iter().zip(&next.sessions).zip(&self.sessions) {
            let counts = match (now - before, kind.is_looked_at(), kind.is_taken_away()) {
                (1.., true, _) => &mut looked_at,
                (1.., _, true) => &mut took_away,
                _ => continue,
            };
            counts.add(*kind, now - before);
        }
        tracing::info!(
            hours = self.began.elapsed().as_secs() / 3600,
            visitors = next.visitors - self.visitors,
            looked_at = looked_at.to_string(),
            took_away = took_away.to_string(),
            refusals = next.refused - self.refused,
            "what came since the last such line"
        );
        *self = next;
    }

    /// Tells once a day, for ever.
    pub(super) async fn end_in_time(&mut self, metrics: &Metrics) -> Infallible {
        loop {
            sleep_until(self.began + DAY).await;
            self.ends(metrics);
        }
    }
}
