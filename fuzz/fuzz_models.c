/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "models/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define URL "https://models.example/db/models.json"

/* A manifest that was understood survives formatting and parsing. */
static void
try_manifest(struct span text)
{
    struct manifest m, again;
    struct buf b = {0};

    if (!manifest_parse(text, &m, NULL))
        return;
    assert(manifest_name_valid(span_of(m.name)));
    manifest_format(&m, &b);
    if (!manifest_parse(buf_span(&b), &again, NULL))
        assert(!"a manifest could be parsed once but not twice");
    assert(memcmp(&m, &again, sizeof(m)) == 0);
    buf_free(&b);
}

/* What can be had has a name and URLs that lead nowhere else. */
static void
check_entry(const struct registry *r, const struct registry_entry *e)
{
    assert(manifest_name_valid(span_of(e->name)));
    if (e->why[0])
        return;
    assert(manifest_sha256_valid(span_of(e->files[MANIFEST_MODEL].sha256)));
    assert(e->version[0] && e->architecture[0] && e->licence[0]);
    for (int i = 0; i < MANIFEST_ROLES; i++) {
        char *url;

        if (!e->files[i].path)
            continue;
        url = registry_url(r, &e->files[i]);
        assert(strncmp(url, r->base, strlen(r->base)) == 0);
        assert(!strstr(url + strlen(r->base), "/."));
        assert(strncmp(r->base, "https://", 8) == 0 ||
               strncmp(r->base, "http://127.0.0.1", 16) == 0 ||
               strncmp(r->base, "http://localhost", 16) == 0);
        free(url);
    }
}

static void
try_registry(struct span text)
{
    struct registry *r = registry_parse(text, URL, NULL);

    for (size_t i = 0; r && i < r->n_entries; i++) {
        const struct registry_entry *e = &r->entries[i];

        check_entry(r, e);
        if (registry_find(r, span_of(e->name), e->architecture, NULL) == NULL)
            assert(e->why[0]);
    }
    registry_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = {(const char *)data, size};

    try_manifest(text);
    try_registry(text);
    return 0;
}
