//! Lots: one attempt to auction what a listing offers, and the terms it is announced on.
//!
//! Terms become the rules of the engine `auction` when the lot is frozen, shortly before it opens.

use crate::falling::Falling;
use crate::listing::{DealMode, Listing, ListingState};
use crate::reserve::Hidden;
use crate::rounds::Rounds;
use crate::sealing::Sealing;
use crate::technology::{State, Technology};
use crate::words_of;
use auction::{Admission, English, Flaw, Mode, Rules, Side, SoftClose, Step, Steps, Stretch, Unit};
use base::{Class, Currency, Instant, ListingId, LotId, OrganisationId, Reference, Refusal};
use base::{Label, Money, TechnologyId, Value};

/// How long before its opening a lot is frozen: changes of its terms end there.
pub const FREEZE_SECONDS: i64 = 60;
/// How long a lot is announced ahead, or runs, at most.
pub const SPAN_DAYS_MAX: i64 = 366;
/// Working time of a winner to sign, in days.
pub const SIGN_DAYS_MAX: u32 = 365;
/// Bands of a table of steps.
pub const BANDS_MAX: usize = 30;

const DAY_SECONDS: i64 = 86_400;
const SECOND_US: i64 = 1_000_000;

words_of! {
    /// Where a lot stands.
    LotState {
        // Terms may still change; bidders register.
        Announced = "announced",
        // The rules are frozen: it opens, runs, or is halted.
        Open = "open",
        // The hammer fell; somebody has yet to sign.
        Sold = "sold",
        Signed = "signed",
        Unsuccessful = "unsuccessful",
        Withdrawn = "withdrawn",
        CalledOff = "called-off",
    }
    /// What became of the wish to bid.
    BidderState {
        Asked = "asked",
        Admitted = "admitted",
        Refused = "refused",
        Excluded = "excluded",
    }
    /// Where a deposit is.
    Deposit {
        None = "none",
        Held = "held",
        Released = "released",
        Applied = "applied",
        Forfeited = "forfeited",
    }
}

/// How much a raise is at least from a price on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Raise {
    /// Minor units.
    Fixed(i64),
    /// Basis points of the price, rounded up to the minor unit.
    Share(u32),
}

/// How the price is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Rising bids in the open.
    #[default]
    English,
    /// One sealed bid from each, opened together after the end.
    Sealed(Sealing),
    /// A falling price that somebody stops, bids of the others above it, a last word.
    Falling(Falling),
    /// Opening offers that nobody sees, then turns, the lowest offer first.
    Rounds(Rounds),
}

impl Way {
    /// The word by which faces know it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::English => "english",
            Self::Sealed(_) => "sealed",
            Self::Falling(_) => "falling",
            Self::Rounds(_) => "rounds",
        }
    }

    /// How the price is found, in a word of open data.
    pub fn method(&self) -> &'static str {
        match self {
            Self::English => "english",
            Self::Sealed(sealing) if sealing.price == "second" => "sealed-second-price",
            Self::Sealed(_) => "sealed-first-price",
            Self::Falling(_) => "falling-price",
            Self::Rounds(_) => "rounds",
        }
    }

    /// The terms of the sealing, where bids are sealed.
    pub fn sealing(&self) -> Option<&Sealing> {
        match self {
            Self::Sealed(sealing) => Some(sealing),
            Self::English | Self::Falling(_) | Self::Rounds(_) => None,
        }
    }

    /// The timetable, where the price falls.
    pub fn falling(&self) -> Option<&Falling> {
        match self {
            Self::Falling(falling) => Some(falling),
            Self::English | Self::Sealed(_) | Self::Rounds(_) => None,
        }
    }

    /// The timetable, where bidders take turns.
    pub fn rounds(&self) -> Option<&Rounds> {
        match self {
            Self::Rounds(rounds) => Some(rounds),
            Self::English | Self::Sealed(_) | Self::Falling(_) => None,
        }
    }

    /// Whether stages follow each other by the clock, so that the timer looks at each of them.
    pub fn is_staged(&self) -> bool {
        matches!(self, Self::Falling(_) | Self::Rounds(_))
    }

    /// Whether a raise has a least size.
    pub fn has_steps(&self) -> bool {
        matches!(self, Self::English | Self::Rounds(_))
    }
}

/// The terms of a lot: a sale. Amounts are minor units of one currency. Steps are of rising bids and of
/// rounds, limits and the window of rising bids alone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Terms {
    #[serde(default)]
    pub way: Way,
    pub currency: Currency,
    pub start: i64,
    /// Told to everybody; without it the first bid may win.
    pub reserve: Option<i64>,
    /// One that nobody knows before the end, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hidden>,
    pub buy_now: Option<i64>,
    pub deposit: Option<i64>,
    pub opens: Instant,
    pub closes: Instant,
    /// Each holds from its price on.
    pub steps: Vec<(i64, Raise)>,
    /// Whether an amount is the bidder's limit.
    pub is_proxy: bool,
    /// The last seconds in which a bid moves the end to as long after it; 0 moves nothing.
    pub window_s: u32,
    /// How far beyond the planned end it may move; 0 for any distance.
    pub cap_s: u32,
    /// Bidders without whom it is not sold: 1 or 2.
    pub bidders_min: u32,
    /// How long the winner has to sign.
    pub sign_days: u32,
}

impl Terms {
    /// The rules that these terms become under this name.
    pub fn rules(&self, name: &str) -> Rules {
        let step = |raise: &Raise| match *raise {
            Raise::Fixed(sum) => Step::Fixed(sum),
            Raise::Share(basis_points) => Step::Share(basis_points),
        };
        let soft_close = (self.window_s > 0).then(|| SoftClose {
            window_us: i64::from(self.window_s) * SECOND_US,
            stretch: Stretch::Reset,
            cap_us: (self.cap_s > 0).then(|| i64::from(self.cap_s) * SECOND_US),
            extensions_max: None,
        });
        let steps = Steps::new(self.steps.iter().map(|(from, it)| (*from, step(it))).collect());
        let is_proxy = self.is_proxy;
        let mode = match &self.way {
            Way::English => {
                Mode::English(English { is_proxy, steps, soft_close, running_us_min: 0 })
            }
            Way::Rounds(rounds) => rounds.mode(steps),
            Way::Sealed(sealing) => sealing.mode(),
            Way::Falling(falling) => falling.mode(),
        };
        let digits = u8::try_from(self.currency.minor_digits()).unwrap_or(2);
        Rules {
            name: name.to_owned(),
            side: Side::Sale,
            unit: Unit { code: self.currency.code().to_owned(), digits },
            mode,
            admission: Admission::Listed,
            bidders_min: self.bidders_min,
            edits_until: None,
            is_joined: false,
            lots: vec![auction::Lot {
                name: name.to_owned(),
                start: self.start,
                reserve: self.reserve,
                commitment: self.hidden.as_ref().and_then(Hidden::commitment),
                opens: self.opens,
                closes: self.closes,
                buy_now: self.buy_now,
                deposit: self.deposit,
            }],
        }
    }

    /// An amount in the lot's currency.
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// The latest moment at which it can end; none where nothing binds the end.
    pub fn latest_end(&self) -> Option<Instant> {
        match &self.way {
            Way::English => {}
            Way::Sealed(_) => return Some(self.closes),
            Way::Falling(falling) => return Some(self.closes.plus_seconds(falling.after_s())),
            // Each bidder adds a turn to each round.
            Way::Rounds(_) => return None,
        }
        match (self.window_s, self.cap_s) {
            (0, _) => Some(self.closes),
            (_, 0) => None,
            (_, cap_s) => Some(self.closes.plus_seconds(i64::from(cap_s))),
        }
    }

    /// From when on bids are taken: before rounds begin, everybody makes an opening offer.
    pub fn taken_from(&self) -> Instant {
        self.way.rounds().map_or(self.opens, |it| self.opens.plus_seconds(-i64::from(it.offers_s)))
    }

    /// Until when whoever wants may still ask to bid; none for as long as it runs.
    pub fn entered_until(&self) -> Option<Instant> {
        self.way.rounds().map(|_| self.opens)
    }

    /// From when on nothing of them changes.
    pub fn frozen_from(&self) -> Instant {
        self.taken_from().plus_seconds(-FREEZE_SECONDS)
    }

    /// Everything to mend before a lot can be announced on them.
    pub fn faults(&self, now: Instant) -> Vec<Refusal> {
        let flaws = self.rules("L").flaws();
        // What is wrong with a hidden reserve is said below, at the field in which it is written.
        let mut no: Vec<Refusal> =
            flaws.iter().filter(|flaw| flaw.field != "lots.0.commitment").map(of_flaw).collect();
        if let Some(sealing) = self.way.sealing() {
            no.extend(sealing.faults());
        }
        if let Some(falling) = self.way.falling() {
            no.extend(falling.faults(self.closes.seconds_since(self.opens)));
        }
        if let Some(hidden) = &self.hidden {
            no.extend(hidden.faults(self.start, self.buy_now, self.reserve));
            if !matches!(self.way, Way::English | Way::Sealed(_)) {
                no.push(Refusal::invalid("lot-hidden-elsewhere").on("hidden_reserve"));
            }
        }
        if let Some(rounds) = self.way.rounds() {
            no.extend(rounds.faults(self.closes.seconds_since(self.opens)));
        }
        if now >= self.frozen_from() {
            no.push(
                Refusal::invalid("lot-opens-too-soon")
                    .on("opens")
                    .number("seconds", FREEZE_SECONDS),
            );
        }
        let longest = now.plus_seconds(SPAN_DAYS_MAX * DAY_SECONDS);
        if self.closes > longest {
            no.push(
                Refusal::invalid("lot-flaw-too-long").on("closes").number("days", SPAN_DAYS_MAX),
            );
        }
        if !(1..=SIGN_DAYS_MAX).contains(&self.sign_days) {
            no.push(Refusal::invalid("lot-flaw-beyond").on("sign_days"));
        }
        if self.start <= 0 {
            no.push(Refusal::invalid("lot-flaw-zero").on("start"));
        }
        if self.steps.len() > BANDS_MAX {
            no.push(Refusal::invalid("lot-flaw-too-many").on("steps"));
        }
        if i64::from(self.window_s) > DAY_SECONDS || i64::from(self.cap_s) > 30 * DAY_SECONDS {
            no.push(
                Refusal::invalid("lot-flaw-too-long").on("window").number("days", SPAN_DAYS_MAX),
            );
        }
        no
    }
}

/// A flaw of the rules as a refusal at the field of the form.
fn of_flaw(flaw: &Flaw) -> Refusal {
    let code = match flaw.code {
        "zero" => "lot-flaw-zero",
        "out-of-order" => "lot-flaw-out-of-order",
        "too-many" => "lot-flaw-too-many",
        "too-short" => "lot-flaw-too-short",
        "too-long" => "lot-flaw-too-long",
        "unreadable" => "lot-flaw-unreadable",
        "absent" => "lot-flaw-absent",
        _ => "lot-flaw-beyond",
    };
    let field = flaw.field.trim_start_matches("lots.0.").trim_start_matches("mode.");
    let field = field.split('.').next().unwrap_or(field);
    Refusal::invalid(code).on(field.to_owned()).number("days", SPAN_DAYS_MAX)
}

/// What a lot is announced with.
pub struct Announce {
    pub id: LotId,
    pub reference: Reference,
    pub terms: Terms,
    pub attempt: u64,
    pub former: Option<LotId>,
    /// The terms of the attempt before, where it failed.
    pub failed: Option<Terms>,
}

/// A lot as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    pub id: LotId,
    pub reference: Reference,
    pub listing: ListingId,
    pub technology: TechnologyId,
    /// Who sells: the owner of the technology.
    pub owner: OrganisationId,
    pub state: LotState,
    pub terms: Terms,
    pub terms_version: u64,
    pub attempt: u64,
    pub former: Option<LotId>,
    /// The digest of the rules; empty until they are frozen.
    pub digest: String,
    pub course: Course,
    /// The outcome as a text that was told once; empty before the end.
    pub outcome: String,
    /// The word of the award's state; empty before a sale.
    pub award: String,
    pub award_until: Instant,
    /// The last word on working days that it was counted with.
    pub days_seen: u64,
    pub changed_at: Instant,
    /// The label of its technology, as it is now.
    pub label: Label,
}

/// What moves with each entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub n_entries: u64,
    pub chain: String,
    pub price: Option<i64>,
    pub leader: Option<u32>,
    pub n_bids: u64,
    pub ends_at: Instant,
    pub is_halted: bool,
}

impl Lot {
    /// What somebody who does not lead must bid at least; in rounds each has a least of their own.
    pub fn least(&self) -> i64 {
        let Some(price) = self.course.price else { return self.terms.start };
        match self.terms.rules("").mode {
            Mode::English(english) => price.saturating_add(english.steps.at(price)),
            _ => price,
        }
    }

    /// Whether terms may still change.
    pub fn is_changeable(&self, now: Instant) -> bool {
        self.state == LotState::Announced && now < self.terms.frozen_from()
    }

    /// Whether bids are taken at this moment, as far as the row knows.
    pub fn is_running(&self, now: Instant) -> bool {
        self.state == LotState::Open && now >= self.terms.opens && now < self.course.ends_at
    }

    /// Whether whoever wants may still ask to bid.
    pub fn takes_bidders(&self, now: Instant) -> bool {
        let until = self.terms.entered_until().unwrap_or(self.course.ends_at);
        matches!(self.state, LotState::Announced | LotState::Open) && now < until
    }

    /// Whether it is not over: somebody may still be shut out.
    pub fn is_live(&self, now: Instant) -> bool {
        matches!(self.state, LotState::Announced | LotState::Open) && now < self.course.ends_at
    }

    /// The last entry that everybody may know of by its number: in rounds nothing shows before a turn
    /// has ended.
    pub fn entries_told(&self) -> u64 {
        match (&self.terms.way, self.state) {
            (Way::Rounds(_), LotState::Open) => 0,
            _ => self.course.n_entries,
        }
    }
}

/// Announces a lot on a listing, or says all that stands against it.
pub fn announce(
    technology: &Technology,
    listing: &Listing,
    ask: Announce,
    now: Instant,
) -> Result<Lot, Vec<Refusal>> {
    let mut no = ask.terms.faults(now);
    if !matches!(technology.state, State::Confirmed) {
        no.push(Refusal::new(Class::Refused, "listing-technology-not-confirmed"));
    }
    if !matches!(listing.state, ListingState::Offered) {
        no.push(Refusal::new(Class::Refused, "listing-withdrawn"));
    }
    if listing.mode != DealMode::Auction {
        no.push(Refusal::new(Class::Refused, "lot-listing-not-auctioned"));
    }
    no.extend(ask.failed.as_ref().and_then(|failed| too_low(&ask.terms, failed)));
    if !no.is_empty() {
        return Err(no);
    }
    let course = Course {
        n_entries: 0,
        chain: String::new(),
        price: None,
        leader: None,
        n_bids: 0,
        ends_at: ask.terms.closes,
        is_halted: false,
    };
    Ok(Lot {
        id: ask.id,
        reference: ask.reference,
        listing: listing.id,
        technology: technology.id,
        owner: technology.owner,
        state: LotState::Announced,
        terms: ask.terms,
        terms_version: 1,
        attempt: ask.attempt,
        former: ask.former,
        digest: String::new(),
        course,
        outcome: String::new(),
        award: String::new(),
        award_until: now,
        days_seen: 0,
        changed_at: now,
        label: technology.label.clone(),
    })
}

/// A further attempt begins at most a fifth lower, rounded up (auctions.md 12).
fn too_low(terms: &Terms, failed: &Terms) -> Option<Refusal> {
    let least = i128::from(failed.start) * 4;
    let is_low = terms.currency == failed.currency && i128::from(terms.start) * 5 < least;
    let least = i64::try_from((least + 4) / 5).unwrap_or(i64::MAX);
    let no = Refusal::new(Class::Refused, "lot-start-too-low").on("start");
    is_low.then(|| no.with("least", Value::Money(failed.money(least))))
}

/// Somebody who wants to bid on a lot, or does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotBidder {
    pub lot: LotId,
    pub organisation: OrganisationId,
    pub alias: u32,
    pub person: base::PersonId,
    pub state: BidderState,
    pub reason: String,
    /// The rank of a priority right, 1 the highest.
    pub rank: Option<u8>,
    /// The version of the terms that they agreed to.
    pub agreed: u64,
    pub stands_by: bool,
    /// Whether an entry has admitted them.
    pub is_entered: bool,
    pub deposit: Deposit,
    pub n_deposits: u64,
    pub hold: Option<base::TransferId>,
    pub version: u64,
    pub asked_at: Instant,
}

impl LotBidder {
    /// Whether they take part under these terms.
    pub fn takes_part(&self, terms_version: u64) -> bool {
        self.state == BidderState::Admitted && self.agreed == terms_version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        let at = |s: i64| Instant::from_micros(s * SECOND_US);
        Terms {
            way: Way::English,
            currency: Currency::CNY,
            start: 100_000,
            reserve: None,
            hidden: None,
            buy_now: None,
            deposit: Some(10_000),
            opens: at(1_000),
            closes: at(2_000),
            steps: vec![(0, Raise::Fixed(1_000))],
            is_proxy: true,
            window_s: 300,
            cap_s: 1_800,
            bidders_min: 1,
            sign_days: 20,
        }
    }

    fn check(change: impl FnOnce(&mut Terms), want: &[(&str, &str)]) {
        let mut terms = terms();
        change(&mut terms);
        let found = terms.faults(Instant::from_micros(0));
        let found: Vec<(&str, &str)> =
            found.iter().map(|no| (no.field.as_deref().unwrap_or(""), no.code.as_ref())).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn terms_name_every_fault_at_its_field() {
        check(|_| {}, &[]);
        check(|terms| terms.deposit = Some(0), &[("deposit", "lot-flaw-zero")]);
        check(|terms| terms.steps.clear(), &[("steps", "lot-flaw-absent")]);
        check(|terms| terms.closes = terms.opens, &[("closes", "lot-flaw-out-of-order")]);
        check(|terms| terms.reserve = Some(1), &[("reserve", "lot-flaw-beyond")]);
        check(|terms| terms.sign_days = 0, &[("sign_days", "lot-flaw-beyond")]);
        check(
            |terms| {
                terms.reserve = Some(terms.start);
                terms.hidden = Some(Hidden { hash: "ab".repeat(32), sum: None });
            },
            &[("hidden_reserve", "lot-hidden-and-told")],
        );
        check(
            |terms| terms.opens = Instant::from_micros(FREEZE_SECONDS * SECOND_US),
            &[("opens", "lot-opens-too-soon")],
        );
        check(
            |terms| {
                terms.start = 0;
                terms.bidders_min = 3;
            },
            &[("bidders_min", "lot-flaw-beyond"), ("start", "lot-flaw-zero")],
        );
    }

    #[test]
    fn rules_are_read_back_from_their_text() {
        let rules = terms().rules("LO-2026-7K3QXM-4");
        assert_eq!(auction::protocol::read_rules(&rules.text()), Some(rules.clone()));
        assert_eq!(auction::protocol::read_rules(&format!("{}x", rules.text())), None);
        assert_eq!(auction::protocol::read_rules(""), None);
    }
}
