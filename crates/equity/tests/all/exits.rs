//! Exits: worked examples, the slow model, and faults that it has to find.

use crate::model::{equilibria, payoffs, referee, total};
use crate::world::*;
use equity::class::Participation;
use equity::exit::{Claim, Divided, Kind, by_holder, claims, divide};
use equity::{Flaw, Price};
use testkit::Dice;

fn ordinary(key: &str, shares: i64) -> Claim {
    Claim { key: key.into(), shares, kind: Kind::Ordinary }
}

fn kept(key: &str, shares: i64, first: i64, rank: u32) -> Claim {
    let kind = Kind::Preferred { first, rank, shares_in_rest: false, most: None };
    Claim { key: key.into(), shares, kind }
}

fn sharing(key: &str, shares: i64, first: i64, rank: u32, most: Option<i64>) -> Claim {
    let kind = Kind::Preferred { first, rank, shares_in_rest: true, most };
    Claim { key: key.into(), shares, kind }
}

fn options(key: &str, shares: i64, strike: i64) -> Claim {
    Claim { key: key.into(), shares, kind: Kind::Options { strike } }
}

fn check(proceeds: i64, claims: &[Claim], want: &[i64]) {
    let divided = divide(proceeds, claims).expect("divided");
    let net: Vec<i64> = divided.payouts.iter().map(|it| it.net).collect();
    assert_eq!(net, want, "{proceeds}");
    assert_eq!(referee(proceeds, claims, &divided), Ok(()));
}

#[test]
fn a_preference_is_kept_until_conversion_is_worth_more() {
    // 5.0 M for a fifth of the company: worth more than that from 25 M on.
    let two = [ordinary("common", 800), kept("a", 200, 5_000, 1)];
    check(4_000, &two, &[0, 4_000]);
    check(5_000, &two, &[0, 5_000]);
    check(24_999, &two, &[19_999, 5_000]);
    // Indifferent, it keeps what it has.
    check(25_000, &two, &[20_000, 5_000]);
    check(25_005, &two, &[20_004, 5_001]);
    check(100_000, &two, &[80_000, 20_000]);
}

#[test]
fn participation_is_full_or_up_to_its_cap() {
    let full = [ordinary("common", 800), sharing("a", 200, 5_000, 1, None)];
    check(15_000, &full, &[8_000, 7_000]);
    check(100_000, &full, &[76_000, 24_000]);
    let capped = [ordinary("common", 800), sharing("a", 200, 5_000, 1, Some(10_000))];
    check(15_000, &capped, &[8_000, 7_000]);
    check(30_000, &capped, &[20_000, 10_000]);
    // Between 30,000 and 50,000 it stands at its cap; above, it converts.
    check(50_000, &capped, &[40_000, 10_000]);
    check(60_000, &capped, &[48_000, 12_000]);
}

#[test]
fn ranks_are_paid_one_after_the_other() {
    let ranked = [ordinary("common", 100), kept("b", 100, 6_000, 1), kept("a", 100, 3_000, 2)];
    check(5_000, &ranked, &[0, 5_000, 0]);
    check(8_000, &ranked, &[0, 6_000, 2_000]);
    check(11_000, &ranked, &[2_000, 6_000, 3_000]);
    check(14_000, &ranked, &[4_000, 6_000, 4_000]);
    check(21_000, &ranked, &[7_000, 7_000, 7_000]);
    let equal = [ordinary("common", 100), kept("b", 100, 6_000, 1), kept("a", 100, 3_000, 1)];
    check(5_000, &equal, &[0, 3_333, 1_667]);
}

#[test]
fn options_are_exercised_where_they_are_worth_it() {
    let both = [ordinary("common", 900), options("grant:g", 100, 500)];
    check(4_500, &both, &[4_500, 0]);
    check(9_500, &both, &[9_000, 500]);
}

#[test]
fn what_nobody_can_take_is_refused() {
    let alone = [kept("a", 0, 100, 1)];
    assert!(divide(100, &alone).is_ok());
    assert_eq!(divide(101, &alone), Err(vec![Flaw { field: "claims".into(), code: "nobody" }]));
    // A preference with shares converts rather than leave money to nobody.
    check(101, &[kept("a", 1, 100, 1)], &[101]);
    assert!(divide(-1, &alone).is_err() && divide(i64::MAX, &alone).is_err());
}

fn chance_claims(dice: &mut Dice) -> Vec<Claim> {
    let small = |dice: &mut Dice, most: usize| i64::try_from(dice.below(most)).expect("small");
    let mut claims = vec![ordinary("common", 1 + small(dice, 20))];
    for n in 0..dice.below(5) {
        let shares = 1 + small(dice, 20);
        let first = small(dice, 120);
        let rank = u32::try_from(dice.below(3)).expect("small");
        claims.push(match dice.below(5) {
            0 => options(&format!("grant:{n}"), shares, small(dice, 200)),
            1 => sharing(&format!("c{n}"), shares, first, rank, None),
            2 => sharing(&format!("c{n}"), shares, first, rank, Some(first + small(dice, 150))),
            _ => kept(&format!("c{n}"), shares, first, rank),
        });
    }
    claims
}

#[test]
fn every_exit_is_everybodys_best_choice() {
    let mut dice = Dice::new(47);
    for _ in 0..4_000 {
        let claims = chance_claims(&mut dice);
        let proceeds = i64::try_from(dice.below(1_500)).expect("small");
        let divided = divide(proceeds, &claims).expect("divided");
        assert_eq!(referee(proceeds, &claims, &divided), Ok(()), "{proceeds} {claims:?}");
        // All equilibria pay the same: which one is taken is no question of power.
        let own: Vec<bool> = divided.payouts.iter().map(|it| it.is_ordinary).collect();
        let paid = payoffs(proceeds, &claims, &own).expect("payoffs");
        let all = equilibria(proceeds, &claims);
        assert!(all.contains(&own));
        for other in all {
            let others = payoffs(proceeds, &claims, &other).expect("payoffs");
            for (a, b) in paid.iter().zip(others) {
                let ((a, b), (c, d)) = (total(*a), total(b));
                assert_eq!(a * d, c * b, "{proceeds} {claims:?} {own:?} {other:?}");
            }
        }
    }
}

/// Each fault is planted in many exits, and the referee has to find it in at least one of them,
/// while it finds nothing in those without.
#[test]
fn planted_faults_are_found() {
    type Fault = fn(i64, &[Claim], &mut Dice) -> Option<Divided>;
    let faults: [(&str, Fault); 7] = [
        ("a unit is lost", |proceeds, claims, _| {
            let mut divided = divide(proceeds, claims).ok()?;
            let it = divided.payouts.iter_mut().find(|it| it.net > 0)?;
            it.rest -= 1;
            it.net -= 1;
            Some(divided)
        }),
        ("two units go to another", |proceeds, claims, _| {
            let mut divided = divide(proceeds, claims).ok()?;
            let rich = divided.payouts.iter().position(|it| it.rest > 2)?;
            let other = divided.payouts.iter().position(|it| it.rest <= 2 && !it.key.is_empty())?;
            for (at, by) in [(rich, -2), (other, 2)] {
                divided.payouts[at].rest += by;
                divided.payouts[at].net += by;
            }
            Some(divided)
        }),
        ("caps are forgotten", |proceeds, claims, _| {
            altered(proceeds, claims, |kind| {
                if let Kind::Preferred { most, .. } = kind {
                    *most = None;
                }
            })
        }),
        ("ranks are turned round", |proceeds, claims, _| {
            altered(proceeds, claims, |kind| {
                if let Kind::Preferred { rank, .. } = kind {
                    *rank = 9 - *rank;
                }
            })
        }),
        ("nobody participates", |proceeds, claims, _| {
            altered(proceeds, claims, |kind| {
                if let Kind::Preferred { shares_in_rest, most, .. } = kind {
                    (*shares_in_rest, *most) = (false, None);
                }
            })
        }),
        ("strikes are not paid in", |proceeds, claims, _| {
            altered(proceeds, claims, |kind| {
                if let Kind::Options { strike } = kind {
                    *strike = 0;
                }
            })
        }),
        ("a class converts against its interest", |proceeds, claims, dice| {
            let at = dice.below(claims.len());
            let mut with = claims.to_vec();
            if with[at].kind == Kind::Ordinary || strike(&with[at]) > 0 {
                return None;
            }
            with[at].kind = Kind::Ordinary;
            divide(proceeds, &with).ok()
        }),
    ];
    for (name, fault) in faults {
        let mut dice = Dice::new(53);
        let mut n_found = 0;
        for _ in 0..500 {
            let claims = chance_claims(&mut dice);
            let proceeds = i64::try_from(dice.below(1_500)).expect("small");
            let right = divide(proceeds, &claims).expect("divided");
            let Some(wrong) = fault(proceeds, &claims, &mut dice) else { continue };
            if wrong == right {
                continue;
            }
            n_found += usize::from(referee(proceeds, &claims, &wrong).is_err());
        }
        assert!(n_found > 20, "{name}: found {n_found} times");
    }
}

fn strike(claim: &Claim) -> i64 {
    match claim.kind {
        Kind::Options { strike } => strike,
        _ => 0,
    }
}

fn altered(proceeds: i64, claims: &[Claim], alter: fn(&mut Kind)) -> Option<Divided> {
    let mut with = claims.to_vec();
    with.iter_mut().for_each(|it| alter(&mut it.kind));
    divide(proceeds, &with).ok()
}

#[test]
fn large_sums_stay_exact() {
    let large = 999_999_999_999_989;
    let claims = [
        ordinary("common", large),
        kept("a", large - 2, large / 3, 1),
        sharing("b", large - 4, large / 5, 1, Some(large / 2)),
        options("grant:g", 7, large / 7),
    ];
    let divided = divide(large, &claims).expect("divided");
    assert_eq!(divided.payouts.iter().map(|it| it.net).sum::<i64>(), large);
}

#[test]
fn holders_get_what_their_classes_get() {
    let mut events = company();
    let a = preferred("a", Price::new(8, 1), 1, Participation::Capped { multiple: rate("2") });
    events.push(event("2026-09-01", define(a)));
    let lines = vec![allot("fund", 1_000_000, 8_000_000), allot("fund2", 3_000_000, 24_000_000)];
    events.push(event("2026-09-01", round("a", "a", Price::new(8, 1), lines)));
    let table = table(&events);
    let of = |proceeds: i64, on: &str| {
        let claims = claims(&table, date(on)).expect("in range");
        let divided = divide(proceeds, &claims).expect("divided");
        let sums = by_holder(&table, &divided);
        assert_eq!(sums.iter().map(|(_, sum)| sum).sum::<i64>(), proceeds);
        sums.into_iter().map(|(holder, sum)| format!("{holder} {sum}")).collect::<Vec<_>>()
    };
    // The A round first, then the seed round.
    assert_eq!(
        of(40_000_000, "2026-10-01"),
        ["wu 0", "li 0", "institute 0", "fund 16000000", "fund2 24000000"]
    );
    // Far above every preference all is ordinary, and earned options are exercised at 2.
    let rich = of(1_461_760_000, "2027-02-01");
    assert_eq!(
        rich,
        [
            "wu 400000000",
            "li 100000000",
            "institute 300000000",
            "fund 350000000",
            "fund2 300000000",
            "he 11760000",
        ]
        .map(str::to_owned)
        .to_vec()
    );
}
