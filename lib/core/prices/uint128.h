#ifndef TICKERHUB_LIB_CORE_PRICES_UINT128_H_
#define TICKERHUB_LIB_CORE_PRICES_UINT128_H_

namespace tickerhub::internal {

// __extension__: GCC and Clang have the type, ISO C++ does not.
__extension__ using Uint128 = unsigned __int128;

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_PRICES_UINT128_H_
