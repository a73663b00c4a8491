//! The five types of technology contract, and the ways a technology changes hands.

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$each])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The codes, in the order of [`Self::ALL`].
            pub const CODES: &'static [&'static str] = &[$($code,)*];

            /// The name in templates, forms and stored terms.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Reads the name.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.code() == code)
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// The types of the Civil Code, article 843 and those after it.
    Kind {
        /// Research on something new, for another or together.
        Development = "development",
        /// The right itself changes hands.
        Transfer = "transfer",
        /// A right to use.
        Licence = "licence",
        /// A study, forecast, analysis or evaluation.
        Consulting = "consulting",
        /// A specific technical problem is solved with one's knowledge.
        Service = "service",
    }
}

codes! {
    /// From whom to whom, as statistics count it.
    Mode {
        WithinInstitute = "within-institute",
        InstituteToFirm = "institute-to-firm",
        BetweenInstitutes = "between-institutes",
        FirmToPublic = "firm-to-public",
        BetweenFirms = "between-firms",
        /// Into the city's institutes or out of a foreign country.
        AcrossBorders = "across-borders",
        Other = "other",
    }
}

codes! {
    /// What is handed over or used.
    RightKind {
        Patent = "patent",
        PatentApplication = "patent-application",
        KnowHow = "know-how",
        Software = "software",
        PlantVariety = "plant-variety",
        LayoutDesign = "layout-design",
    }
}

codes! {
    /// How alone a licensee is.
    Exclusivity {
        /// The licensor does not use it either.
        Exclusive = "exclusive",
        /// The licensor may use it, nobody else.
        Sole = "sole",
        NonExclusive = "non-exclusive",
        /// Standing terms for everybody.
        Open = "open",
    }
}

codes! {
    /// Whose something is, or who bears something.
    Holder {
        Provider = "provider",
        Acquirer = "acquirer",
        Joint = "joint",
        /// Each keeps what is its own.
        Maker = "maker",
    }
}

codes! {
    /// Where a dispute goes after talks have failed.
    Forum {
        Court = "court",
        Arbitration = "arbitration",
    }
}

codes! {
    /// What the price holds that is no technology.
    Deduction {
        Equipment = "equipment",
        Materials = "materials",
        Works = "works",
        Travel = "travel",
        Other = "other",
    }
}

codes! {
    /// What follows when a milestone is missed.
    OnMiss {
        /// A late penalty of the breach clause runs.
        Penalty = "penalty",
        /// Payments bound to it wait; nothing else.
        Suspend = "suspend",
        /// The other side may end the contract.
        MayEnd = "may-end",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_are_stored() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.code()), Some(*kind));
            let stored = serde_json::to_string(kind).expect("a text");
            assert_eq!(stored, format!("\"{}\"", kind.code()));
        }
        assert_eq!(Kind::parse("supply"), None);
        assert_eq!(Mode::CODES.len(), Mode::ALL.len());
    }
}
