package main

import (
	"slices"
	"testing"

	"policies/my-policy/gatecheck"
)

const settings = `{"users": ["app"]}`

// runsAs returns the facts of the recorded task, whose container runs as a user.
func runsAs(t *testing.T, user *string) gatecheck.Given {
	facts := gatecheck.Recorded(t, "fargate-private")
	facts.TaskDefinition.Known.Containers[0].User = user
	return facts
}

func TestAnAllowedUserPasses(t *testing.T) {
	verdict := gatecheck.Judge(t, evaluate, settings, runsAs(t, gatecheck.Some("app")))
	if !slices.Equal(verdict.Passed, []string{"user"}) {
		t.Error(verdict)
	}
}

func TestAnotherUserAndNoneAtAllDoNot(t *testing.T) {
	for _, user := range []*string{gatecheck.Some("root"), nil} {
		verdict := gatecheck.Judge(t, evaluate, settings, runsAs(t, user))
		if len(verdict.Violations) != 1 || verdict.Violations[0].Object != "web" {
			t.Error(verdict)
		}
	}
}

func TestWithoutTheTaskDefinitionItIsUndecided(t *testing.T) {
	facts := gatecheck.Recorded(t, "fargate-private")
	facts.TaskDefinition.Unavailable = &gatecheck.Unavailable{
		Kind: gatecheck.Denied, Text: "ecs:DescribeTaskDefinition",
	}
	verdict := gatecheck.Judge(t, evaluate, settings, facts)
	if len(verdict.Undecided) != 1 || verdict.Undecided[0].Rule != "user" {
		t.Error(verdict)
	}
}
