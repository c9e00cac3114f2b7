//! The counters of one server: connections and sessions by their results. The log and Prometheus read them.
//!
//! The value of a label is a member of a closed set, never something that a client sent. All members exist from the
//! start, so that Prometheus sees the first event of each as an increase from 0.

use std::{
    fmt,
    hash::Hash,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _, LabelSetEncoder},
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
    },
    registry::{Metric, Registry},
};
use sha2::{Digest as _, Sha256};
use strum::{IntoStaticStr, VariantArray};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::io::{InspectReader, InspectWriter};

use super::{
    admission::{Admission, Refusal},
    ending::{ConnectionEnd, SessionEnd},
    limits::Limits,
};
use crate::{
    app::Mode,
    document::{Document, Photo},
};

/// The counters of one server, from its start.
#[derive(Debug)]
pub struct Metrics {
    /// Accepted connections: those that were refused, have ended, or are open.
    pub accepted: Counter,
    /// Failed attempts to accept a connection, as without a free file descriptor.
    pub accept_errors: Counter,
    /// Connections that were refused.
    pub refused: Family<Refusal, Counter>,
    /// Authenticated connections, by method.
    pub authenticated: Family<Method, Counter>,
    /// Ended connections, without refused ones.
    pub ended: Family<ConnectionEnd, Counter>,
    /// Channels that were refused because there were too many.
    pub channels_refused: Counter,
    /// Channels that ended without a request.
    pub channels_unused: Counter,
    /// Open sessions.
    pub sessions: Gauge,
    /// Sessions that began.
    pub sessions_started: Family<SessionKind, Counter>,
    /// Sessions that ended.
    pub sessions_ended: Family<SessionEnd, Counter>,
    /// Durations of sessions, in seconds.
    pub session_duration: Family<SessionKind, Histogram>,
    /// Tasks that panicked. Each panic ended only a session or a connection.
    pub panics: Counter,
    /// Reloads of the profile, by result.
    pub profile_reloads: Family<ReloadResult, Counter>,
    /// When the profile that is served was loaded, in seconds since 1970.
    profile_loaded: Gauge,
    /// The digest of the served profile.
    profile: Family<[(&'static str, String); 1], Gauge>,
    /// When the presented host certificate expires, in seconds since 1970; 0 if there is none.
    pub(super) certificate_expires: Gauge,
    /// Bytes received over TCP, without the headers of proxies.
    pub received: Counter,
    /// Bytes sent over TCP.
    pub sent: Counter,
    /// Requests to the web page, by answer.
    pub(crate) web_requests: Family<WebAnswer, Counter>,
    registry: Registry,
}

/// The upper bounds of the durations of sessions, in seconds: a command is answered in a fraction of a second, and a
/// session lasts an hour at most.
const DURATIONS: [f64; 8] = [0.1, 1.0, 10.0, 60.0, 300.0, 600.0, 1800.0, 3600.0];

impl Metrics {
    /// Wraps a stream to count its bytes.
    pub(crate) fn counted<S>(&self, stream: S) -> impl AsyncRead + AsyncWrite + Unpin + Send + use<S>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let (received, sent) = (self.received.clone(), self.sent.clone());
        let stream = InspectReader::new(stream, move |bytes: &[u8]| _ = received.inc_by(bytes.len() as u64));
        InspectWriter::new(stream, move |bytes: &[u8]| _ = sent.inc_by(bytes.len() as u64))
    }

    /// The counters of a server with these limits.
    pub(super) fn new(limits: &Limits, admission: &Arc<Admission>) -> Self {
        let mut registry = Registry::default();
        let all = &mut registry;
        let version = Family::<[(&str, &str); 1], Gauge>::default();
        version.get_or_create(&[("version", env!("CARGO_PKG_VERSION"))]).set(1);
        all.register("sshcard_build_info", "The program that runs", version);
        all.register_collector(Box::new(ConnectionGauges(Arc::clone(admission))));
        for (name, help, limit) in [
            ("sshcard_connections_limit", "Connections that may be let in", limits.connections),
            ("sshcard_connections_per_address_limit", "Connections that one address may have", limits.per_address),
            (
                "sshcard_connections_unauthenticated_limit",
                "Connections not let in that there may be",
                limits.unauthenticated,
            ),
        ] {
            gauge(all, name, help).set(i64::try_from(limit).unwrap_or(i64::MAX));
        }
        Self {
            accepted: counter(all, "sshcard_connections_accepted", "Connections that came"),
            refused: family(all, "sshcard_connections_refused", "Connections that were refused"),
            authenticated: family(all, "sshcard_connections_authenticated", "Connections that were let in"),
            ended: family(all, "sshcard_connections_ended", "Connections that ended and were not refused"),
            accept_errors: counter(all, "sshcard_accept_errors", "Connections that could not be accepted"),
            channels_refused: counter(all, "sshcard_channels_refused", "Channels that were one too many"),
            channels_unused: counter(all, "sshcard_channels_unused", "Channels on which nothing was asked for"),
            sessions: gauge(all, "sshcard_sessions", "Sessions that there are"),
            sessions_started: family(all, "sshcard_sessions_started", "Sessions that began"),
            sessions_ended: family(all, "sshcard_sessions_ended", "Sessions that ended"),
            session_duration: registered(
                all,
                "sshcard_session_duration_seconds",
                "How long sessions lasted",
                complete(Family::new_with_constructor(|| Histogram::new(DURATIONS))),
            ),
            panics: counter(all, "sshcard_panics", "Faults that each ended a session or a connection"),
            profile_reloads: family(all, "sshcard_profile_reloads", "Times that the profile was read again"),
            profile_loaded: gauge(
                all,
                "sshcard_profile_loaded_timestamp_seconds",
                "When the profile that is served was loaded",
            ),
            profile: registered(all, "sshcard_profile_info", "The profile that is served", Family::default()),
            certificate_expires: gauge(
                all,
                "sshcard_host_certificate_expires_timestamp_seconds",
                "When the host certificate that is presented expires",
            ),
            received: counter(all, "sshcard_received_bytes", "Bytes that came from clients"),
            sent: counter(all, "sshcard_sent_bytes", "Bytes that went to clients"),
            web_requests: family(all, "sshcard_web_requests", "Requests over HTTP for the card"),
            registry,
        }
    }

    /// Records that a document is served which was loaded at `loaded`.
    pub(super) fn serves(&self, document: &Document, loaded: SystemTime) {
        let seconds = loaded.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        self.profile_loaded.set(i64::try_from(seconds).unwrap_or(i64::MAX));
        self.profile.clear();
        self.profile.get_or_create(&[("digest", digest(document))]).set(1);
    }

    /// The number of authenticated connections.
    pub(super) fn visitors(&self) -> u64 {
        Method::VARIANTS.iter().map(|method| self.authenticated.get_or_create(method).get()).sum()
    }

    /// Connections that were refused.
    pub(super) fn refusals(&self) -> u64 {
        Refusal::VARIANTS.iter().map(|refusal| self.refused.get_or_create(refusal).get()).sum()
    }

    /// The registry of all metrics, for the text formats.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }
}

/// The digest of a document, the same on all servers of this version that serve the same card: the first 64 bits of
/// SHA-256, in hexadecimal digits.
fn digest(document: &Document) -> String {
    // The output of `Debug` has every field and no memory address; of a photo only the size.
    let mut digest = Sha256::new_with_prefix(format!("{document:?}"));
    let photos = document.editions().filter_map(|edition| edition.card.photo.as_ref());
    photos.flat_map(Photo::pixels).for_each(|pixel| digest.update(pixel));
    digest.finalize().iter().take(8).fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

/// Registers a metric under a name with a help text.
fn registered<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

fn gauge(registry: &mut Registry, name: &str, help: &str) -> Gauge {
    registered(registry, name, help, Gauge::default())
}

fn counter(registry: &mut Registry, name: &str, help: &str) -> Counter {
    registered(registry, name, help, Counter::default())
}

/// A counter for each member of a closed set.
fn family<S>(registry: &mut Registry, name: &str, help: &str) -> Family<S, Counter>
where
    S: VariantArray + EncodeLabelSet + Clone + Hash + Eq + fmt::Debug + Send + Sync,
{
    registered(registry, name, help, complete(Family::default()))
}

/// A family that has all members of the set from the start.
fn complete<S: VariantArray + Clone + Hash + Eq, M, C: MetricConstructor<M>>(
    family: Family<S, M, C>,
) -> Family<S, M, C> {
    for member in S::VARIANTS {
        drop(family.get_or_create(member));
    }
    family
}

/// The members of each set are the values of one label.
macro_rules! label {
    ($($set:ty => $label:literal),*) => { $(impl EncodeLabelSet for $set {
        fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
            [($label, <&str>::from(self))].encode(encoder)
        }
    })* };
}

label!(Refusal => "reason", ConnectionEnd => "reason", SessionEnd => "reason");
label!(WebAnswer => "answer", Method => "method", SessionKind => "kind", ReloadResult => "result");

/// Gauges of the open connections, as admission counts them.
#[derive(Debug)]
struct ConnectionGauges(Arc<Admission>);

impl Collector for ConnectionGauges {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for (name, help, count) in [
            ("sshcard_connections", "Connections that there are.", self.0.connections()),
            ("sshcard_connections_unauthenticated", "Connections that are not let in yet.", self.0.unauthenticated()),
        ] {
            let gauge = ConstGauge::new(count as u64);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

/// The result of a reload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ReloadResult {
    /// Another card is served.
    Changed,
    /// The document is the same as before.
    Unchanged,
    /// The profile does not load; the card from before is still served.
    Failed,
}

/// The kinds of answers to HTTP requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum WebAnswer {
    /// The requested file, or a part of it.
    Sent,
    /// Not modified: the client has the file already.
    NotModified,
    /// A redirect.
    Redirected,
    /// A session.
    Upgraded,
    /// An error of the client's.
    Refused,
    /// An error of the server's.
    Failed,
}

/// The methods of authentication: those of SSH (RFC 4252; RFC 4256), and the web page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Method {
    /// `none`, as OpenSSH asks first.
    None,
    /// `password`, which is not read.
    Password,
    /// `keyboard-interactive`, without a prompt.
    KeyboardInteractive,
    /// `publickey`, which is not stored.
    Publickey,
    /// A session on the web page, without authentication.
    Web,
}

/// The kinds of sessions: what is shown, or which command was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "most are the commands of their names")]
pub enum SessionKind {
    /// The card on a terminal.
    Page,
    /// The card on a terminal in plain lines.
    Plain,
    /// The card on the web page, as on a terminal.
    WebPage,
    /// The card on the web page in plain lines.
    WebPlain,
    /// One page as text.
    PageText,
    Text,
    Markdown,
    Vcard,
    Json,
    Html,
    Qr,
    Photo,
    /// The card in a format without a member of its own here.
    Document,
    Hostkey,
    Help,
    Privacy,
    Version,
    /// An unknown command.
    NoCommand,
    /// A command with wrong options.
    WrongOptions,
    Sftp,
    Scp,
}

impl SessionKind {
    /// A session on a terminal.
    pub(super) const fn on_terminal(mode: Mode) -> Self {
        match mode {
            Mode::Plain => Self::Plain,
            _ => Self::Page,
        }
    }

    /// Whether the card is read where it is shown.
    #[must_use]
    pub fn is_looked_at(self) -> bool {
        matches!(self, Self::Page | Self::Plain | Self::PageText | Self::WebPage | Self::WebPlain)
    }

    /// Whether the card is taken away, in a form to keep.
    #[must_use]
    pub fn is_taken_away(self) -> bool {
        let notices = [Self::Hostkey, Self::Help, Self::Privacy, Self::Version, Self::NoCommand, Self::WrongOptions];
        !self.is_looked_at() && !notices.contains(&self)
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|kind| <&str>::from(kind) == name)
    }

    /// A session on the web page.
    #[must_use]
    pub const fn on_web_page(mode: Mode) -> Self {
        match mode {
            Mode::Plain => Self::WebPlain,
            _ => Self::WebPage,
        }
    }

    /// The card in the format of this name.
    pub(super) fn of_format(name: &str) -> Self {
        Self::named(name).unwrap_or(Self::Document)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::formats::FORMATS;

    /// Each member has a name of its own, which needs no quoting anywhere.
    fn check<T: VariantArray + Copy + Into<&'static str> + std::fmt::Debug>() {
        let mut names = HashSet::new();
        for member in T::VARIANTS {
            let name = (*member).into();
            assert!(names.insert(name), "{name} is there twice");
            assert!(
                !name.is_empty() && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_'),
                "{name:?}"
            );
        }
    }

    #[test]
    fn every_member_of_a_set_has_a_name() {
        check::<Refusal>();
        check::<Method>();
        check::<WebAnswer>();
        check::<ConnectionEnd>();
        check::<SessionKind>();
        check::<SessionEnd>();
        check::<ReloadResult>();
    }

    #[test]
    fn another_photo_of_the_same_size_has_another_digest() {
        let photo = |level| Some(Photo::new(image::RgbImage::from_pixel(8, 8, image::Rgb([level; 3]))));
        let card = |own, translated| {
            let mut translation = Document::default();
            let mut document = Document::default();
            (document.card.photo, translation.card.photo) = (photo(own), photo(translated));
            digest(&Document { translations: vec![Arc::new(translation)], ..document })
        };
        assert_eq!(card(0, 0), card(0, 0));
        assert_eq!(HashSet::from([card(0, 0), card(9, 0), card(0, 9), card(9, 9)]).len(), 4);
    }

    #[test]
    fn a_format_is_counted_by_its_name() {
        for format in FORMATS {
            let kind = SessionKind::of_format(format.name());
            assert!(kind == SessionKind::Document || <&str>::from(kind) == format.name());
        }
        assert_eq!(SessionKind::of_format("vcard"), SessionKind::Vcard);
        assert_eq!(SessionKind::of_format("postcard"), SessionKind::Document);
    }
}
