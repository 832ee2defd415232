//go:build wasip1

package gatecheck

import "reflect"

// The functions of wit/policy.wit, each with the address at which the host puts its answer. Go links only those that are
// called, so a policy imports the facts that it may read, and nothing else.

//go:wasmimport gatecheck:policy/task@1.0.0 get
func taskGet(uint32)

//go:wasmimport gatecheck:policy/task@1.0.0 containers
func taskContainers(uint32)

//go:wasmimport gatecheck:policy/task@1.0.0 attachments
func taskAttachments(uint32)

//go:wasmimport gatecheck:policy/task@1.0.0 document
func taskDocument(uint32)

//go:wasmimport gatecheck:policy/task-details@1.0.0 tags
func taskDetailsTags(uint32)

//go:wasmimport gatecheck:policy/task-details@1.0.0 document
func taskDetailsDocument(uint32)

//go:wasmimport gatecheck:policy/task-definition@1.0.0 get
func taskDefinitionGet(uint32)

//go:wasmimport gatecheck:policy/task-definition@1.0.0 document
func taskDefinitionDocument(uint32)

//go:wasmimport gatecheck:policy/network@1.0.0 interfaces
func networkInterfaces(uint32)

//go:wasmimport gatecheck:policy/network@1.0.0 interface-documents
func networkInterfaceDocuments(uint32)

//go:wasmimport gatecheck:policy/network@1.0.0 subnets
func networkSubnets(uint32)

//go:wasmimport gatecheck:policy/network@1.0.0 subnet-documents
func networkSubnetDocuments(uint32)

//go:wasmimport gatecheck:policy/network@1.0.0 exposed-addresses
func networkExposedAddresses(uint32)

//go:wasmimport gatecheck:policy/security-groups@1.0.0 rules
func securityGroupsRules(uint32)

//go:wasmimport gatecheck:policy/security-groups@1.0.0 documents
func securityGroupsDocuments(uint32)

//go:wasmimport gatecheck:policy/service@1.0.0 get
func serviceGet(uint32)

//go:wasmimport gatecheck:policy/service@1.0.0 document
func serviceDocument(uint32)

//go:wasmimport gatecheck:policy/cluster@1.0.0 get
func clusterGet(uint32)

//go:wasmimport gatecheck:policy/cluster@1.0.0 document
func clusterDocument(uint32)

// read asks the host for a fact. The answer is a result<T, unavailable>.
func read[T any](ask func(uint32), _ *Fact[T], family string) (T, error) {
	var fact T
	unknown := &Unknown{Family: family}
	known, reason := reflect.ValueOf(&fact).Elem(), reflect.ValueOf(&unknown.Reason).Elem()
	knownSize, align := layout(known.Type())
	reasonSize, reasonAlign := layout(reason.Type())
	align = max(align, reasonAlign)
	at := allocate(align + max(knownSize, reasonSize))
	ask(at)
	if memory(at, 1)[0] != 0 {
		lift(reason, at+align)
		return fact, missed(unknown)
	}
	lift(known, at+align)
	return fact, nil
}
