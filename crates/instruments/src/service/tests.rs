//! Orders step by step, without rows and without money.

use super::*;
use crate::item::{Accreditation, Sheet, enter};
use crate::tariff::Counted;

const UNIT: OrganisationId = OrganisationId::from_bits(1);
const OTHER: OrganisationId = OrganisationId::from_bits(2);
const ITEM: TestItemId = TestItemId::from_bits(3);

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn prices() -> Samples {
    Samples { price: 8_000, minimum: 30_000, counted: Counted::Successful, urgent_bp: 5_000 }
}

fn line() -> Line {
    let what = Bilingual::new("Tensile strength", "抗拉强度");
    Line { item: Some(ITEM), what, prices: Some(prices()), days: 5, ..Line::default() }
}

fn samples(n: usize) -> Vec<Sample> {
    (0..n).map(|n| Sample { label: format!("S{n}"), ..Sample::default() }).collect()
}

fn wish() -> Wish {
    Wish { lines: vec![(UNIT, line())], samples: samples(5), ..Wish::default() }
}

fn order(matter: Matter) -> Order {
    Order {
        id: ServiceOrderId::from_bits(9),
        reference: Reference::draw("FW", 2026, &mut base::chance::SeededChance::new(1)),
        request: None,
        customer: OTHER,
        unit: UNIT,
        person: PersonId::from_bits(4),
        state: State::Submitted,
        matter,
        voucher: None,
        opinion: None,
        version: 1,
    }
}

fn kept(samples: Vec<Sample>) -> Vec<KeptSample> {
    let of = |(place, sample): (usize, Sample)| KeptSample {
        id: SampleId::from_bits(100 + place as u128),
        order: ServiceOrderId::from_bits(9),
        place,
        code: format!("FW-{place}"),
        sample,
        whereabouts: Whereabouts::Announced,
    };
    samples.into_iter().enumerate().map(of).collect()
}

struct Bench {
    order: Order,
    samples: Vec<KeptSample>,
    items: BTreeMap<TestItemId, Item>,
    siblings: Vec<(ServiceOrderId, State)>,
    file: Option<(FileId, String)>,
    is_disputed: bool,
    today: Date,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        let now = Instant::from_micros(0);
        let asked = wish().divide(now).expect("asked");
        let matter = asked.parts[0].1.clone();
        let accreditations = vec![Accreditation {
            mark: Mark::Cma,
            certificate: "230012345678".to_owned(),
            from: day("2023-05-01"),
            until: day("2029-04-30"),
        }];
        let text = Bilingual::new("metals", "金属");
        let sheet =
            Sheet { object: text.clone(), parameter: text, accreditations, ..Sheet::default() };
        let item = enter(ITEM, UNIT, sheet, now).expect("entered");
        Self {
            order: order(matter),
            samples: kept(asked.samples),
            items: BTreeMap::from([(ITEM, item)]),
            siblings: Vec::new(),
            file: Some((FileId::from_bits(7), "ab".repeat(32))),
            is_disputed: false,
            today: day("2026-03-02"),
            now,
        }
    }

    fn try_to(&self, side: Side, doing: &Doing) -> Result<Next, String> {
        let facts = Facts {
            samples: &self.samples,
            items: &self.items,
            siblings: &self.siblings,
            file: self.file.clone(),
            is_disputed: self.is_disputed,
            today: self.today,
            now: self.now,
        };
        let codes = |no: Vec<Refusal>| {
            no.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
        };
        self.order.after(side, doing, &facts).map_err(codes)
    }

    fn done(&mut self, side: Side, doing: Doing) {
        let next = self.try_to(side, &doing).expect("done");
        (self.order, self.samples) = (next.order, next.samples);
    }
}

fn stands(text: &str) -> Doing {
    Doing::Receive { stands: text.to_owned() }
}

#[test]
fn from_the_request_to_the_rating() {
    let mut bench = Bench::new();
    assert_eq!(bench.order.cost(&bench.samples), Some(40_000));
    assert!(bench.order.is_listed() && bench.order.days() == 5);
    bench.done(Side::Unit, Doing::Accept { voucher: None });
    assert_eq!(bench.try_to(Side::Unit, &stands(" ")), Err("field-required".to_owned()));
    bench.done(Side::Unit, stands("Shelf 3"));
    assert!(bench.samples.iter().all(|it| it.whereabouts == Whereabouts::Here));
    bench.done(Side::Unit, Doing::Start);
    let few = Doing::Finish { succeeded: vec![true; 4] };
    assert_eq!(bench.try_to(Side::Unit, &few), Err("service-succeeded".to_owned()));
    bench.done(Side::Unit, Doing::Finish { succeeded: vec![true, true, true, true, false] });
    assert_eq!(bench.order.cost(&bench.samples), Some(32_000));
    let report = |marks: &[Mark]| Doing::Report { file: None, marks: marks.to_vec() };
    assert_eq!(bench.try_to(Side::Unit, &report(&[Mark::Cnas])), Err("item-out-of-scope".into()));
    bench.today = day("2029-05-01");
    assert_eq!(bench.try_to(Side::Unit, &report(&[Mark::Cma])), Err("item-out-of-scope".into()));
    bench.today = day("2029-04-30");
    assert_eq!(bench.order.marks_on(&bench.items, bench.today), [Mark::Cma]);
    let file = bench.file.take();
    assert_eq!(bench.try_to(Side::Unit, &report(&[])), Err("service-report-missing".to_owned()));
    bench.file = file;
    bench.done(Side::Unit, report(&[Mark::Cma, Mark::Cma]));
    assert_eq!(
        bench.order.matter.report.as_ref().map(|it| it.marks.clone()),
        Some(vec![Mark::Cma])
    );
    bench.samples[1].sample.rest = Rest::Dispose;
    bench.done(Side::Unit, Doing::Clear { note: String::new() });
    assert_eq!(bench.samples[0].whereabouts, Whereabouts::PickedUp);
    assert_eq!(bench.samples[1].whereabouts, Whereabouts::Disposed);
    let close = |opinion| Doing::Close { opinion, word: "fast".to_owned() };
    assert_eq!(bench.try_to(Side::Customer, &close(None)), Err("field-required".to_owned()));
    assert_eq!(bench.try_to(Side::Unit, &close(None)), Err("service-other-side".to_owned()));
    bench.now = bench.now.plus_seconds(CLOSE_DAYS * 86_400);
    assert!(bench.try_to(Side::Unit, &close(None)).is_ok(), "a month later the unit closes it");
    bench.done(Side::Customer, close(Some(Opinion::Content)));
    assert_eq!((bench.order.state, bench.order.version), (State::Closed, 8));
}

#[test]
fn a_quote_comes_where_no_price_is_listed() {
    let mut bench = Bench::new();
    bench.order.matter.lines[0].prices = None;
    let take = Doing::Accept { voucher: None };
    assert_eq!(bench.try_to(Side::Unit, &take), Err("service-no-price".to_owned()));
    let quote = |price, days| {
        let prices = Samples { price, minimum: 0, counted: Counted::All, urgent_bp: 0 };
        Doing::Quote(Quote { prices, days, note: String::new() })
    };
    let refused = bench.try_to(Side::Unit, &quote(-1, 0)).expect_err("two reasons");
    assert_eq!(refused, "tariff-amount number-out-of-range");
    bench.done(Side::Unit, quote(10_000, 4));
    assert_eq!((bench.order.cost(&bench.samples), bench.order.days()), (Some(50_000), 4));
    bench.siblings = vec![(bench.order.id, State::Quoted)];
    bench.done(Side::Customer, take);
    assert_eq!(bench.order.state, State::Accepted);
}

#[test]
fn answers_are_compared_before_anything_is_taken() {
    let mut bench = Bench::new();
    bench.order.matter.manner = Manner::Compare;
    let take = Doing::Accept { voucher: None };
    assert_eq!(bench.try_to(Side::Unit, &take), Err("service-answer-first".to_owned()));
    bench.order.state = State::Quoted;
    let rival = ServiceOrderId::from_bits(10);
    bench.siblings = vec![(bench.order.id, State::Quoted), (rival, State::Submitted)];
    let next = bench.try_to(Side::Customer, &take).expect("chosen");
    assert_eq!(next.not_chosen, [rival]);
    bench.siblings[1].1 = State::Accepted;
    assert_eq!(bench.try_to(Side::Customer, &take), Err("service-chosen".to_owned()));
}

#[test]
fn side_exits_need_a_reason_and_no_dispute() {
    let mut bench = Bench::new();
    let reject = |reason: &str| Doing::Reject { reason: reason.to_owned() };
    assert_eq!(bench.try_to(Side::Unit, &reject("")), Err("service-reason-missing".to_owned()));
    assert!(bench.try_to(Side::Unit, &reject("too large")).is_ok());
    bench.done(Side::Unit, Doing::Accept { voucher: None });
    bench.is_disputed = true;
    let cancel = Doing::Cancel { reason: String::new() };
    assert_eq!(bench.try_to(Side::Customer, &cancel), Err("service-charge-disputed".to_owned()));
    bench.is_disputed = false;
    assert!(bench.try_to(Side::Customer, &cancel).is_ok());
    bench.done(Side::Unit, stands("door"));
    let back = Doing::Return { reason: "broken".to_owned() };
    bench.done(Side::Unit, back);
    assert!(bench.samples.iter().all(|it| it.whereabouts == Whereabouts::Returned));
}

#[test]
fn a_wish_is_divided_by_unit() {
    let now = Instant::from_micros(0);
    let both = vec![(UNIT, line()), (OTHER, line()), (UNIT, line())];
    let of = |manner| Wish { lines: both.clone(), manner, ..wish() }.divide(now);
    let asked = of(Manner::Each).expect("divided");
    let counts: Vec<usize> = asked.parts.iter().map(|(_, matter)| matter.lines.len()).collect();
    assert_eq!(counts, [2, 1]);
    let code = of(Manner::Compare).expect_err("two of one unit")[0].code.to_string();
    assert_eq!(code, "service-unit-twice");
    let alone = Wish { manner: Manner::Compare, ..wish() }.divide(now).expect("asked");
    assert_eq!(alone.parts[0].1.manner, Manner::Each, "alone there is nothing to compare");
    let bare = Wish { lines: Vec::new(), samples: Vec::new(), ..wish() };
    let codes: Vec<String> =
        bare.divide(now).expect_err("two reasons").iter().map(|no| no.code.to_string()).collect();
    assert_eq!(codes, ["service-samples", "service-lines"]);
    let unnamed = Wish { samples: vec![Sample::default()], ..wish() }.divide(now).expect_err("one");
    assert_eq!(unnamed[0].field.as_deref(), Some("samples.0.label"));
}
