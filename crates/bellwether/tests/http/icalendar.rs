//! Calendars as the programs of others read them: `ical.js` of the npm registry, run by node in a folder
//! named by `BELLWETHER_TEST_ICAL`.

use crate::stage;
use access::Role;
use app::booking::{BookAsk, CancelBooking, MakeCalendarLink, MoveBooking};
use app::instrument::CreateInstrument;
use base::{Bilingual, Instant};
use instruments::sheet::Sheet;
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// Where the reader is, or nothing after having said so.
fn reader() -> Option<String> {
    let folder = std::env::var("BELLWETHER_TEST_ICAL").unwrap_or_default();
    match folder.as_str() {
        "unreachable" => eprintln!("not run: the registry of ical.js was not reachable"),
        "" => testkit::skipped("ical.js absent"),
        _ => return Some(folder),
    }
    None
}

/// What the reader understood of a text, and what it complained of.
fn understood(folder: &str, text: &str) -> (Vec<String>, Vec<Value>) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/icalendar.mjs");
    let mut child = Command::new("node")
        .args([script, folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs the reader");
    let mut pipe = child.stdin.take().expect("piped");
    pipe.write_all(text.as_bytes()).expect("it reads");
    drop(pipe);
    let done = child.wait_with_output().expect("it ends");
    let told: Value = serde_json::from_slice(&done.stdout).expect("it says what it understood");
    let faults: Vec<String> = serde_json::from_value(told["faults"].clone()).expect("a list");
    assert_eq!(done.status.success(), faults.is_empty());
    (faults, told["events"].as_array().expect("a list").clone())
}

#[test]
fn a_program_that_others_made_understands_every_calendar() {
    let Some(folder) = reader() else { return };
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let unit = world.organisation("Institute of Powders");
    let keeper = world.person("feedkeeper", unit, Role::TransferOfficer);
    let ada = world.person("feedada", unit, Role::Member);
    let name = "高分辨率透射电子显微镜与能谱、电子能量损失谱联用分析系统；含冷冻样品台, “原位”加热\\拉伸附件🔬（第二实验楼）".repeat(2);
    let sheet = Sheet {
        name: Bilingual::new("Microscope; with \"cold\" stage, C:\\new", &name),
        ..Sheet::default()
    };
    let act = CreateInstrument { owner: unit, is_hidden: false, sheet };
    let it = city.perform(&keeper, act).expect("entered").instrument;
    let hour = 3_600 * 1_000_000;
    let start = Instant::from_micros((city.now().micros() / hour + 25) * hour);
    let purposes = [
        "粉末，\n第二行; a,b\\c",
        "",
        "A purpose in one line that is longer than what fits into a single line of a calendar file, so",
        "🧪🧪🧪样品😀",
    ];
    for n in 0..40_i64 {
        let from = start.plus_seconds(n * 3_600);
        let ask = BookAsk {
            purpose: purposes[usize::try_from(n).expect("small") % purposes.len()].to_owned(),
            ..BookAsk::new(it, from, from.plus_seconds(3_600))
        };
        let done = city.book(&ada, ask).expect("booked");
        if n % 7 == 0 {
            let act = CancelBooking::new(done.booking, 1, "");
            city.perform(&ada, act).expect("given up");
        } else if n % 5 == 0 {
            let to = (from, from.plus_seconds(1_800));
            city.perform(&ada, MoveBooking::new(done.booking, 1, to)).expect("moved");
        }
    }
    let mut nobody = stage.browser("");
    let mut n_events = 0;
    for (who, instrument) in [(&ada, None), (&ada, Some(it)), (&keeper, Some(it))] {
        let act =
            MakeCalendarLink { name: "Phone".to_owned(), instrument, unit: None, is_duty: false };
        let made = city.perform(who, act).expect("made");
        let text = nobody.get(&format!("/calendars/{}", made.secret)).body;
        let (faults, events) = understood(&folder, &text);
        assert_eq!(faults, Vec::<String>::new());
        let calendar = city.calendar(&made.secret).expect("read");
        assert_eq!(events.len(), calendar.bookings.len());
        for view in &calendar.bookings {
            let booking = &view.booking;
            let found = events.iter().find(|event| event["uid"] == booking.id.to_string());
            let event = found.expect("every booking is an event");
            assert_eq!(event["sequence"], booking.sequence);
            assert_eq!(event["start"], booking.span.start().micros() / 1_000_000);
            assert_eq!(event["end"], booking.span.end().micros() / 1_000_000);
            assert_eq!(event["description"], booking.purpose);
            assert_eq!(event["status"] == "CANCELLED", !booking.state.holds_time(), "{event}");
            if instrument.is_none() {
                assert_eq!(event["summary"], view.instrument.best(calendar.lang).0);
            }
        }
        n_events += events.len();
        if instrument.is_none() {
            faults_are_noticed(&folder, &text);
        }
    }
    assert!(n_events >= 100, "{n_events} events");
}

/// The reader finds what is planted, so that its silence means something.
fn faults_are_noticed(folder: &str, text: &str) {
    let planted = [
        text.replacen("UID:", "X-UID:", 1),
        text.replacen("\r\n ", "", 1),
        text.replacen("DTSTART:2", "DTSTART:X", 1),
        text.replacen("END:VEVENT\r\n", "", 1),
        text.replacen("STATUS:CONFIRMED", "STATUS:PERHAPS", 1),
        text.replace("\r\n", "\n"),
        text.replacen("SEQUENCE:", "SEQUENCE:-", 1),
    ];
    for (n, text) in planted.iter().enumerate() {
        assert!(!understood(folder, text).0.is_empty(), "fault {n} was not noticed");
    }
}
