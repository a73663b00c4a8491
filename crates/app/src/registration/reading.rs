//! Registrations as the office, the applicant and whoever opens a link read them.

use super::deciding::{holder_of, living};
use crate::act::No;
use crate::asker::Asker;
use crate::case::{View, thing_of};
use crate::city::City;
use crate::secret::digest;
use access::{Act as A, Thing};
use base::{Bilingual, CaseId, Instant, OrganisationId, Reference, Refusal, limits};
use parties::registration::{Application, JOINING_NAME, NAME};
use store::case::Case;
use store::registration::Waiting;

/// What whoever opens a link sees before confirming.
pub struct LinkView {
    pub application: Application,
    pub email: String,
    /// Whether the address has an account already: its password counts then.
    pub has_account: bool,
    pub ends_at: Instant,
    /// The case, where it was confirmed before.
    pub case: Option<Reference>,
}

/// What the office has to know of a code before it decides.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The organisation that holds the code, its name, and whether somebody looks after it.
    pub holder: Option<(OrganisationId, Bilingual, bool)>,
    /// Other registrations of the code: for the office alone.
    pub rivals: Vec<(CaseId, Reference, String)>,
    /// How the applicant can be reached: for the office and for the firm's administrator.
    pub email: String,
}

/// What was said in a registration or a joining.
pub fn application_of(case: &Case) -> Option<Application> {
    let is_one = matches!(case.running.process.as_str(), NAME | JOINING_NAME);
    is_one.then(|| serde_json::from_value(case.matter.clone()).ok()).flatten()
}

impl City {
    /// Registrations after an id whose mail address is not confirmed yet.
    pub fn applications(
        &self,
        asker: &Asker,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Waiting>, No> {
        self.read(asker, |rx| {
            rx.may(A::ListApplications, &Thing::open())?;
            let limit = limit.min(limits::PAGE_ROWS_MAX);
            Ok(store::registration::waiting(rx.tx, rx.now, after, limit)?)
        })
    }

    /// What a link is about. Looking uses nothing up.
    pub fn application_of_link(&self, asker: &Asker, secret: &str) -> Result<LinkView, No> {
        self.read(asker, |rx| {
            rx.may(A::ConfirmRegistration, &Thing::open())?;
            let found = store::registration::by_secret(rx.tx, &digest(secret))?;
            let now = rx.now;
            let gone = || Refusal::new(base::Class::Refused, "link-gone");
            let waiting = found.filter(|it| now < it.ends_at).ok_or_else(gone)?;
            let case = match waiting.case {
                Some(id) => store::case::find(rx.tx, id)?.map(|case| case.reference),
                None => None,
            };
            let has_account = store::person::by_email(rx.tx, &waiting.email)?.is_some();
            Ok(LinkView {
                application: waiting.application,
                email: waiting.email,
                has_account,
                ends_at: waiting.ends_at,
                case,
            })
        })
    }

    /// What there is to know of the code of a case that this reader sees.
    pub fn registration_standing(&self, asker: &Asker, view: &View) -> Result<Standing, No> {
        self.read(asker, |rx| {
            let case = store::case::find(rx.tx, view.case.id)?.ok_or_else(Refusal::not_found)?;
            let shown = rx.may(A::LookAtCase, &thing_of(&case))?;
            let Some(application) = application_of(&case) else { return Ok(Standing::default()) };
            let holder = match case.running.process.as_str() {
                NAME => holder_of(rx.tx, &application.credit_code, rx.now)?,
                _ => Some((living(rx.tx, case.owner)?, true)),
            };
            let mut standing = Standing::default();
            if let Some((id, has_administrator)) = holder {
                let found = store::organisation::find(rx.tx, id)?;
                let name = found.map(|found| found.profile.name).unwrap_or_default();
                standing.holder = Some((id, name, has_administrator));
            }
            // The applicant learns nothing of others who asked for the same.
            if shown == "opener" {
                return Ok(standing);
            }
            let opener = store::person::find(rx.tx, case.running.opener)?;
            standing.email = opener.map(|person| person.email).unwrap_or_default();
            if shown == "officer" && case.running.process == NAME {
                let code = &application.credit_code;
                standing.rivals = store::registration::rivals(rx.tx, code, case.id)?;
            }
            Ok(standing)
        })
    }
}
