"""Mends what moto's ECS, SSM, KMS, Security Hub, IAM and CloudFormation leave out and a policy, its store or a stack can see. Importing
this module applies it.

What moto still asks of the tests: a task definition whose containers state their memory, a VPC with DNS host names, and
RunTask with a launch type and security groups.
"""

import hashlib
import json
import uuid
from datetime import datetime, timezone

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from moto.awslambda.models import LambdaBackend
from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.ec2.models import ec2_backends
from moto.ec2.utils import random_public_ip
from moto.ecs import models as ecs
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.iam.responses import IamResponse
from moto.kms import models as kms
from moto.kms.responses import KmsResponse
from moto.securityhub.responses import SecurityHubResponse
from moto.sqs import models as sqs
from moto.ssm import models as ssm

from role import allows


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


def put_parameter(self, name, description, value, *rest, tier=None, **others):
    """PutParameter that refuses a value larger than its tier holds."""
    size = len(value.encode())
    if tier == "Intelligent-Tiering":
        tier = "Standard" if size <= PARAMETER_LIMITS["Standard"] else "Advanced"
    limit = PARAMETER_LIMITS[tier or "Standard"]
    if size > limit:
        raise ssm.ValidationException(f"Parameter value can't exceed {limit} characters.")
    return moto_put_parameter(self, name, description, value, *rest, tier=tier, **others)


ssm.SimpleSystemManagerBackend.put_parameter = put_parameter


ED25519 = "ECC_NIST_EDWARDS25519"
ED25519_ALGORITHM = "ED25519_SHA_512"


class Ed25519Key:
    """The private half of a key of a spec that moto does not know."""

    def __init__(self):
        self.key = Ed25519PrivateKey.generate()

    def sign(self, message, signing_algorithm):
        return self.key.sign(message)

    def public_key(self):
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


moto_key_specs = kms.KeySpec.key_specs
moto_generate_private_key = kms.generate_private_key
moto_signing_algorithms = kms.Key.signing_algorithms


def generate_private_key(key_spec):
    return Ed25519Key() if key_spec == ED25519 else moto_generate_private_key(key_spec)


def signing_algorithms(key):
    return [ED25519_ALGORITHM] if key.key_spec == ED25519 else moto_signing_algorithms.fget(key)


kms.KeySpec.key_specs = staticmethod(lambda: sorted([*moto_key_specs(), ED25519]))
kms.generate_private_key = generate_private_key
kms.Key.signing_algorithms = property(signing_algorithms)

moto_sign = KmsResponse.sign
moto_get_public_key = KmsResponse.get_public_key


def sign(self):
    """Sign that refuses what KMS does: long messages, and to sign a digest with an algorithm that makes its own."""
    if len(self._get_param("Message")) > 4096:
        raise kms.ValidationException("Message must have length less than or equal to 4096")
    if self._get_param("SigningAlgorithm") == ED25519_ALGORITHM and self._get_param("MessageType") == "DIGEST":
        raise kms.ValidationException(f"{ED25519_ALGORITHM} requires the message type RAW")
    return moto_sign(self)


def get_public_key(self):
    """GetPublicKey that names the key as KMS does."""
    answer = json.loads(moto_get_public_key(self))
    key = self.kms_backend.describe_key(answer["KeyId"])
    return json.dumps({**answer, "KeyId": key.arn, "KeySpec": key.key_spec})


KmsResponse.sign = sign
KmsResponse.get_public_key = get_public_key


def get_findings(self):
    """GetFindings by the filters that Gatecheck uses, on one page."""
    filters = json.loads(self.body).get("Filters", {})
    values = {
        "ResourceId": lambda finding: [resource["Id"] for resource in finding["Resources"]],
        "GeneratorId": lambda finding: [finding["GeneratorId"]],
        "RecordState": lambda finding: [finding["RecordState"]],
    }

    def matches(value, wanted):
        return value.startswith(wanted["Value"]) if wanted["Comparison"] == "PREFIX" else value == wanted["Value"]

    def is_asked_for(finding):
        return all(
            any(matches(value, one) for value in values[name](finding) for one in wanted)
            for name, wanted in filters.items()
        )

    findings = [finding.as_dict() for finding in self.securityhub_backend.findings]
    return json.dumps({"Findings": list(filter(is_asked_for, findings))})


SecurityHubResponse.get_findings = get_findings


def without_no_values(value, resources, clean=parsing.clean_json):
    """moto leaves a hole in a list where a template says `AWS::NoValue`."""
    cleaned = clean(value, resources)
    return [each for each in cleaned if each is not None] if isinstance(cleaned, list) else cleaned


parsing.clean_json = without_no_values


class QueuePolicy(CloudFormationModel):
    """AWS::SQS::QueuePolicy"""

    # moto files a model under the service that its module is named after.
    __module__ = sqs.Queue.__module__

    @staticmethod
    def cloudformation_type():
        return "AWS::SQS::QueuePolicy"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        for url in properties["Queues"]:
            policy = {"Policy": json.dumps(properties["PolicyDocument"])}
            sqs.sqs_backends[account_id][region_name].set_queue_attributes(url.split("/")[-1], policy)
        policy = cls()
        policy.physical_resource_id = resource_name
        return policy


def simulate_principal_policy(self):
    """SimulatePrincipalPolicy by the inline policies of a role, for one resource and the Region that is asked in."""
    role = self.backend.get_role(self._get_param("PolicySourceArn").split("/")[-1])
    # Those of a stack are documents, others are texts.
    documents = [json.loads(text) if isinstance(text, str) else text for text in role.policies.values()]
    statements = [statement for document in documents for statement in document["Statement"]]
    [resource] = self._get_param("ResourceArns")
    [region] = self._get_param("ContextEntries")[0]["ContextKeyValues"]

    def member(action):
        decision = "allowed" if allows(statements, action, resource, region) else "implicitDeny"
        return f"<member><EvalActionName>{action}</EvalActionName><EvalDecision>{decision}</EvalDecision></member>"

    results = "".join(map(member, self._get_param("ActionNames")))
    result = f"<SimulatePrincipalPolicyResult><EvaluationResults>{results}</EvaluationResults></SimulatePrincipalPolicyResult>"
    return f"<SimulatePrincipalPolicyResponse>{result}</SimulatePrincipalPolicyResponse>"


IamResponse.simulate_principal_policy = simulate_principal_policy

# No function runs in moto: the tests do what Lambda does with a queue.
LambdaBackend.send_sqs_batch = lambda *_: False
