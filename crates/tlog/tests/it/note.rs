//! Keys and checkpoints: the published vectors, and what a strict reader refuses.

use tlog::{
    Checkpoint, Cosignature, Hash, HashError, KeyError, KeyKind, NoteError, Policy, SIGNATURES_MAX,
    SignedCheckpoint, SigningKey, VerifierKey,
};

pub const LOG: &str = "bellwether.example/log";
pub const WITNESS: &str = "witness.example/w1";
pub const TIME: u64 = 1_679_315_147;
const BODY: &str = "bellwether.example/log\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n";

const PUBLISHED: &str = "\
bellwether.example/log
3
rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=

— bellwether.example/log Tqo2xJJe4/GKfvZajgbgQpSpuLCZud8sHj1WBQNdzJ6ITNVsO5ZQboppYf++KcesF4lG3fvp\
NBbhxsdtMe7vgSNaIgo=
— witness.example/w1 519lMgAAAABkGFDLyEykleIQlZxx0hPGpUoxgCVmDth+2t8mLbANP0kkFXm9LKpFfJQyXl4OUZv3\
N7S+bHbn/4I0m/kGOWwLq0EYAQ==
";

/// The key of this name from the published seed 00…1f.
pub fn key(name: &str) -> SigningKey {
    let seed = std::array::from_fn(|at| u8::try_from(at).unwrap());
    SigningKey::from_seed(name, seed).unwrap()
}

/// Signed by the log and cosigned by the witness, as published.
pub fn signed(checkpoint: Checkpoint) -> SignedCheckpoint {
    let line = key(LOG).sign(&checkpoint);
    let cosignature = key(WITNESS).cosign(&checkpoint, TIME).unwrap();
    let mut signed = SignedCheckpoint::new(checkpoint, line);
    signed.add(cosignature).unwrap();
    signed
}

pub fn policy(at_least: usize) -> Policy {
    let log = key(LOG).verifier(KeyKind::Log);
    Policy::new(log, vec![key(WITNESS).verifier(KeyKind::Witness)], at_least).unwrap()
}

fn published() -> SignedCheckpoint {
    signed(Checkpoint::parse(BODY).unwrap())
}

#[test]
fn the_published_note_is_written_byte_for_byte() {
    assert_eq!(published().to_string(), PUBLISHED);
    let again = SignedCheckpoint::parse(published().to_string().as_bytes()).unwrap();
    assert_eq!(again, published());
    let verified = again.verify(&policy(1)).unwrap();
    let cosignature = Cosignature { witness: WITNESS.to_owned(), time: TIME };
    assert_eq!(verified.cosignatures, [cosignature]);
}

#[test]
fn keys_equal_the_published_ones() {
    let log = key(LOG).verifier(KeyKind::Log);
    let text = "bellwether.example/log+4eaa36c4+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    assert_eq!(log.to_string(), text);
    assert_eq!(text.parse(), Ok(log));
    let other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let parsed: VerifierKey = other.parse().unwrap();
    assert_eq!((parsed.kind(), parsed.to_string().as_str()), (KeyKind::Log, other));
    let witness = key(WITNESS).verifier(KeyKind::Witness);
    assert_eq!(witness.to_string().parse(), Ok(witness));
}

#[test]
fn odd_keys_are_refused() {
    let good = key(LOG).verifier(KeyKind::Log).to_string();
    let check = |bad: String, why: KeyError| {
        assert_eq!(bad.parse::<VerifierKey>(), Err(why), "{bad}");
    };
    check(format!("{LOG}+4eaa36c4"), KeyError::BadShape);
    check(good.replace(LOG, ""), KeyError::BadName);
    check(good.replace(LOG, "a b"), KeyError::BadName);
    check(good.replace(LOG, "another"), KeyError::IdMismatch);
    check(good.replace("4eaa", "4EAA"), KeyError::IdMismatch);
    check(good.replace("+4eaa36c4", "+04eaa36c4"), KeyError::IdMismatch);
    check(good.replace("+AQ", "+Ag"), KeyError::UnknownKind { byte: 2 });
    check(good.replace("+AQ", "+Bg"), KeyError::UnknownKind { byte: 6 });
    check(good.replace("TG4", "TG="), KeyError::BadKey);
    check(format!("{good}\n"), KeyError::BadKey);
    let weak = "n+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    check(weak.to_owned(), KeyError::BadKey);
    assert_eq!(SigningKey::from_seed("a+b", [0; 32]).unwrap_err(), KeyError::BadName);
    assert_eq!(format!("{:?}", key("me")), r#"SigningKey { name: "me", .. }"#);
}

#[test]
fn a_policy_counts_no_witness_twice() {
    let log = || key(LOG).verifier(KeyKind::Log);
    let witness = |name: &str| key(name).verifier(KeyKind::Witness);
    let check = |log: VerifierKey, witnesses: Vec<VerifierKey>, n: usize, why: KeyError| {
        assert_eq!(Policy::new(log, witnesses, n).unwrap_err(), why);
    };
    let repeated = KeyError::WitnessRepeated { name: "w2".to_owned() };
    check(log(), vec![witness("w1"), witness("w2")], 1, repeated);
    check(log(), vec![log()], 1, KeyError::WrongKind { name: LOG.to_owned() });
    check(witness("w1"), vec![], 0, KeyError::WrongKind { name: "w1".to_owned() });
    check(log(), vec![witness("w1")], 2, KeyError::QuorumTooLarge { n_witnesses: 1 });
}

#[test]
fn every_changed_bit_of_a_note_is_refused() {
    let note = published().to_string().into_bytes();
    for (at, bit) in (0..note.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut changed = note.clone();
        changed[at] ^= 1 << bit;
        let refused = SignedCheckpoint::parse(&changed).and_then(|note| note.verify(&policy(1)));
        assert!(refused.is_err(), "byte {at}, bit {bit}");
    }
}

#[test]
fn every_truncated_note_is_refused() {
    let note = published().to_string();
    for end in 0..note.len() {
        let cut = SignedCheckpoint::parse(&note.as_bytes()[..end]);
        assert!(cut.and_then(|note| note.verify(&policy(1))).is_err(), "{end}");
    }
}

#[test]
fn odd_notes_are_refused_with_their_reason() {
    let good = published().to_string();
    let check = |from: &str, to: &str, why: NoteError| {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from:?} is in the note");
        assert_eq!(SignedCheckpoint::parse(bad.as_bytes()), Err(why), "{bad}");
    };
    check("\n3\n", "\n03\n", NoteError::BadSize);
    check("\n3\n", "\n+3\n", NoteError::BadSize);
    check("\n3\n", "\n-3\n", NoteError::BadSize);
    check("\n3\n", "\n9223372036854775808\n", NoteError::BadSize);
    check("\n3\n", "\n0\n", NoteError::RootOfNothing);
    check("\n3\n", "\r\n3\n", NoteError::ControlCharacter);
    check("bellwether", "bell\twether", NoteError::ControlCharacter);
    check("bellwether.example/log\n", "\n", NoteError::BadOrigin);
    check("bellwether.example/log\n", "a b\n", NoteError::BadOrigin);
    check("bellwether.example/log\n", "a+b\n", NoteError::BadOrigin);
    check("bnc=\n", "bnc=\nextension\n", NoteError::NotThreeLines);
    check("bnc=\n", "bnc=\n\n", NoteError::NotThreeLines);
    check("bnc=\n", "bnd=\n", NoteError::BadRoot(HashError::NotBase64));
    check("bnc=\n", "bnc\n", NoteError::BadRoot(HashError::NotBase64));
    check("rra8", "AAAArra8", NoteError::BadRoot(HashError::WrongLength { bytes: 35 }));
    check("\n\n", "\n", NoteError::NoSignatures);
    check("— ", "- ", NoteError::BadSignatureLine);
    check("— bellwether.example/log", "—  bellwether", NoteError::BadSignatureLine);
    check("— bellwether.example/log", "— bell+wether", NoteError::BadSignatureLine);
    check("Igo=\n", "Igp=\n", NoteError::BadSignatureLine);
    check("Igo=\n", "Igo= \n", NoteError::BadSignatureLine);
    check("Igo=\n", "Igo=\n— short AAAAAA==\n", NoteError::BadSignatureLine);
    assert_eq!(SignedCheckpoint::parse(b"a\xff\n"), Err(NoteError::NotUtf8));
    let unended = good.trim_end_matches('\n');
    assert_eq!(SignedCheckpoint::parse(unended.as_bytes()), Err(NoteError::NoSignatures));
    let bytes = tlog::NOTE_BYTES_MAX + 1;
    let refused = SignedCheckpoint::parse(&vec![b'a'; bytes]);
    assert_eq!(refused, Err(NoteError::TooLong { bytes }));
}

#[test]
fn unknown_keys_are_ignored_up_to_the_limit() {
    let mut note = published();
    let checkpoint = note.checkpoint().clone();
    let strangers = (2..SIGNATURES_MAX).map(|at| {
        let stranger = SigningKey::from_seed(&format!("stranger/{at}"), [7; 32]).unwrap();
        stranger.sign(&checkpoint)
    });
    strangers.for_each(|signature| note.add(signature).unwrap());
    let parsed = SignedCheckpoint::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(parsed.signatures().len(), SIGNATURES_MAX);
    assert_eq!(parsed.verify(&policy(1)).unwrap().cosignatures.len(), 1);
    let one_more = key("one.more").sign(&checkpoint);
    assert_eq!(note.add(one_more.clone()), Err(NoteError::TooManySignatures));
    let too_many = format!("{note}{one_more}\n");
    let refused = SignedCheckpoint::parse(too_many.as_bytes());
    assert_eq!(refused, Err(NoteError::TooManySignatures));
}

#[test]
fn a_wrong_signature_of_a_known_key_refuses_the_whole_note() {
    let other = Checkpoint::new(LOG, 4, Hash::leaf(b"other")).unwrap();
    let wrong = |name: &str| NoteError::WrongSignature { name: name.to_owned() };
    let mut note = published();
    note.add(key(WITNESS).cosign(&other, TIME).unwrap()).unwrap();
    assert_eq!(note.verify(&policy(0)), Err(wrong(WITNESS)));
    let mut note = published();
    note.add(key(LOG).sign(&other)).unwrap();
    assert_eq!(note.verify(&policy(0)), Err(wrong(LOG)));
}

#[test]
fn signatures_that_are_missing_are_named() {
    let checkpoint = published().checkpoint().clone();
    let cosigned = key(WITNESS).cosign(&checkpoint, TIME).unwrap();
    let note = SignedCheckpoint::new(checkpoint.clone(), cosigned.clone());
    assert_eq!(note.verify(&policy(1)), Err(NoteError::LogDidNotSign));
    let mut note = SignedCheckpoint::new(checkpoint.clone(), key(LOG).sign(&checkpoint));
    assert_eq!(note.verify(&policy(0)).unwrap().cosignatures, []);
    let refused = NoteError::TooFewWitnesses { found: 0, needed: 1 };
    assert_eq!(note.verify(&policy(1)), Err(refused));
    // A witness that cosigned twice counts once, by its later time.
    note.add(cosigned.to_string().parse().unwrap()).unwrap();
    note.add(key(WITNESS).cosign(&checkpoint, TIME + 60).unwrap()).unwrap();
    let verified = note.verify(&policy(1)).unwrap();
    let latest = Cosignature { witness: WITNESS.to_owned(), time: TIME + 60 };
    assert_eq!(verified.cosignatures, [latest]);
    assert_eq!(key(WITNESS).cosign(&checkpoint, 1 << 63), Err(NoteError::BadTime));
}

#[test]
fn a_note_of_another_log_is_refused() {
    let checkpoint = Checkpoint::new("another.example/log", 0, Hash::EMPTY).unwrap();
    let note = SignedCheckpoint::new(checkpoint.clone(), key(LOG).sign(&checkpoint));
    let expected = LOG.to_owned();
    assert_eq!(note.verify(&policy(0)), Err(NoteError::OriginMismatch { expected }));
}
