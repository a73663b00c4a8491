//! A result put forward, reviewed and let out through the pages alone, in both languages; nobody
//! else finds a word of it before.

use crate::browser::{Answer, Browser, hidden};
use crate::hidden::addresses;
use crate::{PEOPLE, Stage, stage};
use access::Role;
use trading::enquiry::Enquiry;
use trading::release::Disclosure;

/// Who reviews for the institute that the stage's officer is of.
pub const REVIEWERS: [&str; 2] = ["reviewer", "keeper"];

/// Adds the reviewers, a disclosure that waits for them, and an enquiry; the addresses of both.
pub fn with_cases(stage: &Stage) -> Vec<String> {
    let city = &stage.world.city;
    let owner = city.organisation_named("Owner institute").expect("known");
    stage.world.person("reviewer", owner, Role::Reviewer);
    stage.world.person("keeper", owner, Role::ConfidentialityOfficer);
    let review = put_forward(stage, "Maser clock");
    let enquiry = Enquiry {
        name: "Zhao".to_owned(),
        email: "zhao@testing.example".to_owned(),
        message: "How much is it?".to_owned(),
        ..Enquiry::default()
    };
    let act = app::enquiry::Enquire { technology: stage.shown, enquiry };
    let asked = city.perform(&app::Asker::nobody(), act).expect("a case").case;
    stage.world.settle();
    [review, asked].map(|case| format!("/cases/{case}")).into()
}

/// A result that the stage's officer puts forward.
pub fn put_forward(stage: &Stage, title: &str) -> base::CaseId {
    let city = &stage.world.city;
    let owner = city.organisation_named("Owner institute").expect("known");
    let officer = city.person_named("officer@testing.example").expect("known");
    let officer = app::Asker::person(officer);
    let none = || "none".to_owned();
    let disclosure = Disclosure {
        proposed: "public".to_owned(),
        funding: none(),
        prior_publication: none(),
        planned_on: None,
        third_parties: none(),
        export: none(),
        declared: true,
    };
    let content = worlds::World::content(title);
    let key = String::new();
    let act = app::release::DiscloseResult {
        owner,
        key,
        content,
        label: None,
        disclosure,
        documents: Vec::new(),
    };
    city.perform(&officer, act).expect("a case").case
}

const PASSWORD: &str = "a testing password";

/// The people of a review, all of one institute.
struct Review {
    stage: Stage,
    lang: &'static str,
}

impl Review {
    fn new(lang: &'static str) -> Self {
        let stage = stage();
        let owner = stage.world.city.organisation_named("Owner institute").expect("known");
        stage.world.person("reviewer", owner, Role::Reviewer);
        stage.world.person("keeper", owner, Role::ConfidentialityOfficer);
        stage.world.person("colleague", owner, Role::Member);
        Self { stage, lang }
    }

    fn browser(&self, name: &str) -> Browser {
        let mut browser = self.stage.browser(name);
        let answer = browser.get(&format!("/?lang={}", self.lang));
        assert!(matches!(answer.status, 200 | 303), "{}", answer.status);
        browser
    }
}

/// Fills a form as it was shown and sends it.
fn fill(browser: &mut Browser, shown: &str, to: &str, typed: &[(&str, &str)]) -> Answer {
    let page = browser.get(shown);
    assert_eq!(page.status, 200, "{shown}: {}", page.body);
    assert!(!page.body.contains('⟦'), "{shown}: a text is missing");
    // The version and the step stand in the form of the step, hidden.
    let mut fields = vec![
        ("csrf_token".to_owned(), hidden(&page.body, "csrf_token")),
        ("idempotency_key".to_owned(), hidden(&page.body, "idempotency_key")),
    ];
    for name in ["version", "task", "step"] {
        if page.body.contains(&format!("name=\"{name}\"")) {
            fields.push((name.to_owned(), hidden(&page.body, name)));
        }
    }
    fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let lent: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(to, &lent)
}

fn step(browser: &mut Browser, case: &str, named: &str, typed: &[(&str, &str)]) -> Answer {
    let (task, step) = named.split_once('.').expect("task.step");
    let shown = format!("{case}?step={named}");
    let page = browser.get(&shown);
    assert_eq!(page.status, 200, "{shown}: {}", page.body);
    let form = format!("{case}/steps");
    let at =
        page.body.find(&format!("action=\"{form}\"")).unwrap_or_else(|| panic!("{}", page.body));
    let part = &page.body[at..];
    let fields = [
        ("csrf_token", hidden(part, "csrf_token")),
        ("idempotency_key", hidden(part, "idempotency_key")),
        ("version", hidden(part, "version")),
        ("task", task.to_owned()),
        ("step", step.to_owned()),
    ];
    let mut lent: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    lent.extend(typed);
    browser.post(&form, &lent)
}

fn done(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").split('?').next().unwrap_or("").to_owned()
}

pub const CONTENT: [(&str, &str); 5] = [
    ("content.own-result", "met"),
    ("content.contributors-agreed", "met"),
    ("content.novelty-kept", "met"),
    ("content.claims-evident", "met"),
    ("content.third-parties-cleared", "undecided"),
];

pub const CONFIDENTIALITY: [(&str, &str); 7] = [
    ("confidentiality.no-state-secret", "met"),
    ("confidentiality.no-work-secret", "met"),
    ("confidentiality.export-control", "met"),
    ("confidentiality.technology-export", "met"),
    ("confidentiality.foreign-filing", "met"),
    ("confidentiality.personal-data", "met"),
    ("level", "public"),
];

pub fn disclosed(owner: &str) -> Vec<(&'static str, String)> {
    let fixed = [
        ("label", "members"),
        ("title.en", "Qorvixine membrane"),
        ("title.zh", "珂维烯膜"),
        ("summary.en", "Lets water through, holds salt back."),
        ("summary.zh", "透水阻盐。"),
        ("description.en", "Cast from two solutions."),
        ("field", "materials"),
        ("inventors.0.name.en", "Li"),
        ("inventors.0.share", "60"),
        ("inventors.1.name.zh", "王"),
        ("inventors.1.share", "40"),
        ("rights.0.kind", "know-how"),
        ("contact.email", "desk@testing.example"),
        ("export.category", "free"),
        ("disclosure.proposed", "public"),
        ("disclosure.funding", "own"),
        ("disclosure.prior_publication", "none"),
        ("disclosure.third_parties", "none"),
        ("disclosure.export", "on no list"),
        ("disclosure.declared", "1"),
    ];
    let mut typed: Vec<(&str, String)> =
        fixed.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    typed.push(("owner", owner.to_owned()));
    typed
}

/// Whether anybody outside the review finds a byte of it.
fn check_nobody_finds(review: &Review, stub: &str, case: &str, reference: &str) {
    let mut problems = Vec::new();
    let city = &review.stage.world.city;
    city.follow_mail().expect("letters follow the log");
    let letters = city.store().read(|tx| store::mail::list(tx, None, None, 1_000)).expect("read");
    assert!(letters.iter().any(|letter| letter.kind == "task"), "somebody is told of a task");
    for word in ["Qorvixine", "珂维烯", "holds salt back"] {
        if format!("{letters:?}").contains(word) {
            problems.push(format!("a letter says {word}"));
        }
    }
    let others = PEOPLE[..6].iter().copied().chain(["cleared", "colleague"]);
    for name in others {
        let mut browser = review.browser(name);
        let mut all = addresses();
        all.push(case.to_owned());
        all.push(format!("/cases/{reference}"));
        all.push(format!("/cases?reference={reference}"));
        all.push("/cases?view=all".to_owned());
        all.push("/search?q=qorvixine".to_owned());
        all.push("/search?q=membrane+salt".to_owned());
        for address in all {
            let mut filled = address.clone();
            while let (Some(start), Some(end)) = (filled.find('{'), filled.find('}')) {
                filled.replace_range(start..=end, stub);
            }
            let answer = browser.get(&filled);
            for word in ["Qorvixine", "珂维烯", "holds salt back"] {
                if answer.body.contains(word) {
                    problems.push(format!("{name:?} {filled}: says {word}"));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn check_journey(lang: &'static str, agree: &str) {
    let review = Review::new(lang);
    let owner = review.stage.world.city.organisation_named("Owner institute").expect("known");
    let mut officer = review.browser("officer");
    let owner = owner.to_string();
    let typed = disclosed(&owner);
    let lent = |typed: &[(&'static str, String)]| -> Vec<(&'static str, String)> { typed.to_vec() };

    // What looks like a secret is refused, and the page names the way that is open.
    let mut marked = lent(&typed);
    marked.push(("benefits.zh", "机密★10年".to_owned()));
    let pairs: Vec<(&str, &str)> =
        marked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = fill(&mut officer, "/disclosures/new", "/disclosures", &pairs);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("href=\"/stubs/new\"") && refused.body.contains("Qorvixine"));

    let pairs: Vec<(&str, &str)> =
        typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let case = done(&fill(&mut officer, "/disclosures/new", "/disclosures", &pairs));
    review.stage.world.settle();
    let shown = officer.get(&case).body;
    let at = shown.find("/technologies/tec_").expect("a link to the stub") + "/technologies/".len();
    let stub: String = shown[at..].chars().take_while(|c| *c != '"').collect();
    let at = shown.find("RR-").expect("a reference");
    let reference: String = shown[at..].chars().take_while(|c| *c != '<').collect();
    check_nobody_finds(&review, &stub, &case, &reference);

    // The content: an item forgotten is named, and what was typed comes back.
    let mut reviewer = review.browser("reviewer");
    assert!(reviewer.get("/desk").body.contains(&reference), "it waits on the desk");
    assert!(reviewer.get("/cases").body.contains(&case));
    let refused = step(&mut reviewer, &case, "review-content.agree", &CONTENT[1..]);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("f-content-own-result"), "{}", refused.body);
    let checked = refused.body.matches(" checked").count();
    assert!(checked >= 4, "four items are marked as before, found {checked}");
    let moved = step(&mut reviewer, &case, "review-content.agree", &CONTENT);
    assert_eq!(done(&moved), case);
    let told = reviewer.get(&case).body;
    assert!(told.contains(agree), "the timeline says what was done");

    // Somebody slower is told what happened, and loses nothing of what was typed.
    let late = [("task", "review-content"), ("step", "send-back"), ("reason", "Far too short")];
    let slow = fill(&mut reviewer, &case, &format!("{case}/steps"), &late);
    assert!(matches!(slow.status, 403 | 409 | 422), "{}", slow.status);
    assert!(slow.body.contains("Far too short"), "{}", slow.body);

    // Confidentiality: after five minutes the password is asked once more, the answers kept.
    let mut secrecy = review.browser("keeper");
    review.stage.world.clock.pass(6 * 60);
    let asked = step(&mut secrecy, &case, "review-confidentiality.agree", &CONFIDENTIALITY);
    assert_eq!(asked.status, 401, "{}", asked.body);
    let wrong = prove(&mut secrecy, &asked, "wrong");
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    review.stage.world.clock.pass(60);
    let moved = prove(&mut secrecy, &wrong, PASSWORD);
    assert_eq!(done(&moved), case);
    review.stage.world.settle();
    check_nobody_finds(&review, &stub, &case, &reference);

    // The officer lets it out, and everybody finds it.
    let mut officer = review.browser("officer");
    let out = step(&mut officer, &case, "publish.release", &[]);
    assert_eq!(done(&out), case);
    review.stage.world.settle();
    let mut anybody = review.browser("");
    let found = anybody.get("/search?q=qorvixine");
    let title = if lang == "zh" { "珂维烯膜" } else { "Qorvixine" };
    assert!(found.body.contains(&stub) && found.body.contains(title), "{}", found.body);
    let page = anybody.get(&format!("/technologies/{stub}"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&format!("/technologies/{stub}/enquiry")), "anybody may ask");
}

/// Sends the page that asks for a fresh proof, with everything that it carries.
fn prove(browser: &mut Browser, asked: &Answer, password: &str) -> Answer {
    let mut fields: Vec<(String, String)> = Vec::new();
    for part in
        asked.body.split("<input ").skip(1).filter(|part| part.starts_with("type=\"hidden\""))
    {
        let name = part.split("name=\"").nth(1).and_then(|rest| rest.split('"').next());
        let name = name.unwrap_or("").to_owned();
        if fields.iter().all(|(known, _)| *known != name) {
            fields.push((name.clone(), hidden(&asked.body, &name)));
        }
    }
    fields.push(("password".to_owned(), password.to_owned()));
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post("/account/proof", &fields)
}

#[test]
fn a_disclosure_is_reviewed_through_the_pages() {
    check_journey("en", "Review the content: Agree");
}

#[test]
fn a_disclosure_is_reviewed_through_the_pages_in_chinese() {
    check_journey("zh", "内容审查：同意");
}

#[test]
fn an_enquiry_is_sent_by_anybody_and_answered() {
    let review = Review::new("zh");
    let mut anybody = review.browser("");
    let address = format!("/technologies/{}/enquiry", review.stage.shown);
    let page = format!("/technologies/{}", review.stage.shown);
    assert!(anybody.get(&page).body.contains(&address), "the page leads to it");
    let refused =
        fill(&mut anybody, &address, &address, &[("name", "赵"), ("message", "多少钱？")]);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("多少钱？"), "what was typed comes back");
    let typed = [("name", "赵"), ("email", "zhao@testing.example"), ("message", "多少钱？")];
    let sent = fill(&mut anybody, &address, &address, &typed);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let thanks = anybody.get(sent.header("location"));
    assert!(thanks.body.contains("EQ-"), "{}", thanks.body);

    let mut officer = review.browser("officer");
    let list = officer.get("/cases").body;
    let at = list.find("/cases/cas_").expect("it waits for the officer");
    let case: String = list[at..].chars().take_while(|c| *c != '"').collect();
    assert!(officer.get(&case).body.contains("多少钱？"));
    let answered = step(&mut officer, &case, "answer.reply", &[("answer", "面议。")]);
    assert_eq!(done(&answered), case);
    assert!(officer.get(&case).body.contains("面议。"));
    assert!(officer.get("/cases.csv?view=all").body.contains("EQ-"));
    let mut rival = review.browser("rival");
    let hidden = rival.get(&case);
    assert_eq!(hidden.status, 404);
    let absent = base::CaseId::from_bits(77).to_string();
    assert_eq!(rival.get(&format!("/cases/{absent}")).status, 404);
}
