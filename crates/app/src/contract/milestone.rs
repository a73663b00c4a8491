//! Milestones: handed over by the provider, accepted or sent back by the acquirer.

use crate::act::{Act, Cx, Stop};
use crate::contract::{ContractChanged, find, line, own_party, save, thing_of, today};
use ::contract::Side;
use ::contract::kept::Kept;
use ::contract::milestone::{Happened, Standing};
use access::{Act as A, Thing};
use base::{Class, ContractId, Refusal};
use store::Hold;

/// What is said of a milestone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Mark {
    Delivered,
    Accepted,
    Rejected { why: String },
}

impl Mark {
    fn code(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Accepted => "accepted",
            Self::Rejected { .. } => "rejected",
        }
    }

    fn side(&self) -> Side {
        match self {
            Self::Delivered => Side::Provider,
            Self::Accepted | Self::Rejected { .. } => Side::Acquirer,
        }
    }
}

/// Says today what became of a milestone.
#[derive(serde::Serialize)]
pub struct MarkMilestone {
    pub contract: ContractId,
    pub milestone: String,
    pub mark: Mark,
}

impl Act for MarkMilestone {
    const ACT: A = A::MarkMilestone;
    type Facts = Kept;
    type Plan = (Kept, String, String);
    type Outcome = ContractChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.contract)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Kept, Stop> {
        find(cx, self.contract)
    }

    fn thing(&self, kept: &Kept) -> Thing {
        thing_of(kept)
    }

    fn decide(&self, mut kept: Kept, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let by = own_party(&kept, cx)?;
        let on = today(cx);
        let unfit = || Refusal::new(Class::Conflict, "contract-state-unfit");
        let mut no = Vec::new();
        if !matches!(kept.state(), "in-force" | "breached") {
            no.push(unfit());
        }
        if kept.side_of(&by) != Some(self.mark.side()) {
            no.push(Refusal::new(Class::Refused, "contract-not-your-side"));
        }
        let all = &kept.current().milestones;
        let Some(it) = all.iter().find(|it| it.key == self.milestone) else {
            return Err(vec![Refusal::not_found()]);
        };
        let standing = it.standing(kept.happened(&it.key), on);
        let is_delivered =
            matches!(standing, Standing::Delivered { .. } | Standing::Unanswered { .. });
        let fits = match self.mark {
            Mark::Delivered => matches!(standing, Standing::Open | Standing::Late { .. }),
            Mark::Accepted | Mark::Rejected { .. } => is_delivered,
        };
        if !fits {
            no.push(Refusal::new(Class::Conflict, "contract-milestone-unfit"));
        }
        let title = it.title.best(base::Lang::Zh).0.to_owned();
        let (happened, text) = match &self.mark {
            Mark::Delivered => (Happened::Delivered { on }, title),
            Mark::Accepted => (Happened::Accepted { on }, title),
            Mark::Rejected { why } => match line("why", why) {
                Ok(why) => (Happened::Rejected { on, why: why.clone() }, format!("{title}: {why}")),
                Err(refusal) => {
                    no.push(refusal);
                    return Err(no);
                }
            },
        };
        if !no.is_empty() {
            return Err(no);
        }
        kept.happened.entry(self.milestone.clone()).or_default().push(happened);
        Ok((kept, by, text))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ContractChanged, Stop> {
        let (mut kept, by, text) = plan;
        save(cx, &mut kept, self.mark.code(), &by, &text)
    }
}
