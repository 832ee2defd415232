// Package gatecheck is for Gatecheck policies: functions over facts about an ECS task, built as WebAssembly.
//
//	type Settings struct {
//		Except []string `json:"except" doc:"groups that may open a shell in their tasks"`
//	}
//
//	func init() {
//		gatecheck.Policy(gatecheck.About{Name: "shell", Version: "1.0.0", Summary: "No shells"}, evaluate)
//	}
//
//	func evaluate(settings Settings, facts *gatecheck.Facts, verdict *gatecheck.Verdict) {
//		verdict.Rule("no-shell", func(rule *gatecheck.Rule) error {
//			task, err := facts.Task()
//			if err != nil {
//				return err
//			}
//			if task.ExecuteCommand && (task.Group == nil || !slices.Contains(settings.Except, *task.Group)) {
//				rule.Violated(gatecheck.Violation{
//					Object: "task", Attribute: "enableExecuteCommand", Message: "anyone with access can open a shell",
//				})
//			}
//			return nil
//		})
//	}
//
//	func main() {}
//
// Returning the error of a fact that is not available leaves the rule undecided, with the reason; a fact that does not apply
// to the task ends the rule without a word. Any other error and any panic is a fault of the policy.
//
// The same function runs natively in tests, on facts that are recorded or made up: see [Judge], [Recorded] and [Given].
package gatecheck

// About is what a policy says of itself.
type About struct {
	Name    string
	Version string
	// Summary is one line.
	Summary string
	// Documentation may be longer, or a link.
	Documentation string
}

// Policy makes a policy of a function. It is called once, in an init function of package main.
//
// The type of the settings says how they are read: strictly, with every mistake at its JSON pointer. See [ReadSettings].
func Policy[S any](about About, evaluate func(settings S, facts *Facts, verdict *Verdict)) {
	policy.about = about
	policy.schema = schema[S]
	policy.configure = func(text string) []Problem {
		settings, problems := ReadSettings[S](text)
		policy.evaluate = func(facts *Facts, verdict *Verdict) { evaluate(settings, facts, verdict) }
		return problems
	}
	// A schema is not what these settings look like, but it takes all that reading and refusing them does.
	warm(func() { ReadSettings[S](schema[S]()) })
}

// policy is the policy of this program.
var policy = struct {
	about     About
	schema    func() string
	configure func(settings string) []Problem
	evaluate  func(*Facts, *Verdict)
}{
	schema: schema[struct{}],
	configure: func(string) []Problem {
		return []Problem{{Message: "the program has no policy", Remedy: "call `gatecheck.Policy` in an init function"}}
	},
	evaluate: func(*Facts, *Verdict) { panic("`evaluate` was called before `configure`") },
}
