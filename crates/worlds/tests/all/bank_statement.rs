//! Statements of banks over both databases: matched, put aside, settled, brought twice, reconciled.

use crate::contract::{bind, free, pay, revise, view};
use crate::ledger::{Books, at_once, code};
use crate::lot::Hall;
use ::contract::kept::Source;
use access::Role;
use app::bank_statement::{Proposal, Reconciled, SettleLine, deposit_reference, suspense_account};
use app::lot::deposit_account;
use app::order::{ApproveOrder, DraftOrder, MoveOrder, OrderMoved};
use app::{Asker, No};
use banking::OrderStep;
use base::{AccountId, BankStatementId, Currency, Money};
use ledger::Limit;
use trading::listing::Licence;
use worlds::{World, on_both};

const HEADS: &str = "交易日期,借方发生额,贷方发生额,余额,对方户名,对方账号,摘要,交易流水号\n";

/// A table of a bank: each line its day, its amount, the balance after it, an account, a text, a
/// reference.
fn table(lines: &[(&str, i64, i64, &str, &str, &str)]) -> String {
    let yuan = |minor: i64| format!("{}.{:02}", minor / 100, minor % 100);
    lines.iter().fold(HEADS.to_owned(), |text, (day, minor, after, account, note, reference)| {
        let (out, into) = match *minor {
            minor if minor < 0 => (yuan(-minor), String::new()),
            minor => (String::new(), yuan(minor)),
        };
        text + &format!(
            "{day},{out},{into},{},somebody,{account},{note},{reference}\n",
            yuan(*after)
        )
    })
}

struct Office<'a> {
    books: Books<'a>,
    bank: AccountId,
    claim: AccountId,
    one: Asker,
    two: Asker,
}

impl<'a> Office<'a> {
    /// With 80,000.00 at the bank.
    fn new(world: &'a World) -> Self {
        let books = Books::new(world);
        let bank = world.city.perform(&world.operator(), books.bank()).expect("opened").account;
        let claim = books.open(Limit::DebitsWithinCredits);
        books.done(&[books.mv((bank, claim), 8_000_000).proved("BK-IN")]);
        let one = world.person("one", world.hall, Role::AgencyOfficer);
        let two = world.person("two", world.hall, Role::AgencyOfficer);
        Self { books, bank, claim, one, two }
    }

    fn sent(&self, minor: i64, account: &str) -> OrderMoved {
        let city = &self.books.world.city;
        let act = DraftOrder {
            bank: self.bank,
            account: self.claim,
            money: Money::new(minor, Currency::CNY),
            payee: "Bidder".to_owned(),
            payee_account: account.to_owned(),
            payee_bank: String::new(),
            source: String::new(),
            purpose: "return".to_owned(),
            due_on: None,
        };
        let order = city.perform(&self.one, act).expect("drafted");
        let act = ApproveOrder::new(order.order, order.version);
        let order = city.perform(&self.two, act).expect("approved");
        let act = MoveOrder::new(order.order, order.version, OrderStep::Send);
        city.perform(&self.two, act).expect("sent")
    }

    fn bring(&self, text: &str) -> Result<(BankStatementId, bool), No> {
        let city = &self.books.world.city;
        let brought = city.bring_statements(&self.one, self.bank, ("day.csv", text.as_bytes()))?;
        let first = &brought.statements[0];
        Ok((first.statement, first.replayed))
    }

    fn aside(&self) -> Vec<app::bank_statement::AsideRow> {
        self.books.world.city.lines_aside(&self.one, None, 100).expect("a list").rows
    }
}

on_both! {
    fn lines_become_executions_and_the_rest_is_put_aside(world) {
        let office = Office::new(world);
        let city = &world.city;
        let numbered = office.sent(1_000_000, "111");
        let by_amount = office.sent(2_000_000, "222");
        let text = table(&[
            ("2026-03-02", -1_000_000, 7_000_000, "999", &format!("order {}", numbered.reference), "B-1"),
            ("2026-03-02", -2_000_000, 5_000_000, "222", "no number", "B-2"),
            ("2026-03-02", 700, 5_000_700, "333", "a gift", "B-3"),
            ("2026-03-02", -300, 5_000_400, "", "a fee", "B-4"),
        ]);
        let (id, _) = office.bring(&text).expect("brought");
        let view = city.bank_statement(&office.one, id, 0, 100).expect("a look");
        let proposals: Vec<_> =
            view.lines.iter().map(|line| line.proposal.clone().expect("waits")).collect();
        assert!(matches!(&proposals[0], Proposal::Order { order, by_number: true, .. } if *order == numbered.order));
        assert!(matches!(&proposals[1], Proposal::Order { order, by_number: false, .. } if *order == by_amount.order));
        assert_eq!(&proposals[2..], [Proposal::Nothing, Proposal::Nothing]);
        assert_eq!(office.books.shown(office.bank).0, 8_000_000, "a look moves nothing");
        let taken = city.take_statement(&office.one, id).expect("taken");
        assert_eq!((taken.n_orders, taken.n_aside, taken.difference), (2, 2, 0));
        assert_eq!(office.books.shown(office.bank).0, 5_000_400);
        let aside = |is_in| office.books.shown(suspense_account(office.bank, is_in)).0;
        assert_eq!((aside(true), aside(false)), (700, 300));
        let day = "2026-03-02".parse().expect("a day");
        assert_eq!(city.reconciled(&office.one, office.bank).expect("told"), Reconciled::Even(day));
        assert_eq!(code(&city.take_statement(&office.one, id).expect_err("once")), "bank-statement-taken");
        // Settled by hand, each once and with its reason.
        let rows = office.aside();
        assert_eq!(rows.len(), 2);
        let (gift, fee) = (&rows[0].line, &rows[1].line);
        let settle = |line: &app::bank_statement::BankLine, reason: &str| {
            let act = SettleLine::new(line.statement, line.n, office.claim, reason);
            city.perform(&office.two, act).map_err(|no| code(&no))
        };
        assert_eq!(settle(gift, " ").expect_err("why?"), "field-required");
        settle(gift, "belongs to the claim").expect("settled");
        let told = at_once(8, |n| settle(fee, &format!("the bank's fee {n}")));
        assert_eq!(told.iter().filter(|it| it.is_ok()).count(), 1, "{told:?}");
        assert_eq!(settle(fee, "again").expect_err("once"), "bank-line-as-is");
        assert!(office.aside().is_empty());
        assert_eq!((aside(true), aside(false)), (0, 0));
        assert_eq!(office.books.shown(office.claim).0, 5_000_400);
        office.books.sound();
    }

    fn the_same_file_twice_and_the_same_line_in_another_change_nothing(world) {
        let office = Office::new(world);
        let city = &world.city;
        let text = table(&[
            ("2026-03-01", 8_000_000, 8_000_000, "1", "known by hand", "BK-IN"),
            ("2026-03-02", 700, 8_000_700, "333", "new", "B-3"),
        ]);
        let (id, replayed) = office.bring(&text).expect("brought");
        assert!(!replayed);
        assert_eq!(office.bring(&text).expect("again"), (id, true));
        let taken = city.take_statement(&office.one, id).expect("taken");
        assert_eq!((taken.n_aside, taken.difference), (1, 0), "one line was known");
        let before = office.books.version(office.bank);
        assert_eq!(office.bring(&text).expect("again"), (id, true));
        let longer = text + "2026-03-03,,1.00,80008.00,somebody,333,later,B-5\n";
        let (other, replayed) = office.bring(&longer).expect("another file");
        assert!(!replayed && other != id);
        let taken = city.take_statement(&office.one, other).expect("taken");
        assert_eq!((taken.n_aside, taken.difference), (1, 0), "the line that is new");
        assert_eq!(office.books.version(office.bank), before + 1);
        // The reference of a transfer under another amount is no line that was seen.
        let wrong = table(&[("2026-03-04", 5, 8_000_805, "1", "odd", "BK-IN")]);
        let (id, _) = office.bring(&wrong).expect("brought");
        assert_eq!(city.take_statement(&office.one, id).expect("taken").n_aside, 1);
        office.books.sound();
    }

    fn a_late_execution_of_a_rejected_order_is_unmatched(world) {
        let office = Office::new(world);
        let city = &world.city;
        let sent = office.sent(8_000_000, "111");
        let act = MoveOrder::new(sent.order, sent.version, OrderStep::Reject).because("closed account");
        city.perform(&office.two, act).expect("rejected");
        let text = table(&[("2026-03-02", -8_000_000, 0, "111", &sent.reference, "B-9")]);
        let (id, _) = office.bring(&text).expect("brought");
        let taken = city.take_statement(&office.one, id).expect("taken");
        assert_eq!((taken.n_orders, taken.n_aside, taken.difference), (0, 1, 0));
        assert_eq!(office.aside().len(), 1, "somebody has to look");
        for account in [office.bank, office.claim, suspense_account(office.bank, false)] {
            assert!(office.books.shown(account).0 >= 0, "no balance goes below nothing");
        }
        assert_eq!(office.books.shown(office.claim), (8_000_000, 0, 8_000_000));
        let act = SettleLine::new(id, 1, office.claim, "paid after all");
        city.perform(&office.two, act).expect("settled");
        assert_eq!(office.books.shown(office.claim).0, 0);
        office.books.sound();
    }

    fn what_the_bank_says_is_held_beside_what_is_recorded(world) {
        let office = Office::new(world);
        let city = &world.city;
        assert_eq!(city.reconciled(&office.one, office.bank).expect("told"), Reconciled::Never);
        // The bank has a cent more than was ever recorded.
        let text = table(&[("2026-03-02", 100, 8_000_101, "1", "one", "B-1")]);
        let (id, _) = office.bring(&text).expect("brought");
        assert_eq!(city.take_statement(&office.one, id).expect("taken").difference, -1);
        let off = Reconciled::Off { difference: -1, since: None };
        assert_eq!(city.reconciled(&office.one, office.bank).expect("told"), off);
        // Moved after its end, and so no part of it.
        world.clock.pass(5 * 86_400);
        let other = office.books.open(Limit::Free);
        office.books.done(&[office.books.mv((office.bank, other), 44).proved("LATER")]);
        let text = table(&[("2026-03-03", -1, 8_000_099, "1", "a cent", "B-2")]);
        let (id, _) = office.bring(&text).expect("brought");
        assert_eq!(city.take_statement(&office.one, id).expect("taken").difference, 0);
        let day = "2026-03-03".parse().expect("a day");
        assert_eq!(city.reconciled(&office.one, office.bank).expect("told"), Reconciled::Even(day));
    }

    fn a_deposit_is_confirmed_by_the_line_that_names_its_bidder(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let firm = hall.asks(lot, "ada", true);
        hall.admit(lot, &firm).expect("admitted");
        let reference = deposit_reference(&hall.lot(lot).reference, firm.alias);
        let city = &world.city;
        let text = table(&[
            ("2026-03-02", 5_000_000, 5_000_000, "777", &format!("deposit {reference}"), "B-1"),
            ("2026-03-02", 4_000_000, 9_000_000, "778", &format!("deposit {reference}9"), "B-2"),
        ]);
        let brought = city.bring_statements(&hall.clerk, hall.bank, ("day.csv", text.as_bytes()));
        let id = brought.expect("brought").statements[0].statement;
        let taken = city.take_statement(&hall.clerk, id).expect("taken");
        assert_eq!((taken.n_deposits, taken.n_aside, taken.difference), (1, 1, 0));
        assert_eq!(hall.balance(deposit_account(lot, firm.organisation)), (50_000, 50_000));
        let view = city.bank_statement(&hall.clerk, id, 0, 10).expect("a look");
        assert!(view.lines[0].line.transfer.is_some(), "the line leads to its transfer");
    }

    fn a_payment_of_a_contract_is_confirmed_by_the_line_that_names_it(world) {
        let hall = Hall::new(world);
        let (id, buyer) = free(&hall, Licence::NonExclusive);
        revise(world, &hall.officer, id, |it| {
            let whole = it.price.instalments[0].clone();
            let part = |key: &str, amount| contract::price::Instalment {
                key: key.to_owned(),
                amount,
                ..whole.clone()
            };
            it.price.instalments = vec![part("first", 300_000), part("second", 300_000), part("rest", 400_000)];
        }).expect("revised");
        let city = &world.city;
        let reference = view(world, &buyer, id).kept.reference;
        let file = |lines: &[(&str, i64, i64, &str, &str, &str)], name: &str| {
            let brought = city.bring_statements(&hall.clerk, hall.bank, (name, table(lines).as_bytes()));
            brought.expect("brought").statements[0].statement
        };
        let named = format!("licence fee of contract {reference}");
        // Before it binds nothing is owed under it: somebody looks.
        let early = file(&[("2026-03-02", 300_000, 300_000, "1", &named, "B-0")], "a.csv");
        assert_eq!(city.take_statement(&hall.clerk, early).expect("taken").n_aside, 1);
        bind(&hall, id, &buyer);
        let id_of = file(&[
            ("2026-03-03", 400_000, 700_000, "1", &named, "B-1"),
            ("2026-03-03", 300_000, 1_000_000, "1", &named, "B-2"),
            ("2026-03-03", 123, 1_000_123, "1", &named, "B-3"),
        ], "b.csv");
        let proposals = city.bank_statement(&hall.clerk, id_of, 0, 9).expect("a look").lines;
        let what = |n: usize| match proposals[n].proposal.clone().expect("waits") {
            Proposal::Payment { contract, what, .. } if contract == id => what,
            Proposal::AmountDiffers { .. } => "differs".to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!([what(0), what(1), what(2)], ["rest", "first", "differs"]);
        let taken = city.take_statement(&hall.clerk, id_of).expect("taken");
        assert_eq!((taken.n_payments, taken.n_aside, taken.difference), (2, 1, 0));
        let open = || -> Vec<(String, i64)> {
            let rows = city.receivables(&hall.clerk).expect("a list").rows;
            rows.into_iter().map(|it| (it.what, it.open)).collect()
        };
        assert_eq!(open(), [("second".to_owned(), 300_000)]);
        assert_eq!(view(world, &buyer, id).payments.len(), 2);
        // What was put aside is settled as a payment of the contract: once, and of what it owes.
        let settle = |line: u64, statement, what: &str| {
            let act = SettleLine::paying((statement, line), (id, what), "told on the phone");
            city.perform(&hall.clerk, act).map(|_| ()).map_err(|no| code(&no))
        };
        let pay_by_hand = pay(&hall, id, "second", 3_000, "B-0").expect_err("its reference is used");
        assert_eq!(code(&pay_by_hand), "ledger-evidence-used", "a bank's reference counts once");
        assert_eq!(settle(1, early, "tenth").expect_err("not owed"), "contract-nothing-owed");
        settle(1, early, "second").expect("settled");
        assert_eq!(settle(1, early, "second").expect_err("once"), "bank-line-as-is");
        assert_eq!(open(), []);
        let seen = view(world, &buyer, id).payments;
        assert!(matches!(&seen[2].source, Source::Bank { reference, .. } if reference == "B-0"));
        let income = app::contract::income_account(id);
        assert_eq!(hall.balance(income), (10_000, 0));
        assert_eq!(hall.balance(suspense_account(hall.bank, true)), (1, 0), "and 23 cents");
        assert_eq!(city.check_books().expect("checked"), []);
    }

    fn a_file_with_anything_wrong_is_refused_whole(world) {
        let office = Office::new(world);
        let unbalanced = table(&[
            ("2026-03-02", 100, 100, "1", "one", "B-1"),
            ("2026-03-02", 100, 250, "1", "two", "B-2"),
        ]);
        let odd = format!("{HEADS}2026-03-02,,abc,1.00,x,1,t,B-1\n2026-13-02,,1.00,2.00,x,1,t,B-2\n");
        let check = |text: &str, want: &str| {
            assert_eq!(code(&office.bring(text).expect_err("refused")), want, "{text}");
        };
        check(&unbalanced, "bank-file-unbalanced");
        check(&odd, "bank-file-amount bank-file-date");
        let other = format!("账号:,6222009999\n币种,人民币\n\n{}", table(&[("2026-03-02", 1, 1, "", "", "B-1")]));
        if let Err(no) = office.bring(&other) {
            assert_eq!(code(&no), "bank-other-account");
        }
        let own = world.person("own", office.books.owner, Role::TransferOfficer);
        let text = table(&[("2026-03-02", 100, 100, "1", "one", "B-1")]);
        let no = world.city.bring_statements(&own, office.bank, ("x", text.as_bytes()));
        assert!(no.is_err(), "statements are the office's");
        assert!(world.city.lines_aside(&own, None, 5).is_err());
        assert!(world.city.bank_statements(&own, office.bank, 5).is_err());
    }
}
