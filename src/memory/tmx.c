/* SPDX-License-Identifier: ISC */
#include "memory/tmx.h"

#include <expat.h>
#include <string.h>

#include "memory/cell.h"
#include "text/lang.h"

enum { PIECE = 1024 * 1024 }; /* given to the parser at a time */

/* The document is read twice: for the languages, then for the units. */
struct reader {
    XML_Parser parser;
    char languages[TABLE_COLUMNS_MAX][LANG_CODE_BYTES];
    size_t n_languages;
    bool full; /* a language more than there may be */
    bool seen; /* it is a <tmx> */

    struct buf *out; /* NULL: looking for languages */
    struct tmx_count count;
    size_t column; /* of the variant; n_languages: none */
    int kept; /* depth inside <seg>; 0: outside */
    int dropped; /* depth inside codes of a format */
    struct buf segment;
    struct buf cells[TABLE_COLUMNS_MAX]; /* of the unit */
};

static size_t
find_language(const struct reader *r, const char *code)
{
    size_t n = 0;

    while (n < r->n_languages && strcmp(r->languages[n], code) != 0)
        n++;
    return n;
}

static void
begin_variant(struct reader *r, const char **attributes)
{
    char code[LANG_CODE_BYTES];

    r->column = TABLE_COLUMNS_MAX;
    for (; attributes[0]; attributes += 2)
        if (!strcmp(attributes[0], "xml:lang") ||
            !strcmp(attributes[0], "lang"))
            if (lang_normalise(span_of(attributes[1]), code))
                r->column = find_language(r, code);
    if (r->column < r->n_languages || r->column == TABLE_COLUMNS_MAX)
        return;
    r->full = r->full || r->n_languages == TABLE_COLUMNS_MAX;
    if (!r->out && r->n_languages < TABLE_COLUMNS_MAX)
        memcpy(r->languages[r->n_languages++], code, sizeof(code));
}

/* Elements that hold codes of a format, and no text. */
static bool
is_code(const char *name)
{
    return !strcmp(name, "bpt") || !strcmp(name, "ept") ||
           !strcmp(name, "it") || !strcmp(name, "ph") || !strcmp(name, "ut");
}

static void XMLCALL
on_start(void *user, const char *name, const char **attributes)
{
    struct reader *r = user;

    r->seen = r->seen || !strcmp(name, "tmx");
    if (r->kept > 0) {
        r->kept++;
        if (r->dropped > 0 || is_code(name))
            r->dropped++;
    } else if (!strcmp(name, "tuv")) {
        begin_variant(r, attributes);
    } else if (!strcmp(name, "seg")) {
        r->kept = 1;
        buf_reset(&r->segment);
    }
}

static void XMLCALL
on_text(void *user, const char *text, int n)
{
    struct reader *r = user;

    if (r->kept > 0 && r->dropped == 0 && r->out &&
        r->segment.len + (size_t)n <= 2 * PHRASE_BYTES_MAX)
        buf_add(&r->segment, text, (size_t)n);
}

static void
end_segment(struct reader *r)
{
    if (r->out && r->column < r->n_languages)
        cell_add(&r->cells[r->column], buf_span(&r->segment),
            span_of(r->languages[r->column]));
}

static void
end_unit(struct reader *r)
{
    size_t filled = 0, bytes = 0;

    for (size_t n = 0; n < r->n_languages; n++) {
        filled += r->cells[n].len > 0;
        bytes += r->cells[n].len + 1;
    }
    if (filled > 1 && bytes <= TABLE_LINE_BYTES_MAX) {
        for (size_t n = 0; n < r->n_languages; n++) {
            if (n > 0)
                buf_addc(r->out, '\t');
            buf_adds(r->out, buf_span(&r->cells[n]));
        }
        buf_addc(r->out, '\n');
        r->count.units++;
    } else {
        r->count.left_out++;
    }
    for (size_t n = 0; n < r->n_languages; n++)
        buf_reset(&r->cells[n]);
}

static void XMLCALL
on_end(void *user, const char *name)
{
    struct reader *r = user;

    if (r->kept > 1) {
        r->kept--;
        r->dropped -= r->dropped > 0;
    } else if (r->kept == 1) {
        r->kept = 0;
        end_segment(r);
    } else if (r->out && !strcmp(name, "tu")) {
        end_unit(r);
    }
}

static bool
parse(struct reader *r, struct span xml, struct err *err)
{
    bool ok = true;

    r->parser = XML_ParserCreate(NULL);
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_start, on_end);
    XML_SetCharacterDataHandler(r->parser, on_text);
    r->kept = r->dropped = 0;
    do {
        size_t n = xml.len > PIECE ? PIECE : xml.len;

        ok = XML_Parse(r->parser, xml.p, (int)n, n == xml.len) == XML_STATUS_OK;
        xml.p += n;
        xml.len -= n;
    } while (ok && xml.len > 0);
    if (!ok)
        err_set(err, FAIL_BAD_INPUT, "line %lu: %s",
            (unsigned long)XML_GetCurrentLineNumber(r->parser),
            XML_ErrorString(XML_GetErrorCode(r->parser)));
    XML_ParserFree(r->parser);
    return ok;
}

static bool
read_twice(
    struct reader *r, struct span xml, struct buf *table, struct err *err)
{
    if (xml.len > TMX_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the file is too large");
    if (!parse(r, xml, err))
        return false;
    if (!r->seen)
        return err_set(err, FAIL_BAD_INPUT, "it is XML, but no TMX");
    if (r->full)
        return err_set(err, FAIL_BAD_INPUT, "it has more than %d languages",
            TABLE_COLUMNS_MAX);
    if (r->n_languages < 2)
        return err_set(err, FAIL_BAD_INPUT, "two languages are needed");
    for (size_t n = 0; n < r->n_languages; n++)
        buf_addf(table, "%s%s", n > 0 ? "\t" : "", r->languages[n]);
    buf_addc(table, '\n');
    r->out = table;
    return parse(r, xml, err);
}

bool
tmx_read(
    struct span xml, struct buf *table, struct tmx_count *ret, struct err *err)
{
    struct reader r = {.column = TABLE_COLUMNS_MAX};
    bool ok = read_twice(&r, xml, table, err);

    *ret = r.count;
    buf_free(&r.segment);
    for (size_t n = 0; n < TABLE_COLUMNS_MAX; n++)
        buf_free(&r.cells[n]);
    return ok;
}

/* ---- writing ---- */

static void
put_escaped(struct span s, FILE *to)
{
    for (size_t i = 0; i < s.len; i++) {
        switch (s.p[i]) {
        case '&':
            fputs("&amp;", to);
            break;
        case '<':
            fputs("&lt;", to);
            break;
        case '>':
            fputs("&gt;", to);
            break;
        default:
            fputc(s.p[i], to);
        }
    }
}

static void
put_variants(const char *language, struct span cell, FILE *to)
{
    while (cell.p) {
        struct span a = span_trim(span_cut(&cell, '|'));

        if (a.len > 0 && a.p[0] == '>') {
            a.p++;
            a.len--;
        }
        fprintf(to, "<tuv xml:lang=\"%s\"><seg>", language);
        put_escaped(a, to);
        fputs("</seg></tuv>", to);
    }
}

void
tmx_write(const struct table *t, FILE *to)
{
    struct span cells[TABLE_COLUMNS_MAX];
    size_t pos = 0;

    fprintf(to,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<tmx version=\"1.4\">\n"
        "<header creationtool=\"meeshyctl\" creationtoolversion=\"%s\" "
        "segtype=\"sentence\" o-tmf=\"meeshy\" adminlang=\"en\" "
        "srclang=\"*all*\" datatype=\"plaintext\"/>\n<body>\n",
        MEESHY_VERSION);
    while (table_next(t, &pos, cells)) {
        fputs("<tu>", to);
        for (size_t n = 0; n < table_columns(t); n++)
            put_variants(table_language(t, n), cells[n], to);
        fputs("</tu>\n", to);
    }
    fputs("</body>\n</tmx>\n", to);
}
