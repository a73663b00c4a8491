//! Letters of a running city: a mail server that fails in every way, and a sudden end in the middle.

use crate::{Server, err, json, run};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use testkit::smtp::{Mood, SmtpServer};

/// People who are invited.
const N: usize = 8;

/// Makes a city whose letters go to this server.
fn found(folder: &Path, server: &SmtpServer) {
    let words = [
        "init",
        "--name-en",
        "Fucheng",
        "--name-zh",
        "涪城",
        "--origin",
        "fucheng.example/log",
        "--operator-email",
        "op@fucheng.example",
        "--operator-name",
        "Op",
        "--json",
    ];
    let made = run(folder, &words);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let settings = format!(
        "listen = '127.0.0.1:0'\nballast_bytes = 0\nlow_water_bytes = 1\n\
         [mail]\nsmtp_url = '{}'\nfrom = 'Fucheng <no-reply@fucheng.example>'\n\
         witness = 'witness@office.example'\n",
        server.url()
    );
    std::fs::write(folder.join("bellwether-data/bellwether.toml"), settings).expect("written");
}

fn letters(folder: &Path) -> Vec<serde_json::Value> {
    let listed = run(folder, &["mail", "list", "--json"]);
    assert_eq!(listed.status.code(), Some(0), "{}", err(&listed));
    json(&listed)["letters"].as_array().expect("a list").clone()
}

fn invite(folder: &Path, n: usize) {
    let email = format!("p{n}@lab.example");
    let made =
        run(folder, &["user", "add", &email, "--name", "Wu Min", "--role", "member", "--json"]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    assert_eq!(json(&made)["mailed"], true);
}

#[test]
fn a_sudden_end_in_the_middle_loses_and_doubles_no_letter() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path();
    let smtp = SmtpServer::start();
    found(folder, &smtp);
    for n in 0..N {
        invite(folder, n);
    }
    let waiting = letters(folder);
    assert_eq!(waiting.len(), N);
    assert!(waiting.iter().all(|letter| letter["state"] == "waiting"));

    // Two go, one dies before the server says that it took it, and with the next in the server's
    // hands the city ends.
    smtp.next(&[Mood::Take, Mood::Take, Mood::HangAfterData]);
    let server = Server::serve(folder);
    let came = smtp.wait_for(3, Duration::from_secs(30));
    assert_eq!(came.len(), 3);
    server.kill();

    smtp.next(&[Mood::DieAfterData, Mood::Recipient("550 5.1.1 no such user")]);
    let server = Server::serve(folder);
    // Whoever looks after it tries again what the end, the death and the refusal left behind.
    let mut states = BTreeMap::new();
    let mut stuck = BTreeSet::new();
    for _ in 0..150 {
        std::thread::sleep(Duration::from_millis(500));
        states.clear();
        let mut tried = BTreeSet::new();
        for letter in letters(folder) {
            let state = letter["state"].as_str().expect("a state").to_owned();
            let id = letter["letter"].as_str().expect("an id").to_owned();
            if state != "sent" && letter["attempts"].as_u64() > Some(0) {
                // What is on its way at this moment is left alone.
                if stuck.contains(&id) {
                    let again = run(folder, &["mail", "retry", &id]);
                    // It may have gone by itself since the list was read; then that is said.
                    let told = err(&again);
                    let is_gone = again.status.code() == Some(5) && told.contains("was sent");
                    assert!(is_gone || again.status.code() == Some(0), "{told}");
                } else {
                    tried.insert(id);
                }
            }
            *states.entry(state).or_insert(0) += 1;
        }
        stuck = tried;
        if states.len() == 1 && states.contains_key("sent") {
            break;
        }
    }
    assert_eq!(states.keys().collect::<Vec<_>>(), ["sent"], "{states:?}");
    let mails = smtp.mails();
    let to_people = |to: &str| to.ends_with("@lab.example");
    let taken: Vec<&str> = mails
        .iter()
        .filter(|mail| mail.is_taken && to_people(&mail.to))
        .map(|mail| mail.to.as_str())
        .collect();
    let once: BTreeSet<&str> = taken.iter().copied().collect();
    assert_eq!(once.len(), N, "nothing is lost: {taken:?}");
    assert_eq!(taken.len(), N, "and nothing was taken twice: {taken:?}");
    // What came twice, because nobody knew whether it was taken, came under the same id.
    let ids: BTreeSet<&str> = mails
        .iter()
        .filter(|mail| to_people(&mail.to))
        .map(|mail| mail.header("Message-ID"))
        .collect();
    assert_eq!(ids.len(), N, "{ids:?}");
    let witness = mails.iter().find(|mail| mail.to == "witness@office.example");
    assert!(witness.is_some_and(|mail| mail.is_taken), "the witness has a checkpoint");
    for mail in &mails {
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    }
    assert_eq!(server.end(), Some(0));
}

#[test]
fn an_operator_learns_whether_mail_works() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path();
    let smtp = SmtpServer::start();
    found(folder, &smtp);
    let test = ["mail", "test", "--to", "me@lab.example", "--json"];
    let sent = run(folder, &test);
    assert_eq!(sent.status.code(), Some(0), "{}", err(&sent));
    assert_eq!(json(&sent)["state"], "sent");
    assert_eq!(smtp.mails().len(), 1);
    let check = |folder: &Path| {
        let looked = run(folder, &["doctor", "--json"]);
        let checks = json(&looked)["checks"].as_array().expect("a list").clone();
        checks.into_iter().find(|one| one["check"] == "mail").expect("a line about mail")
    };
    assert_eq!(check(folder)["state"], "ok");
    // The server is there and refuses the address for good.
    smtp.next(&[Mood::Take, Mood::Recipient("550 5.1.1 no such user")]);
    let refused = run(folder, &test);
    assert_ne!(refused.status.code(), Some(0));
    assert!(json(&refused)["error"].as_str().is_some_and(|said| said.contains("no such user")));
    // Nobody listens there any more.
    let path = folder.join("bellwether-data/bellwether.toml");
    let settings = std::fs::read_to_string(&path).expect("readable");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = closed.local_addr().expect("an address").port();
    drop(closed);
    let settings = settings.replace(&smtp.url(), &format!("smtp://127.0.0.1:{port}"));
    std::fs::write(&path, settings).expect("written");
    let line = check(folder);
    assert_eq!(line["state"], "bad");
    assert!(line["help"].as_str().is_some_and(|help| help.contains("smtp_url")), "{line}");
    assert_ne!(run(folder, &test).status.code(), Some(0));
    // A setting that nobody knows is told with the one that was meant.
    std::fs::write(&path, "[mail]\nsmtp_ulr = 'smtp://localhost'\n").expect("written");
    let odd = run(folder, &["mail", "list"]);
    assert!(err(&odd).contains("mail.smtp_url"), "{}", err(&odd));
}
