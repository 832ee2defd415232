/// Tests of a policy: a program for this machine that has the module judge facts, by `gatecheck check`, and looks at
/// the report.
///
///     static void root_is_not_allowed(void) {
///         struct text facts = with(recorded("fargate-private"), "task-definition",
///                                  JSON({"known": {"containerDefinitions": [{"name": "web", "user": "root"}]}}));
///         const struct json *report = judge(facts, JSON({"users": ["app"]}));
///         assert(says(violation(report, "user"), "object", "web"));
///     }
///
///     int main(void) {
///         run(root_is_not_allowed);
///     }
///
/// The program is `gatecheck` on the PATH, or what the environment variable GATECHECK names.
#pragma once

// Tests that are left out would pass.
#undef NDEBUG
#include <assert.h>
#include <stdio.h>

#include "json.h"
#include "text.h"

/// Runs a test, and says so.
#define run(test) (test(), puts("ok " #test))

/// JSON as it is written, without a backslash before each quote. Not for what a macro was given: there, `true` is 1.
#define JSON(...) #__VA_ARGS__

/// A recording: one that comes with `gatecheck` (`gatecheck test --bases` lists them), or a file, whose path has a
/// slash.
struct text recorded(const char *name);

/// Nothing known but what is added to it.
struct text given(void);

/// A recording with another fact family, such as `subnets`: `{"known": ...}` in the words of the AWS CLI, or
/// `{"unavailable":
/// {"denied": "ec2:DescribeSubnets"}}` with one of `not-yet`, `not-applicable`, `denied`, `failed` and `other`.
struct text with(struct text recording, const char *family, const char *fact);

/// The report of `policy.wasm` in the current folder. A policy that faults, or refuses the settings, ends the program.
const struct json *judge(struct text recording, const char *settings);

/// How often a rule is violated, and the first time it is; null if it is not.
size_t violations(const struct json *report, const char *rule);
const struct json *violation(const struct json *report, const char *rule);

/// Whether a rule is undecided.
bool is_undecided(const struct json *report, const char *rule);

/// Whether a member of a value is a string that says `text`.
bool says(const struct json *value, const char *member, const char *text);

/// What `gatecheck` prints. The arguments are written as for a shell.
struct text gatecheck(const char *arguments);
