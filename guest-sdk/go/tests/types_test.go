package gatecheck

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// types are what records, enums and variants of the interface are in Go.
var types = map[string]reflect.Type{
	"types.severity":             reflect.TypeFor[Severity](),
	"types.missing":              reflect.TypeFor[Missing](),
	"types.undecided":            reflect.TypeFor[Undecided](),
	"task.essentials":            reflect.TypeFor[Task](),
	"task.container":             reflect.TypeFor[Container](),
	"task.attachment":            reflect.TypeFor[Attachment](),
	"task-definition.mount":      reflect.TypeFor[MountPoint](),
	"task-definition.container":  reflect.TypeFor[ContainerDefinition](),
	"task-definition.volume":     reflect.TypeFor[Volume](),
	"task-definition.essentials": reflect.TypeFor[TaskDefinition](),
	"network.subnet-class":       reflect.TypeFor[SubnetClass](),
	"network.subnet":             reflect.TypeFor[Subnet](),
	"network.address-scope":      reflect.TypeFor[AddressScope](),
	"network.address":            reflect.TypeFor[Address](),
	"network.network-interface":  reflect.TypeFor[NetworkInterface](),
	"network.exposed-address":    reflect.TypeFor[ExposedAddress](),
	"security-groups.rule":       reflect.TypeFor[SecurityGroupRule](),
	"service.essentials":         reflect.TypeFor[Service](),
	"cluster.essentials":         reflect.TypeFor[Cluster](),
	// All cases have a text, so it is that of a record.
	"types.unavailable": reflect.TypeFor[Kind](),
}

// Facts cross the border to the host field by field, so order and types must be those of the interface.
func TestTypesAreThoseOfTheInterface(t *testing.T) {
	wit, err := os.ReadFile("wit/policy.wit")
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`//.*|\(string\)|\s`).ReplaceAllString(string(wit), "")
	for name, of := range types {
		home, local, _ := strings.Cut(name, ".")
		_, declared, _ := strings.Cut(text, "interface"+home+"{")
		_, declared, ok := strings.Cut(declared, regexp.MustCompile(`(record|enum|variant)`+local+`{`).FindString(declared))
		declared, _, _ = strings.Cut(declared, "}")
		if declared = strings.TrimSuffix(declared, ","); !ok || declared != declaration(of) {
			t.Errorf("%s\n%s\n%s", name, declared, declaration(of))
		}
	}
}

// declaration is what stands between the braces in WIT, without spaces.
func declaration(of reflect.Type) string {
	if enum, ok := reflect.Zero(of).Interface().(interface{ cases() []string }); ok {
		return strings.Join(enum.cases(), ",")
	}
	var fields []string
	for index := range of.NumField() {
		field := of.Field(index)
		name := strings.ReplaceAll(field.Tag.Get("json"), "_", "-")
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		fields = append(fields, name+":"+reference(field.Type))
	}
	return strings.Join(fields, ",")
}

// reference is how WIT refers to a type.
func reference(of reflect.Type) string {
	for name, known := range types {
		if of == known {
			return strings.Split(name, ".")[1]
		}
	}
	switch of.Kind() {
	case reflect.Pointer:
		return "option<" + reference(of.Elem()) + ">"
	case reflect.Slice:
		return "list<" + reference(of.Elem()) + ">"
	case reflect.Uint32:
		return "u32"
	case reflect.Int32:
		return "s32"
	default:
		return strings.ToLower(of.Name())
	}
}
