/* What a whole comparison costs at least: two threads read, inflate (libdeflate) and unfilter one image each, then compare one half of
 * the rows each (a bit and the squared error of every pixel that differs); one deflates the mask and writes it as a 1-bit PNG. 8-bit RGB
 * only. No anti-aliasing, no regions, no threshold.
 *   second-floor BEFORE AFTER MASK ROUNDS   prints the medians of wall clock and processor time, and the changed pixels. */
#include "png-inflate.h"
#include <emmintrin.h>
#include <pthread.h>
#include <time.h>

static const size_t room = (size_t)64 << 20;

struct image {
  const char *path;
  uint8_t *file, *data, *rows;
  struct libdeflate_decompressor *d;
  int width, height;
};

static struct image images[2];
static uint8_t *mask, *packed;
static uint64_t changed[2], error[2];
static pthread_barrier_t barrier;

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static __m128i load4(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return _mm_cvtsi32_si128(v); }
static void store3(uint8_t *p, __m128i v) { uint32_t x = _mm_cvtsi128_si32(v); memcpy(p, &x, 2); p[2] = x >> 16; }
static __m128i absolute(__m128i x) { return _mm_max_epi16(x, _mm_sub_epi16(_mm_setzero_si128(), x)); }
static __m128i choose(__m128i c, __m128i t, __m128i e) { return _mm_or_si128(_mm_and_si128(c, t), _mm_andnot_si128(c, e)); }

/* As libpng does with SSE2. */
static void unfilter(uint8_t *row, const uint8_t *above, int bytes) {
  const __m128i zero = _mm_setzero_si128();
  uint8_t *p = row + 1;
  const uint8_t *u = above + 1;
  __m128i a = zero, b, c = zero, d;
  switch (row[0]) {
    case 1:
      for (int i = 0; i < bytes; i += 3) store3(p + i, a = _mm_add_epi8(a, load4(p + i)));
      break;
    case 2:
      for (int i = 0; i < bytes; i++) p[i] += u[i];
      break;
    case 3:
      for (int i = 0; i < bytes; i += 3) {
        b = load4(u + i);
        d = _mm_sub_epi8(_mm_avg_epu8(a, b), _mm_and_si128(_mm_xor_si128(a, b), _mm_set1_epi8(1)));
        store3(p + i, a = _mm_add_epi8(d, load4(p + i)));
      }
      break;
    case 4:
      for (int i = 0; i < bytes; i += 3) {
        b = _mm_unpacklo_epi8(load4(u + i), zero);
        d = _mm_unpacklo_epi8(load4(p + i), zero);
        __m128i pa = _mm_sub_epi16(b, c), pb = _mm_sub_epi16(a, c), pc = absolute(_mm_add_epi16(pa, pb));
        pa = absolute(pa);
        pb = absolute(pb);
        __m128i least = _mm_min_epi16(pc, _mm_min_epi16(pa, pb));
        __m128i nearest = choose(_mm_cmpeq_epi16(least, pa), a, choose(_mm_cmpeq_epi16(least, pb), b, c));
        d = _mm_add_epi8(d, nearest);
        c = b;
        store3(p + i, _mm_packus_epi16(d, d));
        a = _mm_unpacklo_epi8(_mm_packus_epi16(d, d), zero);
      }
      break;
  }
}

static void compare(int first, int end, int half) {
  int width = images[0].width, pitch = width * 3 + 1, bits = (width + 7) / 8;
  uint64_t count = 0, sum = 0;
  const __m128i zero = _mm_setzero_si128();
  for (int y = first; y < end; y++) {
    const uint8_t *a = images[0].rows + (size_t)y * pitch + 1, *b = images[1].rows + (size_t)y * pitch + 1;
    uint8_t *to = mask + (size_t)y * (bits + 1);
    memset(to, 0, bits + 1);
    if (!memcmp(a, b, pitch - 1)) continue;
    int x = 0;
    for (; x + 16 <= width; x += 16) {
      uint8_t d[48];
      __m128i squares = zero, any = zero;
      for (int i = 0; i < 3; i++) {
        __m128i p = _mm_loadu_si128((const __m128i *)(a + x * 3) + i), q = _mm_loadu_si128((const __m128i *)(b + x * 3) + i);
        __m128i v = _mm_or_si128(_mm_subs_epu8(p, q), _mm_subs_epu8(q, p));
        __m128i low = _mm_unpacklo_epi8(v, zero), high = _mm_unpackhi_epi8(v, zero);
        squares = _mm_add_epi32(squares, _mm_add_epi32(_mm_madd_epi16(low, low), _mm_madd_epi16(high, high)));
        any = _mm_or_si128(any, v);
        _mm_storeu_si128((__m128i *)d + i, v);
      }
      if (_mm_movemask_epi8(_mm_cmpeq_epi8(any, zero)) == 0xffff) continue;
      uint32_t lanes[4], marked = 0;
      _mm_storeu_si128((__m128i *)lanes, squares);
      sum += (uint64_t)lanes[0] + lanes[1] + lanes[2] + lanes[3];
      for (int i = 0; i < 16; i++) marked |= (uint32_t)((d[i * 3] | d[i * 3 + 1] | d[i * 3 + 2]) != 0) << (15 - i);
      to[1 + (x >> 3)] = marked >> 8;
      to[2 + (x >> 3)] = marked;
      count += __builtin_popcount(marked);
    }
    for (; x < width; x++) {
      int r = a[x * 3] - b[x * 3], g = a[x * 3 + 1] - b[x * 3 + 1], l = a[x * 3 + 2] - b[x * 3 + 2];
      int squares = r * r + g * g + l * l;
      sum += squares;
      count += squares != 0;
      to[1 + (x >> 3)] |= (squares != 0) << (7 - (x & 7));
    }
  }
  changed[half] = count;
  error[half] = sum;
}

static void work(int half) {
  struct image *own = &images[half];
  inflate_png(own->path, own->file, own->data, own->rows, room, own->d);
  own->width = big_endian(own->file + 16);
  own->height = big_endian(own->file + 20);
  int pitch = own->width * 3 + 1;
  static uint8_t none[1 << 16];
  for (int y = 0; y < own->height; y++)
    unfilter(own->rows + (size_t)y * pitch, y ? own->rows + (size_t)(y - 1) * pitch : none, pitch - 1);
  pthread_barrier_wait(&barrier);
  int height = images[0].height < images[1].height ? images[0].height : images[1].height;
  compare(half ? height / 2 : 0, half ? height : height / 2, half);
  pthread_barrier_wait(&barrier);
}

static void *second(void *rounds) {
  for (int i = 0; i < *(int *)rounds; i++) {
    pthread_barrier_wait(&barrier);
    work(1);
  }
  return NULL;
}

static void write_mask(const char *path, struct libdeflate_compressor *c) {
  size_t bytes = (size_t)images[0].height * ((images[0].width + 7) / 8 + 1);
  size_t n = libdeflate_zlib_compress(c, mask, bytes, packed, room);
  FILE *f = fopen(path, "wb");
  if (!f) exit(2);
  /* Signature, header, palette and checksums take no time. */
  fwrite(packed, 1, n, f);
  fclose(f);
}

int main(int argc, char **argv) {
  if (argc < 5) return 1;
  for (int i = 0; i < 2; i++) {
    images[i].path = argv[1 + i];
    memset(images[i].file = malloc(room), 0, room);
    memset(images[i].data = malloc(room), 0, room);
    memset(images[i].rows = malloc(room), 0, room);
    images[i].d = libdeflate_alloc_decompressor();
  }
  memset(mask = malloc(room), 0, room);
  memset(packed = malloc(room), 0, room);
  struct libdeflate_compressor *c = libdeflate_alloc_compressor(1);
  int rounds = atoi(argv[4]);
  double *ms = malloc(sizeof(double) * rounds), *cpu = malloc(sizeof(double) * rounds);
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_t thread;
  pthread_create(&thread, NULL, second, &rounds);
  for (int i = 0; i < rounds; i++) {
    double start = now(CLOCK_MONOTONIC), used = now(CLOCK_PROCESS_CPUTIME_ID);
    pthread_barrier_wait(&barrier);
    work(0);
    if (changed[0] + changed[1]) write_mask(argv[3], c);
    ms[i] = now(CLOCK_MONOTONIC) - start;
    cpu[i] = now(CLOCK_PROCESS_CPUTIME_ID) - used;
  }
  pthread_join(thread, NULL);
  printf("%.3f %.3f %llu\n", median(ms, rounds), median(cpu, rounds), (unsigned long long)(changed[0] + changed[1]));
  return 0;
}
