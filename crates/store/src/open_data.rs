//! What is published of processes: releases as they were told once, in the order of telling.
//!
//! A process is read with the gate of its technology beside it: what is no longer public is shown to
//! nobody, although its rows stay.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Bilingual, Instant, Lang, LotId, TechnologyId};

statements! {
    ADD_PROCESS = "insert into published_processes (number, ocid, kind, thing, technology, lang,
                       former, n_releases, tag, title_en, title_zh, changed_at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    CHANGE_PROCESS = "update published_processes
                      set n_releases = $3, tag = $4, title_en = $5, title_zh = $6, changed_at = $7
                      where number = $1 and n_releases = $2";
    ADD_RELEASE = "insert into published_releases (seq, process, n, id, at, tag, step, text)
                   values ($1, $2, $3, $4, $5, $6, $7, $8)";
    LAST = "select coalesce(max(seq), 0) from published_releases";
    OF_THING = "select p.number, p.ocid, p.kind, p.thing, p.technology, p.lang, p.former,
                    p.n_releases, p.tag, p.title_en, p.title_zh, p.changed_at
                from published_processes p where p.thing = $1";
    OF_OCID = "select p.number, p.ocid, p.kind, p.thing, p.technology, p.lang, p.former,
                   p.n_releases, p.tag, p.title_en, p.title_zh, p.changed_at
               from published_processes p join technologies t on t.id = p.technology
               where p.ocid = $1 and t.gate = $2";
    OF_TECHNOLOGY = "select p.number, p.ocid, p.kind, p.thing, p.technology, p.lang, p.former,
                         p.n_releases, p.tag, p.title_en, p.title_zh, p.changed_at
                     from published_processes p where p.technology = $1
                     order by p.changed_at desc, p.number desc limit 200";
    AFTER = "select p.number, p.ocid, p.kind, p.thing, p.technology, p.lang, p.former,
                 p.n_releases, p.tag, p.title_en, p.title_zh, p.changed_at
             from published_processes p join technologies t on t.id = p.technology
             where p.former = $1 and t.gate = $2 order by p.number limit 20";
    NEWEST = "select p.number, p.ocid, p.kind, p.thing, p.technology, p.lang, p.former,
                  p.n_releases, p.tag, p.title_en, p.title_zh, p.changed_at
              from published_processes p join technologies t on t.id = p.technology
              where t.gate = $1 and (p.changed_at < $2 or (p.changed_at = $2 and p.number < $3))
              order by p.changed_at desc, p.number desc limit $4";
    STEPS = "select step from published_releases where process = $1 order by n";
    RELEASES = "select seq, process, n, id, at, tag, text from published_releases
                where process = $1 order by n";
    RELEASES_AFTER = "select r.seq, r.process, r.n, r.id, r.at, r.tag, r.text
                      from published_releases r
                      join published_processes p on p.number = r.process
                      join technologies t on t.id = p.technology
                      where r.seq > $2 and t.gate = $1 order by r.seq limit $3";
    BIDS = "select bidder, amount, price, leader, received, ends_at from lot_entries
            where lot = $1 and kind in ('bid', 'buy') and is_accepted = true and is_shown = true
            order by n";
    EVERY_BID = "select bidder, amount, price, leader, received, ends_at, kind from lot_entries
                 where lot = $1 and kind in ('bid', 'take-back') and is_accepted = true order by n";
}

/// A process of which something was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub number: String,
    pub ocid: String,
    /// `lot`, or the deal mode of an offer.
    pub kind: String,
    pub thing: String,
    pub technology: TechnologyId,
    pub lang: Lang,
    pub former: String,
    pub n_releases: u64,
    pub tag: String,
    pub title: Bilingual,
    pub changed_at: Instant,
}

/// A release as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    pub seq: u64,
    pub process: String,
    pub n: u64,
    pub id: String,
    pub at: Instant,
    pub tag: String,
    pub text: String,
}

/// A release about to be published, with the step it tells of.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub id: String,
    pub at: Instant,
    pub tag: String,
    pub step: String,
    pub text: String,
}

/// A bid that the room has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bid {
    pub bidder: u32,
    pub amount: Option<i64>,
    pub price: Option<i64>,
    pub leader: Option<u32>,
    pub received: Instant,
    pub ends_at: Instant,
}

/// Adds releases to those a process has; `process` stands as it is after them. Where another node
/// was faster nothing is written and the caller looks again.
pub fn publish(
    tx: &mut Tx<'_>,
    process: &Published,
    n_before: u64,
    fresh: &[Fresh],
) -> Result<(), StoreError> {
    let late = || StoreError::Retry(format!("{} was published meanwhile", process.ocid));
    if n_before == 0 {
        let row = [
            (&process.number).into(),
            (&process.ocid).into(),
            (&process.kind).into(),
            (&process.thing).into(),
            process.technology.into(),
            process.lang.tag().into(),
            (&process.former).into(),
            process.n_releases.into(),
            (&process.tag).into(),
            (&process.title.en).into(),
            (&process.title.zh).into(),
            process.changed_at.into(),
        ];
        tx.later(&ADD_PROCESS, &row)?;
    } else {
        let row = [
            (&process.number).into(),
            n_before.into(),
            process.n_releases.into(),
            (&process.tag).into(),
            (&process.title.en).into(),
            (&process.title.zh).into(),
            process.changed_at.into(),
        ];
        if tx.run(&CHANGE_PROCESS, &row)? != 1 {
            return Err(late());
        }
    }
    let last = tx.row(&LAST, &[])?.map_or(Ok(0), |row| row.count(0))?;
    for (own, place) in fresh.iter().zip(1..) {
        let row = [
            (last + place).into(),
            (&process.number).into(),
            (n_before + place).into(),
            (&own.id).into(),
            own.at.into(),
            (&own.tag).into(),
            (&own.step).into(),
            (&own.text).into(),
        ];
        tx.later(&ADD_RELEASE, &row)?;
    }
    Ok(())
}

/// The process of a lot or offer, whoever may see it.
pub fn of_thing(tx: &mut Tx<'_>, thing: &str) -> Result<Option<Published>, StoreError> {
    tx.row(&OF_THING, args![thing])?.as_ref().map(read).transpose()
}

/// The process of this `ocid`, where its technology has this gate.
pub fn of_ocid(tx: &mut Tx<'_>, ocid: &str, gate: &str) -> Result<Option<Published>, StoreError> {
    tx.row(&OF_OCID, args![ocid, gate])?.as_ref().map(read).transpose()
}

/// Processes of a technology, the last changed first, whoever may see them.
pub fn of_technology(tx: &mut Tx<'_>, id: TechnologyId) -> Result<Vec<Published>, StoreError> {
    tx.rows(&OF_TECHNOLOGY, args![id])?.iter().map(read).collect()
}

/// The attempts that followed a process.
pub fn followers(tx: &mut Tx<'_>, ocid: &str, gate: &str) -> Result<Vec<Published>, StoreError> {
    tx.rows(&AFTER, args![ocid, gate])?.iter().map(read).collect()
}

/// Processes with this gate before a place in the list, the last changed first.
pub fn newest(
    tx: &mut Tx<'_>,
    gate: &str,
    before: Option<(Instant, &str)>,
    limit: usize,
) -> Result<Vec<Published>, StoreError> {
    let (at, number) = before.unwrap_or((Instant::from_micros(i64::MAX), ""));
    tx.rows(&NEWEST, args![gate, at, number, limit])?.iter().map(read).collect()
}

/// The steps told of a process, in their order, as they were kept.
pub fn steps(tx: &mut Tx<'_>, number: &str) -> Result<Vec<String>, StoreError> {
    tx.rows(&STEPS, args![number])?.iter().map(|row| row.text(0)).collect()
}

/// The releases of a process in their order.
pub fn releases(tx: &mut Tx<'_>, number: &str) -> Result<Vec<Release>, StoreError> {
    tx.rows(&RELEASES, args![number])?.iter().map(read_release).collect()
}

/// Releases after a place in the feed, of processes with this gate.
pub fn releases_after(
    tx: &mut Tx<'_>,
    gate: &str,
    seq: u64,
    limit: usize,
) -> Result<Vec<Release>, StoreError> {
    tx.rows(&RELEASES_AFTER, args![gate, seq, limit])?.iter().map(read_release).collect()
}

/// Bids of a lot that the room has seen, in their order.
pub fn bids(tx: &mut Tx<'_>, lot: LotId) -> Result<Vec<Bid>, StoreError> {
    tx.rows(&BIDS, args![lot])?.iter().map(bid).collect()
}

/// The last bid of everybody that was not taken back, unseen ones among them, in their order: for a
/// lot that is over and whose protocol shows them.
pub fn last_bids(tx: &mut Tx<'_>, lot: LotId) -> Result<Vec<Bid>, StoreError> {
    let mut last: Vec<Bid> = Vec::new();
    for row in tx.rows(&EVERY_BID, args![lot])? {
        let bid = bid(&row)?;
        last.retain(|before| before.bidder != bid.bidder);
        if row.text(6)? == "bid" {
            last.push(bid);
        }
    }
    Ok(last)
}

fn bid(row: &Row) -> Result<Bid, StoreError> {
    let number =
        |n: i64| u32::try_from(n).map_err(|_| StoreError::Damaged("a bidder's number".to_owned()));
    Ok(Bid {
        bidder: number(row.int(0)?)?,
        amount: row.int_or_none(1)?,
        price: row.int_or_none(2)?,
        leader: row.int_or_none(3)?.map(number).transpose()?,
        received: row.instant(4)?,
        ends_at: row.instant(5)?,
    })
}

fn read(row: &Row) -> Result<Published, StoreError> {
    Ok(Published {
        number: row.text(0)?,
        ocid: row.text(1)?,
        kind: row.text(2)?,
        thing: row.text(3)?,
        technology: row.parsed(4, |text| TechnologyId::parse(text).ok())?,
        lang: row.parsed(5, Lang::parse)?,
        former: row.text(6)?,
        n_releases: row.count(7)?,
        tag: row.text(8)?,
        title: Bilingual::new(row.text(9)?, row.text(10)?),
        changed_at: row.instant(11)?,
    })
}

fn read_release(row: &Row) -> Result<Release, StoreError> {
    Ok(Release {
        seq: row.count(0)?,
        process: row.text(1)?,
        n: row.count(2)?,
        id: row.text(3)?,
        at: row.instant(4)?,
        tag: row.text(5)?,
        text: row.text(6)?,
    })
}
