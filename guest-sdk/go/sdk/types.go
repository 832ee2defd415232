package gatecheck

// The records of wit/policy.wit. They cross the border to the host field by field, so the order of fields is that of the
// interface. What may be absent is a pointer, nil if it is.

// Task is what the event says about the task.
type Task struct {
	ARN               string `json:"arn"`
	ClusterARN        string `json:"cluster_arn"`
	Account           string `json:"account"`
	Region            string `json:"region"`
	TaskDefinitionARN string `json:"task_definition_arn"`
	// Family and Revision are those of the task definition.
	Family   string `json:"family"`
	Revision uint32 `json:"revision"`
	// Group is `service:NAME` or `family:NAME`, or what RunTask was given.
	Group *string `json:"group"`
	// Service is the name of the service that started the task, nil for a standalone task.
	Service *string `json:"service"`
	// Status is PROVISIONING, PENDING, RUNNING, ...
	Status           string  `json:"status"`
	LaunchType       *string `json:"launch_type"`
	CapacityProvider *string `json:"capacity_provider"`
	PlatformVersion  *string `json:"platform_version"`
	AvailabilityZone *string `json:"availability_zone"`
	// CPU units and MiB of Memory, as ECS writes them: text.
	CPU                  *string `json:"cpu"`
	Memory               *string `json:"memory"`
	ExecuteCommand       bool    `json:"execute_command"`
	StartedBy            *string `json:"started_by"`
	ContainerInstanceARN *string `json:"container_instance_arn"`
}

// Container is a container of the task.
type Container struct {
	Name string `json:"name"`
	// Image is nil for a container that AWS injected (GuardDuty's agent): it is not in the task definition.
	Image *string `json:"image"`
	// ImageDigest is what runs, known once the task is RUNNING.
	ImageDigest *string `json:"image_digest"`
	Status      string  `json:"status"`
}

// Attachment is a network interface of the task's own (network mode awsvpc), as the event knows it.
type Attachment struct {
	SubnetID *string `json:"subnet_id"`
	// NetworkInterfaceID is nil until the interface is attached.
	NetworkInterfaceID *string `json:"network_interface_id"`
	PrivateIPv4Address *string `json:"private_ipv4_address"`
}

// Tags are the values of tags by their keys.
type Tags map[string]string

// TaskDefinition is the task definition revision that runs.
type TaskDefinition struct {
	ARN      string `json:"arn"`
	Family   string `json:"family"`
	Revision uint32 `json:"revision"`
	// NetworkMode is awsvpc, bridge, host or none; nil when the definition leaves it to the platform.
	NetworkMode             *string               `json:"network_mode"`
	PIDMode                 *string               `json:"pid_mode"`
	IPCMode                 *string               `json:"ipc_mode"`
	TaskRoleARN             *string               `json:"task_role_arn"`
	ExecutionRoleARN        *string               `json:"execution_role_arn"`
	CPU                     *string               `json:"cpu"`
	Memory                  *string               `json:"memory"`
	RequiresCompatibilities []string              `json:"requires_compatibilities"`
	OperatingSystemFamily   *string               `json:"operating_system_family"`
	CPUArchitecture         *string               `json:"cpu_architecture"`
	Containers              []ContainerDefinition `json:"containers"`
	Volumes                 []Volume              `json:"volumes"`
}

// ContainerDefinition is a container of a task definition.
type ContainerDefinition struct {
	Name                   string   `json:"name"`
	Image                  *string  `json:"image"`
	Essential              bool     `json:"essential"`
	User                   *string  `json:"user"`
	Privileged             bool     `json:"privileged"`
	ReadOnlyRootFilesystem bool     `json:"read_only_root_filesystem"`
	AddedCapabilities      []string `json:"added_capabilities"`
	DroppedCapabilities    []string `json:"dropped_capabilities"`
	// Environment and Secrets are the names of variables, never their values.
	Environment []string     `json:"environment"`
	Secrets     []string     `json:"secrets"`
	LogDriver   *string      `json:"log_driver"`
	Mounts      []MountPoint `json:"mounts"`
}

// MountPoint is where a container has a volume.
type MountPoint struct {
	Volume        *string `json:"volume"`
	ContainerPath *string `json:"container_path"`
	ReadOnly      bool    `json:"read_only"`
}

// Volume is a volume of a task definition.
type Volume struct {
	Name string `json:"name"`
	// HostPath is the path on the container instance, for a bind mount.
	HostPath *string `json:"host_path"`
	// EFSFileSystemID is the EFS file system, and EFSTransitEncryption whether its traffic is encrypted.
	EFSFileSystemID      *string `json:"efs_file_system_id"`
	EFSTransitEncryption bool    `json:"efs_transit_encryption"`
}

// NetworkInterface is an interface of the task, or of its container instance.
type NetworkInterface struct {
	ID               string    `json:"id"`
	SubnetID         *string   `json:"subnet_id"`
	VPCID            *string   `json:"vpc_id"`
	Addresses        []Address `json:"addresses"`
	SecurityGroupIDs []string  `json:"security_group_ids"`
}

// Address is an address of an interface.
type Address struct {
	IP    string       `json:"ip"`
	Scope AddressScope `json:"scope"`
}

// AddressScope says from where an address is reached.
type AddressScope string

const (
	ScopePrivate AddressScope = "private"
	// ScopePublic: a public IPv4 address is associated.
	ScopePublic AddressScope = "public"
	// ScopeCarrier: a carrier address is associated (Wavelength).
	ScopeCarrier AddressScope = "carrier"
	// ScopeCustomerOwned: a customer-owned address is associated (Outposts).
	ScopeCustomerOwned AddressScope = "customer-owned"
	// ScopeGlobalIPv6: a global IPv6 address; the internet reaches it only if the subnet lets it in.
	ScopeGlobalIPv6 AddressScope = "global-ipv6"
)

func (AddressScope) cases() []string {
	return []string{"private", "public", "carrier", "customer-owned", "global-ipv6"}
}

// Subnet is a subnet of an interface.
type Subnet struct {
	ID    string      `json:"id"`
	VPCID string      `json:"vpc_id"`
	Class SubnetClass `json:"class"`
	// PublicIPv4 and PublicIPv6: the internet gateway is reached over them.
	PublicIPv4   bool    `json:"public_ipv4"`
	PublicIPv6   bool    `json:"public_ipv6"`
	RouteTableID *string `json:"route_table_id"`
	// Why is the route, or its absence, that decided the class.
	Why string `json:"why"`
}

// SubnetClass is what a subnet's route table says about the internet. The most exposed class that applies.
type SubnetClass string

const (
	// SubnetPublic: a route to an internet gateway that is active and not blocked.
	SubnetPublic SubnetClass = "public"
	// SubnetPrivate: no way in from the internet; a way out perhaps (NAT, transit gateway, peering).
	SubnetPrivate SubnetClass = "private"
	// SubnetCarrier: a route to a carrier gateway (Wavelength).
	SubnetCarrier SubnetClass = "carrier"
	// SubnetInspected: the default route leads through a gateway load balancer or firewall endpoint, behind which there may be one.
	SubnetInspected SubnetClass = "inspected"
	// SubnetIsolated: no route leaves the VPC at all.
	SubnetIsolated SubnetClass = "isolated"
	// SubnetUnknown: the default route leads to an appliance; what it does cannot be known from here.
	SubnetUnknown SubnetClass = "unknown"
)

func (SubnetClass) cases() []string {
	return []string{"public", "private", "carrier", "inspected", "isolated", "unknown"}
}

// ExposedAddress is an address under which the internet may find the task.
type ExposedAddress struct {
	InterfaceID string `json:"interface_id"`
	IP          string `json:"ip"`
	Why         string `json:"why"`
}

// SecurityGroupRule is one source or destination of one rule.
type SecurityGroupRule struct {
	GroupID string `json:"group_id"`
	Egress  bool   `json:"egress"`
	// Protocol is tcp, udp, icmp, a protocol number, or `-1` for all.
	Protocol string `json:"protocol"`
	FromPort *int32 `json:"from_port"`
	ToPort   *int32 `json:"to_port"`
	// Peer is a CIDR block, prefix list or security group.
	Peer string `json:"peer"`
	// Anywhere: the peer is 0.0.0.0/0 or ::/0.
	Anywhere    bool    `json:"anywhere"`
	Description *string `json:"description"`
}

// Service is the service that started the task.
type Service struct {
	ARN             string  `json:"arn"`
	Name            string  `json:"name"`
	Status          string  `json:"status"`
	LaunchType      *string `json:"launch_type"`
	PlatformVersion *string `json:"platform_version"`
	DesiredCount    uint32  `json:"desired_count"`
	// AssignPublicIP is what the service asks for; whether an interface got a public address is a fact of its own.
	AssignPublicIP *bool   `json:"assign_public_ip"`
	ExecuteCommand bool    `json:"execute_command"`
	PropagateTags  *string `json:"propagate_tags"`
}

// Cluster is the task's cluster.
type Cluster struct {
	ARN    string `json:"arn"`
	Name   string `json:"name"`
	Status string `json:"status"`
	// ContainerInsights is enabled, enhanced or disabled.
	ContainerInsights *string `json:"container_insights"`
	// ExecuteCommandLogging is NONE, DEFAULT or OVERRIDE.
	ExecuteCommandLogging *string `json:"execute_command_logging"`
}
