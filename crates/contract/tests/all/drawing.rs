//! Templates and the documents drawn by them.

use crate::world::terms;
use base::{Bilingual, Lang};
use contract::compare::{Change, Line, compare};
use contract::document::{Digest, Document, Undrawable};
use contract::kind::{Exclusivity, Holder};
use contract::price::When;
use contract::template::{STANDARD, Template};
use contract::{Kind, Terms};

fn standard() -> Template {
    Template::parse(STANDARD).expect("the standard template has no faults")
}

fn draw(terms: &Terms) -> Document {
    standard().draw(terms).expect("drawn").document
}

fn clause(document: &Document, key: &str, lang: Lang) -> Vec<String> {
    let clause = document.clauses.iter().find(|it| it.key == key);
    let paragraphs = clause.map(|it| it.paragraphs.as_slice()).unwrap_or_default();
    paragraphs.iter().map(|it| format!("{} {}", it.number, it.text.get(lang))).collect()
}

#[test]
fn every_kind_is_drawn_with_its_own_clause() {
    let own = [
        (Kind::Development, "development"),
        (Kind::Transfer, "transfer"),
        (Kind::Licence, "grant"),
        (Kind::Consulting, "consulting"),
        (Kind::Service, "service"),
    ];
    for (kind, key) in own {
        let document = draw(&terms(kind));
        let keys: Vec<&str> = document.clauses.iter().map(|it| it.key.as_str()).collect();
        assert!(keys.contains(&key), "{kind:?}");
        for (other, strange) in own {
            assert!(other == kind || !keys.contains(&strange), "{kind:?} {strange}");
        }
        let numbers: Vec<usize> = document.clauses.iter().map(|it| it.number).collect();
        assert_eq!(numbers, (1..=keys.len()).collect::<Vec<_>>());
        for clause in &document.clauses {
            for text in clause.paragraphs.iter().map(|it| &it.text).chain([&clause.heading]) {
                assert!(!text.en.is_empty() && !text.zh.is_empty(), "{}", clause.key);
                assert!(!text.en.contains(['{', '}']) && !text.zh.contains(['{', '}']));
            }
        }
    }
}

#[test]
fn a_licence_reads_as_agreed() {
    let document = draw(&terms(Kind::Licence));
    assert_eq!(document.title.zh, "技术许可合同：光纤传感器");
    assert_eq!(
        clause(&document, "grant", Lang::En),
        [
            "3.1 Party A grants Party B a sole licence of the rights of article 2 in mainland China.",
            "3.2 The licence is for this field of use: bridges.",
            "3.3 Party B may not grant sublicences.",
            "3.4 While this contract is in force Party A grants no other licence in this scope, and \
             may use the rights itself.",
        ]
    );
    assert_eq!(
        clause(&document, "price", Lang::Zh),
        [
            "7.1 固定价款为CNY 1,000,000.00，全部为技术交易额。",
            "7.2 CNY 600,000.00，应于最后一方签字后10日内支付。",
            "7.3 CNY 400,000.00，应于“首台传感器”验收合格后15日内支付。",
        ]
    );
    assert_eq!(clause(&document, "delivery", Lang::Zh), ["5 甲方交付：图纸及两天培训。"]);
}

#[test]
fn texts_of_parties_are_put_in_as_they_are() {
    let mut it = terms(Kind::Licence);
    it.special = Bilingual::new("Keep {price.total} as it is {{ }", "保持 {price.total}");
    let document = draw(&it);
    let special = clause(&document, "special", Lang::En);
    assert!(special[0].ends_with("Keep {price.total} as it is {{ }"), "{special:?}");
    it.special = Bilingual::new("In English alone", "");
    let drawn = standard().draw(&it).expect("drawn");
    assert_eq!(drawn.untranslated, ["special"]);
    assert!(clause(&drawn.document, "special", Lang::Zh)[0].ends_with("In English alone"));
}

#[test]
fn no_days_are_said_as_such_and_a_sentence_has_one_stop() {
    let mut it = terms(Kind::Licence);
    it.delivery = Bilingual::new("The drawings, with training.", "图纸及培训。");
    for instalment in &mut it.price.instalments {
        match &mut instalment.when {
            When::Signed { days } | When::Accepted { days, .. } => *days = 0,
            When::On { .. } => {}
        }
    }
    let document = draw(&it);
    assert_eq!(
        clause(&document, "delivery", Lang::En),
        ["5 Party A delivers: The drawings, with training."]
    );
    assert_eq!(clause(&document, "delivery", Lang::Zh), ["5 甲方交付：图纸及培训。"]);
    let price = clause(&document, "price", Lang::Zh);
    assert_eq!(
        price[1..],
        [
            "7.2 CNY 600,000.00，应于最后一方签字时支付。",
            "7.3 CNY 400,000.00，应于“首台传感器”验收合格时支付。",
        ]
    );
    let price = clause(&document, "price", Lang::En);
    assert_eq!(price[1], "7.2 CNY 600,000.00, due with the last signature.");
}

#[test]
fn terms_with_flaws_are_not_drawn() {
    let mut it = terms(Kind::Licence);
    it.grant = None;
    assert!(matches!(standard().draw(&it), Err(Undrawable::Terms(flaws)) if flaws.len() == 1));
}

#[test]
fn the_digest_binds_every_term_and_word() {
    let it = terms(Kind::Licence);
    let before = draw(&it);
    assert_eq!(before.digest(), draw(&it.clone()).digest());
    assert_eq!(Digest::parse(&before.digest().to_string()), Some(before.digest()));
    // How a royalty is rounded stands in no clause, and still is signed.
    let mut rounded = it.clone();
    rounded.price.royalty.as_mut().expect("one").rounding = ledger::rounding::Rounding::Down;
    assert_ne!(before.digest(), draw(&rounded).digest());
    let mut moved = before.clone();
    // The same letters, cut at another place, are another text.
    let first = &mut moved.clauses[0].heading;
    first.zh.insert(0, first.en.pop().expect("a letter"));
    assert_ne!(before.digest(), moved.digest());
    let stored = serde_json::to_string(&before).expect("a text");
    let read: Document = serde_json::from_str(&stored).expect("a document");
    assert_eq!(read.digest(), before.digest());
}

#[test]
fn versions_are_compared_clause_by_clause() {
    let old = terms(Kind::Licence);
    let mut new = old.clone();
    assert!(compare(&draw(&old), &draw(&new)).is_same());
    new.grant.as_mut().expect("one").exclusivity = Exclusivity::NonExclusive;
    new.confidentiality = None;
    new.special = Bilingual::new("None", "无");
    new.improvements = Holder::Joint;
    let comparison = compare(&draw(&old), &draw(&new));
    let shown: Vec<String> = comparison
        .clauses
        .iter()
        .filter_map(|it| match it {
            Change::Kept { .. } => None,
            Change::Added { key, new } => Some(format!("+{key} {new}")),
            Change::Removed { key, old } => Some(format!("-{key} {old}")),
            Change::Changed { key, paragraphs, .. } => {
                let count =
                    |test: fn(&Line) -> bool| paragraphs.iter().filter(|it| test(it)).count();
                let added = count(|it| matches!(it, Line::Added(_)));
                let removed = count(|it| matches!(it, Line::Removed(_)));
                Some(format!("{key} +{added} -{removed}"))
            }
        })
        .collect();
    assert_eq!(shown, ["grant +1 -2", "improvements +1 -1", "-confidentiality 10", "+special 13"]);
    let terms: Vec<&str> = comparison.terms.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        terms,
        [
            "confidentiality",
            "confidentiality.years",
            "grant.exclusivity",
            "improvements",
            "special"
        ]
    );
    // Backward, what was added is removed.
    let back = compare(&draw(&new), &draw(&old));
    assert!(back.clauses.contains(&Change::Removed { key: "special".into(), old: 13 }));
    assert!(back.clauses.contains(&Change::Added { key: "confidentiality".into(), new: 10 }));
}

fn faults(source: &str) -> Vec<String> {
    let faults = Template::parse(source).expect_err("has faults");
    let shown = |it: &contract::Fault| {
        format!("{} {} {} {}", it.line, it.clause.as_deref().unwrap_or("-"), it.code, it.what)
    };
    faults.iter().map(shown).collect()
}

#[test]
fn faults_name_clause_and_line() {
    let source = "\
template mine
kinds licence leasing
title A licence
zh 许可合同
word kind licence = Licence |
word kind lease = Lease | 租赁
clause one
when kind is lisence
heading One
zh 一
en Total {price.totl} and {price.total}
zh 总价
en Only English
clause two
heading Two
zh 二
each milestons
en {item.title} {clause:nine} {kind}
zh {item.title} {clause:nine} {kind}
end
clause three
each milestones
en {warranted} {item.nothing} { open
zh 开放
clause one
frobnicate
zh 孤立
";
    assert_eq!(
        faults(source),
        [
            "2 - kind-unknown leasing",
            "5 - language-absent licence",
            "6 - code-unknown lease",
            "8 one code-unknown lisence",
            "11 one field-unknown price.totl",
            "11 one in-english-only price.total",
            "11 one in-english-only price.totl",
            "13 one language-absent zh",
            "17 two list-unknown milestons",
            "18 two field-unknown item.title",
            "18 two clause-unknown nine",
            "18 two word-absent kind development",
            "20 two out-of-place end",
            "21 three heading-absent three",
            "22 three each-unclosed milestones",
            "23 three brace-unclosed {",
            "23 three field-is-yes-or-no warranted",
            "23 three field-unknown item.nothing",
            "23 three in-english-only item.nothing",
            "23 three in-english-only warranted",
            "25 one clause-twice one",
            "25 one heading-absent one",
            "25 one clause-empty one",
            "26 one line-unknown frobnicate",
            "27 one english-first zh",
        ]
    );
}

#[test]
fn a_template_for_other_kinds_or_without_a_value_is_named() {
    let source = "template small\nkinds service licence\ntitle T\nzh 题\nclause one\nheading H\nzh 一\n\
                  en Up to {royalty.cap-total}, see {clause:two}\nzh 至 {royalty.cap-total}，见 {clause:two}\n\
                  clause two\nwhen kind is service\nheading H\nzh 二\nen T\nzh 文\n";
    let template = Template::parse(source).expect("fine");
    let shown = |kind: Kind| match template.draw(&terms(kind)) {
        Err(Undrawable::Template(faults)) => {
            faults.iter().map(|it| format!("{} {} {}", it.line, it.code, it.what)).collect()
        }
        other => vec![format!("{other:?}")],
    };
    assert_eq!(
        shown(Kind::Licence),
        ["8 value-absent royalty.cap-total", "8 clause-not-chosen two"]
    );
    assert_eq!(shown(Kind::Service), ["8 value-absent royalty.cap-total"]);
    assert_eq!(shown(Kind::Transfer)[0], "0 kind-unfit transfer");
}

#[test]
fn any_bytes_are_answered() {
    let mut dice = testkit::Dice::new(41);
    let lines: Vec<&str> = STANDARD.lines().collect();
    for _ in 0..300 {
        let mut mixed: Vec<String> = lines.iter().map(|it| (*it).to_owned()).collect();
        for _ in 0..=dice.below(5) {
            let at = dice.below(mixed.len());
            match dice.below(4) {
                0 => drop(mixed.remove(at)),
                1 => mixed.swap(at, 0),
                2 => {
                    let cut = dice.below(mixed[at].chars().count() + 1);
                    mixed[at] = mixed[at].chars().take(cut).collect();
                }
                _ => {
                    let odd = ["{", "}", "(", " not", "{item.x}", "|", "="];
                    mixed[at].push_str(odd[dice.below(odd.len())]);
                }
            }
        }
        match Template::parse(&mixed.join("\n")) {
            Ok(template) => {
                for kind in Kind::ALL {
                    // What was checked is drawn, or told where it does not fit.
                    match template.draw(&terms(*kind)) {
                        Ok(_) => {}
                        Err(Undrawable::Template(faults)) => assert!(!faults.is_empty()),
                        Err(Undrawable::Terms(flaws)) => panic!("{flaws:?}"),
                    }
                }
            }
            Err(faults) => assert!(!faults.is_empty() && faults.len() <= 100),
        }
    }
}
