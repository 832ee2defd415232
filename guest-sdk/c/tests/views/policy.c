// Tells all that it sees: one rule for each fact, whose only violation has found the fact, in the form that `gatecheck
// facts` prints. views_test.c compares.

#include "gatecheck/gatecheck.h"
#include "gatecheck/memory.h"

static void put_bool(bool value) {
    put(value ? "true" : "false", value ? 4 : 5);
}

static void put_integer(int32_t value) {
    put("-", value < 0);
    put_number((uint64_t)(value < 0 ? -(int64_t)value : value));
}

static void put_unsigned(uint32_t value) {
    put_number(value);
}

// `null` for none, and what is there otherwise.
#define OPTION(type, option, put_some)                                                                                 \
    static void option(type value) {                                                                                   \
        value.is_some ? put_some(value.value) : put("null", 4);                                                        \
    }
OPTION(struct option_text, put_option_text, put_json)
OPTION(struct option_bool, put_option_bool, put_bool)
OPTION(struct option_integer, put_option_integer, put_integer)

#define PUT(value)                                                                                                     \
    _Generic((value), bool                                                                                             \
             : put_bool, uint32_t                                                                                      \
             : put_unsigned, struct text                                                                               \
             : put_json, struct texts                                                                                  \
             : put_texts, struct option_text                                                                           \
             : put_option_text, struct option_bool                                                                     \
             : put_option_bool, struct option_integer                                                                  \
             : put_option_integer)(value)

// A field of what `it` points at: its name, and its value as the code after it puts it.
#define FIELD_AS(name, ...) (put_byte(separator), separator = ',', put_json(text(#name)), put_byte(':'), __VA_ARGS__)
#define FIELD(name) FIELD_AS(name, PUT(it->name))

// A function that puts a struct.
#define RECORD(type, ...)                                                                                              \
    static void put_##type(const struct type *it) {                                                                    \
        char separator = '{';                                                                                          \
        __VA_ARGS__;                                                                                                   \
        put_byte('}');                                                                                                 \
    }

// A function that puts a list of them.
#define LIST(type, item)                                                                                               \
    static void put_##type(const struct type *list) {                                                                  \
        put_byte('[');                                                                                                 \
        foreach(it, *list) {                                                                                           \
            put(",", it > list->items);                                                                                \
            put_##item(it);                                                                                            \
        }                                                                                                              \
        put_byte(']');                                                                                                 \
    }

// clang-format off
RECORD(task,
       FIELD(arn), FIELD(cluster_arn), FIELD(account), FIELD(region), FIELD(task_definition_arn), FIELD(family),
       FIELD(revision), FIELD(group), FIELD(service), FIELD(status), FIELD(launch_type), FIELD(capacity_provider),
       FIELD(platform_version), FIELD(availability_zone), FIELD(cpu), FIELD(memory), FIELD(execute_command),
       FIELD(started_by), FIELD(container_instance_arn))
RECORD(container, FIELD(name), FIELD(image), FIELD(image_digest), FIELD(status))
LIST(containers, container)
RECORD(attachment, FIELD(subnet_id), FIELD(network_interface_id), FIELD(private_ipv4_address))
LIST(attachments, attachment)

static void put_tag(const struct tag *it) {
    struct text pair[] = {it->key, it->value};
    put_texts((struct texts){pair, 2});
}
LIST(tags, tag)

RECORD(mount, FIELD(volume), FIELD(container_path), FIELD(read_only))
LIST(mounts, mount)
RECORD(container_definition,
       FIELD(name), FIELD(image), FIELD(essential), FIELD(user), FIELD(privileged), FIELD(read_only_root_filesystem),
       FIELD(added_capabilities), FIELD(dropped_capabilities), FIELD(environment), FIELD(secrets), FIELD(log_driver),
       FIELD_AS(mounts, put_mounts(&it->mounts)))
LIST(container_definitions, container_definition)
RECORD(volume, FIELD(name), FIELD(host_path), FIELD(efs_file_system_id), FIELD(efs_transit_encryption))
LIST(volumes, volume)
RECORD(task_definition,
       FIELD(arn), FIELD(family), FIELD(revision), FIELD(network_mode), FIELD(pid_mode), FIELD(ipc_mode),
       FIELD(task_role_arn), FIELD(execution_role_arn), FIELD(cpu), FIELD(memory), FIELD(requires_compatibilities),
       FIELD(operating_system_family), FIELD(cpu_architecture),
       FIELD_AS(containers, put_container_definitions(&it->containers)), FIELD_AS(volumes, put_volumes(&it->volumes)))

static const struct text scopes[] = {
    [ADDRESS_PRIVATE] = text("private"),
    [ADDRESS_PUBLIC] = text("public"),
    [ADDRESS_CARRIER] = text("carrier"),
    [ADDRESS_CUSTOMER_OWNED] = text("customer-owned"),
    [ADDRESS_GLOBAL_IPV6] = text("global-ipv6"),
};
RECORD(address, FIELD(ip), FIELD_AS(scope, put_json(scopes[it->scope])))
LIST(addresses, address)
RECORD(network_interface,
       FIELD(id), FIELD(subnet_id), FIELD(vpc_id), FIELD_AS(addresses, put_addresses(&it->addresses)),
       FIELD(security_group_ids))
LIST(network_interfaces, network_interface)
static const struct text classes[] = {
    [SUBNET_PUBLIC] = text("public"),
    [SUBNET_PRIVATE] = text("private"),
    [SUBNET_CARRIER] = text("carrier"),
    [SUBNET_INSPECTED] = text("inspected"),
    [SUBNET_ISOLATED] = text("isolated"),
    [SUBNET_UNKNOWN] = text("unknown"),
};
RECORD(subnet,
       FIELD(id), FIELD(vpc_id), FIELD_AS(class, put_json(classes[it->class])), FIELD(public_ipv4), FIELD(public_ipv6),
       FIELD(route_table_id), FIELD(why))
LIST(subnets, subnet)
RECORD(exposed_address, FIELD(interface_id), FIELD(ip), FIELD(why))
LIST(exposed_addresses, exposed_address)
RECORD(security_group_rule,
       FIELD(group_id), FIELD(egress), FIELD(protocol), FIELD(from_port), FIELD(to_port), FIELD(peer), FIELD(anywhere),
       FIELD(description))
LIST(security_group_rules, security_group_rule)
RECORD(service,
       FIELD(arn), FIELD(name), FIELD(status), FIELD(launch_type), FIELD(platform_version), FIELD(desired_count),
       FIELD(assign_public_ip), FIELD(execute_command), FIELD(propagate_tags))
RECORD(cluster, FIELD(arn), FIELD(name), FIELD(status), FIELD(container_insights), FIELD(execute_command_logging))
// clang-format on

// A rule for each fact, and what puts it.
#define FACTS(fact)                                                                                                    \
    fact(task, put_task) fact(containers, put_containers) fact(attachments, put_attachments)                           \
        fact(task_document, put_value) fact(tags, put_tags) fact(task_details_document, put_value)                     \
            fact(task_definition, put_task_definition) fact(task_definition_document, put_value)                       \
                fact(interfaces, put_network_interfaces) fact(interface_documents, put_value)                          \
                    fact(subnets, put_subnets) fact(subnet_documents, put_value)                                       \
                        fact(exposed_addresses, put_exposed_addresses)                                                 \
                            fact(security_group_rules, put_security_group_rules)                                       \
                                fact(security_group_documents, put_value) fact(service, put_service)                   \
                                    fact(service_document, put_value) fact(cluster, put_cluster)                       \
                                        fact(cluster_document, put_value)

#define JUDGE(fact, put_fact)                                                                                          \
    static void fact(struct rule *rule) {                                                                              \
        const __typeof__(*get_##fact(rule)) *known = get_##fact(rule);                                                 \
        const char *start = memory_end();                                                                              \
        if (known) {                                                                                                   \
            put_fact(known);                                                                                           \
            struct text found = put_since(start);                                                                      \
            violated(rule, text("task"), text("fact"), text("is seen"))->found = (struct option_text){true, found};    \
        }                                                                                                              \
    }
FACTS(JUDGE)

#define RULE(fact, put_fact) rule(verdict, text(#fact), fact);
static void evaluate(struct verdict *verdict) {
    FACTS(RULE)
}

const struct policy policy = {
    .name = text("views"),
    .version = text("1.0.0"),
    .summary = text("All that a policy can see"),
    .evaluate = evaluate,
};
