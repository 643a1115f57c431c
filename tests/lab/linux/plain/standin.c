/*
 * Copyright (c) 2026, hyperv.integration contributors
 * GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stands in for the hv_* daemons where the real ones cannot run. It behaves as they do towards whoever manages them:
 * options, exit codes, going to the background, the pool files, one opener a device, and the end with its device.
 * It is chosen by the name that it is run by. A lock on the file takes the place of the driver's registration.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_pools(void)
{
    char path[64];

    if (mkdir("/var/lib/hyperv", 0755) != 0 && errno != EEXIST)
        return 1;
    for (int pool = 0; pool < 5; pool++) {
        int file;

        snprintf(path, sizeof(path), "/var/lib/hyperv/.kvp_pool_%d", pool);
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0)
            return 1;
        close(file);
    }
    return 0;
}

/*
 * Whether nobody else has the file open: only then the kernel grants a lease, which is given back at once, since it would
 * hold up those who come later.
 */
static int is_free(int file)
{
    if (flock(file, LOCK_EX | LOCK_NB) != 0)
        return 0;
    if (fcntl(file, F_SETLEASE, F_WRLCK) != 0)
        return errno != EAGAIN;
    fcntl(file, F_SETLEASE, F_UNLCK);
    return 1;
}

/* Open and hold the device; what goes wrong is told in the words of the real daemons. */
static int open_device(const char *device)
{
    int file = open(device, O_RDWR | O_CLOEXEC);

    if (file >= 0 && !is_free(file)) {
        close(file);
        file = -1;
        errno = EBUSY;
    }
    if (file < 0)
        fprintf(stderr, "open %s failed; error: %d %s\n", device, errno, strerror(errno));
    return file;
}

int main(int argc, char **argv)
{
    const char *device = "/dev/vmbus/hv_kvp";
    const char *name = basename(argv[0]);
    struct stat held, now;
    int foreground = 0, file;

    for (int index = 1; index < argc; index++) {
        if (!strcmp(argv[index], "-n") || !strcmp(argv[index], "--no-daemon")) {
            foreground = 1;
        } else {
            int help = !strcmp(argv[index], "-h") || !strcmp(argv[index], "--help");

            fprintf(stderr, "Usage: %s [options]\n  -n, --no-daemon  stay in foreground\n  -h, --help\n", name);
            return help ? 0 : 1;
        }
    }
    if (strstr(name, "vss"))
        device = "/dev/vmbus/hv_vss";
    else if (strstr(name, "fcopy"))
        device = "/dev/vmbus/hv_fcopy";
    if (!foreground && daemon(1, 0) != 0)
        return 1;
    if (strstr(name, "kvp") && make_pools() != 0)
        return 1;
    file = open_device(device);
    if (file < 0 || fstat(file, &held) != 0)
        return 1;
    /* The real ones get a hang-up; here the file is gone, or is another one. */
    while (stat(device, &now) == 0 && now.st_ino == held.st_ino)
        usleep(100000);
    return 1;
}
