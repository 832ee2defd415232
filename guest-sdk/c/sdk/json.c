#include "json.h"
#include "memory.h"

// Reading. Each function takes one thing from the beginning of a text, and returns what comes after it; null if
// something else is there. A 0 ends the text, which JSON has nowhere.

/// How deep values may be nested.
enum { DEPTH = 100 };

static char *take_space(char *at) {
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') {
        at++;
    }
    return at;
}

static char *take(char *at, char wanted) {
    at = take_space(at);
    return *at == wanted ? at + 1 : NULL;
}

static char *take_word(char *at, const char *word) {
    while (*word) {
        if (*at++ != *word++) {
            return NULL;
        }
    }
    return at;
}

static char *take_digits(char *at) {
    char *start = at;
    while (*at >= '0' && *at <= '9') {
        at++;
    }
    return at > start ? at : NULL;
}

static char *take_number(char *at) {
    at += *at == '-';
    at = *at == '0' ? at + 1 : take_digits(at);
    if (at && *at == '.') {
        at = take_digits(at + 1);
    }
    if (at && (*at | ' ') == 'e') {
        at++;
        at = take_digits(at + (*at == '+' || *at == '-'));
    }
    return at;
}

/// The four digits of `\u`.
static char *take_unit(char *at, int *unit) {
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        unsigned digit = (unsigned)*at - '0';
        unsigned letter = ((unsigned)*at | ' ') - 'a';
        if (digit > 9 && letter > 5) {
            return NULL;
        }
        *unit = *unit * 16 + (int)(digit > 9 ? letter + 10 : digit);
        at++;
    }
    return at;
}

/// What follows a backslash.
static char *take_escape(char *at, int *character) {
    for (const char *escape = "\"\"\\\\//b\bf\fn\nr\rt\t"; *escape; escape += 2) {
        if (*at == *escape) {
            *character = escape[1];
            return at + 1;
        }
    }
    at = take_word(at, "u");
    at = at ? take_unit(at, character) : NULL;
    int high = *character - 0xD800;
    if (!at || high < 0 || high > 0x7FF) {
        return at;
    }
    // What does not fit into one unit is written in two.
    at = take_word(at, "\\u");
    at = at ? take_unit(at, character) : NULL;
    int low = *character - 0xDC00;
    *character = 0x10000 + (high << 10) + low;
    return high < 0x400 && low >= 0 && low < 0x400 ? at : NULL;
}

/// Writes a character as UTF-8, and returns where that ends.
static char *encode(char *at, int character) {
    int more = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    *at++ = (char)(more ? 0xFF00 >> (more + 1) | character >> 6 * more : character);
    while (more--) {
        *at++ = (char)(0x80 | (character >> 6 * more & 0x3F));
    }
    return at;
}

/// What a string says is not longer than how it is written, and takes its place.
static char *take_string(char *at, struct text *string) {
    at = take(at, '"');
    char *end = at;
    string->at = at;
    while (at && *at != '"') {
        int character = (unsigned char)*at++;
        if (character < ' ') {
            return NULL;
        }
        if (character == '\\') {
            at = take_escape(at, &character);
            end = encode(end, character);
        } else {
            *end++ = (char)character;
        }
    }
    string->length = (size_t)(end - string->at);
    return at ? at + 1 : NULL;
}

static char *take_value(char *at, struct json *value, int depth);

static char *take_items(char *at, struct json *outer, int depth) {
    // In ASCII, the bracket that closes is the next but one.
    char last = (char)(outer->kind + 2);
    struct json *before = NULL;
    char *end = take(at + 1, last);
    while (!end) {
        struct json *item = allocate(sizeof *item, sizeof(void *));
        item->outer = outer;
        at++;
        if (outer->kind == JSON_OBJECT) {
            at = take_string(at, &item->name);
            at = at ? take(at, ':') : NULL;
        }
        at = at ? take_value(at, item, depth - 1) : NULL;
        if (!at) {
            return NULL;
        }
        if (before) {
            before->next = item;
            item->index = before->index + 1;
        } else {
            outer->first = item;
        }
        before = item;
        at = take_space(at);
        end = take(at, last);
        if (!end && *at != ',') {
            return NULL;
        }
    }
    return end;
}

static char *take_value(char *at, struct json *value, int depth) {
    at = take_space(at);
    value->kind = *at;
    switch (value->kind) {
    case JSON_OBJECT:
    case JSON_LIST:
        return depth > 0 ? take_items(at, value, depth) : NULL;
    case JSON_STRING:
        return take_string(at, &value->text);
    case JSON_TRUE:
        return take_word(at, "true");
    case JSON_FALSE:
        return take_word(at, "false");
    case JSON_NULL:
        return take_word(at, "null");
    default:
        value->kind = JSON_NUMBER;
        value->text.at = at;
        at = take_number(at);
        value->text.length = (size_t)(at - value->text.at);
        return at;
    }
}

const struct json *json_parse(struct text document) {
    // A copy, because strings are written over, and for the 0.
    char *start = memory_end();
    put(document.at, document.length);
    char *end = memory_end();
    put_byte(0);
    struct json *value = allocate(sizeof *value, sizeof(void *));
    char *rest = take_value(start, value, DEPTH);
    return rest && take_space(rest) == end ? value : NULL;
}

const struct json *json_first(const struct json *value) {
    return value ? value->first : NULL;
}

const struct json *json_member(const struct json *object, struct text name) {
    json_each(member, object) {
        if (equal(member->name, name)) {
            return member;
        }
    }
    return NULL;
}

struct text json_text(const struct json *value) {
    return value && value->kind == JSON_STRING ? value->text : (struct text){0};
}

bool json_integer(const struct json *value, int64_t *into) {
    if (!value || value->kind != JSON_NUMBER) {
        return false;
    }
    struct text digits = value->text;
    bool is_negative = *digits.at == '-';
    int64_t integer = 0;
    for (size_t i = is_negative; i < digits.length; i++) {
        int digit = digits.at[i] - '0';
        // Downwards, because there is one more below zero than above.
        if (digit < 0 || digit > 9 || integer < (INT64_MIN + digit) / 10) {
            return false;
        }
        integer = integer * 10 - digit;
    }
    if (!is_negative && integer == INT64_MIN) {
        return false;
    }
    *into = is_negative ? integer : -integer;
    return true;
}

// Writing.

void put_json(struct text text) {
    put_byte('"');
    for (size_t i = 0; i < text.length; i++) {
        int byte = (unsigned char)text.at[i];
        if (byte < ' ') {
            put_literal("\\u00");
            put_byte('0' + (byte >> 4));
            byte = "0123456789abcdef"[byte & 0xF];
        } else if (byte == '"' || byte == '\\') {
            put_byte('\\');
        }
        put_byte(byte);
    }
    put_byte('"');
}

void put_texts(struct texts texts) {
    put_byte('[');
    foreach(text, texts) {
        put(",", text > texts.items);
        put_json(*text);
    }
    put_byte(']');
}

void put_value(const struct json *value) {
    struct text word = text("null");
    switch (value->kind) {
    case JSON_OBJECT:
    case JSON_LIST:
        put_byte(value->kind);
        json_each(item, value) {
            put(",", item != value->first);
            if (value->kind == JSON_OBJECT) {
                put_json(item->name);
                put_byte(':');
            }
            put_value(item);
        }
        put_byte(value->kind + 2);
        return;
    case JSON_STRING:
        put_json(value->text);
        return;
    case JSON_NUMBER:
        word = value->text;
        break;
    case JSON_TRUE:
        word = text("true");
        break;
    case JSON_FALSE:
        word = text("false");
        break;
    case JSON_NULL:
        break;
    }
    put(word.at, word.length);
}

void put_number(uint64_t number) {
    if (number > 9) {
        put_number(number / 10);
    }
    put_byte((char)('0' + number % 10));
}

static struct option_text some_since(const char *start) {
    return (struct option_text){true, put_since(start)};
}

struct option_text json_of_bool(bool value) {
    return value ? some("true") : some("false");
}

struct option_text json_of_text(struct text value) {
    const char *start = memory_end();
    put_json(value);
    return some_since(start);
}

struct option_text json_of_option(struct option_text value) {
    return value.is_some ? json_of_text(value.value) : some("null");
}

struct option_text json_of_texts(struct texts value) {
    const char *start = memory_end();
    put_texts(value);
    return some_since(start);
}

struct option_text json_of_value(const struct json *value) {
    const char *start = memory_end();
    if (value) {
        put_value(value);
        return some_since(start);
    }
    return some("null");
}

struct option_text json_of_integer(int64_t value) {
    const char *start = memory_end();
    put("-", value < 0);
    put_number(value < 0 ? -(uint64_t)value : (uint64_t)value);
    return some_since(start);
}
