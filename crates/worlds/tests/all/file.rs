//! Files: kept before they are named, named by an act, read by whoever sees the case, swept when
//! nothing names them.

use access::Role;
use app::case::{CaseMoved, NoteCase, TakeStep};
use app::enquiry::Enquire;
use app::file::{DropFile, Kept, Received, Swept};
use app::{Asker, City, No};
use base::{FileId, Label, OrganisationId};
use files::Hash;
use serde_json::{Map, json};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use worlds::{World, on_both};

const DAY: i64 = 86_400;

fn code(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

fn received(city: &City, name: &str, bytes: &[u8]) -> Received {
    city.receive_all(name, &mut &*bytes).expect("received")
}

fn kept(city: &City, who: &Asker, name: &str, bytes: &[u8]) -> FileId {
    city.keep_received(who, &received(city, name, bytes)).expect("kept").file
}

fn pdf(text: &str) -> Vec<u8> {
    format!("%PDF-1.7\n{text}\n%%EOF\n").into_bytes()
}

/// An enquiry at the desk of an institute.
struct Desk {
    owner: OrganisationId,
    officer: Asker,
    case: CaseMoved,
}

fn desk(world: &World) -> Desk {
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let technology = world.technology(&officer, owner, "Seal", Label::public());
    let enquiry = trading::enquiry::Enquiry {
        name: "Asker".to_owned(),
        email: "asker@firm.example".to_owned(),
        organisation: String::new(),
        message: "How much?".to_owned(),
    };
    let act = Enquire { technology, enquiry };
    let case = world.city.perform(&Asker::nobody(), act).expect("asked");
    Desk { owner, officer, case }
}

fn note(desk: &Desk, documents: Vec<FileId>) -> NoteCase {
    NoteCase { case: desk.case.case, text: String::new(), documents }
}

fn hash_of(city: &City, who: &Asker, file: FileId) -> Hash {
    let file = city.file(who, file).expect("seen");
    Hash::parse(&file.hash).expect("a hash")
}

fn has(city: &City, hash: Hash) -> bool {
    city.shelf().files.has(hash).expect("asked")
}

fn content(city: &City, who: &Asker, file: FileId) -> Result<Vec<u8>, No> {
    let mut opened = city.open_file(who, file)?;
    Ok(city.shelf().files.wait(async {
        let mut read = Vec::new();
        while let Some(chunk) = opened.reading.next().await.expect("read") {
            read.extend_from_slice(&chunk);
        }
        read
    }))
}

on_both! {
    fn a_document_comes_with_a_step_and_is_read_by_whoever_sees_the_case(world) {
        let desk = desk(world);
        let stranger = world.person("stranger", world.organisation("Firm"), Role::FirmMember);
        let file = kept(&world.city, &desk.officer, "../报价 \"a\".pdf", &pdf("offer"));
        let act = TakeStep {
            case: desk.case.case,
            version: desk.case.version,
            task: "answer".to_owned(),
            step: "reply".to_owned(),
            answers: Map::from_iter([("answer".to_owned(), json!("See the offer."))]),
            reason: String::new(),
            on_behalf_of: None,
            documents: vec![file],
        };
        world.city.perform(&desk.officer, act).expect("answered");
        let view = world.city.case(&desk.officer, desk.case.case).expect("seen");
        let [document] = view.documents.as_slice() else { panic!("one document") };
        assert_eq!(document.file.name, "报价 \"a\".pdf");
        assert_eq!(document.at_move, Some(view.moves[0].n));
        assert_eq!(content(&world.city, &desk.officer, file).expect("read"), pdf("offer"));
        // Hidden and absent are one.
        let absent = FileId::from_bits(1);
        let hall = world.hall;
        let machines = world.person("machines", hall, Role::SystemAdministrator);
        let audit = world.person("audit", hall, Role::AuditAdministrator);
        let member = world.person("member", desk.owner, Role::Member);
        for who in [&stranger, &Asker::nobody(), &machines, &audit, &member] {
            let hidden = content(&world.city, who, file).expect_err("hidden");
            let none = content(&world.city, who, absent).expect_err("absent");
            assert_eq!(hidden, none);
            assert_eq!(code(&hidden), "not-found");
            let hidden = world.city.perform(who, DropFile { file }).expect_err("hidden");
            let none = world.city.perform(who, DropFile { file: absent }).expect_err("absent");
            assert_eq!(code(&hidden), code(&none));
        }
        // The log has the hash and no name.
        world.settle();
        let entries = world.city.store().read(|tx| store::log::entries_after(tx, 0, 500));
        let entries = entries.expect("the log");
        let told = entries.iter().map(|entry| entry.body_json().to_string());
        let told: Vec<String> = told.filter(|body| body.contains(&document.file.hash)).collect();
        assert_eq!(told.len(), 2, "handed in, and named");
        assert!(told.iter().all(|body| !body.contains("报价")));
    }

    fn a_look_at_a_watched_document_is_in_the_log(world) {
        let owner = world.organisation("Institute");
        let inventor = world.person("inventor", owner, Role::Member);
        let file = kept(&world.city, &inventor, "a.pdf", &pdf("a"));
        let act = app::release::DiscloseResult {
            owner,
            key: String::new(),
            content: World::content("Seal"),
            label: Some(Label::at(base::Level::Restricted)),
            disclosure: trading::release::Disclosure {
                proposed: "public".to_owned(),
                funding: "none".to_owned(),
                prior_publication: "none".to_owned(),
                planned_on: None,
                third_parties: "none".to_owned(),
                export: "none".to_owned(),
                declared: true,
            },
            documents: vec![file],
        };
        let cleared = base::Clearance {
            level: base::Level::Restricted,
            ..base::Clearance::default()
        };
        world.clear(&inventor, cleared);
        world.city.perform(&inventor, act).expect("disclosed");
        let looks = |world: &World| {
            world.settle();
            let most = u64::try_from(i64::MAX).expect("positive");
            let read = |tx: &mut store::Tx<'_>| {
                store::log::entries_of_kind(tx, "looked", most, 100)
            };
            let entries = world.city.store().read(read).expect("the log");
            let things = entries.iter().map(|entry| entry.body_json()["things"].to_string());
            things.filter(|things| things.contains(&file.to_string())).count()
        };
        assert_eq!(looks(world), 0);
        content(&world.city, &inventor, file).expect("read");
        assert_eq!(looks(world), 1);
        let reviewer = world.person("reviewer", owner, Role::Reviewer);
        let hidden = content(&world.city, &reviewer, file).expect_err("not cleared");
        assert_eq!(code(&hidden), "not-found");
        assert_eq!(looks(world), 1);
    }

    fn only_ones_own_waiting_files_can_be_named_and_once(world) {
        let desk = desk(world);
        let other = world.person("other", desk.owner, Role::TransferOfficer);
        let foreign = kept(&world.city, &other, "a.pdf", &pdf("a"));
        let own = kept(&world.city, &desk.officer, "b.pdf", &pdf("b"));
        let refused = |documents: Vec<FileId>| {
            let no = world.city.perform(&desk.officer, note(&desk, documents));
            code(&no.expect_err("refused"))
        };
        assert_eq!(refused(vec![foreign]), "file-not-waiting");
        assert_eq!(refused(vec![FileId::from_bits(9)]), "file-not-waiting");
        assert_eq!(refused(vec![own, own]), "file-not-waiting");
        assert_eq!(refused((0..21).map(FileId::from_bits).collect()), "too-many-parts");
        assert_eq!(refused(Vec::new()), "case-note-empty");
        world.city.perform(&desk.officer, note(&desk, vec![own])).expect("noted");
        assert_eq!(refused(vec![own]), "file-not-waiting", "it belongs to the case by now");
        let no = world.city.perform(&desk.officer, DropFile { file: own }).expect_err("named");
        assert_eq!(code(&no), "not-found");
        // Nobody else sees a waiting file; its sender takes it back.
        assert!(world.city.file(&desk.officer, foreign).is_err());
        world.city.perform(&other, DropFile { file: foreign }).expect("taken back");
        assert!(world.city.file(&other, foreign).is_err());
    }

    fn the_same_form_sent_twice_keeps_a_file_once(world) {
        let desk = desk(world);
        let file = received(&world.city, "a.pdf", &pdf("a"));
        let keyed = desk.officer.clone().keyed("form.0.abc");
        let Kept { file: first } = world.city.keep_received(&keyed, &file).expect("kept");
        let Kept { file: again } = world.city.keep_received(&keyed, &file).expect("kept");
        assert_eq!(first, again);
    }

    fn what_is_wrong_with_a_file_is_said_and_nothing_of_it_stays(world) {
        let refused = |name: &str, bytes: &[u8]| {
            let no = world.city.receive_all(name, &mut &*bytes).expect_err("refused");
            assert_eq!(no.0[0].field.as_deref(), Some("documents"));
            code(&no)
        };
        let most = world.city.shelf().file_bytes_max;
        let large = [pdf("x"), vec![b' '; usize::try_from(most).expect("small")]].concat();
        assert_eq!(refused("a.pdf", &large), "file-too-large");
        assert_eq!(refused("a.exe", b"MZ"), "file-kind-unknown");
        assert_eq!(refused("a.pdf", b"<html>"), "file-kind-differs");
        assert_eq!(refused("a.pdf", b""), "file-empty");
        assert_eq!(refused("a.txt", "报告\n机密★10年".as_bytes()), "file-marked");
        assert_eq!(refused("绝密★.pdf", &pdf("x")), "file-marked");
        let mut n = 0;
        world.city.shelf().files.each(&mut |_| n += 1).expect("listed");
        assert_eq!(n, 0);
    }

    fn what_nothing_names_goes_after_a_day_and_named_files_stay(world) {
        let desk = desk(world);
        // Bytes are dated by the machine, rows by the city's clock: far enough apart for both.
        world.clock.pass(40 * 365 * DAY);
        let city = &world.city;
        let named = kept(city, &desk.officer, "a.pdf", &pdf("named"));
        let same = kept(city, &desk.officer, "same.pdf", &pdf("named"));
        let waiting = kept(city, &desk.officer, "b.pdf", &pdf("waiting"));
        let lost = received(city, "c.pdf", &pdf("lost"));
        city.perform(&desk.officer, note(&desk, vec![named])).expect("noted");
        let hashes = [named, waiting].map(|file| hash_of(city, &desk.officer, file));
        let lost_hash = Hash::parse(&lost.hash).expect("a hash");
        // What a row names, waiting or not, stays; what came in and was never kept goes.
        assert_eq!(city.sweep_files().expect("swept"), Swept { contents: 1, ..Swept::default() });
        assert!(has(city, hashes[0]) && has(city, hashes[1]) && !has(city, lost_hash));
        world.clock.pass(2 * DAY);
        assert_eq!(
            city.sweep_files().expect("swept"),
            Swept { uploads: 2, contents: 1, ..Swept::default() }
        );
        assert!(has(city, hashes[0]), "the case names it, whatever else had the same content");
        assert!(!has(city, hashes[1]));
        assert!(city.file(&desk.officer, waiting).is_err());
        assert!(city.file(&desk.officer, same).is_err());
        assert_eq!(content(city, &desk.officer, named).expect("read"), pdf("named"));
        assert_eq!(city.sweep_files().expect("swept"), Swept::default());
        assert!(city.check_files(|_| {}).expect("checked").troubles.is_empty());
        // The content that was swept while its row was still to be written is refused, not lost.
        let no = city.keep_received(&desk.officer, &lost).expect_err("swept");
        assert_eq!(code(&no), "file-swept");
        kept(city, &desk.officer, "c.pdf", &pdf("lost"));
        assert!(has(city, lost_hash));
    }

    fn sweeping_and_handing_in_at_once_loses_nothing(world) {
        let desk = desk(world);
        world.clock.pass(40 * 365 * DAY);
        let city = &world.city;
        let is_over = AtomicBool::new(false);
        let swept = AtomicU64::new(0);
        // Not over before they did meet, however the machine shares its time out.
        let goes_on = |n: u32| n < 40 || (swept.load(Ordering::Relaxed) == 0 && n < 10_000);
        let kept = std::thread::scope(|scope| {
            let sweeper = scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    match city.sweep_files() {
                        Ok(done) => _ = swept.fetch_add(done.contents, Ordering::Relaxed),
                        Err(no) => assert_eq!(code(&no), "busy"),
                    }
                }
            });
            let senders: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(|| {
                        let mut kept = Vec::new();
                        for n in (0..).take_while(|n| goes_on(*n)) {
                            // Senders and sweeper meet at a content that no row names yet.
                            let text = pdf(&format!("{}", n / 8));
                            // By this clock an upload is old while it comes in, and may be swept.
                            let file = match city.receive_all("a.pdf", &mut &*text) {
                                Ok(file) => file,
                                Err(no) => {
                                    assert_eq!(code(&no), "file-store-away");
                                    continue;
                                }
                            };
                            match city.keep_received(&desk.officer, &file) {
                                Ok(it) => kept.push(it.file),
                                // Told, and sent again by whoever still has the bytes.
                                Err(no) => {
                                    assert!(["file-swept", "busy"].contains(&&*code(&no)), "{no}");
                                }
                            }
                            if (n % 3 == 0 || n >= 40) && let Some(file) = kept.pop() {
                                let _ = city.perform(&desk.officer, DropFile { file });
                            }
                        }
                        kept
                    })
                })
                .collect();
            let ended: Vec<_> = senders.into_iter().map(|it| it.join()).collect();
            is_over.store(true, Ordering::Relaxed);
            sweeper.join().expect("swept");
            assert!(swept.load(Ordering::Relaxed) > 0, "the two did meet");
            ended.into_iter().flat_map(|it| it.expect("sent")).collect::<Vec<FileId>>()
        });
        assert!(!kept.is_empty());
        let checked = city.check_files(|_| {}).expect("checked");
        assert_eq!(checked.troubles, []);
        for file in kept {
            content(city, &desk.officer, file).expect("every acknowledged file is whole");
        }
    }

    fn an_erased_person_is_in_no_name_of_a_file(world) {
        let desk = desk(world);
        let named = kept(&world.city, &desk.officer, "Wu Min.pdf", &pdf("cv"));
        let waiting = kept(&world.city, &desk.officer, "Wu Min 2.pdf", &pdf("cv2"));
        world.city.perform(&desk.officer, note(&desk, vec![named])).expect("noted");
        let app::Who::Person(person) = desk.officer.who else { panic!("a person") };
        let name = base::Bilingual::new("Erased", "");
        let now = app::Clock::now(&world.clock);
        let erased = world.city.store().write("erase", move |tx| {
            store::erasure::erase(tx, person, &name, now)?;
            Ok((store::file::find(tx, named)?, store::file::find(tx, waiting)?))
        });
        let (named, waiting) = erased.expect("erased");
        assert_eq!(named.expect("the case keeps it").name, "file.pdf");
        assert_eq!(waiting, None);
    }
}
