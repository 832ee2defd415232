#include "memory.h"

#ifdef __wasm__

enum { PAGE = 65536 };

extern char __heap_base;
static char *end = &__heap_base;

static void reserve(void) {
    size_t pages = ((size_t)end + PAGE - 1) / PAGE;
    size_t have = __builtin_wasm_memory_size(0);
    if (pages > have && __builtin_wasm_memory_grow(0, pages - have) == (size_t)-1) {
        __builtin_trap();
    }
}

/// How the host gets memory for what it hands over. It never asks for more room for the same thing.
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *, size_t, size_t, size_t);
void *cabi_realloc(void *old, size_t old_size, size_t alignment, size_t size) {
    (void)old, (void)old_size;
    return allocate(size, alignment);
}

// What the compiler may call wherever bytes are copied or set.

void *memcpy(void *to, const void *from, size_t size) {
    for (size_t i = 0; i < size; i++) {
        ((char *)to)[i] = ((const char *)from)[i];
    }
    return to;
}

void *memset(void *to, int byte, size_t size) {
    for (size_t i = 0; i < size; i++) {
        ((char *)to)[i] = (char)byte;
    }
    return to;
}

#else

// Tests run on the machine itself.
static char memory[64 << 20];
static char *end = memory;

static void reserve(void) {
    if (end > memory + sizeof memory) {
        __builtin_trap();
    }
}

#endif

char *memory_end(void) {
    return end;
}

void *allocate(size_t size, size_t alignment) {
    char *start = end + (-(size_t)end & (alignment - 1));
    end = start + size;
    reserve();
    return start;
}

void *add(struct list *list, size_t size) {
    size_t length = list->length++;
    // There is room for a power of two, so more is needed only where the length is one.
    if ((length & (length - 1)) == 0) {
        void *items = allocate(size * (length ? 2 * length : 1), sizeof(void *));
        __builtin_memcpy(items, list->items, size * length);
        list->items = items;
    }
    return (char *)list->items + size * length;
}
