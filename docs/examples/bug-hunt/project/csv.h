/* Reading and writing CSV, one row at a time. */
#ifndef CSV_H
#define CSV_H

#include <stddef.h>
#include <stdio.h>

/* The fields of one row. */
typedef struct {
    char **fields;
    size_t count;
    size_t capacity;
} csv_row;

void csv_row_init(csv_row *row);
void csv_row_free(csv_row *row);

/* Reads the next row of a text and moves *text behind it. Returns 1, or 0 at the end of the text. */
int csv_read(const char **text, csv_row *row);

/* Writes a row so that csv_read gives the same fields back. */
void csv_write(FILE *file, const csv_row *row);

#endif
