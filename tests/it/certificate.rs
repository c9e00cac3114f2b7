//! A host certificate that ssh-keygen(1) signed, as clients get it from the program itself.

use std::{borrow::Cow, process::Command, sync::Arc};

use russh::{
    Preferred,
    client::{self, Handler},
    keys::{Algorithm, PublicKeyOrCertificate},
};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{
    ops::Ops,
    process::{Process, send},
    support::soon,
};

/// Makes a certificate of the server's key, that is valid for these days, by an authority of its own; then the server.
fn signing(days: &str) -> String {
    format!(
        "ssh-keygen -y -f ssh_host_ed25519_key >ssh_host_ed25519_key.pub; ssh-keygen -q -t ed25519 -N '' -f authority; \
         ssh-keygen -q -s authority -I card -h -n card.example.com -V {days} ssh_host_ed25519_key.pub; exec \"$@\""
    )
}

/// Sends the name of the certificate that it is shown, or that it was a key.
struct Shown(UnboundedSender<String>);

impl Handler for Shown {
    type Error = russh::Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        let shown = match key {
            PublicKeyOrCertificate::Certificate(certificate) => certificate.key_id().to_owned(),
            PublicKeyOrCertificate::PublicKey { .. } => "a key".to_owned(),
        };
        self.0.send(shown).unwrap();
        Ok(true)
    }
}

/// What a client that knows certificates is shown.
async fn shown(server: &Process) -> String {
    let preferred = Preferred { host_key_certificates: Cow::Borrowed(&[Algorithm::Ed25519]), ..Preferred::default() };
    let config = Arc::new(client::Config { preferred, ..client::Config::default() });
    let (sender, mut shown) = unbounded_channel();
    let handle = soon(client::connect(config, server.address, Shown(sender))).await.unwrap();
    drop(handle);
    soon(shown.recv()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_presented_while_it_is_valid() {
    if Command::new("ssh-keygen").arg("-?").output().is_err() {
        eprintln!("there is no ssh-keygen(1) to sign a certificate: not tested");
        return;
    }
    let ops = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let more = ["--max-per-address", "0", "--ops", &ops.to_string()];
    for (days, expected) in [("-1d:+30d", "card"), ("-2d:-1d", "a key")] {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut server = Process::start_by(&signing(days), log.reopen().unwrap().into(), &more);
        // A client that does not know certificates is shown the key, as ever.
        assert_eq!(server.visitor().await.exec("help").await.status, Some(0));
        soon(async { while shown(&server).await != expected {} }).await;
        let metrics = Ops::at(ops).get("/metrics").await.1;
        let name = "sshcard_host_certificate_expires_timestamp_seconds ";
        let expires: u64 = metrics.lines().find_map(|line| line.strip_prefix(name)).unwrap().parse().unwrap();
        assert_eq!(expires > 0, expected == "card", "{expires}");
        // It is read again in a process that is confined.
        if expected == "card" {
            std::fs::write(server.keys().join("ssh_host_ed25519_key-cert.pub"), "").unwrap();
            send(1, server.child.id());
            soon(async { while shown(&server).await == "card" {} }).await;
        }
        let log = server.stopped(log.path()).await;
        let told = if expected == "card" { "is presented" } else { "is withheld: it has expired" };
        assert_eq!(log.matches(&format!("ssh_host_ed25519_key-cert.pub {told}")).count(), 1, "{log}");
        assert_eq!(log.contains("is withheld: it is no certificate"), expected == "card", "{log}");
    }
}
