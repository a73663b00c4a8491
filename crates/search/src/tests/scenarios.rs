//! The scenarios of the specification that one small index can show.
use super::*;
use crate::{Filters, Like, Likeness, Note};

/// Titles of documents a, b, c …; then what each query finds.
fn check(titles: &[&str], expect: &[(&str, &str)]) {
    let index = super::titles(titles);
    for (text, ids) in expect {
        assert_eq!(found(&index, text), *ids, "{text} in {titles:?}");
    }
}

/// Scenario 3.
#[test]
fn pairs_inside_longer_words_are_found() {
    check(
        &["中国农业发展银行", "待处理的申请", "处理器"],
        &[
            ("农业", "a"),
            ("发展银行", "a"),
            ("业发", "a"),
            ("处理", "b c"),
            ("处理 -处理器", "b"),
            ("行", "a"),
        ],
    );
}

/// Scenario 4.
#[test]
fn a_phrase_keeps_its_gaps() {
    check(
        &["state of the art", "state art", "state of art", "the State of the Art, really"],
        &[("\"state of the art\"", "a d"), ("state art", "a b c d")],
    );
}

/// Scenario 5.
#[test]
fn four_spellings_of_a_code_find_all_five() {
    let codes = ["C-8", "C–8", "Ｃ－８", "C8", "C 8", "CB8", "C 9 8"];
    for spelling in &codes[..4] {
        check(&codes, &[(spelling, "a b c d e")]);
    }
    check(&["12-34", "123-4", "1234"], &[("12-34", "a b c"), ("123-4", "a b c")]);
    let index = titles(&["123-4", "12-34"]);
    let answer = index.search(&Query::new("12-34", Reach::Everything)).expect("an answer");
    assert_eq!(answer.hits[0].id, "b", "its own spelling comes first");
}

/// Scenario 6.
#[test]
fn codes_are_not_mixed_up() {
    check(
        &["WES-5.4.5", "WES-5.4.6", "RULE-A002", "35mm", "3.5mm"],
        &[("WES-5.4.5", "a"), ("WES-5.4.6", "b"), ("A002", "c"), ("3.5mm", "e"), ("35mm", "d")],
    );
}

/// Scenario 7.
#[test]
fn formulas_are_whole() {
    check(
        &["纯H₂O水", "he said", "He+ beam", "C++ code", "C code"],
        &[("H2O", "a"), ("Ｈ２Ｏ", "a"), ("He+", "c"), ("C++", "d"), ("he", "b c")],
    );
}

/// Scenario 8; the highlights are tested in `matching`.
#[test]
fn traditional_and_simplified_find_each_other() {
    check(&["臺灣的企業", "台湾企业"], &[("台湾", "a b"), ("臺灣", "a b"), ("企業", "a b")]);
}

/// Scenario 10.
#[test]
fn a_number_jumps_if_the_reader_may_see_it() {
    let mut document = titled("a", "泵");
    document.numbers = vec!["CN115000001A".into(), "ZL202010123456.7".into()];
    let mut hidden = titled("b", "阀");
    hidden.numbers = vec!["CN115000002A".into()];
    hidden.gate = "secret".into();
    hidden.public = false;
    let index = index_of(vec![document, hidden]);
    let jump = |text: &str| index.search(&as_reader(text, &["public"])).expect("an answer").jump;
    assert_eq!(jump("cn 1150 00001 a").as_deref(), Some("a"));
    assert_eq!(jump("CN115000001A").as_deref(), Some("a"));
    assert_eq!(jump("zl 2020 1012 3456.7").as_deref(), Some("a"));
    assert_eq!(jump("cn115000002a"), None);
    let all = index.search(&as_reader("cn115000002a", &["public", "secret"]));
    assert_eq!(all.expect("an answer").jump.as_deref(), Some("b"));
}

/// Scenario 11.
#[test]
fn pinyin_suggests_and_does_not_rank() {
    let mut document = titled("a", "激光雷达");
    document.region = "绵阳".into();
    document.field = "光电".into();
    document.owner_name = "绵阳光学所".into();
    let index = index_of(vec![document, titled("b", "面阳光热"), titled("c", "Laser radar unit")]);
    let suggest = |prefix: &str| -> Vec<String> {
        let found = index.suggest(prefix, &Reach::Everything, 8).expect("suggestions");
        found.into_iter().map(|it| it.text).collect()
    };
    for prefix in ["mianyang", "my", "miany", "绵", "绵阳"] {
        assert!(suggest(prefix).contains(&"绵阳".to_owned()), "{prefix}: {:?}", suggest(prefix));
    }
    assert!(suggest("jgld").contains(&"激光雷达".to_owned()));
    assert!(suggest("jiguanglei").contains(&"激光雷达".to_owned()));
    assert!(suggest("mianyangguangxue").contains(&"绵阳光学所".to_owned()));
    assert_eq!(suggest("rad"), ["Laser radar unit"]);
    assert_eq!(suggest("光雷"), ["激光雷达"]);
    assert!(suggest("").is_empty());
    assert_eq!(found(&index, "mianyang"), "");
}

/// Scenario 12.
#[test]
fn capitals_are_not_the_pronoun() {
    check(
        &["it is a service, it runs", "IT服务平台", "AIDS therapy", "it aids growth"],
        &[("IT服务", "b"), ("IT", "b"), ("AIDS", "c d"), ("aids", "c d")],
    );
    let index = titles(&["it aids growth", "AIDS growth"]);
    let answer = index.search(&Query::new("AIDS", Reach::Everything)).expect("an answer");
    assert_eq!(answer.hits[0].id, "b");
}

/// Scenario 13, small; the speed is in the bench.
#[test]
fn any_input_is_answered() {
    let index = titles(&["锂电池", "laser"]);
    let long = "锂电池模组 ".repeat(2_000);
    for text in ["", " ", "\"", "-", "OR", "，。", "\u{0}\u{1}\u{2}\u{3}", "a:b:c", &long] {
        index.search(&Query::new(text, Reach::Everything)).expect("an answer");
    }
    let answer = index.search(&Query::new(&long, Reach::Everything)).expect("an answer");
    assert!(answer.notes.contains(&Note::CharactersCut));
}

/// Scenario 32.
#[test]
fn negatives_alone_are_refused_and_filters_alone_work() {
    let mut newer = titled("b", "新泵");
    newer.seq = 9;
    newer.year = Some(2024);
    let index = index_of(vec![titled("a", "泵"), newer]);
    let ask = |text: &str| index.search(&Query::new(text, Reach::Everything)).expect("an answer");
    let refused = ask("-泵");
    assert_eq!((refused.total, refused.notes), (0, vec![Note::OnlyNegatives]));
    let listed = ask("year:2024");
    assert_eq!((listed.total, listed.notes), (1, vec![Note::OnlyFilters]));
    let mut query = Query::new("", Reach::Everything);
    query.limit = 1;
    let newest = index.search(&query).expect("an answer");
    assert_eq!((newest.total, newest.hits[0].id.as_str()), (2, "b"));
    query.after = newest.next;
    let older = index.search(&query).expect("an answer");
    assert_eq!((older.hits[0].id.as_str(), older.next.is_none()), ("a", true));
    assert_eq!(ask("year:soon").notes, [Note::OnlyFilters, Note::FilterUnread]);
    assert_eq!(ask("，").notes, [Note::NothingToSearch]);
    assert_eq!(ask("the").notes, [Note::OnlyStopWords]);
}

#[test]
fn long_runs_are_covered_and_adjacency_comes_first() {
    let index = titles(&["无人机电池管理系统软件", "管理无人机的电池系统", "电池", "系统管理"]);
    let answer = index.search(&Query::new("无人机电池管理系统", Reach::Everything));
    let answer = answer.expect("an answer");
    assert_eq!(answer.hits[0].id, "a");
    assert!(!answer.hits.iter().any(|hit| hit.id == "c"), "too little is covered");
    let relaxed: Vec<&str> = answer.relaxed.iter().map(|hit| hit.id.as_str()).collect();
    assert!(relaxed.contains(&"c") && !relaxed.contains(&"a"), "{relaxed:?}");
}

#[test]
fn groups_fields_and_filters_narrow() {
    let mut a = titled("a", "激光焊接");
    a.body = "用于钛合金".into();
    a.classes = vec!["G01N 29/04".into(), "B23K 26/00".into()];
    a.trl = Some(6);
    a.year = Some(2020);
    a.field = "材料".into();
    a.deal_modes = vec!["licence".into(), "sale".into()];
    a.right_status = vec!["granted".into()];
    a.owner_name = "绵阳焊接厂".into();
    let mut b = titled("b", "钛合金铸造");
    b.owner = "owner-2".into();
    b.trl = Some(3);
    b.year = Some(2023);
    let index = index_of(vec![a, b]);
    assert_eq!(found(&index, "钛合金"), "a b");
    assert_eq!(found(&index, "title:钛合金"), "b");
    assert_eq!(found(&index, "body:钛合金"), "a");
    assert_eq!(found(&index, "owner:焊接厂"), "a");
    assert_eq!(found(&index, "激光 OR 铸造"), "a b");
    assert_eq!(found(&index, "钛合金 trl:6+"), "a");
    assert_eq!(found(&index, "钛合金 -year:2020"), "b");
    assert_eq!(found(&index, "钛合金 class:\"G01N 29\""), "a");
    assert_eq!(found(&index, "接用"), "", "no phrase spans title and body");
    let with = |filters: Filters| {
        let mut query = Query::new("钛合金", Reach::Everything);
        query.filters = filters;
        let answer = index.search(&query).expect("an answer");
        answer.hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>().join(" ")
    };
    let none = Filters::default;
    let prefixes = |prefix: &str| Filters { class_prefixes: vec![prefix.into()], ..none() };
    assert_eq!(with(prefixes("G01N")), "a");
    assert_eq!(with(prefixes("G01N 29")), "a");
    assert_eq!(with(prefixes("G01N 2")), "");
    assert_eq!(with(Filters { trl_min: Some(4), ..none() }), "a");
    assert_eq!(with(Filters { trl_max: Some(4), ..none() }), "b");
    assert_eq!(with(Filters { year_min: Some(2021), year_max: Some(2023), ..none() }), "b");
    assert_eq!(with(Filters { owners: vec!["owner-2".into()], ..none() }), "b");
    assert_eq!(with(Filters { fields: vec!["材料".into()], ..none() }), "a");
    assert_eq!(with(Filters { deal_modes: vec!["sale".into()], ..none() }), "a");
    assert_eq!(with(Filters { right_status: vec!["granted".into()], ..none() }), "a");
    assert_eq!(with(Filters { kinds: vec!["demand".into()], ..none() }), "");
    let mut query = Query::new("钛合金", Reach::Everything);
    query.facets = true;
    let facets = index.search(&query).expect("an answer").facets;
    let shown = |counts: &[crate::Count]| {
        counts.iter().map(|it| format!("{} {}", it.value, it.n)).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(shown(&facets.fields), "材料 1");
    assert_eq!(shown(&facets.owners), "owner-1 1, owner-2 1");
    assert_eq!(shown(&facets.trl), "3 1, 6 1");
    assert_eq!(shown(&facets.years), "2020 1, 2023 1");
    assert_eq!(shown(&facets.deal_modes), "licence 1, sale 1");
    assert_eq!(shown(&facets.kinds), "technology 2");
}

#[test]
fn a_hit_names_field_and_words() {
    let mut document = titled("a", "激光焊接 welding");
    document.body = "Welded with C-8 的激光".into();
    let index = index_of(vec![document]);
    let answer = index.search(&Query::new("激光焊接 weld C8", Reach::Everything));
    let why: Vec<String> = answer.expect("an answer").hits[0]
        .why
        .iter()
        .map(|it| format!("{}: {}", it.field, it.words.join(", ")))
        .collect();
    assert_eq!(why, ["title: 激光焊接, weld", "body: 激光, weld, C8"]);
}

#[test]
fn mistyped_words_are_proposed() {
    let index = titles(&["Laser welding machines", "Lager"]);
    let meant = |text: &str| {
        index.search(&Query::new(text, Reach::Everything)).expect("an answer").did_you_mean
    };
    assert_eq!(meant("laser weldign").as_deref(), Some("laser welding"));
    assert_eq!(meant("machinse 激光").as_deref(), Some("machines 激光"));
    assert_eq!(meant("laser"), None);
    assert_eq!(meant("xyzzy"), None);
}

#[test]
fn similar_documents_give_reasons() {
    let mut need = titled("n", "钛合金激光焊接设备");
    need.kind = "demand".into();
    need.body = "研究开发激光焊接".into();
    let index = index_of(vec![
        titled("a", "钛合金激光焊接技术"),
        titled("b", "铝合金铸造"),
        titled("c", "水稻育种研究开发"),
        need,
    ]);
    let like = Like::Document { kind: "demand".into(), id: "n".into() };
    let mut likeness = Likeness::new(like, Reach::Everything);
    likeness.filters.kinds = vec!["technology".into()];
    let hits = index.similar(&likeness).expect("an answer");
    assert_eq!(hits[0].id, "a");
    assert!(hits.iter().all(|hit| hit.id != "n"));
    assert!(hits[0].fit > 0.0 && hits[0].fit < 1.0);
    let shares: f64 = hits[0].reasons.iter().map(|reason| reason.share).sum();
    assert!(shares <= 1.0 + 1e-9 && shares > 0.5);
    assert!(hits[0].reasons.iter().all(|reason| reason.fields == ["title"]));
    likeness.like = Like::Text { title: "水稻".into(), body: String::new() };
    assert_eq!(index.similar(&likeness).expect("an answer")[0].id, "c");
    likeness.reach = Reach::Nothing;
    assert!(index.similar(&likeness).expect("an answer").is_empty());
}

#[test]
fn a_dictionary_finds_the_other_language() {
    let dictionary = "鈦合金 钛合金 [tai4 he2 jin1] /titanium alloy/\n";
    let dictionary = matching::dictionary::Dictionary::parse(dictionary);
    let options =
        Options { dictionary: Some(std::sync::Arc::new(dictionary)), ..Options::default() };
    let index = Index::open(None, options).expect("an index in memory");
    let document = titled("a", "Forging of titanium alloys");
    index.apply(&[Change::put(document)], 1).expect("applied");
    let mut query = Query::new("钛合金", Reach::Everything);
    query.translate = true;
    let answer = index.search(&query).expect("an answer");
    assert_eq!(answer.total, 0);
    assert_eq!(answer.translated.pairs, [("钛合金".to_owned(), "titanium alloy".to_owned())]);
    assert_eq!(answer.translated.hits[0].id, "a");
    let plain = titles(&["x"]).search(&query).expect("an answer");
    assert!(plain.notes.contains(&Note::OneLanguage));
}

#[test]
fn pages_follow_one_another_without_gaps() {
    let documents = (0..57).map(|at| titled(&format!("d{at:03}"), "激光")).collect();
    let index = index_of(documents);
    let mut query = Query::new("激光", Reach::Everything);
    query.limit = 10;
    let mut seen = Vec::new();
    loop {
        let answer = index.search(&query).expect("an answer");
        assert_eq!(answer.total, 57);
        seen.extend(answer.hits.iter().map(|hit| hit.id.clone()));
        // Scenario 19: what arrives meanwhile does not disturb the pages begun.
        let change = Change::put(titled(&format!("a{:03}", seen.len()), "激光"));
        index.apply(&[change], 2 + seen.len() as u64).expect("applied");
        let Some(next) = answer.next else { break };
        assert_eq!(crate::Cursor::from_text(&next.to_text()), Some(next.clone()));
        query.after = Some(next);
    }
    let expect: Vec<String> = (0..57).map(|at| format!("d{at:03}")).collect();
    assert_eq!(seen, expect);
    query.after = Some(crate::Cursor { score: 99.0, id: "x".into(), generation: 999 });
    let answer = index.search(&query).expect("an answer");
    assert!(answer.notes.contains(&Note::GenerationGone) && answer.total > 57);
}
