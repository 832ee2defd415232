package gatecheck

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Problem is one mistake in the settings.
type Problem struct {
	// Pointer is a JSON pointer into the settings (RFC 6901), empty for the settings as a whole.
	Pointer string
	// Message is what is wrong there.
	Message string
	// Remedy is what to write instead. May be left out.
	Remedy string
}

func (p Problem) String() string {
	text := fmt.Sprintf("`%s`: %s", p.Pointer, p.Message)
	if p.Remedy != "" {
		text += "; " + p.Remedy
	}
	return text
}

// ReadSettings reads settings as the host gives them, and returns all mistakes.
//
// Fields have the names of their json tags, exactly. They are required, unless they are pointers or marked `omitempty` or
// `omitzero`; fields that are not in the struct are refused. A type with UnmarshalText or UnmarshalJSON reads itself:
// [net/netip.Prefix], [regexp.Regexp], or your own. The tag `doc` of a field is its description in the JSON Schema.
func ReadSettings[S any](text string) (S, []Problem) {
	var settings S
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return settings, []Problem{{Message: "not JSON: " + err.Error()}}
	}
	var reader reader
	reader.read(value, reflect.ValueOf(&settings).Elem(), "")
	return settings, reader.problems
}

// reader collects mistakes.
type reader struct{ problems []Problem }

func (r *reader) problem(pointer, message, remedy string) {
	r.problems = append(r.problems, Problem{pointer, message, remedy})
}

// read reads what encoding/json made of JSON text.
func (r *reader) read(value any, into reflect.Value, pointer string) {
	var err error
	switch itself := into.Addr().Interface().(type) {
	case json.Unmarshaler:
		err = itself.UnmarshalJSON(jsonText(value))
	case encoding.TextUnmarshaler:
		if text, ok := value.(string); ok {
			err = itself.UnmarshalText([]byte(text))
		} else {
			err = mismatch("a string", value)
		}
	default:
		err = r.readKind(value, into, pointer)
	}
	if err != nil {
		r.problem(pointer, err.Error(), "")
	}
}

func (r *reader) readKind(value any, into reflect.Value, pointer string) error {
	switch into.Kind() {
	case reflect.Pointer:
		if value != nil {
			into.Set(reflect.New(into.Type().Elem()))
			r.read(value, into.Elem(), pointer)
		}
	case reflect.Interface:
		if value != nil {
			into.Set(reflect.ValueOf(value))
		}
	case reflect.Struct:
		members, ok := value.(map[string]any)
		if !ok {
			return mismatch("an object", value)
		}
		r.readFields(members, into, pointer)
	case reflect.Map:
		members, ok := value.(map[string]any)
		if !ok {
			return mismatch("an object", value)
		}
		into.Set(reflect.MakeMap(into.Type()))
		for _, name := range slices.Sorted(maps.Keys(members)) {
			member := reflect.New(into.Type().Elem()).Elem()
			r.read(members[name], member, below(pointer, name))
			into.SetMapIndex(reflect.ValueOf(name).Convert(into.Type().Key()), member)
		}
	case reflect.Slice:
		elements, ok := value.([]any)
		if !ok {
			return mismatch("a list", value)
		}
		into.Set(reflect.MakeSlice(into.Type(), len(elements), len(elements)))
		for index, element := range elements {
			r.read(element, into.Index(index), below(pointer, strconv.Itoa(index)))
		}
	case reflect.String:
		text, ok := value.(string)
		if !ok {
			return mismatch("a string", value)
		}
		into.SetString(text)
	case reflect.Bool:
		truth, ok := value.(bool)
		if !ok {
			return mismatch("true or false", value)
		}
		into.SetBool(truth)
	default:
		_, ok := value.(float64)
		if !ok || json.Unmarshal(jsonText(value), into.Addr().Interface()) != nil {
			return mismatch(number(into.Type()), value)
		}
	}
	return nil
}

func (r *reader) readFields(members map[string]any, into reflect.Value, pointer string) {
	var known []string
	for _, field := range fieldsOf(into.Type()) {
		known = append(known, field.name)
		value, given := members[field.name]
		switch {
		case given:
			r.read(value, into.Field(field.index), below(pointer, field.name))
		case field.required:
			r.problem(below(pointer, field.name), "missing field", "")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(known, name) {
			r.problem(below(pointer, name), "unknown field", "known are `"+strings.Join(known, "`, `")+"`")
		}
	}
}

func mismatch(expected string, value any) error {
	const enough = 40
	found := []rune(string(jsonText(value)))
	if len(found) > enough {
		found = append(found[:enough], '…')
	}
	return fmt.Errorf("expected %s, found `%s`", expected, string(found))
}

// number says which numbers a type takes.
func number(of reflect.Type) string {
	switch of.Kind() {
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Uint, reflect.Uint64:
		return "an integer that is not negative"
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return fmt.Sprintf("an integer from 0 to %d", uint64(1)<<of.Bits()-1)
	case reflect.Int8, reflect.Int16, reflect.Int32:
		bound := int64(1) << (of.Bits() - 1)
		return fmt.Sprintf("an integer from %d to %d", -bound, bound-1)
	default:
		return "an integer"
	}
}

// below is the pointer to a part of what is at a pointer.
func below(pointer, name string) string { return pointer + "/" + escape.Replace(name) }

var escape = strings.NewReplacer("~", "~0", "/", "~1")

// field is a field of settings, as JSON has it.
type field struct {
	index    int
	name     string
	required bool
	doc      string
}

func fieldsOf(settings reflect.Type) []field {
	var fields []field
	for index := range settings.NumField() {
		of := settings.Field(index)
		name, options, _ := strings.Cut(of.Tag.Get("json"), ",")
		if !of.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = of.Name
		}
		optional := of.Type.Kind() == reflect.Pointer || strings.Contains(options, "omit")
		fields = append(fields, field{index, name, !optional, of.Tag.Get("doc")})
	}
	return fields
}

// jsonText is the JSON text of a value that comes from JSON, or of something that a policy wants to tell.
func jsonText(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
