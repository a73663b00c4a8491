//! What users say of their uses, over both databases: asked by rule, answered by the user alone, due after
//! a day; and the reputation that follows.

use crate::tie::{Lab, codes, person, set};
use access::Role;
use app::booking::{BookAsk, BookingChanged};
use app::erasure::ErasePerson;
use app::feedback::GiveFeedback;
use app::{Asker, No};
use base::UseId;
use instruments::feedback::Feedback;
use instruments::problem::Code;
use instruments::rules::Layer;
use instruments::service_order::Opinion;
use worlds::on_both;

const DAY: i64 = 24 * 60;

fn used(lab: &Lab<'_>, who: &Asker, (from, until): (i64, i64)) -> UseId {
    lab.until(from);
    let id = lab.start(who).expect("begun");
    lab.until(until);
    lab.stop(who, id);
    id
}

fn give(lab: &Lab<'_>, who: &Asker, id: UseId, problem: Option<&str>) -> Result<(), No> {
    let feedback = Feedback {
        opinion: Opinion::Content,
        is_in_order: problem.is_none(),
        problem: problem.unwrap_or_default().to_owned(),
        note: "Quick and clean".to_owned(),
    };
    lab.world.city.perform(who, GiveFeedback { id, feedback }).map(|_| ())
}

fn told<T>(done: Result<T, No>) -> String {
    done.map_or_else(|no| codes(&no), |_| "fine".to_owned())
}

/// A manager books for somebody and lets problems pass.
fn forced(lab: &Lab<'_>, from: i64, passes: &[Code]) -> Result<BookingChanged, No> {
    let ask = BookAsk {
        person: Some(person(&lab.ada)),
        passes: passes.to_vec(),
        reason: "She says it tomorrow".to_owned(),
        ..BookAsk::new(lab.it, lab.at(from), lab.at(from + 60))
    };
    lab.world.city.book(&lab.keeper, ask)
}

on_both! {
    fn who_owes_an_answer_for_a_day_does_not_book(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        // Nothing is asked where no rule wants it.
        let silent = used(&lab, &lab.ada, (0, 30));
        assert_eq!(told(give(&lab, &lab.ada, silent, None)), "feedback-not-asked");
        assert!(city.desk(&lab.ada).expect("desk").bench.unanswered.is_empty());

        lab.rules(0, Layer { asks_feedback: set(true), horizon_days: set(60), ..Layer::default() });
        let booked = lab.book(&lab.ada, 60, 120).expect("booked");
        let id = used(&lab, &lab.ada, (60, 90));
        let seen = city.use_view(&lab.ada, id).expect("seen");
        assert!(seen.may_answer && seen.row.feedback.is_some());
        let view = city.booking(&lab.ada, booked.booking).expect("seen");
        assert_eq!(view.used.and_then(|used| used.asked), Some(id));
        let desk = city.desk(&lab.ada).expect("desk");
        assert_eq!(desk.bench.unanswered.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [id]);
        assert_eq!(city.desk_count(&lab.ada).expect("counted"), desk.n_waiting());
        // For others it is no question, and who operates the instrument is asked nothing.
        let staff = Asker::person(city.person_named("staff@testing.example").expect("known"));
        for (other, why) in [(&lab.keeper, "not-allowed"), (&staff, "feedback-of-another")] {
            assert!(!city.use_view(other, id).expect("seen").may_answer);
            assert_eq!(told(give(&lab, other, id, None)), why);
        }
        assert_eq!(told(give(&lab, &lab.bo, id, None)), "not-found");

        // A day is given; after it nothing is booked, but what a manager lets pass.
        assert_eq!(told(lab.book(&lab.ada, 120, 180)), "fine");
        lab.until(90 + DAY - 1);
        assert_eq!(told(lab.book(&lab.ada, 2 * DAY, 2 * DAY + 60)), "fine");
        lab.until(90 + DAY);
        assert_eq!(told(lab.book(&lab.ada, 3 * DAY, 3 * DAY + 60)), "booking-feedback-due");
        assert_eq!(told(lab.book(&lab.bo, 3 * DAY, 3 * DAY + 60)), "fine");
        assert_eq!(told(forced(&lab, 4 * DAY, &[])), "booking-feedback-due");
        assert_eq!(told(forced(&lab, 4 * DAY, &[Code::FeedbackDue])), "fine");
        let own = city.qualifications(&lab.ada, lab.it).expect("seen").own.expect("own");
        assert_eq!(own.unanswered, [id]);

        // What was wrong has to be said; then all is open again, once.
        assert_eq!(told(give(&lab, &lab.ada, id, Some(" "))), "feedback-problem-missing");
        assert_eq!(told(give(&lab, &lab.ada, id, Some("The pump leaks"))), "fine");
        assert_eq!(told(give(&lab, &lab.ada, id, None)), "feedback-given");
        assert_eq!(told(lab.book(&lab.ada, 5 * DAY, 5 * DAY + 60)), "fine");
        assert!(city.desk(&lab.ada).expect("desk").bench.unanswered.is_empty());

        // The people of the instrument read it; nobody else learns of the list.
        let said = city.instrument_feedback(&staff, lab.it).expect("seen").answers;
        let (asked, _) = &said[0];
        let (_, answer) = asked.answer.as_ref().expect("answered");
        assert_eq!((said.len(), asked.id, answer.problem.as_str()), (1, id, "The pump leaks"));
        assert!(city.instrument_feedback(&lab.ada, lab.it).is_err());
        let held = city.personal_data(&lab.ada).expect("own").time.feedback;
        assert_eq!(held.len(), 1);
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        let (gone, typed) = (person(&lab.ada), "ada@testing.example".to_owned());
        city.erase(&security, ErasePerson { person: gone, typed }).expect("erased");
        let left = city.instrument_feedback(&staff, lab.it).expect("seen").answers;
        let (_, answer) = left[0].0.answer.as_ref().expect("still counted");
        assert_eq!((answer.problem.as_str(), answer.note.as_str()), ("", ""));
    }

    fn reputation_follows_what_was_late_lost_or_left_unsaid(world) {
        let lab = Lab::new(world);
        let rules = || Layer {
            asks_feedback: set(true),
            horizon_days: set(60),
            missed_after_minutes: set(15),
            ..Layer::default()
        };
        lab.rules(0, rules());
        let credit = || {
            let own = world.city.qualifications(&lab.ada, lab.it).expect("seen").own.expect("own");
            own.reputation.map(|it| it.conduct.credit())
        };
        assert_eq!(credit(), None);
        lab.rules(1, Layer { least_credit: set(90), ..rules() });
        assert_eq!(credit(), Some(100));
        // A little late is not late; a quarter of an hour is, and costs five.
        lab.book(&lab.ada, 0, 120).expect("booked");
        lab.until(9);
        let late = lab.start(&lab.ada).expect("begun");
        lab.until(110);
        lab.stop(&lab.ada, late);
        assert_eq!(credit(), Some(101), "nine minutes are no lateness");
        give(&lab, &lab.ada, late, None).expect("said");
        lab.book(&lab.ada, 180, 240).expect("booked");
        used(&lab, &lab.ada, (195, 240));
        assert_eq!(credit(), Some(96));
        // Nothing is said of that for a day: five more, and what a day late would say takes none back.
        lab.until(240 + DAY);
        assert_eq!(credit(), Some(91));
        let open = world.city.desk(&lab.ada).expect("desk").bench.unanswered;
        give(&lab, &lab.ada, open[0].0, None).expect("said");
        assert_eq!((credit(), told(lab.book(&lab.ada, 2 * DAY, 2 * DAY + 60))), (Some(91), "fine".to_owned()));
        // Nobody comes.
        lab.until(2 * DAY + 20);
        assert_eq!(world.city.tend_bookings().expect("tended"), 1);
        assert_eq!(credit(), Some(71));
        assert_eq!(told(lab.book(&lab.ada, 3 * DAY, 3 * DAY + 60)), "booking-credit-low");
        assert_eq!(told(forced(&lab, 3 * DAY, &[Code::CreditLow])), "fine");
        // The reputation with one owner is nobody else's matter, and is forgotten after half a year.
        assert_eq!(told(lab.book(&lab.bo, 4 * DAY, 4 * DAY + 60)), "fine");
        lab.until(183 * DAY);
        assert_eq!(credit(), Some(100));
    }
}
