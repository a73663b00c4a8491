//! Moving a city's rows from one database to another: all of them, compared at the end.

use crate::backup::Failed;
use crate::durable;
use base::{Class, Instant, Refusal};
use std::time::Duration;
use store::copy::{Snapshot, TableSum, Target, Told};
use store::{Place, Store, StoreError, log, migrate};
use tlog::Hash;

/// How often a source is asked again whose events wait for their numbers.
const TRIES_MAX: usize = 5;

/// What was moved.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Moved {
    /// Every table as it was there.
    pub from: Vec<TableSum>,
    /// Every table as it is here.
    pub to: Vec<TableSum>,
    pub size: u64,
    /// Base64.
    pub root_from: String,
    pub root_to: String,
}

/// Copies every row into an empty place. The caller holds the data folders; on PostgreSQL every
/// table is held against writers meanwhile. What is not finished is not there.
pub fn transfer(from: &Place, to: &Place, now: Instant, told: Told<'_>) -> Result<Moved, Failed> {
    if from == to {
        return Err(Refusal::invalid("move-same-place").into());
    }
    let mut source = settled(from, now)?;
    let mut target = match to {
        Place::Folder(folder) => {
            durable::make_folder(folder)?;
            if Place::sqlite_file(folder).exists() {
                return Err(StoreError::NotEmpty.into());
            }
            let partial = folder.join("bellwether.sqlite.partial");
            if partial.exists() {
                std::fs::remove_file(&partial)
                    .map_err(|error| durable::failed(&partial, &error))?;
            }
            Target::file(&partial, migrate::newest(), now)?
        }
        Place::Postgres(url) => Target::postgres(url, migrate::newest(), now)?,
    };
    let (size, root_from) = head(&mut source)?;
    let copied = target.take(&mut source, &[], told)?;
    target.finish(told)?;
    if let Place::Folder(folder) = to {
        let whole = Place::sqlite_file(folder);
        std::fs::rename(folder.join("bellwether.sqlite.partial"), &whole)
            .map_err(|error| durable::failed(&whole, &error))?;
        durable::sync_folder(folder)?;
    }
    let mut arrived = Snapshot::of(to)?;
    let (_, root_to) = head(&mut arrived)?;
    let found = arrived.sums(told)?;
    if copied != found || root_from != root_to {
        let differs = copied.iter().zip(&found).find(|(a, b)| a != b);
        let name = differs.map_or("log_head", |(a, _)| a.name.as_str());
        let reason = Refusal::new(Class::Refused, "move-differs").text("table", name);
        return Err(Failed::Damaged(reason));
    }
    Ok(Moved { from: copied, to: found, size, root_from, root_to })
}

/// Copies the files that the rows of a place name from one folder to another; says how many, and
/// which could not be.
pub fn carry_files(
    rows: &Place,
    from: &files::Files,
    to: &std::path::Path,
) -> Result<(usize, Vec<String>), Failed> {
    let contents = crate::backup::contents(&mut Snapshot::of(rows)?.tx())?;
    let carried = crate::backup::carry(&contents, from, to)?;
    Ok((carried.files.len(), carried.lost))
}

fn head(snapshot: &mut Snapshot) -> Result<(u64, String), Failed> {
    let found = log::head(&mut snapshot.tx())?;
    let (size, root) = found.unwrap_or((0, Hash::EMPTY.0.to_vec()));
    Ok((size, crate::backup::hash_of(&root)?.to_base64()))
}

/// The source, held, with every event numbered: a move keeps the root of the log.
fn settled(from: &Place, now: Instant) -> Result<Snapshot, Failed> {
    for _ in 0..TRIES_MAX {
        let mut source = Snapshot::holding(from)?;
        let (found, known) = (source.schema()?, migrate::newest());
        if found > known {
            return Err(StoreError::Newer { found, known }.into());
        }
        if found < known {
            let reason = Refusal::new(Class::Refused, "move-schema-older");
            return Err(reason.number("found", found).number("known", known).into());
        }
        if log::n_waiting(&mut source.tx())? == 0 {
            return Ok(source);
        }
        drop(source);
        let rows = Store::open(from, &store::Options::default(), now)?;
        for _ in 0..200 {
            if rows.read(log::n_waiting)? == 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    Err(Refusal::new(Class::Busy, "move-source-busy").into())
}
