// `make test` runs this on your machine, and in it the module on the facts of recorded tasks.

#include "gatecheck/testing.h"

#define SETTINGS JSON({"registries": ["111122223333.dkr.ecr."], "tags": ["team"], "public": ["service:edge"]})

static void a_public_task_is_exposed_unless_it_may_be(void) {
    struct text facts = recorded("fargate-public");
    assert(says(violation(judge(facts, SETTINGS), "exposed"), "severity", "critical"));
    const struct json *report = judge(facts, JSON({"registries": [], "tags": [], "public": ["service:web"]}));
    assert(!violation(report, "exposed") && !is_undecided(report, "exposed"));
}

#define TASK(image_name) JSON({"known": {"containers": [{"name": "web", "image": image_name}]}})

static bool is_fixed(const char *task) {
    return !violation(judge(with(given(), "task", task), SETTINGS), "version");
}

static void a_fixed_version_is_a_tag_or_a_digest(void) {
    assert(is_fixed(TASK("nginx:1.27")));
    assert(is_fixed(TASK("localhost:5000/web:1")));
    assert(is_fixed(TASK("web@sha256:0123")));
    assert(is_fixed(TASK("web:latest@sha256:0123")));
    assert(!is_fixed(TASK("nginx")));
    assert(!is_fixed(TASK("nginx:latest")));
    assert(!is_fixed(TASK("localhost:5000/web")));
    assert(!is_fixed(TASK("web:")));
}

int main(void) {
    run(a_public_task_is_exposed_unless_it_may_be);
    run(a_fixed_version_is_a_tag_or_a_digest);
}
