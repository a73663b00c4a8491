//! Tests and orders in the pages, in both languages: a laboratory says what it can test, a firm orders,
//! sends samples, gets a report and rates it.

use crate::browser::{Answer, Browser, submit};
use crate::stage;
use access::Role;

/// Sends the form of a page that goes to an address, with its hidden values and these.
fn send(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) -> Answer {
    let shown = browser.get(page).body;
    submit(browser, &shown, to, values)
}

#[test]
fn a_laboratory_says_what_it_tests_and_everybody_finds_it() {
    let stage = stage();
    let city = &stage.world.city;
    let owner = city.organisation_named("Owner institute").expect("known");
    stage.world.person("keeper", owner, Role::TransferOfficer);
    let mut keeper = stage.browser("keeper");
    let mut nobody = stage.browser("");
    assert!(nobody.get("/share?lang=en").body.contains("href=\"/services\""));
    assert!(!nobody.get("/services?lang=en").body.contains("Enter a test"));
    assert_ne!(nobody.get("/services/new").status, 200);
    let form = "/services/new?lang=en";
    assert!(keeper.get("/services?lang=en").body.contains("Enter a test"));
    let unit = owner.to_string();
    let mut typed = vec![
        ("unit", unit.as_str()),
        ("object.en", "Metals"),
        ("object.zh", "金属材料"),
        ("parameter.en", "Tensile strength"),
        ("parameter.zh", "抗拉强度"),
        ("standard", "GB/T 228.1"),
        ("price", "80"),
        ("minimum", "300"),
        ("counted", "successful"),
        ("usual_days", "5"),
        ("accreditations.0.mark", "cma"),
        ("accreditations.0.certificate", "12"),
        ("accreditations.0.from", "2026-01-01"),
        ("accreditations.0.until", "2031-12-31"),
    ];
    let refused = send(&mut keeper, form, "/services", &typed);
    assert_eq!(refused.status, 422, "{}", refused.body);
    for text in ["without its year", "12 digits"] {
        assert!(refused.body.contains(text), "{text}: {}", refused.body);
    }
    typed[5].1 = "GB/T 228.1-2021";
    typed[11].1 = "230012345678";
    let done = send(&mut keeper, form, "/services", &typed);
    assert_eq!(done.status, 303, "{}", done.body);
    let here = done.header("location").to_owned();
    // Found by object, parameter, standard and plain words, in either language.
    for query in ["q=metals&lang=en", "q=%E6%8A%97%E6%8B%89&lang=zh", "q=GB/T+228.1&lang=en"] {
        let list = nobody.get(&format!("/services?{query}")).body;
        assert!(list.contains(&format!("href=\"{here}\"")), "{query}: {list}");
    }
    assert!(nobody.get("/services?q=viscosity&lang=en").body.contains("No test fits"));
    let page = nobody.get(&format!("{here}?lang=en")).body;
    for text in ["¥80.00", "5 days", "230012345678", "CMA", "Valid"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(nobody.get(&format!("{here}?lang=zh")).body.contains("检测内容"));
    // The form of the next version shows what is there; withdrawn, it is gone for others.
    let edit = format!("{here}/revision");
    let page = keeper.get(&format!("{edit}?lang=en")).body;
    assert!(page.contains("value=\"230012345678\"") && page.contains("value=\"80.00\""), "{page}");
    let version = [("version", "1"), ("withdrawn", "1")];
    let rest: Vec<(&str, &str)> = typed.iter().copied().skip(1).chain(version).collect();
    let done = send(&mut keeper, &format!("{edit}?lang=en"), &edit, &rest);
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(nobody.get(&here).status, 404);
    assert!(keeper.get(&format!("{here}?lang=en")).body.contains("Not offered"));
}

#[test]
fn a_firm_orders_a_test_and_rates_the_result() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    let sheet = instruments::item::Sheet {
        object: base::Bilingual::new("Metals", "金属材料"),
        parameter: base::Bilingual::new("Tensile strength", "抗拉强度"),
        price: 8_000,
        minimum: 30_000,
        counted: instruments::tariff::Counted::Successful,
        usual_days: 5,
        ..Default::default()
    };
    let act = app::item::SaveItem { item: None, unit: owner, sheet, is_withdrawn: false };
    let item = city.perform(&keeper, act).expect("entered").item;
    let (mut user, mut unit) = (stage.browser("firm"), stage.browser("keeper"));
    let mut stranger = stage.browser("member");

    // From the test to the form; what is missing is said beside its field.
    let page = user.get(&format!("/services/{item}?lang=en")).body;
    let form = format!("/service-orders/new?item={item}");
    assert!(page.contains(&format!("href=\"{form}\"")), "{page}");
    let english = format!("{form}&lang=en");
    let item = item.to_string();
    let bare = send(&mut user, &english, "/service-orders", &[("item", &item)]);
    assert_eq!(bare.status, 422, "{}", bare.body);
    assert!(bare.body.contains("1 to 200 samples"), "{}", bare.body);
    let typed = [
        ("item", item.as_str()),
        ("project", "Alloys"),
        ("samples.0.label", "Bar"),
        ("samples.0.count", "4"),
        ("samples.0.rest", "return"),
        ("samples.1.label", "Ring"),
        ("samples.1.rest", "dispose"),
    ];
    let done = send(&mut user, &english, "/service-orders", &typed);
    assert_eq!(done.status, 303, "{}", done.body);
    let here = done.header("location").to_owned();
    let (english, chinese) = (format!("{here}?lang=en"), format!("{here}?lang=zh"));
    let shown = user.get(&english).body;
    for text in ["¥400.00", "Bar 4", "Ring", "The laboratory is next."] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert!(user.get(&chinese).body.contains("等待实验室处理"));
    let orders = unit.get("/service-orders?lang=en").body;
    assert!(orders.contains(&format!("href=\"{here}#next\"")), "{orders}");
    for address in [here.clone(), format!("{here}/labels"), format!("{here}/samples/1")] {
        assert_eq!(stranger.get(&address).status, 404, "{address}");
    }
    assert!(!stranger.get("/service-orders?lang=en").body.contains(&here));

    // The laboratory takes it, receives, tests.
    let work = format!("{here}/work");
    let step = |unit: &mut Browser, values: &[(&str, &str)]| {
        let done = send(unit, &english, &work, values);
        assert_eq!(done.status, 303, "{values:?}: {}", done.body);
    };
    step(&mut unit, &[("step", "accept")]);
    let nowhere = send(&mut unit, &english, &work, &[("step", "receive"), ("stands", "")]);
    assert_eq!(nowhere.status, 422);
    assert!(nowhere.body.contains("where it stands"), "{}", nowhere.body);
    step(&mut unit, &[("step", "receive"), ("stands", "Shelf 3")]);
    let labels = unit.get(&format!("{here}/labels?lang=zh")).body;
    assert!(labels.matches("<svg").count() >= 5, "a code for each sample");
    let sample = format!("{here}/samples/1");
    let moved = [("stands", "Bench 2"), ("note", "polishing")];
    let done = send(&mut unit, &format!("{sample}?lang=en"), &format!("{sample}/moves"), &moved);
    assert_eq!(done.status, 303, "{}", done.body);
    let chain = user.get(&format!("{sample}?lang=en")).body;
    assert!(chain.contains("Shelf 3") && chain.contains("Bench 2"), "{chain}");
    step(&mut unit, &[("step", "start")]);
    let good = [("step", "finish"), ("n", "5"), ("succeeded", "0"), ("succeeded", "1")];
    let rest = [("succeeded", "2"), ("succeeded", "3")];
    step(&mut unit, &[good.as_slice(), &rest].concat());
    assert!(user.get(&english).body.contains("¥320.00"));

    // The report with its hash, then the samples, then the rating.
    let reports = format!("{here}/reports");
    let missing = send(&mut unit, &english, &reports, &[("step", "report")]);
    assert_eq!(missing.status, 422);
    assert!(missing.body.contains("The file of the report is missing."), "{}", missing.body);
    let mut bytes: &[u8] = b"%PDF-1.7\ntensile strength\n%%EOF\n";
    let got = city.receive_all("report.pdf", &mut bytes).expect("received");
    let file = city.keep_received(&keeper, &got).expect("kept").file.to_string();
    let done = send(&mut unit, &english, &reports, &[("step", "report"), ("document", &file)]);
    assert_eq!(done.status, 303, "{}", done.body);
    let shown = user.get(&english).body;
    assert!(shown.contains("report.pdf") && shown.contains("SHA-256"), "{shown}");
    assert_eq!(user.get(&format!("/files/{file}")).status, 200);
    assert_eq!(stranger.get(&format!("/files/{file}")).status, 404);
    step(&mut unit, &[("step", "clear"), ("note", "")]);
    let answers = format!("{here}/answers");
    let unsaid = send(&mut user, &english, &answers, &[("step", "close"), ("word", "")]);
    assert_eq!(unsaid.status, 422);
    let rated = [("step", "close"), ("opinion", "content"), ("word", "Quick.")];
    let done = send(&mut user, &english, &answers, &rated);
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(user.get(&english).body.contains("Quick."));
    assert!(user.get(&chinese).body.contains("已结单"));
    let records = unit.get("/service-records?lang=en").body;
    assert!(records.contains("¥320.00"), "{records}");
    assert_eq!(city.check_books().expect("checked"), []);
}

#[test]
fn several_laboratories_answer_and_one_is_taken() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let mut items = Vec::new();
    let owner = city.organisation_named("Owner institute").expect("known");
    for (n, unit) in [owner, world.organisation("Third institute")].into_iter().enumerate() {
        let keeper = world.person(&format!("keeper{n}"), unit, Role::TransferOfficer);
        let text = base::Bilingual::new("Tensile strength", "抗拉强度");
        let sheet = instruments::item::Sheet {
            object: text.clone(),
            parameter: text,
            ..Default::default()
        };
        let act = app::item::SaveItem { item: None, unit, sheet, is_withdrawn: false };
        items.push(city.perform(&keeper, act).expect("entered").item.to_string());
    }
    let mut user = stage.browser("firm");
    let form = "/service-requests/new?q=tensile&lang=en";
    let shown = user.get(form).body;
    assert!(items.iter().all(|item| shown.contains(&format!("value=\"{item}\""))), "{shown}");
    let typed = [
        ("item", items[0].as_str()),
        ("item", items[1].as_str()),
        ("manner", "compare"),
        ("samples.0.label", "Bar"),
    ];
    let done = send(&mut user, form, "/service-requests", &typed);
    assert_eq!(done.status, 303, "{}", done.body);
    let request = done.header("location").to_owned();
    let page = user.get(&format!("{request}?lang=en")).body;
    let orders: Vec<String> = crate::browser::links(&page)
        .into_iter()
        .filter(|link| link.starts_with("/service-orders/svo"))
        .collect();
    assert_eq!(orders.len(), 2, "{page}");
    // Each answers on a page that shows nothing of the other.
    for (n, price) in [(0, "90"), (1, "70")] {
        let mut unit = stage.browser(&format!("keeper{n}"));
        let own: Vec<&String> =
            orders.iter().filter(|order| unit.get(order).status == 200).collect();
        assert_eq!(own.len(), 1);
        assert_eq!(unit.get(&request).status, 404);
        let values = [("step", "quote"), ("price", price), ("days", "4"), ("counted", "all")];
        let here = format!("{}?lang=en", own[0]);
        let done = send(&mut unit, &here, &format!("{}/work", own[0]), &values);
        assert_eq!(done.status, 303, "{}", done.body);
    }
    let page = user.get(&format!("{request}?lang=en")).body;
    assert!(page.find("¥70.00") < page.find("¥90.00"), "{page}");
    let cheaper = crate::browser::links(&page)
        .into_iter()
        .find(|link| link.starts_with("/service-orders/svo"))
        .expect("an answer");
    let answers = format!("{cheaper}/answers");
    let taken = [("step", "accept"), ("voucher", "")];
    let done = send(&mut user, &format!("{request}?lang=en"), &answers, &taken);
    assert_eq!(done.status, 303, "{}", done.body);
    let page = user.get(&format!("{request}?lang=zh")).body;
    assert!(page.contains("已接受") && page.contains("已取消"), "{page}");
}

#[test]
fn firms_ask_together_for_a_standard_and_the_office_answers() {
    let stage = stage();
    let third = stage.world.organisation("Third institute");
    stage.world.person("third", third, Role::TransferOfficer);
    stage.world.person("agency", stage.world.hall, Role::AgencyOfficer);
    let (mut firm, mut third) = (stage.browser("firm"), stage.browser("third"));
    let mut office = stage.browser("agency");
    assert!(firm.get("/standards?lang=en").body.contains("href=\"/standard-requests\""));
    let form = "/standard-requests/new?lang=en";
    let own = hidden_or_chosen(&firm.get(form).body);
    let typed = [("organisation", own.as_str()), ("title", "Printed titanium"), ("reason", "")];
    let refused = send(&mut firm, form, "/standard-requests", &typed);
    assert_eq!(refused.status, 422, "{}", refused.body);
    let typed = [typed[0], typed[1], ("reason", "Everybody asks otherwise.")];
    let done = send(&mut firm, form, "/standard-requests", &typed);
    assert_eq!(done.status, 303, "{}", done.body);
    let here = done.header("location").to_owned();
    let (english, chinese) = (format!("{here}?lang=en"), format!("{here}?lang=zh"));
    assert!(!firm.get(&english).body.contains("/firms\""), "it has joined already");
    let own = hidden_or_chosen(&third.get(&english).body);
    let joins = [("organisation", own.as_str()), ("word", "Fatigue")];
    let done = send(&mut third, &english, &format!("{here}/firms"), &joins);
    assert_eq!(done.status, 303, "{}", done.body);
    let answers = format!("{here}/answers");
    assert!(!third.get(&english).body.contains(&answers));
    let silent = [("do", "accept"), ("answer", ""), ("standard", "")];
    assert_eq!(send(&mut office, &english, &answers, &silent).status, 422);
    let said = [("do", "accept"), ("answer", "The committee takes it on."), ("standard", "")];
    assert_eq!(send(&mut office, &english, &answers, &said).status, 303);
    let shown = firm.get(&english).body;
    assert!(shown.contains("The committee takes it on.") && shown.contains("Fatigue"), "{shown}");
    assert!(third.get(&chinese).body.contains("已受理"));
    assert_ne!(stage.browser("").get(&here).status, 200);
}

/// The organisation that a form stands for: hidden, or the first to choose.
fn hidden_or_chosen(page: &str) -> String {
    let at = page.split("name=\"organisation\"").nth(1).expect("a field");
    let value = at.split("value=\"").nth(1).expect("a value");
    value.split('"').next().expect("its end").to_owned()
}
