// Containers cannot write to their root file system, nor do what Linux keeps from them. There is nothing to set, so
// this is also about as small as a policy gets.

#include "gatecheck/gatecheck.h"

static void read_only(struct rule *rule) {
    const struct task_definition *definition = get_task_definition(rule);
    if (!definition) {
        return;
    }
    foreach(container, definition->containers) {
        if (!container->read_only_root_filesystem) {
            struct text message = text("the container can write to its root file system");
            violated(rule, container->name, text("readonlyRootFilesystem"), message)->remediation =
                some("set it to `true`, and mount a volume where the container has to write");
        }
    }
}

static void capabilities(struct rule *rule) {
    const struct task_definition *definition = get_task_definition(rule);
    if (!definition) {
        return;
    }
    foreach(container, definition->containers) {
        if (container->added_capabilities.length > 0) {
            struct text message = text("the container has more rights than containers have");
            struct violation *violation =
                violated(rule, container->name, text("linuxParameters.capabilities.add"), message);
            violation->severity = HIGH;
            violation->found = json(container->added_capabilities);
        }
    }
}

static void evaluate(struct verdict *verdict) {
    rule(verdict, text("read-only"), read_only);
    rule(verdict, text("capabilities"), capabilities);
}

const struct policy policy = {
    .name = text("my-policy"),
    .version = text("1.0.0"),
    .summary = text("Containers are read-only and have no additional capabilities"),
    .evaluate = evaluate,
};
