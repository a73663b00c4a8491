//! Technologies in a letter, as its recipient may see them at the moment it is sent.

use super::{Content, Fact, Item};
use crate::Who;
use crate::city::City;
use access::{Act as A, Actor};
use base::{Bilingual, Instant, Lang, PersonId, TechnologyId};
use std::collections::BTreeMap;
use store::technology::Summary;
use store::{StoreError, Tx};

/// Technologies that one letter names; the rest is counted.
const NAMED_MAX: usize = 20;

/// Turns the technologies of a letter into its items; false where nothing is left for this
/// recipient.
pub(super) fn fill(
    tx: &mut Tx<'_>,
    city: &City,
    content: &mut Content,
    person: Option<PersonId>,
    now: Instant,
) -> Result<bool, StoreError> {
    let actor = match person {
        Some(id) => crate::asker::resolve(tx, Who::Person(id), now, city.settings().second_factor)?,
        None => Actor::anonymous(),
    };
    let gates = store::gate::known(tx)?;
    let filter = access::filter(&actor, A::ListTechnologies, &gates);
    let ids: Vec<TechnologyId> = content.technologies.iter().map(|(id, _)| *id).collect();
    let rows: BTreeMap<TechnologyId, Summary> = store::technology::summaries(tx, &filter, &ids)?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let mut n = 0;
    for (id, version) in content.technologies.clone() {
        let Some(row) = rows.get(&id) else { continue };
        let Some(title) = title(tx, row, version)? else { continue };
        n += 1;
        if n <= NAMED_MAX {
            let path = format!("/technologies/{id}");
            content.items.push(Item { title, note: Bilingual::default(), path });
        }
    }
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    content.facts.insert("count".to_owned(), Fact::Number(n));
    Ok(n > 0)
}

/// What may stand in a letter about it: the title where it is public, else kind and reference.
/// `None` where a version was meant, and it or that of today is not public.
fn title(tx: &mut Tx<'_>, row: &Summary, version: u64) -> Result<Option<Bilingual>, StoreError> {
    if !row.label.is_public() && version > 0 {
        return Ok(None);
    }
    if !row.label.is_public() {
        let said = |lang: Lang| {
            let reference = [("reference", row.reference.as_str().into())];
            words::say_with(lang, "mail-technology-not-public", &reference)
        };
        return Ok(Some(Bilingual::new(said(Lang::En), said(Lang::Zh))));
    }
    if version == 0 || version == row.version {
        return Ok(Some(row.title.clone()));
    }
    let meant = store::technology::version(tx, row.id, version)?;
    Ok(meant.filter(|(_, label)| label.is_public()).map(|(content, _)| content.title))
}
