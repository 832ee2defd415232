// `make test` runs this on your machine, and in it the module on facts.

#include "gatecheck/testing.h"

static const struct json *judge_definition(const char *fact) {
    return judge(with(given(), "task-definition", fact), JSON({}));
}

static void what_is_read_only_and_asks_for_nothing_passes(void) {
    const struct json *report =
        judge_definition(JSON({"known": {"containerDefinitions": [{"name": "web", "readonlyRootFilesystem": true}]}}));
    assert(!violation(report, "read-only") && !violation(report, "capabilities"));
}

static void each_container_is_judged(void) {
    const struct json *report = judge_definition(JSON({
        "known": {
            "containerDefinitions": [
                {"name": "web", "linuxParameters": {"capabilities": {"add": ["SYS_ADMIN"]}}},
                {"name": "proxy"}
            ]
        }
    }));
    assert(violations(report, "read-only") == 2);
    assert(violations(report, "capabilities") == 1);
    const struct json *found = json_member(violation(report, "capabilities"), text("found"));
    assert(equal(json_text(json_first(found)), text("SYS_ADMIN")));
}

static void without_the_task_definition_both_are_undecided(void) {
    const struct json *report = judge(given(), JSON({}));
    assert(is_undecided(report, "read-only") && is_undecided(report, "capabilities"));
}

int main(void) {
    run(what_is_read_only_and_asks_for_nothing_passes);
    run(each_container_is_judged);
    run(without_the_task_definition_both_are_undecided);
}
