// Settings: mistakes with their JSON pointers, and the schema.

#include "../sdk/settings.h"
#include "../sdk/testing.h"

#include <string.h>

static struct {
    struct texts users;
    struct text mode;
    bool strict;
    int64_t limit;
    struct text region;
} settings;

// A type of the policy's own.
static void read_region(const struct json *value, void *into) {
    *(struct text *)into = json_text(value);
    if (!starts_with(json_text(value), text("eu-"))) {
        problem(value, text("not in Europe"));
    }
}

/// Reads settings with nothing but defaults before, and returns the problems, one on a line.
static const char *mistakes(const char *document) {
    settings.limit = 10;
    struct setting_list list =
        settings(setting_texts(users, "Users"),
                 setting_text(mode, "Mode"),
                 setting_bool(strict, "Strict", .is_optional = true),
                 setting_integer(limit, "Limit", .is_optional = true),
                 setting(struct text, read_region, "\"type\":\"string\"", region, "Region", .is_optional = true));
    static size_t told;
    static char text[1000];
    struct list problems = read_settings(list, (struct text){document, strlen(document)});
    text[0] = 0;
    for (; told < problems.length; told++) {
        const struct problem *problem = (const struct problem *)problems.items + told;
        sprintf(text + strlen(text),
                "%.*s: %.*s\n",
                (int)problem->pointer.length,
                problem->pointer.at,
                (int)problem->message.length,
                problem->message.at);
    }
    return text;
}

static bool has_mistakes(const char *document, const char *expected) {
    const char *found = mistakes(document);
    if (strcmp(found, expected) != 0) {
        printf("%s\n%s", document, found);
        return false;
    }
    return true;
}

static void settings_are_read(void) {
    assert(has_mistakes(JSON({"users": ["app", "a\\b"], "mode": "", "strict": true, "region": "eu-west-1"}), ""));
    assert(settings.users.length == 2 && equal(settings.users.items[1], text("a\\b")));
    assert(settings.mode.at && settings.strict && settings.limit == 10);
    assert(has_mistakes(JSON({"limit": -3, "mode": "x", "users": []}), ""));
    assert(settings.users.length == 0 && settings.limit == -3);
}

static void every_mistake_has_its_pointer(void) {
    assert(has_mistakes(JSON({}), "/users: missing field\n/mode: missing field\n"));
    assert(has_mistakes(
        JSON({"users": ["a", 1, null], "mode": [], "strict": 0, "limit": "1", "region": "us-east-1"}),
              "/users/1: not a string\n/users/2: not a string\n/mode: not a string\n"
              "/strict: not `true` or `false`\n/limit: not an integer of 64 bits\n/region: not in Europe\n"));
    assert(has_mistakes(JSON({"users": "a", "mode": "", "a/b~c": 1, "": 2}),
                             "/users: not a list of strings\n/a~1b~0c: unknown field\n/: unknown field\n"));
    assert(has_mistakes(JSON({"users": [[ 0, {"x": 1} ]], "mode": ""}), "/users/0: not a string\n"));
    for (const char *document = "[]\0null\0\"{}\"\0{\"users\": [}\0"; *document; document += strlen(document) + 1) {
        assert(has_mistakes(document, ": not a JSON object\n"));
    }
    assert(has_mistakes("", ": not a JSON object\n"));
}

static void eleven_items_have_two_digits(void) {
    assert(has_mistakes(JSON({"users": ["", "", "", "", "", "", "", "", "", "", 0], "mode": ""}),
                             "/users/10: not a string\n"));
}

static void the_schema_is_that_of_the_fields(void) {
    struct setting_list list =
        settings(setting_texts(users, "Users"), setting_integer(limit, "Limit", .is_optional = true));
    const struct json *schema = json_parse(schema_of(list));
    const struct json *properties = json_member(schema, text("properties"));
    assert(says(json_member(properties, text("users")), "description", "Users"));
    assert(says(json_member(json_member(properties, text("users")), text("items")), "type", "string"));
    assert(says(json_member(properties, text("limit")), "type", "integer"));
    const struct json *required = json_first(json_member(schema, text("required")));
    assert(equal(json_text(required), text("users")) && !required->next);
}

static void without_settings_there_is_nothing_to_set(void) {
    struct setting_list none = {0};
    size_t before = read_settings(none, text("{}")).length;
    assert(read_settings(none, text("{\"users\":[]}")).length == before + 1);
    const struct json *schema = json_parse(schema_of(none));
    assert(json_member(schema, text("additionalProperties"))->kind == JSON_FALSE);
}

int main(void) {
    run(settings_are_read);
    run(every_mistake_has_its_pointer);
    run(eleven_items_have_two_digits);
    run(the_schema_is_that_of_the_fields);
    run(without_settings_there_is_nothing_to_set);
}
