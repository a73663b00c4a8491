//! Service orders over both databases: asked, answered, sampled, charged, reported, rated; and what others
//! learn of them.

use crate::item::{entered, tensile};
use crate::ledger::Books;
use access::Role;
use app::charge::{DecideAdjustment, DisputeCharge};
use app::file::Received;
use app::instrument::CreateInstrument;
use app::service_order::{
    AnswerOrder, MoveSample, OrderView, RequestService, Requested, Wanted, WorkOnOrder,
};
use app::tariff::SetCustomerClass;
use app::usage::{claims_account, earned_account, owed_account, voucher_account};
use app::voucher::{FundProgramme, IssueVoucher};
use app::{Asker, No};
use base::{AccountId, FileId, OrganisationId, ServiceOrderId, TestItemId, VoucherId};
use instruments::adjustment::Wish;
use instruments::charge::{Samples, State as Line};
use instruments::item::{ClassPrice, Mark, Sheet};
use instruments::service::{Doing, Quote, Whereabouts};
use instruments::service_order::{Manner, Opinion, Rest, Sample, State};
use instruments::service_record::Purpose;
use instruments::tariff::Counted;
use instruments::voucher::{Stage, Terms};
use worlds::{World, on_both};

fn codes(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

/// A laboratory with an accredited test, a firm, and somebody of another firm.
struct Lab<'a> {
    world: &'a World,
    unit: OrganisationId,
    firm: OrganisationId,
    keeper: Asker,
    user: Asker,
    boss: Asker,
    stranger: Asker,
    item: TestItemId,
}

impl<'a> Lab<'a> {
    fn new(world: &'a World) -> Self {
        let (unit, firm) = (world.organisation("Institute"), world.organisation("Firm"));
        let keeper = world.person("keeper", unit, Role::TransferOfficer);
        let item = entered(world, &keeper, unit, tensile()).expect("entered");
        let rival = world.organisation("Rival");
        Self {
            world,
            unit,
            firm,
            keeper,
            user: world.person("user", firm, Role::FirmMember),
            boss: world.person("boss", firm, Role::FirmAdministrator),
            stranger: world.person("stranger", rival, Role::FirmAdministrator),
            item,
        }
    }

    fn ask(&self) -> RequestService {
        let sample = |n: usize| Sample {
            label: format!("Bar {n}"),
            rest: if n == 0 { Rest::Dispose } else { Rest::Return },
            ..Sample::default()
        };
        RequestService {
            customer: self.firm,
            title: String::new(),
            project: "alloys".to_owned(),
            purpose: Purpose::Development,
            note: String::new(),
            is_urgent: false,
            manner: Manner::Each,
            wanted: vec![Wanted { item: Some(self.item), ..Wanted::default() }],
            samples: (0..5).map(sample).collect(),
            voucher: None,
        }
    }

    fn asked(&self, act: RequestService) -> ServiceOrderId {
        self.world.city.perform(&self.user, act).expect("asked").orders[0].0
    }

    fn view(&self, who: &Asker, id: ServiceOrderId) -> OrderView {
        self.world.city.service_order(who, id).expect("seen")
    }

    fn version(&self, id: ServiceOrderId) -> u64 {
        let found = self.world.city.store().read(|tx| store::service_order::find(tx, id));
        found.expect("read").expect("there").version
    }

    fn work(&self, id: ServiceOrderId, doing: Doing) -> Result<State, No> {
        self.work_as(&self.keeper, id, doing)
    }

    fn work_as(&self, who: &Asker, id: ServiceOrderId, doing: Doing) -> Result<State, No> {
        let act = WorkOnOrder::new(id, self.version(id), doing);
        let done = self.world.city.perform(who, act)?;
        Ok(State::parse(&done.state).expect("a state"))
    }

    fn answer(&self, who: &Asker, id: ServiceOrderId, doing: Doing) -> Result<State, No> {
        let act = AnswerOrder::new(id, self.version(id), doing);
        let done = self.world.city.perform(who, act)?;
        Ok(State::parse(&done.state).expect("a state"))
    }

    fn file(&self, text: &str) -> FileId {
        let bytes = format!("%PDF-1.7\n{text}\n%%EOF\n").into_bytes();
        let city = &self.world.city;
        let got: Received = city.receive_all("report.pdf", &mut &*bytes).expect("received");
        city.keep_received(&self.keeper, &got).expect("kept").file
    }

    /// From the acceptance to the finished test, with this many samples that gave a result.
    fn tested(&self, id: ServiceOrderId, good: usize) {
        self.work(id, Doing::Receive { stands: "Shelf 3".to_owned() }).expect("received");
        self.world.clock.pass(86_400);
        self.work(id, Doing::Start).expect("begun");
        self.world.clock.pass(3_600);
        let n = self.view(&self.keeper, id).samples.len();
        let succeeded = (0..n).map(|at| at < good).collect();
        self.work(id, Doing::Finish { succeeded }).expect("done");
    }

    fn balance(&self, account: AccountId) -> i64 {
        let found = self.world.city.ledger_account(&self.world.operator(), account);
        found.map_or(0, |found| found.shown.balance)
    }

    fn sound(&self) {
        assert_eq!(self.world.city.check_books().expect("checked"), []);
    }

    fn pays(&self, id: ServiceOrderId) -> i64 {
        let lines = self.view(&self.keeper, id).charges;
        lines.iter().map(|line| line.chain.pays).sum()
    }

    fn voucher(&self) -> VoucherId {
        let city = &self.world.city;
        let operator = self.world.operator();
        let bank = city.perform(&operator, Books::new(self.world).bank()).expect("a bank").account;
        let programme = "Innovation 2026".to_owned();
        let fund = FundProgramme {
            programme: programme.clone(),
            bank,
            amount: 100_000,
            reference: "B-1".to_owned(),
            value_date: None,
        };
        city.perform(&operator, fund).expect("funded");
        let terms = Terms {
            holder: self.firm,
            share_bp: 5_000,
            cap_claim: 30_000,
            cap_year: 50_000,
            kinds: Vec::new(),
            units: Vec::new(),
            last: base::Date::new(2099, 12, 31).expect("a day"),
        };
        let voucher = city.new_voucher_id();
        let act = IssueVoucher { programme, terms, amount: 50_000, voucher };
        city.perform(&operator, act).expect("issued").voucher
    }
}

fn accept() -> Doing {
    Doing::Accept { voucher: None }
}

fn close() -> Doing {
    Doing::Close { opinion: Some(Opinion::VeryContent), word: "Fast.".to_owned() }
}

on_both! {
    fn five_samples_of_which_four_succeed_cost_320(world) {
        let lab = Lab::new(world);
        let id = lab.asked(lab.ask());
        let view = lab.view(&lab.keeper, id);
        let codes_of: std::collections::BTreeSet<String> =
            view.samples.iter().map(|it| it.kept.code.clone()).collect();
        assert_eq!((codes_of.len(), view.row.cost), (5, Some(40_000)));
        assert!(codes_of.iter().all(|code| code.starts_with(view.row.order.reference.as_str())));
        assert_eq!(lab.pays(id), 0, "nothing is owed before it is accepted");
        lab.work(id, accept()).expect("accepted");
        assert_eq!(lab.balance(owed_account(lab.unit, lab.firm)), 40_000);
        lab.tested(id, 4);
        assert_eq!((lab.pays(id), lab.balance(owed_account(lab.unit, lab.firm))), (32_000, 32_000));
        assert_eq!(lab.balance(earned_account(lab.unit)), 32_000);
        let file = lab.file("tensile strength 420 MPa");
        let report = Doing::Report { file: Some(file), marks: vec![Mark::Cma] };
        lab.work(id, report).expect("issued");
        let hash = world.city.file(&lab.user, file).expect("the customer reads it").hash;
        let kept = lab.view(&lab.boss, id).row.order.matter.report.expect("a report");
        assert_eq!((kept.hash, kept.marks), (hash, vec![Mark::Cma]));
        assert!(world.city.file(&lab.stranger, file).is_err());
        lab.work(id, Doing::Clear { note: String::new() }).expect("gone");
        let fates = lab.view(&lab.user, id).samples;
        assert_eq!(fates[0].kept.whereabouts, Whereabouts::Disposed);
        assert_eq!(fates[1].kept.whereabouts, Whereabouts::PickedUp);
        lab.answer(&lab.user, id, close()).expect("rated");
        let read = world.city.store().read(|tx| {
            store::service_record::of_subject(tx, &id.to_string())
        });
        let rows = read.expect("read");
        assert_eq!(rows.len(), 1, "one service record");
        let record = &rows[0].record;
        assert_eq!((record.samples, record.paid_customer), (5, 32_000));
        assert_eq!(record.opinion, Some(Opinion::VeryContent));
        let no = lab.answer(&lab.user, id, close()).expect_err("over");
        assert_eq!(codes(&no), "service-step");
        lab.sound();
    }
}

on_both! {
    fn a_mark_stands_only_inside_the_scope_on_the_day_of_issue(world) {
        let lab = Lab::new(world);
        let sheet = Sheet {
            accreditations: vec![instruments::item::Accreditation {
                until: "2024-12-31".parse().expect("a date"),
                ..tensile().accreditations[0].clone()
            }],
            ..tensile()
        };
        let old = entered(world, &lab.keeper, lab.unit, sheet).expect("entered");
        let wanted = vec![Wanted { item: Some(old), ..Wanted::default() }];
        let id = lab.asked(RequestService { wanted, ..lab.ask() });
        lab.work(id, accept()).expect("accepted");
        lab.tested(id, 5);
        assert_eq!(lab.view(&lab.keeper, id).marks, []);
        let file = lab.file("x");
        let marked = Doing::Report { file: Some(file), marks: vec![Mark::Cma] };
        assert_eq!(codes(&lab.work(id, marked).expect_err("lapsed")), "item-out-of-scope");
        let bare = Doing::Report { file: None, marks: Vec::new() };
        assert_eq!(codes(&lab.work(id, bare).expect_err("no file")), "service-report-missing");
        lab.work(id, Doing::Report { file: Some(file), marks: Vec::new() }).expect("issued");
    }
}

on_both! {
    fn a_voucher_is_held_at_acceptance_and_pays_with_the_report(world) {
        let lab = Lab::new(world);
        let voucher = lab.voucher();
        let id = lab.asked(RequestService { voucher: Some(voucher), ..lab.ask() });
        lab.work(id, accept()).expect("accepted");
        let held = |lab: &Lab<'_>| {
            let found = world.city.store().read(|tx| store::voucher::of_subject(tx, &id.to_string()));
            let it = found.expect("read").map(|it| (it.redemption.stage, it.redemption.amount));
            (it, lab.balance(claims_account(lab.unit)))
        };
        assert_eq!(held(&lab), (Some((Stage::Held, 20_000)), 0));
        assert_eq!(lab.pays(id), 20_000);
        lab.tested(id, 4);
        assert_eq!((held(&lab), lab.pays(id)), ((Some((Stage::Held, 16_000)), 0), 16_000));
        let report = Doing::Report { file: Some(lab.file("x")), marks: Vec::new() };
        lab.work(id, report).expect("issued");
        assert_eq!(held(&lab), (Some((Stage::Redeemed, 16_000)), 16_000));
        assert_eq!(lab.balance(voucher_account(voucher)), 34_000);
        // What falls through frees what was held.
        let other = lab.asked(RequestService { voucher: Some(voucher), ..lab.ask() });
        lab.work(other, accept()).expect("accepted");
        let cancel = Doing::Cancel { reason: String::new() };
        assert_eq!(lab.answer(&lab.boss, other, cancel).expect("cancelled"), State::Cancelled);
        assert_eq!((lab.pays(other), lab.balance(voucher_account(voucher))), (0, 34_000));
        lab.sound();
        let foreign = RequestService { customer: lab.unit, voucher: Some(voucher), ..lab.ask() };
        let no = world.city.perform(&lab.keeper, foreign).expect_err("not theirs");
        assert_eq!(codes(&no), "voucher-other-holder");
    }
}

on_both! {
    fn nobody_else_learns_of_an_order(world) {
        let lab = Lab::new(world);
        let id = lab.asked(lab.ask());
        lab.work(id, accept()).expect("accepted");
        let city = &world.city;
        let absent = city.with_chance(|chance| ServiceOrderId::new(city.now(), chance));
        let colleague = world.person("colleague", lab.firm, Role::FirmMember);
        let member = world.person("member", lab.unit, Role::Member);
        for reader in [&lab.stranger, &colleague, &member] {
            let no = city.service_order(reader, id).expect_err("hidden");
            let nothing = city.service_order(reader, absent).expect_err("absent");
            assert_eq!(no.0, nothing.0);
            let page = city.service_orders(reader, None, 50).expect("a page");
            assert_eq!((page.rows.len(), page.waiting.len(), page.turnarounds.len()), (0, 0, 0));
            for doing in [accept(), Doing::Start, close()] {
                let denied = lab.work_as(reader, id, doing.clone()).expect_err("hidden");
                assert_eq!(codes(&denied), "not-found");
                let denied = lab.answer(reader, id, doing).expect_err("hidden");
                assert_eq!(codes(&denied), "not-found");
            }
        }
        for (reader, waiting) in [(&lab.keeper, 1), (&lab.user, 0), (&lab.boss, 0)] {
            let page = city.service_orders(reader, None, 50).expect("a page");
            assert_eq!((page.rows.len(), page.waiting.len()), (1, waiting));
        }
        // Neither side does the other's steps.
        let here = Doing::Receive { stands: "x".to_owned() };
        let no = lab.answer(&lab.user, id, here).expect_err("the unit's");
        assert_eq!(codes(&no), "service-other-side");
        let no = lab.work_as(&lab.user, id, Doing::Start).expect_err("the unit's");
        assert_eq!(codes(&no), "not-allowed");
        let ask = RequestService { customer: lab.firm, ..lab.ask() };
        let no = city.perform(&lab.stranger, ask).expect_err("not their firm");
        assert!(matches!(codes(&no).as_str(), "not-allowed" | "not-found"));
        let own = lab.version(id);
        let act = WorkOnOrder::new(id, own - 1, Doing::Receive { stands: "x".to_owned() });
        assert_eq!(codes(&city.perform(&lab.keeper, act).expect_err("stale")), "version-conflict");
    }
}

on_both! {
    fn each_unit_prices_and_settles_its_own_part(world) {
        let lab = Lab::new(world);
        let more: Vec<(OrganisationId, Asker, TestItemId)> = (1..3)
            .map(|n| {
                let unit = world.organisation(&format!("Institute {n}"));
                let keeper = world.person(&format!("keeper{n}"), unit, Role::TransferOfficer);
                let sheet = Sheet { price: 10_000 * n, minimum: 0, ..tensile() };
                let item = entered(world, &keeper, unit, sheet).expect("entered");
                (unit, keeper, item)
            })
            .collect();
        let items = [lab.item, more[0].2, more[1].2];
        let wanted = items.map(|item| Wanted { item: Some(item), ..Wanted::default() }).to_vec();
        let done: Requested =
            world.city.perform(&lab.user, RequestService { wanted, ..lab.ask() }).expect("asked");
        assert_eq!(done.orders.len(), 3);
        let of = |unit: OrganisationId| {
            let mut all = done.orders.iter().map(|(id, _)| *id);
            all.find(|id| lab.view(&lab.user, *id).row.order.unit == unit).expect("one each")
        };
        let (first, second, third) = (of(lab.unit), of(more[0].0), of(more[1].0));
        lab.work(first, accept()).expect("accepted");
        let reject = Doing::Reject { reason: "No free machine".to_owned() };
        lab.work_as(&more[0].1, second, reject).expect("rejected");
        lab.work_as(&more[1].1, third, accept()).expect("accepted");
        assert_eq!(codes(&lab.work(third, Doing::Start).expect_err("another's")), "not-found");
        assert!(world.city.service_order(&more[1].1, first).is_err(), "units do not see each other's");
        assert_eq!(lab.balance(owed_account(lab.unit, lab.firm)), 40_000);
        assert_eq!(lab.balance(owed_account(more[0].0, lab.firm)), 0);
        assert_eq!(lab.balance(owed_account(more[1].0, lab.firm)), 100_000);
        let request = world.city.service_request(&lab.user, done.request.expect("one of several"));
        assert_eq!(request.expect("seen").orders.len(), 3);
        for reader in [&lab.keeper, &lab.stranger, &more[0].1] {
            assert!(world.city.service_request(reader, done.request.expect("one")).is_err());
        }
        lab.sound();
    }
}

on_both! {
    /// Scenario 56: three units take their parts of one order at the same moment.
    fn three_units_take_their_parts_at_once(world) {
        let lab = Lab::new(world);
        let mut keepers = vec![(lab.unit, lab.keeper.clone(), lab.item)];
        for n in 1..3 {
            let unit = world.organisation(&format!("Institute {n}"));
            let keeper = world.person(&format!("keeper{n}"), unit, Role::TransferOfficer);
            let item = entered(world, &keeper, unit, tensile()).expect("entered");
            keepers.push((unit, keeper, item));
        }
        let wanted = keepers.iter().map(|(.., item)| Wanted { item: Some(*item), ..Wanted::default() });
        let ask = RequestService { wanted: wanted.collect(), ..lab.ask() };
        let done = world.city.perform(&lab.user, ask).expect("asked");
        let of = |unit: OrganisationId| {
            let mut all = done.orders.iter().map(|(id, _)| *id);
            all.find(|id| lab.view(&lab.user, *id).row.order.unit == unit).expect("one each")
        };
        let orders: Vec<_> = keepers.iter().map(|(unit, keeper, _)| (of(*unit), keeper)).collect();
        let taken: Vec<Result<State, No>> = std::thread::scope(|scope| {
            let lab = &lab;
            let one = |(id, keeper): &(ServiceOrderId, &Asker)| {
                let (id, keeper) = (*id, (*keeper).clone());
                scope.spawn(move || lab.work_as(&keeper, id, accept()))
            };
            let running: Vec<_> = orders.iter().map(one).collect();
            running.into_iter().map(|it| it.join().expect("answered")).collect()
        });
        assert!(taken.iter().all(|it| *it == Ok(State::Accepted)), "{taken:?}");
        for (unit, ..) in &keepers {
            assert_eq!(lab.balance(owed_account(*unit, lab.firm)), 40_000);
            assert_eq!(lab.balance(earned_account(*unit)), 40_000);
        }
        lab.sound();
    }

    /// Scenario 44: orders taken at once never hold more of a voucher than it has.
    fn orders_at_once_never_exceed_a_voucher(world) {
        let lab = Lab::new(world);
        let voucher = lab.voucher();
        let ask = || RequestService { voucher: Some(voucher), ..lab.ask() };
        let orders: Vec<ServiceOrderId> = (0..4).map(|_| lab.asked(ask())).collect();
        let taken: Vec<Result<State, No>> = std::thread::scope(|scope| {
            let lab = &lab;
            let one = |id: &ServiceOrderId| {
                let id = *id;
                scope.spawn(move || lab.work(id, accept()))
            };
            let running: Vec<_> = orders.iter().map(one).collect();
            running.into_iter().map(|it| it.join().expect("answered")).collect()
        });
        let of = |id: &ServiceOrderId| {
            let found = world.city.store().read(|tx| store::voucher::of_subject(tx, &id.to_string()));
            found.expect("read").map_or(0, |it| it.redemption.amount)
        };
        let mut held: Vec<i64> = orders.iter().map(of).collect();
        held.sort_unstable();
        assert_eq!(held.iter().sum::<i64>(), 50_000, "{held:?} {taken:?}");
        assert_eq!(held, [0, 10_000, 20_000, 20_000]);
        for (id, taken) in orders.iter().zip(&taken) {
            // Who gets nothing of it is refused or pays all; nobody is charged twice.
            let pays = if taken.is_ok() { 40_000 - of(id) } else { 0 };
            assert_eq!(lab.pays(*id), pays, "{taken:?}");
        }
        lab.sound();
    }

    fn a_class_pays_its_own_price_of_a_test(world) {
        let lab = Lab::new(world);
        let own = ClassPrice { class: "member".to_owned(), price: 7_000 };
        let sheet = Sheet { class_prices: vec![own], ..tensile() };
        let item = entered(world, &lab.keeper, lab.unit, sheet).expect("entered");
        let ask = || {
            let wanted = vec![Wanted { item: Some(item), ..Wanted::default() }];
            RequestService { wanted, ..lab.ask() }
        };
        let before = lab.asked(ask());
        let act = SetCustomerClass {
            unit: lab.unit,
            customer: lab.firm,
            class: "member".to_owned(),
            from: base::WorkingDays::china().date(world.city.now()),
        };
        world.city.perform(&lab.keeper, act).expect("set");
        let after = lab.asked(ask());
        for (id, list, pays) in [(before, 40_000, 40_000), (after, 40_000, 35_000)] {
            lab.work(id, accept()).expect("accepted");
            let chain = lab.view(&lab.keeper, id).charges[0].chain;
            assert_eq!((chain.list, chain.class_discount, chain.pays), (list, list - pays, pays));
        }
        // Four of five succeed: the class's price counts for them too.
        lab.tested(after, 4);
        assert_eq!(lab.pays(after), 30_000, "the minimum is above four of them");
        lab.sound();
    }
}

on_both! {
    fn answers_are_compared_and_one_is_taken(world) {
        let lab = Lab::new(world);
        let unit = world.organisation("Institute 2");
        let other = world.person("keeper2", unit, Role::TransferOfficer);
        let item = entered(world, &other, unit, tensile()).expect("entered");
        let wanted = [lab.item, item].map(|item| Wanted { item: Some(item), ..Wanted::default() });
        let ask = RequestService { wanted: wanted.to_vec(), manner: Manner::Compare, ..lab.ask() };
        let done = world.city.perform(&lab.user, ask).expect("asked");
        let request = done.request.expect("several");
        let of = |unit: OrganisationId| {
            let mut all = done.orders.iter().map(|(id, _)| *id);
            all.find(|id| lab.view(&lab.user, *id).row.order.unit == unit).expect("one each")
        };
        let (mine, theirs) = (of(lab.unit), of(unit));
        assert_eq!(codes(&lab.work(mine, accept()).expect_err("answers first")), "service-answer-first");
        let quote = |price, days| {
            let prices = Samples { price, minimum: 0, counted: Counted::All, urgent_bp: 0 };
            Doing::Quote(Quote { prices, days, note: String::new() })
        };
        lab.work(mine, quote(9_000, 4)).expect("answered");
        let no = lab.answer(&lab.user, theirs, accept()).expect_err("no answer yet");
        assert_eq!(codes(&no), "service-other-side");
        lab.work_as(&other, theirs, quote(7_000, 6)).expect("answered");
        let view = world.city.service_request(&lab.boss, request).expect("seen");
        let order: Vec<ServiceOrderId> = view.orders.iter().map(|(row, _)| row.order.id).collect();
        assert_eq!(order, [theirs, mine], "the cheaper first");
        assert!(world.city.service_order(&other, mine).is_err());
        lab.answer(&lab.boss, theirs, accept()).expect("taken");
        assert_eq!(lab.view(&lab.keeper, mine).row.order.state, State::Cancelled);
        let no = lab.answer(&lab.boss, mine, accept()).expect_err("over");
        assert_eq!(codes(&no), "service-step");
        assert_eq!(lab.balance(owed_account(unit, lab.firm)), 35_000);
        let view = world.city.service_request(&lab.user, request).expect("seen");
        assert_eq!(view.request.chosen, Some(theirs));
        lab.sound();
    }
}

on_both! {
    fn samples_have_a_chain_of_custody(world) {
        let lab = Lab::new(world);
        let id = lab.asked(lab.ask());
        lab.work(id, accept()).expect("accepted");
        let first = lab.view(&lab.keeper, id).samples[0].kept.id;
        let moved = |who: &Asker, stands: &str| {
            let (stands, note) = (stands.to_owned(), "for polishing".to_owned());
            world.city.perform(who, MoveSample { order: id, sample: first, stands, note })
        };
        assert_eq!(codes(&moved(&lab.keeper, "Bench").expect_err("not here")), "service-sample-away");
        lab.work(id, Doing::Receive { stands: "Shelf 3".to_owned() }).expect("received");
        assert_eq!(codes(&moved(&lab.keeper, " ").expect_err("where?")), "field-required");
        moved(&lab.keeper, "Bench").expect("taken");
        assert_eq!(codes(&moved(&lab.user, "Pocket").expect_err("not staff")), "not-allowed");
        let seen = lab.view(&lab.user, id).samples;
        let chain: Vec<(u64, String)> =
            seen[0].chain.iter().map(|(it, _)| (it.n, it.stands.clone())).collect();
        assert_eq!(chain, [(1, "Shelf 3".to_owned()), (2, "Bench".to_owned())]);
        assert_eq!((seen[0].stands.as_str(), seen[1].stands.as_str()), ("Bench", "Shelf 3"));
        let back = Doing::Return { reason: "Broken".to_owned() };
        assert_eq!(lab.work(id, back).expect("sent back"), State::Returned);
        assert_eq!(lab.pays(id), 0);
        assert_eq!(lab.view(&lab.user, id).samples[0].kept.whereabouts, Whereabouts::Returned);
        lab.sound();
    }
}

on_both! {
    fn a_dispute_freezes_the_money_of_an_order(world) {
        let lab = Lab::new(world);
        let deputy = world.person("deputy", lab.unit, Role::TransferOfficer);
        let voucher = lab.voucher();
        let id = lab.asked(RequestService { voucher: Some(voucher), ..lab.ask() });
        lab.work(id, accept()).expect("accepted");
        let charge = lab.view(&lab.user, id).charges[0].id;
        let act = DisputeCharge { charge, wish: Wish::Waive, reason: "late".to_owned() };
        let asked = world.city.perform(&lab.user, act).expect("asked");
        let cancel = Doing::Cancel { reason: String::new() };
        let no = lab.answer(&lab.user, id, cancel).expect_err("frozen");
        assert_eq!(codes(&no), "service-charge-disputed");
        let act = DecideAdjustment::new(charge, asked.adjustment, true, "so be it");
        world.city.perform(&deputy, act).expect("waived");
        assert_eq!((lab.pays(id), lab.balance(voucher_account(voucher))), (0, 50_000));
        lab.tested(id, 4);
        assert_eq!(lab.pays(id), 0, "what was waived stays waived");
        let states: Vec<Line> = lab.view(&lab.user, id).charges.iter().map(|it| it.state).collect();
        assert!(!states.contains(&Line::Posted));
        lab.sound();
    }
}

on_both! {
    fn turnaround_is_told_to_all_from_five_orders_on(world) {
        let lab = Lab::new(world);
        for n in 1..=5 {
            let id = lab.asked(lab.ask());
            lab.work(id, accept()).expect("accepted");
            lab.tested(id, 5);
            let report = Doing::Report { file: Some(lab.file(&n.to_string())), marks: Vec::new() };
            lab.work(id, report).expect("issued");
            let told = world.city.test_item(&lab.stranger, lab.item).expect("public").turnaround;
            assert_eq!(told.is_some(), n == 5, "{n} orders");
            let own = world.city.test_item(&lab.keeper, lab.item).expect("own").turnaround;
            let own = own.expect("the unit's own");
            assert_eq!((own.n_orders, own.median_days, own.ninetieth_days), (n, 1, 1));
        }
        let page = world.city.service_orders(&lab.keeper, None, 50).expect("a page");
        assert_eq!(page.turnarounds.len(), 1);
    }
}

on_both! {
    fn ratings_are_told_to_all_from_five_on(world) {
        let lab = Lab::new(world);
        let rating = |lab: &Lab<'_>| {
            let row = world.city.test_item(&lab.stranger, lab.item).expect("public").row;
            row.rating.map(|it| (it.n_rated, it.n_content))
        };
        for n in 1..=5 {
            assert_eq!(rating(&lab), None, "{n} orders");
            let id = lab.asked(lab.ask());
            lab.work(id, accept()).expect("accepted");
            lab.tested(id, 5);
            let report = Doing::Report { file: Some(lab.file(&n.to_string())), marks: Vec::new() };
            lab.work(id, report).expect("issued");
            lab.work(id, Doing::Clear { note: String::new() }).expect("gone");
            let opinion = if n == 2 { Opinion::Fair } else { Opinion::Content };
            let closed = Doing::Close { opinion: Some(opinion), word: String::new() };
            lab.answer(&lab.user, id, closed).expect("rated");
        }
        assert_eq!(rating(&lab), Some((5, 4)));
        // It stands beside the answers of a request to several.
        let second = world.organisation("Second institute");
        let clerk = world.person("clerk", second, Role::TransferOfficer);
        let item = entered(world, &clerk, second, tensile()).expect("entered");
        let line = |item| Wanted { item: Some(item), ..Wanted::default() };
        let wanted = vec![line(lab.item), line(item)];
        let ask = RequestService { manner: Manner::Compare, wanted, ..lab.ask() };
        let asked = world.city.perform(&lab.user, ask).expect("asked");
        let view = world.city.service_request(&lab.user, asked.request.expect("one request"));
        let ratings = view.expect("seen").ratings;
        let told: Vec<(OrganisationId, u64)> =
            ratings.into_iter().map(|(unit, it)| (unit, it.n_content)).collect();
        assert_eq!(told, [(lab.unit, 4)]);
        // What is a year old counts no more.
        world.clock.pass(370 * 86_400);
        assert_eq!(rating(&lab), None);
    }
}

on_both! {
    fn orders_on_an_instrument_are_listed_for_who_operates_it(world) {
        let lab = Lab::new(world);
        let (staff, other) = (
            world.person("staff", lab.unit, Role::Member),
            world.person("other", lab.unit, Role::Member),
        );
        let app::Who::Person(operator) = staff.who else { panic!("a person") };
        let name = base::Bilingual::new("Testing machine", "试验机");
        let machine = instruments::Sheet { name, operators: vec![operator], ..Default::default() };
        let act = CreateInstrument { owner: lab.unit, is_hidden: false, sheet: machine };
        let machine = world.city.perform(&lab.keeper, act).expect("entered").instrument;
        let sheet = Sheet { instruments: vec![machine], ..tensile() };
        let item = entered(world, &lab.keeper, lab.unit, sheet).expect("entered");
        let plain = lab.asked(lab.ask());
        let line = |item, instrument| Wanted { item, instrument, ..Wanted::default() };
        let by_item = lab.asked(RequestService {
            wanted: vec![line(Some(lab.item), None), line(Some(item), None)],
            ..lab.ask()
        });
        let by_machine = lab.asked(RequestService {
            wanted: vec![Wanted { what: "cut".to_owned(), ..line(None, Some(machine)) }],
            ..lab.ask()
        });
        // What a customer wrote is no line.
        lab.asked(RequestService { note: format!("\"{machine}\""), ..lab.ask() });
        let listed = |who: &Asker| -> Vec<ServiceOrderId> {
            let page = world.city.service_orders(who, None, 50).expect("a page");
            page.rows.iter().map(|row| row.order.id).collect()
        };
        assert_eq!(listed(&staff), [by_machine, by_item]);
        assert_eq!(listed(&other), []);
        assert_eq!(listed(&lab.keeper).len(), 4);
        let page = world.city.service_orders(&staff, None, 50).expect("a page");
        assert_eq!(page.waiting.len(), 2, "they wait for whoever works on them");
        assert!(world.city.service_order(&staff, plain).is_err());
    }
}
