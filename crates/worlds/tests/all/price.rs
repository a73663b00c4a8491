//! The price of a booking, over both databases: told before it is made, and the voucher that pays a part
//! of it.

use crate::ledger::Books;
use crate::tie::{Lab, codes, person, set};
use access::Role;
use app::booking::{
    BookAsk, BookingChanged, CancelBooking, DecideBooking, Estimate, MoveBooking, OfferBooking,
    SeriesAsk, TakeBooking,
};
use app::instrument::{CreateInstrument, ReviseInstrument};
use app::tariff::{EXTERNAL, SetCustomerClass, SetTariff};
use app::voucher::{EndVoucher, FundProgramme, IssueVoucher};
use app::{Asker, No};
use base::{Bilingual, VoucherId};
use instruments::booking::State;
use instruments::estimate::Price;
use instruments::rules::{Approval, Layer};
use instruments::series::Mode as All;
use instruments::sheet::Sheet;
use instruments::tariff::{Late, LateFee, Mode, Tariff};
use instruments::voucher::{KeptRedemption, Terms};
use std::collections::BTreeSet;
use worlds::on_both;

/// A voucher of the firm: half of a price, at most 30.00 a claim and 100.00 a year.
fn voucher(lab: &Lab<'_>, amount: i64, change: impl FnOnce(&mut Terms)) -> VoucherId {
    let city = &lab.world.city;
    let programme = "Innovation 2026".to_owned();
    let bank = city.perform(&lab.world.operator(), Books::new(lab.world).bank()).expect("a bank");
    let fund = FundProgramme {
        programme: programme.clone(),
        bank: bank.account,
        amount: 100_000,
        reference: format!("B-{}", bank.account),
        value_date: None,
    };
    city.perform(&lab.world.operator(), fund).expect("funded");
    let mut terms = Terms {
        holder: lab.firm,
        share_bp: 5_000,
        cap_claim: 3_000,
        cap_year: 10_000,
        kinds: Vec::new(),
        units: Vec::new(),
        last: base::Date::new(2099, 12, 31).expect("a day"),
    };
    change(&mut terms);
    let act = IssueVoucher { programme, terms, amount, voucher: city.new_voucher_id() };
    city.perform(&lab.world.operator(), act).expect("issued").voucher
}

fn ask(lab: &Lab<'_>, (from, until): (i64, i64), voucher: Option<VoucherId>) -> BookAsk {
    BookAsk { voucher, ..BookAsk::new(lab.it, lab.at(from), lab.at(until)) }
}

/// What is told of a price, on one line.
fn line(lab: &Lab<'_>, told: &Estimate) -> String {
    let class = told.class.as_deref().unwrap_or("nobody");
    let no: Vec<_> = told.against().iter().map(|no| no.code.to_string()).collect();
    let no = if no.is_empty() { String::new() } else { format!(", against it {}", no.join(" ")) };
    match (&told.price, told.chain()) {
        (Price::Counted(it), Some(chain)) => {
            let late = it.late.map(|(from, fee)| (-(lab.start.seconds_since(from) / 60), fee));
            let late = late.map_or("never".to_owned(), |(from, fee)| format!("{fee} from {from}"));
            format!(
                "{class} {}: {} - {} - {} - {} = {}, late {late}, missed {}{no}",
                it.tariff.mode,
                chain.list,
                chain.class_discount,
                chain.subsidy,
                chain.voucher,
                chain.pays,
                it.missed
            )
        }
        (Price::Missing(refusal), _) => format!("{class}: {}{no}", refusal.code),
        (Price::Free, _) => format!("{class}: free{no}"),
        (Price::InWords(rates), _) => format!("{class}: {}{no}", rates.en),
        _ => format!("{class}: open{no}"),
    }
}

/// What the page and the check tell of a booking; both tell the same.
fn told(lab: &Lab<'_>, who: &Asker, ask: &BookAsk) -> String {
    let city = &lab.world.city;
    let checked = city.check_booking(who, ask).expect("checked").estimate;
    let (page, _) = city.booking_estimate(who, ask).expect("told");
    assert_eq!(line(lab, &checked), line(lab, &page));
    line(lab, &page)
}

on_both! {
    fn a_price_is_told_before_a_booking_is_made(world) {
        let lab = Lab::new(world);
        let check = |who: &Asker, span: (i64, i64), voucher: Option<VoucherId>, expect: &str| {
            assert_eq!(told(&lab, who, &ask(&lab, span, voucher)), expect);
        };
        check(&lab.ada, (0, 60), None, "external: free");
        // Words are told as they are, and nothing is made of them.
        let it = world.city.instrument(&lab.keeper, lab.it).expect("seen").instrument;
        let rates = Bilingual::new("¥96 an hour", "每小时96元");
        let sheet = Sheet { rates, ..it.sheet };
        let act = ReviseInstrument { instrument: lab.it, version: it.version, sheet };
        world.city.perform(&lab.keeper, act).expect("revised");
        check(&lab.ada, (0, 60), None, "external: ¥96 an hour");
        let late = Some(Late { within_minutes: 180, fee: LateFee::Fixed, amount: 500 });
        lab.price(|it| (it.mode, it.minimum, it.late, it.subsidy) = (Mode::Overage, 7_000, late, 600));
        check(
            &lab.ada, (0, 60), None,
            "external overage: 7000 - 0 - 700 - 0 = 6300, late 500 from -180, missed 6300",
        );
        check(
            &lab.ada, (0, 120), None,
            "external overage: 12000 - 0 - 1200 - 0 = 10800, late 500 from -180, missed 10800",
        );
        // The price of the day on which it is booked.
        let zone = calendar::Zone::china();
        let next = calendar::zone::add_days(zone.date(lab.start), 1);
        let tariff = Tariff::flat(EXTERNAL, Mode::Usage, next, 9_000);
        let act = SetTariff { instrument: lab.it, tariff };
        world.city.perform(&lab.keeper, act).expect("from the day after");
        let later = (1_440, 1_500);
        check(&lab.ada, later, None, "external usage: 9000 - 0 - 0 - 0 = 9000, late never, missed 0");
        // Nobody of the unit has a price, which is said and not guessed.
        check(&lab.keeper, (0, 60), None, "internal: no-tariff");
        // A class of its own beside the list price.
        let own = Tariff::flat("member", Mode::Usage, next, 6_000);
        world.city.perform(&lab.keeper, SetTariff { instrument: lab.it, tariff: own }).expect("set");
        let class = "member".to_owned();
        let act = SetCustomerClass { unit: lab.unit, customer: lab.firm, class, from: next };
        world.city.perform(&lab.keeper, act).expect("set");
        check(&lab.ada, later, None, "member usage: 9000 - 3000 - 0 - 0 = 6000, late never, missed 0");
        // Who stands in two organisations has to say who pays.
        world.grant(&lab.bo, world.organisation("Second firm"), Role::FirmMember);
        check(&lab.bo, later, None, "nobody: open");
    }

    fn what_a_voucher_pays_is_told_with_the_price(world) {
        let lab = Lab::new(world);
        lab.price(|_| ());
        let check = |span: (i64, i64), voucher: VoucherId, expect: &str| {
            let told = told(&lab, &lab.ada, &ask(&lab, span, Some(voucher)));
            let (_, rest) = told.split_once("external usage: ").expect("a price");
            assert_eq!(rest, expect);
        };
        let half = voucher(&lab, 7_000, |_| ());
        check((0, 60), half, "6000 - 0 - 0 - 3000 = 3000, late never, missed 0");
        check((0, 90), half, "9000 - 0 - 0 - 3000 = 6000, late never, missed 0");
        let small = voucher(&lab, 1_000, |_| ());
        check((0, 60), small, "6000 - 0 - 0 - 1000 = 5000, late never, missed 0");
        let other = world.organisation("Other firm");
        let foreign = voucher(&lab, 7_000, |it| it.holder = other);
        let none = "6000 - 0 - 0 - 0 = 6000, late never, missed 0, against it";
        check((0, 60), foreign, &format!("{none} voucher-other-holder"));
        check((0, 60), world.city.new_voucher_id(), &format!("{none} voucher-other-holder"));
        let elsewhere = voucher(&lab, 7_000, |it| it.units = vec![other]);
        check((0, 60), elsewhere, &format!("{none} voucher-unit"));
        let (_, named) = world.city.booking_estimate(&lab.ada, &ask(&lab, (0, 60), None)).expect("told");
        let named: BTreeSet<_> = named.iter().map(|(id, _)| *id).collect();
        assert_eq!(named, BTreeSet::from([small, half]), "those that this unit takes");
    }
}

/// What is left of a voucher, and what it was used for.
fn stands(lab: &Lab<'_>, voucher: VoucherId) -> String {
    let seen = lab.world.city.voucher(&lab.ada, voucher).expect("seen");
    let part = |(it, _): &(KeptRedemption, Bilingual)| {
        format!(", {} {}", it.redemption.stage, it.redemption.amount)
    };
    let mut uses: Vec<String> = seen.redemptions.iter().map(part).collect();
    // Those of one moment have no order.
    uses.sort();
    let uses = uses.concat();
    format!("{} left{uses}", seen.row.left)
}

fn book(
    lab: &Lab<'_>,
    who: &Asker,
    span: (i64, i64),
    voucher: VoucherId,
) -> Result<BookingChanged, No> {
    lab.world.city.book(who, ask(lab, span, Some(voucher)))
}

on_both! {
    fn a_voucher_is_held_from_the_booking_on(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        lab.price(|_| ());
        let half = voucher(&lab, 3_000, |_| ());
        let done = book(&lab, &lab.ada, (0, 60), half).expect("booked");
        assert_eq!(stands(&lab, half), "0 left, held 3000");
        let no = book(&lab, &lab.bo, (60, 120), half).expect_err("nothing is left");
        assert_eq!(codes(&no), "booking-no-funds");
        assert_eq!(told(&lab, &lab.bo, &ask(&lab, (60, 120), Some(half))).matches(" - 0 = 6000").count(), 1);
        // The page of the booking tells what is held, and what remains.
        let cost = city.booking_cost(&lab.ada, done.booking).expect("seen").expect("it stands");
        assert_eq!(cost.chain().map(|it| (it.voucher, it.pays)), Some((3_000, 3_000)));
        // A shorter time holds less, a longer one more again.
        let shift = |version: u64, until: i64| {
            let act = MoveBooking::new(done.booking, version, (lab.at(0), lab.at(until)));
            city.perform(&lab.ada, act).expect("moved")
        };
        shift(1, 30);
        assert_eq!(stands(&lab, half), "1500 left, held 1500, released 3000");
        shift(2, 60);
        assert_eq!(stands(&lab, half), "0 left, held 3000, released 1500, released 3000");
        city.perform(&lab.ada, CancelBooking::new(done.booking, 3, "")).expect("given up");
        assert_eq!(city.settle_bookings().expect("settled"), 1);
        let back = ", released 1500, released 3000, released 3000";
        assert_eq!(stands(&lab, half), format!("3000 left{back}"));
        // The use takes over what is held, and what it does not need goes back.
        book(&lab, &lab.ada, (0, 60), half).expect("booked");
        lab.until(0);
        let id = lab.start(&lab.ada).expect("begun");
        lab.until(30);
        let ended = lab.stop(&lab.ada, id);
        assert_eq!(ended.pays, 1_500);
        let back = format!("{back}, released 3000");
        assert_eq!(stands(&lab, half), format!("1500 left, redeemed 1500{back}"));
        lab.sound();
    }

    /// A voucher of which nothing is left is looked at for some other times, not for a fortnight of them.
    fn an_empty_voucher_is_not_tried_at_every_other_time(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        lab.price(|_| ());
        let half = voucher(&lab, 3_000, |_| ());
        book(&lab, &lab.ada, (0, 60), half).expect("booked");
        let before = city.store().n_statements();
        let ask = ask(&lab, (60, 120), Some(half));
        let checked = city.check_booking(&lab.bo, &ask).expect("checked");
        assert_eq!((checked.verdict.codes(), checked.free), (vec!["no_funds"], Vec::new()));
        let n = city.store().n_statements() - before;
        assert!(n < 300, "{n} statements");
    }

    /// Scenario 28: nothing is held while somebody is asked.
    fn nothing_is_held_before_a_request_is_answered(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        lab.price(|_| ());
        lab.rules(0, Layer { approval: set(Approval::Over(30)), ..Layer::default() });
        let half = voucher(&lab, 3_000, |_| ());
        let asked = book(&lab, &lab.ada, (0, 60), half).expect("asked");
        let other = book(&lab, &lab.bo, (60, 120), half).expect("asked");
        assert_eq!((asked.state.as_str(), stands(&lab, half).as_str()), ("pending", "3000 left"));
        let decide = |done: &BookingChanged, agrees: bool| {
            let act = DecideBooking::new(done.booking, 1, (agrees, "seen".to_owned()));
            city.perform(&lab.keeper, act).expect("answered")
        };
        decide(&asked, true);
        assert_eq!(stands(&lab, half), "0 left, held 3000");
        // What is gone by then is not held twice; the time is granted all the same.
        decide(&other, true);
        assert_eq!(stands(&lab, half), "0 left, held 3000");
        let cost = city.booking_cost(&lab.bo, other.booking).expect("seen").expect("it stands");
        assert_eq!(cost.chain().map(|it| it.pays), Some(6_000));
        lab.sound();
    }

    fn a_voucher_stays_with_its_holder_and_pays_what_it_held(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        lab.price(|_| ());
        let zone = calendar::Zone::china();
        let today = zone.date(city.now());
        let short = voucher(&lab, 6_000, |it| it.last = today);
        let first = book(&lab, &lab.ada, (0, 60), short).expect("on its last day");
        let second = book(&lab, &lab.ada, (120, 180), short).expect("on its last day");
        assert_eq!(stands(&lab, short), "0 left, held 3000, held 3000");
        // To somebody of another organisation, who pays alone.
        let cy = world.person("cy", world.organisation("Other firm"), Role::FirmMember);
        city.perform(&lab.ada, OfferBooking::new(second.booking, 1, Some(person(&cy)))).expect("offered");
        city.perform(&cy, TakeBooking::new(second.booking, 2, true)).expect("taken");
        assert_eq!(stands(&lab, short), "3000 left, held 3000, released 3000");
        // Tomorrow it is over: nobody holds it any more, and what is held is paid.
        lab.until(0);
        let no = book(&lab, &lab.ada, (300, 360), short).expect_err("over");
        assert_eq!(codes(&no), "voucher-expired");
        let version = city.voucher(&lab.ada, short).expect("seen").row.voucher.version;
        city.perform(&world.operator(), EndVoucher::new(short, version)).expect("ended");
        let id = lab.start(&lab.ada).expect("begun");
        lab.until(30);
        assert_eq!(lab.stop(&lab.ada, id).pays, 1_500);
        let end = stands(&lab, short);
        assert!(end.starts_with("1500 left, redeemed 1500"), "{end}");
        // The rest follows to the budget.
        let act = EndVoucher::new(short, version + 1);
        city.perform(&world.operator(), act).expect("the rest");
        assert!(stands(&lab, short).starts_with("0 left"));
        assert_eq!(lab.seen(&first).booking.state, State::Finished);
        lab.sound();
    }

    fn a_series_holds_for_each_of_its_bookings(world) {
        let lab = Lab::new(world);
        lab.price(|_| ());
        let half = voucher(&lab, 7_000, |_| ());
        let repeats = calendar::Recurrence {
            every: calendar::Every::Days(1),
            until: calendar::Until::Count(3),
        };
        let first = ask(&lab, (0, 60), Some(half));
        let series = SeriesAsk { first, repeats, mode: All::AllOrNothing, is_rehearsal: false };
        let made = world.city.book_series(&lab.ada, series).expect("booked");
        assert_eq!(made.n_booked, 3);
        assert_eq!(stands(&lab, half), "0 left, held 1000, held 3000, held 3000");
        lab.sound();
    }

    /// Two who book at once never get the same cent.
    fn the_last_cent_is_held_once(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        lab.price(|_| ());
        let sheet = Sheet { name: Bilingual::new("Oven", "烘箱"), ..Sheet::default() };
        let act = CreateInstrument { owner: lab.unit, is_hidden: false, sheet };
        let other = city.perform(&lab.keeper, act).expect("entered").instrument;
        let today = base::WorkingDays::china().date(city.now());
        let tariff = Tariff::flat(EXTERNAL, Mode::Usage, today, 6_000);
        city.perform(&lab.keeper, SetTariff { instrument: other, tariff }).expect("priced");
        for round in 0..8 {
            let half = voucher(&lab, 3_000, |_| ());
            let at = (round * 60, round * 60 + 60);
            let asks = [(lab.it, &lab.ada), (other, &lab.bo)];
            let told: Vec<Result<BookingChanged, No>> = std::thread::scope(|scope| {
                let books: Vec<_> = asks
                    .into_iter()
                    .map(|(instrument, who)| {
                        let ask = BookAsk { instrument, ..ask(&lab, at, Some(half)) };
                        scope.spawn(move || city.book(who, ask))
                    })
                    .collect();
                books.into_iter().map(|it| it.join().expect("no panic")).collect()
            });
            let won = told.iter().filter(|it| it.is_ok()).count();
            let lost: Vec<String> =
                told.iter().filter_map(|it| it.as_ref().err()).map(codes).collect();
            assert_eq!((won, lost), (1, vec!["booking-no-funds".to_owned()]), "round {round}");
            assert_eq!(stands(&lab, half), "0 left, held 3000");
        }
        lab.sound();
    }
}
