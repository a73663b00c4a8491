//! What a booking is going to cost, told before it is made: counted as if all of it were used, with
//! what giving it up or staying away would cost.
//!
//! It is counted by the same engine as the charge that follows, so that a use that keeps to its booking
//! costs what was told, unless the owner changes the prices of that day.

use crate::charge::{Ask, Line, cancellation, line};
use crate::tariff::{Local, Tariff, Way, valid_on};
use crate::voucher::Chain;
use base::{Bilingual, Instant, Refusal, Span, Value};

/// A booking whose price is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The class of the customer.
    pub class: &'a str,
    /// The class whose prices are the list prices.
    pub list_class: &'a str,
    pub booked: Span,
    /// Minutes of setting up before and of cleaning up after.
    pub buffers: [u32; 2],
}

/// What can be told of a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Price {
    /// The owner set no prices: it costs nothing.
    Free,
    /// The owner told rates in words alone: nothing is counted, and it is settled with the owner.
    InWords(Bilingual),
    /// Nobody is named yet who would pay.
    Open,
    /// No price can be told, and why.
    Missing(Refusal),
    Counted(Box<Counted>),
}

/// A price with what it follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The tariff of the first minute.
    pub tariff: Tariff,
    pub line: Line,
    /// What everybody would pay to whom the owner gave no class.
    pub list: i64,
    /// From when on giving it up costs something, and what.
    pub late: Option<(Instant, i64)>,
    /// What it costs where nobody comes.
    pub missed: i64,
}

impl Counted {
    /// How the list price comes down to what is paid, where a voucher pays a part.
    pub fn chain(&self, voucher: i64) -> Chain {
        Chain::new(self.list, self.line.gross(), self.line.subsidy, voucher)
    }
}

/// Tells what a booking will cost: for working at the instrument oneself where that has a price, else
/// for the first way of serving that has one.
pub fn estimate(tariffs: &[Tariff], wish: &Wish<'_>, local: &dyn Fn(Instant) -> Local) -> Price {
    if tariffs.is_empty() {
        return Price::Free;
    }
    let day = local(wish.booked.start()).date;
    let priced = |way: &&Way| valid_on(tariffs, wish.class, **way, day).is_some();
    let Some(way) = Way::ALL.iter().find(priced).copied() else {
        return Price::Missing(Refusal::invalid("no-tariff").with("on", Value::On(day)));
    };
    match counted(tariffs, wish, way, local) {
        Ok(counted) => Price::Counted(Box::new(counted)),
        Err(refusal) => Price::Missing(refusal),
    }
}

fn counted(
    tariffs: &[Tariff],
    wish: &Wish<'_>,
    way: Way,
    local: &dyn Fn(Instant) -> Local,
) -> Result<Counted, Refusal> {
    let day = local(wish.booked.start()).date;
    let none = || Refusal::invalid("no-tariff").with("on", Value::On(day));
    let tariff = valid_on(tariffs, wish.class, way, day).ok_or_else(none)?;
    let ask = Ask { buffers: wish.buffers, ..Ask::estimate(wish.class, way, wish.booked) };
    let own = line(tariffs, &ask, local)?;
    let list = line(tariffs, &Ask { class: wish.list_class, ..ask.clone() }, local);
    let nobody = Ask { used: None, ..ask.clone() };
    let late = match tariff.late {
        None => None,
        Some(late) => {
            let fee = cancellation(tariffs, &nobody, wish.booked.start(), local)?;
            let from = wish.booked.start().plus_seconds(-60 * i64::from(late.within_minutes));
            fee.map(|fee| (from, fee.net())).filter(|(_, fee)| *fee > 0)
        }
    };
    Ok(Counted {
        tariff: tariff.clone(),
        list: list.map_or(own.gross(), |list| list.gross()),
        late,
        missed: line(tariffs, &nobody, local)?.net(),
        line: own,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tariff::{Late, LateFee, Missed, Mode};
    use base::Date;

    /// 15:00 of Thursday the 5th of March 2026 in China.
    fn at(minutes: i64) -> Instant {
        let three = Instant::parse_rfc3339("2026-03-05T07:00:00Z").expect("a moment");
        three.plus_seconds(60 * minutes)
    }

    fn tariff(change: impl FnOnce(&mut Tariff)) -> Tariff {
        let first = Date::new(2026, 1, 1).expect("a day");
        let mut tariff = Tariff::flat("external", Mode::Usage, first, 6_000);
        change(&mut tariff);
        tariff
    }

    fn told(tariffs: &[Tariff], class: &str, minutes: i64) -> String {
        let booked = Span::new(at(0), at(minutes)).expect("a span");
        let wish = Wish { class, list_class: "external", booked, buffers: [15, 15] };
        match estimate(tariffs, &wish, &|at| Local::at(at, 480)) {
            Price::Free => "free".to_owned(),
            Price::Open => "open".to_owned(),
            Price::InWords(rates) => rates.en,
            Price::Missing(no) => no.code.to_string(),
            Price::Counted(it) => {
                let chain = it.chain(0);
                let late = it.late.map(|(from, fee)| (at(0).seconds_since(from) / 60, fee));
                format!(
                    "{} {} of {} for {} min, late {late:?}, missed {}",
                    it.tariff.way,
                    chain.pays,
                    chain.list,
                    it.line.minutes(),
                    it.missed
                )
            }
        }
    }

    #[test]
    fn what_is_booked_is_told_as_it_will_be_charged() {
        let check = |change: fn(&mut Tariff), minutes: i64, expect: &str| {
            assert_eq!(told(&[tariff(change)], "external", minutes), expect);
        };
        check(|_| (), 60, "own 6000 of 6000 for 60 min, late None, missed 0");
        check(|it| it.minimum = 10_000, 60, "own 10000 of 10000 for 60 min, late None, missed 0");
        check(|it| it.subsidy = 2_000, 90, "own 6000 of 9000 for 90 min, late None, missed 0");
        check(
            |it| it.mode = Mode::Reservation,
            60,
            "own 6000 of 6000 for 60 min, late None, missed 6000",
        );
        check(
            |it| it.missed = Missed::Booked,
            60,
            "own 6000 of 6000 for 60 min, late None, missed 6000",
        );
        check(
            |it| it.late = Some(Late { within_minutes: 180, fee: LateFee::Booked, amount: 0 }),
            60,
            "own 6000 of 6000 for 60 min, late Some((180, 6000)), missed 0",
        );
        check(
            |it| it.late = Some(Late { within_minutes: 60, fee: LateFee::Fixed, amount: 500 }),
            60,
            "own 6000 of 6000 for 60 min, late Some((60, 500)), missed 0",
        );
        check(|it| it.bills_buffers = true, 60, "own 9000 of 9000 for 90 min, late None, missed 0");
    }

    #[test]
    fn where_no_price_applies_it_is_said() {
        assert_eq!(told(&[], "external", 60), "free");
        let later = tariff(|it| it.from = Date::new(2026, 4, 1).expect("a day"));
        assert_eq!(told(&[later], "external", 60), "no-tariff");
        assert_eq!(told(&[tariff(|_| ())], "teaching", 60), "no-tariff");
        // Two days at the end of which the price ends.
        let ends = tariff(|it| it.until = Some(Date::new(2026, 3, 6).expect("a day")));
        assert_eq!(told(std::slice::from_ref(&ends), "external", 60 * 24), "no-tariff");
        assert!(told(&[ends], "external", 60).starts_with("own 6000"));
    }

    #[test]
    fn a_class_sees_its_own_price_beside_the_list() {
        let own = tariff(|it| {
            it.class = "member".to_owned();
            it.way = Way::Technical;
            it.steps[0].price = 4_500;
        });
        let both = [tariff(|it| it.way = Way::Technical), own];
        let expect = "technical 4500 of 6000 for 60 min, late None, missed 0";
        assert_eq!(told(&both, "member", 60), expect);
    }
}
