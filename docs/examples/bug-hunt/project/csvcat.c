/* Reads CSV from standard input and writes it to standard output. */
#include "csv.h"

#include <stdlib.h>

int main(void)
{
    static char text[1 << 16];
    size_t length = fread(text, 1, sizeof text - 1, stdin);
    text[length] = '\0';

    csv_row row;
    csv_row_init(&row);
    const char *at = text;
    while (csv_read(&at, &row)) {
        csv_write(stdout, &row);
    }
    csv_row_free(&row);
    return EXIT_SUCCESS;
}
