//! `verify receipt`: what a receipt proves, without the city that gave it.

use crate::args::{Common, VerifyReceipt};
use crate::desk::Outcome;
use crate::exit::{Exit, Failure};
use crate::io::CommandIo;
use crate::talk::{Talk, count, verifier_key};
use app::receipt::check;

/// Bytes of a receipt that are read.
const BYTES_MAX: u64 = 8 << 20;

/// Checks one file.
pub fn verify(common: &Common, asked: &VerifyReceipt, io: &mut dyn CommandIo) -> Outcome {
    use std::io::Read;
    let path = io.surroundings().path(&asked.file);
    let fail = |error: std::io::Error| Failure::file(&path, &error);
    let mut file = Vec::new();
    std::fs::File::open(&path)
        .map_err(fail)?
        .take(BYTES_MAX)
        .read_to_end(&mut file)
        .map_err(fail)?;
    let key = verifier_key(&asked.key, io)?;
    let mut talk = Talk { common, io };
    let proven = check(&file, &key).map_err(|reason| {
        let is_foreign = matches!(&*reason.code, "receipt-unreadable" | "receipt-other-log");
        Failure::new(if is_foreign { Exit::Refused } else { Exit::Damage }, reason)
    })?;
    let header = &proven.header;
    let kind = format!("event-{}", header.kind);
    let kind = if words::has(&kind) { words::say(talk.lang(), &kind) } else { header.kind.clone() };
    let args = [
        ("number", count(header.seq)),
        ("kind", kind.into()),
        ("thing", header.thing.as_str().into()),
        ("version", count(header.version)),
        ("at", header.at.rfc3339().into()),
        ("origin", proven.origin.as_str().into()),
        ("size", count(proven.size)),
    ];
    let document = serde_json::json!({
        "ok": true,
        "origin": proven.origin,
        "size": proven.size,
        "root": proven.root,
        "witnesses": proven.n_witnesses,
        "entry": header,
        "body": proven.body,
    });
    talk.result("cli-receipt-proves", &args, &document)?;
    Ok(Exit::Done)
}
