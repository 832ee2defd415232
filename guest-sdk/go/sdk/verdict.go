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
	// accepted are the errors of facts that it does without.
	accepted []error
}

// Rule judges one rule. judge reports violations, and returns the error of a fact that is not available: the rule is
// undecided then, unless the fact does not apply to this task. What was found before that stays.
//
// A rule is undecided also if judge reads a fact that is not available and ignores the error, or if that happened before the first
// rule. [Rule.Accept] says that it does without the fact.
//
// Any other error is a mistake of the policy. Rule panics then, and the host reports a fault.
func (v *Verdict) Rule(name string, judge func(rule *Rule) error) {
	before, earlier := len(v.Violations), len(unread)
	rule := &Rule{name: name, verdict: v}
	err := judge(rule)
	var unknown *Unknown
	if err != nil && !errors.As(err, &unknown) {
		panic(fault(fmt.Sprintf("rule `%s`: %T: %v%s", name, err, err, place(1))))
	}
	var missing []Missing
	switch {
	case err == nil:
		missing = rule.ignored()
	case unknown.Reason.Kind != NotApplicable:
		missing = []Missing{{unknown.Family, unknown.Reason}}
	}
	// What one rule read is nothing to the next.
	unread = unread[:earlier]
	switch {
	case len(missing) > 0:
		v.Undecided = append(v.Undecided, Undecided{name, missing})
	case err == nil && len(v.Violations) == before:
		v.Passed = append(v.Passed, name)
	}
}

// Accept says that the rule does without a fact that is not available: err is what reading it returned.
func (r *Rule) Accept(err error) {
	r.accepted = append(r.accepted, err)
}

// ignored are the facts that were read, are not available, and that nobody accepted to do without.
func (r *Rule) ignored() []Missing {
	var missing []Missing
	for _, unknown := range unread {
		isAccepted := slices.ContainsFunc(r.accepted, func(err error) bool { return errors.Is(err, unknown) })
		it := Missing{unknown.Family, unknown.Reason}
		if unknown.Reason.Kind != NotApplicable && !isAccepted && !slices.Contains(missing, it) {
			missing = append(missing, it)
		}
	}
	return missing
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
