#include "http/accept.h"

#include "http/query.h"

static const struct {
    struct str name, type;
} forms[] = {
    [HTTP_FORM_JSON] = {STR("json"), STR("application/json")},
    [HTTP_FORM_NDJSON] = {STR("ndjson"), STR("application/x-ndjson")},
    [HTTP_FORM_TEXT] = {STR("text"), STR("text/plain; charset=utf-8")},
};

_Static_assert(ARRAY_LEN(forms) == HTTP_FORM__MAX, "every form has a name");

/* The media ranges that stand for a form. */
static const struct {
    struct str range;
    enum http_form form;
} ranges[] = {
    {STR("application/json"), HTTP_FORM_JSON},
    {STR("application/problem+json"), HTTP_FORM_JSON},
    {STR("application/*"), HTTP_FORM_JSON},
    {STR("*/*"), HTTP_FORM_JSON},
    {STR("application/x-ndjson"), HTTP_FORM_NDJSON},
    {STR("application/ndjson"), HTTP_FORM_NDJSON},
    {STR("text/plain"), HTTP_FORM_TEXT},
};

struct str http_accept_type(enum http_form form)
{
    return forms[form].type;
}

/* "0.25" to 250 (RFC 9110 section 12.4.2: at most three decimals); 0 for what is no quality. */
static unsigned thousandths(struct str value)
{
    struct str decimals = value;
    struct str whole;
    uint64_t q;
    if (!str_split(&decimals, '.', &whole) || !str_u64_max(whole, 1, &q) || decimals.len > 3) {
        return 0;
    }
    for (size_t i = 0; i < 3; i++) {
        const char c = i < decimals.len ? decimals.ptr[i] : '0';
        if (c < '0' || c > '9') {
            return 0;
        }
        q = q * 10 + (uint64_t)(c - '0');
    }
    return q <= 1000 ? (unsigned)q : 0;
}

/* The quality that the parameters of an element of Accept say, in thousandths; 1000 for none. */
static unsigned quality(struct str params)
{
    struct str param;
    while (str_split(&params, ';', &param)) {
        param = str_trim(param);
        if (param.len >= 2 && str_eq_nocase((struct str){param.ptr, 2}, STR("q="))) {
            return thousandths(str_skip(param, 2));
        }
    }
    return 1000;
}

/* An element of Accept: what it gives to the form that it stands for. */
static void take_element(struct str element, unsigned qualities[HTTP_FORM__MAX])
{
    struct str range;
    if (!str_split(&element, ';', &range)) {
        return;
    }
    const unsigned q = quality(element);
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        if (str_eq_nocase(str_trim(range), ranges[i].range)) {
            unsigned *best = &qualities[ranges[i].form];
            *best = q > *best ? q : *best;
        }
    }
}

static enum http_form accepted(struct str accept)
{
    unsigned qualities[HTTP_FORM__MAX] = {0};
    enum http_form form = HTTP_FORM_JSON;
    struct str element;
    while (str_split(&accept, ',', &element)) {
        take_element(element, qualities);
    }
    for (unsigned i = 0; i < HTTP_FORM__MAX; i++) {
        form = qualities[i] > qualities[form] ? (enum http_form)i : form;
    }
    return form;
}

enum err http_accept_form(const struct http_req *req, enum http_form *form)
{
    struct str name;
    *form = HTTP_FORM_JSON;
    if (http_query_get(req->query, STR("format"), req->arena, &name) != ERR_OK) {
        return ERR_INVALID;
    }
    if (!str_is_set(name)) {
        *form = accepted(http_req_header(req, "accept"));
        return ERR_OK;
    }
    for (unsigned i = 0; i < HTTP_FORM__MAX; i++) {
        if (str_eq(name, forms[i].name)) {
            *form = (enum http_form)i;
            return ERR_OK;
        }
    }
    return ERR_INVALID;
}

bool http_accept_is_text(const struct http_req *req)
{
    enum http_form form;
    return http_accept_form(req, &form) == ERR_OK && form == HTTP_FORM_TEXT;
}
