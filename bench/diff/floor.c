/* How fast can two PNGs be told apart at all: read both files, inflate them with libdeflate, memcmp. Nothing is
 * unfiltered, counted or drawn.   floor BEFORE AFTER ROUNDS   prints the medians of wall clock and processor time in milliseconds. */
#include "png-inflate.h"
#include <time.h>

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  if (argc < 4) return 1;
  size_t room = (size_t)64 << 20;
  uint8_t *buffer[6];
  for (int i = 0; i < 6; i++) memset(buffer[i] = malloc(room), 0, room);
  struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
  int rounds = atoi(argv[3]), differ = 0;
  double *ms = malloc(sizeof(double) * rounds), *cpu = malloc(sizeof(double) * rounds);
  for (int i = 0; i < rounds; i++) {
    double start = now(CLOCK_MONOTONIC), used = now(CLOCK_PROCESS_CPUTIME_ID);
    size_t m = inflate_png(argv[1], buffer[0], buffer[1], buffer[2], room, d);
    size_t n = inflate_png(argv[2], buffer[3], buffer[4], buffer[5], room, d);
    differ += m != n || memcmp(buffer[2], buffer[5], n) != 0;
    ms[i] = now(CLOCK_MONOTONIC) - start;
    cpu[i] = now(CLOCK_PROCESS_CPUTIME_ID) - used;
  }
  printf("%.3f %.3f %d\n", median(ms, rounds), median(cpu, rounds), differ);
  return 0;
}
