//! Stage D: may this person work it?

use super::Facts;
use crate::problem::{Code, Problem};
use crate::qualification::Standing;
use base::{Span, Value};

pub(super) fn problems(facts: &Facts<'_>, span: Span) -> Vec<Problem> {
    let (person, rules) = (&facts.person, facts.rules);
    let mut problems = Vec::new();
    problems.extend(person.missing_trainings.iter().map(|training| {
        let problem = Problem::new(Code::TrainingMissing).by("trainings", &rules.trainings);
        problem.with("training", Value::Text(training.clone()))
    }));
    if let Some(ends) = person.access_ends.filter(|ends| *ends < span.end()) {
        problems.push(Problem::new(Code::AccessExpired).at("ends", ends));
    }
    if rules.needs_qualification.value {
        problems.extend(
            standing(person.standing)
                .map(|problem| problem.by("needs_qualification", &rules.needs_qualification)),
        );
    }
    if person.is_notice_unread {
        problems.push(Problem::new(Code::NoticeUnread));
    }
    if rules.needs_agreement.value && person.is_external && !person.has_agreement {
        problems.push(
            Problem::new(Code::AgreementMissing).by("needs_agreement", &rules.needs_agreement),
        );
    }
    if person.is_feedback_due {
        problems.push(Problem::new(Code::FeedbackDue).by("asks_feedback", &rules.asks_feedback));
    }
    if person.credit < rules.least_credit.value {
        let problem = Problem::new(Code::CreditLow).number("least", rules.least_credit.value);
        problems
            .push(problem.number("found", person.credit).by("least_credit", &rules.least_credit));
    }
    problems
}

fn standing(standing: Standing) -> Option<Problem> {
    let why = match standing {
        Standing::Good => return None,
        Standing::Missing => "booking-why-missing",
        Standing::Lapses(_) => "booking-why-lapses",
        Standing::TooLow => "booking-why-too-low",
        Standing::OutsideHours => "booking-why-outside-hours",
    };
    let problem = Problem::new(Code::NotQualified).with("why", Value::Term(why.to_owned()));
    Some(match standing {
        Standing::Lapses(ends) => problem.at("ends", ends),
        _ => problem,
    })
}
