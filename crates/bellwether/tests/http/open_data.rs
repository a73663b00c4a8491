//! Open data in the pages: a process read step by step, the files taken along, flags for officers.

use crate::auction::announced;
use crate::stage;
use access::Role;
use app::Asker;
use app::lot::WithdrawLot;
use serde_json::Value;

#[test]
fn open_data_is_walked_through_in_the_pages() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let mut nobody = stage.browser("");
    let empty = nobody.get("/open-data?lang=en");
    assert_eq!(empty.status, 200);
    assert!(empty.body.contains("Nothing has been published yet."));
    let lot = announced(&stage);
    world.settle();
    city.follow_open_data().expect("published");
    // The three things somebody comes for: a process, the whole, the policy.
    let list = nobody.get("/open-data?lang=en").body;
    assert!(
        list.contains("Auction") && list.contains("2 releases") && list.contains("id=\"policy\"")
    );
    assert!(nobody.get("/trade?lang=en").body.contains("href=\"/open-data\""));
    let at = list.find("/open-data/processes/").expect("a process");
    let here: String = list[at..].chars().take_while(|c| *c != '"').collect();
    let page = nobody.get(&format!("{here}?lang=en"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Starting price") && page.body.contains("¥100,000.00"));
    assert!(page.body.contains(&format!("/auctions/{lot}")));
    let chinese = nobody.get(&format!("{here}?lang=zh")).body;
    assert!(chinese.contains("起拍价") && chinese.contains("发布记录"));
    let package = nobody.get(&format!("{here}/releases.json"));
    assert!(package.header("content-type").starts_with("application/json"));
    let package: Value = serde_json::from_str(&package.body).expect("JSON");
    assert_eq!(package["version"], "1.1");
    assert_eq!(package["releases"].as_array().map(Vec::len), Some(2));
    for name in ["record.json", "versioned.json"] {
        let text = nobody.get(&format!("{here}/{name}")).body;
        let found = ocds::verify(&text, &ocds::Rules::standard());
        assert!(found.is_sound() && found.n_records == 1, "{name}: {:?}", found.problems);
    }
    let lines = nobody.get("/open-data/releases.jsonl");
    assert!(lines.header("content-disposition").contains("releases.jsonl"));
    assert_eq!(lines.body.lines().count(), 2);
    assert!(ocds::verify(&lines.body, &ocds::Rules::standard()).is_sound());
    for name in ["extension.json", "release-schema.json"] {
        let file = nobody.get(&format!("/open-data/auctions-extension/{name}"));
        assert_eq!(file.status, 200);
        serde_json::from_str::<Value>(&file.body).expect("JSON");
    }
    // What is new comes after the cursor, and only that.
    let feed = nobody.get("/api/v1/open-data/releases?limit=1");
    assert_eq!(feed.status, 200, "{}", feed.body);
    let feed: Value = serde_json::from_str(&feed.body).expect("JSON");
    assert_eq!((feed["data"].as_array().map(Vec::len), &feed["is_end"]), (Some(1), &false.into()));
    let cursor = feed["next"]["cursor"].as_str().expect("a cursor").to_owned();
    let officer = Asker::person(city.person_named("officer@testing.example").expect("known"));
    city.perform(&officer, WithdrawLot::new(lot)).expect("withdrawn");
    world.settle();
    city.follow_open_data().expect("published");
    let feed = nobody.get(&format!("/api/v1/open-data/releases?after={cursor}")).body;
    let feed: Value = serde_json::from_str(&feed).expect("JSON");
    let tags: Vec<&str> = feed["data"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|own| own["release"]["tag"][0].as_str())
        .collect();
    assert_eq!(tags, ["tender", "tenderCancellation"]);
    let process = format!("/api/v1{here}");
    for path in
        [process.clone(), format!("{process}/record"), format!("{process}/versioned-record")]
    {
        assert_eq!(nobody.get(&path).status, 200, "{path}");
    }
    for path in
        ["/open-data/processes/ocds-t3st1n-NO", "/open-data/processes/ocds-t3st1n-NO/record.json"]
    {
        assert_eq!(nobody.get(path).status, 404, "{path}");
    }
    // Flags are the office's alone.
    for name in ["", "member", "officer", "system"] {
        let status = stage.browser(name).get("/open-data/red-flags").status;
        assert!(matches!(status, 303 | 403 | 404), "{name}: {status}");
    }
    let mut agency = stage.browser("agency");
    assert!(agency.get("/open-data?lang=en").body.contains("/open-data/red-flags"));
    let flags = agency.get("/open-data/red-flags?lang=en");
    assert_eq!(flags.status, 200);
    assert!(flags.body.contains("no finding of fault"));
    assert!(agency.get("/open-data/red-flags?lang=zh").body.contains("预警指标"));
}
