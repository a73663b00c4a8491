//! Receipts as files: the proof of one entry of the log.

use crate::link;
use crate::page::get;
use access::Act;
use app::No;
use base::{Refusal, TechnologyId};
use edge::{Reply, Request, Route};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::LOG_RECEIPT, Act::TakeReceipt, of_entry),
    get("/technologies/{id}/versions/{version}/receipt", Act::TakeReceipt, of_version),
];

fn of_entry(request: &Request) -> Result<Reply, No> {
    let seq = number(request, "seq")?;
    Ok(file(seq, request.city().receipt(&request.asker, seq)?))
}

fn of_version(request: &Request) -> Result<Reply, No> {
    let id: TechnologyId = request.id("id")?;
    let version = number(request, "version")?;
    let (seq, text) = request.city().receipt_of_version(&request.asker, id, version)?;
    Ok(file(seq, text))
}

fn number(request: &Request, name: &str) -> Result<u64, No> {
    Ok(request.param(name).parse().map_err(|_| Refusal::not_found())?)
}

fn file(seq: u64, text: String) -> Reply {
    let name = format!("attachment; filename=\"entry-{seq}.tlog-proof\"");
    Reply::new("text/plain; charset=utf-8", text).with_header("content-disposition", name)
}
