//! Where an address leads.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address that leads to no server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// This machine.
    Loopback,
    /// This machine's network, and on AWS the metadata and credentials of instances, tasks and functions.
    LinkLocal,
    /// The same, in IPv6: `fd00:ec2::/32`.
    Metadata,
    /// No machine, which is to say: this one.
    Unspecified,
    /// Every machine of a network.
    Broadcast,
    /// Many machines.
    Multicast,
}

impl Place {
    pub(super) fn of(address: IpAddr) -> Option<Self> {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Option<Self> {
        match address.octets() {
            [127, ..] => Some(Self::Loopback),
            [169, 254, ..] => Some(Self::LinkLocal),
            [0, ..] => Some(Self::Unspecified),
            [255, 255, 255, 255] => Some(Self::Broadcast),
            [224..=239, ..] => Some(Self::Multicast),
            _ => None,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Option<Self> {
        match address.segments() {
            [0, 0, 0, 0, 0, 0, 0, 0] => Some(Self::Unspecified),
            [0, 0, 0, 0, 0, 0, 0, 1] => Some(Self::Loopback),
            [0xfe80..=0xfebf, ..] => Some(Self::LinkLocal),
            [0xfd00, 0x0ec2, ..] => Some(Self::Metadata),
            [0xff00..=0xffff, ..] => Some(Self::Multicast),
            // IPv4 inside: compatible, mapped, translated, NAT64 (well-known and local), 6to4.
            [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
            | [0, 0, 0, 0, 0xffff, 0, high, low]
            | [0x0064, 0xff9b, 0 | 1, .., high, low]
            | [0x2002, high, low, ..] => Self::of_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))),
            _ => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "this machine itself (loopback)",
            Self::LinkLocal => "a link-local address",
            Self::Metadata => "the metadata of AWS",
            Self::Unspecified => "no machine (unspecified address)",
            Self::Broadcast => "every machine (broadcast)",
            Self::Multicast => "many machines (multicast)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_lead_to_no_server() {
        for (address, place) in [
            ("127.0.0.1", Some(Place::Loopback)),
            ("127.255.255.254", Some(Place::Loopback)),
            ("169.254.169.254", Some(Place::LinkLocal)),
            ("169.254.170.2", Some(Place::LinkLocal)),
            ("0.0.0.0", Some(Place::Unspecified)),
            ("0.1.2.3", Some(Place::Unspecified)),
            ("255.255.255.255", Some(Place::Broadcast)),
            ("224.0.0.1", Some(Place::Multicast)),
            ("239.255.255.255", Some(Place::Multicast)),
            ("::", Some(Place::Unspecified)),
            ("::1", Some(Place::Loopback)),
            ("fe80::1", Some(Place::LinkLocal)),
            ("febf::1", Some(Place::LinkLocal)),
            ("fd00:ec2::254", Some(Place::Metadata)),
            ("fd00:ec2::23", Some(Place::Metadata)),
            ("ff02::1", Some(Place::Multicast)),
            ("::127.0.0.1", Some(Place::Loopback)),
            ("::ffff:127.0.0.1", Some(Place::Loopback)),
            ("::ffff:169.254.169.254", Some(Place::LinkLocal)),
            ("::ffff:0:127.0.0.1", Some(Place::Loopback)),
            ("64:ff9b::169.254.169.254", Some(Place::LinkLocal)),
            ("64:ff9b:1::127.0.0.1", Some(Place::Loopback)),
            ("2002:7f00:1::", Some(Place::Loopback)),
            ("2002:a9fe:a9fe::1", Some(Place::LinkLocal)),
            ("10.1.2.3", None),
            ("172.16.0.1", None),
            ("192.168.1.1", None),
            ("100.64.0.1", None),
            ("169.253.0.1", None),
            ("52.1.2.3", None),
            ("fd00::1", None),
            ("fec0::1", None),
            ("2600:1f18::1", None),
            ("::ffff:10.0.0.1", None),
            ("64:ff9b::8.8.8.8", None),
            ("2002:808:808::1", None),
        ] {
            assert_eq!(Place::of(address.parse().unwrap()), place, "{address}");
        }
    }
}
