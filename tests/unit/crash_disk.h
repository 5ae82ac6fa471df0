/*
 * A disk as it may be after the power went. What was written to the files of one folder is on a tape, event after
 * event. At any cut in it the disk is: what was synced, and of what was not each write on its own kept, dropped, torn
 * at sectors, or turned to garbage or zeros, in any order; names that were made, renamed or removed and whose folder was
 * not synced are there or not. What was not written to stays as it was, also within a sector (SQLite asks for that by
 * default; disks and file systems of today give it).
 *
 *     disk_advance(&disk, &tape, cut);
 *     disk_damage(&disk, seed, &image);      what is found when the power is back
 *     image_write(&image, "/tmp/folder");
 */
#ifndef CRASH_DISK_H
#define CRASH_DISK_H

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_BYTES 40
#define NAMES_MAX 32

/* ---- the tape ---- */

enum disk_kind { DISK_WRITE, DISK_TRUNCATE, DISK_SYNC, DISK_CREATE, DISK_RENAME, DISK_UNLINK, DISK_FOLDER_SYNC };

struct disk_event {
    enum disk_kind kind;
    int file; /* which one: it keeps its number when it is renamed */
    size_t at, size;
    unsigned char *bytes;
    char name[NAME_BYTES], to[NAME_BYTES];
};
struct disk_tape {
    struct disk_event *items;
    size_t count, capacity;
};

static void *grown(void *memory, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity)
        return memory;
    size_t more = needed * 2 > 64 ? needed * 2 : 64;
    memory = realloc(memory, more * size);
    assert(memory);
    *capacity = more;
    return memory;
}

static struct disk_event *tape_add(struct disk_tape *tape, enum disk_kind kind, int file)
{
    tape->items = grown(tape->items, &tape->capacity, tape->count + 1, sizeof *tape->items);
    struct disk_event *event = &tape->items[tape->count++];
    *event = (struct disk_event){.kind = kind, .file = file};
    return event;
}

static void tape_cut(struct disk_tape *tape, size_t count)
{
    while (tape->count > count)
        free(tape->items[--tape->count].bytes);
}

/* ---- a file's bytes ---- */

struct disk_bytes {
    unsigned char *at;
    size_t size, room;
};

static void bytes_resize(struct disk_bytes *bytes, size_t size)
{
    bytes->at = grown(bytes->at, &bytes->room, size, 1);
    if (size > bytes->size)
        memset(bytes->at + bytes->size, 0, size - bytes->size);
    bytes->size = size;
}

static void bytes_put(struct disk_bytes *bytes, size_t at, const unsigned char *from, size_t size)
{
    if (at + size > bytes->size)
        bytes_resize(bytes, at + size);
    memcpy(bytes->at + at, from, size);
}

static void bytes_apply(struct disk_bytes *bytes, const struct disk_event *event)
{
    if (event->kind == DISK_TRUNCATE)
        bytes_resize(bytes, event->size);
    else
        bytes_put(bytes, event->at, event->bytes, event->size);
}

/* ---- the disk ---- */

struct disk_list {
    const struct disk_event **items;
    size_t count, capacity;
};

static void list_add(struct disk_list *list, const struct disk_event *event)
{
    list->items = grown(list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = event;
}

struct disk_file {
    struct disk_bytes synced;
    struct disk_list pending;
};
struct disk_names {
    struct {
        char name[NAME_BYTES];
        int file;
    } items[NAMES_MAX];
    size_t count;
};
struct disk {
    struct disk_file *files;
    size_t count, capacity;
    struct disk_names names;  /* as synced */
    struct disk_list pending; /* names that were made, renamed or removed since */
    size_t done;              /* events of the tape that happened */
};

static int names_find(const struct disk_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i].name, name) == 0)
            return names->items[i].file;
    return -1;
}

static void names_remove(struct disk_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i].name, name) == 0)
            names->items[i] = names->items[--names->count];
}

static void names_set(struct disk_names *names, const char *name, int file)
{
    names_remove(names, name);
    assert(names->count < NAMES_MAX);
    snprintf(names->items[names->count].name, NAME_BYTES, "%s", name);
    names->items[names->count++].file = file;
}

static void names_apply(struct disk_names *names, const struct disk_event *event)
{
    if (event->kind != DISK_CREATE)
        names_remove(names, event->name);
    if (event->kind != DISK_UNLINK)
        names_set(names, event->kind == DISK_RENAME ? event->to : event->name, event->file);
}

static struct disk_file *disk_file(struct disk *disk, int file)
{
    size_t count = disk->count;
    disk->files = grown(disk->files, &disk->capacity, (size_t)file + 1, sizeof *disk->files);
    if ((size_t)file >= count) {
        memset(disk->files + count, 0, ((size_t)file + 1 - count) * sizeof *disk->files);
        disk->count = (size_t)file + 1;
    }
    return &disk->files[file];
}

static void disk_event(struct disk *disk, const struct disk_event *event)
{
    struct disk_file *file = event->file >= 0 ? disk_file(disk, event->file) : NULL;
    switch (event->kind) {
    case DISK_WRITE:
    case DISK_TRUNCATE:
        list_add(&file->pending, event);
        break;
    case DISK_SYNC:
        for (size_t i = 0; i < file->pending.count; i++)
            bytes_apply(&file->synced, file->pending.items[i]);
        file->pending.count = 0;
        break;
    case DISK_FOLDER_SYNC:
        for (size_t i = 0; i < disk->pending.count; i++)
            names_apply(&disk->names, disk->pending.items[i]);
        disk->pending.count = 0;
        break;
    case DISK_CREATE:
    case DISK_RENAME:
    case DISK_UNLINK:
        list_add(&disk->pending, event);
        break;
    }
}

/* The tape must not grow while a disk is on it: it points into it. */
static void disk_advance(struct disk *disk, const struct disk_tape *tape, size_t until)
{
    for (; disk->done < until; disk->done++)
        disk_event(disk, &tape->items[disk->done]);
}

static struct disk_list list_copy(const struct disk_list *list)
{
    struct disk_list copy = {0};
    for (size_t i = 0; i < list->count; i++)
        list_add(&copy, list->items[i]);
    return copy;
}

static struct disk_bytes bytes_copy(const struct disk_bytes *bytes)
{
    struct disk_bytes copy = {0};
    bytes_resize(&copy, bytes->size);
    if (bytes->size)
        memcpy(copy.at, bytes->at, bytes->size);
    return copy;
}

static struct disk disk_copy(const struct disk *disk)
{
    struct disk copy = {.names = disk->names, .pending = list_copy(&disk->pending)};
    for (size_t i = 0; i < disk->count; i++)
        *disk_file(&copy, (int)i) =
            (struct disk_file){bytes_copy(&disk->files[i].synced), list_copy(&disk->files[i].pending)};
    return copy;
}

static void disk_finish(struct disk *disk)
{
    for (size_t i = 0; i < disk->count; i++) {
        free(disk->files[i].synced.at);
        free(disk->files[i].pending.items);
    }
    free(disk->files);
    free(disk->pending.items);
}

/* ---- damage ---- */

/* SplitMix64. */
static uint64_t random_next(uint64_t *seed)
{
    uint64_t z = *seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static size_t random_below(uint64_t *seed, size_t bound)
{
    return bound ? (size_t)(random_next(seed) % bound) : 0;
}

enum mood {
    MOOD_KEPT,     /* all of it arrived: as after kill -9 */
    MOOD_LOST,     /* nothing */
    MOOD_UNTIL,    /* all until one, which is damaged, and nothing after it */
    MOOD_EACH,     /* each as it comes */
    MOOD_SHUFFLED, /* the same, in another order */
    MOOD_COUNT
};

enum tear { TEAR_HOLES, TEAR_GARBAGE, TEAR_ZEROS, TEAR_REST, TEAR_COUNT };

/* Some of the sectors of one write arrive, and of the others nothing, garbage or zeros. */
static void bytes_tear(struct disk_bytes *bytes, const struct disk_event *event, uint64_t *seed)
{
    enum tear how = (enum tear)random_below(seed, TEAR_COUNT);
    size_t sector = random_below(seed, 2) ? 512 : 4096, end = event->at + event->size;
    size_t whole = event->at + random_below(seed, event->size + 1); /* of TEAR_REST: where it breaks off */
    for (size_t at = event->at; at < end;) {
        size_t next = (at / sector + 1) * sector < end ? (at / sector + 1) * sector : end;
        const unsigned char *from = event->bytes + (at - event->at);
        bool arrives = how == TEAR_REST ? next <= whole : random_below(seed, 2);
        if (arrives) {
            bytes_put(bytes, at, from, next - at);
        } else if (how == TEAR_GARBAGE || how == TEAR_ZEROS) {
            unsigned char dirt[4096] = {0};
            for (size_t i = 0; how == TEAR_GARBAGE && i < next - at; i += 8) {
                uint64_t eight = random_next(seed);
                memcpy(dirt + i, &eight, 8);
            }
            bytes_put(bytes, at, dirt, next - at);
        }
        at = next;
    }
}

static void bytes_damage(struct disk_bytes *bytes, const struct disk_event *event, uint64_t *seed)
{
    size_t lot = random_below(seed, 5);
    if (lot < 2)
        bytes_apply(bytes, event);
    else if (lot > 2 && event->kind == DISK_WRITE)
        bytes_tear(bytes, event, seed);
}

static struct disk_bytes file_damaged(const struct disk_file *file, enum mood mood, uint64_t *seed)
{
    struct disk_bytes bytes = bytes_copy(&file->synced);
    struct disk_list pending = list_copy(&file->pending);
    size_t until = random_below(seed, pending.count + 1);
    for (size_t i = pending.count; mood == MOOD_SHUFFLED && i > 1; i--) {
        size_t other = random_below(seed, i);
        const struct disk_event *kept = pending.items[i - 1];
        pending.items[i - 1] = pending.items[other];
        pending.items[other] = kept;
    }
    for (size_t i = 0; i < pending.count; i++) {
        if (mood == MOOD_KEPT || (mood == MOOD_UNTIL && i < until))
            bytes_apply(&bytes, pending.items[i]);
        else if (mood == MOOD_EACH || mood == MOOD_SHUFFLED || (mood == MOOD_UNTIL && i == until))
            bytes_damage(&bytes, pending.items[i], seed);
    }
    free(pending.items);
    return bytes;
}

/* Names are kept in their order by the file systems of today, mostly; not by all. */
static struct disk_names names_damaged(const struct disk *disk, enum mood mood, uint64_t *seed)
{
    struct disk_names names = disk->names;
    bool each = mood >= MOOD_EACH && random_below(seed, 4) == 0;
    size_t until = random_below(seed, disk->pending.count + 1);
    if (mood == MOOD_KEPT)
        until = disk->pending.count;
    else if (mood == MOOD_LOST)
        until = 0;
    for (size_t i = 0; i < disk->pending.count; i++)
        if (each ? random_below(seed, 2) : i < until)
            names_apply(&names, disk->pending.items[i]);
    return names;
}

struct image {
    struct disk_names names; /* `file` is the place in `files` */
    struct disk_bytes files[NAMES_MAX];
};

static enum mood mood_of(uint64_t *seed)
{
    return (enum mood)random_below(seed, MOOD_COUNT);
}

/* One mood for all, or each file its own. */
static void disk_damage_as(const struct disk *disk, enum mood mood, bool own, uint64_t seed, struct image *image)
{
    *image = (struct image){.names = names_damaged(disk, mood, &seed)};
    for (size_t i = 0; i < image->names.count; i++) {
        int file = image->names.items[i].file;
        assert(file >= 0);
        if ((size_t)file < disk->count) /* else nothing was ever written to it */
            image->files[i] = file_damaged(&disk->files[file], own ? mood_of(&seed) : mood, &seed);
        image->names.items[i].file = (int)i;
    }
}

static void disk_damage(const struct disk *disk, uint64_t seed, struct image *image)
{
    enum mood mood = mood_of(&seed);
    bool own = random_below(&seed, 2);
    disk_damage_as(disk, mood, own, random_next(&seed), image);
}

/* The disk that an image is, all of it synced. */
static struct disk disk_of_image(const struct image *image)
{
    struct disk disk = {.names = image->names};
    for (size_t i = 0; i < image->names.count; i++)
        disk_file(&disk, (int)i)->synced = bytes_copy(&image->files[i]);
    return disk;
}

/* Writes it in the place of all that is in the folder. */
static void image_write(const struct image *image, const char *folder)
{
    char path[128];
    DIR *listed = opendir(folder);
    assert(listed);
    for (const struct dirent *entry; (entry = readdir(listed));)
        unlinkat(dirfd(listed), entry->d_name, 0);
    closedir(listed);
    for (size_t i = 0; i < image->names.count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, image->names.items[i].name);
        int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        assert(file >= 0);
        size_t size = image->files[i].size;
        bool written = size == 0 || pwrite(file, image->files[i].at, size, 0) == (ssize_t)size;
        assert(written);
        close(file);
    }
}

static void image_finish(struct image *image)
{
    for (size_t i = 0; i < image->names.count; i++)
        free(image->files[i].at);
}

#endif
