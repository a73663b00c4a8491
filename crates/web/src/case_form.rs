//! What a step asks, as form fields; and what was typed, as answers.

use base::text::field_term;
use base::time::{half_width, read_date};
use cases::term::{choice_term, item_term};
use cases::{Ask, AskKind, ChecklistItem, Process, Step};
use edge::Fields;
use look::{Choice, Field, Form, Kind, Width};
use maud::{Markup, html};
use serde_json::{Map, Value};

/// Texts up to this many characters are one line.
const LINE_CHARS_MAX: usize = 200;
/// What may be marked at an item of a checklist.
const MARKS: [&str; 3] = ["met", "not-met", "undecided"];

/// The fields of a step.
pub fn fields(form: &Form<'_>, process: &Process, step: &Step, typed: &Fields) -> Markup {
    let asks: Vec<&Ask> = step.asks.iter().collect();
    let groups =
        asks.chunk_by(|a, b| stem(process, a).is_some() && stem(process, a) == stem(process, b));
    html! {
        @for group in groups {
            @match stem(process, group[0]) {
                Some(key) => {
                    @let hint = format!("{key}-hint");
                    @let hint = if words::has(&hint) { words::say(form.lang, &hint) }
                        else { String::new() };
                    (look::fieldset(&words::say(form.lang, &key), &hint, html! {
                        div.ticks { @for ask in group { (tick(form, ask, typed)) } }
                    }))
                },
                None => { @for ask in group { (field(form, process, ask, typed)) } },
            }
        }
    }
}

/// The name of the group of ticks to which an ask belongs, where `words` has one.
fn stem(process: &Process, ask: &Ask) -> Option<String> {
    let first = ask.name.split('-').next().filter(|_| matches!(ask.kind, AskKind::YesNo))?;
    let key = format!("case-{}-group-{first}", process.name);
    (words::has(&key) && !ask.required).then_some(key)
}

fn field(form: &Form<'_>, process: &Process, ask: &Ask, typed: &Fields) -> Markup {
    let lang = form.lang;
    let value = typed.get(ask.name);
    let hint = hint(lang, process, ask);
    let of = Field {
        name: ask.name,
        value,
        hint: &hint,
        is_optional: !ask.required,
        ..Field::default()
    };
    match ask.kind {
        AskKind::Text { max_chars } if max_chars <= LINE_CHARS_MAX => {
            look::text_field(form, &Field { most: Some(max_chars), ..of })
        }
        AskKind::Text { max_chars } => {
            look::text_area(form, &Field { most: Some(max_chars), lines: Some(6), ..of })
        }
        AskKind::YesNo if ask.required => {
            let (yes, no) = (words::say(lang, "button-yes"), words::say(lang, "button-no"));
            let one = |word, text| Choice {
                value: word,
                text,
                is_chosen: value == word,
                ..Choice::default()
            };
            look::radios(form, &of, &[one("yes", &yes), one("no", &no)])
        }
        AskKind::YesNo => tick(form, ask, typed),
        AskKind::Choice(choices) => {
            let text = |word: &&'static str| {
                (*word, words::say(lang, &choice_term(process.name, ask.name, word)))
            };
            let named: Vec<(&str, String)> = choices.iter().map(text).collect();
            let choices: Vec<Choice<'_>> = named
                .iter()
                .map(|(word, text)| Choice {
                    value: word,
                    text,
                    is_chosen: value == *word,
                    ..Choice::default()
                })
                .collect();
            look::radios(form, &of, &choices)
        }
        AskKind::Date => look::date_field(form, &Field { hint: "", ..of }),
        AskKind::Number { .. } => {
            look::text_field(form, &Field { kind: Kind::Number, width: Width::Short, ..of })
        }
        AskKind::Share100 => {
            let hint = words::say(lang, "case-shares-hint");
            look::text_area(form, &Field { hint: &hint, lines: Some(4), ..of })
        }
        AskKind::Checklist(items) => checklist(form, process, (ask, items), typed),
    }
}

fn hint(lang: base::Lang, process: &Process, ask: &Ask) -> String {
    let own = format!("{}-{}-hint", process.name, ask.name);
    match (process.name, ask.name) {
        (_, "jurisdictions") => words::say(lang, "technology-page-jurisdictions-hint"),
        _ if words::has(&own) => words::say(lang, &own),
        _ => String::new(),
    }
}

/// One box to tick.
fn tick(form: &Form<'_>, ask: &Ask, typed: &Fields) -> Markup {
    let name = words::say(form.lang, &field_term(ask.name));
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let text = first.unwrap_or_default() + letters.as_str();
    let id = format!("f-{}", ask.name);
    html! {
        div.choice {
            input type="checkbox" id=(id) name=(ask.name) value="yes"
                checked[typed.get(ask.name) == "yes"];
            label for=(id) { (text) }
        }
    }
}

fn checklist(
    form: &Form<'_>,
    process: &Process,
    (ask, items): (&Ask, &[ChecklistItem]),
    typed: &Fields,
) -> Markup {
    let lang = form.lang;
    let marks = MARKS.map(|mark| (mark, words::say(lang, &format!("case-mark-{mark}"))));
    let legend = words::say(lang, &field_term(ask.name));
    let mut letters = legend.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let legend = first.unwrap_or_default() + letters.as_str();
    look::fieldset(
        &legend,
        "",
        html! {
            div.checklist {
                @for item in items {
                    @let name = format!("{}.{}", ask.name, item.name);
                    @let clause = words::say_with(lang, "case-clause", &[("clause", item.clause.into())]);
                    @let choices = marks.each_ref().map(|(mark, text)| Choice {
                        value: mark,
                        text,
                        is_chosen: typed.get(&name) == *mark,
                        ..Choice::default()
                    });
                    (look::radios(form, &Field {
                        name: &name,
                        label: &words::say(lang, &item_term(process.name, item.name)),
                        hint: &clause,
                        is_optional: false,
                        ..Field::default()
                    }, &choices))
                }
            }
        },
    )
}

/// What was typed, as the engine takes it; what cannot be read goes as it is, to be refused there.
pub fn answers(step: &Step, typed: &Fields) -> Map<String, Value> {
    let mut answers = Map::new();
    for ask in step.asks {
        if let Some(value) = answer(ask, typed) {
            answers.insert(ask.name.to_owned(), value);
        }
    }
    answers
}

fn answer(ask: &Ask, typed: &Fields) -> Option<Value> {
    let text = typed.get(ask.name).trim();
    match ask.kind {
        AskKind::Checklist(items) => {
            let marked = |item: &ChecklistItem| {
                let mark = typed.get(&format!("{}.{}", ask.name, item.name));
                (!mark.is_empty()).then(|| (item.name.to_owned(), Value::from(mark)))
            };
            Some(Value::Object(items.iter().filter_map(marked).collect()))
        }
        _ if text.is_empty() => None,
        AskKind::YesNo => Some(match text {
            "yes" => true.into(),
            "no" => false.into(),
            other => other.into(),
        }),
        AskKind::Date => {
            Some(read_date(text).map_or_else(|| text.into(), |date| date.to_string().into()))
        }
        AskKind::Number { .. } => {
            let plain: String = text.chars().map(half_width).collect();
            Some(plain.parse::<i64>().map_or_else(|_| text.into(), Value::from))
        }
        AskKind::Share100 => Some(Value::Object(text.lines().filter_map(share).collect())),
        AskKind::Text { .. } | AskKind::Choice(_) => Some(text.into()),
    }
}

/// "Li Na 33.3": the last word of a line is the share.
fn share(line: &str) -> Option<(String, Value)> {
    let (who, share) = line.trim().rsplit_once(char::is_whitespace)?;
    let share: String = share.chars().map(half_width).collect();
    Some((who.trim().to_owned(), share.trim_end_matches('%').into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Lang;

    fn typed(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    #[test]
    fn every_key_of_every_process_is_there() {
        let mut missing = Vec::new();
        for process in app::case::PROCESSES {
            let mut keys = cases::term::words_of(process);
            let stages = process.states.iter().map(|state| state.stage);
            keys.extend(stages.map(|stage| format!("case-{}-stage-{stage}", process.name)));
            missing.extend(keys.into_iter().filter(|key| !words::has(key)));
        }
        for code in cases::CODES {
            let key = format!("refusal-{}", code.code);
            missing.extend(
                [key.clone(), format!("{key}.help")].into_iter().filter(|key| !words::has(key)),
            );
        }
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn every_step_is_drawn_and_read_back() {
        for process in app::case::PROCESSES {
            for step in process.tasks().flat_map(|task| task.steps) {
                for lang in Lang::ALL {
                    let form = Form::new(lang, "/", "", "");
                    let drawn = fields(&form, process, step, &Fields::default()).into_string();
                    assert!(!drawn.contains('⟦'), "{} {}: {drawn}", process.name, step.name);
                    for ask in step.asks {
                        let name = format!("name=\"{}", ask.name);
                        assert!(drawn.contains(&name), "{} lacks {}", step.name, ask.name);
                    }
                }
            }
        }
    }

    #[test]
    fn what_was_typed_becomes_answers() {
        let process = app::case::process_of("release-review").expect("declared");
        let task = process.task("review-confidentiality").expect("declared");
        let step = task.step("agree").expect("declared");
        let read = answers(
            step,
            &typed(&[
                ("confidentiality.no-state-secret", "met"),
                ("level", "public"),
                ("not-before", "2026年12月1日"),
                ("cut-rights", "yes"),
                ("jurisdictions", " "),
            ]),
        );
        let want = serde_json::json!({
            "confidentiality": { "no-state-secret": "met" },
            "level": "public",
            "not-before": "2026-12-01",
            "cut-rights": true,
        });
        assert_eq!(Value::Object(read), want);
        assert_eq!(share(" Li Na  ３３.3%"), Some(("Li Na".to_owned(), "33.3".into())));
    }
}
