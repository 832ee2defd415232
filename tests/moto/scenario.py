"""The scenario most tests start from: one Fargate task in a small network, and the parameters a policy comes from."""

IMAGES = {
    "web": "123456789012.dkr.ecr.us-west-2.amazonaws.com/web:1.4.2",
    "proxy": "public.ecr.aws/nginx/nginx:1.27",
}


def build(client, subnet="public", assign_public_ip=True, images=IMAGES, parameters=None):
    """Returns the task as DescribeTasks prints it, and the ids of what is around it.

    `client` makes a boto3 client; `subnet` says where the task runs; `parameters` maps names to values.
    """
    vpc, subnets, security_group = network(client("ec2"))
    ecs = client("ecs")
    cluster = ecs.create_cluster(clusterName="prod")["cluster"]["clusterArn"]
    definition = task_definition(ecs, images)
    task = ecs.run_task(
        cluster=cluster,
        taskDefinition=definition,
        launchType="FARGATE",
        platformVersion="1.4.0",
        startedBy="gatecheck-tests",
        tags=[{"key": "team", "value": "platform"}],
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": [subnets[subnet]],
                "securityGroups": [security_group],
                "assignPublicIp": "ENABLED" if assign_public_ip else "DISABLED",
            }
        },
    )["tasks"][0]["taskArn"]
    for name, value in (parameters or {}).items():
        client("ssm").put_parameter(Name=name, Value=value, Type="String", Overwrite=True)
    return {
        "task": ecs.describe_tasks(cluster=cluster, tasks=[task], include=["TAGS"])["tasks"][0],
        "cluster": cluster,
        "task_definition": definition,
        "vpc": vpc,
        "subnets": subnets,
        "security_group": security_group,
    }


def network(ec2):
    """A VPC whose public subnet routes to an internet gateway; the private one has but the VPC's main route table."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnets = {
        name: ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone="us-west-2a")["Subnet"]["SubnetId"]
        for name, cidr in {"public": "10.0.0.0/24", "private": "10.0.1.0/24"}.items()
    }

    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets["public"])

    security_group = ec2.create_security_group(GroupName=f"web-{vpc}", Description="web", VpcId=vpc)["GroupId"]
    return vpc, subnets, security_group


def task_definition(ecs, images):
    """Registers a task definition with a container for each image, and returns its ARN."""
    answer = ecs.register_task_definition(
        family="web",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        taskRoleArn="arn:aws:iam::123456789012:role/web",
        executionRoleArn="arn:aws:iam::123456789012:role/ecs-execution",
        containerDefinitions=[
            {"name": name, "image": image, "memory": 256, "essential": True} for name, image in images.items()
        ],
    )
    return answer["taskDefinition"]["taskDefinitionArn"]
