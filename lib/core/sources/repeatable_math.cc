#include "sources/repeatable_math.h"

#include <algorithm>
#include <cmath>

namespace tickerhub::internal {
namespace {

constexpr double kLn2High = 0x1.62e42feep-1;  // few bits: k * kLn2High is exact
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

// From -1 to 1, in steps of 2^-52.
double NextUniform(std::mt19937_64* random) {
  return static_cast<double>((*random)() >> 11) * 0x1p-52 - 1;
}

}  // namespace

double RepeatableExp(double x) {
  constexpr double kLimit = 700;
  if (!(x > -kLimit)) x = -kLimit;
  x = std::min(x, kLimit);
  // e^x = 2^k * e^r with |r| <= ln(2) / 2, and e^r by its series.
  const double k = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1;
  for (int n = 14; n > 0; --n) sum = 1 + r / n * sum;
  return std::ldexp(sum, static_cast<int>(k));
}

double RepeatableLog(double x) {
  // x = 2^k * m with m near 1; ln m = 2 artanh((m - 1) / (m + 1)).
  int k = 0;
  double m = std::frexp(x, &k);
  constexpr double kSqrtHalf = 0.70710678118654752;
  if (m < kSqrtHalf) {
    m *= 2;
    --k;
  }
  const double t = (m - 1) / (m + 1);
  const double t2 = t * t;
  double sum = 0;
  for (int n = 23; n > 0; n -= 2) sum = sum * t2 + 1.0 / n;
  return k * kLn2High + (2 * t * sum + k * kLn2Low);
}

// Marsaglia's polar method.
NormalPair NextNormals(std::mt19937_64* random) {
  for (;;) {
    const double u = NextUniform(random);
    const double v = NextUniform(random);
    const double s = u * u + v * v;
    if (s >= 1 || s == 0) continue;
    const double scale = std::sqrt(-2 * RepeatableLog(s) / s);
    return {u * scale, v * scale};
  }
}

std::uint64_t Scramble(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15u;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
  return number ^ (number >> 31);
}

}  // namespace tickerhub::internal
