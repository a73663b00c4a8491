//! Organisations, people, memberships, sign-in: the rules about parties.
