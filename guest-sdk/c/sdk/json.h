/// JSON: settings and the documents of AWS are read, what was found is written.
///
///     const struct json *overrides = json_member(document, text("overrides"));
///     struct text role = json_text(json_member(overrides, text("taskRoleArn")));
///
/// What is not there is null all the way down: a member of nothing is nothing, and nothing has no text and no elements.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

/// A JSON value.
struct json {
    /// The character with which it begins.
    enum json_kind {
        JSON_OBJECT = '{',
        JSON_LIST = '[',
        JSON_STRING = '"',
        JSON_NUMBER = '0',
        JSON_TRUE = 't',
        JSON_FALSE = 'f',
        JSON_NULL = 'n',
    } kind;
    /// What a string says, or a number as it is written.
    struct text text;
    /// The first value in this one, and the next one beside it. See `json_each`.
    const struct json *first;
    const struct json *next;
    /// The value that this one is in, its place there, and its name if that is an object.
    const struct json *outer;
    size_t index;
    struct text name;
};

/// The value that a text holds; null if that is not JSON (RFC 8259), or nested more than a hundred deep.
const struct json *json_parse(struct text document);

/// For each element of a list, or member of an object:
///
///     json_each(volume, json_member(document, text("volumes"))) {
///         struct text name = json_text(json_member(volume, text("name")));
///     }
#define json_each(item, outer) for (const struct json *item = json_first(outer); item; item = item->next)
const struct json *json_first(const struct json *value);

/// A member of an object; null if there is none of this name.
const struct json *json_member(const struct json *object, struct text name);

/// What a string says; no text if this is no string.
struct text json_text(const struct json *value);

/// Whether this is an integer of 64 bits. It is stored then.
bool json_integer(const struct json *value, int64_t *into);

/// The JSON of a `struct text`, `struct option_text`, `struct texts`, `bool`, integer or `const struct json *`, as
/// `violation->found` takes it.
#define json(value)                                                                                                    \
    _Generic((value),                                                                                                  \
        bool: json_of_bool,                                                                                            \
        struct text: json_of_text,                                                                                     \
        struct option_text: json_of_option,                                                                            \
        struct texts: json_of_texts,                                                                                   \
        const struct json *: json_of_value,                                                                            \
        default: json_of_integer)(value)
struct option_text json_of_bool(bool value);
struct option_text json_of_text(struct text value);
struct option_text json_of_option(struct option_text value);
struct option_text json_of_texts(struct texts value);
struct option_text json_of_value(const struct json *value);
struct option_text json_of_integer(int64_t value);

/// `put` (text.h) for a text as a JSON string, a list of them, a value, and a number.
void put_json(struct text text);
void put_texts(struct texts texts);
void put_value(const struct json *value);
void put_number(uint64_t number);
