#ifndef __wasm__

#include "testing.h"
#include "memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct text text_of(const char *string) {
    return (struct text){string, strlen(string)};
}

static void put_text(const char *string) {
    put(string, strlen(string));
}

_Noreturn static void fail(const char *what, struct text detail) {
    fprintf(stderr, "%s%.*s\n", what, (int)detail.length, detail.at);
    exit(1);
}

static struct text read_all(FILE *file) {
    const char *start = memory_end();
    for (int byte = getc(file); byte != EOF; byte = getc(file)) {
        put_byte(byte);
    }
    return put_since(start);
}

struct text gatecheck(const char *arguments) {
    const char *program = getenv("GATECHECK");
    const char *start = memory_end();
    put_text(program ? program : "gatecheck");
    put_text(" ");
    put_text(arguments);
    put_byte(0);
    FILE *output = popen(start, "r");
    struct text printed = output ? read_all(output) : (struct text){0};
    if (printed.length == 0) {
        fail("it has to be on the PATH, or in GATECHECK, and to print something: ", text_of(start));
    }
    // The code tells whether there are violations, as does the report.
    pclose(output);
    return printed;
}

static const char *terminated(struct text text) {
    return joined(text, (struct text){"", 1}).at;
}

struct text recorded(const char *name) {
    if (!strchr(name, '/')) {
        return gatecheck(terminated(joined(text("test --base "), text_of(name))));
    }
    FILE *file = fopen(name, "r");
    if (!file) {
        fail("there is no recording ", text_of(name));
    }
    struct text recording = read_all(file);
    fclose(file);
    return recording;
}

struct text given(void) {
    return text("{\"format\":1,\"facts\":{}}");
}

struct text with(struct text recording, const char *family, const char *fact) {
    const struct json *facts = json_member(json_parse(recording), text("facts"));
    if (!facts) {
        fail("not a recording: ", recording);
    }
    const char *start = memory_end();
    put_text("{\"format\":1,\"facts\":{");
    json_each(other, facts) {
        if (!equal(other->name, text_of(family))) {
            put_json(other->name);
            put_byte(':');
            put_value(other);
            put_byte(',');
        }
    }
    put_json(text_of(family));
    put_byte(':');
    put_text(fact);
    put_text("}}");
    return put_since(start);
}

static const char *write_file(const char *folder, const char *name, struct text content) {
    const char *path = terminated(joined(text_of(folder), text_of(name)));
    FILE *file = fopen(path, "w");
    if (!file || fwrite(content.at, 1, content.length, file) != content.length || fclose(file) != 0) {
        fail("cannot write ", text_of(path));
    }
    return path;
}

const struct json *judge(struct text recording, const char *settings) {
    char module[PATH_MAX];
    if (!realpath("policy.wasm", module)) {
        fail("there is no policy.wasm: run `gatecheck build`", text(""));
    }
    char folder[] = "/tmp/gatecheck-XXXXXX";
    if (!mkdtemp(folder)) {
        fail("cannot make ", text_of(folder));
    }
    struct text entry =
        joined(text("{\"module\":"), json(text_of(module)).value, text(",\"settings\":"), text_of(settings), text("}"));
    const char *policy_file = write_file(folder, "/policy.json", entry);
    const char *facts_file = write_file(folder, "/facts.json", recording);
    struct text arguments =
        joined(text("check --format json --policy "), text_of(policy_file), text(" --facts "), text_of(facts_file));
    struct text printed = gatecheck(terminated(arguments));
    unlink(policy_file);
    unlink(facts_file);
    rmdir(folder);
    const struct json *report = json_parse(printed);
    const struct json *faults = json_member(report, text("faults"));
    if (!faults || faults->first) {
        fail("the policy faults: ", printed);
    }
    return report;
}

/// The first of these values that is about a rule.
static const struct json *about(const struct json *value, const char *rule) {
    while (value && !says(value, "rule", rule)) {
        value = value->next;
    }
    return value;
}

const struct json *violation(const struct json *report, const char *rule) {
    return about(json_first(json_member(report, text("violations"))), rule);
}

size_t violations(const struct json *report, const char *rule) {
    size_t count = 0;
    for (const struct json *next = violation(report, rule); next; next = about(next->next, rule)) {
        count++;
    }
    return count;
}

bool is_undecided(const struct json *report, const char *rule) {
    return about(json_first(json_member(report, text("undecided"))), rule) != NULL;
}

bool says(const struct json *value, const char *member, const char *text) {
    return equal(json_text(json_member(value, text_of(member))), text_of(text));
}

#endif
