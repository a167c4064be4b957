#include "wire/frame.h"

#include <string.h>
#include "base/mem.h"
#include "wire/fcgi.h"

static size_t alive;

/* One of len bytes, which are the caller's to fill in. */
static struct wire_frame *create(size_t len)
{
    struct wire_frame *f = mem_alloc(sizeof *f + len);
    *f = (struct wire_frame){.refs = 1, .len = (uint32_t)len};
    alive++;
    return f;
}

struct wire_frame *wire_frame_create(struct str content, uint64_t epoch, uint64_t seq)
{
    if (content.len < 1 || content.len > WIRE_FCGI_CONTENT_MAX) {
        mem_die("a frame that is no FastCGI record");
    }
    const size_t pad = -content.len % 8;
    struct wire_frame *f = create(WIRE_FCGI_HEADER_LEN + content.len + pad);
    f->content = (uint32_t)content.len;
    f->pad = (uint32_t)pad;
    f->epoch = epoch;
    f->seq = seq;
    wire_fcgi_stdout_header(f->bytes, 1, content.len, pad);
    memcpy(f->bytes + WIRE_FCGI_HEADER_LEN, content.ptr, content.len);
    memset(f->bytes + WIRE_FCGI_HEADER_LEN + content.len, 0, pad);
    return f;
}

struct wire_frame *wire_frame_records(struct str records)
{
    if (records.len < 1 || records.len > UINT32_MAX) {
        mem_die("a frame without records");
    }
    struct wire_frame *f = create(records.len);
    memcpy(f->bytes, records.ptr, records.len);
    return f;
}

struct wire_frame *wire_frame_ref(struct wire_frame *f)
{
    f->refs++;
    return f;
}

void wire_frame_unref(struct wire_frame *f)
{
    while (f != NULL && --f->refs == 0) {
        struct wire_frame *twin = f->twin;
        alive--;
        mem_free(f);
        f = twin;
    }
}

struct str wire_frame_content(const struct wire_frame *f)
{
    return (struct str){(const char *)f->bytes + WIRE_FCGI_HEADER_LEN, f->content};
}

size_t wire_frame_count(void)
{
    return alive;
}
