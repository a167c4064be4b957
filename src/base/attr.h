#ifndef BASE_ATTR_H
#define BASE_ATTR_H

/* What the compiler is told about a declaration, under names that read well. */

#define NODISCARD            __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, va) __attribute__((format(printf, fmt, va)))
#define NORETURN             __attribute__((noreturn))
#define UNUSED               __attribute__((unused))
#define NONNULL              __attribute__((nonnull))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
