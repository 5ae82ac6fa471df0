#include "html.h"

void html_text(struct buffer *buffer, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        if (byte == '&')
            buffer_add_string(buffer, "&amp;");
        else if (byte == '<')
            buffer_add_string(buffer, "&lt;");
        else if (byte == '>')
            buffer_add_string(buffer, "&gt;");
        else if (byte == '"')
            buffer_add_string(buffer, "&quot;");
        else if (byte == '\'')
            buffer_add_string(buffer, "&#39;");
        else if ((byte < 0x20 && byte != '\n') || byte == 0x7F)
            buffer_add_string(buffer, "\xEF\xBF\xBD");
        else
            buffer_add_byte(buffer, (char)byte);
    }
}

void html_open(struct buffer *buffer, const char *name, const char *class)
{
    if (class)
        buffer_format(buffer, "<%s class=\"%s\">", name, class);
    else
        buffer_format(buffer, "<%s>", name);
}

void html_close(struct buffer *buffer, const char *name)
{
    buffer_format(buffer, "</%s>\n", name);
}

void html_element(struct buffer *buffer, const char *name, const char *class, struct text text)
{
    html_open(buffer, name, class);
    html_text(buffer, text);
    html_close(buffer, name);
}

static void pair(struct buffer *buffer, const char *class, struct text label, struct text value)
{
    if (!value.length)
        return;
    html_open(buffer, "tr", NULL);
    buffer_add_string(buffer, "<th scope=\"row\">");
    html_text(buffer, label);
    html_close(buffer, "th");
    html_element(buffer, "td", class, value);
    html_close(buffer, "tr");
}

void html_pair(struct buffer *buffer, struct text label, struct text value)
{
    pair(buffer, NULL, label, value);
}

void html_code_pair(struct buffer *buffer, struct text label, struct text value)
{
    pair(buffer, "code", label, value);
}
