/* SPDX-License-Identifier: ISC */
#include "link/mail.h"

#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    WORD_BYTES = 39, /* of an encoded word: 52 characters of base64 */
    LINE_BYTES = 57, /* of a line: 76 characters */
    BASE64_BYTES = 80,
    DATE_BYTES = 64,
    MAILBOX_BYTES = MAIL_ADDRESS_BYTES_MAX + 3,
};

static bool
all_of(struct span s, const char *plain)
{
    for (size_t i = 0; i < s.len; i++)
        if (!s.p[i] || !strchr(plain, s.p[i]))
            return false;
    return s.len > 0;
}

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

bool
mail_check_address(struct span address, struct err *err)
{
    struct span host = address, name = span_cut(&host, '@');

    return (address.len <= MAIL_ADDRESS_BYTES_MAX &&
               all_of(name, ALNUM ".!#$%&'*+/=?^_`{|}~-") && name.p[0] != '-' &&
               all_of(host, ALNUM ".-")) ||
           err_set(err, FAIL_BAD_INPUT, "that is no address of a mailbox");
}

/* ---- a letter ---- */

static void
put_base64(struct buf *b, struct span bytes)
{
    char text[BASE64_BYTES + 1];

    sodium_bin2base64(text, sizeof(text), (const unsigned char *)bytes.p,
        bytes.len, sodium_base64_VARIANT_ORIGINAL);
    buf_addz(b, text);
}

/* RFC 2047, at most 75 characters a line. */
static void
put_subject(struct buf *b, struct span subject)
{
    buf_addz(b, "Subject:");
    while (subject.len > 0) {
        struct span word = utf8_fit(subject, WORD_BYTES);
        buf_addz(b, " =?UTF-8?B?");
        put_base64(b, word);
        buf_addz(b, "?=\r\n");
        subject.p += word.len;
        subject.len -= word.len;
    }
}

static void
put_date(struct buf *b, int64_t at_s)
{
    static const char *const days[] = {
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May",
        "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t at = (time_t)at_s;
    struct tm tm;

    gmtime_r(&at, &tm);
    buf_addf(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday],
        tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
        tm.tm_sec);
}

void
mail_put(struct buf *b, const struct mail_letter *l)
{
    struct span host = l->from, rest = l->text;

    span_cut(&host, '@');
    buf_addf(b, "From: Meeshy <%.*s>\r\nTo: <%.*s>\r\n", SPAN_ARG(l->from),
        SPAN_ARG(l->to));
    put_subject(b, l->subject);
    put_date(b, l->at_s);
    buf_addf(b, "Message-ID: <%.*s@%.*s>\r\n", SPAN_ARG(l->id), SPAN_ARG(host));
    buf_addz(b, "MIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=utf-8\r\n"
                "Content-Transfer-Encoding: base64\r\n"
                "Auto-Submitted: auto-generated\r\n\r\n");
    while (rest.len > 0) {
        struct span line = {
            rest.p, rest.len < LINE_BYTES ? rest.len : LINE_BYTES};
        put_base64(b, line);
        buf_addz(b, "\r\n");
        rest.p += line.len;
        rest.len -= line.len;
    }
}

/* ---- sending ---- */

static size_t
on_read(char *to, size_t size, size_t n, void *ctx)
{
    struct span *rest = ctx;
    size_t len = size * n < rest->len ? size * n : rest->len;

    memcpy(to, rest->p, len);
    rest->p += len;
    rest->len -= len;
    return len;
}

static int
on_progress(void *stop, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
    curl_off_t up)
{
    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    return atomic_load((const atomic_bool *)stop) ? 1 : 0;
}

static void
prepare(CURL *curl, const struct mail_server *server, const atomic_bool *stop)
{
    curl_easy_setopt(curl, CURLOPT_URL, server->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
        (long)(server->in_clear ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (*server->user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, server->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, server->password);
    }
    if (*server->ca)
        curl_easy_setopt(curl, CURLOPT_CAINFO, server->ca);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)MAIL_CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)MAIL_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)stop);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
}

bool
mail_send(const struct mail_server *server, const struct mail_letter *l,
    const atomic_bool *stop, struct err *err)
{
    char from[MAILBOX_BYTES], to[MAILBOX_BYTES];
    CURL *curl = curl_easy_init();
    struct curl_slist *list;
    struct buf b = {0};
    struct span rest;
    CURLcode rc;

    if (!curl)
        return err_set(err, FAIL_SYSTEM, "libcurl does not start");
    snprintf(from, sizeof(from), "<%.*s>", SPAN_ARG(l->from));
    snprintf(to, sizeof(to), "<%.*s>", SPAN_ARG(l->to));
    mail_put(&b, l);
    rest = buf_span(&b);
    list = curl_slist_append(NULL, to);
    prepare(curl, server, stop);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, list);
    curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
    rc = curl_easy_perform(curl);
    curl_slist_free_all(list);
    curl_easy_cleanup(curl);
    buf_free(&b);
    return rc == CURLE_OK ||
           err_set(err, FAIL_SYSTEM, "%s", curl_easy_strerror(rc));
}
