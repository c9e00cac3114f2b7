//! The program itself, as a process.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use russh::client::Config;
use sshcard::ssh::hostkey::HostKey;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::support::{Client, soon};

/// A server in a process of its own; killed when dropped.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) fingerprint: String,
    _keys: tempfile::TempDir,
}

impl Process {
    /// Serves this repository's profile, with `log` for standard error.
    pub(crate) fn start(log: Stdio, more: &[&str]) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let fingerprint = HostKey::load_or_create(keys.path()).unwrap().fingerprint();
        // A port that was free a moment ago.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_sshcard"))
            .env_clear()
            .current_dir(keys.path())
            .args(["--listen", &address.to_string(), "--keys"])
            .arg(keys.path())
            .arg("--profile")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("profile"))
            .args(more)
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, address, fingerprint, _keys: keys }
    }

    /// Stops it; it writes what it still has to say.
    pub(crate) fn stop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
    }

    /// A visitor's connection, as soon as the server listens.
    pub(crate) async fn visitor(&self) -> Client {
        let mut client = soon(async {
            loop {
                match Box::pin(Client::dial_at(self.address, &self.fingerprint, Config::default())).await {
                    Ok(client) => return client,
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        })
        .await;
        assert!(soon(client.handle.authenticate_none("visitor")).await.unwrap().success());
        client
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_costs_no_visit() {
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    for log in [closed(), full()] {
        let mut server = Process::start(log, &["--max-per-address", "1"]);
        for _ in 0..3 {
            let visitor = server.visitor().await;
            // A refusal is logged too, by the task that accepts.
            assert!(Client::dial_at(server.address, &server.fingerprint, Config::default()).await.is_err());
            assert_eq!(visitor.exec("text").await.status, Some(0));
            visitor.hang_up().await;
        }
        assert!(server.child.try_wait().unwrap().is_none(), "the server is still there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_shows_the_client_of_a_proxy_and_shortens_it() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let more = ["--log", "json", "--proxy-from", "192.0.2.0/24,127.0.0.1"];
    let mut server = Process::start(log.reopen().unwrap().into(), &more);
    let mut stream = soon(async {
        loop {
            match TcpStream::connect(server.address).await {
                Ok(stream) => return stream,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    })
    .await;
    stream.write_all(b"PROXY TCP4 203.0.113.77 198.51.100.1 40000 22\r\n").await.unwrap();
    let visitor = Client::over(stream, &server.fingerprint).await.unwrap();
    assert_eq!(visitor.exec("text").await.status, Some(0));
    visitor.hang_up().await;
    server.stop();
    let log = fs::read_to_string(log.path()).unwrap();
    let visit = log.lines().find(|line| line.contains("a session ends")).unwrap();
    assert!(visit.contains(r#""from":"203.0.113.0/24""#), "{visit}");
    assert!(!visit.contains("127.0.0") && !log.contains("203.0.113.77"), "{log}");
    assert!(log.contains("192.0.2.0/24, 127.0.0.1/32"), "{log}");
}
