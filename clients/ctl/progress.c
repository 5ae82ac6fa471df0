#include "progress.h"

#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define REDRAW_SECONDS 0.1

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void progress_begin(struct progress *progress, struct terminal *err, const char *what)
{
    *progress = (struct progress){
        .err = err, .what = what, .begun = now(), .on_terminal = isatty(fileno(err->out)) == 1};
}

double progress_seconds(const struct progress *progress)
{
    return now() - progress->begun;
}

void progress_show(struct progress *progress, long long done)
{
    double time = now(), seconds = time - progress->begun;
    progress->done = done;
    if (!progress->on_terminal || progress->total <= 0 || time - progress->drawn < REDRAW_SECONDS)
        return;
    progress->drawn = time;
    progress->shown = true;
    double part = (double)done / (double)progress->total;
    int full = (int)(BAR_WIDTH * (part < 1 ? part : 1));
    char bar[BAR_WIDTH + 1];
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(progress->err->out, "\r[%s] %3.0f%%  %lld of %lld %s, %.0f/s ", bar, part * 100, done, progress->total,
            progress->what, seconds > 0 ? (double)done / seconds : 0);
    fflush(progress->err->out);
}

void progress_hide(struct progress *progress)
{
    if (!progress->shown)
        return;
    fprintf(progress->err->out, "\r\033[K");
    fflush(progress->err->out);
    progress->shown = false;
    progress->drawn = 0;
}
