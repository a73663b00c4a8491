//! Listings: the terms on which a technology is offered. They are read with their technology.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use crate::shape::{Moment, MoneyJson, OneOf, TextJson, word};
use crate::technology::content::percent;
use crate::technology::shape::WithdrawJson;
use access::Act as A;
use app::No;
use app::listing::{CreateListing, ListingChanged, ReviseListing, WithdrawListing};
use base::Refusal;
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::{DealMode, Licence, Listing, Terms};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&CREATE, &REVISE, &WITHDRAW];

/// One offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Listing")]
pub struct ListingJson {
    pub id: String,
    pub reference: String,
    /// `offered` or `withdrawn`.
    pub state: String,
    /// Why it was withdrawn; empty otherwise.
    pub reason: String,
    pub version: u64,
    #[schemars(with = "Moment")]
    pub changed_at: String,
    #[schemars(with = "OneOf<DealMode>")]
    pub mode: String,
    #[schemars(with = "OneOf<Licence>")]
    pub licence: String,
    /// In an auction the opening price, as equity the valuation.
    pub price: Option<MoneyJson>,
    /// Parts of a hundred as decimal text.
    pub royalty: Option<String>,
    pub term_years: Option<u32>,
    pub territory: TextJson,
    pub field_of_use: TextJson,
    pub notes: TextJson,
}

impl From<&Listing> for ListingJson {
    fn from(of: &Listing) -> Self {
        Self {
            id: of.id.to_string(),
            reference: of.reference.to_string(),
            state: of.state.word().to_owned(),
            reason: of.state.reason().to_owned(),
            version: of.version,
            changed_at: of.changed_at.rfc3339(),
            mode: of.mode.word().to_owned(),
            licence: of.terms.licence.word().to_owned(),
            price: of.terms.price.map(Into::into),
            royalty: of.terms.royalty.map(|royalty| royalty.to_string()),
            term_years: of.terms.term_years,
            territory: (&of.terms.territory).into(),
            field_of_use: (&of.terms.field_of_use).into(),
            notes: (&of.terms.notes).into(),
        }
    }
}

/// The terms of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Terms")]
pub struct TermsJson {
    /// The version seen, for a revision; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    #[schemars(with = "OneOf<DealMode>")]
    pub mode: String,
    #[schemars(with = "OneOf<Licence>")]
    pub licence: String,
    #[serde(default)]
    pub price: Option<MoneyJson>,
    /// Parts of a hundred as decimal text.
    #[serde(default)]
    pub royalty: Option<String>,
    #[serde(default)]
    pub term_years: Option<u32>,
    #[serde(default)]
    pub territory: TextJson,
    #[serde(default)]
    pub field_of_use: TextJson,
    #[serde(default)]
    pub notes: TextJson,
}

impl TermsJson {
    /// The mode and the terms, or every reason against them.
    fn read(self) -> Result<(DealMode, Terms), No> {
        let mut no: Vec<Refusal> = Vec::new();
        let mode = word("mode", &self.mode, &mut no);
        let licence = word("licence", &self.licence, &mut no);
        let price = self.price.and_then(|price| price.read("price", &mut no));
        let royalty = self.royalty.and_then(|text| percent("royalty", &text, &mut no));
        let (Some(mode), Some(licence), true) = (mode, licence, no.is_empty()) else {
            return Err(No(no));
        };
        let terms = Terms {
            licence,
            price,
            royalty,
            term_years: self.term_years,
            territory: self.territory.into(),
            field_of_use: self.field_of_use.into(),
            notes: self.notes.into(),
        };
        Ok((mode, terms))
    }
}

/// What a change of a listing is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ListingChanged")]
pub struct ListingChangedJson {
    pub id: String,
    pub technology: String,
    pub reference: String,
    pub version: u64,
}

impl From<ListingChanged> for ListingChangedJson {
    fn from(of: ListingChanged) -> Self {
        Self {
            id: of.listing.to_string(),
            technology: of.technology.to_string(),
            reference: of.reference.to_string(),
            version: of.version,
        }
    }
}

static CREATE: Operation = Operation {
    request: Some(schema_of::<TermsJson>()),
    answer: Answer::json::<ListingChangedJson>(201),
    ..Operation::post(
        "listing-create",
        "/api/v1/technologies/{id}/listings",
        A::CreateListing,
        |request| CREATE.answer(request),
        create,
    )
};

fn create(call: &Call<'_>) -> Result<Reply, No> {
    let technology = call.id("id")?;
    let (mode, terms) = call.body::<TermsJson>()?.read()?;
    let changed = call.city().perform(call.asker(), CreateListing { technology, mode, terms })?;
    // A listing is read with its technology, so that is where the new one is found.
    let path = format!("/api/v1/technologies/{technology}");
    Ok(reply::created(call, &path, &ListingChangedJson::from(changed)))
}

static REVISE: Operation = Operation {
    request: Some(schema_of::<TermsJson>()),
    answer: Answer::json::<ListingChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "listing-revise",
        "/api/v1/technologies/{id}/listings/{listing}",
        A::ReviseListing,
        |request| REVISE.answer(request),
        revise,
    )
};

fn revise(call: &Call<'_>) -> Result<Reply, No> {
    let (technology, listing) = (call.id("id")?, call.id("listing")?);
    let ask: TermsJson = call.body()?;
    let version = call.version(ask.version)?;
    let (mode, terms) = ask.read()?;
    let act = ReviseListing { technology, listing, version, mode, terms };
    Ok(reply::json(&ListingChangedJson::from(call.city().perform(call.asker(), act)?)))
}

static WITHDRAW: Operation = Operation {
    request: Some(schema_of::<WithdrawJson>()),
    answer: Answer::json::<ListingChangedJson>(200),
    takes_version: true,
    ..Operation::post(
        "listing-withdraw",
        "/api/v1/technologies/{id}/listings/{listing}/withdrawal",
        A::WithdrawListing,
        |request| WITHDRAW.answer(request),
        withdraw,
    )
};

fn withdraw(call: &Call<'_>) -> Result<Reply, No> {
    let (technology, listing) = (call.id("id")?, call.id("listing")?);
    let ask: WithdrawJson = call.body()?;
    let version = call.version(ask.version)?;
    let act = WithdrawListing { technology, listing, version, reason: ask.reason };
    Ok(reply::json(&ListingChangedJson::from(call.city().perform(call.asker(), act)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body;

    fn check(text: &str, want: Result<(DealMode, Option<i64>), &str>) {
        let read = body::read::<TermsJson>(text.as_bytes()).map_err(No::from);
        let found = read.and_then(TermsJson::read).map_err(|no| no.to_string());
        let found = found.map(|(mode, terms)| (mode, terms.price.map(|price| price.minor)));
        assert_eq!(found, want.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn terms_are_read_strictly() {
        check(
            r#"{"mode":"fixed-price","licence":"sole","price":{"amount":"1.50","currency":"CNY"}}"#,
            Ok((DealMode::FixedPrice, Some(150))),
        );
        check(r#"{"mode":"negotiation","licence":"open"}"#, Ok((DealMode::Negotiation, None)));
        check(
            r#"{"mode":"gift","licence":"all","royalty":"2,5",
                "price":{"amount":"x","currency":"CNY"}}"#,
            Err("choice-unknown (mode); choice-unknown (licence); \
                 money-unreadable (price.amount); number-unreadable (royalty)"),
        );
        check(r#"{"mode":"auction","licence":"sole","price":5}"#, Err("body-value-unfit (price)"));
        check(r#"{"mode":"auction"}"#, Err("field-required (licence)"));
    }
}
