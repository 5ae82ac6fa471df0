/*
 * Labels: what a region calls its own facts, events, kinds of contract, phases and stages, so that a decision is shown
 * in words and not in names. National names are in engine/words. The region is asked once, by `vocabulary`, and only
 * when something is to be said that no table has; rules that came with `--rules` are read for it instead. When nobody
 * can tell, names are shown as they are: a decision is never kept from anybody for want of a label.
 */
#ifndef CTL_LABELS_H
#define CTL_LABELS_H

#include "options.h"

enum label_kind { LABEL_FACT, LABEL_EVENT, LABEL_CONTRACT, LABEL_PHASE, LABEL_STAGE };

/* Absent when the region has none. */
struct text label_of(struct command *command, enum label_kind kind, struct text name);

#endif
