//! Rules of an organisation about the division of income: declared with their source and day.

use crate::act::{About, Act, Cx, Stop};
use ::contract::rules::{Declared, Rules};
use access::{Act as A, Thing};
use base::{Date, Label, Level, OrganisationId, Refusal};
use store::Hold;

/// Declares rules that hold for contracts signed from a day on.
#[derive(serde::Serialize)]
pub struct DeclareIncomeRules {
    pub organisation: OrganisationId,
    pub from: Date,
    /// The law, statute or resolution they are taken from.
    pub source: String,
    pub rules: Rules,
}

impl Act for DeclareIncomeRules {
    const ACT: A = A::DeclareIncomeRules;
    type Facts = usize;
    type Plan = Declared;
    type Outcome = u64;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.organisation)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<usize, Stop> {
        store::organisation::find(cx.tx, self.organisation)?.ok_or_else(Refusal::not_found)?;
        Ok(store::contract_money::rules(cx.tx, self.organisation)?.len())
    }

    fn thing(&self, _: &usize) -> Thing {
        Thing::of(self.organisation)
    }

    fn decide(&self, n_before: usize, _: &Cx<'_, '_>) -> Result<Declared, Vec<Refusal>> {
        let source = super::line("source", &self.source);
        let mut no = super::refusals(self.rules.flaws());
        if n_before >= store::contract_money::RULES_MAX {
            no.push(Refusal::new(base::Class::Refused, "contract-rules-full"));
        }
        match source {
            Ok(source) if no.is_empty() => {
                let n = 1 + n_before as u64;
                Ok(Declared { n, from: self.from, source, rules: self.rules.clone() })
            }
            source => {
                no.extend(source.err());
                Err(no)
            }
        }
    }

    fn save(&self, declared: Declared, cx: &mut Cx<'_, '_>) -> Result<u64, Stop> {
        let by = (cx.actor.person, cx.now);
        store::contract_money::add_rules(cx.tx, self.organisation, &declared, by)?;
        let label = Label::at(Level::Members);
        let about = About {
            thing: self.organisation.to_string(),
            version: declared.n,
            owner: Some(self.organisation),
            label: &label,
            state: "",
        };
        let body = serde_json::json!({
            "from": declared.from.to_string(),
            "source": declared.source,
            "rules": declared.rules,
        });
        cx.event("income-rules-declared", about, body);
        Ok(declared.n)
    }
}
