//go:build !wasip1

package gatecheck

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
)

// Judge judges facts as the host would have it done: reads the settings (JSON text), evaluates. The test ends if the settings
// have mistakes.
//
// Found and Allowed of violations are in the verdict as the host gets them: as JSON has them, and encoding/json reads it.
func Judge[S any](t testing.TB, evaluate func(S, *Facts, *Verdict), settings string, given Given) Verdict {
	t.Helper()
	read, problems := ReadSettings[S](settings)
	if len(problems) > 0 {
		t.Fatalf("mistakes in the settings: %v", problems)
	}
	var verdict Verdict
	defer evaluating()()
	evaluate(read, &Facts{given}, &verdict)
	for index := range verdict.Violations {
		violation := &verdict.Violations[index]
		for _, told := range []*any{&violation.Found, &violation.Allowed} {
			if text, ok := (*told).(json.RawMessage); ok {
				*told = nil
				if err := json.Unmarshal(text, told); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return verdict
}

// Recorded returns the facts of a recording: a file, or one that comes with Gatecheck (fargate-public, fargate-private,
// fargate-provisioning, ec2-bridge). The test may change them: `facts.Task.Known.Group = nil`.
//
// It runs `gatecheck facts`, with the program that the environment variable GATECHECK names or the one on the PATH, so that a
// test sees what a policy will see.
func Recorded(t testing.TB, nameOrPath string) Given {
	t.Helper()
	printed, err := exec.Command(program(), "facts", nameOrPath).Output()
	var failed *exec.ExitError
	switch {
	case errors.As(err, &failed):
		t.Fatalf("`%s facts %s`: %s", program(), nameOrPath, failed.Stderr)
	case err != nil:
		t.Fatalf("%v; put it on the PATH, or its path into the environment variable GATECHECK", err)
	}
	var given Given
	if err := json.Unmarshal(printed, &given); err != nil {
		t.Fatalf("`%s facts %s`: %v; is it of another version?", program(), nameOrPath, err)
	}
	return given
}

func program() string {
	if program := os.Getenv("GATECHECK"); program != "" {
		return program
	}
	return "gatecheck"
}

// UnmarshalJSON reads pairs of key and value.
func (tags *Tags) UnmarshalJSON(text []byte) error {
	var pairs [][2]string
	if err := json.Unmarshal(text, &pairs); err != nil {
		return err
	}
	*tags = Tags{}
	for _, pair := range pairs {
		(*tags)[pair[0]] = pair[1]
	}
	return nil
}

// UnmarshalJSON reads an object of one member: the kind is its name.
func (u *Unavailable) UnmarshalJSON(text []byte) error {
	var member map[Kind]string
	if err := json.Unmarshal(text, &member); err != nil {
		return err
	}
	for kind, text := range member {
		if !slices.Contains(kind.cases(), string(kind)) {
			return fmt.Errorf("`%s` is no reason", kind)
		}
		*u = Unavailable{kind, text}
	}
	return nil
}
