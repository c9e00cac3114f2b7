//! Counts and health, for whoever runs the server: a listener of its own, off unless the owner names an address for it.
//!
//! It tells and changes nothing, and knows nothing about any visitor: its labels come from closed sets. It is for the owner's
//! own networks; bounded all the same, so that whoever finds it takes nothing from visitors.

use std::{convert::Infallible, io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Result;
use tokio::{
    net::{TcpListener, TcpStream},
    select,
    task::{JoinSet, spawn_blocking},
    time::{sleep, timeout},
};

use crate::ssh::{listen::cannot_listen, watch::Watch};

mod http;
mod metrics;
mod process;

use http::{Request, Response};
use metrics::{Exposition, Metrics};

/// Connections at a time; more wait to be accepted. A scraper or two, a probe or three, and somebody who looks.
const CONNECTIONS: usize = 16;

/// What a connection may take from accept to its last byte. An answer has some kilobytes and is there at once; Prometheus and
/// Kubernetes themselves wait 10 s and 1 s. [`CONNECTIONS`] that say nothing keep the next waiting no longer than this.
const TIME: Duration = Duration::from_secs(5);

/// How long the loop waits after it could not accept, as when there are no file descriptors: as the server itself does.
const PAUSE: Duration = Duration::from_millis(100);

/// Opens the socket, and says where.
///
/// # Errors
///
/// An address that cannot be listened on.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).await.map_err(|error| cannot_listen(error, address, "--ops"))?;
    tracing::info!(address = %listener.local_addr()?, "metrics and health are served over HTTP: /metrics, /livez, /readyz");
    Ok(listener)
}

/// Tells what `watch` sees for as long as it is polled; dropped, it hangs up on whoever asks.
pub async fn serve(listener: TcpListener, watch: Watch) -> Infallible {
    let told = Arc::new(Told { metrics: Metrics::new(watch.clone()), watch });
    let mut asking = JoinSet::new();
    loop {
        let accepted = select! {
            Some(_) = asking.join_next() => continue,
            accepted = listener.accept(), if asking.len() < CONNECTIONS => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let told = Arc::clone(&told);
                // One who does not take the answer in time goes without.
                asking.spawn(async move { timeout(TIME, told.to(stream)).await });
            }
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => (),
            // The server itself says so, where it is more than a moment.
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// What is told.
struct Told {
    watch: Watch,
    metrics: Metrics,
}

impl Told {
    /// Answers one request. A client that does not take its answer is no error of anybody's.
    async fn to(self: Arc<Self>, mut stream: TcpStream) {
        let response = match http::read(&mut stream).await {
            Ok(request) => self.answer(request).await,
            Err(Some(refusal)) => refusal,
            Err(None) => return,
        };
        let _ = http::write(&mut stream, &response).await;
    }

    async fn answer(self: Arc<Self>, request: Request) -> Response {
        let response = match request.path.as_str() {
            // Whoever reads this answer knows that the process answers.
            "/livez" => Response::text(200, "alive\n"),
            "/readyz" if self.watch.is_ready() => Response::text(200, "ready\n"),
            "/readyz" => Response::text(503, "not ready\n"),
            "/metrics" => {
                // Some of it is read from the system.
                let exposition = if request.openmetrics { Exposition::OpenMetrics } else { Exposition::Text };
                let written = spawn_blocking(move || self.metrics.write(exposition)).await;
                written.map_or(Response::text(500, "failed\n"), |body| Response {
                    status: 200,
                    kind: exposition.media_type(),
                    body,
                    head: false,
                })
            }
            _ => Response::text(404, "there is /metrics, /livez and /readyz\n"),
        };
        Response { head: request.head, ..response }
    }
}
