//! Lists of cases as files: exactly this filter, this order, every row the reader may see.

use crate::case_asked::Asked;
use crate::case_facts::{left, process_name, state_name, task_name};
use crate::case_table as tables;
use crate::export::{failed, workbook};
use crate::link;
use crate::page::{get, me, moment, say};
use access::Act;
use app::No;
use app::case::{After, Row, TaskRow, Which};
use base::{Class, Label, Refusal, limits};
use edge::{Reply, Request, Route};

/// The routes of this file.
pub static ROUTES: &[Route] =
    &[get(link::CASES_CSV, Act::ListCases, csv), get(link::CASES_XLSX, Act::ListCases, xlsx)];

const HEADS: [&str; 9] =
    ["reference", "process", "title", "owner", "state", "task", "who", "due", "late"];

/// The rows of a file, and the highest label among them.
struct Lines {
    rows: Vec<Vec<String>>,
    label: Label,
}

impl Lines {
    fn add(&mut self, request: &Request, row: &Row, task: Option<&str>) -> Result<(), No> {
        self.label = self.label.least_upper_bound(&row.label);
        self.rows.push(cells(request, row, task));
        if self.rows.len() <= limits::EXPORT_ROWS_MAX {
            return Ok(());
        }
        let refusal = Refusal::new(Class::TooLarge, "export-too-many");
        Err(refusal.number("most", limits::EXPORT_ROWS_MAX).into())
    }
}

fn lines(request: &Request, asked: &Asked) -> Result<Lines, No> {
    let mut lines = Lines { rows: Vec::new(), label: Label::public() };
    match asked.tab.tasks() {
        Some(which) => tasks(request, asked, which, &mut lines)?,
        None => cases(request, asked, &mut lines)?,
    }
    Ok(lines)
}

fn tasks(request: &Request, asked: &Asked, which: Which, into: &mut Lines) -> Result<(), No> {
    let wanted = asked.listed(request);
    let mut after: Option<After> = None;
    loop {
        let most = limits::PAGE_ROWS_MAX;
        let page = request.city().tasks(&request.asker, (which, &wanted), after.as_ref(), most)?;
        let mut rows = page.rows.iter();
        rows.try_for_each(|it: &TaskRow| into.add(request, &it.row, Some(&it.task)))?;
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

fn cases(request: &Request, asked: &Asked, into: &mut Lines) -> Result<(), No> {
    let wanted = asked.cases(request);
    let mut after = None;
    loop {
        let most = limits::PAGE_ROWS_MAX;
        let page = request.city().cases(&request.asker, &wanted, after, most)?;
        for row in &page.rows {
            into.add(request, row, row.open.first().map(|open| open.task.as_str()))?;
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

fn cells(request: &Request, row: &Row, task: Option<&str>) -> Vec<String> {
    let lang = request.lang;
    let open = row.open.iter().find(|open| Some(open.task.as_str()) == task);
    let due = open.and_then(|open| open.due_at);
    let late = due.map(|due| left(request, due)).filter(|(_, is_late)| *is_late);
    vec![
        row.reference.to_string(),
        process_name(lang, row.process),
        row.title.best(lang).0.to_owned(),
        row.owner.1.best(lang).0.to_owned(),
        state_name(lang, row.process, &row.state),
        open.map_or_else(String::new, |open| task_name(lang, row.process, &open.task)),
        open.map_or_else(String::new, |open| tables::who(request, open.assignee.as_ref())),
        due.map_or_else(String::new, |due| moment(request, due)),
        late.map_or_else(String::new, |(text, _)| text),
    ]
}

fn heads(request: &Request) -> Vec<String> {
    HEADS.map(|head| say(request, &format!("case-column-{head}"))).into()
}

fn name(request: &Request, ending: &str) -> String {
    let day = request.now.date_at(request.city().settings().utc_offset_minutes);
    format!("cases-{day}.{ending}")
}

fn csv(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lines = lines(request, &Asked::read(request))?;
    let mut text = String::from('\u{feff}');
    line(&mut text, &heads(request));
    for cells in &lines.rows {
        line(&mut text, cells);
    }
    Ok(Reply::file("text/csv; charset=utf-8", &name(request, "csv"), text))
}

fn xlsx(request: &Request) -> Result<Reply, No> {
    let who = me(request)?.person.name.best(request.lang).0.to_owned();
    let asked = Asked::read(request);
    let lang = request.lang;
    let Lines { rows, label } = lines(request, &asked)?;
    let told =
        |key: &str, value: String| (say(request, &format!("technology-export-{key}")), value);
    let n_rows = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let about = [
        told("filter", asked.sentence(request)),
        told("as-of", moment(request, request.now)),
        told("rows", words::number(lang, n_rows)),
        told("label", words::label(lang, &label)),
        told("who", who),
    ];
    let book = papers::Plain {
        sheet: &say(request, "case-title"),
        about: &say(request, "technology-export-about"),
        lines: &about,
        heads: &heads(request),
        rows: &rows,
        as_of: request.now,
    };
    Ok(workbook(&name(request, "xlsx"), book.xlsx().map_err(|error| failed(&error))?))
}

/// One line: quoted, and never a formula where a table program opens it.
pub(crate) fn line(text: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        text.push_str(&format!("\"{guard}{}\"", cell.replace('"', "\"\"")));
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let mut text = String::new();
        line(&mut text, &["=1+1".to_owned(), "a \"b\"".to_owned()]);
        assert_eq!(text, "\"'=1+1\",\"a \"\"b\"\"\"\r\n");
    }
}
