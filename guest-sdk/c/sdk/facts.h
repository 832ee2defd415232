/// What is known about a task. gatecheck/wit/policy.wit says what each field means.
///
/// Each fact has a function, to which a rule passes itself:
///
///     const struct task_definition *definition = get_task_definition(rule);
///     if (!definition) {
///         return;
///     }
///
/// Where a fact is not available the function returns null, and the rule is undecided, with the reason; or it says
/// nothing, where the fact does not apply to the task. `get_service(NULL)` only asks, and has no such consequence.
/// Reading a fact for the first time may cost the host a call to AWS.
///
/// The host writes these structs as they are: they must stay as they are in policy.wit, in the same order.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "json.h"
#include "text.h"

struct rule;

struct option_bool {
    bool is_some;
    bool value;
};

struct option_integer {
    bool is_some;
    int32_t value;
};

/// The essentials of the task, from its event.
const struct task *get_task(struct rule *rule);

struct task {
    struct text arn;
    struct text cluster_arn;
    struct text account;
    struct text region;
    struct text task_definition_arn;
    struct text family;
    uint32_t revision;
    struct option_text group;
    struct option_text service;
    struct text status;
    struct option_text launch_type;
    struct option_text capacity_provider;
    struct option_text platform_version;
    struct option_text availability_zone;
    struct option_text cpu;
    struct option_text memory;
    bool execute_command;
    struct option_text started_by;
    struct option_text container_instance_arn;
};

/// Its containers, from its event.
const struct containers *get_containers(struct rule *rule);

struct containers {
    struct container {
        struct text name;
        /// None for a container that AWS injected.
        struct option_text image;
        struct option_text image_digest;
        struct text status;
    } * items;
    size_t length;
};

/// Its own network interfaces, from its event. Does not apply to bridge and host tasks.
const struct attachments *get_attachments(struct rule *rule);

struct attachments {
    struct attachment {
        struct option_text subnet_id;
        struct option_text network_interface_id;
        struct option_text private_ipv4_address;
    } * items;
    size_t length;
};

/// The task as its event describes it, in the shape of DescribeTasks.
const struct json *get_task_document(struct rule *rule);

/// Its tags, from DescribeTasks.
const struct tags *get_tags(struct rule *rule);

struct tags {
    struct tag {
        struct text key;
        struct text value;
    } * items;
    size_t length;
};

/// The task as DescribeTasks knows it.
const struct json *get_task_details_document(struct rule *rule);

/// The essentials of its task definition.
const struct task_definition *get_task_definition(struct rule *rule);

struct mounts {
    struct mount {
        struct option_text volume;
        struct option_text container_path;
        bool read_only;
    } * items;
    size_t length;
};

struct container_definitions {
    struct container_definition {
        struct text name;
        struct option_text image;
        bool essential;
        struct option_text user;
        bool privileged;
        bool read_only_root_filesystem;
        struct texts added_capabilities;
        struct texts dropped_capabilities;
        /// Names of environment variables and secrets, never their values.
        struct texts environment;
        struct texts secrets;
        struct option_text log_driver;
        struct mounts mounts;
    } * items;
    size_t length;
};

struct volumes {
    struct volume {
        struct text name;
        struct option_text host_path;
        struct option_text efs_file_system_id;
        bool efs_transit_encryption;
    } * items;
    size_t length;
};

struct task_definition {
    struct text arn;
    struct text family;
    uint32_t revision;
    struct option_text network_mode;
    struct option_text pid_mode;
    struct option_text ipc_mode;
    struct option_text task_role_arn;
    struct option_text execution_role_arn;
    struct option_text cpu;
    struct option_text memory;
    struct texts requires_compatibilities;
    struct option_text operating_system_family;
    struct option_text cpu_architecture;
    struct container_definitions containers;
    struct volumes volumes;
};

/// The task definition as DescribeTaskDefinition knows it.
const struct json *get_task_definition_document(struct rule *rule);

/// Its network interfaces, or those of its container instance.
const struct network_interfaces *get_interfaces(struct rule *rule);

/// What the address of an interface is.
enum __attribute__((packed)) address_scope {
    ADDRESS_PRIVATE,
    ADDRESS_PUBLIC,
    ADDRESS_CARRIER,
    ADDRESS_CUSTOMER_OWNED,
    ADDRESS_GLOBAL_IPV6,
};

struct addresses {
    struct address {
        struct text ip;
        enum address_scope scope;
    } * items;
    size_t length;
};

struct network_interfaces {
    struct network_interface {
        struct text id;
        struct option_text subnet_id;
        struct option_text vpc_id;
        struct addresses addresses;
        struct texts security_group_ids;
    } * items;
    size_t length;
};

/// The same as DescribeNetworkInterfaces knows them.
const struct json *get_interface_documents(struct rule *rule);

/// The subnets of those interfaces.
const struct subnets *get_subnets(struct rule *rule);

/// What the route table of a subnet says about the internet.
enum __attribute__((packed)) subnet_class {
    SUBNET_PUBLIC,
    SUBNET_PRIVATE,
    SUBNET_CARRIER,
    SUBNET_INSPECTED,
    SUBNET_ISOLATED,
    SUBNET_UNKNOWN,
};

struct subnets {
    struct subnet {
        struct text id;
        struct text vpc_id;
        enum subnet_class class;
        bool public_ipv4;
        bool public_ipv6;
        struct option_text route_table_id;
        /// The route, or its absence, that decided the class.
        struct text why;
    } * items;
    size_t length;
};

/// The same with their route tables, as DescribeSubnets and DescribeRouteTables know them.
const struct json *get_subnet_documents(struct rule *rule);

/// The addresses under which the internet may find the task.
const struct exposed_addresses *get_exposed_addresses(struct rule *rule);

struct exposed_addresses {
    struct exposed_address {
        struct text interface_id;
        struct text ip;
        struct text why;
    } * items;
    size_t length;
};

/// The rules of its security groups.
const struct security_group_rules *get_security_group_rules(struct rule *rule);

struct security_group_rules {
    struct security_group_rule {
        struct text group_id;
        bool egress;
        /// tcp, udp, icmp, a protocol number, or `-1` for all.
        struct text protocol;
        struct option_integer from_port;
        struct option_integer to_port;
        /// A CIDR block, prefix list or security group.
        struct text peer;
        /// The peer is 0.0.0.0/0 or ::/0.
        bool anywhere;
        struct option_text description;
    } * items;
    size_t length;
};

/// The security groups as DescribeSecurityGroups knows them.
const struct json *get_security_group_documents(struct rule *rule);

/// The essentials of its service. Does not apply to a standalone task.
const struct service *get_service(struct rule *rule);

struct service {
    struct text arn;
    struct text name;
    struct text status;
    struct option_text launch_type;
    struct option_text platform_version;
    uint32_t desired_count;
    struct option_bool assign_public_ip;
    bool execute_command;
    struct option_text propagate_tags;
};

/// The service as DescribeServices knows it.
const struct json *get_service_document(struct rule *rule);

/// The essentials of its cluster.
const struct cluster *get_cluster(struct rule *rule);

struct cluster {
    struct text arn;
    struct text name;
    struct text status;
    struct option_text container_insights;
    struct option_text execute_command_logging;
};

/// The cluster as DescribeClusters knows it.
const struct json *get_cluster_document(struct rule *rule);
