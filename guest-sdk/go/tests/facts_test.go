package gatecheck

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
)

func TestWhatIsNotGivenIsUnavailable(t *testing.T) {
	facts := &Facts{}
	var unknown *Unknown
	_, err := facts.ExposedAddresses()
	if !errors.As(err, &unknown) || *unknown != (Unknown{"interfaces", Unavailable{Other, "not given in this test"}}) {
		t.Error(err)
	}
	facts.given.Cluster = Fact[Cluster]{Known: &Cluster{}, Unavailable: &Unavailable{Denied, "ecs:DescribeClusters"}}
	if _, err := facts.Cluster(); err == nil || err.Error() != "`cluster` is unavailable (denied): ecs:DescribeClusters" {
		t.Error(err)
	}
	facts.given.Service = Known(Service{Name: "web"})
	if service, err := facts.Service(); err != nil || service.Name != "web" {
		t.Error(service, err)
	}
}

func TestViewsBecomeFacts(t *testing.T) {
	var given Given
	err := json.Unmarshal([]byte(`{
		"interfaces": {"known": [{"id": "eni-1", "subnet_id": null, "vpc_id": "vpc-1", "security_group_ids": ["sg-1"],
			"addresses": [{"ip": "2600::1", "scope": "global-ipv6"}]}]},
		"tags": {"known": [["team", "web"], ["env", "prod"]]},
		"service": {"unavailable": {"not-applicable": "a standalone task"}},
		"task_document": {"known": {"overrides": {"containerOverrides": [{"name": "web"}]}}},
		"subnet_documents": {"known": [{"Subnet": {}}]}
	}`), &given)
	if err != nil {
		t.Fatal(err)
	}
	want := []NetworkInterface{{"eni-1", nil, Some("vpc-1"), []Address{{"2600::1", ScopeGlobalIPv6}}, []string{"sg-1"}}}
	if !reflect.DeepEqual(*given.Interfaces.Known, want) {
		t.Errorf("%+v", given.Interfaces.Known)
	}
	if !reflect.DeepEqual(*given.Tags.Known, Tags{"team": "web", "env": "prod"}) {
		t.Error(given.Tags.Known)
	}
	if *given.Service.Unavailable != (Unavailable{NotApplicable, "a standalone task"}) {
		t.Error(given.Service.Unavailable)
	}
	if len(*given.SubnetDocuments.Known) != 1 {
		t.Error(given.SubnetDocuments.Known)
	}
	task := *given.TaskDocument.Known
	for _, it := range []struct{ got, want any }{
		{task.At("overrides", "containerOverrides", 0, "name"), "web"},
		{task.At("overrides", "containerOverrides", 1, "name"), nil},
		{task.At("overrides", "taskRoleArn"), nil},
		{task.At("overrides", 0), nil},
		{task.At("tags", "team"), nil},
	} {
		if it.got != it.want {
			t.Error(it)
		}
	}
}

func TestEveryFactIsRecorded(t *testing.T) {
	for _, name := range []string{"fargate-public", "fargate-private", "fargate-provisioning", "ec2-bridge"} {
		given := reflect.ValueOf(Recorded(t, name))
		for index := range given.NumField() {
			if fact := given.Field(index); fact.Field(0).IsNil() && fact.Field(1).IsNil() {
				t.Error(name, given.Type().Field(index).Name)
			}
		}
	}
}
