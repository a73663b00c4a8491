//! The cap table step by step.

use crate::world::*;
use equity::class::{Class, Conversion, Participation};
use equity::dividend::{Declared, First, Withheld, divide};
use equity::event::{Event, Round, Transfer, What};
use equity::statement::statement;
use equity::tranche::{Fate, OnMiss};
use equity::view::{View, dilution, preview};
use equity::{Flaw, Price, Table};

fn refused(events: &[Event], event: Event, want: &[(&str, &'static str)]) {
    let mut after = table(events);
    let before = after.clone();
    let found = after.apply(&event).expect_err("refused");
    let want: Vec<Flaw> =
        want.iter().map(|(field, code)| Flaw { field: (*field).into(), code }).collect();
    assert_eq!(found, want, "{event:?}");
    assert_eq!(after, before, "a refused event changes nothing");
}

fn with(events: &[Event], more: &[Event]) -> Vec<Event> {
    [events, more].concat()
}

#[test]
fn rounds_thin_out_and_views_are_as_of_any_day() {
    let events = company();
    let on = |day: &str| View::of(&Table::as_of(&events, date(day)).expect("fits"), date(day));
    let early = on("2026-01-15");
    assert_eq!((early.issued(), early.full()), (8_000_000, 8_000_000));
    assert_eq!(early.parts("wu"), Some(("50.0000".into(), "50.0000".into())));
    let late = on("2026-06-01");
    assert_eq!((late.issued(), late.full()), (10_500_000, 12_500_000));
    assert_eq!(late.parts("wu"), Some(("38.0952".into(), "32.0000".into())));
    assert_eq!(late.parts("fund"), Some(("23.8095".into(), "20.0000".into())));
    let he = late.lines.iter().find(|it| it.holder == "he").expect("a line");
    assert_eq!((he.earned, he.unearned, late.pool), (0, 480_000, 1_520_000));
    assert_eq!(on("2025-01-01").full(), 0);
    let a = event(
        "2026-09-01",
        round("a", "seed", Price::new(5, 1), vec![allot("fund2", 12_500_000, 62_500_000)]),
    );
    let shown = preview(&events, &a).expect("fits");
    let wu = shown.iter().find(|it| it.holder == "wu").expect("a line");
    assert_eq!(wu.shown(), ("32.0000".into(), "16.0000".into()));
    let all = dilution(&with(&events, &[a])).expect("fits");
    assert_eq!(all.iter().filter(|it| it.round == "seed").count(), 4);
}

#[test]
fn a_round_below_its_price_or_over_the_charter_is_refused() {
    let events = company();
    let buy = |shares, paid| {
        event("2026-07-01", round("b", "seed", Price::new(5, 1), vec![allot("x", shares, paid)]))
    };
    refused(&events, buy(100, 499), &[("round.allotments.0.paid", "under-price")]);
    refused(&events, buy(0, 499), &[("round.allotments.0.shares", "beyond")]);
    let again = event("2026-07-01", round("seed", "no", Price::new(5, 0), Vec::new()));
    refused(
        &events,
        again,
        &[
            ("round.name", "twice"),
            ("round.class", "unknown"),
            ("round.price.shares", "beyond"),
            ("round.allotments", "absent"),
        ],
    );
    let yesterday = event("2026-05-31", What::Lapse { grant: "g1".into() });
    refused(&events, yesterday, &[("on", "out-of-order")]);
    let bounded = Class { authorised: Some(10), ..Class::ordinary("b") };
    let few = vec![event("2026-01-01", define(bounded))];
    let issue = |n| event("2026-01-01", round("r", "b", Price::new(1, 1), vec![allot("x", n, n)]));
    refused(&few, issue(11), &[("round.allotments", "over-authorised")]);
    let mut ten = with(&few, &[issue(10)]);
    let pool = What::Pool { pool: "p".into(), class: "b".into(), shares: 1 };
    refused(&ten, event("2026-01-01", pool.clone()), &[("shares", "over-authorised")]);
    let back = What::BuyBack { holder: "x".into(), class: "b".into(), shares: 1, paid: 1 };
    ten.push(event("2026-01-02", back));
    table(&with(&ten, &[event("2026-01-03", pool)]));
}

#[test]
fn options_are_earned_exercised_and_given_back() {
    let events = company();
    let exercise = |on: &str, shares| {
        let paid = shares * 2;
        event(on, What::Exercise { grant: "g1".into(), shares, paid })
    };
    refused(&events, exercise("2027-01-31", 1), &[("shares", "not-earned")]);
    refused(&events, exercise("2027-02-01", 120_001), &[("shares", "not-earned")]);
    let wrong = What::Exercise { grant: "g1".into(), shares: 5, paid: 9 };
    refused(&events, event("2027-02-01", wrong), &[("paid", "not-the-strike")]);
    let events = with(&events, &[exercise("2027-02-01", 100_000)]);
    let after = table(&events);
    assert_eq!(after.position("he", "common").shares, 100_000);
    assert_eq!((after.free("staff"), after.promised("common")), (1_520_000, 1_900_000));
    // A year and a half: 180,000 earned, 100,000 of them exercised.
    let leave = What::Leave { holder: "he".into(), exercise_until: date("2027-11-01") };
    let events = with(&events, &[event("2027-08-01", leave)]);
    let left = table(&events);
    assert_eq!(left.free("staff"), 1_820_000);
    assert_eq!(left.grants["g1"].exercisable(date("2027-11-01")), 80_000);
    assert_eq!(left.grants["g1"].exercisable(date("2027-11-02")), 0);
    let lapse = What::Lapse { grant: "g1".into() };
    refused(&events, event("2027-11-01", lapse.clone()), &[("grant", "not-over")]);
    let full_before = View::of(&left, date("2027-11-02")).full();
    let lapsed = table(&with(&events, &[event("2027-11-02", lapse)]));
    assert_eq!(lapsed.free("staff"), 1_900_000);
    // Entering the lapse changes no figure of that day.
    assert_eq!(View::of(&lapsed, date("2027-11-02")).full(), full_before);
    let over = grant("g2", "he", 1_900_001);
    refused(
        &events,
        event("2027-11-02", What::Grant { grant: over }),
        &[("grant.shares", "over-pool")],
    );
}

#[test]
fn preferred_shares_become_whole_ordinary_ones() {
    let mut odd = preferred("odd", Price::new(3, 1), 1, Participation::Full);
    odd.preference.as_mut().expect("one").conversion = Conversion { from: 2, into: 3 };
    let events = with(
        &company(),
        &[
            event("2026-07-01", define(odd)),
            event("2026-07-01", round("odd", "odd", Price::new(3, 1), vec![allot("x", 7, 21)])),
        ],
    );
    let convert = |shares| What::Convert {
        holder: "x".into(),
        class: "odd".into(),
        into: "common".into(),
        shares,
    };
    refused(&events, event("2026-07-02", convert(7)), &[("shares", "not-whole")]);
    refused(&events, event("2026-07-02", convert(8)), &[("shares", "beyond")]);
    let after = table(&with(&events, &[event("2026-07-02", convert(6))]));
    assert_eq!(after.position("x", "common").shares, 9);
    assert_eq!(after.position("x", "odd").shares, 1);
    // What was paid goes along.
    assert_eq!((after.position("x", "common").paid, after.position("x", "odd").paid), (18, 3));
}

#[test]
fn transfers_keep_to_the_limits() {
    let events = with(
        &company(),
        &[
            event("2026-07-01", limits(30, "0.5")),
            event("2026-07-01", What::Lock { holder: "li".into(), until: date("2027-01-01") }),
        ],
    );
    let go = |on: &str, it: Transfer| event(on, What::Transfer { transfer: it });
    // To another holder freely, as far as one may go: 5,250,000 of 10,500,000.
    table(&with(&events, &[go("2026-07-02", transfer("institute", "wu", 1_250_000))]));
    let much = go("2026-07-02", transfer("institute", "wu", 1_250_001));
    refused(&events, much, &[("transfer.shares", "over-holder-max")]);
    let out = transfer("wu", "stranger", 5);
    refused(&events, go("2026-07-02", out.clone()), &[("transfer.offered", "absent")]);
    let offered = Transfer { offered: Some(date("2026-07-02")), ..out.clone() };
    refused(&events, go("2026-08-01", offered.clone()), &[("transfer.offered", "not-over")]);
    table(&with(&events, &[go("2026-08-02", offered)]));
    let waived = ["li", "institute", "fund"].map(str::to_owned).to_vec();
    table(&with(&events, &[go("2026-07-02", Transfer { waived: waived.clone(), ..out.clone() })]));
    let some = Transfer { waived: waived[..2].to_vec(), ..out };
    refused(&events, go("2026-07-02", some), &[("transfer.offered", "absent")]);
    refused(&events, go("2026-12-31", transfer("li", "wu", 1)), &[("transfer.from", "locked")]);
    table(&with(&events, &[go("2027-01-01", transfer("li", "wu", 1))]));
    refused(
        &events,
        go("2027-01-01", transfer("wu", "wu", 4_000_001)),
        &[("transfer.shares", "beyond"), ("transfer.to", "same")],
    );
}

#[test]
fn a_milestone_posts_its_tranche_or_what_was_agreed_happens() {
    let held = |on_miss: OnMiss| {
        let it = Round {
            name: "technology".into(),
            class: "common".into(),
            price: Price::new(1, 1),
            allotments: Vec::new(),
            tranches: vec![tranche("t1", "institute", 999, "2026-12-31", on_miss)],
        };
        with(&company(), &[event("2026-07-01", What::Round { round: it })])
    };
    let accept = |on: &str| event(on, What::Accept { tranche: "t1".into() });
    let miss = |on: &str| event(on, What::Miss { tranche: "t1".into() });
    let events = held(OnMiss::Void);
    let shares =
        |events: &[Event]| table(events).position("institute", "common").shares - 3_000_000;
    // Waiting it counts in the fully diluted view alone.
    assert_eq!(shares(&events), 0);
    let view = View::of(&table(&events), date("2026-07-01"));
    assert_eq!((view.issued(), view.full()), (10_500_000, 12_500_999));
    assert_eq!(shares(&with(&events, &[accept("2026-12-31")])), 999);
    refused(&events, miss("2026-12-31"), &[("tranche", "not-over")]);
    let missed = with(&events, &[miss("2027-01-01")]);
    assert_eq!(shares(&missed), 0);
    refused(&missed, accept("2027-01-02"), &[("tranche", "settled")]);
    assert_eq!(View::of(&table(&missed), date("2027-01-01")).full(), 12_500_000);
    let half = with(&held(OnMiss::Reduce { to: rate("0.5") }), &[miss("2027-01-01")]);
    assert_eq!(shares(&half), 499);
    let more = held(OnMiss::Extend { until: date("2027-06-30") });
    let extended = with(&more, &[miss("2027-01-01")]);
    assert_eq!(shares(&extended), 0);
    assert_eq!(shares(&with(&extended, &[accept("2027-06-30")])), 999);
    refused(&extended, miss("2027-06-30"), &[("tranche", "not-over")]);
    let void = table(&with(&extended, &[miss("2027-07-01")]));
    assert_eq!(void.tranches["t1"].fate, Fate::Void { on: date("2027-07-01") });
}

#[test]
fn dividends_are_paid_out_whole() {
    let three = |a, b, c| {
        let events = [
            event("2026-01-01", define(Class::ordinary("common"))),
            event(
                "2026-01-01",
                round(
                    "founding",
                    "common",
                    Price::new(0, 1),
                    vec![allot("a", a, 0), allot("b", b, 0), allot("c", c, 0)],
                ),
            ),
        ];
        table(&events)
    };
    let declared = |total| Declared {
        total,
        first: Vec::new(),
        rest: vec!["common".into()],
        withheld: [("b".to_owned(), Withheld(rate("0.2")))].into(),
    };
    let gross = |table: &Table, declared: &Declared| {
        let paid = divide(table, declared).expect("paid").into_iter();
        paid.map(|it| (it.holder, it.gross)).collect::<Vec<_>>()
    };
    let own = |name: &str, sum| (name.to_owned(), sum);
    let vector = three(5_100_000, 3_400_000, 1_500_000);
    assert_eq!(
        gross(&vector, &declared(100_000_000)),
        [own("a", 51_000_000), own("b", 34_000_000), own("c", 15_000_000)]
    );
    let equal = three(7, 7, 7);
    assert_eq!(
        gross(&equal, &declared(10_000)),
        [own("a", 3_334), own("b", 3_333), own("c", 3_333)]
    );
    let paid = divide(&equal, &declared(10_000)).expect("paid");
    assert_eq!((paid[1].withheld, paid[1].net), (667, 2_666));
    // Preferred first, then all as ordinary shares.
    let company = table(&company());
    let first = First { class: "seed".into(), each: Price::new(1, 10) };
    let declared = |total| Declared {
        total,
        first: vec![first.clone()],
        rest: vec!["common".into(), "seed".into()],
        withheld: [].into(),
    };
    assert_eq!(gross(&company, &declared(200_000)), [own("fund", 200_000)]);
    let paid = gross(&company, &declared(1_300_000));
    assert_eq!(
        paid,
        [own("wu", 400_000), own("li", 100_000), own("institute", 300_000), own("fund", 500_000)]
    );
    let nobody = Declared { total: 1, first: Vec::new(), rest: Vec::new(), withheld: [].into() };
    assert_eq!(divide(&company, &nobody), Err(vec![Flaw { field: "rest".into(), code: "nobody" }]));
}

#[test]
fn a_statement_tells_a_holder_what_it_has() {
    let events = company();
    let paid = [
        (date("2026-05-01"), "wu".to_owned(), 7),
        (date("2026-05-01"), "li".to_owned(), 8),
        (date("2027-05-01"), "wu".to_owned(), 9),
    ];
    let it = statement(&events, "wu", &paid, date("2026-12-31")).expect("a statement");
    assert_eq!((it.part_issued.as_str(), it.part_full.as_str()), ("38.0952", "32.0000"));
    assert_eq!(it.paid_out, [(date("2026-05-01"), 7)]);
    assert_eq!(it.dilution.len(), 1);
    let he = statement(&events, "he", &paid, date("2027-02-01")).expect("a statement");
    assert_eq!(he.options[0].exercisable, 120_000);
    assert!(statement(&events, "nobody", &paid, date("2027-02-01")).is_err());
}

#[test]
fn events_are_stored_and_read_back() {
    let events = company();
    let stored = serde_json::to_string(&events).expect("a text");
    assert_eq!(serde_json::from_str::<Vec<Event>>(&stored).ok(), Some(events));
}
