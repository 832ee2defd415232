package gatecheck

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// run runs a command to its end, and returns what it printed. Judging fails if there is something to tell.
func run(t *testing.T, program string, arguments ...string) []byte {
	t.Helper()
	command := exec.Command(program, arguments...)
	command.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=")
	command.Stderr = os.Stderr
	printed, err := command.Output()
	if err != nil && len(printed) == 0 {
		t.Fatal(err)
	}
	return printed
}

// report is what `gatecheck check` prints.
type report struct {
	Violations []map[string]any
	Undecided  []struct{ Rule string }
	Faults     []struct{ Reason, Detail string }
}

// checked is what a policy with some settings says of a recorded task.
func checked(t *testing.T, folder, settings, recording string) report {
	t.Helper()
	entry := filepath.Join(folder, "everything.json")
	if err := os.WriteFile(entry, []byte(`{"module": "./policy.wasm", "settings": `+settings+`}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var report report
	printed := run(t, program(), "check", "--facts", recording, "--policy", entry, "--format", "json")
	if err := json.Unmarshal(printed, &report); err != nil {
		t.Fatal(err)
	}
	return report
}

// A policy that tells all it knows is built, and judges recorded tasks.
func TestTheBorderToTheHost(t *testing.T) {
	folder := t.TempDir()
	core := filepath.Join(folder, "core.wasm")
	run(t, "go", "build", "-buildmode=c-shared", "-ldflags=-s -w", "-trimpath", "-o", core, "./testdata/everything")
	run(t, program(), "seal", core, "-o", filepath.Join(folder, "policy.wasm"))

	for _, recording := range []string{"fargate-public", "fargate-private", "fargate-provisioning", "ec2-bridge"} {
		report := checked(t, folder, `{"users": ["app"]}`, recording)
		told := map[string]any{}
		for _, violation := range report.Violations {
			told[violation["rule"].(string)] = violation
		}
		for _, undecided := range report.Undecided {
			told[undecided.Rule] = "undecided"
		}
		if want := expected(t, recording); !reflect.DeepEqual(told, want) || len(report.Faults) > 0 {
			t.Errorf("%s %v\n%v\n%v", recording, report.Faults, told, want)
		}
	}

	for settings, want := range map[string]string{
		`{"users": [], "fault": "error"}`: "rule `none`: *errors.errorString: out of order (policy.go:",
		`{"users": [], "fault": "panic"}`: "panic: at the disco (policy.go:",
		`{"users": [], "fault": "index"}`: "runtime.boundsError: runtime error: index out of range [0] with length 0 (policy.go:",
		`{"users": [7]}`:                  "/users/0: expected a string, found `7`",
	} {
		faults := checked(t, folder, settings, "fargate-public").Faults
		if len(faults) != 1 || !strings.Contains(faults[0].Detail, want) {
			t.Errorf("%s: %v", settings, faults)
		}
	}
}

// expected is what the policy says of a recorded task, by the names of its rules.
func expected(t *testing.T, recording string) map[string]any {
	t.Helper()
	told := map[string]any{"all": map[string]any{
		"policy": "everything", "rule": "all", "severity": "info", "object": "task", "attribute": "users",
		"found": map[string]any{"«": 1.5}, "allowed": []any{"app"}, "check": "exact", "message": "all <fields>\uFFFD",
		"remediation": "leave them out",
	}}
	given := reflect.ValueOf(Recorded(t, recording))
	for index := range given.NumField() {
		name := given.Type().Field(index).Tag.Get("json")
		known, unavailable := given.Field(index).Field(0), given.Field(index).Field(1).Interface().(*Unavailable)
		switch {
		case unavailable == nil:
			var found any
			if err := json.Unmarshal(jsonText(known.Interface()), &found); err != nil {
				t.Fatal(err)
			}
			told[name] = map[string]any{
				"policy": "everything", "rule": name, "severity": "medium", "object": "task", "attribute": name,
				"found": found, "allowed": nil, "check": nil, "message": "known", "remediation": nil,
			}
		case unavailable.Kind != NotApplicable:
			told[name] = "undecided"
		}
	}
	return told
}
