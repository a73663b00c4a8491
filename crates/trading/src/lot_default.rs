//! Winners who let the time to sign pass, and what they may not bid on after it (auctions.md 7 and 12).

use base::{Class, Instant, LotId, OrganisationId, Reference, Refusal, TechnologyId, Value};

/// So many within [`COUNTED_DAYS`] of the last keep an organisation from every auction.
pub const DEFAULTS_MAX: usize = 3;
/// How long before the last one counts.
pub const COUNTED_DAYS: i64 = 3 * 365;
/// How long nothing is bid on after the last of them.
pub const BARRED_DAYS: i64 = 365;

const DAY_SECONDS: i64 = 86_400;

/// A winner, or the second in its place, who did not sign in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotDefault {
    pub lot: LotId,
    pub organisation: OrganisationId,
    /// Its number in that auction.
    pub alias: u32,
    pub technology: TechnologyId,
    pub reference: Reference,
    pub at: Instant,
    /// When the office lifted it, and why.
    pub lifted: Option<(Instant, String)>,
}

/// What keeps an organisation with these defaults from bidding on a technology: that it let the same one fall, or
/// that it did so too often.
pub fn barred(all: &[LotDefault], technology: TechnologyId, now: Instant) -> Option<Refusal> {
    let counted: Vec<&LotDefault> = all.iter().filter(|it| it.lifted.is_none()).collect();
    if let Some(same) = counted.iter().find(|it| it.technology == technology) {
        let no = Refusal::new(Class::Refused, "lot-default-same");
        return Some(no.text("reference", same.reference.as_str()).with("at", Value::At(same.at)));
    }
    let last = counted.iter().map(|it| it.at).max()?;
    let is_near = |it: &&&LotDefault| last.seconds_since(it.at) < COUNTED_DAYS * DAY_SECONDS;
    let n = counted.iter().filter(is_near).count();
    let until = last.plus_seconds(BARRED_DAYS * DAY_SECONDS);
    (n >= DEFAULTS_MAX && now < until).then(|| {
        let no = Refusal::new(Class::Refused, "lot-default-often").number("found", n);
        no.with("at", Value::At(until))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = DAY_SECONDS;

    fn default(technology: u128, day: i64) -> LotDefault {
        LotDefault {
            lot: LotId::from_bits(1),
            organisation: OrganisationId::from_bits(2),
            alias: 7,
            technology: TechnologyId::from_bits(technology),
            reference: Reference::parse("LO-2026-7K3QXM-6").expect("one"),
            at: Instant::from_micros(0).plus_seconds(day * DAY),
            lifted: None,
        }
    }

    fn check(all: &[LotDefault], technology: u128, day: i64, want: &str) {
        let now = Instant::from_micros(0).plus_seconds(day * DAY);
        let found = barred(all, TechnologyId::from_bits(technology), now);
        assert_eq!(found.map(|no| no.code.into_owned()).unwrap_or_default(), want, "{all:?}");
    }

    #[test]
    fn the_same_thing_is_barred_for_good_and_others_after_three_times() {
        let one = [default(5, 10)];
        check(&[], 5, 20, "");
        check(&one, 5, 4_000, "lot-default-same");
        check(&one, 6, 20, "");
        let three = [default(5, 10), default(6, 20), default(7, 400)];
        check(&three[..2], 8, 20, "");
        check(&three, 8, 401, "lot-default-often");
        check(&three, 8, 400 + BARRED_DAYS - 1, "lot-default-often");
        check(&three, 8, 400 + BARRED_DAYS, "");
        // It lasts as long as was told, although the first of them is long ago by then.
        let spread = [default(5, 0), default(6, 1_000), default(7, 1_090)];
        check(&spread, 8, 1_100, "lot-default-often");
        // What lies too far back counts no more, and what was lifted never.
        let far = [default(5, 10), default(6, 20), default(7, 10 + COUNTED_DAYS)];
        check(&far, 8, 11 + COUNTED_DAYS, "");
        let lifted = Some((Instant::from_micros(1), "abroad".to_owned()));
        check(&[LotDefault { lifted: lifted.clone(), ..default(5, 10) }], 5, 20, "");
        let [first, second, third] = three;
        check(&[LotDefault { lifted, ..first }, second, third], 8, 401, "");
    }
}
