package gatecheck

import (
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
)

// Verdict is what a policy says about a task.
type Verdict struct {
	// Violations are in the order in which they were found.
	Violations []Violation
	// Undecided are the rules that could not be judged.
	Undecided []Undecided
	// Passed are the rules that were judged and found nothing wrong.
	Passed []string
}

// Violation is one rule broken by one object.
type Violation struct {
	// Rule is filled in by [Rule.Violated].
	Rule string
	// Severity is [Medium] unless it is given.
	Severity Severity
	// Object is what broke the rule: a container's name, the id of an interface or subnet, or `task`.
	Object    string
	Attribute string
	// Found is what was found there, anything that encoding/json can write. May be left out, like the next two.
	Found any
	// Allowed is what is allowed there.
	Allowed any
	// Check is how found and allowed were compared, such as `exact`, `pattern` or `range`.
	Check string
	// Message is one sentence for the person who reads it.
	Message string
	// Remediation is what to do about it. May be left out.
	Remediation string
}

// Severity is how bad it is.
type Severity string

const (
	Info     Severity = "info"
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

func (Severity) cases() []string { return []string{"info", "low", "medium", "high", "critical"} }

// Undecided is a rule that could not be judged.
type Undecided struct {
	Rule        string
	Unavailable []Missing
}

// Missing is a fact that a rule needed and did not get.
type Missing struct {
	Family string
	Reason Unavailable
}

// Rule is a rule while it is judged.
type Rule struct {
	name    string
	verdict *Verdict
}

// Rule judges one rule. judge reports violations, and returns the error of a fact that is not available: the rule is
// undecided then, unless the fact does not apply to this task. What was found before that stays.
//
// Any other error is a mistake of the policy. Rule panics then, and the host reports a fault.
func (v *Verdict) Rule(name string, judge func(rule *Rule) error) {
	before := len(v.Violations)
	err := judge(&Rule{name, v})
	var unknown *Unknown
	switch {
	case err == nil:
		if len(v.Violations) == before {
			v.Passed = append(v.Passed, name)
		}
	case !errors.As(err, &unknown):
		panic(fault(fmt.Sprintf("rule `%s`: %T: %v%s", name, err, err, place(1))))
	case unknown.Reason.Kind != NotApplicable:
		missing := []Missing{{unknown.Family, unknown.Reason}}
		v.Undecided = append(v.Undecided, Undecided{name, missing})
	}
}

// Violated reports that the rule is broken.
func (r *Rule) Violated(violation Violation) {
	violation.Rule = r.name
	if violation.Severity == "" {
		violation.Severity = Medium
	}
	if !slices.Contains(violation.Severity.cases(), string(violation.Severity)) {
		panic(fmt.Sprintf("`%s` is no severity", violation.Severity))
	}
	// Here, so that a value that JSON cannot express is told with its place, and later changes to it do not matter.
	violation.Found, violation.Allowed = asJSON(violation.Found), asJSON(violation.Allowed)
	r.verdict.Violations = append(r.verdict.Violations, violation)
}

func asJSON(value any) any {
	if value == nil {
		return nil
	}
	return jsonText(value)
}

// fault is a mistake of the policy, with its place.
type fault string

func (f fault) Error() string { return string(f) }

// faultOf says what a panic was about. It is called by the deferred function that recovered it.
func faultOf(recovered any) string {
	switch recovered := recovered.(type) {
	case fault:
		return string(recovered)
	case error:
		return fmt.Sprintf("%T: %v%s", recovered, recovered, place(2))
	default:
		return fmt.Sprintf("panic: %v%s", recovered, place(2))
	}
}

// place is the innermost line of package main among the callers of its caller.
func place(skip int) string {
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(skip+1, callers)])
	for {
		frame, more := frames.Next()
		if strings.HasPrefix(frame.Function, "main.") {
			return fmt.Sprintf(" (%s:%d)", path.Base(frame.File), frame.Line)
		}
		if !more {
			return ""
		}
	}
}
