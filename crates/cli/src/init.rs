//! `init`: seven questions, one settings file, the first officer with a one-time link.

use crate::args::{Common, Init};
use crate::config;
use crate::desk::Outcome;
use crate::exit::{Exit, Failure};
use crate::folder::write_secret;
use crate::io::CommandIo;
use crate::user::LINK_PATH;
use access::Role;
use app::city::InitialiseCity;
use app::person::CreatePerson;
use app::{Asker, City};
use base::{Bilingual, Class, Lang, Refusal};
use std::path::Path;

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    pub name: Bilingual,
    pub public_url: String,
    /// Names the log in its checkpoints, for ever.
    pub origin: String,
    pub operator_email: String,
    pub operator_name: Bilingual,
    /// The office that readers can turn to: mail and phone, empty where there is none yet.
    pub contact: (String, String),
    /// The first security administrator: address and name.
    pub security: Option<(String, Bilingual)>,
    /// The address of a store outside the folder.
    pub store: Option<String>,
}

/// Takes what was typed as options, and asks for the rest where somebody can answer.
pub fn ask(
    common: &Common,
    asked: &Init,
    folder: &Path,
    io: &mut dyn CommandIo,
) -> Result<Answers, Failure> {
    let lang = common.lang.unwrap_or(io.surroundings().lang);
    let asks = io.surroundings().in_is_terminal && !common.no_input;
    let mut questions = Questions { lang, asks, io };
    questions.greet(folder);
    let name_en = questions.get("name-en", asked.name_en.as_ref(), Some(String::new()))?;
    let name_zh = questions.get("name-zh", asked.name_zh.as_ref(), Some(String::new()))?;
    let name = Bilingual::new(name_en, name_zh);
    if name.is_empty() {
        return Err(questions.missing("name-en"));
    }
    let url = format!("http://{}", config::LISTEN);
    let public_url = questions.get("public-url", asked.public_url.as_ref(), Some(url))?;
    let origin = format!("{}/log", host_of(&public_url));
    let origin = questions.get("origin", asked.origin.as_ref(), Some(origin))?;
    let operator_email = questions.get("operator-email", asked.operator_email.as_ref(), None)?;
    let short = operator_email.split('@').next().unwrap_or_default().to_owned();
    let operator = questions.get("operator-name", asked.operator_name.as_ref(), Some(short))?;
    let email =
        questions.get("contact-email", asked.contact_email.as_ref(), Some(String::new()))?;
    let phone = asked.contact_phone.clone().unwrap_or_default();
    let contact = (email, phone);
    let security = asked.security_email.as_ref().map(|email| {
        let short = || email.split('@').next().unwrap_or_default().to_owned();
        let name = asked.security_name.clone().unwrap_or_else(short);
        (email.clone(), sided(&name))
    });
    Ok(Answers {
        name,
        public_url: public_url.trim_end_matches('/').to_owned(),
        origin,
        operator_email,
        operator_name: sided(&operator),
        contact,
        security,
        store: common.store.clone(),
    })
}

/// A name typed once stands on the side of its script.
fn sided(name: &str) -> Bilingual {
    Bilingual::only(if name.is_ascii() { Lang::En } else { Lang::Zh }, name)
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}

struct Questions<'i> {
    lang: Lang,
    asks: bool,
    io: &'i mut dyn CommandIo,
}

impl Questions<'_> {
    fn greet(&mut self, folder: &Path) {
        if self.asks {
            let args = [("path", folder.display().to_string().into())];
            let text = words::say_with(self.lang, "cli-init-greeting", &args);
            self.io.err(&format!("{text}\n"));
        }
    }

    fn missing(&self, name: &str) -> Failure {
        let reason = Refusal::new(Class::Invalid, "cli-init-missing");
        Failure::usage(reason.text("option", format!("--{name}")))
    }

    /// What was typed as an option, else the answer, else the proposal.
    fn get(
        &mut self,
        name: &str,
        typed: Option<&String>,
        proposal: Option<String>,
    ) -> Result<String, Failure> {
        if let Some(typed) = typed {
            return Ok(typed.trim().to_owned());
        }
        if !self.asks {
            return proposal.ok_or_else(|| self.missing(name));
        }
        let question = words::say(self.lang, &format!("cli-init-ask-{name}"));
        let shown = proposal.as_deref().filter(|text| !text.is_empty());
        let shown = shown.map_or_else(String::new, |text| format!(" [{text}]"));
        let answer = self.io.ask(&format!("{question}{shown}: ")).unwrap_or_default();
        let answer = answer.trim();
        if !answer.is_empty() {
            return Ok(answer.to_owned());
        }
        proposal.ok_or_else(|| self.missing(name))
    }
}

/// What would be done.
pub fn preview(common: &Common, answers: &Answers, io: &mut dyn CommandIo) -> Outcome {
    let lang = common.lang.unwrap_or(io.surroundings().lang);
    parties::person::email(&answers.operator_email)?;
    check_addresses(answers)?;
    let text = settings_text(answers, lang);
    let out = if common.json {
        serde_json::json!({ "dry_run": true, "settings": text }).to_string() + "\n"
    } else {
        text
    };
    io.out(out.as_bytes()).map_err(|error| Failure::file(Path::new("-"), &error))?;
    Ok(Exit::Done)
}

/// Founds the city, writes the settings file, and tells the links.
pub fn found(
    common: &Common,
    answers: &Answers,
    city: &City,
    folder: &Path,
    io: &mut dyn CommandIo,
) -> Outcome {
    let lang = common.lang.unwrap_or(io.surroundings().lang);
    if city.row().is_ok() {
        return Err(Refusal::new(Class::Conflict, "city-already-initialised").into());
    }
    check_addresses(answers)?;
    let act = InitialiseCity {
        name: answers.name.clone(),
        origin: answers.origin.clone(),
        demo: false,
        operator_email: answers.operator_email.clone(),
        operator_name: answers.operator_name.clone(),
        lang,
    };
    let made = city.perform(&Asker::nobody(), act)?;
    let link = |secret: &str| format!("{}{LINK_PATH}{secret}", answers.public_url);
    let mut links = vec![(answers.operator_email.clone(), link(&made.link_secret))];
    if let Some((email, name)) = &answers.security {
        let act = CreatePerson {
            email: email.clone(),
            name: name.clone(),
            lang,
            organisation: made.organisation,
            role: Role::SecurityAdministrator,
            invented: false,
            password: None,
            hashed: String::new(),
        };
        let changed = city.perform(&Asker::person(made.operator), act)?;
        links.push((email.clone(), link(&changed.link_secret.unwrap_or_default())));
    }
    // The links are told once, so they are told before anything else can fail.
    tell(common, answers, &links, io)?;
    let path = folder.join(config::FILE);
    if !path.exists() {
        write_secret(&path, settings_text(answers, lang).as_bytes())?;
    }
    if !common.quiet {
        let args = [("path", path.display().to_string().into())];
        io.err(&format!("{}\n", words::say_with(lang, "cli-init-next", &args)));
    }
    Ok(Exit::Done)
}

fn tell(
    common: &Common,
    answers: &Answers,
    links: &[(String, String)],
    io: &mut dyn CommandIo,
) -> Result<(), Failure> {
    let lang = common.lang.unwrap_or(io.surroundings().lang);
    let text = if common.json {
        let links: Vec<serde_json::Value> = links
            .iter()
            .map(|(email, link)| serde_json::json!({ "email": email, "link": link }))
            .collect();
        let document = serde_json::json!({ "origin": answers.origin, "links": links });
        format!("{document}\n")
    } else {
        let mut text = String::new();
        for (email, link) in links {
            if !common.quiet {
                let args = [("email", email.as_str().into())];
                io.err(&format!("{}\n", words::say_with(lang, "cli-init-link", &args)));
            }
            text += &format!("{link}\n");
        }
        text
    };
    io.out(text.as_bytes()).map_err(|error| Failure::file(Path::new("-"), &error))
}

/// Wrong addresses are refused before anything is founded: the links are told only once.
fn check_addresses(answers: &Answers) -> Result<(), Failure> {
    if let Some((email, _)) = &answers.security {
        parties::person::email(email).map_err(|refusal| refusal.on("security-email"))?;
    }
    let (email, _) = &answers.contact;
    if !email.is_empty() {
        parties::person::email(email).map_err(|refusal| refusal.on("contact-email"))?;
    }
    Ok(())
}

/// The settings file of a new city.
fn settings_text(answers: &Answers, lang: Lang) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!("# {}\n", words::say(lang, "cli-init-file-head"));
    text += &format!("public_url = {}\n", quoted(&answers.public_url));
    let listen = listen_of(&answers.public_url);
    text += &format!("listen = {}\n", quoted(&listen));
    if let Some(store) = answers.store.as_deref().filter(|store| store.starts_with("postgres")) {
        text += &format!("store = {}\n", quoted(store));
    }
    let (email, phone) = &answers.contact;
    // What is not known yet stands there to be filled in.
    text += &format!("\n# {}\n[contact]\n", words::say(lang, "cli-init-file-contact"));
    for (key, value) in [("phone", phone), ("email", email)] {
        text += &format!("{key} = {}\n", quoted(value));
    }
    text
}

/// Where to listen: what a plain address says, or this machine behind a proxy.
fn listen_of(url: &str) -> String {
    let plain = url.strip_prefix("http://").map(|rest| rest.replace("localhost", "127.0.0.1"));
    let listen = plain.map(|rest| if rest.contains(':') { rest } else { format!("{rest}:80") });
    let listen = listen.filter(|text| text.parse::<std::net::SocketAddr>().is_ok());
    listen.unwrap_or_else(|| config::LISTEN.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Kept;

    #[test]
    fn seven_questions_make_a_settings_file() {
        let mut io = Kept::new(Path::new("/"));
        io.surroundings.in_is_terminal = true;
        io.answers = [
            "Fucheng",
            "涪城",
            "https://city.example/",
            "",
            "op@city.example",
            "",
            "help@city.example",
        ]
        .map(str::to_owned)
        .to_vec();
        let common = Common::default();
        let found = ask(&common, &Init::default(), Path::new("/data"), &mut io).expect("answered");
        assert_eq!(io.answers.len(), 0, "seven were asked");
        assert_eq!(found.origin, "city.example/log");
        assert_eq!(found.operator_name.en, "op");
        let text = settings_text(&found, Lang::En);
        let config = config::read(&text, Path::new("x")).expect("readable");
        assert_eq!(config.public_url, "https://city.example");
        assert_eq!(config.contact.email, "help@city.example");
        assert!(config.door().is_ok());
        assert!(!io.err.contains('⟦'), "{}", io.err);
    }

    #[test]
    fn without_a_terminal_the_option_is_named() {
        let mut io = Kept::new(Path::new("/"));
        let init = Init { name_en: Some("X".to_owned()), ..Init::default() };
        let failure = ask(&Common::default(), &init, Path::new("/"), &mut io).expect_err("missing");
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.lines(Lang::En)[0].contains("--operator-email"));
        assert_eq!(listen_of("http://localhost:9"), "127.0.0.1:9");
        assert_eq!(listen_of("https://x.example"), config::LISTEN);
    }
}
