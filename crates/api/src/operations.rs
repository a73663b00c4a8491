//! The one table: every operation by noun, and the routes made of it.

use crate::operation::Operation;
use crate::problem::FACE;
use crate::{
    account, bulletin, case, colleague, contract, deal, document, emergency, enquiry, feed, file,
    import, ledger, listing, log, lot, mail, open_data, organisation, person, process,
    registration, release, saved_search, search, stand_in, standing, subscription, technology,
    webhook,
};
use app::No;
use base::{Class, Refusal};
use edge::{Body, Reply, Request, Route};

/// Every operation, by noun, in the order of the guide.
pub static NOUNS: &[&[&Operation]] = &[
    search::OPERATIONS,
    technology::OPERATIONS,
    listing::OPERATIONS,
    lot::OPERATIONS,
    ledger::OPERATIONS,
    deal::OPERATIONS,
    open_data::OPERATIONS,
    contract::OPERATIONS,
    release::OPERATIONS,
    enquiry::OPERATIONS,
    case::OPERATIONS,
    stand_in::OPERATIONS,
    emergency::OPERATIONS,
    file::OPERATIONS,
    process::OPERATIONS,
    organisation::OPERATIONS,
    registration::OPERATIONS,
    colleague::OPERATIONS,
    person::OPERATIONS,
    import::OPERATIONS,
    account::OPERATIONS,
    saved_search::OPERATIONS,
    bulletin::OPERATIONS,
    subscription::OPERATIONS,
    webhook::OPERATIONS,
    mail::OPERATIONS,
    feed::OPERATIONS,
    log::OPERATIONS,
    standing::OPERATIONS,
    document::OPERATIONS,
];

/// Every operation, one after another.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    NOUNS.iter().copied().flatten().copied()
}

/// The routes of the programming interface: those of the operations, and for every path and method
/// beside them one that says so.
pub static ROUTES: &[Route] = &TABLE;

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
/// What no operation has; `{*rest}` also takes paths of several parts.
const ANYWHERE: &str = "/api/v1/{*rest}";

#[allow(long_running_const_eval, reason = "it ends: each path is held against all")]
const N_ROUTES: usize = {
    let mut n = METHODS.len();
    let mut noun = 0;
    while noun < NOUNS.len() {
        let mut at = 0;
        while at < NOUNS[noun].len() {
            n += 1 + n_missing(noun, at);
            at += 1;
        }
        noun += 1;
    }
    n
};

#[allow(long_running_const_eval, reason = "it ends: each path is held against all")]
static TABLE: [Route; N_ROUTES] = {
    let mut table = [const { missing("GET", ANYWHERE) }; N_ROUTES];
    let mut n = 0;
    while n < METHODS.len() {
        table[n] = missing(METHODS[n], ANYWHERE);
        n += 1;
    }
    let mut noun = 0;
    while noun < NOUNS.len() {
        let mut at = 0;
        while at < NOUNS[noun].len() {
            table[n] = copy(&NOUNS[noun][at].route);
            n += 1;
            let mut method = 0;
            while method < METHODS.len() {
                if is_missing(noun, at, METHODS[method]) {
                    table[n] = missing(METHODS[method], NOUNS[noun][at].route.path);
                    n += 1;
                }
                method += 1;
            }
            at += 1;
        }
        noun += 1;
    }
    table
};

const fn copy(route: &Route) -> Route {
    let Route { method, path, act, body, face, run } = *route;
    Route { method, path, act, body, face, run }
}

const fn missing(method: &'static str, path: &'static str) -> Route {
    let act = access::Act::ReadLog;
    Route { method, path, act, body: Body::None, face: &FACE, run: answer_missing }
}

/// How many methods nothing is found under at this path, counted where it first stands.
const fn n_missing(noun: usize, at: usize) -> usize {
    let (mut n, mut method) = (0, 0);
    while method < METHODS.len() {
        if is_missing(noun, at, METHODS[method]) {
            n += 1;
        }
        method += 1;
    }
    n
}

const fn is_missing(noun: usize, at: usize, method: &str) -> bool {
    let path = NOUNS[noun][at].route.path;
    let mut other_noun = 0;
    while other_noun < NOUNS.len() {
        let mut other = 0;
        while other < NOUNS[other_noun].len() {
            let route = &NOUNS[other_noun][other].route;
            if same(route.path, path) {
                let is_before = other_noun < noun || (other_noun == noun && other < at);
                if is_before || same(route.method, method) {
                    return false;
                }
            }
            other += 1;
        }
        other_noun += 1;
    }
    true
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// What is nowhere is not found; what is there for another method says for which.
fn answer_missing(request: &Request) -> Result<Reply, No> {
    let methods = methods_at(&request.path);
    if methods.is_empty() {
        return Err(Refusal::not_found().into());
    }
    let refusal = Refusal::new(Class::Invalid, "method-unknown");
    Err(refusal.text("known", methods.join(", ")).into())
}

/// The methods that a path answers to.
pub(crate) fn methods_at(path: &str) -> Vec<&'static str> {
    let mut found: Vec<&str> = operations()
        .filter(|operation| matches(operation.route.path, path))
        .map(|operation| operation.route.method)
        .collect();
    found.dedup();
    found
}

fn matches(template: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) => {
                let is_open = wanted.starts_with('{') && !found.is_empty();
                if wanted != found && !is_open {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_path_answers_every_method_once() {
        let mut seen = BTreeSet::new();
        for route in ROUTES {
            assert!(seen.insert((route.path, route.method)), "{} {}", route.method, route.path);
        }
        let paths: BTreeSet<&str> = ROUTES.iter().map(|route| route.path).collect();
        assert_eq!(seen.len(), paths.len() * METHODS.len());
        for operation in operations() {
            let key = (operation.route.path, operation.route.method);
            assert!(seen.contains(&key), "{}", operation.id);
        }
    }

    #[test]
    fn a_wrong_method_is_told_the_right_ones() {
        assert_eq!(methods_at("/api/v1/technologies"), ["GET", "POST"]);
        assert_eq!(methods_at("/api/v1/technologies/tec_x"), ["GET", "PUT"]);
        assert_eq!(methods_at("/api/v1/technologies/"), [""; 0]);
        assert_eq!(methods_at("/api/v1/nothing"), [""; 0]);
    }

    #[test]
    fn every_operation_has_its_noun_and_a_name_of_its_own() {
        let mut ids = BTreeSet::new();
        for noun in NOUNS {
            let first = noun.first().expect("a noun has operations").noun();
            for operation in *noun {
                assert_eq!(operation.noun(), first);
                assert!(ids.insert(operation.id), "{} twice", operation.id);
            }
        }
    }
}
