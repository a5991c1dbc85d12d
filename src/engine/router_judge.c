/* SPDX-License-Identifier: ISC */
#include "engine/router_impl.h"
#include "models/ways.h"

enum engine_text
router_kind(struct span line)
{
    return ways_is_short(line) ? ENGINE_SHORT : ENGINE_LONG;
}

bool
router_wants_more(const struct router_version *v)
{
    return v->doubt > ENGINE_SURE || v->gate.verdict > GATE_PASSED;
}

/* What doubts weigh against a better way, as a cost. */
static const double engine_doubt = 1, refusal = 10;

/* The gate is wrong now and then: it does not know that "non-invasive" is a
 * negation, which prose is full of, and that "diablos" are rude.  Of a short line
 * its word is worth another way that keeps four fifths of what the first one
 * does, and not one that keeps less. */
static double
gate_doubt(const struct router_version *v)
{
    if (v->gate.reason == GATE_RUDE)
        return 0.05;
    return v->kind == ENGINE_SHORT ? 0.2 : 0.1;
}

static double
price(const struct router_version *v)
{
    double price = v->cost;

    price += v->gate.verdict == GATE_REFUSED ? refusal : 0;
    price += v->gate.verdict == GATE_DOUBTED ? gate_doubt(v) : 0;
    price += v->doubt == ENGINE_UNSURE ? engine_doubt : 0;
    price += v->doubt > ENGINE_UNSURE ? refusal : 0;
    return price;
}

bool
router_prefers(
    const struct router_version *first, const struct router_version *second)
{
    return price(first) <= price(second);
}
