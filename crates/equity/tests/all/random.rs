//! Random events: what was refused changed nothing, and every share is somebody's.

use crate::world::*;
use equity::class::Class;
use equity::event::{Event, Transfer, What};
use equity::exit::{by_holder, claims, divide};
use equity::tranche::OnMiss;
use equity::view::View;
use equity::{Price, Table};
use std::collections::BTreeMap;
use testkit::Dice;

const HOLDERS: [&str; 5] = ["wu", "li", "institute", "fund", "he"];

fn chance_event(dice: &mut Dice, n: usize) -> What {
    let shares = i64::try_from(1 + dice.below(400_000)).expect("small");
    let holder: String = HOLDERS[dice.below(5)].into();
    let class: String = (if dice.below(3) == 0 { "seed" } else { "common" }).into();
    match dice.below(14) {
        0 => round(
            &format!("r{n}"),
            &class,
            Price::new(3, 2),
            vec![allot(&holder, shares, shares * 2)],
        ),
        1 => {
            let on_miss = match dice.below(3) {
                0 => OnMiss::Void,
                1 => OnMiss::Reduce { to: rate("0.3") },
                _ => OnMiss::Extend { until: date("2028-01-01") },
            };
            let held =
                tranche(&format!("t{}", dice.below(4)), &holder, shares, "2027-06-01", on_miss);
            let What::Round { mut round } =
                round(&format!("r{n}"), "common", Price::new(1, 1), Vec::new())
            else {
                unreachable!("a round was made")
            };
            round.tranches.push(held);
            What::Round { round }
        }
        2 => What::Pool { pool: "staff".into(), class: "common".into(), shares },
        3 => What::Grant { grant: grant(&format!("g{}", dice.below(6)), &holder, shares) },
        4 | 5 => {
            let grant = format!("g{}", 1 + dice.below(5));
            What::Exercise { grant, shares: shares / 8 + 1, paid: (shares / 8 + 1) * 2 }
        }
        6 => What::Leave { holder, exercise_until: date("2028-06-01") },
        7 => What::Lapse { grant: format!("g{}", 1 + dice.below(5)) },
        8 => What::Convert { holder, class, into: "common".into(), shares },
        9 | 10 => {
            let to = HOLDERS[dice.below(5)];
            What::Transfer { transfer: Transfer { class, ..transfer(&holder, to, shares) } }
        }
        11 => What::BuyBack { holder, class, shares, paid: shares },
        12 => What::Accept { tranche: format!("t{}", dice.below(4)) },
        _ => What::Miss { tranche: format!("t{}", dice.below(4)) },
    }
}

/// The second telling: issued shares by class, counted from the events alone.
fn count(counted: &mut BTreeMap<String, i64>, before: &Table, what: &What) {
    let mut add =
        |class: &str, shares: i64| *counted.entry(class.to_owned()).or_default() += shares;
    match what {
        What::Round { round } => {
            round.allotments.iter().for_each(|it| add(&round.class, it.shares));
        }
        What::Exercise { shares, .. } => add("common", *shares),
        What::Convert { class, into, shares, .. } => {
            add(class, -shares);
            add(into, *shares);
        }
        What::BuyBack { class, shares, .. } => add(class, -shares),
        What::Accept { tranche } => add("common", before.tranches[tranche].tranche.shares),
        What::Miss { tranche } => {
            let held = &before.tranches[tranche].tranche;
            if matches!(held.on_miss, OnMiss::Reduce { .. }) {
                add("common", held.shares * 3 / 10);
            }
        }
        _ => {}
    }
}

#[test]
fn every_share_and_unit_is_accounted_for() {
    let mut dice = Dice::new(61);
    let mut n_taken: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..150 {
        let mut events = company();
        let mut after = table(&events);
        let mut counted =
            BTreeMap::from([("common".to_owned(), 8_000_000), ("seed".to_owned(), 2_500_000)]);
        let mut on = date("2026-07-01");
        for n in 0..60 {
            on = (0..dice.below(60)).fold(on, |it, _| it.tomorrow().expect("a day"));
            let it = Event { on, what: chance_event(&mut dice, n) };
            let before = after.clone();
            if after.apply(&it).is_err() {
                assert_eq!(after, before, "{it:?}");
                continue;
            }
            count(&mut counted, &before, &it.what);
            let name = format!("{:?}", it.what);
            let name = name.split([' ', '{']).next().unwrap_or("").to_owned();
            *n_taken.entry(name).or_default() += 1;
            events.push(it);
            assert_eq!(after.audit(), []);
            for (class, shares) in &counted {
                assert_eq!(after.issued(class), *shares, "{class}");
            }
            let view = View::of(&after, on);
            let promised: i64 = after.classes.keys().map(|class| after.promised(class)).sum();
            assert_eq!(view.full(), view.issued() + i128::from(promised));
        }
        assert_eq!(Table::replay(&events), Ok(after.clone()));
        let proceeds = i64::try_from(dice.roll() >> 30).expect("small");
        let divided = divide(proceeds, &claims(&after, on).expect("in range")).expect("divided");
        let sums = by_holder(&after, &divided);
        assert_eq!(sums.iter().map(|(_, sum)| sum).sum::<i64>(), proceeds);
        assert!(sums.iter().all(|(_, sum)| *sum >= 0));
    }
    assert_eq!(n_taken.len(), 11, "every kind of event was taken: {n_taken:?}");
}

#[test]
fn a_planted_fault_in_a_table_is_found() {
    let right = table(&company());
    let faults: [fn(&mut Table); 4] = [
        |it| it.positions.values_mut().next().expect("one").shares += 1,
        |it| it.positions.values_mut().next().expect("one").paid -= 1,
        |it| it.counts.values_mut().next().expect("one").retired += 1,
        |it| it.grants.values_mut().next().expect("one").grant.shares += 2_000_000,
    ];
    for fault in faults {
        let mut wrong = right.clone();
        fault(&mut wrong);
        assert_ne!(wrong.audit(), []);
    }
    // A class that nobody defined cannot hold anything.
    let mut events = company();
    events.push(event("2026-07-01", define(Class::ordinary("common"))));
    assert!(Table::replay(&events).is_err());
}
