//! Lots at their edges: a bid that waits for the writer, rules of export, refunds that fail, a result
//! that outlasts its winner, a night with a change of the clocks.

use crate::lot::{Firm, Hall, code};
use access::Role;
use app::control::{EndControl, EnterControl};
use app::erasure::ErasePerson;
use app::lot::{PlaceBid, RegisterForLot, deposit_account};
use app::order::{ApproveOrder, KeepOrder, MoveOrder, OrderRow, OrdersWanted};
use app::organisation::CreateOrganisation;
use app::technology::ReviseTechnology;
use app::{Asker, Who};
use banking::{OrderState, OrderStep};
use base::{Bilingual, Instant, LotId};
use std::sync::mpsc::channel;
use std::time::Duration;
use trading::lot::{LotState, Terms};
use trading::technology::ExportCategory;
use worlds::on_both;

/// Without a soft close, so that a late bid moves nothing.
fn hard(hall: &Hall<'_>) -> LotId {
    hall.announce(Terms { window_s: 0, cap_s: 0, ..hall.terms() })
}

fn open_orders(hall: &Hall<'_>) -> Vec<OrderRow> {
    let wanted = OrdersWanted { states: OrderState::OPEN.to_vec(), after: None };
    hall.world.city.orders(&hall.clerk, &wanted, 100).expect("a list").rows
}

fn restrict(hall: &Hall<'_>) {
    let city = &hall.world.city;
    let found = city.store().read(|tx| store::technology::find(tx, hall.technology));
    let technology = found.expect("read").expect("a technology");
    let mut content = technology.content.clone();
    content.export.category = ExportCategory::Restricted;
    let note = "the catalogue of this year".to_owned();
    let act =
        ReviseTechnology { technology: technology.id, version: technology.version, content, note };
    city.perform(&hall.officer, act).expect("revised");
}

on_both! {
    // auctions.md 17: whoever the seller controls, through others too, does not bid; from the moment it
    // is known, and until it has ended.
    fn whoever_the_seller_controls_does_not_bid(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let between = world.organisation("Holding between");
        let ada = hall.firm(lot, "ada", true);
        let enter = |organisation, controller| {
            let grounds = "60 % of the shares, by the register.".to_owned();
            EnterControl { organisation, controller, grounds }
        };
        let act = enter(ada.organisation, between);
        assert!(world.city.perform(&hall.officer, act).is_err(), "the seller enters nothing");
        let office = |act| world.city.perform(&hall.clerk, act);
        let no = office(enter(between, between)).expect_err("itself");
        assert_eq!(code(&no), "control-of-itself");
        office(enter(ada.organisation, between)).expect("entered");
        let no = office(enter(ada.organisation, between)).expect_err("known");
        assert_eq!(code(&no), "control-known");
        hall.open(lot);
        assert_eq!(hall.bid(lot, &ada, 1_000_000), "1000000 true", "nothing leads to the seller");
        office(enter(between, hall.seller)).expect("entered");
        let no = world.city.bid(&ada.who, PlaceBid::new(lot, None, 120_000_000)).expect_err("controlled");
        assert_eq!(code(&no), "lot-controlled");
        let told = format!("{:?}", no.0);
        assert!(told.contains("Holding between") && told.contains("Seller officer"), "{told}");
        let other = hall.beside("other", base::Label::public());
        let second = other.announce(other.terms());
        let act = RegisterForLot { lot: second, organisation: between, terms: 1, stands_by: true };
        let who = world.person("bea", between, access::Role::FirmMember);
        world.city.perform(&who, act).expect("another seller's");
        let act = EndControl { organisation: between, controller: hall.seller };
        world.city.perform(&hall.clerk, act).expect("ended");
        assert_eq!(hall.bid(lot, &ada, 1_200_000), "1000000 true");
        let kept = world.city.controls(&hall.clerk, between).expect("seen").controls;
        assert!(kept.len() == 1 && kept[0].ended_at.is_some(), "nothing is forgotten");
        assert!(world.city.controls(&ada.who, between).is_err());
    }

    // Scenario 4: what arrived before the end counts, however long the writer kept it waiting.
    fn a_bid_that_waits_for_the_writer_is_in_time(world) {
        let hall = Hall::new(world);
        let lot = hard(&hall);
        let ada = hall.firm(lot, "ada", true);
        hall.open(lot);
        let ends = hall.lot(lot).course.ends_at;
        world.clock.pass(ends.seconds_since(world.city.now()) - 1);
        let (began, has_begun) = channel();
        let (release, released) = channel::<()>();
        let answer = std::thread::scope(|scope| {
            // One writer at a time on SQLite: while this one is at work the bid has to wait.
            let door = scope.spawn(move || {
                world.city.store().write("hold the door", move |_| {
                    began.send(()).expect("somebody listens");
                    released.recv().expect("somebody releases");
                    Ok(())
                })
            });
            has_begun.recv().expect("it began");
            let bid = scope.spawn(|| world.city.bid(&ada.who, PlaceBid::new(lot, None, 100_000_000)));
            std::thread::sleep(Duration::from_millis(500));
            world.clock.pass(30);
            release.send(()).expect("it waits");
            door.join().expect("no panic").expect("done");
            bid.join().expect("no panic")
        });
        let answer = answer.expect("it was in time");
        assert!(answer.received < ends && answer.received > ends.plus_seconds(-3));
        assert!(world.city.now() > ends);
        let late = hall.bid(lot, &ada, 2_000_000);
        assert_eq!(late, "lot-late", "and this one is not");
        world.city.tend_lots().expect("tended");
        let kept = hall.lot(lot);
        let view = world.city.lot(&Asker::nobody(), lot).expect("seen");
        assert_eq!(kept.state, LotState::Sold);
        assert_eq!(view.ended.and_then(|it| it.winner), Some((ada.alias, 100_000_000)));
    }

    // Scenario 16: neither a form nor a way around it.
    fn what_must_not_leave_the_country_is_bid_on_at_home(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let early = hall.asks(lot, "early", true);
        restrict(&hall);
        let organisation = world.organisation("Firm from far");
        let who = world.person("far", organisation, Role::FirmMember);
        let offers = world.city.lot(&who, lot).expect("seen").offers;
        assert!(offers.register.is_empty());
        assert_eq!(offers.unfit.expect("a reason").code, "lot-export-unfit");
        let ask = |organisation, who: &Asker| {
            let terms = hall.lot(lot).terms_version;
            let act = RegisterForLot { lot, organisation, terms, stands_by: true };
            world.city.perform(who, act).map(|_| ()).map_err(|no| code(&no))
        };
        assert_eq!(ask(organisation, &who), Err("lot-export-unfit".to_owned()));
        // Who asked before it was ruled is not admitted any more.
        assert_eq!(code(&hall.admit(lot, &early).expect_err("ruled by now")), "lot-export-unfit");
        let profile = parties::organisation::Profile {
            kind: parties::OrganisationKind::Institute,
            name: Bilingual::new("Firm at home", ""),
            short: Bilingual::default(),
            credit_code: "91350100M000100Y43".to_owned(),
            region: Bilingual::default(),
            about: Bilingual::default(),
            invented: true,
        };
        let act = CreateOrganisation { profile, aliases: Vec::new() };
        let home = world.city.perform(&world.operator(), act).expect("an organisation").organisation;
        let who = world.person("home", home, Role::FirmMember);
        let offers = world.city.lot(&who, lot).expect("seen").offers;
        assert!(offers.unfit.is_none() && offers.register.len() == 1);
        ask(home, &who).expect("asked");
        let alias = world.city.lot(&who, lot).expect("seen").own.expect("a place").bidder.alias;
        let firm = Firm { who, organisation: home, alias };
        hall.admit(lot, &firm).expect("admitted");
        hall.pay(lot, &firm, "home").expect("paid in");
        hall.open(lot);
        assert_eq!(hall.bid(lot, &early, 1_100_000), "lot-not-admitted");
        assert_eq!(hall.bid(lot, &firm, 1_100_000), "1000000 true");
    }

    // Scenario 56: a refund that the bank rejects stays somebody's task, with its age, until the books
    // show it paid.
    fn a_refund_that_fails_is_a_task_until_the_books_show_it(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", false));
        hall.open(lot);
        assert_eq!(hall.bid(lot, &ada, 1_200_000), "1000000 true");
        hall.close(lot);
        let city = &world.city;
        let only = || {
            let mut rows = open_orders(&hall);
            assert_eq!(rows.len(), 1, "one task, neither none nor two");
            rows.remove(0)
        };
        let first = only();
        assert_eq!((first.keeper.is_none(), first.age_days), (true, 0));
        let keep = KeepOrder { order: first.order.id, version: 1 };
        city.perform(&hall.clerk, keep).expect("taken over");
        let send = |row: OrderRow| {
            let approve = ApproveOrder::new(row.order.id, row.order.version);
            let done = city.perform(&hall.clerk, approve).expect("approved");
            let send = MoveOrder::new(done.order, done.version, OrderStep::Send);
            city.perform(&hall.clerk, send).expect("sent")
        };
        let mut due = first.order.due_on;
        for day in 1..=3 {
            let sent = send(only());
            world.clock.pass(2 * 86_400);
            let reject = MoveOrder::new(sent.order, sent.version, OrderStep::Reject);
            city.perform(&hall.clerk, reject.because("The account is closed.")).expect("rejected");
            let row = only();
            assert_ne!(row.order.id, sent.order);
            assert!(row.keeper.is_some(), "it has an owner");
            assert_eq!((row.age_days, row.order.due_on), (2 * day, due), "and keeps its age");
            assert_eq!(row.order.reason, "The account is closed.");
            assert_eq!(row.order.state, OrderState::Drafted);
            assert_eq!(hall.balance(deposit_account(lot, bo.organisation)), (50_000, 0));
            due = row.order.due_on;
        }
        assert!(only().is_late);
        let sent = send(only());
        let act = MoveOrder::executed(sent.order, sent.version, "OUT 7", None);
        city.perform(&hall.clerk, act).expect("executed");
        assert!(open_orders(&hall).is_empty(), "the books show it");
        assert_eq!(hall.balance(deposit_account(lot, bo.organisation)), (0, 0));
        hall.sound(lot, &[&ada, &bo]);
    }

    // Scenario 62: the result is what was stored, whoever is still there.
    fn a_result_outlasts_the_account_of_its_winner(world) {
        let hall = Hall::new(world);
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        hall.bid(lot, &ada, 1_500_000);
        hall.bid(lot, &bo, 1_400_000);
        hall.close(lot);
        let told = || {
            let view = world.city.lot(&hall.officer, lot).expect("seen");
            let protocol = world.city.lot_protocol(&Asker::nobody(), lot).expect("signed").text;
            app::protocol::check(protocol.as_bytes(), None).expect("it holds");
            (view.ended, view.winner, view.protocol, protocol)
        };
        let before = told();
        assert_eq!(before.0.as_ref().and_then(|it| it.winner).map(|it| it.0), Some(ada.alias));
        let Who::Person(person) = ada.who.who else { panic!("a person") };
        let act = ErasePerson { person, typed: "ada@testing.example".to_owned() };
        world.city.erase(&security, act).expect("erased");
        world.settle();
        assert!(world.city.me(&ada.who).expect("read").is_none(), "the account is closed");
        assert_eq!(told(), before);
        let again = world.reopened(9);
        again.tend_lots().expect("tended");
        assert_eq!(told(), before);
    }

    // Scenario 63: an hour is an hour in the night in which the clocks change.
    fn a_change_of_the_clocks_changes_no_length(world) {
        let hall = Hall::new(world);
        // Summer time begins in Europe at 01:00 UTC of this night.
        let opens = Instant::parse_rfc3339("2026-03-29T00:30:00Z").expect("a moment");
        let closes = Instant::parse_rfc3339("2026-03-29T04:30:00+02:00").expect("a moment");
        let terms = Terms { opens, closes, window_s: 0, cap_s: 0, ..hall.terms() };
        let lot = hall.announce(terms);
        let ada = hall.firm(lot, "ada", true);
        hall.open(lot);
        assert_eq!(hall.bid(lot, &ada, 1_000_000), "1000000 true");
        world.clock.pass(opens.plus_seconds(7_199).seconds_since(world.city.now()));
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::Open);
        hall.close(lot);
        let kept = hall.lot(lot);
        assert_eq!(kept.course.ends_at.seconds_since(kept.terms.opens), 7_200);
        assert_eq!(kept.state, LotState::Sold);
        let rules = world.city.lot_rules(&Asker::nobody(), lot).expect("read");
        assert!(rules.contains("2026-03-29T02:30:00"), "{rules}");
    }
}
