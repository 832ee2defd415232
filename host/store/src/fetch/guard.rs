//! Which hosts may be asked, and the one way to ask them.
//!
//! A policy's document says where its module is, and a server may say that it is elsewhere. Neither may lead to what only this
//! machine can reach. The Runtime API of Lambda listens on loopback: a GET there takes an event away, unseen. The credentials of
//! instances and tasks are at link-local addresses. Private addresses stay allowed, for registries live in VPCs.

mod place;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Method, RequestBuilder, Url};
use thiserror::Error;

pub use place::Place;

const MAX_REDIRECTS: usize = 5;

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// From the request to its answer, with what it uploads, and for each part of the answer.
    pub read: Duration,
    /// For all of it.
    pub whole: Duration,
}

impl Timeouts {
    const DOWNLOAD: Self =
        Self { connect: Duration::from_secs(5), read: Duration::from_secs(10), whole: Duration::from_mins(1) };
    const UPLOAD: Self = Self { read: Duration::from_mins(10), whole: Duration::from_mins(10), ..Self::DOWNLOAD };
}

/// Asks hosts that may be asked.
///
/// Where the environment names a proxy, the proxy looks names up, and from where it stands.
#[derive(Debug, Clone)]
pub struct Guard {
    hosts: Arc<Hosts>,
    client: Client,
}

impl Guard {
    /// Each of `insecure` is a host, or a host with the one port at which it may be asked. These are asked without TLS if need
    /// be, and wherever they are.
    pub fn new(insecure: &[String]) -> Result<Self, reqwest::Error> {
        Self::with_timeouts(insecure, Timeouts::DOWNLOAD)
    }

    /// Waits longer or shorter than most.
    pub fn with_timeouts(insecure: &[String], timeouts: Timeouts) -> Result<Self, reqwest::Error> {
        let insecure = insecure.iter().map(|host| host.trim().to_lowercase()).collect();
        Self::of(Arc::new(Hosts { insecure }), timeouts)
    }

    /// Gives uploads their time.
    pub(super) fn for_uploads(&self) -> Result<Self, reqwest::Error> {
        Self::of(Arc::clone(&self.hosts), Timeouts::UPLOAD)
    }

    fn of(hosts: Arc<Hosts>, timeouts: Timeouts) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .dns_resolver(Arc::clone(&hosts))
            .redirect(Arc::clone(&hosts).redirects())
            .referer(false)
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.read)
            .timeout(timeouts.whole)
            .user_agent(concat!("gatecheck/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { hosts, client })
    }

    /// The only way to a request.
    pub(super) fn request(&self, method: Method, url: Url) -> Result<RequestBuilder, Refusal> {
        self.hosts.check(&url)?;
        Ok(self.client.request(method, url))
    }

    /// Whether TLS may be left out.
    pub(super) fn is_insecure(&self, url: &Url) -> bool {
        self.hosts.lists(url)
    }
}

#[derive(Debug)]
struct Hosts {
    insecure: BTreeSet<String>,
}

impl Hosts {
    /// What a URL alone can say. Where its name leads is seen when it is looked up; an address is never looked up.
    fn check(&self, url: &Url) -> Result<(), Refusal> {
        let host = url.host_str().unwrap_or_default().to_owned();
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::User { host });
        }
        if self.lists(url) && matches!(url.scheme(), "https" | "http") {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(Refusal::Plain { host });
        }
        // The resolver sees no ports, so it would let this pass.
        if self.lists_some_port(&host) {
            return Err(Refusal::Port { host });
        }
        let address = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
        match address.and_then(Place::of) {
            Some(place) => Err(Refusal::Address { host, place }),
            None => Ok(()),
        }
    }

    fn lists(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        self.insecure.contains(host) || with_port.is_some_and(|host| self.insecure.contains(&host))
    }

    fn lists_some_port(&self, host: &str) -> bool {
        let rest = |listed: &String| listed.strip_prefix(host).map(|rest| rest.is_empty() || rest.starts_with(':'));
        self.insecure.iter().filter_map(rest).any(|listed| listed)
    }

    fn redirects(self: Arc<Self>) -> Policy {
        Policy::custom(move |attempt: Attempt<'_>| {
            let refusal = match self.check(attempt.url()) {
                // The first is where it began.
                Ok(()) if attempt.previous().len() > MAX_REDIRECTS => Refusal::Redirects,
                Ok(()) => return attempt.follow(),
                Err(refusal) => refusal,
            };
            attempt.error(refusal)
        })
    }
}

/// The connection goes to the addresses that were looked at here: looking again could find others.
impl Resolve for Hosts {
    fn resolve(&self, name: Name) -> Resolving {
        let anywhere = self.lists_some_port(&name.as_str().to_lowercase());
        Box::pin(async move {
            let addresses: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let place = addresses.iter().find_map(|address| Place::of(address.ip()));
            match place {
                Some(place) if !anywhere => Err(Refusal::Address { host: name.as_str().to_owned(), place }.into()),
                _ => Ok(Box::new(addresses.into_iter()) as Addrs),
            }
        })
    }
}

/// Why a host is not asked. In errors of [`reqwest`] it is among the sources.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It is, or its name leads to, where no server of anyone is.
    #[error("`{host}` leads to {place}")]
    Address {
        /// Name or address.
        host: String,
        /// What is there.
        place: Place,
    },
    /// Nothing protects what would be sent and fetched.
    #[error("`{host}` would be asked without TLS")]
    Plain {
        /// Name or address.
        host: String,
    },
    /// It may be asked without TLS, but only at another port.
    #[error("`{host}` may not be asked at this port")]
    Port {
        /// Name or address.
        host: String,
    },
    /// A URL is no place for a password.
    #[error("the URL that leads to `{host}` contains a user name or a password")]
    User {
        /// Name or address.
        host: String,
    },
    /// Most likely they never end.
    #[error("more than {MAX_REDIRECTS} redirects")]
    Redirects,
}

impl Refusal {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Address { .. } | Self::Plain { .. } | Self::Port { .. } => {
                "if the host is yours and has to be asked like this, list it with its port in GATECHECK_INSECURE_HOSTS"
            }
            Self::User { .. } => "take both out of the URL",
            Self::Redirects => "use the address to which the redirects should lead",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(insecure: &[&str], url: &str) -> Result<(), Refusal> {
        let insecure: Vec<_> = insecure.iter().map(ToString::to_string).collect();
        Guard::new(&insecure).unwrap().request(Method::GET, url.parse().unwrap()).map(drop)
    }

    #[test]
    fn an_address_is_an_address_however_it_is_written() {
        for host in ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "017700000001", "[::1]", "[::ffff:7f00:1]"] {
            let refusal = check(&[], &format!("https://{host}/")).unwrap_err();
            assert!(matches!(refusal, Refusal::Address { place: Place::Loopback, .. }), "{host}: {refusal:?}");
        }
        assert_eq!(check(&[], "https://10.0.0.1/"), Ok(()));
        assert_eq!(check(&[], "https://[2600::1]/"), Ok(()));
    }

    #[test]
    fn only_listed_hosts_go_without_tls() {
        let plain = |host: &str| Err(Refusal::Plain { host: host.to_owned() });
        assert_eq!(check(&[], "http://example.com/"), plain("example.com"));
        assert_eq!(check(&["example.com"], "http://example.com.evil.com/"), plain("example.com.evil.com"));
        assert_eq!(check(&["example.com"], "ftp://example.com/"), plain("example.com"));
        assert_eq!(check(&["Example.com"], "http://EXAMPLE.com:8080/"), Ok(()));
        assert_eq!(check(&["example.com:80"], "http://example.com/"), Ok(()));
        assert_eq!(check(&["example.com:80"], "http://example.com:81/"), plain("example.com"));
        assert_eq!(check(&["[::1]:5000"], "http://[::1]:5000/"), Ok(()));
    }

    #[test]
    fn a_port_opens_no_other() {
        let port = |host: &str| Err(Refusal::Port { host: host.to_owned() });
        assert_eq!(check(&["localhost:5000"], "https://localhost:9001/"), port("localhost"));
        assert_eq!(check(&["127.0.0.1:5000"], "https://127.0.0.1:9001/"), port("127.0.0.1"));
        assert_eq!(check(&["127.0.0.1"], "https://127.0.0.1:9001/"), Ok(()));
    }

    #[test]
    fn passwords_are_not_in_urls() {
        let refusal = check(&["h"], "https://user:secret@h/").unwrap_err();
        assert_eq!(refusal, Refusal::User { host: "h".to_owned() });
        assert!(check(&["h"], "https://user@h/").is_err());
    }
}
