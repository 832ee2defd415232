package main

import (
	"net/netip"
	"testing"

	"policies/my-policy/gatecheck"
)

const settings = `{"networks": ["10.0.0.0/8", "fd00::/8"], "public_ports": [443], "prefix_lists": ["pl-1"]}`

func TestWhatLiesInANetwork(t *testing.T) {
	known := Settings{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}
	for block, inside := range map[string]bool{
		"10.1.2.3": true, "10.1.0.0/16": true, "10.0.0.0/8": true, "fd00::1": true,
		"10.0.0.0/7": false, "0.0.0.0/0": false, "192.168.0.1": false, "::/0": false, "pl-2": false,
	} {
		if known.contain(block) != inside {
			t.Error(block)
		}
	}
}

func TestWhoIsLetIn(t *testing.T) {
	web, ssh := gatecheck.Some[int32](443), gatecheck.Some[int32](22)
	for _, it := range []struct {
		rule    gatecheck.SecurityGroupRule
		message string
	}{
		{gatecheck.SecurityGroupRule{Protocol: "tcp", FromPort: web, ToPort: web, Peer: "0.0.0.0/0"}, ""},
		{gatecheck.SecurityGroupRule{Protocol: "-1", Peer: "0.0.0.0/0", Egress: true}, ""},
		{gatecheck.SecurityGroupRule{Protocol: "tcp", FromPort: ssh, ToPort: ssh, Peer: "10.1.0.0/16"}, ""},
		{gatecheck.SecurityGroupRule{Protocol: "-1", Peer: "sg-1"}, ""},
		{gatecheck.SecurityGroupRule{Protocol: "-1", Peer: "pl-1"}, ""},
		{gatecheck.SecurityGroupRule{Protocol: "-1", Peer: "pl-2"}, "every port is open to others than the company"},
		{gatecheck.SecurityGroupRule{Protocol: "tcp", FromPort: ssh, ToPort: ssh, Peer: "::/0"}, "tcp 22 is open to others than the company"},
		{gatecheck.SecurityGroupRule{Protocol: "tcp", FromPort: ssh, ToPort: web, Peer: "::/0"}, "tcp 22 to 443 is open to others than the company"},
	} {
		facts := gatecheck.Given{SecurityGroupRules: gatecheck.Known([]gatecheck.SecurityGroupRule{it.rule})}
		message := ""
		for _, violation := range gatecheck.Judge(t, evaluate, settings, facts).Violations {
			message = violation.Message
		}
		if message != it.message {
			t.Errorf("%+v: %s", it.rule, message)
		}
	}
}

func TestASlipInANetworkIsToldWithItsPlace(t *testing.T) {
	_, problems := gatecheck.ReadSettings[Settings](`{"networks": ["10.0.0.0/8", "10.0.0.0/33"], "public_ports": []}`)
	if len(problems) != 1 || problems[0].Pointer != "/networks/1" {
		t.Error(problems)
	}
}
