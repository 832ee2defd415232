//! The shapes that facts are made of, field by field. Fields that the SDK gains are added here.

use aws_sdk_ec2::types::{
    AttachmentEnaSrdSpecification, AttachmentEnaSrdUdpSpecification, AttachmentStatus, BlockPublicAccessMode,
    BlockPublicAccessStates, ConnectionTrackingConfiguration, GroupIdentifier, HostnameType, IpPermission, IpRange,
    IpSource, Ipv4PrefixSpecification, Ipv6AddressAttribute, Ipv6PrefixSpecification, Ipv6Range, NetworkInterface,
    NetworkInterfaceAssociation, NetworkInterfaceAttachment, NetworkInterfaceIpv6Address,
    NetworkInterfacePrivateIpAddress, NetworkInterfaceStatus, NetworkInterfaceType, OperatorResponse, PrefixListId,
    PrivateDnsNameOptionsOnLaunch, PropagatingVgw, PublicIpDnsNameOptions, Route, RouteOrigin, RouteState, RouteTable,
    RouteTableAssociation, RouteTableAssociationState, RouteTableAssociationStateCode, SecurityGroup, Subnet,
    SubnetCidrBlockState, SubnetCidrBlockStateCode, SubnetIpv6CidrBlockAssociation, SubnetState, Tag, UserIdGroupPair,
};

use super::document::{Document, enumerations, structure};

// Subnets.
structure!(Subnet {
    assign_ipv6_address_on_creation: "AssignIpv6AddressOnCreation",
    availability_zone: "AvailabilityZone",
    availability_zone_id: "AvailabilityZoneId",
    available_ip_address_count: "AvailableIpAddressCount",
    block_public_access_states: "BlockPublicAccessStates",
    cidr_block: "CidrBlock",
    customer_owned_ipv4_pool: "CustomerOwnedIpv4Pool",
    default_for_az: "DefaultForAz",
    enable_dns64: "EnableDns64",
    enable_lni_at_device_index: "EnableLniAtDeviceIndex",
    ipv6_cidr_block_association_set: "Ipv6CidrBlockAssociationSet",
    ipv6_native: "Ipv6Native",
    map_customer_owned_ip_on_launch: "MapCustomerOwnedIpOnLaunch",
    map_public_ip_on_launch: "MapPublicIpOnLaunch",
    outpost_arn: "OutpostArn",
    owner_id: "OwnerId",
    private_dns_name_options_on_launch: "PrivateDnsNameOptionsOnLaunch",
    state: "State",
    subnet_arn: "SubnetArn",
    subnet_id: "SubnetId",
    tags: "Tags",
    r#type: "Type",
    vpc_id: "VpcId",
});

structure!(SubnetIpv6CidrBlockAssociation {
    association_id: "AssociationId",
    ip_source: "IpSource",
    ipv6_address_attribute: "Ipv6AddressAttribute",
    ipv6_cidr_block: "Ipv6CidrBlock",
    ipv6_cidr_block_state: "Ipv6CidrBlockState",
});

structure!(SubnetCidrBlockState { state: "State", status_message: "StatusMessage" });

structure!(Tag { key: "Key", value: "Value" });

structure!(PrivateDnsNameOptionsOnLaunch {
    enable_resource_name_dns_aaaa_record: "EnableResourceNameDnsAAAARecord",
    enable_resource_name_dns_a_record: "EnableResourceNameDnsARecord",
    hostname_type: "HostnameType",
});

structure!(BlockPublicAccessStates { internet_gateway_block_mode: "InternetGatewayBlockMode" });

// Route tables.
structure!(RouteTable {
    associations: "Associations",
    owner_id: "OwnerId",
    propagating_vgws: "PropagatingVgws",
    route_table_id: "RouteTableId",
    routes: "Routes",
    tags: "Tags",
    vpc_id: "VpcId",
});

structure!(RouteTableAssociation {
    association_state: "AssociationState",
    gateway_id: "GatewayId",
    main: "Main",
    public_ipv4_pool: "PublicIpv4Pool",
    route_table_association_id: "RouteTableAssociationId",
    route_table_id: "RouteTableId",
    subnet_id: "SubnetId",
});

structure!(RouteTableAssociationState { state: "State", status_message: "StatusMessage" });

structure!(PropagatingVgw { gateway_id: "GatewayId" });

structure!(Route {
    carrier_gateway_id: "CarrierGatewayId",
    core_network_arn: "CoreNetworkArn",
    destination_cidr_block: "DestinationCidrBlock",
    destination_ipv6_cidr_block: "DestinationIpv6CidrBlock",
    destination_prefix_list_id: "DestinationPrefixListId",
    egress_only_internet_gateway_id: "EgressOnlyInternetGatewayId",
    gateway_id: "GatewayId",
    instance_id: "InstanceId",
    instance_owner_id: "InstanceOwnerId",
    ip_address: "IpAddress",
    local_gateway_id: "LocalGatewayId",
    nat_gateway_id: "NatGatewayId",
    network_interface_id: "NetworkInterfaceId",
    odb_network_arn: "OdbNetworkArn",
    origin: "Origin",
    state: "State",
    transit_gateway_id: "TransitGatewayId",
    vpc_peering_connection_id: "VpcPeeringConnectionId",
});

// Network interfaces.
structure!(NetworkInterface {
    associated_subnets: "AssociatedSubnets",
    association: "Association",
    attachment: "Attachment",
    availability_zone: "AvailabilityZone",
    availability_zone_id: "AvailabilityZoneId",
    connection_tracking_configuration: "ConnectionTrackingConfiguration",
    deny_all_igw_traffic: "DenyAllIgwTraffic",
    description: "Description",
    groups: "Groups",
    interface_type: "InterfaceType",
    ipv4_prefixes: "Ipv4Prefixes",
    ipv6_address: "Ipv6Address",
    ipv6_addresses: "Ipv6Addresses",
    ipv6_native: "Ipv6Native",
    ipv6_prefixes: "Ipv6Prefixes",
    mac_address: "MacAddress",
    network_interface_id: "NetworkInterfaceId",
    operator: "Operator",
    outpost_arn: "OutpostArn",
    owner_id: "OwnerId",
    private_dns_name: "PrivateDnsName",
    private_ip_address: "PrivateIpAddress",
    private_ip_addresses: "PrivateIpAddresses",
    public_dns_name: "PublicDnsName",
    public_ip_dns_name_options: "PublicIpDnsNameOptions",
    requester_id: "RequesterId",
    requester_managed: "RequesterManaged",
    source_dest_check: "SourceDestCheck",
    status: "Status",
    subnet_id: "SubnetId",
    tag_set: "TagSet",
    vpc_id: "VpcId",
});

structure!(NetworkInterfaceAssociation {
    allocation_id: "AllocationId",
    association_id: "AssociationId",
    carrier_ip: "CarrierIp",
    customer_owned_ip: "CustomerOwnedIp",
    ip_owner_id: "IpOwnerId",
    public_dns_name: "PublicDnsName",
    public_ip: "PublicIp",
});

structure!(NetworkInterfaceAttachment {
    attach_time: "AttachTime",
    attachment_id: "AttachmentId",
    delete_on_termination: "DeleteOnTermination",
    device_index: "DeviceIndex",
    ena_queue_count: "EnaQueueCount",
    ena_srd_specification: "EnaSrdSpecification",
    instance_id: "InstanceId",
    instance_owner_id: "InstanceOwnerId",
    network_card_index: "NetworkCardIndex",
    status: "Status",
});

structure!(AttachmentEnaSrdSpecification {
    ena_srd_enabled: "EnaSrdEnabled",
    ena_srd_udp_specification: "EnaSrdUdpSpecification",
});

structure!(AttachmentEnaSrdUdpSpecification { ena_srd_udp_enabled: "EnaSrdUdpEnabled" });

structure!(ConnectionTrackingConfiguration {
    tcp_established_timeout: "TcpEstablishedTimeout",
    udp_stream_timeout: "UdpStreamTimeout",
    udp_timeout: "UdpTimeout",
});

structure!(GroupIdentifier { group_id: "GroupId", group_name: "GroupName" });

structure!(NetworkInterfaceIpv6Address {
    ipv6_address: "Ipv6Address",
    is_primary_ipv6: "IsPrimaryIpv6",
    public_ipv6_dns_name: "PublicIpv6DnsName",
});

structure!(PublicIpDnsNameOptions {
    dns_hostname_type: "DnsHostnameType",
    public_dual_stack_dns_name: "PublicDualStackDnsName",
    public_ipv4_dns_name: "PublicIpv4DnsName",
    public_ipv6_dns_name: "PublicIpv6DnsName",
});

structure!(NetworkInterfacePrivateIpAddress {
    association: "Association",
    primary: "Primary",
    private_dns_name: "PrivateDnsName",
    private_ip_address: "PrivateIpAddress",
});

structure!(Ipv4PrefixSpecification { ipv4_prefix: "Ipv4Prefix" });

structure!(Ipv6PrefixSpecification { ipv6_prefix: "Ipv6Prefix" });

structure!(OperatorResponse { hidden_by_default: "HiddenByDefault", managed: "Managed", principal: "Principal" });

// Security groups.
structure!(SecurityGroup {
    description: "Description",
    group_id: "GroupId",
    group_name: "GroupName",
    ip_permissions: "IpPermissions",
    ip_permissions_egress: "IpPermissionsEgress",
    owner_id: "OwnerId",
    security_group_arn: "SecurityGroupArn",
    tags: "Tags",
    vpc_id: "VpcId",
});

structure!(IpPermission {
    from_port: "FromPort",
    ip_protocol: "IpProtocol",
    ip_ranges: "IpRanges",
    ipv6_ranges: "Ipv6Ranges",
    prefix_list_ids: "PrefixListIds",
    to_port: "ToPort",
    user_id_group_pairs: "UserIdGroupPairs",
});

structure!(UserIdGroupPair {
    description: "Description",
    group_id: "GroupId",
    group_name: "GroupName",
    peering_status: "PeeringStatus",
    user_id: "UserId",
    vpc_id: "VpcId",
    vpc_peering_connection_id: "VpcPeeringConnectionId",
});

structure!(IpRange { cidr_ip: "CidrIp", description: "Description" });

structure!(Ipv6Range { cidr_ipv6: "CidrIpv6", description: "Description" });

structure!(PrefixListId { description: "Description", prefix_list_id: "PrefixListId" });

enumerations!(
    AttachmentStatus,
    BlockPublicAccessMode,
    HostnameType,
    IpSource,
    Ipv6AddressAttribute,
    NetworkInterfaceStatus,
    NetworkInterfaceType,
    RouteOrigin,
    RouteState,
    RouteTableAssociationStateCode,
    SubnetCidrBlockStateCode,
    SubnetState,
);
