//! How the city stands, for those who look after it: queues, followers, disk, log, backup.

use crate::account::sign_in_required;
use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::Instant;
use std::path::PathBuf;
use store::delivery::Totals;
use store::disk::{self, Room};
use store::{StoreError, Tx, follower, health, log, migrate};

/// What of the machine is watched.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Folders whose file systems the city needs.
    pub folders: Vec<PathBuf>,
    /// Room below which only reading works.
    pub low_water_bytes: u64,
    /// How large the file is that can be given up when the disk is full; 0 for none.
    pub ballast_bytes: u64,
}

/// Somebody who follows the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    pub name: String,
    /// The last entry dealt with.
    pub seq: u64,
    pub lag: u64,
    /// When it moved last, where that is kept.
    pub at: Option<Instant>,
}

/// A file system that the city needs.
#[derive(Clone, Debug)]
pub struct Disk {
    pub folder: PathBuf,
    pub room: Room,
    pub is_low: bool,
}

/// How things stand at one moment.
#[derive(Clone, Debug)]
pub struct Standing {
    pub at: Instant,
    pub program: &'static str,
    pub engine: String,
    pub schema: u64,
    /// Why nothing is written any more, if that is so.
    pub failure: Option<String>,
    pub is_read_only: bool,
    /// Acts that wait for a writer.
    pub n_acts_waiting: u64,
    /// Entries of the log.
    pub log: u64,
    /// Events that wait for their number.
    pub n_unnumbered: u64,
    /// Size and moment of the newest signed checkpoint.
    pub checkpoint: Option<(u64, Instant)>,
    /// When the newest backup was made, and how many entries it holds.
    pub backup: Option<(Instant, u64)>,
    /// The index first, then those that keep their position in the rows.
    pub followers: Vec<Follower>,
    /// Letters that wait.
    pub mail: store::mail::Queue,
    /// Letters that were given up in the last weeks.
    pub n_given_up: u64,
    /// Whether letters go out.
    pub sends_mail: bool,
    pub webhooks: Totals,
    /// Whether webhooks are called.
    pub calls_webhooks: bool,
    pub n_documents: u64,
    /// Files that people handed in, and their bytes.
    pub files: (u64, u64),
    pub wal_bytes: u64,
    pub disks: Vec<Disk>,
    pub low_water_bytes: u64,
}

impl City {
    /// How things stand, for somebody who may know.
    pub fn standing(&self, asker: &Asker) -> Result<Standing, No> {
        let rows = self.read(asker, |rx| {
            rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::LookAtOperations, &Thing::open())?;
            Ok(of_rows(rx.tx)?)
        })?;
        self.stand(rows)
    }

    /// How things stand, for the machine's own watch.
    pub fn standing_now(&self) -> Result<Standing, No> {
        let rows = self.store().read(of_rows)?;
        self.stand(rows)
    }

    /// How webhooks stand, for the machine's own watch.
    pub fn webhook_standing(&self) -> Result<Totals, No> {
        Ok(self.store().read(store::delivery::totals)?)
    }

    fn stand(&self, rows: Rows) -> Result<Standing, No> {
        let store = self.store();
        let committed = store.committed();
        let log = committed.size();
        let watch = &self.settings().watch;
        let index = Follower {
            name: "index".to_owned(),
            seq: self.index().position(),
            lag: log.saturating_sub(self.index().position()),
            at: None,
        };
        let others = rows.positions.into_iter().map(|(name, seq, at)| Follower {
            name,
            seq,
            lag: log.saturating_sub(seq),
            at: Some(at),
        });
        let disks = watch.folders.iter().filter_map(|folder| {
            let room = disk::room(folder).ok()?;
            let is_low = disk::is_low(room, watch.low_water_bytes);
            Some(Disk { folder: folder.clone(), room, is_low })
        });
        Ok(Standing {
            at: self.now(),
            program: env!("CARGO_PKG_VERSION"),
            engine: store.engine_version()?,
            schema: migrate::newest(),
            failure: committed.failure(),
            is_read_only: committed.is_read_only(),
            n_acts_waiting: u64::try_from(store.n_waiting()).unwrap_or(u64::MAX),
            log,
            n_unnumbered: rows.n_unnumbered,
            checkpoint: rows.checkpoint,
            backup: rows.backup,
            followers: std::iter::once(index).chain(others).collect(),
            mail: rows.mail,
            n_given_up: rows.n_given_up,
            sends_mail: self.sends_mail(),
            webhooks: rows.webhooks,
            calls_webhooks: self.calls_webhooks(),
            n_documents: self.index().n_documents(),
            files: rows.files,
            wal_bytes: health::wal_bytes(store.place()),
            disks: disks.collect(),
            low_water_bytes: watch.low_water_bytes,
        })
    }
}

struct Rows {
    n_unnumbered: u64,
    checkpoint: Option<(u64, Instant)>,
    backup: Option<(Instant, u64)>,
    positions: Vec<(String, u64, Instant)>,
    mail: store::mail::Queue,
    n_given_up: u64,
    webhooks: Totals,
    files: (u64, u64),
}

/// Eight statements, however large the city is.
fn of_rows(tx: &mut Tx<'_>) -> Result<Rows, StoreError> {
    let checkpoint = log::last_checkpoint(tx)?.map(|point| (point.size, point.at));
    Ok(Rows {
        n_unnumbered: log::n_waiting(tx)?,
        checkpoint,
        backup: crate::backup::last_in(tx)?,
        positions: follower::positions(tx)?,
        mail: store::mail::queue(tx)?,
        n_given_up: store::mail::n_given_up(tx)?,
        webhooks: store::delivery::totals(tx)?,
        files: store::file::totals(tx)?,
    })
}
