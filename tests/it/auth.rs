//! Anyone gets in, whatever they try first; and what they speak is the best there is.

use std::borrow::Cow;

use russh::{
    Preferred, cipher,
    client::{Config, KeyboardInteractiveAuthResponse},
    kex,
    keys::{Algorithm, PrivateKey, PrivateKeyWithHashAlg, key::safe_rng},
    mac,
};

use crate::support::{Client, Running, soon};

async fn dial(server: &Running) -> Client {
    Client::dial(server, Config::default()).await.unwrap()
}

#[tokio::test]
async fn every_way_of_asking_is_let_in() {
    let server = Running::start().await;
    let mut none = dial(&server).await;
    assert!(soon(none.handle.authenticate_none("a")).await.unwrap().success());
    assert_eq!(none.exec("help").await.status, Some(0));

    let mut password = dial(&server).await;
    assert!(soon(password.handle.authenticate_password("b", "anything")).await.unwrap().success());
    assert_eq!(password.exec("help").await.status, Some(0));

    let mut interactive = dial(&server).await;
    let answer = soon(interactive.handle.authenticate_keyboard_interactive_start("c", None)).await.unwrap();
    assert!(matches!(answer, KeyboardInteractiveAuthResponse::Success), "{answer:?}");
    assert_eq!(interactive.exec("help").await.status, Some(0));

    let mut key = dial(&server).await;
    let own = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap();
    let own = PrivateKeyWithHashAlg::new(own.into(), None);
    assert!(soon(key.handle.authenticate_publickey("d", own)).await.unwrap().success());
    assert_eq!(key.exec("help").await.status, Some(0));
}

#[tokio::test]
async fn a_name_of_any_kind_is_welcome() {
    let server = Running::start().await;
    for user in ["", "root", "\x1b]0;x\x07", &"n".repeat(20_000)] {
        let client = Client::connect_as(&server, user, Config::default()).await;
        assert_eq!(client.exec("help").await.status, Some(0));
    }
}

#[tokio::test]
async fn only_good_algorithms_are_spoken() {
    let server = Running::start().await;
    let offers = |change: fn(&mut Preferred)| {
        let mut preferred = Preferred::default();
        change(&mut preferred);
        Config { preferred, ..Config::default() }
    };
    let ctr = |preferred: &mut Preferred| preferred.cipher = Cow::Borrowed(&[cipher::AES_256_CTR]);
    for good in [
        offers(|p| p.kex = Cow::Borrowed(&[kex::MLKEM768X25519_SHA256])),
        offers(|p| p.kex = Cow::Borrowed(&[kex::CURVE25519])),
        offers(|p| p.cipher = Cow::Borrowed(&[cipher::AES_128_GCM])),
        offers(ctr),
    ] {
        assert!(Client::dial(&server, good).await.is_ok());
    }
    for bad in [
        offers(|p| p.kex = Cow::Borrowed(&[kex::DH_G14_SHA256])),
        offers(|p| p.kex = Cow::Borrowed(&[kex::ECDH_SHA2_NISTP256])),
        offers(|p| p.cipher = Cow::Borrowed(&[cipher::AES_256_CBC])),
        offers(|p| p.key = Cow::Borrowed(&[Algorithm::Rsa { hash: None }])),
        offers(|p| {
            p.cipher = Cow::Borrowed(&[cipher::AES_256_CTR]);
            p.mac = Cow::Borrowed(&[mac::HMAC_SHA256]);
        }),
    ] {
        assert!(Client::dial(&server, bad).await.is_err());
    }
}
