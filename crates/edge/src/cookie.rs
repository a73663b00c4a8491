//! Cookies: read from the header, written with every protection the address allows.

/// The value of a cookie.
pub fn read<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').filter_map(|pair| pair.trim().split_once('=')).find_map(|(known, value)| {
        (known == name && !value.is_empty() && value.len() <= 200).then_some(value)
    })
}

/// The name of a secret cookie: `__Host-` binds it to this origin, which needs https.
pub fn name(plain: &str, is_https: bool) -> String {
    if is_https { format!("__Host-{plain}") } else { plain.to_owned() }
}

/// A cookie for the browser; `seconds` of `None` ends with the browser, of 0 deletes.
pub fn write(
    name: &str,
    value: &str,
    seconds: Option<i64>,
    secret: bool,
    is_https: bool,
) -> String {
    let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let hidden = if secret { "; HttpOnly" } else { "" };
    let secure = if is_https { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; SameSite=Lax{age}{hidden}{secure}")
}
