"""The AWS of the tests: moto's server with a log of the calls, the permissions of the deployed function, failures on demand and doors
of its own. What the key `function` asks, the role in deploy/template.yaml has to allow, and that in deploy/member.yaml under a role
of another account.

Prints `listening 127.0.0.1:PORT` and serves until its standard input closes, so it never outlives the test that started
it. Below /gatecheck:

    GET, DELETE /calls      the calls so far, as ["ecs:DescribeTasks", ...]; forgets them
    POST        /fault      {action, code, status, times}: the next calls of that action fail
    POST        /task       {task, set}: attributes of a task, spelled and shaped as DescribeTasks prints them
    POST        /aws        {service, operation, parameters}: one call by boto3, which is not logged and cannot fail on demand;
                            {"base64": ".."} stands for bytes
    POST        /scenario   the arguments of scenario.build, and `account` for another one than the function's
    GET         /actions    what the role of the function allows
    POST        /stack      {name, template, parameters}: deploys a SAM template of deploy/; its status, outputs and resources

GATECHECK_TEST_ACTIONS names a file to which every action is added that the function was allowed.
"""

import io
import json
import logging
import os
import re
import sys
from base64 import b64decode, b64encode
from collections import ChainMap, defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from threading import Thread
from urllib.parse import parse_qs

import boto3
from botocore.config import Config
from flask import Flask, Response, request
from moto.ecs.models import ecs_backends
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

import patches  # noqa: F401 (applies itself)
import scenario
import stack
from role import ACCOUNT, REGION, Role, allows, resources_of

# The key that the function of the tests has.
FUNCTION = "function"
# Marks the calls that set the scene, in the User-Agent header.
STAGE_HAND = "gatecheck-stage-hand"
# S3 names its actions by method and path alone: with a bucket, and with a key in it.
HUB_ACTIONS = {"POST /findings/import": "BatchImportFindings", "POST /findings": "GetFindings"}
S3_BUCKET_ACTIONS = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
S3_OBJECT_ACTIONS = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}

# By the key that asks: who has another one is an administrator.
roles = {FUNCTION: Role("template.yaml", "Role", ACCOUNT)}
calls = []
faults = defaultdict(deque)
admin = Flask("gatecheck")


@admin.get("/calls")
def list_calls():
    return calls


@admin.delete("/calls")
def forget_calls():
    calls.clear()
    return {}


@admin.post("/fault")
def fail():
    fault = request.json
    faults[fault["action"]].extend([fault] * fault["times"])
    return {}


@admin.post("/task")
def edit_task():
    arn, attributes = request.json["task"], request.json["set"]
    backend = ecs_backends[arn.split(":")[4]][arn.split(":")[3]]
    vars(ChainMap(*backend.tasks.values())[arn]).update(attributes)
    return {}


@admin.post("/aws")
def call():
    wanted = json.loads(request.data, object_hook=with_bytes)
    operation = getattr(client(wanted["service"]), wanted["operation"])
    return printed(operation(**wanted["parameters"]))


@admin.post("/scenario")
def build():
    options = request.json
    return printed(scenario.build(partial(client, account=options.pop("account", None)), **options))


@admin.post("/stack")
def deploy():
    return printed(stack.deploy(client, **request.json))


@admin.get("/actions")
def actions():
    return sorted(roles[FUNCTION].actions())


@admin.errorhandler(Exception)
def explain(error):
    return f"{type(error).__name__}: {error}", 500


def client(service, account=None):
    keys = {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": "test"}
    if account:
        role = f"arn:aws:iam::{account}:role/{STAGE_HAND}"
        keys = client("sts").assume_role(RoleArn=role, RoleSessionName=STAGE_HAND)["Credentials"]
    return boto3.client(
        service,
        endpoint_url=f"http://{request.host}",
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=Config(user_agent_extra=STAGE_HAND),
    )


def with_bytes(value):
    return b64decode(value["base64"]) if value.keys() == {"base64"} else value


def printed(answer):
    """The answer as the AWS CLI prints it: times in ISO 8601, bytes in base64."""

    def text(value):
        if isinstance(value, datetime):
            return value.astimezone(timezone.utc).isoformat(timespec="milliseconds")
        return b64encode(value if isinstance(value, bytes) else value.read()).decode()

    return Response(json.dumps(answer, default=text), mimetype="application/json")


class Watched:
    """moto, with each call logged and some of them refused or failed."""

    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ, start_response):
        call = Call.of(environ)
        if call and STAGE_HAND not in environ.get("HTTP_USER_AGENT", ""):
            calls.append(call.action)
            if faults[call.action]:
                return failure(faults[call.action].popleft())(environ, start_response)
            if not call.is_allowed():
                refused = {"action": call.action, "code": "AccessDeniedException", "status": 403}
                return failure(refused)(environ, start_response)
            if call.action == "sts:AssumeRole":
                return self.assume(call, environ, start_response)
        return self.moto(environ, start_response)

    def assume(self, call, environ, start_response):
        """Whoever asks with the key in the answer has the role of a member account."""
        answer = b"".join(self.moto(environ, start_response))
        account = call.body["RoleArn"].split(":")[4]
        key = re.search(rb"<AccessKeyId>([^<]+)", answer)[1].decode()
        roles[key] = Role("member.yaml", "FactsRole", account)
        return [answer]


@dataclass
class Call:
    """A signed request."""

    key: str
    region: str
    # What IAM calls it; method and path where the request names no action.
    action: str
    # The arguments.
    body: dict
    path: str

    @staticmethod
    def of(environ):
        scope = re.search(r"Credential=([^/]+)/[^/]+/([^/]+)/([^/]+)", environ.get("HTTP_AUTHORIZATION", ""))
        if not scope:
            return None
        key, region, service = scope.groups()
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if service == "s3":
            actions = S3_OBJECT_ACTIONS if "/" in path.strip("/") else S3_BUCKET_ACTIONS
            return Call(key, region, f"s3:{actions.get(method, f'{method} {path}')}", {}, path)
        text = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(text)
        if text.startswith(b"{"):
            body, operation = json.loads(text), environ.get("HTTP_X_AMZ_TARGET", "").split(".")[-1]
        else:
            body = {name: values[0] for name, values in parse_qs(text.decode(errors="replace")).items()}
            operation = body.get("Action")
        asked = f"{method} {path}"
        return Call(key, region, f"{service}:{operation or HUB_ACTIONS.get(asked, asked)}", body, path)

    def is_allowed(self):
        role = roles.get(self.key)
        if role is None:
            return True
        resources = resources_of(self.action, self.body, self.path, role.account, self.region)
        if not all(allows(role.statements, self.action, resource, self.region) for resource in resources):
            return False
        if used := os.environ.get("GATECHECK_TEST_ACTIONS"):
            with open(used, "a") as file:
                file.write(f"{self.action}\n")
        return True


def failure(fault):
    """An error in the shape of the action's protocol."""
    code, message = fault["code"], fault.get("message", "failed on demand")
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    if fault["action"].startswith("s3:"):
        return Response(error, fault["status"], mimetype="application/xml")
    if fault["action"].startswith("ec2:"):
        body = f"<Response><Errors>{error}</Errors><RequestID>test</RequestID></Response>"
        return Response(body, fault["status"], mimetype="text/xml")
    if fault["action"].startswith(("sns:", "sts:", "iam:")):
        return Response(f"<ErrorResponse>{error}</ErrorResponse>", fault["status"], mimetype="text/xml")
    body = json.dumps({"__type": code, "message": message})
    return Response(body, fault["status"], mimetype="application/x-amz-json-1.1")


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(
        "127.0.0.1",
        0,
        DispatcherMiddleware(Watched(), {"/gatecheck": admin}),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"listening 127.0.0.1:{server.port}", flush=True)
    sys.stdin.read()
