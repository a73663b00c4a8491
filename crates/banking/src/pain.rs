//! An order as a bank takes it: ISO 20022 pain.001.001.09, credit transfers alone.
//!
//! Our rows know the debited account by its masked number only, so that is what stands in it:
//! whoever hands the document in does so as the holder of that account. An order that returns a payment
//! names the bank's reference of it and may leave the payee's account out.

use crate::order::Order;
use base::Instant;
use std::fmt::Write;

/// Who orders, from which account.
pub struct Payer<'a> {
    pub name: &'a str,
    pub institution: &'a str,
    pub masked_number: &'a str,
}

/// The document of one order.
pub fn pain001(order: &Order, payer: &Payer<'_>, at: Instant) -> String {
    let amount = order.money().decimal();
    let currency = order.currency.code();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut line = |depth: usize, inner: &str| {
        let _ = writeln!(text, "{:indent$}{inner}", "", indent = depth * 2);
    };
    let leaf = |name: &str, value: &str| format!("<{name}>{}</{name}>", escaped(value));
    let reference = order.reference.as_str();
    line(0, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">");
    line(1, "<CstmrCdtTrfInitn>");
    line(2, "<GrpHdr>");
    line(3, &leaf("MsgId", reference));
    line(3, &leaf("CreDtTm", &at.rfc3339()));
    line(3, &leaf("NbOfTxs", "1"));
    line(3, &leaf("CtrlSum", &amount));
    line(3, &format!("<InitgPty>{}</InitgPty>", leaf("Nm", payer.name)));
    line(2, "</GrpHdr>");
    line(2, "<PmtInf>");
    line(3, &leaf("PmtInfId", reference));
    line(3, &leaf("PmtMtd", "TRF"));
    line(3, &format!("<ReqdExctnDt>{}</ReqdExctnDt>", leaf("Dt", &order.due_on.to_string())));
    line(3, &format!("<Dbtr>{}</Dbtr>", leaf("Nm", payer.name)));
    line(3, &account("DbtrAcct", payer.masked_number));
    line(3, &agent("DbtrAgt", payer.institution));
    line(3, "<CdtTrfTxInf>");
    line(4, &format!("<PmtId>{}</PmtId>", leaf("EndToEndId", reference)));
    line(4, &format!("<Amt><InstdAmt Ccy=\"{currency}\">{amount}</InstdAmt></Amt>"));
    if !order.payee_bank.is_empty() {
        line(4, &agent("CdtrAgt", &order.payee_bank));
    }
    line(4, &format!("<Cdtr>{}</Cdtr>", leaf("Nm", &order.payee)));
    if !order.payee_account.is_empty() {
        line(4, &account("CdtrAcct", &order.payee_account));
    }
    let told = match order.source.is_empty() {
        true => order.purpose.clone(),
        false => format!("{} /RETURN OF/ {}", order.purpose, order.source),
    };
    line(4, &format!("<RmtInf>{}</RmtInf>", leaf("Ustrd", &cut(&told))));
    line(3, "</CdtTrfTxInf>");
    line(2, "</PmtInf>");
    line(1, "</CstmrCdtTrfInitn>");
    line(0, "</Document>");
    text
}

/// What fits the element for unstructured remittance information.
fn cut(text: &str) -> String {
    text.chars().take(140).collect()
}

fn account(name: &str, number: &str) -> String {
    format!("<{name}><Id><Othr><Id>{}</Id></Othr></Id></{name}>", escaped(number))
}

fn agent(name: &str, institution: &str) -> String {
    format!("<{name}><FinInstnId><Nm>{}</Nm></FinInstnId></{name}>", escaped(institution))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::OrderState;
    use base::{AccountId, Currency, Date, OrderId, OrganisationId, PersonId, Reference};

    #[test]
    fn a_document_names_the_order_and_escapes_what_people_typed() {
        let at = Instant::parse_rfc3339("2026-03-02T01:00:00Z").expect("an instant");
        let mut zeros = base::chance::SeededChance::new(1);
        let order = Order {
            id: OrderId::from_bits(1),
            reference: Reference::draw("PO", 2026, &mut zeros),
            bank: AccountId::from_bits(1),
            account: AccountId::from_bits(2),
            owner: OrganisationId::from_bits(1),
            currency: Currency::CNY,
            minor: 5_000_000,
            payee: "A & B <Ltd>".to_owned(),
            payee_account: String::new(),
            payee_bank: String::new(),
            source: "BK-0".to_owned(),
            purpose: "退还保证金".to_owned(),
            subject: String::new(),
            state: OrderState::Approved,
            hold: None,
            drafted: (PersonId::from_bits(1), at),
            approved: None,
            sent_at: None,
            moved_at: at,
            due_on: Date::new(2026, 3, 5).expect("a day"),
            keeper: None,
            bank_reference: String::new(),
            reason: String::new(),
            version: 1,
        };
        let payer =
            Payer { name: "Exchange", institution: "Bank", masked_number: "6222 **** 0188" };
        let text = pain001(&order, &payer, at);
        let reference = order.reference.as_str();
        assert!(text.contains(&format!("<EndToEndId>{reference}</EndToEndId>")));
        assert!(text.contains("<InstdAmt Ccy=\"CNY\">50000.00</InstdAmt>"));
        assert!(text.contains("<Nm>A &amp; B &lt;Ltd&gt;</Nm>"));
        assert!(text.contains("退还保证金 /RETURN OF/ BK-0"));
        assert!(!text.contains("CdtrAcct"), "it goes back to where it came from");
        let mut depth = 0_i32;
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event().expect("well formed") {
                quick_xml::events::Event::Start(_) => depth += 1,
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
    }
}
