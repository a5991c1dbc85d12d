/* SPDX-License-Identifier: ISC */
#include "text/inline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/uni.h"

/* Marks waiting for their partner, and links for their end; deeper nesting is
 * left as single marks. */
enum {
    OPEN_MAX = 32,
    LINK_DEPTH_MAX = 8,
    LINK_BYTES_MAX = 2048,
    TICKS_MAX = 32, /* around code; a longer row is a mark */
    ELEMENTS_MAX = 30000,
    ELEMENT_PAIR = 1 << 24, /* the first of them; Markdown has fewer pairs */
};

struct open_mark {
    size_t part;
    char c;
    size_t len;
};

struct link_end {
    size_t at, len; /* where "](url)" stands in the line */
    int pair;
};

struct parser {
    struct span line;
    const struct inline_opts *opts;
    struct parts *out;
    size_t i; /* what is looked at */
    size_t text; /* where the text begins that is not yet a part */
    size_t first; /* our first part in out */
    size_t run_end; /* of the row of equal marks that i was in last */
    int pairs; /* how many there are */
    bool has_elements;
    bool no_code[TICKS_MAX + 1]; /* no row of so many is to come */
    struct open_mark open[OPEN_MAX];
    size_t n_open;
    struct link_end links[LINK_DEPTH_MAX];
    size_t n_links;
};

struct part *
parts_add(struct parts *p, const struct part *part)
{
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 16;
        p->list = xrealloc(p->list, p->cap * sizeof(*p->list));
    }
    p->list[p->n] = *part;
    return &p->list[p->n++];
}

void
parts_fini(struct parts *p)
{
    free(p->list);
    *p = (struct parts){0};
}

static void
flush_text(struct parser *p)
{
    if (p->text < p->i)
        parts_add(p->out,
            &(struct part){.bytes = {p->line.p + p->text, p->i - p->text}});
    p->text = p->i;
}

/* The next len bytes are a part of their own. */
static struct part *
take(struct parser *p, enum scan_kind kind, enum scan_role role, size_t len)
{
    struct part *ret;

    flush_text(p);
    ret = parts_add(p->out, &(struct part){
                                .bytes = {p->line.p + p->i, len},
                                .kind = kind,
                                .role = role,
                            });
    p->i += len;
    p->text = p->i;
    return ret;
}

static size_t
run_of(struct span s, size_t i)
{
    size_t n = 1;

    while (i + n < s.len && s.p[i + n] == s.p[i])
        n++;
    return n;
}

/* `code` and ``code`` up to a run of the same length; a run without one is
 * only a mark. */
static void
take_code(struct parser *p)
{
    size_t n = run_of(p->line, p->i), k = p->i + n;
    bool may_end = n <= TICKS_MAX && !p->no_code[n];

    while (may_end && k < p->line.len) {
        size_t m = p->line.p[k] == '`' ? run_of(p->line, k) : 0;

        if (m == n) {
            take(p, SCAN_CODE, ROLE_WORD, k + m - p->i);
            return;
        }
        k += m ? m : 1;
    }
    if (may_end)
        p->no_code[n] = true;
    take(p, SCAN_MARK, ROLE_GAP, n);
}

/* $$ ... $$ */
static bool
take_formula(struct parser *p)
{
    struct span s = p->line;

    if (p->i + 4 >= s.len || s.p[p->i + 1] != '$')
        return false;
    for (size_t k = p->i + 3; k + 1 < s.len; k++) {
        if (s.p[k] == '$' && s.p[k + 1] == '$') {
            take(p, SCAN_CODE, ROLE_WORD, k + 2 - p->i);
            return true;
        }
    }
    return false;
}

/* The byte after the bracket that closes the one at i; 0 when none does. */
static size_t
bracket_end(struct span s, size_t i, char open, char close)
{
    size_t depth = 0, k, end = i + LINK_BYTES_MAX;

    if (end > s.len)
        end = s.len;
    if (!memchr(s.p + i, close, end - i))
        return 0;
    for (k = i; k < end; k++) {
        if (s.p[k] == '\\' && k + 1 < s.len)
            k++;
        else if (s.p[k] == open)
            depth++;
        else if (s.p[k] == close && --depth == 0)
            return k + 1;
    }
    return 0;
}

/* [text](url), ![text](url), [text][reference]: what is around the text is
 * kept.  A footnote [^1] has no text. */
static bool
take_link(struct parser *p)
{
    size_t bracket = p->i + (p->line.p[p->i] == '!'), text_end, end;
    struct part *part;

    if (bracket + 2 >= p->line.len || p->line.p[bracket] != '[')
        return false;
    text_end = bracket_end(p->line, bracket, '[', ']');
    if (!text_end)
        return false;
    if (p->line.p[bracket + 1] == '^' &&
        !memchr(p->line.p + bracket, ' ', text_end - bracket)) {
        take(p, SCAN_MARK, ROLE_GAP, text_end - p->i);
        return true;
    }
    if (text_end >= p->line.len || p->n_links == LINK_DEPTH_MAX)
        return false;
    if (p->line.p[text_end] == '(')
        end = bracket_end(p->line, text_end, '(', ')');
    else if (p->line.p[text_end] == '[')
        end = bracket_end(p->line, text_end, '[', ']');
    else
        return false;
    if (!end)
        return false;
    part = take(p, SCAN_MARK, ROLE_OPEN, bracket + 1 - p->i);
    part->pair = ++p->pairs;
    p->links[p->n_links++] =
        (struct link_end){text_end - 1, end - text_end + 1, p->pairs};
    return true;
}

/* At the "](url)" of the innermost open link. */
static bool
take_link_end(struct parser *p)
{
    struct link_end *link;

    if (p->n_links == 0)
        return false;
    link = &p->links[p->n_links - 1];
    if (p->i < link->at)
        return false;
    p->n_links--;
    if (p->i > link->at)
        return false; /* something swallowed it: the text stays as it is */
    take(p, SCAN_MARK, ROLE_CLOSE, link->len)->pair = link->pair;
    return true;
}

static bool
is_mark_run(char c, size_t n)
{
    switch (c) {
    case '*':
    case '_':
        return n <= 3;
    case '~':
    case '|':
        return n == 2;
    default:
        return false;
    }
}

static bool
is_punct(int32_t c)
{
    return c >= 0 && !uni_word(c) && !uni_space(c);
}

/* Forget the open marks above k: they stay single. */
static bool
close_mark(struct parser *p, char c, size_t n)
{
    for (size_t k = p->n_open; k-- > 0;) {
        struct open_mark *open = &p->open[k];

        if (open->c != c || open->len != n)
            continue;
        p->pairs++;
        take(p, SCAN_MARK, ROLE_CLOSE, n)->pair = p->pairs;
        p->out->list[open->part].role = ROLE_OPEN;
        p->out->list[open->part].pair = p->pairs;
        p->n_open = k;
        return true;
    }
    return false;
}

/* How many marks like that at i follow, itself among them; a long row is read
 * once, not from each of its bytes on. */
static size_t
mark_run(struct parser *p)
{
    if (p->i >= p->run_end)
        p->run_end = p->i + run_of(p->line, p->i);
    return p->run_end - p->i;
}

/* Emphasis by CommonMark's flanking rules, without its splitting of runs. */
static bool
take_mark(struct parser *p)
{
    char c = p->line.p[p->i];
    size_t n = mark_run(p), m;
    int32_t before = uni_before(p->line, p->i);
    int32_t after = uni_at(p->line, p->i + n, &m);
    bool space_before = before == UNI_NONE || uni_space(before);
    bool space_after = after == UNI_NONE || uni_space(after);
    bool left =
        !space_after && (!is_punct(after) || space_before || is_punct(before));
    bool right =
        !space_before && (!is_punct(before) || space_after || is_punct(after));

    if (!is_mark_run(c, n) || (!left && !right))
        return false;
    if (c == '_') {
        bool both = left && right;
        left = left && (!both || is_punct(before));
        right = right && (!both || is_punct(after));
    }
    if (right && close_mark(p, c, n))
        return true;
    if (!left && !right)
        return false;
    take(p, SCAN_MARK, ROLE_GAP, n);
    if (left && p->n_open < OPEN_MAX)
        p->open[p->n_open++] = (struct open_mark){p->out->n - 1, c, n};
    return true;
}

static bool
take_escape(struct parser *p)
{
    if (p->i + 1 >= p->line.len || !p->line.p[p->i + 1] ||
        !strchr("\\`*_{}[]()#+-.!~|>", p->line.p[p->i + 1]))
        return false;
    take(p, SCAN_MARK, ROLE_GAP, 2);
    return true;
}

static bool
take_markdown(struct parser *p)
{
    switch (p->line.p[p->i]) {
    case '`':
        take_code(p);
        return true;
    case '\\':
        return take_escape(p);
    case '$':
        return take_formula(p);
    case '!':
    case '[':
        return take_link(p);
    case ']':
        return take_link_end(p);
    case '*':
    case '_':
    case '~':
    case '|':
        return take_mark(p);
    default:
        return false;
    }
}

/* "<i 3>" and "</i 3>", the stand-ins of translator/http/html.h, are pairs.
 * Their numbers are none of Markdown's. */
static void
pair_elements(struct parser *p, struct part *part)
{
    struct span s = part->bytes;
    bool closes = span_starts(s, SPAN("</i "));
    size_t start = closes ? 4 : 3;
    long long number;

    if ((!closes && !span_starts(s, SPAN("<i "))) ||
        !span_int((struct span){s.p + start, s.len - start - 1}, 0,
            ELEMENTS_MAX, &number))
        return;
    part->role = closes ? ROLE_CLOSE : ROLE_OPEN;
    part->pair = ELEMENT_PAIR + (int)number;
    p->has_elements = true;
}

/* What the scanners or the terms know at this place, whichever is longer.
 * What a part ends is a boundary like the start of the line: "_@tom_". */
static bool
take_hit(struct parser *p)
{
    size_t base = p->out->n > p->first && p->text == p->i ? p->i : 0;
    struct span line = {p->line.p + base, p->line.len - base};
    struct scan_hit hit;
    struct terms_hit term;
    struct part *part;
    bool found = scan_at(line, p->i - base, &hit);

    if (p->opts->terms && terms_at(p->opts->terms, line, p->i - base, &term) &&
        (!found || term.len >= hit.len)) {
        part = take(p, SCAN_TERM, ROLE_WORD, term.len);
        part->target = term.target;
        return true;
    }
    if (found) {
        part = take(p, hit.kind, hit.role, hit.len);
        if (hit.kind == SCAN_MARK)
            pair_elements(p, part);
    }
    return found;
}

static void
unpair(struct part *part)
{
    part->role = ROLE_GAP;
    part->pair = 0;
}

/* Leave only pairs that nest.  A scanner may have run over the end of a link,
 * and links and emphasis may cross; what has no partner is a single mark. */
static void
settle_pairs(struct part *list, size_t n)
{
    size_t stack[OPEN_MAX + LINK_DEPTH_MAX], depth = 0, k;

    for (size_t i = 0; i < n; i++) {
        if (list[i].role == ROLE_OPEN) {
            if (depth < sizeof(stack) / sizeof(stack[0]))
                stack[depth++] = i;
            else
                unpair(&list[i]);
        } else if (list[i].role == ROLE_CLOSE) {
            for (k = depth; k > 0 && list[stack[k - 1]].pair != list[i].pair;)
                k--;
            if (k == 0) {
                unpair(&list[i]);
                continue;
            }
            while (depth > k)
                unpair(&list[stack[--depth]]);
            depth--;
        }
    }
    while (depth > 0)
        unpair(&list[stack[--depth]]);
}

/* Nothing begins inside a word: go on behind its ASCII letters. */
static size_t
skip_text(struct span line, size_t i)
{
    size_t n;

    if (!uni_word(uni_at(line, i, &n)))
        return i + n;
    i += n;
    while (
        i < line.len && (line.p[i] | 0x20) >= 'a' && (line.p[i] | 0x20) <= 'z')
        i++;
    return i;
}

void
inline_parse(
    struct span line, const struct inline_opts *opts, struct parts *out)
{
    struct parser p = {.line = line, .opts = opts, .out = out, .first = out->n};

    while (p.i < line.len) {
        bool keycap = line.p[p.i] == '*' && scan_emoji(line, p.i);

        if (opts->markdown && !keycap && take_markdown(&p))
            continue;
        if (take_hit(&p))
            continue;
        p.i = skip_text(line, p.i);
    }
    flush_text(&p);
    if (p.pairs > 0 || p.has_elements)
        settle_pairs(out->list + p.first, out->n - p.first);
}
