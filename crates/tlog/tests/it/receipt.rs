//! Receipts: written, read again, believed, and every tampering refused.

use expect_test::expect;
use tlog::{
    Checkpoint, Frontier, Hash, HashError, NoteError, Receipt, ReceiptError, VerifyError,
    inclusion_proof,
};

use crate::note::{LOG, policy, signed};
use crate::shelf::Shelf;

/// The receipt of entry 2 in a log of five.
pub fn receipt() -> Receipt {
    let (mut frontier, mut shelf) = (Frontier::new(), Shelf::default());
    (0..5).for_each(|entry| shelf.append(&mut frontier, leaf(entry)));
    let checkpoint = Checkpoint::new(LOG, 5, frontier.root()).unwrap();
    let proof = inclusion_proof(2, 5, &shelf).unwrap();
    Receipt { extra: b"salt and body".to_vec(), index: 2, proof, checkpoint: signed(checkpoint) }
}

fn leaf(entry: u8) -> Hash {
    Hash::leaf(&[entry])
}

#[test]
fn a_receipt_is_read_again_and_believed() {
    let text = receipt().to_string();
    let head = text.split_inclusive("\n\n").next().unwrap();
    expect![[r#"
        c2sp.org/tlog-proof@v1
        extra c2FsdCBhbmQgYm9keQ==
        index 2
        WDx9+3swVdmUZVRAMqVx4QoTSxtvdpQiu7cf1/oWel0=
        ogv5p8wtyKCPX0FacbGfasQnurVNJO7IaLXTEDRJlTo=
        TzUhLRL5rSA2SSyV8f55uvTse9m+89/6dXnyKT/1RqQ=

    "#]]
    .assert_eq(head);
    let again = Receipt::parse(text.as_bytes()).unwrap();
    assert_eq!(again, receipt());
    assert_eq!(again.verify(&leaf(2), &policy(1)).unwrap().cosignatures.len(), 1);
}

#[test]
fn extra_bytes_and_proof_may_be_absent() {
    let checkpoint = signed(Checkpoint::new(LOG, 1, leaf(0)).unwrap());
    let bare = Receipt { extra: Vec::new(), index: 0, proof: Vec::new(), checkpoint };
    let text = bare.to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 0\n\nbellwether.example/log\n1\n"));
    let again = Receipt::parse(text.as_bytes()).unwrap();
    assert_eq!(again, bare);
    again.verify(&leaf(0), &policy(1)).unwrap();
}

#[test]
fn another_entry_or_place_is_refused() {
    let mismatch = ReceiptError::Inclusion(VerifyError::RootMismatch);
    assert_eq!(receipt().verify(&leaf(3), &policy(1)), Err(mismatch.clone()));
    let moved = Receipt { index: 3, ..receipt() };
    assert_eq!(moved.verify(&leaf(2), &policy(1)), Err(mismatch));
    let outside = Receipt { index: 5, ..receipt() };
    let refused = ReceiptError::Inclusion(VerifyError::IndexOutside { index: 5 });
    assert_eq!(outside.verify(&leaf(2), &policy(1)), Err(refused));
}

#[test]
fn every_changed_bit_of_a_receipt_is_refused() {
    let bare = Receipt { extra: Vec::new(), ..receipt() };
    let text = bare.to_string().into_bytes();
    for (at, bit) in (0..text.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut changed = text.clone();
        changed[at] ^= 1 << bit;
        let refused = Receipt::parse(&changed).and_then(|r| r.verify(&leaf(2), &policy(1)));
        assert!(refused.is_err(), "byte {at}, bit {bit}");
    }
}

#[test]
fn odd_receipts_are_refused_with_their_reason() {
    let good = receipt().to_string();
    let check = |from: &str, to: &str, why: ReceiptError| {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from:?} is in the receipt");
        assert_eq!(Receipt::parse(bad.as_bytes()), Err(why), "{bad}");
    };
    check("@v1", "@v2", ReceiptError::NotReceipt);
    check("extra ", "Extra ", ReceiptError::BadIndex);
    check("extra c2FsdCBhbmQgYm9keQ==", "extra ", ReceiptError::BadExtra);
    check("keQ==", "keR==", ReceiptError::BadExtra);
    check("index 2\n", "", ReceiptError::BadIndex);
    check("index 2", "index 02", ReceiptError::BadIndex);
    check("index 2", "index -2", ReceiptError::BadIndex);
    check("index 2", "index 9223372036854775808", ReceiptError::BadIndex);
    check("RqQ=\n", "RqR=\n", ReceiptError::BadHash(HashError::NotBase64));
    check("RqQ=\n", "RqQ= \n", ReceiptError::BadHash(HashError::NotBase64));
    let short = HashError::WrongLength { bytes: 29 };
    check("TzUhLRL5", "TzUh", ReceiptError::BadHash(short));
    check("\n\n", "\n\n\n", ReceiptError::Checkpoint(NoteError::NotThreeLines));
    let line = format!("{}\n", leaf(9).to_base64());
    check("index 2\n", &format!("index 2\n{}", line.repeat(63)), ReceiptError::ProofTooLong);
    assert_eq!(Receipt::parse(b"c2sp.org/tlog-proof@v1\n"), Err(ReceiptError::NoCheckpoint));
    assert_eq!(Receipt::parse(&[0xff]), Err(ReceiptError::NotUtf8));
    let bytes = tlog::RECEIPT_BYTES_MAX + 1;
    let refused = Receipt::parse(&vec![b'a'; bytes]);
    assert_eq!(refused, Err(ReceiptError::TooLong { bytes }));
}
