#ifndef TICKERHUB_LIB_CORE_SOURCES_REPEATABLE_MATH_H_
#define TICKERHUB_LIB_CORE_SOURCES_REPEATABLE_MATH_H_

// Floating-point functions that give the same bits on every machine. Those of
// the C library differ in the last bit from one to the next, and so do the
// distributions of <random>; + - * / and sqrt, of which these are made, don't.

#include <cstdint>
#include <random>

namespace tickerhub::internal {

/// e^x, within a few units in the last place; `x` is cut off at -700 and 700
/// (NaN counts as -700).
double RepeatableExp(double x);

/// The natural logarithm, likewise. REQUIRES: x is finite and above zero.
double RepeatableLog(double x);

/// Two independent normal deviates of mean 0 and variance 1.
struct NormalPair {
  double first;
  double second;
};
NormalPair NextNormals(std::mt19937_64* random);

/// Scrambles a number: neighbours become strangers (SplitMix64).
std::uint64_t Scramble(std::uint64_t number);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_SOURCES_REPEATABLE_MATH_H_
