//! Hidden reserves over both databases: nobody reads them before the end, the rules hold a hash, and
//! what is opened with the protocol is what was hidden.

use crate::lot::{Hall, code};
use crate::sealing;
use app::Asker;
use app::lot::{CallOffLot, Ended, ReviseLot};
use base::LotId;
use trading::lot::{LotState, Terms, Way};
use trading::reserve::Hidden;
use worlds::{World, on_both};

/// A sum that stands nowhere else, and how it might be written.
const SUM: i64 = 123_456_789;
const WRITTEN: [&str; 3] = ["1234567.89", "123456789", "1,234,567.89"];

fn hidden(hall: &Hall<'_>) -> Terms {
    Terms { hidden: Some(Hidden::set(SUM)), ..hall.terms() }
}

/// What holds the sum, in words or as a number of a database.
fn telling(world: &World) -> Vec<String> {
    let four = u32::try_from(SUM).expect("small").to_be_bytes();
    let holds = |bytes: &[u8], needle: &[u8]| bytes.windows(needle.len()).any(|it| it == needle);
    let tells = |bytes: &[u8]| {
        WRITTEN.iter().any(|text| holds(bytes, text.as_bytes())) || holds(bytes, &four)
    };
    let all = sealing::everything(world);
    assert!(!all.is_empty(), "files were read");
    all.into_iter().filter(|(_, bytes)| tells(bytes)).map(|(name, _)| name).collect()
}

/// Everything that people can read of a lot.
fn seen(world: &World, asker: &Asker, lot: LotId) -> String {
    let city = &world.city;
    let view = city.lot(asker, lot).expect("seen");
    let rules = city.lot_rules(asker, lot).expect("rules");
    let history = city.lot_history(asker, lot, None, 50).expect("history");
    format!("{view:?}\n{rules}\n{history:?}")
}

fn revised(hall: &Hall<'_>, lot: LotId, change: impl FnOnce(&mut Terms)) -> String {
    let kept = hall.lot(lot);
    let mut terms = kept.terms.clone();
    change(&mut terms);
    let act = ReviseLot { lot, version: kept.terms_version, terms };
    hall.world.city.perform(&hall.officer, act).map_or_else(|no| code(&no), |_| "ok".to_owned())
}

on_both! {
    fn nobody_reads_a_hidden_reserve_before_the_end(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hidden(&hall));
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        // The best limit covers it, and the price does not show that.
        assert_eq!(hall.bid(lot, &ada, 1_500_000), "1000000 true");
        assert_eq!(hall.bid(lot, &bo, 1_100_000), "1110000 false");
        assert_eq!(hall.bid(lot, &ada, 1_600_000), "1110000 true");
        for asker in [&Asker::nobody(), &ada.who, &hall.officer, &hall.clerk, &world.operator()] {
            let text = seen(world, asker, lot);
            assert!(WRITTEN.iter().all(|written| !text.contains(written)), "{text}");
            assert!(text.contains("reserve hidden "), "{text}");
        }
        world.settle();
        assert_eq!(telling(world), Vec::<String>::new());
        let rules = world.city.lot_rules(&Asker::nobody(), lot).expect("rules");
        hall.close(lot);
        let ended = Ended::read(&hall.lot(lot).outcome).expect("told");
        assert_eq!(ended.winner, Some((ada.alias, SUM)), "it is the price of the sale");
        let revealed = world.city.lot(&Asker::nobody(), lot).expect("seen").revealed.expect("opened");
        assert_eq!(revealed.reserve, SUM);
        // The hash is that of the rules which were public before the first bid.
        let read = auction::protocol::read_rules(&rules).expect("rules");
        let salt: Vec<u8> = (0..32)
            .map(|n| u8::from_str_radix(&revealed.salt[2 * n..2 * n + 2], 16).expect("hex"))
            .collect();
        let salt: [u8; 32] = salt.try_into().expect("32 bytes");
        let again = auction::commit(&read.name, &read.lots[0].name, &read.unit, SUM, &salt);
        assert_eq!(read.lots[0].commitment, Some(again));
        world.city.tend_lots().expect("tended");
        let protocol = world.city.lot_protocol(&Asker::nobody(), lot).expect("signed").text;
        app::protocol::check(protocol.as_bytes(), None).expect("it holds");
        assert!(protocol.contains("reserve 1234567.89 salt"), "{protocol}");
        let forged = protocol.replace("reserve 1234567.89 salt", "reserve 1134567.89 salt");
        assert!(app::protocol::check(forged.as_bytes(), None).is_err());
        assert!(!telling(world).is_empty(), "the search finds it once it is open");
        hall.sound(lot, &[&ada, &bo]);
    }

    fn under_it_nothing_is_sold_and_it_is_opened_all_the_same(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hidden(&hall));
        let ada = hall.firm(lot, "ada", true);
        hall.open(lot);
        assert_eq!(hall.bid(lot, &ada, 1_200_000), "1000000 true");
        hall.close(lot);
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::Unsuccessful);
        assert_eq!(Ended::read(&kept.outcome).expect("told").how, "under-reserve");
        let revealed = world.city.lot(&Asker::nobody(), lot).expect("seen").revealed;
        assert_eq!(revealed.map(|it| it.reserve), Some(SUM));
        hall.sound(lot, &[&ada]);
    }

    fn sealed_bids_are_held_against_a_hidden_reserve(world) {
        let hall = Hall::new(world);
        let keepers = sealing::keepers(world, 3);
        let terms = sealing::terms(&hall, &keepers, "second");
        let lot = hall.announce(Terms { hidden: Some(Hidden::set(SUM)), ..terms });
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        for keeper in &keepers {
            sealing::register(&hall, lot, keeper).expect("registered");
        }
        hall.open(lot);
        assert_eq!(sealing::bid(&hall, lot, &ada, 1, "2000000.00 CNY"), "version 1");
        assert_eq!(sealing::bid(&hall, lot, &bo, 1, "1000000.00 CNY"), "version 1");
        sealing::end(&hall, lot);
        world.settle();
        assert_eq!(telling(world), Vec::<String>::new());
        sealing::publish(&hall, lot, &keepers[0]);
        sealing::publish(&hall, lot, &keepers[2]);
        let ended = Ended::read(&hall.lot(lot).outcome).expect("told");
        assert_eq!((ended.winner, ended.standby), (Some((ada.alias, SUM)), None));
        world.city.tend_lots().expect("tended");
        let protocol = world.city.lot_protocol(&Asker::nobody(), lot).expect("signed").text;
        app::protocol::check(protocol.as_bytes(), None).expect("it holds");
        hall.sound(lot, &[&ada, &bo]);
    }

    fn a_hidden_reserve_is_kept_changed_dropped_and_bounded(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hidden(&hall));
        let hash = |lot| hall.lot(lot).terms.hidden.map(|it| it.hash);
        let first = hash(lot).expect("a hash");
        assert_eq!(revised(&hall, lot, |_| {}), "ok");
        let second = hash(lot).expect("a hash");
        assert_ne!(first, second, "another salt, so that nobody learns whether it changed");
        // What stays is held against the new terms as well.
        assert_eq!(revised(&hall, lot, |it| it.start = SUM + 1), "lot-hidden-below-start");
        let both = revised(&hall, lot, |it| it.reserve = Some(it.start));
        assert!(both.contains("lot-hidden-and-told"), "{both}");
        let below = |it: &mut Terms| it.hidden = Some(Hidden::set(it.start - 1));
        assert_eq!(revised(&hall, lot, below), "lot-hidden-below-start");
        assert_eq!(revised(&hall, lot, |it| it.buy_now = Some(SUM - 1)), "lot-hidden-above-price");
        let rounds = |it: &mut Terms| {
            let rounds = trading::rounds::Rounds { offers_s: 600, ..Default::default() };
            it.closes = it.opens.plus_seconds(rounds.planned_s());
            it.way = Way::Rounds(rounds);
        };
        assert!(revised(&hall, lot, rounds).contains("lot-hidden-elsewhere"));
        assert_eq!(revised(&hall, lot, |it| it.hidden = None), "ok");
        assert_eq!(hash(lot), None);
        assert_eq!(revised(&hall, lot, |it| it.hidden = Some(Hidden::default())), "lot-hidden-absent");
        assert_eq!(revised(&hall, lot, |it| it.hidden = Some(Hidden::set(SUM))), "ok");
        // Called off, it stays the seller's own.
        let ada = hall.firm(lot, "ada", true);
        let act = CallOffLot::new(lot, "no-offer".to_owned(), "It was sold elsewhere.".to_owned());
        world.city.perform(&hall.clerk, act).expect("asked for");
        world.clock.pass(2 * 86_400 + 1);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::CalledOff);
        assert_eq!(world.city.lot(&ada.who, lot).expect("seen").revealed, None);
        assert_eq!(telling(world), Vec::<String>::new());
    }
}
