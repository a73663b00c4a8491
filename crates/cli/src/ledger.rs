//! `export ledger`: the books as hledger, beancount or tables read them.

use crate::args::{BooksFormat, ExportLedger};
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use base::{Class, Refusal};
use ledger::export::{Extract, accounts_csv, beancount, hledger, transfers_csv};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Runs it.
pub fn run(desk: &mut Desk<'_>, asked: &ExportLedger) -> Outcome {
    let asker = desk.asker(asked.reading.acting.as_deref())?;
    let out = asked.out.as_ref().map(|path| desk.io.surroundings().path(path));
    if let Some(path) = out.as_deref().filter(|path| path.exists() && !desk.common.yes) {
        let reason = Refusal::new(Class::Conflict, "cli-file-exists");
        return Err(reason.text("path", path.display().to_string()).into());
    }
    let (accounts, transfers) = desk.city.whole_ledger(&asker)?;
    let title = desk.city.row()?.name_en.clone();
    let text = written(asked.format.unwrap_or(BooksFormat::Hledger), &title, &accounts, &transfers);
    let Some(path) = out else {
        desk.io.out(text.as_bytes()).map_err(|error| Failure::file(Path::new("-"), &error))?;
        return Ok(Exit::Done);
    };
    save(&path, &text).map_err(|error| Failure::file(&path, &error))?;
    let place = path.display().to_string();
    let document = serde_json::json!({ "transfers": transfers.len(), "file": place });
    let count = i64::try_from(transfers.len()).unwrap_or(i64::MAX);
    let args = [("count", count.into()), ("path", place.as_str().into())];
    desk.done("cli-export-ledger-done", &args, &document)
}

fn written(
    format: BooksFormat,
    title: &str,
    accounts: &[ledger::Account],
    transfers: &[ledger::Transfer],
) -> String {
    let accounts: Vec<&ledger::Account> = accounts.iter().collect();
    let transfers: Vec<&ledger::Transfer> = transfers.iter().collect();
    let opening = BTreeMap::new();
    let extract = Extract {
        title,
        accounts: &accounts,
        transfers: &transfers,
        opening: &opening,
        opened_on: None,
    };
    match format {
        BooksFormat::Hledger => hledger(&extract),
        BooksFormat::Beancount => beancount(&extract),
        BooksFormat::Accounts => accounts_csv(&extract),
        BooksFormat::Transfers => transfers_csv(&extract),
    }
}

/// A file is there whole or not at all: it is written beside its place and then moved there.
fn save(path: &Path, text: &str) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part: PathBuf = path.with_file_name(name);
    let write = || {
        let mut file = std::fs::File::create(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    };
    let done = write();
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    done
}
