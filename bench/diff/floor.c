/* How fast can two PNGs be told apart at all: read both files, inflate them with libdeflate, memcmp. Nothing is
 * unfiltered, counted or drawn.   floor BEFORE AFTER ROUNDS   prints the median in milliseconds. */
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint32_t be(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }

static size_t inflate_png(const char *path, uint8_t *file, uint8_t *data, uint8_t *out, size_t room,
                          struct libdeflate_decompressor *d) {
  FILE *f = fopen(path, "rb");
  if (!f) exit(2);
  size_t bytes = fread(file, 1, room, f), length = 0, size = 0;
  fclose(f);
  for (size_t at = 8; at + 12 <= bytes;) {
    uint32_t n = be(file + at);
    if (!memcmp(file + at + 4, "IDAT", 4)) { memcpy(data + length, file + at + 8, n); length += n; }
    at += 12 + n;
  }
  if (libdeflate_zlib_decompress(d, data, length, out, room, &size)) exit(3);
  return size;
}

static int ascending(const void *a, const void *b) { double d = *(double *)a - *(double *)b; return d < 0 ? -1 : d > 0; }

int main(int argc, char **argv) {
  if (argc < 4) return 1;
  size_t room = (size_t)64 << 20;
  uint8_t *buffer[6];
  for (int i = 0; i < 6; i++) memset(buffer[i] = malloc(room), 0, room);
  struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
  int rounds = atoi(argv[3]), differ = 0;
  double *ms = malloc(sizeof(double) * rounds);
  for (int i = 0; i < rounds; i++) {
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    size_t m = inflate_png(argv[1], buffer[0], buffer[1], buffer[2], room, d);
    size_t n = inflate_png(argv[2], buffer[3], buffer[4], buffer[5], room, d);
    differ += m != n || memcmp(buffer[2], buffer[5], n) != 0;
    clock_gettime(CLOCK_MONOTONIC, &b);
    ms[i] = (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6;
  }
  qsort(ms, rounds, sizeof(double), ascending);
  printf("%.3f %d\n", ms[rounds / 2], differ);
  return 0;
}
