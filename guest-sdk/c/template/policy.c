// Containers run as a user that is allowed.

#include "gatecheck/gatecheck.h"

// What the entry gives as `settings`. Each field is named once more in `policy` below, with what it means: from that
// comes the schema that `gatecheck inspect` shows.
static struct { struct texts users; } settings;

static void user(struct rule *rule) {
    const struct task_definition *definition = get_task_definition(rule);
    if (!definition) {
        // The rule is undecided now, and says why: nothing passes because it is not known.
        return;
    }
    foreach(container, definition->containers) {
        if (!container->user.is_some || !contains(settings.users, container->user.value)) {
            struct violation *violation =
                violated(rule, container->name, text("user"), text("runs as a user that is not allowed"));
            violation->found = json(container->user);
            violation->allowed = json(settings.users);
            violation->remediation = some("set `user` in the task definition");
        }
    }
}

static void evaluate(struct verdict *verdict) {
    rule(verdict, text("user"), user);
}

const struct policy policy = {
    .name = text("my-policy"),
    .version = text("0.1.0"),
    .summary = text("Containers run as a user that is allowed"),
    .settings = settings(setting_texts(users, "Users that containers may run as")),
    .evaluate = evaluate,
};
