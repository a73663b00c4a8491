//! Who controls whom: a relation between two organisations, entered by the office on stated grounds.
//!
//! Control reaches through others: whoever controls a controller controls what it controls.

use base::{Instant, OrganisationId, PersonId, Refusal, text};
use std::collections::{BTreeMap, VecDeque};

/// Organisations looked through for one chain at most.
pub const LOOKED_MAX: usize = 200;
/// Characters of the grounds.
pub const GROUNDS_CHARS_MAX: usize = 1_000;

/// One relation as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// What is controlled.
    pub organisation: OrganisationId,
    pub controller: OrganisationId,
    /// What it rests on: shares, votes, a right to name directors.
    pub grounds: String,
    pub entered_by: Option<PersonId>,
    pub entered_at: Instant,
    /// When it ended, if it did.
    pub ended_at: Option<Instant>,
}

/// The grounds that were typed, tidied.
pub fn grounds(typed: &str) -> Result<String, Refusal> {
    text::required_line("grounds", typed, GROUNDS_CHARS_MAX)
}

/// The jurisdiction of whoever has a credit code of the country.
pub const HOME: &str = "CN";

/// The code of a jurisdiction that was typed, in capitals; empty stays empty.
pub fn jurisdiction(typed: &str) -> Result<String, Refusal> {
    let plain: String = typed.trim().chars().map(base::time::half_width).collect();
    let code = plain.to_ascii_uppercase();
    if code.is_empty() || (code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())) {
        return Ok(code);
    }
    Err(Refusal::invalid("release-jurisdiction").on("jurisdiction").text("found", typed.trim()))
}

/// The jurisdiction of an organisation: what the office entered, or that of its credit code.
pub fn jurisdiction_of(entered: &str, credit_code: &str) -> Option<String> {
    match (entered, credit_code) {
        ("", "") => None,
        ("", _) => Some(HOME.to_owned()),
        (entered, _) => Some(entered.to_owned()),
    }
}

/// The chain by which `above` controls `below`, from below upwards with both ends; none where it does
/// not, or the two are one. `controllers` tells who controls an organisation directly.
pub fn chain<E>(
    below: OrganisationId,
    above: OrganisationId,
    mut controllers: impl FnMut(OrganisationId) -> Result<Vec<OrganisationId>, E>,
) -> Result<Option<Vec<OrganisationId>>, E> {
    if below == above {
        return Ok(None);
    }
    let mut came_from: BTreeMap<OrganisationId, OrganisationId> = BTreeMap::new();
    let mut queue = VecDeque::from([below]);
    while let Some(here) = queue.pop_front() {
        for controller in controllers(here)? {
            if controller == below || came_from.contains_key(&controller) {
                continue;
            }
            came_from.insert(controller, here);
            if controller == above {
                return Ok(Some(walked(&came_from, below, above)));
            }
            if came_from.len() >= LOOKED_MAX {
                return Ok(None);
            }
            queue.push_back(controller);
        }
    }
    Ok(None)
}

fn walked(
    came_from: &BTreeMap<OrganisationId, OrganisationId>,
    below: OrganisationId,
    above: OrganisationId,
) -> Vec<OrganisationId> {
    let mut path = vec![above];
    while let Some(before) = path.last().and_then(|last| came_from.get(last)) {
        path.push(*before);
        if *before == below {
            break;
        }
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[track_caller]
    fn check(edges: &[(u128, u128)], below: u128, above: u128, want: Option<&[u128]>) {
        let id = OrganisationId::from_bits;
        let found: Result<_, Infallible> = chain(id(below), id(above), |of| {
            let own = edges.iter().filter(|(lower, _)| id(*lower) == of);
            Ok(own.map(|(_, upper)| id(*upper)).collect())
        });
        let want = want.map(|path| path.iter().map(|bits| id(*bits)).collect::<Vec<_>>());
        assert_eq!(found, Ok(want));
    }

    #[test]
    fn a_jurisdiction_is_two_letters_and_what_was_entered_comes_first() {
        assert_eq!(jurisdiction(" ｄe ").as_deref(), Ok("DE"));
        assert_eq!(jurisdiction("").as_deref(), Ok(""));
        for typed in ["Germany", "D", "D1", "德国"] {
            assert_eq!(
                jurisdiction(typed).map_err(|no| no.code),
                Err("release-jurisdiction".into())
            );
        }
        assert_eq!(jurisdiction_of("", ""), None);
        assert_eq!(jurisdiction_of("", "91440300MA5EXAMPLE").as_deref(), Some("CN"));
        assert_eq!(jurisdiction_of("DE", "91440300MA5EXAMPLE").as_deref(), Some("DE"));
    }

    #[test]
    fn control_reaches_through_others_and_upwards_alone() {
        check(&[], 1, 2, None);
        check(&[(1, 2)], 1, 2, Some(&[1, 2]));
        check(&[(1, 2)], 2, 1, None);
        check(&[(1, 1)], 1, 1, None);
        check(&[(1, 2), (2, 3), (3, 4)], 1, 4, Some(&[1, 2, 3, 4]));
        // The shortest of several ways, and no end in a circle.
        check(&[(1, 2), (2, 3), (1, 5), (5, 4), (3, 4)], 1, 4, Some(&[1, 5, 4]));
        check(&[(1, 2), (2, 1)], 1, 3, None);
    }

    #[test]
    fn what_it_rests_on_is_said() {
        assert!(grounds(" 60 % of the shares ").is_ok_and(|it| it == "60 % of the shares"));
        assert_eq!(grounds(" ").expect_err("empty").field.as_deref(), Some("grounds"));
    }
}
