// Tests of the SDK, which run in the folder `gatecheck` of a project.

package gatecheck

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type example struct {
	Users    []string           `json:"users" doc:"who may"`
	Limits   map[string]limit   `json:"limits"`
	Networks []netip.Prefix     `json:"networks,omitempty"`
	Pattern  *regexp.Regexp     `json:"pattern"`
	Strict   bool               `json:"strict,omitzero"`
	Extra    map[string]any     `json:"extra,omitempty"`
	Weights  map[string]float64 `json:"weights,omitempty"`
	Skipped  string             `json:"-"`
	hidden   string
}

type limit struct {
	Max   uint8 `json:"max"`
	Least *int  `json:"least"`
}

func TestSettingsAreRead(t *testing.T) {
	settings, problems := ReadSettings[example](`{
		"users": ["app", "1000"], "limits": {"cpu": {"max": 4, "least": -1}, "memory": {"max": 8}}, "networks": ["10.0.0.0/8"],
		"pattern": "^a", "strict": true, "extra": {"any": [1, null]}, "weights": {"a": 0.5}
	}`)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := example{
		Users:    []string{"app", "1000"},
		Limits:   map[string]limit{"cpu": {4, Some(-1)}, "memory": {8, nil}},
		Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Pattern:  regexp.MustCompile("^a"),
		Strict:   true,
		Extra:    map[string]any{"any": []any{1.0, nil}},
		Weights:  map[string]float64{"a": 0.5},
	}
	if !reflect.DeepEqual(settings, want) {
		t.Errorf("%+v", settings)
	}
}

func TestEveryMistakeHasItsPointer(t *testing.T) {
	for settings, want := range map[string][]string{
		`{"limits": {}}`:                         {"`/users`: missing field"},
		`{"users": [], "limits": {}, "user": 1}`: {"`/user`: unknown field; known are `users`, `limits`, `networks`, `pattern`, `strict`, `extra`, `weights`"},
		`{"Users": [], "limits": {}, "hidden": "", "Skipped": ""}`: {
			"`/users`: missing field", "`/Skipped`: unknown field", "`/Users`: unknown field", "`/hidden`: unknown field",
		},
		`{"users": ["app", 7, null], "limits": {"a/b~c": {"max": 256}, "d": {"max": 1.5, "least": "no"}}}`: {
			"`/users/1`: expected a string, found `7`",
			"`/users/2`: expected a string, found `null`",
			"`/limits/a~1b~0c/max`: expected an integer from 0 to 255, found `256`",
			"`/limits/d/max`: expected an integer from 0 to 255, found `1.5`",
			"`/limits/d/least`: expected an integer, found `\"no\"`",
		},
		`{"users": {}, "limits": [], "strict": "yes", "weights": {"a": null}}`: {
			"`/users`: expected a list, found `{}`",
			"`/limits`: expected an object, found `[]`",
			"`/strict`: expected true or false, found `\"yes\"`",
			"`/weights/a`: expected a number, found `null`",
		},
		`{"users": [], "limits": {}, "networks": ["10.0.0.0/33", 10], "pattern": "("}`: {
			"`/networks/0`: netip.ParsePrefix(\"10.0.0.0/33\"): prefix length out of range",
			"`/networks/1`: expected a string, found `10`",
			"`/pattern`: error parsing regexp: missing closing )",
		},
		`null`:                              {"``: expected an object, found `null`"},
		`"` + strings.Repeat("x", 50) + `"`: {"``: expected an object, found `\"" + strings.Repeat("x", 39) + "…`"},
		`{"users": [}`:                      {"``: not JSON: "},
		`{} {}`:                             {"``: not JSON: "},
	} {
		_, problems := ReadSettings[example](settings)
		starts := func(problem Problem, start string) bool { return strings.HasPrefix(problem.String(), start) }
		if !slices.EqualFunc(problems, want, starts) {
			t.Errorf("%s\n%v", settings, problems)
		}
	}
}

// even reads itself from JSON.
type even int

func (e *even) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, (*int)(e)); err != nil {
		return err
	}
	if *e%2 != 0 {
		return fmt.Errorf("`%d` is odd", *e)
	}
	return nil
}

func TestATypeMayReadItself(t *testing.T) {
	type numbers struct{ All []even }
	settings, problems := ReadSettings[numbers](`{"All": [2, 3]}`)
	if settings.All[0] != 2 || len(problems) != 1 || problems[0] != (Problem{"/All/1", "`3` is odd", ""}) {
		t.Error(settings, problems)
	}
}

func TestTheSchemaIsThatOfTheType(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal([]byte(schema[example]()), &got); err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	text := `{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false,
		"required": ["users", "limits"],
		"properties": {
			"users": {"type": "array", "items": {"type": "string"}, "description": "who may"},
			"limits": {"type": "object", "additionalProperties": {
				"type": "object", "additionalProperties": false, "required": ["max"],
				"properties": {
					"max": {"type": "integer", "minimum": 0}, "least": {"anyOf": [{"type": "integer"}, {"type": "null"}]}
				}
			}},
			"networks": {"type": "array", "items": {"type": "string"}},
			"pattern": {"anyOf": [{"type": "string"}, {"type": "null"}]},
			"strict": {"type": "boolean"},
			"extra": {"type": "object", "additionalProperties": {}},
			"weights": {"type": "object", "additionalProperties": {"type": "number"}}
		}
	}`
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}
