/*
 * Preloaded into a process, has the n-th write or sync of a file fail whose path holds a given text. Armed and read by the process
 * itself, one fault at a time; or armed by its environment, FAULT=PATH:CALL:NTH:ERRNO, and told by a file, FAULT_SIGN=PATH.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITE = 0, SYNC = 1 };

static char watched[4096];
static atomic_int armed_call = -1;
static atomic_int left;
static atomic_int failure;
static atomic_int fired;
static atomic_int syncs_since;

/* failure: an errno, or 0 for a write that ends in the middle and then finds the disk full. */
void faults_arm(const char *path, int call, int nth, int error)
{
    strncpy(watched, path, sizeof watched - 1);
    atomic_store(&left, nth);
    atomic_store(&failure, error);
    atomic_store(&fired, 0);
    atomic_store(&syncs_since, 0);
    atomic_store(&armed_call, call);
}

void faults_disarm(void) { atomic_store(&armed_call, -1); }

int faults_fired(void) { return atomic_load(&fired); }

int faults_syncs_since(void) { return atomic_load(&syncs_since); }

static int is_watched(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strstr(path, watched) != NULL;
}

static int is_due(int fd, int call)
{
    int armed = atomic_load(&armed_call);
    if (armed < 0 || !is_watched(fd)) return 0;
    if (call == SYNC && atomic_load(&fired)) atomic_fetch_add(&syncs_since, 1);
    if (armed != call || atomic_fetch_sub(&left, 1) != 1) return 0;
    atomic_store(&fired, 1);
    const char *sign = getenv("FAULT_SIGN");
    if (sign) close(open(sign, O_CREAT | O_WRONLY, 0600));
    return 1;
}

__attribute__((constructor)) static void arm_by_environment(void)
{
    char path[4096];
    int call, nth, error;
    const char *fault = getenv("FAULT");
    if (fault && sscanf(fault, "%4095[^:]:%d:%d:%d", path, &call, &nth, &error) == 4) faults_arm(path, call, nth, error);
}

static ssize_t fail_write(int fd, const void *bytes, size_t count, off_t offset)
{
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    if (atomic_load(&failure) == 0 && count > 1) {
        atomic_store(&left, 1);
        atomic_store(&failure, ENOSPC);
        return real(fd, bytes, count / 2, offset);
    }
    errno = atomic_load(&failure);
    return -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset)
{
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    return is_due(fd, WRITE) ? fail_write(fd, bytes, count, offset) : real(fd, bytes, count, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return pwrite64(fd, bytes, count, offset); }

int fsync(int fd)
{
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    if (!is_due(fd, SYNC)) return real(fd);
    errno = atomic_load(&failure);
    return -1;
}

int fdatasync(int fd)
{
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    if (!is_due(fd, SYNC)) return real(fd);
    errno = atomic_load(&failure);
    return -1;
}
