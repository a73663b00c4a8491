//! Reserves that nobody knows before the end.

use super::common::*;
use crate::*;
use testkit::Dice;

const SALT: [u8; 32] = [7; 32];

/// The rules of a lot that hides a reserve, under the name that the room has.
fn hides(mode: Mode, reserve: Minor) -> Rules {
    let open = rules(mode, vec![lot(10_000, HOUR)]);
    let of = &open.lots[0];
    let commitment = Some(commit(&open.name, &of.name, &open.unit, reserve, &SALT));
    Rules { lots: vec![Lot { commitment, ..of.clone() }], ..open }
}

fn limits() -> Mode {
    english(true, Steps::one(Step::Fixed(100)), None)
}

fn reveal(room: &mut Room, us: i64, reserve: Minor, salt: [u8; 32]) -> String {
    room.say(us, Input::Reveal { lot: 0, reserve, salt })
}

#[test]
fn a_hidden_reserve_moves_no_price_before_the_end() {
    let mut room = Room::open(hides(limits(), 15_000));
    assert_eq!(room.bid(1, 1, 20_000), "ok 100.00 by 1");
    assert_eq!(room.bid(2, 2, 12_000), "ok 121.00 by 1");
    assert_eq!(room.bid(3, 1, 30_000), "ok 121.00 by 1");
    assert_eq!(reveal(&mut room, HOUR - 1, 15_000, SALT), "not-over");
    assert_eq!(room.close(HOUR), "reserve-hidden");
    assert_eq!(reveal(&mut room, HOUR, 14_999, SALT), "not-committed");
    assert_eq!(reveal(&mut room, HOUR, 15_000, [8; 32]), "not-committed");
    assert_eq!(reveal(&mut room, HOUR, 15_000, SALT), "ok 150.00 by 1");
    assert_eq!(reveal(&mut room, HOUR, 15_000, SALT), "not-here");
    assert_eq!(room.close(HOUR), "1 at 150.00");
}

#[test]
fn under_a_hidden_reserve_nothing_is_sold() {
    for is_proxy in [true, false] {
        let mode = english(is_proxy, Steps::one(Step::Fixed(100)), None);
        let mut room = Room::open(hides(mode, 15_000));
        assert!(room.bid(1, 1, 14_999).starts_with("ok"));
        reveal(&mut room, HOUR, 15_000, SALT);
        assert_eq!(room.close(HOUR), "Unsuccessful(UnderReserve)");
    }
    let mode = english(false, Steps::one(Step::Fixed(100)), None);
    let mut room = Room::open(hides(mode, 15_000));
    room.bid(1, 1, 16_000);
    assert_eq!(reveal(&mut room, HOUR, 15_000, SALT), "ok 160.00 by 1");
    assert_eq!(room.close(HOUR), "1 at 160.00");
}

#[test]
fn sealed_bids_are_held_against_it_once_they_are_open() {
    let run = |pricing, amount: Minor| {
        let mut room = Room::open(hides(sealed(pricing), 15_000));
        let commitment = [1; 32];
        room.say(1, Input::Seal { lot: 0, bidder: Bidder(1), commitment });
        room.say(HOUR, Input::Open { lot: 0, sealed: 1, amount: Ok(amount) });
        assert_eq!(room.close(HOUR), "reserve-hidden");
        assert_eq!(reveal(&mut room, HOUR, 15_000, SALT), "ok");
        room.close(HOUR)
    };
    assert_eq!(run(Pricing::First, 20_000), "1 at 200.00");
    assert_eq!(run(Pricing::Second { n_winners: 1 }, 20_000), "1 at 150.00");
    assert_eq!(run(Pricing::First, 14_999), "Unsuccessful(UnderReserve)");
    assert_eq!(run(Pricing::Second { n_winners: 1 }, 14_999), "Unsuccessful(UnderReserve)");
}

#[test]
fn rules_hide_or_tell_and_only_where_no_shown_price_would() {
    let told = hides(limits(), 15_000);
    let both = Lot { reserve: Some(15_000), ..told.lots[0].clone() };
    let flaws = Rules { lots: vec![both], ..told.clone() }.flaws();
    assert_eq!(
        flaws.iter().map(|flaw| flaw.field.as_str()).collect::<Vec<_>>(),
        ["lots.0.commitment"]
    );
    let rounds = hides(Mode::Rounds(Rounds::sale(Steps::one(Step::Fixed(1)))), 15_000);
    assert_eq!(rounds.flaws().len(), 1);
    // The text of the rules holds the hash alone, and is read back.
    assert_eq!(protocol::read_rules(&told.text()), Some(told.clone()));
    assert!(!told.text().contains("150.00") && told.text().contains("reserve hidden "));
    let other = hides(limits(), 15_001);
    assert_ne!(told.digest(), other.digest());
}

#[test]
fn no_reserve_can_be_put_in_the_place_of_the_one_that_was_hidden() {
    let entries = |reserve: Minor| {
        let bid = |bidder: u32, amount| Input::Bid {
            lot: 0,
            bidder: Bidder(bidder),
            amount,
            stage: None,
        };
        let inputs = [
            (1, bid(1, 20_000)),
            (2, bid(2, 12_000)),
            (HOUR, Input::Reveal { lot: 0, reserve, salt: SALT }),
            (HOUR, Input::Close { lot: 0 }),
        ];
        let entry = |(n, (us, input))| Entry { sequence: n, received: at(us), input };
        (1..).zip(inputs).map(entry).collect::<Vec<_>>()
    };
    let rules = hides(limits(), 15_000);
    let text = protocol::write_public(rules.clone(), &entries(15_000)).unwrap();
    let checked = protocol::check(&text).unwrap();
    assert!(matches!(checked.event.outcome(0), Some(Outcome::Sold(_))));
    let forged = text.replace("reserve 150.00 salt", "reserve 130.00 salt");
    assert_ne!(forged, text);
    assert!(protocol::check(&forged).is_err());
    // Written anew by somebody, it is no sale: the rules commit to another sum.
    let anew = protocol::write_public(rules, &entries(13_000)).unwrap();
    assert_eq!(protocol::check(&anew).unwrap().event.outcome(0), None);
}

#[test]
fn what_is_withheld_changes_no_result_with_a_hidden_reserve() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let mut below = |n: usize| i64::try_from(dice.below(n)).unwrap();
        let reserve = 10_000 + below(200) * 100;
        let rules = hides(limits(), reserve);
        let mut entries: Vec<Entry> = Vec::new();
        let mut put = |us: i64, input: Input| {
            let sequence = u64::try_from(entries.len()).unwrap() + 1;
            entries.push(Entry { sequence, received: at(us), input });
        };
        for n in 0..below(12) {
            let amount = 9_900 + below(300) * 100;
            let bidder = Bidder(1 + u32::try_from(below(4)).unwrap());
            put(n, Input::Bid { lot: 0, bidder, amount, stage: None });
        }
        put(HOUR, Input::Reveal { lot: 0, reserve, salt: SALT });
        put(HOUR, Input::Close { lot: 0 });
        let whole = protocol::check(&protocol::write(rules.clone(), &entries).unwrap()).unwrap();
        let public = protocol::check(&protocol::write_public(rules, &entries).unwrap()).unwrap();
        assert_eq!(whole.event.outcome(0), public.event.outcome(0), "seed {seed}");
        assert!(whole.event.outcome(0).is_some(), "seed {seed}");
    }
}
