//! What is exported reads back unchanged, in every form.

use super::{items, items_with, refusals};
use crate::{Exported, Head, Options, Record, export_csv, export_jsonl, export_st96, export_xlsx};
use base::{Bilingual, Currency, Date, Instant, Label, Lang, Level, Money, Reference};
use trading::*;

fn content() -> Content {
    let mut content = Content {
        title: Bilingual::new("=SUM(A1) balance", "天平"),
        summary: Bilingual::new("'-1 quoted", "@摘要"),
        description: Bilingual::new("Line one\nline \"two\", with commas; and\n\n=three", "说明"),
        applications: Bilingual::new("-", ""),
        keywords: Bilingual::new("a; b", "风洞；天平"),
        field: "aerospace".to_owned(),
        classes: vec![Class { scheme: "IPC".to_owned(), symbol: "G01M 9/06".to_owned() }],
        trl: Some(Trl {
            level: 6,
            evidence: Bilingual::new("31 tests", ""),
            on: Date::new(2025, 3, 18).ok(),
            assessed: true,
        }),
        stage: Some(Stage::Field),
        mode: Some(TransferMode::InstituteToFirm),
        inventors: vec![
            Inventor {
                name: Bilingual::new("Wu Min", "吴敏"),
                share: Share::parse("33.3333").ok(),
            },
            Inventor { name: Bilingual::new("Li; Na|x", ""), share: Share::parse("66.6667").ok() },
        ],
        rights: vec![
            Right {
                office: "CN".to_owned(),
                number: "100000000".to_owned(),
                code: "B".to_owned(),
                application: "202119082684.1".to_owned(),
                status: RightStatus::Granted,
                filed: Date::new(2021, 4, 16).ok(),
                published: Date::new(2023, 2, 10).ok(),
                expires: Date::new(2041, 4, 16).ok(),
                checked: "register, 2026-01-05".to_owned(),
                ..Right::default()
            },
            Right { kind: RightKind::KnowHow, ..Right::default() },
        ],
        related: vec!["CN 1".to_owned(), "EP; 2".to_owned()],
        notes: Bilingual::new("", "附注"),
        other_titles: [("de".to_owned(), "Waage: neu".to_owned())].into(),
        invented: true,
        ..Content::default()
    };
    content.contact.phone = "+86 816 000 0000".to_owned();
    content.contact.email = "desk@example.org".to_owned();
    content.contact.name = Bilingual::new("Desk", "办公室");
    content.export.category = ExportCategory::Restricted;
    content
}

fn exported(at: u64, content: Content, key: Option<&str>) -> Exported {
    let mut chance = base::chance::SeededChance::new(at);
    let reference = Reference::draw("TE", 2026, &mut chance);
    let technology = Technology {
        id: base::TechnologyId::from_bits(u128::from(at)),
        reference: reference.clone(),
        owner: base::OrganisationId::from_bits(2),
        state: State::Confirmed,
        label: Label::at(Level::Members),
        version: 3,
        content,
        key: key.map(str::to_owned),
        confirmed_at: None,
        changed_at: Instant::from_micros(1_772_355_600_000_000),
        source: None,
    };
    let mut terms = Terms::of(Licence::Exclusive);
    terms.price = Some(Money::new(68_000_000, Currency::CNY));
    let listing = Listing {
        id: base::ListingId::from_bits(9),
        reference,
        technology: technology.id,
        mode: DealMode::FixedPrice,
        terms,
        state: ListingState::Offered,
        version: 1,
        changed_at: technology.changed_at,
    };
    Exported {
        technology, owner: Bilingual::new("Institute", "研究所"), listings: vec![listing]
    }
}

fn rows() -> Vec<Exported> {
    let bare = Content { title: Bilingual::new("Bare", ""), ..Content::default() };
    vec![exported(1, content(), Some("007-1")), exported(2, bare, None)]
}

fn head(lang: Lang) -> Head {
    Head {
        lang,
        filter: "=all, of them".to_owned(),
        as_of: Instant::from_micros(1_772_355_600_000_000),
        n_rows: 2,
        label: "Members".to_owned(),
        who: "Li Na".to_owned(),
    }
}

fn check(bytes: Vec<u8>, name: &str) {
    let (found, remarks) = items(bytes, name);
    assert_eq!((refusals(&found).as_str(), remarks.len()), ("", 0), "{name} {remarks:?}");
    let records: Vec<&Record> = found.iter().flatten().collect();
    let rows = rows();
    assert_eq!(records.len(), rows.len());
    for (record, row) in records.iter().zip(&rows) {
        assert_eq!(record.content, row.technology.content, "{name}");
        assert_eq!(record.key, row.technology.key.clone().unwrap_or_default());
        assert_eq!(record.stub_facts.reference, row.technology.reference.as_str());
        assert!(record.warnings.is_empty(), "{:?}", record.warnings);
    }
}

#[test]
fn every_form_reads_back_unchanged() {
    for lang in Lang::ALL {
        let mut csv = Vec::new();
        export_csv(&head(lang), rows(), &mut csv).expect("CSV");
        check(csv, "a.csv");
        check(export_xlsx(&head(lang), rows()).expect("a workbook"), "a.xlsx");
    }
    let mut lines = Vec::new();
    export_jsonl(rows(), &mut lines).expect("lines");
    check(lines, "a.jsonl");
}

#[test]
fn a_stub_is_exported_and_left_out_when_read() {
    let mut row = exported(3, Content::default(), Some("S-1"));
    row.technology.state = State::Stub;
    let mut csv = Vec::new();
    export_csv(&head(Lang::Zh), [row.clone()], &mut csv).expect("CSV");
    assert_eq!(refusals(&items(csv, "a.csv").0), "-9:row-stub");
    let mut lines = Vec::new();
    export_jsonl([row], &mut lines).expect("lines");
    assert_eq!(refusals(&items(lines, "a.jsonl").0), "-1:row-stub");
}

#[test]
fn a_csv_says_what_it_holds_and_runs_nothing() {
    let mut csv = Vec::new();
    export_csv(&head(Lang::En), rows(), &mut csv).expect("CSV");
    let text = String::from_utf8(csv).expect("UTF-8");
    assert!(text.starts_with("\u{feff}Filter,\"'=all, of them\"\r\nAs of,"));
    assert!(text.contains("\r\nRows,2\r\nLabel,Members\r\nMade for,Li Na\r\n"));
    assert!(text.contains("\r\nkey,title_zh,title_en,"));
    assert!(text.contains(",'=SUM(A1) balance,"));
    assert!(text.contains("Fixed price · Exclusive licence · ¥680,000.00"));
}

#[test]
fn published_rights_become_patent_documents() {
    let mut bytes = Vec::new();
    assert_eq!(export_st96(rows(), &mut bytes).expect("XML"), 1);
    let (found, _) = items(bytes, "a.xml");
    let record = found[0].as_ref().expect("a record");
    assert_eq!(record.key, "CN100000000");
    assert_eq!(record.content.title, content().title);
    assert_eq!(record.proof.text(), "CN 100000000B, 2023-02-10");
}

#[test]
fn templates_are_read_and_their_example_is_left_out() {
    let field = |key: &str, parent: Option<&str>, en: &str, zh: &str| Field {
        key: key.to_owned(),
        parent: parent.map(str::to_owned),
        name: Bilingual::new(en, zh),
    };
    let fields = FieldTree::new(vec![
        field("materials", None, "Materials", "新材料"),
        field("materials-magnetic", Some("materials"), "Magnetic materials", "磁性材料"),
    ])
    .expect("a tree");
    let options = Options { fields: fields.clone(), ..Options::default() };
    for lang in Lang::ALL {
        let (found, remarks) =
            items_with(crate::template(lang, &fields).expect("a workbook"), "t.xlsx", &options);
        assert_eq!(refusals(&found), "-3:row-example");
        assert!(remarks.is_empty(), "{remarks:?}");
        let csv = crate::template_csv(lang, &fields);
        let (found, remarks) = items_with(csv.clone(), "t.csv", &options);
        assert_eq!(refusals(&found), "-3:row-example");
        assert!(remarks.is_empty());
        // The example itself must be readable once its number is changed.
        let text = String::from_utf8(csv).expect("UTF-8");
        let text = text.replace("EXAMPLE-2026", "LAR-2026").replace("示例-2026", "LAR-2026");
        let (found, _) = items_with(text.into_bytes(), "t.csv", &options);
        assert_eq!(refusals(&found), "");
        let record = found[0].as_ref().expect("a record");
        assert_eq!(record.content.field, "materials-magnetic");
        assert_eq!(record.content.inventors.len(), 2);
    }
}
