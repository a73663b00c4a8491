//! The pages: everything people see in a browser, in English and Chinese.
//!
//! A page reads the request, asks `app`, and draws with `look`; every sentence is in `words` and
//! every address in [`link`]. [`page::Page`] puts the frame around the content, `refused` turns
//! each kind of no into a page with a way out.
//!
//! Invariants: a page that shows anything not public, or is for one reader, is kept by no cache; a
//! form that was refused comes back with what was typed, its errors and a fresh key; passwords and
//! secrets are never sent back; what is hidden answers byte for byte like what is absent.
//!
//! Absent on purpose: decisions, SQL, sentences, styles, scripts.

mod about;
mod accessory;
mod account;
mod address;
mod agreement;
mod area;
mod assets;
mod bank_statement;
mod bench;
mod booking;
mod booking_board;
mod booking_bring;
mod booking_calendar;
mod booking_hand;
mod booking_one;
mod booking_rule;
mod booking_series;
mod booking_step;
mod bulletin;
mod bulletin_act;
mod bulletin_form;
mod carried;
mod case;
mod case_act;
mod case_asked;
mod case_clock;
mod case_facts;
mod case_figures;
mod case_file;
mod case_form;
mod case_hand;
mod case_list;
mod case_matter;
mod case_steps;
mod case_table;
mod case_timeline;
mod case_together;
mod certificate;
mod charge;
mod colleague;
mod contract;
mod contract_act;
mod contract_draft;
mod contract_filing;
mod contract_form;
mod contract_income;
mod contract_money;
mod contract_part;
mod contract_read;
mod contract_template;
mod contract_text;
mod control;
mod counts;
mod deal;
mod deal_form;
mod demo;
mod desk;
mod desks;
mod due;
mod emergency;
mod enquiry;
mod erasure;
mod estimate;
mod export;
mod factor;
mod falling;
mod feed;
mod feedback;
mod file;
pub mod form;
mod form_rows;
mod home;
mod identity;
pub mod import;
mod import_change;
mod import_kept;
mod import_page;
mod import_run;
mod import_stage;
mod instrument;
mod instrument_draft;
mod instrument_fields;
mod instrument_form;
mod instrument_import;
mod instrument_part;
mod instrument_record;
mod instrument_review;
mod instrument_search;
mod item;
mod item_form;
mod joint_request;
mod key;
mod kiosk_booking;
mod leaver;
mod ledger;
mod ledger_file;
mod ledger_part;
pub mod link;
mod listing;
mod listing_money;
mod log;
mod lot;
mod lot_act;
mod lot_announce;
mod lot_complaint;
mod lot_event;
mod lot_event_form;
mod lot_live;
mod lot_part;
mod lot_terms;
mod lot_way;
mod mail;
mod mail_wish;
mod merger;
mod month;
mod notice;
mod open_data;
mod order;
mod organisation;
mod organisation_form;
mod outage;
pub mod page;
mod password;
mod person;
mod person_form;
mod personal;
mod personal_time;
mod proof;
mod qualification;
mod qualification_form;
mod receipt;
mod receivable;
mod recovery;
mod red_flag;
mod refused;
mod register;
mod registration;
mod registration_matter;
mod relay;
mod release;
mod release_form;
mod rounds;
mod rule_chain;
mod rule_list;
mod saved_search;
mod saved_search_form;
mod sealing;
mod sealing_page;
mod search;
mod search_filter;
mod search_hit;
mod search_panel;
mod service_form;
mod service_order;
mod service_record;
mod service_request;
mod service_sample;
mod service_step;
mod sign_in;
mod sign_in_code;
mod stand_in;
mod standard;
mod standing;
mod stub;
mod subscription;
mod suggest;
mod tariff;
mod technology;
mod technology_act;
mod technology_draft;
mod technology_fields;
mod technology_form;
mod technology_part;
mod technology_side;
mod telephone;
mod trade;
mod turn;
mod upkeep;
mod usage;
mod venture;
mod venture_act;
mod venture_entry;
mod venture_paper;
mod venture_part;
mod venture_register;
mod venture_rules;
mod venture_value;
mod versions;
mod voucher;
mod wait;
mod webhook;
mod webhook_form;
mod workday;

pub use demo::{DemoAccount, set_demo_accounts};
pub use refused::{MISSING, PAGE};

use edge::Route;

/// Every route of the pages; later ones of the same path add methods.
pub fn routes() -> Vec<&'static [Route]> {
    vec![
        home::ROUTES,
        about::ROUTES,
        assets::ROUTES,
        account::ROUTES,
        address::ROUTES,
        telephone::ROUTES,
        sign_in::ROUTES,
        sign_in_code::ROUTES,
        identity::ROUTES,
        password::ROUTES,
        registration::ROUTES,
        register::ROUTES,
        key::ROUTES,
        factor::ROUTES,
        proof::ROUTES,
        notice::ROUTES,
        personal::ROUTES,
        erasure::ROUTES,
        recovery::ROUTES,
        emergency::ROUTES,
        desk::ROUTES,
        log::ROUTES,
        standing::ROUTES,
        mail::ROUTES,
        mail_wish::ROUTES,
        receipt::ROUTES,
        certificate::ROUTES,
        organisation::ROUTES,
        organisation_form::ROUTES,
        merger::ROUTES,
        control::ROUTES,
        agreement::ROUTES,
        colleague::ROUTES,
        webhook::ROUTES,
        webhook_form::ROUTES,
        person::ROUTES,
        person_form::ROUTES,
        suggest::ROUTES,
        trade::ROUTES,
        technology::ROUTES,
        technology_form::ROUTES,
        listing::ROUTES,
        ledger::ROUTES,
        ledger_file::ROUTES,
        order::ROUTES,
        bank_statement::ROUTES,
        month::ROUTES,
        area::ROUTES,
        booking::ROUTES,
        booking_one::ROUTES,
        booking_board::ROUTES,
        booking_calendar::ROUTES,
        booking_rule::ROUTES,
        booking_series::ROUTES,
        outage::ROUTES,
        upkeep::ROUTES,
        relay::ROUTES,
        qualification::ROUTES,
        qualification_form::ROUTES,
        booking_bring::ROUTES,
        kiosk_booking::ROUTES,
        booking_hand::ROUTES,
        wait::ROUTES,
        turn::ROUTES,
        instrument::ROUTES,
        standard::ROUTES,
        instrument_import::ROUTES,
        instrument_record::ROUTES,
        instrument_review::ROUTES,
        instrument_form::ROUTES,
        item::ROUTES,
        item_form::ROUTES,
        joint_request::ROUTES,
        lot::ROUTES,
        lot_act::ROUTES,
        lot_announce::ROUTES,
        lot_complaint::ROUTES,
        lot_event::ROUTES,
        workday::ROUTES,
        lot_event_form::ROUTES,
        lot_live::ROUTES,
        sealing::ROUTES,
        sealing_page::ROUTES,
        receivable::ROUTES,
        venture_rules::ROUTES,
        venture::ROUTES,
        venture_act::ROUTES,
        venture_entry::ROUTES,
        venture_paper::ROUTES,
        venture_register::ROUTES,
        venture_value::ROUTES,
        deal::ROUTES,
        deal_form::ROUTES,
        open_data::ROUTES,
        red_flag::ROUTES,
        contract::ROUTES,
        contract_act::ROUTES,
        contract_draft::ROUTES,
        contract_text::ROUTES,
        contract_income::ROUTES,
        contract_filing::ROUTES,
        contract_template::ROUTES,
        bulletin::ROUTES,
        bulletin_form::ROUTES,
        bulletin_act::ROUTES,
        subscription::ROUTES,
        search::ROUTES,
        saved_search::ROUTES,
        saved_search_form::ROUTES,
        export::ROUTES,
        import::ROUTES,
        counts::ROUTES,
        feed::ROUTES,
        feedback::ROUTES,
        versions::ROUTES,
        technology_act::ROUTES,
        case_list::ROUTES,
        case_together::ROUTES,
        case_file::ROUTES,
        case_figures::ROUTES,
        desks::ROUTES,
        case::ROUTES,
        case_act::ROUTES,
        case_clock::ROUTES,
        stand_in::ROUTES,
        file::ROUTES,
        release::ROUTES,
        stub::ROUTES,
        enquiry::ROUTES,
        tariff::ROUTES,
        usage::ROUTES,
        charge::ROUTES,
        voucher::ROUTES,
        service_form::ROUTES,
        service_order::ROUTES,
        service_request::ROUTES,
        service_sample::ROUTES,
        service_step::ROUTES,
        service_record::ROUTES,
    ]
}
