//! Reading what was published: lists, one process, the feed, everything. For everybody the same.

use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::feed::{cursor, read_cursor};
use access::{Act as A, Thing};
use base::{Bilingual, Instant, Label, LotId, Refusal, limits};
use ocds::{Envelope, Publisher, Releases, Rules, Shown};
use serde_json::Value;
use store::open_data::{Published, Release};

/// Releases that one look of a bulk file takes.
const RELEASES_A_LOOK: usize = 500;

/// A page of processes.
#[derive(Clone, Debug)]
pub struct ProcessPage {
    pub rows: Vec<Published>,
    /// The `ocid` after which the next page goes on.
    pub next: Option<String>,
}

/// A process with its releases as they were published.
#[derive(Clone, Debug)]
pub struct ProcessView {
    pub process: Published,
    pub releases: Vec<Release>,
    /// What holds now: the compiled release.
    pub compiled: Value,
    /// The attempts after this one.
    pub later: Vec<Published>,
    pub city: Bilingual,
    /// The auction, where it was one.
    pub lot: Option<LotId>,
}

/// A page of the feed of releases.
#[derive(Clone, Debug)]
pub struct ReleasePage {
    pub releases: Vec<Release>,
    /// Ask again from here.
    pub next: String,
    pub is_end: bool,
}

fn gate() -> String {
    Label::public().gate()
}

fn find(rx: &mut Rx<'_, '_>, ocid: &str) -> Result<Published, Stop> {
    rx.may(A::ReadOpenData, &Thing::open())?;
    Ok(store::open_data::of_ocid(rx.tx, ocid, &gate())?.ok_or_else(Refusal::not_found)?)
}

/// The JSON of releases as it was published.
fn values(releases: &[Release]) -> Vec<Value> {
    releases.iter().filter_map(|own| serde_json::from_str(&own.text).ok()).collect()
}

impl City {
    /// Processes of which something was published, the last changed first, after one of the page
    /// before.
    pub fn open_processes(
        &self,
        asker: &Asker,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ProcessPage, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            rx.may(A::ReadOpenData, &Thing::open())?;
            let last = after.map(|ocid| find(rx, ocid)).transpose()?;
            let before = last.as_ref().map(|it| (it.changed_at, it.number.as_str()));
            let mut rows = store::open_data::newest(rx.tx, &gate(), before, limit + 1)?;
            let is_more = rows.len() > limit;
            rows.truncate(limit);
            let next = rows.last().map(|row| row.ocid.clone()).filter(|_| is_more);
            Ok(ProcessPage { rows, next })
        })
    }

    /// One process.
    pub fn open_process(&self, asker: &Asker, ocid: &str) -> Result<ProcessView, No> {
        let row = self.row()?;
        let (process, releases, later) = self.read(asker, |rx| {
            let process = find(rx, ocid)?;
            let releases = store::open_data::releases(rx.tx, &process.number)?;
            let later = store::open_data::followers(rx.tx, ocid, &gate())?;
            Ok((process, releases, later))
        })?;
        let merged = ocds::compiled(&values(&releases), &Rules::standard()).map_err(first)?;
        let lot = (process.kind == "lot").then(|| process.thing.parse().ok()).flatten();
        let city = Bilingual::new(row.name_en.clone(), row.name_zh.clone());
        Ok(ProcessView { process, releases, compiled: merged.release, later, city, lot })
    }

    /// The releases of a process as a release package.
    pub fn open_releases(&self, asker: &Asker, ocid: &str) -> Result<Value, No> {
        let (process, releases) = self.told(asker, ocid)?;
        let uri = self.open_data_uri(&format!("{ocid}/releases.json"));
        Ok(ocds::release_package(&values(&releases), &self.envelope(uri, process.changed_at)?))
    }

    /// The record of a process, with its history where that is wanted, as a record package.
    pub fn open_record(&self, asker: &Asker, ocid: &str, is_versioned: bool) -> Result<Value, No> {
        let (process, releases) = self.told(asker, ocid)?;
        let shown = Shown { releases: Releases::Embedded, is_versioned };
        let made = ocds::record(&values(&releases), &Rules::standard(), &shown).map_err(first)?;
        let name = if is_versioned { "versioned.json" } else { "record.json" };
        let envelope =
            self.envelope(self.open_data_uri(&format!("{ocid}/{name}")), process.changed_at)?;
        let package = self.open_data_uri(&format!("{ocid}/releases.json"));
        Ok(ocds::record_package(&[made.record], &envelope, &[package]))
    }

    /// Releases after a cursor, in the order in which they were published.
    pub fn open_feed(
        &self,
        asker: &Asker,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ReleasePage, No> {
        let secret = self.open_data_secret()?;
        let position = match after {
            None | Some("") => 0,
            Some(text) => read_cursor(&secret, text)
                .ok_or_else(|| Refusal::invalid("cursor-unreadable").on("after"))?,
        };
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            rx.may(A::ReadOpenData, &Thing::open())?;
            let mut found = store::open_data::releases_after(rx.tx, &gate(), position, limit + 1)?;
            let is_end = found.len() <= limit;
            found.truncate(limit);
            let last = found.last().map_or(position, |own| own.seq);
            Ok(ReleasePage { releases: found, next: cursor(&secret, last), is_end })
        })
    }

    /// The cursor of the feed right after a release.
    pub fn open_cursor(&self, release: &Release) -> Result<String, No> {
        Ok(cursor(&self.open_data_secret()?, release.seq))
    }

    /// Every release, in the order in which they were published, as long as the caller goes on.
    pub fn each_open_release(
        &self,
        asker: &Asker,
        mut take: impl FnMut(Release) -> bool,
    ) -> Result<(), No> {
        let mut position = 0;
        loop {
            let found = self.read(asker, |rx| {
                rx.may(A::ReadOpenData, &Thing::open())?;
                Ok(store::open_data::releases_after(rx.tx, &gate(), position, RELEASES_A_LOOK)?)
            })?;
            let is_end = found.len() < RELEASES_A_LOOK;
            for release in found {
                position = release.seq;
                if !take(release) {
                    return Ok(());
                }
            }
            if is_end {
                return Ok(());
            }
        }
    }

    fn told(&self, asker: &Asker, ocid: &str) -> Result<(Published, Vec<Release>), No> {
        self.read(asker, |rx| {
            let process = find(rx, ocid)?;
            let releases = store::open_data::releases(rx.tx, &process.number)?;
            Ok((process, releases))
        })
    }

    fn open_data_uri(&self, rest: &str) -> String {
        format!("{}/open-data/processes/{rest}", self.settings().public_url)
    }

    /// Cursors of this feed are those of no other.
    fn open_data_secret(&self) -> Result<Vec<u8>, No> {
        Ok([self.row()?.secret.as_slice(), b"open data"].concat())
    }

    fn envelope(&self, uri: String, published: Instant) -> Result<Envelope, No> {
        let row = self.row()?;
        let base = &self.settings().public_url;
        let licence = &self.settings().open_data.licence;
        Ok(Envelope {
            uri,
            published,
            publisher: Publisher {
                name: Bilingual::new(row.name_en.clone(), row.name_zh.clone())
                    .best(base::Lang::Zh)
                    .0
                    .to_owned(),
                uri: Some(base.clone()),
                ..Publisher::default()
            },
            license: (!licence.is_empty()).then(|| licence.clone()),
            policy: Some(format!("{base}/open-data#policy")),
            auctions_extension: format!("{base}/open-data/auctions-extension/extension.json"),
        })
    }
}

/// The first of the faults of own releases: there should be none.
fn first(faults: Vec<ocds::Fault>) -> No {
    faults
        .into_iter()
        .next()
        .map_or_else(|| Refusal::new(base::Class::Unknown, "own-fault").into(), No::from)
}
