#include "settings.h"
#include "memory.h"

static struct list problems;

/// Puts the JSON pointer of a value (RFC 6901).
static void put_pointer(const struct json *value) {
    if (!value || !value->outer) {
        return;
    }
    put_pointer(value->outer);
    put_byte('/');
    if (value->outer->kind == JSON_LIST) {
        put_number(value->index);
    }
    for (size_t i = 0; i < value->name.length; i++) {
        char byte = value->name.at[i];
        if (byte == '~' || byte == '/') {
            put_byte('~');
            byte = byte == '~' ? '0' : '1';
        }
        put_byte(byte);
    }
}

void problem(const struct json *where, struct text message) {
    const char *start = memory_end();
    put_pointer(where);
    struct text pointer = put_since(start);
    struct problem *problem = add(&problems, sizeof *problem);
    problem->pointer = pointer;
    problem->message = message;
}

static struct setting *find(struct setting_list settings, struct text name) {
    for (size_t i = 0; i < settings.length; i++) {
        if (equal(settings.items[i].name, name)) {
            return settings.items + i;
        }
    }
    return NULL;
}

struct list read_settings(struct setting_list settings, struct text document) {
    if (!settings.length) {
        // Such a policy can be small: it has no need to read JSON.
        if (!equal(document, text("{}"))) {
            problem(NULL, text("there is nothing to set"));
        }
        return problems;
    }
    const struct json *all = json_parse(document);
    if (!all || all->kind != JSON_OBJECT) {
        problem(all, text("not a JSON object"));
        return problems;
    }
    json_each(item, all) {
        struct setting *setting = find(settings, item->name);
        if (setting) {
            setting->read(item, setting->into);
            setting->is_read = true;
        } else {
            problem(item, text("unknown field"));
        }
    }
    foreach(setting, settings) {
        if (!setting->is_read && !setting->is_optional) {
            problem(&(struct json){.outer = all, .name = setting->name}, text("missing field"));
        }
    }
    return problems;
}

struct text schema_of(struct setting_list settings) {
    const char *start = memory_end();
    put_literal("{\"additionalProperties\":false,\"properties\":{");
    foreach(setting, settings) {
        put(",", setting > settings.items);
        put(setting->property.at, setting->property.length);
    }
    put_literal("},\"type\":\"object\",\"required\":[");
    size_t count = 0;
    foreach(setting, settings) {
        if (!setting->is_optional) {
            // The property begins with its name as JSON.
            put(",", count++ > 0);
            put(setting->property.at, setting->name.length + 2);
        }
    }
    put_literal("]}");
    return put_since(start);
}

void read_text(const struct json *value, void *into) {
    struct text text = json_text(value);
    if (!text.at) {
        problem(value, text("not a string"));
    }
    *(struct text *)into = text;
}

void read_texts(const struct json *value, void *into) {
    struct list texts = {0};
    if (value->kind != JSON_LIST) {
        problem(value, text("not a list of strings"));
        return;
    }
    json_each(item, value) {
        read_text(item, add(&texts, sizeof(struct text)));
    }
    *(struct texts *)into = (struct texts){texts.items, texts.length};
}

void read_bool(const struct json *value, void *into) {
    *(bool *)into = value->kind == JSON_TRUE;
    if (value->kind != JSON_TRUE && value->kind != JSON_FALSE) {
        problem(value, text("not `true` or `false`"));
    }
}

void read_integer(const struct json *value, void *into) {
    if (!json_integer(value, into)) {
        problem(value, text("not an integer of 64 bits"));
    }
}
