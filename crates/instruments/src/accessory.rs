//! Accessories that are lent with an instrument: what a booking asks for, and what others have then.
//!
//! An accessory is known by its name on the sheet. A booking for one that is no longer there finds
//! none of it.

use crate::check::PARTS_MAX;
use crate::policy;
use crate::sheet::{Accessory, Sheet};
use base::{Bilingual, Refusal, Span};
use std::collections::BTreeMap;

/// Pieces of one accessory at most.
pub const STOCK_MAX: u32 = 1_000;

/// So many pieces of one accessory, for the time of a booking.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lent {
    /// As the sheet names it: see [`Accessory::known_as`].
    pub name: String,
    pub count: u16,
}

impl Accessory {
    /// The name that bookings keep: the English one, or the Chinese where there is no English one.
    pub fn known_as(&self) -> &str {
        if self.name.en.is_empty() { &self.name.zh } else { &self.name.en }
    }
}

impl Sheet {
    /// How an accessory is called, in both languages; its own word where the sheet has it no more.
    pub fn accessory_name(&self, known_as: &str) -> Bilingual {
        let found = self.accessories.iter().find(|it| it.known_as() == known_as);
        found.map_or_else(|| Bilingual::new(known_as, ""), |it| it.name.clone())
    }
}

/// What is asked for, each accessory once and none of nothing; or why it cannot be read.
pub fn gathered(asked: &[Lent]) -> Result<Vec<Lent>, Refusal> {
    if asked.len() > PARTS_MAX {
        let refusal = Refusal::invalid("too-many-parts").on("accessories");
        let refusal = refusal.term("field", "field-accessories");
        return Err(refusal.number("found", asked.len()).number("most", PARTS_MAX));
    }
    let mut counts: BTreeMap<&str, u16> = BTreeMap::new();
    for one in asked.iter().filter(|one| one.count > 0) {
        let count = counts.entry(one.name.trim()).or_default();
        *count = count.saturating_add(one.count);
    }
    let lent = |(name, count): (&str, u16)| Lent { name: name.to_owned(), count };
    Ok(counts.into_iter().map(lent).collect())
}

/// What the engine asks about: each wanted accessory with its stock, and who has how many when.
pub fn facts(sheet: &Sheet, wanted: &[Lent], lent: &[(Span, Vec<Lent>)]) -> Vec<policy::Accessory> {
    let one = |wanted: &Lent| {
        let found = sheet.accessories.iter().find(|it| it.known_as() == wanted.name);
        let stock = found.map_or(0, |it| u16::try_from(it.stock).unwrap_or(u16::MAX));
        let of_it = |(span, all): &(Span, Vec<Lent>)| {
            let count = all.iter().find(|own| own.name == wanted.name)?.count;
            Some((*span, count))
        };
        policy::Accessory {
            name: wanted.name.clone(),
            stock,
            wanted: wanted.count,
            taken: lent.iter().filter_map(of_it).collect(),
        }
    };
    wanted.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Instant;

    fn lent(name: &str, count: u16) -> Lent {
        Lent { name: name.to_owned(), count }
    }

    fn hours(from: i64, until: i64) -> Span {
        let at = |hour: i64| Instant::from_micros(hour * 3_600_000_000);
        Span::new(at(from), at(until)).expect("a span")
    }

    #[test]
    fn what_is_asked_for_twice_is_one() {
        let asked = [lent("Stage", 1), lent("Gun", 0), lent(" Stage ", 2)];
        assert_eq!(gathered(&asked), Ok(vec![lent("Stage", 3)]));
        let many = vec![lent("Stage", 1); PARTS_MAX + 1];
        assert_eq!(
            gathered(&many).map_err(|no| no.code.into_owned()),
            Err("too-many-parts".into())
        );
    }

    #[test]
    fn demand_is_counted_by_name_against_the_sheet() {
        let sheet = Sheet {
            accessories: vec![
                Accessory { name: Bilingual::new("Stage", "台"), stock: 3 },
                Accessory { name: Bilingual::new("", "枪"), stock: 1 },
            ],
            ..Sheet::default()
        };
        let taken = [
            (hours(9, 11), vec![lent("Stage", 2), lent("枪", 1)]),
            (hours(11, 12), vec![lent("枪", 1)]),
        ];
        let found = facts(&sheet, &[lent("Stage", 1), lent("枪", 1), lent("Gone", 1)], &taken);
        let told: Vec<_> = found.iter().map(|it| (it.stock, it.wanted, it.taken.len())).collect();
        assert_eq!(told, [(3, 1, 1), (1, 1, 2), (0, 1, 0)]);
        assert_eq!(sheet.accessory_name("枪"), Bilingual::new("", "枪"));
        assert_eq!(sheet.accessory_name("Gone"), Bilingual::new("Gone", ""));
    }
}
