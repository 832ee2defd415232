package gatecheck

import "fmt"

// Facts is what is known about the task. Reading a fact for the first time may cost the host an AWS call.
//
// The error of a fact that is not available is an [*Unknown].
type Facts struct {
	given Given
}

// Task returns the essentials of the task, from its event.
func (f *Facts) Task() (Task, error) { return read(taskGet, &f.given.Task, "task") }

// Containers returns its containers, from its event.
func (f *Facts) Containers() ([]Container, error) {
	return read(taskContainers, &f.given.Containers, "task")
}

// Attachments returns its own network interfaces, from its event. Does not apply to bridge and host tasks.
func (f *Facts) Attachments() ([]Attachment, error) {
	return read(taskAttachments, &f.given.Attachments, "task")
}

// TaskDocument returns the task as its event describes it, in the shape of DescribeTasks.
func (f *Facts) TaskDocument() (Document, error) {
	return read(taskDocument, &f.given.TaskDocument, "task")
}

// Tags returns its tags, from DescribeTasks.
func (f *Facts) Tags() (Tags, error) { return read(taskDetailsTags, &f.given.Tags, "task-details") }

// TaskDetailsDocument returns the task as DescribeTasks knows it.
func (f *Facts) TaskDetailsDocument() (Document, error) {
	return read(taskDetailsDocument, &f.given.TaskDetailsDocument, "task-details")
}

// TaskDefinition returns the essentials of its task definition.
func (f *Facts) TaskDefinition() (TaskDefinition, error) {
	return read(taskDefinitionGet, &f.given.TaskDefinition, "task-definition")
}

// TaskDefinitionDocument returns the task definition as DescribeTaskDefinition knows it.
func (f *Facts) TaskDefinitionDocument() (Document, error) {
	return read(taskDefinitionDocument, &f.given.TaskDefinitionDocument, "task-definition")
}

// Interfaces returns its network interfaces, or those of its container instance.
func (f *Facts) Interfaces() ([]NetworkInterface, error) {
	return read(networkInterfaces, &f.given.Interfaces, "interfaces")
}

// InterfaceDocuments returns the same as DescribeNetworkInterfaces knows them.
func (f *Facts) InterfaceDocuments() ([]Document, error) {
	return read(networkInterfaceDocuments, &f.given.InterfaceDocuments, "interfaces")
}

// Subnets returns the subnets of those interfaces.
func (f *Facts) Subnets() ([]Subnet, error) {
	return read(networkSubnets, &f.given.Subnets, "subnets")
}

// SubnetDocuments returns the same with their route tables, as DescribeSubnets and DescribeRouteTables know them.
func (f *Facts) SubnetDocuments() ([]Document, error) {
	return read(networkSubnetDocuments, &f.given.SubnetDocuments, "subnets")
}

// ExposedAddresses returns the addresses under which the internet may find the task.
func (f *Facts) ExposedAddresses() ([]ExposedAddress, error) {
	return read(networkExposedAddresses, &f.given.ExposedAddresses, "interfaces")
}

// SecurityGroupRules returns the rules of its security groups.
func (f *Facts) SecurityGroupRules() ([]SecurityGroupRule, error) {
	return read(securityGroupsRules, &f.given.SecurityGroupRules, "security-groups")
}

// SecurityGroupDocuments returns the security groups as DescribeSecurityGroups knows them.
func (f *Facts) SecurityGroupDocuments() ([]Document, error) {
	return read(securityGroupsDocuments, &f.given.SecurityGroupDocuments, "security-groups")
}

// Service returns the essentials of its service. Does not apply to a standalone task.
func (f *Facts) Service() (Service, error) { return read(serviceGet, &f.given.Service, "service") }

// ServiceDocument returns the service as DescribeServices knows it.
func (f *Facts) ServiceDocument() (Document, error) {
	return read(serviceDocument, &f.given.ServiceDocument, "service")
}

// Cluster returns the essentials of its cluster.
func (f *Facts) Cluster() (Cluster, error) { return read(clusterGet, &f.given.Cluster, "cluster") }

// ClusterDocument returns the cluster as DescribeClusters knows it.
func (f *Facts) ClusterDocument() (Document, error) {
	return read(clusterDocument, &f.given.ClusterDocument, "cluster")
}

// Unknown is the error of a fact that is not available.
type Unknown struct {
	// Family is what is fetched together with the fact: task, task-details, task-definition, interfaces, subnets,
	// security-groups, service or cluster.
	Family string
	Reason Unavailable
}

// unread are the facts that were read and are not available, in this evaluation. A rule that ignores one of them is undecided.
var unread []*Unknown

// isEvaluating is false while a policy is built, and where tests read facts by themselves: nothing is missed there.
var isEvaluating bool

// evaluating begins an evaluation, and returns what ends it.
func evaluating() (end func()) {
	isEvaluating, unread = true, nil
	return func() { isEvaluating, unread = false, nil }
}

// missed remembers that a fact which was read is not available.
func missed(unknown *Unknown) error {
	if isEvaluating {
		unread = append(unread, unknown)
	}
	return unknown
}

func (u *Unknown) Error() string {
	return fmt.Sprintf("`%s` is unavailable (%s): %s", u.Family, u.Reason.Kind, u.Reason.Text)
}

// Unavailable is why a fact is not known. Never a default.
type Unavailable struct {
	Kind Kind
	// Text says more; for [Denied] it is the IAM action that is missing.
	Text string
}

// Kind tells reasons apart.
type Kind string

const (
	// NotYet: it does not exist yet at this point of the task's life. A later event brings it.
	NotYet Kind = "not-yet"
	// NotApplicable: it will never exist for this task.
	NotApplicable Kind = "not-applicable"
	// Denied: AWS refused.
	Denied Kind = "denied"
	// Failed: AWS, or the way to it, failed.
	Failed Kind = "failed"
	// Other: a reason for which this version has no name.
	Other Kind = "other"
)

func (Kind) cases() []string {
	return []string{"not-yet", "not-applicable", "denied", "failed", "other"}
}
