/* SPDX-License-Identifier: ISC */
#include "exchange/transcript_impl.h"

#include "base/clock.h"

static const char style[] =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;"
    "padding:0 1rem;color:#1a1c20;background:#fff}"
    "h1{margin-bottom:0}article{margin:1.2rem 0}header{color:#5b616b;"
    "font-size:.85rem}header b{color:#1a1c20;font-size:1rem}"
    "p{margin:.2rem 0;white-space:pre-wrap;overflow-wrap:anywhere}"
    "details{color:#5b616b;font-size:.9rem}summary{cursor:pointer}"
    ".under{margin-left:2rem;border-left:3px solid #d5d9e0;padding-left:1rem}"
    "@media(prefers-color-scheme:dark){body,header b{color:#e8eaee}"
    "body{background:#15171b}header,details{color:#a3a9b3}"
    ".under{border-color:#3a3f48}}";

/* Text or the value of an attribute. */
static void
put(struct buf *out, struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        switch (s.p[i]) {
        case '&':
            buf_addz(out, "&amp;");
            break;
        case '<':
            buf_addz(out, "&lt;");
            break;
        case '>':
            buf_addz(out, "&gt;");
            break;
        case '"':
            buf_addz(out, "&quot;");
            break;
        default:
            buf_addc(out, s.p[i]);
        }
}

static void
put_time(struct buf *out, int64_t ms)
{
    char iso[CLOCK_ISO_BYTES];

    clock_iso(ms, iso);
    buf_addf(out, "<time datetime=\"%s\">%.10s %.5s UTC</time>", iso, iso,
        iso + sizeof("2026-01-31T") - 1);
}

/* A text in a language, isolated from what stands around it. */
static void
put_text(
    struct buf *out, const char *tag, struct span language, struct span text)
{
    buf_addf(out, "<%s dir=\"auto\" lang=\"", tag);
    put(out, language);
    buf_addz(out, "\">");
    put(out, text);
    buf_addf(out, "</%s>\n", tag);
}

static void
head(const struct store_conversation *c, struct buf *out)
{
    const char *title = c->title[0] ? c->title : c->id;

    buf_addz(out, "<!doctype html>\n<html lang=\"en\">\n"
                  "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                  "content=\"width=device-width\">\n<title>");
    put(out, span_of(title));
    buf_addf(out, "</title>\n<style>%s</style>\n<h1><bdi>", style);
    put(out, span_of(title));
    buf_addz(out, "</bdi></h1>\n<p>");
    put(out, span_of(c->description));
    buf_addz(out, "</p>\n<details><summary>People</summary>");
}

static void
member(const struct store_member *m, bool first, struct buf *out)
{
    buf_addz(out, first ? "<bdi>" : ", <bdi>");
    put(out, span_of(m->display_name));
    buf_addz(out, "</bdi>");
}

static void
members_end(struct buf *out)
{
    buf_addz(out, "</details>\n");
}

static void
translation(const struct store_translation *t, bool first, struct buf *out)
{
    (void)first;
    buf_addz(out, "<dt>");
    put(out, t->language);
    buf_addz(out, t->doubt.len ? " (rough)</dt>" : "</dt>");
    put_text(out, "dd", t->language, t->text);
}

static void
put_marks(const struct store_message *m, struct buf *out)
{
    struct span reactions = m->reactions, files = m->files;
    struct store_reaction r;
    struct store_file f;

    while (store_file_next(&files, &f)) {
        buf_addz(out, "<p>📎 <bdi>");
        put(out, f.name);
        buf_addz(out, "</bdi></p>\n");
    }
    if (!reactions.len)
        return;
    buf_addz(out, "<p>");
    while (store_reaction_next(&reactions, &r)) {
        put(out, r.emoji);
        buf_addf(out, " %lld ", (long long)r.count);
    }
    buf_addz(out, "</p>\n");
}

static void
message(const struct store_message *m, struct span done, struct buf *out)
{
    buf_addf(out, "<article%s>\n<header><b><bdi>",
        m->thread.len ? " class=\"under\"" : "");
    put(out, m->sender_name);
    buf_addz(out, "</bdi></b> ");
    put_time(out, m->created_ms);
    if (m->edited_ms)
        buf_addz(out, " (edited)");
    buf_addz(out, "</header>\n");
    put_text(out, "p", m->language, m->content);
    put_marks(m, out);
    if (done.len) {
        buf_addz(out, "<details><summary>Translations</summary><dl>\n");
        buf_adds(out, done);
        buf_addz(out, "</dl></details>\n");
    }
    buf_addz(out, "</article>\n");
}

static void
tail(struct buf *out)
{
    buf_addz(out, "</html>\n");
}

const struct transcript_writer transcript_html = {
    head, member, members_end, translation, message, tail};
