#include "load/watch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "load/loop.h"

/* The first bytes of a file of /proc, as a C string; empty where it cannot be read. */
static void read_file(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "re");
    size_t len = 0;
    if (file != NULL) {
        len = fread(out, 1, size - 1, file);
        fclose(file);
    }
    out[len] = '\0';
}

/* The number after a word. */
static uint64_t number_after(const char *text, const char *word)
{
    const char *at = strstr(text, word);
    return at != NULL ? strtoull(at + strlen(word), NULL, 10) : 0;
}

/* Fields 14 and 15 of /proc/PID/stat, counted after the name, which may hold anything. */
static double process_cpu_s(long pid)
{
    char path[64];
    char text[1024];
    snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
    read_file(path, text, sizeof(text));
    char *at = strrchr(text, ')');
    for (int field = 2; field < 14 && at != NULL; field++) {
        at = strchr(at + 1, ' ');
    }
    if (at == NULL) {
        return 0;
    }
    const unsigned long long user = strtoull(at, &at, 10);
    const unsigned long long sys = strtoull(at, NULL, 10);
    return (double)(user + sys) / (double)sysconf(_SC_CLK_TCK);
}

/* Everything but idle and iowait, and without guests, which user has already. */
static double machine_cpu_s(void)
{
    char text[512];
    read_file("/proc/stat", text, sizeof(text));
    char *at = text + strcspn(text, " ");
    double sum = 0;
    for (int field = 0; field < 8; field++) {
        const unsigned long long n = strtoull(at, &at, 10);
        sum += field == 3 || field == 4 ? 0 : (double)n;
    }
    return sum / (double)sysconf(_SC_CLK_TCK);
}

static uint64_t count_fds(long pid)
{
    char path[64];
    uint64_t n = 0;
    snprintf(path, sizeof(path), "/proc/%ld/fd", pid);
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return 0;
    }
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        n += entry->d_name[0] != '.';
    }
    closedir(dir);
    return n;
}

static void look_at(struct load_watch_look *look, long pid)
{
    char path[64];
    char text[4096];
    snprintf(path, sizeof(path), "/proc/%ld/smaps_rollup", pid);
    read_file(path, text, sizeof(text));
    look->pss_kib = number_after(text, "\nPss:");
    look->rss_kib = number_after(text, "\nRss:");
    look->fds = count_fds(pid);
    look->cpu_s = process_cpu_s(pid);
}

void load_watch_look(struct load_watch *watch, const struct load_options *options,
                     enum load_watch_when when)
{
    for (size_t i = 0; i < options->nwatches; i++) {
        look_at(&watch->processes[i][when], options->watches[i].pid);
    }
    watch->own_cpu_s[when] = process_cpu_s(getpid());
    watch->all_cpu_s[when] = machine_cpu_s();
    watch->at_ns[when] = load_loop_now();
}

double load_watch_cpu_s(const struct load_watch *watch, size_t i)
{
    return watch->processes[i][LOAD_WATCH_END].cpu_s - watch->processes[i][LOAD_WATCH_UP].cpu_s;
}

double load_watch_others_s(const struct load_watch *watch, size_t n)
{
    double others = watch->all_cpu_s[LOAD_WATCH_END] - watch->all_cpu_s[LOAD_WATCH_UP] -
                    (watch->own_cpu_s[LOAD_WATCH_END] - watch->own_cpu_s[LOAD_WATCH_UP]);
    for (size_t i = 0; i < n; i++) {
        others -= load_watch_cpu_s(watch, i);
    }
    return others > 0 ? others : 0;
}
