/// Settings of a policy: a struct called `settings`, and one line on each of its fields.
///
///     static struct {
///         struct texts users;
///         int64_t limit;
///     } settings = {.limit = 10};
///
///     settings(setting_texts(users, "Users that containers may run as"),
///              setting_integer(limit, "How many there may be", .is_optional = true))
///
/// From this comes the JSON Schema of the settings, and they are read strictly: a field that is missing, unknown or of
/// another type is reported with its JSON pointer. What is optional and left out stays what it is.
#pragma once

#include "json.h"
#include "memory.h"
#include "text.h"

/// The lines on all fields.
#define settings(...)                                                                                                  \
    { (struct setting[]){__VA_ARGS__}, sizeof((struct setting[]){__VA_ARGS__}) / sizeof(struct setting) }

/// A field that is a `struct text`, a `struct texts`, a `bool` or an `int64_t`. What it means goes into the schema as
/// it is: it has no quotes and no backslashes.
#define setting_text(...) setting(struct text, read_text, "\"type\":\"string\"", __VA_ARGS__)
#define setting_texts(...)                                                                                             \
    setting(struct texts, read_texts, "\"type\":\"array\",\"items\":{\"type\":\"string\"}", __VA_ARGS__)
#define setting_bool(...) setting(bool, read_bool, "\"type\":\"boolean\"", __VA_ARGS__)
#define setting_integer(...) setting(int64_t, read_integer, "\"type\":\"integer\"", __VA_ARGS__)

/// A field of any other type. `reader` stores a value in it, or tells what is wrong with that; `schema` are the
/// keywords of its JSON Schema.
// clang-format off
#define setting(type, reader, schema, field, meaning, ...)                                                             \
    {                                                                                                                  \
        .name = text(#field),                                                                                          \
        .property = text("\"" #field "\":{\"description\":\"" meaning "\"," schema "}"),                         \
        .read = reader,                                                                                                \
        .into = _Generic(&settings.field, type *: &settings.field),                                                    \
        __VA_ARGS__                                                                                                    \
    }
// clang-format on

void read_text(const struct json *value, void *into);
void read_texts(const struct json *value, void *into);
void read_bool(const struct json *value, void *into);
void read_integer(const struct json *value, void *into);

/// Tells that a value in the settings is wrong.
void problem(const struct json *where, struct text message);

/// A field, as `setting` makes it.
struct setting {
    struct text name;
    /// What `properties` of the schema has for it: its name in quotes, and the rest.
    struct text property;
    void (*read)(const struct json *value, void *into);
    void *into;
    /// It may be left out.
    bool is_optional;
    /// It was there.
    bool is_read;
};

struct setting_list {
    struct setting *items;
    size_t length;
};

/// A mistake in the settings, as the host takes it.
struct problem {
    struct text pointer;
    struct text message;
    struct option_text remedy;
};

/// Reads settings. Returns the problems; there is nothing to judge by if there are any.
struct list read_settings(struct setting_list settings, struct text document);

/// Their JSON Schema.
struct text schema_of(struct setting_list settings);
