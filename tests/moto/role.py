"""What the role of the deployed function allows, read from the templates in deploy/.

Everything optional is on. What a template leaves to the stack (names of buckets, topics, keys) is anything of its kind.
"""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
ACCOUNT, REGION = "123456789012", "us-west-2"
PARAMETERS = {
    "Topics": f"arn:aws:sns:{REGION}:{ACCOUNT}:*",
    "EventBuses": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/*",
    "ModuleRepositories": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/*",
    "KmsKeys": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*",
    "TaskPolicyParameter": "/legacy/task-policy",
    "OrganizationId": "o-a1b2c3d4e5",
    "Modules.Arn": "arn:aws:s3:::*",
    "Reported.Arn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/*",
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
}


class Template(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: `!Sub x` becomes `{"!Sub": "x"}`."""


def short_form(loader, tag, node):
    construct = {
        yaml.ScalarNode: loader.construct_scalar,
        yaml.SequenceNode: lambda node: loader.construct_sequence(node, deep=True),
        yaml.MappingNode: lambda node: loader.construct_mapping(node, deep=True),
    }
    return {f"!{tag}": construct[type(node)](node)}


Template.add_multi_constructor("!", short_form)


def load(name):
    return yaml.load((DEPLOY / name).read_text(), Template)


class Role:
    """The statements of a role in a template."""

    def __init__(self, template, resource, account):
        self.template, self.account = load(template), account
        policies = self.template["Resources"][resource]["Properties"]["Policies"]
        documents = [self.resolved(policy)["PolicyDocument"] for policy in policies]
        self.statements = [statement for document in documents for statement in document["Statement"]]

    def resolved(self, value):
        match value:
            case {"!If": [_, then, _]}:
                return self.resolved(then)
            case {"!Ref": name} | {"!GetAtt": name}:
                return self.value(name)
            case {"!Sub": text}:
                return re.sub(r"\$\{([^}]+)\}", lambda found: self.value(found[1]), text)
            case dict():
                return {key: self.resolved(each) for key, each in value.items()}
            case list():
                return [self.resolved(each) for each in value]
        return value

    def value(self, name):
        if name == "AWS::AccountId":
            return self.account
        parameter = self.template["Parameters"].get(name, {})
        # An attribute of a resource is nothing that a call of the function names.
        return PARAMETERS.get(name) or parameter.get("Default") or f"arn:aws:{name}"

    def actions(self):
        return {action for statement in self.statements for action in listed(statement["Action"])}


def allows(statements, action, resource, region):
    """Whether statements allow an action on a resource."""
    return any(
        action in listed(statement["Action"])
        and any(fnmatchcase(resource, pattern) for pattern in listed(statement["Resource"]))
        and statement.get("Condition", {}).get("StringEquals", {}).get("aws:RequestedRegion", region) == region
        for statement in statements
    )


def listed(value):
    return value if isinstance(value, list) else [value]


def resources_of(action, body, path, account, region):
    """The ARNs of what a call asks for, as IAM sees them. An action that knows no resources asks for `*`."""
    service, operation = action.split(":", 1)
    arn = f"arn:aws:{service}:{region}:{account}"

    def of_cluster(kind, names):
        cluster = body.get("cluster", "default").split("/")[-1]
        return [name if name.startswith("arn:") else f"{arn}:{kind}/{cluster}/{name}" for name in names]

    match service, operation:
        case "ssm", "GetParameter":
            return [f"{arn}:parameter/{body['Name'].lstrip('/')}"]
        case "ssm", "GetParametersByPath":
            return [f"{arn}:parameter/{body['Path'].lstrip('/')}"]
        case "ecs", "DescribeTasks":
            return of_cluster("task", body["tasks"])
        case "ecs", "DescribeServices":
            return of_cluster("service", body["services"])
        case "ecs", "DescribeContainerInstances":
            return of_cluster("container-instance", body["containerInstances"])
        case "ecs", "DescribeClusters":
            return [name if name.startswith("arn:") else f"{arn}:cluster/{name}" for name in body["clusters"]]
        case "s3", _:
            return [f"arn:aws:s3:::{path.strip('/')}"]
        case "ecr", "BatchGetImage" | "GetDownloadUrlForLayer":
            return [f"{arn}:repository/{body['repositoryName']}"]
        case "sns", _:
            return [body["TopicArn"]]
        case "events", "PutEvents":
            buses = [entry.get("EventBusName", "default") for entry in body["Entries"]]
            return [bus if bus.startswith("arn:") else f"{arn}:event-bus/{bus}" for bus in buses]
        case "dynamodb", "BatchGetItem":
            return [f"{arn}:table/{table}" for table in body["RequestItems"]]
        case "dynamodb", _:
            return [f"{arn}:table/{body['TableName']}"]
        case "sts", "AssumeRole":
            return [body["RoleArn"]]
        case "securityhub", "BatchImportFindings":
            return [finding["ProductArn"] for finding in body["Findings"]]
        case "securityhub", "GetFindings":
            return [f"{arn}:hub/default"]
    return ["*"]
