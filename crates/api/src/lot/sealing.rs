//! Sealed lots: trustees with their keys, sealed bids, what the opening found.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use crate::shape::{Moment, MoneyJson, TextJson, id};
use access::Act as A;
use app::No;
use app::lot::{
    KeyAnswer, PublishTrusteeKey, RegisterTrusteeKey, SealAnswer, SealBid, SealingView,
    TakeBackSeal,
};
use base::{OrganisationId, PersonId, Refusal};
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::lot::Lot;
use trading::sealing::{Seal, Sealing, Seat};

use super::shape::LotChangedJson;

/// The terms of a sealed lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SealingTerms")]
pub struct SealingJson {
    /// What the winner pays: `first`, the own bid; `second`, the best bid that did not win.
    pub price: String,
    /// Whether the first bid is final.
    pub is_final: bool,
    /// How many trustees open the bids.
    pub threshold: u8,
    /// In the places of the list.
    pub trustees: Vec<SeatJson>,
    /// Hours that the trustees have after the end.
    pub keys_hours: u32,
}

/// One trustee and the organisation that it is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TrusteeSeat")]
pub struct SeatJson {
    pub person: String,
    pub organisation: String,
}

impl From<&Sealing> for SealingJson {
    fn from(of: &Sealing) -> Self {
        let seat = |seat: &Seat| SeatJson {
            person: seat.person.to_string(),
            organisation: seat.organisation.to_string(),
        };
        Self {
            price: of.price.clone(),
            is_final: of.is_final,
            threshold: of.threshold,
            trustees: of.trustees.iter().map(seat).collect(),
            keys_hours: of.keys_hours,
        }
    }
}

impl SealingJson {
    pub(crate) fn read(self, no: &mut Vec<Refusal>) -> Sealing {
        let mut trustees = Vec::new();
        for seat in &self.trustees {
            let person: Option<PersonId> = id("trustees", &seat.person, no);
            let organisation: Option<OrganisationId> = id("trustees", &seat.organisation, no);
            if let (Some(person), Some(organisation)) = (person, organisation) {
                trustees.push(Seat { person, organisation });
            }
        }
        Sealing {
            price: self.price,
            is_final: self.is_final,
            threshold: self.threshold,
            trustees,
            keys_hours: self.keys_hours,
        }
    }
}

/// The sealing of a lot as everybody may see it, with the own receipts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LotSealing")]
pub struct SealingViewJson {
    pub threshold: u8,
    pub trustees: Vec<TrusteeJson>,
    /// SHA-256 of the published list; none before it is frozen.
    pub list_digest: Option<String>,
    /// Until when a threshold of keys has to be in.
    #[schemars(with = "Moment")]
    pub until: String,
    /// Bids that stand; whose they are is not told.
    pub n_bids: usize,
    /// The own number, and the version that the next own bid carries.
    pub number: Option<u32>,
    pub next_version: u32,
    /// The own receipts, newest first.
    pub own: Vec<SealJson>,
    /// Every bid that stood at the end, once they are open; empty before.
    pub bids: Vec<SealJson>,
}

/// One trustee of a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Trustee")]
pub struct TrusteeJson {
    /// Counted from 1.
    pub place: usize,
    pub organisation: String,
    pub organisation_name: TextJson,
    pub name: TextJson,
    /// The public half of the key, as base64.
    pub public_key: Option<String>,
    #[schemars(with = "Option<Moment>")]
    pub published_at: Option<String>,
    /// How often the private half was shown too early; it was refused.
    pub n_early: u64,
}

/// A sealed bid; its amount is known from the opening on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SealedBid")]
pub struct SealJson {
    pub entry: u64,
    /// The number of the bidder.
    pub number: u32,
    pub version: u32,
    #[schemars(with = "Moment")]
    pub received: String,
    /// SHA-256 of the file.
    pub commitment: String,
    /// `standing`, `replaced`, `taken-back`, `excluded`, `opened` or `failed`.
    pub state: String,
    /// Why it did not open.
    pub reason: String,
    pub amount: Option<MoneyJson>,
}

impl SealJson {
    fn of(lot: &Lot, seal: &Seal) -> Self {
        Self {
            entry: seal.entry,
            number: seal.bidder,
            version: seal.version,
            received: seal.received.rfc3339(),
            commitment: seal.commitment.clone(),
            state: seal.state.word().to_owned(),
            reason: seal.reason.clone(),
            amount: seal.amount.map(|minor| lot.terms.money(minor).into()),
        }
    }
}

impl SealingViewJson {
    fn of(view: &SealingView) -> Self {
        let trustee = |seat: &app::lot::SeatView| TrusteeJson {
            place: seat.place,
            organisation: seat.organisation.to_string(),
            organisation_name: (&seat.organisation_name).into(),
            name: (&seat.name).into(),
            public_key: seat.public_key.clone(),
            published_at: seat.published_at.map(|at| at.rfc3339()),
            n_early: seat.n_early,
        };
        let seals = |all: &[Seal]| all.iter().map(|seal| SealJson::of(&view.lot, seal)).collect();
        Self {
            threshold: view.terms.threshold,
            trustees: view.seats.iter().map(trustee).collect(),
            list_digest: view.listed.as_ref().map(|it| it.digest.clone()),
            until: view.until.rfc3339(),
            n_bids: view.n_bids,
            number: view.number,
            next_version: view.next_version,
            own: seals(&view.own),
            bids: seals(&view.bids),
        }
    }
}

/// A file as its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SealedFile")]
pub struct FileJson {
    /// For whom; without it the one organisation of the asker that takes part.
    #[serde(default)]
    pub organisation: Option<String>,
    pub file: String,
}

/// The public half of a trustee's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TrusteeKey")]
pub struct KeyJson {
    /// Base64 of 32 bytes, or the line of `bellwether bid key`.
    pub key: String,
}

/// For whom a sealed bid is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SealedFor")]
pub struct SealedForJson {
    #[serde(default)]
    pub organisation: Option<String>,
}

/// The receipt of a sealed bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SealedReceipt")]
pub struct ReceiptJson {
    pub entry: u64,
    pub number: u32,
    pub version: u32,
    /// SHA-256 of the file, to be compared with the own.
    pub commitment: String,
    #[schemars(with = "Moment")]
    pub received: String,
    #[schemars(with = "Moment")]
    pub ends_at: String,
}

impl From<SealAnswer> for ReceiptJson {
    fn from(of: SealAnswer) -> Self {
        Self {
            entry: of.entry,
            number: of.bidder,
            version: of.version,
            commitment: of.commitment,
            received: of.received.rfc3339(),
            ends_at: of.ends_at.rfc3339(),
        }
    }
}

/// What a trustee who published a key is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "KeyPublished")]
pub struct PublishedJson {
    pub place: usize,
    /// Keys that are in, and that open the bids.
    pub have: usize,
    pub need: u8,
}

impl From<KeyAnswer> for PublishedJson {
    fn from(of: KeyAnswer) -> Self {
        Self { place: of.place, have: of.have, need: of.need }
    }
}

pub(crate) static SEALING: Operation = Operation {
    answer: Answer::json::<SealingViewJson>(200),
    ..Operation::look(
        "lot-sealing",
        "/api/v1/lots/{id}/sealing",
        A::LookAtLot,
        |request| SEALING.answer(request),
        |call| {
            let view = call.city().lot_sealing(call.asker(), call.id("id")?)?;
            Ok(reply::json(&SealingViewJson::of(&view)))
        },
    )
};

pub(crate) static TRUSTEES: Operation = Operation {
    answer: Answer::text("text/plain"),
    ..Operation::look(
        "lot-trustees",
        "/api/v1/lots/{id}/trustees",
        A::LookAtLot,
        |request| TRUSTEES.answer(request),
        |call| text(call.city().lot_trustees(call.asker(), call.id("id")?)?),
    )
};

pub(crate) static KEY_FILE: Operation = Operation {
    answer: Answer::text("text/plain"),
    ..Operation::look(
        "lot-key-file",
        "/api/v1/lots/{id}/trustees/{place}/key",
        A::LookAtLot,
        |request| KEY_FILE.answer(request),
        |call| {
            let place = number(call, "place")?;
            let place = usize::try_from(place).map_err(|_| Refusal::not_found())?;
            text(call.city().lot_key_file(call.asker(), call.id("id")?, place)?)
        },
    )
};

pub(crate) static SEAL_FILE: Operation = Operation {
    answer: Answer::text("text/plain"),
    ..Operation::look(
        "lot-seal-file",
        "/api/v1/lots/{id}/sealed-bids/{sealed}",
        A::LookAtLot,
        |request| SEAL_FILE.answer(request),
        |call| {
            let entry = number(call, "sealed")?;
            text(call.city().lot_seal_file(call.asker(), call.id("id")?, entry)?)
        },
    )
};

fn text(body: String) -> Result<Reply, No> {
    Ok(Reply::new("text/plain; charset=utf-8", body))
}

/// A number in the path; anything else was never there.
fn number(call: &Call<'_>, name: &str) -> Result<u64, No> {
    Ok(call.request.param(name).parse().map_err(|_| Refusal::not_found())?)
}

pub(crate) static REGISTER_KEY: Operation = Operation {
    request: Some(schema_of::<KeyJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-register-key",
        "/api/v1/lots/{id}/trustee-keys",
        A::RegisterTrusteeKey,
        |request| REGISTER_KEY.answer(request),
        |call| {
            let act = RegisterTrusteeKey { lot: call.id("id")?, key: call.body::<KeyJson>()?.key };
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

pub(crate) static PUBLISH_KEY: Operation = Operation {
    request: Some(schema_of::<FileJson>()),
    answer: Answer::json::<PublishedJson>(200),
    ..Operation::post(
        "lot-publish-key",
        "/api/v1/lots/{id}/published-keys",
        A::PublishTrusteeKey,
        |request| PUBLISH_KEY.answer(request),
        |call| {
            let act =
                PublishTrusteeKey { lot: call.id("id")?, file: call.body::<FileJson>()?.file };
            Ok(reply::json(&PublishedJson::from(call.city().publish_key(call.asker(), act)?)))
        },
    )
};

pub(crate) static SEAL: Operation = Operation {
    request: Some(schema_of::<FileJson>()),
    answer: Answer::json::<ReceiptJson>(200),
    ..Operation::post(
        "lot-seal",
        "/api/v1/lots/{id}/sealed-bids",
        A::SealBid,
        |request| SEAL.answer(request),
        |call| {
            let ask: FileJson = call.body()?;
            let organisation = ask.organisation.as_deref().map(super::organisation).transpose()?;
            let act = SealBid::new(call.id("id")?, organisation, ask.file);
            Ok(reply::json(&ReceiptJson::from(call.city().seal_bid(call.asker(), act)?)))
        },
    )
};

pub(crate) static TAKE_BACK: Operation = Operation {
    request: Some(schema_of::<SealedForJson>()),
    answer: Answer::json::<ReceiptJson>(200),
    ..Operation::post(
        "lot-take-back",
        "/api/v1/lots/{id}/sealed-bid-withdrawal",
        A::TakeBackSeal,
        |request| TAKE_BACK.answer(request),
        |call| {
            let ask: SealedForJson = call.body()?;
            let organisation = ask.organisation.as_deref().map(super::organisation).transpose()?;
            let act = TakeBackSeal::new(call.id("id")?, organisation);
            Ok(reply::json(&ReceiptJson::from(call.city().take_back_seal(call.asker(), act)?)))
        },
    )
};
