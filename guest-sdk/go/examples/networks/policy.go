// The task lives in networks of the company, and only there is it heard: its security groups let others in on public ports
// only.
package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"policies/my-policy/gatecheck"
)

// Settings are of types that read themselves: a slip in a prefix is told with its place when the policy is loaded.
type Settings struct {
	Networks    []netip.Prefix `json:"networks" doc:"where tasks live, such as 10.0.0.0/8"`
	PublicPorts []int32        `json:"public_ports" doc:"ports on which anyone is let in"`
	PrefixLists []string       `json:"prefix_lists,omitempty" doc:"prefix lists that count as networks"`
}

func init() {
	gatecheck.Policy(gatecheck.About{
		Name:    "my-policy",
		Version: "0.1.0",
		Summary: "Tasks live in networks of the company, and are heard there",
	}, evaluate)
}

func evaluate(settings Settings, facts *gatecheck.Facts, verdict *gatecheck.Verdict) {
	verdict.Rule("address", func(rule *gatecheck.Rule) error {
		interfaces, err := facts.Interfaces()
		if err != nil {
			return err
		}
		for _, own := range interfaces {
			for _, address := range own.Addresses {
				if address.Scope == gatecheck.ScopePrivate && !settings.contain(address.IP) {
					rule.Violated(gatecheck.Violation{
						Object: own.ID, Attribute: "ip", Message: "the address is in no network of the company",
						Found: address.IP, Allowed: settings.Networks, Check: "network",
						Remediation: "run it in a subnet of a known VPC",
					})
				}
			}
		}
		return nil
	})

	verdict.Rule("ingress", func(rule *gatecheck.Rule) error {
		rules, err := facts.SecurityGroupRules()
		if err != nil {
			return err
		}
		for _, open := range rules {
			if !open.Egress && !settings.public(open) && !settings.trust(open.Peer) {
				rule.Violated(gatecheck.Violation{
					Severity: gatecheck.High, Object: open.GroupID, Attribute: "ingress",
					Message: fmt.Sprintf("%s is open to others than the company", describe(open)),
					Found:   open.Peer, Allowed: settings.Networks, Check: "network",
					Remediation: "let in a network of the company, or another security group",
				})
			}
		}
		return nil
	})
}

// contain tells whether an address, or all of a CIDR block, lies in one of the networks.
func (s Settings) contain(text string) bool {
	block, err := netip.ParsePrefix(text)
	if err != nil {
		address, err := netip.ParseAddr(text)
		if err != nil {
			return false
		}
		block = netip.PrefixFrom(address, address.BitLen())
	}
	return slices.ContainsFunc(s.Networks, func(network netip.Prefix) bool {
		return network.Bits() <= block.Bits() && network.Contains(block.Addr())
	})
}

// trust tells whether a peer may reach any port. A security group is that of a neighbour.
func (s Settings) trust(peer string) bool {
	return strings.HasPrefix(peer, "sg-") || slices.Contains(s.PrefixLists, peer) || s.contain(peer)
}

// public tells whether a rule is about one port that is open to anyone.
func (s Settings) public(rule gatecheck.SecurityGroupRule) bool {
	from, to := rule.FromPort, rule.ToPort
	return from != nil && to != nil && *from == *to && slices.Contains(s.PublicPorts, *from)
}

func describe(rule gatecheck.SecurityGroupRule) string {
	switch {
	case rule.Protocol == "-1":
		return "every port"
	case rule.FromPort == nil || rule.ToPort == nil:
		return rule.Protocol
	case *rule.FromPort == *rule.ToPort:
		return fmt.Sprintf("%s %d", rule.Protocol, *rule.FromPort)
	default:
		return fmt.Sprintf("%s %d to %d", rule.Protocol, *rule.FromPort, *rule.ToPort)
	}
}

func main() {}
