//! Joint requests for a new standard over both databases.

use access::Role;
use app::joint_request::{AnswerJointRequest, JoinJointRequest, OpenJointRequest};
use app::{Asker, No};
use instruments::joint_request::State;
use worlds::on_both;

fn codes(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

on_both! {
    fn a_firm_opens_others_join_and_the_office_answers(world) {
        let city = &world.city;
        let (first, second) = (world.organisation("First"), world.organisation("Second"));
        let opener = world.person("opener", first, Role::FirmMember);
        let joiner = world.person("joiner", second, Role::FirmAdministrator);
        let office = world.person("office", world.hall, Role::AgencyOfficer);
        let open = |who: &Asker, organisation, title: &str| {
            let (title, reason) = (title.to_owned(), "Each customer asks otherwise.".to_owned());
            city.perform(who, OpenJointRequest { organisation, title, reason })
        };
        let no = open(&opener, second, "Printed titanium").expect_err("not their firm");
        assert!(matches!(codes(&no).as_str(), "not-allowed" | "not-found"));
        assert_eq!(codes(&open(&opener, first, " ").expect_err("what?")), "field-required");
        let id = open(&opener, first, "Printed titanium").expect("opened").request;
        let seen = city.joint_request(&joiner, id).expect("seen");
        assert_eq!((seen.firms.len(), seen.may_join.len(), seen.may_answer), (1, 1, false));
        assert!(city.joint_request(&Asker::nobody(), id).is_err());
        assert!(city.joint_requests(&Asker::nobody(), None, 9).is_err());
        let join = |who: &Asker, organisation| {
            let word = "Fatigue above all".to_owned();
            city.perform(who, JoinJointRequest { request: id, organisation, word })
        };
        assert_eq!(codes(&join(&opener, first).expect_err("twice")), "joint-request-joined");
        join(&joiner, second).expect("joined");
        let page = city.joint_requests(&opener, None, 9).expect("a page");
        assert_eq!((page.rows.len(), page.rows[0].n_firms, page.may_open), (1, 2, true));
        let answer = |who: &Asker, version, text: &str| {
            let (answer, standard) = (text.to_owned(), "gb/t 1-2027".to_owned());
            let act = AnswerJointRequest { request: id, version, accepts: true, answer, standard };
            city.perform(who, act)
        };
        let no = answer(&joiner, 1, "yes").expect_err("the office's");
        assert!(matches!(codes(&no).as_str(), "not-allowed" | "not-found"));
        assert_eq!(codes(&answer(&office, 1, "").expect_err("in words")), "field-required");
        answer(&office, 1, "The committee takes it on.").expect("answered");
        assert_eq!(codes(&answer(&office, 1, "again").expect_err("once")), "version-conflict");
        let seen = city.joint_request(&joiner, id).expect("seen");
        assert_eq!(seen.row.request.state, State::Accepted);
        assert_eq!(seen.row.request.standard, "GB/T 1-2027");
        assert!(!seen.may_answer && seen.may_join.is_empty());
    }
}
