//! Organisations: public bodies, added by the city's desk and kept current by their own people.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Bilingual, Class, Label, OrganisationId, Reference, Refusal, limits};
use parties::Organisation;
use parties::organisation::{Profile, folded};
use store::Hold;

/// An organisation and what this reader may do there.
pub struct View {
    pub organisation: Organisation,
    pub may_revise: bool,
    pub may_see_people: bool,
}

impl City {
    /// One organisation.
    pub fn organisation(&self, asker: &Asker, id: OrganisationId) -> Result<View, No> {
        self.read(asker, |rx| {
            let found = store::organisation::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let thing = Thing::of(id);
            rx.may(A::LookAtOrganisation, &thing)?;
            Ok(View {
                organisation: found,
                may_revise: crate::act::offers(&rx.actor, A::ReviseOrganisation, &thing),
                may_see_people: crate::act::offers(&rx.actor, A::ListPeople, &thing),
            })
        })
    }

    /// Organisations after an id, at most `limit`.
    pub fn organisations(
        &self,
        asker: &Asker,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Organisation>, No> {
        self.read(asker, |rx| {
            rx.may(A::ListOrganisations, &Thing::open())?;
            Ok(store::organisation::list(rx.tx, after, limit.min(limits::PAGE_ROWS_MAX))?)
        })
    }

    /// Organisations after an id with a word that begins like this: as written, in pinyin, by the
    /// initials of pinyin, or their credit code.
    pub fn find_organisations(
        &self,
        asker: &Asker,
        typed: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Organisation>, No> {
        self.read(asker, |rx| {
            rx.may(A::ListOrganisations, &Thing::open())?;
            let typed: String = typed.chars().take(limits::QUERY_CHARS_MAX).collect();
            let limit = limit.min(limits::PAGE_ROWS_MAX);
            Ok(store::organisation::by_term(rx.tx, &typed, after, limit)?)
        })
    }

    /// Lets organisations that an older program added be found by their names; says how many.
    pub fn complete_organisation_terms(&self) -> Result<u64, No> {
        let (mut n, mut after) = (0, String::new());
        loop {
            let found = self.store().read(|tx| {
                store::organisation::without_terms(tx, &after, limits::IMPORT_BATCH_MAX)
            })?;
            let Some(last) = found.last() else { return Ok(n) };
            after = last.id.to_string();
            n += u64::try_from(found.len()).unwrap_or(0);
            self.store().write("organisation terms", move |tx| {
                found
                    .iter()
                    .try_for_each(|it| store::organisation::set_terms(tx, it.id, &it.profile))
            })?;
        }
    }

    /// The organisations in which this reader may create technologies, with their names.
    pub fn own_organisations(&self, asker: &Asker) -> Result<Vec<(OrganisationId, Bilingual)>, No> {
        self.read(asker, |rx| {
            let all = store::organisation::names(rx.tx)?;
            let actor = &rx.actor;
            let may = |id| crate::act::offers(actor, A::CreateTechnology, &Thing::of(id));
            Ok(all.into_iter().filter(|(id, _)| may(*id)).collect())
        })
    }

    /// The organisation that a person means: an id, a reference, a credit code, or a name in any
    /// spelling.
    pub fn organisation_named(&self, typed: &str) -> Result<OrganisationId, No> {
        let found = self.store().read(|tx| {
            if let Ok(id) = OrganisationId::parse(typed) {
                return Ok(store::organisation::find(tx, id)?.map(|found| found.id));
            }
            if let Some(reference) = Reference::parse(typed) {
                return store::organisation::by_reference(tx, reference.as_str());
            }
            if let Ok(code) = parties::credit_code::read(typed)
                && let Some(found) = store::organisation::by_credit_code(tx, &code)?
            {
                return Ok(Some(found));
            }
            Ok(store::organisation::by_name(tx, typed)?.map(|found| found.id))
        })?;
        let unknown = || {
            let refusal = Refusal::new(Class::NotFound, "organisation-unknown");
            No::from(refusal.on("owner").text("found", typed))
        };
        found.ok_or_else(unknown)
    }
}

/// Adds an organisation.
#[derive(serde::Serialize)]
pub struct CreateOrganisation {
    pub profile: Profile,
    /// Other spellings under which importers meet it.
    pub aliases: Vec<String>,
}

/// A new organisation.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct OrganisationChanged {
    pub organisation: OrganisationId,
    pub reference: Reference,
    pub version: u64,
}

impl Act for CreateOrganisation {
    const ACT: A = A::CreateOrganisation;
    type Facts = bool;
    type Plan = Profile;
    type Outcome = OrganisationChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<bool, Stop> {
        let code = &self.profile.credit_code;
        Ok(!code.is_empty() && store::organisation::by_credit_code(cx.tx, code)?.is_some())
    }

    fn thing(&self, _: &bool) -> Thing {
        Thing::open()
    }

    fn decide(&self, code_taken: bool, _: &Cx<'_, '_>) -> Result<Profile, Vec<Refusal>> {
        let mut problems = self.profile.problems();
        if code_taken {
            problems.push(
                Refusal::new(Class::Conflict, "organisation-credit-code-taken").on("credit_code"),
            );
        }
        if self.aliases.len() > limits::PARTS_MAX
            || self
                .aliases
                .iter()
                .any(|alias| folded(alias).chars().count() > limits::NAME_CHARS_MAX)
        {
            let refusal = Refusal::invalid("too-many-parts").on("aliases");
            problems.push(
                refusal
                    .term("field", "field-aliases")
                    .number("found", self.aliases.len())
                    .number("most", limits::PARTS_MAX),
            );
        }
        if problems.is_empty() { Ok(self.profile.clone()) } else { Err(problems) }
    }

    fn save(&self, profile: Profile, cx: &mut Cx<'_, '_>) -> Result<OrganisationChanged, Stop> {
        let id = cx.city.with_chance(|chance| OrganisationId::new(cx.now, chance));
        let reference = cx.city.reference("OR", cx.now);
        store::organisation::add(cx.tx, (id, &reference), &profile, cx.now)?;
        for alias in &self.aliases {
            store::organisation::add_alias(cx.tx, alias, id)?;
        }
        event(cx, "organisation-created", id, 1, &profile);
        Ok(OrganisationChanged { organisation: id, reference, version: 1 })
    }
}

/// Changes what is said about an organisation.
#[derive(serde::Serialize)]
pub struct ReviseOrganisation {
    pub organisation: OrganisationId,
    pub version: u64,
    pub profile: Profile,
}

impl Act for ReviseOrganisation {
    const ACT: A = A::ReviseOrganisation;
    type Facts = (Organisation, Option<OrganisationId>);
    type Plan = Organisation;
    type Outcome = OrganisationChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.organisation)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found =
            store::organisation::find(cx.tx, self.organisation)?.ok_or_else(Refusal::not_found)?;
        let holder = match self.profile.credit_code.as_str() {
            "" => None,
            code => store::organisation::by_credit_code(cx.tx, code)?,
        };
        Ok((found, holder))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::of(facts.0.id)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Organisation, Vec<Refusal>> {
        let (found, holder) = facts;
        let mut problems = self.profile.problems();
        if found.version != self.version {
            let refusal = Refusal::new(Class::Conflict, "version-conflict");
            problems.push(refusal.number("seen", self.version).number("now", found.version));
        }
        if found.merged_into.is_some() {
            problems.push(Refusal::new(Class::Refused, "merger-done"));
        }
        if holder.is_some_and(|holder| holder != found.id) {
            problems.push(
                Refusal::new(Class::Conflict, "organisation-credit-code-taken").on("credit_code"),
            );
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }

    fn save(&self, found: Organisation, cx: &mut Cx<'_, '_>) -> Result<OrganisationChanged, Stop> {
        let at = (found.id, self.version);
        // Whether it is invented was said when it was added and is not for its own people to say.
        let profile = Profile { invented: found.profile.invented, ..self.profile.clone() };
        if !store::organisation::change(cx.tx, at, &profile, cx.now)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        for name in [&profile.name.en, &profile.name.zh, &profile.short.en, &profile.short.zh] {
            store::organisation::add_alias(cx.tx, name, found.id)?;
        }
        let version = self.version + 1;
        event(cx, "organisation-revised", found.id, version, &profile);
        Ok(OrganisationChanged { organisation: found.id, reference: found.reference, version })
    }
}

pub(crate) fn event(
    cx: &mut Cx<'_, '_>,
    kind: &str,
    id: OrganisationId,
    version: u64,
    profile: &Profile,
) {
    let label = Label::public();
    let thing = id.to_string();
    let about = About { thing, version, owner: Some(id), label: &label, state: "" };
    cx.event(kind, about, serde_json::json!({ "kind": profile.kind.word() }));
}
