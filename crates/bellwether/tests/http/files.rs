//! Files through HTTP: handed in with a form without scripts, listed, downloaded as what they are,
//! and for others as if they were not there.

use crate::browser::{Answer, Browser, hidden};
use crate::{Stage, stage};
use app::Asker;
use app::enquiry::Enquire;
use axum::body::Body;
use axum::http::Request;
use base::{CaseId, FileId};

const PDF: &[u8] = b"%PDF-1.7\nan offer\n%%EOF\n";

/// One part of a form: a field, or a file with its name.
type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

fn send(browser: &mut Browser, address: &str, parts: &[Part<'_>], more: &[(&str, &str)]) -> Answer {
    const MARK: &str = "xXxboundaryxXx";
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map_or(String::new(), |file| {
            format!("; filename=\"{file}\"\r\ncontent-type: text/html")
        });
        let head =
            format!("--{MARK}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{MARK}--\r\n").as_bytes());
    let mut request = Request::post(address)
        .header("content-type", format!("multipart/form-data; boundary={MARK}"))
        .header("origin", "http://127.0.0.1:8080");
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    browser.send(request.body(Body::from(body)).expect("a request"))
}

/// An enquiry at the owner's desk.
fn asked(stage: &Stage) -> CaseId {
    let enquiry = trading::enquiry::Enquiry {
        name: "Asker".to_owned(),
        email: "asker@firm.example".to_owned(),
        organisation: String::new(),
        message: "How much is it?".to_owned(),
    };
    let act = Enquire { technology: stage.shown, enquiry };
    stage.world.city.perform(&Asker::nobody(), act).expect("asked").case
}

/// The hidden fields of the first form that goes there.
fn ticket(page: &str, action: &str) -> [String; 2] {
    let at = page.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no {action}"));
    ["csrf_token", "idempotency_key"].map(|name| hidden(&page[at..], name))
}

fn kept_ids(page: &str) -> Vec<String> {
    let parts = page.split("name=\"document\" value=\"").skip(1);
    parts.map(|rest| rest.split('"').next().unwrap_or("").to_owned()).collect()
}

fn n_contents(stage: &Stage) -> usize {
    let mut n = 0;
    stage.world.city.shelf().files.each(&mut |_| n += 1).expect("listed");
    n
}

#[test]
fn a_file_survives_an_error_elsewhere_and_is_downloaded_as_what_it_is() {
    let stage = stage();
    let case = asked(&stage);
    let mut officer = stage.browser("officer");
    let address = format!("/cases/{case}");
    let page = officer.get(&format!("{address}?step=answer.reply"));
    let steps = format!("{address}/steps");
    let [csrf, key] = ticket(&page.body, &steps);
    let version = hidden(&page.body, "version");
    let name = "..\\\u{202e}报价 \"a\".pdf".replace('"', "%22");
    let mut parts: Vec<Part<'_>> = vec![
        ("csrf_token", None, csrf.as_bytes()),
        ("idempotency_key", None, key.as_bytes()),
        ("version", None, version.as_bytes()),
        ("task", None, b"answer"),
        ("step", None, b"reply"),
        ("documents", Some(&name), PDF),
        ("documents", Some(""), b""),
        // What was typed stands behind the files, and is missing.
        ("answer", None, b" "),
    ];
    let again = send(&mut officer, &steps, &parts, &[]);
    assert_eq!(again.status, 422, "{}", again.body);
    let ids = kept_ids(&again.body);
    assert_eq!(ids.len(), 1, "{}", again.body);
    assert!(again.body.contains("报价 %22a%22.pdf") && !again.body.contains('\u{202e}'));
    // A second, wrong one: refused by name, the first and the text stay.
    let [csrf, key] = ticket(&again.body, &steps);
    parts[0].2 = csrf.as_bytes();
    parts[1].2 = key.as_bytes();
    parts[5] = ("documents", Some("page.pdf"), b"<html><script>alert(1)</script>");
    parts[6] = ("document", None, ids[0].as_bytes());
    parts[7].2 = b"See the offer.";
    let wrong = send(&mut officer, &steps, &parts, &[]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("page.pdf") && wrong.body.contains("See the offer."));
    assert_eq!(kept_ids(&wrong.body), ids);
    assert_eq!(n_contents(&stage), 1, "nothing of the wrong one is kept");
    // Taken out of the form, and chosen again.
    let [csrf, key] = ticket(&wrong.body, &steps);
    parts[0].2 = csrf.as_bytes();
    parts[1].2 = key.as_bytes();
    let removal = format!("remove-{}", ids[0]);
    let mut removing = parts.clone();
    removing[5] = ("do", None, removal.as_bytes());
    let removed = send(&mut officer, &steps, &removing, &[]);
    assert!(kept_ids(&removed.body).is_empty() && removed.body.contains("See the offer."));
    parts[5] = ("documents", Some("more.txt"), "成交".as_bytes());
    let done = send(&mut officer, &steps, &parts, &[]);
    assert_eq!(done.status, 303, "{}", done.body);
    // The same form again, as after a double click, does nothing more.
    let twice = send(&mut officer, &steps, &parts, &[]);
    assert_eq!(twice.status, 303, "{}", twice.body);
    let shown = officer.get(&address);
    assert!(shown.body.contains("more.txt"));
    let links: Vec<String> = crate::browser::links(&shown.body);
    let files: Vec<&String> = links.iter().filter(|link| link.starts_with("/files/")).collect();
    assert_eq!(files.len(), 4, "two documents, at the case and at the move: {files:?}");
    let pdf = officer.get(&format!("/files/{}", ids[0]));
    assert_eq!((pdf.status, pdf.body.as_bytes()), (200, PDF));
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert_eq!(pdf.header("x-content-type-options"), "nosniff");
    assert_eq!(pdf.header("cache-control"), "no-store");
    assert_eq!(pdf.header("content-length"), PDF.len().to_string());
    assert!(pdf.header("content-security-policy").contains("sandbox"));
    let disposition = pdf.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename=\"") && disposition.is_ascii());
    // Shown in its place is a picture alone, whatever the address says.
    let shown = officer.get(&format!("/files/{}?show=1", ids[0]));
    assert!(shown.header("content-disposition").starts_with("attachment"));
}

#[test]
fn others_files_answer_like_files_that_are_not_there() {
    let stage = stage();
    let case = asked(&stage);
    let officer =
        Asker::person(stage.world.city.person_named("officer@testing.example").expect("known"));
    let city = &stage.world.city;
    let hand_in = |name: &str| {
        let received = city.receive_all(name, &mut &*PDF).expect("received");
        city.keep_received(&officer, &received).expect("kept").file
    };
    let (named, waiting) = (hand_in("Zyxglow.pdf"), hand_in("Zyxglow 2.pdf"));
    let act = app::case::NoteCase { case, text: String::new(), documents: vec![named] };
    city.perform(&officer, act).expect("noted");
    let absent = FileId::from_bits(12_345).to_string();
    for name in ["", "member", "rival", "firm", "system", "security", "cleared"] {
        let mut browser = stage.browser(name);
        for file in [named, waiting] {
            for stem in
                ["/files/{}", "/files/{}?show=1", "/api/v1/files/{}", "/api/v1/files/{}/content"]
            {
                let file = file.to_string();
                let hidden = browser.get(&stem.replace("{}", &file));
                let none = browser.get(&stem.replace("{}", &absent));
                assert_eq!(hidden.status, none.status, "{name} {stem}");
                assert!(matches!(hidden.status, 303 | 401 | 404), "{name} {stem}");
                let told = |answer: &Answer, id: &str| {
                    let body = answer.body.replace(id, "ID");
                    let plain = |text: &str, from: &str| match text.split_once(from) {
                        Some((before, rest)) => {
                            let end = rest.find(['"', '<']).unwrap_or(rest.len());
                            format!("{before}{}", &rest[end..])
                        }
                        None => text.to_owned(),
                    };
                    let body = plain(&body, "name=\"csrf_token\" value=\"");
                    let body = plain(&body, "\"instance\":\"");
                    plain(&body, "evt_")
                };
                assert_eq!(told(&hidden, &file), told(&none, &absent), "{name} {stem}");
                assert!(!hidden.body.contains("Zyxglow"), "{name} {stem}");
            }
        }
    }
    let mut own = stage.browser("officer");
    assert_eq!(own.get(&format!("/files/{waiting}")).status, 200);
}

#[test]
fn a_strangers_form_keeps_nothing() {
    let stage = stage();
    let case = asked(&stage);
    let notes = format!("/cases/{case}/notes");
    let file: Part<'_> = ("documents", Some("a.pdf"), PDF);
    // Not signed in; signed in without the form's token; from another site.
    let mut nobody = stage.browser("");
    assert!(send(&mut nobody, &notes, &[file], &[]).status >= 400);
    let mut officer = stage.browser("officer");
    assert_eq!(send(&mut officer, &notes, &[file], &[]).status, 403);
    let page = officer.get(&format!("/cases/{case}"));
    let [csrf, _] = ticket(&page.body, &notes);
    let token: Part<'_> = ("csrf_token", None, csrf.as_bytes());
    let foreign = [("sec-fetch-site", "cross-site")];
    assert_eq!(send(&mut officer, &notes, &[token, file], &foreign).status, 403);
    // The token behind the file comes too late.
    assert_eq!(send(&mut officer, &notes, &[file, token], &[]).status, 403);
    assert_eq!(n_contents(&stage), 0);
    assert_eq!(send(&mut officer, &notes, &[token, file], &[]).status, 303);
    assert_eq!(n_contents(&stage), 1);
}

#[test]
fn a_file_that_is_too_large_is_cut_off_and_the_rest_of_the_form_is_read() {
    let stage = stage();
    let case = asked(&stage);
    let notes = format!("/cases/{case}/notes");
    let mut officer = stage.browser("officer");
    let page = officer.get(&format!("/cases/{case}"));
    let [csrf, _] = ticket(&page.body, &notes);
    let most = usize::try_from(stage.world.city.shelf().file_bytes_max).expect("small");
    let large = [PDF, &vec![b' '; most]].concat();
    let parts: [Part<'_>; 3] = [
        ("csrf_token", None, csrf.as_bytes()),
        ("documents", Some("large.pdf"), &large),
        ("text", None, b"What I wrote."),
    ];
    let answer = send(&mut officer, &notes, &parts, &[]);
    assert_eq!(answer.status, 413, "{}", answer.body);
    assert!(answer.body.contains("large.pdf") && answer.body.contains("What I wrote."));
    assert_eq!(n_contents(&stage), 0);
}

#[test]
fn evidence_comes_with_a_registration() {
    let stage = stage();
    let stranger = stage.browser("").get("/register?lang=en").body;
    assert!(!stranger.contains("type=\"file\""), "strangers send words alone");
    let mut member = stage.browser("member");
    let page = member.get("/register?lang=zh").body;
    assert!(page.contains("type=\"file\"") && !page.contains('⟦'));
    let page = member.get("/register?lang=en").body;
    let [token, key] = ticket(&page, "/register");
    let own = [
        ("csrf_token", None, token.as_bytes()),
        ("idempotency_key", None, key.as_bytes()),
        ("credit_code", None, b"91350100M000100Y43".as_slice()),
        ("firm.zh", None, "试验光学有限公司".as_bytes()),
        ("evidence", None, b"Licence 2024-17".as_slice()),
        ("documents", Some("licence.pdf"), PDF),
    ];
    // The terms are missing: the file stays with the form.
    let refused = send(&mut member, "/register", &own, &[]);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("licence.pdf"));
    let kept = kept_ids(&refused.body);
    assert_eq!(kept.len(), 1);
    let [token, key] = ticket(&refused.body, "/register");
    let again = [
        ("csrf_token", None, token.as_bytes()),
        ("idempotency_key", None, key.as_bytes()),
        own[2],
        own[3],
        own[4],
        ("agrees", None, b"yes".as_slice()),
        ("document", None, kept[0].as_bytes()),
    ];
    let sent = send(&mut member, "/register", &again, &[]);
    assert_eq!(sent.status, 200, "{}", sent.body);
    // It hangs on the case: its sender and the office see it, nobody else.
    let address = format!("/files/{}", kept[0]);
    assert_eq!(member.get(&address).body.as_bytes(), PDF);
    stage.world.person("clerk", stage.world.hall, access::Role::AgencyOfficer);
    assert_eq!(stage.browser("clerk").get(&address).status, 200);
    assert_eq!(stage.browser("rival").get(&address).status, 404);
}
