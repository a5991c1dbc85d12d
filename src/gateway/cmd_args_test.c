/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_args.h"

#include <string.h>

#include "base/id.h"
#include "base/tap.h"
#include "text/lang.h"
#include "wire/json.h"

enum { ID, LINE, TEXT, SECRET, WORD, NUMBER, LANGUAGE };

static const struct cmd one_of_each = {
    .name = "one.of.each",
    .args =
        {
            [ID] = {"id", CMD_ID, .required = true},
            [LINE] = {"line", CMD_LINE, .min = 2, .max = 4, .alias = "row"},
            [TEXT] = {"text", CMD_TEXT, .max = 3},
            [SECRET] = {"secret", CMD_SECRET, .min = 2, .max = 4},
            [WORD] = {"word", CMD_WORD,
                .words = (const char *const[]){"red", "green", NULL}},
            [NUMBER] = {"number", CMD_NUMBER, .min = -1, .max = 9},
            [LANGUAGE] = {"language", CMD_LANGUAGE},
        },
};

static struct cmd_value value[CMD_ARGS_MAX];
static struct err err;
static json_t *tree; /* what the values borrow from */

/* Read JSON text; FAIL_NONE, or why not. */
static enum fail
parse(const char *json)
{
    err = (struct err){.kind = FAIL_NONE};
    memset(value, 0, sizeof(value));
    json_decref(tree);
    tree = json_read(span_of(json), &err);
    CHECK(tree);
    return cmd_args_json(&one_of_each, tree, value, &err) &&
                   cmd_args_complete(&one_of_each, value, &err)
               ? FAIL_NONE
               : err.kind;
}

static void
what_is_given_is_read_by_kind(void)
{
    CHECK(parse("{\"id\":\"any\",\"line\":\"ab\",\"text\":\"\",\"number\":9,"
                "\"word\":\"green\",\"language\":\"fr-CA\",\"more\":[]}") ==
          FAIL_NONE);
    CHECK(span_eqz(value[ID].text, "any") && span_eqz(value[LINE].text, "ab"));
    CHECK(value[TEXT].given && value[TEXT].text.len == 0);
    CHECK(value[NUMBER].number == 9 && span_eqz(value[WORD].text, "green"));
    CHECK(strcmp(value[LANGUAGE].language->code, "fr") == 0);
    CHECK(!value[SECRET].given);
}

static void
null_is_no_value_and_an_alias_is_one(void)
{
    CHECK(parse("{\"id\":\"any\",\"line\":null,\"row\":\"abc\"}") == FAIL_NONE);
    CHECK(!value[LINE].given);
    CHECK(parse("{\"id\":\"any\",\"row\":\"abc\"}") == FAIL_NONE);
    CHECK(span_eqz(value[LINE].text, "abc"));
}

static void
what_is_required_and_missing_is_named(void)
{
    static const char *const without[] = {
        "{}", "[]", "7", "null", "{\"id\":null}"};

    for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
        CHECK(parse(without[i]) == FAIL_BAD_INPUT);
        CHECK(strcmp(err.text, "id is missing") == 0);
    }
}

static void
another_type_is_refused(void)
{
    static const char *const fields[] = {"\"id\":7", "\"id\":{\"$ne\":null}",
        "\"id\":\"../etc\"", "\"line\":[]", "\"text\":\"a\\u0000b\"",
        "\"number\":\"7\"", "\"number\":1.5", "\"language\":7",
        "\"language\":\"klingon\"", "\"word\":\"blue\""};
    char json[80];

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        snprintf(json, sizeof(json), "{%s%s}", fields[i],
            strncmp(fields[i], "\"id\"", 4) == 0 ? "" : ",\"id\":\"any\"");
        CHECK(parse(json) == FAIL_BAD_INPUT);
    }
    CHECK(strcmp(err.text, "word must be \"red\" or \"green\"") == 0);
}

/* Characters of names and texts; bytes of what goes into a fixed buffer. */
static void
lengths_are_bounded(void)
{
    CHECK(parse("{\"id\":\"any\",\"line\":\"éééé\"}") == FAIL_NONE);
    CHECK(parse("{\"id\":\"any\",\"line\":\"ééééé\"}") == FAIL_BAD_INPUT);
    CHECK(parse("{\"id\":\"any\",\"line\":\"é\"}") == FAIL_BAD_INPUT);
    CHECK(parse("{\"id\":\"any\",\"text\":\"éeé\"}") == FAIL_NONE);
    CHECK(parse("{\"id\":\"any\",\"text\":\"éeée\"}") == FAIL_TOO_LARGE);
    CHECK(parse("{\"id\":\"any\",\"secret\":\"éé\"}") == FAIL_NONE);
    CHECK(parse("{\"id\":\"any\",\"secret\":\"ééé\"}") == FAIL_BAD_INPUT);
    CHECK(parse("{\"id\":\"any\",\"number\":10}") == FAIL_BAD_INPUT);
    CHECK(parse("{\"id\":\"any\",\"number\":-2}") == FAIL_BAD_INPUT);
}

static bool
reads_text(const struct cmd_arg *a, struct span text, struct cmd_value *v)
{
    *v = (struct cmd_value){0};
    return cmd_arg_text(a, text, v, &err);
}

static void
a_query_gives_numbers_and_flags_as_text(void)
{
    const struct cmd_arg *number = &one_of_each.args[NUMBER];
    struct cmd_arg flag = {.name = "flag", .kind = CMD_FLAG};
    struct cmd_value v;

    CHECK(reads_text(number, SPAN("-1"), &v) && v.given && v.number == -1);
    CHECK(!reads_text(number, SPAN("10"), &v));
    CHECK(!reads_text(number, SPAN("1x"), &v));
    CHECK(!reads_text(number, SPAN(""), &v));
    CHECK(reads_text(number, (struct span){NULL, 0}, &v) && !v.given);
    CHECK(reads_text(&flag, SPAN("true"), &v) && v.flag);
    CHECK(reads_text(&flag, SPAN("0"), &v) && v.given && !v.flag);
    CHECK(!reads_text(&flag, SPAN("maybe"), &v));
    CHECK(!reads_text(&one_of_each.args[LINE], SPAN("a\xff"), &v));
    CHECK(!reads_text(&one_of_each.args[LINE], SPAN("a\0b"), &v));
}

static void
a_language_may_be_auto_or_unknown_where_the_row_says_so(void)
{
    struct cmd_arg a = {.name = "language", .kind = CMD_LANGUAGE_AUTO};
    struct cmd_value v;

    CHECK(reads_text(&a, SPAN("auto"), &v) && v.given && !v.language);
    CHECK(!reads_text(&a, SPAN("klingon"), &v));
    a.kind = CMD_LANGUAGE_ANY;
    CHECK(reads_text(&a, SPAN("klingon"), &v) && !v.given);
    CHECK(reads_text(&a, SPAN("en"), &v) && v.given);
}

static void
a_place_is_a_number_or_the_id_of_a_message(void)
{
    struct cmd_arg a = {
        .name = "before", .kind = CMD_PLACE, .min = 1, .max = 99};
    struct cmd_value v;
    char id[ID_BYTES];

    id_new(id);
    CHECK(reads_text(&a, SPAN("7"), &v) && v.number == 7 && !v.by_id);
    CHECK(reads_text(&a, span_of(id), &v) && v.by_id);
    CHECK(span_eqz(v.text, id));
    CHECK(!reads_text(&a, SPAN("0"), &v) && !reads_text(&a, SPAN("-1"), &v));
    CHECK(!reads_text(&a, SPAN("100"), &v) && !reads_text(&a, SPAN("x"), &v));
    CHECK(!reads_text(&a, SPAN(""), &v));
}

static bool
reads_list(enum cmd_kind kind, const char *json)
{
    struct cmd_arg a = {"list", kind, .max = 2};
    struct cmd_value v = {0};

    json_decref(tree);
    tree = json_read(span_of(json), &err);
    return cmd_arg_json(&a, tree, &v, &err) && v.list == tree;
}

static void
every_element_of_a_list_is_checked(void)
{
    CHECK(reads_list(CMD_IDS, "[]") && reads_list(CMD_IDS, "[\"a\",\"b\"]"));
    CHECK(!reads_list(CMD_IDS, "[\"a\",\"b\",\"c\"]"));
    CHECK(err.kind == FAIL_TOO_LARGE);
    CHECK(!reads_list(CMD_IDS, "[\"a\",7]"));
    CHECK(!reads_list(CMD_IDS, "{\"0\":\"a\"}"));
    CHECK(!reads_list(CMD_IDS, "\"a\""));
    CHECK(reads_list(CMD_OBJECTS, "[{}]"));
    CHECK(!reads_list(CMD_OBJECTS, "[[]]"));
}

int
main(void)
{
    RUN(what_is_given_is_read_by_kind);
    RUN(null_is_no_value_and_an_alias_is_one);
    RUN(what_is_required_and_missing_is_named);
    RUN(another_type_is_refused);
    RUN(lengths_are_bounded);
    RUN(a_query_gives_numbers_and_flags_as_text);
    RUN(a_language_may_be_auto_or_unknown_where_the_row_says_so);
    RUN(a_place_is_a_number_or_the_id_of_a_message);
    RUN(every_element_of_a_list_is_checked);
    json_decref(tree);
    return tap_end();
}
