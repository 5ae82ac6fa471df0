#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

bool fault_set(struct fault *fault, enum fault_kind kind, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fault->kind = kind;
    vsnprintf(fault->message, sizeof fault->message, format, list);
    va_end(list);
    return false;
}
