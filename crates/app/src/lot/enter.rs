//! One entry into a lot: the engine answers, the row and what it leaves behind are written.

use crate::act::{About, Cx, Stop};
use crate::lot::{BIDDERS_MAX, told};
use auction::protocol::line;
use auction::{Bidder, Code, Entry, Event, Input, Mode, Refused, RoundStage, Table, Taken};
use base::{Class, Instant, Label, Level, Refusal, Value};
use store::lot::NewEntry;
use trading::lot::{Course, Deposit, Lot, LotBidder, LotState};

/// Where an entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    Room,
    Floor,
    Desk,
    Timer,
}

impl Via {
    fn word(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Floor => "floor",
            Self::Desk => "desk",
            Self::Timer => "timer",
        }
    }
}

/// What became of an entry.
pub(crate) struct Entered {
    pub n: u64,
    pub answer: Result<Taken, Refused>,
}

/// Enters one thing into an open lot and leaves the lot as it stands after it. A refused entry is
/// kept too, and changes nothing.
pub(crate) fn enter(
    cx: &mut Cx<'_, '_>,
    lot: &mut Lot,
    input: Input,
    received: Instant,
    via: Via,
) -> Result<Entered, Stop> {
    let city = cx.city.clone();
    let mut seat = city.rooms().seat(cx, lot)?;
    let before = lot.course.clone();
    let n = before.n_entries + 1;
    let entry = Entry { sequence: n, received, input };
    let answer = seat.event_mut().apply(&entry);
    let written = line(&entry, &answer, seat.event());
    let salt = store::log::hex(&city.with_chance(|chance| chance.bytes32()));
    let chain = chain_of(&before.chain, &salt, &written);
    lot.course = course(seat.event(), received, n, chain);
    let (kind, bidder, amount) = about(&entry.input);
    let is_told = kind.is_told && answer.as_ref().is_ok_and(|taken| !taken.is_silent);
    let row = NewEntry {
        received,
        kind: kind.word,
        bidder: bidder.map_or(0, |bidder| bidder.0),
        person: cx.actor.person,
        via: via.word(),
        line: written,
        salt,
        is_accepted: answer.is_ok(),
        is_shown: is_told,
        amount,
    };
    store::lot::add_entry(cx.tx, lot.id, &before, &row, &lot.course, cx.now)?;
    seat.stands_at(n, &lot.course.chain);
    drop(seat);
    record(cx, lot, &row);
    Ok(Entered { n, answer })
}

/// Every entry is committed to in the log; only what the room may know is told there.
fn record(cx: &mut Cx<'_, '_>, lot: &Lot, row: &NewEntry) {
    let course = &lot.course;
    let mut body = serde_json::json!({ "lot": lot.id, "chain": course.chain });
    let shown = Label::at(Level::Restricted);
    let (kind, label) = match row.is_shown {
        true => ("lot-entry", &lot.label),
        false => ("lot-entry-kept", &shown),
    };
    if row.is_shown {
        body["kind"] = row.kind.into();
        body["bidder"] = row.bidder.into();
        body["price"] = course.price.into();
        body["ends_at"] = course.ends_at.rfc3339().into();
    }
    let about = About {
        thing: lot.id.to_string(),
        version: course.n_entries,
        owner: Some(lot.owner).filter(|_| row.is_shown),
        label,
        state: lot.state.word(),
    };
    cx.event(kind, about, body);
}

/// The digest of all entries up to this one. The salt keeps amounts from being guessed out of it.
fn chain_of(before: &str, salt: &str, line: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new()
        .chain_update(before)
        .chain_update([0])
        .chain_update(salt)
        .chain_update([0])
        .chain_update(line)
        .finalize();
    store::log::hex(&digest)
}

fn course(event: &Event, now: Instant, n: u64, chain: String) -> Course {
    let view = event.view(0, now).expect("a lot's event has one lot");
    let (n_bids, ends_at) = match event.table(0, now) {
        Some(table) => table_course(event, &table),
        None => (view.n_bids, view.end),
    };
    Course {
        n_entries: n,
        chain,
        price: view.price,
        leader: view.leader.map(|bidder| bidder.0),
        n_bids,
        ends_at,
        is_halted: view.is_halted,
    }
}

/// How many bids there are and when it ends, where bidders take turns: neither tells of a turn that
/// runs, nor how many opening offers came in before they are shown.
pub(crate) fn table_course(event: &Event, table: &Table) -> (u64, Instant) {
    let end = event.end(0).unwrap_or(table.until);
    let planned = || {
        let Mode::Rounds(rounds) = &event.rules().mode else { return end };
        let us = table.until.micros().saturating_add(rounds.length_us(2));
        Instant::from_micros(us)
    };
    match table.stage {
        RoundStage::Offers => (0, planned()),
        _ => (u64::try_from(table.offers.len()).unwrap_or(u64::MAX), end),
    }
}

struct Kind {
    word: &'static str,
    /// Whether the room may know of it, where it is accepted and not silent.
    is_told: bool,
}

fn about(input: &Input) -> (Kind, Option<Bidder>, Option<i64>) {
    let told = |word| Kind { word, is_told: true };
    let kept = |word| Kind { word, is_told: false };
    match *input {
        Input::Admit { bidder, .. } => (kept("admit"), Some(bidder), None),
        Input::HoldDeposit { bidder, .. } => (kept("hold-deposit"), Some(bidder), None),
        Input::FreeDeposit { bidder, .. } => (kept("free-deposit"), Some(bidder), None),
        Input::Bid { bidder, amount, .. } => (told("bid"), Some(bidder), Some(amount)),
        Input::Seal { bidder, .. } => (kept("seal"), Some(bidder), None),
        Input::Open { .. } => (told("open"), None, None),
        Input::Buy { bidder, .. } => (told("buy"), Some(bidder), None),
        Input::TakeBack { bidder, .. } => (told("take-back"), Some(bidder), None),
        Input::Confirm { bidder, .. } => (kept("confirm"), Some(bidder), None),
        Input::Edit { .. } => (told("edit"), None, None),
        Input::Exclude { bidder } => (told("exclude"), Some(bidder), None),
        Input::Halt { .. } => (told("halt"), None, None),
        Input::GoOn { .. } => (told("go-on"), None, None),
        Input::Withdraw { .. } => (told("withdraw"), None, None),
        Input::CallOff { .. } => (told("call-off"), None, None),
        Input::Return { .. } => (told("return"), None, None),
        Input::Reveal { reserve, .. } => (told("reveal"), None, Some(reserve)),
        Input::Close { .. } => (told("close"), None, None),
    }
}

/// An entry that must be taken: what else would it mean.
pub(crate) fn enter_or_refuse(
    cx: &mut Cx<'_, '_>,
    lot: &mut Lot,
    input: Input,
    via: Via,
) -> Result<Taken, Stop> {
    let now = cx.now;
    let entered = enter(cx, lot, input, now, via)?;
    Ok(entered.answer.map_err(|refused| refusal(lot, &refused))?)
}

/// Enters a bidder who takes part into an open lot, with the deposit that is held.
pub(crate) fn enter_bidder(
    cx: &mut Cx<'_, '_>,
    lot: &mut Lot,
    it: &mut LotBidder,
    via: Via,
) -> Result<(), Stop> {
    if lot.state != LotState::Open || it.is_entered || !it.takes_part(lot.terms_version) {
        return Ok(());
    }
    let bidder = Bidder(it.alias);
    enter_or_refuse(cx, lot, Input::Admit { bidder, rank: it.rank }, via)?;
    it.is_entered = true;
    if it.deposit == Deposit::Held {
        enter_or_refuse(cx, lot, Input::HoldDeposit { lot: 0, bidder }, via)?;
    }
    Ok(())
}

/// The refusal of the engine as faces and `words` know it.
pub(crate) fn refusal(lot: &Lot, refused: &Refused) -> Refusal {
    let class = match refused.code {
        Code::NotAnAmount => Class::Invalid,
        Code::Late | Code::Closed | Code::KnownBidder | Code::DepositAsIs => Class::Conflict,
        _ => Class::Refused,
    };
    let code = std::borrow::Cow::Owned(format!("lot-{}", refused.code.word()));
    let mut refusal = Refusal { code, ..Refusal::new(class, "") };
    if is_of_amount(refused.code) {
        refusal = refusal.on("amount");
    }
    if let Some(needed) = refused.needed {
        refusal = refusal.with("needed", Value::Money(lot.terms.money(needed)));
    }
    if let Some(at) = refused.at {
        refusal = refusal.with("at", Value::At(at));
    }
    refusal
}

fn is_of_amount(code: Code) -> bool {
    matches!(
        code,
        Code::NotAnAmount
            | Code::Leading
            | Code::LimitNotRaised
            | Code::NotAbove
            | Code::UnderStart
            | Code::UnderStep
    )
}

/// Opens an announced lot: freezes its rules and enters everybody who takes part, by number.
pub(crate) fn freeze(cx: &mut Cx<'_, '_>, lot: &mut Lot) -> Result<(), Stop> {
    let rules = lot.terms.rules(&lot.reference.to_string());
    lot.digest = rules.digest().to_string();
    if !store::lot::freeze(cx.tx, lot.id, (&rules.text(), &lot.digest), cx.now)? {
        return Err(Refusal::new(Class::Conflict, "lot-frozen").into());
    }
    lot.state = LotState::Open;
    for mut it in store::lot::bidders(cx.tx, lot.id, BIDDERS_MAX)? {
        let was_entered = it.is_entered;
        enter_bidder(cx, lot, &mut it, Via::Timer)?;
        if it.is_entered != was_entered {
            store::lot::change_bidder(cx.tx, &it)?;
        }
    }
    let digest = lot.digest.clone();
    told(cx, lot, "lot-frozen", serde_json::json!({ "rules": digest }));
    Ok(())
}
