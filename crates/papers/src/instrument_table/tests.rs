use super::*;
use crate::sheet::{Sheet as Table, sheets_csv, sheets_xlsx};
use base::{Instant, Lang};

fn read_bytes(bytes: &[u8], name: &str) -> Read {
    read(&Source::Bytes(std::sync::Arc::from(bytes)), name)
}

fn full() -> Sheet {
    Sheet {
        name: Bilingual::new("X-ray diffractometer", "X射线衍射仪"),
        description: Bilingual::new("For powders", "用于粉末"),
        model: "Smart 9".to_owned(),
        class: "010301".to_owned(),
        makers: vec![Maker {
            name: "Maker".to_owned(),
            country: "CN".to_owned(),
            identifier: String::new(),
        }],
        value: Some(Money::new(123_456_700, Currency::CNY)),
        commissioned: read_date("2020-02-29"),
        mode: Mode::Samples,
        condition: Condition::FailsAtTimes,
        kind: Kind::Special,
        origin: Origin::Given,
        funds: Funds::Local,
        carrier: Carrier::KeyLaboratory,
        seats: 3,
        group: "XRD".to_owned(),
        rates: Bilingual::new("¥100 an hour", "每小时100元"),
        capabilities: vec![
            Capability {
                parameter: Bilingual::new("Phase", "物相"),
                object: Bilingual::new("Powders", "粉末"),
                range: Range { from: "5".to_owned(), to: "140".to_owned(), unit: "°".to_owned() },
                precision: Bilingual::new("±0.01°", ""),
                standards: vec!["GB/T 1-2020".to_owned(), "ISO 2-2021".to_owned()],
                ..Capability::default()
            },
            Capability { parameter: Bilingual::new("Stress", ""), ..Capability::default() },
        ],
        contacts: vec![Contact {
            name: Bilingual::new("Desk", "服务台"),
            phone: "0816-000 0001".to_owned(),
            email: "desk@unit.example".to_owned(),
            address: String::new(),
        }],
        place: instruments::Place {
            point: Point::parse("31.4675", "104.6791"),
            room: "101".to_owned(),
            zone: "Asia/Shanghai".to_owned(),
            ..instruments::Place::default()
        },
        ..Sheet::default()
    }
}

#[test]
fn what_is_exported_reads_back_unchanged() {
    for lang in Lang::ALL {
        let table = Table {
            name: "instruments".to_owned(),
            heads: heads(lang),
            rows: vec![sheet(&full(), lang)],
        };
        let book =
            sheets_xlsx(("about", &[]), std::slice::from_ref(&table), Instant::from_micros(0));
        for (bytes, name) in [
            (book.expect("a workbook"), "a.xlsx"),
            (sheets_csv(&[], &[table]).expect("text"), "a.csv"),
        ] {
            let read = read_bytes(&bytes, name);
            // It has no number of its own, which is warned of and no more.
            let codes: Vec<&str> = read.problems.iter().map(|it| it.code.as_ref()).collect();
            assert_eq!(codes, ["instrument-without-number"], "{name}: {:?}", read.problems);
            assert!(read.problems[0].warning);
            assert_eq!(read.rows.len(), 1, "{name}");
            assert_eq!(read.rows[0].1, full(), "{name} {lang:?}");
        }
    }
}

#[test]
fn columns_of_uniquip_are_understood() {
    let text = "Type,Name,Description,Related Facility ID,Technique,Location,Contact Name,\
        Contact Telephone,Contact URL,Contact Email,Secondary Contact Name,ID,Photo,Department,\
        Site Location,Building,Service Level,Web Address\n\
        Microscope,SEM 3,Fine detail,,Electron imaging,R 12,Desk,0816,,d@u.example,,E-7,,Physics,\
        North,Hall A,Full,\n";
    let read = read_bytes(text.as_bytes(), "uniquip.csv");
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    let it = &read.rows[0].1;
    assert_eq!((it.name.en.as_str(), it.numbers.asset.as_str()), ("SEM 3", "E-7"));
    assert_eq!(it.capabilities[0].parameter.en, "Electron imaging");
    assert_eq!((it.place.site.en.as_str(), it.place.room.as_str()), ("North", "R 12"));
    assert_eq!(it.contacts[0].email, "d@u.example");
}

#[test]
fn a_wrong_row_costs_itself_alone() {
    let text = "资产编号,中文名称,启用日期,原值（万元）,机位数,使用方式\n\
        A1,天平,2020年3月1日,12.5,1,仅送样\nA2,炉,不详,x,many,sometimes\n";
    let read = read_bytes(text.as_bytes(), "a.csv");
    assert_eq!(read.rows.len(), 1);
    let it = &read.rows[0].1;
    assert_eq!(it.value, Some(Money::new(12_500_000, Currency::CNY)));
    assert_eq!((it.mode, it.name.zh.as_str()), (Mode::Samples, "天平"));
    let fields: Vec<&str> = read.problems.iter().map(|problem| problem.field.as_ref()).collect();
    assert_eq!(fields, ["commissioned", "value", "seats", "share_mode"]);
    assert!(read.problems.iter().all(|problem| problem.line == 3));
    let left: Vec<(u64, &str, &str)> =
        read.left_out.iter().map(|it| (it.line, it.asset.as_str(), it.name.zh.as_str())).collect();
    assert_eq!(left, [(3, "A2", "炉")]);
    assert!(read.problems.iter().all(|problem| read.left_out[0].has(problem)));
    assert!(read_bytes(b"a,b\n1,2\n", "a.csv").is_unsupported);
}

/// Every problem of a table is a whole sentence in both languages, with the head that the file has.
#[test]
fn what_is_wrong_is_said_in_words() {
    let text = "Inventory number,Name in English,In use since,Value (yuan),Seats,How to use it,Latitude,Longitude\n\
        ,Scope,,,,,,\nA2,Furnace,unknown,x,many,sometimes,131.4,104\n";
    let read = read_bytes(text.as_bytes(), "a.csv");
    let codes: Vec<&str> = read.problems.iter().map(|problem| problem.code.as_ref()).collect();
    let wrong = ["cell-date-unreadable", "cell-amount-unreadable", "cell-number-unreadable"];
    let others = ["choice-unknown", "instrument-point"];
    assert_eq!(codes, [&["instrument-without-number"][..], &wrong, &others].concat());
    assert!(read.problems[0].warning && read.rows.len() == 1 && read.left_out.len() == 1);
    for lang in Lang::ALL {
        for problem in &read.problems {
            let said = crate::sentence(lang, problem);
            assert!(!said.contains(['⟦', '{']), "{said}");
        }
    }
    let said = crate::sentence(Lang::En, &read.problems[1]);
    assert_eq!(said, "“unknown” in “In use since” is no date. Write it like 2026-03-01.");
}

#[test]
fn the_template_names_the_words_of_each_choice() {
    for lang in Lang::ALL {
        let all = choices(lang);
        let heads = heads(lang);
        assert!(all.len() == 6 && all.iter().all(|(head, _)| heads.contains(head)));
        assert!(all.iter().flat_map(|(_, words)| words).all(|word| !word.contains('⟦')));
    }
}

#[test]
fn collections_of_others_are_read() {
    let Some(folder) = testkit::test_data("instruments") else { return };
    let read = |path: &str| read(&Source::from(folder.join(path)), path);
    let tools = read("nemo/splash_pad.json");
    assert!(tools.problems.is_empty() && tools.rows.len() > 100, "{}", tools.rows.len());
    assert!(tools.rows.iter().all(|(_, it)| !it.name.is_empty()));
    let spectrometers = read("pnnl/instruments.tsv");
    // Six of the 263 are in a state that no other collection knows, and are told as problems.
    assert_eq!((spectrometers.rows.len(), spectrometers.problems.len()), (257, 6));
    let it = &spectrometers.rows[1].1;
    assert_eq!((it.name.en.as_str(), it.numbers.asset.as_str()), ("11T_FTICR", "4"));
    assert_eq!(it.condition, Condition::AwaitsScrapping);
    assert!(read("pnnl/facility-instruments.tsv").rows.len() > 140);
    assert_eq!(read("pidinst/hzb-mx-14-1-pilatus.xml").rows[0].1.model, "PILATUS3 S 6M");
}
