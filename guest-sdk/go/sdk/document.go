package gatecheck

import "fmt"

// Document is what AWS says about something, in the shape that the AWS CLI prints, as encoding/json reads it.
type Document map[string]any

// At returns what is below some keys of objects and indexes of lists: `At("containers", 0, "name")`. Nil if there is nothing.
func (d Document) At(path ...any) any {
	var at any = map[string]any(d)
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := at.(map[string]any)
			at = object[step]
		case int:
			list, _ := at.([]any)
			if step < 0 || step >= len(list) {
				return nil
			}
			at = list[step]
		default:
			panic(fmt.Sprintf("`%v` is neither a key nor an index", step))
		}
	}
	return at
}
