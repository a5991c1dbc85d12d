/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_args.h"

#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "text/emoji.h"
#include "text/lang.h"
#include "wire/json.h"

#define TIME_MS_MAX (1LL << 48) /* in some thousand years */

static bool
check_length(const struct cmd_arg *a, struct span s, struct err *err)
{
    bool bytes = a->kind == CMD_SECRET;
    /* Most texts need not be counted: bytes bound characters. */
    bool short_enough = a->min == 0 && s.len <= (size_t)a->max;
    size_t n = bytes || short_enough ? s.len : utf8_count(s);

    if (n >= (size_t)a->min && n <= (size_t)a->max)
        return true;
    if (n > (size_t)a->max)
        return err_set(err,
            a->kind == CMD_TEXT ? FAIL_TOO_LARGE : FAIL_BAD_INPUT,
            "%s is longer than %lld characters", a->name, a->max);
    return err_set(err, FAIL_BAD_INPUT, "%s is shorter than %lld characters",
        a->name, a->min);
}

static bool
check_word(const struct cmd_arg *a, struct span s, struct err *err)
{
    char all[120] = "";
    size_t len = 0;

    for (const char *const *word = a->words; *word; word++) {
        if (span_eqz(s, *word))
            return true;
        len += (size_t)snprintf(all + len, sizeof(all) - len, "%s\"%s\"",
            word == a->words ? "" : " or ", *word);
    }
    return err_set(err, FAIL_BAD_INPUT, "%s must be %s", a->name, all);
}

static bool
check_language(const struct cmd_arg *a, struct span s, struct cmd_value *ret,
    struct err *err)
{
    ret->language = lang_find(s);
    if (ret->language || (a->kind == CMD_LANGUAGE_AUTO && span_eqz(s, "auto")))
        return true;
    ret->given = false;
    return a->kind == CMD_LANGUAGE_ANY ||
           err_set(
               err, FAIL_BAD_INPUT, "%s is not a language we know", a->name);
}

static bool
check_id(const struct cmd_arg *a, struct span s, struct cmd_value *ret,
    struct err *err)
{
    ret->text = s;
    return id_valid(s) ||
           err_set(err, FAIL_BAD_INPUT, "%s is not an id", a->name);
}

static bool
check_emoji(const struct cmd_arg *a, struct span s, struct cmd_value *ret,
    struct err *err)
{
    char emoji[EMOJI_BYTES];

    ret->text = s;
    return emoji_read(s, emoji) ||
           err_set(err, FAIL_BAD_INPUT, "%s must be one emoji", a->name);
}

static bool
check_time(const struct cmd_arg *a, struct span s, struct cmd_value *ret,
    struct err *err)
{
    int64_t ms;

    if (span_int(s, 0, TIME_MS_MAX, &ret->number))
        return true;
    if (!clock_parse(s, &ms))
        return err_set(err, FAIL_BAD_INPUT,
            "%s must be a time such as 2026-01-31 or 2026-01-31T12:00:00Z",
            a->name);
    ret->number = ms;
    return true;
}

/* Digits are a number, also when they are text. */
static bool
check_place(const struct cmd_arg *a, struct span s, struct cmd_value *ret,
    struct err *err)
{
    if (span_int(s, a->min, a->max, &ret->number))
        return true;
    ret->by_id = true;
    return s.len == ID_LEN
               ? check_id(a, s, ret, err)
               : err_set(err, FAIL_BAD_INPUT,
                     "%s must be a number from %lld to %lld, or the id of a "
                     "message",
                     a->name, a->min, a->max);
}

static bool
check_number(const struct cmd_arg *a, long long n, struct cmd_value *ret,
    struct err *err)
{
    ret->number = n;
    return (n >= a->min && n <= a->max) ||
           err_set(err, FAIL_BAD_INPUT,
               "%s must be a whole number from %lld to %lld", a->name, a->min,
               a->max);
}

/* Text that is valid UTF-8 and has no NUL. */
static bool
read_text(const struct cmd_arg *a, struct span s, struct cmd_value *ret,
    struct err *err)
{
    ret->given = true;
    switch (a->kind) {
    case CMD_ID:
        return check_id(a, s, ret, err);
    case CMD_PLACE:
        return check_place(a, s, ret, err);
    case CMD_EMOJI:
        return check_emoji(a, s, ret, err);
    case CMD_TIME:
        return check_time(a, s, ret, err);
    case CMD_LINE:
    case CMD_TEXT:
    case CMD_SECRET:
        ret->text = s;
        return check_length(a, s, err);
    case CMD_WORD:
        ret->text = s;
        return check_word(a, s, err);
    case CMD_LANGUAGE:
    case CMD_LANGUAGE_AUTO:
    case CMD_LANGUAGE_ANY:
        return check_language(a, s, ret, err);
    case CMD_NUMBER:
    case CMD_FLAG:
    case CMD_IDS:
    case CMD_OBJECTS:
    case CMD_NONE:
        break;
    }
    return err_set(err, FAIL_BAD_INPUT, "%s must not be text", a->name);
}

static bool
read_list(const struct cmd_arg *a, const json_t *value, struct cmd_value *ret,
    struct err *err)
{
    size_t i;
    json_t *element;

    if (!json_is_array(value))
        return err_set(err, FAIL_BAD_INPUT, "%s must be a list", a->name);
    if (json_array_size(value) > (size_t)a->max)
        return err_set(err, FAIL_TOO_LARGE, "%s has more than %lld elements",
            a->name, a->max);
    json_array_foreach((json_t *)value, i, element)
    {
        bool fits = a->kind == CMD_IDS ? id_valid(json_str(element))
                                       : json_is_object(element);
        if (!fits)
            return err_set(err, FAIL_BAD_INPUT, "element %zu of %s is not %s",
                i + 1, a->name, a->kind == CMD_IDS ? "an id" : "an object");
    }
    ret->given = true;
    ret->list = value;
    return true;
}

bool
cmd_arg_json(const struct cmd_arg *a, const json_t *value,
    struct cmd_value *ret, struct err *err)
{
    struct span text;

    if (!value || json_is_null(value))
        return true;
    if (a->kind == CMD_IDS || a->kind == CMD_OBJECTS)
        return read_list(a, value, ret, err);
    if (a->kind == CMD_NUMBER ||
        (a->kind == CMD_PLACE && json_is_number(value))) {
        if (!json_is_integer(value))
            return err_set(
                err, FAIL_BAD_INPUT, "%s must be a whole number", a->name);
        ret->given = true;
        return check_number(a, json_integer_value(value), ret, err);
    }
    if (a->kind == CMD_TIME && json_is_integer(value)) {
        ret->given = true;
        ret->number = json_integer_value(value);
        return (ret->number >= 0 && ret->number <= TIME_MS_MAX) ||
               err_set(err, FAIL_BAD_INPUT, "%s is no time", a->name);
    }
    if (a->kind == CMD_FLAG) {
        ret->given = true;
        ret->flag = json_is_true(value);
        return json_is_boolean(value) ||
               err_set(
                   err, FAIL_BAD_INPUT, "%s must be true or false", a->name);
    }
    text = json_str(value);
    if (!text.p)
        return err_set(
            err, FAIL_BAD_INPUT, "%s must be text without NUL", a->name);
    return read_text(a, text, ret, err);
}

bool
cmd_arg_text(const struct cmd_arg *a, struct span value, struct cmd_value *ret,
    struct err *err)
{
    long long number = a->max + 1; /* out of range unless it is a number */

    if (!value.p)
        return true;
    if (a->kind == CMD_NUMBER) {
        span_int(value, a->min, a->max, &number);
        ret->given = true;
        return check_number(a, number, ret, err);
    }
    if (a->kind == CMD_FLAG) {
        ret->given = true;
        ret->flag = span_eqz(value, "true") || span_eqz(value, "1");
        return ret->flag || span_eqz(value, "false") || span_eqz(value, "0") ||
               err_set(
                   err, FAIL_BAD_INPUT, "%s must be true or false", a->name);
    }
    if (!utf8_valid(value) || memchr(value.p, '\0', value.len))
        return err_set(
            err, FAIL_BAD_INPUT, "%s must be text without NUL", a->name);
    return read_text(a, value, ret, err);
}

bool
cmd_args_json(const struct cmd *cmd, const json_t *obj, struct cmd_value *ret,
    struct err *err)
{
    for (int i = 0; i < CMD_ARGS_MAX && cmd->args[i].kind; i++) {
        const struct cmd_arg *a = &cmd->args[i];
        const json_t *value = json_object_get(obj, a->name);
        if (!value && a->alias)
            value = json_object_get(obj, a->alias);
        if (!ret[i].given && !cmd_arg_json(a, value, &ret[i], err))
            return false;
    }
    return true;
}

bool
cmd_args_complete(
    const struct cmd *cmd, const struct cmd_value *values, struct err *err)
{
    for (int i = 0; i < CMD_ARGS_MAX && cmd->args[i].kind; i++)
        if (cmd->args[i].required && !values[i].given)
            return err_set(
                err, FAIL_BAD_INPUT, "%s is missing", cmd->args[i].name);
    return true;
}
