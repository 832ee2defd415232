// Containers run as a user that is allowed.
package main

import (
	"slices"

	"policies/my-policy/gatecheck"
)

// Settings is what the entry gives as `settings`. The schema that `gatecheck inspect` shows is made of it.
type Settings struct {
	Users []string `json:"users" doc:"users that containers may run as"`
}

func init() {
	gatecheck.Policy(gatecheck.About{
		Name:    "my-policy",
		Version: "0.1.0",
		Summary: "Containers run as a user that is allowed",
	}, evaluate)
}

func evaluate(settings Settings, facts *gatecheck.Facts, verdict *gatecheck.Verdict) {
	verdict.Rule("user", func(rule *gatecheck.Rule) error {
		// The error of a fact that cannot be had leaves the rule undecided: nothing passes because it is not known.
		definition, err := facts.TaskDefinition()
		if err != nil {
			return err
		}
		for _, container := range definition.Containers {
			// What may be absent is a pointer.
			if container.User == nil || !slices.Contains(settings.Users, *container.User) {
				rule.Violated(gatecheck.Violation{
					Object:      container.Name,
					Attribute:   "user",
					Message:     "runs as a user that is not allowed",
					Found:       container.User,
					Allowed:     settings.Users,
					Remediation: "set `user` in the task definition",
				})
			}
		}
		return nil
	})
}

// The host calls the policy, never main.
func main() {}
