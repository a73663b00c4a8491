use super::*;
use crate::{Inventor, Share, State as Stands};
use base::{Bilingual, Instant, OrganisationId, Reference};
use cases::check;

const ROLES: [&str; 4] =
    ["transfer-officer", "reviewer", "confidentiality-officer", "agency-officer"];

fn technology(label: Label) -> Technology {
    let mut chance = base::chance::SeededChance::new(1);
    Technology {
        id: TechnologyId::from_bits(1),
        reference: Reference::draw("TE", 2026, &mut chance),
        owner: OrganisationId::from_bits(2),
        state: Stands::Stub,
        label,
        version: 3,
        content: Content::default(),
        key: None,
        confirmed_at: None,
        changed_at: Instant::from_micros(0),
        source: None,
    }
}

fn content() -> Content {
    let inventor = |name: &str, share: &str| Inventor {
        name: Bilingual::new(name, ""),
        share: Share::parse(share).ok(),
    };
    Content {
        title: Bilingual::new("Quiet pump", "静音泵"),
        description: Bilingual::new("How it is built", "构造"),
        benefits: Bilingual::new("Less noise", "更安静"),
        inventors: vec![inventor("Li", "60"), inventor("Wang", "40")],
        ..Content::default()
    }
}

fn disclosure() -> Disclosure {
    Disclosure {
        proposed: "public".to_owned(),
        funding: "none".to_owned(),
        prior_publication: "none".to_owned(),
        planned_on: None,
        third_parties: "none".to_owned(),
        export: "on no list".to_owned(),
        declared: true,
    }
}

fn check_lodging(content: Content, disclosure: Disclosure, wanted: &[&str]) {
    let fields = FieldTree::default();
    let lodged =
        Matter::lodge(&technology(Label::at(Level::Members)), content, disclosure, &fields);
    let found: Vec<String> = lodged
        .err()
        .unwrap_or_default()
        .iter()
        .map(|refusal| format!("{} {}", refusal.code, refusal.field.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(found, wanted);
}

#[test]
fn the_processes_have_no_flaw() {
    assert_eq!(check(&REVIEW, &ROLES), []);
    assert_eq!(check(&crate::enquiry::ENQUIRY, &ROLES), []);
}

#[test]
fn a_lodging_is_refused_with_every_reason() {
    check_lodging(content(), disclosure(), &[]);
    check_lodging(
        Content { title: Bilingual::default(), inventors: Vec::new(), ..content() },
        Disclosure {
            proposed: "restricted".to_owned(),
            export: " ".to_owned(),
            declared: false,
            ..disclosure()
        },
        &[
            "technology-needs-title title",
            "release-needs-inventors inventors",
            "release-level-above disclosure.proposed",
            "release-answer-needed disclosure.export",
            "release-not-declared disclosure.declared",
        ],
    );
    let marked = Content { description: Bilingual::new("", "机密★10年"), ..content() };
    check_lodging(marked, disclosure(), &["technology-marking-found description.zh"]);
    let marked = Disclosure { funding: "SECRET//NOFORN".to_owned(), ..disclosure() };
    check_lodging(content(), marked, &["technology-marking-found disclosure.funding"]);
}

fn answers(pairs: &[(&str, serde_json::Value)]) -> serde_json::Map<String, serde_json::Value> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn lodged() -> Matter {
    let technology = technology(Label::at(Level::Restricted));
    Matter::lodge(&technology, content(), disclosure(), &FieldTree::default()).expect("lodged")
}

#[test]
fn what_is_cut_is_gone_from_every_byte() {
    let mut matter = lodged();
    assert!(!matter.is_redacted());
    matter.cut(&answers(&[("cut-description", true.into()), ("cut-benefits", false.into())]));
    assert!(matter.is_redacted());
    let told = String::from_utf8(matter.told().to_bytes()).expect("text");
    assert!(!told.contains("How it is built") && !told.contains("构造"));
    assert!(told.contains("Less noise") && told.contains("Quiet pump"));
}

#[test]
fn a_review_lowers_and_never_raises() {
    let mut matter = lodged();
    let now = Label { compartments: ["A".to_owned()].into(), ..Label::at(Level::Members) };
    let raised = matter.agree(&now, &answers(&[("level", "restricted".into())]));
    assert_eq!(raised.expect_err("raised")[0].code, "release-level-above");
    let odd = [("level", "public".into()), ("jurisdictions", "CN".into())];
    assert!(matter.agree(&now, &answers(&odd)).is_err(), "public is public everywhere");
    matter.agree(&now, &answers(&[("level", "registered".into())])).expect("lowered");
    assert_eq!(matter.agreed, Some(Label::at(Level::Registered)));
    let same = [("level", "members".into()), ("jurisdictions", "cn, de".into())];
    matter.agree(&now, &answers(&same)).expect("the same level");
    let label = matter.agreed.expect("agreed");
    assert_eq!(label.compartments, now.compartments, "an equal level keeps its compartments");
    assert_eq!(label.jurisdictions, Some(["CN".to_owned(), "DE".to_owned()].into()));
}

#[test]
fn nothing_goes_out_before_its_day() {
    let day = |text: &str| base::time::read_date(text).expect("a day");
    let mut matter = lodged();
    assert_eq!(matter.waits(day("2026-11-22")), None);
    matter.not_before = Some(day("2026-12-01"));
    matter.disclosure.planned_on = Some(day("2026-12-24"));
    let refusal = matter.waits(day("2026-12-23")).expect("too early");
    assert_eq!(refusal.code, "release-too-early");
    assert_eq!(matter.waits(day("2026-12-24")), None);
}
