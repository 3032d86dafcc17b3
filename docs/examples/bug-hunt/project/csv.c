#include "csv.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 4 };

void csv_row_init(csv_row *row)
{
    row->fields = malloc(FIRST_CAPACITY * sizeof *row->fields);
    row->count = 0;
    row->capacity = FIRST_CAPACITY;
}

static void clear(csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        free(row->fields[i]);
    }
    row->count = 0;
}

void csv_row_free(csv_row *row)
{
    clear(row);
    free(row->fields);
}

static void add(csv_row *row, const char *start, size_t length)
{
    if (row->count > row->capacity) {
        row->capacity *= 2;
        row->fields = realloc(row->fields, row->capacity * sizeof *row->fields);
    }
    char *field = malloc(length + 1);
    memcpy(field, start, length);
    field[length] = '\0';
    row->fields[row->count++] = field;
}

/* Reads a quoted field; *text is behind its opening quote, and then behind its closing one. */
static void read_quoted(const char **text, csv_row *row)
{
    const char *start = *text;
    const char *at = start;
    while (*at != '\0' && *at != '"') {
        at++;
    }
    add(row, start, (size_t)(at - start));
    *text = *at == '"' ? at + 1 : at;
}

static void read_plain(const char **text, csv_row *row)
{
    const char *start = *text;
    size_t length = strcspn(start, ",\n");
    if (length > 0) {
        add(row, start, length);
    }
    *text = start + length;
}

int csv_read(const char **text, csv_row *row)
{
    clear(row);
    if (**text == '\0') {
        return 0;
    }
    for (;;) {
        if (**text == '"') {
            (*text)++;
            read_quoted(text, row);
        } else {
            read_plain(text, row);
        }
        if (**text == ',') {
            (*text)++;
        } else {
            break;
        }
    }
    if (**text == '\n') {
        (*text)++;
    }
    return 1;
}

static int needs_quotes(const char *field)
{
    return strpbrk(field, ",\"") != NULL;
}

void csv_write(FILE *file, const csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0) {
            fputc(',', file);
        }
        if (!needs_quotes(row->fields[i])) {
            fputs(row->fields[i], file);
            continue;
        }
        fputc('"', file);
        for (const char *at = row->fields[i]; *at != '\0'; at++) {
            if (*at == '"') {
                fputc('"', file);
            }
            fputc(*at, file);
        }
        fputc('"', file);
    }
    fputc('\n', file);
}
