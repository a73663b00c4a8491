//! The published shapes of lots, bids and bidders.

use crate::shape::{Day, Moment, MoneyJson, OneOf, TextJson, moment};
use app::No;
use app::lot::{BidAnswer, BidderView, LotChanged, LotView, Told};
use base::{Bilingual, Currency, Instant, Money, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::cancellation::Cancellation;
use trading::lot::{Lot, Raise, Terms, Way};
use trading::reserve::Hidden;

use super::falling::FallingJson;
use super::rounds::RoundsJson;
use super::sealing::SealingJson;

/// One lot, as everybody may see it who sees its technology.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Lot")]
pub struct LotJson {
    pub id: String,
    pub reference: String,
    pub title: TextJson,
    pub technology: String,
    pub listing: String,
    /// `announced`, `open`, `sold`, `signed`, `unsuccessful`, `withdrawn`, `called-off`.
    pub state: String,
    /// Counts attempts to auction the same listing from 1.
    pub attempt: u64,
    /// The attempt before this one.
    pub former: Option<String>,
    pub terms: LotTermsJson,
    /// SHA-256 of the frozen rules; empty until a minute before the opening.
    pub rules_digest: String,
    /// The number of the last entry; 0 while rounds run, since nothing shows before a turn has ended.
    pub entry: u64,
    pub price: Option<MoneyJson>,
    /// The number of the bidder who leads.
    pub leader: Option<u32>,
    pub n_bids: u64,
    /// What somebody who does not lead must bid at least.
    pub least: MoneyJson,
    /// The end as it stands now.
    #[schemars(with = "Moment")]
    pub ends_at: String,
    pub is_halted: bool,
    /// How it ended: `sold`, `no-bid`, `too-few-bidders`, `under-reserve`, `withdrawn` or why it was
    /// called off; none before.
    pub outcome: Option<String>,
    /// The number of the winner and what he pays.
    pub winner: Option<u32>,
    pub winning_price: Option<MoneyJson>,
    /// The reserve that was hidden, once it is revealed.
    pub revealed: Option<RevealedJson>,
    /// The last wish to call it off.
    pub cancellation: Option<CancellationJson>,
    /// The own place, for a bidder.
    pub own: Option<OwnJson>,
    /// The city's clock when this was read.
    #[schemars(with = "Moment")]
    pub now: String,
}

/// The own place in a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OwnPlace")]
pub struct OwnJson {
    pub organisation: String,
    pub number: u32,
    /// `asked`, `admitted`, `refused` or `excluded`.
    pub state: String,
    pub reason: String,
    /// The version of the terms that was agreed to.
    pub agreed: u64,
    /// `none`, `held`, `released`, `applied` or `forfeited`.
    pub deposit: String,
    /// The last amount that was accepted.
    pub limit: Option<MoneyJson>,
    pub leads: bool,
    /// The rank of a priority right, 1 the highest.
    pub rank: Option<u8>,
    /// Whether that right lets them bid just the price that stands.
    pub equals: bool,
    /// What the payment of the deposit has to name, while one is asked for.
    pub pay_in: Option<String>,
}

impl LotJson {
    pub(crate) fn of(lot: &Lot, title: &Bilingual, now: Instant) -> Self {
        let money = |minor: i64| MoneyJson::from(lot.terms.money(minor));
        let ended = app::lot::Ended::read(&lot.outcome);
        let winner = ended.as_ref().and_then(|it| it.winner);
        Self {
            id: lot.id.to_string(),
            reference: lot.reference.to_string(),
            title: title.into(),
            technology: lot.technology.to_string(),
            listing: lot.listing.to_string(),
            state: lot.state.word().to_owned(),
            attempt: lot.attempt,
            former: lot.former.map(|id| id.to_string()),
            terms: LotTermsJson::of(lot),
            rules_digest: lot.digest.clone(),
            entry: lot.entries_told(),
            price: lot.course.price.map(money),
            leader: lot.course.leader,
            n_bids: lot.course.n_bids,
            least: money(lot.least()),
            ends_at: lot.course.ends_at.rfc3339(),
            is_halted: lot.course.is_halted,
            outcome: ended.map(|it| it.how),
            winner: winner.map(|(number, _)| number),
            winning_price: winner.map(|(_, price)| money(price)),
            revealed: None,
            cancellation: None,
            own: None,
            now: now.rfc3339(),
        }
    }

    pub(crate) fn whole(view: &LotView) -> Self {
        let own = view.own.as_ref().map(|own| OwnJson {
            organisation: own.bidder.organisation.to_string(),
            number: own.bidder.alias,
            state: own.bidder.state.word().to_owned(),
            reason: own.bidder.reason.clone(),
            agreed: own.bidder.agreed,
            deposit: own.bidder.deposit.word().to_owned(),
            limit: own.limit.map(|minor| view.lot.terms.money(minor).into()),
            leads: own.leads,
            rank: own.bidder.rank,
            equals: own.equals,
            pay_in: own.pay_in.as_ref().map(|it| it.reference.clone()),
        });
        let cancellation = view.cancellation.as_ref().map(CancellationJson::from);
        let revealed = view.revealed.as_ref().map(|it| RevealedJson {
            reserve: view.lot.terms.money(it.reserve).into(),
            salt: it.salt.clone(),
        });
        Self { own, cancellation, revealed, ..Self::of(&view.lot, &view.title, view.now) }
    }
}

/// A reserve that was hidden, and the salt of its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RevealedReserve")]
pub struct RevealedJson {
    pub reserve: MoneyJson,
    pub salt: String,
}

/// The terms of a lot: the highest bid wins. Steps are of rising bids and of rounds, limits and the window
/// of rising bids alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotTerms")]
pub struct LotTermsJson {
    /// The version seen, for a revision; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// How sealed bids are opened; without it bids rise in the open.
    #[serde(default)]
    pub sealed: Option<SealingJson>,
    /// The timetable of a falling price; without it bids rise in the open.
    #[serde(default)]
    pub falling: Option<FallingJson>,
    /// The timetable of rounds; without it bids rise in the open.
    #[serde(default)]
    pub rounds: Option<RoundsJson>,
    #[schemars(with = "OneOf<Currency>")]
    pub currency: String,
    /// Amounts are decimal texts in that currency.
    pub start: String,
    #[serde(default)]
    pub reserve: Option<String>,
    /// Sets a reserve that nobody knows before the end, instead; it is never answered.
    #[serde(default)]
    pub hidden_reserve: Option<String>,
    /// The hash that the rules hold of it. In a revision without `hidden_reserve` it keeps the one that
    /// was set; without either there is none.
    #[serde(default)]
    pub hidden_reserve_hash: Option<String>,
    #[serde(default)]
    pub buy_now: Option<String>,
    #[serde(default)]
    pub deposit: Option<String>,
    #[schemars(with = "Moment")]
    pub opens: String,
    #[schemars(with = "Moment")]
    pub closes: String,
    /// The smallest raises, each from its price on.
    pub steps: Vec<StepJson>,
    /// Whether an amount is the bidder's limit.
    pub is_proxy: bool,
    /// The last seconds in which a bid moves the end to as long after it; 0 moves nothing.
    pub window_seconds: u32,
    /// How far beyond the planned end it may move; 0 for any distance.
    pub cap_seconds: u32,
    /// 1 or 2.
    pub bidders_min: u32,
    pub sign_days: u32,
}

/// One step: a sum, or basis points of the price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotStep")]
pub struct StepJson {
    pub from: String,
    #[serde(default)]
    pub amount: Option<String>,
    #[serde(default)]
    pub basis_points: Option<u32>,
}

impl LotTermsJson {
    fn of(lot: &Lot) -> Self {
        let terms = &lot.terms;
        let decimal = |minor: i64| terms.money(minor).decimal();
        let step = |(from, raise): &(i64, Raise)| StepJson {
            from: decimal(*from),
            amount: match raise {
                Raise::Fixed(sum) => Some(decimal(*sum)),
                Raise::Share(_) => None,
            },
            basis_points: match raise {
                Raise::Fixed(_) => None,
                Raise::Share(share) => Some(*share),
            },
        };
        Self {
            version: Some(lot.terms_version),
            sealed: terms.way.sealing().map(SealingJson::from),
            falling: terms.way.falling().map(FallingJson::from),
            rounds: terms.way.rounds().map(RoundsJson::from),
            currency: terms.currency.code().to_owned(),
            start: decimal(terms.start),
            reserve: terms.reserve.map(decimal),
            hidden_reserve: None,
            hidden_reserve_hash: terms.hidden.as_ref().map(|it| it.hash.clone()),
            buy_now: terms.buy_now.map(decimal),
            deposit: terms.deposit.map(decimal),
            opens: terms.opens.rfc3339(),
            closes: terms.closes.rfc3339(),
            steps: terms.steps.iter().map(step).collect(),
            is_proxy: terms.is_proxy,
            window_seconds: terms.window_s,
            cap_seconds: terms.cap_s,
            bidders_min: terms.bidders_min,
            sign_days: terms.sign_days,
        }
    }

    /// The version seen and the terms, or every reason against them.
    pub(crate) fn read(self) -> Result<(Option<u64>, Terms), No> {
        let mut no: Vec<Refusal> = Vec::new();
        let currency = crate::shape::word("currency", &self.currency, &mut no);
        let unit = currency.unwrap_or(Currency::CNY);
        let mut amount = |field: &str, text: &str| {
            Money::parse(text, unit).map(|money| money.minor).unwrap_or_else(|_| {
                let term = base::text::field_term(field);
                let refusal = Refusal::invalid("money-unreadable").term("field", term);
                no.push(refusal.on(field.to_owned()).text("found", text));
                0
            })
        };
        let start = amount("start", &self.start);
        let reserve = self.reserve.map(|text| amount("reserve", &text));
        let hidden = self.hidden_reserve.map(|text| amount("hidden_reserve", &text));
        let hidden = match (hidden, self.hidden_reserve_hash) {
            (Some(sum), _) => Some(Hidden::set(sum)),
            (None, kept) => kept.map(|_| Hidden::default()),
        };
        let buy_now = self.buy_now.map(|text| amount("buy_now", &text));
        let deposit = self.deposit.map(|text| amount("deposit", &text));
        let steps: Vec<(i64, Raise)> = self
            .steps
            .iter()
            .map(|step| {
                let from = amount("steps", &step.from);
                let raise = match (&step.amount, step.basis_points) {
                    (Some(sum), _) => Raise::Fixed(amount("steps", sum)),
                    (None, share) => Raise::Share(share.unwrap_or(0)),
                };
                (from, raise)
            })
            .collect();
        let way = match (self.sealed, self.falling, self.rounds) {
            (Some(sealing), ..) => Way::Sealed(sealing.read(&mut no)),
            (None, Some(falling), _) => Way::Falling(falling.into()),
            (None, None, Some(rounds)) => Way::Rounds(rounds.into()),
            (None, None, None) => Way::English,
        };
        let opens = moment("opens", &self.opens, &mut no);
        let closes = moment("closes", &self.closes, &mut no);
        let (Some(currency), Some(opens), Some(closes), true) =
            (currency, opens, closes, no.is_empty())
        else {
            return Err(No(no));
        };
        let terms = Terms {
            way,
            currency,
            start,
            reserve,
            hidden,
            buy_now,
            deposit,
            opens,
            closes,
            steps,
            is_proxy: self.is_proxy,
            window_s: self.window_seconds,
            cap_s: self.cap_seconds,
            bidders_min: self.bidders_min,
            sign_days: self.sign_days,
        };
        Ok((self.version, terms))
    }
}

/// What the room has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LotEntry")]
pub struct EntryJson {
    pub entry: u64,
    #[schemars(with = "Moment")]
    pub received: String,
    /// `bid`, `buy`, `exclude`, `halt`, `go-on`, `withdraw`, `call-off` or `close`.
    pub kind: String,
    /// The number of the bidder.
    pub bidder: Option<u32>,
    /// `room` or `floor`, `desk` or `timer`.
    pub via: String,
    pub price: Option<MoneyJson>,
    pub leader: Option<u32>,
    #[schemars(with = "Moment")]
    pub ends_at: String,
}

impl EntryJson {
    pub(crate) fn of(lot: &Lot, told: &Told) -> Self {
        Self {
            entry: told.n,
            received: told.received.rfc3339(),
            kind: told.kind.clone(),
            bidder: Some(told.bidder).filter(|number| *number > 0),
            via: told.via.clone(),
            price: told.price.map(|minor| lot.terms.money(minor).into()),
            leader: told.leader,
            ends_at: told.ends_at.rfc3339(),
        }
    }
}

/// What a change of a lot is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LotChanged")]
pub struct LotChangedJson {
    pub id: String,
    pub reference: String,
    pub state: String,
    /// The version of the terms.
    pub version: u64,
    pub entry: u64,
}

impl From<LotChanged> for LotChangedJson {
    fn from(of: LotChanged) -> Self {
        Self {
            id: of.lot.to_string(),
            reference: of.reference.to_string(),
            state: of.state,
            version: of.version,
            entry: of.entry,
        }
    }
}

/// Asks to bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotRegistration")]
pub struct RegisterJson {
    pub organisation: String,
    /// The version of the terms that is agreed to.
    pub terms: u64,
    /// Whether it is willing to wait as the second, with its deposit.
    pub stands_by: bool,
}

/// Agrees to terms that were changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotAgreement")]
pub struct AgreeJson {
    pub organisation: String,
    pub terms: u64,
}

/// For which organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotFor")]
pub struct ForJson {
    pub organisation: String,
}

/// A bid. Where an amount is a limit, it is the most that is bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Bid")]
pub struct BidJson {
    /// For whom; without it the one organisation of the asker that takes part.
    #[serde(default)]
    pub organisation: Option<String>,
    #[serde(default)]
    pub amount: Option<MoneyJson>,
    /// Takes the lot at its fixed price; then without an amount.
    #[serde(default)]
    pub buys: bool,
    /// The stage of a falling price that was shown.
    #[serde(default)]
    pub stage: Option<u32>,
}

impl BidJson {
    pub(crate) fn amount(&self) -> Result<Money, No> {
        let mut no = Vec::new();
        let asked = self.amount.as_ref().ok_or_else(|| {
            Refusal::invalid("field-required").on("amount").term("field", "field-amount")
        })?;
        asked.read("amount", &mut no).ok_or(No(no))
    }

    pub(crate) fn currency(&self) -> Currency {
        let named = self.amount.as_ref().and_then(|money| Currency::parse(&money.currency));
        named.unwrap_or(Currency::CNY)
    }
}

/// What a bidder is told of a bid that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BidAnswer")]
pub struct BidAnswerJson {
    /// Its place in the order of the lot.
    pub entry: u64,
    #[schemars(with = "Moment")]
    pub received: String,
    #[schemars(with = "Moment")]
    pub ends_at: String,
    pub price: Option<MoneyJson>,
    pub leads: bool,
    /// Whether it moved the end.
    pub extended: bool,
    /// Whether nobody else learns of it.
    pub is_silent: bool,
}

impl BidAnswerJson {
    pub(crate) fn of(done: &BidAnswer, currency: Currency) -> Self {
        Self {
            entry: done.entry,
            received: done.received.rfc3339(),
            ends_at: done.ends_at.rfc3339(),
            price: done.price.map(|minor| Money::new(minor, currency).into()),
            leads: done.leads,
            extended: done.extended,
            is_silent: done.is_silent,
        }
    }
}

/// One who wants to bid, for the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Bidder")]
pub struct BidderJson {
    pub number: u32,
    pub organisation: String,
    pub name: TextJson,
    pub state: String,
    pub reason: String,
    /// The rank of a priority right, 1 the highest.
    pub rank: Option<u8>,
    pub agreed: u64,
    pub stands_by: bool,
    pub deposit: String,
    /// When they had the award and let the time to sign pass.
    pub default: Option<DefaultJson>,
}

/// A winner who did not sign in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LotDefault")]
pub struct DefaultJson {
    pub at: String,
    /// When the office lifted it; until then they do not bid on this technology again.
    pub lifted_at: Option<String>,
    pub reason: Option<String>,
}

impl BidderJson {
    pub(crate) fn of(view: &BidderView) -> Self {
        let BidderView { bidder: it, name, default } = view;
        let default = default.as_ref().map(|it| DefaultJson {
            at: it.at.rfc3339(),
            lifted_at: it.lifted.as_ref().map(|(at, _)| at.rfc3339()),
            reason: it.lifted.as_ref().map(|(_, reason)| reason.clone()),
        });
        Self {
            default,
            number: it.alias,
            organisation: it.organisation.to_string(),
            name: name.into(),
            state: it.state.word().to_owned(),
            reason: it.reason.clone(),
            rank: it.rank,
            agreed: it.agreed,
            stands_by: it.stands_by,
            deposit: it.deposit.word().to_owned(),
        }
    }
}

/// Admits or refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BidderDecision")]
pub struct DecideJson {
    pub admits: bool,
    #[serde(default)]
    pub rank: Option<u8>,
    #[serde(default)]
    pub reason: String,
}

/// A reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotReason")]
pub struct ReasonJson {
    pub reason: String,
}

/// A deposit that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DepositReceived")]
pub struct DepositJson {
    /// The account at a bank where it came in.
    pub bank: String,
    /// The bank's reference of the payment.
    pub reference: String,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub value_date: Option<String>,
}

/// Stops a lot, or lets it go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotHalt")]
pub struct HaltJson {
    pub goes_on: bool,
}

/// Why a lot is to be called off. Where somebody takes part it stands still until appeals are over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotCallOff")]
pub struct CallOffJson {
    /// `no-demand`, `cannot-be-mended`, `force-majeure`, `costs-cut` or `no-offer`.
    pub why: String,
    /// What everybody reads of it.
    pub grounds: String,
}

/// The last wish to call a lot off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LotCancellation")]
pub struct CancellationJson {
    /// `pending`, `active`, or `unsuccessful` after an appeal that won.
    pub state: String,
    pub why: String,
    pub grounds: String,
    #[schemars(with = "Moment")]
    pub asked_at: String,
    /// Until when appeals are taken.
    #[schemars(with = "Moment")]
    pub until: String,
}

impl From<&Cancellation> for CancellationJson {
    fn from(of: &Cancellation) -> Self {
        Self {
            state: of.state.word().to_owned(),
            why: of.why.clone(),
            grounds: of.grounds.clone(),
            asked_at: of.asked_at.rfc3339(),
            until: of.until.rfc3339(),
        }
    }
}
