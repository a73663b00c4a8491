//! Lots in rounds over both databases: opening offers unseen, turns by the clock, few bidders, absence.

use crate::lot::{Firm, Hall, code};
use app::Asker;
use app::lot::{
    Ended, ExcludeBidder, HaltLot, PlaceBid, RegisterForLot, RoundStage, RoundsView, TakeBackSeal,
    deposit_account,
};
use base::LotId;
use trading::lot::{LotState, Terms, Way};
use trading::rounds::Rounds;
use worlds::{World, on_both};

/// Three rounds of turns of a minute, an hour for opening offers.
const ROUNDS: Rounds =
    Rounds { offers_s: 3_600, n_rounds: 3, pause_s: 60, turn_s: 60, between_s: 30 };

pub(crate) fn terms(hall: &Hall<'_>) -> Terms {
    let usual = hall.terms();
    let opens = usual.opens.plus_seconds(3_600);
    Terms {
        way: Way::Rounds(ROUNDS),
        opens,
        closes: opens.plus_seconds(ROUNDS.planned_s()),
        is_proxy: false,
        window_s: 0,
        cap_s: 0,
        bidders_min: 2,
        ..usual
    }
}

fn now(world: &World, who: &Asker, lot: LotId) -> RoundsView {
    world.city.lot_rounds(who, lot).expect("seen")
}

/// Lets seconds pass, with the timer awake all the while.
fn pass(world: &World, seconds: i64) {
    for _ in 0..seconds / 10 {
        world.clock.pass(10);
        world.city.tend_lots().expect("tended");
    }
    world.clock.pass(seconds % 10);
    world.city.tend_lots().expect("tended");
}

/// To the moment from which opening offers are taken.
fn take_offers(hall: &Hall<'_>, lot: LotId) {
    let wait = hall.lot(lot).terms.taken_from().seconds_since(hall.world.city.now());
    hall.world.clock.pass(wait);
    hall.world.city.tend_lots().expect("tended");
    assert_eq!(hall.lot(lot).state, LotState::Open);
}

/// To the opening, and a second beyond.
fn open(hall: &Hall<'_>, lot: LotId) {
    let wait = hall.lot(lot).terms.opens.seconds_since(hall.world.city.now());
    hall.world.clock.pass(wait + 1);
    hall.world.city.tend_lots().expect("tended");
}

fn bid(hall: &Hall<'_>, lot: LotId, firm: &Firm, yuan: i64) -> String {
    match hall.world.city.bid(&firm.who, PlaceBid::new(lot, None, yuan * 100)) {
        Ok(done) => format!("{} {}", done.price.unwrap_or(0) / 100, done.is_silent),
        Err(no) => code(&no),
    }
}

fn back(hall: &Hall<'_>, lot: LotId, firm: &Firm) -> String {
    let done = hall.world.city.take_back_seal(&firm.who, TakeBackSeal::new(lot, None));
    done.map_or_else(|no| code(&no), |_| "back".to_owned())
}

/// Whose turn it is, and what stands, in yuan.
fn told(view: &RoundsView) -> String {
    let offers: Vec<String> =
        view.offers.iter().map(|(bidder, sum)| format!("{bidder}:{}", sum / 100)).collect();
    format!("{:?} {} {} | {}", view.stage, view.round, view.turn.unwrap_or(0), offers.join(" "))
}

on_both! {
    fn three_rounds_go_from_the_notice_to_the_protocol(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(terms(&hall));
        let firms =
            [hall.firm(lot, "ada", true), hall.firm(lot, "bo", true), hall.firm(lot, "cai", true)];
        let [ada, bo, cai] = &firms;
        let nobody = Asker::nobody();
        assert_eq!(bid(&hall, lot, ada, 1_000_000), "lot-not-open");
        take_offers(&hall, lot);
        // Opening offers: who made one, and how many there are, nobody learns.
        assert_eq!(bid(&hall, lot, ada, 999_999), "lot-under-start");
        assert_eq!(bid(&hall, lot, ada, 1_500_000), "0 true");
        assert_eq!(back(&hall, lot, ada), "back");
        assert_eq!(back(&hall, lot, ada), "lot-no-bid");
        assert_eq!(bid(&hall, lot, ada, 1_000_000), "0 true");
        assert_eq!(bid(&hall, lot, bo, 1_200_000), "0 true");
        assert_eq!(bid(&hall, lot, cai, 1_100_000), "0 true");
        assert_eq!(bid(&hall, lot, cai, 1_200_000), "0 true");
        let kept = hall.lot(lot);
        assert_eq!((kept.course.price, kept.course.leader, kept.course.n_bids), (None, None, 0));
        assert_eq!((kept.course.ends_at, kept.entries_told()), (kept.terms.closes, 0));
        assert_eq!(told(&now(world, &nobody, lot)), "Offers 0 0 | ");
        assert_eq!(now(world, &nobody, lot).own, None);
        let own = now(world, &cai.who, lot).own.expect("a place");
        assert_eq!((own.offer, own.typed, own.least), (Some(120_000_000), None, 121_000_000));
        assert!(world.city.lot_history(&nobody, lot, None, 50).expect("public").entries.is_empty());
        // The opening: the lowest first, of equal ones the later.
        open(&hall, lot);
        let [a, b, c] = [ada, bo, cai].map(|firm| firm.alias);
        let stands = format!("{b}:1200000 {c}:1200000 {a}:1000000");
        assert_eq!(told(&now(world, &nobody, lot)), format!("Pause 1 {a} | {stands}"));
        assert_eq!(now(world, &nobody, lot).order, [a, c, b]);
        let kept = hall.lot(lot);
        assert_eq!((kept.course.price, kept.course.leader), (Some(120_000_000), Some(b)));
        assert_eq!(kept.course.ends_at, kept.terms.opens.plus_seconds(ROUNDS.length_s(3)));
        assert_eq!(bid(&hall, lot, ada, 1_300_000), "lot-pause");
        let late = world.organisation("Firm late");
        let who = world.person("late", late, access::Role::FirmMember);
        let act = RegisterForLot { lot, organisation: late, terms: 1, stands_by: true };
        let no = world.city.perform(&who, act).expect_err("too late");
        assert_eq!(code(&no), "lot-closed");
        // Bids of a turn: out of turn, too low, overwritten, taken back; nothing shows.
        pass(world, 60);
        assert_eq!(told(&now(world, &nobody, lot)), format!("Turn 1 {a} | {stands}"));
        let seen = world.city.lot_news(&nobody, lot, 0, 50).expect("public");
        assert_eq!(bid(&hall, lot, bo, 1_300_000), "lot-not-your-turn");
        assert_eq!(bid(&hall, lot, ada, 1_005_000), "lot-under-step");
        assert_eq!(bid(&hall, lot, ada, 1_300_000), "1200000 true");
        assert_eq!(bid(&hall, lot, ada, 1_400_000), "1200000 true");
        assert_eq!(back(&hall, lot, ada), "back");
        assert_eq!(now(world, &ada.who, lot).own.expect("own").typed, None);
        assert_eq!(bid(&hall, lot, ada, 1_350_000), "1200000 true");
        assert_eq!(now(world, &ada.who, lot).own.expect("own").typed, Some(135_000_000));
        for who in [&nobody, &bo.who, &hall.clerk, &hall.officer] {
            assert_eq!(told(&now(world, who, lot)), format!("Turn 1 {a} | {stands}"));
            assert_eq!(now(world, who, lot).own.and_then(|own| own.typed), None);
        }
        let after = world.city.lot_news(&nobody, lot, 0, 50).expect("public");
        assert_eq!((after.entries, after.stage), (seen.entries, seen.stage));
        assert_eq!(hall.lot(lot).course.n_bids, 3);
        // The turn ends: what it brought shows, and the next one moves.
        pass(world, 60);
        let stands = format!("{a}:1350000 {b}:1200000 {c}:1200000");
        assert_eq!(told(&now(world, &nobody, lot)), format!("Turn 1 {c} | {stands}"));
        assert_eq!(hall.lot(lot).course.price, Some(135_000_000));
        // A machine that is away for a moment: the bid of that turn counts, and rounds go on.
        assert_eq!(bid(&hall, lot, cai, 1_360_000), "1350000 true");
        world.clock.pass(60);
        let view = now(world, &nobody, lot);
        let stands = format!("{c}:1360000 {a}:1350000 {b}:1200000");
        assert_eq!(told(&view), format!("Turn 1 {b} | {stands}"));
        world.clock.pass(30);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).course.leader, Some(c));
        pass(world, 30);
        // The order is fixed anew: who is behind moves first.
        assert_eq!(told(&now(world, &nobody, lot)), format!("Pause 2 {b} | {stands}"));
        assert_eq!(now(world, &nobody, lot).order, [b, a, c]);
        pass(world, 30);
        assert_eq!(bid(&hall, lot, bo, 1_360_000), "1360000 true");
        pass(world, 180);
        assert_eq!(told(&now(world, &nobody, lot)), format!(
            "Pause 3 {a} | {c}:1360000 {b}:1360000 {a}:1350000"));
        pass(world, 30 + 180);
        assert_eq!(now(world, &nobody, lot).stage, RoundStage::Over);
        pass(world, 2);
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::Sold);
        let ended = Ended::read(&kept.outcome).expect("told");
        assert_eq!((ended.winner, ended.standby), (Some((c, 136_000_000)), Some((b, 136_000_000))));
        assert_eq!(ended.tie.as_deref(), Some("earlier"));
        world.city.tend_lots().expect("tended");
        let protocol = world.city.lot_protocol(&nobody, lot).expect("signed");
        app::protocol::check(protocol.text.as_bytes(), None).expect("it holds");
        assert_eq!(told(&now(world, &nobody, lot)), format!(
            "Over 0 0 | {c}:1360000 {b}:1360000 {a}:1350000"));
        for (firm, held) in [(ada, 0), (bo, 50_000), (cai, 50_000)] {
            assert_eq!(hall.balance(deposit_account(lot, firm.organisation)), (50_000, held));
        }
        hall.sound(lot, &[ada, bo, cai]);
    }

    // auctions.md 38: two required and one there; one required; nobody.
    fn too_few_need_no_rounds(world) {
        let hall = Hall::new(world);
        for (least, offers, want) in [
            (2, true, (LotState::Unsuccessful, "too-few-bidders")),
            (1, false, (LotState::Unsuccessful, "no-bid")),
            (1, true, (LotState::Sold, "sold")),
        ] {
            let lot = hall.announce(Terms { bidders_min: least, ..terms(&hall) });
            let ada = hall.firm(lot, &format!("ada{least}{offers}"), true);
            take_offers(&hall, lot);
            if offers {
                assert_eq!(bid(&hall, lot, &ada, 1_000_000), "0 true");
            }
            open(&hall, lot);
            pass(world, 2);
            let kept = hall.lot(lot);
            let ended = Ended::read(&kept.outcome).expect("told");
            assert_eq!((kept.state, ended.how.as_str()), want, "{least} {offers}");
            let held = if want.1 == "sold" { 50_000 } else { 0 };
            let balance = hall.balance(deposit_account(lot, ada.organisation));
            assert_eq!(balance, (50_000, held));
            assert_eq!(world.city.check_books().expect("checked"), []);
        }
    }

    // auctions.md 23: a turn that would begin more than two minutes late is not resumed.
    fn a_long_absence_ends_the_rounds_and_everybody_is_told(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(terms(&hall));
        let firms = [hall.firm(lot, "ada", true), hall.firm(lot, "bo", true)];
        let [ada, bo] = &firms;
        take_offers(&hall, lot);
        bid(&hall, lot, ada, 1_000_000);
        bid(&hall, lot, bo, 1_200_000);
        open(&hall, lot);
        pass(world, 60);
        assert_eq!(bid(&hall, lot, ada, 1_300_000), "1200000 true");
        let until = now(world, &ada.who, lot).until.seconds_since(world.city.now());
        world.clock.pass(until + 121);
        world.city.tend_lots().expect("tended");
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::Unsuccessful);
        assert_eq!(Ended::read(&kept.outcome).expect("told").how, "rescheduled");
        world.city.tend_lots().expect("tended");
        // The bids stay in the protocol.
        let protocol = world.city.lot_protocol(&ada.who, lot).expect("signed").text;
        app::protocol::check(protocol.as_bytes(), None).expect("it holds");
        assert!(protocol.contains("13000.00") || protocol.contains("1300000.00"), "{protocol}");
        for firm in [ada, bo] {
            assert_eq!(hall.balance(deposit_account(lot, firm.organisation)), (50_000, 0));
        }
        hall.sound(lot, &[ada, bo]);
    }

    // A halted turn gets its time back; whoever is shut out leaves an empty turn.
    fn rounds_stand_still_and_lose_a_bidder(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(terms(&hall));
        let firms =
            [hall.firm(lot, "ada", true), hall.firm(lot, "bo", true), hall.firm(lot, "cai", true)];
        let [ada, bo, cai] = &firms;
        take_offers(&hall, lot);
        for (firm, sum) in [(ada, 1_000_000), (bo, 1_100_000), (cai, 1_200_000)] {
            bid(&hall, lot, firm, sum);
        }
        open(&hall, lot);
        pass(world, 60);
        let before = now(world, &ada.who, lot);
        assert_eq!((before.stage, before.turn), (RoundStage::Turn, Some(ada.alias)));
        let halt = |goes_on| world.city.perform(&hall.clerk, HaltLot { lot, goes_on });
        halt(false).expect("halted");
        pass(world, 600);
        assert_eq!(now(world, &ada.who, lot).turn, Some(ada.alias), "it stands still");
        assert_eq!(bid(&hall, lot, ada, 1_300_000), "lot-halted");
        halt(true).expect("goes on");
        let shifted = now(world, &ada.who, lot);
        assert_eq!(shifted.turn, Some(ada.alias));
        assert_eq!(shifted.until.seconds_since(before.until), 600);
        pass(world, 60);
        let reason = "It did not keep the terms.".to_owned();
        let act = ExcludeBidder { lot, bidder: bo.alias, reason };
        world.city.perform(&hall.clerk, act).expect("shut out");
        let view = now(world, &ada.who, lot);
        assert_eq!(view.turn, Some(bo.alias), "the timetable that was announced stands");
        assert_eq!(view.offers.len(), 2);
        assert_eq!(bid(&hall, lot, bo, 1_400_000), "lot-excluded");
        pass(world, 60 * 2 + 30 + 180 + 30 + 180 + 2);
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::Sold);
        let ended = Ended::read(&kept.outcome).expect("told");
        assert_eq!(ended.winner, Some((cai.alias, 120_000_000)));
        hall.sound(lot, &[ada, bo, cai]);
    }
}
