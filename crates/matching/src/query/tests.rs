use proptest::prelude::*;

use super::*;

fn show_part(part: &Part) -> String {
    let field = part.field.map_or(String::new(), |field| format!("{field:?}="));
    if part.is_quoted {
        format!("{field}«{}»", part.text)
    } else {
        format!("{field}{}", part.text)
    }
}

fn check(text: &str, expect: &str) {
    let query = parse(text);
    let mut shown: Vec<String> = query
        .clauses
        .iter()
        .map(|clause| {
            let any: Vec<String> = clause.any.iter().map(show_part).collect();
            format!("{}{}", if clause.is_without { "not " } else { "" }, any.join(" | "))
        })
        .collect();
    shown.extend(query.notes.iter().map(|note| format!("!{note:?}")));
    assert_eq!(shown.join(", "), expect, "query {text}");
}

#[test]
fn operators_are_read() {
    check("锂电池 laser", "锂电池, laser");
    check("\"state of the art\" x", "«state of the art», x");
    check("“钛合金” x", "«钛合金», x");
    check("处理 -处理器", "处理, not 处理器");
    check("a OR b c", "a | b, c");
    check("title:激光 领域：材料", "Title=激光, Subject=材料");
    check("class:\"G01N 29\" x", "Class=«G01N 29», x");
    check("x -\"a b\"", "x, not «a b»");
    check("x\"a b\"y", "x, «a b», y");
}

#[test]
fn malformed_text_is_text() {
    check("\"open", "\"open");
    check("http://x", "http://x");
    check("foo:bar", "foo:bar");
    check("OR", "OR");
    check("a OR", "a, OR");
    check("OR a", "OR, a");
    check("a OR -b", "a, OR, not b");
    check("a OR OR b", "a, OR | b");
    check("- x", "-, x");
    check("title:", "title:");
    check("\"\"", "!Nothing");
    check("   ", "!Nothing");
}

#[test]
fn what_is_missing_is_noted() {
    check("-a", "not a, !OnlyNegatives");
    check("year:2024", "Year=2024, !OnlyFilters");
    check("year:2024 -a", "Year=2024, not a, !OnlyFilters");
}

#[test]
fn limits_are_said() {
    let long = "锂".repeat(300);
    assert_eq!(parse(&long).notes, [Note::CharactersCut]);
    assert_eq!(parse(&long).clauses[0].any[0].text.chars().count(), 256);
    let many = "a ".repeat(100);
    assert_eq!(parse(&many).notes, [Note::GroupsCut]);
    assert_eq!(parse(&many).clauses.len(), 64);
}

fn show_plan(text: &str) -> String {
    let plan = plan(&parse(text));
    let phrase = |terms: &[(u32, String)]| {
        let terms: Vec<String> = terms.iter().map(|(at, term)| format!("{term}+{at}")).collect();
        format!("«{}»", terms.join(" "))
    };
    let demand = |demand: &Demand| match demand {
        Demand::Any(any) => {
            let any: Vec<String> = any
                .iter()
                .map(|it| match it {
                    Alternative::Term(term) => term.clone(),
                    Alternative::Phrase(terms) => phrase(terms),
                })
                .collect();
            any.join("|")
        }
        Demand::Cover { pairs, whole } => format!("cover({} {})", pairs.join(" "), phrase(whole)),
    };
    let groups: Vec<String> = plan
        .must
        .iter()
        .map(|group| {
            let any: Vec<String> = group
                .any
                .iter()
                .map(|all| all.iter().map(|it| demand(&it.1)).collect::<Vec<_>>().join(" & "))
                .collect();
            any.join(" or ")
        })
        .collect();
    groups.join(", ")
}

#[test]
fn texts_become_demands() {
    let check = |text: &str, expect: &str| assert_eq!(show_plan(text), expect, "plan of {text}");
    check("锂", "锂");
    check("锂电", "锂电");
    check("锂电池", "«锂电+0 电池+1»");
    check("锂电池组", "«锂电+0 池组+2»");
    check("锂电池模组", "cover(锂电 电池 池模 模组 «锂电+0 池模+2 模组+3»)");
    check("锂5G", "锂 & 5g|«5+0 g+1»");
    check("12-34", "12-34|1234|«12+0 34+1»");
    check("He+", "he+");
    check("IT", "=it");
    check("it", "=it");
    check("the AIDS", "=aids|aid");
    check("\"state of the art\"", "«state+0 art+3»");
    check("\"锂电池 C-8 pump\"", "«锂电+0 电池+1 c+3 8+4 pump+5»");
    check("a OR laser", "laser");
    check("laser OR pump", "laser or pump");
}

proptest! {
    #[test]
    fn reading_never_fails(text in "[锂电a\"“”:： \\-OR title:年year+#.]{0,40}|\\PC{0,60}") {
        let plan = plan(&parse(&text));
        prop_assert!(plan.must.len() <= QUERY_GROUPS_MAX);
    }
}
