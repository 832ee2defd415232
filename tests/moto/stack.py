"""Deploys the templates of deploy/ as CloudFormation would, once SAM has transformed them."""

import io
import json
import os
import time
import zipfile

from role import DEPLOY, REGION

BUCKET = "packages"
# What moto's CloudFormation cannot make.
UNKNOWN = {
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Events::EventBusPolicy",
    "AWS::Logs::MetricFilter",
    "AWS::S3::BucketPolicy",
}


def deploy(client, name, template, parameters):
    """Deploys a template; its status, its outputs, and the physical name of each resource by its logical one."""
    formation = client("cloudformation")
    formation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(transformed(client, template)),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stack = formation.describe_stacks(StackName=name)["Stacks"][0]
    while stack["StackStatus"].endswith("_IN_PROGRESS"):
        time.sleep(0.1)
        stack = formation.describe_stacks(StackName=name)["Stacks"][0]
    resources = formation.describe_stack_resources(StackName=name)["StackResources"]
    return {
        "status": stack["StackStatus"],
        "outputs": {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        # moto forgets what some are called.
        "resources": {each.get("LogicalResourceId"): each.get("PhysicalResourceId") for each in resources},
    }


def transformed(client, template):
    """The template in CloudFormation alone, with a package that holds no program."""
    # Only who deploys pays for loading it. It asks the environment.
    os.environ["AWS_DEFAULT_REGION"] = REGION
    from samtranslator.public.translator import ManagedPolicyLoader
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    document = yaml_parse((DEPLOY / template).read_text())
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            del resource["Metadata"]
            resource["Properties"]["CodeUri"] = package(client("s3"))
    for name, resource in list(document["Resources"].items()):
        if resource["Type"] in UNKNOWN:
            del document["Resources"][name]
            document["Outputs"].pop(name, None)
    return transform(document, {}, ManagedPolicyLoader(None))


def package(s3):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("bootstrap", "#!/bin/sh\n")
    if not any(bucket["Name"] == BUCKET for bucket in s3.list_buckets()["Buckets"]):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    s3.put_object(Bucket=BUCKET, Key="bootstrap.zip", Body=archive.getvalue())
    return f"s3://{BUCKET}/bootstrap.zip"
