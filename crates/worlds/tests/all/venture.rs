//! Ventures over both databases: value, notices, contribution, register of shares, dividends; who
//! may what, and nobody else learns anything.

use access::Role;
use app::venture::{
    ContributeTechnology, DeclareDividend, EnterHolder, EnterShares, GiveNotice, NewHolder,
    ObjectToVenture, OpenVenture, ReviseVenture, SetVentureRules, SettleDuty, WithdrawVenture,
    payable_account, share_account, unissued_account,
};
use app::{Asker, No};
use base::{Bilingual, Currency, Label, OrganisationId, TechnologyId, VentureId};
use equity::contribution::Contribution;
use equity::dividend::Declared;
use equity::event::{Allotment, Round, Transfer};
use equity::tranche::{OnMiss, Tranche};
use equity::valuation::{Cost, Item, Method, Opinion, Used, Valuation};
use equity::{Class, Event, Price, What};
use ledger::rounding::Rate;
use std::sync::Barrier;
use trading::venture::{Offer, Rules, VentureState, chain_of};
use worlds::{World, on_both};

fn code(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

fn rate(text: &str) -> Rate {
    Rate::parse(text).expect("a rate")
}

fn date(text: &str) -> base::Date {
    base::time::read_date(text).expect("a day")
}

/// An institute with a technology, a company, its people, and the office that supervises.
struct Stage<'a> {
    world: &'a World,
    institute: OrganisationId,
    company: OrganisationId,
    technology: TechnologyId,
    officer: Asker,
    inventor: Asker,
    registrar: Asker,
    supervisor: Asker,
}

impl<'a> Stage<'a> {
    fn new(world: &'a World) -> Self {
        let institute = world.organisation("Institute");
        let company = world.organisation("Company");
        let officer = world.person("officer", institute, Role::TransferOfficer);
        let inventor = world.person("inventor", institute, Role::Member);
        let registrar = world.person("registrar", company, Role::FirmAdministrator);
        let supervisor = world.person("supervisor", world.hall, Role::AgencyOfficer);
        let technology = world.technology(&officer, institute, "A drying process", Label::public());
        Self { world, institute, company, technology, officer, inventor, registrar, supervisor }
    }

    fn today(&self) -> base::Date {
        base::WorkingDays::china().date(self.world.city.now())
    }

    fn open(&self) -> VentureId {
        let act = OpenVenture {
            technology: self.technology,
            company: self.company,
            currency: Currency::CNY,
        };
        self.world.city.perform(&self.officer, act).expect("a venture").venture
    }

    fn holder(&self, who: &Asker, venture: VentureId, holder: NewHolder) -> String {
        let act = EnterHolder { venture, holder, is_state: false };
        self.world.city.perform(who, act).expect("a holder").key
    }

    fn person(&self, who: &Asker) -> NewHolder {
        let app::Who::Person(person) = who.who else { panic!("a person") };
        NewHolder::Person(person)
    }

    fn valuation(&self) -> Valuation {
        let cost = Cost {
            items: vec![Item { what: "pilot".into(), spent: 200_000_000, index: rate("0.1") }],
            profit: rate("0.2"),
            obsolete: rate("0.1"),
            months_left: 96,
            months: 120,
            spread: rate("0.15"),
        };
        let opinion = Opinion {
            expert: "Prof. Ma".into(),
            low: 100_000_000,
            high: 300_000_000,
            method: Method::Cost,
            why: "comparable pilots".into(),
        };
        Valuation {
            on: self.today(),
            cost: Used::Yes(cost),
            market: Used::No { why: "no three deals are known".into() },
            income: Used::No { why: "no sales yet".into() },
            weights: [1, 0, 0],
            opinions: vec![opinion],
        }
    }

    fn offer(&self, inventors: Vec<(String, u64)>) -> Offer {
        let contribution = Contribution {
            on: self.today(),
            value: 190_000_000,
            price: Price::new(100, 1),
            owner: "h1".into(),
            reward: rate("0.5"),
            inventors,
        };
        Offer { class: "ordinary".into(), contribution }
    }

    fn version(&self, venture: VentureId) -> u64 {
        self.world.city.venture(&self.officer, venture).expect("seen").venture().version
    }

    /// Founders: 3,000,000 shares of the company's own, and what it promises for a milestone.
    fn founded(&self, venture: VentureId) -> (String, String) {
        let name = |text: &str| NewHolder::Named(Bilingual::new(text, ""));
        let wu = self.holder(&self.registrar, venture, name("Wu"));
        let li = self.holder(&self.registrar, venture, name("Li"));
        let class = Class { authorised: Some(9_000_000), ..Class::ordinary("ordinary") };
        self.enter(venture, What::Define { class }).expect("defined");
        let tranche = Tranche {
            key: "pilot".into(),
            holder: li.clone(),
            class: "ordinary".into(),
            shares: 500_000,
            paid: 50_000_000,
            milestone: "a pilot line runs".into(),
            due: self.today(),
            on_miss: OnMiss::Void,
        };
        let round = Round {
            name: "founding".into(),
            class: "ordinary".into(),
            price: Price::new(100, 1),
            allotments: vec![allot(&wu, 2_000_000), allot(&li, 1_000_000)],
            tranches: vec![tranche],
        };
        self.enter(venture, What::Round { round }).expect("founded");
        (wu, li)
    }

    fn enter(&self, venture: VentureId, what: What) -> Result<u64, No> {
        let event = Event { on: self.today(), what };
        let act = EnterShares { venture, seen: None, event };
        self.world.city.perform(&self.registrar, act).map(|done| done.entry)
    }

    fn transfer(
        &self,
        venture: VentureId,
        (from, to): (&str, &str),
        shares: i64,
    ) -> Result<u64, No> {
        let transfer = Transfer {
            from: from.into(),
            to: to.into(),
            class: "ordinary".into(),
            shares,
            price: shares * 100,
            offered: None,
            waived: Vec::new(),
        };
        self.enter(venture, What::Transfer { transfer })
    }

    /// A venture whose technology is the company's, with founders and a rewarded inventor.
    fn running(&self) -> (VentureId, String, String) {
        let venture = self.open();
        let (wu, li) = self.founded(venture);
        let ma = self.holder(&self.officer, venture, self.person(&self.inventor));
        let act = ReviseVenture {
            venture,
            version: self.version(venture),
            valuation: Some(self.valuation()),
            offer: Some(self.offer(vec![(ma, 1)])),
        };
        self.world.city.perform(&self.officer, act).expect("planned");
        for duty in ["contribution-notice", "reward-notice"] {
            self.notice(venture, duty).expect("given");
        }
        self.world.clock.pass(40 * 86_400);
        self.contribute(venture).expect("contributed");
        (venture, wu, li)
    }

    fn notice(&self, venture: VentureId, duty: &str) -> Result<(), No> {
        let act = GiveNotice { venture, duty: duty.to_owned() };
        self.world.city.perform(&self.officer, act).map(|_| ())
    }

    fn contribute(&self, venture: VentureId) -> Result<String, No> {
        let act = ContributeTechnology { venture, version: self.version(venture) };
        self.world.city.perform(&self.officer, act).map(|done| done.state)
    }

    fn balance(&self, account: base::AccountId) -> (i64, i64) {
        let found = self.world.city.ledger_account(&self.world.operator(), account);
        let shown = found.expect("an account").shown;
        (shown.balance, shown.announced)
    }

    /// The books say what the register says, the chain is what its texts give, nothing is lost.
    fn sound(&self, venture: VentureId) {
        assert_eq!(self.world.city.check_books().expect("checked"), []);
        let seen = self.world.city.venture(&self.officer, venture).expect("seen");
        assert_eq!(seen.table.audit(), []);
        let mut by_class = std::collections::BTreeMap::<&str, i64>::new();
        for ((holder, class), at) in &seen.table.positions {
            let account = share_account(venture, holder, class);
            assert_eq!(self.balance(account).0, at.shares, "{holder} {class}");
            *by_class.entry(class).or_default() += at.shares;
        }
        for (class, issued) in by_class {
            assert_eq!(self.balance(unissued_account(venture, class)).0, -issued, "{class}");
        }
        let salts = self.world.city.store().read(|tx| store::venture::salts(tx, venture));
        let mut chain = String::new();
        for (n, (at, event, salt, kept)) in salts.expect("read").into_iter().enumerate() {
            chain = chain_of(&chain, &salt, &event);
            assert_eq!((at, &kept), (n as u64 + 1, &chain));
        }
        assert_eq!(chain, seen.venture().chain);
    }
}

fn allot(holder: &str, shares: i64) -> Allotment {
    Allotment { holder: holder.into(), shares, paid: shares * 100, is_technology: false }
}

fn at_once<R: Send>(n: usize, run: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let barrier = Barrier::new(n);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n)
            .map(|own| {
                let (barrier, run) = (&barrier, &run);
                scope.spawn(move || {
                    barrier.wait();
                    run(own)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}

/// Everything that somebody gets to know of a venture, as one text.
fn all_they_see(stage: &Stage<'_>, asker: &Asker, venture: VentureId) -> String {
    let city = &stage.world.city;
    let event = || Event { on: stage.today(), what: What::Miss { tranche: "pilot".into() } };
    let told = [
        format!("{:?}", city.ventures(asker, None, 50).map(|it| it.rows.len())),
        format!("{:?}", city.holdings(asker).map(|it| it.len())),
        format!("{:?}", city.venture(asker, venture).err().map(|no| code(&no))),
        format!("{:?}", city.venture_statement(asker, venture, 2).err().map(|no| code(&no))),
        format!("{:?}", city.venture_exit(asker, venture, 1).err().map(|no| code(&no))),
        format!("{:?}", city.venture_people(asker, venture).err().map(|no| code(&no))),
        format!(
            "{:?}",
            city.venture_table(asker, venture, stage.today()).err().map(|no| code(&no))
        ),
        format!("{:?}", city.preview_shares(asker, venture, &event()).err().map(|no| code(&no))),
        format!("{:?}", city.ventures_of(asker, stage.technology).map(|it| it.len())),
        format!("{:?}", {
            let act = EnterShares { venture, seen: None, event: event() };
            city.perform(asker, act).err().map(|no| code(&no))
        }),
        format!("{:?}", city.perform(asker, WithdrawVenture { venture }).err().map(|no| code(&no))),
        format!("{:?}", {
            let act = GiveNotice { venture, duty: "contribution-notice".into() };
            city.perform(asker, act).err().map(|no| code(&no))
        }),
        format!("{:?}", {
            let act = ContributeTechnology { venture, version: 1 };
            city.perform(asker, act).err().map(|no| code(&no))
        }),
        format!("{:?}", {
            let holder = NewHolder::Named(Bilingual::new("X", ""));
            let act = EnterHolder { venture, holder, is_state: false };
            city.perform(asker, act).err().map(|no| code(&no))
        }),
    ];
    told.join("\n")
}

on_both! {
    fn a_technology_becomes_shares_after_every_waiting_period(world) {
        let stage = Stage::new(world);
        let city = &world.city;
        let venture = stage.open();
        let again = OpenVenture {
            technology: stage.technology,
            company: stage.company,
            currency: Currency::CNY,
        };
        assert_eq!(code(&city.perform(&stage.officer, again).expect_err("one")), "venture-open-already");
        let own = OpenVenture {
            technology: stage.technology,
            company: stage.institute,
            currency: Currency::CNY,
        };
        assert_eq!(code(&city.perform(&stage.officer, own).expect_err("own")), "venture-own-company");
        let (wu, _) = stage.founded(venture);
        let endless = What::Pool { pool: "p".repeat(5_000), class: "ordinary".into(), shares: 1 };
        assert_eq!(code(&stage.enter(venture, endless).expect_err("long")), "venture-text-unfit");
        let ma = stage.holder(&stage.officer, venture, stage.person(&stage.inventor));
        // Nothing is planned: there is nothing to announce, and nothing takes effect.
        assert_eq!(code(&stage.notice(venture, "contribution-notice").expect_err("no plan")), "venture-plan-absent");
        assert_eq!(
            code(&stage.contribute(venture).expect_err("no plan")),
            "venture-valuation-absent venture-offer-absent"
        );
        let revise = |valuation, offer| {
            let version = stage.version(venture);
            city.perform(&stage.officer, ReviseVenture { venture, version, valuation, offer })
        };
        // A figure without its method is refused, and so is a method that is left out in silence.
        let mut bare = stage.valuation();
        bare.cost = Used::No { why: String::new() };
        assert_eq!(code(&revise(Some(bare), None).expect_err("no method")), "venture-absent");
        let mut late = stage.valuation();
        late.on = date("2027-01-01");
        assert_eq!(code(&revise(Some(late), None).expect_err("ahead")), "venture-day-ahead");
        // The inventors' part has a floor of the day, and every holder is entered.
        let mut low = stage.offer(vec![(ma.clone(), 1)]);
        low.contribution.reward = rate("0.49");
        assert_eq!(code(&revise(None, Some(low)).expect_err("floor")), "venture-under-floor");
        let strange = stage.offer(vec![("h99".into(), 1)]);
        assert_eq!(code(&revise(None, Some(strange)).expect_err("unknown")), "venture-unknown");
        revise(Some(stage.valuation()), None).expect("valued");
        revise(None, Some(stage.offer(vec![(ma.clone(), 1)]))).expect("offered");
        let old = ReviseVenture { venture, version: 1, valuation: None, offer: None };
        assert_eq!(code(&city.perform(&stage.officer, old).expect_err("old")), "version-conflict");
        assert_eq!(
            code(&stage.contribute(venture).expect_err("no notice")),
            "venture-notice-absent venture-notice-absent"
        );
        stage.notice(venture, "contribution-notice").expect("given");
        stage.notice(venture, "reward-notice").expect("given");
        // What is agreed anew is announced anew.
        revise(None, Some(stage.offer(vec![(ma.clone(), 2)]))).expect("offered again");
        assert_eq!(
            code(&stage.contribute(venture).expect_err("another agreement")),
            "venture-notice-absent venture-notice-absent"
        );
        stage.notice(venture, "contribution-notice").expect("given");
        stage.notice(venture, "reward-notice").expect("given");
        let begun = city.now();
        let object = |who: &Asker, reason: &str| {
            let duty = "contribution-notice".to_owned();
            city.perform(who, ObjectToVenture { venture, duty, reason: reason.to_owned() })
        };
        assert_eq!(code(&object(&stage.officer, " ").expect_err("why?")), "field-required");
        object(&stage.officer, "the share of a colleague is missing").expect("objected");
        let settle = |who: &Asker| {
            let duty = "contribution-notice".to_owned();
            let reason = "heard, and answered".to_owned();
            city.perform(who, SettleDuty { venture, duty, approved_on: None, reason })
        };
        assert_eq!(code(&settle(&stage.officer).expect_err("not theirs")), "not-allowed");
        // Fifteen working days after 2 March 2026 end on the 23rd; the objection stops it then too.
        let last = base::WorkingDays::china().add(begun, 15);
        world.clock.pass(last.seconds_since(city.now()) - 60);
        let waits = stage.contribute(venture).expect_err("a minute early");
        assert_eq!(code(&waits), "venture-notice-not-over venture-notice-not-over");
        assert!(waits.0[0].values.iter().any(|(name, _)| name == "at"));
        world.clock.pass(120);
        assert_eq!(code(&stage.contribute(venture).expect_err("objection")), "venture-objection-open");
        // A second notice would wipe the objection away.
        assert_eq!(
            code(&stage.notice(venture, "contribution-notice").expect_err("open")),
            "venture-objection-open"
        );
        settle(&stage.supervisor).expect("settled");
        assert_eq!(code(&settle(&stage.supervisor).expect_err("once")), "venture-no-objection");
        assert_eq!(stage.contribute(venture).expect("contributed"), "running");
        assert_eq!(code(&stage.contribute(venture).expect_err("once")), "venture-not-prepared");
        // 1,900,000.00 at 1.00 a share: half to the institute, half to the inventor.
        let seen = city.venture(&stage.officer, venture).expect("seen");
        assert_eq!(seen.venture().state, VentureState::Running);
        let held = |key: &str| seen.table.position(key, "ordinary").shares;
        assert_eq!((held("h1"), held(&ma), held(&wu)), (950_000, 950_000, 2_000_000));
        stage.sound(venture);
        // Shares of the state are sold after a notice of their own, and an approval.
        assert_eq!(
            code(&stage.transfer(venture, ("h1", &wu), 1).expect_err("duties")),
            "venture-notice-absent venture-approval-absent"
        );
        stage.notice(venture, "sale-notice").expect("given");
        let approve = SettleDuty {
            venture,
            duty: "sale-approval".into(),
            approved_on: Some(stage.today()),
            reason: String::new(),
        };
        city.perform(&stage.supervisor, approve).expect("approved");
        assert_eq!(
            code(&stage.transfer(venture, ("h1", &wu), 1).expect_err("waits")),
            "venture-notice-not-over"
        );
        world.clock.pass(60 * 86_400);
        stage.transfer(venture, ("h1", &wu), 50_000).expect("sold");
        // The next sale needs its own.
        assert_eq!(
            code(&stage.transfer(venture, ("h1", &wu), 1).expect_err("again")),
            "venture-notice-absent venture-approval-absent"
        );
        stage.sound(venture);
    }

    fn others_learn_nothing(world) {
        let stage = Stage::new(world);
        let other = world.organisation("Other");
        let outsiders = [
            Asker::nobody(),
            world.person("rival", other, Role::TransferOfficer),
            world.person("firm", other, Role::FirmAdministrator),
            world.person("member", stage.company, Role::FirmMember),
            world.person("system", world.hall, Role::SystemAdministrator),
            world.person("audit", world.hall, Role::AuditAdministrator),
        ];
        let nothing = VentureId::from_bits(77);
        let before: Vec<String> =
            outsiders.iter().map(|who| all_they_see(&stage, who, nothing)).collect();
        let venture = stage.open();
        let (wu, _) = stage.founded(venture);
        for (who, before) in outsiders.iter().zip(&before) {
            let seen = all_they_see(&stage, who, venture);
            assert_eq!(&seen, before);
            assert!(!seen.contains(&wu) && seen.contains("not-found"), "{seen}");
        }
        // A holder sees the own statement, and no more than that.
        let ma = stage.holder(&stage.officer, venture, stage.person(&stage.inventor));
        let n: u64 = ma[1..].parse().expect("a number");
        let own = world.city.venture_statement(&stage.inventor, venture, n).expect("own");
        assert_eq!(own.holder.holder.key(), ma);
        for n in [1, 2, 3, n + 1] {
            let no = world.city.venture_statement(&stage.inventor, venture, n).expect_err("another's");
            assert_eq!(code(&no), "not-found");
        }
        assert_eq!(code(&world.city.venture(&stage.inventor, venture).expect_err("all")), "not-found");
        assert_eq!(world.city.holdings(&stage.inventor).expect("own").len(), 1);
        let data = world.city.personal_data(&stage.inventor).expect("own");
        let held: Vec<_> = data.holdings.iter().map(|(id, _, n, _)| (*id, *n)).collect();
        assert_eq!(held, [(venture, n)]);
        // The institute's office sees its own holding among everything else.
        assert_eq!(world.city.holdings(&stage.officer).expect("own").len(), 1);
        for who in [&stage.officer, &stage.registrar, &stage.supervisor] {
            assert_eq!(world.city.ventures(who, None, 10).expect("listed").rows.len(), 1);
            world.city.venture_statement(who, venture, 2).expect("both sides and the supervisor");
        }
        // What the log says of a register is a number and a digest: no name, no figure, no key.
        let entries = world.city.store().read(|tx| store::log::entries_after(tx, 0, 500));
        let entries = entries.expect("read");
        let own: Vec<_> =
            entries.iter().filter(|it| it.header.kind.starts_with("venture-")).collect();
        let text = own.iter().map(|it| it.body_json().to_string()).collect::<String>();
        assert!(own.iter().any(|it| it.header.kind == "venture-entered"));
        assert!(!text.contains("2000000") && !text.contains("Wu") && !text.contains(&wu), "{text}");
        assert!(own.iter().all(|it| it.header.gate != Label::public().gate()));
        // A label that is raised hides the venture with its technology.
        world.clear(&stage.officer, base::Clearance {
            level: base::Level::Restricted,
            ..base::Clearance::default()
        });
        let act = app::technology::RaiseLabel {
            technology: stage.technology,
            version: 2,
            label: Label::at(base::Level::Restricted),
        };
        world.city.perform(&stage.officer, act).expect("raised");
        assert_eq!(code(&world.city.venture(&stage.registrar, venture).expect_err("label")), "not-found");
        assert_eq!(code(&world.city.venture_statement(&stage.inventor, venture, n).expect_err("label")), "not-found");
        assert!(world.city.holdings(&stage.inventor).expect("listed").is_empty());
        world.city.venture(&stage.officer, venture).expect("cleared");
    }

    fn the_same_shares_are_transferred_once(world) {
        let stage = Stage::new(world);
        let venture = stage.open();
        let (wu, li) = stage.founded(venture);
        let done = at_once(8, |n| {
            let keyed = stage.registrar.clone().keyed(format!("race {n}"));
            let transfer = Transfer {
                from: wu.clone(),
                to: li.clone(),
                class: "ordinary".into(),
                shares: 2_000_000,
                price: 0,
                offered: None,
                waived: Vec::new(),
            };
            let event = Event { on: stage.today(), what: What::Transfer { transfer } };
            world.city.perform(&keyed, EnterShares { venture, seen: None, event })
        });
        let won = done.iter().filter(|it| it.is_ok()).count();
        assert_eq!(won, 1, "{done:?}");
        assert!(done.iter().filter_map(|it| it.as_ref().err()).all(|no| code(no) == "venture-beyond"));
        let seen = world.city.venture(&stage.registrar, venture).expect("seen");
        assert_eq!(seen.table.position(&li, "ordinary").shares, 3_000_000);
        assert_eq!(seen.venture().n_entries, 3);
        // Whoever minds what came between is told.
        let event = Event { on: stage.today(), what: What::Miss { tranche: "pilot".into() } };
        let late = EnterShares { venture, seen: Some(2), event };
        assert_eq!(code(&world.city.perform(&stage.registrar, late).expect_err("old")), "version-conflict");
        stage.sound(venture);
    }

    /// ledger.md, scenarios 22 and 23.
    fn a_missed_milestone_is_void_and_a_dividend_is_paid_once(world) {
        let stage = Stage::new(world);
        let venture = stage.open();
        let (wu, li) = stage.founded(venture);
        let unissued = unissued_account(venture, "ordinary");
        // The promised shares are announced to their holder, and nobody's yet.
        assert_eq!(stage.balance(share_account(venture, &li, "ordinary")), (1_000_000, 500_000));
        assert_eq!(stage.balance(unissued).0, -3_000_000);
        let available = || {
            let found = world.city.ledger_account(&world.operator(), unissued).expect("there");
            found.shown.balance - found.shown.held
        };
        assert_eq!(available(), -3_500_000);
        let miss = || stage.enter(venture, What::Miss { tranche: "pilot".into() });
        assert_eq!(code(&miss().expect_err("today counts")), "venture-not-over");
        world.clock.pass(86_400);
        miss().expect("missed");
        assert_eq!(code(&miss().expect_err("once")), "venture-settled");
        assert_eq!(available(), -3_000_000, "unissued shares grow by the tranche");
        assert_eq!(stage.balance(share_account(venture, &li, "ordinary")), (1_000_000, 0));
        // A dividend while shares move: exactly one of the two holders is paid for them.
        let declare = |total: i64| {
            let rest = vec!["ordinary".to_owned()];
            let declared =
                Declared { total, first: Vec::new(), rest, withheld: std::collections::BTreeMap::new() };
            world.city.perform(&stage.registrar, DeclareDividend { venture, declared })
        };
        let both = at_once(2, |n| match n {
            0 => declare(100).map(|it| it.entry),
            _ => stage.transfer(venture, (&wu, &li), 2_000_000),
        });
        assert!(both.iter().all(Result::is_ok), "{both:?}");
        let seen = world.city.venture(&stage.registrar, venture).expect("seen");
        let paid = &seen.dividends[0];
        let payments: Vec<(&str, i64)> =
            paid.payments.iter().map(|it| (it.holder.as_str(), it.gross)).collect();
        let want = match paid.entry {
            3 => vec![(wu.as_str(), 67), (li.as_str(), 33)],
            _ => vec![(li.as_str(), 100)],
        };
        assert_eq!(payments, want, "100 on two thirds and one third, by largest remainder");
        for (holder, sum) in payments {
            assert_eq!(stage.balance(payable_account(venture, holder)).0, sum);
        }
        assert_eq!(code(&declare(0).expect_err("nothing")), "venture-beyond");
        assert_eq!(
            code(&world.city.perform(&stage.officer, DeclareDividend {
                venture,
                declared: paid.declared.clone(),
            }).expect_err("not theirs")),
            "not-allowed"
        );
        let n: u64 = li[1..].parse().expect("a number");
        let own = world.city.venture_statement(&stage.registrar, venture, n).expect("seen");
        assert_eq!(own.statement.paid_out.iter().map(|it| it.1).sum::<i64>(), want.last().expect("li").1);
        let exit = world.city.venture_exit(&stage.registrar, venture, 1_000).expect("reckoned");
        assert_eq!(exit.by_holder.iter().map(|it| it.1).sum::<i64>(), 1_000);
        stage.sound(venture);
    }

    fn a_register_is_its_entries(world) {
        let stage = Stage::new(world);
        let (venture, wu, li) = stage.running();
        let pool = What::Pool { pool: "staff".into(), class: "ordinary".into(), shares: 600_000 };
        stage.enter(venture, pool).expect("set aside");
        let technology = Round {
            name: "again".into(),
            class: "ordinary".into(),
            price: Price::new(100, 1),
            allotments: vec![Allotment { is_technology: true, ..allot(&wu, 1) }],
            tranches: Vec::new(),
        };
        assert_eq!(
            code(&stage.enter(venture, What::Round { round: technology }).expect_err("by the plan")),
            "venture-technology-by-contribution"
        );
        let unknown = What::BuyBack { holder: "h77".into(), class: "ordinary".into(), shares: 1, paid: 0 };
        assert_eq!(code(&stage.enter(venture, unknown).expect_err("who?")), "venture-unknown");
        let ahead = EnterShares {
            venture,
            seen: None,
            event: Event { on: date("2030-01-01"), what: What::Lapse { grant: "g".into() } },
        };
        let no = world.city.perform(&stage.registrar, ahead).expect_err("ahead");
        assert_eq!(code(&no), "venture-day-ahead");
        let back = What::BuyBack { holder: wu.clone(), class: "ordinary".into(), shares: 7, paid: 700 };
        stage.enter(venture, back).expect("bought back");
        let limits = equity::event::Limits { pre_emption_days: 30, holder_max: rate("1") };
        stage.enter(venture, What::Limit { limits }).expect("limited");
        let name = NewHolder::Named(Bilingual::new("Stranger", ""));
        let stranger = stage.holder(&stage.registrar, venture, name);
        assert_eq!(
            code(&stage.transfer(venture, (&li, &stranger), 1).expect_err("the others first")),
            "venture-absent"
        );
        // Another handle on the same rows reckons the same table.
        let again = world.reopened(99);
        let one = world.city.venture(&stage.officer, venture).expect("seen");
        let two = again.venture(&stage.officer, venture).expect("seen");
        assert_eq!(one.table, two.table);
        assert_eq!(one.venture().chain, two.venture().chain);
        assert!(one.dilution.iter().any(|it| it.round == "technology" && it.holder == wu));
        stage.sound(venture);
        // What is kept is never changed: a text that was altered gives another chain.
        let salts = world.city.store().read(|tx| store::venture::salts(tx, venture)).expect("read");
        let (_, event, salt, chain) = &salts[1];
        let altered = event.replace("2000000", "2000001");
        assert_ne!(&chain_of(&salts[0].3, salt, &altered), chain);
        assert_eq!(&chain_of(&salts[0].3, salt, event), chain);
    }

    fn law_is_rows_with_days_and_sources(world) {
        let stage = Stage::new(world);
        let mut rules = world.city.venture_rules(&Asker::nobody()).expect("public");
        assert_eq!(rules, Rules::initial());
        rules.duties[0].source.clear();
        let set = |who: &Asker, rules: &Rules| {
            world.city.perform(who, SetVentureRules { rules: rules.clone() })
        };
        assert_eq!(code(&set(&stage.supervisor, &rules).expect_err("no source")), "venture-absent");
        rules.duties.remove(0);
        assert_eq!(code(&set(&stage.officer, &rules).expect_err("not theirs")), "not-allowed");
        set(&stage.supervisor, &rules).expect("set");
        assert_eq!(world.city.venture_rules(&Asker::nobody()).expect("public"), rules);
        // The step needs what the rows of its day say.
        let venture = stage.open();
        let ma = stage.holder(&stage.officer, venture, stage.person(&stage.inventor));
        let act = ReviseVenture {
            venture,
            version: 1,
            valuation: Some(stage.valuation()),
            offer: Some(stage.offer(vec![(ma, 1)])),
        };
        world.city.perform(&stage.officer, act).expect("planned");
        assert_eq!(code(&stage.contribute(venture).expect_err("the reward's alone")), "venture-notice-absent");
    }
}
