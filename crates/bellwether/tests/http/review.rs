//! A release review and an enquiry through the programming interface, by keys alone where keys are
//! enough, and refused where a decision needs a proof of identity given just now.

use crate::browser::{Answer, Browser};
use access::{Role, Scope};
use app::Asker;
use app::account::CreateToken;
use app::case::TakeStep;
use axum::body::Body;
use axum::http::Request;
use base::{CaseId, Label, Level, OrganisationId};
use serde_json::{Map, Value, json};
use worlds::World;

/// Somebody with a key of the programming interface; an empty secret is nobody.
struct Program<'w> {
    browser: Browser,
    world: &'w World,
    secret: String,
    asker: Asker,
    n_sent: usize,
}

impl<'w> Program<'w> {
    fn of(world: &'w World, asker: &Asker, scopes: &[Scope]) -> Self {
        let act = CreateToken {
            person: None,
            name: "a program".to_owned(),
            scopes: scopes.iter().copied().collect(),
            days: 30,
        };
        let secret = world.city.perform(asker, act).expect("a key").secret;
        Self { secret, asker: asker.clone(), ..Self::nobody(world) }
    }

    fn nobody(world: &'w World) -> Self {
        let (browser, asker) = (Browser::new(&world.city), Asker::nobody());
        Self { browser, world, secret: String::new(), asker, n_sent: 0 }
    }

    fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        if !self.secret.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.secret));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.browser.send(request.body(body).expect("a request"))
    }

    fn get(&mut self, path: &str) -> Value {
        let answer = self.ask("GET", path, &[], &Value::Null);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        read(&answer)
    }

    fn status(&mut self, path: &str) -> u16 {
        self.ask("GET", path, &[], &Value::Null).status
    }

    /// Sends a change with a key of its own.
    fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.n_sent += 1;
        let key = format!("k{}", self.n_sent);
        self.ask("POST", path, &[("idempotency-key", &key)], body)
    }

    fn done(&mut self, path: &str, body: &Value) -> Value {
        let answer = self.post(path, body);
        assert!(matches!(answer.status, 200 | 201), "{path}: {}", answer.body);
        read(&answer)
    }

    /// What is refused, as status, code of the first reason, and its field.
    fn refused(&mut self, path: &str, body: &Value) -> (u64, String, String) {
        let told = read(&self.post(path, body));
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let status = told["status"].as_u64().expect("a problem");
        (status, text(&told["code"]), text(&told["errors"][0]["field"]))
    }

    /// Takes a step as a program does: it reads what is asked, and answers that.
    fn step(&mut self, case: &str, step: &str, reason: &str) -> Value {
        let shown = self.get(&format!("/cases/{case}"));
        let body = self.stepping(&shown, step, reason);
        self.done(&format!("/cases/{case}/steps"), &body)
    }

    fn stepping(&self, shown: &Value, step: &str, reason: &str) -> Value {
        let offered = shown["offered"].as_array().expect("a list");
        let offered = offered.iter().find(|it| it["step"]["word"] == step);
        let offered = offered.unwrap_or_else(|| panic!("{step} is not offered: {shown}"));
        let mut answers = Map::new();
        for ask in offered["asks"].as_array().expect("a list") {
            let name = ask["ask"]["word"].as_str().expect("a word").to_owned();
            let schema = &ask["schema"];
            let answer = match ask["kind"].as_str().expect("a kind") {
                "checklist" => {
                    let items = schema["properties"].as_object().expect("items");
                    items.keys().map(|item| (item.clone(), json!("met"))).collect()
                }
                "choice" => schema["enum"][0].clone(),
                "text" if ask["required"] == true => json!("The pump is quiet."),
                _ => continue,
            };
            answers.insert(name, answer);
        }
        json!({
            "version": shown["version"],
            "task": offered["task"],
            "step": step,
            "answers": answers,
            "reason": reason,
        })
    }

    /// The same step with a proof of identity given just now, as the page takes it.
    fn step_freshly(&self, shown: &Value, step: &str) {
        let body = self.stepping(shown, step, "");
        let text = |name: &str| body[name].as_str().expect("a text").to_owned();
        let act = TakeStep {
            case: CaseId::parse(shown["id"].as_str().expect("an id")).expect("an id"),
            version: body["version"].as_u64().expect("a version"),
            task: text("task"),
            step: text("step"),
            answers: body["answers"].as_object().expect("answers").clone(),
            reason: String::new(),
            on_behalf_of: None,
            documents: Vec::new(),
        };
        self.world.city.perform(&self.asker, act).expect("a step with a fresh proof");
    }
}

fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no JSON: {}", answer.body))
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value}"))
}

const SCOPES: [Scope; 3] = [Scope::CasesRead, Scope::CasesWrite, Scope::TechnologiesRead];

fn disclosed(owner: OrganisationId, title: &str) -> Value {
    let content = json!({
        "title": { "en": title },
        "summary": { "en": "What it is good for." },
        "field": "materials",
        "inventors": [
            { "name": { "en": "Li" }, "share": "60" },
            { "name": { "en": "Wang" }, "share": "40" },
        ],
        "contact": { "email": "desk@testing.example" },
    });
    let disclosure = json!({
        "proposed": "public",
        "funding": "own",
        "prior_publication": "none",
        "third_parties": "none",
        "export": "on no list",
        "declared": true,
    });
    json!({ "owner": owner.to_string(), "content": content, "disclosure": disclosure })
}

/// Who takes part in a review, each with a key.
struct Cast<'w> {
    owner: OrganisationId,
    inventor: Program<'w>,
    reviewer: Program<'w>,
    secrecy: Program<'w>,
    officer: Program<'w>,
    rival: Program<'w>,
    nobody: Program<'w>,
}

impl<'w> Cast<'w> {
    fn of(world: &'w World) -> Self {
        let owner = world.organisation("Institute");
        let firm = world.organisation("Firm");
        let program =
            |name: &str, at, role| Program::of(world, &world.person(name, at, role), &SCOPES);
        Self {
            owner,
            inventor: program("inventor", owner, Role::Member),
            reviewer: program("reviewer", owner, Role::Reviewer),
            secrecy: program("secrecy", owner, Role::ConfidentialityOfficer),
            officer: program("officer", owner, Role::TransferOfficer),
            rival: program("rival", firm, Role::Reviewer),
            nobody: Program::nobody(world),
        }
    }

    /// Discloses once, though sent twice; the case and the technology.
    fn disclose(&mut self) -> (String, String) {
        let body = disclosed(self.owner, "Quiet pump");
        let once = [("idempotency-key", "once")];
        let first = self.inventor.ask("POST", "/disclosures", &once, &body);
        assert_eq!(first.status, 201, "{}", first.body);
        let again = self.inventor.ask("POST", "/disclosures", &once, &body);
        assert_eq!(first.body, again.body, "the first answer again");
        let opened = read(&first);
        let case = text(&opened, "id").to_owned();
        assert!(first.header("location").ends_with(&format!("/api/v1/cases/{case}")));
        (case, text(&opened, "technology").to_owned())
    }
}

#[test]
fn a_disclosure_is_refused_with_all_its_reasons() {
    let world = World::on(worlds::On::Sqlite).expect("SQLite is built in");
    let mut cast = Cast::of(&world);
    let body = disclosed(cast.owner, "Quiet pump");
    let (status, code, _) = cast.nobody.refused("/disclosures", &body);
    assert_eq!((status, code.as_str()), (401, "sign-in-required"));
    let unkeyed = cast.inventor.ask("POST", "/disclosures", &[], &body);
    assert_eq!((unkeyed.status, text(&read(&unkeyed), "code")), (400, "key-missing"));
    let mut odd = body.clone();
    odd["disclosure"]["declared"] = json!(false);
    odd["disclosure"]["funding"] = json!("");
    odd["content"]["title"] = json!({});
    let told = read(&cast.inventor.post("/disclosures", &odd));
    let fields: Vec<&str> =
        told["errors"].as_array().expect("reasons").iter().map(|it| text(it, "field")).collect();
    for field in ["content.title", "disclosure.funding", "disclosure.declared"] {
        assert!(fields.contains(&field), "{field}: {told}");
    }
    assert_eq!(cast.inventor.get("/cases")["data"], json!([]), "nothing was opened");
}

#[test]
fn a_case_is_not_there_for_others() {
    let world = World::on(worlds::On::Sqlite).expect("SQLite is built in");
    let mut cast = Cast::of(&world);
    let (case, _) = cast.disclose();
    let shown = cast.inventor.get(&format!("/cases/{case}"));
    assert_eq!(shown["review"]["content"]["title"]["en"], "Quiet pump");
    assert_eq!(shown["may"], json!({ "withdraw": true, "note": true }));
    assert_eq!(shown["offered"], json!([]), "the proposer reviews nothing");
    let absent = CaseId::from_bits(99).to_string();
    for path in [case.as_str(), text(&shown, "reference"), &absent] {
        assert_eq!(cast.rival.status(&format!("/cases/{path}")), 404);
        let step = json!({ "version": 1, "task": "review-content", "step": "agree" });
        let (status, code, _) = cast.rival.refused(&format!("/cases/{path}/steps"), &step);
        assert_eq!((status, code.as_str()), (404, "not-found"));
    }
    assert_eq!(cast.rival.get("/cases")["data"], json!([]));
    assert_eq!(cast.rival.get("/cases")["counts"], json!([]));
    assert_eq!(cast.nobody.status("/cases"), 401);
    // A withdrawn case is still there for its people, and has ended.
    let body = json!({ "version": shown["version"], "reason": "Too early." });
    let moved = cast.inventor.done(&format!("/cases/{case}/withdrawal"), &body);
    assert_eq!(text(&moved, "state"), "withdrawn");
}

/// The content is agreed: found among one's tasks, answered as asked.
fn agree_on_content(cast: &mut Cast<'_>, case: &str) {
    let reviewer = &mut cast.reviewer;
    let path = format!("/cases/{case}/steps");
    let tasks = reviewer.get("/tasks?which=mine");
    assert_eq!(tasks["counts"]["mine"], 1);
    assert_eq!(tasks["data"][0]["case"]["id"], case);
    let shown = reviewer.ask("GET", &format!("/cases/{case}"), &[], &Value::Null);
    let mut body = reviewer.stepping(&read(&shown), "agree", "");
    let answers = body["answers"].take();
    body["answers"] = json!({ "content": {} });
    let (status, code, field) = reviewer.refused(&path, &body);
    assert_eq!((status, code.as_str()), (422, "case-answer-missing"));
    assert!(field.starts_with("answers.content"), "{field}");
    body["answers"] = answers;
    body.as_object_mut().expect("an object").remove("version");
    let tag = shown.header("etag").to_owned();
    let headers = [("idempotency-key", "k"), ("if-match", tag.as_str())];
    let moved = reviewer.ask("POST", &path, &headers, &body);
    assert_eq!((moved.status, text(&read(&moved), "state")), (200, "content-agreed"));
    body["version"] = json!(1);
    let (status, code, _) = cast.secrecy.refused(&path, &body);
    assert_eq!((status, code.as_str()), (409, "case-version-conflict"));
}

/// Sent back and mended, with a note and a task taken up on the way.
fn send_back_and_mend(cast: &mut Cast<'_>, case: &str) {
    let secrecy = &mut cast.secrecy;
    let assignments = format!("/cases/{case}/assignments");
    secrecy.done(&format!("/cases/{case}/notes"), &json!({ "text": "Names to be checked." }));
    let app::Who::Person(me) = secrecy.asker.who else { panic!("a person") };
    let version = secrecy.get(&format!("/cases/{case}"))["version"].clone();
    let task = "review-confidentiality";
    let mut give = json!({ "version": version, "task": task, "to": me.to_string() });
    secrecy.done(&assignments, &give);
    let shown = secrecy.get(&format!("/cases/{case}"));
    assert_eq!(shown["tasks"][0]["assignee"]["id"], me.to_string());
    give["to"] = json!("nobody");
    let (_, code, field) = secrecy.refused(&assignments, &give);
    assert_eq!((code.as_str(), field.as_str()), ("id-unreadable", "to"));
    let moved = secrecy.step(case, "send-back", "Name the makers.");
    assert_eq!(text(&moved, "state"), "returned");
    let mut mended = disclosed(cast.owner, "Quieter pump");
    mended.as_object_mut().expect("an object").remove("owner");
    mended["version"] = moved["version"].clone();
    let moved = cast.inventor.done(&format!("/cases/{case}/amendment"), &mended);
    assert_eq!(text(&moved, "state"), "lodged", "both reviews are void");
    assert_eq!(text(&cast.reviewer.step(case, "agree", ""), "state"), "content-agreed");
}

/// A decision that needs a fresh proof: a key is told so, nothing moves, and the page can.
fn decide(program: &mut Program<'_>, case: &str, step: &str) {
    let shown = program.get(&format!("/cases/{case}"));
    let body = program.stepping(&shown, step, "");
    let (status, code, _) = program.refused(&format!("/cases/{case}/steps"), &body);
    assert_eq!((status, code.as_str()), (403, "case-fresh-proof-needed"));
    assert_eq!(program.get(&format!("/cases/{case}"))["version"], shown["version"]);
    program.step_freshly(&shown, step);
}

#[test]
fn a_disclosure_is_reviewed_by_keys_up_to_what_needs_a_fresh_proof() {
    let world = World::on(worlds::On::Sqlite).expect("SQLite is built in");
    let mut cast = Cast::of(&world);
    let (case, technology) = cast.disclose();
    agree_on_content(&mut cast, &case);
    send_back_and_mend(&mut cast, &case);
    decide(&mut cast.secrecy, &case, "agree");
    let hidden = cast.nobody.status(&format!("/technologies/{technology}"));
    assert_eq!(hidden, 404, "cleared is not released");
    decide(&mut cast.officer, &case, "release");

    let shown = cast.inventor.get(&format!("/cases/{case}"));
    assert_eq!((shown["ending"].as_str(), &shown["offered"]), (Some("granted"), &json!([])));
    assert_eq!(shown["review"]["released_as"], technology.as_str());
    let kinds: Vec<&str> =
        shown["moves"].as_array().expect("moves").iter().map(|it| text(it, "kind")).collect();
    let want = ["step", "step", "step", "step", "step", "assigned", "note", "step", "opened"];
    assert_eq!(kinds, want);
    let public = cast.nobody.get(&format!("/technologies/{technology}"));
    assert_eq!(public["content"]["title"]["en"], "Quieter pump");
    assert_eq!(public["content"]["inventors"][0]["share"], Value::Null, "shares stay inside");
    let figures = cast.officer.get("/processes/release-review/figures");
    let whole = figures["data"].as_array().expect("a list").iter().find(|it| it["task"].is_null());
    assert_eq!(whole.map(|it| &it["n"]), Some(&json!(1)), "{figures}");
}

#[test]
fn an_enquiry_needs_no_key_and_is_answered_by_one() {
    let world = World::on(worlds::On::Sqlite).expect("SQLite is built in");
    let owner = world.organisation("Institute");
    let asker = world.person("officer", owner, Role::TransferOfficer);
    let shown = world.technology(&asker, owner, "Quiet pump", Label::public());
    let hidden = world.technology(&asker, owner, "Loud pump", Label::at(Level::Members));
    let absent = base::TechnologyId::from_bits(99);
    let mut officer = Program::of(&world, &asker, &SCOPES);
    let firm = world.organisation("Firm");
    let member = world.person("member", firm, Role::FirmMember);
    let mut member = Program::of(&world, &member, &SCOPES);
    let mut nobody = Program::nobody(&world);
    let enquiry = json!({
        "name": "Zhao",
        "email": "zhao@testing.example",
        "message": "How loud is it?",
    });
    let path = format!("/technologies/{shown}/enquiries");

    // The header is what keeps other sites' pages from sending through a visitor's browser.
    let unkeyed = nobody.ask("POST", &path, &[], &enquiry);
    assert_eq!((unkeyed.status, text(&read(&unkeyed), "code")), (400, "key-missing"));
    let origin = [
        ("origin", "https://elsewhere.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "idempotency-key"),
    ];
    let asked_first = nobody.ask("OPTIONS", &path, &origin, &Value::Null);
    assert_eq!(asked_first.header("access-control-allow-origin"), "");
    assert!(asked_first.status >= 400, "{}", asked_first.status);

    let hidden = nobody.refused(&format!("/technologies/{hidden}/enquiries"), &enquiry);
    let absent = nobody.refused(&format!("/technologies/{absent}/enquiries"), &enquiry);
    assert_eq!((&hidden, hidden.0), (&absent, 404), "hidden is absent");
    let mut odd = enquiry.clone();
    odd["email"] = json!("");
    odd["message"] = json!(" ");
    let told = read(&nobody.post(&path, &odd));
    assert_eq!(told["status"], 422);
    assert_eq!(told["errors"].as_array().map(Vec::len), Some(2), "all reasons at once: {told}");
    let received = nobody.done(&path, &enquiry);
    assert_eq!(received["case"], Value::Null, "who is not known reads no case");
    let other = member.done(&path, &enquiry);
    let own = text(&other, "case").to_owned();
    assert_eq!(member.get(&format!("/cases/{own}"))["view"], "opener");

    let reference = text(&received, "reference").to_owned();
    assert_eq!(member.status(&format!("/cases/{reference}")), 404, "another's enquiry");
    let seen = officer.get(&format!("/cases/{reference}"));
    assert_eq!(seen["enquiry"]["email"], "zhao@testing.example");
    let case = text(&seen, "id").to_owned();
    assert_eq!(text(&officer.step(&case, "reply", ""), "state"), "answered");
    let (status, code, _) = officer.refused(
        &format!("/cases/{case}/steps"),
        &json!({ "version": 2, "task": "answer", "step": "reply" }),
    );
    assert_eq!((status, code.as_str()), (409, "case-ended"));

    // A key for reading changes nothing.
    let mut reader = Program::of(&world, &asker, &[Scope::CasesRead]);
    let (status, code, _) =
        reader.refused(&format!("/cases/{own}/notes"), &json!({ "text": "Seen." }));
    assert_eq!((status, code.as_str()), (403, "token-scope-missing"));

    // Lists go on behind their cursors, and count the whole.
    let open = reader.get("/cases?process=enquiry&open=true");
    assert_eq!(open["data"].as_array().map(Vec::len), Some(1));
    let first = reader.get(&format!("/cases?limit=1&technology={shown}"));
    let counts = json!([
        { "process": "enquiry", "state": "answered", "n": 1 },
        { "process": "enquiry", "state": "received", "n": 1 },
    ]);
    assert_eq!(first["counts"], counts);
    let after = text(&first["next"], "cursor").to_owned();
    let second = reader.get(&format!("/cases?limit=1&technology={shown}&after={after}"));
    assert_ne!(first["data"][0]["id"], second["data"][0]["id"]);
    assert_eq!(second["next"], Value::Null);
    for query in ["/cases?after=x", "/tasks?after=x", "/cases?state=lost", "/tasks?which=all"] {
        assert_eq!(reader.status(query), 422, "{query}");
    }
    assert_eq!(nobody.get("/processes")["data"].as_array().map(Vec::len), Some(4));
    assert_eq!(nobody.status("/processes/nothing"), 404);
    assert_eq!(nobody.status("/processes/enquiry/figures"), 401);
}
