//! A room to try rules in: entries get their places by themselves, and answers are one line.

use crate::*;
use base::Instant;

/// The opening of every lot here, in microseconds.
pub(crate) const OPENS_US: i64 = 1_772_416_800_000_000;
pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

pub(crate) fn at(us: i64) -> Instant {
    Instant::from_micros(OPENS_US + us)
}

pub(crate) fn lot(start: Minor, closes_us: i64) -> Lot {
    Lot {
        name: "A patent".to_owned(),
        start,
        reserve: None,
        commitment: None,
        opens: at(0),
        closes: at(closes_us),
        buy_now: None,
        deposit: None,
    }
}

pub(crate) fn rules(mode: Mode, lots: Vec<Lot>) -> Rules {
    Rules {
        name: "Spring sale".to_owned(),
        side: Side::Sale,
        unit: Unit { code: "CNY".to_owned(), digits: 2 },
        mode,
        admission: Admission::Open,
        bidders_min: 1,
        edits_until: None,
        is_joined: false,
        lots,
    }
}

/// The step table of 2003, in cents.
pub(crate) fn steps_2003() -> Steps {
    let bands = [
        (0, 5),
        (100, 25),
        (500, 50),
        (2_500, 100),
        (10_000, 250),
        (25_000, 500),
        (50_000, 1_000),
        (100_000, 2_500),
        (250_000, 5_000),
        (500_000, 10_000),
    ];
    Steps::new(bands.map(|(from, step)| (from, Step::Fixed(step))).to_vec())
}

pub(crate) fn soft(window_us: i64, cap_us: Option<i64>) -> Option<SoftClose> {
    Some(SoftClose { window_us, stretch: Stretch::Reset, cap_us, extensions_max: None })
}

pub(crate) fn english(is_proxy: bool, steps: Steps, soft_close: Option<SoftClose>) -> Mode {
    Mode::English(English { is_proxy, steps, soft_close, running_us_min: 0 })
}

pub(crate) fn sealed(pricing: Pricing) -> Mode {
    Mode::Sealed(Sealed { pricing, replacing: Replacing::Allowed })
}

/// An event under trial.
pub(crate) struct Room {
    pub event: Event,
    sequence: u64,
}

impl Room {
    pub(crate) fn open(rules: Rules) -> Self {
        let event = Event::open(rules).unwrap_or_else(|flaws| panic!("{flaws:?}"));
        Self { event, sequence: 0 }
    }

    pub(crate) fn take(&mut self, us: i64, input: Input) -> Result<Taken, Refused> {
        self.sequence += 1;
        self.event.apply(&Entry { sequence: self.sequence, received: at(us), input })
    }

    /// The answer to an entry: `ok 152.50 by 1`, or the code with what is needed.
    pub(crate) fn say(&mut self, us: i64, input: Input) -> String {
        let taken = self.take(us, input);
        let decimal = |amount| self.event.rules().unit.decimal(amount);
        match taken {
            Ok(Taken { price: Some(price), leader: Some(leader), .. }) => {
                format!("ok {} by {leader}", decimal(price))
            }
            Ok(_) => "ok".to_owned(),
            Err(refused) => {
                let needed = refused.needed.map(|it| format!(" {}", decimal(it)));
                format!("{}{}", refused.code.word(), needed.unwrap_or_default())
            }
        }
    }

    pub(crate) fn bid(&mut self, us: i64, bidder: u32, amount: Minor) -> String {
        self.say(us, Input::Bid { lot: 0, bidder: Bidder(bidder), amount, stage: None })
    }

    pub(crate) fn click(&mut self, us: i64, bidder: u32, amount: Minor, stage: u32) -> String {
        let stage = Some(stage);
        self.say(us, Input::Bid { lot: 0, bidder: Bidder(bidder), amount, stage })
    }

    pub(crate) fn take_back(&mut self, us: i64, bidder: u32) -> String {
        self.say(us, Input::TakeBack { lot: 0, bidder: Bidder(bidder) })
    }

    pub(crate) fn end_us(&self) -> i64 {
        self.event.end(0).unwrap().micros() - OPENS_US
    }

    pub(crate) fn price(&self) -> Option<Minor> {
        self.event.view(0, at(0)).unwrap().price
    }

    pub(crate) fn leader(&self) -> Option<u32> {
        self.event.view(0, at(0)).unwrap().leader.map(|it| it.0)
    }

    /// Closes the lot and says how it ended: `1 at 90.00, 2 waits, earlier`.
    pub(crate) fn close(&mut self, us: i64) -> String {
        let said = self.say(us, Input::Close { lot: 0 });
        if said != "ok" {
            return said;
        }
        self.ending()
    }

    pub(crate) fn ending(&self) -> String {
        let unit = &self.event.rules().unit;
        match self.event.outcome(0).unwrap() {
            Outcome::Sold(sale) => {
                let winner = |it: &Winner| format!("{} at {}", it.bidder, unit.decimal(it.price));
                let winners: Vec<String> = sale.winners.iter().map(winner).collect();
                let mut said = winners.join(" and ");
                if let Some(standby) = sale.standby {
                    said += &format!(", {} waits", winner(&standby));
                }
                match sale.tie {
                    Some(TieBreak::Earlier) => said += ", earlier",
                    Some(TieBreak::Priority) => said += ", priority",
                    None => {}
                }
                said
            }
            other => format!("{other:?}"),
        }
    }
}
