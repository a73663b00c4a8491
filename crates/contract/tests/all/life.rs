//! The life of contracts, against a plain second telling of its rules.

use crate::world::terms;
use base::{Instant, PersonId};
use contract::document::Digest;
use contract::signing::{Contract, Ground, State, Step};
use contract::{Flaw, Kind};
use testkit::Dice;

fn at(second: i64) -> Instant {
    Instant::from_micros(0).plus_seconds(second)
}

fn digest(n: u8) -> Digest {
    Digest([n; 32])
}

fn person(n: u128) -> PersonId {
    PersonId::from_bits(n)
}

fn draft(order: &[&[&str]]) -> Contract {
    let order = order.iter().map(|step| step.iter().map(|it| (*it).to_owned()).collect()).collect();
    Contract::draft(&terms(Kind::Licence), order, digest(1), "a", at(0)).expect("a draft")
}

fn sign(party: &str, who: u128, text: u8) -> Step {
    Step::Sign { party: party.into(), person: person(who), digest: digest(text) }
}

fn offer(by: &str) -> Step {
    Step::Offer { by: by.into(), until: None }
}

fn take(contract: &Contract, steps: &[Step]) -> Contract {
    let after = steps.iter().try_fold(contract.clone(), |it, step| it.take(step, at(10)));
    after.expect("every step fits")
}

fn refused(contract: &Contract, step: &Step, second: i64, want: &[(&str, &'static str)]) {
    let found = contract.take(step, at(second)).expect_err("refused");
    let want: Vec<Flaw> =
        want.iter().map(|(field, code)| Flaw { field: (*field).into(), code }).collect();
    assert_eq!(found, want, "{step:?}");
}

#[test]
fn both_sign_the_same_text_in_their_order() {
    let contract = draft(&[&["b"], &["a"]]);
    refused(&contract, &sign("a", 1, 1), 1, &[("state", "unfit")]);
    let offered = take(&contract, &[offer("a")]);
    assert_eq!(offered.code(), "offered");
    let turns: Vec<(String, usize, bool)> =
        offered.awaited().into_iter().map(|it| (it.party, it.step, it.is_turn)).collect();
    assert_eq!(turns, [("b".to_owned(), 1, true), ("a".to_owned(), 2, false)]);
    refused(&offered, &sign("a", 1, 1), 1, &[("party", "not-its-turn")]);
    refused(&offered, &sign("b", 1, 2), 1, &[("digest", "another-text")]);
    refused(&offered, &sign("c", 1, 9), 1, &[("party", "unknown"), ("digest", "another-text")]);
    let partly = take(&offered, &[sign("b", 2, 1)]);
    assert_eq!(partly.code(), "partly-signed");
    refused(&partly, &sign("b", 3, 1), 1, &[("party", "signed-already")]);
    refused(&partly, &sign("a", 2, 1), 1, &[("person", "signs-for-another")]);
    let bound = take(&partly, &[sign("a", 1, 1)]);
    assert_eq!(bound.code(), "in-force");
    assert_eq!(bound.bound().map(|it| (it.version, it.signatures.len())), Some((1, 2)));
}

#[test]
fn an_order_names_every_party_once() {
    let make = |order: &[&[&str]]| {
        let order =
            order.iter().map(|step| step.iter().map(|it| (*it).to_owned()).collect()).collect();
        Contract::draft(&terms(Kind::Licence), order, digest(1), "a", at(0))
    };
    assert_eq!(make(&[]).expect("all at once").order, [["a", "b"]]);
    assert!(make(&[&["a"]]).is_err() && make(&[&["a", "b"], &["a"]]).is_err());
    assert!(make(&[&["a", "b"], &["c"]]).is_err() && make(&[&["a", "b"], &[]]).is_err());
}

#[test]
fn an_offer_ends_at_its_moment() {
    let until = Step::Offer { by: "a".into(), until: Some(at(100)) };
    let offered = draft(&[]).take(&until, at(1)).expect("fits");
    refused(&offered, &sign("b", 2, 1), 100, &[("offer", "lapsed")]);
    assert!(offered.take(&sign("b", 2, 1), at(99)).is_ok());
    refused(&offered, &Step::Lapse, 99, &[("offer", "unfit")]);
    assert_eq!(offered.take(&Step::Lapse, at(100)).expect("over").code(), "draft");
    let back = Step::Withdraw { party: "b".into(), why: "no".into() };
    refused(&offered, &back, 5, &[("offer", "unfit")]);
    refused(&draft(&[]), &until, 100, &[("until", "out-of-order")]);
}

#[test]
fn an_amendment_binds_when_all_signed_it() {
    let bound = take(&draft(&[]), &[offer("a"), sign("a", 1, 1), sign("b", 2, 1)]);
    refused(&bound, &offer("a"), 11, &[("state", "unfit")]);
    let revise = Step::Revise { by: "b".into(), digest: digest(2), why: "a later date".into() };
    let amended = take(&bound, &[revise.clone(), offer("b"), sign("b", 2, 2)]);
    assert_eq!(amended.bound().map(|it| it.version), Some(1));
    refused(&amended, &revise, 11, &[("state", "unfit"), ("digest", "same")]);
    refused(&amended, &sign("a", 1, 1), 11, &[("digest", "another-text")]);
    let both = take(&amended, &[sign("a", 1, 2)]);
    assert_eq!(both.bound().map(|it| it.version), Some(2));
    // Refused, the old text stands.
    let no = Step::Refuse { party: "a".into(), why: "too late".into() };
    let stands = take(&amended, &[no]);
    assert_eq!((stands.bound().map(|it| it.version), stands.offer()), (Some(1), None));
}

#[test]
fn a_breach_is_cured_or_ends_it() {
    let bound = take(&draft(&[]), &[offer("a"), sign("a", 1, 1), sign("b", 2, 1)]);
    let notify = Step::Notify {
        by: "a".into(),
        against: "b".into(),
        what: "the second payment".into(),
        cure_until: at(1_000),
    };
    let breached = take(&bound, &[notify]);
    let end = |by: &str| Step::End { by: by.into(), ground: Ground::Breach, why: "unpaid".into() };
    refused(&breached, &end("a"), 999, &[("cure_until", "not-over")]);
    refused(&breached, &end("b"), 1_000, &[("by", "not-the-notifier")]);
    refused(&bound, &end("a"), 1_000, &[("state", "unfit")]);
    refused(&breached, &Step::Perform { party: "a".into() }, 20, &[("state", "unfit")]);
    assert_eq!(breached.take(&end("a"), at(1_000)).expect("over").code(), "terminated");
    refused(&breached, &Step::Settle { by: "b".into() }, 20, &[("by", "not-the-notifier")]);
    let cured = take(&breached, &[Step::Settle { by: "a".into() }]);
    let done = [Step::Perform { party: "a".into() }, Step::Perform { party: "b".into() }];
    assert_eq!(take(&cured, &done[..1]).code(), "in-force");
    assert_eq!(take(&cured, &done).code(), "performed");
    let agree =
        |by: &str| Step::End { by: by.into(), ground: Ground::Agreement, why: "sold".into() };
    assert_eq!(take(&bound, &[agree("b")]).code(), "in-force");
    refused(&take(&bound, &[agree("b")]), &agree("b"), 20, &[("by", "said-already")]);
    assert_eq!(take(&bound, &[agree("b"), agree("a")]).code(), "terminated");
}

/// Whatever is tried: what binds was signed by everybody, under the digest of its version.
#[test]
fn nothing_binds_without_every_signature() {
    let mut dice = Dice::new(43);
    let mut codes = std::collections::BTreeSet::new();
    for _ in 0..3_000 {
        let mut contract = match dice.below(2) {
            0 => draft(&[]),
            _ => draft(&[&["b"], &["a"]]),
        };
        // The second telling: signatures since the last offer, by party, and what binds.
        let mut signed: Vec<(String, Digest)> = Vec::new();
        let mut binding: Option<Digest> = None;
        for second in 0..25 {
            let step = chance_step(&mut dice);
            let Ok(next) = contract.take(&step, at(second)) else { continue };
            match &step {
                Step::Offer { .. } => signed.clear(),
                Step::Sign { party, digest, .. } => {
                    signed.push((party.clone(), *digest));
                    if signed.len() == 2 {
                        assert_eq!(signed[0].1, signed[1].1);
                        assert_ne!(signed[0].0, signed[1].0);
                        binding = Some(*digest);
                    }
                }
                _ => {}
            }
            let bound = next.bound();
            let found = bound.and_then(|it| next.version(it.version)).map(|it| it.digest);
            assert_eq!(found, binding, "{step:?}");
            if let Some(bound) = bound {
                assert_eq!(bound.signatures.len(), 2);
                assert!(bound.signatures.iter().all(|it| Some(it.digest) == found));
            }
            assert_eq!(next.versions[..contract.versions.len()], contract.versions[..]);
            codes.insert(next.code());
            let is_end = matches!(
                contract.state,
                State::Performed { .. } | State::Terminated { .. } | State::Abandoned { .. }
            );
            assert!(!is_end, "{step:?} after the end");
            let stored = serde_json::to_string(&next).expect("a text");
            assert_eq!(serde_json::from_str::<Contract>(&stored).ok().as_ref(), Some(&next));
            contract = next;
        }
    }
    assert_eq!(codes.len(), 8, "every state is reached: {codes:?}");
}

fn chance_step(dice: &mut Dice) -> Step {
    let party = || (*["a", "b"].as_slice()).to_vec();
    let by: String = (*dice.pick(&party())).into();
    let why = || "because".to_owned();
    match dice.below(14) {
        0 => {
            let text = u8::try_from(1 + dice.below(4)).expect("small");
            Step::Revise { by, digest: digest(text), why: why() }
        }
        1 | 2 => Step::Offer { by, until: (dice.below(4) == 0).then(|| at(12)) },
        3..=7 => {
            let who = if by == "a" { 1 } else { 2 };
            let text = if dice.below(3) == 0 { 1 + dice.below(4) } else { 1 };
            sign(&by, who, u8::try_from(text).expect("small"))
        }
        8 => match dice.below(5) {
            0 => Step::Refuse { party: by, why: why() },
            1 => Step::Withdraw { party: by, why: why() },
            2 => Step::Abandon { party: by, why: why() },
            _ => Step::Lapse,
        },
        9 | 10 => Step::Perform { party: by },
        11 => {
            let against = if by == "a" { "b" } else { "a" }.to_owned();
            Step::Notify { by, against, what: why(), cure_until: at(15) }
        }
        12 => Step::Settle { by },
        _ => Step::End { by, ground: *dice.pick(Ground::ALL), why: why() },
    }
}
