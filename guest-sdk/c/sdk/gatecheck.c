#include "gatecheck.h"
#include "memory.h"

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name)))
#else
#define EXPORT(name)
#endif

// What crosses to the host, as it lies in memory: the records of gatecheck/wit/policy.wit.

struct missing {
    struct text family;
    struct unavailable reason;
};

struct undecided {
    struct text rule;
    struct list missing;
};

struct verdict {
    struct list violations;
    struct list undecided;
    struct list passed;
};

struct rule {
    struct text name;
    struct list *violations;
    struct list missing;
    /// There is a fact that does not, to this task.
    bool does_not_apply;
};

void rule(struct verdict *verdict, struct text name, void (*judge)(struct rule *rule)) {
    size_t before = verdict->violations.length;
    struct rule rule = {.name = name, .violations = &verdict->violations};
    judge(&rule);
    if (rule.missing.length) {
        struct undecided *undecided = add(&verdict->undecided, sizeof *undecided);
        *undecided = (struct undecided){name, rule.missing};
    } else if (!rule.does_not_apply && verdict->violations.length == before) {
        struct text *passed = add(&verdict->passed, sizeof *passed);
        *passed = name;
    }
}

void unknown(struct rule *rule, struct text family, const struct unavailable *reason) {
    if (!rule) {
        return;
    }
    if (reason->kind == NOT_APPLICABLE) {
        rule->does_not_apply = true;
        return;
    }
    struct missing *missing = add(&rule->missing, sizeof *missing);
    missing->family = family;
    missing->reason = *reason;
}

// In line, every place that reports something would hold all of this.
__attribute__((noinline)) struct violation *
violated(struct rule *rule, struct text object, struct text attribute, struct text message) {
    struct violation *violation = add(rule->violations, sizeof *violation);
    violation->rule = rule->name;
    violation->severity = MEDIUM;
    violation->object = object;
    violation->attribute = attribute;
    violation->message = message;
    return violation;
}

struct description {
    struct text name;
    struct text version;
    struct text summary;
    struct option_text documentation;
    struct text settings_schema;
};

EXPORT(describe) const struct description *export_describe(void);
const struct description *export_describe(void) {
    static struct description description;
    description = (struct description){
        .name = policy.name,
        .version = policy.version,
        .summary = policy.summary,
        .settings_schema = schema_of(policy.settings),
    };
    return &description;
}

struct configured {
    bool is_err;
    struct list problems;
};

EXPORT(configure) const struct configured *export_configure(const char *settings, size_t length);
const struct configured *export_configure(const char *settings, size_t length) {
    static struct configured configured;
    configured.problems = read_settings(policy.settings, (struct text){settings, length});
    configured.is_err = configured.problems.length > 0;
    return &configured;
}

struct evaluated {
    bool is_err;
    struct verdict verdict;
};

EXPORT(evaluate) const struct evaluated *export_evaluate(void);
const struct evaluated *export_evaluate(void) {
    static struct evaluated evaluated;
    policy.evaluate(&evaluated.verdict);
    return &evaluated;
}
