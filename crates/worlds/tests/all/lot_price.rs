//! Prices of rising and falling lots over both databases: the figures of auctions.md 15 through the
//! acts of a city.

use crate::lot::{Firm, Hall, code};
use app::Asker;
use app::lot::{DecideBidder, Ended, PlaceBid};
use base::LotId;
use trading::falling::Falling;
use trading::lot::{Raise, Terms, Way};
use worlds::on_both;

/// The step table of 2003, from price to raise, in cents.
const STEPS_2003: [(i64, i64); 4] = [(0, 5), (2_500, 100), (10_000, 250), (25_000, 500)];

fn steps() -> Vec<(i64, Raise)> {
    STEPS_2003.map(|(from, sum)| (from, Raise::Fixed(sum))).to_vec()
}

/// A bid in cents: the price after it and whether the bidder leads, or why not.
fn bid(hall: &Hall<'_>, lot: LotId, firm: &Firm, cents: i64) -> String {
    match hall.world.city.bid(&firm.who, PlaceBid::new(lot, None, cents)) {
        Ok(done) => format!("{} {}", done.price.unwrap_or(0), done.leads),
        Err(no) => code(&no),
    }
}

on_both! {
    // auctions.md 51, 52: limits over the table of 2003.
    fn limits_lead_to_the_prices_of_the_page(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(Terms { start: 9_900, steps: steps(), window_s: 0, cap_s: 0, ..hall.terms() });
        let firms = ["ada", "bo", "cai", "dai"].map(|name| hall.firm(lot, name, true));
        let [ada, bo, cai, dai] = &firms;
        hall.open(lot);
        assert_eq!(bid(&hall, lot, ada, 20_000), "9900 true");
        let before = hall.lot(lot).course.n_entries;
        assert_eq!(bid(&hall, lot, bo, 15_000), "15250 false");
        assert_eq!(hall.lot(lot).course.n_entries, before + 1, "one act, with what the engine bid");
        assert_eq!(bid(&hall, lot, cai, 20_100), "20100 true");
        // The same limit, later: it stays with the earlier one, at the whole limit.
        assert_eq!(bid(&hall, lot, dai, 20_100), "lot-under-step");
        assert_eq!(bid(&hall, lot, ada, 30_000), "20350 true");
        assert_eq!(bid(&hall, lot, dai, 30_000), "30000 false");
        assert_eq!(hall.lot(lot).course.leader, Some(ada.alias), "and nobody outbids himself");
        hall.close(lot);
        let ended = Ended::read(&hall.lot(lot).outcome).expect("told");
        assert_eq!(ended.winner, Some((ada.alias, 30_000)));
        assert_eq!(ended.tie.as_deref(), Some("earlier"));
    }

    // auctions.md 11, 12: a priority right wins at an equal price until it is topped; the higher rank, of the same the earlier.
    fn a_priority_right_wins_at_an_equal_price_until_it_is_topped(world) {
        let hall = Hall::new(world);
        let terms = Terms { start: 1_000, steps: vec![(0, Raise::Fixed(100))], is_proxy: false, ..hall.terms() };
        let lot = hall.announce(terms);
        let holders = [("ada", None), ("bo", Some(2)), ("cai", Some(1)), ("dai", Some(1))];
        let firms = holders.map(|(name, rank)| {
            let firm = hall.asks(lot, name, true);
            let (bidder, reason) = (firm.alias, String::new());
            let act = DecideBidder { lot, bidder, admits: true, rank, reason };
            world.city.perform(&hall.clerk, act).expect("admitted");
            hall.pay(lot, &firm, name).expect("paid in");
            firm
        });
        let [ada, bo, cai, dai] = &firms;
        hall.open(lot);
        // The page offers an equal bid to whoever may make one, and to nobody else.
        let equals = || firms.each_ref().map(|firm| {
            world.city.lot(&firm.who, lot).expect("seen").own.expect("a place").equals
        });
        assert_eq!(equals(), [false; 4], "nobody leads");
        assert_eq!(bid(&hall, lot, ada, 1_000), "1000 true");
        assert_eq!(equals(), [false, true, true, true]);
        assert_eq!(bid(&hall, lot, bo, 1_000), "1000 true");
        assert_eq!(equals(), [false, false, true, true]);
        assert_eq!(bid(&hall, lot, ada, 1_000), "lot-under-step");
        assert_eq!(bid(&hall, lot, cai, 1_000), "1000 true");
        assert_eq!(equals(), [false; 4], "of the same rank the earlier");
        assert_eq!(bid(&hall, lot, dai, 1_000), "lot-under-step");
        assert_eq!(bid(&hall, lot, ada, 1_100), "1100 true");
        assert_eq!(bid(&hall, lot, dai, 1_050), "lot-under-step");
        assert_eq!(bid(&hall, lot, dai, 1_100), "1100 true");
        hall.close(lot);
        let ended = Ended::read(&hall.lot(lot).outcome).expect("told");
        assert_eq!(ended.winner, Some((dai.alias, 1_100)));
        assert_eq!(ended.tie.as_deref(), Some("priority"));
    }

    // auctions.md 53: a share of one unit is one unit.
    fn a_share_of_one_unit_is_one_unit(world) {
        let hall = Hall::new(world);
        let steps = vec![(0, Raise::Share(1_000))];
        let terms = Terms { start: 1, steps, is_proxy: false, ..hall.terms() };
        let lot = hall.announce(terms);
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        assert_eq!(bid(&hall, lot, &ada, 1), "1 true");
        assert_eq!(bid(&hall, lot, &bo, 1), "lot-under-step");
        assert_eq!(bid(&hall, lot, &bo, 2), "2 true");
    }

    // auctions.md 3: a bid that arrives once the end has come is told the end.
    fn a_late_bid_is_told_the_end(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(Terms { window_s: 0, cap_s: 0, ..hall.terms() });
        let ada = hall.firm(lot, "ada", true);
        hall.open(lot);
        let ends = hall.lot(lot).course.ends_at;
        world.clock.pass(ends.seconds_since(world.city.now()) + 1);
        let no = world.city.bid(&ada.who, PlaceBid::new(lot, None, 100_000_000)).expect_err("late");
        assert_eq!(code(&no), "lot-late");
        let told = no.0[0].values.iter().find(|(name, _)| name == "at").map(|(_, value)| value.clone());
        assert_eq!(told, Some(base::Value::At(ends)));
        assert_eq!(hall.lot(lot).course.price, None);
        world.city.tend_lots().expect("tended");
        world.clock.pass(2);
        world.city.tend_lots().expect("tended");
        assert_eq!(Ended::read(&hall.lot(lot).outcome).expect("told").how, "no-bid");
    }

    // auctions.md 26: 0.33 falls by shares of itself and ends at 0.07.
    fn a_small_price_falls_by_shares_of_the_first(world) {
        let hall = Hall::new(world);
        let falling = Falling { stage_s: 60, ..Falling::default() };
        let usual = hall.terms();
        let lot = hall.announce(Terms {
            way: Way::Falling(falling),
            start: 33,
            closes: usual.opens.plus_seconds(falling.falls_s()),
            steps: Vec::new(),
            is_proxy: false,
            window_s: 0,
            cap_s: 0,
            ..usual
        });
        hall.open(lot);
        let opens = hall.lot(lot).terms.opens;
        let mut shown = Vec::new();
        for stage in 0..=80_i64 {
            let at = opens.plus_seconds(i64::from(falling.pause_s) + stage * 60 + 1);
            world.clock.pass(at.seconds_since(world.city.now()).max(0));
            world.city.tend_lots().expect("tended");
            let view = world.city.lot_falling(&Asker::nobody(), lot).expect("seen");
            assert_eq!(view.stage.map(i64::from), Some(stage));
            shown.push(view.price);
        }
        let want: Vec<i64> = (0..=80).map(|k| (33 * (100 - k) + 50) / 100).collect();
        assert_eq!(shown, want);
        assert_eq!(shown.last(), Some(&7));
    }
}
