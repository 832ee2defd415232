/// Texts, and lists of them. A text is UTF-8 and knows its length; no byte ends it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// A text. Where there is none, `at` is null and `length` is 0.
struct text {
    const char *at;
    size_t length;
};

/// The text of a string literal: `text("web")`.
#define text(literal) ((struct text){"" literal, sizeof(literal) - 1})

/// A list of texts.
struct texts {
    struct text *items;
    size_t length;
};

/// A text that may be missing. `value` is empty then.
struct option_text {
    bool is_some;
    struct text value;
};

/// A literal where there may be a text or not: `some("leave it out")`.
#define some(literal) ((struct option_text){true, text(literal)})

/// For each item of a list, which is any struct with `items` and `length`, and is evaluated twice. The item is a
/// pointer:
///
///     foreach(container, definition->containers) {
///         check(container->name);
///     }
#define foreach(item, list)                                                                                            \
    for (const __typeof__(*(list).items) *item = (list).items, *item##_end = item + (list).length; item != item##_end; \
         item++)

/// Whether two texts are the same.
bool equal(struct text one, struct text other);

/// Whether a text begins with another one.
bool starts_with(struct text whole, struct text beginning);

/// Whether a text is in a list.
bool contains(struct texts list, struct text wanted);

/// The part of a text before the first `character`; all of it if there is none.
struct text before(struct text whole, char character);

/// The part of a text after the last `character`; all of it if there is none.
struct text after_last(struct text whole, char character);

/// A text without its first `length` bytes, of which it has as many.
struct text skip(struct text whole, size_t length);

/// One text of several: `joined(text("the tag `"), name, text("` is missing"))`.
#define joined(...) join((struct text[]){__VA_ARGS__}, sizeof((struct text[]){__VA_ARGS__}) / sizeof(struct text))
struct text join(const struct text *parts, size_t count);

// A text of many parts is put together at the end of memory: `const char *start = memory_end();` (memory.h), then `put`
// of each part with nothing allocated in between, then `put_since(start)`.

void put(const char *at, size_t length);
void put_byte(int byte);
#define put_literal(literal) put("" literal, sizeof(literal) - 1)

/// What has been put together.
struct text put_since(const char *start);
