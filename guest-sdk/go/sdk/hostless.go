//go:build !wasip1

package gatecheck

// Natively there is no host to ask.
var (
	taskGet, taskContainers, taskAttachments, taskDocument          func(uint32)
	taskDetailsTags, taskDetailsDocument                            func(uint32)
	taskDefinitionGet, taskDefinitionDocument                       func(uint32)
	networkInterfaces, networkInterfaceDocuments                    func(uint32)
	networkSubnets, networkSubnetDocuments, networkExposedAddresses func(uint32)
	securityGroupsRules, securityGroupsDocuments                    func(uint32)
	serviceGet, serviceDocument, clusterGet, clusterDocument        func(uint32)
)

// Natively nothing is kept of it.
func warm(func()) {}

// read returns what a test gave.
func read[T any](_ func(uint32), fact *Fact[T], family string) (T, error) {
	var zero T
	switch {
	case fact.Unavailable != nil:
		return zero, missed(&Unknown{family, *fact.Unavailable})
	case fact.Known == nil:
		return zero, missed(&Unknown{family, Unavailable{Other, "not given in this test"}})
	default:
		return *fact.Known, nil
	}
}
