//! Tools in a collection of NEMO (Django's fixtures): a list of records with `model` and `fields`.

use super::told;
use instruments::sheet::{Condition, Contact, Sheet};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    model: String,
    #[serde(default)]
    fields: Value,
}

/// The tools that are shown in a collection; nothing where it is none.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<(u64, Sheet)>> {
    let entries: Vec<Entry> = serde_json::from_slice(bytes).ok()?;
    let is_tool = |entry: &Entry| entry.model.eq_ignore_ascii_case("nemo.tool");
    entries.iter().any(is_tool).then(|| {
        let tools = (1..).zip(&entries).filter(|(_, entry)| is_tool(entry));
        tools.filter_map(|(n, entry)| Some((n, tool(&entry.fields)?))).collect()
    })
}

fn tool(fields: &Value) -> Option<Sheet> {
    let text = |name: &str| fields[name].as_str().unwrap_or_default().trim().to_owned();
    // A child tool is its parent under another name.
    if fields["visible"] == false || !fields["parent_tool"].is_null() {
        return None;
    }
    let name = text("name");
    let mut sheet = Sheet {
        name: told(&name),
        description: told(&text("_description")),
        fields: told(&text("_category")),
        condition: match fields["_operational"].as_bool() {
            Some(false) => Condition::AwaitsRepair,
            _ => Condition::Sound,
        },
        seats: 1,
        ..Sheet::default()
    };
    sheet.numbers.serial = text("_serial");
    sheet.numbers.asset = name;
    sheet.place.room = text("_location");
    let contact = Contact {
        phone: text("_phone_number"),
        email: text("_notification_email_address"),
        ..Contact::default()
    };
    if contact != Contact::default() {
        sheet.contacts.push(contact);
    }
    Some(sheet)
}
