#include "text.h"
#include "memory.h"

bool equal(struct text one, struct text other) {
    return one.length == other.length && starts_with(one, other);
}

bool starts_with(struct text whole, struct text beginning) {
    if (whole.length < beginning.length) {
        return false;
    }
    for (size_t i = 0; i < beginning.length; i++) {
        if (whole.at[i] != beginning.at[i]) {
            return false;
        }
    }
    return true;
}

bool contains(struct texts list, struct text wanted) {
    foreach(text, list) {
        if (equal(*text, wanted)) {
            return true;
        }
    }
    return false;
}

struct text before(struct text whole, char character) {
    for (size_t i = 0; i < whole.length; i++) {
        if (whole.at[i] == character) {
            return (struct text){whole.at, i};
        }
    }
    return whole;
}

struct text after_last(struct text whole, char character) {
    for (size_t i = whole.length; i > 0; i--) {
        if (whole.at[i - 1] == character) {
            return skip(whole, i);
        }
    }
    return whole;
}

struct text skip(struct text whole, size_t length) {
    return (struct text){whole.at + length, whole.length - length};
}

struct text join(const struct text *parts, size_t count) {
    const char *start = memory_end();
    for (size_t i = 0; i < count; i++) {
        put(parts[i].at, parts[i].length);
    }
    return put_since(start);
}

void put(const char *at, size_t length) {
    __builtin_memcpy(allocate(length, 1), at, length);
}

void put_byte(int byte) {
    *(char *)allocate(1, 1) = (char)byte;
}

struct text put_since(const char *start) {
    return (struct text){start, (size_t)(memory_end() - start)};
}
