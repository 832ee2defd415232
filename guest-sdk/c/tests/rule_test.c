// What becomes of a rule: passed, violated, undecided, or not a word.

#include "../sdk/gatecheck.c"
#include "../sdk/testing.h"

static const struct unavailable denied = {DENIED, text("ecs:DescribeTasks")};
static const struct unavailable not_applicable = {NOT_APPLICABLE, text("bridge")};

static void nothing(struct rule *rule) {
    (void)rule;
}

static void one_violation(struct rule *rule) {
    violated(rule, text("web"), text("user"), text("runs as root"))->severity = HIGH;
}

static void violation_then_denied(struct rule *rule) {
    one_violation(rule);
    unknown(rule, text("task-details"), &denied);
}

static void violation_then_not_applicable(struct rule *rule) {
    one_violation(rule);
    unknown(rule, text("interfaces"), &not_applicable);
}

static void only_not_applicable(struct rule *rule) {
    unknown(rule, text("interfaces"), &not_applicable);
}

static void two_facts(struct rule *rule) {
    only_not_applicable(rule);
    unknown(rule, text("task-details"), &denied);
    unknown(rule, text("subnets"), &denied);
    // It was only tried.
    unknown(NULL, text("cluster"), &denied);
}

static struct verdict verdict_of(void (*judge)(struct rule *rule)) {
    struct verdict verdict = {0};
    rule(&verdict, text("r"), judge);
    return verdict;
}

static bool counts(void (*judge)(struct rule *rule), size_t violations, size_t undecided, size_t passed) {
    struct verdict verdict = verdict_of(judge);
    return verdict.violations.length == violations && verdict.undecided.length == undecided &&
           verdict.passed.length == passed;
}

static void a_rule_has_one_outcome(void) {
    assert(counts(nothing, 0, 0, 1));
    assert(counts(one_violation, 1, 0, 0));
    assert(counts(violation_then_denied, 1, 1, 0));
    assert(counts(violation_then_not_applicable, 1, 0, 0));
    assert(counts(only_not_applicable, 0, 0, 0));
    assert(counts(two_facts, 0, 1, 0));
}

static void missing_facts_are_named(void) {
    const struct undecided *undecided = verdict_of(two_facts).undecided.items;
    const struct missing *missing = undecided->missing.items;
    assert(equal(undecided->rule, text("r")) && undecided->missing.length == 2);
    assert(equal(missing[1].family, text("subnets")) && missing[1].reason.kind == DENIED);
    assert(equal(missing[1].reason.why, text("ecs:DescribeTasks")));
}

static void a_violation_is_medium_and_nothing_else_unless_it_is_said(void) {
    struct verdict verdict = verdict_of(one_violation);
    const struct violation *violation = verdict.violations.items;
    assert(equal(violation->rule, text("r")) && equal(violation->object, text("web")) && violation->severity == HIGH);
    assert(!violation->found.is_some && !violation->check.is_some && !violation->remediation.is_some);
    struct rule rule = {.violations = &verdict.violations};
    assert(violated(&rule, text("a"), text("b"), text("c"))->severity == MEDIUM);
}

static void rules_keep_their_order(struct verdict *verdict) {
    for (int i = 0; i < 5; i++) {
        rule(verdict, text("first"), one_violation);
        rule(verdict, text("second"), nothing);
    }
}

const struct policy policy = {
    .name = text("p"), .version = text("1"), .summary = text("s"), .evaluate = rules_keep_their_order};

static void the_host_gets_it_all(void) {
    const struct evaluated *evaluated = export_evaluate();
    assert(!evaluated->is_err && evaluated->verdict.violations.length == 5 && evaluated->verdict.passed.length == 5);
    const struct violation *violations = evaluated->verdict.violations.items;
    assert(equal(violations[4].rule, text("first")) && equal(violations[0].message, text("runs as root")));
    assert(!export_configure("{}", 2)->is_err && export_configure("[]", 2)->is_err);
    assert(equal(export_describe()->name, text("p")) && json_parse(export_describe()->settings_schema));
}

int main(void) {
    run(a_rule_has_one_outcome);
    run(missing_facts_are_named);
    run(a_violation_is_medium_and_nothing_else_unless_it_is_said);
    run(the_host_gets_it_all);
}
