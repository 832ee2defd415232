/// Memory that is never given back: an instance judges one task, and then it is gone.
#pragma once

#include <stddef.h>

/// `size` bytes, all of them zero, at a multiple of `alignment` (a power of two).
void *allocate(size_t size, size_t alignment);

/// The end of what is allocated. What is allocated without alignment begins here.
char *memory_end(void);

/// A list that grows, of items of one size.
struct list {
    void *items;
    size_t length;
};

/// A new item at the end of a list, all zero. It stays where it is until the next one.
void *add(struct list *list, size_t size);
