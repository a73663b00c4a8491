//! What a booking is going to cost.

use crate::shape::{Day, Moment, MoneyJson, OneOf, TextJson};
use crate::usage::shape::{PartJson, money};
use app::booking::{Estimate, VoucherPart};
use base::Lang;
use instruments::estimate::Price;
use instruments::tariff::{Mode, Way};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a booking is going to cost, as if all of it were used. Where no price can be told, every
/// amount is null and `said` says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BookingEstimate")]
pub struct EstimateJson {
    /// `counted`; `free` where the owner set no price; `in-words` where rates are
    /// told in words alone (in `said`); `open` where it is not known yet who pays;
    /// `missing` where no price applies.
    pub price: String,
    pub said: TextJson,
    /// The day at the site whose price counts.
    #[schemars(with = "Day")]
    pub day: String,
    /// `internal`, `external`, or a class of the unit.
    pub class: Option<String>,
    #[schemars(with = "Option<OneOf<Way>>")]
    pub way: Option<String>,
    /// What is charged of booking and use.
    #[schemars(with = "Option<OneOf<Mode>>")]
    pub mode: Option<String>,
    pub parts: Vec<PartJson>,
    pub setup: Option<MoneyJson>,
    /// What a use costs at least.
    pub minimum: Option<MoneyJson>,
    pub list: Option<MoneyJson>,
    pub class_discount: Option<MoneyJson>,
    pub subsidy: Option<MoneyJson>,
    pub voucher: Option<VoucherPartJson>,
    /// What is left for the customer.
    pub pays: Option<MoneyJson>,
    /// When giving it up begins to cost something, and what; null where it never does.
    #[schemars(with = "Option<Moment>")]
    pub cancellation_from: Option<String>,
    pub cancellation: Option<MoneyJson>,
    /// What it costs where nobody comes.
    pub missed: Option<MoneyJson>,
}

/// What a voucher pays of a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BookingVoucher")]
pub struct VoucherPartJson {
    pub voucher: String,
    pub reference: String,
    pub pays: MoneyJson,
    /// Codes of what stands against it.
    pub refused: Vec<String>,
}

impl VoucherPartJson {
    fn of(part: &VoucherPart) -> Self {
        let empty = part.short_by.map(|_| "booking-no-funds".to_owned());
        let refused = part.no.iter().map(|refusal| refusal.code.to_string()).chain(empty);
        Self {
            voucher: part.voucher.to_string(),
            reference: part.reference.clone(),
            pays: money(part.pays),
            refused: refused.collect(),
        }
    }
}

fn both(say: impl Fn(Lang) -> String) -> TextJson {
    TextJson { en: say(Lang::En), zh: say(Lang::Zh) }
}

impl EstimateJson {
    pub(super) fn of(told: &Estimate) -> Self {
        let (price, said) = match &told.price {
            Price::Free => ("free", both(|lang| words::say(lang, "estimate-free"))),
            Price::InWords(rates) => {
                ("in-words", TextJson { en: rates.en.clone(), zh: rates.zh.clone() })
            }
            Price::Open => ("open", both(|lang| words::say(lang, "estimate-open"))),
            Price::Missing(no) => ("missing", both(|lang| words::refusal(lang, no).text)),
            Price::Counted(it) => {
                let key = format!("estimate-mode-{}", it.tariff.mode);
                ("counted", both(|lang| words::say(lang, &key)))
            }
        };
        let (it, chain) = (told.counted(), told.chain());
        let late = it.and_then(|it| it.late);
        Self {
            price: price.to_owned(),
            said,
            day: told.on.to_string(),
            class: told.class.clone(),
            way: it.map(|it| it.tariff.way.word().to_owned()),
            mode: it.map(|it| it.tariff.mode.word().to_owned()),
            parts: it.map_or_else(Vec::new, |it| it.line.parts.iter().map(PartJson::of).collect()),
            setup: it.map(|it| money(it.line.setup)),
            minimum: it.map(|it| money(it.tariff.minimum)),
            list: chain.map(|chain| money(chain.list)),
            class_discount: chain.map(|chain| money(chain.class_discount)),
            subsidy: chain.map(|chain| money(chain.subsidy)),
            voucher: told.voucher.as_ref().map(VoucherPartJson::of),
            pays: chain.map(|chain| money(chain.pays)),
            cancellation_from: late.map(|(from, _)| from.rfc3339()),
            cancellation: late.map(|(_, fee)| money(fee)),
            missed: it.map(|it| money(it.missed)),
        }
    }
}
