package gatecheck

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestDocumentsAreReadAsByEncodingJSON(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, ` [ ] `, `null`, `true`, `false`, `0`, `-1.5e+3`, `12345678901`, `""`, `"ü"`,
		`{"a": [1, {"b": null}, [[]], "x"], "c": {}, "a": 2}`,
		"\t{ \"a\" :\n[ 1 ,2,{ } ] , \"\" : false }\r\n",
		`["\"", "\\", "\\\"", "a\/b\b\f\n\r\t", "\u00fc\ud83d\ude00\ud800", "{]},:"]`,
	} {
		var want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(text, err)
		}
		if got := parse(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v", text, got)
		}
	}
}

func FuzzDocumentsAreReadAsByEncodingJSON(f *testing.F) {
	f.Add(`{"a": [1, -2.5e3, {"b\"": null}, [[]], "\u00fc"], "c": {}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var want any
		if json.Unmarshal([]byte(text), &want) != nil {
			t.Skip("not JSON")
		}
		// The host writes UTF-8.
		again, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := parse(string(again)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v", again, got)
		}
	})
}
