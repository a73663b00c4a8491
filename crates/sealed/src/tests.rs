//! Two of three, missing and wrong keys, early keys, copies, hostile bids, equal lengths.

use crate::*;
use base::Instant;
use expect_test::expect;
use sha2::{Digest, Sha256};

fn key(n: u8) -> TrusteeKey {
    TrusteeKey::from_seed("Spring sale", &[n; 32]).unwrap()
}

fn trustees(threshold: u8, n: u8) -> Trustees {
    let trustee = |n| Trustee { name: format!("Trustee {n}"), key: key(n).public() };
    Trustees::new("Spring sale", threshold, (1..=n).map(trustee).collect()).unwrap()
}

fn place(bidder: u32) -> Place {
    Place { auction: "Spring sale".to_owned(), lot: 3, bidder, version: 1 }
}

fn content(amount: &str, note: &str) -> Content {
    Content { amount: amount.to_owned(), note: note.to_owned() }
}

fn sealed() -> SealedBid {
    let said = content("1250.00 CNY", "In two instalments.\n分两期付款。");
    SealedBid::seal(&place(71), &said, &trustees(2, 3), &[9; 32]).unwrap()
}

fn open(bid: &SealedBid, keys: &[u8]) -> Result<String, Unopened> {
    let keys: Vec<TrusteeKey> = keys.iter().map(|n| key(*n)).collect();
    bid.open(&place(71), &trustees(2, 3), &keys).map(|it| it.amount)
}

#[test]
fn any_two_of_three_open_the_same() {
    let bid = SealedBid::parse(&sealed().to_string()).unwrap();
    let keys = [vec![1, 2], vec![1, 3], vec![2, 3], vec![3, 2], vec![1, 2, 3], vec![1, 9, 3]];
    for keys in keys {
        assert_eq!(open(&bid, &keys), Ok("1250.00 CNY".to_owned()), "{keys:?}");
    }
    let said = bid.open(&place(71), &trustees(2, 3), &[key(1), key(3)]).unwrap();
    assert_eq!(said.note, "In two instalments.\n分两期付款。");
}

#[test]
fn fewer_keys_than_the_threshold_say_nothing() {
    for keys in [vec![], vec![1], vec![2, 2], vec![3, 8, 9]] {
        assert_eq!(open(&sealed(), &keys), Err(Unopened::TooFewKeys), "{keys:?}");
    }
}

#[test]
fn every_number_of_trustees_works() {
    for n in [2, 3, 5, 16] {
        for threshold in [2, n / 2 + 1, n] {
            let trustees = trustees(threshold, n);
            let said = content("7 CNY", "");
            let bid = SealedBid::seal(&place(1), &said, &trustees, &[n; 32]).unwrap();
            let last: Vec<TrusteeKey> = (n - threshold + 1..=n).map(key).collect();
            assert_eq!(bid.open(&place(1), &trustees, &last), Ok(said.clone()));
            assert_eq!(bid.open(&place(1), &trustees, &last[1..]), Err(Unopened::TooFewKeys));
        }
    }
}

#[test]
fn a_copy_belongs_to_nobody_else() {
    let bid = sealed();
    let (trustees, keys) = (trustees(2, 3), [key(1), key(2)]);
    for other in [
        place(72),
        Place { lot: 4, ..place(71) },
        Place { version: 2, ..place(71) },
        Place { auction: "Autumn sale".to_owned(), ..place(71) },
    ] {
        assert_eq!(bid.open(&other, &trustees, &keys), Err(Unopened::NotHis), "{other:?}");
        // Writing the copier's number into the head breaks what is bound to it.
        let forged = bid.to_string().replace("bidder 71", "bidder 72");
        let forged = SealedBid::parse(&forged).unwrap();
        let opened = forged.open(&place(72), &trustees, &keys);
        assert_eq!(opened, Err(Unopened::Undecryptable));
    }
    // Another list of trustees with the same keys is another list.
    let other = Trustees::new("Spring sale", 2, trustees.list()[..2].to_vec()).unwrap();
    assert_eq!(bid.open(&place(71), &other, &keys), Err(Unopened::NotHis));
}

#[test]
fn no_byte_of_a_bid_can_be_changed() {
    let whole = sealed().to_string();
    for at in (0..whole.len()).filter(|at| *at < 900 || at % 61 == 0 || *at > whole.len() - 40) {
        for change in [1, 4, 32] {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] ^= change;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            let Some(bid) = SealedBid::parse(&changed) else { continue };
            assert!(open(&bid, &[1, 2]).is_err(), "byte {at}");
            assert!(open(&bid, &[1, 2, 3]).is_err(), "byte {at}");
        }
    }
    for cut in [0, 1, 100, 500, whole.len() - 1] {
        assert_eq!(SealedBid::parse(&whole[..cut]), None);
    }
}

/// Whoever opens with trustees 1 and 2 must not see another thing than who opens with 1 and 3: a
/// bid whose third share is not that of its seed is void for all.
#[test]
fn a_wrong_share_voids_the_bid_for_everybody() {
    let (good, other) = (sealed(), {
        let said = content("9.00 CNY", "");
        SealedBid::seal(&place(71), &said, &trustees(2, 3), &[8; 32]).unwrap()
    });
    let mut lines: Vec<String> = good.to_string().lines().map(str::to_owned).collect();
    let third = lines.iter().rposition(|line| line.starts_with("share ")).unwrap();
    lines[third] = other.to_string().lines().nth(third).unwrap().to_owned();
    let mixed = SealedBid::parse(&(lines.join("\n") + "\n")).unwrap();
    assert_eq!(open(&mixed, &[1, 2]), Err(Unopened::NotAsSealed));
    assert_eq!(open(&mixed, &[1, 3]), Err(Unopened::Undecryptable));
    assert_eq!(open(&mixed, &[2, 3]), Err(Unopened::Undecryptable));
}

#[test]
fn all_bids_are_equally_long() {
    let trustees = trustees(2, 3);
    let length = |amount: &str, note: &str| {
        let bid = SealedBid::seal(&place(71), &content(amount, note), &trustees, &[1; 32]);
        bid.unwrap().to_string().len()
    };
    let long = "9".repeat(NOTE_BYTES_MAX);
    assert_eq!(length("1 CNY", ""), length("999999999999.99 CNY", &long));
}

#[test]
fn what_cannot_be_said_is_not_sealed() {
    let check = |amount: &str, note: &str, want: SealFailed| {
        let said = content(amount, note);
        let bid = SealedBid::seal(&place(1), &said, &trustees(2, 3), &[1; 32]);
        assert_eq!(bid, Err(want), "{amount} {note}");
    };
    for amount in ["", "12", "12 cny", "-1 CNY", "1,000 CNY", "1. CNY", ".5 CNY", "1e3 CNY"] {
        check(amount, "", SealFailed::BadAmount);
    }
    check("1 CNY", &"x".repeat(NOTE_BYTES_MAX + 1), SealFailed::BadNote);
    check("1 CNY", "a\u{7}", SealFailed::BadNote);
    let other = Place { auction: "Autumn sale".to_owned(), ..place(1) };
    let bid = SealedBid::seal(&other, &content("1 CNY", ""), &trustees(2, 3), &[1; 32]);
    assert_eq!(bid, Err(SealFailed::OtherAuction));
}

#[test]
fn keys_come_after_the_end_and_in_time() {
    let at = Instant::from_micros;
    let mut opening = Opening::new(trustees(2, 3), at(100), at(200));
    assert_eq!(opening.state(at(99)), OpeningState::Sealed { ends: at(100) });
    assert_eq!(opening.hand_in(key(1), at(99)), Err(KeyRefused::Early { ends: at(100) }));
    assert_eq!(opening.hand_in(key(9), at(100)), Err(KeyRefused::Unknown));
    let foreign = TrusteeKey::from_seed("Autumn sale", &[1; 32]).unwrap();
    assert_eq!(opening.hand_in(foreign, at(100)), Err(KeyRefused::Unknown));
    assert_eq!(opening.hand_in(key(3), at(100)), Ok(3));
    assert_eq!(opening.hand_in(key(3), at(101)), Err(KeyRefused::Repeated));
    let waiting = OpeningState::Waiting { have: 1, need: 2, until: at(200) };
    assert_eq!(opening.state(at(199)), waiting);
    let mut missing = opening.clone();
    assert_eq!(missing.state(at(200)), OpeningState::Void);
    assert_eq!(missing.hand_in(key(1), at(200)), Err(KeyRefused::Late { until: at(200) }));
    assert_eq!(opening.hand_in(key(1), at(199)), Ok(1));
    assert_eq!(opening.state(at(199)), OpeningState::Open);
    assert_eq!(opening.state(at(999)), OpeningState::Open);
    let said = sealed().open(&place(71), opening.trustees(), opening.keys()).unwrap();
    assert_eq!(said.amount, "1250.00 CNY");
}

#[test]
fn lists_of_trustees_are_looked_at() {
    let list = trustees(2, 3).list().to_vec();
    let make = |threshold, list: &[Trustee]| {
        Trustees::new("Spring sale", threshold, list.to_vec()).map(|_| ())
    };
    assert_eq!(make(1, &list), Err(NotTrustees::BadThreshold));
    assert_eq!(make(4, &list), Err(NotTrustees::BadThreshold));
    assert_eq!(make(2, &list[..1]), Err(NotTrustees::BadNumber));
    let twice = [list[0].clone(), Trustee { name: "Other".to_owned(), ..list[0].clone() }];
    assert_eq!(make(2, &twice), Err(NotTrustees::Repeated));
    let null = PublicKey::parse(&format!("{}=", "A".repeat(43))).unwrap();
    let bad = [list[0].clone(), Trustee { name: "Null".to_owned(), key: null }];
    assert_eq!(make(2, &bad), Err(NotTrustees::BadKey));
    let text = trustees(2, 3).to_string();
    assert_eq!(Trustees::parse(&text), Ok(trustees(2, 3)));
    let wrongs =
        [text.trim_end(), &text.replace("threshold 2", "threshold 02"), &format!("{text}\n")];
    for wrong in wrongs {
        assert_eq!(Trustees::parse(wrong), Err(NotTrustees::Unreadable), "{wrong}");
    }
    let file = key(1).secret_text();
    assert_eq!(TrusteeKey::parse(&file).unwrap().public(), key(1).public());
    assert!(TrusteeKey::parse(file.trim_end()).is_none());
    assert!(!format!("{:?}", key(1)).contains(&file[file.len() - 45..file.len() - 1]));
}

/// The vector for other programs (the browser's module): seeds, keys and digests of the files.
#[test]
fn the_vector_holds() {
    let bid = sealed().to_string();
    let first: Vec<&str> = bid.lines().take(7).collect();
    let hash: String = Sha256::digest(bid.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let said = format!("{}\n{}\n{hash}\n", trustees(2, 3), first.join("\n"));
    expect![[r#"
        bellwether trustees 1
        auction Spring sale
        threshold 2
        trustee QYUjIP82dJX6UiyUy4OvOR5OiQGDknJbvyCY3ZMbxCQ= Trustee 1
        trustee YIC75RAF6prMhjWAzlcxfUa+9jM1WNW/qX5GE0KYUAU= Trustee 2
        trustee kKt5DsvwcEIy/+lDb67MyRO2amDpnGiKQLuk1eLmFFA= Trustee 3

        bellwether sealed bid 1
        auction Spring sale
        lot 3
        bidder 71
        version 1
        trustees sha256 345aec7e017632fb5eae9f3cdad54cf9d8fbcff914b7765dfd43025d6ff95dfa
        share Lx0LKKHPuV91iZ2vaE9Q33xQQ9jERqNSOa5JIhHvuTA= FvR9w0EPYeWGTJn97dllbwWet0+cOBl8kB+xR6H96fb9aKUDNTyn+KkWJ9gUyO8d
        93b4c4789911f5d3f2fcb1faaff2674d55d74604254fb2d9c5a60e24f74458ce
    "#]].assert_eq(&said);
}
