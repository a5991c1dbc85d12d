/* SPDX-License-Identifier: ISC */
#include "nn/format/yml.h"

#include <stdlib.h>
#include <yaml.h>

#include "base/mem.h"

enum { KEY_BYTES_MAX = 4096 };

/* Where we are: outside (0), in the map (1), in a list of a key (2), deeper. */
struct state {
    yml_on_scalar on_scalar;
    void *user;
    int depth;
    bool map; /* the outermost is a map */
    bool list; /* the second is a list */
    bool has_key; /* so that a value comes next */
    char key[KEY_BYTES_MAX];
    size_t key_len;
    size_t index;
};

static bool
on_text(struct state *s, const yaml_event_t *e, struct err *err)
{
    struct span text = {
        (const char *)e->data.scalar.value, e->data.scalar.length};
    struct span key;

    if (!s->map)
        return err_set(err, FAIL_BAD_INPUT, "the YAML is not a map");
    if (s->depth == 1 && !s->has_key) {
        if (text.len > sizeof(s->key))
            return err_set(err, FAIL_BAD_INPUT, "the YAML has a huge key");
        if (text.len)
            memcpy(s->key, text.p, text.len);
        s->key_len = text.len;
        s->has_key = true;
        s->index = 0;
        return true;
    }
    key = (struct span){s->key, s->key_len};
    if (s->depth == 1)
        s->has_key = false;
    if (s->depth > 2 || (s->depth == 2 && !s->list))
        return true;
    return s->on_scalar(s->user, key, s->index++, text, err);
}

static bool
on_begin(struct state *s, bool map, struct err *err)
{
    if (s->depth == 0)
        s->map = map;
    if (s->depth == 1 && !s->has_key)
        return err_set(
            err, FAIL_BAD_INPUT, "the YAML has a key that is no word");
    if (s->depth == 1)
        s->list = !map;
    s->depth++;
    return true;
}

static bool
on_end(struct state *s, struct err *err)
{
    struct span key = {s->key, s->key_len};

    s->depth--;
    if (s->depth != 1)
        return true;
    s->has_key = false;
    if (!s->list || s->index > 0)
        return true;
    return s->on_scalar(s->user, key, 0, (struct span){NULL, 0}, err);
}

static bool
on_event(struct state *s, const yaml_event_t *e, struct err *err)
{
    static const yaml_event_t nothing;

    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return on_text(s, e, err);
    case YAML_ALIAS_EVENT: /* Marian writes none: as if it were empty */
        return on_text(s, &nothing, err);
    case YAML_MAPPING_START_EVENT:
        return on_begin(s, true, err);
    case YAML_SEQUENCE_START_EVENT:
        return on_begin(s, false, err);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        return on_end(s, err);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return true;
    }
    return true;
}

bool
yml_read(struct span text, yml_on_scalar on_scalar, void *user, struct err *err)
{
    struct state *s = xcalloc(1, sizeof(*s));
    yaml_parser_t parser;
    bool more = true, ok = true;

    s->on_scalar = on_scalar;
    s->user = user;
    if (!yaml_parser_initialize(&parser)) {
        free(s);
        return err_set(err, FAIL_SYSTEM, "out of memory");
    }
    yaml_parser_set_input_string(
        &parser, (const unsigned char *)text.p, text.len);
    while (ok && more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            ok = err_set(err, FAIL_BAD_INPUT, "line %zu is not YAML: %s",
                parser.problem_mark.line + 1,
                parser.problem ? parser.problem : "?");
            break;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        ok = on_event(s, &event, err);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (ok && !s->map)
        ok = err_set(err, FAIL_BAD_INPUT, "the YAML is not a map");
    free(s);
    return ok;
}
