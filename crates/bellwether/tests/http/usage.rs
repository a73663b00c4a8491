//! A firm uses an instrument: the price is set, the use begins and ends at the instrument, a voucher
//! pays a part, the statement shows it, a dispute changes it, the year's hours move; both languages.

use crate::browser::{done, link, send};
use crate::stage;
use crate::voucher::voucher;
use access::Role;
use app::instrument::CreateInstrument;
use base::Bilingual;
use instruments::sheet::Sheet;

#[test]
fn a_firm_uses_an_instrument_and_pays_with_its_voucher() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let firm = city.organisation_named("Other institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    world.person("deputy", owner, Role::TransferOfficer);
    let sheet = Sheet {
        name: Bilingual::new("Electron microscope", "电子显微镜"),
        ..Sheet::default()
    };
    let act = CreateInstrument { owner, is_hidden: false, sheet };
    let id = city.perform(&keeper, act).expect("entered").instrument;
    let mut unit = stage.browser("keeper");
    let mut user = stage.browser("firm");

    // The unit sets a price; a text that is no price is refused beside its field.
    let prices = format!("/instruments/{id}/tariffs");
    let page = format!("{prices}?lang=en");
    assert!(!user.get(&page).body.contains("Set the price"));
    let wrong = [("class", "external"), ("from", "2026-03-02"), ("price", "sixty")];
    let (status, body) = send(&mut unit, &page, &prices, &wrong);
    assert!(status == 422 && body.contains("price"), "{status} {body}");
    // A price that is left out is not nothing, and what was typed half is not left out in silence.
    let half = [
        ("class", "external"),
        ("from", "2026-03-02"),
        ("late_amount", "50"),
        ("evening_off", "10%"),
    ];
    let (status, body) = send(&mut unit, &page, &prices, &half);
    assert_eq!(status, 422, "{body}");
    assert_eq!(body.matches("Fill in the").count(), 8, "in the summary and at each field: {body}");
    let long = "x".repeat(10_000);
    let wrong = [("class", long.as_str()), ("from", "2026-03-02"), ("price", "60")];
    assert_eq!(send(&mut unit, &page, &prices, &wrong).0, 422);
    let today = base::WorkingDays::china().date(city.now()).to_string();
    let values = [
        ("class", "external"),
        ("way", "own"),
        ("mode", "usage"),
        ("unit", "hour"),
        ("from", today.as_str()),
        ("price", "60"),
        ("rest_off", "25%"),
        ("late_hours", "3"),
    ];
    done(&mut unit, &page, &prices, &values);
    let shown = user.get(&page).body;
    assert!(shown.contains("¥60.00") && shown.contains("25%"), "{shown}");
    assert!(user.get(&format!("{prices}?lang=zh")).body.contains("收费标准"));

    // The office gives the firm a voucher.
    let voucher = voucher(world, (owner, firm), (3_000, 9_000));
    assert!(user.get("/vouchers?lang=en").body.contains("Innovation 2026"));

    // At the instrument: a stranger is asked to sign in, the user begins and ends.
    let kiosk = format!("/kiosk/{id}");
    let page = format!("{kiosk}?lang=en");
    let mut nobody = stage.browser("");
    assert!(nobody.get(&page).body.contains("Sign in on your phone"));
    assert!(nobody.get(&format!("{kiosk}/label?lang=zh")).body.contains("<svg"));
    done(&mut user, &page, &kiosk, &[("project", "Alloys"), ("voucher", &voucher)]);
    let shown = user.get(&page).body;
    assert!(shown.contains("In use") && !shown.contains("Begin now"), "{shown}");
    assert!(!nobody.get(&page).body.contains("firm"), "names are not for strangers");
    world.clock.pass(3_600);
    // An hour later the session is over.
    let (mut user, mut unit) = (stage.browser("firm"), stage.browser("keeper"));
    let mut deputy = stage.browser("deputy");
    let end = link(&shown.replace("action=", "href="), "/uses/").to_owned();
    done(&mut user, &page, &end, &[]);
    let use_ = end.trim_end_matches("/end").to_owned();
    let shown = user.get(&format!("{use_}?lang=en")).body;
    assert!(shown.contains("Over"), "{shown}");
    let charge = link(&shown, "/charges/").to_owned();
    let line = user.get(&format!("{charge}?lang=en")).body;
    for text in ["List price", "Voucher", "Alloys", "Something is wrong?"] {
        assert!(line.contains(text) || shown.contains(text), "{text}: {line}");
    }

    // The statement of the month, for both sides and nobody else.
    let list = user.get("/statements?lang=en").body;
    let statement = link(&list, "/statements/org").to_owned();
    assert!(user.get(&format!("{statement}?lang=zh")).body.contains("账单"));
    assert!(unit.get(&statement).status == 200);
    let mut stranger = stage.browser("member");
    assert_eq!((stranger.get(&statement).status, stranger.get(&charge).status), (404, 404));

    // Who speaks for the firm sees all of it.
    let whole = user.get(&format!("{statement}?lang=en")).body;
    assert!(!whole.contains("lines that you caused"), "{whole}");

    // The firm disputes; the keeper of the unit declines without a word, is asked for one, grants.
    let page = format!("{charge}?lang=en");
    let disputes = format!("{charge}/disputes");
    let (status, body) = send(&mut user, &page, &disputes, &[("wish", "waive"), ("reason", "")]);
    assert!(status == 422 && body.contains("The reason is missing."), "{body}");
    done(&mut user, &page, &disputes, &[("wish", "waive"), ("reason", "The beam failed")]);
    assert!(user.get(&page).body.contains("In dispute"));
    assert!(user.get(&format!("{page}&done=asked")).body.contains("Your request is with"));
    let decisions = format!("{charge}/decisions");
    let (status, _) = send(&mut deputy, &page, &decisions, &[("do", "decline"), ("note", "")]);
    assert_eq!(status, 422);
    done(&mut deputy, &page, &decisions, &[("do", "grant"), ("note", "seen")]);
    let shown = user.get(&page).body;
    assert!(shown.contains("Taken back") && shown.contains("Credit note:"), "{shown}");
    assert!(user.get(&format!("{charge}?lang=zh")).body.contains("冲销条目"));
    assert!(user.get("/desk?lang=en").body.contains("What you asked for was granted"));

    // A second use counts in the year's hours and in the file for the national platform.
    done(&mut user, &format!("{kiosk}?lang=en"), &kiosk, &[("project", ""), ("voucher", "")]);
    world.clock.pass(7_200);
    let (mut user, mut unit) = (stage.browser("firm"), stage.browser("keeper"));
    let shown = user.get(&format!("{kiosk}?lang=en")).body;
    let end = link(&shown.replace("action=", "href="), "/uses/").to_owned();
    done(&mut user, &format!("{kiosk}?lang=en"), &end, &[]);
    let hours = unit.get("/machine-hours?lang=en").body;
    assert!(hours.contains("Electron microscope") && hours.contains("100%"), "{hours}");
    assert!(unit.get("/machine-hours?lang=zh").body.contains("机时统计"));
    let records = unit.get("/service-records?lang=en").body;
    assert!(records.contains("Incomplete") && records.contains("Taken back"), "{records}");
    assert!(records.contains("enters the telephone themselves"), "{records}");
    assert!(
        records.contains("Electron microscope") && !records.contains("电子显微镜"),
        "{records}"
    );
    assert!(records.contains("contact telephone") && !records.contains("联系电话"), "{records}");
    let chinese = unit.get("/service-records?lang=zh").body;
    assert!(chinese.contains("电子显微镜") && chinese.contains("联系电话"), "{chinese}");
    // The user tells the telephone; only the unit's file has it.
    let page = "/account/telephone?lang=en";
    for lang in ["en", "zh"] {
        assert!(user.get(&format!("/account/telephone?lang={lang}")).status == 200);
    }
    let (status, body) = send(&mut user, page, "/account/telephone", &[("telephone", "none")]);
    assert!(
        status == 422 && body.contains("5 to 20 digits") && body.contains("value=\"none\""),
        "{body}"
    );
    done(&mut user, page, "/account/telephone", &[("telephone", "0816-234 5678")]);
    assert!(user.get("/account?lang=en").body.contains("0816-234 5678"));
    assert!(!unit.get("/service-records?lang=en").body.contains("enters the telephone themselves"));
    let told = unit.get("/service-records.csv").body;
    assert!(told.contains("0816-234 5678"), "{told}");
    let file = unit.get("/service-records.csv").body;
    assert!(file.contains("服务记录编号") && file.contains("电子显微镜"), "{file}");
    assert_eq!(file.lines().count(), 2, "what was taken back is not told: {file}");
    assert_eq!(unit.get("/service-records.xlsx").status, 200);
    assert!(!user.get("/service-records?lang=en").body.contains("电子显微镜"));
    assert_eq!(city.check_books().expect("checked"), []);
}
