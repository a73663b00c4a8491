//! The parts of a release as JSON: values, periods, documents, lots, auctions.
//!
//! What is empty is left out here; what was there in an earlier release and is gone becomes null where
//! the release is put together.

use base::{Bilingual, Instant, Lang, Money, Span};
use serde_json::{Map, Number, Value, json};

use crate::process::{
    Auction, Bid, BidState, Classification, Direction, Document, Item, Lot, Milestone,
    Organisation, Payment, Tender,
};

/// The largest whole amount that every reader of JSON keeps exact (RFC 8259, section 6).
const EXACT_MAX: u64 = 1 << 53;

/// An object under construction; what is empty stays out.
#[derive(Default)]
pub(crate) struct Part(Map<String, Value>);

impl Part {
    pub(crate) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    /// A text in the process's language, and the other one beside it: `title`, `title_zh-Hans`.
    pub(crate) fn texts(self, name: &str, text: &Bilingual, lang: Lang) -> Self {
        let (main, real) = text.best(lang);
        let other = lang.other();
        let beside = if real == lang { text.get(other) } else { "" };
        self.set(name, main).set(&format!("{name}_{}", other.tag()), beside)
    }

    pub(crate) fn all(self, name: &str, items: impl Iterator<Item = Value>) -> Self {
        self.set(name, items.collect::<Vec<_>>())
    }

    pub(crate) fn done(self) -> Value {
        Value::Object(self.0)
    }
}

pub(crate) fn moment(at: Instant) -> Value {
    Value::String(at.rfc3339())
}

pub(crate) fn period(span: Span) -> Value {
    json!({"startDate": moment(span.start()), "endDate": moment(span.end())})
}

/// An amount as a JSON number that reads back as the same money; none where there is no such number.
pub(crate) fn number(money: Money) -> Option<Number> {
    let text = money.decimal();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    if part.bytes().all(|digit| digit == b'0') {
        let whole: i64 = whole.parse().ok()?;
        return (whole.unsigned_abs() <= EXACT_MAX).then(|| Number::from(whole));
    }
    let number: Number = serde_json::from_str(&text).ok()?;
    let back = Money::parse(&number.to_string(), money.currency);
    (back == Ok(money)).then_some(number)
}

pub(crate) fn value(money: Option<Money>) -> Value {
    let Some(money) = money else { return Value::Null };
    // Every amount of a process was looked at before anything is written.
    let amount = number(money).map_or(Value::Null, Value::Number);
    json!({"amount": amount, "currency": money.currency.code()})
}

pub(crate) fn reference(organisation: &Organisation, lang: Lang) -> Value {
    Part::default().set("id", organisation.id.as_str()).set("name", name(organisation, lang)).done()
}

fn name(organisation: &Organisation, lang: Lang) -> &str {
    organisation.name.best(lang).0
}

pub(crate) fn party(organisation: &Organisation, roles: &[&'static str], lang: Lang) -> Value {
    let identifier = organisation.identifier.as_ref().map_or(Value::Null, |own| {
        let part = Part::default().set("scheme", own.scheme.as_str()).set("id", own.id.as_str());
        part.set("legalName", own.legal_name.as_str()).done()
    });
    let address = Part::default()
        .set("locality", organisation.address.locality.as_str())
        .set("region", organisation.address.region.as_str())
        .set("countryName", organisation.address.country.as_str());
    Part::default()
        .set("id", organisation.id.as_str())
        .texts("name", &organisation.name, lang)
        .set("identifier", identifier)
        .set("address", address.done())
        .set("roles", roles.to_vec())
        .done()
}

pub(crate) fn document(document: &Document, lang: Lang) -> Value {
    Part::default()
        .set("id", document.id.as_str())
        .set("documentType", document.kind.as_str())
        .texts("title", &document.title, lang)
        .set("url", document.url.as_str())
        .set("datePublished", moment(document.published))
        .set("format", document.format.as_str())
        .done()
}

pub(crate) fn documents(all: &[Document], lang: Lang) -> Vec<Value> {
    all.iter().map(|one| document(one, lang)).collect()
}

/// The tender but for its id, its state and who holds it.
pub(crate) fn tender(tender: &Tender, direction: Direction, lang: Lang) -> Part {
    let price = match direction {
        Direction::Sale => "minValue",
        Direction::Purchase => "value",
    };
    let techniques = tender.auction_url.as_deref().map_or(
        Value::Null,
        |url| json!({"hasElectronicAuction": true, "electronicAuction": {"url": url}}),
    );
    Part::default()
        .texts("title", &tender.title, lang)
        .texts("description", &tender.description, lang)
        .set("procurementMethod", tender.method.code())
        .texts("procurementMethodDetails", &tender.method_details, lang)
        .set("awardCriteria", tender.criteria.code())
        .set(price, value(tender.value))
        .set("tenderPeriod", period(tender.submission))
        .set("enquiryPeriod", tender.enquiries.map_or(Value::Null, period))
        .texts("eligibilityCriteria", &tender.eligibility, lang)
        .set("submissionMethod", vec!["electronicSubmission"])
        .all("items", tender.items.iter().map(|one| item(one, lang)))
        .all("lots", tender.lots.iter().map(|one| lot(one, direction, lang)))
        .set("documents", documents(&tender.documents, lang))
        .set("techniques", techniques)
}

pub(crate) fn item(item: &Item, lang: Lang) -> Value {
    Part::default()
        .set("id", item.id.as_str())
        .texts("description", &item.description, lang)
        .set("classification", item.classification.as_ref().map_or(Value::Null, classification))
        .set("relatedLot", item.lot.as_deref())
        .done()
}

fn classification(own: &Classification) -> Value {
    Part::default()
        .set("scheme", own.scheme.as_str())
        .set("id", own.id.as_str())
        .set("description", own.description.as_str())
        .done()
}

fn lot(lot: &Lot, direction: Direction, lang: Lang) -> Value {
    let price = match direction {
        Direction::Sale => "minValue",
        Direction::Purchase => "value",
    };
    Part::default()
        .set("id", lot.id.as_str())
        .texts("title", &lot.title, lang)
        .set(price, value(lot.value))
        .done()
}

pub(crate) fn auction(auction: &Auction) -> Value {
    let rounds = auction.rounds.iter().map(|round| {
        Part::default()
            .set("id", round.id.as_str())
            .set("period", period(round.span))
            .set("numberOfBids", round.n_bids)
            .set("bestValue", value(round.best))
            .done()
    });
    Part::default()
        .set("id", auction.id.as_str())
        .set("relatedLot", auction.lot.as_deref())
        .set("url", auction.url.as_deref())
        .set("method", auction.method.as_str())
        .set("startValue", value(auction.start))
        .set("step", value(auction.step))
        .set("period", period(auction.span))
        .set("numberOfExtensions", auction.n_extensions)
        .all("rounds", rounds)
        .done()
}

pub(crate) fn milestone(milestone: &Milestone, lang: Lang) -> Value {
    Part::default()
        .set("id", milestone.id.as_str())
        .texts("title", &milestone.title, lang)
        .set("type", milestone.kind.as_str())
        .set("dueDate", milestone.due.map_or(Value::Null, moment))
        .set("dateMet", milestone.met.map_or(Value::Null, moment))
        .set("status", milestone.state.code())
        .done()
}

pub(crate) fn payment(payment: &Payment, payer: Value, payee: Value) -> Value {
    Part::default()
        .set("id", payment.id.as_str())
        .set("date", moment(payment.at))
        .set("value", value(Some(payment.value)))
        .set("payer", payer)
        .set("payee", payee)
        .done()
}

/// Numbers about bids, for the whole and for each lot: how many came in, were valid and from how many
/// bidders, and the lowest and highest valid amount. Nobody is named.
pub(crate) fn statistics(bids: &[Bid], lots: &[Lot]) -> Vec<Value> {
    let scopes = lots.iter().map(|lot| Some(lot.id.as_str()));
    let mut found = Vec::new();
    for lot in [None].into_iter().chain(scopes) {
        let in_scope = |bid: &&Bid| lot.is_none() || bid.lot.as_deref() == lot;
        let bids: Vec<&Bid> = bids.iter().filter(in_scope).collect();
        statistics_of(&bids, lot, &mut found);
    }
    found
}

fn statistics_of(bids: &[&Bid], lot: Option<&str>, found: &mut Vec<Value>) {
    let counted = |state: &[BidState]| bids.iter().filter(|bid| state.contains(&bid.state)).count();
    let mut bidders: Vec<_> = bids
        .iter()
        .filter(|bid| bid.state != BidState::Withdrawn)
        .flat_map(|bid| &bid.bidders)
        .collect();
    bidders.sort_unstable();
    bidders.dedup();
    let mut add = |measure: &str, number: Value, currency: Value| {
        let id = lot.map_or_else(|| measure.to_owned(), |lot| format!("{measure}-{lot}"));
        let part = Part::default().set("id", id).set("measure", measure).set("value", number);
        found.push(part.set("currency", currency).set("relatedLot", lot).done());
    };
    add("bids", json!(counted(&[BidState::Valid, BidState::Disqualified])), Value::Null);
    add("validBids", json!(counted(&[BidState::Valid])), Value::Null);
    add("disqualifiedBids", json!(counted(&[BidState::Disqualified])), Value::Null);
    add("bidders", json!(bidders.len()), Value::Null);
    let valid = bids.iter().filter(|bid| bid.state == BidState::Valid);
    let values: Vec<Money> = valid.filter_map(|bid| bid.value).collect();
    let Some(first) = values.first() else { return };
    // Amounts of several currencies have no lowest and no highest.
    if values.iter().all(|money| money.currency == first.currency) {
        let amounts = || values.iter().map(|money| money.minor);
        for (measure, minor) in
            [("lowestValidBidValue", amounts().min()), ("highestValidBidValue", amounts().max())]
        {
            let money = Money::new(minor.unwrap_or(first.minor), first.currency);
            let amount = number(money).map_or(Value::Null, Value::Number);
            add(measure, amount, json!(first.currency.code()));
        }
    }
}
