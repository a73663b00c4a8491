//! Accessories that are lent with an instrument: what a booking asks for, and what others have then.
//!
//! An accessory is known by its name on the sheet. A booking for one that is no longer there finds
//! none of it.

use crate::check::PARTS_MAX;
use crate::policy;
use crate::sheet::{Accessory, Sheet};
use base::{Bilingual, InstrumentId, Refusal, Span};
use std::collections::{BTreeMap, BTreeSet};

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

/// What can be lent with an instrument: its own, and what it shares with others. Of what both name
/// there is as much as is shared.
pub fn offered(own: &[Accessory], shared: &[Accessory]) -> Vec<Accessory> {
    let is = |one: &Accessory, other: &Accessory| one.known_as() == other.known_as();
    let of = |it: &Accessory| match shared.iter().find(|other| is(it, other)) {
        Some(other) => Accessory { is_needed: it.is_needed || other.is_needed, ..other.clone() },
        None => it.clone(),
    };
    let mut all: Vec<Accessory> = own.iter().map(of).collect();
    let others = shared.iter().filter(|it| !own.iter().any(|other| is(it, other)));
    all.extend(others.cloned());
    all
}

/// What a booking takes: what was asked for, and one of whatever it cannot do without.
pub fn wanted(offered: &[Accessory], asked: &[Lent]) -> Vec<Lent> {
    let mut all = asked.to_vec();
    for it in offered.iter().filter(|it| it.is_needed) {
        if !all.iter().any(|own| own.name == it.known_as()) {
            all.push(Lent { name: it.known_as().to_owned(), count: 1 });
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// Whether a list of shared accessories makes sense: each with a name of its own, and not too many.
pub fn are_sound(shared: &[Accessory]) -> bool {
    let names: BTreeSet<&str> = shared.iter().map(Accessory::known_as).collect();
    let is_fine = |it: &Accessory| {
        let is_short = [&it.name.en, &it.name.zh]
            .iter()
            .all(|name| name.chars().count() <= base::limits::NAME_CHARS_MAX);
        !it.known_as().trim().is_empty() && it.stock <= STOCK_MAX && is_short
    };
    shared.len() <= PARTS_MAX && names.len() == shared.len() && shared.iter().all(is_fine)
}

/// What a booking of an instrument has lent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Borrowed {
    pub instrument: InstrumentId,
    pub span: Span,
    pub lent: Vec<Lent>,
}

/// What the engine asks about: each wanted accessory with its stock, and who has how many when. What is
/// shared is counted wherever it is; what is not, here alone.
pub fn facts(
    (offered, shared): (&[Accessory], &[Accessory]),
    wanted: &[Lent],
    here: InstrumentId,
    lent: &[Borrowed],
) -> Vec<policy::Accessory> {
    let one = |wanted: &Lent| {
        let is = |it: &&Accessory| it.known_as() == wanted.name;
        let stock = offered.iter().find(is).map_or(0, |it| it.stock);
        let is_shared = shared.iter().any(|it| is(&it));
        let of_it = |own: &Borrowed| {
            let count = own.lent.iter().find(|own| own.name == wanted.name)?.count;
            (is_shared || own.instrument == here).then_some((own.span, count))
        };
        policy::Accessory {
            name: wanted.name.clone(),
            stock: u16::try_from(stock).unwrap_or(u16::MAX),
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

    fn piece(en: &str, zh: &str, stock: u32) -> Accessory {
        Accessory { name: Bilingual::new(en, zh), stock, is_needed: false }
    }

    fn borrowed(n: u128, span: Span, lent: Vec<Lent>) -> Borrowed {
        Borrowed { instrument: InstrumentId::from_bits(n), span, lent }
    }

    #[test]
    fn demand_is_counted_by_name_against_the_sheet() {
        let sheet = Sheet {
            accessories: vec![piece("Stage", "台", 3), piece("", "枪", 1)],
            ..Sheet::default()
        };
        let lent_then = [
            borrowed(1, hours(9, 11), vec![lent("Stage", 2), lent("枪", 1)]),
            borrowed(1, hours(11, 12), vec![lent("枪", 1)]),
            borrowed(2, hours(9, 11), vec![lent("Stage", 1)]),
        ];
        let told = |shared: &[Accessory]| -> Vec<(u16, u16, usize)> {
            let all = offered(&sheet.accessories, shared);
            let wanted = [lent("Stage", 1), lent("枪", 1), lent("Gone", 1)];
            let here = InstrumentId::from_bits(1);
            let found = facts((&all, shared), &wanted, here, &lent_then);
            found.iter().map(|it| (it.stock, it.wanted, it.taken.len())).collect()
        };
        assert_eq!(told(&[]), [(3, 1, 1), (1, 1, 2), (0, 1, 0)]);
        // What several share is counted wherever it is, by the stock that they share.
        assert_eq!(told(&[piece("Stage", "台", 2)]), [(2, 1, 2), (1, 1, 2), (0, 1, 0)]);
        assert_eq!(told(&[piece("Gone", "", 4)]), [(3, 1, 1), (1, 1, 2), (4, 1, 0)]);
        assert_eq!(sheet.accessory_name("枪"), Bilingual::new("", "枪"));
        assert_eq!(sheet.accessory_name("Gone"), Bilingual::new("Gone", ""));
    }

    #[test]
    fn what_is_obligatory_is_taken_unasked() {
        let all = [Accessory { is_needed: true, ..piece("Holder", "", 2) }, piece("Stage", "", 1)];
        assert_eq!(wanted(&all, &[]), [lent("Holder", 1)]);
        assert_eq!(
            wanted(&all, &[lent("Stage", 1), lent("Holder", 2)]),
            [lent("Holder", 2), lent("Stage", 1)]
        );
        assert!(are_sound(&all) && are_sound(&[]));
        assert!(
            !are_sound(&[piece("Stage", "", 1), piece("Stage", "台", 2)]),
            "one name, one thing"
        );
        assert!(
            !are_sound(&[piece("", " ", 1)]) && !are_sound(&[piece("Stage", "", STOCK_MAX + 1)])
        );
    }
}
