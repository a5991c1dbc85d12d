/* SPDX-License-Identifier: ISC */
#include "gateway/served.h"

#include "gateway/gateway.h"
#include "text/lang.h"
#include "wire/json.h"

static void
put_targets(struct buf *b, struct span pairs, struct span code)
{
    struct buf quality = {0};
    struct span source = {0};
    struct pairs_entry p;

    buf_addz(b, ",\"targets\":[");
    while (pairs_next(&pairs, &source, &p)) {
        if (!span_eq(p.source, code))
            continue;
        buf_addz(b, quality.len ? "," : "");
        json_put_str(b, p.target);
        buf_addz(&quality, quality.len ? "," : "");
        json_put_str(&quality, p.target);
        buf_addf(&quality, ":\"%s\"", pair_class_name(p.class));
    }
    buf_addz(b, "],\"quality\":{");
    buf_adds(b, buf_span(&quality));
    buf_addc(b, '}');
    buf_free(&quality);
}

void
served_put_list(struct buf *b, const struct gateway *g)
{
    const struct cluster *c = dispatch_cluster(g->dispatch);
    struct buf known = {0};
    const char *comma = "";
    struct span rest;

    cluster_languages(c, &known);
    rest = known.len ? buf_span(&known) : span_of(g->cfg->languages);
    buf_addc(b, '[');
    while (rest.p) {
        const struct lang *l = lang_find(span_trim(span_cut(&rest, ',')));
        if (!l)
            continue;
        buf_addf(b, "%s{", comma);
        comma = ",";
        json_put_field(b, "code", span_of(l->code));
        json_add_field(b, "name", span_of(l->name));
        json_add_field(b, "nativeName", span_of(l->native));
        put_targets(b, cluster_pairs(c), span_of(l->code));
        buf_addc(b, '}');
    }
    buf_addc(b, ']');
    buf_free(&known);
}

void
served_put_reader(struct buf *b, const struct gateway *g, struct span language)
{
    struct span pairs = cluster_pairs(dispatch_cluster(g->dispatch)),
                source = {0};
    const struct lang *l = lang_find(language);
    const char *comma = "";
    struct pairs_entry p;

    if (pairs.len == 0)
        return;
    buf_addz(b, ",\"readsFrom\":{");
    while (pairs_next(&pairs, &source, &p)) {
        if (!span_eq(p.target, language))
            continue;
        buf_addz(b, comma);
        comma = ",";
        json_put_str(b, p.source);
        buf_addf(b, ":\"%s\"", pair_class_name(p.class));
    }
    buf_addc(b, '}');
    if (*comma)
        return;
    buf_addf(b,
        ",\"warning\":\"No translator writes %s: you read messages as they "
        "were written.\"",
        l ? l->name : "this language");
}
