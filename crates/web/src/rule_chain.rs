//! Chains of agreement as the form of the rules asks for them, and as a reader is told them.

use crate::outage::{choices, named};
use crate::page::say;
use crate::rule_list::Fault;
use edge::{Fields, Request};
use instruments::approval::{CHAINS_MAX, Chain, Step, When};
use look::{Choice, Field, Form, Width, checkboxes, fieldset, select, text_field};
use maud::{Markup, html};

const WHEN: [&str; 5] = ["always", "external", "over", "class", "asked"];

fn word(when: &When) -> &'static str {
    match when {
        When::Always => "always",
        When::External => "external",
        When::Over(_) => "over",
        When::Class(_) => "class",
        When::Asked => "asked",
    }
}

/// A chain as a reader understands it.
pub fn told(request: &Request, chain: &Chain) -> String {
    let when = match &chain.when {
        When::Over(minutes) => {
            let minutes = [("minutes", i64::from(*minutes).into())];
            words::say_with(request.lang, "rule-approval-over-of", &minutes)
        }
        When::Class(class) => {
            let class = [("class", class.clone().into())];
            words::say_with(request.lang, "rule-chain-class-of", &class)
        }
        when => say(request, &format!("rule-chain-when-{}", word(when))),
    };
    let steps = chain.steps.iter().map(|step| say(request, &format!("booking-step-{step}")));
    let steps: Vec<String> = steps.collect();
    format!("{when}: {}", steps.join(" → "))
}

/// What the level sets, as the form holds it.
pub fn draft(chains: &[Chain], mut put: impl FnMut(String, String)) {
    for (n, chain) in chains.iter().enumerate() {
        put(format!("chains.{n}.when"), word(&chain.when).to_owned());
        match &chain.when {
            When::Over(minutes) => put(format!("chains.{n}.minutes"), minutes.to_string()),
            When::Class(class) => put(format!("chains.{n}.class"), class.clone()),
            _ => {}
        }
        for step in &chain.steps {
            put(format!("chains.{n}.steps"), step.word().to_owned());
        }
    }
}

/// The part of the form that asks for them.
pub fn form(request: &Request, form: &Form<'_>, typed: &Fields) -> Markup {
    let is_filled = |n: &usize| !typed.all(&format!("chains.{n}.steps")).is_empty();
    let filled: Vec<usize> = typed.rows("chains").into_iter().filter(is_filled).collect();
    let next = filled.last().map_or(0, |n| n + 1);
    let hint = say(request, "rule-chains-hint");
    fieldset(
        &say(request, "rule-chains"),
        &hint,
        html! {
            @for n in &filled { div.stack.part { (row(request, form, typed, *n)) } }
            @if filled.len() < CHAINS_MAX {
                details.part {
                    summary { (say(request, "rule-chain-more")) }
                    div.stack { (row(request, form, typed, next)) }
                }
            }
        },
    )
}

fn row(request: &Request, form: &Form<'_>, typed: &Fields, n: usize) -> Markup {
    let label = |part: &str| say(request, &format!("rule-chain-{part}"));
    let text = |part: &str, width: Width| {
        let (name, label) = (format!("chains.{n}.{part}"), label(part));
        let value = typed.get(&name);
        let field = Field {
            name: &name,
            label: &label,
            value,
            is_optional: true,
            width,
            ..Field::default()
        };
        text_field(form, &field)
    };
    let (when, steps) = (format!("chains.{n}.when"), format!("chains.{n}.steps"));
    let names = named(request, "rule-chain-when", WHEN.to_vec());
    let chosen = typed.all(&steps);
    let texts: Vec<String> =
        Step::ALL.iter().map(|step| say(request, &format!("booking-step-{step}"))).collect();
    let boxes: Vec<Choice<'_>> = Step::ALL
        .iter()
        .zip(&texts)
        .map(|(step, text)| {
            let is_chosen = chosen.contains(&step.word());
            Choice { value: step.word(), text, hint: "", is_chosen }
        })
        .collect();
    html! {
        (select(form, &Field { name: &when, label: &label("when"), ..Field::default() }, &choices(&names, typed.get(&when))))
        (text("minutes", Width::Tiny))
        (text("class", Width::Half))
        (checkboxes(form, &Field { name: &steps, label: &label("steps"), is_optional: true, ..Field::default() }, &boxes))
    }
}

/// What was typed; a row without steps is none. What cannot be read is told by its field.
pub fn read(typed: &Fields, faults: &mut Vec<Fault>) -> Vec<Chain> {
    let mut chains = Vec::new();
    for n in typed.rows("chains") {
        let get = |part: &str| typed.get(&format!("chains.{n}.{part}")).trim().to_owned();
        let steps = typed.all(&format!("chains.{n}.steps"));
        let mut steps: Vec<Step> = steps.into_iter().filter_map(Step::parse).collect();
        steps.sort_unstable();
        let minutes: String = get("minutes").chars().map(base::time::half_width).collect();
        if steps.is_empty() {
            if !minutes.is_empty() || !get("class").is_empty() {
                faults.push((format!("chains.{n}.steps"), "chains"));
            }
            continue;
        }
        let (when, part) = match get("when").as_str() {
            "external" => (When::External, "when"),
            "over" => (When::Over(minutes.parse().unwrap_or(0)), "minutes"),
            "class" => (When::Class(get("class")), "class"),
            "asked" => (When::Asked, "when"),
            _ => (When::Always, "when"),
        };
        let chain = Chain { when, steps };
        match chain.is_sound() {
            true => chains.push(chain),
            false => faults.push((format!("chains.{n}.{part}"), "chains")),
        }
    }
    chains
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&str, &str)], faults: &[&str], want: &[Chain]) {
        let typed = pairs.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned()));
        let mut told = Vec::new();
        let chains = read(&Fields(typed.collect()), &mut told);
        assert_eq!(told.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), faults);
        assert_eq!(chains, want);
    }

    #[test]
    fn what_is_kept_is_read_back_as_it_was() {
        let all = [
            Chain { when: When::Over(480), steps: vec![Step::Staff, Step::Unit] },
            Chain { when: When::Class("net work".to_owned()), steps: vec![Step::Leader] },
            Chain { when: When::Asked, steps: vec![Step::Unit] },
        ];
        let mut typed = Fields::default();
        draft(&all, |name, value| typed.0.push((name, value)));
        let mut faults = Vec::new();
        assert_eq!((read(&typed, &mut faults), faults), (all.to_vec(), Vec::new()));
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_field() {
        let when = ("chains.0.when", "over");
        check(&[when], &[], &[]);
        check(&[when, ("chains.0.minutes", "480")], &["chains.0.steps"], &[]);
        check(&[when, ("chains.0.steps", "unit")], &["chains.0.minutes"], &[]);
        let class = [("chains.0.when", "class"), ("chains.0.steps", "leader")];
        check(&class, &["chains.0.class"], &[]);
    }
}
