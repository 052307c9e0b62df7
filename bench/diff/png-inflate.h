/* Reads a PNG and inflates its pixels with libdeflate. */
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t big_endian(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }

/* Returns the bytes written to `out`; `file` then begins with the file. The three buffers hold `room` bytes each. */
static size_t inflate_png(const char *path, uint8_t *file, uint8_t *data, uint8_t *out, size_t room,
                          struct libdeflate_decompressor *d) {
  FILE *f = fopen(path, "rb");
  if (!f) exit(2);
  size_t bytes = fread(file, 1, room, f), length = 0, size = 0;
  fclose(f);
  for (size_t at = 8; at + 12 <= bytes;) {
    uint32_t n = big_endian(file + at);
    if (!memcmp(file + at + 4, "IDAT", 4)) { memcpy(data + length, file + at + 8, n); length += n; }
    at += 12 + n;
  }
  if (libdeflate_zlib_decompress(d, data, length, out, room, &size)) exit(3);
  return size;
}

static int ascending(const void *a, const void *b) { double d = *(double *)a - *(double *)b; return d < 0 ? -1 : d > 0; }

static double median(double *values, int count) {
  qsort(values, count, sizeof(double), ascending);
  return values[count / 2];
}
