//! Service orders: a customer's samples or work at one unit, from the request to the rating.
//!
//! A request may go to several units. Either each delivers its own part, or their answers are
//! compared and one is chosen. Charges start when an order is accepted.

use crate::charge::Samples;
use crate::words_of;
use base::{Class, Refusal, ServiceOrderId};

/// Samples of one order.
pub const SAMPLES_MAX: usize = 200;
/// Units that one request goes to.
pub const UNITS_MAX: usize = 10;

words_of! {
    /// Where an order stands.
    State {
        Draft = "draft",
        Submitted = "submitted",
        /// The leader of the project agreed.
        Approved = "approved",
        /// The unit said what it costs and how long it takes.
        Quoted = "quoted",
        Accepted = "accepted",
        Received = "received",
        InTest = "in-test",
        Tested = "tested",
        Reported = "reported",
        /// What was left of the samples was picked up or disposed of.
        Cleared = "cleared",
        /// The customer took the report as what was ordered.
        Closed = "closed",
        Rejected = "rejected",
        Cancelled = "cancelled",
        /// The samples went back untested.
        Returned = "returned",
    }

    /// What is done to it.
    Step {
        Submit = "submit",
        Approve = "approve",
        Quote = "quote",
        Accept = "accept",
        Receive = "receive",
        Start = "start",
        Finish = "finish",
        Report = "report",
        Clear = "clear",
        Close = "close",
        Reject = "reject",
        Cancel = "cancel",
        Return = "return",
    }

    /// On whose side somebody stands.
    Side {
        Customer = "customer",
        /// The leader of the project that pays.
        Leader = "leader",
        Unit = "unit",
    }

    /// What becomes of what is left of a sample.
    Rest {
        Return = "return",
        Dispose = "dispose",
    }

    /// What units of one request do.
    Manner {
        /// Their answers are compared, one is taken.
        Compare = "compare",
        /// Each delivers its part.
        Each = "each",
    }

    /// How content the customer was, in the national platform's five steps.
    Opinion {
        VeryContent = "very-content",
        Content = "content",
        Fair = "fair",
        Poor = "poor",
        VeryPoor = "very-poor",
    }
}

/// One sample as the customer describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Sample {
    pub label: String,
    pub material: String,
    pub form: String,
    pub amount: String,
    pub hazard: String,
    pub storage: String,
    pub rest: Rest,
    /// Whether the test gave a result; nothing before it is known.
    pub succeeded: Option<bool>,
}

impl State {
    /// The state after a step of somebody on that side.
    ///
    /// `wants_leader` where the project's leader must agree first.
    pub fn after(self, step: Step, side: Side, wants_leader: bool) -> Result<Self, Refusal> {
        use State::{
            Accepted, Approved, Cancelled, Cleared, Closed, Draft, InTest, Quoted, Received,
            Rejected, Reported, Returned, Submitted, Tested,
        };
        let (by, next) = match (self, step) {
            (Draft, Step::Submit) => (Side::Customer, Submitted),
            (Submitted, Step::Approve) if wants_leader => (Side::Leader, Approved),
            (Submitted, Step::Quote | Step::Accept) if wants_leader => {
                return Err(Refusal::new(Class::Refused, "service-leader-first"));
            }
            (Submitted | Approved | Quoted, Step::Quote) => (Side::Unit, Quoted),
            // Work at list prices is taken as it was asked for; a quote is accepted by who pays.
            (Submitted | Approved, Step::Accept) => (Side::Unit, Accepted),
            (Quoted, Step::Accept) => (Side::Customer, Accepted),
            (Accepted, Step::Receive) => (Side::Unit, Received),
            (Received, Step::Start) => (Side::Unit, InTest),
            (InTest, Step::Finish) => (Side::Unit, Tested),
            (Tested, Step::Report) => (Side::Unit, Reported),
            (Reported, Step::Clear) => (Side::Unit, Cleared),
            (Cleared, Step::Close) => (Side::Customer, Closed),
            (Submitted | Approved | Quoted, Step::Reject) => (Side::Unit, Rejected),
            (Draft | Submitted | Approved | Quoted | Accepted, Step::Cancel) => {
                (Side::Customer, Cancelled)
            }
            (Received, Step::Return) => (Side::Unit, Returned),
            (state, _) => {
                let refusal = Refusal::new(Class::Conflict, "service-step");
                return Err(refusal.term("state", format!("service-state-{state}")));
            }
        };
        if by == side {
            return Ok(next);
        }
        let refusal = Refusal::new(Class::NotAllowed, "service-other-side");
        Err(refusal.term("side", format!("service-side-{by}")))
    }

    /// Whether the customer owes what the order costs.
    pub fn is_chargeable(self) -> bool {
        use State::{Accepted, Cleared, Closed, InTest, Received, Reported, Tested};
        matches!(self, Accepted | Received | InTest | Tested | Reported | Cleared | Closed)
    }

    /// Who does the next step; nobody where nothing follows.
    pub fn turn(self) -> Option<Side> {
        match self {
            Self::Draft | Self::Quoted | Self::Cleared => Some(Side::Customer),
            state if state.is_over() => None,
            _ => Some(Side::Unit),
        }
    }

    /// The step that usually follows. `is_priced`: whether the unit may take it as it was asked for.
    pub fn next(self, is_priced: bool) -> Option<Step> {
        Some(match self {
            Self::Draft => Step::Submit,
            Self::Submitted | Self::Approved if is_priced => Step::Accept,
            Self::Submitted | Self::Approved => Step::Quote,
            Self::Quoted => Step::Accept,
            Self::Accepted => Step::Receive,
            Self::Received => Step::Start,
            Self::InTest => Step::Finish,
            Self::Tested => Step::Report,
            Self::Reported => Step::Clear,
            Self::Cleared => Step::Close,
            Self::Closed | Self::Rejected | Self::Cancelled | Self::Returned => return None,
        })
    }

    /// Whether nothing follows.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Rejected | Self::Cancelled | Self::Returned)
    }
}

/// A reason where a step needs one.
pub fn reasoned(step: Step, reason: &str) -> Result<(), Refusal> {
    let needs = matches!(step, Step::Reject | Step::Return);
    if needs && reason.trim().is_empty() {
        return Err(Refusal::invalid("service-reason-missing").on("reason"));
    }
    Ok(())
}

/// The code on the label of the sample so many places down an order.
pub fn sample_code(order: &base::Reference, place: usize) -> String {
    format!("{}-{:02}", order.as_str(), place + 1)
}

/// What an order costs by its samples: all of them until the test says which succeeded.
pub fn cost(prices: Samples, samples: &[Sample], is_urgent: bool) -> i64 {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let failed = samples.iter().filter(|sample| sample.succeeded == Some(false)).count();
    prices.cost(count(samples.len()), count(samples.len() - failed), is_urgent)
}

/// A unit's answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub order: ServiceOrderId,
    pub price: i64,
    pub days: u32,
    /// Marks its report may carry.
    pub marks: usize,
    /// Mean of its ratings in hundredths of a step, 100 the best.
    pub rating: Option<u32>,
}

/// Answers as a customer compares them: cheaper first, then faster, then by more marks.
pub fn compare(mut answers: Vec<Answer>) -> Vec<Answer> {
    let key = |it: &Answer| (it.price, it.days, std::cmp::Reverse(it.marks), it.order);
    answers.sort_by_key(key);
    answers
}

/// What a choice does: one order is accepted, the other open ones are told no.
pub fn choose(
    manner: Manner,
    orders: &[(ServiceOrderId, State)],
    chosen: ServiceOrderId,
) -> Result<Vec<ServiceOrderId>, Refusal> {
    let state = orders.iter().find(|(id, _)| *id == chosen).map(|(_, state)| *state);
    if state != Some(State::Quoted) {
        return Err(Refusal::new(Class::Conflict, "service-not-quoted"));
    }
    let mut others = orders.iter().filter(|(id, _)| *id != chosen);
    if manner == Manner::Each {
        return Ok(Vec::new());
    }
    if others.any(|(_, state)| state.is_chargeable()) {
        return Err(Refusal::new(Class::Conflict, "service-chosen"));
    }
    let open = orders.iter().filter(|(id, state)| *id != chosen && !state.is_over());
    Ok(open.map(|(id, _)| *id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tariff::Counted;
    use expect_test::expect;

    #[test]
    fn every_step_and_whose_it_is() {
        let mut table = String::new();
        for state in State::ALL {
            for step in Step::ALL {
                for side in Side::ALL {
                    if let Ok(next) = state.after(*step, *side, false) {
                        table += &format!("{state} {step} {side} -> {next}\n");
                    }
                }
            }
        }
        expect![[r#"
            draft submit customer -> submitted
            draft cancel customer -> cancelled
            submitted quote unit -> quoted
            submitted accept unit -> accepted
            submitted reject unit -> rejected
            submitted cancel customer -> cancelled
            approved quote unit -> quoted
            approved accept unit -> accepted
            approved reject unit -> rejected
            approved cancel customer -> cancelled
            quoted quote unit -> quoted
            quoted accept customer -> accepted
            quoted reject unit -> rejected
            quoted cancel customer -> cancelled
            accepted receive unit -> received
            accepted cancel customer -> cancelled
            received start unit -> in-test
            received return unit -> returned
            in-test finish unit -> tested
            tested report unit -> reported
            reported clear unit -> cleared
            cleared close customer -> closed
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn the_leader_comes_first_where_he_must_agree() {
        let code = |it: Result<State, Refusal>| it.err().map(|refusal| refusal.code.to_string());
        let early = State::Submitted.after(Step::Accept, Side::Unit, true);
        assert_eq!(code(early).as_deref(), Some("service-leader-first"));
        let approved = State::Submitted.after(Step::Approve, Side::Leader, true);
        assert_eq!(approved, Ok(State::Approved));
        let other = State::Submitted.after(Step::Approve, Side::Unit, true);
        assert_eq!(code(other).as_deref(), Some("service-other-side"));
        assert_eq!(State::Approved.after(Step::Accept, Side::Unit, true), Ok(State::Accepted));
    }

    #[test]
    fn charges_start_when_an_order_is_accepted() {
        let owed: Vec<State> = State::ALL.iter().copied().filter(|it| it.is_chargeable()).collect();
        use State::{Accepted, Cleared, Closed, InTest, Received, Reported, Tested};
        assert_eq!(owed, [Accepted, Received, InTest, Tested, Reported, Cleared, Closed]);
        assert!(State::ALL.iter().all(|it| !it.is_over()
            || Step::ALL.iter().all(|step| {
                Side::ALL.iter().all(|side| it.after(*step, *side, false).is_err())
            })));
        assert!(reasoned(Step::Reject, " ").is_err() && reasoned(Step::Accept, "").is_ok());
    }

    #[test]
    fn the_next_step_is_one_of_whose_turn_it_is() {
        for state in State::ALL {
            for is_priced in [false, true] {
                let (step, side) = (state.next(is_priced), state.turn());
                assert_eq!(step.is_some(), side.is_some(), "{state}");
                if let (Some(step), Some(side)) = (step, side) {
                    assert!(state.after(step, side, false).is_ok(), "{state} {step} {side}");
                }
            }
        }
    }

    #[test]
    fn five_samples_of_which_four_succeed() {
        let sample = |succeeded| Sample { succeeded, ..Sample::default() };
        let mut samples = vec![sample(None); 5];
        let counted = Counted::Successful;
        let prices = Samples { price: 8_000, minimum: 30_000, counted, urgent_bp: 5_000 };
        assert_eq!(cost(prices, &samples, false), 40_000);
        samples[4].succeeded = Some(false);
        assert_eq!(cost(prices, &samples, false), 32_000);
        assert_eq!(cost(prices, &samples, true), 48_000);
        let order = base::Reference::draw("FW", 2026, &mut base::chance::SeededChance::new(1));
        let codes: Vec<String> = (0..5).map(|place| sample_code(&order, place)).collect();
        let all: std::collections::BTreeSet<&String> = codes.iter().collect();
        assert_eq!(all.len(), 5);
        assert!(codes[0].starts_with(order.as_str()) && codes[0].ends_with("-01"));
    }

    #[test]
    fn answers_are_compared_and_one_is_chosen() {
        let id = ServiceOrderId::from_bits;
        let answer = |order, price, days, marks| Answer {
            order: id(order),
            price,
            days,
            marks,
            rating: None,
        };
        let ranked = compare(vec![
            answer(1, 500, 3, 0),
            answer(2, 400, 9, 1),
            answer(3, 400, 5, 0),
            answer(4, 400, 5, 2),
        ]);
        assert_eq!(
            ranked.iter().map(|it| it.order).collect::<Vec<_>>(),
            [id(4), id(3), id(2), id(1)]
        );
        let orders = [
            (id(1), State::Quoted),
            (id(2), State::Quoted),
            (id(3), State::Submitted),
            (id(4), State::Rejected),
        ];
        assert_eq!(choose(Manner::Compare, &orders, id(1)), Ok(vec![id(2), id(3)]));
        assert_eq!(choose(Manner::Each, &orders, id(1)), Ok(Vec::new()));
        assert!(choose(Manner::Compare, &orders, id(3)).is_err());
        let taken = [(id(1), State::Quoted), (id(2), State::Accepted)];
        let refusal = choose(Manner::Compare, &taken, id(1)).expect_err("taken");
        assert_eq!(refusal.code, "service-chosen");
    }
}
