//! One question, four ways in: the page, the programming interface, a calendar that is brought, and the
//! page at the instrument give the same problems to the byte.

use crate::auction::send;
use crate::browser::{Browser, hidden};
use crate::{Stage, stage};
use access::Scope;
use app::account::CreateToken;
use app::booking::{BookAsk, DeclareOutage, GrantQualification, SetBookingRules, Target};
use app::instrument::CreateInstrument;
use app::{Asker, City};
use axum::body::Body;
use axum::http::Request;
use base::{Bilingual, Instant, InstrumentId, OrganisationId, PersonId};
use calendar::{Grid, Hours, Weekdays, Zone};
use instruments::outage::Over;
use instruments::qualification::{Grade, Way};
use instruments::quota::{Measure, Period, Quota, Relief, What, Who};
use instruments::rules::{Approval, Layer};
use instruments::setting::Set;
use instruments::sheet::{Mode, Sheet};

/// Somebody who asks, on an instrument of their own.
struct Desk<'a> {
    city: &'a City,
    officer: &'a Asker,
    firm: &'a Asker,
    rival: &'a Asker,
    it: InstrumentId,
    start: Instant,
}

impl Desk<'_> {
    fn at(&self, minutes: i64) -> Instant {
        calendar::zone::plus_minutes(self.start, minutes)
    }

    fn book(&self, who: &Asker, from: i64, until: i64) {
        let ask = BookAsk::new(self.it, self.at(from), self.at(until));
        self.city.book(who, ask).expect("booked");
    }

    fn down(&self, from: i64, until: i64) {
        let span = (self.at(from), self.at(until));
        let act = DeclareOutage::new(self.it, "Repair", span, Over::Refuse);
        self.city.perform(self.officer, act).expect("declared");
    }

    fn grant(&self, grade: Grade, ends: Option<i64>, hours: Hours) {
        let act = GrantQualification {
            instrument: self.it,
            person: person(self.firm),
            grade,
            way: Way::Course,
            lives_days: 0,
            ends: ends.map(|minutes| self.at(minutes)),
            hours,
            reason: "Course".to_owned(),
        };
        self.city.perform(self.officer, act).expect("granted");
    }
}

fn person(asker: &Asker) -> PersonId {
    let app::Who::Person(person) = asker.who else { panic!("a person") };
    person
}

/// One question: what stands on the instrument, what was there before, how long, and what is wrong.
struct Case {
    name: &'static str,
    mode: Mode,
    seats: u32,
    rules: fn() -> Layer,
    before: fn(&Desk<'_>),
    minutes: i64,
    want: &'static [&'static str],
}

const PLAIN: Case = Case {
    name: "",
    mode: Mode::Bookings,
    seats: 1,
    rules: Layer::default,
    before: |_| (),
    minutes: 60,
    want: &[],
};

fn set<T>(value: T) -> Option<Set<T>> {
    Some(Set::open(value))
}

fn quota(who: Who, measure: Measure, period: Period, limit: u32) -> Layer {
    let (what, hours) = (What::Instrument, Hours::default());
    Layer {
        quotas: set(vec![Quota { who, what, measure, period, hours, limit }]),
        ..Layer::default()
    }
}

/// Every length is on the grid.
fn fine() -> Option<Set<Grid>> {
    set(Grid { start: 15, length: 1 })
}

static CASES: &[Case] = &[
    Case { name: "nothing is wrong", ..PLAIN },
    Case { name: "a hybrid one takes bookings", mode: Mode::Hybrid, ..PLAIN },
    Case { name: "a queue takes none", mode: Mode::Queue, want: &["no_bookings"], ..PLAIN },
    Case { name: "samples only", mode: Mode::Samples, want: &["no_bookings"], ..PLAIN },
    Case { name: "not shared", mode: Mode::NotShared, want: &["no_bookings"], ..PLAIN },
    Case { name: "it ends before it begins", minutes: -15, want: &["bad_span"], ..PLAIN },
    Case { name: "no length at all", minutes: 0, want: &["bad_span"], ..PLAIN },
    Case {
        name: "taken",
        before: |desk| desk.book(desk.rival, 30, 90),
        want: &["overlap"],
        ..PLAIN
    },
    Case { name: "taken right after", before: |desk| desk.book(desk.rival, 60, 120), ..PLAIN },
    Case {
        name: "cleaning of before",
        rules: || Layer { cleanup_minutes: set(30), ..Layer::default() },
        before: |desk| desk.book(desk.rival, 75, 120),
        want: &["overlap"],
        ..PLAIN
    },
    Case {
        name: "one of two seats",
        seats: 2,
        before: |desk| desk.book(desk.rival, 0, 60),
        ..PLAIN
    },
    Case {
        name: "both seats",
        seats: 2,
        before: |desk| {
            desk.book(desk.rival, 0, 60);
            desk.book(desk.officer, 0, 60);
        },
        want: &["over_capacity"],
        ..PLAIN
    },
    Case { name: "out of service", before: |desk| desk.down(30, 90), want: &["outage"], ..PLAIN },
    Case { name: "out of service later", before: |desk| desk.down(60, 90), ..PLAIN },
    Case {
        name: "taken and out of service",
        before: |desk| {
            desk.book(desk.rival, 0, 15);
            desk.down(30, 90);
        },
        want: &["overlap", "outage"],
        ..PLAIN
    },
    Case {
        name: "no project",
        rules: || Layer { needs_project: set(true), ..Layer::default() },
        want: &["project_missing"],
        ..PLAIN
    },
    Case {
        name: "no agreement",
        rules: || Layer { needs_agreement: set(true), ..Layer::default() },
        want: &["agreement_missing"],
        ..PLAIN
    },
    Case {
        name: "no training",
        rules: || Layer { trainings: set(vec!["safety".to_owned()]), ..Layer::default() },
        want: &["training_missing"],
        ..PLAIN
    },
    Case {
        name: "two trainings",
        rules: || Layer {
            trainings: set(vec!["laser".to_owned(), "safety".to_owned()]),
            ..Layer::default()
        },
        want: &["training_missing", "training_missing"],
        ..PLAIN
    },
    Case {
        name: "no qualification",
        rules: || Layer { needs_qualification: set(true), ..Layer::default() },
        want: &["not_qualified"],
        ..PLAIN
    },
    Case {
        name: "too low a qualification",
        rules: || Layer { needs_qualification: set(true), ..Layer::default() },
        before: |desk| desk.grant(Grade::Supervised, None, Hours::default()),
        want: &["not_qualified"],
        ..PLAIN
    },
    Case {
        name: "a qualification that ends too early",
        rules: || Layer { needs_qualification: set(true), ..Layer::default() },
        before: |desk| desk.grant(Grade::Full, Some(30), Hours::default()),
        want: &["not_qualified"],
        ..PLAIN
    },
    Case {
        name: "a qualification for the night",
        rules: || Layer { needs_qualification: set(true), ..Layer::default() },
        before: |desk| {
            desk.grant(Grade::OfficeHours, None, Hours::daily(Weekdays::ALL, 1_200, 1_320));
        },
        want: &["not_qualified"],
        ..PLAIN
    },
    Case {
        name: "a good qualification",
        rules: || Layer { needs_qualification: set(true), ..Layer::default() },
        before: |desk| desk.grant(Grade::Full, None, Hours::default()),
        ..PLAIN
    },
    Case {
        name: "too soon",
        rules: || Layer { notice_minutes: set(120), ..Layer::default() },
        want: &["too_soon"],
        ..PLAIN
    },
    Case { name: "off the grid", minutes: 50, want: &["off_grid"], ..PLAIN },
    Case {
        name: "off the grid and too short",
        minutes: 10,
        want: &["off_grid", "too_short"],
        ..PLAIN
    },
    Case {
        name: "too short",
        rules: || Layer { grid: fine(), least_minutes: set(90), ..Layer::default() },
        want: &["too_short"],
        ..PLAIN
    },
    Case {
        name: "too long",
        rules: || Layer { most_minutes: set(30), ..Layer::default() },
        want: &["too_long"],
        ..PLAIN
    },
    Case {
        name: "too short and too long at once",
        rules: || Layer { least_minutes: set(90), most_minutes: set(30), ..Layer::default() },
        want: &["too_short", "too_long"],
        ..PLAIN
    },
    Case {
        name: "long in quiet hours",
        rules: || Layer {
            most_minutes: set(30),
            relief: set(vec![Relief::Daily { from: 0, to: 1_440 }]),
            ..Layer::default()
        },
        ..PLAIN
    },
    Case {
        name: "closed",
        rules: || Layer {
            hours: set(Hours::daily(Weekdays::ALL, 1_200, 1_320)),
            ..Layer::default()
        },
        want: &["outside_hours"],
        ..PLAIN
    },
    Case {
        name: "over midnight",
        rules: || Layer { over_midnight: set(false), ..Layer::default() },
        minutes: 16 * 60,
        want: &["crosses_midnight"],
        ..PLAIN
    },
    Case {
        name: "an own booking too near",
        rules: || Layer { gap_minutes: set(120), ..Layer::default() },
        before: |desk| desk.book(desk.firm, 120, 180),
        want: &["gap_after"],
        ..PLAIN
    },
    Case {
        name: "once a day",
        rules: || Layer { day_count: set(1), ..Layer::default() },
        before: |desk| desk.book(desk.firm, 120, 180),
        want: &["day_count"],
        ..PLAIN
    },
    Case {
        name: "one ahead",
        rules: || Layer { future_count: set(1), ..Layer::default() },
        before: |desk| desk.book(desk.firm, 48 * 60, 49 * 60),
        want: &["future_count"],
        ..PLAIN
    },
    Case {
        name: "ninety minutes ahead",
        rules: || Layer { future_minutes: set(90), ..Layer::default() },
        before: |desk| desk.book(desk.firm, 48 * 60, 49 * 60),
        want: &["future_time"],
        ..PLAIN
    },
    Case {
        name: "a quota of minutes",
        rules: || quota(Who::Person, Measure::Minutes, Period::Future, 90),
        before: |desk| desk.book(desk.firm, 48 * 60, 49 * 60),
        want: &["quota"],
        ..PLAIN
    },
    Case {
        name: "a quota of the firm, used by a colleague",
        rules: || quota(Who::Organisation, Measure::Bookings, Period::Day, 1),
        before: |desk| desk.book(desk.rival, 120, 180),
        want: &["quota"],
        ..PLAIN
    },
    Case {
        name: "everything at once",
        rules: || Layer {
            needs_project: set(true),
            needs_qualification: set(true),
            trainings: set(vec!["safety".to_owned()]),
            notice_minutes: set(120),
            least_minutes: set(90),
            most_minutes: set(30),
            approval: set(Approval::Always),
            ..Layer::default()
        },
        before: |desk| desk.down(30, 90),
        minutes: 50,
        want: &[
            "outage",
            "project_missing",
            "training_missing",
            "not_qualified",
            "too_soon",
            "off_grid",
            "too_short",
            "too_long",
        ],
        ..PLAIN
    },
];

/// What a page says about problems, as programs read it.
fn problems(page: &str) -> String {
    let found = page.split("data-problems=\"").nth(1).and_then(|rest| rest.split('"').next());
    let text = found.unwrap_or_else(|| panic!("no problems in {page}"));
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn by_page(browser: &mut Browser, it: InstrumentId, (from, until): (&str, &str)) -> String {
    let form = browser.get(&format!("/instruments/{it}/bookings/new?lang=en")).body;
    let values = [("start", from), ("end", until), ("do", "check")];
    let (_, body) = send(browser, &form, &format!("/instruments/{it}/bookings"), &values);
    problems(&body)
}

fn by_interface(
    browser: &mut Browser,
    key: &str,
    it: InstrumentId,
    (from, until): (Instant, Instant),
) -> String {
    let body = serde_json::json!({
        "start": from.rfc3339(), "end": until.rfc3339(), "dry_run": true,
    });
    let path = format!("/api/v1/instruments/{it}/bookings");
    let request = Request::post(&path)
        .header("authorization", format!("Bearer {key}"))
        .header("idempotency-key", format!("{it}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .expect("a request");
    let answer = browser.send(request);
    assert!(answer.status < 300, "{}", answer.body);
    let from = answer.body.find("\"problems\":").expect("problems") + "\"problems\":".len();
    let until = answer.body[from..].find(",\"warnings\"").expect("warnings after them");
    answer.body[from..from + until].to_owned()
}

fn by_calendar(
    browser: &mut Browser,
    it: InstrumentId,
    (from, until): (Instant, Instant),
) -> String {
    let page = browser.get(&format!("/instruments/{it}/bookings/import?lang=en")).body;
    let (token, key) = (hidden(&page, "csrf_token"), hidden(&page, "idempotency_key"));
    let mut body = String::new();
    for (name, value) in [("csrf_token", token.as_str()), ("idempotency_key", &key)] {
        let head = format!("content-disposition: form-data; name=\"{name}\"");
        body += &format!("--edge\r\n{head}\r\n\r\n{value}\r\n");
    }
    let (from, until) = (calendar::ical::write::utc(from), calendar::ical::write::utc(until));
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:{from}\r\n\
         DTEND:{until}\r\nSUMMARY:Powder\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let head = "content-disposition: form-data; name=\"file\"; filename=\"bookings.ics\"";
    body += &format!("--edge\r\n{head}\r\n\r\n{text}\r\n--edge--\r\n");
    let request = Request::post(format!("/instruments/{it}/bookings/import"))
        .header("content-type", "multipart/form-data; boundary=edge")
        .header("origin", "http://127.0.0.1:8080")
        .body(Body::from(body))
        .expect("a request");
    let answer = browser.send(request);
    assert_eq!(answer.status, 200, "{}", answer.body);
    match answer.body.contains("1 of 1 can be booked") {
        true => "[]".to_owned(),
        false => problems(&answer.body),
    }
}

/// The page at the instrument books what can be booked: so it is asked last, and gives it up.
fn at_the_door(browser: &mut Browser, it: InstrumentId, until: &str) -> String {
    let here = format!("/kiosk/{it}/booking");
    // Where nothing can be booked there is no form: a program sends one all the same.
    let form = browser.get(&format!("/instruments/{it}/bookings/new?lang=en")).body;
    let (token, key) = (hidden(&form, "csrf_token"), hidden(&form, "idempotency_key"));
    let fields = [("csrf_token", token.as_str()), ("idempotency_key", &key), ("until", until)];
    let done = browser.post(&here, &fields);
    let (status, body) = (done.status, done.body);
    match status {
        303 => "[]".to_owned(),
        _ => problems(&body),
    }
}

fn entered(stage: &Stage, officer: &Asker, unit: OrganisationId, case: &Case) -> InstrumentId {
    let app::Who::Person(own) = officer.who else { panic!("a person") };
    let sheet = Sheet {
        name: Bilingual::new(case.name, ""),
        mode: case.mode,
        seats: case.seats,
        operators: vec![own],
        ..Sheet::default()
    };
    let act = CreateInstrument { owner: unit, is_hidden: false, sheet };
    stage.world.city.perform(officer, act).expect("entered").instrument
}

#[test]
fn forty_cases_are_answered_alike_on_four_ways() {
    let stage = stage();
    let city = &stage.world.city;
    assert_eq!(CASES.len(), 40);
    let unit = city.organisation_named("Owner institute").expect("known");
    let asker = |name: &str| {
        let email = format!("{name}@testing.example");
        Asker::person(city.person_named(&email).expect("known"))
    };
    let (officer, firm, rival) = (asker("officer"), asker("firm"), asker("member"));
    let scopes = [Scope::InstrumentsRead, Scope::InstrumentsWrite].into_iter().collect();
    let act = CreateToken { person: None, name: "program".to_owned(), scopes, days: 1 };
    let key = city.perform(&firm, act).expect("a key").secret;
    let zone = Zone::china();
    let (mut browser, mut program) = (stage.browser("firm"), Browser::new(city));
    for case in CASES {
        let it = entered(&stage, &officer, unit, case);
        // On the steps of a quarter, some minutes from now: what the page at the instrument begins with.
        let quarter = 15 * 60_000_000;
        let start = Instant::from_micros((city.now().micros() / quarter + 1) * quarter);
        let desk = Desk { city, officer: &officer, firm: &firm, rival: &rival, it, start };
        // What was booked before was booked under no rules.
        (case.before)(&desk);
        let (target, rules) = (Target::Instrument(it), (case.rules)());
        let act = SetBookingRules { target, version: 0, rules };
        city.perform(&officer, act).expect("set");
        let end = desk.at(case.minutes);
        let wall = |at: Instant| {
            let wall = zone.civil(at);
            format!("{} {:02}:{:02}", wall.date(), wall.hour(), wall.minute())
        };
        let (from, until) = (wall(start), wall(end));
        let page = by_page(&mut browser, it, (&from, &until));
        let interface = by_interface(&mut program, &key, it, (start, end));
        let read: serde_json::Value = serde_json::from_str(&page).expect("a list");
        let codes: Vec<&str> = read
            .as_array()
            .expect("a list")
            .iter()
            .map(|problem| problem["code"].as_str().expect("a code"))
            .collect();
        assert_eq!(codes, case.want, "{}", case.name);
        assert_eq!(interface, page, "{}: the interface", case.name);
        assert_eq!(by_calendar(&mut browser, it, (start, end)), page, "{}: calendar", case.name);
        assert_eq!(at_the_door(&mut browser, it, &until), page, "{}: the door", case.name);
        stage.world.clock.pass(20);
    }
}
