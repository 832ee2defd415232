// What every task of a company keeps to: images of known registries and of a fixed version, no root, no role but that of the
// task definition, not open to the internet, and tags that say whose it is.
package main

import (
	"fmt"
	"slices"
	"strings"

	"policies/my-policy/gatecheck"
)

type Settings struct {
	Registries []string `json:"registries" doc:"how the name of an image may begin"`
	Tags       []string `json:"tags" doc:"tags that every task has"`
	Public     []string `json:"public" doc:"groups whose tasks the internet may reach, such as service:edge"`
}

func init() {
	about := gatecheck.About{Name: "baseline", Version: "1.0.0", Summary: "What every task of a company keeps to"}
	gatecheck.Policy(about, evaluate)
}

func evaluate(settings Settings, facts *gatecheck.Facts, verdict *gatecheck.Verdict) {
	task := baseline{settings, facts}
	verdict.Rule("registry", task.registry)
	verdict.Rule("version", task.version)
	verdict.Rule("root", task.root)
	verdict.Rule("role", task.role)
	verdict.Rule("exposed", task.exposed)
	verdict.Rule("tags", task.tags)
}

type baseline struct {
	Settings
	facts *gatecheck.Facts
}

func (b baseline) registry(rule *gatecheck.Rule) error {
	containers, err := b.facts.Containers()
	if err != nil {
		return err
	}
	for _, container := range containers {
		// A container that AWS injected has no image, and nobody here chose it.
		if container.Image == nil {
			continue
		}
		allowed := func(registry string) bool { return strings.HasPrefix(*container.Image, registry) }
		if !slices.ContainsFunc(b.Registries, allowed) {
			rule.Violated(gatecheck.Violation{
				Severity: gatecheck.High, Object: container.Name, Attribute: "image",
				Message: "the image comes from a registry that is not allowed",
				Found:   container.Image, Allowed: b.Registries, Check: "prefix",
				Remediation: "push it to one that is",
			})
		}
	}
	return nil
}

func (b baseline) version(rule *gatecheck.Rule) error {
	containers, err := b.facts.Containers()
	if err != nil {
		return err
	}
	for _, container := range containers {
		if container.Image != nil && !hasFixedVersion(*container.Image) {
			rule.Violated(gatecheck.Violation{
				Object: container.Name, Attribute: "image", Message: "the image has no fixed version",
				Found: container.Image, Remediation: "name a tag or a digest",
			})
		}
	}
	return nil
}

func hasFixedVersion(image string) bool {
	name := image[strings.LastIndex(image, "/")+1:]
	_, tag, _ := strings.Cut(name, ":")
	return strings.Contains(name, "@") || tag != "" && tag != "latest"
}

func (b baseline) root(rule *gatecheck.Rule) error {
	definition, err := b.facts.TaskDefinition()
	if err != nil {
		return err
	}
	for _, container := range definition.Containers {
		if container.Privileged {
			rule.Violated(gatecheck.Violation{
				Severity: gatecheck.High, Object: container.Name, Attribute: "privileged",
				Message: "the container has all rights of its host",
				Found:   true, Remediation: "leave out `privileged`",
			})
		}
		if runsAsRoot(container.User) {
			rule.Violated(gatecheck.Violation{
				Object: container.Name, Attribute: "user", Message: "the container runs as root",
				Found: container.User, Remediation: "set `user` in the task definition",
			})
		}
	}
	return nil
}

func runsAsRoot(user *string) bool {
	if user == nil {
		return true
	}
	name, _, _ := strings.Cut(*user, ":")
	return name == "" || name == "root" || name == "0"
}

func (b baseline) role(rule *gatecheck.Rule) error {
	task, err := b.facts.TaskDocument()
	if err != nil {
		return err
	}
	if role, _ := task.At("overrides", "taskRoleArn").(string); role != "" {
		rule.Violated(gatecheck.Violation{
			Object: "task", Attribute: "overrides.taskRoleArn", Message: "the task was started with a role of its own",
			Found: role,
		})
	}
	return nil
}

func (b baseline) exposed(rule *gatecheck.Rule) error {
	task, err := b.facts.Task()
	if err != nil {
		return err
	}
	if task.Group != nil && slices.Contains(b.Public, *task.Group) {
		return nil
	}
	addresses, err := b.facts.ExposedAddresses()
	if err != nil {
		return err
	}
	for _, address := range addresses {
		rule.Violated(gatecheck.Violation{
			Severity: gatecheck.Critical, Object: address.InterfaceID, Attribute: "ip",
			Message: "the internet may reach the task: " + address.Why,
			Found:   address.IP, Remediation: "run it in a private subnet without a public address",
		})
	}
	return nil
}

func (b baseline) tags(rule *gatecheck.Rule) error {
	tags, err := b.facts.Tags()
	if err != nil {
		return err
	}
	for _, wanted := range b.Tags {
		if _, ok := tags[wanted]; !ok {
			rule.Violated(gatecheck.Violation{
				Severity: gatecheck.Low, Object: "task", Attribute: "tags",
				Message: fmt.Sprintf("the tag `%s` is missing", wanted), Allowed: b.Tags,
			})
		}
	}
	return nil
}

func main() {}
