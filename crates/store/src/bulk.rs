//! Several rows for one table in one statement: PostgreSQL takes them for a fraction of what as many
//! statements cost.

/// How many rows one statement takes, the largest first; what is left goes one by one. Few sizes, so
/// that few statements are kept prepared.
pub(crate) const SIZES: [usize; 3] = [64, 16, 4];

/// How many keys one statement asks for at most.
pub(crate) const KEYS_MAX: usize = 64;
/// How many it asks for; between these a key is named again.
const KEYS: [usize; 4] = [2, 4, 16, KEYS_MAX];

/// The smallest number of keys that one statement asks for and that is enough.
pub(crate) fn n_keys(n: usize) -> usize {
    KEYS.into_iter().find(|size| *size >= n).unwrap_or(KEYS_MAX)
}

/// Whether a statement asks for one row by its key, which stands first in the row.
pub(crate) fn is_by_key(sql: &str, n_args: usize) -> bool {
    n_args == 1 && sql.starts_with("select id, ") && sql.ends_with(BY_KEY)
}

const BY_KEY: &str = " where id = $1";

/// The same statement for so many keys.
pub(crate) fn for_keys(sql: &str, n: usize) -> String {
    let mut text = sql.strip_suffix(BY_KEY).unwrap_or(sql).to_owned();
    for at in 1..=n {
        text.push_str(if at == 1 { " where id in (" } else { ", " });
        text.push('$');
        text.push_str(&at.to_string());
    }
    text.push(')');
    text
}

/// A statement that adds one row, in pieces, so that it can be written for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pieces<'s> {
    head: &'s str,
    row: &'s str,
    tail: &'s str,
}

/// The same statement for so many rows of `n_args` values each. `None` where it adds no row, or where
/// two rows of one statement would mean something else than two statements: an upsert that changes a
/// row may meet the row that the same statement added, unless it is known that no two are the same.
pub(crate) fn for_rows(sql: &str, n_args: usize, n_rows: usize, is_apart: bool) -> Option<String> {
    if !is_apart && sql.contains("do update") {
        return None;
    }
    let Pieces { head, row, tail } = pieces(sql)?;
    let mut text = String::with_capacity(head.len() + tail.len() + (row.len() + 16) * n_rows);
    text.push_str(head);
    for n in 0..n_rows {
        text.push_str(if n == 0 { "(" } else { ", (" });
        renumber(&mut text, row, n * n_args)?;
        text.push(')');
    }
    text.push_str(tail);
    Some(text)
}

fn pieces(sql: &str) -> Option<Pieces<'_>> {
    if !sql.starts_with("insert into ") || sql.contains("returning") {
        return None;
    }
    let (before, _) = sql.split_once("values")?;
    let (_, rest) = sql.split_at_checked(before.len() + "values".len())?;
    let inside = rest.trim_start().strip_prefix('(')?;
    let (row, tail) = inside.split_at_checked(end_of_row(inside)?)?;
    let tail = tail.strip_prefix(')')?;
    let head = sql.get(..sql.len() - rest.len())?;
    (!tail.contains('$') && !before.contains('$')).then_some(Pieces { head, row, tail })
}

/// Where the bracket that was opened is closed; quoted text counts for nothing.
fn end_of_row(text: &str) -> Option<usize> {
    let (mut depth, mut is_quoted) = (1_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => is_quoted = !is_quoted,
            '$' if is_quoted => return None,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Writes a row with its numbers of values moved on.
fn renumber(text: &mut String, row: &str, by: usize) -> Option<()> {
    let mut pieces = row.split('$');
    text.push_str(pieces.next()?);
    for piece in pieces {
        let digits = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len());
        let (number, rest) = piece.split_at_checked(digits)?;
        text.push('$');
        text.push_str(&(number.parse::<usize>().ok()? + by).to_string());
        text.push_str(rest);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, n_args: usize, n_rows: usize, expected: Option<&str>) {
        assert_eq!(for_rows(sql, n_args, n_rows, false).as_deref(), expected);
    }

    #[test]
    fn rows_are_numbered_on() {
        check(
            "insert into a (x, y, z) values ($1, $2, 0)",
            2,
            2,
            Some("insert into a (x, y, z) values($1, $2, 0), ($3, $4, 0)"),
        );
        check(
            "insert into a (x, y, z) values (nextval('n)'), $1, '')",
            1,
            2,
            Some("insert into a (x, y, z) values(nextval('n)'), $1, ''), (nextval('n)'), $2, '')"),
        );
        check(
            "insert into a (x, y)\n values (lower($1), $2) on conflict (x) do nothing",
            2,
            3,
            Some(
                "insert into a (x, y)\n values(lower($1), $2), (lower($3), $4), (lower($5), $6) \
                 on conflict (x) do nothing",
            ),
        );
    }

    #[test]
    fn rows_are_asked_for_by_several_keys() {
        let sql = "select id, x from a where id = $1";
        assert!(is_by_key(sql, 1));
        assert_eq!(for_keys(sql, 3), "select id, x from a where id in ($1, $2, $3)");
        for other in
            ["select x from a where id = $1", "select id, x from a where id = $1 and y = 2"]
        {
            assert!(!is_by_key(other, 1), "{other}");
        }
        assert_eq!([1, 2, 3, 17, 64].map(n_keys), [2, 2, 4, 64, 64]);
    }

    #[test]
    fn what_is_no_plain_row_stays_alone() {
        check("insert into a (x, y) values ($1, '$2')", 1, 2, None);
        check("update a set x = $1", 1, 2, None);
        check("insert into a (x) select x from b where y = $1", 1, 2, None);
        check("insert into a (x) values ($1) on conflict (x) do update set n = 1", 1, 2, None);
        check("insert into a (x) values ($1) on conflict (x) do nothing returning x", 1, 2, None);
        check("insert into a (x) values ($1) on conflict (x) where y = $2 do nothing", 2, 2, None);
    }

    #[test]
    fn rows_of_which_no_two_are_the_same_are_upserted_together() {
        let sql = "insert into a (x) values ($1) on conflict (x) do update set n = 1";
        let both = "insert into a (x) values($1), ($2) on conflict (x) do update set n = 1";
        assert_eq!(for_rows(sql, 1, 2, true).as_deref(), Some(both));
    }
}
