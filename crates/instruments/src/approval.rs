//! Who agrees to a booking: chains of steps, answered one after the other.
//!
//! Nobody answers for the own booking. Where a group's leader is asked and there is none to ask, because
//! nobody is named or they book for themselves, the owner's unit answers in their place; where whoever
//! answers for the unit books for themselves and nobody else does, who operates the instrument. Where there
//! is nobody else at all, nothing is asked: the booking is refused and says why.

use crate::tariff::CLASS_CHARS_MAX;
use base::{Instant, PersonId};

/// Chains that one level sets at most.
pub const CHAINS_MAX: usize = 20;

crate::words_of! {
    /// Who answers, in the order in which they are asked.
    Step {
        /// Whoever answers for the organisation that the booking is for.
        Leader = "leader",
        /// Who operates the instrument.
        Staff = "staff",
        /// Who answers for the owner's unit.
        Unit = "unit",
    }
}

/// Which bookings a chain is asked about.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Always,
    /// For people of other organisations than the owner.
    External,
    /// Above so many minutes.
    Over(u32),
    /// For customers of a class.
    Class(String),
    /// Where somebody asks for what a rule refuses.
    Asked,
}

/// Steps for some bookings.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    pub when: When,
    pub steps: Vec<Step>,
}

impl Chain {
    /// Whether it says anything that can be asked.
    pub fn is_sound(&self) -> bool {
        let is_said = match &self.when {
            When::Over(minutes) => *minutes > 0,
            When::Class(class) => {
                let is_trimmed = class.trim() == class && !class.is_empty();
                is_trimmed && class.chars().count() <= CLASS_CHARS_MAX
            }
            _ => true,
        };
        is_said && !self.steps.is_empty() && self.steps.len() <= Step::ALL.len()
    }
}

/// What chains are asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    pub minutes: i64,
    pub is_external: bool,
    /// Of all organisations that it may be for, where none is named.
    pub classes: &'a [String],
    /// Whether somebody asks for what a rule refuses.
    pub is_asked: bool,
    /// Whether somebody else leads the organisation that it is for.
    pub has_leader: bool,
    pub others: Others,
}

/// Who answers for the owner besides whoever a booking is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Others {
    pub has_manager: bool,
    pub has_staff: bool,
}

impl Others {
    /// Where whoever it is for answers for nothing of the owner.
    pub const ALL: Self = Self { has_manager: true, has_staff: true };

    /// Whether a step finds anybody to answer it.
    fn may(self, step: Step) -> bool {
        match step {
            Step::Leader => true,
            Step::Staff => self.has_staff || self.has_manager,
            Step::Unit => self.has_manager,
        }
    }
}

/// Whether some step that is open finds nobody to answer it.
pub fn is_dead(stages: &[Stage], others: Others) -> bool {
    stages.iter().any(|stage| stage.agreed.is_none() && !others.may(stage.step))
}

/// The steps that a booking needs, of all chains that apply, each once and in their order.
pub fn steps(chains: &[Chain], of: &Asking<'_>) -> Vec<Step> {
    let applies = |chain: &&Chain| match &chain.when {
        When::Always => true,
        When::External => of.is_external,
        When::Over(most) => of.minutes > i64::from(*most),
        When::Class(class) => of.classes.contains(class),
        When::Asked => of.is_asked,
    };
    let asked = chains.iter().filter(applies).flat_map(|chain| chain.steps.iter().copied());
    let placed = |step| match step {
        Step::Leader if of.has_leader => step,
        Step::Leader | Step::Unit if !of.others.has_manager && of.others.has_staff => Step::Staff,
        Step::Leader => Step::Unit,
        step => step,
    };
    let mut steps: Vec<Step> = asked.map(placed).collect();
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// A step of a request, with who agreed and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stage {
    pub step: Step,
    pub agreed: Option<(PersonId, Instant)>,
}

impl Stage {
    /// A step that nobody has answered yet.
    pub fn open(step: Step) -> Self {
        Self { step, agreed: None }
    }
}

/// Whose turn it is; nothing where all have agreed, or where no step was set.
pub fn turn(stages: &[Stage]) -> Option<Step> {
    stages.iter().find(|stage| stage.agreed.is_none()).map(|stage| stage.step)
}

/// Who wants to answer.
#[derive(Clone, Copy, Debug)]
pub struct Answerer {
    /// Whether they answer for the organisation that the booking is for, operate the instrument, answer
    /// for the unit.
    pub leads: bool,
    pub is_staff: bool,
    pub is_manager: bool,
}

impl Answerer {
    /// Whether they may answer this step; without steps any of the owner's people answers.
    pub fn may(self, step: Option<Step>) -> bool {
        match step {
            Some(Step::Leader) => self.leads,
            Some(Step::Staff) | None => self.is_staff || self.is_manager,
            Some(Step::Unit) => self.is_manager,
        }
    }
}

/// The steps after one more of them is agreed to.
pub fn agree(stages: &[Stage], by: PersonId, now: Instant) -> Vec<Stage> {
    let mut next = stages.to_vec();
    if let Some(stage) = next.iter_mut().find(|stage| stage.agreed.is_none()) {
        stage.agreed = Some((by, now));
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chains as `when:steps`, what is asked as words, the steps by their first letters.
    fn check(chains: &str, asking: &str, want: &str) {
        let chain = |text: &str| {
            let (when, steps) = text.split_once(':').expect("a chain");
            let when = match when.split_once('>') {
                Some((_, minutes)) => When::Over(minutes.parse().expect("minutes")),
                None => match when {
                    "always" => When::Always,
                    "external" => When::External,
                    "asked" => When::Asked,
                    class => When::Class(class.to_owned()),
                },
            };
            let steps = steps.split('+').map(|word| Step::parse(word).expect("a step")).collect();
            let chain = Chain { when, steps };
            assert!(chain.is_sound(), "{chain:?}");
            chain
        };
        let chains: Vec<Chain> = chains.split_whitespace().map(chain).collect();
        let is = |word: &str| asking.split_whitespace().any(|own| own == word);
        let classes = ["internal", "teaching"].into_iter().filter(|class| is(class));
        let classes: Vec<String> = classes.map(str::to_owned).collect();
        let asking = Asking {
            minutes: if is("long") { 481 } else { 480 },
            is_external: is("external"),
            classes: &classes,
            is_asked: is("asked"),
            has_leader: !is("leaderless"),
            others: Others { has_manager: !is("alone"), has_staff: !is("unstaffed") },
        };
        let found: Vec<&str> = steps(&chains, &asking).into_iter().map(Step::word).collect();
        assert_eq!(found.join(" "), want);
    }

    #[test]
    fn steps_of_all_chains_that_apply_come_once_and_in_order() {
        let all = "over>480:unit external:staff+leader asked:unit teaching:leader";
        check(all, "", "");
        check(all, "long", "unit");
        check(all, "external", "leader staff");
        check(all, "external long asked", "leader staff unit");
        check(all, "teaching", "leader");
        check(all, "internal teaching", "leader");
        check(all, "internal", "");
        check("always:staff", "", "staff");
        check("", "external long", "");
    }

    #[test]
    fn the_unit_answers_where_no_leader_can_be_asked() {
        check("always:leader", "leaderless", "unit");
        check("always:leader+staff+unit", "leaderless", "staff unit");
    }

    #[test]
    fn a_lone_manager_is_answered_by_who_operates_it() {
        check("always:unit", "alone", "staff");
        check("always:leader", "leaderless alone", "staff");
        check("always:leader+unit", "alone", "leader staff");
        check("always:staff+unit", "leaderless alone", "staff");
        // Nobody is left: the step stays, and is dead.
        check("always:unit", "alone unstaffed", "unit");
        let dead = |step, has_manager, has_staff| {
            is_dead(&[Stage::open(step)], Others { has_manager, has_staff })
        };
        assert!(dead(Step::Unit, false, false) && dead(Step::Staff, false, false));
        assert!(!dead(Step::Staff, false, true) && !dead(Step::Staff, true, false));
        assert!(!dead(Step::Unit, true, false) && !dead(Step::Leader, false, false));
        let agreed = Some((PersonId::from_bits(1), Instant::from_micros(1)));
        let none = Others { has_manager: false, has_staff: false };
        assert!(!is_dead(&[Stage { step: Step::Unit, agreed }], none));
    }

    #[test]
    fn each_step_is_answered_by_its_own_people_in_turn() {
        let nobody = Answerer { leads: false, is_staff: false, is_manager: false };
        let may = |who: Answerer| {
            [None, Some(Step::Leader), Some(Step::Staff), Some(Step::Unit)].map(|it| who.may(it))
        };
        assert_eq!(may(nobody), [false; 4]);
        assert_eq!(may(Answerer { leads: true, ..nobody }), [false, true, false, false]);
        assert_eq!(may(Answerer { is_staff: true, ..nobody }), [true, false, true, false]);
        assert_eq!(may(Answerer { is_manager: true, ..nobody }), [true, false, true, true]);
        let (me, now) = (PersonId::from_bits(7), Instant::from_micros(9));
        let mut stages: Vec<Stage> = Step::ALL.iter().copied().map(Stage::open).collect();
        let mut seen = Vec::new();
        while let Some(step) = turn(&stages) {
            seen.push(step);
            stages = agree(&stages, me, now);
        }
        assert_eq!(seen, Step::ALL);
        assert!(stages.iter().all(|stage| stage.agreed == Some((me, now))));
        assert_eq!(turn(&[]), None);
    }

    #[test]
    fn nonsense_is_no_chain() {
        let chain = |when, steps: &[Step]| Chain { when, steps: steps.to_vec() };
        for unsound in [
            chain(When::Always, &[]),
            chain(When::Over(0), &[Step::Unit]),
            chain(When::Class(String::new()), &[Step::Unit]),
            chain(When::Class(" teaching".to_owned()), &[Step::Unit]),
            chain(When::Always, &[Step::Unit; 4]),
        ] {
            assert!(!unsound.is_sound(), "{unsound:?}");
        }
        let text = serde_json::to_string(&chain(When::Over(480), &[Step::Leader])).expect("a text");
        assert_eq!(text, r#"{"when":{"over":480},"steps":["leader"]}"#);
    }
}
