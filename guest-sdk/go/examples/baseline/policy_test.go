package main

import (
	"slices"
	"testing"

	"policies/my-policy/gatecheck"
)

const settings = `{"registries": ["111122223333.dkr.ecr."], "tags": ["team"], "public": ["service:edge"]}`

func broken(t *testing.T, facts gatecheck.Given) []string {
	var rules []string
	for _, violation := range gatecheck.Judge(t, evaluate, settings, facts).Violations {
		rules = append(rules, violation.Rule)
	}
	return rules
}

func TestAPublicTaskIsExposedUnlessItMayBe(t *testing.T) {
	facts := gatecheck.Recorded(t, "fargate-public")
	if rules := broken(t, facts); !slices.Equal(rules, []string{"exposed"}) {
		t.Error(rules)
	}
	facts.Task.Known.Group = gatecheck.Some("service:edge")
	if rules := broken(t, facts); rules != nil {
		t.Error(rules)
	}
}

func TestATaskOnAnInstanceIsJudgedAlike(t *testing.T) {
	facts := gatecheck.Recorded(t, "ec2-bridge")
	facts.Tags = gatecheck.Known(gatecheck.Tags{"env": "prod"})
	want := []string{"registry", "version", "root", "exposed", "tags"}
	if rules := broken(t, facts); !slices.Equal(rules, want) {
		t.Error(rules)
	}
}

func TestARoleOfItsOwn(t *testing.T) {
	overrides := map[string]any{"taskRoleArn": "arn:aws:iam::111122223333:role/admin"}
	facts := gatecheck.Given{TaskDocument: gatecheck.Known(gatecheck.Document{"overrides": overrides})}
	if rules := broken(t, facts); !slices.Equal(rules, []string{"role"}) {
		t.Error(rules)
	}
}

func TestAFixedVersionIsATagOrADigest(t *testing.T) {
	for image, fixed := range map[string]bool{
		"nginx:1.27": true, "localhost:5000/web:1": true, "web@sha256:0123": true, "web:latest@sha256:0123": true,
		"nginx": false, "nginx:latest": false, "localhost:5000/web": false, "web:": false,
	} {
		if hasFixedVersion(image) != fixed {
			t.Error(image)
		}
	}
}

func TestRootHasManyNames(t *testing.T) {
	for user, root := range map[string]bool{
		"": true, "root": true, "0": true, "0:0": true, "root:app": true, "1000": false, "app:root": false,
	} {
		if runsAsRoot(&user) != root {
			t.Error(user)
		}
	}
}
