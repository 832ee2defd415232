// What is JSON and what is not (RFC 8259), and what is read from it and written.

#include "../sdk/memory.h"
#include "../sdk/testing.h"

#include <string.h>

static struct text of(const char *string) {
    return (struct text){string, strlen(string)};
}

static const struct json *parse(const char *document) {
    return json_parse(of(document));
}

static bool is(struct text text, const char *expected) {
    return text.at && equal(text, of(expected));
}

static void json_is_accepted(void) {
    const char *const documents[] = {
        "null",
        " true\n",
        "\tfalse\r",
        "0",
        "-0",
        "10",
        "-1.50",
        "1e5",
        "1E+5",
        "2.5e-10",
        "\"\"",
        "\"\\u00e9 \xc3\xa9\"",
        "[]",
        "[ ]",
        "[1,[2], {\"a\" : [ ] }]",
        "{}",
        "{ }",
        "{\"a\":1,\"a\":2}",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        assert(parse(documents[i]) || !puts(documents[i]));
    }
}

static void what_is_not_json_is_refused(void) {
    const char *const documents[] = {
        "",
        " ",
        "nul",
        "nulll",
        "True",
        "NaN",
        "+1",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x10",
        "1 2",
        "'a'",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\n\"",
        "\"\x7f\x01\"",
        "\"\\u12g4\"",
        "\"\\u00\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800\\",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1]",
        "[]]",
        "//",
        "[1]x",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        assert(!parse(documents[i]) || !puts(documents[i]));
    }
    assert(!json_parse((struct text){"1\0", 2}));
    assert(!json_parse((struct text){0}));
}

static void nesting_has_an_end(void) {
    char deep[202];
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    assert(json_parse((struct text){deep, 200}));
    memset(deep, '[', 101);
    memset(deep + 101, ']', 101);
    assert(!json_parse((struct text){deep, 202}));
}

static void strings_are_decoded(void) {
    assert(is(json_text(parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"")), "\"\\/\b\f\n\r\t"));
    assert(is(json_text(parse("\"a\\u00E9\\u20ac\\ud83d\\ude00z\"")), "a\u00e9\u20ac\U0001F600z"));
    assert(is(json_text(parse("\"\\u007f\\u0080\\u07ff\\u0800\\uffff\\ud800\\udc00\\udbff\\udfff\"")),
              "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
    assert(is(json_text(parse("\"\"")), ""));
    assert(equal(json_text(parse("\"\\u0000\"")), (struct text){"\0", 1}));
    assert(!json_text(parse("1")).at && !json_text(NULL).at);
}

static void values_are_found(void) {
    const struct json *document = parse(JSON({"a": {"b\n": ["x", 2, {}]}, "c": null}));
    const struct json *list = json_member(json_member(document, text("a")), text("b\n"));
    const char *const kinds = "\"0{";
    json_each(item, list) {
        assert(item->outer == list && item->kind == (enum json_kind)kinds[item->index]);
    }
    assert(json_first(list)->next->index == 1 && is(json_first(list)->next->text, "2"));
    assert(json_member(document, text("c"))->kind == JSON_NULL);
    // Nothing comes of nothing.
    assert(!json_member(document, text("d")) && !json_member(NULL, text("d")) && !json_member(list, text("d")));
}

static void integers_fit_or_are_none(void) {
    int64_t integer = 7;
    assert(json_integer(parse("9223372036854775807"), &integer) && integer == INT64_MAX);
    assert(json_integer(parse("-9223372036854775808"), &integer) && integer == INT64_MIN);
    assert(json_integer(parse("-0"), &integer) && integer == 0);
    const char *const others[] = {
        "9223372036854775808", "-9223372036854775809", "1.0", "1e2", "\"1\"", "true", "99999999999999999999"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert(!json_integer(parse(others[i]), &integer) || !puts(others[i]));
    }
    assert(!json_integer(NULL, &integer) && integer == 0);
}

static void values_are_written(void) {
    assert(is(json(text("a\"\\\n\x1f\xc3\xa9")).value, "\"a\\\"\\\\\\u000a\\u001f\xc3\xa9\""));
    struct text items[] = {text("a"), text("")};
    assert(is(json(((struct texts){items, 2})).value, "[\"a\",\"\"]"));
    assert(is(json(((struct texts){0})).value, "[]"));
    assert(is(json(some("a")).value, "\"a\"") && is(json((struct option_text){0}).value, "null"));
    bool yes = true;
    assert(is(json(yes).value, "true"));
    assert(is(json(0).value, "0") && is(json(INT64_MIN).value, "-9223372036854775808"));
    assert(is(json((uint32_t)4294967295).value, "4294967295"));
}

static void texts_are_taken_apart(void) {
    struct text image = text("localhost:5000/web:1");
    assert(is(after_last(image, '/'), "web:1") && is(after_last(image, '@'), "localhost:5000/web:1"));
    assert(is(before(image, ':'), "localhost") && is(before(image, '@'), "localhost:5000/web:1"));
    assert(starts_with(image, text("local")) && starts_with(image, text("")) && !starts_with(text("lo"), image));
    assert(equal(text(""), (struct text){0}) && !equal(text("a"), text("b")));
    assert(is(joined(text("a"), text(""), text("b")), "ab"));
    struct text items[] = {text("a"), text("b")};
    struct texts list = {items, 2};
    assert(contains(list, text("b")) && !contains(list, text("")) && !contains((struct texts){0}, text("")));
}

static void lists_grow(void) {
    struct list lists[2] = {0};
    for (int i = 0; i < 100; i++) {
        for (int j = 0; j < 2; j++) {
            int *item = add(lists + j, sizeof *item);
            assert(*item == 0);
            *item = 2 * i + j;
        }
    }
    for (int i = 0; i < 200; i++) {
        assert(((int *)lists[i % 2].items)[i / 2] == i);
    }
}

int main(void) {
    run(lists_grow);
    run(json_is_accepted);
    run(what_is_not_json_is_refused);
    run(nesting_has_an_end);
    run(strings_are_decoded);
    run(values_are_found);
    run(integers_fit_or_are_none);
    run(values_are_written);
    run(texts_are_taken_apart);
}
