//! Slots: names, conditions, and what each scheme needs.

use super::{Check, hosts, is_name};
use crate::headers::is_injectable;
use crate::limits::{MAX_CHOICES, MAX_ID_BYTES, MAX_SLOTS};
use crate::manifest::{AuthScheme, TokenBody};

pub(super) fn slots(check: &mut Check<'_>) {
    let all = &check.manifest.slots;
    check.at_most("slots", all.len(), MAX_SLOTS);
    for (i, slot) in all.iter().enumerate() {
        let field = format!("slots[{}]", slot.name);
        if !is_name(&slot.name) || slot.name.len() > MAX_ID_BYTES {
            check.problem(&field, "the name has to be a-z, 0-9 and `-`, a letter first");
        }
        if let Some(when) = &slot.when {
            check.condition(&format!("{field}.when"), when);
        }
        // An entry after one without a condition would never be used.
        let earlier = all.iter().take(i).any(|other| other.name == slot.name && other.when.is_none());
        if earlier {
            check.problem(&field, "follows an entry of the same name without `when`, so it is never used; give that one a condition");
        }
        scheme(check, &format!("{field}.auth"), &slot.auth);
        if matches!(slot.auth, AuthScheme::GoogleServiceAccount { .. })
            && !check.manifest.permissions.iter().any(|permission| permission.is_of(&slot.name))
        {
            check.problem(&field, "asks for no permission; name the scopes under [[permissions]]");
        }
    }
}

fn scheme(check: &mut Check<'_>, field: &str, auth: &AuthScheme) {
    match auth {
        AuthScheme::Header { name, value } => {
            header_name(check, &format!("{field}.name"), name);
            value_template(check, &format!("{field}.value"), value, &[]);
        }
        AuthScheme::Query { name, value } => {
            check.text(&format!("{field}.name"), name, crate::limits::MAX_TEXT_BYTES);
            check.public_template(&format!("{field}.name"), name);
            value_template(check, &format!("{field}.value"), value, &[]);
        }
        AuthScheme::Basic { username, password } => {
            value_template(check, &format!("{field}.username"), username, &[]);
            // May be empty: some providers take the key as the user name.
            check.template(&format!("{field}.password"), password, &[]);
        }
        AuthScheme::Bearer { token } => value_template(check, &format!("{field}.token"), token, &[]),
        AuthScheme::Body { format: _, value } => {
            value_template(check, &format!("{field}.value"), value, &[]);
        }
        AuthScheme::Oauth2ClientCredentials {
            token_url,
            client_id,
            client_secret,
            client_auth: _,
            body: _,
            params,
        } => {
            hosts::host_url(check, &format!("{field}.token_url"), token_url);
            value_template(check, &format!("{field}.client_id"), client_id, &[]);
            value_template(check, &format!("{field}.client_secret"), client_secret, &[]);
            parameters(check, &format!("{field}.params"), params);
        }
        AuthScheme::Oauth2RefreshToken {
            token_url,
            client_id,
            client_secret,
            refresh_token,
            client_auth: _,
        } => {
            hosts::host_url(check, &format!("{field}.token_url"), token_url);
            value_template(check, &format!("{field}.client_id"), client_id, &[]);
            value_template(check, &format!("{field}.client_secret"), client_secret, &[]);
            value_template(check, &format!("{field}.refresh_token"), refresh_token, &[]);
        }
        AuthScheme::PrivateKeyJwt { token_url, client_id, private_key, certificate, key_id, params } => {
            hosts::host_url(check, &format!("{field}.token_url"), token_url);
            value_template(check, &format!("{field}.client_id"), client_id, &[]);
            value_template(check, &format!("{field}.private_key"), private_key, &[]);
            check.template(&format!("{field}.certificate"), certificate, &[]);
            check.template(&format!("{field}.key_id"), key_id, &[]);
            parameters(check, &format!("{field}.params"), params);
        }
        AuthScheme::GoogleServiceAccount { token_url, key, subject } => {
            hosts::host_url(check, &format!("{field}.token_url"), token_url);
            value_template(check, &format!("{field}.key"), key, &[]);
            value_template(check, &format!("{field}.subject"), subject, &[]);
        }
        AuthScheme::Saml2Bearer { token_url, issuer, audience, subject, private_key, attributes, params } => {
            hosts::host_url(check, &format!("{field}.token_url"), token_url);
            for (name, text) in [
                ("issuer", issuer),
                ("audience", audience),
                ("subject", subject),
                ("private_key", private_key),
            ] {
                value_template(check, &format!("{field}.{name}"), text, &[]);
            }
            parameters(check, &format!("{field}.attributes"), attributes);
            // They are written into XML as they are.
            for name in attributes.keys().filter(|name| !is_attribute_name(name)) {
                check.problem(
                    format!("{field}.attributes"),
                    format!(
                        "`{}` is no name of an attribute; use letters, digits and `._:/-`",
                        name.escape_debug()
                    ),
                );
            }
            parameters(check, &format!("{field}.params"), params);
        }
        AuthScheme::TokenExchange { url, body, token, lifetime, scope, default_lifetime, header, value } => {
            hosts::host_url(check, &format!("{field}.url"), url);
            let (TokenBody::Json(fields) | TokenBody::Form(fields)) = body;
            parameters(check, &format!("{field}.body"), fields);
            pointer(check, &format!("{field}.token"), token);
            for (name, place) in [("lifetime", lifetime), ("scope", scope)] {
                if let Some(place) = place {
                    pointer(check, &format!("{field}.{name}"), place);
                }
            }
            if *default_lifetime == 0 {
                check.problem(format!("{field}.default_lifetime"), "has to be 1 or more seconds");
            }
            header_name(check, &format!("{field}.header"), header);
            value_template(check, &format!("{field}.value"), value, &["token"]);
            if !value.contains("{token}") {
                check.problem(
                    format!("{field}.value"),
                    "has no `{token}`; write for example `Bearer {token}`",
                );
            }
        }
    }
}

fn parameters(check: &mut Check<'_>, field: &str, params: &std::collections::BTreeMap<String, String>) {
    check.at_most(field, params.len(), MAX_CHOICES);
    for (name, value) in params {
        if name.is_empty() {
            check.problem(field, "a parameter without a name; give it one");
        }
        check.template(&format!("{field}.{name}"), value, &[]);
    }
}

fn value_template(check: &mut Check<'_>, field: &str, text: &str, extra: &[&str]) {
    if text.is_empty() {
        check.problem(field, "is empty; write a text with the setting, such as `{token}`");
    } else {
        check.template(field, text, extra);
    }
}

/// A name that is fixed has to be right; one from a setting is checked when the
/// setting is known.
fn header_name(check: &mut Check<'_>, field: &str, name: &str) {
    let Some(template) = check.public_template(field, name) else { return };
    if template.keys().next().is_none() && !is_injectable(name) {
        check.problem(field, format!("`{name}` is not the name of a header that a credential may use"));
    }
}

/// A word or a URI.
fn is_attribute_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/-".contains(&b))
}

/// RFC 6901.
fn pointer(check: &mut Check<'_>, field: &str, pointer: &str) {
    if !pointer.starts_with('/') {
        check.problem(field, format!("`{pointer}` is not a JSON pointer; write for example `/data/token`"));
    }
}
