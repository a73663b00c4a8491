//! Signed protocols of auctions: the record of the engine, sealed with the key of the log.
//!
//! The file is the record, a blank line, and a signed note over the record's digest. The note names
//! the public key too, so that every byte of the file is held by something even where the reader
//! has no key at hand; who it was that signed is known only by comparing that key with the
//! published one.

use crate::act::No;
use crate::city::City;
use auction::protocol::{self, Wrong, digest_of};
use base::{Class, Refusal};
use tlog::{KeyKind, Note, NoteError, SigningKey, VerifierKey};

/// The first line of the signed note.
const SEAL: &str = "bellwether auction seal 1";

/// What a protocol proves.
#[derive(Clone, Debug)]
pub struct Proven {
    /// The key that signed, as it is published.
    pub key: String,
    /// SHA-256 of the record, in hexadecimal.
    pub digest: String,
    pub n_entries: usize,
    /// The event, run again.
    pub event: auction::Event,
    /// The record without its seal.
    pub text: String,
}

impl City {
    /// The file of a record: sealed with the key of the log.
    pub fn sign_protocol(&self, text: &str) -> Result<String, No> {
        seal(text, &self.signing_key()?).map_err(|error| {
            tracing::error!(%error, "a protocol cannot be signed");
            Refusal::new(Class::Unknown, "own-fault").into()
        })
    }
}

/// Seals a record.
pub fn seal(text: &str, key: &SigningKey) -> Result<String, NoteError> {
    let note = Note::sign(&statement(text, &key.verifier(KeyKind::Log)), key)?;
    Ok(format!("{text}\n{note}"))
}

fn statement(text: &str, key: &VerifierKey) -> String {
    format!("{SEAL}\nprotocol sha256 {}\nkey {key}\n", digest_of(text))
}

/// Checks a file by itself, or against a key that is known.
pub fn check(file: &[u8], known: Option<&VerifierKey>) -> Result<Proven, Refusal> {
    let unreadable = |found: String| {
        Refusal::new(Class::Refused, "auction-protocol-unreadable").text("found", found)
    };
    let file = std::str::from_utf8(file).map_err(|error| unreadable(error.to_string()))?;
    let unsealed = || Refusal::new(Class::Refused, "auction-seal-missing");
    let (text, note) = file.split_once("\n\n").ok_or_else(unsealed)?;
    let text = format!("{text}\n");
    let broken =
        |found: String| Refusal::new(Class::Refused, "auction-seal-broken").text("found", found);
    let note = Note::parse(note).map_err(|error| broken(error.to_string()))?;
    let named = note.body().lines().find_map(|line| line.strip_prefix("key "));
    let key: VerifierKey = named
        .ok_or_else(|| broken("key".to_owned()))?
        .parse()
        .map_err(|error: tlog::KeyError| broken(error.to_string()))?;
    if let Some(known) = known.filter(|known| **known != key) {
        let reason = Refusal::new(Class::Refused, "auction-seal-other-key");
        return Err(reason.text("found", key.to_string()).text("expected", known.to_string()));
    }
    note.verify(&key).map_err(|error| broken(error.to_string()))?;
    // The signature holds; now the statement has to be about this very text.
    if note.body() != statement(&text, &key) {
        let reason = Refusal::new(Class::Refused, "auction-protocol-not-sealed");
        return Err(reason.text("found", digest_of(&text).to_string()));
    }
    let checked = protocol::check(&text).map_err(|wrong| match wrong {
        Wrong::Differs { line, expected, found } => {
            let reason = Refusal::new(Class::Refused, "auction-protocol-differs");
            reason.number("line", line).text("found", found).text("expected", expected)
        }
        other => unreadable(other.to_string()),
    })?;
    Ok(Proven {
        key: key.to_string(),
        digest: checked.digest.to_string(),
        n_entries: checked.n_entries,
        event: checked.event,
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use auction::{
        Admission, Bidder, English, Entry, Input, Lot, Mode, Rules, Side, Step, Steps, Unit,
    };
    use base::Instant;

    fn record() -> String {
        let at = Instant::from_micros;
        let lot = Lot {
            name: "A patent".to_owned(),
            start: 100,
            reserve: None,
            commitment: None,
            opens: at(0),
            closes: at(1_000),
            buy_now: None,
            deposit: None,
        };
        let english = English {
            is_proxy: true,
            steps: Steps::one(Step::Fixed(10)),
            soft_close: None,
            running_us_min: 0,
        };
        let rules = Rules {
            name: "Spring".to_owned(),
            side: Side::Sale,
            unit: Unit { code: "CNY".to_owned(), digits: 2 },
            mode: Mode::English(english),
            admission: Admission::Open,
            bidders_min: 1,
            edits_until: None,
            is_joined: false,
            lots: vec![lot],
        };
        let bid =
            |bidder, amount| Input::Bid { lot: 0, bidder: Bidder(bidder), amount, stage: None };
        let entry = |sequence, us, input| Entry { sequence, received: at(us), input };
        let entries = [
            entry(1, 1, bid(7, 500)),
            entry(2, 2, bid(3, 50)),
            entry(3, 3, bid(3, 300)),
            entry(4, 2_000, Input::Close { lot: 0 }),
        ];
        protocol::write(rules, &entries).expect("sound rules")
    }

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed("city.example/log", [seed; 32]).expect("a key")
    }

    #[test]
    fn no_byte_of_a_sealed_protocol_can_be_changed() {
        let file = seal(&record(), &key(7)).expect("sealed");
        let proven = check(file.as_bytes(), None).expect("whole");
        assert_eq!(proven.n_entries, 4);
        assert_eq!(proven.text, record());
        let bytes = file.into_bytes();
        for place in 0..bytes.len() {
            for change in [1, 2, 16, 32, 128] {
                let mut changed = bytes.clone();
                changed[place] ^= change;
                assert!(check(&changed, None).is_err(), "byte {place}, change {change}");
            }
            assert!(check(&bytes[..place], None).is_err(), "cut after byte {place}");
        }
    }

    #[test]
    fn another_hand_is_told_by_its_key() {
        let mine = key(7).verifier(KeyKind::Log);
        let forged = seal(&record().replace("bidder 3", "bidder 4"), &key(8)).expect("sealed");
        let refused = check(forged.as_bytes(), Some(&mine)).expect_err("another key");
        assert_eq!(refused.code, "auction-seal-other-key");
        let own = seal(&record(), &key(7)).expect("sealed");
        assert!(check(own.as_bytes(), Some(&mine)).is_ok());
        // The key signed a record that the engine does not give: found by running it.
        let wrong = record().replace("price 1.00", "price 2.00");
        let sealed = seal(&wrong, &key(7)).expect("sealed");
        let refused = check(sealed.as_bytes(), Some(&mine)).expect_err("another result");
        assert_eq!(refused.code, "auction-protocol-differs");
        assert_eq!(
            check(record().as_bytes(), None).expect_err("bare").code,
            "auction-seal-missing"
        );
    }
}
