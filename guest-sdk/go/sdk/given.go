package gatecheck

// Given are the facts of a test, each known or unavailable. What a test does not give is unavailable.
type Given struct {
	Task                   Fact[Task]                `json:"task"`
	Containers             Fact[[]Container]         `json:"containers"`
	Attachments            Fact[[]Attachment]        `json:"attachments"`
	TaskDocument           Fact[Document]            `json:"task_document"`
	Tags                   Fact[Tags]                `json:"tags"`
	TaskDetailsDocument    Fact[Document]            `json:"task_details_document"`
	TaskDefinition         Fact[TaskDefinition]      `json:"task_definition"`
	TaskDefinitionDocument Fact[Document]            `json:"task_definition_document"`
	Interfaces             Fact[[]NetworkInterface]  `json:"interfaces"`
	InterfaceDocuments     Fact[[]Document]          `json:"interface_documents"`
	Subnets                Fact[[]Subnet]            `json:"subnets"`
	SubnetDocuments        Fact[[]Document]          `json:"subnet_documents"`
	ExposedAddresses       Fact[[]ExposedAddress]    `json:"exposed_addresses"`
	SecurityGroupRules     Fact[[]SecurityGroupRule] `json:"security_group_rules"`
	SecurityGroupDocuments Fact[[]Document]          `json:"security_group_documents"`
	Service                Fact[Service]             `json:"service"`
	ServiceDocument        Fact[Document]            `json:"service_document"`
	Cluster                Fact[Cluster]             `json:"cluster"`
	ClusterDocument        Fact[Document]            `json:"cluster_document"`
}

// Fact is what a test says of a fact.
type Fact[T any] struct {
	Known *T `json:"known"`
	// Unavailable is why it is not known, and counts even if there is something in Known.
	Unavailable *Unavailable `json:"unavailable"`
}

// Known gives a fact in a test.
func Known[T any](fact T) Fact[T] { return Fact[T]{Known: &fact} }

// Some is a value that may be absent and is there.
func Some[T any](value T) *T { return &value }
