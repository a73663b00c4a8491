//! Events of several lots: announced by the office, in an order, one lot opening after the other.

use crate::lot::{Lot, Terms};
use crate::words_of;
use base::{Bilingual, Class, Instant, LotEventId, LotId, Reference, Refusal, limits, text};
use std::collections::BTreeSet;

/// Lots of one event at most.
pub const LOTS_MAX: usize = 100;
/// The longest time between two openings, in seconds.
pub const GAP_SECONDS_MAX: u32 = 86_400;
/// Characters of what is said of an event.
const TEXT_CHARS_MAX: usize = 4_000;

words_of! {
    /// Where an event stands.
    LotEventState {
        Announced = "announced",
        Withdrawn = "withdrawn",
    }
}

/// What is said of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Content {
    pub name: Bilingual,
    pub text: Bilingual,
    /// Where it takes place, for whoever comes to the hall.
    pub place: Bilingual,
}

impl Content {
    /// What was typed, tidied; or every problem with it.
    pub fn parse(&self) -> Result<Self, Vec<Refusal>> {
        let mut no = Vec::new();
        let mut each = |name: &str, of: &Bilingual, most: usize, is_block: bool| {
            let mut one = |lang: &str, typed: &str| {
                let field = format!("{name}.{lang}");
                let read = match is_block {
                    true => text::block(&field, typed, most),
                    false => text::line(&field, typed, most),
                };
                read.unwrap_or_else(|refusal| {
                    no.push(refusal);
                    String::new()
                })
            };
            Bilingual::new(one("en", &of.en), one("zh", &of.zh))
        };
        let content = Self {
            name: each("name", &self.name, limits::NAME_CHARS_MAX, false),
            text: each("text", &self.text, TEXT_CHARS_MAX, true),
            place: each("place", &self.place, limits::NAME_CHARS_MAX, false),
        };
        if content.name.is_empty() && no.is_empty() {
            no.push(Refusal::invalid("field-required").on("name.en").term("field", "field-name"));
        }
        if no.is_empty() { Ok(content) } else { Err(no) }
    }
}

/// An event as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotEvent {
    pub id: LotEventId,
    pub reference: Reference,
    pub content: Content,
    pub state: LotEventState,
    pub version: u64,
    pub made_at: Instant,
    pub changed_at: Instant,
}

/// What stands against lots in this order.
pub fn order_faults(lots: &[LotId]) -> Vec<Refusal> {
    let distinct: BTreeSet<LotId> = lots.iter().copied().collect();
    let mut no = Vec::new();
    if lots.is_empty() || lots.len() > LOTS_MAX {
        no.push(Refusal::invalid("lot-event-number").on("lots").number("most", LOTS_MAX));
    }
    if distinct.len() < lots.len() {
        no.push(Refusal::invalid("lot-event-twice").on("lots"));
    }
    no
}

/// The terms of each lot where the first opens then and each next one so much later; every lot keeps
/// its length. Or everything that stands against it, with the lot it is about.
pub fn staggered(
    lots: &[Lot],
    (first, gap_s): (Instant, u32),
    now: Instant,
) -> Result<Vec<Terms>, Vec<Refusal>> {
    let mut no = Vec::new();
    if gap_s > GAP_SECONDS_MAX {
        let refusal = Refusal::invalid("lot-event-gap").on("gap");
        no.push(refusal.number("most", u64::from(GAP_SECONDS_MAX / 60)));
    }
    let mut all = Vec::with_capacity(lots.len());
    for (lot, n) in lots.iter().zip(0_i64..) {
        if !lot.is_changeable(now) {
            let refusal = Refusal::new(Class::Refused, "lot-event-frozen").on("lots");
            no.push(refusal.text("lot", lot.reference.to_string()));
            continue;
        }
        let opens = first.plus_seconds(n.saturating_mul(i64::from(gap_s)));
        let runs = lot.terms.closes.seconds_since(lot.terms.opens);
        let terms = Terms { opens, closes: opens.plus_seconds(runs), ..lot.terms.clone() };
        // What a hidden reserve was held against stays as it is.
        no.extend(terms.faults(now).into_iter().map(|fault| fault.on("first")));
        all.push(terms);
    }
    if no.is_empty() { Ok(all) } else { Err(no) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_a_name_in_some_language() {
        let named = |en: &str, zh: &str| Content {
            name: Bilingual::new(en.to_owned(), zh.to_owned()),
            ..Content::default()
        };
        let found = named(" Spring sale ", "").parse().expect("a name");
        assert_eq!(found.name.en, "Spring sale");
        assert!(named("", "春季专场").parse().is_ok());
        let no = named("", "").parse().expect_err("no name");
        assert_eq!(
            (no[0].code.as_ref(), no[0].field.as_deref()),
            ("field-required", Some("name.en"))
        );
        let long = "x".repeat(limits::NAME_CHARS_MAX + 1);
        let no = named(&long, "").parse().expect_err("too long");
        assert_eq!(no[0].field.as_deref(), Some("name.en"));
    }

    #[test]
    fn lots_are_some_and_each_once() {
        let id = LotId::from_bits;
        let codes = |lots: &[LotId]| -> Vec<String> {
            order_faults(lots).iter().map(|no| no.code.to_string()).collect()
        };
        assert_eq!(codes(&[id(1), id(2)]), Vec::<String>::new());
        assert_eq!(codes(&[]), ["lot-event-number"]);
        assert_eq!(codes(&[id(1), id(1)]), ["lot-event-twice"]);
        let many: Vec<LotId> = (0..=LOTS_MAX as u128).map(id).collect();
        assert_eq!(codes(&many), ["lot-event-number"]);
    }
}
