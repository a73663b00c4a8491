//! How long ten thousand bids take: into the engine alone, and as a protocol that is written, read
//! and run again. `cargo bench -p auction`; arguments: number of bids (10000), of rounds (20).
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use auction::protocol::{check, write};
use auction::*;
use base::Instant;
use testkit::Dice;

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|it| it.parse::<u64>().ok());
    let n_bids = arguments.next().unwrap_or(10_000);
    let n_rounds = arguments.next().unwrap_or(20);
    for is_proxy in [false, true] {
        let (rules, entries) = auction(n_bids, is_proxy);
        let text = write(rules.clone(), &entries).expect("sound rules");
        let n_accepted = text.lines().filter(|line| line.contains("=> accepted")).count();
        let kind = if is_proxy { "limits" } else { "plain" };
        println!("{kind}: {n_bids} bids, {n_accepted} accepted, {} bytes", text.len());
        measure("engine", n_rounds, || {
            let mut event = Event::open(rules.clone()).expect("sound rules");
            let n = entries.iter().filter(|entry| event.apply(entry).is_ok()).count();
            assert_eq!(n, n_accepted);
        });
        measure("protocol written", n_rounds, || {
            assert_eq!(write(rules.clone(), &entries).expect("sound rules").len(), text.len());
        });
        measure("protocol checked", n_rounds, || {
            assert!(check(&text).is_ok());
        });
    }
}

/// A day of bids by 200 bidders, ascending, a tenth of them too low.
fn auction(n_bids: u64, is_proxy: bool) -> (Rules, Vec<Entry>) {
    let mut dice = Dice::new(7);
    let at = Instant::from_micros;
    let day_us = 86_400_000_000;
    let soft_close = SoftClose {
        window_us: 300_000_000,
        stretch: Stretch::Reset,
        cap_us: None,
        extensions_max: None,
    };
    let english = English {
        is_proxy,
        steps: Steps::one(Step::Fixed(100)),
        soft_close: Some(soft_close),
        running_us_min: day_us,
    };
    let lot = Lot {
        name: "A patent".to_owned(),
        start: 100,
        reserve: None,
        commitment: None,
        opens: at(0),
        closes: at(day_us),
        buy_now: None,
        deposit: None,
    };
    let rules = Rules {
        name: "Bench".to_owned(),
        side: Side::Sale,
        unit: Unit { code: "CNY".to_owned(), digits: 2 },
        mode: Mode::English(english),
        admission: Admission::Open,
        bidders_min: 1,
        edits_until: None,
        is_joined: false,
        lots: vec![lot],
    };
    let step_us = day_us / i64::try_from(n_bids + 1).expect("a bench is finite");
    let mut amount = 100;
    let mut entries: Vec<Entry> = (1..=n_bids)
        .map(|sequence| {
            let is_low = dice.below(10) == 0;
            amount += if is_low { 0 } else { 100 + i64::try_from(dice.below(900)).expect("small") };
            let bidder = Bidder(u32::try_from(dice.below(200)).expect("small"));
            let us = step_us * i64::try_from(sequence).expect("a bench is finite");
            let amount = if is_low { amount / 2 } else { amount };
            let input = Input::Bid { lot: 0, bidder, amount, stage: None };
            Entry { sequence, received: at(us), input }
        })
        .collect();
    let input = Input::Close { lot: 0 };
    entries.push(Entry { sequence: n_bids + 1, received: at(2 * day_us), input });
    (rules, entries)
}

fn measure(what: &str, n_rounds: u64, mut run: impl FnMut()) {
    let mut took_us: Vec<u128> = (0..n_rounds)
        .map(|_| {
            let started = std::time::Instant::now();
            run();
            started.elapsed().as_micros()
        })
        .collect();
    took_us.sort_unstable();
    let middle = took_us[took_us.len() / 2];
    let worst = took_us[took_us.len() - 1];
    println!("  {what}: median {middle} us, worst {worst} us");
}
