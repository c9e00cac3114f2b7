//! The algorithms of a connection. russh has no callback for them, so they are negotiated again as russh does it: from
//! the list that the client sends in the clear and the server's own.

use russh::{Preferred, cipher, kex, mac};

/// The algorithms of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Algorithms {
    pub(super) key_exchange: kex::Name,
    /// In both directions.
    pub(super) cipher: cipher::Name,
    /// What protects that which the server sends; `None` where the cipher does it itself.
    pub(super) mac: Option<mac::Name>,
}

/// The bytes of `SSH_MSG_KEXINIT` before its lists, after the message's number: a cookie (RFC 4253, section 7.1).
const COOKIE: usize = 16;

/// Names in `kex` that are no algorithms but announce extensions (RFC 8308).
const EXTENSIONS: [kex::Name; 2] = [kex::EXTENSION_SUPPORT_AS_SERVER, kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER];

/// Ciphers that authenticate what they encrypt.
const AUTHENTICATED: [cipher::Name; 3] = [cipher::CHACHA20_POLY1305, cipher::AES_256_GCM, cipher::AES_128_GCM];

impl Algorithms {
    /// What a client and a server with these preferences choose: of each list of the client the first that the server
    /// knows (RFC 4253, section 7.1). `message` is the client's `SSH_MSG_KEXINIT` after its number; `None` where that
    /// is none, or the two have nothing in common.
    pub(super) fn of(message: &[u8], server: &Preferred) -> Option<Self> {
        let mut rest = message.get(COOKIE..)?;
        let mut lists = [""; 6];
        for list in &mut lists {
            let (length, after) = rest.split_first_chunk()?;
            let (names, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
            (*list, rest) = (std::str::from_utf8(names).ok()?, after);
        }
        // In order: key exchange, host key, cipher from and to the client, MAC from and to the client.
        let [key_exchange, _, cipher, _, _, mac] = lists;
        let exchanges: Vec<kex::Name> = server.kex.iter().copied().filter(|name| !EXTENSIONS.contains(name)).collect();
        let cipher = first(cipher, &server.cipher)?;
        let mac = if AUTHENTICATED.contains(&cipher) { None } else { Some(first(mac, &server.mac)?) };
        Some(Self { key_exchange: first(key_exchange, &exchanges)?, cipher, mac })
    }
}

/// The first name of a list that the server knows.
fn first<N: Copy + AsRef<str>>(list: &str, known: &[N]) -> Option<N> {
    list.split(',').find_map(|name| known.iter().find(|known| known.as_ref() == name).copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ssh::configuration::algorithms;

    fn message(lists: [&str; 6]) -> Vec<u8> {
        let list = |list: &str| [&(list.len() as u32).to_be_bytes()[..], list.as_bytes()].concat();
        [vec![7; COOKIE], lists.map(list).concat(), vec![0; 40]].concat()
    }

    #[test]
    fn the_first_of_the_client_that_the_server_knows_is_chosen() {
        let chosen = |lists| Algorithms::of(&message(lists), &algorithms());
        let (kex, key) = ("sntrup761x25519-sha512,ext-info-c,curve25519-sha256,mlkem768x25519-sha256", "ssh-ed25519");
        let openssh = chosen([kex, key, "chacha20-poly1305@openssh.com,aes128-ctr", "", "", "hmac-sha1"]).unwrap();
        assert_eq!(openssh.key_exchange, kex::CURVE25519);
        assert_eq!((openssh.cipher, openssh.mac), (cipher::CHACHA20_POLY1305, None));
        let old = chosen([kex, key, "3des-cbc,aes128-ctr", "aes256-ctr", "hmac-sha1", "hmac-sha1,hmac-sha2-256"]);
        let old = old.unwrap();
        assert_eq!((old.cipher, old.mac), (cipher::AES_128_CTR, Some(mac::HMAC_SHA256)));
        for nothing in [["", key, "aes128-ctr", "", "", ""], [kex, key, "aes128-ctr", "", "", "hmac-md5"]] {
            assert_eq!(chosen(nothing), None);
        }
        // A name that announces an extension is no algorithm.
        assert_eq!(chosen(["ext-info-s", key, "aes128-ctr", "", "", "hmac-sha2-256"]), None);
    }

    #[test]
    fn what_is_no_list_gives_nothing() {
        let whole = message(["curve25519-sha256", "", "aes128-ctr", "", "", "hmac-sha2-256"]);
        assert!(Algorithms::of(&whole, &algorithms()).is_some());
        for length in 0..whole.len() - 40 {
            assert_eq!(Algorithms::of(&whole[..length], &algorithms()), None, "{length}");
        }
        let mut endless = whole;
        endless[COOKIE] = 0xff;
        assert_eq!(Algorithms::of(&endless, &algorithms()), None);
    }
}
