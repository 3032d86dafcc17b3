#include "csv.h"

#include <stdarg.h>
#include <string.h>

static int failures;

/* Checks that the text's only row has these fields; the list ends with NULL. */
static void expect_row(const char *name, const char *text, ...)
{
    csv_row row;
    csv_row_init(&row);
    const char *at = text;
    csv_read(&at, &row);

    va_list fields;
    va_start(fields, text);
    size_t count = 0;
    int ok = 1;
    for (const char *field; (field = va_arg(fields, const char *)) != NULL; count++) {
        ok = ok && count < row.count && strcmp(row.fields[count], field) == 0;
    }
    va_end(fields);
    ok = ok && count == row.count && *at == '\0';

    printf("%s %s\n", ok ? "ok    " : "FAILED", name);
    failures += !ok;
    csv_row_free(&row);
}

int main(void)
{
    expect_row("plain fields", "a,b,c\n", "a", "b", "c", (char *)NULL);
    expect_row("a comma in quotes", "\"a,b\",c\n", "a,b", "c", (char *)NULL);
    expect_row("a doubled quote", "\"say \"\"hi\"\"\",b\n", "say \"hi\"", "b", (char *)NULL);
    expect_row("an empty field in the middle", "a,,c\n", "a", "", "c", (char *)NULL);
    expect_row("an empty field at the end", "a,b,\n", "a", "b", "", (char *)NULL);
    expect_row("a line break in quotes", "\"a\nb\",c\n", "a\nb", "c", (char *)NULL);
    expect_row("a CRLF line end", "a,b\r\n", "a", "b", (char *)NULL);
    expect_row("ten fields", "1,2,3,4,5,6,7,8,9,10\n", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", (char *)NULL);
    printf("%d failed\n", failures);
    return failures > 0;
}
