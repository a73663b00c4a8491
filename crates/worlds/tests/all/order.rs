//! Payment orders over both databases: two people, holds without an end, the bank's word; refunds of
//! auctions; one hundred callers at once.

use crate::ledger::{Books, at_once, code};
use crate::lot::Hall;
use access::Role;
use app::lot::deposit_account;
use app::order::{ApproveOrder, DraftOrder, KeepOrder, MoveOrder, OrderMoved, OrdersWanted};
use app::{Asker, No};
use banking::{OrderState, OrderStep};
use base::{AccountId, Currency, Money, OrderId};
use ledger::Limit;
use worlds::{World, on_both};

/// A bank account with money on a claim, and two people of the office.
struct Office<'a> {
    books: Books<'a>,
    bank: AccountId,
    claim: AccountId,
    one: Asker,
    two: Asker,
}

impl<'a> Office<'a> {
    fn new(world: &'a World, minor: i64) -> Self {
        let books = Books::new(world);
        let bank = world.city.perform(&world.operator(), books.bank()).expect("opened").account;
        let claim = books.open(Limit::DebitsWithinCredits);
        books.done(&[books.mv((bank, claim), minor).proved("BK-IN")]);
        let one = world.person("one", world.hall, Role::AgencyOfficer);
        let two = world.person("two", world.hall, Role::AgencyOfficer);
        Self { books, bank, claim, one, two }
    }

    fn asked(&self, minor: i64) -> DraftOrder {
        DraftOrder {
            bank: self.bank,
            account: self.claim,
            money: Money::new(minor, Currency::CNY),
            payee: "Bidder".to_owned(),
            payee_account: "6222 0000 9999".to_owned(),
            payee_bank: String::new(),
            source: String::new(),
            purpose: "return".to_owned(),
            due_on: None,
        }
    }

    fn draft(&self, minor: i64) -> OrderMoved {
        self.books.world.city.perform(&self.one, self.asked(minor)).expect("drafted")
    }

    fn approve(&self, who: &Asker, of: &OrderMoved) -> Result<OrderMoved, No> {
        self.books.world.city.perform(who, ApproveOrder::new(of.order, of.version))
    }

    fn step(&self, of: &OrderMoved, step: OrderStep) -> Result<OrderMoved, No> {
        let act = MoveOrder::new(of.order, of.version, step).because("the bank said so");
        self.books.world.city.perform(&self.two, act)
    }

    fn executed(&self, of: &OrderMoved, reference: &str) -> Result<OrderMoved, No> {
        let act = MoveOrder::executed(of.order, of.version, reference, None);
        self.books.world.city.perform(&self.two, act)
    }
}

fn open_orders(world: &World, who: &Asker) -> Vec<app::order::OrderRow> {
    let wanted = OrdersWanted { states: OrderState::OPEN.to_vec(), after: None };
    world.city.orders(who, &wanted, 100).expect("a list").rows
}

on_both! {
    fn an_order_goes_from_the_draft_to_the_banks_word(world) {
        let office = Office::new(world, 5_000_000);
        let drafted = office.draft(3_000_000);
        assert_eq!(office.books.shown(office.claim), (5_000_000, 0, 5_000_000), "nothing is held");
        let own = office.approve(&office.one, &drafted).expect_err("an own draft");
        assert_eq!(code(&own), "order-own-draft");
        let sent = office.step(&drafted, OrderStep::Send).expect_err("nobody approved");
        assert_eq!(code(&sent), "order-no-such-step");
        let document = world.city.order_document(&office.two, drafted.order).expect_err("not yet");
        assert_eq!(code(&document), "order-not-approved");
        let approved = office.approve(&office.two, &drafted).expect("approved");
        assert_eq!(office.books.shown(office.claim), (5_000_000, 3_000_000, 2_000_000));
        let (text, name) = world.city.order_document(&office.two, drafted.order).expect("a document");
        assert!(text.contains("30000.00") && text.contains(&drafted.reference));
        assert_eq!(name, format!("{}.xml", drafted.reference));
        let sent = office.step(&approved, OrderStep::Send).expect("sent");
        let known = office.step(&sent, OrderStep::Acknowledge).expect("acknowledged");
        assert_eq!(code(&office.executed(&known, " ").expect_err("no word")), "field-required");
        assert_eq!(code(&office.executed(&known, "BK-IN").expect_err("used")), "ledger-evidence-used");
        let done = office.executed(&known, "BK-OUT").expect("executed");
        assert_eq!(done.state, "executed");
        assert_eq!(office.books.shown(office.claim), (2_000_000, 0, 2_000_000));
        assert_eq!(office.books.shown(office.bank).0, 2_000_000);
        assert_eq!(code(&office.executed(&done, "BK-OUT-2").expect_err("once")), "order-no-such-step");
        office.books.sound();
    }

    fn a_rejected_or_dropped_order_gives_its_money_back(world) {
        let office = Office::new(world, 1_000);
        let first = office.draft(1_000);
        let too_much = office.draft(1);
        let first = office.approve(&office.two, &first).expect("approved");
        let no = office.approve(&office.two, &too_much).expect_err("no money left");
        assert_eq!(code(&no), "ledger-exceeds-credits");
        let first = office.step(&first, OrderStep::Send).expect("sent");
        assert_eq!(code(&office.step(&first, OrderStep::Drop).expect_err("the bank has it")), "order-no-such-step");
        office.step(&first, OrderStep::Reject).expect("rejected");
        assert_eq!(office.books.shown(office.claim), (1_000, 0, 1_000));
        // A refusal for want of money leaves a way: the same order, approved later.
        let second = office.approve(&office.two, &too_much).expect("approved now");
        office.step(&second, OrderStep::Drop).expect("dropped");
        assert_eq!(office.books.shown(office.claim), (1_000, 0, 1_000));
        office.books.sound();
    }

    fn an_order_in_doubt_keeps_its_hold_however_long_it_lasts(world) {
        let office = Office::new(world, 5_000);
        let order = office.approve(&office.two, &office.draft(5_000)).expect("approved");
        let order = office.step(&order, OrderStep::Send).expect("sent");
        let order = office.step(&order, OrderStep::Doubt).expect("in doubt");
        world.clock.pass(40 * 86_400);
        assert_eq!(world.city.expire_holds().expect("swept"), 0, "silence is no refusal");
        assert_eq!(office.books.shown(office.claim), (5_000, 5_000, 0));
        let rows = open_orders(world, &office.one);
        let row = rows.iter().find(|row| row.order.id == order.order).expect("still to be done");
        assert!(row.is_late && row.age_days == 40 && row.keeper.is_some());
        assert_eq!(world.city.order_counts(&office.one).expect("counted"), (1, 1));
        office.executed(&order, "BK-LATE").expect("executed at last");
        assert_eq!(office.books.shown(office.claim), (0, 0, 0));
        office.books.sound();
    }

    fn an_order_is_approved_and_executed_once_whoever_asks(world) {
        let office = Office::new(world, 5_000);
        let drafted = office.draft(5_000);
        let told = at_once(12, |_| office.approve(&office.two, &drafted).map_err(|no| code(&no)));
        assert_eq!(told.iter().filter(|it| it.is_ok()).count(), 1, "{told:?}");
        assert!(told.iter().flat_map(|it| it.as_ref().err()).all(|code| code == "version-conflict"));
        let approved = told.into_iter().find_map(Result::ok).expect("one");
        let sent = office.step(&approved, OrderStep::Send).expect("sent");
        let told = at_once(12, |n| {
            office.executed(&sent, &format!("BK-{n}")).map_err(|no| code(&no))
        });
        assert_eq!(told.iter().filter(|it| it.is_ok()).count(), 1, "{told:?}");
        assert_eq!(office.books.shown(office.bank).0, 0);
        office.books.sound();
    }

    fn only_the_office_makes_orders_and_an_owner_sees_the_own(world) {
        let office = Office::new(world, 5_000);
        let drafted = office.draft(5_000);
        let own = world.person("own", office.books.owner, Role::TransferOfficer);
        let other = world.person("other", world.organisation("Other"), Role::TransferOfficer);
        let machinery = world.person("system", world.hall, Role::SystemAdministrator);
        let seen = world.city.order(&own, drafted.order).expect("the own");
        assert_eq!(seen.row.order.payee_account, "", "numbers of accounts are the office's");
        assert!(world.city.order_document(&own, drafted.order).is_err());
        for asker in [&other, &machinery, &Asker::nobody()] {
            let hidden = world.city.order(asker, drafted.order).map_err(|no| code(&no));
            let absent = world.city.order(asker, OrderId::from_bits(7)).map_err(|no| code(&no));
            assert_eq!(hidden.expect_err("hidden"), absent.expect_err("absent"));
            let wanted = OrdersWanted { states: OrderState::ALL.to_vec(), after: None };
            let rows = world.city.orders(asker, &wanted, 100).map(|page| page.rows.len());
            assert!(rows.is_err() || rows.is_ok_and(|n| n == 0));
        }
        for asker in [&own, &other, &machinery] {
            assert!(world.city.perform(asker, office.asked(1)).is_err());
            assert!(office.approve(asker, &drafted).is_err());
            let keep = KeepOrder { order: drafted.order, version: drafted.version };
            assert!(world.city.perform(asker, keep).is_err());
        }
        // Where the money goes has to be said.
        let nowhere = DraftOrder { payee_account: String::new(), ..office.asked(0) };
        let no = world.city.perform(&office.one, nowhere).map_err(|no| code(&no));
        assert_eq!(no.expect_err("all at once"), "order-nowhere order-amount");
        let bank = DraftOrder { account: office.bank, ..office.asked(5) };
        let no = world.city.perform(&office.one, bank).map_err(|no| code(&no));
        assert_eq!(no.expect_err("a bank"), "order-account-unfit");
    }

    fn every_loser_is_refunded_once_to_where_the_money_came_from(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let firms =
            [hall.firm(lot, "ada", true), hall.firm(lot, "bo", false), hall.firm(lot, "cai", false)];
        let [ada, bo, cai] = &firms;
        hall.open(lot);
        assert_eq!(hall.bid(lot, ada, 1_200_000), "1000000 true");
        assert!(open_orders(world, &hall.clerk).is_empty(), "nobody is released yet");
        hall.close(lot);
        let rows = open_orders(world, &hall.clerk);
        let owners: Vec<_> = rows.iter().map(|row| row.order.owner).collect();
        assert_eq!(owners.len(), 2);
        assert!(owners.contains(&bo.organisation) && owners.contains(&cai.organisation));
        for row in &rows {
            assert!(row.keeper.is_none() && !row.order.source.is_empty());
            assert_eq!(row.order.minor, crate::lot::DEPOSIT);
            assert_eq!(row.order.account, deposit_account(lot, row.order.owner));
            let keep = KeepOrder { order: row.order.id, version: 1 };
            let kept = world.city.perform(&hall.clerk, keep).expect("taken over");
            let city = &world.city;
            let order = city.perform(&hall.clerk, ApproveOrder::new(kept.order, kept.version));
            let order = order.expect("drafted by the installation, approved by a person");
            let send = MoveOrder::new(order.order, order.version, OrderStep::Send);
            let order = city.perform(&hall.clerk, send).expect("sent");
            let reference = format!("OUT {}", row.order.owner);
            let act = MoveOrder::executed(order.order, order.version, &reference, None);
            city.perform(&hall.clerk, act).expect("executed");
        }
        // After a restart and another look at the lot nobody is refunded again.
        let again = world.reopened(5);
        again.tend_lots().expect("tended");
        assert!(open_orders(world, &hall.clerk).is_empty());
        for firm in [bo, cai] {
            assert_eq!(hall.balance(deposit_account(lot, firm.organisation)), (0, 0));
        }
        assert_eq!(hall.balance(hall.bank), (50_000, 0));
        assert_eq!(world.city.check_books().expect("checked"), []);
    }
}
