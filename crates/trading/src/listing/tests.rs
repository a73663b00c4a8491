use super::*;
use crate::{Content, Source};
use base::chance::SeededChance;
use base::{Currency, Label, OrganisationId};

const NOW: Instant = Instant::from_micros(1_772_355_600_000_000);

fn technology(state: State, category: ExportCategory) -> Technology {
    let mut content = Content::default();
    content.export.category = category;
    Technology {
        id: TechnologyId::from_bits(1),
        reference: Reference::draw("TE", 2026, &mut SeededChance::new(1)),
        owner: OrganisationId::from_bits(2),
        state,
        label: Label::public(),
        version: 3,
        content,
        key: None,
        confirmed_at: None,
        changed_at: NOW,
        source: None::<Source>,
    }
}

/// Reads `exclusive 100 3% 5y CN` as terms.
fn terms(text: &str) -> Terms {
    let mut words = text.split_whitespace();
    let licence = words.next().and_then(Licence::parse).expect("a licence");
    let mut terms = Terms::of(licence);
    for word in words {
        if let Some(percent) = word.strip_suffix('%') {
            terms.royalty = Percent::parse(percent).ok();
        } else if let Some(years) = word.strip_suffix('y') {
            terms.term_years = years.parse().ok();
        } else if let Ok(price) = Money::parse(word, Currency::CNY) {
            terms.price = Some(price);
        } else {
            terms.territory = Bilingual::new(word, "");
        }
    }
    terms
}

fn told(result: &Result<Plan, Vec<Refusal>>) -> String {
    let one = |refusal: &Refusal| match &refusal.field {
        Some(field) => format!("{} {field}", refusal.code),
        None => refusal.code.to_string(),
    };
    match result {
        Ok(plan) => format!("{} v{}", plan.listing.state.word(), plan.listing.version),
        Err(refusals) => refusals.iter().map(one).collect::<Vec<_>>().join("; "),
    }
}

fn offer(
    of: &Technology,
    others: &[Listing],
    mode: &str,
    text: &str,
) -> Result<Plan, Vec<Refusal>> {
    let facts = Facts { technology: of, others, marking_released: false };
    let ask = CreateListing {
        id: ListingId::from_bits(7),
        reference: Reference::draw("LI", 2026, &mut SeededChance::new(2)),
        mode: DealMode::parse(mode).expect("a mode"),
        terms: terms(text),
    };
    create(&facts, ask, NOW)
}

fn check(mode: &str, text: &str, want: &str) {
    let technology = technology(State::Confirmed, ExportCategory::Free);
    assert_eq!(told(&offer(&technology, &[], mode, text)), want, "{mode} {text}");
}

#[test]
fn each_mode_asks_for_its_terms() {
    check("fixed-price", "exclusive 100 5y CN", "offered v1");
    check("fixed-price", "exclusive 5y CN", "listing-needs-price price");
    check("fixed-price", "exclusive 0 5y CN", "listing-needs-price price");
    check("fixed-price", "sole 100 CN", "listing-needs-term term_years");
    check("fixed-price", "non-exclusive 100 5y", "listing-needs-territory territory");
    check("fixed-price", "open 100 5y CN", "listing-licence-unfit licence");
    check("fixed-price", "assignment 100", "offered v1");
    check("fixed-price", "assignment 100 5y", "listing-term-with-assignment term_years");
    check("negotiation", "sole", "offered v1");
    check("negotiation", "open", "listing-licence-unfit licence");
    check("auction", "exclusive 100 10y CN", "offered v1");
    check("auction", "exclusive 10y CN", "listing-needs-price price");
    check("open-licence", "open 0 1y CN", "offered v1");
    check("open-licence", "non-exclusive 2% 1y CN", "offered v1");
    check("open-licence", "open 1y CN", "listing-needs-price-or-royalty price");
    check("open-licence", "exclusive 100 1y CN", "listing-licence-unfit licence");
    check("equity", "sole 100 CN", "offered v1");
    check("equity", "assignment 100", "offered v1");
    check("equity", "exclusive", "listing-needs-price price");
    check("equity", "non-exclusive 100", "offered v1");
    check("equity", "open 100", "listing-licence-unfit licence");
    check(
        "fixed-price",
        "sole",
        "listing-needs-price price; listing-needs-term term_years; \
         listing-needs-territory territory",
    );
}

#[test]
fn terms_have_bounds() {
    check("negotiation", "sole 0y", "listing-term-range term_years");
    check("negotiation", "sole 1y", "offered v1");
    check("negotiation", "sole 50y", "offered v1");
    check("negotiation", "sole 51y", "listing-term-range term_years");
    check("negotiation", "sole -1", "listing-price-negative price");
    check("negotiation", "sole SECRET//X", "technology-marking-found territory.en");
}

#[test]
fn only_a_confirmed_technology_that_may_leave_is_offered() {
    let check = |state, category, want: &str| {
        let technology = technology(state, category);
        assert_eq!(told(&offer(&technology, &[], "negotiation", "sole")), want);
    };
    use ExportCategory::{Free, Prohibited, Restricted, Unknown};
    check(State::Drafted, Free, "listing-technology-not-confirmed");
    check(State::Stub, Free, "technology-stub");
    check(State::Withdrawn { reason: "x".into() }, Free, "technology-withdrawn");
    check(State::Confirmed, Prohibited, "listing-export-prohibited");
    check(State::Confirmed, Restricted, "offered v1");
    check(State::Confirmed, Unknown, "offered v1");
}

#[test]
fn the_same_offer_stands_once() {
    let technology = technology(State::Confirmed, ExportCategory::Free);
    let first = offer(&technology, &[], "negotiation", "sole").expect("offered").listing;
    let mut others = [first];
    let again = |others: &[Listing], text| told(&offer(&technology, others, "negotiation", text));
    assert_eq!(again(&others, "sole"), "listing-repeated");
    assert_eq!(again(&others, "exclusive"), "offered v1");
    others[0].state = ListingState::Withdrawn { reason: "sold".into() };
    assert_eq!(again(&others, "sole"), "offered v1");
    others[0].state = ListingState::Offered;
    let many = vec![others[0].clone(); PARTS_MAX];
    assert_eq!(again(&many, "exclusive"), "listing-too-many");
}

#[test]
fn an_offer_is_revised_and_withdrawn() {
    let technology = technology(State::Confirmed, ExportCategory::Free);
    let first = offer(&technology, &[], "negotiation", "sole").expect("offered").listing;
    let others = [first.clone()];
    let facts = Facts { technology: &technology, others: &others, marking_released: false };
    let revised = |before: &Listing, version, mode, text| {
        let ask = ReviseListing { version, mode, terms: terms(text) };
        revise(&facts, before, ask, NOW)
    };
    let plan = revised(&first, 1, DealMode::Auction, "sole 100 5y CN").expect("revised");
    let fields: Vec<&str> = plan.changes.iter().map(|change| &*change.field).collect();
    let want = ["mode", "price.amount", "price.currency", "term_years", "territory.en"];
    assert_eq!(fields, want);
    assert_eq!(told(&Ok(plan)), "offered v2");
    assert_eq!(told(&revised(&first, 1, DealMode::Negotiation, "sole")), "offered v1");
    assert_eq!(told(&revised(&first, 2, DealMode::Negotiation, "sole")), "version-conflict");
    assert_eq!(told(&withdraw(&first, 1, "sold", NOW)), "withdrawn v2");
    assert_eq!(told(&withdraw(&first, 1, "", NOW)), "listing-needs-reason reason");
    assert_eq!(told(&withdraw(&first, 9, "x", NOW)), "version-conflict");
    assert_eq!(told(&withdraw(&first, 1, "秘密★", NOW)), "technology-marking-found reason");
    let gone = Listing { state: ListingState::Withdrawn { reason: "x".into() }, ..first };
    assert_eq!(told(&revised(&gone, 1, DealMode::Negotiation, "sole")), "listing-withdrawn");
    assert_eq!(told(&withdraw(&gone, 1, "x", NOW)), "listing-withdrawn");
}
