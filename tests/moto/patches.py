"""Mends what moto's ECS and SSM leave out and a policy can see. Importing this module applies it.

What moto still asks of the tests: a task definition whose containers state their memory, a VPC with DNS host names, and
RunTask with a launch type and security groups.
"""

import hashlib
import uuid
from datetime import datetime, timezone

from moto.ec2.models import ec2_backends
from moto.ec2.utils import random_public_ip
from moto.ecs import models as ecs
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.ssm import models as ssm


class FargateTask(ecs.Task):
    """A task with all that DescribeTasks says of a running one.

    moto prints an attribute that is spelled as in the API before one of its own, so these are spelled that way.
    """

    # moto files a model under the service that its module is named after.
    __module__ = ecs.Task.__module__

    def __init__(self, cluster, task_definition, *args, networking_configuration=None, **kwargs):
        super().__init__(
            cluster, task_definition, *args, networking_configuration=networking_configuration, **kwargs
        )
        self.id = self.id.replace("-", "")
        self.cpu = self.overrides.get("cpu") or task_definition.cpu
        self.memory = self.overrides.get("memory") or task_definition.memory
        self.version = 3
        self.connectivity = "CONNECTED"
        self.healthStatus = "UNKNOWN"
        self.enableExecuteCommand = False
        self.stopped_reason = None
        self.createdAt = self.connectivityAt = self.startedAt = datetime.now(timezone.utc)

        interfaces = []
        if networking_configuration:
            interfaces = self._attach(networking_configuration["awsvpcConfiguration"])
        self.containers = [
            self._container(number, definition, interfaces)
            for number, definition in enumerate(task_definition.container_definitions)
        ]

    def advance(self):
        """Leaves the status alone: moto stops a task by describing it."""

    def _attach(self, configuration):
        """Does for the interface what the task's network configuration asks; returns what its containers show of it."""
        attachment = self.attachments[0]
        details = {detail["name"]: detail["value"] for detail in attachment["details"]}
        ec2 = ec2_backends[self._account_id][self.region_name]
        interface = ec2.get_network_interface(details["networkInterfaceId"])
        self.availabilityZone = interface.availability_zone
        if configuration.get("assignPublicIp") == "ENABLED":
            interface.public_ip = random_public_ip()
            interface.private_ip_addresses[0]["Association"] = interface.association
        return [{"attachmentId": attachment["id"], "privateIpv4Address": interface.private_ip_address}]

    def _container(self, number, definition, interfaces):
        return {
            "containerArn": f"{self.task_arn.replace(':task/', ':container/')}/{uuid.uuid4()}",
            "taskArn": self.task_arn,
            "name": definition["name"],
            "image": definition["image"],
            "imageDigest": "sha256:" + hashlib.sha256(definition["image"].encode()).hexdigest(),
            "runtimeId": f"{self.id}-{number:010}",
            "lastStatus": "RUNNING",
            "healthStatus": "UNKNOWN",
            "networkInterfaces": interfaces,
            "cpu": str(definition.get("cpu", 0)),
            "memory": str(definition["memory"]),
        }


ecs.Task = FargateTask

moto_describe_tasks = EC2ContainerServiceResponse.describe_tasks


def describe_tasks(self):
    """DescribeTasks that names the tasks it did not find."""
    answer = moto_describe_tasks(self)
    found = {task.id for task in answer.result["tasks"]}
    answer.result["failures"] = [
        {"arn": task, "reason": "MISSING"} for task in self._get_param("tasks") if task.split("/")[-1] not in found
    ]
    return answer


EC2ContainerServiceResponse.describe_tasks = describe_tasks

moto_put_parameter = ssm.SimpleSystemManagerBackend.put_parameter
PARAMETER_LIMITS = {"Standard": 4096, "Advanced": 8192}


def put_parameter(self, name, description, value, *rest, tier=None, policies=None):
    """PutParameter that refuses a value larger than its tier holds."""
    size = len(value.encode())
    if tier == "Intelligent-Tiering":
        tier = "Standard" if size <= PARAMETER_LIMITS["Standard"] else "Advanced"
    limit = PARAMETER_LIMITS[tier or "Standard"]
    if size > limit:
        raise ssm.ValidationException(f"Parameter value can't exceed {limit} characters.")
    return moto_put_parameter(self, name, description, value, *rest, tier=tier, policies=policies)


ssm.SimpleSystemManagerBackend.put_parameter = put_parameter
