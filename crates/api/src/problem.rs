//! Saying no: `application/problem+json` (RFC 9457) in the asker's language.
//!
//! What is hidden and what is absent answer with the same bytes apart from `instance`.

use crate::operations::methods_at;
use app::No;
use base::{Class, Lang, Refusal, Value};
use edge::{Face, Reply, Request};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What all routes of the programming interface have in common.
pub static FACE: Face = Face { name: "api", refused, by_token: true };

/// The path of the page that explains every kind of problem.
pub(crate) const GUIDE: &str = "/api/v1/docs";

/// Seconds after which asking again makes sense, where nothing better is known.
const BUSY_SECONDS: i64 = 5;
const READ_ONLY_SECONDS: i64 = 300;
const RUNNING_SECONDS: i64 = 1;

/// A no, with every reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemJson {
    /// The address of a page about this kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in the asker's language.
    pub title: String,
    pub status: u16,
    /// The code of the first reason; stable, for programs.
    pub code: String,
    /// The first reason in the asker's language, with its values.
    pub detail: String,
    /// The number of the request, for asking about it.
    pub instance: String,
    /// The idempotency key of an act whose outcome is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// All reasons at once.
    pub errors: Vec<ReasonJson>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Reason")]
pub struct ReasonJson {
    pub code: String,
    /// The path in the body, or the parameter: `content.inventors.2.share`.
    pub field: Option<String>,
    pub text: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The values inside the sentence.
    pub values: BTreeMap<String, serde_json::Value>,
}

/// A kind of problem: its word in addresses and in `words`, and its usual status.
pub(crate) fn kind_of(class: Class) -> (&'static str, u16) {
    match class {
        Class::Invalid => ("invalid", 422),
        Class::SignIn => ("sign-in", 401),
        Class::NotAllowed => ("not-allowed", 403),
        Class::NotFound => ("not-found", 404),
        Class::Refused => ("refused", 422),
        Class::Conflict => ("conflict", 409),
        Class::TooLarge => ("too-large", 413),
        Class::TooMany => ("too-many", 429),
        Class::ReadOnly => ("read-only", 507),
        Class::Busy => ("busy", 503),
        Class::Unknown => ("unknown", 504),
    }
}

/// All kinds, in the order of the guide.
pub(crate) const CLASSES: [Class; 11] = [
    Class::Invalid,
    Class::SignIn,
    Class::NotAllowed,
    Class::NotFound,
    Class::Refused,
    Class::Conflict,
    Class::TooLarge,
    Class::TooMany,
    Class::ReadOnly,
    Class::Busy,
    Class::Unknown,
];

fn status_of(no: &No) -> u16 {
    let code = no.0.first().map_or("", |refusal| refusal.code.as_ref());
    match code {
        "body-unreadable" | "body-too-deep" | "key-missing" | "key-malformed" => 400,
        "method-unknown" => 405,
        "own-fault" => 500,
        _ => kind_of(no.class()).1,
    }
}

/// The problem as published.
pub(crate) fn problem_of(lang: Lang, origin: &str, instance: &str, no: &No) -> ProblemJson {
    let class = no.class();
    let word = kind_of(class).0;
    let errors: Vec<ReasonJson> = no.0.iter().map(|refusal| reason_of(lang, refusal)).collect();
    let first = errors.first();
    let key = no.0.iter().filter(|_| class == Class::Unknown).find_map(|refusal| {
        let (_, value) = refusal.values.iter().find(|(name, _)| name == "key")?;
        match value {
            Value::Text(key) if !key.is_empty() => Some(key.clone()),
            _ => None,
        }
    });
    ProblemJson {
        kind: format!("{origin}{GUIDE}#{word}"),
        title: words::say(lang, &format!("api-problem-{word}")),
        status: status_of(no),
        code: first.map_or_else(String::new, |reason| reason.code.clone()),
        detail: first.map_or_else(String::new, |reason| reason.text.clone()),
        instance: instance.to_owned(),
        key,
        errors,
    }
}

fn reason_of(lang: Lang, refusal: &Refusal) -> ReasonJson {
    let told = nameable(refusal);
    // A reason whose sentence nobody has written yet is still a reason of its kind.
    let sentence = match words::has(&format!("refusal-{}", refusal.code)) {
        true => words::refusal(lang, &told),
        false => {
            let text = words::say(lang, &format!("api-problem-{}", kind_of(refusal.class).0));
            words::Sentence { text, help: None }
        }
    };
    let values = told.values.iter().map(|(name, value)| (name.to_string(), plain(value)));
    ReasonJson {
        code: refusal.code.to_string(),
        field: refusal.field.clone(),
        text: sentence.text,
        help: sentence.help,
        values: values.collect(),
    }
}

/// The refusal with fields that have no name in `words` called as they are in JSON.
fn nameable(refusal: &Refusal) -> Refusal {
    let mut told = refusal.clone();
    for (_, value) in &mut told.values {
        if let Value::Term(key) = value
            && !words::has(key)
        {
            *value = Value::Text(key.trim_start_matches("field-").replace('-', "_"));
        }
    }
    told
}

fn plain(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) | Value::Term(text) => text.as_str().into(),
        Value::Number(number) => (*number).into(),
        Value::Money(money) => serde_json::to_value(crate::shape::MoneyJson::from(*money))
            .unwrap_or(serde_json::Value::Null),
        Value::At(at) => at.rfc3339().into(),
        Value::On(on) => on.to_string().into(),
    }
}

/// Renders a no.
pub(crate) fn refused(request: &Request, no: &No) -> Reply {
    let mut problem = problem_of(request.lang, request.origin(), &request.asker.request, no);
    // The same conflict has another number where the version seen stood in a precondition
    // (RFC 9110, 15.5.13).
    if problem.code == "version-conflict" && !request.header("if-match").is_empty() {
        problem.status = 412;
    }
    let body = serde_json::to_vec(&problem).expect("published shapes have text keys");
    let reply = Reply::new("application/problem+json", body).with_status(problem.status);
    headers(reply.with_header("content-language", request.lang.tag()), request, no, &problem.code)
}

fn headers(reply: Reply, request: &Request, no: &No, code: &str) -> Reply {
    let seconds = |or: i64| {
        let known = no.0.iter().flat_map(|refusal| &refusal.values);
        let mut known = known.filter_map(|(name, value)| match value {
            Value::Number(seconds) if name == "seconds" => Some(*seconds),
            _ => None,
        });
        known.next().unwrap_or(or).max(1).to_string()
    };
    match no.class() {
        Class::SignIn => {
            let error = if code == "token-unknown" { ", error=\"invalid_token\"" } else { "" };
            reply.with_header("www-authenticate", format!("Bearer realm=\"bellwether\"{error}"))
        }
        Class::TooMany => reply.with_header("retry-after", seconds(1)),
        Class::Busy => reply.with_header("retry-after", seconds(BUSY_SECONDS)),
        Class::ReadOnly => reply.with_header("retry-after", seconds(READ_ONLY_SECONDS)),
        Class::Conflict if code == "key-running" => {
            reply.with_header("retry-after", seconds(RUNNING_SECONDS))
        }
        _ if code == "method-unknown" => {
            reply.with_header("allow", methods_at(&request.path).join(", "))
        }
        _ => reply,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn shown(lang: Lang, no: &No) -> String {
        let problem = problem_of(lang, "https://city.example", "01r", no);
        serde_json::to_string_pretty(&problem).expect("text keys")
    }

    #[test]
    fn a_problem_has_every_reason_in_the_language() {
        let long = base::text::line("title", "abc", 2).expect_err("too long");
        let no = No(vec![
            long.on("content.title.en"),
            Refusal::invalid("parameter-unknown")
                .on("limt")
                .text("found", "limt")
                .text("known", "q"),
        ]);
        expect![[r##"
            {
              "type": "https://city.example/api/v1/docs#invalid",
              "title": "请求内容需要修改",
              "status": 422,
              "code": "text-too-long",
              "detail": "“标题”有3个字，最多2个字。",
              "instance": "01r",
              "errors": [
                {
                  "code": "text-too-long",
                  "field": "content.title.en",
                  "text": "“标题”有3个字，最多2个字。",
                  "help": "请精简内容，或将细节写入说明。",
                  "values": {
                    "field": "field-title",
                    "found": 3,
                    "most": 2
                  }
                },
                {
                  "code": "parameter-unknown",
                  "field": "limt",
                  "text": "此处没有参数“limt”。",
                  "help": "可用的参数：q。",
                  "values": {
                    "found": "limt",
                    "known": "q"
                  }
                }
              ]
            }"##]]
        .assert_eq(&shown(Lang::Zh, &no));
    }

    #[test]
    fn every_class_has_its_status_and_its_title() {
        for class in CLASSES {
            let no = No(vec![Refusal::new(class, "no-such-code")]);
            let problem = problem_of(Lang::En, "", "", &no);
            assert_eq!(problem.status, kind_of(class).1);
            for lang in Lang::ALL {
                assert!(!shown(lang, &no).contains('⟦'), "{class:?}");
            }
        }
        let status = |code| status_of(&No(vec![Refusal::invalid(code)]));
        assert_eq!((status("key-missing"), status("body-unreadable")), (400, 400));
        assert_eq!((status("key-reused"), status("version-missing")), (422, 422));
        assert_eq!(status_of(&No(vec![Refusal::new(Class::Unknown, "own-fault")])), 500);
    }

    #[test]
    fn an_unknown_outcome_names_its_key() {
        let no = No(vec![Refusal::new(Class::Unknown, "unknown-outcome").text("key", "k-1")]);
        let problem = problem_of(Lang::En, "", "", &no);
        assert_eq!((problem.status, problem.key.as_deref()), (504, Some("k-1")));
    }

    #[test]
    fn a_field_without_a_name_is_called_as_in_json() {
        let refusal = Refusal::invalid("field-required").term("field", "field-no-such-name");
        let no = No(vec![refusal.on("no_such_name")]);
        assert!(shown(Lang::En, &no).contains("Fill in the no_such_name."));
    }
}
