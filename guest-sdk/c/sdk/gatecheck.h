/// Write a Gatecheck policy in C: rules over facts (facts.h), with settings.
///
///     static struct {
///         struct texts except;
///     } settings;
///
///     static void no_shell(struct rule *rule) {
///         const struct task *task = get_task(rule);
///         if (task && task->execute_command && !contains(settings.except, task->group.value)) {
///             violated(rule, text("task"), text("enableExecuteCommand"), text("anyone with access can open a shell"));
///         }
///     }
///
///     static void evaluate(struct verdict *verdict) {
///         rule(verdict, text("no-shell"), no_shell);
///     }
///
///     const struct policy policy = {
///         .name = text("no-shell"),
///         .version = text("1.0.0"),
///         .summary = text("Nobody opens a shell in a task"),
///         .settings = settings(setting_texts(except, "Groups that may open a shell in their tasks")),
///         .evaluate = evaluate,
///     };
#pragma once

#include "facts.h"
#include "json.h"
#include "settings.h"
#include "text.h"

/// What a policy says about a task, in the making.
struct verdict;

/// A rule while it is judged.
struct rule;

/// What a policy is. Each has one, called `policy`.
struct policy {
    struct text name;
    struct text version;
    /// One line on what it is for.
    struct text summary;
    /// Made by `settings(...)`; left out where there is nothing to set.
    struct setting_list settings;
    /// Judges the task, by its rules.
    void (*evaluate)(struct verdict *verdict);
};

extern const struct policy policy;

/// Judges one rule, by a function that tells what breaks it. A rule that has nothing to tell has passed. One to which a
/// fact was not available is undecided, and what it told before stays. One with a fact that does not apply to the task
/// is not mentioned, but for what it told.
void rule(struct verdict *verdict, struct text name, void (*judge)(struct rule *rule));

/// How bad it is.
enum __attribute__((packed)) severity { INFO, LOW, MEDIUM, HIGH, CRITICAL };

/// An object that breaks a rule.
struct violation {
    struct text rule;
    enum severity severity;
    struct text object;
    struct text attribute;
    /// What was found there, and what is allowed: `json(...)` of it.
    struct option_text found;
    struct option_text allowed;
    /// How they were compared, such as `exact`, `pattern` or `range`.
    struct option_text check;
    struct text message;
    /// What to do about it.
    struct option_text remediation;
};

/// Tells that an object (a container's name, the id of an interface or subnet, or `task`) breaks the rule with an
/// attribute. `message` is one sentence for the person who reads it. The severity is medium; that and the rest can be
/// set in what is returned, until the next violation:
///
///     violated(rule, container->name, text("user"), text("runs as root"))->severity = HIGH;
struct violation *violated(struct rule *rule, struct text object, struct text attribute, struct text message);

/// Why a fact is not known.
struct unavailable {
    enum __attribute__((packed)) { NOT_YET, NOT_APPLICABLE, DENIED, FAILED, OTHER } kind;
    struct text why;
};

/// Leaves a rule undecided, because something that it needs to know is not known. Facts do it by themselves.
void unknown(struct rule *rule, struct text family, const struct unavailable *reason);
