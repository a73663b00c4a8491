//! Contracts over both databases: from the hammer to the registration, who may what, every cent
//! placed.

use crate::lot::{DEPOSIT, Firm, Hall, code};
use access::Role;
use app::bench::Step;
use app::contract::{
    ConfirmPayment, ContractView, DecideFiling, DeclareIncomeRules, DivideIncome, DraftContract,
    DraftFrom, FillFiling, Mark, MarkMilestone, MoveContract, OfferContract, ReportSales,
    ReviseContract, SaveTemplate, SignContract, SubmitFiling, Turn, beneficiary_account,
    cost_account, income_account, tax_account,
};
use app::lot::{SignAward, payable_account};
use app::{Asker, No};
use base::{Bilingual, ContractId, Currency, Money};
use contract::Terms;
use contract::filing::Move;
use contract::income::{Band, Cost, Withholding};
use contract::kept::Source;
use contract::kind::{Deduction, OnMiss};
use contract::milestone::Milestone;
use contract::price::{Instalment, NotTechnology, When};
use contract::registration::Extra;
use contract::rules::Rules;
use contract::signing::Ground;
use ledger::rounding::{Rate, Rounding};
use trading::listing::{DealMode, Licence, Terms as ListingTerms};
use trading::lot::LotState;
use worlds::{World, on_both};

/// A lot that a firm won for a million and ten thousand, and the firm.
fn won(hall: &Hall<'_>) -> (base::LotId, Firm) {
    let lot = hall.announce(hall.terms());
    let firm = hall.firm(lot, "one", true);
    hall.open(lot);
    assert_eq!(hall.bid(lot, &firm, 1_010_000), "1000000 true");
    hall.close(lot);
    assert_eq!(hall.lot(lot).state, LotState::Sold);
    (lot, firm)
}

pub(crate) fn draft(world: &World, asker: &Asker, from: DraftFrom) -> Result<ContractId, No> {
    let act = DraftContract { from, template: String::new() };
    world.city.perform(asker, act).map(|done| done.contract)
}

pub(crate) fn view(world: &World, asker: &Asker, id: ContractId) -> ContractView {
    world.city.contract(asker, id).expect("seen")
}

pub(crate) fn offer(world: &World, asker: &Asker, id: ContractId) -> Result<(), No> {
    let version = view(world, asker, id).kept.version;
    world.city.perform(asker, OfferContract { contract: id, version, until: None }).map(|_| ())
}

pub(crate) fn sign(world: &World, asker: &Asker, id: ContractId) -> Result<String, No> {
    let kept = view(world, asker, id).kept;
    let digest = kept.life.version(kept.life.latest()).expect("a version").digest;
    world.city.perform(asker, SignContract::new(id, digest)).map(|done| done.state)
}

pub(crate) fn revise(
    world: &World,
    asker: &Asker,
    id: ContractId,
    change: impl FnOnce(&mut Terms),
) -> Result<(), No> {
    let kept = view(world, asker, id).kept;
    let mut terms = kept.terms;
    change(&mut terms);
    let why = "as we talked about".to_owned();
    let act =
        ReviseContract { contract: id, version: kept.version, terms, why, documents: Vec::new() };
    world.city.perform(asker, act).map(|_| ())
}

fn rate(text: &str) -> Rate {
    Rate::parse(text).expect("a rate")
}

/// Seventy percent to the inventors, a fifth of half of it withheld, the rest three to two.
fn rules() -> Rules {
    Rules {
        inventors_rate: rate("0.7"),
        withheld: Some(Withholding {
            allowance: 0,
            counted: rate("0.5"),
            bands: vec![Band { from: 0, rate: rate("0.2") }],
            rounding: Rounding::HalfUp,
        }),
        ..app::contract::rule_defaults()
    }
}

fn declare(hall: &Hall<'_>) {
    let act = DeclareIncomeRules {
        organisation: hall.seller,
        from: base::time::read_date("2020-01-01").expect("a date"),
        source: "Statutes of the institute, article 9".to_owned(),
        rules: rules(),
    };
    hall.world.city.perform(&hall.officer, act).expect("declared");
}

pub(crate) fn pay(
    hall: &Hall<'_>,
    id: ContractId,
    what: &str,
    yuan: i64,
    text: &str,
) -> Result<(), No> {
    let act = ConfirmPayment {
        contract: id,
        what: what.to_owned(),
        amount: yuan * 100,
        bank: hall.bank,
        reference: text.to_owned(),
        value_date: None,
    };
    hall.world.city.perform(&hall.clerk, act).map(|_| ())
}

/// What an account holds, in minor units.
fn minor(hall: &Hall<'_>, account: base::AccountId) -> i64 {
    let found = hall.world.city.ledger_account(&hall.world.operator(), account);
    found.map_or(0, |found| found.shown.balance)
}

/// A free offer of the same technology, at ten thousand.
fn offered(hall: &Hall<'_>, licence: Licence) -> base::ListingId {
    let terms = ListingTerms {
        price: Some(Money::new(1_000_000, Currency::CNY)),
        term_years: Some(5),
        ..ListingTerms::of(licence)
    };
    let technology = hall.technology;
    let act = app::listing::CreateListing { technology, mode: DealMode::Negotiation, terms };
    hall.world.city.perform(&hall.officer, act).expect("a listing").listing
}

/// A licence drafted freely between the seller and a firm.
pub(crate) fn free(hall: &Hall<'_>, licence: Licence) -> (ContractId, Asker) {
    let listing = offered(hall, licence);
    let acquirer = hall.world.organisation("Free firm");
    let buyer = hall.world.person("buyer", acquirer, Role::FirmAdministrator);
    let from = DraftFrom::Listing { listing, acquirer, price: None };
    (draft(hall.world, &buyer, from).expect("drafted"), buyer)
}

pub(crate) fn bind(hall: &Hall<'_>, id: ContractId, buyer: &Asker) {
    offer(hall.world, &hall.officer, id).expect("offered");
    sign(hall.world, buyer, id).expect("signed");
    sign(hall.world, &hall.officer, id).expect("signed");
}

/// Reasons name fields as the form does, in both languages.
fn says_names(no: &No) {
    for refusal in &no.0 {
        let field = refusal.field.clone().expect("a field");
        for lang in base::Lang::ALL {
            let name = words::say(lang, &app::contract::form_term(&field));
            let text = words::refusal(lang, refusal).text.to_lowercase();
            assert!(text.contains(&name.to_lowercase()), "{field}: {text}");
            assert!(!text.contains("contract-form") && !text.contains("field-"), "{text}");
        }
    }
}

on_both! {
    /// Who is a party reads what binds it, whatever the clearance says of members; a technology's own label
    /// hides it from them all the same, and from everybody else it is hidden anyway.
    fn a_party_reads_its_own_contract(world) {
        let hall = Hall::new(world);
        let (id, buyer) = free(&hall, Licence::NonExclusive);
        let china = base::Clearance { level: base::Level::Registered, ..base::Clearance::nobody() };
        world.clear(&buyer, china);
        assert_eq!(view(world, &buyer, id).own.expect("a party").1, contract::Side::Acquirer);
        assert_eq!(world.city.contracts(&buyer, &[], None, 9).expect("listed").rows.len(), 1);
        offer(world, &hall.officer, id).expect("offered");
        assert_eq!(world.city.desk(&buyer).expect("a desk").dues.len(), 1);
        assert_eq!(world.city.desk_count(&buyer).expect("a count"), 1);
        sign(world, &hall.officer, id).expect("signed");
        sign(world, &buyer, id).expect("signed");
        assert!(world.city.contract_version(&buyer, id, None).is_ok());
        // What it waits for now stands on the desk of whoever sees to it, and nowhere else.
        let steps = |who: &Asker| {
            let desk = world.city.desk(who).expect("a desk");
            assert_eq!(world.city.desk_count(who).expect("a count"), desk.n_waiting());
            desk.bench.steps.iter().map(|it| it.0).collect::<Vec<_>>()
        };
        assert_eq!(steps(&hall.officer), [Step::File]);
        assert_eq!(steps(&buyer), []);
        let first = view(world, &hall.officer, id).owed[0].expected.clone();
        pay(&hall, id, &first.key, first.amount / 100, "ICBC 5").expect("paid");
        assert_eq!(steps(&hall.clerk), [Step::Divide(1)]);
        assert_eq!(steps(&hall.officer), [Step::File]);
        // Each look is an entry, as the page says.
        let read = world.city.store().read(|tx| store::log::entries_after(tx, 0, 10_000));
        let app::Who::Person(person) = buyer.who else { panic!("a person") };
        let looks = |it: &store::log::Entry| it.header.kind == "looked" && it.header.actor == Some(person);
        assert!(read.expect("a log").iter().any(|it| looks(it) && it.header.thing == id.to_string()));
        let stranger = world.person("stranger", world.organisation("Another firm"), Role::FirmMember);
        let no = world.city.contract(&stranger, id).expect_err("hidden");
        assert_eq!(code(&no), "not-found");
        // To everybody but its parties it is of members.
        assert!(world.city.contract(&hall.clerk, id).is_ok());
        world.clear(&hall.clerk, base::Clearance { level: base::Level::Registered, ..base::Clearance::nobody() });
        assert_eq!(code(&world.city.contract(&hall.clerk, id).expect_err("hidden")), "not-found");
        assert_eq!(world.city.contracts(&hall.clerk, &[], None, 9).expect("a list").rows.len(), 0);
        assert_eq!(world.city.receivables(&hall.clerk).expect("a list").rows.len(), 0);
        assert_eq!(steps(&hall.clerk), []);
    }

    fn an_award_becomes_a_contract_money_and_a_registration(world) {
        let hall = Hall::new(world);
        declare(&hall);
        let (lot, firm) = won(&hall);
        let id = draft(world, &firm.who, DraftFrom::Lot(lot)).expect("drafted");
        let again = draft(world, &hall.officer, DraftFrom::Lot(lot)).expect_err("one contract");
        assert_eq!(code(&again), "contract-drafted-already");
        let seen = view(world, &firm.who, id);
        assert_eq!(seen.kept.terms.price.total(), Some(100_000_000));
        let keys: Vec<(&str, i64)> = seen.kept.terms.price.instalments.iter()
            .map(|it| (it.key.as_str(), it.amount)).collect();
        assert_eq!(keys, [("deposit", DEPOSIT), ("balance", 100_000_000 - DEPOSIT)]);
        // What the award settled stays; what is left open may be changed, by either side.
        let no = revise(world, &firm.who, id, |it| it.price.instalments[1].amount -= 1);
        assert_eq!(code(&no.expect_err("the price stays")), "contract-price-of-award");
        revise(world, &hall.officer, id, |it| {
            it.special = Bilingual::new("Training on site.", "现场培训。");
            it.price.deductions.push(NotTechnology { kind: Deduction::Equipment, amount: 30_000_000 });
        }).expect("revised");
        let (old, new) = (
            world.city.contract_version(&firm.who, id, Some(1)).expect("kept"),
            world.city.contract_version(&firm.who, id, None).expect("kept"),
        );
        let found = contract::compare::compare(&old.document, &new.document);
        assert!(found.terms.iter().any(|it| it.name == "special"), "{:?}", found.terms);
        // Nobody signs what is not offered, nor another text, nor for two.
        assert_eq!(code(&sign(world, &firm.who, id).expect_err("not offered")), "contract-state-unfit");
        offer(world, &hall.officer, id).expect("offered");
        let other = SignContract::new(id, old.document.digest());
        let no = world.city.perform(&firm.who, other).expect_err("another text");
        assert_eq!(code(&no), "contract-flaw-another-text");
        let desk = world.city.perform(&hall.clerk, SignAward::new(lot)).expect_err("by contract");
        assert_eq!(code(&desk), "lot-has-contract");
        assert_eq!(sign(world, &firm.who, id).expect("signed"), "partly-signed");
        let no = sign(world, &firm.who, id).expect_err("once");
        assert!(code(&no).contains("contract-flaw-signed-already"), "{no:?}");
        assert_eq!(sign(world, &hall.officer, id).expect("signed"), "in-force");
        // The hammer's matter is settled with it: the deposit is the first payment.
        assert_eq!(hall.lot(lot).state, LotState::Signed);
        assert_eq!(minor(&hall, payable_account(lot)), 0);
        assert_eq!(minor(&hall, income_account(id)), DEPOSIT);
        let seen = view(world, &firm.who, id);
        assert!(matches!(seen.payments[0].source, Source::Deposit));
        assert!(seen.kept.signed_on.is_some());
        // An exclusive right is offered to nobody else any more.
        let listings = world.city.technology(&firm.who, hall.technology).expect("seen").listings;
        assert!(listings.iter().all(|it| it.state.word() == "withdrawn"), "{listings:?}");
        the_rest_is_paid_and_divided(&hall, id);
        it_is_registered(&hall, id, &firm);
        assert_eq!(world.city.check_books().expect("checked"), []);
    }

    fn who_has_no_part_in_a_contract_learns_nothing_of_it(world) {
        let hall = Hall::new(world);
        let (id, buyer) = free(&hall, Licence::NonExclusive);
        let other = world.organisation("Other");
        let rival = world.person("rival", other, Role::FirmAdministrator);
        let member = world.person("member", hall.seller, Role::Member);
        let system = world.person("system", world.hall, Role::SystemAdministrator);
        let absent = ContractId::from_bits(99);
        for (name, who) in [("rival", &rival), ("member", &member), ("system", &system), ("nobody", &Asker::default())] {
            let hidden = world.city.contract(who, id).expect_err(name);
            let none = world.city.contract(who, absent).expect_err(name);
            assert_eq!(hidden, none, "{name}");
            let texts = world.city.contract_version(who, id, None).expect_err(name);
            assert_eq!(texts, none, "{name}");
            let listed = world.city.contracts(who, &[], None, 50).map_or(0, |page| page.rows.len());
            assert_eq!(listed, 0, "{name}");
            let signed = sign_unseen(world, who, id).expect_err(name);
            assert_eq!(signed, sign_unseen(world, who, absent).expect_err(name), "{name}");
            let plan = world.city.income_plan(who, id, 1, &[]).expect_err(name);
            assert_eq!(plan, world.city.income_plan(who, absent, 1, &[]).expect_err(name), "{name}");
        }
        for who in [&buyer, &hall.officer, &hall.clerk] {
            assert_eq!(world.city.contracts(who, &[], None, 50).expect("listed").rows.len(), 1);
        }
        // The office sees it and promises nothing for anybody.
        let no = offer(world, &hall.clerk, id).expect_err("no party");
        assert!(matches!(no.class(), base::Class::NotAllowed), "{no:?}");
        // The acquirer sees the contract and not who gets what of its price.
        bind(&hall, id, &buyer);
        pay(&hall, id, "balance", 10_000, "ICBC 1").expect("paid");
        assert!(world.city.income_plan(&buyer, id, 1, &[]).is_err());
        assert!(world.city.income(&buyer, hall.seller, None).is_err());
        assert!(view(world, &buyer, id).payments.len() == 1);
        // Statistics count what their reader may see.
        let day = |text: &str| base::time::read_date(text).expect("a date");
        let span = (day("2000-01-01"), day("2100-01-01"));
        let count = |who: &Asker| {
            let found = world.city.contract_statistics(who, span.0, span.1).expect("counted");
            found.tables.iter().map(|it| it.all.count).sum::<u64>()
        };
        assert_eq!((count(&buyer), count(&hall.clerk), count(&rival)), (1, 1, 0));
    }

    fn milestones_breach_amendment_and_end(world) {
        let hall = Hall::new(world);
        let (id, buyer) = free(&hall, Licence::NonExclusive);
        let due = view(world, &buyer, id).today.saturating_add(std::time::Duration::from_secs(30 * 86_400));
        revise(world, &buyer, id, |it| {
            it.milestones.push(Milestone {
                key: "m1".into(),
                title: Bilingual::new("First sensor", "首台传感器"),
                due,
                acceptance: Bilingual::new("error under 1 %", "误差小于百分之一"),
                answer_days: 10,
                is_tacit: false,
                on_miss: OnMiss::Suspend,
            });
            it.price.instalments = vec![
                Instalment { key: "entry".into(), amount: 400_000, when: When::Signed { days: 5 } },
                Instalment {
                    key: "proof".into(),
                    amount: 600_000,
                    when: When::Accepted { milestone: "m1".into(), days: 7 },
                },
            ];
        }).expect("revised");
        bind(&hall, id, &buyer);
        let mark = |who: &Asker, mark| {
            let act = MarkMilestone { contract: id, milestone: "m1".into(), mark };
            world.city.perform(who, act).map(|_| ()).map_err(|no| code(&no))
        };
        assert_eq!(mark(&buyer, Mark::Accepted), Err("contract-milestone-unfit".into()));
        assert_eq!(mark(&buyer, Mark::Delivered), Err("contract-not-your-side".into()));
        mark(&hall.officer, Mark::Delivered).expect("delivered");
        mark(&buyer, Mark::Rejected { why: "error 2 %".into() }).expect("sent back");
        mark(&hall.officer, Mark::Delivered).expect("again");
        let waits = |key: &str| {
            let owed = view(world, &buyer, id).owed;
            let found = owed.iter().find(|it| it.expected.key == key).expect("owed").clone();
            !matches!(found.expected.due, contract::plan::Due::On(_))
        };
        assert!(waits("proof"));
        mark(&buyer, Mark::Accepted).expect("accepted");
        assert!(!waits("proof") && !waits("entry"));
        // An amendment binds with everybody's signature, and the old text until then.
        let turn = |who: &Asker, turn| {
            world.city.perform(who, MoveContract::new(id, turn)).map(|done| done.state)
                .map_err(|no| code(&no))
        };
        revise(world, &hall.officer, id, |it| it.delivery = Bilingual::new("By sea", "海运")).expect("an amendment");
        offer(world, &hall.officer, id).expect("offered");
        assert_eq!(turn(&buyer, Turn::Refuse { why: " ".into() }), Err("field-required".into()));
        turn(&buyer, Turn::Refuse { why: "too slow".into() }).expect("refused");
        assert_ne!(view(world, &buyer, id).kept.current().delivery.en, "By sea");
        offer(world, &hall.officer, id).expect("offered again");
        sign(world, &buyer, id).expect("signed");
        sign(world, &hall.officer, id).expect("signed");
        let kept = view(world, &buyer, id).kept;
        assert_eq!(kept.current().delivery.en, "By sea");
        assert_eq!(kept.life.bound().map(|it| it.version), Some(3));
        // A breach is notified, runs its days, and ends the contract by whoever gave notice.
        let breach = || Turn::End { ground: Ground::Breach, why: "not cured".into() };
        assert_eq!(turn(&buyer, breach()), Err("contract-state-unfit".into()));
        turn(&buyer, Turn::Notify { what: "clause 4".into() }).expect("notified");
        assert_eq!(turn(&buyer, breach()), Err("contract-flaw-not-over".into()));
        assert_eq!(turn(&hall.officer, Turn::Settle), Err("contract-flaw-not-the-notifier".into()));
        world.clock.pass(31 * 86_400);
        assert_eq!(turn(&buyer, breach()), Ok("terminated".into()));
        // By age: the entry was due five days after the signature, the other a week after the acceptance.
        let owed = |who: &Asker| world.city.receivables(who).expect("listed");
        let found = owed(&buyer);
        assert_eq!(found.ages, [(Currency::CNY, [0, 1_000_000, 0, 0, 0])]);
        let late: Vec<(&str, i64, i32)> =
            found.rows.iter().map(|it| (it.what.as_str(), it.open, it.late_days)).collect();
        assert_eq!(late, [("entry", 400_000, 26), ("proof", 600_000, 24)]);
        assert_eq!(found.rows, owed(&hall.officer).rows);
        let stranger = world.person("stranger", world.organisation("Stranger"), Role::FirmAdministrator);
        assert!(owed(&stranger).rows.is_empty() && owed(&stranger).ages.is_empty());
        // What was owed before may still come in.
        pay(&hall, id, "entry", 1_500, "ICBC 3").expect("a part");
        assert_eq!(owed(&buyer).rows[0].open, 250_000);
        pay(&hall, id, "entry", 4_000, "ICBC 4").expect("paid, and more than was asked");
        assert_eq!(owed(&buyer).ages, [(Currency::CNY, [0, 600_000, 0, 0, 0])]);
        world.clock.pass(90 * 86_400);
        assert_eq!(owed(&buyer).ages, [(Currency::CNY, [0, 0, 0, 0, 600_000])]);
        let no = pay(&hall, id, "entry", 4_000, "ICBC 4").expect_err("a reference counts once");
        assert!(code(&no).starts_with("ledger-"), "{no:?}");
        assert_eq!(code(&pay(&hall, id, "gift", 1, "ICBC 5").expect_err("nothing")), "contract-nothing-owed");
    }

    fn royalties_are_reported_asked_about_paid_and_divided(world) {
        let hall = Hall::new(world);
        declare(&hall);
        let (id, buyer) = free(&hall, Licence::NonExclusive);
        let from = view(world, &buyer, id).today.first_of_month();
        revise(world, &hall.officer, id, |it| {
            let royalty = serde_json::json!({
                "base": "net-sales", "rate": "0.03", "rounding": "half-up", "every": "month",
                "from": from.to_string(), "report_days": 30, "pay_days": 15,
                "minimum_year": null, "deductible": "0.1",
            });
            it.price.royalty = Some(serde_json::from_value(royalty).expect("a royalty"));
        }).expect("revised");
        bind(&hall, id, &buyer);
        world.clock.pass(32 * 86_400);
        let report = |gross: i64, deductions: i64| {
            let act = ReportSales { contract: id, period: 0, gross, deductions, units: 0, profit: 0 };
            world.city.perform(&buyer, act).map(|_| ()).map_err(|no| code(&no))
        };
        report(333_333_333, 90_000_000).expect("reported");
        let found = world.city.contract_royalties(&hall.officer, id).expect("seen").expect("some");
        // A tenth may be deducted: 3,000,000.00 × 3 % = 90,000.00.
        assert_eq!(found.dues[0].0.due, 9_000_000);
        assert!(found.questions.iter().any(|it| it.asked.code() == "deductions-high"));
        report(333_333_333, 0).expect("mended");
        let found = world.city.contract_royalties(&hall.officer, id).expect("seen").expect("some");
        assert_eq!(found.dues[0].0.due, 10_000_000);
        pay(&hall, id, "royalty-0", 100_000, "ICBC 31").expect("paid");
        let no = world.city.perform(&hall.officer, ReportSales {
            contract: id, period: 0, gross: 1, deductions: 0, units: 0, profit: 0,
        });
        assert!(no.is_err(), "the licensee reports");
        // ledger.md 13.5: the cost is taken off, the inventors' part is rounded up.
        let cost = Cost { what: "annuities".into(), amount: 1_234_567 };
        let plan = world.city.income_plan(&hall.officer, id, 1, std::slice::from_ref(&cost)).expect("planned");
        assert_eq!((plan.split.divided.net, plan.split.divided.inventors_part), (8_765_433, 6_135_804));
        world.city.perform(&hall.clerk, DivideIncome::new(id, 1, vec![cost.clone()])).expect("divided");
        assert_eq!(minor(&hall, income_account(id)), 0);
        assert_eq!(minor(&hall, cost_account(hall.seller, Currency::CNY)), 1_234_567);
        let no = world.city.perform(&hall.clerk, DivideIncome::new(id, 1, vec![cost]));
        assert_eq!(code(&no.expect_err("once")), "contract-divided-already");
        assert_eq!(world.city.check_books().expect("checked"), []);
    }

    fn an_office_edits_templates_and_contracts_keep_theirs(world) {
        let hall = Hall::new(world);
        let (id, buyer) = free(&hall, Licence::NonExclusive);
        let save = |who: &Asker, source: String| {
            world.city.perform(who, SaveTemplate { source, note: "clearer".into() })
        };
        let standard = contract::template::STANDARD;
        let broken = format!("{standard}\nclause extra\nheading Extra\nen Only {{nothing}}\n");
        let no = save(&hall.clerk, broken).expect_err("faults");
        let lines: Vec<i64> = no.0.iter().filter_map(|it| {
            it.values.iter().find_map(|(name, value)| match (*name == *"line", value) {
                (true, base::Value::Number(n)) => Some(*n),
                _ => None,
            })
        }).collect();
        assert!(no.0.len() >= 2 && lines.iter().all(|line| *line > 0), "{no:?}");
        assert_eq!(code(&save(&hall.clerk, standard.to_owned()).expect_err("the same")), "contract-template-same");
        let added = format!("{standard}\nclause spirit\nheading Spirit\nzh 精神\nen The parties help each other.\nzh 双方互相帮助。\n");
        assert!(save(&buyer, added.clone()).is_err(), "the office alone");
        let saved = save(&hall.clerk, added).expect("saved");
        assert_eq!((saved.name.as_str(), saved.version), ("standard", 1));
        let has = |id| {
            let view = world.city.contract_version(&hall.officer, id, None).expect("a text");
            view.document.clauses.iter().any(|it| it.key == "spirit")
        };
        revise(world, &buyer, id, |it| it.delivery = Bilingual::new("By rail", "铁路")).expect("revised");
        assert!(!has(id), "drawn from the version it began with");
        let acquirer = world.organisation("Second firm");
        let listing = offered(&hall, Licence::Sole);
        let from = DraftFrom::Listing { listing, acquirer, price: None };
        let newer = draft(world, &hall.officer, from).expect("drafted");
        assert!(has(newer));
        assert_eq!(world.city.contract_templates(&hall.officer).expect("listed").all.len(), 2);
    }

    fn an_offer_lapses_and_a_late_award_cannot_be_signed(world) {
        let hall = Hall::new(world);
        let (id, buyer) = free(&hall, Licence::NonExclusive);
        let kept = view(world, &buyer, id).kept;
        let until = Some(world.city.now().plus_seconds(3_600));
        world.city.perform(&buyer, OfferContract { contract: id, version: kept.version, until }).expect("offered");
        assert_eq!(world.city.tend_contracts().expect("tended"), 0);
        world.clock.pass(3_601);
        assert_eq!(code(&sign(world, &hall.officer, id).expect_err("late")), "contract-flaw-lapsed");
        assert_eq!(world.city.tend_contracts().expect("tended"), 1);
        assert_eq!(view(world, &buyer, id).kept.state(), "draft");
        let (lot, firm) = won(&hall);
        let id = draft(world, &firm.who, DraftFrom::Lot(lot)).expect("drafted");
        offer(world, &firm.who, id).expect("offered");
        sign(world, &firm.who, id).expect("signed");
        hall.pass_award(lot);
        assert_eq!(code(&sign(world, &hall.officer, id).expect_err("late")), "lot-award-late");
        world.city.tend_lots().expect("tended");
        assert_eq!(code(&sign(world, &hall.officer, id).expect_err("lost")), "lot-award-late");
        assert_eq!(view(world, &firm.who, id).kept.state(), "partly-signed");
    }
}

fn sign_unseen(world: &World, who: &Asker, id: ContractId) -> Result<(), No> {
    world.city.perform(who, SignContract::new(id, contract::Digest([0; 32]))).map(|_| ())
}

/// The balance comes in and both payments are divided, to the unit, as it was shown before.
fn the_rest_is_paid_and_divided(hall: &Hall<'_>, id: ContractId) {
    let (city, rest) = (&hall.world.city, 950_000);
    assert_eq!(
        code(&pay(hall, id, "balance", 0, "ICBC 1").expect_err("nothing")),
        "contract-flaw-beyond"
    );
    pay(hall, id, "balance", rest, "ICBC 2").expect("paid");
    let costs = vec![Cost { what: "annuities".into(), amount: 123_457 }];
    let plan = city.income_plan(&hall.officer, id, 2, &costs).expect("planned");
    let divided = &plan.split.divided;
    let sum: i64 = divided.payouts.iter().map(|it| it.gross).sum();
    assert_eq!(sum + divided.covered, rest * 100);
    let no = city.perform(&hall.officer, DivideIncome::new(id, 2, costs.clone()));
    assert!(matches!(no.expect_err("the office posts").class(), base::Class::NotAllowed));
    city.perform(&hall.clerk, DivideIncome::new(id, 1, Vec::new())).expect("divided");
    city.perform(&hall.clerk, DivideIncome::new(id, 2, costs)).expect("divided");
    assert_eq!(minor(hall, income_account(id)), 0);
    let statement = city.income(&hall.officer, hall.seller, None).expect("seen");
    let mut withheld = 0;
    for part in &statement.parts {
        assert_eq!(part.gross, part.net + part.withheld);
        withheld += part.withheld;
    }
    assert_eq!(minor(hall, tax_account(hall.seller, Currency::CNY)), withheld);
    assert!(withheld > 0);
    for payout in &divided.payouts {
        let own = city.income(&hall.officer, hall.seller, Some(&payout.key)).expect("a statement");
        let net: i64 = own.parts.iter().map(|it| it.net).sum();
        let account = beneficiary_account(hall.seller, Currency::CNY, &payout.key);
        assert_eq!(minor(hall, account), net, "{}", payout.key);
        assert_eq!(own.parts.len(), 2);
    }
    // Shown again it is as it was posted.
    let shown = city.income_plan(&hall.officer, id, 2, &[]).expect("shown");
    assert_eq!(shown.split, plan.split);
}

/// The form is filled, sent back, mended, registered; an amendment is a change of it.
fn it_is_registered(hall: &Hall<'_>, id: ContractId, firm: &Firm) {
    let (world, city) = (hall.world, &hall.world.city);
    let found = city.contract_registration(&hall.officer, id).expect("seen");
    assert_eq!(found.form.get("technology-amount"), Some("700000.00"));
    assert_eq!(found.form.get("total"), Some("1000000.00"));
    assert!(found.objections.is_empty(), "{:?}", found.proposal);
    let version = || view(world, &hall.officer, id).kept.version;
    let submit = || city.perform(&hall.officer, SubmitFiling { contract: id, version: version() });
    let no = submit().expect_err("fields are missing");
    assert!(no.0.iter().all(|it| it.code == "contract-form-absent"), "{no:?}");
    says_names(&no);
    // So does what is too long, what the office leaves out, and nothing by its key.
    let extra = Extra { telephone: Some("1".repeat(9_999)), ..Extra::default() };
    let act = FillFiling { contract: id, version: version(), extra, traits: None, hands_in: false };
    let no = city.perform(&hall.officer, act).expect_err("too long");
    assert_eq!(code(&no), "text-too-long");
    says_names(&no);
    // It takes what it asks for and the terms leave open, and says which of the two it is not.
    let told = |keys: &[&str]| {
        let parties = keys.iter().map(|key| ((*key).to_owned(), "1".to_owned())).collect();
        let extra = Extra { parties, ..Extra::default() };
        let (version, traits) = (version(), None);
        let act = FillFiling { contract: id, version, extra, traits, hands_in: false };
        code(&city.perform(&hall.officer, act).expect_err("not asked for"))
    };
    assert_eq!(told(&["provider.name"]), "contract-form-agreed");
    assert_eq!(told(&["provider.shoe-size"]), "contract-form-unknown");
    assert_eq!(told(&["applicant"]), "contract-form-unknown");
    let many: Vec<String> = (0..99).map(|n| format!("provider.{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(told(&many), "contract-flaw-too-many");
    let act = DecideFiling { contract: id, step: Move::Register { number: String::new() } };
    let no = city.perform(&hall.clerk, act).expect_err("no number");
    assert_eq!(code(&no), "field-required");
    says_names(&no);
    // What only the contract holds is amended in the contract, by both.
    revise(world, &firm.who, id, |it| {
        for party in &mut it.parties {
            party.code = format!("CODE-{}", party.key);
            party.country = "156".into();
            party.division = "510700".into();
            party.nature = "10".into();
            party.address = Bilingual::new("Mianyang", "绵阳");
            party.representative = "Wu".into();
        }
        it.subject.field = "electronics".into();
    })
    .expect("an amendment");
    offer(world, &firm.who, id).expect("offered");
    sign(world, &hall.officer, id).expect("signed");
    sign(world, &firm.who, id).expect("signed");
    let extra =
        Extra { applicant: Some("Li".into()), telephone: Some("0816".into()), ..Extra::default() };
    let act = FillFiling { contract: id, version: version(), extra, traits: None, hands_in: false };
    city.perform(&hall.officer, act).expect("filled");
    submit().expect("handed in");
    let decide =
        |who: &Asker, step| city.perform(who, DecideFiling { contract: id, step }).map(|_| ());
    let sent_back = || Move::Return { why: "the amounts differ".into() };
    assert!(decide(&hall.officer, sent_back()).is_err(), "the office decides");
    decide(&hall.clerk, sent_back()).expect("sent back");
    submit().expect("handed in again");
    decide(&hall.clerk, Move::Register { number: "2026510700000001".into() }).expect("registered");
    let found = city.contract_registration(&firm.who, id).expect("seen");
    assert_eq!(found.form.get("number"), Some("2026510700000001"));
    // trading.md 19, 32: the old version, the change and its registration stay visible.
    revise(world, &firm.who, id, |it| it.special = Bilingual::new("Twice a year.", "每年两次。"))
        .expect("revised");
    offer(world, &firm.who, id).expect("offered");
    sign(world, &hall.officer, id).expect("signed");
    sign(world, &firm.who, id).expect("signed");
    submit().expect("a change");
    decide(&hall.clerk, Move::Register { number: "2026510700000002".into() }).expect("registered");
    let seen = view(world, &firm.who, id);
    assert_eq!(seen.kept.life.latest(), 4);
    let kinds: Vec<&str> = seen.moves.iter().map(|it| it.kind.as_str()).collect();
    for kind in
        ["filing-submitted", "filing-sent-back", "filing-registered", "filing-change-submitted"]
    {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    assert!(city.contract_version(&firm.who, id, Some(2)).is_ok());
}
