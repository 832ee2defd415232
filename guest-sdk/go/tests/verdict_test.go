package gatecheck

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// judged judges one rule, which reports a violation if it is broken, and then ends with err.
func judged(broken bool, err error) Verdict {
	var verdict Verdict
	verdict.Rule("rule", func(rule *Rule) error {
		if broken {
			rule.Violated(Violation{Object: "task", Attribute: "cpu", Message: "too much"})
		}
		return err
	})
	return verdict
}

func TestARulePassesIsBrokenOrUndecided(t *testing.T) {
	violations := []Violation{{Rule: "rule", Severity: Medium, Object: "task", Attribute: "cpu", Message: "too much"}}
	denied := Unavailable{Denied, "ecs:DescribeClusters"}
	undecided := []Undecided{{"rule", []Missing{{"cluster", denied}}}}
	never := &Unknown{"service", Unavailable{NotApplicable, "a standalone task"}}
	for name, it := range map[string]struct{ got, want Verdict }{
		"passed":                      {judged(false, nil), Verdict{Passed: []string{"rule"}}},
		"broken":                      {judged(true, nil), Verdict{Violations: violations}},
		"undecided":                   {judged(false, &Unknown{"cluster", denied}), Verdict{Undecided: undecided}},
		"undecided, wrapped":          {judged(false, fmt.Errorf("no cluster: %w", &Unknown{"cluster", denied})), Verdict{Undecided: undecided}},
		"broken and undecided":        {judged(true, &Unknown{"cluster", denied}), Verdict{violations, undecided, nil}},
		"does not apply":              {judged(false, never), Verdict{}},
		"broken, then not applicable": {judged(true, never), Verdict{Violations: violations}},
	} {
		if !reflect.DeepEqual(it.got, it.want) {
			t.Errorf("%s: %+v", name, it.got)
		}
	}
}

func TestAnIgnoredErrorLeavesTheRuleUndecided(t *testing.T) {
	denied := Unavailable{Denied, "ecs:DescribeClusters"}
	given := Given{Cluster: Fact[Cluster]{Unavailable: &denied}, Service: Fact[Service]{Unavailable: &Unavailable{NotApplicable, "none"}}}
	evaluate := func(_ struct{}, facts *Facts, verdict *Verdict) {
		verdict.Rule("ignores", func(rule *Rule) error {
			_, _ = facts.Cluster()
			_, _ = facts.Cluster()
			return nil
		})
		verdict.Rule("accepts", func(rule *Rule) error {
			_, err := facts.Cluster()
			rule.Accept(err)
			return nil
		})
		verdict.Rule("does not apply", func(rule *Rule) error {
			_, _ = facts.Service()
			return nil
		})
		verdict.Rule("reads nothing", func(rule *Rule) error { return nil })
	}
	verdict := Judge(t, evaluate, `{}`, given)
	undecided := []Undecided{{"ignores", []Missing{{"cluster", denied}}}}
	passed := []string{"accepts", "does not apply", "reads nothing"}
	if !reflect.DeepEqual(verdict.Undecided, undecided) || !reflect.DeepEqual(verdict.Passed, passed) {
		t.Errorf("%+v", verdict)
	}
	before := func(_ struct{}, facts *Facts, verdict *Verdict) {
		_, _ = facts.Cluster()
		verdict.Rule("after", func(rule *Rule) error { return nil })
	}
	if verdict := Judge(t, before, `{}`, given); len(verdict.Undecided) != 1 || len(verdict.Passed) != 0 {
		t.Errorf("%+v", verdict)
	}
}

func TestAnotherErrorIsAFault(t *testing.T) {
	defer func() {
		told := fmt.Sprint(recover())
		if !strings.HasPrefix(told, "rule `rule`: *errors.errorString: out of order") {
			t.Error(told)
		}
	}()
	judged(true, errors.New("out of order"))
}

func TestWhatCannotBeToldPanics(t *testing.T) {
	for _, violation := range []Violation{{Found: func() {}}, {Severity: "grave"}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error(violation)
				}
			}()
			new(Verdict).Rule("rule", func(rule *Rule) error {
				rule.Violated(violation)
				return nil
			})
		}()
	}
}

func TestJudgeTellsWhatTheHostGets(t *testing.T) {
	evaluate := func(_ struct{}, _ *Facts, verdict *Verdict) {
		verdict.Rule("rule", func(rule *Rule) error {
			allowed := []int{1}
			rule.Violated(Violation{Found: Some("root"), Allowed: allowed})
			allowed[0] = 2
			rule.Violated(Violation{Found: (*string)(nil)})
			return nil
		})
	}
	violations := Judge(t, evaluate, `{}`, Given{}).Violations
	if !reflect.DeepEqual(violations[0].Allowed, []any{1.0}) || violations[0].Found != "root" || violations[1].Found != nil {
		t.Error(violations)
	}
}
