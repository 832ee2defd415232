//! Network interfaces, their addresses, and which of those the internet may find.

use std::net::{IpAddr, Ipv6Addr};

use serde::Serialize;
use serde_json::Value;

use super::Unavailable;
use super::json::{Read, boolean, each, list, names, object, str, string, text, unreadable};
use super::subnet::Subnet;

/// What kind of address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressScope {
    /// Only inside the VPC and what is peered with it.
    Private,
    /// A public IPv4 address is associated.
    Public,
    /// A carrier address is associated.
    Carrier,
    /// A customer-owned address is associated.
    CustomerOwned,
    /// A global IPv6 address.
    GlobalIpv6,
}

/// An address of an interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "see wit/policy.wit")]
pub struct Address {
    pub ip: String,
    pub scope: AddressScope,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named after the attributes of DescribeNetworkInterfaces; see wit/policy.wit")]
pub struct NetworkInterface {
    pub id: String,
    pub subnet_id: Option<String>,
    pub vpc_id: Option<String>,
    pub addresses: Vec<Address>,
    pub security_group_ids: Vec<String>,
    /// EC2 drops everything that comes through an internet gateway.
    #[serde(skip)]
    pub denies_internet: bool,
}

impl NetworkInterface {
    /// Reads the family.
    pub fn from_documents(interfaces: &Value) -> Read<Vec<Self>> {
        each(interfaces, Self::from_document)
    }

    /// Reads an element of `NetworkInterfaces`.
    pub fn from_document(interface: &Value) -> Read<Self> {
        let mut addresses = Addresses::default();
        // The interface's own association repeats that of its primary address.
        for address in list(interface, "PrivateIpAddresses")?.iter().chain([interface]) {
            addresses.add(address, "PrivateIpAddress", |_| AddressScope::Private)?;
            let association = object(address, "Association")?;
            addresses.add(association, "PublicIp", |_| AddressScope::Public)?;
            addresses.add(association, "CarrierIp", |_| AddressScope::Carrier)?;
            addresses.add(association, "CustomerOwnedIp", |_| AddressScope::CustomerOwned)?;
        }
        for address in list(interface, "Ipv6Addresses")?.iter().chain([interface]) {
            addresses.add(address, "Ipv6Address", |ip| match ip {
                IpAddr::V6(ip) if is_global(ip) => AddressScope::GlobalIpv6,
                _ => AddressScope::Private,
            })?;
        }
        Ok(Self {
            id: text(interface, "NetworkInterfaceId")?,
            subnet_id: string(interface, "SubnetId")?,
            vpc_id: string(interface, "VpcId")?,
            addresses: addresses.0,
            security_group_ids: names(interface, "Groups", "GroupId")?,
            denies_internet: boolean(interface, "DenyAllIgwTraffic")?.unwrap_or(false),
        })
    }

    fn has_global_ipv6(&self) -> bool {
        !self.denies_internet && self.addresses.iter().any(|address| address.scope == AddressScope::GlobalIpv6)
    }
}

/// Each address once, with the scope that it was found with first.
#[derive(Default)]
struct Addresses(Vec<Address>);

impl Addresses {
    fn add(&mut self, value: &Value, key: &str, scope: fn(IpAddr) -> AddressScope) -> Read<()> {
        let Some(ip) = str(value, key)?.filter(|ip| !ip.is_empty()) else { return Ok(()) };
        let parsed = ip.parse().map_err(|_| unreadable(&format!("`{key}`"), "an address"))?;
        if !self.0.iter().any(|known| known.ip == ip) {
            self.0.push(Address { ip: ip.to_owned(), scope: scope(parsed) });
        }
        Ok(())
    }
}

/// Global unicast (RFC 4291 section 2.4, as IANA allocates it): `2000::/3`.
fn is_global(ip: Ipv6Addr) -> bool {
    ip.segments().first().is_some_and(|first| first & 0xe000 == 0x2000)
}

/// An address under which the internet may find the task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "see wit/policy.wit")]
pub struct ExposedAddress {
    pub interface_id: String,
    pub ip: String,
    pub why: String,
}

/// Whether [`exposed_addresses`] depends on the subnets.
pub fn exposure_needs_subnets(interfaces: &[NetworkInterface]) -> bool {
    interfaces.iter().any(NetworkInterface::has_global_ipv6)
}

/// Public and carrier addresses whatever the routes, since a route is added faster than an address is taken away, and
/// global IPv6 addresses in a subnet that lets the internet in.
pub fn exposed_addresses(
    interfaces: &[NetworkInterface],
    subnets: &[Subnet],
) -> Result<Vec<ExposedAddress>, Unavailable> {
    let mut exposed = Vec::new();
    for interface in interfaces {
        let subnet = subnets.iter().find(|subnet| Some(&subnet.id) == interface.subnet_id.as_ref());
        for address in &interface.addresses {
            let why = match address.scope {
                AddressScope::Public => "a public IPv4 address is associated".to_owned(),
                AddressScope::Carrier => "a carrier address is associated".to_owned(),
                AddressScope::GlobalIpv6 if !interface.denies_internet => match subnet {
                    Some(subnet) if subnet.public_ipv6 => format!("a global IPv6 address; {}", subnet.why),
                    Some(subnet) if !subnet.is_understood => {
                        let why = format!("what subnet `{}` lets in is not known: {}", subnet.id, subnet.why);
                        return Err(Unavailable::Other(why));
                    }
                    Some(_) => continue,
                    None => return Err(Unavailable::Other(format!("the subnet of `{}` is not known", interface.id))),
                },
                _ => continue,
            };
            exposed.push(ExposedAddress { interface_id: interface.id.clone(), ip: address.ip.clone(), why });
        }
    }
    Ok(exposed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn interface(extra: &Value) -> NetworkInterface {
        let mut document =
            json!({"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "PrivateIpAddress": "10.0.0.5"});
        document.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        NetworkInterface::from_document(&document).unwrap()
    }

    fn exposed(extra: &Value, ipv6_route: bool) -> Vec<String> {
        let target =
            if ipv6_route { json!({"GatewayId": "igw-1"}) } else { json!({"EgressOnlyInternetGatewayId": "eigw-1"}) };
        let mut route = json!({"DestinationIpv6CidrBlock": "::/0", "State": "active"});
        route.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
        let subnet = json!({"Subnet": {"SubnetId": "subnet-1"}, "RouteTable": {"Routes": [route]}});
        let exposed = exposed_addresses(&[interface(extra)], &[Subnet::from_document(&subnet).unwrap()]);
        exposed.unwrap().into_iter().map(|address| address.ip).collect()
    }

    #[test]
    fn every_kind_of_public_address_counts() {
        let none: Vec<String> = vec![];
        assert_eq!(exposed(&json!({}), true), none);
        assert_eq!(exposed(&json!({"Association": {"PublicIp": "3.4.5.6"}}), true), ["3.4.5.6"]);
        let secondary = json!({"PrivateIpAddresses": [
            {"PrivateIpAddress": "10.0.0.5", "Primary": true},
            {"PrivateIpAddress": "10.0.0.6", "Association": {"PublicIp": "3.4.5.7"}}]});
        assert_eq!(exposed(&secondary, true), ["3.4.5.7"]);
        assert_eq!(exposed(&json!({"Association": {"CarrierIp": "155.1.2.3"}}), true), ["155.1.2.3"]);
    }

    #[test]
    fn ipv6_counts_where_the_subnet_lets_the_internet_in() {
        let global = json!({"Ipv6Addresses": [{"Ipv6Address": "2600:1f14::5"}]});
        assert_eq!(exposed(&global, true), ["2600:1f14::5"]);
        assert!(exposed(&global, false).is_empty());
        assert!(exposed_addresses(&[interface(&global)], &[]).is_err());
        assert!(exposure_needs_subnets(&[interface(&global)]));
        let local = json!({"Ipv6Addresses": [{"Ipv6Address": "fd00::5"}]});
        assert!(exposed(&local, true).is_empty());
        assert!(!exposure_needs_subnets(&[interface(&local)]));
        let denied = json!({"Ipv6Addresses": [{"Ipv6Address": "2600:1f14::5"}], "DenyAllIgwTraffic": true});
        assert!(exposed(&denied, true).is_empty());
    }

    #[test]
    fn an_address_that_cannot_be_read_is_not_none() {
        for spoiled in [
            json!({"PrivateIpAddress": 7}),
            json!({"PrivateIpAddresses": "10.0.0.5"}),
            json!({"PrivateIpAddresses": ["10.0.0.5"]}),
            json!({"PrivateIpAddresses": [{"Association": {"PublicIp": ["3.4.5.6"]}}]}),
            json!({"Association": true}),
            json!({"Ipv6Addresses": [{"Ipv6Address": "2600:1f14:::5"}]}),
            json!({"DenyAllIgwTraffic": "true"}),
        ] {
            assert!(matches!(NetworkInterface::from_document(&spoiled), Err(Unavailable::Other(_))), "{spoiled}");
        }
        assert!(NetworkInterface::from_documents(&json!({})).is_err());
    }

    #[test]
    fn a_subnet_that_is_not_understood_may_let_the_internet_in() {
        let interface = interface(&json!({"Ipv6Addresses": [{"Ipv6Address": "2600:1f14::5"}]}));
        for routes in [json!([]), json!([{"DestinationIpv6CidrBlock": "::/0", "GatewayId": ["igw-1"]}])] {
            let subnet = json!({"Subnet": {"SubnetId": "subnet-1"}, "RouteTable": {"Routes": routes}});
            let subnets = [Subnet::from_document(&subnet).unwrap()];
            assert!(exposed_addresses(std::slice::from_ref(&interface), &subnets).is_err());
        }
    }
}
