// `make test` runs this on your machine, and in it the module on the facts of recorded tasks.

#include "gatecheck/testing.h"

#define SETTINGS JSON({"users": ["app"]})

// The recorded task, with another task definition.
static const struct json *judge_definition(const char *fact) {
    return judge(with(recorded("fargate-private"), "task-definition", fact), SETTINGS);
}

static void an_allowed_user_passes(void) {
    const struct json *report =
        judge_definition(JSON({"known": {"containerDefinitions": [{"name": "web", "user": "app"}]}}));
    assert(!violation(report, "user") && !is_undecided(report, "user"));
}

static void another_user_and_none_at_all_do_not(void) {
    const struct json *report = judge_definition(
        JSON({"known": {"containerDefinitions": [{"name": "web", "user": "root"}, {"name": "proxy"}]}}));
    assert(violations(report, "user") == 2);
    assert(says(violation(report, "user"), "object", "web"));
}

static void without_the_task_definition_it_is_undecided(void) {
    const struct json *report = judge_definition(JSON({"unavailable": {"denied": "ecs:DescribeTaskDefinition"}}));
    assert(is_undecided(report, "user"));
}

int main(void) {
    run(an_allowed_user_passes);
    run(another_user_and_none_at_all_do_not);
    run(without_the_task_definition_it_is_undecided);
}
