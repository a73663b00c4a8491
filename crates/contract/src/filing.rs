//! How a registration stands: handed in, sent back, registered or not, changed, cancelled.

use crate::flaw::Flaw;
use crate::milestone::plus_days;
use base::Date;

/// The state of a registration. A new application after a refusal is a filing of its own.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filing {
    /// The contract is signed, the form is being filled.
    Open,
    Submitted {
        on: Date,
        decision_by: Date,
        version: u32,
    },
    /// Sent back for correction.
    Returned {
        on: Date,
        why: String,
    },
    Registered {
        on: Date,
        number: String,
        version: u32,
    },
    NotRegistered {
        on: Date,
        why: String,
    },
    /// A change of a registered contract was handed in; the old number stands until it is decided.
    ChangeSubmitted {
        on: Date,
        decision_by: Date,
        number: String,
        version: u32,
        stands: Stands,
    },
    Cancelled {
        on: Date,
        number: String,
        why: String,
    },
}

/// The registration that stands while a change of it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stands {
    pub on: Date,
    pub version: u32,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Move {
    /// The form with all required fields, of a contract version in force.
    Submit {
        version: u32,
        missing: Vec<String>,
    },
    Return {
        why: String,
    },
    Register {
        number: String,
    },
    Refuse {
        why: String,
    },
    Cancel {
        why: String,
    },
}

/// Days the office has for a decision; older practice, a parameter.
pub const DECISION_DAYS: u32 = 30;

impl Filing {
    /// The filing after a move, or why not.
    pub fn take(&self, step: &Move, on: Date, decision_days: u32) -> Result<Self, Vec<Flaw>> {
        let decision_by = plus_days(on, decision_days);
        match step {
            Move::Submit { missing, .. } if !missing.is_empty() => {
                Err(missing.iter().map(|key| flaw(key.clone(), "absent")).collect())
            }
            Move::Submit { version, .. } => match self {
                Self::Open | Self::Returned { .. } => {
                    Ok(Self::Submitted { on, decision_by, version: *version })
                }
                // The registered version is nothing to hand in again.
                Self::Registered { number, version: old, on: since } if old < version => {
                    let stands = Stands { on: *since, version: *old };
                    let (number, version) = (number.clone(), *version);
                    Ok(Self::ChangeSubmitted { on, decision_by, number, version, stands })
                }
                _ => Err(unfit()),
            },
            Move::Return { why } | Move::Refuse { why } | Move::Cancel { why }
                if why.trim().is_empty() =>
            {
                Err(vec![flaw("why", "absent")])
            }
            Move::Return { why } => match self {
                Self::Submitted { .. } => Ok(Self::Returned { on, why: why.clone() }),
                _ => self.back().ok_or_else(unfit),
            },
            Move::Refuse { why } => match self {
                Self::Submitted { .. } => Ok(Self::NotRegistered { on, why: why.clone() }),
                _ => self.back().ok_or_else(unfit),
            },
            Move::Register { number } if number.is_empty() => Err(vec![flaw("number", "absent")]),
            Move::Register { number } => match self {
                Self::Submitted { version, .. } | Self::ChangeSubmitted { version, .. } => {
                    Ok(Self::Registered { on, number: number.clone(), version: *version })
                }
                _ => Err(unfit()),
            },
            Move::Cancel { why } => match self {
                Self::Registered { number, .. } | Self::ChangeSubmitted { number, .. } => {
                    Ok(Self::Cancelled { on, number: number.clone(), why: why.clone() })
                }
                _ => Err(unfit()),
            },
        }
    }

    /// A change that was not taken: what was registered stands on.
    fn back(&self) -> Option<Self> {
        let Self::ChangeSubmitted { number, stands, .. } = self else { return None };
        Some(Self::Registered { on: stands.on, number: number.clone(), version: stands.version })
    }

    /// Whether the office is late on a day.
    pub fn is_overdue(&self, on: Date) -> bool {
        match self {
            Self::Submitted { decision_by, .. } | Self::ChangeSubmitted { decision_by, .. } => {
                on > *decision_by
            }
            _ => false,
        }
    }
}

fn flaw(field: impl Into<String>, code: &'static str) -> Flaw {
    Flaw { field: field.into(), code }
}

fn unfit() -> Vec<Flaw> {
    vec![flaw("state", "unfit")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::tests::date;

    #[test]
    fn a_registration_takes_its_ways() {
        let on = date("2026-04-01");
        let take = |filing: &Filing, step: Move| filing.take(&step, on, DECISION_DAYS);
        let submit = |version| Move::Submit { version, missing: Vec::new() };
        let open = Filing::Open;
        let missing = Move::Submit { version: 1, missing: vec!["signed".into()] };
        assert_eq!(take(&open, missing), Err(vec![flaw("signed", "absent")]));
        let submitted = take(&open, submit(1)).expect("fits");
        assert!(
            submitted.is_overdue(date("2026-05-02")) && !submitted.is_overdue(date("2026-05-01"))
        );
        assert_eq!(take(&submitted, submit(1)), Err(unfit()));
        let why = || "the amounts differ".to_owned();
        let returned = take(&submitted, Move::Return { why: why() }).expect("fits");
        assert_eq!(take(&returned, Move::Register { number: "1".into() }), Err(unfit()));
        let again = take(&returned, submit(1)).expect("fits");
        assert_eq!(
            take(&again, Move::Refuse { why: " ".into() }),
            Err(vec![flaw("why", "absent")])
        );
        assert!(matches!(
            take(&again, Move::Refuse { why: why() }),
            Ok(Filing::NotRegistered { .. })
        ));
        let registered = take(&again, Move::Register { number: "1".into() }).expect("fits");
        assert_eq!(take(&registered, submit(1)), Err(unfit()));
        let changed = take(&registered, submit(2)).expect("fits");
        assert!(
            matches!(&changed, Filing::ChangeSubmitted { number, version: 2, .. } if number == "1")
        );
        assert!(take(&changed, Move::Register { number: "2".into() }).is_ok());
        assert_eq!(take(&changed, Move::Return { why: why() }), Ok(registered.clone()));
        assert_eq!(take(&changed, Move::Refuse { why: why() }), Ok(registered));
        let gone = take(&changed, Move::Cancel { why: why() }).expect("fits");
        assert!(matches!(&gone, Filing::Cancelled { number, .. } if number == "1"));
        assert_eq!(take(&gone, submit(3)), Err(unfit()));
    }
}
