//! Names to addresses, and only to those that the grant allows. The connection
//! goes to what is answered here, so the checked address is the one used: a
//! name that changes between check and connect changes nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rollcall_grants::Grant;
use rollcall_grants::address::{self, Reach};

use crate::audit::{AuditEvent, AuditSink};

/// Every address of a name was refused.
#[derive(Debug, thiserror::Error)]
#[error("the host's address may not be reached")]
pub(crate) struct AddressDenied;

/// The addresses of a name that may be connected to. What is refused is written
/// down; the error is [`std::io::ErrorKind::PermissionDenied`] where nothing is
/// left.
pub async fn addresses(
    host: &str,
    port: u16,
    reach: Reach,
    audit: &dyn AuditSink,
) -> std::io::Result<Vec<SocketAddr>> {
    let mut allowed: Vec<SocketAddr> = Vec::new();
    let mut refused = false;
    for address in tokio::net::lookup_host((host, port)).await? {
        match address::check(address.ip(), reach) {
            Ok(()) => allowed.push(address),
            Err(refusal) => {
                refused = true;
                audit.record(AuditEvent::AddressRefused {
                    host: host.to_owned(),
                    address: Some(address.ip()),
                    refusal: Some(refusal),
                });
            }
        }
    }
    if allowed.is_empty() && refused {
        return Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, AddressDenied));
    }
    Ok(allowed)
}

pub(crate) struct GrantResolver {
    pub grant: Arc<Grant>,
    pub audit: Arc<dyn AuditSink>,
}

impl Resolve for GrantResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let reach = self.grant.reach(&host);
        let audit = Arc::clone(&self.audit);
        Box::pin(async move {
            let Some(reach) = reach else {
                audit.record(AuditEvent::AddressRefused { host, address: None, refusal: None });
                return Err(AddressDenied.into());
            };
            let allowed = addresses(&host, 0, reach, &*audit).await?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::str::FromStr;

    use super::*;
    use crate::stub::Recorder;
    use rollcall_grants::{Manifest, Settings, Upstream};

    /// Whether `localhost` may be connected to, with these upstreams.
    fn check(upstreams: &[&str], expected: bool) {
        let manifest = Manifest::parse_toml(
            "id='t'\nversion='1.0.0'\nname='T'\ncategory='hris'\nguide={en='g'}\n\
             [[hosts]]\nalias='api'\nurl='https://localhost'\nallow=['GET /**']\n",
        )
        .unwrap();
        let settings = Settings::resolve(&manifest, &BTreeMap::new(), &BTreeMap::new()).unwrap();
        let upstreams: Vec<_> = upstreams.iter().map(|u| Upstream::parse(u).unwrap()).collect();
        let grant = Arc::new(Grant::new(&manifest, &settings, &upstreams).unwrap());
        let audit = Arc::new(Recorder::default());
        let resolver = GrantResolver { grant, audit: audit.clone() };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let result = runtime.block_on(resolver.resolve(Name::from_str("localhost").unwrap()));
        assert_eq!(result.is_ok(), expected);
        let refused = audit.events().iter().any(|e| matches!(e, AuditEvent::AddressRefused { .. }));
        assert_eq!(refused, !expected);
    }

    #[test]
    fn a_name_that_leads_to_loopback() {
        check(&[], false);
        check(&["localhost=http://localhost:1"], true);
        // Sent elsewhere, so this name is not to be connected to at all.
        check(&["localhost=http://127.0.0.1:1"], false);
    }
}
