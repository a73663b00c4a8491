//! Registration: the form is filled from the contract, handed in, sent back, registered, changed.

use crate::act::{Act, Cx, Stop};
use crate::contract::{ContractChanged, find, line, office_thing, refusals, save, thing_of, today};
use ::contract::filing::{DECISION_DAYS, Move};
use ::contract::kept::Kept;
use ::contract::registration::{Extra, Form, KEYS};
use ::contract::typing::Traits;
use access::{Act as A, Thing};
use base::{Class, ContractId, Refusal};
use store::Hold;

/// The form of a contract as it stands, with its version and the day of its first signature.
pub(super) fn form(kept: &Kept) -> Form {
    let signed = kept.signed_on;
    Form::fill(kept.current(), &Extra { signed, ..kept.extra.clone() })
}

/// A refusal at a field of the form, which it names as the form does; why something was decided is
/// no field of it.
pub fn in_form(mut refusal: Refusal) -> Refusal {
    let key = refusal.field.as_deref().unwrap_or("").replace('_', "-");
    if !KEYS.contains(&key.as_str()) {
        return refusal;
    }
    refusal.values.retain(|(name, _)| name != "field");
    refusal.term("field", form_term(&key))
}

/// What a field of the form is called.
pub fn form_term(key: &str) -> String {
    format!("contract-form-{}", key.replace(['.', '_'], "-"))
}

/// Fills in what the terms do not hold, and answers what the deal does.
#[derive(serde::Serialize)]
pub struct FillFiling {
    pub contract: ContractId,
    pub version: u64,
    pub extra: Extra,
    pub traits: Option<Traits>,
    /// Whether it is handed in as well, where nothing is missing.
    pub hands_in: bool,
}

impl Act for FillFiling {
    const ACT: A = A::FillFiling;
    type Facts = Kept;
    type Plan = Kept;
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

    fn decide(&self, kept: Kept, cx: &Cx<'_, '_>) -> Result<Kept, Vec<Refusal>> {
        let mut no = Vec::new();
        if kept.bound.is_none() {
            no.push(Refusal::new(Class::Refused, "contract-not-signed"));
        }
        if kept.version != self.version {
            no.push(Refusal::new(Class::Conflict, "version-conflict"));
        }
        let most = base::limits::NAME_CHARS_MAX;
        for (field, text) in
            [("applicant", &self.extra.applicant), ("telephone", &self.extra.telephone)]
        {
            let text = text.as_deref().unwrap_or("");
            no.extend(base::text::line(field, text, most).err().map(in_form));
        }
        no.extend(flaws_of_parties(&kept, &self.extra));
        if !no.is_empty() {
            return Err(no);
        }
        // The number is the office's, and the day is the contract's.
        let extra = Extra { number: kept.extra.number.clone(), signed: None, ..self.extra.clone() };
        let kept = Kept { extra, traits: self.traits.or(kept.traits), ..kept };
        if self.hands_in { handed_in(kept, cx) } else { Ok(kept) }
    }

    fn save(&self, mut kept: Kept, cx: &mut Cx<'_, '_>) -> Result<ContractChanged, Stop> {
        if self.hands_in {
            return save_filing(cx, kept);
        }
        save(cx, &mut kept, "filing-filled", "", "")
    }
}

/// What is wrong with what the form was told of the parties: it takes what it asks for and the terms
/// leave open.
fn flaws_of_parties(kept: &Kept, extra: &Extra) -> Vec<Refusal> {
    if extra.parties.len() > KEYS.len() {
        return vec![Refusal::invalid("contract-flaw-too-many").on("parties")];
    }
    let open = ::contract::registration::open_of_parties(kept.current());
    let agreed = Form::fill(kept.current(), &Extra::default());
    let flaw = |(key, text): (&String, &String)| {
        if open.contains(&key.as_str()) {
            return base::text::line(key, text, base::limits::NAME_CHARS_MAX).err().map(in_form);
        }
        let code = match agreed.get(key) {
            Some(_) => "contract-form-agreed",
            None => "contract-form-unknown",
        };
        Some(Refusal::invalid(code).on(key.clone()))
    };
    extra.parties.iter().filter_map(flaw).collect()
}

/// Hands the form in, or a change of what is registered.
#[derive(serde::Serialize)]
pub struct SubmitFiling {
    pub contract: ContractId,
    pub version: u64,
}

impl Act for SubmitFiling {
    const ACT: A = A::FillFiling;
    type Facts = Kept;
    type Plan = Kept;
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

    fn decide(&self, kept: Kept, cx: &Cx<'_, '_>) -> Result<Kept, Vec<Refusal>> {
        if kept.version != self.version {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        handed_in(kept, cx)
    }

    fn save(&self, kept: Kept, cx: &mut Cx<'_, '_>) -> Result<ContractChanged, Stop> {
        save_filing(cx, kept)
    }
}

/// The form as handed in, or everything that it lacks.
fn handed_in(kept: Kept, cx: &Cx<'_, '_>) -> Result<Kept, Vec<Refusal>> {
    let Some(bound) = kept.life.bound().map(|it| it.version) else {
        return Err(vec![Refusal::new(Class::Refused, "contract-not-signed")]);
    };
    let missing = form(&kept).missing();
    if !missing.is_empty() {
        let absent = |key: &&str| in_form(Refusal::invalid("contract-form-absent").on(*key));
        return Err(missing.iter().map(absent).collect());
    }
    let step = Move::Submit { version: bound, missing: Vec::new() };
    let filing = kept.filing.take(&step, today(cx), DECISION_DAYS).map_err(refusals)?;
    Ok(Kept { filing, ..kept })
}

fn save_filing(cx: &mut Cx<'_, '_>, mut kept: Kept) -> Result<ContractChanged, Stop> {
    let kind = format!("filing-{}", store::contract::filing_state(&kept.filing));
    save(cx, &mut kept, &kind, "", "")
}

/// What the office decides about a registration.
#[derive(serde::Serialize)]
pub struct DecideFiling {
    pub contract: ContractId,
    /// Anything but handing in.
    pub step: Move,
}

impl Act for DecideFiling {
    const ACT: A = A::DecideFiling;
    type Facts = Kept;
    type Plan = (Kept, String);
    type Outcome = ContractChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.contract)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Kept, Stop> {
        find(cx, self.contract)
    }

    fn thing(&self, kept: &Kept) -> Thing {
        office_thing(kept)
    }

    fn decide(&self, mut kept: Kept, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let text = match &self.step {
            Move::Submit { .. } => {
                return Err(vec![Refusal::new(Class::Conflict, "contract-state-unfit")]);
            }
            Move::Return { why } | Move::Refuse { why } | Move::Cancel { why } => line("why", why),
            Move::Register { number } => {
                base::text::required_line("number", number, base::limits::NAME_CHARS_MAX)
            }
        };
        let text = text.map_err(|refusal| vec![in_form(refusal)])?;
        kept.filing = kept.filing.take(&self.step, today(cx), DECISION_DAYS).map_err(refusals)?;
        if let Move::Register { .. } = &self.step {
            kept.extra.number = Some(text.clone());
        }
        Ok((kept, text))
    }

    fn save(
        &self,
        (mut kept, text): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<ContractChanged, Stop> {
        let kind = match &self.step {
            Move::Return { .. } => "filing-sent-back",
            Move::Refuse { .. } => "filing-refused",
            Move::Cancel { .. } => "filing-cancelled",
            Move::Register { .. } | Move::Submit { .. } => "filing-registered",
        };
        save(cx, &mut kept, kind, "", &text)
    }
}
