"""The AWS of the tests: moto's server with a log of the calls, failures on demand and doors of its own.

Prints `listening 127.0.0.1:PORT` and serves until its standard input closes, so it never outlives the test that started
it. Below /gatecheck:

    GET, DELETE /calls      the calls so far, as ["ecs:DescribeTasks", ...]; forgets them
    POST        /fault      {action, code, status, times}: the next calls of that action fail
    POST        /task       {task, set}: attributes of a task, spelled and shaped as DescribeTasks prints them
    POST        /aws        {service, operation, parameters}: one call by boto3, which is not logged and cannot fail on demand;
                            {"base64": ".."} stands for bytes
    POST        /scenario   the arguments of scenario.build
"""

import io
import json
import logging
import re
import sys
from base64 import b64decode, b64encode
from collections import ChainMap, defaultdict, deque
from datetime import datetime, timezone
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

REGION = "us-west-2"
# Marks the calls that set the scene, in the User-Agent header.
STAGE_HAND = "gatecheck-stage-hand"
# S3 names its actions by method and path alone: with a bucket, and with a key in it.
HUB_ACTIONS = {"POST /findings/import": "BatchImportFindings", "POST /findings": "GetFindings"}
S3_BUCKET_ACTIONS = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
S3_OBJECT_ACTIONS = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}

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
    return printed(scenario.build(client, **request.json))


@admin.errorhandler(Exception)
def explain(error):
    return f"{type(error).__name__}: {error}", 500


def client(service):
    return boto3.client(
        service,
        endpoint_url=f"http://{request.host}",
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
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
    """moto, with each call logged and some of them failed."""

    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ, start_response):
        action = action_of(environ)
        if action and STAGE_HAND not in environ.get("HTTP_USER_AGENT", ""):
            calls.append(action)
            if faults[action]:
                return failure(faults[action].popleft())(environ, start_response)
        return self.moto(environ, start_response)


def action_of(environ):
    """What IAM calls the action of a signed request; its method and path where the request names none."""
    scope = re.search(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)", environ.get("HTTP_AUTHORIZATION", ""))
    if not scope:
        return None
    service, method, path = scope[1], environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return f"{service}:{target.split('.')[-1]}"
    if service == "s3":
        actions = S3_OBJECT_ACTIONS if "/" in path.strip("/") else S3_BUCKET_ACTIONS
        return f"s3:{actions.get(method, f'{method} {path}')}"
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    named = parse_qs(body.decode(errors="replace")).get("Action")
    asked = f"{method} {path}"
    return f"{service}:{named[0] if named else HUB_ACTIONS.get(asked, asked)}"


def failure(fault):
    """An error in the shape of the action's protocol."""
    code, message = fault["code"], "failed on demand"
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    if fault["action"].startswith("s3:"):
        return Response(error, fault["status"], mimetype="application/xml")
    if fault["action"].startswith("ec2:"):
        body = f"<Response><Errors>{error}</Errors><RequestID>test</RequestID></Response>"
        return Response(body, fault["status"], mimetype="text/xml")
    if fault["action"].startswith("sns:"):
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
