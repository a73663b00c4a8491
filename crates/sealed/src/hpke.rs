//! HPKE, RFC 9180: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, one message.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes128Gcm, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use x25519_dalek::{PublicKey, StaticSecret};

const KEM: &[u8] = b"KEM\x00\x20";
const SUITE: &[u8] = b"HPKE\x00\x20\x00\x01\x00\x01";
const MODE_BASE: u8 = 0;

/// The secret key of 32 bytes of key material (section 7.1.3, DeriveKeyPair).
pub(crate) fn derive_key(material: &[u8; 32]) -> StaticSecret {
    let secret = labeled_extract(KEM, &[], b"dkp_prk", material);
    StaticSecret::from(labeled_expand::<32>(KEM, &secret, b"sk", &[]))
}

/// Seals a message to a public key under a one-time key: what is sent of that key, and the text.
/// None where the public key is one that leads to nothing (RFC 7748, section 6.1).
pub(crate) fn seal(
    to: &PublicKey,
    one_time: &StaticSecret,
    info: &[u8],
    bound: &[u8],
    message: &[u8],
) -> Option<([u8; 32], Vec<u8>)> {
    let sent = PublicKey::from(one_time);
    let shared = one_time.diffie_hellman(to);
    shared.was_contributory().then_some(())?;
    let secret = kem(shared.as_bytes(), &sent, to);
    let (key, nonce) = schedule(&secret, info);
    let payload = Payload { msg: message, aad: bound };
    let text = Aes128Gcm::new(&key.into()).encrypt(&Nonce::from(nonce), payload).ok()?;
    Some((sent.to_bytes(), text))
}

/// Opens what was sealed; none where anything of it is not as it was.
pub(crate) fn open(
    own: &StaticSecret,
    sent: &[u8; 32],
    info: &[u8],
    bound: &[u8],
    text: &[u8],
) -> Option<Vec<u8>> {
    let sent = PublicKey::from(*sent);
    let shared = own.diffie_hellman(&sent);
    shared.was_contributory().then_some(())?;
    let secret = kem(shared.as_bytes(), &sent, &PublicKey::from(own));
    let (key, nonce) = schedule(&secret, info);
    let payload = Payload { msg: text, aad: bound };
    Aes128Gcm::new(&key.into()).decrypt(&Nonce::from(nonce), payload).ok()
}

/// ExtractAndExpand of section 4.1.
fn kem(shared: &[u8; 32], sent: &PublicKey, to: &PublicKey) -> [u8; 32] {
    let secret = labeled_extract(KEM, &[], b"eae_prk", shared);
    let context = [sent.as_bytes().as_slice(), to.as_bytes()].concat();
    labeled_expand(KEM, &secret, b"shared_secret", &context)
}

/// KeySchedule of section 5.1 without a pre-shared key: the key and the first nonce.
fn schedule(shared: &[u8; 32], info: &[u8]) -> ([u8; 16], [u8; 12]) {
    let no_psk = labeled_extract(SUITE, &[], b"psk_id_hash", &[]);
    let info = labeled_extract(SUITE, &[], b"info_hash", info);
    let context = [[MODE_BASE].as_slice(), &no_psk, &info].concat();
    let secret = labeled_extract(SUITE, shared, b"secret", &[]);
    let key = labeled_expand(SUITE, &secret, b"key", &context);
    (key, labeled_expand(SUITE, &secret, b"base_nonce", &context))
}

fn labeled_extract(suite: &[u8], salt: &[u8], label: &[u8], material: &[u8]) -> [u8; 32] {
    let labeled = [b"HPKE-v1".as_slice(), suite, label, material].concat();
    Hkdf::<Sha256>::extract(Some(salt), &labeled).0.into()
}

fn labeled_expand<const N: usize>(
    suite: &[u8],
    secret: &[u8; 32],
    label: &[u8],
    info: &[u8],
) -> [u8; N] {
    let length = u16::try_from(N).expect("keys are short").to_be_bytes();
    let labeled = [length.as_slice(), b"HPKE-v1", suite, label, info].concat();
    let mut bytes = [0; N];
    let key = Hkdf::<Sha256>::from_prk(secret).expect("a hash is long enough for its own HKDF");
    key.expand(&labeled, &mut bytes).expect("keys are short");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        std::array::from_fn(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).expect("hex"))
    }

    /// RFC 9180, appendix A.1.1: the setup and the encryption with sequence number 0.
    #[test]
    fn the_vectors_of_the_rfc_hold() {
        let info: [u8; 20] = hex("4f6465206f6e2061204772656369616e2055726e");
        let one_time =
            derive_key(&hex("7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234"));
        let want = hex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736");
        assert_eq!(one_time.to_bytes(), want);
        let to: [u8; 32] = hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
        let to = PublicKey::from(to);
        let sent = PublicKey::from(&one_time);
        let want = hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
        assert_eq!(sent.to_bytes(), want);
        let secret = kem(one_time.diffie_hellman(&to).as_bytes(), &sent, &to);
        let want = hex("fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc");
        assert_eq!(secret, want);
        let (key, nonce) = schedule(&secret, &info);
        assert_eq!(key, hex("4531685d41d65f03dc48f6b8302c05b0"));
        assert_eq!(nonce, hex("56d890e5accaaf011cff4b7d"));
        let text = b"Beauty is truth, truth beauty";
        let (sent, sealed) = seal(&to, &one_time, &info, b"Count-0", text).expect("sealed");
        let want: [u8; 45] =
            hex("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9\
             6d8770ac83d07bea87e13c512a");
        assert_eq!(sealed, want);
        let own = hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
        let own = StaticSecret::from(own);
        let opened = open(&own, &sent, &info, b"Count-0", &sealed);
        assert_eq!(opened.as_deref(), Some(text.as_slice()));
        assert_eq!(open(&own, &sent, &info, b"Count-1", &sealed), None);
        assert_eq!(open(&own, &sent, b"other", b"Count-0", &sealed), None);
    }

    #[test]
    fn a_key_that_leads_to_nothing_is_refused() {
        let one_time = derive_key(&[7; 32]);
        assert_eq!(seal(&PublicKey::from([0; 32]), &one_time, b"", b"", b"x"), None);
        assert_eq!(open(&one_time, &[0; 32], b"", b"", b"x"), None);
    }
}
