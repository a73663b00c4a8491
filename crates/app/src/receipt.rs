//! Receipts: the file by which somebody keeps the proof of what was decided.
//!
//! A receipt holds the entry itself, its place in the tree and a signed checkpoint (C2SP
//! tlog-proof). It is checked without the city, by anybody who knows the log's key.

use crate::act::No;
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::{Act as A, Thing};
use base::{CaseId, Class, Label, Refusal, TechnologyId};
use store::StoreError;
use store::log::{Entry, Header};
use tlog::{Hash, NoteError, Policy, Receipt, ReceiptError, SignedCheckpoint, VerifierKey};

/// Entries of one thing that are looked through for a version.
const ENTRIES_READ_MAX: usize = 1_000;

/// What a receipt carries for its holder. Nobody signs these bytes; the proof is about their hash.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Carried {
    /// The exact text that was hashed.
    pub header: String,
    /// Hexadecimal; absent when the body was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// What a receipt proves.
#[derive(Clone, Debug)]
pub struct Proven {
    /// The name of the log.
    pub origin: String,
    pub header: Header,
    pub body: Option<serde_json::Value>,
    /// Entries the log had when it was signed.
    pub size: u64,
    /// Base64.
    pub root: String,
    pub n_witnesses: usize,
}

impl City {
    /// The receipt of an entry. Who may not have it is told what somebody is told who asks for an
    /// entry that does not exist.
    pub fn receipt(&self, asker: &Asker, seq: u64) -> Result<String, No> {
        let entry = self.read(asker, |rx| {
            let found = store::log::entries_after(rx.tx, seq.saturating_sub(1), 1)?;
            let entry = found.into_iter().find(|entry| entry.seq == seq);
            let entry = entry.ok_or_else(Refusal::not_found)?;
            may_take(rx, &entry)?;
            Ok(entry)
        })?;
        self.prove(&entry)
    }

    /// The receipt of a version of a technology, and the number of its entry.
    pub fn receipt_of_version(
        &self,
        asker: &Asker,
        id: TechnologyId,
        version: u64,
    ) -> Result<(u64, String), No> {
        let entry = self.read(asker, |rx| {
            let found = store::log::entries_of(rx.tx, &id.to_string(), ENTRIES_READ_MAX)?;
            let is_it =
                |entry: &Entry| entry.header.version == version && entry.header.kind != "looked";
            let entry = found.into_iter().find(is_it).ok_or_else(Refusal::not_found)?;
            may_take(rx, &entry)?;
            Ok(entry)
        })?;
        Ok((entry.seq, self.prove(&entry)?))
    }

    fn prove(&self, entry: &Entry) -> Result<String, No> {
        let mut point = self.last_checkpoint()?;
        if point.as_ref().is_none_or(|point| point.size < entry.seq) {
            point = self.sign_checkpoint()?;
        }
        let own_fault = || No::from(Refusal::new(Class::Unknown, "own-fault"));
        let point = point.ok_or_else(own_fault)?;
        let index = entry.seq.saturating_sub(1);
        let proof = self.inclusion_proof(index, point.size)?;
        let checkpoint = SignedCheckpoint::parse(point.note.as_bytes()).map_err(|_| own_fault())?;
        let (salt, body) = match &entry.body {
            Some((salt, body)) => (Some(store::log::hex(salt)), Some(body.clone())),
            None => (None, None),
        };
        let carried = Carried { header: entry.header_text.clone(), salt, body };
        let extra = serde_json::to_vec(&carried).expect("our own shapes have text keys");
        Ok(Receipt { extra, index, proof, checkpoint }.to_string())
    }
}

/// Whoever acted may keep the proof, and who answers for the thing: under the label of then, and
/// under that of now.
pub(crate) fn may_take(rx: &mut Rx<'_, '_>, entry: &Entry) -> Result<(), Refusal> {
    let header = &entry.header;
    let label = Label::from_gate(&header.gate).ok_or_else(Refusal::not_found)?;
    let thing = Thing { owner: header.owner, person: header.actor, label, ..Thing::default() };
    let hidden = |_| Refusal::not_found();
    crate::act::may(&rx.actor, A::TakeReceipt, &thing).map_err(hidden)?;
    let Some(label) = label_now(rx, &header.thing).map_err(|_| Refusal::not_found())? else {
        return Ok(());
    };
    let now = Thing { label, ..thing };
    crate::act::may(&rx.actor, A::TakeReceipt, &now).map(|_| ()).map_err(hidden)
}

/// The label that a technology or a case has today; `None` for what has none, or is gone.
fn label_now(rx: &mut Rx<'_, '_>, thing: &str) -> Result<Option<Label>, StoreError> {
    if let Ok(id) = TechnologyId::parse(thing) {
        let standing = store::technology::standing(rx.tx, id)?;
        return Ok(standing.map(|(_, _, label, _)| label));
    }
    if let Ok(id) = CaseId::parse(thing) {
        return Ok(store::case::find(rx.tx, id)?.map(|case| case.label));
    }
    Ok(None)
}

/// Checks a receipt with nothing but the log's key.
pub fn check(file: &[u8], key: &VerifierKey) -> Result<Proven, Refusal> {
    let refused = |code, found: String| Refusal::new(Class::Refused, code).text("found", found);
    let is_begun = file.starts_with(b"c2sp.org/tlog-proof@");
    if is_begun && !file.ends_with(b"\n") {
        return Err(refused("receipt-truncated", String::new()));
    }
    let receipt = Receipt::parse(file).map_err(|why| match why {
        ReceiptError::NoCheckpoint | ReceiptError::Checkpoint(NoteError::NoSignatures)
            if is_begun =>
        {
            refused("receipt-truncated", why.to_string())
        }
        why => refused("receipt-unreadable", why.to_string()),
    })?;
    let carried: Carried = serde_json::from_slice(&receipt.extra)
        .map_err(|_| refused("receipt-without-entry", String::new()))?;
    let header: Header = serde_json::from_str(&carried.header)
        .map_err(|_| refused("receipt-without-entry", String::new()))?;
    let policy = Policy::new(key.clone(), Vec::new(), 0)
        .map_err(|why| refused("receipt-key", why.to_string()))?;
    let leaf = Hash::leaf(carried.header.as_bytes());
    let head = receipt.checkpoint.checkpoint();
    let verified = receipt.verify(&leaf, &policy).map_err(|why| match why {
        ReceiptError::Checkpoint(NoteError::OriginMismatch { expected }) => {
            refused("receipt-other-log", head.origin().to_owned()).text("expected", expected)
        }
        ReceiptError::Checkpoint(why) => refused("receipt-signature", why.to_string()),
        why => refused("receipt-not-proved", why.to_string()),
    })?;
    if header.seq != receipt.index + 1 {
        return Err(refused("receipt-not-proved", header.seq.to_string()));
    }
    if let (Some(salt), Some(body)) = (&carried.salt, &carried.body) {
        let salt = unhex(salt).ok_or_else(|| refused("receipt-body-changed", String::new()))?;
        let commitment = tlog::commitment(&salt, body.as_bytes());
        if store::log::hex(&commitment.0) != header.commitment {
            return Err(refused("receipt-body-changed", String::new()));
        }
    }
    Ok(Proven {
        origin: head.origin().to_owned(),
        body: carried.body.and_then(|body| serde_json::from_str(&body).ok()),
        header,
        size: head.size(),
        root: head.root().to_base64(),
        n_witnesses: verified.cosignatures.len(),
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_reads_back() {
        let bytes: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 7).unwrap_or(1));
        assert_eq!(unhex(&store::log::hex(&bytes)), Some(bytes));
        assert_eq!(unhex("0g"), None);
        assert_eq!(unhex(&"é".repeat(32)), None);
    }
}
