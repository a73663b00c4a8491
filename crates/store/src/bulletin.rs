//! Bulletins: what was written and chosen, to whom it has yet to go, and how often it was opened.

use crate::{Row, StoreError, Tx, args, statements};
use base::{
    Bilingual, BulletinId, Instant, Label, Lang, OrganisationId, PersonId, Reference, TechnologyId,
};
use trading::bulletin::{Draft, Schedule, State};
use trading::technology::Content;

statements! {
    ADD = "insert into bulletins (id, reference, owner, state, title_en, title_zh, intro_en,
               intro_zh, question, departments, to_subscribers, schedule, due_at, series, person,
               version, created_at, changed_at, sent_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
               $19)";
    CHANGE = "update bulletins set state = $3, title_en = $4, title_zh = $5, intro_en = $6,
                  intro_zh = $7, question = $8, departments = $9, to_subscribers = $10,
                  schedule = $11, due_at = $12, version = version + 1, changed_at = $13,
                  sent_at = $14
              where id = $1 and version = $2";
    FIND = "select id, reference, owner, state, title_en, title_zh, intro_en, intro_zh, question,
                departments, to_subscribers, schedule, due_at, series, person, version, created_at,
                changed_at, sent_at
            from bulletins where id = $1";
    SENT = "select id, reference, owner, state, title_en, title_zh, intro_en, intro_zh, question,
                departments, to_subscribers, schedule, due_at, series, person, version, created_at,
                changed_at, sent_at
            from bulletins where state = 'sent' and (sent_at < $1 or (sent_at = $1 and id < $2))
            order by sent_at desc, id desc limit $3";
    OF_OWNER = "select id, reference, owner, state, title_en, title_zh, intro_en, intro_zh,
                    question, departments, to_subscribers, schedule, due_at, series, person,
                    version, created_at, changed_at, sent_at
                from bulletins where owner = $1 and state <> 'sent' order by id desc limit $2";
    DUE = "select id, due_at from bulletins where state = 'scheduled' and due_at <= $1
           order by due_at, id limit $2";
    DROP_ITEMS = "delete from bulletin_items where bulletin = $1";
    ADD_ITEM = "insert into bulletin_items (bulletin, place, technology, version)
                values ($1, $2, $3, $4)";
    CHOSEN = "select technology from bulletin_items where bulletin = $1 order by place";
    ITEMS = "select i.technology, i.version, v.content, v.gate
             from bulletin_items i
                 left join technology_versions v
                     on v.technology = i.technology and v.version = i.version
             where i.bulletin = $1 order by i.place";
    EARLIER = "select i.technology from bulletins b join bulletin_items i on i.bulletin = b.id
               where b.series = $1 and i.technology = $2";
    ADD_RECIPIENT = "insert into bulletin_recipients
                         (bulletin, recipient, lang, subscription, organisation)
                     values ($1, $2, $3, $4, $5) on conflict (bulletin, recipient) do nothing";
    RECIPIENTS = "select bulletin, recipient, lang, subscription, organisation
                  from bulletin_recipients order by bulletin, recipient limit $1";
    N_RECIPIENTS = "select count(*) from bulletin_recipients where bulletin = $1";
    DROP_RECIPIENT = "delete from bulletin_recipients where bulletin = $1 and recipient = $2";
    DROP_RECIPIENTS = "delete from bulletin_recipients where bulletin = $1";
    FORGET = "delete from bulletin_recipients where recipient = $1";
    MEMBERS = "select distinct m.person from memberships m join people p on p.id = m.person
               where m.organisation = $1 and m.from_at <= $2 and m.until_at > $2
                 and p.state = 'active'
               order by m.person limit $3";
    COUNT_SENT = "insert into bulletin_counts (bulletin, organisation, n_sent, n_opened)
                  values ($1, $2, 1, 0)
                  on conflict (bulletin, organisation)
                      do update set n_sent = bulletin_counts.n_sent + 1";
    COUNT_OPENED = "update bulletin_counts set n_opened = n_opened + 1
                    where bulletin = $1 and organisation = $2";
    COUNTS = "select organisation, n_sent, n_opened from bulletin_counts
              where bulletin = $1 order by n_sent desc, organisation";
    ADD_OPENING = "insert into bulletin_openings (digest, bulletin, organisation)
                   values ($1, $2, $3)";
    OPENING = "select organisation from bulletin_openings where digest = $1 and bulletin = $2";
    DROP_OPENING = "delete from bulletin_openings where digest = $1";
}

/// A bulletin as it is kept.
#[derive(Clone, Debug)]
pub struct Bulletin {
    pub id: BulletinId,
    pub reference: Reference,
    pub owner: OrganisationId,
    pub state: State,
    /// Without its items, which have rows of their own.
    pub draft: Draft,
    pub schedule: Option<Schedule>,
    /// When it goes out by itself; the beginning of time where it does not.
    pub due_at: Instant,
    /// The scheduled bulletin whose issue this is.
    pub series: Option<BulletinId>,
    pub person: PersonId,
    pub version: u64,
    pub created_at: Instant,
    pub changed_at: Instant,
    pub sent_at: Instant,
}

/// Something chosen, with what that version said.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub technology: TechnologyId,
    pub version: u64,
    /// Title and label of that version.
    pub meant: Option<(Bilingual, Label)>,
}

/// Somebody to whom a letter has yet to be made.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub bulletin: BulletinId,
    /// A person's id, or an address.
    pub recipient: String,
    pub lang: Lang,
    /// The subscription that brought it, if it was one.
    pub subscription: String,
    /// The organisation whose count it is; empty for none.
    pub organisation: String,
}

fn texts(bulletin: &Bulletin) -> [crate::Value; 9] {
    let draft = &bulletin.draft;
    let question = draft.question.as_ref().map_or_else(|| "".into(), crate::json);
    let schedule = bulletin.schedule.as_ref().map_or_else(|| "".into(), crate::json);
    [
        bulletin.state.word().into(),
        (&draft.title.en).into(),
        (&draft.title.zh).into(),
        (&draft.intro.en).into(),
        (&draft.intro.zh).into(),
        question,
        crate::json(&draft.departments),
        draft.to_subscribers.into(),
        schedule,
    ]
}

/// Adds a bulletin with its items.
pub fn add(tx: &mut Tx<'_>, bulletin: &Bulletin) -> Result<(), StoreError> {
    let mut row: Vec<crate::Value> =
        vec![bulletin.id.into(), (&bulletin.reference).into(), bulletin.owner.into()];
    row.extend(texts(bulletin));
    let series = bulletin.series.map(|id| id.to_string()).unwrap_or_default();
    row.extend([
        bulletin.due_at.into(),
        series.into(),
        bulletin.person.into(),
        bulletin.version.into(),
        bulletin.created_at.into(),
        bulletin.changed_at.into(),
        bulletin.sent_at.into(),
    ]);
    tx.later(&ADD, &row)
}

/// Changes a bulletin; false where another was faster.
pub fn change(tx: &mut Tx<'_>, before: u64, bulletin: &Bulletin) -> Result<bool, StoreError> {
    let mut row: Vec<crate::Value> = vec![bulletin.id.into(), before.into()];
    row.extend(texts(bulletin));
    row.extend([bulletin.due_at.into(), bulletin.changed_at.into(), bulletin.sent_at.into()]);
    Ok(tx.run(&CHANGE, &row)? == 1)
}

/// One bulletin.
pub fn find(tx: &mut Tx<'_>, id: BulletinId) -> Result<Option<Bulletin>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Bulletins that were sent, newest first, after a place in that order.
pub fn sent(
    tx: &mut Tx<'_>,
    after: Option<(Instant, BulletinId)>,
    limit: usize,
) -> Result<Vec<Bulletin>, StoreError> {
    let (at, id) = after
        .map_or((Instant::from_micros(i64::MAX), "c".to_owned()), |(at, id)| (at, id.to_string()));
    tx.rows(&SENT, args![at, id, limit])?.iter().map(read).collect()
}

/// What an organisation prepares, has scheduled or withdrew, newest first.
pub fn of_owner(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    limit: usize,
) -> Result<Vec<Bulletin>, StoreError> {
    tx.rows(&OF_OWNER, args![owner, limit])?.iter().map(read).collect()
}

/// Scheduled bulletins whose hour has come, each with the hour.
pub fn due(
    tx: &mut Tx<'_>,
    now: Instant,
    limit: usize,
) -> Result<Vec<(BulletinId, Instant)>, StoreError> {
    let read =
        |row: &Row| Ok((row.parsed(0, |text| BulletinId::parse(text).ok())?, row.instant(1)?));
    tx.rows(&DUE, args![now, limit])?.iter().map(read).collect()
}

/// Replaces the items of a bulletin.
pub fn set_items(
    tx: &mut Tx<'_>,
    id: BulletinId,
    items: &[(TechnologyId, u64)],
) -> Result<(), StoreError> {
    tx.later(&DROP_ITEMS, args![id])?;
    for (place, (technology, version)) in items.iter().enumerate() {
        tx.later(&ADD_ITEM, args![id, place, *technology, *version])?;
    }
    Ok(())
}

/// What was chosen, in its order.
pub fn chosen(tx: &mut Tx<'_>, id: BulletinId) -> Result<Vec<TechnologyId>, StoreError> {
    let rows = tx.rows(&CHOSEN, args![id])?;
    rows.iter().map(|row| row.parsed(0, |text| TechnologyId::parse(text).ok())).collect()
}

/// What was chosen with what the versions said.
pub fn items(tx: &mut Tx<'_>, id: BulletinId) -> Result<Vec<Chosen>, StoreError> {
    let read = |row: &Row| {
        let meant = match row.text_or_none(2)? {
            None => None,
            Some(text) => {
                let damaged = |error| StoreError::Damaged(format!("a version: {error:?}"));
                let content = Content::from_bytes(text.as_bytes()).map_err(damaged)?;
                Some((content.title, row.parsed(3, Label::from_gate)?))
            }
        };
        let technology = row.parsed(0, |text| TechnologyId::parse(text).ok())?;
        Ok(Chosen { technology, version: row.count(1)?, meant })
    };
    tx.rows(&ITEMS, args![id])?.iter().map(read).collect()
}

/// Whether an earlier issue of this series held it.
pub fn was_in_series(
    tx: &mut Tx<'_>,
    series: BulletinId,
    technology: TechnologyId,
) -> Result<bool, StoreError> {
    Ok(tx.row(&EARLIER, args![series, technology])?.is_some())
}

/// People of an organisation now.
pub fn members(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    now: Instant,
    limit: usize,
) -> Result<Vec<PersonId>, StoreError> {
    let rows = tx.rows(&MEMBERS, args![organisation, now, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| PersonId::parse(text).ok())).collect()
}

/// Adds somebody to whom a letter has to be made; false where they are there already.
pub fn add_recipient(tx: &mut Tx<'_>, to: &Recipient) -> Result<bool, StoreError> {
    let row = args![to.bulletin, &to.recipient, to.lang.tag(), &to.subscription, &to.organisation]
        .to_vec();
    Ok(tx.run(&ADD_RECIPIENT, &row)? == 1)
}

/// Some of those to whom a letter has yet to be made.
pub fn recipients(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<Recipient>, StoreError> {
    let read = |row: &Row| {
        Ok(Recipient {
            bulletin: row.parsed(0, |text| BulletinId::parse(text).ok())?,
            recipient: row.text(1)?,
            lang: row.lang(2)?,
            subscription: row.text(3)?,
            organisation: row.text(4)?,
        })
    };
    tx.rows(&RECIPIENTS, args![limit])?.iter().map(read).collect()
}

/// To how many a letter has yet to be made.
pub fn n_recipients(tx: &mut Tx<'_>, id: BulletinId) -> Result<u64, StoreError> {
    tx.row(&N_RECIPIENTS, args![id])?.map_or(Ok(0), |row| row.count(0))
}

/// Takes one of them; false where somebody was faster.
pub fn take_recipient(tx: &mut Tx<'_>, to: &Recipient) -> Result<bool, StoreError> {
    Ok(tx.run(&DROP_RECIPIENT, args![to.bulletin, &to.recipient])? == 1)
}

/// Nobody gets it any more.
pub fn drop_recipients(tx: &mut Tx<'_>, id: BulletinId) -> Result<(), StoreError> {
    tx.later(&DROP_RECIPIENTS, args![id])
}

/// Counts a letter, and keeps the digest of its link without saying whose it is.
pub fn count_sent(tx: &mut Tx<'_>, to: &Recipient, digest: &str) -> Result<(), StoreError> {
    tx.later(&COUNT_SENT, args![to.bulletin, &to.organisation])?;
    tx.later(&ADD_OPENING, args![digest, to.bulletin, &to.organisation])
}

/// Counts the opening of a link, the first time; whether it counted.
pub fn count_opening(tx: &mut Tx<'_>, id: BulletinId, digest: &str) -> Result<bool, StoreError> {
    let Some(row) = tx.row(&OPENING, args![digest, id])? else { return Ok(false) };
    if tx.run(&DROP_OPENING, args![digest])? == 0 {
        return Ok(false);
    }
    Ok(tx.run(&COUNT_OPENED, args![id, row.text(0)?])? == 1)
}

/// Letters and openings for each organisation; an empty one stands for nobody's.
pub fn counts(
    tx: &mut Tx<'_>,
    id: BulletinId,
) -> Result<Vec<(Option<OrganisationId>, u64, u64)>, StoreError> {
    let read = |row: &Row| {
        let organisation = OrganisationId::parse(row.str(0)?).ok();
        Ok((organisation, row.count(1)?, row.count(2)?))
    };
    tx.rows(&COUNTS, args![id])?.iter().map(read).collect()
}

/// Forgets a person or an address among those to whom a letter has yet to be made.
pub fn forget(tx: &mut Tx<'_>, recipient: &str) -> Result<(), StoreError> {
    tx.later(&FORGET, args![recipient])
}

fn read(row: &Row) -> Result<Bulletin, StoreError> {
    let question = if row.text(8)?.is_empty() { None } else { Some(row.json(8)?) };
    let schedule = if row.text(11)?.is_empty() { None } else { Some(row.json(11)?) };
    Ok(Bulletin {
        id: row.parsed(0, |text| BulletinId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        owner: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
        state: row.parsed(3, State::parse)?,
        draft: Draft {
            title: Bilingual::new(row.text(4)?, row.text(5)?),
            intro: Bilingual::new(row.text(6)?, row.text(7)?),
            items: Vec::new(),
            question,
            departments: row.json(9)?,
            to_subscribers: row.bool(10)?,
        },
        schedule,
        due_at: row.instant(12)?,
        series: BulletinId::parse(row.str(13)?).ok(),
        person: row.parsed(14, |text| PersonId::parse(text).ok())?,
        version: row.count(15)?,
        created_at: row.instant(16)?,
        changed_at: row.instant(17)?,
        sent_at: row.instant(18)?,
    })
}
