//! The tamper-evident log as outsiders check it: the signed checkpoint, the key, the proofs.

use crate::operation::{Answer, Call, LOOK, Operation};
use crate::query::{Kind, Parameter};
use crate::reply;
use access::Act as A;
use app::No;
use base::Refusal;
use edge::{Cache, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&CHECKPOINT, &KEY, &INCLUSION, &CONSISTENCY, &RECEIPT];

/// Sizes of C2SP texts are numbers of 63 bits.
const SIZE: Kind = Kind::Number { least: 0, most: (1 << 63) - 1 };
const TEXT: &str = "text/plain; charset=utf-8";

/// A proof that an entry is in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InclusionProof")]
pub struct InclusionJson {
    /// The place of the entry, counted from 0.
    pub index: u64,
    /// The size of the tree.
    pub size: u64,
    /// Base64, from the leaf to the root (RFC 6962).
    pub hashes: Vec<String>,
}

/// A proof that the log only grew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ConsistencyProof")]
pub struct ConsistencyJson {
    pub before: u64,
    pub after: u64,
    /// Base64, as in RFC 6962.
    pub hashes: Vec<String>,
}

static CHECKPOINT: Operation = Operation {
    answer: Answer::text("text/plain"),
    errors: LOOK,
    ..Operation::list(
        "log-checkpoint",
        "/api/v1/log/checkpoint",
        A::ReadLog,
        |request| CHECKPOINT.answer(request),
        checkpoint,
    )
};

fn checkpoint(call: &Call<'_>) -> Result<Reply, No> {
    let point = call.city().last_checkpoint()?.ok_or_else(Refusal::not_found)?;
    Ok(Reply::new(TEXT, point.note).kept(Cache::Revalidate))
}

static KEY: Operation = Operation {
    answer: Answer::text("text/plain"),
    ..Operation::list("log-key", "/api/v1/log/key", A::ReadLog, |request| KEY.answer(request), key)
};

fn key(call: &Call<'_>) -> Result<Reply, No> {
    let key = call.city().verifier_key()?;
    Ok(Reply::new(TEXT, format!("{key}\n")).kept(Cache::Revalidate))
}

static INCLUSION: Operation = Operation {
    query: &[Parameter::required("index", SIZE), Parameter::required("size", SIZE)],
    answer: Answer::json::<InclusionJson>(200),
    ..Operation::list(
        "log-inclusion",
        "/api/v1/log/proofs/inclusion",
        A::ReadLog,
        |request| INCLUSION.answer(request),
        inclusion,
    )
};

fn inclusion(call: &Call<'_>) -> Result<Reply, No> {
    let (index, size) = (number(call, "index")?, number(call, "size")?);
    let hashes = call.city().inclusion_proof(index, size)?;
    let hashes = hashes.iter().map(|hash| hash.to_base64()).collect();
    Ok(reply::public(&InclusionJson { index, size, hashes }))
}

static CONSISTENCY: Operation = Operation {
    query: &[Parameter::required("before", SIZE), Parameter::required("after", SIZE)],
    answer: Answer::json::<ConsistencyJson>(200),
    ..Operation::list(
        "log-consistency",
        "/api/v1/log/proofs/consistency",
        A::ReadLog,
        |request| CONSISTENCY.answer(request),
        consistency,
    )
};

fn consistency(call: &Call<'_>) -> Result<Reply, No> {
    let (before, after) = (number(call, "before")?, number(call, "after")?);
    let hashes = call.city().consistency_proof(before, after)?;
    let hashes = hashes.iter().map(|hash| hash.to_base64()).collect();
    Ok(reply::public(&ConsistencyJson { before, after, hashes }))
}

static RECEIPT: Operation = Operation {
    answer: Answer::text("text/plain"),
    ..Operation::look(
        "log-receipt",
        "/api/v1/log/{seq}/receipt",
        A::TakeReceipt,
        |request| RECEIPT.answer(request),
        receipt,
    )
};

fn receipt(call: &Call<'_>) -> Result<Reply, No> {
    let seq = call.request.param("seq").parse().map_err(|_| Refusal::not_found())?;
    Ok(Reply::new(TEXT, call.city().receipt(&call.request.asker, seq)?))
}

fn number(call: &Call<'_>, name: &'static str) -> Result<u64, No> {
    let missing = || Refusal::invalid("parameter-missing").on(name).text("field", name);
    Ok(call.query.number(name).ok_or_else(missing)?)
}
