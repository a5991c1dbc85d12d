/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "ctl/cmd.h"
#include "ctl/keyfile.h"

enum { CURVE_KEY_BYTES = 41 }; /* Z85, and a NUL */

static bool
check_file(const struct opts *o, struct err *err)
{
    return o->api_keys ||
           err_set(err, FAIL_BAD_INPUT,
               "--keys-file is needed, or API_KEYS_FILE of the translator");
}

/* What the file says counts from the translator's next look on. */
static void
say_reload(void)
{
    fprintf(stderr, "the translator reads it when told to: systemctl reload "
                    "meeshy-translator, or SIGHUP\n");
}

bool
cmd_keys_add(struct client *c, const struct opts *o, struct err *err)
{
    char key[KEYFILE_SECRET_BYTES];

    (void)c;
    if (!check_file(o, err) ||
        !keyfile_add(o->api_keys, o->args[0], &o->limits, key, err))
        return false;
    printf("%s\n", key);
    fprintf(
        stderr, "this is the key of %s, and is shown only now\n", o->args[0]);
    say_reload();
    return true;
}

bool
cmd_keys_revoke(struct client *c, const struct opts *o, struct err *err)
{
    (void)c;
    if (!check_file(o, err) || !keyfile_revoke(o->api_keys, o->args[0], err))
        return false;
    say_reload();
    return true;
}

bool
cmd_keys_list(struct client *c, const struct opts *o, struct err *err)
{
    (void)c;
    return check_file(o, err) && keyfile_list(o->api_keys, stdout, err);
}

/* Nobody else may read it, and nothing is overwritten. */
static bool
write_secret(const char *path, const char *secret, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && dprintf(fd, "%s\n", secret) > 0 && fsync(fd) == 0;

    if (!ok)
        err_set(err, FAIL_SYSTEM, "cannot write %s: %m", path);
    if (fd >= 0)
        close(fd);
    return ok;
}

bool
cmd_keys_pair(struct client *c, const struct opts *o, struct err *err)
{
    char public[CURVE_KEY_BYTES], secret[CURVE_KEY_BYTES];

    (void)c;
    if (zmq_curve_keypair(public, secret) != 0)
        return err_set(err, FAIL_SYSTEM, "ZeroMQ here has no CURVE");
    if (!write_secret(o->args[0], secret, err))
        return false;
    printf("%s\n", public);
    fprintf(stderr,
        "ZMQ_SECRET_KEY_FILE=%s on one side; the line above, which is public, is "
        "for the other: ZMQ_TRANSLATOR_KEY of gateways, or one of "
        "ZMQ_GATEWAY_KEYS of translators\n",
        o->args[0]);
    return true;
}

bool
cmd_keys_public(struct client *c, const struct opts *o, struct err *err)
{
    char public[CURVE_KEY_BYTES], secret[CURVE_KEY_BYTES + 1] = "";
    FILE *f = fopen(o->args[0], "re");

    (void)c;
    if (!f)
        return err_set(err, FAIL_SYSTEM, "cannot read %s: %m", o->args[0]);
    if (!fgets(secret, sizeof(secret), f))
        secret[0] = '\0';
    fclose(f);
    secret[strcspn(secret, "\n")] = '\0';
    if (strlen(secret) != CURVE_KEY_BYTES - 1 ||
        zmq_curve_public(public, secret) != 0)
        return err_set(
            err, FAIL_BAD_INPUT, "%s has no key of keys pair", o->args[0]);
    printf("%s\n", public);
    return true;
}
