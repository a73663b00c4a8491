use super::*;
use crate::{Class, Field, Inventor, Right, RightKind, Share, Trl};
use base::chance::SeededChance;
use base::{Bilingual, Date};

const NOW: Instant = Instant::from_micros(1_772_355_600_000_000);

fn fields() -> FieldTree {
    let name = Bilingual::new("Materials", "新材料");
    FieldTree::new(vec![Field { key: "materials".into(), parent: None, name }]).expect("a tree")
}

fn inventor(name: &str, share: &str) -> Inventor {
    let share = (!share.is_empty()).then(|| Share::parse(share).expect("a share"));
    Inventor { name: Bilingual::new(name, ""), share }
}

/// A content that its owner can stand by.
fn whole() -> Content {
    let mut content = Content {
        title: Bilingual::new("", "磁性材料"),
        summary: Bilingual::new("", "更轻的磁体"),
        field: "materials".into(),
        trl: Some(Trl { level: 6, ..Trl::default() }),
        inventors: vec![inventor("Wu", "60"), inventor("Li", "40")],
        rights: vec![Right { kind: RightKind::KnowHow, ..Right::default() }],
        ..Content::default()
    };
    content.contact.email = "desk@example.org".into();
    content
}

fn published() -> Right {
    Right {
        office: "CN".into(),
        number: "102021".into(),
        published: Date::new(2023, 2, 10).ok(),
        ..Right::default()
    }
}

fn asked(content: Content, label: Option<Label>, proof: Proof) -> CreateTechnology {
    let mut chance = SeededChance::new(1);
    CreateTechnology {
        id: TechnologyId::from_bits(1),
        reference: Reference::draw("TE", 2026, &mut chance),
        owner: OrganisationId::from_bits(2),
        key: Some(" LAR-TOPS-76 ".into()),
        content,
        label,
        proof,
        source: None,
    }
}

fn create_with(content: Content, label: Option<Label>, proof: Proof) -> Result<Plan, Vec<Refusal>> {
    let fields = fields();
    let facts = CreateFacts { fields: &fields, key_taken: false, marking_released: false };
    create(&facts, asked(content, label, proof), NOW)
}

fn created(content: Content) -> Technology {
    create_with(content, None, Proof::None).expect("created").technology
}

fn told(result: &Result<Plan, Vec<Refusal>>) -> String {
    let one = |refusal: &Refusal| {
        let values: Vec<String> =
            refusal.values.iter().map(|(_, value)| plain_value(value)).collect();
        let field = refusal.field.as_deref().unwrap_or("");
        format!("{} {field} {}", refusal.code, values.join(" ")).trim_end().to_owned()
    };
    match result {
        Ok(plan) => format!("{} v{}", plan.technology.state.word(), plan.technology.version),
        Err(refusals) => refusals.iter().map(one).collect::<Vec<_>>().join("; "),
    }
}

fn plain_value(value: &base::Value) -> String {
    match value {
        base::Value::Text(text) | base::Value::Term(text) => text.clone(),
        base::Value::Number(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn check_create(change: impl FnOnce(&mut Content), want: &str) {
    let mut content = whole();
    change(&mut content);
    assert_eq!(told(&create_with(content, None, Proof::None)), want);
}

#[test]
fn a_draft_is_created_at_members_with_its_key_trimmed() {
    let technology = created(whole());
    assert_eq!(technology.state, State::Drafted);
    assert_eq!(technology.label, Label::at(Level::Members));
    assert_eq!(technology.key.as_deref(), Some("LAR-TOPS-76"));
}

#[test]
fn what_is_wrong_with_a_new_content_is_said() {
    check_create(|_| (), "drafted v1");
    check_create(|c| c.title = Bilingual::default(), "technology-needs-title title");
    check_create(
        |c| c.inventors[1].share = Share::parse("39.9").ok(),
        "technology-shares-sum inventors 0.1",
    );
    check_create(
        |c| c.inventors[1].share = Share::parse("40.0001").ok(),
        "technology-shares-over inventors 0.0001",
    );
    check_create(|c| c.field = "x".into(), "technology-field-unknown field x");
    let trl = |level| move |c: &mut Content| c.trl = Some(Trl { level, ..Trl::default() });
    check_create(trl(0), "technology-trl-range trl.level 0");
    check_create(trl(1), "drafted v1");
    check_create(trl(9), "drafted v1");
    check_create(trl(10), "technology-trl-range trl.level 10");
    check_create(
        |c| c.rights[0].kind = RightKind::Invention,
        "technology-right-office rights.0.office",
    );
    check_create(
        |c| {
            c.rights = vec![Right { filed: Date::new(2024, 1, 2).ok(), ..published() }];
            c.rights[0].expires = Date::new(2024, 1, 1).ok();
        },
        "technology-right-dates rights.0.expires On(2024-01-02) On(2024-01-01)",
    );
    check_create(
        |c| c.classes = vec![Class::default(); 201],
        "too-many-parts classes field-classes 201 200",
    );
    check_create(
        |c| c.summary.en = "机密★10年".into(),
        "technology-marking-found summary.en field-summary technology-marking-grade-star",
    );
    check_create(|c| c.title.zh = "长".repeat(301), "text-too-long title.zh field-title 300 301");
}

#[test]
fn all_reasons_are_given_at_once() {
    check_create(
        |c| {
            c.title = Bilingual::default();
            c.field = "x".into();
            c.trl = Some(Trl { level: 12, ..Trl::default() });
        },
        "technology-field-unknown field x; technology-trl-range trl.level 12; \
         technology-needs-title title",
    );
}

#[test]
fn a_released_hit_and_a_taken_key() {
    let fields = fields();
    let mut content = whole();
    content.summary.zh = "绝密★启用前".into();
    let mut facts = CreateFacts { fields: &fields, key_taken: true, marking_released: true };
    let taken = create(&facts, asked(content.clone(), None, Proof::None), NOW);
    assert_eq!(told(&taken), "technology-key-taken key LAR-TOPS-76");
    facts.key_taken = false;
    assert_eq!(told(&create(&facts, asked(content, None, Proof::None), NOW)), "drafted v1");
}

#[test]
fn public_needs_proof() {
    let check = |right: Option<Right>, proof: Proof, level: Level, want: &str| {
        let mut content = whole();
        content.rights.extend(right);
        assert_eq!(told(&create_with(content, Some(Label::at(level)), proof)), want);
    };
    let refused = "label-needs-proof label";
    let source = |text: &str| Proof::Source { text: text.into() };
    check(None, Proof::None, Level::Public, refused);
    check(None, Proof::None, Level::Registered, "drafted v1");
    check(None, source("a catalogue"), Level::Public, "drafted v1");
    check(None, source(" "), Level::Public, refused);
    check(Some(published()), Proof::None, Level::Public, "drafted v1");
    let undated = Right { published: None, ..published() };
    check(Some(undated), Proof::None, Level::Public, refused);
    let unnumbered = Right { number: String::new(), ..published() };
    check(Some(unnumbered), Proof::None, Level::Public, refused);
    let on = Date::new(2003, 7, 9).expect("a date");
    let proof =
        |number: &str| Proof::Publication { office: "EP".into(), number: number.into(), on };
    check(None, proof("1325900"), Level::Public, "drafted v1");
    check(None, proof(""), Level::Public, refused);
}

fn stub(field: &str, level: Level, key: &str) -> Result<Plan, Vec<Refusal>> {
    let fields = fields();
    let facts = CreateFacts { fields: &fields, key_taken: false, marking_released: false };
    let ask = asked(Content::default(), None, Proof::None);
    let ask = CreateStub {
        id: ask.id,
        reference: ask.reference,
        owner: ask.owner,
        key: Some(key.into()),
        field: field.into(),
        label: Some(Label::at(level)),
        source: None,
    };
    create_stub(&facts, ask, NOW)
}

#[test]
fn a_stub_tells_nothing() {
    let plan = stub("materials", Level::Members, "A-1").expect("a stub");
    let bare = Content { field: "materials".into(), ..Content::default() };
    assert_eq!((plan.technology.content, plan.technology.state), (bare, State::Stub));
    assert_eq!(told(&stub("", Level::Restricted, "A-1")), "stub v1");
    assert_eq!(told(&stub("", Level::Registered, "A-1")), "technology-stub-label label");
    assert_eq!(told(&stub("x", Level::Members, "A-1")), "technology-field-unknown field x");
    let marked = "technology-marking-found key field-external-key technology-marking-grade-star";
    assert_eq!(told(&stub("", Level::Members, "机密★A-1")), marked);
}

fn with_facts<T>(technology: &Technology, run: impl FnOnce(&Facts<'_>) -> T) -> T {
    let fields = fields();
    run(&Facts { technology, fields: &fields, marking_released: false, has_desk: false })
}

#[test]
fn a_stub_is_filled_only_after_release_or_with_proof() {
    let before = stub("", Level::Members, "A-1").expect("a stub").technology;
    let check = |released, proof: Proof, label: Option<Level>, want: &str| {
        let label = label.map(Label::at);
        let (content, version) = (whole(), 1);
        let ask = FillStub { version, content, label, proof, source: None, released };
        assert_eq!(told(&with_facts(&before, |facts| fill(facts, ask, NOW))), want);
    };
    let source = || Proof::Source { text: "a catalogue".into() };
    check(false, Proof::None, None, "technology-not-released");
    check(true, Proof::None, None, "drafted v2");
    check(true, Proof::None, Some(Level::Public), "drafted v2");
    check(false, source(), Some(Level::Public), "drafted v2");
    check(
        false,
        Proof::None,
        Some(Level::Registered),
        "technology-not-released; label-never-lowered label label-level-members",
    );
}

fn check_revise(before: &Technology, version: u64, change: impl FnOnce(&mut Content), want: &str) {
    let mut content = before.content.clone();
    change(&mut content);
    let ask = ReviseTechnology { version, content, source: None };
    assert_eq!(told(&with_facts(before, |facts| revise(facts, ask, NOW))), want);
}

#[test]
fn revising_counts_up_and_meets_the_version() {
    let draft = created(whole());
    check_revise(&draft, 1, |c| c.title.en = "New".into(), "drafted v2");
    check_revise(&draft, 1, |_| (), "drafted v1");
    check_revise(&draft, 2, |c| c.title.en = "New".into(), "version-conflict  2 1");
    check_revise(&draft, 1, |c| c.title = Bilingual::default(), "technology-needs-title title");
    check_revise(
        &draft,
        1,
        |c| c.notes.en = "NOFORN".into(),
        "technology-marking-found notes.en field-notes technology-marking-foreign",
    );
    let shown = Technology { state: State::Confirmed, ..draft.clone() };
    check_revise(&shown, 1, |c| c.trl = None, "confirmed v2");
    let confirmed = Technology { confirmed_at: Some(NOW), ..shown };
    check_revise(&confirmed, 1, |c| c.title.en = "New".into(), "confirmed v2");
    check_revise(&confirmed, 1, |c| c.trl = None, "technology-needs-trl trl.level");
    let stub = Technology { state: State::Stub, ..draft.clone() };
    check_revise(&stub, 1, |_| (), "technology-stub");
    let gone = Technology { state: State::Withdrawn { reason: "x".into() }, ..draft };
    check_revise(&gone, 1, |_| (), "technology-withdrawn");
}

#[test]
fn a_public_technology_keeps_its_proof() {
    let mut content = whole();
    content.rights.push(published());
    let label = Some(Label::public());
    let before = create_with(content, label, Proof::None).expect("created").technology;
    check_revise(&before, 1, |c| c.rights.truncate(1), "label-needs-proof label");
    let source = Some(crate::Source { name: "a catalogue".into(), ..Default::default() });
    let named = Technology { source, ..before };
    check_revise(&named, 1, |c| c.rights.truncate(1), "drafted v2");
}

#[test]
fn confirming_names_everything_that_is_missing() {
    let check = |change: fn(&mut Content), desk, want: &str| {
        let mut technology = created(whole());
        change(&mut technology.content);
        let fields = fields();
        let technology = &technology;
        let facts = Facts { technology, fields: &fields, marking_released: false, has_desk: desk };
        assert_eq!(told(&confirm(&facts, 1, NOW)), want);
    };
    check(|_| (), false, "confirmed v2");
    check(|c| c.contact.email.clear(), true, "confirmed v2");
    check(|c| c.contact.email.clear(), false, "technology-needs-contact contact.email");
    check(|c| c.title.zh.clear(), false, "technology-needs-title-summary title");
    check(|c| c.summary.zh.clear(), false, "technology-needs-title-summary summary");
    check(
        |c| c.summary = Bilingual::new("only English", ""),
        false,
        "technology-needs-title-summary summary",
    );
    check(|c| c.field.clear(), false, "technology-needs-field field");
    check(
        |c| {
            c.field.clear();
            c.classes = vec![Class::default()];
        },
        false,
        "confirmed v2",
    );
    check(|c| c.rights.clear(), false, "technology-needs-right rights");
    check(|c| c.inventors.clear(), false, "confirmed v2");
    check(|c| c.inventors[0].share = None, false, "technology-needs-share inventors.0.share Wu 1");
    check(
        |c| *c = Content::default(),
        false,
        "technology-needs-title-summary title; technology-needs-field field; \
         technology-needs-trl trl.level; technology-needs-right rights; \
         technology-needs-contact contact.email",
    );
}

#[test]
fn withdrawing_needs_a_reason_and_happens_once() {
    let draft = created(whole());
    let check = |before: &Technology, version, reason: &str, want: &str| {
        let result = with_facts(before, |facts| withdraw(facts, version, reason, NOW));
        assert_eq!(told(&result), want);
    };
    check(&draft, 1, "sold", "withdrawn v2");
    check(&draft, 1, " ", "technology-needs-reason reason");
    check(&draft, 3, "", "version-conflict  3 1; technology-needs-reason reason");
    let gone = Technology { state: State::Withdrawn { reason: "x".into() }, ..draft };
    check(&gone, 1, "sold", "technology-withdrawn");
}

#[test]
fn a_label_is_never_lowered() {
    let draft = created(whole());
    let check = |label: Label, want: &str| {
        let result = with_facts(&draft, |facts| raise_label(facts, 1, label, NOW));
        assert_eq!(told(&result), want);
    };
    let lowered = "label-never-lowered label label-level-members";
    check(Label::at(Level::Restricted), "drafted v2");
    check(Label::at(Level::Members), "drafted v1");
    check(Label::at(Level::Registered), lowered);
    check(Label::public(), lowered);
    let mut narrow = Label::at(Level::Members);
    narrow.compartments.insert("TURBINE".into());
    check(narrow, "drafted v2");
}

#[test]
fn a_technology_grows_stale_after_half_a_year() {
    let mut technology = created(whole());
    assert!(!technology.is_stale(NOW.plus_seconds(180 * 86_400)));
    assert!(technology.is_stale(NOW.plus_seconds(180 * 86_400 + 1)));
    technology.confirmed_at = Some(NOW.plus_seconds(86_400));
    assert!(!technology.is_stale(NOW.plus_seconds(180 * 86_400 + 1)));
}

#[test]
fn a_proven_record_is_shown_without_its_owners_word() {
    let plan = create_with(whole(), None, Proof::None).expect("created").shown();
    assert_eq!((plan.technology.state, plan.technology.confirmed_at), (State::Confirmed, None));
    let plan = stub("", Level::Members, "A-1").expect("a stub").shown();
    assert_eq!(plan.technology.state, State::Stub);
}

#[test]
fn a_content_is_stored_and_read_back() {
    let mut content = whole();
    content.rights.push(published());
    let bytes = content.to_bytes();
    assert!(bytes.starts_with(br#"{"shape":1,"content":{"title":{"zh":"#));
    assert_eq!(Content::from_bytes(&bytes).expect("reads"), content);
    let newer = String::from_utf8(bytes).expect("text").replace("\"shape\":1", "\"shape\":2");
    assert!(Content::from_bytes(newer.as_bytes()).is_err());
    let later = br#"{"shape":1,"content":{"title":{"en":"A"},"not_yet_known":1}}"#;
    assert_eq!(Content::from_bytes(later).expect("reads").title.en, "A");
}
