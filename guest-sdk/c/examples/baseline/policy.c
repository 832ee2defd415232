// What every task of a company keeps to: images of known registries and of a fixed version, no root, no role but that
// of the task definition, not open to the internet, and tags that say whose it is.

#include "gatecheck/gatecheck.h"

static struct {
    struct texts registries;
    struct texts tags;
    struct texts public;
} settings;

static bool comes_from(struct text image, struct texts registries) {
    foreach(registry, registries) {
        if (starts_with(image, *registry)) {
            return true;
        }
    }
    return false;
}

static void registry(struct rule *rule) {
    const struct containers *containers = get_containers(rule);
    if (!containers) {
        return;
    }
    foreach(container, *containers) {
        // A container that AWS injected has no image, and nobody here chose it.
        if (!container->image.is_some || comes_from(container->image.value, settings.registries)) {
            continue;
        }
        struct text message = text("the image comes from a registry that is not allowed");
        struct violation *violation = violated(rule, container->name, text("image"), message);
        violation->severity = HIGH;
        violation->found = json(container->image);
        violation->allowed = json(settings.registries);
        violation->check = some("prefix");
        violation->remediation = some("push it to one that is");
    }
}

static bool has_fixed_version(struct text image) {
    struct text name = after_last(image, '/');
    struct text tag = skip(name, before(name, ':').length);
    bool has_digest = before(name, '@').length < name.length;
    return has_digest || !(tag.length < 2 || equal(tag, text(":latest")));
}

static void version(struct rule *rule) {
    const struct containers *containers = get_containers(rule);
    if (!containers) {
        return;
    }
    foreach(container, *containers) {
        if (!container->image.is_some || has_fixed_version(container->image.value)) {
            continue;
        }
        struct text message = text("the image has no fixed version");
        struct violation *violation = violated(rule, container->name, text("image"), message);
        violation->found = json(container->image);
        violation->remediation = some("name a tag or a digest");
    }
}

static void root(struct rule *rule) {
    const struct task_definition *definition = get_task_definition(rule);
    if (!definition) {
        return;
    }
    foreach(container, definition->containers) {
        if (container->privileged) {
            struct text message = text("the container has all rights of its host");
            struct violation *violation = violated(rule, container->name, text("privileged"), message);
            violation->severity = HIGH;
            violation->found = json(container->privileged);
            violation->remediation = some("leave out `privileged`");
        }
        struct text user = before(container->user.value, ':');
        if (user.length == 0 || equal(user, text("root")) || equal(user, text("0"))) {
            struct text message = text("the container runs as root");
            struct violation *violation = violated(rule, container->name, text("user"), message);
            violation->found = json(container->user);
            violation->remediation = some("set `user` in the task definition");
        }
    }
}

static void role(struct rule *rule) {
    const struct json *overrides = json_member(get_task_document(rule), text("overrides"));
    struct text role = json_text(json_member(overrides, text("taskRoleArn")));
    if (role.length > 0) {
        struct text message = text("the task was started with a role of its own");
        violated(rule, text("task"), text("overrides.taskRoleArn"), message)->found = json(role);
    }
}

static void exposed(struct rule *rule) {
    const struct task *task = get_task(rule);
    if (!task || (task->group.is_some && contains(settings.public, task->group.value))) {
        return;
    }
    const struct exposed_addresses *addresses = get_exposed_addresses(rule);
    if (!addresses) {
        return;
    }
    foreach(address, *addresses) {
        struct text message = joined(text("the internet may reach the task: "), address->why);
        struct violation *violation = violated(rule, address->interface_id, text("ip"), message);
        violation->severity = CRITICAL;
        violation->found = json(address->ip);
        violation->remediation = some("run it in a private subnet without a public address");
    }
}

static bool has_tag(const struct tags *tags, struct text key) {
    foreach(tag, *tags) {
        if (equal(tag->key, key)) {
            return true;
        }
    }
    return false;
}

static void tags(struct rule *rule) {
    const struct tags *tags = get_tags(rule);
    if (!tags) {
        return;
    }
    foreach(wanted, settings.tags) {
        if (!has_tag(tags, *wanted)) {
            struct text message = joined(text("the tag `"), *wanted, text("` is missing"));
            struct violation *violation = violated(rule, text("task"), text("tags"), message);
            violation->severity = LOW;
            violation->allowed = json(settings.tags);
        }
    }
}

static void evaluate(struct verdict *verdict) {
    rule(verdict, text("registry"), registry);
    rule(verdict, text("version"), version);
    rule(verdict, text("root"), root);
    rule(verdict, text("role"), role);
    rule(verdict, text("exposed"), exposed);
    rule(verdict, text("tags"), tags);
}

const struct policy policy = {
    .name = text("baseline"),
    .version = text("1.0.0"),
    .summary = text("What every task of a company keeps to"),
    .settings = settings(setting_texts(registries, "How the name of an image may begin"),
                         setting_texts(tags, "Tags that every task has"),
                         setting_texts(public, "Groups whose tasks the internet may reach, such as service:edge")),
    .evaluate = evaluate,
};
