// What the policy in views/ saw is what `gatecheck facts` prints: that the structs in facts.h lie in memory as the host
// writes them is seen to by no compiler.

#include "../sdk/testing.h"

#include <string.h>

static bool same(const struct json *one, const struct json *other) {
    if (!one || !other) {
        return one == other;
    }
    return one->kind == other->kind && equal(one->text, other->text) && equal(one->name, other->name) &&
           same(one->first, other->first) && same(one->next, other->next);
}

static const struct json *of_rule(const struct json *report, const char *list, struct text rule) {
    json_each(item, json_member(report, (struct text){list, strlen(list)})) {
        if (equal(json_text(json_member(item, text("rule"))), rule)) {
            return item;
        }
    }
    return NULL;
}

static void sees_all_of(const char *recording) {
    char arguments[100];
    snprintf(arguments, sizeof arguments, "facts %s", recording);
    const struct json *report = judge(recorded(recording), "{}");
    size_t count = 0;
    json_each(fact, json_parse(gatecheck(arguments))) {
        const struct json *known = json_member(fact, text("known"));
        const struct json *reason = json_first(json_member(fact, text("unavailable")));
        const struct json *violation = of_rule(report, "violations", fact->name);
        const struct json *undecided = of_rule(report, "undecided", fact->name);
        if (known) {
            const struct json *found = json_member(violation, text("found"));
            bool is_seen = found && found->kind == known->kind && equal(found->text, known->text) &&
                           same(found->first, known->first);
            assert(is_seen || !fprintf(stderr, "%.*s\n", (int)fact->name.length, fact->name.at));
        } else {
            assert(reason && !violation && !undecided == equal(reason->name, text("not-applicable")));
        }
        count++;
    }
    assert(count == 19);
    printf("ok %s\n", recording);
}

static void families_are_named(void) {
    static const char *const families[][2] = {
        {"task", "task"},
        {"containers", "task"},
        {"attachments", "task"},
        {"task_document", "task"},
        {"tags", "task-details"},
        {"task_details_document", "task-details"},
        {"task_definition", "task-definition"},
        {"task_definition_document", "task-definition"},
        {"interfaces", "interfaces"},
        {"interface_documents", "interfaces"},
        {"subnets", "subnets"},
        {"subnet_documents", "subnets"},
        {"exposed_addresses", "interfaces"},
        {"security_group_rules", "security-groups"},
        {"security_group_documents", "security-groups"},
        {"service", "service"},
        {"service_document", "service"},
        {"cluster", "cluster"},
        {"cluster_document", "cluster"},
    };
    const struct json *undecided = json_member(judge(given(), "{}"), text("undecided"));
    size_t count = 0;
    json_each(rule, undecided) {
        const struct json *missing = json_first(json_member(rule, text("unavailable")));
        assert(says(rule, "rule", families[count][0]) && says(missing, "family", families[count][1]));
        count++;
    }
    assert(count == 19);
}

int main(void) {
    run(families_are_named);
    sees_all_of("fargate-public");
    sees_all_of("fargate-private");
    sees_all_of("fargate-provisioning");
    sees_all_of("ec2-bridge");
    sees_all_of("./rich.json");
}
