//! What `demo` says when the city is ready: the address, and who can sign in.

use crate::args::Args;
use crate::desk::aligned;
use crate::exit::Failure;
use crate::io::CommandIo;
use crate::seed::Account;
use std::path::Path;

/// Prints the address and a table of accounts.
pub fn say(
    args: &Args,
    url: &str,
    accounts: &[Account],
    io: &mut dyn CommandIo,
) -> Result<(), Failure> {
    let lang = args.common.lang.unwrap_or(io.surroundings().lang);
    let text = if args.common.json {
        let accounts: Vec<serde_json::Value> = accounts
            .iter()
            .map(|account| {
                serde_json::json!({
                    "role": account.role.word(),
                    "name": account.name,
                    "email": account.email,
                    "password": account.password,
                })
            })
            .collect();
        format!("{}\n", serde_json::json!({ "address": url, "accounts": accounts }))
    } else {
        let heads = ["role", "name", "email", "password"]
            .map(|head| words::say(lang, &format!("cli-head-{head}")));
        let rows: Vec<Vec<String>> = accounts
            .iter()
            .map(|account| {
                let key = format!("role-{}", account.role.word());
                let known = words::has(&key).then(|| words::say(lang, &key));
                let role = known.unwrap_or_else(|| account.role.word().to_owned());
                let name = account.name.best(lang).0.to_owned();
                vec![role, name, account.email.clone(), account.password.clone()]
            })
            .collect();
        let ready = words::say_with(lang, "cli-demo-ready", &[("url", url.into())]);
        let end = words::say(lang, "cli-demo-end");
        format!("{ready}\n\n{}\n\n{end}\n", aligned(&heads, &rows).join("\n"))
    };
    io.out(text.as_bytes()).map_err(|error| Failure::file(Path::new("-"), &error))
}
