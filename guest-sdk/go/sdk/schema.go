package gatecheck

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
)

// schema is the JSON Schema of what ReadSettings takes for S.
func schema[S any]() string {
	schema := schemaOf(reflect.TypeFor[S]())
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	return string(jsonText(schema))
}

func schemaOf(of reflect.Type) map[string]any {
	switch reflect.New(of).Interface().(type) {
	case json.Unmarshaler:
		return map[string]any{}
	case encoding.TextUnmarshaler:
		return map[string]any{"type": "string"}
	}
	switch of.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return map[string]any{"type": "integer", "minimum": 0}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(of.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(of.Elem())}
	case reflect.Pointer:
		return map[string]any{"anyOf": []any{schemaOf(of.Elem()), map[string]any{"type": "null"}}}
	case reflect.Struct:
		return schemaOfFields(of)
	case reflect.Interface:
		return map[string]any{}
	default:
		panic(fmt.Sprintf("settings cannot be of type `%s`", of))
	}
}

func schemaOfFields(of reflect.Type) map[string]any {
	properties := map[string]any{}
	required := []string{}
	for _, field := range fieldsOf(of) {
		property := schemaOf(of.Field(field.index).Type)
		if field.doc != "" {
			property["description"] = field.doc
		}
		properties[field.name] = property
		if field.required {
			required = append(required, field.name)
		}
	}
	return map[string]any{
		"type": "object", "properties": properties, "required": required, "additionalProperties": false,
	}
}
