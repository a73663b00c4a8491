//! `auction replay` and `verify auction`: the engine as a tool, without a city.

use crate::args::{Auction, AuctionReplay, Common, VerifyAuction};
use crate::desk::Outcome;
use crate::exit::{Exit, Failure};
use crate::io::CommandIo;
use crate::replay::{Files, replay};
use crate::talk::{Talk, count, verifier_key};
use base::limits::FILE_BYTES_MAX;
use std::io::Read;
use std::path::Path;

/// Bytes of a protocol that are read, its seal included.
const PROTOCOL_BYTES_MAX: u64 = 65 << 20;

/// What needs no city at all.
pub fn run(common: &Common, asked: &Auction, io: &mut dyn CommandIo) -> Outcome {
    let Auction::Replay(asked) = asked;
    let document = again(asked, io)?;
    let text = if common.json || !io.surroundings().out_is_terminal {
        document.to_string()
    } else {
        serde_json::to_string_pretty(&document).unwrap_or_default()
    };
    let printed = io.out(format!("{text}\n").as_bytes());
    printed.map_err(|error| Failure::file(Path::new("-"), &error))?;
    Ok(Exit::Done)
}

fn again(asked: &AuctionReplay, io: &dyn CommandIo) -> Result<serde_json::Value, Failure> {
    let read = |path: &Path| read(path, FILE_BYTES_MAX, io);
    let (rules, lots, bids) = (read(&asked.rules)?, read(&asked.lots)?, read(&asked.bids)?);
    let name = |path: &Path| path.display().to_string();
    let names = [name(&asked.rules), name(&asked.lots), name(&asked.bids)];
    let files = Files { names, rules: &rules, lots: &lots, bids: &bids };
    replay(&files).map_err(Failure::usage)
}

/// `verify auction`.
pub fn verify(common: &Common, asked: &VerifyAuction, io: &mut dyn CommandIo) -> Outcome {
    let file = read(&asked.file, PROTOCOL_BYTES_MAX, io)?;
    let key = asked.key.as_deref().map(|typed| verifier_key(typed, io)).transpose()?;
    let mut talk = Talk { common, io };
    let proven = app::protocol::check(&file, key.as_ref()).map_err(|reason| {
        let is_foreign =
            matches!(&*reason.code, "auction-protocol-unreadable" | "auction-seal-missing");
        Failure::new(if is_foreign { Exit::Refused } else { Exit::Damage }, reason)
    })?;
    let n_entries = u64::try_from(proven.n_entries).unwrap_or(u64::MAX);
    let args = [("entries", count(n_entries)), ("key", proven.key.as_str().into())];
    let document = serde_json::json!({
        "ok": true,
        "entries": proven.n_entries,
        "digest": proven.digest,
        "key": proven.key,
        "key_given": key.is_some(),
        "results": results(&proven.text),
    });
    talk.result("cli-auction-holds", &args, &document)?;
    if !common.json {
        for line in results(&proven.text) {
            talk.line(line)?;
        }
    }
    Ok(Exit::Done)
}

/// The lines of a protocol between the word that begins the results and its digest.
fn results(text: &str) -> Vec<&str> {
    let after = text.lines().skip_while(|line| *line != "results").skip(1);
    after.take_while(|line| !line.starts_with("digest ")).collect()
}

fn read(path: &Path, most: u64, io: &dyn CommandIo) -> Result<Vec<u8>, Failure> {
    let path = io.surroundings().path(path);
    let fail = |error: std::io::Error| Failure::file(&path, &error);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&path).map_err(fail)?;
    file.take(most).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}
