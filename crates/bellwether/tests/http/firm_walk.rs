//! A firm at an institute's instruments and laboratory, from link to link and form to form: it finds by
//! what it wants measured, is told what training is missing, takes it, books, checks in at the kiosk, is
//! charged with its voucher, disputes a line; a sample goes from request to rated result; and the figures
//! of the owner and of the city move. Each page is fetched in Chinese too.

use crate::browser::Browser;
use crate::contract::resend;
use crate::stage;
use crate::voucher::voucher;
use access::Role;
use app::instrument::CreateInstrument;
use base::Bilingual;
use instruments::capability::{Capability, Range};
use instruments::sheet::Sheet;

/// Fetches a page in both languages; the English one is given back.
fn page(browser: &mut Browser, address: &str) -> String {
    let in_lang = |lang: &str| look::address::and(address, "lang", lang);
    let chinese = browser.get(&in_lang("zh"));
    assert_eq!(chinese.status, 200, "{address}: {}", chinese.body);
    assert!(chinese.body.contains("lang=\"zh"), "{address}");
    let english = browser.get(&in_lang("en"));
    assert_eq!(english.status, 200, "{address}");
    english.body
}

/// Sends a form of a page with what it holds and these changes, and expects to be led on; where to.
fn done(browser: &mut Browser, at: &str, to: &str, changes: &[(&str, &str)]) {
    let shown = page(browser, at);
    let (status, body) = resend(browser, &shown, to, changes);
    assert_eq!(status, 303, "{to} {changes:?}: {body}");
}

/// The first link of a page that begins so.
fn link(body: &str, prefix: &str) -> String {
    let found = body.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
    let found = found.into_iter().find(|it| it.starts_with(prefix));
    found.unwrap_or_else(|| panic!("{prefix}: {body}")).replace("&amp;", "&")
}

fn holds(body: &str, texts: &[&str]) {
    for text in texts {
        assert!(body.contains(text), "{text}: {body}");
    }
}

#[test]
fn a_firm_walks_from_a_question_to_its_results() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let firm = city.organisation_named("Other institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    world.person("deputy", owner, Role::TransferOfficer);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let sheet = Sheet {
        name: Bilingual::new("Coordinate measuring machine", "三坐标测量机"),
        training: Bilingual::new("Two hours with the staff.", "机组培训两小时。"),
        notice: Bilingual::new("Gloves on.", "请戴手套。"),
        capabilities: vec![Capability {
            parameter: Bilingual::new("Geometry", "几何尺寸"),
            object: Bilingual::new("Machined parts", "机加工零件"),
            range: Range { from: "0".into(), to: "1200".into(), unit: "mm".into() },
            ..Capability::default()
        }],
        ..Sheet::default()
    };
    let act = CreateInstrument { owner, is_hidden: false, sheet };
    let id = city.perform(&keeper, act).expect("entered").instrument;
    let here = format!("/instruments/{id}");
    let at = |part: &str| format!("{here}/{part}");
    let voucher = voucher(&stage.world, (owner, firm), (30_000, 90_000));
    let mut unit = stage.browser("keeper");
    let mut user = stage.browser("firm");

    // The institute says what a user needs, what an hour costs, and what it tests.
    let rules = [
        ("needs_qualification", "yes"),
        ("needs_notice", "yes"),
        ("trainings", "safety"),
        ("hours", "1-7 00:00-24:00"),
    ];
    done(&mut unit, &at("rules"), &at("rules"), &rules);
    holds(&page(&mut user, &at("rules")), &["Monday–Sunday 00:00–24:00", "safety"]);
    let today = base::WorkingDays::china().date(city.now()).to_string();
    let price = [("class", "external"), ("from", today.as_str()), ("price", "60")];
    done(&mut unit, &at("tariffs"), &at("tariffs"), &price);
    let test = [
        ("object.en", "Machined parts"),
        ("object.zh", "机加工零件"),
        ("parameter.en", "Geometry"),
        ("parameter.zh", "几何尺寸"),
        ("price", "120"),
        ("usual_days", "5"),
    ];
    let (owner_id, machine) = (owner.to_string(), id.to_string());
    let test: Vec<(&str, &str)> = test
        .into_iter()
        .chain([("unit", owner_id.as_str()), ("instruments", machine.as_str())])
        .collect();
    done(&mut unit, "/services/new", "/services", &test);
    let before = page(&mut unit, "/machine-hours");

    // From the front page to the instrument, by what is to be measured.
    assert_eq!(link(&page(&mut user, "/"), "/share"), "/share");
    let share = page(&mut user, "/share");
    let list = link(&share, "/instruments");
    for own in ["/bookings", "/service-orders", "/uses", "/statements", "/vouchers"] {
        assert_eq!(link(&share, own), own);
    }
    // Words that no instrument has are told, and hide none that has the others.
    let found = page(&mut user, &format!("{list}?q=geometry+of+zirconium"));
    holds(&found, &["No instrument is described with all of your words.", here.as_str()]);
    let found = page(&mut user, &format!("{list}?q=zirconium"));
    holds(&found, &["No instrument fits", "Show all instruments", "href=\"/services\""]);
    let found = page(&mut user, &format!("{list}?q=geometry"));
    assert!(!found.contains("all of your words"));
    assert_eq!(link(&found, "/instruments/ins_"), here);
    let shown = page(&mut user, &here);
    holds(&shown, &["Coordinate measuring machine", "Geometry", "Two hours with the staff."]);
    let week = page(&mut user, &link(&shown, &at("week")));
    holds(&week, &["Book the next free time:", "This instrument asks for training."]);

    // What is missing is told at once, each with its way; the institute's desk knows who asks.
    let form = link(&week, &at("bookings/new"));
    let bookings = at("bookings");
    let shown = page(&mut user, &form);
    let (status, body) = resend(&mut user, &shown, &bookings, &[("project", "Blades")]);
    assert_eq!(status, 422, "{body}");
    holds(&body, &["“safety” is missing", "A qualification for this instrument is needed"]);
    let training = link(&body, &at("qualifications"));
    done(&mut user, &training, &at("notice"), &[]);
    for _ in 0..2 {
        done(&mut user, &training, &at("training-requests"), &[]);
    }
    holds(&page(&mut user, &training), &["Asked for", "You have read it."]);
    let desk = page(&mut unit, "/desk");
    holds(&desk, &["2 wishes to be trained"]);
    assert!(!page(&mut user, "/desk").contains("to be trained"));
    for _ in 0..2 {
        let asked = page(&mut unit, &training);
        let form = link(&asked, &format!("{training}/new?person="));
        done(&mut unit, &form, &training, &[("do", "grant"), ("reason", "Trained on Monday")]);
    }
    assert!(!page(&mut unit, "/desk").contains("to be trained"));
    holds(&page(&mut user, &training), &["You have everything that is needed"]);

    // Booked, checked in with the voucher, ended after the hour.
    let form = link(&page(&mut user, &at("week")), &at("bookings/new"));
    done(&mut user, &form, &bookings, &[("project", "Blades")]);
    holds(&page(&mut user, "/bookings"), &["Coordinate measuring machine", "Confirmed"]);
    holds(&page(&mut user, "/desk"), &["1 booking of yours"]);
    let booked = link(&page(&mut user, "/bookings"), "/bookings/bkg_");
    let booked = page(&mut user, &booked);
    holds(&booked, &["When you stand at the instrument", "Cancel the booking"]);
    world.clock.pass(900);
    let mut user = stage.browser("firm");
    let kiosk = link(&page(&mut user, &here), "/kiosk/");
    holds(&page(&mut user, &kiosk), &["Your booking, which this takes up", "/bookings/bkg_"]);
    done(&mut user, &kiosk, &kiosk, &[("project", "Blades"), ("voucher", &voucher)]);
    world.clock.pass(3_600);
    let (mut user, mut unit) = (stage.browser("firm"), stage.browser("keeper"));
    let running = page(&mut user, &kiosk);
    let end = link(&running.replace("action=", "href="), "/uses/");
    done(&mut user, &kiosk, &end, &[]);
    let use_ = page(&mut user, end.trim_end_matches("/end"));
    holds(&use_, &["Blades", "Voucher", "¥60.00", "-¥30.00", "¥30.00"]);

    // A line is disputed; somebody else of the institute sees it on the desk and decides.
    let charge = link(&use_, "/charges/");
    let disputes = format!("{charge}/disputes");
    // A form without a reason says so once above the form and once at its field.
    let empty = [("wish", "waive"), ("reason", "")];
    let shown = page(&mut user, &charge);
    let (status, body) = resend(&mut user, &shown, &disputes, &empty);
    assert_eq!((status, body.matches("id=\"error-summary\"").count()), (422, 1), "{body}");
    let wish = [("wish", "waive"), ("reason", "The table stuck")];
    done(&mut user, &charge, &disputes, &wish);
    holds(&page(&mut user, &charge), &["In dispute", "The table stuck"]);
    let mut deputy = stage.browser("deputy");
    let line = link(&page(&mut deputy, "/desk"), "/charges/");
    assert_eq!(line, charge);
    let decline = [("do", "decline"), ("note", "It ran")];
    done(&mut deputy, &charge, &format!("{charge}/decisions"), &decline);
    holds(&page(&mut user, &charge), &["Posted", "It ran"]);
    let statement = link(&page(&mut user, "/statements"), "/statements/org");
    holds(&page(&mut user, &statement), &["¥30.00"]);

    // A sample, from the request to the rated result.
    let found = page(&mut user, "/services?q=geometry");
    let item = page(&mut user, &link(&found, "/services/tit_"));
    let form = link(&item, "/service-orders/new");
    let asked = [("samples.0.label", "Blade"), ("samples.0.count", "2"), ("voucher", &voucher)];
    done(&mut user, &form, "/service-orders", &asked);
    let order = link(&page(&mut user, "/service-orders"), "/service-orders/svo_");
    let order = order.split('#').next().expect("an address").to_owned();
    holds(&page(&mut user, &order), &["¥240.00", "The laboratory is next."]);
    holds(&page(&mut unit, "/desk"), &["1 order waits for your unit"]);
    let work = format!("{order}/work");
    done(&mut unit, &order, &work, &[("step", "accept")]);
    done(&mut unit, &order, &work, &[("step", "receive"), ("stands", "Shelf 3")]);
    done(&mut unit, &order, &work, &[("step", "start")]);
    done(&mut unit, &order, &work, &[("step", "finish")]);
    let mut bytes: &[u8] = b"%PDF-1.7\ngeometry\n%%EOF\n";
    let got = city.receive_all("report.pdf", &mut bytes).expect("received");
    let file = city.keep_received(&keeper, &got).expect("kept").file.to_string();
    let report = [("step", "report"), ("document", file.as_str())];
    done(&mut unit, &order, &format!("{order}/reports"), &report);
    done(&mut unit, &order, &work, &[("step", "clear")]);
    holds(&page(&mut user, "/desk"), &["1 order waits for your organisation"]);
    let rated = [("step", "close"), ("opinion", "very-content"), ("word", "Quick.")];
    done(&mut user, &order, &format!("{order}/answers"), &rated);
    holds(
        &page(&mut user, &order),
        &["report.pdf", "Closed", "Very content", "Quick.", "-¥120.00"],
    );

    // The figures moved: of the owner, and the same for the city.
    let after = page(&mut unit, "/machine-hours");
    assert!(!before.contains("Coordinate measuring machine"), "{before}");
    let mut agency = stage.browser("agency");
    for figures in [after, page(&mut agency, "/machine-hours")] {
        holds(&figures, &["Coordinate measuring machine", "1.0", "¥300.00"]);
    }
    holds(&page(&mut user, &here), &["1 h"]);
    holds(&page(&mut user, "/vouchers"), &["¥750.00"]);
    assert_eq!(city.check_books().expect("checked"), []);
}
