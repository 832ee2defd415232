//go:build wasip1

package gatecheck

import (
	"encoding/json"
	"reflect"
	"strings"
)

// What the host calls. Its types differ from those that a policy uses where the interface has an option or JSON text.

type description struct {
	Name, Version, Summary string
	Documentation          *string
	SettingsSchema         string
}

type problem struct {
	Pointer, Message string
	Remedy           *string
}

type violation struct {
	Rule                  string
	Severity              Severity
	Object, Attribute     string
	Found, Allowed, Check *string
	Message               string
	Remediation           *string
}

type verdict struct {
	Violations []violation
	Undecided  []Undecided
	Passed     []string
}

// result is a result<T, T>, or one side of a result.
type result[T any] struct {
	IsErr   bool
	Payload T
}

//go:wasmexport cabi_realloc
func reallocate(old, oldSize, _, size uint32) uint32 {
	at := allocate(size)
	copy(memory(at, size), memory(old, oldSize))
	return at
}

//go:wasmexport describe
func describe() uint32 {
	about := policy.about
	return answer(description{about.Name, about.Version, about.Summary, optional(about.Documentation), policy.schema()})
}

// configured is the settings that the policy has read. No JSON text is empty.
var configured string

//go:wasmexport configure
func configure(at, size uint32) uint32 {
	given := text(at, size)
	// Read already where `gatecheck build --settings` was given the same.
	if given == configured {
		return answer(result[[]problem]{})
	}
	var problems []Problem
	if fault := caught(func() { problems = policy.configure(given) }); fault != "" {
		problems = append(problems, Problem{Message: fault})
	}
	if len(problems) == 0 {
		configured = strings.Clone(given)
	}
	told := make([]problem, len(problems))
	for index, it := range problems {
		told[index] = problem{it.Pointer, it.Message, optional(it.Remedy)}
	}
	return answer(result[[]problem]{IsErr: len(problems) > 0, Payload: told})
}

//go:wasmexport evaluate
func evaluate() (at uint32) {
	fault := caught(func() {
		var found Verdict
		defer evaluating()()
		policy.evaluate(&Facts{}, &found)
		told := verdict{make([]violation, len(found.Violations)), found.Undecided, found.Passed}
		for index, it := range found.Violations {
			told.Violations[index] = violation{
				it.Rule, it.Severity, it.Object, it.Attribute, optionalJSON(it.Found), optionalJSON(it.Allowed), optional(it.Check),
				it.Message, optional(it.Remediation),
			}
		}
		at = answer(result[verdict]{Payload: told})
	})
	if fault != "" {
		return answer(result[string]{IsErr: true, Payload: fault})
	}
	return at
}

// warm does something for the first time, which takes longest: `gatecheck build` keeps what memory holds after the init functions.
func warm(read func()) { caught(read) }

// caught runs f, and returns what a panic in it was about.
func caught(f func()) (fault string) {
	defer func() {
		if recovered := recover(); recovered != nil {
			fault = faultOf(recovered)
		}
	}()
	f()
	return ""
}

// answer writes what an export returns.
func answer(value any) uint32 {
	// The host wants room for the largest case of a result, also around a small one.
	const room = 48
	size, _ := layout(reflect.TypeOf(value))
	at := allocate(max(size, room))
	lower(reflect.ValueOf(value), at)
	return at
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// optionalJSON is what Violated made of a value.
func optionalJSON(value any) *string {
	if text, ok := value.(json.RawMessage); ok {
		return Some(string(text))
	}
	return nil
}
