#ifndef BASE_ERR_H
#define BASE_ERR_H

/*
 * The one error type. A name says what the caller can do about it, not where it came from: the
 * origin goes to the log at the place where it is known. Zero is success. http/problem.c alone
 * turns an error into a status and a body; err_code() is the stable word that clients see.
 */

enum err {
    ERR_OK,
    ERR_INVALID,         /* a parameter or field is missing, malformed or out of its range */
    ERR_BODY,            /* a body that is not what its content type says */
    ERR_TEXT,            /* not UTF-8, or control characters */
    ERR_PATH,            /* a path that no resource can have */
    ERR_PASSWORD_COMMON, /* a new password that everybody tries first */
    ERR_PASSWORD_LONG,   /* a new password with more bytes than would be looked at */
    ERR_UNAUTHENTICATED, /* nobody, or a session that has ended */
    ERR_CREDENTIALS,     /* unknown user or wrong password */
    ERR_FORBIDDEN,       /* known, but not allowed */
    ERR_REMOTE_NAME,     /* the web server calls somebody what nobody can be called here */
    ERR_BANNED,          /* an address that may do nothing here */
    ERR_SCOPE,           /* an API token that is not for this */
    ERR_CROSS_SITE,      /* a change asked for by another origin's page */
    ERR_LINK,            /* an invitation or a reset that is not good, or not any more */
    ERR_NOT_FOUND,       /* no such thing, or none that the asker may know of */
    ERR_METHOD,          /* the path is known, the method is not */
    ERR_CONFLICT,        /* the state has moved on */
    ERR_NAME_TAKEN,      /* a user name that somebody has, or the name of a public room */
    ERR_ARCHIVED,        /* a room that can be read only */
    ERR_NONCE_REUSED,    /* a nonce that was used for something else */
    ERR_FOREIGN,         /* a demo server's message, which cannot be changed */
    ERR_LAST_ADMIN,      /* somebody has to run this server */
    ERR_NO_LENGTH,       /* a body that does not say how long it is */
    ERR_TOO_LARGE,       /* over a limit in bytes */
    ERR_HEADERS,         /* more header than is read */
    ERR_MEDIA_TYPE,      /* a content type that is not read here */
    ERR_RATE_LIMITED,    /* too often */
    ERR_BUSY,            /* too many at once, whoever asks */
    ERR_INTERNAL,        /* a bug of ours */
    ERR_PROTOCOL,        /* a peer broke a wire format */
    ERR_UNAVAILABLE,     /* Redis, or the hub, is away */
    ERR_STORAGE_FULL,    /* Redis has no memory left */
    ERR__MAX
};

/* The stable word for an error, for clients and logs: "not_found". Never NULL. */
const char *err_code(enum err err);

#endif
