#include "base/files.h"
#include "base/limits.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static char folder[64];

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    strcpy(folder, "/tmp/test_files.XXXXXX");
    return mkdtemp(folder) && digest_init() ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static const char *path_of(const char *path)
{
    return text_format(&arena, "%s/%s", folder, path).at;
}

static void write_sized(const char *path, const char *content, size_t length)
{
    FILE *file = fopen(path_of(path), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void write_file(const char *path, const char *content)
{
    write_sized(path, content, strlen(content));
}

static void make_folder(const char *path)
{
    assert_int_equal(mkdir(path_of(path), 0755), 0);
}

static struct file_set read_all(struct findings *findings)
{
    struct file_set set = {0};
    struct fault fault = {0};
    findings_init(findings, &arena);
    assert_true(files_read(&arena, folder, &set, findings, &fault));
    return set;
}

static void assert_finding(const struct findings *findings, size_t i, enum severity severity, const char *code,
                           const char *path)
{
    assert_true(i < findings->count);
    assert_int_equal(findings->items[i].severity, severity);
    assert_string_equal(findings->items[i].code, code);
    assert_string_equal(text_string(&arena, findings->items[i].place.file->path), path);
}

static void test_folder(void **state)
{
    (void)state;
    make_folder("almere");
    make_folder("almere/2022");
    make_folder(".git");
    write_file("almere/2022/covenant.yaml", "covenant: almere\n");
    write_file("almere/2022/almere.lua", "return 1\n");
    write_file("almere/README.md", "no rule\n");
    write_file("almere/.covenant.yaml", "an editor's own\n");
    write_file(".git/config.yaml", "not ours\n");
    write_file("almere-2.yaml", "a: 1\n");
    write_file("empty.yaml", "");
    struct findings findings;
    struct file_set set = read_all(&findings);
    static const char *const paths[] = {"almere-2.yaml", "almere/2022/almere.lua", "almere/2022/covenant.yaml",
                                        "empty.yaml"};
    assert_int_equal(findings.count, 0);
    assert_int_equal(set.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(text_string(&arena, set.items[i].path), paths[i]);
        assert_ptr_equal(files_find(&set, text_of(paths[i])), &set.items[i]);
    }
    assert_true(text_is(set.items[2].text, "covenant: almere\n"));
    assert_int_equal(set.items[3].text.length, 0);
    assert_null(files_find(&set, TEXT("almere/README.md")));
}

static void test_digest_of_a_set(void **state)
{
    (void)state;
    struct file_set set = {0}, other = {0};
    files_add(&arena, &set, TEXT("b.yaml"), TEXT("old"));
    files_add(&arena, &set, TEXT("a.yaml"), TEXT("abc"));
    files_add(&arena, &set, TEXT("b.yaml"), TEXT(""));
    assert_int_equal(set.count, 2);
    struct text lines = TEXT("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.yaml\n"
                             "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b.yaml\n");
    assert_true(digest_equal(files_digest(&arena, &set), digest_of(lines)));
    files_add(&arena, &other, TEXT("a.yaml"), TEXT("abc"));
    assert_false(digest_equal(files_digest(&arena, &set), files_digest(&arena, &other)));
    files_add(&arena, &other, TEXT("b.yaml"), TEXT(""));
    assert_true(digest_equal(files_digest(&arena, &set), files_digest(&arena, &other)));
}

static void test_too_large(void **state)
{
    (void)state;
    char *large = calloc(1, RULE_FILE_BYTES_MAX + 1);
    assert_non_null(large);
    write_sized("a.yaml", large, RULE_FILE_BYTES_MAX + 1);
    write_sized("b.yaml", large, RULE_FILE_BYTES_MAX);
    write_sized("c.lua", large, LUA_FILE_BYTES_MAX + 1);
    write_sized("d.lua", large, LUA_FILE_BYTES_MAX);
    free(large);
    struct findings findings;
    struct file_set set = read_all(&findings);
    assert_int_equal(set.count, 2);
    assert_int_equal(files_find(&set, TEXT("b.yaml"))->text.length, RULE_FILE_BYTES_MAX);
    assert_int_equal(files_find(&set, TEXT("d.lua"))->text.length, LUA_FILE_BYTES_MAX);
    assert_int_equal(findings.count, 2);
    assert_finding(&findings, 0, SEVERITY_ERROR, "file_too_large", "a.yaml");
    assert_finding(&findings, 1, SEVERITY_ERROR, "file_too_large", "c.lua");
    assert_string_equal(text_string(&arena, findings.items[1].message),
                        "found a file that is too large, expected at most 65536 bytes");
}

static void test_what_is_no_file(void **state)
{
    (void)state;
    make_folder("real");
    write_file("real/a.yaml", "a: 1\n");
    assert_int_equal(symlink("real", path_of("linked")), 0);
    assert_int_equal(symlink("real/a.yaml", path_of("link.yaml")), 0);
    assert_int_equal(symlink("real/a.yaml", path_of("link.md")), 0);
    assert_int_equal(symlink("..", path_of("real/up")), 0);
    assert_int_equal(mkfifo(path_of("pipe.yaml"), 0600), 0);
    write_file("new\nline.yaml", "a: 1\n");
    write_file("latin\xe9.yaml", "a: 1\n");
    struct findings findings;
    struct file_set set = read_all(&findings);
    assert_int_equal(set.count, 1);
    assert_true(text_is(set.items[0].path, "real/a.yaml"));
    assert_int_equal(findings.count, 6);
    assert_finding(&findings, 0, SEVERITY_ERROR, "file_name", "latin?.yaml");
    assert_finding(&findings, 1, SEVERITY_WARNING, "link_not_followed", "link.yaml");
    assert_finding(&findings, 2, SEVERITY_WARNING, "link_not_followed", "linked");
    assert_finding(&findings, 3, SEVERITY_ERROR, "file_name", "new?line.yaml");
    assert_finding(&findings, 4, SEVERITY_ERROR, "not_a_file", "pipe.yaml");
    assert_finding(&findings, 5, SEVERITY_WARNING, "link_not_followed", "real/up");
}

static void test_what_is_nearly_a_rule_file(void **state)
{
    (void)state;
    write_file("a.yml", "a: 1\n");
    write_file("b.YAML", "b: 1\n");
    write_file("c.Lua", "return 1\n");
    write_file("d.yaml.bak", "d: 1\n");
    write_file("yaml", "e: 1\n");
    struct findings findings;
    struct file_set set = read_all(&findings);
    assert_int_equal(set.count, 0);
    assert_int_equal(findings.count, 3);
    assert_finding(&findings, 0, SEVERITY_ERROR, "unexpected_file", "a.yml");
    assert_finding(&findings, 1, SEVERITY_ERROR, "unexpected_file", "b.YAML");
    assert_finding(&findings, 2, SEVERITY_ERROR, "unexpected_file", "c.Lua");
}

static void test_too_deep_and_too_many(void **state)
{
    (void)state;
    char path[64] = "d";
    for (int i = 0; i <= FOLDER_DEPTH_MAX; i++) {
        make_folder(path);
        strcat(path, "/d");
    }
    for (int i = 0; i < RULE_FILES_MAX + 2; i++)
        write_file(text_format(&arena, "%04d.yaml", i).at, "");
    struct findings findings;
    struct file_set set = read_all(&findings);
    assert_int_equal(set.count, RULE_FILES_MAX);
    assert_int_equal(findings.count, 2);
    assert_finding(&findings, 0, SEVERITY_ERROR, "too_many_files", "4096.yaml");
    assert_finding(&findings, 1, SEVERITY_ERROR, "folder_too_deep", "d/d/d/d/d/d/d/d/d");
}

static void test_faults(void **state)
{
    (void)state;
    struct file_set set = {0};
    struct findings findings;
    struct fault fault = {0};
    struct text text;
    findings_init(&findings, &arena);
    assert_false(files_read(&arena, path_of("absent"), &set, &findings, &fault));
    assert_int_equal(fault.kind, FAULT_ABSENT);
    assert_non_null(strstr(fault.message, "absent`: No such file or directory"));
    assert_false(file_read(&arena, path_of("absent.json"), 100, &text, &fault));
    assert_int_equal(fault.kind, FAULT_ABSENT);
    assert_false(file_read(&arena, folder, 100, &text, &fault));
    assert_int_equal(fault.kind, FAULT_BROKEN);
}

static void test_one_file(void **state)
{
    (void)state;
    struct fault fault = {0};
    struct text text;
    write_file("case.json", "0123456789");
    assert_true(file_read(&arena, path_of("case.json"), 10, &text, &fault));
    assert_true(text_is(text, "0123456789"));
    assert_false(file_read(&arena, path_of("case.json"), 9, &text, &fault));
    assert_int_equal(fault.kind, FAULT_BROKEN);
    assert_non_null(strstr(fault.message, "is too large: expected at most 9 bytes"));
    write_file("empty.json", "");
    assert_true(file_read(&arena, path_of("empty.json"), 9, &text, &fault));
    assert_int_equal(text.length, 0);
    assert_non_null(text.at);
}

/* A pipe tells no size, and gives its bytes in pieces. */
static void test_standard_input(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        for (int i = 0; i < 10000; i++)
            if (write(ends[1], "seven!\n", 7) != 7)
                _exit(1);
        _exit(0);
    }
    close(ends[1]);
    int kept = dup(STDIN_FILENO);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    struct fault fault = {0};
    struct text text;
    bool good = file_read(&arena, "-", 100000, &text, &fault);
    if (kept >= 0) {
        dup2(kept, STDIN_FILENO);
        close(kept);
    }
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(good);
    assert_int_equal(text.length, 70000);
    for (size_t i = 0; i < text.length; i += 7)
        assert_memory_equal(text.at + i, "seven!\n", 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_folder, begin, end),
        cmocka_unit_test_setup_teardown(test_digest_of_a_set, begin, end),
        cmocka_unit_test_setup_teardown(test_too_large, begin, end),
        cmocka_unit_test_setup_teardown(test_what_is_no_file, begin, end),
        cmocka_unit_test_setup_teardown(test_what_is_nearly_a_rule_file, begin, end),
        cmocka_unit_test_setup_teardown(test_too_deep_and_too_many, begin, end),
        cmocka_unit_test_setup_teardown(test_faults, begin, end),
        cmocka_unit_test_setup_teardown(test_one_file, begin, end),
        cmocka_unit_test_setup_teardown(test_standard_input, begin, end),
    };
    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
