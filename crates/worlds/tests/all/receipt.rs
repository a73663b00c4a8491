//! Receipts and certificates: what they prove, whom they are given to, and what is wrong with one.

use access::Role;
use app::Asker;
use app::certificate::Standing;
use app::technology::{ReviseTechnology, WithdrawTechnology};
use base::{Class, Label, Level};
use worlds::{World, on_both};

fn key(seed: u8, origin: &str) -> tlog::VerifierKey {
    let key = tlog::SigningKey::from_seed(origin, [seed; 32]).expect("a key");
    key.verifier(tlog::KeyKind::Log)
}

on_both! {
    fn a_receipt_proves_a_decision_and_nothing_else(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let outsider = world.person("outsider", world.hall, Role::Member);
        let id = world.technology(&officer, owner, "Maser", Label::public());
        world.settle();
        let city = &world.city;
        let version = city.technology(&officer, id).expect("seen").technology.version;
        let (seq, file) = city.receipt_of_version(&officer, id, version).expect("a receipt");
        assert_eq!(city.receipt(&officer, seq).expect("the same"), file);
        let own = city.verifier_key().expect("a key");
        let proven = app::receipt::check(file.as_bytes(), &own).expect("proves");
        assert_eq!((proven.header.seq, proven.header.version), (seq, version));
        assert_eq!(proven.header.kind, "technology-confirmed");
        assert_eq!(proven.origin, "testing.example/log");
        // Nobody else gets it, and what is not theirs looks like what is not there.
        for asker in [&Asker::nobody(), &outsider] {
            let refused = city.receipt(asker, seq).expect_err("not theirs");
            assert_eq!(refused, city.receipt(asker, 1 << 40).expect_err("not there"));
            assert_eq!(refused.class(), Class::NotFound);
        }

        let wrong = |file: &str, key: &tlog::VerifierKey| {
            app::receipt::check(file.as_bytes(), key).expect_err("wrong").code.to_string()
        };
        assert_eq!(wrong("junk\n", &own), "receipt-unreadable");
        assert_eq!(wrong(&file, &key(8, "testing.example/log")), "receipt-signature");
        assert_eq!(wrong(&file, &key(7, "other.example/log")), "receipt-other-log");
        // Cut off anywhere it proves nothing, and never panics.
        for length in (0..file.len()).step_by(7) {
            assert!(app::receipt::check(&file.as_bytes()[..length], &own).is_err(), "{length}");
        }
        let cut = &file[..file.len() - 10];
        assert_eq!(wrong(cut, &own), "receipt-truncated");
        let lines: Vec<&str> = file.lines().collect();
        let index = format!("index {}", seq - 1);
        let moved = file.replace(&index, &format!("index {seq}"));
        assert_eq!(wrong(&moved, &own), "receipt-not-proved");
        let bare: String = lines
            .iter()
            .filter(|line| !line.starts_with("extra "))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(wrong(&bare, &own), "receipt-without-entry");
        // Another entry's text under this proof.
        let (_, other) = city.receipt_of_version(&officer, id, 1).expect("the first");
        let extra = other.lines().find(|line| line.starts_with("extra ")).expect("a line");
        let swapped: String = lines
            .iter()
            .map(|line| if line.starts_with("extra ") { extra } else { line })
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(wrong(&swapped, &own), "receipt-not-proved");
    }

    fn a_certificate_says_whether_it_still_holds(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let id = world.technology(&officer, owner, "Maser", Label::public());
        let hidden = world.technology(&officer, owner, "Veil", Label::at(Level::Members));
        let draft = world.draft(&officer, owner, "Draft", Label::public());
        world.settle();
        let city = &world.city;
        let paper = city.certificate(&Asker::nobody(), id).expect("a certificate");
        let (reference, version) =
            (paper.view.technology.reference.clone(), paper.view.technology.version);
        let look = |version| city.check_certificate(reference.as_str(), version);
        assert_eq!(look(Some(version)).expect("found").standing, Standing::Valid);
        assert_eq!(look(None).expect("found").standing, Standing::Valid);
        // What is hidden, what was never confirmed and what never was: one answer.
        let absent = city.check_certificate("TE-2026-AAAAAA-A", None).expect_err("absent");
        assert_eq!(look(Some(version + 1)).expect_err("never"), absent);
        assert_eq!(look(Some(1)).expect_err("a draft then"), absent);
        for id in [hidden, draft.technology] {
            let view = city.technology(&officer, id).expect("seen by its owner");
            let reference = view.technology.reference.as_str();
            assert_eq!(city.check_certificate(reference, None).expect_err("hidden"), absent);
            let refused = city.certificate(&officer, id).map(|_| ()).expect_err("no paper");
            assert_eq!(refused.0[0].code, "certificate-not-public");
        }
        let mut content = World::content("Maser");
        content.summary.en = "Better.".to_owned();
        let act = ReviseTechnology {
            technology: id, version, content, note: String::new(),
        };
        city.perform(&officer, act).expect("revised");
        assert!(matches!(look(Some(version)).expect("found").standing, Standing::Changed(_)));
        let newest = city.technology(&officer, id).expect("seen").technology.version;
        let act = WithdrawTechnology {
            technology: id, version: newest, reason: "It does not work.".to_owned(),
        };
        city.perform(&officer, act).expect("withdrawn");
        assert!(matches!(look(Some(version)).expect("found").standing, Standing::Withdrawn(_)));
    }

    fn how_the_city_stands_is_for_those_who_look_after_it(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        world.settle();
        world.city.sign_checkpoint().expect("signed");
        let before = store::n_statements_here();
        let standing = world.city.standing(&world.operator()).expect("the operator may");
        let n = store::n_statements_here() - before;
        assert!(n <= 24, "{n} statements");
        assert_eq!(standing.checkpoint.map(|(size, _)| size), Some(standing.log));
        assert_eq!(standing.followers[0].lag, 0);
        assert_eq!(standing.backup, None);
        let refused = world.city.standing(&officer).expect_err("may not");
        assert!(matches!(refused.class(), Class::NotAllowed | Class::NotFound));
        let refused = world.city.standing(&Asker::nobody()).expect_err("who?");
        assert_eq!(refused.class(), Class::SignIn);
    }
}
