#ifdef __wasm__

#include "gatecheck.h"
#include "memory.h"

/// What the host answers: a fact, or why there is none.
#define ANSWER(type)                                                                                                   \
    struct {                                                                                                           \
        bool is_unavailable;                                                                                           \
        union {                                                                                                        \
            type known;                                                                                                \
            struct unavailable reason;                                                                                 \
        };                                                                                                             \
    }

/// A function that asks the host for a fact, whose type is what the host writes.
#define HOST(name, type, family, interface, function)                                                                  \
    __attribute__((import_module("gatecheck:policy/" interface "@1.0.0"), import_name(function))) void import_##name(  \
        void *answer);                                                                                                 \
    static const type *host_##name(struct rule *rule) {                                                                \
        static ANSWER(type) answer;                                                                                    \
        import_##name(&answer);                                                                                        \
        if (!answer.is_unavailable) {                                                                                  \
            return &answer.known;                                                                                      \
        }                                                                                                              \
        unknown(rule, text(family), &answer.reason);                                                                   \
        return NULL;                                                                                                   \
    }

/// A fact that is handed on as it comes.
#define FACT(name, type, family, interface, function)                                                                  \
    HOST(name, type, family, interface, function)                                                                      \
    const type *get_##name(struct rule *rule) {                                                                        \
        return host_##name(rule);                                                                                      \
    }

/// One that comes as the text of a document.
#define DOCUMENT(name, family, interface, function)                                                                    \
    HOST(name, struct text, family, interface, function)                                                               \
    const struct json *get_##name(struct rule *rule) {                                                                 \
        const struct text *document = host_##name(rule);                                                               \
        return document ? parsed(rule, text(family), *document) : NULL;                                                \
    }

/// One that comes as the texts of several, and is handed on as one list.
#define DOCUMENTS(name, family, interface, function)                                                                   \
    HOST(name, struct texts, family, interface, function)                                                              \
    const struct json *get_##name(struct rule *rule) {                                                                 \
        const struct texts *documents = host_##name(rule);                                                             \
        return documents ? parsed(rule, text(family), list(*documents)) : NULL;                                        \
    }

static const struct json *parsed(struct rule *rule, struct text family, struct text document) {
    const struct json *value = json_parse(document);
    if (!value) {
        unknown(rule, family, &(struct unavailable){FAILED, text("the host's document is not JSON")});
    }
    return value;
}

static struct text list(struct texts documents) {
    const char *start = memory_end();
    put_literal("[");
    foreach(document, documents) {
        put(",", document > documents.items);
        put(document->at, document->length);
    }
    put_literal("]");
    return put_since(start);
}

FACT(task, struct task, "task", "task", "get")
FACT(containers, struct containers, "task", "task", "containers")
FACT(attachments, struct attachments, "task", "task", "attachments")
DOCUMENT(task_document, "task", "task", "document")
FACT(tags, struct tags, "task-details", "task-details", "tags")
DOCUMENT(task_details_document, "task-details", "task-details", "document")
FACT(task_definition, struct task_definition, "task-definition", "task-definition", "get")
DOCUMENT(task_definition_document, "task-definition", "task-definition", "document")
FACT(interfaces, struct network_interfaces, "interfaces", "network", "interfaces")
DOCUMENTS(interface_documents, "interfaces", "network", "interface-documents")
FACT(subnets, struct subnets, "subnets", "network", "subnets")
DOCUMENTS(subnet_documents, "subnets", "network", "subnet-documents")
FACT(exposed_addresses, struct exposed_addresses, "interfaces", "network", "exposed-addresses")
FACT(security_group_rules, struct security_group_rules, "security-groups", "security-groups", "rules")
DOCUMENTS(security_group_documents, "security-groups", "security-groups", "documents")
FACT(service, struct service, "service", "service", "get")
DOCUMENT(service_document, "service", "service", "document")
FACT(cluster, struct cluster, "cluster", "cluster", "get")
DOCUMENT(cluster_document, "cluster", "cluster", "document")

#endif
