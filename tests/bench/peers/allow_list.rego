package gatecheck

import rego.v1

violations contains violation("subnet-type", subnet.id, subnet["class"]) if {
	some subnet in input.subnets
	not subnet["class"] in {"private", "isolated"}
}

violations contains violation("ip", interface.id, "public") if {
	some interface in input.interfaces
	some address in interface.addresses
	address.scope in {"public", "carrier"}
}

violations contains violation("image", container.name, container.image) if {
	some container in input.containers
	not regex.match(`.*.dkr.ecr.*.amazonaws.com/*`, container.image)
}

violations contains violation("subnet-id", attachment.subnet_id, attachment.subnet_id) if {
	some attachment in input.attachments
	not attachment.subnet_id in {"subnet-0abc1234def567890", "subnet-0fedcba9876543210"}
}

violations contains violation("enableExecuteCommand", "task", input.task_document.enableExecuteCommand) if {
	input.task_document.enableExecuteCommand != false
}

violations contains violation("cpu", "task", input.task_document.cpu) if {
	cpu := to_number(input.task_document.cpu)
	not within(cpu, 256, 1024)
}

within(value, low, high) if {
	low <= value
	value <= high
}

violation(rule, object, found) := {
	"rule": rule,
	"object": object,
	"found": found,
	"message": sprintf("`%v` is `%v`, which is not allowed", [rule, found]),
}
