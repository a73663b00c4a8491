//! Lots with a falling price over both databases: the click, sealed bids above it, the last word.

use crate::lot::{Firm, Hall, code};
use app::Asker;
use app::lot::{
    CallOffLot, Ended, FallingView, HaltLot, LodgeComplaint, MoveComplaint, Phase, PlaceBid,
    TakeBackSeal, deposit_account,
};
use base::LotId;
use trading::falling::Falling;
use trading::lot::{LotState, Terms, Way};
use worlds::{World, on_both};

/// Ten falls of five percent, a minute each; then a minute sealed and a minute for the last word.
const FALLING: Falling = Falling {
    pause_s: 30,
    n_stages: 10,
    stage_s: 60,
    fall_bp: 500,
    sealed_pause_s: 20,
    sealed_s: 60,
    best_pause_s: 20,
    best_s: 60,
};

fn terms(hall: &Hall<'_>) -> Terms {
    let usual = hall.terms();
    Terms {
        way: Way::Falling(FALLING),
        start: 100_000_000,
        closes: usual.opens.plus_seconds(FALLING.falls_s()),
        steps: Vec::new(),
        is_proxy: false,
        window_s: 0,
        cap_s: 0,
        ..usual
    }
}

fn now(world: &World, who: &Asker, lot: LotId) -> FallingView {
    world.city.lot_falling(who, lot).expect("seen")
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

/// To the moment of the opening and into a part.
fn open(hall: &Hall<'_>, lot: LotId) {
    let wait = hall.lot(lot).terms.opens.seconds_since(hall.world.city.now());
    hall.world.clock.pass(wait - 10);
    hall.world.city.tend_lots().expect("tended");
    pass(hall.world, 10);
}

fn click(hall: &Hall<'_>, lot: LotId, firm: &Firm, stage: u32, yuan: i64) -> String {
    told(hall.world.city.bid(&firm.who, PlaceBid::at_stage(lot, None, yuan * 100, stage)))
}

fn bid(hall: &Hall<'_>, lot: LotId, firm: &Firm, yuan: i64) -> String {
    told(hall.world.city.bid(&firm.who, PlaceBid::new(lot, None, yuan * 100)))
}

fn told(done: Result<app::lot::BidAnswer, app::No>) -> String {
    match done {
        Ok(done) => format!("{} {}", done.price.unwrap_or(0) / 100, done.is_silent),
        Err(no) => code(&no),
    }
}

on_both! {
    fn a_price_falls_is_stopped_and_outbid(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(terms(&hall));
        let firms =
            [hall.firm(lot, "ada", true), hall.firm(lot, "bo", true), hall.firm(lot, "cai", true)];
        let [ada, bo, cai] = &firms;
        open(&hall, lot);
        let nobody = Asker::nobody();
        assert_eq!(now(world, &nobody, lot).phase, Phase::Before);
        assert_eq!(click(&hall, lot, ada, 0, 1_000_000), "lot-not-open");
        pass(world, 31);
        let view = now(world, &nobody, lot);
        assert_eq!((view.phase, view.stage, view.price), (Phase::Falling, Some(0), 100_000_000));
        pass(world, 120);
        // A click carries the stage that was seen.
        assert_eq!(click(&hall, lot, ada, 1, 950_000), "lot-stage-over");
        assert_eq!(click(&hall, lot, ada, 2, 950_000), "lot-not-shown");
        assert_eq!(click(&hall, lot, ada, 2, 900_000), "900000 false");
        assert_eq!(click(&hall, lot, bo, 2, 900_000), "lot-stopped");
        let view = now(world, &nobody, lot);
        assert_eq!((view.phase, view.stopper), (Phase::SealedPause, Some(ada.alias)));
        assert_eq!(bid(&hall, lot, bo, 910_000), "lot-stopped");
        pass(world, 21);
        assert_eq!(now(world, &ada.who, lot).phase, Phase::Sealed);
        assert_eq!(bid(&hall, lot, ada, 990_000), "lot-not-your-turn");
        assert_eq!(bid(&hall, lot, bo, 900_000), "lot-not-above");
        assert_eq!(bid(&hall, lot, bo, 910_000), "900000 true");
        assert_eq!(bid(&hall, lot, cai, 930_000), "900000 true");
        // Nobody but its bidder sees a bid of this part.
        let seen = now(world, &nobody, lot);
        assert_eq!((seen.price, seen.own), (90_000_000, None));
        assert_eq!(now(world, &cai.who, lot).own, Some(93_000_000));
        let history = world.city.lot_history(&nobody, lot, None, 50).expect("public").entries;
        assert_eq!(history.iter().filter(|it| it.kind == "bid").count(), 1, "the click alone");
        let back = world.city.take_back_seal(&cai.who, TakeBackSeal::new(lot, None));
        back.expect("taken back");
        assert_eq!(now(world, &cai.who, lot).own, None);
        assert_eq!(bid(&hall, lot, cai, 940_000), "900000 true");
        pass(world, 60);
        assert_eq!(now(world, &nobody, lot).phase, Phase::BestPause);
        pass(world, 20);
        assert_eq!(now(world, &ada.who, lot).phase, Phase::Best);
        assert_eq!(bid(&hall, lot, bo, 999_000), "lot-not-your-turn");
        assert_eq!(bid(&hall, lot, ada, 941_000), "900000 true");
        assert_eq!(hall.lot(lot).state, LotState::Open);
        assert!(now(world, &nobody, lot).bids.is_empty(), "not before it is over");
        pass(world, 62);
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::Sold);
        let ended = Ended::read(&kept.outcome).expect("told");
        assert_eq!(ended.winner, Some((ada.alias, 94_100_000)));
        assert_eq!(ended.standby, Some((cai.alias, 94_000_000)));
        let last: Vec<(u32, i64)> =
            now(world, &nobody, lot).bids.iter().map(|it| (it.bidder, it.amount)).collect();
        let want = [(ada.alias, 94_100_000), (cai.alias, 94_000_000), (bo.alias, 91_000_000)];
        assert_eq!(last, want);
        world.city.tend_lots().expect("tended");
        let protocol = world.city.lot_protocol(&nobody, lot).expect("signed");
        app::protocol::check(protocol.text.as_bytes(), None).expect("it holds");
        for (firm, held) in [(ada, 50_000), (bo, 0), (cai, 50_000)] {
            assert_eq!(hall.balance(deposit_account(lot, firm.organisation)), (50_000, held));
        }
        hall.sound(lot, &[ada, bo, cai]);
    }

    fn without_a_bid_above_it_the_click_has_won(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(terms(&hall));
        let ada = hall.firm(lot, "ada", true);
        open(&hall, lot);
        pass(world, 31);
        assert_eq!(click(&hall, lot, &ada, 0, 1_000_000), "1000000 false");
        pass(world, 82);
        // No part is waited for in which nobody may bid.
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::Sold);
        let ended = Ended::read(&kept.outcome).expect("told");
        assert_eq!((ended.winner, ended.standby), (Some((ada.alias, 100_000_000)), None));
        hall.sound(lot, &[&ada]);
    }

    fn a_price_that_nobody_stops_ends(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(terms(&hall));
        let ada = hall.firm(lot, "ada", true);
        open(&hall, lot);
        pass(world, FALLING.falls_s() + 2);
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::Unsuccessful);
        assert_eq!(Ended::read(&kept.outcome).expect("told").how, "no-bid");
        assert_eq!(hall.balance(deposit_account(lot, ada.organisation)), (50_000, 0));
        hall.sound(lot, &[&ada]);
    }

    fn a_halt_stops_the_falls_and_a_long_absence_ends_them(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(terms(&hall));
        let ada = hall.firm(lot, "ada", true);
        open(&hall, lot);
        pass(world, 91);
        let before = now(world, &ada.who, lot);
        assert_eq!(before.stage, Some(1));
        let halt = |goes_on| world.city.perform(&hall.clerk, HaltLot { lot, goes_on });
        halt(false).expect("halted");
        pass(world, 300);
        assert_eq!(now(world, &ada.who, lot).stage, Some(1), "it stands still");
        assert_eq!(click(&hall, lot, &ada, 1, 950_000), "lot-halted");
        halt(true).expect("goes on");
        assert_eq!(now(world, &ada.who, lot).stage, Some(1));
        pass(world, 60);
        assert_eq!(now(world, &ada.who, lot).stage, Some(2));
        // Nobody could take part while the machine was away: the auction is planned anew.
        world.clock.pass(60 + 121);
        world.city.tend_lots().expect("tended");
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::Unsuccessful);
        assert_eq!(Ended::read(&kept.outcome).expect("told").how, "rescheduled");
        assert_eq!(hall.balance(deposit_account(lot, ada.organisation)), (50_000, 0));
        hall.sound(lot, &[&ada]);
    }

    // What a complaint or a cancellation takes of the time is no absence of the machine.
    fn a_standstill_is_no_absence(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(terms(&hall));
        let ada = hall.firm(lot, "ada", true);
        open(&hall, lot);
        pass(world, 91);
        assert_eq!(now(world, &ada.who, lot).stage, Some(1));
        let complain = |text: &str| {
            let act =
                LodgeComplaint { lot, organisation: ada.organisation, text: text.to_owned() };
            world.city.perform(&ada.who, act).expect("lodged");
            let all = world.city.lot(&ada.who, lot).expect("seen").complaints;
            all.last().expect("the own one").0.id
        };
        let decide = |complaint, to: &str| {
            let (to, reply) = (to.to_owned(), "We looked into it.".to_owned());
            let act = MoveComplaint { lot, complaint, to, reply };
            world.city.perform(&hall.clerk, act).expect("decided");
        };
        let first = complain("Another patent is meant.");
        decide(first, "accept");
        pass(world, 600);
        decide(first, "decline");
        assert_eq!(now(world, &ada.who, lot).stage, Some(1), "it goes on where it stood");
        pass(world, 60);
        assert_eq!(now(world, &ada.who, lot).stage, Some(2));
        let act = CallOffLot::new(lot, "no-demand".to_owned(), "Nobody came.".to_owned());
        world.city.perform(&hall.clerk, act).expect("asked for");
        let appeal = complain("I came.");
        pass(world, 600);
        decide(appeal, "accept");
        decide(appeal, "satisfy");
        assert_eq!(hall.lot(lot).state, LotState::Open);
        pass(world, 10);
        assert_eq!(now(world, &ada.who, lot).stage, Some(2));
        assert_eq!(click(&hall, lot, &ada, 2, 900_000), "900000 false");
        pass(world, 30);
        assert_eq!(now(world, &ada.who, lot).stopper, Some(ada.alias));
    }
}
