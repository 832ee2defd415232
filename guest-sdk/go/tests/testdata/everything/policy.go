// Tells all that is known of a task.
package main

import (
	"errors"

	"policies/my-policy/gatecheck"
)

type Settings struct {
	Users []string `json:"users"`
	// Fault is the fault that the policy has.
	Fault string `json:"fault,omitempty"`
}

func init() {
	gatecheck.Policy(gatecheck.About{
		Name: "everything", Version: "1.2.3", Summary: "Tells all that is known", Documentation: "And what is not",
	}, evaluate)
}

func evaluate(settings Settings, facts *gatecheck.Facts, verdict *gatecheck.Verdict) {
	verdict.Rule("none", func(*gatecheck.Rule) error {
		switch settings.Fault {
		case "error":
			return errors.New("out of order")
		case "panic":
			panic("at the disco")
		case "index":
			_ = settings.Users[len(settings.Users)]
		}
		return nil
	})
	verdict.Rule("all", func(rule *gatecheck.Rule) error {
		rule.Violated(gatecheck.Violation{
			Severity: gatecheck.Info, Object: "task", Attribute: "users", Found: map[string]any{"«": 1.5}, Allowed: settings.Users,
			Check: "exact", Message: "all <fields>\xff", Remediation: "leave them out",
		})
		return nil
	})
	tell(verdict, "task", facts.Task)
	tell(verdict, "containers", facts.Containers)
	tell(verdict, "attachments", facts.Attachments)
	tell(verdict, "task_document", facts.TaskDocument)
	tell(verdict, "tags", facts.Tags)
	tell(verdict, "task_details_document", facts.TaskDetailsDocument)
	tell(verdict, "task_definition", facts.TaskDefinition)
	tell(verdict, "task_definition_document", facts.TaskDefinitionDocument)
	tell(verdict, "interfaces", facts.Interfaces)
	tell(verdict, "interface_documents", facts.InterfaceDocuments)
	tell(verdict, "subnets", facts.Subnets)
	tell(verdict, "subnet_documents", facts.SubnetDocuments)
	tell(verdict, "exposed_addresses", facts.ExposedAddresses)
	tell(verdict, "security_group_rules", facts.SecurityGroupRules)
	tell(verdict, "security_group_documents", facts.SecurityGroupDocuments)
	tell(verdict, "service", facts.Service)
	tell(verdict, "service_document", facts.ServiceDocument)
	tell(verdict, "cluster", facts.Cluster)
	tell(verdict, "cluster_document", facts.ClusterDocument)
}

func tell[T any](verdict *gatecheck.Verdict, name string, fact func() (T, error)) {
	verdict.Rule(name, func(rule *gatecheck.Rule) error {
		known, err := fact()
		if err != nil {
			return err
		}
		rule.Violated(gatecheck.Violation{Object: "task", Attribute: name, Message: "known", Found: known})
		return nil
	})
}

func main() {}
