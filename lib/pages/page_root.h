#ifndef TICKERHUB_LIB_PAGES_PAGE_ROOT_H_
#define TICKERHUB_LIB_PAGES_PAGE_ROOT_H_

#include <algorithm>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// The way from a page to the root of its server, as a relative reference (RFC
/// 3986 §4.2): "./" for "/" and "/inbox", "../" for "/a/". A proxy may serve
/// the root below any path. Any thread may call.
inline std::string RootOf(std::string_view path) {
  auto levels = std::count(path.begin(), path.end(), '/');
  if (levels <= 1) return "./";
  std::string root;
  for (; levels > 1; --levels) root += "../";
  return root;
}

/// The path behind its first slash: what follows RootOf().
inline std::string WithoutSlash(std::string_view path) {
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  return std::string(path);
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PAGES_PAGE_ROOT_H_
