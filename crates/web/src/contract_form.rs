//! The form of a contract's terms: every term a field, grouped as a contract is read.
//!
//! Fields are named as flaws name them, so that a refusal stands at its field.

use crate::contract_part::chosen;
use crate::page::say;
use base::{Bilingual, Currency, Money};
use contract::kept::Kept;
use contract::kind::{Deduction, Exclusivity, Forum, Holder, OnMiss, RightKind};
use contract::price::When;
use contract::royalty::{Base, Every};
use contract::{Kind, Mode, Terms, rates};
use edge::{Fields, Request};
use look::{
    Choice, Field, Form, Look, Width, actions, bilingual_field, button, checkboxes, date_field,
    fieldset, text_field,
};
use maud::{Markup, html};

/// Empty rows below those that are filled.
pub const N_MORE: usize = 2;

/// The terms as the form posts them.
pub fn fields_of(terms: &Terms) -> Fields {
    let mut to = Writer { all: Vec::new(), currency: terms.price.currency };
    to.put("kind", terms.kind.code());
    to.put("mode", terms.mode.code());
    to.both("subject.title", &terms.subject.title);
    to.both("subject.description", &terms.subject.description);
    to.put("subject.field", &terms.subject.field);
    for (n, it) in terms.subject.rights.iter().enumerate() {
        to.put(&format!("subject.rights.{n}.kind"), it.kind.code());
        to.put(&format!("subject.rights.{n}.number"), &it.number);
        to.both(&format!("subject.rights.{n}.title"), &it.title);
    }
    for (n, it) in terms.parties.iter().enumerate() {
        let at = |part: &str| format!("parties.{n}.{part}");
        to.put(&at("code"), &it.code);
        to.put(&at("country"), &it.country);
        to.put(&at("division"), &it.division);
        to.put(&at("nature"), &it.nature);
        to.both(&at("address"), &it.address);
        to.put(&at("representative"), &it.representative);
        to.put(&at("contact"), &it.contact);
    }
    to.price(terms);
    to.promises(terms);
    Fields(to.all)
}

struct Writer {
    all: Vec<(String, String)>,
    currency: Currency,
}

impl Writer {
    fn put(&mut self, name: &str, value: &str) {
        self.all.push((name.to_owned(), value.to_owned()));
    }

    fn both(&mut self, name: &str, value: &Bilingual) {
        self.put(&format!("{name}.en"), &value.en);
        self.put(&format!("{name}.zh"), &value.zh);
    }

    fn sum(&mut self, name: &str, minor: i64) {
        let text = Money::new(minor, self.currency).decimal();
        self.put(name, &text);
    }

    fn number(&mut self, name: &str, n: u32) {
        self.put(name, &n.to_string());
    }

    fn is(&mut self, name: &str, is: bool) {
        if is {
            self.put(name, "yes");
        }
    }

    fn price(&mut self, terms: &Terms) {
        let price = &terms.price;
        self.put("price.currency", price.currency.code());
        for (n, it) in price.instalments.iter().enumerate() {
            let at = |part: &str| format!("price.instalments.{n}.{part}");
            self.put(&at("key"), &it.key);
            self.sum(&at("amount"), it.amount);
            match &it.when {
                When::On { date } => {
                    self.put(&at("when"), "date");
                    self.put(&at("date"), &date.to_string());
                }
                When::Signed { days } => {
                    self.put(&at("when"), "signed");
                    self.number(&at("days"), *days);
                }
                When::Accepted { milestone, days } => {
                    self.put(&at("when"), "accepted");
                    self.put(&at("milestone"), milestone);
                    self.number(&at("days"), *days);
                }
            }
        }
        for (n, it) in price.deductions.iter().enumerate() {
            self.put(&format!("price.deductions.{n}.kind"), it.kind.code());
            self.sum(&format!("price.deductions.{n}.amount"), it.amount);
        }
        if let Some(it) = &price.royalty {
            self.put("price.royalty.base", it.base.code());
            match it.base {
                Base::Units => {
                    let minor = it.rate.round(0, ledger::rounding::Rounding::HalfUp).unwrap_or(0);
                    self.sum("price.royalty.rate", minor);
                }
                _ => self.put("price.royalty.rate", &rates::percent(it.rate)),
            }
            self.put("price.royalty.every", it.every.code());
            self.put("price.royalty.from", &it.from.to_string());
            self.put(
                "price.royalty.until",
                &it.until.map_or_else(String::new, |on| on.to_string()),
            );
            self.number("price.royalty.report_days", it.report_days);
            self.number("price.royalty.pay_days", it.pay_days);
            for (name, sum) in [
                ("minimum_year", it.minimum_year),
                ("cap_year", it.cap_year),
                ("cap_total", it.cap_total),
            ] {
                if let Some(sum) = sum {
                    self.sum(&format!("price.royalty.{name}"), sum);
                }
            }
            self.put("price.royalty.deductible", &rates::percent(it.deductible));
        }
        if let Some(it) = &price.equity {
            self.both("price.equity.company", &it.company);
            self.put("price.equity.part", &rates::percent(it.part));
            self.sum("price.equity.value", it.value);
        }
    }

    fn promises(&mut self, terms: &Terms) {
        if let Some(it) = &terms.grant {
            self.put("grant.exclusivity", it.exclusivity.code());
            self.both("grant.territory", &it.territory);
            self.both("grant.field_of_use", &it.field_of_use);
            self.is("grant.may_sublicense", it.may_sublicense);
        }
        if let Some(it) = &terms.results {
            self.put("results.owner", it.owner.code());
            self.put("results.risk", it.risk.code());
            self.is("results.may_other_use", it.may_other_use);
        }
        self.put("from", &terms.from.to_string());
        self.put("until", &terms.until.map_or_else(String::new, |on| on.to_string()));
        self.both("delivery", &terms.delivery);
        for (n, it) in terms.milestones.iter().enumerate() {
            let at = |part: &str| format!("milestones.{n}.{part}");
            self.put(&at("key"), &it.key);
            self.both(&at("title"), &it.title);
            self.put(&at("due"), &it.due.to_string());
            self.both(&at("acceptance"), &it.acceptance);
            self.number(&at("answer_days"), it.answer_days);
            self.is(&at("is_tacit"), it.is_tacit);
            self.put(&at("on_miss"), it.on_miss.code());
        }
        self.put("improvements", terms.improvements.code());
        if let Some(it) = &terms.confidentiality {
            self.is("confidentiality", true);
            self.put(
                "confidentiality.years",
                &it.years.map_or_else(String::new, |n| n.to_string()),
            );
            self.both("confidentiality.matter", &it.matter);
        }
        self.number("breach.cure_days", terms.breach.cure_days);
        self.put("breach.penalty_day", &rates::percent(terms.breach.penalty_day));
        self.put("breach.penalty_max", &rates::percent(terms.breach.penalty_max));
        self.put("disputes.forum", terms.disputes.forum.code());
        self.both("disputes.place", &terms.disputes.place);
        self.number("disputes.talk_days", terms.disputes.talk_days);
        self.is("is_title_warranted", terms.is_title_warranted);
        self.both("special", &terms.special);
    }
}

/// What draws the fields.
struct Draw<'a> {
    request: &'a Request,
    form: &'a Form<'a>,
    typed: &'a Fields,
}

/// `subject.rights.0.kind` has the label `contract-field-subject-rights-kind`.
fn label_key(name: &str) -> String {
    let parts: Vec<&str> = name.split('.').filter(|part| part.parse::<u32>().is_err()).collect();
    format!("contract-field-{}", parts.join("-").replace('_', "-"))
}

impl Draw<'_> {
    fn label(&self, name: &str) -> String {
        say(self.request, &label_key(name))
    }

    fn text(&self, name: &str, width: Width, is_optional: bool) -> Markup {
        let (label, value) = (self.label(name), self.typed.get(name));
        text_field(
            self.form,
            &Field { name, label: &label, value, is_optional, width, ..Field::default() },
        )
    }

    fn date(&self, name: &str, is_optional: bool) -> Markup {
        let (label, value) = (self.label(name), self.typed.get(name));
        date_field(
            self.form,
            &Field { name, label: &label, value, is_optional, ..Field::default() },
        )
    }

    /// A sum in the contract's one currency.
    fn sum(&self, name: &str, is_optional: bool) -> Markup {
        let (label, value) = (self.label(name), self.typed.get(name));
        let unit = self.typed.get("price.currency");
        let field = Field {
            name,
            label: &label,
            value,
            is_optional,
            unit,
            width: Width::Short,
            ..Field::default()
        };
        text_field(self.form, &field)
    }

    fn both(&self, name: &str, is_optional: bool, lines: Option<u8>) -> Markup {
        let label = self.label(name);
        let value = crate::form::bilingual(self.typed, name);
        let field = Field { name, label: &label, is_optional, lines, ..Field::default() };
        bilingual_field(self.form, &field, &value)
    }

    /// A choice of codes, whose words are `contract-<noun>-<code>`.
    fn code(&self, name: &str, noun: &str, codes: &[&str]) -> Markup {
        let all: Vec<(String, String)> = codes
            .iter()
            .map(|code| ((*code).to_owned(), say(self.request, &format!("contract-{noun}-{code}"))))
            .collect();
        chosen(self.form, name, &self.label(name), &all, self.typed.get(name))
    }

    fn flag(&self, name: &str) -> Markup {
        let (label, title) = (self.label(name), self.label(name));
        let is_chosen = self.typed.has(name);
        let choices = [Choice { value: "yes", text: &label, hint: "", is_chosen }];
        checkboxes(
            self.form,
            &Field { name, label: &title, is_optional: true, ..Field::default() },
            &choices,
        )
    }

    /// Rows of a list that are filled, and some that are not.
    fn rows(&self, list: &str, says: &str) -> std::ops::Range<usize> {
        let prefix = format!("{list}.");
        let last = self.typed.0.iter().filter(|(_, value)| !value.trim().is_empty());
        let last = last.filter_map(|(name, _)| {
            let (n, part) = name.strip_prefix(&prefix)?.split_once('.')?;
            part.starts_with(says).then(|| n.parse::<usize>().ok()).flatten()
        });
        0..last.max().map_or(0, |n| n + 1) + N_MORE
    }

    /// Rows of a list one after another; those that are not filled are folded.
    fn each(&self, list: &str, says: &str, body: impl Fn(usize) -> Markup) -> Markup {
        let all = self.rows(list, says);
        let n_filled = all.end - N_MORE;
        let more = say(self.request, "contract-row-more");
        html! {
            @for n in all {
                @if n < n_filled { div.stack.part { (body(n)) } }
                @else { details.part { summary { (more) } div.stack { (body(n)) } } }
            }
        }
    }

    fn group(&self, key: &str, body: Markup) -> Markup {
        let title = say(self.request, &format!("contract-group-{key}"));
        let hint = say(self.request, &format!("contract-group-{key}-hint"));
        fieldset(&title, &hint, body)
    }

    /// A group that few contracts need, folded unless something stands in it.
    fn folded(&self, key: &str, is_open: bool, body: Markup) -> Markup {
        let title = say(self.request, &format!("contract-group-{key}"));
        html! { details.part open[is_open] { summary { (title) } (self.group(key, body)) } }
    }
}

/// The whole form.
pub fn terms_form(request: &Request, form: &Form<'_>, kept: &Kept, typed: &Fields) -> Markup {
    let draw = Draw { request, form, typed };
    form.view(html! {
        input type="hidden" name="version" value=(kept.version);
        (draw.group("matter", matter(&draw)))
        (draw.group("price", price(&draw)))
        (draw.group("term", term(&draw)))
        (draw.folded("parties", has(typed, "parties.0.representative"), parties(&draw, kept)))
        (draw.folded("royalty", has(typed, "price.royalty.rate"), royalty(&draw)))
        (draw.folded("equity", has(typed, "price.equity.company.zh"), equity(&draw)))
        (draw.folded("milestones", has(typed, "milestones.0.due"), milestones(&draw)))
        (draw.folded("risks", false, risks(&draw)))
        (draw.group("files", files(&draw, kept)))
        (draw.group("why", draw.text("why", Width::Full, false)))
        (actions(&[button(&say(request, "contract-terms-save"), Look::Primary)]))
    })
}

fn has(typed: &Fields, name: &str) -> bool {
    !typed.get(name).trim().is_empty()
}

fn matter(draw: &Draw<'_>) -> Markup {
    html! {
        (draw.code("kind", "kind", Kind::CODES))
        (draw.code("mode", "mode", Mode::CODES))
        (draw.both("subject.title", false, None))
        (draw.both("subject.description", false, Some(4)))
        (draw.text("subject.field", Width::Half, true))
        (draw.each("subject.rights", "title", |n| html! {
                (draw.code(&format!("subject.rights.{n}.kind"), "right", RightKind::CODES))
                (draw.text(&format!("subject.rights.{n}.number"), Width::Half, true))
                (draw.both(&format!("subject.rights.{n}.title"), true, None))
        }))
        (draw.code("grant.exclusivity", "exclusivity", Exclusivity::CODES))
        (draw.both("grant.territory", true, None))
        (draw.both("grant.field_of_use", true, None))
        (draw.flag("grant.may_sublicense"))
        (draw.code("results.owner", "holder", Holder::CODES))
        (draw.code("results.risk", "holder", Holder::CODES))
        (draw.flag("results.may_other_use"))
    }
}

fn price(draw: &Draw<'_>) -> Markup {
    let whens = ["signed", "date", "accepted"];
    html! {
        (chosen(draw.form, "price.currency", &draw.label("price.currency"), &currencies(), draw.typed.get("price.currency")))
        @for n in draw.rows("price.instalments", "amount") {
            @let at = |part: &str| format!("price.instalments.{n}.{part}");
            div.stack.part {
                input type="hidden" name=(at("key")) value=(draw.typed.get(&at("key")));
                (draw.sum(&at("amount"), true))
                (draw.code(&at("when"), "when", &whens))
                (draw.text(&at("days"), Width::Tiny, true))
                (draw.date(&at("date"), true))
                (draw.text(&at("milestone"), Width::Tiny, true))
            }
        }
        (draw.each("price.deductions", "amount", |n| html! {
                (draw.code(&format!("price.deductions.{n}.kind"), "deduction", Deduction::CODES))
                (draw.sum(&format!("price.deductions.{n}.amount"), true))
        }))
    }
}

fn currencies() -> Vec<(String, String)> {
    Currency::ALL.iter().map(|it| (it.code().to_owned(), it.code().to_owned())).collect()
}

fn term(draw: &Draw<'_>) -> Markup {
    html! {
        (draw.date("from", false))
        (draw.date("until", true))
        (draw.both("delivery", false, Some(3)))
        (draw.code("improvements", "holder", Holder::CODES))
    }
}

fn parties(draw: &Draw<'_>, kept: &Kept) -> Markup {
    html! {
        @for (n, party) in kept.terms.parties.iter().enumerate() {
            @let at = |part: &str| format!("parties.{n}.{part}");
            div.stack.part {
                h3 { (party.name.best(draw.request.lang).0) }
                (draw.text(&at("code"), Width::Half, true))
                (draw.text(&at("country"), Width::Tiny, true))
                (draw.text(&at("division"), Width::Short, true))
                (draw.text(&at("nature"), Width::Short, true))
                (draw.both(&at("address"), true, None))
                (draw.text(&at("representative"), Width::Half, true))
                (draw.text(&at("contact"), Width::Half, true))
            }
        }
    }
}

fn royalty(draw: &Draw<'_>) -> Markup {
    html! {
        (draw.code("price.royalty.base", "base", Base::CODES))
        (draw.text("price.royalty.rate", Width::Tiny, true))
        (draw.code("price.royalty.every", "every", Every::CODES))
        (draw.date("price.royalty.from", true))
        (draw.date("price.royalty.until", true))
        (draw.text("price.royalty.report_days", Width::Tiny, true))
        (draw.text("price.royalty.pay_days", Width::Tiny, true))
        (draw.sum("price.royalty.minimum_year", true))
        (draw.sum("price.royalty.cap_year", true))
        (draw.sum("price.royalty.cap_total", true))
        (draw.text("price.royalty.deductible", Width::Tiny, true))
    }
}

fn equity(draw: &Draw<'_>) -> Markup {
    html! {
        (draw.both("price.equity.company", true, None))
        (draw.text("price.equity.part", Width::Tiny, true))
        (draw.sum("price.equity.value", true))
    }
}

fn milestones(draw: &Draw<'_>) -> Markup {
    html! {
        @for n in draw.rows("milestones", "title") {
            @let at = |part: &str| format!("milestones.{n}.{part}");
            div.stack.part {
                input type="hidden" name=(at("key")) value=(draw.typed.get(&at("key")));
                p.small.quiet { (words::say_with(draw.request.lang, "contract-field-milestone-number",
                    &[("n", format!("m{}", n + 1).into())])) }
                (draw.both(&at("title"), true, None))
                (draw.date(&at("due"), true))
                (draw.both(&at("acceptance"), true, Some(2)))
                (draw.text(&at("answer_days"), Width::Tiny, true))
                (draw.flag(&at("is_tacit")))
                (draw.code(&at("on_miss"), "miss", OnMiss::CODES))
            }
        }
    }
}

fn risks(draw: &Draw<'_>) -> Markup {
    html! {
        (draw.flag("confidentiality"))
        (draw.text("confidentiality.years", Width::Tiny, true))
        (draw.both("confidentiality.matter", true, None))
        (draw.text("breach.cure_days", Width::Tiny, false))
        (draw.text("breach.penalty_day", Width::Tiny, false))
        (draw.text("breach.penalty_max", Width::Tiny, false))
        (draw.code("disputes.forum", "forum", Forum::CODES))
        (draw.both("disputes.place", false, None))
        (draw.text("disputes.talk_days", Width::Tiny, false))
        (draw.flag("is_title_warranted"))
        (draw.both("special", true, Some(3)))
    }
}

fn files(draw: &Draw<'_>, kept: &Kept) -> Markup {
    html! {
        @for it in &kept.terms.attachments {
            @let name = format!("attachments.{}", it.sha256);
            @let text = words::say_with(draw.request.lang, "contract-field-attachment-drop",
                &[("name", it.title.best(draw.request.lang).0.to_owned().into())]);
            (checkboxes(draw.form, &Field { name: &name, label: &text, is_optional: true, ..Field::default() },
                &[Choice { value: "yes", text: &text, hint: "", is_chosen: draw.typed.has(&name) }]))
        }
        (crate::file::field(draw.request, draw.form, draw.typed, true))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use base::{ContractId, Instant, Label, ListingId, OrganisationId, Reference, TechnologyId};
    use contract::signing::Contract;

    /// A licence with an instalment, a royalty, shares and a milestone.
    pub(crate) fn kept() -> Kept {
        let text = |en: &str| serde_json::json!({ "en": en, "zh": "中文" });
        let organisation = |n: u128| OrganisationId::from_bits(n).to_string();
        let party = |key: &str, side: &str, n: u128| {
            serde_json::json!({
                "key": key, "side": side, "name": text(key), "organisation": organisation(n),
                "code": format!("CODE{n}"), "country": "156", "division": "510700", "nature": "10",
                "address": text("Mianyang"), "representative": "Wu", "contact": "0816",
            })
        };
        let terms = serde_json::json!({
            "kind": "licence", "mode": "institute-to-firm", "reference": "CT",
            "parties": [party("a", "provider", 1), party("b", "acquirer", 2)],
            "subject": {
                "title": text("Sensor"), "description": text("A sensor"), "field": "optics",
                "rights": [{ "kind": "patent", "number": "CN1", "title": text("Sensor") }],
            },
            "price": {
                "currency": "CNY",
                "instalments": [
                    { "key": "entry", "amount": 60_000_001, "when": { "signed": { "days": 10 } } },
                    { "key": "proof", "amount": 5, "when": { "accepted": { "milestone": "m1", "days": 3 } } },
                    { "key": "last", "amount": 7, "when": { "on": { "date": "2027-01-05" } } },
                ],
                "royalty": {
                    "base": "net-sales", "rate": "0.0325", "rounding": "half-up", "every": "quarter",
                    "from": "2026-04-01", "until": "2031-03-31", "report_days": 30, "pay_days": 15,
                    "minimum_year": 8, "cap_year": 9, "cap_total": 10, "deductible": "0.1",
                },
                "equity": { "company": text("New Co"), "part": "0.2", "value": 5 },
                "deductions": [{ "kind": "equipment", "amount": 3 }],
            },
            "grant": {
                "exclusivity": "exclusive", "territory": text("China"),
                "field_of_use": text("bridges"), "may_sublicense": true,
            },
            "from": "2026-04-01", "until": "2031-03-31", "delivery": text("drawings"),
            "milestones": [{
                "key": "m1", "title": text("First"), "due": "2026-10-01", "acceptance": text("1 %"),
                "answer_days": 10, "is_tacit": true, "on_miss": "penalty",
            }],
            "improvements": "maker",
            "confidentiality": { "years": 5, "matter": text("all") },
            "breach": { "cure_days": 30, "penalty_day": "0.0005", "penalty_max": "0.1" },
            "disputes": { "forum": "court", "place": text("court"), "talk_days": 30 },
            "is_title_warranted": true, "special": text("none"),
        });
        let terms: Terms = serde_json::from_value(terms).expect("terms");
        assert_eq!(terms.flaws(), []);
        let now = Instant::from_micros(1);
        let digest = contract::Digest([0; 32]);
        let life = Contract::draft(&terms, Vec::new(), digest, "a", now).expect("a draft");
        Kept {
            id: ContractId::from_bits(1),
            reference: Reference::draw("CT", 2026, &mut Zeros),
            lot: None,
            deal: None,
            listing: ListingId::from_bits(1),
            technology: TechnologyId::from_bits(1),
            provider: OrganisationId::from_bits(1),
            acquirer: OrganisationId::from_bits(2),
            label: Label::public(),
            judged: Label::public(),
            life,
            terms,
            bound: None,
            template: ("standard".into(), 0),
            happened: std::collections::BTreeMap::new(),
            filing: contract::filing::Filing::Open,
            extra: contract::registration::Extra::default(),
            traits: None,
            signed_on: None,
            version: 1,
            drafted_by: None,
            changed_at: now,
        }
    }

    struct Zeros;

    impl base::Chance for Zeros {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn labels_leave_numbers_out() {
        assert_eq!(label_key("subject.rights.0.may_use"), "contract-field-subject-rights-may-use");
    }
}
