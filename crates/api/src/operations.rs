//! The one table: every operation by noun, and the routes made of it.

use crate::operation::Operation;
use crate::problem::FACE;
use crate::{
    account, agreement, area, booking, bulletin, case, colleague, contract, control, deal,
    document, emergency, enquiry, feed, feedback, file, import, instrument, item, joint_request,
    ledger, listing, log, lot, mail, open_data, order, organisation, person, process, registration,
    relay, release, saved_search, search, service, stand_in, standard, standing, subscription,
    technology, training, turn, upkeep, usage, venture, webhook, wish, workday,
};
use app::No;
use base::{Class, Refusal};
use edge::{Body, Reply, Request, Route};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Every operation, by noun, in the order of the guide.
pub static NOUNS: &[&[&Operation]] = &[
    search::OPERATIONS,
    technology::OPERATIONS,
    listing::OPERATIONS,
    lot::OPERATIONS,
    instrument::OPERATIONS,
    standard::OPERATIONS,
    item::OPERATIONS,
    service::OPERATIONS,
    joint_request::OPERATIONS,
    usage::TARIFFS,
    usage::USES,
    feedback::OPERATIONS,
    relay::OPERATIONS,
    upkeep::OPERATIONS,
    usage::CHARGES,
    usage::VOUCHERS,
    ledger::OPERATIONS,
    order::OPERATIONS,
    venture::OPERATIONS,
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
    control::OPERATIONS,
    agreement::OPERATIONS,
    registration::OPERATIONS,
    colleague::OPERATIONS,
    person::OPERATIONS,
    import::OPERATIONS,
    account::OPERATIONS,
    saved_search::OPERATIONS,
    area::OPERATIONS,
    booking::OPERATIONS,
    wish::OPERATIONS,
    workday::OPERATIONS,
    turn::OPERATIONS,
    training::OPERATIONS,
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
/// beside them one that says so. Made once.
pub fn routes() -> &'static [Route] {
    static ROUTES: OnceLock<Vec<Route>> = OnceLock::new();
    ROUTES.get_or_init(table)
}

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
/// What no operation has; `{*rest}` also takes paths of several parts.
const ANYWHERE: &str = "/api/v1/{*rest}";

fn table() -> Vec<Route> {
    let mut by_path: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    let mut table: Vec<Route> = METHODS.iter().map(|method| missing(method, ANYWHERE)).collect();
    for operation in operations() {
        let Route { method, path, act, body, face, run } = operation.route;
        table.push(Route { method, path, act, body, face, run });
        by_path.entry(path).or_default().push(method);
    }
    for (path, known) in by_path {
        let beside = METHODS.iter().filter(|method| !known.contains(method));
        table.extend(beside.map(|method| missing(method, path)));
    }
    table
}

const fn missing(method: &'static str, path: &'static str) -> Route {
    let act = access::Act::ReadLog;
    Route { method, path, act, body: Body::None, face: &FACE, run: answer_missing }
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
        for route in routes() {
            assert!(seen.insert((route.path, route.method)), "{} {}", route.method, route.path);
        }
        let paths: BTreeSet<&str> = routes().iter().map(|route| route.path).collect();
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
