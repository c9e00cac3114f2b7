use ring::signature::{Ed25519KeyPair, KeyPair as _};
use tokio::io::{DuplexStream, duplex, sink};

use super::*;

/// What a server does otherwise than it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// One bit of the signature is another.
    SignatureForged,
    /// The signature is another key's than the one that is shown.
    SignedByAnother,
    /// The signature is right for an exchange with another key's blob in it.
    SignedForAnother,
    /// What was signed is another exchange, as one that was recorded would be.
    Replayed,
    /// The signature, or the key, is said to be of another kind.
    SignatureOfAnotherKind,
    KeyOfAnotherKind,
    /// A signature of fewer bytes.
    SignatureShort,
    /// No number can be agreed on with this point.
    PointOfZeros,
    PointShort,
    /// The last string says that it is longer than the packet.
    ReplyCut,
    /// There is nothing after the message's number.
    ReplyEmpty,
    /// Packets of fewer bytes than a packet has, and of more than anyone need take; one that is all padding.
    PacketOf(u32),
    AllPadding,
    /// It hangs up in the middle of the reply.
    HungUp,
}

const SERVER: &[u8] = b"SSH-2.0-of_a_test";

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn blob(kind: &[u8], bytes: &[u8]) -> Vec<u8> {
    [string(kind), string(bytes)].concat()
}

/// Half of a server: it shows a key, and proves it or not.
async fn serve(mut stream: DuplexStream, fault: Fault) -> Result<()> {
    let client_version = line(&mut stream).await?;
    stream.write_all(&[SERVER, b"\r\n"].concat()).await?;
    let theirs = receive(&mut stream, KEXINIT).await?;
    let ours = [&[KEXINIT; 17][..], &ALGORITHMS.map(string).concat(), &[0; 5]].concat();
    send(&mut stream, &ours).await?;
    let init = receive(&mut stream, ECDH_INIT).await?;
    let client_point = take(&mut &init[1..]).unwrap().to_vec();

    let secret = EphemeralPrivateKey::generate(&X25519, &SystemRandom::new()).unwrap();
    let point = secret.compute_public_key().unwrap().as_ref().to_vec();
    let shared = agree_ephemeral(secret, &UnparsedPublicKey::new(&X25519, &client_point), number).unwrap();
    let (key, another) = (pair(1), pair(2));
    let kind = if fault == Fault::KeyOfAnotherKind { &b"ssh-ed448"[..] } else { KEY };
    let shown = blob(kind, key.public_key().as_ref());
    let hashed =
        if fault == Fault::SignedForAnother { blob(KEY, another.public_key().as_ref()) } else { shown.clone() };
    let init = if fault == Fault::Replayed { &ours } else { &theirs };
    let strings = [&client_version[..], SERVER, init, &ours, &hashed, &client_point, &point, &shared].map(string);
    let hash = digest(&SHA256, &strings.concat());
    let signer = if fault == Fault::SignedByAnother { &another } else { &key };
    let mut signature = signer.sign(hash.as_ref()).as_ref().to_vec();
    match fault {
        Fault::SignatureForged => signature[17] ^= 1,
        Fault::SignatureShort => drop(signature.pop()),
        _ => (),
    }
    let kind = if fault == Fault::SignatureOfAnotherKind { &b"ssh-rsa"[..] } else { KEY };
    let point = match fault {
        Fault::PointOfZeros => vec![0; 32],
        Fault::PointShort => point[1..].to_vec(),
        _ => point,
    };
    let mut reply = [vec![ECDH_REPLY], string(&shown), string(&point), string(&blob(kind, &signature))].concat();
    match fault {
        Fault::ReplyCut => drop(reply.pop()),
        Fault::ReplyEmpty => reply.truncate(1),
        _ => (),
    }
    match fault {
        Fault::PacketOf(length) => stream.write_all(&[&length.to_be_bytes()[..], &[0; 64]].concat()).await?,
        Fault::AllPadding => stream.write_all(&[&[0, 0, 0, 12, 255][..], &[ECDH_REPLY; 11]].concat()).await?,
        Fault::HungUp => {
            let mut packet = Vec::new();
            send(&mut packet, &reply).await?;
            stream.write_all(&packet[..packet.len() / 2]).await?;
        }
        _ => send(&mut stream, &reply).await?,
    }
    stream.shutdown().await?;
    // What the client still has to say.
    tokio::io::copy(&mut stream, &mut sink()).await?;
    Ok(())
}

/// What becomes of a handshake with such a server.
async fn shaken(fault: Fault) -> Result<String> {
    let (mut client, server) = duplex(64 * 1024);
    let serving = tokio::spawn(serve(server, fault));
    let shaken = shake(&mut client).await;
    drop(client);
    serving.await.unwrap().unwrap();
    shaken
}

#[tokio::test]
async fn a_server_that_proves_its_key_is_known_by_it() {
    let key = blob(KEY, pair(1).public_key().as_ref());
    let fingerprint = format!("SHA256:{}", Base64Unpadded::encode_string(digest(&SHA256, &key).as_ref()));
    assert_eq!(shaken(Fault::None).await.unwrap(), fingerprint);
}

#[tokio::test]
async fn no_server_passes_for_one_whose_key_it_does_not_have() {
    for fault in [
        Fault::SignatureForged,
        Fault::SignedByAnother,
        Fault::SignedForAnother,
        Fault::Replayed,
        Fault::SignatureShort,
    ] {
        let error = shaken(fault).await.expect_err("it was believed");
        assert_eq!(error.to_string(), "it does not have the key that it shows", "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_no_key_exchange_is_refused() {
    let malformed = "its key exchange is malformed";
    for (fault, expected) in [
        (Fault::SignatureOfAnotherKind, malformed),
        (Fault::KeyOfAnotherKind, malformed),
        (Fault::PointOfZeros, malformed),
        (Fault::PointShort, malformed),
        (Fault::ReplyCut, malformed),
        (Fault::ReplyEmpty, malformed),
        (Fault::PacketOf(0), "its packets are malformed"),
        (Fault::PacketOf(4), "its packets are malformed"),
        (Fault::PacketOf(35_001), "its packets are malformed"),
        (Fault::PacketOf(u32::MAX), "its packets are malformed"),
        (Fault::AllPadding, "it does not answer as SSH does"),
        (Fault::HungUp, "it hung up in the middle of the handshake"),
    ] {
        let error = shaken(fault).await.expect_err("it was believed");
        assert_eq!(error.to_string(), expected, "{fault:?}");
    }
}

#[test]
fn numbers_are_as_short_as_they_can_be() {
    // The examples of RFC 4251, section 5, and one with zeros before it.
    assert!(number(&[]).is_empty());
    assert!(number(&[0, 0]).is_empty());
    assert_eq!(number(&[0x09, 0xa3, 0x78]), [0x09, 0xa3, 0x78]);
    assert_eq!(number(&[0x80]), [0, 0x80]);
    assert_eq!(number(&[0, 0, 0xff, 0]), [0, 0xff, 0]);
}

#[test]
fn strings_are_taken_as_they_are_put() {
    let all = [&string(b"one")[..], &string(b""), &[0, 0, 0, 9, 1]].concat();
    let mut rest = &all[..];
    assert_eq!([take(&mut rest), take(&mut rest), take(&mut rest)], [Some(&b"one"[..]), Some(b""), None]);
}

#[tokio::test]
async fn packets_are_received_as_they_are_sent() {
    for length in 1..40 {
        let message = vec![KEXINIT; length];
        let mut packet = Vec::new();
        send(&mut packet, &[IGNORE]).await.unwrap();
        send(&mut packet, &message).await.unwrap();
        assert_eq!(packet.len() % 8, 0);
        assert_eq!(receive(&mut &packet[..], KEXINIT).await.unwrap(), message);
        assert!(receive(&mut &packet[..], ECDH_REPLY).await.is_err());
        assert!(receive(&mut &packet[..packet.len() - 1], KEXINIT).await.is_err());
    }
    assert!(receive(&mut &[0xff_u8; 4096][..], KEXINIT).await.is_err());
    assert!(receive(&mut &[0_u8; 4096][..], KEXINIT).await.is_err());
}
