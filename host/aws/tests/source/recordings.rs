//! What AWS would say about a Fargate task and about a bridge task, with every field of EC2's answers that matters to someone.

use gatecheck_core::facts::{Fact, Facts, Family};
use serde_json::{Value, json};

/// Changes one value in a recording.
pub(crate) fn set_in(facts: &mut Facts, family: Family, pointer: &str, value: Value) {
    let Some(Fact::Known(document)) = facts.get(family) else { panic!("{family} is not recorded") };
    let mut document = Value::clone(document);
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap()[key] = value;
    facts.set(family, Fact::known(document));
}

pub(crate) fn fargate() -> Facts {
    let task = json!({
        "attachments": [
            {"id": "254e29d7-a6b7-4909-b9e8-fdee8f440883", "type": "elb", "status": "ATTACHED", "details": []},
            {"id": "1789bcae-ddfb-4d10-8ebe-8ac87ddba5b8", "type": "eni", "status": "ATTACHED", "details": [
                {"name": "subnetId", "value": "subnet-0abc1234def567890"},
                {"name": "networkInterfaceId", "value": "eni-0abc1234def567890"},
                {"name": "macAddress", "value": "0a:98:eb:a7:29:ba"},
                {"name": "privateIPv4Address", "value": "10.0.0.139"}]}],
        "availabilityZone": "us-west-2c",
        "clusterArn": "arn:aws:ecs:us-west-2:111122223333:cluster/prod",
        "containers": [{"name": "web", "image": "111122223333.dkr.ecr.us-west-2.amazonaws.com/web:1.4.2",
                        "lastStatus": "PENDING", "cpu": "0"}],
        "cpu": "256", "memory": "512", "createdAt": "2026-11-20T17:57:34.402Z", "desiredStatus": "RUNNING",
        "group": "service:web", "lastStatus": "PENDING", "launchType": "FARGATE", "platformVersion": "1.4.0",
        "taskArn": "arn:aws:ecs:us-west-2:111122223333:task/prod/c13b4cb40f1f4fe4a2971f76ae5a47ad",
        "taskDefinitionArn": "arn:aws:ecs:us-west-2:111122223333:task-definition/web:42",
        "version": 2,
    });
    let mut details = task.clone();
    details["tags"] = json!([{"key": "team", "value": "shop"}]);
    details["healthStatus"] = json!("UNKNOWN");
    details["platformFamily"] = json!("Linux");
    Facts::from_iter([
        (Family::Task, Fact::known(task)),
        (Family::TaskDetails, Fact::known(details)),
        (Family::TaskDefinition, Fact::known(task_definition("web:42", "awsvpc"))),
        (Family::Interfaces, Fact::known(json!([interface()]))),
        (Family::Subnets, Fact::known(subnets())),
        (Family::SecurityGroups, Fact::known(security_groups())),
        (Family::Service, Fact::known(service("web"))),
        (Family::Cluster, Fact::known(cluster())),
    ])
}

pub(crate) fn bridge() -> Facts {
    let mut facts = fargate();
    for (pointer, value) in [
        ("/attachments", json!([])),
        (
            "/containerInstanceArn",
            json!("arn:aws:ecs:us-west-2:111122223333:container-instance/prod/765936fadbdd46b5991a4bd70c2a43d4"),
        ),
        ("/group", json!("service:legacy")),
        ("/launchType", json!("EC2")),
        ("/taskDefinitionArn", json!("arn:aws:ecs:us-west-2:111122223333:task-definition/legacy:7")),
    ] {
        set_in(&mut facts, Family::Task, pointer, value);
    }
    facts.set(Family::TaskDefinition, Fact::known(task_definition("legacy:7", "bridge")));
    facts.set(Family::Service, Fact::known(service("legacy")));
    facts
}

/// An interface of another task on the same instance.
pub(crate) fn other_task_interface() -> Value {
    let mut interface = interface();
    interface["NetworkInterfaceId"] = json!("eni-00000000000000001");
    interface["SubnetId"] = json!("subnet-00000000000000001");
    interface["Description"] =
        json!("arn:aws:ecs:us-west-2:111122223333:attachment/5b8d6f0c-9f0f-4f6e-8f2b-6a1f6f0f7c11");
    interface
}

pub(crate) fn interface() -> Value {
    let association = json!({
        "AllocationId": "eipalloc-0abc", "AssociationId": "eipassoc-0abc", "IpOwnerId": "amazon",
        "PublicDnsName": "ec2-54-186-1-2.us-west-2.compute.amazonaws.com", "PublicIp": "54.186.1.2",
    });
    json!({
        "AssociatedSubnets": ["subnet-0abc1234def567890"],
        "Association": association,
        "Attachment": {
            "AttachTime": "2026-11-20T17:57:40Z", "AttachmentId": "eni-attach-0abc", "DeleteOnTermination": false,
            "DeviceIndex": 1, "InstanceOwnerId": "843547988961", "NetworkCardIndex": 0, "Status": "attached",
            "EnaSrdSpecification": {"EnaSrdEnabled": true, "EnaSrdUdpSpecification": {"EnaSrdUdpEnabled": false}},
        },
        "AvailabilityZone": "us-west-2c", "AvailabilityZoneId": "usw2-az3",
        "ConnectionTrackingConfiguration": {"TcpEstablishedTimeout": 350},
        "DenyAllIgwTraffic": false,
        "Description": "<the one> & only",
        "Groups": [{"GroupId": "sg-0abc", "GroupName": "web"}, {"GroupId": "sg-0def", "GroupName": "default"}],
        "InterfaceType": "interface",
        "Ipv4Prefixes": [{"Ipv4Prefix": "10.0.1.0/28"}],
        "Ipv6Address": "2600:1f14::5",
        "Ipv6Addresses": [{"Ipv6Address": "2600:1f14::5", "IsPrimaryIpv6": true}],
        "Ipv6Prefixes": [{"Ipv6Prefix": "2600:1f14:1::/80"}],
        "MacAddress": "0a:98:eb:a7:29:ba",
        "NetworkInterfaceId": "eni-0abc1234def567890",
        "Operator": {"Managed": true, "Principal": "ecs.amazonaws.com"},
        "OwnerId": "111122223333",
        "PrivateDnsName": "ip-10-0-0-139.us-west-2.compute.internal",
        "PrivateIpAddress": "10.0.0.139",
        "PrivateIpAddresses": [
            {"Association": association, "Primary": true, "PrivateDnsName": "ip-10-0-0-139.us-west-2.compute.internal",
             "PrivateIpAddress": "10.0.0.139"},
            {"Association": {"CarrierIp": "155.146.1.2", "CustomerOwnedIp": "172.16.0.1"}, "Primary": false,
             "PrivateIpAddress": "10.0.0.140"}],
        "PublicDnsName": "ec2-54-186-1-2.us-west-2.compute.amazonaws.com",
        "PublicIpDnsNameOptions": {"DnsHostnameType": "public-ipv4-dns-name"},
        "RequesterId": "578734482556", "RequesterManaged": true, "SourceDestCheck": true, "Status": "in-use",
        "SubnetId": "subnet-0abc1234def567890",
        "TagSet": [{"Key": "aws:ecs:serviceName", "Value": "web"}],
        "VpcId": "vpc-0abc",
    })
}

fn subnets() -> Value {
    json!([{
        "Subnet": {
            "AssignIpv6AddressOnCreation": true, "AvailabilityZone": "us-west-2c", "AvailabilityZoneId": "usw2-az3",
            "AvailableIpAddressCount": 4091, "BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"},
            "CidrBlock": "10.0.0.0/20", "DefaultForAz": false, "EnableDns64": false, "EnableLniAtDeviceIndex": 1,
            "Ipv6CidrBlockAssociationSet": [{
                "AssociationId": "subnet-cidr-assoc-0abc", "IpSource": "amazon", "Ipv6AddressAttribute": "public",
                "Ipv6CidrBlock": "2600:1f14::/64", "Ipv6CidrBlockState": {"State": "associated"}}],
            "Ipv6Native": false, "MapCustomerOwnedIpOnLaunch": false, "MapPublicIpOnLaunch": true,
            "OwnerId": "111122223333",
            "PrivateDnsNameOptionsOnLaunch": {"EnableResourceNameDnsAAAARecord": false,
                "EnableResourceNameDnsARecord": true, "HostnameType": "ip-name"},
            "State": "available",
            "SubnetArn": "arn:aws:ec2:us-west-2:111122223333:subnet/subnet-0abc1234def567890",
            "SubnetId": "subnet-0abc1234def567890", "Tags": [], "Type": "standard", "VpcId": "vpc-0abc",
        },
        "RouteTable": {
            "Associations": [{
                "AssociationState": {"State": "associated"}, "Main": false, "RouteTableAssociationId": "rtbassoc-0abc",
                "RouteTableId": "rtb-0abc1234def567890", "SubnetId": "subnet-0abc1234def567890"}],
            "OwnerId": "111122223333", "PropagatingVgws": [{"GatewayId": "vgw-0abc"}],
            "RouteTableId": "rtb-0abc1234def567890",
            "Routes": [
                {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable",
                 "State": "active"},
                {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-0abc", "Origin": "CreateRoute", "State": "active"},
                {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-0abc", "Origin": "CreateRoute",
                 "State": "active"},
                {"DestinationPrefixListId": "pl-68a54001", "GatewayId": "vpce-0abc", "Origin": "CreateRoute",
                 "State": "active"},
                {"DestinationCidrBlock": "10.1.0.0/16", "VpcPeeringConnectionId": "pcx-0abc", "Origin": "CreateRoute",
                 "State": "blackhole"}],
            "Tags": [{"Key": "Name", "Value": "public"}], "VpcId": "vpc-0abc",
        },
    }])
}

fn security_groups() -> Value {
    let nothing = || json!([]);
    json!([
        {"Description": "web", "GroupId": "sg-0abc", "GroupName": "web", "OwnerId": "111122223333", "VpcId": "vpc-0abc",
         "SecurityGroupArn": "arn:aws:ec2:us-west-2:111122223333:security-group/sg-0abc", "Tags": [],
         "IpPermissions": [{"FromPort": 443, "IpProtocol": "tcp", "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
             "Ipv6Ranges": [{"CidrIpv6": "::/0", "Description": "all of it"}],
             "PrefixListIds": [{"PrefixListId": "pl-0abc"}], "ToPort": 443,
             "UserIdGroupPairs": [{"Description": "peer", "GroupId": "sg-0123", "UserId": "444455556666",
                 "PeeringStatus": "active", "VpcId": "vpc-0def", "VpcPeeringConnectionId": "pcx-0abc"}]}],
         "IpPermissionsEgress": []},
        {"Description": "default VPC security group", "GroupId": "sg-0def", "GroupName": "default",
         "OwnerId": "111122223333", "VpcId": "vpc-0abc", "IpPermissions": [],
         "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": nothing(),
             "PrefixListIds": nothing(), "UserIdGroupPairs": nothing()}]},
    ])
}

fn task_definition(name: &str, network_mode: &str) -> Value {
    json!({
        "taskDefinitionArn": format!("arn:aws:ecs:us-west-2:111122223333:task-definition/{name}"),
        "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "cpu": 0, "essential": true,
            "environment": [{"name": "MODE", "value": "prod"}], "portMappings": [], "mountPoints": []}],
        "family": name.split(':').next(), "revision": 42, "networkMode": network_mode, "volumes": [], "status": "ACTIVE",
        "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
        "registeredAt": "2026-11-01T08:00:00.5Z", "registeredBy": "arn:aws:iam::111122223333:role/deploy",
    })
}

fn service(name: &str) -> Value {
    json!({
        "serviceArn": format!("arn:aws:ecs:us-west-2:111122223333:service/prod/{name}"), "serviceName": name,
        "clusterArn": "arn:aws:ecs:us-west-2:111122223333:cluster/prod", "status": "ACTIVE", "desiredCount": 2,
        "createdAt": "2026-11-01T08:00:00.125Z", "enableExecuteCommand": false,
        "deployments": [{"id": "ecs-svc/1", "status": "PRIMARY", "updatedAt": "2026-02-28T23:59:59.999Z"}],
        "tags": [{"key": "team", "value": "shop"}],
    })
}

fn cluster() -> Value {
    json!({
        "clusterArn": "arn:aws:ecs:us-west-2:111122223333:cluster/prod", "clusterName": "prod", "status": "ACTIVE",
        "settings": [{"name": "containerInsights", "value": "enabled"}],
        "configuration": {"executeCommandConfiguration": {"logging": "DEFAULT"}}, "runningTasksCount": 3,
    })
}
