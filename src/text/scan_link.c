/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "text/scan.h"
#include "text/uni.h"

/* RFC 1035, RFC 5321.  They also keep a long row of dots from being read again
 * at each of its labels. */
enum {
    SCHEME_BYTES_MAX = 20,
    LABEL_BYTES_MAX = 63,
    HOST_BYTES_MAX = 253,
    MAILBOX_BYTES_MAX = 64,
    PATH_BYTES_MAX = 1024,
    FOLDER_BYTES_MAX = 64, /* before the first name in a path */
};

/* Top-level domains and file name endings that make a dotted word a name.
 * Sorted. */
static const char *const endings[] = {"ac", "ad", "ae", "ai", "am", "app", "ar",
    "art", "asia", "at", "au", "avi", "ba", "bak", "bat", "be", "bg", "bin",
    "biz", "blog", "bmp", "bo", "br", "by", "bz", "ca", "cat", "cc", "cfg",
    "ch", "chat", "cl", "class", "cloud", "club", "cn", "co", "com", "conf",
    "cpp", "cr", "css", "csv", "cu", "cy", "cz", "dat", "db", "de", "deb",
    "design", "dev", "dk", "dll", "dmg", "do", "doc", "docx", "dz", "ec", "edu",
    "ee", "eg", "email", "env", "epub", "es", "eu", "exe", "fi", "flac", "fm",
    "fr", "ga", "games", "gg", "gif", "gl", "gov", "gr", "gt", "guru", "gz",
    "hk", "house", "hpp", "hr", "htm", "html", "hu", "id", "ie", "il", "in",
    "info", "ini", "int", "io", "ir", "is", "iso", "it", "jar", "java", "jp",
    "jpeg", "jpg", "js", "json", "jsx", "ke", "kr", "kz", "lb", "li", "link",
    "live", "lock", "log", "lt", "lu", "lua", "lv", "ly", "ma", "mc", "md",
    "me", "media", "mil", "mk", "mkv", "mobi", "mov", "mp3", "mp4", "mt", "mx",
    "my", "name", "net", "network", "news", "ng", "nl", "no", "nz", "odt",
    "ogg", "one", "online", "org", "ovh", "pdf", "pe", "ph", "php", "pk", "pl",
    "png", "ppt", "pptx", "pro", "ps", "pt", "py", "qa", "rar", "rb", "re",
    "ro", "rs", "rtf", "ru", "sa", "se", "sg", "sh", "shop", "si", "site", "sk",
    "sn", "so", "social", "space", "sql", "store", "studio", "su", "svg", "tar",
    "tech", "tgz", "th", "tn", "to", "toml", "top", "tr", "ts", "tsx", "tv",
    "tw", "txt", "ua", "uk", "us", "uy", "ve", "vn", "wasm", "wav", "webm",
    "webp", "wiki", "world", "xls", "xlsx", "xml", "xyz", "yaml", "yml", "za",
    "zip", "zone"};

static int
compare_ending(const void *key, const void *entry)
{
    const struct span *s = key;
    const char *z = *(const char *const *)entry;
    int d = strncasecmp(s->p, z, s->len);

    return d ? d : z[s->len] ? -1 : 0;
}

static bool
is_ending(struct span s)
{
    return s.len > 0 &&
           bsearch(&s, endings, sizeof(endings) / sizeof(endings[0]),
               sizeof(endings[0]), compare_ending);
}

static bool
is_alnum(int32_t c)
{
    return uni_word(c) && c != '_';
}

/* Where a URL that reaches at least to byte i ends: before white space or a
 * delimiter, and before the punctuation of the sentence around it. */
static size_t
url_end(struct span s, size_t i)
{
    size_t start = i, n;
    int depth = 0;

    for (; i < s.len; i += n) {
        int32_t c = uni_at(s, i, &n);

        if (c <= ' ' || c == 0x7f || (c < 0x80 && strchr("<>\"`{}|^\\", c)))
            break;
        if (c >= 0x80 && !uni_word(c))
            break;
        if (c == '(' || c == '[')
            depth++;
        if ((c == ')' || c == ']') && --depth < 0)
            break;
    }
    while (i > start && strchr(".,;:!?'*_~", s.p[i - 1]))
        i--;
    return i;
}

/* Whether the scheme of a URL ends at i, and where what follows starts. */
static size_t
after_scheme(struct span s, size_t i)
{
    static const struct span direct[] = {
        {"mailto:", 7}, {"tel:", 4}, {"xmpp:", 5}, {"magnet:", 7}};
    struct span rest = {s.p + i, s.len - i};
    size_t n = 0;

    for (size_t k = 0; k < sizeof(direct) / sizeof(direct[0]); k++) {
        if (span_starts(rest, direct[k]))
            return i + direct[k].len;
    }
    while (n < rest.len && n < SCHEME_BYTES_MAX && rest.p[n] != ':' &&
           rest.p[n] > ' ' && (is_alnum(rest.p[n]) || strchr("+.-", rest.p[n])))
        n++;
    rest = (struct span){rest.p + n, rest.len - n};
    return n >= 2 && span_starts(rest, SPAN("://")) ? i + n + 3 : 0;
}

size_t
scan_link(struct span line, size_t i)
{
    size_t body = after_scheme(line, i), end;
    struct span rest = {line.p + i, line.len - i};

    if (!body && rest.len > 4 && strncasecmp(rest.p, "www.", 4) == 0 &&
        is_alnum(rest.p[4]))
        body = i + 4;
    if (!body)
        return 0;
    end = url_end(line, body);
    return end > body ? end - i : 0;
}

/* The end of the host name at i ("a.b.c"); *last is where its last label
 * starts.  0 when there is no dot in it. */
static size_t
host_end(struct span s, size_t i, size_t *last)
{
    size_t start = i, label = i, end = 0, n;

    for (;; i += n) {
        int32_t c = uni_at(s, i, &n);

        if (i - label > LABEL_BYTES_MAX)
            break;
        if (is_alnum(c) || (c == '-' && i > label))
            continue;
        if (i == label)
            break;
        if (i - start > HOST_BYTES_MAX)
            return 0;
        end = i;
        *last = label;
        if (c != '.' || !is_alnum(uni_at(s, i + 1, &n)))
            break;
        n = 1;
        label = i + 1;
    }
    return end;
}

/* Is i behind a full stop in a row of words?  Then what begins here would have
 * begun at the first of them, unless that is no host: "my_file.tar.gz". */
static bool
inside_host(struct span s, size_t i)
{
    size_t k = i - 1;

    if (i < 2 || s.p[k] != '.' || !is_alnum(uni_before(s, k)))
        return false;
    while (k > 0 && i - k <= LABEL_BYTES_MAX &&
           is_alnum((unsigned char)s.p[k - 1]))
        k--;
    return k == 0 || s.p[k - 1] != '_';
}

/* Two sentences without a space between them: "It's over.Thanks", "I know.it
 * was", rather than a host.  A host has no capital behind a small letter, and
 * where its ending is a word, its name is not what sentences end with. */
static bool
are_sentences(struct span host, size_t last)
{
    static const char words[] =
        " am as at be cat class de do es et id il in is it la li link live "
        "ma me my name news no one re se si so space store to top us world ";
    static const char ends[] =
        " all alone also am are away back bad bed better bien bom bueno busy "
        "bye ca came casa claro coming cool day dead did dinner done down "
        "early eat eight else enough ever fait fin fine fini finished five "
        "food fun funny gente go going gone good gracias great grazie haha "
        "happy hard here home hot hours house idea ill ja jour just know "
        "last late later left like lol long look love lunch mal man me mec "
        "mdr mal merci mine minutes moi money more morning muito nada name "
        "needed never nice night nine no noche non not nothing now obrigada "
        "obrigado off oggi ok okay old on one oui out over party plus please "
        "problem question ready really right sad said school see seen seis "
        "seven shit si sick six so soir soon sorry soup still stop stuff "
        "sure ta tarde te ten thanks that them there thing things think this "
        "though three ti tien time tired tmrw to today toi tomorrow tonight "
        "too toujours town train true two up us vale very wait was way week "
        "well went what will with word work works wrong yeah year yep yes "
        "yesterday yet you yours ";
    char ending[LABEL_BYTES_MAX + 3], name[LABEL_BYTES_MAX + 3];
    size_t n = 0, m;

    if (uni_upper(uni_at(host, last, &m)) && last + m < host.len &&
        uni_lower(uni_at(host, last + m, &m)) &&
        uni_lower(uni_before(host, last - 1)))
        return true;
    ending[n++] = ' ';
    for (size_t i = last; i < host.len; i++)
        ending[n++] = (char)(host.p[i] | 0x20);
    ending[n++] = ' ';
    if (!memmem(words, sizeof(words), ending, n))
        return false;
    n = 0;
    name[n++] = ' ';
    for (size_t i = 0; i < last - 1 && n <= LABEL_BYTES_MAX; i++)
        name[n++] = (char)(host.p[i] | 0x20);
    name[n++] = ' ';
    return memmem(ends, sizeof(ends), name, n) != NULL;
}

size_t
scan_email(struct span line, size_t i)
{
    size_t at = i, last = 0, host, end, n;

    if (inside_host(line, i))
        return 0;
    for (;; at += n) {
        int32_t c = uni_at(line, at, &n);

        if (!uni_word(c) && (c <= 0 || c >= 0x80 || !strchr(".%+-", c)))
            break;
        if (at - i > MAILBOX_BYTES_MAX)
            return 0;
    }
    if (at == i || at >= line.len || line.p[at] != '@')
        return 0;
    host = at + 1;
    end = host_end(line, host, &last);
    if (!end || last == host || end - last < 2 ||
        !uni_alpha(uni_at(line, last, &n)))
        return 0;
    return end - i;
}

size_t
scan_domain(struct span line, size_t i)
{
    static const struct span local = {"localhost:", 10};
    struct span rest = {line.p + i, line.len - i};
    size_t last = i, end, n;

    if (span_starts(rest, local) && uni_digit(uni_at(rest, local.len, &n)))
        return url_end(line, i + local.len) - i;
    if (inside_host(line, i))
        return 0;
    end = host_end(line, i, &last);
    if (!end || last == i ||
        !is_ending((struct span){line.p + last, end - last}) ||
        are_sentences((struct span){line.p + i, end - i}, last - i))
        return 0;
    if (end < line.len && (line.p[end] == '@' || line.p[end] == '_'))
        return 0;
    if (end < line.len && strchr("/?#:", line.p[end])) {
        int32_t c = uni_at(line, end + 1, &n);

        if (line.p[end] == '/' || (line.p[end] == ':' ? uni_digit(c) : c > ' '))
            return url_end(line, end) - i;
    }
    return end - i;
}

size_t
scan_ending(struct span line, size_t i)
{
    size_t end = i, n;

    while (end < line.len && line.p[end] == '.') {
        size_t label = end + 1, next = label;

        while (next < line.len && next - label < LABEL_BYTES_MAX &&
               is_alnum((unsigned char)line.p[next]))
            next++;
        if (!is_ending((struct span){line.p + label, next - label}))
            break;
        end = next;
    }
    return uni_word(uni_at(line, end, &n)) ? 0 : end - i;
}

static bool
is_path_char(int32_t c)
{
    return uni_word(c) || (c > ' ' && c < 0x7f && strchr("./-+@%~:=", c));
}

/* "C:\x" */
static size_t
drive_path(struct span s)
{
    size_t end = 3, n;

    if (s.len < 4 || s.p[1] != ':' || s.p[2] != '\\' ||
        !uni_word(uni_at(s, 3, &n)))
        return 0;
    while (end < PATH_BYTES_MAX) {
        int32_t c = uni_at(s, end, &n);

        if (c != '\\' && !is_path_char(c))
            break;
        end += n;
    }
    return end;
}

static bool
begins_path(struct span s)
{
    size_t n;

    return (s.p[0] == '/' && is_alnum(uni_at(s, 1, &n))) ||
           span_starts(s, SPAN("~/")) || span_starts(s, SPAN("./")) ||
           span_starts(s, SPAN("../"));
}

/* "/usr/bin", "~/x", "./x", "../x", "C:\x", and at the start of a line the
 * "/command" of a chat. */
size_t
scan_path(struct span line, size_t i)
{
    struct span rest = {line.p + i, line.len - i};
    int32_t before = uni_before(line, i);
    size_t slashes = 0, end = 0, n, m;

    if (uni_word(before) ||
        (before > 0 && before < 0x80 && strchr("./~:<\\", before)))
        return 0;
    if (uni_alpha((unsigned char)rest.p[0]))
        return drive_path(rest);
    if (!begins_path(rest))
        return 0;
    while (end < PATH_BYTES_MAX) {
        int32_t c = uni_at(rest, end, &n);

        if (!is_path_char(c) || (slashes == 0 && end > FOLDER_BYTES_MAX))
            break;
        slashes += c == '/' && is_alnum(uni_at(rest, end + 1, &m));
        end += n;
    }
    while (end > 0 && strchr(".:~", rest.p[end - 1]))
        end--;
    return slashes == 0 || (rest.p[0] == '/' && slashes < 2 && i > 0) ? 0 : end;
}
