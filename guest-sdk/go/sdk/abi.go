//go:build wasip1

package gatecheck

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"
)

// The canonical ABI of the component model, for the types of wit/policy.wit. Addresses have 32 bits in memory, whatever Go makes
// of pointers.
//
//	bool, u32, s32, string       bool, uint32, int32, string
//	enum                         string with cases
//	json                         Document, if it is a fact
//	option<T>                    *T
//	list<T>                      []T
//	list<tuple<string, string>>  Tags
//	record                       struct with the same fields in the same order
//	variant                      struct of case and payload, which has the same type in all cases

// enum is a string type whose values are the cases of an enum, in the order of the interface.
type enum interface{ cases() []string }

var (
	enumType     = reflect.TypeFor[enum]()
	documentType = reflect.TypeFor[Document]()
)

// kept is memory of which only the host knows, so that the garbage collector leaves it alone. An instance judges one task, so
// nothing is ever given back.
var kept [][]uint64

// allocate returns memory that is aligned for everything.
func allocate(size uint32) uint32 {
	block := make([]uint64, size/8+1)
	kept = append(kept, block)
	return uint32(uintptr(unsafe.Pointer(&block[0])))
}

// memory is what lies at an address.
func memory(at, size uint32) []byte {
	return unsafe.Slice((*byte)(unsafe.Add(nil, at)), size)
}

// text is the string at an address. It is not copied.
func text(at, size uint32) string { return unsafe.String((*byte)(unsafe.Add(nil, at)), size) }

func load(at uint32) uint32 { return binary.LittleEndian.Uint32(memory(at, 4)) }

func store(at, value uint32) { binary.LittleEndian.PutUint32(memory(at, 4), value) }

// layout returns size and alignment.
func layout(of reflect.Type) (size, align uint32) {
	switch of.Kind() {
	case reflect.Bool:
		return 1, 1
	case reflect.Uint32, reflect.Int32:
		return 4, 4
	case reflect.String:
		if of.Implements(enumType) {
			return 1, 1
		}
		return 8, 4
	case reflect.Slice, reflect.Map:
		return 8, 4
	case reflect.Pointer:
		size, align = layout(of.Elem())
		return roundUp(align+size, align), align
	case reflect.Struct:
		align = 1
		// A type finds its fields much slower than a value.
		zero := reflect.Zero(of)
		for index := range zero.NumField() {
			fieldSize, fieldAlign := layout(zero.Field(index).Type())
			size = roundUp(size, fieldAlign) + fieldSize
			align = max(align, fieldAlign)
		}
		return roundUp(size, align), align
	default:
		panic(fmt.Sprintf("`%s` is no type of the interface", of))
	}
}

func roundUp(size, align uint32) uint32 { return (size + align - 1) / align * align }

// fields calls f with each field of a record and its address.
func fields(record reflect.Value, at uint32, f func(field reflect.Value, at uint32)) {
	for index := range record.NumField() {
		field := record.Field(index)
		size, align := layout(field.Type())
		at = roundUp(at, align)
		f(field, at)
		at += size
	}
}

// lift reads a value that the host wrote.
func lift(into reflect.Value, at uint32) {
	of := into.Type()
	switch {
	case of == documentType:
		into.Set(reflect.ValueOf(parse(text(load(at), load(at+4)))))
		return
	case of.Implements(enumType):
		into.SetString(into.Interface().(enum).cases()[memory(at, 1)[0]])
		return
	}
	switch of.Kind() {
	case reflect.Bool:
		into.SetBool(memory(at, 1)[0] != 0)
	case reflect.Uint32:
		into.SetUint(uint64(load(at)))
	case reflect.Int32:
		into.SetInt(int64(int32(load(at))))
	case reflect.String:
		into.SetString(text(load(at), load(at+4)))
	case reflect.Pointer:
		if memory(at, 1)[0] != 0 {
			_, align := layout(of.Elem())
			into.Set(reflect.New(of.Elem()))
			lift(into.Elem(), at+align)
		}
	case reflect.Slice:
		start, count := load(at), int(load(at+4))
		size, _ := layout(of.Elem())
		into.Set(reflect.MakeSlice(of, count, count))
		for index := range count {
			lift(into.Index(index), start+uint32(index)*size)
		}
	case reflect.Map:
		var pairs []struct{ Key, Value string }
		lift(reflect.ValueOf(&pairs).Elem(), at)
		into.Set(reflect.MakeMap(of))
		for _, pair := range pairs {
			into.SetMapIndex(reflect.ValueOf(pair.Key), reflect.ValueOf(pair.Value))
		}
	case reflect.Struct:
		fields(into, at, lift)
	}
}

// lower writes a value for the host.
func lower(value reflect.Value, at uint32) {
	of := value.Type()
	if of.Implements(enumType) {
		index := slices.Index(value.Interface().(enum).cases(), value.String())
		if index < 0 {
			panic(fmt.Sprintf("`%s` is no %s", value, of.Name()))
		}
		memory(at, 1)[0] = byte(index)
		return
	}
	switch of.Kind() {
	case reflect.Bool:
		memory(at, 1)[0] = 0
		if value.Bool() {
			memory(at, 1)[0] = 1
		}
	case reflect.String:
		// The host takes nothing but UTF-8, and Go anything for a string.
		text := strings.ToValidUTF8(value.String(), "\uFFFD")
		start := allocate(uint32(len(text)))
		copy(memory(start, uint32(len(text))), text)
		store(at, start)
		store(at+4, uint32(len(text)))
	case reflect.Pointer:
		memory(at, 1)[0] = 0
		if !value.IsNil() {
			memory(at, 1)[0] = 1
			_, align := layout(of.Elem())
			lower(value.Elem(), at+align)
		}
	case reflect.Slice:
		size, _ := layout(of.Elem())
		start := allocate(uint32(value.Len()) * size)
		for index := range value.Len() {
			lower(value.Index(index), start+uint32(index)*size)
		}
		store(at, start)
		store(at+4, uint32(value.Len()))
	case reflect.Struct:
		fields(value, at, lower)
	}
}
