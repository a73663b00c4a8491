//! What a reader may not see leaves no trace.
use testkit::Dice;

use super::*;
use crate::{Like, Likeness};

/// Everything an outsider can ask, as text.
fn asked(index: &Index, reach: &Reach) -> String {
    let mut shown = String::new();
    let texts = [
        "激光",
        "激光焊接",
        "焊接 laser",
        "独角兽",
        "unicorn",
        "laser",
        "lasre",
        "unicrn",
        "\"光焊\"",
        "钛合金高温激光焊接装备研发",
        "CN115000009A",
        "year:2020",
        "激 -焊",
        "",
    ];
    for text in texts {
        let mut query = Query::new(text, reach.clone());
        query.facets = true;
        query.limit = 5;
        loop {
            let answer = index.search(&query).expect("an answer");
            shown.push_str(&format!("{text}: {answer:?}\n"));
            let Some(next) = answer.next else { break };
            query.after = Some(next);
        }
    }
    for prefix in ["激", "jg", "un", "dujiao", "独", "secret", "laser"] {
        let found = index.suggest(prefix, reach, 10).expect("suggestions");
        shown.push_str(&format!("{prefix}: {found:?}\n"));
    }
    let text =
        Like::Text { title: "独角兽激光焊接 unicorn".into(), body: "高温合金".into() };
    let document = Like::Document { kind: "technology".into(), id: "p003".into() };
    let hidden = Like::Document { kind: "technology".into(), id: "r001".into() };
    for like in [text, document, hidden] {
        let hits = index.similar(&Likeness::new(like, reach.clone())).expect("an answer");
        shown.push_str(&format!("{hits:?}\n"));
    }
    shown
}

fn public_documents(dice: &mut Dice) -> Vec<Document> {
    let words = ["激光", "焊接", "钛合金", "高温", "装备", "laser ", "welding ", "轴承", "泵"];
    (0..60)
        .map(|at| {
            let title: String = (0..5).map(|_| *dice.pick(&words)).collect();
            let mut document = titled(&format!("p{at:03}"), &title);
            document.body = (0..9).map(|_| *dice.pick(&words)).collect();
            document.year = Some(2015 + dice.below(8) as u16);
            document
        })
        .collect()
}

fn restricted_documents(dice: &mut Dice) -> Vec<Document> {
    let words = ["激光", "独角兽", "unicorn ", "焊接", "laserx ", "secret ", "高温合金"];
    (0..40)
        .map(|at| {
            let title: String = (0..4).map(|_| *dice.pick(&words)).collect();
            let mut document = titled(&format!("r{at:03}"), &title);
            document.body = (0..30).map(|_| *dice.pick(&words)).collect();
            document.gate = "secret".into();
            document.public = false;
            document.region = "独角兽谷".into();
            document.field = "secret field".into();
            document.owner_name = "独角兽公司".into();
            document.year = Some(2020);
            document.numbers = vec!["CN115000009A".into()];
            document
        })
        .collect()
}

/// Scenarios 20 and 16: byte-identical, whatever else is stored, deleted or merged.
#[test]
fn an_outsider_cannot_tell_whether_restricted_documents_exist() {
    let mut dice = Dice::new(3);
    let public = public_documents(&mut dice);
    let restricted = restricted_documents(&mut dice);
    let put = |documents: &[Document]| -> Vec<Change> {
        documents.iter().cloned().map(Change::put).collect()
    };
    let open = || Index::open(None, Options::default()).expect("an index in memory");
    let without = open();
    without.apply(&put(&public[..30]), 1).expect("applied");
    without.apply(&put(&public[30..]), 2).expect("applied");
    let with = open();
    let mut first = put(&restricted[..20]);
    first.extend(put(&public[..30]));
    with.apply(&first, 1).expect("applied");
    let mut second = put(&public[30..]);
    second.extend(put(&restricted[20..]));
    with.apply(&second, 2).expect("applied");
    for reach in [Reach::Gate(vec!["public".into()]), Reach::Nothing] {
        assert_eq!(asked(&with, &reach), asked(&without, &reach));
    }
    let insider = Reach::Gate(vec!["public".into(), "secret".into()]);
    assert_ne!(asked(&with, &insider), asked(&without, &insider), "an insider sees more");
}

/// Scenario 16: other batches, replaced and removed documents, a rebuild: the same answers.
#[test]
fn histories_do_not_show() {
    let mut dice = Dice::new(4);
    let public = public_documents(&mut dice);
    let open = || Index::open(None, Options::default()).expect("an index in memory");
    let straight = open();
    let all: Vec<Change> = public.iter().cloned().map(Change::put).collect();
    straight.apply(&all, 60).expect("applied");
    let crooked = open();
    for (at, document) in public.iter().enumerate() {
        let mut old = document.clone();
        old.version = 0;
        old.title = public[(at * 7 + 3) % 60].body.clone();
        crooked.apply(&[Change::put(old)], at as u64).expect("applied");
    }
    let mut extra = titled("zzz", "激光独角兽");
    extra.version = 3;
    crooked.apply(&[Change::put(extra)], 59).expect("applied");
    for pair in all.chunks(13) {
        crooked.apply(pair, 59).expect("applied");
    }
    let gone = Change::Remove { kind: "technology".into(), id: "zzz".into(), version: 3 };
    crooked.apply(&[gone], 60).expect("applied");
    let reach = Reach::Gate(vec!["public".into()]);
    let strip = |text: String| -> String {
        // Generations are counted from the start of a program, so they differ.
        text.split("generation: ")
            .enumerate()
            .map(|(at, part)| {
                let digits = part.chars().take_while(char::is_ascii_digit).count();
                if at == 0 { part.to_owned() } else { part[digits..].to_owned() }
            })
            .collect()
    };
    assert_eq!(strip(asked(&crooked, &reach)), strip(asked(&straight, &reach)));
}

/// Scenario 21.
#[test]
fn a_tightened_label_acts_before_the_index_commits() {
    let index = titles(&["激光甲", "激光乙", "激光丙"]);
    let mut query = Query::new("激光", Reach::Everything);
    query.facets = true;
    query.hide = vec!["b".into()];
    let answer = index.search(&query).expect("an answer");
    assert_eq!(answer.total, 2);
    assert!(answer.hits.iter().chain(&answer.relaxed).all(|hit| hit.id != "b"));
    assert_eq!(answer.facets.kinds[0].n, 2);
    let like = Like::Text { title: "激光乙".into(), body: String::new() };
    let mut likeness = Likeness::new(like, Reach::Everything);
    likeness.hide = vec!["b".into()];
    let hits = index.similar(&likeness).expect("an answer");
    assert!(hits.iter().all(|hit| hit.id != "b"));
}

/// Scenario 22: nobody passes a gate that no one named; own things come by their owner.
#[test]
fn an_unknown_gate_is_not_passed() {
    let mut document = titled("a", "激光");
    document.gate = "unheard of".into();
    document.owner = "me".into();
    let mut gateless = titled("b", "激光");
    gateless.gate = String::new();
    let index = index_of(vec![document, gateless, titled("c", "激光")]);
    let ids = |reach: Reach| -> Vec<String> {
        let answer = index.search(&Query::new("激光", reach)).expect("an answer");
        answer.hits.into_iter().map(|hit| hit.id).collect()
    };
    let gate = |name: &str| Reach::Gate(vec![name.into()]);
    assert_eq!(ids(gate("public")), ["c"]);
    assert_eq!(ids(gate("")), Vec::<String>::new());
    assert_eq!(ids(gate("other")), Vec::<String>::new());
    let own = Reach::Owner(vec!["me".into()]);
    assert_eq!(ids(Reach::Any(vec![gate("public"), own.clone()])), ["a", "c"]);
    assert_eq!(ids(Reach::All(vec![gate("public"), own.clone()])), Vec::<String>::new());
    let not_own = Reach::Not(Box::new(own));
    assert_eq!(ids(Reach::All(vec![gate("public"), not_own])), ["c"]);
    assert_eq!(ids(Reach::State(vec!["released".into()])), ["a", "b", "c"]);
    assert_eq!(ids(Reach::Any(Vec::new())), Vec::<String>::new());
    assert_eq!(ids(Reach::All(Vec::new())), ["a", "b", "c"]);
}
