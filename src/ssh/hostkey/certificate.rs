//! The host certificate (PROTOCOL.certkeys of OpenSSH): a client that trusts the certificate authority knows the key at
//! its first visit.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, ensure};
use parking_lot::Mutex;
use russh::keys::{Certificate, PrivateKey, ssh_key::certificate::CertType};

use super::file::without_waiting;

/// The largest file that is read as a certificate, in bytes. One with a hundred names has about 4,000.
const LARGEST: u64 = 16 * 1024;

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

/// The certificate in a file beside the key, if there is one.
#[derive(Debug, Default)]
pub(super) struct HostCertificate {
    file: Option<PathBuf>,
    state: Mutex<CertificateState>,
}

/// What was in the file when it was last read.
#[derive(Debug, Default)]
struct CertificateState {
    /// What clients are shown.
    presented: Option<Arc<Certificate>>,
    /// What makes it another one than before, for the log.
    is: String,
}

impl HostCertificate {
    /// That of the key in this file: `ssh_host_ed25519_key-cert.pub` beside `ssh_host_ed25519_key`.
    pub(super) fn beside(key: &Path) -> Self {
        let mut file = key.as_os_str().to_owned();
        file.push("-cert.pub");
        let file = PathBuf::from(file);
        Self { file: file.exists().then_some(file), state: Mutex::default() }
    }

    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    pub(super) fn presented(&self) -> Option<Arc<Certificate>> {
        self.state.lock().presented.clone()
    }

    /// Reads the file. One that clients would refuse is withheld. The log says so, once of each. When the certificate
    /// that is presented expires, in seconds since 1970; `None` where none is.
    pub(super) fn read(&self, key: &PrivateKey, now: SystemTime) -> Option<u64> {
        let file = self.file.as_ref()?;
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let read = read(file, key, now);
        let is = match &read {
            Ok(certificate) => format!("{} until {}", certificate.key_id(), certificate.valid_before()),
            Err(error) => format!("{error:#}"),
        };
        let mut state = self.state.lock();
        if state.is != is {
            let file = file.display();
            if let Ok(certificate) = &read {
                let days = (certificate.valid_before() - now) / SECONDS_A_DAY;
                tracing::info!(days, key_id = certificate.key_id(), "the host certificate {file} is presented");
            } else {
                tracing::warn!("the host certificate {file} is withheld: {is}");
            }
        }
        let expires = read.as_ref().ok().map(Certificate::valid_before);
        *state = CertificateState { presented: read.ok().map(Arc::new), is };
        expires
    }
}

fn read(file: &Path, key: &PrivateKey, now: u64) -> Result<Certificate> {
    let mut text = String::new();
    let opened = without_waiting().read(true).open(file).context("it cannot be read")?;
    opened.take(LARGEST).read_to_string(&mut text).context("it cannot be read")?;
    let certificate = Certificate::from_openssh(text.trim()).ok().context("it is no certificate of OpenSSH's")?;
    ensure!(certificate.cert_type() == CertType::Host, "it is a user's; sign the key with `ssh-keygen -h`");
    ensure!(certificate.public_key() == key.public_key().key_data(), "it is another key's; sign this one");
    ensure!(certificate.verify_signature().is_ok(), "its signature is not that of its authority");
    ensure!(certificate.critical_options().is_empty(), "it has critical options, which clients refuse");
    ensure!(certificate.valid_after() <= now, "it is not valid yet");
    ensure!(now < certificate.valid_before(), "it has expired; sign the key again");
    Ok(certificate)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use russh::keys::{Algorithm, key::safe_rng, ssh_key::certificate::Builder};

    use super::*;

    fn key() -> PrivateKey {
        PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap()
    }

    /// The certificate of `key` in a file, from `valid.0` to `valid.1`.
    fn certificate(key: &PrivateKey, kind: CertType, valid: (u64, u64)) -> String {
        let subject = key.public_key().key_data().clone();
        let mut builder = Builder::new_with_random_nonce(&mut safe_rng(), subject, valid.0, valid.1).unwrap();
        builder.cert_type(kind).unwrap().key_id("card").unwrap().valid_principal("card.example.com").unwrap();
        builder.sign(&self::key()).unwrap().to_openssh().unwrap()
    }

    #[test]
    fn what_clients_would_refuse_is_withheld() {
        let (key, place) = (key(), tempfile::tempdir().unwrap());
        let file = place.path().join("key-cert.pub");
        let good = certificate(&key, CertType::Host, (100, 200));
        let forged = {
            let (kind, rest) = good.split_once(' ').unwrap();
            let at = rest.len() - 20;
            let other = if rest.as_bytes()[at] == b'A' { 'B' } else { 'A' };
            format!("{kind} {}{other}{}", &rest[..at], &rest[at + 1..])
        };
        for (text, now, expected) in [
            (good.clone(), 150, Ok(())),
            (good.clone(), 99, Err("it is not valid yet")),
            (good.clone(), 200, Err("it has expired")),
            (forged, 150, Err("its signature is not that")),
            (certificate(&self::key(), CertType::Host, (100, 200)), 150, Err("it is another key's")),
            (certificate(&key, CertType::User, (100, 200)), 150, Err("it is a user's")),
            ("ssh-ed25519 AAAA".to_owned(), 150, Err("it is no certificate")),
            (String::new(), 150, Err("it is no certificate")),
        ] {
            fs::write(&file, &text).unwrap();
            let found = read(&file, &key, now);
            match expected {
                Ok(()) => assert_eq!(found.unwrap().key_id(), "card"),
                Err(expected) => {
                    assert!(format!("{:#}", found.unwrap_err()).starts_with(expected), "{expected}: {text}");
                }
            }
        }
        fs::write(&file, good).unwrap();
        let held = HostCertificate::beside(&place.path().join("key"));
        let at = |seconds| UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        assert_eq!((held.read(&key, at(150)), held.presented().is_some()), (Some(200), true));
        assert_eq!((held.read(&key, at(250)), held.presented().is_some()), (None, false));
        fs::remove_file(&file).unwrap();
        assert_eq!(HostCertificate::beside(&place.path().join("key")).file(), None);
    }
}
