//! Valuations: worked figures, and how they move with their inputs.

use crate::world::{date, rate};
use equity::Flaw;
use equity::valuation::{Comparable, Cost, Income, Item, Market, Method, Opinion, Used, Valuation};
use testkit::Dice;

fn cost() -> Cost {
    Cost {
        items: vec![
            Item { what: "wages".into(), spent: 200_000_000, index: rate("0.1") },
            Item { what: "tests".into(), spent: 80_000_000, index: rate("0") },
        ],
        profit: rate("0.2"),
        obsolete: rate("0.25"),
        months_left: 96,
        months: 120,
        spread: rate("0.1"),
    }
}

fn comparable(what: &str, price: i64, by: &[&str]) -> Comparable {
    let adjustments = by.iter().map(|it| serde_json::json!({"what": "scope", "rate": it}));
    let adjustments: Vec<_> = adjustments.collect();
    let json = serde_json::json!({"what": what, "price": price, "adjustments": adjustments});
    serde_json::from_value(json).expect("a comparable")
}

fn market() -> Market {
    Market {
        comparables: vec![
            comparable("deal 1", 200_000_000, &["-0.1", "0.05"]),
            comparable("deal 2", 150_000_000, &[]),
            comparable("deal 3", 300_000_000, &["-0.2"]),
        ],
    }
}

fn income() -> Income {
    Income {
        sales: vec![1_000_000_000, 2_000_000_000, 3_000_000_000],
        part: rate("0.05"),
        tax: rate("0.25"),
        discount: rate("0.2"),
        discount_spread: rate("0.05"),
        growth: None,
    }
}

fn valuation() -> Valuation {
    Valuation {
        on: date("2026-02-28"),
        cost: Used::Yes(cost()),
        market: Used::Yes(market()),
        income: Used::Yes(income()),
        weights: [1, 1, 2],
        opinions: vec![Opinion {
            expert: "he".into(),
            low: 100_000_000,
            high: 150_000_000,
            method: Method::Income,
            why: "the market is young".into(),
        }],
    }
}

#[test]
fn the_three_methods_stand_side_by_side() {
    let it = valuation().conclude().expect("concluded");
    let found: Vec<(Method, i64, i64, i64)> =
        it.estimates.iter().map(|it| (it.method, it.low, it.value, it.high)).collect();
    // Cost: (2.2 M + 0.8 M) × 1.2 × 0.75 × 96/120 = 2.16 M.
    // Market: 1.89 M, 1.5 M and 2.4 M.
    // Income at 20 %: 37.5 M / 1.2 + 75 M / 1.44 + 112.5 M / 1.728 minor units.
    assert_eq!(
        found,
        [
            (Method::Cost, 194_400_000, 216_000_000, 237_600_000),
            (Method::Market, 150_000_000, 189_000_000, 240_000_000),
            (Method::Income, 135_600_000, 148_437_500, 163_290_047),
        ]
    );
    assert_eq!(it.value, (216_000_000 + 189_000_000 + 2 * 148_437_500) / 4);
    assert_eq!(it.against, ["he"]);
    assert_eq!(it.valid_until, date("2027-02-28"));
    let named: Vec<&str> = it.estimates[2].inputs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        named,
        [
            "income.sales.1",
            "income.sales.2",
            "income.sales.3",
            "income.part",
            "income.tax",
            "income.discount",
            "income.discount-spread",
            "income.growth",
        ]
    );
}

#[test]
fn a_method_that_is_not_used_says_why() {
    let mut it = valuation();
    it.market = Used::No { why: " ".into() };
    assert_eq!(it.conclude(), Err(vec![Flaw { field: "market.why".into(), code: "absent" }]));
    it.market = Used::No { why: "no comparable deal is known".into() };
    let concluded = it.conclude().expect("concluded");
    assert_eq!(concluded.not_used.len(), 1);
    assert_eq!(concluded.value, 170_958_333);
    it.weights = [0, 5, 0];
    assert_eq!(it.conclude(), Err(vec![Flaw { field: "weights".into(), code: "absent" }]));
    let stored = serde_json::to_string(&it).expect("a text");
    assert_eq!(serde_json::from_str::<Valuation>(&stored).ok(), Some(it));
}

#[test]
fn growth_for_ever_needs_a_discount_above_it() {
    let mut it = income();
    let growth = |text: &str| serde_json::from_value(serde_json::json!(text)).expect("a rate");
    it.sales = vec![1_000_000_000];
    it.growth = Some(growth("0.05"));
    it.discount_spread = rate("0.1");
    // 37.5 M / 1.2, and 37.5 M × 1.05 / 0.15 a year from now: 250 M in all.
    assert_eq!(it.estimate().map(|it| it.value), Ok(250_000_000));
    it.discount_spread = rate("0.15");
    let over = vec![Flaw { field: "income.growth".into(), code: "over-discount" }];
    assert_eq!(it.estimate(), Err(over));
}

#[test]
fn flaws_are_told_by_field() {
    let mut it = valuation();
    it.cost = Used::Yes(Cost { months_left: 121, items: Vec::new(), ..cost() });
    it.market = Used::Yes(Market { comparables: market().comparables[..2].to_vec() });
    it.income = Used::Yes(Income { tax: rate("1.1"), sales: vec![-1], ..income() });
    it.opinions[0].why.clear();
    let found: Vec<String> = it
        .conclude()
        .expect_err("flaws")
        .iter()
        .map(|it| format!("{} {}", it.field, it.code))
        .collect();
    assert_eq!(
        found,
        [
            "cost.items absent",
            "cost.months beyond",
            "market.comparables too-few",
            "income.sales.0 beyond",
            "income.tax beyond",
            "opinions.0.why absent",
        ]
    );
}

#[test]
fn worth_falls_with_the_discount_and_rises_with_sales() {
    let mut dice = Dice::new(59);
    for _ in 0..200 {
        let mut it = income();
        it.sales = (0..=dice.below(20))
            .map(|_| i64::try_from(dice.roll() >> 24).expect("small"))
            .collect();
        let discounts = ["0.02", "0.1", "0.2", "0.35", "1"].map(rate);
        let factors = ["0", "0.5", "0.8", "1", "1.2"].map(rate);
        let table = it.sensitivity(&discounts, &factors).values;
        for row in &table {
            assert_eq!(row[0], Some(0));
            assert!(row.windows(2).all(|pair| pair[0] <= pair[1]), "{row:?}");
        }
        for column in 0..factors.len() {
            assert!(table.windows(2).all(|pair| pair[0][column] >= pair[1][column]));
        }
        // A second way, year by year in exact fractions, for a discount of 100 %: halves.
        let exact: i128 = (1..)
            .zip(&it.sales)
            .map(|(year, sum)| (((i128::from(*sum) * 375) << 60) / 10_000) >> year)
            .sum();
        let found = table[4][3].map(i128::from).expect("in range");
        assert!((found - (exact >> 60)).abs() <= 1, "{found} {exact}");
    }
}
