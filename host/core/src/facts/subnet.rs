//! What a subnet's route table says about the internet: the VPC user guide's definition of a public subnet, and what that
//! definition leaves out (blackholes, block public access, carrier gateways, firewalls, appliances).

use serde::Serialize;
use serde_json::Value;

use super::json::{Read, each, list, object, str, string, text, unreadable};

/// The most exposed class that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubnetClass {
    /// An active route to an internet gateway, not blocked.
    Public,
    /// A route to a carrier gateway.
    Carrier,
    /// The default route leads through a gateway load balancer or firewall endpoint.
    Inspected,
    /// The default route leads to an appliance.
    Unknown,
    /// A way out perhaps, no way in.
    Private,
    /// No route leaves the VPC.
    Isolated,
}

/// A subnet with the class that its routes give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "see wit/policy.wit")]
pub struct Subnet {
    pub id: String,
    pub vpc_id: String,
    pub class: SubnetClass,
    pub public_ipv4: bool,
    pub public_ipv6: bool,
    pub route_table_id: Option<String>,
    pub why: String,
    /// All that the routes say is. What they do not say may let the internet in.
    #[serde(skip)]
    pub is_understood: bool,
}

impl Subnet {
    /// Reads the family.
    pub fn from_documents(subnets: &Value) -> Read<Vec<Self>> {
        each(subnets, Self::from_document)
    }

    /// Reads `{"Subnet": ..., "RouteTable": ...}`. A subnet whose routes cannot be read is one of unknown class.
    pub fn from_document(document: &Value) -> Read<Self> {
        let subnet = object(document, "Subnet")?;
        let table = object(document, "RouteTable")?;
        let all = list(table, "Routes")?;
        let not_understood = all.iter().find_map(|route| Route(route).read().err());
        let routes: Vec<_> = all.iter().map(Route).filter(Route::is_active).collect();
        let block = str(object(subnet, "BlockPublicAccessStates")?, "InternetGatewayBlockMode")?
            .filter(|mode| mode.starts_with("block"));

        let mut public = routes.iter().filter(|route| block.is_none() && route.gateway_is("igw-"));
        let public_ipv6 = public.clone().any(|route| route.has("DestinationIpv6CidrBlock"));
        let public_ipv4 = public.clone().any(|route| !route.has("DestinationIpv6CidrBlock"));
        let mut defaults = routes.iter().filter(|route| route.is_default());

        let (class, why) = if let Some(route) = public.next() {
            (SubnetClass::Public, route.to_string())
        } else if let Some(reason) = &not_understood {
            (SubnetClass::Unknown, reason.to_string())
        } else if let Some(route) = routes.iter().find(|route| route.has("CarrierGatewayId")) {
            (SubnetClass::Carrier, route.to_string())
        } else if let Some(route) = defaults.clone().find(|route| route.gateway_is("vpce-")) {
            (SubnetClass::Inspected, route.to_string())
        } else if let Some(route) = defaults.find(|route| route.is_appliance()) {
            (SubnetClass::Unknown, route.to_string())
        } else if let Some(mode) = block.filter(|_| routes.iter().any(|route| route.gateway_is("igw-"))) {
            (SubnetClass::Private, format!("block public access is `{mode}`"))
        } else if all.is_empty() {
            (SubnetClass::Unknown, "the route table shows no routes".to_owned())
        } else if let Some(route) = routes.iter().find(|route| route.leaves_vpc()) {
            (SubnetClass::Private, format!("no route to an internet gateway; {route}"))
        } else {
            (SubnetClass::Isolated, "no route leaves the VPC".to_owned())
        };
        Ok(Self {
            id: text(subnet, "SubnetId")?,
            vpc_id: text(subnet, "VpcId")?,
            class,
            public_ipv4,
            public_ipv6,
            route_table_id: string(table, "RouteTableId")?,
            why,
            is_understood: not_understood.is_none() && !all.is_empty(),
        })
    }
}

/// What a route can lead to.
const DESTINATIONS: [&str; 3] = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];

/// What it can lead through.
const TARGETS: [&str; 11] = [
    "GatewayId",
    "NatGatewayId",
    "EgressOnlyInternetGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "CarrierGatewayId",
    "LocalGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
    "InstanceId",
    "NetworkInterfaceId",
];

/// Only what is `active` carries traffic.
const STATES: [&str; 3] = ["active", "blackhole", "filtered"];

/// An element of `Routes`.
#[derive(Debug)]
struct Route<'a>(&'a Value);

impl Route<'_> {
    /// Whether all of it can be read that says where it leads.
    fn read(&self) -> Read<()> {
        for key in DESTINATIONS.iter().chain(&TARGETS) {
            str(self.0, key)?;
        }
        if str(self.0, "State")?.is_some_and(|state| !STATES.contains(&state)) {
            return Err(unreadable("the state of a route", "one that is known here"));
        }
        let leads = |keys: &[&str]| keys.iter().any(|key| self.has(key));
        if self.is_active() && !(leads(&DESTINATIONS) && leads(&TARGETS)) {
            return Err(unreadable("a route", "one with a destination and a target that are known here"));
        }
        Ok(())
    }

    fn field(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    fn has(&self, key: &str) -> bool {
        self.field(key).is_some()
    }

    fn is_active(&self) -> bool {
        self.field("State").is_none_or(|state| state == "active")
    }

    fn gateway_is(&self, prefix: &str) -> bool {
        self.field("GatewayId").is_some_and(|id| id.starts_with(prefix))
    }

    fn is_default(&self) -> bool {
        matches!(self.destination(), "0.0.0.0/0" | "::/0")
    }

    /// A NAT instance or firewall of the account's own. EC2 names the interface of a NAT gateway too, hence the second test.
    fn is_appliance(&self) -> bool {
        (self.has("NetworkInterfaceId") || self.has("InstanceId")) && !self.has("NatGatewayId")
    }

    fn leaves_vpc(&self) -> bool {
        let endpoint = self.gateway_is("vpce-") && self.has("DestinationPrefixListId");
        !self.gateway_is("local") && !endpoint
    }

    fn destination(&self) -> &str {
        DESTINATIONS.into_iter().find_map(|key| self.field(key)).unwrap_or("?")
    }

    fn target(&self) -> &str {
        TARGETS.into_iter().find_map(|key| self.field(key)).unwrap_or("?")
    }
}

impl std::fmt::Display for Route<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} goes to {}", self.destination(), self.target())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn class(routes: Value) -> SubnetClass {
        classified(json!({}), routes).class
    }

    fn classified(mut subnet: Value, routes: Value) -> Subnet {
        subnet["SubnetId"] = "subnet-1".into();
        let table = json!({"RouteTableId": "rtb-1", "Routes": routes});
        Subnet::from_document(&json!({"Subnet": subnet, "RouteTable": table})).unwrap()
    }

    fn default_to(target: &str, id: &str) -> Value {
        json!([{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
               {"DestinationCidrBlock": "0.0.0.0/0", target: id, "State": "active"}])
    }

    #[test]
    fn the_target_of_a_route_decides() {
        assert_eq!(class(default_to("GatewayId", "igw-1")), SubnetClass::Public);
        assert_eq!(class(default_to("CarrierGatewayId", "cagw-1")), SubnetClass::Carrier);
        assert_eq!(class(default_to("GatewayId", "vpce-1")), SubnetClass::Inspected);
        assert_eq!(class(default_to("NetworkInterfaceId", "eni-1")), SubnetClass::Unknown);
        assert_eq!(class(default_to("NatGatewayId", "nat-1")), SubnetClass::Private);
        assert_eq!(class(default_to("TransitGatewayId", "tgw-1")), SubnetClass::Private);
        assert_eq!(
            class(json!([{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}])),
            SubnetClass::Isolated
        );
        assert_eq!(class(json!([])), SubnetClass::Unknown);
    }

    #[test]
    fn a_blackhole_is_no_route() {
        let routes = json!([{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
                            {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "blackhole"}]);
        assert_eq!(class(routes), SubnetClass::Isolated);
    }

    #[test]
    fn block_public_access_makes_private() {
        let block = json!({"BlockPublicAccessStates": {"InternetGatewayBlockMode": "block-ingress"}});
        let subnet = classified(block, default_to("GatewayId", "igw-1"));
        assert_eq!((subnet.class, subnet.public_ipv4), (SubnetClass::Private, false));
        let off = json!({"BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"}});
        assert_eq!(classified(off, default_to("GatewayId", "igw-1")).class, SubnetClass::Public);
    }

    #[test]
    fn address_families_are_told_apart() {
        let routes = json!([{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"},
                            {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "State": "active"}]);
        let subnet = classified(json!({}), routes);
        assert_eq!((subnet.class, subnet.public_ipv4, subnet.public_ipv6), (SubnetClass::Public, false, true));
        assert_eq!(subnet.why, "::/0 goes to igw-1");
    }

    #[test]
    fn routes_that_are_not_understood_make_no_subnet_private() {
        let local = json!({"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"});
        for route in [
            json!("0.0.0.0/0"),
            json!({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": ["igw-1"]}),
            json!({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": 1}),
            json!({"DestinationCidrBlock": "0.0.0.0/0", "StarGatewayId": "sgw-1"}),
            json!({"GatewayId": "vgw-1"}),
            json!({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "draining"}),
        ] {
            let subnet = classified(json!({}), json!([local, route]));
            let is_open = route["State"] == 1 && subnet.class == SubnetClass::Public;
            assert!(is_open || subnet.class == SubnetClass::Unknown, "{route} makes it {:?}", subnet.class);
            assert!(!subnet.is_understood);
        }
        assert_eq!(class(json!([local, {"State": "blackhole"}])), SubnetClass::Isolated);
        assert!(Subnet::from_document(&json!({"RouteTable": {"Routes": "none"}})).is_err());
        assert!(Subnet::from_documents(&json!({})).is_err());
    }
}
